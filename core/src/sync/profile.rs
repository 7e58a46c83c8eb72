//! A campaign's profile that comes as a file or QR.

use super::{SyncEvent, SyncSession};
use crate::error::{Error, Result};
use crate::journal::Journal;
use crate::record::ProfileSource;
use crate::wire::{Bundle, DispatchKind, Item, SignedDispatch};

/// Takes the campaign's profile from a file: its TOML text, which the invitation names by digest, or a
/// bundle of the hub that holds it. Answers only when it is in force, or was already or a later one is;
/// a file that is cut off, holds no profile or is not the hub's is an error and changes nothing.
pub fn take_profile(journal: &Journal, file: &[u8]) -> Result<()> {
    if let (false, Ok(text)) = (Bundle::is_claimed_by(file), std::str::from_utf8(file)) {
        return journal.apply_profile(text, ProfileSource::File).map(|_| ());
    }
    let bundle = Bundle::read(file)?;
    if !journal.is_enrolled()? {
        let why = "a profile in a bundle is proven by the campaign's keys; enrol this device first";
        return Err(Error::refused("taking a profile", why));
    }
    if bundle.cut_off > 0 {
        return Err(Error::invalid("profile file", "it is cut off; have it sent again"));
    }
    if !bundle.items.iter().any(is_profile) {
        return Err(Error::invalid("profile file", "it is a bundle without a profile; ask for the campaign's profile"));
    }
    for event in SyncSession::new(journal.clone()).take(file)? {
        if let SyncEvent::Ignored { why, .. } = event {
            return Err(Error::untrusted("profile file", why));
        }
    }
    Ok(())
}

fn is_profile(item: &Item) -> bool {
    let Item::Dispatch(bytes) = item else { return false };
    let dispatch = SignedDispatch::parse(bytes).and_then(|signed| signed.peek());
    dispatch.is_ok_and(|dispatch| dispatch.kind == DispatchKind::Profile)
}
