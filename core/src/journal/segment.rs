//! Segments: what becomes one batch, under one data key.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::action::Now;
use super::head::{EpochRow, Head, OpenSegment};
use super::keyring::{Keyring, PhoneScope};
use super::{documents, spare};
use crate::error::Result;
use crate::limits::{BATCH_RECORDS_MAX, SEGMENT_ROW_BYTES_MAX};
use crate::platform::Entropy;
use crate::secret::Secret;
use crate::wire::{Mode, SegmentHeader, SegmentScope, SignedSegment, wrap_data_key};

/// Where a segment stands. The codes lie in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SegmentState {
    /// Records go into it.
    Open = 1,
    /// It takes no more and waits to be sealed into a batch.
    Closed = 2,
    /// Its batch is frozen.
    Sealed = 3,
    /// It cannot become a batch and waits to leave as it is stored.
    Stranded = 4,
    /// Its rows are frozen in salvages.
    Salvaged = 5,
    /// It cannot be read here and was never wrapped to a hub key: it waits for its key.
    Stuck = 6,
    /// Its key was destroyed on purpose.
    Erased = 7,
    /// A number taken by a batch that was made again; it has no rows.
    Reissue = 8,
}

impl SegmentState {
    /// The code that lies in the file.
    pub(super) const fn code(self) -> i64 {
        self as i64
    }
}

/// Whether a row of `bytes` may still go into the open segment.
pub(super) fn has_room(open: &OpenSegment, seq: u64, bytes: u64) -> bool {
    seq + 1 - open.first_seq < u64::from(BATCH_RECORDS_MAX) && open.bytes + bytes <= SEGMENT_ROW_BYTES_MAX
}

/// Everything that opening a segment needs.
pub(super) struct Opening<'a> {
    pub(super) conn: &'a Connection,
    pub(super) keys: &'a Keyring,
    pub(super) entropy: &'a dyn Entropy,
    pub(super) mode: Mode,
    pub(super) now: Now,
}

impl Opening<'_> {
    /// Opens the segment that takes the head's next record.
    pub(super) fn open(&self, head: &Head, bucket: Uuid) -> Result<OpenSegment> {
        let number = next_number(self.conn, head.epoch.id)?;
        let first_seq = head.seq + 1;
        let (data_key, phone) = self.keys.draw_data_key(&PhoneScope { epoch: head.epoch, number, bucket })?;
        let place = Place { epoch: head.epoch, number, first_seq, bucket };
        let signed = sign(self.conn, self.keys, self.entropy, self.mode, &place, &data_key)?;
        let sql = "INSERT INTO segment (epoch, number, first_seq, last_seq, bytes, bucket, state, wall_ms, mono_ms,
                   clock, phone, header, signature, link) VALUES (?1, ?2, ?3, 0, 0, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
        self.conn.prepare_cached(sql)?.execute(params![
            head.epoch.id,
            number,
            first_seq,
            bucket.as_bytes(),
            SegmentState::Open.code(),
            self.now.wall_ms,
            self.now.mono_ms,
            self.now.clock,
            phone,
            signed.as_ref().map(|signed| &signed.bytes),
            signed.as_ref().map(|signed| signed.signature),
            head.link,
        ])?;
        let id = self.conn.last_insert_rowid();
        spare::keep_segment(self.conn, id)?;
        self.keys.keep_data_key(id, &data_key);
        Ok(OpenSegment { id, number, first_seq, bytes: 0, bucket })
    }
}

/// The next segment number of an epoch.
pub(super) fn next_number(conn: &Connection, epoch: i64) -> Result<u64> {
    let sql = "SELECT coalesce(max(number), 0) + 1 FROM segment WHERE epoch = ?1";
    Ok(conn.prepare_cached(sql)?.query_row([epoch], |row| row.get(0))?)
}

/// Closes the open segment of `head`.
pub(super) fn close(conn: &Connection, head: &mut Head) -> Result<()> {
    let Some(open) = head.segment.take() else { return Ok(()) };
    let sql = "UPDATE segment SET last_seq = ?2, bytes = ?3, state = ?4 WHERE id = ?1";
    conn.prepare_cached(sql)?.execute(params![open.id, head.seq, open.bytes, SegmentState::Closed.code()])?;
    Ok(())
}

/// Puts a segment into a state.
pub(super) fn set_state(conn: &Connection, id: i64, state: SegmentState) -> Result<()> {
    conn.prepare_cached("UPDATE segment SET state = ?2 WHERE id = ?1")?.execute(params![id, state.code()])?;
    Ok(())
}

/// Which segment a header is for.
pub(super) struct Place {
    pub(super) epoch: EpochRow,
    pub(super) number: u64,
    pub(super) first_seq: u64,
    pub(super) bucket: Uuid,
}

/// The segment's header with the data key wrapped to the hub keys in force; `None` as long as
/// there are none.
pub(super) fn sign(
    conn: &Connection,
    keys: &Keyring,
    entropy: &dyn Entropy,
    mode: Mode,
    place: &Place,
    data_key: &Secret,
) -> Result<Option<SignedSegment>> {
    let Some(hub) = documents::key_set(conn)? else { return Ok(None) };
    let scope = SegmentScope { mode, device_key: place.epoch.key, epoch: place.epoch.epoch, segment: place.number };
    let to = hub.wrap_keys();
    let wraps = to.iter().map(|to| wrap_data_key(data_key, to, &scope, entropy)).collect::<Result<Vec<_>>>()?;
    if wraps.is_empty() {
        return Ok(None);
    }
    let header = SegmentHeader {
        mode,
        device_key: scope.device_key,
        epoch: scope.epoch,
        segment: scope.segment,
        first_seq: place.first_seq,
        bucket: place.bucket,
        wraps,
    };
    header.sign(&keys.signing(place.epoch.device_row)?).map(Some)
}

/// Signs the headers of all segments that have none yet and can be read: the keys have arrived.
pub(super) fn sign_all(conn: &Connection, keys: &Keyring, entropy: &dyn Entropy, mode: Mode) -> Result<()> {
    let sql = "SELECT id, epoch, number, first_seq, bucket FROM segment
               WHERE header IS NULL AND phone IS NOT NULL AND state IN (1, 2, 4) ORDER BY id";
    let rows: Vec<(i64, i64, u64, u64, Vec<u8>)> = conn
        .prepare_cached(sql)?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (id, epoch, number, first_seq, bucket) in rows {
        let (Some(epoch), Some(data_key)) = (keys.epoch(conn, epoch)?, keys.data_key(conn, id)?) else { continue };
        let Ok(bucket) = Uuid::from_slice(&bucket) else { continue };
        // A device that is gone cannot sign any more; its rows wait for its key.
        if keys.device(epoch.device_row)?.is_none_or(|(key, _)| key != epoch.key) {
            continue;
        }
        let place = Place { epoch, number, first_seq, bucket };
        if let Some(signed) = sign(conn, keys, entropy, mode, &place, &data_key)? {
            conn.prepare_cached("UPDATE segment SET header = ?2, signature = ?3 WHERE id = ?1")?.execute(params![
                id,
                signed.bytes,
                signed.signature
            ])?;
        }
    }
    Ok(())
}

/// The segment opened last.
pub(super) struct Newest {
    pub(super) epoch: i64,
    pub(super) first_seq: u64,
    pub(super) state: i64,
    pub(super) link: Option<[u8; 32]>,
}

/// The segment opened last that has rows.
pub(super) fn newest(conn: &Connection) -> Result<Option<Newest>> {
    let sql = "SELECT epoch, first_seq, state, link FROM segment WHERE state <> 8 ORDER BY id DESC LIMIT 1";
    let row = conn.prepare_cached(sql)?.query_row([], |row| {
        let link: Option<Vec<u8>> = row.get(3)?;
        let link = link.and_then(|link| link.try_into().ok());
        Ok(Newest { epoch: row.get(0)?, first_seq: row.get(1)?, state: row.get(2)?, link })
    });
    Ok(row.optional()?)
}

/// How old the segment's oldest record is, milliseconds. Another run of the clock cannot be
/// compared: then it is old enough for anything.
pub(super) fn age_ms(conn: &Connection, id: i64, now: &Now) -> Result<u64> {
    let sql = "SELECT mono_ms, clock FROM segment WHERE id = ?1";
    let (mono_ms, clock): (u64, u64) =
        conn.prepare_cached(sql)?.query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(if clock == now.clock { now.mono_ms.saturating_sub(mono_ms) } else { u64::MAX })
}

/// Where a segment's rows lie.
pub(super) struct SegmentPlace {
    pub(super) epoch: i64,
    pub(super) first: u64,
    pub(super) erased: bool,
}

/// Every segment that has or had rows, by its row.
pub(super) fn places(conn: &Connection) -> Result<HashMap<i64, SegmentPlace>> {
    let sql = "SELECT id, epoch, first_seq, state FROM segment WHERE state <> 8";
    let mut statement = conn.prepare(sql)?;
    let rows = statement.query_map([], |row| {
        let erased = row.get::<_, i64>(3)? == SegmentState::Erased.code();
        Ok((row.get(0)?, SegmentPlace { epoch: row.get(1)?, first: row.get(2)?, erased }))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Ends segments that were open, with what their epoch is known to have had.
pub(super) fn end_all(conn: &Connection, known: &BTreeMap<i64, u64>) -> Result<()> {
    let sql = "SELECT id, epoch, (SELECT min(first_seq) FROM segment AS next WHERE next.epoch = segment.epoch
               AND next.first_seq > segment.first_seq AND next.state <> 8) FROM segment WHERE last_seq < first_seq";
    let open: Vec<(i64, i64, Option<u64>)> = conn
        .prepare(sql)?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (id, epoch, next) in open {
        let last = next.map_or_else(|| known.get(&epoch).copied().unwrap_or(0), |next| next - 1);
        conn.execute("UPDATE segment SET last_seq = max(?2, first_seq) WHERE id = ?1", params![id, last])?;
    }
    Ok(())
}

/// After a salvage: what has no item any more leaves as it is stored; no old epoch gets another
/// batch, because nobody knows which number would be free.
pub(super) fn strand_unsealed(conn: &Connection) -> Result<()> {
    let sql = "UPDATE segment SET state = ?1 WHERE state IN (1, 2, 4)
               OR (state IN (3, 5) AND NOT EXISTS (SELECT 1 FROM item WHERE item.segment = segment.id))";
    conn.execute(sql, [SegmentState::Stranded.code()])?;
    Ok(())
}

/// Ranges of seqs of an epoch whose rows need not be here: erased, or frozen in batches.
pub(super) fn covered(conn: &Connection, epoch: i64) -> Result<Vec<(u64, u64)>> {
    let sql = "SELECT first_seq, last_seq FROM segment WHERE epoch = ?1 AND state = 7
               UNION ALL SELECT first_seq, last_seq FROM item WHERE epoch = ?1 AND what = 1";
    let mut statement = conn.prepare(sql)?;
    let rows = statement.query_map([epoch], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The chain's value before each segment's first row.
pub(super) fn links(conn: &Connection) -> Result<HashMap<i64, Option<[u8; 32]>>> {
    let mut statement = conn.prepare("SELECT id, link FROM segment WHERE state <> 8")?;
    let rows = statement.query_map([], |row| {
        let link: Option<Vec<u8>> = row.get(1)?;
        Ok((row.get(0)?, link.and_then(|link| link.try_into().ok())))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The last seq that an epoch's segments reach.
pub(super) fn last_seq(conn: &Connection, epoch: i64) -> Result<u64> {
    let sql = "SELECT coalesce(max(last_seq), 0) FROM segment WHERE epoch = ?1 AND state <> 8";
    Ok(conn.prepare_cached(sql)?.query_row([epoch], |row| row.get(0))?)
}
