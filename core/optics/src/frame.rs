//! A camera frame's luma plane as it lies in memory.

use crate::error::FrameError;
use crate::limits::{FRAME_PIXELS_MAX, FRAME_SIDE_MAX};

/// How far a frame must be turned clockwise to stand upright before the person who holds the
/// camera, as camera interfaces report it. Codes are read at any angle; the turn only says where
/// they lie on the person's screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rotation {
    /// Upright as it is.
    #[default]
    None,
    /// A quarter turn clockwise.
    Right,
    /// A half turn.
    Half,
    /// A quarter turn counter-clockwise.
    Left,
}

impl Rotation {
    /// The turn of `degrees` clockwise, a multiple of 90 (negative ones too).
    ///
    /// # Errors
    ///
    /// [`FrameError::Rotation`] for any other angle.
    pub const fn from_degrees(degrees: i32) -> Result<Self, FrameError> {
        match degrees.rem_euclid(360) {
            0 => Ok(Self::None),
            90 => Ok(Self::Right),
            180 => Ok(Self::Half),
            270 => Ok(Self::Left),
            _ => Err(FrameError::Rotation { degrees }),
        }
    }
}

/// A rectangle of a frame, in pixels of the sensor: the part to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Columns left of it.
    pub left: usize,
    /// Rows above it.
    pub top: usize,
    /// Its columns.
    pub width: usize,
    /// Its rows.
    pub height: usize,
}

/// A point of the upright frame, in pixels from the top left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spot {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

/// A luma plane: one byte a pixel, rows from the top, each `stride` bytes after the one before.
#[derive(Clone, Copy)]
pub struct LumaFrame<'a> {
    data: &'a [u8],
    width: usize,
    height: usize,
    stride: usize,
    rotation: Rotation,
    region: Region,
}

impl std::fmt::Debug for LumaFrame<'_> {
    /// The frame's shape; its pixels may show somebody's card.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LumaFrame({}x{}, stride {})", self.width, self.height, self.stride)
    }
}

impl<'a> LumaFrame<'a> {
    /// The plane of `width` x `height` pixels in `data`, looked at whole. The last row may end
    /// without its padding, as camera interfaces hand it over; bytes behind it are not looked at.
    ///
    /// # Errors
    ///
    /// [`FrameError`] if a side is zero or too long, the stride is less than the width, or `data`
    /// is shorter than the plane.
    pub fn new(data: &'a [u8], width: usize, height: usize, stride: usize) -> Result<Self, FrameError> {
        if width == 0 || height == 0 {
            return Err(FrameError::Empty { width, height });
        }
        if width > FRAME_SIDE_MAX || height > FRAME_SIDE_MAX || width * height > FRAME_PIXELS_MAX {
            return Err(FrameError::TooLarge { width, height });
        }
        if stride < width {
            return Err(FrameError::Stride { stride, width });
        }
        let needed = stride.checked_mul(height - 1).and_then(|rows| rows.checked_add(width));
        match needed {
            Some(needed) if data.len() >= needed => {}
            _ => return Err(FrameError::Short { bytes: data.len(), width, height, stride }),
        }
        let region = Region { left: 0, top: 0, width, height };
        Ok(Self { data, width, height, stride, rotation: Rotation::None, region })
    }

    /// The same frame, shown to the person turned by `rotation`.
    #[must_use]
    pub const fn turned(mut self, rotation: Rotation) -> Self {
        self.rotation = rotation;
        self
    }

    /// The same frame, of which only `region` is looked at.
    ///
    /// # Errors
    ///
    /// [`FrameError::Region`] if it is empty or does not lie within the frame.
    pub fn within(mut self, region: Region) -> Result<Self, FrameError> {
        let inside = |from: usize, length: usize, side: usize| {
            length > 0 && from.checked_add(length).is_some_and(|end| end <= side)
        };
        if !inside(region.left, region.width, self.width) || !inside(region.top, region.height, self.height) {
            return Err(FrameError::Region { region, width: self.width, height: self.height });
        }
        self.region = region;
        Ok(self)
    }

    /// Columns of the part that is looked at.
    pub const fn width(&self) -> usize {
        self.region.width
    }

    /// Rows of the part that is looked at.
    pub const fn height(&self) -> usize {
        self.region.height
    }

    /// How it is held.
    pub(crate) const fn rotation(&self) -> Rotation {
        self.rotation
    }

    /// Row `y` of the part that is looked at; `y` must be below its height.
    pub(crate) fn row(&self, y: usize) -> &'a [u8] {
        let start = (self.region.top + y) * self.stride + self.region.left;
        &self.data[start..start + self.region.width]
    }

    /// The brightness at a point of the part, between its pixels by bilinear interpolation; its
    /// edge goes on outside.
    pub(crate) fn sample(&self, x: f32, y: f32) -> f32 {
        let (max_x, max_y) = (self.region.width - 1, self.region.height - 1);
        let x = x.clamp(0.0, max_x as f32);
        let y = y.clamp(0.0, max_y as f32);
        let (x0, y0) = (x as usize, y as usize);
        let (fx, fy) = (x - x0 as f32, y - y0 as f32);
        let x1 = (x0 + 1).min(max_x);
        let above = (self.region.top + y0) * self.stride + self.region.left;
        let below = (self.region.top + (y0 + 1).min(max_y)) * self.stride + self.region.left;
        let at = |row: usize, x: usize| f32::from(self.data[row + x]);
        let top = at(above, x0) + (at(above, x1) - at(above, x0)) * fx;
        let bottom = at(below, x0) + (at(below, x1) - at(below, x0)) * fx;
        top + (bottom - top) * fy
    }

    /// Adds `count` samples to `samples`, the first at `from`, each `step` from the one before.
    pub(crate) fn sample_line(&self, from: (f32, f32), step: (f32, f32), count: usize, samples: &mut Vec<f32>) {
        let last = (count.max(1) - 1) as f32;
        let end = (from.0 + step.0 * last, from.1 + step.1 * last);
        if !self.is_inside(from) || !self.is_inside(end) {
            samples.extend((0..count).map(|i| self.sample(from.0 + step.0 * i as f32, from.1 + step.1 * i as f32)));
            return;
        }
        // In whole numbers, which is several times as fast: 16 bits of a pixel's place, 8 of a weight.
        let fixed = |value: f32| (value * 65_536.0) as i32;
        let (mut x, mut y) = (fixed(from.0), fixed(from.1));
        let (dx, dy) = (fixed(step.0), fixed(step.1));
        let data = &self.data[self.region.top * self.stride + self.region.left..];
        samples.extend((0..count).map(|_| {
            let at = (y >> 16) as usize * self.stride + (x >> 16) as usize;
            let (fx, fy) = (x >> 8 & 0xFF, y >> 8 & 0xFF);
            let mix = |row: &[u8]| i32::from(row[0]) * (256 - fx) + i32::from(row[1]) * fx;
            let (top, bottom) = (mix(&data[at..at + 2]), mix(&data[at + self.stride..at + self.stride + 2]));
            (x, y) = (x + dx, y + dy);
            (top * (256 - fy) + bottom * fy) as f32 / 65_536.0
        }));
    }

    /// Whether a point and its three neighbours lie on the part that is looked at, with a margin for
    /// what a long line gathers in rounding.
    fn is_inside(&self, (x, y): (f32, f32)) -> bool {
        (1.0..self.region.width as f32 - 3.0).contains(&x) && (1.0..self.region.height as f32 - 3.0).contains(&y)
    }

    /// Whether a point lies on the part that is looked at.
    pub(crate) fn holds(&self, x: f32, y: f32) -> bool {
        (0.0..=(self.region.width - 1) as f32).contains(&x) && (0.0..=(self.region.height - 1) as f32).contains(&y)
    }

    /// A point of the part that is looked at as a point of the upright frame.
    pub(crate) fn upright(&self, x: f32, y: f32) -> Spot {
        let (x, y) = (x + self.region.left as f32, y + self.region.top as f32);
        let (right, bottom) = ((self.width - 1) as f32, (self.height - 1) as f32);
        let (x, y) = match self.rotation {
            Rotation::None => (x, y),
            Rotation::Right => (bottom - y, x),
            Rotation::Half => (right - x, bottom - y),
            Rotation::Left => (y, right - x),
        };
        Spot { x, y }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plane_that_lies_about_its_size_is_refused() {
        let data = [0u8; 100];
        let short = |width, height, stride| LumaFrame::new(&data, width, height, stride).unwrap_err();
        assert!(matches!(short(0, 10, 10), FrameError::Empty { .. }));
        assert!(matches!(short(10, 0, 10), FrameError::Empty { .. }));
        assert!(matches!(short(10, 11, 10), FrameError::Short { .. }));
        assert!(matches!(short(10, 10, 11), FrameError::Short { .. }));
        assert!(matches!(short(10, 10, 9), FrameError::Stride { .. }));
        assert!(matches!(short(10, 2, usize::MAX), FrameError::Short { .. }));
        assert!(matches!(short(FRAME_SIDE_MAX + 1, 1, usize::MAX), FrameError::TooLarge { .. }));
        assert!(matches!(short(usize::MAX, usize::MAX, usize::MAX), FrameError::TooLarge { .. }));
        // The last row may lack its padding.
        assert!(LumaFrame::new(&data, 10, 8, 12).is_ok());
        assert!(LumaFrame::new(&data[..94], 10, 8, 12).is_ok());
        assert!(LumaFrame::new(&data[..93], 10, 8, 12).is_err());
    }

    #[test]
    fn a_region_lies_within_the_frame() {
        let data = [0u8; 100];
        let frame = LumaFrame::new(&data, 10, 10, 10).unwrap();
        let region = |left, top, width, height| frame.within(Region { left, top, width, height });
        assert!(region(9, 9, 1, 1).is_ok());
        for refused in [region(9, 9, 2, 1), region(0, 0, 0, 5), region(usize::MAX, 0, 2, 1), region(0, 10, 1, 1)] {
            assert!(matches!(refused, Err(FrameError::Region { .. })));
        }
    }

    #[test]
    fn rows_and_samples_follow_stride_and_region() {
        let data: Vec<u8> = (0..60).collect();
        let frame = LumaFrame::new(&data, 8, 6, 10).unwrap();
        let frame = frame.within(Region { left: 2, top: 1, width: 3, height: 4 }).unwrap();
        assert_eq!(frame.row(1), [22, 23, 24]);
        assert!((frame.sample(0.5, 1.5) - 27.5).abs() < 1e-4);
        assert!((frame.sample(-5.0, -5.0) - 12.0).abs() < 1e-4);
        assert!((frame.sample(99.0, 99.0) - 44.0).abs() < 1e-4);
        assert!(frame.sample(f32::NAN, f32::NAN).is_finite() || frame.sample(f32::NAN, 0.0).is_nan());
    }

    #[test]
    fn points_are_told_as_the_person_sees_them() {
        let data = [0u8; 200];
        let frame = LumaFrame::new(&data, 20, 10, 20).unwrap();
        let corner = |rotation| frame.turned(rotation).upright(0.0, 0.0);
        assert_eq!(corner(Rotation::None), Spot { x: 0.0, y: 0.0 });
        assert_eq!(corner(Rotation::Right), Spot { x: 9.0, y: 0.0 });
        assert_eq!(corner(Rotation::Half), Spot { x: 19.0, y: 9.0 });
        assert_eq!(corner(Rotation::Left), Spot { x: 0.0, y: 19.0 });
        assert_eq!(Rotation::from_degrees(-90).unwrap(), Rotation::Left);
        assert!(Rotation::from_degrees(45).is_err());
    }
}
