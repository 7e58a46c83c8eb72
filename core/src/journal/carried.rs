//! What this phone carries for others: kept as it came, given on to the hub or back to its device,
//! never opened and never applied here.
//!
//! What goes up (enrolments, batches, salvages, polls, words on what is outstanding) is kept until the hub's
//! receipt and then as long as an item of its own; without a receipt nothing goes, and what does not fit is
//! refused. What comes down (receipts, dispatches, states) the hub has as well: there the oldest goes first.

use rusqlite::{Connection, OptionalExtension, params};

use super::Journal;
use super::action::Action;
use super::outbox;
use crate::carry::{Judged, Refused, Verdict};
use crate::error::Result;
use crate::id::DeviceId;
use crate::limits::{
    CARRY_BYTES_MAX, CARRY_DEVICE_BYTES_MAX, CARRY_DOWN_BYTES_MAX, CARRY_DOWN_ITEMS_MAX, CARRY_ITEMS_MAX,
    CARRY_KNOWN_MAX,
};
use crate::sync::Outgoing;
use crate::wire::{HeldReason, Item, Receipt, ReceiptItem, ReceiptStatus, Refusal, item_digest};

/// The types that go up to the hub, as the file's queries name them.
const UP: &str = "what IN (1, 2, 3, 6, 9)";
/// The types that come down from it.
const DOWN: &str = "what IN (4, 5, 7)";

/// What this phone carries for others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Batches and salvages of other devices without a receipt.
    pub waiting: u64,
    /// Those that the hub has and that are kept a while longer.
    pub receipted: u64,
    /// Those that the hub refused.
    pub refused: u64,
    /// Receipts, dispatches and states for other devices.
    pub down: u64,
    /// Bytes of all of these.
    pub bytes: u64,
    /// Other devices whose batches or salvages wait here.
    pub devices: u64,
}

impl Journal {
    /// What is carried for others.
    pub fn carries(&self) -> Result<Carried> {
        self.view(|view| figures(view.conn()))
    }

    /// Takes verified items of a carry in one transaction; what became of each, in order.
    pub(crate) fn carry_in(&self, items: &[Judged]) -> Result<Vec<Verdict>> {
        self.upkeep(|action| {
            let mut room = Room::measure(action.tx())?;
            items.iter().map(|one| take(action, &mut room, one)).collect()
        })
    }

    /// Takes what a hub's answer brought for other devices, or for all of them.
    pub(super) fn keep_down(&self, one: &Judged) -> Result<()> {
        self.carry_in(std::slice::from_ref(one)).map(|_| ())
    }
}

fn figures(conn: &Connection) -> Result<Carried> {
    let sql = "SELECT coalesce(sum(what IN (2, 3) AND status = 1), 0), coalesce(sum(what IN (2, 3) AND status = 2), 0),
               coalesce(sum(what IN (2, 3) AND status = 4), 0), coalesce(sum(what IN (4, 5, 7)), 0),
               coalesce(sum(length), 0), count(DISTINCT CASE WHEN what IN (2, 3) AND status = 1 THEN device END)
               FROM carried WHERE bytes IS NOT NULL";
    Ok(conn.query_row(sql, [], |row| {
        Ok(Carried {
            waiting: row.get(0)?,
            receipted: row.get(1)?,
            refused: row.get(2)?,
            down: row.get(3)?,
            bytes: row.get(4)?,
            devices: row.get(5)?,
        })
    })?)
}

/// What became of one item of a carry.
fn take(action: &mut Action<'_>, room: &mut Room, one: &Judged) -> Result<Verdict> {
    if let Some(receipt) = &one.receipt
        && is_own(action.tx(), &one.digest)?
    {
        let taken = outbox::take_receipt(action, receipt, one.item.bytes())?;
        return Ok(taken.map_or(Verdict::Known, Verdict::Receipt));
    }
    if is_own_item(action.tx(), &one.item.digest())? || is_own_word(action, one)? {
        return Ok(Verdict::Known);
    }
    let verdict = insert(action.tx(), room, one)?;
    if verdict == Verdict::Taken {
        settle(action.tx(), one)?;
    }
    Ok(verdict)
}

/// Whether a batch or salvage of this journal has this digest.
fn is_own(conn: &Connection, digest: &[u8; 32]) -> Result<bool> {
    Ok(conn.prepare_cached("SELECT 1 FROM item WHERE digest = ?1")?.exists([digest])?)
}

fn is_own_item(conn: &Connection, name: &[u8; 32]) -> Result<bool> {
    Ok(conn.prepare_cached("SELECT 1 FROM item WHERE name = ?1")?.exists([name])?)
}

/// Polls and words of this very device come back to it: there are newer ones. So do states for it.
fn is_own_word(action: &Action<'_>, one: &Judged) -> Result<bool> {
    if one.device != action.head.epoch.device {
        return Ok(false);
    }
    if let Item::State(_) = one.item {
        outbox::settle_enrolment(action.tx(), action.head.epoch.device_row)?;
    }
    Ok(matches!(one.item, Item::Poll(_) | Item::Outstanding(_) | Item::State(_) | Item::Dispatch(_)))
}

/// A row that is there already.
struct There {
    id: i64,
    rank: i64,
    length: u64,
    gone: bool,
    name: [u8; 32],
}

fn find(conn: &Connection, one: &Judged) -> Result<Option<There>> {
    let sql = "SELECT id, rank, length, bytes IS NULL, name FROM carried WHERE what = ?1 AND key = ?2";
    let row = conn.prepare_cached(sql)?.query_row(params![one.item.code(), one.key], |row| {
        Ok(There { id: row.get(0)?, rank: row.get(1)?, length: row.get(2)?, gone: row.get(3)?, name: row.get(4)? })
    });
    Ok(row.optional()?)
}

/// Whether an item takes the place of the one that is there.
fn replaces(conn: &Connection, one: &Judged, there: &There) -> Result<bool> {
    if one.rank > there.rank {
        return Ok(true);
    }
    // A device's clock may stand or have been set back: another word of the same moment takes the place of
    // the one before, and one of any moment that of a word which was answered.
    let word = matches!(one.item, Item::Poll(_) | Item::Outstanding(_));
    if word && one.item.digest() != there.name && (one.rank == there.rank || there.gone) {
        return Ok(true);
    }
    Ok(!there.gone && !is_sound(conn, there.id)?)
}

/// Whether a row's bytes are still what came: what rotted on the storage is taken again.
fn is_sound(conn: &Connection, id: i64) -> Result<bool> {
    let sql = "SELECT what, name, bytes FROM carried WHERE id = ?1";
    Ok(conn.prepare_cached(sql)?.query_row([id], |row| {
        let name: [u8; 32] = row.get(1)?;
        Ok(item_digest(row.get(0)?, &row.get::<_, Vec<u8>>(2)?) == name)
    })?)
}

fn insert(conn: &Connection, room: &mut Room, one: &Judged) -> Result<Verdict> {
    let there = find(conn, one)?;
    // Dropped after its receipt: the hub has it, and it goes nowhere again.
    if let Some(there) = &there
        && !replaces(conn, one, there)?
    {
        return Ok(Verdict::Known);
    }
    let length = one.item.bytes().len() as u64;
    let down = matches!(one.item, Item::Receipt(_) | Item::Dispatch(_) | Item::State(_));
    if let Some(there) = there {
        room.forget(conn, &there, down)?;
    }
    if down {
        room.make_down(conn, length)?;
    } else if let Some(why) = room.make_up(conn, one, length)? {
        return Ok(Verdict::Refused(Refused::new("full", why)));
    }
    let receipt = find_receipt(conn, one)?;
    let sql = "INSERT INTO carried (what, key, name, digest, device, rank, length, status, receipt_ms, bytes)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    conn.prepare_cached(sql)?.execute(params![
        one.item.code(),
        one.key,
        one.item.digest(),
        one.digest,
        one.device.as_bytes(),
        one.rank,
        length,
        if receipt.is_some() { DONE } else { WAITS },
        one.hub_ms.or(receipt),
        one.item.bytes(),
    ])?;
    Ok(Verdict::Taken)
}

const WAITS: i64 = 1;
const DONE: i64 = 2;
const REFUSED: i64 = 4;

/// A receipt that came before the item that it names: when the hub stored that.
fn find_receipt(conn: &Connection, one: &Judged) -> Result<Option<i64>> {
    if !matches!(one.item, Item::Batch(_) | Item::Salvage(_)) {
        return Ok(None);
    }
    let sql = "SELECT receipt_ms FROM carried WHERE what = 4 AND key = ?1 AND device = ?2";
    let row = conn.prepare_cached(sql)?.query_row(params![one.digest, one.device.as_bytes()], |row| row.get(0));
    Ok(row.optional()?.flatten())
}

/// What a receipt or a state for another device settles of what is carried for it.
fn settle(conn: &Connection, one: &Judged) -> Result<()> {
    match (&one.receipt, &one.item) {
        (Some(receipt), _) => settle_by_receipt(conn, receipt),
        (None, Item::State(_)) => set_enrolment(conn, &one.device, WAITS, DONE),
        _ => Ok(()),
    }
}

fn settle_by_receipt(conn: &Connection, receipt: &Receipt) -> Result<()> {
    let device = DeviceId::of_key(&receipt.device_key);
    let what = match receipt.item {
        ReceiptItem::Batch => 2,
        ReceiptItem::Salvage => 3,
    };
    let (reason, known) = match receipt.status {
        ReceiptStatus::Opened => (None, true),
        ReceiptStatus::Held(reason) => {
            (Some(reason.as_str()), !matches!(reason, HeldReason::NotEnrolled | HeldReason::Quota))
        }
    };
    let sql = "UPDATE carried SET status = 2, reason = ?4, receipt_ms = ?5
               WHERE digest = ?1 AND what = ?2 AND device = ?3";
    let params = params![receipt.digest, what, device.as_bytes(), reason, receipt.hub_ms];
    conn.prepare_cached(sql)?.execute(params)?;
    if known {
        set_enrolment(conn, &device, WAITS, DONE)
    } else {
        // It did not arrive, or was lost again: it goes once more.
        set_enrolment(conn, &device, DONE, WAITS)
    }
}

fn set_enrolment(conn: &Connection, device: &DeviceId, from: i64, to: i64) -> Result<()> {
    let sql = "UPDATE carried SET status = ?3 WHERE what = 1 AND device = ?1 AND status = ?2";
    conn.prepare_cached(sql)?.execute(params![device.as_bytes(), from, to])?;
    Ok(())
}

/// The room for what is carried, measured once a transaction.
struct Room {
    up: (u64, u64),
    down: (u64, u64),
}

impl Room {
    fn measure(conn: &Connection) -> Result<Self> {
        let of = |which: &str| -> Result<(u64, u64)> {
            let sql = format!("SELECT coalesce(sum(length), 0), count(*) FROM carried WHERE length > 0 AND {which}");
            Ok(conn.prepare_cached(&sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?)
        };
        Ok(Self { up: of(UP)?, down: of(DOWN)? })
    }

    fn forget(&mut self, conn: &Connection, there: &There, down: bool) -> Result<()> {
        conn.prepare_cached("DELETE FROM carried WHERE id = ?1")?.execute([there.id])?;
        let room = if down { &mut self.down } else { &mut self.up };
        if !there.gone {
            *room = (room.0.saturating_sub(there.length), room.1.saturating_sub(1));
        }
        Ok(())
    }

    /// Makes room for what comes down: the oldest goes, the hub has it.
    fn make_down(&mut self, conn: &Connection, length: u64) -> Result<()> {
        while self.down.0 + length > CARRY_DOWN_BYTES_MAX || self.down.1 >= CARRY_DOWN_ITEMS_MAX {
            let sql = format!("SELECT id, length FROM carried WHERE {DOWN} ORDER BY id LIMIT 1");
            let Some((id, freed)) = oldest(conn, &sql)? else { break };
            conn.prepare_cached("DELETE FROM carried WHERE id = ?1")?.execute([id])?;
            self.down = (self.down.0.saturating_sub(freed), self.down.1.saturating_sub(1));
        }
        self.down = (self.down.0 + length, self.down.1 + 1);
        Ok(())
    }

    /// Makes room for what goes up: what the hub has goes, oldest first. Why there is none, if so.
    fn make_up(&mut self, conn: &Connection, one: &Judged, length: u64) -> Result<Option<String>> {
        let sql = "SELECT coalesce(sum(length), 0) FROM carried WHERE device = ?1 AND status <> 2 AND length > 0";
        let of_device: u64 = conn.prepare_cached(sql)?.query_row([one.device.as_bytes()], |row| row.get(0))?;
        if of_device + length > CARRY_DEVICE_BYTES_MAX {
            let share = CARRY_DEVICE_BYTES_MAX / (1024 * 1024);
            return Ok(Some(format!(
                "{share} MiB of that device wait here already; bring this phone to a network first, \
                 or give the rest to another carrier"
            )));
        }
        while self.up.0 + length > CARRY_BYTES_MAX || self.up.1 >= CARRY_ITEMS_MAX {
            let sql = format!(
                "SELECT id, length FROM carried WHERE status = 2 AND length > 0 AND what <> 1 AND {UP}
                 ORDER BY coalesce(receipt_ms, 0), id LIMIT 1"
            );
            let Some((id, freed)) = oldest(conn, &sql)? else {
                let why = "this phone carries as much as it may, and none of it has a receipt; bring it to a network \
                           first, or give the rest to another carrier";
                return Ok(Some(why.to_owned()));
            };
            conn.prepare_cached("UPDATE carried SET bytes = NULL, length = 0 WHERE id = ?1")?.execute([id])?;
            self.up = (self.up.0.saturating_sub(freed), self.up.1.saturating_sub(1));
        }
        self.up = (self.up.0 + length, self.up.1 + 1);
        Ok(None)
    }
}

fn oldest(conn: &Connection, sql: &str) -> Result<Option<(i64, u64)>> {
    Ok(conn.prepare_cached(sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

// The way to the hub and back.

/// What goes to the hub for others in what own items leave of a bundle: enrolments in front, then
/// batches and salvages, oldest first, then polls. `first` lets one item through whatever its size.
pub(super) fn waiting(conn: &Connection, budget: usize, items_max: usize, first: bool) -> Result<Vec<Outgoing>> {
    let sql = "SELECT id, what, name, digest, bytes FROM carried WHERE status = 1 AND bytes IS NOT NULL
               AND what IN (1, 2, 3, 6, 9)
               ORDER BY CASE what WHEN 1 THEN 0 WHEN 2 THEN 1 WHEN 3 THEN 1 ELSE 2 END, id";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let (mut taken, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let item = Item::new(row.get(1)?, row.get(4)?);
        let name: [u8; 32] = row.get(2)?;
        // What rotted on the storage proves nothing and is passed over; its device still has it.
        if item.digest() != name {
            continue;
        }
        bytes += item.wire_bytes();
        if (bytes > budget && !(first && taken.is_empty())) || taken.len() >= items_max {
            break;
        }
        taken.push(Outgoing { digest: row.get(3)?, item });
    }
    Ok(taken)
}

/// Whether anything of others goes to the hub.
pub(super) fn waits(conn: &Connection) -> Result<bool> {
    let sql = "SELECT 1 FROM carried WHERE status = 1 AND bytes IS NOT NULL AND what IN (1, 2, 3, 6, 9)";
    Ok(conn.prepare_cached(sql)?.exists([])?)
}

/// Notes that the hub answered a bundle: what has no receipt of its own does not go again.
pub(super) fn answered(action: &Action<'_>, digests: &[[u8; 32]]) -> Result<()> {
    // An enrolment may be asked for again; words are good for one time.
    let sql = "UPDATE carried SET status = 2, bytes = CASE what WHEN 1 THEN bytes END,
               length = CASE what WHEN 1 THEN length ELSE 0 END
               WHERE digest = ?1 AND status = 1 AND what IN (1, 6, 9)";
    let mut statement = action.tx().prepare_cached(sql)?;
    for digest in digests {
        statement.execute([digest])?;
    }
    Ok(())
}

/// Whether a batch or salvage of another device still waits for its answer.
pub(super) fn is_open(conn: &Connection, digest: &[u8; 32]) -> Result<bool> {
    let sql = "SELECT 1 FROM carried WHERE digest = ?1 AND status = 1 AND what IN (2, 3)";
    Ok(conn.prepare_cached(sql)?.exists([digest])?)
}

/// Takes a receipt for another device's item: it is kept for that device and ends the sending.
pub(super) fn take_receipt(action: &Action<'_>, receipt: &Receipt, bytes: &[u8]) -> Result<()> {
    if receipt.campaign != action.head.campaign {
        return Ok(());
    }
    keep_receipt(action.tx(), receipt, bytes)?;
    settle_by_receipt(action.tx(), receipt)
}

/// Keeps a verified receipt to give it on.
pub(super) fn keep_receipt(conn: &Connection, receipt: &Receipt, bytes: &[u8]) -> Result<()> {
    let judged = Judged::of_receipt(receipt.clone(), bytes);
    let mut room = Room::measure(conn)?;
    insert(conn, &mut room, &judged).map(|_| ())
}

/// Takes a refusal of another device's item: it stays and is not sent again by itself. Nobody signed that, so
/// it goes on leaving with carries; and once more to the hub where it is said to have been altered on the way.
pub(super) fn take_refusal(conn: &Connection, refusal: &Refusal, on_the_way: bool) -> Result<bool> {
    let sql = "UPDATE carried SET reason = ?3, status = CASE WHEN ?4 AND reason IS NULL THEN status ELSE ?2 END
               WHERE name = ?1 AND status = 1";
    Ok(conn.prepare_cached(sql)?.execute(params![refusal.digest, REFUSED, refusal.code, on_the_way])? > 0)
}

/// Puts what was refused up for sending again; how many items.
pub(super) fn retry_refused(conn: &Connection) -> Result<u64> {
    let sql = "UPDATE carried SET status = 1, reason = NULL WHERE status = 4 AND bytes IS NOT NULL";
    Ok(conn.prepare_cached(sql)?.execute([])? as u64)
}

/// Whether [`drop_kept`] would drop anything.
pub(super) fn has_kept(conn: &Connection, until: i64) -> Result<bool> {
    // Two questions, so that each walks its own end of the index.
    let up = format!("SELECT 1 FROM carried WHERE {UP} AND receipt_ms < ?1 AND length > 0 AND +status = 2");
    let down = format!("SELECT 1 FROM carried WHERE {DOWN} AND receipt_ms < ?1 AND length > 0 AND length(key) > 2");
    Ok(conn.prepare_cached(&up)?.exists([until])? || conn.prepare_cached(&down)?.exists([until])?)
}

/// Drops the bytes of what was receipted before `until`, and what came down before that; the newest
/// profile, key set and revocation list stay.
pub(super) fn drop_kept(conn: &Connection, until: i64) -> Result<()> {
    let sql = format!("UPDATE carried SET bytes = NULL, length = 0 WHERE receipt_ms < ?1 AND status = 2 AND {UP}");
    conn.execute(&sql, [until])?;
    let sql = "UPDATE carried SET bytes = NULL, length = 0 WHERE what = 1 AND status = 2 AND bytes IS NOT NULL AND device NOT IN
               (SELECT device FROM carried WHERE what IN (2, 3) AND bytes IS NOT NULL)";
    conn.execute(sql, [])?;
    conn.execute(&format!("DELETE FROM carried WHERE receipt_ms < ?1 AND {DOWN} AND length(key) > 2"), [until])?;
    let sql = "DELETE FROM carried WHERE bytes IS NULL AND id NOT IN
               (SELECT id FROM carried WHERE bytes IS NULL ORDER BY id DESC LIMIT ?1)";
    conn.execute(sql, [CARRY_KNOWN_MAX])?;
    Ok(())
}
