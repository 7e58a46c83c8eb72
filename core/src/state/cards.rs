//! Questions to the state about helpers and proxy cards.

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::rows::{At, Round};
use crate::error::Result;
use crate::id::{DeviceId, RecordRef};

fn all(conn: &Connection, sql: &str, params: impl rusqlite::Params) -> Result<Vec<RecordRef>> {
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map(params, |row| Ok(row.get::<_, At>(0)?.0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The records by which helpers were enrolled, in order.
pub(crate) fn helpers(conn: &Connection) -> Result<Vec<RecordRef>> {
    all(conn, "SELECT at FROM state_helpers ORDER BY at", [])
}

/// How many places of a delegation are taken: the highest ordinal that was given.
pub(crate) fn helpers_of(conn: &Connection, delegation: Uuid) -> Result<u32> {
    let sql = "SELECT coalesce(max(ordinal), 0) FROM state_helpers WHERE delegation = ?1";
    Ok(conn.prepare_cached(sql)?.query_row(params![Round(delegation)], |row| row.get(0))?)
}

/// The record by which a device got its place under a delegation.
pub(crate) fn helper(conn: &Connection, delegation: Uuid, device: DeviceId) -> Result<Option<RecordRef>> {
    let sql = "SELECT at FROM state_helpers WHERE delegation = ?1 AND device = ?2 ORDER BY at LIMIT 1";
    let params = params![Round(delegation), device.as_bytes()];
    Ok(conn.prepare_cached(sql)?.query_row(params, |row| Ok(row.get::<_, At>(0)?.0)).optional()?)
}

/// Who was bound or waits by a card in a round: the latest first.
pub(crate) fn proxies_of(conn: &Connection, round: Uuid, card: RecordRef) -> Result<Vec<RecordRef>> {
    let sql = "SELECT subject FROM state_cards WHERE card = ?1 AND round = ?2 AND subject IS NOT NULL ORDER BY at DESC";
    all(conn, sql, params![At(card), Round(round)])
}

/// The record of the card by which somebody was bound or waits.
pub(crate) fn proxy_of_subject(conn: &Connection, subject: RecordRef) -> Result<Option<RecordRef>> {
    Ok(all(conn, "SELECT at FROM state_cards WHERE subject = ?1 ORDER BY at LIMIT 1", params![At(subject)])?.pop())
}
