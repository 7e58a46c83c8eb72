//! Where things stand on a page, in millimetres from its upper left corner.

use qrcode::{Color, QrCode};
use unicode_width::UnicodeWidthChar;

use super::Label;

/// A4.
pub(super) const PAGE: (f32, f32) = (210.0, 297.0);
/// Cards of one page: two columns, three rows.
pub(super) const PER_PAGE: usize = 6;
const COLUMNS: usize = 2;
const CARD: (f32, f32) = (95.0, 90.0);
const MARGIN: (f32, f32) = (10.0, 13.5);
/// A code's side with its quiet zone: of version 15 a module is 0.7 mm then, which cheap printers and cameras hold.
const CODE_SIDE: f32 = 60.0;
/// Modules of quiet around a code (ISO/IEC 18004).
const QUIET: usize = 4;
/// What stands beside the code.
const TEXT_LEFT: f32 = CODE_SIDE + 2.0;
const TEXT_WIDTH: f32 = CARD.0 - TEXT_LEFT - 2.0;
/// Sizes of the name and of the lines below it.
const TITLE: f32 = 6.0;
const SMALL: f32 = 2.8;
/// Lines that a name may take; what is beyond is cut, and the card holds it all the same.
const TITLE_LINES: usize = 6;
const LEADING: f32 = 1.3;

/// A card with its code.
pub(super) struct Card<'a> {
    pub(super) label: &'a Label,
    pub(super) code: QrCode,
}

/// Dark modules that touch, side by side: left, top, width and height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bar {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) width: f32,
    pub(super) height: f32,
}

/// A line of text by the left end of its base line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) size: f32,
    pub(super) text: String,
}

/// The frame of a page's `n`th card, to cut along.
pub(super) fn frame(n: usize) -> Bar {
    let (column, row) = ((n % COLUMNS) as f32, (n / COLUMNS) as f32);
    Bar { x: MARGIN.0 + column * CARD.0, y: MARGIN.1 + row * CARD.1, width: CARD.0, height: CARD.1 }
}

/// The dark bars of the `n`th card's code.
pub(super) fn bars(n: usize, code: &QrCode) -> Vec<Bar> {
    let frame = frame(n);
    let width = code.width();
    let module = CODE_SIDE / (width + 2 * QUIET) as f32;
    let top = frame.y + (CARD.1 - CODE_SIDE) / 2.0;
    let at = |cells: usize| (cells + QUIET) as f32 * module;
    let mut bars = Vec::new();
    for (row, colors) in code.to_colors().chunks(width).enumerate() {
        let mut column = 0;
        for run in colors.chunk_by(|one, next| one == next) {
            if run.first() == Some(&Color::Dark) {
                let (x, y) = (frame.x + at(column), top + at(row));
                bars.push(Bar { x, y, width: run.len() as f32 * module, height: module });
            }
            column += run.len();
        }
    }
    bars
}

/// Widths of a text in ems, near enough for every font: a wide sign takes one, the others do not take more than 0.6.
fn ems(sign: char) -> f32 {
    match sign.width() {
        Some(2) => 1.0,
        Some(1) => 0.6,
        _ => 0.0,
    }
}

/// A text in lines of `width` ems, broken at blanks where that is possible.
fn wrapped(text: &str, width: f32) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for sign in text.chars().filter(|sign| !sign.is_control()) {
        line.push(sign);
        if line.chars().map(ems).sum::<f32>() <= width || line.chars().count() == 1 {
            continue;
        }
        let last = line.len() - sign.len_utf8();
        let end = line.rfind(' ').filter(|blank| *blank > 0).unwrap_or(last);
        let rest = line.split_off(end).trim_start().to_owned();
        lines.push(std::mem::replace(&mut line, rest));
    }
    if !line.trim().is_empty() {
        lines.push(line);
    }
    lines
}

/// The lines of text of the `n`th card.
pub(super) fn lines(n: usize, label: &Label) -> Vec<Line> {
    let frame = frame(n);
    let x = frame.x + TEXT_LEFT;
    let mut y = frame.y + (CARD.1 - CODE_SIDE) / 2.0 + TITLE * 1.5;
    let mut lines = Vec::new();
    for text in wrapped(&label.title, TEXT_WIDTH / TITLE).into_iter().take(TITLE_LINES) {
        lines.push(Line { x, y, size: TITLE, text });
        y += TITLE * LEADING;
    }
    for small in &label.lines {
        for text in wrapped(small, TEXT_WIDTH / SMALL) {
            lines.push(Line { x, y, size: SMALL, text });
            y += SMALL * LEADING;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_breaks_at_blanks_and_loses_nothing() {
        assert_eq!(wrapped("Somebody With A Long Name", 6.0), ["Somebody", "With A", "Long Name"]);
        assert_eq!(wrapped("某某某某某", 2.0), ["某某", "某某", "某"]);
        assert_eq!(wrapped("x", 0.1), ["x"]);
        assert!(wrapped("", 5.0).is_empty());
        let text = "a某 bb 某c·d";
        let whole: String = wrapped(text, 1.5).concat();
        assert_eq!(whole.replace(' ', ""), text.replace(' ', ""));
    }
}
