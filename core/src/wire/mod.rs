//! Bytes that leave the process: segments, batches, salvage, bundles, receipts, dispatches.
//!
//! This module knows records, cryptography and MessagePack; it has no journal and does no I/O.
//! `docs/wire-format.md` says the same for a stranger, byte by byte; `tests/vectors` holds an
//! example of each. Everything signed is verified over the exact bytes received, never encoded
//! again, and every reader is bounded: it fails with an error, never with a panic.

mod batch;
mod body;
mod bundle;
mod columns;
mod dispatch;
mod enrolment;
mod invitation;
mod keys;
mod payload;
mod poll;
mod receipt;
mod row;
mod salvage;
mod segment;
mod signed;
mod state;

#[cfg(test)]
mod tests;

pub use batch::{Batch, BatchHeader, BatchPlan, Outline};
pub use body::{Anchor, AnchorKind, Contents};
pub(crate) use body::{deflate, inflate};
pub use bundle::{Bundle, Item, Read, item_digest};
pub use dispatch::{Dispatch, DispatchKind, open_for_device, seal_for_device};
pub use enrolment::Enrolment;
pub use invitation::{Invitation, token_id};
pub use keys::{Certificate, CertificatePlan, KeySet, KeySetPlan, Purpose};
pub use payload::{Notice, ProfileText, Reissue, ReissueReason, Revocations, RevokedDevice};
pub use poll::Poll;
pub use receipt::{HeldReason, Receipt, ReceiptItem, ReceiptStatus, Refusal};
pub use row::{open_row, seal_row};
pub use salvage::{Salvage, SalvageFailure, SalvageHeader, SalvagePlan, SalvagedRow, SalvagedRows};
pub use segment::{KeyWrap, SegmentHeader, SegmentScope, SignedSegment, unwrap_data_key, wrap_data_key};
pub use signed::{DeviceSigned, DeviceStatement, HubSigned, HubStatement};
pub use state::{HubState, StateRow};

/// A hub's receipt as it travels and as it is stored.
pub type SignedReceipt = HubSigned<Receipt>;
/// A hub's dispatch as it travels.
pub type SignedDispatch = HubSigned<Dispatch>;
/// A hub's state as it travels.
pub type SignedState = HubSigned<HubState>;
/// A device's enrolment as it travels.
pub type SignedEnrolment = DeviceSigned<Enrolment>;
/// A device's poll as it travels.
pub type SignedPoll = DeviceSigned<Poll>;

use crate::crypto::Domain;
use crate::error::{Error, Result};

/// The version of every layout in this module; the first element of whatever is signed.
pub const FORMAT_VERSION: u8 = 1;
/// The suite of algorithms: Ed25519, X25519 HPKE with HKDF-SHA256 and ChaCha20-Poly1305,
/// XChaCha20-Poly1305, BLAKE3, SHA-256, zstd.
pub const SUITE: u8 = 1;

/// Whether a journal counts or only trains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// Real people, real tubes.
    Live,
    /// Training; the hub refuses its batches, whose signatures never verify as live ones.
    Practice,
}

impl Mode {
    /// The code that stands in headers.
    pub const fn code(self) -> u8 {
        match self {
            Self::Live => 1,
            Self::Practice => 2,
        }
    }

    /// The mode of `code`; `None` for a code that has none.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Live),
            2 => Some(Self::Practice),
            _ => None,
        }
    }

    /// The word in JSON and reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Practice => "practice",
        }
    }

    pub(crate) const fn batch_domain(self) -> Domain {
        match self {
            Self::Live => Domain::BatchLive,
            Self::Practice => Domain::BatchPractice,
        }
    }

    pub(crate) const fn segment_domain(self) -> Domain {
        match self {
            Self::Live => Domain::SegmentLive,
            Self::Practice => Domain::SegmentPractice,
        }
    }

    pub(crate) fn read(code: u8, what: &'static str) -> Result<Self> {
        Self::from_code(code).ok_or_else(|| Error::decode(what, format!("{code} is no mode")))
    }
}

/// The version that stands first in `statement`, if it is an array that begins with a small
/// number. Every layout of every version begins so.
pub(crate) fn version_of(statement: &[u8]) -> Option<u8> {
    let first = match statement.first()? {
        0x91..=0x9f => 1,
        0xdc => 3,
        _ => return None,
    };
    statement.get(first).copied().filter(|version| *version < 0x80)
}

/// Refuses a statement of another version with a text that says so.
pub(crate) fn check_version(statement: &[u8], what: &'static str) -> Result<()> {
    match version_of(statement) {
        Some(FORMAT_VERSION) => Ok(()),
        Some(other) => Err(Error::decode(
            what,
            format!("it has format version {other}, this reader knows {FORMAT_VERSION}; update the reader"),
        )),
        None => Err(Error::decode(what, "it does not begin with a format version")),
    }
}

/// Refuses more than `limit` of something.
pub(crate) fn check_limit(what: &'static str, found: usize, limit: usize) -> Result<()> {
    if found > limit { Err(Error::Limit { what, found: found as u64, limit: limit as u64 }) } else { Ok(()) }
}

/// Refuses a text longer than `limit` characters.
pub(crate) fn check_text(what: &'static str, text: &str, limit: usize) -> Result<()> {
    check_limit(what, text.chars().count(), limit)
}
