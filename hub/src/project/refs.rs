//! What a record refers to, as a place in the store.

use fieldcore::record::{Body, EpochStarted, Record};
use fieldcore::{DeviceId, Epoch, RecordRef};

use super::Projector;
use crate::error::Result;
use crate::store::rows::{At, Device};
use crate::store::{DeviceBy, Reads};

/// How many devices one after the other may have taken a place.
const SUCCESSIONS_MAX: usize = 16;

impl Projector<'_> {
    /// The place of the record named; `None` for one of a device that is not this one's to act upon.
    pub(super) fn resolve(&mut self, target: &RecordRef) -> Result<Option<At>> {
        let own = *target.device.as_bytes() == self.device.id;
        if own && target.epoch.as_u64() == self.stream.epoch {
            let branch = self.branch_for(self.stream.no, self.branch, target.seq)?;
            return Ok(Some(At { stream: self.stream.no, branch, seq: target.seq }));
        }
        if !own && !took_place_of(self.tx, &self.device, target.device.as_bytes())? {
            return Ok(None);
        }
        let device = if own { self.device.no } else { self.tx.ensure_device(target.device.as_bytes())? };
        let stream = self.tx.ensure_stream(device, target.epoch.as_u64())?;
        let branch = match self.stream.clone_of {
            Some((parent, branch)) if parent == stream => self.branch_for(stream, branch, target.seq)?,
            _ => 0,
        };
        Ok(Some(At { stream, branch, seq: target.seq }))
    }

    /// The branch that a record of `branch` means by a seq: its own from where it differs.
    fn branch_for(&mut self, stream: i64, branch: u32, seq: u64) -> Result<u32> {
        if branch == 0 {
            return Ok(0);
        }
        let start = match self.starts.get(&(stream, branch)) {
            Some(start) => *start,
            None => {
                let found = self.tx.branches(stream)?.into_iter().find(|one| one.branch == branch);
                let start = found.map_or(1, |one| one.start);
                self.starts.insert((stream, branch), start);
                start
            }
        };
        Ok(if seq >= start { branch } else { 0 })
    }
}

/// Whether `device` took the place of the device `other`, maybe over others in between.
pub(crate) fn took_place_of(reads: &(impl Reads + ?Sized), device: &Device, other: &[u8; 16]) -> Result<bool> {
    let mut parent = device.parent;
    for _ in 0..SUCCESSIONS_MAX {
        let Some(id) = parent else { return Ok(false) };
        if id == *other {
            return Ok(true);
        }
        parent = reads.device(DeviceBy::Id(&id))?.and_then(|row| row.parent);
    }
    Ok(false)
}

/// Whether the records can be projected without knowing how their epoch began: none acts on
/// another epoch or device, or the beginning is among them.
pub(crate) fn is_self_contained<'r>(records: impl Iterator<Item = &'r Record>) -> bool {
    let mut outside = false;
    for record in records {
        if matches!(&record.body, Body::EpochStarted(EpochStarted { .. })) {
            return true;
        }
        outside |= targets(record)
            .into_iter()
            .flatten()
            .any(|target| target.device != record.at.device || target.epoch != record.at.epoch);
    }
    !outside
}

fn targets(record: &Record) -> [Option<&RecordRef>; 3] {
    let (first, second) = match &record.body {
        Body::TubeClosed(body) => (Some(&body.tube), None),
        Body::TubeSpoiled(body) => (body.tube.as_ref(), None),
        Body::TubeActivated(body) => (Some(&body.tube), None),
        Body::SubjectBound(body) => (Some(&body.tube), None),
        Body::SubjectUndone(body) => (Some(&body.subject), None),
        Body::SubjectVoided(body) => (Some(&body.subject), None),
        Body::SubjectMoved(body) => (Some(&body.subject), Some(&body.tube)),
        Body::SubjectsSwapped(body) => (Some(&body.first), Some(&body.second)),
        Body::ContactKept(body) => (Some(&body.subject), None),
        _ => (None, None),
    };
    [record.stamp.shift.as_ref(), first, second]
}

/// The record's identity from its place in the store.
pub(crate) fn ref_of(reads: &(impl Reads + ?Sized), at: At) -> Result<Option<RecordRef>> {
    let Some(stream) = reads.stream(at.stream)? else { return Ok(None) };
    let Some(device) = reads.device(DeviceBy::No(stream.device))? else { return Ok(None) };
    let Some(epoch) = Epoch::from_u64(stream.epoch) else { return Ok(None) };
    Ok(Some(RecordRef { device: DeviceId::from_bytes(device.id), epoch, seq: at.seq }))
}
