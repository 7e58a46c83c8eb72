//! What waits for the hub, and what comes back from it: the journal as [`crate::sync`] sees it.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::action::{Action, Now};
use super::head::EpochRow;
use super::item::{Status, What};
use super::maintain::Due;
use super::{Journal, anchors, carried, documents, epoch, hub, meta, outstanding, rosters, rotten};
use crate::carry::judge;
use crate::error::{Error, Result};
use crate::id::DeviceId;
use crate::platform::Platform;
use crate::sync::{DispatchTaken, Outbox, Outgoing, ReceiptTaken};
use crate::wire::{
    Anchor, AnchorKind, Dispatch, HeldReason, HubState, Item, KeySet, Poll, Receipt, ReceiptItem, ReceiptStatus,
    Refusal, SignedPoll,
};

/// How long an enrolment that travels alone waits for its answer before it is sent again.
const ENROLMENT_AGAIN_MS: u64 = 30_000;
/// An anchor younger than this makes another one of the same clock needless, unless that is
/// twice as sure.
const ANCHOR_FRESH_MS: u64 = 30 * 60 * 1000;

impl Outbox for Journal {
    fn platform(&self) -> &Platform {
        Self::platform(self)
    }

    fn device(&self) -> DeviceId {
        Self::device(self)
    }

    fn key_set(&self) -> Result<Option<KeySet>> {
        self.view(|view| documents::key_set(view.conn()))
    }

    fn seal_due(&self) -> Result<()> {
        self.with(|site, store| store.maintain(site, Due::Age, false)).map(|_| ())
    }

    fn outgoing(&self, budget: usize) -> Result<Vec<Outgoing>> {
        let waiting = self.sound(budget)?;
        let others = self.view(|view| carried::waits(view.conn()))?;
        let alone = waiting.iter().all(|waits| waits.what == What::Enrolment);
        if alone && !others && !self.may_enrol_alone() {
            return Ok(Vec::new());
        }
        self.with_others(waiting, budget)
    }

    fn carried(&self, budget: usize) -> Result<Vec<Outgoing>> {
        self.with_others(self.sound(budget)?, budget)
    }

    fn outstanding(&self, sent: &[[u8; 32]]) -> Result<Option<Item>> {
        let wall_ms = Self::platform(self).clock.wall_ms();
        self.view(|view| outstanding::after(view, sent, wall_ms))
    }

    fn keep_for_others(&self, item: &Item) -> Result<()> {
        let Some(keys) = self.view(|view| documents::key_set(view.conn()))? else { return Ok(()) };
        match judge(item.clone(), &keys) {
            Ok(judged) if judged.device != Self::device(self) => self.keep_down(&judged),
            _ => Ok(()),
        }
    }

    fn answered(&self, digests: &[[u8; 32]]) -> Result<()> {
        self.upkeep(|action| carried::answered(action, digests))
    }

    fn poll(&self) -> Result<(Item, [u8; 16])> {
        let nonce = Self::platform(self).random()?;
        let wall_ms = Self::platform(self).clock.wall_ms();
        self.view(|view| {
            let conn = view.conn();
            let head = super::head::Head::load(conn)?.ok_or(Error::Closed)?;
            let held: Option<u64> = conn
                .prepare_cached("SELECT min(serial) FROM item WHERE status = 2 AND device = ?1")?
                .query_row([head.epoch.device_row], |row| row.get(0))?;
            let poll = Poll {
                campaign: head.campaign,
                device_key: head.epoch.key,
                nonce,
                profile: documents::version(conn, documents::Document::Profile)?,
                keys: documents::version(conn, documents::Document::Keys)?,
                revocations: documents::version(conn, documents::Document::Revocations)?,
                notices: meta::fixed(conn, meta::NOTICES)?.map_or(0, u64::from_be_bytes),
                held: held.unwrap_or(0),
                wall_ms,
                rosters: rosters::held(conn, view.keys, head.campaign)?,
            };
            let seed = view.keys.signing(head.epoch.device_row)?;
            Ok((Item::Poll(SignedPoll::sign(&poll, &seed)?.to_bytes()?), nonce))
        })
    }

    fn take_receipt(&self, receipt: &Receipt, bytes: &[u8]) -> Result<Option<ReceiptTaken>> {
        self.upkeep(|action| take_receipt(action, receipt, bytes))
    }

    fn take_refusal(&self, refusal: &Refusal) -> Result<bool> {
        let reason = format!("{}: {}", refusal.code, refusal.what);
        // What left here was sound: the first time it was altered on the way, or the refusal was.
        let on_the_way = matches!(refusal.code.as_str(), "bad_signature" | "unreadable");
        self.upkeep(|action| {
            let sql = "UPDATE item SET reason = ?3, status = CASE WHEN ?5 AND reason IS NULL THEN status ELSE ?2 END
                       WHERE name = ?1 AND status = ?4";
            let (refused, waiting) = (Status::Refused as i64, Status::Waiting as i64);
            let changed = action.tx().prepare_cached(sql)?.execute(params![
                refusal.digest,
                refused,
                reason,
                waiting,
                on_the_way
            ])?;
            Ok(changed > 0 || carried::take_refusal(action.tx(), refusal, on_the_way)?)
        })
    }

    fn take_up_refused(&self) -> Result<u64> {
        self.retry_refused()
    }

    fn take_key_set(&self, bytes: &[u8]) -> Result<Option<DispatchTaken>> {
        self.apply_keys(bytes, crate::record::ProfileSource::Dispatch)
            .map(|version| version.map(|version| DispatchTaken::KeySet { version }))
    }

    fn take_dispatch(&self, dispatch: &Dispatch) -> Result<Option<DispatchTaken>> {
        self.apply_dispatch(dispatch)
    }

    fn settled(&self, digests: &[[u8; 32]]) -> Result<bool> {
        // An enrolment is answered by the device being known, which a state tells.
        let sql = "SELECT EXISTS (SELECT 1 FROM item WHERE digest = ?1 AND status = 1 AND what <> 0)";
        self.view(|view| {
            let mut statement = view.conn().prepare_cached(sql)?;
            for digest in digests {
                if statement.query_row([digest], |row| row.get(0))? || carried::is_open(view.conn(), digest)? {
                    return Ok(false);
                }
            }
            Ok(true)
        })
    }

    fn anchor(&self, hub_ms: i64, sent_mono_ms: u64, round_trip_ms: u64) -> Result<i64> {
        let now = Now::read(Self::platform(self));
        let anchor = Anchor {
            clock: now.clock,
            mono_ms: sent_mono_ms.saturating_add(round_trip_ms / 2),
            hub_ms,
            error_ms: round_trip_ms.div_ceil(2),
            kind: AnchorKind::TwoSided,
        };
        let latest = self.view(|view| anchors::latest(view.conn()))?;
        if is_worth(&anchor, latest.as_ref()) {
            self.upkeep(|action| anchors::keep(action.tx(), &anchor))?;
        }
        let since_ms = now.mono_ms.saturating_sub(anchor.mono_ms);
        Ok(hub_ms.saturating_add_unsigned(since_ms).saturating_sub(now.wall_ms))
    }

    fn compare_hub_state(&self, state: &HubState) -> Result<u64> {
        self.upkeep(|action| hub::compare(action, state))
    }

    fn sync_memory(&self) -> Result<Option<Vec<u8>>> {
        self.view(|view| meta::get(view.conn(), meta::SYNC_MEMORY))
    }

    fn set_sync_memory(&self, bytes: &[u8]) -> Result<()> {
        self.upkeep(|action| meta::set(action.tx(), meta::SYNC_MEMORY, bytes))
    }

    fn note_sync(&self) -> Result<()> {
        self.upkeep(|action| meta::set(action.tx(), meta::LAST_SYNC, &action.wall_ms().to_be_bytes()))
    }
}

impl Journal {
    /// Puts every refused item up for sending again; how many. For when what the refusal named
    /// was put right.
    pub fn retry_refused(&self) -> Result<u64> {
        let sql = "SELECT EXISTS (SELECT 1 FROM item WHERE status = 4 AND bytes IS NOT NULL AND reason NOT LIKE 'damaged_here%')
                   OR EXISTS (SELECT 1 FROM carried WHERE status = 4 AND bytes IS NOT NULL)";
        if !self.view(|view| Ok(view.conn().prepare_cached(sql)?.query_row([], |row| row.get(0))?))? {
            return Ok(0);
        }
        self.upkeep(|action| {
            let sql = "UPDATE item SET status = 1, reason = NULL
                       WHERE status = 4 AND bytes IS NOT NULL AND reason NOT LIKE 'damaged_here%'";
            Ok(action.tx().execute(sql, [])? as u64 + carried::retry_refused(action.tx())?)
        })
    }

    /// Why the hub holds or refused what it did not count, with how many items each.
    pub fn not_counted(&self) -> Result<Vec<(String, u64)>> {
        let sql = "SELECT coalesce(reason, '-'), count(*) FROM item WHERE status IN (2, 4) GROUP BY 1 ORDER BY 1";
        self.view(|view| {
            let mut statement = view.conn().prepare_cached(sql)?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// What waits and is still what was frozen. What rotted on the storage is made again first: the
    /// hub could not tell it from a forgery, and nobody would send it once more.
    pub(super) fn sound(&self, budget: usize) -> Result<Vec<Waits>> {
        let taken = self.view(|view| waiting(view.conn(), budget))?;
        let rotten: Vec<i64> = taken.iter().filter(|waits| !waits.is_sound()).map(|waits| waits.id).collect();
        if rotten.is_empty() || self.is_read_only() {
            return Ok(taken);
        }
        self.upkeep(|action| rotten::make_again(action, &rotten))?;
        // Stranded segments become salvage.
        self.with(|site, store| store.maintain(site, Due::Size, false))?;
        let taken = self.view(|view| waiting(view.conn(), budget))?;
        Ok(taken.into_iter().filter(Waits::is_sound).collect())
    }

    /// What is carried for others follows the own items, in what they leave of the budget.
    fn with_others(&self, waiting: Vec<Waits>, budget: usize) -> Result<Vec<Outgoing>> {
        let used: usize = waiting.iter().map(|waits| waits.out.item.wire_bytes()).sum();
        let room = ITEMS_MAX.saturating_sub(waiting.len());
        let useful = waiting.iter().any(|waits| waits.what != What::Enrolment);
        let rest = budget.saturating_sub(used);
        let others = self.view(|view| carried::waiting(view.conn(), rest, room, !useful))?;
        let mut out = self.leaving(waiting)?;
        out.extend(others);
        Ok(out)
    }

    /// Counts that these are on their way.
    fn leaving(&self, waiting: Vec<Waits>) -> Result<Vec<Outgoing>> {
        if waiting.is_empty() {
            return Ok(Vec::new());
        }
        match self.upkeep(|action| count_attempts(action.tx(), &waiting)) {
            // A full disk must not keep anything from leaving.
            Ok(()) | Err(Error::Full) => {}
            Err(error) => return Err(error),
        }
        Ok(waiting.into_iter().map(|waits| waits.out).collect())
    }

    /// Whether an enrolment without any records beside it may be sent now.
    fn may_enrol_alone(&self) -> bool {
        let now = Self::platform(self).clock.mono_ms();
        let mut last = self.alone();
        let may = last.is_none_or(|at| now.saturating_sub(at) >= ENROLMENT_AGAIN_MS);
        if may {
            *last = Some(now);
        }
        may
    }
}

/// Whether an anchor says more than the one before.
fn is_worth(anchor: &Anchor, latest: Option<&Anchor>) -> bool {
    latest.is_none_or(|latest| {
        latest.clock != anchor.clock
            || latest.kind != AnchorKind::TwoSided
            || anchor.mono_ms.saturating_sub(latest.mono_ms) >= ANCHOR_FRESH_MS
            || anchor.error_ms < latest.error_ms / 2
    })
}

pub(super) struct Waits {
    pub(super) id: i64,
    what: What,
    out: Outgoing,
}

impl Waits {
    fn is_sound(&self) -> bool {
        match &self.out.item {
            Item::Batch(bytes) | Item::Salvage(bytes) => rotten::is_sound(self.what, &self.out.digest, bytes),
            _ => true,
        }
    }
}

/// What waits, oldest first, enrolments in front, within `budget` bytes or one item. The enrolment
/// of a device that wrote here before travels with what that device signed, or whose rows it wrote.
fn waiting(conn: &Connection, budget: usize) -> Result<Vec<Waits>> {
    let sql = "SELECT id, what, digest, bytes FROM item WHERE status = 1 AND bytes IS NOT NULL AND what = 0
               AND (device = (SELECT epoch.device FROM head JOIN epoch ON epoch.id = head.epoch) OR EXISTS
               (SELECT 1 FROM item AS other JOIN epoch ON epoch.id = other.epoch WHERE other.status = 1
                AND other.what > 0 AND item.device IN (other.device, epoch.device)))
               UNION ALL SELECT id, what, digest, bytes FROM
               (SELECT id, what, digest, bytes FROM item WHERE status = 1 AND bytes IS NOT NULL AND what > 0 ORDER BY id)";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let (mut taken, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let Some(what) = What::from_code(row.get(1)?) else { continue };
        let out = Outgoing { digest: row.get(2)?, item: what.item(row.get(3)?) };
        bytes += out.item.wire_bytes();
        let useful = taken.iter().any(|waits: &Waits| waits.what != What::Enrolment);
        if bytes > budget && useful {
            break;
        }
        taken.push(Waits { id: row.get(0)?, what, out });
        if taken.len() >= ITEMS_MAX {
            break;
        }
    }
    Ok(taken)
}

/// Items of one request; the poll comes on top.
const ITEMS_MAX: usize = 1024;

fn count_attempts(tx: &Transaction<'_>, waiting: &[Waits]) -> Result<()> {
    let mut statement = tx.prepare_cached("UPDATE item SET attempts = attempts + 1 WHERE id = ?1")?;
    for waits in waiting {
        statement.execute([waits.id])?;
    }
    Ok(())
}

/// An item that a receipt names.
struct Named {
    id: i64,
    what: What,
    device: i64,
    epoch: EpochRow,
    number: u64,
    status: i64,
    reason: Option<String>,
}

fn named(action: &Action<'_>, digest: &[u8; 32]) -> Result<Option<Named>> {
    let sql = "SELECT id, what, device, epoch, number, status, reason FROM item WHERE digest = ?1";
    let row = action
        .tx()
        .prepare_cached(sql)?
        .query_row([digest], |row| {
            let place: (i64, i64, i64) = (row.get(1)?, row.get(2)?, row.get(3)?);
            Ok((row.get(0)?, place, row.get(4)?, row.get(5)?, row.get(6)?))
        })
        .optional()?;
    let Some((id, (what, device, epoch), number, status, reason)) = row else { return Ok(None) };
    let (Some(what), Some(epoch)) = (What::from_code(what), action.keys.epoch(action.tx(), epoch)?) else {
        return Ok(None);
    };
    Ok(Some(Named { id, what, device, epoch, number, status, reason }))
}

/// Takes a verified receipt; one for another device's item is kept for that device.
pub(super) fn take_receipt(action: &mut Action<'_>, receipt: &Receipt, bytes: &[u8]) -> Result<Option<ReceiptTaken>> {
    let Some(item) = named(action, &receipt.digest)? else {
        return carried::take_receipt(action, receipt, bytes).map(|()| None);
    };
    let kind = match receipt.item {
        ReceiptItem::Batch => What::Batch,
        ReceiptItem::Salvage => What::Salvage,
    };
    let key: Option<[u8; 32]> = action
        .tx()
        .prepare_cached("SELECT key FROM device WHERE id = ?1")?
        .query_row([item.device], |row| row.get(0))
        .optional()?;
    let fits = item.what == kind
        && item.number == receipt.number
        && item.epoch.epoch == receipt.epoch
        && key == Some(receipt.device_key)
        && action.head.campaign == receipt.campaign;
    let held = match receipt.status {
        ReceiptStatus::Held(reason) => Some(reason),
        ReceiptStatus::Opened => None,
    };
    let reason = held.map(held_text);
    let known = item.status == Status::Opened as i64
        || (item.status == Status::Held as i64 && held.is_some() && item.reason == reason);
    if !fits || known {
        return Ok(None);
    }
    let status = if held.is_some() { Status::Held } else { Status::Opened };
    let sql = "UPDATE item SET status = ?2, reason = ?3, serial = ?4, receipt = ?5, receipt_ms = ?6 WHERE id = ?1";
    action.tx().prepare_cached(sql)?.execute(params![
        item.id,
        status as i64,
        reason,
        receipt.serial,
        bytes,
        receipt.hub_ms
    ])?;
    // Whoever carries it learns by the same receipt that the hub has it.
    let carried_up_to = meta::fixed(action.tx(), meta::CARRIED_UP_TO)?.map_or(0, i64::from_be_bytes);
    if item.id <= carried_up_to {
        carried::keep_receipt(action.tx(), receipt, bytes)?;
    }
    if !matches!(held, Some(HeldReason::NotEnrolled | HeldReason::Quota)) {
        settle_enrolment(action.tx(), item.device)?;
    }
    let before = action.head.epoch.epoch;
    if held == Some(HeldReason::Fork) {
        epoch::leave_copy(action, &item.epoch)?;
    }
    let after = action.head.epoch.epoch;
    let new_epoch = (after != before).then_some(after);
    Ok(Some(ReceiptTaken { epoch: item.epoch.epoch, number: item.number, held, new_epoch }))
}

fn held_text(reason: HeldReason) -> String {
    match reason {
        HeldReason::Other(code) => format!("other_{code}"),
        known => known.as_str().to_owned(),
    }
}

/// The hub knows the device: its enrolment need not travel any more.
pub(super) fn settle_enrolment(conn: &Connection, device: i64) -> Result<()> {
    let sql = "UPDATE item SET status = 3 WHERE what = 0 AND device = ?1 AND status = 1";
    conn.prepare_cached(sql)?.execute([device])?;
    Ok(())
}

/// Whether there are opened items whose bytes may go: receipted before `until` by the hub's clock.
pub(super) fn has_kept(conn: &Connection, until: i64) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM item WHERE receipt_ms < ?1 AND status = 3 AND bytes IS NOT NULL)";
    Ok(conn.prepare_cached(sql)?.query_row([until], |row| row.get(0))? || carried::has_kept(conn, until)?)
}

/// Drops those bytes; headers, digests and receipts stay.
pub(super) fn drop_kept(tx: &Transaction<'_>, until: i64) -> Result<u32> {
    let sql = "UPDATE item SET bytes = NULL WHERE receipt_ms < ?1 AND status = 3 AND bytes IS NOT NULL";
    carried::drop_kept(tx, until)?;
    Ok(u32::try_from(tx.execute(sql, [until])?).unwrap_or(u32::MAX))
}

/// The digest that stands for an enrolment.
pub(super) fn enrolment_digest(bytes: &[u8]) -> [u8; 32] {
    Item::Enrolment(bytes.to_vec()).digest()
}
