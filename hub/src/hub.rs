//! The hub as a library: one folder, one object, callable without HTTP.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use fieldcore::DeviceId;
use fieldcore::doors::Doors;
use fieldcore::roster::Homes;
use fieldcore::wire::{Bundle, Item, KeySet};
use uuid::Uuid;

use crate::core::Core;
use crate::error::{Error, Result};
use crate::export::Exported;
use crate::keys::KeyRing;
use crate::reports::custody_model::Custody;
use crate::reports::doors::{ClaimsReport, MissedRow, RoundDoors};
use crate::reports::lookup::Lookup;
use crate::reports::model::{
    Conflicts, DeviceRow, Erasure, Figures, HeldItem, Ledger, LedgerBy, Sighting, Stock, TubeTrace, Verification,
};
use crate::reports::{conflicts, custody, doors, held, ledger, trace};
use crate::retention::{HeldAge, RoundAge};
use crate::roster::keep::{self, NewList};
use crate::store::DeviceBy;
use crate::store::rows::DeviceState;
use crate::surroundings::Surroundings;
use crate::{backup, carry, decide, dispatches, export, ingest, retention, setup, verify};

/// What a new hub is told.
#[derive(Clone, Debug, Default)]
pub struct InitOptions {
    /// The campaign's name, for people; `Fieldcore` if empty.
    pub name: String,
    /// Where phones reach the hub; stands in invitations.
    pub url: Option<String>,
    /// The first profile's TOML text; the built-in profile if absent.
    pub profile: Option<String>,
}

/// What a token is made for.
#[derive(Clone, Debug)]
pub struct TokenOptions {
    /// How many devices may enrol with it.
    pub uses: u32,
    /// How long it is good for, milliseconds from now.
    pub valid_ms: u64,
    /// Where phones reach the hub; the one given at the start if absent.
    pub url: Option<String>,
}

impl Default for TokenOptions {
    fn default() -> Self {
        Self { uses: 1, valid_ms: 7 * 24 * 3_600_000, url: None }
    }
}

/// A hub. Cheap to clone; all clones are one hub.
#[derive(Clone)]
pub struct Hub {
    core: Arc<Core>,
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&self.core, f)
    }
}

impl Hub {
    /// Makes a new hub in `dir`: keys, store, first profile. The secrets of the offline roots
    /// and of the recovery key are written to `dir/take-away`.
    pub fn init(dir: &Path, options: &InitOptions, surroundings: Surroundings) -> Result<Self> {
        setup::init(dir, options, &surroundings)?;
        Self::open(dir, surroundings)
    }

    /// Opens the hub in `dir`.
    pub fn open(dir: &Path, surroundings: Surroundings) -> Result<Self> {
        Ok(Self { core: Core::open(dir, surroundings)? })
    }

    pub(crate) const fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// The hub's folder.
    pub fn dir(&self) -> &Path {
        &self.core.dir
    }

    /// What time it is for the hub, milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        self.core.around.now_ms()
    }

    /// The campaign.
    pub fn campaign(&self) -> Uuid {
        self.core.campaign
    }

    /// Takes a bundle, answers a bundle; the answer exists only after the commit.
    pub fn ingest(&self, bundle: &[u8]) -> Result<Vec<u8>> {
        ingest::ingest(&self.core, bundle, ingest::Via::Network(None))
    }

    /// Takes a bundle that came as a file, written by `carrier` where that is known; answers as
    /// [`Self::ingest`] does.
    pub fn ingest_carried(&self, bundle: &[u8], carrier: Option<DeviceId>) -> Result<Vec<u8>> {
        ingest::ingest(&self.core, bundle, ingest::Via::File(carrier))
    }

    /// Hands out what is for one device, or for all, to be carried to them: key set, profile and
    /// revocations, and of each device its state, its receipts of the last 90 days and what waits for it.
    pub fn carry(&self, device: Option<DeviceId>, each: &mut dyn FnMut(Item) -> Result<()>) -> Result<u64> {
        carry::carry(&self.core, device, each)
    }

    /// The signed state of one device, as a bundle with one item.
    pub fn state(&self, device: DeviceId, nonce: [u8; 16]) -> Result<Vec<u8>> {
        let ring = self.core.ring()?;
        let bytes = self.core.read(|reads| {
            let row = reads.device(DeviceBy::Id(device.as_bytes()))?.filter(|row| row.state != DeviceState::Unknown);
            let row =
                row.ok_or_else(|| Error::Unknown { what: "this device".to_owned(), next: "send its enrolment first" })?;
            dispatches::state_of(&self.core, &ring, reads, &row, nonce)
        })?;
        Ok(Bundle::write(&[Item::State(bytes)])?)
    }

    /// A new token, as the invitation's text.
    pub fn token(&self, options: &TokenOptions) -> Result<String> {
        setup::token(&self.core, options)
    }

    /// The profile's TOML text in force.
    pub fn profile(&self) -> Result<String> {
        setup::profile(&self.core, true)
    }

    /// Signs the profile in `text` and publishes it to all devices; its version must be above
    /// the one in force.
    pub fn publish_profile(&self, text: &str) -> Result<()> {
        setup::put_profile(&self.core, text, true).map(|_| ())
    }

    /// Signs the profile in `text` without sending it out; [`Self::publish_signed`] does that.
    pub fn sign_profile(&self, text: &str) -> Result<()> {
        setup::put_profile(&self.core, text, false).map(|_| ())
    }

    /// Publishes the profile that was signed last; its version.
    pub fn publish_signed(&self) -> Result<u32> {
        setup::publish_profile(&self.core)
    }

    /// The published profile as a signed bundle, for phones without network.
    pub fn profile_bundle(&self) -> Result<Vec<u8>> {
        setup::profile_bundle(&self.core)
    }

    /// New receipt and seal keys, certified by the root whose secret is in `root_file`. Keys in
    /// `lost` are revoked, and what only they open is asked for again. The new set's version.
    pub fn rotate_keys(&self, root_file: &Path, lost: &[[u8; 8]]) -> Result<u32> {
        setup::rotate(&self.core, root_file, lost)
    }

    /// The key set in use.
    pub fn key_set(&self) -> Result<KeySet> {
        Ok(self.core.ring()?.set.clone())
    }

    /// Asks devices again for every item that cannot be read with the keys at hand; how many.
    pub fn ask_for_unreadable(&self) -> Result<u64> {
        setup::ask_for_unreadable(&self.core)
    }

    /// Asks a device for the records that are missing between those that have arrived.
    pub fn ask_for_gaps(&self, device: DeviceId) -> Result<u64> {
        decide::ask_for_gaps(&self.core, device)
    }

    /// Figures of one round (by id or name), or of all.
    pub fn figures(&self, round: Option<&str>) -> Result<Figures> {
        self.core.read(|reads| ledger::figures(reads, round))
    }

    /// Opened items whose records are not yet in the figures: 0 but while tables are derived again.
    pub fn lag(&self) -> Result<u64> {
        self.core.read(|reads| reads.lag())
    }

    /// What the hub holds.
    pub fn stock(&self) -> Result<Stock> {
        self.core.read(|reads| Ok(Stock { conflicts: conflicts::count(reads)?, ..reads.stock()? }))
    }

    /// The ledger of one round (by id or name), or of all.
    pub fn ledger(&self, round: Option<&str>, by: LedgerBy) -> Result<Ledger> {
        self.core.read(|reads| ledger::ledger(reads, round, by))
    }

    fn lookup<T>(&self, mut ask: impl FnMut(&Lookup<'_>, &KeyRing) -> Result<T>) -> Result<T> {
        let ring = self.core.ring()?;
        self.core.read(|reads| ask(&Lookup::new(reads, self.core.checker(&ring)), &ring))
    }

    fn note(&self, what: &'static str, target: &str, people: usize) -> Result<()> {
        let target = target.to_owned();
        self.core.write(move |applier, tx| tx.note_access(applier.now_ms, what, &target, people as u64))
    }

    /// Every tube with that label, with its people. That it was asked is written down.
    pub fn trace(&self, label: &str) -> Result<Vec<TubeTrace>> {
        let found = self.lookup(|lookup, _| trace::trace(lookup, self.core.campaign, label))?;
        self.note("trace", label, found.iter().map(|tube| tube.people.len()).sum())?;
        Ok(found)
    }

    /// Where the person with this document number was seen. That it was asked is written down,
    /// not for whom.
    pub fn person(&self, number: &str) -> Result<Vec<Sighting>> {
        let now_ms = self.core.around.now_ms();
        let found = self.lookup(|lookup, ring| trace::person(lookup, ring, number, now_ms))?;
        self.note("person", "", usize::from(!found.is_empty()))?;
        Ok(found)
    }

    /// What two devices say differently.
    pub fn conflicts(&self) -> Result<Conflicts> {
        self.lookup(|lookup, _| conflicts::conflicts(lookup, self.core.campaign))
    }

    /// Where boxes and tubes are, and what of their way does not add up; of one box, where its label is given.
    pub fn custody(&self, container: Option<&str>) -> Result<Custody> {
        let profile = fieldcore::Profile::parse(&self.profile()?)?;
        let (campaign, now_ms) = (self.core.campaign, self.core.around.now_ms());
        let asked = custody::Asked { campaign, now_ms, hours_max: profile.swab_hours_max, container };
        self.lookup(|lookup, _| custody::custody(lookup, &asked))
    }

    fn doors<T>(
        &self,
        round: Option<&str>,
        mut tell: impl FnMut(&Lookup<'_>, &RoundDoors, &dyn Homes) -> Result<T>,
    ) -> Result<(String, T)> {
        self.lookup(|lookup, ring| {
            let roster = keep::everybody(lookup.reads)?;
            let found = doors::doors(lookup, ring, round, &roster)?;
            Ok((found.round.name.clone(), tell(lookup, &found, &roster)?))
        })
    }

    /// What became of every household and person of one round (by id or name; the only one if absent): figures by
    /// building, team and category. The round's name with it.
    pub fn coverage(&self, round: Option<&str>) -> Result<(String, Doors)> {
        self.doors(round, |_, found, _| Ok(found.doors.clone()))
    }

    /// Who is missed in a round, with names. That it was asked is written down.
    pub fn missed(&self, round: Option<&str>) -> Result<(String, Vec<MissedRow>)> {
        let found = self.doors(round, doors::missed)?;
        self.note("missed", round.unwrap_or_default(), found.1.iter().filter(|row| row.name.is_some()).count())?;
        Ok(found)
    }

    /// What teams claimed in a round, and where they claimed the same doors.
    pub fn claims(&self, round: Option<&str>) -> Result<(String, ClaimsReport)> {
        self.doors(round, |lookup, found, _| doors::claims(lookup, found))
    }

    /// What is stored and not counted.
    pub fn held(&self) -> Result<Vec<HeldItem>> {
        self.core.read(held::held)
    }

    /// Accepts a held item: it is opened and counted; a fork's whole branch with it. A negative
    /// id accepts the device of a held enrolment.
    pub fn accept(&self, id: i64) -> Result<()> {
        decide::accept(&self.core, id)
    }

    /// Rejects a held item: it stays stored and is never counted.
    pub fn reject(&self, id: i64) -> Result<()> {
        decide::reject(&self.core, id)
    }

    /// Judges everything held again: a key was put back, or this version knows more than the
    /// last. How many items were opened.
    pub fn retry_held(&self) -> Result<u64> {
        Ok(verify::take_kept(&self.core)? + verify::reconsider(&self.core)?)
    }

    /// Every device.
    pub fn devices(&self) -> Result<Vec<DeviceRow>> {
        self.core.read(held::devices)
    }

    /// Revokes a device: what the hub has of it stays counted, everything else of it is held.
    pub fn revoke(&self, device: DeviceId) -> Result<()> {
        decide::revoke(&self.core, device)
    }

    /// Closes a device that has handed in everything or is written off.
    pub fn close_device(&self, device: DeviceId) -> Result<()> {
        decide::close(&self.core, device)
    }

    /// Checks every signature, gap and receipt, and derives the reports again from the bytes.
    pub fn verify(&self) -> Result<Verification> {
        verify::verify(&self.core)
    }

    /// Derives the tables of the reports again from the stored bytes. Phones may go on sending.
    pub fn rebuild(&self) -> Result<()> {
        verify::rebuild(&self.core).map(|_| ())
    }

    /// Writes a backup: the store and, unless `without_keys`, the hub's keys.
    pub fn backup(&self, file: &Path, without_keys: bool) -> Result<()> {
        backup::backup(&self.core, file, without_keys)
    }

    /// Restores a backup into `dir`. The store's generation changes, so that phones send again
    /// what this hub lacks. A backup without keys needs the key folder put there first.
    pub fn restore(dir: &Path, file: &Path, surroundings: Surroundings) -> Result<Self> {
        backup::restore(dir, file, &surroundings, false)?;
        Self::open(dir, surroundings)
    }

    /// As [`Self::restore`], when the key folder is lost: the hub's own keys are made anew and the
    /// tables derived again. Only seal keys that are still to be had open what is stored.
    pub fn restore_with_new_keys(dir: &Path, file: &Path, surroundings: Surroundings) -> Result<Self> {
        let made = backup::restore(dir, file, &surroundings, true)?;
        let hub = Self::open(dir, surroundings)?;
        if made {
            hub.rebuild()?;
        }
        Ok(hub)
    }

    /// The rounds that have data here, and whether the profile's retention is over.
    pub fn rounds(&self) -> Result<Vec<RoundAge>> {
        retention::rounds(&self.core)
    }

    /// What is held and not counted, and how much of it is beyond its period.
    pub fn held_age(&self) -> Result<HeldAge> {
        retention::held(&self.core)
    }

    /// Removes the bodies of held and rejected items beyond their period; how many. What was held is
    /// rejected by that.
    pub fn erase_held(&self) -> Result<u64> {
        retention::erase_held(&self.core)
    }

    /// Removes the people and bodies of one round (by id or name); figures, headers, digests,
    /// receipts and de-duplication keys stay.
    pub fn erase_round(&self, round: &str) -> Result<Erasure> {
        retention::erase(&self.core, round)
    }

    /// Headers that lists of an area were said to have, for finding them in the next one.
    pub fn roster_headers(&self, area: &str) -> Result<Vec<String>> {
        keep::headers(&self.core, area)
    }

    /// Imports lists into an area; one of the same name goes. With `dry_run` nothing is kept.
    pub fn roster_import(&self, area: &str, lists: &[NewList], dry_run: bool) -> Result<keep::Change> {
        keep::import(&self.core, area, lists, dry_run)
    }

    /// Every area with its lists and devices.
    pub fn roster_lists(&self) -> Result<Vec<keep::Area>> {
        keep::lists(&self.core)
    }

    /// What somebody who knows the people must say.
    pub fn roster_questions(&self) -> Result<Vec<keep::OpenQuestion>> {
        keep::questions(&self.core)
    }

    /// Answers a question by its id, or answers it anew: whether two are the same.
    pub fn roster_answer(&self, id: &str, same: bool) -> Result<keep::Change> {
        keep::answer(&self.core, id, same)
    }

    /// Forgets a list; its people go, unless another list tells of them.
    pub fn roster_forget(&self, list: &str, area: Option<&str>) -> Result<keep::Change> {
        keep::forget(&self.core, list, area)
    }

    /// Forgets every list, answer and person of every area.
    pub fn roster_forget_all(&self) -> Result<Vec<keep::Change>> {
        keep::forget_all(&self.core)
    }

    /// Gives areas to a device: it gets their rosters, sealed to it, when it polls.
    pub fn roster_assign(&self, device: DeviceId, areas: &[String]) -> Result<Vec<String>> {
        keep::assign(&self.core, device, areas, true)
    }

    /// Takes areas back, all if none is named: the device gets empty rosters in their place.
    pub fn roster_unassign(&self, device: DeviceId, areas: &[String]) -> Result<Vec<String>> {
        keep::assign(&self.core, device, areas, false)
    }

    /// Writes the people of a round, or of all, as CSV. That it was done is written down.
    pub fn export_csv(&self, round: Option<&str>, out: &mut dyn Write) -> Result<Exported> {
        let exported = self.lookup(|lookup, _| export::csv(lookup, round, out))?;
        self.note("export csv", round.unwrap_or_default(), usize::try_from(exported.people).unwrap_or(usize::MAX))?;
        Ok(exported)
    }

    /// Writes the tubes and people of a round, or of all, as a FHIR R5 Bundle.
    /// That it was done is written down.
    pub fn export_fhir(&self, round: Option<&str>, out: &mut dyn Write) -> Result<Exported> {
        let (campaign, now_ms) = (self.core.campaign.to_string(), self.core.around.now_ms());
        let exported = self.lookup(|lookup, _| export::fhir(lookup, &campaign, round, now_ms, out))?;
        self.note("export fhir", round.unwrap_or_default(), usize::try_from(exported.people).unwrap_or(usize::MAX))?;
        Ok(exported)
    }

    /// Lets what waits finish and closes the hub; later calls are refused.
    pub fn close(&self) {
        self.core.writer.stop();
    }
}
