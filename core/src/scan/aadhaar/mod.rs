//! Aadhaar secure QR codes.
//!
//! Source: UIDAI, Secure QR Code specification (user manual of 15 March 2019; the format of 2018),
//! and for the later versions with a mobile's last digits what public readers agree on
//! (tanmoysrt/pyaadhaar, vishaltanwar96/aadhaar-py). A decimal number is a big-endian integer, its
//! bytes are a gzip member, and that holds fields that end in byte 255, a photo, and the signature.
//!
//! **Numbers.** The Aadhaar number is not in a secure QR; only its last four digits are, at the head
//! of the reference. The older plain QR (`PrintLetterBarcodeData`) holds it whole and unsigned: that
//! one is refused, and nothing of it is handed on that could be kept.
//!
//! **Verdict.** Signed by a key that was given: accepted. A given key and another signature:
//! refused. No key at all: whoever prints a QR can make one up, so it is for the operator to look.
//!
//! **Who it is.** Last four digits, name and birth are shared by people, so they name nobody. The
//! reference holds the millisecond in which the QR was made, and the number that is kept adds 32
//! bits of a digest over name, birth and sex, so that two people would have to share all of that.
//! The price: a person who shows two QRs made at two times is two people here. To take one person
//! for two costs a swab, to take two for one costs a result.

mod number;
mod payload;
#[cfg(test)]
pub(super) mod tests;

use std::io::Read;

use chrono::NaiveDate;
use flate2::bufread::GzDecoder;

use super::reading::{Problem, Reading, ReadingKind};
use super::trust::{Trust, UIDAI_SIGNATURE_BYTES};
use crate::limits::{AADHAAR_DIGITS_MAX, AADHAAR_PAYLOAD_BYTES_MAX};

/// Digits of the signature alone, which nothing compresses: a shorter number is none.
const DIGITS_MIN: usize = UIDAI_SIGNATURE_BYTES * 12 / 5;
/// A gzip member that is deflated (RFC 1952, section 2.3.1).
const GZIP: [u8; 3] = [0x1f, 0x8b, 8];

/// Reads a text; `None` if it has not the shape of any Aadhaar QR.
pub(super) fn read(text: &str, today: NaiveDate, trust: &Trust) -> Option<Reading> {
    if let Some(refused) = refuse_open_number(text) {
        return Some(refused);
    }
    let fits = (DIGITS_MIN..=AADHAAR_DIGITS_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let bytes = fits.then(|| number::to_bytes(text)).filter(|bytes| bytes.starts_with(&GZIP))?;
    Some(match inflate(&mut bytes.as_slice()) {
        Ok(payload) => read_payload(&payload, today, trust),
        Err(problem) => Reading::refuse(Some(ReadingKind::Aadhaar), vec![problem]),
    })
}

/// The refusal of the old plain QR, which holds the number itself.
pub(super) fn refuse_open_number(text: &str) -> Option<Reading> {
    const ROOT: &[u8] = b"PrintLetterBarcodeData";
    let old = text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']).starts_with('<')
        && text.as_bytes().windows(ROOT.len()).any(|part| part.eq_ignore_ascii_case(ROOT));
    old.then(|| Reading::refuse(Some(ReadingKind::Aadhaar), vec![Problem::Unsupported]))
}

/// Reads the bytes of a secure QR after its number was converted and decompressed.
pub(super) fn read_payload(payload: &[u8], today: NaiveDate, trust: &Trust) -> Reading {
    payload::read(payload, today, trust)
        .unwrap_or_else(|problem| Reading::refuse(Some(ReadingKind::Aadhaar), vec![problem]))
}

/// Decompresses one gzip member, its check sum included, and no more than a QR can mean: of a
/// longer one the rest is left unread.
fn inflate(bytes: &mut &[u8]) -> Result<Vec<u8>, Problem> {
    let mut payload = Vec::new();
    let bound = u64::try_from(AADHAAR_PAYLOAD_BYTES_MAX).unwrap_or(u64::MAX);
    let mut member = GzDecoder::new(bytes).take(bound + 1);
    member.read_to_end(&mut payload).map_err(|_| Problem::Structure)?;
    if payload.len() > AADHAAR_PAYLOAD_BYTES_MAX { Err(Problem::Length) } else { Ok(payload) }
}
