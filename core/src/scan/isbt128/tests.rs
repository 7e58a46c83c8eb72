use proptest::prelude::*;

use super::table::STRUCTURES;
use super::*;
use crate::scan::{Scan, interpret};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
}

fn symbol(text: &str) -> Reading {
    interpret(&Scan::symbol(text, Some("]C0")), today())
}

fn typed(text: &str) -> Reading {
    interpret(&Scan::typed(text), today())
}

fn line(text: &str) -> Reading {
    interpret(&Scan::line(text), today())
}

/// Verdict, kind and problems.
fn said(reading: &Reading) -> (&'static str, &'static str, Vec<&'static str>) {
    let kind = reading.kind.map_or("null", ReadingKind::as_str);
    (reading.verdict.as_str(), kind, reading.problems.iter().map(|problem| problem.as_str()).collect())
}

fn codes(reading: &Reading) -> Vec<(String, String)> {
    let pairs = reading.fields.iter().find_map(|(name, value)| match value {
        FieldValue::Pairs(pairs) if *name == "codes" => Some(pairs.clone()),
        _ => None,
    });
    pairs.unwrap_or_default().into_iter().map(|(identifier, data)| (identifier, data.expose().to_owned())).collect()
}

fn sound(text: &str) -> Reading {
    let reading = symbol(text);
    assert_eq!(said(&reading), ("accept", "isbt128", vec![]), "{text}");
    reading
}

/// Donation numbers with the check characters that ST-001 6.2.2 prints beside them.
const PRINTED: &[(&str, &str)] = &[
    ("G1234 17 654321", "A"), // appendix A.1
    ("A9999 21 123456", "3"), // figure 2
    ("A9998 18 123456", "N"), // 7.5.1.1
    ("W0000 09 123456", "G"), // 7.4.1
    ("A9998 20 123456", "E"), // appendix C, figure 20
    ("A9999 17 123456", "9"), // figure 21
    ("A9999 17 123654", "Y"), // figure 21
    ("A9999 17 345628", "*"), // figure 22
    ("A9999 17 345658", "O"), // figure 22
    ("A9999 15 000001", "M"), // figure 23
    ("A9999 18 000001", "8"), // figure 23
];

#[test]
fn printed_numbers_have_their_printed_check_character() {
    for (printed, check) in PRINTED {
        let din: String = printed.split(' ').collect();
        for text in
            [format!("{printed} {check}"), format!("{printed} {check}").to_lowercase(), format!("{din} {check}")]
        {
            for reading in [typed(&text), line(&text)] {
                assert_eq!(said(&reading), ("accept", "isbt128", vec![]), "{text}");
                assert_eq!(reading.text_field("din"), Some(&*din));
                assert_eq!(reading.text_field("check_character"), Some(*check));
                assert_eq!(reading.evidence.checks, [Check::IsbtCheckCharacter]);
            }
        }
        assert_eq!(typed(&format!("{din}{check}")).text_field("din"), Some(&*din));
        let reading = sound(&format!("={din}00"));
        assert_eq!(reading.text_field("din"), Some(&*din));
        assert_eq!(reading.text_field("check_character"), Some(*check));
        assert_eq!(codes(&reading), [("=".to_owned(), format!("{din}00"))]);
    }
}

#[test]
fn flags_say_what_they_are() {
    for (flags, kind) in [("00", "0"), ("01", "1"), ("07", "1"), ("19", "1"), ("20", "2"), ("59", "2"), ("70", "3")] {
        let reading = sound(&format!("=G123417654321{flags}"));
        assert_eq!((reading.text_field("flags"), reading.text_field("flag_type")), (Some(flags), Some(kind)));
        assert_eq!(reading.evidence.checks.contains(&Check::IsbtCheckCharacter), kind == "3");
    }
    for flags in ["60", "69", "71", "96"] {
        let reading = symbol(&format!("=G123417654321{flags}"));
        assert_eq!(said(&reading), ("refuse", "isbt128", vec!["checksum"]));
        assert!(reading.fields.is_empty() && reading.label.is_none());
    }
    // Not assigned: the number is sound, the flags are not.
    for flags in ["97", "99", "A1", "RY"] {
        let reading = symbol(&format!("=G123417654321{flags}"));
        assert_eq!(said(&reading), ("review", "isbt128", vec!["structure"]), "{flags}");
        assert_eq!((reading.text_field("din"), reading.text_field("flags")), (Some("G123417654321"), None));
    }
    for flags in ["I1", "O0", "a1", "Z0", "-1"] {
        assert_eq!(said(&symbol(&format!("=G123417654321{flags}"))), ("refuse", "isbt128", vec!["charset"]), "{flags}");
    }
    let reading = typed("W0000 09 123456 02 G");
    assert_eq!((reading.text_field("flags"), reading.text_field("flag_type")), (Some("02"), Some("1")));
}

#[test]
fn structures_follow_one_another_without_anything_between() {
    let reading = sound("=A99992112345600=%6200");
    assert_eq!(codes(&reading), [("=".into(), "A99992112345600".into()), ("=%".into(), "6200".to_owned())]);
    // ST-001 2.2, appendix C: product code and expiry; manufacturer and lot; both dates.
    for text in ["=<E4306V00&>0201522359", "=)1FE1234567&)4R12345678", "=>018029", "&>0180292359", "=,000012"] {
        assert_eq!(codes(&sound(text)).len(), text.matches(['=', '&']).count());
    }
    let compound = sound("=+04000=A99992112345600=%6200=<E4306V00&>0201522359");
    assert_eq!(codes(&compound).len(), 5);
    assert_eq!(compound.text_field("din"), Some("A999921123456"));
    for text in [
        "=+03000=A99992112345600=%6200=<E4306V00&>0201522359",
        "=+05000=A99992112345600=%6200=<E4306V00&>0201522359",
        "=+00000",
        "=+02000=A99992112345600&x123",
        "=A99992112345600=+01000=%6200",
        "=A99992112345600=A99992112345700",
    ] {
        assert_eq!(said(&symbol(text)), ("refuse", "isbt128", vec!["structure"]), "{text}");
    }
    sound("=A99992112345600=A99992112345607");
}

#[test]
fn counted_structures_have_as_many_parts_as_they_say() {
    sound("&#0105ABC12");
    sound("&$020001001234510000020002000100=%6200");
    sound("&%00200400101020040020106");
    assert_eq!(said(&symbol("&#0106ABC12")), ("refuse", "isbt128", vec!["length"]));
    assert_eq!(said(&symbol("&#0105ABC123")), ("refuse", "isbt128", vec!["identifier"]));
    assert_eq!(said(&symbol("&#0105AB-12")), ("refuse", "isbt128", vec!["charset"]));
    assert_eq!(said(&symbol("&%9990040010102")), ("refuse", "isbt128", vec!["length"]));
}

#[test]
fn what_a_country_defines_is_opaque_to_the_end() {
    assert_eq!(codes(&sound("=A99991712345600&xSOME-LOCAL-DATA")).len(), 2);
    let reading = symbol("&xSOME=A99991712345600");
    assert_eq!(said(&reading), ("review", "isbt128", vec!["separator"]));
    assert!(codes(&reading).is_empty() && reading.text_field("din").is_none());
}

#[test]
fn dates_must_exist() {
    for text in ["=>020366", "&*0241200000", "=*999365", "=}024366", "=]202605", "=(1002202605311459", "=#0118991231"] {
        assert!(sound(text).evidence.checks.contains(&Check::Date), "{text}");
    }
    for text in ["=>021366", "=>020000", "=>020367", "&>0200012400", "&>0200010060", "=]202613", "=(1002202602301459"] {
        assert_eq!(said(&symbol(text)), ("refuse", "isbt128", vec!["date"]), "{text}");
    }
    assert_eq!(said(&symbol("=#0120260102")), ("refuse", "isbt128", vec!["future_date"]));
}

#[test]
fn a_donors_registration_has_its_check() {
    let body = "10010ABCDEF123456";
    let check = check_value(body).unwrap();
    sound(&format!("&:{body}{check:02}"));
    assert_eq!(said(&symbol(&format!("&:{body}{:02}", (check + 1) % 37))), ("refuse", "isbt128", vec!["checksum"]));
}

#[test]
fn every_structure_of_the_table_is_told_by_its_identifier() {
    assert_eq!(STRUCTURES.len() + 1, 40, "the standard numbers 40");
    for structure in STRUCTURES {
        assert!(std::ptr::eq(leading(structure.identifier).unwrap(), structure), "{}", structure.identifier);
    }
}

#[test]
fn other_texts_are_what_they_were() {
    for text in ["=A1", "=hello-world-1", "=HELLO-WORLD-1234", "==123456", "&1234567", "=0999921123456", "&", "=", "=%"]
    {
        assert_eq!(said(&symbol(text)).1, "plain", "{text}");
    }
    for text in ["T202112345678", "70042031234568", "1234 5678 9012 34", "SZ00000001", "A999921123456"] {
        assert_ne!(said(&typed(text)).1, "isbt128", "{text}");
    }
    // A label of fourteen characters from a scanner is no keyed number.
    for text in ["G123417654321A", "T2021123456789", "7004203123456X"] {
        assert_eq!(said(&line(text)), ("accept", "plain", vec![]), "{text}");
    }
    assert_eq!(said(&typed("G123417654321B")), ("refuse", "isbt128", vec!["checksum"]));
    assert_eq!(said(&typed("G1234 17 654321 B")), ("refuse", "isbt128", vec!["checksum"]));
    assert_eq!(said(&typed("=G12341765432170")), ("accept", "isbt128", vec![]));
}

#[test]
fn the_identifier_of_gs1_or_retail_goes_first() {
    for (aim, kind) in [("]C1", "gs1"), ("]E0", "retail"), ("]C0", "isbt128"), ("]C4", "isbt128"), ("]d1", "isbt128")] {
        assert_eq!(said(&interpret(&Scan::symbol("=A99992112345600", Some(aim)), today())).1, kind);
    }
    assert_eq!(said(&interpret(&Scan::symbol("=A99992112345600", None), today())).1, "isbt128");
}

fn din() -> impl Strategy<Value = String> {
    "[A-NP-Z1-9][A-NP-Z0-9]{2}[0-9]{2}[0-9]{8}"
}

proptest! {
    #[test]
    fn one_wrong_character_of_a_checked_symbol_names_no_other_donation(din in din(), place in 1..16usize, wrong in "[0-9A-Z]") {
        let text = format!("={din}{}", 60 + check_value(&din).unwrap());
        let reading = sound(&text);
        prop_assert_eq!(reading.text_field("din"), Some(&*din));
        let mut broken = text.clone();
        broken.replace_range(place..=place, &wrong);
        prop_assume!(broken != text);
        let reading = symbol(&broken);
        prop_assert!(reading.text_field("din").is_none_or(|read| read == din), "{}", broken);
    }

    #[test]
    fn a_keyed_number_with_one_slip_is_never_another(din in din(), place in 0..14usize, wrong in "[0-9A-Z*]", swap: bool) {
        let keyed = format!("{din}{}", check_character(&din).unwrap());
        let mut broken: Vec<char> = keyed.chars().collect();
        if swap && place < 13 { broken.swap(place, place + 1) } else { broken[place] = wrong.chars().next().unwrap() }
        let broken: String = broken.into_iter().collect();
        prop_assume!(broken != keyed);
        let (number, check) = broken.split_at(13);
        for reading in [typed(&broken), typed(&format!("{number} {check}")), line(&format!("{number} {check}"))] {
            prop_assert!(reading.text_field("din").is_none(), "{}", broken);
        }
        prop_assert!(keyed_din(&broken).flatten().is_none());
    }

    #[test]
    fn a_lost_or_doubled_character_is_never_another_donation(din in din(), place in 1..16usize, doubled: bool) {
        let mut broken = format!("={din}{}", 60 + check_value(&din).unwrap());
        let c = broken.remove(place);
        if doubled { broken.insert(place, c); broken.insert(place, c); }
        let reading = symbol(&broken);
        prop_assert!(reading.text_field("din").is_none_or(|read| read == din), "{}", broken);
    }

    #[test]
    fn nothing_panics_and_nothing_is_lost(text in "[=&][ -~]{0,50}|=[A-Z][0-9]{10,20}(=%[0-9]{4})?|&[#$%][0-9]{0,30}|.{0,30}") {
        let reading = symbol(&text);
        if reading.kind == Some(ReadingKind::Isbt128) && reading.verdict == Verdict::Accept {
            let read: String = codes(&reading).iter().map(|(identifier, data)| format!("{identifier}{data}")).collect();
            prop_assert_eq!(read, text.trim());
        }
        prop_assert!(reading.verdict != Verdict::Refuse || reading.fields.is_empty());
        typed(&text);
        line(&text);
    }
}

#[test]
fn an_enormous_text_costs_no_time() {
    let began = std::time::Instant::now();
    for text in [
        format!("&%999{}", "0".repeat(60_000)),
        "=%6200".repeat(10_000),
        "= ".repeat(30_000),
        format!("=G{}", "1".repeat(65_000)),
    ] {
        symbol(&text);
        typed(&text);
        line(&text);
    }
    assert!(began.elapsed().as_millis() < 1_000, "{:?}", began.elapsed());
}
