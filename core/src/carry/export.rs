//! Everything that waits here, written to one file, a folder of files, or bytes.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::{CarryWriter, FILE_END, Way};
use crate::error::{Error, Result};
use crate::journal::{Journal, Leaving, sync_dir};
use crate::record::CarryExported;
use crate::sync::Outbox;
use crate::wire::{Bundle, Item};

/// What an export wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Items written.
    pub items: u64,
    /// Of these, items of this device: enrolment, batches, salvages, and its words about itself.
    pub own: u64,
    /// Bytes of all files together.
    pub bytes: u64,
    /// Items that found no room ([`export_bytes`] alone has a limit); another export may bring them.
    pub left: u64,
    /// The files, in order; none for bytes.
    pub files: Vec<PathBuf>,
    /// The row of the last own item in it.
    last: Option<i64>,
}

/// Writes what waits to a new file: sealed first, whole or not there, synced before it has its name. A file of
/// that name stays as it is ([`Error::Refused`]): it may be another phone's.
pub fn export_file(journal: &Journal, path: &Path) -> Result<Exported> {
    if path.exists() {
        let why = format!("{} is there already and stays as it is; name another file", path.display());
        return Err(Error::refused("exporting", why));
    }
    journal.prepare_carry()?;
    let mut part = CarryFile::begin(path.to_owned())?;
    let written = each_item(journal, |item| part.write(item).map(|()| true));
    let mut done = match written {
        Ok(done) => done,
        Err(error) => {
            part.abandon();
            return Err(error);
        }
    };
    done.bytes = part.end()?;
    done.files.push(path.to_owned());
    note(journal, &done, Way::File)?;
    Ok(done)
}

/// Writes what waits to new files of about `part_bytes` bytes in `dir`, each a carry by itself. The folder is
/// made if it is missing; other files in it stay.
pub fn export_folder(journal: &Journal, dir: &Path, part_bytes: u64) -> Result<Exported> {
    std::fs::create_dir_all(dir).map_err(|error| Error::io(dir, error))?;
    journal.prepare_carry()?;
    let stem = stem(journal);
    let (mut part, mut files, mut bytes) = (None::<CarryFile>, Vec::new(), 0);
    let written = each_item(journal, |item| {
        let full = part.as_ref().is_some_and(|part| part.holds() + item.wire_bytes() as u64 > part_bytes);
        if full && let Some(part) = part.take() {
            bytes += part.end()?;
        }
        let part = match &mut part {
            Some(part) => part,
            None => {
                let path = free_name(dir, &stem, files.len() + 1);
                files.push(path.clone());
                part.insert(CarryFile::begin(path)?)
            }
        };
        part.write(item).map(|()| true)
    });
    let mut done = match (written, part) {
        (Ok(done), part) => {
            bytes += part.map_or(Ok(0), CarryFile::end)?;
            done
        }
        (Err(error), part) => {
            if let Some(part) = part {
                part.abandon();
            }
            return Err(error);
        }
    };
    (done.bytes, done.files) = (bytes, files);
    note(journal, &done, Way::Folder)?;
    Ok(done)
}

/// What waits as one bundle of at most `bytes_max` bytes, but at least one item, for a share sheet or
/// [`super::FrameMaker`]. What found no room is counted in [`Exported::left`].
pub fn export_bytes(journal: &Journal, bytes_max: usize, way: Way) -> Result<(Vec<u8>, Exported)> {
    journal.prepare_carry()?;
    let (mut items, mut room) = (Vec::new(), bytes_max.saturating_sub(Bundle::HEAD_BYTES));
    let mut done = each_item(journal, |item| {
        let fits = items.is_empty() || (item.wire_bytes() <= room && items.len() < crate::limits::BUNDLE_ITEMS_MAX);
        if fits {
            room = room.saturating_sub(item.wire_bytes());
            items.push(item.clone());
        }
        Ok(fits)
    })?;
    let bytes = Bundle::write(&items)?;
    done.bytes = bytes.len() as u64;
    note(journal, &done, way)?;
    Ok((bytes, done))
}

fn note(journal: &Journal, done: &Exported, way: Way) -> Result<()> {
    let items = u32::try_from(done.items).unwrap_or(u32::MAX);
    let record = CarryExported { items, bytes: done.bytes, target: way.as_str().to_owned() };
    journal.note_carry(record, done.last)
}

/// Hands every item that leaves to `write`, which answers whether it found room.
fn each_item(journal: &Journal, mut write: impl FnMut(&Item) -> Result<bool>) -> Result<Exported> {
    let mut done = Exported::default();
    let mut add = |item: &Item, own: bool, row: Option<i64>| -> Result<()> {
        if write(item)? {
            done.items += 1;
            done.own += u64::from(own);
            done.last = done.last.max(row);
        } else {
            done.left += 1;
        }
        Ok(())
    };
    // In front: small, and the hub can say who waits even of a carry that is cut off.
    add(&journal.outstanding_word()?, true, None)?;
    add(&journal.poll()?.0, true, None)?;
    for leaving in journal.leaving_with_carry()? {
        let Some(item) = journal.leaving_item(leaving)? else { continue };
        match leaving {
            Leaving::Own(row) => add(&item, true, Some(row))?,
            Leaving::Other(_) => add(&item, false, None)?,
        }
    }
    Ok(done)
}

/// What the names of one export's files have in common: whose it is, and when.
fn stem(journal: &Journal) -> String {
    let device: String = journal.device().to_string().chars().take(8).collect();
    format!("fieldcore-{device}-{:x}", journal.platform().clock.wall_ms())
}

/// The first free name for part `number`; an export within the same millisecond counts on.
fn free_name(dir: &Path, stem: &str, number: usize) -> PathBuf {
    let name = |number: usize| dir.join(format!("{stem}-{number:04}{FILE_END}"));
    (number..).map(name).find(|path| !path.exists()).unwrap_or_else(|| name(number))
}

/// A carry that is being written to a file; it has its name only once it is whole and on the storage.
pub struct CarryFile {
    path: PathBuf,
    making: PathBuf,
    to: CarryWriter<BufWriter<File>>,
}

impl std::fmt::Debug for CarryFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "carry of {} bytes so far", self.to.bytes())
    }
}

impl CarryFile {
    /// Begins to write, beside `path` under another name.
    pub fn begin(path: PathBuf) -> Result<Self> {
        let mut making = path.as_os_str().to_owned();
        making.push(".making");
        let making = PathBuf::from(making);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        let opened = options.open(&making).and_then(|file| CarryWriter::new(BufWriter::new(file)));
        let to = opened.map_err(|error| full_or(&making, error))?;
        Ok(Self { path, making, to })
    }

    /// Bytes written so far.
    pub const fn holds(&self) -> u64 {
        self.to.bytes()
    }

    /// Adds an item.
    pub fn write(&mut self, item: &Item) -> Result<()> {
        self.to.write(item).map_err(|error| full_or(&self.making, error))
    }

    /// Gives it up and removes what was written so far.
    pub fn abandon(self) {
        let _ = std::fs::remove_file(&self.making);
    }

    /// Syncs it and gives it its name, in the place of a file that has it; its bytes.
    pub fn end(self) -> Result<u64> {
        let Self { path, making, to } = self;
        let bytes = to.bytes();
        let mut buffered = to.into_inner();
        let synced = buffered.flush().and_then(|()| buffered.get_ref().sync_all());
        drop(buffered);
        let named = synced.and_then(|()| std::fs::rename(&making, &path));
        if let Err(error) = named {
            let _ = std::fs::remove_file(&making);
            return Err(full_or(&path, error));
        }
        if let Some(dir) = path.parent().filter(|dir| !dir.as_os_str().is_empty()) {
            sync_dir(dir)?;
        }
        Ok(bytes)
    }
}

/// A full stick is no full phone.
fn full_or(path: &Path, error: std::io::Error) -> Error {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Error::refused(
            "writing a carry",
            format!("{} has no room for it; make room there or take another stick, nothing was lost", path.display()),
        ),
        _ => Error::io(path, error),
    }
}
