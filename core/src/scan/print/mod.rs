//! What the printed lines of a camera's frame say: card numbers and machine-readable zones.
//!
//! A net tells what every sign may be; this module lets only what the place allows stand there
//! (digits in a number, letters in a name), and hands the text to the same rules as text from
//! elsewhere. Only what these accept comes out: a line whose checks do not hold is a line that was
//! misread, and the next frame reads it again.

mod blend;
mod memory;
mod number;
mod zone;

#[cfg(test)]
mod tests;

pub use memory::{PrintMemory, Settled};

use blend::Draft;

use chrono::NaiveDate;
use fieldcore_optics::{ALPHABET, Spot, TextLine};

use super::{Identity, Reading, Scan, Sensitive};

/// The least share of a sign among those that may stand in its place: below it a text is not even compared
/// with other frames.
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

    /// What is equal for the same person; see [`Identity::key_text`].
    pub(crate) fn person(&self) -> Option<Sensitive> {
        self.reading.identity.as_ref().and_then(Identity::key_text)
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
    seen(lines, today).printed
}

/// What the lines of one frame say, and what they may say.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) printed: Vec<Printed>,
    drafts: Vec<Draft>,
}

fn seen(lines: &[TextLine], today: NaiveDate) -> Seen {
    let (mut found, mut drafts) = zone::zones(lines, today);
    // A zone's digits may look like a number; a number's line is in no zone.
    let is_zone = |line: &&TextLine| found.iter().any(|zone| zone.outlines.contains(&line.outline));
    let others: Vec<&TextLine> = lines.iter().filter(|line| !is_zone(line)).collect();
    found.extend(others.into_iter().filter_map(|line| number::number(line, today, &mut drafts)));
    Seen { printed: found, drafts }
}

/// A zone's or number's text as it was read, if everything holds that can be checked of it.
fn sound(source: PrintSource, lines: &[String], today: NaiveDate) -> Option<Reading> {
    match source {
        PrintSource::Zone => zone::sound(lines, today),
        PrintSource::NumberLine => number::sound(lines.first()?, today),
    }
}

/// The weight of "nothing stands here" in a place where, by its neighbours, something stands.
const NOTHING: f32 = 0.2;
/// What the probability of a sign has to reach beside those that may not stand there: a net that may only
/// name digits names some wherever it looks.
const PRESENCE: f32 = 0.15;
/// How far around a cell's middle its sign may have been seen, in pitches.
const CELL_REACH: f32 = 0.4;
/// Cells from one sign to the next within a row of signs.
const APART: usize = 3;
/// Cells that are looked at beyond the first and last sign that was read.
const BEYOND: usize = 2;

/// A line's places for signs, a pitch apart: also those where no sign won.
struct Cells<'l> {
    cells: Vec<Cell<'l>>,
    /// Columns of the strip from one cell to the next.
    pitch: f32,
    /// The cells of the line's first and last sign.
    first: usize,
    last: usize,
}

#[derive(Clone, Copy)]
struct Cell<'l> {
    /// Its middle, in columns of the strip.
    at: f32,
    /// Whether a sign won here.
    read: bool,
    steps: &'l [[f32; 38]],
}

/// The letter and the digit that OCR-B hardly tells apart, by their places in the alphabet.
const ALIKE: (usize, usize) = (0, 24);

/// What stands in a cell, and how probable that is once the signs that may not stand there are ruled out.
struct Best {
    sign: u8,
    certainty: f32,
}

/// The sign with the greatest share, and that share.
fn likeliest(shares: &[f32; ALPHABET.len()]) -> (u8, f32) {
    let pairs = ALPHABET.iter().copied().zip(*shares);
    pairs.fold((b'<', 0.0), |best, next| if next.1 > best.1 { next } else { best })
}

impl Cell<'_> {
    /// How probable it is that each sign was seen in one step or another: a sign whose middle lies between two
    /// steps is half in each. Where of `O` and `0` only one may stand, what was seen of either is its. Signs that
    /// may not stand here have nothing; their sum comes second.
    fn shares(&self, may: impl Fn(u8) -> bool) -> ([f32; ALPHABET.len()], f32) {
        let mut missed = [1.0f32; ALPHABET.len()];
        let (zero, letter) = (may(ALPHABET[ALIKE.0]), may(ALPHABET[ALIKE.1]));
        for step in self.steps {
            let mut step = *step;
            if zero != letter {
                let both = step[ALIKE.0] + step[ALIKE.1];
                (step[ALIKE.0], step[ALIKE.1]) = if zero { (both, 0.0) } else { (0.0, both) };
            }
            missed.iter_mut().zip(step).for_each(|(missed, share)| *missed *= 1.0 - share);
        }
        let mut shares = missed.map(|missed| 1.0 - missed);
        let mut others = 0.0;
        for (share, _) in shares.iter_mut().zip(ALPHABET).filter(|(_, sign)| !may(**sign)) {
            others += *share;
            *share = 0.0;
        }
        (shares, others)
    }

    /// The likeliest of the signs that may stand here.
    fn best_of(&self, may: impl Fn(u8) -> bool) -> Option<Best> {
        let (shares, others) = self.shares(may);
        let sum = shares.iter().sum::<f32>();
        let (sign, most) = likeliest(&shares);
        let certainty = most / (sum + NOTHING * (1.0 - others).max(0.0));
        (most >= PRESENCE && most >= FLOOR * sum).then_some(Best { sign, certainty })
    }

    /// Whether a filler is the likeliest sign here, however faint.
    fn has_trace_of_filler(&self) -> bool {
        let most = |place: fn(usize) -> bool| {
            let shares = self.steps.iter().flat_map(|step| step[..37].iter().enumerate());
            shares.filter(|(sign, _)| place(*sign)).map(|(_, share)| *share).fold(0.0, f32::max)
        };
        most(|sign| sign == 36) > most(|sign| sign < 36)
    }

    fn is_filler(&self) -> bool {
        self.read && self.best_of(|_| true).is_some_and(|best| best.sign == b'<')
    }
}

/// The pitch may be that much smaller or larger in a place than it is on the whole: a card held aslant, and signs
/// whose middles are known to a third of a step.
const PITCH_RANGE: (f32, f32) = (0.6, 1.5);
/// Gaps to either side of one that tell how far signs stand from each other there: a card that is nearer at
/// one end has wider ones at it.
const GAPS_AROUND: usize = 4;

/// The median of the gaps; `None` of none.
fn median(gaps: &[f32]) -> Option<f32> {
    let mut gaps = gaps.to_vec();
    gaps.sort_unstable_by(f32::total_cmp);
    gaps.get(gaps.len() / 2).copied()
}

impl<'l> Cells<'l> {
    fn of(line: &'l TextLine) -> Option<Self> {
        let signs = &line.signs;
        let gaps: Vec<f32> = signs.windows(2).map(|pair| pair[1].at - pair[0].at).collect();
        let pitch = median(&gaps)?;
        if pitch < 6.0 {
            return None;
        }
        let pitch_at = |gap: usize| {
            let near = gap.saturating_sub(GAPS_AROUND)..(gap + GAPS_AROUND + 1).min(gaps.len());
            median(&gaps[near]).map_or(pitch, |near| near.clamp(PITCH_RANGE.0 * pitch, PITCH_RANGE.1 * pitch))
        };
        let cell = |at: f32, read, pitch: f32| Cell { at, read, steps: line.steps_near(at, CELL_REACH * pitch) };
        let (first, near) = (signs.first()?.at, pitch_at(0));
        let mut cells: Vec<Cell<'l>> = Vec::with_capacity(signs.len() + 2 * BEYOND);
        let before = (1..=BEYOND).rev().map(|place| first - near * place as f32).filter(|at| *at > 0.0);
        cells.extend(before.map(|at| cell(at, false, near)));
        cells.push(cell(first, true, near));
        let mut last = first;
        for (gap, sign) in signs[1..].iter().enumerate() {
            let near = pitch_at(gap);
            let steps = ((sign.at - last) / near + 0.5) as usize;
            if steps == 0 {
                // Two signs in one place: the cell's steps have both.
                continue;
            }
            let each = (sign.at - last) / steps as f32;
            cells.extend((1..steps.min(64)).map(|place| cell(last + each * place as f32, false, near)));
            cells.push(cell(sign.at, true, near));
            last = sign.at;
        }
        let near = pitch_at(gaps.len());
        let behind = (1..=BEYOND).map(|place| last + near * place as f32).filter(|at| *at < line.columns());
        cells.extend(behind.map(|at| cell(at, false, near)));
        let (first, last) = longest_row(&cells)?;
        Some(Self { cells, pitch, first, last })
    }

    /// How many cells there are from the line's first sign to its last.
    const fn length(&self) -> usize {
        self.last + 1 - self.first
    }
}

/// The first and the last cell with a sign of the longest row of signs: what stands far from it is none of
/// the line's.
fn longest_row(cells: &[Cell<'_>]) -> Option<(usize, usize)> {
    let mut read = cells.iter().enumerate().filter(|(_, cell)| cell.read).map(|(place, _)| place);
    let mut row = read.next().map(|first| (first, first))?;
    let mut longest = row;
    for place in read {
        row = if place - row.1 <= APART { (row.0, place) } else { (place, place) };
        if row.1 - row.0 > longest.1 - longest.0 {
            longest = row;
        }
    }
    Some(longest)
}
