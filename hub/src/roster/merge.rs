//! One person for each document number, and questions where people only may be the same.

use std::collections::{BTreeMap, BTreeSet};

use fieldcore::roster::ResidentId;
use fieldcore::scan::Sensitive;
use serde::Serialize;

use super::RowRef;
use super::ids::Namer;
use super::resident::{Place, Resident};

/// Alike people of whom every two are asked about; of more, each and the next.
const PAIRED_MAX: usize = 12;

/// Why people may be the same, or one person not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// One number with several names.
    SameNumberOtherName,
    /// The same name and birth, and not both with a number.
    SameNameAndBirth,
    /// The same name behind the same door, and not both with a number.
    SameNameAndPlace,
}

/// What somebody who knows the people must say. Nothing is merged by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Question {
    /// What it is.
    pub doubt: Doubt,
    /// The rows of the people that are asked about.
    pub rows: Vec<RowRef>,
    /// Who they are.
    #[serde(skip)]
    pub pair: Pair,
}

/// Two people, by ids in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair(pub ResidentId, pub ResidentId);

impl Pair {
    /// The pair of two ids in whatever order.
    pub fn of(one: ResidentId, other: ResidentId) -> Self {
        if one <= other { Self(one, other) } else { Self(other, one) }
    }
}

/// What was answered about pairs: whether they are the same.
pub type Answers = BTreeMap<Pair, bool>;

/// Somebody with the id that is drawn for them.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) id: ResidentId,
    pub(super) resident: Resident,
}

/// People of lists, each once, in the order in which they were told of first.
#[derive(Debug)]
pub(super) struct People<'a> {
    pub(super) all: Vec<Person>,
    pub(super) merged: usize,
    namer: &'a Namer,
    answers: &'a Answers,
    by_number: BTreeMap<Sensitive, Vec<usize>>,
    alike: BTreeMap<(String, String), u32>,
    other_names: Vec<Question>,
}

impl<'a> People<'a> {
    /// Nobody yet.
    pub(super) fn new(namer: &'a Namer, answers: &'a Answers) -> Self {
        let (by_number, alike) = (BTreeMap::new(), BTreeMap::new());
        Self { all: Vec::new(), merged: 0, namer, answers, by_number, alike, other_names: Vec::new() }
    }

    /// Adds somebody, or what a row says of somebody who is there.
    pub(super) fn add(&mut self, resident: Resident) {
        match resident.identity.as_ref().and_then(|identity| identity.key_text()) {
            Some(key) => self.add_numbered(&key, resident),
            None => {
                let alike = (folded(&resident.name).unwrap_or_default(), resident.household_key().unwrap_or_default());
                let count = self.alike.entry(alike.clone()).or_default();
                *count += 1;
                let id = self.namer.by_name(&alike.0, &alike.1, *count);
                self.all.push(Person { id, resident });
            }
        }
    }

    fn add_numbered(&mut self, key: &Sensitive, mut resident: Resident) {
        let places = self.by_number.entry(key.clone()).or_default();
        let Some(first) = places.first().and_then(|place| self.all.get_mut(*place)) else {
            places.push(self.all.len());
            self.all.push(Person { id: self.namer.by_number(key), resident });
            return;
        };
        let names = folded(&first.resident.name).zip(folded(&resident.name)).filter(|(one, other)| one != other);
        if let Some((_, name)) = names {
            let id = self.namer.by_number_and_name(key, &name);
            let pair = Pair::of(first.id, id);
            match self.answers.get(&pair) {
                Some(true) => {}
                Some(false) => {
                    // One number cannot be two people's: the second waits for a document that says which.
                    resident.identity = None;
                    let known = places.iter().find(|place| self.all.get(**place).is_some_and(|one| one.id == id));
                    match known.and_then(|place| self.all.get_mut(*place)) {
                        Some(known) => {
                            self.merged += 1;
                            fill(&mut known.resident, resident);
                        }
                        None => {
                            places.push(self.all.len());
                            self.all.push(Person { id, resident });
                        }
                    }
                    return;
                }
                None => {
                    let rows = first.resident.rows.iter().chain(&resident.rows).cloned().collect();
                    self.other_names.push(Question { doubt: Doubt::SameNumberOtherName, rows, pair });
                }
            }
        }
        self.merged += 1;
        fill(&mut first.resident, resident);
    }

    /// Makes one of those who were said to be the same.
    pub(super) fn settle(&mut self) {
        let mut places: BTreeMap<ResidentId, usize> = self.all.iter().map(|one| one.id).zip(0..).collect();
        let mut gone = BTreeSet::new();
        for (pair, same) in self.answers {
            let found = (places.get(&pair.0).copied(), places.get(&pair.1).copied());
            let (Some(one), Some(other)) = found else { continue };
            let numbered = |place: usize| self.all.get(place).is_some_and(|one| one.resident.identity.is_some());
            if !same || one == other || (numbered(one) && numbered(other)) {
                continue;
            }
            let (into, from) =
                if numbered(one) || (!numbered(other) && one < other) { (one, other) } else { (other, one) };
            // What was merged before answers to its old ids as well.
            places.values_mut().filter(|place| **place == from).for_each(|place| *place = into);
            let Some(taken) = self.all.get(from).map(|one| one.resident.clone()) else { continue };
            if let Some(known) = self.all.get_mut(into) {
                fill(&mut known.resident, taken);
                gone.insert(from);
                self.merged += 1;
            }
        }
        let mut place = 0;
        self.all.retain(|_| {
            place += 1;
            !gone.contains(&(place - 1))
        });
    }

    /// What must be asked, in the order of rows.
    pub(super) fn questions(&self) -> Vec<Question> {
        let mut questions = self.other_names.clone();
        let name_and =
            |resident: &Resident, other: Option<String>| Some(format!("{}\0{}", folded(&resident.name)?, other?));
        let births = self.pairs(|one| name_and(one, one.birth.map(|birth| birth.to_string())));
        let question = |doubt| move |(pair, rows)| Question { doubt, rows, pair };
        questions.extend(births.into_iter().map(question(Doubt::SameNameAndBirth)));
        let asked: BTreeSet<Pair> = questions.iter().map(|question| question.pair).collect();
        let places = self.pairs(|one| name_and(one, one.household_key()));
        let places = places.into_iter().filter(|(pair, _)| !asked.contains(pair));
        questions.extend(places.map(question(Doubt::SameNameAndPlace)));
        questions.sort_by(|a, b| a.rows.cmp(&b.rows));
        questions
    }

    /// Every two people who share a key, unless both have a number, which makes them two, or it was answered.
    fn pairs(&self, key: impl Fn(&Resident) -> Option<String>) -> Vec<(Pair, Vec<RowRef>)> {
        let mut groups: BTreeMap<Sensitive, Vec<&Person>> = BTreeMap::new();
        for person in &self.all {
            if let Some(key) = key(&person.resident) {
                groups.entry(Sensitive::new(key)).or_default().push(person);
            }
        }
        let mut pairs = Vec::new();
        for group in groups.values() {
            let reach = if group.len() > PAIRED_MAX { 1 } else { group.len() };
            for (place, one) in group.iter().enumerate() {
                for other in group.iter().skip(place + 1).take(reach) {
                    let pair = Pair::of(one.id, other.id);
                    let both = one.resident.identity.is_some() && other.resident.identity.is_some();
                    if !both && !self.answers.contains_key(&pair) {
                        pairs.push((pair, one.resident.rows.iter().chain(&other.resident.rows).cloned().collect()));
                    }
                }
            }
        }
        pairs
    }
}

/// A name without blanks and dots, letters lower-case.
fn folded(name: &Option<Sensitive>) -> Option<String> {
    let plain = |name: &Sensitive| {
        name.expose().chars().filter(|one| one.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    name.as_ref().map(plain)
}

/// Takes what another row says beside what is known: what was said first stays.
fn fill(known: &mut Resident, other: Resident) {
    known.identity = known.identity.take().or(other.identity);
    known.name = known.name.take().or(other.name);
    known.birth = known.birth.or(other.birth);
    known.sex = known.sex.or(other.sex);
    known.contact = known.contact.take().or(other.contact);
    known.address = known.address.take().or(other.address);
    known.guardian = known.guardian.take().or(other.guardian);
    known.slot = known.slot.take().or(other.slot);
    known.household = known.household.take().or(other.household);
    known.categories.extend(other.categories);
    // A door of one list and a stairwell of another may be of two buildings.
    if known.place == Place::default() {
        known.place = other.place;
    }
    known.note = match (known.note.take(), other.note) {
        (Some(one), Some(more)) if one != more => Some(Sensitive::new(format!("{}; {}", one.expose(), more.expose()))),
        (one, more) => one.or(more),
    };
    known.rows.extend(other.rows);
}

/// How many different keys people have.
pub(super) fn count(people: &[Person], key: impl Fn(&Resident) -> Option<String>) -> usize {
    people.iter().filter_map(|one| key(&one.resident)).collect::<BTreeSet<_>>().len()
}
