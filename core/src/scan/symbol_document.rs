//! Documents that carry everything in one two-dimensional code.

use chrono::NaiveDate;

use super::reading::Reading;
use super::symbol::{self, Family};
use super::trust::Trust;
use super::{Scan, aadhaar, aamva};
use crate::record::DocumentKind;

/// The document that is in a scan's text, if the text has the shape of one: by its own marks, so
/// that it does not matter whether a decoder, a wedge scanner or a paste handed it over. A linear,
/// retail or GS1 symbol never holds one.
pub(super) fn read(scan: &Scan, today: NaiveDate, trust: &Trust) -> Option<Reading> {
    let (aim, text) = match scan {
        Scan::Symbol { text, symbology: Some(aim) } => (Some(aim.as_str()), text.trim()),
        Scan::Symbol { text, symbology: None } | Scan::Line(text) => symbol::split_aim(text.trim()),
        Scan::Typed { text, document: None | Some(DocumentKind::Aamva | DocumentKind::Aadhaar) } => (None, text.trim()),
        // Even where the operator calls it an alias: it would be kept, and the number with it.
        Scan::Typed { text, document: Some(DocumentKind::Alias) } => return aadhaar::refuse_open_number(text),
        _ => return None,
    };
    match aim.and_then(symbol::family) {
        Some(Family::Gs1 | Family::Retail | Family::Linear) => None,
        Some(Family::Matrix) | None => aamva::read(text, today).or_else(|| aadhaar::read(text, today, trust)),
    }
}
