//! Reads every row of a strip and lets them vote.

use super::find::Patch;
use super::rows::{Bars, SHARPENINGS, Sharpening, segments};
use super::upright::{ROWS, STEP, Strip};
use crate::decoder::{Decoder, Text};
use crate::frame::LumaFrame;
use crate::limits::STRIP_TEXTS_MAX;
use crate::symbology::{Symbologies, Symbology};

/// Rows of a strip that must give a text. The check character of Code 128 lets one error in a
/// hundred pass, the other symbologies have none: of texts that two rows gave one in some thousand
/// was wrong, of those that three gave none.
const ROWS_AGREEING: u32 = 3;

/// A text that rows of a strip gave.
pub(crate) struct Vote {
    pub(crate) text: Text,
    pub(crate) rows: u32,
    /// Where it begins and ends along the code, in pixels from the patch's middle.
    pub(crate) span: (f32, f32),
}

/// Reads strips, keeping its memory from one to the next.
#[derive(Default)]
pub(crate) struct Ballot {
    strip: Strip,
    bars: Bars,
    reversed: Vec<u32>,
}

impl Ballot {
    /// The texts on which rows of the patch agree, those of the most rows first; by the first
    /// sharpening alone where it is not `thorough`.
    pub(crate) fn count(
        &mut self,
        frame: &LumaFrame<'_>,
        patch: &Patch,
        wanted: Symbologies,
        thorough: bool,
        decoder: &mut impl Decoder,
    ) -> Vec<Vote> {
        self.strip.take(frame, patch);
        let sharpenings = if thorough { &SHARPENINGS[..] } else { &SHARPENINGS[..1] };
        for &sharpening in sharpenings {
            let votes = self.rows(sharpening, wanted, decoder);
            if !votes.is_empty() {
                return votes;
            }
        }
        Vec::new()
    }

    fn rows(&mut self, sharpening: Sharpening, wanted: Symbologies, decoder: &mut impl Decoder) -> Vec<Vote> {
        let mut votes: Vec<Vote> = Vec::new();
        for (tried, row) in ORDER.into_iter().enumerate() {
            if tried == ROWS_TRIED && votes.is_empty() {
                break;
            }
            if !self.bars.take(self.strip.row(row), sharpening) {
                continue;
            }
            self.row(wanted, &mut votes, decoder);
        }
        votes.retain(|vote| vote.rows >= ROWS_AGREEING);
        votes.sort_by_key(|vote| std::cmp::Reverse(vote.rows));
        votes
    }

    /// Reads the segments of one row; the row as a whole only where none of them gave anything.
    fn row(&mut self, wanted: Symbologies, votes: &mut Vec<Vote>, decoder: &mut impl Decoder) {
        let runs = self.bars.runs();
        let whole = (0, runs.len(), 0);
        let mut texts: Vec<Text> = Vec::new();
        let mut alone = false;
        for (from, to, at) in segments(runs).chain([whole]) {
            let is_whole_row = (from, to) == (0, runs.len());
            if is_whole_row && (alone || !texts.is_empty()) {
                continue;
            }
            alone |= is_whole_row;
            let Some(text) = read(&runs[from..to], wanted, votes, &mut self.reversed, decoder) else { continue };
            let is_new = texts.iter().all(|known| known.text != text.text || known.symbology != text.symbology);
            if is_new {
                let length: u32 = runs[from..to].iter().sum();
                let pixels = |units: u32| self.strip.start + units as f32 / Bars::UNITS * STEP;
                texts.push(text.clone());
                tally(votes, text, (pixels(at), pixels(at + length)));
            }
        }
    }
}

fn tally(votes: &mut Vec<Vote>, text: Text, span: (f32, f32)) {
    let same = |vote: &&mut Vote| vote.text.text == text.text && vote.text.symbology == text.symbology;
    if let Some(vote) = votes.iter_mut().find(same) {
        vote.rows += 1;
        vote.span = (vote.span.0.min(span.0), vote.span.1.max(span.1));
    } else if votes.len() < STRIP_TEXTS_MAX {
        votes.push(Vote { text, rows: 1, span });
    }
}

/// Reads a segment in both directions, what other rows gave first.
fn read(
    runs: &[u32],
    wanted: Symbologies,
    votes: &[Vote],
    reversed: &mut Vec<u32>,
    decoder: &mut impl Decoder,
) -> Option<Text> {
    reversed.clear();
    if runs.len().is_multiple_of(2) {
        reversed.push(0);
    }
    reversed.extend(runs.iter().rev());
    let known = votes.first().map(|vote| vote.text.symbology);
    let others = wanted.linear().iter().filter(|symbology| Some(*symbology) != known);
    known.into_iter().chain(others).find_map(|symbology| {
        let text = decoder.bars(runs, symbology).or_else(|| decoder.bars(reversed, symbology))?;
        is_whole(&text, runs.len()).then_some(text)
    })
}

/// Whether a text accounts for every bar between its quiet zones. Interleaved 2 of 5 begins and
/// ends like much that stands inside of it: part of a code reads as a shorter one.
fn is_whole(text: &Text, runs: usize) -> bool {
    text.symbology != Symbology::Itf || runs == 5 * text.text.len() + 9
}

/// The rows of a strip, spread evenly at any point of the way.
const ORDER: [usize; ROWS] = [8, 4, 12, 2, 10, 6, 14, 0, 9, 5, 13, 3, 11, 7, 15, 1];
/// Rows after which a strip that gave nothing is left: most stripes in view are no code.
const ROWS_TRIED: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decoder::Picture;

    /// Reads everything as one text.
    struct Yes;

    impl Decoder for Yes {
        fn bars(&mut self, _: &[u32], symbology: Symbology) -> Option<Text> {
            Some(Text { symbology, aim: String::new(), text: "A".to_owned(), points: Vec::new() })
        }
        fn linear(&mut self, _: Picture<'_>, _: Symbologies) -> Option<Text> {
            None
        }
        fn area(&mut self, _: Picture<'_>, _: Symbology) -> Option<Text> {
            None
        }
    }

    #[test]
    fn a_row_votes_once() {
        let data: Vec<u8> =
            (0..320 * 240).map(|i: usize| if (i % 320 / 4).is_multiple_of(2) { 230 } else { 20 }).collect();
        let frame = LumaFrame::new(&data, 320, 240, 320).unwrap();
        let patch = Patch { x: 160.0, y: 120.0, along: (1.0, 0.0), half_along: 100.0, half_across: 60.0 };
        let wanted = Symbologies::NONE.with(Symbology::Code128);
        let votes = Ballot::default().count(&frame, &patch, wanted, true, &mut Yes);
        assert_eq!(votes.iter().map(|vote| vote.rows as usize).collect::<Vec<_>>(), [ROWS]);
    }

    #[test]
    fn every_row_is_read_once() {
        let mut rows = ORDER;
        rows.sort_unstable();
        assert!(rows.into_iter().eq(0..ROWS));
    }
}
