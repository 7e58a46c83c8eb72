//! One batch or salvage in the transaction: stored, judged, counted, receipted.

use std::collections::{HashMap, HashSet};

use fieldcore::DeviceId;
use fieldcore::wire::{AnchorKind, HeldReason, Refusal, ReissueReason};

use super::verify::{Arrived, Checker, Opened, Prepared};
use super::{fork, quota};
use crate::dispatches;
use crate::error::{Error, Result};
use crate::keys::KeyRing;
use crate::project::claims::{self, Sign, Standing};
use crate::project::{Projector, is_self_contained};
use crate::receipts;
use crate::store::rows::{
    AnchorRow, At, Branch, Decision, Device, DeviceState, Item, ItemKind, ItemQuery, ItemStatus, RecordRow, Stream,
};
use crate::store::{DeviceBy, Tx};
use crate::surroundings::Surroundings;

/// What applying needs beside the transaction.
#[derive(Clone, Copy)]
pub(crate) struct Applier<'a> {
    pub(crate) checker: Checker<'a>,
    pub(crate) around: &'a Surroundings,
    pub(crate) now_ms: i64,
}

/// What an item came to.
pub(crate) enum Answer {
    /// Stored; the receipt in force.
    Receipt(Vec<u8>),
    /// Not stored.
    Refusal(Refusal),
}

/// How counting went.
struct Counted {
    new: u32,
    conflicts: u32,
    projected: bool,
    shift: Option<At>,
}

impl Applier<'_> {
    pub(crate) const fn ring(&self) -> &KeyRing {
        self.checker.ring
    }

    /// Stores an item that arrived, or finds that it is there.
    pub(crate) fn arrived(&self, tx: &mut dyn Tx, arrived: &Arrived) -> Result<Answer> {
        if let Some(item) = tx.item_by_digest(&arrived.digest)? {
            return Ok(Answer::Receipt(receipts::in_force(
                tx,
                self.ring(),
                self.checker.campaign,
                &item,
                self.now_ms,
            )?));
        }
        let known = tx.device(DeviceBy::Key(&arrived.uploader_key))?;
        if let Some(refusal) = quota::over(tx, known.as_ref(), arrived)? {
            return Ok(Answer::Refusal(refusal));
        }
        let uploader = self.device_of(tx, &arrived.uploader_key)?;
        let owner = if arrived.record_key == arrived.uploader_key {
            uploader.clone()
        } else {
            self.device_of(tx, &arrived.record_key)?
        };
        let stream = tx.ensure_stream(owner.no, arrived.epoch.as_u64())?;
        let branch = fork::branch_of(tx, stream, arrived)?;
        let mut item = self.new_item(arrived, uploader.no, stream, branch)?;
        item.no = tx.add_item(&item, &arrived.body)?;
        if branch > 0 {
            note_branch(tx, stream, branch, arrived)?;
        }
        if item.kind == ItemKind::Batch {
            claims::heard(tx, &uploader, Sign::Wrote(arrived.epoch.as_u64(), arrived.last_seq))?;
        }
        self.settle(tx, &mut item, &uploader, &owner, arrived.opened.as_ref())?;
        let bytes = receipts::issue(tx, self.ring(), self.checker.campaign, &item, self.now_ms)?;
        if arrived.lost_key(self.ring()) && item.reason == Some(HeldReason::NotOpenable) {
            dispatches::ask_again(tx, &item, ReissueReason::KeyLost, self.now_ms)?;
        }
        if item.first_seq == 1 && item.counted > 0 {
            self.epoch_began(tx, &item)?;
        }
        Ok(Answer::Receipt(bytes))
    }

    /// Judges an item that is stored, counts it if it may count, and writes what became of it.
    pub(crate) fn settle(
        &self,
        tx: &mut dyn Tx,
        item: &mut Item,
        uploader: &Device,
        owner: &Device,
        opened: Result<&Opened, &HeldReason>,
    ) -> Result<()> {
        let verdict = self.judge(tx, item, uploader, owner)?;
        let reason = match (verdict, opened) {
            (Some(reason), _) => Some(reason),
            (None, Err(reason)) => Some(*reason),
            (None, Ok(opened)) => self.count(tx, item, owner, opened)?,
        };
        if let Ok(opened) = opened
            && item.shift.is_none()
        {
            item.shift = self.shift_of(tx, item, owner, opened)?;
        }
        item.reason = reason;
        item.status = match reason {
            None => ItemStatus::Opened,
            Some(_) if item.decision == Decision::Rejected => ItemStatus::Rejected,
            Some(_) => ItemStatus::Held,
        };
        tx.update_item(item)?;
        if reason == Some(HeldReason::Undecodable) && uploader.no == owner.no {
            dispatches::ask_again(tx, item, ReissueReason::Undecodable, self.now_ms)?;
        }
        if item.counted > 0 || item.status == ItemStatus::Opened {
            self.supersede(tx, item)?;
        }
        Ok(())
    }

    fn device_of(&self, tx: &mut dyn Tx, key: &[u8; 32]) -> Result<Device> {
        if let Some(device) = tx.device(DeviceBy::Key(key))? {
            return Ok(device);
        }
        let no = tx.ensure_device(DeviceId::of_key(key).as_bytes())?;
        let mut device = tx.device(DeviceBy::No(no))?.ok_or_else(|| Error::Damaged { what: "a device".to_owned() })?;
        device.key = Some(*key);
        device.seen_ms = Some(self.now_ms);
        tx.put_device(&device)?;
        Ok(device)
    }

    fn new_item(&self, arrived: &Arrived, uploader: i64, stream: i64, branch: u32) -> Result<Item> {
        let opened = arrived.opened.as_ref().ok();
        let data_key = opened
            .map(|opened| self.ring().keep_data_key(&arrived.digest, &opened.data_key, self.around))
            .transpose()?;
        Ok(Item {
            no: 0,
            kind: arrived.kind,
            uploader,
            stream,
            number: arrived.number,
            branch,
            digest: arrived.digest,
            previous: arrived.previous,
            first_seq: arrived.first_seq,
            last_seq: arrived.last_seq,
            count: arrived.count,
            status: ItemStatus::Held,
            reason: Some(HeldReason::NotOpenable),
            decision: Decision::None,
            projected: true,
            counted: 0,
            unknown: opened.map_or(0, Opened::unknown),
            arrived_ms: self.now_ms,
            header: arrived.header.clone(),
            signature: arrived.signature,
            data_key,
            shift: None,
            bytes: arrived.body.len() as u64,
        })
    }

    /// Why an item may not count, whatever is in it.
    fn judge(&self, tx: &mut dyn Tx, item: &Item, uploader: &Device, owner: &Device) -> Result<Option<HeldReason>> {
        if item.decision == Decision::Accepted {
            return Ok(None);
        }
        if item.decision == Decision::Rejected {
            return Ok(item.reason.or(Some(HeldReason::Revoked)));
        }
        for device in [uploader, owner] {
            match device.state {
                DeviceState::Unknown => return Ok(Some(HeldReason::NotEnrolled)),
                DeviceState::Held => return Ok(Some(device.reason.unwrap_or(HeldReason::NotEnrolled))),
                DeviceState::Revoked if !device_had(tx, device, item)? => return Ok(Some(HeldReason::Revoked)),
                DeviceState::Revoked | DeviceState::Active | DeviceState::Closed => {}
            }
        }
        if item.kind == ItemKind::Salvage && uploader.no != owner.no {
            let stands = claims::standing(tx, uploader, &owner.id)?;
            if stands.is_none_or(|stands| stands < Standing::Uncontested) {
                return Ok(Some(HeldReason::ForeignRows));
            }
        }
        let decided = fork::decision(tx, item.stream, item.branch)?;
        Ok((decided != Decision::Accepted).then_some(HeldReason::Fork))
    }

    /// The shift of an item none of whose records was projected: they were there already, or it is held.
    fn shift_of(&self, tx: &mut dyn Tx, item: &Item, owner: &Device, opened: &Opened) -> Result<Option<At>> {
        let stream = tx.stream(item.stream)?.ok_or_else(|| Error::Damaged { what: "an epoch".to_owned() })?;
        let mut projector = Projector::new(tx, owner.clone(), stream, item.branch, self.now_ms, false);
        for one in &opened.records {
            projector.note_shift(&one.record)?;
        }
        projector.finish()
    }

    /// Counts the records that are not there yet; why the item is held all the same, if it is.
    fn count(&self, tx: &mut dyn Tx, item: &mut Item, owner: &Device, opened: &Opened) -> Result<Option<HeldReason>> {
        let stream = tx.stream(item.stream)?.ok_or_else(|| Error::Damaged { what: "an epoch".to_owned() })?;
        let counted = self.count_records(tx, item, owner, stream, &opened.records)?;
        if counted.conflicts > 0 {
            return Ok(Some(HeldReason::ContentConflict));
        }
        // An item may be judged again: what it counted then stays counted.
        item.counted += counted.new;
        item.projected &= counted.projected;
        item.shift = counted.shift.or(item.shift);
        let anchors: Vec<AnchorRow> = opened
            .anchors
            .iter()
            .map(|anchor| AnchorRow {
                clock: anchor.clock,
                mono_ms: anchor.mono_ms,
                hub_ms: anchor.hub_ms,
                error_ms: anchor.error_ms,
                two_sided: anchor.kind == AnchorKind::TwoSided,
            })
            .collect();
        tx.add_anchors(owner.no, &anchors)?;
        if opened.failures > 0 && item.decision != Decision::Accepted {
            return Ok(Some(HeldReason::RowsRejected));
        }
        Ok((item.unknown > 0).then_some(HeldReason::UnknownKind))
    }

    fn count_records(
        &self,
        tx: &mut dyn Tx,
        item: &Item,
        owner: &Device,
        stream: Stream,
        records: &[Prepared],
    ) -> Result<Counted> {
        let (Some(first), Some(last)) = (records.first(), records.last()) else {
            return Ok(Counted { new: 0, conflicts: 0, projected: true, shift: None });
        };
        let there = known_records(tx, item.stream, first.record.at.seq, last.record.at.seq)?;
        let mut new = Vec::with_capacity(records.len());
        let mut again = Vec::new();
        let mut conflicts = 0;
        for one in records {
            let seq = one.record.at.seq;
            let own = there.get(&(item.branch, seq));
            let first = there.get(&(0, seq)).filter(|_| item.branch > 0);
            match (own, first) {
                (Some(row), _) if same(row, one) => again.push(*row),
                (Some(_), _) => conflicts += 1,
                (None, Some(row)) if same(row, one) => again.push(*row),
                (None, _) => new.push(one),
            }
        }
        if conflicts > 0 {
            return Ok(Counted { new: 0, conflicts, projected: true, shift: None });
        }
        let rows: Vec<RecordRow> = new
            .iter()
            .map(|one| RecordRow {
                at: At { stream: item.stream, branch: item.branch, seq: one.record.at.seq },
                kind: one.record.body.kind().0,
                item: item.no,
                print: one.print,
            })
            .collect();
        tx.add_records(&rows)?;
        let (moved, unprojected) = self.take_over(tx, &again, item.no)?;
        let counted = new.len() + moved;
        let mut new: Vec<&Prepared> = new;
        new.extend(records.iter().filter(|one| unprojected.contains(&one.record.at.seq)));
        new.sort_by_key(|one| one.record.at.seq);
        let began = there.contains_key(&(0, 1)) || tx.record(At { stream: item.stream, branch: 0, seq: 1 })?.is_some();
        let projected = began || is_self_contained(new.iter().map(|one| &one.record));
        let shift = if projected {
            let mut projector = Projector::new(tx, owner.clone(), stream, item.branch, self.now_ms, true);
            for one in &new {
                projector.apply(&one.record, one.person)?;
            }
            projector.finish()?
        } else {
            None
        };
        Ok(Counted { new: u32::try_from(counted).unwrap_or(u32::MAX), conflicts: 0, projected, shift })
    }

    /// Records whose first item cannot be read any more are read from this one from now on, and
    /// counted by it: how many, and the seqs of those that are in no table yet.
    fn take_over(&self, tx: &mut dyn Tx, again: &[RecordRow], item: i64) -> Result<(usize, HashSet<u64>)> {
        let mut sources: HashMap<i64, Vec<At>> = HashMap::new();
        for row in again.iter().filter(|row| row.print != 0 && row.item != item) {
            sources.entry(row.item).or_default().push(row.at);
        }
        let (mut moved, mut unprojected) = (0, HashSet::new());
        for (no, rows) in sources {
            let Some(mut source) = tx.item(no)? else { continue };
            if !matches!(super::open::read_item(tx, &self.checker, &source)?, Some(Err(_))) {
                continue;
            }
            for at in &rows {
                tx.move_record(*at, item)?;
            }
            if !source.projected {
                unprojected.extend(rows.iter().map(|at| at.seq));
            }
            moved += rows.len();
            source.counted = source.counted.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
            source.projected |= source.counted == 0;
            tx.update_item(&source)?;
        }
        Ok((moved, unprojected))
    }

    /// Items that could not be opened and whose records have all come again need no one's
    /// attention any more.
    fn supersede(&self, tx: &mut dyn Tx, item: &Item) -> Result<()> {
        let query = ItemQuery {
            limit: 1000,
            status: Some(ItemStatus::Held),
            stream: Some(item.stream),
            ..ItemQuery::default()
        };
        for mut held in tx.items(&query)? {
            let unread = matches!(held.reason, Some(HeldReason::NotOpenable | HeldReason::Undecodable));
            let overlaps = held.first_seq <= item.last_seq && item.first_seq <= held.last_seq;
            if !unread || !overlaps || held.no == item.no {
                continue;
            }
            let there = known_records(tx, held.stream, held.first_seq, held.last_seq)?;
            if (held.first_seq..=held.last_seq).all(|seq| there.contains_key(&(0, seq))) {
                held.status = ItemStatus::Superseded;
                tx.update_item(&held)?;
            }
        }
        Ok(())
    }
}

/// A revoked device's items that the hub had are known by digest; none of them comes here again.
/// What was named in the revocation counts.
fn device_had(tx: &mut dyn Tx, device: &Device, item: &Item) -> Result<bool> {
    Ok(dispatches::revocations(tx)?
        .devices
        .iter()
        .any(|one| Some(one.device_key) == device.key && one.digests.contains(&item.digest)))
}

fn same(row: &RecordRow, one: &Prepared) -> bool {
    // An erased round's records have no print; nothing of them is counted again.
    row.print == one.print || row.print == 0
}

fn known_records(tx: &mut dyn Tx, stream: i64, first: u64, last: u64) -> Result<HashMap<(u32, u64), RecordRow>> {
    Ok(tx.records(stream, first, last)?.into_iter().map(|row| ((row.at.branch, row.at.seq), row)).collect())
}

/// Where a branch begins to differ that does not differ yet: beyond every seq.
const NOWHERE: u64 = i64::MAX.cast_unsigned();

/// Writes down where a branch begins to differ: at its first record that branch 0 has otherwise or
/// not at all. A copy seals what both share once more, so its first batches may not differ at all.
fn note_branch(tx: &mut dyn Tx, stream: i64, branch: u32, arrived: &Arrived) -> Result<()> {
    let start = match &arrived.opened {
        Err(_) => arrived.first_seq,
        Ok(opened) => {
            let there = known_records(tx, stream, arrived.first_seq, arrived.last_seq)?;
            let differs = |one: &&Prepared| there.get(&(0, one.record.at.seq)).is_none_or(|row| row.print != one.print);
            opened.records.iter().find(differs).map_or(NOWHERE, |one| one.record.at.seq)
        }
    };
    let known = tx.branches(stream)?.into_iter().find(|one| one.branch == branch);
    let decision = known.map_or(Decision::None, |one| one.decision);
    let start = known.map_or(start, |one| one.start.min(start));
    tx.put_branch(stream, &Branch { branch, start, decision })
}
