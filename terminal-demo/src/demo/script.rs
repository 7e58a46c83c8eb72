//! The morning's scan files, as they stand in the repository.

use chrono::{DateTime, FixedOffset, NaiveDate};

use crate::exit::Failure;
use crate::replay::split;

/// The campaign's profile.
pub(super) const PROFILE: &str = include_str!("../../morning/profile.toml");
/// The site of lanes A and B, and of lane C, as the profile names them.
pub(super) const SITES: [&str; 2] = ["Hall", "Door to door"];

const FILES: [(&str, &str); 3] = [
    ("A", include_str!("../../morning/A.tsv")),
    ("B", include_str!("../../morning/B.tsv")),
    ("C", include_str!("../../morning/C.tsv")),
];

/// One line of a lane's file.
#[derive(Clone)]
pub(super) struct Line {
    /// Wall time by the lane's device, milliseconds since 1970.
    pub(super) wall_ms: i64,
    pub(super) lane: &'static str,
    /// The scan or verb.
    pub(super) text: &'static str,
    /// The line as it stands in the file.
    pub(super) whole: &'static str,
}

/// The day of the morning.
pub(super) fn date() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 5).expect("it is in the calendar")
}

/// A wall time of the morning, UTC+8.
pub(super) fn at(time: &str) -> i64 {
    split(&format!("{time}\t"), date()).map_or(0, |(wall_ms, _)| wall_ms)
}

/// A wall time as the morning's people read it, UTC+8.
pub(super) fn clock_time(wall_ms: i64) -> String {
    let zone = FixedOffset::east_opt(8 * 3600).expect("eight hours are less than a day");
    DateTime::from_timestamp_millis(wall_ms)
        .map_or_else(|| "-".to_owned(), |time| time.with_timezone(&zone).format("%H:%M:%S").to_string())
}

/// The lines of `lanes`, put together by their times as one device saw them.
pub(super) fn lines(lanes: &[&str]) -> Result<Vec<Line>, Failure> {
    let mut all = Vec::new();
    for (lane, file) in FILES.iter().filter(|(lane, _)| lanes.contains(lane)) {
        for whole in file.lines() {
            let (wall_ms, text) = split(whole, date())
                .ok_or_else(|| Failure::No(format!("the scan file of lane {lane} holds a line without a time")))?;
            all.push(Line { wall_ms, lane, text, whole });
        }
    }
    if lanes.len() > 1 {
        // A single lane keeps its order, because its clock may jump.
        all.sort_by_key(|line| line.wall_ms);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_read_whole_and_in_order() {
        let lines = lines(&["A", "B"]).unwrap();
        assert!(lines.is_sorted_by_key(|line| line.wall_ms));
        assert_eq!(lines.len(), FILES[0].1.lines().count() + FILES[1].1.lines().count());
        assert!(super::lines(&["C"]).unwrap().len() > 60);
    }

    #[test]
    fn the_profile_knows_the_sites() {
        let profile = fieldcore::Profile::parse(PROFILE).unwrap();
        assert!(SITES.iter().all(|site| profile.site(site).is_some()));
    }
}
