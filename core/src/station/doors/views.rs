//! What the device knows of doors: its own facts, and what it was told of others'.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::super::figures::current_round;
use super::super::{Language, Station};
use super::progress;
use crate::doors::{Doors, Fact, Known, NoHomes, PersonKey, words_of};
use crate::error::Result;
use crate::id::RecordRef;
use crate::roster::Homes;
use crate::state::{self, Keys};

impl Station {
    /// Every household and person of the current round by this device's own records: states, figures, claims with
    /// their overlaps, what is open, who is missed. The hub's answer is the same function of everybody's.
    pub fn doors(&self) -> Result<Doors> {
        self.doors_with([])
    }

    /// The same, with facts of other devices that came here in some other way. They must be of the current round, and
    /// name people by keys of this device or not at all.
    pub fn doors_with(&self, others: impl IntoIterator<Item = Fact>) -> Result<Doors> {
        self.view(|view| {
            let profile = self.profiles.in_force(view)?;
            let (round, _) = current_round(view, &profile)?;
            let mut facts = state::doors::facts(view.conn(), round, &|at| view.read(at))?;
            facts.extend(others);
            let failed = RefCell::new(None);
            let key = |text: &str| match view.person_key(round, text) {
                Ok(key) => key.map(PersonKey),
                Err(error) => {
                    failed.borrow_mut().get_or_insert(error);
                    None
                }
            };
            let roster: &dyn Homes = match &self.roster {
                Some(listed) => &*listed.homes,
                None => &NoHomes,
            };
            let doors = Doors::of(&facts, roster, Known { key: &key, sampled: &BTreeSet::new() });
            match failed.take() {
                Some(error) => Err(error),
                None => Ok(doors),
            }
        })
    }

    /// The operator's words that a record of a view holds: the reason of a visit or an excuse, a note, an address, the
    /// description of a person; `None` where there are none, or none that can be read here.
    pub fn words_of(&self, record: RecordRef) -> Result<Option<String>> {
        let record = self.view(|view| view.read(record))?;
        Ok(record.and_then(|record| words_of(record.body)))
    }

    /// The progress of the round as one line of text to paste, without any person; with `by_building` a line for each
    /// building follows.
    pub fn progress(&self, language: Language, by_building: bool) -> Result<String> {
        Ok(progress::text(&self.doors()?, language, by_building))
    }
}
