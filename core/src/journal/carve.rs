//! Rows read from the bytes of a damaged file, without its b-trees.
//!
//! SQLite finds a row by walking a tree from the root; where a page above is gone, everything
//! below is out of its reach. Here every page is looked at by itself (file format, section 1.6: a
//! leaf of a table begins with 0x0D), the log's newest committed pages first, then the older ones
//! and the file's. What is found is a claim: the caller proves each row before it is believed.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use rusqlite::types::Value;

use super::site::wal;
use crate::error::{Error, Result};

/// The page size of every journal; a header that says otherwise is damaged itself.
const PAGE: usize = 4096;
const WAL_HEADER: u64 = 32;
const FRAME_HEADER: u64 = 24;
const FRAME: u64 = FRAME_HEADER + PAGE as u64;
/// Bytes of one row that are put together from overflow pages; the largest row is a document.
const PAYLOAD_MAX: u64 = 1024 * 1024;

/// One row that was found: its rowid, and its columns with the tag in front.
pub(super) struct Cell {
    pub(super) rowid: i64,
    pub(super) values: Vec<Value>,
}

impl Cell {
    /// The tag that tells its table.
    pub(super) fn tag(&self) -> Option<i64> {
        self.int(0)
    }

    pub(super) fn int(&self, column: usize) -> Option<i64> {
        if let Some(Value::Integer(value)) = self.values.get(column) { Some(*value) } else { None }
    }

    pub(super) fn blob(&self, column: usize) -> Option<&[u8]> {
        if let Some(Value::Blob(value)) = self.values.get(column) { Some(value) } else { None }
    }

    pub(super) fn text(&self, column: usize) -> Option<&str> {
        if let Some(Value::Text(value)) = self.values.get(column) { Some(value) } else { None }
    }
}

/// A damaged file and its log.
pub(super) struct Carver {
    file: Option<File>,
    log: Option<File>,
    pages: u32,
    /// Where the newest committed image of a page lies in the log.
    newest: HashMap<u32, u64>,
    /// Every committed page image of the log, newest first.
    images: Vec<u64>,
}

impl Carver {
    /// Looks at the database at `path` and its log; either may be missing.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = open_if_there(path)?;
        let log = open_if_there(&wal(path))?;
        let length = file.as_ref().map_or(Ok(0), |file| file.metadata().map(|meta| meta.len()));
        let length = length.map_err(|error| Error::io(path, error))?;
        let pages = u32::try_from(length.div_ceil(PAGE as u64)).unwrap_or(u32::MAX);
        let mut carver = Self { file, log, pages, newest: HashMap::new(), images: Vec::new() };
        carver.read_log();
        Ok(carver)
    }

    /// Notes every frame of the log up to the last commit. Checksums are not asked: a flipped bit
    /// would end the log there, and what is believed is proven row by row.
    fn read_log(&mut self) {
        let Some(log) = &mut self.log else { return };
        let mut header = [0; WAL_HEADER as usize];
        if read_at(log, 0, &mut header) < header.len() {
            return;
        }
        let mut frames: Vec<(u64, u32, [u8; 8])> = Vec::new();
        let mut committed = 0;
        let mut offset = WAL_HEADER;
        let mut frame = [0; FRAME_HEADER as usize];
        while read_at(log, offset, &mut frame) == frame.len() {
            let mut salts = [0; 8];
            salts.copy_from_slice(&frame[8..16]);
            frames.push((offset + FRAME_HEADER, be32(&frame[0..4]), salts));
            if be32(&frame[4..8]) != 0 {
                committed = frames.len();
            }
            offset += FRAME;
        }
        frames.truncate(committed);
        // Frames of this log's life carry its salts (one of the two, where a bit has gone bad); what
        // lies behind is left over from an older one.
        let own: [u8; 8] = salts_of(&header, &frames);
        let is_own = |salts: &[u8; 8]| salts[..4] == own[..4] || salts[4..] == own[4..];
        let frames = frames.into_iter().take_while(|(_, _, salts)| is_own(salts));
        for (offset, page, _) in frames {
            self.newest.insert(page, offset);
            self.images.push(offset);
        }
        self.images.reverse();
    }

    /// Calls `f` with every row found whose table `wants`, newest image first.
    pub(super) fn rows(&mut self, wants: impl Fn(i64) -> bool, f: &mut dyn FnMut(Cell) -> Result<()>) -> Result<()> {
        let mut page = vec![0; PAGE];
        for offset in self.images.clone() {
            let read = self.log.as_mut().map_or(0, |log| read_at(log, offset, &mut page));
            if read == PAGE {
                self.leaf(&page, 0, &wants, f)?;
            }
        }
        for number in 0..self.pages {
            let offset = u64::from(number) * PAGE as u64;
            let read = self.file.as_mut().map_or(0, |file| read_at(file, offset, &mut page));
            page[read..].fill(0);
            self.leaf(&page, if number == 0 { 100 } else { 0 }, &wants, f)?;
        }
        Ok(())
    }

    fn leaf(
        &mut self,
        page: &[u8],
        start: usize,
        wants: &impl Fn(i64) -> bool,
        f: &mut dyn FnMut(Cell) -> Result<()>,
    ) -> Result<()> {
        if page.get(start) != Some(&0x0d) {
            return Ok(());
        }
        let count = usize::from(be16(&page[start + 3..]));
        for index in 0..count {
            let Some(pointer) = page.get(start + 8 + 2 * index..start + 10 + 2 * index) else { break };
            let place = usize::from(be16(pointer));
            if let Some(cell) = self.cell(page, place, wants) {
                f(cell)?;
            }
        }
        Ok(())
    }

    fn cell(&mut self, page: &[u8], place: usize, wants: &impl Fn(i64) -> bool) -> Option<Cell> {
        let mut rest = page.get(place..)?;
        let length = varint(&mut rest)?;
        let rowid = varint(&mut rest)?.cast_signed();
        if length > PAYLOAD_MAX {
            return None;
        }
        let length = usize::try_from(length).ok()?;
        let local = local_bytes(length);
        let payload = if local == length {
            rest.get(..length)?.to_vec()
        } else {
            // The tag is near the front: an unwanted row's overflow need not be read.
            let first = be32(rest.get(local..local + 4)?);
            let tag = decode(rest.get(..local)?, true)?.first().cloned();
            if !matches!(tag, Some(Value::Integer(tag)) if wants(tag)) {
                return None;
            }
            self.overflow(rest.get(..local)?.to_vec(), first, length)?
        };
        let cell = Cell { rowid, values: decode(&payload, false)? };
        cell.tag().filter(|tag| wants(*tag)).map(|_| cell)
    }

    /// Puts a row's payload together from its overflow pages.
    fn overflow(&mut self, mut payload: Vec<u8>, first: u32, length: usize) -> Option<Vec<u8>> {
        let mut next = first;
        let mut page = vec![0; PAGE];
        while payload.len() < length {
            if next == 0 || !self.page(next, &mut page) {
                return None;
            }
            next = be32(&page[..4]);
            let more = (length - payload.len()).min(PAGE - 4);
            payload.extend_from_slice(&page[4..4 + more]);
        }
        Some(payload)
    }

    /// The newest image of a page.
    fn page(&mut self, number: u32, page: &mut [u8]) -> bool {
        if let (Some(offset), Some(log)) = (self.newest.get(&number), &mut self.log) {
            return read_at(log, *offset, page) == PAGE;
        }
        let offset = u64::from(number.wrapping_sub(1)) * PAGE as u64;
        self.file.as_mut().is_some_and(|file| read_at(file, offset, page) == PAGE)
    }
}

/// The salts of the log: those of its header, or of most frames where the header is damaged.
fn salts_of(header: &[u8], frames: &[(u64, u32, [u8; 8])]) -> [u8; 8] {
    let mut own = [0; 8];
    own.copy_from_slice(&header[16..24]);
    match frames.first() {
        Some((_, _, first)) if *first != own && frames.get(1).is_some_and(|(_, _, second)| second == first) => *first,
        _ => own,
    }
}

fn open_if_there(path: &Path) -> Result<Option<File>> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io(path, error)),
    }
}

/// Reads what is there at `offset`; how much. An unreadable sector is as good as none.
fn read_at(file: &mut File, offset: u64, buffer: &mut [u8]) -> usize {
    if file.seek(SeekFrom::Start(offset)).is_err() {
        return 0;
    }
    let mut read = 0;
    while read < buffer.len() {
        match file.read(&mut buffer[read..]) {
            Ok(more) if more > 0 => read += more,
            _ => break,
        }
    }
    read
}

fn be16(bytes: &[u8]) -> u16 {
    bytes.iter().take(2).fold(0, |value, byte| value << 8 | u16::from(*byte))
}

fn be32(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |value, byte| value << 8 | u32::from(*byte))
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for index in 0..9 {
        let (byte, tail) = rest.split_first()?;
        *rest = tail;
        if index == 8 {
            return Some(value << 8 | u64::from(*byte));
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some(value)
}

/// Bytes of a payload that lie in the leaf itself (file format, section 1.5).
const fn local_bytes(length: usize) -> usize {
    let most = PAGE - 35;
    if length <= most {
        return length;
    }
    let least = (PAGE - 12) * 32 / 255 - 23;
    let fits = least + (length - least) % (PAGE - 4);
    if fits <= most { fits } else { least }
}

/// The columns of a row. With `front` the bytes may end early, and only what is there comes out.
fn decode(payload: &[u8], front: bool) -> Option<Vec<Value>> {
    let mut rest = payload;
    let header_length = usize::try_from(varint(&mut rest)?).ok()?;
    let used = payload.len() - rest.len();
    let mut types = payload.get(used..header_length)?;
    let mut body = payload.get(header_length..)?;
    let mut values = Vec::new();
    while !types.is_empty() {
        let kind = varint(&mut types)?;
        let length = usize::try_from(serial_bytes(kind)?).ok()?;
        match body.split_at_checked(length) {
            Some((bytes, tail)) => {
                body = tail;
                values.push(value(kind, bytes)?);
            }
            None if front => break,
            None => return None,
        }
    }
    Some(values)
}

/// Bytes of a value of a serial type (file format, section 2.1).
const fn serial_bytes(kind: u64) -> Option<u64> {
    match kind {
        0 | 8 | 9 => Some(0),
        1..=4 => Some(kind),
        5 => Some(6),
        6 | 7 => Some(8),
        10 | 11 => None,
        _ => Some((kind - 12) / 2),
    }
}

fn value(kind: u64, bytes: &[u8]) -> Option<Value> {
    Some(match kind {
        0 => Value::Null,
        8 => Value::Integer(0),
        9 => Value::Integer(1),
        1..=6 => {
            let first = i64::from(bytes.first()?.cast_signed());
            Value::Integer(bytes[1..].iter().fold(first, |value, byte| value << 8 | i64::from(*byte)))
        }
        // No column here holds a real number.
        7 => return None,
        even if even % 2 == 0 => Value::Blob(bytes.to_vec()),
        _ => Value::Text(String::from_utf8(bytes.to_vec()).ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(path: &Path, tag: i64) -> Vec<Cell> {
        let mut cells = Vec::new();
        let mut keep = |cell| {
            cells.push(cell);
            Ok(())
        };
        Carver::open(path).unwrap().rows(|found| found == tag, &mut keep).unwrap();
        cells
    }

    #[test]
    fn rows_of_every_size_are_found_without_a_tree() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.db");
        let conn = rusqlite::Connection::open(&path).unwrap();
        conn.execute_batch("PRAGMA page_size=4096; CREATE TABLE t (tag INTEGER, id INTEGER PRIMARY KEY, a, b)")
            .unwrap();
        let lengths = [0usize, 1, 127, 500, 3000, 4055, 4056, 4061, 4062, 4070, 5000, 8192, 20_000, 70_000];
        for (id, length) in lengths.iter().enumerate() {
            let blob: Vec<u8> = (0..*length).map(|byte| (byte % 251) as u8).collect();
            let params = rusqlite::params![id as i64 - 3, -(1i64 << (id * 4)), blob];
            conn.execute("INSERT INTO t VALUES (42, ?1, ?2, ?3)", params).unwrap();
        }
        drop(conn);
        // Without its root nothing is within SQLite's reach.
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[100..300].fill(0xff);
        bytes[..16].fill(0);
        std::fs::write(&path, bytes).unwrap();
        let mut cells = all(&path, 42);
        cells.sort_by_key(|cell| cell.rowid);
        assert_eq!(cells.len(), lengths.len());
        for (id, (cell, length)) in cells.iter().zip(lengths).enumerate() {
            assert_eq!(cell.rowid, id as i64 - 3);
            assert_eq!(cell.int(2), Some(-(1i64 << (id * 4))));
            let blob = cell.blob(3).unwrap();
            assert_eq!(blob.len(), length);
            assert!(blob.iter().enumerate().all(|(at, byte)| *byte == (at % 251) as u8));
        }
        assert!(all(&path, 41).is_empty());
    }

    #[test]
    fn the_log_is_read_newest_first_and_only_what_was_committed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.db");
        let conn = rusqlite::Connection::open(&path).unwrap();
        conn.execute_batch(
            "PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=2;
             CREATE TABLE t (tag INTEGER, id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (42, 1, 'old');
             UPDATE t SET a = 'new'; BEGIN",
        )
        .unwrap();
        // Enough to spill pages of the open transaction into the log.
        for id in 10..200 {
            conn.execute("INSERT INTO t VALUES (42, ?1, zeroblob(1000))", [id]).unwrap();
        }
        let cells = all(&path, 42);
        assert_eq!(cells.first().and_then(|cell| cell.text(2)), Some("new"));
        assert!(cells.iter().all(|cell| cell.rowid == 1), "what was not committed is not there");
    }

    #[test]
    fn any_bytes_are_survived() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.db");
        let mut state = 1u64;
        for round in 0..50 {
            let bytes: Vec<u8> = (0..PAGE * 4)
                .map(|at| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    if at % PAGE == 0 { 0x0d } else { (state >> 33) as u8 >> (round % 7) }
                })
                .collect();
            std::fs::write(&path, &bytes).unwrap();
            std::fs::write(wal(&path), &bytes).unwrap();
            all(&path, 4);
        }
    }
}
