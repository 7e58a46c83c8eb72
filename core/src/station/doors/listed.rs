//! The roster at hand, with what finds a person in it.

use std::sync::{Arc, OnceLock};

use crate::doors::PersonKey;
use crate::error::{Error, Result};
use crate::journal::{Journal, RosterStamp};
use crate::roster::{Door, Dweller, Folded, Home, Homes, Household, HouseholdId, Resident, ResidentId, Roster};
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
    /// Homes in the order of a hash of their place, made when somebody asks first.
    by_place: OnceLock<Vec<(u64, u32)>>,
    searched: OnceLock<Arc<Roster>>,
}

impl Listed {
    pub(super) fn new(homes: Arc<dyn Homes + Send + Sync>) -> Self {
        let (mut by_id, mut by_person) = (Vec::new(), Vec::new());
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
        Self { homes, by_id, by_person, by_place: OnceLock::new(), searched: OnceLock::new() }
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
        let folded = |door: &Door<'_>| door.texts().map(Folded::new);
        let here = folded(place);
        let by_place = self.by_place.get_or_init(|| {
            let places = (0..self.homes.homes()).map(|home| (hash_of(&folded(&self.homes.home(home).place)), home));
            let mut places: Vec<(u64, u32)> = places.map(|(hash, home)| (hash, narrow(home))).collect();
            places.sort_unstable();
            places
        });
        let homes = run(by_place, hash_of(&here)).map(|home| self.homes.home(home as usize));
        homes.filter(|home| folded(&home.place) == here).map(|home| home.id).collect()
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

fn hash_of(place: &[Folded; 4]) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    place.hash(&mut hasher);
    hasher.finish()
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
