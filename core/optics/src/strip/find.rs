//! Finds striped patches by the structure tensor of small blocks.

use super::field::{self, Field};
use crate::frame::LumaFrame;
use crate::limits::PATCHES_MAX;

/// Pixels of a block's side.
pub(crate) const BLOCK: usize = 16;
/// How one-directional a block's gradients must be, from 0 (any) to 1 (one).
const COHERENCE_MIN: f32 = 0.55;
/// A block's energy as a share of what the strongest blocks have.
const ENERGY_SHARE_MIN: f32 = 0.12;
/// The same for a block of a two-dimensional code, which may be small and in glare, and how
/// one-directional it may be.
const TEXTURE_SHARE_MIN: f32 = 0.05;
const COHERENCE_TEXTURE_MAX: f32 = 0.8;
/// How many times the energy of plain blocks texture has, and the share of blocks that are plain.
const TEXTURE_NOISE_MIN: f32 = 4.0;
const PLAIN_RANK: f32 = 0.25;
/// The share of blocks that are weaker than "the strongest".
const ENERGY_RANK: f32 = 0.98;
/// A squared gradient per pixel below which there are no stripes but noise in the dark.
const ENERGY_PER_PIXEL_MIN: f32 = 30.0;
/// The cosine of twice the angle by which neighbours may differ (15 degrees).
const LIKE: f32 = 0.866;
/// Blocks around a block that count as its neighbours.
const REACH: isize = 2;
/// The share of its strongest row that a row of blocks has, where a code goes on.
const BAND_SHARE_MIN: f32 = 0.35;
/// Blocks of which a patch has at least this many.
const BLOCKS_MIN: usize = 3;

/// How many times longer than wide blocks lie whose direction is told by where they lie.
const LONG_MIN: f32 = 1.7;
/// The least part of such a width, in pixels.
const WIDTH_MIN: f32 = 4.5;
/// The sines of the angles between the bars and the normal of the code's axis that are a slant: more
/// than the error of the axis, less than what is another thing (5 and 30 degrees).
const SLANT_SINES: std::ops::Range<f32> = 0.08..0.5;
/// What a slanted patch counts beside the upright one of the same blocks.
const SLANTED_SHARE: f32 = 0.99;

/// A striped patch: a parallelogram whose first axis runs along the code and whose second one along
/// its bars, which are slanted on a tube that is tilted and turned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patch {
    /// Its middle, in pixels of the part looked at.
    pub(crate) x: f32,
    pub(crate) y: f32,
    /// The unit vector along the code.
    pub(crate) along: (f32, f32),
    /// Pixels along the code by which a bar moves with each pixel across it.
    pub(crate) slant: f32,
    /// Half its extent along the code and across it, in pixels.
    pub(crate) half_along: f32,
    pub(crate) half_across: f32,
}

impl Patch {
    /// The point `u` pixels along the code and `v` across it from the middle.
    pub(crate) fn point(&self, u: f32, v: f32) -> (f32, f32) {
        let (c, s) = self.along;
        let u = u + self.slant * v;
        (self.x + u * c - v * s, self.y + u * s + v * c)
    }

    /// Whether the other patch's middle lies in this one.
    pub(crate) fn holds(&self, other: &Self) -> bool {
        let (dx, dy) = (other.x - self.x, other.y - self.y);
        let (c, s) = self.along;
        let across = dy * c - dx * s;
        let along = dx * c + dy * s - self.slant * across;
        along.abs() < self.half_along && across.abs() < self.half_across
    }
}

/// The two directions of a patch: that of the code, and how much its bars lean.
#[derive(Clone, Copy)]
struct Axes {
    along: (f32, f32),
    slant: f32,
}

/// Sums of squared gradients of one block, and what follows from them.
#[derive(Clone, Copy, Default)]
struct Block {
    energy: f32,
    /// The direction of the gradients, as the unit vector of twice its angle.
    twice: (f32, f32),
    /// How one-directional the gradients are, from 0 (any) to 1 (one).
    coherence: f32,
    striped: bool,
}

/// The memory of the finder, kept from frame to frame.
#[derive(Default)]
pub(crate) struct Finder {
    blocks: Vec<Block>,
    energies: Vec<f32>,
    /// The energy that few blocks exceed, and one that blocks without any print have: noise.
    strongest: f32,
    plain: f32,
    seen: Vec<bool>,
    queue: Vec<usize>,
}

impl Finder {
    /// The strongest striped patches of the frame, strongest first.
    pub(crate) fn patches(&mut self, frame: &LumaFrame<'_>) -> Vec<Patch> {
        let (columns, rows) = (frame.width() / BLOCK, frame.height() / BLOCK);
        if columns == 0 || rows == 0 {
            return Vec::new();
        }
        self.measure(frame, columns, rows);
        self.mark();
        self.seen.clear();
        self.seen.resize(self.blocks.len(), false);
        let mut patches = Vec::new();
        for start in 0..self.blocks.len() {
            if self.blocks[start].striped && !self.seen[start] {
                let members = self.grow(start, columns, rows);
                self.split(members.clone(), Self::upright, (columns, frame), &mut patches);
                self.split(members, Self::slanted, (columns, frame), &mut patches);
            }
        }
        patches.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        patches.truncate(PATCHES_MAX);
        patches.into_iter().map(|(_, patch)| patch).collect()
    }

    /// The tensor of every block, from every second row.
    fn measure(&mut self, frame: &LumaFrame<'_>, columns: usize, rows: usize) {
        self.blocks.clear();
        let mut sums = vec![[0i32; 3]; columns];
        for by in 0..rows {
            sums.fill([0; 3]);
            let first = (by * BLOCK).max(1);
            let last = (by * BLOCK + BLOCK).min(frame.height() - 1);
            for y in (first..last).step_by(2) {
                add_row(&mut sums, frame.row(y - 1), frame.row(y), frame.row(y + 1));
            }
            let pixels = ((last - first).div_ceil(2) * BLOCK) as f32;
            self.blocks.extend(sums.iter().map(|&[xx, yy, xy]| Block::of(xx, yy, xy, pixels)));
        }
    }

    /// The fields of the frame whose patches were looked for last that look like a two-dimensional
    /// code, the likeliest first.
    pub(crate) fn fields(&self, frame: &LumaFrame<'_>) -> Vec<Field> {
        let (columns, rows) = (frame.width() / BLOCK, frame.height() / BLOCK);
        if self.blocks.is_empty() || self.blocks.len() != columns * rows {
            return Vec::new();
        }
        let least = (self.strongest * TEXTURE_SHARE_MIN).max(self.plain * TEXTURE_NOISE_MIN).max(ENERGY_PER_PIXEL_MIN);
        let is_textured = |block: &Block| block.energy >= least && block.coherence < COHERENCE_TEXTURE_MAX;
        field::likeliest(self.blocks.iter().map(is_textured), columns, |middle| nearness(middle, frame))
    }

    /// Marks the blocks that are strong enough beside the strongest ones.
    fn mark(&mut self) {
        self.energies.clear();
        self.energies.extend(self.blocks.iter().map(|block| block.energy));
        let rank = ((self.energies.len() - 1) as f32 * ENERGY_RANK) as usize;
        let (_, strongest, _) = self.energies.select_nth_unstable_by(rank, f32::total_cmp);
        self.strongest = *strongest;
        let rank = ((self.energies.len() - 1) as f32 * PLAIN_RANK) as usize;
        let (_, plain, _) = self.energies.select_nth_unstable_by(rank, f32::total_cmp);
        self.plain = *plain;
        let least = (self.strongest * ENERGY_SHARE_MIN).max(ENERGY_PER_PIXEL_MIN);
        for block in &mut self.blocks {
            block.striped &= block.energy >= least;
        }
    }

    /// The blocks joined to `start` by neighbours of like direction.
    fn grow(&mut self, start: usize, columns: usize, rows: usize) -> Vec<usize> {
        let mut members = Vec::new();
        self.seen[start] = true;
        self.queue.clear();
        self.queue.push(start);
        while let Some(at) = self.queue.pop() {
            members.push(at);
            let (x, y) = ((at % columns) as isize, (at / columns) as isize);
            for ny in (y - REACH).max(0)..=(y + REACH).min(rows as isize - 1) {
                for nx in (x - REACH).max(0)..=(x + REACH).min(columns as isize - 1) {
                    let next = ny as usize * columns + nx as usize;
                    if self.blocks[next].striped && !self.seen[next] && self.alike(at, next) {
                        self.seen[next] = true;
                        self.queue.push(next);
                    }
                }
            }
        }
        members
    }

    fn alike(&self, a: usize, b: usize) -> bool {
        let (a, b) = (self.blocks[a].twice, self.blocks[b].twice);
        a.0 * b.0 + a.1 * b.1 > LIKE
    }

    /// Makes patches of joined blocks: things that lie above each other may be joined by a few
    /// blocks between them, so the densest band across the code is one patch, and what lies on
    /// either side of it is split again.
    fn split(
        &self,
        members: Vec<usize>,
        axes: fn(&Self, &[usize], usize) -> Option<Axes>,
        (columns, frame): (usize, &LumaFrame<'_>),
        patches: &mut Vec<(f32, Patch)>,
    ) {
        let mut rest = vec![members];
        while let Some(members) = rest.pop() {
            if members.len() < BLOCKS_MIN {
                continue;
            }
            let Some(axes) = axes(self, &members, columns) else { continue };
            let across = |at: usize| {
                let (x, y) = centre(at, columns);
                y * axes.along.0 - x * axes.along.1
            };
            let band = self.band(&members, across);
            let (inside, outside): (Vec<usize>, Vec<usize>) =
                members.into_iter().partition(|&at| band.contains(&across(at)));
            let (above, below) = outside.into_iter().partition(|&at| across(at) < band.start);
            rest.extend([above, below]);
            if inside.len() >= BLOCKS_MIN {
                let (energy, patch) = self.patch(&inside, axes, columns);
                let share = if axes.slant == 0.0 { 1.0 } else { SLANTED_SHARE };
                patches.push((energy * share * nearness((patch.x, patch.y), frame), patch));
            }
        }
    }

    /// A code whose bars stand at right angles to it.
    fn upright(&self, members: &[usize], _: usize) -> Option<Axes> {
        Some(Axes { along: self.direction(members), slant: 0.0 })
    }

    /// A code that lies along its blocks and whose bars do not stand at right angles to that.
    fn slanted(&self, members: &[usize], columns: usize) -> Option<Axes> {
        let gradient = self.direction(members);
        let (s, c) = longest(members.iter().map(|&at| centre(at, columns)))?.sin_cos();
        let cosine = c * gradient.0 + s * gradient.1;
        let along = (c.copysign(c * cosine), s.copysign(s * cosine));
        let sine = along.0 * gradient.1 - along.1 * gradient.0;
        SLANT_SINES.contains(&sine.abs()).then(|| Axes { along, slant: -sine / cosine.abs() })
    }

    /// The unit vector along the code: the mean of the blocks' directions by their energy.
    fn direction(&self, members: &[usize]) -> (f32, f32) {
        let (x, y) = members
            .iter()
            .map(|&at| self.blocks[at])
            .fold((0.0, 0.0), |(x, y), block| (x + block.energy * block.twice.0, y + block.energy * block.twice.1));
        let (s, c) = (y.atan2(x) / 2.0).sin_cos();
        (c, s)
    }

    /// The part of the extent across the code, around its strongest place, in which blocks are
    /// about as many as there.
    fn band(&self, members: &[usize], across: impl Fn(usize) -> f32) -> std::ops::Range<f32> {
        let bins = || members.iter().map(|&at| (across(at) / BLOCK as f32).floor() as i32);
        let first = bins().min().unwrap_or(0);
        let count = bins().max().map_or(0, |last| (last - first) as usize + 1);
        let mut weights = vec![0.0f32; count];
        for (&at, bin) in members.iter().zip(bins()) {
            weights[(bin - first) as usize] += self.blocks[at].energy;
        }
        let Some(peak) = (0..count).max_by(|a, b| weights[*a].total_cmp(&weights[*b])) else { return 0.0..0.0 };
        let enough = |bin: &usize| weights[*bin] >= BAND_SHARE_MIN * weights[peak];
        let low = (0..=peak).rev().take_while(enough).last().unwrap_or(peak);
        let high = (peak..count).take_while(enough).last().unwrap_or(peak);
        let place = |bin: usize| (first + bin as i32) as f32 * BLOCK as f32;
        place(low)..place(high + 1)
    }

    /// The patch around `members`, with the sum of their energies.
    fn patch(&self, members: &[usize], axes: Axes, columns: usize) -> (f32, Patch) {
        let Axes { along: (c, s), slant } = axes;
        let half = BLOCK as f32 / 2.0;
        let (mut u, mut v) = ((f32::MAX, f32::MIN), (f32::MAX, f32::MIN));
        let mut total = 0.0;
        for &at in members {
            let (x, y) = centre(at, columns);
            let across = y * c - x * s;
            let along = x * c + y * s - slant * across;
            u = (u.0.min(along), u.1.max(along));
            v = (v.0.min(across), v.1.max(across));
            total += self.blocks[at].energy;
        }
        let (middle_u, middle_v) = (f32::midpoint(u.0, u.1), f32::midpoint(v.0, v.1));
        let middle_u = middle_u + slant * middle_v;
        let patch = Patch {
            x: middle_u * c - middle_v * s,
            y: middle_u * s + middle_v * c,
            along: axes.along,
            slant,
            half_along: (u.1 - u.0) / 2.0 + half,
            half_across: (v.1 - v.0) / 2.0 + half,
        };
        (total, patch)
    }
}

/// The angle of the line that `places` lie along, if they lie along one.
fn longest(places: impl Iterator<Item = (f32, f32)> + Clone) -> Option<f32> {
    let count = places.clone().count().max(1) as f32;
    let (x, y) = places.clone().fold((0.0, 0.0), |sum, place| (sum.0 + place.0 / count, sum.1 + place.1 / count));
    let (xx, yy, xy) = places.fold((0.0, 0.0, 0.0), |(xx, yy, xy), place| {
        let (dx, dy) = (place.0 - x, place.1 - y);
        (xx + dx * dx / count, yy + dy * dy / count, xy + dx * dy / count)
    });
    let spread = (xx - yy).hypot(2.0 * xy);
    let (length, width) = (f32::midpoint(xx + yy, spread), f32::midpoint(xx + yy, -spread));
    let long = length > LONG_MIN * LONG_MIN * width.max(WIDTH_MIN * WIDTH_MIN);
    long.then(|| (2.0 * xy).atan2(xx - yy) / 2.0)
}

/// The middle of a block, in pixels.
fn centre(at: usize, columns: usize) -> (f32, f32) {
    let half = BLOCK as f32 / 2.0;
    ((at % columns * BLOCK) as f32 + half, (at / columns * BLOCK) as f32 + half)
}

/// How much a thing counts by where it lies: what a person wants read is held to the middle.
fn nearness(middle: (f32, f32), frame: &LumaFrame<'_>) -> f32 {
    let off = |at: f32, side: usize| (2.0 * at / side as f32 - 1.0).clamp(-1.0, 1.0);
    let (dx, dy) = (off(middle.0, frame.width()), off(middle.1, frame.height()));
    1.0 / (1.0 + 3.0 * (dx * dx + dy * dy))
}

impl Block {
    fn of(xx: i32, yy: i32, xy: i32, pixels: f32) -> Self {
        let (sum, difference, mixed) = ((xx + yy) as f32, (xx - yy) as f32, 2.0 * xy as f32);
        let length = difference.hypot(mixed);
        if sum <= 0.0 || length <= 0.0 {
            return Self::default();
        }
        Self {
            energy: sum / pixels,
            twice: (difference / length, mixed / length),
            striped: length / sum > COHERENCE_MIN,
            coherence: length / sum,
        }
    }
}

/// Adds the gradients of one row, block by block. At most 255² × 256 a sum: no overflow.
fn add_row(sums: &mut [[i32; 3]], above: &[u8], row: &[u8], below: &[u8]) {
    for (bx, sum) in sums.iter_mut().enumerate() {
        let first = (bx * BLOCK).max(1);
        let last = (bx * BLOCK + BLOCK).min(row.len() - 1);
        if last <= first {
            continue;
        }
        let left = &row[first - 1..last - 1];
        let right = &row[first + 1..last + 1];
        let (above, below) = (&above[first..last], &below[first..last]);
        let (mut xx, mut yy, mut xy) = (0i32, 0i32, 0i32);
        for (((l, r), a), b) in left.iter().zip(right).zip(above).zip(below) {
            let dx = i32::from(*r) - i32::from(*l);
            let dy = i32::from(*b) - i32::from(*a);
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }
        sum[0] += xx;
        sum[1] += yy;
        sum[2] += xy;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stripes of 4 pixels whose direction of change is `degrees`, in a disc of `radius`.
    fn stripes(degrees: f32, radius: f32) -> Vec<u8> {
        let (s, c) = degrees.to_radians().sin_cos();
        let mut data = vec![128u8; 640 * 480];
        for y in 0..480 {
            for x in 0..640 {
                let (dx, dy) = (x as f32 - 320.0, y as f32 - 240.0);
                if dx.hypot(dy) < radius {
                    let swing = ((dx * c + dy * s) * std::f32::consts::PI / 4.0).sin();
                    data[y * 640 + x] = (128.0 + 90.0 * swing) as u8;
                }
            }
        }
        data
    }

    #[test]
    fn stripes_are_found_at_every_angle() {
        for degrees in (0..180).step_by(7) {
            let data = stripes(degrees as f32, 100.0);
            let frame = LumaFrame::new(&data, 640, 480, 640).unwrap();
            let patches = Finder::default().patches(&frame);
            let patch = patches.first().unwrap();
            assert!((patch.x - 320.0).abs() < 10.0 && (patch.y - 240.0).abs() < 10.0, "{degrees}: {patch:?}");
            let (s, c) = (degrees as f32).to_radians().sin_cos();
            let cosine = (patch.along.0 * c + patch.along.1 * s).abs();
            assert!(cosine > 0.9995, "{degrees}: {patch:?}");
            assert!((80.0..130.0).contains(&patch.half_along), "{degrees}: {patch:?}");
        }
    }

    #[test]
    fn plain_noisy_and_tiny_frames_have_no_patch() {
        let mut state = 1u32;
        let noise: Vec<u8> = (0..640 * 480)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            })
            .collect();
        let mut finder = Finder::default();
        assert!(finder.patches(&LumaFrame::new(&noise, 640, 480, 640).unwrap()).is_empty());
        assert!(finder.patches(&LumaFrame::new(&[90; 640 * 480], 640, 480, 640).unwrap()).is_empty());
        for (width, height) in [(1, 1), (15, 400), (400, 15), (16, 16), (17, 33)] {
            assert!(finder.patches(&LumaFrame::new(&noise, width, height, width).unwrap()).len() <= 1);
        }
    }
}
