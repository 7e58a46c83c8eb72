//! Folding of texts before they are looked at.

/// A typed or read number as the standards write it: full-width forms narrowed, every blank
/// taken out, letters in upper case.
pub(super) fn fold_number(text: &str) -> String {
    text.chars().map(narrow).filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect()
}

/// A typed text with full-width forms narrowed and every blank taken out, its case kept.
pub(super) fn narrow_without_blanks(text: &str) -> String {
    text.chars().map(narrow).filter(|c| !c.is_whitespace()).collect()
}

/// The ASCII form of a full-width character (U+FF01 to U+FF5E, U+3000); others as they are.
pub(super) fn narrow(c: char) -> char {
    match u32::from(c) {
        0x3000 => ' ',
        wide @ 0xff01..=0xff5e => char::from_u32(wide - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// Whether `text` is `count` digits.
pub(super) fn digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a text may stand on a label: something, on one line, without control characters.
pub(super) fn one_line(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(char::is_control)
}

/// Whether a character is not seen itself: controls, marks of direction and of width nought, those that are
/// none. In a name it could make one line of a ledger look like another's.
pub(crate) fn is_unseen(c: char) -> bool {
    let marks = ['\u{200b}'..='\u{200f}', '\u{202a}'..='\u{202e}', '\u{2060}'..='\u{2069}', '\u{fff9}'..='\u{fffb}'];
    let is_none = u32::from(c) & 0xfffe == 0xfffe;
    c.is_control() || c == '\u{feff}' || is_none || marks.iter().any(|range| range.contains(&c))
}

/// Whether every byte is printable ASCII and none a blank.
pub(super) fn graphic(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic())
}
