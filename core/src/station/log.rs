//! The journal's log, and the log of what left the device in readable form.

use serde::Serialize;

use crate::record::Record;

/// Something readable that leaves the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Export {
    /// A tube's people.
    Trace,
    /// A round's ledger.
    Ledger,
    /// A readiness or closing report.
    Report,
    /// The journal's log.
    Log,
    /// Sheets of proxy cards.
    Cards,
    /// Who is missed, or what is to be done later, with names.
    Doors,
    /// What a search of the roster found.
    Search,
}

impl Export {
    /// The word that stands in the record.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Ledger => "ledger",
            Self::Report => "report",
            Self::Log => "log",
            Self::Cards => "cards",
            Self::Doors => "doors",
            Self::Search => "search",
        }
    }
}

/// One record of the journal as a line of its log: what happened when, and nothing about anybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// The device that wrote it.
    pub device: String,
    /// The epoch it was written in.
    pub epoch: String,
    /// Its place in the epoch.
    pub seq: u64,
    /// When, wall milliseconds.
    pub wall_ms: i64,
    /// Monotonic milliseconds within `clock`.
    pub mono_ms: u64,
    /// Which run of the monotonic clock.
    pub clock: u64,
    /// The kind's name; `unknown` for one of a newer version.
    pub kind: &'static str,
    /// The kind's code.
    pub code: u16,
    /// The lane.
    pub lane: Option<String>,
    /// The record that began the shift.
    pub shift: Option<String>,
}

impl LogLine {
    /// The line of a record.
    pub(super) fn of(record: &Record) -> Self {
        Self {
            device: record.at.device.to_string(),
            epoch: record.at.epoch.to_string(),
            seq: record.at.seq,
            wall_ms: record.stamp.wall_ms,
            mono_ms: record.stamp.mono_ms,
            clock: record.stamp.clock,
            kind: record.body.name(),
            code: record.body.kind().0,
            lane: record.stamp.lane.clone(),
            shift: record.stamp.shift.map(|shift| shift.to_string()),
        }
    }
}
