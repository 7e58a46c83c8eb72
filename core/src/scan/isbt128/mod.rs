//! ISBT 128 (ICCBBA ST-001, version 6.2.2): donation numbers and the other data structures of
//! blood, cells and tissue.
//!
//! A data structure is an identifier (`=` or `&` and a second, sometimes a third character) and
//! content whose form is known, so several follow one another without anything between: read as
//! one from two bar codes side by side (chapter 10), or as a compound message (2.4.23).
//!
//! A donation number (DIN) is 13 characters: facility (5), year (2), sequence (6). The two flags
//! behind it in a symbol are no part of it; nor is the check character that is printed beside it
//! for whoever keys it in (appendix A).

mod table;

#[cfg(test)]
mod tests;

use chrono::NaiveDate;

use self::table::{DIN, Form, Meaning, Structure, leading, misfits};
use super::cn;
use super::identity::Sensitive;
use super::reading::{Check, FieldValue, Problem, Reading, ReadingKind, Verdict};
use super::text::{digits, fold_number};

/// Characters of a donation number.
const DIN_CHARS: usize = 13;
/// The values of ISO/IEC 7064 MOD 37-2, each the place of its character.
const ALPHABET: &[u8; 37] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";
/// What the check value is raised by where it stands as flags (appendix A.2).
const FLAG_CHECK_BASE: u32 = 60;
/// Structures of one text; a compound message holds 99 at the most.
const CODES_MAX: usize = 100;
/// One character in this many may be wrong in what is still taken for a broken structure.
const MISFIT_SHARE: usize = 5;

/// One data structure that was read.
struct Code<'a> {
    structure: &'static Structure,
    identifier: &'a str,
    content: &'a str,
}

/// What a text holds.
#[derive(Default)]
struct Message<'a> {
    codes: Vec<Code<'a>>,
    /// What contradicts the standard.
    problems: Vec<Problem>,
    /// What it leaves open.
    doubts: Vec<Problem>,
}

/// The check value of a text by ISO/IEC 7064 MOD 37-2; `None` if it has a character that has no
/// value.
fn check_value(text: &str) -> Option<u32> {
    let sum = text.bytes().try_fold(0, |sum, byte| {
        let value = u32::try_from(ALPHABET.iter().position(|c| *c == byte)?).ok()?;
        Some((sum + value) * 2 % 37)
    });
    sum.map(|sum| (38 - sum) % 37)
}

/// The check character of a donation number of 13 characters.
fn check_character(din: &str) -> Option<char> {
    let value = check_value(din)?;
    ALPHABET.get(value as usize).map(|byte| char::from(*byte))
}

/// Reads a text that begins with a data structure, sound or broken; `None` for any other.
pub(super) fn read(text: &str, aim: Option<&str>, today: NaiveDate) -> Option<Reading> {
    if !begins_with_structure(text) {
        return None;
    }
    let message = split(text, today);
    let kind = Some(ReadingKind::Isbt128);
    if !message.problems.is_empty() {
        let misread = [Problem::Checksum, Problem::Date, Problem::FutureDate];
        let broken = message.problems.iter().any(|problem| misread.contains(problem));
        let refused = Reading::refuse(kind, message.problems);
        // A misread number names nothing; what is no structure may be anybody's label.
        return Some(if broken { refused } else { refused.with_label(text, aim) });
    }
    let verdict = if message.doubts.is_empty() { Verdict::Accept } else { Verdict::Review };
    let mut reading = Reading { problems: message.doubts.clone(), ..Reading::new(verdict, kind) };
    if let Some(code) = message.codes.iter().find(|code| code.structure.meaning == Meaning::Din) {
        reading = with_din(reading, code.content.get(..DIN_CHARS)?, code.content.get(DIN_CHARS..)?);
    }
    if message.codes.iter().any(|code| is_dated(code.structure.meaning)) {
        reading = reading.with_check(Check::Date);
    }
    let codes: Vec<_> = message.codes.iter().filter(|code| !is_doubted(code)).collect();
    if !codes.is_empty() {
        let pair = |code: &&Code<'_>| (code.identifier.to_owned(), Sensitive::from(code.content));
        reading.fields.push(("codes", FieldValue::Pairs(codes.iter().map(pair).collect())));
    }
    Some(reading.with_check(Check::Structure).with_label(text, aim))
}

/// Whether the beginning of a text has the form of a structure, but for a few characters.
fn begins_with_structure(text: &str) -> bool {
    let Some(structure) = leading(text).filter(|_| text.bytes().all(|b| b.is_ascii_graphic())) else { return false };
    if structure.meaning == Meaning::Local {
        return text.len() >= 4;
    }
    let content = text.as_bytes().get(structure.identifier.len()..).unwrap_or_default();
    let wrong = misfits(structure.form, content);
    content.len() * 2 >= structure.length() && wrong * MISFIT_SHARE <= structure.length()
}

fn split(text: &str, today: NaiveDate) -> Message<'_> {
    let mut message = Message::default();
    let mut rest = text;
    while !rest.is_empty() {
        let step = if message.codes.len() < CODES_MAX { step(rest) } else { Err(Problem::Length) };
        let (code, behind) = match step {
            Ok(step) => step,
            Err(problem) => {
                message.problems.push(problem);
                return message;
            }
        };
        if let Err(problem) = judge(&code, today)
            && !message.problems.contains(&problem)
        {
            message.problems.push(problem);
        }
        message.codes.push(code);
        rest = behind;
    }
    if !is_whole(&message.codes) {
        message.problems.push(Problem::Structure);
    }
    if message.codes.iter().any(|code| code.structure.meaning == Meaning::Local && is_doubted(code)) {
        message.doubts.push(Problem::Separator);
    }
    if message.codes.iter().any(|code| code.structure.meaning == Meaning::Din && is_doubted(code)) {
        message.doubts.push(Problem::Structure);
    }
    message
}

/// The structure in front of `text`, and what follows it.
fn step(text: &str) -> Result<(Code<'_>, &str), Problem> {
    let structure = leading(text).ok_or(Problem::Identifier)?;
    if structure.meaning == Meaning::Local {
        let (identifier, content) = text.split_at_checked(2).ok_or(Problem::Length)?;
        return if content.is_empty() {
            Err(Problem::Length)
        } else {
            Ok((Code { structure, identifier, content }, ""))
        };
    }
    let (identifier, rest) = text.split_at_checked(structure.identifier.len()).ok_or(Problem::Length)?;
    let mut length = structure.length();
    check_form(structure.form, rest, length)?;
    if let Meaning::Counted(place, count, form) = structure.meaning {
        let times: usize = rest.get(place..place + count).and_then(|n| n.parse().ok()).ok_or(Problem::Length)?;
        let unit: usize = form.iter().map(|(_, count)| count).sum();
        for n in 0..times {
            check_form(form, rest.get(length + n * unit..).unwrap_or_default(), unit)?;
        }
        length += times * unit;
    }
    let (content, behind) = rest.split_at_checked(length).ok_or(Problem::Length)?;
    Ok((Code { structure, identifier, content }, behind))
}

fn check_form(form: Form, text: &str, length: usize) -> Result<(), Problem> {
    if misfits(form, text.as_bytes()) > 0 {
        return Err(Problem::Charset);
    }
    if text.len() < length { Err(Problem::Length) } else { Ok(()) }
}

/// What the content says, where that can contradict itself.
fn judge(code: &Code<'_>, today: NaiveDate) -> Result<(), Problem> {
    let part = |from: usize, to: usize| code.content.get(from..to).unwrap_or_default();
    let number = |from: usize, to: usize| part(from, to).parse::<u32>().ok();
    let time = |from: usize| {
        let parts = number(from, from + 2).zip(number(from + 2, from + 4));
        parts.is_some_and(|(hour, minute)| hour < 24 && minute < 60)
    };
    let sound = match code.structure.meaning {
        Meaning::Din => return judge_flags(part(0, DIN_CHARS), part(DIN_CHARS, DIN_CHARS + 2)),
        Meaning::Date => day(part(0, 6)).is_some() && (code.content.len() == 6 || time(6)),
        Meaning::Month => cn::date(&format!("{}01", code.content)).is_some(),
        Meaning::FlexibleDate => cn::date(part(4, 12)).is_some() && time(12),
        Meaning::Birth => match cn::date(part(2, 10)) {
            Some(birth) if birth > today => return Err(Problem::FutureDate),
            birth => birth.is_some(),
        },
        Meaning::Grid if check_value(part(0, 17)) != number(17, 19) => return Err(Problem::Checksum),
        _ => true,
    };
    if sound { Ok(()) } else { Err(Problem::Date) }
}

/// Flags 60 to 96 are a check of the number before them (appendix A.2).
fn judge_flags(din: &str, flags: &str) -> Result<(), Problem> {
    match flags.parse::<u32>() {
        Ok(value @ FLAG_CHECK_BASE..=96) if check_value(din) != value.checked_sub(FLAG_CHECK_BASE) => {
            Err(Problem::Checksum)
        }
        _ => Ok(()),
    }
}

/// The day of `cyyjjj`: century, year, day of the year. The century is the year's third digit
/// from the left, so 9 means the nineteen hundreds.
fn day(text: &str) -> Option<NaiveDate> {
    let (year, day) = text.split_at_checked(3)?;
    let year: i32 = year.parse().ok()?;
    NaiveDate::from_yo_opt(if year >= 900 { 1000 + year } else { 2000 + year }, day.parse().ok()?)
}

/// Whether a text names one donation at the most, and a compound message is in front and whole:
/// as many structures as it says, none of them a country's own or a message again.
fn is_whole(codes: &[Code<'_>]) -> bool {
    let is = |meaning: Meaning| move |code: &&Code<'_>| code.structure.meaning == meaning;
    let mut dins = codes.iter().filter(is(Meaning::Din)).filter_map(|code| code.content.get(..DIN_CHARS));
    let first = dins.next();
    let one = dins.all(|din| Some(din) == first);
    match codes.split_first() {
        Some((head, rest)) if head.structure.meaning == Meaning::Compound => {
            let said = head.content.get(..2).and_then(|count| count.parse::<usize>().ok());
            let foreign = rest.iter().any(|code| is(Meaning::Compound)(&code) || is(Meaning::Local)(&code));
            one && !rest.is_empty() && said == Some(rest.len()) && !foreign
        }
        Some((_, rest)) => one && !rest.iter().any(|code| is(Meaning::Compound)(&code)),
        None => false,
    }
}

const fn is_dated(meaning: Meaning) -> bool {
    matches!(meaning, Meaning::Date | Meaning::Month | Meaning::Birth | Meaning::FlexibleDate)
}

/// Whether a structure is not certain: flags that are not assigned, or a structure of unknown
/// length in which another may begin.
fn is_doubted(code: &Code<'_>) -> bool {
    match code.structure.meaning {
        Meaning::Din => code.content.get(DIN_CHARS..).and_then(flag_type).is_none(),
        Meaning::Local => code.content.contains(['=', '&']),
        _ => false,
    }
}

/// What flags are (table 3): none, ICCBBA's, the facility's, a check; `None` for those that are
/// not assigned.
fn flag_type(flags: &str) -> Option<&'static str> {
    match flags.parse::<u32>().ok().filter(|_| digits(flags, 2))? {
        0 => Some("0"),
        1..=19 => Some("1"),
        20..=59 => Some("2"),
        FLAG_CHECK_BASE..=96 => Some("3"),
        _ => None,
    }
}

fn with_din(reading: Reading, din: &str, flags: &str) -> Reading {
    let mut reading = reading.with_field("din", din);
    if let Some(kind) = flag_type(flags) {
        reading = reading.with_field("flags", flags).with_field("flag_type", kind);
        if kind == "3" {
            reading = reading.with_check(Check::IsbtCheckCharacter);
        }
    }
    match check_character(din) {
        Some(check) => reading.with_field("check_character", check.to_string()),
        None => reading,
    }
}

/// A donation number as a person keys it from the line printed for people.
struct Keyed {
    din: String,
    flags: String,
    check: Option<char>,
    /// The check character stands apart, as it is printed.
    apart: bool,
}

impl Keyed {
    /// 13 characters, two flags where they are printed and the check stands apart, a check.
    fn of(text: &str) -> Option<Self> {
        let folded = fold_number(text);
        let apart = text.split_whitespace().last().is_some_and(|last| last.chars().count() == 1)
            && text.split_whitespace().nth(1).is_some();
        let number = folded.get(..folded.len().checked_sub(1)?)?;
        let (din, flags) = number.split_at_checked(DIN_CHARS)?;
        let form = misfits(DIN.form, number.as_bytes()) == 0 && number.is_ascii();
        let check = folded.bytes().last().filter(|byte| ALPHABET.contains(byte)).map(char::from);
        let known = matches!(flag_type(flags), Some("1" | "2")) && apart;
        let fits = form && check.is_some() && (flags.is_empty() || known);
        fits.then(|| Self { din: din.to_owned(), flags: flags.to_owned(), check, apart })
    }

    fn is_sound(&self) -> bool {
        self.check == check_character(&self.din)
    }

    /// Whether it is more than any 14 digits: the check stands apart, or one of the ends is a
    /// letter.
    fn is_told(&self) -> bool {
        let letter = |c: Option<char>| c.is_some_and(|c| !c.is_ascii_digit());
        self.apart || letter(self.din.chars().next()) || letter(self.check)
    }
}

/// Reads a donation number keyed from its eye-readable line, e.g. `G1234 17 654321 A`; `None` for
/// any other text. Where `apart` is asked for, only one whose check character stands apart: what
/// a wedge scanner sends may be a label of 14 characters as well.
pub(super) fn read_keyed(text: &str, apart: bool) -> Option<Reading> {
    let keyed = Keyed::of(text).filter(|keyed| if apart { keyed.apart } else { keyed.is_told() })?;
    let kind = Some(ReadingKind::Isbt128);
    if !keyed.is_sound() {
        let refused = Reading::refuse(kind, vec![Problem::Checksum]);
        // Without a blank it may be a label of the same form.
        return Some(if keyed.apart { refused } else { refused.with_label(text, None) });
    }
    let mut reading = Reading::new(Verdict::Accept, kind).with_field("din", &*keyed.din);
    if let Some(kind) = flag_type(&keyed.flags) {
        reading = reading.with_field("flags", &*keyed.flags).with_field("flag_type", kind);
    }
    let check = keyed.check.map(String::from).unwrap_or_default();
    let reading = reading.with_field("check_character", check).with_check(Check::IsbtCheckCharacter);
    Some(reading.with_label(text, None))
}

/// The donation number in a text that is plain by all appearances but has the form of one keyed
/// with its check character: `Some(None)` where the check disagrees, `None` for any other text.
pub(crate) fn keyed_din(text: &str) -> Option<Option<String>> {
    let keyed = Keyed::of(text).filter(Keyed::is_told)?;
    Some(keyed.is_sound().then_some(keyed.din))
}

/// Whether a text has the form of a donation number without flags or check character.
pub(crate) fn is_din(text: &str) -> bool {
    text.len() == DIN_CHARS && misfits(DIN.form, text.as_bytes()) == 0
}
