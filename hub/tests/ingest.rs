//! Enrolment, receipts, retries, duplicates, forks, salvage: what the hub does with what arrives.

#![allow(clippy::unwrap_used, reason = "a failed test shows the place")]

mod common;

use common::*;
use fieldcore::record::{Body, ContactKept, EpochReason, SubjectUndone, SubjectVoided, Value};
use fieldcore::wire::{Batch, Bundle, HeldReason, Item, Mode, ReceiptStatus};

#[test]
fn a_morning_is_opened_counted_and_verified() {
    let site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "TUBE", 3, 0);
    assert_eq!(site.one(phone.batch()), ReceiptStatus::Opened);
    let figures = site.hub.figures(None).unwrap();
    assert_eq!((figures.people, figures.tubes, figures.distinct_people), (30, 3, 30));
    site.verified();
}

#[test]
fn every_retry_gets_the_same_receipt_and_counts_once() {
    let mut site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "TUBE", 1, 0);
    let batch = phone.batch();
    let first = site.send(std::slice::from_ref(&batch));
    site.forward(DAY);
    let second = site.send(&[phone.enrolment(), batch.clone(), batch.clone()]);
    site.reopen();
    let third = site.send(&[batch]);
    assert_eq!(first.receipt_bytes[0], second.receipt_bytes[0]);
    assert_eq!(second.receipt_bytes[0], second.receipt_bytes[1]);
    assert_eq!(first.receipt_bytes, third.receipt_bytes);
    assert_eq!(site.hub.figures(None).unwrap().people, 10);
    assert_eq!(site.hub.stock().unwrap().records, u64::from(1 + 1 + 12u32));
    site.verified();
}

#[test]
fn an_answer_lost_after_the_commit_is_answered_the_same_again() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    let mut site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "TUBE", 1, 0);
    let batch = phone.batch();
    site.hub.close();
    let commits = Arc::new(AtomicU32::new(0));
    let seen = Arc::clone(&commits);
    let mut around = surroundings(&site.clock);
    // Between commit and reply the process is as good as dead: the writer never answers.
    around.after_commit = Some(Arc::new(move || {
        seen.fetch_add(1, Ordering::SeqCst);
        panic!("the process dies here");
    }));
    site.hub = fieldcore_hub::Hub::open(&site.dir(), around).unwrap();
    let bundle = Bundle::write(std::slice::from_ref(&batch)).unwrap();
    assert!(site.hub.ingest(&bundle).is_err());
    assert_eq!(commits.load(Ordering::SeqCst), 1);
    site.reopen();
    assert_eq!(site.hub.figures(None).unwrap().people, 10, "the commit stands");
    let again = site.send(std::slice::from_ref(&batch));
    assert_eq!(again.receipt_bytes, site.send(&[batch]).receipt_bytes);
    assert_eq!(site.hub.figures(None).unwrap().people, 10);
}

#[test]
fn batches_before_their_enrolment_in_any_order_are_held_and_then_opened() {
    let site = Site::new();
    let mut phone = Phone::new(&site.token(1));
    morning(&mut phone, "A", 1, 0);
    let first = phone.batch();
    morning(&mut phone, "B", 1, 100);
    let second = phone.batch();
    morning(&mut phone, "C", 1, 200);
    let third = phone.batch();
    let early = site.send(&[third, first]);
    assert_eq!(early.statuses(), vec![held(HeldReason::NotEnrolled); 2]);
    assert_eq!(site.hub.figures(None).unwrap().people, 0);
    // A stranger gets no dispatches and no state.
    assert!(site.send(&[phone.signed(&phone.poll())]).states.is_empty());
    let lowest = early.receipts.iter().map(|receipt| receipt.serial).min().unwrap();
    let poll = fieldcore::wire::Poll { held: lowest, ..phone.poll() };
    let late = site.send(&[phone.enrolment(), second, phone.signed(&poll)]);
    let opened = late.receipts.iter().filter(|receipt| receipt.status == ReceiptStatus::Opened).count();
    assert_eq!(opened, 3, "the second, and the two that waited");
    assert_eq!(site.hub.figures(None).unwrap().people, 30);
    assert_eq!(late.states.len(), 1);
    assert_eq!(late.states[0].nonce, poll.nonce);
    site.verified();
}

#[test]
fn two_phones_on_one_token_first_is_active_the_other_held_until_accepted() {
    let site = Site::new();
    let invitation = site.token(1);
    let (mut one, mut two) = (Phone::new(&invitation), Phone::new(&invitation));
    site.send(&[one.enrolment(), two.enrolment()]);
    morning(&mut one, "A", 1, 0);
    morning(&mut two, "B", 1, 100);
    assert_eq!(site.one(one.batch()), ReceiptStatus::Opened);
    assert_eq!(site.one(two.batch()), held(HeldReason::TokenTaken));
    let waiting = site.hub.held().unwrap();
    let device = waiting.iter().find(|item| item.kind == "enrolment").unwrap();
    assert_eq!(device.reason, "token_taken");
    site.hub.accept(device.id).unwrap();
    assert_eq!(site.hub.figures(None).unwrap().people, 20);
    assert!(site.hub.held().unwrap().is_empty());
    site.verified();
}

#[test]
fn a_proof_by_another_token_and_an_expired_token_do_not_enrol() {
    let site = Site::new();
    let mut wrong = Phone::new(&site.token(1));
    wrong.token = [9; 16];
    assert_eq!(site.send(&[wrong.enrolment()]).refusals, ["bad_proof"]);
    let late = Phone::new(&site.token(1));
    site.forward(8 * DAY);
    let answers = site.send(&[late.enrolment()]);
    assert!(answers.refusals.is_empty());
    assert_eq!(site.hub.held().unwrap()[0].reason, "not_enrolled");
}

#[test]
fn practice_is_refused_without_a_receipt() {
    let site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "A", 1, 0);
    let records = std::mem::take(&mut phone.records);
    let batch = phone.seal_as(Mode::Practice, &records, &[]);
    let answers = site.send(&[Item::Batch(batch.to_bytes().unwrap())]);
    assert_eq!(answers.refusals, ["practice"]);
    assert!(answers.receipts.is_empty());
    assert_eq!(site.hub.stock().unwrap().items, 0);
}

#[test]
fn altered_truncated_and_spliced_items_are_refused_and_the_rest_goes_on() {
    let site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "A", 1, 0);
    let good = phone.seal();
    let bytes = good.to_bytes().unwrap();
    let mut altered = bytes.clone();
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    morning(&mut phone, "B", 1, 100);
    let other = phone.seal();
    let spliced = Batch { body: other.body.clone(), ..good.clone() };
    let mut bundle = Bundle::write(&[
        Item::Batch(altered),
        Item::Batch(bytes[..bytes.len() - 3].to_vec()),
        Item::Batch(spliced.to_bytes().unwrap()),
        Item::Batch(bytes),
        Item::Batch(other.to_bytes().unwrap()),
    ])
    .unwrap();
    bundle.truncate(bundle.len() - 1);
    let answers = site.send_bytes(&bundle);
    assert_eq!(answers.refusals, ["bad_signature", "unreadable", "bad_signature"]);
    assert_eq!(answers.statuses(), [ReceiptStatus::Opened], "the last one is cut off and comes again");
    assert!(site.hub.ingest(b"not a bundle").is_err());
    assert_eq!(site.hub.figures(None).unwrap().people, 10);
    assert_eq!(site.one(Item::Batch(other.to_bytes().unwrap())), ReceiptStatus::Opened);
    site.verified();
}

#[test]
fn no_bundle_however_cut_or_altered_makes_the_hub_fail() {
    let site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "A", 1, 0);
    let (segment, rows) = { phone.clone().rows() };
    let salvage = phone.salvage(1, &segment, &rows);
    let bundle = Bundle::write(&[phone.enrolment(), phone.batch(), salvage, phone.signed(&phone.poll())]).unwrap();
    let mut state = 88_172_645_463_325_252u64;
    for _ in 0..400 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let mut bytes = bundle.clone();
        let at = usize::try_from(state >> 16).unwrap() % bytes.len();
        if state & 1 == 0 {
            bytes.truncate(at);
        } else {
            bytes[at] ^= 1 << (state >> 8 & 7);
        }
        let _ = site.hub.ingest(&bytes);
    }
    site.send_bytes(&bundle);
    assert_eq!(site.hub.figures(None).unwrap().people, 10);
    site.verified();
}

#[test]
fn a_forked_phone_is_held_shared_records_count_once_and_acceptance_counts_the_rest() {
    let site = Site::new();
    let mut original = site.phone();
    original.start_shift(ROUND, "site A");
    let tube = original.tube("FORK-1");
    original.bind(tube, 1, &number(1));
    let mut copy = original.clone();
    original.bind(tube, 2, &number(2));
    copy.bind(tube, 2, &number(3));
    copy.bind(tube, 3, &number(4));
    assert_eq!(site.one(original.batch()), ReceiptStatus::Opened);
    assert_eq!(site.one(copy.batch()), held(HeldReason::Fork));
    let tube_2 = copy.tube("FORK-2");
    copy.bind(tube_2, 1, &number(5));
    assert_eq!(site.one(copy.batch()), held(HeldReason::Fork), "the copy's next batch goes with its branch");
    original.bind(tube, 3, &number(6));
    assert_eq!(site.one(original.batch()), ReceiptStatus::Opened, "the first branch goes on");
    assert_eq!(site.hub.figures(None).unwrap().people, 3);
    // The copy hears of it, opens a new epoch and goes on with its own tube.
    copy.new_epoch(EpochReason::Clone);
    copy.bind(tube_2, 2, &number(7));
    assert_eq!(site.one(copy.batch()), ReceiptStatus::Opened);
    assert_eq!(site.hub.figures(None).unwrap().people, 4);
    site.verified();
    let item = site.hub.held().unwrap()[0].id;
    site.hub.accept(item).unwrap();
    let figures = site.hub.figures(None).unwrap();
    assert_eq!((figures.people, figures.distinct_people, figures.tubes), (7, 7, 2));
    let traced = site.hub.trace("FORK-2").unwrap();
    assert_eq!(traced.len(), 1);
    assert_eq!(traced[0].people.len(), 2, "one of the branch, one of the epoch that goes on from it");
    assert!(site.hub.held().unwrap().is_empty());
    site.verified();
}

#[test]
fn a_rejected_branch_is_never_counted() {
    let site = Site::new();
    let mut original = site.phone();
    let mut copy = original.clone();
    morning(&mut original, "A", 1, 0);
    morning(&mut copy, "B", 1, 100);
    site.one(original.batch());
    let branch = copy.batch();
    assert_eq!(site.one(branch.clone()), held(HeldReason::Fork));
    site.hub.reject(site.hub.held().unwrap()[0].id).unwrap();
    assert_eq!(site.one(branch), held(HeldReason::Fork));
    assert_eq!(site.hub.figures(None).unwrap().people, 10);
    assert!(site.hub.held().unwrap().is_empty());
    site.verified();
}

#[test]
fn a_reissue_counts_nothing_twice_and_other_content_under_a_seq_is_held() {
    let site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "A", 1, 0);
    let records = phone.records.clone();
    site.one(phone.batch());
    let again = phone.seal_as(Mode::Live, &records, &[]);
    assert_eq!(site.one(Item::Batch(again.to_bytes().unwrap())), ReceiptStatus::Opened);
    assert_eq!(site.hub.figures(None).unwrap().people, 10);
    let mut other = records;
    let Body::SubjectBound(person) = &mut other[3].body else { panic!("a person") };
    person.number = Some(number(900));
    let changed = phone.seal_as(Mode::Live, &other, &[]);
    assert_eq!(site.one(Item::Batch(changed.to_bytes().unwrap())), held(HeldReason::ContentConflict));
    let conflicts = site.hub.conflicts().unwrap();
    assert_eq!(conflicts.contents.len(), 1);
    assert_eq!(site.hub.figures(None).unwrap().people, 10);
    site.hub.accept(conflicts.contents[0].id).unwrap();
    assert_eq!(site.hub.figures(None).unwrap().people, 11, "both contents count once a person says so");
    site.verified();
}

#[test]
fn rows_of_a_phone_that_lost_its_keys_count_as_its_own_and_forgeries_are_held() {
    let site = Site::new();
    let mut lost = site.phone();
    morning(&mut lost, "A", 1, 0);
    site.one(lost.batch());
    morning(&mut lost, "B", 1, 100);
    let (segment, rows) = lost.rows();
    // Another enrolled phone that got hold of the rows is not believed.
    let thief = site.phone();
    assert_eq!(site.one(thief.salvage(1, &segment, &rows)), held(HeldReason::ForeignRows));
    assert_eq!(site.hub.figures(None).unwrap().people, 10);
    // The phone itself, with new keys; the salvage comes before the record that says whose place it took.
    let mut next = lost.successor(&site.token(1));
    site.send(&[next.enrolment()]);
    assert_eq!(site.one(next.salvage(1, &segment, &rows)), held(HeldReason::ForeignRows));
    assert_eq!(site.one(next.batch()), ReceiptStatus::Opened);
    assert_eq!(site.hub.figures(None).unwrap().people, 20);
    let opened = site.one(next.salvage(1, &segment, &rows));
    assert_eq!(opened, ReceiptStatus::Opened);
    // A header made up by another phone, naming the first one's epoch, is not signed by that one.
    let mut forger = site.phone();
    forger.start_shift(ROUND, "site B");
    let tube = forger.tube("FORGED");
    forger.bind(tube, 1, &number(500));
    let (mut header, forged) = forger.rows();
    header.signature[0] ^= 1;
    let item = forge_salvage(&forger, &header, &forged);
    assert_eq!(site.one(item), held(HeldReason::RowsRejected));
    assert_eq!(site.hub.figures(None).unwrap().people, 20);
    site.verified();
}

/// A salvage whose segment header does not verify; `Salvage::seal` would not make it.
fn forge_salvage(
    phone: &Phone,
    segment: &fieldcore::wire::SignedSegment,
    rows: &[fieldcore::wire::SalvagedRow],
) -> Item {
    use fieldcore::crypto::{self, Domain};
    use fieldcore::pack::{self, Blob};
    let payload = pack::encode(
        &rows.iter().map(|row| (row.seq, row.kind, row.version, Blob(row.sealed.clone()))).collect::<Vec<_>>(),
    )
    .unwrap();
    let header = pack::encode(&(
        1u8,
        1u8,
        1u8,
        fixed(phone.key),
        9u64,
        fixed(*phone.campaign.as_bytes()),
        Blob(segment.bytes.clone()),
        fixed(segment.signature),
        rows[0].seq,
        rows[rows.len() - 1].seq,
        u32::try_from(rows.len()).unwrap(),
        u32::try_from(payload.len()).unwrap(),
        fixed(crypto::sha256(&[&payload])),
    ))
    .unwrap();
    let signature = crypto::sign(&phone.seed, Domain::Salvage, &header);
    Item::Salvage(pack::encode(&(Blob(header), Blob(payload), fixed(signature))).unwrap())
}

#[test]
fn rows_that_do_not_open_are_held_and_the_others_count() {
    let site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "A", 1, 0);
    let (segment, mut rows) = phone.rows();
    let last = rows.last_mut().unwrap();
    let end = last.sealed.len() - 1;
    last.sealed[end] ^= 1;
    assert_eq!(site.one(phone.salvage(1, &segment, &rows)), held(HeldReason::RowsRejected));
    assert_eq!(site.hub.figures(None).unwrap().people, 10);
    site.hub.accept(site.hub.held().unwrap()[0].id).unwrap();
    assert_eq!(site.one(phone.salvage(1, &segment, &rows)), ReceiptStatus::Opened);
    site.verified();
}

#[test]
fn unknown_record_kinds_are_kept_counted_apart_and_the_known_ones_count() {
    let site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "A", 1, 0);
    phone.write(Body::Unknown { kind: 50, version: 1, values: vec![Value::Int(4), Value::Text("x".to_owned())] });
    assert_eq!(site.one(phone.batch()), held(HeldReason::UnknownKind));
    assert_eq!(site.hub.figures(None).unwrap().people, 10);
    assert_eq!(site.hub.stock().unwrap().unknown_records, 1);
    site.verified();
}

#[test]
fn items_and_formats_of_the_future_are_kept() {
    let site = Site::new();
    let mut phone = site.phone();
    let unknown = Item::Unknown { kind: 77, bytes: vec![1, 2, 3] };
    assert_eq!(site.send(&[unknown.clone(), unknown]).refusals, ["unknown_format"; 2]);
    assert_eq!(site.hub.stock().unwrap().kept, 1);
    // A batch with another format version, signed by its phone.
    morning(&mut phone, "A", 1, 0);
    let batch = phone.seal();
    let mut header = batch.header_bytes.clone();
    assert_eq!(header[1], 1);
    header[1] = 2;
    let signature = fieldcore::crypto::sign(&phone.seed, fieldcore::crypto::Domain::BatchLive, &header);
    let future = Batch { header_bytes: header, signature, ..batch };
    assert_eq!(site.one(Item::Batch(future.to_bytes().unwrap())), held(HeldReason::UnknownFormat));
    assert_eq!(site.hub.held().unwrap().len(), 2);
    site.verified();
}

#[test]
fn acts_that_arrive_before_what_they_act_upon_come_to_the_same() {
    let site = Site::new();
    let mut phone = site.phone();
    phone.start_shift(ROUND, "site A");
    let first = phone.batch();
    let tube = phone.tube("LATE-1");
    let person = phone.bind(tube, 1, &number(1));
    phone.bind(tube, 2, &number(2));
    let second = phone.batch();
    phone.write(SubjectUndone { subject: person });
    let third = phone.batch();
    for batch in [third, second, first] {
        assert_eq!(site.one(batch), ReceiptStatus::Opened);
    }
    let figures = site.hub.figures(None).unwrap();
    assert_eq!((figures.people, figures.undone, figures.tubes), (1, 1, 1));
    let ledger = site.hub.ledger(None, fieldcore_hub::reports::model::LedgerBy::Lane).unwrap();
    assert_eq!(ledger.rows.len(), 1);
    assert_eq!(ledger.rows[0].site.as_deref(), Some("site A"));
    site.verified();
}

#[test]
fn acts_wait_for_the_first_record_of_their_epoch_however_many_and_also_over_a_rebuild() {
    let site = Site::new();
    let mut phone = site.phone();
    let people = morning(&mut phone, "A", 1, 0);
    site.send(&[phone.batch()]);
    let invitation = site.token(1);
    let mut next = phone.successor(&invitation);
    let first = next.batch();
    let mut acts = Vec::new();
    for _ in 0..130 {
        next.write(ContactKept { subject: people[0], contact: "c".to_owned() });
        acts.push(next.batch());
    }
    next.write(SubjectVoided { subject: people[9], reason: "test".to_owned() });
    acts.push(next.batch());
    site.send(&[next.enrolment()]);
    site.send(&acts);
    site.hub.rebuild().unwrap();
    assert_eq!((site.hub.lag().unwrap(), site.hub.figures(None).unwrap().people), (131, 10));
    assert_eq!(site.one(first), ReceiptStatus::Opened);
    assert_eq!((site.hub.lag().unwrap(), site.hub.figures(None).unwrap().people), (0, 10));
    // They act on what the lost keys signed: a person says that it is the same phone.
    let claim = site.hub.held().unwrap().remove(0);
    assert_eq!((claim.kind, claim.reason.as_str()), ("claim", "place_acts_wait"));
    site.hub.accept(claim.id).unwrap();
    assert_eq!((site.hub.lag().unwrap(), site.hub.figures(None).unwrap().people), (0, 9));
    site.verified();
}
