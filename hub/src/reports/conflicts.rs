//! What two devices say differently.

use std::collections::BTreeSet;

use fieldcore::wire::HeldReason;
use uuid::Uuid;

use super::held;
use super::lookup::Lookup;
use super::model::{Conflicts, PersonConflict, TubeConflict, TubeUse};
use super::passing;
use super::trace::{sighting, tubeless};
use crate::error::Result;
use crate::store::Reads;
use crate::store::rows::SubjectRow;

/// Every conflict that stands: what was undone or voided since is none.
pub(crate) fn conflicts(lookup: &Lookup<'_>, campaign: Uuid) -> Result<Conflicts> {
    let mut out = Conflicts::default();
    for subjects in people(lookup.reads)? {
        let sightings = subjects.iter().map(|subject| sighting(lookup, subject)).collect::<Result<_>>()?;
        out.people.push(PersonConflict { sightings });
    }
    for label in lookup.reads.shared_labels()? {
        let uses = tube_uses(lookup, &label)?;
        out.tubes.push(TubeConflict { tube: label, uses });
    }
    let same_seq = |item: &crate::store::rows::Item| item.reason == Some(HeldReason::ContentConflict);
    out.contents = held::items(lookup.reads, same_seq)?;
    let lost = tubeless(lookup.reads)?;
    out.without_tube = lost.iter().map(|subject| sighting(lookup, subject)).collect::<Result<_>>()?;
    out.contested = passing::contested(lookup, campaign)?;
    Ok(out)
}

/// How many there are, without reading any record.
pub(crate) fn count(reads: &dyn Reads) -> Result<u64> {
    let contents = held::items(reads, |item| item.reason == Some(HeldReason::ContentConflict))?;
    let twice = people(reads)?.len() + reads.shared_labels()?.len() + passing::count_contested(reads)?;
    Ok((twice + contents.len() + tubeless(reads)?.len()) as u64)
}

/// People who stand bound in one round by two devices.
fn people(reads: &dyn Reads) -> Result<Vec<Vec<SubjectRow>>> {
    let mut out = Vec::new();
    for (hash, round) in reads.duplicates()? {
        let (mut subjects, mut devices) = (Vec::new(), BTreeSet::new());
        for person in reads.persons(&hash)?.iter().filter(|person| person.round == round) {
            let Some(subject) = reads.subject(person.at)?.filter(SubjectRow::live) else { continue };
            devices.extend(reads.stream(subject.at.stream)?.map(|stream| stream.device));
            subjects.push(subject);
        }
        if devices.len() > 1 {
            out.push(subjects);
        }
    }
    Ok(out)
}

fn tube_uses(lookup: &Lookup<'_>, label: &str) -> Result<Vec<TubeUse>> {
    let rows = lookup.reads.tubes_by_label(label)?;
    rows.iter()
        .filter(|row| row.opened)
        .map(|row| {
            let (device, record) = lookup.name(row.at)?;
            let opening = lookup.record(row.at)?;
            let at = lookup.at(row.at, row.shift, row.lane, opening.as_ref())?;
            Ok(TubeUse { device, record, people: row.live, at })
        })
        .collect()
}
