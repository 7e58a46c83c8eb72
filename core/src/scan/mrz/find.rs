//! A zone among the lines of a text recogniser.
//!
//! What every zone has is a date, its check digit, one character that is no digit, a date and its
//! check digit: the anchor. From it the other fields lie at fixed distances, so a line that lost
//! or gained a character is noticed, and a number whose characters are not exactly in place is
//! left out rather than put right.

use chrono::NaiveDate;

use super::date;
use super::first_line::{FirstLine, first_lines, names_line};
use super::fit::fits;
use super::layout::{EXIT_PERMIT, Layout, MRV_A, MRV_B, TD1, TD2, TD3};
use super::merge::{Try, conclude};
use super::settle::{Settled, repaired_code, settle};
use super::stream::Stream;
use super::sum::{Slot, solutions, weights};
use crate::scan::reading::{Problem, Reading, ReadingKind};

/// Anchors looked at; a page has one zone, two at most.
const ANCHORS_MAX: usize = 16;
/// Characters of an anchor.
const ANCHOR: usize = 15;
/// Digits that an anchor's two dates have at least, as read.
const DIGITS_MIN: usize = 8;
/// Fillers in a row that nothing but a zone prints.
const ZONE_FILLERS: &[u8] = b"<<<<<";

/// The zone in a text recogniser's lines; `None` where there is none.
pub(in crate::scan) fn find(lines: &[String], today: NaiveDate) -> Option<Reading> {
    let stream = Stream::of(lines);
    let mut readings: Vec<Reading> = Vec::new();
    let anchors = (0..stream.cells.len()).filter(|place| is_anchor(&stream, *place, today));
    for anchor in anchors.take(ANCHORS_MAX) {
        let reading = at(&stream, anchor, today);
        readings.extend(reading.filter(|reading| !readings.contains(reading)));
    }
    best(readings).or_else(|| {
        let zone = stream.cells.windows(ZONE_FILLERS.len()).any(|cells| cells == ZONE_FILLERS);
        zone.then(|| Reading::review(Some(ReadingKind::Mrz), Problem::Structure))
    })
}

/// The one reading; two sound ones of different people are a contradiction.
fn best(readings: Vec<Reading>) -> Option<Reading> {
    let mut accepted = readings.iter().filter(|reading| reading.verdict.is_accept());
    let key = |reading: &Reading| reading.identity.as_ref().and_then(crate::scan::Identity::key_text);
    if let Some(first) = accepted.next() {
        if accepted.any(|other| key(other) != key(first)) {
            return Some(Reading::review(Some(ReadingKind::Mrz), Problem::Contradiction));
        }
        return Some(first.clone());
    }
    let mut doubtful = readings.into_iter();
    let first = doubtful.next()?;
    match doubtful.next() {
        None => Some(first),
        Some(_) => Some(Reading::review(Some(ReadingKind::Mrz), Problem::Contradiction)),
    }
}

/// Whether an anchor may begin here: its characters are digits, fillers or look like them, and
/// one of the check digits at least agrees.
fn is_anchor(stream: &Stream, place: usize, today: NaiveDate) -> bool {
    let cells = stream.get(place, place + ANCHOR);
    let [first @ .., b0, b1, b2, b3, b4, b5, check] = cells else { return false };
    let Some((middle, first)) = first.split_last() else { return false };
    if first.len() != 7 || middle.is_ascii_digit() {
        return false;
    }
    let second = [*b0, *b1, *b2, *b3, *b4, *b5, *check];
    let digits = first.iter().chain(&second).filter(|c| c.is_ascii_digit()).count();
    let like = |cells: &[u8]| slots(cells).iter().all(|slot| slot.read.is_some() || !slot.options.is_empty());
    digits >= DIGITS_MIN && like(first) && like(&second) && (holds(first, today) || holds(&second, today))
}

fn slots(cells: &[u8]) -> Vec<Slot> {
    cells.iter().enumerate().map(|(place, c)| if place == 6 { Slot::digit(*c) } else { Slot::date(*c) }).collect()
}

fn holds(cells: &[u8], today: NaiveDate) -> bool {
    let found = solutions(&slots(cells), weights().take(6).chain([9]), b'0');
    found
        .iter()
        .filter_map(|text| text.get(..6))
        .any(|text| date::birth(text, today).is_some() || date::is_expiry(text))
}

/// The zone around one anchor.
fn at(stream: &Stream, anchor: usize, today: NaiveDate) -> Option<Reading> {
    if let Some(raw) = exit_permit(stream, anchor) {
        let settled = settle(&EXIT_PERMIT, raw, true, today);
        return conclude(vec![Try { settled, distance: 0, complete: true }], today);
    }
    let (cards, others) = (td1(stream, anchor, today), two_lines(stream, anchor, today));
    let sound = cards.iter().any(|this| this.settled.problems.is_empty());
    conclude(if sound || others.is_empty() { cards } else { others }, today)
}

/// The exit permit's line, if the anchor is in one: it expires before its holder is born. Other
/// text may stand around it in its line where nothing in it needs repair: its letters, fillers
/// and check digits hold it in its place.
fn exit_permit(stream: &Stream, anchor: usize) -> Option<Vec<u8>> {
    let start = anchor.checked_sub(13)?;
    let line = stream.get(start, start + EXIT_PERMIT.width);
    let filler = |place: usize| line.get(place).is_some_and(|c| matches!(c, b'<' | b'K' | b'C'));
    let (begins, ends) = (stream.line_start(anchor), stream.line_end(anchor));
    let alone = begins == start && ends == start + line.len();
    let clean = begins <= start && ends >= start + line.len() && is_clean_permit(line);
    if line.len() != EXIT_PERMIT.width
        || !line.starts_with(b"CS")
        || ![12, 20, 28].into_iter().all(filler)
        || !alone && !clean
    {
        return None;
    }
    let mut raw = line.to_vec();
    for place in super::layout::EXIT_PERMIT_FILLERS {
        raw.iter_mut().skip(place).take(1).for_each(|c| *c = b'<');
    }
    Some(raw)
}

/// Whether every character of a permit's line is one that may stand there: `CS`, the number's C
/// and a letter or digit, seven digits, and then digits but for the three fillers.
fn is_clean_permit(line: &[u8]) -> bool {
    line.iter().enumerate().skip(2).all(|(place, c)| match place {
        2 => *c == b'C',
        3 => c.is_ascii_uppercase() || c.is_ascii_digit(),
        12 | 20 | 28 => *c == b'<',
        _ => c.is_ascii_digit(),
    })
}

/// Whether these may be a nationality: a known code, or one but for what is often misread; where
/// nothing is out of place, any three letters.
fn is_code(cells: &[u8], in_place: bool) -> bool {
    repaired_code(cells).is_some() || in_place && cells.len() == 3 && cells.iter().all(u8::is_ascii_uppercase)
}

/// What follows the anchor up to `want` characters, and whether it was not exactly that long.
fn tails(stream: &Stream, start: usize, want: usize, fixed: usize) -> (Vec<Vec<u8>>, bool) {
    let end = stream.line_end(start.saturating_sub(1));
    let line = stream.get(start, end);
    if line.len() == want {
        return (fits(line, want, fixed), false);
    }
    // A line that the recogniser broke in two.
    if line.len() < want && stream.line_end(end) == start + want {
        return (fits(stream.get(start, start + want), want, fixed), false);
    }
    let mut found = fits(line, want, fixed);
    if line.len() > want {
        found.extend(fits(stream.get(start, start + want), want, fixed));
    }
    (found, true)
}

/// A line that is not of its length may have lost or gained any character behind the birth, not
/// only a filler, unless it has nothing but fillers there and every check over them holds.
fn doubt_tail(settled: &mut Settled, optional: Option<&[u8]>, name: &'static str) {
    let filled = optional.unwrap_or_default().iter().any(|c| *c != b'<');
    let contradicted = |problem: &Problem| matches!(problem, Problem::Optional1 | Problem::Composite);
    if filled || settled.problems.iter().any(contradicted) {
        settled.problems.push(Problem::Length);
        settled.leave_out("expiry_date");
        settled.leave_out(name);
    }
}

/// TD1: the anchor begins line 2, the number is in line 1.
fn td1(stream: &Stream, anchor: usize, today: NaiveDate) -> Vec<Try> {
    let joined = anchor > 0 && matches!(stream.at(anchor - 1), b'<' | b'K' | b'C') || anchor == 30;
    let whole = stream.is_start(anchor) && stream.line_end(anchor) == anchor + TD1.width;
    if !(stream.is_start(anchor) || joined) || !is_code(stream.get(anchor + 15, anchor + 18), whole) {
        return Vec::new();
    }
    let (tails, adjusted) = tails(stream, anchor + ANCHOR, 15, 1);
    let names = names_line(stream, anchor, TD1.width);
    let mut tries = Vec::new();
    for first in first_lines(stream, anchor, TD1.width, b"ACI", true) {
        for head in &first.texts {
            for tail in &tails {
                let mut raw = head.clone();
                raw.extend_from_slice(stream.get(anchor, anchor + ANCHOR));
                raw.extend_from_slice(tail);
                raw.extend_from_slice(&names);
                raw.resize(TD1.len(), b'<');
                let mut settled = settle(&TD1, raw, first.exact, today);
                if adjusted {
                    doubt_tail(&mut settled, tail.get(3..14), "optional2");
                }
                tries.push(Try {
                    settled,
                    distance: usize::from(adjusted) + usize::from(!first.exact),
                    complete: true,
                });
            }
        }
    }
    tries
}

/// Where the number of a two-line zone stands before the anchor.
struct Head {
    /// Number and check digit, ten characters; `None` where their place is not certain.
    number: Option<Vec<u8>>,
    nationality: Vec<u8>,
    /// Where line 2 begins.
    start: usize,
}

fn head(stream: &Stream, anchor: usize) -> Option<Head> {
    let before = stream.get(anchor.checked_sub(3)?, anchor);
    let in_place = anchor.checked_sub(13).is_some_and(|start| stream.is_start(start));
    let nationality = match before {
        code if is_code(code, in_place) => code.to_vec(),
        [b'0'..=b'9', b'D', b'<'] => b"D<".to_vec(),
        [_, b'0'..=b'9', b'D'] => b"D".to_vec(),
        _ => return None,
    };
    let end = anchor - nationality.len();
    let line_start = stream.line_start(end.saturating_sub(1));
    let start = end.checked_sub(10).unwrap_or(line_start);
    let cells = stream.get(start, end);
    // Where the line has something before the number, that must be the end of line 1.
    let in_line = start > line_start && matches!(stream.at(start - 1), b'<') && end - line_start > 40;
    let placed = (stream.is_start(start) || in_line) && cells.first() != Some(&b'<') && cells.len() == 10;
    let start = if placed { start } else { line_start.max(end.saturating_sub(13)) };
    Some(Head { number: placed.then(|| cells.to_vec()), nationality, start })
}

/// TD2, TD3 and visas: the anchor is in line 2, behind number and nationality.
fn two_lines(stream: &Stream, anchor: usize, today: NaiveDate) -> Vec<Try> {
    let Some(head) = head(stream, anchor) else { return Vec::new() };
    let first = first_lines(stream, head.start, 0, b"PVACI", false).into_iter().next();
    // Only the letter tells a passport whose lines lost fillers from a smaller card (part 4, 4.2.2.1).
    let layouts: &[&'static Layout] = match first.as_ref().and_then(FirstLine::code) {
        Some(b'V') => &[&MRV_A, &MRV_B],
        Some(b'P') => &[&TD3],
        _ => &[&TD3, &TD2],
    };
    let mut tries = Vec::new();
    for layout in layouts {
        let fixed = usize::from(layout.composite.is_some()) + usize::from(layout.optional1_check.is_some());
        let want = layout.width - 28;
        let (tails, adjusted) = tails(stream, anchor + ANCHOR, want, fixed);
        let second = 28 + stream.line_end(anchor + ANCHOR - 1).saturating_sub(anchor + ANCHOR);
        let distance =
            second.abs_diff(layout.width) + first.as_ref().map_or(0, |first| first.length.abs_diff(layout.width));
        for tail in &tails {
            let raw = assemble(layout, first.as_ref(), &head, stream.get(anchor, anchor + ANCHOR), tail);
            let mut settled = settle(layout, raw, head.number.is_some(), today);
            if adjusted {
                doubt_tail(&mut settled, tail.get(..want - fixed), "optional1");
            }
            tries.push(Try { settled, distance, complete: first.is_some() });
        }
    }
    tries
}

fn assemble(layout: &Layout, first: Option<&FirstLine>, head: &Head, anchor: &[u8], tail: &[u8]) -> Vec<u8> {
    let mut raw: Vec<u8> = first.and_then(|first| first.texts.first()).cloned().unwrap_or_default();
    raw.resize(layout.width, b'<');
    raw.extend(head.number.as_deref().unwrap_or(b"<<<<<<<<<<"));
    let mut nationality = head.nationality.clone();
    nationality.resize(3, b'<');
    raw.extend(nationality);
    raw.extend_from_slice(anchor);
    raw.extend_from_slice(tail);
    raw.resize(layout.len(), b'<');
    raw
}
