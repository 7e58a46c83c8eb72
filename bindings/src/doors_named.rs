//! Doors with the names and the words that belong to them: for the screen of a team that must find somebody, not for logs.

use fieldcore::record::{DocumentKind, Excuse};
use fieldcore::roster::Category as PersonCategory;
pub use fieldcore::roster::Found as FoundBy;

use crate::answer::Saved;
use crate::doors_lines::{DoorPlace, HomeState, KnownFrom, MissedLine, OpenFollowUp};
use crate::doors_view::at;
use crate::error::Result;
use crate::refs::{id_of, id_text};
use crate::station::Station;

/// What of a query was found.
#[uniffi::remote(Enum)]
pub enum FoundBy {
    /// The door is the one that was asked for.
    Door,
    /// The digits stand in the number.
    Number,
    /// The text stands in the name.
    Name,
    /// The letters are the first ones of a name's syllables.
    Initials,
    /// The door is one of several that the query may mean, or in the building that it names.
    NearDoor,
}

/// A person as a team at a door needs to know them.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct NamedPerson {
    /// The name, where list or record have one.
    pub name: Option<String>,
    /// What describes a person without papers.
    pub description: Option<String>,
    /// The document's number with its middle hidden.
    pub masked: Option<String>,
    /// What a team must know before it knocks.
    pub categories: Vec<PersonCategory>,
    /// The telephone.
    pub contact: Option<String>,
    /// Who answers for a child.
    pub guardian: Option<String>,
}

/// A door or a person that a search found, of the list or added at the door.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct FoundLine {
    /// What of the query was found.
    pub found: FoundBy,
    /// The household's id.
    pub household: String,
    /// Where it lives.
    pub place: DoorPlace,
    /// When its stairwell is called, as the list says it.
    pub slot: Option<String>,
    /// What became of the household.
    pub state: Option<HomeState>,
    /// The person's id; nothing for the door itself.
    pub resident: Option<String>,
    /// Whether a sample of the person stands; nothing for a door.
    pub sampled: Option<bool>,
    /// The person.
    pub person: Option<NamedPerson>,
}

/// Who lives behind a door, and what became of them.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct ResidentLine {
    /// The person's id.
    pub resident: String,
    /// Where the person is known from.
    pub origin: KnownFrom,
    /// The record that added the person.
    pub added: Option<Saved>,
    /// The kind of document that the list has of the person; nothing for one who was added.
    pub document: Option<DocumentKind>,
    /// Who that is; nothing where it cannot be read here any more.
    pub person: Option<NamedPerson>,
    /// Whether a sample of the person stands.
    pub sampled: bool,
    /// The record that bound the person, where it is known.
    pub sample: Option<Saved>,
    /// Why the person is not sampled, where somebody said so.
    pub excuse: Option<Excuse>,
    /// The record that says so and holds the words.
    pub excused: Option<Saved>,
}

/// Something that is still to be done, with where and for whom.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct FollowUpLine {
    /// What.
    pub open: OpenFollowUp,
    /// Where.
    pub place: DoorPlace,
    /// The operator's words.
    pub words: Option<String>,
    /// For whom.
    pub person: Option<NamedPerson>,
}

/// Somebody who is missed, or a household of which nobody is known, with who that is.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct MissedPerson {
    /// Where, and why.
    pub missed: MissedLine,
    /// The operator's words.
    pub words: Option<String>,
    /// Who that is.
    pub person: Option<NamedPerson>,
}

impl From<fieldcore::NamedPerson> for NamedPerson {
    fn from(person: fieldcore::NamedPerson) -> Self {
        let fieldcore::NamedPerson { name, description, number, categories, contact, guardian } = person;
        Self { name, description, masked: number, categories: categories.iter().collect(), contact, guardian }
    }
}

impl From<fieldcore::FoundLine> for FoundLine {
    fn from(line: fieldcore::FoundLine) -> Self {
        Self {
            found: line.found,
            household: id_text(line.household),
            place: line.place.into(),
            slot: line.slot,
            state: line.state,
            resident: line.resident.map(id_text),
            sampled: line.sampled,
            person: line.person.map(Into::into),
        }
    }
}

impl From<fieldcore::ResidentLine> for ResidentLine {
    fn from(line: fieldcore::ResidentLine) -> Self {
        let fieldcore::ResidentLine { person, document, named } = line;
        Self {
            resident: id_text(person.resident),
            origin: person.origin,
            added: person.added.map(|at| (*at).into()),
            document,
            person: named.map(Into::into),
            sampled: person.sampled,
            sample: person.sample.map(|at| (*at).into()),
            excuse: person.excuse,
            excused: person.excused.map(|at| (*at).into()),
        }
    }
}

impl From<fieldcore::FollowUpLine> for FollowUpLine {
    fn from(line: fieldcore::FollowUpLine) -> Self {
        let fieldcore::FollowUpLine { open, place, words, person } = line;
        Self { open: open.into(), place: place.into(), words, person: person.map(Into::into) }
    }
}

impl From<fieldcore::MissedLine> for MissedPerson {
    fn from(line: fieldcore::MissedLine) -> Self {
        Self { missed: line.missed.into(), words: line.words, person: line.person.map(Into::into) }
    }
}

fn lines<T, L: From<T>>(all: Vec<T>) -> Vec<L> {
    all.into_iter().map(Into::into).collect()
}

#[uniffi::export]
impl Station {
    /// What `query` finds among the doors and people of the list and those added at doors, best first and in the order of
    /// doors, at most `limit`: four digits or more of a number, a part of a name, two or more initials of its syllables,
    /// or a door as people write it.
    pub fn find(&self, query: String, limit: u32) -> Result<Vec<FoundLine>> {
        self.at("find", |station| Ok(lines(station.find(&query, at(limit))?)))
    }

    /// Who lives in a household, by the list and by what was added at the door, and what became of them. Nobody for a
    /// household that is not known here.
    pub fn residents(&self, household: String) -> Result<Vec<ResidentLine>> {
        self.at("residents", |station| Ok(lines(station.residents(id_of("household", &household)?)?)))
    }

    /// What is still to be done, what is due first coming first, with names and the operator's words.
    pub fn open_follow_ups(&self) -> Result<Vec<FollowUpLine>> {
        self.at("open_follow_ups", |station| Ok(lines(station.open_follow_ups()?)))
    }

    /// Who is missed, in the order of doors, with names and the operator's words: at most `limit` after the first
    /// `offset`.
    pub fn missed_people(&self, offset: u32, limit: u32) -> Result<Vec<MissedPerson>> {
        self.at("missed_people", |station| Ok(lines(station.missed_page(at(offset), at(limit))?)))
    }
}
