//! The recogniser's forward pass: seven convolutions and three poolings over a strip, a step of scores
//! for every four columns.
//!
//! Every number is a sum in one order without fused multiplication, and the exponential is our own, so
//! that the same strip gives the same bits on every machine.

use super::map::{LEFT, Map, TILE};
use super::weights::{Layer, TILE_CHANNELS, layers};

/// Rows of a strip.
pub(super) const ROWS: usize = 24;
/// Columns of a strip that give one step.
pub(super) const STEP: usize = 4;
/// What a step may be: a sign of the alphabet, or nothing.
pub(super) const CLASSES: usize = 38;
/// What the spread of a strip's brightness is raised by, in levels: an even strip is not made to be print.
const SPREAD_FLOOR: f32 = 4.0;
/// Columns to either side over which brightness is made even.
const AROUND: usize = 64;
/// Rows and columns that are pooled after a layer.
const POOLS: [Option<(usize, usize)>; 7] = [Some((2, 2)), Some((2, 2)), Some((2, 1)), None, None, None, None];
/// The layer that takes the three rows that are left together.
const FLAT: usize = 4;

/// The probability of every class.
pub(super) type Shares = [f32; CLASSES];

/// The trained net and room for one strip. It allocates when it meets a longer strip than any before.
pub(super) struct Net {
    layers: Vec<Layer>,
    here: Map,
    next: Map,
    /// Sums of levels and of their squares left of each column.
    sums: Vec<(f64, f64)>,
}

impl Net {
    /// The net whose weights are in `bytes`; `None` if these are others.
    pub(super) fn new(bytes: &[u8]) -> Option<Self> {
        let layers = layers(bytes)?;
        let fits = layers.windows(2).all(|pair| pair[0].channels_out == pair[1].channels_in);
        let known = layers.iter().all(|layer| matches!((layer.rows, layer.columns), (3, 3) | (1, 5 | 1)));
        let whole = layers.len() == POOLS.len() && layers.last().is_some_and(|layer| layer.channels_out == CLASSES);
        (fits && known && whole).then(|| Self { layers, here: Map::default(), next: Map::default(), sums: Vec::new() })
    }

    /// Reads a strip of [`ROWS`] rows of `width` pixels, a multiple of [`STEP`]; adds its steps to `steps`.
    pub(super) fn read(&mut self, strip: &[f32], width: usize, steps: &mut Vec<Shares>) {
        self.normalise(strip, width);
        for (place, layer) in self.layers.iter().enumerate() {
            let last = place + 1 == POOLS.len();
            convolve(layer, &self.here, &mut self.next, place == FLAT, !last);
            match POOLS[place] {
                Some((rows, columns)) => self.next.pool(rows, columns, &mut self.here),
                None => std::mem::swap(&mut self.here, &mut self.next),
            }
        }
        for step in 0..self.here.width {
            let mut scores: Shares = std::array::from_fn(|class| self.here.row(class, 0)[step]);
            soften(&mut scores);
            steps.push(scores);
        }
    }

    /// The mean and spread around each column become 0 and 1: what lies beside a card, a shadow or a lamp's
    /// reflection leaves the print elsewhere as it is.
    fn normalise(&mut self, strip: &[f32], width: usize) {
        self.sums.clear();
        self.sums.push((0.0, 0.0));
        for x in 0..width {
            let (mut sum, mut squares) = self.sums[x];
            for y in 0..ROWS {
                let level = f64::from(strip[y * width + x]);
                (sum, squares) = (sum + level, squares + level * level);
            }
            self.sums.push((sum, squares));
        }
        self.here.shape(1, ROWS, width);
        for x in 0..width {
            let (first, last) = (x.saturating_sub(AROUND), (x + AROUND + 1).min(width));
            let (from, to) = (self.sums[first], self.sums[last]);
            let count = ((last - first) * ROWS) as f64;
            let mean = (to.0 - from.0) / count;
            let spread = ((to.1 - from.1) / count - mean * mean).max(0.0).sqrt() as f32 + SPREAD_FLOOR;
            for y in 0..ROWS {
                self.here.row_mut(0, y)[x] = (strip[y * width + x] - mean as f32) / spread;
            }
        }
    }
}

/// Convolves `from` into `to`; a `flat` layer has no zeros above and below its rows.
fn convolve(layer: &Layer, from: &Map, to: &mut Map, flat: bool, rectify: bool) {
    let (taps, height) = (layer.rows * layer.columns, if flat { from.height + 1 - layer.rows } else { from.height });
    to.shape(layer.channels_out, height, from.width);
    for (group, kernels) in layer.kernels.chunks_exact(taps * layer.channels_in).enumerate() {
        for y in 0..height {
            // The margin has one row: a kernel of three rows begins in it, one of one row below it.
            let rows = from.below(y + usize::from(flat || layer.rows == 1));
            for x in (0..from.width).step_by(TILE) {
                let left = x + LEFT - layer.columns / 2;
                let tile = match (layer.rows, layer.columns) {
                    (3, 3) => tile::<3, 3>(kernels, rows, (from.plane(), from.stride), left),
                    (1, 5) => tile::<1, 5>(kernels, rows, (from.plane(), from.stride), left),
                    _ => tile::<1, 1>(kernels, rows, (from.plane(), from.stride), left),
                };
                store(&tile, &layer.biases[group], to, (group, y, x), rectify);
            }
        }
    }
}

/// Four channels out at eight columns: what stays in registers.
type Tile = [[f32; TILE]; TILE_CHANNELS];

// Inlined, its sums would not stay in registers.
#[inline(never)]
fn tile<const H: usize, const W: usize>(
    kernels: &[[f32; TILE_CHANNELS]],
    rows: &[f32],
    (plane, stride): (usize, usize),
    left: usize,
) -> Tile {
    let mut sums = [[0.0; TILE]; TILE_CHANNELS];
    for (channel, taps) in kernels.chunks_exact(H * W).enumerate() {
        for (y, taps) in taps.chunks_exact(W).enumerate() {
            let start = channel * plane + y * stride + left;
            let row = &rows[start..start + TILE + W - 1];
            for (weights, window) in taps.iter().zip(row.windows(TILE)) {
                for (sums, weight) in sums.iter_mut().zip(weights) {
                    for (sum, value) in sums.iter_mut().zip(window) {
                        *sum += weight * value;
                    }
                }
            }
        }
    }
    sums
}

fn store(
    tile: &Tile,
    biases: &[f32; TILE_CHANNELS],
    to: &mut Map,
    (group, y, x): (usize, usize, usize),
    rectify: bool,
) {
    for (place, (sums, bias)) in tile.iter().zip(biases).enumerate() {
        let channel = group * TILE_CHANNELS + place;
        if channel < to.channels {
            for (value, sum) in to.row_mut(channel, y)[x..].iter_mut().zip(sums) {
                *value = if rectify { (sum + bias).max(0.0) } else { sum + bias };
            }
        }
    }
}

/// Scores become probabilities.
fn soften(scores: &mut Shares) {
    let most = scores.iter().copied().fold(f32::MIN, f32::max);
    scores.iter_mut().for_each(|score| *score = exponential(*score - most));
    let sum: f32 = scores.iter().sum();
    scores.iter_mut().for_each(|score| *score /= sum);
}

/// e to the power of a number that is not positive, within 2e-7 of it. The platform's own differs in
/// its last bits from one machine to the next.
fn exponential(x: f32) -> f32 {
    /// The nearest to 1 / ln 2, and ln 2 as a number of few bits and what is left.
    const PER_LN2: f32 = std::f32::consts::LOG2_E;
    const LN2: (f32, f32) = (0.693_359_4, -2.121_944_4e-4);
    let x = x.clamp(-87.0, 0.0);
    let power = (x * PER_LN2 - 0.5) as i32;
    let rest = x - power as f32 * LN2.0 - power as f32 * LN2.1;
    let series = [1.0 / 5_040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0];
    let value = series.into_iter().reduce(|sum, factor| sum * rest + factor).unwrap_or(1.0);
    value * f32::from_bits(((power + 127) as u32) << 23)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_near_the_systems() {
        for step in 0..8_700 {
            let x = -0.01 * step as f32;
            let (ours, theirs) = (exponential(x), x.exp());
            assert!((ours - theirs).abs() <= 4e-7 * theirs, "{x}: {ours} {theirs}");
        }
        assert_eq!(exponential(-1e9).to_bits(), exponential(-87.0).to_bits());
    }

    /// A convolution as its definition says it.
    fn plainly(layer: &Layer, from: &Map, flat: bool, (channel, y, x): (usize, usize, usize)) -> f32 {
        let mut sum = 0.0;
        for c in 0..layer.channels_in {
            for row in 0..layer.rows {
                for column in 0..layer.columns {
                    let up = if flat { 0 } else { layer.rows / 2 };
                    let (at_y, at_x) = ((y + row).checked_sub(up), (x + column).checked_sub(layer.columns / 2));
                    let (Some(at_y), Some(at_x)) = (at_y, at_x) else { continue };
                    if at_y < from.height && at_x < from.width {
                        let tap = (c * layer.rows + row) * layer.columns + column;
                        let group = channel / TILE_CHANNELS * layer.channels_in * layer.rows * layer.columns;
                        sum += layer.kernels[group + tap][channel % TILE_CHANNELS] * from.row(c, at_y)[at_x];
                    }
                }
            }
        }
        sum + layer.biases[channel / TILE_CHANNELS][channel % TILE_CHANNELS]
    }

    #[test]
    fn convolutions_are_what_their_definition_says() {
        let mut state = 7u32;
        let mut any = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 16_777_216.0 - 0.5
        };
        for (rows, columns, flat, height, width) in
            [(3, 3, false, 5, 13), (3, 3, true, 3, 8), (1, 5, false, 1, 21), (1, 1, false, 2, 9)]
        {
            let four = |any: &mut dyn FnMut() -> f32| std::array::from_fn(|_| any());
            let layer = Layer {
                rows,
                columns,
                channels_in: 3,
                channels_out: 6,
                kernels: (0..2 * 3 * rows * columns).map(|_| four(&mut any)).collect(),
                biases: (0..2).map(|_| four(&mut any)).collect(),
            };
            let mut from = Map::default();
            from.shape(3, height, width);
            for channel in 0..3 {
                for y in 0..height {
                    from.row_mut(channel, y).iter_mut().for_each(|value| *value = any());
                }
            }
            let mut to = Map::default();
            convolve(&layer, &from, &mut to, flat, false);
            assert_eq!(to.height, if flat { height - 2 } else { height });
            for channel in 0..6 {
                for y in 0..to.height {
                    for x in 0..width {
                        let (ours, plain) = (to.row(channel, y)[x], plainly(&layer, &from, flat, (channel, y, x)));
                        assert!((ours - plain).abs() < 1e-5, "{rows}x{columns} at {channel} {y} {x}: {ours} {plain}");
                    }
                }
            }
        }
    }
}
