//! A line of print laid straight: 24 rows, capitals 15 high.

use super::find::Candidate;
use super::net::{ROWS, STEP};
use crate::frame::{LumaFrame, Rotation};

/// Height of a capital in a strip, in rows.
pub(super) const CAPS: f32 = 15.0;
/// Slices of a line in which its height is looked for by itself.
const SLICES: usize = 8;
/// Rows above and below a line's middle that are looked at, by its height as found and in pixels.
const REACH: f32 = 1.7;
const REACH_MIN: f32 = 10.0;
const REACH_MAX: f32 = 60.0;
/// How far the slices at a line's ends are tried against its middle, in pixels.
const LEAN_MAX: i32 = 10;
/// The share of the strongest rows' strength that a row of the line has.
const BAND: f32 = 0.42;
/// Pixels that a capital has, at least to be read and at most to be print of a card.
const CAPS_PIXELS: (f32, f32) = (7.0, 70.0);
/// Capitals that a strip goes on beyond the line's ends.
const BEYOND: f32 = 1.6;
/// Capitals beyond a line's ends in which more of it is looked for: a blob may lack its head or tail, and
/// lines of a page stand out from each other less than from paper.
const MORE: f32 = 16.0;
/// The share of a line's own strength that more of it has, and the widest gap within it, in half capitals.
const MORE_SHARE: f32 = 0.4;
const MORE_GAP: usize = 3;
/// Columns of a strip: 44 signs at the widest pitch and their margins.
const COLUMNS_MAX: usize = 1_280;

/// A line of print, in pixels of the frame as its holder sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Line {
    /// The middle of its capitals, at the middle of its length.
    pub(super) middle: (f32, f32),
    pub(super) along: (f32, f32),
    pub(super) half_length: f32,
    /// Height of a capital.
    pub(super) caps: f32,
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

    /// The same line as somebody sees it who reads it upside down.
    pub(super) fn flipped(&self) -> Self {
        Self { along: (-self.along.0, -self.along.1), ..*self }
    }
}

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

/// Room for straightening, kept from line to line.
#[derive(Default)]
pub(super) struct Straightener {
    samples: Vec<f32>,
    strengths: Vec<[f32; SLICES]>,
    profile: Vec<f32>,
    ranked: Vec<f32>,
    pub(super) strip: Vec<f32>,
}

impl Straightener {
    /// The line that a candidate is: its middle, slope and height as the strokes themselves say.
    pub(super) fn refine(&mut self, view: &View<'_>, found: &Candidate) -> Option<Line> {
        let Candidate { middle, along, half_length, half_height } = *found;
        let rough = Line { middle, along, half_length, caps: 2.0 * half_height };
        let reach = (REACH * half_height * 2.0).clamp(REACH_MIN, REACH_MAX) as i32;
        self.measure(view, &rough, reach);
        let lean = self.best_lean(reach);
        self.profile(reach, lean);
        let (top, bottom) = self.band()?;
        let (top, bottom) = (top as f32 - reach as f32 - 0.5, bottom as f32 - reach as f32 + 0.5);
        let caps = bottom - top;
        if !(CAPS_PIXELS.0..=CAPS_PIXELS.1).contains(&caps) {
            return None;
        }
        // The outer slices' middles lie that much inside the ends.
        let slope = lean as f32 / (half_length * (SLICES as f32 - 1.0) / SLICES as f32);
        let norm = (1.0 + slope * slope).sqrt();
        let turned = ((along.0 - slope * along.1) / norm, (along.1 + slope * along.0) / norm);
        Some(Line { middle: rough.point(0.0, f32::midpoint(top, bottom)), along: turned, half_length, caps })
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
        let enough = MORE_SHARE * self.ranked[self.ranked.len() / 2];
        let strong = |cell: &&f32| **cell >= enough;
        let run = |cells: &mut dyn Iterator<Item = &f32>| {
            let (mut length, mut gap) = (0, 0);
            for (place, cell) in cells.enumerate() {
                gap = if strong(&cell) { 0 } else { gap + 1 };
                if gap > MORE_GAP {
                    break;
                }
                if gap == 0 {
                    length = place + 1;
                }
            }
            length as f32 * cell
        };
        let before = run(&mut self.profile[..more].iter().rev());
        let behind = run(&mut self.profile[more + inside..].iter());
        Line {
            middle: line.point((behind - before) / 2.0, 0.0),
            half_length: line.half_length + f32::midpoint(before, behind),
            ..*line
        }
    }

    /// How strong the strokes are in each row and slice.
    fn measure(&mut self, view: &View<'_>, line: &Line, reach: i32) {
        let count = (2.0 * line.half_length) as usize;
        self.strengths.clear();
        for v in -reach..=reach {
            self.samples.clear();
            let (from, to) = (line.point(-line.half_length, v as f32), line.point(line.half_length, v as f32));
            view.sample(from, to, count, &mut self.samples);
            let mut row = [0.0; SLICES];
            for (sum, part) in row.iter_mut().zip(self.samples.chunks(count.div_ceil(SLICES).max(1))) {
                *sum = part.windows(3).map(|three| (three[0] - three[2]).abs()).sum();
            }
            self.strengths.push(row);
        }
    }

    /// By how many pixels the ends lie lower than the middle says, left and right contrary.
    fn best_lean(&mut self, reach: i32) -> i32 {
        let mut best = (0, 0.0);
        // Small leans first: of two that are as good the smaller one is taken.
        for lean in (0..=LEAN_MAX).flat_map(|lean| [lean, -lean]) {
            self.profile(reach, lean);
            let sharpness = self.profile.iter().map(|strength| strength * strength).sum::<f32>();
            if sharpness > best.1 * 1.000_1 {
                best = (lean, sharpness);
            }
        }
        best.0
    }

    /// The strength of each row over all slices, these shifted as a lean says.
    fn profile(&mut self, reach: i32, lean: i32) {
        self.profile.clear();
        for v in 0..=2 * reach {
            let mut sum = 0.0;
            for slice in 0..SLICES {
                // From -1 at the first slice to 1 at the last, in sevenths.
                let part = 2 * slice as i32 - (SLICES as i32 - 1);
                let shift = (lean * part) as f32 / (SLICES as f32 - 1.0);
                let row = (v + (shift + if shift < 0.0 { -0.5 } else { 0.5 }) as i32).clamp(0, 2 * reach);
                sum += self.strengths[row as usize][slice];
            }
            self.profile.push(sum);
        }
    }

    /// The first and last row of the line: the strong rows around the middle one that hang together.
    fn band(&mut self) -> Option<(usize, usize)> {
        self.ranked.clear();
        self.ranked.extend_from_slice(&self.profile);
        self.ranked.sort_unstable_by(f32::total_cmp);
        let floor = self.ranked[self.ranked.len() / 10];
        let strong = self.ranked[self.ranked.len() * 95 / 100];
        let enough = (floor + BAND * (strong - floor)).max(BAND * strong);
        let middle = self.profile.len() / 2;
        // The strong run that is nearest to the middle.
        let mut best: Option<(usize, usize)> = None;
        let mut at = 0;
        while at < self.profile.len() {
            if self.profile[at] < enough {
                at += 1;
                continue;
            }
            let from = at;
            while at < self.profile.len() && self.profile[at] >= enough {
                at += 1;
            }
            let far = |(from, to): (usize, usize)| {
                if (from..=to).contains(&middle) { 0 } else { from.abs_diff(middle).min(to.abs_diff(middle)) }
            };
            let run = (from, at - 1);
            if best.is_none_or(|best| (far(run), best.1 - best.0) < (far(best), run.1 - run.0)) {
                best = Some(run);
            }
        }
        best
    }

    /// Lays a line into [`Self::strip`]; answers its columns.
    pub(super) fn lay(&mut self, view: &View<'_>, line: &Line) -> usize {
        let scale = CAPS / line.caps;
        let half = line.half_length + BEYOND * line.caps;
        let columns = ((2.0 * half * scale) as usize).next_multiple_of(STEP).min(COLUMNS_MAX);
        let reach = columns as f32 / 2.0 / scale;
        // Twice as fine where the print is larger than the strip: no stroke is passed over.
        let over = if scale < 1.0 { 2 } else { 1 };
        self.strip.clear();
        self.strip.resize(columns * ROWS, 0.0);
        let weight = 1.0 / (over * over) as f32;
        for fine in 0..ROWS * over {
            let v = ((fine as f32 + 0.5) / over as f32 - ROWS as f32 / 2.0) / scale;
            let edge = 0.5 / over as f32 / scale;
            self.samples.clear();
            view.sample(line.point(-reach + edge, v), line.point(reach - edge, v), columns * over, &mut self.samples);
            let row = &mut self.strip[fine / over * columns..][..columns];
            for (to, levels) in row.iter_mut().zip(self.samples.chunks_exact(over)) {
                *to += levels.iter().sum::<f32>() * weight;
            }
        }
        columns
    }
}
