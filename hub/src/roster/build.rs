//! From people to the households of a roster.

use std::collections::{BTreeMap, BTreeSet};

use fieldcore::limits::ROSTER_PEOPLE_MAX;
use fieldcore::pack::{self, Text};
use fieldcore::record::DocumentKind;
use fieldcore::roster::{self, Categories, Household};
use fieldcore::scan::Sensitive;

use super::ids::Namer;
use super::merge::Person;
use super::resident::Resident;
use crate::error::{Error, Result};

/// Bytes of people, about, from which on a household is parted: a dormitory is several homes of one door.
const PART_BYTES: usize = 24 * 1024;

/// The households of an area, in the order of doors.
pub(super) fn households(people: &[Person], area: &str, namer: &Namer) -> Result<Vec<Household>> {
    if people.len() > ROSTER_PEOPLE_MAX {
        let (found, limit) = (people.len(), ROSTER_PEOPLE_MAX);
        let why = format!("it would have {found} people, the most is {limit}; part it into several areas");
        return Err(Error::refused("the area", why));
    }
    let doors = Doors::of(people);
    let mut groups: BTreeMap<String, Vec<&Person>> = BTreeMap::new();
    let mut households = Vec::new();
    for person in people {
        match doors.key(&person.resident) {
            Some(key) => groups.entry(key).or_default().push(person),
            None => {
                let id = namer.alone(person.id);
                households.push(Household { id, ..household(&[person], area) });
            }
        }
    }
    for (key, people) in groups {
        for (part, people) in parts(&people)?.into_iter().enumerate() {
            households.push(Household { id: namer.household(&key, part), ..household(people, area) });
        }
    }
    roster::arrange(&mut households)?;
    Ok(households)
}

/// Which of what lists call households stand behind which door, and the other way round.
struct Doors {
    called: BTreeMap<String, BTreeSet<String>>,
    doors: BTreeMap<String, BTreeSet<String>>,
}

impl Doors {
    fn of(people: &[Person]) -> Self {
        let (mut called, mut doors) = (BTreeMap::<_, BTreeSet<_>>::new(), BTreeMap::<_, BTreeSet<_>>::new());
        for person in people {
            if let (Some(door), Some(name)) = (person.resident.door_key(), person.resident.called_key()) {
                called.entry(door.clone()).or_default().insert(name.clone());
                doors.entry(name).or_default().insert(door);
            }
        }
        Self { called, doors }
    }

    /// What is the same for people of one home: their door, unless lists tell several households behind it apart. So
    /// one list may know doors and another households, and a family stays one.
    fn key(&self, resident: &Resident) -> Option<String> {
        let called = resident.called_key();
        if let Some(door) = resident.door_key() {
            let several = self.called.get(&door).is_some_and(|names| names.len() > 1);
            return Some(match called.filter(|_| several) {
                Some(called) => format!("{door}\0{called}"),
                None => door,
            });
        }
        let lone_door = |called: &String| {
            let doors = self.doors.get(called)?;
            let door = doors.first().filter(|_| doors.len() == 1)?;
            let several = self.called.get(door).is_some_and(|names| names.len() > 1);
            Some(if several { format!("{door}\0{called}") } else { door.clone() })
        };
        match called {
            Some(called) => Some(lone_door(&called).unwrap_or(called)),
            None => resident.address_key(),
        }
    }
}

/// The people of a household in parts that a page takes.
fn parts<'p, 'a>(people: &'p [&'a Person]) -> Result<Vec<&'p [&'a Person]>> {
    let (mut parts, mut begun, mut bytes) = (Vec::new(), 0, 0);
    for (place, person) in people.iter().enumerate() {
        let texts = [&person.resident.name, &person.resident.contact, &person.resident.guardian];
        let texts: Vec<Option<Text>> =
            texts.map(|text| text.as_ref().map(|text| Text(text.expose().to_owned()))).to_vec();
        let own = pack::encode(&texts)?.len() + 100;
        if place > begun && bytes + own > PART_BYTES {
            parts.push(&people[begun..place]);
            (begun, bytes) = (place, 0);
        }
        bytes += own;
    }
    parts.push(&people[begun..]);
    Ok(parts)
}

/// A household of these people, still without its id. What the first of them with a place says of it counts.
fn household(people: &[&Person], area: &str) -> Household {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let residents = || people.iter().map(|person| &person.resident);
    let placed = residents().find(|one| one.place.door.is_some()).or_else(|| residents().next());
    let place = placed.map(|one| one.place.clone()).unwrap_or_default();
    let called = || residents().find_map(|one| one.household.clone());
    let address = || residents().find_map(|one| one.address.as_ref().map(|address| address.expose().to_owned()));
    Household {
        id: fieldcore::pack::Fixed([0; 16]),
        area: place.area.clone().unwrap_or_else(|| area.to_owned()),
        building: text(&place.building),
        stairwell: text(&place.stairwell),
        // A list without doors has what a team can ask for: what it calls the household, or the address.
        door: place.door.clone().or_else(address).or_else(called).unwrap_or_default(),
        slot: residents().find_map(|one| one.slot.clone()),
        people: people.iter().map(|person| resident(person)).collect(),
    }
}

fn resident(person: &Person) -> roster::Resident {
    let one = &person.resident;
    let plain = |text: &Option<Sensitive>| text.as_ref().map(|text| text.expose().to_owned());
    let identity = one.identity.as_ref();
    roster::Resident {
        id: person.id,
        name: plain(&one.name).unwrap_or_default(),
        document: identity.map_or(DocumentKind::None, |identity| identity.document),
        number: identity.and_then(|identity| plain(&identity.number)),
        birth: identity.map_or(one.birth, |identity| one.birth.filter(|_| identity.birth.is_none())),
        sex: identity.map_or(one.sex, |identity| one.sex.filter(|_| identity.sex.is_none())),
        categories: one.categories.iter().copied().collect::<Categories>(),
        contact: plain(&one.contact),
        guardian: plain(&one.guardian),
    }
}
