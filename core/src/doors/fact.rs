//! What the records of work from door to door say, one fact a record.

use std::collections::BTreeSet;
use std::sync::Arc;

use uuid::Uuid;

use super::told::Told;
use super::{PersonKey, Place};
use crate::id::RecordRef;
use crate::record::{
    Body, BuildingClaimed, DocumentKind, Excuse, FollowUpKind, HouseholdAdded, Record, ResidentAdded, SubjectBound,
    VisitState,
};
use crate::roster::{HouseholdId, ResidentId};
use crate::scan::person_key_text;

/// Which record says something, and who wrote it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Act {
    /// The record.
    pub at: RecordRef,
    /// The shift in force.
    pub shift: Option<RecordRef>,
    /// The lane.
    pub lane: Option<Arc<str>>,
}

/// Which doors a team means to do.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClaimedDoors {
    /// The area; absent for any.
    pub area: Option<String>,
    /// The building.
    pub building: String,
    /// The stairwell; absent for all.
    pub stairwell: Option<String>,
    /// The first door; absent for all from the first.
    pub first: Option<String>,
    /// The last door; absent for all to the last.
    pub last: Option<String>,
    /// Until when, by the team's own clock.
    pub until_ms: i64,
}

/// What one record says.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// A shift was begun.
    Shift {
        /// The record.
        at: RecordRef,
        /// Who works in it.
        operator: String,
    },
    /// A person was bound to a tube.
    Bound {
        /// By which record.
        act: Act,
        /// The person, where something names them.
        person: Option<PersonKey>,
        /// The tube's opening record.
        tube: RecordRef,
        /// The record by which the person had waited.
        waited: Option<RecordRef>,
    },
    /// A binding was undone or declared void.
    Ended {
        /// The binding.
        subject: RecordRef,
    },
    /// A person was moved to another tube.
    Moved {
        /// By which record.
        at: RecordRef,
        /// The binding.
        subject: RecordRef,
        /// The tube's opening record.
        tube: RecordRef,
    },
    /// A tube was spoiled: who is in it must be sampled again.
    Spoiled {
        /// The tube's opening record.
        tube: RecordRef,
    },
    /// What was found at a household.
    Visit {
        /// By which record.
        act: Act,
        /// The household.
        household: HouseholdId,
        /// What was found.
        state: VisitState,
        /// How many people live there.
        lives: Option<u32>,
        /// The visit that this one corrects.
        replaces: Option<RecordRef>,
    },
    /// A team means to do doors.
    Claim {
        /// By which record.
        act: Act,
        /// Which ones. Facts are many and claims few: what is large of them stands apart.
        doors: Box<ClaimedDoors>,
    },
    /// What another team told of its claims.
    Told(Told),
    /// A claim was given up.
    Released {
        /// By which record.
        at: RecordRef,
        /// The claim.
        claim: RecordRef,
    },
    /// A household that is on no list.
    Household {
        /// By which record; its [`crate::record::added_id`] is the household's.
        act: Act,
        /// Where it lives.
        place: Place,
    },
    /// A person who is on no list.
    Resident {
        /// By which record; its [`crate::record::added_id`] is the person's.
        act: Act,
        /// Where the person was met.
        household: HouseholdId,
        /// The person, where something names them.
        person: Option<PersonKey>,
        /// What a team must know of the person.
        categories: u32,
    },
    /// Something is to be done later.
    FollowUp {
        /// By which record.
        act: Act,
        /// The household.
        household: HouseholdId,
        /// The person whom it is about.
        resident: Option<ResidentId>,
        /// What.
        what: FollowUpKind,
        /// Until when.
        due_ms: Option<i64>,
    },
    /// A follow-up was closed.
    Closed {
        /// The follow-up.
        follow_up: RecordRef,
    },
    /// A sample is that of a person of the list.
    Sampled {
        /// By which record.
        at: RecordRef,
        /// The person.
        resident: ResidentId,
        /// The record that bound the person, or by which the person waits.
        subject: RecordRef,
    },
    /// A person will not be sampled.
    Excused {
        /// By which record.
        act: Act,
        /// The person.
        resident: ResidentId,
        /// Why.
        excuse: Excuse,
        /// The excuse that this one corrects.
        replaces: Option<RecordRef>,
    },
    /// A proxy card was made for a person of the list.
    CardIssued {
        /// The card.
        card: RecordRef,
        /// The person.
        resident: ResidentId,
    },
    /// A proxy card was taken at a lane.
    CardRead {
        /// The card.
        card: RecordRef,
        /// The record that bound the person, or by which the person waits.
        subject: RecordRef,
    },
}

impl std::fmt::Debug for Fact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fact")
    }
}

impl Fact {
    /// What a record says of doors and people; `None` for one that says nothing of them. `key` makes a person's key of
    /// the person's text.
    pub fn of(record: &Record, key: &dyn Fn(&str) -> Option<PersonKey>) -> Option<Self> {
        let at = record.at;
        let act = || Act { at, shift: record.stamp.shift, lane: record.stamp.lane.as_deref().map(Arc::from) };
        Some(match &record.body {
            Body::ShiftStarted(body) => Self::Shift { at, operator: body.operator.clone() },
            Body::SubjectBound(body) => Self::bound(act(), body, key),
            Body::SubjectUndone(body) => Self::Ended { subject: body.subject },
            Body::SubjectVoided(body) => Self::Ended { subject: body.subject },
            Body::SubjectMoved(body) => Self::Moved { at, subject: body.subject, tube: body.tube },
            Body::TubeSpoiled(body) => Self::Spoiled { tube: body.tube? },
            Body::Visit(body) => Self::Visit {
                act: act(),
                household: body.household,
                state: body.state,
                lives: body.lives,
                replaces: body.replaces,
            },
            Body::BuildingClaimed(body) => Self::claim(act(), body),
            Body::ClaimsTold(body) => Self::Told(Told::of_code(&body.code)?),
            Body::ClaimReleased(body) => Self::Released { at, claim: body.claim },
            Body::HouseholdAdded(body) => Self::Household { act: act(), place: place_of(body) },
            Body::ResidentAdded(body) => Self::resident(act(), body, key),
            Body::FollowUp(body) => Self::FollowUp {
                act: act(),
                household: body.household,
                resident: body.resident,
                what: body.what,
                due_ms: body.due_ms,
            },
            Body::FollowUpClosed(body) => Self::Closed { follow_up: body.follow_up },
            Body::ResidentSampled(body) => Self::Sampled { at, resident: body.resident, subject: body.subject },
            Body::ResidentExcused(body) => {
                Self::Excused { act: act(), resident: body.resident, excuse: body.excuse, replaces: body.replaces }
            }
            Body::ProxyIssued(body) => Self::CardIssued { card: at, resident: body.resident? },
            Body::ProxyRead(body) if body.refused.is_none() => {
                Self::CardRead { card: body.card, subject: body.subject? }
            }
            _ => return None,
        })
    }

    fn bound(act: Act, body: &SubjectBound, key: &dyn Fn(&str) -> Option<PersonKey>) -> Self {
        let number = if body.document == DocumentKind::Alias { body.alias.as_deref() } else { body.number.as_deref() };
        let person = person(body.document, number, body.issuer.as_deref(), key);
        Self::Bound { act, person, tube: body.tube, waited: body.waited }
    }

    fn claim(act: Act, body: &BuildingClaimed) -> Self {
        let doors = ClaimedDoors {
            area: body.area.clone(),
            building: body.building.clone(),
            stairwell: body.stairwell.clone(),
            first: body.first.clone(),
            last: body.last.clone(),
            until_ms: body.until_ms,
        };
        Self::Claim { act, doors: Box::new(doors) }
    }

    fn resident(act: Act, body: &ResidentAdded, key: &dyn Fn(&str) -> Option<PersonKey>) -> Self {
        let person = person(body.document, body.number.as_deref(), body.issuer.as_deref(), key);
        Self::Resident { act, household: body.household, person, categories: body.categories }
    }
}

/// The key of the person whom a document names.
pub(super) fn person(
    document: DocumentKind,
    number: Option<&str>,
    issuer: Option<&str>,
    key: &dyn Fn(&str) -> Option<PersonKey>,
) -> Option<PersonKey> {
    person_key_text(document, number, issuer).and_then(|text| key(text.expose()))
}

/// Where a household lives that was added at the door.
pub fn place_of(body: &HouseholdAdded) -> Place {
    let text = |text: &Option<String>| text.as_deref().unwrap_or_default().into();
    Place {
        area: text(&body.area),
        building: text(&body.building),
        stairwell: text(&body.stairwell),
        door: text(&body.door),
    }
}

/// The set of facts of one round.
#[derive(Clone, PartialEq, Eq)]
pub struct Facts {
    round: Uuid,
    all: BTreeSet<Fact>,
}

impl std::fmt::Debug for Facts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} facts", self.all.len())
    }
}

impl Facts {
    /// No facts yet, of `round`.
    pub const fn new(round: Uuid) -> Self {
        Self { round, all: BTreeSet::new() }
    }

    /// The round that they are of.
    pub const fn round(&self) -> Uuid {
        self.round
    }

    /// Adds what a record of the round says, if it says anything of doors or people.
    pub fn take(&mut self, record: &Record, key: &dyn Fn(&str) -> Option<PersonKey>) {
        self.all.extend(Fact::of(record, key));
    }

    /// Every fact, in an order of their own.
    pub fn iter(&self) -> impl Iterator<Item = &Fact> {
        self.all.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

impl Extend<Fact> for Facts {
    fn extend<T: IntoIterator<Item = Fact>>(&mut self, facts: T) {
        if self.all.is_empty() {
            // Tens of thousands at once are packed closer, and sooner, than one by one.
            self.all = facts.into_iter().collect();
        } else {
            self.all.extend(facts);
        }
    }
}
