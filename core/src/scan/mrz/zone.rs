//! A zone whose characters stand where its layout has them: its checks and its fields.

use chrono::NaiveDate;

use super::check::digit;
use super::date::{self, Birth};
use super::layout::{EXIT_PERMIT, EXIT_PERMIT_FILLERS, Layout, Span};
use super::names::names;
use super::states;
use crate::record::{DocumentKind, ReadSource};
use crate::scan::day::dashed_day;
use crate::scan::identity::{Identity, Sensitive, Sex};
use crate::scan::reading::{Check, Problem, Reading, ReadingKind, Verdict};

/// The characters of a zone, its lines one after the other.
#[derive(Clone, Copy)]
pub(super) struct Zone<'a> {
    pub(super) layout: &'static Layout,
    pub(super) text: &'a [u8],
}

/// A document number that its check digit confirms.
#[derive(PartialEq, Eq)]
pub(super) struct Number {
    pub(super) text: String,
    /// What it leaves of the first optional data.
    pub(super) rest: Option<Span>,
}

impl<'a> Zone<'a> {
    pub(super) fn at(&self, index: usize) -> u8 {
        self.text.get(index).copied().unwrap_or(b'<')
    }

    pub(super) fn of(&self, span: Span) -> &'a [u8] {
        span.of(self.text)
    }

    /// The document number; a long one goes on in the optional data (parts 5 and 6, note j).
    pub(super) fn number(&self) -> Option<Number> {
        let (nine, check, rest) =
            (self.of(self.layout.number), self.at(self.layout.number_check), self.layout.optional1);
        if check.is_ascii_digit() {
            let number = trimmed(nine);
            let holds = !number.is_empty() && number.first() != Some(&b'<') && digit(nine) == check;
            return holds.then(|| Number { text: text(number), rest });
        }
        let (long, end) = self.long_number()?;
        let (check, number) = long.split_last()?;
        let remainder = number.get(9..)?;
        let legacy = nine.iter().chain(b"<").chain(remainder);
        (digit(number) == *check || self.is_belgian() && digit(legacy) == *check)
            .then(|| Number { text: text(number), rest: rest.map(|rest| Span { start: end.min(rest.end), ..rest }) })
    }

    /// Whether it is a card of Belgium, whose old ones count the filler as a character of a long
    /// number.
    pub(super) fn is_belgian(&self) -> bool {
        self.layout.state.is_some_and(|state| self.of(state) == b"BEL")
    }

    /// The characters of a long number with its check digit, and where the rest of the optional
    /// data begins.
    pub(super) fn long_number(&self) -> Option<(Vec<u8>, usize)> {
        let (nine, optional) = (self.of(self.layout.number), self.layout.optional1?);
        if !self.layout.long_numbers || self.at(self.layout.number_check) != b'<' || nine.contains(&b'<') {
            return None;
        }
        let tail: Vec<u8> = self.of(optional).iter().copied().take_while(|c| *c != b'<').collect();
        (tail.len() >= 2).then(|| ([nine, &tail].concat(), optional.start + tail.len() + 1))
    }

    /// Whether the composite check digit agrees; `None` where the format has none.
    pub(super) fn composite(&self) -> Option<(u8, u8)> {
        let (place, spans) = self.layout.composite?;
        Some((self.at(place), digit(spans.iter().flat_map(|span| self.of(*span)))))
    }

    fn dates(&self, problems: &mut Vec<Problem>, today: NaiveDate) {
        let birth = self.of(self.layout.birth);
        if digit(birth) != self.at(self.layout.birth_check) {
            problems.push(Problem::BirthDate);
        } else if date::birth(birth, today).is_none() {
            problems.push(Problem::BirthDateCalendar);
        }
        let expiry = self.of(self.layout.expiry);
        if digit(expiry) != self.at(self.layout.expiry_check) {
            problems.push(Problem::ExpiryDate);
        } else if !date::is_expiry(expiry) {
            problems.push(Problem::ExpiryDateCalendar);
        }
    }

    /// What the check digits and the calendar say against the zone.
    pub(super) fn contradictions(&self, today: NaiveDate) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.number().is_none() {
            problems.push(Problem::DocumentNumber);
        }
        self.dates(&mut problems, today);
        if !self.optional1_holds() {
            problems.push(Problem::Optional1);
        }
        if self.composite().is_some_and(|(read, wanted)| read != wanted) {
            problems.push(Problem::Composite);
        }
        problems
    }

    /// An empty personal number may have `0` or `<` for its check digit, a filled one its own
    /// (part 4, data element 14).
    pub(super) fn optional1_holds(&self) -> bool {
        let (Some(place), Some(optional)) = (self.layout.optional1_check, self.layout.optional1) else { return true };
        let (text, check) = (self.of(optional), self.at(place));
        digit(text) == check || check == b'<' && trimmed(text).is_empty()
    }

    /// Doubts about what no check digit protects.
    pub(super) fn doubts(&self) -> Vec<Problem> {
        let unknown = |span: Option<Span>| span.is_some_and(|span| !states::is_known(&text(trimmed(self.of(span)))));
        let mut doubts = Vec::new();
        if unknown(self.layout.state) {
            doubts.push(Problem::IssuingState);
        }
        if unknown(self.layout.nationality) {
            doubts.push(Problem::Nationality);
        }
        if self.layout.sex.is_some_and(|place| !matches!(self.at(place), b'M' | b'F' | b'<')) {
            doubts.push(Problem::Sex);
        }
        doubts
    }

    /// Whether the document code and the fixed fillers are those of the format.
    pub(super) fn is_structured(&self) -> bool {
        let [first, second] = self.of(self.layout.code) else { return false };
        let permit = *self.layout == EXIT_PERMIT;
        self.layout.codes.contains(first)
            && (!permit || *second == b'S' && EXIT_PERMIT_FILLERS.iter().all(|place| self.at(*place) == b'<'))
    }

    /// The reading of this zone without the fields named in `left_out`, `problems` aside.
    pub(super) fn reading(&self, verdict: Verdict, problems: Vec<Problem>, view: &View<'_>) -> Reading {
        let permit = *self.layout == EXIT_PERMIT;
        let kind = if permit { ReadingKind::CnExitPermit } else { ReadingKind::Mrz };
        let mut reading = Reading { format: self.layout.name, problems, ..Reading::new(verdict, Some(kind)) };
        let number = self.number().filter(|_| view.shows("document_number"));
        let birth = date::birth(self.of(self.layout.birth), view.today).filter(|_| view.shows("birth_date"));
        for (name, value) in self.fields(number.as_ref(), birth, permit) {
            if !value.is_empty() && view.shows(name) {
                reading = reading.with_field(name, value);
            }
        }
        for (check, problem) in CHECKED {
            let has = match check {
                Check::Optional1 => self.layout.optional1_check.is_some(),
                Check::Composite => self.layout.composite.is_some(),
                _ => true,
            };
            if has && problem.iter().all(|problem| !reading.problems.contains(problem)) {
                reading = reading.with_check(check);
            }
        }
        reading.identity = number.map(|number| self.identity(&number, birth, view, permit));
        reading
    }

    fn fields(&self, number: Option<&Number>, birth: Option<Birth>, permit: bool) -> Vec<(&'static str, String)> {
        let of = |span: Option<Span>| span.map(|span| text(trimmed(self.of(span)))).unwrap_or_default();
        let whole = |span: Span| text(self.of(span));
        let (surname, given_names) = names(self.layout.names.map(|span| self.of(span)).unwrap_or_default());
        let number_text = number.map(|number| number.text.clone()).unwrap_or_default();
        let mut fields = Vec::new();
        if permit {
            // The words of a permit's number, beside those of a zone.
            fields.push(("number", number_text.clone()));
            fields.push(("birth", birth.and_then(|birth| birth.certain).map(dashed_day).unwrap_or_default()));
        }
        fields.extend([
            ("document_code", of(Some(self.layout.code))),
            ("issuing_state", of(self.layout.state)),
            ("nationality", of(self.layout.nationality)),
            ("document_number", number_text),
            ("birth_date", whole(self.layout.birth)),
            ("sex", self.layout.sex.map(|place| text(&[self.at(place)])).unwrap_or_default()),
            ("expiry_date", whole(self.layout.expiry)),
            ("optional1", of(number.map_or(self.layout.optional1, |number| number.rest))),
            ("optional2", of(self.layout.optional2)),
            ("surname", surname),
            ("given_names", given_names),
        ]);
        fields
    }

    fn identity(&self, number: &Number, birth: Option<Birth>, view: &View<'_>, permit: bool) -> Identity {
        let code = |name, span: Option<Span>| {
            let code =
                span.map(|span| text(trimmed(self.of(span)))).filter(|code| !code.is_empty() && view.shows(name))?;
            // From a recogniser, a code that nobody has is one misread.
            (view.source == ReadSource::Mrz || states::is_known(&code)).then_some(code)
        };
        let (surname, given_names) = names(self.layout.names.map(|span| self.of(span)).unwrap_or_default());
        let name = if given_names.is_empty() { surname } else { format!("{surname}, {given_names}") };
        let kind = if permit { DocumentKind::CnExitPermit } else { DocumentKind::Mrz };
        Identity {
            issuer: code("issuing_state", self.layout.state),
            name: Some(name).filter(|name| !name.is_empty() && view.shows("surname")).map(Sensitive::from),
            birth: birth.and_then(|birth| birth.certain),
            sex: self.layout.sex.filter(|_| view.shows("sex")).and_then(|place| sex(self.at(place))),
            nationality: code("nationality", self.layout.nationality),
            ..Identity::of_number(kind, number.text.clone(), view.source)
        }
    }
}

/// How a zone is looked at.
pub(super) struct View<'a> {
    pub(super) today: NaiveDate,
    pub(super) source: ReadSource,
    pub(super) left_out: &'a [&'static str],
}

impl View<'_> {
    fn shows(&self, name: &str) -> bool {
        // The permit's own words for two of the fields.
        let name = match name {
            "number" => "document_number",
            "birth" => "birth_date",
            name => name,
        };
        !self.left_out.contains(&name)
    }
}

/// Each check with the problems of which any one means that it failed.
const CHECKED: [(Check, &[Problem]); 5] = [
    (Check::DocumentNumber, &[Problem::DocumentNumber]),
    (Check::BirthDate, &[Problem::BirthDate, Problem::BirthDateCalendar]),
    (Check::ExpiryDate, &[Problem::ExpiryDate, Problem::ExpiryDateCalendar]),
    (Check::Optional1, &[Problem::Optional1]),
    (Check::Composite, &[Problem::Composite]),
];

/// A filler stands for a sex that is not stated (part 4, data element 9).
fn sex(letter: u8) -> Option<Sex> {
    match letter {
        b'M' => Some(Sex::Male),
        b'F' => Some(Sex::Female),
        b'<' => Some(Sex::Unspecified),
        _ => None,
    }
}

/// Without the fillers behind.
pub(super) fn trimmed(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|c| *c != b'<').map_or(0, |last| last + 1);
    text.get(..end).unwrap_or_default()
}

pub(super) fn text(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
