//! Where writing stands: epoch, seq, the chain's link, the open segment.

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::{fault, meta};
use crate::crypto;
use crate::error::Result;
use crate::id::{DeviceId, Epoch, RecordRef};

/// Bits of a record's row id below its epoch's.
const SEQ_BITS: u32 = 40;
/// Epochs of one file at most; the ids stay positive.
pub(super) const EPOCHS_MAX: i64 = 1 << 22;

const LINK_TAG: &[u8] = b"fieldcore/link/1\0";

/// The row id of a record: epochs in order, seqs within them in order.
pub(super) const fn row_id(epoch: i64, seq: u64) -> i64 {
    (epoch << SEQ_BITS) | (seq.cast_signed() & ((1 << SEQ_BITS) - 1))
}

/// The epoch's row and the seq of a record's row id.
pub(super) const fn split_id(id: i64) -> (i64, u64) {
    (id >> SEQ_BITS, (id & ((1 << SEQ_BITS) - 1)).cast_unsigned())
}

/// One life of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EpochRow {
    /// Its row, in order.
    pub(super) id: i64,
    /// The row of the device that writes it; names its secrets.
    pub(super) device_row: i64,
    /// That device's public key.
    pub(super) key: [u8; 32],
    /// That device.
    pub(super) device: DeviceId,
    /// Its id.
    pub(super) epoch: Epoch,
}

impl EpochRow {
    /// The identity of one of its records.
    pub(super) const fn at(&self, seq: u64) -> RecordRef {
        RecordRef { device: self.device, epoch: self.epoch, seq }
    }

    const SQL: &str = "SELECT epoch.id, device, key, epoch FROM epoch JOIN device ON device.id = device";

    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Option<Self>> {
        let key: Vec<u8> = row.get(2)?;
        let (Ok(key), Some(epoch)) = (<[u8; 32]>::try_from(key), Epoch::from_u64(row.get(3)?)) else {
            return Ok(None);
        };
        let device = DeviceId::of_key(&key);
        Ok(Some(Self { id: row.get(0)?, device_row: row.get(1)?, key, device, epoch }))
    }

    /// Every epoch of the file, in order.
    pub(super) fn all(conn: &Connection) -> Result<Vec<Self>> {
        let mut statement = conn.prepare_cached(&format!("{} ORDER BY epoch.id", Self::SQL))?;
        let rows = statement.query_map([], Self::read)?;
        rows.map(|row| row?.ok_or_else(|| fault::corrupt("an epoch's row is none"))).collect()
    }

    /// The epoch in row `id`.
    pub(super) fn find(conn: &Connection, id: i64) -> Result<Option<Self>> {
        let mut statement = conn.prepare_cached(&format!("{} WHERE epoch.id = ?1", Self::SQL))?;
        Ok(statement.query_row([id], Self::read).optional()?.flatten())
    }
}

/// The segment that records go into now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OpenSegment {
    pub(super) id: i64,
    pub(super) number: u64,
    pub(super) first_seq: u64,
    /// Plaintext bytes of its rows so far.
    pub(super) bytes: u64,
    pub(super) bucket: Uuid,
}

/// Where writing stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) epoch: EpochRow,
    /// The last seq given; 0 in an empty epoch.
    pub(super) seq: u64,
    /// The chain over every row written to this file.
    pub(super) link: [u8; 32],
    pub(super) segment: Option<OpenSegment>,
    pub(super) campaign: Uuid,
}

impl Head {
    /// The head in the file; `None` in a file that was only just made.
    pub(super) fn load(conn: &Connection) -> Result<Option<Self>> {
        let sql = "SELECT epoch, seq, link, segment, bytes FROM head WHERE one = 1";
        let row = conn
            .prepare_cached(sql)?
            .query_row([], |row| {
                Ok((row.get(0)?, row.get::<_, u64>(1)?, row.get::<_, Vec<u8>>(2)?, row.get(3)?, row.get::<_, u64>(4)?))
            })
            .optional()?;
        let Some((epoch, seq, link, segment, bytes)) = row else { return Ok(None) };
        let segment: Option<i64> = segment;
        let missing = |what| fault::corrupt(&format!("the head names {what} that is not there"));
        Ok(Some(Self {
            epoch: EpochRow::find(conn, epoch)?.ok_or_else(|| missing("an epoch"))?,
            seq,
            link: link.try_into().map_err(|_| fault::corrupt("the head's link is none"))?,
            segment: segment
                .map(|id| load_segment(conn, id, bytes)?.ok_or_else(|| missing("a segment")))
                .transpose()?,
            campaign: meta::uuid(conn, meta::CAMPAIGN)?.ok_or_else(|| missing("a campaign"))?,
        }))
    }

    /// Writes the head.
    pub(super) fn save(&self, conn: &Connection) -> Result<()> {
        let sql = "INSERT INTO head (one, epoch, seq, link, segment, bytes) VALUES (1, ?1, ?2, ?3, ?4, ?5)
                   ON CONFLICT (one) DO UPDATE SET epoch = ?1, seq = ?2, link = ?3, segment = ?4, bytes = ?5";
        let segment = self.segment.as_ref();
        conn.prepare_cached(sql)?.execute(params![
            self.epoch.id,
            self.seq,
            self.link,
            segment.map(|open| open.id),
            segment.map_or(0, |open| open.bytes),
        ])?;
        Ok(())
    }

    /// The identity of the next record.
    pub(super) const fn next(&self) -> RecordRef {
        self.epoch.at(self.seq + 1)
    }
}

fn load_segment(conn: &Connection, id: i64, bytes: u64) -> Result<Option<OpenSegment>> {
    let sql = "SELECT number, first_seq, bucket FROM segment WHERE id = ?1";
    let row = conn
        .prepare_cached(sql)?
        .query_row([id], |row| Ok((row.get::<_, u64>(0)?, row.get::<_, u64>(1)?, row.get::<_, Vec<u8>>(2)?)))
        .optional()?;
    let Some((number, first_seq, bucket)) = row else { return Ok(None) };
    let bucket = Uuid::from_slice(&bucket).map_err(|_| fault::corrupt("a segment's bucket is none"))?;
    Ok(Some(OpenSegment { id, number, first_seq, bytes, bucket }))
}

/// The chain's next link. It covers what is stored, so it can be followed without any key, and
/// tells nothing about what the rows say.
pub(super) fn next_link(link: &[u8; 32], id: i64, segment: i64, kind: u16, version: u16, sealed: &[u8]) -> [u8; 32] {
    let place = [id.to_be_bytes(), segment.to_be_bytes()].concat();
    let form = [kind.to_be_bytes(), version.to_be_bytes()].concat();
    crypto::sha256(&[LINK_TAG, link, &place, &form, sealed])
}
