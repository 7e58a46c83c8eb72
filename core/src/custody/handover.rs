//! Boxes from hand to hand: the giver's offer, the receiver's receipt, and the list of what is in the boxes.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::code::Coded;
use super::pass::{check_label, put_ref, take_ref};
use crate::crypto::{Domain, sha256};
use crate::error::{Error, Result};
use crate::id::{DeviceId, RecordRef};
use crate::limits::LABEL_CHARS_MAX;
use crate::pack::{self, Blob, Fixed, Text};
use crate::record::{HandOverGiven, HandOverReceived};
use crate::wire::{DeviceSigned, DeviceStatement, FORMAT_VERSION, Mode, check_limit, check_text};

/// Boxes of one hand-over: a van's load.
pub const BOXES_MAX: usize = 200;
/// Labels in the list of one hand-over; with 64 characters each they stay below an item's bytes.
pub const LABELS_MAX: usize = 3_000;

/// An offer of boxes as it is shown.
pub type SignedHandOver = DeviceSigned<HandOver>;
/// A receipt of boxes as it is shown.
pub type SignedHandOverReceipt = DeviceSigned<HandOverReceipt>;
/// A list of labels as it stands in a file beside the offer.
pub type SignedHandOverList = DeviceSigned<HandOverList>;

/// A box that is offered.
#[derive(Clone, PartialEq, Eq)]
pub struct OfferedBox {
    /// Its opening record.
    pub container: RecordRef,
    /// The round for which it was opened.
    pub round: Uuid,
    /// Its label.
    pub label: String,
    /// Tubes in it.
    pub tubes: u32,
    /// The seal's number.
    pub seal: Option<String>,
    /// The temperature in it, tenths of a degree Celsius.
    pub temperature: Option<i64>,
    /// Seconds since the first swab in it at the least, when the code was made; absent where the giver does not know.
    pub age_s: Option<u32>,
}

impl OfferedBox {
    /// The box as it stands in an offer; `devices` is the offer's table.
    fn layout(&self, devices: &[DeviceId]) -> Result<BoxLayout> {
        let at = self.container;
        let place = devices.binary_search(&at.device).ok().and_then(|place| u8::try_from(place).ok());
        let device = place.ok_or_else(|| Error::refused(HandOver::WHAT, "too many devices opened its boxes"))?;
        let (label, seal) = (Text(self.label.clone()), self.seal.clone().map(Text));
        Ok((device, at.epoch.as_u64(), at.seq, label, self.tubes, seal, self.temperature, self.age_s))
    }

    fn of_layout(round: Uuid, layout: BoxLayout, devices: &[[u8; 16]]) -> Result<Self> {
        let (device, epoch, seq, label, tubes, seal, temperature, age_s) = layout;
        let unknown = || Error::decode(HandOver::WHAT, "a box names a device that is not in it");
        let device = devices.get(usize::from(device)).ok_or_else(unknown)?;
        let container = take_ref((Fixed(*device), epoch, seq), HandOver::WHAT)?;
        Ok(Self { container, round, label: label.0, tubes, seal: seal.map(|text| text.0), temperature, age_s })
    }
}

impl std::fmt::Debug for OfferedBox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "box of {} tubes", self.tubes)
    }
}

/// "I hand these over to you": one or more sealed boxes.
#[derive(Clone, PartialEq, Eq)]
pub struct HandOver {
    /// Live or practice.
    pub mode: Mode,
    /// The campaign.
    pub campaign: Uuid,
    /// The hand-over: 16 bytes drawn by the giver.
    pub id: [u8; 16],
    /// The giver's Ed25519 public key.
    pub device_key: [u8; 32],
    /// For which device; absent for whoever comes first.
    pub to: Option<DeviceId>,
    /// When it was made, milliseconds since 1970 by the giver's clock.
    pub offered_ms: i64,
    /// The boxes, those of one round side by side.
    pub boxes: Vec<OfferedBox>,
}

/// Opening record (which device of the table, epoch, seq), label, tubes, seal, temperature, age.
type BoxLayout = (u8, u64, u64, Text, u32, Option<Text>, Option<i64>, Option<u32>);
/// A round with its boxes.
type RoundLayout = (Fixed<16>, Vec<BoxLayout>);
type OfferLayout = (u8, u8, Fixed<16>, Fixed<16>, Fixed<32>, Option<Fixed<16>>, i64, Blob, Vec<RoundLayout>);

impl HandOver {
    /// The giver.
    pub fn giver(&self) -> DeviceId {
        DeviceId::of_key(&self.device_key)
    }

    /// The box with that label.
    pub fn find(&self, label: &str) -> Option<&OfferedBox> {
        self.boxes.iter().find(|one| one.label == label)
    }

    /// What the receiver's record says of one box of the offer that `signature` belongs to; `found` and `measured` are
    /// its own count and temperature.
    pub fn received(
        &self,
        one: &OfferedBox,
        found: u32,
        measured: Option<i64>,
        signature: [u8; 64],
    ) -> HandOverReceived {
        HandOverReceived {
            hand_over: Fixed(self.id),
            giver: self.giver(),
            round: one.round,
            container: one.container,
            label: one.label.clone(),
            tubes: one.tubes,
            found,
            seal: one.seal.clone(),
            temperature: one.temperature,
            measured,
            age_s: one.age_s,
            offered_ms: self.offered_ms,
            to: self.to,
            signature: Fixed(signature),
        }
    }

    /// The offer that a receiver's records tell of, as the giver whose key is given must have signed it. It holds only
    /// if the records of all its boxes are there, in their order. `None` without a record, or for another giver's key.
    pub fn of_records(bodies: &[&HandOverReceived], mode: Mode, campaign: Uuid, giver_key: [u8; 32]) -> Option<Self> {
        let first = bodies.first()?;
        let boxes = bodies.iter().map(|body| OfferedBox {
            container: body.container,
            round: body.round,
            label: body.label.clone(),
            tubes: body.tubes,
            seal: body.seal.clone(),
            temperature: body.temperature,
            age_s: body.age_s,
        });
        (DeviceId::of_key(&giver_key) == first.giver).then(|| Self {
            mode,
            campaign,
            id: first.hand_over.0,
            device_key: giver_key,
            to: first.to,
            offered_ms: first.offered_ms,
            boxes: boxes.collect(),
        })
    }

    /// The devices whose records open the boxes, each once, in the order of their bytes.
    fn devices(&self) -> Vec<DeviceId> {
        let mut devices: Vec<DeviceId> = self.boxes.iter().map(|one| one.container.device).collect();
        devices.sort_unstable();
        devices.dedup();
        devices
    }

    fn check(&self) -> Result<()> {
        check_limit("boxes of a hand-over", self.boxes.len(), BOXES_MAX)?;
        if self.boxes.is_empty() {
            return Err(Error::decode(Self::WHAT, "it names no box"));
        }
        let mut rounds = BTreeSet::new();
        if !self.boxes.chunk_by(|one, next| one.round == next.round).all(|boxes| rounds.insert(boxes[0].round)) {
            return Err(Error::decode(Self::WHAT, "it names a round twice"));
        }
        let mut seen = BTreeSet::new();
        for one in &self.boxes {
            check_label(Self::WHAT, &one.label)?;
            one.seal.as_deref().map_or(Ok(()), |seal| check_text("characters of a seal", seal, LABEL_CHARS_MAX))?;
            if !seen.insert(&one.label) {
                return Err(Error::decode(Self::WHAT, "it names a box twice"));
            }
        }
        Ok(())
    }
}

impl DeviceStatement for HandOver {
    const DOMAIN: Domain = Domain::HandOver;
    const WHAT: &'static str = "code of a hand-over";

    fn encode(&self) -> Result<Vec<u8>> {
        self.check()?;
        let devices = self.devices();
        let rounds = self.boxes.chunk_by(|one, next| one.round == next.round).map(|boxes| {
            let laid = boxes.iter().map(|one| one.layout(&devices)).collect::<Result<_>>()?;
            Ok((Fixed(*boxes[0].round.as_bytes()), laid))
        });
        let layout: OfferLayout = (
            FORMAT_VERSION,
            self.mode.code(),
            Fixed(*self.campaign.as_bytes()),
            Fixed(self.id),
            Fixed(self.device_key),
            self.to.map(|to| Fixed(*to.as_bytes())),
            self.offered_ms,
            Blob(devices.iter().flat_map(|device| *device.as_bytes()).collect()),
            rounds.collect::<Result<_>>()?,
        );
        pack::encode(&layout)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        let layout: OfferLayout = pack::decode(bytes, Self::WHAT)?;
        let (_, mode, campaign, id, key, to, offered_ms, devices, rounds) = layout;
        // What is left over of a table that is cut off shows in the form, below.
        let devices: Vec<[u8; 16]> = devices.0.as_chunks().0.to_vec();
        let boxes = rounds.into_iter().flat_map(|(round, boxes)| {
            let round = Uuid::from_bytes(round.0);
            boxes.into_iter().map(move |one| (round, one)).collect::<Vec<_>>()
        });
        let offer = Self {
            mode: Mode::read(mode, Self::WHAT)?,
            campaign: Uuid::from_bytes(campaign.0),
            id: id.0,
            device_key: key.0,
            to: to.map(|to| DeviceId::from_bytes(to.0)),
            offered_ms,
            boxes: boxes.map(|(round, one)| OfferedBox::of_layout(round, one, &devices)).collect::<Result<_>>()?,
        };
        offer.check()?;
        // One statement has one form, so that it can be made again from records.
        if offer.encode()? != bytes {
            return Err(Error::decode(Self::WHAT, "its devices or rounds are not in order"));
        }
        Ok(offer)
    }

    fn device_key(&self) -> &[u8; 32] {
        &self.device_key
    }
}

impl Coded for HandOver {
    const PREFIX: &'static str = "FCH:";
}

impl std::fmt::Debug for HandOver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "hand-over of {} boxes by {}", self.boxes.len(), self.giver())
    }
}

/// A box as the receiver found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceivedBox {
    /// Its opening record.
    pub container: RecordRef,
    /// Tubes that the receiver found, or the giver's word where nobody counted.
    pub found: u32,
    /// The temperature that the receiver measured, tenths of a degree Celsius.
    pub measured: Option<i64>,
}

/// "I have them": the boxes that were received, which need not be all.
#[derive(Clone, PartialEq, Eq)]
pub struct HandOverReceipt {
    /// The campaign.
    pub campaign: Uuid,
    /// The hand-over.
    pub id: [u8; 16],
    /// The receiver's Ed25519 public key.
    pub device_key: [u8; 32],
    /// The giver.
    pub giver: DeviceId,
    /// When it was received, milliseconds since 1970 by the receiver's clock.
    pub received_ms: i64,
    /// The boxes.
    pub boxes: Vec<ReceivedBox>,
}

type FoundLayout = ((Fixed<16>, u64, u64), u32, Option<i64>);
type ReceiptLayout = (u8, Fixed<16>, Fixed<16>, Fixed<32>, Fixed<16>, i64, Vec<FoundLayout>);

impl HandOverReceipt {
    /// The receiver.
    pub fn receiver(&self) -> DeviceId {
        DeviceId::of_key(&self.device_key)
    }

    /// What the giver's record says of one box of the receipt that `signature` belongs to; `round` is the box's, which
    /// the giver knows.
    pub fn given(&self, one: &ReceivedBox, round: Uuid, signature: [u8; 64]) -> HandOverGiven {
        HandOverGiven {
            hand_over: Fixed(self.id),
            round,
            container: one.container,
            tubes: one.found,
            temperature: one.measured,
            received_ms: Some(self.received_ms),
            to: Some(self.receiver()),
            to_whom: None,
            signature: Some(Fixed(signature)),
        }
    }

    /// The receipt that a giver's records tell of, as the receiver whose key is given must have signed it; `giver`
    /// wrote them. `None` without a record, for another receiver's key, or where nobody with a device received.
    pub fn of_records(
        bodies: &[&HandOverGiven],
        giver: DeviceId,
        campaign: Uuid,
        receiver_key: [u8; 32],
    ) -> Option<Self> {
        let first = bodies.first()?;
        let boxes = bodies.iter().map(|body| ReceivedBox {
            container: body.container,
            found: body.tubes,
            measured: body.temperature,
        });
        let received_ms = first.received_ms?;
        (first.to == Some(DeviceId::of_key(&receiver_key))).then(|| Self {
            campaign,
            id: first.hand_over.0,
            device_key: receiver_key,
            giver,
            received_ms,
            boxes: boxes.collect(),
        })
    }
}

impl DeviceStatement for HandOverReceipt {
    const DOMAIN: Domain = Domain::HandOverReceipt;
    const WHAT: &'static str = "receipt of a hand-over";

    fn encode(&self) -> Result<Vec<u8>> {
        check_limit("boxes of a hand-over", self.boxes.len(), BOXES_MAX)?;
        let layout: ReceiptLayout = (
            FORMAT_VERSION,
            Fixed(*self.campaign.as_bytes()),
            Fixed(self.id),
            Fixed(self.device_key),
            Fixed(*self.giver.as_bytes()),
            self.received_ms,
            self.boxes.iter().map(|one| (put_ref(one.container), one.found, one.measured)).collect(),
        );
        pack::encode(&layout)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        let (_, campaign, id, key, giver, received_ms, boxes): ReceiptLayout = pack::decode(bytes, Self::WHAT)?;
        check_limit("boxes of a hand-over", boxes.len(), BOXES_MAX)?;
        if boxes.is_empty() {
            return Err(Error::decode(Self::WHAT, "it names no box"));
        }
        let boxes = boxes.into_iter().map(|(container, found, measured)| {
            Ok(ReceivedBox { container: take_ref(container, Self::WHAT)?, found, measured })
        });
        Ok(Self {
            campaign: Uuid::from_bytes(campaign.0),
            id: id.0,
            device_key: key.0,
            giver: DeviceId::from_bytes(giver.0),
            received_ms,
            boxes: boxes.collect::<Result<_>>()?,
        })
    }

    fn device_key(&self) -> &[u8; 32] {
        &self.device_key
    }
}

impl Coded for HandOverReceipt {
    const PREFIX: &'static str = "FCR:";
}

impl std::fmt::Debug for HandOverReceipt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "receipt of {} boxes by {}", self.boxes.len(), self.receiver())
    }
}

/// The labels of the tubes in the boxes of one offer: a desk without a network compares what it scans with this.
#[derive(Clone, PartialEq, Eq)]
pub struct HandOverList {
    /// The campaign.
    pub campaign: Uuid,
    /// The giver's Ed25519 public key.
    pub device_key: [u8; 32],
    /// SHA-256 of the offer's statement, the bytes that were signed.
    pub offer: [u8; 32],
    /// The labels, box by box in the order of the offer.
    pub labels: Vec<Vec<String>>,
}

type ListLayout = (u8, Fixed<16>, Fixed<32>, Fixed<32>, Vec<Vec<Text>>);

impl HandOverList {
    /// What names an offer in its list.
    pub fn digest(offer: &SignedHandOver) -> [u8; 32] {
        sha256(&[&offer.bytes])
    }

    fn check(&self) -> Result<()> {
        check_limit("boxes of a hand-over", self.labels.len(), BOXES_MAX)?;
        check_limit("labels of a hand-over", self.labels.iter().map(Vec::len).sum(), LABELS_MAX)?;
        self.labels.iter().flatten().try_for_each(|label| check_label(Self::WHAT, label))
    }
}

impl DeviceStatement for HandOverList {
    const DOMAIN: Domain = Domain::HandOverList;
    const WHAT: &'static str = "list of a hand-over";

    fn encode(&self) -> Result<Vec<u8>> {
        self.check()?;
        let labels = self.labels.iter().map(|labels| labels.iter().cloned().map(Text).collect()).collect();
        let layout: ListLayout =
            (FORMAT_VERSION, Fixed(*self.campaign.as_bytes()), Fixed(self.device_key), Fixed(self.offer), labels);
        pack::encode(&layout)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        let (_, campaign, key, offer, labels): ListLayout = pack::decode(bytes, Self::WHAT)?;
        let labels = labels.into_iter().map(|labels| labels.into_iter().map(|text| text.0).collect()).collect();
        let list = Self { campaign: Uuid::from_bytes(campaign.0), device_key: key.0, offer: offer.0, labels };
        list.check()?;
        Ok(list)
    }

    fn device_key(&self) -> &[u8; 32] {
        &self.device_key
    }
}

impl Coded for HandOverList {
    const PREFIX: &'static str = "FCL:";
}

impl std::fmt::Debug for HandOverList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "list of {} boxes", self.labels.len())
    }
}
