//! Follows bars across a strip: on a tube that is tilted or turned they bend.

/// How far bars may move from one row to the next beyond what they did before, in samples.
const STEP_MAX: f32 = 1.0;
/// How much of the rows before is kept where the next is laid over them.
const KEEP: f32 = 0.75;
/// How much of the movement before is expected again.
const INERTIA: f32 = 0.7;
/// Rows in the middle that are taken for straight.
const MIDDLE: usize = 4;

/// How far the bars in each of `count` rows of `rows` lie behind those in the middle, in samples:
/// each row is laid over those before it where it fits best, from the middle to both sides, and a
/// parabola is put through these places: bars on a tube lie along one, and noise does not.
pub(crate) fn bends(rows: &[f32], count: usize) -> Vec<f32> {
    let length = rows.len() / count.max(1);
    let mut bends = vec![0.0; count];
    if count < 2 * MIDDLE || length < 2 {
        return bends;
    }
    let row = |index: usize| &rows[index * length..(index + 1) * length];
    let middle = count / 2;
    let mut straight = vec![0.0; length];
    for index in middle - MIDDLE / 2..middle + MIDDLE / 2 {
        straight.iter_mut().zip(row(index)).for_each(|(mean, sample)| *mean += sample / MIDDLE as f32);
    }
    let mut track = Track::new(straight.clone());
    (middle..count).for_each(|index| bends[index] = track.follow(row(index)));
    let mut track = Track::new(straight);
    (0..middle).rev().for_each(|index| bends[index] = track.follow(row(index)));
    parabola(&mut bends);
    bends
}

/// The way of the bars from row to row.
struct Track {
    mean: Vec<f32>,
    at: f32,
    slope: f32,
}

impl Track {
    fn new(mean: Vec<f32>) -> Self {
        Self { mean, at: 0.0, slope: 0.0 }
    }

    fn follow(&mut self, row: &[f32]) -> f32 {
        let expected = self.at + self.slope;
        let miss = |at: f32| self.miss(row, at);
        let (before, there, after) = (miss(expected - STEP_MAX), miss(expected), miss(expected + STEP_MAX));
        let bow = before + after - 2.0 * there;
        let off = if there <= before && there <= after && bow > 0.0 {
            STEP_MAX / 2.0 * (before - after) / bow
        } else {
            STEP_MAX.copysign(before - after)
        };
        let at = expected + off;
        self.slope = INERTIA * self.slope + (1.0 - INERTIA) * (at - self.at);
        self.at = at;
        let (from, moved) = moved(row, at);
        self.mean[from..].iter_mut().zip(moved).for_each(|(mean, sample)| *mean += (1.0 - KEEP) * (sample - *mean));
        at
    }

    /// The mean squared difference of `row`, moved to `at`, from the rows before.
    fn miss(&self, row: &[f32], at: f32) -> f32 {
        let (from, moved) = moved(row, at);
        let pairs = self.mean[from..].iter().zip(moved);
        let (sum, count) = pairs.fold((0.0, 0.0f32), |(sum, count), (mean, sample)| {
            let off = sample - mean;
            (sum + off * off, count + 1.0)
        });
        sum / count.max(1.0)
    }
}

/// The samples of `row` from `by` on, and the place of the first of them in a row of its length.
fn moved(row: &[f32], by: f32) -> (usize, impl Iterator<Item = f32>) {
    let length = row.len() as f32;
    let whole = by.floor().clamp(-length, length);
    let share = by - by.floor();
    let from = (-whole).max(0.0) as usize;
    let rest = &row[(whole.max(0.0) as usize).min(row.len())..];
    let pairs = rest.iter().zip(rest.get(1..).unwrap_or_default());
    (from, pairs.map(move |(near, far)| near + share * (far - near)))
}

/// Puts the parabola through `places` that lies nearest to them.
fn parabola(places: &mut [f32]) {
    let count = places.len() as f32;
    let x = |index: usize| (index as f32 + 0.5) / count * 2.0 - 1.0;
    let square = places.iter().enumerate().map(|(i, _)| x(i) * x(i)).sum::<f32>() / count;
    // Three curves of which no two have anything in common: flat, slanted, bent.
    let curves: [&dyn Fn(usize) -> f32; 3] = [&|_| 1.0, &x, &|index| x(index) * x(index) - square];
    let fit = curves.map(|curve| {
        let (shared, own) = places.iter().enumerate().fold((0.0, 0.0), |(shared, own), (index, place)| {
            (shared + curve(index) * place, own + curve(index) * curve(index))
        });
        shared / f32::max(own, f32::EPSILON)
    });
    for (index, place) in places.iter_mut().enumerate() {
        *place = curves.iter().zip(fit).map(|(curve, weight)| weight * curve(index)).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: usize = 64;

    /// Bars of several widths whose rows lie at `at`.
    fn bent(at: impl Fn(usize) -> f32) -> Vec<f32> {
        let ink = |place: f32| if (place / 6.0).sin() + (place / 17.0).sin() > 0.3 { 60.0 } else { 180.0 };
        (0..ROWS).flat_map(|row| (0..400).map(move |i| (row, i))).map(|(row, i)| ink(i as f32 - at(row))).collect()
    }

    #[test]
    fn bars_are_followed_where_they_bend() {
        let at = |row: usize| {
            let x = row as f32 - 32.0;
            0.3 * x + 0.01 * x * x
        };
        for (row, bend) in bends(&bent(at), ROWS).into_iter().enumerate() {
            assert!((bend - at(row)).abs() < 1.0, "row {row}: {bend}, not {}", at(row));
        }
    }

    #[test]
    fn straight_bars_do_not_bend() {
        assert!(bends(&bent(|_| 0.0), ROWS).iter().all(|bend| bend.abs() < 0.1));
    }

    #[test]
    fn rows_of_nothing_are_borne() {
        assert!(bends(&[], ROWS).iter().all(|bend| bend.abs() < 1.0));
        assert!(bends(&[7.0; ROWS], ROWS).iter().all(|bend| bend.abs() < 1.0));
        assert!(bends(&[], 0).is_empty());
        assert!(bends(&[90.0; 40 * ROWS], ROWS).iter().all(|bend| bend.is_finite()));
        assert!(bends(&[f32::NAN; 40 * ROWS], ROWS).len() == ROWS);
    }
}
