//! What a session needs of the journal: its border, and the place where a test stands in.

use uuid::Uuid;

use crate::error::Result;
use crate::id::{DeviceId, Epoch};
use crate::platform::Platform;
use crate::record::NoticeKind;
use crate::wire::{Dispatch, HeldReason, HubState, Item, KeySet, Receipt, Refusal};

/// One item that waits for the hub.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    /// The digest by which the hub's answer names it: a batch's or salvage's own digest, and
    /// [`Item::digest`] for an enrolment.
    pub(crate) digest: [u8; 32],
    /// The frozen bytes.
    pub(crate) item: Item,
}

/// What a receipt changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptTaken {
    /// The epoch of the batch or salvage.
    pub epoch: Epoch,
    /// Its number.
    pub number: u64,
    /// `None` when it was opened and counted, otherwise why the hub holds it.
    pub held: Option<HeldReason>,
    /// The epoch that was begun because the hub saw another copy of this journal.
    pub new_epoch: Option<Epoch>,
}

/// What a dispatch changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DispatchTaken {
    /// A profile came into force for tubes opened from now on.
    Profile {
        /// Its version.
        version: u32,
    },
    /// A key set came into force for segments opened from now on.
    KeySet {
        /// Its version.
        version: u32,
    },
    /// A revocation list came into force.
    Revocations {
        /// Its version.
        version: u32,
        /// Whether it names this very device.
        this_device: bool,
    },
    /// A notice was taken note of.
    Notice {
        /// What it is about.
        kind: NoticeKind,
    },
    /// The hub asked for records again.
    Reissue {
        /// Records that are sent again.
        records: u64,
        /// Records that cannot be: erased, or their key is gone.
        gone: u64,
    },
    /// A page of a roster, or of a difference, was taken.
    Roster {
        /// The roster.
        roster: Uuid,
        /// The number that it makes.
        number: u32,
        /// What it came to.
        step: RosterStep,
    },
    /// The hub gave this device card keys, or a delegation.
    Grant {
        /// The delegation, if one came that has not expired.
        delegation: Option<Uuid>,
        /// Card keys that are new here.
        card_keys: u32,
    },
}

impl DispatchTaken {
    /// Whether the hub has more to send that belongs to it.
    pub(super) const fn wants_more(&self) -> bool {
        matches!(self, Self::Roster { step: RosterStep::Page { .. } | RosterStep::Aside, .. })
    }
}

/// What a page of a roster came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RosterStep {
    /// It was kept; others are missing.
    Page {
        /// Which page.
        page: u16,
        /// Of how many.
        pages: u16,
    },
    /// All pages are there, but what they lead on from is not in force: kept aside.
    Aside,
    /// The roster is in force.
    InForce {
        /// Households in it.
        households: u32,
        /// People in it.
        people: u32,
    },
    /// The pages do not make the roster that they name. They were dropped; the whole is asked for.
    Contradicts,
}

/// The journal as a session sees it. Everything here is durable when it returns; nothing here
/// may be called inside a user action.
pub(crate) trait Outbox: Send {
    /// The clock and randomness that the journal works with.
    fn platform(&self) -> &Platform;
    /// The device that writes now.
    fn device(&self) -> DeviceId;
    /// The key set in force; `None` before an invitation was accepted.
    fn key_set(&self) -> Result<Option<KeySet>>;
    /// Seals what is due, because a network is there.
    fn seal_due(&self) -> Result<()>;
    /// What waits, oldest first, at most `budget` bytes of it as bundle items but always at least
    /// one item if any waits: the enrolment in front until it has an answer, then batches and
    /// salvage. Items that the hub refused are passed over.
    fn outgoing(&self, budget: usize) -> Result<Vec<Outgoing>>;
    /// The same for a bundle that is carried by hand: an enrolment is in it however lately it left.
    fn carried(&self, budget: usize) -> Result<Vec<Outgoing>>;
    /// What the device says is still to come from it, where anything waits that is not among `sent`.
    fn outstanding(&self, sent: &[[u8; 32]]) -> Result<Option<Item>> {
        let _ = sent;
        Ok(None)
    }
    /// Keeps what the hub sent for other devices, or for all of them, to give it on.
    fn keep_for_others(&self, item: &Item) -> Result<()> {
        let _ = item;
        Ok(())
    }
    /// The hub answered a bundle with these items: those that get no receipt do not go again.
    fn answered(&self, digests: &[[u8; 32]]) -> Result<()> {
        let _ = digests;
        Ok(())
    }
    /// A fresh signed poll, and its nonce, which the hub's state in the answer echoes.
    fn poll(&self) -> Result<(Item, [u8; 16])>;
    /// Takes a verified receipt; `bytes` is the item as received, kept as proof. `None` if it is
    /// for no batch or salvage of this journal, contradicts it, or is known already.
    fn take_receipt(&self, receipt: &Receipt, bytes: &[u8]) -> Result<Option<ReceiptTaken>>;
    /// Takes a refusal: the item keeps its data, is not sent again by itself, and is shown.
    /// Whether it named something of this journal.
    fn take_refusal(&self, refusal: &Refusal) -> Result<bool>;
    /// Puts what was refused up for sending again; how many items.
    fn take_up_refused(&self) -> Result<u64>;
    /// Takes a key set that the roots of this campaign signed; highest version wins.
    fn take_key_set(&self, bytes: &[u8]) -> Result<Option<DispatchTaken>>;
    /// Takes a verified dispatch; `None` if it is not for this device or known already.
    fn take_dispatch(&self, dispatch: &Dispatch) -> Result<Option<DispatchTaken>>;
    /// Whether every item of `digests` has an answer (receipt or refusal) by now.
    fn settled(&self, digests: &[[u8; 32]]) -> Result<bool>;
    /// Takes a two-sided anchor: the hub's time lay between `sent_mono_ms` and `round_trip_ms`
    /// later. The wall clock's offset from the hub, milliseconds.
    fn anchor(&self, hub_ms: i64, sent_mono_ms: u64, round_trip_ms: u64) -> Result<i64>;
    /// Compares the hub's signed state with what was receipted; how many batches and salvages
    /// are sent again because the hub went back.
    fn compare_hub_state(&self, state: &HubState) -> Result<u64>;
    /// A session's own memory, as written last.
    fn sync_memory(&self) -> Result<Option<Vec<u8>>>;
    /// Keeps a session's own memory.
    fn set_sync_memory(&self, bytes: &[u8]) -> Result<()>;
    /// Notes that a hub answered now.
    fn note_sync(&self) -> Result<()>;
}
