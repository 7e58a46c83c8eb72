//! What became of a few households, without a pass over the whole list.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::Listed;
use super::listed::{SomeHomes, Spot};
use super::views::fold;
use crate::doors::{Doors, HomeView, NoHomes, PersonKey, PersonView};
use crate::error::Result;
use crate::journal::View;
use crate::record::Body;
use crate::roster::{HouseholdId, ResidentId};
use crate::scan::{Sensitive, person_key_text};
use crate::state::Keys;
use crate::state::near::{self, About, Added};
use crate::station::Station;

/// Everything that has a say in what becomes of some households: their people, and whoever of the list or of those
/// added may be the same person as one of them.
struct Circle<'a> {
    view: &'a View<'a>,
    round: Uuid,
    listed: Option<&'a Listed>,
    about: About,
    homes: BTreeSet<usize>,
    /// People of whom it was not yet asked who else they may be.
    open: Vec<(ResidentId, Option<Sensitive>)>,
}

impl Circle<'_> {
    fn household(&mut self, household: HouseholdId) -> Result<()> {
        if let Some((listed, home)) = self.listed.and_then(|listed| Some((listed, listed.homes.find(household)?))) {
            self.homes.insert(home);
            (0..listed.homes.home(home).people).for_each(|index| self.dweller((home, index)));
        }
        let added = near::added_at(self.view.conn(), self.round, household)?;
        self.about.households.insert(household);
        added.iter().try_for_each(|added| self.added(added))
    }

    fn dweller(&mut self, spot: Spot) {
        if let Some((_, who)) = self.listed.and_then(|listed| listed.at(spot)) {
            self.homes.insert(spot.0);
            self.open.push((who.id, person_key_text(who.document, who.number, None)));
        }
    }

    fn added(&mut self, added: &Added) -> Result<()> {
        let record = added.person.map_or(Ok(None), |_| self.view.read(added.at))?;
        let text = match record.map(|record| record.body) {
            Some(Body::ResidentAdded(body)) => {
                person_key_text(body.document, body.number.as_deref(), body.issuer.as_deref())
            }
            _ => None,
        };
        self.open.push((added.resident, text));
        Ok(())
    }

    /// Goes on until nobody is left who may be somebody else.
    fn close(&mut self) -> Result<()> {
        while let Some((id, text)) = self.open.pop() {
            if self.about.residents.insert(id) {
                self.spots(|listed| listed.of_id(id).collect());
            }
            let Some(text) = text else { continue };
            let Some(key) = self.view.person_key(self.round, text.expose())?.map(PersonKey) else { continue };
            if self.about.people.insert(key) {
                self.spots(|listed| listed.of_person(text.expose()).collect());
                for added in near::added_as(self.view.conn(), self.round, key)? {
                    self.added(&added)?;
                }
            }
        }
        Ok(())
    }

    fn spots(&mut self, of: impl Fn(&Listed) -> Vec<Spot>) {
        let spots = self.listed.map_or_else(Vec::new, of);
        spots.into_iter().for_each(|spot| self.dweller(spot));
    }
}

/// What all facts and the whole list say of these households and of the people in them. Others stand in it too, as far
/// as they were needed for that; what it says of those is not the whole.
pub(super) fn doors(
    view: &View<'_>,
    round: Uuid,
    listed: Option<&Listed>,
    households: impl IntoIterator<Item = HouseholdId>,
) -> Result<Doors> {
    let (about, homes, open) = (About::default(), BTreeSet::new(), Vec::new());
    let mut circle = Circle { view, round, listed, about, homes, open };
    households.into_iter().try_for_each(|household| circle.household(household))?;
    circle.close()?;
    let facts = near::facts(view.conn(), round, &circle.about, &|at| view.read(at))?;
    match listed {
        Some(listed) => {
            let at = circle.homes.into_iter().collect();
            fold(view, &facts, &SomeHomes { homes: &*listed.homes, at })
        }
        None => fold(view, &facts, &NoHomes),
    }
}

impl Station {
    /// What became of one household and of everybody in it: what [`Station::doors`] says of them, without a pass over
    /// the whole list. `None` for a household of which nothing is known here.
    pub fn household(&self, household: HouseholdId) -> Result<Option<(HomeView, Vec<PersonView>)>> {
        let listed = self.listed()?;
        self.view(|view| {
            let doors = doors(view, self.round(view)?, listed, [household])?;
            let people = doors.people.into_iter().filter(|person| person.household == household).collect();
            Ok(doors.homes.into_iter().find(|home| home.household == household).map(|home| (home, people)))
        })
    }
}
