//! From the texts of single frames to one that may be acted on.

use super::{PrintSource, Printed};
use crate::scan::Identity;

/// One frame this certain is enough, where checks hold.
pub(super) const SURE: f32 = 0.7;
/// Frames that must agree otherwise.
const AGREEING: u32 = 2;
/// Frames after which a text that was not seen again is forgotten.
const REMEMBERED: u64 = 15;
/// Frames for which a zone that one frame was sure of waits for a second one with the same names.
const PATIENCE: u64 = 4;
/// Texts remembered at a time.
const TEXTS_MAX: usize = 16;

/// What the frames of a view have said.
#[derive(Debug, Default)]
pub struct PrintMemory {
    frame: u64,
    traces: Vec<Trace>,
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
    /// Takes the texts of the next frame.
    pub fn take(&mut self, found: &[Printed]) -> Settled {
        self.frame += 1;
        let frame = self.frame;
        self.traces.retain(|trace| frame - trace.last <= REMEMBERED);
        for printed in found {
            self.note(printed);
        }
        self.settled()
    }

    /// Forgets everything: the view shows something else.
    pub fn clear(&mut self) {
        self.traces.clear();
    }

    fn note(&mut self, printed: &Printed) {
        let frame = self.frame;
        let known = self.traces.iter_mut().find(|trace| trace.printed.lines == printed.lines);
        if let Some(trace) = known {
            if trace.last != frame {
                (trace.last, trace.frames) = (frame, trace.frames.saturating_add(1));
            }
            trace.sure |= printed.certainty >= SURE;
            trace.printed.outlines.clone_from(&printed.outlines);
            return;
        }
        if self.traces.len() == TEXTS_MAX {
            self.traces.remove(0);
        }
        let sure = printed.certainty >= SURE;
        self.traces.push(Trace { printed: printed.clone(), first: frame, last: frame, frames: 1, sure });
    }

    fn settled(&self) -> Settled {
        let person = |trace: &Trace| trace.printed.reading.identity.as_ref().and_then(Identity::key_text);
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
        if best.printed.source == PrintSource::Zone && !agreed && self.frame - first < PATIENCE {
            return Settled::Nothing;
        }
        Settled::One(Box::new(best.printed.clone()), best.frames, agreed)
    }
}
