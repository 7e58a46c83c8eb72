//! The checks of the syntax dictionary's components ("linters"), by its own names.
//!
//! Lists of countries, currencies, package types and coupon offers are left to those who act on
//! them: a code that is younger than our list is no misreading.

use chrono::{Datelike, Months, NaiveDate};

use crate::scan::cn;
use crate::scan::reading::Problem;
use crate::scan::symbol::mod_10;
use crate::scan::text::digits;

/// The characters that `csumalpha` counts, each worth its place (CSET 82).
const CSET_82: &[u8] = b"!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
/// The check characters of `csumalpha`, each worth its place (CSET 32).
const CSET_32: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Digits that every GS1 company prefix has.
const COMPANY_PREFIX_MIN: usize = 4;

/// One check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lint {
    /// `csum`: the GS1 check digit.
    CheckDigit,
    /// `csumalpha`: the check character pair of a GMN (modulo 1021).
    CheckPair,
    /// `gcppos1`, `gcppos2`: a company prefix stands this far from the front.
    CompanyPrefix(usize),
    /// `yymmd0`: a date, the day 00 its month's last.
    DateOrMonth,
    /// `yymmdd`: a date.
    Date,
    /// `yyyymmdd`: a date of birth.
    Birth,
    /// `hh`, `hhmi`, `mi`, `ss`: pairs of digits below these.
    Time(&'static [u32]),
    /// `iso5218`: a sex.
    Sex,
    /// `pcenc`: `%` is followed by two hexadecimal digits.
    PercentCoded,
    /// `hasnondigit`.
    HasNonDigit,
    /// `nonzero`.
    NonZero,
    /// `nozeroprefix`.
    NoZeroPrefix,
    /// `pieceoftotal`: a number and a total that is no less.
    PieceOfTotal,
    /// `posinseqslash`: the same, a stroke between.
    PositionInSequence,
    /// `iban`: modulo 97.
    Iban,
    /// `importeridx`: a letter, digit, hyphen or underscore.
    ImporterIndex,
    /// `mediatype`: one that is assigned.
    MediaType,
    /// `latitude`, `longitude`: no more than this.
    AtMost(u64),
    /// `hyphen`, `winding`, `yesno`, `zero`: one of these characters, throughout.
    OneOf(&'static str),
    /// A list that is not checked.
    Unlisted,
}

impl Lint {
    /// The check that the dictionary calls `name`.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "csum" => Self::CheckDigit,
            "csumalpha" => Self::CheckPair,
            "gcppos1" => Self::CompanyPrefix(0),
            "gcppos2" => Self::CompanyPrefix(1),
            "yymmd0" => Self::DateOrMonth,
            "yymmdd" => Self::Date,
            "yyyymmdd" => Self::Birth,
            "hh" => Self::Time(&[24]),
            "hhmi" => Self::Time(&[24, 60]),
            "mi" | "ss" => Self::Time(&[60]),
            "iso5218" => Self::Sex,
            "pcenc" => Self::PercentCoded,
            "hasnondigit" => Self::HasNonDigit,
            "nonzero" => Self::NonZero,
            "nozeroprefix" => Self::NoZeroPrefix,
            "pieceoftotal" => Self::PieceOfTotal,
            "posinseqslash" => Self::PositionInSequence,
            "iban" => Self::Iban,
            "importeridx" => Self::ImporterIndex,
            "mediatype" => Self::MediaType,
            "latitude" => Self::AtMost(1_800_000_000),
            "longitude" => Self::AtMost(3_600_000_000),
            "hyphen" => Self::OneOf("-"),
            "winding" => Self::OneOf("019"),
            "yesno" => Self::OneOf("01"),
            "zero" => Self::OneOf("0"),
            "iso3166" | "iso3166999" | "iso3166alpha2" | "iso4217" | "packagetype" | "couponcode"
            | "couponposoffer" => Self::Unlisted,
            _ => return None,
        })
    }

    /// What is wrong with a component of the right length and alphabet.
    pub(super) fn fault(self, text: &str, today: NaiveDate) -> Option<Problem> {
        let (sound, problem) = match self {
            Self::CheckDigit => (mod_10(text), Problem::Checksum),
            Self::CheckPair => (check_pair(text), Problem::Checksum),
            Self::Iban => (iban(text), Problem::Checksum),
            Self::CompanyPrefix(place) => {
                let prefix = text.get(place..place + COMPANY_PREFIX_MIN);
                (prefix.is_some_and(|prefix| digits(prefix, COMPANY_PREFIX_MIN)), Problem::Charset)
            }
            Self::DateOrMonth => (date_or_month(text, today).is_some(), Problem::Date),
            Self::Date => (!text.ends_with("00") && date_or_month(text, today).is_some(), Problem::Date),
            Self::Birth => match cn::date(text) {
                Some(date) => (date <= today, Problem::FutureDate),
                None => (false, Problem::Date),
            },
            Self::Time(below) => {
                let sound = pairs(text).zip(below).all(|(part, limit)| part.parse().is_ok_and(|n: u32| n < *limit));
                (sound, Problem::Date)
            }
            Self::Sex => (matches!(text, "0" | "1" | "2" | "9"), Problem::Sex),
            Self::PercentCoded => (percent_coded(text), Problem::Charset),
            Self::HasNonDigit => (!digits(text, text.len()), Problem::Charset),
            Self::ImporterIndex => {
                (text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')), Problem::Charset)
            }
            _ => (self.is_in_range(text), Problem::Structure),
        };
        (!sound).then_some(problem)
    }

    fn is_in_range(self, text: &str) -> bool {
        match self {
            Self::NonZero => text.bytes().any(|b| b != b'0'),
            Self::NoZeroPrefix => !text.starts_with('0'),
            Self::PieceOfTotal => text.split_at_checked(text.len() / 2).is_some_and(|(n, total)| piece(n, total)),
            Self::PositionInSequence => text
                .split_once('/')
                .is_some_and(|(n, total)| !n.starts_with('0') && !total.starts_with('0') && piece(n, total)),
            Self::MediaType => text.parse().is_ok_and(|n: u32| (1..=10).contains(&n) || (80..=99).contains(&n)),
            Self::AtMost(limit) => text.parse().is_ok_and(|n: u64| n <= limit),
            Self::OneOf(allowed) => text.chars().all(|c| allowed.contains(c)),
            _ => true,
        }
    }
}

/// The date of six digits YYMMDD, where DD may be 00 for the last day of the month. The century
/// is the one that brings the year closest to now: 51 or more ahead is the last one, 50 or more
/// behind the next (GS1 General Specifications 7.12).
pub(super) fn date_or_month(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    if !digits(text, 6) {
        return None;
    }
    let mut parts = pairs(text).map(|part| part.parse::<u32>().ok());
    let (yy, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let yy = i32::try_from(yy).ok()?;
    let ahead = yy - today.year().rem_euclid(100);
    let century = today.year() - today.year().rem_euclid(100);
    let year = century
        + yy
        + if ahead >= 51 {
            -100
        } else if ahead <= -50 {
            100
        } else {
            0
        };
    if day == 0 {
        return NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_months(Months::new(1))?.pred_opt();
    }
    NaiveDate::from_ymd_opt(year, month, day)
}

fn pairs(text: &str) -> impl Iterator<Item = &str> {
    (0..text.len() / 2).filter_map(move |n| text.get(2 * n..2 * n + 2))
}

fn piece(number: &str, total: &str) -> bool {
    match (number.parse::<u64>(), total.parse::<u64>()) {
        (Ok(number), Ok(total)) => number >= 1 && number <= total,
        _ => false,
    }
}

fn percent_coded(text: &str) -> bool {
    text.split('%')
        .skip(1)
        .all(|rest| rest.as_bytes().get(..2).is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit)))
}

/// The values of the characters, weighted by the primes from the right, modulo 1021, as two
/// characters of five bits (GS1 General Specifications 7.9.5).
fn check_pair(text: &str) -> bool {
    let Some((body, check)) = text.len().checked_sub(2).and_then(|body| text.as_bytes().split_at_checked(body)) else {
        return false;
    };
    let mut sum = 0usize;
    for (byte, prime) in body.iter().rev().zip(primes()) {
        let Some(value) = CSET_82.iter().position(|c| c == byte) else { return false };
        sum += value * prime;
    }
    let sum = sum % 1021;
    CSET_32.get(sum >> 5).zip(CSET_32.get(sum & 31)).is_some_and(|(high, low)| check == [*high, *low])
}

fn primes() -> impl Iterator<Item = usize> {
    (2..).filter(|n: &usize| (2..*n).take_while(|d| d * d <= *n).all(|d| !n.is_multiple_of(d)))
}

/// ISO 13616: the first four characters moved behind, letters as two digits, modulo 97 is 1.
fn iban(text: &str) -> bool {
    let Some((head, tail)) = text.split_at_checked(4).filter(|_| text.len() > 10) else { return false };
    let value = |c: char| c.to_digit(36).filter(|_| !c.is_ascii_lowercase());
    let folded = tail.chars().chain(head.chars()).try_fold(0, |sum, c| {
        let value = value(c)?;
        Some((sum * if value > 9 { 100 } else { 10 } + value) % 97)
    });
    folded == Some(1) && head.bytes().take(2).all(|b| b.is_ascii_uppercase())
}
