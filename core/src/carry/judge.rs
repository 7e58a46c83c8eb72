//! What a carrier can tell of an item without reading it: who signed it, and that it is whole.

use crate::error::Error;
use crate::id::DeviceId;
use crate::wire::{
    Batch, Dispatch, DispatchKind, FORMAT_VERSION, HubSigned, HubStatement, Item, KeySet, KeyWrap, Mode, Purpose,
    Receipt, SUITE, Salvage, SignedDispatch, SignedEnrolment, SignedOutstanding, SignedPoll, SignedReceipt,
    SignedState,
};

/// Why an item was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// A word for programs: `unreadable`, `too_large`, `bad_signature`, `practice`,
    /// `other_campaign`, `full`, `unknown_type`, `not_now`.
    pub code: &'static str,
    /// What happened and what to do next, for people. No personal data.
    pub why: String,
}

impl Refused {
    pub(crate) fn new(code: &'static str, why: impl Into<String>) -> Self {
        Self { code, why: why.into() }
    }

    fn of(error: &Error) -> Self {
        let code = match error {
            Error::Limit { .. } => "too_large",
            Error::Untrusted { .. } => "bad_signature",
            _ => "unreadable",
        };
        Self::new(code, format!("{error}; bring it again from where it came"))
    }
}

/// Whose an item is and which one it is, once its signature holds.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    pub(crate) item: Item,
    /// Who signed it; of what the hub signed, whom it is for (zeros: everybody).
    pub(crate) device: DeviceId,
    /// Which one it is among its kind.
    pub(crate) key: Vec<u8>,
    /// What receipts name it by; of a receipt, what it names.
    pub(crate) digest: [u8; 32],
    /// The batch's or salvage's number.
    pub(crate) number: Option<u64>,
    /// Of two with one key the greater one stays.
    pub(crate) rank: i64,
    /// Of what the hub signed: when.
    pub(crate) hub_ms: Option<i64>,
    /// Of a receipt: what it says.
    pub(crate) receipt: Option<Receipt>,
    /// Of a dispatch: what it says.
    pub(crate) dispatch: Option<Dispatch>,
}

/// Nobody in particular.
pub(crate) const EVERYBODY: DeviceId = DeviceId::from_bytes([0; 16]);

impl Judged {
    fn new(item: Item, device: DeviceId) -> Self {
        let digest = item.digest();
        Self {
            key: digest.to_vec(),
            item,
            device,
            digest,
            number: None,
            rank: 0,
            hub_ms: None,
            receipt: None,
            dispatch: None,
        }
    }

    /// A receipt that was verified before.
    pub(crate) fn of_receipt(receipt: Receipt, bytes: &[u8]) -> Self {
        let device = DeviceId::of_key(&receipt.device_key);
        Self {
            key: receipt.digest.to_vec(),
            digest: receipt.digest,
            number: Some(receipt.number),
            rank: i64::try_from(receipt.serial).unwrap_or(i64::MAX),
            hub_ms: Some(receipt.hub_ms),
            receipt: Some(receipt),
            ..Self::new(Item::Receipt(bytes.to_vec()), device)
        }
    }

    /// The latest of its device counts, by `rank`.
    fn latest_of_device(item: Item, device: DeviceId, rank: i64) -> Self {
        Self { key: device.as_bytes().to_vec(), rank, ..Self::new(item, device) }
    }
}

/// Verifies an item of the campaign whose key set in force is `keys`, without opening it.
pub(crate) fn judge(item: Item, keys: &KeySet) -> Result<Judged, Refused> {
    match item {
        Item::Enrolment(_) => enrolment(item, keys),
        Item::Batch(_) => batch(item, keys),
        Item::Salvage(_) => salvage(item, keys),
        Item::Poll(_) => poll(item, keys),
        Item::Outstanding(_) => outstanding(item, keys),
        Item::Receipt(_) => receipt(item, keys),
        Item::Dispatch(_) => dispatch(item, keys),
        Item::State(_) => state(item, keys),
        Item::Refusal(_) => Err(Refused::new("unknown_type", "a refusal is unsigned and for its device alone")),
        Item::Unknown { kind, .. } => Err(Refused::new(
            "unknown_type",
            format!("this version does not know items of type {kind}; update the app, then bring it again"),
        )),
    }
}

fn other_campaign() -> Refused {
    Refused::new("other_campaign", "it belongs to another campaign; bring it to a phone or hub of that one")
}

fn enrolment(item: Item, keys: &KeySet) -> Result<Judged, Refused> {
    let signed = SignedEnrolment::parse(item.bytes()).and_then(|signed| signed.verify());
    let enrolment = signed.map_err(|error| Refused::of(&error))?;
    if enrolment.campaign != keys.campaign {
        return Err(other_campaign());
    }
    Ok(Judged::new(item, DeviceId::of_key(&enrolment.device_key)))
}

/// A batch of a later version is carried where every version would agree on who signed it.
fn batch(item: Item, keys: &KeySet) -> Result<Judged, Refused> {
    let (mode, device_key, digest, number) = match Batch::parse(item.bytes()) {
        Ok(batch) => {
            batch.verify().map_err(|error| Refused::of(&error))?;
            if !is_sealed_to(keys, &batch.header.wraps) {
                let why = "it is sealed to no key of this campaign that is known here; take in the newest key set, \
                           or bring it to its own campaign";
                return Err(Refused::new("other_campaign", why));
            }
            (batch.header.mode, batch.header.device_key, batch.digest(), batch.header.number)
        }
        Err(error) => {
            let outline = Batch::outline(item.bytes()).map_err(|_| Refused::of(&error))?;
            if outline.version == FORMAT_VERSION && outline.suite == SUITE {
                return Err(Refused::of(&error));
            }
            (outline.mode, outline.device_key, outline.digest, outline.number)
        }
    };
    if mode == Mode::Practice {
        return Err(practice());
    }
    Ok(Judged { digest, number: Some(number), ..Judged::new(item, DeviceId::of_key(&device_key)) })
}

/// A header names no campaign; the keys that it is sealed to do.
fn is_sealed_to(keys: &KeySet, wraps: &[KeyWrap]) -> bool {
    // A revoked key is the campaign's all the same.
    let ours =
        |wrap: &KeyWrap| keys.certificates.iter().any(|one| one.purpose != Purpose::Receipt && one.id() == wrap.key);
    wraps.iter().any(ours)
}

fn practice() -> Refused {
    Refused::new("practice", "practice records go nowhere; they stay on their phone")
}

fn salvage(item: Item, keys: &KeySet) -> Result<Judged, Refused> {
    let salvage = Salvage::parse(item.bytes()).map_err(|error| Refused::of(&error))?;
    if salvage.header.mode == Mode::Practice {
        return Err(practice());
    }
    salvage.verify_uploader().map_err(|error| Refused::of(&error))?;
    if salvage.header.campaign != keys.campaign {
        return Err(other_campaign());
    }
    let (digest, number) = (salvage.digest(), Some(salvage.header.number));
    Ok(Judged { digest, number, ..Judged::new(item, DeviceId::of_key(&salvage.header.device_key)) })
}

fn poll(item: Item, keys: &KeySet) -> Result<Judged, Refused> {
    let signed = SignedPoll::parse(item.bytes()).and_then(|signed| signed.verify());
    let poll = signed.map_err(|error| Refused::of(&error))?;
    if poll.campaign != keys.campaign {
        return Err(other_campaign());
    }
    Ok(Judged::latest_of_device(item, DeviceId::of_key(&poll.device_key), poll.wall_ms))
}

fn outstanding(item: Item, keys: &KeySet) -> Result<Judged, Refused> {
    let signed = SignedOutstanding::parse(item.bytes()).and_then(|signed| signed.verify());
    let said = signed.map_err(|error| Refused::of(&error))?;
    if said.campaign != keys.campaign {
        return Err(other_campaign());
    }
    // Where the device was in its journal, not what its clock said: that may have been set back.
    let rank = i64::from(said.epoch.ordinal()) << 40 | (said.seq & ((1 << 40) - 1)).cast_signed();
    Ok(Judged::latest_of_device(item, DeviceId::of_key(&said.device_key), rank))
}

/// A hub's statement; one of another campaign is told from one whose key is not known.
fn by_hub<T: HubStatement>(signed: &HubSigned<T>, keys: &KeySet) -> Result<T, Refused> {
    if signed.peek().is_ok_and(|said| said.campaign() != keys.campaign) {
        return Err(other_campaign());
    }
    signed.verify(keys).map_err(|error| Refused::of(&error))
}

fn receipt(item: Item, keys: &KeySet) -> Result<Judged, Refused> {
    let signed = SignedReceipt::parse(item.bytes()).map_err(|error| Refused::of(&error))?;
    let receipt = by_hub(&signed, keys)?;
    Ok(Judged::of_receipt(receipt, item.bytes()))
}

/// Of what is for all devices and has a version, the newest alone is worth carrying.
fn dispatch(item: Item, keys: &KeySet) -> Result<Judged, Refused> {
    let signed = SignedDispatch::parse(item.bytes()).map_err(|error| Refused::of(&error))?;
    let dispatch = by_hub(&signed, keys)?;
    let versioned = matches!(dispatch.kind, DispatchKind::Profile | DispatchKind::KeySet | DispatchKind::Revocations);
    let (key, rank) = if versioned && dispatch.to.is_none() {
        let version = i64::try_from(dispatch.version).unwrap_or(i64::MAX);
        (dispatch.kind.code().to_be_bytes().to_vec(), version)
    } else {
        (dispatch.id.as_bytes().to_vec(), 0)
    };
    let hub_ms = Some(dispatch.hub_ms);
    let device = dispatch.to.unwrap_or(EVERYBODY);
    Ok(Judged { key, rank, hub_ms, dispatch: Some(dispatch), ..Judged::new(item, device) })
}

fn state(item: Item, keys: &KeySet) -> Result<Judged, Refused> {
    let signed = SignedState::parse(item.bytes()).map_err(|error| Refused::of(&error))?;
    let state = by_hub(&signed, keys)?;
    let device = DeviceId::of_key(&state.device_key);
    Ok(Judged { hub_ms: Some(state.hub_ms), ..Judged::latest_of_device(item, device, state.hub_ms) })
}
