//! The whole journal proven: every row, every gap, the chain, the state.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::Journal;
use super::action::View;
use super::fault::{self, Fault};
use super::gaps::{self, LostRange};
use super::head::{EpochRow, Head, next_link, row_id, split_id};
use super::read::Opened;
use super::schema;
use super::segment;
use crate::error::Result;
use crate::id::RecordRef;
use crate::state;

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Records that opened under their key.
    pub records: u64,
    /// Rows whose key is not here; they can be proven at the hub alone.
    pub unreadable: u64,
    /// Rows that are not what was written.
    pub damaged: Vec<RecordRef>,
    /// Seqs that are missing and were neither erased nor told as lost.
    pub missing: u64,
    /// Whether the chain over all rows of this file holds.
    pub chain: bool,
    /// Whether the state is what the readable records fold to.
    pub state: bool,
    /// Whether SQLite finds its trees and indexes whole.
    pub file: bool,
}

impl Verified {
    /// Whether everything is as it was written.
    pub fn is_sound(&self) -> bool {
        self.damaged.is_empty() && self.missing == 0 && self.chain && self.state && self.file
    }
}

impl Journal {
    /// Proves the whole journal. Reads everything: seconds for tens of thousands of records. A
    /// file that is not whole is set aside by the next use; a state that is not what the records
    /// say is folded again.
    pub fn verify(&self) -> Result<Verified> {
        let found = match self.view(verify) {
            Err(error) if Fault::of(&error) == Some(Fault::Damaged) => return Ok(Verified::default()),
            other => other?,
        };
        if !self.is_read_only() && !found.file {
            self.with(|_, store| {
                store.memory.fault = Some(Fault::Damaged);
                Ok(())
            })?;
        } else if !self.is_read_only() && !found.state {
            self.upkeep(|action| state::rebuild(action.tx(), &action.look_up(), action.rows().all()))?;
        }
        Ok(found)
    }
}

fn verify(view: &View<'_>) -> Result<Verified> {
    let conn = view.conn();
    let mut found = Verified { file: schema::whole(conn)?, chain: true, ..Verified::default() };
    let head = Head::load(conn)?.ok_or_else(|| fault::corrupt("there is no head"))?;
    let told = rows(view, &head, &mut found)?;
    for epoch in EpochRow::all(conn)? {
        let end = if epoch.id == head.epoch.id { head.seq } else { segment::last_seq(conn, epoch.id)? };
        let gaps = gaps::of_epoch(view.rows(), &epoch, end, &told)?;
        found.missing += gaps.iter().map(|(_, _, first, last)| last - first + 1).sum::<u64>();
    }
    found.state = state::dump(conn)? == folded(view)?;
    Ok(found)
}

/// Opens every row and follows the chain. What was told as lost comes out.
fn rows(view: &View<'_>, head: &Head, found: &mut Verified) -> Result<Vec<LostRange>> {
    let links = segment::links(view.conn())?;
    let mut told = Vec::new();
    let (mut link, mut before): (Option<[u8; 32]>, Option<(i64, i64)>) = (None, None);
    for stored in view.rows().stored(0, i64::MAX) {
        let row = stored?;
        if before.is_none_or(|(segment, _)| segment != row.segment) {
            let begins = links.get(&row.segment).copied().flatten();
            // Behind what was erased, the chain goes on where the segment says it began.
            let follows = before.is_some_and(|(_, id)| id + 1 == row.id);
            found.chain &= !follows || link.is_none() || begins.is_none() || link == begins;
            link = begins;
        }
        before = Some((row.segment, row.id));
        link = link.map(|link| next_link(&link, row.id, row.segment, row.kind, row.version, &row.sealed));
        match view.rows().open(&row)? {
            Opened::Record(record) => {
                found.records += 1;
                told.extend(gaps::told(&record));
            }
            Opened::NoKey => found.unreadable += 1,
            Opened::Damaged => {
                let (epoch, seq) = split_id(row.id);
                found.damaged.extend(view.keys.epoch(view.conn(), epoch)?.map(|epoch| epoch.at(seq)));
            }
        }
    }
    let at_head = before.is_some_and(|(_, id)| id == row_id(head.epoch.id, head.seq));
    found.chain &= !at_head || link.is_none_or(|link| link == head.link);
    Ok(told)
}

/// The state that the readable records fold to, folded in memory.
fn folded(view: &View<'_>) -> Result<Vec<String>> {
    let memory = Connection::open_in_memory()?;
    let tx = Transaction::new_unchecked(&memory, TransactionBehavior::Deferred)?;
    state::rebuild(&tx, &view.look_up(), view.iter())?;
    state::dump(&tx)
}
