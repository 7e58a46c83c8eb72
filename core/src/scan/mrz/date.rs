//! Dates of six characters, YYMMDD (Doc 9303-3, sections 3.8 and 4.8).

use chrono::{Datelike, NaiveDate};

use crate::scan::day::day_number;

/// Nobody is known to have lived longer.
const AGE_MAX: i32 = 122;
/// Days that a month has at most.
const DAYS: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// A date of birth that the calendar has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Birth {
    /// YYYYMMDD, where the date is whole and only one century can be meant.
    pub(super) certain: Option<u32>,
}

/// Two characters: a number, unknown (both fillers), or neither.
enum Part {
    Known(u32),
    Unknown,
}

fn part(text: &[u8]) -> Option<Part> {
    match text {
        [b'<', b'<'] => Some(Part::Unknown),
        [a @ b'0'..=b'9', b @ b'0'..=b'9'] => Some(Part::Known(u32::from(a - b'0') * 10 + u32::from(b - b'0'))),
        _ => None,
    }
}

fn parts(text: &[u8]) -> Option<[Part; 3]> {
    Some([part(text.get(..2)?)?, part(text.get(2..4)?)?, part(text.get(4..6)?)?])
}

/// A date of birth; any part may be unknown. `None` where no calendar has it, or only in future.
pub(super) fn birth(text: &[u8], today: NaiveDate) -> Option<Birth> {
    match parts(text)? {
        [Part::Known(year), Part::Known(month), Part::Known(day)] => whole_birth(year, month, day, today),
        [_, month, day] => {
            let days = match month {
                Part::Known(month) => *DAYS.get(usize::try_from(month).ok()?.checked_sub(1)?)?,
                Part::Unknown => 31,
            };
            let fits = match day {
                Part::Known(day) => (1..=days).contains(&day),
                Part::Unknown => true,
            };
            fits.then_some(Birth { certain: None })
        }
    }
}

/// Two digits of a year leave the century open: it is certain only if no other one gives a date
/// that somebody alive may have been born on.
fn whole_birth(year: u32, month: u32, day: u32, today: NaiveDate) -> Option<Birth> {
    let century = today.year() - today.year().rem_euclid(100);
    let years = [0, 100, 200].map(|back| century - back + i32::try_from(year).unwrap_or_default());
    let mut past =
        years.iter().filter_map(|year| NaiveDate::from_ymd_opt(*year, month, day)).filter(|date| *date <= today);
    let latest = past.next()?;
    let rival = past.any(|date| today.year() - date.year() <= AGE_MAX);
    Some(Birth { certain: (!rival).then(|| day_number(latest)) })
}

/// Whether a date of expiry is one of this century, or none at all: cards for the old that never
/// expire print fillers.
pub(super) fn is_expiry(text: &[u8]) -> bool {
    match parts(text) {
        Some([Part::Known(year), Part::Known(month), Part::Known(day)]) => {
            i32::try_from(year).is_ok_and(|year| NaiveDate::from_ymd_opt(2000 + year, month, day).is_some())
        }
        Some([Part::Unknown, Part::Unknown, Part::Unknown]) => true,
        _ => false,
    }
}
