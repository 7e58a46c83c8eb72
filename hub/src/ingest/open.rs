//! Stored items again: read from their bytes, and judged again when something changed.

use fieldcore::pack::{self, Blob, Fixed};
use fieldcore::wire::{Batch, HeldReason, Salvage};

use super::apply::Applier;
use super::verify::{Checker, Opened};
use crate::error::{Error, Result};
use crate::project::{Projector, is_self_contained};
use crate::receipts;
use crate::store::rows::{At, Device, Item, ItemKind, ItemQuery, ItemStatus};
use crate::store::{CoreReads, DeviceBy, Tx};

/// Items judged again in one transaction, at the most.
const RECONSIDER_MAX: u32 = 512;
/// Items projected again in one transaction: a quarter of a second, so that phones do not wait.
const CATCH_UP_MAX: u32 = 128;

/// The bytes of an item as it arrived.
pub(crate) fn item_bytes(item: &Item, body: Vec<u8>) -> Result<Vec<u8>> {
    match item.kind {
        ItemKind::Opaque => Ok(body),
        _ => Ok(pack::encode(&(Blob(item.header.clone()), Blob(body), Fixed(item.signature)))?),
    }
}

/// What is in a stored item; why it cannot be read, if it cannot. `None` if its body was erased.
pub(crate) fn read_item(
    reads: &(impl CoreReads + ?Sized),
    checker: &Checker<'_>,
    item: &Item,
) -> Result<Option<Result<Opened, HeldReason>>> {
    let Some(body) = reads.body(item.no)? else { return Ok(None) };
    let bytes = item_bytes(item, body)?;
    let kept = item.data_key.as_ref().and_then(|kept| checker.ring.data_key(&item.digest, kept).ok());
    let damaged = |_| Error::Damaged { what: format!("item {} does not parse any more", item.no) };
    let opened = match (item.kind, kept) {
        (ItemKind::Opaque, _) => Err(HeldReason::UnknownFormat),
        (ItemKind::Batch, kept) => {
            let batch = Batch::parse(&bytes).map_err(damaged)?;
            match kept {
                Some(key) => checker.open_batch_with(&batch, key),
                None => checker.open_batch(&batch),
            }
        }
        (ItemKind::Salvage, kept) => {
            let salvage = Salvage::parse(&bytes).map_err(damaged)?;
            match kept {
                Some(key) => checker.open_salvage_with(&salvage, key),
                None => checker.open_salvage(&salvage),
            }
        }
    };
    Ok(Some(opened))
}

/// The devices that sent an item and whose records it holds.
pub(crate) fn parties(tx: &(impl CoreReads + ?Sized), item: &Item) -> Result<(Device, Device)> {
    let damaged = || Error::Damaged { what: format!("a device of item {} is not there", item.no) };
    let uploader = tx.device(DeviceBy::No(item.uploader))?.ok_or_else(damaged)?;
    let stream = tx.stream(item.stream)?.ok_or_else(damaged)?;
    let owner = tx.device(DeviceBy::No(stream.device))?.ok_or_else(damaged)?;
    Ok((uploader, owner))
}

impl Applier<'_> {
    /// Judges a held item again; a receipt is issued when it was opened by that.
    pub(crate) fn reconsider(&self, tx: &mut dyn Tx, mut item: Item) -> Result<bool> {
        if !matches!(item.status, ItemStatus::Held | ItemStatus::Rejected) {
            return Ok(false);
        }
        let (uploader, owner) = parties(tx, &item)?;
        let Some(opened) = read_item(tx, &self.checker, &item)? else { return Ok(false) };
        if let Ok(opened) = &opened {
            item.unknown = opened.unknown();
            if item.data_key.is_none() {
                let kept = self.ring().keep_data_key(&item.digest, &opened.data_key, self.around)?;
                item.data_key = Some(kept);
            }
        }
        self.settle(tx, &mut item, &uploader, &owner, opened.as_ref())?;
        if item.status != ItemStatus::Opened {
            return Ok(false);
        }
        receipts::in_force(tx, self.ring(), self.checker.campaign, &item, self.now_ms)?;
        if item.first_seq == 1 {
            self.epoch_began(tx, &item)?;
        }
        Ok(true)
    }

    /// Judges again what `which` picks of the held items; how many were opened.
    pub(crate) fn reconsider_all(
        &self,
        tx: &mut dyn Tx,
        query: &ItemQuery,
        which: impl Fn(&Item) -> bool,
    ) -> Result<u64> {
        let query = ItemQuery { status: Some(ItemStatus::Held), limit: RECONSIDER_MAX, ..*query };
        let mut opened = 0;
        for item in tx.items(&query)?.into_iter().filter(which) {
            opened += u64::from(self.reconsider_anew(tx, item.no)?);
        }
        Ok(opened)
    }

    /// Judges a held item again as it is now: judging another one may have opened it meanwhile.
    pub(crate) fn reconsider_anew(&self, tx: &mut dyn Tx, item: i64) -> Result<bool> {
        tx.item(item)?.map_or(Ok(false), |item| self.reconsider(tx, item))
    }

    /// An epoch's first record has come: what waited for it is projected, and rows that this
    /// device sent for the one whose place it took are judged again.
    pub(crate) fn epoch_began(&self, tx: &mut dyn Tx, item: &Item) -> Result<()> {
        let mut after = 0;
        while let Some(last) = self.catch_up(tx, Some(item.stream), after)? {
            after = last;
        }
        let of_device = ItemQuery { uploader: Some(item.uploader), ..ItemQuery::default() };
        self.reconsider_all(tx, &of_device, |held| held.reason == Some(HeldReason::ForeignRows))?;
        Ok(())
    }

    /// Projects items that are counted but not in the tables yet, from the item after `after` on;
    /// the number of the last one looked at, `None` when there is no more. What cannot be read
    /// now, or acts on what an epoch's first record has still to name, keeps waiting and shows as lag.
    pub(crate) fn catch_up(&self, tx: &mut dyn Tx, stream: Option<i64>, after: i64) -> Result<Option<i64>> {
        let query = ItemQuery { after, limit: CATCH_UP_MAX, lag_only: true, stream, ..ItemQuery::default() };
        let mut last = None;
        for item in tx.items(&query)? {
            last = Some(item.no);
            self.project_again(tx, item)?;
        }
        Ok(last)
    }

    fn project_again(&self, tx: &mut dyn Tx, mut item: Item) -> Result<()> {
        let (_, owner) = parties(tx, &item)?;
        let stream = tx.stream(item.stream)?.ok_or_else(|| Error::Damaged { what: "an epoch".to_owned() })?;
        match read_item(tx, &self.checker, &item)? {
            Some(Err(_)) => return Ok(()),
            None => {}
            Some(Ok(opened)) => {
                let counted = super::counted_of(tx, &item, &opened)?;
                let began = tx.record(At { stream: item.stream, branch: 0, seq: 1 })?.is_some();
                if !began && !is_self_contained(counted.iter().map(|one| &one.record)) {
                    return Ok(());
                }
                let mut projector = Projector::new(tx, owner, stream, item.branch, self.now_ms, true);
                for one in counted {
                    projector.apply(&one.record, one.person)?;
                }
                item.shift = projector.finish()?.or(item.shift);
            }
        }
        item.projected = true;
        tx.update_item(&item)
    }
}
