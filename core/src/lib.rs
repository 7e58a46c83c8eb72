//! The core of Fieldcore: scans become durable, encrypted, signed records on the device, and
//! sealed batches that any connection brings to a hub. No network, no async, no user interface.
//!
//! A shell opens a [`Journal`] with a [`Platform`] (clock, randomness, a safe for secrets), works it
//! through a [`Station`], and turns a [`sync::SyncSession`] whenever a network is there.

mod base45;
pub mod cards;
pub mod carry;
pub mod crypto;
pub mod custody;
pub mod doors;
mod error;
mod id;
mod journal;
pub mod limits;
pub mod pack;
mod platform;
mod profile;
pub mod record;
pub mod roster;
pub mod scan;
mod secret;
mod state;
mod station;
pub mod sync;
pub mod text;
mod vault;
pub mod wire;
mod words;

pub use error::{Error, Result};
#[cfg(feature = "optics")]
pub use fieldcore_optics as optics;
pub use id::{DeviceId, Epoch, RecordRef, uuid_v7};
pub use journal::{
    Erasure, Figures, HeldDelegation, Helper, Journal, JournalOptions, KitTaken, Maintained, Note, RosterState,
    Verified, WelcomeTaken,
};
pub use platform::{Clock, Entropy, KeyVault, OsEntropy, Platform, SystemClock};
pub use profile::{
    AliasMode, Gs1Name, LabelFit, LabelRange, LabelRule, MixingClash, MixingClass, MixingRule, Naming, PersonFlag,
    PersonTraits, Profile, Round, Site, StepMode, Steps, WorkOrder,
};
pub use secret::Secret;
pub use station::{
    AddedHousehold, Answer, BoxLine, Candidate, CheckItem, CheckReport, ClaimPlan, Cue, DoorVerb, Earlier, Export,
    Finding, FollowUpLine, FoundAtDoor, FoundLine, IssuedCard, Language, Ledger, LedgerRow, LogLine, MissedLine,
    NamedPerson, NewFollowUp, NewHousehold, NewProxy, NewResident, OpenTube, Outcome, PROBLEMS, PackedTube, Placed,
    Remark, ResidentLine, ShiftFigures, ShiftPlan, ShiftTube, Station, Status, Surroundings, Target, Trace,
    TracedPerson, USAGES, Verb,
};
#[cfg(feature = "optics")]
pub use station::{Eyes, Glance};
pub use vault::FileVault;
