//! Batches that no reader takes: their headers and key wraps.

use fieldcore::pack::{Blob, Fixed};
use fieldcore::wire::{Batch, BatchPlan, KeyWrap, Mode, wrap_data_key};
use fieldcore::{Secret, crypto};
use serde_json::json;

use crate::bad::{batch, changed, find};
use crate::forge::{self, encode};
use crate::good;
use crate::material::{Hub, Phone};
use crate::vector::{Vector, trust};

/// All of them.
pub(crate) fn all(hub: &Hub, phone: &Phone) -> Vec<Vector> {
    [headers(hub, phone), wraps(hub, phone)].concat()
}

/// The batch with another header, signed again by the device.
fn with_header(phone: &Phone, sound: &Batch, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut header = sound.header_bytes.clone();
    change(&mut header);
    forge::signed(phone, header, sound.body.clone())
}

fn headers(hub: &Hub, phone: &Phone) -> Vec<Vector> {
    let sound = phone.batch(hub, &phone.morning()[..3]);
    let bytes = sound.to_bytes().unwrap();
    let other = Phone::new("another device").batch(hub, &Phone::new("another device").morning()[..3]);
    let practice = phone.seal(phone.plan(hub, Mode::Practice, 1, [0; 32]), &phone.morning()[..3]);
    let mut relabelled = practice.clone();
    relabelled.header_bytes[3] = 1;
    let spliced = Batch { signature: other.signature, ..sound.clone() };
    let body_of_other = Batch { body: other.body.clone(), ..sound.clone() };
    let mut swapped = sound.clone();
    swapped.body[100] ^= 1;
    let list = [
        ("batch_changed_signature", "one bit of the signature", "signature", changed(&bytes, 1)),
        ("batch_changed_body", "one bit of the sealed body", "digest", swapped.to_bytes().unwrap()),
        (
            "batch_body_of_another_device",
            "one device's header, another's body",
            "digest",
            body_of_other.to_bytes().unwrap(),
        ),
        (
            "batch_signature_of_another_device",
            "one device's header, another's signature",
            "signature",
            spliced.to_bytes().unwrap(),
        ),
        (
            "batch_practice_as_live",
            "a practice batch whose mode was rewritten",
            "signature",
            relabelled.to_bytes().unwrap(),
        ),
        ("batch_cut_off", "the last byte is missing", "form", bytes[..bytes.len() - 1].to_vec()),
        ("batch_with_a_tail", "a byte follows its end", "form", [&bytes[..], &[0]].concat()),
    ];
    let list = list.into_iter().chain(signed_headers(phone, &sound));
    let mut vectors: Vec<Vector> =
        list.map(|(name, says, fails, bytes)| batch(hub, name, says, fails, &bytes)).collect();
    vectors.push(
        batch(
            hub,
            "batch_practice_where_live_is_meant",
            "sound, but practice: a hub refuses it",
            "practice",
            &practice.to_bytes().unwrap(),
        )
        .beside("live", json!(true)),
    );
    vectors.push(chain(hub, phone));
    vectors
}

/// Name, what it shows, the check it fails, bytes.
type Case = (&'static str, &'static str, &'static str, Vec<u8>);

/// Headers that the device itself signed and no reader takes.
fn signed_headers(phone: &Phone, sound: &Batch) -> Vec<Case> {
    vec![
        (
            "batch_of_another_suite",
            "a suite that is still to come, signed",
            "version",
            with_header(phone, sound, |header| header[2] = 2),
        ),
        ("batch_without_a_mode", "mode 3, signed", "form", with_header(phone, sound, |header| header[3] = 3)),
        (
            "batch_number_in_long_form",
            "its number is not in the shortest form, signed",
            "form",
            with_header(phone, sound, |header| {
                let at = find(header, phone.key().as_slice()) + 32 + 9;
                assert_eq!(header[at], 1, "the number");
                header.splice(at..=at, [0xcc, 1]);
            }),
        ),
        (
            "batch_first_with_a_predecessor",
            "number 1 names a batch before it, signed",
            "form",
            with_header(phone, sound, |header| {
                let at = find(header, &[0; 32]);
                header[at] = 1;
            }),
        ),
        (
            "batch_without_records",
            "its header counts none, signed",
            "form",
            with_header(phone, sound, |header| {
                let at = find(header, phone.key().as_slice()) + 32 + 9 + 2;
                assert_eq!(header[at], 3, "the count");
                header[at] = 0;
            }),
        ),
    ]
}

fn chain(hub: &Hub, phone: &Phone) -> Vector {
    let mut chain = good::chain(hub, phone);
    chain[1] = phone.seal(phone.plan(hub, Mode::Live, 2, [0x99; 32]), &phone.morning()[10..]);
    Vector::bad("chain_wrong_previous", "chain", "batch 2 names a batch before it that is not batch 1", "chain")
        .many(&chain[..2].iter().map(|batch| batch.to_bytes().unwrap()).collect::<Vec<_>>())
        .keys(json!({"seal": trust(hub)}))
}

fn wraps(hub: &Hub, phone: &Phone) -> Vec<Vector> {
    let records = &phone.morning()[..3];
    let sealed = |change: &dyn Fn(&mut BatchPlan)| {
        let mut plan = phone.plan(hub, Mode::Live, 1, [0; 32]);
        change(&mut plan);
        phone.seal(plan, records).to_bytes().unwrap()
    };
    let relabelled = sealed(&|plan| {
        let (first, second) = (plan.wraps[0].clone(), plan.wraps[1].clone());
        plan.wraps = vec![
            KeyWrap { key: first.key, wrapped: second.wrapped },
            KeyWrap { key: second.key, wrapped: first.wrapped },
        ];
    });
    let elsewhere = sealed(&|plan| plan.wraps = phone.wraps(hub, Mode::Live, 2));
    let foreign = sealed(&|plan| {
        let scope = phone.scope(Mode::Live, 1);
        let stranger = crypto::wrap_keypair(&phone.entropy("stranger")).unwrap().1;
        plan.wraps = vec![wrap_data_key(&phone.data_key, &stranger, &scope, &phone.entropy("wraps")).unwrap()];
    });
    let wrong_key = sealed(&|plan| {
        let scope = phone.scope(Mode::Live, 1);
        let other = Secret::new([4; 32]);
        plan.wraps = vec![wrap_data_key(&other, &hub.seal.1, &scope, &phone.entropy("wraps")).unwrap()];
    });
    vec![
        batch(hub, "batch_wraps_relabelled", "the two wraps under each other's key ids", "wrap", &relabelled),
        batch(
            hub,
            "batch_wraps_of_another_segment",
            "wraps lifted from the device's own segment 2",
            "wrap",
            &elsewhere,
        ),
        batch(hub, "batch_wrapped_to_a_stranger", "no wrap for a key at hand", "wrap", &foreign),
        batch(
            hub,
            "batch_wraps_another_data_key",
            "the wrap opens, to a key that does not open the body",
            "seal",
            &wrong_key,
        ),
        batch(
            hub,
            "batch_with_a_lifted_body",
            "another device's sealed body in an own, signed header",
            "seal",
            &lifted(hub, phone),
        ),
    ]
}

/// `phone` signs for a body that another device sealed, with a wrap of that body's data key.
fn lifted(hub: &Hub, phone: &Phone) -> Vec<u8> {
    let victim = Phone::new("another device");
    let stolen = victim.batch(hub, &victim.morning()[..3]);
    let wrap =
        wrap_data_key(&victim.data_key, &hub.seal.1, &phone.scope(Mode::Live, 1), &phone.entropy("wraps")).unwrap();
    let wraps = vec![(Fixed(wrap.key), Blob(wrap.wrapped))];
    let header = encode(&(
        1u8,
        1u8,
        1u8,
        Fixed(phone.key()),
        phone.epoch.as_u64(),
        1u64,
        1u64,
        3u32,
        1u64,
        wraps,
        Fixed([0u8; 32]),
        stolen.header.body_length,
        Fixed(stolen.header.body_digest),
    ));
    forge::signed(phone, header, stolen.body)
}
