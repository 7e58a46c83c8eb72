//! Rows sent as they were stored.

use super::material::Fixture;
use super::{CAMPAIGN, refuses_every_change};
use crate::crypto::{self, Domain};
use crate::error::Error;
use crate::limits::BATCH_BYTES_MAX;
use crate::record::{Record, encode_row};
use crate::wire::*;

fn segment(fixture: &Fixture, mode: Mode) -> SignedSegment {
    let header = SegmentHeader {
        mode,
        device_key: fixture.device_key(),
        epoch: fixture.epoch,
        segment: 1,
        first_seq: 1,
        bucket: uuid::Uuid::from_u128(8),
        wraps: fixture.plan(mode, 1, [0; 32]).wraps,
    };
    header.sign(&fixture.seed).unwrap()
}

fn rows(fixture: &Fixture, records: &[Record]) -> Vec<SalvagedRow> {
    let row = |record: &Record| {
        let (kind, version) = record.body.kind();
        let row = encode_row(&record.stamp, &record.body).unwrap();
        let sealed = seal_row(&fixture.data_key, &fixture.entropy, record.at, kind, version, &row).unwrap();
        SalvagedRow { seq: record.at.seq, kind, version, sealed }
    };
    records.iter().map(row).collect()
}

const PLAN: SalvagePlan = SalvagePlan { number: 1, campaign: CAMPAIGN };

/// After the keys are gone, another device key uploads what lies there.
fn salvage(old: &Fixture, new: &Fixture, records: &[Record]) -> Salvage {
    Salvage::seal(PLAN, &segment(old, Mode::Live), &rows(old, records), &new.seed).unwrap()
}

#[test]
fn the_hub_opens_rows_whose_phone_lost_its_keys() {
    let (old, new) = (Fixture::new(30), Fixture::new(31));
    let records = old.tent(12);
    let bytes = salvage(&old, &new, &records).to_bytes().unwrap();
    let read = Salvage::parse(&bytes).unwrap();
    let segment = read.verify().unwrap();
    assert_eq!((segment.device_key, read.header.device_key), (old.device_key(), new.device_key()));
    let data_key = unwrap_data_key(&segment.wraps[1], &old.hub[1].0, &segment.scope()).unwrap();
    let opened = read.open(&data_key).unwrap();
    assert_eq!(opened.records, records);
    assert!(opened.failures.is_empty());
}

#[test]
fn no_changed_or_cut_salvage_passes() {
    let (old, new) = (Fixture::new(32), Fixture::new(33));
    let bytes = salvage(&old, &new, &old.tent(2)).to_bytes().unwrap();
    refuses_every_change(&bytes, |bytes| Salvage::parse(bytes).is_ok_and(|read| read.verify().is_ok()));
}

#[test]
fn a_row_does_not_stand_in_for_another() {
    let fixture = Fixture::new(34);
    let records = fixture.tent(3);
    let mut rows = rows(&fixture, &records);
    let (second, third) = (rows[2].sealed.clone(), rows[3].sealed.clone());
    (rows[2].sealed, rows[3].sealed) = (third, second);
    rows[4].kind += 1;
    let salvage = Salvage::seal(PLAN, &segment(&fixture, Mode::Live), &rows, &fixture.seed).unwrap();
    let opened = salvage.open(&fixture.data_key).unwrap();
    let failed: Vec<u64> = opened.failures.iter().map(|failure| failure.seq).collect();
    assert_eq!(failed, [3, 4, 5]);
    assert_eq!(opened.records.len(), records.len() - 3);
    assert!(opened.failures.iter().all(|failure| matches!(failure.why, Error::Untrusted { .. })));
}

#[test]
fn a_device_cannot_make_up_rows_for_a_segment_of_another() {
    let (victim, forger) = (Fixture::new(35), Fixture::new(36));
    let forged = Fixture { seed: victim.seed.clone(), data_key: forger.data_key.clone(), ..Fixture::new(35) };
    let salvage =
        Salvage::seal(PLAN, &segment(&victim, Mode::Live), &rows(&forged, &victim.tent(3)), &forger.seed).unwrap();
    salvage.verify().unwrap();
    let opened = salvage.open(&victim.data_key).unwrap();
    assert!(opened.records.is_empty() && !opened.failures.is_empty());
    // A segment header of the victim's that the forger signed is none.
    let header = segment(&victim, Mode::Live);
    let forged = SignedSegment {
        signature: crypto::sign(&forger.seed, Domain::SegmentLive, &header.bytes),
        bytes: header.bytes,
    };
    assert!(Salvage::seal(PLAN, &forged, &rows(&victim, &victim.tent(3)), &forger.seed).is_err());
}

#[test]
fn practice_rows_never_pass_as_live() {
    let fixture = Fixture::new(37);
    let segment = segment(&fixture, Mode::Practice);
    let mut salvage = Salvage::seal(PLAN, &segment, &rows(&fixture, &fixture.tent(2)), &fixture.seed).unwrap();
    assert_eq!(salvage.header.mode, Mode::Practice);
    assert_eq!(salvage.header_bytes[3], Mode::Practice.code());
    salvage.header_bytes[3] = Mode::Live.code();
    salvage.signature = crypto::sign(&fixture.seed, Domain::Salvage, &salvage.header_bytes);
    let relabelled = Salvage::parse(&salvage.to_bytes().unwrap()).unwrap();
    assert_eq!(relabelled.header.mode, Mode::Live);
    assert!(relabelled.verify().is_err());
}

#[test]
fn rows_must_ascend_and_be_counted() {
    let fixture = Fixture::new(38);
    let mut all = rows(&fixture, &fixture.tent(4));
    let seal = |rows: &[SalvagedRow]| Salvage::seal(PLAN, &segment(&fixture, Mode::Live), rows, &fixture.seed);
    all.remove(2);
    seal(&all).unwrap();
    all.swap(0, 1);
    assert!(seal(&all).is_err());
    assert!(seal(&[]).is_err());
}

#[test]
fn what_is_too_large_is_split() {
    let fixture = Fixture::new(39);
    let row = |seq| SalvagedRow { seq, kind: 30, version: 1, sealed: vec![1; 4000] };
    let large: Vec<SalvagedRow> = (1..60).map(row).collect();
    let segment = segment(&fixture, Mode::Live);
    assert!(matches!(Salvage::seal(PLAN, &segment, &large, &fixture.seed), Err(Error::Limit { .. })));
    let pieces = Salvage::split(&large);
    assert!(pieces.len() > 1);
    assert_eq!(pieces.concat(), large);
    for piece in pieces {
        let bytes = Salvage::seal(PLAN, &segment, piece, &fixture.seed).unwrap().to_bytes().unwrap();
        assert!(bytes.len() <= BATCH_BYTES_MAX);
    }
    let many: Vec<SalvagedRow> = (1..1202).map(|seq| SalvagedRow { sealed: vec![0; 40], ..row(seq) }).collect();
    assert_eq!(Salvage::split(&many).iter().map(|piece| piece.len()).collect::<Vec<_>>(), [500, 500, 201]);
    assert!(Salvage::split(&[]).is_empty());
}
