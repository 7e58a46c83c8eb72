//! An answer of the station in words.

use fieldcore::{Answer, Candidate, Cue, Earlier, Outcome, Remark};

use super::{Words, fill};
use crate::local_time;

/// The first line: what it came to, and for whom.
pub(crate) fn headline(words: &Words, answer: &Answer) -> String {
    let (what, whom) = (what(words, answer), whom(words, answer));
    if whom.is_empty() { what } else { format!("{what} · {whom}") }
}

/// What it came to. Of a note, what is noted.
pub(crate) fn what(words: &Words, answer: &Answer) -> String {
    let noted = answer.note.filter(|_| answer.outcome == Outcome::Note).map(|note| words.remark(note));
    let first = answer.text.as_deref().filter(|_| leads(answer)).and_then(|text| text.lines().next());
    first.or(noted).unwrap_or(words.outcome(answer.outcome)).to_owned()
}

/// Whether the first line of the answer's text says what it came to: what the shell itself tells,
/// and what is wrong with a verb.
fn leads(answer: &Answer) -> bool {
    let is_line = answer.text.as_deref().is_some_and(|text| text.lines().count() == 1);
    match answer.outcome {
        Outcome::Note => answer.note == Some(Remark::ForShell),
        Outcome::Help => is_line,
        _ => false,
    }
}

/// For whom and where, masked; empty where it is about nobody.
pub(crate) fn whom(words: &Words, answer: &Answer) -> String {
    let mut parts: Vec<String> = answer.subject.iter().cloned().collect();
    parts.extend(answer.container.as_ref().map(|container| format!("{} {container}", words.container)));
    parts.extend(answer.tube.as_ref().map(|tube| format!("{} {tube}", words.tube)));
    parts.extend(answer.position.map(|position| fill(words.position, &[&position])));
    parts.extend(answer.people_in.map(|count| format!("{} {count}", words.people)));
    parts.extend(answer.tubes_in.map(|count| format!("{} {count}", words.tubes)));
    // A tube that was closed takes nobody more.
    let left = answer.left.filter(|_| answer.people_in.is_none());
    parts.extend(left.map(|left| fill(words.left, &[&left])));
    parts.join(" · ")
}

/// One line for the log on the screen: the first, and why where something is not as it should be.
pub(crate) fn message(words: &Words, answer: &Answer) -> String {
    let headline = headline(words, answer);
    let silent = answer.cue == Cue::Ok || matches!(answer.outcome, Outcome::Help | Outcome::Repeated);
    match details(words, answer).into_iter().next().filter(|_| !silent) {
        Some(why) => format!("{headline}{}{why}", words.colon),
        None => headline,
    }
}

/// The lines below: what is wrong, what it may mean, what was before.
pub(crate) fn details(words: &Words, answer: &Answer) -> Vec<String> {
    let mut lines = Vec::new();
    let is_note = answer.outcome == Outcome::Note;
    if let Some(note) = answer.note.filter(|note| *note != Remark::ForShell && !is_note) {
        lines.push(words.remark(note).to_owned());
    }
    if !answer.problems.is_empty() {
        let problems: Vec<_> = answer.problems.iter().map(|code| words.problem(code)).collect();
        lines.push(problems.join(words.semicolon));
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
        lines.extend(answer.candidates.iter().map(|one| candidate(words, one)));
    }
    let told = usize::from(leads(answer));
    lines.extend(answer.text.iter().flat_map(|text| text.lines().skip(told).map(str::to_owned)));
    lines.extend(answer.code.clone());
    lines
}

fn candidate(words: &Words, candidate: &Candidate) -> String {
    let subject = candidate.subject.as_deref().unwrap_or_default();
    format!("  {}  {}  {subject}", candidate.number, words.kind(candidate.kind))
}

fn before(words: &Words, earlier: &Earlier) -> String {
    let unknown = || "-".to_owned();
    let tube = earlier.tube.clone().unwrap_or_else(unknown);
    let position = earlier.position.map_or_else(unknown, |position| position.to_string());
    let lane = earlier.lane.clone().unwrap_or_else(unknown);
    fill(words.earlier, &[&tube, &position, &local_time(earlier.wall_ms), &lane])
}

#[cfg(test)]
mod tests {
    use fieldcore::Language;

    use super::*;

    #[test]
    fn the_first_line_says_what_it_came_to() {
        let words = Words::of(Language::English);
        let told = |outcome, note, text: Option<&str>| Answer {
            note,
            text: text.map(str::to_owned),
            ..Answer::new(outcome, Cue::Ok)
        };
        let report = told(Outcome::Note, Some(Remark::ForShell), Some("Report\na\nb"));
        assert_eq!(
            (what(words, &report), details(words, &report)),
            ("Report".to_owned(), vec!["a".into(), "b".into()])
        );
        let phone = told(Outcome::Note, Some(Remark::ContactKept), None);
        assert_eq!(
            (what(words, &phone), details(words, &phone)),
            (words.remark(Remark::ContactKept).to_owned(), vec![])
        );
        let wrong = told(Outcome::Help, None, Some("no such verb"));
        assert_eq!((message(words, &wrong), details(words, &wrong)), ("no such verb".to_owned(), vec![]));
        let closed = Answer { left: Some(0), people_in: Some(7), ..told(Outcome::TubeClosed, None, None) };
        assert_eq!(headline(words, &closed), "tube closed · people 7");
    }
}
