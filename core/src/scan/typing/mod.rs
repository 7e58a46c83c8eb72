//! A number while it is being typed: what is wrong so far, and what may still come.
//!
//! [`check`] is pure and quick enough to be called on every key. It knows the numbers that
//! people type: resident numbers of 18 and 15 characters and the residence permits (GB 11643),
//! the foreigner's cards, travel permits, exit permits and passports. The last key brings the
//! whole [`Reading`], the same that [`super::interpret`] gives.

mod pattern;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;

use super::reading::{Problem, Reading};
use super::text::narrow;
use super::{Scan, interpret};
use crate::record::DocumentKind;
use pattern::{Pattern, Stop, Weight};

/// Characters of a typed number, folded, at the most; no document has more.
const CHARS_MAX: usize = 18;

/// Something that is wrong with what was typed so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misstep {
    /// What is wrong.
    pub problem: Problem,
    /// The place of the first character that makes it so, counted from 0 in the text as typed,
    /// in characters, blanks included.
    pub position: usize,
}

/// A kind of document that the text may still become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Possible {
    /// The kind.
    pub kind: DocumentKind,
    /// Characters that are missing, at the least; 0 where the text is complete.
    pub least: usize,
    /// Characters that may still follow, at the most.
    pub most: usize,
}

/// What a text that is being typed is so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typing {
    /// What is wrong, of the kind of document that the text came nearest to; `None` while the
    /// text may still become a number.
    pub wrong: Option<Misstep>,
    /// The keys that may come next, digits first, then capitals (small ones count as capitals).
    /// Empty where none may. For the last place of a number that a check character protects these
    /// are all digits and X: a keyboard that offered the right one alone would hide every
    /// mistake before it.
    pub next: String,
    /// The kinds that the text may still become, in the order of how sure their numbers are.
    pub possible: Vec<Possible>,
    /// What the text is, once it is complete: as the kind chosen, or by its shape.
    pub reading: Option<Reading>,
}

/// What `text` is so far, for the kind of `document` that the operator chose, if any, as of
/// `today` (the civil date where the sampling happens).
///
/// Without a chosen kind any text may be typed (a label, a code): `wrong` then says only that it
/// is no document's number.
///
/// ```
/// use fieldcore::record::DocumentKind;
/// use fieldcore::scan::{Problem, typing};
///
/// let today = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
/// let so_far = typing::check("11010518", Some(DocumentKind::CnResident), today);
/// assert_eq!((so_far.wrong, so_far.next.as_str()), (None, "0123456789"));
/// assert_eq!(so_far.possible[0].least, 10);
/// let month = typing::check("1101051890", Some(DocumentKind::CnResident), today);
/// assert_eq!(month.next, "01");
/// let wrong = typing::check("19", Some(DocumentKind::CnResident), today).wrong.unwrap();
/// assert_eq!((wrong.problem, wrong.position), (Problem::Province, 1));
/// ```
pub fn check(text: &str, document: Option<DocumentKind>, today: NaiveDate) -> Typing {
    let (folded, places) = fold(text);
    let patterns = pattern::of(document);
    if patterns.is_empty() {
        return whole(text, document, today);
    }
    let mut typing = Typing { wrong: None, next: String::new(), possible: Vec::new(), reading: None };
    let mut nearest: Option<(Weight, Stop)> = None;
    let mut complete = false;
    for pattern in &patterns {
        match pattern.stop(&folded, document, today) {
            None => {
                typing.add(pattern, folded.len());
                complete |= pattern.is_complete(folded.len());
            }
            // The last key of a number is its check: the whole number is told as wrong.
            Some(stop) => {
                complete |= stop.problem == Problem::Checksum;
                let weight = pattern.weight(folded.len(), stop);
                nearest = nearest.filter(|(known, _)| *known >= weight).or(Some((weight, stop)));
            }
        }
    }
    if typing.possible.is_empty() {
        typing.wrong = nearest.map(|(_, stop)| Misstep {
            problem: stop.problem,
            position: places.get(stop.place).copied().unwrap_or(places.len()),
        });
    } else {
        typing.next = next(&folded, &patterns, document, today);
    }
    if complete {
        typing.reading = Some(interpret(&Scan::Typed { text: text.to_owned(), document }, today));
    }
    typing
}

impl Typing {
    fn add(&mut self, pattern: &Pattern, typed: usize) {
        let (least, most) = pattern.left(typed);
        match self.possible.iter_mut().find(|known| known.kind == pattern.kind) {
            Some(known) => (known.least, known.most) = (known.least.min(least), known.most.max(most)),
            None => self.possible.push(Possible { kind: pattern.kind, least, most }),
        }
    }
}

/// The characters of a text as a number has them, each with its place in the text; as many as a
/// number has at the most, and one more.
fn fold(text: &str) -> (Vec<char>, Vec<usize>) {
    let narrowed = text.chars().map(narrow).enumerate().filter(|(_, c)| !c.is_whitespace());
    narrowed.take(CHARS_MAX + 1).map(|(place, c)| (c.to_ascii_uppercase(), place)).unzip()
}

/// Kinds without a form: an opaque code, or documents that are read whole and not typed.
fn whole(text: &str, document: Option<DocumentKind>, today: NaiveDate) -> Typing {
    let reading = interpret(&Scan::Typed { text: text.to_owned(), document }, today);
    let refused = (!text.trim().is_empty() && !reading.verdict.is_accept()).then(|| reading.problems.first()).flatten();
    let wrong = refused.map(|problem| Misstep { problem: *problem, position: 0 });
    let reading = (!text.trim().is_empty()).then_some(reading);
    Typing { wrong, next: String::new(), possible: Vec::new(), reading }
}

fn next(folded: &[char], patterns: &[Pattern], document: Option<DocumentKind>, today: NaiveDate) -> String {
    let open: Vec<&Pattern> =
        patterns.iter().filter(|pattern| pattern.stop(folded, document, today).is_none()).collect();
    let (mut longer, place) = (folded.to_vec(), folded.len());
    longer.push('0');
    let keys = ('0'..='9').chain('A'..='Z').chain(['(', ')']);
    keys.filter(|key| {
        longer[place] = *key;
        let stops = |pattern: &&Pattern| pattern.stop(&longer, document, today);
        open.iter().any(|pattern| stops(pattern).is_none_or(|stop| stop.problem == Problem::Checksum))
    })
    .collect()
}
