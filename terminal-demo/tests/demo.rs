//! The demo as the README runs it: it adds up, its figures say so, and it notices what does not.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

fn demo(more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fieldcore-terminal"));
    command.arg("demo").args(more).output().expect("the demo runs")
}

fn demo_with_figures(folder: &Path, more: &[&str]) -> (Output, Value) {
    let file = folder.join("figures.json");
    let name = file.to_str().expect("a temporary folder's name is UTF-8");
    let output = demo(&[&["--json", name], more].concat());
    let text = std::fs::read_to_string(&file).expect("the figures were written");
    (output, serde_json::from_str(&text).expect("they are JSON"))
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("the report is UTF-8")
}

#[test]
fn the_morning_adds_up_whatever_the_link_does() {
    let folder = tempfile::tempdir().unwrap();
    for seed in ["1", "7"] {
        let (output, figures) = demo_with_figures(folder.path(), &["--seed", seed]);
        assert!(output.status.success(), "{figures:#}\n{}", String::from_utf8_lossy(&output.stderr));
        let expected = [
            ("people", 201),
            ("told_people", 201),
            ("hub_people", 201),
            ("distinct_people", 200),
            ("tubes", 21),
            ("hub_tubes", 21),
            ("conflicts", 2),
            ("held", 0),
            ("unsent", 0),
            ("kills", 3),
        ];
        for (key, figure) in expected {
            assert_eq!(figures[key], figure, "seed {seed}: {key}");
        }
        assert_eq!(figures["batches"], figures["receipts"]);
        assert!(figures["batches"].as_u64() >= Some(4), "{figures:#}");
        let refused = serde_json::json!({"checksum": 1, "duplicate_person": 1, "tube_already_used": 1, "tube_full": 1, "wrong_kind": 3});
        assert_eq!(figures["refused"], refused);
        let tricks = figures["link"]["tricks"].as_object().expect("an object");
        assert!(tricks.values().all(|count| count.as_u64() > Some(0)), "each trick was played: {tricks:?}");
        assert_eq!((&figures["adds_up"], &figures["wrong"]), (&Value::from(true), &Value::from(Vec::<Value>::new())));
    }
}

#[test]
fn a_hub_that_lost_batches_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let (output, figures) = demo_with_figures(folder.path(), &["--tamper", "hub"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!((&figures["people"], &figures["hub_people"]), (&Value::from(201), &Value::from(141)));
    assert!(stdout(&output).contains("told 201 · journals 201 · hub 141"), "{}", stdout(&output));
    assert!(figures["wrong"].to_string().contains("lane C"), "it names what is missing");
}

#[test]
fn a_person_whom_only_the_books_know_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let (output, figures) = demo_with_figures(folder.path(), &["--tamper", "books"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(figures["wrong"].to_string().contains("position 101: not so at the hub"), "{figures:#}");
}

#[test]
fn the_report_fits_a_small_screen_and_names_nobody() {
    for language in ["en", "zh"] {
        let text = stdout(&demo(&["--lang", language]));
        assert!(text.contains("XH26-00203") && text.contains('✓'), "{text}");
        assert!(!text.contains('\x1b'), "no colours where nobody looks");
        for line in text.lines() {
            assert!(line.width() <= 80, "{} columns: {line}", line.width());
            let digits = line.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
            assert!(digits < Some(15), "a whole number is shown: {line}");
        }
    }
}

#[test]
fn everything_that_goes_wrong_on_such_a_morning_is_shown() {
    let text = stdout(&demo(&["--lang", "en"]));
    let told = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let story = [
        ("the same person again, same device", "this person was sampled in this round already"),
        ("the same person again, other device", "the same person twice"),
        ("a tube number used twice", "XH26-00102 this tube number was used already"),
        ("a tube number used twice, other device", "the same label twice: XH26-00202"),
        ("a retail code", "6901234567892 this is not the kind of code that is due: a retail code"),
        ("an ID where a tube was due", "the kind of code that is due: a tube is due"),
        ("a mistyped number", "the check digit does not fit"),
        ("a tube closed short", ":close swabs_ran_out tube closed"),
        ("an undo", ":undo taken out again"),
        ("a void after closing", "declared void"),
        ("a swap", ":swap XH26-00207 3 4 swapped"),
        ("a person without papers", ":person … bound"),
        ("a child with a guardian", "no papers: child guardian 3301"),
        ("an alias", "code kept for the next person"),
        ("kills and restarts", "killed without warning 3 times"),
        ("a clock that jumps", "bound: the clock had gone back"),
        ("a card of the old kind", "bound: a card of the old kind"),
        ("full-width characters", "bound: typed in full-width characters"),
        ("a network that is away", "no network "),
        ("a contact in the trace", "tel. 1"),
    ];
    for (what, words) in story {
        assert!(told.contains(words), "{what} is not shown:\n{text}");
    }
}

#[test]
fn it_writes_only_into_an_empty_folder() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    let name = kept.to_str().unwrap();
    assert!(demo(&["--keep", name]).status.success());
    assert!(kept.join("hub").is_dir() && kept.join("phone-ab").is_dir());
    assert_eq!(demo(&["--keep", name]).status.code(), Some(1));
}
