//! One reading of the ways in which a zone's characters may be laid out.

use chrono::NaiveDate;

use super::settle::Settled;
use super::zone::{View, text};
use crate::record::ReadSource;
use crate::scan::reading::{Candidate, Evidence, Problem, Reading, Verdict};

/// One way to lay the characters out.
pub(super) struct Try {
    pub(super) settled: Settled,
    /// Characters that its lines are too long or too short.
    pub(super) distance: usize,
    /// Whether every line was found.
    pub(super) complete: bool,
}

/// The fields that no check digit protects.
const UNPROTECTED: &[&str] =
    &["document_code", "issuing_state", "nationality", "sex", "optional1", "optional2", "surname", "given_names"];

/// Characters too long or too short from which on the lengths of lines do not tell the format.
const VAGUE: usize = 2;

/// What the ways together say, those that agree with every check if any does, and of these the
/// nearest in length: what all of them have in common.
pub(super) fn conclude(mut tries: Vec<Try>, today: NaiveDate) -> Option<Reading> {
    // Recognisers drop fillers by the dozen, and only their number tells the sizes of a visa.
    let visa = tries.iter().all(|this| this.settled.layout.composite.is_none());
    let several = tries.windows(2).any(|pair| matches!(pair, [a, b] if a.settled.layout != b.settled.layout));
    let sound = |this: &Try| this.settled.problems.is_empty();
    if tries.iter().any(sound) {
        tries.retain(sound);
    }
    let nearest = tries.iter().map(|this| this.distance).min().unwrap_or_default();
    tries.retain(|this| this.distance == nearest);
    tries.sort_by_key(|this| (this.settled.problems.len(), this.distance));
    let complete = tries.first()?.complete;
    let mut tries = tries.into_iter().map(|this| this.settled);
    let mut first = tries.next()?;
    for other in tries {
        agree(&mut first, &other);
    }
    if first.layout.long_numbers && first.left_out.contains(&"document_number") {
        // It may hold the rest of the number.
        first.leave_out("optional1");
    }
    if !complete {
        first.problems.push(Problem::Structure);
    }
    let reading = reading(&first, today);
    Some(if visa && several && nearest >= VAGUE { Reading { format: None, ..reading } } else { reading })
}

/// Leaves out of `first` what `other` reads differently.
fn agree(first: &mut Settled, other: &Settled) {
    let number = |settled: &Settled| {
        let shown = !settled.left_out.contains(&"document_number");
        shown.then(|| settled.zone().number().map(|number| number.text)).flatten()
    };
    if number(first) != number(other) {
        if !first.left_out.contains(&"document_number") {
            first.problems.push(Problem::SeveralRepairs);
        }
        first.leave_out("document_number");
    }
    let same = first.layout == other.layout;
    let optional = |settled: &Settled, span: Option<super::layout::Span>| span.map(|span| text(span.of(&settled.text)));
    if !same || optional(first, first.layout.optional1) != optional(other, other.layout.optional1) {
        first.leave_out("optional1");
    }
    if !same || optional(first, first.layout.optional2) != optional(other, other.layout.optional2) {
        first.leave_out("optional2");
    }
    if !same && first.problems.is_empty() {
        first.problems.push(Problem::SeveralRepairs);
    }
}

fn reading(settled: &Settled, today: NaiveDate) -> Reading {
    let verdict = match (settled.problems.is_empty(), settled.repaired.is_empty()) {
        (true, true) => Verdict::Accept,
        (true, false) => Verdict::AcceptRepaired,
        _ => Verdict::Review,
    };
    let problems = [settled.problems.clone(), settled.zone().doubts()].concat();
    let view = View { today, source: ReadSource::Ocr, left_out: &settled.left_out };
    let mut reading = settled.zone().reading(verdict, problems, &view);
    let has = |name: &&str| reading.fields.iter().any(|(field, _)| field == name);
    let checked = |name: &&str| {
        *name == "optional1" && settled.layout.optional1_check.is_some()
            || name.starts_with("optional") && settled.layout.composite.is_some()
    };
    reading.confirm = UNPROTECTED.iter().copied().filter(|name| has(name) && !checked(name)).collect();
    let checks = std::mem::take(&mut reading.evidence.checks);
    let shown = |name: &str| !settled.left_out.contains(&name);
    let repaired = settled.repaired.iter().copied().filter(|(name, _)| shown(name)).collect();
    reading.evidence = Evidence { checks, repaired };
    if verdict == Verdict::Review {
        // Only a number and a birth that are sound name somebody whom the operator can confirm.
        reading.identity = reading.identity.filter(|_| shown("birth_date"));
        let candidate = |identity: &crate::scan::Identity| Candidate {
            kind: identity.document.into(),
            identity: Some(identity.clone()),
        };
        reading.candidates = reading.identity.iter().map(candidate).collect();
    }
    reading
}
