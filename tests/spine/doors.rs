//! Two teams from door to door without a network, and what the hub makes of both.

use fieldcore::record::{Excuse, VisitState};
use fieldcore::sync::{DispatchTaken, SyncEvent};
use fieldcore::{ClaimPlan, FoundAtDoor, NewHousehold, NewResident};
use fieldcore_hub::roster::keep::NewList;
use fieldcore_hub::roster::table::{Form, Table};
use fieldcore_tests::people;
use fieldcore_tests::workload::{LANE, Workload};

use crate::phone::{Phone, Site};

const AREA: &str = "Xinhe";

/// Six homes in two courtyards, two people behind each door.
fn import(site: &Site) {
    let mut text = "name,id number,building,door,category\n".to_owned();
    for (place, person) in people(5, 12).iter().enumerate() {
        let category = if place == 0 { "bedridden" } else { "" };
        text += &format!("王小{place},{},{},{},{category}\n", person.number, place / 6 + 1, place / 2 % 3 + 1);
    }
    let table = Table::read(text.as_bytes(), &Form::default()).expect("a list");
    let list = NewList { name: "register".to_owned(), table, said: Vec::new() };
    site.hub.roster_import(AREA, &[list], false).expect("it is taken");
}

fn team(site: &Site, seed: u64) -> Phone {
    let mut phone = site.phone(seed, Workload::new(seed, 10, 10));
    phone.sync_fair(&site.hub);
    site.hub.roster_assign(phone.journal().device(), &[AREA.to_owned()]).expect("the device is known");
    phone.sync_fair(&site.hub);
    assert!(phone.with_station(fieldcore::Station::refresh_roster).expect("it opens"), "the roster came");
    phone
}

fn claim(phone: &mut Phone, first: Option<&str>) {
    let plan = ClaimPlan { area: None, building: "1", stairwell: None, first, last: None, until_ms: 1_800_000_000_000 };
    phone.with_station(|station| station.claim(LANE, &plan)).expect("it is claimed");
}

fn visit(phone: &mut Phone, home: usize, state: VisitState, reason: Option<&str>) {
    phone.desk.clock.advance(5_000);
    phone.with_station(|station| {
        let household = station.roster().expect("it opens").expect("a roster").home(home).id;
        station.visit(LANE, &FoundAtDoor { household, state, reason, lives: None }).expect("it is recorded");
    });
}

fn sample(phone: &mut Phone, home: usize, index: usize) {
    phone.desk.clock.advance(5_000);
    phone.with_station(|station| {
        let resident = station.roster().expect("it opens").expect("a roster").dweller(home, index).id;
        let answer = station.sample_resident(LANE, resident, None).expect("the machine works");
        assert_eq!(answer.outcome.as_str(), "bound", "{:?}", answer.problems);
    });
}

/// Team one does courtyard 1, team two a door of it too, and courtyard 2 in part.
fn work(one: &mut Phone, two: &mut Phone) {
    claim(one, None);
    claim(two, Some("3"));
    for (phone, tube) in [(&mut *one, "TUBE-0001"), (&mut *two, "TUBE-0002")] {
        let answer = phone.with_station(|station| station.line(LANE, tube)).expect("the machine works");
        assert_eq!(answer.outcome.as_str(), "tube_opened");
    }
    (0..2).for_each(|index| sample(one, 0, index));
    sample(one, 1, 0);
    let away = one.with_station(|station| station.roster().expect("it opens").expect("a roster").dweller(1, 1).id);
    one.with_station(|station| station.excuse(LANE, away, Excuse::Away, Some("at sea"), None)).expect("recorded");
    // Both teams meet the same person: counted once.
    sample(one, 2, 0);
    sample(two, 2, 0);
    visit(two, 2, VisitState::PartlyDone, Some("the son works"));
    visit(two, 3, VisitState::NobodyHome, None);
    visit(two, 4, VisitState::Refused, Some("no"));
    two.with_station(|station| {
        let new = NewHousehold { area: Some(AREA), building: Some("2"), door: Some("9"), ..NewHousehold::default() };
        let added = station.add_household(LANE, &new).expect("it is added");
        let stranger = NewResident {
            household: added.household,
            number: None,
            name: None,
            description: Some("grey coat"),
            categories: fieldcore::roster::Categories::default(),
            guardian: None,
            contact: None,
        };
        station.add_resident(LANE, &stranger).expect("the person is added");
    });
}

#[test]
fn the_hub_tells_the_same_of_doors_in_either_order_and_names_who_is_missed() {
    let mut told = Vec::new();
    for first in [0, 1] {
        let site = Site::new(31);
        import(&site);
        let mut phones = [team(&site, 1), team(&site, 2)];
        let [one, two] = &mut phones;
        work(one, two);
        for place in [first, 1 - first] {
            phones[place].desk.clock.advance(3_600_000);
            phones[place].with_station(|station| station.journal().seal_now()).expect("sealed");
            phones[place].sync_fair(&site.hub);
        }
        let (_, doors) = site.hub.coverage(None).expect("coverage");
        let figures = &doors.figures;
        assert_eq!((figures.homes, figures.done, figures.refused, figures.left), (7, 2, 1, 4));
        assert_eq!((figures.people, figures.sampled, figures.excused), (13, 4, 1), "nobody counts twice");
        assert_eq!(doors.teams.iter().map(|team| team.sampled).sum::<u32>(), 4);
        let missed = site.hub.missed(None).expect("missed").1;
        let reasons: Vec<(&str, &str)> = missed.iter().map(|row| (&*row.place.door, row.reason)).collect();
        let expected = [
            ("2", "away"),
            ("3", "partly_done"),
            ("1", "nobody_home"),
            ("1", "nobody_home"),
            ("2", "refused"),
            ("2", "refused"),
            ("3", "not_visited"),
            ("3", "not_visited"),
            ("9", "not_visited"),
        ];
        assert_eq!(reasons, expected);
        assert_eq!(missed[0].words.as_deref(), Some("at sea"));
        assert!(missed[0].name.is_some() && missed[8].number.as_deref() == Some("grey coat"));
        let claims = site.hub.claims(None).expect("claims").1;
        assert_eq!((claims.claims.len(), claims.contested.len()), (2, 1), "door 3 alone is in both");
        assert_eq!(claims.contested[0].place.door.to_string(), "3");
        told.push(serde_json::to_string(&(doors.figures, reasons)).expect("JSON"));
    }
    assert_eq!(told[0], told[1], "the order of arrival decides nothing");
}

fn sync(site: &Site, phone: &mut Phone) {
    phone.desk.clock.advance(3_600_000);
    phone.with_station(|station| station.journal().seal_now()).expect("sealed");
    phone.sync_fair(&site.hub);
}

#[test]
fn a_claim_comes_by_another_teams_word_and_its_own_record_takes_over() {
    let site = Site::new(33);
    import(&site);
    let (mut one, mut two) = (team(&site, 1), team(&site, 2));
    claim(&mut one, None);
    claim(&mut two, Some("3"));
    visit(&mut two, 2, VisitState::PartlyDone, None);
    let told = two.with_station(|station| station.tell_claims(LANE, None)).expect("told").code.expect("a code");
    one.with_station(|station| station.line(LANE, &told)).expect("heard");
    let known = one.with_station(|station| station.doors()).expect("doors").contested.clone();
    assert!(known.len() == 1 && known[0].by_visit && known[0].keeps.device == two.journal().device());
    // The hub hears of team two by team one alone, then of its own.
    for phone in [&mut one, &mut two] {
        sync(&site, phone);
        let claims = site.hub.claims(None).expect("claims").1;
        assert_eq!((claims.claims.len(), claims.contested.len()), (2, 1));
        let door = &claims.contested[0];
        assert_eq!(
            (&door.keeps, door.by_visit),
            (&known[0].keeps.to_string(), true),
            "the phones and the hub know the same"
        );
    }
}

#[test]
fn somebody_taken_back_by_both_teams_is_missed_though_each_was_told_of_the_other() {
    let site = Site::new(32);
    import(&site);
    let mut phones = [team(&site, 1), team(&site, 2)];
    for (phone, tube) in phones.iter_mut().zip(["TUBE-0001", "TUBE-0002"]) {
        phone.with_station(|station| station.line(LANE, tube)).expect("the machine works");
        sample(phone, 2, 0);
    }
    let sync = |phone: &mut Phone| {
        phone.desk.clock.advance(3_600_000);
        phone.with_station(|station| station.journal().seal_now()).expect("sealed");
        phone.sync_fair(&site.hub)
    };
    phones.iter_mut().for_each(|phone| drop(sync(phone)));
    let told = |events: &[SyncEvent]| {
        events.iter().any(|event| matches!(event, SyncEvent::Dispatch(DispatchTaken::Notice { .. })))
    };
    // The second one was told with its own batch, the first one hears it now.
    assert!(told(&sync(&mut phones[0])), "the notice came");
    for (phone, tube) in phones.iter_mut().zip(["TUBE-0001", "TUBE-0002"]) {
        let line = format!(":void {tube} 1 the other team has them");
        let voided = phone.with_station(|station| station.line(LANE, &line)).expect("the machine works");
        assert_eq!(voided.outcome.as_str(), "voided");
        let doors = phone.with_station(|station| station.doors()).expect("doors");
        assert_eq!((doors.figures.sampled, doors.missed_count()), (0, 12), "no sample of anybody stands");
        sync(phone);
    }
    assert_eq!(site.hub.missed(None).expect("missed").1.len(), 12, "the hub says the same");
}
