//! Taking a carry: what is lacking here is verified and kept, item by item.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use super::{CarryReader, FILE_END, Found, Judged, Refused, Way, judge};
use crate::error::{Error, Result};
use crate::id::DeviceId;
use crate::journal::Journal;
use crate::record::CarryImported;
use crate::sync::{DispatchTaken, Outbox, ReceiptTaken};
use crate::wire::{Dispatch, DispatchKind, Item, KeySet, Mode, SignedDispatch};

/// Items and bytes that are taken in one transaction.
const CHUNK_ITEMS: usize = 64;
const CHUNK_BYTES: usize = 1024 * 1024;
/// Answers that are told item by item; the counts go on.
const ANSWERS_MAX: usize = 65_536;

/// What became of one item of a carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was lacking here and is kept, to be given on.
    Taken,
    /// It is here, or was, or this device knows better.
    Known,
    /// A receipt for a batch or salvage of this device.
    Receipt(ReceiptTaken),
    /// A dispatch for this device, or for all; it is in force here and given on.
    Dispatch(DispatchTaken),
    /// It says nothing that anybody may rely on (a refusal: nobody signed it).
    Passed,
    /// It was not kept, and why.
    Refused(Refused),
}

impl Verdict {
    /// The word in JSON: `taken`, `known`, `receipt`, `dispatch`, `passed`, or a refusal's code.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Known => "known",
            Self::Receipt(_) => "receipt",
            Self::Dispatch(_) => "dispatch",
            Self::Passed => "passed",
            Self::Refused(refused) => refused.code,
        }
    }
}

/// One item of a carry, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemSaid {
    /// The item's type on the wire.
    pub kind: u8,
    /// Its digest ([`crate::wire::item_digest`]).
    pub name: [u8; 32],
    /// The device that signed it or that it is for; `None` for what is for all, or not known.
    pub device: Option<DeviceId>,
    /// The number of the batch or salvage that it is or names.
    pub number: Option<u64>,
    /// What became of it.
    pub verdict: Verdict,
}

/// One file of a carry, and how far it could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSaid {
    /// The file; empty for bytes.
    pub path: PathBuf,
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Whole items read.
    pub items: u64,
    /// Taken for the first time, receipts and dispatches for this device among them.
    pub taken: u64,
    /// Known before, or passed over.
    pub known: u64,
    /// Refused; each says why.
    pub refused: u64,
    /// The items in order, the first 65,536 of them.
    pub answers: Vec<ItemSaid>,
    /// The files in order.
    pub files: Vec<FileSaid>,
}

impl Imported {
    /// Whether everything in every file was read and taken or known.
    pub fn is_whole(&self) -> bool {
        let whole = |file: &FileSaid| file.failed.is_none() && file.cut_off == 0 && file.oversize == 0;
        self.refused == 0 && self.files.iter().all(whole)
    }

    fn add(&mut self, said: ItemSaid) {
        self.items += 1;
        match said.verdict {
            Verdict::Taken | Verdict::Receipt(_) | Verdict::Dispatch(_) => self.taken += 1,
            Verdict::Known | Verdict::Passed => self.known += 1,
            Verdict::Refused(_) => self.refused += 1,
        }
        if self.answers.len() < ANSWERS_MAX {
            self.answers.push(said);
        }
    }
}

/// Takes a carry in memory: from a share sheet, or as caught from a screen.
pub fn import_bytes(journal: &Journal, bytes: &[u8], way: Way) -> Result<Imported> {
    CarryReader::new(bytes)?;
    import(journal, &[Source::Bytes(bytes)], way)
}

/// Takes carries from files and folders (of a folder the files whose names end in `.fcb`, in the order of their
/// names). A file that cannot be read stops no other: [`Imported::files`] tells.
pub fn import_paths(journal: &Journal, paths: &[PathBuf]) -> Result<Imported> {
    let way = if paths.iter().any(|path| path.is_dir()) { Way::Folder } else { Way::File };
    let files = carry_files(paths)?;
    let sources: Vec<Source<'_>> = files.iter().map(|path| Source::File(path)).collect();
    import(journal, &sources, way)
}

/// The files that are named, and of folders that are named the carries in them, in the order of their names.
pub fn carry_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() { files.extend(files_of(path)?) } else { files.push(path.clone()) }
    }
    Ok(files)
}

/// The files of a carry that is a folder.
fn files_of(dir: &Path) -> Result<Vec<PathBuf>> {
    let failed = |error| Error::io(dir, error);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        // What a Mac leaves beside each file on a stick is no carry.
        if name.ends_with(FILE_END) && !name.starts_with("._") && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

enum Source<'s> {
    Bytes(&'s [u8]),
    File(&'s Path),
}

impl Source<'_> {
    fn open(&self) -> Result<CarryReader<Box<dyn Read + '_>>> {
        let from: Box<dyn Read + '_> = match self {
            Self::Bytes(bytes) => Box::new(*bytes),
            Self::File(path) => Box::new(BufReader::new(File::open(path).map_err(|error| Error::io(*path, error))?)),
        };
        CarryReader::new(from)
    }

    fn path(&self) -> PathBuf {
        match self {
            Self::Bytes(_) => PathBuf::new(),
            Self::File(path) => path.to_path_buf(),
        }
    }
}

fn import(journal: &Journal, sources: &[Source<'_>], way: Way) -> Result<Imported> {
    if journal.mode() == Mode::Practice {
        return Err(Error::refused("importing", "a practice journal carries nothing; leave practice mode"));
    }
    // Key sets first: what else is there may be signed or sealed by keys that only the new set holds.
    for source in sources {
        take_key_sets(journal, source)?;
    }
    let Some(keys) = journal.key_set()? else {
        return Err(Error::refused("importing", "this device has no invitation yet; enrol it first"));
    };
    let mut taking = Taking { journal, keys, done: Imported::default(), chunk: Vec::new(), bytes: 0 };
    for source in sources {
        let file = taking.source(source)?;
        taking.done.files.push(file);
    }
    let done = taking.done;
    let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let record = CarryImported {
        items: count(done.items),
        taken: count(done.taken),
        known: count(done.known),
        refused: count(done.refused),
        source: way.as_str().to_owned(),
    };
    journal.note_carry(record, None)?;
    Ok(done)
}

/// Puts the key sets of a source in force; they prove themselves by the roots' signature. What cannot
/// be read is told when everything is.
fn take_key_sets(journal: &Journal, source: &Source<'_>) -> Result<()> {
    let Ok(mut reader) = source.open() else { return Ok(()) };
    while let Ok(Some(found)) = reader.next_found() {
        let Found::Item(Item::Dispatch(bytes)) = found else { continue };
        let Ok(dispatch) = SignedDispatch::parse(&bytes).and_then(|signed| signed.peek()) else { continue };
        if dispatch.kind == DispatchKind::KeySet {
            match journal.take_key_set(&dispatch.payload) {
                Ok(_) => {}
                Err(error) if error.is_of_input() => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

struct Taking<'j> {
    journal: &'j Journal,
    keys: KeySet,
    done: Imported,
    /// What waits for the next transaction, with its answer where that is known already.
    chunk: Vec<(ItemSaid, Option<Judged>)>,
    bytes: usize,
}

impl Taking<'_> {
    fn source(&mut self, source: &Source<'_>) -> Result<FileSaid> {
        let mut file = FileSaid { path: source.path(), items: 0, cut_off: 0, oversize: 0, failed: None };
        let mut reader = match source.open() {
            Ok(reader) => reader,
            Err(error) => {
                file.failed = Some(error.to_string());
                return Ok(file);
            }
        };
        loop {
            match reader.next_found() {
                Ok(None) => break,
                Ok(Some(Found::Item(item))) => {
                    file.items += 1;
                    self.item(item)?;
                }
                Ok(Some(Found::Oversize(_))) => file.oversize += 1,
                Ok(Some(Found::CutOff(bytes))) => file.cut_off = bytes,
                // A stick that was pulled out: what was read counts.
                Err(error) => {
                    file.failed = Some(error.to_string());
                    break;
                }
            }
        }
        self.flush()?;
        Ok(file)
    }

    fn item(&mut self, item: Item) -> Result<()> {
        let mut said =
            ItemSaid { kind: item.code(), name: item.digest(), device: None, number: None, verdict: Verdict::Known };
        let bytes = item.wire_bytes();
        let judged = if matches!(item, Item::Refusal(_)) {
            said.verdict = Verdict::Passed;
            None
        } else {
            match judge(item, &self.keys) {
                Ok(judged) => {
                    said.device = (judged.device != super::judge::EVERYBODY).then_some(judged.device);
                    said.number = judged.number;
                    said.verdict = self.apply(judged.dispatch.as_ref())?;
                    Some(judged)
                }
                Err(refused) => {
                    said.verdict = Verdict::Refused(refused);
                    None
                }
            }
        };
        self.bytes += bytes;
        self.chunk.push((said, judged));
        if self.chunk.len() >= CHUNK_ITEMS || self.bytes >= CHUNK_BYTES { self.flush() } else { Ok(()) }
    }

    /// Puts a dispatch in force that is for this device or for all.
    fn apply(&self, dispatch: Option<&Dispatch>) -> Result<Verdict> {
        let mine = |dispatch: &&Dispatch| dispatch.to.is_none_or(|to| to == self.journal.device());
        let Some(dispatch) = dispatch.filter(mine) else { return Ok(Verdict::Known) };
        if dispatch.kind == DispatchKind::KeySet {
            return Ok(Verdict::Known);
        }
        match self.journal.take_dispatch(dispatch) {
            Ok(taken) => Ok(taken.map_or(Verdict::Known, Verdict::Dispatch)),
            Err(error) if error.is_of_input() => Ok(Verdict::Refused(Refused::new("unreadable", error.to_string()))),
            // It cannot come into force now: that is its own answer, and what stands behind it is taken.
            Err(error @ Error::Refused { .. }) => Ok(Verdict::Refused(Refused::new("not_now", error.to_string()))),
            Err(error) => Err(error),
        }
    }

    /// Takes what is in the chunk in one transaction.
    fn flush(&mut self) -> Result<()> {
        let chunk = std::mem::take(&mut self.chunk);
        self.bytes = 0;
        let refused = |said: &ItemSaid| matches!(said.verdict, Verdict::Refused(_));
        let (mut saids, mut judged, mut places) = (Vec::with_capacity(chunk.len()), Vec::new(), Vec::new());
        for (said, one) in chunk {
            if let Some(one) = one.filter(|_| !refused(&said)) {
                judged.push(one);
                places.push(saids.len());
            }
            saids.push(said);
        }
        if !judged.is_empty() {
            let verdicts = self.journal.carry_in(&judged)?;
            for (place, verdict) in places.into_iter().zip(verdicts) {
                // What came into force here is told as that, however it is given on.
                if let Some(said) = saids.get_mut(place)
                    && said.verdict == Verdict::Known
                {
                    said.verdict = verdict;
                }
            }
        }
        saids.into_iter().for_each(|said| self.done.add(said));
        Ok(())
    }
}
