//! Doors with the names and the words that belong to them: for the screen of a team that must find somebody.
//!
//! Whoever shows this somewhere else than on the screen that a team works by records it: [`Station::exported`].

use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::Listed;
use crate::doors::{HomeState, Missed, OpenFollowUp, PersonView, Place, hex, hex_or_none, words_of};
use crate::error::Result;
use crate::id::RecordRef;
use crate::journal::View;
use crate::record::{Body, DocumentKind};
use crate::roster::{self, Categories, Found, HouseholdId, ResidentId};
use crate::scan::mask_number;
use crate::state::doors;
use crate::station::Station;

/// A person as a team at a door needs to know them.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct NamedPerson {
    /// The name, where list or record have one.
    pub name: Option<String>,
    /// What describes a person without papers.
    pub description: Option<String>,
    /// The document's number, masked.
    pub number: Option<String>,
    /// What a team must know before it knocks; in JSON the words of [`crate::roster::Category`].
    #[serde(serialize_with = "words")]
    pub categories: Categories,
    /// The telephone.
    pub contact: Option<String>,
    /// Who answers for a child.
    pub guardian: Option<String>,
}

/// Somebody who is missed, or a household of which nobody is known, with why.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct MissedLine {
    /// Who and where.
    #[serde(flatten)]
    pub missed: Missed,
    /// Why, in one word: [`Missed::reason`].
    pub reason: &'static str,
    /// The operator's words.
    pub words: Option<String>,
    /// Who that is.
    pub person: Option<NamedPerson>,
}

/// Something that is still to be done, with where and for whom.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct FollowUpLine {
    /// What.
    #[serde(flatten)]
    pub open: OpenFollowUp,
    /// Where.
    pub place: Place,
    /// The operator's words.
    pub words: Option<String>,
    /// For whom.
    pub person: Option<NamedPerson>,
}

/// Somebody who lives behind a door, with what became of them.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ResidentLine {
    /// Who, and what became of them.
    #[serde(flatten)]
    pub person: PersonView,
    /// The kind of document that the list has of the person; absent for one who was added.
    #[serde(skip)]
    pub document: Option<DocumentKind>,
    /// The person as a team needs to know them.
    pub named: Option<NamedPerson>,
}

/// A door or a person that a search found, of the list or added at the door.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct FoundLine {
    /// What of the query was found.
    #[serde(serialize_with = "found")]
    pub found: Found,
    /// The household.
    #[serde(serialize_with = "hex")]
    pub household: HouseholdId,
    /// The person; absent for the door itself.
    #[serde(serialize_with = "hex_or_none")]
    pub resident: Option<ResidentId>,
    /// Where.
    pub place: Place,
    /// When its stairwell is called, as the list says it.
    pub slot: Option<String>,
    /// What became of the household.
    pub state: Option<HomeState>,
    /// Whether a sample of the person stands; absent for a door.
    pub sampled: Option<bool>,
    /// The person.
    pub person: Option<NamedPerson>,
}

macro_rules! silent {
    ($($name:ident),*) => { $(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )* };
}

silent!(NamedPerson, MissedLine, FollowUpLine, ResidentLine, FoundLine);

impl NamedPerson {
    fn listed(dweller: &roster::Dweller<'_>) -> Self {
        let some = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        Self {
            name: some(Some(dweller.name)),
            description: None,
            number: some(dweller.number).map(|number| mask_number(&number)),
            categories: dweller.categories,
            contact: some(dweller.contact),
            guardian: some(dweller.guardian),
        }
    }

    /// Who that is, by the list or by the record that added them.
    pub(super) fn of(
        view: &View<'_>,
        round: Uuid,
        listed: Option<&Listed>,
        resident: Option<ResidentId>,
    ) -> Result<Option<Self>> {
        let Some(resident) = resident else { return Ok(None) };
        if let Some((_, dweller)) = listed.and_then(|listed| listed.resident(resident)) {
            return Ok(Some(Self::listed(&dweller)));
        }
        let added = doors::resident_added(view.conn(), round, resident)?;
        added.map_or(Ok(None), |(at, _)| Self::added(view, at))
    }

    fn added(view: &View<'_>, at: RecordRef) -> Result<Option<Self>> {
        let Some(Body::ResidentAdded(body)) = view.read(at)?.map(|record| record.body) else { return Ok(None) };
        Ok(Some(Self {
            name: body.name,
            description: body.description,
            number: body.number.as_deref().map(mask_number),
            categories: Categories(body.categories),
            contact: body.contact,
            guardian: body.guardian,
        }))
    }
}

fn words<S: Serializer>(categories: &Categories, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_seq(categories.iter().map(roster::Category::as_str))
}

fn found<S: Serializer>(found: &Found, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_str(found.as_str())
}

impl Station {
    /// Who is missed, in the order of doors, with names and the operator's words.
    pub fn missed(&self) -> Result<Vec<MissedLine>> {
        self.missed_page(0, usize::MAX)
    }

    /// The same for a screen: at most `limit` after the first `offset`.
    pub fn missed_page(&self, offset: usize, limit: usize) -> Result<Vec<MissedLine>> {
        let (doors, listed) = (self.doors()?, self.listed()?);
        self.view(|view| {
            let round = self.round(view)?;
            let line = |missed: Missed| {
                let words = words_at(view, missed.told)?;
                let person = NamedPerson::of(view, round, listed, missed.resident)?;
                Ok(MissedLine { reason: missed.reason(), missed, words, person })
            };
            doors.missed_page(offset, limit).map(line).collect()
        })
    }

    /// Who lives in a household, by the list and by what was added at the door, and what became of them. Nobody for a
    /// household that is not known here.
    pub fn residents(&self, household: HouseholdId) -> Result<Vec<ResidentLine>> {
        let (people, listed) =
            (self.household(household)?.map(|(_, people)| people).unwrap_or_default(), self.listed()?);
        self.view(|view| {
            let round = self.round(view)?;
            let line = |person: PersonView| {
                let on_list = listed.and_then(|listed| listed.resident(person.resident));
                let document = on_list.map(|(_, dweller)| dweller.document);
                let named = NamedPerson::of(view, round, listed, Some(person.resident))?;
                Ok(ResidentLine { person, document, named })
            };
            people.into_iter().map(line).collect()
        })
    }

    /// What is still to be done, what is due first coming first, with names and the operator's words.
    pub fn open_follow_ups(&self) -> Result<Vec<FollowUpLine>> {
        let (doors, listed) = (self.doors()?, self.listed()?);
        self.view(|view| {
            let round = self.round(view)?;
            let line = |open: &OpenFollowUp| {
                let place = doors.home(open.household).map(|home| home.place.clone()).unwrap_or_default();
                let words = words_at(view, Some(open.follow_up))?;
                let person = NamedPerson::of(view, round, listed, open.resident)?;
                Ok(FollowUpLine { open: open.clone(), place, words, person })
            };
            doors.follow_ups.iter().map(line).collect()
        })
    }
}

/// The operator's words that a record holds.
fn words_at(view: &View<'_>, at: Option<RecordRef>) -> Result<Option<String>> {
    let record = at.map_or(Ok(None), |at| view.read(at))?;
    Ok(record.and_then(|record| words_of(record.body)))
}
