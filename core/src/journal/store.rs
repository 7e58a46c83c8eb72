//! The open store: one connection, the head in memory, transactions.

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::action::{Action, Done, Now, View};
use super::anchors;
use super::ballast;
use super::fault::{self, Fault};
use super::head::{Head, row_id};
use super::keyring::Keyring;
use super::note::Note;
use super::pragmas;
use super::site::{Site, sync_dir};
use crate::error::{Error, Result};
use crate::id::RecordRef;

/// How often what is known of the time is kept, where something is written anyhow.
const TIME_EVERY_MS: u64 = 60 * 1000;

/// Who writes: decides what happens when nothing was appended, and whether a full disk matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writer {
    /// Somebody's scan: nothing appended is nothing written, and nothing is while capture is stopped.
    Capture,
    /// The journal itself: sealing, receipts, keys.
    Upkeep,
}

/// How far the rows are known to be on the disk for good: the last row's id and the link there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) id: i64,
    pub(super) link: [u8; 32],
}

impl Mark {
    pub(super) const fn of(head: &Head) -> Self {
        Self { id: row_id(head.epoch.id, head.seq), link: head.link }
    }
}

/// What is known of an action whose commit failed.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    /// The head as it is if the action is there after all.
    pub(super) head: Head,
    /// Its records.
    pub(super) records: Vec<RecordRef>,
}

/// What was in memory beside the connection; it outlives a connection that failed.
pub(super) struct Memory {
    /// The head as it was committed last.
    pub(super) head: Head,
    /// What the last complete checkpoint has proven.
    pub(super) mark: Mark,
    pub(super) keys: Keyring,
    pub(super) notes: Vec<Note>,
    /// Capture is stopped: the disk was full.
    pub(super) stopped: bool,
    /// What went wrong with the connection.
    pub(super) fault: Option<Fault>,
    pub(super) pending: Option<Pending>,
    /// When it was last looked at what is to be kept of the time: clock session and monotonic time.
    pub(super) timed: Option<(u64, u64)>,
}

/// The open store.
pub(super) struct Store {
    pub(super) conn: Connection,
    pub(super) memory: Memory,
}

/// Opens a connection for writing; the file is made if it is missing.
pub(super) fn connect(site: &Site, path: &std::path::Path) -> Result<Connection> {
    let new = !path.exists();
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = open_with(site, path, flags)?;
    if new {
        sync_dir(&site.options.dir)?;
    }
    if conn.is_readonly("main")? {
        let reason = "its file is read-only".to_owned();
        return Err(Error::ReadOnly { path: site.options.dir.clone(), reason });
    }
    pragmas::prepare(&conn)?;
    Ok(conn)
}

/// Opens a connection with these flags, through the VFS that was asked for.
pub(super) fn open_with(site: &Site, path: &std::path::Path, flags: OpenFlags) -> Result<Connection> {
    let opened = match &site.options.vfs {
        Some(vfs) => Connection::open_with_flags_and_vfs(path, flags, vfs.as_str()),
        None => Connection::open_with_flags(path, flags),
    };
    opened.map_err(|error| blame(site, error.into()))
}

/// The error for a file, log or index that the folder does not let be opened or made.
pub(super) fn blame(site: &Site, error: Error) -> Error {
    use rusqlite::ErrorCode as C;
    let code = if let Error::Database(inner) = &error { inner.sqlite_error_code() } else { None };
    match code {
        Some(C::CannotOpen | C::PermissionDenied | C::ReadOnly) => {
            let reason = "its file, or the log beside it, cannot be opened".to_owned();
            Error::ReadOnly { path: site.options.dir.clone(), reason }
        }
        _ => error,
    }
}

impl Store {
    /// One transaction. Only when this answers `Ok` is anything saved.
    pub(super) fn transact<T>(
        &mut self,
        site: &Site,
        writer: Writer,
        f: impl FnOnce(&mut Action<'_>) -> Result<T>,
    ) -> Result<T> {
        let tx = match Transaction::new_unchecked(&self.conn, TransactionBehavior::Immediate) {
            Ok(tx) => tx,
            Err(error) => return Err(self.memory.failed(site, error.into())),
        };
        let before = self.memory.head.clone();
        let mut action = Action::begin(tx, &self.memory.keys, site, before.clone());
        let outcome = f(&mut action);
        let Done { tx, head, appended, notes, now } = action.finish();
        let value = match outcome {
            // What needs no record is answered on a full disk as well.
            Ok(_) if writer == Writer::Capture && self.memory.stopped && !appended.is_empty() => {
                drop(tx);
                self.memory.undo(&before, &head);
                return Err(Error::Full);
            }
            Ok(value) if writer == Writer::Upkeep || !appended.is_empty() => value,
            Ok(value) => return Ok(value),
            Err(error) => {
                drop(tx);
                self.memory.undo(&before, &head);
                return Err(self.memory.failed(site, error));
            }
        };
        let saved = if head == before { Ok(()) } else { head.save(&tx) };
        let timed = self.memory.is_timed(&now, TIME_EVERY_MS);
        let saved = saved.and_then(|()| if timed { anchors::keep_reached(&tx, &now) } else { Ok(()) });
        match saved.and_then(|()| Ok(tx.commit()?)) {
            Ok(()) => {
                self.memory.head = head;
                self.memory.timed = if timed { Some((now.clock, now.mono_ms)) } else { self.memory.timed };
                self.memory.notes.extend(notes);
                Ok(value)
            }
            Err(error) => {
                self.memory.undo(&before, &head);
                let error = self.memory.failed(site, error);
                if self.memory.fault.is_none() {
                    return Err(error);
                }
                self.memory.pending = Some(Pending { head, records: appended });
                Err(Error::OutcomeUnknown)
            }
        }
    }

    /// One reading of one snapshot.
    pub(super) fn view<T>(&mut self, site: &Site, f: impl FnOnce(&View<'_>) -> Result<T>) -> Result<T> {
        let memory = &mut self.memory;
        let outcome = Transaction::new_unchecked(&self.conn, TransactionBehavior::Deferred)
            .map_err(Error::from)
            .and_then(|tx| f(&View { tx, keys: &memory.keys, campaign: memory.head.campaign, link: memory.head.link }));
        outcome.map_err(|error| memory.failed(site, error))
    }

    /// Empties the log into the file, which makes everything in it durable a second time, and
    /// writes a tick, so that no user action pays for the new log's first sync. Answers whether
    /// the log is empty; a reader in another process may be in the way. It is waited for only with
    /// `patience`: somebody may be scanning.
    pub(super) fn checkpoint(&mut self, site: &Site, patience: bool) -> Result<bool> {
        let outcome = pragmas::with_patience(&self.conn, patience, truncate)
            .and_then(|truncated| tick(&self.conn).map(|()| truncated));
        match outcome {
            Ok(truncated) => {
                if truncated {
                    self.memory.mark = Mark::of(&self.memory.head);
                }
                Ok(truncated)
            }
            Err(error) => Err(self.memory.failed(site, error)),
        }
    }
}

/// A TRUNCATE checkpoint; `false` if a reader kept it from being complete.
pub(super) fn truncate(conn: &Connection) -> Result<bool> {
    let busy: i64 = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(busy == 0)
}

/// Writes the log's first frame.
pub(super) fn tick(conn: &Connection) -> Result<()> {
    conn.execute("UPDATE tick SET count = count + 1 WHERE one = 1", [])?;
    Ok(())
}

impl Memory {
    /// Whether it is time again to keep what is known of the time.
    pub(super) fn is_timed(&self, now: &Now, every_ms: u64) -> bool {
        self.timed.is_none_or(|(clock, mono_ms)| clock != now.clock || now.mono_ms >= mono_ms.saturating_add(every_ms))
    }

    /// What `error` means for the store, and its name for the caller.
    fn failed(&mut self, site: &Site, error: Error) -> Error {
        match Fault::of(&error) {
            Some(Fault::Full) => self.stop_capture(site),
            Some(fault) => self.fault = Some(fault),
            None => {}
        }
        fault::named(error)
    }

    /// The disk is full: no more capture until there is room for the ballast again.
    pub(super) fn stop_capture(&mut self, site: &Site) {
        ballast::release(site);
        if !self.stopped {
            self.stopped = true;
            self.notes.push(Note::CaptureStopped);
        }
    }

    /// Forgets what a transaction that did not come about left in memory.
    fn undo(&self, before: &Head, after: &Head) {
        if before.epoch != after.epoch || before.campaign != after.campaign {
            self.keys.forget();
        } else if before.segment.map(|open| open.id) != after.segment.map(|open| open.id) {
            self.keys.forget_data_keys();
        }
    }
}
