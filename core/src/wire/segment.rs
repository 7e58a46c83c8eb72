//! A segment's signed header: which device, which epoch, which keys may open its rows.
//!
//! It is written when the segment opens, so that rows travel with it even after the phone's own
//! keys are gone.

use uuid::Uuid;

use super::{FORMAT_VERSION, Mode, SUITE, check_limit, check_version};
use crate::crypto;
use crate::error::{Error, Result};
use crate::id::{DeviceId, Epoch};
use crate::limits::{ITEM_BYTES_MAX, WRAPS_MAX};
use crate::pack::{self, Blob, Fixed};
use crate::platform::Entropy;
use crate::secret::Secret;

const WHAT: &str = "segment header";
/// Bytes of a wrapped data key: encapsulated key, data key, tag.
const WRAPPED_BYTES: usize = crypto::WRAP_OVERHEAD + 32;
const WRAP_INFO: &[u8] = b"fieldcore/data-key/1\0";

/// A segment's data key, wrapped to one HPKE key.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyWrap {
    /// The id of the HPKE public key that it is wrapped to (see [`crypto::key_id`]).
    pub key: [u8; 8],
    /// 80 bytes: encapsulated key 32, sealed data key 32, tag 16.
    pub wrapped: Vec<u8>,
}

impl std::fmt::Debug for KeyWrap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyWrap")
    }
}

/// A wrap as it stands in a header.
pub(crate) type WrapTuple = (Fixed<8>, Blob);

pub(crate) fn wraps_out(wraps: &[KeyWrap]) -> Vec<WrapTuple> {
    wraps.iter().map(|wrap| (Fixed(wrap.key), Blob(wrap.wrapped.clone()))).collect()
}

pub(crate) fn wraps_in(wraps: Vec<WrapTuple>, what: &'static str) -> Result<Vec<KeyWrap>> {
    check_limit("key wraps of a header", wraps.len(), WRAPS_MAX)?;
    wraps
        .into_iter()
        .map(|(key, wrapped)| {
            if wrapped.0.len() == WRAPPED_BYTES {
                Ok(KeyWrap { key: key.0, wrapped: wrapped.0 })
            } else {
                Err(Error::decode(what, format!("a key wrap is not {WRAPPED_BYTES} bytes long")))
            }
        })
        .collect()
}

/// What a wrapped data key is bound to; a wrap taken from elsewhere does not open here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentScope {
    /// Live or practice.
    pub mode: Mode,
    /// The device's Ed25519 public key.
    pub device_key: [u8; 32],
    /// The epoch.
    pub epoch: Epoch,
    /// The segment's number in that epoch.
    pub segment: u64,
}

impl SegmentScope {
    /// What HPKE is told a data key is for.
    fn info(&self) -> Vec<u8> {
        let mut data = WRAP_INFO.to_vec();
        data.extend_from_slice(&[SUITE, self.mode.code()]);
        data.extend_from_slice(&self.device_key);
        data.extend_from_slice(&self.epoch.as_u64().to_be_bytes());
        data.extend_from_slice(&self.segment.to_be_bytes());
        data
    }
}

/// Wraps a segment's data key to the HPKE public key `to`.
pub fn wrap_data_key(data_key: &Secret, to: &[u8; 32], scope: &SegmentScope, entropy: &dyn Entropy) -> Result<KeyWrap> {
    let wrapped = crypto::wrap(to, &scope.info(), data_key.expose(), entropy)?;
    Ok(KeyWrap { key: crypto::key_id(to), wrapped })
}

/// Opens a wrap with the HPKE secret; fails if it was made for another key or another scope, or
/// if it names another key than the one that opens it.
pub fn unwrap_data_key(wrap: &KeyWrap, secret: &Secret, scope: &SegmentScope) -> Result<Secret> {
    if crypto::key_id(&crypto::wrap_public(secret)?) != wrap.key {
        return Err(Error::untrusted("key wrap", "it names another key"));
    }
    let plain = crypto::unwrap(secret, &scope.info(), &wrap.wrapped)?;
    <[u8; 32]>::try_from(plain.as_slice())
        .map(Secret::new)
        .map_err(|_| Error::decode("key wrap", "it does not hold 32 bytes"))
}

/// What stands at the head of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentHeader {
    /// Live or practice.
    pub mode: Mode,
    /// The device's Ed25519 public key.
    pub device_key: [u8; 32],
    /// The epoch of its records.
    pub epoch: Epoch,
    /// Its number in that epoch, from 1.
    pub segment: u64,
    /// The seq of its first record.
    pub first_seq: u64,
    /// The retention bucket whose phone key opens it on the phone: the round, or the campaign.
    pub bucket: Uuid,
    /// The data key, wrapped to each of the hub's keys.
    pub wraps: Vec<KeyWrap>,
}

type Layout = (u8, u8, u8, Fixed<32>, u64, u64, u64, Fixed<16>, Vec<WrapTuple>);

impl SegmentHeader {
    /// The id of the device that wrote the segment.
    pub fn device(&self) -> DeviceId {
        DeviceId::of_key(&self.device_key)
    }

    /// What its wraps are bound to.
    pub fn scope(&self) -> SegmentScope {
        SegmentScope { mode: self.mode, device_key: self.device_key, epoch: self.epoch, segment: self.segment }
    }

    /// Signs the header with the device's seed.
    pub fn sign(&self, seed: &Secret) -> Result<SignedSegment> {
        if crypto::signing_public(seed) != self.device_key {
            return Err(Error::refused(WHAT, "it names another device than the one that would sign it"));
        }
        check_limit("key wraps of a header", self.wraps.len(), WRAPS_MAX)?;
        let layout: Layout = (
            FORMAT_VERSION,
            SUITE,
            self.mode.code(),
            Fixed(self.device_key),
            self.epoch.as_u64(),
            self.segment,
            self.first_seq,
            Fixed(*self.bucket.as_bytes()),
            wraps_out(&self.wraps),
        );
        let bytes = pack::encode(&layout)?;
        let signature = crypto::sign(seed, self.mode.segment_domain(), &bytes);
        Ok(SignedSegment { bytes, signature })
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        check_limit("bytes of a segment header", bytes.len(), ITEM_BYTES_MAX)?;
        check_version(bytes, WHAT)?;
        let layout: Layout = pack::decode(bytes, WHAT)?;
        let (_, suite, mode, device_key, epoch, segment, first_seq, bucket, wraps) = layout;
        check_suite(suite, WHAT)?;
        if segment == 0 || first_seq == 0 {
            return Err(Error::decode(WHAT, "segments and seqs count from 1"));
        }
        Ok(Self {
            mode: Mode::read(mode, WHAT)?,
            device_key: device_key.0,
            epoch: read_epoch(epoch, WHAT)?,
            segment,
            first_seq,
            bucket: Uuid::from_bytes(bucket.0),
            wraps: wraps_in(wraps, WHAT)?,
        })
    }
}

pub(crate) fn check_suite(suite: u8, what: &'static str) -> Result<()> {
    if suite == SUITE {
        Ok(())
    } else {
        Err(Error::decode(what, format!("it uses suite {suite}, this reader knows {SUITE}; update the reader")))
    }
}

pub(crate) fn read_epoch(epoch: u64, what: &'static str) -> Result<Epoch> {
    Epoch::from_u64(epoch).ok_or_else(|| Error::decode(what, "an epoch is above 2^52"))
}

/// A segment's header with the device's signature, as it is stored and as it travels.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedSegment {
    /// The header's bytes, exactly as signed.
    pub bytes: Vec<u8>,
    /// The Ed25519 signature.
    pub signature: [u8; 64],
}

impl SignedSegment {
    /// The header, if the device that it names signed exactly these bytes.
    pub fn verify(&self) -> Result<SegmentHeader> {
        let header = SegmentHeader::decode(&self.bytes)?;
        crypto::verify(&header.device_key, header.mode.segment_domain(), &self.bytes, &self.signature, WHAT)?;
        Ok(header)
    }
}

impl std::fmt::Debug for SignedSegment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignedSegment")
    }
}
