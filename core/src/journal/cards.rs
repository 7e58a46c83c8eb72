//! What the hub lets this device do for others, and the card keys of rounds.
//!
//! A delegation is kept as it was signed. A card key is kept sealed under the bucket of its round and ends with it.

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::action::{Action, View};
use super::documents::{self, Document};
use super::{Journal, anchors, enrol, meta, spare};
use crate::cards::{CardKey, Delegation, Grant, Rights, SignedDelegation};
use crate::crypto;
use crate::error::{Error, Result};
use crate::id::DeviceId;
use crate::pack::{self, Blob, Fixed};
use crate::record::{DelegationHeld, Record};
use crate::secret::Secret;
use crate::state;
use crate::sync::DispatchTaken;
use crate::wire::{Dispatch, KeySet, Revocations, open_for_device};

const KEY_TAG: &[u8] = b"fieldcore/kept-card-key/1\0";

/// A delegation that this device holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldDelegation {
    /// What the hub said.
    pub delegation: Delegation,
    /// Helpers enrolled under it.
    pub used: u32,
    /// Whether it has surely expired.
    pub over: bool,
}

/// A card key as it is kept: until when it holds, and the key under the round's bucket.
type KeptKey = (i64, Blob);

impl Journal {
    /// The delegations that this device holds, newest first.
    pub fn delegations(&self) -> Result<Vec<HeldDelegation>> {
        let device = self.device();
        let (clock, mono_ms) = (self.platform().clock.session(), self.platform().clock.mono_ms());
        self.view(|view| {
            let reached = anchors::reached(view.conn(), clock, mono_ms)?;
            let held = held(view.conn(), device)?;
            held.into_iter()
                .map(|(_, delegation)| {
                    let used = state::helpers_of(view.conn(), delegation.id)?;
                    Ok(HeldDelegation { used, over: delegation.is_over(reached), delegation })
                })
                .collect()
        })
    }
}

/// The delegations for `device` that are kept, newest first; those signed anew stand before those they replace.
fn held(conn: &Connection, device: DeviceId) -> Result<Vec<(SignedDelegation, Delegation)>> {
    let Some(campaign) = meta::uuid(conn, meta::CAMPAIGN)? else { return Ok(Vec::new()) };
    let mut held = Vec::new();
    for bytes in documents::all(conn, Document::Delegation, campaign)? {
        let signed = SignedDelegation::parse(&bytes)?;
        let delegation = signed.peek()?;
        if delegation.device() == device {
            held.push((signed, delegation));
        }
    }
    held.sort_by_key(|(_, delegation)| std::cmp::Reverse((delegation.hub_ms, delegation.id)));
    let mut known = std::collections::BTreeSet::new();
    held.retain(|(_, delegation)| known.insert(delegation.id));
    Ok(held)
}

/// The card key that is kept under a name, with its round, as far as the round's bucket still opens it.
fn kept_key(conn: &Connection, name: [u8; 4]) -> Result<Option<(Uuid, Vec<u8>)>> {
    let sql = "SELECT campaign, bytes FROM document WHERE what = ?1 AND version = ?2 ORDER BY id DESC LIMIT 1";
    let params = params![Document::CardKey as i64, u32::from_be_bytes(name)];
    let row: Option<([u8; 16], Vec<u8>)> =
        conn.prepare_cached(sql)?.query_row(params, |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    Ok(row.map(|(round, bytes)| (Uuid::from_bytes(round), bytes)))
}

fn key_scope(round: Uuid, name: [u8; 4], expires_ms: i64) -> Vec<u8> {
    [KEY_TAG, round.as_bytes(), &name, &expires_ms.to_be_bytes()].concat()
}

/// Forgets the card keys of a round, whose bucket is gone.
pub(super) fn forget_round(conn: &Connection, round: &[u8; 16]) -> Result<()> {
    documents::forget(conn, Document::CardKey, Uuid::from_bytes(*round))
}

/// The card keys whose time is surely over: the round of each, and the digest that names it.
pub(super) fn rounds_over(conn: &Connection, clock: u64, mono_ms: u64) -> Result<Vec<(Uuid, [u8; 32])>> {
    let sql = "SELECT campaign, digest, bytes FROM document WHERE what = ?1";
    let rows: Vec<([u8; 16], [u8; 32], Vec<u8>)> = conn
        .prepare_cached(sql)?
        .query_map([Document::CardKey as i64], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let reached = anchors::reached(conn, clock, mono_ms)?;
    let mut over = Vec::new();
    for (round, digest, bytes) in rows {
        let (expires_ms, _): KeptKey = pack::decode(&bytes, "kept card key")?;
        if reached.is_some_and(|reached| reached > expires_ms) {
            over.push((Uuid::from_bytes(round), digest));
        }
    }
    Ok(over)
}

/// Forgets one card key.
pub(super) fn forget_key(conn: &Connection, digest: &[u8; 32]) -> Result<()> {
    spare::drop_document(conn, digest)?;
    let sql = "DELETE FROM document WHERE what = ?1 AND digest = ?2";
    conn.prepare_cached(sql)?.execute(params![Document::CardKey as i64, digest])?;
    Ok(())
}

/// Those of the rounds of which nothing is left here that their bucket opens.
pub(super) fn rounds_alone(conn: &Connection, rounds: impl Iterator<Item = Uuid>) -> Result<Vec<Uuid>> {
    let sql = "SELECT NOT EXISTS (SELECT 1 FROM segment WHERE bucket = ?1)
               AND NOT EXISTS (SELECT 1 FROM shift WHERE round = ?1)
               AND NOT EXISTS (SELECT 1 FROM document WHERE what = ?2 AND campaign = ?1)";
    let mut statement = conn.prepare_cached(sql)?;
    let mut alone = Vec::new();
    for round in rounds {
        if statement.query_row(params![round.as_bytes(), Document::CardKey as i64], |row| row.get(0))? {
            alone.push(round);
        }
    }
    Ok(alone)
}

impl Action<'_> {
    /// The least that the hub's clock can be by now, milliseconds since 1970: by what its own word said, plus the time
    /// that has surely passed since. No wall clock has a say. `None` if no hub was ever heard.
    pub(crate) fn reached_ms(&self) -> Result<Option<i64>> {
        anchors::reached(self.tx(), self.now.clock, self.now.mono_ms)
    }

    /// The key set in force.
    pub(crate) fn key_set(&self) -> Result<Option<KeySet>> {
        documents::key_set(self.tx())
    }

    /// Whether the revocation list in force names the device with this key.
    pub(crate) fn is_revoked(&self, device_key: &[u8; 32]) -> Result<bool> {
        let version = documents::version(self.tx(), Document::Revocations)?;
        let list = documents::find(self.tx(), Document::Revocations, self.head.campaign, version)?;
        let list = list.map(|bytes| Revocations::parse(&bytes)).transpose()?;
        Ok(list.is_some_and(|list| list.devices.iter().any(|one| one.device_key == *device_key)))
    }

    /// The seed by which this device signs.
    pub(crate) fn signing(&self) -> Result<Secret> {
        self.keys.signing(self.head.epoch.device_row)
    }

    /// The delegations with a right that this device holds and that have not expired, newest first. Fails with what
    /// is wrong if there is none.
    pub(crate) fn delegations_for(&self, right: Rights) -> Result<Vec<(SignedDelegation, Delegation)>> {
        let mut held = held(self.tx(), self.head.epoch.device)?;
        held.retain(|(_, delegation)| delegation.rights.has(right));
        if held.is_empty() {
            let right = right.words().join(" ");
            let why = format!("the hub gave this device no delegation to {right}; ask for one (`delegate`) and sync");
            return Err(Error::refused("delegation", why));
        }
        let reached = self.reached_ms()?;
        held.retain(|(_, delegation)| !delegation.is_over(reached));
        if held.is_empty() {
            return Err(Error::refused("delegation", "it has expired; ask the hub for a new one and sync"));
        }
        Ok(held)
    }

    /// Takes a grant: whole or not at all. What has expired meanwhile, and keys of rounds that were erased here, are
    /// left out.
    pub(super) fn take_grant(&mut self, dispatch: &Dispatch) -> Result<DispatchTaken> {
        let secret = self.keys.sealing(self.head.epoch.device_row)?;
        let grant = Grant::parse(&open_for_device(dispatch, &secret, self.head.epoch.device)?)?;
        let card_keys = self.keep_card_keys(&grant.card_keys)?;
        let delegation = match &grant.delegation {
            Some(bytes) => self.take_delegation(bytes)?,
            None => None,
        };
        if let Some(bytes) = &grant.keys_in_use {
            let roots: Option<[u8; 64]> = meta::fixed(self.tx(), meta::ROOTS)?;
            let roots = roots.ok_or_else(|| Error::refused("grant", "this device is not enrolled; enrol it first"))?;
            let keys = KeySet::parse(bytes)?;
            keys.verify(&enrol::split_roots(&roots))?;
            if keys.campaign != self.head.campaign {
                return Err(Error::untrusted("grant", "its key set belongs to another campaign"));
            }
            meta::set(self.tx(), meta::KEYS_IN_USE, bytes)?;
        }
        Ok(DispatchTaken::Grant { delegation, card_keys })
    }

    /// Takes a delegation; its id, or `None` if it has expired. The same one again changes nothing.
    fn take_delegation(&mut self, bytes: &[u8]) -> Result<Option<Uuid>> {
        let signed = SignedDelegation::parse(bytes)?;
        let keys = self.key_set()?.ok_or_else(|| {
            Error::untrusted("delegation", "this device has no key set to verify it by; enrol it first")
        })?;
        let delegation = signed.verify(&keys)?;
        if delegation.device_key != self.head.epoch.key {
            return Err(Error::untrusted("delegation", "it is for another device"));
        }
        if delegation.is_over(self.reached_ms()?) {
            return Ok(None);
        }
        let digest = crypto::sha256(&[bytes]);
        if documents::keep(self.tx(), Document::Delegation, self.head.campaign, 0, &digest, bytes)? {
            let held = DelegationHeld {
                delegation: delegation.id,
                digest: Fixed(Delegation::digest(&signed.bytes)),
                rights: delegation.rights.0,
                count: delegation.helpers,
                expires_ms: delegation.expires_ms,
            };
            self.append(None, None, held)?;
        }
        Ok(Some(delegation.id))
    }

    /// Keeps card keys, each under its round's bucket; how many are new.
    pub(super) fn keep_card_keys(&mut self, keys: &[CardKey]) -> Result<u32> {
        let reached = self.reached_ms()?;
        let mut new = 0;
        for key in keys {
            let over = reached.is_some_and(|reached| reached > key.expires_ms);
            let name = key.name();
            // One that is kept and does not open any more, after a loss of keys, is kept anew.
            if over || state::round_is_erased(self.tx(), key.round)? || self.card_key(name)?.is_some() {
                continue;
            }
            let scope = key_scope(key.round, name, key.expires_ms);
            let sealed = self.keys.seal_card_key(key.round, &scope, &key.key)?;
            let kept: KeptKey = (key.expires_ms, Blob(sealed));
            let bytes = pack::encode(&kept)?;
            let (digest, version) = (crypto::sha256(&[&bytes]), u32::from_be_bytes(name));
            documents::keep(self.tx(), Document::CardKey, key.round, version, &digest, &bytes)?;
            new += 1;
        }
        Ok(new)
    }

    fn open_key(&self, name: [u8; 4], round: Uuid, bytes: &[u8]) -> Result<Option<CardKey>> {
        let (expires_ms, sealed): KeptKey = pack::decode(bytes, "kept card key")?;
        let key = self.keys.open_card_key(round, &key_scope(round, name, expires_ms), &sealed.0)?;
        Ok(key.map(|key| CardKey { key, round, expires_ms }))
    }

    /// The card key that cards name so; `None` if it never came here, or its round was erased.
    pub(crate) fn card_key(&self, name: [u8; 4]) -> Result<Option<CardKey>> {
        match kept_key(self.tx(), name)? {
            Some((round, bytes)) => self.open_key(name, round, &bytes),
            None => Ok(None),
        }
    }

    /// The card keys that are here and have not expired: of one round, or of all; those that last longest first.
    pub(crate) fn card_keys(&self, round: Option<Uuid>) -> Result<Vec<CardKey>> {
        let reached = self.reached_ms()?;
        let sql = "SELECT version, campaign, bytes FROM document WHERE what = ?1 ORDER BY id";
        let rows: Vec<(u32, [u8; 16], Vec<u8>)> = self
            .tx()
            .prepare_cached(sql)?
            .query_map([Document::CardKey as i64], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let mut keys = Vec::new();
        for (version, of, bytes) in rows {
            let of = Uuid::from_bytes(of);
            if round.is_none_or(|round| round == of) {
                keys.extend(self.open_key(version.to_be_bytes(), of, &bytes)?);
            }
        }
        keys.retain(|key| reached.is_none_or(|reached| reached <= key.expires_ms));
        keys.sort_by_key(|key| (std::cmp::Reverse(key.expires_ms), key.name()));
        Ok(keys)
    }
}

impl View<'_> {
    /// The records by which this device enrolled helpers, in order.
    pub(crate) fn helpers(&self) -> Result<Vec<Record>> {
        let mut records = Vec::new();
        for at in state::helpers(self.conn())? {
            records.extend(self.read(at)?);
        }
        Ok(records)
    }
}
