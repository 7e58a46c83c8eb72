//! Opening: look before writing, prove what is there, go on where it stopped.

use rusqlite::{Connection, OpenFlags};

use super::fault::{self, Fault};
use super::head::{Head, next_link, row_id};
use super::keyring::Keyring;
use super::read::Rows;
use super::site::{Site, wal};
use super::store::{self, Mark, Memory, Store};
use super::{ballast, epoch, meta, pragmas, prove, salvage, schema, segment, wal_check};
use crate::error::{Error, Result};
use crate::record::SetAsideReason;
use crate::state;

/// Opens the journal for writing; makes it where there is none, and replaces a damaged file by
/// what can be recovered from it. On a full disk the ballast's space is what it is opened in. The
/// writer's lock is held by the caller.
pub(super) fn open(site: &Site) -> Result<Store> {
    salvage::finish(site)?;
    let mut opened = open_or_replace(site);
    if opened.as_ref().is_err_and(|error| Fault::of(error) == Some(Fault::Full)) && ballast::release(site) {
        opened = open_or_replace(site);
    }
    let mut store = opened.map_err(|error| store::blame(site, fault::named(error)))?;
    if !ballast::make(site)? {
        store.memory.stop_capture(site);
    }
    Ok(store)
}

fn open_or_replace(site: &Site) -> Result<Store> {
    match attempt(site) {
        Err(error) if Fault::of(&error) == Some(Fault::Damaged) => {
            let note = salvage::replace(site, SetAsideReason::Damaged, None, &fault::reason(&error))?;
            let mut store = attempt(site)?;
            store.memory.notes.push(note);
            Ok(store)
        }
        other => other,
    }
}

fn attempt(site: &Site) -> Result<Store> {
    let path = site.database();
    if is_orphan(site) {
        return Err(fault::corrupt("the file is gone, only its log is left"));
    }
    if wal_check::is_broken(&wal(&path))? {
        return Err(fault::corrupt("bits of its log have gone bad"));
    }
    let conn = store::connect(site, &path)?;
    let found = schema::found(&conn)?;
    if found > schema::known() {
        return Err(Error::Newer { path, found, known: schema::known() });
    }
    pragmas::set_writer(&conn)?;
    // What a process that died left in the log may be in the system's memory alone: this makes it
    // durable before anything new is called saved.
    if !store::truncate(&conn)? {
        let holder = "a program that reads it".to_owned();
        return Err(Error::Locked { path: site.options.dir.clone(), holder });
    }
    let stale = schema::migrate(&conn, found)?;
    let keys = Keyring::new(site);
    let head = match Head::load(&conn)? {
        Some(head) => head,
        None => epoch::found(&conn, &keys, site)?,
    };
    prove_tail(&conn, &keys, &head)?;
    prove_basis(&conn)?;
    store::tick(&conn)?;
    let mark = Mark::of(&head);
    let memory =
        Memory { head, mark, keys, notes: Vec::new(), stopped: false, fault: None, pending: None, timed: None };
    let mut store = Store { conn, memory };
    epoch::settle(&mut store, site)?;
    if stale {
        store.transact(site, store::Writer::Upkeep, |action| {
            state::rebuild(action.tx(), &action.look_up(), action.rows().all())
        })?;
    }
    super::erase::finish(&mut store, site)?;
    super::dispatches::ask_for_learned(&mut store, site)?;
    Ok(store)
}

/// Whether there is a log with something in it and no file that it belongs to. SQLite would
/// delete the log.
fn is_orphan(site: &Site) -> bool {
    let path = site.database();
    let length = |path: &std::path::Path| std::fs::metadata(path).map_or(0, |meta| meta.len());
    length(&path) == 0 && length(&wal(&path)) > 0
}

/// Follows the chain through the newest segment: the rows that were written last are the ones
/// that a crash could have torn.
fn prove_tail(conn: &Connection, keys: &Keyring, head: &Head) -> Result<()> {
    let newest = segment::newest(conn)?;
    let Some(newest) = newest.filter(|newest| newest.state != segment::SegmentState::Erased.code()) else {
        return Ok(());
    };
    let Some(mut link) = newest.link else { return Ok(()) };
    let rows = Rows { conn, keys };
    for stored in rows.stored(row_id(newest.epoch, newest.first_seq - 1), row_id(head.epoch.id, head.seq)) {
        let row = stored?;
        link = next_link(&link, row.id, row.segment, row.kind, row.version, &row.sealed);
    }
    if link == head.link { Ok(()) } else { Err(fault::corrupt("the newest records are not those that the head names")) }
}

/// Proves what everything else stands on: single values and documents. Met later, their damage
/// would stop every scan at once.
fn prove_basis(conn: &Connection) -> Result<()> {
    meta::prove(conn)?;
    if prove::unsound_documents(conn)?.is_empty() {
        Ok(())
    } else {
        Err(fault::corrupt("a document that was kept is not what it was"))
    }
}

/// A journal opened for reading beside its writer.
pub(super) struct Reader {
    pub(super) conn: Connection,
    pub(super) keys: Keyring,
}

/// Opens the journal for reading. Nothing is made and nothing is repaired.
pub(super) fn read_only(site: &Site) -> Result<Reader> {
    if !site.database().exists() {
        return Err(Error::Missing { path: site.options.dir.clone() });
    }
    read(site).map_err(|error| reading(site, error))
}

/// What an error means to somebody who only reads.
pub(super) fn reading(site: &Site, error: Error) -> Error {
    match Fault::of(&error) {
        Some(Fault::Damaged) => Error::Damaged { path: site.database(), reason: fault::reason(&error) },
        _ => store::blame(site, error),
    }
}

fn read(site: &Site) -> Result<Reader> {
    let path = site.database();
    let conn = store::open_with(site, &path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    pragmas::prepare(&conn)?;
    let found = schema::found(&conn)?;
    if found > schema::known() {
        return Err(Error::Newer { path, found, known: schema::known() });
    }
    pragmas::set_reader(&conn)?;
    if found == 0 || meta::uuid(&conn, meta::CAMPAIGN)?.is_none() {
        return Err(Error::Missing { path: site.options.dir.clone() });
    }
    Ok(Reader { conn, keys: Keyring::new(site) })
}
