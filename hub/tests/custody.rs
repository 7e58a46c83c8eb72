//! Tubes and boxes between devices: whatever arrives first, the hub tells the same.
#![allow(clippy::unwrap_used, missing_docs, reason = "a failed test shows the place")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Phone, ROUND, ROUND_2, Site, number};
use fieldcore::custody::{HandOver, HandOverReceipt, OfferedBox, ReceivedBox, TubePass};
use fieldcore::pack::Fixed;
use fieldcore::record::*;
use fieldcore::wire::{DeviceSigned, DeviceStatement, Item, Mode, ReceiptStatus};
use fieldcore::{DeviceId, RecordRef};
use fieldcore_hub::reports::custody_model::{Custody, Signature};
use proptest::prelude::*;

fn sign<T: DeviceStatement>(phone: &Phone, statement: &T) -> [u8; 64] {
    DeviceSigned::sign(statement, &phone.seed).unwrap().signature
}

fn offer(phone: &Phone, passed: RecordRef, tube: RecordRef, label: &str, people: u32, next: u32) -> TubePass {
    TubePass {
        mode: Mode::Live,
        campaign: phone.campaign,
        device_key: phone.key,
        round: ROUND,
        tube,
        passed: (passed.epoch, passed.seq),
        label: label.to_owned(),
        symbology: None,
        capacity: 10,
        profile: 1,
        people,
        next,
        first_swab_ms: None,
        age_s: None,
        to: None,
    }
}

/// A story of three phones and one tube; each batch is one phone's, in its order.
fn relay(site: &Site, phones: &mut [Phone]) -> Vec<Item> {
    for phone in phones.iter_mut() {
        phone.start_shift(ROUND, "site A");
    }
    let tube = phones[0].tube("T-1");
    phones[0].bind(tube, 1, &number(1));
    let mut items = vec![phones[0].batch()];
    let passed = phones[0].write(TubePassedOn { tube, to: None, people: 1, next: 2 });
    items.push(phones[0].batch());
    let code = offer(&phones[0], passed, tube, "T-1", 1, 2);
    let signature = sign(&phones[0], &code);
    phones[1].write(code.taken_over(signature));
    let moved = phones[1].bind(tube, 2, &number(2));
    let own = phones[1].tube("T-2");
    items.push(phones[1].batch());
    phones[1].write(SubjectMoved { subject: moved, tube: own, position: 1 });
    let third = phones[1].bind(tube, 3, &number(3));
    phones[1].write(SubjectVoided { subject: third, reason: "wrong".to_owned() });
    phones[1].bind(tube, 4, &number(4));
    let passed = phones[1].write(TubePassedOn { tube, to: Some(phones[2].id), people: 2, next: 5 });
    items.push(phones[1].batch());
    let code = TubePass { to: Some(phones[2].id), ..offer(&phones[1], passed, tube, "T-1", 2, 5) };
    let signature = sign(&phones[1], &code);
    phones[2].write(code.taken_over(signature));
    phones[2].bind(tube, 5, &number(5));
    items.push(phones[2].batch());
    phones[2].close_tube(tube, CloseReason::Short);
    items.push(phones[2].batch());
    let _ = site;
    items
}

fn told(site: &Site) -> Vec<String> {
    let mut lines = Vec::new();
    for label in ["T-1", "T-2"] {
        for tube in site.hub.trace(label).unwrap() {
            let people: Vec<_> = tube.people.iter().map(|one| (one.position, one.number.clone())).collect();
            let steps: Vec<_> = tube.moved.iter().map(|step| (step.what, step.people, step.signature)).collect();
            lines.push(format!("{label} {people:?} {steps:?} {:?} {}", tube.closed, tube.contested));
        }
    }
    let figures = site.hub.figures(None).unwrap();
    lines.push(format!("{} {} {}", figures.people, figures.tubes, figures.short));
    let found = site.hub.conflicts().unwrap();
    lines.push(format!("{} {}", found.without_tube.len(), found.contested.len()));
    lines
}

#[test]
fn a_tube_of_three_phones_is_one_tube_in_every_order_of_arrival() {
    let mut expected: Option<Vec<String>> = None;
    for order in [[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], [2, 4, 0, 5, 3, 1], [3, 5, 1, 4, 2, 0]] {
        let site = Site::new();
        let mut phones = [site.phone(), site.phone(), site.phone()];
        let items = relay(&site, &mut phones);
        for at in order {
            assert_eq!(site.one(items[at].clone()), ReceiptStatus::Opened);
        }
        let lines = told(&site);
        site.verified();
        site.hub.rebuild().unwrap();
        assert_eq!(told(&site), lines, "derived again");
        assert_eq!(*expected.get_or_insert_with(|| lines.clone()), lines, "order {order:?}");
        let traced = &site.hub.trace("T-1").unwrap()[0];
        let positions: Vec<_> = traced.people.iter().map(|one| one.position).collect();
        assert_eq!((positions, traced.closed, traced.contested), (vec![1, 4, 5], Some("short"), false));
        assert_eq!(traced.moved.len(), 4);
        let signatures: Vec<_> = traced.moved.iter().filter_map(|step| step.signature).collect();
        assert_eq!(signatures, [Signature::Holds, Signature::Holds]);
        let figures = site.hub.figures(None).unwrap();
        assert_eq!((figures.people, figures.tubes, figures.short), (4, 2, 1), "one label counts once");
        let found = site.hub.custody(None).unwrap();
        let line = found.tubes.iter().find(|line| line.tube == "T-1").unwrap();
        assert_eq!(line.device.as_deref(), Some(phones[2].id.to_string().as_str()));
    }
}

#[test]
fn before_the_givers_word_nobody_is_lost_and_nothing_is_closed() {
    let site = Site::new();
    let mut phones = [site.phone(), site.phone(), site.phone()];
    let items = relay(&site, &mut phones);
    for at in [0, 2, 3, 4, 5] {
        site.send(&[items[at].clone()]);
    }
    // The batch with the first word "passed on" is missing.
    let found = site.hub.conflicts().unwrap();
    assert_eq!(found.without_tube.len(), 2, "counted, and their tube not named yet");
    assert_eq!(site.hub.trace("T-1").unwrap()[0].closed, None);
    site.send(&[items[1].clone()]);
    assert_eq!(site.hub.conflicts().unwrap().count(), 0);
}

#[test]
fn a_forged_taking_over_gives_no_right_and_shows() {
    let site = Site::new();
    let (mut one, mut two) = (site.phone(), site.phone());
    for phone in [&mut one, &mut two] {
        phone.start_shift(ROUND, "site A");
    }
    let tube = one.tube("T-1");
    one.bind(tube, 1, &number(1));
    // A word that the giver never said, signed by nobody.
    let passed = RecordRef { seq: 99, ..tube };
    let body = offer(&one, passed, tube, "T-1", 1, 2).taken_over([7; 64]);
    two.write(body);
    two.bind(tube, 2, &number(2));
    two.write(TubeSpoiled { tube: Some(tube), label: None, reason: "no".to_owned() });
    two.close_tube(tube, CloseReason::Short);
    site.send(&[one.batch(), two.batch()]);
    let traced = &site.hub.trace("T-1").unwrap()[0];
    assert_eq!((traced.people.len(), traced.closed, traced.spoiled), (1, None, false));
    assert_eq!(traced.moved[0].signature, Some(Signature::Fails));
    assert_eq!(site.hub.conflicts().unwrap().without_tube.len(), 1);
}

#[test]
fn a_contested_tube_keeps_everybody_and_shows_both_stories() {
    let site = Site::new();
    let (mut one, mut two) = (site.phone(), site.phone());
    for phone in [&mut one, &mut two] {
        phone.start_shift(ROUND, "site A");
    }
    let tube = one.tube("T-1");
    one.bind(tube, 1, &number(1));
    let passed = one.write(TubePassedOn { tube, to: None, people: 1, next: 2 });
    let code = offer(&one, passed, tube, "T-1", 1, 2);
    let signature = sign(&one, &code);
    two.write(code.taken_over(signature));
    two.bind(tube, 2, &number(2));
    one.write(TubeTakenBack { passed, reason: None });
    one.bind(tube, 2, &number(3));
    site.send(&[two.batch(), one.batch()]);
    let traced = &site.hub.trace("T-1").unwrap()[0];
    assert_eq!((traced.people.len(), traced.contested), (3, true));
    let words: Vec<_> = traced.moved.iter().map(|step| step.what).collect();
    assert_eq!(words, ["passed_on", "taken_over", "taken_back"]);
    let found = site.hub.conflicts().unwrap();
    assert_eq!((found.contested.len(), found.count()), (1, 1));
    assert_eq!(site.hub.stock().unwrap().conflicts, 1);
    site.verified();
}

/// What a phone does in a random history; tubes and offers are named by their places in lists.
#[derive(Clone, Debug)]
enum Step {
    Open,
    Bind(usize),
    Pass(usize, Option<usize>),
    Take(usize),
    Back(usize),
    Close(usize),
    Spoil(usize),
    Void(usize),
    Seal,
}

fn step() -> impl Strategy<Value = (usize, Step)> {
    let what = prop_oneof![
        1 => Just(Step::Open),
        6 => (0usize..8).prop_map(Step::Bind),
        3 => (0usize..8, prop::option::of(0usize..3)).prop_map(|(tube, to)| Step::Pass(tube, to)),
        4 => (0usize..8).prop_map(Step::Take),
        1 => (0usize..8).prop_map(Step::Back),
        1 => (0usize..8).prop_map(Step::Close),
        1 => (0usize..8).prop_map(Step::Spoil),
        1 => (0usize..16).prop_map(Step::Void),
        2 => Just(Step::Seal),
    ];
    (0usize..3, what)
}

/// The plain meaning: who did what, as sets.
#[derive(Default)]
struct Model {
    opened: Vec<(usize, RecordRef)>,
    /// By phone: tube and person.
    bound: Vec<(usize, usize, u32, bool)>,
    subjects: Vec<(usize, RecordRef)>,
    /// By phone: tube, for whom.
    passes: Vec<(usize, usize, Option<usize>, RecordRef)>,
    takes: BTreeSet<(usize, usize)>,
    backs: BTreeSet<usize>,
    spoils: Vec<(usize, usize)>,
}

impl Model {
    /// Who may act on a tube: its opener, and whoever took it from somebody who may.
    fn holders(&self, tube: usize) -> BTreeSet<usize> {
        let mut holders = BTreeSet::from([self.opened[tube].0]);
        for _ in 0..self.passes.len() {
            for (number, (giver, of, to, _)) in self.passes.iter().enumerate() {
                if *of == tube && holders.contains(giver) {
                    let takers = self.takes.iter().filter(|take| take.1 == number).map(|take| take.0);
                    holders.extend(takers.filter(|taker| to.is_none_or(|to| to == *taker)));
                }
            }
        }
        holders
    }

    fn people(&self, tube: usize) -> BTreeSet<u32> {
        let holders = self.holders(tube);
        let there = self.bound.iter().filter(|(by, of, _, stands)| *of == tube && *stands && holders.contains(by));
        there.map(|(_, _, person, _)| *person).collect()
    }

    fn contested(&self, tube: usize) -> bool {
        self.passes.iter().enumerate().any(|(number, (_, of, ..))| {
            let words =
                self.takes.iter().filter(|take| take.1 == number).count() + usize::from(self.backs.contains(&number));
            *of == tube && words > 1
        })
    }
}

/// Plays the steps; answers the batches in their order.
fn play(phones: &mut [Phone], steps: &[(usize, Step)], model: &mut Model) -> Vec<Item> {
    let mut items = Vec::new();
    for phone in phones.iter_mut() {
        phone.start_shift(ROUND, "site A");
    }
    for (by, step) in steps {
        let by = *by;
        let pick = |length: usize, at: usize| (length > 0).then(|| at % length);
        match step {
            Step::Open => {
                let at = phones[by].tube(&format!("T-{}", model.opened.len()));
                model.opened.push((by, at));
            }
            Step::Bind(tube) => {
                let Some(tube) = pick(model.opened.len(), *tube) else { continue };
                let person = model.bound.len() as u32 + 1;
                let at = phones[by].bind(model.opened[tube].1, person, &number(person));
                model.bound.push((by, tube, person, true));
                model.subjects.push((by, at));
            }
            Step::Pass(tube, to) => {
                let Some(tube) = pick(model.opened.len(), *tube) else { continue };
                let to_device = to.map(|to| phones[to].id);
                let body = TubePassedOn { tube: model.opened[tube].1, to: to_device, people: 0, next: 1 };
                let at = phones[by].write(body);
                model.passes.push((by, tube, *to, at));
            }
            Step::Take(pass) => {
                let Some(pass) = pick(model.passes.len(), *pass) else { continue };
                let (giver, tube, to, passed) = model.passes[pass];
                if giver == by || !model.takes.insert((by, pass)) {
                    continue;
                }
                let code = offer(&phones[giver], passed, model.opened[tube].1, &format!("T-{tube}"), 0, 1);
                let code = TubePass { to: to.map(|to| phones[to].id), ..code };
                let signature = sign(&phones[giver], &code);
                phones[by].write(code.taken_over(signature));
            }
            Step::Back(pass) => {
                let Some(pass) = pick(model.passes.len(), *pass) else { continue };
                if model.passes[pass].0 == by && model.backs.insert(pass) {
                    phones[by].write(TubeTakenBack { passed: model.passes[pass].3, reason: None });
                }
            }
            Step::Close(tube) => {
                let Some(tube) = pick(model.opened.len(), *tube) else { continue };
                phones[by].close_tube(model.opened[tube].1, CloseReason::Short);
            }
            Step::Spoil(tube) => {
                let Some(tube) = pick(model.opened.len(), *tube) else { continue };
                let body = TubeSpoiled { tube: Some(model.opened[tube].1), label: None, reason: "wet".to_owned() };
                phones[by].write(body);
                model.spoils.push((by, tube));
            }
            Step::Void(subject) => {
                let Some(subject) = pick(model.subjects.len(), *subject) else { continue };
                let (owner, at) = model.subjects[subject];
                if owner == by {
                    phones[by].write(SubjectVoided { subject: at, reason: "wrong".to_owned() });
                    model.bound[subject].3 = false;
                }
            }
            Step::Seal => {}
        }
        if matches!(step, Step::Seal) && !phones[by].records.is_empty() {
            items.push(phones[by].batch());
        }
    }
    for phone in phones.iter_mut().filter(|phone| !phone.records.is_empty()) {
        items.push(phone.batch());
    }
    items
}

fn compare(site: &Site, model: &Model) -> Result<(), TestCaseError> {
    let found = site.hub.custody(None).unwrap();
    for tube in 0..model.opened.len() {
        let label = format!("T-{tube}");
        let traced = site.hub.trace(&label).unwrap();
        prop_assert_eq!(traced.len(), 1);
        let people: BTreeSet<u32> = traced[0].people.iter().map(|one| one.position).collect();
        prop_assert_eq!(&people, &model.people(tube), "{}", label);
        prop_assert_eq!(traced[0].contested, model.contested(tube), "{}", label);
        let holders = model.holders(tube);
        let spoiled = model.spoils.iter().any(|(by, of)| *of == tube && holders.contains(by));
        prop_assert_eq!(traced[0].spoiled, spoiled, "{}", label);
        let line = found.tubes.iter().find(|line| line.tube == label).unwrap();
        prop_assert_eq!(line.people as usize, people.len());
    }
    let all: usize = model.bound.iter().filter(|one| one.3).count();
    prop_assert_eq!(site.hub.figures(None).unwrap().people as usize, all, "nobody is lost");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn random_histories_of_three_phones_come_to_the_same_in_any_order(
        steps in prop::collection::vec(step(), 5..60),
        order in any::<u64>(),
    ) {
        let site = Site::new();
        let mut phones = [site.phone(), site.phone(), site.phone()];
        let mut model = Model::default();
        let mut items = play(&mut phones, &steps, &mut model);
        // A shuffle by a seed that a failure prints.
        let mut state = order | 1;
        for at in (1..items.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            items.swap(at, (state >> 33) as usize % (at + 1));
        }
        for item in items {
            site.send(&[item]);
        }
        compare(&site, &model)?;
        let found = site.hub.verify().unwrap();
        prop_assert!(found.ok, "{:?}", found.faults);
    }
}

#[test]
fn the_model_sees_a_hub_that_lacks_a_word() {
    let site = Site::new();
    let mut phones = [site.phone(), site.phone(), site.phone()];
    let mut model = Model::default();
    let steps = [
        (0, Step::Open),
        (0, Step::Pass(0, None)),
        (0, Step::Seal),
        (1, Step::Take(0)),
        (1, Step::Seal),
        (1, Step::Bind(0)),
        (1, Step::Seal),
    ];
    let items = play(&mut phones, &steps, &mut model);
    for at in [0, 2] {
        site.send(&[items[at].clone()]);
    }
    assert!(compare(&site, &model).is_err(), "without the taking over the person's tube is not named");
    site.send(&[items[1].clone()]);
    assert!(compare(&site, &model).is_ok());
}

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
            let body = receipt.given(one, signature);
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
    let code = offer(&one, passed, tube, "GONE-1", 0, 1);
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
