//! PDF417 (ISO/IEC 15438) with byte compaction; the crates that could do it need a nightly compiler.

use super::push_runs;

/// Height of a row in modules.
pub(super) const ROW_MODULES: usize = 3;

/// Bars and spaces of the 929 codewords in each of three clusters: 16 bits in hex each, after a leading dark module.
const PATTERNS: &str = include_str!("pdf417_patterns.txt");
const CODEWORDS: u32 = 929;
const LATCH_BYTES: u32 = 901;
const LATCH_SIXES: u32 = 924;
const PAD: u32 = 900;
/// Error correction level 3, what identity cards of this size tend to carry.
const LEVEL: u32 = 3;
const CORRECTION: usize = 16;
const START: [usize; 8] = [8, 1, 1, 1, 1, 1, 1, 3];
const STOP: [usize; 9] = [7, 1, 1, 3, 1, 1, 1, 2, 1];

/// One cell per module and row, and the number of columns; `None` when more than 90 rows would be needed.
pub(super) fn encode(data: &[u8]) -> Option<(Vec<bool>, usize)> {
    let mut words = compact(data);
    let needed = words.len() + 1 + CORRECTION;
    let columns = if needed > 120 { 10 } else { 6 };
    let rows = needed.div_ceil(columns).max(6);
    (rows <= 90).then_some(())?;
    words.resize(rows * columns - CORRECTION - 1, PAD);
    words.insert(0, u32::try_from(words.len() + 1).ok()?);
    let check = correction(&words);
    words.extend(check);

    let patterns = patterns();
    let mut cells = Vec::new();
    for (row, data) in words.chunks(columns).enumerate() {
        push_row(&mut cells, &patterns, row, rows, data)?;
    }
    let width = cells.len() / rows;
    Some((cells, width))
}

fn compact(data: &[u8]) -> Vec<u32> {
    let mut words = vec![if data.len().is_multiple_of(6) { LATCH_SIXES } else { LATCH_BYTES }];
    let sixes = data.chunks_exact(6);
    let rest = sixes.remainder();
    for six in sixes {
        let mut number = six.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        let mut five = [0; 5];
        for word in five.iter_mut().rev() {
            *word = u32::try_from(number % 900).unwrap_or(0);
            number /= 900;
        }
        words.extend(five);
    }
    words.extend(rest.iter().map(|byte| u32::from(*byte)));
    words
}

/// Reed-Solomon over the prime field of 929, generator with the roots 3, 3^2, … 3^16.
fn correction(words: &[u32]) -> Vec<u32> {
    let mut generator = [0_u32; CORRECTION + 1];
    generator[0] = 1;
    let mut root = 1;
    for degree in 1..=CORRECTION {
        root = root * 3 % CODEWORDS;
        for index in (1..=degree).rev() {
            generator[index] = (generator[index] + (CODEWORDS - root) * generator[index - 1]) % CODEWORDS;
        }
    }
    let mut remainder = [0_u32; CORRECTION];
    for word in words {
        let factor = (word + remainder[0]) % CODEWORDS;
        remainder.rotate_left(1);
        remainder[CORRECTION - 1] = 0;
        for (place, coefficient) in remainder.iter_mut().zip(&generator[1..]) {
            *place = (*place + (CODEWORDS - factor) * coefficient) % CODEWORDS;
        }
    }
    remainder.iter().map(|word| (CODEWORDS - word) % CODEWORDS).collect()
}

fn patterns() -> Vec<u32> {
    let hex: Vec<u32> = PATTERNS.chars().filter_map(|digit| digit.to_digit(16)).collect();
    hex.chunks(4).map(|four| four.iter().fold(1, |bits, digit| bits << 4 | digit)).collect()
}

fn push_row(cells: &mut Vec<bool>, patterns: &[u32], row: usize, rows: usize, data: &[u32]) -> Option<()> {
    let row_number = u32::try_from(row).ok()?;
    let height = u32::try_from(rows - 1).ok()?;
    let facts = [height / 3, LEVEL * 3 + height % 3, u32::try_from(data.len() - 1).ok()?];
    let cluster = row % 3;
    let left = row_number / 3 * 30 + facts[cluster];
    let right = row_number / 3 * 30 + facts[(cluster + 2) % 3];
    push_runs(cells, START);
    for word in [left].iter().chain(data).chain([&right]) {
        let pattern = patterns.get(cluster * 929 + usize::try_from(*word).ok()?)?;
        cells.extend((0..17).rev().map(|bit| pattern >> bit & 1 == 1));
    }
    push_runs(cells, STOP);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_belongs_to_its_cluster() {
        let patterns = patterns();
        assert_eq!(patterns.len(), 929 * 3);
        for (index, pattern) in patterns.iter().enumerate() {
            let bits: Vec<u32> = (0..17).rev().map(|bit| pattern >> bit & 1).collect();
            let widths: Vec<usize> = bits.chunk_by(|a, b| a == b).map(<[u32]>::len).collect();
            assert_eq!(widths.len(), 8);
            assert_eq!((widths[0] + widths[4] + 9 - widths[2] - widths[6]) % 9, index / 929 * 3);
        }
    }

    #[test]
    fn correction_leaves_no_remainder() {
        let mut words = vec![5, 453, 178, 121, 239];
        words.extend(correction(&words));
        let mut root = 1;
        for _ in 0..CORRECTION {
            root = root * 3 % CODEWORDS;
            assert_eq!(words.iter().fold(0, |value, word| (value * root + word) % CODEWORDS), 0);
        }
    }
}
