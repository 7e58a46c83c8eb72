//! An open tube passed on to another device: the offer, and the answer of who took it.

use uuid::Uuid;

use super::code::Coded;
use crate::crypto::Domain;
use crate::error::{Error, Result};
use crate::id::{DeviceId, Epoch, RecordRef};
use crate::limits::{LABEL_CHARS_MAX, SYMBOLOGY_CHARS_MAX, TUBE_POSITIONS_MAX};
use crate::pack::{self, Fixed, Text};
use crate::record::TubeTakenOver;
use crate::scan::is_unseen;
use crate::wire::{DeviceSigned, DeviceStatement, FORMAT_VERSION, Mode, check_limit, check_text};

/// An offer of an open tube as it is shown.
pub type SignedTubePass = DeviceSigned<TubePass>;
/// The answer of a device that took a tube over, as it is shown.
pub type SignedTubeAnswer = DeviceSigned<TubeAnswer>;

/// "I add nobody to this tube any more; go on with it": what the giver shows once its record
/// ([`crate::record::TubePassedOn`]) is saved.
#[derive(Clone, PartialEq, Eq)]
pub struct TubePass {
    /// Live or practice.
    pub mode: Mode,
    /// The campaign.
    pub campaign: Uuid,
    /// The giver's Ed25519 public key.
    pub device_key: [u8; 32],
    /// The round.
    pub round: Uuid,
    /// The tube's opening record, of the device that opened it.
    pub tube: RecordRef,
    /// Epoch and seq of the giver's record by which it passes the tube on.
    pub passed: (Epoch, u64),
    /// The tube's label.
    pub label: String,
    /// The AIM symbology identifier, where the reader gave one.
    pub symbology: Option<String>,
    /// How many people it takes.
    pub capacity: u32,
    /// The profile's version that is this tube's.
    pub profile: u32,
    /// People in it.
    pub people: u32,
    /// The position that the next person gets.
    pub next: u32,
    /// Wall time of its first swab as the giver believes, milliseconds since 1970; absent if nobody is in it.
    pub first_swab_ms: Option<i64>,
    /// Seconds since its first swab at the least, when the code was made.
    pub age_s: Option<u32>,
    /// For which device; absent for whoever comes first.
    pub to: Option<DeviceId>,
}

type Ref = (Fixed<16>, u64, u64);
type Counts = (u32, u32, u32, u32);
type PassLayout = (
    u8,
    u8,
    Fixed<16>,
    Fixed<32>,
    Fixed<16>,
    Ref,
    (u64, u64),
    Text,
    Option<Text>,
    Counts,
    (Option<i64>, Option<u32>),
    Option<Fixed<16>>,
);

/// A reference as it stands in a code: device, epoch, seq.
pub(super) fn put_ref(at: RecordRef) -> Ref {
    (Fixed(*at.device.as_bytes()), at.epoch.as_u64(), at.seq)
}

pub(super) fn take_ref((device, epoch, seq): Ref, what: &'static str) -> Result<RecordRef> {
    Ok(RecordRef { device: DeviceId::from_bytes(device.0), epoch: take_epoch(epoch, what)?, seq })
}

pub(crate) fn take_epoch(epoch: u64, what: &'static str) -> Result<Epoch> {
    Epoch::from_u64(epoch).ok_or_else(|| Error::decode(what, "a number in it is no epoch"))
}

/// A label that a code brings: something, on one line, not too long, nothing in it that is not seen.
pub(super) fn check_label(what: &'static str, label: &str) -> Result<()> {
    check_text("characters of a label", label, LABEL_CHARS_MAX)?;
    if label.is_empty() || label.chars().any(is_unseen) {
        return Err(Error::decode(what, "a label in it is empty or has characters that are not seen"));
    }
    Ok(())
}

impl TubePass {
    /// The giver's record by which the tube is passed on.
    pub fn passed(&self) -> RecordRef {
        RecordRef { device: self.giver(), epoch: self.passed.0, seq: self.passed.1 }
    }

    /// The giver.
    pub fn giver(&self) -> DeviceId {
        DeviceId::of_key(&self.device_key)
    }

    /// What the receiver's record says of the offer `signature` belongs to.
    pub fn taken_over(&self, signature: [u8; 64]) -> TubeTakenOver {
        TubeTakenOver {
            tube: self.tube,
            passed: self.passed(),
            label: self.label.clone(),
            symbology: self.symbology.clone(),
            capacity: self.capacity,
            profile: self.profile,
            people: self.people,
            next: self.next,
            first_swab_ms: self.first_swab_ms,
            age_s: self.age_s,
            to: self.to,
            signature: Fixed(signature),
        }
    }

    /// The offer that a receiver's record tells of, as the giver whose key is given must have signed it; `None` if
    /// the key is not the giver's.
    pub fn of_record(
        body: &TubeTakenOver,
        mode: Mode,
        campaign: Uuid,
        round: Uuid,
        giver_key: [u8; 32],
    ) -> Option<Self> {
        (DeviceId::of_key(&giver_key) == body.passed.device).then(|| Self {
            mode,
            campaign,
            device_key: giver_key,
            round,
            tube: body.tube,
            passed: (body.passed.epoch, body.passed.seq),
            label: body.label.clone(),
            symbology: body.symbology.clone(),
            capacity: body.capacity,
            profile: body.profile,
            people: body.people,
            next: body.next,
            first_swab_ms: body.first_swab_ms,
            age_s: body.age_s,
            to: body.to,
        })
    }

    fn check(&self) -> Result<()> {
        check_label(Self::WHAT, &self.label)?;
        if let Some(symbology) = &self.symbology {
            check_text("characters of a symbology", symbology, SYMBOLOGY_CHARS_MAX)?;
        }
        check_limit("positions of a tube", self.next as usize, TUBE_POSITIONS_MAX as usize)?;
        // Positions start at 1 and are never used again.
        if self.next <= self.people {
            return Err(Error::decode(Self::WHAT, "it has more people than positions were given"));
        }
        Ok(())
    }
}

impl DeviceStatement for TubePass {
    const DOMAIN: Domain = Domain::TubePass;
    const WHAT: &'static str = "tube's code";

    fn encode(&self) -> Result<Vec<u8>> {
        self.check()?;
        let layout: PassLayout = (
            FORMAT_VERSION,
            self.mode.code(),
            Fixed(*self.campaign.as_bytes()),
            Fixed(self.device_key),
            Fixed(*self.round.as_bytes()),
            put_ref(self.tube),
            (self.passed.0.as_u64(), self.passed.1),
            Text(self.label.clone()),
            self.symbology.clone().map(Text),
            (self.capacity, self.profile, self.people, self.next),
            (self.first_swab_ms, self.age_s),
            self.to.map(|to| Fixed(*to.as_bytes())),
        );
        pack::encode(&layout)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        let layout: PassLayout = pack::decode(bytes, Self::WHAT)?;
        let (_, mode, campaign, key, round, tube, passed, label, symbology, counts, first, to) = layout;
        let pass = Self {
            mode: Mode::read(mode, Self::WHAT)?,
            campaign: Uuid::from_bytes(campaign.0),
            device_key: key.0,
            round: Uuid::from_bytes(round.0),
            tube: take_ref(tube, Self::WHAT)?,
            passed: (take_epoch(passed.0, Self::WHAT)?, passed.1),
            label: label.0,
            symbology: symbology.map(|text| text.0),
            capacity: counts.0,
            profile: counts.1,
            people: counts.2,
            next: counts.3,
            first_swab_ms: first.0,
            age_s: first.1,
            to: to.map(|to| DeviceId::from_bytes(to.0)),
        };
        pass.check()?;
        Ok(pass)
    }

    fn device_key(&self) -> &[u8; 32] {
        &self.device_key
    }
}

impl Coded for TubePass {
    const PREFIX: &'static str = "FCP:";
}

impl std::fmt::Debug for TubePass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "offer of a tube by {}", self.giver())
    }
}

/// "I took it": what the receiver shows once its record ([`TubeTakenOver`]) is saved. The giver may keep it and need not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TubeAnswer {
    /// The campaign.
    pub campaign: Uuid,
    /// The receiver's Ed25519 public key.
    pub device_key: [u8; 32],
    /// The giver's record by which the tube was passed on.
    pub passed: RecordRef,
    /// Epoch and seq of the receiver's record.
    pub taken: (Epoch, u64),
}

type AnswerLayout = (u8, Fixed<16>, Fixed<32>, Ref, (u64, u64));

impl DeviceStatement for TubeAnswer {
    const DOMAIN: Domain = Domain::TubeAnswer;
    const WHAT: &'static str = "answer to a tube's code";

    fn encode(&self) -> Result<Vec<u8>> {
        let layout: AnswerLayout = (
            FORMAT_VERSION,
            Fixed(*self.campaign.as_bytes()),
            Fixed(self.device_key),
            put_ref(self.passed),
            (self.taken.0.as_u64(), self.taken.1),
        );
        pack::encode(&layout)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        check_limit(Self::WHAT, bytes.len(), 256)?;
        let (_, campaign, key, passed, taken): AnswerLayout = pack::decode(bytes, Self::WHAT)?;
        Ok(Self {
            campaign: Uuid::from_bytes(campaign.0),
            device_key: key.0,
            passed: take_ref(passed, Self::WHAT)?,
            taken: (take_epoch(taken.0, Self::WHAT)?, taken.1),
        })
    }

    fn device_key(&self) -> &[u8; 32] {
        &self.device_key
    }
}

impl Coded for TubeAnswer {
    const PREFIX: &'static str = "FCA:";
}
