//! Sheets of proxy cards: six to a page of A4, as SVG for a screen or a browser's printing, as PDF for a printer.

mod font;
mod layout;
mod pdf;
mod svg;

use std::path::{Path, PathBuf};

use qrcode::{EcLevel, QrCode};

pub(crate) use font::Font;
use layout::Card;

/// Why there is no sheet.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SheetError {
    /// The font that was named cannot be used.
    #[error("{path} cannot be used as a font: {why}; name another with --font")]
    Font {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// No font of this machine will do.
    #[error(
        "none of the {tried} fonts of this machine has every sign of these names; name one that has with --font, or \
         write an .svg instead"
    )]
    NoFont {
        /// How many were looked at.
        tried: usize,
    },
    /// A card does not fit a code.
    #[error("a card does not fit a QR code; issue it anew with a shorter name")]
    Code,
}

/// What one card shows beside its code.
#[derive(Clone)]
pub(crate) struct Label {
    /// The code's text.
    pub(crate) code: String,
    /// The name, or what else people know the card by.
    pub(crate) title: String,
    /// Smaller lines below: the masked number, until when it is good.
    pub(crate) lines: Vec<String>,
}

fn drawn(labels: &[Label]) -> Result<Vec<Card<'_>>, SheetError> {
    let code = |label: &Label| QrCode::with_error_correction_level(label.code.as_bytes(), EcLevel::M);
    labels.iter().map(|label| code(label).map(|code| Card { label, code }).map_err(|_| SheetError::Code)).collect()
}

/// The pages as SVG pictures, one a page. Their text is drawn by whoever shows them, in a font of their own.
pub(crate) fn svg(labels: &[Label]) -> Result<Vec<String>, SheetError> {
    let cards = drawn(labels)?;
    Ok(cards.chunks(layout::PER_PAGE).map(svg::page).collect())
}

/// The pages as one PDF file with the signs of `font` that they need.
pub(crate) fn pdf(labels: &[Label], font: &Font) -> Result<Vec<u8>, SheetError> {
    let cards = drawn(labels)?;
    let pages: Vec<&[Card<'_>]> = cards.chunks(layout::PER_PAGE).collect();
    pdf::file(&pages, font)
}

/// Every sign that the labels need of a font.
pub(crate) fn signs(labels: &[Label]) -> Vec<char> {
    let texts = labels.iter().flat_map(|label| std::iter::once(&label.title).chain(&label.lines));
    let mut signs: Vec<char> = texts.flat_map(|text| text.chars()).filter(|sign| !sign.is_control()).collect();
    signs.sort_unstable();
    signs.dedup();
    signs
}

/// Where page `number` (from 0) of a picture goes: the file itself, then `NAME-2.svg` and so on.
pub(crate) fn page_file(file: &Path, number: usize) -> PathBuf {
    if number == 0 {
        return file.to_path_buf();
    }
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    file.with_file_name(format!("{stem}-{}.svg", number + 1))
}

#[cfg(test)]
mod tests;
