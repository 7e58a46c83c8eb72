//! A hub that lost its keys after it gave receipts: reissue brings back every record that its
//! phone has not erased.

use std::collections::BTreeSet;
use std::fs;

use fieldcore::ShiftPlan;
use fieldcore::sync::{DispatchTaken, SyncEvent};
use fieldcore::wire::Purpose;
use fieldcore_hub::Hub;
use fieldcore_tests::rounds;
use fieldcore_tests::workload::{Ledger, Workload, shift_plan};

use crate::phone::{Phone, Site, traced};

/// What a reissue brought and what it could not.
fn reissued(events: &[SyncEvent]) -> (u64, u64) {
    events.iter().fold((0, 0), |sum, event| match event {
        SyncEvent::Dispatch(DispatchTaken::Reissue { records, gone }) => (sum.0 + records, sum.1 + gone),
        _ => sum,
    })
}

/// The hub's store is there, every one of its keys is gone but the offline root's.
fn without_keys(site: &Site) -> Hub {
    let backup = site.folder.join("backup.db");
    site.hub.backup(&backup, true).expect("a backup without keys");
    site.hub.close();
    let lost: Vec<[u8; 8]> = {
        let set = site.hub.key_set().expect("keys");
        set.certificates
            .iter()
            .filter(|one| one.purpose == Purpose::Seal)
            .map(fieldcore::wire::Certificate::id)
            .collect()
    };
    let dir = site.folder.join("bare");
    let hub = Hub::restore_with_new_keys(&dir, &backup, site.around()).expect("a hub without keys opens");
    assert_eq!(fs::read_dir(dir.join("keys")).expect("its keys").count(), 3, "none of the old keys came along");
    hub.rotate_keys(&site.root_file(), &lost).expect("a root makes new keys");
    hub
}

fn end_round(phone: &mut Phone) {
    phone.with_station(|station| station.end_shift(None).expect("a shift ends"));
}

fn lost_and_asked_again(seed: u64) {
    let mut site = Site::new(seed);
    let mut phone = site.phone(seed, Workload::new(seed, 300, 10).plain());
    phone.work(25);
    phone.sync_fair(&site.hub);
    phone.work(40);
    phone.sync_fair(&site.hub);
    phone.settled();
    let (people, labels) = (phone.people(), phone.labels());
    site.counts(&people, &labels);
    site.hub = without_keys(&site);
    assert!(traced(&site.hub, &labels).is_empty(), "the control: without its keys the hub reads nobody");
    let events = phone.sync_fair(&site.hub);
    let (records, gone) = reissued(&events);
    assert!(records > people.len() as u64 && gone == 0, "seed {seed}: {records} again, {gone} gone");
    assert_eq!(traced(&site.hub, &labels), people, "seed {seed}: every record came back");
    assert_eq!(site.hub.figures(None).expect("figures").people, people.len() as u64, "nobody twice");
    // One request is answered once.
    assert_eq!(reissued(&phone.sync_fair(&site.hub)), (0, 0));
    phone.settled();
    phone.work(9);
    phone.sync_fair(&site.hub);
    assert_eq!(traced(&site.hub, &phone.labels()), phone.people());
}

#[test]
fn a_hub_without_its_keys_gets_every_record_again() {
    (1..=rounds(3, 40)).for_each(lost_and_asked_again);
}

#[test]
fn what_the_phone_has_erased_does_not_come_back_and_the_rest_does() {
    let mut site = Site::new(11);
    let text = site.hub.profile().expect("a profile");
    let rounds = "\n[[round]]\nid = \"01910000-0000-7000-8000-000000000002\"\nname = \"2\"\n";
    let second = text.replacen("version = 1", "version = 2", 1) + rounds;
    site.hub.publish_profile(&second).expect("a profile with two rounds");
    let mut phone = site.phone(11, Workload::new(11, 300, 10).plain());
    phone.work(22);
    phone.sync_fair(&site.hub);
    let (erased, erased_labels) = (phone.people(), phone.labels());
    end_round(&mut phone);
    phone.sync_fair(&site.hub);
    let round = phone.journal().rounds().expect("rounds")[0];
    phone.desk.ledger = Ledger::default();
    let next = ShiftPlan { round: Some("2".to_owned()), ..shift_plan() };
    phone.with_station(|station| station.start_shift(None, &next).expect("the next round begins"));
    phone.work(18);
    phone.sync_fair(&site.hub);
    assert!(phone.journal().erase_round(round).expect("it may go").people as usize == erased.len());
    phone.sync_fair(&site.hub);
    site.hub = without_keys(&site);
    let (records, gone) = reissued(&phone.sync_fair(&site.hub));
    assert!(records > phone.people().len() as u64, "{records} again, {gone} gone");
    assert_eq!(traced(&site.hub, &phone.labels()), phone.people(), "what was not erased came back");
    assert_eq!(traced(&site.hub, &erased_labels), BTreeSet::new(), "what was erased is gone for good");
    phone.settled();
}
