//! A village and the phones that work in it, from a seed.

use std::collections::BTreeSet;

use fieldcore::RecordRef;
use fieldcore::doors::{Doors, Facts, Known, PersonKey};
use fieldcore::pack::Fixed;
use fieldcore::record::{
    Body, BuildingClaimed, ClaimReleased, DocumentKind, Excuse, FollowUp, FollowUpClosed, FollowUpKind, HouseholdAdded,
    ProxyIssued, ProxyRead, ProxyRefusal, ReadSource, Record, ResidentAdded, ResidentExcused, ResidentSampled,
    SubjectBound, SubjectMoved, SubjectPresented, SubjectUndone, SubjectVoided, TubeOpened, TubeSpoiled, Visit,
    VisitState, added_id,
};
use fieldcore::roster::{Categories, HouseholdId, ResidentId};
use fieldcore::scan::person_key_text;
use fieldcore_tests::histories::{Phones, ROUND};
use fieldcore_tests::{ListDweller, ListHome, ListHomes, Rng, people};

const AREAS: &[&str] = &["", "East"];
const BUILDINGS: &[&str] = &["1", "2", "０2", "10"];
const STAIRWELLS: &[&str] = &["", "1", "2"];
const DOORS: &[&str] = &["1", "2", "3A", "3", "10", "101", "1201", "", "０3"];
/// Kinds by their codes.
const TUBE: u16 = 20;
const BOUND: u16 = 30;
const PRESENTED: u16 = 31;
const VISIT: u16 = 50;
const CLAIM: u16 = 51;
const FOLLOW_UP: u16 = 56;
const EXCUSED: u16 = 58;
const CARD: u16 = 70;

/// What there is to know: a list, everything that was written, and people known to be sampled otherwise.
pub(crate) struct Village {
    pub(crate) homes: ListHomes,
    pub(crate) elsewhere: Vec<String>,
    pub(crate) phones: Phones,
    numbers: Vec<String>,
    households: Vec<HouseholdId>,
    residents: Vec<ResidentId>,
}

impl Village {
    /// The village of a seed after `steps` steps; with `copies` phones may have live copies.
    pub(crate) fn new(seed: u64, copies: bool) -> Self {
        let mut rng = Rng::new(seed).fork("village");
        let numbers: Vec<String> = people(seed, 12).into_iter().map(|person| person.number).collect();
        let homes = homes(&mut rng, &numbers);
        let households = homes.0.iter().map(|home| home.id).collect();
        let residents = homes.0.iter().flat_map(|home| home.people.iter().map(|person| person.id)).collect();
        let elsewhere = numbers.iter().filter(|_| rng.percent(6)).cloned().collect();
        let phones = Phones::new(seed, 1 + rng.index(4));
        let mut village = Self { homes, elsewhere, phones, numbers, households, residents };
        for _ in 0..10 + rng.index(50) {
            village.step();
            if copies && rng.percent(8) {
                let phone = village.phones.any();
                village.phones.copy(phone);
            }
        }
        village
    }

    /// The views of somebody to whom these bundles came.
    pub(crate) fn seen(&self, bundles: &[Vec<Record>]) -> Doors {
        let sampled: BTreeSet<PersonKey> = self.elsewhere.iter().filter_map(|number| key_of(number)).collect();
        let key = |text: &str| Some(PersonKey::plain(text));
        let mut facts = Facts::new(ROUND);
        bundles.iter().flatten().for_each(|record| facts.take(record, &key));
        Doors::of(&facts, &self.homes, Known { key: &key, sampled: &sampled })
    }

    fn step(&mut self) {
        let phone = self.phones.any();
        match self.phones.rng.below(100) {
            0..=24 => self.visit(phone),
            25..=34 => self.claim(phone),
            35..=37 => {
                let claim = self.phones.some(CLAIM);
                self.phones.write(phone, ClaimReleased { claim, reason: None });
            }
            38..=41 => self.add_household(phone),
            42..=49 => self.add_resident(phone),
            50..=54 => self.follow_up(phone),
            55..=57 => {
                let follow_up = self.phones.some(FOLLOW_UP);
                self.phones.write(phone, FollowUpClosed { follow_up, note: None });
            }
            58..=67 => self.sample(phone),
            68..=72 => {
                let subject = self.phones.some(BOUND);
                self.link(phone, subject);
            }
            73..=78 => self.take_back(phone),
            79..=91 => self.excuse(phone),
            92..=96 => self.card(phone),
            97 => self.phones.begin_epoch(phone),
            _ => self.phones.begin_shift(phone),
        }
    }

    fn household(&mut self) -> HouseholdId {
        let rng = &mut self.phones.rng;
        if rng.percent(4) { Fixed([0xdd; 16]) } else { *rng.pick(&self.households) }
    }

    fn resident(&mut self) -> ResidentId {
        let rng = &mut self.phones.rng;
        if rng.percent(4) || self.residents.is_empty() { Fixed([0xcc; 16]) } else { *rng.pick(&self.residents) }
    }

    fn number(&mut self, percent: u64) -> (DocumentKind, Option<String>) {
        let rng = &mut self.phones.rng;
        if rng.percent(percent) {
            (DocumentKind::CnResident, Some(rng.pick(&self.numbers).clone()))
        } else {
            (DocumentKind::None, None)
        }
    }

    fn perhaps(&mut self, percent: u64, kind: u16) -> Option<RecordRef> {
        self.phones.rng.percent(percent).then(|| self.phones.some(kind))
    }

    fn visit(&mut self, phone: usize) {
        let household = self.household();
        let replaces = self.perhaps(20, VISIT);
        let rng = &mut self.phones.rng;
        let state = *rng.pick(VisitState::ALL);
        let lives = rng.percent(30).then(|| small(rng, 6));
        self.phones.write(phone, Visit { household, state, reason: None, lives, replaces });
    }

    fn claim(&mut self, phone: usize) {
        let rng = &mut self.phones.rng;
        let text = |rng: &mut Rng, percent, of: &[&str]| rng.percent(percent).then(|| (*rng.pick(of)).to_owned());
        let body = BuildingClaimed {
            area: text(rng, 30, AREAS),
            building: (*rng.pick(BUILDINGS)).to_owned(),
            stairwell: text(rng, 30, STAIRWELLS),
            first: text(rng, 40, DOORS),
            last: text(rng, 40, DOORS),
            until_ms: 0,
        };
        self.phones.write(phone, body);
    }

    fn add_household(&mut self, phone: usize) {
        let rng = &mut self.phones.rng;
        let text = |rng: &mut Rng, of: &[&str]| Some((*rng.pick(of)).to_owned()).filter(|text| !text.is_empty());
        let body = HouseholdAdded {
            area: text(rng, AREAS),
            building: text(rng, BUILDINGS),
            stairwell: text(rng, STAIRWELLS),
            door: text(rng, DOORS),
            address: None,
            note: None,
        };
        let at = self.phones.write(phone, body);
        self.households.push(added_id(at));
    }

    fn add_resident(&mut self, phone: usize) {
        let household = self.household();
        let (document, number) = self.number(60);
        let categories = small(&mut self.phones.rng, 512);
        let at = self.phones.write(phone, added(household, document, number, categories));
        self.residents.push(added_id(at));
    }

    fn follow_up(&mut self, phone: usize) {
        let household = self.household();
        let resident = self.phones.rng.percent(50).then(|| self.resident());
        let rng = &mut self.phones.rng;
        let due_ms = rng.percent(50).then(|| rng.below(5).cast_signed());
        let what = *rng.pick(FollowUpKind::ALL);
        self.phones.write(phone, FollowUp { household, resident, what, due_ms, note: None });
    }

    /// Somebody is bound, perhaps after waiting, perhaps with a link to the list.
    fn sample(&mut self, phone: usize) {
        let (document, number) = self.number(70);
        if self.phones.rng.percent(30) {
            let body = TubeOpened { label: "T".to_owned(), symbology: None, capacity: 10, profile: 1, container: None };
            self.phones.write(phone, body);
        }
        let linked = self.phones.rng.percent(60);
        let waited = if self.phones.rng.percent(30) {
            let at = self.phones.write(phone, presented(document, number.clone()));
            if linked {
                self.link(phone, at);
            }
            // Some who wait leave again, or have not got their tube yet.
            if self.phones.rng.percent(20) {
                return;
            }
            Some(at)
        } else {
            None
        };
        let tube = self.phones.some(TUBE);
        let subject = self.phones.write(phone, SubjectBound { waited, ..bound(tube, document, number) });
        if linked && waited.is_none() {
            self.link(phone, subject);
        }
    }

    fn link(&mut self, phone: usize, subject: RecordRef) {
        let (resident, household) = (self.resident(), self.household());
        self.phones.write(phone, ResidentSampled { resident, household, subject });
    }

    fn take_back(&mut self, phone: usize) {
        let subject = self.phones.some(BOUND);
        let tube = self.phones.some(TUBE);
        let body: Body = match self.phones.rng.below(4) {
            0 => SubjectUndone { subject }.into(),
            1 => SubjectVoided { subject, reason: "why".to_owned() }.into(),
            2 => SubjectMoved { subject, tube, position: 1 }.into(),
            _ => TubeSpoiled { tube: Some(tube), label: None, reason: "wet".to_owned() }.into(),
        };
        self.phones.write(phone, body);
    }

    fn excuse(&mut self, phone: usize) {
        let (resident, household) = (self.resident(), self.household());
        let replaces = self.perhaps(15, EXCUSED);
        let excuse = *self.phones.rng.pick(Excuse::ALL);
        self.phones.write(phone, ResidentExcused { resident, household, excuse, reason: None, replaces });
    }

    fn card(&mut self, phone: usize) {
        if self.phones.rng.percent(50) {
            let resident = self.phones.rng.percent(80).then(|| self.resident());
            self.phones.write(phone, issued(resident));
            return;
        }
        let card = self.phones.some(CARD);
        let kind = if self.phones.rng.percent(50) { BOUND } else { PRESENTED };
        let subject = self.perhaps(85, kind);
        let refused = self.phones.rng.percent(15).then_some(ProxyRefusal::Expired);
        self.phones.write(phone, ProxyRead { card, subject, alone: true, refused });
    }
}

pub(crate) fn key_of(number: &str) -> Option<PersonKey> {
    person_key_text(DocumentKind::CnResident, Some(number), None).map(|text| PersonKey::plain(text.expose()))
}

pub(crate) fn small(rng: &mut Rng, limit: u64) -> u32 {
    u32::try_from(rng.below(limit)).unwrap_or(0)
}

fn homes(rng: &mut Rng, numbers: &[String]) -> ListHomes {
    let mut homes = ListHomes::default();
    for index in 0..1 + rng.index(7) {
        let id = u8::try_from(index).expect("a few") + 1;
        let text = |of: &[&str], rng: &mut Rng| (*rng.pick(of)).to_owned();
        let place = [text(AREAS, rng), text(BUILDINGS, rng), text(STAIRWELLS, rng), text(DOORS, rng)];
        let people = (0..rng.index(4)).map(|person| dweller(rng, id, person, numbers)).collect();
        homes.0.push(ListHome { id: Fixed([id; 16]), place, people });
    }
    homes
}

fn dweller(rng: &mut Rng, home: u8, person: usize, numbers: &[String]) -> ListDweller {
    let mut id = [home; 16];
    id[0] = 0x80 | u8::try_from(person).expect("a few");
    let number = rng.percent(75).then(|| rng.pick(numbers).clone());
    let document = if number.is_some() { DocumentKind::CnResident } else { DocumentKind::None };
    let categories = Categories(small(rng, 512));
    ListDweller { id: Fixed(id), name: String::new(), document, number, categories, guardian: None }
}

pub(crate) fn bound(tube: RecordRef, document: DocumentKind, number: Option<String>) -> SubjectBound {
    SubjectBound {
        tube,
        position: 1,
        capacity: 10,
        profile: 1,
        document,
        number,
        issuer: None,
        name: None,
        birth: None,
        sex: None,
        nationality: None,
        address: None,
        source: ReadSource::Roster,
        alias: None,
        guardian: None,
        contact: None,
        reason: None,
        description: None,
        class: None,
        temperature: None,
        colour: None,
        overridden: None,
        override_reason: None,
        waited: None,
    }
}

fn presented(document: DocumentKind, number: Option<String>) -> SubjectPresented {
    SubjectPresented {
        document,
        number,
        issuer: None,
        name: None,
        birth: None,
        sex: None,
        nationality: None,
        address: None,
        source: ReadSource::Roster,
        alias: None,
        reason: None,
        description: None,
        overridden: None,
        override_reason: None,
    }
}

pub(crate) fn added(
    household: HouseholdId,
    document: DocumentKind,
    number: Option<String>,
    categories: u32,
) -> ResidentAdded {
    ResidentAdded {
        household,
        document,
        number,
        issuer: None,
        name: None,
        birth: None,
        sex: None,
        nationality: None,
        source: ReadSource::Typed,
        description: None,
        categories,
        guardian: None,
        contact: None,
    }
}

fn issued(resident: Option<ResidentId>) -> ProxyIssued {
    ProxyIssued {
        key: Fixed([1; 4]),
        expires_ms: 0,
        resident,
        document: DocumentKind::None,
        number: None,
        issuer: None,
        name: None,
        birth: None,
        sex: None,
        nationality: None,
        source: ReadSource::Typed,
        description: None,
        guardian: None,
        contact: None,
    }
}
