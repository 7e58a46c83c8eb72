//! Records read back: opened under their segment's key, and so proven.

use rusqlite::{Connection, OptionalExtension, params};

use super::head::{row_id, split_id};
use super::keyring::Keyring;
use crate::error::Result;
use crate::id::RecordRef;
use crate::record::{Record, decode_row};
use crate::wire::open_row;

/// Rows fetched at a time by a walk.
const PAGE: usize = 256;

/// A record as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct StoredRow {
    pub(super) id: i64,
    pub(super) segment: i64,
    pub(super) kind: u16,
    pub(super) version: u16,
    pub(super) sealed: Vec<u8>,
}

impl StoredRow {
    pub(super) fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { id: row.get(0)?, segment: row.get(1)?, kind: row.get(2)?, version: row.get(3)?, sealed: row.get(4)? })
    }
}

/// What became of opening a row.
pub(super) enum Opened {
    /// It is what was written.
    Record(Box<Record>),
    /// Its key is not here: erased, or lost with the vault.
    NoKey,
    /// Its key is here and it is not what was written.
    Damaged,
}

/// The rows behind one connection.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) conn: &'a Connection,
    pub(super) keys: &'a Keyring,
}

impl<'a> Rows<'a> {
    /// The record at `at`; `None` if it is not here or cannot be read.
    pub(super) fn record(self, at: RecordRef) -> Result<Option<Record>> {
        let epoch = self.keys.find_epoch(self.conn, |row| row.device == at.device && row.epoch == at.epoch)?;
        let Some(epoch) = epoch else { return Ok(None) };
        let sql = "SELECT id, segment, kind, version, sealed FROM record WHERE id = ?1";
        let stored =
            self.conn.prepare_cached(sql)?.query_row([row_id(epoch.id, at.seq)], StoredRow::read).optional()?;
        match stored.map(|stored| self.open(&stored)).transpose()? {
            Some(Opened::Record(record)) => Ok(Some(*record)),
            _ => Ok(None),
        }
    }

    /// Opens a stored row.
    pub(super) fn open(self, stored: &StoredRow) -> Result<Opened> {
        let (epoch, seq) = split_id(stored.id);
        let Some(epoch) = self.keys.epoch(self.conn, epoch)? else { return Ok(Opened::Damaged) };
        let Some(data_key) = self.keys.data_key(self.conn, stored.segment)? else { return Ok(Opened::NoKey) };
        let at = epoch.at(seq);
        let record = open_row(&data_key, at, stored.kind, stored.version, &stored.sealed)
            .and_then(|row| decode_row(at, stored.kind, stored.version, &row));
        Ok(record.map_or(Opened::Damaged, |record| Opened::Record(Box::new(record))))
    }

    /// A page of stored rows behind `after`, up to `last`.
    pub(super) fn page(self, after: i64, last: i64) -> Result<Vec<StoredRow>> {
        let sql =
            "SELECT id, segment, kind, version, sealed FROM record WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT ?3";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map(params![after, last, PAGE], StoredRow::read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Every stored row with `after < id <= last`, in order.
    pub(super) fn stored(self, after: i64, last: i64) -> Stored<'a> {
        Stored { rows: self, after, last, page: Vec::new().into_iter() }
    }

    /// Every readable record of the file, oldest first.
    pub(super) fn all(self) -> Records<'a> {
        Records { stored: self.stored(0, i64::MAX) }
    }
}

/// A walk over stored rows, a page at a time.
pub(super) struct Stored<'a> {
    rows: Rows<'a>,
    after: i64,
    last: i64,
    page: std::vec::IntoIter<StoredRow>,
}

impl Iterator for Stored<'_> {
    type Item = Result<StoredRow>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(row) = self.page.next() {
            return Some(Ok(row));
        }
        match self.rows.page(self.after, self.last) {
            Ok(page) => {
                self.after = page.last()?.id;
                self.page = page.into_iter();
                self.page.next().map(Ok)
            }
            Err(error) => {
                self.after = i64::MAX;
                Some(Err(error))
            }
        }
    }
}

/// A walk over readable records, oldest first.
pub(crate) struct Records<'a> {
    stored: Stored<'a>,
}

impl Iterator for Records<'_> {
    type Item = Result<Record>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let opened = match self.stored.next()? {
                Ok(stored) => self.stored.rows.open(&stored),
                Err(error) => Err(error),
            };
            match opened {
                Ok(Opened::Record(record)) => return Some(Ok(*record)),
                Ok(Opened::NoKey | Opened::Damaged) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
