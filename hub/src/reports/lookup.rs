//! From a record's place to the record itself, where it was written, and when in true time.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use fieldcore::RecordRef;
use fieldcore::record::{Place, Record, Stamp};

use super::model::At as Seen;
use crate::error::Result;
use crate::ingest::open::read_item;
use crate::ingest::verify::{Checker, Opened};
use crate::limits::CLOCK_DRIFT_PPM;
use crate::project::ref_of;
use crate::store::rows::{AnchorRow, At, ShiftRow};
use crate::store::{DeviceBy, Reads};

/// Opened items kept while one question is answered.
const ITEMS_KEPT: usize = 64;

/// A shift with its round's name.
type ShiftAndRound = Rc<(ShiftRow, Option<String>)>;

/// Answers one question; keeps what it opened until then.
pub(crate) struct Lookup<'a> {
    pub(crate) reads: &'a dyn Reads,
    checker: Checker<'a>,
    items: RefCell<HashMap<i64, Option<Rc<Opened>>>>,
    shifts: RefCell<HashMap<i64, Option<ShiftAndRound>>>,
    anchors: RefCell<HashMap<i64, Rc<Vec<AnchorRow>>>>,
    rounds: HashMap<i64, (String, String)>,
}

/// Where a record of another device was seen.
pub(crate) struct SeenAt {
    pub(crate) tube: Option<String>,
    pub(crate) at: Seen,
}

impl<'a> Lookup<'a> {
    pub(crate) fn new(reads: &'a dyn Reads, checker: Checker<'a>) -> Self {
        let rounds = reads.rounds().unwrap_or_default();
        let rounds =
            rounds.into_iter().map(|row| (row.no, (uuid::Uuid::from_bytes(row.id).to_string(), row.name))).collect();
        Self {
            reads,
            checker,
            items: RefCell::default(),
            shifts: RefCell::default(),
            anchors: RefCell::default(),
            rounds,
        }
    }

    /// A round's id and name.
    pub(crate) fn round(&self, no: i64) -> Option<&(String, String)> {
        self.rounds.get(&no)
    }

    /// The name of the round with this id; the id where no shift of it has arrived.
    pub(crate) fn round_name(&self, id: uuid::Uuid) -> String {
        let id = id.to_string();
        let name = self.rounds.values().find(|round| round.0 == id).map(|round| round.1.clone());
        name.unwrap_or(id)
    }

    /// The record, opened from the stored bytes, and when its item arrived.
    pub(crate) fn record(&self, at: At) -> Result<Option<(Record, i64)>> {
        let Some(row) = self.reads.record(at)? else { return Ok(None) };
        let Some(item) = self.reads.item(row.item)? else { return Ok(None) };
        let known = self.items.borrow().get(&item.no).cloned();
        let opened = match known {
            Some(opened) => opened,
            None => {
                let read = read_item(self.reads, &self.checker, &item)?;
                let opened = read.and_then(std::result::Result::ok).map(Rc::new);
                let mut items = self.items.borrow_mut();
                if items.len() >= ITEMS_KEPT {
                    items.clear();
                }
                items.insert(item.no, opened.clone());
                opened
            }
        };
        let found = opened.and_then(|opened| {
            opened.records.iter().find(|one| one.record.at.seq == at.seq).map(|one| one.record.clone())
        });
        Ok(found.map(|record| (record, item.arrived_ms)))
    }

    /// A shift with its round's name.
    fn shift(&self, no: i64) -> Result<Option<ShiftAndRound>> {
        if let Some(found) = self.shifts.borrow().get(&no) {
            return Ok(found.clone());
        }
        let row = if no == 0 { None } else { self.reads.shift(no)? };
        let row = row.map(|row| {
            let name = self.round(row.round).map(|round| round.1.clone());
            Rc::new((row, name))
        });
        self.shifts.borrow_mut().insert(no, row.clone());
        Ok(row)
    }

    /// Where and when, from the projected shift and lane and the record itself.
    pub(crate) fn at(&self, at: At, shift: i64, lane: i64, record: Option<&(Record, i64)>) -> Result<Seen> {
        let shift = self.shift(shift)?;
        let (at_ms, error_ms) = match record {
            Some((record, arrived_ms)) => self.time(at.stream, &record.stamp, *arrived_ms)?,
            None => (None, None),
        };
        let row = shift.as_ref().map(|shift| &shift.0);
        Ok(Seen {
            round: shift.as_ref().and_then(|shift| shift.1.clone()),
            site: row.and_then(|row| row.site.clone()),
            place: row.and_then(|row| row.place).and_then(Place::from_code).map(Place::as_str),
            lane: if lane == 0 { None } else { self.reads.lane(lane)? },
            operator: row.and_then(|row| row.operator.clone()),
            at_ms,
            error_ms,
        })
    }

    fn time(&self, stream: i64, stamp: &Stamp, arrived_ms: i64) -> Result<(Option<i64>, Option<u64>)> {
        let Some(stream) = self.reads.stream(stream)? else { return Ok((None, None)) };
        let known = self.anchors.borrow().get(&stream.device).cloned();
        let anchors = match known {
            Some(anchors) => anchors,
            None => {
                let anchors = Rc::new(self.reads.anchors(stream.device)?);
                self.anchors.borrow_mut().insert(stream.device, Rc::clone(&anchors));
                anchors
            }
        };
        let (ms, error) = corrected(&anchors, stamp, arrived_ms);
        Ok((Some(ms), error))
    }

    /// Where the named record stands in the store, in whichever branch has it.
    pub(crate) fn place_of(&self, target: RecordRef) -> Result<Option<At>> {
        let Some(device) = self.reads.device(DeviceBy::Id(target.device.as_bytes()))? else { return Ok(None) };
        let Some(stream) = self.reads.stream_of(device.no, target.epoch.as_u64())? else { return Ok(None) };
        Ok(self.reads.records(stream.no, target.seq, target.seq)?.first().map(|row| row.at))
    }

    /// What a notice says about a record: the tube, where, and when.
    pub(crate) fn seen(&self, target: RecordRef) -> Result<SeenAt> {
        let Some(at) = self.place_of(target)? else { return Ok(SeenAt { tube: None, at: Seen::default() }) };
        let record = self.record(at)?;
        if let Some(subject) = self.reads.subject(at)?.filter(|subject| subject.bound) {
            let tube = self.reads.tube(subject.tube)?.and_then(|tube| tube.label);
            return Ok(SeenAt { tube, at: self.at(at, subject.shift, subject.lane, record.as_ref())? });
        }
        let tube = record.as_ref().and_then(|(record, _)| match &record.body {
            fieldcore::record::Body::TubeOpened(body) => Some(body.label.clone()),
            _ => None,
        });
        let tubes = tube.as_deref().map(|label| self.reads.tubes_by_label(label)).transpose()?.unwrap_or_default();
        let row = tubes.into_iter().find(|row| row.at == at);
        let (shift, lane) = row.map_or((0, 0), |row| (row.shift, row.lane));
        Ok(SeenAt { tube, at: self.at(at, shift, lane, record.as_ref())? })
    }

    /// A record's identity as text.
    pub(crate) fn name(&self, at: At) -> Result<(String, String)> {
        let found = ref_of(self.reads, at)?;
        Ok(found.map_or_else(Default::default, |at| (at.device.to_string(), at.to_string())))
    }
}

/// A record's true time and how far off it may be, milliseconds.
///
/// A two-sided anchor of the same run of the monotonic clock gives it to its error and the
/// clock's drift. Otherwise the wall clock's word is taken as far as it agrees with what is
/// known: not after the item arrived, not before a lower bound of the same run.
pub(crate) fn corrected(anchors: &[AnchorRow], stamp: &Stamp, arrived_ms: i64) -> (i64, Option<u64>) {
    let same = || anchors.iter().filter(|anchor| anchor.clock == stamp.clock);
    let shifted = |anchor: &AnchorRow| {
        let away = i128::from(stamp.mono_ms) - i128::from(anchor.mono_ms);
        let drift = away.unsigned_abs() * u128::from(CLOCK_DRIFT_PPM) / 1_000_000;
        let ms = i64::try_from(i128::from(anchor.hub_ms) + away).unwrap_or(i64::MAX);
        (ms, u64::try_from(drift).unwrap_or(u64::MAX))
    };
    let exact = same().filter(|anchor| anchor.two_sided).map(|anchor| {
        let (ms, drift) = shifted(anchor);
        (ms, anchor.error_ms.saturating_add(drift))
    });
    if let Some((ms, error)) = exact.min_by_key(|(_, error)| *error) {
        return (ms, Some(error));
    }
    let lower = same().filter(|anchor| !anchor.two_sided).map(|anchor| {
        let (ms, drift) = shifted(anchor);
        ms.saturating_sub(i64::try_from(drift).unwrap_or(i64::MAX))
    });
    match lower.max().filter(|lower| *lower <= arrived_ms) {
        Some(lower) => {
            let ms = stamp.wall_ms.clamp(lower, arrived_ms);
            (ms, Some(ms.abs_diff(lower).max(arrived_ms.abs_diff(ms))))
        }
        None => (stamp.wall_ms.min(arrived_ms), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(clock: u64, mono_ms: u64, wall_ms: i64) -> Stamp {
        Stamp { wall_ms, mono_ms, clock, shift: None, lane: None }
    }

    fn anchor(two_sided: bool, clock: u64, mono_ms: u64, hub_ms: i64, error_ms: u64) -> AnchorRow {
        AnchorRow { clock, mono_ms, hub_ms, error_ms, two_sided }
    }

    #[test]
    fn a_wall_clock_years_off_is_corrected_by_an_anchor_of_its_run() {
        let anchors = [anchor(true, 7, 1_000_000, 50_000_000, 300), anchor(true, 7, 2_000_000, 51_000_100, 900)];
        let (ms, error) = corrected(&anchors, &stamp(7, 0, -999_999), 60_000_000);
        assert_eq!((ms, error), (49_000_000, Some(300 + 100)));
    }

    #[test]
    fn an_anchor_of_another_run_says_nothing() {
        let anchors = [anchor(true, 8, 1_000, 50_000, 10)];
        assert_eq!(corrected(&anchors, &stamp(7, 1_000, 40_000), 60_000), (40_000, None));
    }

    #[test]
    fn a_lower_bound_and_the_arrival_bound_the_wall_clock() {
        let anchors = [anchor(false, 7, 1_000, 50_000, 0)];
        assert_eq!(corrected(&anchors, &stamp(7, 2_000, 10), 60_000), (51_000, Some(9_000)));
        assert_eq!(corrected(&anchors, &stamp(7, 2_000, 99_999_999), 60_000), (60_000, Some(9_000)));
    }
}
