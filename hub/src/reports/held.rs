//! What is stored and not counted, and what to do about it; the devices.

use data_encoding::HEXLOWER;
use fieldcore::wire::HeldReason;
use fieldcore::{DeviceId, Epoch};

use super::model::{DeviceRow, HeldItem};
use crate::error::Result;
use crate::project::claims;
use crate::store::rows::{ClaimState, Device, DeviceState, Item, ItemQuery, ItemStatus, OutstandingRow};
use crate::store::{DeviceBy, Reads};

const PAGE: u32 = 500;

/// What a person can do about an item held for this reason.
pub(crate) const fn next_step(reason: HeldReason) -> &'static str {
    match reason {
        HeldReason::NotOpenable => {
            "put the seal key back into the key folder, or `keys rotate --lost` to ask for it again"
        }
        HeldReason::Undecodable => "the device has been asked for the records again; nothing to do",
        HeldReason::Fork => "a second copy of the device wrote it: accept its branch, or reject it",
        HeldReason::UnknownKind | HeldReason::UnknownFormat => "update the hub",
        HeldReason::Revoked => "written by a revoked device after the hub last heard it: accept or reject",
        HeldReason::Quota | HeldReason::NotEnrolled => "bring the device's enrolment, or accept the device or the item",
        HeldReason::TokenTaken => "another device used the token first: accept this one as well, or reject it",
        HeldReason::Delegation => {
            "the delegation behind it is unknown, has expired, or its chief was revoked: accept this device, or reject it"
        }
        HeldReason::PlaceTaken => "another helper came first with this place: accept this one as well, or reject it",
        HeldReason::RowsRejected => {
            "some rows did not prove to be that device's: accept to go on without them, or reject"
        }
        HeldReason::ContentConflict => "other content stands under its records: accept to count both, or reject",
        HeldReason::ForeignRows => {
            "sent by a device that is not known to have taken that one's place: accept or reject"
        }
        HeldReason::OtherCampaign => "it belongs to another campaign's hub: reject",
        _ => "accept or reject",
    }
}

/// Held items that `which` picks.
pub(crate) fn items(reads: &dyn Reads, which: impl Fn(&Item) -> bool) -> Result<Vec<HeldItem>> {
    let (mut after, mut out) = (0, Vec::new());
    loop {
        let query = ItemQuery { after, limit: PAGE, status: Some(ItemStatus::Held), ..ItemQuery::default() };
        let page = reads.items(&query)?;
        let Some(last) = page.last() else { return Ok(out) };
        after = last.no;
        for item in page.iter().filter(|item| which(item)) {
            out.push(describe(reads, item)?);
        }
    }
}

fn describe(reads: &dyn Reads, item: &Item) -> Result<HeldItem> {
    let device = reads.device(DeviceBy::No(item.uploader))?;
    let stream = reads.stream(item.stream)?;
    let reason = item.reason.unwrap_or(HeldReason::NotOpenable);
    Ok(HeldItem {
        id: item.no,
        kind: item.kind.as_str(),
        device: device.map(|device| DeviceId::from_bytes(device.id).to_string()),
        of_device: None,
        epoch: stream.and_then(|stream| Epoch::from_u64(stream.epoch)).map(|epoch| epoch.to_string()),
        number: Some(item.number),
        first_seq: (item.first_seq > 0).then_some(item.first_seq),
        records: u64::from(item.count.saturating_sub(item.counted)),
        reason: reason.as_str().to_owned(),
        next: next_step(reason),
        branch: item.branch,
        digest: HEXLOWER.encode(&item.digest),
        arrived_ms: item.arrived_ms,
    })
}

/// Everything held: items, devices that wait for a decision, and what no version here knows.
pub(crate) fn held(reads: &dyn Reads) -> Result<Vec<HeldItem>> {
    let mut out = items(reads, |_| true)?;
    let waits = |device: &Device| match device.state {
        DeviceState::Held => true,
        // One that sent items and no enrolment: after a restore, or out of order.
        DeviceState::Unknown => device.key.is_some(),
        _ => false,
    };
    for device in reads.devices()?.into_iter().filter(waits) {
        let enrolment = reads.enrolments(Some(device.no))?.pop();
        let reason = device.reason.unwrap_or(HeldReason::NotEnrolled);
        out.push(HeldItem {
            id: -device.no,
            kind: "enrolment",
            device: Some(DeviceId::from_bytes(device.id).to_string()),
            reason: reason.as_str().to_owned(),
            next: next_step(reason),
            digest: enrolment.as_ref().map(|row| HEXLOWER.encode(&row.digest)).unwrap_or_default(),
            arrived_ms: enrolment.map_or(0, |row| row.arrived_ms),
            ..empty()
        });
    }
    for device in reads.devices()? {
        out.extend(claim_of(&device));
    }
    for kept in reads.kept()? {
        let reason = HeldReason::UnknownFormat;
        out.push(HeldItem {
            kind: "unknown",
            reason: reason.as_str().to_owned(),
            next: next_step(reason),
            digest: HEXLOWER.encode(&kept.digest),
            arrived_ms: kept.arrived_ms,
            ..empty()
        });
    }
    Ok(out)
}

/// A device's claim to another's place that a person decides.
fn claim_of(device: &Device) -> Option<HeldItem> {
    let claim = device.claim.filter(claims::is_open)?;
    if matches!(device.state, DeviceState::Held | DeviceState::Unknown) {
        return None;
    }
    Some(HeldItem {
        id: -device.no,
        kind: "claim",
        device: Some(DeviceId::from_bytes(device.id).to_string()),
        of_device: Some(DeviceId::from_bytes(claim.parent).to_string()),
        reason: format!("place_{}", claim.state.as_str()),
        next: match claim.state {
            ClaimState::ActsWait => {
                "it lost its keys and corrects what it wrote before: accept if it is the same phone, or reject"
            }
            _ => {
                "that device was heard again, or another took its place: accept only if it is the same phone, or reject"
            }
        },
        arrived_ms: claim.at_ms,
        ..empty()
    })
}

const fn empty() -> HeldItem {
    HeldItem {
        id: 0,
        kind: "",
        device: None,
        of_device: None,
        epoch: None,
        number: None,
        first_seq: None,
        records: 0,
        reason: String::new(),
        next: "",
        branch: 0,
        digest: String::new(),
        arrived_ms: 0,
    }
}

/// Every device that ever signed something.
pub(crate) fn devices(reads: &dyn Reads) -> Result<Vec<DeviceRow>> {
    let known = reads.devices()?.into_iter().filter(|device| device.key.is_some());
    known.map(|device| device_row(reads, &device)).collect()
}

fn device_row(reads: &dyn Reads, device: &Device) -> Result<DeviceRow> {
    let stock = reads.device_stock(device.no)?;
    let (heard, said) = (reads.heard(device.no)?.unwrap_or_default(), reads.outstanding(device.no)?);
    let unsent = unsent(reads, device, said.as_ref())?;
    Ok(DeviceRow {
        device: DeviceId::from_bytes(device.id).to_string(),
        state: device.state.as_str(),
        reason: device.reason.map(|reason| reason.as_str().to_owned()),
        app: device.app.clone(),
        enrolled_ms: device.enrolled_ms,
        seen_ms: device.seen_ms,
        epochs: reads.streams(device.no)?.len() as u64,
        items: stock.items,
        held: stock.held,
        records: reads.record_count(device.no)?,
        gaps: gaps(reads, device)?,
        unsent,
        unsent_since_ms: said.and_then(|said| said.since_ms).filter(|_| unsent > 0),
        said_ms: said.map(|said| said.said_ms),
        carries: said.map_or(0, |said| said.carries),
        heard_direct_ms: heard.direct_ms,
        heard_carried_ms: heard.carried_ms,
        carried_by: heard.carrier.map(|carrier| DeviceId::from_bytes(carrier).to_string()),
        only_carried: heard.direct_ms.is_none() && heard.carried_ms.is_some(),
    })
}

/// Records of a device that must exist and are in no item here: between those that came, and up to where
/// it said it had written.
fn unsent(reads: &dyn Reads, device: &Device, said: Option<&OutstandingRow>) -> Result<u64> {
    let (mut unsent, mut found) = (0u64, false);
    for stream in reads.streams(device.no)? {
        let here = said.filter(|said| said.epoch == stream.epoch);
        found |= here.is_some();
        let (mut next, mut missing) = (1u64, 0u64);
        for (first, last) in reads.item_ranges(stream.no)? {
            missing = missing.saturating_add(first.saturating_sub(next));
            next = next.max(last.saturating_add(1));
        }
        let beyond = here.map_or(0, |said| said.seq.saturating_add(1).saturating_sub(next));
        unsent = unsent.saturating_add(missing).saturating_add(beyond);
    }
    // An epoch of which nothing came at all.
    Ok(unsent.saturating_add(said.filter(|_| !found).map_or(0, |said| said.seq)))
}

/// What is missing of a device between what has arrived.
pub(crate) fn gaps(reads: &dyn Reads, device: &Device) -> Result<Vec<String>> {
    let mut out = Vec::new();
    for stream in reads.streams(device.no)? {
        let Some(epoch) = Epoch::from_u64(stream.epoch) else { continue };
        for (first, last) in reads.gaps(stream.no)? {
            out.push(format!("{} {epoch} records {first}-{last}", DeviceId::from_bytes(device.id)));
        }
    }
    Ok(out)
}
