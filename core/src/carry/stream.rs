//! A carry as a stream: a bundle of any length, read and written item by item.

use std::io::{ErrorKind, Read, Write};

use crate::error::{Error, Result};
use crate::limits::ITEM_BYTES_MAX;
use crate::wire::{Bundle, Item};

const FRAME_BYTES: usize = 5;

/// What stands next in a carry.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// A whole item.
    Item(Item),
    /// An item longer than any may be was passed over; its length in bytes.
    Oversize(u64),
    /// The last item is cut off: so many bytes of it are there. Nothing follows.
    CutOff(u64),
}

/// Reads a carry item by item, never more than one item in memory.
#[derive(Debug)]
pub struct CarryReader<R> {
    from: R,
    ended: bool,
}

impl<R: Read> CarryReader<R> {
    /// Begins to read; refuses what does not begin as a bundle does.
    pub fn new(mut from: R) -> Result<Self> {
        let mut head = [0; Bundle::HEAD_BYTES];
        let read = fill(&mut from, &mut head)?;
        Bundle::read(&head[..read])?;
        Ok(Self { from, ended: false })
    }

    /// What stands next; `None` at the end.
    pub fn next_found(&mut self) -> Result<Option<Found>> {
        if self.ended {
            return Ok(None);
        }
        let mut frame = [0; FRAME_BYTES];
        let read = fill(&mut self.from, &mut frame)?;
        if read < FRAME_BYTES {
            self.ended = true;
            return Ok((read > 0).then_some(Found::CutOff(read as u64)));
        }
        let [kind, a, b, c, d] = frame;
        let length = u32::from_be_bytes([a, b, c, d]);
        if length as usize > ITEM_BYTES_MAX {
            return self.pass(length).map(Some);
        }
        let mut bytes = vec![0; length as usize];
        let read = fill(&mut self.from, &mut bytes)?;
        if read < bytes.len() {
            self.ended = true;
            return Ok(Some(Found::CutOff((FRAME_BYTES + read) as u64)));
        }
        Ok(Some(Found::Item(Item::new(kind, bytes))))
    }

    /// Passes over an item that is too long.
    fn pass(&mut self, length: u32) -> Result<Found> {
        let skipped = std::io::copy(&mut (&mut self.from).take(length.into()), &mut std::io::sink());
        let skipped = skipped.map_err(|error| Error::io("the carry", error))?;
        if skipped < u64::from(length) {
            self.ended = true;
            return Ok(Found::CutOff(FRAME_BYTES as u64 + skipped));
        }
        Ok(Found::Oversize(length.into()))
    }
}

/// Reads until `to` is full or nothing is left; how many bytes.
fn fill(from: &mut impl Read, to: &mut [u8]) -> Result<usize> {
    let mut done = 0;
    while done < to.len() {
        match from.read(&mut to[done..]) {
            Ok(0) => break,
            Ok(read) => done += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::io("the carry", error)),
        }
    }
    Ok(done)
}

/// Writes a carry item by item.
#[derive(Debug)]
pub struct CarryWriter<W> {
    to: W,
    items: u64,
    bytes: u64,
}

impl<W: Write> CarryWriter<W> {
    /// Begins a carry.
    pub fn new(mut to: W) -> std::io::Result<Self> {
        let head = *b"FCB1";
        to.write_all(&head)?;
        Ok(Self { to, items: 0, bytes: head.len() as u64 })
    }

    /// Adds an item; one longer than any may be is an [`ErrorKind::InvalidInput`].
    pub fn write(&mut self, item: &Item) -> std::io::Result<()> {
        let length = item.bytes().len();
        if length > ITEM_BYTES_MAX {
            return Err(std::io::Error::new(ErrorKind::InvalidInput, "an item is longer than any may be"));
        }
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        self.to.write_all(&[item.code()])?;
        self.to.write_all(&length.to_be_bytes())?;
        self.to.write_all(item.bytes())?;
        self.items += 1;
        self.bytes += item.wire_bytes() as u64;
        Ok(())
    }

    /// Items written so far.
    pub const fn items(&self) -> u64 {
        self.items
    }

    /// Bytes written so far, head included.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What it was written to.
    pub fn into_inner(self) -> W {
        self.to
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items() -> Vec<Item> {
        vec![Item::Batch(vec![1; 40]), Item::Receipt(vec![2; 7]), Item::Unknown { kind: 77, bytes: Vec::new() }]
    }

    fn written(items: &[Item]) -> Vec<u8> {
        let mut writer = CarryWriter::new(Vec::new()).unwrap();
        items.iter().for_each(|item| writer.write(item).unwrap());
        assert_eq!(writer.items(), items.len() as u64);
        let bytes = writer.bytes();
        let out = writer.into_inner();
        assert_eq!(out.len() as u64, bytes);
        out
    }

    fn read(bytes: &[u8]) -> Vec<Found> {
        let mut reader = CarryReader::new(bytes).unwrap();
        std::iter::from_fn(|| reader.next_found().unwrap()).collect()
    }

    #[test]
    fn a_short_carry_is_a_bundle() {
        let bytes = written(&items());
        assert_eq!(bytes, Bundle::write(&items()).unwrap());
        assert_eq!(read(&bytes), items().into_iter().map(Found::Item).collect::<Vec<_>>());
    }

    #[test]
    fn truncated_at_any_byte_every_whole_item_is_there() {
        let bytes = written(&items());
        for length in Bundle::HEAD_BYTES..bytes.len() {
            let whole = Bundle::read(&bytes[..length]).unwrap();
            let found = read(&bytes[..length]);
            let mut expected: Vec<Found> = whole.items.into_iter().map(Found::Item).collect();
            if whole.cut_off > 0 {
                expected.push(Found::CutOff(whole.cut_off as u64));
            }
            assert_eq!(found, expected, "at {length}");
        }
        for length in 0..Bundle::HEAD_BYTES {
            assert!(CarryReader::new(&bytes[..length]).is_err());
        }
    }

    #[test]
    fn what_is_too_long_is_passed_over_without_being_kept() {
        let mut bytes = written(&[]);
        let long = ITEM_BYTES_MAX + 1;
        bytes.push(2);
        bytes.extend_from_slice(&u32::try_from(long).unwrap().to_be_bytes());
        bytes.extend(std::iter::repeat_n(0, long));
        let end = bytes.len();
        bytes.extend_from_slice(&written(&items())[Bundle::HEAD_BYTES..]);
        assert_eq!(read(&bytes).len(), 1 + items().len());
        assert_eq!(read(&bytes)[0], Found::Oversize(long as u64));
        assert!(matches!(read(&bytes[..end - 1])[..], [Found::CutOff(_)]));
        assert!(CarryWriter::new(Vec::new()).unwrap().write(&Item::Batch(vec![0; long])).is_err());
    }
}
