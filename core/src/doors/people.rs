//! The people of the list and those added at the door, each once, and what became of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::fact::{Act, Fact, Facts, person};
use super::samples::Samples;
use super::{Known, Origin, PersonKey, hex, hexes, shown_or_none};
use crate::id::RecordRef;
use crate::record::{Excuse, added_id};
use crate::roster::{Categories, Homes, HouseholdId, ResidentId};
use crate::words::silent;

/// A person of the list, or one added at the door who is on no list. A list has tens of thousands of them, and most
/// have no record that speaks of them: those stand apart.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct PersonView {
    /// The person's id.
    #[serde(serialize_with = "hex")]
    pub resident: ResidentId,
    /// Other ids under which the same person was added.
    #[serde(serialize_with = "hexes")]
    pub also: Vec<ResidentId>,
    /// The household.
    #[serde(serialize_with = "hex")]
    pub household: HouseholdId,
    /// Where the person is known from.
    #[serde(serialize_with = "origin")]
    pub origin: Origin,
    /// The record that added a person who is on no list: it holds name and description.
    #[serde(serialize_with = "shown_or_none")]
    pub added: Option<Box<RecordRef>>,
    /// What a team must know before it knocks.
    #[serde(serialize_with = "bits")]
    pub categories: Categories,
    /// Whether a sample of the person stands.
    pub sampled: bool,
    /// The record that bound the person, where it is known: the first that stands.
    #[serde(serialize_with = "shown_or_none")]
    pub sample: Option<Box<RecordRef>>,
    /// Why the person is not sampled, where somebody said so.
    #[serde(serialize_with = "excuse")]
    pub excuse: Option<Excuse>,
    /// The record that says so: it holds the words.
    #[serde(serialize_with = "shown_or_none")]
    pub excused: Option<Box<RecordRef>>,
}

silent!(PersonView);

impl PersonView {
    /// Whether nothing is left to do about the person.
    pub const fn is_settled(&self) -> bool {
        self.sampled || self.excuse.is_some()
    }
}

fn origin<S: serde::Serializer>(origin: &Origin, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(origin.as_str())
}

fn bits<S: serde::Serializer>(categories: &Categories, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u32(categories.0)
}

pub(super) fn excuse<S: serde::Serializer>(excuse: &Option<Excuse>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_some(&excuse.map(Excuse::as_str))
}

/// All people, which ids and numbers name whom, and what speaks of them.
pub(super) struct People<'a> {
    all: Vec<PersonView>,
    by_id: HashMap<ResidentId, usize>,
    by_key: HashMap<PersonKey, usize>,
    acts: Acts<'a>,
}

/// What speaks of people, by where they stand.
#[derive(Default)]
pub(super) struct Acts<'a> {
    pub(super) sampled_by: HashMap<usize, &'a Act>,
    pub(super) excused_by: HashMap<usize, &'a Act>,
}

impl<'a> People<'a> {
    /// The people of a roster, whose homes are taken in the given order, then those added, then what is said of all.
    pub(super) fn of(
        facts: &'a Facts,
        roster: &dyn Homes,
        order: &[usize],
        known: Known<'_>,
    ) -> (Vec<PersonView>, Acts<'a>) {
        let count = order.iter().map(|home| roster.home(*home).people).sum();
        let mut people = Self {
            all: Vec::with_capacity(count),
            by_id: HashMap::with_capacity(count),
            by_key: HashMap::with_capacity(count),
            acts: Acts::default(),
        };
        for &home in order {
            let of = roster.home(home);
            for index in 0..of.people {
                let dweller = roster.dweller(home, index);
                let key = person(dweller.document, dweller.number, None, known.key);
                people.add(dweller.id, key, of.id, dweller.categories, None);
            }
        }
        for fact in facts.iter() {
            if let Fact::Resident { act, household, person, categories } = fact {
                people.add(added_id(act.at), *person, *household, Categories(*categories), Some(act.at));
            }
        }
        people.sample(facts, known);
        people.excuse(facts);
        (people.all, people.acts)
    }

    /// Adds a person, or another id or number of one who is known. The first household stays.
    fn add(
        &mut self,
        id: ResidentId,
        key: Option<PersonKey>,
        household: HouseholdId,
        categories: Categories,
        added: Option<RecordRef>,
    ) {
        let same = key.and_then(|key| self.by_key.get(&key).copied());
        let known_id = self.by_id.get(&id).copied();
        let index = known_id.or(same).unwrap_or(self.all.len());
        match self.all.get_mut(index) {
            Some(known) => {
                known.categories = Categories(known.categories.0 | categories.0);
                if known_id.is_none() {
                    known.also.push(id);
                }
            }
            None => self.all.push(view(id, household, categories, added)),
        }
        self.by_id.insert(id, index);
        if let Some(key) = key {
            self.by_key.entry(key).or_insert(index);
        }
    }

    /// Of several samples the first counts, so that nobody counts for two teams.
    fn was_sampled(&mut self, index: usize, act: &'a Act) {
        let first = self.acts.sampled_by.entry(index).and_modify(|known| *known = act.min(*known)).or_insert(act);
        if let Some(person) = self.all.get_mut(index) {
            person.sampled = true;
            person.sample = Some(Box::new(first.at));
        }
    }

    fn sample(&mut self, facts: &'a Facts, known: Known<'_>) {
        let samples = Samples::of(facts);
        let mut cards: BTreeMap<RecordRef, Vec<ResidentId>> = BTreeMap::new();
        for fact in facts.iter() {
            if let Fact::CardIssued { card, resident } = fact {
                cards.entry(*card).or_default().push(*resident);
            }
        }
        for fact in facts.iter() {
            let (subject, residents) = match fact {
                Fact::Sampled { resident, subject, .. } => (subject, std::slice::from_ref(resident)),
                Fact::CardRead { card, subject } => (subject, cards.get(card).map_or(&[][..], Vec::as_slice)),
                _ => continue,
            };
            let Some(act) = samples.at(*subject) else { continue };
            for resident in residents {
                self.by_id.get(resident).copied().into_iter().for_each(|index| self.was_sampled(index, act));
            }
        }
        for (key, act) in samples.by_person() {
            self.by_key.get(key).copied().into_iter().for_each(|index| self.was_sampled(index, act));
        }
        for key in known.sampled {
            let person = self.by_key.get(key).and_then(|index| self.all.get_mut(*index));
            person.into_iter().for_each(|person| person.sampled = true);
        }
    }

    /// Of several excuses for one person that nobody corrected, the one of the greatest reference counts.
    fn excuse(&mut self, facts: &'a Facts) {
        let replaced: BTreeSet<RecordRef> = facts
            .iter()
            .filter_map(|fact| if let Fact::Excused { replaces, .. } = fact { *replaces } else { None })
            .collect();
        // Facts of one kind come in the order of their records: the last one stays.
        for fact in facts.iter() {
            let Fact::Excused { act, resident, excuse, .. } = fact else { continue };
            if replaced.contains(&act.at) {
                continue;
            }
            let Some(index) = self.by_id.get(resident).copied() else { continue };
            if let Some(person) = self.all.get_mut(index) {
                person.excuse = Some(*excuse);
                person.excused = Some(Box::new(act.at));
                self.acts.excused_by.insert(index, act);
            }
        }
    }
}

fn view(id: ResidentId, household: HouseholdId, categories: Categories, added: Option<RecordRef>) -> PersonView {
    PersonView {
        resident: id,
        also: Vec::new(),
        household,
        origin: if added.is_some() { Origin::Added } else { Origin::Roster },
        added: added.map(Box::new),
        categories,
        sampled: false,
        sample: None,
        excuse: None,
        excused: None,
    }
}
