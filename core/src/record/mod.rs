//! Records: what happened, as decided then, for ever.
//!
//! A record states a decision (tube, position, capacity then in force, rule overridden and why),
//! so that state is a pure fold over records and never consults today's profile. Every
//! (kind, version) keeps its columns for ever; codes are never used again. A reader that does
//! not know a kind keeps it whole as [`Body::Unknown`] and says so.

mod codes;
mod kinds;
mod value;

pub use codes::{
    CloseReason, DamageKind, DeskFinding, DocumentKind, EpochReason, Excuse, FollowUpKind, NoticeKind, Override, Place,
    ProfileSource, ProxyRefusal, ReadSource, SetAsideReason, Step, VisitState,
};
pub use kinds::*;
pub use value::{Field, Value};

use uuid::Uuid;

use crate::error::{Error, Result};
use crate::id::RecordRef;
use crate::pack::{self, Fixed};

impl Body {
    /// The round that a record names as its own, whatever shift it was written in: a box keeps its round, whoever has
    /// it and whenever it changes hands. `None` for what belongs to the round of its shift.
    pub const fn own_round(&self) -> Option<Uuid> {
        match self {
            Self::HandOverGiven(body) => Some(body.round),
            Self::HandOverReceived(body) => Some(body.round),
            _ => None,
        }
    }
}

/// When and where a record was written; the same for every kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Wall clock, milliseconds since 1970 UTC, as the device believed.
    pub wall_ms: i64,
    /// Monotonic clock, milliseconds, within `clock`.
    pub mono_ms: u64,
    /// Which run of the monotonic clock (see [`crate::Clock::session`]).
    pub clock: u64,
    /// The shift in force: operator, organisation, site and round are read from that record.
    pub shift: Option<RecordRef>,
    /// The lane it was done in.
    pub lane: Option<String>,
}

/// One record of a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its identity.
    pub at: RecordRef,
    /// When and where.
    pub stamp: Stamp,
    /// What.
    pub body: Body,
}

/// The id of a household or resident that the record at `at` added: the same wherever that record arrives.
pub fn added_id(at: RecordRef) -> Fixed<16> {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"fieldcore/added/1\0");
    hasher.update(at.device.as_bytes());
    hasher.update(&at.epoch.as_u64().to_be_bytes());
    hasher.update(&at.seq.to_be_bytes());
    let mut id = [0; 16];
    hasher.finalize_xof().fill(&mut id);
    Fixed(id)
}

/// A record's plaintext row, as it is sealed in the journal: stamp, then the kind's fields in
/// order. Kind and version stand beside it (and in the seal's associated data).
pub fn encode_row(stamp: &Stamp, body: &Body) -> Result<Vec<u8>> {
    let mut values =
        vec![Value::Int(stamp.wall_ms), stamp.mono_ms.put(), stamp.clock.put(), stamp.shift.put(), stamp.lane.put()];
    values.extend(body.values());
    pack::encode(&values)
}

/// The record at `at` from its row.
pub fn decode_row(at: RecordRef, kind: u16, version: u16, row: &[u8]) -> Result<Record> {
    let mut values: Vec<Value> = pack::decode(row, "record row")?;
    if values.len() < STAMP_FIELDS {
        return Err(Error::decode("record row", "shorter than a stamp"));
    }
    let fields = values.split_off(STAMP_FIELDS);
    let stamp =
        stamp_from(values).ok_or_else(|| Error::decode("record row", "its stamp has a value of the wrong type"))?;
    Ok(Record { at, stamp, body: Body::from_values(kind, version, fields) })
}

const STAMP_FIELDS: usize = 5;

fn stamp_from(values: Vec<Value>) -> Option<Stamp> {
    let mut values = values.into_iter();
    Some(Stamp {
        wall_ms: Field::take(values.next()?)?,
        mono_ms: Field::take(values.next()?)?,
        clock: Field::take(values.next()?)?,
        shift: Field::take(values.next()?)?,
        lane: Field::take(values.next()?)?,
    })
}
