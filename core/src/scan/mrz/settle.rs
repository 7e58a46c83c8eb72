//! A zone of a recogniser's characters, laid out: what may be repaired is, what stays doubtful is
//! named.

use chrono::NaiveDate;

use super::check::digit;
use super::date;
use super::layout::{EXIT_PERMIT, Layout, Span};
use super::number::{self, Answer};
use super::states;
use super::sum::{Slot, edits, solutions, weights};
use super::zone::{Zone, trimmed};
use crate::scan::reading::Problem;

/// What became of a laid-out zone.
#[derive(Clone)]
pub(super) struct Settled {
    pub(super) layout: &'static Layout,
    pub(super) text: Vec<u8>,
    /// Fields that took repairs, with the number of characters.
    pub(super) repaired: Vec<(&'static str, u32)>,
    pub(super) left_out: Vec<&'static str>,
    /// What stands against the zone.
    pub(super) problems: Vec<Problem>,
}

impl Settled {
    pub(super) fn zone(&self) -> Zone<'_> {
        Zone { layout: self.layout, text: &self.text }
    }

    pub(super) fn leave_out(&mut self, name: &'static str) {
        if !self.left_out.contains(&name) {
            self.left_out.push(name);
        }
    }

    fn fails(&mut self, problem: Problem, name: &'static str) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
        self.leave_out(name);
    }

    fn write(&mut self, start: usize, text: &[u8]) {
        for (place, c) in self.text.iter_mut().skip(start).zip(text) {
            *place = *c;
        }
    }
}

/// Settles the characters `raw` of a whole zone; `number_placed` unless its number's characters
/// could not be told from their neighbours.
pub(super) fn settle(layout: &'static Layout, raw: Vec<u8>, number_placed: bool, today: NaiveDate) -> Settled {
    let mut settled =
        Settled { layout, text: raw.clone(), repaired: Vec::new(), left_out: Vec::new(), problems: Vec::new() };
    code(&mut settled, layout.state, "issuing_state");
    code(&mut settled, layout.nationality, "nationality");
    if number_placed {
        document_number(&mut settled);
    } else {
        // A line that does not begin where it should may have its date elsewhere too.
        settled.fails(Problem::DocumentNumber, "document_number");
        settled.leave_out("birth_date");
    }
    let real = |text: &[u8]| date::birth(text, today).is_some();
    let birth = [Problem::BirthDate, Problem::BirthDateCalendar];
    a_date(&mut settled, layout.birth, layout.birth_check, "birth_date", birth, &real);
    let expiry = [Problem::ExpiryDate, Problem::ExpiryDateCalendar];
    a_date(&mut settled, layout.expiry, layout.expiry_check, "expiry_date", expiry, &date::is_expiry);
    optional(&mut settled);
    composite(&mut settled);
    unprotected(&mut settled);
    count_repairs(&mut settled, &raw);
    settled
}

fn code(settled: &mut Settled, span: Option<Span>, name: &'static str) {
    let Some(span) = span else { return };
    let read = span.of(&settled.text).to_vec();
    match repaired_code(&read) {
        Some(text) => settled.write(span.start, &text),
        None if read.iter().all(|c| c.is_ascii_uppercase() || *c == b'<') => {}
        None => settled.leave_out(name),
    }
}

/// The known code that was read as `read`: a digit there is a letter misread, and the letters
/// that fillers are read as may be fillers behind a shorter code, if exactly one comes of it.
pub(super) fn repaired_code(read: &[u8]) -> Option<Vec<u8>> {
    if known(read) {
        return Some(read.to_vec());
    }
    let mut texts: Vec<Vec<u8>> = vec![Vec::new()];
    for (place, c) in read.iter().enumerate().take(3) {
        let options: &[u8] = match c {
            b'0' => b"ODQ",
            b'1' | b'|' => b"IL",
            b'2' => b"Z",
            b'4' => b"A",
            b'5' => b"S",
            b'6' => b"G",
            b'7' => b"T",
            b'8' => b"B",
            b'K' if place > 0 => b"K<",
            b'C' if place > 0 => b"C<",
            b'A'..=b'Z' | b'<' => std::slice::from_ref(c),
            _ => b"",
        };
        texts = texts.iter().flat_map(|text| options.iter().map(|c| [text.as_slice(), &[*c]].concat())).collect();
    }
    texts.retain(|text| known(text));
    match (texts.pop(), texts.is_empty()) {
        (Some(text), true) => Some(text),
        _ => None,
    }
}

fn known(code: &[u8]) -> bool {
    code.len() == 3 && std::str::from_utf8(trimmed(code)).is_ok_and(states::is_known)
}

fn document_number(settled: &mut Settled) {
    let layout = settled.layout;
    let check = settled.text.get(layout.number_check).copied().unwrap_or(b'?');
    let nine = number_part(layout.number.of(&settled.text));
    let letter_first = is_prc(settled);
    let slot = Slot::digit(check);
    let mut answer = Answer::Wrong;
    if let Some(nine) = &nine {
        for digit in slot.read.iter().chain(slot.options) {
            let this = number::document_number(nine, *digit, letter_first);
            match (&answer, this) {
                (_, Answer::Wrong) => {}
                (Answer::Wrong, Answer::Sound(text)) => {
                    settled.write(layout.number_check, &[*digit]);
                    answer = Answer::Sound(text);
                }
                _ => answer = Answer::Doubtful,
            }
        }
    }
    if slot.read.is_none() && answer == Answer::Wrong && matches!(check, b'<' | b'K' | b'C') {
        return long_number(settled);
    }
    match answer {
        Answer::Sound(mut text) => {
            text.resize(layout.number.end - layout.number.start, b'<');
            settled.write(layout.number.start, &text);
        }
        Answer::Doubtful => settled.fails(Problem::SeveralRepairs, "document_number"),
        Answer::Wrong => settled.fails(Problem::DocumentNumber, "document_number"),
    }
}

/// The number without the fillers behind it, and without the letters that these are read as;
/// `None` if a filler stands within it.
fn number_part(field: &[u8]) -> Option<Vec<u8>> {
    let end = field.iter().position(|c| *c == b'<').unwrap_or(field.len());
    let (number, rest) = field.split_at_checked(end)?;
    (!number.is_empty() && rest.iter().all(|c| matches!(c, b'<' | b'K' | b'C'))).then(|| number.to_vec())
}

/// Whether the zone is a PRC passport's or exit permit's: their numbers begin with a letter.
fn is_prc(settled: &Settled) -> bool {
    let of = |span: Option<Span>| span.map(|span| span.of(&settled.text)).unwrap_or_default();
    *settled.layout == EXIT_PERMIT
        || of(Some(settled.layout.code)).first() == Some(&b'P')
            && of(settled.layout.state) == b"CHN"
            && of(settled.layout.nationality) == b"CHN"
}

fn long_number(settled: &mut Settled) {
    let layout = settled.layout;
    settled.write(layout.number_check, b"<");
    let answer = match settled.zone().long_number() {
        Some((long, _)) => match long.split_last() {
            Some((check, number)) if check.is_ascii_digit() => {
                (number::long_number(number, *check, settled.zone().is_belgian()), *check)
            }
            _ => (Answer::Wrong, b'?'),
        },
        None => (Answer::Wrong, b'?'),
    };
    match (answer, layout.optional1) {
        ((Answer::Sound(text), check), Some(optional)) => {
            let (nine, remainder) = text.split_at_checked(9).unwrap_or_default();
            settled.write(layout.number.start, nine);
            settled.write(optional.start, &[remainder, &[check]].concat());
        }
        ((Answer::Doubtful, _), _) => {
            settled.fails(Problem::SeveralRepairs, "document_number");
            settled.leave_out("optional1");
        }
        _ => {
            settled.fails(Problem::DocumentNumber, "document_number");
            settled.leave_out("optional1");
        }
    }
}

/// A date with its check digit. A letter there is a digit misread, or a filler.
fn a_date(
    settled: &mut Settled,
    span: Span,
    check: usize,
    name: &'static str,
    [contradicted, impossible]: [Problem; 2],
    real: &dyn Fn(&[u8]) -> bool,
) {
    let mut slots: Vec<Slot> = span.of(&settled.text).iter().map(|c| Slot::date(*c)).collect();
    slots.push(Slot::digit(settled.text.get(check).copied().unwrap_or(b'?')));
    // The sum and its check digit agree where the sum less the digit ends in 0: weight -1.
    let found = solutions(&slots, weights().take(6).chain([9]), b'0');
    let dates: Vec<&Vec<u8>> = found.iter().filter(|text| text.get(..6).is_some_and(real)).collect();
    match (dates.as_slice(), found.is_empty()) {
        ([date], _) => {
            settled.write(span.start, date.get(..6).unwrap_or_default());
            settled.write(check, date.get(6..).unwrap_or_default());
        }
        ([], true) => settled.fails(contradicted, name),
        ([], false) => settled.fails(impossible, name),
        _ => settled.fails(Problem::SeveralRepairs, name),
    }
}

fn optional(settled: &mut Settled) {
    let layout = settled.layout;
    if let (Some(span), Some(check)) = (layout.optional1, layout.optional1_check) {
        personal_number(settled, span, check);
    } else if let Some(span) = layout.optional1 {
        let rest = settled.zone().number().and_then(|number| number.rest).unwrap_or(span);
        plain_optional(settled, rest, "optional1");
    }
    if let Some(span) = layout.optional2 {
        plain_optional(settled, span, "optional2");
    }
}

fn personal_number(settled: &mut Settled, span: Span, place: usize) {
    let check = settled.text.get(place).copied().unwrap_or(b'?');
    let number = trimmed(span.of(&settled.text)).to_vec();
    if number.is_empty() {
        match check {
            b'0' | b'<' => {}
            b'O' | b'Q' | b'D' => settled.write(place, b"0"),
            b'K' | b'C' => settled.write(place, b"<"),
            _ => settled.fails(Problem::Optional1, "optional1"),
        }
        return;
    }
    let slot = Slot::digit(check);
    let answers = slot.read.iter().chain(slot.options).map(|check| (number::optional(&number, *check), *check));
    let mut answers = answers.filter(|(answer, _)| *answer != Answer::Wrong);
    match (answers.next(), answers.next()) {
        (Some((Answer::Sound(text), check)), None) => {
            if text.contains(&b'<') {
                settled.leave_out("optional1");
            }
            settled.write(span.start, &text);
            settled.write(place, &[check]);
        }
        (Some(_), _) if digit(&number) == check => settled.leave_out("optional1"),
        _ => settled.fails(Problem::Optional1, "optional1"),
    }
}

/// Optional data that at most the composite check digit covers.
fn plain_optional(settled: &mut Settled, span: Span, name: &'static str) {
    let text = span.of(&settled.text);
    let covered = settled.layout.composite.is_some();
    if covered && number::is_blind_optional(text) || !text.iter().all(|c| is_zone_character(*c)) {
        settled.leave_out(name);
    }
}

fn is_zone_character(c: u8) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'<'
}

/// The check digit over all: where it alone fails, nothing tells which of the fields it covers is
/// wrong, so none of them is sound.
fn composite(settled: &mut Settled) {
    let (Some((read, wanted)), Some((place, _))) = (settled.zone().composite(), settled.layout.composite) else {
        return;
    };
    let slot = Slot::digit(read);
    if slot.read.iter().chain(slot.options).any(|digit| *digit == wanted) {
        return settled.write(place, &[wanted]);
    }
    let alone = settled.problems.is_empty();
    settled.fails(Problem::Composite, "optional2");
    if settled.layout.optional1_check.is_none() || alone {
        settled.leave_out("optional1");
    }
    if alone {
        for name in ["document_number", "birth_date", "expiry_date"] {
            settled.leave_out(name);
        }
    }
}

/// What no check digit protects stands as it was read, or is left out; it is never guessed.
fn unprotected(settled: &mut Settled) {
    let layout = settled.layout;
    if !matches!(layout.code.of(&settled.text), [_, b'A'..=b'Z' | b'<']) {
        settled.leave_out("document_code");
    }
    // Nobody knows whether a K there is the filler that it is most often.
    if layout.state.is_some() && matches!(layout.code.of(&settled.text), [_, b'K' | b'C']) {
        settled.leave_out("document_code");
    }
    if settled.zone().doubts().contains(&Problem::Sex) {
        settled.leave_out("sex");
    }
    if let Some(span) = layout.names {
        match super::names::read(span.of(&settled.text)) {
            Some(mut names) => {
                names.resize(span.end - span.start, b'<');
                settled.write(span.start, &names);
            }
            None => ["surname", "given_names"].into_iter().for_each(|name| settled.leave_out(name)),
        }
    }
}

fn count_repairs(settled: &mut Settled, raw: &[u8]) {
    let layout = settled.layout;
    let with_check = |span: Span| Span { end: span.end + 1, ..span };
    let fields = [
        ("issuing_state", layout.state),
        ("nationality", layout.nationality),
        ("document_number", Some(with_check(layout.number))),
        ("birth_date", Some(with_check(layout.birth))),
        ("expiry_date", Some(with_check(layout.expiry))),
        (
            "optional1",
            layout.optional1.map(|span| if layout.optional1_check.is_some() { with_check(span) } else { span }),
        ),
        ("composite", layout.composite.map(|(place, _)| Span { start: place, end: place + 1 })),
    ];
    for (name, span) in fields {
        let count = span.map_or(0, |span| edits(span.of(raw), span.of(&settled.text)));
        if count > 0 {
            settled.repaired.push((name, count));
        }
    }
}
