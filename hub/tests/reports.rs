//! What people ask: ledger, trace, person, conflicts, notices, time, exports, retention.

#![allow(clippy::unwrap_used, reason = "a failed test shows the place")]

mod common;

use common::*;
use fieldcore::record::{
    CloseReason, ContactKept, DocumentKind, NoticeKind, SubjectBound, SubjectMoved, SubjectUndone, SubjectVoided,
    SubjectsSwapped, TubeSpoiled,
};
use fieldcore::wire::{Anchor, AnchorKind, DispatchKind, HeldReason, Notice, Poll, ReceiptStatus, open_for_device};
use fieldcore_hub::reports::model::LedgerBy;

#[test]
fn the_ledger_adds_up_by_every_key() {
    let site = Site::new();
    let (mut one, mut two) = (site.phone(), site.phone());
    morning(&mut one, "A", 2, 0);
    one.lane = Some("2".to_owned());
    let short = one.tube("SHORT");
    one.bind(short, 1, &number(500));
    one.close_tube(short, CloseReason::Short);
    two.start_shift(ROUND_2, "site B");
    let tube = two.tube("B-1");
    let voided = two.bind(tube, 1, &number(600));
    two.bind(tube, 2, &number(601));
    two.write(SubjectVoided { subject: voided, reason: "wrong person".to_owned() });
    two.write(TubeSpoiled { tube: None, label: Some("BROKEN".to_owned()), reason: "cracked".to_owned() });
    let spoiled = two.tube("B-2");
    two.bind(spoiled, 1, &number(602));
    two.write(TubeSpoiled { tube: Some(spoiled), label: None, reason: "dropped".to_owned() });
    site.send(&[one.batch(), two.batch()]);
    let all = site.hub.figures(None).unwrap();
    assert_eq!((all.people, all.tubes, all.short, all.spoiled, all.voided), (23, 4, 1, 2, 1));
    for by in [LedgerBy::Lane, LedgerBy::Round, LedgerBy::Site, LedgerBy::Operator, LedgerBy::Place] {
        let ledger = site.hub.ledger(None, by).unwrap();
        assert_eq!(ledger.rows.iter().map(|row| row.figures.people).sum::<u64>(), 23);
        assert_eq!(ledger.rows.iter().map(|row| row.figures.tubes).sum::<u64>(), 4);
        assert_eq!(ledger.figures, all);
    }
    let lanes = site.hub.ledger(Some("round 1"), LedgerBy::Lane).unwrap();
    assert_eq!(lanes.rows.len(), 2);
    assert_eq!(lanes.figures.people, 21);
    assert!(site.hub.ledger(Some("round 9"), LedgerBy::Lane).is_err());
    site.verified();
}

#[test]
fn a_tube_leads_to_its_people_with_contact_and_place() {
    let site = Site::new();
    let mut phone = site.phone();
    phone.start_shift(ROUND, "site A");
    let (one, two) = (phone.tube("T-1"), phone.tube("T-2"));
    let a = phone.bind(one, 1, &number(1));
    let b = phone.bind(one, 2, &number(2));
    let c = phone.bind(one, 3, &number(3));
    phone.write(SubjectsSwapped { first: a, second: b });
    phone.write(SubjectMoved { subject: c, tube: two, position: 1 });
    phone.write(ContactKept { subject: a, contact: "100".to_owned() });
    phone.write(ContactKept { subject: a, contact: "200".to_owned() });
    let d = phone.bind(one, 4, &number(4));
    phone.write(SubjectUndone { subject: d });
    phone.write(SubjectBound {
        document: DocumentKind::None,
        number: None,
        name: None,
        reason: Some("no papers".to_owned()),
        description: Some("a coat".to_owned()),
        guardian: Some("G-1".to_owned()),
        ..bound(one, 5, "")
    });
    assert_eq!(site.one(phone.batch()), ReceiptStatus::Opened);
    let found = site.hub.trace("T-1").unwrap();
    assert_eq!(found.len(), 1);
    let people: Vec<_> = found[0].people.iter().map(|person| (person.position, person.number.clone())).collect();
    assert_eq!(people, [(1, Some(number(2))), (2, Some(number(1))), (5, None)]);
    assert_eq!(found[0].people[1].contact.as_deref(), Some("200"));
    assert_eq!(found[0].people[2].guardian.as_deref(), Some("G-1"));
    assert_eq!(found[0].at.site.as_deref(), Some("site A"));
    let other = site.hub.trace("T-2").unwrap();
    assert_eq!(other[0].people.len(), 1);
    assert_eq!(other[0].people[0].number, Some(number(3)));
    assert!(site.hub.trace("T-9").unwrap().is_empty());
    let seen = site.hub.person(&number(3).to_lowercase()).unwrap();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].tube.as_deref(), Some("T-2"));
    assert!(site.hub.person(&number(77)).unwrap().is_empty());
    site.verified();
}

#[test]
fn moves_and_swaps_come_to_the_same_in_every_order_of_arrival() {
    let mut expected = None;
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
        let site = Site::new();
        let mut phone = site.phone();
        phone.start_shift(ROUND, "site A");
        let (one, two) = (phone.tube("T-1"), phone.tube("T-2"));
        let a = phone.bind(one, 1, &number(1));
        let mut batches = vec![phone.batch()];
        let b = phone.bind(one, 2, &number(2));
        phone.write(SubjectsSwapped { first: a, second: b });
        batches.push(phone.batch());
        phone.write(SubjectMoved { subject: a, tube: two, position: 1 });
        batches.push(phone.batch());
        let c = phone.bind(two, 2, &number(3));
        phone.write(SubjectsSwapped { first: a, second: c });
        batches.push(phone.batch());
        for at in order {
            assert_eq!(site.one(batches[at].clone()), ReceiptStatus::Opened);
        }
        let mut places = Vec::new();
        for label in ["T-1", "T-2"] {
            for person in &site.hub.trace(label).unwrap()[0].people {
                places.push((label, person.position, person.number.clone()));
            }
        }
        site.verified();
        let expected = expected.get_or_insert_with(|| places.clone());
        assert_eq!(*expected, places, "order {order:?}");
        assert_eq!(places.len(), 3);
        assert_eq!(places[0], ("T-1", 1, Some(number(2))));
        assert_eq!(places[1], ("T-2", 1, Some(number(3))));
    }
}

#[test]
fn the_same_person_and_the_same_tube_on_two_devices_are_conflicts_told_to_both() {
    let site = Site::new();
    let (mut one, mut two, mut third) = (site.phone(), site.phone(), site.phone());
    one.start_shift(ROUND, "site A");
    let tube = one.tube("SAME");
    let first = one.bind(tube, 1, &number(1));
    one.bind(tube, 2, &number(1));
    two.start_shift(ROUND, "site B");
    let tube = two.tube("SAME");
    let second = two.bind(tube, 1, &number(1));
    third.start_shift(ROUND_2, "site C");
    let tube = third.tube("OTHER");
    third.bind(tube, 1, &number(1));
    // The second phone's shift arrives last: until then nobody knows its round.
    site.send(&[one.batch(), two.batch(), third.batch()]);
    let conflicts = site.hub.conflicts().unwrap();
    assert_eq!((conflicts.people.len(), conflicts.tubes.len()), (1, 1));
    assert_eq!(conflicts.people[0].sightings.len(), 3);
    let figures = site.hub.figures(Some("round 1")).unwrap();
    assert_eq!((figures.people, figures.distinct_people), (3, 1));
    let answers = site.send(&[two.signed(&two.poll())]);
    let mut notices = Vec::new();
    let (told, beside) = answers.dispatches.split_at(3);
    assert!(beside.iter().all(|one| one.kind == DispatchKind::Grant), "a card key, which comes to everybody");
    for dispatch in told {
        assert_eq!(dispatch.kind, DispatchKind::Notice);
        let plain = open_for_device(dispatch, &two.seal_secret, two.id).unwrap();
        assert!(open_for_device(dispatch, &one.seal_secret, two.id).is_err());
        notices.push(Notice::parse(&plain).unwrap());
    }
    assert_eq!(notices.len(), 3, "one for the tube, two for the person's two bindings there");
    let person = notices.iter().find(|notice| notice.kind == NoticeKind::PersonElsewhere && notice.other == first);
    let person = person.unwrap();
    assert_eq!((person.subject, person.other_site.as_deref()), (second, Some("site A")));
    assert_eq!(person.other_tube.as_deref(), Some("SAME"));
    assert_eq!(notices.iter().map(|notice| notice.serial).collect::<Vec<_>>(), [1, 2, 3]);
    // What is held is not sent again; a retry of the batches makes no new ones.
    let again = site.send(&[two.signed(&Poll { notices: 4, ..two.poll() })]);
    assert!(again.dispatches.is_empty());
    let lost = site.send(&[two.signed(&Poll { notices: 1, ..two.poll() })]);
    assert_eq!(
        lost.dispatches.iter().map(|one| one.id).collect::<Vec<_>>(),
        answers.dispatches[1..].iter().map(|one| one.id).collect::<Vec<_>>()
    );
    // Undone, it is no conflict any more.
    two.write(SubjectUndone { subject: second });
    site.send(&[two.batch()]);
    assert!(site.hub.conflicts().unwrap().people.is_empty());
    site.verified();
}

#[test]
fn a_round_known_only_later_still_shows_its_conflicts() {
    let site = Site::new();
    let (mut one, mut two) = (site.phone(), site.phone());
    let mut late = Vec::new();
    for phone in [&mut one, &mut two] {
        phone.start_shift(ROUND, "site");
        late.push(phone.batch());
        let tube = phone.tube(&format!("T-{}", phone.id));
        phone.bind(tube, 1, &number(1));
        let batch = phone.batch();
        assert_eq!(site.one(batch), ReceiptStatus::Opened);
    }
    assert_eq!(site.hub.conflicts().unwrap().people.len(), 0);
    assert_eq!(site.hub.person(&number(1)).unwrap().len(), 2, "found even so");
    site.send(&late);
    assert_eq!(site.hub.conflicts().unwrap().people.len(), 1);
    let told = site.send(&[one.signed(&one.poll())]).dispatches;
    assert_eq!(told.iter().filter(|one| one.kind == DispatchKind::Notice).count(), 1);
    site.verified();
}

#[test]
fn a_clock_years_off_is_corrected_with_its_error() {
    let site = Site::new();
    let mut phone = site.phone();
    phone.wall_off = -9_999 * DAY;
    phone.start_shift(ROUND, "site A");
    let tube = phone.tube("CLOCK");
    phone.bind(tube, 1, &number(1));
    let mono_ms = phone.mono;
    phone.anchors.push(Anchor {
        clock: 7,
        mono_ms,
        hub_ms: START + 555_000,
        error_ms: 300,
        kind: AnchorKind::TwoSided,
    });
    assert_eq!(site.one(phone.batch()), ReceiptStatus::Opened);
    let found = site.hub.trace("CLOCK").unwrap();
    let at = &found[0].people[0].at;
    assert_eq!((at.at_ms, at.error_ms), (Some(START + 555_000), Some(300)));
    let opened = &found[0].at;
    assert_eq!(opened.at_ms, Some(START + 554_000));
}

#[test]
fn exports_hold_every_person_and_are_well_formed() {
    let site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "E", 2, 0);
    site.send(&[phone.batch()]);
    let mut csv = Vec::new();
    assert_eq!(site.hub.export_csv(None, &mut csv).unwrap().people, 20);
    let csv = String::from_utf8(csv).unwrap();
    assert_eq!(csv.lines().count(), 21);
    assert!(csv.lines().skip(1).all(|line| line.split(',').count() == csv.lines().next().unwrap().split(',').count()));
    assert!(csv.contains(&number(20)));
    let mut fhir = Vec::new();
    assert_eq!(site.hub.export_fhir(Some("round 1"), &mut fhir).unwrap().people, 20);
    let bundle: serde_json::Value = serde_json::from_slice(&fhir).unwrap();
    let entries = bundle["entry"].as_array().unwrap();
    let of = |kind: &str| entries.iter().filter(|entry| entry["resource"]["resourceType"] == kind).collect::<Vec<_>>();
    assert_eq!((of("Patient").len(), of("Group").len(), of("ServiceRequest").len()), (20, 2, 1));
    assert_eq!(of("Specimen").len(), 22);
    assert_eq!(of("Provenance").len(), 2);
    let urls: std::collections::BTreeSet<_> = entries.iter().map(|entry| entry["fullUrl"].as_str().unwrap()).collect();
    assert_eq!(urls.len(), entries.len());
    let pooled = of("Specimen").into_iter().find(|entry| entry["resource"]["combined"] == "pooled").unwrap();
    for parent in pooled["resource"]["parent"].as_array().unwrap() {
        assert!(urls.contains(parent["reference"].as_str().unwrap()));
    }
    let patient = of("Patient")[0];
    assert!(patient["resource"]["birthDate"].as_str().unwrap().starts_with("1890-"));
    assert_eq!(patient["resource"]["identifier"][0]["type"]["coding"][0]["code"], "NI");
    assert!(!String::from_utf8(fhir).unwrap().contains("null"));
}

#[test]
fn people_whose_tube_cannot_be_named_are_exported_and_listed_and_guardians_are_related_persons() {
    let site = Site::new();
    let mut owner = site.phone();
    morning(&mut owner, "N", 1, 0);
    let theirs = owner.tube("THEIRS");
    site.send(&[owner.batch()]);
    // Another device binds somebody into that device's tube: the person counts, the tube is not its own.
    let mut other = site.phone();
    other.start_shift(ROUND, "site B");
    other.write(SubjectBound { guardian: Some("aunt".to_owned()), ..bound(theirs, 1, &number(500)) });
    site.send(&[other.batch()]);
    let counted = site.hub.figures(Some("round 1")).unwrap().people;
    assert_eq!(counted, 11);
    let mut csv = Vec::new();
    assert_eq!(site.hub.export_csv(Some("round 1"), &mut csv).unwrap().people, counted, "the figures add up");
    let csv = String::from_utf8(csv).unwrap();
    let line = csv.lines().find(|line| line.contains(&number(500))).unwrap();
    assert_eq!(line.split(',').skip(5).take(3).collect::<Vec<_>>(), [other.id.to_string().as_str(), "", ""]);
    let mut fhir = Vec::new();
    assert_eq!(site.hub.export_fhir(None, &mut fhir).unwrap().people, counted);
    let bundle: serde_json::Value = serde_json::from_slice(&fhir).unwrap();
    let entries = bundle["entry"].as_array().unwrap();
    let related = entries.iter().find(|entry| entry["resource"]["resourceType"] == "RelatedPerson").unwrap();
    assert_eq!(related["resource"]["identifier"][0]["value"], "aunt");
    let patient = &related["resource"]["patient"]["reference"];
    let patient = entries.iter().find(|entry| entry["fullUrl"] == *patient).unwrap();
    assert!(
        patient["resource"].get("contact").is_none(),
        "pat-1: a contact has a name, telecom, address or organization"
    );
    let conflicts = site.hub.conflicts().unwrap();
    assert_eq!((conflicts.without_tube.len(), conflicts.count()), (1, 1));
    site.verified();
}

#[test]
fn an_erased_round_leaves_figures_and_keys_and_no_people() {
    let mut site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "ERASED", 2, 0);
    let records = phone.records.clone();
    let batch = phone.batch();
    let before = site.send(std::slice::from_ref(&batch));
    phone.start_shift(ROUND_2, "site B");
    let tube = phone.tube("KEPT");
    phone.bind(tube, 1, &number(900));
    site.send(&[phone.batch()]);
    let rounds = site.hub.rounds().unwrap();
    assert!(rounds.iter().all(|round| !round.due));
    let erasure = site.hub.erase_round("round 1").unwrap();
    assert_eq!((erasure.figures.people, erasure.items), (20, 1));
    assert!(site.hub.trace("ERASED-000").unwrap().is_empty());
    assert!(site.hub.person(&number(5)).unwrap().is_empty());
    assert_eq!(site.hub.figures(None).unwrap().people, 21);
    assert_eq!(site.hub.figures(Some("round 1")).unwrap().people, 20);
    assert_eq!(site.hub.ledger(None, LedgerBy::Round).unwrap().erased_rounds.len(), 1);
    assert_eq!(site.hub.trace("KEPT").unwrap()[0].people.len(), 1);
    // The same bytes again, and the same records in a reissue, count nothing again.
    assert_eq!(site.send(&[batch]).receipt_bytes, before.receipt_bytes);
    let again = phone.seal_as(fieldcore::wire::Mode::Live, &records, &[]);
    assert_eq!(site.one(fieldcore::wire::Item::Batch(again.to_bytes().unwrap())), ReceiptStatus::Opened);
    assert_eq!(site.hub.figures(None).unwrap().people, 21);
    site.verified();
    // Nothing of a person is left in the files, not even in freed pages.
    let planted = std::fs::read(site.dir().join("hub.db")).unwrap();
    assert!(planted.windows(4).any(|window| window == b"KEPT"), "what is not erased can be found so");
    site.hub.erase_round("round 2").unwrap();
    site.reopen();
    for entry in std::fs::read_dir(site.dir()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let label = b"ERASED-001";
            assert!(!bytes.windows(label.len()).any(|window| window == label), "{}", path.display());
        }
    }
}

#[test]
fn bodies_that_counted_nothing_go_with_their_round_and_held_ones_wait() {
    let site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "A", 1, 0);
    let records = phone.records.clone();
    site.send(&[phone.batch()]);
    let again = phone.seal_as(fieldcore::wire::Mode::Live, &records, &[]);
    assert_eq!(site.one(fieldcore::wire::Item::Batch(again.to_bytes().unwrap())), ReceiptStatus::Opened);
    // Of two revoked batches one is rejected, about the other nobody has decided.
    site.hub.revoke(phone.id).unwrap();
    for label in ["B", "C"] {
        morning(&mut phone, label, 1, 100);
        site.one(phone.batch());
    }
    let first = site.hub.held().unwrap()[0].id;
    site.hub.reject(first).unwrap();
    let bodies = || {
        let store = rusqlite::Connection::open(site.dir().join("hub.db")).unwrap();
        store.query_row("SELECT COUNT(*) FROM bodies", [], |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!(bodies(), 4);
    let erasure = site.hub.erase_round("round 1").unwrap();
    assert_eq!((erasure.items, erasure.held_left), (3, 1));
    assert_eq!(bodies(), 1);
    site.verified();
}

#[test]
fn what_is_left_after_an_erasure_is_still_verified() {
    let site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "A", 1, 0);
    site.send(&[phone.batch()]);
    phone.start_shift(ROUND_2, "site B");
    let tube = phone.tube("KEPT");
    phone.bind(tube, 1, &number(900));
    site.send(&[phone.batch()]);
    site.hub.erase_round("round 1").unwrap();
    site.verified();
    let store = rusqlite::Connection::open(site.dir().join("hub.db")).unwrap();
    assert_eq!(store.execute("UPDATE tallies SET people = people + 1", []).unwrap(), 1);
    assert!(!site.hub.verify().unwrap().ok, "a person too many in the round that is left");
}

#[test]
fn two_rounds_of_one_name_are_not_taken_for_each_other() {
    let site = Site::new();
    let mut phone = site.phone();
    for last in [8, 9] {
        let mut id = [1; 16];
        id[15] = last;
        phone.start_shift(uuid::Uuid::from_bytes(id), "site A");
        let tube = phone.tube(&format!("T-{last}"));
        phone.bind(tube, 1, &number(last.into()));
    }
    site.send(&[phone.batch()]);
    assert_eq!(site.hub.erase_round("round 1").unwrap_err().exit_code(), 1);
    let rounds = site.hub.rounds().unwrap();
    assert_eq!(site.hub.figures(Some(&rounds[0].round)).unwrap().people, 1);
}

#[test]
fn a_tampered_table_and_a_tampered_body_are_found() {
    let site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "A", 1, 0);
    site.send(&[phone.batch()]);
    site.verified();
    site.hub.close();
    let path = site.dir().join("hub.db");
    let store = rusqlite::Connection::open(&path).unwrap();
    store.execute("UPDATE subjects SET fate = 1 WHERE seq = 5", []).unwrap();
    drop(store);
    let hub = fieldcore_hub::Hub::open(&site.dir(), surroundings(&site.clock)).unwrap();
    let found = hub.verify().unwrap();
    assert!(!found.ok && found.faults.iter().any(|fault| fault.contains("subjects")), "{:?}", found.faults);
    hub.rebuild().unwrap();
    assert!(hub.verify().unwrap().ok);
    assert_eq!(hub.figures(None).unwrap().people, 10);
    hub.close();
    drop(hub);
    let store = rusqlite::Connection::open(&path).unwrap();
    store.execute("UPDATE bodies SET bytes = zeroblob(length(bytes))", []).unwrap();
    drop(store);
    let hub = fieldcore_hub::Hub::open(&site.dir(), surroundings(&site.clock)).unwrap();
    assert!(hub.verify().unwrap().faults.iter().any(|fault| fault.contains("item 1")));
}

#[test]
fn held_bodies_go_after_their_period_and_never_before() {
    let site = Site::new();
    let mut stranger = Phone::new(&site.token(1));
    stranger.start_shift(ROUND, "site A");
    let tube = stranger.tube("HELD-001");
    stranger.bind(tube, 1, &number(1));
    let batch = stranger.batch();
    assert_eq!(site.one(batch.clone()), held(HeldReason::NotEnrolled));
    let age = site.hub.held_age().unwrap();
    assert_eq!((age.held, age.due), (1, 0));
    site.forward((age.period_days - 1) * DAY);
    assert_eq!(site.hub.erase_held().unwrap(), 0, "it waits for its decision");
    site.forward(2 * DAY);
    assert_eq!(site.hub.held_age().unwrap().due, 1);
    assert_eq!(
        site.hub.held().unwrap().iter().filter(|item| item.kind == "batch").count(),
        1,
        "nothing went by itself"
    );
    assert_eq!(site.hub.erase_held().unwrap(), 1);
    assert_eq!(site.hub.held().unwrap().iter().filter(|item| item.kind == "batch").count(), 0);
    assert_eq!(site.hub.held_age().unwrap().held, 0);
    assert_eq!(site.one(batch), held(HeldReason::NotEnrolled), "its receipt stays");
    site.send(&[stranger.enrolment()]);
    assert_eq!(site.hub.figures(None).unwrap().people, 0);
    site.verified();
}
