//! Who someone is, as far as a document says. Nothing here prints itself.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::record::{DocumentKind, ReadSource};

/// Text about a person. Wiped when dropped, never printed by `Debug`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Zeroize, ZeroizeOnDrop)]
pub struct Sensitive(String);

impl Sensitive {
    /// Takes charge of `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the moment of use.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Sensitive {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Sensitive {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// The sex that a document states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// `M`.
    Male,
    /// `F`.
    Female,
    /// `X`: stated as neither.
    Unspecified,
}

impl Sex {
    /// The letter that stands in records and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Male => "M",
            Self::Female => "F",
            Self::Unspecified => "X",
        }
    }

    /// The sex of the letter.
    pub fn from_text(text: &str) -> Option<Self> {
        match text {
            "M" => Some(Self::Male),
            "F" => Some(Self::Female),
            "X" => Some(Self::Unspecified),
            _ => None,
        }
    }
}

/// A person as named by a document, by an opaque code, or by a description.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// What names the person.
    pub document: DocumentKind,
    /// The document's number, folded to its canonical form; the code itself for an alias.
    pub number: Option<Sensitive>,
    /// The 18-character form of a 15-digit resident number.
    pub number18: Option<Sensitive>,
    /// The state that issued it (ICAO 9303 or ISO 3166 code), where the document says so.
    pub issuer: Option<String>,
    /// The name as printed.
    pub name: Option<Sensitive>,
    /// The date of birth as the number YYYYMMDD.
    pub birth: Option<u32>,
    /// The sex.
    pub sex: Option<Sex>,
    /// The nationality (ICAO 9303 code).
    pub nationality: Option<String>,
    /// The address printed on the document: where the person is registered, not where they are.
    pub address: Option<Sensitive>,
    /// How it was read.
    pub source: ReadSource,
}

impl Identity {
    /// The identity of a document of which only the kind and number are known.
    pub fn of_number(document: DocumentKind, number: impl Into<Sensitive>, source: ReadSource) -> Self {
        Self {
            document,
            number: Some(number.into()),
            number18: None,
            issuer: None,
            name: None,
            birth: None,
            sex: None,
            nationality: None,
            address: None,
            source,
        }
    }

    /// A person known only by the opaque code that was shown.
    pub fn of_alias(code: impl Into<Sensitive>, source: ReadSource) -> Self {
        Self::of_number(DocumentKind::Alias, code, source)
    }

    /// A person without any document.
    pub fn undocumented() -> Self {
        Self { number: None, ..Self::of_number(DocumentKind::None, String::new(), ReadSource::Typed) }
    }

    /// The text that is equal for the same person; `None` where nothing can tell (no document).
    /// Worth as much as the number itself: only ever hash it under a key.
    pub fn key_text(&self) -> Option<Sensitive> {
        person_key_text(self.document, self.number.as_ref().map(Sensitive::expose), self.issuer.as_deref())
    }

    /// Birth for a record: only where the number does not hold it.
    pub fn birth_beside_number(&self) -> Option<u32> {
        self.birth.filter(|_| !number_holds_birth(self.document))
    }

    /// Sex for a record: only where the number does not hold it.
    pub fn sex_beside_number(&self) -> Option<Sex> {
        self.sex.filter(|_| !number_holds_birth(self.document))
    }

    /// What a screen may show: the name with its middle hidden, else the number with all but its
    /// first four and last two characters hidden; empty for a person without a document.
    pub fn masked(&self) -> String {
        match (&self.name, &self.number) {
            (Some(name), _) => mask_name(name.expose()),
            (None, Some(number)) => mask_number(number.expose()),
            (None, None) => String::new(),
        }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(hidden)")
    }
}

/// Whether the document's number itself holds birth and sex.
const fn number_holds_birth(document: DocumentKind) -> bool {
    matches!(
        document,
        DocumentKind::CnResident
            | DocumentKind::CnResident15
            | DocumentKind::CnPermitHk
            | DocumentKind::CnPermitMo
            | DocumentKind::CnPermitTw
            | DocumentKind::CnForeigner
    )
}

/// The text that is equal for the same person, from what a record keeps: the one place that
/// decides what "the same person" means. `number` of an alias is the code itself.
///
/// A 15-digit resident number equals its 18-character form; all 18-character numbers of
/// GB 11643 share one space; of a Hong Kong or Macao travel permit the first nine characters
/// name the person, the rest counts the card's issues. A licence names its holder by its number
/// within the jurisdiction; an Aadhaar QR by its reference and a digest of name, birth and sex, so
/// that two QRs of one person are two.
pub fn person_key_text(document: DocumentKind, number: Option<&str>, issuer: Option<&str>) -> Option<Sensitive> {
    let number = number.filter(|number| !number.is_empty())?;
    let text = match document {
        DocumentKind::None => return None,
        DocumentKind::CnResident15 => format!("cn|{}", super::cn::upgrade_15(number).as_deref().unwrap_or(number)),
        kind if number_holds_birth(kind) => format!("cn|{number}"),
        DocumentKind::HkMoTravelPermit => format!("hk_mo|{}", number.get(..9).unwrap_or(number)),
        kind => format!("{}|{}|{number}", kind.as_str(), issuer.unwrap_or_default()),
    };
    Some(Sensitive(text))
}

pub(crate) fn mask_number(number: &str) -> String {
    let count = number.chars().count();
    let (head, tail) = if count >= 12 { (4, 2) } else { (count / 4, count / 4) };
    number.chars().enumerate().map(|(i, c)| if i < head || i + tail >= count { c } else { '*' }).collect()
}

fn mask_name(name: &str) -> String {
    let count = name.chars().count();
    let last = if count >= 3 { count - 1 } else { count };
    name.chars().enumerate().map(|(i, c)| if i == 0 || i == last || c == ' ' { c } else { '*' }).collect()
}
