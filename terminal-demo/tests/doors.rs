//! From door to door at the terminal: typed lines in a station, and the lists beside it.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Output, Stdio};

use fieldcore::scan::check_character;
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_fieldcore-terminal");

/// A synthetic person, born in January 1890.
fn person(n: u32) -> String {
    let body = format!("11010118900101{n:03}");
    format!("{body}{}", check_character(&body).expect("17 digits"))
}

fn run(args: &[&str], input: &str) -> (i32, String, String) {
    let mut child = Command::new(PROGRAM)
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

/// A journal in a folder of its own.
struct Team(tempfile::TempDir);

impl Team {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("the tools of the test work"))
    }

    fn journal(&self) -> String {
        self.0.path().join("journal").to_str().expect("the tools of the test work").to_owned()
    }

    fn station(&self, lines: &[&str]) -> Vec<Value> {
        let journal = self.journal();
        let args = ["station", "--journal", &journal, "--json", "--offline", "--operator", "A"];
        let (code, out, err) = run(&args, &(lines.join("\n") + "\n"));
        assert_eq!((code, err.as_str()), (0, ""), "{out}");
        out.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect()
    }

    fn ask(&self, lang: &str, more: &[&str]) -> (i32, String, String) {
        let journal = self.journal();
        run(&[&["--lang", lang], more, &["--journal", &journal]].concat(), "")
    }

    fn json(&self, more: &[&str]) -> Value {
        let (code, out, err) = self.ask("en", &[more, &["--json"]].concat());
        assert_eq!((code, err.as_str()), (0, ""), "{out}");
        serde_json::from_str(&out).expect("JSON")
    }
}

/// Buildings 12 and 3 as a team found them; of four people one is sampled and one is excused.
fn morning() -> Team {
    let team = Team::new();
    let (number, other) = (format!(":resident 12-3 {}", person(1)), format!(":resident 12-10 {}", person(2)));
    let sample = format!(":sample {}", &person(1)[10..]);
    let excuse = format!(":excuse {} away till Monday", &person(2)[10..]);
    let answers = team.station(&[
        ":household 12 3",
        ":household 12 10",
        ":household 3 1",
        &number,
        &other,
        ":resident 3-1 old man, walks with a stick",
        ":resident 3-1 girl \u{1b}[2J in red",
        "TUBE-0001",
        &sample,
        &excuse,
        ":visit 12-10 nobody_home",
        ":claim 12 3 10",
        ":follow 3-1 medical insulin",
    ]);
    let outcomes: Vec<&str> = answers.iter().map(|answer| answer["outcome"].as_str().expect("a word")).collect();
    let due = [
        "note",
        "note",
        "note",
        "note",
        "note",
        "note",
        "help",
        "tube_opened",
        "bound",
        "note",
        "note",
        "note",
        "note",
    ];
    assert_eq!(outcomes, due, "what a terminal would obey is no description");
    team
}

#[test]
fn what_is_left_is_told_by_building_and_names_nobody() {
    let team = morning();
    let all = team.json(&["doors"]);
    assert_eq!(
        (&all["figures"]["homes"], &all["figures"]["left"], &all["figures"]["done"]),
        (&3.into(), &1.into(), &2.into())
    );
    let building: Vec<&str> =
        all["buildings"].as_array().expect("a list").iter().filter_map(|of| of["building"].as_str()).collect();
    assert_eq!(building, ["3", "12"], "in the order of doors");
    let (code, out, err) = team.ask("en", &["doors"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.contains("homes left, of 3:") && out.contains('█'), "the number is large: {out}");
    assert!(out.contains("3  1 left of 1; not visited 1") && out.contains("  1  not visited  0/1"), "{out}");
    assert!(out.contains("12  0 left of 2") && out.contains("3 people, 1 sampled, 1 excused, 1 missed"), "{out}");
    assert!(!out.contains("stick") && !out.contains(&person(1)[14..]), "{out}");
    let (_, out, _) = team.ask("zh", &["doors", "--progress"]);
    assert!(out.starts_with("进度：共3户，完成2") && out.lines().count() == 1, "{out}");
    let (_, out, _) = team.ask("en", &["doors", "--by-team"]);
    let cells: Vec<&str> = out.lines().nth(1).expect("a team").split_whitespace().collect();
    assert_eq!(cells, ["A", "1", "1", "0", "0", "0", "1", "1", "1"], "{out}");
    let log = team.ask("en", &["log", "--exports"]).1;
    assert!(!log.contains("doors"), "figures are no export: {log}");
}

#[test]
fn lists_of_people_have_names_and_are_on_record() {
    let team = morning();
    let missed = team.json(&["doors", "--missed"]);
    let lines = missed["missed"].as_array().expect("a list");
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (&lines[0]["reason"], &lines[0]["person"]["description"]),
        (&"not_visited".into(), &"old man, walks with a stick".into())
    );
    assert_eq!((&lines[1]["reason"], &lines[1]["words"]), (&"away".into(), &"till Monday".into()));
    assert_ne!(lines[1]["person"]["number"], person(2).as_str(), "numbers are masked");
    let (_, out, _) = team.ask("zh", &["doors", "--missed"]);
    assert!(out.contains("3-1   old man, walks with a stick   未上门") && out.contains("外出   till Monday"), "{out}");
    let (_, out, _) = team.ask("en", &["doors", "--follow-ups"]);
    assert_eq!(out, "3-1   a medic is needed   insulin\n");
    let (code, out, _) = team.ask("en", &["search", "stick"]);
    assert_eq!((code, out.as_str()), (0, "3-1   old man, walks with a stick   not visited\n"));
    assert_eq!(team.json(&["search", "12-3"])["found"][0]["state"], "done");
    let (code, _, err) = team.ask("en", &["search", "nobody"]);
    assert!(code == 1 && err.contains("is like that"), "{err}");
    let log = team.ask("en", &["log", "--exports"]).1;
    assert_eq!((log.matches("doors").count(), log.matches("search").count()), (3, 1), "{log}");
    assert!(!log.contains("stick") && !log.contains("insulin"), "{log}");
}

#[test]
fn claims_are_told_with_who_made_them() {
    let team = morning();
    let claims = team.json(&["doors", "--claims"]);
    let claim = &claims["claims"][0];
    assert_eq!((&claim["building"], &claim["first"], &claim["homes"]), (&"12".into(), &"3".into(), &2.into()));
    assert!(claims["overlaps"].as_array().is_some_and(Vec::is_empty));
    let (_, out, _) = team.ask("en", &["doors", "--claims"]);
    assert!(out.starts_with("12   3…10   2 homes   ") && out.contains("good until"), "{out}");
    assert_eq!(team.station(&[":release 12 rain"])[0]["outcome"], "note");
    assert!(team.ask("en", &["doors", "--claims"]).1.contains("given up"));
}

#[test]
fn the_lists_are_read_beside_a_running_station_which_is_said() {
    let team = morning();
    let journal = team.journal();
    let mut station = Command::new(PROGRAM)
        .args(["station", "--journal", &journal, "--json", "--offline"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the tools of the test work");
    let mut input = station.stdin.take().expect("the tools of the test work");
    writeln!(input, ":visit 3-1 refused").expect("the tools of the test work");
    let mut answer = String::new();
    BufReader::new(station.stdout.take().expect("an output"))
        .read_line(&mut answer)
        .expect("the tools of the test work");
    assert!(answer.contains("\"note\""), "{answer}");
    let (code, out, err) = team.ask("en", &["doors", "--missed"]);
    assert!(code == 0 && out.contains("stick   refused") && err.contains("Not in the export log"), "{out}{err}");
    assert_eq!(team.json(&["doors"])["figures"]["left"], 0);
    drop(input);
    assert!(station.wait().expect("the tools of the test work").success());
}
