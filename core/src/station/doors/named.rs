//! Doors with the names and the words that belong to them: for the screen of a team that must find somebody.
//!
//! Whoever shows this somewhere else than on the screen that a team works by records it: [`Station::exported`].

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::Listed;
use crate::doors::{Doors, HomeState, Missed, OpenFollowUp, Origin, PersonView, Place, hex, hex_or_none};
use crate::error::Result;
use crate::id::RecordRef;
use crate::journal::View;
use crate::record::{Body, DocumentKind};
use crate::roster::{self, Categories, Found, Homes, Household, HouseholdId, Resident, ResidentId, Roster};
use crate::scan::mask_number;
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

/// Who is who: those of the list, and the records that added others.
struct Names<'a> {
    listed: Option<&'a Listed>,
    added: HashMap<ResidentId, RecordRef>,
}

impl Names<'_> {
    fn of(&self, view: &View<'_>, resident: Option<ResidentId>) -> Result<Option<NamedPerson>> {
        let Some(resident) = resident else { return Ok(None) };
        if let Some((_, dweller)) = self.listed.and_then(|listed| listed.resident(resident)) {
            return Ok(Some(NamedPerson::listed(&dweller)));
        }
        self.added.get(&resident).map_or(Ok(None), |at| NamedPerson::added(view, *at))
    }
}

impl Station {
    /// Who is missed, in the order of doors, with names and the operator's words.
    pub fn missed(&self) -> Result<Vec<MissedLine>> {
        self.missed_page(0, usize::MAX)
    }

    /// The same for a screen: at most `limit` after the first `offset`.
    pub fn missed_page(&self, offset: usize, limit: usize) -> Result<Vec<MissedLine>> {
        let doors = self.doors()?;
        let page = || doors.missed.iter().skip(offset).take(limit);
        let words = |missed: &Missed| missed.told.map_or(Ok(None), |told| self.words_of(told));
        let words = page().map(words).collect::<Result<Vec<_>>>()?;
        let names = self.names(&doors);
        self.view(|view| {
            let told = page().zip(words);
            told.map(|(missed, words)| {
                let person = names.of(view, missed.resident)?;
                Ok(MissedLine { missed: missed.clone(), reason: missed.reason(), words, person })
            })
            .collect()
        })
    }

    /// Who lives in a household, by the list and by what was added at the door, and what became of them. Nobody for a
    /// household that is not known here.
    pub fn residents(&self, household: HouseholdId) -> Result<Vec<ResidentLine>> {
        let doors = self.doors()?;
        let names = self.names(&doors);
        self.view(|view| {
            let there = doors.people.iter().filter(|person| person.household == household);
            there
                .map(|person| {
                    let listed = self.roster.as_ref().and_then(|listed| listed.resident(person.resident));
                    let document = listed.map(|(_, dweller)| dweller.document);
                    let named = names.of(view, Some(person.resident))?;
                    Ok(ResidentLine { person: person.clone(), document, named })
                })
                .collect()
        })
    }

    /// What is still to be done, what is due first coming first, with names and the operator's words.
    pub fn open_follow_ups(&self) -> Result<Vec<FollowUpLine>> {
        let doors = self.doors()?;
        let words = doors.follow_ups.iter().map(|open| self.words_of(open.follow_up)).collect::<Result<Vec<_>>>()?;
        let names = self.names(&doors);
        let places: HashMap<HouseholdId, &Place> =
            doors.homes.iter().map(|home| (home.household, &home.place)).collect();
        self.view(|view| {
            let told = doors.follow_ups.iter().zip(words);
            told.map(|(open, words)| {
                let place = places.get(&open.household).map(|place| (*place).clone()).unwrap_or_default();
                Ok(FollowUpLine { open: open.clone(), place, words, person: names.of(view, open.resident)? })
            })
            .collect()
        })
    }

    /// What a query finds ([`roster::search`]) among the doors and people of the list and those added at doors, best
    /// first, at most `limit`, with what became of them.
    pub fn find(&self, query: &str, limit: usize) -> Result<Vec<FoundLine>> {
        let doors = self.doors()?;
        let (mut hits, mut known_already) = (Vec::new(), HashSet::new());
        let listed = self.roster.as_ref().map(Listed::roster).transpose()?;
        for known in [listed, self.added_homes(&doors)?.map(Arc::new)].into_iter().flatten() {
            for hit in roster::search(&known, query, limit) {
                let (home, dweller) = (known.home(hit.home), hit.dweller.map(|index| known.dweller(hit.home, index)));
                let resident = dweller.map(|dweller| dweller.id);
                // A home of the list stands among the added ones too where somebody was added to it.
                if !known_already.insert((home.id, resident)) {
                    continue;
                }
                let (place, slot) = (Place::from(home.place), home.slot.map(str::to_owned));
                let (found, household) = (hit.found, home.id);
                hits.push(FoundLine {
                    found,
                    household,
                    resident,
                    place,
                    slot,
                    state: None,
                    sampled: None,
                    person: None,
                });
            }
        }
        hits.sort_by_key(|line| line.found);
        hits.truncate(limit);
        self.told(&doors, hits)
    }

    /// What was found, with what became of it and who it is.
    fn told(&self, doors: &Doors, mut lines: Vec<FoundLine>) -> Result<Vec<FoundLine>> {
        let homes: HashMap<HouseholdId, _> = doors.homes.iter().map(|home| (home.household, home)).collect();
        let mut sampled = HashMap::new();
        for person in &doors.people {
            sampled.extend(person.also.iter().chain([&person.resident]).map(|id| (*id, person.sampled)));
        }
        let names = self.names(doors);
        self.view(|view| {
            for line in &mut lines {
                if let Some(home) = homes.get(&line.household) {
                    line.state = Some(home.state);
                    // By the list or by the record that added it, not by what it was searched by.
                    line.place = home.place.clone();
                }
                line.sampled = line.resident.and_then(|resident| sampled.get(&resident).copied());
                line.person = names.of(view, line.resident)?;
            }
            Ok(())
        })?;
        Ok(lines)
    }

    fn names(&self, doors: &Doors) -> Names<'_> {
        let added = doors.people.iter().filter_map(|person| Some((person.resident, person.added?))).collect();
        Names { listed: self.roster.as_ref(), added }
    }

    /// The homes and people that were added at doors, as a roster to be searched.
    fn added_homes(&self, doors: &Doors) -> Result<Option<Roster>> {
        let mut people: HashMap<HouseholdId, Vec<Resident>> = HashMap::new();
        self.view(|view| {
            for person in doors.people.iter() {
                let Some(added) = person.added else { continue };
                let Some(Body::ResidentAdded(body)) = view.read(added)?.map(|record| record.body) else { continue };
                let known = people.entry(person.household).or_default();
                known.push(searched(person.resident, body.name.or(body.description), body.document, body.number));
            }
            Ok(())
        })?;
        let mut homes = Vec::new();
        for home in &doors.homes {
            let people = people.remove(&home.household).unwrap_or_default();
            if home.origin == Origin::Roster && people.is_empty() {
                continue;
            }
            let Place { area, mut building, stairwell, door } = home.place.clone();
            if building.is_empty() && door.is_empty() {
                // It is where its address says.
                building = home.added.map_or(Ok(None), |added| self.words_of(added))?.unwrap_or_default();
            }
            homes.push(Household {
                id: home.household,
                area,
                building,
                stairwell,
                door,
                slot: home.slot.clone(),
                people,
            });
        }
        if homes.is_empty() { Ok(None) } else { Roster::new(homes).map(Some) }
    }
}

/// Somebody with what a search looks at.
fn searched(id: ResidentId, name: Option<String>, document: DocumentKind, number: Option<String>) -> Resident {
    Resident {
        id,
        name: name.unwrap_or_default(),
        document,
        number,
        birth: None,
        sex: None,
        categories: Categories(0),
        contact: None,
        guardian: None,
    }
}
