//! One rich error for everything the core does.
//!
//! Every text says what happened, to what, and what to do next. None carries personal data:
//! numbers, names and labels of people never enter an error, only places, counts and codes.

use std::path::PathBuf;

/// What the core answers when it cannot do what it was asked.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something could not be done, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another writer holds the journal.
    #[error("journal {path} is held by {holder}; stop that one first, or use a command that only reads")]
    Locked {
        /// The journal's folder.
        path: PathBuf,
        /// Who holds it, as that process described itself.
        holder: String,
    },
    /// The journal's folder cannot be written.
    #[error("journal {path} cannot be written ({reason}); make the folder writable or choose another with --journal")]
    ReadOnly {
        /// The journal's folder.
        path: PathBuf,
        /// The operating system's reason.
        reason: String,
    },
    /// There is no journal where one was to be read.
    #[error("there is no journal in {path}; start one with `init`, `enrol` or `station`")]
    Missing {
        /// The journal's folder.
        path: PathBuf,
    },
    /// The file was written by a newer version of the core.
    #[error("journal {path} has schema {found}, this version knows up to {known}; update the app, nothing was changed")]
    Newer {
        /// The journal's file.
        path: PathBuf,
        /// The schema version found in the file.
        found: u32,
        /// The newest schema version known here.
        known: u32,
    },
    /// The file is damaged and could not be replaced automatically.
    #[error("journal {path} is damaged ({reason}); it was left as it is, copy the folder away before anything else")]
    Damaged {
        /// The journal's file.
        path: PathBuf,
        /// What showed the damage.
        reason: String,
    },
    /// SQLite refused the durability that "saved" promises.
    #[error(
        "the store would not promise durability: {pragma} is {found}, must be {wanted}; nothing is saved on such a store"
    )]
    NotDurable {
        /// The pragma that was read back.
        pragma: &'static str,
        /// The value read back.
        found: String,
        /// The value that durability needs.
        wanted: &'static str,
    },
    /// The disk is full.
    #[error("the disk is full; nothing of this action was saved; free space or sync, then scan again")]
    Full,
    /// A sync call failed; the outcome of the action that met it is unknown until the next call.
    #[error(
        "the disk reported a failed write; whether the last action was saved is being checked, look at the screen before repeating it"
    )]
    OutcomeUnknown,
    /// The journal was suspended or shut down.
    #[error("the journal is closed; open it again before use")]
    Closed,
    /// The vault does not have a secret, or cannot give it.
    #[error("the key vault failed on {name}: {reason}")]
    Vault {
        /// The secret's name (never its value).
        name: String,
        /// The vault's reason.
        reason: String,
    },
    /// Bytes from outside do not follow the wire format.
    #[error("{what} is not readable: {why}")]
    Decode {
        /// What was being read, e.g. `batch header`.
        what: &'static str,
        /// The rule that was broken.
        why: String,
    },
    /// A signature, certificate or seal does not verify.
    #[error("{what} does not verify: {why}")]
    Untrusted {
        /// What was being verified.
        what: &'static str,
        /// Which check failed.
        why: String,
    },
    /// Something asked for is not possible in the present state.
    #[error("{what}: {why}")]
    Refused {
        /// What was asked.
        what: &'static str,
        /// Why not, and what to do next.
        why: String,
    },
    /// A profile, token or file given by a person is not usable.
    #[error("{what} is not usable: {why}")]
    Invalid {
        /// What was given.
        what: &'static str,
        /// What is wrong with it and where.
        why: String,
    },
    /// A limit of the format or of the house was exceeded.
    #[error("{what} is {found}, the limit is {limit}")]
    Limit {
        /// What was measured, with its unit.
        what: &'static str,
        /// The measure found.
        found: u64,
        /// The greatest allowed.
        limit: u64,
    },
    /// SQLite failed in a way that no other variant describes.
    #[error("the journal's database failed ({0}); try once more, then run `check`; nothing was deleted")]
    Database(#[source] rusqlite::Error),
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
}

impl Error {
    /// A [`Error::Decode`] for `what`, broken as `why` says.
    pub fn decode(what: &'static str, why: impl Into<String>) -> Self {
        Self::Decode { what, why: why.into() }
    }

    /// A [`Error::Untrusted`] for `what`, failed as `why` says.
    pub fn untrusted(what: &'static str, why: impl Into<String>) -> Self {
        Self::Untrusted { what, why: why.into() }
    }

    /// A [`Error::Refused`] for `what`, for the reason `why`.
    pub fn refused(what: &'static str, why: impl Into<String>) -> Self {
        Self::Refused { what, why: why.into() }
    }

    /// A [`Error::Invalid`] for `what`, wrong as `why` says.
    pub fn invalid(what: &'static str, why: impl Into<String>) -> Self {
        Self::Invalid { what, why: why.into() }
    }

    /// Whether what came in is at fault, not the journal.
    pub(crate) const fn is_of_input(&self) -> bool {
        matches!(self, Self::Decode { .. } | Self::Untrusted { .. } | Self::Limit { .. } | Self::Invalid { .. })
    }

    /// A [`Error::Io`] at `path`.
    pub fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self::Io { path: path.into(), source }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full,
            _ => Self::Database(error),
        }
    }
}
