//! Boxes and what is in them.

use crate::answer::Answer;
use crate::error::Result;
use crate::scan::Scan;
use crate::station::Station;

/// A tube in a box.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct PackedTube {
    /// The label; nothing where its record cannot be read here any more.
    pub tube: Option<String>,
    /// People in it, where this device filled it.
    pub people: Option<u32>,
    /// Seconds since its first swab at the least, where this device knows.
    pub age_s: Option<u32>,
}

/// A box as the device knows it.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct BoxLine {
    /// Its label; nothing where its record cannot be read here any more.
    pub container: Option<String>,
    /// `open`, `sealed` or `given`.
    pub state: String,
    /// When it was sealed here, wall milliseconds, as long as that seal holds.
    pub sealed_ms: Option<i64>,
    /// To whom it was handed over: a device's id, or the operator's words.
    pub given_to: Option<String>,
    /// Tubes in it.
    pub tubes: u32,
    /// The tubes that were packed here, in the order of packing.
    pub packed: Vec<PackedTube>,
    /// When it was opened or received here, wall milliseconds.
    pub opened_ms: i64,
    /// Seconds since the first swab in it at the least, where this device knows.
    pub age_s: Option<u32>,
    /// Whether that is longer than the profile likes.
    pub late: bool,
    /// The round that it belongs to, where that is not the current one: its name, or its id where no name is known here.
    #[uniffi(default = None)]
    pub other_round: Option<String>,
}

impl From<fieldcore::PackedTube> for PackedTube {
    fn from(tube: fieldcore::PackedTube) -> Self {
        let fieldcore::PackedTube { tube, people, age_s } = tube;
        Self { tube, people, age_s }
    }
}

impl From<fieldcore::BoxLine> for BoxLine {
    fn from(line: fieldcore::BoxLine) -> Self {
        Self {
            container: line.container,
            state: line.state.to_owned(),
            sealed_ms: line.sealed_ms,
            given_to: line.given_to,
            tubes: line.tubes,
            packed: line.packed.into_iter().map(Into::into).collect(),
            opened_ms: line.opened_ms,
            age_s: line.age_s,
            late: line.late,
            other_round: line.other_round,
        }
    }
}

#[uniffi::export]
impl Station {
    /// Takes a scan of the packing screen: a box becomes the lane's, anything else goes into it.
    pub fn pack(&self, lane: String, scan: Scan) -> Result<Answer> {
        self.at("pack", |station| Ok(station.pack(&lane, &scan.into())?.into()))
    }

    /// The boxes of the current round, in the order in which they were opened or received; behind them those of other
    /// rounds that are still here, or were handed over in the latest shift.
    pub fn boxes(&self) -> Result<Vec<BoxLine>> {
        self.at("boxes", |station| Ok(station.boxes()?.into_iter().map(Into::into).collect()))
    }
}
