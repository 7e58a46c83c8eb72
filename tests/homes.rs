//! A roster as plain lists, for tests.

use fieldcore::record::DocumentKind;
use fieldcore::roster::{Categories, Door, Dweller, Home, Homes, HouseholdId, ResidentId};

/// A person of a [`ListHomes`].
#[derive(Clone, Debug)]
pub struct ListDweller {
    /// The id.
    pub id: ResidentId,
    /// The name.
    pub name: String,
    /// What kind of document names the person.
    pub document: DocumentKind,
    /// The document's number.
    pub number: Option<String>,
    /// What a team must know.
    pub categories: Categories,
    /// The guardian.
    pub guardian: Option<String>,
}

/// A household of a [`ListHomes`].
#[derive(Clone, Debug)]
pub struct ListHome {
    /// The id.
    pub id: HouseholdId,
    /// Area, building, stairwell and door.
    pub place: [String; 4],
    /// Who lives there.
    pub people: Vec<ListDweller>,
}

/// Households in a list, in whatever order.
#[derive(Clone, Debug, Default)]
pub struct ListHomes(pub Vec<ListHome>);

impl Homes for ListHomes {
    fn homes(&self) -> usize {
        self.0.len()
    }

    fn home(&self, index: usize) -> Home<'_> {
        let ListHome { id, place, people } = &self.0[index];
        let [area, building, stairwell, door] = place.each_ref().map(String::as_str);
        Home { id: *id, place: Door { area, building, stairwell, door }, slot: None, people: people.len() }
    }

    fn dweller(&self, home: usize, index: usize) -> Dweller<'_> {
        let person = &self.0[home].people[index];
        Dweller {
            id: person.id,
            name: &person.name,
            document: person.document,
            number: person.number.as_deref(),
            birth: None,
            sex: None,
            categories: person.categories,
            contact: None,
            guardian: person.guardian.as_deref(),
        }
    }

    fn find(&self, id: HouseholdId) -> Option<usize> {
        self.0.iter().position(|home| home.id == id)
    }
}
