//! The decompressed bytes: fields, photo, signature.

use chrono::{Datelike, NaiveDate, NaiveDateTime};

use crate::crypto::sha256;
use crate::limits::NOTE_CHARS_MAX;
use crate::record::{DocumentKind, ReadSource};
use crate::scan::day::day_number;
use crate::scan::identity::{Identity, Sensitive, Sex};
use crate::scan::reading::{Candidate, Check, Problem, Reading, ReadingKind, Verdict};
use crate::scan::trust::{Trust, UIDAI_SIGNATURE_BYTES};

/// What ends a field.
const END: u8 = 255;
/// Bytes of one field at most.
const FIELD_BYTES_MAX: usize = 255;
/// Fields of the format of 2018: the flag for mail and mobile, reference, name, birth, sex, and
/// the eleven parts of the address. Later ones have a version before and a mobile's end behind.
const FIELDS: usize = 16;
/// Versions whose fields stand where those of V2 do.
const VERSIONS: [&[u8]; 4] = [b"V2", b"V3", b"V4", b"V5"];
/// The parts of the address by their place, from the person outwards: care of, house, street,
/// landmark, location, village or town, post office, sub-district, district, state, PIN code.
const ADDRESS: [usize; 11] = [5, 8, 13, 7, 9, 15, 11, 14, 6, 12, 10];
/// What issued it, ISO 3166-1.
const ISSUER: &str = "IND";

/// A date of birth.
enum Birth {
    Day(NaiveDate),
    /// Only the year is known.
    Year(i32),
}

/// Reads the payload of a secure QR, or says why it is none.
pub(super) fn read(payload: &[u8], today: NaiveDate, trust: &Trust) -> Result<Reading, Problem> {
    let split = payload.len().checked_sub(UIDAI_SIGNATURE_BYTES).ok_or(Problem::Structure)?;
    let (signed, signature) = payload.split_at_checked(split).ok_or(Problem::Structure)?;
    let fields = fields(signed)?;
    let field = |place: usize| fields.get(place).copied().unwrap_or_default();
    if !matches!(field(0), [b'0'..=b'3']) {
        return Err(Problem::Structure);
    }
    let reference = reference(field(1)).ok_or(Problem::Structure)?;
    let name = line(field(2)).ok_or(Problem::Charset)?;
    if name.is_empty() {
        return Err(Problem::Structure);
    }
    let birth = birth(field(3)).ok_or(Problem::Date)?;
    let future = match birth {
        Birth::Day(day) => day > today,
        Birth::Year(year) => year > today.year(),
    };
    if future {
        return Err(Problem::FutureDate);
    }
    let sex = match field(4) {
        b"M" | b"m" => Some(Sex::Male),
        b"F" | b"f" => Some(Sex::Female),
        b"T" | b"t" => Some(Sex::Unspecified),
        _ => None,
    };
    let parts: Vec<String> =
        ADDRESS.iter().filter_map(|place| line(field(*place))).filter(|part| !part.is_empty()).collect();
    let address = Some(parts.join(", ")).filter(|text| !text.is_empty() && text.chars().count() <= NOTE_CHARS_MAX);
    let tag = sha256(&[field(2), &[END], field(3), &[END], field(4)]);
    let identity = Identity {
        issuer: Some(ISSUER.to_owned()),
        name: Some(Sensitive::new(name)),
        birth: birth.day().map(day_number),
        sex,
        address: address.map(Sensitive::new),
        ..Identity::of_number(DocumentKind::Aadhaar, named(reference, &tag), ReadSource::Symbol)
    };
    let signature = trust.knows_uidai().then(|| trust.uidai_signed(signed, signature));
    if signature == Some(false) {
        return Err(Problem::Signature);
    }
    Ok(reading(identity, reference, &birth, signature.is_some()))
}

fn reading(identity: Identity, reference: &str, birth: &Birth, signed: bool) -> Reading {
    let kind = ReadingKind::Aadhaar;
    let mut reading = if signed {
        Reading::new(Verdict::Accept, Some(kind)).with_check(Check::Structure).with_check(Check::Signature)
    } else {
        Reading::review(Some(kind), Problem::Unchecked).with_check(Check::Structure)
    };
    if identity.sex.is_none() {
        reading.problems.push(Problem::Sex);
    }
    let text = |value: &Option<Sensitive>| value.as_ref().map(|value| value.expose().to_owned());
    let fields = [
        ("reference", Some(reference.to_owned())),
        ("name", text(&identity.name)),
        ("birth", birth.day().map(|day| day.format("%Y-%m-%d").to_string())),
        ("sex", identity.sex.map(|sex| sex.as_str().to_owned())),
        ("address", text(&identity.address)),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            reading = reading.with_field(name, value);
        }
    }
    if !signed {
        reading.candidates.push(Candidate { kind, identity: Some(identity.clone()) });
    }
    Reading { identity: Some(identity), ..reading }
}

/// The sixteen fields, whatever the version puts before and behind them. The photo may hold any
/// byte, so nothing behind the last field's end is looked at.
fn fields(signed: &[u8]) -> Result<Vec<&[u8]>, Problem> {
    let versioned = signed.first() == Some(&b'V');
    let count = if versioned { FIELDS + 2 } else { FIELDS };
    let mut fields: Vec<&[u8]> = signed.splitn(count + 1, |byte| *byte == END).collect();
    if fields.len() <= count || fields.iter().take(count).any(|field| field.len() > FIELD_BYTES_MAX) {
        return Err(Problem::Structure);
    }
    if versioned {
        let version = fields.remove(0);
        if !VERSIONS.contains(&version) {
            return Err(if version.len() == 2 { Problem::Unsupported } else { Problem::Structure });
        }
    }
    fields.truncate(FIELDS);
    Ok(fields)
}

/// The last four digits of the number, and the time at which the QR was made, down to the millisecond.
fn reference(field: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(field).ok().filter(|text| (18..=24).contains(&text.len()))?;
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let time = text.get(4..18)?;
    (digits && NaiveDateTime::parse_from_str(time, "%Y%m%d%H%M%S").is_ok()).then_some(text)
}

/// The number by which a record names the person.
fn named(reference: &str, tag: &[u8; 32]) -> String {
    let [a, b, c, d, ..] = *tag;
    format!("{reference}-{a:02X}{b:02X}{c:02X}{d:02X}")
}

/// ISO 8859-1 on one line, white space at the ends taken off; `None` if it holds other controls.
fn line(field: &[u8]) -> Option<String> {
    let text: String = field.iter().map(|byte| char::from(*byte)).collect();
    let text =
        text.split(['\t', '\n', '\r']).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    (!text.chars().any(char::is_control)).then_some(text)
}

/// Day, month, year; or the year first; or the year alone.
fn birth(field: &[u8]) -> Option<Birth> {
    let text = std::str::from_utf8(field).ok()?.trim();
    let parts: Vec<&str> = text.split(['-', '/']).collect();
    let number = |text: &str, count: usize| {
        let digits = text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse::<u32>().ok()).flatten()
    };
    let year = |text: &str| number(text, 4).and_then(|year| i32::try_from(year).ok()).filter(|year| *year >= 1800);
    let day =
        |y: &str, m: &str, d: &str| NaiveDate::from_ymd_opt(year(y)?, number(m, 2)?, number(d, 2)?).map(Birth::Day);
    match parts[..] {
        [only] => year(only).map(Birth::Year),
        [first, month, last] => day(last, month, first).or_else(|| day(first, month, last)),
        _ => None,
    }
}

impl Birth {
    const fn day(&self) -> Option<NaiveDate> {
        match self {
            Self::Day(day) => Some(*day),
            Self::Year(_) => None,
        }
    }
}
