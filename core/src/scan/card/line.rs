//! A recogniser's line, folded.

use crate::scan::text::narrow;

/// A line without its blanks: full-width forms narrowed, other scripts than Chinese and Latin
/// (they stand beside the labels of some regions) and control characters taken for blanks.
pub(super) struct Line {
    pub(super) chars: Vec<char>,
    /// Whether a blank stood before the character.
    gaps: Vec<bool>,
}

impl Line {
    pub(super) fn fold(text: &str) -> Self {
        let mut line = Self { chars: Vec::new(), gaps: Vec::new() };
        let mut gap = false;
        for c in text.chars().map(narrow) {
            if is_cjk(c) || is_mark(c) || c.is_ascii_graphic() || is_latin(c) || is_cross(c) {
                line.chars.push(c);
                line.gaps.push(std::mem::take(&mut gap));
            } else {
                gap = true;
            }
        }
        line
    }

    pub(super) fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    /// Whether a blank stood before the character at `at`; so it does at the end.
    pub(super) fn gap(&self, at: usize) -> bool {
        self.gaps.get(at).copied().unwrap_or(true)
    }

    pub(super) fn starts(&self, at: usize, text: &str) -> bool {
        let mut rest = self.chars.get(at..).unwrap_or_default().iter();
        text.chars().all(|c| rest.next() == Some(&c))
    }

    /// The characters from `start` to `end`, blanks only kept between Latin letters or digits.
    pub(super) fn text(&self, start: usize, end: usize) -> String {
        let mut text = String::new();
        for at in start..end.min(self.chars.len()) {
            let c = self.chars[at];
            let wordy = |c: char| is_latin(c) || c.is_ascii_digit() || c == ',';
            if at > start && self.gap(at) && wordy(self.chars[at - 1]) && is_latin(c) {
                text.push(' ');
            }
            text.push(c);
        }
        let edge = |c: char| {
            matches!(c, ':' | '/' | '.' | ',' | ';' | '-' | '_' | '|' | '\'' | '"' | '*' | '~' | '`')
                || c.is_whitespace()
        };
        text.trim_matches(edge).to_owned()
    }
}

/// A Chinese character, those outside the basic plane included.
pub(super) const fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '\u{3007}')
}

/// The dots that stand inside names.
pub(super) const fn is_mark(c: char) -> bool {
    matches!(c, '\u{b7}' | '\u{2022}' | '\u{2027}' | '\u{30fb}' | '\u{ff65}')
}

/// What a recogniser makes of the last character X, besides the letter.
pub(super) const fn is_cross(c: char) -> bool {
    matches!(c, '\u{d7}' | '\u{2715}' | '\u{445}' | '\u{425}')
}

pub(super) const fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{17f}')
}
