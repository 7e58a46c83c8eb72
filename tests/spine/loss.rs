//! A vault wiped in the middle of a tube: the hub opens every row, and only from its own phone.

use std::collections::BTreeSet;

use fieldcore::wire::{Bundle, Item, ReceiptStatus, Salvage, SalvagePlan, SignedReceipt};
use fieldcore::{Note, Secret};
use fieldcore_tests::rounds;
use fieldcore_tests::workload::Workload;

use crate::phone::{Phone, Site};

fn workload(seed: u64) -> Workload {
    Workload::new(seed, 400, 10).plain()
}

/// The vault is emptied under a phone that is off; it starts again and enrols anew.
fn lose_vault(site: &Site, phone: &mut Phone) {
    let device = phone.journal().device();
    phone.die();
    phone.desk.vault.wipe();
    phone.open();
    assert_ne!(phone.journal().device(), device, "another signing key is another device");
    assert!(phone.journal().notes().iter().any(|note| matches!(note, Note::KeysLost { .. })), "nobody is told");
    phone.journal().enrol(&site.token()).expect("it enrols again");
    phone.begin();
}

/// What the ledger says must be at the hub; the phone itself cannot read it any more.
struct Wanted {
    people: BTreeSet<String>,
    labels: BTreeSet<String>,
}

impl Wanted {
    fn take(&mut self, phone: &mut Phone) {
        self.people.extend(phone.people());
        self.labels.extend(phone.labels());
        // The new keys begin with an empty desk.
        phone.desk.ledger = fieldcore_tests::workload::Ledger::default();
    }
}

/// `known`: the hub has heard of the device before. `sealed`: sealed and unsent batches lie there
/// as well.
fn wiped(seed: u64, (known, sealed): (bool, bool), times: u64) {
    let site = Site::new(seed);
    let mut phone = site.phone(seed, workload(seed));
    let mut wanted = Wanted { people: BTreeSet::new(), labels: BTreeSet::new() };
    phone.work(14);
    if known {
        phone.sync_fair(&site.hub);
    }
    for time in 0..times {
        phone.work(16);
        if sealed {
            phone.journal().seal_now().expect("it seals");
        }
        // In the middle of a tube, unsealed.
        phone.work(5 + usize::try_from((seed + time) % 4).expect("it is small"));
        wanted.take(&mut phone);
        lose_vault(&site, &mut phone);
    }
    phone.sync_fair(&site.hub);
    phone.settled();
    let held: Vec<_> = site.hub.held().expect("held").into_iter().map(|item| (item.kind, item.reason)).collect();
    assert!(held.is_empty(), "seed {seed}, {times} times, known {known}, sealed {sealed}: {held:?}");
    site.counts(&wanted.people, &wanted.labels);
    // And it works on.
    phone.work(12);
    phone.sync_fair(&site.hub);
    wanted.take(&mut phone);
    site.counts(&wanted.people, &wanted.labels);
}

#[test]
fn a_vault_wiped_in_the_middle_of_a_tube_loses_nobody() {
    for seed in 1..=rounds(3, 40) {
        for lies_there in [(true, false), (true, true), (false, false), (false, true)] {
            wiped(seed, lies_there, 1);
            wiped(seed, lies_there, 3);
        }
    }
}

/// The bundle's salvages, and the receipts that came for them.
fn salvages(bundle: &[u8]) -> Vec<Salvage> {
    let items = Bundle::read(bundle).expect("a bundle").items;
    let salvage = |item: &Item| if let Item::Salvage(bytes) = item { Salvage::parse(bytes).ok() } else { None };
    items.iter().filter_map(salvage).collect()
}

fn statuses(site: &Site, items: &[Item]) -> Vec<ReceiptStatus> {
    let answer = site.hub.ingest(&Bundle::write(items).expect("it fits")).expect("the hub answers");
    let keys = site.hub.key_set().expect("keys");
    let receipt = |item: Item| match item {
        Item::Receipt(bytes) => Some(SignedReceipt::parse(&bytes).ok()?.verify(&keys).expect("signed").status),
        _ => None,
    };
    Bundle::read(&answer).expect("a bundle").items.into_iter().filter_map(receipt).collect()
}

/// The same rows, signed by the device whose seed this is.
fn forge(salvage: &Salvage, number: u64, seed: &Secret) -> Item {
    let plan = SalvagePlan { number, campaign: salvage.header.campaign };
    let rows = salvage.rows().expect("its rows");
    let forged = Salvage::seal(plan, &salvage.header.segment, &rows, seed).expect("anybody can pack rows");
    Item::Salvage(forged.to_bytes().expect("it fits"))
}

#[test]
fn the_same_upload_by_another_enrolled_device_is_held() {
    let site = Site::new(7);
    let mut phone = site.phone(7, workload(7));
    phone.work(6);
    phone.sync_fair(&site.hub);
    phone.work(3);
    let mut wanted = Wanted { people: BTreeSet::new(), labels: BTreeSet::new() };
    wanted.take(&mut phone);
    let mut thief = site.phone(8, workload(8));
    thief.work(4);
    thief.sync_fair(&site.hub);
    let counted = site.hub.figures(None).expect("figures").people;
    lose_vault(&site, &mut phone);
    // Caught on the way: the other device sends it as its own, before and after.
    let caught = salvages(&phone.bundle(&site.hub));
    assert!(!caught.is_empty(), "nothing left as it was stored");
    let secrets = thief.desk.vault.secrets();
    let seed = &secrets.iter().find(|(name, _)| name == "device/1/sign").expect("its signing key").1;
    let forged: Vec<Item> = (1..).zip(&caught).map(|(number, one)| forge(one, number, seed)).collect();
    let held = |statuses: &[ReceiptStatus]| {
        statuses.len() == caught.len() && statuses.iter().all(|status| matches!(status, ReceiptStatus::Held(_)))
    };
    assert!(held(&statuses(&site, &forged)), "a forged upload was believed");
    assert_eq!(site.hub.figures(None).expect("figures").people, counted, "a forged upload was counted");
    phone.sync_fair(&site.hub);
    phone.settled();
    assert!(held(&statuses(&site, &forged)), "a forged upload was believed afterwards");
    wanted.people.extend(thief.people());
    wanted.labels.extend(thief.labels());
    site.counts(&wanted.people, &wanted.labels);
    let kept = site.hub.held().expect("held");
    assert!(kept.len() == caught.len() && kept.iter().all(|item| item.reason == "foreign_rows"), "kept, not dropped");
}
