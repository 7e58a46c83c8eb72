//! Synthetic camera frames of labelled specimen tubes and cards, to measure a barcode decoder.
//!
//! A [`Setup`] says in few numbers what is in front of the phone; it becomes a [`Scene`], which [`render()`] turns into
//! an 8-bit luma [`Frame`]. [`catalogue`] names the conditions of the measured reference, and [`condition`] makes the
//! scene of one of them. The random choices follow from a seed and are the same on every platform; a level may differ
//! by one where a platform's `sin`, `asin` or `exp` rounds otherwise.
//!
//! The feature `documents` adds identity documents, to measure a reader of their numbers and machine-readable zones.

mod background;
mod burst;
mod camera;
mod conditions;
#[cfg(feature = "documents")]
pub mod document;
mod font;
mod label;
mod render;
mod rng;
mod scene;
mod setup;
mod sheet;
mod surface;
mod symbol;
mod texts;

pub use burst::burst;
pub use conditions::{Condition, Figure, NoScene, Section, catalogue, condition};
pub use label::{Label, Mark, Print};
pub use render::{Frame, render};
pub use rng::Rng;
pub use scene::{Background, Body, Camera, Glare, Object, Pattern, Pose, Scene};
pub use setup::Setup;
pub use symbol::{Kind, Symbol, Unencodable};
