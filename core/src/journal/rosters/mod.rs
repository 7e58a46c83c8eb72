//! Rosters at rest: pages sealed under a key of their own, opened when somebody asks.
//!
//! No name stands in a table, and no hash of one. Destroying the key in the vault makes every page unreadable; what
//! lies in the file after that is deleted as well.

mod sets;
mod take;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use uuid::Uuid;

use super::Journal;
use super::action::View;
use super::keyring::Keyring;
use super::site::Site;
use super::store::{Store, Writer};
use crate::error::{Error, Result};
use crate::roster::{self, Roster, RosterMaker};
use crate::secret::Secret;
use crate::wire::{RosterGathering, RosterHeld};
use sets::{SealedPages, Set};

/// What is in force: sets by their rows, rosters and numbers.
pub(crate) type Stamp = Vec<(i64, Uuid, u32)>;

/// The roster as it was opened last, and what it was opened from.
#[derive(Default)]
pub(super) struct Opened(Mutex<Option<(Stamp, Arc<Roster>)>>);

impl Opened {
    fn lock(&self) -> MutexGuard<'_, Option<(Stamp, Arc<Roster>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets it.
    pub(super) fn clear(&self) {
        *self.lock() = None;
    }
}

/// A roster that this device has, or is being sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterState {
    /// Its id.
    pub roster: Uuid,
    /// The number in force; 0 for none.
    pub number: u32,
    /// Whether what is in force cannot be opened and is asked for again.
    pub doubt: bool,
    /// The number that is being sent and is not complete.
    pub gathers: Option<u32>,
}

/// What is in force, as it lies in the file.
enum Found {
    None,
    /// As it was opened last.
    Known(Arc<Roster>),
    Sealed(Sealed),
}

/// Sets in force with their pages, still sealed.
struct Sealed {
    key: Secret,
    sets: Vec<(Set, SealedPages)>,
}

impl Sealed {
    fn stamp(&self) -> Stamp {
        stamp(&self.sets.iter().map(|(set, _)| *set).collect::<Vec<_>>())
    }

    /// The roster, or the sets that do not open though their key is here.
    fn open(&self) -> Result<Result<Roster, Vec<i64>>> {
        let (mut maker, mut rotten) = (RosterMaker::default(), Vec::new());
        for (set, sealed) in &self.sets {
            match set.open_each(&self.key, sealed, |page| maker.add(page.households)) {
                Ok(()) => {}
                Err(Error::Untrusted { .. } | Error::Decode { .. } | Error::Limit { .. }) => rotten.push(set.id),
                Err(error) => return Err(error),
            }
        }
        Ok(if rotten.is_empty() { Ok(maker.finish()) } else { Err(rotten) })
    }
}

impl Journal {
    /// The rosters of this campaign as one, in the order of doors; `None` if there is none. Opened when it is asked for
    /// first, and again after it changed. What does not open is left out as a whole, and asked for at the next sync
    /// ([`Journal::roster_states`] tells).
    pub fn roster(&self) -> Result<Option<Arc<Roster>>> {
        loop {
            let known = self.shared.roster.lock().clone();
            let sealed = match self.view(|view| find(view, known.as_ref()))? {
                Found::Known(roster) => return Ok(Some(roster)),
                Found::None => {
                    self.shared.roster.clear();
                    return Ok(None);
                }
                Found::Sealed(sealed) => sealed,
            };
            // Opened beside the store: nobody's scan waits for it.
            match sealed.open()? {
                Ok(roster) => {
                    let roster = Arc::new(roster);
                    *self.shared.roster.lock() = Some((sealed.stamp(), Arc::clone(&roster)));
                    return Ok(Some(roster));
                }
                Err(_) if self.is_read_only() => {
                    let why =
                        "a page of it does not open; open the journal for writing, the next sync asks for it again";
                    return Err(Error::untrusted("roster", why));
                }
                Err(rotten) => self.doubt(&rotten)?,
            }
        }
    }

    /// What tells rosters in force from others, without opening them; empty where there are none.
    pub(crate) fn roster_stamp(&self) -> Result<Stamp> {
        self.view(|view| Ok(in_force(view)?.map_or_else(Stamp::new, |(_, force)| stamp(&force))))
    }

    fn doubt(&self, ids: &[i64]) -> Result<()> {
        self.upkeep(|action| {
            for set in Set::all(action.tx(), action.head.campaign)? {
                if ids.contains(&set.id) {
                    Set { doubt: true, ..set }.update(action.tx())?;
                }
            }
            Ok(())
        })
    }

    /// The rosters that this device has or is being sent.
    pub fn roster_states(&self) -> Result<Vec<RosterState>> {
        self.view(|view| {
            let mut states: Vec<RosterState> = Vec::new();
            if !sets::are_there(view.conn())? {
                return Ok(states);
            }
            for set in Set::all(view.conn(), view.campaign())? {
                if states.last().is_none_or(|state| state.roster != set.roster) {
                    states.push(RosterState { roster: set.roster, number: 0, doubt: false, gathers: None });
                }
                let Some(state) = states.last_mut() else { continue };
                if set.force {
                    (state.number, state.doubt) = (set.number, set.doubt);
                } else if set.missing(view.conn())?.is_some() {
                    state.gathers = Some(set.number);
                }
            }
            Ok(states)
        })
    }

    /// Destroys the key of this campaign's rosters and deletes their pages. What the hub still assigns to this device
    /// comes again with the next sync.
    pub fn forget_roster(&self) -> Result<()> {
        self.with(|site, store| end(site, store, true))?;
        self.shared.roster.clear();
        Ok(())
    }

    /// Ends the key of rosters that the hub took back: nothing is left that it opens.
    pub(super) fn end_roster(&self) -> Result<()> {
        self.with(|site, store| end(site, store, false))
    }
}

fn find(view: &View<'_>, known: Option<&(Stamp, Arc<Roster>)>) -> Result<Found> {
    let Some((key, force)) = in_force(view)? else { return Ok(Found::None) };
    let stamp = stamp(&force);
    if let Some((_, roster)) = known.filter(|(known, _)| *known == stamp) {
        return Ok(Found::Known(Arc::clone(roster)));
    }
    let sets = force.into_iter().map(|set| Ok((set, set.sealed(view.conn())?))).collect::<Result<_>>()?;
    Ok(Found::Sealed(Sealed { key, sets }))
}

/// The sets in force and the key that opens them; `None` where there is nothing to open.
fn in_force(view: &View<'_>) -> Result<Option<(Secret, Vec<Set>)>> {
    if !sets::are_there(view.conn())? {
        return Ok(None);
    }
    let Some(key) = view.keys.roster(view.campaign())? else { return Ok(None) };
    let mut force = Set::all(view.conn(), view.campaign())?;
    force.retain(|set| set.force && !set.doubt && set.pages > 0);
    Ok(Some((key, force)).filter(|(_, force)| !force.is_empty()))
}

fn stamp(force: &[Set]) -> Stamp {
    force.iter().map(|set| (set.id, set.roster, set.number)).collect()
}

/// What the poll says of the rosters here.
pub(super) fn held(conn: &Connection, keys: &Keyring, campaign: Uuid) -> Result<Vec<RosterHeld>> {
    let key = keys.roster(campaign)?;
    let mut held: Vec<RosterHeld> = Vec::new();
    for set in Set::all(conn, campaign)?.iter().filter(|set| set.pages == 0 || key.is_some()) {
        if held.last().is_none_or(|one| one.roster != set.roster) {
            held.push(RosterHeld { roster: set.roster, number: 0, print: [0; 8], gathers: None });
        }
        let Some(one) = held.last_mut() else { continue };
        if set.force {
            if let Some(print) = print(conn, set, key.as_ref()) {
                (one.number, one.print) = (set.number, print);
            }
        } else if one.gathers.is_none_or(|gathers| gathers.number < set.number)
            && let Some(next) = set.missing(conn)?
            && let Some(print) = print(conn, set, key.as_ref())
        {
            one.gathers = Some(RosterGathering { number: set.number, base: set.base, print, next });
        }
    }
    Ok(held)
}

/// The first bytes of the digest that a set names; `None` if it does not open.
fn print(conn: &Connection, set: &Set, key: Option<&Secret>) -> Option<[u8; 8]> {
    let digest = match key {
        _ if set.pages == 0 => roster::digest(&[]).ok()?,
        Some(key) if !set.doubt => set.first(conn, key).ok().flatten()?.head.digest,
        _ => return None,
    };
    digest.first_chunk().copied()
}

/// Destroys the key first: what is still in the file, or comes back with an old copy of it, opens no more.
fn end(site: &Site, store: &mut Store, by_force: bool) -> Result<()> {
    let campaign = store.memory.head.campaign;
    let sets = Set::all(&store.conn, campaign)?;
    let is_used = sets.iter().any(|set| set.pages > 0);
    if (is_used && !by_force) || (!is_used && store.memory.keys.roster(campaign)?.is_none() && sets.is_empty()) {
        return Ok(());
    }
    store.memory.keys.destroy_roster(campaign)?;
    if by_force {
        store.transact(site, Writer::Upkeep, |action| sets.iter().try_for_each(|set| set.delete(action.tx())))?;
    }
    // What the deleted pages held must not stay in the log; and the space is given back.
    store.checkpoint(site, true)?;
    store.conn.execute_batch("PRAGMA incremental_vacuum")?;
    store.checkpoint(site, true).map(|_| ())
}
