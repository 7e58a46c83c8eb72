//! What doors come to, line by line for a screen: without names.

use fieldcore::doors;
pub use fieldcore::doors::{HomeState, Origin as KnownFrom};
use fieldcore::record::{Excuse, FollowUpKind};
use fieldcore::roster::Category as PersonCategory;

use crate::answer::Saved;
use crate::refs::{id_text, refs};

/// The state of a household. Of several words the greatest counts.
#[uniffi::remote(Enum)]
pub enum HomeState {
    /// Nobody was there, and nobody means to.
    NotVisited,
    /// Nobody was there; a claim covers the door.
    Claimed,
    /// Somebody was told or got a letter.
    Informed,
    /// Nobody opened.
    NobodyHome,
    /// Some were sampled, some are left.
    PartlyDone,
    /// They will not.
    Refused,
    /// Nobody lives there any more.
    MovedAway,
    /// Everybody is sampled or accounted for.
    Done,
}

/// Where a household or a person is known from.
#[uniffi::remote(Enum)]
pub enum KnownFrom {
    /// The list.
    Roster,
    /// A record made at the door.
    Added,
    /// A record names it, and nothing that arrived says where it is.
    Named,
}

/// A place; what is not known is empty.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct DoorPlace {
    /// Village, compound or community.
    pub area: String,
    /// Building or courtyard.
    pub building: String,
    /// Stairwell.
    pub stairwell: String,
    /// Door.
    pub door: String,
}

/// A household and what became of it.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct HomeLine {
    /// The household's id.
    pub household: String,
    /// Where it lives; empty where nothing that arrived says so.
    pub place: DoorPlace,
    /// Where it is known from.
    pub origin: KnownFrom,
    /// The record that added it; `Station.words_of` tells the address in words.
    pub added: Option<Saved>,
    /// When its stairwell is called, as the list says it.
    pub slot: Option<String>,
    /// What became of it.
    pub state: HomeState,
    /// The visit that says so and holds the reason.
    pub told: Option<Saved>,
    /// How many people live there, as a visit says.
    pub lives: Option<u32>,
    /// The visits that stand.
    pub visits: u32,
    /// The claims in force that cover it.
    pub claims: Vec<Saved>,
    /// Its people.
    pub people: u32,
    /// Of these, people of whom a sample stands.
    pub sampled: u32,
    /// Of the others, people who are excused.
    pub excused: u32,
}

/// Something that is still to be done.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct OpenFollowUp {
    /// The record, which holds the words; it closes by this.
    pub follow_up: Saved,
    /// The household's id.
    pub household: String,
    /// The id of the person whom it is about.
    pub resident: Option<String>,
    /// What.
    pub what: FollowUpKind,
    /// Until when, milliseconds since 1970.
    pub due_ms: Option<i64>,
}

/// A claim, given up or not.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct ClaimLine {
    /// The record; it is given up by this.
    pub claim: Saved,
    /// The lane in which it was made.
    pub lane: Option<String>,
    /// The area; any without.
    pub area: Option<String>,
    /// The building.
    pub building: String,
    /// The stairwell; all without.
    pub stairwell: Option<String>,
    /// The first door; from the first without.
    pub first: Option<String>,
    /// The last door; to the last without.
    pub last: Option<String>,
    /// Until when the team means it, by its own clock.
    pub until_ms: i64,
    /// The record that gave it up.
    pub released: Option<Saved>,
    /// How many known households it covers.
    pub homes: u32,
}

/// Two claims of different devices, neither given up, that may share doors.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct ClaimOverlap {
    /// The one.
    pub one: Saved,
    /// The other one.
    pub other: Saved,
    /// Which of them keeps a door that neither team visited, or both did.
    pub keeps: Saved,
}

/// A household that claims of several devices cover.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct ContestedDoor {
    /// The household's id.
    pub household: String,
    /// Where it lives.
    pub place: DoorPlace,
    /// The claims.
    pub claims: Vec<Saved>,
    /// The one that keeps the door.
    pub keeps: Saved,
    /// Whether a visit decided, not the hash.
    pub by_visit: bool,
}

/// The people of a category.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct CategoryFigures {
    /// The category.
    pub category: PersonCategory,
    /// All of them.
    pub people: u32,
    /// Of these, people of whom a sample stands.
    pub sampled: u32,
    /// Of the others, people who are excused.
    pub excused: u32,
}

/// Households by what became of them, and their people. `homes` is `done` and `refused` and `moved_away` and `left`
/// together.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct DoorFigures {
    /// Households.
    pub homes: u32,
    /// Of these, done.
    pub done: u32,
    /// Refused.
    pub refused: u32,
    /// Moved away.
    pub moved_away: u32,
    /// All others: somebody must go there.
    pub left: u32,
    /// Of those left, households that nobody visited.
    pub not_visited: u32,
    /// People, each once.
    pub people: u32,
    /// Of these, people of whom a sample stands.
    pub sampled: u32,
    /// Of the others, people who are excused.
    pub excused: u32,
    /// The people of each category that somebody is of.
    pub categories: Vec<CategoryFigures>,
}

/// The figures of a building; `figures.left` is what is left of it.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct BuildingFigures {
    /// Its area.
    pub area: String,
    /// The building.
    pub building: String,
    /// Its figures.
    pub figures: DoorFigures,
}

/// What a team did, by its own last word on each household.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct TeamFigures {
    /// The device.
    pub device: String,
    /// The operator of its shift, where that is known.
    pub operator: Option<String>,
    /// The lane.
    pub lane: Option<String>,
    /// Households of which a visit of the team stands.
    pub homes: u32,
    /// Of these, done.
    pub done: u32,
    /// Refused.
    pub refused: u32,
    /// Moved away.
    pub moved_away: u32,
    /// All others.
    pub left: u32,
    /// People whose first standing sample is the team's.
    pub sampled: u32,
    /// People without a sample whose excuse that counts is the team's.
    pub excused: u32,
}

/// A person of whom no sample stands, or a household of which nobody is known and that is not settled.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct MissedLine {
    /// The household's id.
    pub household: String,
    /// Where it lives.
    pub place: DoorPlace,
    /// The person's id; nothing for a household of which nobody is known.
    pub resident: Option<String>,
    /// Where the person, or the household, is known from.
    pub origin: KnownFrom,
    /// The person's own excuse.
    pub excuse: Option<Excuse>,
    /// The household's state: the reason where the person has no excuse.
    pub state: HomeState,
    /// The record that holds the words.
    pub told: Option<Saved>,
}

impl From<doors::Place> for DoorPlace {
    fn from(place: doors::Place) -> Self {
        let [area, building, stairwell, door] =
            [place.area, place.building, place.stairwell, place.door].map(|text| text.to_string());
        Self { area, building, stairwell, door }
    }
}

impl From<doors::HomeView> for HomeLine {
    fn from(home: doors::HomeView) -> Self {
        Self {
            household: id_text(home.household),
            place: home.place.into(),
            origin: home.origin,
            added: home.added.map(|at| (*at).into()),
            slot: home.slot.as_deref().map(str::to_owned),
            state: home.state,
            told: home.told.map(Into::into),
            lives: home.lives,
            visits: home.visits,
            claims: refs(home.claims),
            people: home.people,
            sampled: home.sampled,
            excused: home.excused,
        }
    }
}

impl From<doors::OpenFollowUp> for OpenFollowUp {
    fn from(open: doors::OpenFollowUp) -> Self {
        Self {
            follow_up: open.follow_up.into(),
            household: id_text(open.household),
            resident: open.resident.map(id_text),
            what: open.what,
            due_ms: open.due_ms,
        }
    }
}

impl From<doors::ClaimView> for ClaimLine {
    fn from(claim: doors::ClaimView) -> Self {
        Self {
            claim: claim.claim.into(),
            lane: claim.lane,
            area: claim.area,
            building: claim.building,
            stairwell: claim.stairwell,
            first: claim.first,
            last: claim.last,
            until_ms: claim.until_ms,
            released: claim.released.map(Into::into),
            homes: claim.homes,
        }
    }
}

impl From<doors::Overlap> for ClaimOverlap {
    fn from(overlap: doors::Overlap) -> Self {
        Self { one: overlap.one.into(), other: overlap.other.into(), keeps: overlap.keeps.into() }
    }
}

impl From<doors::Contested> for ContestedDoor {
    fn from(door: doors::Contested) -> Self {
        Self {
            household: id_text(door.household),
            place: door.place.into(),
            claims: refs(door.claims),
            keeps: door.keeps.into(),
            by_visit: door.by_visit,
        }
    }
}

impl From<doors::Figures> for DoorFigures {
    fn from(all: doors::Figures) -> Self {
        let categories = all.categories.into_iter().map(|(category, of)| CategoryFigures {
            category,
            people: of.people,
            sampled: of.sampled,
            excused: of.excused,
        });
        Self {
            homes: all.homes,
            done: all.done,
            refused: all.refused,
            moved_away: all.moved_away,
            left: all.left,
            not_visited: all.not_visited,
            people: all.people,
            sampled: all.sampled,
            excused: all.excused,
            categories: categories.collect(),
        }
    }
}

impl From<doors::BuildingFigures> for BuildingFigures {
    fn from(of: doors::BuildingFigures) -> Self {
        Self { area: of.area, building: of.building, figures: of.figures.into() }
    }
}

impl From<doors::TeamFigures> for TeamFigures {
    fn from(of: doors::TeamFigures) -> Self {
        Self {
            device: of.team.device.to_string(),
            operator: of.team.operator,
            lane: of.team.lane,
            homes: of.homes,
            done: of.done,
            refused: of.refused,
            moved_away: of.moved_away,
            left: of.left,
            sampled: of.sampled,
            excused: of.excused,
        }
    }
}

impl From<doors::Missed> for MissedLine {
    fn from(missed: doors::Missed) -> Self {
        Self {
            household: id_text(missed.household),
            place: missed.place.into(),
            resident: missed.resident.map(id_text),
            origin: missed.origin,
            excuse: missed.excuse,
            state: missed.state,
            told: missed.told.map(Into::into),
        }
    }
}
