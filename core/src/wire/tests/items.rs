//! Items that are one signed statement, the payloads of dispatches, and bundles.

use proptest::prelude::*;
use uuid::Uuid;

use super::keys::{Keys, NOW_MS, keys};
use super::material::{Fixture, Seeded};
use super::{CAMPAIGN, refuses_every_change};
use crate::crypto;
use crate::error::Error;
use crate::id::{DeviceId, Epoch, RecordRef};
use crate::limits::{BUNDLE_ITEMS_MAX, ITEM_BYTES_MAX};
use crate::pack;
use crate::record::NoticeKind;
use crate::wire::*;

fn receipt() -> Receipt {
    Receipt {
        campaign: CAMPAIGN,
        device_key: [3; 32],
        epoch: Epoch::new(2, 77),
        number: 5,
        digest: [4; 32],
        status: ReceiptStatus::Opened,
        item: ReceiptItem::Batch,
        hub_ms: NOW_MS,
        serial: 12,
        log_index: None,
    }
}

fn passes<T: HubStatement>(bytes: &[u8], keys: &Keys) -> bool {
    HubSigned::<T>::parse(bytes).is_ok_and(|signed| signed.verify(&keys.set).is_ok())
}

fn hub_statement_holds<T: HubStatement + PartialEq + std::fmt::Debug>(statement: &T, keys: &Keys) {
    let signed = HubSigned::sign(statement, &keys.receipt_seed).unwrap();
    let bytes = signed.to_bytes().unwrap();
    assert_eq!(&HubSigned::<T>::parse(&bytes).unwrap().verify(&keys.set).unwrap(), statement);
    refuses_every_change(&bytes, |bytes| passes::<T>(bytes, keys));
    let stranger = HubSigned::sign(statement, &Seeded::new(72).secret()).unwrap();
    assert!(!passes::<T>(&stranger.to_bytes().unwrap(), keys));
}

#[test]
fn receipts_hold() {
    let keys = keys();
    hub_statement_holds(&receipt(), &keys);
    let held = ReceiptStatus::Held(HeldReason::Fork);
    hub_statement_holds(
        &Receipt { status: held, item: ReceiptItem::Salvage, log_index: Some(900), ..receipt() },
        &keys,
    );
    let future = ReceiptStatus::Held(HeldReason::Other(500));
    hub_statement_holds(&Receipt { status: future, ..receipt() }, &keys);
}

#[test]
fn every_reason_has_its_own_code_and_word() {
    for (index, reason) in HeldReason::ALL.iter().enumerate() {
        assert_eq!(usize::from(reason.code()), index + 1);
        assert_eq!(HeldReason::from_code(reason.code()), *reason);
        assert!(HeldReason::ALL.iter().filter(|other| other.as_str() == reason.as_str()).count() == 1);
    }
}

#[test]
fn a_receipt_out_of_its_keys_time_campaign_or_trust_is_refused() {
    let keys = keys();
    let verify = |receipt: &Receipt, set: &KeySet| HubSigned::sign(receipt, &keys.receipt_seed).unwrap().verify(set);
    verify(&receipt(), &keys.set).unwrap();
    assert!(verify(&Receipt { hub_ms: NOW_MS - 2_000, ..receipt() }, &keys.set).is_err());
    assert!(verify(&Receipt { hub_ms: NOW_MS + 91 * 86_400_000, ..receipt() }, &keys.set).is_err());
    assert!(verify(&Receipt { campaign: Uuid::from_u128(2), ..receipt() }, &keys.set).is_err());
    let plan = KeySetPlan {
        campaign: CAMPAIGN,
        version: 5,
        certificates: keys.set.certificates.clone(),
        revoked: vec![keys.set.certificates[0].id()],
        root: 0,
    };
    assert!(verify(&receipt(), &KeySet::issue(plan, &keys.root_seeds[0]).unwrap()).is_err());
}

#[test]
fn one_statement_never_verifies_as_another() {
    let keys = keys();
    let receipt = HubSigned::sign(&receipt(), &keys.receipt_seed).unwrap().to_bytes().unwrap();
    assert!(passes::<Receipt>(&receipt, &keys));
    assert!(!passes::<Dispatch>(&receipt, &keys));
    assert!(!passes::<HubState>(&receipt, &keys));
}

#[test]
fn dispatches_and_states_hold() {
    let keys = keys();
    let dispatch = Dispatch {
        id: Uuid::from_u128(1),
        campaign: CAMPAIGN,
        kind: DispatchKind::Reissue,
        version: 3,
        to: Some(DeviceId::of_key(&[3; 32])),
        hub_ms: NOW_MS,
        payload: vec![1, 2, 3],
    };
    hub_statement_holds(&dispatch, &keys);
    hub_statement_holds(&Dispatch { kind: DispatchKind::Unknown(77), to: None, ..dispatch }, &keys);
    let row = StateRow { epoch: Epoch::new(0, 9), batches: 3, highest: 4, last_digest: [7; 32], salvages: 1 };
    let state = HubState {
        campaign: CAMPAIGN,
        nonce: [1; 16],
        device_key: [3; 32],
        hub_ms: NOW_MS,
        store: [2; 16],
        rows: vec![row.clone(), StateRow { epoch: Epoch::new(1, 4), ..row }],
    };
    hub_statement_holds(&state, &keys);
}

fn enrolment(fixture: &Fixture) -> Enrolment {
    let (device_key, seal_key, token) = (fixture.device_key(), fixture.hub[0].1, [8; 16]);
    Enrolment {
        campaign: CAMPAIGN,
        device_key,
        seal_key,
        token_id: token_id(&token),
        proof: Enrolment::prove(&token, CAMPAIGN, &device_key, &seal_key),
        epoch: fixture.epoch,
        app: "fieldcore-terminal 0.1.0".to_owned(),
        wall_ms: NOW_MS,
        chain: vec![vec![1; 40]],
    }
}

fn device_statement_holds<T: DeviceStatement + PartialEq + std::fmt::Debug>(statement: &T, fixture: &Fixture) {
    let bytes = DeviceSigned::sign(statement, &fixture.seed).unwrap().to_bytes().unwrap();
    assert_eq!(&DeviceSigned::<T>::parse(&bytes).unwrap().verify().unwrap(), statement);
    refuses_every_change(&bytes, |bytes| DeviceSigned::<T>::parse(bytes).is_ok_and(|signed| signed.verify().is_ok()));
    assert!(DeviceSigned::sign(statement, &Seeded::new(73).secret()).is_err(), "another's name");
}

#[test]
fn enrolments_and_polls_hold() {
    let fixture = Fixture::new(20);
    device_statement_holds(&enrolment(&fixture), &fixture);
    let poll = Poll {
        campaign: CAMPAIGN,
        device_key: fixture.device_key(),
        nonce: [5; 16],
        profile: 1,
        keys: 2,
        revocations: 0,
        notices: 1 << 40,
        held: 3,
        wall_ms: -5,
        rosters: Vec::new(),
    };
    device_statement_holds(&poll, &fixture);
    let short = poll.encode().unwrap();
    let gathers = Some(RosterGathering { number: 4, base: 3, print: [2; 8], next: 2 });
    let held = RosterHeld { roster: Uuid::from_u128(9), number: 3, print: [1; 8], gathers };
    let rosters = vec![held.clone(), RosterHeld { number: 0, gathers: None, ..held }];
    let long = Poll { rosters, ..poll };
    device_statement_holds(&long, &fixture);
    assert_eq!((short[0], long.encode().unwrap()[0]), (0x9a, 0x9b), "without a roster the form is the old one");
    let empty = [&[0x9b], &short[1..], &[0x90]].concat();
    assert!(Poll::decode(&empty).is_err(), "one form for one statement");
}

#[test]
fn only_the_token_proves_an_enrolment_and_only_these_keys() {
    let fixture = Fixture::new(21);
    let enrolment = enrolment(&fixture);
    assert!(enrolment.proves(&[8; 16]));
    assert!(!enrolment.proves(&[9; 16]));
    assert!(!Enrolment { device_key: [1; 32], ..enrolment.clone() }.proves(&[8; 16]));
    assert!(!Enrolment { seal_key: [1; 32], ..enrolment.clone() }.proves(&[8; 16]));
    assert!(!Enrolment { campaign: Uuid::from_u128(5), ..enrolment.clone() }.proves(&[8; 16]));
    let chain = vec![vec![0; 10]; 3];
    assert!(matches!(Enrolment { chain, ..enrolment }.encode(), Err(Error::Limit { .. })));
}

#[test]
fn a_notice_opens_for_its_device_alone() {
    let fixture = Fixture::new(22);
    let (secret, seal_key) = &fixture.hub[0];
    let device = DeviceId::of_key(&fixture.device_key());
    let record = RecordRef { device, epoch: fixture.epoch, seq: 4 };
    let notice = Notice {
        serial: 1,
        notice: Uuid::from_u128(6),
        kind: NoticeKind::PersonElsewhere,
        subject: record,
        other: RecordRef { seq: 9, ..record },
        other_wall_ms: NOW_MS,
        other_site: Some("Tent 4".to_owned()),
        other_tube: None,
    };
    let id = Uuid::from_u128(7);
    let payload =
        seal_for_device(&notice.to_bytes().unwrap(), seal_key, id, CAMPAIGN, device, &fixture.entropy).unwrap();
    let dispatch = Dispatch {
        id,
        campaign: CAMPAIGN,
        kind: DispatchKind::Notice,
        version: 1,
        to: Some(device),
        hub_ms: NOW_MS,
        payload,
    };
    let open = |dispatch: &Dispatch| open_for_device(dispatch, secret, device);
    assert_eq!(Notice::parse(&open(&dispatch).unwrap()).unwrap(), notice);
    assert!(open(&Dispatch { id: Uuid::from_u128(8), ..dispatch.clone() }).is_err());
    assert!(open(&Dispatch { campaign: Uuid::from_u128(8), ..dispatch.clone() }).is_err());
    assert!(open_for_device(&dispatch, &fixture.hub[1].0, device).is_err());
    assert!(open_for_device(&dispatch, secret, DeviceId::of_key(&[1; 32])).is_err());
}

#[test]
fn payloads_come_back() {
    let profile = ProfileText { version: 3, text: "name = \"春\"\n".into() };
    assert_eq!(ProfileText::parse(&profile.to_bytes().unwrap()).unwrap(), profile);
    let devices = vec![RevokedDevice { device_key: [1; 32], digests: vec![[2; 32], [3; 32]] }];
    let revocations = Revocations { version: 9, devices };
    assert_eq!(Revocations::parse(&revocations.to_bytes().unwrap()).unwrap(), revocations);
    let reissue = Reissue {
        epoch: Epoch::new(1, 2),
        ranges: vec![(1, 5), (9, 9)],
        digests: vec![[4; 32]],
        why: ReissueReason::Other(40),
    };
    assert_eq!(Reissue::parse(&reissue.to_bytes().unwrap()).unwrap(), reissue);
    let backwards = Reissue { ranges: vec![(5, 1)], ..reissue };
    assert!(Reissue::parse(&backwards.to_bytes().unwrap()).is_err());
    let refusal = Refusal { digest: [1; 32], code: "practice".to_owned(), what: "x".repeat(500), next: String::new() };
    assert_eq!(Refusal::parse(&refusal.to_bytes().unwrap()).unwrap(), refusal);
    assert!(Refusal { what: "x".repeat(501), ..refusal }.to_bytes().is_err());
}

#[test]
fn bytes_do_not_pass_for_text_nor_text_for_bytes() {
    let sound = pack::encode(&(1u8, pack::Fixed([1u8; 32]), "a", "b", "c")).unwrap();
    Refusal::parse(&sound).unwrap();
    let bytes = pack::encode(&(1u8, pack::Fixed([1u8; 32]), pack::Blob(b"a".to_vec()), "b", "c")).unwrap();
    assert!(Refusal::parse(&bytes).is_err());
    let text = pack::encode(&(1u8, "a".repeat(32), "a", "b", "c")).unwrap();
    assert!(Refusal::parse(&text).is_err());
}

#[test]
fn a_later_version_says_so() {
    let keys = keys();
    let mut signed = HubSigned::sign(&receipt(), &keys.receipt_seed).unwrap();
    signed.bytes[1] = 2;
    signed.signature = crypto::sign(&keys.receipt_seed, crypto::Domain::Receipt, &signed.bytes);
    let error = signed.verify(&keys.set).unwrap_err().to_string();
    assert!(error.contains("format version 2") && error.contains("update"), "{error}");
}

fn some_items() -> Vec<Item> {
    let kinds = [Item::Enrolment, Item::Batch, Item::Salvage, Item::Receipt, Item::Dispatch, Item::Poll, Item::State];
    let mut items: Vec<Item> = kinds.iter().zip(1u8..).map(|(kind, byte)| kind(vec![byte; 9])).collect();
    items.push(Item::Refusal(Vec::new()));
    items.push(Item::Unknown { kind: 200, bytes: vec![1] });
    items
}

#[test]
fn a_bundle_comes_back_and_an_item_cut_off_is_left_out() {
    let items = some_items();
    let bytes = Bundle::write(&items).unwrap();
    let whole: usize = Bundle::HEAD_BYTES + items.iter().map(Item::wire_bytes).sum::<usize>();
    assert_eq!(bytes.len(), whole);
    for end in Bundle::HEAD_BYTES..=bytes.len() {
        let read = Bundle::read(&bytes[..end]).unwrap();
        let kept: usize = Bundle::HEAD_BYTES + read.items.iter().map(Item::wire_bytes).sum::<usize>();
        assert_eq!(read.items, items[..read.items.len()]);
        assert_eq!(read.cut_off, end - kept);
    }
    for end in 0..Bundle::HEAD_BYTES {
        assert!(Bundle::read(&bytes[..end]).is_err());
    }
    assert!(Bundle::read(b"<html>").is_err());
}

#[test]
fn what_is_too_large_or_too_many_is_refused() {
    let large = Item::Batch(vec![0; ITEM_BYTES_MAX + 1]);
    assert!(Bundle::write(std::slice::from_ref(&large)).is_err());
    let mut bytes = b"FCB1\x02".to_vec();
    bytes.extend(u32::try_from(ITEM_BYTES_MAX + 1).unwrap().to_be_bytes());
    bytes.extend(large.bytes());
    bytes.extend(&Bundle::write(&some_items()).unwrap()[4..]);
    let read = Bundle::read(&bytes).unwrap();
    assert_eq!((read.items, read.oversize, read.cut_off), (some_items(), 1, 0));
    let many = vec![Item::Refusal(Vec::new()); BUNDLE_ITEMS_MAX + 1];
    assert!(Bundle::write(&many).is_err());
    let mut bytes = Bundle::write(&many[1..]).unwrap();
    Bundle::read(&bytes).unwrap();
    bytes.extend([8, 0, 0, 0, 0]);
    assert!(Bundle::read(&bytes).is_err());
}

#[test]
fn an_item_is_named_by_type_and_bytes() {
    assert_ne!(Item::Batch(vec![1]).digest(), Item::Salvage(vec![1]).digest());
    assert_ne!(Item::Batch(vec![1]).digest(), Item::Batch(vec![2]).digest());
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let keys = keys();
        let _ = (Bundle::read(&bytes), Batch::parse(&bytes), Batch::outline(&bytes), Salvage::parse(&bytes));
        let _ = (Refusal::parse(&bytes), KeySet::parse(&bytes), Certificate::parse(&bytes));
        let _ = (ProfileText::parse(&bytes), Revocations::parse(&bytes), Notice::parse(&bytes), Reissue::parse(&bytes));
        let _ = (passes::<Receipt>(&bytes, &keys), passes::<Dispatch>(&bytes, &keys), passes::<HubState>(&bytes, &keys));
        let _ = (Receipt::decode(&bytes), Dispatch::decode(&bytes), HubState::decode(&bytes));
        let _ = (Enrolment::decode(&bytes), Poll::decode(&bytes), Invitation::from_text(&String::from_utf8_lossy(&bytes)));
    }
}
