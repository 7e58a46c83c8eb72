//! From records to the tables of the reports, in any order of arrival.
//!
//! An act upon something that has not arrived leaves a placeholder, which the thing itself fills
//! later; the last tables are the same whatever came first. A record acts on its own device's
//! records only, and on those of a device whose place it took once a person has accepted that.

pub(crate) mod claims;
pub(crate) mod passing;
mod people;
mod refs;
mod tubes;

use std::collections::HashMap;

use fieldcore::RecordRef;
use fieldcore::record::{Body, EpochReason, EpochStarted, Place, Record, ShiftStarted, Stamp};

use crate::error::Result;
use crate::store::Tx;
use crate::store::rows::{At, Device, PersonRow, Stream, Tally};

pub(crate) use refs::{is_self_contained, ref_of};

/// Projects the records of one item.
pub(crate) struct Projector<'t> {
    tx: &'t mut dyn Tx,
    device: Device,
    stream: Stream,
    branch: u32,
    now_ms: i64,
    /// Whether conflicts are told to the devices; not while tables are derived again.
    letters: bool,
    shifts: HashMap<At, (i64, i64)>,
    tubes: HashMap<At, i64>,
    lanes: HashMap<String, i64>,
    starts: HashMap<(i64, u32), u64>,
    tallies: HashMap<(i64, i64), Tally>,
    live: HashMap<i64, i64>,
    unknown: HashMap<(u16, u16), u64>,
    /// A shift of one of the records, by which the item's round is known.
    pub(crate) shift: Option<At>,
    /// Whether only records of another round than that shift's are there so far.
    lent: bool,
}

impl<'t> Projector<'t> {
    pub(crate) fn new(
        tx: &'t mut dyn Tx,
        device: Device,
        stream: Stream,
        branch: u32,
        now_ms: i64,
        letters: bool,
    ) -> Self {
        Self {
            tx,
            device,
            stream,
            branch,
            now_ms,
            letters,
            shifts: HashMap::new(),
            tubes: HashMap::new(),
            lanes: HashMap::new(),
            starts: HashMap::new(),
            tallies: HashMap::new(),
            live: HashMap::new(),
            unknown: HashMap::new(),
            shift: None,
            lent: false,
        }
    }

    /// Projects one record; `person` is the look-up hash of the person it binds.
    pub(crate) fn apply(&mut self, record: &Record, person: Option<[u8; 16]>) -> Result<()> {
        let at = At { stream: self.stream.no, branch: self.branch, seq: record.at.seq };
        self.note_shift(record)?;
        if passing::is_custody(&record.body) {
            let shift = self.shift_of(record.stamp.shift.as_ref())?.0;
            self.tx.add_custody(at, record.body.kind().0, shift)?;
        }
        match &record.body {
            Body::EpochStarted(body) => self.epoch_started(&record.stamp, body),
            Body::ShiftStarted(body) => self.shift_started(at, body),
            Body::TubeOpened(body) => self.tube_opened(at, &record.stamp, body),
            Body::TubeClosed(body) => self.tube_closed(at, &record.stamp, body),
            Body::TubeSpoiled(body) => self.tube_spoiled(at, &record.stamp, body),
            Body::TubeActivated(body) => self.tube_activated(at, &record.stamp, body.tube),
            Body::SubjectBound(body) => self.subject_bound(at, &record.stamp, body, person),
            Body::SubjectUndone(body) => self.subject_ends(at, &body.subject, crate::store::rows::Fate::Undone),
            Body::SubjectVoided(body) => self.subject_ends(at, &body.subject, crate::store::rows::Fate::Voided),
            Body::SubjectMoved(body) => self.subject_moved(at, &record.stamp, body),
            Body::SubjectsSwapped(body) => self.subjects_swapped(at, body),
            Body::ProxyRead(body) => self.proxy_read(&record.stamp, body, person),
            Body::ContactKept(body) => self.contact_kept(at, &body.subject),
            Body::TubePassedOn(body) => self.tube_passed_on(at, &record.stamp, body),
            Body::TubeTakenOver(body) => self.tube_taken_over(at, &record.stamp, body),
            Body::TubeTakenBack(body) => self.tube_taken_back(at, &record.stamp, body),
            Body::Unknown { kind, version, .. } => {
                *self.unknown.entry((*kind, *version)).or_default() += 1;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Notes the shift by which the item's round is known, of a record that is counted or not: the
    /// item's body goes with its round either way. One with people in it goes with theirs: a box of another round that
    /// changed hands beside them decides nothing.
    pub(crate) fn note_shift(&mut self, record: &Record) -> Result<()> {
        let own = record.body.own_round().is_some();
        if self.shift.is_some() && (own || !self.lent) {
            return Ok(());
        }
        // A shift's own record belongs to the round that it begins.
        let shift = match (&record.body, record.stamp.shift) {
            (Body::ShiftStarted(_), _) => Some(At { stream: self.stream.no, branch: self.branch, seq: record.at.seq }),
            (_, Some(target)) => self.resolve_named(&target)?,
            (_, None) => None,
        };
        if shift.is_some() {
            (self.shift, self.lent) = (shift, own);
        }
        Ok(())
    }

    /// Writes what was summed up.
    pub(crate) fn finish(mut self) -> Result<Option<At>> {
        self.flush()?;
        for ((kind, version), count) in &self.unknown {
            self.tx.add_unknown(*kind, *version, *count)?;
        }
        Ok(self.shift)
    }

    fn flush(&mut self) -> Result<()> {
        for ((shift, lane), tally) in self.tallies.drain() {
            if tally != Tally::default() {
                self.tx.add_tally(shift, lane, tally)?;
            }
        }
        for (tube, by) in self.live.drain() {
            if by != 0 {
                self.tx.add_live(tube, by)?;
            }
        }
        Ok(())
    }

    /// The surrogates of a shift and its round; zeros for none.
    fn shift_of(&mut self, target: Option<&RecordRef>) -> Result<(i64, i64)> {
        let Some(target) = target else { return Ok((0, 0)) };
        let Some(at) = self.resolve_named(target)? else { return Ok((0, 0)) };
        self.shift_at(at)
    }

    fn shift_at(&mut self, at: At) -> Result<(i64, i64)> {
        if let Some(found) = self.shifts.get(&at) {
            return Ok(*found);
        }
        let row = self.tx.ensure_shift(at)?;
        self.shifts.insert(at, (row.no, row.round));
        Ok((row.no, row.round))
    }

    fn lane_of(&mut self, name: Option<&str>) -> Result<i64> {
        let Some(name) = name else { return Ok(0) };
        if let Some(no) = self.lanes.get(name) {
            return Ok(*no);
        }
        let no = self.tx.ensure_lane(name)?;
        self.lanes.insert(name.to_owned(), no);
        Ok(no)
    }

    /// A second live copy goes on from a branch.
    fn epoch_started(&mut self, stamp: &Stamp, body: &EpochStarted) -> Result<()> {
        self.note_claim(body, stamp)?;
        let Some(epoch) = body.parent_epoch.filter(|_| body.reason == EpochReason::Clone) else { return Ok(()) };
        let parent = self.tx.ensure_stream(self.device.no, epoch.as_u64())?;
        if let Some(branch) = self.tx.branches(parent)?.last() {
            let of = (parent, branch.branch);
            self.tx.set_clone(self.stream.no, of)?;
            self.stream.clone_of = Some(of);
        }
        Ok(())
    }

    fn shift_started(&mut self, at: At, body: &ShiftStarted) -> Result<()> {
        let mut row = self.tx.ensure_shift(at)?;
        row.round = self.tx.ensure_round(body.round.as_bytes(), &body.round_name)?;
        row.site = Some(body.site.clone());
        row.place = Some(Place::code(body.place));
        row.operator = Some(body.operator.clone());
        row.organisation = body.organisation.clone();
        self.tx.put_shift(&row)?;
        self.shifts.insert(at, (row.no, row.round));
        for (hash, subject) in self.tx.take_roundless(row.no)? {
            self.add_person(&PersonRow { hash, round: row.round, at: subject })?;
        }
        Ok(())
    }
}
