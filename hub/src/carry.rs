//! What is for devices, to be carried to them by hand.

use std::sync::Arc;

use fieldcore::DeviceId;
use fieldcore::wire::{DispatchKind, Item};

use crate::core::Core;
use crate::dispatches;
use crate::error::{Error, Result};
use crate::keys::KeyRing;
use crate::limits::{CARRY_DAYS, POLL_ANSWERS_MAX};
use crate::store::rows::{Device, DeviceState, ItemQuery};
use crate::store::{DeviceBy, Reads};

const DAY_MS: i64 = 24 * 3_600_000;
/// Items that are looked at in one view.
const PAGE: u32 = 500;

/// Hands out what is for one device, or for all; how many items.
pub(crate) fn carry(
    core: &Arc<Core>,
    device: Option<DeviceId>,
    each: &mut dyn FnMut(Item) -> Result<()>,
) -> Result<u64> {
    let ring = core.ring()?;
    let devices = core.read(|reads| addressed(reads, device))?;
    let mut count = 0;
    let mut give = |items: Vec<Item>| -> Result<()> {
        count += items.len() as u64;
        items.into_iter().try_for_each(&mut *each)
    };
    // Key set first: the rest is signed under it.
    for kind in [DispatchKind::KeySet, DispatchKind::Profile, DispatchKind::Revocations] {
        if let Some(row) = core.read(|reads| reads.dispatch(kind.code(), true))? {
            give(vec![Item::Dispatch(dispatches::sign_row(core, &ring, &row)?)])?;
        }
    }
    for device in &devices {
        give(core.read(|reads| of_device(core, &ring, reads, device))?)?;
        let mut after = 0;
        while let Some((items, last)) = core.read(|reads| receipts(core, reads, device, after))? {
            after = last;
            give(items)?;
        }
    }
    Ok(count)
}

fn addressed(reads: &dyn Reads, device: Option<DeviceId>) -> Result<Vec<Device>> {
    let known = |device: &Device| device.key.is_some() && device.state != DeviceState::Unknown;
    let Some(id) = device else { return Ok(reads.devices()?.into_iter().filter(known).collect()) };
    let found = reads.device(DeviceBy::Id(id.as_bytes()))?.filter(known);
    let next = "see `devices` for those that are known";
    found.map(|device| vec![device]).ok_or_else(|| Error::Unknown { what: "this device".to_owned(), next })
}

/// A device's state, and the notices and requests that wait for it. Their numbers are given when its poll
/// is there, as over the network.
fn of_device(core: &Arc<Core>, ring: &KeyRing, reads: &dyn Reads, device: &Device) -> Result<Vec<Item>> {
    let mut items = vec![Item::State(dispatches::state_of(core, ring, reads, device, [0; 16])?)];
    if device.state == DeviceState::Active {
        let limit = u32::try_from(POLL_ANSWERS_MAX).unwrap_or(u32::MAX);
        for letter in reads.letters(device.no, 0, limit)? {
            items.extend(dispatches::sign_letter(core, ring, reads, device, &letter)?.map(Item::Dispatch));
        }
    }
    Ok(items)
}

/// The next receipts of a device's items, and the last item that was looked at; `None` at the end.
fn receipts(core: &Core, reads: &dyn Reads, device: &Device, after: i64) -> Result<Option<(Vec<Item>, i64)>> {
    let query = ItemQuery { after, limit: PAGE, uploader: Some(device.no), ..ItemQuery::default() };
    let page = reads.items(&query)?;
    let Some(last) = page.last().map(|item| item.no) else { return Ok(None) };
    let since = core.around.now_ms().saturating_sub(CARRY_DAYS * DAY_MS);
    let mut items = Vec::new();
    for item in page.iter().filter(|item| item.arrived_ms >= since) {
        items.extend(reads.receipt(item.no)?.map(|row| Item::Receipt(row.bytes)));
    }
    Ok(Some((items, last)))
}
