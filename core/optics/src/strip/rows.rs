//! Makes bars of a strip's rows.

use super::upright::STEP;

/// How a row is sharpened: how strongly, and beside how many pixels to each side.
#[derive(Clone, Copy)]
pub(crate) struct Sharpening {
    strength: f32,
    pixels: f32,
}

/// The sharpenings that are tried on a strip, until one is read: for bars of two pixels and more, for
/// finer ones, for more and more blur, and for noise.
pub(crate) const SHARPENINGS: [Sharpening; 7] = [
    Sharpening { strength: 2.0, pixels: 2.0 },
    Sharpening { strength: 3.0, pixels: 1.5 },
    Sharpening { strength: 5.0, pixels: 2.0 },
    Sharpening { strength: 4.0, pixels: 1.0 },
    Sharpening { strength: 6.0, pixels: 1.5 },
    Sharpening { strength: 8.0, pixels: 2.0 },
    Sharpening { strength: 1.0, pixels: 2.0 },
];

/// Runs of paper and ink by turns, paper first, in [`Bars::UNITS`] a sample.
#[derive(Default)]
pub(crate) struct Bars {
    runs: Vec<u32>,
    sharp: Vec<f32>,
}

impl Bars {
    /// Units of length in one sample: edges lie between samples.
    pub(crate) const UNITS: f32 = 2.0;

    /// Makes bars of a row; `false` if it has no contrast to speak of.
    pub(crate) fn take(&mut self, row: &[f32], sharpening: Sharpening) -> bool {
        sharpen(row, sharpening, &mut self.sharp);
        let Some(threshold) = threshold(&self.sharp) else { return false };
        self.runs.clear();
        cut(&self.sharp, threshold, &mut self.runs);
        self.runs.len() > 8
    }

    /// The runs, paper first.
    pub(crate) fn runs(&self) -> &[u32] {
        &self.runs
    }
}

/// Lifts each sample by its difference from the mean of those around it: undoes part of the blur.
fn sharpen(row: &[f32], by: Sharpening, sharp: &mut Vec<f32>) {
    let reach = (by.pixels / STEP) as usize;
    sharp.clear();
    let mut sum: f32 = row.iter().take(reach).sum();
    for (i, &here) in row.iter().enumerate() {
        if let Some(entering) = row.get(i + reach) {
            sum += entering;
        }
        if i > reach {
            sum -= row[i - reach - 1];
        }
        let count = (i + reach).min(row.len() - 1) - i.saturating_sub(reach) + 1;
        sharp.push(here + by.strength * (here - sum / count as f32));
    }
}

/// The brightness between paper and ink: the valley between the histogram's two hills.
fn threshold(row: &[f32]) -> Option<f32> {
    const BUCKETS: usize = 32;
    let mut buckets = [0u32; BUCKETS];
    for &value in row {
        buckets[(value.clamp(0.0, 255.0) as usize * BUCKETS) / 256] += 1;
    }
    let tallest = (0..BUCKETS).max_by_key(|&i| buckets[i])?;
    let second = (0..BUCKETS).max_by_key(|&i| u64::from(buckets[i]) * (i.abs_diff(tallest) as u64).pow(2))?;
    let (ink, paper) = (tallest.min(second), tallest.max(second));
    if paper - ink <= BUCKETS / 16 {
        return None;
    }
    let highest = buckets[tallest] as usize;
    let valley = (ink + 1..paper).max_by_key(|&i| {
        let lowness = highest - buckets[i] as usize;
        (i - ink).pow(2) * (paper - i) * lowness
    })?;
    Some((valley * 256 / BUCKETS) as f32)
}

/// Cuts a row where it crosses the threshold.
fn cut(row: &[f32], threshold: f32, runs: &mut Vec<u32>) {
    let mut ink = false;
    let mut from = 0.0f32;
    for (i, pair) in row.windows(2).enumerate() {
        let (a, b) = (pair[0] - threshold, pair[1] - threshold);
        if (b < 0.0) == ink {
            continue;
        }
        let share = if (a < 0.0) == (b < 0.0) { 0.0 } else { a / (a - b) };
        let edge = i as f32 + share;
        runs.push(((edge - from) * Bars::UNITS).round().max(0.0) as u32);
        (from, ink) = (edge, b < 0.0);
    }
    runs.push(((row.len() as f32 - from) * Bars::UNITS).round() as u32);
}

/// The segments of a row that may hold a code, between stretches of paper that no symbology has
/// inside one: where each begins and ends in `runs`, its quiet zones among it, and the units in
/// front. Not `runs` whole: what stands beside a code would be taken for its beginning.
pub(crate) fn segments(runs: &[u32]) -> impl Iterator<Item = (usize, usize, u32)> {
    let gap = gap(runs);
    let mut from = 0;
    let mut units = 0;
    std::iter::from_fn(move || {
        while from < runs.len() {
            let end = (from + 1..runs.len()).find(|&i| i % 2 == 0 && runs[i] >= gap).map_or(runs.len(), |i| i + 1);
            let segment = (from, end, units);
            // The gap belongs to the segments on both its sides.
            let next = if end == runs.len() { end } else { end - 1 };
            units += runs[from..next].iter().sum::<u32>();
            from = next;
            if segment.1 - segment.0 >= RUNS_MIN {
                return Some(segment);
            }
        }
        None
    })
}

/// Runs of the shortest code: five characters of ITF with its start and stop.
const RUNS_MIN: usize = 21;

/// The length of paper that separates codes: well above the widest space in one, which is four
/// modules where the median run is about one and a half.
fn gap(runs: &[u32]) -> u32 {
    let mut inner: Vec<u32> = runs.iter().copied().skip(1).collect();
    if inner.is_empty() {
        return u32::MAX;
    }
    let middle = inner.len() / 2;
    let (_, median, _) = inner.select_nth_unstable(middle);
    (*median).saturating_mul(5).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(modules: &[usize], pixels: usize) -> Vec<f32> {
        let mut row = Vec::new();
        for (i, width) in modules.iter().enumerate() {
            row.extend(std::iter::repeat_n(if i % 2 == 0 { 200.0 } else { 40.0 }, width * pixels));
        }
        row
    }

    #[test]
    fn runs_follow_the_bars() {
        let modules = [10, 1, 2, 1, 1, 3, 1, 1, 4, 2, 10];
        let mut bars = Bars::default();
        assert!(bars.take(&printed(&modules, 6), SHARPENINGS[0]));
        let units = 6.0 * Bars::UNITS;
        assert_eq!(bars.runs().len(), modules.len());
        for (run, width) in bars.runs().iter().zip(modules) {
            assert!((*run as f32 - width as f32 * units).abs() <= units, "{run} for {width}");
        }
    }

    #[test]
    fn plain_rows_have_no_bars() {
        let mut bars = Bars::default();
        assert!(!bars.take(&[90.0; 500], SHARPENINGS[0]));
        assert!(!bars.take(&[], SHARPENINGS[0]));
        assert!(!bars.take(&[1.0], SHARPENINGS[0]));
        assert!(!bars.take(&[f32::NAN; 64], SHARPENINGS[0]));
    }

    #[test]
    fn a_row_is_cut_at_its_quiet_zones() {
        let code = [10u32; 30];
        let mut runs = vec![100];
        runs.extend(code);
        runs.push(10);
        runs.push(100);
        runs.extend(code);
        runs.push(10);
        runs.push(100);
        // Paper stands at even places.
        runs[0] = 100;
        let found: Vec<_> = segments(&runs).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0].0, 0);
        assert_eq!(found[0].1 - 1, found[1].0, "they share the gap");
        assert!(segments(&[]).next().is_none());
        assert!(segments(&[5, 5, 5]).next().is_none());
    }
}
