//! The check digit of Doc 9303-3, section 4.9.

/// Weights, from the left, again and again.
pub(super) const WEIGHTS: [u32; 3] = [7, 3, 1];

/// The value of a character: digits as they are, A to Z as 10 to 35, the filler as 0.
pub(super) const fn value(c: u8) -> u32 {
    match c {
        b'0'..=b'9' => (c - b'0') as u32,
        b'A'..=b'Z' => (c - b'A') as u32 + 10,
        _ => 0,
    }
}

/// The check digit over `text`.
pub(super) fn digit<'a>(text: impl IntoIterator<Item = &'a u8>) -> u8 {
    let sum: u32 = text.into_iter().zip(WEIGHTS.iter().cycle()).map(|(c, weight)| value(*c) * weight).sum();
    char::from_digit(sum % 10, 10).map_or(b'0', |digit| digit as u8)
}
