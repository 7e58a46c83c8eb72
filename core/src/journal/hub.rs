//! What the hub says it has, compared with what it receipted.

use rusqlite::params;

use super::action::Action;
use super::head::EpochRow;
use super::note::Note;
use super::outbox::settle_enrolment;
use crate::error::Result;
use crate::record::EpochReason;
use crate::wire::{HubState, StateRow};

/// Compares the hub's signed state with the receipts held here; how many items are sent again
/// because the hub went back. What it lacks waits again, and counts as not receipted: nothing of
/// it may be erased.
pub(super) fn compare(action: &mut Action<'_>, state: &HubState) -> Result<u64> {
    let here = action.head.epoch;
    if state.device_key != here.key || state.campaign != action.head.campaign {
        return Ok(0);
    }
    settle_enrolment(action.tx(), here.device_row)?;
    let moved = is_other_store(action, state)?;
    let mut again = 0;
    for epoch in EpochRow::all(action.tx())?.iter().filter(|epoch| epoch.key == here.key) {
        let row = state.rows.iter().find(|row| row.epoch == epoch.epoch).cloned().unwrap_or(StateRow {
            epoch: epoch.epoch,
            batches: 0,
            highest: 0,
            last_digest: [0; 32],
            salvages: 0,
        });
        // The same word again is not acted on again: that would be a loop.
        let acted = acted_on(action, epoch, &row, state)?;
        let sent = if acted { 0 } else { send_again(action, epoch, &row, moved)? };
        again += sent;
        remember(action, epoch, &row, state, acted || sent > 0)?;
    }
    if again > 0 || moved {
        again += salvages_again(action, here.device_row)?;
    }
    if again > 0 {
        action.notes.push(Note::HubMovedBack { again });
    }
    if let Some(row) = state.rows.iter().find(|row| row.epoch == here.epoch)
        && row.highest > highest(action, &here)?
    {
        // The hub has batches of this epoch that are not here: this file is an older copy.
        action.notes.push(Note::CopySeen { epoch: here.epoch });
        action.begin_epoch(EpochReason::Restore, here.device_row)?;
    }
    Ok(again)
}

/// Whether the hub's store is another one than when it was last seen.
fn is_other_store(action: &Action<'_>, state: &HubState) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM hub) AND NOT EXISTS (SELECT 1 FROM hub WHERE store = ?1)";
    Ok(action.tx().prepare_cached(sql)?.query_row([state.store], |row| row.get(0))?)
}

/// The highest batch number of an epoch that is known here.
fn highest(action: &Action<'_>, epoch: &EpochRow) -> Result<u64> {
    let sql = "SELECT coalesce(max(number), 0) FROM item WHERE epoch = ?1 AND what = 1";
    Ok(action.tx().prepare_cached(sql)?.query_row([epoch.id], |row| row.get(0))?)
}

/// Puts receipted batches of an epoch up for sending again if the hub no longer has them all.
fn send_again(action: &Action<'_>, epoch: &EpochRow, row: &StateRow, moved: bool) -> Result<u64> {
    let sql = "SELECT count(*), coalesce(max(number), 0) FROM item WHERE epoch = ?1 AND what = 1 AND status IN (2, 3)";
    let (receipted, top): (u64, u64) =
        action.tx().prepare_cached(sql)?.query_row([epoch.id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (batches, reaches) = (row.batches, row.highest);
    if batches >= receipted && reaches >= top && (!moved || has_same_end(action, epoch, row)?) {
        return Ok(0);
    }
    // Usually the end is missing. If that does not account for it, nobody knows which: all go.
    let sql = "SELECT count(*) FROM item WHERE epoch = ?1 AND what = 1 AND status IN (2, 3) AND number > ?2";
    let above: u64 = action.tx().prepare_cached(sql)?.query_row(params![epoch.id, reaches], |row| row.get(0))?;
    let from = if above > 0 && batches + above >= receipted { reaches } else { 0 };
    let sql = "UPDATE item SET status = 1, receipt = NULL, receipt_ms = NULL, serial = NULL, reason = NULL
               WHERE epoch = ?1 AND what = 1 AND status IN (2, 3) AND number > ?2 AND bytes IS NOT NULL";
    Ok(action.tx().prepare_cached(sql)?.execute(params![epoch.id, from])? as u64)
}

/// Whether the hub's last batch of an epoch is the one known here by that number.
fn has_same_end(action: &Action<'_>, epoch: &EpochRow, row: &StateRow) -> Result<bool> {
    let sql = "SELECT NOT EXISTS (SELECT 1 FROM item WHERE epoch = ?1 AND what = 1 AND number = ?2 AND status = 3
               AND digest <> ?3)";
    let params = params![epoch.id, row.highest, row.last_digest];
    Ok(action.tx().prepare_cached(sql)?.query_row(params, |row| row.get(0))?)
}

fn salvages_again(action: &Action<'_>, device: i64) -> Result<u64> {
    let sql = "UPDATE item SET status = 1, receipt = NULL, receipt_ms = NULL, serial = NULL, reason = NULL
               WHERE device = ?1 AND what = 2 AND status IN (2, 3) AND bytes IS NOT NULL";
    Ok(action.tx().prepare_cached(sql)?.execute([device])? as u64)
}

/// Whether the hub said exactly this before and batches were sent again for it.
fn acted_on(action: &Action<'_>, epoch: &EpochRow, row: &StateRow, state: &HubState) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM hub WHERE id = ?1 AND store = ?2 AND batches = ?3 AND highest = ?4
               AND digest = ?5 AND acted = 1)";
    let params = params![epoch.id, state.store, row.batches, row.highest, row.last_digest];
    Ok(action.tx().prepare_cached(sql)?.query_row(params, |row| row.get(0))?)
}

fn remember(action: &Action<'_>, epoch: &EpochRow, row: &StateRow, state: &HubState, acted: bool) -> Result<()> {
    let sql = "INSERT INTO hub (id, store, batches, highest, digest, salvages, hub_ms, acted)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO UPDATE SET store = ?2, batches = ?3,
               highest = ?4, digest = ?5, salvages = ?6, hub_ms = ?7, acted = ?8";
    action.tx().prepare_cached(sql)?.execute(params![
        epoch.id,
        state.store,
        row.batches,
        row.highest,
        row.last_digest,
        row.salvages,
        state.hub_ms,
        acted
    ])?;
    Ok(())
}
