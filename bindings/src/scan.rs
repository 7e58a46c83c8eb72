//! What a shell's eyes saw, as they saw it.

pub use fieldcore::record::DocumentKind;
use fieldcore::scan::{self, typing};

use crate::error::{FieldError, Result, guard};

/// A scan. A shell hands it over and does not interpret it.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Scan {
    /// A symbol that a platform's decoder or a scanner read.
    Symbol {
        /// Its text, FNC1 as U+001D.
        text: String,
        /// Its AIM symbology identifier, e.g. `]C1`, where the decoder gave one.
        symbology: Option<String>,
    },
    /// What a person typed.
    Typed {
        /// The text.
        text: String,
        /// The kind of document that the operator chose, if any.
        document: Option<DocumentKind>,
    },
    /// A line of a scanner that types: nothing tells it from typing.
    Line {
        /// The line without its end.
        text: String,
    },
    /// Lines of a text recogniser, in any order.
    RecognisedText {
        /// The lines.
        lines: Vec<String>,
    },
    /// A clean machine-readable zone (ICAO Doc 9303).
    MachineReadableZone {
        /// Its lines.
        lines: Vec<String>,
    },
    /// The bytes of a symbol whose content is no text, where a decoder hands them over: a proxy card in byte mode.
    Bytes {
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// Fields of a chip or card reader.
    Fields {
        /// The fields, such as `number`.
        fields: Vec<ScanField>,
    },
}

/// A field of a chip or card reader.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct ScanField {
    /// Its name.
    pub name: String,
    /// Its text.
    pub value: String,
}

impl From<Scan> for scan::Scan {
    fn from(scan: Scan) -> Self {
        match scan {
            Scan::Symbol { text, symbology } => Self::Symbol { text, symbology },
            Scan::Typed { text, document } => Self::Typed { text, document },
            Scan::Line { text } => Self::Line(text),
            Scan::RecognisedText { lines } => Self::Ocr { lines },
            Scan::MachineReadableZone { lines } => Self::Mrz { lines },
            Scan::Bytes { bytes } => Self::Bytes(bytes),
            Scan::Fields { fields } => {
                Self::Fields(fields.into_iter().map(|field| (field.name, field.value)).collect())
            }
        }
    }
}

/// A kind of document that names a person.
#[uniffi::remote(Enum)]
pub enum DocumentKind {
    /// PRC resident identity number, 18 characters (GB 11643-1999).
    CnResident,
    /// PRC resident identity number, 15 digits (GB 11643-1989).
    CnResident15,
    /// Residence permit for Hong Kong residents, region 81.
    CnPermitHk,
    /// Residence permit for Macao residents, region 82.
    CnPermitMo,
    /// Residence permit for Taiwan residents, region 83.
    CnPermitTw,
    /// Foreigner's permanent residence card since 2023, 18 digits from 9.
    CnForeigner,
    /// Foreigner's permanent residence card until 2023, 15 characters.
    CnForeigner15,
    /// Mainland travel permit for Hong Kong and Macao residents.
    HkMoTravelPermit,
    /// Mainland travel permit for Taiwan residents.
    TwTravelPermit,
    /// Exit-entry permit for mainland residents.
    CnExitPermit,
    /// A passport by its number alone.
    PassportNumber,
    /// A document by its ICAO 9303 machine-readable zone.
    Mrz,
    /// A North American licence or card (AAMVA).
    Aamva,
    /// An Aadhaar secure QR's reference.
    Aadhaar,
    /// Known only by an opaque code that was shown.
    Alias,
    /// A person without any document, described.
    None,
}

/// What a number that is being typed is so far, for a type-in pad: call it on every key.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct Typing {
    /// A code of what is wrong, once it cannot become a number any more.
    pub problem: Option<String>,
    /// The place of the first character that makes it so, from 0.
    pub position: Option<u32>,
    /// The keys that may come next.
    pub next: String,
    /// Whether the text is a whole number that may be taken.
    pub complete: bool,
}

/// The date of a number YYYYMMDD.
pub(crate) fn civil_date(number: u32) -> Result<chrono::NaiveDate> {
    let date = i32::try_from(number / 10_000)
        .ok()
        .and_then(|year| chrono::NaiveDate::from_ymd_opt(year, number / 100 % 100, number % 100));
    date.ok_or_else(|| FieldError::Invalid { reason: format!("{number} is no date, give YYYYMMDD") })
}

/// What `text` is so far. `today` is the civil date, YYYYMMDD.
#[uniffi::export]
pub fn check_typing(text: String, document: Option<DocumentKind>, today: u32) -> Result<Typing> {
    guard("check_typing", || {
        let typing = typing::check(&text, document, civil_date(today)?);
        Ok::<_, FieldError>(Typing {
            problem: typing.wrong.map(|wrong| wrong.problem.as_str().to_owned()),
            position: typing.wrong.and_then(|wrong| u32::try_from(wrong.position).ok()),
            next: typing.next,
            complete: typing.reading.is_some_and(|reading| reading.verdict.is_accept()),
        })
    })
}
