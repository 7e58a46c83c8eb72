//! A roster as lists, for tests inside the core.

use crate::pack::Fixed;
use crate::record::DocumentKind;
use crate::roster::{Categories, Door, Dweller, Home, Homes, HouseholdId, ResidentId};

/// A person: id, name, number, guardian.
pub(crate) type OfList = (u8, &'static str, Option<String>, Option<&'static str>);

/// Households of one building: door and people.
pub(crate) struct Listed(pub(crate) Vec<(u8, &'static str, Vec<OfList>)>);

/// The id that a byte stands for.
pub(crate) const fn home(byte: u8) -> HouseholdId {
    Fixed([byte; 16])
}

/// The id that a byte stands for.
pub(crate) const fn resident(byte: u8) -> ResidentId {
    Fixed([byte; 16])
}

impl Homes for Listed {
    fn homes(&self) -> usize {
        self.0.len()
    }

    fn home(&self, index: usize) -> Home<'_> {
        let (id, door, people) = &self.0[index];
        let place = Door { area: "East", building: "3", stairwell: "1", door };
        Home { id: home(*id), place, slot: None, people: people.len() }
    }

    fn dweller(&self, home: usize, index: usize) -> Dweller<'_> {
        let (id, name, number, guardian) = &self.0[home].2[index];
        Dweller {
            id: resident(*id),
            name,
            document: number.as_ref().map_or(DocumentKind::None, |_| DocumentKind::CnResident),
            number: number.as_deref(),
            birth: None,
            sex: None,
            categories: Categories::default(),
            contact: None,
            guardian: *guardian,
        }
    }

    fn find(&self, id: HouseholdId) -> Option<usize> {
        self.0.iter().position(|listed| home(listed.0) == id)
    }
}
