//! Offers, answers, receipts and lists of tubes and boxes.

use std::fmt::Debug;

use fieldcore::custody::{Chain, Code, Coded, HandOver, HandOverList, HandOverReceipt, TubeAnswer, TubePass, desk};
use fieldcore::pack::{self, Blob, Fixed};
use fieldcore::record::{Body, Record, Stamp};
use fieldcore::wire::{DeviceSigned, Mode};
use fieldcore::{DeviceId, Epoch, RecordRef};
use uuid::Uuid;

const SIGNATURE: [u8; 64] = [7; 64];

/// A code as a scanner types it; taken only where a device signed it.
pub(super) fn text(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let taken = [
        read::<TubePass>(text),
        read::<TubeAnswer>(text),
        read::<HandOver>(text),
        read::<HandOverReceipt>(text),
        read::<HandOverList>(text),
    ];
    assert!(taken.iter().filter(|taken| **taken).count() <= 1, "one code is of two kinds");
    assert!(!taken.contains(&true) || Code::of(text).is_some(), "what is taken is known by its letters");
    taken.contains(&true)
}

fn read<T: Coded>(text: &str) -> bool {
    let Ok(signed) = DeviceSigned::<T>::from_code(text) else { return false };
    let typed: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
    assert_eq!(signed.to_code().expect("it can be shown again"), typed, "a code has two forms");
    signed.verify().is_ok()
}

/// A statement, whoever signed it: it has one form.
fn statement<T: Coded + PartialEq + Debug>(bytes: &[u8]) -> Option<T> {
    let signed = pack::encode(&(Blob(bytes.to_vec()), Fixed(SIGNATURE))).expect("it encodes");
    let statement = DeviceSigned::<T>::parse(&signed).and_then(|signed| signed.peek()).ok()?;
    assert_eq!(statement.encode().expect("it encodes"), bytes, "a statement has two forms");
    assert!(format!("{statement:?}").len() < 400, "the debug output tells what is in it");
    Some(statement)
}

pub(super) fn pass(bytes: &[u8]) -> bool {
    let Some(pass) = statement::<TubePass>(bytes) else { return false };
    assert!(pass.next > pass.people, "more people than positions");
    let body = pass.taken_over(SIGNATURE);
    let again = TubePass::of_record(&body, pass.mode, pass.campaign, pass.round, pass.device_key);
    assert!(again == Some(pass), "the receiver's record says something else");
    true
}

pub(super) fn answer(bytes: &[u8]) -> bool {
    statement::<TubeAnswer>(bytes).is_some()
}

/// A record of nobody in particular, which is one of many.
fn record(device: DeviceId, seq: u64, body: impl Into<Body>) -> Record {
    let stamp = Stamp { wall_ms: 0, mono_ms: 0, clock: 1, shift: None, lane: None };
    Record { at: RecordRef { device, epoch: Epoch::new(0, 1), seq }, stamp, body: body.into() }
}

/// The chain is the same in whatever order it is heard.
fn chained(mut records: Vec<Record>) -> Chain {
    let chain = Chain::fold(&records);
    records.reverse();
    assert!(Chain::fold(&records) == chain, "the order of arrival changes the chain");
    chain
}

pub(super) fn hand_over(bytes: &[u8]) -> bool {
    let Some(offer) = statement::<HandOver>(bytes) else { return false };
    let bodies: Vec<_> = offer.boxes.iter().map(|one| offer.received(one, one.tubes, None, SIGNATURE)).collect();
    let named: Vec<_> = bodies.iter().collect();
    let again = HandOver::of_records(&named, offer.mode, offer.campaign, offer.device_key);
    assert!(again.as_ref() == Some(&offer), "the receiver's records say something else");
    assert!(HandOver::of_records(&named, Mode::Live, offer.campaign, [0; 32]).is_none(), "of another giver's key");
    let taker = DeviceId::from_bytes([9; 16]);
    let chain = chained((1..).zip(bodies).map(|(seq, body)| record(taker, seq, body)).collect());
    let rounds: Vec<Uuid> = offer.boxes.iter().map(|one| one.round).collect();
    assert!(chain.boxes.values().all(|story| story.round.is_some_and(|round| rounds.contains(&round))));
    true
}

pub(super) fn receipt(bytes: &[u8]) -> bool {
    let Some(receipt) = statement::<HandOverReceipt>(bytes) else { return false };
    let bodies: Vec<_> = receipt.boxes.iter().map(|one| receipt.given(one, Uuid::nil(), SIGNATURE)).collect();
    let named: Vec<_> = bodies.iter().collect();
    let again = HandOverReceipt::of_records(&named, receipt.giver, receipt.campaign, receipt.device_key);
    assert!(again.as_ref() == Some(&receipt), "the giver's records say something else");
    chained((1..).zip(bodies).map(|(seq, body)| record(receipt.giver, seq, body)).collect());
    true
}

pub(super) fn list(bytes: &[u8]) -> bool {
    statement::<HandOverList>(bytes).is_some()
}

/// A file for a receiving desk: its codes, one a line, of the golden examples' campaign.
pub(super) fn file(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let Ok(listed) = desk::read_offers(text, super::seeds::CAMPAIGN) else { return false };
    for one in &listed {
        assert_eq!(one.labels.len(), one.offer.boxes.len(), "a box without its labels");
        assert_eq!(one.offer.campaign, super::seeds::CAMPAIGN);
    }
    !listed.is_empty()
}
