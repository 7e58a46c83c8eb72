//! What the store keeps of card keys, delegations and helpers.

use crate::error::Result;

/// A round's card key, sealed under the store key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CardKeyRow {
    pub(crate) name: [u8; 4],
    pub(crate) round: [u8; 16],
    pub(crate) sealed: Vec<u8>,
    pub(crate) made_ms: i64,
    pub(crate) expires_ms: i64,
}

/// A delegation as it was signed last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DelegationRow {
    pub(crate) id: [u8; 16],
    pub(crate) device: i64,
    pub(crate) rights: u32,
    pub(crate) helpers: u32,
    pub(crate) made_ms: i64,
    pub(crate) expires_ms: i64,
    pub(crate) bytes: Vec<u8>,
}

/// A helper who has a delegation's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HelperRow {
    pub(crate) delegation: [u8; 16],
    pub(crate) ordinal: u32,
    pub(crate) device: i64,
    pub(crate) rights: u32,
    pub(crate) expires_ms: i64,
    pub(crate) arrived_ms: i64,
}

/// Asks for card keys, delegations and helpers.
pub(crate) trait CardReads {
    /// Every card key, those that last longest first.
    fn card_keys(&self) -> Result<Vec<CardKeyRow>>;
    fn card_key(&self, name: &[u8; 4]) -> Result<Option<CardKeyRow>>;
    /// Every delegation, oldest first.
    fn delegations(&self) -> Result<Vec<DelegationRow>>;
    fn delegation(&self, id: &[u8; 16]) -> Result<Option<DelegationRow>>;
    /// The helpers of a delegation, by their places.
    fn helpers(&self, delegation: &[u8; 16]) -> Result<Vec<HelperRow>>;
}

/// Writes card keys, delegations and helpers.
pub(crate) trait CardWrites: CardReads {
    fn put_card_key(&mut self, row: &CardKeyRow) -> Result<()>;
    /// Forgets the card keys of a round.
    fn drop_card_keys(&mut self, round: &[u8; 16]) -> Result<()>;
    fn put_delegation(&mut self, row: &DelegationRow) -> Result<()>;
    fn put_helper(&mut self, row: &HelperRow) -> Result<()>;
}
