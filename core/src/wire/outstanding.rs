//! What a device says is still to come from it.

use uuid::Uuid;

use super::FORMAT_VERSION;
use super::segment::read_epoch;
use super::signed::DeviceStatement;
use crate::crypto::Domain;
use crate::error::Result;
use crate::id::Epoch;
use crate::pack::{self, Fixed};

const WHAT: &str = "outstanding";

/// How far a device has written and how much of it has no receipt. It travels with a carry, and
/// with a bundle that leaves something behind, so that the hub can say who has unsent records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outstanding {
    /// The campaign.
    pub campaign: Uuid,
    /// The device's Ed25519 public key.
    pub device_key: [u8; 32],
    /// When it was said, by the device's wall clock, milliseconds since 1970.
    pub wall_ms: i64,
    /// The epoch that it writes.
    pub epoch: Epoch,
    /// The last seq in it.
    pub seq: u64,
    /// The last batch sealed in it, 0 for none.
    pub batch: u64,
    /// Records without a receipt, all epochs.
    pub unsent: u64,
    /// When the oldest of these was written, by the device's wall clock.
    pub since_ms: Option<i64>,
    /// Batches and salvages of other devices that it carries and that have no receipt.
    pub carries: u64,
}

type Layout = (u8, Fixed<16>, Fixed<32>, i64, u64, u64, u64, u64, Option<i64>, u64);

impl DeviceStatement for Outstanding {
    const DOMAIN: Domain = Domain::Outstanding;
    const WHAT: &'static str = WHAT;

    fn encode(&self) -> Result<Vec<u8>> {
        let layout: Layout = (
            FORMAT_VERSION,
            Fixed(*self.campaign.as_bytes()),
            Fixed(self.device_key),
            self.wall_ms,
            self.epoch.as_u64(),
            self.seq,
            self.batch,
            self.unsent,
            self.since_ms,
            self.carries,
        );
        pack::encode(&layout)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        let layout: Layout = pack::decode(bytes, WHAT)?;
        let (_, campaign, device_key, wall_ms, epoch, seq, batch, unsent, since_ms, carries) = layout;
        Ok(Self {
            campaign: Uuid::from_bytes(campaign.0),
            device_key: device_key.0,
            wall_ms,
            epoch: read_epoch(epoch, WHAT)?,
            seq,
            batch,
            unsent,
            since_ms,
            carries,
        })
    }

    fn device_key(&self) -> &[u8; 32] {
        &self.device_key
    }
}
