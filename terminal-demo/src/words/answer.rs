//! An answer of the station in words.

use fieldcore::{Answer, Candidate, Cue, Earlier, Outcome, Remark};

use super::{Words, fill};
use crate::local_time;

/// The first line: what it came to, and for whom.
pub(crate) fn headline(words: &Words, answer: &Answer) -> String {
    let mut parts = vec![words.outcome(answer.outcome).to_owned()];
    parts.extend(answer.subject.clone());
    parts.extend(answer.tube.as_ref().map(|tube| format!("{} {tube}", words.tube)));
    parts.extend(answer.position.map(|position| fill(words.position, &[&position])));
    parts.extend(answer.left.map(|left| fill(words.left, &[&left])));
    parts.join(" · ")
}

/// One line for the log on the screen: the first, and why where something is not as it should be.
pub(crate) fn message(words: &Words, answer: &Answer) -> String {
    let headline = headline(words, answer);
    let why = details(words, answer).into_iter().next();
    match (answer.outcome, why) {
        (Outcome::Note, Some(why)) => why,
        (Outcome::Help, _) | (_, None) => headline,
        (_, Some(_)) if answer.cue == Cue::Ok => headline,
        (_, Some(why)) => format!("{headline}: {why}"),
    }
}

/// The lines below: what is wrong, what it may mean, what was before.
pub(crate) fn details(words: &Words, answer: &Answer) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(note) = answer.note.filter(|note| *note != Remark::ForShell && answer.outcome != Outcome::Help) {
        lines.push(words.remark(note).to_owned());
    }
    if !answer.problems.is_empty() {
        let problems: Vec<_> = answer.problems.iter().map(|code| words.problem(code)).collect();
        lines.push(problems.join("; "));
    }
    lines.extend(answer.earlier.as_ref().map(|earlier| before(words, earlier)));
    if answer.people.len() > 1 {
        lines.extend(
            answer
                .people
                .iter()
                .map(|placed| format!("{}  {}", fill(words.position, &[&placed.position]), placed.subject)),
        );
    }
    if !answer.candidates.is_empty() {
        lines.push(words.choose.to_owned());
        lines.extend(answer.candidates.iter().map(candidate));
    }
    lines.extend(answer.text.iter().flat_map(|text| text.lines().map(str::to_owned)));
    lines
}

fn candidate(candidate: &Candidate) -> String {
    let subject = candidate.subject.as_deref().unwrap_or_default();
    format!("  {}  {}  {subject}", candidate.number, candidate.kind)
}

fn before(words: &Words, earlier: &Earlier) -> String {
    let unknown = || "-".to_owned();
    let tube = earlier.tube.clone().unwrap_or_else(unknown);
    let position = earlier.position.map_or_else(unknown, |position| position.to_string());
    let lane = earlier.lane.clone().unwrap_or_else(unknown);
    fill(words.earlier, &[&tube, &position, &local_time(earlier.wall_ms), &lane])
}
