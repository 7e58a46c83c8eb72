//! Keys of issuers, by which the signature on a document can be checked.

use std::fmt;

use rsa::pkcs1v15::{Signature, VerifyingKey};
use rsa::pkcs8::DecodePublicKey;
use rsa::sha2::Sha256;
use rsa::signature::Verifier;
use rsa::traits::PublicKeyParts;
use rsa::{PublicKey, pkcs8};
use x509_cert::Certificate;
use x509_cert::der::{Decode, DecodePem, Encode};

use crate::error::{Error, Result};
use crate::limits::{ISSUER_KEY_BYTES_MAX, ISSUER_KEYS_MAX};

/// Bytes of the signature of an Aadhaar secure QR: its keys have 2048 bits.
pub(super) const UIDAI_SIGNATURE_BYTES: usize = 256;

/// What is asked for by name when something is wrong with a key.
const WHAT: &str = "the certificate or key of an issuer of documents";

/// The issuers whose signatures count. Empty at first: then nothing signed is more than unchecked.
///
/// Keys are given by whoever answers for the campaign, in its signed profile; that is their whole
/// chain. So a certificate's own issuer is not looked at, nor its dates: a document that was signed
/// while a certificate was in force stays good after it has run out.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Trust {
    uidai: Vec<PublicKey>,
}

impl Trust {
    /// Nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a key of the Unique Identification Authority of India, which signs Aadhaar secure QRs:
    /// an X.509 certificate or a public key (SubjectPublicKeyInfo), as DER or PEM. It has changed
    /// over the years, so several may be given.
    ///
    /// # Errors
    /// Not readable, not RSA, not of 2048 bits, or too many.
    pub fn add_uidai(&mut self, bytes: &[u8]) -> Result<()> {
        if self.uidai.len() >= ISSUER_KEYS_MAX {
            return Err(Error::invalid(WHAT, format!("there are {ISSUER_KEYS_MAX} already; leave out the oldest")));
        }
        let key = public_key(bytes)?;
        if key.size() != UIDAI_SIGNATURE_BYTES {
            return Err(Error::invalid(WHAT, format!("the key has {} bytes, not {UIDAI_SIGNATURE_BYTES}", key.size())));
        }
        if !self.uidai.contains(&key) {
            self.uidai.push(key);
        }
        Ok(())
    }

    /// Whether a key of that authority was given.
    pub fn knows_uidai(&self) -> bool {
        !self.uidai.is_empty()
    }

    /// Whether one of that authority's keys signed `message` (RSASSA-PKCS1-v1_5 with SHA-256).
    pub(super) fn uidai_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let Ok(signature) = Signature::try_from(signature) else { return false };
        self.uidai.iter().any(|key| VerifyingKey::<Sha256>::new(key.clone()).verify(message, &signature).is_ok())
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trust({} keys)", self.uidai.len())
    }
}

fn public_key(bytes: &[u8]) -> Result<PublicKey> {
    if bytes.len() > ISSUER_KEY_BYTES_MAX {
        return Err(Error::Limit {
            what: "certificate of an issuer, in bytes",
            found: bytes.len() as u64,
            limit: ISSUER_KEY_BYTES_MAX as u64,
        });
    }
    let certificate = match std::str::from_utf8(bytes).ok().map(str::trim) {
        Some(pem) if pem.starts_with("-----BEGIN PUBLIC KEY") => {
            return PublicKey::from_public_key_pem(pem).map_err(|error| no_key(&error));
        }
        Some(pem) if pem.starts_with("-----BEGIN") => Certificate::from_pem(pem),
        _ => match PublicKey::from_public_key_der(bytes) {
            Ok(key) => return Ok(key),
            Err(_) => Certificate::from_der(bytes),
        },
    };
    let unreadable = |error: x509_cert::der::Error| Error::invalid(WHAT, format!("it is not X.509: {}", error.kind()));
    let info = certificate.map_err(unreadable)?.tbs_certificate().subject_public_key_info().to_der();
    PublicKey::from_public_key_der(&info.map_err(unreadable)?).map_err(|error| no_key(&error))
}

fn no_key(error: &pkcs8::spki::Error) -> Error {
    Error::invalid(WHAT, format!("it holds no RSA key: {error}"))
}
