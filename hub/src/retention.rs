//! The end of a round's data here: people and bodies go, figures and proofs stay.

use std::sync::Arc;

use fieldcore::Profile;
use serde::Serialize;
use uuid::Uuid;

use crate::core::Core;
use crate::error::Result;
use crate::limits::HELD_DAYS;
use crate::reports::ledger::{figures_in_tables, find_round, read_figures, write_figures};
use crate::reports::model::{Erasure, Figures};
use crate::setup;
use crate::store::rows::{Decision, Item, ItemQuery, ItemStatus};
use crate::store::{CoreReads, Tx};

const DAY_MS: i64 = 24 * 3_600_000;

/// A round and when its data are due to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RoundAge {
    /// The round's id.
    pub round: String,
    /// Its name.
    pub name: String,
    /// When something of it arrived last, milliseconds since 1970 UTC.
    pub last_arrival_ms: Option<i64>,
    /// Whether the profile's retention is over.
    pub due: bool,
}

/// Every round with data here, and whether the profile's retention is over.
pub(crate) fn rounds(core: &Arc<Core>) -> Result<Vec<RoundAge>> {
    let profile = Profile::parse(&setup::profile(core, true)?)?;
    let keep_ms = i64::from(profile.retention_days) * DAY_MS;
    let now_ms = core.around.now_ms();
    core.read(|reads| {
        let mut out = Vec::new();
        for row in reads.rounds()? {
            let mut last_arrival_ms = None;
            for no in reads.items_of_round(row.no)? {
                let item = reads.item(no)?.filter(|item| item.bytes > 0);
                last_arrival_ms = last_arrival_ms.max(item.map(|item| item.arrived_ms));
            }
            let due = last_arrival_ms.is_some_and(|last: i64| now_ms.saturating_sub(last) > keep_ms);
            out.push(RoundAge { round: Uuid::from_bytes(row.id).to_string(), name: row.name, last_arrival_ms, due });
        }
        Ok(out)
    })
}

/// Held items, and rejected ones, whose bodies are still here, and how many of them are due to go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HeldAge {
    /// Items that are stored and not counted.
    pub held: u64,
    /// Of these, the ones beyond their period.
    pub due: u64,
    /// Days after the arrival for which a held item waits for a decision.
    pub period_days: i64,
}

/// How many held bodies there are, and how many are due.
pub(crate) fn held(core: &Arc<Core>) -> Result<HeldAge> {
    let (period_days, now_ms) = (held_days(core)?, core.around.now_ms());
    core.read(|reads| {
        let all = uncounted(reads, i64::MAX, 0)?.len() as u64;
        let due = uncounted(reads, now_ms, period_days)?.len() as u64;
        Ok(HeldAge { held: all, due, period_days })
    })
}

/// Removes the bodies of held items that nobody decided about in their period, and of rejected ones
/// as old. They are rejected by that; headers, digests and receipts stay.
pub(crate) fn erase_held(core: &Arc<Core>) -> Result<u64> {
    let period_days = held_days(core)?;
    let erased = core.write(move |applier, tx| {
        let due = uncounted(tx, applier.now_ms, period_days)?;
        for mut item in due.clone() {
            item.decision = Decision::Rejected;
            item.status = ItemStatus::Rejected;
            tx.update_item(&item)?;
            tx.drop_body(item.no)?;
        }
        tx.note_access(applier.now_ms, "erase held", "", due.len() as u64)?;
        Ok(due.len() as u64)
    })?;
    core.store.scrub()?;
    Ok(erased)
}

fn held_days(core: &Arc<Core>) -> Result<i64> {
    let profile = Profile::parse(&setup::profile(core, true)?)?;
    Ok(i64::from(profile.retention_days) + HELD_DAYS)
}

/// Held and rejected items with a body of which nothing is counted, that arrived more than `days`
/// days before `now_ms`.
fn uncounted(reads: &(impl CoreReads + ?Sized), now_ms: i64, days: i64) -> Result<Vec<Item>> {
    let mut out = Vec::new();
    for status in [ItemStatus::Held, ItemStatus::Rejected] {
        let mut after = 0;
        loop {
            let page = reads.items(&ItemQuery { after, limit: 500, status: Some(status), ..ItemQuery::default() })?;
            let Some(last) = page.last() else { break };
            after = last.no;
            let due = |item: &Item| now_ms.saturating_sub(item.arrived_ms) > days * DAY_MS;
            out.extend(page.into_iter().filter(|item| item.bytes > 0 && item.counted == 0 && due(item)));
        }
    }
    Ok(out)
}

/// Removes the people and bodies of one round.
pub(crate) fn erase(core: &Arc<Core>, round: &str) -> Result<Erasure> {
    let name = round.to_owned();
    let erasure = core.write(move |applier, tx| {
        let row = find_round(tx, &name)?;
        let figures = figures_in_tables(tx, row.no)?;
        let (mut items, mut held_left) = (Vec::new(), held_of_no_round(tx)?);
        for no in tx.items_of_round(row.no)? {
            let Some(item) = tx.item(no)?.filter(|item| item.bytes > 0) else { continue };
            // What waits for a decision is somebody's data that counts nowhere yet.
            if item.status == ItemStatus::Held && item.counted == 0 {
                held_left += 1;
            } else {
                items.push(no);
            }
        }
        for item in &items {
            tx.blank_records(*item)?;
            tx.drop_body(*item)?;
        }
        drop_superseded(tx)?;
        let kept = write_figures(&with_earlier(tx, &row.id, figures.clone())?)?;
        tx.erase_round(row.no, &kept, applier.now_ms)?;
        tx.drop_card_keys(&row.id)?;
        tx.note_access(applier.now_ms, "erase", &row.name, figures.people)?;
        Ok(Erasure { round: Uuid::from_bytes(row.id).to_string(), figures, items: items.len() as u64, held_left })
    })?;
    // Freed pages were overwritten; this takes them out of the files.
    core.store.scrub()?;
    Ok(erasure)
}

/// A round can be erased again when a late phone brought more of it: figures add up.
fn with_earlier(tx: &dyn Tx, round: &[u8; 16], mut figures: Figures) -> Result<Figures> {
    for row in tx.erased_rounds()? {
        if row.round == *round {
            figures.add(&read_figures(&row.figures)?);
        }
    }
    Ok(figures)
}

/// Bodies that could not be opened and whose records came again in others, all of them erased by now:
/// a key that is offline opens them still.
fn drop_superseded(tx: &mut dyn Tx) -> Result<()> {
    let mut after = 0;
    loop {
        let query = ItemQuery { after, limit: 500, status: Some(ItemStatus::Superseded), ..ItemQuery::default() };
        let page = tx.items(&query)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.no;
        for item in page.iter().filter(|item| item.bytes > 0) {
            let rows = tx.records(item.stream, item.first_seq, item.last_seq)?;
            if rows.iter().filter(|row| row.at.branch == 0).all(|row| row.print == 0) {
                tx.drop_body(item.no)?;
            }
        }
    }
}

/// Held items that could not be opened, so that nobody knows their round.
fn held_of_no_round(tx: &dyn Tx) -> Result<u64> {
    let (mut after, mut count) = (0, 0);
    loop {
        let query = ItemQuery { after, limit: 500, status: Some(ItemStatus::Held), ..ItemQuery::default() };
        let page = tx.items(&query)?;
        let Some(last) = page.last() else { return Ok(count) };
        after = last.no;
        count += page.iter().filter(|item| item.shift.is_none()).count() as u64;
    }
}
