//! All people here are made up, and so are the keys: the ones in `specimen/` sign nothing but these
//! tests.

use std::io::Write;
use std::sync::LazyLock;

use chrono::NaiveDate;
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use rsa::PrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs1v15::SigningKey;
use rsa::sha2::Sha256;
use rsa::signature::{SignatureEncoding, Signer};

use crate::limits::{AADHAAR_PAYLOAD_BYTES_MAX, ISSUER_KEYS_MAX};
use crate::record::DocumentKind;
use crate::scan::reading::{Check, Reading};
use crate::scan::{Scan, Trust, interpret, interpret_aadhaar, interpret_with};

const KEY: &str = include_str!("specimen/specimen_key.pem");
pub(crate) const CERTIFICATE: &str = include_str!("specimen/specimen_certificate.pem");
const CERTIFICATE_DER: &[u8] = include_bytes!("specimen/specimen_certificate.der");
const PUBLIC_KEY: &str = include_str!("specimen/specimen_public_key.pem");
const OTHER_KEY: &str = include_str!("specimen/other_public_key.pem");
const SHORT_KEY: &str = include_str!("specimen/short_public_key.pem");
const CURVE: &str = include_str!("specimen/curve_certificate.pem");

static SIGNER: LazyLock<SigningKey<Sha256>> =
    LazyLock::new(|| SigningKey::new(PrivateKey::from_pkcs1_pem(KEY).unwrap()));

const REFERENCE: &str = "000020190305150137123";

/// Flag, reference, name, birth, sex, address.
const FIELDS: [&str; 16] = [
    "3",
    REFERENCE,
    "Erika Utopian",
    "15-03-1880",
    "F",
    "C/O: Specimen",
    "East Utopia",
    "Near the Well",
    "1",
    "Specimen Block",
    "000000",
    "Utopia PO",
    "Utopia",
    "Main Road",
    "Sub Utopia",
    "Utopia Town",
];
const ADDRESS: &str = "C/O: Specimen, 1, Main Road, Near the Well, Specimen Block, Utopia Town, Utopia PO, Sub Utopia, East Utopia, Utopia, 000000";
/// Stands for a photo and two digests; 255 is in it on purpose.
const PHOTO: [u8; 200] = [255; 200];

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
}

fn trust(key: &str) -> Trust {
    let mut trust = Trust::new();
    trust.add_uidai(key.as_bytes()).unwrap();
    trust
}

/// The bytes of a big-endian integer as a decimal number, one digit after the other.
pub(super) fn to_decimal(bytes: &[u8]) -> String {
    let mut digits = vec![0u8];
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += u32::from(*digit) * 256;
            *digit = u8::try_from(carry % 10).unwrap();
            carry /= 10;
        }
        while carry > 0 {
            digits.push(u8::try_from(carry % 10).unwrap());
            carry /= 10;
        }
    }
    digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Fields of the format of 2018, photo, signature.
fn payload(fields: &[&str]) -> Vec<u8> {
    let mut bytes: Vec<u8> = Vec::new();
    for field in fields {
        bytes.extend(field.chars().map(|c| u8::try_from(u32::from(c)).unwrap()));
        bytes.push(255);
    }
    bytes.extend(PHOTO);
    signed(bytes)
}

fn signed(mut bytes: Vec<u8>) -> Vec<u8> {
    let signature = SIGNER.sign(&bytes).to_vec();
    bytes.extend(signature);
    bytes
}

fn changed(place: usize, value: &str) -> Vec<u8> {
    let mut fields = FIELDS;
    fields[place] = value;
    payload(&fields)
}

fn text(payload: &[u8]) -> String {
    to_decimal(&gzip(payload))
}

/// The text of a made-up person's QR, signed by the specimen key.
pub(crate) fn specimen() -> String {
    text(&payload(&FIELDS))
}

fn summary(reading: &Reading) -> (&'static str, Option<&'static str>, Vec<&'static str>) {
    let problems = reading.problems.iter().map(|problem| problem.as_str()).collect();
    (reading.verdict.as_str(), reading.kind.map(|kind| kind.as_str()), problems)
}

fn of_payload(payload: &[u8]) -> Reading {
    interpret_aadhaar(payload, today(), &trust(PUBLIC_KEY))
}

fn assert_reads(reading: &Reading) {
    let fields = [
        ("reference", REFERENCE),
        ("name", "Erika Utopian"),
        ("birth", "1880-03-15"),
        ("sex", "F"),
        ("address", ADDRESS),
    ];
    assert_eq!(reading.fields.len(), fields.len());
    for (name, value) in fields {
        assert_eq!(reading.text_field(name), Some(value), "{name}");
    }
    assert!(reading.alias.is_none() && reading.label.is_none(), "the text itself is not kept");
}

#[test]
fn a_signed_qr_is_accepted_by_the_certificate_or_the_key() {
    let text = text(&payload(&FIELDS));
    for trust in [trust(CERTIFICATE), trust(PUBLIC_KEY)] {
        for scan in [
            Scan::symbol(text.clone(), Some("]Q1")),
            Scan::symbol(text.clone(), None),
            Scan::line(text.clone()),
            Scan::typed(text.clone()),
        ] {
            let reading = interpret_with(&scan, today(), &trust);
            assert_eq!(summary(&reading), ("accept", Some("aadhaar"), vec![]));
            assert_eq!(reading.evidence.checks, [Check::Structure, Check::Signature]);
            assert_reads(&reading);
            let identity = reading.identity.unwrap();
            assert_eq!((identity.document, identity.birth), (DocumentKind::Aadhaar, Some(18_800_315)));
            assert!(identity.key_text().unwrap().expose().starts_with(&format!("aadhaar|IND|{REFERENCE}-")));
        }
    }
}

/// Written once and kept, so that other programs and later versions can be put beside it.
#[test]
fn the_kept_specimen_is_accepted() {
    let text = include_str!("specimen/specimen_qr.txt");
    let reading = interpret_with(&Scan::symbol(text, Some("]Q1")), today(), &trust(CERTIFICATE));
    assert_eq!(summary(&reading), ("accept", Some("aadhaar"), vec![]));
    assert_reads(&reading);
}

#[test]
fn without_a_key_it_is_for_the_operator() {
    let reading = interpret(&Scan::symbol(text(&payload(&FIELDS)), Some("]Q1")), today());
    assert_eq!(summary(&reading), ("review", Some("aadhaar"), vec!["unchecked"]));
    assert_reads(&reading);
    assert_eq!(reading.candidates.len(), 1);
    assert!(!reading.evidence.checks.contains(&Check::Signature));
}

#[test]
fn another_key_refuses() {
    let text = text(&payload(&FIELDS));
    let reading = interpret_with(&Scan::symbol(text.clone(), Some("]Q1")), today(), &trust(OTHER_KEY));
    assert_eq!(summary(&reading), ("refuse", Some("aadhaar"), vec!["signature"]));
    assert!(reading.fields.is_empty() && reading.identity.is_none() && reading.alias.is_none());
    // An older key beside the one in force is enough.
    let mut both = trust(OTHER_KEY);
    both.add_uidai(CERTIFICATE_DER).unwrap();
    assert_eq!(summary(&interpret_with(&Scan::symbol(text, Some("]Q1")), today(), &both)).0, "accept");
}

#[test]
fn keys_that_cannot_be_used_are_named() {
    let mut trust = Trust::new();
    for (bytes, why) in [
        (b"".as_slice(), "X.509"),
        (b"-----BEGIN CERTIFICATE-----", "X.509"),
        (b"-----BEGIN PUBLIC KEY-----\nAA\n-----END PUBLIC KEY-----", "no RSA key"),
        (SHORT_KEY.as_bytes(), "128 bytes"),
        (CURVE.as_bytes(), "no RSA key"),
        (KEY.as_bytes(), "X.509"),
        (&[0; 20_000], "16384"),
    ] {
        let error = trust.add_uidai(bytes).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
    assert!(!trust.knows_uidai());
    for _ in 0..2 * ISSUER_KEYS_MAX {
        assert!(trust.add_uidai(PUBLIC_KEY.as_bytes()).is_ok(), "the same key counts once");
    }
    assert!(trust.knows_uidai());
    assert_eq!(format!("{trust:?}"), "Trust(1 keys)");
}

/// Versions 2 and later have a version in front and a mobile's last digits behind.
#[test]
fn later_versions_have_two_fields_more() {
    for version in ["V2", "V3", "V4", "V5"] {
        let fields = [&[version], FIELDS.as_slice(), &["0000"]].concat();
        let reading = of_payload(&payload(&fields));
        assert_eq!(summary(&reading), ("accept", Some("aadhaar"), vec![]), "{version}");
        assert_reads(&reading);
    }
    let of = |version: &str| summary(&of_payload(&payload(&[&[version], FIELDS.as_slice(), &["0000"]].concat())));
    assert_eq!(of("V9"), ("refuse", Some("aadhaar"), vec!["unsupported"]));
    assert_eq!(of("V"), ("refuse", Some("aadhaar"), vec!["structure"]));
}

#[test]
fn each_fault_has_its_word() {
    let long = "x".repeat(256);
    let cases: &[(usize, &str, &str, &[&str])] = &[
        (0, "4", "refuse", &["structure"]),
        (0, "", "refuse", &["structure"]),
        (1, "0000", "refuse", &["structure"]),
        (1, "00002019030515013712x", "refuse", &["structure"]),
        (1, "000020190230150137123", "refuse", &["structure"]),
        (2, "", "refuse", &["structure"]),
        (2, "Erika\u{7}", "refuse", &["charset"]),
        (2, &long, "refuse", &["structure"]),
        (3, "30-02-1880", "refuse", &["date"]),
        (3, "15-3-1880", "refuse", &["date"]),
        (3, "1880", "accept", &[]),
        (3, "1880-03-15", "accept", &[]),
        (3, "15/03/1880", "accept", &[]),
        (3, "02-01-2026", "refuse", &["future_date"]),
        (3, "01-01-2026", "accept", &[]),
        (3, "2027", "refuse", &["future_date"]),
        (3, "", "refuse", &["date"]),
        (4, "T", "accept", &[]),
        (4, "?", "accept", &["sex"]),
        (5, "", "accept", &[]),
        (15, "", "accept", &[]),
    ];
    for (place, value, verdict, problems) in cases {
        let reading = of_payload(&changed(*place, value));
        assert_eq!(summary(&reading), (*verdict, Some("aadhaar"), problems.to_vec()), "{place} {value:?}");
        assert!(*verdict != "refuse" || reading.fields.is_empty() && reading.identity.is_none());
    }
    let year = of_payload(&changed(3, "1880"));
    assert_eq!((year.text_field("birth"), year.identity.as_ref().unwrap().birth), (None, None));
    assert_eq!(of_payload(&changed(2, "Zo\u{eb} Utopian")).text_field("name"), Some("Zo\u{eb} Utopian"));
}

/// The old plain QR holds the number: nothing of it may be kept, whoever hands it over.
#[test]
fn the_open_number_is_refused_and_kept_nowhere() {
    let number = "0000 0000 0000".replace(' ', "");
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PrintLetterBarcodeData uid=\"{number}\" name=\"Erika Utopian\" gender=\"F\" yob=\"1880\"/>"
    );
    let alias = Scan::Typed { text: xml.clone(), document: Some(DocumentKind::Alias) };
    for text in
        [xml.clone(), xml.to_lowercase(), format!("\u{feff}{xml}"), xml[xml.find("<Print").unwrap()..].to_owned()]
    {
        for scan in [
            Scan::symbol(text.clone(), Some("]Q1")),
            Scan::symbol(text.clone(), None),
            Scan::line(text.clone()),
            Scan::typed(text.clone()),
            alias.clone(),
        ] {
            let reading = interpret_with(&scan, today(), &trust(CERTIFICATE));
            assert_eq!(summary(&reading), ("refuse", Some("aadhaar"), vec!["unsupported"]));
            assert!(reading.fields.is_empty() && reading.identity.is_none() && reading.alias.is_none());
            assert!(reading.label.is_none() && reading.candidates.is_empty());
        }
    }
}

/// Same last digits and same name, born on the same day, made in the same millisecond: only who
/// shares all of it is the same person.
#[test]
fn people_are_never_merged() {
    let key = |payload: &[u8]| of_payload(payload).identity.unwrap().key_text().unwrap().expose().to_owned();
    let own = key(&payload(&FIELDS));
    assert_eq!(own, key(&changed(5, "C/O: another")), "an address that moved is no other person");
    for (place, value) in
        [(1, "000020190305150137124"), (1, "000120190305150137123"), (2, "Erik Utopian"), (3, "16-03-1880"), (4, "M")]
    {
        assert_ne!(own, key(&changed(place, value)), "{place}");
    }
}

#[test]
fn a_decompression_bomb_is_cut_off() {
    for size in [AADHAAR_PAYLOAD_BYTES_MAX + 1, 2_800_000] {
        let bomb = to_decimal(&gzip(&vec![b'0'; size]));
        assert!(bomb.len() < crate::limits::AADHAAR_DIGITS_MAX, "{}", bomb.len());
        if bomb.len() >= super::DIGITS_MIN {
            assert_eq!(summary(&interpret(&Scan::line(bomb), today())), ("refuse", Some("aadhaar"), vec!["length"]));
        }
    }
    let full = gzip(&vec![0; AADHAAR_PAYLOAD_BYTES_MAX]);
    assert_eq!(super::inflate(&mut full.as_slice()).map(|bytes| bytes.len()), Ok(AADHAAR_PAYLOAD_BYTES_MAX));
    // Nothing is decompressed beyond the bound.
    let bomb = gzip(&vec![0; 5_000_000]);
    let mut rest = bomb.as_slice();
    assert_eq!(super::inflate(&mut rest), Err(crate::scan::Problem::Length));
    assert!(rest.len() > bomb.len() / 10 * 9, "{} of {} bytes are left", rest.len(), bomb.len());
}

#[test]
fn giant_numbers_cost_little_and_are_no_document() {
    for digits in [7_089, 7_090, 60_000] {
        for digit in ["9", "1", "0"] {
            let begun = std::time::Instant::now();
            let reading = interpret(&Scan::symbol(digit.repeat(digits), Some("]Q1")), today());
            assert!(begun.elapsed().as_millis() < 500, "{:?}", begun.elapsed());
            assert_ne!(summary(&reading).1, Some("aadhaar"));
        }
    }
}

/// Every change of one digit of the text: the check sum of the member, and the signature, see it.
#[test]
fn one_wrong_digit_is_never_accepted() {
    let (text, trust) = (text(&payload(&FIELDS)), trust(CERTIFICATE));
    for at in 0..text.len() {
        let digit = text.as_bytes()[at] - b'0';
        for other in [(digit + 1) % 10, (digit + 5) % 10] {
            let broken = format!("{}{other}{}", &text[..at], &text[at + 1..]);
            for reading in [
                interpret(&Scan::symbol(broken.clone(), Some("]Q1")), today()),
                interpret_with(&Scan::symbol(broken, Some("]Q1")), today(), &trust),
            ] {
                assert!(reading.identity.is_none(), "digit {at}");
            }
        }
        let lost = format!("{}{}", &text[..at], &text[at + 1..]);
        assert!(interpret(&Scan::symbol(lost, Some("]Q1")), today()).identity.is_none(), "without digit {at}");
    }
}

/// Every bit of what is signed, and of the signature.
#[test]
fn one_wrong_bit_of_the_payload_is_refused() {
    let payload = payload(&FIELDS);
    let trust = trust(CERTIFICATE);
    for at in 0..payload.len() {
        let mut broken = payload.clone();
        broken[at] ^= 1 << (at % 8);
        assert_eq!(interpret_aadhaar(&broken, today(), &trust).verdict.as_str(), "refuse", "byte {at}");
    }
    for length in 0..payload.len() {
        assert_eq!(interpret_aadhaar(&payload[..length], today(), &trust).verdict.as_str(), "refuse", "{length} bytes");
    }
}

proptest! {
    #[test]
    fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..800), flag in "(V[0-9]\u{ff})?[0-3]\u{ff}", fields in proptest::collection::vec("[ -~]{0,20}", 14..20)) {
        let today = today();
        let _ = interpret_aadhaar(&bytes, today, &Trust::new());
        let mut built: Vec<u8> = flag.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        for field in &fields {
            built.extend(field.bytes().chain([255]));
        }
        built.extend(&bytes);
        let _ = interpret_aadhaar(&built, today, &Trust::new());
        let mut member = vec![0x1f, 0x8b, 8];
        member.extend(&bytes);
        let reading = interpret(&Scan::line(to_decimal(&member)), today);
        prop_assert!(reading.identity.is_none());
        let reading = interpret(&Scan::line(to_decimal(&gzip(&built))), today);
        prop_assert!(!(reading.verdict.is_accept() && reading.kind == Some(crate::scan::ReadingKind::Aadhaar)));
    }
}
