//! What is signed: by a device over its own key, or by a hub under a certified key.
//!
//! The statement's bytes travel as they were signed; a reader verifies those bytes and only then
//! looks into them.

use std::fmt;
use std::marker::PhantomData;

use super::keys::{KeySet, Purpose};
use super::{check_limit, check_version};
use crate::crypto::{self, Domain};
use crate::error::{Error, Result};
use crate::limits::ITEM_BYTES_MAX;
use crate::pack::{self, Blob, Fixed};
use crate::secret::Secret;
use uuid::Uuid;

/// Something that a device says and signs with the key it names.
pub trait DeviceStatement: Sized {
    /// The signature's domain.
    const DOMAIN: Domain;
    /// Its name in errors.
    const WHAT: &'static str;
    /// The bytes that are signed.
    fn encode(&self) -> Result<Vec<u8>>;
    /// The statement in `bytes`.
    fn decode(bytes: &[u8]) -> Result<Self>;
    /// The Ed25519 public key that it names and that must have signed it.
    fn device_key(&self) -> &[u8; 32];
}

/// Something that a hub says and signs with a key of its key set.
pub trait HubStatement: Sized {
    /// The signature's domain.
    const DOMAIN: Domain;
    /// Its name in errors.
    const WHAT: &'static str;
    /// The bytes that are signed.
    fn encode(&self) -> Result<Vec<u8>>;
    /// The statement in `bytes`.
    fn decode(bytes: &[u8]) -> Result<Self>;
    /// The campaign it belongs to.
    fn campaign(&self) -> Uuid;
    /// When the hub says it signed, milliseconds since 1970; must lie in the certificate's time.
    fn signed_ms(&self) -> i64;
}

/// A device's statement with its signature.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceSigned<T> {
    /// The statement's bytes, exactly as signed.
    pub bytes: Vec<u8>,
    /// The Ed25519 signature.
    pub signature: [u8; 64],
    kind: PhantomData<fn() -> T>,
}

impl<T: DeviceStatement> DeviceSigned<T> {
    /// Signs `statement` with the device's Ed25519 seed, which must be that of the key it names.
    pub fn sign(statement: &T, seed: &Secret) -> Result<Self> {
        if crypto::signing_public(seed) != *statement.device_key() {
            return Err(Error::refused(T::WHAT, "it names another key than the one that would sign it"));
        }
        let bytes = statement.encode()?;
        let signature = crypto::sign(seed, T::DOMAIN, &bytes);
        Ok(Self { bytes, signature, kind: PhantomData })
    }

    /// The item's bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        pack::encode(&(Blob(self.bytes.clone()), Fixed(self.signature)))
    }

    /// Reads the item's form; nothing is verified yet.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        check_limit(T::WHAT, bytes.len(), ITEM_BYTES_MAX)?;
        let (statement, signature): (Blob, Fixed<64>) = pack::decode(bytes, T::WHAT)?;
        Ok(Self { bytes: statement.0, signature: signature.0, kind: PhantomData })
    }

    /// What it says, unverified.
    pub fn peek(&self) -> Result<T> {
        check_version(&self.bytes, T::WHAT)?;
        T::decode(&self.bytes)
    }

    /// What it says, if the key that it names signed exactly these bytes.
    pub fn verify(&self) -> Result<T> {
        let statement = self.peek()?;
        crypto::verify(statement.device_key(), T::DOMAIN, &self.bytes, &self.signature, T::WHAT)?;
        Ok(statement)
    }
}

impl<T> fmt::Debug for DeviceSigned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} signed bytes", self.bytes.len())
    }
}

/// A hub's statement with its signature and the id of the key that made it.
#[derive(Clone, PartialEq, Eq)]
pub struct HubSigned<T> {
    /// The statement's bytes, exactly as signed.
    pub bytes: Vec<u8>,
    /// The id of the receipt key (see [`crypto::key_id`]).
    pub key: [u8; 8],
    /// The Ed25519 signature.
    pub signature: [u8; 64],
    kind: PhantomData<fn() -> T>,
}

impl<T: HubStatement> HubSigned<T> {
    /// Signs `statement` with the hub's receipt key.
    pub fn sign(statement: &T, seed: &Secret) -> Result<Self> {
        let bytes = statement.encode()?;
        let signature = crypto::sign(seed, T::DOMAIN, &bytes);
        Ok(Self { bytes, key: crypto::key_id(&crypto::signing_public(seed)), signature, kind: PhantomData })
    }

    /// The item's bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        pack::encode(&(Blob(self.bytes.clone()), Fixed(self.key), Fixed(self.signature)))
    }

    /// Reads the item's form; nothing is verified yet.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        check_limit(T::WHAT, bytes.len(), ITEM_BYTES_MAX)?;
        let (statement, key, signature): (Blob, Fixed<8>, Fixed<64>) = pack::decode(bytes, T::WHAT)?;
        Ok(Self { bytes: statement.0, key: key.0, signature: signature.0, kind: PhantomData })
    }

    /// What it says, unverified.
    pub fn peek(&self) -> Result<T> {
        check_version(&self.bytes, T::WHAT)?;
        T::decode(&self.bytes)
    }

    /// What it says, if a receipt key of `keys` (verified, of the same campaign, not revoked, and
    /// in its time) signed exactly these bytes.
    pub fn verify(&self, keys: &KeySet) -> Result<T> {
        let certificate = keys.find(Purpose::Receipt, &self.key).ok_or_else(|| {
            Error::untrusted(T::WHAT, "its key is not in the key set held here; fetch the newest key set")
        })?;
        crypto::verify(&certificate.key, T::DOMAIN, &self.bytes, &self.signature, T::WHAT)?;
        let statement = self.peek()?;
        if statement.campaign() != keys.campaign {
            return Err(Error::untrusted(T::WHAT, "it belongs to another campaign"));
        }
        if !certificate.covers(statement.signed_ms()) {
            return Err(Error::untrusted(T::WHAT, "its key was not in force at the time it names"));
        }
        Ok(statement)
    }
}

impl<T> fmt::Debug for HubSigned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} signed bytes", self.bytes.len())
    }
}
