//! Rosters on a phone: whole or not at all, whatever comes in what order.

use proptest::prelude::*;
use uuid::Uuid;

use crate::crypto;
use crate::error::Error;
use crate::journal::testing::{CAMPAIGN, Desk, kinds};
use crate::journal::{Journal, RosterState};
use crate::pack::Fixed;
use crate::platform::OsEntropy;
use crate::record::{Body, DocumentKind};
use crate::roster::{self, Categories, Homes, Household, Resident, RosterBase, RosterHead, RosterPage};
use crate::sync::{DispatchTaken, Outbox, RosterStep};
use crate::wire::{Dispatch, DispatchKind, Item, Poll, RosterGathering, RosterHeld, SignedPoll, seal_for_device};

const ROSTER: Uuid = Uuid::from_bytes([0x70; 16]);
const NAME: &str = "Nobodyatall";

/// Doors of a street; one person behind each, named after `note`.
fn street(doors: std::ops::Range<u32>, note: &str) -> Vec<Household> {
    let one = |seed: u32| {
        let mut id = [0x30; 16];
        id[..4].copy_from_slice(&seed.to_be_bytes());
        let resident = Resident {
            id: Fixed(id),
            name: format!("{NAME} {note}"),
            document: DocumentKind::CnResident,
            number: Some(format!("11010118900101{seed:04}")),
            birth: None,
            sex: None,
            categories: Categories::default(),
            contact: None,
            guardian: None,
        };
        let (building, door) = ((seed / 100).to_string(), (seed % 100).to_string());
        let (area, stairwell) = ("Spring Lane".to_owned(), String::new());
        Household { id: Fixed(id), area, building, stairwell, door, slot: None, people: vec![resident] }
    };
    let mut households: Vec<Household> = doors.map(one).collect();
    roster::arrange(&mut households).unwrap();
    households
}

fn pages(number: u32, households: &[Household]) -> Vec<RosterPage> {
    roster::whole(ROSTER, "Spring Lane", number, households).unwrap()
}

fn change(from: (u32, &[Household]), to: (u32, &[Household])) -> Vec<RosterPage> {
    let base = RosterBase { number: from.0, digest: roster::digest(from.1).unwrap() };
    let digest = roster::digest(to.1).unwrap();
    let head = RosterHead { roster: ROSTER, area: "Spring Lane".to_owned(), number: to.0, digest };
    let prints = from.1.iter().map(|one| (one.id, roster::print(one).unwrap())).collect();
    roster::difference(&head, base, &prints, to.1).unwrap()
}

/// The page as the hub sends it to the journal's device.
fn sent(journal: &Journal, page: &RosterPage) -> Dispatch {
    let (device, seal_key) = journal
        .with(|_, store| {
            let epoch = store.memory.head.epoch;
            Ok((epoch.device, store.memory.keys.make_device(epoch.device_row)?.1))
        })
        .unwrap();
    let id = Uuid::from_bytes(*crypto::sha256(&[&page.to_bytes().unwrap()]).first_chunk().unwrap());
    let kind = if page.base.is_some() { DispatchKind::RosterChange } else { DispatchKind::Roster };
    let payload = seal_for_device(&page.to_bytes().unwrap(), &seal_key, id, CAMPAIGN, device, &OsEntropy).unwrap();
    let version = u64::from(page.head.number);
    Dispatch { id, campaign: CAMPAIGN, kind, version, to: Some(device), hub_ms: 0, payload }
}

fn take(journal: &Journal, page: &RosterPage) -> Option<RosterStep> {
    match journal.take_dispatch(&sent(journal, page)).unwrap() {
        Some(DispatchTaken::Roster { step, .. }) => Some(step),
        None => None,
        other => panic!("{other:?}"),
    }
}

fn take_all(journal: &Journal, pages: &[RosterPage]) -> RosterStep {
    let steps: Vec<RosterStep> = pages.iter().map(|page| take(journal, page).unwrap()).collect();
    *steps.last().unwrap()
}

fn poll(journal: &Journal) -> Vec<RosterHeld> {
    let (Item::Poll(bytes), _) = journal.poll().unwrap() else { panic!("no poll") };
    let poll: Poll = SignedPoll::parse(&bytes).unwrap().verify().unwrap();
    poll.rosters
}

fn print(households: &[Household]) -> [u8; 8] {
    *roster::digest(households).unwrap().first_chunk().unwrap()
}

fn held(number: u32, households: &[Household]) -> RosterHeld {
    RosterHeld { roster: ROSTER, number, print: print(households), gathers: None }
}

/// Ids and names of everybody, in order.
fn everybody(journal: &Journal) -> Vec<([u8; 16], String)> {
    let Some(roster) = journal.roster().unwrap() else { return Vec::new() };
    (0..roster.homes())
        .flat_map(|home| roster.dwellers(home).map(|one| (one.id.0, one.name.to_owned())).collect::<Vec<_>>())
        .collect()
}

fn names(households: &[Household]) -> Vec<([u8; 16], String)> {
    households.iter().flat_map(|home| home.people.iter().map(|one| (one.id.0, one.name.clone()))).collect()
}

#[test]
fn pages_in_any_order_come_into_force_together() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    assert!(journal.roster().unwrap().is_none() && poll(&journal).is_empty());
    let street = street(0..1_500, "");
    let mut pages = pages(1, &street);
    assert!(pages.len() >= 4);
    pages.reverse();
    let last = pages.pop().unwrap();
    for page in &pages {
        assert!(matches!(take(&journal, page), Some(RosterStep::Page { .. })));
        assert_eq!(take(&journal, page), None, "a page that is known changes nothing");
        assert!(journal.roster().unwrap().is_none(), "what is not complete is not in force");
    }
    let gathers = Some(RosterGathering { number: 1, base: 0, print: print(&street), next: 1 });
    assert_eq!(poll(&journal), [RosterHeld { number: 0, print: [0; 8], gathers, ..held(1, &street) }]);
    assert_eq!(take(&journal, &last), Some(RosterStep::InForce { households: 1_500, people: 1_500 }));
    assert!(everybody(&journal) == names(&street));
    assert_eq!(poll(&journal), [held(1, &street)]);
    assert_eq!(kinds(&journal).last(), Some(&"roster_applied"));
    let applied = journal.view(|view| view.iter().last().unwrap()).unwrap();
    let Body::RosterApplied(applied) = applied.body else { panic!("another record") };
    assert_eq!((applied.number, applied.people), (1, 1_500));
    assert_eq!(applied.digest.0, roster::digest(&street).unwrap());
    let first = journal.roster().unwrap().unwrap();
    assert!(std::sync::Arc::ptr_eq(&first, &journal.roster().unwrap().unwrap()), "it is opened once");
    journal.shutdown().unwrap();
    assert!(everybody(&desk.open()) == names(&street), "and it is there after a start");
}

#[test]
fn no_name_stands_in_the_file() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    let (old, new) = (street(0..900, "a"), street(300..1_200, "b"));
    take_all(&journal, &pages(1, &old));
    take_all(&journal, &change((1, &old), (2, &new)));
    journal.shutdown().unwrap();
    let bytes = |name: &str| std::fs::read(desk.path().join("journal").join(name)).unwrap_or_default();
    let (file, log) = (bytes("journal.db"), bytes("journal.db-wal"));
    let find = |what: &[u8]| [&file, &log].iter().any(|bytes| bytes.windows(what.len()).any(|part| part == what));
    assert!(file.len() > 50_000 && find(ROSTER.as_bytes()), "the roster is in there");
    for what in [NAME.as_bytes(), b"Spring Lane", b"110101189001", &roster::digest(&new).unwrap()] {
        assert!(!find(what), "{what:?}");
    }
}

#[test]
fn a_difference_whose_predecessor_is_not_in_force_is_kept_aside() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    let (one, two, three) = (street(0..50, ""), street(10..60, ""), street(10..61, "x"));
    assert_eq!(take_all(&journal, &change((2, &two), (3, &three))), RosterStep::Aside);
    assert_eq!(poll(&journal), [RosterHeld { number: 0, print: [0; 8], ..held(1, &one) }], "the whole is asked for");
    assert!(matches!(take_all(&journal, &pages(1, &one)), RosterStep::InForce { .. }));
    assert_eq!(poll(&journal), [held(1, &one)]);
    assert!(matches!(take_all(&journal, &change((1, &one), (2, &two))), RosterStep::InForce { people: 51, .. }));
    assert!(everybody(&journal) == names(&three));
    assert_eq!(take(&journal, &pages(2, &two)[0]), None, "what is older is not taken");
    assert_eq!(poll(&journal), [held(3, &three)]);
}

#[test]
fn what_is_not_for_this_phone_or_was_altered_changes_nothing() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    let street = street(0..20, "");
    let sound = sent(&journal, &pages(1, &street)[0]);
    let other = Dispatch { to: Some(crate::id::DeviceId::of_key(&[9; 32])), ..sound.clone() };
    assert_eq!(journal.take_dispatch(&other).unwrap(), None);
    let elsewhere = Dispatch { campaign: Uuid::from_u128(1), ..sound.clone() };
    assert_eq!(journal.take_dispatch(&elsewhere).unwrap(), None);
    let mut altered = sound.clone();
    altered.payload[60] ^= 1;
    let relabelled = Dispatch { kind: DispatchKind::RosterChange, ..sound.clone() };
    let renumbered = Dispatch { version: 2, ..sound.clone() };
    let replaced = Dispatch { id: Uuid::from_u128(5), ..sound.clone() };
    for (dispatch, untrusted) in [(altered, true), (replaced, true), (relabelled, false), (renumbered, false)] {
        let error = journal.take_dispatch(&dispatch).unwrap_err();
        assert_eq!(matches!(error, Error::Untrusted { .. }), untrusted, "{error}");
        assert!(untrusted || matches!(error, Error::Decode { .. }), "{error}");
    }
    assert_eq!((journal.roster_states().unwrap().len(), poll(&journal).len()), (0, 0));
    assert!(journal.take_dispatch(&sound).unwrap().is_some());
}

#[test]
fn a_difference_that_does_not_lead_where_it_says_is_dropped_and_the_whole_heals() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    let (one, two) = (street(0..50, ""), street(10..60, ""));
    take_all(&journal, &pages(1, &one));
    let mut lying = change((1, &one), (2, &two));
    lying[0].head.digest = [1; 32];
    assert_eq!(take_all(&journal, &lying), RosterStep::Contradicts);
    let state = RosterState { roster: ROSTER, number: 1, doubt: true, gathers: None };
    assert_eq!(journal.roster_states().unwrap(), [state]);
    assert_eq!(poll(&journal), [RosterHeld { number: 0, print: [0; 8], ..held(1, &one) }]);
    assert!(matches!(take_all(&journal, &pages(2, &two)), RosterStep::InForce { .. }));
    assert!(everybody(&journal) == names(&two));
    // The same number from another state: the hub was restored.
    let elsewhere = change((2, &one), (3, &two));
    assert_eq!(take_all(&journal, &elsewhere), RosterStep::Contradicts);
}

#[test]
fn a_page_that_rotted_is_asked_for_again() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    let street = street(0..1_500, "");
    take_all(&journal, &pages(1, &street));
    journal
        .upkeep(|action| {
            let sql = "UPDATE roster_page SET sealed = zeroblob(length(sealed)) WHERE page = 2";
            Ok(action.tx().execute(sql, [])?)
        })
        .unwrap();
    assert!(journal.roster().unwrap().is_none(), "a part of it is no roster");
    assert!(journal.roster_states().unwrap()[0].doubt);
    assert_eq!(poll(&journal)[0].number, 0);
    assert!(matches!(take_all(&journal, &pages(1, &street)), RosterStep::InForce { .. }));
    assert!(everybody(&journal) == names(&street));
}

#[test]
fn a_roster_that_is_forgotten_opens_no_more() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    let street = street(0..400, "");
    take_all(&journal, &pages(1, &street));
    let name = format!("roster/{CAMPAIGN}");
    assert!(desk.vault.0.lock().unwrap().contains_key(&name));
    let page: Vec<u8> = journal
        .view(|view| Ok(view.conn().query_row("SELECT sealed FROM roster_page LIMIT 1", [], |row| row.get(0))?))
        .unwrap();
    journal.forget_roster().unwrap();
    assert!(!desk.vault.0.lock().unwrap().contains_key(&name), "the key is gone");
    assert!(journal.roster().unwrap().is_none() && journal.roster_states().unwrap().is_empty());
    journal.forget_roster().unwrap();
    journal.shutdown().unwrap();
    let file = std::fs::read(desk.path().join("journal/journal.db")).unwrap();
    assert!(!file.windows(64).any(|part| part == &page[..64]), "the sealed pages are deleted as well");
    let journal = desk.open();
    take_all(&journal, &pages(1, &street));
    assert!(everybody(&journal) == names(&street), "what is sent again is there again, under another key");
}

#[test]
fn an_empty_roster_ends_the_key() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    let street = street(0..40, "");
    take_all(&journal, &pages(1, &street));
    assert!(matches!(take_all(&journal, &pages(2, &[])), RosterStep::InForce { people: 0, .. }));
    assert!(journal.roster().unwrap().is_none());
    assert!(!desk.vault.0.lock().unwrap().keys().any(|name| name.starts_with("roster/")));
    assert_eq!(poll(&journal), [held(2, &[])]);
    take_all(&journal, &change((2, &[]), (3, &street)));
    assert!(everybody(&journal) == names(&street));
}

#[test]
fn a_vault_that_lost_the_key_costs_the_roster_alone() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    let street = street(0..40, "");
    take_all(&journal, &pages(1, &street));
    journal.shutdown().unwrap();
    desk.vault.0.lock().unwrap().retain(|name, _| !name.starts_with("roster/"));
    let journal = desk.open();
    assert!(journal.roster().unwrap().is_none() && poll(&journal).is_empty(), "as if there had never been one");
    take_all(&journal, &pages(1, &street));
    assert!(everybody(&journal) == names(&street));
}

#[test]
fn a_file_of_the_first_schema_gets_its_tables_and_keeps_its_records() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    let before = kinds(&journal);
    journal.shutdown().unwrap();
    let path = desk.path().join("journal/journal.db");
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.execute_batch("DROP TABLE roster; DROP TABLE roster_page; DROP TABLE carried; PRAGMA user_version = 1;")
        .unwrap();
    drop(conn);
    let reader = Journal::open_read_only(desk.options(), desk.platform()).unwrap();
    assert!(reader.roster().unwrap().is_none() && reader.roster_states().unwrap().is_empty());
    drop(reader);
    let journal = desk.open();
    assert_eq!(kinds(&journal), before);
    take_all(&journal, &pages(1, &street(0..3, "")));
    assert_eq!(everybody(&journal).len(), 3);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// In whatever order pages come, however often: the end is the same.
    #[test]
    fn the_order_of_pages_decides_nothing(order in proptest::collection::vec(any::<u16>(), 12)) {
        let states = [street(0..30, ""), street(5..40, "b"), street(5..40, ""), street(0..700, "d")];
        let mut all = pages(1, &states[0]);
        for number in 1..4u32 {
            let (from, to) = (&states[number as usize - 1], &states[number as usize]);
            all.extend(change((number, from), (number + 1, to)));
        }
        all.extend(pages(2, &states[1]));
        let mut shuffled: Vec<(u16, &RosterPage)> = order.iter().copied().cycle().zip(&all).collect();
        shuffled.sort_by_key(|(key, _)| *key);
        let desk = Desk::new();
        let (journal, _) = desk.enrolled();
        for (_, page) in shuffled.iter().chain(&shuffled[..3]) {
            take(&journal, page);
        }
        prop_assert_eq!(poll(&journal), [held(4, &states[3])]);
        prop_assert!(everybody(&journal) == names(&states[3]));
    }
}
