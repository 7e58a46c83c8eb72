//! Work from door to door: what a team does and records there.

use std::sync::Arc;

use fieldcore::pack::Fixed;
pub use fieldcore::record::{Excuse, FollowUpKind, VisitState};
pub use fieldcore::roster::Category as PersonCategory;
use fieldcore::{ClaimPlan as CoreClaim, FoundAtDoor as CoreFound, Language, RecordRef};

use crate::answer::{Answer, Saved};
use crate::doors_view::DoorsView;
use crate::error::Result;
use crate::refs::{id_of, id_text};
use crate::scan::Scan;
use crate::station::Station;

/// What a team found or did at a household.
#[uniffi::remote(Enum)]
pub enum VisitState {
    /// Somebody was told or got a letter; nobody was sampled.
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

/// Why a person of the list is not sampled.
#[uniffi::remote(Enum)]
pub enum Excuse {
    /// Away for the time of the round.
    Away,
    /// Will not.
    Refused,
    /// Cannot be, on a medic's word.
    Unfit,
    /// Was sampled elsewhere in this round, as somebody says.
    SampledElsewhere,
    /// Lives elsewhere now.
    MovedAway,
    /// Died.
    Died,
    /// Another reason, in words.
    Other,
}

/// What is to be done later at a household.
#[uniffi::remote(Enum)]
pub enum FollowUpKind {
    /// Come again.
    ComeAgain,
    /// A medic is needed.
    Medical,
    /// Somebody must be taken along or carried.
    Escort,
    /// Somebody must be told.
    Tell,
    /// Something else, in words.
    Other,
}

/// What a team must know before it knocks.
#[uniffi::remote(Enum)]
pub enum PersonCategory {
    /// Over sixty.
    Over60,
    /// Disabled.
    Disabled,
    /// Cannot leave the bed, or not the house.
    Bedridden,
    /// Expecting a child.
    Pregnant,
    /// Gave birth not long ago.
    AfterChildbirth,
    /// Mentally ill.
    MentallyIll,
    /// A child.
    Child,
    /// Of another country.
    Foreigner,
    /// Dialysis, chemotherapy or other care that cannot wait.
    UrgentCare,
}

/// What a team found at a household.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct FoundAtDoor {
    /// The household's id.
    pub household: String,
    /// What was found or done.
    pub state: VisitState,
    /// Why, in the operator's words.
    #[uniffi(default = None)]
    pub reason: Option<String>,
    /// How many people live there, where somebody said so.
    #[uniffi(default = None)]
    pub lives: Option<u32>,
}

/// What a team means to do.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct ClaimPlan {
    /// The area as the list names it; any without.
    #[uniffi(default = None)]
    pub area: Option<String>,
    /// The building.
    pub building: String,
    /// The stairwell; all without.
    #[uniffi(default = None)]
    pub stairwell: Option<String>,
    /// The first door in the order of doors; from the first without.
    #[uniffi(default = None)]
    pub first: Option<String>,
    /// The last door; to the last without.
    #[uniffi(default = None)]
    pub last: Option<String>,
    /// Until when the team means it, wall milliseconds: shown, never decided by.
    pub until_ms: i64,
}

/// A household that is on no list. A building, a door or an address in words must be given.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct NewHousehold {
    /// The area as the list names it.
    #[uniffi(default = None)]
    pub area: Option<String>,
    /// The building, courtyard or hamlet.
    #[uniffi(default = None)]
    pub building: Option<String>,
    /// The stairwell.
    #[uniffi(default = None)]
    pub stairwell: Option<String>,
    /// The door.
    #[uniffi(default = None)]
    pub door: Option<String>,
    /// The address in words.
    #[uniffi(default = None)]
    pub address: Option<String>,
    /// The operator's words.
    #[uniffi(default = None)]
    pub note: Option<String>,
}

/// A household that was added.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct AddedHousehold {
    /// Its id.
    pub household: String,
    /// The record.
    pub saved: Saved,
    /// Ids of households at the very same door: two families may share one, or it was there already.
    pub same_door: Vec<String>,
}

/// A person who is on no list: with a document's number, or described.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct NewResident {
    /// The id of the household where the person was met.
    pub household: String,
    /// The document's number as typed or scanned; nothing for a person without papers.
    #[uniffi(default = None)]
    pub number: Option<String>,
    /// The name.
    #[uniffi(default = None)]
    pub name: Option<String>,
    /// What describes a person without papers.
    #[uniffi(default = None)]
    pub description: Option<String>,
    /// What a team must know before it knocks.
    pub categories: Vec<PersonCategory>,
    /// The guardian's number or words, for a child.
    #[uniffi(default = None)]
    pub guardian: Option<String>,
    /// The contact telephone.
    #[uniffi(default = None)]
    pub contact: Option<String>,
}

/// A person who was added.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct AddedResident {
    /// The person's id.
    pub resident: String,
    /// The record.
    pub saved: Saved,
}

/// Why a person will not be sampled.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct NewExcuse {
    /// The person's id.
    pub resident: String,
    /// Why.
    pub excuse: Excuse,
    /// The operator's words; due where the excuse is another reason.
    #[uniffi(default = None)]
    pub reason: Option<String>,
    /// An earlier excuse of this device that was wrong.
    #[uniffi(default = None)]
    pub corrects: Option<Saved>,
}

/// Something that is to be done later.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct NewFollowUp {
    /// The household's id.
    pub household: String,
    /// The id of the person whom it is about; all without.
    #[uniffi(default = None)]
    pub resident: Option<String>,
    /// What.
    pub what: FollowUpKind,
    /// Until when, milliseconds since 1970.
    #[uniffi(default = None)]
    pub due_ms: Option<i64>,
    /// The operator's words; due where it is something else.
    #[uniffi(default = None)]
    pub note: Option<String>,
}

impl FoundAtDoor {
    fn core(&self) -> Result<CoreFound<'_>> {
        let household = id_of("household", &self.household)?;
        Ok(CoreFound { household, state: self.state, reason: self.reason.as_deref(), lives: self.lives })
    }
}

impl ClaimPlan {
    fn core(&self) -> CoreClaim<'_> {
        CoreClaim {
            area: self.area.as_deref(),
            building: &self.building,
            stairwell: self.stairwell.as_deref(),
            first: self.first.as_deref(),
            last: self.last.as_deref(),
            until_ms: self.until_ms,
        }
    }
}

impl NewHousehold {
    fn core(&self) -> fieldcore::NewHousehold<'_> {
        fieldcore::NewHousehold {
            area: self.area.as_deref(),
            building: self.building.as_deref(),
            stairwell: self.stairwell.as_deref(),
            door: self.door.as_deref(),
            address: self.address.as_deref(),
            note: self.note.as_deref(),
        }
    }
}

impl NewResident {
    fn core(&self) -> Result<fieldcore::NewResident<'_>> {
        Ok(fieldcore::NewResident {
            household: id_of("household", &self.household)?,
            number: self.number.as_deref(),
            name: self.name.as_deref(),
            description: self.description.as_deref(),
            categories: self.categories.iter().copied().collect(),
            guardian: self.guardian.as_deref(),
            contact: self.contact.as_deref(),
        })
    }
}

impl From<fieldcore::AddedHousehold> for AddedHousehold {
    fn from(added: fieldcore::AddedHousehold) -> Self {
        Self {
            household: id_text(added.household),
            saved: added.saved.into(),
            same_door: added.same_door.into_iter().map(id_text).collect(),
        }
    }
}

fn person_of(resident: Option<&str>) -> Result<Option<Fixed<16>>> {
    resident.map(|id| id_of("person", id)).transpose()
}

#[uniffi::export]
impl Station {
    /// Works by the journal's rosters as they are in force now; whether that changed anything. Opening the station
    /// does so once; call it again whenever a sync or an import may have brought a roster.
    pub fn refresh_roster(&self) -> Result<bool> {
        self.at("refresh_roster", |station| Ok(station.refresh_roster()?))
    }

    /// Records what was found at a household. The last word of a device on a household counts.
    pub fn visit(&self, lane: String, found: FoundAtDoor) -> Result<Saved> {
        self.at("visit", |station| Ok(station.visit(&lane, &found.core()?)?.into()))
    }

    /// Records what was found in place of an earlier visit of this device, at the same household or, where that was
    /// the mistake, at another one.
    pub fn correct_visit(&self, lane: String, visit: Saved, found: FoundAtDoor) -> Result<Saved> {
        self.at("correct_visit", |station| Ok(station.correct_visit(&lane, visit.try_into()?, &found.core()?)?.into()))
    }

    /// Records that the team means to do doors of a building. Nothing is refused for another team's claim:
    /// `DoorsView.overlaps` and `DoorsView.contested` say who keeps what.
    pub fn claim(&self, lane: String, plan: ClaimPlan) -> Result<Saved> {
        self.at("claim", |station| Ok(station.claim(&lane, &plan.core())?.into()))
    }

    /// Gives up a claim of this device.
    pub fn release(&self, lane: String, claim: Saved, reason: Option<String>) -> Result<Saved> {
        self.at("release", |station| Ok(station.release(&lane, claim.try_into()?, reason.as_deref())?.into()))
    }

    /// The code by which another team's phone learns which doors this device claims, of one building or all, and where it
    /// has been in them: `Answer.code`, to be shown. The other phone takes it by any scan; each then knows who keeps what.
    /// Refused with `code_long` where the claims are too many for one code: name a building.
    pub fn tell_claims(&self, lane: String, building: Option<String>) -> Result<Answer> {
        self.at("tell_claims", |station| Ok(station.tell_claims(&lane, building.as_deref())?.into()))
    }

    /// Adds a household that is on no list.
    pub fn add_household(&self, lane: String, household: NewHousehold) -> Result<AddedHousehold> {
        self.at("add_household", |station| Ok(station.add_household(&lane, &household.core())?.into()))
    }

    /// Adds a person who is on no list to a household. A number must hold; who has none is described.
    pub fn add_resident(&self, lane: String, resident: NewResident) -> Result<AddedResident> {
        self.at("add_resident", |station| {
            let (resident, saved) = station.add_resident(&lane, &resident.core()?)?;
            Ok(AddedResident { resident: id_text(resident), saved: saved.into() })
        })
    }

    /// Takes a person of the list, or one added at the door, with every check of a scan: into the lane's open tube, or
    /// to wait for one. `document` is what the person shows; without it the list's word is taken.
    pub fn sample_resident(&self, lane: String, resident: String, document: Option<Scan>) -> Result<Answer> {
        self.at("sample_resident", |station| {
            let document = document.map(Into::into);
            Ok(station.sample_resident(&lane, id_of("person", &resident)?, document.as_ref())?.into())
        })
    }

    /// Records why a person of the list, or one added at the door, will not be sampled. A sample of the person counts
    /// before any excuse.
    pub fn excuse(&self, lane: String, excuse: NewExcuse) -> Result<Saved> {
        self.at("excuse", |station| {
            let resident = id_of("person", &excuse.resident)?;
            let corrects = excuse.corrects.map(RecordRef::try_from).transpose()?;
            Ok(station.excuse(&lane, resident, excuse.excuse, excuse.reason.as_deref(), corrects)?.into())
        })
    }

    /// Records that something is to be done later.
    pub fn follow_up(&self, lane: String, follow_up: NewFollowUp) -> Result<Saved> {
        self.at("follow_up", |station| {
            let new = fieldcore::NewFollowUp {
                household: id_of("household", &follow_up.household)?,
                resident: person_of(follow_up.resident.as_deref())?,
                what: follow_up.what,
                due_ms: follow_up.due_ms,
                note: follow_up.note.as_deref(),
            };
            Ok(station.follow_up(&lane, &new)?.into())
        })
    }

    /// Records that what was to be done is done, or no longer wanted.
    pub fn close_follow_up(&self, lane: String, follow_up: Saved, note: Option<String>) -> Result<Saved> {
        self.at("close_follow_up", |station| {
            Ok(station.close_follow_up(&lane, follow_up.try_into()?, note.as_deref())?.into())
        })
    }

    /// Records the operator's words, about a record or about the day.
    pub fn note(&self, lane: String, about: Option<Saved>, text: String) -> Result<Saved> {
        self.at("note", |station| {
            let about = about.map(RecordRef::try_from).transpose()?;
            Ok(station.note(&lane, about, &text)?.into())
        })
    }

    /// Every household and person of the current round by this device's own records: states, figures, claims with
    /// their overlaps, what is open, who is missed.
    pub fn doors(&self) -> Result<Arc<DoorsView>> {
        self.at("doors", |station| Ok(DoorsView::new(station.doors()?)))
    }

    /// The operator's words that a record of a view holds: the reason of a visit or an excuse, a note, an address, the
    /// description of a person. Nothing where there are none, or none that can be read here.
    pub fn words_of(&self, record: Saved) -> Result<Option<String>> {
        self.at("words_of", |station| Ok(station.words_of(record.try_into()?)?))
    }

    /// The progress of the round as one line of text to paste, without any person; with `by_building` a line for each
    /// building follows.
    pub fn progress(&self, language: Language, by_building: bool) -> Result<String> {
        self.at("progress", |station| Ok(station.progress(language, by_building)?))
    }

    /// The day sheet of the current round, a page of HTML that holds no person and prints on A4.
    pub fn day_sheet(&self, language: Language) -> Result<String> {
        self.at("day_sheet", |station| Ok(station.day_sheet(language)?))
    }
}
