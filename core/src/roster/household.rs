//! A household of a roster with its people, by itself: what pages are made of.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Categories, Door, Dweller, HouseholdId, ResidentId, order};
use crate::error::{Error, Result};
use crate::pack::{Fixed, Text};
use crate::record::DocumentKind;
use crate::scan::Sex;

const WHAT: &str = "roster page";

/// A person of a roster. Prints nothing of itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Resident {
    /// The person's id.
    pub id: ResidentId,
    /// The name; empty if the list has none.
    pub name: String,
    /// What kind of document names the person.
    pub document: DocumentKind,
    /// The document's number in the form in which numbers are compared.
    pub number: Option<String>,
    /// Birth as YYYYMMDD, where the number does not hold it.
    pub birth: Option<u32>,
    /// The sex, where the number does not hold it.
    pub sex: Option<Sex>,
    /// What a team must know before it knocks.
    pub categories: Categories,
    /// The telephone.
    pub contact: Option<String>,
    /// The guardian's number or words, for a child.
    pub guardian: Option<String>,
}

/// A household of a roster. Prints nothing of itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Household {
    /// Its id.
    pub id: HouseholdId,
    /// Village, compound or community.
    pub area: String,
    /// Building or courtyard.
    pub building: String,
    /// Stairwell.
    pub stairwell: String,
    /// Door.
    pub door: String,
    /// When its stairwell is called, as the list says it.
    pub slot: Option<String>,
    /// Its people, in the order of the list.
    pub people: Vec<Resident>,
}

impl fmt::Debug for Resident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Resident(hidden)")
    }
}

impl fmt::Debug for Household {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Household(hidden, {} people)", self.people.len())
    }
}

impl Household {
    /// Where it lives.
    pub fn place(&self) -> Door<'_> {
        Door { area: &self.area, building: &self.building, stairwell: &self.stairwell, door: &self.door }
    }

    /// The order of households in a roster: by door, then by id.
    pub fn order(&self, other: &Self) -> Ordering {
        order::by_door(&self.place(), &other.place()).then_with(|| self.id.cmp(&other.id))
    }
}

impl Resident {
    /// The person as a roster in memory tells of them.
    pub fn dweller(&self) -> Dweller<'_> {
        Dweller {
            id: self.id,
            name: &self.name,
            document: self.document,
            number: self.number.as_deref(),
            birth: self.birth,
            sex: self.sex.map(letter),
            categories: self.categories,
            contact: self.contact.as_deref(),
            guardian: self.guardian.as_deref(),
        }
    }
}

/// The letter of a sex in a roster.
pub(super) const fn letter(sex: Sex) -> char {
    match sex {
        Sex::Male => 'M',
        Sex::Female => 'F',
        Sex::Unspecified => 'X',
    }
}

/// Id, name, document, number, birth, sex, categories, contact, guardian.
#[derive(Serialize, Deserialize)]
pub(super) struct ResidentRow(
    Fixed<16>,
    Text,
    i64,
    Option<Text>,
    Option<u32>,
    Option<Text>,
    u32,
    Option<Text>,
    Option<Text>,
);

/// Id, area, building, stairwell, door, slot, people.
#[derive(Serialize, Deserialize)]
pub(super) struct HouseholdRow(Fixed<16>, Text, Text, Text, Text, Option<Text>, Vec<ResidentRow>);

fn text(text: &str) -> Text {
    Text(text.to_owned())
}

fn some(text: &Option<String>) -> Option<Text> {
    text.clone().map(Text)
}

impl From<&Resident> for ResidentRow {
    fn from(one: &Resident) -> Self {
        Self(
            one.id,
            text(&one.name),
            one.document.code(),
            some(&one.number),
            one.birth,
            one.sex.map(|sex| text(sex.as_str())),
            one.categories.0,
            some(&one.contact),
            some(&one.guardian),
        )
    }
}

impl From<&Household> for HouseholdRow {
    fn from(one: &Household) -> Self {
        Self(
            one.id,
            text(&one.area),
            text(&one.building),
            text(&one.stairwell),
            text(&one.door),
            some(&one.slot),
            one.people.iter().map(ResidentRow::from).collect(),
        )
    }
}

impl TryFrom<ResidentRow> for Resident {
    type Error = Error;

    fn try_from(row: ResidentRow) -> Result<Self> {
        let ResidentRow(id, name, document, number, birth, sex, categories, contact, guardian) = row;
        let document = DocumentKind::from_code(document)
            .ok_or_else(|| Error::decode(WHAT, "a person has a kind of document that this reader does not know"))?;
        let unknown = || Error::decode(WHAT, "a person has a sex that is none of M, F and X");
        let sex = sex.map(|sex| Sex::from_text(&sex.0).ok_or_else(unknown)).transpose()?;
        let plain = |text: Option<Text>| text.map(|text| text.0);
        Ok(Self {
            id,
            name: name.0,
            document,
            number: plain(number),
            birth,
            sex,
            categories: Categories(categories),
            contact: plain(contact),
            guardian: plain(guardian),
        })
    }
}

impl TryFrom<HouseholdRow> for Household {
    type Error = Error;

    fn try_from(row: HouseholdRow) -> Result<Self> {
        let HouseholdRow(id, area, building, stairwell, door, slot, people) = row;
        Ok(Self {
            id,
            area: area.0,
            building: building.0,
            stairwell: stairwell.0,
            door: door.0,
            slot: slot.map(|slot| slot.0),
            people: people.into_iter().map(Resident::try_from).collect::<Result<_>>()?,
        })
    }
}
