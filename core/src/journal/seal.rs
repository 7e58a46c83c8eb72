//! Waiting segments become frozen items: a batch, or as they are stored a salvage.
//!
//! The item's row is written in the transaction that marks its segment sealed; the same bytes go
//! out on every try. Never inside a user action.

use rusqlite::{OptionalExtension, params};

use super::action::Action;
use super::anchors;
use super::epoch::append_lost;
use super::gaps::LostRange;
use super::head::{EpochRow, row_id};
use super::item::{self, NewItem, Status, What};
use super::read::Opened;
use super::segment::{self, SegmentState};
use crate::error::{Error, Result};
use crate::record::Record;
use crate::secret::Secret;
use crate::wire::{Batch, BatchPlan, KeyWrap, Salvage, SalvagePlan, SalvagedRow, SegmentHeader, SignedSegment};

/// A segment that waits to be sealed.
struct Waiting {
    id: i64,
    epoch: EpochRow,
    first_seq: u64,
    last_seq: u64,
    state: i64,
    signed: SignedSegment,
}

/// The next segment that can be sealed: closed or stranded, its header signed.
pub(super) fn next_waiting(conn: &rusqlite::Connection) -> Result<Option<i64>> {
    let sql = "SELECT id FROM segment WHERE state IN (2, 4) AND header IS NOT NULL ORDER BY id LIMIT 1";
    Ok(conn.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?)
}

impl Action<'_> {
    /// Seals one waiting segment; how many items it became.
    pub(super) fn seal(&mut self, segment: i64) -> Result<u32> {
        let Some(waiting) = self.waiting(segment)? else { return Ok(0) };
        let header = waiting.signed.verify()?;
        let signs = self.keys.device(waiting.epoch.device_row)?.is_some_and(|(key, _)| key == waiting.epoch.key);
        let data_key = self.keys.data_key(self.tx(), segment)?;
        match data_key {
            Some(data_key) if signs && waiting.state == SegmentState::Closed.code() => {
                self.seal_batches(&waiting, &header, &data_key)
            }
            _ => self.seal_salvage(&waiting),
        }
    }

    fn waiting(&self, id: i64) -> Result<Option<Waiting>> {
        let sql = "SELECT epoch, first_seq, last_seq, state, header, signature FROM segment
                   WHERE id = ?1 AND header IS NOT NULL AND signature IS NOT NULL";
        let row = self
            .tx()
            .prepare_cached(sql)?
            .query_row([id], |row| {
                let header: (Vec<u8>, Vec<u8>) = (row.get(4)?, row.get(5)?);
                Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?, row.get(3)?, header))
            })
            .optional()?;
        let Some((epoch, first_seq, last_seq, state, (bytes, signature))) = row else { return Ok(None) };
        let (Some(epoch), Ok(signature)) = (self.keys.epoch(self.tx(), epoch)?, signature.try_into()) else {
            return Ok(None);
        };
        Ok(Some(Waiting { id, epoch, first_seq, last_seq, state, signed: SignedSegment { bytes, signature } }))
    }

    fn seal_batches(&mut self, waiting: &Waiting, header: &SegmentHeader, data_key: &Secret) -> Result<u32> {
        let (runs, lost) = self.runs(waiting)?;
        let mut made = 0;
        for run in &runs {
            made += self.seal_run(waiting, &header.wraps, header.segment, run, data_key)?;
        }
        segment::set_state(self.tx(), waiting.id, SegmentState::Sealed)?;
        append_lost(self, &lost)?;
        Ok(made)
    }

    /// The segment's records in runs without gaps, and what of it is lost: rows that a damaged
    /// disk no longer gives as they were written.
    fn runs(&self, waiting: &Waiting) -> Result<(Vec<Vec<Record>>, Vec<LostRange>)> {
        let epoch = &waiting.epoch;
        let (mut runs, mut lost) = (Vec::new(), Vec::new());
        let mut run: Vec<Record> = Vec::new();
        let mut expected = waiting.first_seq;
        let mut miss = |from: u64, to: u64| lost.push((epoch.device, epoch.epoch, from, to));
        let last = row_id(epoch.id, waiting.last_seq);
        for stored in self.rows().stored(row_id(epoch.id, waiting.first_seq - 1), last) {
            let Opened::Record(record) = self.rows().open(&stored?)? else { continue };
            if record.at.seq != expected {
                miss(expected, record.at.seq - 1);
                runs.push(std::mem::take(&mut run));
            }
            expected = record.at.seq + 1;
            run.push(*record);
        }
        if expected <= waiting.last_seq {
            miss(expected, waiting.last_seq);
        }
        runs.push(run);
        runs.retain(|run| !run.is_empty());
        Ok((runs, lost))
    }

    /// Seals one run; in two halves if it is too large for one batch.
    fn seal_run(
        &self,
        waiting: &Waiting,
        wraps: &[KeyWrap],
        number: u64,
        run: &[Record],
        data_key: &Secret,
    ) -> Result<u32> {
        let sealed = self.seal_batch(&waiting.epoch, (waiting.id, number), wraps, run, data_key);
        match sealed {
            Err(Error::Limit { .. }) if run.len() > 1 => {
                let (first, second) = run.split_at(run.len() / 2);
                Ok(self.seal_run(waiting, wraps, number, first, data_key)?
                    + self.seal_run(waiting, wraps, number, second, data_key)?)
            }
            other => other.map(|()| 1),
        }
    }

    /// Makes one batch of `records` in the segment of this row and number, and puts it up for
    /// sending.
    pub(super) fn seal_batch(
        &self,
        epoch: &EpochRow,
        (segment, segment_number): (i64, u64),
        wraps: &[KeyWrap],
        records: &[Record],
        data_key: &Secret,
    ) -> Result<()> {
        let (number, previous) = item::next_batch(self.tx(), epoch.id)?;
        let plan = BatchPlan {
            mode: self.mode(),
            epoch: epoch.epoch,
            number,
            segment: segment_number,
            wraps: wraps.to_vec(),
            previous,
        };
        let anchors = anchors::unsent(self.tx())?;
        let seed = self.keys.signing(epoch.device_row)?;
        let known: Vec<_> = anchors.iter().map(|(_, anchor)| *anchor).collect();
        let batch = Batch::seal(plan, records, &known, data_key, &seed, &*self.site.platform.entropy)?;
        let item = item::insert(
            self.tx(),
            &NewItem {
                what: What::Batch,
                device: epoch.device_row,
                epoch: epoch.id,
                number,
                segment: Some(segment),
                first_seq: batch.header.first_seq,
                last_seq: batch.header.first_seq + u64::from(batch.header.count) - 1,
                digest: batch.digest(),
                bytes: batch.to_bytes()?,
            },
        )?;
        anchors::sent_with(self.tx(), &anchors, item)
    }

    /// Packs the segment's rows as they are stored, signed by the device that writes now.
    fn seal_salvage(&self, waiting: &Waiting) -> Result<u32> {
        let epoch = &waiting.epoch;
        let from = row_id(epoch.id, waiting.first_seq - 1);
        let mut rows = Vec::new();
        for stored in self.rows().stored(from, row_id(epoch.id, waiting.last_seq)) {
            let stored = stored?;
            let (_, seq) = super::head::split_id(stored.id);
            rows.push(SalvagedRow { seq, kind: stored.kind, version: stored.version, sealed: stored.sealed });
        }
        let device = self.head.epoch.device_row;
        let seed = self.keys.signing(device)?;
        let mut made = 0;
        for piece in Salvage::split(&rows) {
            let number = item::next_salvage(self.tx(), device)?;
            let plan = SalvagePlan { number, campaign: self.head.campaign };
            let salvage = Salvage::seal(plan, &waiting.signed, piece, &seed)?;
            item::insert(
                self.tx(),
                &NewItem {
                    what: What::Salvage,
                    device,
                    epoch: epoch.id,
                    number,
                    segment: Some(waiting.id),
                    first_seq: salvage.header.first_seq,
                    last_seq: salvage.header.last_seq,
                    digest: salvage.digest(),
                    bytes: salvage.to_bytes()?,
                },
            )?;
            made += 1;
        }
        segment::set_state(self.tx(), waiting.id, SegmentState::Salvaged)?;
        Ok(made)
    }
}

/// Items of this status and kind, for figures.
pub(super) fn count(conn: &rusqlite::Connection, what: What, status: Status) -> Result<u64> {
    let sql = "SELECT count(*) FROM item WHERE status = ?1 AND what = ?2";
    Ok(conn.prepare_cached(sql)?.query_row(params![status as i64, what as i64], |row| row.get(0))?)
}
