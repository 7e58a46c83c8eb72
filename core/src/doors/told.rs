//! What one team tells another of its claims where two phones meet: a signed code, and what becomes of it.
//!
//! What is told counts only for claims whose own records are not in the set. So whoever has a team's records has its
//! word once, and the word of a phone that is never found again still stands.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::fact::{Act, ClaimedDoors, Fact, Facts};
use crate::crypto::Domain;
use crate::custody::{Coded, take_epoch};
use crate::error::{Error, Result};
use crate::id::{DeviceId, Epoch, RecordRef};
use crate::limits::NAME_CHARS_MAX;
use crate::pack::{self, Blob, Fixed, Text};
use crate::roster::HouseholdId;
use crate::scan::is_unseen;
use crate::wire::{DeviceSigned, DeviceStatement, FORMAT_VERSION, Mode, check_text};

/// A team's word on its claims as it is shown.
pub type SignedClaimsTold = DeviceSigned<ClaimsTold>;

/// The first bytes of a household's id: enough to find the door in a list, and short, for a code names many.
pub type DoorPrint = [u8; 5];

/// The print of a household.
pub const fn print_of(household: HouseholdId) -> DoorPrint {
    let [a, b, c, d, e, ..] = household.0;
    [a, b, c, d, e]
}

/// Epoch and seq of one of the teller's records.
type Own = (Epoch, u64);

/// A claim in force, as its team tells it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ToldClaim {
    /// The claim's record.
    pub claim: Own,
    /// The lane in which it was made.
    pub lane: Option<String>,
    /// Which doors.
    pub doors: ClaimedDoors,
    /// The households of the claim at which a visit of the team stands.
    pub visited: BTreeSet<DoorPrint>,
}

/// A claim that its team gave up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ToldRelease {
    /// The claim's record.
    pub claim: Own,
    /// The record that gave it up.
    pub by: Own,
}

/// "These doors are ours": a device's claims of a round, and where it has been.
#[derive(Clone, PartialEq, Eq)]
pub struct ClaimsTold {
    /// Live or practice.
    pub mode: Mode,
    /// The campaign.
    pub campaign: Uuid,
    /// The teller's Ed25519 public key.
    pub device_key: [u8; 32],
    /// The round.
    pub round: Uuid,
    /// The teller's last record when it was told: of two words on one claim the one of the greater counts.
    pub made: Own,
    /// Claims in force, in the order of their records.
    pub claims: Vec<ToldClaim>,
    /// Claims that were given up, in the order of their records.
    pub released: Vec<ToldRelease>,
}

/// A code's content, as a fact: who says what.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    round: Uuid,
    device: DeviceId,
    made: Own,
    claims: Vec<ToldClaim>,
    released: Vec<ToldRelease>,
}

type OwnLayout = (u64, u64);
type PlaceLayout = (Option<Text>, Text, Option<Text>, Option<Text>, Option<Text>);
type ClaimLayout = (OwnLayout, Option<Text>, PlaceLayout, i64, Blob);
type ToldLayout = (u8, u8, Fixed<16>, Fixed<32>, Fixed<16>, OwnLayout, Vec<ClaimLayout>, Vec<(OwnLayout, OwnLayout)>);

const fn put((epoch, seq): Own) -> OwnLayout {
    (epoch.as_u64(), seq)
}

fn take((epoch, seq): OwnLayout) -> Result<Own> {
    Ok((take_epoch(epoch, ClaimsTold::WHAT)?, seq))
}

impl ToldClaim {
    fn texts(&self) -> impl Iterator<Item = &String> {
        let ClaimedDoors { area, building, stairwell, first, last, .. } = &self.doors;
        [&self.lane, area, stairwell, first, last].into_iter().flatten().chain([building])
    }

    fn layout(&self) -> ClaimLayout {
        let ClaimedDoors { area, building, stairwell, first, last, until_ms } = self.doors.clone();
        let text = |text: Option<String>| text.map(Text);
        let place = (text(area), Text(building), text(stairwell), text(first), text(last));
        let visited = self.visited.iter().flatten().copied().collect();
        (put(self.claim), text(self.lane.clone()), place, until_ms, Blob(visited))
    }

    fn of_layout((claim, lane, place, until_ms, visited): ClaimLayout) -> Result<Self> {
        let owned = |text: Option<Text>| text.map(|text| text.0);
        let (area, building, stairwell, first, last) = place;
        let [area, stairwell, first, last] = [area, stairwell, first, last].map(owned);
        let doors = ClaimedDoors { area, building: building.0, stairwell, first, last, until_ms };
        // What is left over of a row that is cut off shows in the form.
        let visited = visited.0.as_chunks().0.iter().copied().collect();
        Ok(Self { claim: take(claim)?, lane: owned(lane), doors, visited })
    }

    fn fact(&self, at: RecordRef) -> Fact {
        let act = Act { at, shift: None, lane: self.lane.as_deref().map(Into::into) };
        Fact::Claim { act, doors: Box::new(self.doors.clone()) }
    }
}

impl ClaimsTold {
    /// The teller.
    pub fn device(&self) -> DeviceId {
        DeviceId::of_key(&self.device_key)
    }

    fn check(&self) -> Result<()> {
        for text in self.claims.iter().flat_map(ToldClaim::texts) {
            check_text("characters of a place", text, NAME_CHARS_MAX)?;
            if text.trim().is_empty() || text.chars().any(is_unseen) {
                return Err(Error::decode(Self::WHAT, "a place in it is empty or has characters that are not seen"));
            }
        }
        let claims = self.claims.iter().map(|told| told.claim).is_sorted_by(|one, next| one < next);
        let released = self.released.iter().map(|told| told.claim).is_sorted_by(|one, next| one < next);
        if claims && released { Ok(()) } else { Err(Error::decode(Self::WHAT, "its claims are not in order")) }
    }
}

impl DeviceStatement for ClaimsTold {
    const DOMAIN: Domain = Domain::ClaimsTold;
    const WHAT: &'static str = "claims' code";

    fn encode(&self) -> Result<Vec<u8>> {
        self.check()?;
        let layout: ToldLayout = (
            FORMAT_VERSION,
            self.mode.code(),
            Fixed(*self.campaign.as_bytes()),
            Fixed(self.device_key),
            Fixed(*self.round.as_bytes()),
            put(self.made),
            self.claims.iter().map(ToldClaim::layout).collect(),
            self.released.iter().map(|told| (put(told.claim), put(told.by))).collect(),
        );
        pack::encode(&layout)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        let layout: ToldLayout = pack::decode(bytes, Self::WHAT)?;
        let (_, mode, campaign, key, round, made, claims, released) = layout;
        let release =
            |(claim, by): (OwnLayout, OwnLayout)| Ok::<_, Error>(ToldRelease { claim: take(claim)?, by: take(by)? });
        let told = Self {
            mode: Mode::read(mode, Self::WHAT)?,
            campaign: Uuid::from_bytes(campaign.0),
            device_key: key.0,
            round: Uuid::from_bytes(round.0),
            made: take(made)?,
            claims: claims.into_iter().map(ToldClaim::of_layout).collect::<Result<_>>()?,
            released: released.into_iter().map(release).collect::<Result<_>>()?,
        };
        // One statement has one form.
        if told.encode()? != bytes {
            return Err(Error::decode(Self::WHAT, "its doors are not in order"));
        }
        Ok(told)
    }

    fn device_key(&self) -> &[u8; 32] {
        &self.device_key
    }
}

impl Coded for ClaimsTold {
    const PREFIX: &'static str = "FCC:";
}

impl std::fmt::Debug for ClaimsTold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} claims of {}", self.claims.len(), self.device())
    }
}

impl Told {
    /// What a code says, if its device signed it.
    pub(super) fn of_code(code: &str) -> Option<Self> {
        let told = SignedClaimsTold::from_code(code).and_then(|signed| signed.verify()).ok()?;
        let device = told.device();
        let ClaimsTold { round, made, claims, released, .. } = told;
        Some(Self { round, device, made, claims, released })
    }

    fn at(&self, (epoch, seq): Own) -> RecordRef {
        RecordRef { device: self.device, epoch, seq }
    }
}

/// What of others' claims is known by word alone.
#[derive(Default)]
pub(super) struct Hearsay {
    pub(super) claims: Vec<Fact>,
    /// Claims that were given up, with the record that did so.
    pub(super) released: Vec<(RecordRef, RecordRef)>,
    /// Who was where.
    pub(super) visited: BTreeSet<(DeviceId, DoorPrint)>,
}

impl Hearsay {
    pub(super) fn of(facts: &Facts) -> Self {
        let told = || {
            facts.iter().filter_map(|fact| match fact {
                Fact::Told(told) if told.round == facts.round() => Some(told),
                _ => None,
            })
        };
        let mut hearsay = Self::default();
        if told().next().is_none() {
            return hearsay;
        }
        let known: BTreeSet<RecordRef> = facts
            .iter()
            .filter_map(|fact| if let Fact::Claim { act, .. } = fact { Some(act.at) } else { None })
            .collect();
        let mut last: BTreeMap<RecordRef, (Own, &ToldClaim)> = BTreeMap::new();
        for told in told() {
            for claim in &told.claims {
                let word = (told.made, claim);
                last.entry(told.at(claim.claim)).and_modify(|last| *last = word.max(*last)).or_insert(word);
            }
            hearsay.released.extend(told.released.iter().map(|gone| (told.at(gone.claim), told.at(gone.by))));
        }
        last.retain(|claim, _| !known.contains(claim));
        hearsay.released.retain(|(claim, _)| last.contains_key(claim));
        for (at, (_, claim)) in last {
            hearsay.visited.extend(claim.visited.iter().map(|door| (at.device, *door)));
            hearsay.claims.push(claim.fact(at));
        }
        hearsay
    }
}
