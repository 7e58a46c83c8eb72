//! Two-width linear codes: Code 39, Codabar, ITF. Narrow is one module, wide two and a half.

use super::push_runs;

/// Cells of a narrow and of a wide element, at two cells per module.
const NARROW: usize = 2;
const WIDE: usize = 5;

const CODE39: [(u8, &str); 44] = [
    (b'0', "000110100"),
    (b'1', "100100001"),
    (b'2', "001100001"),
    (b'3', "101100000"),
    (b'4', "000110001"),
    (b'5', "100110000"),
    (b'6', "001110000"),
    (b'7', "000100101"),
    (b'8', "100100100"),
    (b'9', "001100100"),
    (b'A', "100001001"),
    (b'B', "001001001"),
    (b'C', "101001000"),
    (b'D', "000011001"),
    (b'E', "100011000"),
    (b'F', "001011000"),
    (b'G', "000001101"),
    (b'H', "100001100"),
    (b'I', "001001100"),
    (b'J', "000011100"),
    (b'K', "100000011"),
    (b'L', "001000011"),
    (b'M', "101000010"),
    (b'N', "000010011"),
    (b'O', "100010010"),
    (b'P', "001010010"),
    (b'Q', "000000111"),
    (b'R', "100000110"),
    (b'S', "001000110"),
    (b'T', "000010110"),
    (b'U', "110000001"),
    (b'V', "011000001"),
    (b'W', "111000000"),
    (b'X', "010010001"),
    (b'Y', "110010000"),
    (b'Z', "011010000"),
    (b'-', "010000101"),
    (b'.', "110000100"),
    (b' ', "011000100"),
    (b'$', "010101000"),
    (b'/', "010100010"),
    (b'+', "010001010"),
    (b'%', "000101010"),
    (b'*', "010010100"),
];

const CODABAR: [(u8, &str); 17] = [
    (b'0', "0000011"),
    (b'1', "0000110"),
    (b'2', "0001001"),
    (b'3', "1100000"),
    (b'4', "0010010"),
    (b'5', "1000010"),
    (b'6', "0100001"),
    (b'7', "0100100"),
    (b'8', "0110000"),
    (b'9', "1001000"),
    (b'-', "0001100"),
    (b'$', "0011000"),
    (b':', "1000101"),
    (b'/', "1010001"),
    (b'.', "1010100"),
    (b'+', "0010101"),
    (b'A', "0011010"),
];

const ITF: [&str; 10] = ["00110", "10001", "01001", "11000", "00101", "10100", "01100", "00011", "10010", "01010"];

pub(super) fn code39(text: &str) -> Option<Vec<bool>> {
    (!text.contains('*')).then_some(())?;
    spaced(&format!("*{text}*"), &CODE39)
}

pub(super) fn codabar(text: &str) -> Option<Vec<bool>> {
    (!text.contains('A')).then_some(())?;
    spaced(&format!("A{text}A"), &CODABAR)
}

/// Characters one after the other with a narrow space between them.
fn spaced(text: &str, table: &[(u8, &str)]) -> Option<Vec<bool>> {
    let mut cells = Vec::new();
    for byte in text.bytes() {
        let (_, pattern) = table.iter().find(|(character, _)| *character == byte)?;
        if !cells.is_empty() {
            cells.extend([false; NARROW]);
        }
        push_runs(&mut cells, pattern.bytes().map(width));
    }
    (text.len() > 2).then_some(cells)
}

pub(super) fn itf(text: &str) -> Option<Vec<bool>> {
    let digits = text.as_bytes();
    let fits = !digits.is_empty() && digits.len().is_multiple_of(2) && digits.iter().all(u8::is_ascii_digit);
    fits.then_some(())?;
    let mut cells = Vec::new();
    push_runs(&mut cells, [NARROW; 4]);
    for pair in digits.chunks_exact(2) {
        let [bars, spaces] = [pair[0], pair[1]].map(|digit| ITF[usize::from(digit - b'0')].bytes().map(width));
        push_runs(&mut cells, bars.zip(spaces).flat_map(|(bar, space)| [bar, space]));
    }
    push_runs(&mut cells, [WIDE, NARROW, NARROW]);
    Some(cells)
}

fn width(wide: u8) -> usize {
    if wide == b'1' { WIDE } else { NARROW }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_have_the_right_number_of_wide_elements() {
        for (character, pattern) in CODE39 {
            assert_eq!((pattern.len(), pattern.matches('1').count()), (9, 3), "{}", char::from(character));
        }
        for pattern in ITF {
            assert_eq!((pattern.len(), pattern.matches('1').count()), (5, 2), "{pattern}");
        }
        for (index, (_, pattern)) in CODABAR.iter().enumerate() {
            assert!(!CODABAR[..index].iter().any(|(_, other)| other == pattern), "{pattern}");
        }
    }

    #[test]
    fn unknown_characters_are_refused() {
        assert_eq!(code39("a*"), None);
        assert_eq!(codabar("12X"), None);
        assert_eq!(itf("123"), None);
    }
}
