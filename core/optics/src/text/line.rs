//! Where a line of print lies, and how much higher it is at one end than at the other.
//!
//! A card held aslant is nearer at one end. Along such a line `u` pixels from its middle, print is `1 + growth u`
//! times as high as in the middle, and the same way on the card is the square of that times as long. A *way* is
//! what `u` would be if the line were seen straight from the front at its middle's size: `u = w / (1 - growth w)`.

use super::ctc::Sign;
use super::find::Candidate;

/// From one line of a zone to the next, in heights of a capital: 4.23 mm (Doc 9303-4, 4.2.1) by 2.4.
const LINE_DISTANCE: f32 = 1.76;
/// Capitals that a line of 44 signs is long, with some room: no longer line is read.
pub(super) const LENGTH_MAX: f32 = 50.0;
/// Growth from a line's middle to its end that a card in a hand has at the most.
const GROWTH_MAX: f32 = 0.35;
/// Signs from which a growth can be told, and how far they may lie beside their places, in places.
const SIGNS_MIN: usize = 14;
const ASTRAY_MAX: f64 = 0.3;
/// How much of the last gap goes into the pitch that is expected of the next one.
const NEWEST: f32 = 0.3;

/// A line of print, in pixels of the frame as its holder sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Line {
    /// The middle of its capitals, at the middle of its length.
    pub(super) middle: (f32, f32),
    pub(super) along: (f32, f32),
    pub(super) half_length: f32,
    /// Height of a capital in the middle.
    pub(super) caps: f32,
    /// By which share of `caps` capitals are higher with every pixel along.
    pub(super) growth: f32,
    /// How much brightness changes in its rows, in levels a pixel.
    pub(super) strength: f32,
}

impl Line {
    /// The place `u` pixels along and `v` across (downwards).
    pub(super) fn point(&self, u: f32, v: f32) -> (f32, f32) {
        let ((x, y), (dx, dy)) = (self.middle, self.along);
        (x + u * dx - v * dy, y + u * dy + v * dx)
    }

    /// Whether a place lies within the line.
    pub(super) fn holds(&self, (x, y): (f32, f32)) -> bool {
        let ((dx, dy), (ex, ey)) = (self.along, (x - self.middle.0, y - self.middle.1));
        (ex * dx + ey * dy).abs() < self.half_length && (ey * dx - ex * dy).abs() < 0.5 * self.caps
    }

    /// How high a capital is `u` pixels along.
    pub(super) fn caps_at(&self, u: f32) -> f32 {
        self.caps * height(u, self.growth)
    }

    /// The way that `u` pixels along are.
    pub(super) fn way(&self, u: f32) -> f32 {
        u / height(u, self.growth)
    }

    /// Whether it is so many capitals long.
    pub(super) fn spans(&self, capitals: f32) -> bool {
        2.0 * self.half_length >= capitals * self.caps
    }

    /// Where the line below this one lies, or the one above, as a zone's lines do.
    pub(super) fn neighbour(&self, below: bool) -> Candidate {
        let away = if below { LINE_DISTANCE } else { -LINE_DISTANCE } * self.caps;
        let ((dx, dy), turn) = (self.along, away * self.growth);
        let norm = (1.0 + turn * turn).sqrt();
        Candidate {
            middle: self.point(0.0, away),
            along: ((dx - turn * dy) / norm, (dy + turn * dx) / norm),
            half_length: self.half_length,
            half_height: self.caps / 2.0,
        }
    }

    /// The two lines of a zone that together are as high as this one.
    pub(super) fn two(&self) -> [Candidate; 2] {
        let caps = self.caps / (1.0 + LINE_DISTANCE);
        [-0.5, 0.5].map(|part| Candidate {
            middle: self.point(0.0, part * LINE_DISTANCE * caps),
            along: self.along,
            half_length: self.half_length,
            half_height: caps / 2.0,
        })
    }

    /// The same line as somebody sees it who reads it upside down.
    pub(super) fn flipped(&self) -> Self {
        Self { along: (-self.along.0, -self.along.1), growth: -self.growth, ..*self }
    }

    /// The line with so much more growth, as far as a card can have it.
    pub(super) fn grown(&self, more: f32) -> Self {
        let most = GROWTH_MAX / self.half_length;
        Self { growth: (self.growth + more).clamp(-most, most), ..*self }
    }
}

/// How many times as high as in the middle print is `u` pixels along.
pub(super) fn height(u: f32, growth: f32) -> f32 {
    1.0 + growth * u
}

/// How many pixels along a way is.
pub(super) fn along(way: f32, growth: f32) -> f32 {
    way / (1.0 - growth * way)
}

/// The growth that signs show which were laid as if there were none: they stand on the card as far from each
/// other everywhere. Their ways are in pixels; `None` where they are too few or stand unevenly.
pub(super) fn growth(signs: &[Sign], way: impl Fn(f32) -> f32) -> Option<f32> {
    if signs.len() < SIGNS_MIN {
        return None;
    }
    let mut gaps: Vec<f32> = signs.windows(2).map(|pair| pair[1].at - pair[0].at).collect();
    gaps.sort_unstable_by(f32::total_cmp);
    let mut pitch = gaps[gaps.len() / 2];
    let (mut place, mut last) = (0.0f64, signs[0].at);
    let (from, to) = (way(signs[0].at), way(signs[signs.len() - 1].at));
    let reach = f64::from(from.abs().max(to.abs()).max(1.0));
    let places = signs.iter().enumerate().map(|(number, sign)| {
        let gap = sign.at - last;
        let steps = (gap / pitch + 0.5) as u32;
        if steps == 1 {
            pitch += NEWEST * (gap - pitch);
        }
        place += if number == 0 { 0.0 } else { f64::from(steps) };
        last = sign.at;
        (f64::from(way(sign.at)) / reach, place)
    });
    let [_, slope, bend] = parabola(&places.collect::<Vec<_>>())?;
    (slope > 0.0).then(|| (-bend / slope / reach) as f32)
}

/// The parabola of least squares through points; `None` where they lie too far from it.
fn parabola(points: &[(f64, f64)]) -> Option<[f64; 3]> {
    let mut rows = [[0.0f64; 4]; 3];
    for (x, y) in points {
        let powers = [1.0, *x, x * x];
        for (row, power) in rows.iter_mut().zip(powers) {
            for (sum, other) in row.iter_mut().zip([1.0, *x, x * x, *y]) {
                *sum += power * other;
            }
        }
    }
    for pivot in 0..3 {
        let (head, rest) = (rows[pivot], rows[pivot][pivot]);
        if rest.abs() < 1e-9 {
            return None;
        }
        for (number, row) in rows.iter_mut().enumerate() {
            let factor = if number == pivot { 0.0 } else { row[pivot] / rest };
            row.iter_mut().zip(head).for_each(|(value, head)| *value -= factor * head);
        }
    }
    let fit: [f64; 3] = std::array::from_fn(|row| rows[row][3] / rows[row][row]);
    let astray = |(x, y): &(f64, f64)| (fit[0] + x * (fit[1] + x * fit[2]) - y).powi(2);
    let mean = points.iter().map(astray).sum::<f64>() / points.len() as f64;
    (mean <= ASTRAY_MAX * ASTRAY_MAX).then_some(fit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign(at: f32) -> Sign {
        Sign { at, shares: [0.0; 37] }
    }

    #[test]
    fn signs_that_come_closer_show_how_a_line_grows() {
        for growth in [-0.000_5f32, 0.0, 0.000_3] {
            // Ways 16 apart, seen from `u = w / (1 - growth w)`; the columns begin at -480, a few signs are lost.
            let signs: Vec<Sign> = (0..44)
                .filter(|place| place % 7 != 3)
                .map(|place| sign(along(16.0 * (place as f32 - 22.0), growth) + 480.0))
                .collect();
            let found = super::growth(&signs, |at| at - 480.0).unwrap();
            assert!((found - growth).abs() <= 0.1 * growth.abs() + 1e-6, "{growth}: {found}");
        }
        let few: Vec<Sign> = (0..13).map(|place| sign(16.0 * place as f32)).collect();
        assert_eq!(super::growth(&few, |at| at), None);
        // Print of words: gaps of every width.
        let uneven: Vec<Sign> = (0..40usize).map(|place| sign((16 * place + place * place % 29) as f32)).collect();
        assert_eq!(super::growth(&uneven, |at| at), None);
    }

    #[test]
    fn a_way_and_its_pixels_are_told_from_each_other() {
        let line = Line {
            middle: (0.0, 0.0),
            along: (1.0, 0.0),
            half_length: 300.0,
            caps: 20.0,
            growth: 0.001,
            strength: 1.0,
        };
        for u in [-300.0, -20.0, 0.0, 150.0] {
            assert!((along(line.way(u), line.growth) - u).abs() < 1e-2);
        }
        assert!((line.caps_at(100.0) - 22.0).abs() < 1e-4 && (line.flipped().caps_at(-100.0) - 22.0).abs() < 1e-4);
        // The lines of a page run together where it is further away.
        let below = line.neighbour(true);
        assert!(below.along.1 > 0.0 && line.neighbour(false).along.1 < 0.0);
        assert!((line.grown(1.0).growth * 300.0 - GROWTH_MAX).abs() < 1e-6);
    }
}
