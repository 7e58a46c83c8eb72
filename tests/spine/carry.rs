//! No network at the site: bundles go to the hub as files, in any order, and answers come back.

use std::collections::BTreeSet;

use fieldcore::limits::BUNDLE_BYTES_MAX;
use fieldcore::sync::SyncEvent;
use fieldcore::wire::{Bundle, Item};
use fieldcore_tests::workload::Workload;
use fieldcore_tests::{Rng, rounds};

use crate::phone::{Phone, Site};

/// One item a file, as the worst carrier leaves them.
fn files(bundle: &[u8]) -> Vec<Vec<u8>> {
    let items = Bundle::read(bundle).expect("a bundle").items;
    items.into_iter().map(|item| Bundle::write(&[item]).expect("it fits")).collect()
}

fn packed(phone: &mut Phone) -> Vec<u8> {
    phone.journal().seal_now().expect("it seals");
    phone.session().pack(BUNDLE_BYTES_MAX).expect("it packs")
}

/// Batches of two phones, each in a file of its own, reach the hub before the enrolments, in any
/// order, some twice; the answers are carried back in any order as well.
fn carried(seed: u64) {
    let site = Site::new(seed);
    let mut rng = Rng::new(seed).fork("carry");
    let mut phones: Vec<Phone> =
        (0..2).map(|index| site.phone(seed * 2 + index, Workload::new(seed * 2 + index, 200, 10))).collect();
    let (mut enrolments, mut rest) = (Vec::new(), Vec::new());
    for phone in &mut phones {
        for _ in 0..3 {
            phone.work(8 + rng.index(8));
            phone.journal().seal_now().expect("it seals");
        }
        for file in files(&packed(phone)) {
            let enrolment = matches!(Bundle::read(&file).expect("a bundle").items[0], Item::Enrolment(_));
            if enrolment { enrolments.push(file) } else { rest.push(file) }
        }
    }
    rest.extend((0..4).map(|_| rng.pick(&rest.clone()).clone()).collect::<Vec<_>>());
    rng.shuffle(&mut rest);
    let mut answers: Vec<Vec<u8>> = rest.iter().map(|file| site.hub.ingest(file).expect("an answer")).collect();
    assert_eq!(site.hub.figures(None).expect("figures").people, 0, "seed {seed}: strangers were counted");
    assert!(!site.hub.held().expect("held").is_empty());
    rng.shuffle(&mut enrolments);
    answers.extend(enrolments.iter().map(|file| site.hub.ingest(file).expect("an answer")));
    // Everybody is counted from that moment; the phones do not know yet.
    let people: BTreeSet<String> = phones.iter().flat_map(Phone::people).collect();
    let labels: BTreeSet<String> = phones.iter().flat_map(Phone::labels).collect();
    assert!(site.hub.held().expect("held").is_empty(), "seed {seed}: something is held");
    site.counts(&people, &labels);
    for _ in 0..3 {
        rng.shuffle(&mut answers);
        for phone in &mut phones {
            for answer in &answers {
                phone.session().take(answer).expect("an answer is taken");
            }
        }
        // What was held at first is told to be opened when the phone's next poll comes by.
        answers = phones.iter_mut().map(|phone| site.hub.ingest(&packed(phone)).expect("an answer")).collect();
    }
    for phone in &mut phones {
        for answer in &answers {
            phone.session().take(answer).expect("an answer is taken");
        }
        phone.settled();
        let figures = phone.journal().figures().expect("figures");
        assert_eq!((figures.held, figures.opened), (0, figures.sealed), "seed {seed}: a receipt did not come back");
    }
    site.counts(&people, &labels);
}

#[test]
fn files_in_any_order_before_their_enrolment_bring_everybody_once() {
    (1..=rounds(6, 200)).for_each(carried);
}

#[test]
fn a_file_ends_nothing_and_its_answer_counts_however_it_comes() {
    let site = Site::new(3);
    let mut phone = site.phone(3, Workload::new(3, 200, 10).plain());
    phone.work(12);
    let first = packed(&mut phone);
    let again = packed(&mut phone);
    let without_poll = |bundle: &[u8]| {
        let items = Bundle::read(bundle).expect("a bundle").items;
        items.into_iter().filter(|item| !matches!(item, Item::Poll(_))).collect::<Vec<_>>()
    };
    assert!(without_poll(&first).len() > 2, "an enrolment and batches");
    assert_eq!(without_poll(&first), without_poll(&again), "the same bytes again: the enrolment too");
    assert!(phone.journal().figures().expect("figures").unsent > 0, "a file is no receipt");
    // A stick that was pulled out: what is whole counts, the rest comes again.
    site.hub.ingest(&first[..first.len() * 2 / 3]).expect("an answer");
    let answer = site.hub.ingest(&first).expect("an answer");
    let taken = phone.session().take(&answer).expect("it is taken");
    assert!(taken.iter().any(|event| matches!(event, SyncEvent::Receipt(_))));
    site.counts(&phone.people(), &phone.labels());
    // Another phone's answers are nothing to this one.
    let mut other = site.phone(4, Workload::new(4, 200, 10).plain());
    other.work(5);
    let receipts = |events: &[SyncEvent]| events.iter().filter(|event| matches!(event, SyncEvent::Receipt(_))).count();
    assert_eq!(receipts(&other.session().take(&answer).expect("it is passed over")), 0);
    assert!(other.journal().figures().expect("figures").unsent > 0);
}

#[test]
fn a_phone_without_an_invitation_has_nothing_to_pack_and_says_what_to_do() {
    let site = Site::new(5);
    let phone = site.phone(5, Workload::new(5, 20, 10));
    let folder = fieldcore_tests::TempFolder::in_memory();
    let desk = &phone.desk;
    let options = fieldcore::JournalOptions { ballast_bytes: 0, ..fieldcore::JournalOptions::new(folder.path()) };
    let vault = std::sync::Arc::new(fieldcore_tests::MemoryVault::new());
    let journal = fieldcore::Journal::open(options, fieldcore_tests::platform(&desk.clock, &desk.entropy, &vault));
    let session = fieldcore::sync::SyncSession::new(journal.expect("it opens"));
    let error = session.pack(BUNDLE_BYTES_MAX).expect_err("there is no hub to seal to");
    assert!(error.to_string().contains("enrol it first"), "{error}");
}
