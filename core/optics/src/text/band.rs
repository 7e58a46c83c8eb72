//! Which rows of a profile are a line of print: how strong strokes are in each row, from above the line to below.

use std::ops::Range;

/// The share of the strongest rows' strength that a row of the line has.
const STRONG: f32 = 0.42;
/// How high a band may be, by the height that was expected, and how much more than the strong rows' it must stand out.
const HEIGHTS: (f32, f32) = (0.6, 1.6);
const BETTER: f32 = 1.15;
/// Rows of the least band that is looked for.
const ROWS_MIN: usize = 4;
/// How weak the middle quarter of a band is that is two lines, by its outer quarters.
const VALLEY: f32 = 0.9;

/// The strong rows nearest to a profile's middle that hang together. `ranked` is room.
pub(super) fn strong(profile: &[f32], ranked: &mut Vec<f32>) -> Option<Range<usize>> {
    ranked.clear();
    ranked.extend_from_slice(profile);
    ranked.sort_unstable_by(f32::total_cmp);
    let floor = *ranked.get(ranked.len() / 10)?;
    let most = ranked[ranked.len() * 95 / 100];
    let enough = (floor + STRONG * (most - floor)).max(STRONG * most);
    let middle = profile.len() / 2;
    let far = |run: &Range<usize>| {
        if run.contains(&middle) { 0 } else { run.start.abs_diff(middle).min((run.end - 1).abs_diff(middle)) }
    };
    let mut best: Option<Range<usize>> = None;
    let mut at = 0;
    while at < profile.len() {
        if profile[at] < enough {
            at += 1;
            continue;
        }
        let from = at;
        while at < profile.len() && profile[at] >= enough {
            at += 1;
        }
        let run = from..at;
        if best.as_ref().is_none_or(|best| (far(&run), best.len()) < (far(best), run.len())) {
            best = Some(run);
        }
    }
    best
}

/// Of the bands about `expected` rows high, and at least `least`, the one over a profile's middle that stands out most,
/// if it does so clearly more than `band`: in the dark a row of a line may be weak by chance and part it.
pub(super) fn standing_out(profile: &[f32], band: Range<usize>, expected: f32, least: f32) -> Range<usize> {
    let middle = profile.len() / 2;
    let heights = ((expected * HEIGHTS.0).max(least) as usize).max(ROWS_MIN)..=(expected * HEIGHTS.1) as usize;
    let mut most = contrast(profile, &band) * BETTER;
    let mut best = band;
    for rows in heights {
        for from in middle.saturating_sub(rows)..=middle.min(profile.len().saturating_sub(rows)) {
            let other = from..from + rows;
            let stands_out = contrast(profile, &other);
            if stands_out > most {
                (best, most) = (other, stands_out);
            }
        }
    }
    best
}

/// How much a band is stronger than the rows above and below it; with height, as chance has less part in many rows.
fn contrast(profile: &[f32], band: &Range<usize>) -> f32 {
    let rows = band.len();
    let (gap, side) = (rows / 10, (rows * 2 / 5).max(2));
    let above = band.start.checked_sub(gap + side).map(|first| mean(&profile[first..first + side]));
    let below = profile.get(band.end + gap..band.end + gap + side).map(mean);
    let beside = match (above, below) {
        (Some(above), Some(below)) => f32::midpoint(above, below),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => return 0.0,
    };
    (mean(&profile[band.clone()]) - beside) * (rows as f32).sqrt()
}

/// Whether a band is weak in its middle: two lines that a slope made one.
pub(super) fn is_two(profile: &[f32], band: &Range<usize>) -> bool {
    let rows = &profile[band.clone()];
    let (quarter, middle) = (rows.len() / 4, rows.len() / 2);
    if quarter < ROWS_MIN {
        return false;
    }
    let outer = mean(&rows[..quarter]).min(mean(&rows[rows.len() - quarter..]));
    mean(&rows[middle - quarter / 2..middle + quarter / 2]) < VALLEY * outer
}

fn mean(rows: &[f32]) -> f32 {
    rows.iter().sum::<f32>() / rows.len() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A profile of the given length, ten strong in the bands and one elsewhere.
    fn profile(rows: usize, bands: &[Range<usize>]) -> Vec<f32> {
        (0..rows).map(|row| if bands.iter().any(|band| band.contains(&row)) { 10.0 } else { 1.0 }).collect()
    }

    #[test]
    fn the_strong_rows_in_the_middle_are_the_line() {
        let mut room = Vec::new();
        let rows = profile(60, &[0..10, 24..40, 52..60]);
        assert_eq!(strong(&rows, &mut room), Some(24..40));
        assert_eq!(standing_out(&rows, 24..40, 16.0, 0.0), 24..40);
        assert_eq!(strong(&[], &mut room), None);
    }

    #[test]
    fn a_weak_row_does_not_part_a_line() {
        let mut rows = profile(60, &[22..40, 60..60]);
        rows[29] = 4.0;
        rows[34] = 4.0;
        let parted = strong(&rows, &mut Vec::new()).unwrap();
        assert_eq!(parted, 30..34);
        assert_eq!(standing_out(&rows, parted.clone(), 16.0, 0.0), 22..40);
        assert!(standing_out(&rows, parted, 4.0, 0.0).len() <= 6, "no higher than may be expected");
        for (rows, expected) in [(3, 16.0), (8, 40.0), (60, 400.0)] {
            assert!(standing_out(&vec![1.0; rows], 0..1, expected, 0.0).end <= rows);
        }
    }

    #[test]
    fn two_lines_have_a_valley_between_them() {
        assert!(is_two(&profile(60, &[10..22, 32..44]), &(10..44)));
        assert!(!is_two(&profile(60, &[10..44, 60..60]), &(10..44)));
        assert!(!is_two(&profile(60, &[10..14, 16..20]), &(10..20)), "too low to be told");
    }
}
