//! Text for people: tables, times, QR codes.

use std::path::Path;

use chrono::{DateTime, SecondsFormat};
use qrcode::render::{svg, unicode};
use qrcode::{EcLevel, QrCode};

use crate::error::{Error, Result};

/// Columns as wide as their widest cell, by characters.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = head.iter().map(|cell| width(cell)).collect();
    for row in rows {
        for (cell, widest) in row.iter().zip(&mut widths) {
            *widest = (*widest).max(width(cell));
        }
    }
    let mut out = String::new();
    let mut add = |cells: Vec<&str>| {
        let mut line = String::new();
        for (cell, widest) in cells.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(widest - width(cell) + 2));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    };
    add(head.to_vec());
    rows.iter().for_each(|row| add(row.iter().map(String::as_str).collect()));
    out
}

/// Columns of a terminal that a text takes: wide characters take two.
fn width(text: &str) -> usize {
    text.chars().map(|c| if matches!(u32::from(c), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0x20000..=0x3fffd) { 2 } else { 1 }).sum()
}

/// A time in UTC, to the second.
pub(crate) fn time(ms: Option<i64>) -> String {
    ms.and_then(DateTime::from_timestamp_millis)
        .map_or_else(|| "-".to_owned(), |time| time.to_rfc3339_opts(SecondsFormat::Secs, true))
}

/// The text, or a hyphen.
pub(crate) fn or_dash(text: Option<&str>) -> String {
    text.unwrap_or("-").to_owned()
}

fn code(text: &str) -> Result<QrCode> {
    QrCode::with_error_correction_level(text.as_bytes(), EcLevel::L)
        .map_err(|_| Error::refused("QR code", "the text is too long for one; write it to a file instead"))
}

/// A QR code of two rows a line, dark on light.
pub(crate) fn qr_text(text: &str) -> Result<String> {
    let code = code(text)?;
    let dense = code.render::<unicode::Dense1x2>();
    Ok(code_colours(dense))
}

fn code_colours(mut renderer: qrcode::render::Renderer<'_, unicode::Dense1x2>) -> String {
    // Terminals are dark: the light modules are what is drawn.
    renderer.dark_color(unicode::Dense1x2::Light).light_color(unicode::Dense1x2::Dark).quiet_zone(true).build()
}

/// Writes a QR code as an SVG picture.
pub(crate) fn qr_svg(text: &str, file: &Path) -> Result<()> {
    let picture = code(text)?.render::<svg::Color<'_>>().min_dimensions(600, 600).quiet_zone(true).build();
    std::fs::write(file, picture).map_err(|error| Error::io(file, error))
}
