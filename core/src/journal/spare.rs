//! A second copy of the few small rows on which many others depend, in pages of its own: a page
//! that goes bad must not take more along than what stood on it.
//!
//! Copied are the settings that change rarely, documents, and of every segment what opens its
//! rows: the sealed data key, the signed header, and who wrote it.

use rusqlite::{Connection, params};

use super::carve::Cell;
use super::meta;
use super::segment::SegmentState;
use crate::error::Result;
use crate::pack::{self, Blob, Fixed};

const META: &str = "meta/";
const SEGMENT: &str = "segment/";
const DOCUMENT: &str = "document/";

/// Keeps a copy; the newest one stays.
fn keep(conn: &Connection, name: &str, value: &[u8]) -> Result<()> {
    let sql = "INSERT INTO spare (name, value, sum) VALUES (?1, ?2, ?3)
               ON CONFLICT (name) DO UPDATE SET value = ?2, sum = ?3";
    conn.prepare_cached(sql)?.execute(params![name, value, meta::sum(name, value)])?;
    Ok(())
}

/// Keeps a copy of a setting.
pub(super) fn keep_meta(conn: &Connection, name: &str, value: &[u8]) -> Result<()> {
    keep(conn, &format!("{META}{name}"), value)
}

type DocumentRow = (i64, u32, Fixed<16>, Fixed<32>, Blob);

/// Keeps a copy of a document.
pub(super) fn keep_document(
    conn: &Connection,
    what: i64,
    version: u32,
    campaign: &[u8; 16],
    digest: &[u8; 32],
    bytes: &[u8],
) -> Result<()> {
    let name = format!("{DOCUMENT}{}", data_encoding::HEXLOWER.encode(digest));
    let row: DocumentRow = (what, version, Fixed(*campaign), Fixed(*digest), Blob(bytes.to_vec()));
    keep(conn, &name, &pack::encode(&row)?)
}

/// Epoch row, number, first seq, bucket, data key on the phone, header, signature; then who wrote:
/// device row, its two keys, the epoch.
type SegmentRow = (i64, u64, u64, Fixed<16>, Option<Blob>, Option<Blob>, Option<Blob>, i64, Fixed<32>, Fixed<32>, u64);

/// Keeps a copy of a segment as it stands in its table now.
pub(super) fn keep_segment(conn: &Connection, id: i64) -> Result<()> {
    let sql = "SELECT segment.epoch, number, first_seq, bucket, phone, header, signature, device, key, seal_key,
               epoch.epoch FROM segment JOIN epoch ON epoch.id = segment.epoch JOIN device ON device.id = device
               WHERE segment.id = ?1";
    let row: SegmentRow = conn.prepare_cached(sql)?.query_row([id], |row| {
        let blob = |column: usize| Ok::<_, rusqlite::Error>(row.get::<_, Option<Vec<u8>>>(column)?.map(Blob));
        let wraps = (blob(4)?, blob(5)?, blob(6)?);
        let place = (row.get(0)?, row.get(1)?, row.get(2)?, Fixed(row.get(3)?));
        let device = (row.get(7)?, Fixed(row.get(8)?), Fixed(row.get(9)?), row.get(10)?);
        Ok((place.0, place.1, place.2, place.3, wraps.0, wraps.1, wraps.2, device.0, device.1, device.2, device.3))
    })?;
    keep(conn, &format!("{SEGMENT}{id}"), &pack::encode(&row)?)
}

/// Forgets the copy of a segment that was erased.
pub(super) fn drop_segment(conn: &Connection, id: i64) -> Result<()> {
    conn.prepare_cached("DELETE FROM spare WHERE name = ?1")?.execute([format!("{SEGMENT}{id}")])?;
    Ok(())
}

/// Forgets the copy of a document.
pub(super) fn drop_document(conn: &Connection, digest: &[u8; 32]) -> Result<()> {
    let name = format!("{DOCUMENT}{}", data_encoding::HEXLOWER.encode(digest));
    conn.prepare_cached("DELETE FROM spare WHERE name = ?1")?.execute([name])?;
    Ok(())
}

/// A copy that was carved from a damaged file, if its sum fits.
pub(super) fn read(cell: &Cell) -> Option<(String, Vec<u8>)> {
    let (name, value, sum) = (cell.text(2)?, cell.blob(3)?, cell.blob(4)?);
    (cell.values.len() == 5 && sum == meta::sum(name, value)).then(|| (name.to_owned(), value.to_vec()))
}

/// Puts a copy back where the row itself was not found.
pub(super) fn restore(conn: &Connection, name: &str, value: &[u8]) -> Result<()> {
    keep(conn, name, value)?;
    if let Some(name) = name.strip_prefix(META) {
        let sql = "INSERT OR IGNORE INTO meta (name, value, sum) VALUES (?1, ?2, ?3)";
        conn.prepare_cached(sql)?.execute(params![name, value, meta::sum(name, value)])?;
    } else if let Some(id) = name.strip_prefix(SEGMENT).and_then(|id| id.parse().ok()) {
        restore_segment(conn, id, &pack::decode(value, "segment copy")?)?;
    } else if name.starts_with(DOCUMENT) {
        let (what, version, campaign, digest, bytes): DocumentRow = pack::decode(value, "document copy")?;
        let sql = "INSERT OR IGNORE INTO document (what, version, campaign, digest, bytes) VALUES (?1, ?2, ?3, ?4, ?5)";
        conn.prepare_cached(sql)?.execute(params![what, version, campaign.0, digest.0, bytes.0])?;
    }
    Ok(())
}

fn restore_segment(conn: &Connection, id: i64, row: &SegmentRow) -> Result<()> {
    let (epoch, number, first, bucket, phone, header, signature, device, key, seal_key, epoch_id) = row;
    let bytes = |blob: &Option<Blob>| blob.as_ref().map(|blob| blob.0.clone());
    let sql = "INSERT OR IGNORE INTO device (id, key, seal_key) VALUES (?1, ?2, ?3)";
    conn.prepare_cached(sql)?.execute(params![device, key.0, seal_key.0])?;
    let sql = "INSERT OR IGNORE INTO epoch (id, device, epoch, reason) VALUES (?1, ?2, ?3, 1)";
    conn.prepare_cached(sql)?.execute(params![epoch, device, epoch_id])?;
    // What became of it is not known: it is taken for closed, and its items will tell.
    let sql = "INSERT OR IGNORE INTO segment (id, epoch, number, first_seq, last_seq, bytes, bucket, state, wall_ms,
               mono_ms, clock, phone, header, signature) VALUES (?1, ?2, ?3, ?4, 0, 0, ?5, ?6, 0, 0, 0, ?7, ?8, ?9)";
    let state = SegmentState::Sealed.code();
    let (phone, header, signature) = (bytes(phone), bytes(header), bytes(signature));
    conn.prepare_cached(sql)?.execute(params![id, epoch, number, first, bucket.0, state, phone, header, signature])?;
    // A row that was found but whose own wraps were damaged gets them from here.
    let sql = "UPDATE segment SET header = coalesce(header, ?2), signature = coalesce(signature, ?3) WHERE id = ?1
               AND state <> 7";
    conn.prepare_cached(sql)?.execute(params![id, header, signature])?;
    Ok(())
}
