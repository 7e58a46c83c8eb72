//! Devices that nobody has accepted, or that were revoked: what they may store, and who decides.

#![allow(clippy::unwrap_used, reason = "a failed test shows the place")]

mod common;

use common::*;
use fieldcore::wire::{HeldReason, Poll, ReceiptStatus};

#[test]
fn made_up_enrolments_have_an_end_and_what_is_refused_leaves_no_trace() {
    let site = Site::new();
    let invitation = site.token(1);
    let mut phone = Phone::new(&invitation);
    phone.token_id = [9; 8];
    let mut refused = None;
    for count in 0..100 {
        phone.epoch = fieldcore::Epoch::new(count, 1);
        let answers = site.send(&[phone.enrolment()]);
        if !answers.refusals.is_empty() {
            assert_eq!(answers.refusals, ["quota"]);
            refused = Some(count);
            break;
        }
    }
    assert_eq!(refused, Some(64));
    let mut forger = Phone::new(&invitation);
    forger.token = [9; 16];
    assert_eq!(site.send(&[forger.enrolment()]).refusals, ["bad_proof"]);
    let store = rusqlite::Connection::open(site.dir().join("hub.db")).unwrap();
    let devices: i64 = store.query_row("SELECT COUNT(*) FROM devices", [], |row| row.get(0)).unwrap();
    assert_eq!(devices, 1, "a refused enrolment makes no device");
    let phone = Phone::new(&invitation);
    assert!(site.send(&[phone.enrolment()]).refusals.is_empty());
}

#[test]
fn a_revoked_device_fills_no_disk() {
    let site = Site::new();
    let mut phone = site.phone();
    site.hub.revoke(phone.id).unwrap();
    let mut items = Vec::new();
    for _ in 0..2_010 {
        phone.write(fieldcore::record::GuardianKept { guardian: "G".to_owned() });
        items.push(phone.batch());
    }
    let (mut kept, mut refused) = (0, Vec::new());
    for part in items.chunks(300) {
        let answers = site.send(part);
        kept += answers.receipts.len();
        refused.extend(answers.refusals);
    }
    assert_eq!((kept, refused), (2_000, vec!["quota".to_owned(); 10]));
}

#[test]
fn a_second_revocation_does_not_legitimise_what_came_after_the_first() {
    let site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "A", 1, 0);
    assert_eq!(site.one(phone.batch()), ReceiptStatus::Opened);
    site.hub.revoke(phone.id).unwrap();
    morning(&mut phone, "B", 1, 100);
    assert_eq!(site.one(phone.batch()), held(HeldReason::Revoked));
    site.hub.revoke(phone.id).unwrap();
    assert_eq!(site.hub.retry_held().unwrap(), 0);
    assert_eq!(site.hub.figures(None).unwrap().people, 10);
}

#[test]
fn what_a_rejected_device_sent_is_never_counted() {
    let site = Site::new();
    let invitation = site.token(1);
    let (first, mut second) = (Phone::new(&invitation), Phone::new(&invitation));
    site.send(&[first.enrolment()]);
    morning(&mut second, "A", 1, 0);
    let answers = site.send(&[second.enrolment(), second.batch()]);
    assert_eq!(answers.statuses(), [held(HeldReason::TokenTaken)]);
    let waiting = site.hub.held().unwrap().into_iter().find(|one| one.id < 0).unwrap();
    site.hub.reject(waiting.id).unwrap();
    assert_eq!(site.hub.retry_held().unwrap(), 0);
    assert_eq!(site.hub.figures(None).unwrap().people, 0);
}

#[test]
fn a_number_that_names_no_held_device_decides_nothing() {
    let site = Site::new();
    let mut phone = site.phone();
    for id in [-1, i64::MIN, i64::MAX] {
        assert_eq!(site.hub.reject(id).unwrap_err().exit_code(), 1);
        assert_eq!(site.hub.accept(id).unwrap_err().exit_code(), 1);
    }
    morning(&mut phone, "A", 1, 0);
    assert_eq!(site.one(phone.batch()), ReceiptStatus::Opened, "an active device is not rejected by its number");
}

#[test]
fn strangers_have_a_quota_and_nobody_else_pays_for_it() {
    let site = Site::new();
    let mut phone = Phone::new(&site.token(1));
    let mut refused = None;
    for count in 0..300 {
        phone.write(fieldcore::record::GuardianKept { guardian: "G".to_owned() });
        let answers = site.send(&[phone.batch()]);
        if !answers.refusals.is_empty() {
            assert_eq!(answers.refusals, ["quota"]);
            refused = Some(count);
            break;
        }
        assert_eq!(answers.statuses(), [held(HeldReason::NotEnrolled)]);
    }
    assert_eq!(refused, Some(200));
    let mut other = site.phone();
    morning(&mut other, "A", 1, 0);
    assert_eq!(site.one(other.batch()), ReceiptStatus::Opened);
}

#[test]
fn revocation_names_what_the_hub_had_and_holds_the_rest_until_a_person_decides() {
    let site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "A", 1, 0);
    let had = phone.batch();
    site.one(had.clone());
    site.hub.revoke(phone.id).unwrap();
    morning(&mut phone, "B", 1, 100);
    let after = phone.batch();
    assert_eq!(site.one(had), ReceiptStatus::Opened);
    assert_eq!(site.one(after.clone()), held(HeldReason::Revoked));
    assert_eq!(site.hub.figures(None).unwrap().people, 10);
    let poll = fieldcore::wire::Poll { revocations: 0, ..phone.poll() };
    let answers = site.send(&[phone.signed(&poll)]);
    let list = answers.dispatches.iter().find(|one| one.kind == fieldcore::wire::DispatchKind::Revocations).unwrap();
    let list = fieldcore::wire::Revocations::parse(&list.payload).unwrap();
    assert_eq!((list.devices.len(), list.devices[0].digests.len()), (1, 1));
    site.hub.accept(site.hub.held().unwrap()[0].id).unwrap();
    assert_eq!(site.one(after), ReceiptStatus::Opened);
    assert_eq!(site.hub.figures(None).unwrap().people, 20);
    site.verified();
}

#[test]
fn a_device_whose_enrolment_never_comes_can_be_accepted() {
    let site = Site::new();
    let mut phone = Phone::new(&site.token(1));
    morning(&mut phone, "A", 1, 0);
    assert_eq!(site.one(phone.batch()), held(HeldReason::NotEnrolled));
    let held_now = site.hub.held().unwrap();
    let device = held_now.iter().find(|item| item.kind == "enrolment").unwrap();
    site.hub.accept(device.id).unwrap();
    assert_eq!(site.hub.figures(None).unwrap().people, 10);
    morning(&mut phone, "B", 1, 100);
    assert_eq!(site.one(phone.batch()), ReceiptStatus::Opened);
    site.verified();
}

#[test]
fn a_poll_that_claims_every_serial_does_no_harm() {
    let site = Site::new();
    let (mut phone, mut other) = (site.phone(), site.phone());
    morning(&mut phone, "A", 1, 0);
    morning(&mut other, "B", 1, 0);
    site.send(&[phone.batch()]);
    site.send(&[other.batch()]);
    for notices in [u64::MAX, 0] {
        let answers = site.send(&[phone.signed(&Poll { notices, ..phone.poll() })]);
        assert_eq!(answers.states.len(), 1);
    }
}
