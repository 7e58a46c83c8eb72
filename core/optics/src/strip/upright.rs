//! Samples a striped patch upright: rows along the code, or a picture of it.

use super::bend::bends;
use super::find::Patch;
use crate::frame::LumaFrame;
use crate::limits::{DECODE_SIDE_MIN, STRIP_SAMPLES_MAX};

/// Rows of a strip.
pub(crate) const ROWS: usize = 16;
/// Rows of pixels that are averaged into one row of a strip.
const SUB_ROWS: usize = 4;
/// Pixels between two samples of a row.
pub(crate) const STEP: f32 = 0.5;
/// How much a patch is extended at each end for the quiet zone: a share of its length, and pixels.
const QUIET_SHARE: f32 = 0.12;
const QUIET_PIXELS: f32 = 24.0;
/// The share of the patch's height that is sampled: its rim holds half bars and paper.
const CORE: f32 = 0.9;
/// How much of a stacked code's height a patch may lack: its blocks fall into two bands at times.
const STACKED_SHARE: f32 = 1.5;
/// Rows of pixels that a strip is taken from.
const SUB_ROWS_ALL: usize = ROWS * SUB_ROWS;
/// Samples by which bars may bend without harm.
const BEND_MIN: f32 = 0.5;
/// The share of a row that is darker than what is put beyond the frame: paper, of which a code has
/// about half.
const PAPER_RANK: f32 = 0.75;

/// Rows along a code, each the mean of a few rows of pixels.
#[derive(Default)]
pub(crate) struct Strip {
    sub_rows: Vec<f32>,
    samples: Vec<f32>,
    length: usize,
    /// The place of the first sample along the code, in pixels from the patch's middle.
    pub(crate) start: f32,
}

impl Strip {
    /// Fills the strip from a patch.
    pub(crate) fn take(&mut self, frame: &LumaFrame<'_>, patch: &Patch) {
        let reach = patch.half_along * (1.0 + 2.0 * QUIET_SHARE) + QUIET_PIXELS;
        self.length = ((2.0 * reach / STEP) as usize).clamp(1, STRIP_SAMPLES_MAX);
        self.start = -(self.length as f32) * STEP / 2.0;
        self.sample(frame, patch, &[0.0; SUB_ROWS_ALL]);
    }

    /// Fills the strip again along bars that bend; `false` if they are straight already.
    pub(crate) fn straighten(&mut self, frame: &LumaFrame<'_>, patch: &Patch) -> bool {
        let bends = bends(&self.sub_rows, SUB_ROWS_ALL);
        let bent = bends.iter().any(|bend| bend.abs() > BEND_MIN);
        if bent {
            self.sample(frame, patch, &bends);
        }
        bent
    }

    /// Samples the patch's rows of pixels, each moved by its bend, and averages them.
    fn sample(&mut self, frame: &LumaFrame<'_>, patch: &Patch, bends: &[f32]) {
        self.sub_rows.clear();
        let height = 2.0 * patch.half_across * CORE;
        let (dx, dy) = (patch.along.0 * STEP, patch.along.1 * STEP);
        for (index, bend) in bends.iter().enumerate() {
            let v = ((index as f32 + 0.5) / SUB_ROWS_ALL as f32 - 0.5) * height;
            let start = self.start + bend * STEP;
            let (x0, y0) = patch.point(start, v);
            let place = |i: usize| (x0 + dx * i as f32, y0 + dy * i as f32);
            frame.sample_line((x0, y0), (dx, dy), self.length, &mut self.sub_rows);
            let from = self.sub_rows.len() - self.length;
            paper_outside(frame, place, &mut self.sub_rows[from..]);
        }
        self.samples.clear();
        self.samples.resize(self.length * ROWS, 0.0);
        for (index, sub_row) in self.sub_rows.chunks_exact(self.length).enumerate() {
            let row = index / SUB_ROWS * self.length;
            let samples = &mut self.samples[row..row + self.length];
            samples.iter_mut().zip(sub_row).for_each(|(sample, value)| *sample += value / SUB_ROWS as f32);
        }
    }

    /// Row `index` of the strip.
    pub(crate) fn row(&self, index: usize) -> &[f32] {
        &self.samples[index * self.length..(index + 1) * self.length]
    }
}

/// Beyond the frame there is paper: a code that fills it would lack its quiet zones.
fn paper_outside(frame: &LumaFrame<'_>, place: impl Fn(usize) -> (f32, f32), samples: &mut [f32]) {
    let outside = |i: usize| {
        let (x, y) = place(i);
        !frame.holds(x, y)
    };
    if !outside(0) && !outside(samples.len() - 1) {
        return;
    }
    let Some(first) = (0..samples.len()).find(|&i| !outside(i)) else { return };
    let end = (first..samples.len()).find(|&i| outside(i)).unwrap_or(samples.len());
    let mut ranked = samples[first..end].to_vec();
    let rank = ((ranked.len() - 1) as f32 * PAPER_RANK) as usize;
    let (_, paper, _) = ranked.select_nth_unstable_by(rank, f32::total_cmp);
    samples[..first].fill(*paper);
    samples[end..].fill(*paper);
}

/// A picture of the patch with the code running to the right, with margins, shrunk to `side_max`
/// pixels where it is longer; `None` if it is too thin to hold a code.
pub(crate) fn picture(frame: &LumaFrame<'_>, patch: &Patch, side_max: usize) -> Option<(Vec<u8>, usize, usize)> {
    let along = patch.half_along * (1.0 + 2.0 * QUIET_SHARE) + QUIET_PIXELS;
    let across = patch.half_across * STACKED_SHARE + QUIET_PIXELS;
    let scale = (2.0 * along.max(across) / side_max as f32).max(1.0);
    let (width, height) = ((2.0 * along / scale) as usize, (2.0 * across / scale) as usize);
    if width.min(height) < DECODE_SIDE_MIN {
        return None;
    }
    let mut data = Vec::with_capacity(width * height);
    let mut line = Vec::with_capacity(width);
    for row in 0..height {
        let v = (row as f32 + 0.5) * scale - across;
        line.clear();
        let step = (patch.along.0 * scale, patch.along.1 * scale);
        frame.sample_line(patch.point(0.5 * scale - along, v), step, width, &mut line);
        data.extend(line.iter().map(|sample| *sample as u8));
    }
    Some((data, width, height))
}
