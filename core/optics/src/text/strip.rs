//! A line of print laid straight: 24 rows, capitals 15 high.

use super::band;
use super::find::Candidate;
use super::line::{LENGTH_MAX, Line, along, height};
use super::net::{ROWS, STEP};
use crate::frame::{LumaFrame, Rotation};

/// Height of a capital in a strip, in rows.
pub(super) const CAPS: f32 = 15.0;
/// Slices of a line in which its height is looked for by itself.
const SLICES: usize = 8;
/// Width of a stroke as a share of a capital's height.
const STROKE: f32 = 0.13;
/// Rows above and below a line's middle that are looked at, by its height as found and in pixels.
const REACH: f32 = 1.7;
const REACH_MIN: f32 = 10.0;
const REACH_MAX: f32 = 60.0;
/// How far the slices at a line's ends are tried against its middle, in pixels.
const LEAN_MAX: i32 = 10;
/// Pixels that a capital has, at least to be read and at most to be print of a card.
const CAPS_PIXELS: (f32, f32) = (7.0, 70.0);
/// Capitals that a strip goes on beyond the line's ends.
const BEYOND: f32 = 1.6;
/// Capitals beyond a line's ends in which more of it is looked for: a blob may lack its head or tail, and
/// lines of a page stand out from each other less than from paper.
const MORE: f32 = 16.0;
/// The shares of a line's own strength that more of it has at the least: the next one where so much belongs to it as
/// no line is long; and the widest gap within it, in half capitals.
const MORE_SHARES: [f32; 3] = [0.25, 0.4, 0.55];
const MORE_GAP: usize = 3;
/// Samples of a strip's row after which a growing line's change of scale is taken anew.
const PIECE: usize = 64;
/// Columns of a strip: 44 signs at the widest pitch and their margins.
const COLUMNS_MAX: usize = 1_280;

/// A frame and how it is held.
#[derive(Clone, Copy)]
pub(super) struct View<'f> {
    /// What is read.
    pub(super) frame: LumaFrame<'f>,
    /// What the shell handed over, and how many times larger it is.
    pub(super) whole: LumaFrame<'f>,
    pub(super) scale: f32,
    pub(super) rotation: Rotation,
}

impl View<'_> {
    /// A place of the upright view in the frame as it lies in memory.
    pub(super) fn in_frame(&self, (x, y): (f32, f32)) -> (f32, f32) {
        let (right, bottom) = ((self.frame.width() - 1) as f32, (self.frame.height() - 1) as f32);
        match self.rotation {
            Rotation::None => (x, y),
            Rotation::Right => (y, bottom - x),
            Rotation::Half => (right - x, bottom - y),
            Rotation::Left => (right - y, x),
        }
    }

    /// `count` samples from one place of the upright view to another.
    fn sample(&self, from: (f32, f32), to: (f32, f32), count: usize, samples: &mut Vec<f32>) {
        let (from, to) = (self.in_frame(from), self.in_frame(to));
        let parts = count.max(2) as f32 - 1.0;
        let step = ((to.0 - from.0) / parts, (to.1 - from.1) / parts);
        self.frame.sample_line(from, step, count, samples);
    }
}

/// How much the means over a stroke's width change, from each place to the one a stroke further on.
fn changes(samples: &[f32], stroke: usize) -> f32 {
    let pairs = samples.windows(2 * stroke + 1);
    if stroke == 1 {
        return pairs.map(|three| (three[0] - three[2]).abs()).sum();
    }
    let (mut sum, mut change) = (0.0, 0.0);
    for (place, window) in pairs.enumerate() {
        change = if place == 0 {
            window[stroke..2 * stroke].iter().sum::<f32>() - window[..stroke].iter().sum::<f32>()
        } else {
            // One sample leaves at the front, one goes over in the middle, one comes in at the end.
            change + samples[place - 1] - 2.0 * samples[place - 1 + stroke] + samples[place - 1 + 2 * stroke]
        };
        sum += change.abs();
    }
    sum / stroke as f32
}

/// How many cells from the first on are `enough` strong, but for narrow gaps.
fn run(cells: &mut dyn Iterator<Item = &f32>, enough: f32) -> usize {
    let (mut length, mut gap) = (0, 0);
    for (place, cell) in cells.enumerate() {
        gap = if *cell >= enough { 0 } else { gap + 1 };
        if gap > MORE_GAP {
            break;
        }
        if gap == 0 {
            length = place + 1;
        }
    }
    length
}

/// Room for straightening, kept from line to line.
#[derive(Default)]
pub(super) struct Straightener {
    samples: Vec<f32>,
    strengths: Vec<[f32; SLICES]>,
    rows: Vec<[f32; SLICES]>,
    profile: Vec<f32>,
    ranked: Vec<f32>,
    pub(super) strip: Vec<f32>,
}

impl Straightener {
    /// The line that a candidate is: its middle, slope and height as the strokes themselves say. It may be two lines
    /// of a zone that were taken for one: these come with it.
    pub(super) fn refine(&mut self, view: &View<'_>, found: &Candidate) -> Option<(Line, Option<[Candidate; 2]>)> {
        let Candidate { middle, along, half_length, half_height } = *found;
        let rough = Line { middle, along, half_length, caps: 2.0 * half_height, growth: 0.0, strength: 0.0 };
        let reach = (REACH * half_height * 2.0).clamp(REACH_MIN, REACH_MAX) as i32;
        self.measure(view, &rough, reach);
        let lean = self.best_lean(reach);
        self.profile(reach, lean);
        let rows = band::strong(&self.profile, &mut self.ranked)?;
        let rows = band::standing_out(&self.profile, rows, rough.caps, 2.0 * half_length / LENGTH_MAX);
        let (top, bottom) = (rows.start as f32 - reach as f32 - 0.5, rows.end as f32 - reach as f32 - 0.5);
        let caps = bottom - top;
        if !(CAPS_PIXELS.0..=CAPS_PIXELS.1).contains(&caps) {
            return None;
        }
        let strength = self.profile[rows.clone()].iter().sum::<f32>() / (caps * 2.0 * half_length);
        // The outer slices' middles lie that much inside the ends.
        let slope = lean as f32 / (half_length * (SLICES as f32 - 1.0) / SLICES as f32);
        let norm = (1.0 + slope * slope).sqrt();
        let along = ((along.0 - slope * along.1) / norm, (along.1 + slope * along.0) / norm);
        let middle = rough.point(0.0, f32::midpoint(top, bottom));
        let line = Line { middle, along, half_length, caps, growth: 0.0, strength };
        Some((line, band::is_two(&self.profile, &rows).then(|| line.two())))
    }

    /// The line with what stands before and behind it in its band.
    pub(super) fn extend(&mut self, view: &View<'_>, line: &Line) -> Line {
        let cell = (line.caps / 2.0).max(4.0);
        let more = (MORE * line.caps / cell) as usize;
        let inside = ((2.0 * line.half_length / cell) as usize).max(1);
        let (cells, reach) = (inside + 2 * more, line.half_length + more as f32 * cell);
        self.profile.clear();
        self.profile.resize(cells, 0.0);
        let columns = (2.0 * reach) as usize;
        for row in [-0.3, -0.1, 0.1, 0.3] {
            self.samples.clear();
            let v = row * line.caps;
            view.sample(line.point(-reach, v), line.point(reach, v), columns, &mut self.samples);
            let per_cell = columns as f32 / cells as f32;
            for (place, three) in self.samples.windows(3).enumerate() {
                self.profile[((place as f32 / per_cell) as usize).min(cells - 1)] += (three[0] - three[2]).abs();
            }
        }
        self.ranked.clear();
        self.ranked.extend_from_slice(&self.profile[more..more + inside]);
        self.ranked.sort_unstable_by(f32::total_cmp);
        let usual = self.ranked[self.ranked.len() / 2];
        let mut longer = *line;
        for share in MORE_SHARES {
            let run = |cells: &mut dyn Iterator<Item = &f32>| run(cells, share * usual) as f32 * cell;
            let before = run(&mut self.profile[..more].iter().rev());
            let behind = run(&mut self.profile[more + inside..].iter());
            longer = Line {
                middle: line.point((behind - before) / 2.0, 0.0),
                half_length: line.half_length + f32::midpoint(before, behind),
                ..*line
            };
            if !longer.spans(LENGTH_MAX) {
                break;
            }
        }
        longer
    }

    /// How strong the strokes are in each row and slice. Steps as long as a stroke is wide are compared: noise
    /// has no say in them.
    fn measure(&mut self, view: &View<'_>, line: &Line, reach: i32) {
        let count = (2.0 * line.half_length) as usize;
        let stroke = ((line.caps * STROKE) as usize).max(1);
        self.strengths.clear();
        for v in -reach..=reach {
            self.samples.clear();
            let (from, to) = (line.point(-line.half_length, v as f32), line.point(line.half_length, v as f32));
            view.sample(from, to, count, &mut self.samples);
            let mut row = [0.0; SLICES];
            for (sum, part) in row.iter_mut().zip(self.samples.chunks(count.div_ceil(SLICES).max(1))) {
                *sum = changes(part, stroke);
            }
            self.strengths.push(row);
        }
        self.smooth_rows(stroke / 2);
        // What a slice has everywhere is noise and ground.
        for slice in 0..SLICES {
            let least = self.strengths.iter().fold(f32::MAX, |least, row| least.min(row[slice]));
            self.strengths.iter_mut().for_each(|row| row[slice] -= least);
        }
    }

    /// Strengths become means over `reach` rows above and below.
    fn smooth_rows(&mut self, reach: usize) {
        if reach == 0 {
            return;
        }
        self.rows.clear();
        self.rows.extend_from_slice(&self.strengths);
        for (place, to) in self.strengths.iter_mut().enumerate() {
            let rows = &self.rows[place.saturating_sub(reach)..(place + reach + 1).min(self.rows.len())];
            *to = std::array::from_fn(|slice| rows.iter().map(|row| row[slice]).sum::<f32>() / rows.len() as f32);
        }
    }

    /// By how many pixels the ends lie lower than the middle says, left and right contrary: where the slices
    /// agree most.
    fn best_lean(&mut self, reach: i32) -> i32 {
        let (mut best, mut most) = (0, 0.0);
        // Small leans first: of two that are as good the smaller one is taken.
        for lean in (0..=LEAN_MAX).flat_map(|lean| [lean, -lean]) {
            let alone = self.profile(reach, lean);
            let together = self.profile.iter().map(|strength| strength * strength).sum::<f32>();
            let agreement = together / alone.max(1.0);
            if agreement > most * 1.000_1 {
                (best, most) = (lean, agreement);
            }
        }
        best
    }

    /// The strength of each row over all slices, these shifted as a lean says; answers the sum of the
    /// slices' own squares.
    fn profile(&mut self, reach: i32, lean: i32) -> f32 {
        self.profile.clear();
        let mut squares = 0.0;
        for v in 0..=2 * reach {
            let mut sum = 0.0;
            for slice in 0..SLICES {
                // From -1 at the first slice to 1 at the last, in sevenths.
                let part = 2 * slice as i32 - (SLICES as i32 - 1);
                let shift = (lean * part) as f32 / (SLICES as f32 - 1.0);
                let row = (v + (shift + if shift < 0.0 { -0.5 } else { 0.5 }) as i32).clamp(0, 2 * reach);
                let strength = self.strengths[row as usize][slice];
                sum += strength;
                squares += strength * strength;
            }
            self.profile.push(sum);
        }
        squares
    }

    /// Lays a line into [`Self::strip`]; answers its columns and the way of the first one's beginning.
    pub(super) fn lay(&mut self, view: &View<'_>, line: &Line) -> (usize, f32) {
        let scale = CAPS / line.caps;
        let end = |u: f32| line.way(u + u.signum() * BEYOND * line.caps_at(u));
        let (from, to) = (end(-line.half_length), end(line.half_length));
        let columns = (((to - from) * scale) as usize).next_multiple_of(STEP).min(COLUMNS_MAX);
        let first = f32::midpoint(from, to) - columns as f32 / 2.0 / scale;
        // Finer where the print is larger than the strip: no stroke is passed over.
        let over = if line.caps <= CAPS {
            1
        } else if line.caps <= 2.0 * CAPS {
            2
        } else {
            3
        };
        self.strip.clear();
        self.strip.resize(columns * ROWS, 0.0);
        let weight = 1.0 / (over * over) as f32;
        let piece = if line.growth == 0.0 { columns * over } else { PIECE * over };
        for fine in 0..ROWS * over {
            let v = ((fine as f32 + 0.5) / over as f32 - ROWS as f32 / 2.0) / scale;
            let place = |sample: usize| {
                let u = along(first + (sample as f32 + 0.5) / over as f32 / scale, line.growth);
                line.point(u, v * height(u, line.growth))
            };
            self.samples.clear();
            for from in (0..columns * over).step_by(piece) {
                let to = (from + piece).min(columns * over);
                view.sample(place(from), place(to - 1), to - from, &mut self.samples);
            }
            let row = &mut self.strip[fine / over * columns..][..columns];
            for (to, levels) in row.iter_mut().zip(self.samples.chunks_exact(over)) {
                *to += levels.iter().sum::<f32>() * weight;
            }
        }
        (columns, first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Strokes 36 pixels high along a slope, in little light and much noise.
    fn noisy(slope: f32) -> Vec<u8> {
        let mut data = vec![60u8; 1280 * 360];
        for stroke in 0..40 {
            let x = 150 + stroke * 25;
            let top = (180.0 + slope * (x as f32 - 640.0)) as usize - 18;
            for row in top..top + 36 {
                data[row * 1280 + x..row * 1280 + x + 5].fill(30);
            }
        }
        let mut state = 7u32;
        for pixel in &mut data {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *pixel += (state >> 16) as u8 % 50;
        }
        data
    }

    #[test]
    fn a_line_in_much_noise_is_as_high_and_runs_as_its_strokes_do() {
        let data = noisy(0.02);
        let frame = LumaFrame::new(&data, 1280, 360, 1280).unwrap();
        let view = View { frame, whole: frame, scale: 1.0, rotation: Rotation::None };
        let found = Candidate { middle: (640.0, 184.0), along: (1.0, 0.0), half_length: 480.0, half_height: 15.0 };
        let line = Straightener::default().refine(&view, &found).unwrap().0;
        assert!((line.caps - 36.0).abs() < 5.0, "{line:?}");
        let slope = line.along.1 / line.along.0;
        assert!((slope - 0.02).abs() < 0.005 && (line.middle.1 - 180.0).abs() < 4.0, "{line:?}");
    }

    #[test]
    fn changes_are_told_a_strokes_width_apart() {
        // An edge is seen from as many places as it is compared over.
        let edge: Vec<f32> = (0..40).map(|place| if place < 20 { 0.0 } else { 90.0 }).collect();
        for stroke in [2, 3, 5] {
            let plainly: f32 = (0..40 - 2 * stroke)
                .map(|at| {
                    let mean = |from: usize| edge[from..from + stroke].iter().sum::<f32>() / stroke as f32;
                    (mean(at + stroke) - mean(at)).abs()
                })
                .sum();
            assert!((changes(&edge, stroke) - plainly).abs() < 1e-3, "{stroke}");
        }
        assert!(changes(&[5.0; 40], 3) < 1e-6 && changes(&[5.0; 3], 4) < 1e-6);
    }
}
