//! What can go wrong at a hub, in words for its operator.
//!
//! No text carries personal data: only places, counts, codes and ids of devices and items.

use std::path::PathBuf;

/// What the hub answers when it cannot do what it was asked.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something could not be done, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no hub where one was to be opened.
    #[error("there is no hub in {path}; start one with `init`, or name its folder with --dir")]
    Missing {
        /// The folder.
        path: PathBuf,
    },
    /// There is a hub where a new one was to be made.
    #[error("{path} already holds a hub; nothing was changed, choose an empty folder")]
    Taken {
        /// The folder.
        path: PathBuf,
    },
    /// Another process serves from this folder.
    #[error("the hub in {path} is being served by {holder}; stop that process first")]
    Locked {
        /// The folder.
        path: PathBuf,
        /// Who serves, as that process described itself.
        holder: String,
    },
    /// The folder cannot be written.
    #[error("{path} cannot be written ({reason}); make the folder writable for this user")]
    ReadOnly {
        /// The folder or file.
        path: PathBuf,
        /// The operating system's reason.
        reason: String,
    },
    /// The store was written by a newer version.
    #[error(
        "the hub's store has schema {found}, this version knows up to {known}; update the hub, nothing was changed"
    )]
    Newer {
        /// The schema found.
        found: u32,
        /// The newest schema known here.
        known: u32,
    },
    /// The store failed.
    #[error("the hub's store failed ({what}: {why}); nothing of this request was saved, it may be sent again")]
    Store {
        /// What was being done.
        what: &'static str,
        /// The store's own words.
        why: String,
    },
    /// The store holds something that it never should.
    #[error("the hub's store is damaged ({what}); restore a backup beside it and run `verify` on both")]
    Damaged {
        /// What was found.
        what: String,
    },
    /// So many requests wait that this one was not taken.
    #[error("the hub is busy; nothing of this request was read, send it again after {retry_after_s} s")]
    Busy {
        /// Seconds after which to try again.
        retry_after_s: u32,
    },
    /// A key that is needed is not in the hub's key folder.
    #[error("{what}: the key is not in the hub's key folder; {next}")]
    NoKey {
        /// What needed the key.
        what: String,
        /// What to do.
        next: &'static str,
    },
    /// A request or file is not readable.
    #[error("{what} is not readable: {why}")]
    Unreadable {
        /// What was being read.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// What was asked for does not exist.
    #[error("{what} is not known to this hub; {next}")]
    Unknown {
        /// What was looked for (no personal data).
        what: String,
        /// What to do.
        next: &'static str,
    },
    /// A word of the command line is none that it takes.
    #[error("{what}: {why}")]
    Usage {
        /// The word's place.
        what: &'static str,
        /// What it takes.
        why: String,
    },
    /// What was asked for is not possible in the present state.
    #[error("{what}: {why}")]
    Refused {
        /// What was asked.
        what: &'static str,
        /// Why not, and what to do next.
        why: String,
    },
    /// The hub is stopping.
    #[error("the hub is stopping; send the request again when it is back")]
    Stopping,
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// The core said no.
    #[error(transparent)]
    Core(#[from] fieldcore::Error),
}

impl Error {
    /// A [`Error::Refused`] for `what`, for the reason `why`.
    pub fn refused(what: &'static str, why: impl Into<String>) -> Self {
        Self::Refused { what, why: why.into() }
    }

    /// A [`Error::Usage`] for `what`, which takes what `why` says.
    pub fn usage(what: &'static str, why: impl Into<String>) -> Self {
        Self::Usage { what, why: why.into() }
    }

    /// A [`Error::Unreadable`] for `what`, wrong as `why` says.
    pub fn unreadable(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Unreadable { what: what.into(), why: why.into() }
    }

    /// A [`Error::Io`] at `path`.
    pub fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        let path = path.into();
        match source.kind() {
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                Self::ReadOnly { path, reason: source.to_string() }
            }
            _ => Self::Io { path, source },
        }
    }

    /// The exit code of the command line (the project's table: 1 no, 2 usage, 3 unreadable, 4 store).
    pub fn exit_code(&self) -> u8 {
        use fieldcore::Error as Core;
        match self {
            Self::Unknown { .. } | Self::Refused { .. } | Self::NoKey { .. } | Self::Busy { .. } => 1,
            Self::Usage { .. } => 2,
            Self::Unreadable { .. } | Self::Io { .. } => 3,
            Self::Core(Core::Decode { .. } | Core::Invalid { .. } | Core::Limit { .. } | Core::Io { .. }) => 3,
            Self::Core(Core::Refused { .. } | Core::Untrusted { .. }) => 1,
            _ => 4,
        }
    }
}
