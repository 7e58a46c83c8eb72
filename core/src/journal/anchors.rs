//! What is known of the true time: pairs of the hub's clock and this device's monotonic one.

use rusqlite::{Connection, OptionalExtension, params};

use super::action::Now;
use super::meta;
use crate::error::Result;
use crate::wire::{Anchor, AnchorKind};

/// Anchors that one batch takes along; more wait for the next.
const PER_BATCH: usize = 16;

/// Keeps an anchor; it travels with the next batch. What was kept of the time and lies beyond what a signed answer to this
/// device's own question allows was a clock's fault, and goes.
pub(super) fn keep(conn: &Connection, anchor: &Anchor) -> Result<()> {
    let most = anchor.hub_ms.saturating_add_unsigned(anchor.error_ms);
    if anchor.kind == AnchorKind::TwoSided && kept(conn)?.is_some_and(|kept| kept > most) {
        meta::set(conn, meta::REACHED, &anchor.hub_ms.to_be_bytes())?;
    }
    let sql = "INSERT INTO anchor (clock, mono_ms, hub_ms, error_ms, kind) VALUES (?1, ?2, ?3, ?4, ?5)";
    conn.prepare_cached(sql)?.execute(params![
        anchor.clock,
        anchor.mono_ms,
        anchor.hub_ms,
        anchor.error_ms,
        anchor.kind.code()
    ])?;
    Ok(())
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<(i64, Option<Anchor>)> {
    let kind = AnchorKind::from_code(row.get(5)?);
    let (clock, mono_ms, hub_ms, error_ms) = (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
    Ok((row.get(0)?, kind.map(|kind| Anchor { clock, mono_ms, hub_ms, error_ms, kind })))
}

const COLUMNS: &str = "id, clock, mono_ms, hub_ms, error_ms, kind";

/// Anchors that no batch took along yet, oldest first, as many as one may take.
pub(super) fn unsent(conn: &Connection) -> Result<Vec<(i64, Anchor)>> {
    let sql = format!("SELECT {COLUMNS} FROM anchor WHERE batch IS NULL ORDER BY id LIMIT ?1");
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map([PER_BATCH], read)?;
    let rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(rows.into_iter().filter_map(|(id, anchor)| Some((id, anchor?))).collect())
}

/// Notes which item took the anchors along.
pub(super) fn sent_with(conn: &Connection, anchors: &[(i64, Anchor)], item: i64) -> Result<()> {
    let mut statement = conn.prepare_cached("UPDATE anchor SET batch = ?2 WHERE id = ?1")?;
    for (id, _) in anchors {
        statement.execute(params![id, item])?;
    }
    Ok(())
}

/// The anchors of one run of the monotonic clock.
pub(super) fn of_clock(conn: &Connection, clock: u64) -> Result<Vec<Anchor>> {
    let sql = format!("SELECT {COLUMNS} FROM anchor WHERE clock = ?1 ORDER BY id");
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map([clock], read)?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(rows.into_iter().filter_map(|(_, anchor)| anchor).collect())
}

/// The anchor noted last.
pub(super) fn latest(conn: &Connection) -> Result<Option<Anchor>> {
    let sql = format!("SELECT {COLUMNS} FROM anchor ORDER BY id DESC LIMIT 1");
    Ok(conn.prepare_cached(&sql)?.query_row([], read).optional()?.and_then(|(_, anchor)| anchor))
}

/// The least that the hub's clock can be at `mono_ms` of the clock session `clock`, milliseconds since 1970: the greatest
/// of what the hub said, of that plus what has surely passed since within one run of the monotonic clock, and of what was
/// so known and kept before. Wall clocks have no say. `None` if no hub was ever heard.
pub(super) fn reached(conn: &Connection, clock: u64, mono_ms: u64) -> Result<Option<i64>> {
    Ok(in_session(conn, clock, mono_ms)?.max(kept(conn)?).max(hub_time_reached(conn)?))
}

/// Keeps that, so that a restart, which ends the run of the monotonic clock, does not go back behind it. Nothing is written
/// where nothing more is known.
pub(super) fn keep_reached(conn: &Connection, now: &Now) -> Result<()> {
    match gained(conn, now)? {
        Some(reached) => meta::set(conn, meta::REACHED, &reached.to_be_bytes()),
        None => Ok(()),
    }
}

/// What is known of the time now beyond what was kept.
pub(super) fn gained(conn: &Connection, now: &Now) -> Result<Option<i64>> {
    let reached = in_session(conn, now.clock, now.mono_ms)?;
    let kept = kept(conn)?;
    Ok(reached.filter(|reached| kept.is_none_or(|kept| *reached > kept)))
}

fn kept(conn: &Connection) -> Result<Option<i64>> {
    Ok(meta::fixed(conn, meta::REACHED)?.map(i64::from_be_bytes))
}

/// The same by the anchors of one run of the monotonic clock alone.
fn in_session(conn: &Connection, clock: u64, mono_ms: u64) -> Result<Option<i64>> {
    let (clock, mono_ms) = (clock.cast_signed(), mono_ms.cast_signed());
    let sql = "SELECT max(hub_ms + max(0, ?2 - mono_ms - CASE kind WHEN ?3 THEN error_ms ELSE 0 END)) FROM anchor
               WHERE clock = ?1";
    let params = params![clock, mono_ms, AnchorKind::TwoSided.code()];
    Ok(conn.prepare_cached(sql)?.query_row(params, |row| row.get(0))?)
}

/// The latest time at which the hub's clock surely was, milliseconds since 1970. Retention runs
/// by it: the phone's own clock may be years off.
pub(super) fn hub_time_reached(conn: &Connection) -> Result<Option<i64>> {
    let sql = "SELECT max(hub_ms) FROM (SELECT max(hub_ms) AS hub_ms FROM anchor UNION ALL
               SELECT max(receipt_ms) FROM item UNION ALL SELECT max(hub_ms) FROM hub
               UNION ALL SELECT max(receipt_ms) FROM carried WHERE what = 4 AND length > 0)";
    Ok(conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}
