//! A device's question: what is there for me that I do not have?

use uuid::Uuid;

use super::FORMAT_VERSION;
use super::signed::DeviceStatement;
use crate::crypto::Domain;
use crate::error::Result;
use crate::pack::{self, Fixed};

const WHAT: &str = "poll";

/// What a device has, so that the hub answers with what it lacks: dispatches and, under the
/// nonce, a signed state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poll {
    /// The campaign.
    pub campaign: Uuid,
    /// The device's Ed25519 public key.
    pub device_key: [u8; 32],
    /// Fresh random bytes that the state must echo.
    pub nonce: [u8; 16],
    /// The profile's version held, 0 for none.
    pub profile: u32,
    /// The key set's version held, 0 for none.
    pub keys: u32,
    /// The revocation list's version held, 0 for none.
    pub revocations: u32,
    /// The highest notice serial up to which all are held, 0 for none.
    pub notices: u64,
    /// The lowest serial among the receipts with status `held` that the device goes by, 0 for
    /// none; the hub answers with what was opened since.
    pub held: u64,
    /// The device's wall clock, milliseconds since 1970.
    pub wall_ms: i64,
}

type Layout = (u8, Fixed<16>, Fixed<32>, Fixed<16>, u32, u32, u32, u64, u64, i64);

impl DeviceStatement for Poll {
    const DOMAIN: Domain = Domain::Poll;
    const WHAT: &'static str = WHAT;

    fn encode(&self) -> Result<Vec<u8>> {
        let layout: Layout = (
            FORMAT_VERSION,
            Fixed(*self.campaign.as_bytes()),
            Fixed(self.device_key),
            Fixed(self.nonce),
            self.profile,
            self.keys,
            self.revocations,
            self.notices,
            self.held,
            self.wall_ms,
        );
        pack::encode(&layout)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        let layout: Layout = pack::decode(bytes, WHAT)?;
        let (_, campaign, device_key, nonce, profile, keys, revocations, notices, held, wall_ms) = layout;
        Ok(Self {
            campaign: Uuid::from_bytes(campaign.0),
            device_key: device_key.0,
            nonce: nonce.0,
            profile,
            keys,
            revocations,
            notices,
            held,
            wall_ms,
        })
    }

    fn device_key(&self) -> &[u8; 32] {
        &self.device_key
    }
}
