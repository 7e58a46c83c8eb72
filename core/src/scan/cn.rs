//! Numbers on PRC identity cards and permits (GB 11643-1999 and GB 11643-1989).
//!
//! 18 characters: region (6), birth YYYYMMDD, sequence (3, the last odd for men), and a check
//! character by ISO 7064 MOD 11-2. The residence permits of 2018 for people of Hong Kong, Macao
//! and Taiwan are such numbers with the regions 81, 82, 83; the foreigner's card of December
//! 2023 is 9, province (2), country (3 digits of ISO 3166), birth, sequence, check.
//! 15 digits: region, birth YYMMDD in the century 19, sequence; no check character.

use chrono::{Datelike, NaiveDate};

use super::day::day_number;
use super::identity::{Identity, Sensitive, Sex};
use super::reading::{Check, Problem};
use super::regions::{Region, region};
use super::text::digits;
use crate::record::{DocumentKind, ReadSource};

/// Provinces of GB/T 2260 and the regions of the residence permits.
const PROVINCES: &[&str] = &[
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44",
    "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83",
];
/// Weights of ISO 7064 MOD 11-2 over 17 digits: 2^(18-i) mod 11.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The check character of each remainder.
const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
/// No number was ever given for a birth before this year; a year below it is a misreading.
pub(super) const YEAR_MIN: i32 = 1800;

/// What a number says and what is wrong with it.
#[derive(Clone)]
pub(super) struct CnNumber {
    pub(super) identity: Identity,
    pub(super) province: String,
    pub(super) region: Option<String>,
    /// Empty, or [`Problem::Region`] alone, for a sound number.
    pub(super) problems: Vec<Problem>,
}

impl CnNumber {
    /// Whether nothing contradicts the number.
    pub(super) fn is_sound(&self) -> bool {
        self.problems.iter().all(|problem| *problem == Problem::Region)
    }

    /// What a sound number has passed.
    pub(super) fn checks(&self) -> Vec<Check> {
        let mut checks = vec![Check::Date, Check::Province];
        if self.identity.document != DocumentKind::CnResident15 {
            checks.insert(0, Check::CheckCharacter);
        }
        checks.extend((self.problems.is_empty() && self.region.is_some()).then_some(Check::Region));
        checks
    }
}

/// The check character of 17 digits (ISO 7064 MOD 11-2); `None` if they are not that.
pub fn check_character(body: &str) -> Option<char> {
    digits(body, 17).then(|| {
        let sum: u32 = body.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
        CHECKS[(sum % 11) as usize]
    })
}

/// The 18-character form of a 15-digit number: the century put in, the check character added.
pub fn upgrade_15(number: &str) -> Option<String> {
    if !digits(number, 15) {
        return None;
    }
    let body = format!("{}19{}", &number[..6], &number[6..]);
    check_character(&body).map(|check| format!("{body}{check}"))
}

/// Whether a folded text has the form of an 18-character number.
pub(super) fn is_18(text: &str) -> bool {
    text.len() == 18
        && text.is_char_boundary(17)
        && digits(&text[..17], 17)
        && matches!(text.as_bytes()[17], b'0'..=b'9' | b'X')
}

/// The kind of document that an 18-character number belongs to, by its first digits.
pub(super) fn kind_18(number: &str) -> DocumentKind {
    match number.as_bytes() {
        [b'9', ..] => DocumentKind::CnForeigner,
        [b'8', b'1', ..] => DocumentKind::CnPermitHk,
        [b'8', b'2', ..] => DocumentKind::CnPermitMo,
        [b'8', b'3', ..] => DocumentKind::CnPermitTw,
        _ => DocumentKind::CnResident,
    }
}

/// Reads a folded text for which [`is_18`] holds.
pub(super) fn read_18(number: &str, today: NaiveDate, source: ReadSource) -> CnNumber {
    let kind = kind_18(number);
    let (province, region_code) = match kind {
        DocumentKind::CnForeigner => (&number[1..3], None),
        _ => (&number[..2], Some(&number[..6])),
    };
    let mut problems = province_problem(province);
    let birth = birth(&number[6..14], today, &mut problems);
    if check_character(&number[..17]) != number.chars().last() {
        problems.push(Problem::Checksum);
    }
    finish(
        Parts { kind, number, number18: None, province, region_code, birth, parity: number.as_bytes()[16] },
        problems,
        source,
    )
}

/// Reads a text of 15 digits.
pub(super) fn read_15(number: &str, today: NaiveDate, source: ReadSource) -> CnNumber {
    let province = &number[..2];
    let mut problems = province_problem(province);
    let birth = birth(&format!("19{}", &number[6..12]), today, &mut problems);
    let parts = Parts {
        kind: DocumentKind::CnResident15,
        number,
        number18: upgrade_15(number),
        province,
        region_code: Some(&number[..6]),
        birth,
        parity: number.as_bytes()[14],
    };
    finish(parts, problems, source)
}

struct Parts<'a> {
    kind: DocumentKind,
    number: &'a str,
    number18: Option<String>,
    province: &'a str,
    region_code: Option<&'a str>,
    birth: Option<NaiveDate>,
    parity: u8,
}

fn finish(parts: Parts<'_>, mut problems: Vec<Problem>, source: ReadSource) -> CnNumber {
    if let (Some(code), Some(birth), true) = (parts.region_code, parts.birth, problems.is_empty())
        && region(code, birth.year().unsigned_abs()) != Region::Known
    {
        problems.push(Problem::Region);
    }
    let mut identity = Identity::of_number(parts.kind, parts.number, source);
    identity.number18 = parts.number18.map(Sensitive::from);
    identity.birth = parts.birth.map(day_number);
    identity.sex = Some(if parts.parity % 2 == 1 { Sex::Male } else { Sex::Female });
    CnNumber { identity, province: parts.province.to_owned(), region: parts.region_code.map(str::to_owned), problems }
}

fn province_problem(province: &str) -> Vec<Problem> {
    if PROVINCES.contains(&province) { Vec::new() } else { vec![Problem::Province] }
}

fn birth(text: &str, today: NaiveDate, problems: &mut Vec<Problem>) -> Option<NaiveDate> {
    let date = date(text);
    match date {
        Some(date) if date > today => problems.push(Problem::FutureDate),
        Some(_) => {}
        None => problems.push(Problem::Date),
    }
    date
}

/// The two digits of every province.
pub(super) fn provinces() -> impl Iterator<Item = &'static str> {
    PROVINCES.iter().copied()
}

/// The date of eight digits YYYYMMDD, if the calendar has it.
pub(super) fn date(text: &str) -> Option<NaiveDate> {
    let year = text.get(..4)?.parse().ok().filter(|year| *year >= YEAR_MIN)?;
    NaiveDate::from_ymd_opt(year, text.get(4..6)?.parse().ok()?, text.get(6..8)?.parse().ok()?)
}

/// What is wrong with a text that looks like a resident number that was mistyped: a known region
/// and a year in which people live in front and digits or letters behind, about 18 in all; or
/// any text that one character more, fewer or other makes a sound number. Of random codes, one in
/// ten thousand looks so (of those with 17 digits one in two hundred); a tube's label that does is
/// better asked for twice than a person lost.
pub(super) fn near_miss(text: &str, today: NaiveDate) -> Option<Problem> {
    let near = begins_like_one(text, today) || is_one_slip_off(text, today);
    near.then_some(if text.len() == 18 { Problem::Charset } else { Problem::Length })
}

fn begins_like_one(text: &str, today: NaiveDate) -> bool {
    let Some((head, tail)) = text.split_at_checked(10) else { return false };
    let form = digits(head, 10) && (6..=10).contains(&tail.len()) && tail.bytes().all(|b| b.is_ascii_alphanumeric());
    let lived = || head[6..].parse().is_ok_and(|year| (YEAR_MIN..=today.year()).contains(&year));
    form && lived() && region(&head[..6], 0) == Region::Known
}

/// Whether a digit lost, typed twice or read as a letter is all that parts a text from a sound
/// number.
fn is_one_slip_off(text: &str, today: NaiveDate) -> bool {
    let sound = |text: String| is_18(&text) && read_18(&text, today, ReadSource::Typed).is_sound();
    if !text.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return false;
    }
    let with = |from: usize, to: usize, middle: &str| format!("{}{middle}{}", &text[..from], &text[to..]);
    let digits = || (b'0'..=b'9').map(|digit| char::from(digit).to_string());
    match text.len() {
        17 => (0..=17).any(|at| digits().any(|digit| sound(with(at, at, &digit)))) || sound(with(17, 17, "X")),
        18 => {
            let letter = text.bytes().position(|b| !b.is_ascii_digit());
            letter.is_some_and(|at| digits().any(|digit| sound(with(at, at + 1, &digit))))
        }
        19 => (0..19).any(|at| sound(with(at, at + 1, ""))),
        _ => false,
    }
}
