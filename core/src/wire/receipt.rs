//! The hub's word about one item: a signed receipt, or an unsigned refusal.

use std::fmt;

use uuid::Uuid;

use super::segment::read_epoch;
use super::signed::HubStatement;
use super::{FORMAT_VERSION, check_limit, check_text};
use crate::crypto::Domain;
use crate::error::{Error, Result};
use crate::id::Epoch;
use crate::limits::{ITEM_BYTES_MAX, NAME_CHARS_MAX, NOTE_CHARS_MAX};
use crate::pack::{self, Fixed, Text};

const RECEIPT: &str = "receipt";
const REFUSAL: &str = "refusal";

macro_rules! reasons {
    ($( $(#[$doc:meta])* $variant:ident = $code:literal $text:literal ),* $(,)?) => {
        /// Why the hub holds an item that it has stored but not counted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum HeldReason {
            $( $(#[$doc])* $variant, )*
            /// A reason that this version does not know.
            Other(u16),
        }

        impl HeldReason {
            /// Every reason known here.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The code that stands in a receipt.
            pub const fn code(self) -> u16 {
                match self { $(Self::$variant => $code,)* Self::Other(code) => code }
            }

            /// The reason of `code`.
            pub const fn from_code(code: u16) -> Self {
                match code { $($code => Self::$variant,)* other => Self::Other(other) }
            }

            /// The word in JSON, reports and the hub's `held` list.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* Self::Other(_) => "other" }
            }
        }
    };
}

reasons! {
    /// No key at hand opens it.
    NotOpenable = 1 "not_openable",
    /// It opened but its contents break the format.
    Undecodable = 2 "undecodable",
    /// Its number is taken by other bytes: a second copy of the phone wrote it.
    Fork = 3 "fork",
    /// Some of its records are of a kind that this hub does not know; the others are counted.
    UnknownKind = 4 "unknown_kind",
    /// The device was revoked and this batch is not among those the hub had.
    Revoked = 5 "revoked",
    /// An unknown device has used up what it may store.
    Quota = 6 "quota",
    /// No enrolment of this device has arrived yet.
    NotEnrolled = 7 "not_enrolled",
    /// Another device enrolled on the same token first.
    TokenTaken = 8 "token_taken",
    /// Rows of a salvage did not open.
    RowsRejected = 9 "rows_rejected",
    /// A record is already there with other content.
    ContentConflict = 10 "content_conflict",
    /// It has a format version or suite that this hub does not know.
    UnknownFormat = 11 "unknown_format",
    /// Rows of one device, sent by another that is not known to have taken its place.
    ForeignRows = 12 "foreign_rows",
    /// It names another campaign's keys, or the device is enrolled elsewhere.
    OtherCampaign = 13 "other_campaign",
    /// The delegation behind the device's enrolment does not stand: unknown here, expired, or of a revoked device.
    Delegation = 14 "delegation",
    /// Another device enrolled on the same place of a delegation first.
    PlaceTaken = 15 "place_taken",
}

/// What the hub did with an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReceiptStatus {
    /// Stored durably, not counted (yet). Ends the sending, starts nothing else.
    Held(HeldReason),
    /// Stored, decrypted, decoded and counted. Starts retention and permits erasure.
    Opened,
}

/// What a receipt is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReceiptItem {
    /// A batch.
    Batch,
    /// A salvage; `number` is the uploader's salvage number and `epoch` that of its segment.
    Salvage,
}

/// The hub's signed word about one batch or salvage, named by digest. The same bytes on every
/// retry, until an item that was held is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The campaign.
    pub campaign: Uuid,
    /// The Ed25519 public key of the device that signed the item.
    pub device_key: [u8; 32],
    /// The epoch of its records.
    pub epoch: Epoch,
    /// Its number.
    pub number: u64,
    /// Its digest ([`super::Batch::digest`], [`super::Salvage::digest`]).
    pub digest: [u8; 32],
    /// What became of it.
    pub status: ReceiptStatus,
    /// What it is.
    pub item: ReceiptItem,
    /// The hub's time of storing, milliseconds since 1970.
    pub hub_ms: i64,
    /// The receipt's serial number in the hub's store.
    pub serial: u64,
    /// Its place in a public log, once there is one.
    pub log_index: Option<u64>,
}

type Layout = (u8, Fixed<16>, Fixed<32>, u64, u64, Fixed<32>, u8, Option<u16>, u8, i64, u64, Option<u64>);

impl HubStatement for Receipt {
    const DOMAIN: Domain = Domain::Receipt;
    const WHAT: &'static str = RECEIPT;

    fn encode(&self) -> Result<Vec<u8>> {
        let (status, reason) = match self.status {
            ReceiptStatus::Held(reason) => (1, Some(reason.code())),
            ReceiptStatus::Opened => (2, None),
        };
        let item = match self.item {
            ReceiptItem::Batch => 2,
            ReceiptItem::Salvage => 3,
        };
        let layout: Layout = (
            FORMAT_VERSION,
            Fixed(*self.campaign.as_bytes()),
            Fixed(self.device_key),
            self.epoch.as_u64(),
            self.number,
            Fixed(self.digest),
            status,
            reason,
            item,
            self.hub_ms,
            self.serial,
            self.log_index,
        );
        pack::encode(&layout)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        let layout: Layout = pack::decode(bytes, RECEIPT)?;
        let (_, campaign, device_key, epoch, number, digest, status, reason, item, hub_ms, serial, log_index) = layout;
        let status = match (status, reason) {
            (1, Some(code)) => ReceiptStatus::Held(HeldReason::from_code(code)),
            (2, None) => ReceiptStatus::Opened,
            _ => return Err(Error::decode(RECEIPT, "its status is none that this reader knows")),
        };
        let item = match item {
            2 => ReceiptItem::Batch,
            3 => ReceiptItem::Salvage,
            _ => return Err(Error::decode(RECEIPT, "it is about something that has no receipts")),
        };
        Ok(Self {
            campaign: Uuid::from_bytes(campaign.0),
            device_key: device_key.0,
            epoch: read_epoch(epoch, RECEIPT)?,
            number,
            digest: digest.0,
            status,
            item,
            hub_ms,
            serial,
            log_index,
        })
    }

    fn campaign(&self) -> Uuid {
        self.campaign
    }

    fn signed_ms(&self) -> i64 {
        self.hub_ms
    }
}

/// The hub's answer to an item that it did not take. Unsigned: the phone keeps the data whatever
/// it says, and shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The item, by [`super::item_digest`].
    pub digest: [u8; 32],
    /// A word for programs, e.g. `bad_signature`, `practice`, `too_large`, `unreadable`.
    pub code: String,
    /// What happened, for people.
    pub what: String,
    /// What to do next, for people.
    pub next: String,
}

type RefusalLayout = (u8, Fixed<32>, Text, Text, Text);

impl Refusal {
    /// The item's bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        self.check()?;
        let layout: RefusalLayout = (
            FORMAT_VERSION,
            Fixed(self.digest),
            Text(self.code.clone()),
            Text(self.what.clone()),
            Text(self.next.clone()),
        );
        pack::encode(&layout)
    }

    /// The refusal in `bytes`.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        check_limit("bytes of a refusal", bytes.len(), ITEM_BYTES_MAX)?;
        super::check_version(bytes, REFUSAL)?;
        let (_, digest, code, what, next): RefusalLayout = pack::decode(bytes, REFUSAL)?;
        let refusal = Self { digest: digest.0, code: code.0, what: what.0, next: next.0 };
        refusal.check()?;
        Ok(refusal)
    }

    fn check(&self) -> Result<()> {
        check_text("characters of a refusal's code", &self.code, NAME_CHARS_MAX)?;
        check_text("characters of a refusal's text", &self.what, NOTE_CHARS_MAX)?;
        check_text("characters of a refusal's text", &self.next, NOTE_CHARS_MAX)
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refusal {}", self.code)
    }
}
