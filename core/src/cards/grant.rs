//! What a dispatch of kind 8 brings: a delegation, and the card keys of rounds.

use std::fmt;

use uuid::Uuid;

use super::proxy::card_key_name;
use crate::error::{Error, Result};
use crate::pack::{self, Blob, Fixed};
use crate::secret::Secret;
use crate::wire::{FORMAT_VERSION, check_limit, check_version};

const WHAT: &str = "grant";
/// Card keys of one grant: a few rounds, each with a few keys.
const KEYS_MAX: usize = 64;
/// Bytes of a delegation or key set in a grant.
const PART_BYTES_MAX: usize = 16 * 1024;

/// The key by which the proxy cards of one round are sealed. Whoever has it can read a card of that round that he
/// holds, and make none.
#[derive(Clone, PartialEq, Eq)]
pub struct CardKey {
    /// The key.
    pub key: Secret,
    /// The round.
    pub round: Uuid,
    /// Until when its cards are taken, milliseconds since 1970 by the hub's clock.
    pub expires_ms: i64,
}

impl CardKey {
    /// The four bytes by which cards name it ([`card_key_name`]).
    pub fn name(&self) -> [u8; 4] {
        card_key_name(&self.key)
    }
}

impl fmt::Debug for CardKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "card key of round {}", self.round)
    }
}

type KeyLayout = (Fixed<4>, Fixed<32>, Fixed<16>, i64);

pub(super) fn keys_out(keys: &[CardKey]) -> Vec<KeyLayout> {
    let out =
        |one: &CardKey| (Fixed(one.name()), Fixed(*one.key.expose()), Fixed(*one.round.as_bytes()), one.expires_ms);
    keys.iter().map(out).collect()
}

pub(super) fn keys_in(keys: Vec<KeyLayout>, what: &'static str) -> Result<Vec<CardKey>> {
    check_limit("card keys", keys.len(), KEYS_MAX)?;
    keys.into_iter()
        .map(|(name, key, round, expires_ms)| {
            let one = CardKey { key: Secret::new(key.0), round: Uuid::from_bytes(round.0), expires_ms };
            let named = one.name() == name.0;
            named
                .then_some(one)
                .ok_or_else(|| Error::decode(what, "a card key does not have the name that it is given"))
        })
        .collect()
}

/// What the hub gives a device besides what all have.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Grant {
    /// A delegation for the device ([`super::SignedDelegation`]).
    pub delegation: Option<Vec<u8>>,
    /// The key set as invitations hold it, with the newest keys alone: what the device hands on to its helpers.
    pub keys_in_use: Option<Vec<u8>>,
    /// Card keys.
    pub card_keys: Vec<CardKey>,
}

type Layout = (u8, Option<Blob>, Option<Blob>, Vec<KeyLayout>);

impl Grant {
    /// The payload's bytes, to be sealed to the device.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        check_limit("card keys", self.card_keys.len(), KEYS_MAX)?;
        let (delegation, keys) = (self.delegation.clone().map(Blob), self.keys_in_use.clone().map(Blob));
        let layout: Layout = (FORMAT_VERSION, delegation, keys, keys_out(&self.card_keys));
        pack::encode(&layout)
    }

    /// The grant in `bytes`.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        check_version(bytes, WHAT)?;
        let (_, delegation, keys_in_use, card_keys): Layout = pack::decode(bytes, WHAT)?;
        for part in [&delegation, &keys_in_use].into_iter().flatten() {
            check_limit("bytes of a grant's part", part.0.len(), PART_BYTES_MAX)?;
        }
        Ok(Self {
            delegation: delegation.map(|blob| blob.0),
            keys_in_use: keys_in_use.map(|blob| blob.0),
            card_keys: keys_in(card_keys, WHAT)?,
        })
    }
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "grant of {} card keys", self.card_keys.len())
    }
}
