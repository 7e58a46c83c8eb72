//! Rows of what is to be sent: frozen bytes, and what became of them.

use rusqlite::{Connection, OptionalExtension, params};

use crate::error::Result;
use crate::wire::Item;

/// What an item is. The codes lie in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// The device's enrolment.
    Enrolment = 0,
    /// A batch.
    Batch = 1,
    /// Rows as they were stored.
    Salvage = 2,
}

impl What {
    /// The kind of `code`.
    pub(super) const fn from_code(code: i64) -> Option<Self> {
        match code {
            0 => Some(Self::Enrolment),
            1 => Some(Self::Batch),
            2 => Some(Self::Salvage),
            _ => None,
        }
    }

    /// The item as it travels.
    pub(super) const fn item(self, bytes: Vec<u8>) -> Item {
        match self {
            Self::Enrolment => Item::Enrolment(bytes),
            Self::Batch => Item::Batch(bytes),
            Self::Salvage => Item::Salvage(bytes),
        }
    }
}

/// What became of an item. The codes lie in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// It is to be sent.
    Waiting = 1,
    /// The hub stored it and has not counted it.
    Held = 2,
    /// The hub stored, opened and counted it.
    Opened = 3,
    /// The hub refused it; it stays here and is shown.
    Refused = 4,
    /// Another took its place: of an enrolment the next one, of bytes that rotted those made again.
    Superseded = 5,
}

/// An item to be put up for sending.
pub(super) struct NewItem {
    pub(super) what: What,
    pub(super) device: i64,
    pub(super) epoch: i64,
    pub(super) number: u64,
    pub(super) segment: Option<i64>,
    pub(super) first_seq: u64,
    pub(super) last_seq: u64,
    pub(super) digest: [u8; 32],
    pub(super) bytes: Vec<u8>,
}

/// Puts an item up for sending; its row.
pub(super) fn insert(conn: &Connection, item: &NewItem) -> Result<i64> {
    let sql = "INSERT INTO item (what, device, epoch, number, segment, first_seq, last_seq, digest, name, length,
               status, attempts, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, ?12)";
    let travels = item.what.item(item.bytes.clone());
    conn.prepare_cached(sql)?.execute(params![
        item.what as i64,
        item.device,
        item.epoch,
        item.number,
        item.segment,
        item.first_seq,
        item.last_seq,
        item.digest,
        travels.digest(),
        item.bytes.len(),
        Status::Waiting as i64,
        item.bytes,
    ])?;
    Ok(conn.last_insert_rowid())
}

/// The next batch's number in an epoch, and the digest of the one before (zeros for the first).
pub(super) fn next_batch(conn: &Connection, epoch: i64) -> Result<(u64, [u8; 32])> {
    let sql = "SELECT number, digest FROM item WHERE epoch = ?1 AND what = 1 ORDER BY number DESC LIMIT 1";
    let last = conn
        .prepare_cached(sql)?
        .query_row([epoch], |row| Ok((row.get::<_, u64>(0)?, row.get::<_, [u8; 32]>(1)?)))
        .optional()?;
    Ok(last.map_or((1, [0; 32]), |(number, digest)| (number + 1, digest)))
}

/// The next salvage's number of a device.
pub(super) fn next_salvage(conn: &Connection, device: i64) -> Result<u64> {
    let sql = "SELECT coalesce(max(number), 0) + 1 FROM item WHERE what = 2 AND device = ?1";
    Ok(conn.prepare_cached(sql)?.query_row([device], |row| row.get(0))?)
}
