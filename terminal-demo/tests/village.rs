//! The village as the README runs it: it adds up, says what was lost, and notices what does not add up.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

fn village(folder: &Path, more: &[&str]) -> (Output, Value) {
    let file = folder.join("figures.json");
    let name = file.to_str().expect("a temporary folder's name is UTF-8");
    let mut command = Command::new(env!("CARGO_BIN_EXE_fieldcore-terminal"));
    let output = command.args(["village", "--json", name]).args(more).output().expect("the village runs");
    let text = std::fs::read_to_string(&file).unwrap_or_default();
    (output, serde_json::from_str(&text).unwrap_or_default())
}

/// The report, which fits a small screen and shows nobody's number.
fn report(output: &Output) -> String {
    let text = String::from_utf8(output.stdout.clone()).expect("the report is UTF-8");
    assert!(!text.contains('\x1b'), "no colours where nobody looks");
    // How long the name of a folder is, is not the report's to say.
    for line in text.lines().filter(|line| !line.contains("fieldcore-hub --dir")) {
        assert!(line.width() <= 80, "{} columns: {line}", line.width());
        let digits = line.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
        assert!(digits < Some(15), "a whole number is shown: {line}");
    }
    text
}

/// What holds for whatever village.
fn adds_up(output: &Output, figures: &Value) {
    assert!(output.status.success(), "{figures:#}\n{}", String::from_utf8_lossy(&output.stderr));
    let expected = [
        ("households", 200),
        ("accounted", 200),
        ("missing_tubes", 1),
        ("conflicts", 1),
        ("held", 0),
        ("contested_doors", 28),
    ];
    for (key, figure) in expected {
        assert_eq!(figures[key], figure, "{key}: {figures:#}");
    }
    let pairs = [("people", "hub_people"), ("tubes", "hub_tubes"), ("batches", "receipts")];
    for (ours, hubs) in pairs {
        assert_eq!(figures[ours], figures[hubs], "{ours}");
    }
    let number = |key: &str| figures[key].as_u64().expect("a number");
    assert_eq!(number("people"), number("distinct_people") + 1, "the stranger alone was sampled twice");
    assert_eq!(number("tubes_sent"), number("tubes_present") + number("missing_tubes"));
    assert_eq!(number("done") + number("refused") + number("moved_away"), 200);
    assert_eq!(figures["cards"], serde_json::json!({"issued": 8, "read": 8, "refused": 1}));
    let lost = &figures["lost"];
    for key in ["households", "people", "tubes_without_records"] {
        assert!(lost[key].as_u64() > Some(0), "{key}: {lost}");
    }
    assert_eq!((&figures["adds_up"], &figures["wrong"]), (&Value::from(true), &Value::from(Vec::<Value>::new())));
}

#[test]
fn two_days_without_a_signal_add_up_and_say_what_was_lost() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    let name = kept.to_str().unwrap();
    let (output, figures) = village(folder.path(), &["--lang", "en", "--keep", name]);
    adds_up(&output, &figures);
    let told = report(&output).split_whitespace().collect::<Vec<_>>().join(" ");
    let lost = &figures["lost"];
    for words in [
        "(6 people in it)".to_owned(),
        format!("{} tubes in the runner's box stand in no record", lost["tubes_without_records"]),
        format!("Lost: {} samples", lost["people"]),
        "1 missing, 0 extra or unreadable".to_owned(),
        "It adds up: 200 households accounted for".to_owned(),
    ] {
        assert!(told.contains(&words), "{words}: {told}");
    }
    assert!(kept.join("hub").is_dir() && kept.join("team-1").is_dir());
    assert!(!kept.join("team-2b").exists(), "nobody finds it again");
    let (again, _) = village(folder.path(), &["--keep", name]);
    assert_eq!(again.status.code(), Some(1), "it writes only into an empty folder");
}

#[test]
fn another_village_adds_up_in_chinese() {
    let folder = tempfile::tempdir().unwrap();
    let (output, figures) = village(folder.path(), &["--lang", "zh", "--seed", "7"]);
    adds_up(&output, &figures);
    let text = report(&output);
    for words in ["第一天，没有信号", "丢了的手机", "对得上：200 户都有着落"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn a_person_whom_only_the_books_know_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let (output, figures) = village(folder.path(), &["--lang", "en", "--tamper", "books"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(figures["adds_up"], false);
    assert!(figures["wrong"].to_string().contains("not so at the hub"), "{figures:#}");
    assert!(report(&output).contains("It does not add up"));
}

#[test]
fn a_carry_that_never_arrived_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let (output, figures) = village(folder.path(), &["--lang", "en", "--tamper", "carry"]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert_ne!(figures["people"], figures["hub_people"], "{figures:#}");
    assert!(report(&output).contains("It does not add up"));
}
