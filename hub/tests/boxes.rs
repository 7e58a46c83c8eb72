//! Boxes between devices: both sides' words, desks, and what an erasure takes along.
#![allow(clippy::unwrap_used, missing_docs, reason = "a failed test shows the place")]

mod common;

use std::collections::BTreeMap;

use common::{Phone, ROUND, ROUND_2, Site, number, sign};
use fieldcore::custody::{HandOver, HandOverReceipt, OfferedBox, ReceivedBox, TubePass};
use fieldcore::pack::Fixed;
use fieldcore::record::*;
use fieldcore::wire::{Mode, ReceiptStatus};
use fieldcore::{DeviceId, RecordRef};
use fieldcore_hub::reports::custody_model::{Custody, Signature};

/// Two sealed boxes with three tubes, offered and received by another device, one receipt.
struct Van {
    site: Site,
    giver: Phone,
    receiver: Phone,
    containers: Vec<RecordRef>,
    offer: HandOver,
}

impl Van {
    fn new() -> Self {
        let site = Site::new();
        let (mut giver, mut receiver) = (site.phone(), site.phone());
        giver.start_shift(ROUND, "site A");
        receiver.start_shift(ROUND, "site B");
        let mut containers = Vec::new();
        for (label, tubes) in [("BOX-1", &["T-1", "T-2"][..]), ("BOX-2", &["T-3"][..])] {
            let container = giver.write(BoxOpened { label: label.to_owned(), symbology: None, profile: 1 });
            for (position, tube) in (1u32..).zip(tubes) {
                let at = giver.tube(tube);
                giver.bind(at, 1, &number(position + 10 * containers.len() as u32));
                giver.close_tube(at, CloseReason::Short);
                giver.write(TubePacked { container, tube: Some(at), label: (*tube).to_owned() });
            }
            let tubes = tubes.len() as u32;
            giver.write(BoxSealed { container, tubes, seal: Some("S-1".to_owned()), temperature: Some(40) });
            containers.push(container);
        }
        let boxes = containers.iter().zip([("BOX-1", 2), ("BOX-2", 1)]).map(|(container, (label, tubes))| OfferedBox {
            container: *container,
            round: ROUND,
            label: label.to_owned(),
            tubes,
            seal: None,
            temperature: None,
            age_s: Some(600),
        });
        let offer = HandOver {
            mode: Mode::Live,
            campaign: giver.campaign,
            id: [9; 16],
            device_key: giver.key,
            to: None,
            offered_ms: 1,
            boxes: boxes.collect(),
        };
        Self { site, giver, receiver, containers, offer }
    }

    fn receive(&mut self, count: usize) {
        let signature = sign(&self.giver, &self.offer);
        for one in &self.offer.boxes[..count] {
            self.receiver.write(self.offer.received(one, one.tubes, Some(60), signature));
        }
    }

    fn give(&mut self) {
        let boxes =
            self.containers.iter().map(|container| ReceivedBox { container: *container, found: 2, measured: None });
        let receipt = HandOverReceipt {
            campaign: self.giver.campaign,
            id: [9; 16],
            device_key: self.receiver.key,
            giver: self.giver.id,
            received_ms: 5,
            boxes: boxes.collect(),
        };
        let signature = sign(&self.receiver, &receipt);
        for one in &receipt.boxes {
            let body = receipt.given(one, ROUND, signature);
            self.giver.write(body);
        }
    }

    fn send(&mut self, giver_first: bool) -> Custody {
        let mut items = vec![self.giver.batch(), self.receiver.batch()];
        if !giver_first {
            items.reverse();
        }
        for item in items {
            assert_eq!(self.site.one(item), ReceiptStatus::Opened);
        }
        self.site.hub.custody(None).unwrap()
    }
}

#[test]
fn a_hand_over_is_told_by_both_sides_with_signatures_that_hold_in_either_order() {
    for giver_first in [true, false] {
        let mut van = Van::new();
        van.receive(2);
        van.give();
        let found = van.send(giver_first);
        assert_eq!((found.boxes.len(), found.open_hand_overs.len()), (2, 0));
        for line in &found.boxes {
            assert_eq!((line.state, line.device.as_str()), ("sealed", van.receiver.id.to_string().as_str()));
            let hand_over = &line.hand_overs[0];
            let (given, received) = (hand_over.given.as_ref().unwrap(), hand_over.received.as_ref().unwrap());
            assert_eq!((given.signature, received.signature), (Signature::Holds, Signature::Holds));
            assert_eq!(received.temperature, Some(60));
            assert!(line.age_s.unwrap() >= 600 && !line.contested);
        }
        assert_eq!(found.boxes[0].tubes, ["T-1", "T-2"]);
        let tube = found.tubes.iter().find(|line| line.tube == "T-3").unwrap();
        assert_eq!(tube.container.as_deref(), Some("BOX-2"));
        assert_eq!(van.site.hub.custody(Some("BOX-2")).unwrap().tubes.len(), 1);
        van.site.verified();
    }
}

#[test]
fn a_box_stays_in_its_round_whatever_round_it_is_received_and_given_in_and_whatever_came_first() {
    for giver_first in [true, false] {
        let mut van = Van::new();
        // As on a phone, whose batches hold one round each.
        let before = [van.receiver.batch(), van.giver.batch()];
        van.receiver.start_shift(ROUND_2, "site B");
        van.receive(2);
        let receipts = van.receiver.batch();
        van.site.send(&[receipts]);
        let alone = van.site.hub.custody(None).unwrap();
        let id = ROUND.to_string();
        assert!(alone.boxes.iter().all(|line| line.round.as_ref() == Some(&id)), "as the receiver says");
        van.site.send(&before);
        van.receiver.bind(van.containers[0], 1, &number(98));
        van.giver.start_shift(ROUND_2, "site A");
        van.give();
        let found = van.send(giver_first);
        for line in &found.boxes {
            assert_eq!((line.round.as_deref(), line.state), (Some("round 1"), "sealed"));
            assert_eq!(line.since.as_ref().unwrap().at.round.as_deref(), Some("round 2"), "when it was received");
            let sides = [&line.hand_overs[0].given, &line.hand_overs[0].received];
            assert!(sides.iter().all(|side| side.as_ref().unwrap().signature == Signature::Holds));
        }
        // The round goes, and what was said of its boxes in another round's shifts shows nothing of it any more.
        van.site.hub.erase_round("round 1").unwrap();
        assert!(van.site.hub.custody(None).unwrap().boxes.is_empty());
        van.site.verified();
    }
}

#[test]
fn an_item_goes_with_the_round_of_its_people_not_with_that_of_a_box_beside_them() {
    let mut van = Van::new();
    van.receive(2);
    let first = van.giver.shift;
    van.send(true);
    // Two lanes of one phone at work for two rounds: boxes of the first are given in a shift of the second.
    van.giver.start_shift(ROUND_2, "site A");
    let opening = van.giver.batch();
    van.give();
    van.giver.shift = first;
    let tube = van.giver.tube("T-LATE");
    van.giver.bind(tube, 1, &number(77));
    let mixed = van.giver.batch();
    van.site.send(&[opening, mixed]);
    assert_eq!(van.site.hub.trace("T-LATE").unwrap().len(), 1);
    van.site.hub.erase_round("round 1").unwrap();
    assert!(van.site.hub.trace("T-LATE").unwrap().is_empty());
    van.site.verified();
}

#[test]
fn one_sided_hand_overs_are_open_and_a_part_of_an_offer_is_said_to_be_one() {
    let mut van = Van::new();
    van.receive(1);
    let found = van.send(true);
    assert_eq!(found.open_hand_overs.len(), 1, "received, and the giver has not said so");
    let received = found.open_hand_overs[0].received.as_ref().unwrap();
    assert_eq!(received.signature, Signature::Incomplete);
    assert!(found.open_hand_overs[0].given.is_none());

    let mut van = Van::new();
    van.give();
    van.receiver.bind(van.containers[0], 1, &number(99));
    let found = van.send(false);
    assert_eq!(found.open_hand_overs.len(), 2, "given, and the receiver has not said so");
    assert!(found.boxes.iter().all(|line| line.state == "on_the_way"));
}

#[test]
fn what_the_desk_misses_is_named_until_it_is_found() {
    let mut van = Van::new();
    van.receive(2);
    van.give();
    let desk = |label: &str, found| DeskReceived {
        hand_over: Some(Fixed([9; 16])),
        container: Some("BOX-1".to_owned()),
        label: label.to_owned(),
        found,
    };
    van.receiver.write(desk("T-1", DeskFinding::Present));
    van.receiver.write(desk("T-2", DeskFinding::Missing));
    van.receiver.write(desk("T-9", DeskFinding::Extra));
    let found = van.send(false);
    assert_eq!(found.missing.iter().map(|line| line.tube.as_str()).collect::<Vec<_>>(), ["T-2"]);
    let desk_of = |found: &Custody, label: &str| found.tubes.iter().find(|line| line.tube == label).unwrap().desk;
    assert_eq!((desk_of(&found, "T-1"), desk_of(&found, "T-9")), (Some("present"), Some("extra")));
    van.receiver.write(desk("T-2", DeskFinding::Present));
    van.site.send(&[van.receiver.batch()]);
    let found = van.site.hub.custody(None).unwrap();
    assert_eq!((found.missing.len(), desk_of(&found, "T-2")), (0, Some("present")));
}

#[test]
fn an_erased_round_takes_its_boxes_and_moved_tubes_along() {
    let mut van = Van::new();
    van.receive(2);
    van.give();
    van.send(true);
    let (mut one, mut two) = (van.site.phone(), van.site.phone());
    one.start_shift(ROUND, "site A");
    two.start_shift(ROUND, "site A");
    let tube = one.tube("GONE-1");
    let passed = one.write(TubePassedOn { tube, to: None, people: 0, next: 1 });
    let code = gone(&one, passed, tube);
    let signature = sign(&one, &code);
    two.write(code.taken_over(signature));
    two.bind(tube, 1, &number(50));
    // Only the taker's word has arrived: the tube has its label from there.
    van.site.send(&[two.batch()]);
    assert_eq!(van.site.hub.trace("GONE-1").unwrap().len(), 1);
    let first = one.batch();
    one.start_shift(ROUND_2, "site A");
    one.write(BoxOpened { label: "KEPT".to_owned(), symbology: None, profile: 1 });
    van.site.send(&[one.batch()]);
    van.site.send(&[first]);
    van.site.hub.erase_round("round 1").unwrap();
    let found = van.site.hub.custody(None).unwrap();
    assert_eq!(found.boxes.iter().filter_map(|line| line.container.as_deref()).collect::<Vec<_>>(), ["KEPT"]);
    assert!(van.site.hub.trace("GONE-1").unwrap().is_empty());
    van.site.verified();
}

#[test]
fn devices_and_labels_are_those_of_the_story() {
    // A label of two openings is two boxes; each has its own way.
    let site = Site::new();
    let (mut one, mut two) = (site.phone(), site.phone());
    let mut tubes: BTreeMap<DeviceId, &str> = BTreeMap::new();
    for (phone, tube) in [(&mut one, "T-1"), (&mut two, "T-2")] {
        phone.start_shift(ROUND, "site A");
        let container = phone.write(BoxOpened { label: "BOX-1".to_owned(), symbology: None, profile: 1 });
        phone.write(TubePacked { container, tube: None, label: tube.to_owned() });
        tubes.insert(phone.id, tube);
        site.send(&[phone.batch()]);
    }
    let found = site.hub.custody(Some("BOX-1")).unwrap();
    assert_eq!(found.boxes.len(), 2);
    for line in &found.boxes {
        let device = DeviceId::parse(&line.device).unwrap();
        assert_eq!(line.tubes, [tubes[&device]]);
    }
}

/// The offer of an empty tube.
fn gone(phone: &Phone, passed: RecordRef, tube: RecordRef) -> TubePass {
    TubePass {
        mode: Mode::Live,
        campaign: phone.campaign,
        device_key: phone.key,
        round: ROUND,
        tube,
        passed: (passed.epoch, passed.seq),
        label: "GONE-1".to_owned(),
        symbology: None,
        capacity: 10,
        profile: 1,
        people: 0,
        next: 1,
        first_swab_ms: None,
        age_s: None,
        to: None,
    }
}
