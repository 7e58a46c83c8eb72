//! Codes that devices show each other: tubes passed on and boxes handed over.

use fieldcore::crypto::{self, Domain};
use fieldcore::custody::{
    Coded, HandOver, HandOverList, HandOverReceipt, OfferedBox, ReceivedBox, TubeAnswer, TubePass,
};
use fieldcore::pack::{self, Blob, Fixed};
use fieldcore::wire::{DeviceSigned, Mode};
use fieldcore::{DeviceId, Error, RecordRef};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::describe::hex;
use crate::material::{CAMPAIGN, NOW_MS, Phone, ROUND};
use crate::vector::Vector;

/// The round before.
const EARLIER: Uuid = Uuid::from_bytes([0x0e; 16]);

pub(crate) fn code<T: Coded>(phone: &Phone, statement: &T) -> String {
    DeviceSigned::sign(statement, &phone.seed).unwrap().to_code().unwrap()
}

fn reference(at: RecordRef) -> Value {
    json!([at.device.to_string(), at.epoch.as_u64(), at.seq])
}

fn pass(phone: &Phone, other: &Phone) -> TubePass {
    TubePass {
        mode: Mode::Live,
        campaign: CAMPAIGN,
        device_key: phone.key(),
        round: ROUND,
        tube: other.at(12),
        passed: (phone.epoch, 44),
        label: "A26000000017".to_owned(),
        symbology: Some("]C0".to_owned()),
        capacity: 10,
        profile: 3,
        people: 6,
        next: 8,
        first_swab_ms: Some(NOW_MS),
        age_s: Some(900),
        to: Some(DeviceId::of_key(&other.key())),
    }
}

fn hand_over(phone: &Phone, other: &Phone) -> HandOver {
    let offered = |container, round, label: &str, seal: Option<&str>, temperature, age_s| OfferedBox {
        container,
        round,
        label: label.to_owned(),
        tubes: 40,
        seal: seal.map(str::to_owned),
        temperature,
        age_s,
    };
    HandOver {
        mode: Mode::Live,
        campaign: CAMPAIGN,
        id: [0x1d; 16],
        device_key: phone.key(),
        to: None,
        offered_ms: NOW_MS,
        boxes: vec![
            offered(phone.at(70), ROUND, "BOX-0001", Some("S-4711"), Some(-185), Some(5_400)),
            offered(other.at(9), EARLIER, "箱 2", None, None, None),
        ],
    }
}

fn receipt(phone: &Phone, other: &Phone) -> HandOverReceipt {
    HandOverReceipt {
        campaign: CAMPAIGN,
        id: [0x1d; 16],
        device_key: other.key(),
        giver: DeviceId::of_key(&phone.key()),
        received_ms: NOW_MS + 60_000,
        boxes: vec![ReceivedBox { container: phone.at(70), found: 39, measured: Some(41) }],
    }
}

fn list(phone: &Phone, other: &Phone) -> HandOverList {
    let offer = DeviceSigned::sign(&hand_over(phone, other), &phone.seed).unwrap();
    HandOverList {
        campaign: CAMPAIGN,
        device_key: phone.key(),
        offer: HandOverList::digest(&offer),
        labels: vec![vec!["A26000000017".to_owned(), "A26000000018".to_owned()], Vec::new()],
    }
}

pub(crate) fn all() -> Vec<Vector> {
    let (phone, other) = (Phone::new("device"), Phone::new("another device"));
    let answer = TubeAnswer {
        campaign: CAMPAIGN,
        device_key: other.key(),
        passed: pass(&phone, &other).passed(),
        taken: (other.epoch, 5),
    };
    let open = TubePass {
        symbology: None,
        people: 0,
        next: 1,
        first_swab_ms: None,
        age_s: None,
        to: None,
        ..pass(&phone, &other)
    };
    let good = |name, is, says, text: String, expect| Vector::good(name, is, says).text(&text).expect(expect);
    let (offer, sent, list) = (hand_over(&phone, &other), receipt(&phone, &other), list(&phone, &other));
    let mut vectors = vec![
        good(
            "tube_pass",
            "tube_pass",
            "an open tube of another device, passed on to it",
            code(&phone, &pass(&phone, &other)),
            describe_pass(&pass(&phone, &other)),
        ),
        good(
            "tube_pass_for_whoever",
            "tube_pass",
            "an empty tube for whoever comes first",
            code(&phone, &open),
            describe_pass(&open),
        ),
        good("tube_answer", "tube_answer", "it was taken over", code(&other, &answer), describe_answer(&answer)),
        good(
            "hand_over",
            "hand_over",
            "two boxes, opened by two devices for two rounds",
            code(&phone, &offer),
            describe_offer(&offer),
        ),
        good("hand_over_receipt", "hand_over_receipt", "one of them", code(&other, &sent), describe_receipt(&sent)),
        good("hand_over_list", "hand_over_list", "the tubes in them", code(&phone, &list), describe_list(&list)),
    ];
    vectors.extend(bad(&phone, &other));
    vectors
}

/// A code of any statement's bytes, signed for any purpose.
pub(crate) fn forged<T: Coded>(phone: &Phone, domain: Domain, statement: &[u8]) -> String {
    let signature = crypto::sign(&phone.seed, domain, statement);
    let bytes = pack::encode(&(Blob(statement.to_vec()), Fixed(signature))).unwrap();
    DeviceSigned::<T>::parse(&bytes).unwrap().to_code().unwrap()
}

fn bad(phone: &Phone, other: &Phone) -> Vec<Vector> {
    let sound = DeviceSigned::sign(&pass(phone, other), &phone.seed).unwrap();
    let offer = DeviceSigned::sign(&hand_over(phone, other), &phone.seed).unwrap();
    let mut later = sound.bytes.clone();
    later[1] = 2;
    let mut ragged = offer.bytes.clone();
    let table = ragged.windows(2).position(|two| two == [0xc4, 0x20]).unwrap();
    let table = table + ragged[table + 2..].windows(2).position(|two| two == [0xc4, 0x20]).unwrap() + 2;
    ragged[table + 1] += 1;
    ragged.insert(table + 2, 0);
    let answer = TubeAnswer {
        campaign: CAMPAIGN,
        device_key: phone.key(),
        passed: pass(other, phone).passed(),
        taken: (phone.epoch, 5),
    };
    // Epoch and seq are its last eleven bytes: a `bin` of two numbers in the place of their array.
    let mut packed = DeviceSigned::sign(&answer, &phone.seed).unwrap().bytes;
    assert_eq!(packed[packed.len() - 11], 0x92);
    packed.truncate(packed.len() - 11);
    packed.extend_from_slice(&[0xc4, 2, 1, 5]);
    let mut apart = offer.bytes.clone();
    let second = apart.windows(16).position(|bytes| bytes == [0x0e; 16]).unwrap();
    apart[second..second + 16].copy_from_slice(ROUND.as_bytes());
    let mut changed = sound.clone();
    *changed.bytes.last_mut().unwrap() ^= 1;
    let whole = sound.to_code().unwrap();
    let bad = |name, is, says, fails, text: &str| Vector::bad(name, is, says, fails).text(text);
    vec![
        bad(
            "tube_pass_changed",
            "tube_pass",
            "another device is named than was signed",
            "signature",
            &changed.to_code().unwrap(),
        ),
        bad("tube_pass_cut_off", "tube_pass", "half a code", "form", &whole[..whole.len() / 2]),
        bad("tube_pass_without_its_letters", "tube_pass", "no code of this kind", "form", &whole[4..]),
        bad(
            "tube_pass_of_a_later_version",
            "tube_pass",
            "version 2",
            "version",
            &forged::<TubePass>(phone, Domain::TubePass, &later),
        ),
        bad(
            "tube_pass_signed_as_a_hand_over",
            "tube_pass",
            "a signature for another purpose",
            "signature",
            &forged::<TubePass>(phone, Domain::HandOver, &sound.bytes),
        ),
        bad(
            "tube_answer_with_bytes_for_an_array",
            "tube_answer",
            "a `bin` where an array of numbers is due",
            "form",
            &forged::<TubeAnswer>(phone, Domain::TubeAnswer, &packed),
        ),
        bad(
            "hand_over_with_a_ragged_table",
            "hand_over",
            "a table of devices that ends within one",
            "form",
            &forged::<HandOver>(phone, Domain::HandOver, &ragged),
        ),
        bad(
            "hand_over_with_a_round_twice",
            "hand_over",
            "a round that stands at two places",
            "form",
            &forged::<HandOver>(phone, Domain::HandOver, &apart),
        ),
        bad(
            "hand_over_of_a_stranger",
            "hand_over",
            "signed by another key than it names",
            "signature",
            &forged::<HandOver>(other, Domain::HandOver, &offer.bytes),
        ),
    ]
}

/// Reads a vector of these as a receiver would; `None` for another thing.
pub(crate) fn check(is: &str, text: &str) -> Option<Result<Value, &'static str>> {
    Some(match is {
        "tube_pass" => read(text).map(|one: TubePass| describe_pass(&one)),
        "tube_answer" => read(text).map(|one: TubeAnswer| describe_answer(&one)),
        "hand_over" => read(text).map(|one: HandOver| describe_offer(&one)),
        "hand_over_receipt" => read(text).map(|one: HandOverReceipt| describe_receipt(&one)),
        "hand_over_list" => read(text).map(|one: HandOverList| describe_list(&one)),
        _ => return None,
    })
}

pub(crate) fn read<T: Coded>(text: &str) -> Result<T, &'static str> {
    let form = |error: Error| if error.to_string().contains("update the reader") { "version" } else { "form" };
    let signed = DeviceSigned::<T>::from_code(text).map_err(form)?;
    signed.peek().map_err(form)?;
    signed.verify().map_err(|_| "signature")
}

fn describe_pass(one: &TubePass) -> Value {
    json!({
        "version": 1, "mode": one.mode.code(), "campaign": one.campaign.to_string(), "device_key": hex(one.device_key),
        "round": one.round.to_string(), "tube": reference(one.tube),
        "passed": {"epoch": one.passed.0.as_u64(), "seq": one.passed.1}, "label": one.label,
        "symbology": one.symbology,
        "counts": {"capacity": one.capacity, "profile": one.profile, "people": one.people, "next": one.next},
        "first_swab": {"wall": one.first_swab_ms, "age": one.age_s}, "to": one.to.map(|to| to.to_string()),
        "device": one.giver().to_string(),
    })
}

fn describe_answer(one: &TubeAnswer) -> Value {
    json!({
        "version": 1, "campaign": one.campaign.to_string(), "device_key": hex(one.device_key),
        "passed": reference(one.passed), "taken": {"epoch": one.taken.0.as_u64(), "seq": one.taken.1},
        "device": DeviceId::of_key(&one.device_key).to_string(),
    })
}

fn describe_offer(one: &HandOver) -> Value {
    let boxes = one.boxes.iter().map(|one| {
        json!({
            "round": one.round.to_string(), "container": reference(one.container), "label": one.label, "tubes": one.tubes, "seal": one.seal,
            "temperature": one.temperature, "age": one.age_s,
        })
    });
    json!({
        "version": 1, "mode": one.mode.code(), "campaign": one.campaign.to_string(), "hand_over": hex(one.id),
        "device_key": hex(one.device_key), "to": one.to.map(|to| to.to_string()), "offered": one.offered_ms,
        "boxes": boxes.collect::<Vec<_>>(), "device": one.giver().to_string(),
    })
}

fn describe_receipt(one: &HandOverReceipt) -> Value {
    let boxes = one
        .boxes
        .iter()
        .map(|one| json!({"container": reference(one.container), "found": one.found, "measured": one.measured}));
    json!({
        "version": 1, "campaign": one.campaign.to_string(), "hand_over": hex(one.id), "device_key": hex(one.device_key),
        "giver": one.giver.to_string(), "received": one.received_ms, "boxes": boxes.collect::<Vec<_>>(),
        "device": one.receiver().to_string(),
    })
}

fn describe_list(one: &HandOverList) -> Value {
    json!({
        "version": 1, "campaign": one.campaign.to_string(), "device_key": hex(one.device_key), "offer": hex(one.offer),
        "labels": one.labels, "device": DeviceId::of_key(&one.device_key).to_string(),
    })
}
