//! Codes that phones show each other, and that are printed: bytes with three letters in front, and the same as text.
//!
//! As text they are the letters, a colon and base45 (RFC 9285): the alphanumeric mode of a QR code holds that at a loss
//! of three in a hundred, and every decoder and every hand-held scanner hands it over whole, which none does with bytes.

use crate::base45;
use crate::error::{Error, Result};

const WHAT: &str = "code";
/// Bytes of a code that a QR code of version 25 at level M holds as text (1,451 signs in alphanumeric mode).
pub const CARDS_CODE_BYTES: usize = 967;
/// Characters of a code's text that are looked at: what one QR code holds in that mode (version 40-L).
const CHARS_MAX: usize = 4_296;

/// What a code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeKind {
    /// A helper's keys.
    HelperKeys,
    /// What lets a helper start.
    Welcome,
    /// The profile and the card keys for a helper.
    Kit,
    /// A proxy card.
    ProxyCard,
}

impl CodeKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::HelperKeys, Self::Welcome, Self::Kit, Self::ProxyCard];

    /// The three letters in front.
    pub const fn letters(self) -> &'static str {
        match self {
            Self::HelperKeys => "FH1",
            Self::Welcome => "FW1",
            Self::Kit => "FK1",
            Self::ProxyCard => "FP1",
        }
    }

    /// The kind that a code's bytes or text claim to be by what stands in front.
    pub fn of(code: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| code.starts_with(kind.letters().as_bytes()))
    }

    /// What stands behind the letters, if `code` is of this kind.
    pub(super) fn body(self, code: &[u8]) -> Result<&[u8]> {
        code.strip_prefix(self.letters().as_bytes()).ok_or_else(|| {
            let why = format!("it does not begin with {}; it is another code than the one that is due", self.letters());
            Error::decode(WHAT, why)
        })
    }

    pub(super) fn wrap(self, body: &[u8]) -> Vec<u8> {
        [self.letters().as_bytes(), body].concat()
    }
}

/// A code's text, for a QR code in alphanumeric mode.
pub fn code_text(code: &[u8]) -> Result<String> {
    let kind = CodeKind::of(code).ok_or_else(|| Error::decode(WHAT, "it is none of this project's"))?;
    Ok(format!("{}:{}", kind.letters(), base45::encode(kind.body(code)?)))
}

/// The bytes of a code's text; `None` where the text does not begin as one.
pub fn code_bytes(text: &str) -> Option<Result<Vec<u8>>> {
    let text = text.trim_start();
    let kind = CodeKind::ALL
        .into_iter()
        .find(|kind| text.strip_prefix(kind.letters()).is_some_and(|rest| rest.starts_with(':')))?;
    let body = text.get(kind.letters().len() + 1..).unwrap_or_default().trim_end_matches(['\r', '\n', '\t']);
    if body.len() > CHARS_MAX {
        return Some(Err(Error::Limit {
            what: "characters of a code",
            found: body.len() as u64,
            limit: CHARS_MAX as u64,
        }));
    }
    let bytes = base45::decode(body).map(|bytes| kind.wrap(&bytes));
    Some(bytes.ok_or_else(|| Error::decode(WHAT, "it is cut off or mistyped; scan it again")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_its_bytes_again_and_no_label_is_taken_for_one() {
        let code = CodeKind::ProxyCard.wrap(&[0, 1, 2, 255, 254]);
        let text = code_text(&code).unwrap();
        assert!(text.starts_with("FP1:"), "{text}");
        assert_eq!(code_bytes(&format!(" {text}\r\n")).unwrap().unwrap(), code);
        assert!(code_bytes("FP1234567890").is_none());
        assert!(code_bytes(&text[..text.len() - 1]).unwrap().is_err() || code_bytes(&text[..text.len() - 1]).is_some());
        assert!(code_bytes("FP1:a").unwrap().is_err());
        assert!(code_bytes(&format!("FP1:{}", "0".repeat(5_000))).unwrap().is_err());
    }
}
