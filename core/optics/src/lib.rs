//! Codes in camera frames: a luma plane in, symbols out.
//!
//! This crate knows pixels and nothing else: no journal, no person, no profile. A [`LumaFrame`] is
//! looked at by a [`Session`], which remembers the frames before; what it answers, a [`Sight`], are
//! the texts of codes with the places where they lie, and what would help where none could be read.
//!
//! ```
//! use fieldcore_optics::{LumaFrame, Session, Symbologies, SystemTimer};
//!
//! let plane = vec![200u8; 1280 * 720];
//! let frame = LumaFrame::new(&plane, 1280, 720, 1280)?;
//! let mut session = Session::new(Symbologies::TUBES, 60_000, Box::new(SystemTimer::default()));
//! let sight = session.look(&frame);
//! assert!(sight.symbols.is_empty());
//! # Ok::<(), fieldcore_optics::FrameError>(())
//! ```
//!
//! # How a frame is read
//!
//! 1. Striped patches are found by their gradients at any angle, sampled upright as sixteen rows,
//!    sharpened and decoded row by row; three rows must give the same text.
//! 2. A stacked code (PDF417) is decoded from a picture of its patch, turned upright.
//! 3. Textured fields are enlarged and searched for two-dimensional codes.
//! 4. Where all that gave nothing, one more pass is made a frame, by turns: two-dimensional codes at
//!    half size, in the doubled middle, in the whole; linear codes in the whole.
//!
//! A session that reads print ([`Session::with_print`]) looks for it by turns with these passes, more often
//! while there is some: lines of card numbers and machine-readable zones, each sign with
//! the probability of every other ([`TextLine`]).
//!
//! One frame proves little: [`Symbol::agreed`] tells when a second frame gave the same text.
//!
//! # Frames arrive faster than they are read
//!
//! The newest frame wins: [`Tickets`] let a shell number the frames as its camera delivers them, and
//! a worker pass over all but the last.

mod decoder;
mod error;
mod frame;
mod guidance;
mod limits;
mod memory;
mod plane;
mod session;
mod sight;
mod strip;
mod symbology;
mod text;
mod tickets;

pub use error::FrameError;
pub use frame::{LumaFrame, Region, Rotation, Spot};
pub use limits::{FRAME_PIXELS_MAX, FRAME_SIDE_MAX};
pub use session::{Session, SystemTimer, Timer};
pub use sight::{Guidance, Sight, Symbol};
pub use symbology::{Symbologies, Symbology};
pub use text::{ALPHABET, Sign, TextLine};
pub use tickets::{Ticket, Tickets};
