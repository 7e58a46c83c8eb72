//! The hub's keys: certificates signed by an offline root, and the key set that lists those in use.

use std::fmt;

use uuid::Uuid;

use super::{FORMAT_VERSION, check_limit, check_version};
use crate::crypto::{self, Domain};
use crate::error::{Error, Result};
use crate::limits::ITEM_BYTES_MAX;
use crate::pack::{self, Blob, Fixed};
use crate::secret::Secret;

const CERTIFICATE: &str = "certificate";
const KEY_SET: &str = "key set";
/// Certificates of one key set: a few periods of each purpose.
const CERTIFICATES_MAX: usize = 64;
/// Revoked key ids of one key set.
const REVOKED_MAX: usize = 256;

/// What a hub key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Ed25519: signs receipts, dispatches and states.
    Receipt,
    /// X25519: data keys are wrapped to it; the hub opens batches with it.
    Seal,
    /// X25519: data keys are wrapped to it as well; its secret stays offline.
    Recovery,
}

impl Purpose {
    /// The code that stands in a certificate.
    pub const fn code(self) -> u8 {
        match self {
            Self::Receipt => 1,
            Self::Seal => 2,
            Self::Recovery => 3,
        }
    }

    /// The purpose of `code`.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Receipt),
            2 => Some(Self::Seal),
            3 => Some(Self::Recovery),
            _ => None,
        }
    }
}

/// What a root certifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificatePlan {
    /// What the key is for.
    pub purpose: Purpose,
    /// The public key.
    pub key: [u8; 32],
    /// The campaign it serves.
    pub campaign: Uuid,
    /// First millisecond since 1970 at which it is in force.
    pub not_before_ms: i64,
    /// Last millisecond since 1970 at which it is in force.
    pub not_after_ms: i64,
    /// Which of the two roots signs: 0 or 1.
    pub root: u8,
}

/// A root's word that a key is the hub's.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    /// What the key is for.
    pub purpose: Purpose,
    /// The public key.
    pub key: [u8; 32],
    /// The campaign it serves.
    pub campaign: Uuid,
    /// First millisecond since 1970 at which it is in force.
    pub not_before_ms: i64,
    /// Last millisecond since 1970 at which it is in force.
    pub not_after_ms: i64,
    /// Which of the two roots signed: 0 or 1.
    pub root: u8,
    /// The root's Ed25519 signature over the certificate's bytes.
    pub signature: [u8; 64],
    bytes: Vec<u8>,
}

type CertificateLayout = (u8, u8, Fixed<32>, Fixed<16>, i64, i64, u8);

impl Certificate {
    /// Signs a certificate with the seed of root `plan.root`.
    pub fn issue(plan: &CertificatePlan, root_seed: &Secret) -> Result<Self> {
        check_root(plan.root, CERTIFICATE)?;
        let layout: CertificateLayout = (
            FORMAT_VERSION,
            plan.purpose.code(),
            Fixed(plan.key),
            Fixed(*plan.campaign.as_bytes()),
            plan.not_before_ms,
            plan.not_after_ms,
            plan.root,
        );
        let bytes = pack::encode(&layout)?;
        let signature = crypto::sign(root_seed, Domain::Certificate, &bytes);
        Ok(Self::from_plan(*plan, signature, bytes))
    }

    fn from_plan(plan: CertificatePlan, signature: [u8; 64], bytes: Vec<u8>) -> Self {
        let CertificatePlan { purpose, key, campaign, not_before_ms, not_after_ms, root } = plan;
        Self { purpose, key, campaign, not_before_ms, not_after_ms, root, signature, bytes }
    }

    /// The key's id, as it stands in receipts and key wraps.
    pub fn id(&self) -> [u8; 8] {
        crypto::key_id(&self.key)
    }

    /// Whether it is in force at `ms` since 1970.
    pub fn covers(&self, ms: i64) -> bool {
        (self.not_before_ms..=self.not_after_ms).contains(&ms)
    }

    /// The certificate's bytes with its signature.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        pack::encode(&(Blob(self.bytes.clone()), Fixed(self.signature)))
    }

    /// Reads the certificate's form; nothing is verified yet.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let (statement, signature): (Blob, Fixed<64>) = pack::decode(bytes, CERTIFICATE)?;
        check_version(&statement.0, CERTIFICATE)?;
        let layout: CertificateLayout = pack::decode(&statement.0, CERTIFICATE)?;
        let (_, purpose, key, campaign, not_before_ms, not_after_ms, root) = layout;
        let purpose = Purpose::from_code(purpose)
            .ok_or_else(|| Error::decode(CERTIFICATE, format!("{purpose} is no purpose of a key")))?;
        check_root(root, CERTIFICATE)?;
        let campaign = Uuid::from_bytes(campaign.0);
        let plan = CertificatePlan { purpose, key: key.0, campaign, not_before_ms, not_after_ms, root };
        Ok(Self::from_plan(plan, signature.0, statement.0))
    }

    /// Verifies the signature by the root that it names.
    pub fn verify(&self, roots: &[[u8; 32]; 2]) -> Result<()> {
        crypto::verify(
            &roots[usize::from(self.root & 1)],
            Domain::Certificate,
            &self.bytes,
            &self.signature,
            CERTIFICATE,
        )
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} certificate", self.purpose)
    }
}

fn check_root(root: u8, what: &'static str) -> Result<()> {
    if root < 2 { Ok(()) } else { Err(Error::decode(what, "there are two roots, 0 and 1")) }
}

/// What a root signs as the key set in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySetPlan {
    /// The campaign.
    pub campaign: Uuid,
    /// Its version; the highest wins.
    pub version: u32,
    /// The certificates in use, older ones as long as their receipts may still arrive.
    pub certificates: Vec<Certificate>,
    /// Ids of keys that must no longer be trusted.
    pub revoked: Vec<[u8; 8]>,
    /// Which of the two roots signs: 0 or 1.
    pub root: u8,
}

/// The hub's keys in use, listed and signed by an offline root. The highest version wins.
#[derive(Clone, PartialEq, Eq)]
pub struct KeySet {
    /// The campaign.
    pub campaign: Uuid,
    /// Its version.
    pub version: u32,
    /// The certificates in use.
    pub certificates: Vec<Certificate>,
    /// Ids of keys that must no longer be trusted.
    pub revoked: Vec<[u8; 8]>,
    /// Which of the two roots signed: 0 or 1.
    pub root: u8,
    /// The root's Ed25519 signature over the set's bytes.
    pub signature: [u8; 64],
    bytes: Vec<u8>,
}

type KeySetLayout = (u8, Fixed<16>, u32, Vec<Blob>, Vec<Fixed<8>>, u8);

impl KeySet {
    /// Signs a key set with the seed of root `plan.root`.
    pub fn issue(plan: KeySetPlan, root_seed: &Secret) -> Result<Self> {
        check_root(plan.root, KEY_SET)?;
        check_limit("certificates of a key set", plan.certificates.len(), CERTIFICATES_MAX)?;
        check_limit("revoked keys of a key set", plan.revoked.len(), REVOKED_MAX)?;
        let certificates =
            plan.certificates.iter().map(|one| one.to_bytes().map(Blob)).collect::<Result<Vec<Blob>>>()?;
        let layout: KeySetLayout = (
            FORMAT_VERSION,
            Fixed(*plan.campaign.as_bytes()),
            plan.version,
            certificates,
            plan.revoked.iter().copied().map(Fixed).collect(),
            plan.root,
        );
        let bytes = pack::encode(&layout)?;
        let signature = crypto::sign(root_seed, Domain::KeySet, &bytes);
        let KeySetPlan { campaign, version, certificates, revoked, root } = plan;
        Ok(Self { campaign, version, certificates, revoked, root, signature, bytes })
    }

    /// The set's bytes with its signature.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        pack::encode(&(Blob(self.bytes.clone()), Fixed(self.signature)))
    }

    /// SHA-256 of the set's signed bytes, as the journal's record names it.
    pub fn digest(&self) -> [u8; 32] {
        crypto::sha256(&[&self.bytes])
    }

    /// Reads the set's form; nothing is verified yet.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        check_limit("bytes of a key set", bytes.len(), ITEM_BYTES_MAX)?;
        let (statement, signature): (Blob, Fixed<64>) = pack::decode(bytes, KEY_SET)?;
        check_version(&statement.0, KEY_SET)?;
        let layout: KeySetLayout = pack::decode(&statement.0, KEY_SET)?;
        let (_, campaign, version, certificates, revoked, root) = layout;
        check_root(root, KEY_SET)?;
        check_limit("certificates of a key set", certificates.len(), CERTIFICATES_MAX)?;
        check_limit("revoked keys of a key set", revoked.len(), REVOKED_MAX)?;
        Ok(Self {
            campaign: Uuid::from_bytes(campaign.0),
            version,
            certificates: certificates.iter().map(|one| Certificate::parse(&one.0)).collect::<Result<_>>()?,
            revoked: revoked.into_iter().map(|id| id.0).collect(),
            root,
            signature: signature.0,
            bytes: statement.0,
        })
    }

    /// Verifies the set's signature, and every certificate's, by the campaign's roots.
    pub fn verify(&self, roots: &[[u8; 32]; 2]) -> Result<()> {
        crypto::verify(&roots[usize::from(self.root & 1)], Domain::KeySet, &self.bytes, &self.signature, KEY_SET)?;
        for certificate in &self.certificates {
            if certificate.campaign != self.campaign {
                return Err(Error::untrusted(KEY_SET, "a certificate belongs to another campaign"));
            }
            certificate.verify(roots)?;
        }
        Ok(())
    }

    /// The certificate for `purpose` with this key id, unless the key was revoked.
    pub fn find(&self, purpose: Purpose, id: &[u8; 8]) -> Option<&Certificate> {
        if self.revoked.contains(id) {
            return None;
        }
        self.certificates.iter().find(|one| one.purpose == purpose && one.id() == *id)
    }

    /// The newest certificate for `purpose` (the latest to come into force) that was not revoked.
    /// The phone's clock has no say: it may be years off.
    pub fn newest(&self, purpose: Purpose) -> Option<&Certificate> {
        self.certificates
            .iter()
            .filter(|one| one.purpose == purpose && !self.revoked.contains(&one.id()))
            .max_by_key(|one| (one.not_before_ms, one.not_after_ms, one.key))
    }

    /// The public keys that a segment's data key is wrapped to: the newest seal key and the newest
    /// recovery key, as far as the set has them.
    pub fn wrap_keys(&self) -> Vec<[u8; 32]> {
        [Purpose::Seal, Purpose::Recovery]
            .iter()
            .filter_map(|purpose| self.newest(*purpose))
            .map(|one| one.key)
            .collect()
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key set version {}, {} certificates", self.version, self.certificates.len())
    }
}
