//! What goes down to devices: profile, key set, revocations to all; notices, requests and grants to one.

use std::sync::Arc;

use fieldcore::pack::{self, Fixed};
use fieldcore::record::NoticeKind;
use fieldcore::wire::{
    Dispatch, DispatchKind, HubState, Item, Notice, Poll, Reissue, ReissueReason, Revocations, StateRow,
    seal_for_device,
};
use fieldcore::{DeviceId, Epoch, RecordRef, crypto};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::cards;
use crate::core::Core;
use crate::error::{Error, Result};
use crate::keys::KeyRing;
use crate::limits::POLL_ANSWERS_MAX;
use crate::project::claims::{self, Sign};
use crate::reports::lookup::Lookup;
use crate::roster::send;
use crate::store::rows::{Device, DeviceState, DispatchRow, Item as Stored, Letter, LetterKind, Stream};
use crate::store::{CoreReads, DeviceBy, Reads, Tx};

/// The highest serial of a notice: what a signed 64-bit column holds.
const SERIAL_MAX: u64 = i64::MAX.unsigned_abs();

type RefTuple = (Fixed<16>, u64, u64);

fn out(target: RecordRef) -> RefTuple {
    (Fixed(*target.device.as_bytes()), target.epoch.as_u64(), target.seq)
}

fn back((device, epoch, seq): RefTuple) -> Option<RecordRef> {
    Some(RecordRef { device: DeviceId::from_bytes(device.0), epoch: Epoch::from_u64(epoch)?, seq })
}

/// The id and stored payload of a notice about `subject` for its device. The id follows from what
/// it says, so that no notice is sent twice, not even by a restored hub.
pub(crate) fn notice_letter(kind: NoticeKind, subject: RecordRef, other: RecordRef) -> Result<([u8; 16], Vec<u8>)> {
    let payload = pack::encode(&(kind.code(), out(subject), out(other)))?;
    Ok((id_of(b"notice", &payload), payload))
}

pub(crate) fn id_of(what: &[u8], payload: &[u8]) -> [u8; 16] {
    let digest = crypto::sha256(&[b"fieldcore/hub/letter/1\0", what, payload]);
    let mut id = [0u8; 16];
    id.copy_from_slice(&digest[..16]);
    *uuid::Builder::from_custom_bytes(id).into_uuid().as_bytes()
}

/// Leaves a request for the device that sent an item to send its records again.
pub(crate) fn ask_again(tx: &mut dyn Tx, item: &Stored, why: ReissueReason, now_ms: i64) -> Result<()> {
    let Some(stream) = tx.stream(item.stream)? else { return Ok(()) };
    let Some(epoch) = Epoch::from_u64(stream.epoch) else { return Ok(()) };
    let request = Reissue { epoch, ranges: vec![(item.first_seq, item.last_seq)], digests: vec![item.digest], why };
    put_request(tx, item.uploader, &request, now_ms)
}

/// Leaves a request for ranges of seqs of one epoch.
pub(crate) fn ask_for_ranges(
    tx: &mut dyn Tx,
    device: i64,
    stream: &Stream,
    ranges: &[(u64, u64)],
    why: ReissueReason,
    now_ms: i64,
) -> Result<()> {
    let Some(epoch) = Epoch::from_u64(stream.epoch) else { return Ok(()) };
    for part in ranges.chunks(512) {
        let request = Reissue { epoch, ranges: part.to_vec(), digests: Vec::new(), why };
        put_request(tx, device, &request, now_ms)?;
    }
    Ok(())
}

fn put_request(tx: &mut dyn Tx, device: i64, request: &Reissue, now_ms: i64) -> Result<()> {
    let payload = request.to_bytes()?;
    let (id, kind) = (id_of(b"reissue", &payload), LetterKind::Reissue);
    tx.put_letter(&Letter { id, device, serial: None, kind, payload, made_ms: now_ms })
}

/// The revocation list in force.
pub(crate) fn revocations(reads: &(impl CoreReads + ?Sized)) -> Result<Revocations> {
    match reads.dispatch(DispatchKind::Revocations.code(), true)? {
        Some(row) => Ok(Revocations::parse(&row.payload)?),
        None => Ok(Revocations { version: 0, devices: Vec::new() }),
    }
}

/// Stores a dispatch for all devices.
pub(crate) fn publish(
    tx: &mut dyn Tx,
    id: Uuid,
    kind: DispatchKind,
    version: u32,
    payload: Vec<u8>,
    published: bool,
    now_ms: i64,
) -> Result<()> {
    let id = *id.as_bytes();
    tx.put_dispatch(&DispatchRow { kind: kind.code(), version, id, payload, published, made_ms: now_ms })
}

/// Notes that a device was heard, and numbers what waits for it. Numbers go on from the highest
/// that the device holds, also when this hub was restored from before they were given.
pub(crate) fn note_poll(tx: &mut dyn Tx, mut device: Device, poll: &Poll, now_ms: i64) -> Result<()> {
    device.seen_ms = Some(now_ms);
    let no = device.no;
    tx.put_device(&device)?;
    claims::heard(tx, &device, Sign::Polled(poll.wall_ms))?;
    send::note(tx, &device, poll, now_ms)?;
    // A device may claim any number; one that leaves no room for others is its own loss.
    let mut serial = tx.highest_letter(no)?.max(poll.notices.min(SERIAL_MAX));
    for letter in tx.letters_without_serial(no, u32::try_from(POLL_ANSWERS_MAX).unwrap_or(u32::MAX))? {
        serial = serial.saturating_add(1).min(SERIAL_MAX);
        tx.set_letter_serial(&letter.id, serial)?;
    }
    Ok(())
}

/// What a device lacks: its state, receipts of what was opened since, and dispatches.
pub(crate) fn answer_poll(core: &Arc<Core>, ring: &KeyRing, poll: &Poll) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    core.read(|reads| {
        items.clear();
        let Some(device) = reads.device(DeviceBy::Key(&poll.device_key))? else { return Ok(()) };
        if device.state == DeviceState::Unknown {
            return Ok(());
        }
        items.push(Item::State(state_of(core, ring, reads, &device, poll.nonce)?));
        let limit = u32::try_from(POLL_ANSWERS_MAX).unwrap_or(u32::MAX);
        if poll.held > 0 {
            items.extend(reads.receipts_since_held(device.no, poll.held, limit)?.into_iter().map(Item::Receipt));
        }
        for (kind, has) in [
            (DispatchKind::KeySet, poll.keys),
            (DispatchKind::Profile, poll.profile),
            (DispatchKind::Revocations, poll.revocations),
        ] {
            if let Some(row) = reads.dispatch(kind.code(), true)?.filter(|row| row.version > has) {
                items.push(Item::Dispatch(sign_row(core, ring, &row)?));
            }
        }
        if device.state == DeviceState::Active {
            for letter in reads.letters(device.no, poll.notices, limit)? {
                items.extend(sign_letter(core, ring, reads, &device, &letter)?.map(Item::Dispatch));
            }
            items.extend(send::answer(core, ring, reads, &device, poll)?);
        }
        Ok(())
    })?;
    Ok(items)
}

/// A dispatch for all, signed by the key now in force.
pub(crate) fn sign_row(core: &Core, ring: &KeyRing, row: &DispatchRow) -> Result<Vec<u8>> {
    let dispatch = Dispatch {
        id: Uuid::from_bytes(row.id),
        campaign: core.campaign,
        kind: DispatchKind::from_code(row.kind),
        version: u64::from(row.version),
        to: None,
        hub_ms: core.around.now_ms(),
        payload: row.payload.clone(),
    };
    Ok(ring.sign(&dispatch)?.to_bytes()?)
}

pub(crate) fn sign_letter(
    core: &Arc<Core>,
    ring: &KeyRing,
    reads: &dyn Reads,
    device: &Device,
    letter: &Letter,
) -> Result<Option<Vec<u8>>> {
    let id = Uuid::from_bytes(letter.id);
    let to = DeviceId::from_bytes(device.id);
    let serial = letter.serial.unwrap_or(0);
    let (kind, payload) = match letter.kind {
        LetterKind::Reissue => (DispatchKind::Reissue, letter.payload.clone()),
        LetterKind::Notice => {
            let Some(key) = device.seal_key else { return Ok(None) };
            let plain = notice_of(core, ring, reads, letter, serial)?.to_bytes()?;
            let entropy = core.around.entropy.as_ref();
            (DispatchKind::Notice, seal_for_device(&plain, &key, id, core.campaign, to, entropy)?)
        }
        LetterKind::Grant => {
            let Some(key) = device.seal_key else { return Ok(None) };
            let plain = Zeroizing::new(cards::grant_of(ring, reads, letter, core.around.now_ms())?.to_bytes()?);
            let entropy = core.around.entropy.as_ref();
            (DispatchKind::Grant, seal_for_device(&plain, &key, id, core.campaign, to, entropy)?)
        }
    };
    let hub_ms = core.around.now_ms();
    let dispatch = Dispatch { id, campaign: core.campaign, kind, version: serial, to: Some(to), hub_ms, payload };
    Ok(Some(ring.sign(&dispatch)?.to_bytes()?))
}

fn notice_of(core: &Arc<Core>, ring: &KeyRing, reads: &dyn Reads, letter: &Letter, serial: u64) -> Result<Notice> {
    let damaged = || Error::Damaged { what: "a stored notice".to_owned() };
    let (kind, subject, other): (i64, RefTuple, RefTuple) = pack::decode(&letter.payload, "stored notice")?;
    let kind = NoticeKind::from_code(kind).ok_or_else(damaged)?;
    let (subject, other) = (back(subject).ok_or_else(damaged)?, back(other).ok_or_else(damaged)?);
    let lookup = Lookup::new(reads, core.checker(ring));
    let seen = lookup.seen(other)?;
    Ok(Notice {
        serial,
        notice: Uuid::from_bytes(letter.id),
        kind,
        subject,
        other,
        other_wall_ms: seen.at.at_ms.unwrap_or(0),
        other_site: seen.at.site,
        other_tube: seen.tube,
    })
}

/// A device's signed state.
pub(crate) fn state_of(
    core: &Core,
    ring: &KeyRing,
    reads: &dyn Reads,
    device: &Device,
    nonce: [u8; 16],
) -> Result<Vec<u8>> {
    let device_key = device.key.ok_or_else(|| Error::Damaged { what: "a device without a key".to_owned() })?;
    let store = reads.meta("store_id")?.and_then(|bytes| bytes.try_into().ok()).unwrap_or([0; 16]);
    let mut rows = Vec::new();
    for stock in reads.epoch_stock(device.no)? {
        let Some(epoch) = Epoch::from_u64(stock.epoch) else { continue };
        rows.push(StateRow {
            epoch,
            batches: stock.batches,
            highest: stock.highest,
            last_digest: stock.last_digest,
            salvages: stock.salvages,
        });
    }
    let state = HubState { campaign: core.campaign, nonce, device_key, hub_ms: core.around.now_ms(), store, rows };
    Ok(ring.sign(&state)?.to_bytes()?)
}
