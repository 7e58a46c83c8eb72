//! The portrait side of PRC cards from a text recogniser's lines, in any order: the resident
//! card (GB 11643 numbers; layout GA 448 and the Resident Identity Card Law, article 3), the
//! residence permits for people of Hong Kong, Macao and Taiwan, the foreigner's cards.
//!
//! Everything hangs on the number, the one text that a check character protects. The birth and
//! sex lines must agree with it where they can be read; what contradicts is left out. Letters in
//! the number are repaired into the digits they look like; a digit never becomes another digit,
//! because two wrong digits pass the check once in eleven times.

mod birth;
mod ethnic;
mod facts;
mod labels;
mod line;
mod number;
mod surnames;
mod texts;
mod verdict;

#[cfg(test)]
mod tests;

use chrono::NaiveDate;

use super::reading::Reading;
use facts::Facts;
use line::Line;

/// The card in `lines`; `None` where nothing in them looks like one.
pub(super) fn find(lines: &[String], today: NaiveDate) -> Option<Reading> {
    let lines: Vec<Line> = lines.iter().map(|line| Line::fold(line)).filter(|line| !line.is_empty()).collect();
    let numbers = number::find(&lines, today);
    verdict::of(&numbers, &Facts::of(&lines))
}
