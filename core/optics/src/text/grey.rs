//! Fields of bytes and the classic operations on them that find lines of print.
//!
//! Extremes over a window are taken by doubling: the larger of two, of two twos, of two fours. Each
//! pass is one comparison of whole rows, which machines make sixteen bytes at a time.

use crate::frame::{LumaFrame, Rotation};
use crate::plane::means_of_four;

/// A field of bytes.
#[derive(Default)]
pub(super) struct Grey {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) data: Vec<u8>,
}

/// Which of two is kept.
#[derive(Clone, Copy)]
pub(super) enum Keep {
    Larger,
    Smaller,
}

impl Keep {
    const fn other(self) -> Self {
        match self {
            Self::Larger => Self::Smaller,
            Self::Smaller => Self::Larger,
        }
    }

    fn of(self, to: &mut [u8], with: &[u8]) {
        match self {
            Self::Larger => to.iter_mut().zip(with).for_each(|(a, b)| *a = (*a).max(*b)),
            Self::Smaller => to.iter_mut().zip(with).for_each(|(a, b)| *a = (*a).min(*b)),
        }
    }
}

impl Grey {
    pub(super) fn row(&self, y: usize) -> &[u8] {
        &self.data[y * self.width..(y + 1) * self.width]
    }

    pub(super) fn shape(&mut self, width: usize, height: usize) {
        (self.width, self.height) = (width, height);
        self.data.clear();
        self.data.resize(width * height, 0);
    }

    pub(super) fn copy(&mut self, from: &Self) {
        (self.width, self.height) = (from.width, from.height);
        self.data.clear();
        self.data.extend_from_slice(&from.data);
    }

    /// The value that half of all are not above.
    pub(super) fn median(&self) -> u16 {
        let mut counts = [0usize; 256];
        self.data.iter().for_each(|value| counts[usize::from(*value)] += 1);
        let mut below = 0;
        let reaches_half = |count: &usize| {
            below += count;
            2 * below >= self.data.len()
        };
        counts.iter().position(reaches_half).unwrap_or(0) as u16
    }

    /// The frame as its holder sees it, at half the size: each pixel is the mean of four.
    pub(super) fn half(&mut self, frame: &LumaFrame<'_>, rotation: Rotation) {
        let (width, height) = (frame.width() / 2, frame.height() / 2);
        let lies = matches!(rotation, Rotation::Right | Rotation::Left);
        self.shape(if lies { height } else { width }, if lies { width } else { height });
        let stride = self.width;
        for y in 0..height {
            let means = means_of_four(frame, y);
            match rotation {
                Rotation::None => {
                    self.data[y * stride..(y + 1) * stride].iter_mut().zip(means).for_each(|(to, v)| *to = v)
                }
                Rotation::Half => {
                    let row = (height - 1 - y) * stride;
                    self.data[row..row + stride].iter_mut().rev().zip(means).for_each(|(to, v)| *to = v);
                }
                Rotation::Right => means.enumerate().for_each(|(x, v)| self.data[x * stride + height - 1 - y] = v),
                Rotation::Left => means.enumerate().for_each(|(x, v)| self.data[(width - 1 - x) * stride + y] = v),
            }
        }
    }

    /// The mean of every three by three.
    pub(super) fn smooth(&mut self, room: &mut Self) {
        let (width, height) = (self.width, self.height);
        if width < 3 || height < 3 {
            return;
        }
        room.copy(self);
        let mut sums = vec![0u16; width];
        for y in 1..height - 1 {
            let rows = [room.row(y - 1), room.row(y), room.row(y + 1)];
            for (x, sum) in sums.iter_mut().enumerate() {
                *sum = u16::from(rows[0][x]) + u16::from(rows[1][x]) + u16::from(rows[2][x]);
            }
            let to = &mut self.data[y * width + 1..(y + 1) * width - 1];
            for (to, three) in to.iter_mut().zip(sums.windows(3)) {
                *to = ((three[0] + three[1] + three[2] + 4) / 9) as u8;
            }
        }
    }

    /// The extreme of every `count` bytes of a row, around each of them; the rim keeps to itself.
    pub(super) fn along(&mut self, count: usize, keep: Keep, room: &mut Self) {
        let width = self.width;
        if count < 2 || width <= count {
            return;
        }
        let before = count / 2;
        let mut line = vec![0u8; width + count];
        for row in self.data.chunks_exact_mut(width) {
            line[..before].fill(row[0]);
            line[before..before + width].copy_from_slice(row);
            line[before + width..].fill(row[width - 1]);
            doubled(count, |shift| {
                // Forwards in place: what is compared with lies ahead and is as it was.
                room.data.clear();
                room.data.extend_from_slice(&line[shift..]);
                keep.of(&mut line[..width + count - shift], &room.data);
            });
            row.copy_from_slice(&line[..width]);
        }
    }

    /// The extreme of every `count` bytes of a column.
    pub(super) fn across(&mut self, count: usize, keep: Keep, room: &mut Self) {
        let (width, height) = (self.width, self.height);
        if count < 2 || height <= count || width == 0 {
            return;
        }
        let before = count / 2;
        room.data.clear();
        for _ in 0..before {
            room.data.extend_from_slice(&self.data[..width]);
        }
        room.data.extend_from_slice(&self.data);
        for _ in before..count {
            room.data.extend_from_slice(&self.data[(height - 1) * width..]);
        }
        doubled(count, |shift| {
            for y in 0..height + count - shift {
                let (here, ahead) = room.data.split_at_mut((y + shift) * width);
                keep.of(&mut here[y * width..(y + 1) * width], &ahead[..width]);
            }
        });
        self.data.copy_from_slice(&room.data[..width * height]);
    }

    /// Fills what is narrower than the window (larger first) or removes it (smaller first).
    pub(super) fn close(&mut self, (wide, high): (usize, usize), first: Keep, room: &mut Self) {
        for keep in [first, first.other()] {
            self.along(wide, keep, room);
            self.across(high, keep, room);
        }
    }

    /// What is darker than its surroundings within `side`: print, without shades.
    pub(super) fn black_hat(&mut self, side: usize, rooms: &mut [Self; 2]) {
        let [closed, room] = rooms;
        closed.copy(self);
        closed.close((side, side), Keep::Larger, room);
        for (value, closed) in self.data.iter_mut().zip(&closed.data) {
            *value = closed.saturating_sub(*value);
        }
    }
}

/// The shifts by which windows of one grow to windows of `count`.
fn doubled(count: usize, mut pass: impl FnMut(usize)) {
    let mut size = 1;
    while size * 2 <= count {
        pass(size);
        size *= 2;
    }
    if size < count {
        pass(count - size);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(width: usize, height: usize) -> Grey {
        let data = (0..width * height).map(|i| (i * 7919 % 251) as u8).collect();
        Grey { width, height, data }
    }

    #[test]
    fn extremes_are_those_of_their_window() {
        let mut room = Grey::default();
        for (count, keep) in [(2, Keep::Larger), (3, Keep::Smaller), (13, Keep::Larger), (45, Keep::Smaller)] {
            let from = field(97, 61);
            let (mut along, mut across) = (field(97, 61), field(97, 61));
            along.along(count, keep, &mut room);
            across.across(count, keep, &mut room);
            let of = |values: &mut dyn Iterator<Item = u8>| match keep {
                Keep::Larger => values.max().unwrap(),
                Keep::Smaller => values.min().unwrap(),
            };
            for y in 0..61i32 {
                for x in 0..97i32 {
                    let window = -(count as i32 / 2)..count as i32 - count as i32 / 2;
                    let at = |x: i32, y: i32| from.row(y.clamp(0, 60) as usize)[x.clamp(0, 96) as usize];
                    assert_eq!(along.row(y as usize)[x as usize], of(&mut window.clone().map(|d| at(x + d, y))));
                    assert_eq!(across.row(y as usize)[x as usize], of(&mut window.map(|d| at(x, y + d))));
                }
            }
        }
    }

    #[test]
    fn thin_dark_strokes_stay_and_shades_go() {
        let mut grey = Grey { width: 100, height: 60, data: (0..6_000).map(|i| (60 + i % 100) as u8).collect() };
        for y in 20..40 {
            grey.data[y * 100 + 50] -= 40;
        }
        grey.black_hat(13, &mut Default::default());
        assert!(grey.row(30)[50] >= 38 && grey.row(30)[20] == 0 && grey.row(10)[50] == 0);
    }

    #[test]
    fn turned_frames_are_seen_upright() {
        let data: Vec<u8> = (0..8 * 6).map(|i| if i == 0 { 255 } else { 0 }).collect();
        let frame = LumaFrame::new(&data, 8, 6, 8).unwrap();
        let corner = |rotation| {
            let mut grey = Grey::default();
            grey.half(&frame, rotation);
            let place = grey.data.iter().position(|v| *v > 0).unwrap();
            (grey.width, grey.height, place % grey.width, place / grey.width)
        };
        assert_eq!(corner(Rotation::None), (4, 3, 0, 0));
        assert_eq!(corner(Rotation::Right), (3, 4, 2, 0));
        assert_eq!(corner(Rotation::Half), (4, 3, 3, 2));
        assert_eq!(corner(Rotation::Left), (3, 4, 0, 3));
    }
}
