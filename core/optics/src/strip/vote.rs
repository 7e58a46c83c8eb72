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

/// How many times as many rows as a rival a text must have: wrong texts had up to four of five.
const ROWS_A_RIVAL: u32 = 5;

/// How far runs of one width may differ, as a share of what wide ones are longer than narrow ones.
const WIDTH_SPREAD_MAX: f32 = 0.8;

/// What is done for a strip before it is given up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    /// It is sharpened in the one way that most codes need.
    Little,
    /// It is sharpened in a few ways.
    Fair,
    /// It is sharpened in every way, and bars that bend are followed.
    Full,
}

impl Effort {
    const fn sharpenings(self) -> &'static [Sharpening] {
        match self {
            Self::Little => SHARPENINGS.split_at(1).0,
            Self::Fair => SHARPENINGS.split_at(3).0,
            Self::Full => &SHARPENINGS,
        }
    }
}

/// A text that rows of a strip gave.
pub(crate) struct Vote {
    pub(crate) text: Text,
    /// The rows that gave it, a bit each: a row has one vote, however often it is read.
    by: u32,
    /// Where it begins and ends along the code, in pixels from the patch's middle.
    pub(crate) span: (f32, f32),
}

impl Vote {
    pub(crate) fn rows(&self) -> u32 {
        self.by.count_ones()
    }

    /// Whether enough rows agree on it, and few enough on another text in its place: where bars are
    /// at the limit of what can be told apart, the same wrong text comes from several rows.
    fn is_carried(&self, votes: &[Self]) -> bool {
        let rivals = votes.iter().filter(|other| other.text != self.text && self.overlaps(other));
        let opposed = rivals.map(Self::rows).max().unwrap_or(0);
        self.rows() >= ROWS_AGREEING && self.rows() > ROWS_A_RIVAL * opposed
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.span.0 < other.span.1 && other.span.0 < self.span.1
    }
}

fn is_any_carried(votes: &[Vote]) -> bool {
    votes.iter().any(|vote| vote.is_carried(votes))
}

/// Reads strips, keeping its memory from one to the next.
#[derive(Default)]
pub(crate) struct Ballot {
    strip: Strip,
    bars: Bars,
    reversed: Vec<u32>,
}

impl Ballot {
    /// The texts on which rows of the patch agree, those of the most rows first.
    pub(crate) fn count(
        &mut self,
        frame: &LumaFrame<'_>,
        patch: &Patch,
        wanted: Symbologies,
        effort: Effort,
        decoder: &mut impl Decoder,
    ) -> Vec<Vote> {
        let mut votes: Vec<Vote> = Vec::new();
        self.strip.take(frame, patch);
        self.rows(effort.sharpenings(), wanted, &mut votes, decoder);
        if effort == Effort::Full && !is_any_carried(&votes) && self.strip.straighten(frame, patch) {
            self.rows(effort.sharpenings(), wanted, &mut votes, decoder);
        }
        let carried: Vec<bool> = votes.iter().map(|vote| vote.is_carried(&votes)).collect();
        let mut carried = carried.into_iter();
        votes.retain(|_| carried.next().unwrap_or(false));
        votes.sort_by_key(|vote| std::cmp::Reverse(vote.rows()));
        votes
    }

    /// Lets the rows vote, sharpened in one way after the other, until a text is carried.
    fn rows(
        &mut self,
        sharpenings: &[Sharpening],
        wanted: Symbologies,
        votes: &mut Vec<Vote>,
        decoder: &mut impl Decoder,
    ) {
        for &sharpening in sharpenings {
            for (tried, row) in ORDER.into_iter().enumerate() {
                if tried == ROWS_TRIED && votes.is_empty() {
                    break;
                }
                if self.bars.take(self.strip.row(row), sharpening) {
                    self.row(row, wanted, votes, decoder);
                }
            }
            if is_any_carried(votes) {
                return;
            }
        }
    }

    /// Reads the segments of one row; the row as a whole only where none of them gave anything.
    fn row(&mut self, row: usize, wanted: Symbologies, votes: &mut Vec<Vote>, decoder: &mut impl Decoder) {
        let runs = self.bars.runs();
        let whole = (0, runs.len(), 0);
        let mut gave = false;
        for segment in segments(runs).filter(|segment| *segment != whole).chain([whole]) {
            if segment == whole && gave {
                break;
            }
            let (from, to, at) = segment;
            let Some(text) = read(&runs[from..to], wanted, votes, &mut self.reversed, decoder) else { continue };
            gave = true;
            let length: u32 = runs[from..to].iter().sum();
            let pixels = |units: u32| self.strip.start + units as f32 / Bars::UNITS * STEP;
            tally(votes, text, row, (pixels(at), pixels(at + length)));
        }
    }
}

fn tally(votes: &mut Vec<Vote>, text: Text, row: usize, span: (f32, f32)) {
    let same = |vote: &&mut Vote| vote.text.text == text.text && vote.text.symbology == text.symbology;
    if let Some(vote) = votes.iter_mut().find(same) {
        vote.by |= 1 << row;
        vote.span = (vote.span.0.min(span.0), vote.span.1.max(span.1));
    } else if votes.len() < STRIP_TEXTS_MAX {
        votes.push(Vote { text, by: 1 << row, span });
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
        is_whole(&text, runs).then_some(text)
    })
}

/// Whether a text accounts for every bar between its quiet zones, of two widths. Interleaved 2 of 5
/// begins and ends like much that stands inside of it, so part of a code reads as a shorter one; and
/// it has no check, so stripes of many widths may read as one.
fn is_whole(text: &Text, runs: &[u32]) -> bool {
    text.symbology != Symbology::Itf || runs.len() == 5 * text.text.len() + 9 && has_two_widths(runs)
}

/// Whether the runs between the quiet zones are narrow or wide, the wide ones 1.8 to 3.4 times as wide
/// (ISO/IEC 16390 prints 2.0 to 3.0). Ink spreads: bars are longer by what spaces are shorter.
fn has_two_widths(runs: &[u32]) -> bool {
    let inner = &runs[1..runs.len() - 1];
    let (Some(bars), Some(spaces)) = (two_widths(inner.iter().step_by(2)), two_widths(inner.iter().skip(1).step_by(2)))
    else {
        return false;
    };
    (1.8..3.4).contains(&((bars.1 + spaces.1) / (bars.0 + spaces.0)))
}

/// The narrow and the wide width of `runs`, if they have two.
fn two_widths<'r>(runs: impl Iterator<Item = &'r u32>) -> Option<(f32, f32)> {
    let mut widths: Vec<f32> = runs.map(|run| *run as f32).collect();
    widths.sort_unstable_by(f32::total_cmp);
    let gap = |at: &usize| widths[*at] - widths[*at - 1];
    let split = (1..widths.len()).max_by(|a, b| gap(a).total_cmp(&gap(b)))?;
    let (narrow, wide) = widths.split_at(split);
    let mean = |widths: &[f32]| widths.iter().sum::<f32>() / widths.len() as f32;
    let (narrow_mean, wide_mean) = (mean(narrow), mean(wide));
    let even = |widths: &[f32]| widths[widths.len() - 1] - widths[0] < WIDTH_SPREAD_MAX * (wide_mean - narrow_mean);
    (even(narrow) && even(wide)).then_some((narrow_mean, wide_mean))
}

/// The rows of a strip, spread evenly at any point of the way.
const ORDER: [usize; ROWS] = [8, 4, 12, 2, 10, 6, 14, 0, 9, 5, 13, 3, 11, 7, 15, 1];
/// Rows after which a way of sharpening that gave nothing is left: most stripes in view are no code.
const ROWS_TRIED: usize = 11;

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
        let patch = Patch { x: 160.0, y: 120.0, along: (1.0, 0.0), slant: 0.0, half_along: 100.0, half_across: 60.0 };
        let wanted = Symbologies::NONE.with(Symbology::Code128);
        let votes = Ballot::default().count(&frame, &patch, wanted, Effort::Full, &mut Yes);
        assert_eq!(votes.iter().map(|vote| vote.rows() as usize).collect::<Vec<_>>(), [ROWS]);
    }

    #[test]
    fn interleaved_2_of_5_has_two_widths() {
        let runs = |scale: u32| {
            let widths = [9, 1, 1, 1, 1, 1, 3, 1, 1, 3, 3, 1, 3, 3, 1, 1, 1, 3, 1, 1, 9];
            widths.map(|width| width * scale)
        };
        assert!(has_two_widths(&runs(8)));
        let mut spread = runs(8);
        spread.iter_mut().skip(1).step_by(2).for_each(|bar| *bar += 3);
        spread.iter_mut().skip(2).step_by(2).for_each(|space| *space -= 3);
        assert!(has_two_widths(&spread), "ink that spread by a third of a module");
        let stripes: Vec<u32> = (0..21).map(|i| 8 * (1 + i * 3 % 5)).collect();
        assert!(!has_two_widths(&stripes), "stripes of many widths");
    }

    #[test]
    fn every_row_is_read_once() {
        let mut rows = ORDER;
        rows.sort_unstable();
        assert!(rows.into_iter().eq(0..ROWS));
    }
}
