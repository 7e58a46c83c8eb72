//! Frozen items whose bytes are no longer those that were signed: found before they leave, and
//! made again from the rows.

use rusqlite::{Connection, params};

use super::action::Action;
use super::head::EpochRow;
use super::item::{Status, What};
use super::note::Note;
use super::segment::{self, SegmentState};
use crate::error::Result;
use crate::wire::{Batch, Salvage};

/// Whether the bytes are still what was frozen under this digest. Of enrolments the hub is the judge.
pub(super) fn is_sound(what: What, digest: &[u8; 32], bytes: &[u8]) -> bool {
    match what {
        What::Enrolment => true,
        What::Batch => Batch::parse(bytes).is_ok_and(|batch| batch.digest() == *digest && batch.verify().is_ok()),
        What::Salvage => {
            Salvage::parse(bytes).is_ok_and(|one| one.digest() == *digest && one.verify_uploader().is_ok())
        }
    }
}

/// Why an item of which something could not be made again stays here.
const DAMAGED: &str = "damaged_here: its bytes changed on this device's storage and not all of its records can be read";

/// An item as its row tells.
struct Rotten {
    id: i64,
    what: What,
    epoch: i64,
    segment: Option<i64>,
    first: u64,
    last: u64,
}

/// Makes rotten items again: batches with new numbers, or salvage where the records cannot be read.
pub(super) fn make_again(action: &mut Action<'_>, items: &[i64]) -> Result<()> {
    let (mut again, mut lost) = (0, 0);
    for id in items {
        let Some(rotten) = find(action.tx(), *id)? else { continue };
        let missing = match rotten.what {
            What::Salvage => strand(action.tx(), &rotten)?,
            _ => reissue(action, &rotten)?,
        };
        let (status, reason) = match missing {
            0 => (Status::Superseded, None),
            _ => (Status::Refused, Some(DAMAGED)),
        };
        let sql = "UPDATE item SET status = ?2, reason = ?3 WHERE id = ?1";
        action.tx().prepare_cached(sql)?.execute(params![rotten.id, status as i64, reason])?;
        action.tx().prepare_cached("UPDATE anchor SET batch = NULL WHERE batch = ?1")?.execute([rotten.id])?;
        again += 1;
        lost += missing;
    }
    action.notes.push(Note::ItemsRotted { items: again, lost });
    Ok(())
}

fn find(conn: &Connection, id: i64) -> Result<Option<Rotten>> {
    let sql = "SELECT what, epoch, segment, first_seq, last_seq FROM item WHERE id = ?1 AND status = 1";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([id])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let Some(what) = What::from_code(row.get(0)?) else { return Ok(None) };
    let (epoch, segment, first, last) = (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
    Ok(Some(Rotten { id, what, epoch, segment, first, last }))
}

/// How many records could not be made again.
fn reissue(action: &Action<'_>, rotten: &Rotten) -> Result<u64> {
    let total = rotten.last + 1 - rotten.first;
    let Some(epoch) = action.keys.epoch(action.tx(), rotten.epoch)? else { return Ok(total) };
    let again = if signs(action, &epoch)? { action.seal_range_again(&epoch, rotten.first, rotten.last)? } else { 0 };
    if again == total { Ok(0) } else { strand(action.tx(), rotten).map(|missing| missing.min(total - again)) }
}

fn signs(action: &Action<'_>, epoch: &EpochRow) -> Result<bool> {
    Ok(action.keys.device(epoch.device_row)?.is_some_and(|(key, _)| key == epoch.key))
}

/// The segment's rows leave as they are stored; how many of the item's are not there.
fn strand(conn: &Connection, rotten: &Rotten) -> Result<u64> {
    let total = rotten.last + 1 - rotten.first;
    let Some(segment) = rotten.segment else { return Ok(total) };
    let signed = "SELECT EXISTS (SELECT 1 FROM segment WHERE id = ?1 AND header IS NOT NULL)";
    if !conn.prepare_cached(signed)?.query_row([segment], |row| row.get(0))? {
        return Ok(total);
    }
    segment::set_state(conn, segment, SegmentState::Stranded)?;
    let range = [super::head::row_id(rotten.epoch, rotten.first), super::head::row_id(rotten.epoch, rotten.last)];
    let stored: u64 = conn
        .prepare_cached("SELECT count(*) FROM record WHERE id BETWEEN ?1 AND ?2")?
        .query_row(range, |row| row.get(0))?;
    Ok(total.saturating_sub(stored))
}
