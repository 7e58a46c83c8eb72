use proptest::prelude::*;

use super::date;
use crate::record::DocumentKind;
use crate::scan::reading::{Check, Reading};
use crate::scan::{Scan, interpret};
use chrono::{Datelike, NaiveDate};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
}

fn read(text: &str) -> Reading {
    interpret(&Scan::symbol(text, Some("]L0")), today())
}

fn summary(reading: &Reading) -> (&'static str, Option<&'static str>, Vec<&'static str>) {
    let problems = reading.problems.iter().map(|problem| problem.as_str()).collect();
    (reading.verdict.as_str(), reading.kind.map(|kind| kind.as_str()), problems)
}

/// Elements by identifier, in order.
type Elements<'a> = &'a [(&'a str, &'a str)];

/// The made-up card of these tests. Its elements stand in the order of the standard's own example.
const CARD: Elements<'_> = &[
    ("DAQ", "T00412377"),
    ("DCS", "UTOPIAN"),
    ("DDE", "N"),
    ("DAC", "ERIKA"),
    ("DDF", "N"),
    ("DAD", "MARIE"),
    ("DDG", "N"),
    ("DCU", "SR"),
    ("DCA", "D"),
    ("DCB", "K"),
    ("DCD", "PH"),
    ("DBD", "06062019"),
    ("DBB", "03151880"),
    ("DBA", "12102034"),
    ("DBC", "2"),
    ("DAU", "068 in"),
    ("DAY", "BRO"),
    ("DAG", "1 SPECIMEN STREET"),
    ("DAI", "RICHMOND"),
    ("DAJ", "VA"),
    ("DAK", "000000000  "),
    ("DCF", "SPECIMEN01"),
    ("DCG", "USA"),
    ("DCK", "SPECIMEN02"),
    ("DDA", "F"),
    ("DDB", "06062018"),
    ("DDC", "06062020"),
    ("DDD", "1"),
];

/// What the header says: file type, issuer, versions, entries.
const HEADER: &str = "@\n\u{1e}\rANSI 636000100102DL00410278ZV03190008DL";

fn text(header: &str, elements: Elements<'_>) -> String {
    let lines: Vec<String> = elements.iter().map(|(id, value)| format!("{id}{value}")).collect();
    format!("{header}{}\rZVZVA01\r", lines.join("\n"))
}

fn changed(id: &str, value: &str) -> String {
    let elements: Vec<(&str, &str)> =
        CARD.iter().map(|(own, old)| (*own, if *own == id { value } else { *old })).collect();
    text(HEADER, &elements)
}

fn without(id: &str) -> String {
    let elements: Vec<(&str, &str)> = CARD.iter().copied().filter(|(own, _)| *own != id).collect();
    text(HEADER, &elements)
}

/// What the editions since 2009 print, with their version, dates and the rest of the elements.
fn printed(head: &str, dates: [&str; 3], rest: &str) -> String {
    let [issued, born, ends] = dates;
    format!(
        "@\n\u{1e}\rANSI 636000{head}DLDAQT64235789\nDCSSAMPLE\nDDEN\nDACMICHAEL\nDDFN\nDADJOHN\nDDGN\nDCUJR\nDCAD\n\
         DCBK\nDCDPH\nDBD{issued}\nDBB{born}\nDBA{ends}\nDBC1\nDAU068 in\nDAYBRO\nDAG2300 WEST BROAD STREET\n\
         DAIRICHMOND\nDAJVA\nDAK232690000  \nDCF2424244747474786102204\nDCGUSA\nDCK123456789\n{rest}\rZVZVA01\r"
    )
}

/// The specimens that AAMVA prints in annex D, as public readers copy them for their own tests
/// (benhovinga/aamva_barcode_library and others): editions of 2000, 2009, 2020 and 2025. Nobody
/// has these numbers.
#[test]
fn the_printed_specimens_read_as_printed() {
    const OLD: &str = "@\n\u{1e}\rANSI 6360000102DL00390187ZV02260032DLDAQ0123456789ABC\nDAAPUBLIC,JOHN,Q\nDAG123 MAIN STREET\nDAIANYTOWN\nDAJVA\nDAK123459999  \nDARDM  \nDAS          \nDAT     \nDAU509\nDAW175\nDAYBL \nDAZBR \nDBA20011201\nDBB19761123\nDBCM\nDBD19961201\rZVZVAJURISDICTIONDEFINEDELEMENT\r";
    let address = "2300 WEST BROAD STREET, RICHMOND, VA 232690000";
    let sample = |birth, expiry| ["T64235789", "SAMPLE", "MICHAEL JOHN", birth, "M", expiry, address];
    let cases = [
        (
            OLD.to_owned(),
            [
                "0123456789ABC",
                "PUBLIC",
                "JOHN Q",
                "1976-11-23",
                "M",
                "2001-12-01",
                "123 MAIN STREET, ANYTOWN, VA 123459999",
            ],
        ),
        (
            printed(
                "040002DL00410278ZV03190008",
                ["06062008", "06061986", "12102012"],
                "DDAM\nDDB06062008\nDDC06062009\nDDD1",
            ),
            sample("1986-06-06", "2012-12-10"),
        ),
        (
            printed(
                "100102DL00410278ZV03190008",
                ["06062019", "06061986", "12102024"],
                "DDAF\nDDB06062018\nDDC06062020\nDDD1",
            ),
            sample("1986-06-06", "2024-12-10"),
        ),
        (
            printed(
                "110002DL00410277ZV03180008",
                ["06062022", "06062006", "06062027"],
                "DDAF\nDDB06062018\nDDJ06062027\nDDD1",
            ),
            sample("2006-06-06", "2027-06-06"),
        ),
    ];
    let names = ["number", "family_name", "given_names", "birth", "sex", "expiry", "address"];
    for (text, values) in &cases {
        for scan in [Scan::symbol(text, Some("]L2")), Scan::symbol(text, None), Scan::line(text), Scan::typed(text)] {
            let reading = interpret(&scan, today());
            assert_eq!(summary(&reading), ("accept", Some("aamva"), vec![]));
            assert_eq!(names.map(|name| reading.text_field(name).unwrap_or_default()), *values);
            assert_eq!([reading.text_field("country"), reading.text_field("jurisdiction")], [Some("USA"), Some("VA")]);
            assert_eq!(reading.evidence.checks, [Check::Structure, Check::Date]);
            assert!(reading.label.is_none() && reading.alias.is_none() && reading.names_a_person());
            let identity = reading.identity.unwrap();
            assert_eq!((identity.document, identity.issuer.as_deref()), (DocumentKind::Aamva, Some("US-VA")));
            assert_eq!(identity.key_text().unwrap().expose(), format!("aamva|US-VA|{}", values[0]));
        }
    }
    let name = read(&cases[1].0).identity.unwrap().name.unwrap();
    assert_eq!(name.expose(), "SAMPLE, MICHAEL JOHN, JR");
}

#[test]
fn only_symbols_that_can_hold_one_do() {
    let card = text(HEADER, CARD);
    for aim in ["]C0", "]C1", "]E0", "]d2", "]A0"] {
        assert_ne!(
            interpret(&Scan::symbol(card.clone(), Some(aim)), today()).kind.map(|kind| kind.as_str()),
            Some("aamva")
        );
    }
    for aim in ["]L0", "]L2", "]Q1", "]d1", "]z0"] {
        assert_eq!(summary(&interpret(&Scan::symbol(card.clone(), Some(aim)), today())).1, Some("aamva"), "{aim}");
    }
    for other in [
        "@",
        "@ANSI ",
        "@\nANSI hello",
        "@someone ANSI",
        "ANSI 636000",
        "ANSI 636000 is a number",
        "mail@example.org AAMVA6",
    ] {
        assert_ne!(summary(&read(other)).1, Some("aamva"), "{other}");
    }
}

/// Headers as scanners, and issuers, really leave them.
#[test]
fn headers_in_the_wild() {
    let marks =
        ["@\n\u{1e}\n", "\u{feff}@\n\u{1e}\n", "@\n\n", "@\n", "@", "@\n6", "@\nÜM", "@a\n", "@ac", "@\r\n\u{1e}\r\n"];
    for mark in marks {
        for head in [
            "ANSI 636000100102DL00410278ZV03190008DL",
            "ANSI 636000100002DL99990001ZV00000000DL\n",
            "ANSI 636000080001DLabacDL",
        ] {
            let reading = read(&text(&format!("{mark}{head}"), CARD));
            assert_eq!(summary(&reading), ("accept", Some("aamva"), vec![]), "{mark:?} {head}");
            assert_eq!(reading.text_field("number"), Some("T00412377"));
            assert_eq!(reading.text_field("family_name"), Some("UTOPIAN"));
        }
    }
    let card = text(HEADER, CARD);
    for (from, to) in [("\n", "\r"), ("\n", "\r\n"), ("\n", "\u{1e}\n"), ("\n", "|")] {
        assert_eq!(summary(&read(&card.replace(from, to))), ("accept", Some("aamva"), vec![]), "{from:?} as {to:?}");
    }
    // A digit too many or too few, or a version that the count of digits contradicts.
    for head in ["63600010010", "6360001001021", "636000100", "636000010102", "6360001001", "636000", "636000100100"] {
        let header = format!("@\n\u{1e}\rANSI {head}DL00410278ZV03190008DL");
        assert_eq!(summary(&read(&text(&header, CARD))), ("refuse", Some("aamva"), vec!["structure"]), "{head}");
    }
}

#[test]
fn every_version_has_its_names() {
    let tail = [("DBB", "18800315"), ("DBA", "20341210"), ("DBC", "F"), ("DAQ", "T 0041-2377")];
    let of = |version: u8, names: Elements<'_>| {
        let own = if version < 2 { "" } else { "01" };
        let header = format!("@\n\u{1e}\rANSI 636001{version:02}{own}02DL00410278ZV03190008DL");
        read(&text(&header, &[names, &tail].concat()))
    };
    let cases: [(u8, Elements<'_>, &str, &str); 11] = [
        (0, &[("DAB", "UTOPIAN"), ("DAC", "ERIKA")], "UTOPIAN", "ERIKA"),
        (1, &[("DAA", "UTOPIAN,ERIKA,MARIE")], "UTOPIAN", "ERIKA MARIE"),
        (1, &[("DAA", "UTOPIAN, ERIKA, ,")], "UTOPIAN", "ERIKA"),
        (1, &[("DAA", "VAN UTOPIAN,ERIKA,,SR")], "VAN UTOPIAN", "ERIKA"),
        (
            1,
            &[("DAA", "IGNORED,IF PARTS ARE THERE"), ("DAB", "UTOPIAN"), ("DAC", "ERIKA"), ("DAD", "M")],
            "UTOPIAN",
            "ERIKA M",
        ),
        (2, &[("DCS", "UTOPIAN "), ("DCT", "ERIKA,MARIE")], "UTOPIAN", "ERIKA MARIE"),
        (3, &[("DCS", "UTOPIAN,"), ("DCT", "ERIKA MARIE   ")], "UTOPIAN", "ERIKA MARIE"),
        (4, &[("DCS", "UTOPIAN"), ("DDE", "U"), ("DAC", "ERIKA"), ("DAD", "NONE")], "UTOPIAN", "ERIKA"),
        (8, &[("DCS", "UTOPIAN"), ("DAC", "ERIKA"), ("DAD", "")], "UTOPIAN", "ERIKA"),
        (9, &[("DCS", "UTOPIAN"), ("DAC", "NONE"), ("DAD", "unavl")], "UTOPIAN", ""),
        (11, &[("DCS", "UTOPIAN"), ("DAC", "ERIKA"), ("DAD", "MARIE"), ("DDM", "1")], "UTOPIAN", "ERIKA MARIE"),
    ];
    for (version, names, family, given) in cases {
        let reading = of(version, names);
        assert_eq!(summary(&reading), ("accept", Some("aamva"), vec![]), "{version} {names:?}");
        assert_eq!(reading.text_field("family_name"), Some(family), "{version}");
        assert_eq!(reading.text_field("given_names").unwrap_or_default(), given, "{version}");
        assert_eq!((reading.text_field("birth"), reading.text_field("sex")), (Some("1880-03-15"), Some("F")));
        assert_eq!(reading.identity.unwrap().key_text().unwrap().expose(), "aamva|US-NY|T0041-2377");
    }
    // Nothing tells which of these is the family name.
    let whole = of(1, &[("DAA", "ERIKA MARIE UTOPIAN")]);
    assert_eq!(summary(&whole), ("accept", Some("aamva"), vec![]));
    assert_eq!((whole.text_field("name"), whole.text_field("family_name")), (Some("ERIKA MARIE UTOPIAN"), None));
}

/// The calendar alone tells the order of a date's parts, for every day on which a card was ever
/// or will ever be dated.
#[test]
fn no_date_can_be_read_in_two_ways() {
    let mut day = NaiveDate::from_ymd_opt(1800, 1, 1).unwrap();
    while day.year() < 2200 {
        let (us, canada) = (day.format("%m%d%Y").to_string(), day.format("%Y%m%d").to_string());
        assert_eq!((date(&us), date(&canada)), (Some(day), Some(day)));
        let (head, tail) = us.split_at(4);
        assert!(!(18..22).contains(&head[..2].parse::<u32>().unwrap()) && tail[..2].parse::<u32>().unwrap() > 12);
        day = day.succ_opt().unwrap();
    }
    for none in [
        "13011986",
        "02301985",
        "00001986",
        "06311986",
        "19850230",
        "03151799",
        "22000101",
        "0315188",
        "031518800",
        "O3151880",
        "",
        "0315 880",
    ] {
        assert_eq!(date(none), None, "{none}");
    }
}

#[test]
fn each_fault_has_its_word() {
    let cases: &[(String, &str, &[&str])] = &[
        (without("DAQ"), "refuse", &["structure"]),
        (changed("DAQ", ""), "refuse", &["structure"]),
        (changed("DAQ", "NONE"), "refuse", &["structure"]),
        (changed("DAQ", "NUMBER"), "refuse", &["charset"]),
        (changed("DAQ", "T0041\u{fc}377"), "refuse", &["charset"]),
        (changed("DAQ", &"1".repeat(26)), "refuse", &["length"]),
        (changed("DAQ", "T0041\u{7}2377"), "review", &["charset"]),
        (changed("DAQ", "T00412377DDEN"), "accept", &[]),
        (without("DCS"), "review", &["structure"]),
        (without("DBB"), "review", &["structure"]),
        (changed("DBB", "unavl"), "review", &["structure"]),
        (changed("DBB", "02301880"), "refuse", &["date"]),
        (changed("DBB", "18801503"), "refuse", &["date"]),
        (changed("DBB", "31518800"), "refuse", &["date"]),
        (changed("DBB", "01022026"), "refuse", &["future_date"]),
        (changed("DBA", "02302034"), "refuse", &["expiry_date_calendar"]),
        (changed("DBA", "03151880"), "refuse", &["contradiction"]),
        (changed("DBA", "NON-EXPIRING"), "accept", &[]),
        (changed("DBA", "99999999"), "accept", &[]),
        (without("DBA"), "accept", &[]),
        (changed("DBB", "18800315"), "accept", &[]),
        (changed("DBB", "01012026"), "accept", &[]),
        (changed("DBC", "5"), "review", &["sex"]),
        (changed("DBC", "9"), "accept", &[]),
        (changed("DCG", "CAN"), "review", &["contradiction"]),
        (changed("DCG", "XYZ"), "accept", &["issuing_state"]),
        (text(HEADER, CARD).replace("ANSI 636000", "ANSI 636099"), "accept", &["issuing_state"]),
        (format!("{}\nDAQT00412378", text(HEADER, CARD)), "refuse", &["contradiction"]),
        (format!("{}\nDAQT00412377", text(HEADER, CARD)), "accept", &[]),
        (HEADER.to_owned(), "refuse", &["structure"]),
    ];
    for (text, verdict, problems) in cases {
        let reading = read(text);
        assert_eq!(summary(&reading), (*verdict, Some("aamva"), problems.to_vec()), "{text:?}");
        assert!(reading.alias.is_none() && reading.label.is_none());
        assert_eq!(reading.identity.is_some() && *verdict == "review", !reading.candidates.is_empty());
        assert!(*verdict != "refuse" || reading.fields.is_empty() && reading.identity.is_none());
    }
    assert_eq!(read(&changed("DBC", "9")).text_field("sex"), Some("X"));
    let torn = read(&changed("DCG", "CAN"));
    assert_eq!((torn.text_field("country"), torn.text_field("jurisdiction")), (None, None));
    let unknown = read(&text(HEADER, CARD).replace("ANSI 636000", "ANSI 636099"));
    assert_eq!(unknown.identity.unwrap().key_text().unwrap().expose(), "aamva|636099|T00412377");
}

/// A name that did not fit is shown to the operator.
#[test]
fn truncated_names_are_to_be_confirmed() {
    assert_eq!(read(&changed("DDE", "T")).confirm, ["family_name"]);
    assert_eq!(read(&changed("DDG", "T")).confirm, ["given_names"]);
    assert!(read(&changed("DDE", "U")).confirm.is_empty());
}

/// People whose names look like elements are not asked about for that.
#[test]
fn names_that_look_like_elements_are_names() {
    for name in ["MADDEN", "MCFADDEN", "KADDAFI", "DADDARIO", "GUADAGNO", "RANDALL", "DCS", "SOUDAD"] {
        let reading = read(&changed("DCS", name));
        assert_eq!(summary(&reading).0, "accept", "{name}");
        assert_eq!(reading.text_field("family_name"), Some(name));
    }
    // Washington's numbers begin with the name.
    for number in ["DAVISJD123AB", "RANDAJM123L9", "WDL00AB12CDE"] {
        assert_eq!(read(&changed("DAQ", number)).text_field("number"), Some(number));
    }
}

/// Where each line of the text begins and ends.
fn lines(text: &str) -> Vec<(usize, usize)> {
    let mut start = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        found.push((start, start + line.trim_end_matches(['\n', '\r']).len()));
        start += line.len();
    }
    found
}

/// Whether what is read of a broken card is what stood on the sound one, or less.
fn holds_only_truth(broken: &str) -> Result<(), String> {
    let (sound, reading) = (read(&text(HEADER, CARD)), read(broken));
    if reading.kind != sound.kind {
        return Ok(());
    }
    for name in ["number", "family_name", "suffix", "birth", "sex", "expiry", "jurisdiction"] {
        let (was, is) = (sound.text_field(name), reading.text_field(name));
        if is.is_some() && is != was {
            return Err(format!("{name} is {is:?}"));
        }
    }
    for name in ["given_names", "address"] {
        let was = format!(" {}", sound.text_field(name).unwrap_or_default());
        let is = reading.text_field(name).unwrap_or_default();
        if let Some(word) = is.split([' ', ',']).find(|word| !was.split([' ', ',']).any(|known| known == *word)) {
            return Err(format!("{name} has {word}"));
        }
    }
    match reading.text_field("number") {
        None if reading.verdict.is_accept() => Err("accepted without a number".to_owned()),
        _ => Ok(()),
    }
}

#[test]
fn a_lost_separator_is_never_taken_into_a_value() {
    let card = text(HEADER, CARD);
    for (at, _) in card.match_indices('\n').skip(1) {
        let broken = format!("{}{}", &card[..at], &card[at + 1..]);
        assert_eq!(holds_only_truth(&broken), Ok(()), "without the separator at {at}");
    }
    // All of them, and each with its successor.
    assert_ne!(summary(&read(&card.replace('\n', ""))).0, "accept");
    assert_ne!(summary(&read(&card.replace('\n', " "))).0, "accept");
    let marks: Vec<usize> = card.match_indices('\n').map(|(at, _)| at).skip(1).collect();
    for pair in marks.windows(2) {
        let broken = format!("{}{}{}", &card[..pair[0]], &card[pair[0] + 1..pair[1]], &card[pair[1] + 1..]);
        assert_eq!(holds_only_truth(&broken), Ok(()));
    }
}

#[test]
fn a_superfluous_separator_never_cuts_a_value() {
    let card = text(HEADER, CARD);
    let (first, last) = (HEADER.len() + 3, card.rfind("DDD1").unwrap());
    for at in first..last {
        let broken = format!("{}\n{}", &card[..at], &card[at..]);
        assert_eq!(holds_only_truth(&broken), Ok(()), "cut at {at}");
    }
}

/// Every change of one character of what is not a value: identifiers, separators, header.
#[test]
fn one_wrong_character_outside_the_values_never_makes_a_wrong_person() {
    let card = text(HEADER, CARD);
    let iin = card.find("636000").unwrap();
    let values: Vec<(usize, usize)> = lines(&card).iter().skip(2).map(|(start, end)| (start + 3, *end)).collect();
    let is_value = |at: usize| {
        values.iter().any(|(start, end)| (*start..*end).contains(&at))
            || (iin..iin + 6).contains(&at)
            || (HEADER.len() + 3..HEADER.len() + 12).contains(&at)
    };
    for at in (0..card.len()).filter(|at| !is_value(*at)) {
        for other in ["", "0", "9", "A", "B", "C", "D", "G", "Q", "S", "Z", "\n", "\r", " ", "\u{1e}", "\u{fc}"] {
            let broken = format!("{}{other}{}", &card[..at], &card[at + 1..]);
            assert_eq!(holds_only_truth(&broken), Ok(()), "{other:?} at {at}");
        }
        // Twice the last letter of an identifier is another first character of the value.
        if values.iter().any(|(start, _)| at + 1 == *start) || at + 1 == HEADER.len() + 3 {
            continue;
        }
        let doubled = format!("{}{}", &card[..=at], &card[at..]);
        assert_eq!(holds_only_truth(&doubled), Ok(()), "doubled at {at}");
    }
}

proptest! {
    #[test]
    fn nothing_panics(head in "@.{0,6}(ANSI |AAMVA)[0-9]{0,14}([A-Z]{2}[0-9]{8}){0,3}(DL|ID)?", body in "(D[A-D][A-Z].{0,12}[\n\r]){0,20}", any in ".{0,300}") {
        let _ = read(&format!("{head}{body}"));
        let _ = read(&format!("{head}{any}"));
        let _ = read(&any);
    }

    /// Whatever stands in a card, the number that is accepted is the one that was put there.
    #[test]
    fn what_was_put_in_comes_out(number in "[A-Z0-9]{1,4}[0-9]{1,12}", family in "[A-Z]{2,20}", given in "[A-Z]{2,20}", days in 0i64..9_000, sex in 0usize..3, canada: bool) {
        let birth = NaiveDate::from_ymd_opt(1880, 1, 1).unwrap() + chrono::Days::new(days.unsigned_abs());
        let born = birth.format(if canada { "%Y%m%d" } else { "%m%d%Y" }).to_string();
        let elements: Vec<(&str, &str)> = CARD.iter().map(|(id, old)| (*id, match *id {
            "DAQ" => &number,
            "DCS" => &family,
            "DAC" => &given,
            "DBB" => &born,
            "DBC" => ["1", "2", "9"][sex],
            "DCG" if canada => "CAN",
            _ => *old,
        })).collect();
        let header = if canada { HEADER.replace("636000", "636012") } else { HEADER.to_owned() };
        let reading = read(&text(&header, &elements));
        prop_assert_eq!(summary(&reading), ("accept", Some("aamva"), vec![]));
        prop_assert_eq!(reading.text_field("number"), Some(number.as_str()));
        prop_assert_eq!(reading.text_field("family_name"), Some(family.as_str()));
        let (day, given) = (birth.format("%Y-%m-%d").to_string(), format!("{given} MARIE"));
        prop_assert_eq!(reading.text_field("birth"), Some(day.as_str()));
        prop_assert_eq!(reading.text_field("given_names"), Some(given.as_str()));
        prop_assert_eq!(reading.text_field("sex"), Some(["M", "F", "X"][sex]));
    }
}
