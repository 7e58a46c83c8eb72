//! After a failed write: nothing is retried on the connection that met it.
//!
//! A sync call that failed may have marked pages as written that are not; asking again would be
//! told that all is well. So the connection is dropped, the file is opened anew, every record
//! since the last complete checkpoint is proven against the head in memory, and a TRUNCATE
//! checkpoint writes everything once more and syncs it. Only then does the next action begin. If
//! any of it fails, the file is set aside and what it holds goes into a new one.

use super::fault::{self, Fault};
use super::head::{Head, next_link};
use super::note::Note;
use super::read::{Opened, Rows};
use super::site::Site;
use super::store::{self, Mark, Memory, Pending, Store};
use super::{ballast, open, pragmas, salvage, schema};
use crate::error::{Error, Result};
use crate::record::SetAsideReason;

/// Brings a store back after its connection failed. Where that is not possible now, the memory is
/// given back with the reason, for another try.
pub(super) fn heal(site: &Site, memory: Memory) -> Result<Store, (Error, Box<Memory>)> {
    // What is in the cache was read under the old connection.
    memory.keys.forget();
    if memory.fault == Some(Fault::Failed) {
        match reopen(site, &memory) {
            Ok((conn, saved)) => return Ok(adopt(conn, memory, saved)),
            Err(error) if must_wait(&error) => {
                if Fault::of(&error) == Some(Fault::Full) {
                    ballast::release(site);
                }
                return Err((fault::named(error), Box::new(memory)));
            }
            Err(_) => {}
        }
    }
    replace(site, memory)
}

/// Whether an error says nothing about the file: a full disk, or a reader in the way.
fn must_wait(error: &Error) -> bool {
    matches!(error, Error::Locked { .. } | Error::Vault { .. }) || Fault::of(error) == Some(Fault::Full)
}

/// Opens the file anew and proves it. Answers whether the pending action is there.
fn reopen(site: &Site, memory: &Memory) -> Result<(rusqlite::Connection, bool)> {
    let conn = store::connect(site, &site.database())?;
    pragmas::set_writer(&conn)?;
    let saved = prove(&conn, memory)?;
    if !store::truncate(&conn)? {
        let holder = "a program that reads it".to_owned();
        return Err(Error::Locked { path: site.options.dir.clone(), holder });
    }
    // Once more, now from the file itself.
    if prove(&conn, memory)? != saved || !schema::whole(&conn)? {
        return Err(fault::corrupt("after a failed write the file is not whole"));
    }
    store::tick(&conn)?;
    Ok((conn, saved))
}

/// Proves every row since the mark: by its link up to the head in memory, and by its own seal.
fn prove(conn: &rusqlite::Connection, memory: &Memory) -> Result<bool> {
    let found = Head::load(conn)?.ok_or_else(|| fault::corrupt("there is no head"))?;
    let pending = memory.pending.as_ref().map(|pending| &pending.head);
    let saved = found != memory.head;
    if saved && pending != Some(&found) {
        return Err(fault::corrupt("the head is neither that before nor that after the failed write"));
    }
    let rows = Rows { conn, keys: &memory.keys };
    let mut link = memory.mark.link;
    for stored in rows.stored(memory.mark.id, i64::MAX) {
        let row = stored?;
        link = next_link(&link, row.id, row.segment, row.kind, row.version, &row.sealed);
        if matches!(rows.open(&row)?, Opened::Damaged) {
            return Err(fault::corrupt("a record does not open under its key"));
        }
    }
    if link == found.link { Ok(saved) } else { Err(fault::corrupt("records are missing behind the last checkpoint")) }
}

fn adopt(conn: rusqlite::Connection, mut memory: Memory, saved: bool) -> Store {
    memory.fault = None;
    if let Some(Pending { head, records }) = memory.pending.take() {
        if saved {
            memory.head = head;
        }
        match (saved, records.is_empty()) {
            (true, false) => memory.notes.push(Note::WasSaved { records }),
            (false, false) => memory.notes.push(Note::WasNotSaved),
            (_, true) => {}
        }
    }
    memory.mark = Mark::of(&memory.head);
    Store { conn, memory }
}

/// Sets the file aside and goes on with a new one.
fn replace(site: &Site, memory: Memory) -> Result<Store, (Error, Box<Memory>)> {
    let reason = match memory.fault {
        Some(Fault::Failed) => SetAsideReason::FailedSync,
        _ => SetAsideReason::Damaged,
    };
    let opened = salvage::finish(site)
        .and_then(|()| salvage::replace(site, reason, Some(&memory), "a write failed"))
        .and_then(|note| open::open(site).map(|store| (note, store)));
    match opened {
        Ok((note, mut store)) => {
            let mut notes = memory.notes;
            notes.push(note);
            if let Some(pending) = memory.pending.filter(|pending| !pending.records.is_empty()) {
                notes.push(resolve(&mut store, site, pending));
            }
            notes.append(&mut store.memory.notes);
            store.memory.notes = notes;
            store.memory.stopped |= memory.stopped;
            Ok(store)
        }
        Err(error) => Err((fault::named(error), Box::new(memory))),
    }
}

/// Whether the pending action's records came along into the new file.
fn resolve(store: &mut Store, site: &Site, pending: Pending) -> Note {
    let there =
        store.view(site, |view| pending.records.iter().try_fold(true, |all, at| Ok(all && view.read(*at)?.is_some())));
    if matches!(there, Ok(true)) { Note::WasSaved { records: pending.records } } else { Note::WasNotSaved }
}
