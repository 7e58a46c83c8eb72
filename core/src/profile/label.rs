//! Which labels may name a tube or a box.

use regex_lite::{Regex, RegexBuilder};

use super::naming::Naming;
use crate::scan::{Label, Reading, is_gs1};

/// Bytes that a compiled pattern may take; the longest useful ones stay far below.
const PATTERN_COMPILED_MAX: usize = 64 * 1024;
/// Digits of a range that are counted; a longer run is text.
const RANGE_DIGITS_MAX: usize = 30;

/// A range of printed labels: the same text in front and the same number of digits behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelRange {
    prefix: String,
    digits: usize,
    first: u128,
    last: u128,
}

impl LabelRange {
    /// The range from `first` to `last`, both included, or why that is none.
    pub(super) fn new(first: &str, last: &str) -> Result<Self, String> {
        let (prefix, digits) = split(first);
        let (last_prefix, last_digits) = split(last);
        if digits.is_empty() || digits.len() > RANGE_DIGITS_MAX {
            return Err(format!("`{first}` must end in 1 to {RANGE_DIGITS_MAX} digits"));
        }
        if prefix != last_prefix || digits.len() != last_digits.len() {
            return Err(format!("`{first}` and `{last}` must have the same text in front and as many digits behind"));
        }
        let count = |digits: &str| digits.parse::<u128>().map_err(|error| error.to_string());
        let (first, last) = (count(digits)?, count(last_digits)?);
        if first > last {
            return Err("the first label is greater than the last; swap them".to_owned());
        }
        Ok(Self { prefix: prefix.to_owned(), digits: digits.len(), first, last })
    }

    fn holds(&self, label: &str) -> bool {
        let number = label.strip_prefix(&self.prefix).filter(|rest| rest.len() == self.digits);
        number
            .filter(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|rest| rest.parse::<u128>().ok())
            .is_some_and(|number| (self.first..=self.last).contains(&number))
    }
}

/// A label's text and the digits that it ends in.
fn split(label: &str) -> (&str, &str) {
    let end = label.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    label.split_at(end)
}

/// Which labels may name a tube, or a box.
#[derive(Clone, Debug)]
pub struct LabelRule {
    pub(super) pattern: String,
    regex: Regex,
    pub(super) symbologies: Vec<String>,
    pub(super) ranges: Vec<LabelRange>,
    /// What of a structured label is the name.
    pub naming: Naming,
}

impl LabelRule {
    /// The rule, or why `pattern` is none.
    pub(super) fn new(pattern: &str, symbologies: Vec<String>, ranges: Vec<LabelRange>) -> Result<Self, String> {
        let compile = |pattern: &str| {
            RegexBuilder::new(pattern)
                .size_limit(PATTERN_COMPILED_MAX)
                .build()
                .map_err(|error| format!("the pattern is no regular expression ({error})"))
        };
        // Alone first: `A)|(?:B` is one only between our brackets, and would match a part of a label.
        compile(pattern)?;
        let regex = compile(&format!("^(?:{pattern})$"))?;
        Ok(Self { pattern: pattern.to_owned(), regex, symbologies, ranges, naming: Naming::default() })
    }

    /// The same rule with what of a structured label is the name.
    pub(super) fn with_naming(self, naming: Naming) -> Self {
        Self { naming, ..self }
    }

    /// The pattern, as the profile has it; a label must match it as a whole.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// The label that `reading` gives: what a structured one's parts say, or its text.
    pub(super) fn name(&self, reading: &Reading) -> Option<Label> {
        self.naming.name(reading)
    }

    /// How `label` fits; `ranges` of a site replace the rule's own if there are any.
    pub(super) fn fit(&self, label: &Label, ranges: &[LabelRange]) -> LabelFit {
        let ranges = if ranges.is_empty() { &self.ranges } else { ranges };
        if !self.regex.is_match(&label.text) {
            LabelFit::NoPattern
        } else if !self.admits(label.symbology.as_deref()) {
            LabelFit::NoSymbology
        } else if ranges.is_empty() {
            LabelFit::Pattern
        } else if ranges.iter().any(|range| range.holds(&label.text)) {
            LabelFit::Range
        } else {
            LabelFit::NoRange
        }
    }

    /// Whether a symbology may be a label's: one that the profile lists; if it lists none, any
    /// but retail and, unless the profile says what of it is the name, GS1: a maker's label names
    /// the product's lot, not the tube. A reader that does not say is believed.
    fn admits(&self, symbology: Option<&str>) -> bool {
        let Some(symbology) = symbology else { return true };
        if self.symbologies.is_empty() {
            !symbology.starts_with("]E") && (self.naming.gs1.is_some() || !is_gs1(symbology))
        } else {
            self.symbologies.iter().any(|listed| listed == symbology)
        }
    }
}

/// How a label fits what the profile says of tubes or boxes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LabelFit {
    /// In a range of printed numbers: as good as certain.
    Range,
    /// It has the pattern; no ranges are given.
    Pattern,
    /// It does not have the pattern.
    NoPattern,
    /// It has the pattern, but lies in no range given to this site.
    NoRange,
    /// Its symbology is none that the profile lists.
    NoSymbology,
}

impl LabelFit {
    /// Whether it may name a tube (or box).
    pub const fn fits(self) -> bool {
        matches!(self, Self::Range | Self::Pattern)
    }

    /// The word for problems in JSON: why it does not fit; `None` if it does.
    pub const fn problem(self) -> Option<&'static str> {
        match self {
            Self::Range | Self::Pattern => None,
            Self::NoPattern => Some("label_pattern"),
            Self::NoRange => Some("label_range"),
            Self::NoSymbology => Some("label_symbology"),
        }
    }
}
