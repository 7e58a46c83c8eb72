//! What devices that nobody has accepted, or that were revoked, may store: an end to each, so that
//! a stranger who makes up keys cannot fill the disk, nor make the writer look through it.

use fieldcore::wire::{HeldReason, Refusal};

use super::verify::Arrived;
use crate::error::Result;
use crate::limits::{
    DEVICE_ENROLMENTS_MAX, KEPT_BYTES_MAX, KEPT_ITEMS_MAX, REVOKED_BYTES_MAX, REVOKED_ITEMS_MAX, STRANGER_BYTES_MAX,
    STRANGER_ITEMS_MAX, STRANGERS_BYTES_MAX, STRANGERS_ENROLMENTS_MAX, STRANGERS_ITEMS_MAX,
};
use crate::store::Tx;
use crate::store::rows::{Device, DeviceState};

/// The refusal of an item that its device may not store any more; asked before anything of the
/// device is written.
pub(super) fn over(tx: &mut dyn Tx, uploader: Option<&Device>, arrived: &Arrived) -> Result<Option<Refusal>> {
    let stock = uploader.map(|device| tx.device_stock(device.no)).transpose()?.unwrap_or_default();
    let more = arrived.body.len() as u64;
    match uploader.map_or(DeviceState::Unknown, |device| device.state) {
        DeviceState::Active | DeviceState::Closed => Ok(None),
        DeviceState::Revoked => {
            let over = stock.held_bytes + more > REVOKED_BYTES_MAX || stock.held >= REVOKED_ITEMS_MAX;
            Ok(over.then(|| {
                let what = "a revoked device has used up what it may store here for a decision";
                refusal(arrived.item_digest, what, "decide at the hub about what is held; the data stays on the device")
            }))
        }
        DeviceState::Unknown | DeviceState::Held => {
            let own = stock.held_bytes + more > STRANGER_BYTES_MAX || stock.held >= STRANGER_ITEMS_MAX;
            if !own {
                let all = tx.strangers_stock()?;
                if all.held_bytes + more <= STRANGERS_BYTES_MAX && all.held < STRANGERS_ITEMS_MAX {
                    return Ok(None);
                }
            }
            let what = "a device whose enrolment is not accepted has used up what it may store here";
            let next = "bring the device's enrolment, or have it accepted at the hub; the data stays on the device";
            Ok(Some(refusal(arrived.item_digest, what, next)))
        }
    }
}

/// The refusal of one more enrolment of a device that has sent `sent` already.
pub(crate) fn enrolments(tx: &mut dyn Tx, digest: &[u8; 32], sent: usize, held: bool) -> Result<Option<Refusal>> {
    let over = sent >= DEVICE_ENROLMENTS_MAX || held && tx.held_enrolments()? >= STRANGERS_ENROLMENTS_MAX;
    Ok(over.then(|| {
        let what = "as many enrolments as this hub keeps without a decision wait here already";
        refusal(*digest, what, "accept or reject held devices at the hub; what was recorded stays on the device")
    }))
}

/// Whether one more item of an unknown kind or format is kept.
pub(super) fn may_keep(tx: &mut dyn Tx, bytes: usize) -> Result<bool> {
    let (items, kept) = tx.kept_stock()?;
    Ok(items < KEPT_ITEMS_MAX && kept + bytes as u64 <= KEPT_BYTES_MAX)
}

fn refusal(digest: [u8; 32], what: &str, next: &str) -> Refusal {
    Refusal { digest, code: HeldReason::Quota.as_str().to_owned(), what: what.to_owned(), next: next.to_owned() }
}
