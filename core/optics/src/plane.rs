//! Contiguous copies of parts of a frame, at other scales.

use crate::decoder::Picture;
use crate::frame::LumaFrame;
use crate::limits::DECODE_PIXELS_MAX;
use crate::strip::find::Patch;

/// Pixels with nothing between rows.
#[derive(Default)]
pub(crate) struct Plane {
    data: Vec<u8>,
    width: usize,
    height: usize,
}

impl Plane {
    pub(crate) fn picture(&self) -> Picture<'_> {
        Picture { data: &self.data, width: self.width, height: self.height }
    }

    pub(crate) fn frame(&self) -> Option<LumaFrame<'_>> {
        LumaFrame::new(&self.data, self.width, self.height, self.width).ok()
    }

    fn shape(&mut self, width: usize, height: usize) {
        (self.width, self.height) = (width, height);
        self.data.clear();
        self.data.reserve(width * height);
    }

    /// The whole part that is looked at, halved until a decoder may have it. Answers by how much.
    pub(crate) fn whole(&mut self, frame: &LumaFrame<'_>) -> f32 {
        let fits = |width, height| width * height <= DECODE_PIXELS_MAX;
        if !fits(frame.width(), frame.height()) {
            return self.halved(frame, fits);
        }
        self.shape(frame.width(), frame.height());
        (0..frame.height()).for_each(|y| self.data.extend_from_slice(frame.row(y)));
        1.0
    }

    /// Halved once at least, and until its width and height fit. Answers by how much it was shrunk.
    pub(crate) fn halved(&mut self, frame: &LumaFrame<'_>, fits: impl Fn(usize, usize) -> bool) -> f32 {
        let mut scale = self.half(frame);
        while !fits(self.width, self.height) {
            let mut smaller = Self::default();
            match self.frame() {
                Some(larger) => scale *= smaller.half(&larger),
                None => break,
            }
            *self = smaller;
        }
        scale
    }

    /// Half the size, each pixel the mean of four. Answers by how much it was shrunk.
    pub(crate) fn half(&mut self, frame: &LumaFrame<'_>) -> f32 {
        self.shape(frame.width() / 2, frame.height() / 2);
        for y in 0..self.height {
            self.data.extend(means_of_four(frame, y));
        }
        2.0
    }

    /// The square of `patch`, its first axis to the right, `scale` times as large, by bilinear
    /// interpolation; beyond the frame its edge goes on.
    pub(crate) fn turned(&mut self, frame: &LumaFrame<'_>, patch: &Patch, scale: f32) {
        let half = patch.half_along;
        let side = (2.0 * half * scale) as usize;
        self.shape(side, side);
        let step = (patch.along.0 / scale, patch.along.1 / scale);
        let mut line = Vec::with_capacity(side);
        for y in 0..side {
            let from = patch.point(0.5 / scale - half, (y as f32 + 0.5) / scale - half);
            line.clear();
            frame.sample_line(from, step, side, &mut line);
            self.data.extend(line.iter().map(|sample| *sample as u8));
        }
    }

    /// Lifts each pixel by its difference from the mean of the square around it, `reach` pixels to
    /// each side, and spreads what is there over the whole range: small codes in poor light.
    pub(crate) fn sharpen(&mut self, reach: usize, strength: f32) {
        let Some(frame) = self.frame() else { return };
        let sums = Sums::of(&frame);
        let mut sharp = Vec::with_capacity(self.data.len());
        for y in 0..self.height {
            for x in 0..self.width {
                let here = f32::from(self.data[y * self.width + x]);
                sharp.push(here + strength * (here - sums.mean(x, y, reach)));
            }
        }
        let mut ranked: Vec<f32> = sharp.iter().step_by(7).copied().collect();
        ranked.sort_unstable_by(f32::total_cmp);
        let (low, high) = (ranked[ranked.len() / 50], ranked[ranked.len() - 1 - ranked.len() / 50]);
        let gain = 255.0 / (high - low).max(24.0);
        self.data.iter_mut().zip(sharp).for_each(|(pixel, value)| *pixel = ((value - low) * gain) as u8);
    }

    /// The part of `width` x `height` pixels around `middle`, or as much of it as there is, at
    /// twice its size. Answers where it began and by how much it was shrunk.
    pub(crate) fn doubled(
        &mut self,
        frame: &LumaFrame<'_>,
        middle: (usize, usize),
        width: usize,
        height: usize,
    ) -> (usize, usize, f32) {
        let (width, height) = (width.min(frame.width()), height.min(frame.height()));
        let left = middle.0.saturating_sub(width / 2).min(frame.width() - width);
        let top = middle.1.saturating_sub(height / 2).min(frame.height() - height);
        self.shape(2 * width, 2 * height);
        for y in 0..2 * height {
            let (near, far) = beside(y, height);
            let near = &frame.row(top + near)[left..left + width];
            let far = &frame.row(top + far)[left..left + width];
            for x in 0..2 * width {
                let (a, b) = beside(x, width);
                let mix = |row: &[u8]| 3 * u16::from(row[a]) + u16::from(row[b]);
                self.data.push(((3 * mix(near) + mix(far) + 8) / 16) as u8);
            }
        }
        (left, top, 0.5)
    }
}

/// Sums of all pixels above and left of each, for means of squares.
struct Sums {
    sums: Vec<u32>,
    width: usize,
    height: usize,
}

impl Sums {
    fn of(frame: &LumaFrame<'_>) -> Self {
        let (width, height) = (frame.width(), frame.height());
        let mut sums = vec![0u32; (width + 1) * (height + 1)];
        for y in 0..height {
            let mut row = 0;
            for (x, pixel) in frame.row(y).iter().enumerate() {
                row += u32::from(*pixel);
                sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
            }
        }
        Self { sums, width, height }
    }

    fn mean(&self, x: usize, y: usize, reach: usize) -> f32 {
        let (left, right) = (x.saturating_sub(reach), (x + reach + 1).min(self.width));
        let (top, bottom) = (y.saturating_sub(reach), (y + reach + 1).min(self.height));
        let at = |x: usize, y: usize| self.sums[y * (self.width + 1) + x];
        let sum = at(right, bottom) + at(left, top) - at(left, bottom) - at(right, top);
        sum as f32 / ((right - left) * (bottom - top)) as f32
    }
}

/// Row `y` of a frame at half its size.
pub(crate) fn means_of_four<'f>(frame: &LumaFrame<'f>, y: usize) -> impl Iterator<Item = u8> + use<'f> {
    let pairs = frame.row(2 * y).chunks_exact(2).zip(frame.row(2 * y + 1).chunks_exact(2));
    pairs.map(|(a, b)| {
        let sum = u16::from(a[0]) + u16::from(a[1]) + u16::from(b[0]) + u16::from(b[1]);
        ((sum + 2) / 4) as u8
    })
}

/// The nearer and the farther of the two pixels that a pixel of the doubled picture lies between.
fn beside(at: usize, side: usize) -> (usize, usize) {
    let near = at / 2;
    let far = if at.is_multiple_of(2) { near.saturating_sub(1) } else { (near + 1).min(side - 1) };
    (near, far)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_and_doubles_keep_an_even_field_even() {
        let data = [77u8; 31 * 17];
        let frame = LumaFrame::new(&data, 31, 17, 31).unwrap();
        let mut plane = Plane::default();
        plane.half(&frame);
        assert_eq!((plane.width, plane.height), (15, 8));
        assert!(plane.data.iter().all(|p| *p == 77));
        let (left, top, _) = plane.doubled(&frame, (15, 8), 640, 360);
        assert_eq!((left, top, plane.width, plane.height), (0, 0, 62, 34));
        assert!(plane.data.iter().all(|p| *p == 77));
        plane.doubled(&frame, (30, 16), 10, 10);
        assert_eq!((plane.width, plane.height), (20, 20));
        plane.whole(&frame);
        assert_eq!(plane.data.len(), data.len());
    }

    #[test]
    fn a_great_still_is_halved_until_it_fits() {
        let data = vec![9u8; 8000 * 6000];
        let frame = LumaFrame::new(&data, 8000, 6000, 8000).unwrap();
        let mut plane = Plane::default();
        assert!((plane.whole(&frame) - 4.0).abs() < 1e-6);
        assert!(plane.width * plane.height <= DECODE_PIXELS_MAX);
    }

    #[test]
    fn frames_of_one_pixel_do_no_harm() {
        let frame = LumaFrame::new(&[5], 1, 1, 1).unwrap();
        let mut plane = Plane::default();
        plane.half(&frame);
        assert!(plane.data.is_empty());
        plane.doubled(&frame, (0, 0), 10, 10);
        assert_eq!(plane.data, [5, 5, 5, 5]);
    }
}
