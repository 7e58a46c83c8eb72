//! Carry: records, dispatches and receipts travel by stick, share sheet, laptop, another phone or
//! animated code, in any order, in pieces, as often as anybody likes.
//!
//! A carry is a bundle of any length ([`CarryReader`], [`CarryWriter`]), or a folder of such files.
//! Whoever imports one takes what he lacks and verifies it without reading it: signatures and digests
//! are in the clear, everything else is sealed. What is for others is kept as it came, leaves with the next
//! sync and the next export, and is applied nowhere but at its own device. Nothing that happens to a
//! carry on its way can lose a record: its device keeps it until the hub's receipt is there, by
//! whatever way that comes.
//!
//! [`FrameMaker`] and [`FrameTaker`] bring a bundle from a screen to a camera.

mod export;
mod frames;
mod import;
mod judge;
mod stream;
#[cfg(test)]
mod tests;

pub use export::{CarryFile, Exported, export_bytes, export_file, export_folder};
pub use frames::{FRAME_BYTES, FRAME_HEAD_BYTES, FrameMaker, FrameTaker, Progress, Wrong};
pub use import::{FileSaid, Imported, ItemSaid, Verdict, carry_files, import_bytes, import_paths};
pub use judge::Refused;
pub(crate) use judge::{Judged, judge};
pub use stream::{CarryReader, CarryWriter, Found};

pub use crate::journal::Carried;

/// How a carry leaves or comes; stands in the records about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// One file.
    File,
    /// A folder of files.
    Folder,
    /// Animated codes between two screens.
    Screen,
    /// The system's share sheet.
    Share,
}

impl Way {
    /// The word in records and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Folder => "folder",
            Self::Screen => "screen",
            Self::Share => "share",
        }
    }
}

/// How the names of a carry's files end.
pub const FILE_END: &str = ".fcb";
