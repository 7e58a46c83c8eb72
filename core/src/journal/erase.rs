//! Erasure: a round's key is destroyed, and with it everything that was sealed or looked up under
//! it. Deleting the rows afterwards is hygiene: a flash disk keeps copies, but nobody can read them.

use rusqlite::{Connection, params};
use uuid::Uuid;

use super::head::row_id;
use super::segment::SegmentState;
use super::site::Site;
use super::store::{Store, Writer};
use super::{Journal, cards, spare};
use crate::error::{Error, Result};
use crate::record::Erased;
use crate::state;

const WHAT: &str = "erasing the round";

/// What an erasure took away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Records that cannot be read any more.
    pub records: u64,
    /// People among them, as the ledger counts.
    pub people: u32,
    /// Tubes among them, as the ledger counts.
    pub tubes: u32,
}

impl Journal {
    /// Erases a round for good: an `erased` record with its counts first, then the round's key is
    /// destroyed, then the rows are deleted. Refused as long as the round is open (a shift, a tube
    /// or somebody waiting), or as long as anything of it lacks an `opened` receipt.
    pub fn erase_round(&self, round: Uuid) -> Result<Erasure> {
        self.with(|site, store| {
            let erasure = store.transact(site, Writer::Upkeep, |action| {
                may_erase(action.tx(), round, action.head.campaign)?;
                let records = count(action.tx(), round)?;
                let (people, tubes) = state::round_totals(action.tx(), round)?;
                action.append(None, None, Erased { round, records, people, tubes })?;
                let sql = "INSERT INTO erasure (round, until, done) VALUES (?1, (SELECT max(id) FROM segment), 0)";
                action.tx().execute(sql, [round.as_bytes()])?;
                Ok(Erasure { records, people, tubes })
            })?;
            finish(store, site)?;
            Ok(erasure)
        })
    }

    /// Rounds that have records here and were not erased.
    pub fn rounds(&self) -> Result<Vec<Uuid>> {
        let campaign = self.campaign();
        let sql = "SELECT DISTINCT bucket FROM segment WHERE state NOT IN (7, 8) ORDER BY 1";
        self.view(|view| {
            let mut statement = view.conn().prepare_cached(sql)?;
            let rows = statement.query_map([], |row| row.get(0).map(Uuid::from_bytes))?;
            let rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
            // A round is one of a shift, or one of which boxes came here.
            let sql = "SELECT 1 FROM shift WHERE round = ?1 UNION SELECT 1 FROM state_boxes WHERE round = ?1 LIMIT 1";
            let mut rounds = view.conn().prepare_cached(sql)?;
            let mut known = Vec::new();
            for round in rows {
                if round != campaign && rounds.exists([round.as_bytes()])? {
                    known.push(round);
                }
            }
            Ok(known)
        })
    }
}

fn may_erase(conn: &Connection, round: Uuid, campaign: Uuid) -> Result<()> {
    let refuse = |why: String| Err(Error::refused(WHAT, why));
    if round == campaign || count(conn, round)? == 0 {
        return refuse("it has no records here".to_owned());
    }
    if state::round_is_open(conn, round)? {
        return refuse("it is still open; close its tubes and end its shifts first".to_owned());
    }
    let number =
        |sql: &str| -> Result<u64> { Ok(conn.prepare_cached(sql)?.query_row([round.as_bytes()], |row| row.get(0))?) };
    let unsealed = number("SELECT count(*) FROM segment WHERE bucket = ?1 AND state IN (1, 2, 4)")?;
    let unopened = number(
        "SELECT count(*) FROM item WHERE status NOT IN (3, 5) AND segment IN (SELECT id FROM segment WHERE bucket = ?1)",
    )?;
    if unsealed + unopened > 0 {
        let waiting = unsealed + unopened;
        return refuse(format!("the hub has not opened all of it yet ({waiting} batches wait); sync first"));
    }
    Ok(())
}

/// Records of a round that are here.
fn count(conn: &Connection, round: Uuid) -> Result<u64> {
    let sql = "SELECT coalesce(sum(CASE state WHEN 1 THEN (SELECT seq FROM head) ELSE last_seq END + 1 - first_seq), 0)
               FROM segment WHERE bucket = ?1 AND state NOT IN (7, 8)";
    Ok(conn.prepare_cached(sql)?.query_row([round.as_bytes()], |row| row.get(0))?)
}

/// Completes erasures that were begun: destroys the keys, deletes the rows. Called right after
/// the record was saved, and when a journal opens or is maintained, should it have been broken off.
pub(super) fn finish(store: &mut Store, site: &Site) -> Result<()> {
    let begun: Vec<(i64, [u8; 16], i64)> = store
        .conn
        .prepare_cached("SELECT id, round, until FROM erasure WHERE done = 0")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    if begun.is_empty() {
        return Ok(());
    }
    // What is deleted must lie behind the last complete checkpoint: a proof after a failed write
    // follows the chain from there.
    store.checkpoint(site, true)?;
    for (id, round, until) in begun {
        store.memory.keys.destroy_bucket(Uuid::from_bytes(round))?;
        store.transact(site, Writer::Upkeep, |action| delete(action.tx(), id, &round, until))?;
    }
    // What the deleted pages held must not stay in the log; and the space is given back.
    store.checkpoint(site, true)?;
    store.conn.execute_batch("PRAGMA incremental_vacuum")?;
    store.checkpoint(site, true).map(|_| ())
}

fn delete(conn: &Connection, erasure: i64, round: &[u8; 16], until: i64) -> Result<()> {
    let sql = "SELECT id, epoch, first_seq, last_seq FROM segment WHERE bucket = ?1 AND id <= ?2
               AND state NOT IN (7, 8)";
    let ranges: Vec<(i64, i64, u64, u64)> = conn
        .prepare(sql)?
        .query_map(params![round, until], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (id, epoch, first, last) in ranges {
        spare::drop_segment(conn, id)?;
        let range = [row_id(epoch, first), row_id(epoch, last)];
        conn.prepare_cached("DELETE FROM record WHERE id BETWEEN ?1 AND ?2")?.execute(range)?;
        conn.prepare_cached("DELETE FROM shift WHERE id BETWEEN ?1 AND ?2")?.execute(range)?;
    }
    cards::forget_round(conn, round)?;
    let sql = "UPDATE segment SET state = ?3, phone = NULL WHERE bucket = ?1 AND id <= ?2 AND state <> 8";
    conn.execute(sql, params![round, until, SegmentState::Erased.code()])?;
    conn.execute("UPDATE erasure SET done = 1 WHERE id = ?1", [erasure])?;
    Ok(())
}
