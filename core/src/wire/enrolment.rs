//! A device's enrolment: its keys, signed by itself, with a proof that it held a token.

use std::fmt;

use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::segment::read_epoch;
use super::signed::DeviceStatement;
use super::{FORMAT_VERSION, check_limit, check_text};
use crate::crypto::{self, Domain};
use crate::error::Result;
use crate::id::{DeviceId, Epoch};
use crate::limits::{DELEGATIONS_MAX, NAME_CHARS_MAX};
use crate::pack::{self, Blob, Fixed, Text};

const WHAT: &str = "enrolment";
const PROOF_KEY: &str = "fieldcore 1 enrolment proof";
const PROOF_TAG: &[u8] = b"fieldcore/enrolment-proof/1\0";
/// Bytes of one delegation.
const DELEGATION_BYTES_MAX: usize = 1024;

/// What a device says of itself. It travels in front of every bundle until a receipt for
/// anything of this device, or a state that knows it, has arrived.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// The campaign.
    pub campaign: Uuid,
    /// The device's Ed25519 public key.
    pub device_key: [u8; 32],
    /// The device's X25519 public key; what the hub sends to this device alone is sealed to it.
    pub seal_key: [u8; 32],
    /// The token's public id; zeros where a delegation stands instead.
    pub token_id: [u8; 8],
    /// The MAC under the token over campaign and keys ([`Enrolment::proof`]); zeros where a
    /// delegation stands instead.
    pub proof: [u8; 32],
    /// The journal's epoch then.
    pub epoch: Epoch,
    /// The app and its version.
    pub app: String,
    /// The device's wall clock then, milliseconds since 1970.
    pub wall_ms: i64,
    /// Empty, or the hub's delegation of a chief and the chief's link for these keys ([`crate::cards::Chain`]).
    pub chain: Vec<Vec<u8>>,
}

type Layout = (u8, Fixed<16>, Fixed<32>, Fixed<32>, Fixed<8>, Fixed<32>, u64, Text, i64, Vec<Blob>);

impl Enrolment {
    /// The device's id.
    pub fn device(&self) -> DeviceId {
        DeviceId::of_key(&self.device_key)
    }

    /// The proof that whoever holds these keys held `token`: BLAKE3 keyed with a key derived
    /// from the token.
    pub fn prove(token: &[u8; 16], campaign: Uuid, device_key: &[u8; 32], seal_key: &[u8; 32]) -> [u8; 32] {
        crypto::mac(token, PROOF_KEY, &[PROOF_TAG, campaign.as_bytes(), device_key, seal_key])
    }

    /// Whether the proof is by `token`; compared in constant time.
    pub fn proves(&self, token: &[u8; 16]) -> bool {
        Self::prove(token, self.campaign, &self.device_key, &self.seal_key).ct_eq(&self.proof).into()
    }

    fn check(&self) -> Result<()> {
        check_text("characters of an app's name", &self.app, NAME_CHARS_MAX)?;
        check_limit("delegations of an enrolment", self.chain.len(), DELEGATIONS_MAX)?;
        self.chain.iter().try_for_each(|link| check_limit("bytes of a delegation", link.len(), DELEGATION_BYTES_MAX))
    }
}

impl DeviceStatement for Enrolment {
    const DOMAIN: Domain = Domain::Enrolment;
    const WHAT: &'static str = WHAT;

    fn encode(&self) -> Result<Vec<u8>> {
        self.check()?;
        let layout: Layout = (
            FORMAT_VERSION,
            Fixed(*self.campaign.as_bytes()),
            Fixed(self.device_key),
            Fixed(self.seal_key),
            Fixed(self.token_id),
            Fixed(self.proof),
            self.epoch.as_u64(),
            Text(self.app.clone()),
            self.wall_ms,
            self.chain.iter().cloned().map(Blob).collect(),
        );
        pack::encode(&layout)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        let layout: Layout = pack::decode(bytes, WHAT)?;
        let (_, campaign, device_key, seal_key, token_id, proof, epoch, app, wall_ms, chain) = layout;
        let enrolment = Self {
            campaign: Uuid::from_bytes(campaign.0),
            device_key: device_key.0,
            seal_key: seal_key.0,
            token_id: token_id.0,
            proof: proof.0,
            epoch: read_epoch(epoch, WHAT)?,
            app: app.0,
            wall_ms,
            chain: chain.into_iter().map(|link| link.0).collect(),
        };
        enrolment.check()?;
        Ok(enrolment)
    }

    fn device_key(&self) -> &[u8; 32] {
        &self.device_key
    }
}

impl fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "enrolment of {}", self.device())
    }
}
