//! What a disk remembers: the bytes that were synced, and the operations since.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::rng::Rng;

/// The smallest unit that a cut can tear a write at.
const SECTOR: usize = 512;

/// How the power goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Nothing that was not synced is on the disk.
    DropUnsynced,
    /// Each un-synced write is, by the seed, on the disk, not there, torn at a sector, or garbled;
    /// bytes beside it stay whole (SQLite's power-safe-overwrite assumption).
    Torn(u64),
}

/// One operation that the disk has not been asked to keep yet.
#[derive(Clone, Debug)]
enum Op {
    Write { at: usize, data: Vec<u8> },
    Truncate { len: usize },
}

/// A file as the disk knows it.
#[derive(Debug, Default)]
struct FileModel {
    /// What a cut leaves for certain; `None` for a file that was never synced.
    durable: Option<Vec<u8>>,
    pending: Vec<Op>,
}

/// Every file that was opened through the VFS, by inode: names may change behind its back.
#[derive(Debug, Default)]
pub(super) struct Model {
    files: HashMap<u64, FileModel>,
    /// Files deleted since the last sync of anything: a cut may bring them back.
    deleted: Vec<(PathBuf, Vec<u8>)>,
}

/// The contents of a folder after a power cut.
#[derive(Clone, Debug, Default)]
pub struct Image {
    files: Vec<(PathBuf, Vec<u8>)>,
}

impl Model {
    /// A file was opened; `created` if it was not there before.
    pub(super) fn opened(&mut self, path: &Path, created: bool) -> Option<u64> {
        let inode = fs::metadata(path).ok()?.ino();
        if created {
            self.files.insert(inode, FileModel::default());
        } else {
            self.files.entry(inode).or_insert_with(|| FileModel { durable: fs::read(path).ok(), pending: Vec::new() });
        }
        Some(inode)
    }

    pub(super) fn wrote(&mut self, inode: u64, at: usize, data: &[u8]) {
        if let Some(file) = self.files.get_mut(&inode) {
            file.pending.push(Op::Write { at, data: data.to_vec() });
        }
    }

    pub(super) fn truncated(&mut self, inode: u64, len: usize) {
        if let Some(file) = self.files.get_mut(&inode) {
            file.pending.push(Op::Truncate { len });
        }
    }

    /// A sync that kept its word. What was deleted before it stays deleted: a journalling file
    /// system writes its metadata in order.
    pub(super) fn synced(&mut self, inode: u64) {
        if let Some(file) = self.files.get_mut(&inode) {
            let mut bytes = file.durable.take().unwrap_or_default();
            file.pending.drain(..).for_each(|op| op.apply(&mut bytes));
            file.durable = Some(bytes);
            self.deleted.clear();
        }
    }

    /// A sync that failed: the kernel marks the pages clean, so reads still see the writes and
    /// no later sync carries them to the disk.
    pub(super) fn sync_failed(&mut self, inode: u64) {
        if let Some(file) = self.files.get_mut(&inode) {
            file.pending.clear();
        }
    }

    /// Whether a write to `path` that ends at `end` would make the folder hold more than `capacity`.
    pub(super) fn grows_beyond(&self, folder: &Path, path: &Path, end: u64, capacity: u64) -> bool {
        let size = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len());
        let growth = end.saturating_sub(size(path));
        let counted = walk(folder).into_iter().filter(|path| !path.to_string_lossy().ends_with("-shm"));
        growth > 0 && counted.map(|path| size(&path)).sum::<u64>() + growth > capacity
    }

    pub(super) fn deleting(&mut self, path: &Path) {
        let Ok(metadata) = fs::metadata(path) else { return };
        if let Some(bytes) = self.files.remove(&metadata.ino()).and_then(|file| file.durable) {
            self.deleted.push((path.to_path_buf(), bytes));
        }
    }

    /// What a cut now leaves of `folder`.
    pub(super) fn cut(&self, folder: &Path, how: Cut) -> Image {
        let mut rng = match how {
            Cut::DropUnsynced => None,
            Cut::Torn(seed) => Some(Rng::new(seed)),
        };
        let mut files = Vec::new();
        for path in walk(folder) {
            let name = path.strip_prefix(folder).map_or_else(|_| path.clone(), Path::to_path_buf);
            if let Some(bytes) = self.survivor(&path, rng.as_mut()) {
                files.push((name, bytes));
            }
        }
        if let Some(rng) = &mut rng {
            for (path, bytes) in &self.deleted {
                let name = path.strip_prefix(folder).map_or_else(|_| path.clone(), Path::to_path_buf);
                if rng.percent(50) && !files.iter().any(|(there, _)| *there == name) {
                    files.push((name, bytes.clone()));
                }
            }
        }
        Image { files }
    }

    fn survivor(&self, path: &Path, rng: Option<&mut Rng>) -> Option<Vec<u8>> {
        let inode = fs::metadata(path).ok()?.ino();
        let Some(file) = self.files.get(&inode) else {
            // The shared-memory index is never synced by anyone; what is left of it is chance.
            let index = path.to_string_lossy().ends_with("-shm");
            let left = !index || rng.is_some_and(|rng| rng.percent(50));
            return if left { fs::read(path).ok() } else { None };
        };
        let Some(rng) = rng else { return file.durable.clone() };
        if file.durable.is_none() && rng.percent(50) {
            return None;
        }
        let mut bytes = file.durable.clone().unwrap_or_default();
        file.pending.iter().for_each(|op| op.apply_torn(&mut bytes, rng));
        Some(bytes)
    }
}

impl Op {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write { at, data } => write(bytes, *at, data),
            Self::Truncate { len } => bytes.resize(*len, 0),
        }
    }

    fn apply_torn(&self, bytes: &mut Vec<u8>, rng: &mut Rng) {
        let Self::Write { at, data } = self else {
            if rng.percent(50) {
                self.apply(bytes);
            }
            return;
        };
        match rng.below(4) {
            0 => {}
            1 => write(bytes, *at, data),
            2 => write(bytes, *at, &data[..(rng.index(data.len() / SECTOR + 1) * SECTOR).min(data.len())]),
            _ => {
                let mut garbled = data.clone();
                for sector in garbled.chunks_mut(SECTOR) {
                    if rng.percent(50) {
                        rng.fill(sector);
                    }
                }
                write(bytes, *at, &garbled);
            }
        }
    }
}

fn write(bytes: &mut Vec<u8>, at: usize, data: &[u8]) {
    if data.is_empty() {
        return;
    }
    if bytes.len() < at + data.len() {
        bytes.resize(at + data.len(), 0);
    }
    bytes[at..at + data.len()].copy_from_slice(data);
}

/// Every regular file below `folder`, in the order of names.
fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            found.extend(walk(&path));
        } else {
            found.push(path);
        }
    }
    found
}

impl Image {
    /// The folder as it is, nothing lost: what someone who takes the disk out reads.
    pub fn of_folder(folder: &Path) -> Self {
        let named = |path: PathBuf| {
            let bytes = fs::read(&path).ok()?;
            Some((path.strip_prefix(folder).ok()?.to_path_buf(), bytes))
        };
        Self { files: walk(folder).into_iter().filter_map(named).collect() }
    }

    /// Names (below the folder) and contents.
    pub fn files(&self) -> &[(PathBuf, Vec<u8>)] {
        &self.files
    }

    /// The files, to be changed before they are written: flipped bits, truncation.
    pub fn files_mut(&mut self) -> &mut Vec<(PathBuf, Vec<u8>)> {
        &mut self.files
    }

    /// Writes the image into `folder`: the device starts again on it.
    pub fn write_to(&self, folder: &Path) {
        for (name, bytes) in &self.files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().expect("a file has a folder")).expect("the folder can be made");
            fs::write(path, bytes).expect("the image can be written");
        }
    }

    /// Where `needle` stands, if it stands anywhere.
    pub fn find(&self, needle: &[u8]) -> Option<&Path> {
        let holds = |bytes: &[u8]| !needle.is_empty() && bytes.windows(needle.len()).any(|window| window == needle);
        self.files.iter().find(|(_, bytes)| holds(bytes)).map(|(name, _)| name.as_path())
    }
}
