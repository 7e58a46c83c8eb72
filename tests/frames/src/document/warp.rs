//! A flat print seen from anywhere: the homography of its corners, and the print drawn through it.

use super::layout::Printed;
use super::paper::Paper;
use crate::camera::Image;

/// A point in mm or in pixels.
pub(super) type Point = (f32, f32);

/// A projective map from one plane to another, by rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Homography([f64; 9]);

impl Homography {
    /// From a rectangle with its top left at the origin to four corners, top left first and clockwise.
    pub(super) fn onto((width, height): (f32, f32), corners: [Point; 4]) -> Self {
        let [p0, p1, p2, p3] = corners.map(|(x, y)| (f64::from(x), f64::from(y)));
        let (width, height) = (f64::from(width), f64::from(height));
        let sum = (p0.0 - p1.0 + p2.0 - p3.0, p0.1 - p1.1 + p2.1 - p3.1);
        let (a, b) = ((p1.0 - p2.0, p1.1 - p2.1), (p3.0 - p2.0, p3.1 - p2.1));
        let area = a.0 * b.1 - a.1 * b.0;
        let g = (sum.0 * b.1 - sum.1 * b.0) / area;
        let h = (a.0 * sum.1 - a.1 * sum.0) / area;
        let across = (p1.0 - p0.0 + g * p1.0, p1.1 - p0.1 + g * p1.1, g);
        let down = (p3.0 - p0.0 + h * p3.0, p3.1 - p0.1 + h * p3.1, h);
        Self([
            across.0 / width,
            down.0 / height,
            p0.0,
            across.1 / width,
            down.1 / height,
            p0.1,
            across.2 / width,
            down.2 / height,
            1.0,
        ])
    }

    /// The way back.
    fn inverse(self) -> Self {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        Self([
            e * i - f * h,
            c * h - b * i,
            b * f - c * e,
            f * g - d * i,
            a * i - c * g,
            c * d - a * f,
            d * h - e * g,
            b * g - a * h,
            a * e - b * d,
        ])
    }

    /// Where a point goes.
    #[expect(clippy::cast_possible_truncation, reason = "places in a frame")]
    pub(super) fn map(self, (x, y): Point) -> Point {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        let (x, y) = (f64::from(x), f64::from(y));
        let depth = g * x + h * y + i;
        (((a * x + b * y + c) / depth) as f32, ((d * x + e * y + f) / depth) as f32)
    }

    /// Where a point goes, and how far from there one step across and one down lead.
    #[expect(clippy::cast_possible_truncation, reason = "places on a card")]
    fn look(self, x: f64, y: f64) -> (Point, [Point; 2]) {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        let depth = 1.0 / (g * x + h * y + i);
        let (u, v) = ((a * x + b * y + c) * depth, (d * x + e * y + f) * depth);
        let step = |over: f64, along: f64, tilt: f64| {
            (((over - u * tilt) * depth) as f32, ((along - v * tilt) * depth) as f32)
        };
        ((u as f32, v as f32), [step(a, d, g), step(b, e, h)])
    }
}

/// A print at several resolutions.
pub(super) struct Layers {
    /// From the finest on, each half the one before.
    layers: Vec<Paper>,
    corner_mm: f32,
}

/// Cells a pixel up to which a few samples in it mean its area.
const CELLS_MAX: f32 = 2.4;
/// Cells a pixel above which three samples each way are taken instead of two.
const CELLS_TWO: f32 = 1.7;

impl Layers {
    pub(super) fn new(paper: Paper, corner_mm: f32) -> Self {
        let half = paper.halved();
        let quarter = half.halved();
        Self { layers: vec![paper, half, quarter], corner_mm }
    }

    pub(super) fn of(printed: Printed) -> (Self, Vec<super::layout::Line>) {
        (Self::new(printed.paper, printed.corner_mm), printed.lines)
    }

    pub(super) fn size_mm(&self) -> (f32, f32) {
        self.layers.first().map_or((1.0, 1.0), |paper| (paper.width_mm, paper.height_mm))
    }

    /// Draws the print over what is there. `px_per_mm` is its mean scale in the frame.
    #[expect(clippy::cast_precision_loss, reason = "places in a frame")]
    pub(super) fn draw(&self, image: &mut Image, corners: [Point; 4], px_per_mm: f32) {
        let cells = |paper: &&Paper| paper.per_mm / px_per_mm <= CELLS_MAX;
        let Some(paper) = self.layers.iter().find(cells).or(self.layers.last()) else { return };
        let per_side: u8 = if paper.per_mm / px_per_mm > CELLS_TWO { 3 } else { 2 };
        let samples: Vec<Point> = (0..per_side * per_side)
            .map(|index| {
                let place = |step: u8| (f32::from(step) + 0.5) / f32::from(per_side) - 0.5;
                (place(index % per_side), place(index / per_side))
            })
            .collect();
        let back = Homography::onto(self.size_mm(), corners).inverse();
        let card = Card { size: self.size_mm(), corner: self.corner_mm };
        let (columns, rows) = bounds(image, corners);
        for y in rows {
            let row = &mut image.data[y * image.width..(y + 1) * image.width];
            for x in columns.clone() {
                let (at, steps) = back.look(x as f64 + 0.5, y as f64 + 0.5);
                let reach = 0.5 * (steps[0].0.abs().max(steps[1].0.abs()) + steps[0].1.abs().max(steps[1].1.abs()));
                let depth = card.depth(at);
                if depth > -2.0 * reach {
                    let whole = depth > 2.0 * reach;
                    let points = samples.iter().map(|(dx, dy)| {
                        (at.0 + dx * steps[0].0 + dy * steps[1].0, at.1 + dx * steps[0].1 + dy * steps[1].1)
                    });
                    let behind = row[x];
                    let light = points.map(|at| if whole || card.depth(at) > 0.0 { paper.at(at) } else { behind });
                    row[x] = light.sum::<f32>() / samples.len() as f32;
                }
            }
        }
    }
}

/// Columns and rows that hold the four corners.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the frame")]
#[expect(clippy::cast_precision_loss, reason = "the size of a frame")]
fn bounds(image: &Image, corners: [Point; 4]) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
    let range = |places: [f32; 4], size: usize| {
        let low = places.into_iter().fold(f32::MAX, f32::min) - 2.0;
        let high = places.into_iter().fold(f32::MIN, f32::max) + 2.0;
        low.clamp(0.0, size as f32) as usize..high.clamp(0.0, size as f32) as usize
    };
    (range(corners.map(|at| at.0), image.width), range(corners.map(|at| at.1), image.height))
}

/// A card's outline.
struct Card {
    size: Point,
    corner: f32,
}

impl Card {
    /// How deep in the card a point is, in mm; below 0 outside.
    fn depth(&self, (x, y): Point) -> f32 {
        let (dx, dy) = (x.min(self.size.0 - x), y.min(self.size.1 - y));
        if dx < self.corner && dy < self.corner {
            self.corner - (self.corner - dx).hypot(self.corner - dy)
        } else {
            dx.min(dy)
        }
    }
}

impl Paper {
    /// The level at a point in mm, between the cells round it.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the paper")]
    #[expect(clippy::cast_precision_loss, reason = "a few thousand cells")]
    fn at(&self, (x, y): Point) -> f32 {
        let (x, y) = (x * self.per_mm - 0.5, y * self.per_mm - 0.5);
        let (x, y) = (x.clamp(0.0, (self.width - 2) as f32), y.clamp(0.0, (self.height - 2) as f32));
        let (column, row) = (x as usize, y as usize);
        let (across, down) = (x - column as f32, y - row as f32);
        let upper = row * self.width + column;
        let [a, b] = [self.data[upper], self.data[upper + 1]].map(f32::from);
        let [c, d] = [self.data[upper + self.width], self.data[upper + self.width + 1]].map(f32::from);
        let (above, below) = (a + (b - a) * across, c + (d - c) * across);
        above + (below - above) * down
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_go_to_corners_and_back() {
        let corners = [(10.0, 20.0), (310.0, 35.0), (290.0, 220.0), (22.0, 190.0)];
        let there = Homography::onto((85.6, 54.0), corners);
        for (mm, px) in [(0.0, 0.0), (85.6, 0.0), (85.6, 54.0), (0.0, 54.0)].into_iter().zip(corners) {
            let (seen, back) = (there.map(mm), there.inverse().map(px));
            assert!((seen.0 - px.0).hypot(seen.1 - px.1) < 1e-3, "{seen:?} {px:?}");
            assert!((back.0 - mm.0).hypot(back.1 - mm.1) < 1e-3, "{back:?} {mm:?}");
        }
    }

    #[test]
    fn a_fine_pattern_becomes_its_mean_and_not_a_coarse_one() {
        // Stripes of a cell each: at four cells a pixel nothing of them may be left.
        let mut paper = Paper::new(40.0, 30.0, 24.0, 0.0);
        let width = paper.width;
        for (place, cell) in paper.data.iter_mut().enumerate() {
            *cell = if (place % width).is_multiple_of(2) { 200 } else { 40 };
        }
        let mut image = Image { width: 300, height: 240, data: vec![0.0; 300 * 240] };
        let corners = [(20.0, 20.0), (265.0, 29.0), (255.0, 215.0), (24.0, 200.0)];
        Layers::new(paper, 0.0).draw(&mut image, corners, 6.0);
        let inner = (60..180).flat_map(|y| image.data[y * 300 + 60..y * 300 + 220].iter());
        assert!(inner.clone().all(|light| (light - 120.0).abs() < 6.0));
    }
}
