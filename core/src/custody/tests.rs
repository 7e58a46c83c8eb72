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
        round: Uuid::from_bytes([0x11; 16]),
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
    let mut late = offer(4);
    late.boxes[3].round = Uuid::from_bytes([0x22; 16]);
    round_trip(&late, 1);
    let signed_late = DeviceSigned::sign(&late, &seed(1)).unwrap();
    assert_ne!(signed_late.bytes, signed.bytes, "the round is signed");
    let part = HandOver::of_records(&bodies[1..], Mode::Live, offer(4).campaign, key(1)).unwrap();
    assert_ne!(part.encode().unwrap(), signed.bytes, "a part of it is not what was signed");

    let signed = DeviceSigned::sign(&receipt(), &seed(3)).unwrap();
    let bodies: Vec<_> =
        receipt().boxes.iter().map(|one| receipt().given(one, pass().round, signed.signature)).collect();
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
    let mut apart = offer(3);
    apart.boxes[1].round = Uuid::from_bytes([0x22; 16]);
    assert!(apart.encode().is_err(), "a round's boxes stand side by side");
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

mod chains {
    use super::*;
    use crate::pack::Fixed;
    use crate::record::{
        Body, BoxOpened, BoxSealed, HandOverGiven, HandOverReceived, Record, Stamp, TubePacked, TubeUnpacked,
    };

    fn device(n: u8) -> DeviceId {
        DeviceId::of_key(&key(n))
    }

    /// Records of several devices, each in its own order.
    #[derive(Default)]
    struct Notes(Vec<Record>);

    impl Notes {
        fn write(&mut self, by: u8, body: impl Into<Body>) -> RecordRef {
            let seq = self.0.iter().filter(|record| record.at.device == device(by)).count() as u64 + 1;
            let at = RecordRef { device: device(by), epoch: Epoch::new(0, 1), seq };
            let stamp = Stamp { wall_ms: 0, mono_ms: 0, clock: 1, shift: None, lane: None };
            self.0.push(Record { at, stamp, body: body.into() });
            at
        }

        fn open(&mut self, by: u8) -> RecordRef {
            self.write(by, BoxOpened { label: "BOX-1".to_owned(), symbology: None, profile: 1 })
        }

        fn pack(&mut self, by: u8, container: RecordRef, label: &str) {
            self.write(by, TubePacked { container, tube: None, label: label.to_owned() });
        }

        fn unpack(&mut self, by: u8, container: RecordRef, label: &str) {
            self.write(by, TubeUnpacked { container, label: label.to_owned(), reason: None });
        }

        fn seal(&mut self, by: u8, container: RecordRef, tubes: u32) {
            self.write(by, BoxSealed { container, tubes, seal: None, temperature: None });
        }

        fn give(&mut self, by: u8, to: Option<u8>, container: RecordRef, id: u8) -> RecordRef {
            self.write(
                by,
                HandOverGiven {
                    hand_over: Fixed([id; 16]),
                    round: Uuid::from_bytes([id % 2; 16]),
                    container,
                    tubes: 1,
                    temperature: None,
                    received_ms: None,
                    to: to.map(device),
                    to_whom: to.is_none().then(|| "the driver".to_owned()),
                    signature: None,
                },
            )
        }

        fn receive(&mut self, by: u8, giver: u8, container: RecordRef, id: u8) -> RecordRef {
            self.write(
                by,
                HandOverReceived {
                    hand_over: Fixed([id; 16]),
                    giver: device(giver),
                    round: Uuid::from_bytes([id % 2; 16]),
                    container,
                    label: "BOX-1".to_owned(),
                    tubes: 1,
                    found: 1,
                    seal: None,
                    temperature: None,
                    measured: None,
                    age_s: None,
                    offered_ms: 0,
                    to: None,
                    signature: Fixed([0; 64]),
                },
            )
        }

        fn story(&self) -> BoxStory {
            Chain::fold(&self.0).boxes.into_values().next().unwrap()
        }
    }

    #[test]
    fn a_box_is_with_whoever_received_it_last_and_their_word_on_its_tubes_counts() {
        let mut notes = Notes::default();
        let container = notes.open(1);
        notes.pack(1, container, "T-1");
        notes.pack(1, container, "T-2");
        notes.seal(1, container, 2);
        let given = notes.give(1, Some(2), container, 7);
        assert!(
            notes.story().holder == Holder::OnTheWay { from: device(1), to: Some(device(2)), whom: None, since: given }
        );
        assert!(notes.story().passages[0].is_open(), "given and not received");
        let received = notes.receive(2, 1, container, 7);
        notes.unpack(2, container, "T-2");
        notes.pack(2, container, "T-3");
        let story = notes.story();
        assert!(story.holder == Holder::Device { device: device(2), since: received } && !story.contested);
        assert_eq!(story.tubes.keys().collect::<Vec<_>>(), ["T-1", "T-3"]);
        assert!(!story.passages[0].is_open());
        // It comes back to the first, who packs again what the other took out.
        notes.give(2, Some(1), container, 8);
        notes.receive(1, 2, container, 8);
        notes.pack(1, container, "T-2");
        let story = notes.story();
        assert_eq!(story.tubes.len(), 3);
        assert_eq!(story.passages.iter().map(|passage| passage.depth).collect::<Vec<_>>(), [1, 2]);
        assert!(matches!(story.holder, Holder::Device { device: one, .. } if one == device(1)));
    }

    #[test]
    fn a_receipt_without_the_givers_word_is_open_and_a_driver_owes_none() {
        let mut notes = Notes::default();
        let container = notes.open(1);
        notes.receive(2, 1, container, 7);
        assert!(notes.story().passages[0].is_open(), "received and not given");
        notes.receive(3, 1, container, 9);
        assert!(notes.story().contested, "two say that they have it");
        let mut notes = Notes::default();
        let container = notes.open(1);
        notes.give(1, None, container, 7);
        let story = notes.story();
        assert!(!story.passages[0].is_open());
        assert!(matches!(story.holder, Holder::OnTheWay { whom: Some(_), to: None, .. }));
    }

    proptest! {
        /// Random histories of three devices around one box, heard in any order.
        #[test]
        fn the_order_of_arrival_changes_nothing(
            steps in prop::collection::vec((1u8..4, 0u8..5, 0u8..4), 1..40),
            shuffle in any::<prop::sample::Index>(),
        ) {
            let mut notes = Notes::default();
            let container = notes.open(1);
            for (id, (by, what, n)) in steps.iter().enumerate() {
                let id = id as u8;
                match what {
                    0 => notes.pack(*by, container, &format!("T-{n}")),
                    1 => notes.unpack(*by, container, &format!("T-{n}")),
                    2 => notes.seal(*by, container, u32::from(*n)),
                    3 => { notes.give(*by, Some(n % 3 + 1), container, id / 2); }
                    _ => { notes.receive(*by, n % 3 + 1, container, id / 2); }
                }
            }
            let once = Chain::fold(&notes.0);
            let mut records = notes.0.clone();
            records.rotate_left(shuffle.index(notes.0.len()));
            records.reverse();
            prop_assert!(Chain::fold(&records) == once);
            // Not so if a word is missing that counts.
            notes.pack(1, container, "T-last");
            prop_assert!(Chain::fold(&notes.0) != once);
        }
    }
}

#[test]
fn twelve_boxes_of_ten_devices_fit_a_code_of_version_25() {
    let mut offer = offer(12);
    for (n, one) in (0u8..).zip(&mut offer.boxes) {
        one.seal = Some(format!("SEAL-{n:08}"));
    }
    let length = |offer: &HandOver| {
        let signed = DeviceSigned::sign(offer, &seed(1)).unwrap();
        (signed.bytes.len(), signed.to_code().unwrap().len())
    };
    let two = length(&offer);
    let rounds = {
        let mut offer = offer.clone();
        offer.boxes[11].round = Uuid::from_bytes([0x22; 16]);
        length(&offer)
    };
    for (n, one) in (0u8..).zip(&mut offer.boxes) {
        one.container = at(n.max(2) + 10, 100_000);
    }
    let ten = length(&offer);
    // The figures of docs/wire-format.md, section 24.
    assert_eq!((two, rounds, ten), ((642, 1_144), (662, 1_176), (818, 1_425)));
    assert!(ten.1 <= CODE_CHARS_MAX);
}
