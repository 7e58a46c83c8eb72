//! Work from door to door: what became of every household and every person of a list, what is left, and who means to
//! do what. Pure: no table, no clock, no screen.
//!
//! [`Facts`] are taken from records, one by one or read from a phone's state; [`Doors`] is a function of the *set* of
//! facts, a roster and what is known of samples otherwise. It does not matter in what order facts arrived, how often,
//! or by whom they were carried. A phone asks it of its own facts, a hub of everybody's.
//!
//! Free words (reasons, notes, addresses) are not in it: a view names the record that holds them.

mod claims;
mod fact;
mod figures;
mod people;
mod samples;
#[cfg(test)]
pub(crate) mod testing;
mod told;
mod view;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Serialize, Serializer};

pub use claims::{ClaimView, Contested, Overlap};
pub use fact::{Act, ClaimedDoors, Fact, Facts, place_of};
pub use figures::{BuildingFigures, CategoryFigures, Figures, Team, TeamFigures};
pub use people::PersonView;
pub use told::{ClaimsTold, DoorPrint, SignedClaimsTold, Told, ToldClaim, ToldRelease, print_of};
pub use view::{Doors, HomeState, HomeView, Missed, OpenFollowUp, Origin};

use crate::pack::Fixed;
use crate::record::Body;
use crate::roster::{Door, Dweller, Folded, Home, Homes, HouseholdId};

/// What stands for a person's key text ([`crate::scan::person_key_text`]) among the facts of one fold: a hash of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonKey(pub [u8; 16]);

impl PersonKey {
    /// A hash without a key, for where the text itself is at hand and nothing of it is stored.
    pub fn plain(text: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"fieldcore/person/1\0");
        hasher.update(text.as_bytes());
        let mut key = [0; 16];
        hasher.finalize_xof().fill(&mut key);
        Self(key)
    }
}

impl std::fmt::Debug for PersonKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonKey")
    }
}

/// What is known of people besides the facts.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The key of a person's text, the same by which the facts were taken; `None` where its secret is gone.
    pub key: &'a dyn Fn(&str) -> Option<PersonKey>,
    /// People of whom a sample of the round is known otherwise than by the facts.
    pub sampled: &'a BTreeSet<PersonKey>,
}

impl std::fmt::Debug for Known<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Known")
    }
}

/// A place as a view owns it; what is not known is empty. In the order of doors. Neighbours share their texts.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Place {
    /// Village, compound or community.
    #[serde(serialize_with = "text")]
    pub area: Arc<str>,
    /// Building or courtyard.
    #[serde(serialize_with = "text")]
    pub building: Arc<str>,
    /// Stairwell.
    #[serde(serialize_with = "text")]
    pub stairwell: Arc<str>,
    /// Door.
    #[serde(serialize_with = "text")]
    pub door: Arc<str>,
}

fn text<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

/// A text, the same one as before where it says the same.
pub(crate) fn shared(text: &str, before: &Arc<str>) -> Arc<str> {
    if **before == *text { Arc::clone(before) } else { text.into() }
}

impl Place {
    fn texts(&self) -> [&str; 4] {
        [&self.area, &self.building, &self.stairwell, &self.door]
    }

    /// The same place, lent.
    pub(crate) fn as_door(&self) -> Door<'_> {
        Door { area: &self.area, building: &self.building, stairwell: &self.stairwell, door: &self.door }
    }

    /// A place of a list, behind another one of it.
    fn after(before: &Self, door: &Door<'_>) -> Self {
        Self {
            area: shared(door.area, &before.area),
            building: shared(door.building, &before.building),
            stairwell: shared(door.stairwell, &before.stairwell),
            door: shared(door.door, &before.door),
        }
    }

    fn folded(&self) -> [Folded; 4] {
        self.texts().map(Folded::new)
    }
}

impl From<Door<'_>> for Place {
    fn from(door: Door<'_>) -> Self {
        Self::after(&Self::default(), &door)
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        // Texts that fold alike stay two and have an order of their own.
        self.folded().cmp(&other.folded()).then_with(|| self.texts().cmp(&other.texts()))
    }
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Place")
    }
}

/// The operator's words that a record of a view holds: the reason of a visit or an excuse, a note, an address, the
/// description of a person; `None` where there are none.
pub fn words_of(body: Body) -> Option<String> {
    match body {
        Body::Visit(body) => body.reason,
        Body::ResidentExcused(body) => body.reason,
        Body::ClaimReleased(body) => body.reason,
        Body::FollowUp(body) => body.note,
        Body::FollowUpClosed(body) => body.note,
        Body::HouseholdAdded(body) => body.address.or(body.note),
        Body::ResidentAdded(body) => body.description.or(body.name),
        Body::Note(body) => Some(body.text),
        _ => None,
    }
}

/// The roster of a device that has none.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHomes;

impl Homes for NoHomes {
    fn homes(&self) -> usize {
        0
    }
    fn home(&self, _: usize) -> Home<'_> {
        Home::NONE
    }
    fn dweller(&self, _: usize, _: usize) -> Dweller<'_> {
        Dweller::NONE
    }
    fn find(&self, _: HouseholdId) -> Option<usize> {
        None
    }
}

/// An id in JSON: hexadecimal.
pub(crate) fn hex<S: Serializer>(id: &Fixed<16>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&data_encoding::HEXLOWER.encode(&id.0))
}

pub(crate) fn hex_or_none<S: Serializer>(id: &Option<Fixed<16>>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_some(&id.map(|id| data_encoding::HEXLOWER.encode(&id.0)))
}

fn hexes<S: Serializer>(ids: &[Fixed<16>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(ids.iter().map(|id| data_encoding::HEXLOWER.encode(&id.0)))
}

/// A value in JSON as it is shown to people: a reference, a device.
fn shown<S: Serializer>(value: &impl std::fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

fn shown_or_none<S: Serializer>(value: &Option<impl std::fmt::Display>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.serialize_some(&value.to_string()),
        None => serializer.serialize_none(),
    }
}

fn shown_all<S: Serializer>(values: &[impl std::fmt::Display], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(values.iter().map(ToString::to_string))
}
