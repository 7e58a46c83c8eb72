//! Enrolment on the spot: a chief's phone takes in a helper's, without any network.
//!
//! Two codes do it. The helper's phone shows its keys, signed by themselves; the chief's phone signs a place for them
//! under its delegation and shows a welcome, which is worth nothing to anybody who has not the secrets of these keys. So
//! no code has to go before them: a code that was shown long ago, or twice, gives the same place again. The profile and
//! the card keys follow as a kit: a third code where the profile is short, else a file.

use uuid::Uuid;

use super::action::Action;
use super::documents::{self, Document};
use super::{Journal, anchors, enrol, meta};
use crate::cards::{
    CARDS_CODE_BYTES, Chain, Delegation, HelperKeys, Kit, Link, LinkScope, Rights, SignedDelegation, Welcome,
};
use crate::crypto;
use crate::error::{Error, Result};
use crate::id::{DeviceId, RecordRef};
use crate::pack::Fixed;
use crate::profile::Profile;
use crate::record::{Body, HelperEnrolled, ProfileSource};
use crate::state;
use crate::wire::{DeviceSigned, Invitation, KeySet};

const WHAT: &str = "enrolling a helper";
/// Characters of a campaign's name in a welcome that would else not fit its code.
const SHORT_NAME_CHARS: usize = 16;

/// A helper who was taken in, with the codes to show.
#[derive(Clone, Debug)]
pub struct Helper {
    /// The helper's device.
    pub device: DeviceId,
    /// The delegation.
    pub delegation: Uuid,
    /// Which of its helpers it is, from 1.
    pub ordinal: u32,
    /// How many places the delegation has left.
    pub left: u32,
    /// What the helper may do.
    pub rights: Rights,
    /// Until when, milliseconds since 1970 by the hub's clock.
    pub expires_ms: i64,
    /// The welcome ([`crate::cards::code_text`] makes its QR's text).
    pub welcome: Vec<u8>,
    /// The kit: profile and card keys.
    pub kit: Vec<u8>,
    /// The record by which the place was given.
    pub saved: RecordRef,
}

/// What a welcome gave this device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WelcomeTaken {
    /// The campaign.
    pub campaign: Uuid,
    /// Its name, for people.
    pub campaign_name: String,
    /// The chief's device.
    pub chief: DeviceId,
    /// What this device may do.
    pub rights: Rights,
    /// Until when, milliseconds since 1970 by the hub's clock.
    pub expires_ms: i64,
    /// Whether the profile is still to come, with the kit.
    pub profile_due: bool,
}

/// What a kit brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KitTaken {
    /// The version of the profile in force now.
    pub profile: u32,
    /// Card keys that are new here.
    pub card_keys: u32,
}

impl Journal {
    /// The code by which a chief's phone can enrol this one: its keys, signed by themselves.
    pub fn helper_code(&self) -> Result<Vec<u8>> {
        let (mode, app) = (self.mode(), self.site().options.app.clone());
        self.view(|view| {
            let row = head_row(view.conn())?;
            let (device_key, seal_key) = public_keys(view.conn(), row)?;
            let keys = HelperKeys { device_key, seal_key, mode, app };
            DeviceSigned::sign(&keys, &view.keys.signing(row)?)?.to_code()
        })
    }

    /// Enrols the helper whose code this is, as a chief: with these rights, until `expires_ms` or as long as the
    /// delegation lasts. The same helper again gets the same place again.
    pub fn accept_helper(&self, code: &[u8], rights: Rights, expires_ms: Option<i64>) -> Result<Helper> {
        let helper = HelperKeys::of_code(code)?;
        if helper.mode != self.mode() {
            let why = "one of the two phones is in practice mode and the other is not; bring both into the same";
            return Err(Error::refused(WHAT, why));
        }
        if rights == Rights::NONE || !Rights::OF_HELPERS.has(rights) {
            let words = Rights::OF_HELPERS.words().join(" ");
            return Err(Error::refused(WHAT, format!("a helper can be given: {words}; ask the hub for more")));
        }
        self.act(|action| {
            if helper.device_key == action.head.epoch.key {
                return Err(Error::refused(WHAT, "this is this phone's own code; read the one on the helper's screen"));
            }
            let (signed, place) = action.place_for(&helper, rights, expires_ms)?;
            action.welcome(&helper, &signed, place)
        })
    }

    /// Takes part by a chief's welcome, with or without a network: what it says is verified, a new epoch begins, and the
    /// enrolment with its chain travels in front of every bundle. The same welcome again changes nothing.
    pub fn accept_welcome(&self, code: &[u8]) -> Result<WelcomeTaken> {
        let welcome = Welcome::of_code(code)?;
        let (clock, mono_ms) = (self.platform().clock.session(), self.platform().clock.mono_ms());
        let (known, reached, (device_key, seal_key)) = self.view(|view| {
            let row = head_row(view.conn())?;
            let known = meta::get(view.conn(), meta::CHIEF)?;
            let reached = anchors::reached(view.conn(), clock, mono_ms)?;
            Ok((known, reached, public_keys(view.conn(), row)?))
        })?;
        let (keys, chain) = welcome.verify(&device_key, &seal_key)?;
        if reached.is_some_and(|reached| reached > chain.link.expires_ms) {
            return Err(Error::refused("welcome", "it has expired; have the chief make a new one"));
        }
        let chief = chief_of(&chain, &welcome.chain);
        if known.as_deref() != Some(&chief[..]) {
            let invitation = invitation_of(&welcome, &keys, &chain);
            self.join(&invitation, welcome.chain.to_vec(), |action| meta::set(action.tx(), meta::CHIEF, &chief))?;
        }
        let profile = self.profile()?;
        Ok(WelcomeTaken {
            campaign: keys.campaign,
            campaign_name: welcome.campaign_name,
            chief: chain.delegation.device(),
            rights: chain.link.rights,
            expires_ms: chain.link.expires_ms,
            profile_due: *profile.digest() != welcome.profile_digest,
        })
    }

    /// Takes the chief's kit: the profile that the welcome names, and the card keys. Idempotent.
    pub fn accept_kit(&self, code: &[u8]) -> Result<KitTaken> {
        let kit = Kit::of_code(code)?;
        let chief = self.view(|view| meta::get(view.conn(), meta::CHIEF))?;
        let chief =
            chief.ok_or_else(|| Error::refused("kit", "no chief enrolled this device; read the welcome first"))?;
        if !chief.starts_with(&kit.chief_key) {
            return Err(Error::untrusted("kit", "it is not by the chief who enrolled this device"));
        }
        if kit.to != self.device() || kit.campaign != self.campaign() {
            return Err(Error::untrusted("kit", "it is for another device"));
        }
        if let Some(text) = &kit.profile {
            let text = std::str::from_utf8(text).map_err(|_| Error::decode("profile", "it is not UTF-8"))?;
            if Profile::parse(text)?.version > self.profile()?.version {
                self.apply_profile(text, ProfileSource::File)?;
            }
        }
        let card_keys = self.upkeep(|action| {
            let secret = action.keys.sealing(action.head.epoch.device_row)?;
            action.keep_card_keys(&kit.card_keys(&secret)?)
        })?;
        Ok(KitTaken { profile: self.profile()?.version, card_keys })
    }

    /// The helpers whom this device enrolled, in order.
    pub fn helpers(&self) -> Result<Vec<HelperEnrolled>> {
        self.view(|view| {
            let bodies = view.helpers()?.into_iter().map(|record| record.body);
            Ok(bodies
                .filter_map(|body| if let Body::HelperEnrolled(body) = body { Some(body) } else { None })
                .collect())
        })
    }
}

/// What is remembered of the chief: the key, and which chain it was.
fn chief_of(chain: &Chain, bytes: &[Vec<u8>; 2]) -> Vec<u8> {
    let digest = crypto::sha256(&[&bytes[0], &bytes[1]]);
    [chain.delegation.device_key, digest].concat()
}

/// A welcome as an invitation, without a token.
fn invitation_of(welcome: &Welcome, keys: &KeySet, chain: &Chain) -> Invitation {
    Invitation {
        campaign: keys.campaign,
        campaign_name: welcome.campaign_name.clone(),
        roots: welcome.roots,
        keys: welcome.keys.clone(),
        token_id: [0; 8],
        token: [0; 16],
        profile_digest: welcome.profile_digest,
        profile_version: welcome.profile_version,
        hub_url: welcome.hub_url.clone(),
        expires_ms: chain.link.expires_ms,
    }
}

/// The row of the device that writes now.
fn head_row(conn: &rusqlite::Connection) -> Result<i64> {
    let sql = "SELECT device FROM epoch WHERE id = (SELECT epoch FROM head)";
    Ok(conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

fn public_keys(conn: &rusqlite::Connection, device: i64) -> Result<([u8; 32], [u8; 32])> {
    let sql = "SELECT key, seal_key FROM device WHERE id = ?1";
    Ok(conn.prepare_cached(sql)?.query_row([device], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// A helper's place, as its record holds it.
struct Place {
    body: HelperEnrolled,
    saved: RecordRef,
    left: u32,
}

impl Action<'_> {
    /// The helper's place: the one given before, or the next that is free under a delegation that holds.
    fn place_for(
        &mut self,
        helper: &HelperKeys,
        rights: Rights,
        expires_ms: Option<i64>,
    ) -> Result<(SignedDelegation, Place)> {
        let held = self.delegations_for(Rights::ENROL)?;
        let mut free = None;
        for (signed, delegation) in held {
            let used = state::helpers_of(self.tx(), delegation.id)?;
            let left = delegation.helpers.saturating_sub(used);
            if let Some(place) = self.given(helper, &delegation, left)? {
                return Ok((signed, place));
            }
            if left > 0 && free.is_none() && delegation.rights.has(rights) {
                free = Some((signed, delegation, used));
            }
        }
        let Some((signed, delegation, used)) = free else {
            let why =
                "every place of the delegation is taken, or it does not have these rights; ask the hub for another";
            return Err(Error::refused(WHAT, why));
        };
        let body = HelperEnrolled {
            delegation: delegation.id,
            device: helper.device(),
            sign: Fixed(helper.device_key),
            seal: Fixed(helper.seal_key),
            ordinal: used + 1,
            rights: rights.0,
            expires_ms: expires_ms.unwrap_or(i64::MAX).min(delegation.expires_ms),
        };
        let saved = self.append(None, None, body.clone())?;
        Ok((signed, Place { left: delegation.helpers.saturating_sub(used + 1), body, saved }))
    }

    /// The place that this helper has under a delegation.
    fn given(&self, helper: &HelperKeys, delegation: &Delegation, left: u32) -> Result<Option<Place>> {
        let Some(saved) = state::helper(self.tx(), delegation.id, helper.device())? else { return Ok(None) };
        match self.read(saved)?.map(|record| record.body) {
            Some(Body::HelperEnrolled(body)) if body.seal.0 == helper.seal_key => Ok(Some(Place { body, saved, left })),
            Some(Body::HelperEnrolled(_)) => Err(Error::refused(
                WHAT,
                "this helper was enrolled with another sealing key; install the app anew there",
            )),
            _ => Err(Error::refused(WHAT, "the record of this helper's place cannot be read; ask the hub for a token")),
        }
    }

    /// The codes for a helper's place.
    fn welcome(&mut self, helper: &HelperKeys, signed: &SignedDelegation, place: Place) -> Result<Helper> {
        let Place { body, saved, left } = place;
        let (rights, seed) = (Rights(body.rights), self.signing()?);
        let scope = LinkScope { delegation: &signed.bytes, device_key: &helper.device_key, seal_key: &helper.seal_key };
        let link = Link::sign(scope, body.ordinal, rights, body.expires_ms, &seed)?;
        let profile = enrol::profile_in_force(self.tx())?;
        let mut welcome = Welcome {
            campaign_name: meta::text(self.tx(), meta::CAMPAIGN_NAME)?.unwrap_or_default(),
            roots: self.roots()?,
            keys: self.keys_for(signed)?,
            profile_digest: *profile.digest(),
            profile_version: profile.version,
            hub_url: meta::text(self.tx(), meta::HUB_URL)?,
            chain: [signed.to_bytes()?, link.to_bytes()?],
        };
        let mut code = welcome.to_code()?;
        if code.len() > CARDS_CODE_BYTES && welcome.campaign_name.chars().count() > SHORT_NAME_CHARS {
            let short: String = welcome.campaign_name.chars().take(SHORT_NAME_CHARS - 1).collect();
            welcome.campaign_name = format!("{short}…");
            code = welcome.to_code()?;
        }
        let text = (profile.version > 0).then(|| profile.text().as_bytes().to_vec());
        let (chief, campaign) = (self.head.epoch.key, self.head.campaign);
        let keys = self.card_keys(None)?;
        let entropy = &*self.site.platform.entropy;
        let kit = Kit::new(chief, campaign, helper.device(), &helper.seal_key, text, &keys, entropy)?.to_code(&seed)?;
        Ok(Helper {
            device: helper.device(),
            delegation: body.delegation,
            ordinal: body.ordinal,
            left,
            rights,
            expires_ms: body.expires_ms,
            welcome: code,
            kit,
            saved,
        })
    }

    fn roots(&self) -> Result<[[u8; 32]; 2]> {
        let roots: Option<[u8; 64]> = meta::fixed(self.tx(), meta::ROOTS)?;
        roots
            .map(|roots| enrol::split_roots(&roots))
            .ok_or_else(|| Error::refused(WHAT, "this device is not enrolled itself; enrol it first"))
    }

    /// The key set for a helper: the short one of invitations, where the delegation verifies by it, else the one in
    /// force.
    fn keys_for(&self, signed: &SignedDelegation) -> Result<Vec<u8>> {
        let version = documents::version(self.tx(), Document::Keys)?;
        if let Some(bytes) = meta::get(self.tx(), meta::KEYS_IN_USE)? {
            let keys = KeySet::parse(&bytes)?;
            if keys.version >= version && signed.verify(&keys).is_ok() && !keys.wrap_keys().is_empty() {
                return Ok(bytes);
            }
        }
        documents::find(self.tx(), Document::Keys, self.head.campaign, version)?
            .ok_or_else(|| Error::refused(WHAT, "this device has no key set of the hub; sync first"))
    }
}
