//! Tubes and boxes from hand to hand: what two devices show each other, and what is known of it all afterwards.
//!
//! Everything here is pure: codes to bytes and back, and folds from records. The station appends the records, the
//! journal keeps them, the hub folds everybody's.

mod chain;
mod code;
pub mod desk;
mod handover;
mod pass;

#[cfg(test)]
mod tests;

pub use chain::{BoxStory, Chain, Holder, Passage, Sealed};
pub use code::{CODE_CHARS_MAX, Code, Coded};
pub use handover::{
    BOXES_MAX, HandOver, HandOverList, HandOverReceipt, LABELS_MAX, OfferedBox, ReceivedBox, SignedHandOver,
    SignedHandOverList, SignedHandOverReceipt,
};
pub(crate) use pass::take_epoch;
pub use pass::{SignedTubeAnswer, SignedTubePass, TubeAnswer, TubePass};
