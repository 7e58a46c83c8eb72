//! GS1 element strings (GS1 General Specifications, chapters 3 and 7.8).
//!
//! An element is an application identifier and its value. Values of predefined length follow one
//! another directly; any other ends at a separator (FNC1, which scanners send as U+001D) or at
//! the end. A separator too many changes nothing: in front, behind, twice, or after a predefined
//! length.
//!
//! A separator that is *missing* cannot be seen in general: what follows becomes part of the
//! value. Where that value ends in something that reads like a date or a checked number with its
//! identifier, it is doubted and left out; where a value of fixed length is too long and
//! the rest reads on, all from there on is doubted and left out.

mod lint;
mod table;

#[cfg(test)]
mod tests;

use chrono::NaiveDate;

use self::lint::date_or_month;
use self::table::{Rule, leading, rule};
use super::identity::Sensitive;
use super::reading::{Check, FieldValue, Problem, Reading, ReadingKind, Verdict};
use super::text::narrow_without_blanks;

/// The separator as scanners send it.
const SEPARATOR: char = '\u{1d}';
/// Dates by which a swallowed element is told lie this many days from now, at the most: no tube
/// is used ten years after its making, nor keeps that long.
const PLAUSIBLE_DAYS: i64 = 3_653;
/// Values that may be longer than this hold texts of the maker's own form, in which anything may
/// look like a date.
const SWALLOWING_MAX: usize = 30;
/// Elements of one message; the largest symbols hold fewer that mean anything.
const ELEMENTS_MAX: usize = 200;
/// The dates of tubes: made, packed, best before, sell by, expires.
const DATES: &[&str] = &["11", "13", "15", "16", "17"];

/// One application identifier and its value.
struct Element<'a> {
    ai: &'a str,
    value: &'a str,
    rule: &'static Rule,
}

/// An element string taken apart.
#[derive(Default)]
struct Message<'a> {
    elements: Vec<Element<'a>>,
    /// What contradicts the standard.
    problems: Vec<Problem>,
    /// A value of fixed length was too long, but read on.
    unseparated: bool,
}

impl Message<'_> {
    fn wrong(&mut self, problem: Problem) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }
}

/// Reads what a symbol with a GS1 identifier `aim` holds.
pub(super) fn read(text: &str, aim: Option<&str>, today: NaiveDate) -> Reading {
    reading(&split(text, today), text, aim, today, true)
}

/// Reads the form printed for people, with each application identifier in brackets; `None` if
/// `text` does not have it. One element alone counts only if a check digit protects it.
pub(super) fn read_bracketed(text: &str, today: NaiveDate) -> Option<Reading> {
    if !text.starts_with(['(', '\u{ff08}']) {
        return None;
    }
    let bare = narrow_without_blanks(text);
    let mut message = Message::default();
    for part in bare.strip_prefix('(')?.split('(') {
        let (ai, value) = part.split_once(')')?;
        let plain = (2..=4).contains(&ai.len()) && ai.bytes().all(|b| b.is_ascii_digit());
        if !plain || value.is_empty() || value.contains(')') {
            return None;
        }
        match rule(ai) {
            _ if message.elements.len() == ELEMENTS_MAX => return None,
            Some(rule) => message.elements.push(Element { ai, value, rule }),
            None if message.elements.is_empty() => return None,
            None => message.wrong(Problem::Identifier),
        }
    }
    if bare.matches('(').count() < 2 && !message.elements.first()?.rule.is_checked() {
        return None;
    }
    check_all(&mut message, today);
    Some(reading(&message, text, None, today, false))
}

fn split(text: &str, today: NaiveDate) -> Message<'_> {
    let mut message = Message::default();
    if !text.bytes().all(|b| b.is_ascii_graphic() || b == SEPARATOR as u8) {
        message.wrong(Problem::Charset);
        return message;
    }
    let mut rest = text.trim_start_matches(SEPARATOR);
    while !rest.is_empty() && message.problems.is_empty() {
        if message.elements.len() == ELEMENTS_MAX {
            message.wrong(Problem::Length);
            break;
        }
        let Some((ai, rule)) = leading(rest) else {
            message.wrong(Problem::Identifier);
            break;
        };
        let after = rest.get(ai.len()..).unwrap_or_default();
        let field = after.split(SEPARATOR).next().unwrap_or_default();
        let end = if rule.predefined { rule.max() } else { field.len() };
        let Some(value) = field.get(..end) else {
            message.wrong(Problem::Length);
            break;
        };
        if value.len() > rule.max() && reads_on(rule, value, today) {
            message.unseparated = true;
            break;
        }
        message.elements.push(Element { ai, value, rule });
        rest = after.get(end..).unwrap_or_default().trim_start_matches(SEPARATOR);
    }
    if message.elements.is_empty() && message.problems.is_empty() && !message.unseparated {
        message.wrong(Problem::Structure);
    }
    check_all(&mut message, today);
    message
}

/// Whether a field that is too long for its fixed length is that value and further elements.
fn reads_on(rule: &Rule, field: &str, today: NaiveDate) -> bool {
    rule.min() == rule.max()
        && field
            .split_at_checked(rule.max())
            .is_some_and(|(value, rest)| fault(rule, value, today).is_none() && is_element_string(rest, today))
}

/// Whether `field`, which holds no separator, is nothing but sound elements.
fn is_element_string(field: &str, today: NaiveDate) -> bool {
    let mut rest = field;
    while let Some((ai, rule)) = leading(rest) {
        let Some(after) = rest.get(ai.len()..) else { return false };
        let end = if rule.min() == rule.max() { rule.max() } else { after.len() };
        let Some((value, behind)) = after.split_at_checked(end) else { return false };
        if fault(rule, value, today).is_some() {
            return false;
        }
        rest = behind;
    }
    rest.is_empty()
}

fn check_all(message: &mut Message<'_>, today: NaiveDate) {
    let faults: Vec<Problem> =
        message.elements.iter().filter_map(|element| fault(element.rule, element.value, today)).collect();
    for problem in faults {
        message.wrong(problem);
    }
    // One identifier, one value (GS1 General Specifications 4.14).
    let mut pairs: Vec<(&str, &str)> = message.elements.iter().map(|element| (element.ai, element.value)).collect();
    pairs.sort_unstable();
    if pairs.windows(2).any(|pair| matches!(pair, [one, other] if one.0 == other.0 && one.1 != other.1)) {
        message.wrong(Problem::Structure);
    }
}

/// What is wrong with a value.
fn fault(rule: &Rule, value: &str, today: NaiveDate) -> Option<Problem> {
    let mut rest = value;
    for component in &rule.components {
        if rest.is_empty() && component.optional {
            break;
        }
        let Some((part, behind)) = rest.split_at_checked(component.max.min(rest.len())) else {
            return Some(Problem::Charset);
        };
        if part.len() < component.min {
            return Some(Problem::Length);
        }
        if !part.bytes().all(|byte| component.alphabet.holds(byte)) {
            return Some(Problem::Charset);
        }
        if let Some(problem) = component.lints.iter().find_map(|lint| lint.fault(part, today)) {
            return Some(problem);
        }
        rest = behind;
    }
    (!rest.is_empty()).then_some(Problem::Length)
}

/// Whether a value of variable length ends in what reads like a date of tubes or a checked key
/// that stands nowhere else in the message, and then only further elements.
fn swallows(element: &Element<'_>, message: &Message<'_>, today: NaiveDate) -> bool {
    let (min, max) = (element.rule.min(), element.rule.max());
    if min == max || max > SWALLOWING_MAX {
        return false;
    }
    (min.max(1)..element.value.len()).any(|start| {
        let tail = element.value.get(start..).unwrap_or_default();
        let Some((ai, _)) = leading(tail) else { return false };
        let told = match ai {
            "00" | "01" | "02" => true,
            _ => DATES.contains(&ai) && tail.get(2..8).is_some_and(|date| is_plausible(date, today)),
        };
        told && message.elements.iter().all(|other| other.ai != ai) && is_element_string(tail, today)
    })
}

fn is_plausible(date: &str, today: NaiveDate) -> bool {
    date_or_month(date, today).is_some_and(|date| (date - today).num_days().abs() <= PLAUSIBLE_DAYS)
}

fn reading(message: &Message<'_>, text: &str, aim: Option<&str>, today: NaiveDate, raw: bool) -> Reading {
    let kind = Some(ReadingKind::Gs1);
    if !message.problems.is_empty() {
        // A misread number names nothing; what is no element string may be anybody's label.
        let misread = [Problem::Checksum, Problem::Date, Problem::FutureDate];
        let refused = Reading::refuse(kind, message.problems.clone());
        let broken = message.problems.iter().any(|problem| misread.contains(problem));
        return if broken { refused } else { refused.with_label(text, aim) };
    }
    let (doubted, sound): (Vec<_>, Vec<_>) =
        message.elements.iter().partition(|element| raw && swallows(element, message, today));
    let reading = if doubted.is_empty() && !message.unseparated {
        Reading::new(Verdict::Accept, kind)
    } else {
        Reading::review(kind, Problem::Separator)
    };
    with_fields(reading, &sound, today).with_label(text, aim)
}

/// The reading with its fields and the checks that speak for them.
fn with_fields(mut reading: Reading, elements: &[&Element<'_>], today: NaiveDate) -> Reading {
    if !elements.is_empty() {
        let ais = elements.iter().map(|element| (element.ai.to_owned(), Sensitive::from(element.value))).collect();
        reading.fields.push(("ais", FieldValue::Pairs(ais)));
    }
    let value = |ai: &str| elements.iter().find(|element| element.ai == ai).map(|element| element.value);
    let date =
        |ai: &str| value(ai).and_then(|value| date_or_month(value.get(..6)?, today)).map(|date| date.to_string());
    let expiry = date("17").or_else(|| date("7003"));
    let named = [("gtin", "01"), ("sscc", "00"), ("lot", "10"), ("serial", "21")];
    let texts = named.map(|(name, ai)| (name, value(ai).map(str::to_owned)));
    for (name, value) in texts.into_iter().chain([("expiry", expiry), ("best_before", date("15"))]) {
        if let Some(value) = value {
            reading = reading.with_field(name, value);
        }
    }
    let has = |wanted: fn(&lint::Lint) -> bool| {
        elements.iter().flat_map(|element| &element.rule.components).flat_map(|part| &part.lints).any(wanted)
    };
    if has(|lint| *lint == lint::Lint::CheckDigit) {
        reading = reading.with_check(Check::Gs1CheckDigit);
    }
    if has(|lint| matches!(lint, lint::Lint::DateOrMonth | lint::Lint::Date | lint::Lint::Birth)) {
        reading = reading.with_check(Check::Date);
    }
    reading.with_check(Check::Structure)
}
