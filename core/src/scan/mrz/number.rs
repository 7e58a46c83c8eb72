//! Numbers of letters and digits as a recogniser reads them.
//!
//! Letters and digits may both stand anywhere in a document number, so its form warrants no
//! repair, and the check digit is blind to some of the look-alikes. What helps is that numbers
//! are made of one or two letters and then digits: behind a digit, a letter that looks like a
//! digit is suspect; behind the second place, among digits only, it is a digit misread.

use super::check::value;
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
    match one_of(read, check, letter_first, PREFIX, weights()) {
        Answer::Sound(text) if is_blind(&text, letter_first) => Answer::Doubtful,
        answer => answer,
    }
}

/// Judges a long number; where `belgian`, the check digit may count the filler after the ninth
/// character of a number of digits only.
pub(super) fn long_number(read: &[u8], check: u8, belgian: bool) -> Answer {
    let legacy = || weights().take(9).chain(weights().skip(10));
    let answer = match one_of(read, check, false, PREFIX, weights()) {
        Answer::Wrong if belgian && read.iter().all(u8::is_ascii_digit) => one_of(read, check, false, PREFIX, legacy()),
        answer => answer,
    };
    match answer {
        Answer::Sound(text) if is_blind(&text, false) => Answer::Doubtful,
        answer => answer,
    }
}

/// Judges optional data before a check digit of its own.
pub(super) fn optional(read: &[u8], check: u8) -> Answer {
    one_of(read, check, true, 0, weights())
}

/// Whether optional data holds what its check digit cannot tell from something like it: a letter
/// behind a digit, 6 or G among both, a filler within, or a K at the end.
pub(super) fn is_blind_optional(field: &[u8]) -> bool {
    let text = super::zone::trimmed(field);
    let digit = text.iter().position(u8::is_ascii_digit).unwrap_or(text.len());
    let tail = text.get(digit..).unwrap_or_default();
    tail.iter().any(|c| matches!(c, b'A' | b'G' | b'K' | b'L' | b'P' | b'S' | b'U'))
        || text.contains(&b'G')
        || text.contains(&b'6') && text.iter().any(u8::is_ascii_uppercase)
        || text.contains(&b'<')
        || text.last() == Some(&b'K')
}

fn one_of(read: &[u8], check: u8, letter_first: bool, prefix: usize, weights: impl Iterator<Item = u32>) -> Answer {
    let sound = read.iter().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || *c == b'<');
    let weights: Vec<u32> = weights.take(read.len()).collect();
    let sum: u32 = read.iter().zip(&weights).map(|(c, weight)| value(*c) * weight).sum();
    let repaired = !sound || sum % 10 != value(check);
    let mut behind_digit = false;
    // From here on there may be nothing but fillers, some of them misread.
    let tail = read.iter().rposition(|c| !matches!(c, b'C' | b'K' | b'<')).map_or(0, |last| last + 1);
    let slots: Vec<Slot> = read
        .iter()
        .enumerate()
        .map(|(place, c)| {
            let slot = match c {
                // A repair must not have a rival in a letter that was read as a digit.
                b'C' if place >= tail && prefix > 0 => Slot { read: Some(*c), options: b"<" },
                b'0'..=b'9' if repaired && place < prefix && !letter_first => letter_like(*c),
                _ => slot(place, *c, behind_digit, letter_first),
            };
            behind_digit |= c.is_ascii_digit();
            slot
        })
        .collect();
    let mut found = solutions(&slots, weights.into_iter(), check);
    match (found.pop(), found.is_empty()) {
        (None, _) => Answer::Wrong,
        (Some(_), false) => Answer::Doubtful,
        (Some(text), true) if text == read || is_plain_repair(read, &text, prefix) => Answer::Sound(text),
        _ => Answer::Wrong,
    }
}

/// What may stand where `c` was read. In the first two places letters are as likely as digits.
fn slot(place: usize, c: u8, behind_digit: bool, letter_first: bool) -> Slot {
    let read = (c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'<').then_some(c);
    let options: &[u8] = match c {
        _ if place == 0 && letter_first => b"",
        b'A' | b'K' | b'L' | b'P' | b'U' if place == 0 => b"",
        b'A' | b'K' | b'P' | b'U' if letter_first && !behind_digit => b"",
        b'A' => b"04",
        b'K' => b"0",
        _ => digits_like(c),
    };
    Slot { read, options }
}

/// A digit that may be a letter misread, where the check digit tells the two apart.
const fn letter_like(c: u8) -> Slot {
    let options: &[u8] = match c {
        b'0' => b"O",
        b'1' => b"I",
        b'2' => b"Z",
        b'5' => b"S",
        b'8' => b"B",
        _ => b"",
    };
    Slot { read: Some(c), options }
}

/// Whether `text` is `read` with one kind of letter made a digit where the rest, from the place
/// `prefix` on, shows that digits belong. Only O and I: states leave these out of their numbers,
/// while a B, S or Z may be meant, and the digit misread another.
fn is_plain_repair(read: &[u8], text: &[u8], prefix: usize) -> bool {
    let tail = text.get(prefix..).unwrap_or_default();
    let mut letters = read.iter().zip(text).filter(|(a, b)| a != b).map(|(a, _)| *a);
    let first = letters.next();
    tail.len() >= 3
        && tail.iter().all(u8::is_ascii_digit)
        && read.iter().zip(text).take(prefix).all(|(a, b)| a == b)
        && read.iter().filter(|c| c.is_ascii_digit()).count() * 2 > read.len()
        && first.is_some_and(|c| b"OIbgq|".contains(&c))
        && letters.all(|c| Some(c) == first)
}

/// Whether a digit in it may be a letter misread that the check digit cannot tell from it: where
/// letters are likely, and the pair is one that recognisers do confuse.
fn is_blind(text: &[u8], letter_first: bool) -> bool {
    let letters = text.iter().any(u8::is_ascii_uppercase);
    let digit = text.iter().position(u8::is_ascii_digit).unwrap_or(text.len());
    let mixed = text.iter().skip(digit).any(u8::is_ascii_uppercase);
    match text {
        _ if mixed && text.contains(&b'6') => true,
        // A filler behind the number, misread: K counts as nothing.
        _ if super::zone::trimmed(text).last() == Some(&b'K') => true,
        [b'6' | b'8', ..] => true,
        [b'0' | b'1' | b'5', ..] => letters || letter_first,
        [first, b'6', ..] if first.is_ascii_uppercase() => true,
        [b'L', rest @ ..] => !letter_first && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}
