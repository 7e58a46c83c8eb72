//! The hub's signed account of what it has of one device.

use uuid::Uuid;

use super::segment::read_epoch;
use super::signed::HubStatement;
use super::{FORMAT_VERSION, check_limit};
use crate::crypto::Domain;
use crate::error::Result;
use crate::id::Epoch;
use crate::pack::{self, Fixed};

const WHAT: &str = "hub state";
/// Epochs of one device in one state.
const ROWS_MAX: usize = 4096;

/// What the hub has of one epoch of the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateRow {
    /// The epoch.
    pub epoch: Epoch,
    /// Batches stored, held ones included.
    pub batches: u64,
    /// The highest batch number stored.
    pub highest: u64,
    /// The digest of the batch with the highest number.
    pub last_digest: [u8; 32],
    /// Salvages stored that hold rows of this epoch.
    pub salvages: u64,
}

/// What the hub has of one device. One that moved backwards is an alarm: the hub was restored,
/// or lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubState {
    /// The campaign.
    pub campaign: Uuid,
    /// The device's nonce; zeros where none was asked with, and then it proves no time.
    pub nonce: [u8; 16],
    /// The device's Ed25519 public key.
    pub device_key: [u8; 32],
    /// The hub's time, milliseconds since 1970.
    pub hub_ms: i64,
    /// The id of the hub's store; another one after a restore.
    pub store: [u8; 16],
    /// One row for each epoch, in order.
    pub rows: Vec<StateRow>,
}

type RowLayout = (u64, u64, u64, Fixed<32>, u64);
type Layout = (u8, Fixed<16>, Fixed<16>, Fixed<32>, i64, Fixed<16>, Vec<RowLayout>);

impl HubStatement for HubState {
    const DOMAIN: Domain = Domain::State;
    const WHAT: &'static str = WHAT;

    fn encode(&self) -> Result<Vec<u8>> {
        check_limit("epochs of a hub state", self.rows.len(), ROWS_MAX)?;
        let rows = self
            .rows
            .iter()
            .map(|row| (row.epoch.as_u64(), row.batches, row.highest, Fixed(row.last_digest), row.salvages))
            .collect();
        let layout: Layout = (
            FORMAT_VERSION,
            Fixed(*self.campaign.as_bytes()),
            Fixed(self.nonce),
            Fixed(self.device_key),
            self.hub_ms,
            Fixed(self.store),
            rows,
        );
        pack::encode(&layout)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        let layout: Layout = pack::decode(bytes, WHAT)?;
        let (_, campaign, nonce, device_key, hub_ms, store, rows) = layout;
        check_limit("epochs of a hub state", rows.len(), ROWS_MAX)?;
        let rows = rows
            .into_iter()
            .map(|(epoch, batches, highest, last_digest, salvages)| {
                let epoch = read_epoch(epoch, WHAT)?;
                Ok(StateRow { epoch, batches, highest, last_digest: last_digest.0, salvages })
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            campaign: Uuid::from_bytes(campaign.0),
            nonce: nonce.0,
            device_key: device_key.0,
            hub_ms,
            store: store.0,
            rows,
        })
    }

    fn campaign(&self) -> Uuid {
        self.campaign
    }

    fn signed_ms(&self) -> i64 {
        self.hub_ms
    }
}
