//! Households and the people in them, as a roster lists them: what a team at a door, its figures and its screens need to
//! know. Nothing here reads a file or a table.
//!
//! Words: a *home* is a household of the list with its door, a *dweller* a person in it, a *category* something that a
//! team must know before it knocks.

mod arena;
mod category;
mod household;
mod order;
mod page;
mod pinyin;
mod search;
#[cfg(test)]
mod tests;

pub use arena::Roster;
pub(crate) use arena::RosterMaker;
pub use category::{Categories, Category};
pub use household::{Household, Resident};
pub use order::{Folded, by_door, compare};
pub use page::{RosterBase, RosterHead, RosterPage, apply, arrange, difference, digest, join, print, whole};
pub use search::{Found, Hit, search};

use crate::pack::Fixed;
use crate::record::DocumentKind;

/// What names a household: the roster's 16 bytes, or [`crate::record::added_id`] of the record that added it.
pub type HouseholdId = Fixed<16>;

/// What names a person of the roster: its 16 bytes, or [`crate::record::added_id`] of the record that added the person.
pub type ResidentId = Fixed<16>;

/// Where a household lives. What is not known is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Door<'a> {
    /// Village, compound or community.
    pub area: &'a str,
    /// Building or courtyard.
    pub building: &'a str,
    /// Stairwell.
    pub stairwell: &'a str,
    /// Door.
    pub door: &'a str,
}

impl<'a> Door<'a> {
    /// Its texts, the widest place first.
    pub const fn texts(&self) -> [&'a str; 4] {
        [self.area, self.building, self.stairwell, self.door]
    }
}

/// A household of a roster.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Home<'a> {
    /// Its id.
    pub id: HouseholdId,
    /// Where it lives.
    pub place: Door<'a>,
    /// When its stairwell is called, as the list says it: `08:00-08:30`.
    pub slot: Option<&'a str>,
    /// How many people the list has in it.
    pub people: usize,
}

/// A person of a roster.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Dweller<'a> {
    /// The person's id.
    pub id: ResidentId,
    /// The name; empty if the list has none.
    pub name: &'a str,
    /// What kind of document names the person.
    pub document: DocumentKind,
    /// The document's number in the form in which numbers are compared.
    pub number: Option<&'a str>,
    /// Birth as YYYYMMDD, where the number does not hold it.
    pub birth: Option<u32>,
    /// `M`, `F` or `X`, where the number does not hold it.
    pub sex: Option<char>,
    /// What a team must know before it knocks.
    pub categories: Categories,
    /// The telephone.
    pub contact: Option<&'a str>,
    /// The guardian's number or words, for a child.
    pub guardian: Option<&'a str>,
}

impl Home<'_> {
    /// What stands beyond the last home.
    pub const NONE: Self = Self {
        id: Fixed([0; 16]),
        place: Door { area: "", building: "", stairwell: "", door: "" },
        slot: None,
        people: 0,
    };
}

impl Dweller<'_> {
    /// What stands beyond the last dweller.
    pub const NONE: Self = Self {
        id: Fixed([0; 16]),
        name: "",
        document: DocumentKind::None,
        number: None,
        birth: None,
        sex: None,
        categories: Categories(0),
        contact: None,
        guardian: None,
    };
}

/// A roster as it is used: homes in the order of doors, each with its dwellers.
pub trait Homes {
    /// How many homes there are.
    fn homes(&self) -> usize;
    /// The home at `index`, which is below [`Self::homes`]; an empty one beyond.
    fn home(&self, index: usize) -> Home<'_>;
    /// The person at `index` of the home, below its number of people; an empty one beyond.
    fn dweller(&self, home: usize, index: usize) -> Dweller<'_>;
    /// Where the household stands.
    fn find(&self, id: HouseholdId) -> Option<usize>;
}
