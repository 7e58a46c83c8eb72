//! Every public decoder, and one sound example for each: what hostile input is made of. Shared
//! by the property tests and the fuzz targets.

mod cards;
mod examples;

use chrono::NaiveDate;
use fieldcore::carry::{CarryReader, Found, FrameTaker};
use fieldcore::scan::{Scan, Trust, interpret, interpret_aadhaar};
use fieldcore::wire::{
    Batch, Bundle, Certificate, Invitation, KeySet, Notice, ProfileText, Refusal, Reissue, Revocations, RosterPage,
    Salvage, SignedDispatch, SignedEnrolment, SignedOutstanding, SignedPoll, SignedReceipt, SignedState,
};
use fieldcore::{Profile, Verb, crypto, pack};

pub(crate) use cards::{KEY, SEED};
pub use examples::{example, invitation_to_nowhere};
pub(crate) use examples::{key_set, roster_page};

use crate::rng::SeededEntropy;
use examples::{BATCH, KEY_SET, at, data_key, seed};

/// Takes any bytes; answers whether they were accepted. Must never panic.
pub type Decoder = fn(&[u8]) -> bool;

/// Every decoder of bytes that come from outside, by name.
pub const DECODERS: &[(&str, Decoder)] = &[
    ("bundle", |bytes| Bundle::read(bytes).is_ok()),
    ("batch", batch),
    ("batch_body", batch_body),
    ("salvage", salvage),
    ("enrolment", |bytes| SignedEnrolment::parse(bytes).and_then(|signed| signed.verify()).is_ok()),
    ("poll", |bytes| SignedPoll::parse(bytes).and_then(|signed| signed.verify()).is_ok()),
    ("outstanding", |bytes| SignedOutstanding::parse(bytes).and_then(|signed| signed.verify()).is_ok()),
    ("carry", carry),
    ("frame", |bytes| FrameTaker::new().take(bytes).is_done()),
    ("frame_text", |bytes| text(bytes).is_some_and(|text| FrameTaker::new().take_text(text).is_done())),
    ("receipt", |bytes| SignedReceipt::parse(bytes).and_then(|signed| signed.verify(&KEY_SET)).is_ok()),
    ("dispatch", |bytes| SignedDispatch::parse(bytes).and_then(|signed| signed.verify(&KEY_SET)).is_ok()),
    ("state", |bytes| SignedState::parse(bytes).and_then(|signed| signed.verify(&KEY_SET)).is_ok()),
    ("receipt_statement", |bytes| SignedReceipt::parse(bytes).and_then(|signed| signed.peek()).is_ok()),
    ("dispatch_statement", |bytes| SignedDispatch::parse(bytes).and_then(|signed| signed.peek()).is_ok()),
    ("state_statement", |bytes| SignedState::parse(bytes).and_then(|signed| signed.peek()).is_ok()),
    ("refusal", |bytes| Refusal::parse(bytes).is_ok()),
    ("certificate", |bytes| Certificate::parse(bytes).is_ok()),
    ("key_set", |bytes| KeySet::parse(bytes).is_ok()),
    ("profile_text", |bytes| ProfileText::parse(bytes).is_ok()),
    ("revocations", |bytes| Revocations::parse(bytes).is_ok()),
    ("reissue", |bytes| Reissue::parse(bytes).is_ok()),
    ("notice", |bytes| Notice::parse(bytes).is_ok()),
    ("roster_page", |bytes| RosterPage::parse(bytes).is_ok()),
    ("invitation", |bytes| text(bytes).is_some_and(|text| Invitation::from_text(text).is_ok())),
    ("delegation", cards::delegation),
    ("link", cards::link),
    ("grant", cards::grant),
    ("helper_keys", cards::code),
    ("welcome", cards::code),
    ("kit", cards::code),
    ("proxy_card", cards::code),
    ("code_text", cards::code),
    ("sealed_card", cards::sealed_card),
    ("row", |bytes| fieldcore::record::decode_row(at(1), 30, 1, bytes).is_ok()),
    ("pack", |bytes| pack::check(bytes, "bytes").is_ok()),
    ("profile", |bytes| text(bytes).is_some_and(|text| Profile::parse(text).is_ok())),
    ("verb", |bytes| text(bytes).is_some_and(|text| Verb::parse(text).is_ok())),
    ("scan", scan),
    ("card_symbol", card_symbol),
    ("aadhaar_payload", |bytes| interpret_aadhaar(bytes, today(), &Trust::new()).identity.is_some()),
];

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// A batch is parsed, verified, outlined and opened; the answer is that of opening.
fn batch(bytes: &[u8]) -> bool {
    let outlined = Batch::outline(bytes).is_ok();
    let opened = Batch::parse(bytes).and_then(|batch| {
        batch.verify()?;
        batch.open(&data_key())
    });
    assert!(opened.is_err() || outlined, "what opens can be outlined");
    opened.is_ok()
}

/// An enrolled device seals and signs a body of its own making: the example batch's body is
/// replaced by these bytes (a body's length is part of what is signed, so it is kept).
fn batch_body(plain: &[u8]) -> bool {
    let sound = &*BATCH;
    let mut plain = plain.to_vec();
    plain.resize(sound.body.len() - crypto::SEAL_OVERHEAD, 0);
    let tail = pack::encode(&sound.header.body_length).expect("a number encodes").len() + 34;
    let bound = &sound.header_bytes[..sound.header_bytes.len() - tail];
    let key = crypto::derive(&data_key(), "fieldcore 1 batch body key");
    let body = crypto::seal(&key, &SeededEntropy::new(1), bound, &plain).expect("it can be sealed");
    let mut header_bytes = sound.header_bytes.clone();
    let digest_at = header_bytes.len() - 32;
    header_bytes[digest_at..].copy_from_slice(&crypto::sha256(&[&body]));
    let signature = crypto::sign(&seed(), crypto::Domain::BatchLive, &header_bytes);
    let bytes =
        pack::encode(&(pack::Blob(header_bytes), pack::Blob(body), pack::Fixed(signature))).expect("it encodes");
    let forged = Batch::parse(&bytes).expect("its form is sound");
    forged.verify().expect("the device signed it");
    forged.open(&data_key()).is_ok()
}

fn salvage(bytes: &[u8]) -> bool {
    let opened = Salvage::parse(bytes).and_then(|salvage| {
        salvage.verify()?;
        salvage.open(&data_key())
    });
    opened.is_ok_and(|rows| rows.failures.is_empty())
}

/// A carry read item by item holds what the same bytes hold as a bundle.
fn carry(bytes: &[u8]) -> bool {
    let Ok(mut reader) = CarryReader::new(bytes) else { return false };
    let mut items = Vec::new();
    while let Some(found) = reader.next_found().expect("memory can be read") {
        if let Found::Item(item) = found {
            items.push(item);
        }
    }
    Bundle::read(bytes).is_ok_and(|read| read.items == items)
}

fn scan(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let scans = [
        Scan::line(text.clone()),
        Scan::typed(text.clone()),
        Scan::symbol(text.clone(), Some("]C1")),
        Scan::symbol(text.clone(), Some("]d2")),
        Scan::symbol(text, None),
        Scan::Ocr { lines: lines.clone() },
        Scan::Mrz { lines: lines.clone() },
        Scan::Fields(lines.into_iter().map(|line| ("number".to_owned(), line)).collect()),
    ];
    scans
        .iter()
        .map(|scan| interpret(scan, today()))
        .any(|reading| reading.identity.is_some() || reading.label.is_some())
}

/// The text behind the marks of a licence or card, so that what is changed is what is read.
fn card_symbol(bytes: &[u8]) -> bool {
    let text = format!("@\n\u{1e}\rANSI {}", String::from_utf8_lossy(bytes));
    interpret(&Scan::symbol(text, Some("]L0")), today()).identity.is_some()
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 5).expect("a date")
}
