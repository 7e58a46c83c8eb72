//! From the texts of single frames to one that may be acted on.

use chrono::NaiveDate;
use fieldcore_optics::TextLine;

use super::blend::{Blends, Draft};
use super::{PrintSource, Printed, Seen, seen, sound};

/// One frame this certain is enough, where checks hold.
pub(super) const SURE: f32 = 0.55;
/// What every place under a check must have come to, where frames are taken together.
const CERTAIN: f32 = 0.9;
/// What every other place must have come to, for the operator not to be asked: no check finds a letter that two
/// frames misread alike.
const AGREED: f32 = 0.95;
/// What every other place must have come to, for the operator to be asked.
const FAIR: f32 = 0.5;
/// Frames that must agree otherwise.
const AGREEING: u32 = 2;
/// Frames after which a text that was not seen again is forgotten.
const REMEMBERED: u64 = 15;
/// Frames for which a zone that one frame was sure of waits for a second one with the same names.
const PATIENCE: u64 = 3;
/// Texts remembered at a time.
const TEXTS_MAX: usize = 16;

/// What the frames of a view have said.
#[derive(Debug, Default)]
pub struct PrintMemory {
    frame: u64,
    traces: Vec<Trace>,
    blends: Blends,
    found: Vec<Printed>,
}

#[derive(Debug)]
struct Trace {
    printed: Printed,
    first: u64,
    last: u64,
    frames: u32,
    sure: bool,
}

/// What stands after a frame.
#[derive(Clone, Debug, PartialEq)]
pub enum Settled {
    /// Nothing may be acted on yet.
    Nothing,
    /// This one; with the frames that gave it, and whether two agree on every sign.
    One(Box<Printed>, u32, bool),
    /// Different texts whose checks all hold: one card at a time.
    Several,
}

impl PrintMemory {
    /// Takes the lines of the next frame, as of `today`.
    pub fn take(&mut self, lines: &[TextLine], today: NaiveDate) -> Settled {
        self.frame += 1;
        let frame = self.frame;
        self.traces.retain(|trace| frame - trace.last <= REMEMBERED);
        let Seen { printed, drafts } = seen(lines, today);
        printed.iter().for_each(|one| self.note(one, 1));
        self.found = printed;
        for (blended, frames) in self.blended(drafts, today) {
            self.note(&blended, frames);
            self.found.push(blended);
        }
        self.settled(PATIENCE)
    }

    /// What stands if no frame comes any more: nothing is waited for.
    pub fn last_word(&self) -> Settled {
        self.settled(0)
    }

    /// What the last frame said, alone or with those before it.
    pub fn found(&self) -> &[Printed] {
        &self.found
    }

    /// Forgets everything: the view shows something else.
    pub fn clear(&mut self) {
        *self = Self { frame: self.frame, ..Self::default() };
    }

    /// What several frames say together and this one does not say alone, with the frames that agree on
    /// every sign of it.
    fn blended(&mut self, drafts: Vec<Draft>, today: NaiveDate) -> Vec<(Printed, u32)> {
        let mut blended = Vec::new();
        for (draft, frames) in self.blends.take(drafts, self.frame) {
            let (lines, checked, others) = draft.text();
            if checked < CERTAIN || others < FAIR || self.found.iter().any(|known| known.lines == lines) {
                continue;
            }
            let (source, _) = draft.kind;
            let Some(reading) = sound(source, &lines, today) else { continue };
            let outlines = draft.outlines.clone();
            let agreeing = if others < AGREED { 1 } else { frames };
            blended.push((Printed { source, lines, reading, certainty: checked, outlines }, agreeing));
        }
        blended
    }

    fn note(&mut self, printed: &Printed, frames: u32) {
        let frame = self.frame;
        let known = self.traces.iter_mut().find(|trace| trace.printed.lines == printed.lines);
        if let Some(trace) = known {
            if trace.last != frame {
                (trace.last, trace.frames) = (frame, trace.frames.saturating_add(1).max(frames));
            }
            trace.sure |= printed.certainty >= SURE;
            trace.printed.outlines.clone_from(&printed.outlines);
            return;
        }
        if self.traces.len() == TEXTS_MAX {
            self.traces.remove(0);
        }
        let sure = printed.certainty >= SURE;
        self.traces.push(Trace { printed: printed.clone(), first: frame, last: frame, frames, sure });
    }

    fn settled(&self, patience: u64) -> Settled {
        let person = |trace: &Trace| trace.printed.person();
        let good = |trace: &&Trace| trace.sure || trace.frames >= AGREEING;
        let mut known: Vec<&Trace> = self.traces.iter().filter(good).collect();
        known.sort_by_key(|trace| std::cmp::Reverse((trace.frames, trace.last)));
        let Some(best) = known.first() else { return Settled::Nothing };
        // A zone's names may differ from frame to frame; who the person is may not.
        if !self.traces.iter().all(|trace| person(trace) == person(best)) {
            return Settled::Several;
        }
        let agreed = best.frames >= AGREEING;
        let first = known.iter().map(|trace| trace.first).min().unwrap_or(self.frame);
        if best.printed.source == PrintSource::Zone && !agreed && self.frame - first < patience {
            return Settled::Nothing;
        }
        Settled::One(Box::new(best.printed.clone()), best.frames, agreed)
    }
}
