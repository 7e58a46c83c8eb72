//! Numbers of letters and digits as a recogniser reads them.
//!
//! Letters and digits may both stand anywhere in a document number, so its form warrants no
//! repair, and the check digit is blind to some of the look-alikes. What helps is that numbers
//! are made of one or two letters and then digits: behind a digit, a letter that looks like a
//! digit is suspect; behind the second place, among digits only, it is a digit misread.

use super::sum::{Slot, digits_like, solutions, weights};

/// What a number as read may be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It, and nothing else.
    Sound(Vec<u8>),
    /// Several texts make the check digit agree.
    Doubtful,
    /// None does that may be taken.
    Wrong,
}

/// The first place from which on a number is one of digits only.
const PREFIX: usize = 2;

/// Judges the characters of a document number before its check digit `check`; `letter_first` if
/// its issuer's numbers are known to begin with a letter.
pub(super) fn document_number(read: &[u8], check: u8, letter_first: bool) -> Answer {
    match one_of(read, check, letter_first, weights()) {
        Answer::Sound(text) if is_blind(&text, letter_first) => Answer::Doubtful,
        answer => answer,
    }
}

/// Judges a long number; where `belgian`, the check digit may count the filler after the ninth
/// character of a number of digits only.
pub(super) fn long_number(read: &[u8], check: u8, belgian: bool) -> Answer {
    let legacy = || weights().take(9).chain(weights().skip(10));
    let answer = match one_of(read, check, false, weights()) {
        Answer::Wrong if belgian && read.iter().all(u8::is_ascii_digit) => one_of(read, check, false, legacy()),
        answer => answer,
    };
    match answer {
        Answer::Sound(text) if is_blind(&text, false) => Answer::Doubtful,
        answer => answer,
    }
}

/// Judges optional data before a check digit of its own.
pub(super) fn optional(read: &[u8], check: u8) -> Answer {
    one_of(read, check, true, weights())
}

/// Whether behind a digit a letter stands that a check digit cannot tell from a digit like it.
pub(super) fn has_blind_letter(text: &[u8]) -> bool {
    let digit = text.iter().position(u8::is_ascii_digit).unwrap_or(text.len());
    text.iter().skip(digit).any(|c| matches!(c, b'A' | b'G' | b'K' | b'L' | b'P' | b'S' | b'U'))
}

fn one_of(read: &[u8], check: u8, letter_first: bool, weights: impl Iterator<Item = u32>) -> Answer {
    let mut behind_digit = false;
    let slots: Vec<Slot> = read
        .iter()
        .enumerate()
        .map(|(place, c)| {
            let slot = slot(place, *c, behind_digit, letter_first);
            behind_digit |= c.is_ascii_digit();
            slot
        })
        .collect();
    let mut found = solutions(&slots, weights, check);
    match (found.pop(), found.is_empty()) {
        (None, _) => Answer::Wrong,
        (Some(_), false) => Answer::Doubtful,
        (Some(text), true) if text == read || is_plain_repair(read, &text) => Answer::Sound(text),
        _ => Answer::Wrong,
    }
}

/// What may stand where `c` was read.
fn slot(place: usize, c: u8, behind_digit: bool, letter_first: bool) -> Slot {
    let read = (c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'<').then_some(c);
    let options: &[u8] = match c {
        _ if behind_digit && matches!(c, b'A' | b'K') => b"04",
        _ if behind_digit || !read.is_some_and(|c| c.is_ascii_uppercase()) => digits_like(c),
        _ if place == 0 && letter_first => b"",
        b'O' | b'Q' | b'D' | b'I' | b'Z' | b'S' | b'B' | b'G' => digits_like(c),
        b'L' if place > 0 => b"1",
        _ => b"",
    };
    Slot { read, options }
}

/// Whether `text` is `read` with letters made digits where the rest shows that digits belong.
fn is_plain_repair(read: &[u8], text: &[u8]) -> bool {
    let tail = text.get(PREFIX..).unwrap_or_default();
    tail.len() >= 3
        && tail.iter().all(u8::is_ascii_digit)
        && read.iter().zip(text).take(PREFIX).all(|(a, b)| a == b)
        && read.iter().filter(|c| c.is_ascii_digit()).count() * 2 > read.len()
}

/// Whether a digit in it may be a letter misread that the check digit cannot tell from it: where
/// letters are likely, and the pair is one that recognisers do confuse.
fn is_blind(text: &[u8], letter_first: bool) -> bool {
    let letters = text.iter().any(u8::is_ascii_uppercase);
    let digit = text.iter().position(u8::is_ascii_digit).unwrap_or(text.len());
    let mixed = text.iter().skip(digit).any(u8::is_ascii_uppercase);
    match text {
        _ if mixed && text.contains(&b'6') => true,
        _ if text.last() == Some(&b'K') => true,
        [b'6' | b'8', ..] => true,
        [b'0' | b'1' | b'5', ..] => letters || letter_first,
        [first, b'6', ..] => first.is_ascii_uppercase(),
        _ => false,
    }
}
