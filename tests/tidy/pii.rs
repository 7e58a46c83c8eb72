//! Nobody real may stand in the tree: numbers must be of births 1880 to 1905, or printed in a
//! standard; telephones must lie in blocks that no operator has.

use super::{Finding, Rule, Source};

pub(super) fn all() -> Vec<Rule> {
    vec![
        Rule { name: "resident number", applies: is_text, find: resident_numbers, planted: plant_18 },
        Rule { name: "old resident number", applies: is_text, find: old_resident_numbers, planted: plant_15 },
        Rule { name: "telephone", applies: is_text, find: telephones, planted: plant_telephone },
    ]
}

fn is_text(path: &str) -> bool {
    !path.ends_with(".lock") && !path.ends_with(".svg")
}

/// Printed in GB 11643-1999, and the published specimens of the residence permits.
const SPECIMENS: &[&str] = &[
    concat!("11010519491231", "002X"),
    concat!("44052418800101", "0014"),
    concat!("81000019940823", "0021"),
    concat!("83000019920130", "0022"),
];
/// First two digits of region codes: provinces, and the permits for Hong Kong, Macao, Taiwan.
const PROVINCES: &[u32] = &[
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65, 71, 81, 82, 83, 91,
];
const BIRTHS: std::ops::RangeInclusive<u32> = 1880..=1905;

/// Runs of ASCII letters and digits, full-width ones folded, with their line.
fn runs(source: &Source) -> Vec<(usize, String)> {
    let fold = |c: char| match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        other => other,
    };
    let mut found = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        let line: String = line.chars().map(fold).collect();
        let parts = line.split(|c: char| !c.is_ascii_alphanumeric()).filter(|run| run.len() >= 11);
        found.extend(parts.map(|run| (index + 1, run.to_ascii_uppercase())));
    }
    found
}

fn number(digits: &str) -> u32 {
    digits.parse().unwrap_or(u32::MAX)
}

fn date_holds(month: &str, day: &str) -> bool {
    (1..=12).contains(&number(month)) && (1..=31).contains(&number(day))
}

fn is_resident_number(run: &str) -> bool {
    let Some((body, check)) = run.split_at_checked(17) else { return false };
    if !body.bytes().all(|byte| byte.is_ascii_digit()) || !PROVINCES.contains(&number(&body[..2])) {
        return false;
    }
    let sum = body.bytes().fold(0u32, |sum, digit| (sum + u32::from(digit - b'0')) * 2 % 11);
    let wanted = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "X"][((12 - sum) % 11) as usize];
    check == wanted && date_holds(&body[10..12], &body[12..14])
}

fn resident_numbers(source: &Source) -> Vec<Finding> {
    runs(source)
        .into_iter()
        .filter(|(_, run)| is_resident_number(run) && !SPECIMENS.contains(&run.as_str()))
        .filter(|(_, run)| !BIRTHS.contains(&number(&run[6..10])))
        .map(|(line, _)| Finding { line, what: "somebody may have it; take a birth 1880 to 1905".to_owned() })
        .collect()
}

fn plant_18() -> (&'static str, String) {
    ("hub/src/a.rs", concat!("let id = \"11010519600101", "0011\";").replace("0011", &check("11010519600101001")))
}

fn check(body: &str) -> String {
    let whole = (0..=10u32).map(|n| if n == 10 { "X".to_owned() } else { n.to_string() });
    let found = whole.map(|check| format!("{body}{check}")).find(|run| is_resident_number(run));
    found.expect("one check character holds")[14..].to_owned()
}

fn old_resident_numbers(source: &Source) -> Vec<Finding> {
    let holds = |run: &str| {
        run.len() == 15
            && run.bytes().all(|byte| byte.is_ascii_digit())
            && PROVINCES.contains(&number(&run[..2]))
            && date_holds(&run[8..10], &run[10..12])
    };
    runs(source)
        .into_iter()
        .filter(|(_, run)| holds(run) && number(&run[6..8]) > 5)
        .map(|(line, _)| Finding { line, what: "somebody may have it; take a birth 1900 to 1905".to_owned() })
        .collect()
}

fn plant_15() -> (&'static str, String) {
    ("core/src/a.rs", concat!("110105", "600101", "001").to_owned())
}

fn telephones(source: &Source) -> Vec<Finding> {
    let mobile = |run: &str| {
        run.len() == 11
            && run.bytes().all(|byte| byte.is_ascii_digit())
            && run.starts_with('1')
            && matches!(run.as_bytes()[2 - 1], b'3'..=b'9')
    };
    runs(source)
        .into_iter()
        .filter(|(_, run)| mobile(run) && &run[3..7] != "0000")
        .map(|(line, _)| Finding { line, what: "somebody may have it; take 1NN0000NNNN".to_owned() })
        .collect()
}

fn plant_telephone() -> (&'static str, String) {
    ("README.md", concat!("call 139", "12345678").to_owned())
}

#[test]
fn synthetic_people_and_printed_specimens_pass() {
    let mut text: Vec<String> =
        fieldcore_tests::people(1, 300).into_iter().map(|person| person.number + " " + &person.phone).collect();
    text.extend(SPECIMENS.iter().map(|specimen| (*specimen).to_owned()));
    let source = Source { path: "a.md".to_owned(), text: text.join("\n") };
    for rule in all() {
        assert!((rule.find)(&source).is_empty(), "{}", rule.name);
    }
}

#[test]
fn full_width_digits_are_seen() {
    let wide: String = (plant_18().1)
        .chars()
        .map(|c| if c.is_ascii_digit() { char::from_u32(c as u32 + 0xfee0).unwrap() } else { c })
        .collect();
    assert_eq!(resident_numbers(&Source { path: "a.md".to_owned(), text: wide }).len(), 1);
}
