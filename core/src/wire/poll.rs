//! A device's question: what is there for me that I do not have?

use uuid::Uuid;

use super::signed::DeviceStatement;
use super::{FORMAT_VERSION, check_limit};
use crate::crypto::Domain;
use crate::error::{Error, Result};
use crate::pack::{self, Fixed};

const WHAT: &str = "poll";

/// Rosters of one poll.
const ROSTERS_MAX: usize = 64;

/// A set of pages that a device has begun to gather.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RosterGathering {
    /// The number that it makes.
    pub number: u32,
    /// The number that it leads on from; 0 for a whole roster.
    pub base: u32,
    /// The first 8 bytes of the digest that it names.
    pub print: [u8; 8],
    /// The lowest page that is missing, from 1.
    pub next: u16,
}

/// What a device has of a roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterHeld {
    /// The roster.
    pub roster: Uuid,
    /// The number in force; 0 for none, or for one that cannot be opened: then the whole is wanted.
    pub number: u32,
    /// The first 8 bytes of its digest; zeros for none.
    pub print: [u8; 8],
    /// What is being gathered.
    pub gathers: Option<RosterGathering>,
}

type HeldLayout = (Fixed<16>, u32, Fixed<8>, Option<(u32, u32, Fixed<8>, u16)>);

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
    /// The rosters that it has or gathers. A device without any sends the poll's shorter form, which
    /// a hub that knows no rosters reads; only a hub that sent one sees the longer.
    pub rosters: Vec<RosterHeld>,
}

type Layout = (u8, Fixed<16>, Fixed<32>, Fixed<16>, u32, u32, u32, u64, u64, i64);
type LongLayout = (u8, Fixed<16>, Fixed<32>, Fixed<16>, u32, u32, u32, u64, u64, i64, Vec<HeldLayout>);
/// How the longer form begins: an array of 11.
const LONG: u8 = 0x9b;

impl RosterHeld {
    fn layout(&self) -> HeldLayout {
        let gathers = self.gathers.map(|set| (set.number, set.base, Fixed(set.print), set.next));
        (Fixed(*self.roster.as_bytes()), self.number, Fixed(self.print), gathers)
    }

    fn of((roster, number, print, gathers): HeldLayout) -> Self {
        let gathers = gathers.map(|(number, base, print, next)| RosterGathering { number, base, print: print.0, next });
        Self { roster: Uuid::from_bytes(roster.0), number, print: print.0, gathers }
    }
}

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
        if self.rosters.is_empty() {
            return pack::encode(&layout);
        }
        check_limit("rosters of a poll", self.rosters.len(), ROSTERS_MAX)?;
        let rosters = self.rosters.iter().map(RosterHeld::layout).collect::<Vec<_>>();
        let (version, campaign, key, nonce, profile, keys, revocations, notices, held, wall_ms) = layout;
        let long: LongLayout =
            (version, campaign, key, nonce, profile, keys, revocations, notices, held, wall_ms, rosters);
        pack::encode(&long)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        let long: LongLayout = if bytes.first() == Some(&LONG) {
            pack::decode(bytes, WHAT)?
        } else {
            let (a, b, c, d, e, f, g, h, i, j): Layout = pack::decode(bytes, WHAT)?;
            (a, b, c, d, e, f, g, h, i, j, Vec::new())
        };
        let (_, campaign, device_key, nonce, profile, keys, revocations, notices, held, wall_ms, rosters) = long;
        check_limit("rosters of a poll", rosters.len(), ROSTERS_MAX)?;
        if bytes.first() == Some(&LONG) && rosters.is_empty() {
            return Err(Error::decode(WHAT, "its longer form names no roster"));
        }
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
            rosters: rosters.into_iter().map(RosterHeld::of).collect(),
        })
    }

    fn device_key(&self) -> &[u8; 32] {
        &self.device_key
    }
}
