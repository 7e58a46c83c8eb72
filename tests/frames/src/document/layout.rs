//! What stands where on a document: photo, words, pattern, and the lines that are to be read.

use super::fonts::Fonts;
use super::paper::{Area, Paper, Type};
use super::text;
use super::zone::Zone;
use super::{DocumentKind, pattern};
use crate::rng::Rng;

/// Cells a millimetre of a card's print: more than the frame ever has pixels, so that the warp only shrinks.
const PER_MM: f32 = 24.0;
/// From line to line of a zone: six lines an inch.
const LEADING_MM: f32 = 4.23;
/// From character to character of a zone: ten an inch.
const ZONE_PITCH_MM: f32 = 2.54;

/// A line that is to be read, and the box round its characters in mm.
pub(super) struct Line {
    pub(super) text: String,
    pub(super) area: Area,
}

/// A document on paper.
pub(super) struct Printed {
    pub(super) paper: Paper,
    pub(super) lines: Vec<Line>,
    /// Radius of its corners in mm.
    pub(super) corner_mm: f32,
}

/// The inks of a document, and how bold it is printed.
struct Press<'a> {
    fonts: &'a Fonts,
    paper: Paper,
    /// Level of the lines to be read.
    black: f32,
    /// Level of the other words.
    grey: f32,
    /// By how much of the height of a capital the edges of strokes are moved out: no printer meets the font's own
    /// width.
    bolder: f32,
}

/// Width and height in mm of a kind of document.
pub(super) fn size_mm(kind: DocumentKind) -> (f32, f32) {
    match kind {
        DocumentKind::PrcNumber | DocumentKind::Td1 | DocumentKind::ExitPermit => (85.6, 54.0),
        DocumentKind::Td2 | DocumentKind::MrvB => (105.0, 74.0),
        DocumentKind::Td3 | DocumentKind::MrvA => (125.0, 88.0),
    }
}

impl<'a> Press<'a> {
    fn new(fonts: &'a Fonts, (width, height): (f32, f32), rng: &mut Rng) -> Self {
        let mut paper = Paper::new(width, height, PER_MM, rng.range(185.0, 238.0));
        pattern::tint(&mut paper, rng);
        let black = rng.range(15.0, 55.0);
        let grey = black + rng.range(10.0, 60.0);
        Self { fonts, paper, black, grey, bolder: rng.range(-0.02, 0.04) }
    }

    /// A line in OCR-B whose characters stand on `y`.
    fn read_line(&mut self, text: &str, at: (f32, f32), em_mm: f32, pitch_mm: f32) -> Line {
        let face = &self.fonts.ocr;
        let bolder = self.bolder * face.capital;
        let set = Type { em_mm, pitch_mm: Some(pitch_mm), ink: self.black, bolder };
        let (left, right) = self.paper.text(face, text, at, set);
        Line { text: text.to_owned(), area: [left, at.1 - face.capital * em_mm, right, at.1] }
    }

    /// Words that nobody has to read.
    fn words(&mut self, text: &str, at: (f32, f32), em_mm: f32) -> (f32, f32) {
        let set = Type { em_mm, pitch_mm: None, ink: self.grey, bolder: 0.0 };
        self.paper.text(&self.fonts.sans, text, at, set)
    }
}

/// Prints a PRC identity card's front with its number.
pub(super) fn prc_card(fonts: &Fonts, number: &str, rng: &mut Rng) -> Printed {
    let size = size_mm(DocumentKind::PrcNumber);
    let mut press = Press::new(fonts, size, rng);
    pattern::guilloche(&mut press.paper, [0.0, 0.0, size.0, size.1], rng);
    pattern::portrait(&mut press.paper, [56.5, 8.0, 80.5, 40.0], rng);
    let em = rng.range(2.9, 3.4);
    let born = format!("{} 年 {} 月 {} 日", &number[6..10], number[10..12].trim_start_matches('0'), &number[12..14]);
    let address = text::chinese_address(rng);
    // The address breaks after eleven characters, as on a card.
    let upper: String = address.chars().take(11).collect();
    let lower: String = address.chars().skip(11).collect();
    let sex = rng.pick(&["男", "女"]);
    let rows = [
        ("姓 名", text::chinese_name(rng)),
        ("性 别", format!("{sex}    民 族  汉")),
        ("出 生", born),
        ("住 址", upper),
        ("", lower),
    ];
    for (row, (label, value)) in (0_u8..).zip(rows) {
        let y = 10.0 + 6.2 * f32::from(row) - if row == 4 { 2.0 } else { 0.0 };
        press.words(label, (5.5, y), em * 0.82);
        press.words(&value, (15.5, y), em);
    }
    let line = number_line(&mut press, number, size.0, rng);
    Printed { paper: press.paper, lines: vec![line], corner_mm: 3.2 }
}

/// The label and the number after it.
fn number_line(press: &mut Press<'_>, number: &str, width: f32, rng: &mut Rng) -> Line {
    let em = rng.range(2.45, 2.95) / press.fonts.ocr.digit;
    let pitch = press.fonts.ocr.advance('0') * em * rng.range(0.97, 1.10);
    let y = rng.range(46.0, 48.5);
    // The whole number stands on the card, whatever its pitch.
    let latest = width - 3.0 - pitch * 18.0;
    let x = rng.range(27.5, 31.0).min(latest);
    let label = "公民身份号码";
    let gap = rng.range(1.2, 3.0);
    let label_em = rng.range(2.4, 2.9).min((x - gap - 2.5) / 6.0);
    press.words(label, (x - gap - 6.0 * label_em, y), label_em);
    press.read_line(number, (x, y), em, pitch)
}

/// Prints a document with a zone at its foot.
pub(super) fn zone_card(fonts: &Fonts, kind: DocumentKind, zone: &Zone, rng: &mut Rng) -> Printed {
    let (width, height) = size_mm(kind);
    let mut press = Press::new(fonts, (width, height), rng);
    let count = f32::from(u8::try_from(zone.lines.len()).unwrap_or(3));
    let last = height - rng.range(5.0, 7.0);
    let top = last - (count - 1.0) * LEADING_MM - 4.5;
    // Some documents keep their pattern off the zone.
    let foot = if rng.chance(0.5) { top } else { height };
    pattern::guilloche(&mut press.paper, [0.0, 0.0, width, foot], rng);
    let photo_top = 7.0;
    let photo_height = (top - photo_top - 2.0).min(34.0);
    let photo_right = 5.0 + photo_height * 0.78;
    pattern::portrait(&mut press.paper, [5.0, photo_top, photo_right, photo_top + photo_height], rng);
    fields(&mut press, kind, zone, [photo_right + 4.0, photo_top, width, top - 2.0], rng);
    let em = ZONE_PITCH_MM / press.fonts.ocr.advance('0');
    let pitch = ZONE_PITCH_MM * rng.range(0.99, 1.01);
    let columns = zone.lines.iter().map(|line| line.len()).max().unwrap_or(0);
    let long = pitch * f32::from(u8::try_from(columns).unwrap_or(44));
    let x = (width - long) / 2.0 + rng.around(1.2);
    let leading = LEADING_MM * rng.range(0.99, 1.01);
    let rows = zone.lines.iter().zip((0_u8..).map(f32::from));
    let lines = rows.map(|(text, row)| press.read_line(text, (x, last - (count - 1.0 - row) * leading), em, pitch));
    let lines = lines.collect();
    Printed { paper: press.paper, lines, corner_mm: 3.2 }
}

/// Headings in small print and what they head, until the area is full.
fn fields(press: &mut Press<'_>, kind: DocumentKind, zone: &Zone, area: Area, rng: &mut Rng) {
    let [left, top, _, bottom] = area;
    let holder = &zone.holder;
    let mut rows = vec![
        ("SURNAME / NOM", holder.surname.clone()),
        ("GIVEN NAMES / PRENOMS", holder.given.clone()),
        ("DOCUMENT NO.", holder.number.clone()),
        ("NATIONALITY", "UTOPIA".to_owned()),
        ("PLACE", text::chinese(3, rng)),
    ];
    if kind == DocumentKind::ExitPermit {
        rows = vec![
            ("签发机关", text::chinese(6, rng)),
            ("签发地点", text::chinese(3, rng)),
            ("备注", text::chinese(8, rng)),
        ];
    }
    let em = rng.range(2.6, 3.3);
    let mut y = top + 2.0;
    for (heading, value) in rows {
        if y + em * 1.2 > bottom {
            break;
        }
        press.words(heading, (left, y), 1.6);
        press.words(&value, (left, y + em * 1.2), em);
        y += em * 1.2 + 3.6;
    }
}

/// A page full of numbers of 11 to 20 digits and of lines of letters and digits, in the font of zones.
pub(super) fn number_page(fonts: &Fonts, rng: &mut Rng) -> Printed {
    let (width, height) = (190.0, 116.0);
    // A page is seen from further away than a card: fewer cells do.
    let mut press =
        Press { paper: Paper::new(width, height, 16.0, rng.range(200.0, 245.0)), ..Press::new(fonts, (1.0, 1.0), rng) };
    let em = rng.range(2.4, 3.2) / press.fonts.ocr.digit;
    let pitch = press.fonts.ocr.advance('0') * em * rng.range(0.97, 1.10);
    let leading = em * rng.range(1.1, 2.0);
    let mut lines = Vec::new();
    let mut y = 6.0;
    while y < height - 3.0 {
        let mut x = rng.range(3.0, 10.0);
        while let Some((text, chars)) = page_text(rng, (width - 2.0 - x) / pitch) {
            lines.push(press.read_line(&text, (x, y), em, pitch));
            x += chars * pitch + rng.range(3.0, 9.0);
        }
        y += leading;
    }
    Printed { paper: press.paper, lines, corner_mm: 0.0 }
}

/// A text of a page's line and its length, or `None` where the room is used up. No text is a person's number.
fn page_text(rng: &mut Rng, room: f32) -> Option<(String, f32)> {
    let random = rng.chance(0.3);
    let count = if random { 12 + rng.below(33) } else { 11 + rng.below(10) };
    let chars = f32::from(u8::try_from(count).ok()?);
    if chars > room {
        return None;
    }
    loop {
        let text = if random { zone_like(count, rng) } else { crate::texts::digits(count, rng) };
        if !text::holds_number(&text) {
            return Some((text, chars));
        }
    }
}

/// Letters, digits and fillers in runs, as in a zone but without its form.
fn zone_like(count: usize, rng: &mut Rng) -> String {
    let signs: Vec<char> = "ABCDEFGHIJKLMNOPQRSTUVWXYZ<0123456789<<".chars().collect();
    let kinds = [0..26, 27..37, 26..39, 0..39];
    let mut kind = kinds[rng.below(4)].clone();
    let pick = |_| {
        if rng.chance(0.2) {
            kind = kinds[rng.below(4)].clone();
        }
        signs[kind.start + rng.below(kind.len())]
    };
    (0..count).map(pick).collect()
}

/// A sheet of Chinese and Latin words without any number to be read.
pub(super) fn words_page(fonts: &Fonts, rng: &mut Rng) -> Printed {
    let (width, height) = (rng.range(70.0, 120.0), rng.range(45.0, 80.0));
    let mut press = Press::new(fonts, (width, height), rng);
    if rng.chance(0.4) {
        pattern::guilloche(&mut press.paper, [0.0, 0.0, width, height], rng);
    }
    let mut y = 6.0;
    while y < height - 2.0 {
        let em = rng.range(2.2, 4.5);
        let words = if rng.chance(0.7) {
            let count = 6 + rng.below(20);
            text::chinese(count, rng)
        } else {
            let (surname, given) = text::latin_name(rng);
            [surname, given].concat().join(" ").to_lowercase()
        };
        press.words(&words, (rng.range(3.0, 12.0), y), em);
        y += em * rng.range(1.2, 1.8);
    }
    Printed { paper: press.paper, lines: Vec::new(), corner_mm: 0.0 }
}
