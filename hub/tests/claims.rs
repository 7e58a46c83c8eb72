//! Who says that it took another device's place, and what that lets it do.

#![allow(clippy::unwrap_used, reason = "a failed test shows the place")]

mod common;

use common::*;
use fieldcore::record::{CloseReason, EpochReason, EpochStarted, SubjectVoided};
use fieldcore::wire::{HeldReason, Poll, ReceiptStatus};

/// An enrolled phone that says it took `of`'s place, for this reason, where `of` stands now.
fn claimant(site: &Site, of: &Phone, reason: EpochReason) -> Phone {
    let mut phone = site.phone();
    phone.epoch = of.epoch.next(7);
    phone.mono = of.mono;
    phone.records.clear();
    phone.seq = 0;
    phone.write(EpochStarted {
        reason,
        parent_device: Some(of.id),
        parent_epoch: Some(of.epoch),
        parent_seq: Some(of.seq),
        app: "test".to_owned(),
    });
    phone
}

fn people(site: &Site) -> u64 {
    site.hub.figures(None).unwrap().people
}

fn claims(site: &Site) -> Vec<(i64, String)> {
    let held = site.hub.held().unwrap();
    held.into_iter().filter(|one| one.kind == "claim").map(|one| (one.id, one.reason)).collect()
}

/// A phone with ten people at the hub, and one that claims its place and voids the first of them.
fn thief_voids(site: &Site) -> (Phone, Phone) {
    let mut owner = site.phone();
    let bound = morning(&mut owner, "A", 1, 0);
    site.one(owner.batch());
    let mut thief = claimant(site, &owner, EpochReason::KeyLoss);
    thief.write(SubjectVoided { subject: bound[0], reason: "gone".to_owned() });
    assert_eq!(site.one(thief.batch()), ReceiptStatus::Opened);
    (owner, thief)
}

#[test]
fn a_claim_changes_nothing_of_the_other_device_before_a_person_says_so() {
    let site = Site::new();
    thief_voids(&site);
    assert_eq!(people(&site), 10, "an act on another device's person was done");
    site.verified();
    let waits = claims(&site);
    assert_eq!(waits[0].1, "place_acts_wait");
    site.hub.reject(waits[0].0).unwrap();
    assert_eq!((people(&site), claims(&site).len()), (10, 0));
    site.verified();

    let site = Site::new();
    thief_voids(&site);
    site.hub.accept(claims(&site)[0].0).unwrap();
    assert_eq!((people(&site), claims(&site).len()), (9, 0), "accepted: it is the same phone");
    site.verified();
}

#[test]
fn only_a_loss_of_keys_takes_a_place() {
    for reason in [EpochReason::Started, EpochReason::Enrolment, EpochReason::Clone] {
        let site = Site::new();
        let mut owner = site.phone();
        morning(&mut owner, "A", 1, 0);
        site.one(owner.batch());
        morning(&mut owner, "B", 1, 100);
        let (segment, rows) = owner.rows();
        let mut other = claimant(&site, &owner, reason);
        site.one(other.batch());
        assert_eq!(claims(&site)[0].1, "place_held", "{reason:?}");
        assert_eq!(site.one(other.salvage(1, &segment, &rows)), held(HeldReason::ForeignRows), "{reason:?}");
        assert_eq!(people(&site), 10, "{reason:?}");
        site.hub.accept(claims(&site)[0].0).unwrap();
        assert_eq!(people(&site), 20, "{reason:?}: a person's word lets it bring the rows");
        site.verified();
    }
}

#[test]
fn a_sign_of_life_holds_a_claim_that_stood() {
    let signs: [fn(&Site, &mut Phone); 2] = [
        |site, owner| {
            morning(owner, "C", 1, 200);
            site.one(owner.batch());
        },
        |site, owner| {
            let poll = Poll { wall_ms: START + i64::try_from(owner.mono).unwrap() + 60_000, ..owner.poll() };
            site.send(&[owner.signed(&poll)]);
        },
    ];
    for sign in signs {
        let site = Site::new();
        let mut owner = site.phone();
        morning(&mut owner, "A", 1, 0);
        site.one(owner.batch());
        let mut thief = claimant(&site, &owner, EpochReason::KeyLoss);
        let mut caught = owner.clone();
        morning(&mut caught, "B", 1, 100);
        let (segment, rows) = caught.rows();
        site.one(thief.batch());
        // What was said before the claim, and comes late, is no sign of life.
        site.send(&[owner.signed(&owner.poll())]);
        assert!(claims(&site).is_empty(), "the claim stands");
        site.forward(DAY);
        sign(&site, &mut owner);
        assert_eq!(claims(&site)[0].1, "place_contested");
        assert_eq!(site.one(thief.salvage(1, &segment, &rows)), held(HeldReason::ForeignRows));
        site.verified();
    }
}

#[test]
fn a_claim_on_a_device_that_wrote_on_or_whose_place_is_taken_is_held() {
    let site = Site::new();
    let mut owner = site.phone();
    let mut late = claimant(&site, &owner, EpochReason::KeyLoss);
    morning(&mut owner, "A", 1, 0);
    site.one(owner.batch());
    site.one(late.batch());
    assert_eq!(claims(&site)[0].1, "place_held");
    let mut first = claimant(&site, &owner, EpochReason::KeyLoss);
    let mut second = claimant(&site, &owner, EpochReason::KeyLoss);
    site.one(first.batch());
    site.one(second.batch());
    assert_eq!(claims(&site).len(), 2, "the late one and the second, not the first");
    site.verified();
}

#[test]
fn tubes_left_open_are_told_as_lost_and_the_owners_own_closing_counts() {
    for closes in [false, true] {
        let site = Site::new();
        let mut owner = site.phone();
        owner.start_shift(ROUND, "site A");
        let tube = owner.tube("LOST-001");
        owner.bind(tube, 1, &number(1));
        site.one(owner.batch());
        let mut next = claimant(&site, &owner, EpochReason::KeyLoss);
        next.shift = owner.shift;
        next.close_tube(tube, CloseReason::KeyLoss);
        site.one(next.batch());
        if closes {
            owner.close_tube(tube, CloseReason::Short);
            site.one(owner.batch());
        }
        let traced = site.hub.trace("LOST-001").unwrap().remove(0);
        assert_eq!(traced.closed, Some(if closes { "short" } else { "key_loss" }));
        assert_eq!(claims(&site).len(), usize::from(closes), "nobody is asked but where both live");
        site.verified();
    }
}
