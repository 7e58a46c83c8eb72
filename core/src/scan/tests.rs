use proptest::prelude::*;

use super::*;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
}

fn typed(text: &str) -> Reading {
    interpret(&Scan::typed(text), today())
}

fn line(text: &str) -> Reading {
    interpret(&Scan::line(text), today())
}

fn symbol(text: &str, aim: Option<&str>) -> Reading {
    interpret(&Scan::symbol(text, aim), today())
}

fn field<'a>(reading: &'a Reading, name: &str) -> Option<&'a str> {
    reading.fields.iter().find(|(field, _)| *field == name).map(|(_, value)| match value {
        FieldValue::Text(text) => text.expose(),
        FieldValue::Pairs(_) => "pairs",
    })
}

/// Verdict, kind and problems as `interpret` prints them.
fn summary(reading: &Reading) -> (&'static str, &'static str, Vec<&'static str>) {
    let kind = reading.kind.map_or("null", ReadingKind::as_str);
    (reading.verdict.as_str(), kind, reading.problems.iter().map(|problem| problem.as_str()).collect())
}

/// A number with the check character that belongs to its first 17 digits.
fn with_check(body: &str) -> String {
    format!("{body}{}", check_character(body).unwrap())
}

/// Numbers that standards and authorities print as examples.
const PRINTED: &[(&str, &str, &str, &str)] = &[
    // GB 11643-1999, the two examples.
    ("11010519491231002X", "cn_resident", "1949-12-31", "F"),
    ("440524188001010014", "cn_resident", "1880-01-01", "M"),
    // The published specimens of the residence permits of 2018.
    ("810000199408230021", "cn_permit_hk", "1994-08-23", "F"),
    ("830000199201300022", "cn_permit_tw", "1992-01-30", "F"),
];

#[test]
fn printed_examples_read_as_printed() {
    for (number, kind, birth, sex) in PRINTED {
        for reading in [typed(number), line(number), symbol(number, Some("]Q0"))] {
            assert_eq!(summary(&reading), ("accept", *kind, vec![]));
            assert_eq!(field(&reading, "number"), Some(*number));
            assert_eq!(field(&reading, "birth"), Some(*birth));
            assert_eq!(field(&reading, "sex"), Some(*sex));
            assert!(reading.names_a_person());
        }
    }
}

/// A 15-digit number and its upgrade.
#[test]
fn control_characters_name_nobody() {
    for text in ["\u{0}", "\u{1d}\u{1d}", " \u{1b} ", ""] {
        for reading in
            [typed(text), line(text), symbol(text, None), symbol(text, Some("]C0")), symbol(text, Some("]Q1"))]
        {
            assert_eq!(summary(&reading), ("refuse", "null", vec!["structure"]), "{text:?}");
            assert!(reading.alias.is_none() && reading.label.is_none());
        }
    }
}

#[test]
fn fifteen_digits_are_upgraded_and_are_the_same_person() {
    let reading = typed("610104040927690");
    assert_eq!(summary(&reading), ("accept", "cn_resident_15", vec![]));
    assert_eq!(field(&reading, "number"), Some("610104040927690"));
    assert_eq!(field(&reading, "number18"), Some("610104190409276905"));
    assert_eq!(field(&reading, "birth"), Some("1904-09-27"));
    let long = typed("610104190409276905").identity.unwrap();
    assert_eq!(reading.identity.unwrap().key_text(), long.key_text());
}

#[test]
fn the_foreigners_card_of_2023_is_told_by_its_first_digit() {
    let number = with_check("91184018800315032");
    let reading = typed(&number);
    assert_eq!(summary(&reading), ("accept", "cn_foreigner", vec![]));
    assert_eq!(field(&reading, "province"), Some("11"));
    assert_eq!(field(&reading, "region"), None);
    assert_eq!(field(&reading, "birth"), Some("1880-03-15"));
    assert_eq!(field(&reading, "sex"), Some("F"));
}

#[test]
fn typed_numbers_are_folded() {
    for text in [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105\u{3000}19491231 002ｘ",
    ] {
        assert_eq!(field(&typed(text), "number"), Some("11010519491231002X"));
        assert_eq!(field(&line(text), "number"), Some("11010519491231002X"));
    }
}

#[test]
fn a_doubtful_region_is_only_a_doubt() {
    // 110103 went in 2010; 119999 never was.
    for body in ["11010320150101001", "11999918900101001"] {
        let reading = typed(&with_check(body));
        assert_eq!(summary(&reading), ("accept", "cn_resident", vec!["region"]));
        assert_eq!(field(&reading, "region"), None, "a doubted code is left out");
        assert_eq!(field(&reading, "province"), Some("11"));
    }
    // A region younger than the birth, a great age, and a birth today are none.
    for body in ["11011918800101001", "11010118000101001"] {
        assert_eq!(summary(&typed(&with_check(body))), ("accept", "cn_resident", vec![]));
    }
    let born = Scan::typed(with_check("11010118900101001"));
    let day = NaiveDate::from_ymd_opt(1890, 1, 1).unwrap();
    assert_eq!(summary(&interpret(&born, day)), ("accept", "cn_resident", vec![]));
    let before = NaiveDate::from_ymd_opt(1889, 12, 31).unwrap();
    assert_eq!(summary(&interpret(&born, before)), ("refuse", "cn_resident", vec!["future_date"]));
}

#[test]
fn each_fault_has_its_word() {
    let cases: &[(&str, Vec<&str>)] = &[
        ("990105194912310021", vec!["province", "checksum"]),
        ("110105194902300026", vec!["date", "checksum"]),
        ("110105194912310021", vec!["checksum"]),
    ];
    for (number, problems) in cases {
        let reading = typed(number);
        assert_eq!(reading.verdict, Verdict::Refuse);
        for problem in problems {
            assert!(summary(&reading).2.contains(problem), "{problems:?}");
        }
        assert!(reading.fields.is_empty() && reading.identity.is_none(), "a refusal holds nothing of the number");
    }
    assert_eq!(summary(&typed(&with_check("20010518900101001"))).2, ["province"]);
    assert_eq!(summary(&typed(&with_check("11010518900230001"))).2, ["date"]);
    assert_eq!(summary(&typed(&with_check("11010519000229001"))).2, ["date"], "1900 was no leap year");
}

#[test]
fn a_chosen_document_judges_what_has_no_shape_of_its_own() {
    let chosen = |text: &str, kind| interpret(&Scan::Typed { text: text.into(), document: Some(kind) }, today());
    use DocumentKind as D;
    assert_eq!(summary(&chosen("1101051949123100", D::CnResident)), ("refuse", "cn_resident", vec!["length"]));
    assert_eq!(summary(&chosen("11010519491231A02X", D::CnResident)), ("refuse", "cn_resident", vec!["charset"]));
    assert_eq!(summary(&chosen("810000199408230021", D::CnResident)), ("review", "cn_permit_hk", vec!["document"]));
    assert_eq!(summary(&chosen("12345678", D::TwTravelPermit)), ("accept", "tw_travel_permit", vec![]));
    assert_eq!(summary(&chosen("H12345678", D::HkMoTravelPermit)), ("accept", "hk_mo_travel_permit", vec![]));
    assert_eq!(summary(&chosen("X1234567", D::PassportNumber)), ("accept", "passport_number", vec![]));
    assert_eq!(summary(&chosen("CI1234567", D::CnExitPermit)), ("refuse", "cn_exit_permit", vec!["structure"]));
    assert_eq!(summary(&chosen("any code at all", D::Alias)), ("accept", "alias", vec![]));
    assert_eq!(summary(&chosen("P<UTO", D::Mrz)), ("refuse", "mrz", vec!["unsupported"]));
}

#[test]
fn shapes_without_a_check_digit_are_a_question() {
    assert_eq!(summary(&typed("12345678")), ("review", "tw_travel_permit", vec!["unchecked"]));
    assert_eq!(summary(&typed("M12345678")), ("review", "hk_mo_travel_permit", vec!["unchecked"]));
    assert_eq!(summary(&typed("CA0000001")), ("review", "cn_exit_permit", vec!["unchecked"]));
    assert_eq!(summary(&typed("EA1234567")), ("review", "passport_number", vec!["unchecked"]));
    let both = typed("H12345678");
    assert_eq!(summary(&both), ("review", "null", vec!["ambiguous"]));
    assert_eq!(both.candidates.len(), 2);
    assert!(!both.names_a_person());
}

#[test]
fn a_label_is_kept_byte_for_byte() {
    for text in ["TUBE-000012", "00012345671", "a-1", "*A0001*"] {
        for reading in [typed(text), line(text), symbol(text, Some("]C0"))] {
            assert_eq!(reading.verdict, Verdict::Accept);
            assert_eq!(reading.label.as_ref().unwrap().text, text);
            assert!(!reading.names_a_person());
        }
    }
    assert_eq!(line("]C0TUBE-1").label.unwrap(), Label { text: "TUBE-1".into(), symbology: Some("]C0".into()) });
}

#[test]
fn a_label_is_any_one_line_of_at_most_64_characters() {
    for text in ["AB 0001", "管-0001", "two words"] {
        assert_eq!(line(text).label.unwrap().text, text);
    }
    for text in ["a\u{1}b", "one\ntwo", &"x".repeat(65)] {
        assert!(line(text).label.is_none(), "{text:?}");
    }
}

#[test]
fn a_persons_number_in_a_linear_code_or_between_hyphens_names_no_tube() {
    for reading in [
        symbol("11010519491231002X", Some("]C0")),
        symbol("11010519491231002x", None),
        line("]C011010519491231002X"),
        line("110105-19491231-002X"),
        typed("110105.19491231.002X"),
    ] {
        assert_eq!(summary(&reading), ("accept", "plain", vec![]));
        assert!(reading.names_a_person() && reading.identity.is_none());
        assert_eq!(reading.candidates.len(), 1);
        let number = reading.candidates[0].identity.as_ref().and_then(|identity| identity.number.clone());
        assert_eq!(number.as_ref().map(Sensitive::expose), Some("11010519491231002X"));
    }
    for text in ["]C0110105194912310021", "110105-19491231-0021", "]C0TUBE-0001"] {
        assert!(!line(text).names_a_person() && line(text).candidates.is_empty(), "{text}");
    }
}

#[test]
fn a_symbology_decides_first() {
    assert_eq!(summary(&symbol("6901234567892", Some("]E0"))), ("accept", "retail", vec![]));
    assert_eq!(field(&symbol("6901234567892", Some("]E0")), "gtin"), Some("06901234567892"));
    assert!(symbol("6901234567892", Some("]E0")).label.is_none(), "a retail code is never a label");
    assert_eq!(summary(&symbol("6901234567893", Some("]E0"))), ("refuse", "retail", vec!["checksum"]));
    assert_eq!(summary(&symbol("6901234567892", None)), ("review", "retail", vec!["ambiguous"]));
    assert_eq!(summary(&symbol("6901234567893", None)), ("accept", "plain", vec![]));
    assert_eq!(summary(&symbol("6901234567892", Some("]C0"))), ("accept", "plain", vec![]));
    assert_eq!(summary(&symbol("11010519491231002X", None)), ("accept", "plain", vec![]));
    assert_eq!(summary(&symbol("]C10106901234567892", None)), ("accept", "gs1", vec![]));
    assert_eq!(summary(&symbol("=A99992112345600", None)), ("accept", "isbt128", vec![]));
    assert_eq!(summary(&symbol("https://example.org/code?x=1", Some("]Q0"))), ("accept", "alias", vec![]));
    assert_eq!(summary(&symbol("two words", None)), ("accept", "alias", vec![]));
    assert_eq!(summary(&symbol(&"x".repeat(33), None)), ("accept", "alias", vec![]));
    assert_eq!(summary(&symbol("EA1234567", Some("]Q1"))), ("review", "passport_number", vec!["unchecked"]));
}

#[test]
fn each_aim_identifier_has_its_family() {
    // ISO/IEC 15424: what a text that fits everything is taken for.
    let kind = |aim: &str, text: &str| summary(&symbol(&format!("{aim}{text}"), None)).1;
    for aim in ["]C1", "]d2", "]Q3", "]e0", "]J1", "]d5", "]Q4"] {
        assert_eq!(kind(aim, "10A12345678"), "gs1", "{aim}");
    }
    for aim in ["]E0", "]E1", "]E2", "]E3", "]E4"] {
        assert_eq!(kind(aim, "6901234567892"), "retail", "{aim}");
    }
    for aim in ["]A0", "]A1", "]A4", "]C0", "]C2", "]C4", "]F0", "]F2", "]F4", "]G0", "]I0", "]I1", "]X0"] {
        assert_eq!(kind(aim, "6901234567892"), "plain", "{aim}");
    }
    for aim in ["]d1", "]d3", "]Q0", "]Q1", "]L0", "]z0"] {
        assert_eq!(kind(aim, "6901234567892"), "alias", "{aim}");
        assert_eq!(kind(aim, "11010519491231002X"), "cn_resident", "{aim}");
    }
    assert_eq!(summary(&symbol("]Y0TUBE-1", None)), ("accept", "plain", vec![]), "not one that is known: text");
    // FNC1 without an identifier is no form of its own.
    assert_eq!(summary(&symbol("10A\u{1d}17260531", None)), ("accept", "alias", vec![]));
}

#[test]
fn the_digit_that_a_reader_of_itf_says_it_checked_must_agree() {
    let reading = symbol("06901234567892", Some("]I1"));
    assert_eq!(summary(&reading), ("accept", "plain", vec![]));
    assert_eq!(reading.evidence.checks, [Check::Gs1CheckDigit]);
    assert_eq!(summary(&symbol("06901234567893", Some("]I1"))), ("refuse", "plain", vec!["checksum"]));
    assert_eq!(summary(&symbol("06901234567893", Some("]I0"))), ("accept", "plain", vec![]));
    assert!(symbol("06901234567893", Some("]I1")).label.is_none());
}

#[test]
fn a_wedge_line_asks_where_typing_would_not() {
    assert_eq!(summary(&line("6901234567892")), ("review", "retail", vec!["ambiguous"]));
    assert_eq!(summary(&line("S12345678")), ("review", "null", vec!["ambiguous"]));
    let digits = line("12345678901234");
    assert_eq!(summary(&digits), ("accept", "plain", vec![]));
    assert_eq!(line("12345679").candidates.len(), 1, "a permit of bare digits stays possible");
    // A number that lost a digit, or gained one, is no tube.
    for broken in ["1101051949123100X", "11010519491231002", "1101051949123110029"] {
        let reading = line(broken);
        assert_eq!(summary(&reading), ("refuse", "cn_resident", vec!["length"]), "{broken}");
        assert!(reading.names_a_person());
    }
    for letter in ["110105194912310O2X", "11O10519491231002X", "L1010519491231002X"] {
        assert_eq!(summary(&line(letter)), ("refuse", "cn_resident", vec!["charset"]), "{letter}");
    }
    for label in ["A2345678901234567", "12345678901234567", "1234567890123456789"] {
        assert_eq!(summary(&line(label)), ("accept", "plain", vec![]), "{label}");
    }
    assert_eq!(summary(&line("123456789012345")), ("accept", "plain", vec![]), "15 digits that are no number");
}

#[test]
fn what_cannot_be_read_yet_is_said_so() {
    assert_eq!(
        summary(&interpret(&Scan::Ocr { lines: vec!["a".into()] }, today())),
        ("review", "null", vec!["unsupported"])
    );
    assert_eq!(summary(&interpret(&Scan::Mrz { lines: vec![] }, today())), ("refuse", "mrz", vec!["structure"]));
    assert_eq!(summary(&typed("  ")), ("refuse", "null", vec!["structure"]));
    assert_eq!(summary(&typed(&"9".repeat(SCAN_BYTES_MAX + 1))), ("refuse", "null", vec!["length"]));
}

#[test]
fn a_card_readers_fields_pass_the_same_checks() {
    let fields = |number: &str| Scan::Fields(vec![("number".into(), number.into()), ("name".into(), "某某".into())]);
    let reading = interpret(&fields("440524188001010014"), today());
    assert_eq!(summary(&reading), ("accept", "cn_resident", vec![]));
    let identity = reading.identity.unwrap();
    assert_eq!((identity.source, identity.name.as_ref().map(Sensitive::expose)), (ReadSource::Chip, Some("某某")));
    assert_eq!(interpret(&fields("440524188001010024"), today()).verdict, Verdict::Refuse);
}

#[test]
fn nothing_of_a_person_is_printed() {
    let scan = Scan::typed("440524188001010014");
    let reading = interpret(&scan, today());
    let printed = format!("{scan:?} {reading:?} {:?} {:?}", reading.identity, scan.text());
    assert!(!printed.contains("4405") && !printed.contains("1880"), "{printed}");
    let masked = reading.identity.unwrap().masked();
    assert_eq!(masked, "4405************14");
}

#[test]
fn names_are_masked_but_for_their_ends() {
    let masked = |name: &str| Identity { name: Some(name.into()), ..Identity::undocumented() }.masked();
    assert_eq!(masked("某"), "某");
    assert_eq!(masked("甲乙"), "甲*");
    assert_eq!(masked("甲乙丙丁"), "甲**丁");
    assert_eq!(masked("Ada Byron"), "A** ****n");
    assert_eq!(Identity::undocumented().key_text(), None, "nobody without papers is ever the same person");
}

/// A resident number of a person born between 1880 and 1905.
fn number() -> impl Strategy<Value = String> {
    let regions = prop::sample::select(vec!["110101", "310104", "440105", "653101", "810000", "820000", "830000"]);
    (regions, 1880..=1905i32, 1..=12u32, 1..=28u32, 1..=999u32).prop_map(|(region, year, month, day, sequence)| {
        with_check(&format!("{region}{year:04}{month:02}{day:02}{sequence:03}"))
    })
}

proptest! {
    #[test]
    fn a_valid_number_is_accepted(number in number()) {
        let reading = typed(&number);
        prop_assert_eq!(reading.verdict, Verdict::Accept);
        prop_assert_eq!(field(&reading, "number"), Some(&*number));
        prop_assert!(reading.problems.is_empty());
    }

    #[test]
    fn one_wrong_character_is_never_accepted(number in number(), place in 0..18usize, other in 0..11usize) {
        let wrong = if place == 17 { "0123456789X" } else { "0123456789" }.chars().nth(other % if place == 17 { 11 } else { 10 }).unwrap();
        let mut broken: Vec<char> = number.chars().collect();
        prop_assume!(broken[place] != wrong);
        broken[place] = wrong;
        let broken: String = broken.into_iter().collect();
        prop_assert_eq!(typed(&broken).verdict, Verdict::Refuse);
        prop_assert_eq!(line(&broken).verdict, Verdict::Refuse);
    }

    #[test]
    fn a_swap_of_neighbours_is_never_accepted(number in number(), place in 0..17usize) {
        let mut broken: Vec<char> = number.chars().collect();
        prop_assume!(broken[place] != broken[place + 1]);
        broken.swap(place, place + 1);
        let broken: String = broken.into_iter().collect();
        let reading = typed(&broken);
        prop_assert!(!reading.names_a_person() || reading.verdict == Verdict::Refuse);
    }

    #[test]
    fn a_lost_or_doubled_character_is_never_a_number(number in number(), place in 0..18usize, doubled: bool) {
        let mut broken: Vec<char> = number.chars().collect();
        if doubled { broken.insert(place, broken[place]); } else { broken.remove(place); }
        let broken: String = broken.into_iter().collect();
        prop_assert!(typed(&broken).identity.is_none());
        prop_assert_eq!(line(&broken).verdict, Verdict::Refuse);
        prop_assert!(line(&broken).names_a_person());
        let chosen = interpret(&Scan::Typed { text: broken, document: Some(DocumentKind::CnResident) }, today());
        prop_assert_eq!(chosen.verdict, Verdict::Refuse);
        prop_assert_eq!(chosen.problems, vec![Problem::Length]);
    }

    #[test]
    fn nothing_panics_and_refusals_hold_no_field(text in ".{0,40}", aim in prop::option::of("\\][A-Za-z][0-9A-Z]")) {
        let scans = [
            Scan::typed(&*text),
            Scan::line(&*text),
            Scan::symbol(&*text, aim.as_deref()),
            Scan::Typed { text: text.clone(), document: Some(DocumentKind::TwTravelPermit) },
            Scan::Typed { text, document: Some(DocumentKind::CnForeigner15) },
        ];
        for scan in &scans {
            let reading = interpret(scan, today());
            if reading.verdict == Verdict::Refuse {
                prop_assert!(reading.fields.is_empty() && reading.identity.is_none());
                prop_assert!(!reading.problems.is_empty());
            }
        }
    }
}
