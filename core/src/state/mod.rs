//! The materialised state: a pure fold over the records, so that every question of a scan is
//! answered by one look-up. The same records give the same rows, whenever they are folded.
//!
//! A record acts only on what belongs to its own round (that of its shift, or one that it names
//! itself): so a round can be erased, and what is left folds into the rows that are left. A record whose referents are not known (lost with a
//! key, or of another life of the journal) does what it can and never fails.

mod cards;
mod custody;
pub(crate) mod doors;
mod facts;
mod fold;
pub(crate) mod near;
mod query;
mod rows;
mod schema;

#[cfg(test)]
mod tests;

use rusqlite::{Connection, Transaction};
use uuid::Uuid;

use crate::error::Result;
use crate::id::RecordRef;
use crate::record::Record;

pub(crate) use cards::{helper, helpers, helpers_of, proxies_of, proxy_of_subject};
pub(crate) use facts::facts;
pub(crate) use query::{
    LaneRow, box_at_hand, box_by_key, boxes, boxes_of_others, container, figures, hand_over_known, label_kept,
    lane_key, lane_row, last_subject, latest_shift, live_at, notices, open_tubes, packed, packed_in, people_of,
    persons, round_is_erased, shift_of_lane, shift_of_round, shifts_open, subject, subjects_of, tube, tube_by_key,
    tube_passed, tubes_of_shift, waiting, waiting_at, waiting_in_round, waiting_person, was_passed,
};
pub(crate) use rows::{BoxRow, Fate, ShiftRow, SubjectRow, TubeRow, WaitingRow};
pub(crate) use schema::SCHEMA;

/// What the fold needs to turn labels and people into look-up keys. Both are keyed hashes; a key
/// that is gone has no look-ups.
pub(crate) trait Keys {
    /// The look-up key of a tube's, box's or lane's text, under the campaign's key.
    fn tube_key(&self, label: &str) -> Result<[u8; 16]>;

    /// The look-up key of a person within `round`, under that round's key; `None` if the round's
    /// key was destroyed.
    fn person_key(&self, round: Uuid, key_text: &str) -> Result<Option<[u8; 16]>>;
}

/// Folds one record into the state.
pub(crate) fn apply(tx: &Transaction<'_>, keys: &dyn Keys, record: &Record) -> Result<()> {
    fold::apply(tx, keys, record)
}

/// Empties the state and folds all `records` into it, which must come in the order of writing.
pub(crate) fn rebuild(
    tx: &Transaction<'_>,
    keys: &dyn Keys,
    records: impl IntoIterator<Item = Result<Record>>,
) -> Result<()> {
    clear(tx)?;
    records.into_iter().try_for_each(|record| apply(tx, keys, &record?))
}

/// Drops the state's tables and makes them again, empty and in the present form.
pub(crate) fn clear(tx: &Transaction<'_>) -> Result<()> {
    for table in schema::TABLES {
        tx.execute_batch(&format!("DROP TABLE IF EXISTS {table}"))?;
    }
    tx.execute_batch(SCHEMA)?;
    Ok(())
}

/// Every row of the state as text, in a fixed order: two states are equal if these are.
pub(crate) fn dump(conn: &Connection) -> Result<Vec<String>> {
    query::dump(conn, schema::TABLES)
}

/// Whether a round still has a running shift, an open tube or someone who waits for a tube: as
/// long as it has, it must not be erased.
pub(crate) fn round_is_open(conn: &Connection, round: Uuid) -> Result<bool> {
    query::round_is_open(conn, round)
}

/// People and tubes of a round, as they stand in its ledger.
pub(crate) fn round_totals(conn: &Connection, round: Uuid) -> Result<(u32, u32)> {
    let rows = query::figures(conn, round)?;
    Ok((rows.iter().map(|row| row.people).sum(), rows.iter().map(|row| row.tubes).sum()))
}

/// Opening records of every tube that is open, of any round, with the people in it and the shift
/// under which it was opened: what must be closed when the keys were lost.
pub(crate) fn tubes_left_open(conn: &Connection) -> Result<Vec<(RecordRef, u32, Option<RecordRef>)>> {
    query::tubes_left_open(conn)
}
