//! The journal's secrets: read from the vault once, kept for the life of the process, wiped after.
//!
//! * `install`: that this file and this vault belong together.
//! * `device/<n>/sign`, `device/<n>/seal`: the device's Ed25519 seed and X25519 secret.
//! * `bucket/<uuid>`: one for each round (and the campaign); destroying it is what erases a round.
//!   Data keys and card keys are sealed under it and people looked up with it, so all end with it.
//! * `tubes/<campaign>`: tubes and lanes are looked up with it.
//! * `roster/<campaign>`: the campaign's rosters are sealed under it; destroying it ends them.

use std::cell::RefCell;
use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::head::EpochRow;
use super::site::Site;
use crate::crypto;
use crate::error::{Error, Result};
use crate::platform::Platform;
use crate::secret::Secret;
use crate::state::Keys;

const WRAP_KEY: &str = "fieldcore 1 phone wrap key";
const PERSON_KEY: &str = "fieldcore 1 person look-up key";
const TUBE_KEY: &str = "fieldcore 1 tube look-up key";
const ROSTER_KEY: &str = "fieldcore 1 roster key";
const WRAP_TAG: &[u8] = b"fieldcore/phone-wrap/1\0";
const CARD_KEY: &str = "fieldcore 1 card key seal";
const INSTALL_TAG: &[u8] = b"fieldcore/install-id/1\0";
/// Data keys kept at hand; a walk over the whole journal needs one at a time.
const DATA_KEYS_MAX: usize = 256;

/// The keys that one bucket's secret gives.
#[derive(Clone)]
struct Bucket {
    wrap: Secret,
    person: Secret,
    cards: Secret,
}

#[derive(Default)]
struct Cache {
    buckets: HashMap<Uuid, Option<Bucket>>,
    data: HashMap<i64, Option<Secret>>,
    tubes: Option<(Uuid, Secret)>,
    roster: Option<(Uuid, Secret)>,
    signing: HashMap<i64, Secret>,
    epochs: Vec<EpochRow>,
}

/// The journal's secrets.
pub(super) struct Keyring {
    platform: Platform,
    prefix: &'static str,
    cache: RefCell<Cache>,
}

impl Keyring {
    pub(super) fn new(site: &Site) -> Self {
        Self { platform: site.platform.clone(), prefix: site.prefix(), cache: RefCell::default() }
    }

    fn name(&self, rest: &str) -> String {
        format!("{}{rest}", self.prefix)
    }

    fn read(&self, name: &str) -> Result<Option<Secret>> {
        self.platform.vault.read(&self.name(name))
    }

    /// The secret called `name`, drawn if there is none.
    fn read_or_create(&self, name: &str) -> Result<Secret> {
        if let Some(secret) = self.read(name)? {
            return Ok(secret);
        }
        let bytes = Zeroizing::new(self.platform.random::<32>()?);
        let secret = Secret::new(*bytes);
        self.platform.vault.create(&self.name(name), &secret)?;
        Ok(secret)
    }

    // The install.

    /// Digest of the install secret; `None` if the vault has none.
    pub(super) fn install(&self) -> Result<Option<[u8; 32]>> {
        Ok(self.read("install")?.map(|secret| crypto::sha256(&[INSTALL_TAG, secret.expose()])))
    }

    /// Digest of the install secret, drawn if there is none.
    pub(super) fn make_install(&self) -> Result<[u8; 32]> {
        Ok(crypto::sha256(&[INSTALL_TAG, self.read_or_create("install")?.expose()]))
    }

    // The device.

    /// Public keys (signing, sealing) of the device in row `id`; `None` if a secret is gone.
    pub(super) fn device(&self, id: i64) -> Result<Option<([u8; 32], [u8; 32])>> {
        match (self.read(&format!("device/{id}/sign"))?, self.read(&format!("device/{id}/seal"))?) {
            (Some(sign), Some(seal)) => Ok(Some((crypto::signing_public(&sign), crypto::wrap_public(&seal)?))),
            _ => Ok(None),
        }
    }

    /// Public keys of the device in row `id`, drawn where there are none.
    pub(super) fn make_device(&self, id: i64) -> Result<([u8; 32], [u8; 32])> {
        let sign = self.read_or_create(&format!("device/{id}/sign"))?;
        let seal = self.read_or_create(&format!("device/{id}/seal"))?;
        Ok((crypto::signing_public(&sign), crypto::wrap_public(&seal)?))
    }

    /// The device's signing seed.
    pub(super) fn signing(&self, device: i64) -> Result<Secret> {
        if let Some(seed) = self.cache.borrow().signing.get(&device) {
            return Ok(seed.clone());
        }
        let seed = self.required(&format!("device/{device}/sign"))?;
        self.cache.borrow_mut().signing.insert(device, seed.clone());
        Ok(seed)
    }

    /// The device's X25519 secret, to which dispatches are sealed.
    pub(super) fn sealing(&self, device: i64) -> Result<Secret> {
        self.required(&format!("device/{device}/seal"))
    }

    fn required(&self, name: &str) -> Result<Secret> {
        self.read(name)?.ok_or_else(|| Error::Vault {
            name: self.name(name),
            reason: "it is gone; open the journal again, it will go on with new keys".to_owned(),
        })
    }

    /// The epoch in row `id`, from memory where possible: epochs never change.
    pub(super) fn epoch(&self, conn: &Connection, id: i64) -> Result<Option<EpochRow>> {
        self.find_epoch(conn, |epoch| epoch.id == id)
    }

    /// The epoch that `matches`.
    pub(super) fn find_epoch(
        &self,
        conn: &Connection,
        matches: impl Fn(&EpochRow) -> bool,
    ) -> Result<Option<EpochRow>> {
        if let Some(epoch) = self.cache.borrow().epochs.iter().find(|epoch| matches(epoch)) {
            return Ok(Some(*epoch));
        }
        let all = EpochRow::all(conn)?;
        let found = all.iter().find(|epoch| matches(epoch)).copied();
        self.cache.borrow_mut().epochs = all;
        Ok(found)
    }

    // Buckets and data keys.

    fn bucket(&self, bucket: Uuid) -> Result<Option<Bucket>> {
        if let Some(known) = self.cache.borrow().buckets.get(&bucket) {
            return Ok(known.clone());
        }
        let read = self.read(&format!("bucket/{bucket}"))?.map(|secret| Bucket::of(&secret));
        self.cache.borrow_mut().buckets.insert(bucket, read.clone());
        Ok(read)
    }

    /// Whether the bucket's secret is in the vault.
    pub(super) fn has_bucket(&self, bucket: Uuid) -> Result<bool> {
        Ok(self.bucket(bucket)?.is_some())
    }

    /// Draws the bucket's secret where there is none.
    fn make_bucket(&self, bucket: Uuid) -> Result<Bucket> {
        if let Some(known) = self.bucket(bucket)? {
            return Ok(known);
        }
        let made = Bucket::of(&self.read_or_create(&format!("bucket/{bucket}"))?);
        self.cache.borrow_mut().buckets.insert(bucket, Some(made.clone()));
        Ok(made)
    }

    /// Destroys the bucket's secret for good, and everything that was derived from it here.
    pub(super) fn destroy_bucket(&self, bucket: Uuid) -> Result<()> {
        self.platform.vault.destroy(&self.name(&format!("bucket/{bucket}")))?;
        self.forget();
        Ok(())
    }

    /// Forgets what was read, so that it is read again.
    pub(super) fn forget(&self) {
        *self.cache.borrow_mut() = Cache::default();
    }

    /// Draws a data key for a segment and seals it under its bucket's key.
    pub(super) fn draw_data_key(&self, scope: &PhoneScope) -> Result<(Secret, Vec<u8>)> {
        let bytes = Zeroizing::new(self.platform.random::<32>()?);
        let key = Secret::new(*bytes);
        let wrap = self.make_bucket(scope.bucket)?.wrap;
        let sealed = crypto::seal(&wrap, &*self.platform.entropy, &scope.associated_data(), key.expose())?;
        Ok((key, sealed))
    }

    /// Keeps the data key of a segment at hand.
    pub(super) fn keep_data_key(&self, segment: i64, key: &Secret) {
        let mut cache = self.cache.borrow_mut();
        if cache.data.len() >= DATA_KEYS_MAX {
            cache.data.clear();
        }
        cache.data.insert(segment, Some(key.clone()));
    }

    /// Forgets a segment's data key: its action did not come about.
    pub(super) fn forget_data_keys(&self) {
        self.cache.borrow_mut().data.clear();
    }

    /// The data key of a segment; `None` if its bucket's secret is gone or does not open it.
    pub(super) fn data_key(&self, conn: &Connection, segment: i64) -> Result<Option<Secret>> {
        if let Some(known) = self.cache.borrow().data.get(&segment) {
            return Ok(known.clone());
        }
        let key = self.open_data_key(conn, segment)?;
        match &key {
            Some(key) => self.keep_data_key(segment, key),
            None => drop(self.cache.borrow_mut().data.insert(segment, None)),
        }
        Ok(key)
    }

    fn open_data_key(&self, conn: &Connection, segment: i64) -> Result<Option<Secret>> {
        let sql = "SELECT epoch, number, bucket, phone FROM segment WHERE id = ?1 AND phone IS NOT NULL";
        let row = conn
            .prepare_cached(sql)?
            .query_row([segment], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, u64>(1)?, row.get::<_, Vec<u8>>(2)?, row.get::<_, Vec<u8>>(3)?))
            })
            .optional()?;
        let Some((epoch, number, bucket, phone)) = row else { return Ok(None) };
        let (Some(epoch), Ok(bucket)) = (self.epoch(conn, epoch)?, Uuid::from_slice(&bucket)) else { return Ok(None) };
        self.try_data_key(&PhoneScope { epoch, number, bucket }, &phone)
    }

    /// The data key sealed in `phone`; `None` if the bucket's secret is gone or does not open it.
    pub(super) fn try_data_key(&self, scope: &PhoneScope, phone: &[u8]) -> Result<Option<Secret>> {
        let Some(bucket) = self.bucket(scope.bucket)? else { return Ok(None) };
        let plain = crypto::open(&bucket.wrap, &scope.associated_data(), phone, "data key").ok();
        Ok(plain.and_then(|plain| <[u8; 32]>::try_from(plain.as_slice()).ok()).map(Secret::new))
    }

    // Rosters.

    /// The key under which the campaign's rosters are sealed; `None` if the vault has none.
    pub(super) fn roster(&self, campaign: Uuid) -> Result<Option<Secret>> {
        if let Some((of, key)) = &self.cache.borrow().roster
            && *of == campaign
        {
            return Ok(Some(key.clone()));
        }
        let key = self.read(&format!("roster/{campaign}"))?.map(|secret| crypto::derive(&secret, ROSTER_KEY));
        self.cache.borrow_mut().roster = key.clone().map(|key| (campaign, key));
        Ok(key)
    }

    /// The same, drawn where there is none.
    pub(super) fn make_roster(&self, campaign: Uuid) -> Result<Secret> {
        let key = crypto::derive(&self.read_or_create(&format!("roster/{campaign}"))?, ROSTER_KEY);
        self.cache.borrow_mut().roster = Some((campaign, key.clone()));
        Ok(key)
    }

    /// Destroys it for good.
    pub(super) fn destroy_roster(&self, campaign: Uuid) -> Result<()> {
        self.platform.vault.destroy(&self.name(&format!("roster/{campaign}")))?;
        self.cache.borrow_mut().roster = None;
        Ok(())
    }

    // Card keys.

    /// Seals a card key under its round's bucket, which is drawn where there is none.
    pub(super) fn seal_card_key(&self, round: Uuid, scope: &[u8], key: &Secret) -> Result<Vec<u8>> {
        crypto::seal(&self.make_bucket(round)?.cards, &*self.platform.entropy, scope, key.expose())
    }

    /// The card key in `sealed`; `None` if the round's secret is gone or does not open it.
    pub(super) fn open_card_key(&self, round: Uuid, scope: &[u8], sealed: &[u8]) -> Result<Option<Secret>> {
        let Some(bucket) = self.bucket(round)? else { return Ok(None) };
        let plain = crypto::open(&bucket.cards, scope, sealed, "card key").ok();
        Ok(plain.and_then(|plain| <[u8; 32]>::try_from(plain.as_slice()).ok()).map(Secret::new))
    }

    // Look-ups.

    fn tubes(&self, campaign: Uuid) -> Result<Secret> {
        if let Some((of, key)) = &self.cache.borrow().tubes
            && *of == campaign
        {
            return Ok(key.clone());
        }
        let key = crypto::derive(&self.required(&format!("tubes/{campaign}"))?, TUBE_KEY);
        self.cache.borrow_mut().tubes = Some((campaign, key.clone()));
        Ok(key)
    }

    /// Whether the campaign's secret for tubes is in the vault.
    pub(super) fn has_tubes(&self, campaign: Uuid) -> Result<bool> {
        Ok(self.read(&format!("tubes/{campaign}"))?.is_some())
    }

    /// Draws the campaign's secret for tubes where there is none.
    pub(super) fn make_tubes(&self, campaign: Uuid) -> Result<()> {
        self.read_or_create(&format!("tubes/{campaign}")).map(|_| ())
    }
}

impl Bucket {
    fn of(secret: &Secret) -> Self {
        let key = |context| crypto::derive(secret, context);
        Self { wrap: key(WRAP_KEY), person: key(PERSON_KEY), cards: key(CARD_KEY) }
    }
}

/// What a data key on the phone is bound to.
pub(super) struct PhoneScope {
    pub(super) epoch: EpochRow,
    pub(super) number: u64,
    pub(super) bucket: Uuid,
}

impl PhoneScope {
    fn associated_data(&self) -> Vec<u8> {
        let mut data = WRAP_TAG.to_vec();
        data.extend_from_slice(&self.epoch.key);
        data.extend_from_slice(&self.epoch.epoch.as_u64().to_be_bytes());
        data.extend_from_slice(&self.number.to_be_bytes());
        data.extend_from_slice(self.bucket.as_bytes());
        data
    }
}

/// Look-up keys under one campaign.
pub(super) struct LookUp<'a> {
    pub(super) keys: &'a Keyring,
    pub(super) campaign: Uuid,
}

impl Keys for LookUp<'_> {
    fn tube_key(&self, label: &str) -> Result<[u8; 16]> {
        Ok(crypto::lookup(&self.keys.tubes(self.campaign)?, &[label.as_bytes()]))
    }

    fn person_key(&self, round: Uuid, key_text: &str) -> Result<Option<[u8; 16]>> {
        Ok(self.keys.bucket(round)?.map(|bucket| crypto::lookup(&bucket.person, &[key_text.as_bytes()])))
    }
}
