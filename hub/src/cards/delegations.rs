//! Delegations, and the helpers who come by them.

use std::sync::Arc;

use fieldcore::cards::{Chain, Delegation, Rights, SignedDelegation};
use fieldcore::wire::{Enrolment, HeldReason, Purpose};
use fieldcore::{DeviceId, uuid_v7};
use uuid::Uuid;

use super::letters::{leave_delegation, name_of};
use super::{DelegateOptions, DelegationLine, HelperLine};
use crate::core::Core;
use crate::decide;
use crate::error::{Error, Result};
use crate::ingest::apply::Applier;
use crate::limits::HELPERS_MAX;
use crate::store::cards::{DelegationRow, HelperRow};
use crate::store::rows::{Device, DeviceState};
use crate::store::{DeviceBy, Reads, Tx};

fn rights_of(words: &[String]) -> Result<Rights> {
    let mut rights = Rights::NONE;
    for word in words {
        let right = Rights::from_word(word.trim()).ok_or_else(|| {
            let known: Vec<&str> = Rights::ALL.iter().map(|(_, word)| *word).collect();
            Error::usage("--rights", format!("`{word}` is none; there are: {}", known.join(" ")))
        })?;
        rights = rights.with(right);
    }
    // Who takes in helpers gives them what he has himself.
    Ok(if rights.has(Rights::ENROL) { rights.with(Rights::OF_HELPERS) } else { rights })
}

fn unknown() -> Error {
    Error::Unknown { what: "this device".to_owned(), next: "`devices` lists what there is" }
}

/// Makes a delegation and leaves it for its device.
pub(super) fn delegate(core: &Arc<Core>, options: &DelegateOptions) -> Result<DelegationLine> {
    let rights = rights_of(&options.rights)?;
    if rights == Rights::NONE {
        return Err(Error::usage("--rights", "name at least one right"));
    }
    if rights.has(Rights::ENROL) != (options.helpers > 0) {
        return Err(Error::usage("--helpers", "it goes with the right to enrol, and that right with it"));
    }
    if options.helpers > HELPERS_MAX {
        return Err(Error::usage("--helpers", format!("at most {HELPERS_MAX}")));
    }
    let id = uuid_v7(core.around.now_ms(), core.around.random()?);
    let (device, helpers) = (options.device, options.helpers);
    let valid_ms = i64::try_from(options.valid_ms).unwrap_or(i64::MAX);
    core.write(move |applier, tx| {
        let row = tx.device(DeviceBy::Id(device.as_bytes()))?.ok_or_else(unknown)?;
        if row.state != DeviceState::Active {
            let why = format!("it is {}; only an active device can act for others", row.state.as_str());
            return Err(Error::refused("delegating", why));
        }
        let expires_ms = applier.now_ms.saturating_add(valid_ms);
        let made = sign(applier, &row, id, rights, helpers, expires_ms)?;
        tx.put_delegation(&made)?;
        leave_delegation(tx, &row, &made.id, &made.bytes, applier.now_ms)?;
        line(tx, &made, applier.now_ms)
    })
}

fn sign(
    applier: &Applier<'_>,
    device: &Device,
    id: Uuid,
    rights: Rights,
    helpers: u32,
    expires_ms: i64,
) -> Result<DelegationRow> {
    let device_key = device.key.ok_or_else(unknown)?;
    let campaign = applier.checker.campaign;
    let said = Delegation { campaign, id, device_key, rights, helpers, hub_ms: applier.now_ms, expires_ms };
    let bytes = applier.ring().sign(&said)?.to_bytes()?;
    let (rights, made_ms) = (rights.0, applier.now_ms);
    Ok(DelegationRow { id: *id.as_bytes(), device: device.no, rights, helpers, made_ms, expires_ms, bytes })
}

/// Signs what still holds with the key now in force, for who has only the newest keys; how many.
pub(crate) fn renew(core: &Arc<Core>) -> Result<u64> {
    core.write(|applier, tx| {
        let mut renewed = 0;
        for row in tx.delegations()? {
            let Some(device) = tx.device(DeviceBy::No(row.device))? else { continue };
            if row.expires_ms < applier.now_ms || device.state != DeviceState::Active {
                continue;
            }
            let (id, rights) = (Uuid::from_bytes(row.id), Rights(row.rights));
            let made = sign(applier, &device, id, rights, row.helpers, row.expires_ms)?;
            tx.put_delegation(&DelegationRow { made_ms: row.made_ms, ..made.clone() })?;
            leave_delegation(tx, &device, &made.id, &made.bytes, applier.now_ms)?;
            renewed += 1;
        }
        Ok(renewed)
    })
}

fn line(reads: &dyn Reads, row: &DelegationRow, now_ms: i64) -> Result<DelegationLine> {
    let device = reads.device(DeviceBy::No(row.device))?.ok_or_else(unknown)?;
    let state = match device.state {
        DeviceState::Revoked => "revoked",
        _ if row.expires_ms < now_ms => "expired",
        _ => "valid",
    };
    let mut enrolled = Vec::new();
    for helper in reads.helpers(&row.id)? {
        let Some(device) = reads.device(DeviceBy::No(helper.device))? else { continue };
        enrolled.push(HelperLine {
            ordinal: helper.ordinal,
            device: name_of(&device),
            state: device.state.as_str(),
            rights: Rights(helper.rights).words(),
            expires_ms: helper.expires_ms,
            arrived_ms: helper.arrived_ms,
        });
    }
    Ok(DelegationLine {
        delegation: Uuid::from_bytes(row.id).to_string(),
        device: name_of(&device),
        state,
        rights: Rights(row.rights).words(),
        helpers: row.helpers,
        expires_ms: row.expires_ms,
        enrolled,
    })
}

pub(super) fn lines(reads: &dyn Reads, now_ms: i64) -> Result<Vec<DelegationLine>> {
    reads.delegations()?.iter().map(|row| line(reads, row, now_ms)).collect()
}

/// Revokes a device and the helpers that came by its delegations.
pub(super) fn revoke_with_helpers(core: &Arc<Core>, device: DeviceId) -> Result<Vec<DeviceId>> {
    let mut all = vec![device];
    all.extend(core.read(|reads| {
        let row = reads.device(DeviceBy::Id(device.as_bytes()))?.ok_or_else(unknown)?;
        let mut helpers = Vec::new();
        for delegation in reads.delegations()?.iter().filter(|one| one.device == row.no) {
            for helper in reads.helpers(&delegation.id)? {
                let helper = reads.device(DeviceBy::No(helper.device))?;
                helpers.extend(helper.map(|helper| DeviceId::from_bytes(helper.id)));
            }
        }
        Ok(helpers)
    })?);
    // The chief first: no helper may come in between.
    all.iter().try_for_each(|device| decide::revoke(core, *device))?;
    Ok(all)
}

/// What an enrolment's chain came to.
pub(crate) enum Seat {
    /// Every signature holds and the place is the device's.
    Free(HelperRow),
    /// Kept for a person to decide.
    Held(HeldReason),
    /// A signature does not hold.
    Forged,
}

/// Judges the chain of an enrolment; `device` is the enrolment's own, where it is known.
pub(crate) fn judge_chain(
    applier: &Applier<'_>,
    tx: &dyn Tx,
    device: Option<&Device>,
    enrolment: &Enrolment,
) -> Result<Seat> {
    let keys = &applier.ring().set;
    let signed = enrolment.chain.first().map(|bytes| SignedDelegation::parse(bytes));
    if let Some(Ok(signed)) = &signed
        && keys.find(Purpose::Receipt, &signed.key).is_none()
    {
        // Of a key that was lost, or of a hub that this one was restored without.
        return Ok(Seat::Held(HeldReason::Delegation));
    }
    let Ok(chain) = Chain::verify(&enrolment.chain, keys, &enrolment.device_key, &enrolment.seal_key) else {
        return Ok(Seat::Forged);
    };
    let (delegation, link) = (&chain.delegation, &chain.link);
    let Some(row) = tx.delegation(delegation.id.as_bytes())? else { return Ok(Seat::Held(HeldReason::Delegation)) };
    let seat = HelperRow {
        delegation: row.id,
        ordinal: link.ordinal,
        device: device.map_or(0, |device| device.no),
        rights: link.rights.0,
        expires_ms: link.expires_ms,
        arrived_ms: applier.now_ms,
    };
    if let Some(taken) = tx.helpers(&row.id)?.into_iter().find(|taken| taken.ordinal == link.ordinal) {
        let own = device.is_some_and(|device| device.no == taken.device && device.state != DeviceState::Held);
        return Ok(if own { Seat::Free(taken) } else { Seat::Held(HeldReason::PlaceTaken) });
    }
    let chief = tx.device(DeviceBy::No(row.device))?;
    let chief_stands = chief.is_some_and(|chief| !matches!(chief.state, DeviceState::Revoked));
    if !chief_stands || applier.now_ms > link.expires_ms {
        return Ok(Seat::Held(HeldReason::Delegation));
    }
    Ok(Seat::Free(seat))
}

/// Writes down who has the place.
pub(crate) fn sit(tx: &mut dyn Tx, seat: HelperRow, device: i64) -> Result<()> {
    tx.put_helper(&HelperRow { device, ..seat })
}
