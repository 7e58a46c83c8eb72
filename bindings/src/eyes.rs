//! What a camera frame showed.

pub use fieldcore::optics::Guidance;
use fieldcore::optics::{LumaFrame, Region, Rotation, Sight, Spot};

use crate::answer::Answer;
use crate::error::FieldError;

/// Microseconds that one frame may take before what is left of it is left undone: three frames of a
/// preview of fifteen a second would be late otherwise.
pub(crate) const FRAME_US_MAX: u64 = 60_000;

/// How a luma plane lies in its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct FrameShape {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Bytes from one row to the next.
    pub row_stride: u32,
    /// How far the frame must be turned clockwise to stand upright, degrees: a multiple of 90.
    pub rotation: i32,
    /// The part to look at, in pixels of the sensor; all of it without.
    pub region: Option<FrameRegion>,
}

/// A rectangle of a frame, in pixels of the sensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct FrameRegion {
    /// Columns left of it.
    pub left: u32,
    /// Rows above it.
    pub top: u32,
    /// Its columns.
    pub width: u32,
    /// Its rows.
    pub height: u32,
}

/// A point of the upright frame, in pixels from the top left corner.
#[derive(Clone, Copy, Debug, PartialEq, uniffi::Record)]
pub struct FramePoint {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

impl From<Spot> for FramePoint {
    fn from(spot: Spot) -> Self {
        Self { x: spot.x, y: spot.y }
    }
}

/// What would help where nothing could be read.
#[uniffi::remote(Enum)]
pub enum Guidance {
    /// Too little light: turn on the torch.
    TooDark,
    /// A reflection lies on the code or line: tilt it.
    Glare,
    /// A code or line reaches beyond the frame: move back or to the middle.
    CutOff,
    /// The bars run round the tube, out of sight: turn the tube's label along your view.
    AlongTube,
    /// Bars or signs are too fine in the picture: come nearer.
    ComeNearer,
    /// The picture is not sharp: hold still, wait for the focus.
    Blurred,
    /// A code is in view that cannot be read: turn it to face you.
    TurnLabel,
    /// A document's side without a number or zone is in view: turn it over.
    TurnOver,
}

/// What one frame brought.
#[derive(Clone, PartialEq, uniffi::Record)]
pub struct Glance {
    /// The station's answer, where the frame completed a scan. A code in view is one scan however
    /// long it lies there.
    pub answer: Option<Answer>,
    /// Outlines of the codes and lines that were read, four corners each, to draw over the preview.
    pub read: Vec<Vec<FramePoint>>,
    /// The outline of bars or of a line that could not be read.
    pub unread: Option<Vec<FramePoint>>,
    /// What would help, most helpful first; empty where something was read.
    pub guidance: Vec<Guidance>,
    /// The number of the document in view, as it was read from its print: for the operator to compare,
    /// large. It stays while the document does, and is personal: show it, write it nowhere.
    pub number: Option<String>,
}

impl From<fieldcore::Glance> for Glance {
    fn from(glance: fieldcore::Glance) -> Self {
        let Sight { symbols, guidance, unread, .. } = glance.sight;
        Self {
            answer: glance.answer.map(Into::into),
            read: symbols.into_iter().map(|symbol| symbol.outline).chain(glance.lines).map(corners).collect(),
            unread: unread.map(corners),
            guidance,
            number: glance.number.map(|number| number.expose().to_owned()),
        }
    }
}

pub(crate) fn corners(outline: [Spot; 4]) -> Vec<FramePoint> {
    outline.into_iter().map(Into::into).collect()
}

/// The frame in `plane`.
pub(crate) fn frame(plane: &[u8], shape: FrameShape) -> Result<LumaFrame<'_>, FieldError> {
    let invalid = |error: fieldcore::optics::FrameError| FieldError::Invalid { reason: error.to_string() };
    let size = |value: u32| usize::try_from(value).unwrap_or(usize::MAX);
    let frame =
        LumaFrame::new(plane, size(shape.width), size(shape.height), size(shape.row_stride)).map_err(invalid)?;
    let frame = frame.turned(Rotation::from_degrees(shape.rotation).map_err(invalid)?);
    let Some(region) = shape.region else { return Ok(frame) };
    let [left, top, width, height] = [region.left, region.top, region.width, region.height].map(size);
    frame.within(Region { left, top, width, height }).map_err(invalid)
}
