//! How a journal is opened.

use std::path::PathBuf;

use crate::limits::BALLAST_BYTES;
use crate::wire::Mode;

/// How and where a journal is opened.
#[derive(Clone, Debug)]
pub struct JournalOptions {
    /// The journal's folder; it is made if it is missing.
    pub dir: PathBuf,
    /// Live or practice. Both may live in one folder: their files, locks and secrets are apart.
    pub mode: Mode,
    /// The name of a registered SQLite VFS instead of the platform's own, for fault tests.
    pub vfs: Option<String>,
    /// Bytes of the ballast file that is released once when the disk is full; 0 for none.
    pub ballast_bytes: u64,
    /// The app and its version, written into the first record of every epoch.
    pub app: String,
    /// Who holds the journal, in words for a person; written into the lock file.
    pub holder: String,
}

impl JournalOptions {
    /// A live journal in `dir` on the platform's own file system, held by this process.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            mode: Mode::Live,
            vfs: None,
            ballast_bytes: BALLAST_BYTES,
            app: concat!("fieldcore/", env!("CARGO_PKG_VERSION")).to_owned(),
            holder: format!("process {}", std::process::id()),
        }
    }
}
