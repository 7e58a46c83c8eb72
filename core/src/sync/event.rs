//! What a session tells the shell.

use super::http::Answer;
use super::outbox::{DispatchTaken, ReceiptTaken};

/// Something that a person or a log may want to know about a sync. No personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SyncEvent {
    /// A receipt was taken.
    Receipt(ReceiptTaken),
    /// A dispatch was taken.
    Dispatch(DispatchTaken),
    /// The hub will not have an item; its data stays here.
    Refused {
        /// The hub's code.
        code: String,
        /// What happened.
        what: String,
        /// What to do next.
        next: String,
    },
    /// The hub's time is known.
    Anchored {
        /// Milliseconds that the wall clock is behind the hub (negative: ahead).
        offset_ms: i64,
        /// The greatest error of it, milliseconds.
        error_ms: u64,
    },
    /// The hub lost what it had receipted (restored, or lying): it is sent again. An alarm.
    HubMovedBack {
        /// Batches and salvages that are sent again.
        again: u64,
    },
    /// Something in the answer did not verify and was ignored.
    Ignored {
        /// What it was.
        what: &'static str,
        /// Why.
        why: String,
    },
    /// Somebody answered who is not the hub: a captive portal, a proxy's page, another server.
    NotTheHub {
        /// The status of the answer.
        status: u16,
        /// Milliseconds until the next try.
        pause_ms: u64,
    },
    /// The hub is there but will not serve now.
    HubBusy {
        /// The status of the answer.
        status: u16,
        /// Milliseconds until the next try.
        pause_ms: u64,
    },
    /// No answer came.
    NoAnswer {
        /// Milliseconds until the next try.
        pause_ms: u64,
    },
    /// The answer did not settle everything that was sent; the rest is sent again.
    Incomplete {
        /// Milliseconds until the next try.
        pause_ms: u64,
    },
}

impl SyncEvent {
    /// What an answer without a usable bundle was.
    pub(super) fn failure(answer: &Answer, pause_ms: u64) -> Self {
        match answer {
            Answer::None => Self::NoAnswer { pause_ms },
            Answer::Http { status: status @ (429 | 500..=599), .. } => Self::HubBusy { status: *status, pause_ms },
            Answer::Http { status, .. } => Self::NotTheHub { status: *status, pause_ms },
        }
    }
}
