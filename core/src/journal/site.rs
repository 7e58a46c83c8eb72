//! Where one journal lives: its files, its platform, who holds it.

use std::fs;
use std::path::{Path, PathBuf};

use super::options::JournalOptions;
use crate::error::{Error, Result};
use crate::platform::Platform;
use crate::wire::Mode;

/// One journal's place and surroundings.
pub(super) struct Site {
    pub(super) options: JournalOptions,
    pub(super) platform: Platform,
}

impl Site {
    fn file(&self, suffix: &str) -> PathBuf {
        self.options.dir.join(format!("{}{suffix}", self.stem()))
    }

    const fn stem(&self) -> &'static str {
        match self.options.mode {
            Mode::Live => "journal",
            Mode::Practice => "practice",
        }
    }

    /// What stands in front of every name in the vault, so that practice shares no secret.
    pub(super) const fn prefix(&self) -> &'static str {
        match self.options.mode {
            Mode::Live => "",
            Mode::Practice => "practice/",
        }
    }

    pub(super) fn database(&self) -> PathBuf {
        self.file(".db")
    }

    /// The database that a salvage builds before it takes the other's place.
    pub(super) fn successor(&self) -> PathBuf {
        self.file(".new.db")
    }

    pub(super) fn lock(&self) -> PathBuf {
        self.file(".lock")
    }

    pub(super) fn ballast(&self) -> PathBuf {
        self.file(".ballast")
    }

    /// The name of the `n`th file set aside.
    pub(super) fn damaged(&self, n: u32) -> PathBuf {
        self.file(&format!(".damaged-{n}.db"))
    }

    /// How many files were set aside here.
    pub(super) fn set_aside(&self) -> u32 {
        (1..).take_while(|n| self.damaged(*n).exists()).last().unwrap_or(0)
    }

    /// Bytes of the write-ahead log.
    pub(super) fn wal_bytes(&self) -> u64 {
        fs::metadata(wal(&self.database())).map_or(0, |meta| meta.len())
    }

    /// The error for what could not be done in the folder.
    pub(super) fn blame(&self, path: &Path, error: std::io::Error) -> Error {
        use std::io::ErrorKind as K;
        match error.kind() {
            K::PermissionDenied | K::ReadOnlyFilesystem => {
                Error::ReadOnly { path: self.options.dir.clone(), reason: error.to_string() }
            }
            K::StorageFull | K::QuotaExceeded => Error::Full,
            _ => Error::io(path, error),
        }
    }

    /// Makes the folder, readable by its owner alone.
    pub(super) fn make_folder(&self) -> Result<()> {
        let dir = &self.options.dir;
        if dir.is_dir() {
            return Ok(());
        }
        make_private_dir(dir).map_err(|error| self.blame(dir, error))?;
        if let Some(parent) = dir.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            sync_dir(parent)?;
        }
        Ok(())
    }
}

/// The write-ahead log beside `database`.
pub(super) fn wal(database: &Path) -> PathBuf {
    beside(database, "-wal")
}

/// The log's index beside `database`.
pub(super) fn shm(database: &Path) -> PathBuf {
    beside(database, "-shm")
}

fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Makes `dir` and its parents; readable by the owner alone where the system knows owners.
pub(crate) fn make_private_dir(dir: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Makes the names in `dir` durable.
pub(crate) fn sync_dir(dir: &Path) -> Result<()> {
    // A folder cannot be opened as a file elsewhere; there the file system orders names itself.
    if cfg!(unix) {
        fs::File::open(dir).and_then(|file| file.sync_all()).map_err(|error| Error::io(dir, error))?;
    }
    Ok(())
}
