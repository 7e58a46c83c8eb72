//! Which samples stand: bound, neither undone nor declared void, and not in a spoiled tube.

use std::collections::{BTreeMap, BTreeSet};

use super::PersonKey;
use super::fact::{Act, Fact, Facts};
use crate::id::{DeviceId, Epoch, RecordRef};

/// The samples that stand, each with the record that bound the person.
pub(super) struct Samples<'a> {
    /// By the record that bound the person, and by the one by which they had waited.
    by_record: BTreeMap<RecordRef, Vec<&'a Act>>,
    /// By person: the one of the smallest reference.
    by_person: BTreeMap<PersonKey, &'a Act>,
}

impl<'a> Samples<'a> {
    pub(super) fn of(facts: &'a Facts) -> Self {
        let mut ended = BTreeSet::new();
        let mut spoiled = BTreeSet::new();
        let mut moved: BTreeMap<RecordRef, (Written, RecordRef)> = BTreeMap::new();
        for fact in facts.iter() {
            match fact {
                Fact::Ended { subject } => {
                    ended.insert(*subject);
                }
                Fact::Spoiled { tube } => {
                    spoiled.insert(*tube);
                }
                Fact::Moved { at, subject, tube } => {
                    let last = (written(*at), *tube);
                    moved.entry(*subject).and_modify(|known| *known = last.max(*known)).or_insert(last);
                }
                _ => {}
            }
        }
        let mut samples = Self { by_record: BTreeMap::new(), by_person: BTreeMap::new() };
        for fact in facts.iter() {
            let Fact::Bound { act, person, tube, waited } = fact else { continue };
            let tube = moved.get(&act.at).map_or(tube, |(_, tube)| tube);
            if !ended.contains(&act.at) && !spoiled.contains(tube) {
                samples.stands(act, *person, *waited);
            }
        }
        samples
    }

    fn stands(&mut self, act: &'a Act, person: Option<PersonKey>, waited: Option<RecordRef>) {
        for record in [Some(act.at), waited].into_iter().flatten() {
            self.by_record.entry(record).or_default().push(act);
        }
        if let Some(person) = person {
            self.by_person.entry(person).and_modify(|first| *first = act.min(*first)).or_insert(act);
        }
    }

    /// The sample that a record bound, or for which it let somebody wait; the first if there are several.
    pub(super) fn at(&self, record: RecordRef) -> Option<&'a Act> {
        self.by_record.get(&record).and_then(|acts| acts.iter().min().copied())
    }

    /// People with their samples; the first one where somebody has several.
    pub(super) fn by_person(&self) -> impl Iterator<Item = (&PersonKey, &'a Act)> {
        self.by_person.iter().map(|(person, act)| (person, *act))
    }
}

/// The order in which a journal writes: it may have been several devices, one after the other.
type Written = (Epoch, u64, DeviceId);

/// Where a record stands in that order.
pub(super) const fn written(at: RecordRef) -> Written {
    (at.epoch, at.seq, at.device)
}
