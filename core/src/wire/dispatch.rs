//! What comes down from the hub: profiles, key sets, revocations, notices, reissue requests, rosters.

use std::fmt;

use uuid::Uuid;
use zeroize::Zeroizing;

use super::FORMAT_VERSION;
use super::signed::HubStatement;
use crate::crypto::{self, Domain};
use crate::error::Result;
use crate::id::DeviceId;
use crate::pack::{self, Blob, Fixed};
use crate::platform::Entropy;
use crate::secret::Secret;

const WHAT: &str = "dispatch";
const SEAL_INFO: &[u8] = b"fieldcore/dispatch-payload/1\0";

/// What a dispatch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DispatchKind {
    /// A profile ([`super::ProfileText`]); the highest version wins.
    Profile,
    /// A key set ([`super::KeySet`], in its own signed form); the highest version wins.
    KeySet,
    /// The revocation list ([`super::Revocations`]); the highest version wins.
    Revocations,
    /// A notice ([`super::Notice`]), sealed to the device; a set, keyed by the dispatch's id.
    Notice,
    /// A request to send records again ([`super::Reissue`]); a set, keyed by the dispatch's id.
    Reissue,
    /// A page of a whole roster ([`super::RosterPage`]), sealed to the device; the highest number wins.
    Roster,
    /// A page of a difference between two numbers of a roster ([`super::RosterPage`]), sealed to the device.
    RosterChange,
    /// What a device may do for others, and card keys ([`crate::cards::Grant`]), sealed to the device; a set,
    /// keyed by the dispatch's id.
    Grant,
    /// A kind that this version does not know; left alone.
    Unknown(u16),
}

impl DispatchKind {
    /// The code on the wire.
    pub const fn code(self) -> u16 {
        match self {
            Self::Profile => 1,
            Self::KeySet => 2,
            Self::Revocations => 3,
            Self::Notice => 4,
            Self::Reissue => 5,
            Self::Roster => 6,
            Self::RosterChange => 7,
            Self::Grant => 8,
            Self::Unknown(code) => code,
        }
    }

    /// The kind of `code`.
    pub const fn from_code(code: u16) -> Self {
        match code {
            1 => Self::Profile,
            2 => Self::KeySet,
            3 => Self::Revocations,
            4 => Self::Notice,
            5 => Self::Reissue,
            6 => Self::Roster,
            7 => Self::RosterChange,
            8 => Self::Grant,
            other => Self::Unknown(other),
        }
    }
}

/// One thing that the hub sends, idempotent by its id.
#[derive(Clone, PartialEq, Eq)]
pub struct Dispatch {
    /// Its id; applying it twice is applying it once.
    pub id: Uuid,
    /// The campaign.
    pub campaign: Uuid,
    /// What it is.
    pub kind: DispatchKind,
    /// Its version (profile, key set, revocations), a roster's number, or its serial number among the
    /// device's notices, reissue requests and grants.
    pub version: u64,
    /// The device it is for; absent when it is for all.
    pub to: Option<DeviceId>,
    /// When the hub signed it, milliseconds since 1970.
    pub hub_ms: i64,
    /// The payload; of a notice, a roster or a grant, sealed to the device ([`seal_for_device`]).
    pub payload: Vec<u8>,
}

type Layout = (u8, Fixed<16>, Fixed<16>, u16, u64, Option<Fixed<16>>, i64, Blob);

impl HubStatement for Dispatch {
    const DOMAIN: Domain = Domain::Dispatch;
    const WHAT: &'static str = WHAT;

    fn encode(&self) -> Result<Vec<u8>> {
        let layout: Layout = (
            FORMAT_VERSION,
            Fixed(*self.id.as_bytes()),
            Fixed(*self.campaign.as_bytes()),
            self.kind.code(),
            self.version,
            self.to.map(|device| Fixed(*device.as_bytes())),
            self.hub_ms,
            Blob(self.payload.clone()),
        );
        pack::encode(&layout)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        let layout: Layout = pack::decode(bytes, WHAT)?;
        let (_, id, campaign, kind, version, to, hub_ms, payload) = layout;
        Ok(Self {
            id: Uuid::from_bytes(id.0),
            campaign: Uuid::from_bytes(campaign.0),
            kind: DispatchKind::from_code(kind),
            version,
            to: to.map(|device| DeviceId::from_bytes(device.0)),
            hub_ms,
            payload: payload.0,
        })
    }

    fn campaign(&self) -> Uuid {
        self.campaign
    }

    fn signed_ms(&self) -> i64 {
        self.hub_ms
    }
}

impl fmt::Debug for Dispatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dispatch {} {:?} version {}", self.id, self.kind, self.version)
    }
}

/// What HPKE is told a sealed payload is for.
fn info(id: Uuid, campaign: Uuid, device: DeviceId) -> Vec<u8> {
    [SEAL_INFO, id.as_bytes(), campaign.as_bytes(), device.as_bytes()].concat()
}

/// Seals a payload (HPKE) to the device's X25519 public key, bound to the dispatch's id, the
/// campaign and the device.
pub fn seal_for_device(
    payload: &[u8],
    seal_key: &[u8; 32],
    id: Uuid,
    campaign: Uuid,
    device: DeviceId,
    entropy: &dyn Entropy,
) -> Result<Vec<u8>> {
    crypto::wrap(seal_key, &info(id, campaign, device), payload, entropy)
}

/// Opens the payload of a dispatch that is sealed to `device`.
pub fn open_for_device(dispatch: &Dispatch, secret: &Secret, device: DeviceId) -> Result<Zeroizing<Vec<u8>>> {
    crypto::unwrap(secret, &info(dispatch.id, dispatch.campaign, device), &dispatch.payload)
}
