//! Days as numbers: births as records and rosters hold them.

use chrono::{Datelike, NaiveDate};

/// The day as the number YYYYMMDD; numbers compare as their days do. 0 for a day before the year 0.
pub fn day_number(day: NaiveDate) -> u32 {
    u32::try_from(day.year()).map_or(0, |year| year * 10_000 + day.month() * 100 + day.day())
}

/// The number YYYYMMDD as YYYY-MM-DD.
pub fn dashed_day(number: u32) -> String {
    format!("{:04}-{:02}-{:02}", number / 10_000, number / 100 % 100, number % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_number_and_a_text() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).expect("a day");
        assert_eq!(day_number(day(1900, 1, 2)), 19_000_102);
        assert_eq!(day_number(day(0, 12, 31)), 1231);
        assert_eq!(day_number(day(-1, 12, 31)), 0);
        assert_eq!(day_number(NaiveDate::MIN), 0);
        assert_eq!(day_number(NaiveDate::MAX), 2_621_421_231);
        assert_eq!(dashed_day(19_000_102), "1900-01-02");
        assert_eq!(dashed_day(0), "0000-00-00");
    }
}
