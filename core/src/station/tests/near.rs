//! What is told of one household is what the view of all tells of it, whoever is on the list twice; and what was kept
//! of a view is never told once anything was written, by whomever.

use std::sync::Arc;

use proptest::prelude::*;

use super::super::{FoundAtDoor, NewHousehold, Station};
use super::door_verbs::step;
use super::doors::{post, street};
use super::{Post, number, plan};
use crate::doors::Doors;
use crate::doors::testing::{Listed, home, resident};
use crate::error::{Error, Result};
use crate::journal::Journal;
use crate::record::VisitState;
use crate::roster::{Door, Dweller, Home, Homes, HouseholdId};

/// Two people at one door are behind two others too: by number, by id, and one by either.
fn twice() -> Arc<dyn Homes + Send + Sync> {
    let someone = |id, name, n: Option<u32>| (id, name, n.map(number), None);
    Arc::new(Listed(vec![
        (1, "10", vec![someone(11, "Wu Gong", Some(2)), someone(12, "Wu Bo", Some(1))]),
        (2, "2", vec![someone(21, "Qian Si", Some(1)), someone(22, "Qian Wu", None)]),
        (3, "3", vec![someone(21, "Qian Si", Some(3)), someone(31, "Li Yi", Some(4))]),
        (4, "30", vec![someone(41, "Li Er", Some(3)), someone(42, "Li San", Some(5))]),
        (5, "31", vec![someone(51, "Li Er", Some(5))]),
    ]))
}

/// Every household by itself, and everything that a search finds, beside the view of all.
fn agree(post: &mut Post) -> Result<()> {
    let station = post.station();
    let doors = station.doors()?;
    for home in &doors.homes {
        let (alone, people) = station.household(home.household)?.unwrap();
        assert!(alone == *home, "household {:?} by itself: {:?}, {:?}", home.household.0, alone.state, home.state);
        assert!(people.iter().eq(doors.people_of(home.household)), "others in household {:?}", home.household.0);
    }
    for query in ["3-2", "Qian", "Li", "tall", &number(1)[..10], "3"] {
        for line in station.find(query, 20)? {
            assert_eq!(line.state, doors.home(line.household).map(|home| home.state), "{query}");
            let who = |id| doors.people.iter().find(|one| one.resident == id || one.also.contains(&id));
            assert_eq!(line.sampled, line.resident.map(|id| who(id).unwrap().sampled), "{query}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(12) })]

    #[test]
    fn a_household_by_itself_is_what_it_is_among_all(steps in prop::collection::vec(any::<(u8, u8, u8)>(), 1..24)) {
        let mut post = post();
        post.line("TUBE-0000");
        for verb in steps {
            post.station().set_roster(Some(twice()));
            match step(&mut post, verb) {
                Ok(()) | Err(Error::Refused { .. } | Error::Invalid { .. }) => {}
                Err(error) => prop_assert!(false, "{verb:?}: {error}"),
            }
            post.station().set_roster(Some(twice()));
            agree(&mut post).unwrap();
        }
    }
}

/// A station that never told anything before.
fn fresh(journal: &Journal, list: Option<Arc<dyn Homes + Send + Sync>>) -> Arc<Doors> {
    let mut station = Station::open(journal.clone()).unwrap();
    station.set_roster(list);
    station.doors().unwrap()
}

/// The view of a station that has kept one, held against a fresh one; whether it was the kept one.
fn kept(station: &Station) -> bool {
    let before = station.doors().unwrap();
    let list = station.roster().unwrap();
    assert!(*before == *fresh(station.journal(), list), "what was kept is told though something was written");
    Arc::ptr_eq(&before, &station.doors().unwrap())
}

#[test]
fn a_view_is_kept_until_anybody_writes_or_the_list_or_the_round_is_another() {
    let mut post = Post::profile("order = \"tube_then_ids\"");
    post.station().set_roster(Some(street()));
    assert!(kept(post.station()), "nothing was written in between");
    let mut seen = vec![post.station().doors().unwrap()];
    let mut is_new = |post: &mut Post, what: &str| {
        assert!(kept(post.station()), "{what}");
        let doors = post.station().doors().unwrap();
        assert!(!seen.iter().any(|before| Arc::ptr_eq(before, &doors)), "{what}: the view of before");
        seen.push(doors);
    };
    let found = FoundAtDoor { household: home(1), state: VisitState::Refused, reason: None, lives: None };
    post.station().visit("1", &found).unwrap();
    is_new(&mut post, "the own visit");
    // Another station on the same journal.
    let mut other = Station::open(post.station().journal().clone()).unwrap();
    let new = NewHousehold { building: Some("9"), door: Some("1"), ..NewHousehold::default() };
    other.add_household("2", &new).unwrap();
    is_new(&mut post, "another station's household");
    post.run(&[("TUBE-0001", "tube_opened"), (&number(1), "bound")]);
    is_new(&mut post, "a scan at the lane");
    post.run(&[(":undo", "undone")]);
    is_new(&mut post, "what was taken back");
    post.station().set_roster(Some(twice()));
    is_new(&mut post, "another list");
    post.station().set_roster(None);
    is_new(&mut post, "no list");
    let second = post.station().profile().unwrap().rounds[1].id.to_string();
    post.station().end_shift(None).unwrap();
    post.station().start_shift(None, &super::super::ShiftPlan { round: Some(second), ..plan() }).unwrap();
    is_new(&mut post, "another round");
    assert_eq!(post.station().doors().unwrap().homes.len(), 0);
}

/// A list in which building 3 is in one area, and building 4 in two.
struct Areas;

impl Homes for Areas {
    fn homes(&self) -> usize {
        4
    }
    fn home(&self, index: usize) -> Home<'_> {
        let (area, building) = [("East", "3"), ("Ｅast", "３"), ("East", "4"), ("West", "4")][index];
        let byte = u8::try_from(index).unwrap();
        Home { id: home(byte), place: Door { area, building, stairwell: "", door: "1" }, slot: None, people: 0 }
    }
    fn dweller(&self, _: usize, _: usize) -> Dweller<'_> {
        Dweller::NONE
    }
    fn find(&self, id: HouseholdId) -> Option<usize> {
        (0..4).find(|index| self.home(*index).id == id)
    }
}

#[test]
fn a_household_is_added_in_the_area_of_its_building_where_there_is_but_one() {
    let mut post = post();
    post.station().set_roster(Some(Arc::new(Areas)));
    let mut area_of = |area, building, door| {
        let new = NewHousehold { area, building: Some(building), door: Some(door), ..NewHousehold::default() };
        let added = post.station().add_household("1", &new).unwrap();
        let (view, _) = post.station().household(added.household).unwrap().unwrap();
        (view.place.area.to_string(), added.same_door.len())
    };
    assert_eq!(area_of(None, " 03", "9"), ("East".to_owned(), 0));
    assert_eq!(area_of(None, "3", "1"), ("East".to_owned(), 2), "so it is told who lives at that door already");
    assert_eq!(area_of(None, "4", "1"), (String::new(), 0), "it may be either");
    assert_eq!(area_of(None, "5", "1"), (String::new(), 0), "the list has no such building");
    assert_eq!(area_of(Some("West"), "3", "1"), ("West".to_owned(), 0), "what is said stands");
}

#[test]
fn somebody_who_reads_beside_the_writer_sees_what_was_written() {
    let mut post = post();
    let reader = Station::open(post.reader()).unwrap();
    let before = reader.doors().unwrap();
    assert!(Arc::ptr_eq(&before, &reader.doors().unwrap()), "nothing was written in between");
    let new = NewHousehold { building: Some("9"), door: Some("1"), ..NewHousehold::default() };
    let added = post.station().add_household("1", &new).unwrap();
    assert_eq!(reader.doors().unwrap().homes.iter().map(|home| home.household).collect::<Vec<_>>(), [added.household]);
    assert!(reader.household(resident(99)).unwrap().is_none(), "nothing is known of it");
}
