//! Whom the journal belongs to: campaign, keys, profile.

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::action::Action;
use super::documents::{self, Document};
use super::item::{self, NewItem, Status, What};
use super::{Journal, meta, outbox, segment};
use crate::crypto;
use crate::error::{Error, Result};
use crate::pack::Fixed;
use crate::profile::Profile;
use crate::record::{Enrolled, EpochReason, KeysApplied, ProfileApplied, ProfileSource};
use crate::state;
use crate::wire::{DeviceSigned, Enrolment, Invitation, KeySet};

impl Journal {
    /// Enrols the device on an invitation, with or without a network: a new epoch begins, the
    /// hub's keys come into force, what waited unsealed is wrapped to them, and the enrolment
    /// travels in front of every bundle until the hub knows the device.
    pub fn enrol(&self, invitation: &Invitation) -> Result<()> {
        self.join(invitation, Vec::new(), |_| Ok(()))
    }

    /// Enrols the device by an invitation's token or, where there is one, by a chain in its place. `more` is done in the
    /// same transaction.
    pub(super) fn join(
        &self,
        invitation: &Invitation,
        chain: Vec<Vec<u8>>,
        more: impl FnOnce(&mut Action<'_>) -> Result<()>,
    ) -> Result<()> {
        let keys = invitation.key_set()?;
        if keys.wrap_keys().is_empty() {
            return Err(Error::invalid("invitation", "its key set has no key to seal to; ask for a new one"));
        }
        self.make_tubes(invitation.campaign)?;
        self.upkeep(|action| {
            refuse_other_campaign(action, invitation)?;
            let device = action.head.epoch.device_row;
            action.close_segment()?;
            action.belong_to(invitation.campaign)?;
            keep_invitation(action.tx(), invitation)?;
            action.begin_epoch(EpochReason::Enrolment, device)?;
            let token = Fixed(invitation.token_id);
            action.append(None, None, Enrolled { campaign: invitation.campaign, token })?;
            action.keep_keys(&keys, &invitation.keys, ProfileSource::File)?;
            action.put_up_enrolment(invitation, chain)?;
            more(action)
        })
    }

    /// Puts a key set in force that the campaign's roots signed; its version, or `None` if it is
    /// not newer than the one in force.
    pub fn apply_keys(&self, bytes: &[u8], source: ProfileSource) -> Result<Option<u32>> {
        let keys = KeySet::parse(bytes)?;
        self.upkeep(|action| {
            let roots: Option<[u8; 64]> = meta::fixed(action.tx(), meta::ROOTS)?;
            let Some(roots) = roots else {
                return Err(Error::invalid("key set", "this device is not enrolled; enrol it first"));
            };
            if keys.campaign != action.head.campaign {
                return Err(Error::untrusted("key set", "it belongs to another campaign"));
            }
            keys.verify(&split_roots(&roots))?;
            action.keep_keys(&keys, bytes, source)
        })
    }

    /// Puts a profile in force for tubes opened from now on; its version. A device that is not
    /// enrolled takes any; an enrolled one takes a file only if it is the one its invitation
    /// names, and later ones by signed dispatch. A version never goes back; the same text again
    /// changes nothing.
    pub fn apply_profile(&self, text: &str, source: ProfileSource) -> Result<u32> {
        let profile = Profile::parse(text)?;
        self.make_tubes(profile.campaign)?;
        self.upkeep(|action| {
            let source = allowed_source(action, &profile, source)?;
            action.keep_profile(&profile, source)?;
            Ok(profile.version)
        })
    }

    /// The profile in force; the built-in one as long as there is no other.
    pub fn profile(&self) -> Result<Profile> {
        self.view(|view| profile_in_force(view.conn()))
    }

    /// The profile with this version, under which a tube may have been opened; `None` if it was
    /// never in force here. Version 0 is the built-in one.
    pub fn profile_version(&self, version: u32) -> Result<Option<Profile>> {
        self.view(|view| profile_of(view.conn(), version))
    }

    /// Whether an invitation was accepted.
    pub fn is_enrolled(&self) -> Result<bool> {
        self.view(|view| Ok(meta::get(view.conn(), meta::ROOTS)?.is_some()))
    }

    /// The campaign's name, once the device is enrolled.
    pub fn campaign_name(&self) -> Result<Option<String>> {
        self.view(|view| meta::text(view.conn(), meta::CAMPAIGN_NAME))
    }

    /// The hub's address, where the invitation named one.
    pub fn hub_url(&self) -> Result<Option<String>> {
        self.view(|view| meta::text(view.conn(), meta::HUB_URL))
    }

    /// Draws the campaign's key for tubes before the transaction that needs it.
    fn make_tubes(&self, campaign: Uuid) -> Result<()> {
        self.with(|_, store| store.memory.keys.make_tubes(campaign))
    }
}

impl Action<'_> {
    /// The journal belongs to `campaign` from now on. Tubes are looked up under the campaign's
    /// key, so the state is folded again.
    fn belong_to(&mut self, campaign: Uuid) -> Result<()> {
        if self.head.campaign == campaign {
            return Ok(());
        }
        meta::set(self.tx(), meta::CAMPAIGN, campaign.as_bytes())?;
        for version in [meta::PROFILE, meta::KEYS, meta::REVOCATIONS] {
            meta::set(self.tx(), version, &0u32.to_be_bytes())?;
        }
        self.head.campaign = campaign;
        state::rebuild(self.tx(), &self.look_up(), self.rows().all())
    }

    /// Keeps a verified key set and signs what waited for it.
    pub(super) fn keep_keys(&mut self, keys: &KeySet, bytes: &[u8], source: ProfileSource) -> Result<Option<u32>> {
        if keys.version <= documents::version(self.tx(), Document::Keys)? {
            return Ok(None);
        }
        let digest = keys.digest();
        documents::keep(self.tx(), Document::Keys, keys.campaign, keys.version, &digest, bytes)?;
        meta::set(self.tx(), meta::KEYS, &keys.version.to_be_bytes())?;
        self.append(None, None, KeysApplied { version: keys.version, digest: Fixed(digest), source })?;
        segment::sign_all(self.tx(), self.keys, &*self.site.platform.entropy, self.mode())?;
        Ok(Some(keys.version))
    }

    /// Keeps a profile and puts it in force; whether it is new.
    pub(super) fn keep_profile(&mut self, profile: &Profile, source: ProfileSource) -> Result<bool> {
        let text = profile.text().as_bytes();
        let digest = crypto::sha256(&[text]);
        self.belong_to(profile.campaign)?;
        let in_force = documents::version(self.tx(), Document::Profile)?;
        if profile.version == in_force {
            let same = documents::find(self.tx(), Document::Profile, profile.campaign, in_force)?;
            if same.is_some_and(|same| same == text) {
                return Ok(false);
            }
        }
        if profile.version <= in_force {
            let why = format!("version {in_force} is in force and a version never goes back; raise its version");
            return Err(Error::invalid("profile", why));
        }
        documents::keep(self.tx(), Document::Profile, profile.campaign, profile.version, &digest, text)?;
        meta::set(self.tx(), meta::PROFILE, &profile.version.to_be_bytes())?;
        meta::set(self.tx(), meta::KEEP_SEALED, &profile.keep_sealed_days.to_be_bytes())?;
        let (campaign, version) = (profile.campaign, profile.version);
        self.append(None, None, ProfileApplied { campaign, version, digest: Fixed(digest), source })?;
        Ok(true)
    }

    /// Puts the device's enrolment in front of what is sent; an older one of this device ends. One
    /// of a device that wrote here before goes on: what that device signed counts only with it.
    fn put_up_enrolment(&mut self, invitation: &Invitation, chain: Vec<Vec<u8>>) -> Result<()> {
        let here = self.head.epoch;
        let seal_key: [u8; 32] =
            self.tx().query_row("SELECT seal_key FROM device WHERE id = ?1", [here.device_row], |row| row.get(0))?;
        let proof = match chain.is_empty() {
            true => Enrolment::prove(&invitation.token, invitation.campaign, &here.key, &seal_key),
            false => [0; 32],
        };
        let enrolment = Enrolment {
            campaign: invitation.campaign,
            device_key: here.key,
            seal_key,
            token_id: invitation.token_id,
            proof,
            epoch: here.epoch,
            app: self.site.options.app.clone(),
            wall_ms: self.wall_ms(),
            chain,
        };
        let bytes = DeviceSigned::sign(&enrolment, &self.keys.signing(here.device_row)?)?.to_bytes()?;
        let sql = "UPDATE item SET status = ?1 WHERE what = 0 AND device = ?2 AND status IN (1, 4)";
        self.tx().execute(sql, params![Status::Superseded as i64, here.device_row])?;
        item::insert(
            self.tx(),
            &NewItem {
                what: What::Enrolment,
                device: here.device_row,
                epoch: here.id,
                number: 0,
                segment: None,
                first_seq: 0,
                last_seq: 0,
                digest: outbox::enrolment_digest(&bytes),
                bytes,
            },
        )?;
        Ok(())
    }
}

/// One journal serves one campaign: receipts, keys and batches of two could not be told apart.
fn refuse_other_campaign(action: &Action<'_>, invitation: &Invitation) -> Result<()> {
    let roots: Option<[u8; 64]> = meta::fixed(action.tx(), meta::ROOTS)?;
    let Some(roots) = roots else { return Ok(()) };
    if invitation.campaign != action.head.campaign {
        let why = "this journal is enrolled in another campaign; start one in another folder";
        return Err(Error::refused("enrolling", why));
    }
    if split_roots(&roots) != invitation.roots {
        let why = "the invitation names other roots than the ones this device trusts; have the campaign checked";
        return Err(Error::untrusted("invitation", why));
    }
    Ok(())
}

fn keep_invitation(conn: &Connection, invitation: &Invitation) -> Result<()> {
    meta::set(conn, meta::ROOTS, &invitation.roots.concat())?;
    meta::set(conn, meta::CAMPAIGN_NAME, invitation.campaign_name.as_bytes())?;
    meta::set(conn, meta::INVITED, &invitation.profile_digest)?;
    match &invitation.hub_url {
        Some(url) => meta::set(conn, meta::HUB_URL, url.as_bytes()),
        None => Ok(()),
    }
}

/// Under which source a profile file may come into force here.
fn allowed_source(action: &Action<'_>, profile: &Profile, source: ProfileSource) -> Result<ProfileSource> {
    if meta::get(action.tx(), meta::ROOTS)?.is_none() {
        return Ok(source);
    }
    if profile.campaign != action.head.campaign {
        return Err(Error::untrusted("profile", "it belongs to another campaign"));
    }
    let digest = crypto::sha256(&[profile.text().as_bytes()]);
    if meta::fixed::<32>(action.tx(), meta::INVITED)? == Some(digest) || is_kept(action.tx(), &digest)? {
        return Ok(ProfileSource::File);
    }
    let why = "it is not the one that the invitation names; later ones come signed, by sync or as a bundle file";
    Err(Error::untrusted("profile", why))
}

fn is_kept(conn: &Connection, digest: &[u8; 32]) -> Result<bool> {
    let sql = "SELECT 1 FROM document WHERE what = ?1 AND digest = ?2";
    Ok(conn.query_row(sql, params![Document::Profile as i64, digest], |_| Ok(())).optional()?.is_some())
}

pub(super) fn split_roots(roots: &[u8; 64]) -> [[u8; 32]; 2] {
    let (mut first, mut second) = ([0; 32], [0; 32]);
    first.copy_from_slice(&roots[..32]);
    second.copy_from_slice(&roots[32..]);
    [first, second]
}

/// The version of the profile in force; 0 for the built-in one.
pub(crate) fn profile_version(conn: &Connection) -> Result<u32> {
    documents::version(conn, Document::Profile)
}

/// The profile in force, the built-in one for none.
pub(crate) fn profile_in_force(conn: &Connection) -> Result<Profile> {
    let campaign = meta::uuid(conn, meta::CAMPAIGN)?.unwrap_or_default();
    let version = documents::version(conn, Document::Profile)?;
    match documents::find(conn, Document::Profile, campaign, version)? {
        Some(text) => parse_kept(&text),
        None => Ok(Profile::built_in(campaign)),
    }
}

/// The profile with this version.
pub(crate) fn profile_of(conn: &Connection, version: u32) -> Result<Option<Profile>> {
    let campaign = meta::uuid(conn, meta::CAMPAIGN)?.unwrap_or_default();
    if let Some(text) = documents::find(conn, Document::Profile, campaign, version)? {
        return parse_kept(&text).map(Some);
    }
    // A tube opened before the enrolment keeps the profile of that time.
    let sql = "SELECT bytes FROM document WHERE what = ?1 AND version = ?2 ORDER BY id DESC LIMIT 1";
    let text: Option<Vec<u8>> =
        conn.prepare_cached(sql)?.query_row(params![Document::Profile as i64, version], |row| row.get(0)).optional()?;
    match text {
        Some(text) => parse_kept(&text).map(Some),
        None => {
            let built_in = Profile::built_in(campaign);
            Ok((built_in.version == version).then_some(built_in))
        }
    }
}

fn parse_kept(text: &[u8]) -> Result<Profile> {
    let text = std::str::from_utf8(text).map_err(|_| super::fault::corrupt("a profile that was kept is no text"))?;
    Profile::parse(text)
}
