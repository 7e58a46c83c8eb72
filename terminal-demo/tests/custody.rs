//! Tubes and boxes from one terminal to another, and the receiving desk, as scripts drive them.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn run(args: &[&str], input: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_fieldcore-terminal"))
        .args(["--lang", "en"])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tools of the test work");
    // A program that refuses before it reads has closed its input by now.
    let _ = child.stdin.take().expect("the tools of the test work").write_all(input.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().expect("the tools of the test work");
    let text = |bytes| String::from_utf8(bytes).expect("what is printed is text");
    (status.code().unwrap_or(-1), text(stdout), text(stderr))
}

const PROFILE: &str = r#"campaign = "01890a5d-ac96-774b-bcce-b302099a8057"
name = "Custody"
version = 1
[tube]
pattern = "TUBE-[0-9]{4}"
[box]
pattern = "BOX-[0-9]{1,4}"
[[round]]
id = "01890a5d-ac96-774b-bcce-b302099a8058"
name = "7"
"#;

/// A folder with the journals of several devices of one campaign.
struct Town(tempfile::TempDir);

impl Town {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("the tools of the test work"))
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().expect("the tools of the test work").to_owned()
    }

    fn file(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).expect("the tools of the test work");
        self.path(name)
    }

    fn device(&self, name: &str) -> String {
        let (journal, profile) = (self.path(name), self.file("profile.toml", PROFILE));
        let (code, out, err) = run(&["init", "--journal", &journal, "--profile", &profile], "");
        assert_eq!(code, 0, "{out}{err}");
        journal
    }

    fn station(&self, journal: &str, lines: &[&str]) -> Vec<Value> {
        let args = ["station", "--journal", journal, "--json", "--offline", "--operator", "A"];
        let (code, out, err) = run(&args, &(lines.join("\n") + "\n"));
        assert_eq!((code, err.as_str()), (0, ""), "{out}");
        out.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect()
    }
}

fn outcomes(answers: &[Value]) -> Vec<&str> {
    answers.iter().map(|answer| answer["outcome"].as_str().expect("an outcome")).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

#[test]
fn an_open_tube_and_its_boxes_go_from_one_terminal_to_another_by_lines_alone() {
    let town = Town::new();
    let (one, two) = (town.device("one"), town.device("two"));
    let given = town.station(&one, &["TUBE-0001", "110101189001010016", ":pass"]);
    assert_eq!(outcomes(&given), ["tube_opened", "bound", "tube_passed_on"]);
    let taken = town.station(&two, &[text(&given[2]["code"]), "110101189001010024", ":close"]);
    assert_eq!(outcomes(&taken), ["tube_taken_over", "bound", "tube_closed"]);
    assert_eq!((taken[1]["position"].as_u64(), taken[1]["tube"].as_str()), (Some(2), Some("TUBE-0001")));
    let packed = town.station(&two, &["BOX-1", ":box BOX-1", ":pack TUBE-0001", ":seal 1 4.5C", ":offer BOX-1"]);
    assert_eq!(outcomes(&packed)[1..], ["box_opened", "packed", "box_sealed", "hand_over_offered"]);
    let (code, out, err) = run(&["boxes", "--journal", &two, "--json"], "");
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let boxes: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(boxes["boxes"][0]["packed"][0]["tube"], "TUBE-0001");
    assert_eq!((text(&boxes["boxes"][0]["state"]), boxes["boxes"][0]["tubes"].as_u64()), ("sealed", Some(1)));
    let (_, out, _) = run(&["boxes", "--journal", &two], "");
    assert!(out.contains("Box BOX-1   sealed   tubes 1   first swab at least 0.0 h ago   TUBE-0001"), "{out}");
    let received = town.station(&one, &[text(&packed[4]["code"]), "BOX-1", ":confirm"]);
    assert_eq!(outcomes(&received), ["needs_confirmation", "needs_confirmation", "hand_over_received"]);
    let done = town.station(&two, &[text(&received[2]["code"])]);
    assert_eq!(outcomes(&done), ["hand_over_given"]);
}

/// Two sealed boxes, and the file of their offer.
fn offered(town: &Town) -> String {
    let giver = town.device("giver");
    let lines = [
        ":box BOX-1",
        ":pack TUBE-0001",
        ":pack TUBE-0002",
        ":seal 2",
        ":box BOX-2",
        ":pack TUBE-0003",
        ":seal 1",
        ":offer BOX-1 BOX-2",
    ];
    let answers = town.station(&giver, &lines);
    let last = answers.last().expect("an answer");
    town.file("offer.txt", &format!("{}\n{}\n", text(&last["code"]), text(&last["list"])))
}

#[test]
fn a_desk_without_network_names_what_is_missing_extra_and_unreadable() {
    let town = Town::new();
    let (file, desk) = (offered(&town), town.device("desk"));
    let args = ["receive", "--journal", &desk, "--offer", &file, "--json"];
    let lines = "BOX-1\nTUBE-0001\nTUBE-0001\nTUBE-0009\n\n110101189001010016\nBOX-2\n:unreadable torn label\n:what\n";
    let (code, out, err) = run(&args, lines);
    assert_eq!((code, err.as_str()), (1, ""), "{out}");
    let answers: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect();
    let words: Vec<_> = answers[..answers.len() - 1].iter().map(|answer| text(&answer["found"])).collect();
    assert_eq!(words, ["box", "present", "repeated", "extra", "not_a_label", "box", "unreadable", "help"]);
    let last = answers.last().expect("a summary");
    let counts = ["present", "missing", "extra", "unreadable"].map(|word| last[word].as_u64().expect("a count"));
    assert_eq!((counts, &last["complete"]), ([1, 2, 1, 1], &Value::Bool(false)));
    assert!(last["saved"]["seq"].as_u64().is_some());
    let missing: Vec<_> = last["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|one| one["found"] == "missing")
        .map(|one| (text(&one["box"]), text(&one["tube"])))
        .collect();
    assert_eq!(missing, [("BOX-1", "TUBE-0002"), ("BOX-2", "TUBE-0003")]);
    let (code, out, _) = run(&["log", "--journal", &desk], "");
    assert_eq!((code, out.matches("desk_received").count()), (0, 5));
}

#[test]
fn a_desk_where_all_is_there_says_so_also_for_one_box_and_from_the_hubs_list() {
    let town = Town::new();
    let (file, desk) = (offered(&town), town.device("desk"));
    let all = "TUBE-0003\nTUBE-0001\nTUBE-0002\n";
    let (code, out, err) = run(&["receive", "--journal", &desk, "--offer", &file], all);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.contains("3 there, 0 missing, 0 extra, 0 unreadable"), "{out}");
    let one = ["receive", "--journal", &desk, "--offer", &file, "--box", "BOX-2"];
    assert_eq!(run(&one, "TUBE-0003\n").0, 0);
    let sent = town.file("custody.json", r#"{"boxes":[{"box":"BOX-7","tubes":["TUBE-0070"],"other":1}],"tubes":[]}"#);
    let args = ["receive", "--journal", &desk, "--sent", &sent];
    assert_eq!(run(&args, "TUBE-0070\n").0, 0);
    let (code, out, _) = run(&args, "");
    assert_eq!(code, 1);
    assert!(out.contains("MISSING  TUBE-0070"), "{out}");
}

#[test]
fn what_cannot_be_compared_is_refused_before_anything_is_written() {
    let town = Town::new();
    let (file, desk) = (offered(&town), town.device("desk"));
    let codes = std::fs::read_to_string(&file).expect("the tools of the test work");
    let offer = codes.lines().next().expect("an offer");
    let alone = town.file("alone.txt", offer);
    let forged = town.file("forged.txt", &codes.replacen("AAA", "AAB", 1));
    let other = town.path("other");
    assert_eq!(run(&["init", "--journal", &other], "").0, 0);
    let cases: [(&str, &[&str], i32); 6] = [
        (&desk, &[], 1),
        (&desk, &["--offer", &alone], 3),
        (&desk, &["--offer", &forged], 1),
        (&desk, &["--offer", "nowhere.txt"], 3),
        (&desk, &["--offer", &file, "--box", "BOX-9"], 1),
        (&other, &["--offer", &file], 1),
    ];
    for (journal, more, expected) in cases {
        let args = [&["receive", "--journal", journal][..], more].concat();
        let (code, out, err) = run(&args, "TUBE-0001\n");
        assert_eq!(code, expected, "{more:?} {out} {err}");
        assert!(!err.is_empty(), "{more:?}");
    }
    let (_, out, _) = run(&["log", "--journal", &desk], "");
    assert!(!out.contains("desk_received"), "{out}");
}
