//! What a team does at a door, and what a lane does at the hall; each told to the books.

use std::collections::{BTreeMap, BTreeSet};

use fieldcore::record::{Excuse, FollowUpKind, VisitState};
use fieldcore::roster::{Categories, Category, HouseholdId, ResidentId};
use fieldcore::scan::Scan;
use fieldcore::{ClaimPlan, FoundAtDoor, IssuedCard, NewFollowUp, NewHousehold, NewResident, Outcome, RecordRef};

use super::books::{Books, Door, Entry, Visit, Word};
use super::calendar::at;
use super::people::{Fate, Household, Villager};
use super::phone::Phone;
use crate::exit::Failure;

/// Somebody whom no list knows, met behind a door.
#[derive(Clone, Copy)]
pub(super) struct Guest {
    pub(super) door: Door,
    /// The document's number; none without papers.
    pub(super) number: Option<&'static str>,
    pub(super) description: Option<&'static str>,
}

/// What everybody knows of the village without any phone.
pub(super) struct Talk {
    /// People who go to the hall, by who they are.
    pub(super) at_hall: BTreeSet<String>,
    pub(super) guests: Vec<Guest>,
    /// What is to be done on the second day, by door: the phone and its record.
    pub(super) letters: BTreeMap<Door, (&'static str, RecordRef)>,
}

/// A team at work on a day.
pub(super) struct Round<'a> {
    pub(super) phone: &'a mut Phone,
    pub(super) books: &'a mut Books,
    pub(super) talk: &'a mut Talk,
    pub(super) day: u8,
    /// Whether all of it dies with the phone.
    pub(super) lost: bool,
}

/// A courtyard as lists and claims name it.
pub(super) fn courtyard(number: usize) -> String {
    format!("{number}院")
}

/// Who somebody is, the same wherever they come.
pub(super) fn who(home: &Household, one: &Villager) -> String {
    one.number.clone().unwrap_or_else(|| format!("{}/{}/{}", home.courtyard, home.door, one.name))
}

impl Round<'_> {
    /// Claims courtyards for the day.
    pub(super) fn claim(&mut self, courtyards: impl Iterator<Item = usize>) -> Result<(), Failure> {
        let until_ms = at(i64::from(self.day), "20:00");
        for number in courtyards {
            let building = courtyard(number);
            let claim =
                ClaimPlan { area: None, building: &building, stairwell: None, first: None, last: None, until_ms };
            self.phone.act(|station, lane| station.claim(lane, &claim))?;
        }
        Ok(())
    }

    /// Goes to every one of these households.
    pub(super) fn visit_all<'v>(&mut self, homes: impl Iterator<Item = &'v Household>) -> Result<(), Failure> {
        homes.into_iter().try_for_each(|home| self.visit(home))
    }

    fn visit(&mut self, home: &Household) -> Result<(), Failure> {
        let door = (home.courtyard, home.door);
        let (household, known) = self.household(home)?;
        let word = match home.fate {
            Fate::Later if self.day == 1 => Word::NobodyHome,
            Fate::Letter if self.day == 1 => Word::Informed,
            Fate::Refuses => Word::Refused,
            Fate::Moved => Word::MovedAway,
            _ => {
                self.people(home, household, &known)?;
                Word::Done
            }
        };
        let (state, reason) = match word {
            Word::NobodyHome => (VisitState::NobodyHome, None),
            Word::Informed => (VisitState::Informed, Some("a letter under the door")),
            Word::Refused => (VisitState::Refused, Some("will not open")),
            Word::MovedAway => (VisitState::MovedAway, Some("to the town, says a neighbour")),
            Word::Done => (VisitState::Done, None),
        };
        let lives = u32::try_from(home.people.len()).ok().filter(|_| word == Word::Done);
        let found = FoundAtDoor { household, state, reason, lives };
        self.phone.act(|station, lane| station.visit(lane, &found))?;
        self.letter(door, household, word)?;
        self.books.visit(door, Visit { phone: self.phone.name, day: self.day, word, lost: self.lost });
        Ok(())
    }

    /// A letter asks for another visit, which closes it.
    fn letter(&mut self, door: Door, household: HouseholdId, word: Word) -> Result<(), Failure> {
        let phone = self.phone.name;
        if word == Word::Informed && !self.lost {
            let what = FollowUpKind::ComeAgain;
            let new = NewFollowUp { household, resident: None, what, due_ms: Some(at(2, "18:00")), note: None };
            let saved = self.phone.act(|station, lane| station.follow_up(lane, &new))?;
            self.talk.letters.insert(door, (phone, saved));
        } else if let Some((_, saved)) = self.talk.letters.get(&door).filter(|(by, _)| *by == phone).copied() {
            self.phone.act(|station, lane| station.close_follow_up(lane, saved, None))?;
            self.talk.letters.remove(&door);
        }
        Ok(())
    }

    /// The household and whom the list has in it; one that is on no list is added.
    fn household(&mut self, home: &Household) -> Result<(HouseholdId, BTreeMap<String, ResidentId>), Failure> {
        let (building, door) = (courtyard(home.courtyard), home.door.to_string());
        if let Some(listed) = self.phone.list.get(&(building.clone(), door.clone())) {
            return Ok((listed.id, listed.people.clone()));
        }
        if home.listed {
            let what = format!("{}: its list lacks a household that the village's register has", self.phone.name);
            return Err(Failure::No(what));
        }
        let new = NewHousehold { building: Some(&building), door: Some(&door), ..NewHousehold::default() };
        let added = self.phone.act(|station, lane| station.add_household(lane, &new))?;
        if !self.lost {
            self.books.added.insert((home.courtyard, home.door));
        }
        Ok((added.household, BTreeMap::new()))
    }

    /// Samples or excuses everybody of a household that opened.
    fn people(
        &mut self,
        home: &Household,
        household: HouseholdId,
        known: &BTreeMap<String, ResidentId>,
    ) -> Result<(), Failure> {
        for one in &home.people {
            let new = NewResident {
                household,
                number: one.number.as_deref(),
                name: Some(&one.name),
                description: Some("a child without papers").filter(|_| one.number.is_none()),
                categories: if one.is_child() { Categories(Category::Child.bit()) } else { Categories::default() },
                guardian: home.guardian_of(one),
                contact: Some(&one.contact),
            };
            let resident = known.get(&one.name).copied().map_or_else(|| self.add(&new), Ok)?;
            let who = who(home, one);
            let excuse = match (one.away, self.talk.at_hall.contains(&who)) {
                (true, _) => Some(Excuse::Away),
                (false, true) => Some(Excuse::SampledElsewhere),
                (false, false) => None,
            };
            if let Some(excuse) = excuse {
                self.phone.act(|station, lane| station.excuse(lane, resident, excuse, None, None))?;
                if !self.lost {
                    self.books.excused.insert(who);
                }
            } else {
                self.sample(resident, who)?;
            }
        }
        let door = (home.courtyard, home.door);
        let guests: Vec<Guest> = self.talk.guests.iter().filter(|guest| guest.door == door).copied().collect();
        guests.iter().try_for_each(|guest| self.guest(household, guest))
    }

    fn add(&mut self, new: &NewResident<'_>) -> Result<ResidentId, Failure> {
        Ok(self.phone.act(|station, lane| station.add_resident(lane, new))?.0)
    }

    fn guest(&mut self, household: HouseholdId, guest: &Guest) -> Result<(), Failure> {
        let Guest { number, description, .. } = *guest;
        let categories = Categories::default();
        let (name, guardian, contact) = (None, None, None);
        let resident =
            self.add(&NewResident { household, number, name, description, categories, guardian, contact })?;
        let who = number.or(description).unwrap_or_default().to_owned();
        self.books.strangers.insert(who.clone());
        self.sample(resident, who)
    }

    fn sample(&mut self, resident: ResidentId, who: String) -> Result<(), Failure> {
        let (tube, position) = self.phone.bind(|station, lane| station.sample_resident(lane, resident, None))?;
        self.told(tube, position, who, true);
        Ok(())
    }

    fn told(&mut self, tube: String, position: u32, who: String, of_doors: bool) {
        let (phone, lost) = (self.phone.name, self.lost);
        self.books.entries.push(Entry { phone, tube, position, who, lost, of_doors });
    }

    /// Somebody comes to the lane with a document; whether list or doors know them is the books' to know.
    pub(super) fn by_document(&mut self, number: &str, of_doors: bool) -> Result<(), Failure> {
        let (tube, position) = self.phone.bind(|station, lane| station.scan(lane, &Scan::line(number)))?;
        self.told(tube, position, number.to_owned(), of_doors);
        Ok(())
    }

    /// Somebody comes to the lane with a proxy card.
    pub(super) fn by_card(&mut self, card: &IssuedCard, who: &str) -> Result<(), Failure> {
        let scan = Scan::Bytes(card.code.clone());
        let (tube, position) = self.phone.bind(|station, lane| station.scan(lane, &scan))?;
        self.told(tube, position, who.to_owned(), true);
        self.books.cards[1] += 1;
        Ok(())
    }

    /// A card that was used comes again: it is refused, and nobody is bound.
    pub(super) fn by_used_card(&mut self, card: &IssuedCard) -> Result<(), Failure> {
        let scan = Scan::Bytes(card.code.clone());
        let answer = self.phone.act(|station, lane| station.scan(lane, &scan))?;
        if answer.outcome != Outcome::DuplicatePerson {
            let what = format!("{}: a used card was answered {}", self.phone.name, answer.outcome.as_str());
            return Err(Failure::No(what));
        }
        self.books.cards[2] += 1;
        Ok(())
    }
}
