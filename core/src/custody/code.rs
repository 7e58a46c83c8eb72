//! The form in which a signed statement stands in a QR code, a file or a line: four letters and base32, which a QR
//! code's alphanumeric mode holds at 5.5 bits a character and every keyboard-wedge scanner can type.

use data_encoding::BASE32_NOPAD;

use crate::error::{Error, Result};
use crate::limits::SCAN_BYTES_MAX;
use crate::wire::{DeviceSigned, DeviceStatement};

/// Characters of a code that one QR code of version 25 at level M holds.
pub const CODE_CHARS_MAX: usize = 1451;

/// A statement that is shown as a code.
pub trait Coded: DeviceStatement {
    /// What its code begins with.
    const PREFIX: &'static str;
}

/// What kind of code a text is, by its first letters; nothing else of it was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// An open tube is offered ([`super::TubePass`]).
    Pass,
    /// An open tube was taken over ([`super::TubeAnswer`]).
    Answer,
    /// Boxes are offered ([`super::HandOver`]).
    HandOver,
    /// Boxes were received ([`super::HandOverReceipt`]).
    Receipt,
    /// The labels of the tubes in boxes that are offered ([`super::HandOverList`]).
    List,
    /// A team tells its claims ([`crate::doors::ClaimsTold`]).
    Claims,
}

impl Code {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Pass, super::TubePass::PREFIX),
        (Self::Answer, super::TubeAnswer::PREFIX),
        (Self::HandOver, super::HandOver::PREFIX),
        (Self::Receipt, super::HandOverReceipt::PREFIX),
        (Self::List, super::HandOverList::PREFIX),
        (Self::Claims, crate::doors::ClaimsTold::PREFIX),
    ];

    /// The kind of `text`; `None` for a text that is none of these codes.
    pub fn of(text: &str) -> Option<Self> {
        let head: String = text.chars().filter(|c| !c.is_whitespace()).take(4).collect();
        Self::ALL.iter().find(|(_, prefix)| prefix.eq_ignore_ascii_case(&head)).map(|(code, _)| *code)
    }
}

impl<T: Coded> DeviceSigned<T> {
    /// The statement as a code.
    pub fn to_code(&self) -> Result<String> {
        Ok(format!("{}{}", T::PREFIX, BASE32_NOPAD.encode(&self.to_bytes()?)))
    }

    /// The statement in a code; blanks, line ends and the case of letters do not matter. Nothing is verified yet.
    pub fn from_code(text: &str) -> Result<Self> {
        let unusable = |why: &str| Error::invalid(T::WHAT, format!("{why}; scan the code again"));
        if text.len() > SCAN_BYTES_MAX {
            return Err(Error::Limit {
                what: "bytes of a code",
                found: text.len() as u64,
                limit: SCAN_BYTES_MAX as u64,
            });
        }
        let text: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        let body =
            text.strip_prefix(T::PREFIX).ok_or_else(|| unusable(&format!("it does not begin with {}", T::PREFIX)))?;
        let bytes =
            BASE32_NOPAD.decode(body.as_bytes()).map_err(|_| unusable("it is cut off or was not read right"))?;
        Self::parse(&bytes)
    }
}
