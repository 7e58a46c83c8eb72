//! Checks everything that is stored: signatures, receipts, gaps, and the tables of the reports
//! against the bytes they were made from.

use std::sync::Arc;

use fieldcore::wire::{
    Batch, DispatchKind, HeldReason, KeySet, ProfileText, ReceiptItem, Salvage, SignedEnrolment, SignedReceipt,
};
use fieldcore::{DeviceId, Profile};

use crate::core::Core;
use crate::error::{Error, Result};
use crate::ingest::open::{item_bytes, parties, read_item};
use crate::ingest::{counted_of, verify::Checker};
use crate::keys::KeyRing;
use crate::project::Projector;
use crate::receipts::status_of;
use crate::reports::held;
use crate::reports::model::Verification;
use crate::setup;
use crate::store::rows::{Item, ItemKind, ItemQuery, ItemStatus, KeptRow};
use crate::store::{Reads, Store};

const PAGE: u32 = 200;
/// Differences between tables that are told; more of the same say no more.
const DIFFERENCES_TOLD: usize = 20;

/// Checks the whole store.
pub(crate) fn verify(core: &Arc<Core>) -> Result<Verification> {
    let ring = core.ring()?;
    let scratch = core.store.scratch()?;
    let mut out = core.read(|reads| {
        let mut out = Verification::default();
        out.faults.extend(reads.check()?);
        check_keys(reads, &ring, &mut out)?;
        check_enrolments(reads, &mut out)?;
        copy_basis(reads, scratch.as_ref())?;
        let key_away = check_items(core, &ring, reads, scratch.as_ref(), &mut out)?;
        check_receipts(reads, &ring, &mut out)?;
        for device in reads.devices()? {
            out.gaps.extend(held::gaps(reads, &device)?);
        }
        if key_away == 0 {
            let whole = reads.erased_rounds()?.is_empty();
            compare_tables(reads, scratch.as_ref(), whole, &mut out)?;
        }
        Ok(out)
    })?;
    out.ok = out.faults.is_empty();
    Ok(out)
}

fn check_keys(reads: &dyn Reads, ring: &KeyRing, out: &mut Verification) -> Result<()> {
    let roots = setup::roots(reads)?;
    if let Err(error) = ring.set.verify(&roots) {
        out.faults.push(format!("the key set: {error}"));
    }
    if ring.receipt_id().is_none() {
        out.faults.push("no receipt key is at hand: put it back or run `keys rotate`".to_owned());
    }
    let newest = ring.set.newest(fieldcore::wire::Purpose::Seal).map(fieldcore::wire::Certificate::id);
    if newest.is_none_or(|id| !ring.seal_ids().contains(&id)) {
        out.faults.push("the seal key in force is not at hand: batches are held until it is put back".to_owned());
    }
    if let Some(row) = reads.dispatch(DispatchKind::Profile.code(), true)? {
        let text = String::from_utf8(ProfileText::parse(&row.payload)?.text).unwrap_or_default();
        if let Err(error) = Profile::parse(&text) {
            out.faults.push(format!("the profile in force: {error}"));
        }
    }
    Ok(())
}

fn check_enrolments(reads: &dyn Reads, out: &mut Verification) -> Result<()> {
    for row in reads.enrolments(None)? {
        match SignedEnrolment::parse(&row.bytes).and_then(|signed| signed.verify()) {
            Ok(_) => out.signatures += 1,
            Err(error) => out.faults.push(format!("an enrolment of device number {}: {error}", row.device)),
        }
    }
    Ok(())
}

/// Devices, epochs and branches are not derived; the scratch store takes them over, so that its
/// numbers are the same.
fn copy_basis(reads: &dyn Reads, scratch: &dyn Store) -> Result<()> {
    let devices = reads.devices()?;
    let mut streams = Vec::new();
    for device in &devices {
        streams.extend(reads.streams(device.no)?);
    }
    streams.sort_by_key(|stream| stream.no);
    scratch.write(&mut |tx| {
        for device in &devices {
            tx.put_device(device)?;
        }
        for stream in &streams {
            if tx.ensure_stream(stream.device, stream.epoch)? != stream.no {
                return Err(Error::Damaged { what: "numbers of epochs are missing".to_owned() });
            }
            for branch in reads.branches(stream.no)? {
                tx.put_branch(stream.no, &branch)?;
            }
        }
        for stream in &streams {
            if let Some(of) = stream.clone_of {
                tx.set_clone(stream.no, of)?;
            }
        }
        Ok(())
    })
}

fn check_items(
    core: &Arc<Core>,
    ring: &KeyRing,
    reads: &dyn Reads,
    scratch: &dyn Store,
    out: &mut Verification,
) -> Result<u64> {
    let checker = core.checker(ring);
    let (mut after, mut key_away) = (0, 0);
    loop {
        let page = reads.items(&ItemQuery { after, limit: PAGE, ..ItemQuery::default() })?;
        let Some(last) = page.last() else { return Ok(key_away) };
        after = last.no;
        scratch.write(&mut |tx| {
            for item in &page {
                check_signature(reads, item, out)?;
                key_away += u64::from(!derive(core, &checker, reads, item, tx, out)?);
            }
            Ok(())
        })?;
    }
}

fn check_signature(reads: &dyn Reads, item: &Item, out: &mut Verification) -> Result<()> {
    let Some(body) = reads.body(item.no)? else {
        out.unreadable += 1;
        return Ok(());
    };
    let bytes = item_bytes(item, body)?;
    let found = match item.kind {
        ItemKind::Batch => Batch::parse(&bytes).and_then(|batch| batch.verify().map(|()| batch.digest())),
        ItemKind::Salvage => Salvage::parse(&bytes).and_then(|one| one.verify_uploader().map(|()| one.digest())),
        ItemKind::Opaque => Batch::outline(&bytes).map(|outline| outline.digest),
    };
    match found {
        Ok(digest) if digest == item.digest => out.signatures += 1,
        Ok(_) => out.faults.push(format!("item {}: its digest is not that of its bytes", item.no)),
        Err(error) => out.faults.push(format!("item {}: {error}", item.no)),
    }
    Ok(())
}

/// Derives an item's rows again; whether the keys at hand sufficed.
fn derive(
    core: &Core,
    checker: &Checker<'_>,
    reads: &dyn Reads,
    item: &Item,
    tx: &mut dyn crate::store::Tx,
    out: &mut Verification,
) -> Result<bool> {
    if item.counted == 0 {
        return Ok(true);
    }
    let opened = match read_item(reads, checker, item)? {
        Some(Ok(opened)) => opened,
        // Erased; that was noted with its signature.
        None => return Ok(true),
        Some(Err(_)) => {
            out.unreadable += 1;
            return Ok(false);
        }
    };
    let counted = counted_of(reads, item, &opened)?;
    for one in &counted {
        let at = crate::store::rows::At { stream: item.stream, branch: item.branch, seq: one.record.at.seq };
        if reads.record(at)?.is_none_or(|row| row.print != one.print && row.print != 0) {
            out.faults.push(format!("item {}: record {} differs from its de-duplication key", item.no, at.seq));
        }
    }
    out.records += counted.len() as u64;
    if !item.projected {
        return Ok(true);
    }
    let (_, owner) = parties(reads, item)?;
    let stream = reads.stream(item.stream)?.ok_or_else(|| Error::Damaged { what: "an epoch".to_owned() })?;
    let mut projector = Projector::new(tx, owner, stream, item.branch, core.around.now_ms(), false);
    for one in counted {
        projector.apply(&one.record, one.person)?;
    }
    projector.finish()?;
    Ok(true)
}

fn check_receipts(reads: &dyn Reads, ring: &KeyRing, out: &mut Verification) -> Result<()> {
    // A receipt by a key that was revoked since was good when it was given.
    let mut set = ring.set.clone();
    set.revoked.clear();
    let mut after = 0;
    loop {
        let page = reads.receipts(after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.serial;
        for row in &page {
            match check_receipt(reads, &set, row.item, &row.bytes) {
                Ok(()) => out.receipts += 1,
                Err(error) => out.faults.push(format!("receipt {}: {error}", row.serial)),
            }
        }
    }
    let mut after = 0;
    loop {
        let page = reads.items(&ItemQuery { after, limit: PAGE, ..ItemQuery::default() })?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.no;
        for item in &page {
            let receipt = reads.receipt(item.no)?;
            let agrees = receipt.as_ref().is_some_and(|row| row.opened == (item.status == ItemStatus::Opened));
            if !agrees {
                out.faults.push(format!("item {}: its receipt does not say what it is", item.no));
            }
        }
    }
}

fn check_receipt(reads: &dyn Reads, set: &KeySet, item: i64, bytes: &[u8]) -> Result<()> {
    let receipt = SignedReceipt::parse(bytes)?.verify(set)?;
    let item = reads.item(item)?.ok_or_else(|| Error::Damaged { what: "its item is missing".to_owned() })?;
    let kind = if item.kind == ItemKind::Salvage { ReceiptItem::Salvage } else { ReceiptItem::Batch };
    let uploader = parties(reads, &item)?.0;
    let same = receipt.digest == item.digest
        && receipt.number == item.number
        && receipt.item == kind
        && Some(receipt.device_key) == uploader.key;
    let opened = receipt.status == fieldcore::wire::ReceiptStatus::Opened;
    if !same || opened && status_of(&item) != receipt.status {
        let device = DeviceId::from_bytes(uploader.id);
        return Err(Error::Damaged { what: format!("it names another item than that of {device}") });
    }
    Ok(())
}

/// Whether a line of a derived table is compared. Where a round was erased, acts of other rounds upon its
/// people and tubes may have left placeholders: people, who they are and their counts are compared.
fn is_compared(line: &str, whole: bool) -> bool {
    let mut words = line.split(' ');
    match words.next() {
        Some("tallies" | "persons" | "duplicates") => true,
        Some("subjects") => whole || words.nth(3) == Some("1"),
        _ => whole,
    }
}

/// Compares the derived tables line by line.
fn compare_tables(reads: &dyn Reads, scratch: &dyn Store, whole: bool, out: &mut Verification) -> Result<()> {
    // Lines are in the order of their keys on both sides, so one pass over sorted hashes would do;
    // a sum over both tells equality, and only a difference costs the lists.
    let here = sum(reads, whole)?;
    let mut there = (0, 0);
    scratch.read(&mut |other| {
        there = sum(other, whole)?;
        Ok(())
    })?;
    if here == there {
        return Ok(());
    }
    let (mut mine, mut derived) = (Vec::new(), Vec::new());
    reads.dump(&mut |line| push(&mut mine, line, whole))?;
    scratch.read(&mut |other| other.dump(&mut |line| push(&mut derived, line, whole)))?;
    let mut told = 0;
    for (side, lines, others) in [("kept", &mine, &derived), ("derived", &derived, &mine)] {
        let others: std::collections::BTreeSet<&String> = others.iter().collect();
        for line in lines.iter().filter(|line| !others.contains(line)) {
            told += 1;
            if told <= DIFFERENCES_TOLD {
                let table = line.split(' ').next().unwrap_or_default();
                out.faults.push(format!("a row of {table} is only in the {side} tables; run `rebuild`"));
            }
        }
    }
    if told == 0 {
        out.faults.push("the derived tables differ; run `rebuild`".to_owned());
    }
    Ok(())
}

fn push(lines: &mut Vec<String>, line: String, whole: bool) -> Result<()> {
    if is_compared(&line, whole) {
        lines.push(line);
    }
    Ok(())
}

/// The number of lines and a sum over their hashes that does not depend on their order.
fn sum(reads: &dyn Reads, whole: bool) -> Result<(u64, u128)> {
    let (mut lines, mut sum) = (0u64, 0u128);
    reads.dump(&mut |line| {
        if !is_compared(&line, whole) {
            return Ok(());
        }
        let digest = fieldcore::crypto::sha256(&[line.as_bytes()]);
        let (head, _) = digest.split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
        lines += 1;
        sum = sum.wrapping_add(u128::from_be_bytes(*head));
        Ok(())
    })?;
    Ok((lines, sum))
}

/// Derives the tables of the reports again from the stored bytes; how many items were read.
pub(crate) fn rebuild(core: &Arc<Core>) -> Result<u64> {
    core.write(|_, tx| tx.clear_projection())?;
    catch_up(core)
}

/// Projects whatever waits; how many items were looked at.
pub(crate) fn catch_up(core: &Arc<Core>) -> Result<u64> {
    let (mut after, mut rounds) = (0, 0);
    while let Some(last) = core.write(move |applier, tx| applier.catch_up(tx, None, after))? {
        after = last;
        rounds += 1;
    }
    Ok(rounds)
}

/// Judges every held item again, because a key was put back or this version knows more.
pub(crate) fn reconsider(core: &Arc<Core>) -> Result<u64> {
    core.reload_ring()?;
    let (mut after, mut opened, mut learnt) = (0, 0, false);
    loop {
        let (last, count, kinds) = core.write(move |applier, tx| {
            let query = ItemQuery { after, limit: PAGE, status: Some(ItemStatus::Held), ..ItemQuery::default() };
            let page = tx.items(&query)?;
            let last = page.last().map(|item| item.no);
            let (mut count, mut kinds) = (0, false);
            for item in page {
                let unknown_kind = item.reason == Some(HeldReason::UnknownKind);
                let now_open = applier.reconsider_anew(tx, item.no)?;
                count += u64::from(now_open);
                kinds |= now_open && unknown_kind;
            }
            Ok((last, count, kinds))
        })?;
        opened += count;
        learnt |= kinds;
        match last {
            Some(last) => after = last,
            None => break,
        }
    }
    if learnt {
        // Their records are counted already, but what they say is in no table yet.
        rebuild(core)?;
    }
    Ok(opened)
}

/// Takes what an older version kept as it was, now that this one may know it.
pub(crate) fn take_kept(core: &Arc<Core>) -> Result<u64> {
    let kept = core.read(|reads: &dyn Reads| reads.kept())?;
    let mut taken = 0;
    for KeptRow { digest, kind, .. } in kept {
        let Some(bytes) = core.read(|reads: &dyn Reads| reads.kept_item(&digest))? else { continue };
        let item = match kind {
            1 => fieldcore::wire::Item::Enrolment(bytes),
            3 => fieldcore::wire::Item::Salvage(bytes),
            kind => fieldcore::wire::Item::Unknown { kind, bytes },
        };
        let ring = core.ring()?;
        if matches!(core.checker(&ring).check(item.clone()), crate::ingest::verify::Checked::Keep { .. }) {
            continue;
        }
        let bundle = fieldcore::wire::Bundle::write(&[item])?;
        crate::ingest::ingest(core, &bundle, crate::ingest::Via::Store)?;
        core.write(move |_, tx| tx.drop_kept(&digest))?;
        taken += 1;
    }
    Ok(taken)
}
