//! Carry: what waits leaves by file, folder, share sheet or animated code, and comes in the same ways.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fieldcore::carry::{self, Verdict};
pub use fieldcore::carry::{Carried, Way as CarryWay, Wrong as FrameWrong};

use crate::error::{FieldError, Result, guard};
use crate::journal::Journal;

/// How a carry in memory leaves or comes; stands in the records about it.
#[uniffi::remote(Enum)]
pub enum CarryWay {
    /// One file.
    File,
    /// A folder of files.
    Folder,
    /// Animated codes between two screens.
    Screen,
    /// The system's share sheet.
    Share,
}

/// What is carried for others.
#[uniffi::remote(Record)]
pub struct Carried {
    /// Batches and salvages of other devices without a receipt.
    pub waiting: u64,
    /// Those that the hub has and that are kept a while longer.
    pub receipted: u64,
    /// Those that the hub refused.
    pub refused: u64,
    /// Receipts, dispatches and states for other devices.
    pub down: u64,
    /// Bytes of all of these.
    pub bytes: u64,
    /// Other devices whose batches or salvages wait here.
    pub devices: u64,
}

/// What an export wrote.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct CarryExported {
    /// Items written.
    pub items: u64,
    /// Of these, items of this device.
    pub own: u64,
    /// Bytes of all files together.
    pub bytes: u64,
    /// Items that found no room; another export may bring them.
    pub left: u64,
    /// The files, in order; none for bytes.
    pub files: Vec<String>,
}

/// A carry in memory.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct CarryBytes {
    /// The carry, to share or to show by a `FrameMaker`.
    pub bytes: Vec<u8>,
    /// What is in it.
    pub exported: CarryExported,
}

/// One item of a carry, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct CarryItem {
    /// The item's type on the wire.
    pub kind: u8,
    /// Its digest, hexadecimal.
    pub name: String,
    /// The device that signed it or that it is for.
    pub device: Option<String>,
    /// The number of the batch or salvage that it is or names.
    pub number: Option<u64>,
    /// `taken`, `known`, `receipt`, `dispatch`, `passed`, or a refusal's code.
    pub verdict: String,
    /// Why it was refused and what to do next; nothing where it was not.
    pub why: Option<String>,
}

/// One file of a carry, and how far it could be read.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct CarryFile {
    /// The file; empty for bytes.
    pub path: String,
    /// Whole items in it.
    pub items: u64,
    /// Bytes of an item at its end that is cut off.
    pub cut_off: u64,
    /// Items longer than any may be; passed over.
    pub oversize: u64,
    /// Why it could not be read, or not to its end. What was read counts.
    pub failed: Option<String>,
}

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct CarryImported {
    /// Whether everything in every file was read and taken or known.
    pub whole: bool,
    /// Whole items read.
    pub items: u64,
    /// Taken for the first time, receipts and dispatches for this device among them.
    pub taken: u64,
    /// Known before, or passed over.
    pub known: u64,
    /// Refused; each says why.
    pub refused: u64,
    /// The items in order, the first 65,536 of them.
    pub answers: Vec<CarryItem>,
    /// The files in order.
    pub files: Vec<CarryFile>,
}

impl From<carry::Exported> for CarryExported {
    fn from(done: carry::Exported) -> Self {
        let files = done.files.iter().map(|file| shown(file)).collect();
        Self { items: done.items, own: done.own, bytes: done.bytes, left: done.left, files }
    }
}

impl From<carry::ItemSaid> for CarryItem {
    fn from(said: carry::ItemSaid) -> Self {
        let verdict = said.verdict.as_str().to_owned();
        let why = if let Verdict::Refused(refused) = said.verdict { Some(refused.why) } else { None };
        Self {
            kind: said.kind,
            name: said.name.iter().map(|byte| format!("{byte:02x}")).collect(),
            device: said.device.map(|device| device.to_string()),
            number: said.number,
            verdict,
            why,
        }
    }
}

impl From<carry::Imported> for CarryImported {
    fn from(done: carry::Imported) -> Self {
        let file = |said: &carry::FileSaid| CarryFile {
            path: shown(&said.path),
            items: said.items,
            cut_off: said.cut_off,
            oversize: said.oversize,
            failed: said.failed.clone(),
        };
        Self {
            whole: done.is_whole(),
            items: done.items,
            taken: done.taken,
            known: done.known,
            refused: done.refused,
            files: done.files.iter().map(file).collect(),
            answers: done.answers.into_iter().map(Into::into).collect(),
        }
    }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// The working directory of an app is nobody's place for a carry.
fn absolute(path: String) -> Result<PathBuf> {
    let path = PathBuf::from(path);
    if path.is_absolute() {
        return Ok(path);
    }
    Err(FieldError::Invalid {
        reason: "the path of a carry must be absolute, in a folder that the app may use".to_owned(),
    })
}

#[uniffi::export]
impl Journal {
    /// Writes what waits, of this device and of those it carries for, to a new file: sealed first, whole or not there.
    /// A file of that name stays as it is and is refused. It goes on waiting: only the hub's receipt ends that.
    pub fn export_file(&self, path: String) -> Result<CarryExported> {
        let done = || Ok::<_, FieldError>(carry::export_file(self.core(), &absolute(path)?)?.into());
        self.told(guard("export_file", done))
    }

    /// Writes what waits to new files of about `part_bytes` bytes in a folder, which is made if it is missing. Other
    /// files in it stay.
    pub fn export_folder(&self, folder: String, part_bytes: u64) -> Result<CarryExported> {
        let done = || Ok::<_, FieldError>(carry::export_folder(self.core(), &absolute(folder)?, part_bytes)?.into());
        self.told(guard("export_folder", done))
    }

    /// What waits as at most `bytes_max` bytes, but at least one item: for a share sheet or a `FrameMaker`.
    pub fn export_bytes(&self, bytes_max: u64, way: CarryWay) -> Result<CarryBytes> {
        let done = || {
            let bytes_max = usize::try_from(bytes_max).unwrap_or(usize::MAX);
            let (bytes, exported) = carry::export_bytes(self.core(), bytes_max, way)?;
            Ok::<_, FieldError>(CarryBytes { bytes, exported: exported.into() })
        };
        self.told(guard("export_bytes", done))
    }

    /// Takes carries from files and folders, of a folder the files whose names end in `.fcb`. A file that cannot be read
    /// stops no other. Call `Station.refresh_roster` after it: a carry may bring one.
    pub fn import_paths(&self, paths: Vec<String>) -> Result<CarryImported> {
        let done = || {
            let paths = paths.into_iter().map(absolute).collect::<Result<Vec<_>>>()?;
            Ok::<_, FieldError>(carry::import_paths(self.core(), &paths)?.into())
        };
        self.told(guard("import_paths", done))
    }

    /// Takes a carry in memory: from a share sheet, or as a `FrameTaker` caught it.
    pub fn import_bytes(&self, bytes: Vec<u8>, way: CarryWay) -> Result<CarryImported> {
        let done = || Ok::<_, FieldError>(carry::import_bytes(self.core(), &bytes, way)?.into());
        self.told(guard("import_bytes", done))
    }

    /// What is carried for others.
    pub fn carries(&self) -> Result<Carried> {
        guard("carries", || self.core().carries())
    }
}

/// Why a code told a `FrameTaker` nothing.
#[uniffi::remote(Enum)]
pub enum FrameWrong {
    /// It is no frame of this format.
    NoFrame,
    /// It is one, but its check fails.
    Damaged,
    /// It says what no frame may say: a length of nothing or over the limits.
    Limits,
    /// It belongs to another transfer than the one that is being caught.
    OtherTransfer,
    /// Everything was caught and is not what the transfer's id says; catching starts over.
    NotWhole,
}

/// How far a transfer by animated codes is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct FrameProgress {
    /// Frames that told something new.
    pub have: u32,
    /// Frames that are needed; 0 before the first was caught.
    pub needed: u32,
    /// Whether the code just taken told something new.
    pub new: bool,
    /// Whether everything was caught: `FrameTaker.bundle` gives it.
    pub done: bool,
    /// Why the code told nothing, where it is no frame that was seen before.
    pub wrong: Option<FrameWrong>,
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl From<carry::Progress> for FrameProgress {
    fn from(progress: carry::Progress) -> Self {
        Self {
            have: count(progress.have),
            needed: count(progress.needed),
            new: progress.new,
            done: progress.is_done(),
            wrong: progress.wrong,
        }
    }
}

/// Makes the animated codes of a carry, as many as are wanted: 0, 1, 2, … without end.
#[derive(uniffi::Object)]
pub struct FrameMaker {
    maker: carry::FrameMaker,
}

#[uniffi::export]
impl FrameMaker {
    /// The frames of a carry in memory. One that is empty or over 256 KiB is none for a screen: take a file.
    #[uniffi::constructor]
    pub fn new(bundle: Vec<u8>) -> Result<Arc<Self>> {
        guard("FrameMaker", || Ok::<_, fieldcore::Error>(Arc::new(Self { maker: carry::FrameMaker::new(&bundle)? })))
    }

    /// Frames that a receiver needs who misses none.
    pub fn needed(&self) -> u32 {
        count(self.maker.needed())
    }

    /// The text of the QR of frame `number`, for alphanumeric mode, version 20 at level M. Show them in order, each for a
    /// tenth of a second or a little more, until the other side says that it is done.
    pub fn text(&self, number: u32) -> String {
        self.maker.text(number)
    }
}

/// Catches the animated codes of one carry, in any order, and needs no journal.
#[derive(uniffi::Object)]
pub struct FrameTaker {
    taker: Mutex<carry::FrameTaker>,
}

impl FrameTaker {
    fn taker(&self) -> MutexGuard<'_, carry::FrameTaker> {
        // What a panic left of a transfer is dropped: its codes come again.
        self.taker.lock().unwrap_or_else(|poisoned| {
            let mut taker = PoisonError::into_inner(poisoned);
            *taker = carry::FrameTaker::new();
            taker
        })
    }
}

#[uniffi::export]
impl FrameTaker {
    /// Waits for the first code of any transfer.
    #[uniffi::constructor]
    pub fn new() -> Arc<Self> {
        Arc::new(Self { taker: Mutex::default() })
    }

    /// Takes the text of a QR, as any reader gives it. Whatever it is, it does no harm.
    pub fn take_text(&self, text: String) -> Result<FrameProgress> {
        guard("take_text", || Ok::<_, FieldError>(self.taker().take_text(&text).into()))
    }

    /// The carry, once everything was caught, for `Journal.import_bytes`.
    pub fn bundle(&self) -> Option<Vec<u8>> {
        self.taker().bundle().map(<[u8]>::to_vec)
    }
}
