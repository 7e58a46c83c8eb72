//! A roster in memory: one arena of text, and rows that point into it.

use std::fmt;

use zeroize::Zeroize;

use super::household::{Household, Resident, letter};
use super::search::is_plain;
use super::{Categories, Door, Dweller, Home, Homes, HouseholdId, ResidentId, by_door};
use crate::error::{Error, Result};
use crate::record::DocumentKind;

/// A text of the arena.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Span {
    at: u32,
    length: u16,
}

/// Texts of one person that follow each other in the arena: name, number, contact, guardian. A length of
/// [`ABSENT`] says that there is none.
#[derive(Clone, Copy)]
struct Texts {
    at: u32,
    lengths: [u16; 4],
}

const ABSENT: u16 = u16::MAX;

struct HomeRow {
    id: HouseholdId,
    area: Span,
    building: Span,
    stairwell: Span,
    door: Span,
    slot: Option<Span>,
    first: u32,
    people: u32,
}

struct PersonRow {
    id: ResidentId,
    texts: Texts,
    birth: u32,
    categories: u32,
    document: DocumentKind,
    /// A letter, or 0.
    sex: u8,
    /// Whether the name is what a search makes of it: no blanks, dots or capitals.
    plain: bool,
}

/// The rosters of a device as one: homes in the order of doors. Prints nothing of itself.
#[derive(Default)]
pub struct Roster {
    text: String,
    homes: Vec<HomeRow>,
    people: Vec<PersonRow>,
    /// Places of homes in the order of their ids.
    by_id: Vec<u32>,
    /// Room to fold names in while it is made.
    folded: String,
}

impl fmt::Debug for Roster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Roster(hidden, {} homes, {} people)", self.homes.len(), self.people())
    }
}

impl Drop for Roster {
    fn drop(&mut self) {
        self.text.zeroize();
        self.folded.zeroize();
    }
}

impl Roster {
    /// The roster of `households`, of one area or several, in any order. A household of several counts once.
    pub fn new(households: Vec<Household>) -> Result<Self> {
        let mut maker = RosterMaker::default();
        maker.add(households)?;
        Ok(maker.finish())
    }

    fn add(&mut self, household: &Household, before: &mut [(String, Span); 5]) -> Result<()> {
        let [area, building, stairwell, door, slot] = before;
        let row = HomeRow {
            id: household.id,
            area: self.shared(&household.area, area)?,
            building: self.shared(&household.building, building)?,
            stairwell: self.shared(&household.stairwell, stairwell)?,
            door: self.shared(&household.door, door)?,
            slot: household.slot.as_deref().map(|text| self.shared(text, slot)).transpose()?,
            first: u32::try_from(self.people.len()).map_err(|_| too_large())?,
            people: u32::try_from(household.people.len()).map_err(|_| too_large())?,
        };
        self.homes.push(row);
        for person in &household.people {
            let row = self.person(person)?;
            self.people.push(row);
        }
        Ok(())
    }

    /// A text that is often the same as in the home before.
    fn shared(&mut self, text: &str, before: &mut (String, Span)) -> Result<Span> {
        if before.0 != text {
            let at = u32::try_from(self.text.len()).map_err(|_| too_large())?;
            self.text.push_str(text);
            *before = (text.to_owned(), Span { at, length: u16::try_from(text.len()).map_err(|_| too_large())? });
        }
        Ok(before.1)
    }

    fn person(&mut self, person: &Resident) -> Result<PersonRow> {
        let at = u32::try_from(self.text.len()).map_err(|_| too_large())?;
        let mut lengths = [ABSENT; 4];
        let texts = [Some(&person.name), person.number.as_ref(), person.contact.as_ref(), person.guardian.as_ref()];
        for (length, text) in lengths.iter_mut().zip(texts) {
            if let Some(text) = text {
                *length = u16::try_from(text.len()).ok().filter(|length| *length != ABSENT).ok_or_else(too_large)?;
                self.text.push_str(text);
            }
        }
        Ok(PersonRow {
            id: person.id,
            texts: Texts { at, lengths },
            birth: person.birth.unwrap_or(0),
            categories: person.categories.0,
            document: person.document,
            sex: person.sex.map_or(0, |sex| u8::try_from(letter(sex)).unwrap_or(0)),
            plain: is_plain(&person.name, &mut self.folded),
        })
    }

    /// How many people are in it.
    pub fn people(&self) -> usize {
        self.homes.iter().map(|home| home.people as usize).sum()
    }

    /// Bytes that it takes in memory.
    pub fn bytes(&self) -> usize {
        size_of::<Self>()
            + self.text.capacity()
            + self.homes.capacity() * size_of::<HomeRow>()
            + self.people.capacity() * size_of::<PersonRow>()
            + self.by_id.capacity() * size_of::<u32>()
    }

    fn text(&self, span: Span) -> &str {
        let at = span.at as usize;
        self.text.get(at..at + usize::from(span.length)).unwrap_or_default()
    }

    fn texts(&self, texts: Texts) -> [Option<&str>; 4] {
        let mut at = texts.at as usize;
        texts.lengths.map(|length| {
            if length == ABSENT {
                return None;
            }
            let from = at;
            at += usize::from(length);
            self.text.get(from..at)
        })
    }

    /// Where the people of a home begin and end.
    fn range(&self, home: usize) -> std::ops::Range<usize> {
        self.homes.get(home).map_or(0..0, |home| home.first as usize..(home.first + home.people) as usize)
    }

    fn place(&self, row: &HomeRow) -> Door<'_> {
        Door {
            area: self.text(row.area),
            building: self.text(row.building),
            stairwell: self.text(row.stairwell),
            door: self.text(row.door),
        }
    }

    fn dweller_of(&self, row: &PersonRow) -> Dweller<'_> {
        let [name, number, contact, guardian] = self.texts(row.texts);
        Dweller {
            id: row.id,
            name: name.unwrap_or_default(),
            document: row.document,
            number,
            birth: Some(row.birth).filter(|birth| *birth != 0),
            sex: Some(char::from(row.sex)).filter(|sex| *sex != '\0'),
            categories: Categories(row.categories),
            contact,
            guardian,
        }
    }

    /// The people of the home at `home`, in the order of the list; none where there is no such home.
    pub fn dwellers(&self, home: usize) -> impl Iterator<Item = Dweller<'_>> {
        self.people.get(self.range(home)).unwrap_or_default().iter().map(|row| self.dweller_of(row))
    }

    /// What a search looks at in everybody of a home.
    pub(super) fn seen(&self, home: usize) -> impl Iterator<Item = Seen<'_>> {
        self.people.get(self.range(home)).unwrap_or_default().iter().map(|row| {
            let [name, number, ..] = row.texts.lengths.map(|length| if length == ABSENT { 0 } else { length.into() });
            let at = row.texts.at as usize;
            let text = |from: usize, length: usize| self.text.as_bytes().get(from..from + length).unwrap_or_default();
            Seen { name: text(at, name), number: text(at + name, number), plain: row.plain }
        })
    }
}

/// A roster that is made part by part, so that what it is made from is never in memory as a whole.
#[derive(Default)]
pub(crate) struct RosterMaker {
    roster: Roster,
    /// The texts of the home before.
    before: [(String, Span); 5],
}

impl RosterMaker {
    /// Adds some more households, in any order.
    pub(crate) fn add(&mut self, households: Vec<Household>) -> Result<()> {
        households.into_iter().try_for_each(|household| self.roster.add(&household, &mut self.before))
    }

    /// The roster of all that were added: in the order of doors, each household once.
    pub(crate) fn finish(self) -> Roster {
        let mut roster = self.roster;
        let mut homes = std::mem::take(&mut roster.homes);
        homes.sort_by(|one, other| {
            by_door(&roster.place(one), &roster.place(other)).then_with(|| one.id.cmp(&other.id))
        });
        homes.dedup_by(|one, other| one.id == other.id);
        homes.shrink_to_fit();
        roster.by_id = (0..homes.len()).filter_map(|place| u32::try_from(place).ok()).collect();
        roster.by_id.sort_by_key(|place| homes.get(*place as usize).map(|home| home.id));
        roster.homes = homes;
        roster.text.shrink_to_fit();
        roster.people.shrink_to_fit();
        roster
    }
}

/// What a search looks at in somebody, as bytes of the arena; empty where there is none.
pub(super) struct Seen<'a> {
    pub(super) name: &'a [u8],
    pub(super) number: &'a [u8],
    pub(super) plain: bool,
}

fn too_large() -> Error {
    Error::refused("opening the roster", "it is larger than any area's; let the hub part it")
}

impl Homes for Roster {
    fn homes(&self) -> usize {
        self.homes.len()
    }

    fn home(&self, index: usize) -> Home<'_> {
        let Some(row) = self.homes.get(index) else {
            return Home::NONE;
        };
        let (place, slot) = (self.place(row), row.slot.map(|slot| self.text(slot)));
        Home { id: row.id, place, slot, people: row.people as usize }
    }

    fn dweller(&self, home: usize, index: usize) -> Dweller<'_> {
        self.dwellers(home).nth(index).unwrap_or(Dweller::NONE)
    }

    fn find(&self, id: HouseholdId) -> Option<usize> {
        let id_of = |place: &u32| self.homes.get(*place as usize).map(|home| home.id);
        let found = self.by_id.binary_search_by_key(&Some(id), id_of).ok()?;
        self.by_id.get(found).map(|place| *place as usize)
    }
}
