//! What a person decides: accept, reject, revoke, close.

use std::sync::Arc;

use fieldcore::DeviceId;
use fieldcore::limits::ITEM_BYTES_MAX;
use fieldcore::wire::{DispatchKind, HeldReason, ReissueReason, Revocations, RevokedDevice};

use crate::core::Core;
use crate::dispatches;
use crate::enrolments::open_what_waited;
use crate::error::{Error, Result};
use crate::ingest::apply::Applier;
use crate::project::claims;
use crate::store::rows::{Branch, Decision, Device, DeviceState, Item, ItemQuery, ItemStatus};
use crate::store::{CoreReads, DeviceBy, Tx};
use crate::verify::rebuild;

const PAGE: u32 = 500;

fn unknown(what: &str) -> Error {
    Error::Unknown { what: what.to_owned(), next: "`held` and `devices` list what there is" }
}

fn held_item(tx: &dyn Tx, id: i64) -> Result<Item> {
    let item = tx.item(id)?.filter(|item| matches!(item.status, ItemStatus::Held | ItemStatus::Rejected));
    item.ok_or_else(|| unknown("a held item with this number"))
}

fn held_device(reads: &(impl CoreReads + ?Sized), id: i64) -> Result<Device> {
    let waits = |device: &Device| matches!(device.state, DeviceState::Held | DeviceState::Unknown);
    let no = id.checked_neg().ok_or_else(|| unknown("a held device with this number"))?;
    let device = reads.device(DeviceBy::No(no))?.filter(|device| waits(device) && device.key.is_some());
    device.ok_or_else(|| unknown("a held device with this number"))
}

/// An active device whose claim to another's place waits for a decision.
fn open_claim(reads: &(impl CoreReads + ?Sized), id: i64) -> Result<Option<Device>> {
    let Some(no) = id.checked_neg() else { return Ok(None) };
    let device = reads.device(DeviceBy::No(no))?.filter(|device| device.claim.as_ref().is_some_and(claims::is_open));
    Ok(device.filter(|device| !matches!(device.state, DeviceState::Held | DeviceState::Unknown)))
}

/// Accepts a held item (positive), or a held device or its claim to another's place (negative).
pub(crate) fn accept(core: &Arc<Core>, id: i64) -> Result<()> {
    let claim = core.write(move |applier, tx| {
        if id < 0 {
            if let Some(device) = open_claim(tx, id)? {
                claims::decide(tx, &device, true)?;
                return Ok(true);
            }
            let mut device = held_device(tx, id)?;
            device.state = DeviceState::Active;
            device.reason = None;
            tx.put_device(&device)?;
            open_what_waited(applier, tx, device.no)?;
            return Ok(false);
        }
        let item = held_item(tx, id)?;
        match item.reason {
            Some(HeldReason::Fork) => accept_branch(applier, tx, &item),
            Some(HeldReason::ContentConflict) => accept_conflict(applier, tx, item),
            Some(
                reason @ (HeldReason::NotOpenable
                | HeldReason::Undecodable
                | HeldReason::UnknownKind
                | HeldReason::UnknownFormat),
            ) => {
                let next = crate::reports::held::next_step(reason);
                Err(Error::refused("accepting", format!("nobody can read this item yet; {next}")))
            }
            _ => accept_item(applier, tx, item),
        }
        .map(|()| false)
    })?;
    if claim { apply_claim(core, id) } else { Ok(()) }
}

/// What a claim lets a device do is in every table that its records were put into.
fn apply_claim(core: &Arc<Core>, id: i64) -> Result<()> {
    rebuild(core)?;
    core.write(move |applier, tx| {
        let query = ItemQuery { uploader: id.checked_neg(), ..ItemQuery::default() };
        applier.reconsider_all(tx, &query, |held| held.reason == Some(HeldReason::ForeignRows)).map(|_| ())
    })
}

fn accept_item(applier: &Applier<'_>, tx: &mut dyn Tx, mut item: Item) -> Result<()> {
    item.decision = Decision::Accepted;
    item.status = ItemStatus::Held;
    tx.update_item(&item)?;
    applier.reconsider(tx, item)?;
    Ok(())
}

/// A branch is accepted as a whole: its batches refer to one another.
fn accept_branch(applier: &Applier<'_>, tx: &mut dyn Tx, item: &Item) -> Result<()> {
    decide_branch(tx, item, Decision::Accepted)?;
    for one in of_branch(tx, item)? {
        applier.reconsider(tx, one)?;
    }
    Ok(())
}

fn decide_branch(tx: &mut dyn Tx, item: &Item, decision: Decision) -> Result<()> {
    let known = tx.branches(item.stream)?.into_iter().find(|branch| branch.branch == item.branch);
    let start = known.map_or(item.first_seq, |branch| branch.start);
    tx.put_branch(item.stream, &Branch { branch: item.branch, start, decision })
}

fn of_branch(tx: &mut dyn Tx, item: &Item) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    for status in [ItemStatus::Held, ItemStatus::Rejected] {
        let mut after = 0;
        loop {
            let query = ItemQuery {
                after,
                limit: PAGE,
                stream: Some(item.stream),
                status: Some(status),
                ..ItemQuery::default()
            };
            let page = tx.items(&query)?;
            let Some(last) = page.last() else { break };
            after = last.no;
            let of_branch = |one: &Item| one.branch == item.branch && one.reason == Some(HeldReason::Fork);
            items.extend(page.into_iter().filter(of_branch));
        }
    }
    items.sort_by_key(|one| one.number);
    for one in &mut items {
        one.decision = Decision::None;
        one.status = ItemStatus::Held;
    }
    Ok(items)
}

/// Both contents count: the later one as a branch of its own.
fn accept_conflict(applier: &Applier<'_>, tx: &mut dyn Tx, mut item: Item) -> Result<()> {
    let last = tx.branches(item.stream)?.last().map_or(0, |branch| branch.branch);
    item.branch = last + 1;
    let branch = Branch { branch: item.branch, start: item.first_seq, decision: Decision::Accepted };
    tx.put_branch(item.stream, &branch)?;
    accept_item(applier, tx, item)
}

/// Rejects a held item (positive) or device (negative): it stays stored and is never counted. Of a
/// device whose claim to another's place is rejected, what it wrote itself still counts.
pub(crate) fn reject(core: &Arc<Core>, id: i64) -> Result<()> {
    if core.read(|reads| open_claim(reads, id))?.is_some() {
        core.write(move |_, tx| match open_claim(tx, id)? {
            Some(device) => claims::decide(tx, &device, false),
            None => Ok(()),
        })?;
        return rebuild(core).map(|_| ());
    }
    if id < 0 {
        let device = core.read(|reads| held_device(reads, id))?;
        return revoke(core, DeviceId::from_bytes(device.id));
    }
    core.write(move |_, tx| {
        let item = held_item(tx, id)?;
        let items = if item.reason == Some(HeldReason::Fork) {
            decide_branch(tx, &item, Decision::Rejected)?;
            of_branch(tx, &item)?
        } else {
            vec![item]
        };
        for mut one in items {
            one.decision = Decision::Rejected;
            one.status = ItemStatus::Rejected;
            tx.update_item(&one)?;
        }
        Ok(())
    })
}

/// Revokes a device; what the hub has of it is named and stays.
pub(crate) fn revoke(core: &Arc<Core>, device: DeviceId) -> Result<()> {
    let id = fieldcore::uuid_v7(core.around.now_ms(), core.around.random()?);
    core.write(move |applier, tx| {
        let mut row = tx.device(DeviceBy::Id(device.as_bytes()))?.ok_or_else(|| unknown("this device"))?;
        let Some(device_key) = row.key else { return Err(unknown("this device's key")) };
        if row.state == DeviceState::Revoked {
            // What the first revocation named stands: what came since is what it holds.
            return Ok(());
        }
        let mut list = dispatches::revocations(tx)?;
        list.devices.retain(|one| one.device_key != device_key);
        list.devices.push(RevokedDevice { device_key, digests: digests_of(tx, &row)? });
        list.version += 1;
        let payload = fitting(&mut list)?;
        row.state = DeviceState::Revoked;
        row.reason = Some(HeldReason::Revoked);
        tx.put_device(&row)?;
        dispatches::publish(tx, id, DispatchKind::Revocations, list.version, payload, true, applier.now_ms)
    })
}

/// What the hub had of a device: everything of one that was accepted; of one that never was, only
/// what a person had accepted by itself.
fn digests_of(tx: &dyn Tx, device: &Device) -> Result<Vec<[u8; 32]>> {
    let accepted = matches!(device.state, DeviceState::Active | DeviceState::Closed);
    let (mut after, mut out) = (0, Vec::new());
    loop {
        let page = tx.items(&ItemQuery { after, limit: PAGE, uploader: Some(device.no), ..ItemQuery::default() })?;
        let Some(last) = page.last() else { return Ok(out) };
        after = last.no;
        let had = |item: &&Item| accepted || item.status == ItemStatus::Opened;
        out.extend(page.iter().filter(had).map(|item| item.digest));
    }
}

/// The list's bytes. One too large for a dispatch forgets the oldest batches of the device with
/// the most: the hub itself knows what it has without the list.
fn fitting(list: &mut Revocations) -> Result<Vec<u8>> {
    loop {
        let payload = list.to_bytes()?;
        if payload.len() + 1024 <= ITEM_BYTES_MAX {
            return Ok(payload);
        }
        let most = list.devices.iter_mut().max_by_key(|one| one.digests.len());
        match most.filter(|one| !one.digests.is_empty()) {
            Some(one) => {
                let half = one.digests.len().div_ceil(2);
                one.digests.drain(..half);
            }
            None => return Err(Error::refused("revoking", "the list of revoked devices is full")),
        }
    }
}

/// Closes a device: it is written off, or has handed in everything. What it sends still counts.
pub(crate) fn close(core: &Arc<Core>, device: DeviceId) -> Result<()> {
    core.write(move |_, tx| {
        let mut row = tx.device(DeviceBy::Id(device.as_bytes()))?.ok_or_else(|| unknown("this device"))?;
        if row.state != DeviceState::Active {
            return Err(Error::refused("closing the device", format!("it is {}", row.state.as_str())));
        }
        row.state = DeviceState::Closed;
        tx.put_device(&row)?;
        Ok(())
    })
}

/// Asks a device for everything of its epoch again that the hub does not have.
pub(crate) fn ask_for_gaps(core: &Arc<Core>, device: DeviceId) -> Result<u64> {
    core.write(move |applier, tx| {
        let row = tx.device(DeviceBy::Id(device.as_bytes()))?.ok_or_else(|| unknown("this device"))?;
        let mut asked = 0;
        for stream in tx.streams(row.no)? {
            let gaps = tx.gaps(stream.no)?;
            asked += gaps.iter().map(|(first, last)| last - first + 1).sum::<u64>();
            dispatches::ask_for_ranges(tx, row.no, &stream, &gaps, ReissueReason::Restored, applier.now_ms)?;
        }
        Ok(asked)
    })
}
