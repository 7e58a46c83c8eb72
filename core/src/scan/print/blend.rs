//! Frames that each say too little, taken together.
//!
//! A frame in which some signs are faint or doubtful is a *draft*: for every place of a number or zone what
//! may stand there, with which probability. Drafts of the same document are multiplied: noise, movement and
//! a lamp's reflection hide other signs in every frame. What comes out is believed only if its checks hold
//! and every place has become certain; until then it is nothing.

use std::ops::Range;

use fieldcore_optics::{ALPHABET, Spot};

use super::{Cell, PrintSource, likeliest};

/// What every sign that may stand in a place has at the least: no frame alone rules anything out.
const LEAST: f32 = 0.03;
/// How many times as probable as the next one a place's likeliest sign is, for the place to have an opinion.
const OPINION: f32 = 3.0;
/// The share of places with opinions that must be of the same one, for two drafts to be of one document,
/// and the share of places that must have one in both.
const SAME: f32 = 0.8;
const TOLD: f32 = 0.5;
/// Places with more than a filler that both must have an opinion of.
const SHOWN_MIN: usize = 8;
/// Frames after which a document that was not seen again is forgotten.
const REMEMBERED: u64 = 6;
/// Documents that are held at a time.
const BLENDS_MAX: usize = 8;

/// What may stand in a place, and how probable it is.
type Place = [f32; ALPHABET.len()];

/// What one frame says of a number or zone that it may show.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// What it would be, and of zones which form.
    pub(super) kind: (PrintSource, usize),
    /// Places of each line, and how many lines there are.
    width: usize,
    lines: usize,
    /// The lines that the frame shows.
    seen: Range<usize>,
    places: Vec<Place>,
    /// The places that a check protects.
    checked: Vec<bool>,
    pub(super) outlines: Vec<[Spot; 4]>,
}

impl Draft {
    /// A draft of `lines` lines, of which `seen` are in the frame.
    pub(super) const fn new(kind: (PrintSource, usize), width: usize, lines: usize, seen: Range<usize>) -> Self {
        Self { kind, width, lines, seen, places: Vec::new(), checked: Vec::new(), outlines: Vec::new() }
    }

    /// Whether all of its lines are in the frame.
    fn is_whole(&self) -> bool {
        self.seen.len() == self.lines
    }

    /// Adds a place: what its cell says of the signs that may stand there, and how probable a filler is at
    /// the least.
    pub(super) fn add(&mut self, cell: Option<&Cell<'_>>, filler: f32, checked: bool, may: impl Fn(u8) -> bool) {
        let mut place = [0.0; ALPHABET.len()];
        for (share, sign) in place.iter_mut().zip(ALPHABET) {
            if may(*sign) {
                *share = LEAST;
            }
        }
        if let Some(cell) = cell {
            place.iter_mut().zip(cell.shares(&may).0).for_each(|(share, seen)| *share = share.max(seen));
        }
        place[ALPHABET.len() - 1] = place[ALPHABET.len() - 1].max(filler);
        even(&mut place);
        self.places.push(place);
        self.checked.push(checked);
    }

    /// Whether another draft is of the same document, as far as both see its lines and have opinions. That both
    /// see a filler says little: names end in many.
    fn is_of(&self, other: &Self) -> bool {
        if self.kind != other.kind || self.places.len() != other.places.len() {
            return false;
        }
        let lines = self.seen.start.max(other.seen.start)..self.seen.end.min(other.seen.end);
        let places = lines.start * self.width..lines.end.max(lines.start) * self.width;
        let pairs = self.places[places.clone()].iter().zip(&other.places[places.clone()]);
        let (mut told, mut shown, mut same) = (0, 0, 0);
        for (one, other) in pairs.filter_map(|(a, b)| opinion(a).zip(opinion(b))) {
            told += 1;
            if (one, other) != (b'<', b'<') {
                shown += 1;
                same += usize::from(one == other);
            }
        }
        let share = |part: usize, of: usize| part as f32 / of.max(1) as f32;
        shown >= SHOWN_MIN && share(told, places.len()) >= TOLD && share(same, shown) >= SAME
    }

    fn multiply(&mut self, other: Self) {
        for (place, with) in self.places.iter_mut().zip(&other.places) {
            place.iter_mut().zip(with).for_each(|(share, with)| *share *= with);
            even(place);
        }
        self.outlines = other.outlines;
    }

    /// Its lines, and the least probability among places under a check and among the others.
    pub(super) fn text(&self) -> (Vec<String>, f32, f32) {
        let signs: Vec<(u8, f32)> = self.places.iter().map(likeliest).collect();
        let lines = signs.chunks(self.width.max(1));
        let lines = lines.map(|line| line.iter().map(|(sign, _)| char::from(*sign)).collect()).collect();
        let least = |under: bool| {
            let places = signs.iter().zip(&self.checked).filter(|(_, checked)| **checked == under);
            places.map(|((_, share), _)| *share).fold(1.0, f32::min)
        };
        (lines, least(true), least(false))
    }
}

/// The sign that clearly leads in a place.
fn opinion(place: &Place) -> Option<u8> {
    let (sign, most) = likeliest(place);
    let others = place.iter().zip(ALPHABET).filter(|(_, other)| **other != sign);
    let next = others.map(|(share, _)| *share).fold(0.0, f32::max);
    (most >= OPINION * next).then_some(sign)
}

/// Makes probabilities of shares.
fn even(place: &mut Place) {
    let sum: f32 = place.iter().sum();
    if sum > 0.0 {
        place.iter_mut().for_each(|share| *share /= sum);
    }
}

/// Documents of which several frames were multiplied.
#[derive(Debug, Default)]
pub(super) struct Blends(Vec<Blend>);

#[derive(Debug)]
struct Blend {
    draft: Draft,
    frames: u32,
    last: u64,
}

impl Blends {
    /// Takes a frame's drafts; answers the documents that they made more certain, with the frames they have.
    pub(super) fn take(&mut self, drafts: Vec<Draft>, frame: u64) -> Vec<(&Draft, u32)> {
        self.0.retain(|blend| frame - blend.last <= REMEMBERED);
        for draft in drafts {
            match self.0.iter_mut().find(|blend| blend.last != frame && blend.draft.is_of(&draft)) {
                Some(blend) => {
                    blend.draft.multiply(draft);
                    (blend.frames, blend.last) = (blend.frames.saturating_add(1), frame);
                }
                // Of a part alone no document is known.
                None if !draft.is_whole() => {}
                None => {
                    if self.0.len() == BLENDS_MAX {
                        self.0.remove(0);
                    }
                    self.0.push(Blend { draft, frames: 1, last: frame });
                }
            }
        }
        let grown = self.0.iter().filter(|blend| blend.last == frame && blend.frames > 1);
        grown.map(|blend| (&blend.draft, blend.frames)).collect()
    }
}
