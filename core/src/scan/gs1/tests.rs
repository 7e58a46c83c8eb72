use proptest::prelude::*;

use super::lint::Lint;
use super::table::{Alphabet, Component, TABLE, entry, rows};
use super::*;
use crate::scan::{Scan, interpret};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
}

/// Reads a symbol; `~` stands for the separator.
fn symbol(text: &str) -> Reading {
    interpret(&Scan::symbol(text.replace('~', "\u{1d}"), Some("]C1")), today())
}

fn typed(text: &str) -> Reading {
    interpret(&Scan::typed(text), today())
}

fn ais(reading: &Reading) -> Vec<(String, String)> {
    let pairs = reading.fields.iter().find_map(|(name, value)| match value {
        FieldValue::Pairs(pairs) if *name == "ais" => Some(pairs.clone()),
        _ => None,
    });
    pairs.unwrap_or_default().into_iter().map(|(ai, value)| (ai, value.expose().to_owned())).collect()
}

/// Verdict and problems.
fn said(reading: &Reading) -> (&'static str, Vec<&'static str>) {
    assert_eq!(reading.kind, Some(ReadingKind::Gs1));
    (reading.verdict.as_str(), reading.problems.iter().map(|problem| problem.as_str()).collect())
}

fn sound(text: &str) -> Reading {
    let reading = symbol(text);
    assert_eq!(said(&reading), ("accept", vec![]), "{text}");
    reading
}

/// The dictionary's own text, where its place is given, says the same as the committed table.
#[test]
fn the_table_is_the_dictionarys() {
    let Ok(path) = std::env::var("GS1_SYNTAX_DICTIONARY") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let flags = |word: &str| word.chars().all(|c| c.is_ascii_punctuation()) && !word.starts_with('[');
    let facts: Vec<String> = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default())
        .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()))
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let flag = words.iter().skip(1).take(1).any(|word| flags(word) && word.contains('*'));
            let form = words.iter().skip(1).filter(|word| !flags(word) && !word.contains('=') && **word != "dlpkey");
            [words[0], if flag { "*" } else { "-" }].into_iter().chain(form.copied()).collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(facts, rows(TABLE).collect::<Vec<_>>());
}

#[test]
fn every_row_is_read_and_no_identifier_begins_another() {
    let entries: Vec<_> = rows(TABLE).map(|row| entry(row).unwrap_or_else(|| panic!("{row}"))).collect();
    let ais: Vec<String> = entries.into_iter().flat_map(|(ais, _)| ais).collect();
    assert!(ais.len() > 500, "{}", ais.len());
    for ai in &ais {
        assert_eq!(ais.iter().filter(|other| ai.starts_with(other.as_str())).count(), 1, "{ai}");
        assert!(rule(ai).is_some());
    }
}

/// Identifiers of predefined length by the table of the General Specifications (figure 7.8.5-2),
/// all of which the dictionary marks.
#[test]
fn the_predefined_lengths_are_the_standards() {
    for (ai, _) in rows(TABLE).filter_map(entry).flat_map(|(ais, rule)| ais.map(move |ai| (ai, rule.predefined))) {
        let predefined = ["00", "01", "02", "03", "04", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20"];
        let by_front = predefined.iter().any(|front| ai.starts_with(front))
            || ["31", "32", "33", "34", "35", "36", "41"].iter().any(|front| ai.starts_with(front));
        assert_eq!(rule(&ai).unwrap().predefined, by_front, "{ai}");
    }
}

#[test]
fn a_makers_label_tells_article_lot_expiry_and_serial() {
    let reading = sound("01069012345678921726053110LOT-7a~21S0001");
    let expected = [("01", "06901234567892"), ("17", "260531"), ("10", "LOT-7a"), ("21", "S0001")];
    assert_eq!(ais(&reading), expected.map(|(ai, value)| (ai.to_owned(), value.to_owned())));
    for (name, value) in [("gtin", "06901234567892"), ("lot", "LOT-7a"), ("serial", "S0001"), ("expiry", "2026-05-31")]
    {
        assert_eq!(reading.text_field(name), Some(value));
    }
    assert_eq!(reading.text_field("best_before"), None);
    assert_eq!(reading.evidence.checks, [Check::Gs1CheckDigit, Check::Date, Check::Structure]);
    for aim in ["]C1", "]d2", "]Q3", "]e0", "]J1", "]d5", "]Q4"] {
        let scan = Scan::symbol(format!("{aim}0106901234567892"), None);
        assert_eq!(said(&interpret(&scan, today())), ("accept", vec![]), "{aim}");
    }
}

/// Values that GS1 prints: in the General Specifications (GTIN, SSCC) and in the tests of the
/// dictionary's own linters (check pair, IBAN, order of birth, percent-coding, sex).
#[test]
fn printed_examples_read_as_printed() {
    for text in [
        "0109521234543213",
        "00106141411234567897",
        "80131987654Ad4X4bL5ttr2310c2K",
        "801312345678901234567890123NT",
        "8007FR7630006000011234567890189",
        "8007DE91100000000123456789",
    ] {
        sound(text);
    }
    sound("72581/3");
    sound("7253ABC%20");
    sound("72529");
    assert_eq!(said(&symbol("72525")), ("refuse", vec!["sex"]));
    assert_eq!(said(&symbol("7253ABC%gf")), ("refuse", vec!["charset"]));
    assert_eq!(said(&symbol("80131987654Ad4X4bL5ttr2310c2L")), ("refuse", vec!["checksum"]));
    assert_eq!(said(&symbol("8007FR7630006000011234567890188")), ("refuse", vec!["checksum"]));
}

#[test]
fn a_separator_too_many_changes_nothing() {
    let plain = sound("01069012345678921726053110A1~21S1");
    for text in [
        "~0106901234567892~17260531~10A1~21S1",
        "0106901234567892~~1726053110A1~~21S1~",
        "010690123456789217260531~10A1~21S1~~",
    ] {
        assert_eq!(ais(&sound(text)), ais(&plain), "{text}");
    }
    assert_eq!(said(&symbol("~")), ("refuse", vec!["structure"]));
    assert_eq!(said(&symbol("~~~")), ("refuse", vec!["structure"]));
}

#[test]
fn what_a_missing_separator_swallowed_is_left_out() {
    // The lot that swallowed a best-before date, as published with the library biip.
    let reading = symbol("010690123456789210032915210526");
    assert_eq!(said(&reading), ("review", vec!["separator"]));
    assert_eq!((reading.text_field("lot"), reading.text_field("best_before")), (None, None));
    assert!(reading.text_field("gtin").is_some());
    assert_eq!(ais(&reading).len(), 1);
    for swallowed in ["10A117260531", "10A11726053121S1", "21S010106901234567892", "240A00000000000000000000"] {
        assert_eq!(symbol(swallowed).verdict, Verdict::Review, "{swallowed}");
    }
    // A value that is followed by a separator keeps its date apart.
    assert_eq!(sound("10A1~17260531").text_field("expiry"), Some("2026-05-31"));
    // What is there already was not swallowed; what no tube has is none; what does not read on.
    for lot in ["1017260531", "10A117991301", "10A117460531", "10A11726053", "10A1172605319", "1020231115"] {
        sound(lot);
    }
    sound("1727053110A117260531");
}

#[test]
fn a_fixed_length_that_runs_on_lacks_its_separator() {
    let reading = symbol("0106901234567892800826010110~");
    assert_eq!(said(&reading), ("accept", vec![]), "date and hour, nothing more");
    let reading = symbol("01069012345678927003260531120010LOT");
    assert_eq!(said(&reading), ("review", vec!["separator"]));
    assert_eq!((ais(&reading).len(), reading.text_field("lot")), (1, None));
    assert_eq!(said(&symbol("700326053112009")), ("refuse", vec!["length"]));
}

#[test]
fn dates_have_their_century_and_the_months_last_day() {
    let expiry = |date: &str, year| {
        let day = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        gs1_date(&interpret(&Scan::symbol(format!("17{date}"), Some("]C1")), day))
    };
    assert_eq!(expiry("260200", 2026).as_deref(), Some("2026-02-28"));
    assert_eq!(expiry("280200", 2026).as_deref(), Some("2028-02-29"));
    assert_eq!(expiry("261200", 2026).as_deref(), Some("2026-12-31"));
    assert_eq!(expiry("760101", 2026).as_deref(), Some("2076-01-01"), "50 ahead");
    assert_eq!(expiry("770101", 2026).as_deref(), Some("1977-01-01"), "51 ahead");
    assert_eq!(expiry("490101", 2098).as_deref(), Some("2049-01-01"), "49 behind");
    assert_eq!(expiry("480101", 2098).as_deref(), Some("2148-01-01"), "50 behind");
    for broken in ["260230", "261301", "260001", "260132", "270229"] {
        assert_eq!(expiry(broken, 2026), None);
        assert_eq!(said(&symbol(&format!("17{broken}"))), ("refuse", vec!["date"]), "{broken}");
    }
    assert_eq!(said(&symbol("7006260500")), ("refuse", vec!["date"]), "this one needs a day");
    assert_eq!(said(&symbol("70032605012460")), ("refuse", vec!["date"]));
    assert_eq!(symbol("70032605012359").text_field("expiry"), Some("2026-05-01"));
    assert_eq!(said(&symbol("725018991231")), ("accept", vec![]));
    assert_eq!(said(&symbol("725020260102")), ("refuse", vec!["future_date"]));
}

fn gs1_date(reading: &Reading) -> Option<String> {
    reading.text_field("expiry").map(str::to_owned)
}

#[test]
fn each_fault_has_its_word() {
    for (text, problem) in [
        ("0106901234567893", "checksum"),
        ("00006901234567890000", "checksum"),
        ("80170006901234567890190", "length"),
        ("801800069012345678902", "length"),
        ("010690123456789", "length"),
        ("10", "length"),
        ("10A1~~17", "length"),
        ("10ABCDEFGHIJKLMNOPQRSTU", "length"),
        ("10AB CD", "charset"),
        ("10AB#CD", "charset"),
        ("10AB\u{e9}", "charset"),
        ("11A60531", "charset"),
        ("05123", "identifier"),
        ("0106901234567892444X", "identifier"),
        ("A", "identifier"),
        ("10A~10B", "structure"),
        ("10A~ABC", "identifier"),
    ] {
        let reading = symbol(text);
        assert_eq!(said(&reading), ("refuse", vec![problem]), "{text}");
        assert!(reading.fields.is_empty());
    }
    assert!(symbol("0106901234567893").label.is_none(), "a misread number names nothing");
    sound("10A~10A");
}

#[test]
fn the_form_printed_for_people_is_read_by_its_brackets() {
    for text in [
        "(01)06901234567892(17)260531(10)a/1",
        " ( 01 ) 0690 1234 5678 92 (17) 260531 (10) a/1",
        "（01）06901234567892（17）260531（10）a/1",
    ] {
        let reading = typed(text);
        assert_eq!(said(&reading), ("accept", vec![]), "{text}");
        assert_eq!(reading.text_field("lot"), Some("a/1"), "case is kept");
        assert_eq!(interpret(&Scan::line(text), today()), reading);
    }
    // Brackets leave nothing to swallow.
    assert_eq!(typed("(01)06901234567892(10)032915210526").text_field("lot"), Some("032915210526"));
    assert_eq!(said(&typed("(01)06901234567893(10)A")), ("refuse", vec!["checksum"]));
    assert_eq!(said(&typed("(17)260231(10)A")), ("refuse", vec!["date"]));
    assert_eq!(said(&typed("(10)A(05)1")), ("refuse", vec!["identifier"]));
    for other in ["(10)A", "(05)1", "(01)", "(note) to self", "(10)A(B)(21)C", "(10)A(21)", "(", "()", "(10"] {
        assert_ne!(typed(other).kind, Some(ReadingKind::Gs1), "{other}");
    }
}

/// Anything at all, drawn from a number.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % limit
    }

    fn component(&mut self, part: &Component) -> String {
        let length = part.min + self.below(part.max - part.min + 1);
        let drawn: String = (0..length)
            .map(|_| {
                loop {
                    let c = char::from(33 + u8::try_from(self.below(94)).unwrap());
                    if part.alphabet.holds(c as u8) && c != '%' {
                        break c;
                    }
                }
            })
            .collect();
        part.lints.iter().fold(drawn, |value, lint| self.fit(*lint, &value))
    }

    /// A value like this one that passes `lint`.
    fn fit(&mut self, lint: Lint, value: &str) -> String {
        let n = value.len();
        match lint {
            Lint::CheckDigit => {
                (0..10).map(|d| format!("{}{d}", &value[..n - 1])).find(|v| crate::scan::symbol::mod_10(v)).unwrap()
            }
            Lint::DateOrMonth => format!("{:02}{:02}{:02}", 20 + self.below(20), 1 + self.below(12), self.below(29)),
            Lint::Date => format!("{:02}{:02}{:02}", 20 + self.below(20), 1 + self.below(12), 1 + self.below(28)),
            Lint::Birth => format!("{}{:02}{:02}", 1880 + self.below(26), 1 + self.below(12), 1 + self.below(28)),
            Lint::Time(below) => below.iter().map(|limit| format!("{:02}", self.below(*limit as usize))).collect(),
            Lint::Sex => ["0", "1", "2", "9"][self.below(4)].to_owned(),
            Lint::OneOf(allowed) => allowed[..1].repeat(n),
            Lint::MediaType => "80".to_owned(),
            Lint::CompanyPrefix(0) if n < 4 => "9521".to_owned(),
            Lint::CompanyPrefix(0) if lint.fault(value, today()).is_some() => format!("9521{}", &value[4..]),
            Lint::NonZero => format!("1{}", &value[1..]),
            Lint::NoZeroPrefix => format!("7{}", &value[1..]),
            Lint::PieceOfTotal => "0102".to_owned(),
            Lint::PositionInSequence => "2/3".to_owned(),
            Lint::Iban => "DE91100000000123456789".to_owned(),
            Lint::CheckPair => "1987654Ad4X4bL5ttr2310c2K".to_owned(),
            Lint::AtMost(_) => format!("0{}", &value[1..]),
            Lint::ImporterIndex => "a".to_owned(),
            Lint::CompanyPrefix(_) | Lint::HasNonDigit | Lint::PercentCoded | Lint::Unlisted => value.to_owned(),
        }
    }

    fn element(&mut self, ai: &str) -> (String, String) {
        let rule = rule(ai).unwrap();
        let given = self.below(rule.components.len() + 1);
        let parts = rule.components.iter().enumerate().filter(|(n, part)| !part.optional || *n < given);
        let value: String =
            parts.map(|(_, part)| part.clone()).collect::<Vec<_>>().iter().map(|part| self.component(part)).collect();
        (ai.to_owned(), value)
    }
}

/// Sound elements, each identifier once.
fn elements() -> impl Strategy<Value = Vec<(String, String)>> {
    let ais: Vec<String> = rows(TABLE).filter_map(entry).flat_map(|(ais, _)| ais).collect();
    let chosen = prop::collection::btree_set(prop::sample::select(ais), 1..6);
    (chosen.prop_map(|set| set.into_iter().collect::<Vec<_>>()).prop_shuffle(), any::<u64>()).prop_map(|(ais, seed)| {
        let mut draw = Draw(seed);
        ais.iter().map(|ai| draw.element(ai)).collect()
    })
}

fn join(elements: &[(String, String)]) -> String {
    elements
        .iter()
        .map(|(ai, value)| format!("{ai}{value}{}", if rule(ai).unwrap().predefined { "" } else { "~" }))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn sound_elements_are_read_back(elements in elements(), more: bool) {
        let joined = if more { join(&elements).replace('~', "~~") } else { join(&elements) };
        let reading = symbol(&joined);
        if reading.verdict == Verdict::Accept {
            prop_assert_eq!(ais(&reading), elements);
        } else {
            // A value may happen to end like a date.
            prop_assert_eq!(said(&reading), ("review", vec!["separator"]), "{}", joined);
            prop_assert!(ais(&reading).iter().all(|pair| elements.contains(pair)));
        }
    }

    #[test]
    fn one_wrong_digit_of_a_checked_number_is_refused(elements in elements(), pick: prop::sample::Index, digit in 1..10u8) {
        let mut elements = elements;
        let ai = *pick.get(&["00", "01", "02", "03", "402", "410", "414", "8017", "8018"]);
        elements.retain(|(other, _)| other != ai);
        let checked = Draw(elements.len() as u64 + u64::from(digit)).element(ai);
        let n = pick.index(elements.len() + 1);
        elements.insert(n, checked);
        for place in 0..elements[n].1.len() {
            let mut broken = elements.clone();
            let mut value = broken[n].1.clone().into_bytes();
            value[place] = b'0' + (value[place] - b'0' + digit) % 10;
            broken[n].1 = String::from_utf8(value).unwrap();
            let reading = symbol(&join(&broken));
            prop_assert_eq!(reading.verdict, Verdict::Refuse);
            prop_assert!(reading.fields.is_empty() && reading.problems.contains(&Problem::Checksum));
        }
    }

    #[test]
    fn a_day_that_the_calendar_lacks_is_refused(yy in 0..100u8, month in 0..100u8, day in 0..100u8, ai in prop::sample::select(vec!["11", "13", "15", "16", "17", "7006"])) {
        let reading = symbol(&format!("{ai}{yy:02}{month:02}{day:02}"));
        let days = [31, if yy.is_multiple_of(4) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let exists = (1..=12).contains(&month) && day <= days[usize::from(month) - 1] && (day > 0 || ai != "7006");
        prop_assert_eq!(reading.verdict == Verdict::Accept, exists);
        prop_assert_eq!(reading.verdict == Verdict::Refuse, !exists);
    }

    #[test]
    fn a_lot_that_lost_its_separator_before_a_date_is_never_taken(lot in "[A-Z0-9/-]{1,12}", days in 0..3000i64, back: bool, ai in prop::sample::select(vec!["11", "15", "17"]), serial in prop::option::of("[A-Z]{1,4}")) {
        let date = today() + chrono::Days::new(0) + chrono::TimeDelta::days(if back { -days } else { days });
        let serial = serial.map(|serial| format!("21{serial}")).unwrap_or_default();
        let text = format!("010690123456789210{lot}{ai}{}{serial}", date.format("%y%m%d"));
        let reading = symbol(&text);
        prop_assert_ne!(reading.verdict, Verdict::Accept);
        prop_assert!(reading.text_field("lot").is_none() && reading.text_field("serial").is_none());
    }

    #[test]
    fn a_strange_character_is_refused(elements in elements(), place: prop::sample::Index, strange in prop::sample::select(vec![' ', '\u{0}', '\u{1c}', '\u{1e}', '\u{7f}', 'é', '管', '^', '`', '{'])) {
        let joined = join(&elements);
        let at = 1 + place.index(joined.len() - 1);
        let broken = format!("{}{strange}{}", &joined[..at], &joined[at..]);
        prop_assert_eq!(symbol(&broken).verdict, Verdict::Refuse);
    }

    /// Whatever is accepted is the whole text but for separators, and says no lie about it.
    #[test]
    fn nothing_is_lost_and_nothing_panics(text in "[0-9A-Z~%/.-]{0,60}|(0[0-4]|1[0-7]|2[0-2]|3[01]|70|72|80)[0-9~]{0,40}|.{0,40}") {
        let reading = symbol(&text);
        if reading.verdict == Verdict::Accept {
            let read: String = ais(&reading).iter().map(|(ai, value)| format!("{ai}{value}")).collect();
            prop_assert_eq!(read, text.trim().replace(['~', '\u{1d}'], ""));
        }
        prop_assert!(reading.verdict != Verdict::Refuse || reading.fields.is_empty());
        typed(&format!("({text}"));
        typed(&text);
    }
}

#[test]
fn an_enormous_text_costs_no_time() {
    let began = std::time::Instant::now();
    for text in [
        "10A17260531~".repeat(5_400),
        "20".repeat(30_000),
        "(10)A".repeat(13_000),
        "~".repeat(65_000),
        format!("10{}", "17260531".repeat(8_000)),
    ] {
        symbol(&text);
        typed(&text);
    }
    assert!(began.elapsed().as_millis() < 1_000, "{:?}", began.elapsed());
    assert!(Alphabet::Cset82.holds(b'_'));
}
