//! Lines of card numbers and machine-readable zones, read from pixels.
//!
//! 1. [`find`]: long thin rows of upright strokes, on the frame at half its size.
//! 2. [`strip`]: each line's slope and height as its strokes say, laid straight on 24 rows.
//! 3. [`net`]: a small convolutional net gives every sign's probability at every fourth column.
//! 4. [`ctc`]: the best path's signs, with what else they may be.
//!
//! A line may stand on its head: both ways are tried on its middle until one wins, which is then tried first. What a
//! line means is not known here.

mod band;
mod ctc;
mod find;
mod grey;
mod line;
mod map;
mod net;
mod strip;
mod weights;

pub use ctc::{ALPHABET, Sign};

use crate::frame::{LumaFrame, Spot};
use crate::guidance::{is_at_edge, white_share};
use crate::plane::Plane;
use find::{Candidate, LineFinder};
use line::{LENGTH_MAX, Line};
use net::Net;
use strip::{CAPS, Straightener, View};

/// The trained weights; see `tools/train-reader`.
const WEIGHTS: &[u8] = include_bytes!("reader.weights");
/// The longer side of a frame that is read as it is, in pixels.
const SIDE_MAX: usize = 1_920;
/// Signs that a line has at least: fewer are no number and no zone.
const SIGNS_MIN: usize = 8;
/// The mean probability from which a line is read the right way up for certain.
const SURE: f32 = 0.85;
/// Frames, with the one in which a line was read for certain, whose other lines are read that way alone.
const TRUSTED: u32 = 3;
/// The mean probability from which a line is not read again.
const BEYOND_DOUBT: f32 = 0.99;

/// Capitals that a line of 44 signs is long: 2.54 mm a sign by 2.4 (Doc 9303-3).
const LENGTH: f32 = 46.5;
/// Capitals of a line's middle on which is tried which way up it is and how high.
const TRIED: f32 = 16.0;
/// Signs of that part, and their mean probability, below which the line is no print.
const TRIED_SIGNS: usize = 4;
const TRIED_MEAN: f32 = 0.4;
/// Capitals from which a line is one of 44 signs, the mean probability from which it is not laid at other heights,
/// and these, by its own.
const LONG: f32 = 42.0;
const WELL_READ: f32 = 0.97;
const HEIGHTS: [f32; 2] = [0.9, 1.1];
/// Columns that were read of a frame after which it has none of these any more, and after which no other line is read.
const COLUMNS_ENOUGH: usize = 4_000;
const COLUMNS_MOST: usize = 8_000;
/// Growth from a line's middle to its end that it is worth while to lay it straight for.
const GROWTH_WORTH: f32 = 0.05;

/// Signs of a line that makes it worth while to look for a zone's other lines beside it, the share of its
/// strength that these have at least, and how many lines a frame has with them.
const NEIGHBOUR_SIGNS: usize = 20;
const NEIGHBOUR_STRENGTH: f32 = 0.4;
const LINES_MAX: usize = 12;
/// Lines that are read before it is looked for these.
const READS_MAX: usize = 8;
/// Capitals that a line is long at the least: eighteen signs, or what one takes for their height, are longer.
const LENGTH_MIN: f32 = 10.0;

/// A line of print that was read.
#[derive(Clone, PartialEq)]
pub struct TextLine {
    /// Its signs in reading order. They may be of somebody's number.
    pub signs: Vec<Sign>,
    /// How probable each sign of [`ALPHABET`] is at every fourth column of its strip, and that there is none.
    pub steps: Vec<[f32; 38]>,
    /// Four corners around it, the first at its beginning and top, in pixels of the upright frame.
    pub outline: [Spot; 4],
    /// Height of a capital in the line's middle, in pixels of the frame (of a still shrunk to 1,920 pixels or
    /// less).
    pub caps: f32,
    /// The line's middle, in pixels of the frame as its holder sees it.
    pub middle: Spot,
    /// Its direction in reading order, as a vector of length 1.
    pub along: (f32, f32),
    /// By which share of `caps` capitals are higher with every pixel along: one end is nearer.
    pub growth: f32,
    /// How far from the middle the strip begins, in pixels of the middle's scale.
    pub first: f32,
}

impl std::fmt::Debug for TextLine {
    /// Everything but the text.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TextLine({} signs hidden)", self.signs.len())
    }
}

impl TextLine {
    /// The likeliest text.
    pub fn text(&self) -> String {
        self.signs.iter().map(|sign| char::from(sign.best().0)).collect()
    }

    /// The steps within `reach` columns of a place in the strip.
    pub fn steps_near(&self, at: f32, reach: f32) -> &[[f32; 38]] {
        // A step's middle is two columns from its beginning.
        let step = |columns: f32| (columns / net::STEP as f32 + 0.5).max(0.0) as usize;
        let last = step(at + reach).min(self.steps.len());
        &self.steps[step(at - reach).min(last)..last]
    }

    /// How many columns its strip has; a capital is 15 of them high.
    pub fn columns(&self) -> f32 {
        (self.steps.len() * net::STEP) as f32
    }

    /// Where the middle of a sign lies, `at` columns along the strip, as the holder sees the frame.
    pub fn place(&self, at: f32) -> Spot {
        let u = line::along(self.way(at), self.growth);
        Spot { x: self.middle.x + u * self.along.0, y: self.middle.y + u * self.along.1 }
    }

    /// Height of a capital at a place in the strip, in pixels of the frame.
    pub fn caps_at(&self, at: f32) -> f32 {
        self.caps * line::height(line::along(self.way(at), self.growth), self.growth)
    }

    /// How far from the middle a place in the strip is, in pixels of the middle's scale.
    fn way(&self, at: f32) -> f32 {
        self.first + at * self.caps / CAPS
    }

    /// How sure its signs are together: the sum of their probabilities.
    fn certainty(&self) -> f32 {
        self.signs.iter().map(|sign| sign.best().1).sum()
    }

    /// Whether it has so many signs, of at least that mean probability.
    fn has(&self, signs: usize, mean: f32) -> bool {
        self.signs.len() >= signs && self.certainty() >= mean * self.signs.len() as f32
    }

    /// Whether it has enough signs, of at least that mean probability.
    fn is_sure(&self, mean: f32) -> bool {
        self.has(SIGNS_MIN, mean)
    }
}

/// What one look at a frame's print brought.
#[derive(Debug, Default)]
pub(crate) struct Print {
    /// Lines that were read.
    pub(crate) lines: Vec<TextLine>,
    /// How every line that looks like print looks, read or not.
    pub(crate) looks: Vec<Look>,
}

/// How a line looks.
#[derive(Debug)]
pub(crate) struct Look {
    pub(crate) outline: [Spot; 4],
    /// Height of a capital in pixels.
    pub(crate) caps: f32,
    /// Length by that height.
    pub(crate) length: f32,
    /// Signs that were read, and their mean probability.
    pub(crate) signs: usize,
    pub(crate) certainty: f32,
    /// The share of it that is as bright as can be.
    pub(crate) white: f32,
    /// Whether it reaches the frame's edge.
    pub(crate) is_cut_off: bool,
}

/// Reads print. It keeps its room from frame to frame.
pub(crate) struct Reader {
    finder: LineFinder,
    straightener: Straightener,
    net: Option<Net>,
    steps: Vec<net::Shares>,
    /// Which way a line was read for certain last, and for how many frames no other way is tried.
    flipped: bool,
    trusted: u32,
    /// Lines that were read of this frame.
    reads: usize,
    /// Columns that went through the net for this frame.
    columns: usize,
    /// How the frame's lines grow to the right, as far as is known.
    growth: f32,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            finder: LineFinder::default(),
            straightener: Straightener::default(),
            net: Net::new(WEIGHTS),
            steps: Vec::new(),
            flipped: false,
            trusted: 0,
            reads: 0,
            columns: 0,
            growth: 0.0,
        }
    }
}

impl Reader {
    /// Reads the lines of a frame; `goes_on` says whether there is time for another one. A great still is
    /// read at a part of its size: print of a card is not larger there than in a camera's frame.
    pub(crate) fn read(&mut self, whole: &LumaFrame<'_>, goes_on: impl FnMut() -> bool) -> Print {
        let fits = |width: usize, height: usize| width.max(height) <= SIDE_MAX;
        if fits(whole.width(), whole.height()) {
            let view = View { frame: *whole, whole: *whole, scale: 1.0, rotation: whole.rotation() };
            return self.read_at(&view, goes_on);
        }
        let mut plane = Plane::default();
        let scale = plane.halved(whole, fits);
        let Some(frame) = plane.frame() else { return Print::default() };
        self.read_at(&View { frame, whole: *whole, scale, rotation: whole.rotation() }, goes_on)
    }

    fn read_at(&mut self, view: &View<'_>, mut goes_on: impl FnMut() -> bool) -> Print {
        let (mut print, mut lines) = (Print::default(), Vec::new());
        self.growth = 0.0;
        self.trusted = self.trusted.saturating_sub(1);
        (self.reads, self.columns) = (0, 0);
        self.finder.lines(&view.frame, view.rotation);
        let candidates = std::mem::take(&mut self.finder.lines);
        for candidate in &candidates {
            if self.reads == READS_MAX || self.columns >= COLUMNS_MOST || !goes_on() {
                break;
            }
            self.read_line(view, candidate, (0.0, true), &mut lines, &mut print);
        }
        self.finder.lines = candidates;
        self.read_neighbours(view, &mut goes_on, &mut lines, &mut print);
        print
    }

    /// Reads the line of a candidate, if it is at least so strong and is none of those that were read; what is not read
    /// and looks like two lines may be parted once. With each line is kept whether its signs are a zone's line or a part of one.
    fn read_line(
        &mut self,
        view: &View<'_>,
        candidate: &Candidate,
        (strength, may_part): (f32, bool),
        lines: &mut Vec<(Line, bool)>,
        print: &mut Print,
    ) {
        let known = |place: (f32, f32)| lines.iter().any(|(line, _)| line.holds(place));
        // Two parts of a line may each have grown to all of it.
        if known(candidate.middle) {
            return;
        }
        let Some((line, two)) = self.straightener.refine(view, candidate) else { return };
        if line.strength < strength || known(line.middle) {
            return;
        }
        let middle = line.grown(self.growth);
        let line = self.straightener.extend(view, &line).grown(self.growth);
        let read = if line.spans(LENGTH_MIN) {
            self.reads += 1;
            self.both_ways(view, &middle, &line)
        } else {
            self.straightener.lay(view, &line);
            None
        };
        if let (None, Some(two)) = (&read, two.filter(|_| may_part)) {
            two.iter().for_each(|part| self.read_line(view, part, (strength, false), lines, print));
            return;
        }
        lines.push((line, read.as_ref().is_some_and(|read| read.signs.len() >= NEIGHBOUR_SIGNS)));
        print.looks.push(self.look(view, &line, read.as_ref()));
        print.lines.extend(read);
    }

    fn look(&self, view: &View<'_>, line: &Line, read: Option<&TextLine>) -> Look {
        let signs = read.map_or(0, |read| read.signs.len());
        let ends = [-line.half_length, line.half_length].map(|u| view.in_frame(line.point(u, 0.0)));
        Look {
            outline: outline(view, line),
            caps: line.caps,
            length: 2.0 * line.half_length / line.caps,
            signs,
            certainty: read.map_or(0.0, TextLine::certainty) / signs.max(1) as f32,
            white: white_share(&self.straightener.strip),
            is_cut_off: ends.into_iter().any(|end| is_at_edge(&view.frame, end)),
        }
    }

    /// Looks above and below every line of a zone's length for a line that the finder missed.
    fn read_neighbours(
        &mut self,
        view: &View<'_>,
        goes_on: &mut impl FnMut() -> bool,
        lines: &mut Vec<(Line, bool)>,
        print: &mut Print,
    ) {
        let mut place = 0;
        while let Some((line, long)) = lines.get(place).copied() {
            place += 1;
            if !long {
                continue;
            }
            for below in [false, true] {
                if self.reads < LINES_MAX && self.columns < COLUMNS_MOST && goes_on() {
                    let wanted = (NEIGHBOUR_STRENGTH * line.strength, true);
                    self.read_line(view, &line.neighbour(below), wanted, lines, print);
                }
            }
        }
    }

    /// Reads a line whose `middle` part surely is print: the way up and the height at which that part is read best.
    fn both_ways(&mut self, view: &View<'_>, middle: &Line, line: &Line) -> Option<TextLine> {
        let (flipped, caps) = self.tried(view, middle, line)?;
        let laid = Line { caps, ..*line };
        let read = self.one_way(view, &laid, flipped);
        if read.is_sure(SURE) {
            (self.flipped, self.trusted) = (flipped, TRUSTED);
        }
        (read.signs.len() >= SIGNS_MIN).then(|| self.laid_better(view, &laid, read, flipped))
    }

    /// Whether a line is upside down, and its height, tried on its middle part: the way that won last, and the other
    /// one if that is not certain. What would be of more signs than any line has is not so long but higher
    /// than was measured: as high as a line of 44 signs is tried too.
    fn tried(&mut self, view: &View<'_>, middle: &Line, line: &Line) -> Option<(bool, f32)> {
        let higher = line.spans(LENGTH_MAX).then_some(2.0 * line.half_length / LENGTH);
        if self.trusted > 0 && higher.is_none() {
            return Some((self.flipped, line.caps));
        }
        let ways = if self.trusted > 0 { 1 } else { 2 };
        let (mut best, mut most) = (None, 0.0);
        for caps in std::iter::once(line.caps).chain(higher) {
            let half_length = middle.half_length.min(TRIED * caps / 2.0);
            for flipped in [self.flipped, !self.flipped].into_iter().take(ways) {
                let read = self.one_way(view, &Line { caps, half_length, ..*middle }, flipped);
                if read.certainty() > most {
                    most = read.certainty();
                    best = read.has(TRIED_SIGNS, TRIED_MEAN).then_some((flipped, caps));
                }
                if read.is_sure(SURE) {
                    return best;
                }
            }
        }
        best
    }

    /// Reads a line that is not beyond doubt again: where its signs show that one end is higher, with that, and a
    /// long one at other heights. What its signs show is taken for the lines after it too: they are of the same card.
    fn laid_better(&mut self, view: &View<'_>, line: &Line, read: TextLine, flipped: bool) -> TextLine {
        let more = line::growth(&read.signs, |at| read.way(at)).unwrap_or_default();
        let grown = line.grown(if flipped { -more } else { more });
        if read.is_sure(SURE) && read.signs.len() >= NEIGHBOUR_SIGNS {
            self.growth = grown.growth;
        }
        if read.is_sure(BEYOND_DOUBT) {
            return read;
        }
        let (mut best, mut laid) = (read, *line);
        if more.abs() * line.half_length >= GROWTH_WORTH {
            let again = self.one_way(view, &grown, flipped);
            if again.certainty() > best.certainty() {
                (best, laid) = (again, grown);
            }
        }
        if best.signs.len() >= NEIGHBOUR_SIGNS && line.spans(LONG) {
            self.at_other_heights(view, &laid, best, flipped)
        } else {
            best
        }
    }

    /// Of the longest lines print is smallest, and its height is told worst: they are laid a little lower and
    /// higher too, and what is read best is taken.
    fn at_other_heights(&mut self, view: &View<'_>, line: &Line, mut best: TextLine, flipped: bool) -> TextLine {
        for factor in HEIGHTS {
            if best.is_sure(WELL_READ) || self.columns >= COLUMNS_ENOUGH {
                break;
            }
            let other = self.one_way(view, &Line { caps: line.caps * factor, ..*line }, flipped);
            if other.certainty() > best.certainty() {
                best = other;
            }
        }
        best
    }

    fn one_way(&mut self, view: &View<'_>, line: &Line, flipped: bool) -> TextLine {
        let line = if flipped { line.flipped() } else { *line };
        let (columns, first) = self.straightener.lay(view, &line);
        self.steps.clear();
        self.columns += columns;
        if let Some(net) = &mut self.net {
            net.read(&self.straightener.strip, columns, &mut self.steps);
        }
        let mut signs = Vec::new();
        ctc::signs(&self.steps, &mut signs);
        let (x, y) = line.middle;
        TextLine {
            signs,
            steps: self.steps.clone(),
            outline: outline(view, &line),
            caps: line.caps,
            middle: Spot { x, y },
            along: line.along,
            growth: line.growth,
            first,
        }
    }
}

fn outline(view: &View<'_>, line: &Line) -> [Spot; 4] {
    let u = line.half_length;
    [(-u, -0.75), (u, -0.75), (u, 0.75), (-u, 0.75)].map(|(u, v)| {
        let (x, y) = view.in_frame(line.point(u, v * line.caps_at(u)));
        view.whole.upright(x * view.scale, y * view.scale)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of strokes that lean, grow and fade: what the net makes of them is of no matter, only that it
    /// is the same everywhere.
    fn strokes() -> Vec<u8> {
        let mut data = vec![190u8; 640 * 480];
        for line in 0..3usize {
            for stroke in 0..44usize {
                let (x, height) = (60 + stroke * 11, 14 + 3 * line);
                let y = 100 + 90 * line + stroke * line / 6;
                for row in y..y + height {
                    let from = row * 640 + x + (row - y) * (stroke % 3) / 4;
                    data[from..from + 2 + stroke % 4].fill((40 + stroke) as u8);
                }
            }
        }
        data
    }

    #[test]
    fn the_same_pixels_give_the_same_bits_on_every_machine() {
        let data = strokes();
        let frame = LumaFrame::new(&data, 640, 480, 640).unwrap();
        let mut reader = Reader::default();
        let candidates = reader.finder.lines(&frame, frame.rotation()).to_vec();
        assert_eq!(candidates.len(), 3);
        let view = View { frame, whole: frame, scale: 1.0, rotation: frame.rotation() };
        let mut hash = 0xcbf2_9ce4_8422_2325u64;
        for candidate in &candidates {
            let line = reader.straightener.refine(&view, candidate).unwrap().0;
            reader.one_way(&view, &line, false);
            for share in reader.steps.iter().flatten() {
                hash = (hash ^ u64::from(share.to_bits())).wrapping_mul(0x0100_0000_01b3);
            }
        }
        // Changes with the weights; a machine that computes otherwise fails here.
        assert_eq!(hash, GOLDEN);
    }

    const GOLDEN: u64 = 9438987064791439906;

    #[test]
    fn after_the_first_frame_nothing_grows() {
        let data = strokes();
        let frame = LumaFrame::new(&data, 640, 480, 640).unwrap();
        let mut reader = Reader::default();
        reader.read(&frame, || true);
        let room = (reader.steps.capacity(), reader.straightener.strip.capacity());
        reader.read(&frame, || true);
        assert_eq!(room, (reader.steps.capacity(), reader.straightener.strip.capacity()));
    }

    #[test]
    fn no_time_reads_nothing() {
        let data = strokes();
        let frame = LumaFrame::new(&data, 640, 480, 640).unwrap();
        let print = Reader::default().read(&frame, || false);
        assert!(print.lines.is_empty() && print.looks.is_empty());
    }
}
