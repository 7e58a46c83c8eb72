//! What stands inside dispatches.

use std::fmt;

use uuid::Uuid;

use super::segment::read_epoch;
use super::{FORMAT_VERSION, check_limit, check_text, check_version};
use crate::error::{Error, Result};
use crate::id::{DeviceId, Epoch, RecordRef};
use crate::limits::{LABEL_CHARS_MAX, NAME_CHARS_MAX, PROFILE_BYTES_MAX};
use crate::pack::{self, Blob, Fixed, Text};
use crate::record::NoticeKind;

/// Ranges and digests of one reissue request.
const REISSUE_MAX: usize = 1024;
/// Devices of one revocation list.
const REVOKED_MAX: usize = 4096;

/// A profile as it is sent: its TOML text, byte for byte.
#[derive(Clone, PartialEq, Eq)]
pub struct ProfileText {
    /// Its version; the same as in the text.
    pub version: u32,
    /// The text's bytes; their SHA-256 is the profile's digest.
    pub text: Vec<u8>,
}

impl ProfileText {
    /// The payload's bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        check_limit("bytes of a profile", self.text.len(), PROFILE_BYTES_MAX)?;
        pack::encode(&(FORMAT_VERSION, self.version, Blob(self.text.clone())))
    }

    /// The profile in `bytes`.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        const WHAT: &str = "profile dispatch";
        check_version(bytes, WHAT)?;
        let (_, version, text): (u8, u32, Blob) = pack::decode(bytes, WHAT)?;
        check_limit("bytes of a profile", text.0.len(), PROFILE_BYTES_MAX)?;
        Ok(Self { version, text: text.0 })
    }
}

impl fmt::Debug for ProfileText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "profile version {}", self.version)
    }
}

/// A device that is no longer trusted, and what of it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokedDevice {
    /// The device's Ed25519 public key.
    pub device_key: [u8; 32],
    /// Digests of the batches and salvages that the hub had; everything else of it is held.
    pub digests: Vec<[u8; 32]>,
}

/// The campaign's revocation list; the highest version wins and never goes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocations {
    /// Its version.
    pub version: u32,
    /// The devices.
    pub devices: Vec<RevokedDevice>,
}

type RevocationsLayout = (u8, u32, Vec<(Fixed<32>, Vec<Fixed<32>>)>);

impl Revocations {
    /// The payload's bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        check_limit("devices of a revocation list", self.devices.len(), REVOKED_MAX)?;
        let devices = self
            .devices
            .iter()
            .map(|one| (Fixed(one.device_key), one.digests.iter().copied().map(Fixed).collect()))
            .collect();
        let layout: RevocationsLayout = (FORMAT_VERSION, self.version, devices);
        pack::encode(&layout)
    }

    /// The list in `bytes`.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        const WHAT: &str = "revocation list";
        check_version(bytes, WHAT)?;
        let (_, version, devices): RevocationsLayout = pack::decode(bytes, WHAT)?;
        check_limit("devices of a revocation list", devices.len(), REVOKED_MAX)?;
        let devices = devices
            .into_iter()
            .map(|(key, digests)| RevokedDevice {
                device_key: key.0,
                digests: digests.into_iter().map(|digest| digest.0).collect(),
            })
            .collect();
        Ok(Self { version, devices })
    }
}

/// Something the hub noticed about a record of this device.
#[derive(Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its serial number among this device's notices, from 1 without gaps.
    pub serial: u64,
    /// Its id.
    pub notice: Uuid,
    /// What it is about.
    pub kind: NoticeKind,
    /// The record of this device.
    pub subject: RecordRef,
    /// The other device's record.
    pub other: RecordRef,
    /// The other's wall time as corrected by the hub, milliseconds since 1970.
    pub other_wall_ms: i64,
    /// The other's site.
    pub other_site: Option<String>,
    /// The other's tube label.
    pub other_tube: Option<String>,
}

type RefLayout = (Fixed<16>, u64, u64);
type NoticeLayout = (u8, u64, Fixed<16>, i64, RefLayout, RefLayout, i64, Option<Text>, Option<Text>);

fn ref_out(target: RecordRef) -> RefLayout {
    (Fixed(*target.device.as_bytes()), target.epoch.as_u64(), target.seq)
}

fn ref_in((device, epoch, seq): RefLayout, what: &'static str) -> Result<RecordRef> {
    Ok(RecordRef { device: DeviceId::from_bytes(device.0), epoch: read_epoch(epoch, what)?, seq })
}

impl Notice {
    const WHAT: &str = "notice";

    /// The payload's bytes, before sealing.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        self.check()?;
        let layout: NoticeLayout = (
            FORMAT_VERSION,
            self.serial,
            Fixed(*self.notice.as_bytes()),
            self.kind.code(),
            ref_out(self.subject),
            ref_out(self.other),
            self.other_wall_ms,
            self.other_site.clone().map(Text),
            self.other_tube.clone().map(Text),
        );
        pack::encode(&layout)
    }

    /// The notice in the opened `bytes`.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        check_version(bytes, Self::WHAT)?;
        let layout: NoticeLayout = pack::decode(bytes, Self::WHAT)?;
        let (_, serial, notice, kind, subject, other, other_wall_ms, other_site, other_tube) = layout;
        let notice = Self {
            serial,
            notice: Uuid::from_bytes(notice.0),
            kind: NoticeKind::from_code(kind)
                .ok_or_else(|| Error::decode(Self::WHAT, "it is of a kind that this reader does not know"))?,
            subject: ref_in(subject, Self::WHAT)?,
            other: ref_in(other, Self::WHAT)?,
            other_wall_ms,
            other_site: other_site.map(|site| site.0),
            other_tube: other_tube.map(|tube| tube.0),
        };
        notice.check()?;
        Ok(notice)
    }

    fn check(&self) -> Result<()> {
        self.other_site.as_ref().map_or(Ok(()), |site| check_text("characters of a site", site, NAME_CHARS_MAX))?;
        self.other_tube.as_ref().map_or(Ok(()), |tube| check_text("characters of a label", tube, LABEL_CHARS_MAX))
    }
}

impl fmt::Debug for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "notice {} {:?}", self.serial, self.kind)
    }
}

/// Why the hub asks for records again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReissueReason {
    /// The hub lost the key that would open them.
    KeyLost,
    /// They opened but could not be decoded.
    Undecodable,
    /// The hub was restored from a backup and lacks them.
    Restored,
    /// A reason that this version does not know; the request is honoured all the same.
    Other(u16),
}

impl ReissueReason {
    /// The code on the wire.
    pub const fn code(self) -> u16 {
        match self {
            Self::KeyLost => 1,
            Self::Undecodable => 2,
            Self::Restored => 3,
            Self::Other(code) => code,
        }
    }

    /// The reason of `code`.
    pub const fn from_code(code: u16) -> Self {
        match code {
            1 => Self::KeyLost,
            2 => Self::Undecodable,
            3 => Self::Restored,
            other => Self::Other(other),
        }
    }
}

/// A request to send records again, in batches with new numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reissue {
    /// The epoch of the records.
    pub epoch: Epoch,
    /// Ranges of seqs, first and last.
    pub ranges: Vec<(u64, u64)>,
    /// Digests of batches whose records are asked for.
    pub digests: Vec<[u8; 32]>,
    /// Why.
    pub why: ReissueReason,
}

type ReissueLayout = (u8, u64, Vec<(u64, u64)>, Vec<Fixed<32>>, u16);

impl Reissue {
    const WHAT: &str = "reissue request";

    /// The payload's bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        check_limit("entries of a reissue request", self.ranges.len().max(self.digests.len()), REISSUE_MAX)?;
        let digests = self.digests.iter().copied().map(Fixed).collect();
        let layout: ReissueLayout =
            (FORMAT_VERSION, self.epoch.as_u64(), self.ranges.clone(), digests, self.why.code());
        pack::encode(&layout)
    }

    /// The request in `bytes`.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        check_version(bytes, Self::WHAT)?;
        let (_, epoch, ranges, digests, why): ReissueLayout = pack::decode(bytes, Self::WHAT)?;
        check_limit("entries of a reissue request", ranges.len().max(digests.len()), REISSUE_MAX)?;
        if ranges.iter().any(|(first, last)| first > last) {
            return Err(Error::decode(Self::WHAT, "a range ends before it begins"));
        }
        Ok(Self {
            epoch: read_epoch(epoch, Self::WHAT)?,
            ranges,
            digests: digests.into_iter().map(|digest| digest.0).collect(),
            why: ReissueReason::from_code(why),
        })
    }
}
