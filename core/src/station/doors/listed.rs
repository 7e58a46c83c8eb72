//! The roster at hand, with what finds a person in it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::doors::PersonKey;
use crate::roster::{Dweller, Home, Homes, ResidentId};
use crate::scan::person_key_text;

/// A roster and where everybody stands in it. Of two of one number the first is found.
pub(in super::super) struct Listed {
    pub(super) homes: Arc<dyn Homes + Send + Sync>,
    by_id: HashMap<ResidentId, (usize, usize)>,
    by_person: HashMap<PersonKey, (usize, usize)>,
}

impl Listed {
    pub(super) fn new(homes: Arc<dyn Homes + Send + Sync>) -> Self {
        let (mut by_id, mut by_person) = (HashMap::new(), HashMap::new());
        for home in 0..homes.homes() {
            for index in 0..homes.home(home).people {
                let dweller = homes.dweller(home, index);
                by_id.entry(dweller.id).or_insert((home, index));
                if let Some(text) = person_key_text(dweller.document, dweller.number, None) {
                    by_person.entry(PersonKey::plain(text.expose())).or_insert((home, index));
                }
            }
        }
        Self { homes, by_id, by_person }
    }

    /// A person by id.
    pub(super) fn resident(&self, id: ResidentId) -> Option<(Home<'_>, Dweller<'_>)> {
        self.at(*self.by_id.get(&id)?)
    }

    /// A person by the text that names them.
    pub(super) fn person(&self, key_text: &str) -> Option<(Home<'_>, Dweller<'_>)> {
        self.at(*self.by_person.get(&PersonKey::plain(key_text))?)
    }

    fn at(&self, (home, index): (usize, usize)) -> Option<(Home<'_>, Dweller<'_>)> {
        let of = (home < self.homes.homes()).then(|| self.homes.home(home))?;
        (index < of.people).then(|| (of, self.homes.dweller(home, index)))
    }
}
