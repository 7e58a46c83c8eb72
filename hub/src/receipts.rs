//! Receipts: signed once for each state of an item, stored, and given out the same ever after.

use fieldcore::Epoch;
use fieldcore::wire::{HeldReason, Receipt, ReceiptItem, ReceiptStatus, SignedReceipt};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::keys::KeyRing;
use crate::store::rows::{Item, ItemKind, ItemStatus, ReceiptRow};
use crate::store::{DeviceBy, Tx};

/// Where the serial numbers are counted.
pub(crate) const SERIAL: &str = "receipt_serial";

/// What the receipt in force must say of an item.
pub(crate) fn status_of(item: &Item) -> ReceiptStatus {
    match (item.status, item.reason) {
        (ItemStatus::Opened, _) => ReceiptStatus::Opened,
        (_, Some(reason)) => ReceiptStatus::Held(reason),
        (_, None) => ReceiptStatus::Held(HeldReason::NotOpenable),
    }
}

/// Signs and stores a receipt that says what the item is now; answers its bytes.
pub(crate) fn issue(tx: &mut dyn Tx, ring: &KeyRing, campaign: Uuid, item: &Item, now_ms: i64) -> Result<Vec<u8>> {
    let damaged = |what: &str| Error::Damaged { what: format!("{what} of item {} is not there", item.no) };
    let uploader = tx.device(DeviceBy::No(item.uploader))?.ok_or_else(|| damaged("the device"))?;
    let stream = tx.stream(item.stream)?.ok_or_else(|| damaged("the epoch"))?;
    let serial = tx.count_up(SERIAL, 1)?;
    let receipt = Receipt {
        campaign,
        device_key: uploader.key.ok_or_else(|| damaged("the device's key"))?,
        epoch: Epoch::from_u64(stream.epoch).ok_or_else(|| damaged("the epoch"))?,
        number: item.number,
        digest: item.digest,
        status: status_of(item),
        item: if item.kind == ItemKind::Salvage { ReceiptItem::Salvage } else { ReceiptItem::Batch },
        hub_ms: now_ms,
        serial,
        log_index: None,
    };
    let bytes = ring.sign(&receipt)?.to_bytes()?;
    let opened = receipt.status == ReceiptStatus::Opened;
    tx.add_receipt(&ReceiptRow { serial, item: item.no, opened, bytes: bytes.clone() })?;
    Ok(bytes)
}

/// The receipt in force, signed anew only if the item's state changed since, or if the key that
/// signed it was revoked, so that no device takes it any more.
pub(crate) fn in_force(tx: &mut dyn Tx, ring: &KeyRing, campaign: Uuid, item: &Item, now_ms: i64) -> Result<Vec<u8>> {
    match tx.receipt(item.no)? {
        Some(row) if (row.opened || item.status != ItemStatus::Opened) && !by_revoked(ring, &row.bytes)? => {
            Ok(row.bytes)
        }
        _ => issue(tx, ring, campaign, item, now_ms),
    }
}

fn by_revoked(ring: &KeyRing, bytes: &[u8]) -> Result<bool> {
    Ok(!ring.set.revoked.is_empty() && ring.set.revoked.contains(&SignedReceipt::parse(bytes)?.key))
}
