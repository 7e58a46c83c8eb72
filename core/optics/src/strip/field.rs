//! Finds fields that may hold a two-dimensional code: squares of texture with paper around them.

use super::find::BLOCK;
use crate::frame::LumaFrame;
use crate::limits::FIELDS_MAX;

/// Blocks of a field's side, at least and at most.
const SIDE_MIN: usize = 2;
const SIDE_MAX: usize = 12;
/// How much of a field is texture, at least: glare takes part of it.
const FILLED_MIN: f32 = 0.6;

/// A square of texture, in pixels of the part looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) left: usize,
    pub(crate) top: usize,
    pub(crate) side: usize,
}

impl Field {
    pub(crate) fn middle(&self) -> (f32, f32) {
        let half = self.side as f32 / 2.0;
        (self.left as f32 + half, self.top as f32 + half)
    }

    /// The unit vector along the lines of a grid in it: the gradients of squares point four ways, so
    /// it is the mean of four times their angles, each by its strength.
    pub(crate) fn direction(&self, frame: &LumaFrame<'_>) -> (f32, f32) {
        let (mut x4, mut y4) = (0.0f32, 0.0f32);
        for y in self.top.max(1)..(self.top + self.side).min(frame.height() - 1) {
            let (above, row, below) = (frame.row(y - 1), frame.row(y), frame.row(y + 1));
            for x in self.left.max(1)..(self.left + self.side).min(frame.width() - 1) {
                let dx = f32::from(row[x + 1]) - f32::from(row[x - 1]);
                let dy = f32::from(below[x]) - f32::from(above[x]);
                let strength = (dx * dx + dy * dy).max(1.0);
                let (x2, y2) = (dx * dx - dy * dy, 2.0 * dx * dy);
                x4 += (x2 * x2 - y2 * y2) / strength;
                y4 += 2.0 * x2 * y2 / strength;
            }
        }
        let (sine, cosine) = (y4.atan2(x4) / 4.0).sin_cos();
        (cosine, sine)
    }

    /// Whether a good part of one lies in the other.
    fn overlaps(&self, other: &Self) -> bool {
        let shared = |a: usize, b: usize| (a + self.side).min(b + other.side).saturating_sub(a.max(b));
        let area = shared(self.left, other.left) * shared(self.top, other.top);
        3 * area > self.side.min(other.side).pow(2)
    }
}

/// The likeliest fields: what is texture inside counts for a square, what is none, and what is
/// texture in the blocks around it, against it. `textured` goes row by row of `columns` blocks.
pub(crate) fn likeliest(
    textured: impl Iterator<Item = bool>,
    columns: usize,
    nearness: impl Fn((f32, f32)) -> f32,
) -> Vec<Field> {
    let sums = Sums::of(textured, columns);
    let mut ranked: Vec<(f32, Field)> = Vec::new();
    for side in SIDE_MIN..=SIDE_MAX.min(columns).min(sums.rows) {
        for top in 0..=sums.rows - side {
            for left in 0..=columns - side {
                let inside = sums.count(left, top, side, 0);
                let area = (side * side) as f32;
                let around = sums.count(left, top, side, 1) - inside;
                let score = 2.0 * inside - area - around;
                if inside >= FILLED_MIN * area && score > 0.0 {
                    let field = Field { left: left * BLOCK, top: top * BLOCK, side: side * BLOCK };
                    ranked.push((score / side as f32 * nearness(field.middle()), field));
                }
            }
        }
    }
    ranked.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let mut fields: Vec<Field> = Vec::new();
    for (_, field) in ranked {
        if fields.len() == FIELDS_MAX {
            break;
        }
        if !fields.iter().any(|other| other.overlaps(&field)) {
            fields.push(field);
        }
    }
    fields
}

/// How many blocks above and left of each are texture.
struct Sums {
    sums: Vec<u32>,
    columns: usize,
    rows: usize,
}

impl Sums {
    fn of(textured: impl Iterator<Item = bool>, columns: usize) -> Self {
        let mut sums = vec![0u32; columns + 1];
        let mut row = 0;
        for (at, is_textured) in textured.enumerate() {
            if at % columns == 0 {
                row = 0;
                sums.push(0);
            }
            row += u32::from(is_textured);
            sums.push(sums[sums.len() - columns - 1] + row);
        }
        let rows = sums.len() / (columns + 1) - 1;
        Self { sums, columns, rows }
    }

    /// The blocks of texture in a square with `margin` blocks around it.
    fn count(&self, left: usize, top: usize, side: usize, margin: usize) -> f32 {
        let (x0, x1) = (left.saturating_sub(margin), (left + side + margin).min(self.columns));
        let (y0, y1) = (top.saturating_sub(margin), (top + side + margin).min(self.rows));
        let at = |x: usize, y: usize| self.sums[y * (self.columns + 1) + x];
        (at(x1, y1) + at(x0, y0) - at(x0, y1) - at(x1, y0)) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blocks drawn as rows of a picture.
    fn found(picture: &[&str]) -> Vec<Field> {
        let blocks = picture.iter().flat_map(|row| row.bytes().map(|byte| byte == b'#'));
        likeliest(blocks, picture[0].len(), |_| 1.0)
    }

    #[test]
    fn a_square_is_found_beside_a_line_of_text() {
        let fields = found(&[
            "............",
            "............",
            "...####.....",
            "...####.....",
            "...####.....",
            "...####.....",
            "............",
            ".##########.",
            "............",
        ]);
        assert_eq!(fields[0], Field { left: 3 * BLOCK, top: 2 * BLOCK, side: 4 * BLOCK });
    }

    #[test]
    fn squares_apart_are_all_found_once() {
        let fields = found(&["..........", ".###..###.", ".###..###.", ".###..###.", ".........."]);
        assert_eq!(fields.len(), 2, "{fields:?}");
        assert!(fields.iter().all(|field| field.side == 3 * BLOCK && field.top == BLOCK));
    }

    #[test]
    fn the_direction_is_that_of_the_squares() {
        for degrees in [-40.0f32, -10.0, 0.0, 25.0, 44.0] {
            let (s, c) = degrees.to_radians().sin_cos();
            let square = |place: f32| if (place / 8.0).rem_euclid(2.0) < 1.0 { 1.0 } else { -1.0 };
            let shade = |x: f32, y: f32| square(x * c + y * s) * square(y * c - x * s);
            // A pixel sees the mean of what lies on it: jagged edges would point along the pixels.
            let mean = |x: f32, y: f32| {
                (0..64).map(|i| shade(x + (i % 8) as f32 / 8.0, y + (i / 8) as f32 / 8.0)).sum::<f32>() / 64.0
            };
            let level = |i: usize| (120.0 + 80.0 * mean((i % 160) as f32, (i / 160) as f32)) as u8;
            let data: Vec<u8> = (0..160 * 160).map(level).collect();
            let frame = LumaFrame::new(&data, 160, 160, 160).unwrap();
            let along = Field { left: 16, top: 16, side: 128 }.direction(&frame);
            assert!((along.1.atan2(along.0).to_degrees() - degrees).abs() < 5.0, "{degrees}: {along:?}");
        }
    }

    #[test]
    fn nothing_is_found_in_nothing() {
        assert!(found(&["....", "...."]).is_empty());
        assert!(found(&["#"]).is_empty());
        assert!(likeliest([].into_iter(), 4, |_| 1.0).is_empty());
    }
}
