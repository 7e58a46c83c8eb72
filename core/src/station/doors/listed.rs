//! The roster at hand, with what finds a person in it.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::doors::PersonKey;
use crate::error::Result;
use crate::roster::{Dweller, Home, Homes, Household, Resident, ResidentId, Roster};
use crate::scan::{Sex, person_key_text};

/// A roster and where everybody stands in it. Of two of one number the first is found.
pub(in super::super) struct Listed {
    pub(super) homes: Arc<dyn Homes + Send + Sync>,
    by_id: HashMap<ResidentId, (usize, usize)>,
    by_person: HashMap<PersonKey, (usize, usize)>,
    searched: OnceLock<Arc<Roster>>,
}

impl Listed {
    pub(super) fn new(homes: Arc<dyn Homes + Send + Sync>) -> Self {
        let (mut by_id, mut by_person) = (HashMap::new(), HashMap::new());
        for home in 0..homes.homes() {
            for index in 0..homes.home(home).people {
                let dweller = homes.dweller(home, index);
                by_id.entry(dweller.id).or_insert((home, index));
                if let Some(text) = person_key_text(dweller.document, dweller.number, None) {
                    by_person.entry(PersonKey::plain(text.expose())).or_insert((home, index));
                }
            }
        }
        Self { homes, by_id, by_person, searched: OnceLock::new() }
    }

    /// The journal's roster.
    pub(super) fn of_roster(roster: Arc<Roster>) -> Self {
        Self { searched: OnceLock::from(Arc::clone(&roster)), ..Self::new(roster) }
    }

    /// The roster as it is searched; made once of one that is somebody else's.
    pub(super) fn roster(&self) -> Result<Arc<Roster>> {
        if let Some(roster) = self.searched.get() {
            return Ok(Arc::clone(roster));
        }
        let homes = (0..self.homes.homes()).map(|home| household(&*self.homes, home)).collect();
        let roster = Arc::new(Roster::new(homes)?);
        Ok(Arc::clone(self.searched.get_or_init(|| roster)))
    }

    /// A person by id.
    pub(super) fn resident(&self, id: ResidentId) -> Option<(Home<'_>, Dweller<'_>)> {
        self.at(*self.by_id.get(&id)?)
    }

    /// A person by the text that names them.
    pub(super) fn person(&self, key_text: &str) -> Option<(Home<'_>, Dweller<'_>)> {
        self.at(*self.by_person.get(&PersonKey::plain(key_text))?)
    }

    fn at(&self, (home, index): (usize, usize)) -> Option<(Home<'_>, Dweller<'_>)> {
        let of = (home < self.homes.homes()).then(|| self.homes.home(home))?;
        (index < of.people).then(|| (of, self.homes.dweller(home, index)))
    }
}

fn household(homes: &dyn Homes, at: usize) -> Household {
    let home = homes.home(at);
    let [area, building, stairwell, door] =
        [home.place.area, home.place.building, home.place.stairwell, home.place.door].map(str::to_owned);
    let people = (0..home.people).map(|index| resident(&homes.dweller(at, index))).collect();
    Household { id: home.id, area, building, stairwell, door, slot: home.slot.map(str::to_owned), people }
}

fn resident(of: &Dweller<'_>) -> Resident {
    let [number, contact, guardian] = [of.number, of.contact, of.guardian].map(|text| text.map(str::to_owned));
    Resident {
        id: of.id,
        name: of.name.to_owned(),
        document: of.document,
        number,
        birth: of.birth,
        sex: of.sex.and_then(|sex| Sex::from_text(sex.encode_utf8(&mut [0; 4]))),
        categories: of.categories,
        contact,
        guardian,
    }
}
