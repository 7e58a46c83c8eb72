//! Documents that are told by their number, whoever read it.

use chrono::NaiveDate;

use super::cn::{self, CnNumber};
use super::day::dashed_day;
use super::identity::{Identity, Sensitive};
use super::reading::{Candidate, Check, FieldValue, Problem, Reading, Verdict};
use super::shapes::{self, Proof, Shape};
use super::text::{digits, fold_number};
use crate::limits::NAME_CHARS_MAX;
use crate::record::{DocumentKind, ReadSource};

/// What a folded text is by its shape alone, among the shapes whose proof `wanted` asks for;
/// `None` where it has none of them. One shape: that kind; several: a question.
pub(super) fn by_shape(
    folded: &str,
    today: NaiveDate,
    source: ReadSource,
    wanted: impl Fn(Proof) -> bool,
) -> Option<Reading> {
    let shapes: Vec<&Shape> = shapes::shapes_of(folded).filter(|shape| wanted(shape.proof)).collect();
    match shapes[..] {
        [] => None,
        [shape] => Some(match shape.proof {
            Proof::Checked | Proof::Dated => of_cn(read_cn(folded, today, source)),
            Proof::Shape | Proof::Digits => unchecked(shape.kind, folded, source),
        }),
        _ => Some(Reading { candidates: candidates(folded, source), ..Reading::review(None, Problem::Ambiguous) }),
    }
}

/// A sound person's number in a text that is to be plain: in a linear code, which is a tube's as a
/// rule, or with the hyphens and dots that people type into long numbers.
pub(super) fn hidden(text: &str, today: NaiveDate, source: ReadSource) -> Option<Candidate> {
    let bare: String = fold_number(text).chars().filter(|c| !matches!(c, '-' | '.' | '_' | '/')).collect();
    let number = cn::is_18(&bare).then(|| cn::read_18(&bare, today, source)).filter(CnNumber::is_sound)?;
    Some(Candidate { kind: number.identity.document.into(), identity: Some(number.identity) })
}

/// Whether a text is a person's number by every check but that of its date's being past.
pub(crate) fn is_persons_number(text: &str) -> bool {
    let folded = fold_number(text);
    cn::is_18(&folded) && cn::read_18(&folded, NaiveDate::MAX, ReadSource::Symbol).is_sound()
}

/// The documents that a folded text has the shape of, though nothing protects it.
pub(super) fn candidates(folded: &str, source: ReadSource) -> Vec<Candidate> {
    let unprotected = |shape: &&Shape| matches!(shape.proof, Proof::Shape | Proof::Digits);
    shapes::shapes_of(folded)
        .filter(unprotected)
        .map(|shape| Candidate {
            kind: shape.kind.into(),
            identity: Some(Identity::of_number(shape.kind, folded, source)),
        })
        .collect()
}

fn unchecked(kind: DocumentKind, folded: &str, source: ReadSource) -> Reading {
    let reading = Reading::review(Some(kind.into()), Problem::Unchecked).with_field("number", folded);
    Reading {
        identity: Some(Identity::of_number(kind, folded, source)),
        candidates: candidates(folded, source),
        ..reading
    }
}

/// What a folded text is, given the kind of document that the operator chose.
pub(super) fn chosen(kind: DocumentKind, folded: &str, today: NaiveDate) -> Reading {
    // Zones, licences and the like are read whole, never by a number that someone types.
    if shapes::lengths(kind).is_empty() && kind != DocumentKind::PassportNumber {
        return Reading::refuse(Some(kind.into()), vec![Problem::Unsupported]);
    }
    let lengths = shapes::lengths(kind);
    if !lengths.is_empty() && !lengths.contains(&folded.chars().count()) {
        return Reading::refuse(Some(kind.into()), vec![Problem::Length]);
    }
    if kind != DocumentKind::PassportNumber && (cn::is_18(folded) || digits(folded, 15)) {
        return of_chosen_cn(kind, read_cn(folded, today, ReadSource::Typed));
    }
    if !shapes::may_be(kind, folded) {
        return Reading::refuse(Some(kind.into()), vec![misfit(kind, folded)]);
    }
    let identity = Identity::of_number(kind, folded, ReadSource::Typed);
    if kind == DocumentKind::CnForeigner15 && !shapes::foreigner_15_dated(folded, today) {
        let candidates = vec![Candidate { kind: kind.into(), identity: Some(identity) }];
        return Reading { candidates, ..Reading::review(Some(kind.into()), Problem::BirthDate) };
    }
    let reading = Reading::new(Verdict::Accept, Some(kind.into())).with_field("number", folded);
    Reading { identity: Some(identity), ..reading.with_check(Check::ChosenKind) }
}

/// Why a text of the right length cannot be this kind's number.
fn misfit(kind: DocumentKind, folded: &str) -> Problem {
    let alphanumeric = folded.bytes().all(|b| b.is_ascii_alphanumeric());
    match kind {
        DocumentKind::PassportNumber if alphanumeric => Problem::Length,
        DocumentKind::HkMoTravelPermit | DocumentKind::CnExitPermit if alphanumeric => Problem::Structure,
        _ => Problem::Charset,
    }
}

/// A number of another kind than was chosen is a question: one of the two is wrong.
fn of_chosen_cn(kind: DocumentKind, number: CnNumber) -> Reading {
    let own = number.identity.document;
    let reading = of_cn(number);
    if own == kind || reading.verdict == Verdict::Refuse {
        return reading;
    }
    let candidate = Candidate { kind: own.into(), identity: reading.identity.clone() };
    Reading { verdict: Verdict::Review, problems: vec![Problem::Document], candidates: vec![candidate], ..reading }
}

/// Reads a folded text that is 15 digits or has the form of 18 characters.
fn read_cn(folded: &str, today: NaiveDate, source: ReadSource) -> CnNumber {
    if folded.len() == 15 { cn::read_15(folded, today, source) } else { cn::read_18(folded, today, source) }
}

pub(super) fn of_cn(number: CnNumber) -> Reading {
    let kind = Some(number.identity.document.into());
    if !number.is_sound() {
        return Reading::refuse(kind, number.problems);
    }
    let mut reading = Reading::new(Verdict::Accept, kind);
    reading.evidence.checks = number.checks();
    let identity = &number.identity;
    let mut put = |name, value: Option<Sensitive>| {
        if let Some(value) = value {
            reading.fields.push((name, FieldValue::Text(value)));
        }
    };
    put("number", identity.number.clone());
    put("number18", identity.number18.clone());
    put("province", Some(number.province.into()));
    put("region", number.region.filter(|_| number.problems.is_empty()).map(Sensitive::from));
    put("birth", identity.birth.map(|birth| dashed_day(birth).into()));
    put("sex", identity.sex.map(|sex| sex.as_str().into()));
    Reading { problems: number.problems, identity: Some(number.identity), ..reading }
}

/// What a chip or card reader's fields say: `number` passes the checks of a typed number of the
/// kind in `document` (by default, of its own shape), `name` and `address` are taken as they are.
pub(super) fn of_fields(fields: &[(String, String)], today: NaiveDate) -> Reading {
    let field = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.trim());
    let Some(number) = field("number").map(fold_number).filter(|number| !number.is_empty()) else {
        return Reading::refuse(None, vec![Problem::Structure]);
    };
    let mut reading = match field("document").and_then(DocumentKind::from_text) {
        Some(kind) => chosen(kind, &number, today),
        None => match by_shape(&number, today, ReadSource::Chip, |_| true) {
            Some(reading) => reading,
            None => return Reading::refuse(None, vec![Problem::Structure]),
        },
    };
    let short = |value: &&str| !value.is_empty() && value.chars().count() <= NAME_CHARS_MAX;
    if let Some(identity) = &mut reading.identity {
        identity.source = ReadSource::Chip;
        identity.name = field("name").filter(short).map(Sensitive::from);
        identity.address = field("address").filter(short).map(Sensitive::from);
        for (name, value) in [("name", &identity.name), ("address", &identity.address)] {
            reading.fields.extend(value.iter().map(|value| (name, FieldValue::Text(value.clone()))));
        }
    }
    reading
}
