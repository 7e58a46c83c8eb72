//! What the journal tells people about itself.

use crate::id::{DeviceId, Epoch, RecordRef};
use crate::record::{EpochReason, SetAsideReason};

/// Something that happened to the journal and that a person should know.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// A new epoch began.
    EpochBegan {
        /// Why.
        reason: EpochReason,
        /// The device that writes it.
        device: DeviceId,
        /// The epoch.
        epoch: Epoch,
    },
    /// The vault lost its keys: `unreadable` records cannot be read on this phone any more, of
    /// which `travelling` still reach the hub as they are stored.
    KeysLost {
        /// Records that cannot be read here.
        unreadable: u64,
        /// Of these, the ones that leave as salvage.
        travelling: u64,
    },
    /// The journal's file was set aside under this name and a new one was begun.
    SetAside {
        /// Why.
        reason: SetAsideReason,
        /// The name of the file that was kept.
        file: String,
        /// Rows recovered from it.
        salvaged: u64,
        /// Rows known to be lost.
        lost: u64,
    },
    /// After a failed write the last action was found saved after all: these are its records.
    WasSaved {
        /// The records of the action.
        records: Vec<RecordRef>,
    },
    /// After a failed write the last action was found not saved: it has to be done again.
    WasNotSaved,
    /// The disk is full; capture stopped and the ballast was released.
    CaptureStopped,
    /// The ballast was made again; capture goes on.
    CaptureResumed,
    /// The hub's state moved backwards: it was restored, or it lies. Everything it lacks is sent again.
    HubMovedBack {
        /// Batches that are sent again.
        again: u64,
    },
    /// Sealed items whose bytes had changed on the storage were found before they left, and made
    /// again from the records; `lost` records could not be.
    ItemsRotted {
        /// Items that had rotted.
        items: u64,
        /// Records that are in no other item and cannot be read.
        lost: u64,
    },
    /// The hub saw another copy of this journal.
    CopySeen {
        /// The epoch that both wrote.
        epoch: Epoch,
    },
}

/// What one call of `maintain` did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Maintained {
    /// Batches and salvages made.
    pub sealed: u32,
    /// Whether the write-ahead log was emptied.
    pub checkpointed: bool,
    /// Sealed batches whose bytes were dropped after their retention.
    pub dropped: u32,
    /// Whether capture is stopped because the disk is full.
    pub capture_stopped: bool,
}

/// The journal's figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Records in the journal, all epochs.
    pub records: u64,
    /// Records without an `opened` or `held` receipt.
    pub unsent: u64,
    /// Batches sealed, all epochs.
    pub sealed: u64,
    /// Of these, with an `opened` receipt.
    pub opened: u64,
    /// Batches and salvages with a `held` receipt.
    pub held: u64,
    /// Items that the hub refused and that stay here.
    pub refused: u64,
    /// Records that cannot be read here because their key is gone.
    pub unreadable: u64,
    /// When a hub last answered, wall milliseconds.
    pub last_sync_ms: Option<i64>,
    /// Files set aside in the folder.
    pub set_aside: u64,
    /// Whether capture is stopped because the disk is full.
    pub capture_stopped: bool,
}
