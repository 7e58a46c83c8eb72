//! A SQLite VFS for tests. It lies over the system's own, counts what passes, fails on demand,
//! and remembers which bytes a power cut would leave.
//!
//! Modelled on SQLite's own crash tests (`test6.c`): at a cut every write since the last sync is
//! there, not there, torn or garbled. A failed sync is modelled as Linux does it: the pages are
//! marked clean, later syncs do not carry them, reads still see them until the power goes.
//!
//! No data is really synced, so thousands of cuts take seconds.

mod model;
mod shim;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::Model;
pub use model::{Cut, Image};

/// Which files something is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Every file.
    Any,
    /// The write-ahead log.
    Wal,
    /// The database file.
    Main,
}

impl Which {
    fn is(self, path: &Path) -> bool {
        let wal = path.to_string_lossy().ends_with("-wal");
        match self {
            Self::Any => true,
            Self::Wal => wal,
            Self::Main => !wal,
        }
    }
}

/// What passed through the VFS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sync calls, of any file.
    pub syncs: u64,
    /// Sync calls of write-ahead logs.
    pub wal_syncs: u64,
    /// Writes and truncations.
    pub writes: u64,
    /// Bytes written.
    pub bytes: u64,
    /// Faults that were injected.
    pub faults: u64,
}

#[derive(Debug)]
struct State {
    folder: PathBuf,
    model: Model,
    counts: Counts,
    fail_sync: Option<(Which, u64)>,
    full_from: Option<u64>,
    capacity: Option<u64>,
    lying: Option<Which>,
    cut_after: Option<(u64, Cut)>,
    after_cut: Option<Image>,
}

#[derive(Debug)]
struct Shared(Mutex<State>);

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A simulated disk that holds one folder, under a VFS name of its own.
#[derive(Debug)]
pub struct Disk {
    shared: Arc<Shared>,
    registered: shim::Registered,
}

impl Disk {
    /// A disk for the files below `folder`; what is there already counts as synced.
    pub fn new(folder: &Path) -> Self {
        let shared = Arc::new(Shared(Mutex::new(State {
            folder: folder.to_path_buf(),
            model: Model::default(),
            counts: Counts::default(),
            fail_sync: None,
            full_from: None,
            capacity: None,
            lying: None,
            cut_after: None,
            after_cut: None,
        })));
        let registered = shim::register(&shared);
        Self { shared, registered }
    }

    /// The name to open a database under.
    pub fn name(&self) -> &str {
        self.registered.name()
    }

    /// What passed so far.
    pub fn counts(&self) -> Counts {
        self.shared.state().counts
    }

    /// Fails the `nth` sync from now (1 is the next) of these files, once.
    pub fn fail_sync(&self, which: Which, nth: u64) {
        self.shared.state().fail_sync = Some((which, nth));
    }

    /// Lets every write from the `nth` from now on meet a full disk, until [`Disk::free`].
    pub fn full_from(&self, nth: u64) {
        self.shared.state().full_from = Some(nth);
    }

    /// The folder may hold so many bytes, whoever wrote them (the shared-memory index apart);
    /// a write that would make it grow beyond meets a full disk.
    pub fn capacity(&self, bytes: u64) {
        self.shared.state().capacity = Some(bytes);
    }

    /// There is space again.
    pub fn free(&self) {
        let mut state = self.shared.state();
        state.full_from = None;
        state.capacity = None;
    }

    /// From now on syncs of these files say yes and do nothing: what weaker pragmas, or a
    /// lying drive, amount to.
    pub fn ignore_syncs(&self, which: Which) {
        self.shared.state().lying = Some(which);
    }

    /// Cuts the power at the `nth` write, truncation or sync from now, before it is done;
    /// everything after that fails.
    pub fn cut_after(&self, nth: u64, how: Cut) {
        self.shared.state().cut_after = Some((nth, how));
    }

    /// Whether the power is off.
    pub fn is_off(&self) -> bool {
        self.shared.state().after_cut.is_some()
    }

    /// What the disk holds after the cut; cuts the power now if it has not gone yet.
    pub fn cut(&self, how: Cut) -> Image {
        let mut state = self.shared.state();
        state.power_off(how).clone()
    }
}

/// What the VFS answers to an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// Do it.
    Go,
    /// The disk is full.
    Full,
    /// The power is off.
    Off,
    /// The sync fails.
    Fail,
    /// Say yes and do nothing.
    Lie,
}

impl State {
    fn power_off(&mut self, how: Cut) -> &Image {
        let Self { after_cut, model, folder, .. } = self;
        after_cut.get_or_insert_with(|| model.cut(folder, how))
    }

    /// Counts down to the cut; true when the power is off.
    fn off(&mut self) -> bool {
        if let Some((left, how)) = self.cut_after {
            self.cut_after = Some((left.saturating_sub(1), how));
            if left <= 1 {
                self.cut_after = None;
                self.power_off(how);
            }
        }
        self.after_cut.is_some()
    }

    fn on_write(&mut self, path: &Path, at: u64, bytes: usize) -> Verdict {
        if self.off() {
            return Verdict::Off;
        }
        if let Some(left) = self.full_from {
            self.full_from = Some(left.saturating_sub(1));
            if left <= 1 {
                self.counts.faults += 1;
                return Verdict::Full;
            }
        }
        if let Some(capacity) = self.capacity
            && self.model.grows_beyond(&self.folder, path, at + bytes as u64, capacity)
        {
            self.counts.faults += 1;
            return Verdict::Full;
        }
        self.counts.writes += 1;
        self.counts.bytes += bytes as u64;
        Verdict::Go
    }

    fn on_sync(&mut self, path: &Path) -> Verdict {
        if self.off() {
            return Verdict::Off;
        }
        self.counts.syncs += 1;
        self.counts.wal_syncs += u64::from(Which::Wal.is(path));
        if let Some((which, left)) = self.fail_sync
            && which.is(path)
        {
            self.fail_sync = (left > 1).then_some((which, left.saturating_sub(1)));
            if left <= 1 {
                self.counts.faults += 1;
                return Verdict::Fail;
            }
        }
        if self.lying.is_some_and(|which| which.is(path)) { Verdict::Lie } else { Verdict::Go }
    }
}
