//! Batches: what goes in comes out, and nothing else passes.

use proptest::prelude::*;

use super::material::Fixture;
use super::{records, refuses_every_change};
use crate::crypto::{self, Domain};
use crate::error::{Error, Result};
use crate::id::Epoch;
use crate::pack::{self, Blob, Fixed};
use crate::platform::Entropy;
use crate::record::{Body, Record, Value};
use crate::wire::{Anchor, AnchorKind, Batch, BatchPlan, Contents, KeyWrap, Mode, unwrap_data_key};

/// A hub's whole way: form, signature, key, contents.
fn receive(bytes: &[u8], fixture: &Fixture) -> Result<Contents> {
    let batch = Batch::parse(bytes)?;
    batch.verify()?;
    let (secret, public) = &fixture.hub[0];
    let id = crypto::key_id(public);
    let wrap = batch.header.wraps.iter().find(|wrap| wrap.key == id);
    let wrap = wrap.ok_or_else(|| Error::untrusted("batch", "no wrap for this key"))?;
    batch.open(&unwrap_data_key(wrap, secret, &batch.header.scope())?)
}

/// A batch with another header or body, signed again by `fixture`'s device.
fn signed_again(batch: &Batch, fixture: &Fixture, change: impl FnOnce(&mut Batch)) -> Vec<u8> {
    let mut batch = batch.clone();
    change(&mut batch);
    batch.signature = crypto::sign(&fixture.seed, Domain::BatchLive, &batch.header_bytes);
    batch.to_bytes().unwrap()
}

fn replace(bytes: &mut [u8], from: &[u8], to: &[u8]) {
    let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
    bytes[at..at + to.len()].copy_from_slice(to);
}

proptest! {
    #[test]
    fn any_records_come_back(list in records(&Fixture::new(1))) {
        let fixture = Fixture::new(1);
        let anchors = [
            Anchor { clock: 3, mono_ms: u64::MAX, hub_ms: i64::MIN, error_ms: 12, kind: AnchorKind::TwoSided },
            Anchor { clock: 0, mono_ms: 0, hub_ms: 0, error_ms: 0, kind: AnchorKind::LowerBound },
        ];
        let plan = fixture.plan(Mode::Live, 1, [0; 32]);
        let batch = Batch::seal(plan, &list, &anchors, &fixture.data_key, &fixture.seed, &fixture.entropy).unwrap();
        let contents = receive(&batch.to_bytes().unwrap(), &fixture).unwrap();
        prop_assert_eq!(contents.records, list);
        prop_assert_eq!(contents.anchors, anchors);
    }
}

#[test]
fn every_key_in_the_list_opens_it() {
    let fixture = Fixture::new(2);
    let batch = fixture.batch(Mode::Live, &fixture.tent(80));
    for (wrap, (secret, _)) in batch.header.wraps.iter().zip(&fixture.hub) {
        assert_eq!(unwrap_data_key(wrap, secret, &batch.header.scope()).unwrap(), fixture.data_key);
    }
}

#[test]
fn the_same_entropy_makes_the_same_bytes() {
    let seal = || {
        let fixture = Fixture::new(3);
        fixture.batch(Mode::Live, &fixture.tent(40)).to_bytes().unwrap()
    };
    assert_eq!(seal(), seal());
}

#[test]
fn no_changed_or_cut_batch_passes() {
    let fixture = Fixture::new(4);
    let bytes = fixture.batch(Mode::Live, &fixture.tent(3)).to_bytes().unwrap();
    refuses_every_change(&bytes, |bytes| receive(bytes, &fixture).is_ok());
    refuses_every_change(&bytes, |bytes| Batch::outline(bytes).is_ok());
}

#[test]
fn practice_never_passes_as_live() {
    let fixture = Fixture::new(5);
    let mut batch = fixture.batch(Mode::Practice, &fixture.tent(3));
    batch.verify().unwrap();
    let at = batch.header_bytes.iter().position(|byte| *byte == Mode::Practice.code()).unwrap();
    batch.header_bytes[at] = Mode::Live.code();
    let relabelled = Batch::parse(&batch.to_bytes().unwrap()).unwrap();
    assert_eq!(relabelled.header.mode, Mode::Live);
    assert!(matches!(relabelled.verify(), Err(Error::Untrusted { .. })));
}

#[test]
fn a_lifted_ciphertext_does_not_open() {
    let (victim, thief) = (Fixture::new(6), Fixture::new(7));
    let stolen = victim.batch(Mode::Live, &victim.tent(3));
    let plan = BatchPlan { wraps: stolen.header.wraps.clone(), ..thief.plan(Mode::Live, 1, [0; 32]) };
    let own = Batch::seal(plan, &thief.tent(3), &[], &thief.data_key, &thief.seed, &thief.entropy).unwrap();
    let bytes = signed_again(&own, &thief, |own| {
        replace(&mut own.header_bytes, &own.header.body_digest, &crypto::sha256(&[&stolen.body]));
        let tail = own.header_bytes.len() - 34;
        let lengths = [own.header.body_length, stolen.header.body_length].map(|length| pack::encode(&length).unwrap());
        assert_eq!(lengths[0].len(), lengths[1].len());
        own.header_bytes[tail - lengths[1].len()..tail].copy_from_slice(&lengths[1]);
        own.body.clone_from(&stolen.body);
    });
    let lifted = Batch::parse(&bytes).unwrap();
    lifted.verify().unwrap();
    // The thief's own wraps do not open, nor would the data key itself.
    assert!(matches!(receive(&bytes, &victim), Err(Error::Untrusted { what: "key wrap", .. })));
    assert!(matches!(lifted.open(&victim.data_key), Err(Error::Untrusted { what: "batch body", .. })));
    stolen.open(&victim.data_key).unwrap();
}

#[test]
fn a_relabelled_wrap_is_refused() {
    let fixture = Fixture::new(8);
    let batch = fixture.batch(Mode::Live, &fixture.tent(3));
    let wraps = &batch.header.wraps;
    let relabelled = KeyWrap { key: wraps[0].key, wrapped: wraps[1].wrapped.clone() };
    let scope = batch.header.scope();
    for (secret, _) in &fixture.hub {
        assert!(unwrap_data_key(&relabelled, secret, &scope).is_err());
    }
    unwrap_data_key(&wraps[0], &fixture.hub[0].0, &scope).unwrap();
}

#[test]
fn a_wrap_of_another_segment_epoch_device_or_mode_is_refused() {
    let fixture = Fixture::new(9);
    let scope = fixture.scope(Mode::Live, 4);
    let wrap = &fixture.plan(Mode::Live, 4, [1; 32]).wraps[0];
    let secret = &fixture.hub[0].0;
    unwrap_data_key(wrap, secret, &scope).unwrap();
    let others = [
        crate::wire::SegmentScope { segment: 5, ..scope },
        crate::wire::SegmentScope { epoch: Epoch::new(1, 1), ..scope },
        crate::wire::SegmentScope { device_key: [1; 32], ..scope },
        crate::wire::SegmentScope { mode: Mode::Practice, ..scope },
    ];
    for other in others {
        assert!(unwrap_data_key(wrap, secret, &other).is_err(), "{other:?}");
    }
}

#[test]
fn two_devices_spliced_are_refused() {
    let (one, other) = (Fixture::new(10), Fixture::new(11));
    let (first, second) = (one.batch(Mode::Live, &one.tent(3)), other.batch(Mode::Live, &other.tent(3)));
    let header_of_one = Batch { signature: second.signature, ..first.clone() };
    assert!(header_of_one.verify().is_err());
    let body_of_other = Batch { body: second.body.clone(), ..first.clone() };
    assert!(body_of_other.verify().is_err());
    let mut records = one.tent(3);
    records[1].at = other.at(2);
    let plan = one.plan(Mode::Live, 1, [0; 32]);
    assert!(Batch::seal(plan, &records, &[], &one.data_key, &one.seed, &one.entropy).is_err());
}

#[test]
fn the_first_batch_alone_has_none_before_it() {
    let fixture = Fixture::new(12);
    let records = fixture.tent(3);
    let seal = |number, previous| {
        let plan = fixture.plan(Mode::Live, number, previous);
        Batch::seal(plan, &records, &[], &fixture.data_key, &fixture.seed, &fixture.entropy)
    };
    let first = seal(1, [0; 32]).unwrap();
    seal(2, first.digest()).unwrap();
    assert!(seal(1, first.digest()).is_err());
    assert!(seal(2, [0; 32]).is_err());
    // Written by a device that does not keep the rule.
    let second = seal(2, first.digest()).unwrap();
    let bytes = signed_again(&second, &fixture, |batch| {
        replace(&mut batch.header_bytes, &first.digest(), &[0; 32]);
    });
    assert!(matches!(Batch::parse(&bytes), Err(Error::Decode { .. })));
}

#[test]
fn records_out_of_order_are_not_sealed() {
    let fixture = Fixture::new(13);
    let seal = |records: &[_]| {
        let plan = fixture.plan(Mode::Live, 1, [0; 32]);
        Batch::seal(plan, records, &[], &fixture.data_key, &fixture.seed, &fixture.entropy)
    };
    let records = fixture.tent(10);
    assert!(seal(&[]).is_err());
    assert!(seal(&[records[0].clone(), records[2].clone()]).is_err());
    assert!(seal(&[records[1].clone(), records[0].clone()]).is_err());
    seal(&records[2..5]).unwrap();
}

#[test]
fn a_batch_of_a_later_version_is_outlined_and_not_opened() {
    let fixture = Fixture::new(14);
    let body = b"sealed in a way of the future".to_vec();
    let header = (2u8, 9u8, 1u8, Fixed(fixture.device_key()), fixture.epoch.as_u64(), 7u64, [[1u8; 2]; 2], "new");
    let mut header_bytes = pack::encode(&header).unwrap();
    header_bytes[0] += 2;
    header_bytes.extend(pack::encode(&(body.len() as u64)).unwrap());
    header_bytes.extend(pack::encode(&Fixed(crypto::sha256(&[&body]))).unwrap());
    let signature = crypto::sign(&fixture.seed, Domain::BatchLive, &header_bytes);
    let bytes = pack::encode(&(Blob(header_bytes), Blob(body), Fixed(signature))).unwrap();
    let outline = Batch::outline(&bytes).unwrap();
    assert_eq!((outline.version, outline.suite, outline.number), (2, 9, 7));
    assert_eq!((outline.device_key, outline.epoch), (fixture.device_key(), fixture.epoch));
    let error = Batch::parse(&bytes).unwrap_err().to_string();
    assert!(error.contains("format version 2"), "{error}");
    refuses_every_change(&bytes, |bytes| Batch::outline(bytes).is_ok());
}

/// Records whose only field is `bytes` that do not compress.
fn noisy(fixture: &Fixture, count: usize, bytes: usize) -> Vec<Record> {
    let stamp = fixture.tent(1)[0].stamp.clone();
    let record = |seq| {
        let mut noise = vec![0u8; bytes];
        fixture.entropy.fill(&mut noise).unwrap();
        let body = Body::from_values(999, 1, vec![Value::Bytes(noise)]);
        Record { at: fixture.at(seq), stamp: stamp.clone(), body }
    };
    (1..).take(count).map(record).collect()
}

#[test]
fn a_batch_is_never_larger_than_its_limit() {
    let fixture = Fixture::new(15);
    let seal = |records: &[Record]| {
        let plan = fixture.plan(Mode::Live, 1, [0; 32]);
        Batch::seal(plan, records, &[], &fixture.data_key, &fixture.seed, &fixture.entropy)
    };
    seal(&noisy(&fixture, 500, 110)).unwrap();
    assert!(matches!(seal(&noisy(&fixture, 501, 1)), Err(Error::Limit { limit: 500, .. })));
    assert!(matches!(seal(&noisy(&fixture, 500, 140)), Err(Error::Limit { limit: 65_536, .. })));
}
