//! Work from door to door: visits, claims, what is added, who is excused, what is to be done later.
//!
//! Every verb writes its record or nothing: what cannot be right is refused with what to do next, and nothing of the
//! action stands.

mod check;
mod find;
mod listed;
mod named;
mod near;
mod people;
mod progress;
mod told;
mod typed;
mod views;

pub(super) use find::AddedHomes;
pub(super) use listed::{AtHand, Listed};
pub use named::{FollowUpLine, FoundLine, MissedLine, NamedPerson, ResidentLine};
pub(super) use people::Chosen;
pub(super) use progress::building_name;
pub use typed::DoorVerb;
pub(super) use views::Kept;

use std::sync::Arc;

use super::desk::Desk;
use super::{Done, Station, shift};
use crate::error::{Error, Result};
use crate::id::RecordRef;
use crate::record::{
    BuildingClaimed, ClaimReleased, Excuse, FollowUp, FollowUpClosed, FollowUpKind, HouseholdAdded, Note,
    ResidentExcused, Visit, VisitState, added_id,
};
use crate::roster::{Categories, Homes, HouseholdId, ResidentId};
use crate::state::doors::{self, Ended};
use crate::words::silent;
use check::{lives, place, place_or_none, range, words, words_due};

/// What a team found at a household.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FoundAtDoor<'a> {
    /// The household: of the list, or added at the door.
    pub household: HouseholdId,
    /// What was found or done.
    pub state: VisitState,
    /// Why, in the operator's words.
    pub reason: Option<&'a str>,
    /// How many people live there, where somebody said so.
    pub lives: Option<u32>,
}

/// What a team means to do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ClaimPlan<'a> {
    /// The area as the list names it; `None` for any.
    pub area: Option<&'a str>,
    /// The building.
    pub building: &'a str,
    /// The stairwell; `None` for all.
    pub stairwell: Option<&'a str>,
    /// The first door in the order of doors; `None` for all from the first.
    pub first: Option<&'a str>,
    /// The last door; `None` for all to the last.
    pub last: Option<&'a str>,
    /// Until when the team means it, wall milliseconds: shown, never decided by.
    pub until_ms: i64,
}

/// A household that is on no list. A building, a door or an address in words must be given.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct NewHousehold<'a> {
    /// The area as the list names it.
    pub area: Option<&'a str>,
    /// The building, courtyard or hamlet.
    pub building: Option<&'a str>,
    /// The stairwell.
    pub stairwell: Option<&'a str>,
    /// The door.
    pub door: Option<&'a str>,
    /// The address in words.
    pub address: Option<&'a str>,
    /// The operator's words.
    pub note: Option<&'a str>,
}

/// A household that was added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedHousehold {
    /// Its id.
    pub household: HouseholdId,
    /// The record.
    pub saved: RecordRef,
    /// Households that are known at the very same door: two families may share one, or it was there already.
    pub same_door: Vec<HouseholdId>,
}

/// A person who is on no list: with a document's number, or described.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct NewResident<'a> {
    /// The household where the person was met.
    pub household: HouseholdId,
    /// The document's number as typed or scanned; `None` for a person without papers.
    pub number: Option<&'a str>,
    /// The name.
    pub name: Option<&'a str>,
    /// What describes a person without papers.
    pub description: Option<&'a str>,
    /// What a team must know before it knocks.
    pub categories: Categories,
    /// The guardian's number or words, for a child.
    pub guardian: Option<&'a str>,
    /// The contact telephone.
    pub contact: Option<&'a str>,
}

/// Something that is to be done later.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct NewFollowUp<'a> {
    /// The household.
    pub household: HouseholdId,
    /// The person whom it is about; `None` for all.
    pub resident: Option<ResidentId>,
    /// What.
    pub what: FollowUpKind,
    /// Until when, milliseconds since 1970.
    pub due_ms: Option<i64>,
    /// The operator's words.
    pub note: Option<&'a str>,
}

silent!(FoundAtDoor<'_>, ClaimPlan<'_>, NewHousehold<'_>, NewResident<'_>, NewFollowUp<'_>);

impl Station {
    /// Works by the journal's rosters as they are in force now; whether that changed anything. [`Station::open`] does so
    /// once; call it again whenever a sync or an import took a roster: it is one look at a small table where nothing did.
    pub fn refresh_roster(&mut self) -> Result<bool> {
        self.roster.refresh(&self.journal)
    }

    /// Works by this roster from now on, or by none. It is the caller's to keep; the station only looks at it.
    pub fn set_roster(&mut self, roster: Option<Arc<dyn Homes + Send + Sync>>) {
        self.roster = AtHand::given(roster);
    }

    /// The roster that the station works by.
    pub fn roster(&self) -> Result<Option<Arc<dyn Homes + Send + Sync>>> {
        Ok(self.listed()?.map(|listed| listed.homes.clone()))
    }

    fn listed(&self) -> Result<Option<&Listed>> {
        self.roster.list(&self.journal)
    }

    /// Records what was found at a household. The last word of a device on a household counts.
    pub fn visit(&mut self, lane: &str, found: &FoundAtDoor<'_>) -> Result<RecordRef> {
        self.at_door("visit", lane, |desk| desk.visit(found, None))
    }

    /// Records what was found in place of an earlier visit of this device, at the same household or, where that was
    /// the mistake, at another one.
    pub fn correct_visit(&mut self, lane: &str, visit: RecordRef, found: &FoundAtDoor<'_>) -> Result<RecordRef> {
        self.at_door("visit", lane, |desk| match doors::visit(desk.action.tx(), desk.shift.round, visit)? {
            None => Err(Error::refused(
                "visit",
                "the one to be corrected is not known here in this round; record a new one",
            )),
            Some((_, true)) => Err(Error::refused("visit", "it was corrected already; correct the later one")),
            Some((_, false)) => desk.visit(found, Some(visit)),
        })
    }

    /// Records that the team means to do doors of a building. Nothing is refused for another team's claim: where two
    /// overlap, [`crate::doors::Doors::overlaps`] and `contested` say who keeps what.
    pub fn claim(&mut self, lane: &str, claim: &ClaimPlan<'_>) -> Result<RecordRef> {
        let body = BuildingClaimed {
            area: place_or_none("area", claim.area)?,
            building: place("building", claim.building)?,
            stairwell: place_or_none("stairwell", claim.stairwell)?,
            first: place_or_none("first door", claim.first)?,
            last: place_or_none("last door", claim.last)?,
            until_ms: claim.until_ms,
        };
        range(&body)?;
        self.at_door("claim", lane, |desk| {
            desk.must_be_unclaimed(&body)?;
            desk.append(body)
        })
    }

    /// Gives up a claim of this device.
    pub fn release(&mut self, lane: &str, claim: RecordRef, reason: Option<&str>) -> Result<RecordRef> {
        let reason = words("reason", reason)?;
        self.at_door("claim", lane, |desk| {
            let (conn, round) = (desk.action.tx(), desk.shift.round);
            if !doors::is_claim(conn, round, claim)? {
                return Err(Error::refused(
                    "claim",
                    "there is none of this reference here in this round; take one of the list of claims",
                ));
            }
            if doors::has_ended(conn, round, Ended::Claim, claim)? {
                return Err(Error::refused("claim", "it was given up already; nothing is left to do"));
            }
            desk.append(ClaimReleased { claim, reason })
        })
    }

    /// Adds a household that is on no list. Where no area is given and the list has the building in one area alone, it
    /// is in that one: so it stands among its neighbours.
    pub fn add_household(&mut self, lane: &str, new: &NewHousehold<'_>) -> Result<AddedHousehold> {
        let mut body = HouseholdAdded {
            area: place_or_none("area", new.area)?,
            building: place_or_none("building", new.building)?,
            stairwell: place_or_none("stairwell", new.stairwell)?,
            door: place_or_none("door", new.door)?,
            address: words("address", new.address)?,
            note: words("note", new.note)?,
        };
        if body.building.is_none() && body.door.is_none() && body.address.is_none() {
            return Err(Error::invalid(
                "household",
                "nothing says where it is; give its building, its door or its address in words",
            ));
        }
        self.at_door("household", lane, |desk| {
            if let (None, Some(building), Some(listed)) = (&body.area, &body.building, desk.roster) {
                body.area = listed.area_of(building).and_then(|area| place("area", area).ok());
            }
            let same_door = desk.at_same_door(&body)?;
            let saved = desk.append(body)?;
            Ok(AddedHousehold { household: added_id(saved), saved, same_door })
        })
    }

    /// Records why a person of the list, or one added at the door, will not be sampled. `corrects` names an earlier
    /// excuse of this device that was wrong. A sample of the person counts before any excuse.
    pub fn excuse(
        &mut self,
        lane: &str,
        resident: ResidentId,
        excuse: Excuse,
        reason: Option<&str>,
        corrects: Option<RecordRef>,
    ) -> Result<RecordRef> {
        let reason =
            if excuse == Excuse::Other { Some(words_due("reason", reason)?) } else { words("reason", reason)? };
        self.at_door("excuse", lane, |desk| {
            let household = desk.home_of(resident)?;
            match corrects.map_or(Ok(None), |at| doors::excuse(desk.action.tx(), desk.shift.round, at))? {
                None if corrects.is_some() => {
                    return Err(Error::refused(
                        "excuse",
                        "the one to be corrected is not known here in this round; record a new one",
                    ));
                }
                Some((_, true)) => {
                    return Err(Error::refused("excuse", "it was corrected already; correct the later one"));
                }
                _ => {}
            }
            desk.append(ResidentExcused { resident, household, excuse, reason, replaces: corrects })
        })
    }

    /// Records that something is to be done later. The same for the same household and person is refused while it is
    /// open, unless it is something else in words.
    pub fn follow_up(&mut self, lane: &str, new: &NewFollowUp<'_>) -> Result<RecordRef> {
        let &NewFollowUp { household, resident, what, due_ms, .. } = new;
        let other = what == FollowUpKind::Other;
        let note = if other { Some(words_due("note", new.note)?) } else { words("note", new.note)? };
        self.at_door("follow-up", lane, |desk| {
            desk.must_know(household)?;
            if let Some(resident) = resident {
                desk.home_of(resident)?;
            }
            let open = doors::open_follow_up(desk.action.tx(), desk.shift.round, household, resident, what)?;
            if open.is_some() && !other {
                return Err(Error::refused("follow-up", "the same is open already; close that one first"));
            }
            desk.append(FollowUp { household, resident, what, due_ms, note })
        })
    }

    /// Records that what was to be done is done, or no longer wanted.
    pub fn close_follow_up(&mut self, lane: &str, follow_up: RecordRef, note: Option<&str>) -> Result<RecordRef> {
        let note = words("note", note)?;
        self.at_door("follow-up", lane, |desk| {
            let (conn, round) = (desk.action.tx(), desk.shift.round);
            if !doors::is_follow_up(conn, round, follow_up)? {
                return Err(Error::refused("follow-up", "there is none of this reference here in this round"));
            }
            if doors::has_ended(conn, round, Ended::FollowUp, follow_up)? {
                return Err(Error::refused("follow-up", "it was closed already; nothing is left to do"));
            }
            desk.append(FollowUpClosed { follow_up, note })
        })
    }

    /// Records the operator's words, about a record or about the day.
    pub fn note(&mut self, lane: &str, about: Option<RecordRef>, text: &str) -> Result<RecordRef> {
        let text = words_due("note", Some(text))?;
        self.at_door("note", lane, |desk| desk.append(Note { about, text }))
    }

    /// One action at a lane's desk that answers a record; `what` names it where it cannot be.
    fn at_door<T>(&self, what: &'static str, lane: &str, f: impl FnOnce(&mut Desk<'_, '_>) -> Result<T>) -> Result<T> {
        shift::name("lane", lane)?;
        self.journal.act(|action| match self.desk(action, lane)? {
            Some(mut desk) => f(&mut desk),
            None => Err(Error::refused(what, "no shift runs in this lane; begin one, then try again")),
        })
    }
}

impl Desk<'_, '_> {
    fn visit(&mut self, found: &FoundAtDoor<'_>, replaces: Option<RecordRef>) -> Result<RecordRef> {
        self.must_know(found.household)?;
        let (reason, lives) = (words("reason", found.reason)?, lives(found.lives)?);
        self.append(Visit { household: found.household, state: found.state, reason, lives, replaces })
    }
}

/// What a verb at a desk leaves where it asked or told nothing else.
fn done(answer: super::Answer, desk: &mut Desk<'_, '_>) -> Done {
    (answer, 0, desk.question.take(), false)
}
