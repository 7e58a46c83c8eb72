//! The roster at hand, with what finds a person in it.

use std::sync::{Arc, OnceLock};

use crate::doors::PersonKey;
use crate::error::{Error, Result};
use crate::journal::{Journal, RosterStamp};
use crate::roster::{
    Door, Dweller, Folded, Home, Homes, Household, HouseholdId, Resident, ResidentId, Roster, compare,
};
use crate::scan::{Sex, person_key_text};

/// Where a person stands: the home, and which of its people.
pub(super) type Spot = (usize, usize);
/// The same, kept small.
type Kept = (u32, u32);

/// A roster and where everybody stands in it. Of two of one number the first is found.
pub(in super::super) struct Listed {
    pub(super) homes: Arc<dyn Homes + Send + Sync>,
    /// In the order of ids, those of one id in the order of the list.
    by_id: Vec<(ResidentId, Kept)>,
    /// In the order of a hash of the text that names them; whether it is that text is seen in the list.
    by_person: Vec<(u64, Kept)>,
    /// Homes in the order of a hash of their building's name, made when somebody asks first.
    by_building: OnceLock<Vec<(u64, u32)>>,
    searched: OnceLock<Arc<Roster>>,
}

impl Listed {
    pub(super) fn new(homes: Arc<dyn Homes + Send + Sync>) -> Self {
        let count = (0..homes.homes()).map(|home| homes.home(home).people).sum();
        let (mut by_id, mut by_person) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for home in 0..homes.homes() {
            for index in 0..homes.home(home).people {
                let dweller = homes.dweller(home, index);
                let spot = (narrow(home), narrow(index));
                by_id.push((dweller.id, spot));
                if let Some(text) = person_key_text(dweller.document, dweller.number, None) {
                    by_person.push((hash(text.expose()), spot));
                }
            }
        }
        by_id.sort_unstable();
        by_id.shrink_to_fit();
        by_person.sort_unstable();
        by_person.shrink_to_fit();
        Self { homes, by_id, by_person, by_building: OnceLock::new(), searched: OnceLock::new() }
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
        self.of_id(id).next().and_then(|spot| self.at(spot))
    }

    /// A person by the text that names them.
    pub(super) fn person(&self, key_text: &str) -> Option<(Home<'_>, Dweller<'_>)> {
        self.of_person(key_text).next().and_then(|spot| self.at(spot))
    }

    /// Everybody of an id, in the order of the list.
    pub(super) fn of_id(&self, id: ResidentId) -> impl Iterator<Item = Spot> {
        run(&self.by_id, id).map(wide)
    }

    /// Everybody whom a text names, in the order of the list.
    pub(super) fn of_person(&self, key_text: &str) -> impl Iterator<Item = Spot> {
        run(&self.by_person, hash(key_text)).map(wide).filter(move |spot| {
            let text = self.at(*spot).and_then(|(_, who)| person_key_text(who.document, who.number, None));
            text.is_some_and(|text| text.expose() == key_text)
        })
    }

    /// The households at a place, however it is written.
    pub(super) fn at_place(&self, place: &Door<'_>) -> Vec<HouseholdId> {
        let same = |home: &Home<'_>| {
            home.place.texts().iter().zip(place.texts()).all(|(one, other)| compare(one, other).is_eq())
        };
        self.of_building(place.building).filter(same).map(|home| home.id).collect()
    }

    /// The one area in which the list has a building of this name; `None` if there are several or none, or if the list
    /// calls it nothing.
    pub(super) fn area_of(&self, building: &str) -> Option<&str> {
        let mut homes = self.of_building(building).map(|home| home.place.area);
        let first = homes.next().filter(|area| !area.trim().is_empty())?;
        homes.all(|area| compare(area, first).is_eq()).then_some(first)
    }

    /// The homes of all buildings of a name, in the order of the list.
    fn of_building(&self, building: &str) -> impl Iterator<Item = Home<'_>> {
        let by_building = self.by_building.get_or_init(|| {
            let homes =
                (0..self.homes.homes()).map(|home| (hash_of(self.homes.home(home).place.building), narrow(home)));
            let mut homes: Vec<(u64, u32)> = homes.collect();
            homes.sort_unstable();
            homes
        });
        let homes = run(by_building, hash_of(building)).map(|home| self.homes.home(home as usize));
        homes.filter(move |home| compare(home.place.building, building).is_eq())
    }

    pub(super) fn at(&self, (home, index): Spot) -> Option<(Home<'_>, Dweller<'_>)> {
        let of = (home < self.homes.homes()).then(|| self.homes.home(home))?;
        (index < of.people).then(|| (of, self.homes.dweller(home, index)))
    }
}

/// Whether two lists are the very same.
pub(super) fn same_list(
    one: Option<&Arc<dyn Homes + Send + Sync>>,
    other: Option<&Arc<dyn Homes + Send + Sync>>,
) -> bool {
    let place = |homes: &Arc<dyn Homes + Send + Sync>| Arc::as_ptr(homes).cast::<()>();
    one.map(place) == other.map(place)
}

/// What stands under a key in a list in the order of keys.
fn run<K: Ord + Copy, V: Copy>(list: &[(K, V)], key: K) -> impl Iterator<Item = V> {
    let from = list.partition_point(|(known, _)| *known < key);
    list.get(from..).unwrap_or_default().iter().take_while(move |(known, _)| *known == key).map(|(_, value)| *value)
}

fn hash(text: &str) -> u64 {
    let PersonKey([a, b, c, d, e, f, g, h, ..]) = PersonKey::plain(text);
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

fn hash_of(building: &str) -> u64 {
    hash(Folded::new(building).as_str())
}

const fn wide((home, index): Kept) -> Spot {
    (home as usize, index as usize)
}

/// A roster's places are below 2^32.
fn narrow(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// Some homes of a roster with all of their people, in its order.
pub(super) struct SomeHomes<'a> {
    pub(super) homes: &'a dyn Homes,
    pub(super) at: Vec<usize>,
}

impl Homes for SomeHomes<'_> {
    fn homes(&self) -> usize {
        self.at.len()
    }

    fn home(&self, index: usize) -> Home<'_> {
        self.at.get(index).map_or(Home::NONE, |home| self.homes.home(*home))
    }

    fn dweller(&self, home: usize, index: usize) -> Dweller<'_> {
        self.at.get(home).map_or(Dweller::NONE, |home| self.homes.dweller(*home, index))
    }

    fn find(&self, id: HouseholdId) -> Option<usize> {
        self.at.binary_search(&self.homes.find(id)?).ok()
    }
}

/// The roster that the station works by.
#[derive(Default)]
pub(in super::super) struct AtHand {
    list: OnceLock<Option<Listed>>,
    /// What was in force when it was asked last.
    stamp: RosterStamp,
}

impl AtHand {
    /// One that is the caller's, or none.
    pub(super) fn given(homes: Option<Arc<dyn Homes + Send + Sync>>) -> Self {
        let given = homes.as_ref().map(|_| vec![(-1, uuid::Uuid::nil(), 0)]);
        Self { list: OnceLock::from(homes.map(Listed::new)), stamp: given.unwrap_or_default() }
    }

    /// Looks at what is in force; whether that is something else than before. Whoever may write opens it at once: no
    /// scan waits for it. Whoever only reads opens it when something of it is asked for.
    pub(super) fn refresh(&mut self, journal: &Journal) -> Result<bool> {
        let stamp = journal.roster_stamp()?;
        if stamp == self.stamp && self.list.get().is_some() {
            return Ok(false);
        }
        let changed = stamp != self.stamp;
        let mut fresh = Self { list: OnceLock::new(), stamp };
        if !journal.is_read_only() {
            fresh.list(journal)?;
            // What did not open is no longer in force.
            fresh.stamp = journal.roster_stamp()?;
        }
        *self = fresh;
        Ok(changed)
    }

    /// The list as far as it is open.
    pub(in super::super) fn opened(&self) -> Option<&Listed> {
        self.list.get().and_then(Option::as_ref)
    }

    /// The list; opened now if nobody needed it yet.
    pub(in super::super) fn list(&self, journal: &Journal) -> Result<Option<&Listed>> {
        if self.list.get().is_none() {
            let opened = match journal.roster() {
                // A reader cannot ask for what does not open; without a list it still tells everything else.
                Err(Error::Untrusted { .. }) if journal.is_read_only() => None,
                opened => opened?.map(Listed::of_roster),
            };
            let _ = self.list.set(opened);
        }
        Ok(self.opened())
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
