//! AIM symbology identifiers (ISO/IEC 15424) and retail codes.

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
pub(super) fn split_aim(text: &str) -> (Option<&str>, &str) {
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

fn family_of(letter: u8, modifier: u8) -> Option<Family> {
    if !modifier.is_ascii_alphanumeric() {
        return None;
    }
    match (letter, modifier) {
        (b'C', b'1') | (b'd', b'2') | (b'Q', b'3') | (b'J', b'1') | (b'e', _) => Some(Family::Gs1),
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

/// The 14-digit GTIN of a retail text with a valid check digit: EAN-8, UPC-A or EAN-13. A
/// supplement of two or five digits behind EAN-13 (`]E3`) is left out.
pub(super) fn gtin(text: &str, aim: Option<&str>) -> Option<String> {
    let main = match (aim, text.len()) {
        (Some("]E3"), 15 | 18) => text.get(..13)?,
        _ => text,
    };
    ([8, 12, 13].contains(&main.len()) && digits(main, main.len()) && mod_10(main)).then(|| format!("{main:0>14}"))
}

/// The GS1 check digit: weights 3 and 1 from the right, the sum a multiple of ten.
fn mod_10(text: &str) -> bool {
    let sum: u32 = text
        .bytes()
        .rev()
        .zip([1, 3].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    sum.is_multiple_of(10)
}

/// Whether a text has the beginning of an ISBT 128 data structure: `=` or `&` and the second
/// character of a data identifier, then at least two more.
pub(super) fn is_isbt128(text: &str) -> bool {
    matches!(text.as_bytes(), [b'=' | b'&', second, _, _, ..] if second.is_ascii_alphanumeric() || b"<>%*,+';#!&=\"$(){}-/:?[]".contains(second))
        && text.bytes().all(|b| b.is_ascii_graphic())
}
