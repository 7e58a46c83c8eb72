//! What this device says is still to come from it.

use super::action::View;
use super::head::Head;
use super::maintain;
use crate::error::{Error, Result};
use crate::wire::{Item, Outstanding, SignedOutstanding};

/// The device's word on what waits, if anything sealed waits that is not among `sent`.
pub(super) fn after(view: &View<'_>, sent: &[[u8; 32]], wall_ms: i64) -> Result<Option<Item>> {
    let mut statement =
        view.conn().prepare_cached("SELECT digest FROM item WHERE status = 1 AND what > 0 AND bytes IS NOT NULL")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let digest: [u8; 32] = row.get(0)?;
        if !sent.contains(&digest) {
            return word(view, wall_ms).map(Some);
        }
    }
    Ok(None)
}

/// The device's word on what waits, signed now.
pub(super) fn word(view: &View<'_>, wall_ms: i64) -> Result<Item> {
    let conn = view.conn();
    let head = Head::load(conn)?.ok_or(Error::Closed)?;
    let sql = "SELECT coalesce(max(number), 0) FROM item WHERE epoch = ?1 AND what = 1";
    let batch: u64 = conn.prepare_cached(sql)?.query_row([head.epoch.id], |row| row.get(0))?;
    let sql = "SELECT min(wall_ms) FROM segment WHERE state IN (1, 2, 4)
               OR id IN (SELECT segment FROM item WHERE status IN (1, 4) AND what > 0)";
    let since: Option<i64> = conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    let unsent = maintain::figures(view)?.unsent;
    let sql = "SELECT count(*) FROM carried WHERE what IN (2, 3) AND status = 1 AND bytes IS NOT NULL";
    let carries: u64 = conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    let said = Outstanding {
        campaign: head.campaign,
        device_key: head.epoch.key,
        wall_ms,
        epoch: head.epoch.epoch,
        seq: head.seq,
        batch,
        unsent,
        since_ms: since.filter(|_| unsent > 0),
        carries,
    };
    let seed = view.keys.signing(head.epoch.device_row)?;
    Ok(Item::Outstanding(SignedOutstanding::sign(&said, &seed)?.to_bytes()?))
}
