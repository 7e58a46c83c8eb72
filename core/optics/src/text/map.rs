//! Numbers by channel, row and column, with room around them that is always zero.

/// Columns of zeros left of a row: half of the widest kernel.
pub(super) const LEFT: usize = 2;
/// Columns computed together, and zeros right of a row at the least.
pub(super) const TILE: usize = 8;
/// Rows of zeros above and below.
const MARGIN: usize = 1;

#[derive(Default)]
pub(super) struct Map {
    pub(super) channels: usize,
    pub(super) height: usize,
    pub(super) width: usize,
    /// Numbers from one row to the next.
    pub(super) stride: usize,
    data: Vec<f32>,
}

impl Map {
    /// Takes a shape; everything is zero then. Memory is kept from frame to frame.
    pub(super) fn shape(&mut self, channels: usize, height: usize, width: usize) {
        (self.channels, self.height, self.width) = (channels, height, width);
        self.stride = LEFT + width.next_multiple_of(TILE) + TILE;
        self.data.clear();
        self.data.resize(channels * self.plane(), 0.0);
    }

    /// Numbers from one channel to the next.
    pub(super) const fn plane(&self) -> usize {
        (self.height + 2 * MARGIN) * self.stride
    }

    /// Everything from row `y` of the first channel on, rows counted from the margin's first.
    pub(super) fn below(&self, y: usize) -> &[f32] {
        &self.data[y * self.stride..]
    }

    pub(super) fn row(&self, channel: usize, y: usize) -> &[f32] {
        let start = channel * self.plane() + (y + MARGIN) * self.stride + LEFT;
        &self.data[start..start + self.width]
    }

    pub(super) fn row_mut(&mut self, channel: usize, y: usize) -> &mut [f32] {
        let start = channel * self.plane() + (y + MARGIN) * self.stride + LEFT;
        &mut self.data[start..start + self.width]
    }

    /// The larger of each `rows` by `columns` numbers, in `to`; what is left over at the end is dropped.
    pub(super) fn pool(&self, rows: usize, columns: usize, to: &mut Self) {
        to.shape(self.channels, self.height / rows, self.width / columns);
        for channel in 0..self.channels {
            for y in 0..to.height {
                for row in 0..rows {
                    let from = self.row(channel, y * rows + row);
                    for (best, group) in to.row_mut(channel, y).iter_mut().zip(from.chunks_exact(columns)) {
                        let most = group.iter().copied().fold(f32::MIN, f32::max);
                        *best = if row == 0 { most } else { best.max(most) };
                    }
                }
            }
        }
    }
}
