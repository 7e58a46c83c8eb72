//! What lets one phone speak for the hub where no network is: delegations, helpers enrolled on the spot, card keys and
//! proxy cards.
//!
//! This module knows the bytes and their signatures and nothing of a journal: `docs/wire-format.md` says the same for a
//! stranger. [`crate::Journal`] keeps delegations and card keys and enrols helpers, [`crate::Station`] issues and reads
//! proxy cards.

mod code;
mod delegation;
mod grant;
mod helper;
mod link;
mod packed;
mod proxy;
mod rights;
mod welcome;

#[cfg(test)]
mod tests;

pub use code::{CARDS_CODE_BYTES, CodeKind, code_bytes, code_text};
pub use delegation::{Delegation, SignedDelegation};
pub use grant::{CardKey, Grant};
pub use helper::{HelperKeys, SignedHelperKeys};
pub use link::{Chain, Link, LinkScope};
pub use proxy::{
    CARD_BYTES_MAX, CARD_NAME_BYTES_MAX, CardParts, CardPerson, ProxyCard, card_key_name, is_card, proxy_key_text,
};
pub use rights::Rights;
pub use welcome::{Kit, Welcome};
