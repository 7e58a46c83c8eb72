//! Lines of print in a frame: long, thin, full of upright strokes.

use super::grey::{Grey, Keep};
use crate::frame::{LumaFrame, Rotation};

/// The widest stroke that is print, in pixels of the halved frame.
const STROKE_MAX: usize = 13;
/// Columns and rows over which the strength of strokes is gathered: a letter's width, and little height,
/// so that the space between two lines stays.
const GATHER: (usize, usize) = (15, 3);
const SIZE: u16 = (GATHER.0 * GATHER.1) as u16;
/// Columns and rows around a place whose weakest and strongest are looked at: print is stronger than the
/// mean of the two, which a line between other lines is too.
const AROUND: (usize, usize) = (31, 31);
/// How many strengths a level is: darkness leaves print of a few levels.
const FINE: u16 = 4;
/// Tenths of the frame's middle strength, which is its noise, that print has at the least, and strengths.
const NOISE: u16 = 16;
const STRENGTH_MIN: u16 = 4;
/// Gaps within a line that are closed, in pixels.
const GAP: usize = 13;
/// What is higher is no line but a card's edge that meets lines; in pixels.
const BAR: usize = 45;
/// What a line must be: its length in pixels, its length by its height, and its slope (24 degrees).
const LENGTH_MIN: f32 = 90.0;
const SLENDER_MIN: f32 = 5.5;
const SLOPE_MAX: f32 = 0.445;
/// What a part of a line must be, to be joined with the next one: signs far from each other part a line.
const PART_LENGTH_MIN: f32 = 26.0;
const PART_SLENDER_MIN: f32 = 1.5;
/// How far the next part may be, how far it may lie beside, and how different its height may be, by heights.
const PART_GAP: f32 = 2.2;
const PART_BESIDE: f32 = 0.4;
const PART_HEIGHT: f32 = 1.7;
/// Parts looked at in a frame.
const PARTS_MAX: usize = 64;
/// Lines of a frame: what lies around a card has more than it, and larger ones.
const LINES_MAX: usize = 24;
/// Side of a frame, in pixels, below which nothing is searched.
const SIDE_MIN: usize = 128;

/// Where a line may lie, in pixels of the frame as its holder sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Candidate {
    pub(super) middle: (f32, f32),
    /// Its direction, to the right.
    pub(super) along: (f32, f32),
    pub(super) half_length: f32,
    pub(super) half_height: f32,
}

impl Candidate {
    fn is_line(&self) -> bool {
        self.half_length >= LENGTH_MIN && self.half_length >= SLENDER_MIN * self.half_height
    }

    fn ends(&self) -> [(f32, f32); 2] {
        let ((x, y), (dx, dy), reach) = (self.middle, self.along, self.half_length);
        [(x - reach * dx, y - reach * dy), (x + reach * dx, y + reach * dy)]
    }

    /// The line that this part and another to its right make, if they are parts of one.
    fn with(&self, right: &Self) -> Option<Self> {
        let (height, other) = (2.0 * self.half_height, 2.0 * right.half_height);
        let alike = height.max(other) < PART_HEIGHT * height.min(other);
        let ([from, end], [start, to]) = (self.ends(), right.ends());
        let (x, y) = (start.0 - end.0, start.1 - end.1);
        let (gap, beside) = (x * self.along.0 + y * self.along.1, y * self.along.0 - x * self.along.1);
        let mean = f32::midpoint(height, other);
        if !alike || gap.abs() > PART_GAP * mean || beside.abs() > PART_BESIDE * mean {
            return None;
        }
        let (x, y) = (to.0 - from.0, to.1 - from.1);
        let length = (x * x + y * y).sqrt();
        Some(Self {
            middle: (f32::midpoint(from.0, to.0), f32::midpoint(from.1, to.1)),
            along: (x / length, y / length),
            half_length: length / 2.0,
            half_height: f32::midpoint(self.half_height, right.half_height),
        })
    }
}

/// Parts that lie in one line become one of `lines`, from left to right; the largest lines first.
fn join_parts(parts: &mut [Candidate], lines: &mut Vec<Candidate>) {
    parts.sort_unstable_by(|a, b| a.middle.0.total_cmp(&b.middle.0).then(a.middle.1.total_cmp(&b.middle.1)));
    for part in parts {
        match lines.iter_mut().find_map(|line| line.with(part).map(|joined| (line, joined))) {
            Some((line, joined)) => *line = joined,
            None => lines.push(*part),
        }
    }
    let area = |line: &Candidate| line.half_length * line.half_height;
    lines.sort_unstable_by(|a, b| area(b).total_cmp(&area(a)).then(a.middle.1.total_cmp(&b.middle.1)));
}

/// Room for the search, kept from frame to frame.
#[derive(Default)]
pub(super) struct LineFinder {
    grey: Grey,
    rooms: [Grey; 2],
    strength: Grey,
    weakest: Grey,
    strongest: Grey,
    gathered: Vec<u16>,
    runs: Vec<Run>,
    blobs: Vec<Blob>,
    parts: Vec<Candidate>,
    /// The lines of the last frame; whoever takes them away gives the room back.
    pub(super) lines: Vec<Candidate>,
}

impl LineFinder {
    /// The lines of a frame, the most likely first.
    pub(super) fn lines(&mut self, frame: &LumaFrame<'_>, rotation: Rotation) -> &[Candidate] {
        self.lines.clear();
        if frame.width().min(frame.height()) < SIDE_MIN {
            return &self.lines;
        }
        self.grey.half(frame, rotation);
        self.grey.smooth(&mut self.rooms[0]);
        self.grey.black_hat(STROKE_MAX, &mut self.rooms);
        self.edges();
        self.print();
        self.blobs();
        self.blobs.sort_unstable_by_key(|blob| (std::cmp::Reverse(blob.count), blob.parent));
        self.parts.clear();
        self.parts.extend(self.blobs.iter().filter_map(Blob::part).take(PARTS_MAX));
        join_parts(&mut self.parts, &mut self.lines);
        self.lines.retain(Candidate::is_line);
        self.lines.truncate(LINES_MAX);
        &self.lines
    }

    /// How much brightness changes from each column to the one after the next.
    fn edges(&mut self) {
        let width = self.grey.width;
        for row in self.grey.data.chunks_exact_mut(width) {
            for x in 0..width - 2 {
                row[x] = row[x].abs_diff(row[x + 2]);
            }
            row[width - 2..].fill(0);
        }
    }

    /// Marks what is print with 255, everything else with 0.
    fn print(&mut self) {
        self.gather();
        let noise = self.strength.median().saturating_mul(NOISE) / 10;
        let enough = noise.clamp(STRENGTH_MIN, 250) as u8;
        let [room, bars] = &mut self.rooms;
        for (extreme, keep) in [(&mut self.weakest, Keep::Smaller), (&mut self.strongest, Keep::Larger)] {
            extreme.copy(&self.strength);
            extreme.along(AROUND.0, keep, room);
            extreme.across(AROUND.1, keep, room);
        }
        let around = self.weakest.data.iter().zip(&self.strongest.data);
        for ((to, here), (low, high)) in self.grey.data.iter_mut().zip(&self.strength.data).zip(around) {
            *to = if *here > low / 2 + high / 2 && *here > enough { 255 } else { 0 };
        }
        self.grey.close((3, 3), Keep::Smaller, room);
        self.grey.close((GAP, 1), Keep::Larger, room);
        bars.copy(&self.grey);
        bars.close((1, BAR), Keep::Smaller, room);
        self.grey.data.iter_mut().zip(&bars.data).for_each(|(value, bar)| *value &= !bar);
    }

    /// The mean strength over [`GATHER`] around each pixel, [`FINE`] to a level.
    fn gather(&mut self) {
        let (width, height) = (self.grey.width, self.grey.height);
        self.gathered.clear();
        self.gathered.resize(width * height, 0);
        self.strength.shape(width, height);
        let reach = GATHER.0 / 2;
        for y in 0..height {
            let row = self.grey.row(y);
            let mut sum = row[..reach.min(width)].iter().map(|v| u16::from(*v)).sum::<u16>();
            for x in 0..width {
                sum += row.get(x + reach).map_or(0, |v| u16::from(*v));
                self.gathered[y * width + x] = sum;
                sum -= x.checked_sub(reach).map_or(0, |first| u16::from(row[first]));
            }
        }
        let row = |y: usize| &self.gathered[y * width..(y + 1) * width];
        for y in 0..height {
            let (above, here, below) = (row(y.saturating_sub(1)), row(y), row((y + 1).min(height - 1)));
            let three = above.iter().zip(here).zip(below).map(|((a, b), c)| a + b + c);
            let to = &mut self.strength.data[y * width..(y + 1) * width];
            to.iter_mut().zip(three).for_each(|(to, sum)| *to = (sum / (SIZE / FINE)).min(255) as u8);
        }
    }

    /// What hangs together of the marked pixels.
    fn blobs(&mut self) {
        self.runs.clear();
        self.blobs.clear();
        let (blobs, mut before) = (&mut self.blobs, 0..0);
        for y in 0..self.grey.height {
            let start = self.runs.len();
            let mut x = 0;
            let row = &self.grey.data[y * self.grey.width..(y + 1) * self.grey.width];
            while let Some(from) = row[x..].iter().position(|v| *v > 0).map(|skip| x + skip) {
                let to = row[from..].iter().position(|v| *v == 0).map_or(row.len(), |length| from + length);
                let mut blob = None;
                for above in before.clone() {
                    let other = self.runs[above];
                    if other.from <= to && from <= other.to {
                        let root = root(blobs, other.blob);
                        blob = Some(blob.map_or(root, |mine| join(blobs, mine, root)));
                    }
                }
                let blob = blob.unwrap_or_else(|| {
                    blobs.push(Blob { parent: blobs.len(), ..Blob::default() });
                    blobs.len() - 1
                });
                blobs[blob].add(from as u64, to as u64, y as u64);
                self.runs.push(Run { from, to, blob });
                x = to;
            }
            before = start..self.runs.len();
        }
        let mut place = 0..;
        self.blobs.retain(|blob| place.next() == Some(blob.parent));
    }
}

/// Marked pixels of one row that hang together.
#[derive(Clone, Copy)]
struct Run {
    from: usize,
    to: usize,
    blob: usize,
}

/// Sums over the pixels of a blob, in whole numbers: every machine finds the same line.
#[derive(Clone, Default)]
struct Blob {
    parent: usize,
    count: u64,
    x: u64,
    y: u64,
    xx: u64,
    xy: u64,
    yy: u64,
}

impl Blob {
    fn add(&mut self, from: u64, to: u64, y: u64) {
        let count = to - from;
        let sum = (from + to - 1) * count / 2;
        let squares = |n: u64| n.saturating_sub(1) * n * (2 * n).saturating_sub(1) / 6;
        self.count += count;
        self.x += sum;
        self.y += y * count;
        self.xx += squares(to) - squares(from);
        self.xy += y * sum;
        self.yy += y * y * count;
    }

    fn take(&mut self, other: &Self) {
        self.count += other.count;
        self.x += other.x;
        self.y += other.y;
        self.xx += other.xx;
        self.xy += other.xy;
        self.yy += other.yy;
    }

    /// The line that a blob is or a part of one, in pixels of the whole frame.
    fn part(&self) -> Option<Candidate> {
        let count = self.count as f64;
        let (x, y) = (self.x as f64 / count, self.y as f64 / count);
        let (xx, yy) = (self.xx as f64 / count - x * x, self.yy as f64 / count - y * y);
        let xy = self.xy as f64 / count - x * y;
        // The axes of the ellipse that spreads as the blob does; a bar of a length spreads by its twelfth.
        let root = ((xx - yy) * (xx - yy) + 4.0 * xy * xy).sqrt();
        let (long, thin) = ((xx + yy + root) / 2.0, ((xx + yy - root) / 2.0).max(1.0 / 12.0));
        let (length, height) = ((12.0 * long).sqrt() as f32, (12.0 * thin).sqrt() as f32);
        let (dx, dy) = (long - yy, xy);
        let norm = (dx * dx + dy * dy).sqrt();
        if norm <= 0.0 || length < PART_LENGTH_MIN || length < PART_SLENDER_MIN * height {
            return None;
        }
        let along = ((dx / norm) as f32, (dy / norm) as f32);
        if along.1.abs() > SLOPE_MAX * along.0 {
            return None;
        }
        Some(Candidate {
            middle: (2.0 * x as f32 + 0.5, 2.0 * y as f32 + 0.5),
            along,
            half_length: length,
            half_height: height,
        })
    }
}

fn root(blobs: &mut [Blob], mut blob: usize) -> usize {
    while blobs[blob].parent != blob {
        blobs[blob].parent = blobs[blobs[blob].parent].parent;
        blob = blobs[blob].parent;
    }
    blob
}

/// Makes two blobs one; answers which it is.
fn join(blobs: &mut [Blob], a: usize, b: usize) -> usize {
    let (a, b) = (root(blobs, a), root(blobs, b));
    if a != b {
        let other = blobs[b].clone();
        blobs[a].take(&other);
        blobs[b].parent = a;
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame with a row of strokes that leans by `slope`.
    fn strokes(slope: f32) -> Vec<u8> {
        let mut data = vec![200u8; 640 * 360];
        for stroke in 0..40 {
            let x = 120 + stroke * 10;
            let middle = 180.0 + slope * (x as f32 - 320.0);
            for y in 0..20 {
                let row = (middle as usize + y - 10) * 640;
                data[row + x..row + x + 3].fill(40);
            }
        }
        data
    }

    #[test]
    fn a_row_of_strokes_is_a_line_where_it_lies() {
        for slope in [0.0, 0.1, -0.2] {
            let data = strokes(slope);
            let frame = LumaFrame::new(&data, 640, 360, 640).unwrap();
            let mut finder = LineFinder::default();
            let lines = finder.lines(&frame, Rotation::None);
            let [line] = lines[..] else { panic!("{} lines", lines.len()) };
            let found = line.along.1 / line.along.0;
            assert!((line.middle.0 - 317.0).abs() < 8.0 && (line.middle.1 - 180.0).abs() < 4.0, "{line:?}");
            assert!((found - slope).abs() < 0.02, "{slope}: {found}");
            assert!((line.half_length - 200.0).abs() < 20.0 && (4.0..20.0).contains(&line.half_height), "{line:?}");
        }
    }

    /// Levels that nobody chose, between 0 and `most`.
    fn noise(data: &mut [u8], most: u32) {
        let mut state = 7u32;
        for pixel in data {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *pixel = pixel.saturating_add((state >> 16) as u8 % most as u8);
        }
    }

    #[test]
    fn print_is_found_in_the_dark_and_between_other_print() {
        // Two strokes of ink in a frame of few levels, its noise as strong as they are.
        let mut data: Vec<u8> = strokes(0.1).into_iter().map(|level| level / 10).collect();
        noise(&mut data, 12);
        let frame = LumaFrame::new(&data, 640, 360, 640).unwrap();
        assert_eq!(LineFinder::default().lines(&frame, Rotation::None).len(), 1);
        // A faint line between two strong ones.
        let mut data = vec![220u8; 640 * 360];
        for (line, ink) in [(140, 20u8), (175, 100), (210, 20)] {
            for (stroke, row) in (0..40).flat_map(|stroke| (0..20).map(move |row| (stroke, row))) {
                let at = (line + row) * 640 + 120 + stroke * 10;
                data[at..at + 3].fill(ink);
            }
        }
        let frame = LumaFrame::new(&data, 640, 360, 640).unwrap();
        assert_eq!(LineFinder::default().lines(&frame, Rotation::None).len(), 3);
    }

    #[test]
    fn even_paper_steep_rows_and_small_frames_have_none() {
        let none = |data: &[u8], width, height| {
            let frame = LumaFrame::new(data, width, height, width).unwrap();
            LineFinder::default().lines(&frame, Rotation::None).is_empty()
        };
        assert!(none(&vec![128; 640 * 360], 640, 360));
        assert!(none(&strokes(0.7), 640, 360));
        assert!(none(&[7; 100 * 100], 100, 100));
        assert!(none(&[7; 300 * 2], 300, 2));
        let mut grain = vec![60; 640 * 360];
        noise(&mut grain, 60);
        assert!(none(&grain, 640, 360), "noise is no print");
    }
}
