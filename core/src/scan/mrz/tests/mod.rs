mod ocr;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::check::{digit, value};
use crate::record::{DocumentKind, ReadSource};
use crate::scan::{Check, FieldValue, Problem, Reading, ReadingKind, Scan, Sensitive, Sex, Verdict, interpret};

pub(super) fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
}

pub(super) fn field<'a>(reading: &'a Reading, name: &str) -> Option<&'a str> {
    reading.fields.iter().find(|(field, _)| *field == name).map(|(_, value)| match value {
        FieldValue::Text(text) => text.expose(),
        FieldValue::Pairs(_) => "pairs",
    })
}

pub(super) fn clean(lines: &[&str]) -> Reading {
    interpret(&Scan::Mrz { lines: lines.iter().map(|line| (*line).to_owned()).collect() }, today())
}

pub(super) fn words(reading: &Reading) -> (&'static str, Option<&'static str>, Vec<&'static str>) {
    (reading.verdict.as_str(), reading.format, reading.problems.iter().map(|problem| problem.as_str()).collect())
}

/// The specimens that the standard prints, of the state UTO that does not exist: format, lines,
/// fields in the order of `interpret`.
pub(super) const PRINTED: &[(&str, &[&str], &[&str])] = &[
    // Doc 9303-4, appendix B.
    (
        "TD3",
        &["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"],
        &["P", "UTO", "UTO", "L898902C3", "740812", "F", "120415", "ZE184226B", "", "ERIKSSON", "ANNA MARIA"],
    ),
    // Doc 9303-5, appendix B, and its number of more than nine characters (note j).
    (
        "TD1",
        &["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"],
        &["I", "UTO", "UTO", "D23145890", "740812", "F", "120415", "", "", "ERIKSSON", "ANNA MARIA"],
    ),
    (
        "TD1",
        &["I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<"],
        &["I", "UTO", "UTO", "D23145890734", "340712", "M", "950712", "", "", "STEVENSON", "PETER JOHN"],
    ),
    // Doc 9303-6, appendix B, and note j.
    (
        "TD2",
        &["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"],
        &["I", "UTO", "UTO", "D23145890", "740812", "F", "120415", "", "", "ERIKSSON", "ANNA MARIA"],
    ),
    (
        "TD2",
        &["I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<", "D23145890<UTO3407127M95071227349<<<8"],
        &["I", "UTO", "UTO", "D23145890734", "340712", "M", "950712", "", "", "STEVENSON", "PETER JOHN"],
    ),
    // Doc 9303-7, appendices: visas of format A and B.
    (
        "MRV-A",
        &["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"],
        &["V", "UTO", "XXX", "L8988901C", "400907", "F", "961210", "6ZE184226B", "", "ERIKSSON", "ANNA MARIA"],
    ),
    (
        "MRV-B",
        &["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<"],
        &["V", "UTO", "XXX", "L8988901C", "400907", "F", "961210", "", "", "ERIKSSON", "ANNA MARIA"],
    ),
];

pub(super) const NAMES: &[&str] = &[
    "document_code",
    "issuing_state",
    "nationality",
    "document_number",
    "birth_date",
    "sex",
    "expiry_date",
    "optional1",
    "optional2",
    "surname",
    "given_names",
];

#[test]
fn printed_zones_read_as_printed() {
    for (format, lines, fields) in PRINTED {
        let reading = clean(lines);
        assert_eq!(words(&reading), ("accept", Some(*format), vec![]), "{lines:?}");
        for (name, value) in NAMES.iter().zip(*fields) {
            assert_eq!(field(&reading, name), Some(*value).filter(|value| !value.is_empty()), "{name} {lines:?}");
        }
        assert!(reading.confirm.is_empty() && reading.evidence.repaired.is_empty());
        let identity = reading.identity.unwrap();
        assert_eq!((identity.document, identity.source), (DocumentKind::Mrz, ReadSource::Mrz));
        assert_eq!(identity.key_text().unwrap().expose(), format!("mrz|UTO|{}", fields[3]));
    }
}

#[test]
fn printed_check_digits_hold() {
    // Doc 9303-3, section 4.9 and appendix A; the last is part 6's.
    for (text, check) in [("520727", b'3'), ("AB2134<<<", b'5'), ("L898902C3", b'6'), ("D23145890734", b'9')] {
        assert_eq!(digit(text.as_bytes()), check, "{text}");
    }
    assert_eq!((value(b'Z'), value(b'A'), value(b'9'), value(b'<')), (35, 10, 9, 0));
}

/// A zone of `layout` from its parts, every check digit put in.
pub(super) fn td3(number: &str, birth: &str, optional: &str, optional_check: Option<char>) -> Vec<String> {
    let checked = |text: &str| format!("{text}{}", char::from(digit(text.as_bytes())));
    let (number, birth, expiry) = (checked(&format!("{number:<<9}")), checked(birth), checked("310415"));
    let optional = format!("{optional:<<14}");
    let optional = match optional_check {
        Some(check) => format!("{optional}{check}"),
        None => checked(&optional),
    };
    let composite = digit([&*number, &birth, &expiry, &optional].concat().as_bytes());
    let line = format!("{number}UTO{birth}F{expiry}{optional}{}", char::from(composite));
    vec![format!("{:<<44}", "P<UTOSPECIMEN<<ADA"), line]
}

pub(super) fn td1(number: &str, optional1: &str, birth: &str, optional2: &str) -> Vec<String> {
    let checked = |text: &str| format!("{text}{}", char::from(digit(text.as_bytes())));
    let first = if number.len() > 9 {
        format!("{}<{}{}<{optional1}", &number[..9], &number[9..], char::from(digit(number.as_bytes())))
    } else {
        format!("{}{optional1}", checked(&format!("{number:<<9}")))
    };
    let (first, birth, expiry) = (format!("{first:<<25}"), checked(birth), checked("310415"));
    let optional2 = format!("{optional2:<<11}");
    let composite = char::from(digit([&*first, &birth, &expiry, &optional2].concat().as_bytes()));
    vec![
        format!("I<UTO{first}"),
        format!("{birth}F{expiry}UTO{optional2}{composite}"),
        format!("{:<<30}", "SPECIMEN<<ADA"),
    ]
}

pub(super) fn read(lines: &[String]) -> Reading {
    interpret(&Scan::Mrz { lines: lines.to_vec() }, today())
}

#[test]
fn an_empty_personal_number_may_have_a_zero_or_a_filler() {
    for (optional, check, verdict) in [
        ("", Some('0'), Verdict::Accept),
        ("", Some('<'), Verdict::Accept),
        ("", Some('1'), Verdict::Refuse),
        ("ZE184226B", None, Verdict::Accept),
        ("ZE184226B", Some('<'), Verdict::Refuse),
        // A computed 0 of a filled field is printed as 0.
        ("550000000", None, Verdict::Accept),
        ("J", Some('<'), Verdict::Refuse),
    ] {
        let reading = read(&td3("L898902C3", "740812", optional, check));
        assert_eq!(reading.verdict, verdict, "{optional} {check:?}");
        assert_eq!(reading.verdict == Verdict::Refuse, reading.problems == [Problem::Optional1]);
    }
    let zero = read(&td3("L898902C3", "740812", "A1", None));
    assert_eq!(field(&zero, "optional1"), Some("A1"));
    assert!(zero.evidence.checks.contains(&Check::Optional1));
}

#[test]
fn long_numbers_of_any_length() {
    for number in ["D231458907", "D2314589073", "D23145890734", "D2314589073456789012"] {
        let reading = read(&td1(number, "", "740812", ""));
        assert_eq!(field(&reading, "document_number"), Some(number));
        assert_eq!(field(&reading, "optional1"), None);
    }
    let reading = read(&td1("D231458907", "AB<1", "740812", "X1"));
    assert_eq!(field(&reading, "optional1"), Some("AB<1"));
    assert_eq!(field(&reading, "optional2"), Some("X1"));
    let broken = read(
        &td1("D23145890734", "", "740812", "")
            .into_iter()
            .map(|line| line.replace("7349<", "7348<"))
            .collect::<Vec<_>>(),
    );
    assert_eq!(words(&broken), ("refuse", Some("TD1"), vec!["document_number", "composite"]));
}

#[test]
fn an_old_belgian_sum_counts_the_filler() {
    // The number of a specimen card; of nobody, as the birth is unknown.
    let card = |state: &str| {
        let first = format!("ID{state}000590240<6013<<<<<<<<<<<");
        let second = "<<<<<<0F3104150BEL<<<<<<<<<<<";
        let composite = digit([&first[5..], &second[..7], &second[8..15], &second[18..]].concat().as_bytes());
        read(&[first, format!("{second}{}", char::from(composite)), format!("{:<<30}", "SPECIMEN<<ADA")])
    };
    assert_eq!(digit(b"000590240<601"), b'3');
    assert_ne!(digit(b"000590240601"), b'3');
    assert_eq!(words(&card("BEL")), ("accept", Some("TD1"), vec![]));
    assert_eq!(field(&card("BEL"), "document_number"), Some("000590240601"));
    assert_eq!(words(&card("UTO")), ("refuse", Some("TD1"), vec!["document_number"]));
}

#[test]
fn parts_of_a_birth_may_be_unknown() {
    for birth in ["<<<<<<", "74<<<<", "7408<<", "<<0812"] {
        let reading = read(&td3("L898902C3", birth, "", None));
        assert_eq!((reading.verdict, field(&reading, "birth_date")), (Verdict::Accept, Some(birth)));
        assert_eq!(reading.identity.unwrap().birth, None);
    }
    for birth in ["7<0812", "74<812", "741<<<", "7413<<", "740832", "750229", "740431", "74<<32"] {
        let reading = read(&td3("L898902C3", birth, "", None));
        assert_eq!(words(&reading), ("refuse", Some("TD3"), vec!["birth_date_calendar"]), "{birth}");
        assert!(reading.fields.is_empty() && reading.identity.is_none());
    }
}

#[test]
fn a_century_is_told_only_where_it_is_certain() {
    for (birth, whole) in [
        ("740812", Some(19740812)),
        // Tomorrow's date is last century's.
        ("260102", Some(19260102)),
        // A child, or somebody of a hundred years: the operator knows.
        ("260101", None),
        ("100812", None),
        ("040229", Some(20040229)),
        // No leap year in the other century.
        ("000229", Some(20000229)),
    ] {
        let lines = td3("L898902C3", birth, "", None);
        let identity = read(&lines).identity.unwrap();
        let wanted = if birth == "040229" { None } else { whole };
        assert_eq!(identity.birth, wanted, "{birth}");
    }
    let later = NaiveDate::from_ymd_opt(2030, 1, 1).unwrap();
    let scan = Scan::Mrz { lines: td3("L898902C3", "040229", "", None) };
    assert_eq!(interpret(&scan, later).identity.unwrap().birth, Some(20040229));
}

#[test]
fn an_impossible_expiry_is_refused_and_none_is_allowed() {
    let with_expiry = |expiry: &str| {
        let expiry = format!("{expiry}{}", char::from(digit(expiry.as_bytes())));
        let mut lines = td3("L898902C3", "740812", "", None);
        lines[1].replace_range(21..28, &expiry);
        let composite = digit([&lines[1][..10], &lines[1][13..20], &lines[1][21..43]].concat().as_bytes());
        lines[1].replace_range(43.., &char::from(composite).to_string());
        read(&lines)
    };
    assert_eq!(with_expiry("<<<<<<").verdict, Verdict::Accept, "cards for the old never expire");
    assert_eq!(with_expiry("280229").verdict, Verdict::Accept);
    for expiry in ["290229", "311301", "310431", "3104<<"] {
        assert_eq!(words(&with_expiry(expiry)).2, ["expiry_date_calendar"], "{expiry}");
    }
}

#[test]
fn each_fault_has_its_word() {
    let base = td3("L898902C3", "740812", "ZE184226B", None);
    let broken = |line: usize, place: usize, c: &str| {
        let mut lines = base.clone();
        lines[line].replace_range(place..=place, c);
        words(&read(&lines)).2
    };
    assert_eq!(broken(1, 9, "0"), ["document_number", "composite"]);
    assert_eq!(broken(1, 13, "8"), ["birth_date", "composite"]);
    assert_eq!(broken(1, 27, "9"), ["expiry_date", "composite"]);
    assert_eq!(broken(1, 42, "0"), ["optional1", "composite"]);
    assert_eq!(broken(1, 43, "9"), ["composite"]);
    assert_eq!(broken(1, 20, "X"), ["sex"], "X stands in the visual zone only");
    assert_eq!(broken(1, 20, "1"), ["sex"]);
    assert_eq!(broken(1, 14, "O"), ["charset", "birth_date_calendar"], "the sum takes it for a 4");
    assert_eq!(broken(0, 0, "Q"), ["structure"]);
    assert_eq!(broken(0, 6, "1"), ["charset"], "no name has a digit");
    assert_eq!(broken(0, 6, "p"), ["charset"]);
    assert_eq!(broken(0, 6, " "), ["charset"]);
    assert_eq!(broken(0, 6, "Ä"), ["charset"]);
    assert_eq!(broken(0, 6, ""), ["length"]);
    assert_eq!(broken(1, 43, "2 X"), ["length", "charset"]);
}

#[test]
fn what_is_no_zone_is_refused() {
    for (lines, problem) in [
        (vec![], "structure"),
        (vec![""], "structure"),
        (vec!["P<UTO", "L898"], "length"),
        (vec!["A", "B", "C", "D"], "structure"),
        (vec!["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"], "length"),
    ] {
        assert_eq!(words(&clean(&lines)).2[0], problem, "{lines:?}");
    }
    let spaces =
        ["  P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n", "L898902C36UTO7408122F1204159ZE184226B<<<<<10\r\n"];
    assert_eq!(clean(&spaces).verdict, Verdict::Accept, "white space around a line is not part of it");
}

#[test]
fn unknown_codes_are_doubts_only() {
    let lines = |state: &str, nationality: &str| {
        let mut lines = td3("L898902C3", "740812", "", None);
        lines[0].replace_range(2..5, state);
        lines[1].replace_range(10..13, nationality);
        read(&lines)
    };
    assert_eq!(words(&lines("QQQ", "UTO")), ("accept", Some("TD3"), vec!["issuing_state"]));
    assert_eq!(words(&lines("UTO", "QQ<")), ("accept", Some("TD3"), vec!["nationality"]));
    for code in ["D<<", "GBN", "RKS", "XXA", "XXB", "XXC", "XXX", "UNO", "EUE", "XOM", "XPO", "CHN", "TWN", "HKG"] {
        let reading = lines(code, code);
        assert_eq!(words(&reading).2, Vec::<&str>::new(), "{code}");
        assert_eq!(reading.identity.unwrap().issuer.as_deref(), Some(code.trim_end_matches('<')));
    }
    assert_eq!(words(&lines("U1O", "UTO")).2, ["charset"]);
}

#[test]
fn names_are_keys() {
    let named = |names: &str| {
        let mut lines = td3("L898902C3", "740812", "", None);
        lines[0] = format!("P<UTO{names:<<39}");
        let reading = read(&lines);
        assert_eq!(reading.verdict, Verdict::Accept);
        let name = reading.identity.as_ref().unwrap().name.as_ref().map(|name| name.expose().to_owned());
        let text = |name| field(&reading, name).unwrap_or_default().to_owned();
        (text("surname"), text("given_names"), name.unwrap_or_default())
    };
    let parts = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
    assert_eq!(named("VAN<DER<SPECIMEN<<ADA<B"), parts("VAN DER SPECIMEN", "ADA B", "VAN DER SPECIMEN, ADA B"));
    assert_eq!(named("ARKFREITH"), parts("ARKFREITH", "", "ARKFREITH"));
    assert_eq!(named(""), parts("", "", ""));
    let cut = "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K";
    assert_eq!(named(cut).1, "CHAYAPA DEJTHAMRONG K");
    assert_eq!(named(&"A".repeat(39)).0.len(), 39);
}

#[test]
fn a_sex_not_stated_is_a_filler() {
    let mut lines = td3("L898902C3", "740812", "", None);
    lines[1].replace_range(20..21, "<");
    let reading = read(&lines);
    assert_eq!((reading.verdict, field(&reading, "sex")), (Verdict::Accept, Some("<")));
    assert_eq!(reading.identity.unwrap().sex, Some(Sex::Unspecified));
}

/// The permit's one line, of somebody born in 1899.
pub(super) fn permit(number: &str) -> String {
    let checked = |text: &str| format!("{text}{}", char::from(digit(text.as_bytes())));
    let (number, expiry, birth) = (checked(number), checked("290415"), checked("990101"));
    let composite = digit([&*number, &expiry, &birth].concat().as_bytes());
    format!("CS{number}<{expiry}<{birth}<{}", char::from(composite))
}

#[test]
fn an_exit_permits_line() {
    let line = permit("CA0000001");
    let reading = clean(&[&line]);
    assert_eq!(
        (reading.verdict, reading.kind, reading.format),
        (Verdict::Accept, Some(ReadingKind::CnExitPermit), None)
    );
    assert_eq!(field(&reading, "number"), Some("CA0000001"));
    assert_eq!(field(&reading, "document_number"), Some("CA0000001"));
    assert_eq!(field(&reading, "birth"), Some("1999-01-01"));
    assert_eq!(field(&reading, "birth_date"), Some("990101"));
    assert_eq!(field(&reading, "expiry_date"), Some("290415"));
    let identity = reading.identity.unwrap();
    assert_eq!(identity.document, DocumentKind::CnExitPermit);
    let typed = Scan::Typed { text: "CA0000001".into(), document: Some(DocumentKind::CnExitPermit) };
    let typed = interpret(&typed, today()).identity.unwrap();
    assert_eq!(identity.key_text(), typed.key_text(), "typed or read, the same person");
    assert_eq!(words(&clean(&[&line.replacen("CS", "CA", 1)])).2, ["structure"]);
    assert_eq!(words(&clean(&[&line.replacen('<', "0", 1)])).2, ["structure"]);
    for place in 2..30 {
        let mut broken = line.clone();
        let other = if &line[place..=place] == "9" { "8" } else { "9" };
        broken.replace_range(place..=place, other);
        assert_eq!(clean(&[&broken]).verdict, Verdict::Refuse, "{place}");
    }
}

#[test]
fn nothing_of_a_zone_is_printed() {
    let lines = td3("L898902C3", "740812", "ZE184226B", None);
    let reading = read(&lines);
    let printed = format!("{reading:?} {:?}", reading.identity.as_ref().map(|identity| identity.number.clone()));
    for part in ["L8989", "7408", "SPECIMEN", "ZE18"] {
        assert!(!printed.contains(part), "{printed}");
    }
    assert_eq!(reading.identity.unwrap().number.as_ref().map(Sensitive::expose), Some("L898902C3"));
}

/// Valid zones of UTO: TD1 and TD3, with short and long numbers and optional data. States leave
/// the letters I and O out of numbers of letters and digits.
pub(super) fn zones() -> impl Strategy<Value = Vec<String>> {
    let number = "[A-Z]{0,2}[0-9]{5,7}";
    let birth = (0..100u32, 1..=12u32, 1..=28u32).prop_map(|(y, m, d)| format!("{y:02}{m:02}{d:02}"));
    prop_oneof![
        (number, birth.clone(), "[A-Z0-9]{0,14}").prop_map(|(n, b, o)| td3(&n, &b, &o, None)),
        ("[A-Z][0-9]{8}", birth.clone()).prop_map(|(n, b)| td3(&n, &b, "", Some('<'))),
        ("[A-HJ-NP-Z0-9]{9}", birth.clone(), "[A-Z0-9]{0,15}", "[A-Z0-9]{0,11}")
            .prop_map(|(n, o, b, p)| td1(&n, &b, &o, &p)),
        ("[A-Z][0-9]{9,13}", birth).prop_map(|(n, b)| td1(&n, "", &b, "")),
    ]
}

proptest! {
    #[test]
    fn a_valid_zone_is_accepted(lines in zones()) {
        let reading = read(&lines);
        prop_assert_eq!(reading.verdict, Verdict::Accept, "{:?} {:?}", words(&reading), lines);
    }

    #[test]
    fn one_wrong_character_under_a_check_digit_is_never_accepted(
        lines in zones(), line in 0..2usize, place in 0..44usize, c in "[A-Z0-9<]",
    ) {
        let mut broken = lines.clone();
        prop_assume!(place < lines[line].len() && lines[line][place..=place] != c);
        let old = value(lines[line].as_bytes()[place]);
        let new = value(c.as_bytes()[0]);
        broken[line].replace_range(place..=place, &c);
        let (was, now) = (read(&lines), read(&broken));
        let checked = ["document_number", "birth_date", "expiry_date"];
        if now.verdict.is_accept() && old % 10 != new % 10 {
            for name in checked {
                prop_assert_eq!(field(&was, name), field(&now, name), "{:?}", broken);
            }
        }
    }

    #[test]
    fn a_lost_or_doubled_character_is_refused(lines in zones(), line in 0..2usize, place in 0..44usize, doubled: bool) {
        prop_assume!(place < lines[line].len());
        let mut broken = lines;
        let c = broken[line].remove(place);
        if doubled {
            broken[line].insert(place, c);
            broken[line].insert(place, c);
        }
        prop_assert_eq!(read(&broken).verdict, Verdict::Refuse);
    }

    #[test]
    fn no_text_is_too_odd(lines in prop::collection::vec(".{0,50}", 0..5)) {
        let reading = read(&lines);
        prop_assert!(reading.verdict != Verdict::Refuse || reading.fields.is_empty() && reading.identity.is_none());
    }

    #[test]
    fn no_characters_of_a_zone_are_too_odd(lines in prop::collection::vec("[A-Z0-9<]{30}|[A-Z0-9<]{36}|V[A-Z0-9<]{43}", 1..4)) {
        prop_assert!(read(&lines).verdict == Verdict::Refuse || read(&lines).identity.is_some());
    }
}
