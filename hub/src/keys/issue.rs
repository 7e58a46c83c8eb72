//! Making keys and having a root certify them.

use std::path::Path;

use fieldcore::wire::{Certificate, CertificatePlan, KeySet, KeySetPlan, Purpose};
use fieldcore::{Secret, crypto};
use uuid::Uuid;

use super::{files, key_path};
use crate::error::{Error, Result};
use crate::limits::CERTIFICATES_MAX;
use crate::surroundings::Surroundings;

const DAY_MS: i64 = 24 * 3_600_000;

/// The time in which certificates are in force.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Period {
    pub(crate) from_ms: i64,
    pub(crate) to_ms: i64,
}

impl Period {
    /// From a day before `now`, so that a hub whose clock is set right stays in it, to 800 days on.
    pub(crate) const fn from_now(now_ms: i64) -> Self {
        Self { from_ms: now_ms - DAY_MS, to_ms: now_ms + 800 * DAY_MS }
    }
}

/// The offline roots, in memory only while they sign.
pub(crate) struct Roots {
    pub(crate) public: [[u8; 32]; 2],
    seeds: [Option<Secret>; 2],
}

impl Roots {
    /// Draws both and writes their secrets into `dir`, to be taken away.
    pub(crate) fn create(dir: &Path, around: &Surroundings) -> Result<Self> {
        let seeds = [Secret::new(around.random()?), Secret::new(around.random()?)];
        for (number, seed) in (1..).zip(&seeds) {
            files::write_key(&dir.join(format!("root-{number}.key")), "root", seed)?;
        }
        let public = [crypto::signing_public(&seeds[0]), crypto::signing_public(&seeds[1])];
        let [first, second] = seeds;
        Ok(Self { public, seeds: [Some(first), Some(second)] })
    }

    /// One root, read from the file that was taken away.
    pub(crate) fn open(public: [[u8; 32]; 2], file: &Path) -> Result<Self> {
        let seed = files::read_key(file, "root")?.ok_or_else(|| Error::NoKey {
            what: file.display().to_string(),
            next: "name one of the two root files with --root",
        })?;
        let ours = crypto::signing_public(&seed);
        let seeds = match public.iter().position(|root| *root == ours) {
            Some(0) => [Some(seed), None],
            Some(_) => [None, Some(seed)],
            None => return Err(Error::refused("root key", "it is no root of this campaign; bring the right file")),
        };
        Ok(Self { public, seeds })
    }

    fn signer(&self) -> Result<(u8, &Secret)> {
        match &self.seeds {
            [Some(seed), _] => Ok((0, seed)),
            [None, Some(seed)] => Ok((1, seed)),
            [None, None] => Err(Error::refused("root key", "none is at hand")),
        }
    }

    fn certify(&self, purpose: Purpose, key: [u8; 32], campaign: Uuid, period: Period) -> Result<Certificate> {
        let (root, seed) = self.signer()?;
        let plan =
            CertificatePlan { purpose, key, campaign, not_before_ms: period.from_ms, not_after_ms: period.to_ms, root };
        Ok(Certificate::issue(&plan, seed)?)
    }

    fn key_set(
        &self,
        campaign: Uuid,
        version: u32,
        certificates: Vec<Certificate>,
        revoked: Vec<[u8; 8]>,
    ) -> Result<KeySet> {
        let (root, seed) = self.signer()?;
        Ok(KeySet::issue(KeySetPlan { campaign, version, certificates, revoked, root }, seed)?)
    }
}

impl std::fmt::Debug for Roots {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Roots(..)")
    }
}

fn new_receipt_key(dir: &Path, around: &Surroundings) -> Result<[u8; 32]> {
    let seed = Secret::new(around.random()?);
    let public = crypto::signing_public(&seed);
    files::write_key(&key_path(dir, "receipt", &crypto::key_id(&public)), "receipt", &seed)?;
    Ok(public)
}

fn new_seal_key(dir: &Path, around: &Surroundings) -> Result<[u8; 32]> {
    let (secret, public) = crypto::wrap_keypair(around.entropy.as_ref())?;
    files::write_key(&key_path(dir, "seal", &crypto::key_id(&public)), "seal", &secret)?;
    Ok(public)
}

/// A key set as it is published, and the same version with nothing but the keys in use: the old
/// ones are for devices with old receipts, and an invitation is to fit a QR code after any number
/// of rotations.
pub(crate) struct Issued {
    pub(crate) set: KeySet,
    pub(crate) in_use: KeySet,
}

impl Issued {
    fn new(roots: &Roots, set: KeySet) -> Result<Self> {
        let newest = [Purpose::Receipt, Purpose::Seal, Purpose::Recovery].map(|purpose| set.newest(purpose).cloned());
        let in_use = roots.key_set(set.campaign, set.version, newest.into_iter().flatten().collect(), Vec::new())?;
        Ok(Self { set, in_use })
    }
}

/// The first key set: a receipt key and a seal key in `keys`, a recovery key in `take_away`.
pub(crate) fn issue_first(
    roots: &Roots,
    campaign: Uuid,
    keys: &Path,
    take_away: &Path,
    around: &Surroundings,
) -> Result<Issued> {
    let period = Period::from_now(around.now_ms());
    let (secret, recovery) = crypto::wrap_keypair(around.entropy.as_ref())?;
    files::write_key(&key_path(take_away, "recovery", &crypto::key_id(&recovery)), "seal", &secret)?;
    let certificates = vec![
        roots.certify(Purpose::Receipt, new_receipt_key(keys, around)?, campaign, period)?,
        roots.certify(Purpose::Seal, new_seal_key(keys, around)?, campaign, period)?,
        roots.certify(Purpose::Recovery, recovery, campaign, period)?,
    ];
    Issued::new(roots, roots.key_set(campaign, 1, certificates, Vec::new())?)
}

/// The next key set: new receipt and seal keys beside the old ones, `lost` keys revoked.
pub(crate) fn issue_next(
    roots: &Roots,
    before: &KeySet,
    lost: &[[u8; 8]],
    keys: &Path,
    around: &Surroundings,
) -> Result<Issued> {
    if lost.iter().any(|id| before.certificates.iter().all(|one| one.id() != *id)) {
        return Err(Error::refused(
            "rotating",
            "a key given with --lost is none of the set's; `keys show` prints their ids",
        ));
    }
    let newest = before.certificates.iter().map(|one| one.not_before_ms).max().unwrap_or(0);
    let mut period = Period::from_now(around.now_ms());
    // The newest certificate is the one that came into force last, whatever the hub's clock says.
    period.from_ms = period.from_ms.max(newest + 1);
    let mut certificates = before.certificates.clone();
    certificates.push(roots.certify(Purpose::Receipt, new_receipt_key(keys, around)?, before.campaign, period)?);
    certificates.push(roots.certify(Purpose::Seal, new_seal_key(keys, around)?, before.campaign, period)?);
    make_room(&mut certificates);
    let mut revoked = before.revoked.clone();
    revoked.extend(lost.iter().filter(|id| !before.revoked.contains(id)));
    Issued::new(roots, roots.key_set(before.campaign, before.version + 1, certificates, revoked)?)
}

/// A key set has an end. Devices wrap to the newest seal key alone, so older ones go first; then the
/// oldest receipt keys, whose receipts devices have had for dozens of periods.
fn make_room(certificates: &mut Vec<Certificate>) {
    while certificates.len() > CERTIFICATES_MAX {
        let seals = certificates.iter().filter(|one| one.purpose == Purpose::Seal).count();
        let goes = if seals > 1 { Purpose::Seal } else { Purpose::Receipt };
        let oldest = certificates.iter().enumerate().filter(|(_, one)| one.purpose == goes);
        match oldest.min_by_key(|(_, one)| one.not_before_ms) {
            Some((at, _)) => drop(certificates.remove(at)),
            None => return,
        }
    }
}
