//! Lines for whoever trains a reader: laid straight as a finder would lay them, not quite as they lie.
//!
//! They are printed in cuts of OCR-B that no test is printed in, and every letter and digit is drawn anew: a reader
//! learns no name, state or number of the test sets from them, and no number can be a person's.

use super::fonts::{Cut, Fonts};
use super::warp::Point;
use super::{DocumentKind, Flaw, FontError, Level, PrintedLine, Shot, Words, burst, print_words, still, words};
use crate::rng::Rng;

/// Rows of a strip, and how many of them a capital is high.
const ROWS: usize = 24;
const CAPS: f32 = 15.0;
/// Frames of a document.
const FRAMES: usize = 4;
/// Columns of a strip at the most.
const COLUMNS_MAX: usize = 1_280;

/// A line on 24 rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Strip {
    /// What is printed.
    pub text: String,
    /// The column of every sign's middle.
    pub middles: Vec<f32>,
    /// Columns of the strip.
    pub width: usize,
    /// Levels by row.
    pub data: Vec<u8>,
}

/// The lines of a few frames of a document, most of them hard ones. Its kind follows from the seed.
///
/// # Errors
/// [`FontError`] when a font is not installed.
pub fn training_strips(seed: u64) -> Result<Vec<Strip>, FontError> {
    let seed = Rng::part(seed, 0xD300).bits();
    let mut rng = Rng::part(seed, 7);
    let kind = DocumentKind::ALL[rng.below(DocumentKind::ALL.len())];
    let level = Level::ALL[[0, 1, 1, 2, 2, 2][rng.below(6)]];
    let cut = if rng.chance(0.75) { Cut::Round } else { Cut::Oblique };
    let printed = print_words(Fonts::get(cut)?, kind, &nobodys(words(kind, seed, Flaw::None), &mut rng), seed);
    let shots = burst(&still(printed, seed), level, seed, FRAMES);
    let mut strips = Vec::new();
    for shot in shots.iter().filter(|shot| shot.is_whole()) {
        strips.extend(shot.lines.iter().filter_map(|line| strip(shot, line, &mut rng)));
    }
    Ok(strips)
}

/// The same words with other letters and digits. A number's year is no living person's.
fn nobodys(words: Words, rng: &mut Rng) -> Words {
    match words {
        Words::Number(number) => {
            let number = other(&number, rng);
            let century = rng.pick(&["10", "11", "12", "13", "14", "15", "16", "17", "21", "22", "25", "28", "29"]);
            let last = if rng.chance(0.12) { "X" } else { &number[16..17] };
            Words::Number(format!("{}{century}{}{last}", &number[..6], &number[8..17]))
        }
        Words::Zone(mut zone) => {
            zone.lines.iter_mut().for_each(|line| *line = other(line, rng));
            Words::Zone(zone)
        }
    }
}

fn other(line: &str, rng: &mut Rng) -> String {
    let sign = |sign: char| match sign {
        '0'..='9' | 'X' if line.len() == 18 => char::from(b'0' + rng.below(10) as u8),
        '0'..='9' if rng.chance(0.08) => letter(rng),
        '0'..='9' => char::from(b'0' + rng.below(10) as u8),
        'A'..='Z' => letter(rng),
        _ => sign,
    };
    line.chars().map(sign).collect()
}

fn letter(rng: &mut Rng) -> char {
    char::from(b'A' + rng.below(26) as u8)
}

/// A line as it is laid with the errors of a finder: its height, its place and its slope are not quite those of the
/// print, and one end is as much higher than the other as the camera made it.
fn strip(shot: &Shot, line: &PrintedLine, rng: &mut Rng) -> Option<Strip> {
    let [top_left, top_right, bottom_right, bottom_left] = line.corners;
    let (left, right) = (middle(top_left, bottom_left), middle(top_right, bottom_right));
    let way = (right.0 - left.0, right.1 - left.1);
    let length = way.0.hypot(way.1);
    // Heights square to the line, which stands askew where the card does.
    let height = |top: Point, bottom: Point| ((bottom.1 - top.1) * way.0 - (bottom.0 - top.0) * way.1).abs() / length;
    let (first, last) = (height(top_left, bottom_left), height(top_right, bottom_right));
    let caps = (first * last).sqrt() * (rng.normal() * 0.07).clamp(-0.2, 0.2).exp();
    if caps < 7.0 || length < 60.0 {
        return None;
    }
    let slope = (rng.normal() * 0.05 * caps) / (length / 2.0);
    let along = (way.0 / length - slope * way.1 / length, way.1 / length + slope * way.0 / length);
    let beyond = |rng: &mut Rng| caps * if rng.chance(0.7) { rng.range(1.0, 2.2) } else { rng.range(2.2, 9.0) };
    let (before, behind) = (beyond(rng), beyond(rng));
    let aside = (rng.normal() * 0.05).clamp(-0.15, 0.15) * caps;
    let scale = CAPS / caps;
    let width = (((length + before + behind) * scale) as usize).next_multiple_of(4);
    if width > COLUMNS_MAX {
        return None;
    }
    let centre = middle(left, right);
    let from = -length / 2.0 - before;
    let place = |column: f32, row: f32| {
        let (u, v) = (from + column / scale, aside + (row - ROWS as f32 / 2.0) / scale);
        (centre.0 + u * along.0 - v * along.1, centre.1 + u * along.1 + v * along.0)
    };
    // The pitch grows towards the higher end: equal steps on the card are these on the strip.
    let signs = line.text.len() as f32;
    let middles = (0..line.text.len()).map(|sign| {
        let part = (sign as f32 + 0.4) / (signs - 0.2);
        let seen = part * first / (part * first + (1.0 - part) * last);
        (before + length * seen) * scale
    });
    Some(Strip { text: line.text.clone(), middles: middles.collect(), width, data: laid(shot, width, caps, place) })
}

/// Samples a strip, finer where the print is larger than it.
fn laid(shot: &Shot, width: usize, caps: f32, place: impl Fn(f32, f32) -> Point) -> Vec<u8> {
    let over = if caps <= CAPS {
        1
    } else if caps <= 2.0 * CAPS {
        2
    } else {
        3
    };
    let fine = |cell: usize, part: usize| cell as f32 + (part as f32 + 0.5) / over as f32;
    let level = |cell: usize| {
        let (row, column) = (cell / width, cell % width);
        let parts = (0..over * over).map(|part| sample(shot, place(fine(column, part % over), fine(row, part / over))));
        (parts.sum::<f32>() / (over * over) as f32 + 0.5) as u8
    };
    (0..ROWS * width).map(level).collect()
}

fn middle(a: Point, b: Point) -> Point {
    (f32::midpoint(a.0, b.0), f32::midpoint(a.1, b.1))
}

/// The level between pixels; beyond the frame's edge the edge goes on.
fn sample(shot: &Shot, (x, y): Point) -> f32 {
    let (x, y) = (x.clamp(0.0, (shot.width - 1) as f32), y.clamp(0.0, (shot.height - 1) as f32));
    let (column, row) = (x as usize, y as usize);
    let (right, below) = ((column + 1).min(shot.width - 1), (row + 1).min(shot.height - 1));
    let (dx, dy) = (x - column as f32, y - row as f32);
    let at = |x: usize, y: usize| f32::from(shot.data[y * shot.width + x]);
    let along = |row: usize| at(column, row) + dx * (at(right, row) - at(column, row));
    along(row) + dy * (along(below) - along(row))
}
