//! A roster from the hub's lists to the search on a phone, and what the way can do to it.

use fieldcore::crypto;
use fieldcore::record::Body;
use fieldcore::roster::{Found, Homes, search};
use fieldcore::sync::{DispatchTaken, RosterStep, SyncEvent};
use fieldcore::wire::{Bundle, DispatchKind, Item, SignedDispatch};
use fieldcore_hub::roster::keep::NewList;
use fieldcore_hub::roster::table::{Form, Table};
use fieldcore_tests::people;
use fieldcore_tests::workload::Workload;

use crate::phone::{Phone, Site};

const AREA: &str = "Spring Lane";

fn import(site: &Site, name: &str, text: &str) -> u32 {
    let table = Table::read(text.as_bytes(), &Form::default()).expect("a list");
    let list = NewList { name: name.to_owned(), table, said: Vec::new() };
    site.hub.roster_import(AREA, &[list], false).expect("it is taken").number
}

/// A list of `count` people, five behind each door.
fn homes(seed: u64, count: usize) -> String {
    let mut text = "name,id number,building,stairwell,door,slot\n".to_owned();
    for (place, person) in people(seed, count).iter().enumerate() {
        let (building, stairwell, door) = (place / 200 + 1, place / 100 % 2 + 1, place / 5 % 20 + 101);
        text += &format!("王小{place},{},{building},{stairwell},{door},08:00-08:30\n", person.number);
    }
    text
}

fn phone(site: &Site, seed: u64) -> Phone {
    let mut phone = site.phone(seed, Workload::new(seed, 50, 10));
    phone.sync_fair(&site.hub);
    phone
}

fn assign(site: &Site, phone: &Phone) {
    site.hub.roster_assign(phone.journal().device(), &[AREA.to_owned()]).expect("the device is known");
}

/// The digest of the roster that came into force last, and its number, as the phone's records say.
fn applied(phone: &Phone) -> Option<(String, u32)> {
    let mut last = None;
    let hex = |digest: &[u8]| digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    phone
        .journal()
        .records(&mut |record| {
            if let Body::RosterApplied(body) = record.body {
                last = Some((hex(&body.digest.0), body.number));
            }
            Ok(())
        })
        .expect("its records are read");
    last
}

/// What the hub has, and every phone of the area is to have.
fn at_hub(site: &Site) -> (String, u32) {
    let areas = site.hub.roster_lists().expect("areas");
    (areas[0].digest.clone(), areas[0].number)
}

fn people_on(phone: &Phone) -> usize {
    phone.journal().roster().expect("it opens").map_or(0, |roster| roster.people())
}

#[test]
fn a_list_of_a_street_is_searched_on_a_phone_and_follows_the_list() {
    let site = Site::new(71);
    let (person, elder) = (people(71, 1).remove(0), people(72, 1).remove(0));
    import(&site, "homes.csv", &homes(71, 40));
    let elders = format!("name,id number,building,stairwell,door,category\n王小0,{},1,1,101,over60\n", person.number)
        + &format!("Anna Berg,{},1,1,120,bedridden\n王小3,,1,1,101,\n", elder.number);
    import(&site, "elders.csv", &elders);
    let open = site.hub.roster_questions().expect("questions");
    assert_eq!(open.len(), 1, "one may be the one next door");
    site.hub.roster_answer(&open[0].id, true).expect("an answer");

    let (mut phone, mut other) = (phone(&site, 71), phone(&site, 72));
    assign(&site, &phone);
    phone.sync_fair(&site.hub);
    other.sync_fair(&site.hub);
    assert_eq!((people_on(&phone), people_on(&other)), (41, 0), "who was given no area has none");
    assert_eq!(applied(&phone), Some(at_hub(&site)), "the phone has what the hub has");
    let roster = phone.journal().roster().expect("it opens").expect("a roster");
    for (query, found) in [
        (&person.number[6..14], Found::Number),
        ("anna", Found::Name),
        ("wx", Found::Initials),
        ("1-1-120", Found::Door),
        ("1栋1单元120", Found::Door),
    ] {
        assert_eq!(search(&roster, query, 5).first().map(|hit| hit.found), Some(found));
    }
    assert_eq!(roster.home(0).slot, Some("08:00-08:30"));

    // A family moves out, and one person's number is put right.
    import(&site, "homes.csv", &homes(71, 35));
    let events = phone.sync_fair(&site.hub);
    let in_force = |event: &&SyncEvent| {
        matches!(event, SyncEvent::Dispatch(DispatchTaken::Roster { step: RosterStep::InForce { people: 36, .. }, .. }))
    };
    assert_eq!(events.iter().filter(in_force).count(), 1, "{events:?}");
    assert_eq!(applied(&phone), Some(at_hub(&site)));
    phone.restart();
    assert_eq!(people_on(&phone), 36, "it is there after a start");
    assert_eq!(site.hub.roster_lists().expect("areas")[0].devices[0].number, applied(&phone).map(|applied| applied.1));

    site.hub.roster_unassign(phone.journal().device(), &[]).expect("it is taken back");
    phone.sync_fair(&site.hub);
    assert_eq!(people_on(&phone), 0);
    phone.settled();
}

#[test]
fn a_large_roster_comes_within_one_sync() {
    let site = Site::new(73);
    import(&site, "homes.csv", &homes(73, 12_000));
    let mut phone = phone(&site, 73);
    assign(&site, &phone);
    let events = phone.sync_fair(&site.hub);
    let pages =
        events.iter().filter(|event| matches!(event, SyncEvent::Dispatch(DispatchTaken::Roster { .. }))).count();
    assert!(pages > 20, "{pages} pages");
    assert_eq!(applied(&phone), Some(at_hub(&site)));
    assert_eq!(people_on(&phone), 12_000);
}

/// The rosters' dispatches in an answer, each as a bundle of its own.
fn rosters(answer: &[u8]) -> Vec<Vec<u8>> {
    let is_roster = |item: &Item| {
        let Item::Dispatch(bytes) = item else { return false };
        let dispatch = SignedDispatch::parse(bytes).and_then(|signed| signed.peek()).expect("a dispatch");
        matches!(dispatch.kind, DispatchKind::Roster | DispatchKind::RosterChange)
    };
    let items = Bundle::read(answer).expect("a bundle").items.into_iter().filter(is_roster);
    items.map(|item| Bundle::write(&[item]).expect("it fits")).collect()
}

/// What the hub would answer the phone now, without the phone hearing it.
fn asked(site: &Site, phone: &mut Phone) -> Vec<Vec<u8>> {
    let bundle = phone.session().pack(1 << 20).expect("it packs");
    rosters(&site.hub.ingest(&bundle).expect("an answer"))
}

#[test]
fn dispatches_in_reverse_come_to_the_same() {
    let site = Site::new(74);
    import(&site, "homes.csv", &homes(74, 10));
    let mut late = phone(&site, 74);
    assign(&site, &late);
    let mut held_back = Vec::new();
    // The same phone, live a second time, is what the hub goes on with meanwhile.
    let mut copy = late.copy(174, Workload::new(174, 50, 10));
    for (name, count) in [("homes.csv", 2_000), ("homes.csv", 1_950), ("homes.csv", 1_980)] {
        import(&site, name, &homes(74, count));
        let sent = asked(&site, &mut copy);
        for dispatch in &sent {
            copy.session().take(dispatch).expect("it is taken");
        }
        assert_eq!(applied(&copy), Some(at_hub(&site)));
        held_back.extend(sent);
    }
    assert!(held_back.len() >= 5, "{} dispatches", held_back.len());
    for dispatch in held_back.iter().rev() {
        late.session().take(dispatch).expect("it is taken");
    }
    assert_eq!(applied(&late), Some(at_hub(&site)));
    assert_eq!(people_on(&late), 1_980);
}

#[test]
fn what_was_altered_or_is_anothers_is_told_and_changes_nothing() {
    let site = Site::new(75);
    import(&site, "homes.csv", &homes(75, 30));
    let (mut mine, mut other) = (phone(&site, 75), phone(&site, 76));
    assign(&site, &mine);
    let sent = asked(&site, &mut mine);
    assert_eq!(sent.len(), 1);
    for place in [60, sent[0].len() / 2, sent[0].len() - 3] {
        let mut bytes = sent[0].clone();
        bytes[place] ^= 0x20;
        let Ok(events) = mine.session().take(&bytes) else { continue };
        let taken = |event: &SyncEvent| matches!(event, SyncEvent::Dispatch(_));
        assert!(!events.iter().any(taken), "{events:?}");
    }
    assert_eq!(other.session().take(&sent[0]).expect("it is read"), [], "another's is left alone");
    assert_eq!((people_on(&mine), people_on(&other)), (0, 0));
    assert!(mine.journal().roster_states().expect("states").is_empty());
    // Somebody who is not the hub signs the same page.
    let Item::Dispatch(bytes) = Bundle::read(&sent[0]).expect("a bundle").items.remove(0) else {
        panic!("no dispatch")
    };
    let mut forged = SignedDispatch::parse(&bytes).expect("a dispatch");
    forged.signature = crypto::sign(&fieldcore::Secret::new([7; 32]), crypto::Domain::Dispatch, &forged.bytes);
    let forged = Bundle::write(&[Item::Dispatch(forged.to_bytes().expect("it packs"))]).expect("it fits");
    let events = mine.session().take(&forged).expect("it is read");
    assert!(matches!(events[..], [SyncEvent::Ignored { .. }]), "{events:?}");
    mine.session().take(&sent[0]).expect("the hub's own is taken");
    assert_eq!(people_on(&mine), 30);
}
