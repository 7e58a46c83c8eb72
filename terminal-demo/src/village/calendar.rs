//! The days of the story and their hours, UTC+8.

use chrono::NaiveDate;

use crate::replay::split;

/// How long one action takes, milliseconds.
pub(super) const ACTION_MS: i64 = 12_000;
const DAY_MS: i64 = 24 * 3_600_000;

/// The evening before.
pub(super) fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 5).unwrap_or_default()
}

/// A wall time: 0 is the evening before, 1 and 2 the days that follow.
pub(super) fn at(day: i64, time: &str) -> i64 {
    let (wall_ms, _) = split(&format!("{time}:00.000\t"), first_day()).unwrap_or_default();
    wall_ms + day * DAY_MS
}
