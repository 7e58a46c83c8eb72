//! The rules one by one, as a reader of the decision would try them.

use std::collections::BTreeSet;

use fieldcore::RecordRef;
use fieldcore::doors::{Doors, Facts, HomeState, Known, PersonKey};
use fieldcore::pack::Fixed;
use fieldcore::record::{
    BuildingClaimed, ClaimReleased, DocumentKind, Excuse, HouseholdAdded, ResidentExcused, ResidentSampled,
    SubjectUndone, TubeSpoiled, Visit, VisitState, added_id,
};
use fieldcore::roster::{Categories, Category, HouseholdId, ResidentId};
use fieldcore_tests::histories::{Phones, ROUND};
use fieldcore_tests::{ListDweller, ListHome, ListHomes, people};

use crate::history::{added, bound, key_of};

const HOME: HouseholdId = Fixed([1; 16]);
const NEXT: HouseholdId = Fixed([2; 16]);
const ONE: ResidentId = Fixed([0x81; 16]);
const CHILD: ResidentId = Fixed([0x82; 16]);
const TUBE: u8 = 9;

/// Building 3: door 2 with a person who has a number and a child who has none, door 10 with nobody.
struct Street {
    homes: ListHomes,
    phones: Phones,
    number: String,
}

impl Street {
    fn new(phones: usize) -> Self {
        let number = people(1, 1)[0].number.clone();
        let one = |id, number: Option<&String>, category| ListDweller {
            id,
            name: String::new(),
            document: number.map_or(DocumentKind::None, |_| DocumentKind::CnResident),
            number: number.cloned(),
            categories: Categories::default().with(category),
            guardian: None,
        };
        let people = vec![one(ONE, Some(&number), Category::Over60), one(CHILD, None, Category::Child)];
        let place = |door: &str| [String::new(), "3".to_owned(), String::new(), door.to_owned()];
        let next = ListHome { id: NEXT, place: place("10"), people: Vec::new() };
        let homes = ListHomes(vec![next, ListHome { id: HOME, place: place("2"), people }]);
        Self { homes, phones: Phones::new(5, phones), number }
    }

    fn visit(&mut self, phone: usize, household: HouseholdId, state: VisitState) -> RecordRef {
        self.phones.write(phone, Visit { household, state, reason: None, lives: None, replaces: None })
    }

    /// Binds somebody with or without a number, and links the sample to a person of the list.
    fn sample(&mut self, phone: usize, number: Option<String>, resident: Option<ResidentId>) -> RecordRef {
        let document = number.as_ref().map_or(DocumentKind::None, |_| DocumentKind::CnResident);
        let tube = tube();
        let subject = self.phones.write(phone, bound(tube, document, number));
        if let Some(resident) = resident {
            self.phones.write(phone, ResidentSampled { resident, household: HOME, subject });
        }
        subject
    }

    fn claim(&mut self, phone: usize, first: &str, last: &str) -> RecordRef {
        let (first, last) = (Some(first.to_owned()), Some(last.to_owned()));
        let body =
            BuildingClaimed { area: None, building: "３".to_owned(), stairwell: None, first, last, until_ms: 1 };
        self.phones.write(phone, body)
    }

    fn excuse(&mut self, phone: usize, resident: ResidentId, excuse: Excuse) -> RecordRef {
        let body = ResidentExcused { resident, household: HOME, excuse, reason: None, replaces: None };
        self.phones.write(phone, body)
    }

    fn doors(&self) -> Doors {
        self.doors_with(&BTreeSet::new())
    }

    fn doors_with(&self, sampled: &BTreeSet<PersonKey>) -> Doors {
        let key = |text: &str| Some(PersonKey::plain(text));
        let mut facts = Facts::new(ROUND);
        self.phones.records().iter().for_each(|record| facts.take(record, &key));
        Doors::of(&facts, &self.homes, Known { key: &key, sampled })
    }

    fn state(&self, household: HouseholdId) -> HomeState {
        self.doors().homes.iter().find(|home| home.household == household).expect("it is there").state
    }
}

fn tube() -> RecordRef {
    RecordRef {
        device: fieldcore::DeviceId::from_bytes([TUBE; 16]),
        epoch: fieldcore::Epoch::new(0, 1),
        seq: u64::from(TUBE),
    }
}

#[test]
fn a_device_has_one_last_word_and_of_several_the_highest_counts() {
    let mut street = Street::new(2);
    assert_eq!(street.state(NEXT), HomeState::NotVisited);
    street.visit(0, NEXT, VisitState::Refused);
    street.visit(0, NEXT, VisitState::NobodyHome);
    assert_eq!(street.state(NEXT), HomeState::NobodyHome, "the device's own last word");
    street.visit(1, NEXT, VisitState::MovedAway);
    street.visit(0, NEXT, VisitState::Refused);
    assert_eq!(street.state(NEXT), HomeState::MovedAway, "of two devices the higher one");
    street.phones.begin_epoch(1);
    street.visit(1, NEXT, VisitState::Informed);
    assert_eq!(street.state(NEXT), HomeState::Refused, "a later epoch comes after every seq of the one before");
}

#[test]
fn a_correction_takes_out_the_visit_it_names_also_at_another_door() {
    let mut street = Street::new(2);
    let wrong = street.visit(0, HOME, VisitState::MovedAway);
    let body = Visit { household: NEXT, state: VisitState::Refused, reason: None, lives: None, replaces: Some(wrong) };
    let right = street.phones.write(1, body);
    assert_eq!((street.state(HOME), street.state(NEXT)), (HomeState::NotVisited, HomeState::Refused));
    let again =
        Visit { household: NEXT, state: VisitState::Informed, reason: None, lives: None, replaces: Some(right) };
    street.phones.write(0, again);
    assert_eq!((street.state(HOME), street.state(NEXT)), (HomeState::NotVisited, HomeState::Informed), "both are out");
}

#[test]
fn people_make_a_household_done_and_their_loss_undoes_it() {
    let mut street = Street::new(2);
    let number = street.number.clone();
    street.visit(0, HOME, VisitState::NobodyHome);
    let subject = street.sample(1, Some(number), None);
    assert_eq!(street.state(HOME), HomeState::PartlyDone, "known by the number alone");
    street.excuse(0, CHILD, Excuse::Away);
    assert_eq!(street.state(HOME), HomeState::Done);
    let doors = street.doors();
    let missed: Vec<&str> = doors.missed().map(|missed| missed.reason()).collect();
    assert_eq!(missed, ["away", "not_visited"], "an excuse is a reason, and nobody knows who lives at door 10");
    street.phones.write(1, SubjectUndone { subject });
    assert_eq!(street.state(HOME), HomeState::NobodyHome);
    street.sample(0, None, Some(CHILD));
    street.sample(0, None, Some(ONE));
    assert_eq!(street.state(HOME), HomeState::Done, "known by the link alone");
    street.phones.write(1, TubeSpoiled { tube: Some(tube()), label: None, reason: "dropped".to_owned() });
    assert_eq!(street.state(HOME), HomeState::NobodyHome, "in a spoiled tube nobody is sampled");
}

#[test]
fn nobody_is_counted_twice() {
    let mut street = Street::new(3);
    let number = street.number.clone();
    let known = BTreeSet::from([key_of(&number).expect("it names somebody")]);
    assert_eq!(street.doors_with(&known).figures.sampled, 1, "known from elsewhere");
    street.phones.write(0, added(NEXT, DocumentKind::CnResident, Some(number.clone()), 0));
    street.phones.write(1, added(NEXT, DocumentKind::None, None, Category::Child.bit()));
    street.sample(1, Some(number.clone()), Some(ONE));
    street.sample(2, Some(number), None);
    let doors = street.doors_with(&known);
    assert_eq!((doors.figures.people, doors.figures.sampled), (3, 1), "the list's two and one who is on no list");
    let by_team: Vec<u32> = doors.teams.iter().map(|team| team.sampled).collect();
    assert_eq!(by_team.iter().sum::<u32>(), 1, "one team has the person: {by_team:?}");
    let child = doors.figures.categories[&Category::Child];
    assert_eq!((child.people, child.sampled, doors.buildings[0].figures.people), (2, 0, 3));
}

#[test]
fn views_in_json_have_words_and_ids_as_people_see_them() {
    let mut street = Street::new(1);
    let claim = street.claim(0, "1", "3");
    let json = serde_json::to_value(street.doors()).expect("views can be written");
    let home = &json["homes"][0];
    assert_eq!((home["household"].as_str(), home["state"].as_str()), (Some("01".repeat(16).as_str()), Some("claimed")));
    assert_eq!((&home["place"]["door"], &home["told"]), (&"2".into(), &serde_json::Value::Null));
    assert_eq!(home["claims"][0].as_str(), Some(claim.to_string().as_str()));
    assert_eq!(json["figures"]["categories"]["over60"]["people"], 1);
    assert_eq!(
        (&json["people"][0]["origin"], &json["missed"][2]["resident"]),
        (&"roster".into(), &serde_json::Value::Null)
    );
}

#[test]
fn claims_overlap_and_a_visit_keeps_the_door() {
    let mut street = Street::new(2);
    let one = street.claim(0, "1", "3");
    assert_eq!(street.state(HOME), HomeState::Claimed, "2 lies between 1 and 3, 10 does not");
    assert_eq!(street.state(NEXT), HomeState::NotVisited);
    let other = street.claim(1, "02", "101");
    let doors = street.doors();
    let by_hash = doors.overlaps[0].keeps;
    assert_eq!((doors.overlaps.len(), doors.contested.len()), (1, 1));
    assert_eq!((doors.contested[0].keeps, doors.contested[0].by_visit), (by_hash, false));
    let loser = usize::from(by_hash == one);
    street.visit(loser, HOME, VisitState::NobodyHome);
    let doors = street.doors();
    let kept = &doors.contested[0];
    assert_eq!((kept.keeps, kept.by_visit), (if by_hash == one { other } else { one }, true));
    street.visit(1 - loser, HOME, VisitState::Informed);
    assert_eq!(street.doors().contested[0].keeps, by_hash, "both were there");
    street.phones.write(0, ClaimReleased { claim: one, reason: None });
    let doors = street.doors();
    assert!(doors.overlaps.is_empty() && doors.contested.is_empty());
    assert!(doors.claims.iter().any(|claim| claim.claim == one && claim.released.is_some()));
}

#[test]
fn a_household_that_was_added_is_missed_until_somebody_settles_it() {
    let mut street = Street::new(1);
    let body = HouseholdAdded {
        area: None,
        building: Some("3".to_owned()),
        stairwell: None,
        door: Some("3A".to_owned()),
        address: None,
        note: None,
    };
    let id = added_id(street.phones.write(0, body));
    let order: Vec<_> = street.doors().homes.iter().map(|home| home.household).collect();
    assert_eq!(order, [HOME, id, NEXT], "3A comes between 2 and 10");
    assert!(street.doors().missed().any(|missed| missed.household == id));
    street.visit(0, id, VisitState::MovedAway);
    assert!(!street.doors().missed().any(|missed| missed.household == id));
}
