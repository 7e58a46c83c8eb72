//! One row of each table as a Rust value, and how references stand in a row.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use uuid::Uuid;

use crate::id::{DeviceId, Epoch, RecordRef};
use crate::record::CloseReason;

/// A reference as 32 bytes: epoch, seq, device. Sorts in the order of one journal's writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At(pub(super) RecordRef);

impl At {
    pub(super) fn bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&self.0.epoch.as_u64().to_be_bytes());
        bytes[8..16].copy_from_slice(&self.0.seq.to_be_bytes());
        bytes[16..].copy_from_slice(self.0.device.as_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (epoch, rest) = bytes.split_first_chunk::<8>()?;
        let (seq, device) = rest.split_first_chunk::<8>()?;
        Some(Self(RecordRef {
            device: DeviceId::from_bytes(device.try_into().ok()?),
            epoch: Epoch::from_u64(u64::from_be_bytes(*epoch))?,
            seq: u64::from_be_bytes(*seq),
        }))
    }
}

impl ToSql for At {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.bytes().to_vec()))
    }
}

impl FromSql for At {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::from_bytes(value.as_blob()?).ok_or(FromSqlError::InvalidType)
    }
}

/// A round's id as 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Round(pub(super) Uuid);

impl ToSql for Round {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0.as_bytes().as_slice()))
    }
}

impl FromSql for Round {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Uuid::from_slice(value.as_blob()?).map(Self).map_err(|_| FromSqlError::InvalidType)
    }
}

/// What became of a person's binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It stands.
    Stands,
    /// The operator took it back at once.
    Undone,
    /// It was declared void, with a reason.
    Voided,
}

impl Fate {
    pub(super) const fn code(self) -> i64 {
        match self {
            Self::Stands => 0,
            Self::Undone => 1,
            Self::Voided => 2,
        }
    }

    pub(super) const fn from_code(code: i64) -> Self {
        match code {
            1 => Self::Undone,
            2 => Self::Voided,
            _ => Self::Stands,
        }
    }
}

/// A shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ShiftRow {
    /// The record that began it.
    pub(crate) at: RecordRef,
    /// The round it works for.
    pub(crate) round: Uuid,
    /// The lane's key; zeros for a shift of the whole device.
    pub(crate) lane: [u8; 16],
    /// The profile's version when it began.
    pub(crate) profile: u32,
    /// When, by the wall clock.
    pub(crate) started_ms: i64,
}

/// A tube.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TubeRow {
    /// The record that opened it, or that declared a label spoiled that was never opened.
    pub(crate) at: RecordRef,
    /// The round it belongs to.
    pub(crate) round: Uuid,
    /// Its label's key.
    pub(crate) key: [u8; 16],
    /// The key of the lane that opened it: its figures count there.
    pub(crate) lane: [u8; 16],
    /// The key of the lane that works with it now.
    pub(crate) holder: [u8; 16],
    /// The record by which that lane took it; it carries the lane's name.
    pub(crate) held: RecordRef,
    /// The shift in which it was opened: its figures count there.
    pub(crate) shift: Option<RecordRef>,
    /// How many people it takes; 0 for a label that was never opened.
    pub(crate) capacity: u32,
    /// The profile's version under which it was opened.
    pub(crate) profile: u32,
    /// The box it belongs to.
    pub(crate) container: Option<RecordRef>,
    /// People in it now.
    pub(crate) count: u32,
    /// The position that the next person takes.
    pub(crate) next: u32,
    /// Why it was closed; `None` while it is open.
    pub(crate) closed: Option<CloseReason>,
    /// Whether it is spoiled.
    pub(crate) spoiled: bool,
    /// When it was opened, or first taken over, by the wall clock.
    pub(crate) opened_ms: i64,
    /// Whether another device opened it.
    pub(crate) foreign: bool,
    /// The record by which it was passed on, while it is away.
    pub(crate) away: Option<RecordRef>,
    /// People in it when it last went to or came from another device.
    pub(crate) base: u32,
    /// The record by which it was last taken over.
    pub(crate) taken: Option<RecordRef>,
}

impl TubeRow {
    /// Whether people may be added.
    pub(crate) const fn is_open(&self) -> bool {
        self.closed.is_none() && !self.spoiled && self.away.is_none()
    }

    /// How many people more it takes.
    pub(crate) const fn left(&self) -> u32 {
        self.capacity.saturating_sub(self.count)
    }

    /// Whether it counts among the tubes of the ledger.
    pub(super) const fn counts(&self) -> bool {
        self.count > 0 && !self.spoiled
    }

    /// Whether it counts among the short ones: a tube of the ledger whose last closing was not
    /// for being full.
    pub(super) fn is_short(&self) -> bool {
        self.counts() && self.closed.is_some_and(|reason| reason != CloseReason::Full)
    }
}

/// A person's binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SubjectRow {
    /// The record that bound the person.
    pub(crate) at: RecordRef,
    /// The round.
    pub(crate) round: Uuid,
    /// The person's key in the round; `None` where nothing names the person.
    pub(crate) person: Option<[u8; 16]>,
    /// The opening record of the tube the person is in now.
    pub(crate) tube: RecordRef,
    /// The position there.
    pub(crate) position: u32,
    /// The key of the lane that bound the person.
    pub(crate) lane: [u8; 16],
    /// The shift in which it was done.
    pub(crate) shift: Option<RecordRef>,
    /// What became of it.
    pub(crate) fate: Fate,
    /// Whether the person was moved from another tube.
    pub(crate) moved: bool,
    /// The record that holds the contact.
    pub(crate) contact: Option<RecordRef>,
    /// What had been kept for this person.
    pub(crate) kept: PendingRefs,
}

/// What was kept in a lane for its next person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PendingRefs {
    /// The opaque code that was shown.
    pub(crate) alias: Option<RecordRef>,
    /// The guardian.
    pub(crate) guardian: Option<RecordRef>,
    /// The temperature.
    pub(crate) temperature: Option<RecordRef>,
    /// The colour of a code.
    pub(crate) colour: Option<RecordRef>,
}

impl PendingRefs {
    /// Whether nothing was kept.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Someone who waits for a tube.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WaitingRow {
    /// The record by which the person waits.
    pub(crate) at: RecordRef,
    /// The round.
    pub(crate) round: Uuid,
    /// The lane.
    pub(crate) lane: [u8; 16],
    /// The person's key in the round.
    pub(crate) person: Option<[u8; 16]>,
    /// What had been kept for this person.
    pub(crate) kept: PendingRefs,
    /// The record that holds the contact.
    pub(crate) contact: Option<RecordRef>,
}

/// One line of the ledger's figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FiguresRow {
    /// The shift; `None` for records without one.
    pub(crate) shift: Option<RecordRef>,
    /// The lane's key.
    pub(crate) lane: [u8; 16],
    /// A record that carries the lane's name.
    pub(crate) named: RecordRef,
    /// People bound and neither undone nor voided.
    pub(crate) people: u32,
    /// Tubes with at least one such person, spoiled ones apart.
    pub(crate) tubes: u32,
    /// Of these, tubes that were closed before they were full.
    pub(crate) short: u32,
    /// Spoiled tubes.
    pub(crate) spoiled: u32,
    /// People undone.
    pub(crate) undone: u32,
    /// People voided.
    pub(crate) voided: u32,
}

/// A box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BoxRow {
    /// The record that opened it, of this device or another.
    pub(crate) at: RecordRef,
    /// The round.
    pub(crate) round: Uuid,
    /// The record of this device that holds its label: the opening, or the last receipt.
    pub(crate) named: RecordRef,
    /// Tubes that came in it from another device.
    pub(crate) tubes: u32,
    /// The record by which it is sealed.
    pub(crate) sealed: Option<RecordRef>,
    /// The record by which it was handed over.
    pub(crate) given: Option<RecordRef>,
    /// When it was opened or received, by the wall clock.
    pub(crate) opened_ms: i64,
}

/// A tube's label in a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PackedRow {
    /// The label's key.
    pub(crate) label: [u8; 16],
    /// The box's opening record.
    pub(crate) container: RecordRef,
    /// The record by which it was packed; it holds the label.
    pub(crate) at: RecordRef,
}
