//! Pages come in, in any order and more than once; a roster comes into force only whole and proven.

use uuid::Uuid;

use super::sets::{self, Set};
use crate::error::{Error, Result};
use crate::journal::action::Action;
use crate::limits::{ROSTER_SETS_MAX, ROSTERS_MAX};
use crate::pack::Fixed;
use crate::record::{ProfileSource, RosterApplied};
use crate::roster::{self, Household, RosterPage};
use crate::secret::Secret;
use crate::sync::{DispatchTaken, RosterStep};
use crate::wire::{Dispatch, DispatchKind, check_limit, open_for_device};

const WHAT: &str = "roster dispatch";

impl Action<'_> {
    /// Takes a page of a roster or of a difference; `None` if it is known or older than what is in force.
    pub(in crate::journal) fn take_roster(&mut self, dispatch: &Dispatch) -> Result<Option<DispatchTaken>> {
        let secret = self.keys.sealing(self.head.epoch.device_row)?;
        let plain = open_for_device(dispatch, &secret, self.head.epoch.device)?;
        let page = RosterPage::parse(&plain)?;
        let is_whole = dispatch.kind == DispatchKind::Roster;
        if is_whole != page.base.is_none() || dispatch.version != u64::from(page.head.number) {
            return Err(Error::decode(WHAT, "its kind or version is not that of the page in it"));
        }
        let key = self.roster_key()?;
        let (number, pages) = (page.head.number, page.pages);
        let Some(set) = self.set_for(&page, &key)? else { return Ok(None) };
        let entropy = &*self.site.platform.entropy;
        if !set.keep(self.tx(), &key, entropy, page.page, &plain)? {
            return Ok(None);
        }
        let step = match set.missing(self.tx())? {
            Some(_) => RosterStep::Page { page: page.page, pages },
            None => self.settle(set.roster, &key)?,
        };
        Ok(Some(DispatchTaken::Roster { roster: page.head.roster, number, step }))
    }

    /// The key of this campaign's rosters. Where the vault lost it, what it sealed goes.
    fn roster_key(&self) -> Result<Secret> {
        let campaign = self.head.campaign;
        if let Some(key) = self.keys.roster(campaign)? {
            return Ok(key);
        }
        sets::drop_unreadable(self.tx(), campaign)?;
        self.keys.make_roster(campaign)
    }

    /// The set that a page belongs to, made if it is its first; `None` if it is not wanted.
    fn set_for(&self, page: &RosterPage, key: &Secret) -> Result<Option<Set>> {
        let (campaign, roster, number) = (self.head.campaign, page.head.roster, page.head.number);
        let all = Set::all(self.tx(), campaign)?;
        let own: Vec<&Set> = all.iter().filter(|set| set.roster == roster).collect();
        let is_old = |force: &&Set| force.force && (number < force.number || (number == force.number && !force.doubt));
        if own.iter().any(is_old) {
            return Ok(None);
        }
        let base = page.base.map_or(0, |base| base.number);
        if let Some(set) = own.iter().find(|set| set.number == number && set.base == base && !set.force) {
            let same =
                set.first(self.tx(), key).ok().flatten().is_some_and(|first| {
                    first.head == page.head && first.base == page.base && first.pages == page.pages
                });
            if same {
                return Ok(Some(**set));
            }
            // A hub that was restored may have made another one of this number: its newer word counts.
            set.delete(self.tx())?;
        }
        if own.is_empty() {
            let rosters = all.iter().map(|set| set.roster).collect::<std::collections::BTreeSet<_>>();
            check_limit("rosters of one device", rosters.len() + 1, ROSTERS_MAX)?;
        }
        let waiting: Vec<&&Set> = own.iter().filter(|set| !set.force).collect();
        for set in waiting.iter().take((waiting.len() + 1).saturating_sub(ROSTER_SETS_MAX)) {
            set.delete(self.tx())?;
        }
        self.make_set(roster, number, base, page.pages).map(Some)
    }

    fn make_set(&self, roster: Uuid, number: u32, base: u32, pages: u16) -> Result<Set> {
        // What is in force in doubt makes room for its like.
        for set in Set::of(self.tx(), self.head.campaign, roster)? {
            if set.number == number && set.base == base {
                set.delete(self.tx())?;
            }
        }
        let campaign = self.head.campaign;
        Set::insert(self.tx(), Set { id: 0, campaign, roster, number, base, pages, force: false, doubt: false })
    }

    /// Puts into force what is complete and leads on, as far as it goes.
    fn settle(&mut self, roster: Uuid, key: &Secret) -> Result<RosterStep> {
        let mut step = RosterStep::Aside;
        while let Some(next) = self.next_step(roster)? {
            step = self.advance(&next, key)?;
        }
        Ok(step)
    }

    /// The complete set that goes into force now: the highest whole one, else a difference from what is in force.
    fn next_step(&self, roster: Uuid) -> Result<Option<Set>> {
        let sets = Set::of(self.tx(), self.head.campaign, roster)?;
        let force = sets.iter().find(|set| set.force);
        let (at, doubt) = force.map_or((0, false), |force| (force.number, force.doubt));
        let mut found = None;
        for set in sets.iter().filter(|set| !set.force && (set.number > at || doubt)) {
            let leads = set.base == 0 || (set.base == at && !doubt && found.is_none());
            if leads && set.missing(self.tx())?.is_none() {
                found = Some(*set);
            }
        }
        Ok(found)
    }

    fn advance(&mut self, next: &Set, key: &Secret) -> Result<RosterStep> {
        let sets = Set::of(self.tx(), self.head.campaign, next.roster)?;
        let force = sets.iter().find(|set| set.force).copied();
        match self.outcome(next, force, key) {
            Ok(households) => self.put_in_force(next, &households, key),
            Err(Error::Untrusted { .. } | Error::Decode { .. } | Error::Limit { .. }) => {
                // What does not prove itself goes; the poll asks for the whole.
                next.delete(self.tx())?;
                if let Some(force) = force.filter(|_| next.base != 0) {
                    Set { doubt: true, ..force }.update(self.tx())?;
                }
                Ok(RosterStep::Contradicts)
            }
            Err(error) => Err(error),
        }
    }

    /// The households of the roster that `next` makes, proven by its digest.
    fn outcome(&self, next: &Set, force: Option<Set>, key: &Secret) -> Result<Vec<Household>> {
        let pages = next.load(self.tx(), key)?;
        let Some(base) = pages.first().and_then(|page| page.base) else { return roster::join(pages) };
        let force =
            force.ok_or_else(|| Error::untrusted("roster", "there is none that the difference leads on from"))?;
        let before = force.load(self.tx(), key)?;
        let digest = match before.first() {
            Some(first) => first.head.digest,
            None => roster::digest(&[])?,
        };
        if digest != base.digest {
            return Err(Error::untrusted("roster", "the difference leads on from another one of that number"));
        }
        roster::apply(before.into_iter().flat_map(|page| page.households).collect(), pages)
    }

    fn put_in_force(&mut self, next: &Set, households: &[Household], key: &Secret) -> Result<RosterStep> {
        let Some(head) = next.first(self.tx(), key)?.map(|page| page.head) else {
            return Err(Error::untrusted("roster", "its pages are gone"));
        };
        for set in Set::of(self.tx(), self.head.campaign, next.roster)? {
            if set.force || set.number <= next.number {
                set.delete(self.tx())?;
            }
        }
        let pages = roster::whole(head.roster, &head.area, head.number, households)?;
        let count = if households.is_empty() { 0 } else { u16::try_from(pages.len()).unwrap_or(u16::MAX) };
        let set = self.make_set(head.roster, head.number, 0, count)?;
        Set { force: true, ..set }.update(self.tx())?;
        let entropy = &*self.site.platform.entropy;
        for page in pages.iter().take(usize::from(count)) {
            set.keep(self.tx(), key, entropy, page.page, &page.to_bytes()?)?;
        }
        let people = households.iter().map(|one| one.people.len()).sum::<usize>();
        let narrow = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let (households, people) = (narrow(households.len()), narrow(people));
        let (roster, number, digest) = (head.roster, head.number, Fixed(head.digest));
        let source = ProfileSource::Dispatch;
        self.append(None, None, RosterApplied { roster, number, digest, households, people, source })?;
        Ok(RosterStep::InForce { households, people })
    }
}
