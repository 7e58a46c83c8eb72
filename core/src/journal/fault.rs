//! What a failure of the store means for the connection that met it.

use rusqlite::ffi;

use crate::error::Error;

/// What a failure means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The disk is full; the connection is sound.
    Full,
    /// Reading, writing or syncing failed: the connection must not be used again, and what it
    /// wrote last may or may not be on the disk.
    Failed,
    /// The file is not what was written.
    Damaged,
}

impl Fault {
    /// What `error` means; `None` if it says nothing about the store.
    pub(super) fn of(error: &Error) -> Option<Self> {
        match error {
            Error::Full => Some(Self::Full),
            Error::Database(rusqlite::Error::SqliteFailure(failure, _)) => Self::of_code(*failure),
            _ => None,
        }
    }

    fn of_code(failure: ffi::Error) -> Option<Self> {
        use rusqlite::ErrorCode as C;
        match failure.code {
            C::DiskFull => Some(Self::Full),
            // The log's index could not grow: the same as a full disk.
            C::SystemIoFailure if failure.extended_code == ffi::SQLITE_IOERR_SHMSIZE => Some(Self::Full),
            C::SystemIoFailure | C::OutOfMemory => Some(Self::Failed),
            C::DatabaseCorrupt | C::NotADatabase => Some(Self::Damaged),
            _ => None,
        }
    }
}

/// The error for a file that contradicts itself, as SQLite would say it.
pub(super) fn corrupt(why: &str) -> Error {
    Error::Database(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CORRUPT), Some(why.to_owned())))
}

/// A full disk by its own name, whatever SQLite called it.
pub(super) fn named(error: Error) -> Error {
    if Fault::of(&error) == Some(Fault::Full) { Error::Full } else { error }
}

/// Which damage an error tells of, for a person: no personal data, SQLite's own words.
pub(super) fn reason(error: &Error) -> String {
    match error {
        Error::Database(rusqlite::Error::SqliteFailure(failure, text)) => {
            text.clone().unwrap_or_else(|| failure.to_string())
        }
        other => other.to_string(),
    }
}
