//! Ids by derivation: the same people and doors have the same ids, whoever imports them when; an id tells nothing.

use std::fmt;

use fieldcore::pack::Fixed;
use fieldcore::roster::{HouseholdId, ResidentId};
use fieldcore::scan::Sensitive;
use fieldcore::{Secret, crypto};
use uuid::Uuid;

const KEY: &str = "fieldcore 1 roster id key";

/// Names the people and households of one area, under a secret of the campaign.
pub struct Namer {
    key: Secret,
    area: String,
}

impl fmt::Debug for Namer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Namer(hidden)")
    }
}

impl Namer {
    /// Names what is in `area`.
    pub fn new(secret: &Secret, area: &str) -> Self {
        Self { key: crypto::derive(secret, KEY), area: area.to_owned() }
    }

    fn id(&self, what: &[u8], parts: &[&str]) -> Fixed<16> {
        let mut all = vec![what, self.area.as_bytes()];
        all.extend(parts.iter().map(|part| part.as_bytes()));
        Fixed(crypto::lookup(&self.key, &all))
    }

    /// The area's roster.
    pub fn roster(&self) -> Uuid {
        uuid::Builder::from_custom_bytes(self.id(b"roster", &[]).0).into_uuid()
    }

    /// A person with a document: the same in every area.
    pub fn by_number(&self, key: &Sensitive) -> ResidentId {
        Fixed(crypto::lookup(&self.key, &[b"number", key.expose().as_bytes()]))
    }

    /// Who stands under another's number with another name.
    pub fn by_number_and_name(&self, key: &Sensitive, name: &str) -> ResidentId {
        self.id(b"other name", &[key.expose(), name])
    }

    /// A person without a document: by name, household, and which of several it is.
    pub fn by_name(&self, name: &str, household: &str, which: u32) -> ResidentId {
        self.id(b"name", &[name, household, &which.to_string()])
    }

    /// A household by its door or by what the list calls it; `part` counts the parts of one that is too large.
    pub fn household(&self, key: &str, part: usize) -> HouseholdId {
        self.id(b"household", &[key, &part.to_string()])
    }

    /// The household of somebody of whom no door is known.
    pub fn alone(&self, resident: ResidentId) -> HouseholdId {
        Fixed(crypto::lookup(&self.key, &[b"alone", &resident.0]))
    }
}
