//! The text of a licence or card taken apart: header, directory of subfiles, elements.

use super::jurisdictions::{self, Jurisdiction};

/// Characters that scanners have been seen to leave, or put, between the `@` and the file type.
const MARKS_MAX: usize = 12;
/// What stands behind the marks: since 2003 the first, in the edition of 2000 the second.
const FILE_TYPES: [&str; 2] = ["ANSI ", "AAMVA"];
/// Bytes of one element; the longest that the standard has is 80 characters.
const VALUE_BYTES_MAX: usize = 255;
/// What stands where a jurisdiction has nothing to say (D.12.3 of the editions since 2000).
const NOTHING: [&str; 3] = ["NONE", "UNAVL", "UNAVAILABLE"];

/// What the value of an element looks like, as far as it matters for telling that a separator was lost.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Any text, in elements that may be absent.
    Text,
    /// Any text, in elements that every such card has.
    Must,
    Date,
    Letters(&'static [&'static str]),
}

const YES: Form = Form::Letters(&["1"]);
const CUT: Form = Form::Letters(&["T", "N", "U"]);

/// Elements by identifier with their form and the versions that have them (tables D.3 and D.4 of
/// the editions of 2000 to 2025, whose versions are 1 to 11).
const ELEMENTS: &[(&str, Form, u8, u8)] = &[
    ("DAA", Form::Text, 0, 1),
    ("DAB", Form::Text, 0, 1),
    ("DAC", Form::Text, 0, 3),
    ("DAC", Form::Must, 4, 99),
    ("DAD", Form::Text, 0, 3),
    ("DAD", Form::Must, 4, 99),
    ("DAG", Form::Must, 0, 99),
    ("DAH", Form::Text, 0, 99),
    ("DAI", Form::Must, 0, 99),
    ("DAJ", Form::Must, 0, 99),
    ("DAK", Form::Must, 0, 99),
    ("DAL", Form::Text, 0, 1),
    ("DAQ", Form::Must, 0, 99),
    ("DBA", Form::Date, 0, 99),
    ("DBB", Form::Date, 0, 99),
    ("DBC", Form::Letters(&["0", "1", "2", "9", "M", "F", "X"]), 0, 99),
    ("DBD", Form::Date, 0, 99),
    ("DCA", Form::Must, 2, 99),
    ("DCB", Form::Must, 2, 99),
    ("DCD", Form::Must, 2, 99),
    ("DCF", Form::Text, 2, 3),
    ("DCF", Form::Must, 4, 99),
    ("DCG", Form::Letters(&["USA", "CAN", "MEX"]), 2, 99),
    ("DCK", Form::Text, 2, 99),
    ("DCS", Form::Must, 2, 99),
    ("DCT", Form::Text, 2, 3),
    ("DCU", Form::Text, 2, 99),
    ("DDA", Form::Letters(&["F", "N", "M"]), 4, 99),
    ("DDB", Form::Date, 4, 99),
    ("DDC", Form::Date, 4, 99),
    ("DDD", YES, 4, 99),
    ("DDE", CUT, 4, 99),
    ("DDF", CUT, 4, 99),
    ("DDG", CUT, 4, 99),
    ("DDH", Form::Date, 4, 99),
    ("DDI", Form::Date, 4, 99),
    ("DDJ", Form::Date, 4, 99),
    ("DDK", YES, 4, 99),
    ("DDL", YES, 4, 99),
    ("DDM", YES, 11, 99),
    ("DDN", YES, 11, 99),
    ("DDO", YES, 11, 99),
    ("DDP", YES, 11, 99),
];

/// The value of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// It is not there, or says that there is nothing.
    Missing,
    /// It holds characters that no element has, or more of them than any.
    Odd,
    /// It stands there twice, and not the same.
    Twice,
    /// It may hold another element, whose separator was lost, or may go on in another line.
    Merged,
    /// Its text.
    Text(&'a str),
}

/// An element as it stands in its line.
struct Element<'a> {
    id: &'a str,
    value: &'a str,
    /// Whether the next line is none: neither an element nor a jurisdiction's own.
    broken: bool,
}

/// A text taken apart. Offsets and lengths in the directory are often wrong, so what counts is the
/// identifier at the head of each line.
pub(super) struct Card<'a> {
    /// The edition of the standard.
    pub(super) version: u8,
    /// The issuer identification number.
    pub(super) iin: &'a str,
    elements: Vec<Element<'a>>,
}

/// The text behind the file type, and what separates elements; `None` if this is no such card.
fn body(text: &str) -> Option<(&str, bool)> {
    let rest = text.strip_prefix('\u{feff}').unwrap_or(text).strip_prefix('@')?;
    let marks = rest.char_indices().nth(MARKS_MAX).map_or(rest.len(), |(at, _)| at);
    let start = FILE_TYPES.into_iter().find_map(|kind| {
        let at = rest.find(kind).filter(|at| *at <= marks)?;
        Some((at, at + kind.len()))
    })?;
    let (head, tail) = (rest.get(..start.0)?, rest.get(start.1..)?.trim_start_matches(' '));
    tail.starts_with(|c: char| c.is_ascii_digit()).then_some((tail, head.contains('|')))
}

fn digits_at_head(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

impl<'a> Card<'a> {
    /// Takes a text apart. `None`: this is no licence or card at all; `Some(None)`: it says that
    /// it is one, and its header is none.
    pub(super) fn of(text: &'a str) -> Option<Option<Self>> {
        match body(text) {
            Some((body, pipes)) => Some(Self::with_header(body, pipes)),
            // All but the compliance mark: no card, and no code to be kept whole either.
            None => {
                let rest = text.trim_start_matches(|c: char| c.is_control() || c.is_whitespace() || c == '\u{feff}');
                let rest = FILE_TYPES.iter().find_map(|kind| rest.strip_prefix(kind))?;
                (digits_at_head(rest) >= 10).then_some(None)
            }
        }
    }

    fn with_header(body: &'a str, pipes: bool) -> Option<Self> {
        let (head, mut rest) = body.split_at_checked(digits_at_head(body))?;
        let (iin, version) = (head.get(..6)?, head.get(6..8)?.parse().ok()?);
        // Since version 2 a jurisdiction's own version stands before the number of entries.
        if head.len() != if version < 2 { 10 } else { 12 } || head.ends_with("00") {
            return None;
        }
        while let Some((entry, tail)) = rest.split_at_checked(10) {
            let (kind, numbers) = entry.split_at_checked(2)?;
            if !kind.bytes().all(|b| b.is_ascii_uppercase()) || digits_at_head(numbers) != 8 {
                break;
            }
            rest = tail;
        }
        let separates = |c: char| matches!(c, '\n' | '\r' | '\u{1e}') || pipes && c == '|';
        let mut lines = rest.split(separates);
        let mut elements: Vec<Element<'a>> = lines.next().and_then(first_element).into_iter().collect();
        for line in lines {
            match element(line) {
                Some(element) => elements.push(element),
                None if line.trim().is_empty() || line.starts_with('Z') => {}
                None => elements.last_mut().into_iter().for_each(|element| element.broken = true),
            }
        }
        Some(Self { version, iin, elements })
    }

    /// Who issued it.
    pub(super) fn jurisdiction(&self) -> Option<Jurisdiction> {
        jurisdictions::of(self.iin.parse().ok()?)
    }

    /// An element whose own text holds no other.
    pub(super) fn value(&self, id: &str) -> Value<'a> {
        let mut found = Value::Missing;
        let mut broken = false;
        for element in self.elements.iter().filter(|element| element.id == id) {
            broken |= element.broken;
            let value = element.value.trim_matches(|c: char| c.is_whitespace() || c.is_control());
            if value.is_empty() || NOTHING.iter().any(|word| word.eq_ignore_ascii_case(value)) {
                continue;
            }
            if value.len() > VALUE_BYTES_MAX || value.chars().any(|c| c.is_control() || c == '\u{fffd}') {
                return Value::Odd;
            }
            match found {
                Value::Text(other) if other != value => return Value::Twice,
                _ => found = Value::Text(value),
            }
        }
        match found {
            Value::Text(text) if broken || self.holds_another(id, text) => Value::Merged,
            found => found,
        }
    }

    /// Whether a value goes on with the identifier and the value of an element that is missing.
    /// Names are full of letters that look like one, so there only values of a strict form count;
    /// in the number, which names the person, any does.
    fn holds_another(&self, id: &str, value: &str) -> bool {
        let number = id == "DAQ";
        let absent = |other: &str| !self.elements.iter().any(|element| element.id == other);
        let has = |from: u8, to: u8| (from..=to).contains(&self.version);
        ELEMENTS.iter().any(|(other, form, from, to)| {
            let looks = |(at, _): (usize, &str)| {
                let tail = value.get(at + other.len()..).unwrap_or_default();
                (number || at > 0)
                    && match form {
                        Form::Text => number && !tail.is_empty(),
                        Form::Must => !tail.is_empty(),
                        Form::Date => digits_at_head(tail) >= 8,
                        Form::Letters(words) => words
                            .iter()
                            .filter_map(|word| tail.strip_prefix(word))
                            .any(|rest| number || rest.is_empty() || is_element(rest)),
                    }
            };
            *other != id && has(*from, *to) && absent(other) && value.match_indices(*other).any(looks)
        })
    }
}

/// The identifier and value of a line that is an element of the licence or card itself; those of a
/// jurisdiction's own subfiles begin with Z.
fn element(line: &str) -> Option<Element<'_>> {
    let line = ["DL", "ID", "EN"]
        .iter()
        .find_map(|kind| line.strip_prefix(kind).filter(|rest| is_element(rest)))
        .unwrap_or(line);
    let (id, value) = line.split_at_checked(3).filter(|_| is_element(line))?;
    Some(Element { id, value, broken: false })
}

/// The element behind the directory, which stands in the same line; a directory that is not even
/// digits is stepped over.
fn first_element(line: &str) -> Option<Element<'_>> {
    element(line).or_else(|| {
        let ends = ["DL", "ID"].iter().flat_map(|kind| line.match_indices(kind).map(|(at, kind)| at + kind.len()));
        ends.filter_map(|at| line.get(at..)).find(|rest| is_element(rest)).and_then(element)
    })
}

fn is_element(line: &str) -> bool {
    matches!(line.as_bytes(), [b'D', b'A'..=b'D', b'A'..=b'Z', ..])
}
