//! Enrolments: who may take part.

use fieldcore::DeviceId;
use fieldcore::wire::{Enrolment, HeldReason, Refusal};

use crate::cards::{self, Seat};
use crate::error::{Error, Result};
use crate::ingest::apply::Applier;
use crate::ingest::quota;
use crate::store::cards::HelperRow;
use crate::store::rows::{Device, DeviceState, EnrolmentRow, ItemQuery};
use crate::store::{DeviceBy, Tx};

/// Takes an enrolment whose own signature holds; a refusal if its proof is wrong.
pub(crate) fn enrol(
    applier: &Applier<'_>,
    tx: &mut dyn Tx,
    enrolment: &Enrolment,
    bytes: &[u8],
    digest: &[u8; 32],
) -> Result<Option<Refusal>> {
    let id = DeviceId::of_key(&enrolment.device_key);
    let device = tx.device(DeviceBy::Id(id.as_bytes()))?;
    let sent = device.as_ref().map(|device| tx.enrolments(Some(device.no))).transpose()?.unwrap_or_default();
    if sent.iter().any(|row| row.digest == *digest) {
        return Ok(None);
    }
    if let Some(refusal) = quota::enrolments(tx, digest, sent.len(), false)? {
        return Ok(Some(refusal));
    }
    let (verdict, seat) = match judge(applier, tx, device.as_ref(), enrolment)? {
        Verdict::Refused => return Ok(Some(bad_proof(digest))),
        Verdict::Accepted => (None, None),
        Verdict::Seated(seat) => (None, Some(seat)),
        Verdict::Held(reason) => (Some(reason), None),
    };
    if let Some(refusal) = quota::enrolments(tx, digest, sent.len(), verdict.is_some())? {
        return Ok(Some(refusal));
    }
    // Written only from here on: what is refused leaves no trace.
    let no = tx.ensure_device(id.as_bytes())?;
    let device = tx.device(DeviceBy::No(no))?.ok_or_else(|| Error::Damaged { what: "a device".to_owned() })?;
    tx.put_enrolment(&EnrolmentRow {
        digest: *digest,
        device: no,
        bytes: bytes.to_vec(),
        accepted: verdict.is_none(),
        reason: verdict,
        arrived_ms: applier.now_ms,
    })?;
    if let Some(seat) = seat {
        cards::sit(tx, seat, no)?;
    }
    admit(applier, tx, device, enrolment, verdict)?;
    Ok(None)
}

enum Verdict {
    Accepted,
    /// Accepted on a place of a delegation.
    Seated(HelperRow),
    Held(HeldReason),
    Refused,
}

fn judge(applier: &Applier<'_>, tx: &mut dyn Tx, device: Option<&Device>, enrolment: &Enrolment) -> Result<Verdict> {
    if !enrolment.chain.is_empty() {
        return by_chain(applier, tx, device, enrolment);
    }
    let Some(mut token) = tx.token(&enrolment.token_id)? else {
        // A token of a store that was restored since: a person decides.
        return Ok(Verdict::Held(HeldReason::NotEnrolled));
    };
    if !enrolment.proves(&token.secret) {
        return Ok(Verdict::Refused);
    }
    let has_it = |device: &Device| device.token == Some(token.id) && device.state != DeviceState::Held;
    if device.is_some_and(|device| device.state == DeviceState::Active || has_it(device)) {
        return Ok(Verdict::Accepted);
    }
    if token.used >= token.uses {
        return Ok(Verdict::Held(HeldReason::TokenTaken));
    }
    if applier.now_ms > token.expires_ms {
        return Ok(Verdict::Held(HeldReason::NotEnrolled));
    }
    token.used += 1;
    tx.put_token(&token)?;
    Ok(Verdict::Accepted)
}

/// Who comes by a chief's link. A device that is active already stays so.
fn by_chain(applier: &Applier<'_>, tx: &dyn Tx, device: Option<&Device>, enrolment: &Enrolment) -> Result<Verdict> {
    let active = device.is_some_and(|device| device.state == DeviceState::Active);
    Ok(match cards::judge_chain(applier, tx, device, enrolment)? {
        Seat::Free(seat) => Verdict::Seated(seat),
        Seat::Held(_) if active => Verdict::Accepted,
        Seat::Held(reason) => Verdict::Held(reason),
        Seat::Forged => Verdict::Refused,
    })
}

/// Writes what the enrolment says of the device, and opens what waited for it.
fn admit(
    applier: &Applier<'_>,
    tx: &mut dyn Tx,
    mut device: Device,
    enrolment: &Enrolment,
    held: Option<HeldReason>,
) -> Result<()> {
    device.key = Some(enrolment.device_key);
    device.app = Some(enrolment.app.clone());
    device.seen_ms = Some(applier.now_ms);
    device.enrolled_ms.get_or_insert(applier.now_ms);
    match (device.state, held) {
        (DeviceState::Revoked | DeviceState::Closed, _) => {}
        (_, None) => {
            device.seal_key = Some(enrolment.seal_key);
            // Nobody comes by the token of zeros: a chain stands in its place.
            device.token = enrolment.chain.is_empty().then_some(enrolment.token_id).or(device.token);
            device.state = DeviceState::Active;
            device.reason = None;
        }
        (DeviceState::Active, Some(_)) => {}
        (_, Some(reason)) => {
            device.seal_key.get_or_insert(enrolment.seal_key);
            device.state = DeviceState::Held;
            device.reason = Some(reason);
        }
    }
    tx.put_device(&device)?;
    if device.state == DeviceState::Active {
        open_what_waited(applier, tx, device.no)?;
        tracing::info!(device = %DeviceId::from_bytes(device.id), "a device is active");
    }
    Ok(())
}

/// Opens what the device, and others for it, had sent before it was active.
pub(crate) fn open_what_waited(applier: &Applier<'_>, tx: &mut dyn Tx, device: i64) -> Result<u64> {
    let mut opened =
        applier.reconsider_all(tx, &ItemQuery { uploader: Some(device), ..ItemQuery::default() }, |_| true)?;
    for stream in tx.streams(device)? {
        let query = ItemQuery { stream: Some(stream.no), ..ItemQuery::default() };
        opened += applier.reconsider_all(tx, &query, |item| item.uploader != device)?;
    }
    Ok(opened)
}

fn bad_proof(digest: &[u8; 32]) -> Refusal {
    Refusal {
        digest: *digest,
        code: "bad_proof".to_owned(),
        what: "the enrolment's proof is not by the token or the delegation that it names".to_owned(),
        next: "scan the invitation, or the chief's code, again; what was recorded stays on the device".to_owned(),
    }
}
