//! One frame of a document: how it is held, how it is lit, and what the camera makes of it.

use super::layout::Line;
use super::warp::{Homography, Layers, Point};
use super::{Level, PrintedLine, Shot};
use crate::camera::{self, Image};
use crate::rng::Rng;
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageFormat};

/// Size of the frame.
pub(super) const WIDTH: usize = 1280;
pub(super) const HEIGHT: usize = 720;
/// How far from the frame's edge the lines are held where that is possible, in pixels.
const MARGIN: f32 = 16.0;

/// What a level draws its frames from.
struct Ranges {
    /// Radius of the disc of defocus in pixels.
    defocus: (f32, f32),
    /// Longest path of the motion in pixels.
    motion: f32,
    /// Deviation of the noise in levels.
    noise: (f32, f32),
    /// Share of the light of a well exposed frame.
    gain: (f32, f32),
    /// Share of the frames with glare.
    glare: f32,
    /// JPEG quality, from and to.
    quality: (u8, u8),
    /// Rotation to either side in degrees.
    turn: f32,
    /// How far every corner may lie from its place, as a share of the document's width and height.
    jitter: f32,
}

impl Level {
    /// The table of levels of the measured reference.
    const fn ranges(self) -> Ranges {
        match self {
            Self::Easy => Ranges {
                defocus: (0.0, 1.0),
                motion: 2.0,
                noise: (1.0, 4.0),
                gain: (0.75, 1.05),
                glare: 0.0,
                quality: (85, 96),
                turn: 6.0,
                jitter: 0.04,
            },
            Self::Medium => Ranges {
                defocus: (0.0, 2.2),
                motion: 6.0,
                noise: (2.0, 8.0),
                gain: (0.40, 1.05),
                glare: 0.25,
                quality: (65, 95),
                turn: 15.0,
                jitter: 0.08,
            },
            Self::Hard => Ranges {
                defocus: (0.5, 4.0),
                motion: 14.0,
                noise: (4.0, 16.0),
                gain: (0.15, 0.80),
                glare: 0.6,
                quality: (45, 85),
                turn: 15.0,
                jitter: 0.14,
            },
        }
    }
}

/// A document before the camera: what does not change while it is looked at.
pub(super) struct Still {
    /// Light of what lies behind, 255 for white.
    pub(super) behind: Vec<f32>,
    pub(super) layers: Layers,
    pub(super) lines: Vec<Line>,
    /// Pixels a millimetre.
    pub(super) px_per_mm: f32,
    /// Its centre in pixels.
    pub(super) centre: Point,
    pub(super) upside_down: bool,
    /// Whether it is held so that its lines lie in the frame.
    pub(super) keep_in: bool,
}

/// What is drawn anew for every frame.
#[derive(Debug, Clone)]
pub(super) struct Moment {
    pub(super) defocus_px: f32,
    pub(super) motion_px: f32,
    motion_turn: f32,
    pub(super) noise: f32,
    pub(super) gain: f32,
    /// Change of the light over the frame's width and over its height, as a share of it.
    falloff: (f32, f32),
    pub(super) glare: Option<Glare>,
    pub(super) quality: u8,
    turn_deg: f32,
    jitter: [Point; 4],
    /// How far the hand has moved since the first frame, in pixels.
    pub(super) drift: Point,
    noise_seed: u64,
}

/// A lamp's reflection: an oval of light.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glare {
    /// Light added in its middle; 1 is white.
    strength: f32,
    /// Its middle: along and down the first line, whose length and height are 1, or else on the whole card.
    at: Point,
    near_line: bool,
    /// Deviations along its two axes in pixels.
    spread: Point,
    /// Turn of its first axis in radians.
    turn: f32,
}

impl Moment {
    pub(super) fn draw(level: Level, rng: &mut Rng) -> Self {
        let ranges = level.ranges();
        let (worst, best) = ranges.quality;
        let glare = Glare::draw(rng);
        Self {
            defocus_px: rng.range(ranges.defocus.0, ranges.defocus.1),
            motion_px: rng.range(0.0, ranges.motion),
            motion_turn: rng.range(0.0, std::f32::consts::PI),
            noise: rng.range(ranges.noise.0, ranges.noise.1),
            gain: rng.range(ranges.gain.0, ranges.gain.1),
            falloff: (rng.around(0.2), rng.around(0.2)),
            glare: rng.chance(ranges.glare).then_some(glare),
            quality: worst + u8::try_from(rng.below(usize::from(best - worst) + 1)).unwrap_or(0),
            turn_deg: rng.around(ranges.turn),
            jitter: std::array::from_fn(|_| (rng.around(ranges.jitter), rng.around(ranges.jitter))),
            drift: (0.0, 0.0),
            noise_seed: rng.bits(),
        }
    }
}

impl Glare {
    fn draw(rng: &mut Rng) -> Self {
        let near_line = rng.chance(0.5);
        // Up to two heights above or below the line; anywhere on the card otherwise.
        let down = if near_line { rng.range(-2.0, 3.0) } else { rng.unit() };
        let long = rng.range(40.0, 130.0);
        Self {
            strength: rng.range(0.4, 1.2),
            at: (rng.unit(), down),
            near_line,
            spread: (long, long * rng.range(0.25, 0.7)),
            turn: rng.range(0.0, std::f32::consts::PI),
        }
    }

    /// Adds its light round `(x, y)`; three deviations away nothing of it is seen.
    #[expect(clippy::cast_precision_loss, reason = "places in a frame")]
    fn shine(&self, image: &mut Image, (x, y): Point) {
        let (sin, cos) = self.turn.sin_cos();
        for (row, cells) in image.data.chunks_exact_mut(image.width).enumerate() {
            let dy = row as f32 + 0.5 - y;
            if dy.abs() > 3.0 * self.spread.0 {
                continue;
            }
            for (column, light) in cells.iter_mut().enumerate() {
                let dx = column as f32 + 0.5 - x;
                let along = (dx * cos + dy * sin) / self.spread.0;
                let across = (dy * cos - dx * sin) / self.spread.1;
                let square = along * along + across * across;
                if square < 9.0 {
                    *light += 255.0 * self.strength * (-0.5 * square).exp();
                }
            }
        }
    }
}

/// Where a document and its lines are in one frame.
struct Place {
    corners: [Point; 4],
    map: Homography,
    lines: Vec<[Point; 4]>,
}

impl Still {
    /// The frame of a moment.
    pub(super) fn take(&self, moment: &Moment) -> Shot {
        let place = self.place(moment);
        let mut image = Image { width: WIDTH, height: HEIGHT, data: self.behind.clone() };
        self.layers.draw(&mut image, place.corners, self.px_per_mm);
        if let Some(glare) = &moment.glare {
            glare.shine(&mut image, self.glare_at(glare, &place));
        }
        light_up(&mut image, moment);
        // A disc within half a pixel is the pixel itself.
        if moment.defocus_px > 0.5 {
            image = camera::gather(&image, &disc(moment.defocus_px));
        }
        if moment.motion_px > 0.05 {
            image = camera::streak(&image, moment.motion_px, moment.motion_turn);
        }
        let data = compress(&read_out(&image, moment), moment.quality);
        let lines = self.lines.iter().zip(place.lines).map(|(line, corners)| {
            let digits_inside = corners.iter().all(|corner| is_inside(*corner));
            PrintedLine { text: line.text.clone(), corners, digits_inside }
        });
        Shot { data, width: WIDTH, height: HEIGHT, lines: lines.collect() }
    }

    fn place(&self, moment: &Moment) -> Place {
        let size = self.layers.size_mm();
        let (width, height) = (size.0 * self.px_per_mm, size.1 * self.px_per_mm);
        let half_turn = if self.upside_down { 180.0 } else { 0.0 };
        let (sin, cos) = (moment.turn_deg + half_turn).to_radians().sin_cos();
        let square = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)];
        let mut index = 0;
        let corners = square.map(|(x, y)| {
            let (dx, dy) = moment.jitter[index];
            index += 1;
            let (x, y) = ((x + dx) * width, (y + dy) * height);
            let (left, top) = (self.centre.0 + moment.drift.0, self.centre.1 + moment.drift.1);
            (left + x * cos - y * sin, top + x * sin + y * cos)
        });
        let place = self.at(corners);
        let (dx, dy) = if self.keep_in { way_in(&place.lines) } else { (0.0, 0.0) };
        self.at(corners.map(|(x, y)| (x + dx, y + dy)))
    }

    fn at(&self, corners: [Point; 4]) -> Place {
        let map = Homography::onto(self.layers.size_mm(), corners);
        let lines = self.lines.iter().map(|line| {
            let [left, top, right, bottom] = line.area;
            [(left, top), (right, top), (right, bottom), (left, bottom)].map(|at| map.map(at))
        });
        Place { corners, map, lines: lines.collect() }
    }

    fn glare_at(&self, glare: &Glare, place: &Place) -> Point {
        let (width, height) = self.layers.size_mm();
        let [left, top, right, bottom] = match self.lines.first() {
            Some(line) if glare.near_line => line.area,
            _ => [0.0, 0.0, width, height],
        };
        place.map.map((left + (right - left) * glare.at.0, top + (bottom - top) * glare.at.1))
    }
}

/// How far all lines have to be moved to lie in the frame; those that are too long for it are put in its middle.
#[expect(clippy::cast_precision_loss, reason = "the size of a frame")]
fn way_in(lines: &[[Point; 4]]) -> Point {
    let way = |places: Vec<f32>, size: usize| {
        let low = places.iter().copied().fold(f32::MAX, f32::min);
        let high = places.iter().copied().fold(f32::MIN, f32::max);
        let (first, last) = (MARGIN, size as f32 - MARGIN);
        if places.is_empty() || low >= first && high <= last {
            0.0
        } else if high - low > last - first {
            (first + last - low - high) / 2.0
        } else if low < first {
            first - low
        } else {
            last - high
        }
    };
    let points = || lines.iter().flatten();
    (way(points().map(|at| at.0).collect(), WIDTH), way(points().map(|at| at.1).collect(), HEIGHT))
}

/// Pixels that a line has to be away from the frame's edge to count as seen whole.
const INSIDE: f32 = 4.0;

#[expect(clippy::cast_precision_loss, reason = "the size of a frame")]
pub(super) fn is_inside((x, y): Point) -> bool {
    (INSIDE..=WIDTH as f32 - INSIDE).contains(&x) && (INSIDE..=HEIGHT as f32 - INSIDE).contains(&y)
}

#[expect(clippy::cast_precision_loss, reason = "places in a frame")]
fn light_up(image: &mut Image, moment: &Moment) {
    let (across, down) = moment.falloff;
    for (y, row) in image.data.chunks_exact_mut(WIDTH).enumerate() {
        let row_gain = moment.gain * (1.0 + down * (y as f32 / HEIGHT as f32 - 0.5));
        for (x, light) in row.iter_mut().enumerate() {
            *light *= row_gain + moment.gain * across * (x as f32 / WIDTH as f32 - 0.5);
        }
    }
}

/// The disc that a point becomes out of focus: pixels from its middle with their shares.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a few pixels")]
fn disc(radius: f32) -> Vec<(isize, isize, f32)> {
    let reach = (radius + 0.5).ceil() as isize;
    let square = (-reach..=reach).flat_map(|dy| (-reach..=reach).map(move |dx| (dx, dy)));
    let covered = square.map(|(dx, dy)| (dx, dy, covered(dx as f32, dy as f32, radius)));
    let taps: Vec<_> = covered.filter(|tap| tap.2 > 0.0).collect();
    let sum: f32 = taps.iter().map(|tap| tap.2).sum();
    taps.into_iter().map(|(dx, dy, share)| (dx, dy, share / sum)).collect()
}

/// Share of a pixel within the disc, from eight by eight points in it.
fn covered(x: f32, y: f32, radius: f32) -> f32 {
    let offsets = || (0..8_u8).map(|step| (f32::from(step) + 0.5) / 8.0 - 0.5);
    let inside = offsets().flat_map(|dy| offsets().map(move |dx| (dx, dy)));
    let count = inside.filter(|(dx, dy)| (x + dx).hypot(y + dy) <= radius).count();
    f32::from(u8::try_from(count).unwrap_or(64)) / 64.0
}

/// Noise of the same strength at every level, as the reference has it, on what a full well holds at most.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
fn read_out(image: &Image, moment: &Moment) -> Vec<u8> {
    let mut rng = Rng::new(moment.noise_seed);
    let level = |light: &f32| (light.clamp(0.0, 255.0) + moment.noise * rng.normal() + 0.5).clamp(0.0, 255.0) as u8;
    image.data.iter().map(level).collect()
}

/// What a phone's JPEG leaves of a frame.
fn compress(data: &[u8], quality: u8) -> Vec<u8> {
    let mut jpeg = Vec::new();
    let (width, height) = (u32::try_from(WIDTH).unwrap_or(0), u32::try_from(HEIGHT).unwrap_or(0));
    let encoded = JpegEncoder::new_with_quality(&mut jpeg, quality).encode(data, width, height, ExtendedColorType::L8);
    encoded.expect("a frame of a fixed size fits a JPEG in memory");
    let decoded = image::load_from_memory_with_format(&jpeg, ImageFormat::Jpeg);
    decoded.expect("what was just encoded can be decoded").into_luma8().into_raw()
}
