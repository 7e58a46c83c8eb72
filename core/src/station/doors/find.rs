//! Finding doors and people of the list, and those that were added at doors.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use super::listed::same_list;
use super::named::{FoundLine, NamedPerson};
use super::{Listed, near};
use crate::doors::{Doors, PersonKey, Place, place_of, words_of};
use crate::error::Result;
use crate::journal::View;
use crate::record::{Body, ResidentAdded, added_id};
use crate::roster::{self, Categories, Homes, Household, HouseholdId, Resident, ResidentId, Roster};
use crate::scan::person_key_text;
use crate::state::{doors, near as rows};
use crate::station::Station;

/// Households whose view is made by itself; where more are asked for the view of all is the quicker one.
const NEAR_MAX: usize = 200;

/// What the roster of those who were added is made from. Rows of a round are only ever added, or all go.
struct Made {
    round: Uuid,
    rows: rows::AddedRows,
    homes: Option<Arc<dyn Homes + Send + Sync>>,
}

impl Made {
    fn is(&self, other: &Self) -> bool {
        (self.round, &self.rows) == (other.round, &other.rows) && same_list(self.homes.as_ref(), other.homes.as_ref())
    }
}

/// The homes and people that were added at doors, as a roster to be searched; kept until another one is added.
#[derive(Default)]
pub(in super::super) struct AddedHomes(Mutex<Option<(Made, Arc<Roster>)>>);

impl Station {
    /// What a query finds ([`roster::search`]) among the doors and people of the list and those added at doors, best
    /// first, at most `limit`, with what became of them.
    pub fn find(&self, query: &str, limit: usize) -> Result<Vec<FoundLine>> {
        let mut lines = self.hits(query, limit)?;
        let listed = self.listed()?;
        let households: BTreeSet<HouseholdId> = lines.iter().map(|line| line.household).collect();
        let all = if households.len() > NEAR_MAX { Some(self.doors()?) } else { None };
        self.view(|view| {
            let round = self.round(view)?;
            match &all {
                Some(doors) => tell(&mut lines, doors),
                None => tell(&mut lines, &near::doors(view, round, listed, households)?),
            }
            lines.iter_mut().try_for_each(|line| {
                line.person = NamedPerson::of(view, round, listed, line.resident)?;
                Ok(())
            })
        })?;
        Ok(lines)
    }

    /// The same without what became of them and who they are.
    pub(super) fn hits(&self, query: &str, limit: usize) -> Result<Vec<FoundLine>> {
        let (mut hits, mut known_already) = (Vec::new(), HashSet::new());
        let listed = self.listed()?;
        let added = self.view(|view| self.added_homes(view, listed))?;
        for known in [listed.map(Listed::roster).transpose()?, Some(added)].into_iter().flatten() {
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
        Ok(hits)
    }

    fn added_homes(&self, view: &View<'_>, listed: Option<&Listed>) -> Result<Arc<Roster>> {
        let round = self.round(view)?;
        let homes = listed.map(|listed| listed.homes.clone());
        let made = Made { round, rows: rows::added_rows(view.conn(), round)?, homes };
        let mut kept = self.added.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, roster)) = kept.as_ref().filter(|(before, _)| before.is(&made)) {
            return Ok(Arc::clone(roster));
        }
        let roster = Arc::new(added_homes(view, round, listed)?);
        *kept = Some((made, Arc::clone(&roster)));
        Ok(roster)
    }
}

/// Puts in what became of the households and people that were found.
fn tell(lines: &mut [FoundLine], doors: &Doors) {
    let homes: HashMap<HouseholdId, _> = doors.homes.iter().map(|home| (home.household, home)).collect();
    let mut sampled: HashMap<ResidentId, bool> = HashMap::new();
    for person in &doors.people {
        sampled.extend(person.also.iter().chain([&person.resident]).map(|id| (*id, person.sampled)));
    }
    for line in lines {
        if let Some(home) = homes.get(&line.household) {
            line.state = Some(home.state);
            // By the list or by the record that added it, not by what it was searched by.
            line.place = home.place.clone();
        }
        line.sampled = line.resident.and_then(|resident| sampled.get(&resident).copied());
    }
}

fn added_homes(view: &View<'_>, round: Uuid, listed: Option<&Listed>) -> Result<Roster> {
    let mut people = added_people(view, round, listed)?;
    let mut homes = Vec::new();
    for at in doors::households_added(view.conn(), round)? {
        let Some(Body::HouseholdAdded(body)) = view.read(at)?.map(|record| record.body) else { continue };
        let (id, mut place) = (added_id(at), place_of(&body));
        if place.building.is_empty() && place.door.is_empty() {
            // It is where its address says.
            place.building = words_of(Body::HouseholdAdded(body)).unwrap_or_default().into();
        }
        homes.push(household(id, place, None, people.remove(&id).unwrap_or_default()));
    }
    // Somebody who was added to a home of the list, or to one of which nothing here says where it is.
    for (id, people) in people {
        let home = listed.and_then(|listed| listed.homes.find(id).map(|home| listed.homes.home(home)));
        let (place, slot) = home.map_or((Place::default(), None), |home| (home.place.into(), home.slot));
        homes.push(household(id, place, slot, people));
    }
    Roster::new(homes)
}

/// Those who were added, by household. Who is on the list, or was added before, is found by that.
fn added_people(view: &View<'_>, round: Uuid, listed: Option<&Listed>) -> Result<BTreeMap<HouseholdId, Vec<Resident>>> {
    let (mut people, mut seen) = (BTreeMap::<_, Vec<Resident>>::new(), HashSet::new());
    for added in rows::all_added(view.conn(), round)? {
        let Some(Body::ResidentAdded(body)) = view.read(added.at)?.map(|record| record.body) else { continue };
        if let Some(text) = person_key_text(body.document, body.number.as_deref(), body.issuer.as_deref()) {
            let is_listed = listed.is_some_and(|listed| listed.person(text.expose()).is_some());
            if is_listed || !seen.insert(PersonKey::plain(text.expose())) {
                continue;
            }
        }
        people.entry(body.household).or_default().push(searched(added.resident, body));
    }
    Ok(people)
}

fn household(id: HouseholdId, place: Place, slot: Option<&str>, people: Vec<Resident>) -> Household {
    let [area, building, stairwell, door] = place.as_door().texts().map(str::to_owned);
    Household { id, area, building, stairwell, door, slot: slot.map(str::to_owned), people }
}

/// Somebody with what a search looks at.
fn searched(id: ResidentId, body: ResidentAdded) -> Resident {
    Resident {
        id,
        name: body.name.or(body.description).unwrap_or_default(),
        document: body.document,
        number: body.number,
        birth: None,
        sex: None,
        categories: Categories(0),
        contact: None,
        guardian: None,
    }
}
