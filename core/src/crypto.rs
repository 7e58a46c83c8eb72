//! The few cryptographic operations of the wire format, each with its domain.
//!
//! Ed25519 (RFC 8032) signs, verified strictly; XChaCha20-Poly1305 seals rows and bodies; HPKE
//! base mode (RFC 9180: DHKEM X25519 HKDF-SHA256, HKDF-SHA256, ChaCha20-Poly1305) wraps keys;
//! BLAKE3 derives keys and hashes look-ups; SHA-256 makes every digest that others see.

use blake3::Hasher;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::platform::Entropy;
use crate::secret::Secret;

type SealKem = hpke::kem::X25519HkdfSha256;
type SealKdf = hpke::kdf::HkdfSha256;
type SealAead = hpke::aead::ChaCha20Poly1305;

/// Bytes that sealing adds: a 24-byte nonce in front, a 16-byte tag behind.
pub const SEAL_OVERHEAD: usize = 24 + 16;
/// Bytes that an HPKE wrap adds: the encapsulated key in front, a tag behind.
pub const WRAP_OVERHEAD: usize = 32 + 16;

/// What a signature is for. The tag is signed in front of the message, so a signature for one
/// purpose never verifies for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// A batch of a live journal.
    BatchLive,
    /// A batch of a practice journal; can never verify as live.
    BatchPractice,
    /// A segment's header, kept with its rows.
    SegmentLive,
    /// A segment's header in a practice journal.
    SegmentPractice,
    /// Rows salvaged as they were stored.
    Salvage,
    /// A device's enrolment, signed by itself.
    Enrolment,
    /// A device's poll for dispatches.
    Poll,
    /// A device's word on what is still to come from it.
    Outstanding,
    /// A hub's receipt.
    Receipt,
    /// A hub's dispatch.
    Dispatch,
    /// A hub's signed state, in answer to a nonce.
    State,
    /// An offline root's certificate for a hub key.
    Certificate,
    /// An offline root's list of the hub keys in use.
    KeySet,
    /// The hub's word on what a device may do for others.
    Delegation,
    /// A helper's keys, signed by itself.
    HelperKeys,
    /// A chief's word that a helper takes part.
    HelperLink,
    /// What a chief hands a helper beside the link.
    HelperKit,
    /// A proxy card, signed by the device that issued it.
    ProxyCard,
    /// A device's offer of an open tube to another.
    TubePass,
    /// A device's word that it took the tube over.
    TubeAnswer,
    /// A device's offer of boxes.
    HandOver,
    /// A device's word that it received boxes.
    HandOverReceipt,
    /// The labels of the tubes in boxes that are offered.
    HandOverList,
    /// A device's word on its claims.
    ClaimsTold,
}

impl Domain {
    const fn tag(self) -> &'static [u8] {
        match self {
            Self::BatchLive => b"fieldcore/batch/1\0",
            Self::BatchPractice => b"fieldcore/batch/practice/1\0",
            Self::SegmentLive => b"fieldcore/segment/1\0",
            Self::SegmentPractice => b"fieldcore/segment/practice/1\0",
            Self::Salvage => b"fieldcore/salvage/1\0",
            Self::Enrolment => b"fieldcore/enrolment/1\0",
            Self::Poll => b"fieldcore/poll/1\0",
            Self::Outstanding => b"fieldcore/outstanding/1\0",
            Self::Receipt => b"fieldcore/receipt/1\0",
            Self::Dispatch => b"fieldcore/dispatch/1\0",
            Self::State => b"fieldcore/state/1\0",
            Self::Certificate => b"fieldcore/certificate/1\0",
            Self::KeySet => b"fieldcore/key-set/1\0",
            Self::Delegation => b"fieldcore/delegation/1\0",
            Self::HelperKeys => b"fieldcore/helper-keys/1\0",
            Self::HelperLink => b"fieldcore/helper-link/1\0",
            Self::HelperKit => b"fieldcore/helper-kit/1\0",
            Self::ProxyCard => b"fieldcore/proxy-card/1\0",
            Self::TubePass => b"fieldcore/tube-pass/1\0",
            Self::TubeAnswer => b"fieldcore/tube-answer/1\0",
            Self::HandOver => b"fieldcore/hand-over/1\0",
            Self::HandOverReceipt => b"fieldcore/hand-over-receipt/1\0",
            Self::HandOverList => b"fieldcore/hand-over-list/1\0",
            Self::ClaimsTold => b"fieldcore/claims-told/1\0",
        }
    }

    fn message(self, message: &[u8]) -> Vec<u8> {
        [self.tag(), message].concat()
    }
}

/// The Ed25519 public key of the 32-byte seed `seed`.
pub fn signing_public(seed: &Secret) -> [u8; 32] {
    SigningKey::from_bytes(seed.expose()).verifying_key().to_bytes()
}

/// Signs `message` for `domain` with the Ed25519 seed `seed`.
pub fn sign(seed: &Secret, domain: Domain, message: &[u8]) -> [u8; 64] {
    SigningKey::from_bytes(seed.expose()).sign(&domain.message(message)).to_bytes()
}

/// Verifies strictly (no small-order keys, canonical S); `what` names the thing in the error.
pub fn verify(
    public: &[u8; 32],
    domain: Domain,
    message: &[u8],
    signature: &[u8; 64],
    what: &'static str,
) -> Result<()> {
    VerifyingKey::from_bytes(public)
        .and_then(|key| key.verify_strict(&domain.message(message), &Signature::from_bytes(signature)))
        .map_err(|_| Error::untrusted(what, "the signature is not by the key it names"))
}

/// Derives the key for one labelled use from a key (BLAKE3 `derive_key`). `context` is a
/// constant of the format, never data.
pub fn derive(key: &Secret, context: &'static str) -> Secret {
    Secret::new(blake3::derive_key(context, key.expose()))
}

/// A keyed hash for look-ups: the first 16 bytes of BLAKE3 keyed with `key` over the parts, each
/// with its length (u32, little-endian) in front.
pub fn lookup(key: &Secret, parts: &[&[u8]]) -> [u8; 16] {
    let mut hasher = Hasher::new_keyed(key.expose());
    for part in parts {
        hasher.update(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes());
        hasher.update(part);
    }
    let mut out = [0u8; 16];
    hasher.finalize_xof().fill(&mut out);
    out
}

/// A 32-byte MAC: BLAKE3 over the parts, one after the other, keyed with a key derived from
/// `key` under `context`. The parts must have fixed lengths.
pub fn mac(key: &[u8], context: &'static str, parts: &[&[u8]]) -> [u8; 32] {
    let derived = Zeroizing::new(blake3::derive_key(context, key));
    let mut hasher = Hasher::new_keyed(&derived);
    for part in parts {
        hasher.update(part);
    }
    *hasher.finalize().as_bytes()
}

/// SHA-256 of the parts, one after the other.
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// A key's 8-byte id: the first of SHA-256 over a tag and the public key.
pub fn key_id(public: &[u8; 32]) -> [u8; 8] {
    let digest = sha256(&[b"fieldcore/key-id/1\0", public]);
    let mut id = [0u8; 8];
    id.copy_from_slice(&digest[..8]);
    id
}

/// Seals `plain` with XChaCha20-Poly1305 under a random nonce, bound to `aad`.
/// The result is nonce, ciphertext, tag.
pub fn seal(key: &Secret, entropy: &dyn Entropy, aad: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
    let mut nonce = [0u8; 24];
    entropy.fill(&mut nonce)?;
    let cipher = XChaCha20Poly1305::new(key.expose().into());
    let sealed = cipher
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad })
        .map_err(|_| Error::refused("sealing", "the plaintext is too long for one seal"))?;
    Ok([&nonce[..], &sealed].concat())
}

/// Opens what [`seal`] made; `what` names the thing in the error.
pub fn open(key: &Secret, aad: &[u8], sealed: &[u8], what: &'static str) -> Result<Zeroizing<Vec<u8>>> {
    let Some((nonce, rest)) = sealed.split_first_chunk::<24>() else {
        return Err(Error::decode(what, "shorter than a nonce"));
    };
    XChaCha20Poly1305::new(key.expose().into())
        .decrypt(&XNonce::from(*nonce), Payload { msg: rest, aad })
        .map(Zeroizing::new)
        .map_err(|_| Error::untrusted(what, "it does not open under its key (altered, or another key)"))
}

/// A fresh X25519 key pair for HPKE: secret and public key.
pub fn wrap_keypair(entropy: &dyn Entropy) -> Result<(Secret, [u8; 32])> {
    let mut seed = Zeroizing::new([0u8; 32]);
    entropy.fill(&mut *seed)?;
    let (private, public) = SealKem::derive_keypair(&*seed);
    Ok((Secret::new(private.to_bytes().into()), public.to_bytes().into()))
}

/// The public key of an HPKE secret.
pub fn wrap_public(secret: &Secret) -> Result<[u8; 32]> {
    let private = <SealKem as Kem>::PrivateKey::from_bytes(secret.expose())
        .map_err(|_| Error::decode("key", "it is no X25519 secret"))?;
    Ok(SealKem::sk_to_pk(&private).to_bytes().into())
}

/// Wraps `plain` to `public` with HPKE base mode: encapsulated key, ciphertext, tag. `info` binds
/// it to its place; the associated data is empty, since not every library's interface has any.
pub fn wrap(public: &[u8; 32], info: &[u8], plain: &[u8], entropy: &dyn Entropy) -> Result<Vec<u8>> {
    let key = <SealKem as Kem>::PublicKey::from_bytes(public)
        .map_err(|_| Error::decode("key", "it is no X25519 public key"))?;
    let mut rng = SeededRng::new(entropy)?;
    let (encapsulated, sealed) =
        hpke::single_shot_seal_with_rng::<SealAead, SealKdf, SealKem>(&OpModeS::Base, &key, info, plain, b"", &mut rng)
            .map_err(|_| Error::untrusted("key", "nothing can be wrapped to it (a weak key)"))?;
    Ok([encapsulated.to_bytes().as_slice(), &sealed].concat())
}

/// Opens what [`wrap`] made with the HPKE secret `secret`.
pub fn unwrap(secret: &Secret, info: &[u8], wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let Some((encapsulated, sealed)) = wrapped.split_at_checked(32) else {
        return Err(Error::decode("key wrap", "shorter than an encapsulated key"));
    };
    let private = <SealKem as Kem>::PrivateKey::from_bytes(secret.expose())
        .map_err(|_| Error::decode("key", "it is no X25519 secret"))?;
    let encapsulated = <SealKem as Kem>::EncappedKey::from_bytes(encapsulated)
        .map_err(|_| Error::decode("key wrap", "no encapsulated key"))?;
    hpke::single_shot_open::<SealAead, SealKdf, SealKem>(&OpModeR::Base, &private, &encapsulated, info, sealed, b"")
        .map(Zeroizing::new)
        .map_err(|_| Error::untrusted("key wrap", "it does not open under this key"))
}

/// A generator for one HPKE call, seeded from [`Entropy`] so that a simulation replays exactly
/// and a failing source is an error instead of a panic.
struct SeededRng(blake3::OutputReader);

impl SeededRng {
    fn new(entropy: &dyn Entropy) -> Result<Self> {
        let mut seed = Zeroizing::new([0u8; 32]);
        entropy.fill(&mut *seed)?;
        Ok(Self(Hasher::new_keyed(&seed).finalize_xof()))
    }
}

impl rand_core::TryRng for SeededRng {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut bytes = [0u8; 4];
        self.0.fill(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0u8; 8];
        self.0.fill(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl rand_core::TryCryptoRng for SeededRng {}
