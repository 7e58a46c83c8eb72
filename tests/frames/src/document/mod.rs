//! Identity documents before a camera: frozen test sets, by seed, for a reader of card numbers and machine-readable
//! zones.
//!
//! Every document is of a person who never was: born in 1880 to 1905, of the state `UTO` where a zone names one. Its
//! characters are the square-ended cut of OCR-B, which a reader is not to be trained with. A kind, a [`Level`] and a
//! seed give the same picture again; between platforms a level may differ by one, see the crate's own words on that.

mod fonts;
mod layout;
mod negative;
mod paper;
mod pattern;
mod shutter;
mod text;
mod training;
mod warp;
mod zone;

#[cfg(test)]
mod tests;

pub use fonts::FontError;
pub use negative::{
    clutter, clutter_burst, number_page, number_page_burst, wrong_digit, wrong_digit_burst, wrong_zone,
    wrong_zone_burst,
};

pub use training::{Strip, training_strips};

use crate::background;
use crate::rng::Rng;
use crate::scene::{Background, Camera, Scene};
use fonts::{Cut, Fonts};
use layout::Printed;
use shutter::{HEIGHT, Moment, Still, WIDTH};
use warp::Layers;
use zone::Zone;

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// A PRC identity card, whose number of 18 characters is printed at the foot of its front.
    PrcNumber,
    /// A card with three lines of 30 characters.
    Td1,
    /// A larger card with two lines of 36.
    Td2,
    /// A passport's page with two lines of 44.
    Td3,
    /// A visa of a page's size with two lines of 44.
    MrvA,
    /// A smaller visa with two lines of 36.
    MrvB,
    /// The back of the PRC's exit-entry permit with one line of 30.
    ExitPermit,
}

impl DocumentKind {
    /// All kinds.
    pub const ALL: [Self; 7] =
        [Self::PrcNumber, Self::Td1, Self::Td2, Self::Td3, Self::MrvA, Self::MrvB, Self::ExitPermit];

    /// The kind's name among the frames.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PrcNumber => "prc",
            Self::Td1 => "td1",
            Self::Td2 => "td2",
            Self::Td3 => "td3",
            Self::MrvA => "mrva",
            Self::MrvB => "mrvb",
            Self::ExitPermit => "permit",
        }
    }
}

/// How bad focus, hand, light and angle are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// A steady hand in a bright room.
    Easy,
    /// As most frames of a hand-held phone are.
    Medium,
    /// Dark, moved, out of focus, often with a lamp's reflection.
    Hard,
}

impl Level {
    /// All levels, the easiest first.
    pub const ALL: [Self; 3] = [Self::Easy, Self::Medium, Self::Hard];

    /// The level's name among the frames.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Easy => "easy",
            Self::Medium => "medium",
            Self::Hard => "hard",
        }
    }
}

/// A line in a frame.
#[derive(Debug, Clone, PartialEq)]
pub struct PrintedLine {
    /// What is printed.
    pub text: String,
    /// Corners of the box round its characters in pixels: the top left as printed first, then top right, bottom right
    /// and bottom left.
    pub corners: [(f32, f32); 4],
    /// Whether all of its characters are in the frame: every corner at least 4 pixels inside.
    pub digits_inside: bool,
}

/// A frame and what is there to be read, or would be if the document were right.
#[derive(Debug, Clone, PartialEq)]
pub struct Shot {
    /// Levels by row, 0 is black.
    pub data: Vec<u8>,
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// The lines of the number or zone, from top to bottom as printed.
    pub lines: Vec<PrintedLine>,
}

impl Shot {
    /// Whether no line is cut off by the frame's edge.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.lines.iter().all(|line| line.digits_inside)
    }
}

/// One frame of a document; it is the first of [`document_burst`].
///
/// # Errors
/// [`FontError`] when a font is not installed.
pub fn document(kind: DocumentKind, level: Level, seed: u64) -> Result<Shot, FontError> {
    document_burst(kind, level, seed, 1).map(first)
}

/// `frames` frames of one document: text, print and what lies behind stay, the place trembles, and the rest of what
/// the level names is drawn anew for each.
///
/// # Errors
/// [`FontError`] when a font is not installed.
pub fn document_burst(kind: DocumentKind, level: Level, seed: u64, frames: usize) -> Result<Vec<Shot>, FontError> {
    let seed = mixed(kind, level, seed);
    let printed = print(Fonts::get(Cut::Sharp)?, kind, seed, Flaw::None);
    Ok(burst(&still(printed, seed), level, seed, frames))
}

/// The names of all frames of this module, as [`named`] takes them.
#[must_use]
pub fn names() -> Vec<String> {
    let wrong = ["wrong-digit", "wrong-zone"];
    let kinds = DocumentKind::ALL.iter().map(|kind| kind.name()).chain(wrong);
    let levels = kinds.flat_map(|kind| Level::ALL.map(|level| format!("{kind}-{}", level.name())));
    levels.chain(["number-page".to_owned(), "clutter".to_owned()]).collect()
}

/// One frame by its name; `None` where no frame is called so.
#[must_use]
pub fn named(name: &str, seed: u64) -> Option<Result<Shot, FontError>> {
    match name {
        "number-page" => return Some(number_page(seed)),
        "clutter" => return Some(clutter(seed)),
        _ => {}
    }
    let (what, level) = name.rsplit_once('-')?;
    let level = Level::ALL.into_iter().find(|it| it.name() == level)?;
    match what {
        "wrong-digit" => Some(wrong_digit(level, seed)),
        "wrong-zone" => Some(wrong_zone(level, seed)),
        _ => {
            let kind = DocumentKind::ALL.into_iter().find(|it| it.name() == what)?;
            Some(document(kind, level, seed))
        }
    }
}

/// Whether a document is printed with a wrong digit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flaw {
    None,
    OneDigit,
}

/// Another seed for every kind and level, so that no set repeats the documents of another.
fn mixed(kind: DocumentKind, level: Level, seed: u64) -> u64 {
    let set = 0xD000 + 16 * kind as u64 + level as u64;
    Rng::part(seed, set).bits()
}

/// What a document says.
enum Words {
    Number(String),
    Zone(Zone),
}

/// The text of a document; a flaw changes nothing but the one digit.
fn words(kind: DocumentKind, seed: u64, flaw: Flaw) -> Words {
    let (mut rng, mut harm) = (Rng::part(seed, 1), Rng::part(seed, 3));
    if kind == DocumentKind::PrcNumber {
        let number = text::prc_number(&mut rng);
        return Words::Number(if flaw == Flaw::None { number } else { text::one_wrong(&number, &mut harm) });
    }
    let mut zone = Zone::new(kind, &mut rng);
    if flaw == Flaw::OneDigit {
        zone.spoil(&mut harm);
    }
    Words::Zone(zone)
}

/// The document's print: its text and its look follow from the seed.
fn print(fonts: &Fonts, kind: DocumentKind, seed: u64, flaw: Flaw) -> Printed {
    print_words(fonts, kind, &words(kind, seed, flaw), seed)
}

fn print_words(fonts: &Fonts, kind: DocumentKind, words: &Words, seed: u64) -> Printed {
    let mut look = Rng::part(seed, 2);
    match words {
        Words::Number(number) => layout::prc_card(fonts, number, &mut look),
        Words::Zone(zone) => layout::zone_card(fonts, kind, zone, &mut look),
    }
}

/// Lays a document on a worktop: fill, place and which way up.
#[expect(clippy::cast_precision_loss, reason = "the size of a frame")]
fn still(printed: Printed, seed: u64) -> Still {
    let mut rng = Rng::part(seed, 4);
    let (layers, lines) = Layers::of(printed);
    let px_per_mm = rng.range(0.5, 0.95) * WIDTH as f32 / layers.size_mm().0;
    let centre = (WIDTH as f32 * (0.5 + rng.around(0.1)), HEIGHT as f32 * (0.5 + rng.around(0.1)));
    let upside_down = rng.chance(0.25);
    let behind = background::paint(&worktop(seed, px_per_mm));
    Still { behind, layers, lines, px_per_mm, centre, upside_down, keep_in: true }
}

/// A worktop full of things, without a document.
fn worktop(seed: u64, px_per_mm: f32) -> Scene {
    Scene {
        seed,
        noise_seed: seed,
        width: WIDTH,
        height: HEIGHT,
        px_per_mm,
        background: Background::Busy,
        objects: Vec::new(),
        light: 1.0,
        falloff: (0.0, 0.0),
        camera: Camera::sharp(),
    }
}

/// Frames of what lies there, in a hand that trembles: as in [`crate::burst()`], the walk is in its speed.
fn burst(still: &Still, level: Level, seed: u64, frames: usize) -> Vec<Shot> {
    let mut hand = Rng::part(seed, 5);
    let (mut drift, mut speed) = ((0.0, 0.0), (0.0, 0.0));
    let shots = (0..frames).map(|frame| {
        let mut moment = Moment::draw(level, &mut Rng::part(seed, 0x100 + frame as u64));
        moment.drift = drift;
        speed = (speed.0 * 0.7 + hand.normal() * 2.0, speed.1 * 0.7 + hand.normal() * 2.0);
        drift = (drift.0 + speed.0, drift.1 + speed.1);
        still.take(&moment)
    });
    shots.collect()
}

/// The only frame of a burst of one.
fn first(mut shots: Vec<Shot>) -> Shot {
    shots.pop().expect("a burst of one frame has one")
}
