//! Folders and platforms for journals.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fieldcore::{Clock, Entropy, KeyVault, Platform};
use tempfile::TempDir;

/// A folder that goes when the test ends, in memory where the system has such a place.
#[derive(Debug)]
pub struct TempFolder(TempDir);

impl TempFolder {
    /// A folder in memory: for tests whose disk is simulated.
    pub fn in_memory() -> Self {
        let memory = Path::new("/dev/shm");
        let parent = if memory.is_dir() { memory.to_path_buf() } else { std::env::temp_dir() };
        Self(TempDir::with_prefix_in("fieldcore-", parent).expect("a temporary folder can be made"))
    }

    /// A folder on the disk: for tests that kill processes or measure.
    pub fn on_disk() -> Self {
        Self(TempDir::with_prefix("fieldcore-").expect("a temporary folder can be made"))
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// A path inside it.
    pub fn join(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// The three together.
pub fn platform(
    clock: &Arc<impl Clock + 'static>,
    entropy: &Arc<impl Entropy + 'static>,
    vault: &Arc<impl KeyVault + 'static>,
) -> Platform {
    Platform { clock: clock.clone(), entropy: entropy.clone(), vault: vault.clone() }
}
