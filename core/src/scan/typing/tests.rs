use std::sync::LazyLock;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::scan::shapes;
use crate::scan::{ReadingKind, Verdict, check_character};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
}

fn typed(text: &str, document: Option<DocumentKind>) -> Typing {
    check(text, document, today())
}

fn wrong(text: &str, document: Option<DocumentKind>) -> Option<(&'static str, usize)> {
    typed(text, document).wrong.map(|wrong| (wrong.problem.as_str(), wrong.position))
}

/// Numbers of each kind: printed in GB 11643, specimens of authorities, or of births before 1906.
const NUMBERS: &[(DocumentKind, &str)] = &[
    (DocumentKind::CnResident, "11010519491231002X"),
    (DocumentKind::CnResident, "440524188001010014"),
    (DocumentKind::CnPermitHk, "810000199408230021"),
    (DocumentKind::CnPermitTw, "830000199201300022"),
    (DocumentKind::CnResident15, "110105000228001"),
    (DocumentKind::CnForeigner15, "USA110099020312"),
    (DocumentKind::HkMoTravelPermit, "H12345678"),
    (DocumentKind::HkMoTravelPermit, "M1234567800"),
    (DocumentKind::TwTravelPermit, "12345678"),
    (DocumentKind::TwTravelPermit, "1234567890"),
    (DocumentKind::TwTravelPermit, "1234567890A"),
    (DocumentKind::TwTravelPermit, "1234567890(A)"),
    (DocumentKind::CnExitPermit, "C12345678"),
    (DocumentKind::CnExitPermit, "CA1234567"),
    (DocumentKind::PassportNumber, "E12345678"),
    (DocumentKind::PassportNumber, "EA1234567"),
    (DocumentKind::PassportNumber, "P1234567"),
    (DocumentKind::PassportNumber, "141234567"),
    (DocumentKind::PassportNumber, "KJ1234567"),
];

/// Every beginning of a number is right, and its next character is among the keys.
fn assert_types(number: &str, kind: DocumentKind, document: Option<DocumentKind>) {
    for count in 0..=number.len() {
        let so_far = typed(&number[..count], document);
        assert_eq!(so_far.wrong, None, "{count}");
        let possible = so_far.possible.iter().find(|possible| possible.kind == kind);
        let left = number.len() - count;
        assert!(possible.is_some_and(|p| p.least <= left && left <= p.most), "{count}");
        if let Some(next) = number[count..].chars().next() {
            assert!(so_far.next.contains(next), "{count} {}", so_far.next);
        } else {
            assert!(so_far.reading.is_some());
        }
    }
}

#[test]
fn numbers_of_every_kind_are_right_on_every_key() {
    for (kind, number) in NUMBERS {
        assert_types(number, *kind, Some(*kind));
        assert_types(number, *kind, None);
        let reading = typed(number, Some(*kind)).reading.unwrap();
        assert!(reading.verdict.is_accept(), "{}", kind.as_str());
        assert_eq!(reading, interpret(&Scan::Typed { text: (*number).to_owned(), document: Some(*kind) }, today()));
        if kind.as_str() != "passport_number" {
            assert_eq!(typed(number, Some(*kind)).possible[0].least, 0);
        }
    }
}

#[test]
fn keys_are_those_that_may_follow() {
    let resident = Some(DocumentKind::CnResident);
    for (text, next) in [
        ("", "1234567"),
        ("1", "12345"),
        ("7", "1"),
        ("110105", "12"),
        ("1101051", "89"),
        ("1101052", "0"),
        ("11010520", "012"),
        ("110105202", "0123456"),
        ("1101052026", "0"),
        ("11010520260", "1"),
        ("110105202601", "0"),
        ("1101052026010", "1"),
        ("1101051900", "01"),
        ("11010519001", "012"),
        ("110105190002", "012"),
        ("1101051900022", "012345678"),
        ("1101051904022", "0123456789"),
        ("1101051949", "01"),
        ("11010519491231002", "0123456789X"),
        ("11010519491231002X", ""),
    ] {
        assert_eq!(typed(text, resident).next, next, "{text}");
    }
    assert_eq!(typed("", Some(DocumentKind::CnForeigner)).next, "9");
    assert_eq!(typed("8", Some(DocumentKind::CnPermitMo)).next, "2");
    assert_eq!(typed("C", Some(DocumentKind::CnExitPermit)).next, "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ");
    assert_eq!(typed("12345678", Some(DocumentKind::TwTravelPermit)).next, "0123456789");
    assert_eq!(typed("1234567890(", Some(DocumentKind::TwTravelPermit)).next, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    assert_eq!(typed("", None).next, "123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".replace('1', "01"));
}

#[test]
fn what_is_wrong_is_told_on_the_first_key_that_makes_it_so() {
    let resident = Some(DocumentKind::CnResident);
    for (text, document, expected) in [
        ("0", resident, ("province", 0)),
        ("16", resident, ("province", 1)),
        ("81", resident, ("document", 0)),
        ("11010517", resident, ("date", 7)),
        ("11010521", resident, ("future_date", 7)),
        ("110105203", resident, ("future_date", 8)),
        ("11010519002", resident, ("date", 10)),
        ("110105190013", resident, ("date", 11)),
        ("1101051900023", resident, ("date", 12)),
        ("11010519000229", resident, ("date", 13)),
        ("110105202602", resident, ("future_date", 11)),
        ("1101051X", resident, ("charset", 7)),
        ("110105194912310021", resident, ("checksum", 17)),
        ("11010519491231002X1", resident, ("length", 18)),
        ("11010519491231002X1", None, ("length", 18)),
        ("110105194912310021", None, ("checksum", 17)),
        ("11010519491331", None, ("date", 11)),
        ("1601051949123", None, ("province", 1)),
        (" １１ ０１05 1949 13", resident, ("date", 15)),
        ("110105001301001", Some(DocumentKind::CnResident15), ("date", 9)),
        ("910", Some(DocumentKind::CnForeigner), ("province", 2)),
        ("11", Some(DocumentKind::CnForeigner), ("document", 0)),
        ("H1234567A", Some(DocumentKind::HkMoTravelPermit), ("charset", 8)),
        ("CI", Some(DocumentKind::CnExitPermit), ("charset", 1)),
        ("US1", Some(DocumentKind::CnForeigner15), ("charset", 2)),
        ("AB-1", Some(DocumentKind::PassportNumber), ("charset", 2)),
        ("P<UTO", Some(DocumentKind::Mrz), ("unsupported", 0)),
    ] {
        assert_eq!(wrong(text, document), Some(expected), "{text}");
        let before: String = text.chars().take(expected.1).collect();
        assert_eq!(wrong(&before, document).filter(|_| expected.0 != "unsupported"), None, "{before}");
        assert_eq!(typed(text, document).next, "");
    }
    let refused = typed("110105194912310021", resident).reading.unwrap();
    assert_eq!((refused.verdict, refused.kind), (Verdict::Refuse, Some(ReadingKind::CnResident)));
    assert_eq!(typed("11010519491331", resident).reading, None);
}

#[test]
fn blanks_full_width_forms_and_small_letters_count_as_the_number() {
    let reading = typed("１１０１０５ 1949 1231 002x", Some(DocumentKind::CnResident)).reading.unwrap();
    assert_eq!(reading.text_field("number"), Some("11010519491231002X"));
    assert_eq!(typed(" ", None).wrong, None);
    assert_eq!(typed("any code at all", Some(DocumentKind::Alias)).reading.unwrap().verdict, Verdict::Accept);
    assert_eq!(wrong(&"1".repeat(60_000), Some(DocumentKind::CnResident)), Some(("date", 6 + 1)));
}

/// Every day on which someone can have been born.
static DAYS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let days = NaiveDate::from_ymd_opt(1800, 1, 1).unwrap().iter_days().take_while(|day| *day <= today());
    days.map(|day| day.format("%Y%m%d").to_string()).collect()
});

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn valid_numbers_type_without_a_word(head in 0usize..8, year in 1880u32..1906, month in 1u32..13, day in 1u32..29, order in 0u32..1000) {
        let heads = ["110105", "710000", "810000", "820000", "830000", "931840", "119999", "654022"];
        let body = format!("{}{year:04}{month:02}{day:02}{order:03}", heads[head]);
        let number = format!("{body}{}", check_character(&body).unwrap());
        let kind = crate::scan::cn::kind_18(&number);
        assert_types(&number, kind, Some(kind));
        assert_types(&number, kind, None);
        for other in "0123456789X".chars().filter(|c| !number.ends_with(*c)) {
            let broken = format!("{body}{other}");
            prop_assert_eq!(wrong(&broken, Some(kind)), Some(("checksum", 17)));
            prop_assert_eq!(typed(&broken, None).reading.unwrap().verdict, Verdict::Refuse);
        }
    }

    /// What is possible agrees with a plain search over all days; the keys with what is possible.
    #[test]
    fn a_date_is_wrong_as_soon_as_no_day_fits(digits in "[0-9]{1,8}") {
        let text = format!("110105{digits}");
        let fits = DAYS.iter().any(|day| day.starts_with(&digits));
        prop_assert_eq!(wrong(&text, Some(DocumentKind::CnResident)).is_none(), fits);
    }

    #[test]
    fn keys_are_exactly_what_is_not_wrong(text in "[0-9A-Z()]{0,12}", kind in 0usize..12) {
        let kinds = [DocumentKind::CnResident, DocumentKind::CnResident15, DocumentKind::CnPermitHk, DocumentKind::CnForeigner, DocumentKind::CnForeigner15, DocumentKind::HkMoTravelPermit, DocumentKind::TwTravelPermit, DocumentKind::CnExitPermit, DocumentKind::PassportNumber];
        let document = kinds.get(kind).copied();
        let so_far = typed(&text, document);
        for key in ('0'..='9').chain('A'..='Z').chain(['(', ')', '-', '<']) {
            let longer = typed(&format!("{text}{key}"), document);
            prop_assert_eq!(so_far.next.contains(key), longer.wrong.is_none() , "{}{}", text, key);
        }
    }

    /// Complete here is what has a shape there.
    #[test]
    fn complete_numbers_have_the_shapes_of_interpret(text in "[0-9]{8,13}|[CDEGHKMPS][A-Z]?[0-9]{7,10}|[A-Z]{3}[0-9]{12}|[0-9]{10}[A-Z]|1[45][0-9]{7}") {
        let complete = |p: &Possible| p.least == 0;
        let mut here: Vec<_> = typed(&text, None).possible.iter().filter(|p| complete(p)).map(|p| p.kind.as_str()).collect();
        let mut there: Vec<_> = shapes::shapes_of(&text).map(|shape| shape.kind.as_str()).filter(|kind| *kind != "cn_resident_15").collect();
        here.retain(|kind| *kind != "cn_resident_15");
        here.sort_unstable();
        there.sort_unstable();
        prop_assert_eq!(here, there);
    }

    #[test]
    fn any_text_is_told_about(text in "\\PC{0,60}", kind in 0usize..20) {
        let document = DocumentKind::ALL.get(kind).copied();
        let typing = typed(&text, document);
        prop_assert!(typing.wrong.is_none_or(|wrong| wrong.position <= text.chars().count()));
    }
}
