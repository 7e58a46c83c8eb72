//! The journal: the append-only, encrypted, durable store of one device.
//!
//! *Saved* means that the commit returned. One user action is one transaction with one sync call
//! in it; sealing, checkpoints and everything else that takes time happen in
//! [`Journal::maintain`], which the shell calls when nobody waits. Nothing is ever deleted because
//! it is damaged, and nothing is called saved on a store that would not promise it.

mod action;
mod anchors;
mod ballast;
mod cards;
mod carried;
mod carry_out;
mod carve;
mod dispatches;
mod documents;
mod enrol;
mod epoch;
mod erase;
mod fault;
mod gaps;
mod head;
mod hub;
mod item;
mod keyring;
mod life;
mod lock;
mod log;
mod maintain;
mod meta;
mod note;
mod open;
mod options;
mod outbox;
mod outstanding;
mod pragmas;
mod prove;
mod read;
mod recover;
mod reissue;
mod rosters;
mod rotten;
mod salvage;
mod schema;
mod seal;
mod segment;
mod sign;
mod site;
mod spare;
mod spot;
mod store;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod verify;
mod wal_check;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Transaction, TransactionBehavior};
use uuid::Uuid;

pub(crate) use action::{Action, Mark, View};
pub use cards::HeldDelegation;
pub use carried::Carried;
pub(crate) use carry_out::Leaving;
pub(crate) use enrol::{profile_of, profile_version};
pub use erase::Erasure;
pub use note::{Figures, Maintained, Note};
pub use options::JournalOptions;
pub use rosters::RosterState;
pub(crate) use rosters::Stamp as RosterStamp;
pub(crate) use sign::Moment;
pub(crate) use site::{make_private_dir, sync_dir};
pub use spot::{Helper, KitTaken, WelcomeTaken};
pub use verify::Verified;

use crate::error::{Error, Result};
use crate::id::{DeviceId, Epoch};
use crate::platform::Platform;
use crate::wire::Mode;
use head::Head;
use lock::WriterLock;
use open::Reader;
use site::Site;
use store::{Memory, Store, Writer};

/// The journal of one device. Cheap to clone; all clones are one journal. It is closed by
/// [`Journal::shutdown`], or when the last clone is dropped.
#[derive(Clone)]
pub struct Journal {
    shared: Arc<Shared>,
}

struct Shared {
    site: Site,
    inner: Mutex<Inner>,
    /// Who writes, known without waiting for whoever works on the store.
    identity: Mutex<Identity>,
    /// When an enrolment last left without any records beside it, monotonic milliseconds.
    alone: Mutex<Option<u64>>,
    /// The roster as it was opened last.
    roster: rosters::Opened,
}

/// Who writes, for which campaign.
#[derive(Clone, Copy)]
struct Identity {
    device: DeviceId,
    epoch: Epoch,
    campaign: Uuid,
}

impl Identity {
    const fn of(head: &Head) -> Self {
        Self { device: head.epoch.device, epoch: head.epoch.epoch, campaign: head.campaign }
    }
}

struct Inner {
    slot: Slot,
    lock: Option<WriterLock>,
}

enum Slot {
    /// Ready.
    Open(Box<Store>),
    /// The connection failed and is gone; what was in memory stays for the proof.
    Failed(Box<Memory>),
    /// Opened for reading.
    Reading(Box<Reader>),
    /// Suspended or shut down.
    Closed,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Journal")
    }
}

impl Journal {
    /// Opens the journal for writing; makes it if it is missing. Takes the writer's lock
    /// ([`Error::Locked`] names who has it), proves what was written last, and goes on with a new
    /// epoch where file and vault do not belong together any more ([`Journal::notes`] tells).
    pub fn open(options: JournalOptions, platform: Platform) -> Result<Self> {
        let site = Site { options, platform };
        site.make_folder()?;
        let lock = WriterLock::take(&site)?;
        let store = open::open(&site)?;
        let identity = Identity::of(&store.memory.head);
        Ok(Self::new(site, Slot::Open(Box::new(store)), Some(lock), identity))
    }

    /// Opens the journal for reading, beside a writer in this or another process. Everything that
    /// would write answers [`Error::Refused`].
    pub fn open_read_only(options: JournalOptions, platform: Platform) -> Result<Self> {
        let site = Site { options, platform };
        let reader = open::read_only(&site)?;
        let identity = Identity::of(&reader.head(&site)?);
        Ok(Self::new(site, Slot::Reading(Box::new(reader)), None, identity))
    }

    fn new(site: Site, slot: Slot, lock: Option<WriterLock>, identity: Identity) -> Self {
        let inner = Mutex::new(Inner { slot, lock });
        let (identity, alone, roster) = (Mutex::new(identity), Mutex::new(None), rosters::Opened::default());
        Self { shared: Arc::new(Shared { site, inner, identity, alone, roster }) }
    }

    /// A panic under the lock rolled its transaction back; the memory was not touched.
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.shared.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works on the open store; heals it first if its connection failed.
    fn with<T>(&self, f: impl FnOnce(&Site, &mut Store) -> Result<T>) -> Result<T> {
        let site = &self.shared.site;
        let mut inner = self.inner();
        heal(site, &mut inner)?;
        let Slot::Open(store) = &mut inner.slot else {
            return Err(match inner.slot {
                Slot::Reading(_) => {
                    Error::refused("writing", "the journal was opened for reading; open it for writing")
                }
                _ => Error::Closed,
            });
        };
        let outcome = f(site, store);
        self.remember(Identity::of(&store.memory.head));
        if store.memory.fault.is_some() {
            fail(&mut inner);
        }
        outcome
    }

    /// What happened since the journal was opened that a person should know, oldest first.
    pub fn notes(&self) -> Vec<Note> {
        match &self.inner().slot {
            Slot::Open(store) => store.memory.notes.clone(),
            Slot::Failed(memory) => memory.notes.clone(),
            Slot::Reading(_) | Slot::Closed => Vec::new(),
        }
    }

    fn remember(&self, identity: Identity) {
        *self.shared.identity.lock().unwrap_or_else(PoisonError::into_inner) = identity;
    }

    fn alone(&self) -> MutexGuard<'_, Option<u64>> {
        self.shared.alone.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn site(&self) -> &Site {
        &self.shared.site
    }

    fn is_capture_stopped(&self) -> bool {
        match &self.inner().slot {
            Slot::Open(store) => store.memory.stopped,
            Slot::Failed(memory) => memory.stopped,
            Slot::Reading(_) | Slot::Closed => false,
        }
    }

    fn identity(&self) -> Identity {
        *self.shared.identity.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The device that writes.
    pub fn device(&self) -> DeviceId {
        self.identity().device
    }

    /// The epoch that is written.
    pub fn epoch(&self) -> Epoch {
        self.identity().epoch
    }

    /// The campaign in force: one that the journal drew itself, until a profile or an invitation
    /// names another.
    pub fn campaign(&self) -> Uuid {
        self.identity().campaign
    }

    /// Live or practice.
    pub fn mode(&self) -> Mode {
        self.shared.site.options.mode
    }

    /// Whether it was opened for reading.
    pub fn is_read_only(&self) -> bool {
        matches!(self.inner().slot, Slot::Reading(_))
    }

    /// The clock, randomness and vault that the journal works with.
    pub fn platform(&self) -> &Platform {
        &self.shared.site.platform
    }

    /// One user action: one transaction, one sync call. `f` appends records; an error of `f`
    /// rolls everything back, and nothing appended means nothing written. When this answers `Ok`,
    /// the records are on the disk.
    pub(crate) fn act<T>(&self, f: impl FnOnce(&mut Action<'_>) -> Result<T>) -> Result<T> {
        self.with(|site, store| store.transact(site, Writer::Capture, f))
    }

    /// A transaction of the journal's own: receipts, keys, sealing.
    fn upkeep<T>(&self, f: impl FnOnce(&mut Action<'_>) -> Result<T>) -> Result<T> {
        self.with(|site, store| store.transact(site, Writer::Upkeep, f))
    }

    /// Reads one snapshot; nothing is written.
    pub(crate) fn view<T>(&self, f: impl FnOnce(&View<'_>) -> Result<T>) -> Result<T> {
        {
            let mut inner = self.inner();
            if let Slot::Reading(reader) = &mut inner.slot {
                let site = &self.shared.site;
                let (identity, outcome) = reader.view(site, f).map_err(|error| open::reading(site, error))?;
                self.remember(identity);
                return outcome.map_err(|error| open::reading(site, error));
            }
        }
        self.with(|site, store| store.view(site, f))
    }
}

impl Reader {
    fn head(&self, site: &Site) -> Result<Head> {
        Head::load(&self.conn)?.ok_or_else(|| Error::Missing { path: site.options.dir.clone() })
    }

    /// One reading. Another process may have gone on, so keys and epochs are read again.
    fn view<T>(&self, site: &Site, f: impl FnOnce(&View<'_>) -> Result<T>) -> Result<(Identity, Result<T>)> {
        self.keys.forget();
        let tx = Transaction::new_unchecked(&self.conn, TransactionBehavior::Deferred)?;
        let head = self.head(site)?;
        Ok((Identity::of(&head), f(&View { tx, keys: &self.keys, campaign: head.campaign, link: head.link })))
    }
}

/// Drops the connection that failed and keeps the memory.
fn fail(inner: &mut Inner) {
    if let Slot::Open(store) = std::mem::replace(&mut inner.slot, Slot::Closed) {
        inner.slot = Slot::Failed(Box::new(store.memory));
    }
}

/// Brings a failed store back, or says why not; then it stays failed for another try.
fn heal(site: &Site, inner: &mut Inner) -> Result<()> {
    match std::mem::replace(&mut inner.slot, Slot::Closed) {
        Slot::Failed(memory) => match recover::heal(site, *memory) {
            Ok(store) => {
                inner.slot = Slot::Open(Box::new(store));
                Ok(())
            }
            Err((error, memory)) => {
                inner.slot = Slot::Failed(memory);
                Err(error)
            }
        },
        other => {
            inner.slot = other;
            Ok(())
        }
    }
}
