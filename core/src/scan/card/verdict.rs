//! Number against lines: what may be believed.

use super::facts::Facts;
use super::number::{Broken, Number, Numbers};
use crate::record::{DocumentKind, ReadSource};
use crate::scan::cn;
use crate::scan::day::dashed_day;
use crate::scan::document;
use crate::scan::identity::{Identity, Sensitive, Sex};
use crate::scan::reading::{Candidate, Check, FieldValue, Problem, Reading, ReadingKind, Verdict};

/// More repaired letters than these need the birth line to agree: each repair is one more chance
/// for the check character to agree by luck.
const REPAIRS_ALONE_MAX: usize = 2;

/// What number and lines say of each other.
struct Lines {
    birth: Agreement,
    sex: Agreement,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Agreement {
    Unread,
    Agrees,
    Contradicts,
    /// One line agrees and another does not.
    Both,
}

pub(super) fn of(numbers: &Numbers, facts: &Facts) -> Option<Reading> {
    match &numbers.sound[..] {
        [] => without_number(numbers, facts),
        [number] => {
            let others = numbers.broken.iter().filter(|broken| broken.is_likely() || broken.read.is_sound());
            let two = facts.two_cards || others.count() > 0;
            Some(if two { two_people(std::slice::from_ref(number)) } else { of_number(number, facts) })
        }
        several => Some(two_people(several)),
    }
}

/// Two cards in the picture: which of them is meant, only the operator knows.
fn two_people(numbers: &[Number]) -> Reading {
    let kind = numbers.first().map(|number| kind(number.read.identity.document));
    let same = numbers.iter().all(|number| Some(kind_of(number)) == kind);
    let mut reading = Reading::review(kind.filter(|_| same), Problem::Contradiction);
    reading.candidates =
        numbers.iter().filter(|number| number.repaired.is_empty() && !number.crowded).map(candidate).collect();
    reading
}

fn of_number(number: &Number, facts: &Facts) -> Reading {
    let lines = compare(number.read.identity.birth, number.read.identity.sex, facts);
    let mut problems = Vec::new();
    if lines.birth.is_doubt() || lines.sex.is_doubt() {
        problems.push(Problem::Contradiction);
    }
    problems.extend(lines.birth.is_doubt().then_some(Problem::BirthDate));
    problems.extend(lines.sex.is_doubt().then_some(Problem::Sex));
    let unsure = number.crowded || number.repaired.len() > REPAIRS_ALONE_MAX;
    if problems.is_empty() && unsure && lines.birth != Agreement::Agrees {
        problems.push(if number.crowded { Problem::Ambiguous } else { Problem::Charset });
    }
    if problems.is_empty() { accept(number, &lines, facts) } else { doubt(number, problems, &lines, facts) }
}

fn accept(number: &Number, lines: &Lines, facts: &Facts) -> Reading {
    let read = &number.read;
    let mut reading = document::of_cn(read.clone());
    reading.evidence.checks = vec![Check::CheckCharacter, Check::Date, Check::Province];
    if read.problems.is_empty() && read.region.is_some() {
        reading.evidence.checks.push(Check::Region);
    }
    if !number.repaired.is_empty() {
        reading.verdict = Verdict::AcceptRepaired;
        reading.evidence.repaired = vec![("number", u32::try_from(number.repaired.len()).unwrap_or(u32::MAX))];
    }
    with_texts(with_lines(reading, lines), read.identity.document, facts)
}

/// The number holds by itself, but something on the card says otherwise: it is left out, and what
/// it says of birth and sex stands only where the card's line agrees.
fn doubt(number: &Number, problems: Vec<Problem>, lines: &Lines, facts: &Facts) -> Reading {
    let identity = &number.read.identity;
    let mut reading = Reading { problems, ..Reading::new(Verdict::Review, Some(kind_of(number))) };
    if lines.birth != Agreement::Both && lines.sex != Agreement::Both {
        reading = confirmed(reading, identity.birth, identity.sex, lines);
        reading.candidates = vec![candidate(number)];
    }
    with_texts(with_lines(reading, lines), identity.document, facts)
}

fn with_lines(mut reading: Reading, lines: &Lines) -> Reading {
    for (agreement, check) in [(lines.birth, Check::BirthLine), (lines.sex, Check::SexLine)] {
        if agreement == Agreement::Agrees {
            reading = reading.with_check(check);
        }
    }
    reading
}

/// Birth and sex, where the card says the same in two places.
fn confirmed(mut reading: Reading, birth: Option<u32>, sex: Option<Sex>, lines: &Lines) -> Reading {
    if let Some(birth) = birth.filter(|_| lines.birth == Agreement::Agrees) {
        reading = reading.with_field("birth", dashed_day(birth));
    }
    // Sex agrees by chance every second time, so it needs the birth beside it or a sound number.
    if let Some(sex) = sex.filter(|_| lines.sex == Agreement::Agrees) {
        reading = reading.with_field("sex", sex.as_str());
    }
    reading
}

fn without_number(numbers: &Numbers, facts: &Facts) -> Option<Reading> {
    if let Some(text) = numbers.unprotected.first().filter(|_| numbers.broken.is_empty()) {
        let reading = unprotected(text, numbers.unprotected.len() > 1, facts);
        if reading.is_some() {
            return reading;
        }
    }
    let likely = |broken: &&Broken| broken.is_likely() || broken.clean && broken.is_possible() || facts.is_card();
    let mut broken = numbers.broken.iter().filter(likely);
    if let Some(first) = broken.next() {
        let another = broken.any(|other| other.text != first.text);
        return Some(of_broken(first, another || facts.two_cards, facts));
    }
    if !facts.is_card() {
        return None;
    }
    let kind = if facts.is_resident_card() { Some(DocumentKind::CnResident) } else { None };
    let problem = match (facts.two_cards, numbers.near) {
        (true, _) => Problem::Contradiction,
        (false, true) => Problem::Length,
        (false, false) => Problem::Structure,
    };
    let reading = Reading::review(kind.map(ReadingKind::from), problem);
    Some(if facts.two_cards { reading } else { with_texts(reading, kind.unwrap_or(DocumentKind::CnResident), facts) })
}

/// A number that its own checks contradict: it is left out. Its birth stands if the birth line is
/// the same, and its sex if both lines are.
fn of_broken(broken: &Broken, another: bool, facts: &Facts) -> Reading {
    let read = &broken.read;
    let kind = ReadingKind::from(read.identity.document);
    if another {
        return Reading::review(Some(kind), Problem::Contradiction);
    }
    // A sound one stands here when nothing but a repair makes its region.
    let problems = if read.is_sound() { vec![Problem::Region] } else { read.problems.clone() };
    let mut reading = Reading { problems, ..Reading::new(Verdict::Review, Some(kind)) };
    let lines = compare(read.identity.birth, read.identity.sex, facts);
    if lines.birth == Agreement::Agrees && !read.problems.contains(&Problem::FutureDate) {
        reading = with_lines(confirmed(reading, read.identity.birth, read.identity.sex, &lines), &lines);
    }
    with_texts(reading, read.identity.document, facts)
}

/// An old foreigner's number or one of 15 digits. Only a card that agrees with it makes it one at
/// all; it stays a question, because a misread digit cannot be told.
fn unprotected(text: &str, several: bool, facts: &Facts) -> Option<Reading> {
    let foreign = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let document = if foreign { DocumentKind::CnForeigner15 } else { DocumentKind::CnResident15 };
    let part = text.get(if foreign { 7..13 } else { 6..12 })?;
    let birth = facts.births.iter().find(|birth| format!("{:06}", birth.date % 1_000_000) == part)?.date;
    if several || facts.two_cards || !foreign && birth / 1_000_000 != 19 {
        return Some(Reading::review(Some(document.into()), Problem::Contradiction));
    }
    let alone = facts.births.iter().all(|line| line.date == birth);
    if !alone {
        return Some(Reading::review(Some(document.into()), Problem::Contradiction));
    }
    let mut identity = Identity::of_number(document, text, ReadSource::Ocr);
    identity.birth = Some(birth);
    identity.number18 = cn::upgrade_15(text).map(Sensitive::from);
    let mut reading = Reading::review(Some(document.into()), Problem::Unchecked)
        .with_field("birth", dashed_day(birth))
        .with_check(Check::BirthLine);
    reading.candidates = vec![Candidate { kind: document.into(), identity: Some(identity) }];
    Some(with_texts(reading, document, facts))
}

fn compare(birth: Option<u32>, sex: Option<Sex>, facts: &Facts) -> Lines {
    let births = facts.births.iter().map(|line| (Some(line.date) == birth, line.certain));
    let sexes = facts.sexes.iter().map(|line| (Some(*line) == sex, true));
    Lines { birth: agreement(births), sex: agreement(sexes) }
}

/// What lines say: each whether it agrees, and whether its disagreeing counts.
fn agreement(lines: impl Iterator<Item = (bool, bool)>) -> Agreement {
    lines.fold(Agreement::Unread, |before, line| match (before, line) {
        (Agreement::Both, _) | (Agreement::Agrees, (false, true)) | (Agreement::Contradicts, (true, _)) => {
            Agreement::Both
        }
        (Agreement::Unread, (true, _)) => Agreement::Agrees,
        (Agreement::Unread, (false, true)) => Agreement::Contradicts,
        (before, _) => before,
    })
}

impl Agreement {
    const fn is_doubt(self) -> bool {
        matches!(self, Self::Contradicts | Self::Both)
    }
}

/// Name, ethnic group and address as read, for the operator's eye.
fn with_texts(mut reading: Reading, document: DocumentKind, facts: &Facts) -> Reading {
    let foreign = matches!(document, DocumentKind::CnForeigner | DocumentKind::CnForeigner15);
    let resident = matches!(document, DocumentKind::CnResident | DocumentKind::CnResident15);
    let (first, second) = if foreign { (&facts.latin_name, &facts.name) } else { (&facts.name, &facts.latin_name) };
    let name = first.as_deref().or(second.as_deref().filter(|_| foreign));
    let ethnicity = facts.ethnicity.filter(|_| resident);
    let address = facts.address.as_deref().filter(|_| !foreign);
    for (field, value) in [("name", name), ("ethnicity", ethnicity), ("address", address)] {
        let Some(value) = value else { continue };
        reading.fields.push((field, FieldValue::Text(value.into())));
        reading.confirm.push(field);
    }
    let identities =
        reading.identity.iter_mut().chain(reading.candidates.iter_mut().filter_map(|c| c.identity.as_mut()));
    for identity in identities {
        identity.name = name.map(Sensitive::from);
        identity.address = address.map(Sensitive::from);
    }
    reading
}

fn candidate(number: &Number) -> Candidate {
    Candidate { kind: kind_of(number), identity: Some(number.read.identity.clone()) }
}

fn kind_of(number: &Number) -> ReadingKind {
    kind(number.read.identity.document)
}

fn kind(document: DocumentKind) -> ReadingKind {
    document.into()
}
