//! What the printed lines of a camera's frame say: card numbers and machine-readable zones.
//!
//! A net tells what every sign may be; this module lets only what the place allows stand there
//! (digits in a number, letters in a name), and hands the text to the same rules as text from
//! elsewhere. Only what these accept comes out: a line whose checks do not hold is a line that was
//! misread, and the next frame reads it again.

mod memory;
mod number;
mod zone;

#[cfg(test)]
mod tests;

pub use memory::{PrintMemory, Settled};

use chrono::NaiveDate;
use fieldcore_optics::{Sign, Spot, TextLine};

use super::{Reading, Scan};

/// The least probability of a sign below which a text is not even compared with other frames: a net
/// that may only name digits names some wherever it looks.
const FLOOR: f32 = 0.4;

/// A zone's fields that no check digit protects (Doc 9303, parts 4 to 7).
const UNPROTECTED: [&str; 6] = ["document_code", "issuing_state", "nationality", "sex", "surname", "given_names"];

/// What a printed text was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PrintSource {
    /// The line of a card's number.
    NumberLine,
    /// A machine-readable zone, or the one line of an exit permit.
    Zone,
}

impl PrintSource {
    /// The word for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NumberLine => "number_line",
            Self::Zone => "zone",
        }
    }
}

/// A text of one frame whose checks hold.
#[derive(Clone, PartialEq)]
pub struct Printed {
    /// What it was read from.
    pub source: PrintSource,
    /// Its lines as they are handed on.
    pub lines: Vec<String>,
    /// What it is.
    pub reading: Reading,
    /// The probability of its least certain sign under a check.
    pub certainty: f32,
    /// Outlines of its lines, four corners each, in pixels of the upright frame.
    pub outlines: Vec<[Spot; 4]>,
}

impl std::fmt::Debug for Printed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Printed({:?})", self.source)
    }
}

impl Printed {
    /// The text, lines joined.
    pub fn text(&self) -> String {
        self.lines.join("\n")
    }

    /// Whether this frame alone is certain enough to act on.
    pub fn is_sure(&self) -> bool {
        self.certainty >= memory::SURE
    }

    /// What it is, with the fields that the operator must confirm because no check protects them and
    /// no second frame agrees.
    pub fn reading(&self, agreed: bool) -> Reading {
        let mut reading = self.reading.clone();
        if self.source == PrintSource::Zone && !agreed {
            // Visas have no check digit over their optional data.
            let visa = reading.format.is_some_and(|format| format.starts_with("MRV"));
            let doubtful = |name: &&str| UNPROTECTED.contains(name) || visa && *name == "optional1";
            reading.confirm = reading.fields.iter().map(|(name, _)| *name).filter(doubtful).collect();
        }
        reading
    }

    /// The scan that a station takes. A zone's unprotected fields are for the operator to confirm
    /// unless two frames agree on every sign.
    pub fn scan(&self, agreed: bool) -> Scan {
        match (self.source, agreed) {
            (PrintSource::Zone, true) => Scan::Mrz { lines: self.lines.clone() },
            _ => Scan::Ocr { lines: self.lines.clone() },
        }
    }
}

/// What the lines of one frame say, as of `today`: nothing where no check holds.
pub fn printed(lines: &[TextLine], today: NaiveDate) -> Vec<Printed> {
    let mut found = zone::zones(lines, today);
    // A zone's digits may look like a number; a number's line is in no zone.
    let others = lines.iter().filter(|line| !found.iter().any(|zone| zone.outlines.contains(&line.outline)));
    let numbers: Vec<Printed> = others.filter_map(|line| number::number(line, today)).collect();
    found.extend(numbers);
    found
}

/// Signs of a line by cell: how far apart they are tells how many were lost between them.
struct Cells {
    /// The sign of each cell; `None` where none was read.
    signs: Vec<Option<Sign>>,
    /// Columns of the strip from one cell to the next.
    pitch: f32,
}

/// Columns from each sign to the next.
fn gaps(signs: &[Sign]) -> impl Iterator<Item = f32> {
    signs.windows(2).map(|pair| pair[1].at - pair[0].at)
}

/// The median of the gaps; `None` for fewer than two signs.
fn pitch(signs: &[Sign]) -> Option<f32> {
    let mut gaps: Vec<f32> = gaps(signs).collect();
    gaps.sort_unstable_by(f32::total_cmp);
    gaps.get(gaps.len() / 2).copied()
}

impl Cells {
    fn of(signs: &[Sign]) -> Option<Self> {
        let pitch = pitch(signs)?;
        if pitch < 6.0 {
            return None;
        }
        let mut cells = vec![Some(*signs.first()?)];
        for pair in signs.windows(2) {
            let gap = (pair[1].at - pair[0].at) / pitch;
            let steps = (gap + 0.5) as usize;
            if steps == 0 {
                // Two signs in one place: the surer one.
                let here = cells.last_mut()?;
                if here.is_none_or(|known| known.best().1 < pair[1].best().1) {
                    *here = Some(pair[1]);
                }
                continue;
            }
            cells.extend((1..steps.min(64)).map(|_| None));
            cells.push(Some(pair[1]));
        }
        Some(Self { signs: cells, pitch })
    }
}
