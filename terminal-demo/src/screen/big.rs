//! Numbers that are read from across a table.

/// Rows of a digit.
pub(super) const HEIGHT: usize = 5;

const fn glyph(c: char) -> [&'static str; HEIGHT] {
    match c {
        '0' => ["███", "█ █", "█ █", "█ █", "███"],
        '1' => [" █ ", "██ ", " █ ", " █ ", "███"],
        '2' => ["███", "  █", "███", "█  ", "███"],
        '3' => ["███", "  █", "███", "  █", "███"],
        '4' => ["█ █", "█ █", "███", "  █", "  █"],
        '5' => ["███", "█  ", "███", "  █", "███"],
        '6' => ["███", "█  ", "███", "█ █", "███"],
        '7' => ["███", "  █", "  █", " █ ", " █ "],
        '8' => ["███", "█ █", "███", "█ █", "███"],
        '9' => ["███", "█ █", "███", "  █", "███"],
        '/' => ["   ", "  █", " █ ", "█  ", "   "],
        '-' => ["   ", "   ", "███", "   ", "   "],
        _ => ["   ", "   ", "   ", "   ", "   "],
    }
}

/// `text` (digits, `/`, `-`, blanks) drawn in blocks, each cell `scale` columns wide and
/// `scale - 1` rows high (at least one): terminal cells are twice as high as they are wide.
pub(crate) fn draw(text: &str, scale: usize) -> Vec<String> {
    let (wide, high) = (scale.max(1), scale.saturating_sub(1).max(1));
    let mut rows = Vec::with_capacity(HEIGHT * high);
    for row in 0..HEIGHT {
        let line: String = text
            .chars()
            .flat_map(|c| glyph(c)[row].chars().chain([' ']))
            .flat_map(|cell| std::iter::repeat_n(cell, wide))
            .collect();
        rows.extend(std::iter::repeat_n(line, high));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digit_differs_and_scales() {
        let digits: std::collections::BTreeSet<_> = ('0'..='9').map(|c| draw(&c.to_string(), 2)).collect();
        assert_eq!(digits.len(), 10);
        assert_eq!(draw("7/10", 2).len(), HEIGHT);
        assert_eq!(draw("7/10", 3).len(), 2 * HEIGHT);
        assert!(draw("10", 2).iter().all(|row| row.chars().count() == 2 * 4 * 2));
    }
}
