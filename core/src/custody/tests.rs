use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::crypto::signing_public;
use crate::error::Error;
use crate::id::{DeviceId, Epoch, RecordRef};
use crate::secret::Secret;
use crate::wire::{DeviceSigned, DeviceStatement, Mode};

fn seed(n: u8) -> Secret {
    Secret::new([n; 32])
}

fn key(n: u8) -> [u8; 32] {
    signing_public(&seed(n))
}

fn at(device: u8, seq: u64) -> RecordRef {
    RecordRef { device: DeviceId::of_key(&key(device)), epoch: Epoch::new(1, 7), seq }
}

fn pass() -> TubePass {
    TubePass {
        mode: Mode::Live,
        campaign: Uuid::from_bytes([0xca; 16]),
        device_key: key(1),
        round: Uuid::from_bytes([0x11; 16]),
        tube: at(2, 9),
        passed: (Epoch::new(1, 7), 44),
        label: "TUBE-0001".to_owned(),
        symbology: Some("]C0".to_owned()),
        capacity: 10,
        profile: 3,
        people: 6,
        next: 8,
        first_swab_ms: Some(1_777_593_600_000),
        age_s: Some(900),
        to: Some(DeviceId::of_key(&key(3))),
    }
}

fn offer(boxes: usize) -> HandOver {
    let boxes = (0..boxes).map(|n| OfferedBox {
        container: at(if n % 3 == 0 { 2 } else { 1 }, 100 + n as u64),
        label: format!("BOX-{n:04}"),
        tubes: 40,
        seal: Some(format!("S{n:07}")),
        temperature: Some(-185),
        age_s: Some(5_000),
    });
    HandOver {
        mode: Mode::Live,
        campaign: Uuid::from_bytes([0xca; 16]),
        id: [0x1d; 16],
        device_key: key(1),
        to: None,
        offered_ms: 1_777_593_600_000,
        boxes: boxes.collect(),
    }
}

fn receipt() -> HandOverReceipt {
    HandOverReceipt {
        campaign: Uuid::from_bytes([0xca; 16]),
        id: [0x1d; 16],
        device_key: key(3),
        giver: DeviceId::of_key(&key(1)),
        received_ms: 1_777_593_700_000,
        boxes: vec![ReceivedBox { container: at(2, 100), found: 39, measured: None }],
    }
}

fn round_trip<T: Coded + PartialEq + std::fmt::Debug>(statement: &T, by: u8) {
    let signed = DeviceSigned::sign(statement, &seed(by)).unwrap();
    let code = signed.to_code().unwrap();
    let read = DeviceSigned::<T>::from_code(&format!(" {} \n", code.to_lowercase())).unwrap();
    assert_eq!(read.verify().unwrap(), *statement);
    assert!(Code::of(&code).is_some());
}

#[test]
fn codes_come_back_as_they_were() {
    round_trip(&pass(), 1);
    let answer = TubeAnswer {
        campaign: pass().campaign,
        device_key: key(3),
        passed: pass().passed(),
        taken: (Epoch::new(2, 1), 5),
    };
    round_trip(&answer, 3);
    round_trip(&offer(5), 1);
    round_trip(&receipt(), 3);
    let signed = DeviceSigned::sign(&offer(2), &seed(1)).unwrap();
    let list = HandOverList {
        campaign: pass().campaign,
        device_key: key(1),
        offer: HandOverList::digest(&signed),
        labels: vec![vec!["TUBE-0001".to_owned()], Vec::new()],
    };
    round_trip(&list, 1);
}

#[test]
fn a_signature_for_one_purpose_is_none_for_another() {
    let signed = DeviceSigned::sign(&offer(1), &seed(1)).unwrap();
    let code = signed.to_code().unwrap().replacen("FCH:", "FCL:", 1);
    assert!(SignedHandOverList::from_code(&code).unwrap().verify().is_err());
}

#[test]
fn what_a_giver_signed_can_be_made_again_from_the_receivers_records() {
    let signed = DeviceSigned::sign(&pass(), &seed(1)).unwrap();
    let body = pass().taken_over(signed.signature);
    let again = TubePass::of_record(&body, Mode::Live, pass().campaign, pass().round, key(1)).unwrap();
    assert_eq!(again.encode().unwrap(), signed.bytes);
    assert!(TubePass::of_record(&body, Mode::Live, pass().campaign, pass().round, key(2)).is_none());

    let signed = DeviceSigned::sign(&offer(4), &seed(1)).unwrap();
    let bodies: Vec<_> = offer(4).boxes.iter().map(|one| offer(4).received(one, 1, None, signed.signature)).collect();
    let bodies: Vec<_> = bodies.iter().collect();
    let again = HandOver::of_records(&bodies, Mode::Live, offer(4).campaign, key(1)).unwrap();
    assert_eq!(again.encode().unwrap(), signed.bytes);
    let part = HandOver::of_records(&bodies[1..], Mode::Live, offer(4).campaign, key(1)).unwrap();
    assert_ne!(part.encode().unwrap(), signed.bytes, "a part of it is not what was signed");

    let signed = DeviceSigned::sign(&receipt(), &seed(3)).unwrap();
    let bodies: Vec<_> = receipt().boxes.iter().map(|one| receipt().given(one, signed.signature)).collect();
    let bodies: Vec<_> = bodies.iter().collect();
    let again = HandOverReceipt::of_records(&bodies, receipt().giver, receipt().campaign, key(3)).unwrap();
    assert_eq!(again.encode().unwrap(), signed.bytes);
}

#[test]
fn statements_that_cannot_be_are_refused() {
    assert!(TubePass { next: 6, ..pass() }.encode().is_err(), "more people than positions");
    assert!(TubePass { label: "a\u{202e}b".to_owned(), ..pass() }.encode().is_err());
    assert!(TubePass { label: "x".repeat(65), ..pass() }.encode().is_err());
    assert!(offer(0).encode().is_err());
    assert!(matches!(offer(BOXES_MAX + 1).encode(), Err(Error::Limit { .. })));
    let mut twice = offer(2);
    twice.boxes[1].label = twice.boxes[0].label.clone();
    assert!(twice.encode().is_err());
    let many = HandOverList {
        campaign: pass().campaign,
        device_key: key(1),
        offer: [0; 32],
        labels: vec![vec!["T".to_owned(); LABELS_MAX + 1]],
    };
    assert!(matches!(many.encode(), Err(Error::Limit { .. })));
}

proptest! {
    #[test]
    fn no_text_makes_a_code_panic(text in "(FC[PAHRL]:)?[A-Z2-7 ]{0,400}") {
        let _ = Code::of(&text);
        for read in [
            SignedTubePass::from_code(&text).and_then(|signed| signed.verify()).is_ok(),
            SignedTubeAnswer::from_code(&text).and_then(|signed| signed.verify()).is_ok(),
            SignedHandOver::from_code(&text).and_then(|signed| signed.verify()).is_ok(),
            SignedHandOverReceipt::from_code(&text).and_then(|signed| signed.verify()).is_ok(),
            SignedHandOverList::from_code(&text).and_then(|signed| signed.verify()).is_ok(),
        ] {
            prop_assert!(!read, "nothing random is signed");
        }
    }

    #[test]
    fn a_changed_byte_is_never_taken(place in any::<prop::sample::Index>(), flip in 1u8..=255) {
        let signed = DeviceSigned::sign(&offer(3), &seed(1)).unwrap();
        let mut bytes = signed.to_bytes().unwrap();
        let place = place.index(bytes.len());
        bytes[place] ^= flip;
        let taken = SignedHandOver::parse(&bytes).and_then(|signed| signed.verify());
        prop_assert!(taken.is_err());
    }
}
