//! What the store keeps, as plain values: no type of any database.

use fieldcore::wire::HeldReason;

/// A record's place in the store: the surrogate of its device and epoch, the branch of a forked
/// epoch (0 unless a person accepted a second branch), and its seq.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct At {
    pub(crate) stream: i64,
    pub(crate) branch: u32,
    pub(crate) seq: u64,
}

macro_rules! codes {
    ($( $(#[$doc:meta])* $name:ident { $( $variant:ident = $code:literal $text:literal ),* $(,)? } )*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum $name { $( $variant, )* }

        impl $name {
            pub(crate) const fn code(self) -> i64 {
                match self { $(Self::$variant => $code),* }
            }

            pub(crate) const fn from_code(code: i64) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }

            #[allow(dead_code, reason = "not every code is shown to people")]
            pub(crate) const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }
    )* };
}

codes! {
    /// What the hub thinks of a device.
    DeviceState {
        Unknown = 0 "unknown",
        Active = 1 "active",
        Held = 2 "held",
        Revoked = 3 "revoked",
        Closed = 4 "closed",
    }

    /// What an item is. An opaque one is a batch of a format that this version does not know.
    ItemKind {
        Batch = 2 "batch",
        Salvage = 3 "salvage",
        Opaque = 9 "unknown",
    }

    /// What became of an item. A superseded one was never opened, but every record of it came
    /// again in another.
    ItemStatus {
        Held = 1 "held",
        Opened = 2 "opened",
        Rejected = 3 "rejected",
        Superseded = 4 "superseded",
    }

    /// What a person decided about an item or a branch.
    Decision {
        None = 0 "none",
        Accepted = 1 "accepted",
        Rejected = 2 "rejected",
    }

    /// What became of a person's binding.
    Fate {
        Stands = 0 "bound",
        Undone = 1 "undone",
        Voided = 2 "voided",
    }

    /// What became of a device's word that it took another's place.
    ClaimState {
        Stands = 1 "stands",
        Held = 2 "held",
        Accepted = 3 "accepted",
        Rejected = 4 "rejected",
        Contested = 5 "contested",
        ActsWait = 6 "acts_wait",
    }

    /// What is addressed to one device.
    LetterKind {
        Notice = 4 "notice",
        Reissue = 5 "reissue",
        Grant = 8 "grant",
    }

    /// What a device did with a tube that moves between devices.
    TubeActKind {
        PassedOn = 1 "passed_on",
        TakenOver = 2 "taken_over",
        TakenBack = 3 "taken_back",
        Seated = 4 "seated",
        Closed = 5 "closed",
        Activated = 6 "activated",
        Spoiled = 7 "spoiled",
    }

    /// What changed a person's place.
    PlaceKind {
        Bound = 0 "bound",
        Moved = 1 "moved",
        Swapped = 2 "swapped",
    }
}

/// A device. One that is only known from another's reference has no key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Device {
    pub(crate) no: i64,
    pub(crate) id: [u8; 16],
    pub(crate) key: Option<[u8; 32]>,
    pub(crate) seal_key: Option<[u8; 32]>,
    pub(crate) state: DeviceState,
    pub(crate) reason: Option<HeldReason>,
    pub(crate) token: Option<[u8; 8]>,
    pub(crate) app: Option<String>,
    pub(crate) enrolled_ms: Option<i64>,
    pub(crate) seen_ms: Option<i64>,
    /// The device that this one says it was before it lost its keys.
    pub(crate) claim: Option<Claim>,
}

/// What a device says of one whose place it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) parent: [u8; 16],
    pub(crate) state: ClaimState,
    /// Where that device's records are said to end.
    pub(crate) epoch: u64,
    pub(crate) seq: u64,
    /// When it was said, by the clock of who said it, not after the arrival.
    pub(crate) at_ms: i64,
}

/// One epoch of one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stream {
    pub(crate) no: i64,
    pub(crate) device: i64,
    pub(crate) epoch: u64,
    /// The epoch and branch that it goes on from, if it began because of a second live copy.
    pub(crate) clone_of: Option<(i64, u32)>,
}

/// A second branch of an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Branch {
    pub(crate) branch: u32,
    /// The first seq that differs from branch 0, as far as known.
    pub(crate) start: u64,
    pub(crate) decision: Decision,
}

/// A token.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) id: [u8; 8],
    pub(crate) secret: [u8; 16],
    pub(crate) uses: u32,
    pub(crate) used: u32,
    pub(crate) made_ms: i64,
    pub(crate) expires_ms: i64,
}

/// An enrolment as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EnrolmentRow {
    pub(crate) digest: [u8; 32],
    pub(crate) device: i64,
    pub(crate) bytes: Vec<u8>,
    pub(crate) accepted: bool,
    pub(crate) reason: Option<HeldReason>,
    pub(crate) arrived_ms: i64,
}

/// A batch, a salvage, or a batch of an unknown format; its body lies beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) no: i64,
    pub(crate) kind: ItemKind,
    /// The device that signed it.
    pub(crate) uploader: i64,
    /// The epoch of its records, which for a salvage may be another device's.
    pub(crate) stream: i64,
    pub(crate) number: u64,
    pub(crate) branch: u32,
    pub(crate) digest: [u8; 32],
    pub(crate) previous: [u8; 32],
    pub(crate) first_seq: u64,
    pub(crate) last_seq: u64,
    pub(crate) count: u32,
    pub(crate) status: ItemStatus,
    pub(crate) reason: Option<HeldReason>,
    pub(crate) decision: Decision,
    /// Whether its records are in the tables of the reports.
    pub(crate) projected: bool,
    /// Records of it that were counted for the first time.
    pub(crate) counted: u32,
    /// Records of kinds that this version does not know.
    pub(crate) unknown: u32,
    pub(crate) arrived_ms: i64,
    /// Its bytes without the body.
    pub(crate) header: Vec<u8>,
    pub(crate) signature: [u8; 64],
    /// The segment's data key under the hub's own store key, once it was opened.
    pub(crate) data_key: Option<Vec<u8>>,
    /// A shift of one of its records, by which its round is known.
    pub(crate) shift: Option<At>,
    /// Bytes of the body.
    pub(crate) bytes: u64,
}

/// What is asked of the items.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ItemQuery {
    pub(crate) after: i64,
    pub(crate) limit: u32,
    pub(crate) status: Option<ItemStatus>,
    pub(crate) uploader: Option<i64>,
    pub(crate) stream: Option<i64>,
    pub(crate) lag_only: bool,
}

/// A receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReceiptRow {
    pub(crate) serial: u64,
    pub(crate) item: i64,
    pub(crate) opened: bool,
    pub(crate) bytes: Vec<u8>,
}

/// One record's de-duplication key. `print` is a keyed hash of its content; 0 once erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecordRow {
    pub(crate) at: At,
    pub(crate) kind: u16,
    pub(crate) item: i64,
    pub(crate) print: i64,
}

/// An anchor of a device's monotonic clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AnchorRow {
    pub(crate) clock: u64,
    pub(crate) mono_ms: u64,
    pub(crate) hub_ms: i64,
    pub(crate) error_ms: u64,
    pub(crate) two_sided: bool,
}

/// Something for one device; it gets its serial when it is first given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) id: [u8; 16],
    pub(crate) device: i64,
    pub(crate) serial: Option<u64>,
    pub(crate) kind: LetterKind,
    /// For a notice: kind, subject, other; for a request: its payload.
    pub(crate) payload: Vec<u8>,
    pub(crate) made_ms: i64,
}

/// A dispatch for all devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DispatchRow {
    pub(crate) kind: u16,
    pub(crate) version: u32,
    /// Its id; it is signed anew whenever it is given out, by the key then in force.
    pub(crate) id: [u8; 16],
    pub(crate) payload: Vec<u8>,
    pub(crate) published: bool,
    pub(crate) made_ms: i64,
}

/// What a device has stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct DeviceStock {
    pub(crate) items: u64,
    pub(crate) held: u64,
    /// Bytes of the held ones.
    pub(crate) held_bytes: u64,
}

/// What a signed state says of one epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EpochStock {
    pub(crate) epoch: u64,
    pub(crate) batches: u64,
    pub(crate) highest: u64,
    pub(crate) last_digest: [u8; 32],
    pub(crate) salvages: u64,
}

/// A round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoundRow {
    pub(crate) no: i64,
    pub(crate) id: [u8; 16],
    pub(crate) name: String,
}

/// A shift; `round` is 0 while its record has not arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ShiftRow {
    pub(crate) no: i64,
    pub(crate) at: At,
    pub(crate) round: i64,
    pub(crate) site: Option<String>,
    pub(crate) place: Option<i64>,
    pub(crate) operator: Option<String>,
    pub(crate) organisation: Option<String>,
}

/// A round whose people were erased, with the figures that were kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ErasedRow {
    pub(crate) round: [u8; 16],
    pub(crate) name: String,
    pub(crate) figures: Vec<u8>,
}

/// An item that this version does not know; its bytes are kept as they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeptRow {
    pub(crate) digest: [u8; 32],
    pub(crate) kind: u8,
    pub(crate) arrived_ms: i64,
}

/// A tube; without a label while its opening has not arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TubeRow {
    pub(crate) no: i64,
    pub(crate) at: At,
    pub(crate) label: Option<String>,
    /// Whether it was opened; a label may be spoiled without.
    pub(crate) opened: bool,
    pub(crate) shift: i64,
    pub(crate) lane: i64,
    pub(crate) capacity: Option<u32>,
    pub(crate) live: u64,
    /// Reason code of the last closing, and the closing record's epoch and seq.
    pub(crate) closed: Option<(i64, u64, u64)>,
    /// The last activation's epoch and seq.
    pub(crate) activated: Option<(u64, u64)>,
    pub(crate) spoiled: bool,
    /// The reason code of the last closing by a device that took it over.
    pub(crate) guest_closed: Option<i64>,
}

/// Something that a device did with a tube that moves between devices: who passed it on, took it over or back; and what
/// devices did that may act on it only if it was passed on to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TubeAct {
    pub(crate) tube: i64,
    /// The acting record.
    pub(crate) by: At,
    pub(crate) kind: TubeActKind,
    pub(crate) device: i64,
    /// Whether the tube is the device's to act upon anyway.
    pub(crate) own: bool,
    pub(crate) epoch: u64,
    pub(crate) shift: i64,
    /// The record by which it was passed on, for one taken over or back.
    pub(crate) of: Option<At>,
    /// The device for which it was passed on.
    pub(crate) to: Option<[u8; 16]>,
    /// The person who was put into it.
    pub(crate) subject: Option<At>,
    /// Why it was closed.
    pub(crate) reason: Option<i64>,
    /// Its label as a taker was told.
    pub(crate) label: Option<String>,
}

/// A person's binding; not `bound` while only an act upon it has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SubjectRow {
    pub(crate) at: At,
    pub(crate) bound: bool,
    pub(crate) shift: i64,
    pub(crate) lane: i64,
    /// The tube the person is in now; 0 if none can be named.
    pub(crate) tube: i64,
    pub(crate) position: u32,
    pub(crate) fate: Fate,
    /// The epoch and seq of the record that decided the fate; the earliest decides.
    pub(crate) fate_by: (u64, u64),
}

impl SubjectRow {
    /// Whether the person counts.
    pub(crate) const fn live(&self) -> bool {
        self.bound && matches!(self.fate, Fate::Stands)
    }
}

/// Something that changed a person's place, or the place it was bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PlaceRow {
    pub(crate) subject: At,
    pub(crate) by: At,
    /// The acting record's epoch: with its seq the order of acts.
    pub(crate) by_epoch: u64,
    pub(crate) kind: PlaceKind,
    pub(crate) tube: i64,
    pub(crate) position: u32,
    /// The other person of a swap.
    pub(crate) other: Option<At>,
}

/// One entry of the index of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PersonRow {
    pub(crate) hash: [u8; 16],
    pub(crate) round: i64,
    pub(crate) at: At,
}

/// Counts of people of one shift and lane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) people: i64,
    pub(crate) undone: i64,
    pub(crate) voided: i64,
}

/// Counts of tubes of one shift and lane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TubeCounts {
    pub(crate) tubes: u64,
    pub(crate) short: u64,
    pub(crate) spoiled: u64,
}

/// When and by which way something that a device signed came last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct HeardRow {
    /// From the device itself.
    pub(crate) direct_ms: Option<i64>,
    /// By another way: with another device, or as a file.
    pub(crate) carried_ms: Option<i64>,
    /// The id of the device that brought it then, where one is known.
    pub(crate) carrier: Option<[u8; 16]>,
}

/// What a device last said is still to come from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OutstandingRow {
    /// When it said so, by its own clock.
    pub(crate) said_ms: i64,
    /// The epoch that it wrote then, and the last seq in it.
    pub(crate) epoch: u64,
    pub(crate) seq: u64,
    /// Its records without a receipt, and since when by its own clock.
    pub(crate) unsent: u64,
    pub(crate) since_ms: Option<i64>,
    /// Batches and salvages that it carried for others.
    pub(crate) carries: u64,
}
