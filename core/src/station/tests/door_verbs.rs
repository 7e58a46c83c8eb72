//! Any verbs at any doors: nothing but a refusal ever fails, the tables say what the records say, and figures add up.

use proptest::prelude::*;

use super::super::{ClaimPlan, FoundAtDoor, NewFollowUp, NewHousehold, NewResident};
use super::doors::{post, street};
use super::{Post, number};
use crate::doors::testing::{home, resident};
use crate::error::{Error, Result};
use crate::id::RecordRef;
use crate::record::{Body, Excuse, FollowUpKind, VisitState};
use crate::roster::Categories;
use crate::scan::Scan;

/// Everything that a verb may name, known and unknown.
struct Names {
    records: Vec<RecordRef>,
    homes: Vec<crate::roster::HouseholdId>,
    residents: Vec<crate::roster::ResidentId>,
}

impl Names {
    fn of(post: &mut Post) -> Self {
        let mut homes = vec![home(1), home(2), home(3), home(0xee)];
        let mut residents = vec![resident(11), resident(21), resident(22), resident(0xee)];
        let records = post.records();
        for record in &records {
            match &record.body {
                Body::HouseholdAdded(_) => homes.push(crate::record::added_id(record.at)),
                Body::ResidentAdded(_) => residents.push(crate::record::added_id(record.at)),
                _ => {}
            }
        }
        Self { records: records.into_iter().map(|record| record.at).collect(), homes, residents }
    }

    fn pick<T: Copy>(of: &[T], choice: u8) -> T {
        of[usize::from(choice) % of.len()]
    }
}

fn one_of<T: Copy>(all: &[T], choice: u8) -> T {
    all[usize::from(choice) % all.len()]
}

pub(super) fn step(post: &mut Post, (kind, a, b): (u8, u8, u8)) -> Result<()> {
    let names = Names::of(post);
    let (household, person) = (Names::pick(&names.homes, a), Names::pick(&names.residents, a));
    let record = names.records[names.records.len() - 1 - usize::from(b) % names.records.len().min(12)];
    let (n, tube) = (number(u32::from(b % 6)), format!("TUBE-000{}", b % 4));
    let station = post.station();
    let state = one_of(VisitState::ALL, b);
    let found = FoundAtDoor { household, state, reason: None, lives: Some(b.into()) };
    match kind % 17 {
        0 => station.visit("1", &found).map(drop),
        1 => station.correct_visit("1", record, &found).map(drop),
        2 => {
            let (first, last) = (Some(["2", "3", "10"][usize::from(a % 3)]), None);
            let plan = ClaimPlan { area: None, building: "3", stairwell: None, first, last, until_ms: b.into() };
            station.claim("1", &plan).map(drop)
        }
        3 => station.release("1", record, None).map(drop),
        4 => {
            let new = NewHousehold { building: Some("3"), door: Some(&tube[5..]), ..NewHousehold::default() };
            station.add_household("2", &new).map(drop)
        }
        5 => {
            let number = b.is_multiple_of(2).then_some(n.as_str());
            let (description, categories) = (Some("tall"), Categories(b.into()));
            let (name, guardian, contact) = (None, None, None);
            let new = NewResident { household, number, name, description, categories, guardian, contact };
            station.add_resident("1", &new).map(drop)
        }
        6 => {
            let corrects = b.is_multiple_of(3).then_some(record);
            station.excuse("1", person, one_of(Excuse::ALL, b), Some("why"), corrects).map(drop)
        }
        7 => {
            let (what, resident) = (one_of(FollowUpKind::ALL, b), b.is_multiple_of(2).then_some(person));
            let new = NewFollowUp { household, resident, what, due_ms: None, note: Some("soon") };
            station.follow_up("1", &new).map(drop)
        }
        8 => station.close_follow_up("1", record, None).map(drop),
        9 | 10 => {
            let document = b.is_multiple_of(3).then(|| Scan::line(&n));
            station.sample_resident("1", person, document.as_ref()).map(drop)
        }
        11..=15 => {
            let text = match kind % 17 {
                11 => n,
                12 => tube,
                13 => format!(":void {tube} {} mistake", 1 + a % 4),
                14 => ":undo".to_owned(),
                _ => format!(":spoil {tube} wet"),
            };
            post.line(&text);
            Ok(())
        }
        _ => {
            post.restart();
            post.station().set_roster(Some(street()));
            Ok(())
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn any_verbs_leave_what_the_records_say(steps in prop::collection::vec(any::<(u8, u8, u8)>(), 1..50)) {
        let mut post = post();
        post.line("TUBE-0000");
        for verb in steps {
            let before = post.records().len();
            match step(&mut post, verb) {
                Ok(()) => {}
                Err(Error::Refused { .. } | Error::Invalid { .. }) => {
                    prop_assert_eq!(post.records().len(), before, "{:?} was refused and wrote", verb);
                }
                Err(error) => prop_assert!(false, "{verb:?}: {error}"),
            }
            // Whatever is kept from the step before is what a fresh look would tell.
            post.doors();
        }
        let all = post.doors().figures.clone();
        prop_assert_eq!(all.homes, all.done + all.refused + all.moved_away + all.left);
        prop_assert!(all.people >= all.sampled + all.excused);
        prop_assert!(post.station().journal().verify().unwrap().is_sound());
    }
}
