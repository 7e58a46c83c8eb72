//! What travels: items one after the other, each on its own.

use std::fmt;

use super::check_limit;
use crate::crypto;
use crate::error::{Error, Result};
use crate::limits::{BUNDLE_ITEMS_MAX, ITEM_BYTES_MAX};

const MAGIC: &[u8; 4] = b"FCB1";
const ITEM_TAG: &[u8] = b"fieldcore/item/1\0";
const FRAME_BYTES: usize = 5;

/// One item of a bundle: its bytes, which verify by themselves.
#[derive(Clone, PartialEq, Eq)]
pub enum Item {
    /// A device's enrolment ([`super::SignedEnrolment`]).
    Enrolment(Vec<u8>),
    /// A batch ([`super::Batch`]).
    Batch(Vec<u8>),
    /// Salvaged rows ([`super::Salvage`]).
    Salvage(Vec<u8>),
    /// A hub's receipt ([`super::SignedReceipt`]).
    Receipt(Vec<u8>),
    /// A hub's dispatch ([`super::SignedDispatch`]).
    Dispatch(Vec<u8>),
    /// A device's poll ([`super::SignedPoll`]).
    Poll(Vec<u8>),
    /// A hub's state ([`super::SignedState`]).
    State(Vec<u8>),
    /// A hub's refusal of one item ([`super::Refusal`]), unsigned.
    Refusal(Vec<u8>),
    /// A device's word on what is still to come from it ([`super::SignedOutstanding`]).
    Outstanding(Vec<u8>),
    /// A type that this reader does not know; carried on as it is.
    Unknown {
        /// The type's code.
        kind: u8,
        /// Its bytes.
        bytes: Vec<u8>,
    },
}

impl Item {
    /// The type's code on the wire.
    pub const fn code(&self) -> u8 {
        match self {
            Self::Enrolment(_) => 1,
            Self::Batch(_) => 2,
            Self::Salvage(_) => 3,
            Self::Receipt(_) => 4,
            Self::Dispatch(_) => 5,
            Self::Poll(_) => 6,
            Self::State(_) => 7,
            Self::Refusal(_) => 8,
            Self::Outstanding(_) => 9,
            Self::Unknown { kind, .. } => *kind,
        }
    }

    /// The item's bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Enrolment(bytes)
            | Self::Batch(bytes)
            | Self::Salvage(bytes)
            | Self::Receipt(bytes)
            | Self::Dispatch(bytes)
            | Self::Poll(bytes)
            | Self::State(bytes)
            | Self::Refusal(bytes)
            | Self::Outstanding(bytes)
            | Self::Unknown { bytes, .. } => bytes,
        }
    }

    /// Bytes that it takes in a bundle.
    pub fn wire_bytes(&self) -> usize {
        FRAME_BYTES + self.bytes().len()
    }

    /// What a [`super::Refusal`] names it by.
    pub fn digest(&self) -> [u8; 32] {
        item_digest(self.code(), self.bytes())
    }

    /// The item of this type with these bytes, as they travelled.
    pub fn new(kind: u8, bytes: Vec<u8>) -> Self {
        match kind {
            1 => Self::Enrolment(bytes),
            2 => Self::Batch(bytes),
            3 => Self::Salvage(bytes),
            4 => Self::Receipt(bytes),
            5 => Self::Dispatch(bytes),
            6 => Self::Poll(bytes),
            7 => Self::State(bytes),
            8 => Self::Refusal(bytes),
            9 => Self::Outstanding(bytes),
            kind => Self::Unknown { kind, bytes },
        }
    }
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "item of type {}, {} bytes", self.code(), self.bytes().len())
    }
}

/// The digest by which a refusal names an item: SHA-256 over a tag, the type and the bytes, so
/// that a hub can name what it could not read.
pub fn item_digest(kind: u8, bytes: &[u8]) -> [u8; 32] {
    crypto::sha256(&[ITEM_TAG, &[kind], bytes])
}

/// Writes and reads bundles.
#[derive(Clone, Copy, Debug)]
pub struct Bundle;

/// What was read from a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Read {
    /// The whole items, in order.
    pub items: Vec<Item>,
    /// Bytes of an item at the end that was cut off; it is sent again by whoever holds it.
    pub cut_off: usize,
    /// Items passed over because they are larger than any item may be.
    pub oversize: usize,
}

impl Bundle {
    /// Bytes in front of the first item.
    pub const HEAD_BYTES: usize = MAGIC.len();

    /// Whether `bytes` claim to be a bundle.
    pub fn is_claimed_by(bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC)
    }

    /// The bundle of `items`. An item's size and the number of items are limited; how many fit a
    /// request is the sender's choice (see [`Item::wire_bytes`]).
    pub fn write(items: &[Item]) -> Result<Vec<u8>> {
        check_limit("items of a bundle", items.len(), BUNDLE_ITEMS_MAX)?;
        let mut out = MAGIC.to_vec();
        for item in items {
            check_limit("bytes of a bundle's item", item.bytes().len(), ITEM_BYTES_MAX)?;
            out.push(item.code());
            out.extend_from_slice(&u32::try_from(item.bytes().len()).unwrap_or(u32::MAX).to_be_bytes());
            out.extend_from_slice(item.bytes());
        }
        Ok(out)
    }

    /// The items of a bundle. Only the magic and the number of items can make it fail: an item
    /// cut off at the end is left out and counted, and each item stands or falls by itself.
    pub fn read(bytes: &[u8]) -> Result<Read> {
        let mut rest = bytes
            .strip_prefix(MAGIC)
            .ok_or_else(|| Error::decode("bundle", "it does not begin with FCB1; it is no bundle of this format"))?;
        let mut read = Read::default();
        while let Some((kind, body, after)) = next_item(rest) {
            check_limit("items of a bundle", read.items.len() + read.oversize + 1, BUNDLE_ITEMS_MAX)?;
            if body.len() > ITEM_BYTES_MAX {
                read.oversize += 1;
            } else {
                read.items.push(Item::new(kind, body.to_vec()));
            }
            rest = after;
        }
        read.cut_off = rest.len();
        Ok(read)
    }
}

fn next_item(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<FRAME_BYTES>()?;
    let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
    let (body, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    Some((head[0], body, after))
}
