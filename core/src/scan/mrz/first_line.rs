//! The line of a zone that names the document, before the one with the dates.

use super::fit::fits;
use super::settle::repaired_code;
use super::stream::Stream;

/// Lines before the dates that are looked at.
const LINES_BACK: usize = 12;
/// Places in a line where a zone may begin behind other text.
const PLACES: usize = 40;

/// A line that may be the first.
pub(super) struct FirstLine {
    /// What it may have been, the code first.
    pub(super) texts: Vec<Vec<u8>>,
    /// Characters as read.
    pub(super) length: usize,
    /// Whether every character is surely in place, so that a number in it may be read.
    pub(super) exact: bool,
    score: usize,
}

impl FirstLine {
    /// The letter of the document code.
    pub(super) fn code(&self) -> Option<u8> {
        self.texts.first().and_then(|text| text.first()).copied()
    }
}

/// The lines before `before` that begin like a zone with one of the letters `codes`, the likeliest
/// first; `numbered` if a number follows the issuing state (TD1), else names do.
pub(super) fn first_lines(
    stream: &Stream,
    before: usize,
    width: usize,
    codes: &[u8],
    numbered: bool,
) -> Vec<FirstLine> {
    let last = stream.starts.partition_point(|start| *start < before);
    let starts = stream.starts.get(last.saturating_sub(LINES_BACK)..last).unwrap_or_default();
    let mut found: Vec<FirstLine> = Vec::new();
    for start in starts.iter().rev() {
        let end = stream.line_end(*start).min(before);
        for place in *start..end.min(start + PLACES) {
            let line = Line { stream, start: *start, end, before };
            found.extend(if numbered { line.numbered(place, width, codes) } else { line.named(place, codes) });
        }
    }
    found.sort_by_key(|line| std::cmp::Reverse(line.score));
    found.truncate(3);
    found
}

struct Line<'a> {
    stream: &'a Stream,
    start: usize,
    end: usize,
    before: usize,
}

impl Line<'_> {
    /// Code and state at `place`, and whether the filler behind the code was lost.
    fn begins(&self, place: usize, codes: &[u8]) -> Option<bool> {
        let known = |from| repaired_code(self.stream.get(from, from + 3)).is_some();
        let second = self.stream.at(place + 1);
        if !codes.contains(&self.stream.at(place)) || self.end < place + 5 {
            return None;
        }
        if (second.is_ascii_uppercase() || second == b'<') && known(place + 2) {
            return Some(false);
        }
        (place == self.start && known(place + 1)).then_some(true)
    }

    /// A line of code, state and names. Names have two fillers somewhere; a line without any must
    /// have the length of one.
    fn named(&self, place: usize, codes: &[u8]) -> Option<FirstLine> {
        let lost = self.begins(place, codes)?;
        let mut cells = self.stream.get(place, self.end).to_vec();
        // A line that the recogniser broke in two.
        let next = self.stream.get(self.end, self.stream.line_end(self.end).min(self.before));
        if cells.len() < 34 && (35..=45).contains(&(cells.len() + next.len())) && is_names(next) {
            cells.extend_from_slice(next);
        }
        if lost {
            cells.insert(1, b'<');
        }
        let fillers = cells.get(5..).unwrap_or_default().windows(2).any(|pair| pair == b"<<");
        let long = (34..=46).contains(&cells.len());
        if !fillers && !long || cells.iter().filter(|c| c.is_ascii_digit() || **c == b'?').count() > 6 {
            return None;
        }
        let score = self.score(place, lost, &cells) + usize::from(fillers) * 3 + usize::from(long);
        Some(FirstLine { length: cells.len(), texts: vec![cells], exact: true, score })
    }

    /// A line of code, state, number and optional data.
    fn numbered(&self, place: usize, width: usize, codes: &[u8]) -> Option<FirstLine> {
        let lost = self.begins(place, codes)?;
        let mut end = self.end;
        let next = self.stream.line_end(self.end);
        if end - place < width && next == place + width && next <= self.before {
            end = next;
        }
        let mut cells = self.stream.get(place, end.min(self.before)).to_vec();
        let length = cells.len();
        if lost {
            cells.insert(1, b'<');
        }
        // Ten characters and then nothing but fillers: whatever was lost or gained was a filler.
        let number = cells.get(5..).unwrap_or_default().iter().take_while(|c| **c != b'<').count();
        let whole = number == 10 && cells.get(15..).unwrap_or_default().iter().all(|c| *c == b'<');
        let exact = cells.len() == width || whole;
        let (code, rest) = cells.split_at_checked(5)?;
        let fitted = if cells.len() < 14 { Vec::new() } else { fits(rest, width - 5, 0) };
        let texts: Vec<Vec<u8>> = fitted.iter().map(|rest| [code, rest].concat()).collect();
        let score = self.score(place, lost, &cells) + usize::from(exact) * 3;
        (!texts.is_empty()).then_some(FirstLine { texts, length, exact, score })
    }

    fn score(&self, place: usize, lost: bool, cells: &[u8]) -> usize {
        usize::from(place == self.start) * 2
            + usize::from(!lost) * 2
            + usize::from(cells.get(1) == Some(&b'<')) * 2
            + usize::from(self.stream.line_end(self.start) >= self.before)
    }
}

fn is_names(cells: &[u8]) -> bool {
    cells.contains(&b'<') && !cells.iter().any(|c| c.is_ascii_digit())
}

/// The characters of a TD1's third line, behind the one with the dates.
pub(super) fn names_line(stream: &Stream, anchor: usize, width: usize) -> Vec<u8> {
    let end = stream.line_end(anchor);
    if end >= anchor + width + 3 {
        return stream.get(anchor + width, end).to_vec();
    }
    let next = stream.starts.partition_point(|start| *start < end);
    let lines = stream.starts.iter().skip(next).take(6).map(|start| stream.get(*start, stream.line_end(*start)));
    let names = |line: &&[u8]| {
        line.windows(2).any(|pair| pair == b"<<") && line.iter().filter(|c| c.is_ascii_digit()).count() <= 3
    };
    lines.filter(|line| line.len() <= width + 4).find(names).map(<[u8]>::to_vec).unwrap_or_default()
}
