//! What can be wrong with a frame.

use crate::frame::Region;
use crate::limits::{FRAME_PIXELS_MAX, FRAME_SIDE_MAX};

/// Why a frame was not looked at. Nothing of its content is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// A side is zero.
    #[error("the frame of {width} x {height} pixels is empty; hand over the plane's real size")]
    Empty {
        /// Columns.
        width: usize,
        /// Rows.
        height: usize,
    },
    /// A side or the area is above the limit.
    #[error(
        "the frame of {width} x {height} pixels is too large; at most {FRAME_SIDE_MAX} a side and {FRAME_PIXELS_MAX} in all: \
         scale it down or hand over a part"
    )]
    TooLarge {
        /// Columns.
        width: usize,
        /// Rows.
        height: usize,
    },
    /// Rows would overlap.
    #[error("a stride of {stride} bytes is less than the width of {width}; hand over the plane's row stride in bytes")]
    Stride {
        /// Bytes from row to row.
        stride: usize,
        /// Columns.
        width: usize,
    },
    /// The bytes end before the plane does.
    #[error(
        "{bytes} bytes are too few for {width} x {height} pixels at a stride of {stride}; hand over the whole plane"
    )]
    Short {
        /// Bytes there are.
        bytes: usize,
        /// Columns.
        width: usize,
        /// Rows.
        height: usize,
        /// Bytes from row to row.
        stride: usize,
    },
    /// The region is empty or reaches outside.
    #[error("the region {region:?} does not lie within the frame of {width} x {height} pixels")]
    Region {
        /// The region asked for.
        region: Region,
        /// Columns of the frame.
        width: usize,
        /// Rows of the frame.
        height: usize,
    },
    /// Not a multiple of a quarter turn.
    #[error("a frame is turned by 0, 90, 180 or 270 degrees, not by {degrees}")]
    Rotation {
        /// The angle asked for.
        degrees: i32,
    },
}
