//! What is believed of rows that were carved from a damaged file: what proves itself by a
//! signature, a digest or a key; small rows that nothing protects are taken as they are, where
//! nothing contradicts them.

use rusqlite::types::Value;
use rusqlite::{Connection, params};

use super::carve::Cell;
use super::head::EPOCHS_MAX;
use super::item::What;
use super::keyring::Keyring;
use super::segment::SegmentState;
use super::{documents, enrol, meta};
use crate::crypto;
use crate::error::Result;
use crate::id::Epoch;
use crate::record::EpochReason;
use crate::wire::{Batch, KeySet, Salvage, SignedEnrolment, SignedReceipt, SignedSegment, item_digest};

/// A table whose rows are rescued.
pub(super) struct Table {
    pub(super) tag: i64,
    pub(super) name: &'static str,
    pub(super) columns: &'static [&'static str],
}

/// The tags of the tables, and their columns as the migrations made them.
pub(super) const TABLES: &[Table] = &[
    Table { tag: 12, name: "meta", columns: &["tag", "id", "name", "value", "sum"] },
    Table { tag: 1, name: "device", columns: &["tag", "id", "key", "seal_key"] },
    Table { tag: 2, name: "epoch", columns: &["tag", "id", "device", "epoch", "reason"] },
    Table {
        tag: 3,
        name: "segment",
        columns: &[
            "tag",
            "id",
            "epoch",
            "number",
            "first_seq",
            "last_seq",
            "bytes",
            "bucket",
            "state",
            "wall_ms",
            "mono_ms",
            "clock",
            "phone",
            "header",
            "signature",
            "link",
        ],
    },
    Table {
        tag: 5,
        name: "item",
        columns: &[
            "tag",
            "id",
            "what",
            "device",
            "epoch",
            "number",
            "segment",
            "first_seq",
            "last_seq",
            "digest",
            "name",
            "length",
            "status",
            "attempts",
            "reason",
            "serial",
            "receipt",
            "receipt_ms",
            "bytes",
        ],
    },
    Table { tag: 6, name: "document", columns: &["tag", "id", "what", "version", "campaign", "digest", "bytes"] },
    Table {
        tag: 7,
        name: "anchor",
        columns: &["tag", "id", "clock", "mono_ms", "hub_ms", "error_ms", "kind", "batch"],
    },
    Table { tag: 8, name: "shift", columns: &["tag", "id", "round"] },
    Table { tag: 9, name: "erasure", columns: &["tag", "id", "round", "until", "done"] },
    Table { tag: 10, name: "dispatch", columns: &["tag", "id", "dispatch", "what", "version"] },
    Table {
        tag: 11,
        name: "hub",
        columns: &["tag", "id", "store", "batches", "highest", "digest", "salvages", "hub_ms", "acted"],
    },
    Table {
        tag: 17,
        name: "carried",
        columns: &[
            "tag",
            "id",
            "what",
            "key",
            "name",
            "digest",
            "device",
            "rank",
            "length",
            "status",
            "reason",
            "receipt_ms",
            "bytes",
        ],
    },
];

/// Whether a row is believed by itself. May put right what the vault or a signature knows better.
pub(super) fn is_sound(keys: &Keyring, table: &Table, cell: &mut Cell) -> Result<bool> {
    Ok(match table.name {
        "meta" => is_meta(cell),
        "device" => return is_device(keys, cell),
        "epoch" => is_epoch(cell),
        "segment" => is_segment(cell),
        "item" => is_item(cell),
        "document" => cell.blob(6).is_some() && cell.blob(5).is_some_and(|digest| digest.len() == 32),
        "carried" => is_carried(cell),
        "shift" | "erasure" => cell.blob(2).is_some_and(|round| round.len() == 16),
        _ => true,
    })
}

fn is_meta(cell: &Cell) -> bool {
    let (Some(name), Some(value), Some(sum)) = (cell.text(2), cell.blob(3), cell.blob(4)) else { return false };
    name != meta::STATE_FORM && sum == meta::sum(name, value)
}

/// The vault knows the keys of devices whose secrets it has.
fn is_device(keys: &Keyring, cell: &mut Cell) -> Result<bool> {
    let sized = |column| cell.blob(column).is_some_and(|key: &[u8]| key.len() == 32);
    if !sized(2) || !sized(3) {
        return Ok(false);
    }
    // Where one key differs it is damaged; where both do, the vault is another device's.
    if let Some((key, seal)) = keys.device(cell.rowid)?
        && (cell.blob(2) == Some(&key) || cell.blob(3) == Some(&seal))
    {
        cell.values[2] = Value::Blob(key.to_vec());
        cell.values[3] = Value::Blob(seal.to_vec());
    }
    Ok(true)
}

fn is_epoch(cell: &Cell) -> bool {
    let epoch = cell.int(3).and_then(|epoch| u64::try_from(epoch).ok()).and_then(Epoch::from_u64);
    epoch.is_some() && (1..EPOCHS_MAX).contains(&cell.rowid) && cell.int(4).and_then(EpochReason::from_code).is_some()
}

/// The header proves itself; where it does, it says what the columns must be.
fn is_segment(cell: &mut Cell) -> bool {
    let (Some(epoch), Some(number), Some(first)) = (cell.int(2), cell.int(3), cell.int(4)) else { return false };
    let sized = cell.blob(7).is_some_and(|bucket| bucket.len() == 16);
    if !sized || !(1..EPOCHS_MAX).contains(&epoch) || number < 1 || first < 1 {
        return false;
    }
    cell.values[15] = Value::Null;
    let signature = cell.blob(14).and_then(|signature| <[u8; 64]>::try_from(signature).ok());
    if let (Some(bytes), Some(signature)) = (cell.blob(13), signature) {
        let header = SignedSegment { bytes: bytes.to_vec(), signature }.verify();
        match header {
            Ok(header) => {
                cell.values[3] = Value::Integer(header.segment.cast_signed());
                cell.values[4] = Value::Integer(header.first_seq.cast_signed());
                cell.values[7] = Value::Blob(header.bucket.as_bytes().to_vec());
            }
            Err(_) => {
                cell.values[13] = Value::Null;
                cell.values[14] = Value::Null;
            }
        }
    }
    true
}

/// An item's bytes prove themselves; without them its receipt must speak for it.
fn is_item(cell: &mut Cell) -> bool {
    let (Some(what), Some(digest)) = (cell.int(2).and_then(What::from_code), cell.blob(9)) else { return false };
    let digest = digest.to_vec();
    if let Some(bytes) = cell.blob(18)
        && digest_of(what, bytes).is_none_or(|found| found[..] != digest)
    {
        cell.values[18] = Value::Null;
    }
    let receipt = cell.blob(16).and_then(|bytes| SignedReceipt::parse(bytes).ok()?.peek().ok());
    if receipt.is_some_and(|receipt| receipt.digest[..] == digest) {
        return true;
    }
    // No receipt that holds: it is sent again, if it is there to be sent.
    for column in [14, 15, 16, 17] {
        cell.values[column] = Value::Null;
    }
    if cell.int(12).is_some_and(|status| status < 4) && what != What::Enrolment {
        cell.values[12] = Value::Integer(1);
    }
    cell.blob(18).is_some()
}

/// What is carried for others proves itself by its name; without its bytes it is only known to have been here.
fn is_carried(cell: &Cell) -> bool {
    let (Some(what), Some(name)) = (cell.int(2).and_then(|what| u8::try_from(what).ok()), cell.blob(4)) else {
        return false;
    };
    cell.blob(12).is_none_or(|bytes| item_digest(what, bytes)[..] == *name)
}

fn digest_of(what: What, bytes: &[u8]) -> Option<[u8; 32]> {
    match what {
        What::Enrolment => {
            SignedEnrolment::parse(bytes).ok()?.verify().ok()?;
            Some(what.item(bytes.to_vec()).digest())
        }
        What::Batch => {
            let batch = Batch::parse(bytes).ok()?;
            batch.verify().ok()?;
            Some(batch.digest())
        }
        What::Salvage => {
            let salvage = Salvage::parse(bytes).ok()?;
            salvage.verify().ok()?;
            Some(salvage.digest())
        }
    }
}

/// Sets epochs right by what signed headers say of them, and makes those whose row is gone.
pub(super) fn epochs(conn: &Connection) -> Result<()> {
    let sql = "SELECT epoch, header, signature FROM segment WHERE header IS NOT NULL ORDER BY id";
    let rows: Vec<(i64, Vec<u8>, [u8; 64])> = conn
        .prepare(sql)?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (id, bytes, signature) in rows {
        let Ok(header) = (SignedSegment { bytes, signature }).verify() else { continue };
        let key = header.device_key;
        conn.execute("INSERT OR IGNORE INTO device (key, seal_key) VALUES (?1, ?2)", params![key, [0u8; 32]])?;
        let sql = "INSERT INTO epoch (id, device, epoch, reason)
                   VALUES (?1, (SELECT id FROM device WHERE key = ?2), ?3, ?4)
                   ON CONFLICT (id) DO UPDATE SET device = (SELECT id FROM device WHERE key = ?2), epoch = ?3";
        conn.execute(sql, params![id, key, header.epoch.as_u64(), EpochReason::Salvage.code()])?;
    }
    conn.execute("DELETE FROM epoch WHERE device NOT IN (SELECT id FROM device)", [])?;
    let (reissue, erased) = (SegmentState::Reissue.code(), SegmentState::Erased.code());
    let sql = "DELETE FROM segment WHERE epoch NOT IN (SELECT id FROM epoch) AND state NOT IN (?1, ?2)";
    conn.execute(sql, params![reissue, erased])?;
    Ok(())
}

/// Drops documents that are not what their digest says, or that the roots did not sign.
pub(super) fn documents(conn: &Connection) -> Result<()> {
    for id in unsound_documents(conn)? {
        conn.execute("DELETE FROM document WHERE id = ?1", [id])?;
    }
    Ok(())
}

/// Rows of the documents that are not what their digest says, or that the roots did not sign.
pub(super) fn unsound_documents(conn: &Connection) -> Result<Vec<i64>> {
    let mut unsound = Vec::new();
    let roots = meta::fixed::<64>(conn, meta::ROOTS)?.map(|roots| enrol::split_roots(&roots));
    let rows: Vec<(i64, i64, [u8; 32], Vec<u8>)> = conn
        .prepare("SELECT id, what, digest, bytes FROM document")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (id, what, digest, bytes) in rows {
        let sound = if what == documents::Document::Keys as i64 {
            KeySet::parse(&bytes).is_ok_and(|keys| {
                keys.digest() == digest && roots.as_ref().is_some_and(|roots| keys.verify(roots).is_ok())
            })
        } else {
            crypto::sha256(&[&bytes]) == digest
        };
        if !sound {
            unsound.push(id);
        }
    }
    Ok(unsound)
}

/// Lets only those receipts stand that the hub's keys in force signed; the other items are sent
/// again, and what has no bytes for that is forgotten: its records leave once more as salvage.
pub(super) fn receipts(conn: &Connection) -> Result<()> {
    let Some(keys) = documents::key_set(conn)? else { return Ok(()) };
    let rows: Vec<(i64, Vec<u8>)> = conn
        .prepare("SELECT id, receipt FROM item WHERE receipt IS NOT NULL")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (id, bytes) in rows {
        if SignedReceipt::parse(&bytes).and_then(|signed| signed.verify(&keys)).is_err() {
            let sql = "UPDATE item SET status = 1, receipt = NULL, receipt_ms = NULL, serial = NULL, reason = NULL
                       WHERE id = ?1";
            conn.execute(sql, [id])?;
        }
    }
    conn.execute("DELETE FROM item WHERE bytes IS NULL AND receipt IS NULL", [])?;
    Ok(())
}
