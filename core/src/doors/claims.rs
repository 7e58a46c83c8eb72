//! Claims: which doors a team means to do, where two teams mean the same ones, and who keeps which.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde::Serialize;
use uuid::Uuid;

use super::fact::{Act, ClaimedDoors, Fact, Facts};
use super::told::Hearsay;
use super::{Place, hex, shown, shown_all, shown_or_none};
use crate::id::{DeviceId, RecordRef};
use crate::roster::{Folded, HouseholdId};
use crate::words::silent;

/// A claim, given up or not.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ClaimView {
    /// The record.
    #[serde(serialize_with = "shown")]
    pub claim: RecordRef,
    /// The team's device.
    #[serde(serialize_with = "shown")]
    pub device: DeviceId,
    /// The lane in which it was made.
    pub lane: Option<String>,
    /// The area; absent for any.
    pub area: Option<String>,
    /// The building.
    pub building: String,
    /// The stairwell; absent for all.
    pub stairwell: Option<String>,
    /// The first door; absent for all from the first.
    pub first: Option<String>,
    /// The last door; absent for all to the last.
    pub last: Option<String>,
    /// Until when the team means it, by its own clock: for the screen alone, nothing is decided by it.
    pub until_ms: i64,
    /// The record that gave it up; the first if there are several.
    #[serde(serialize_with = "shown_or_none")]
    pub released: Option<RecordRef>,
    /// How many known households it covers.
    pub homes: u32,
}

/// Two claims of different devices, neither given up, that may share doors.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Overlap {
    /// The claim of the smaller reference.
    #[serde(serialize_with = "shown")]
    pub one: RecordRef,
    /// The other one.
    #[serde(serialize_with = "shown")]
    pub other: RecordRef,
    /// Which of them keeps a door that neither team visited, or both did.
    #[serde(serialize_with = "shown")]
    pub keeps: RecordRef,
}

/// A household that claims of several devices cover.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Contested {
    /// The household.
    #[serde(serialize_with = "hex")]
    pub household: HouseholdId,
    /// Where it lives.
    pub place: Place,
    /// The claims, in the order of their references.
    #[serde(serialize_with = "shown_all")]
    pub claims: Vec<RecordRef>,
    /// The one that keeps the door.
    #[serde(serialize_with = "shown")]
    pub keeps: RecordRef,
    /// Whether a visit decided, not the hash.
    pub by_visit: bool,
}

silent!(ClaimView, Overlap, Contested);

/// A claim with its doors in the form in which they are compared.
struct Claim {
    act: Act,
    area: Option<Folded>,
    stairwell: Option<Folded>,
    first: Option<Folded>,
    last: Option<Folded>,
    weight: [u8; 32],
    view: ClaimView,
}

impl Claim {
    fn of(round: Uuid, fact: &Fact, released: &BTreeMap<RecordRef, RecordRef>) -> Option<(Folded, Self)> {
        let Fact::Claim { act, doors } = fact else { return None };
        let ClaimedDoors { area, building, stairwell, first, last, until_ms } = &**doors;
        let fold = |text: &Option<String>| text.as_deref().map(Folded::new).filter(|text| !text.is_empty());
        let view = ClaimView {
            claim: act.at,
            device: act.at.device,
            lane: act.lane.as_deref().map(str::to_owned),
            area: area.clone(),
            building: building.clone(),
            stairwell: stairwell.clone(),
            first: first.clone(),
            last: last.clone(),
            until_ms: *until_ms,
            released: released.get(&act.at).copied(),
            homes: 0,
        };
        let claim = Self {
            act: act.clone(),
            area: fold(area),
            stairwell: fold(stairwell),
            first: fold(first),
            last: fold(last),
            weight: weight(round, building, act.at),
            view,
        };
        Some((Folded::new(building), claim))
    }

    /// Whether it covers a door of its building.
    fn covers(&self, [area, _, stairwell, door]: &[Folded; 4]) -> bool {
        self.area.as_ref().is_none_or(|own| own == area)
            && self.stairwell.as_ref().is_none_or(|own| own == stairwell)
            && self.first.as_ref().is_none_or(|first| first <= door)
            && self.last.as_ref().is_none_or(|last| door <= last)
    }

    /// Whether there can be a door that both of the building cover.
    fn meets(&self, other: &Self) -> bool {
        let alike = |one: &Option<Folded>, other: &Option<Folded>| one.is_none() || other.is_none() || one == other;
        let first = self.first.as_ref().max(other.first.as_ref());
        let ends = [&self.last, &other.last];
        alike(&self.area, &other.area)
            && alike(&self.stairwell, &other.stairwell)
            && ends.into_iter().flatten().all(|last| first.is_none_or(|first| first <= last))
    }
}

/// What decides between two claims where no visit does: the smaller one keeps the door.
fn weight(round: Uuid, building: &str, at: RecordRef) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"fieldcore/claim/1\0");
    hasher.update(round.as_bytes());
    hasher.update(building.as_bytes());
    hasher.update(at.device.as_bytes());
    hasher.update(&at.epoch.as_u64().to_be_bytes());
    hasher.update(&at.seq.to_be_bytes());
    *hasher.finalize().as_bytes()
}

/// All claims of a round.
pub(super) struct Claims {
    /// By the building as it is compared.
    all: HashMap<Folded, Vec<Claim>>,
    /// The building of the household that was asked about last: one comes after the other.
    building: (Arc<str>, Folded),
}

impl Claims {
    /// Those whose records are there, and those that others told.
    pub(super) fn of(facts: &Facts, told: &Hearsay) -> Self {
        let own = facts
            .iter()
            .filter_map(|fact| if let Fact::Released { at, claim } = fact { Some((*claim, *at)) } else { None });
        let mut released: BTreeMap<RecordRef, RecordRef> = BTreeMap::new();
        for (claim, by) in own.chain(told.released.iter().copied()) {
            released.entry(claim).and_modify(|first| *first = by.min(*first)).or_insert(by);
        }
        let claims = facts.iter().chain(&told.claims);
        let mut all: HashMap<Folded, Vec<Claim>> = HashMap::new();
        for (building, claim) in claims.filter_map(|fact| Claim::of(facts.round(), fact, &released)) {
            all.entry(building).or_default().push(claim);
        }
        Self { all, building: Default::default() }
    }

    /// The claims in force that cover a household, and if they are of several devices, who keeps it. `visited` says
    /// whether a device has a visit there.
    pub(super) fn at(
        &mut self,
        household: HouseholdId,
        place: &Place,
        visited: &dyn Fn(DeviceId) -> bool,
    ) -> (Vec<RecordRef>, Option<Contested>) {
        if self.building.0 != place.building {
            self.building = (Arc::clone(&place.building), Folded::new(&place.building));
        }
        let Some(claims) = self.all.get_mut(&self.building.1) else { return (Vec::new(), None) };
        let (mut here, folded): (Vec<&Claim>, _) = (Vec::new(), place.folded());
        for claim in claims.iter_mut().filter(|claim| claim.covers(&folded)) {
            claim.view.homes += 1;
            if claim.view.released.is_none() {
                here.push(claim);
            }
        }
        let mut claims: Vec<RecordRef> = here.iter().map(|claim| claim.act.at).collect();
        claims.sort_unstable();
        claims.dedup();
        let devices: BTreeSet<DeviceId> = here.iter().map(|claim| claim.act.at.device).collect();
        if devices.len() < 2 {
            return (claims, None);
        }
        let by_visit: BTreeSet<DeviceId> = devices.iter().copied().filter(|device| visited(*device)).collect();
        let candidates = if by_visit.is_empty() { &devices } else { &by_visit };
        let keeps = here
            .iter()
            .filter(|claim| candidates.contains(&claim.act.at.device))
            .min_by_key(|claim| (claim.weight, claim.act.at))
            .map(|claim| claim.act.at);
        let by_visit = by_visit.len() == 1;
        let contested =
            keeps.map(|keeps| Contested { household, place: place.clone(), claims: claims.clone(), keeps, by_visit });
        (claims, contested)
    }

    /// The pairs of claims in force that may share doors, in the order of their references.
    pub(super) fn overlaps(&self) -> Vec<Overlap> {
        let mut overlaps = Vec::new();
        for claims in self.all.values() {
            let open: Vec<&Claim> = claims.iter().filter(|claim| claim.view.released.is_none()).collect();
            for (index, one) in open.iter().enumerate() {
                for other in open.iter().skip(index + 1) {
                    if one.act.at.device != other.act.at.device && one.meets(other) {
                        let keeps = if one.weight < other.weight { one } else { other };
                        let (low, high) = (one.act.at.min(other.act.at), one.act.at.max(other.act.at));
                        overlaps.push(Overlap { one: low, other: high, keeps: keeps.act.at });
                    }
                }
            }
        }
        overlaps.sort_unstable_by_key(|overlap| (overlap.one, overlap.other, overlap.keeps));
        overlaps.dedup();
        overlaps
    }

    /// Every claim in the order of references.
    pub(super) fn into_views(self) -> Vec<ClaimView> {
        let mut claims: Vec<Claim> = self.all.into_values().flatten().collect();
        // Two claims of one reference are those of two copies of a device; what they say tells them apart.
        claims.sort_by(|one, other| (&one.act, one.weight).cmp(&(&other.act, other.weight)));
        claims.into_iter().map(|claim| claim.view).collect()
    }
}
