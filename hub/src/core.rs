//! What every part of a hub shares.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use fieldcore::Secret;
use fieldcore::wire::{DispatchKind, KeySet};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::ingest::apply::Applier;
use crate::ingest::verify::Checker;
use crate::keys::KeyRing;
use crate::roster::ids::Namer;
use crate::store::sqlite::SqliteStore;
use crate::store::{Reads, Store, Tx};
use crate::surroundings::Surroundings;
use crate::writer::Writer;

/// The store's file in a hub's folder.
pub(crate) const STORE_FILE: &str = "hub.db";
/// The folder of secrets.
pub(crate) const KEYS_DIR: &str = "keys";
/// The folder of what the operator takes away.
pub(crate) const TAKE_AWAY_DIR: &str = "take-away";

/// A hub's parts.
pub(crate) struct Core {
    pub(crate) dir: PathBuf,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) writer: Writer,
    pub(crate) around: Surroundings,
    pub(crate) campaign: Uuid,
    ring: RwLock<Arc<KeyRing>>,
    prints: Secret,
}

impl Core {
    /// Opens the hub in `dir`.
    pub(crate) fn open(dir: &Path, around: Surroundings) -> Result<Arc<Self>> {
        let path = dir.join(STORE_FILE);
        if !path.exists() {
            return Err(Error::Missing { path: dir.to_path_buf() });
        }
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&path)?);
        let (campaign, prints, set) = basics(store.as_ref())?;
        let ring = RwLock::new(Arc::new(KeyRing::open(&dir.join(KEYS_DIR), set)?));
        let writer = Writer::start(Arc::clone(&store), around.clone())?;
        Ok(Arc::new(Self { dir: dir.to_path_buf(), store, writer, around, campaign, ring, prints }))
    }

    /// The keys, read again when another process changed the key set.
    pub(crate) fn ring(&self) -> Result<Arc<KeyRing>> {
        let known = Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner));
        let stored =
            self.read(|reads| Ok(reads.dispatch(DispatchKind::KeySet.code(), true)?.map_or(0, |row| row.version)))?;
        if stored == known.set.version {
            return Ok(known);
        }
        self.reload_ring()
    }

    /// Reads the key folder again: a key was put back, or taken away.
    pub(crate) fn reload_ring(&self) -> Result<Arc<KeyRing>> {
        let (_, _, set) = basics(self.store.as_ref())?;
        let fresh = Arc::new(KeyRing::open(&self.dir.join(KEYS_DIR), set)?);
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&fresh);
        Ok(fresh)
    }

    /// Names what is in an area.
    pub(crate) fn namer(&self, area: &str) -> Namer {
        Namer::new(&self.prints, area)
    }

    pub(crate) fn checker<'a>(&'a self, ring: &'a KeyRing) -> Checker<'a> {
        Checker { ring, prints: &self.prints, campaign: self.campaign }
    }

    pub(crate) fn applier<'a>(&'a self, ring: &'a KeyRing) -> Applier<'a> {
        Applier { checker: self.checker(ring), around: &self.around, now_ms: self.around.now_ms() }
    }

    /// Runs `work` on one consistent view.
    pub(crate) fn read<T>(&self, mut work: impl FnMut(&dyn Reads) -> Result<T>) -> Result<T> {
        let mut out = None;
        self.store.read(&mut |reads| {
            out = Some(work(reads)?);
            Ok(())
        })?;
        out.ok_or(Error::Stopping)
    }

    /// Runs `work` in a transaction of the writer, with all keys at hand.
    pub(crate) fn write<T: Send + 'static>(
        self: &Arc<Self>,
        mut work: impl FnMut(&Applier<'_>, &mut dyn Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let ring = self.ring()?;
        let core = Arc::downgrade(self);
        self.writer.run(move |tx| {
            let core = core.upgrade().ok_or(Error::Stopping)?;
            work(&core.applier(&ring), tx)
        })
    }
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "hub of campaign {}", self.campaign)
    }
}

fn basics(store: &dyn Store) -> Result<(Uuid, Secret, KeySet)> {
    let mut out = None;
    store.read(&mut |reads| {
        let campaign: Option<[u8; 16]> = reads.meta("campaign")?.and_then(|bytes| bytes.try_into().ok());
        let prints: Option<[u8; 32]> = reads.meta("prints")?.and_then(|bytes| bytes.try_into().ok());
        let set = reads.dispatch(DispatchKind::KeySet.code(), true)?;
        out = campaign.zip(prints).zip(set);
        Ok(())
    })?;
    let ((campaign, prints), set) =
        out.ok_or_else(|| Error::Damaged { what: "the campaign's identity is missing".to_owned() })?;
    Ok((Uuid::from_bytes(campaign), Secret::new(prints), KeySet::parse(&set.payload)?))
}
