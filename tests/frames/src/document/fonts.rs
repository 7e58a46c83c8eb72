//! The fonts that documents are printed with, read from where Debian's packages put them, and their glyphs as coverage.

use ab_glyph::{Font, FontVec, Glyph, GlyphId, PxScale, point};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A cut of OCR-B.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// Square stroke ends: what tests and benchmarks are printed in, and no reader is trained with.
    Sharp,
    /// Round stroke ends, for training alone.
    Round,
    /// Round and aslant, for training alone.
    Oblique,
}

impl Cut {
    const ALL: [Self; 3] = [Self::Sharp, Self::Round, Self::Oblique];

    const fn file(self) -> &'static str {
        match self {
            Self::Sharp => "/usr/share/fonts/opentype/ocr-b/OCRBS.otf",
            Self::Round => "/usr/share/fonts/opentype/ocr-b/OCRB.otf",
            Self::Oblique => "/usr/share/fonts/opentype/ocr-b/OCRBL.otf",
        }
    }
}

const OCR_PACKAGE: &str = "fonts-ocr-b";
/// Chinese characters, and Latin letters for the rest of a card.
const SANS: (&str, &str) = ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", "fonts-wqy-zenhei");

/// Why there are no letters to print documents with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FontError {
    /// The file that is missing or holds no font.
    pub path: PathBuf,
    /// The Debian package that brings it.
    pub package: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for FontError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, package, reason } = self;
        write!(f, "no font in {}: {reason}; install the Debian package {package}", path.display())
    }
}

impl std::error::Error for FontError {}

/// The two fonts of a document.
#[derive(Debug)]
pub(super) struct Fonts {
    pub(super) ocr: Face,
    pub(super) sans: Face,
}

impl Fonts {
    /// The fonts with a cut of OCR-B, read at the first call.
    pub(super) fn get(cut: Cut) -> Result<&'static Self, FontError> {
        static FONTS: [OnceLock<Result<Fonts, FontError>>; Cut::ALL.len()] =
            [const { OnceLock::new() }; Cut::ALL.len()];
        let read = || Self::read(Path::new(cut.file()), Path::new(SANS.0));
        FONTS[cut as usize].get_or_init(read).as_ref().map_err(Clone::clone)
    }

    pub(super) fn read(ocr: &Path, sans: &Path) -> Result<Self, FontError> {
        Ok(Self { ocr: Face::read(ocr, OCR_PACKAGE)?, sans: Face::read(sans, SANS.1)? })
    }
}

/// A font and the heights in it.
#[derive(Debug)]
pub(super) struct Face {
    font: FontVec,
    /// Height of a capital, as a share of the em.
    pub(super) capital: f32,
    /// Height of a digit, as a share of the em.
    pub(super) digit: f32,
}

impl Face {
    fn read(path: &Path, package: &'static str) -> Result<Self, FontError> {
        let wrong = |reason: String| FontError { path: path.to_owned(), package, reason };
        let bytes = fs::read(path).map_err(|error| wrong(error.to_string()))?;
        let font = FontVec::try_from_vec_and_index(bytes, 0).map_err(|error| wrong(error.to_string()))?;
        let mut face = Self { font, capital: 0.0, digit: 0.0 };
        let height = |sign| face.cover(sign, MEASURE_PX).map(|glyph| glyph.height_px() / MEASURE_PX);
        let heights = height('H').zip(height('0')).ok_or_else(|| wrong("it has no H or no 0".to_owned()))?;
        (face.capital, face.digit) = heights;
        Ok(face)
    }

    fn id(&self, sign: char) -> GlyphId {
        self.font.glyph_id(sign)
    }

    /// From one character to the next, as a share of the em.
    pub(super) fn advance(&self, sign: char) -> f32 {
        self.font.h_advance_unscaled(self.id(sign)) / self.font.units_per_em().unwrap_or(1000.0)
    }

    /// A character at an em of so many pixels; `None` where it leaves no ink.
    pub(super) fn cover(&self, sign: char, em_px: f32) -> Option<Coverage> {
        let scale = em_px * self.font.height_unscaled() / self.font.units_per_em().unwrap_or(1000.0);
        let glyph = Glyph { id: self.id(sign), scale: PxScale::from(scale), position: point(0.0, 0.0) };
        let outlined = self.font.outline_glyph(glyph)?;
        let bounds = outlined.px_bounds();
        let mut coverage = Coverage::empty(bounds.min.x, bounds.min.y, bounds.width(), bounds.height());
        let width = coverage.width;
        outlined.draw(|x, y, share| {
            let place = y as usize * width + x as usize;
            if let Some(cell) = coverage.data.get_mut(place) {
                *cell = share.clamp(0.0, 1.0);
            }
        });
        Some(coverage)
    }
}

/// Em at which the heights of capitals and digits are measured, so large that a pixel does not matter.
const MEASURE_PX: f32 = 2000.0;

/// How much of every pixel a glyph covers.
#[derive(Debug, Clone)]
pub(super) struct Coverage {
    /// Its left top pixel from the glyph's origin on the baseline; whole numbers.
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) width: usize,
    pub(super) data: Vec<f32>,
}

impl Coverage {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a glyph is some hundred pixels wide")]
    fn empty(left: f32, top: f32, width: f32, height: f32) -> Self {
        let (width, height) = (width.max(1.0) as usize, height.max(1.0) as usize);
        Self { left, top, width, data: vec![0.0; width * height] }
    }

    #[expect(clippy::cast_precision_loss, reason = "a glyph is some hundred pixels high")]
    pub(super) fn height_px(&self) -> f32 {
        (self.data.len() / self.width) as f32
    }

    fn at(&self, x: isize, y: isize) -> f32 {
        let column = usize::try_from(x).ok().filter(|x| *x < self.width);
        let place = column.zip(usize::try_from(y).ok()).map(|(x, y)| y * self.width + x);
        place.and_then(|place| self.data.get(place)).copied().unwrap_or(0.0)
    }

    /// The same glyph with every edge `reach` pixels further out, or further in where it is negative.
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a few pixels")]
    pub(super) fn bolder(&self, reach: f32) -> Self {
        let thinner = reach < 0.0;
        let reach = reach.abs();
        let border = reach.ceil() as isize;
        let disc = disc(reach, border);
        let (width, height) = (self.width.cast_signed(), (self.data.len() / self.width).cast_signed());
        let mut data = Vec::with_capacity((width + 2 * border).unsigned_abs() * (height + 2 * border).unsigned_abs());
        for y in -border..height + border {
            for x in -border..width + border {
                let ink = |dx: isize, dy: isize| {
                    let covered = self.at(x + dx, y + dy);
                    if thinner { 1.0 - covered } else { covered }
                };
                let most = disc.iter().map(|(dx, dy, weight)| weight * ink(*dx, *dy)).fold(0.0, f32::max);
                data.push(if thinner { 1.0 - most } else { most });
            }
        }
        let border_px = border as f32;
        Self {
            left: self.left - border_px,
            top: self.top - border_px,
            width: (width + 2 * border).unsigned_abs(),
            data,
        }
    }
}

/// Pixels within `reach`, with the weight of those that it takes in only partly.
#[expect(clippy::cast_precision_loss, reason = "a few pixels")]
fn disc(reach: f32, border: isize) -> Vec<(isize, isize, f32)> {
    let square = (-border..=border).flat_map(|dy| (-border..=border).map(move |dx| (dx, dy)));
    let weighed = square.map(|(dx, dy)| (dx, dy, (reach - (dx as f32).hypot(dy as f32) + 1.0).clamp(0.0, 1.0)));
    weighed.filter(|(_, _, weight)| *weight > 0.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_font_names_its_file_and_package() {
        let error = Fonts::read(Path::new("/nowhere/OCRBS.otf"), Path::new("/nowhere/zenhei.ttc")).unwrap_err();
        assert!(
            error.to_string().contains("/nowhere/OCRBS.otf") && error.to_string().contains("fonts-ocr-b"),
            "{error}"
        );
    }

    #[test]
    fn strokes_grow_and_shrink_by_parts_of_a_pixel() {
        let mut bar = Coverage::empty(0.0, 0.0, 9.0, 9.0);
        for cells in bar.data.chunks_exact_mut(9) {
            cells[3..6].fill(1.0);
        }
        let across = |glyph: &Coverage| {
            let middle = glyph.data.len() / glyph.width / 2 * glyph.width;
            glyph.data[middle..middle + glyph.width].iter().sum::<f32>()
        };
        for (reach, width) in [(0.0, 3.0), (0.5, 4.0), (1.0, 5.0), (1.5, 6.0), (-0.5, 2.0), (-1.0, 1.0)] {
            assert!((across(&bar.bolder(reach)) - width).abs() < 1e-4, "{reach}");
        }
    }
}
