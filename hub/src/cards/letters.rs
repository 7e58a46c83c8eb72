//! Grants: what goes to one device alone, sealed to it.

use fieldcore::DeviceId;
use fieldcore::cards::Grant;
use fieldcore::pack::{self, Fixed};

use super::keys;
use crate::dispatches::id_of;
use crate::error::{Error, Result};
use crate::ingest::apply::Applier;
use crate::keys::KeyRing;
use crate::setup::KEYS_IN_USE;
use crate::store::rows::{Device, DeviceState, Letter, LetterKind};
use crate::store::{Reads, Tx};

/// What a letter names: a card key (1), or a delegation as it was signed (2). Both are read from their rows when the
/// letter is given out, so no secret lies among the letters.
type Named = (u8, Vec<u8>, Fixed<32>);

const CARD_KEY: u8 = 1;
const DELEGATION: u8 = 2;

fn put(tx: &mut dyn Tx, device: &Device, named: &Named, now_ms: i64) -> Result<()> {
    let payload = pack::encode(named)?;
    let id = id_of(b"grant", &[&payload[..], &device.id].concat());
    tx.put_letter(&Letter { id, device: device.no, serial: None, kind: LetterKind::Grant, payload, made_ms: now_ms })
}

/// Leaves the card keys in force for an active device that can be sent something.
pub(crate) fn leave(applier: &Applier<'_>, tx: &mut dyn Tx, device: &Device) -> Result<()> {
    if device.state != DeviceState::Active || device.seal_key.is_none() {
        return Ok(());
    }
    for name in keys::in_force(applier, tx)? {
        put(tx, device, &(CARD_KEY, name.to_vec(), Fixed([0; 32])), applier.now_ms)?;
    }
    Ok(())
}

/// Leaves a delegation for its device.
pub(super) fn leave_delegation(
    tx: &mut dyn Tx,
    device: &Device,
    id: &[u8; 16],
    bytes: &[u8],
    now_ms: i64,
) -> Result<()> {
    let digest = Fixed(fieldcore::crypto::sha256(&[bytes]));
    put(tx, device, &(DELEGATION, id.to_vec(), digest), now_ms)
}

/// What a letter brings; nothing of what has gone or expired since.
pub(crate) fn grant_of(ring: &KeyRing, reads: &dyn Reads, letter: &Letter, now_ms: i64) -> Result<Grant> {
    let damaged = || Error::Damaged { what: "a stored grant".to_owned() };
    let (what, named, _): Named = pack::decode(&letter.payload, "stored grant")?;
    let mut grant = Grant::default();
    match what {
        CARD_KEY => {
            let name: [u8; 4] = named.try_into().map_err(|_| damaged())?;
            let row = reads.card_key(&name)?.filter(|row| row.expires_ms >= now_ms);
            grant.card_keys.extend(row.and_then(|row| keys::open(ring, &row)));
        }
        DELEGATION => {
            let id: [u8; 16] = named.try_into().map_err(|_| damaged())?;
            if let Some(row) = reads.delegation(&id)?.filter(|row| row.expires_ms >= now_ms) {
                grant.delegation = Some(row.bytes);
                grant.keys_in_use = reads.meta(KEYS_IN_USE)?;
            }
        }
        _ => return Err(damaged()),
    }
    Ok(grant)
}

/// The device, as people call it.
pub(super) fn name_of(device: &Device) -> String {
    DeviceId::from_bytes(device.id).to_string()
}
