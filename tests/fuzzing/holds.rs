//! What must hold of every reading, whatever was read.

use std::collections::HashSet;
use std::sync::LazyLock;

use fieldcore::limits::LABEL_CHARS_MAX;
use fieldcore::record::DocumentKind;
use fieldcore::scan::{
    Check, FieldValue, Identity, Problem, Reading, ReadingKind, Scan, Verdict, check_character, interpret,
};

use super::scans::today;

/// Bytes of all fields for each byte of the text, and the bytes that every reading may have.
const FIELD_BYTES_EACH: usize = 6;
const FIELD_BYTES_FREE: usize = 512;
/// More candidates than these no operator can choose from.
const CANDIDATES_MAX: usize = 8;

/// Reads `scan` and asserts what must hold of the answer.
pub(super) fn read(scan: &Scan) -> Reading {
    let reading = interpret(scan, today());
    holds(&reading, scan);
    assert!(reading == interpret(scan, today()), "the same text reads the same");
    reading
}

/// Asserts what must hold of what was read of `scan`.
pub(super) fn holds(reading: &Reading, scan: &Scan) {
    match reading.verdict {
        Verdict::Refuse => {
            assert!(reading.fields.is_empty() && reading.identity.is_none(), "a refusal hands something on");
            assert!(!reading.problems.is_empty(), "a refusal does not say why");
            assert!(reading.confirm.is_empty() && reading.candidates.is_empty());
        }
        Verdict::Review => review_leaves_out_what_is_doubtful(reading),
        Verdict::Accept | Verdict::AcceptRepaired => accept_is_sound(reading, scan),
    }
    is_well_formed(reading, scan);
    nothing_is_made_up(reading, scan);
    debug_tells_nothing(reading, scan);
}

/// The fields that a problem puts in doubt. What no check protects may stand as it was read.
fn doubted(problem: Problem) -> &'static [&'static str] {
    match problem {
        Problem::DocumentNumber => &["document_number", "number"],
        Problem::BirthDate | Problem::BirthDateCalendar => &["birth_date", "birth"],
        Problem::ExpiryDate | Problem::ExpiryDateCalendar => &["expiry_date", "expiry"],
        Problem::Optional1 => &["optional1"],
        Problem::Sex => &["sex"],
        Problem::Province => &["province", "number", "number18", "region"],
        Problem::Region => &["region"],
        Problem::Checksum => &["number", "number18", "gtin", "sscc"],
        Problem::Date | Problem::FutureDate => &["number", "number18", "birth", "expiry", "best_before"],
        Problem::Contradiction => &["number", "number18", "document_number"],
        _ => &[],
    }
}

fn review_leaves_out_what_is_doubtful(reading: &Reading) {
    assert!(!reading.problems.is_empty(), "a question does not say what it is about");
    for problem in &reading.problems {
        for (name, _) in &reading.fields {
            assert!(!doubted(*problem).contains(name), "{}: {name} stands, {problem:?}", kind(reading));
        }
    }
    if reading.problems == [Problem::Composite] {
        for name in ["document_number", "birth_date", "expiry_date", "optional1"] {
            assert!(reading.text_field(name).is_none(), "{name} stands, and the check over it fails");
        }
        assert!(reading.identity.is_none());
    }
    // What names the holder of an Aadhaar QR is made of several fields.
    let number = ["number", "document_number", "reference"].iter().any(|name| reading.text_field(name).is_some());
    let named = reading.identity.as_ref().is_some_and(|identity| identity.number.is_some());
    assert!(number || !named, "{}: a person is named by a number that is left out", kind(reading));
}

fn kind(reading: &Reading) -> &'static str {
    reading.kind.map_or("null", ReadingKind::as_str)
}

/// Doubts that do not keep a reading from being accepted.
const MERE_DOUBTS: &[Problem] = &[Problem::Region, Problem::IssuingState, Problem::Nationality, Problem::Sex];

fn accept_is_sound(reading: &Reading, scan: &Scan) {
    for problem in &reading.problems {
        assert!(MERE_DOUBTS.contains(problem), "{}: accepted with {problem:?}", kind(reading));
    }
    assert!(reading.kind.is_some(), "accepted as nothing");
    let repaired = reading.verdict == Verdict::AcceptRepaired;
    assert_eq!(repaired, !reading.evidence.repaired.is_empty(), "{}: what was repaired is told", kind(reading));
    assert!(!repaired || matches!(scan, Scan::Ocr { .. }), "only a recogniser's letters are repaired");
    let candidates = reading.candidates.iter().filter_map(|candidate| candidate.identity.as_ref());
    for identity in reading.identity.iter().chain(candidates) {
        number_is_sound(identity);
    }
    if let Some(identity) = &reading.identity {
        // A licence's number is kept in capitals.
        let number = identity.number.as_ref().map(|number| folded(number.expose()));
        let field = reading.text_field("number").or_else(|| reading.text_field("document_number")).map(folded);
        let kept = matches!(identity.document, DocumentKind::Aadhaar);
        assert!(kept || number == field, "{}: the identity is another than the fields say", kind(reading));
    }
}

/// The check character, by the public arithmetic, and what the number says of birth and sex.
fn number_is_sound(identity: &Identity) {
    use DocumentKind as K;
    let checked = [K::CnResident, K::CnPermitHk, K::CnPermitMo, K::CnPermitTw, K::CnForeigner];
    if !checked.contains(&identity.document) {
        return;
    }
    let number = identity.number.as_ref().map(|number| number.expose()).unwrap_or_default();
    let body = number.get(..17).unwrap_or_default();
    assert!(number.len() == 18 && check_character(body) == number.chars().last(), "a wrong number was accepted");
    let birth = identity.birth.map(|birth| birth.to_string());
    assert_eq!(birth.as_deref(), number.get(6..14));
    let odd = number.as_bytes()[16] % 2 == 1;
    assert_eq!(identity.sex.map(|sex| sex.as_str()), Some(if odd { "M" } else { "F" }));
}

fn is_well_formed(reading: &Reading, scan: &Scan) {
    let mut names = HashSet::new();
    assert!(reading.fields.iter().all(|(name, _)| names.insert(*name)), "{}: a field stands twice", kind(reading));
    assert!(reading.confirm.iter().all(|name| names.contains(name)), "{}: what to confirm is not there", kind(reading));
    assert!(reading.confirm.is_empty() || matches!(scan, Scan::Ocr { .. }));
    let mut checks = HashSet::new();
    assert!(reading.evidence.checks.iter().all(|check| checks.insert(*check)), "a check counts twice");
    let mut problems = HashSet::new();
    assert!(reading.problems.iter().all(|problem| problems.insert(*problem)), "a problem is told twice");
    assert!(reading.candidates.len() <= CANDIDATES_MAX, "{} candidates", reading.candidates.len());
    let bytes: usize = reading.fields.iter().map(|(name, value)| name.len() + bytes_of(value)).sum();
    assert!(bytes <= FIELD_BYTES_FREE + FIELD_BYTES_EACH * scan.text().expose().len(), "{bytes} bytes of fields");
    if let Some(label) = &reading.label {
        assert!(!label.text.is_empty() && !label.text.chars().any(char::is_control));
        assert!(label.text.chars().count() <= LABEL_CHARS_MAX);
    }
}

fn bytes_of(value: &FieldValue) -> usize {
    match value {
        FieldValue::Text(text) => text.expose().len(),
        FieldValue::Pairs(pairs) => pairs.iter().map(|(name, value)| name.len() + value.expose().len()).sum(),
    }
}

/// Fields that are worked out from others, or written in another form.
const DERIVED: &[&str] = &[
    "number18",
    "birth",
    "sex",
    "expiry",
    "best_before",
    "flag_type",
    "check_character",
    "gtin",
    "province",
    "region",
    "country",
    "jurisdiction",
    "address",
    "ethnicity",
    "name",
    "reference",
];

/// What stands in a field stood in the text, character for character in order, but for those that
/// are told as repaired.
fn nothing_is_made_up(reading: &Reading, scan: &Scan) {
    let text = folded(scan.text().expose());
    for (name, value) in &reading.fields {
        let FieldValue::Text(value) = value else { continue };
        let repaired = reading.evidence.repaired.iter().any(|(field, _)| field == name);
        if repaired || DERIVED.contains(name) || reading.kind == Some(ReadingKind::Aadhaar) {
            continue;
        }
        let mut rest = text.chars();
        let there = folded(value.expose()).chars().all(|wanted| rest.any(|c| c == wanted));
        assert!(there || may_be_respelt(reading, name), "{}: {name} was made up", kind(reading));
    }
}

/// Where a recogniser's letters are put right without a digit's being touched: the codes of states,
/// names, and the words of a card.
fn may_be_respelt(reading: &Reading, name: &str) -> bool {
    reading.confirm.contains(&name)
}

fn folded(text: &str) -> String {
    let narrow = |c: char| match u32::from(c) {
        wide @ 0xff01..=0xff5e => char::from_u32(wide - 0xfee0).unwrap_or(c),
        _ => c,
    };
    text.chars().map(narrow).filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// Every word that the debug output of a reading may hold.
static VOCABULARY: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let lists = [format!("{:?}", ReadingKind::ALL), format!("{:?}", Problem::ALL), format!("{:?}", Check::ALL)];
    let own = "Reading verdict Accept AcceptRepaired Review Refuse kind format identity Identity label Label symbology \
               alias fields confirm problems evidence candidates Candidate Evidence checks repaired FieldValue hidden \
               Some None TD1 TD2 TD3 MRV Scan Symbol Typed Line Ocr Mrz Fields";
    words(own).chain(lists.iter().flat_map(|list| words(list))).map(str::to_owned).collect()
});

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// Every word of the debug output is one of the program's own: nothing of the text can be in it.
fn debug_tells_nothing(reading: &Reading, scan: &Scan) {
    let names: HashSet<&str> = reading.fields.iter().map(|(name, _)| *name).collect();
    let repaired: HashSet<&str> = reading.evidence.repaired.iter().map(|(name, _)| *name).collect();
    let told = format!("{reading:?} {scan:?}");
    for word in words(&told) {
        // An AIM identifier's two characters, a count of repairs.
        let own = word.len() <= 2 || VOCABULARY.contains(word) || names.contains(word) || repaired.contains(word);
        assert!(own, "{}: the debug output tells more than codes", kind(reading));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound() -> (Reading, Scan) {
        let scan = Scan::typed(concat!("44052418800101", "0014"));
        (interpret(&scan, today()), scan)
    }

    /// Negative control: each rule, broken, is noticed.
    #[test]
    fn what_does_not_hold_is_noticed() {
        let breaks: [fn(&mut Reading); 7] = [
            |reading| reading.verdict = Verdict::Refuse,
            |reading| {
                reading.verdict = Verdict::Review;
                reading.problems.push(Problem::Checksum);
            },
            |reading| reading.problems.push(Problem::Checksum),
            |reading| reading.verdict = Verdict::AcceptRepaired,
            |reading| reading.fields[0].1 = FieldValue::Text(concat!("44052418800101", "0022").into()),
            |reading| reading.confirm.push("name"),
            |reading| reading.symbology = Some(concat!("44052418800101", "0014").to_owned()),
        ];
        let (reading, scan) = sound();
        holds(&reading, &scan);
        for (index, broken) in breaks.iter().enumerate() {
            let mut reading = reading.clone();
            broken(&mut reading);
            let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| holds(&reading, &scan)));
            assert!(caught.is_err(), "break {index} went unnoticed");
        }
    }
}
