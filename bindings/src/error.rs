//! One error for everything, in variants that an app can act on.

use std::panic::{AssertUnwindSafe, catch_unwind};

use fieldcore::Error;

/// Why something could not be done. `reason` says what happened, to what, and what to do next, in
/// English and without anybody's data; show words of your own for the variant and log the reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
#[uniffi::export(Display)]
pub enum FieldError {
    /// Another process, or another object of this one, writes this journal. Close that one.
    #[error("{reason}")]
    Locked {
        /// What happened and what to do next.
        reason: String,
    },
    /// The disk is full. Nothing of the action was saved: free space, then scan again.
    #[error("{reason}")]
    DiskFull {
        /// What happened and what to do next.
        reason: String,
    },
    /// The storage failed, is damaged, or would not promise durability. Nothing of the action was saved.
    #[error("{reason}")]
    Storage {
        /// What happened and what to do next.
        reason: String,
    },
    /// A write failed in a way that leaves open whether it was saved: the next call finds out, and
    /// `Journal.notes` tells.
    #[error("{reason}")]
    OutcomeUnknown {
        /// What happened and what to do next.
        reason: String,
    },
    /// A newer version of the app wrote this journal. Update the app; nothing was changed.
    #[error("{reason}")]
    Newer {
        /// What happened and what to do next.
        reason: String,
    },
    /// The key vault failed or is locked for now. Unlock the device and try again.
    #[error("{reason}")]
    Keys {
        /// What happened and what to do next.
        reason: String,
    },
    /// The journal is suspended or shut down: resume or open it.
    #[error("{reason}")]
    Closed {
        /// What happened and what to do next.
        reason: String,
    },
    /// A signature or seal does not verify: this is not from the hub that the device trusts.
    #[error("{reason}")]
    Untrusted {
        /// What happened and what to do next.
        reason: String,
    },
    /// What was given cannot be used: a text, file, frame or name.
    #[error("{reason}")]
    Invalid {
        /// What is wrong with it and where.
        reason: String,
    },
    /// It is not possible now.
    #[error("{reason}")]
    Refused {
        /// Why not, and what to do next.
        reason: String,
    },
    /// A defect of this library. Nothing of the action was saved; report it.
    #[error("{reason}")]
    Defect {
        /// Where.
        reason: String,
    },
}

impl From<Error> for FieldError {
    fn from(error: Error) -> Self {
        let reason = error.to_string();
        match error {
            Error::Locked { .. } => Self::Locked { reason },
            Error::Full => Self::DiskFull { reason },
            Error::OutcomeUnknown => Self::OutcomeUnknown { reason },
            Error::Newer { .. } => Self::Newer { reason },
            Error::Vault { .. } => Self::Keys { reason },
            Error::Closed => Self::Closed { reason },
            Error::Untrusted { .. } => Self::Untrusted { reason },
            Error::Invalid { .. } | Error::Decode { .. } | Error::Limit { .. } => Self::Invalid { reason },
            Error::Refused { .. } | Error::Missing { .. } => Self::Refused { reason },
            // Whatever else the core may fail with is the storage's.
            _ => Self::Storage { reason },
        }
    }
}

/// The answer of a call.
pub(crate) type Result<T> = std::result::Result<T, FieldError>;

/// Makes a call. A panic would cross as its text, which may hold what somebody scanned; it becomes
/// a `FieldError.Defect` that names the call alone.
pub(crate) fn guard<T, E: Into<FieldError>>(
    call: &'static str,
    f: impl FnOnce() -> std::result::Result<T, E>,
) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(done) => done.map_err(Into::into),
        Err(_) => Err(FieldError::Defect {
            reason: format!("{call} met a defect of the library; nothing was saved by it; please report it"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_crosses_without_its_text() {
        let silent = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let error = guard("scan", || -> fieldcore::Result<()> { panic!("a person's number") }).unwrap_err();
        std::panic::set_hook(silent);
        assert!(matches!(&error, FieldError::Defect { reason } if !reason.contains("person")), "{error}");
    }
}
