//! What is in which box, and how long ago its first swab was taken.
//!
//! Ages are lower bounds: from the clock that never goes back and from what a hub told of the true time, never from the
//! wall clock.

use serde::Serialize;
use uuid::Uuid;

use super::figures::round_name;
use super::source::{Source, label_of};
use crate::error::Result;
use crate::journal::Moment;
use crate::profile::Profile;
use crate::record::Body;
use crate::state::{self, BoxRow, Fate, TubeRow};

/// The state of a box that was handed over.
pub(super) const GIVEN: &str = "given";

/// A tube's label in a box.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct PackedTube {
    /// The label; `None` where its record cannot be read here any more.
    pub tube: Option<String>,
    /// People in it, where this device filled it.
    pub people: Option<u32>,
    /// Seconds since its first swab at the least, where this device knows.
    pub age_s: Option<u32>,
}

/// A box as the device knows it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct BoxLine {
    /// Its label; `None` where its record cannot be read here any more.
    #[serde(rename = "box")]
    pub container: Option<String>,
    /// The round that it belongs to, where that is not the current one: its name, or its id where no name is known here.
    pub other_round: Option<String>,
    /// `open`, `sealed` or `given`.
    pub state: &'static str,
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
}

impl std::fmt::Debug for PackedTube {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PackedTube")
    }
}

impl std::fmt::Debug for BoxLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BoxLine({}, {} tubes)", self.state, self.tubes)
    }
}

/// Whole seconds, as they stand in codes and records.
pub(super) fn seconds(ms: u64) -> u32 {
    u32::try_from(ms / 1000).unwrap_or(u32::MAX)
}

/// Whether swabs of this age are older than the profile likes.
pub(super) fn is_late(profile: &Profile, age_s: u32) -> bool {
    age_s >= profile.swab_hours_max.saturating_mul(3600)
}

/// When the first swab went into a tube, as the wall clock said, and the milliseconds since then at the least.
pub(super) fn first_swab(source: &dyn Source, now: Moment, tube: &TubeRow) -> Result<Option<(i64, u64)>> {
    let mut first: Option<(i64, u64)> = None;
    let taken = tube.taken.map(|at| source.read(at)).transpose()?.flatten();
    if let Some(record) = taken
        && let Body::TubeTakenOver(body) = &record.body
        && let (Some(wall_ms), Some(age_s)) = (body.first_swab_ms, body.age_s)
    {
        let since = source.elapsed_ms(now, &record.stamp)?;
        first = Some((wall_ms, u64::from(age_s).saturating_mul(1000).saturating_add(since)));
    }
    let people = state::people_of(source.conn(), tube.at)?;
    let own = people.iter().filter(|person| person.fate != Fate::Undone).min_by_key(|person| person.at);
    if let Some(record) = own.map(|person| source.read(person.at)).transpose()?.flatten() {
        let own = (record.stamp.wall_ms, source.elapsed_ms(now, &record.stamp)?);
        first = Some(first.filter(|known| known.1 >= own.1).unwrap_or(own));
    }
    Ok(first)
}

/// Tubes in a box: those packed here and those that came in it.
pub(super) fn tubes_in(source: &dyn Source, container: &BoxRow) -> Result<u32> {
    let packed = state::packed_in(source.conn(), container.round, container.at)?.len();
    Ok(container.tubes.saturating_add(u32::try_from(packed).unwrap_or(u32::MAX)))
}

/// Seconds since the first swab in a box at the least, as far as its tubes are known here.
pub(super) fn box_age(source: &dyn Source, now: Moment, container: &BoxRow) -> Result<Option<u32>> {
    let mut oldest = None;
    for packed in state::packed_in(source.conn(), container.round, container.at)? {
        let Some(tube) = state::tube_by_key(source.conn(), &packed.label)? else { continue };
        oldest = oldest.max(first_swab(source, now, &tube)?.map(|(_, age_ms)| seconds(age_ms)));
    }
    if let Some(record) = source.read(container.named)?
        && let Body::HandOverReceived(body) = &record.body
        && let Some(age_s) = body.age_s
    {
        let since = seconds(source.elapsed_ms(now, &record.stamp)?);
        oldest = oldest.max(Some(age_s.saturating_add(since)));
    }
    Ok(oldest)
}

/// To whom a box was handed over.
fn given_to(source: &dyn Source, container: &BoxRow) -> Result<Option<String>> {
    let record = container.given.map(|at| source.read(at)).transpose()?.flatten();
    Ok(record.and_then(|record| match record.body {
        Body::HandOverGiven(body) => body.to_whom.or_else(|| body.to.map(|device| device.to_string())),
        _ => None,
    }))
}

/// The boxes of a round; see [`super::Station::boxes`].
pub(super) fn boxes(source: &dyn Source, profile: &Profile, round: Uuid, now: Moment) -> Result<Vec<BoxLine>> {
    let shift = state::latest_shift(source.conn())?.map(|shift| shift.at);
    let mut lines = Vec::new();
    let others = state::boxes_of_others(source.conn(), round, shift)?;
    for row in state::boxes(source.conn(), round)?.into_iter().chain(others) {
        let mut packed = Vec::new();
        for one in state::packed_in(source.conn(), row.round, row.at)? {
            let tube = state::tube_by_key(source.conn(), &one.label)?;
            let first = tube.as_ref().map(|tube| first_swab(source, now, tube)).transpose()?.flatten();
            packed.push(PackedTube {
                tube: label_of(source, one.at)?,
                people: tube.map(|tube| tube.count),
                age_s: first.map(|(_, age_ms)| seconds(age_ms)),
            });
        }
        let age_s = box_age(source, now, &row)?;
        let state = match (row.given, row.sealed) {
            (Some(_), _) => GIVEN,
            (None, Some(_)) => "sealed",
            (None, None) => "open",
        };
        lines.push(BoxLine {
            container: label_of(source, row.at)?,
            other_round: (row.round != round).then(|| round_name(source, profile, row.round)).transpose()?,
            state,
            sealed_ms: row.sealed.map(|at| source.read(at)).transpose()?.flatten().map(|record| record.stamp.wall_ms),
            given_to: given_to(source, &row)?,
            tubes: tubes_in(source, &row)?,
            packed,
            opened_ms: row.opened_ms,
            age_s,
            late: age_s.is_some_and(|age_s| is_late(profile, age_s)),
        });
    }
    Ok(lines)
}
