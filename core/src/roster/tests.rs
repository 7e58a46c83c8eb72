//! Rosters of people who never were: born in 1890.

use std::collections::BTreeMap;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::error::Error;
use crate::limits::{HOUSEHOLD_BYTES_MAX, ROSTER_PAGE_BYTES_TARGET};
use crate::scan::Sex;

const ROSTER: Uuid = Uuid::from_bytes([7; 16]);

fn id(seed: u32) -> HouseholdId {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&seed.to_be_bytes());
    crate::pack::Fixed(id)
}

fn person(seed: u32, name: &str, number: Option<&str>) -> Resident {
    Resident {
        id: id(seed),
        name: name.to_owned(),
        document: if number.is_some() { DocumentKind::CnResident } else { DocumentKind::None },
        number: number.map(str::to_owned),
        birth: number.is_none().then_some(18_900_101),
        sex: number.is_none().then_some(Sex::Female),
        categories: Categories::default().with(Category::Bedridden),
        contact: Some("5550100".to_owned()),
        guardian: None,
    }
}

fn household(seed: u32, place: [&str; 4], people: Vec<Resident>) -> Household {
    let [area, building, stairwell, door] = place.map(str::to_owned);
    Household { id: id(seed), area, building, stairwell, door, slot: Some("08:00-08:30".to_owned()), people }
}

/// A street of `count` doors, with two people behind each.
fn street(count: u32) -> Vec<Household> {
    (0..count)
        .map(|seed| {
            let (building, stairwell, door) = (seed / 40 + 1, seed / 20 % 2 + 1, seed / 2 % 10 * 100 + seed % 2 + 1);
            let number = format!("11010118900101{:04}", seed % 10_000);
            let people = vec![person(2 * seed, "王小明", Some(&number)), person(2 * seed + 1, "李单", None)];
            let place = [building, stairwell, door].map(|part| part.to_string());
            household(seed, ["幸福里", &place[0], &place[1], &place[2]], people)
        })
        .collect()
}

fn prints(households: &[Household]) -> BTreeMap<HouseholdId, [u8; 16]> {
    households.iter().map(|one| (one.id, print(one).unwrap())).collect()
}

fn arranged(mut households: Vec<Household>) -> Vec<Household> {
    arrange(&mut households).unwrap();
    households
}

fn travel(pages: &[RosterPage]) -> Vec<RosterPage> {
    pages.iter().map(|page| RosterPage::parse(&page.to_bytes().unwrap()).unwrap()).collect()
}

#[test]
fn a_roster_in_pages_is_the_roster() {
    let households = arranged(street(1_000));
    let pages = whole(ROSTER, "幸福里", 3, &households).unwrap();
    assert!(pages.len() > 3, "{} pages", pages.len());
    for page in &pages {
        assert!(page.to_bytes().unwrap().len() < ROSTER_PAGE_BYTES_TARGET);
    }
    assert_eq!(join(travel(&pages)).unwrap(), households);
    let none = whole(ROSTER, "幸福里", 1, &[]).unwrap();
    assert_eq!((none.len(), join(travel(&none)).unwrap().len()), (1, 0), "an empty roster has one page");
}

#[test]
fn pages_that_do_not_make_their_roster_are_refused() {
    let households = arranged(street(600));
    let pages = whole(ROSTER, "幸福里", 3, &households).unwrap();
    let mut short = pages.clone();
    short.pop();
    assert!(matches!(join(short), Err(Error::Untrusted { .. })));
    let mut changed = pages.clone();
    changed[1].households[0].people[0].name = "王大明".to_owned();
    assert!(matches!(join(changed), Err(Error::Untrusted { .. })));
    let mut twice = pages;
    let again = twice[1].households[0].clone();
    twice[0].households.push(again);
    assert!(matches!(join(twice), Err(Error::Decode { .. })));
}

#[test]
fn pages_of_broken_form_are_refused() {
    let households = arranged(street(3));
    let sound = whole(ROSTER, "幸福里", 3, &households).unwrap().remove(0);
    let base = RosterBase { number: 2, digest: [1; 32] };
    let broken: [fn(&mut RosterPage); 5] = [
        |page| page.page = 0,
        |page| page.page = 2,
        |page| page.head.number = 0,
        |page| page.removed = vec![id(1)],
        |page| page.base = Some(RosterBase { number: 3, digest: [1; 32] }),
    ];
    for change in broken {
        let mut page = sound.clone();
        change(&mut page);
        assert!(page.to_bytes().is_err(), "{page:?}");
    }
    assert!(RosterPage { base: Some(base), ..sound.clone() }.to_bytes().is_ok());
    let bytes = sound.to_bytes().unwrap();
    for end in 0..bytes.len() {
        assert!(RosterPage::parse(&bytes[..end]).is_err(), "cut at {end}");
    }
    let large = (0..1_000).map(|seed| person(seed, &"长".repeat(30), None)).collect();
    let large = household(1, ["", "", "", "1"], large);
    assert!(matches!(digest(&[large]), Err(Error::Limit { limit, .. }) if limit == HOUSEHOLD_BYTES_MAX as u64));
}

#[test]
fn no_text_of_an_error_or_a_debug_shows_anybody() {
    let households = arranged(street(30));
    let page = whole(ROSTER, "x", 3, &households).unwrap().remove(0);
    let roster = Roster::new(households.clone()).unwrap();
    let shown = format!("{page:?} {households:?} {:?} {roster:?} {:?}", households[0].people, page.head);
    assert!(!shown.contains('王') && !shown.contains("1890"), "{shown}");
}

#[test]
fn a_roster_in_memory_tells_what_was_put_in() {
    let mut households = street(1_000);
    households.reverse();
    let roster = Roster::new(households.clone()).unwrap();
    let households = arranged(households);
    assert_eq!((roster.homes(), roster.people()), (1_000, 2_000));
    for (place, household) in households.iter().enumerate() {
        let home = roster.home(place);
        assert!(home.id == household.id && home.place == household.place());
        assert!(home.slot == household.slot.as_deref() && home.people == household.people.len());
        assert_eq!(roster.find(household.id), Some(place));
        for (index, person) in household.people.iter().enumerate() {
            assert!(roster.dweller(place, index) == person.dweller());
        }
        assert_eq!(roster.dwellers(place).count(), household.people.len());
    }
    assert_eq!(roster.find(id(5_000)), None);
    assert_eq!((roster.dwellers(5_000).count(), roster.home(5_000).people), (0, 0));
    assert_eq!((roster.dweller(0, 9).name, roster.dweller(usize::MAX, 0).number), ("", None));
}

#[test]
fn rosters_of_several_areas_are_one() {
    let other = household(900_000, ["安宁庄", "1", "", "1"], vec![person(1_000_000, "赵一", None)]);
    let roster = Roster::new([street(10), vec![other], street(10)].concat()).unwrap();
    assert_eq!(roster.homes(), 11, "what two rosters have counts once");
    assert_eq!(roster.home(0).place.area, "安宁庄", "in the order of areas");
}

/// What a difference leads on from.
fn base(number: u32, households: &[Household]) -> RosterBase {
    RosterBase { number, digest: digest(households).unwrap() }
}

fn head(number: u32, households: &[Household]) -> RosterHead {
    RosterHead { roster: ROSTER, area: "幸福里".to_owned(), number, digest: digest(households).unwrap() }
}

#[test]
fn a_difference_of_many_households_has_several_pages() {
    let (old, new) = (arranged(street(3_000)), arranged(street(6_000).split_off(2_500)));
    let pages = difference(&head(2, &new), base(1, &old), &prints(&old), &new).unwrap();
    assert!(pages.len() > 4, "{}", pages.len());
    assert_eq!(apply(old.clone(), travel(&pages)).unwrap(), new);
    let nothing = difference(&head(2, &old), base(1, &old), &prints(&old), &old).unwrap();
    assert_eq!(nothing.len(), 1, "no difference is one page with nothing in it");
    assert_eq!(apply(old.clone(), travel(&nothing)).unwrap(), old);
    assert!(matches!(apply(street(9), pages), Err(Error::Untrusted { .. })), "led on from something else");
}

proptest! {
    /// Whatever changes between two states, the difference leads from one exactly to the other.
    #[test]
    fn a_difference_gives_the_roster_that_the_hub_has(
        before in proptest::collection::btree_map(0u32..40, 0u8..4, 0..20),
        after in proptest::collection::btree_map(0u32..40, 0u8..4, 0..20),
    ) {
        let build = |doors: &BTreeMap<u32, u8>| {
            let one = |(seed, kind): (&u32, &u8)| {
                let people = (0..u32::from(*kind)).map(|one| person(seed * 10 + one, "甲", None)).collect();
                household(*seed, ["a", "1", "", &(seed + u32::from(*kind) * 7).to_string()], people)
            };
            arranged(doors.iter().map(one).collect())
        };
        let (old, new) = (build(&before), build(&after));
        let pages = difference(&head(2, &new), base(1, &old), &prints(&old), &new).unwrap();
        let applied = apply(old, travel(&pages)).unwrap();
        prop_assert_eq!(digest(&applied).unwrap(), digest(&new).unwrap());
        prop_assert!(applied == new);
    }

    /// A stranger's bytes are refused or are a page; never anything else.
    #[test]
    fn any_bytes_are_read_without_harm(at in 0usize..400, with in any::<u8>()) {
        let households = arranged(street(8));
        let mut bytes = whole(ROSTER, "x", 1, &households).unwrap().remove(0).to_bytes().unwrap();
        let place = at % bytes.len();
        bytes[place] = with;
        if let Ok(page) = RosterPage::parse(&bytes) {
            let _ = join(vec![page]);
        }
    }
}

/// Doors, and whom a search finds behind them.
fn found(query: &str) -> Vec<(Found, String, Option<String>)> {
    let people = |names: &[(&str, Option<&str>)]| {
        names.iter().zip(100..).map(|((name, number), seed)| person(seed, name, *number)).collect::<Vec<_>>()
    };
    let households = vec![
        household(1, ["幸福里", "3", "2", "501"], people(&[("王小明", Some("11010118900101001X")), ("单某", None)])),
        household(2, ["幸福里", "3", "1", "501"], people(&[("曾二", None)])),
        household(3, ["幸福里", "12号楼", "", "501"], people(&[("Anna de Vries", None)])),
        household(4, ["安宁庄", "A", "", "0501"], people(&[("买买提·艾力", Some("110101189002020020"))])),
        household(5, ["安宁庄", "", "", "村东5号"], people(&[("", None)])),
    ];
    let roster = Roster::new(households).unwrap();
    let told = |hit: Hit| {
        let place = roster.home(hit.home).place;
        let door = [place.building, place.stairwell, place.door].join("/");
        (hit.found, door, hit.dweller.map(|index| roster.dweller(hit.home, index).name.to_owned()))
    };
    search(&roster, query, 10).into_iter().map(told).collect()
}

#[track_caller]
fn only(query: &str, what: Found, name: &str) {
    let hits = found(query);
    assert!(hits.iter().any(|(found, _, who)| *found == what && who.as_deref() == Some(name)), "{query}: {hits:?}");
    assert_eq!(hits.len(), 1, "{query}: {hits:?}");
}

#[test]
fn people_are_found_by_number_name_and_initials() {
    for query in ["1001x", "11010118900101001X", "8900101", " 1101 0118 9001 01001x ", "１００１Ｘ"] {
        only(query, Found::Number, "王小明");
    }
    for (query, name) in [("小明", "王小明"), ("王", "王小明"), ("ANNA", "Anna de Vries"), ("devr", "Anna de Vries")]
    {
        only(query, Found::Name, name);
    }
    only("买买提艾力", Found::Name, "买买提·艾力");
    for (query, name) in [("wxm", "王小明"), ("XM", "王小明"), ("sm", "单某"), ("dm", "单某"), ("ze", "曾二")]
    {
        only(query, Found::Initials, name);
    }
    only("ce", Found::Initials, "曾二");
    only("adv", Found::Initials, "Anna de Vries");
    only("mmtal", Found::Initials, "买买提·艾力");
    for query in ["", " ", "-", "张", "zz", "99999", "100X1", "110"] {
        assert_eq!(found(query), [], "{query}");
    }
}

#[test]
fn doors_are_found_as_people_write_them() {
    let first = |query: &str| found(query).into_iter().next();
    for query in ["3-2-501", "3栋2单元501", "3 2 501", "3号楼2单元501室", "幸福里3-2-501", "3/2/0501", "３－２－５０１"]
    {
        assert_eq!(first(query), Some((Found::Door, "3/2/501".to_owned(), None)), "{query}");
        assert_eq!(found(query).len(), 1, "{query}");
    }
    assert_eq!(first("12-501"), Some((Found::Door, "12号楼//501".to_owned(), None)));
    assert_eq!(first("a-501"), Some((Found::Door, "A//0501".to_owned(), None)));
    assert_eq!(first("村东5"), Some((Found::Door, "//村东5号".to_owned(), None)));
    assert_eq!(found("3-501").len(), 2, "a stairwell that was left out may be either");
    assert_eq!(found("2单元501").len(), 1);
    assert_eq!(found("501").len(), 4, "a door alone is found wherever it is");
    assert_eq!(found("3栋").iter().filter(|hit| hit.0 == Found::NearDoor).count(), 2, "a building's doors");
    assert_eq!(found("4-2-501"), []);
    assert_eq!(found("安宁庄3-2-501"), []);
}

#[test]
fn fifty_thousand_people_take_a_few_megabytes() {
    let roster = Roster::new(street(25_000)).unwrap();
    let (people, bytes) = (roster.people(), roster.bytes());
    assert_eq!(people, 50_000);
    assert!(bytes < 8 * 1024 * 1024, "{bytes} bytes");
    assert_eq!(search(&roster, "王小明", 50).len(), 50);
}
