//! The hub's word on what a device may do for others, until when, for how many.

use std::fmt;

use uuid::Uuid;

use super::Rights;
use crate::crypto::{self, Domain};
use crate::error::Result;
use crate::id::DeviceId;
use crate::pack::{self, Fixed};
use crate::wire::{FORMAT_VERSION, HubSigned, HubStatement};

const WHAT: &str = "delegation";

/// What the hub lets a device do for others. Signed by a receipt key, so that whoever holds the campaign's key set can
/// verify it without a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delegation {
    /// The campaign.
    pub campaign: Uuid,
    /// Its id; one that is signed anew, after keys were rotated, keeps it.
    pub id: Uuid,
    /// The Ed25519 public key of the device that it is for.
    pub device_key: [u8; 32],
    /// What the device may do.
    pub rights: Rights,
    /// How many helpers it may enrol.
    pub helpers: u32,
    /// When the hub signed it, milliseconds since 1970.
    pub hub_ms: i64,
    /// Until when it holds, milliseconds since 1970 by the hub's clock.
    pub expires_ms: i64,
}

/// A delegation as it travels: 171 bytes with up to 127 helpers.
pub type SignedDelegation = HubSigned<Delegation>;

type Layout = (u8, Fixed<16>, Fixed<16>, Fixed<32>, u32, u32, i64, i64);

impl Delegation {
    /// The device that it is for.
    pub fn device(&self) -> DeviceId {
        DeviceId::of_key(&self.device_key)
    }

    /// Whether it has surely expired: `reached_ms` is the least that the hub's clock can be by now. Where nothing is
    /// known of that clock, nothing has expired.
    pub fn is_over(&self, reached_ms: Option<i64>) -> bool {
        reached_ms.is_some_and(|reached| reached > self.expires_ms)
    }

    /// SHA-256 of a statement's bytes, by which links and records name it.
    pub fn digest(statement: &[u8]) -> [u8; 32] {
        crypto::sha256(&[statement])
    }
}

impl HubStatement for Delegation {
    const DOMAIN: Domain = Domain::Delegation;
    const WHAT: &'static str = WHAT;

    fn encode(&self) -> Result<Vec<u8>> {
        let layout: Layout = (
            FORMAT_VERSION,
            Fixed(*self.campaign.as_bytes()),
            Fixed(*self.id.as_bytes()),
            Fixed(self.device_key),
            self.rights.0,
            self.helpers,
            self.hub_ms,
            self.expires_ms,
        );
        pack::encode(&layout)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        let (_, campaign, id, device_key, rights, helpers, hub_ms, expires_ms): Layout = pack::decode(bytes, WHAT)?;
        Ok(Self {
            campaign: Uuid::from_bytes(campaign.0),
            id: Uuid::from_bytes(id.0),
            device_key: device_key.0,
            rights: Rights(rights),
            helpers,
            hub_ms,
            expires_ms,
        })
    }

    fn campaign(&self) -> Uuid {
        self.campaign
    }

    fn signed_ms(&self) -> i64 {
        self.hub_ms
    }
}

impl fmt::Display for Delegation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "delegation {}", self.id)
    }
}
