//! Two live copies of one journal with its vault: all people reach the hub, none twice, no loop.

use fieldcore::wire::HeldReason;
use fieldcore_hub::Hub;
use fieldcore_tests::rounds;
use fieldcore_tests::workload::Workload;

use crate::phone::{Phone, Site};

/// What a copy is in the middle of when it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    /// Everything was sent.
    AllSent,
    /// Records wait in an open segment.
    Unsealed,
    /// A batch is sealed and was not sent.
    Sealed,
}

fn workload(seed: u64) -> Workload {
    Workload::new(seed, 400, 10).plain()
}

/// Accepts every fork, as a person who was asked does; how many decisions that took.
fn accept_forks(hub: &Hub) -> usize {
    let mut decisions = 0;
    while let Some(item) = hub.held().expect("held").into_iter().find(|item| item.reason == "fork") {
        hub.accept(item.id).expect("a fork can be accepted");
        decisions += 1;
        assert!(decisions < 20, "a decision that decides nothing");
    }
    assert!(hub.held().expect("held").is_empty(), "something else is held");
    decisions
}

/// Both phones' people and tubes at the hub, everybody once.
fn all_there(site: &Site, one: &Phone, two: &Phone) {
    let people = one.people().union(&two.people()).cloned().collect();
    let labels = one.labels().union(&two.labels()).cloned().collect();
    site.counts(&people, &labels);
}

fn two_copies(seed: u64, moment: Moment) {
    let site = Site::new(seed);
    let mut one = site.phone(seed, workload(2 * seed));
    one.work(15);
    one.sync_fair(&site.hub);
    if moment != Moment::AllSent {
        one.work(4);
    }
    if moment == Moment::Sealed {
        one.journal().seal_now().expect("it seals");
    }
    let mut two = one.copy(seed + 1, workload(2 * seed + 1));
    assert_eq!((one.journal().device(), one.journal().epoch()), (two.journal().device(), two.journal().epoch()));
    let before = one.journal().epoch().ordinal();
    // Both go on, in the very same tube first, and meet the hub in turns.
    for turn in 0..4 {
        one.work(7 + turn);
        two.work(9);
        if (seed + turn as u64).is_multiple_of(2) {
            one.sync_fair(&site.hub);
            two.sync_fair(&site.hub);
        } else {
            two.sync_fair(&site.hub);
            one.sync_fair(&site.hub);
        }
    }
    for phone in [&one, &two] {
        phone.settled();
        let begun = phone.journal().epoch().ordinal() - before;
        assert!(begun <= 2, "{moment:?}: {begun} new epochs for one copy");
    }
    assert_ne!(one.journal().epoch(), two.journal().epoch(), "{moment:?}: they go on apart");
    accept_forks(&site.hub);
    all_there(&site, &one, &two);
    // From now on they are two journals like any other: nothing is held, nothing is sent again.
    for phone in [&mut one, &mut two] {
        phone.work(12);
        let epoch = phone.journal().epoch();
        phone.sync_fair(&site.hub);
        phone.sync_fair(&site.hub);
        phone.settled();
        assert_eq!(phone.journal().epoch(), epoch, "{moment:?}: a new epoch for nothing");
        let hub = &site.hub;
        phone.journal().seal_now().expect("it seals");
        phone.session().hurry().expect("it can be asked");
        let mut bodies = Vec::new();
        phone.turn(4, |request| {
            bodies.push(request.body.len());
            fieldcore_tests::link::deliver(hub, request)
        });
        assert_eq!(bodies.len(), 1, "{moment:?}: a poll, nothing again: {bodies:?}");
    }
    assert!(site.hub.held().expect("held").is_empty(), "{moment:?}: work in epochs of their own is held");
    all_there(&site, &one, &two);
}

#[test]
fn two_live_copies_bring_everybody_once_and_come_to_rest() {
    for moment in [Moment::AllSent, Moment::Unsealed, Moment::Sealed] {
        for seed in 1..=rounds(4, 60) {
            two_copies(seed, moment);
        }
    }
}

/// The negative control: were a fork's records taken without a branch of their own, the figures
/// would not add up; they do not before a person has decided.
#[test]
fn before_a_decision_the_branch_is_held_and_not_counted() {
    let site = Site::new(9);
    let mut one = site.phone(9, workload(18));
    one.work(5);
    let mut two = one.copy(10, workload(19));
    one.work(3);
    two.work(4);
    one.sync_fair(&site.hub);
    two.sync_fair(&site.hub);
    assert_eq!(site.hub.figures(None).expect("figures").people, one.people().len() as u64);
    let held = site.hub.held().expect("held");
    assert!(!held.is_empty() && held.iter().all(|item| item.reason == HeldReason::Fork.as_str()), "{:?}", held.len());
    assert!(accept_forks(&site.hub) > 0);
    all_there(&site, &one, &two);
}
