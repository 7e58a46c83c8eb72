//! Records sent once more, in batches with new numbers: the hub lost a key, or lacks them.

use rusqlite::params;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::action::Action;
use super::documents;
use super::head::{EpochRow, row_id};
use super::read::Opened;
use super::segment::{self, SegmentState};
use crate::error::{Error, Result};
use crate::limits::{BATCH_RECORDS_MAX, SEGMENT_ROW_BYTES_MAX};
use crate::record::Record;
use crate::secret::Secret;
use crate::sync::DispatchTaken;
use crate::wire::{KeyWrap, Reissue, SegmentScope, wrap_data_key};

/// Records that go into one batch again: contiguous, of one segment.
#[derive(Default)]
struct Chunk {
    segment: i64,
    bytes: u64,
    records: Vec<Record>,
}

impl Chunk {
    fn takes(&self, segment: i64, seq: u64, bytes: u64) -> bool {
        self.records.last().is_some_and(|last| last.at.seq + 1 == seq)
            && self.segment == segment
            && self.records.len() < BATCH_RECORDS_MAX as usize
            && self.bytes + bytes <= SEGMENT_ROW_BYTES_MAX
    }
}

impl Action<'_> {
    /// Makes batches again of what the hub asks for and what can still be read here, under fresh
    /// data keys wrapped to the hub keys in force now.
    pub(super) fn take_reissue(&self, request: &Reissue) -> Result<DispatchTaken> {
        let here = self.head.epoch.key;
        let epoch = self.keys.find_epoch(self.tx(), |row| row.epoch == request.epoch && row.key == here)?;
        let ranges = self.asked_ranges(request)?;
        let asked: u64 = ranges.iter().map(|(first, last)| last - first + 1).sum();
        let Some(epoch) = epoch else { return Ok(DispatchTaken::Reissue { records: 0, gone: asked }) };
        let (mut records, mut there) = (0, 0);
        for (first, last) in ranges {
            let (again, stored) = self.seal_stored_again(&epoch, first, last)?;
            there += stored;
            records += again;
        }
        Ok(DispatchTaken::Reissue { records, gone: there - records })
    }

    /// Makes batches again of what can be read of a range; how many records that is.
    pub(super) fn seal_range_again(&self, epoch: &EpochRow, first: u64, last: u64) -> Result<u64> {
        Ok(self.seal_stored_again(epoch, first, last)?.0)
    }

    /// The same, and how many rows of the range are stored.
    fn seal_stored_again(&self, epoch: &EpochRow, first: u64, last: u64) -> Result<(u64, u64)> {
        let (chunks, stored) = self.chunks(epoch, first, last)?;
        let mut records = 0;
        for chunk in &chunks {
            self.seal_again(epoch, chunk)?;
            records += chunk.records.len() as u64;
        }
        Ok((records, stored))
    }

    /// The ranges asked for, in order, without overlaps, as far as there can be records.
    fn asked_ranges(&self, request: &Reissue) -> Result<Vec<(u64, u64)>> {
        let mut ranges = request.ranges.clone();
        for digest in &request.digests {
            let sql = "SELECT first_seq, last_seq FROM item WHERE digest = ?1 AND what = 1";
            let mut statement = self.tx().prepare_cached(sql)?;
            let rows = statement.query_map([digest], |row| Ok((row.get(0)?, row.get(1)?)))?;
            ranges.extend(rows.collect::<rusqlite::Result<Vec<_>>>()?);
        }
        ranges.sort_unstable();
        let mut merged: Vec<(u64, u64)> = Vec::new();
        for (first, last) in ranges {
            let (first, last) = (first.max(1), last.min(i64::MAX.cast_unsigned() >> 24));
            match merged.last_mut() {
                Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
                _ if first <= last => merged.push((first, last)),
                _ => {}
            }
        }
        Ok(merged)
    }

    /// Readable records of a range in chunks, and how many rows of it are stored.
    fn chunks(&self, epoch: &EpochRow, first: u64, last: u64) -> Result<(Vec<Chunk>, u64)> {
        let (mut chunks, mut stored_rows) = (Vec::new(), 0);
        let mut chunk = Chunk::default();
        for stored in self.rows().stored(row_id(epoch.id, first - 1), row_id(epoch.id, last)) {
            let stored = stored?;
            stored_rows += 1;
            let Opened::Record(record) = self.rows().open(&stored)? else { continue };
            let bytes = stored.sealed.len() as u64;
            if !chunk.takes(stored.segment, record.at.seq, bytes) {
                let segment = stored.segment;
                chunks.push(std::mem::replace(&mut chunk, Chunk { segment, ..Chunk::default() }));
            }
            chunk.bytes += bytes;
            chunk.records.push(*record);
        }
        chunks.push(chunk);
        chunks.retain(|chunk| !chunk.records.is_empty());
        Ok((chunks, stored_rows))
    }

    fn seal_again(&self, epoch: &EpochRow, chunk: &Chunk) -> Result<()> {
        let bytes = Zeroizing::new(self.site.platform.random::<32>()?);
        let data_key = Secret::new(*bytes);
        let (Some(first), Some(last)) = (chunk.records.first(), chunk.records.last()) else { return Ok(()) };
        let place = self.take_number(epoch, chunk.segment, first.at.seq, last.at.seq)?;
        let wraps = self.wraps(epoch, place.1, &data_key)?;
        self.seal_halves(epoch, place, &wraps, &chunk.records, &data_key)
    }

    fn seal_halves(
        &self,
        epoch: &EpochRow,
        place: (i64, u64),
        wraps: &[KeyWrap],
        records: &[Record],
        data_key: &Secret,
    ) -> Result<()> {
        match self.seal_batch(epoch, place, wraps, records, data_key) {
            Err(Error::Limit { .. }) if records.len() > 1 => {
                let (first, second) = records.split_at(records.len() / 2);
                self.seal_halves(epoch, place, wraps, first, data_key)?;
                self.seal_halves(epoch, place, wraps, second, data_key)
            }
            other => other,
        }
    }

    /// Takes a segment number for a batch made again, in the bucket of the records' own segment:
    /// row and number.
    fn take_number(&self, epoch: &EpochRow, of: i64, first: u64, last: u64) -> Result<(i64, u64)> {
        let bucket: [u8; 16] =
            self.tx().prepare_cached("SELECT bucket FROM segment WHERE id = ?1")?.query_row([of], |row| row.get(0))?;
        let number = segment::next_number(self.tx(), epoch.id)?;
        let sql = "INSERT INTO segment (epoch, number, first_seq, last_seq, bytes, bucket, state, wall_ms, mono_ms,
                   clock) VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7, ?8, ?9)";
        self.tx().prepare_cached(sql)?.execute(params![
            epoch.id,
            number,
            first,
            last,
            Uuid::from_bytes(bucket).as_bytes(),
            SegmentState::Reissue.code(),
            self.now.wall_ms,
            self.now.mono_ms,
            self.now.clock
        ])?;
        Ok((self.tx().last_insert_rowid(), number))
    }

    fn wraps(&self, epoch: &EpochRow, segment: u64, data_key: &Secret) -> Result<Vec<KeyWrap>> {
        let keys = documents::key_set(self.tx())?
            .ok_or_else(|| Error::refused("sending again", "this device has no keys of a hub; enrol it first"))?;
        let scope = SegmentScope { mode: self.mode(), device_key: epoch.key, epoch: epoch.epoch, segment };
        let entropy = &*self.site.platform.entropy;
        keys.wrap_keys().iter().map(|to| wrap_data_key(data_key, to, &scope, entropy)).collect()
    }
}
