//! A chief's word that a helper takes part, and the chain of it: the hub's delegation, the chief's link.

use super::{Delegation, Rights, SignedDelegation};
use crate::crypto::{self, Domain};
use crate::error::{Error, Result};
use crate::pack::{self, Fixed};
use crate::secret::Secret;
use crate::wire::{FORMAT_VERSION, KeySet, check_limit, check_version};

const WHAT: &str = "helper's link";
const CHAIN: &str = "delegation chain";
/// Bytes of a link; an honest one has at most 90.
const LINK_BYTES_MAX: usize = 256;

/// One helper's place under a delegation. The keys that it is for are signed and not repeated: they stand in the
/// helper's enrolment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Which of the delegation's helpers it is, from 1.
    pub ordinal: u32,
    /// What the helper may do.
    pub rights: Rights,
    /// Until when, milliseconds since 1970 by the hub's clock.
    pub expires_ms: i64,
    /// The chief's Ed25519 signature.
    pub signature: [u8; 64],
}

type Layout = (u8, u32, u32, i64, Fixed<64>);

/// Whom a link is for: the helper's two public keys, under which delegation's statement.
#[derive(Clone, Copy, Debug)]
pub struct LinkScope<'a> {
    /// The delegation's statement, as the hub signed it.
    pub delegation: &'a [u8],
    /// The helper's Ed25519 public key.
    pub device_key: &'a [u8; 32],
    /// The helper's X25519 public key.
    pub seal_key: &'a [u8; 32],
}

impl Link {
    fn message(scope: LinkScope<'_>, ordinal: u32, rights: Rights, expires_ms: i64) -> Result<Vec<u8>> {
        let digest = Fixed(Delegation::digest(scope.delegation));
        let keys = (Fixed(*scope.device_key), Fixed(*scope.seal_key));
        pack::encode(&(FORMAT_VERSION, digest, keys.0, keys.1, ordinal, rights.0, expires_ms))
    }

    /// Signs a helper's place with the chief's Ed25519 seed.
    pub fn sign(scope: LinkScope<'_>, ordinal: u32, rights: Rights, expires_ms: i64, seed: &Secret) -> Result<Self> {
        let signature = crypto::sign(seed, Domain::HelperLink, &Self::message(scope, ordinal, rights, expires_ms)?);
        Ok(Self { ordinal, rights, expires_ms, signature })
    }

    /// Verifies that `chief_key` signed it for these keys under this delegation.
    pub fn verify(&self, scope: LinkScope<'_>, chief_key: &[u8; 32]) -> Result<()> {
        let message = Self::message(scope, self.ordinal, self.rights, self.expires_ms)?;
        crypto::verify(chief_key, Domain::HelperLink, &message, &self.signature, WHAT)
    }

    /// The link's bytes, as they stand in an enrolment's chain.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let layout: Layout = (FORMAT_VERSION, self.ordinal, self.rights.0, self.expires_ms, Fixed(self.signature));
        pack::encode(&layout)
    }

    /// Reads a link's form; nothing is verified yet.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        check_limit("bytes of a link", bytes.len(), LINK_BYTES_MAX)?;
        check_version(bytes, WHAT)?;
        let (_, ordinal, rights, expires_ms, signature): Layout = pack::decode(bytes, WHAT)?;
        Ok(Self { ordinal, rights: Rights(rights), expires_ms, signature: signature.0 })
    }
}

/// A verified chain: what it says holds by its signatures. Whether its delegation still stands, its ordinal is free and
/// its time is not over is for whoever knows that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// The hub's word.
    pub delegation: Delegation,
    /// The chief's.
    pub link: Link,
}

impl Chain {
    /// The chain of an enrolment with these keys, if every signature holds, it was the chief's to give, and nothing in
    /// it goes beyond what the chief was given.
    pub fn verify(chain: &[Vec<u8>], keys: &KeySet, device_key: &[u8; 32], seal_key: &[u8; 32]) -> Result<Self> {
        let [delegation, link] = chain else {
            return Err(Error::decode(CHAIN, "it has not exactly a delegation and a link"));
        };
        let signed = SignedDelegation::parse(delegation)?;
        let delegation = signed.verify(keys)?;
        let link = Link::parse(link)?;
        link.verify(LinkScope { delegation: &signed.bytes, device_key, seal_key }, &delegation.device_key)?;
        let refuse = |why: &str| Err(Error::untrusted(CHAIN, why));
        if !delegation.rights.has(Rights::ENROL) {
            return refuse("the delegation does not let its device enrol helpers");
        }
        if link.ordinal == 0 || link.ordinal > delegation.helpers {
            return refuse("it gives more places than the delegation has");
        }
        if link.rights == Rights::NONE || !delegation.rights.both(Rights::OF_HELPERS).has(link.rights) {
            return refuse("it gives rights that cannot be given so");
        }
        if link.expires_ms > delegation.expires_ms {
            return refuse("it lasts longer than the delegation");
        }
        if delegation.device_key == *device_key {
            return refuse("a device cannot enrol itself");
        }
        Ok(Self { delegation, link })
    }
}
