//! What the device knows of doors: its own facts, and what it was told of others'.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use super::super::figures::current_round;
use super::super::{Language, Station};
use super::listed::same_list;
use super::{Listed, progress};
use crate::doors::{Doors, Fact, Facts, Known, NoHomes, PersonKey, words_of};
use crate::error::Result;
use crate::id::RecordRef;
use crate::journal::{Mark, View};
use crate::roster::Homes;
use crate::state::{self, Keys};

/// What a view is made from.
struct Made {
    mark: Mark,
    round: Uuid,
    /// Whether the round's people can be named, or their key is gone.
    named: bool,
    homes: Option<Arc<dyn Homes + Send + Sync>>,
}

impl Made {
    /// Whether the other one is made from the very same.
    fn is(&self, other: &Self) -> bool {
        (self.mark, self.round, self.named) == (other.mark, other.round, other.named)
            && same_list(self.homes.as_ref(), other.homes.as_ref())
    }
}

/// The view that was made last: good until anything at all is written to the journal, another roster comes into force
/// or another round begins.
#[derive(Default)]
pub(in super::super) struct Kept(Mutex<Option<(Made, Arc<Doors>)>>);

impl Kept {
    fn lock(&self) -> MutexGuard<'_, Option<(Made, Arc<Doors>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Station {
    /// Every household and person of the current round by this device's own records: states, figures, claims with
    /// their overlaps, what is open, who is missed. The hub's answer is the same function of everybody's.
    ///
    /// It is a pass over the whole list. What was made last is kept and answered again as long as nothing was written.
    pub fn doors(&self) -> Result<Arc<Doors>> {
        let listed = self.listed()?;
        self.view(|view| {
            let round = self.round(view)?;
            let named = view.person_key(round, "")?.is_some();
            let made = Made { mark: view.mark()?, round, named, homes: listed.map(|listed| listed.homes.clone()) };
            let mut kept = self.kept.lock();
            if let Some((_, doors)) = kept.as_ref().filter(|(before, _)| before.is(&made)) {
                return Ok(Arc::clone(doors));
            }
            // Two of them need not be in memory at once.
            *kept = None;
            let facts = state::facts(view.conn(), round, &|at| view.read(at))?;
            let doors = Arc::new(fold(view, &facts, homes_of(listed))?);
            *kept = Some((made, Arc::clone(&doors)));
            Ok(doors)
        })
    }

    /// The same, with facts of other devices that came here in some other way. They must be of the current round, and
    /// name people by keys of this device or not at all.
    pub fn doors_with(&self, others: impl IntoIterator<Item = Fact>) -> Result<Doors> {
        let listed = self.listed()?;
        self.view(|view| {
            let mut facts = state::facts(view.conn(), self.round(view)?, &|at| view.read(at))?;
            facts.extend(others);
            fold(view, &facts, homes_of(listed))
        })
    }

    pub(super) fn round(&self, view: &View<'_>) -> Result<Uuid> {
        let profile = self.profiles.in_force(view)?;
        Ok(current_round(view, &profile)?.0)
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
        Ok(progress::text(&*self.doors()?, language, by_building))
    }
}

fn homes_of(listed: Option<&Listed>) -> &dyn Homes {
    match listed {
        Some(listed) => &*listed.homes,
        None => &NoHomes,
    }
}

/// The views of facts and homes, people named by the round's key.
pub(super) fn fold(view: &View<'_>, facts: &Facts, homes: &dyn Homes) -> Result<Doors> {
    let failed = RefCell::new(None);
    let key = |text: &str| match view.person_key(facts.round(), text) {
        Ok(key) => key.map(PersonKey),
        Err(error) => {
            failed.borrow_mut().get_or_insert(error);
            None
        }
    };
    let doors = Doors::of(facts, homes, Known { key: &key, sampled: &BTreeSet::new() });
    match failed.take() {
        Some(error) => Err(error),
        None => Ok(doors),
    }
}
