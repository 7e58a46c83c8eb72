//! One person for each document number, and questions where people only may be the same.

use std::collections::{BTreeMap, BTreeSet};

use fieldcore::scan::Sensitive;
use serde::Serialize;

use super::RowRef;
use super::resident::Resident;

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
}

/// People of lists, each once, in the order in which they were told of first.
#[derive(Debug, Default)]
pub(super) struct People {
    pub(super) residents: Vec<Resident>,
    pub(super) merged: usize,
    by_number: BTreeMap<Sensitive, usize>,
    other_names: Vec<Question>,
}

impl People {
    /// Adds somebody, or what a row says of somebody who is there.
    pub(super) fn add(&mut self, resident: Resident) {
        let key = resident.identity.as_ref().and_then(|identity| identity.key_text());
        let Some(key) = key else {
            self.residents.push(resident);
            return;
        };
        let Some(place) = self.by_number.get(&key) else {
            self.by_number.insert(key, self.residents.len());
            self.residents.push(resident);
            return;
        };
        let known = &mut self.residents[*place];
        if folded(&known.name).zip(folded(&resident.name)).is_some_and(|(one, other)| one != other) {
            let rows = known.rows.iter().chain(&resident.rows).cloned().collect();
            self.other_names.push(Question { doubt: Doubt::SameNumberOtherName, rows });
        }
        self.merged += 1;
        fill(known, resident);
    }

    /// What must be asked, in the order of rows.
    pub(super) fn questions(&self) -> Vec<Question> {
        let mut questions = self.other_names.clone();
        let name_and =
            |resident: &Resident, other: Option<String>| Some(format!("{}\0{}", folded(&resident.name)?, other?));
        let births = self.groups(|one| name_and(one, one.birth.map(|birth| birth.to_string())));
        questions.extend(births.into_iter().map(|rows| Question { doubt: Doubt::SameNameAndBirth, rows }));
        let asked: BTreeSet<Vec<RowRef>> = questions.iter().map(|question| question.rows.clone()).collect();
        let places = self.groups(|one| name_and(one, one.household_key()));
        let places = places.into_iter().filter(|rows| !asked.contains(rows));
        questions.extend(places.map(|rows| Question { doubt: Doubt::SameNameAndPlace, rows }));
        questions.sort_by(|a, b| a.rows.cmp(&b.rows));
        questions
    }

    /// Rows of people who share a key, unless all of them have a number: two numbers are two people.
    fn groups(&self, key: impl Fn(&Resident) -> Option<String>) -> Vec<Vec<RowRef>> {
        let mut groups: BTreeMap<Sensitive, Vec<&Resident>> = BTreeMap::new();
        for resident in &self.residents {
            if let Some(key) = key(resident) {
                groups.entry(Sensitive::new(key)).or_default().push(resident);
            }
        }
        let doubtful = |group: &&Vec<&Resident>| group.len() > 1 && group.iter().any(|one| one.identity.is_none());
        let groups = groups.values().filter(doubtful);
        groups.map(|group| group.iter().flat_map(|one| one.rows.iter().cloned()).collect()).collect()
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
    if known.place == super::resident::Place::default() {
        known.place = other.place;
    }
    known.note = match (known.note.take(), other.note) {
        (Some(one), Some(more)) if one != more => Some(Sensitive::new(format!("{}; {}", one.expose(), more.expose()))),
        (one, more) => one.or(more),
    };
    known.rows.extend(other.rows);
}

/// How many different keys people have.
pub(super) fn count(residents: &[Resident], key: impl Fn(&Resident) -> Option<String>) -> usize {
    residents.iter().filter_map(key).collect::<BTreeSet<_>>().len()
}
