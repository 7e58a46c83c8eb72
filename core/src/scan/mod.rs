//! From what a shell's eyes saw to what it is: one pure function, [`interpret`].
//!
//! A shell hands over a [`Scan`] and does not interpret it. The answer is a [`Reading`]: a
//! verdict, at most one of identity, label and alias that may be acted on, and the doubts as
//! codes. A wrong identity is worse than a second scan, so nothing is guessed: what is not
//! certain is [`Verdict::Review`], what contradicts itself is [`Verdict::Refuse`].
//!
//! Whether a label may name a tube is not decided here but by the profile
//! ([`crate::Profile::tube_label`]).

mod aadhaar;
mod aamva;
mod card;
mod cn;
mod day;
mod document;
mod gs1;
mod identity;
mod isbt128;
mod mrz;
#[cfg(feature = "optics")]
mod print;
mod reading;
mod regions;
mod retail;
mod shapes;
mod symbol;
mod symbol_document;
mod text;
mod trust;
pub mod typing;

#[cfg(test)]
mod tests;

pub use cn::{check_character, upgrade_15};
pub use day::{dashed_day, day_number};
pub(crate) use document::is_persons_number;
pub(crate) use identity::mask_number;
pub(crate) use isbt128::{is_din, keyed_din};
pub(crate) use symbol::{is_gs1, split_aim};
pub(crate) use text::is_unseen;

#[cfg(feature = "optics")]
pub use print::{PrintMemory, PrintSource, Printed, Settled, printed};

pub use identity::{Identity, Sensitive, Sex, person_key_text};
pub use reading::{Candidate, Check, Evidence, FieldValue, Label, Problem, Reading, ReadingKind, Verdict};
pub use trust::Trust;

#[cfg(test)]
pub(crate) use aadhaar::tests::{CERTIFICATE as SPECIMEN_CERTIFICATE, specimen as specimen_aadhaar};

use std::fmt;

use chrono::NaiveDate;

use crate::limits::SCAN_BYTES_MAX;
use crate::record::{DocumentKind, ReadSource};
use shapes::Proof;
use symbol::Family;
use text::{fold_number, graphic};

/// Characters of a text that is a plain code; a longer one is an alias.
const PLAIN_CHARS_MAX: usize = 32;

/// What a shell's eyes saw, as they saw it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scan {
    /// A decoded symbol.
    Symbol {
        /// Its text, FNC1 as U+001D.
        text: String,
        /// Its AIM symbology identifier, e.g. `]C0`, where the decoder gave one.
        symbology: Option<String>,
    },
    /// What a person typed.
    Typed {
        /// The text.
        text: String,
        /// The kind of document that the operator chose, if any.
        document: Option<DocumentKind>,
    },
    /// A line of a keyboard-wedge scanner, which nothing tells from typing: it may begin with
    /// an AIM identifier.
    Line(String),
    /// Lines of a text recogniser, in any order.
    Ocr {
        /// The lines.
        lines: Vec<String>,
    },
    /// A clean machine-readable zone.
    Mrz {
        /// Its lines.
        lines: Vec<String>,
    },
    /// The bytes of a symbol whose content is no text, where a decoder hands them over: a proxy card drawn in a QR code's
    /// byte mode.
    Bytes(Vec<u8>),
    /// Fields of a chip or card reader: name and text, e.g. `("number", "…")`.
    Fields(Vec<(String, String)>),
}

impl Scan {
    /// A symbol with its text and, where known, its AIM identifier.
    pub fn symbol(text: impl Into<String>, symbology: Option<&str>) -> Self {
        Self::Symbol { text: text.into(), symbology: symbology.map(str::to_owned) }
    }

    /// A typed text whose kind is not known.
    pub fn typed(text: impl Into<String>) -> Self {
        Self::Typed { text: text.into(), document: None }
    }

    /// A line of a keyboard-wedge scanner or a keyboard.
    pub fn line(text: impl Into<String>) -> Self {
        Self::Line(text.into())
    }

    /// The text by which two scans are the same scan: what was handed over, lines joined.
    pub fn text(&self) -> Sensitive {
        match self {
            Self::Symbol { text, .. } | Self::Typed { text, .. } | Self::Line(text) => Sensitive::new(text.clone()),
            Self::Ocr { lines } | Self::Mrz { lines } => Sensitive::new(lines.join("\n")),
            Self::Bytes(bytes) => Sensitive::new(data_encoding::BASE64.encode(bytes)),
            Self::Fields(fields) => Sensitive::new(
                fields.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("\n"),
            ),
        }
    }
}

impl fmt::Debug for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Symbol { .. } => "Symbol",
            Self::Typed { .. } => "Typed",
            Self::Line(_) => "Line",
            Self::Ocr { .. } => "Ocr",
            Self::Mrz { .. } => "Mrz",
            Self::Bytes(_) => "Bytes",
            Self::Fields(_) => "Fields",
        })
    }
}

/// What `scan` is, as of `today` (the civil date where the sampling happens), trusting nobody's
/// signature: see [`interpret_with`].
pub fn interpret(scan: &Scan, today: NaiveDate) -> Reading {
    interpret_with(scan, today, &Trust::new())
}

/// What the bytes of an Aadhaar secure QR say, for a reader that has already made them of its
/// decimal number and decompressed them.
pub fn interpret_aadhaar(payload: &[u8], today: NaiveDate, trust: &Trust) -> Reading {
    if payload.len() > SCAN_BYTES_MAX {
        return Reading::refuse(Some(ReadingKind::Aadhaar), vec![Problem::Length]);
    }
    aadhaar::read_payload(payload, today, trust)
}

/// What `scan` is, as of `today`. Documents that are signed are accepted where an issuer that
/// `trust` knows signed them, refused where another did, and doubtful where it knows none.
pub fn interpret_with(scan: &Scan, today: NaiveDate, trust: &Trust) -> Reading {
    if scan.text().expose().len() > SCAN_BYTES_MAX {
        return Reading::refuse(None, vec![Problem::Length]);
    }
    if let Some(reading) = symbol_document::read(scan, today, trust) {
        return reading;
    }
    match scan {
        Scan::Typed { text, document } => typed(text.trim(), *document, today),
        Scan::Line(text) => line(text.trim(), today),
        Scan::Symbol { text, symbology } => match symbology.as_deref() {
            None => {
                let (aim, text) = symbol::split_aim(text.trim());
                symbol(text, aim, today)
            }
            aim => symbol(text.trim(), aim, today),
        },
        Scan::Fields(fields) => document::of_fields(fields, today),
        Scan::Bytes(_) => Reading::refuse(None, vec![Problem::Structure]),
        // A zone, a card's front, or nothing known: the operator types.
        Scan::Ocr { lines } => recognised(lines, today),
        Scan::Mrz { lines } => mrz::read(lines, today),
    }
}

/// What a text recogniser's lines are. A card's number with letters for digits may have the shape of a zone's dates: where no line
/// holds a filler, a zone that is doubtful yields to a card's front whose checks hold.
fn recognised(lines: &[String], today: NaiveDate) -> Reading {
    let zone = mrz::find(lines, today);
    let is_zone = |zone: &Reading| zone.verdict.is_accept() || lines.iter().any(|line| line.contains('<'));
    if let Some(zone) = zone.as_ref().filter(|zone| is_zone(zone)) {
        return zone.clone();
    }
    let front = card::find(lines, today).filter(|front| zone.is_none() || front.verdict.is_accept());
    front.or(zone).unwrap_or_else(|| Reading::review(None, Problem::Unsupported))
}

fn typed(text: &str, document: Option<DocumentKind>, today: NaiveDate) -> Reading {
    let folded = fold_number(text);
    if folded.is_empty() || says_nothing(text) {
        return Reading::refuse(None, vec![Problem::Structure]);
    }
    let reading = match document {
        Some(DocumentKind::Alias) => return alias(text, None),
        Some(kind) => document::chosen(kind, &folded, today),
        None => match document::by_shape(&folded, today, ReadSource::Typed, |_| true) {
            Some(reading) => reading,
            None => {
                let structured = structured(text, today).or_else(|| isbt128::read_keyed(text, false));
                return structured.unwrap_or_else(|| free_text(text, None, today, ReadSource::Typed));
            }
        },
    };
    reading.with_label(text, None)
}

/// A wedge scanner sends tubes' labels and people's numbers alike, so only what a check protects
/// is taken for a number here; what merely has a document's shape is a question.
fn line(text: &str, today: NaiveDate) -> Reading {
    if let (Some(aim), rest) = symbol::split_aim(text) {
        return symbol(rest, Some(aim), today);
    }
    let folded = fold_number(text);
    if folded.is_empty() || says_nothing(text) {
        return Reading::refuse(None, vec![Problem::Structure]);
    }
    let checked = document::by_shape(&folded, today, ReadSource::Typed, |proof| proof <= Proof::Dated)
        .filter(|reading| reading.kind != Some(ReadingKind::CnResident15) || reading.verdict.is_accept());
    if let Some(reading) = checked {
        return reading.with_label(text, None);
    }
    if let Some(problem) = cn::near_miss(&folded, today) {
        return Reading::refuse(Some(ReadingKind::CnResident), vec![problem]).with_label(text, None);
    }
    let structured = structured(text, today).or_else(|| isbt128::read_keyed(text, true));
    if let Some(reading) = structured.or_else(|| retail::read_bare(text)) {
        return reading;
    }
    let mut candidates = document::candidates(&folded, ReadSource::Typed);
    let mut reading = free_text(text, None, today, ReadSource::Typed);
    candidates.append(&mut reading.candidates);
    if shapes::shapes_of(&folded).any(|shape| shape.proof == Proof::Shape) {
        candidates.push(Candidate { kind: ReadingKind::Plain, identity: None });
        reading = Reading::review(None, Problem::Ambiguous).with_label(text, None);
    }
    Reading { candidates, ..reading }
}

/// A text that tells by itself that it is a structured label: ISBT 128, or a GS1 element string
/// as it is printed for people.
fn structured(text: &str, today: NaiveDate) -> Option<Reading> {
    isbt128::read(text, None, today).or_else(|| gs1::read_bracketed(text, today))
}

fn symbol(text: &str, aim: Option<&str>, today: NaiveDate) -> Reading {
    if text.is_empty() {
        return Reading::refuse(None, vec![Problem::Structure]);
    }
    let family = aim.and_then(symbol::family);
    match family {
        Some(Family::Gs1) => return gs1::read(text, aim, today),
        Some(Family::Retail) => return retail::read(text, aim),
        _ => {}
    }
    if says_nothing(text) {
        return Reading::refuse(None, vec![Problem::Structure]);
    }
    if let Some(reading) = isbt128::read(text, aim, today) {
        return reading;
    }
    match family {
        Some(Family::Linear) => linear(text, aim, today),
        Some(_) => matrix(text, aim, today),
        None => retail::read_bare(text).unwrap_or_else(|| free_text(text, aim, today, ReadSource::Symbol)),
    }
}

/// A linear code is plain, whatever it holds. Where the decoder says that it has checked the
/// digit of an ITF and handed it over, that digit must agree.
fn linear(text: &str, aim: Option<&str>, today: NaiveDate) -> Reading {
    if aim != Some("]I1") {
        return plain(text, aim, today, ReadSource::Symbol);
    }
    if !symbol::mod_10(text) {
        return Reading::refuse(Some(ReadingKind::Plain), vec![Problem::Checksum]);
    }
    plain(text, aim, today, ReadSource::Symbol).with_check(Check::Gs1CheckDigit)
}

/// A 2-D code: a document if it has the shape of one that more than bare digits show.
fn matrix(text: &str, aim: Option<&str>, today: NaiveDate) -> Reading {
    let folded = fold_number(text);
    match document::by_shape(&folded, today, ReadSource::Symbol, |proof| proof <= Proof::Shape) {
        Some(reading) => reading.with_label(text, aim),
        None => Reading { candidates: document::candidates(&folded, ReadSource::Symbol), ..alias(text, aim) },
    }
}

/// Any other text: plain where it may be somebody's label, else an alias.
fn free_text(text: &str, aim: Option<&str>, today: NaiveDate, source: ReadSource) -> Reading {
    if graphic(text) && text.len() <= PLAIN_CHARS_MAX { plain(text, aim, today, source) } else { alias(text, aim) }
}

fn plain(text: &str, aim: Option<&str>, today: NaiveDate, source: ReadSource) -> Reading {
    let reading = Reading::new(Verdict::Accept, Some(ReadingKind::Plain)).with_field("text", text);
    let candidates = document::hidden(text, today, source).into_iter().collect();
    Reading { alias: Some(Sensitive::from(text)), candidates, ..reading.with_label(text, aim) }
}

/// Whether a text is of nothing that can be seen: it names nobody and nothing.
fn says_nothing(text: &str) -> bool {
    text.chars().all(|c| is_unseen(c) || c.is_whitespace())
}

fn alias(text: &str, aim: Option<&str>) -> Reading {
    let reading = Reading::new(Verdict::Accept, Some(ReadingKind::Alias)).with_field("text", text);
    Reading { alias: Some(Sensitive::from(text)), ..reading.with_label(text, aim) }
}
