//! What a document looks like before any camera: its print at a high resolution, in millimetres from its top left.

use super::fonts::{Coverage, Face};

/// A printed surface. Levels are of paper in full light: 255 is white.
pub(super) struct Paper {
    pub(super) width_mm: f32,
    pub(super) height_mm: f32,
    /// Cells a millimetre.
    pub(super) per_mm: f32,
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) data: Vec<u8>,
}

/// How a line of text is set.
#[derive(Clone, Copy)]
pub(super) struct Type {
    /// Size of the em in mm.
    pub(super) em_mm: f32,
    /// From character to character in mm; `None` takes the font's own advances.
    pub(super) pitch_mm: Option<f32>,
    /// Level of the ink.
    pub(super) ink: f32,
    /// By how much of the em every edge of the strokes is moved out.
    pub(super) bolder: f32,
}

/// A rectangle in mm: left, top, right, bottom.
pub(super) type Area = [f32; 4];

impl Paper {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few thousand cells")]
    pub(super) fn new(width_mm: f32, height_mm: f32, per_mm: f32, level: f32) -> Self {
        let (width, height) = ((width_mm * per_mm) as usize, (height_mm * per_mm) as usize);
        Self { width_mm, height_mm, per_mm, width, height, data: vec![level.clamp(0.0, 255.0) as u8; width * height] }
    }

    /// Covers part of a cell with ink.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked, or between two levels")]
    pub(super) fn ink(&mut self, x: i32, y: i32, share: f32, level: f32) {
        let inside = x >= 0 && y >= 0 && (x as usize) < self.width && (y as usize) < self.height;
        if inside {
            let cell = &mut self.data[y as usize * self.width + x as usize];
            let before = f32::from(*cell);
            *cell = (before + (level - before) * share + 0.5) as u8;
        }
    }

    /// Prints a line with its first character's origin at `x`, `y` mm. Answers the ink's left and right in mm.
    pub(super) fn text(&mut self, face: &Face, text: &str, (x, y): (f32, f32), set: Type) -> (f32, f32) {
        let em_px = set.em_mm * self.per_mm;
        let mut cut: Vec<(char, Option<Coverage>)> = Vec::new();
        let (mut at, mut left, mut right) = (x, f32::MAX, x);
        for sign in text.chars() {
            if !cut.iter().any(|(known, _)| *known == sign) {
                cut.push((sign, face.cover(sign, em_px).map(|glyph| weighed(glyph, set.bolder * em_px))));
            }
            let glyph = cut.iter().find(|(known, _)| *known == sign).and_then(|(_, glyph)| glyph.as_ref());
            if let Some(glyph) = glyph {
                let (from, to) = self.stamp(glyph, at, y, set.ink);
                left = left.min(from);
                right = right.max(to);
            }
            at += set.pitch_mm.unwrap_or_else(|| face.advance(sign) * set.em_mm);
        }
        (left.min(right), right)
    }

    /// Answers the glyph's left and right in mm.
    #[expect(clippy::cast_possible_truncation, reason = "a few thousand cells")]
    fn stamp(&mut self, glyph: &Coverage, x: f32, y: f32, ink: f32) -> (f32, f32) {
        let from = (x * self.per_mm + glyph.left).round() as i32;
        let top = (y * self.per_mm + glyph.top).round() as i32;
        let mut to = from;
        for (row, cells) in (top..).zip(glyph.data.chunks_exact(glyph.width)) {
            for (column, share) in (from..).zip(cells) {
                if *share > 0.0 {
                    self.ink(column, row, *share, ink);
                    to = to.max(column + 1);
                }
            }
        }
        (self.mm(from), self.mm(to))
    }

    #[expect(clippy::cast_precision_loss, reason = "a few thousand cells")]
    fn mm(&self, cell: i32) -> f32 {
        cell as f32 / self.per_mm
    }

    /// Mixes what `shade` answers for a point in mm over an area: a level and its share, or nothing.
    #[expect(clippy::cast_possible_truncation, reason = "a few thousand cells")]
    pub(super) fn fill(&mut self, area: Area, shade: impl Fn(f32, f32) -> Option<(f32, f32)>) {
        let [left, top, right, bottom] = area.map(|place| (place * self.per_mm).round() as i32);
        for y in top..bottom {
            for x in left..right {
                if let Some((level, share)) = shade(self.mm(x), self.mm(y)) {
                    self.ink(x, y, share, level);
                }
            }
        }
    }

    /// A thin curve from left to right, `down` giving its place in mm below the top for every place across.
    #[expect(clippy::cast_possible_truncation, reason = "a few thousand cells")]
    pub(super) fn curve(&mut self, area: Area, thick_mm: f32, ink: (f32, f32), down: impl Fn(f32) -> f32) {
        let [left, top, right, bottom] = area;
        let half = thick_mm / 2.0 * self.per_mm;
        for x in (left * self.per_mm) as i32..(right * self.per_mm) as i32 {
            let place = down(self.mm(x));
            if place < top || place > bottom {
                continue;
            }
            let middle = place * self.per_mm;
            let (from, to) = (middle - half, middle + half);
            for y in from.floor() as i32..=to.floor() as i32 {
                #[expect(clippy::cast_precision_loss, reason = "a few thousand cells")]
                let covered = (to.min(y as f32 + 1.0) - from.max(y as f32)).clamp(0.0, 1.0);
                self.ink(x, y, covered * ink.1, ink.0);
            }
        }
    }

    /// The same print with half the cells each way, every cell the mean of four.
    pub(super) fn halved(&self) -> Self {
        let (width, height) = (self.width / 2, self.height / 2);
        let mut data = Vec::with_capacity(width * height);
        for rows in self.data.chunks_exact(2 * self.width).take(height) {
            let (upper, lower) = rows.split_at(self.width);
            data.extend(upper.chunks_exact(2).zip(lower.chunks_exact(2)).map(|(a, b)| {
                let sum = u16::from(a[0]) + u16::from(a[1]) + u16::from(b[0]) + u16::from(b[1]);
                u8::try_from((sum + 2) / 4).unwrap_or(u8::MAX)
            }));
        }
        Self { per_mm: self.per_mm / 2.0, width, height, data, ..*self }
    }
}

fn weighed(glyph: Coverage, reach: f32) -> Coverage {
    // Below a tenth of a cell nothing would be seen of it.
    if reach.abs() < 0.1 { glyph } else { glyph.bolder(reach) }
}
