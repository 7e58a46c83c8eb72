//! What a session remembers of the frames before.

use crate::decoder::Text;
use crate::symbology::Symbology;

/// Frames after which a text that was not seen again is forgotten: half a second and more.
const FRAMES_REMEMBERED: u64 = 15;
/// Frames that must give one text.
const FRAMES_AGREEING: u32 = 2;
/// Texts remembered at a time.
const TEXTS_MAX: usize = 32;

struct Trace {
    symbology: Symbology,
    text: String,
    last: u64,
    frames: u32,
}

/// Texts of the last frames.
#[derive(Default)]
pub(crate) struct Memory {
    frame: u64,
    traces: Vec<Trace>,
}

impl Memory {
    /// Begins a frame.
    pub(crate) fn next_frame(&mut self) {
        self.frame += 1;
        let frame = self.frame;
        self.traces.retain(|trace| frame - trace.last <= FRAMES_REMEMBERED);
    }

    /// Notes a text of this frame; answers in how many frames it was seen, and whether enough.
    pub(crate) fn note(&mut self, seen: &Text) -> (u32, bool) {
        let frame = self.frame;
        let known = self.traces.iter_mut().find(|trace| trace.symbology == seen.symbology && trace.text == seen.text);
        let frames = match known {
            Some(trace) => {
                if trace.last != frame {
                    trace.frames = trace.frames.saturating_add(1);
                    trace.last = frame;
                }
                trace.frames
            }
            None => {
                if self.traces.len() == TEXTS_MAX {
                    self.traces.remove(0);
                }
                let text = seen.text.clone();
                self.traces.push(Trace { symbology: seen.symbology, text, last: frame, frames: 1 });
                1
            }
        };
        (frames, frames >= FRAMES_AGREEING)
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.traces.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Text {
        Text { symbology: Symbology::Code128, aim: "]C0".into(), text: text.into(), points: Vec::new() }
    }

    #[test]
    fn two_frames_agree_and_one_does_not() {
        let mut memory = Memory::default();
        memory.next_frame();
        assert_eq!(memory.note(&text("A")), (1, false));
        assert_eq!(memory.note(&text("A")), (1, false), "one frame counts once");
        memory.next_frame();
        assert_eq!(memory.note(&text("B")), (1, false), "another text is no agreement");
        assert_eq!(memory.note(&text("A")), (2, true));
    }

    #[test]
    fn what_was_long_ago_does_not_agree() {
        let mut memory = Memory::default();
        memory.next_frame();
        memory.note(&text("A"));
        (0..=FRAMES_REMEMBERED).for_each(|_| memory.next_frame());
        assert_eq!(memory.note(&text("A")), (1, false));
    }

    #[test]
    fn a_frame_full_of_texts_is_bounded() {
        let mut memory = Memory::default();
        memory.next_frame();
        for i in 0..1000 {
            memory.note(&text(&i.to_string()));
        }
        assert_eq!(memory.traces.len(), TEXTS_MAX);
    }
}
