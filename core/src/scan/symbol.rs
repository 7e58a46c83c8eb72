//! AIM symbology identifiers (ISO/IEC 15424).

use super::text::digits;

/// What a symbology identifier says of the text behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// A GS1 element string: FNC1 stood first, or the symbology is GS1's own.
    Gs1,
    /// EAN or UPC: goods.
    Retail,
    /// A linear symbology.
    Linear,
    /// A two-dimensional or stacked symbology.
    Matrix,
}

/// Splits a text into its AIM identifier and what follows: `]`, a code letter, a modifier.
pub(crate) fn split_aim(text: &str) -> (Option<&str>, &str) {
    match text.as_bytes() {
        [b']', letter, modifier, ..] if family_of(*letter, *modifier).is_some() => {
            let (aim, rest) = text.split_at(3);
            (Some(aim), rest)
        }
        _ => (None, text),
    }
}

/// The family of an AIM identifier; `None` if it is none.
pub(super) fn family(aim: &str) -> Option<Family> {
    match aim.as_bytes() {
        [b']', letter, modifier] => family_of(*letter, *modifier),
        _ => None,
    }
}

/// Whether an AIM identifier says that the text is a GS1 element string.
pub(crate) fn is_gs1(aim: &str) -> bool {
    family(aim) == Some(Family::Gs1)
}

fn family_of(letter: u8, modifier: u8) -> Option<Family> {
    if !modifier.is_ascii_alphanumeric() {
        return None;
    }
    match (letter, modifier) {
        // FNC1 stood first, also where the decoder adds that it speaks of character sets (ECI).
        (b'C', b'1') | (b'd', b'2' | b'5') | (b'Q', b'3' | b'4') | (b'J', b'1') | (b'e', _) => Some(Family::Gs1),
        (b'E', _) => Some(Family::Retail),
        // Data Matrix, QR, Aztec, MaxiCode, PDF417, DotCode, Han Xin, Code One, Code 49,
        // Code 16K, Codablock, SuperCode.
        (b'd' | b'Q' | b'z' | b'U' | b'L' | b'J' | b'h' | b'D' | b'T' | b'K' | b'O' | b's', _) => Some(Family::Matrix),
        // Code 39, Telepen, Code 128, Codabar, Code 93, Code 11, ITF, MSI, Anker, Plessey,
        // Straight 2 of 5 (two kinds), and what the maker calls "other".
        (b'A' | b'B' | b'C' | b'F' | b'G' | b'H' | b'I' | b'M' | b'N' | b'P' | b'R' | b'S' | b'X', _) => {
            Some(Family::Linear)
        }
        _ => None,
    }
}

/// Whether digits end in the GS1 check digit: weights 3 and 1 from the right, the sum a multiple
/// of ten (GS1 General Specifications 7.9.1; ITF uses the same).
pub(super) fn mod_10(text: &str) -> bool {
    if !digits(text, text.len()) {
        return false;
    }
    let sum: u32 = text
        .bytes()
        .rev()
        .zip([1, 3].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    sum.is_multiple_of(10)
}
