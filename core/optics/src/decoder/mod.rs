//! What turns bars and pictures into text: a trait, so that another library can take the place of
//! the one behind it.

mod rx;

pub(crate) use rx::Rx;

use crate::symbology::{Symbologies, Symbology};

/// A decoded code.
#[derive(Clone, PartialEq)]
pub(crate) struct Text {
    pub(crate) symbology: Symbology,
    /// The AIM symbology identifier, e.g. `]C1`.
    pub(crate) aim: String,
    /// FNC1 as U+001D; one that stood first is told by `aim` alone.
    pub(crate) text: String,
    /// Points on the code, in the units of what was decoded: for a row, where it begins and ends.
    pub(crate) points: Vec<(f32, f32)>,
}

/// Pixels with the code's rows along them, each row `width` bytes.
#[derive(Clone, Copy)]
pub(crate) struct Picture<'a> {
    pub(crate) data: &'a [u8],
    pub(crate) width: usize,
    pub(crate) height: usize,
}

/// A library that decodes.
pub(crate) trait Decoder {
    /// The first code in a row of bars, read from left to right. `runs` are lengths of paper and
    /// ink by turns, paper first.
    fn bars(&mut self, runs: &[u32], wanted: Symbology) -> Option<Text>;

    /// A linear code somewhere in a picture, upright or turned by quarters.
    fn linear(&mut self, picture: Picture<'_>, wanted: Symbologies) -> Option<Text>;

    /// A code of one symbology, at any angle it can find it at.
    fn area(&mut self, picture: Picture<'_>, wanted: Symbology) -> Option<Text>;
}
