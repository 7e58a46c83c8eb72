//! Identities: what names a device, an epoch, a record, and what people exchange.

use std::fmt;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::error::{Error, Result};

/// A device, named by its signing key: a UUID version 8 (RFC 9562, section 5.8) whose bits are
/// the first of SHA-256 over a tag and the Ed25519 public key. Shown to people; the key itself
/// is what is trusted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeviceId([u8; 16]);

impl DeviceId {
    /// The id of the device that signs with `public_key`.
    pub fn of_key(public_key: &[u8; 32]) -> Self {
        let digest = Sha256::new().chain_update(b"fieldcore/device-id/1\0").chain_update(public_key).finalize();
        let mut bytes = [0u8; 16];
        bytes.copy_from_slice(&digest[..16]);
        Self(*uuid::Builder::from_custom_bytes(bytes).into_uuid().as_bytes())
    }

    /// The id from its 16 bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The id's 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The id from its text, e.g. as a person typed it.
    pub fn parse(text: &str) -> Result<Self> {
        let uuid = Uuid::try_parse(text.trim())
            .map_err(|_| Error::invalid("device id", "it must be a UUID as `devices` prints it"))?;
        Ok(Self(*uuid.as_bytes()))
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Uuid::from_bytes(self.0).fmt(f)
    }
}

impl fmt::Debug for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// One unbroken life of one journal: an ordinal in the upper 20 bits, 32 random bits below, at
/// most 2^52 - 1, so that it stays exact in JSON. A new one is drawn on enrolment, restore,
/// clone, key loss and salvage.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Epoch(u64);

impl Epoch {
    /// The greatest value an epoch can have.
    pub const MAX: u64 = (1 << 52) - 1;

    /// The epoch with `ordinal` (20 bits) and `random` bits.
    pub fn new(ordinal: u32, random: u32) -> Self {
        Self((u64::from(ordinal & 0xf_ffff) << 32) | u64::from(random))
    }

    /// The epoch from its number; `None` if it is no epoch.
    pub const fn from_u64(value: u64) -> Option<Self> {
        if value <= Self::MAX { Some(Self(value)) } else { None }
    }

    /// The epoch's number.
    pub const fn as_u64(self) -> u64 {
        self.0
    }

    /// Which life of the journal it is, counted from 0.
    pub const fn ordinal(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// The next epoch of the same journal, with fresh random bits.
    pub fn next(self, random: u32) -> Self {
        Self::new(self.ordinal() + 1, random)
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:08x}", self.ordinal(), self.0 as u32)
    }
}

impl fmt::Debug for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A record's identity, and the only form in which one record names another: always the whole
/// triple. `seq` counts from 1 without gaps within an epoch.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordRef {
    /// The device that wrote the record.
    pub device: DeviceId,
    /// The life of the journal it was written in.
    pub epoch: Epoch,
    /// Its place in that epoch, from 1.
    pub seq: u64,
}

impl fmt::Display for RecordRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.device, self.epoch, self.seq)
    }
}

impl fmt::Debug for RecordRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A UUID version 7 (RFC 9562, section 5.7) for what people create and exchange: campaign,
/// round, shift, token, hand-over.
pub fn uuid_v7(wall_ms: i64, random: [u8; 10]) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(wall_ms.max(0).unsigned_abs(), &random).into_uuid()
}
