//! Frames that hold nothing a reader may accept.

use super::fonts::{Cut, Fonts};
use super::layout::{number_page as page, words_page};
use super::shutter::{HEIGHT, Still, WIDTH};
use super::warp::Layers;
use super::{DocumentKind, Flaw, FontError, Level, Shot, burst, first, mixed, print, still};
use crate::render;
use crate::rng::Rng;
use crate::setup::Setup;

/// A PRC identity card that is the one of [`super::document`] but for one wrong digit: the check character fails.
///
/// # Errors
/// [`FontError`] when a font is not installed.
pub fn wrong_digit(level: Level, seed: u64) -> Result<Shot, FontError> {
    wrong_digit_burst(level, seed, 1).map(first)
}

/// Several frames of the card of [`wrong_digit`].
///
/// # Errors
/// [`FontError`] when a font is not installed.
pub fn wrong_digit_burst(level: Level, seed: u64, frames: usize) -> Result<Vec<Shot>, FontError> {
    spoilt(DocumentKind::PrcNumber, level, seed, frames)
}

/// A document of three lines (even seeds) or a passport's page (odd seeds), that is the one of [`super::document`] but
/// for one wrong digit under a check digit.
///
/// # Errors
/// [`FontError`] when a font is not installed.
pub fn wrong_zone(level: Level, seed: u64) -> Result<Shot, FontError> {
    wrong_zone_burst(level, seed, 1).map(first)
}

/// Several frames of the document of [`wrong_zone`].
///
/// # Errors
/// [`FontError`] when a font is not installed.
pub fn wrong_zone_burst(level: Level, seed: u64, frames: usize) -> Result<Vec<Shot>, FontError> {
    let kind = if seed.is_multiple_of(2) { DocumentKind::Td1 } else { DocumentKind::Td3 };
    spoilt(kind, level, seed, frames)
}

fn spoilt(kind: DocumentKind, level: Level, seed: u64, frames: usize) -> Result<Vec<Shot>, FontError> {
    let seed = mixed(kind, level, seed);
    let printed = print(Fonts::get(Cut::Sharp)?, kind, seed, Flaw::OneDigit);
    Ok(burst(&still(printed, seed), level, seed, frames))
}

/// A page that fills the frame with numbers of 11 to 20 digits and with lines of letters and digits, all in the font of
/// zones; the level follows from the seed. No text holds a person's number, and no line is of a zone.
///
/// # Errors
/// [`FontError`] when a font is not installed.
pub fn number_page(seed: u64) -> Result<Shot, FontError> {
    number_page_burst(seed, 1).map(first)
}

/// Several frames of the page of [`number_page`].
///
/// # Errors
/// [`FontError`] when a font is not installed.
pub fn number_page_burst(seed: u64, frames: usize) -> Result<Vec<Shot>, FontError> {
    let level = level_of(seed);
    let seed = Rng::part(seed, 0xD100).bits();
    let (layers, lines) = Layers::of(page(Fonts::get(Cut::Sharp)?, &mut Rng::part(seed, 2)));
    let mut still = laid(layers, (0.9, 1.5), seed);
    still.lines = lines;
    still.behind = vec![90.0; WIDTH * HEIGHT];
    Ok(burst(&still, level, seed, frames))
}

/// A worktop with two labelled tubes and a sheet of Chinese and Latin words, and no card; the level follows from the
/// seed.
///
/// # Errors
/// [`FontError`] when a font is not installed.
pub fn clutter(seed: u64) -> Result<Shot, FontError> {
    clutter_burst(seed, 1).map(first)
}

/// Several frames of the worktop of [`clutter`].
///
/// # Errors
/// [`FontError`] when a font is not installed.
pub fn clutter_burst(seed: u64, frames: usize) -> Result<Vec<Shot>, FontError> {
    let level = level_of(seed);
    let seed = Rng::part(seed, 0xD200).bits();
    let (layers, _) = Layers::of(words_page(Fonts::get(Cut::Sharp)?, &mut Rng::part(seed, 2)));
    let mut still = laid(layers, (0.35, 0.8), seed);
    still.behind = tubes(seed, still.px_per_mm);
    Ok(burst(&still, level, seed, frames))
}

fn level_of(seed: u64) -> Level {
    match seed % 3 {
        0 => Level::Easy,
        1 => Level::Medium,
        _ => Level::Hard,
    }
}

/// A sheet anywhere in the frame, as wide as a share of it, not held so that anything on it is seen whole.
#[expect(clippy::cast_precision_loss, reason = "the size of a frame")]
fn laid(layers: Layers, fill: (f32, f32), seed: u64) -> Still {
    let mut rng = Rng::part(seed, 4);
    let px_per_mm = rng.range(fill.0, fill.1) * WIDTH as f32 / layers.size_mm().0;
    let centre = (WIDTH as f32 * (0.5 + rng.around(0.2)), HEIGHT as f32 * (0.5 + rng.around(0.2)));
    let upside_down = rng.chance(0.25);
    Still { behind: Vec::new(), layers, lines: Vec::new(), px_per_mm, centre, upside_down, keep_in: false }
}

/// Two tubes with bars on their labels, on a worktop.
fn tubes(seed: u64, px_per_mm: f32) -> Vec<f32> {
    let mut rng = Rng::part(seed, 6);
    let mut scene = super::worktop(seed, px_per_mm);
    for side in [-1.0, 1.0] {
        let mut setup = Setup::base(rng.bits());
        setup.turn_deg = rng.range(-180.0, 180.0);
        setup.place_px = (side * rng.range(200.0, 480.0), rng.around(220.0));
        // Such a text fits its code; a tube less would do no harm either.
        scene.objects.extend(setup.object());
    }
    render::paint(&scene).data
}
