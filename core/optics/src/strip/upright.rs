//! Samples a striped patch upright: rows along the code, or a picture of it.

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

/// Rows along a code, each the mean of a few rows of pixels.
#[derive(Default)]
pub(crate) struct Strip {
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
        self.samples.clear();
        self.samples.resize(self.length * ROWS, 0.0);
        let sub_rows = ROWS * SUB_ROWS;
        let height = 2.0 * patch.half_across * CORE;
        for sub in 0..sub_rows {
            let v = ((sub as f32 + 0.5) / sub_rows as f32 - 0.5) * height;
            let (x0, y0) = patch.point(self.start, v);
            let (dx, dy) = (patch.along.0 * STEP, patch.along.1 * STEP);
            let row = sub / SUB_ROWS * self.length;
            for (i, sample) in self.samples[row..row + self.length].iter_mut().enumerate() {
                let i = i as f32;
                *sample += frame.sample(x0 + dx * i, y0 + dy * i) / SUB_ROWS as f32;
            }
        }
        for row in 0..ROWS {
            let v = ((row as f32 + 0.5) / ROWS as f32 - 0.5) * height;
            self.paper_outside(frame, patch, row, v);
        }
    }

    /// Beyond the frame there is paper: a code that fills it would lack its quiet zones.
    fn paper_outside(&mut self, frame: &LumaFrame<'_>, patch: &Patch, row: usize, v: f32) {
        let start = self.start;
        let samples = &mut self.samples[row * self.length..(row + 1) * self.length];
        let outside = |i: usize| {
            let (x, y) = patch.point(start + i as f32 * STEP, v);
            !frame.holds(x, y)
        };
        let Some(first) = (0..samples.len()).find(|&i| !outside(i)) else { return };
        let end = (first..samples.len()).find(|&i| outside(i)).unwrap_or(samples.len());
        let paper = samples[first..end].iter().copied().fold(0.0, f32::max);
        samples[..first].fill(paper);
        samples[end..].fill(paper);
    }

    /// Row `index` of the strip.
    pub(crate) fn row(&self, index: usize) -> &[f32] {
        &self.samples[index * self.length..(index + 1) * self.length]
    }
}

/// A picture of the patch with the code running to the right, with margins, shrunk to `side_max`
/// pixels where it is longer; `None` if it is too thin to hold a code.
pub(crate) fn picture(frame: &LumaFrame<'_>, patch: &Patch, side_max: usize) -> Option<(Vec<u8>, usize, usize)> {
    let along = patch.half_along * (1.0 + 2.0 * QUIET_SHARE) + QUIET_PIXELS;
    let across = patch.half_across + QUIET_PIXELS;
    let scale = (2.0 * along.max(across) / side_max as f32).max(1.0);
    let (width, height) = ((2.0 * along / scale) as usize, (2.0 * across / scale) as usize);
    if width.min(height) < DECODE_SIDE_MIN {
        return None;
    }
    let mut data = Vec::with_capacity(width * height);
    for row in 0..height {
        let v = (row as f32 + 0.5) * scale - across;
        let (x0, y0) = patch.point(0.5 * scale - along, v);
        let (dx, dy) = (patch.along.0 * scale, patch.along.1 * scale);
        data.extend((0..width).map(|i| frame.sample(x0 + dx * i as f32, y0 + dy * i as f32) as u8));
    }
    Some((data, width, height))
}
