//! What a record refers to, as a place in the store.

use fieldcore::record::{Body, EpochStarted, Record};
use fieldcore::{DeviceId, Epoch, RecordRef};

use super::Projector;
use super::claims::{Standing, standing};
use crate::error::Result;
use crate::store::rows::At;
use crate::store::{DeviceBy, Reads};

impl Projector<'_> {
    /// The place of a record that is acted upon; `None` for one of a device that is not this one's
    /// to act upon, or not before a person has said so.
    pub(super) fn resolve(&mut self, target: &RecordRef) -> Result<Option<At>> {
        self.resolve_as(target, Standing::Accepted)
    }

    /// The place of a record that is only named: a shift, or a tube that is told as lost.
    pub(super) fn resolve_named(&mut self, target: &RecordRef) -> Result<Option<At>> {
        self.resolve_as(target, Standing::Contested)
    }

    fn resolve_as(&mut self, target: &RecordRef, least: Standing) -> Result<Option<At>> {
        let own = *target.device.as_bytes() == self.device.id;
        if own && target.epoch.as_u64() == self.stream.epoch {
            let branch = self.branch_for(self.stream.no, self.branch, target.seq)?;
            return Ok(Some(At { stream: self.stream.no, branch, seq: target.seq }));
        }
        if !own {
            let Some(stands) = standing(self.tx, &self.device, target.device.as_bytes())? else { return Ok(None) };
            if stands < least {
                self.act_waits(target.device.as_bytes())?;
                return Ok(None);
            }
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
        Body::TubePassedOn(body) => (Some(&body.tube), None),
        Body::TubeTakenOver(body) => (Some(&body.tube), Some(&body.passed)),
        Body::TubeTakenBack(body) => (Some(&body.passed), None),
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
