//! The shapes of the documents that are told by their number alone, each with its check.
//!
//! One row a kind. A later document enters here with its shape and its reader; texts that are no
//! single number (zones, cards, structured symbols) enter in [`super::interpret`].

use chrono::NaiveDate;

use super::cn;
use super::text::digits;
use crate::record::DocumentKind as Kind;

/// How sure a number of one kind can be, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Proof {
    /// A check character, a date and a region protect it.
    Checked,
    /// No check character, but a region and a date must agree.
    Dated,
    /// Nothing but its shape, which holds at least one letter.
    Shape,
    /// Bare digits: they prove nothing, and a tube's label may well be the same.
    Digits,
}

/// One kind of document and the shape of its number.
pub(super) struct Shape {
    pub(super) kind: Kind,
    pub(super) proof: Proof,
    fits: fn(&str) -> bool,
}

/// Every shape, the surest first. Sources: GB 11643 for the first six; the shapes of the others
/// are not published as a whole and drift, so they are only ever a doubt.
pub(super) const SHAPES: &[Shape] = &[
    Shape {
        kind: Kind::CnResident,
        proof: Proof::Checked,
        fits: |t| cn::is_18(t) && cn::kind_18(t) == Kind::CnResident,
    },
    Shape {
        kind: Kind::CnPermitHk,
        proof: Proof::Checked,
        fits: |t| cn::is_18(t) && cn::kind_18(t) == Kind::CnPermitHk,
    },
    Shape {
        kind: Kind::CnPermitMo,
        proof: Proof::Checked,
        fits: |t| cn::is_18(t) && cn::kind_18(t) == Kind::CnPermitMo,
    },
    Shape {
        kind: Kind::CnPermitTw,
        proof: Proof::Checked,
        fits: |t| cn::is_18(t) && cn::kind_18(t) == Kind::CnPermitTw,
    },
    Shape {
        kind: Kind::CnForeigner,
        proof: Proof::Checked,
        fits: |t| cn::is_18(t) && cn::kind_18(t) == Kind::CnForeigner,
    },
    Shape { kind: Kind::CnResident15, proof: Proof::Dated, fits: |t| digits(t, 15) },
    Shape { kind: Kind::CnForeigner15, proof: Proof::Shape, fits: |t| letters_then(t, 3, &[12]) },
    Shape { kind: Kind::HkMoTravelPermit, proof: Proof::Shape, fits: hk_mo_travel_permit },
    Shape { kind: Kind::CnExitPermit, proof: Proof::Shape, fits: exit_permit },
    Shape { kind: Kind::PassportNumber, proof: Proof::Shape, fits: prc_passport },
    Shape { kind: Kind::TwTravelPermit, proof: Proof::Digits, fits: tw_travel_permit },
    Shape {
        kind: Kind::PassportNumber,
        proof: Proof::Digits,
        fits: |t| digits(t, 9) && (t.starts_with("14") || t.starts_with("15")),
    },
];

/// The shapes that a folded text has.
pub(super) fn shapes_of(text: &str) -> impl Iterator<Item = &'static Shape> {
    SHAPES.iter().filter(move |shape| (shape.fits)(text))
}

/// Whether a folded text may be the number of a document that the operator says it is.
pub(super) fn may_be(kind: Kind, text: &str) -> bool {
    match kind {
        // Passports of other states have shapes of their own.
        Kind::PassportNumber => {
            (5..=15).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        }
        _ => SHAPES.iter().any(|shape| shape.kind == kind && (shape.fits)(text)),
    }
}

/// The lengths that numbers of this kind have; empty where any will do.
pub(super) const fn lengths(kind: Kind) -> &'static [usize] {
    match kind {
        Kind::CnResident | Kind::CnPermitHk | Kind::CnPermitMo | Kind::CnPermitTw | Kind::CnForeigner => &[18],
        Kind::CnResident15 | Kind::CnForeigner15 => &[15],
        Kind::HkMoTravelPermit => &[9, 11],
        Kind::TwTravelPermit => &[8, 10, 11, 13],
        Kind::CnExitPermit => &[9],
        _ => &[],
    }
}

/// The birth that an old foreigner's card holds in its digits 8 to 13, if any century has it.
pub(super) fn foreigner_15_dated(text: &str, today: NaiveDate) -> bool {
    let Some(part) = text.get(7..13) else { return false };
    ["19", "20"].iter().filter_map(|century| cn::date(&format!("{century}{part}"))).any(|date| date <= today)
}

fn letters_then(text: &str, letters: usize, counts: &[usize]) -> bool {
    text.split_at_checked(letters).is_some_and(|(head, tail)| {
        head.bytes().all(|b| b.is_ascii_uppercase()) && counts.iter().any(|count| digits(tail, *count))
    })
}

/// H or M, the lifelong number of 8 digits, and on the cards of 1999 the count of issues.
fn hk_mo_travel_permit(text: &str) -> bool {
    text.starts_with(['H', 'M']) && letters_then(text, 1, &[8, 10])
}

/// 8 digits; older booklets 10, with or without a letter behind, in brackets or not.
fn tw_travel_permit(text: &str) -> bool {
    let letter = |tail: &str| matches!(tail.as_bytes(), [b'A'..=b'Z'] | [b'(', b'A'..=b'Z', b')']);
    digits(text, 8)
        || text.split_at_checked(10).is_some_and(|(head, tail)| digits(head, 10) && (tail.is_empty() || letter(tail)))
}

/// C and 8 digits; since 2018 C, a letter other than I and O, 7 digits.
fn exit_permit(text: &str) -> bool {
    text.starts_with('C')
        && (letters_then(text, 1, &[8]) || letters_then(text, 2, &[7]) && !matches!(text.as_bytes()[1], b'I' | b'O'))
}

/// Passports of the PRC, Hong Kong and Macao, as far as their shapes are known.
fn prc_passport(text: &str) -> bool {
    let one = |counts: &[usize]| letters_then(text, 1, counts);
    let two = |counts: &[usize]| letters_then(text, 2, counts);
    match text.as_bytes() {
        [b'D' | b'S' | b'P', b'E', ..] | [b'K', b'J', ..] | [b'M', b'A', ..] => two(&[7]),
        [b'D' | b'S' | b'P', ..] => one(&[7, 8]),
        [b'G' | b'K' | b'H', ..] => one(&[8]),
        [b'E', ..] => one(&[8]) || two(&[7]),
        _ => false,
    }
}
