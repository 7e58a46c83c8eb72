//! The program as scripts drive it: pipes, files, exit codes.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};

use fieldcore::scan::check_character;
use serde_json::Value;

/// A synthetic person, number `n`, born between 1880 and 1905.
fn person(n: u32) -> String {
    let body = format!("110101{:04}{:02}{:02}{:03}", 1880 + n % 26, 1 + n % 12, 1 + n % 28, 1 + n % 999);
    let check = check_character(&body).expect("17 digits");
    format!("{body}{check}")
}

fn program(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fieldcore-terminal"));
    if !args.contains(&"--lang") {
        command.args(["--lang", "en"]);
    }
    command.args(args).env_remove("http_proxy").env_remove("HTTP_PROXY");
    command
}

/// Runs to the end with `input`; exit code, standard output, standard error.
fn run(args: &[&str], input: &str) -> (i32, String, String) {
    let mut child = program(args)
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

/// A profile that differs from the built-in one.
const OWN: &str = r#"campaign = "01890a5d-ac96-774b-bcce-b302099a8057"
name = "Own"
version = 1
order = "id_then_tube"
capacity = 2
[tube]
pattern = "T[0-9]{4}"
[[round]]
id = "01890a5d-ac96-774b-bcce-b302099a8058"
name = "7"
"#;

struct Desk {
    dir: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().expect("the tools of the test work") }
    }

    fn journal(&self) -> String {
        self.dir.path().join("journal").to_str().expect("the tools of the test work").to_owned()
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).expect("the tools of the test work");
        path.to_str().expect("the tools of the test work").to_owned()
    }

    /// Feeds lines to a station and hands back its answers.
    fn station(&self, more: &[&str], lines: &[String]) -> Vec<Value> {
        let journal = self.journal();
        let mut args = vec!["station", "--journal", &journal, "--json", "--offline"];
        args.extend(more);
        let (code, out, err) = run(&args, &lines.iter().map(|line| format!("{line}\n")).collect::<String>());
        assert_eq!((code, err.as_str()), (0, ""), "{out}");
        out.lines().map(|line| serde_json::from_str(line).expect("every answer is one object a line")).collect()
    }

    fn json(&self, command: &[&str]) -> Value {
        let journal = self.journal();
        let args: Vec<&str> = command.iter().copied().chain(["--journal", &journal, "--json"]).collect();
        let (code, out, err) = run(&args, "");
        assert_eq!(code, 0, "{err}");
        serde_json::from_str(&out).expect("one object")
    }
}

fn words(answers: &[Value], key: &str) -> Vec<String> {
    answers.iter().map(|answer| answer[key].as_str().unwrap_or("null").to_owned()).collect()
}

fn lines(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn one_line_in_one_answer_out() {
    let desk = Desk::new();
    let mut input = lines(&["TUBE-0001"]);
    input.extend((1..=10).map(person));
    input.extend(["6901234567892".to_owned(), person(11), "TUBE-0002".to_owned(), person(3), person(12)]);
    let answers = desk.station(&["--site", "Gate", "--operator", "A", "--lane", "2"], &input);
    let mut expected = vec!["tube_opened"];
    expected.extend(["bound"; 10]);
    expected.extend(["wrong_kind", "tube_full", "tube_opened", "duplicate_person", "bound"]);
    assert_eq!(words(&answers, "outcome"), expected);
    assert_eq!(answers[3]["line"], 4);
    assert_eq!(
        (&answers[3]["position"], &answers[3]["left"], &answers[3]["tube"]),
        (&3.into(), &7.into(), &"TUBE-0001".into())
    );
    assert!(answers[3]["saved"]["seq"].is_u64() && answers[3]["saved"]["epoch"].is_string());
    assert!(answers[11]["saved"].is_null() && answers[14]["saved"].is_null());
    let number = person(3);
    assert!(!answers.iter().any(|answer| answer.to_string().contains(&number)), "an answer shows a whole number");

    let status = desk.json(&["status"]);
    assert_eq!((&status["people"], &status["tubes"], &status["practice"]), (&11.into(), &2.into(), &false.into()));
    assert_eq!(status["open_tubes"][0]["tube"], "TUBE-0002");
    let ledger = desk.json(&["ledger"]);
    assert_eq!((&ledger["people"], &ledger["tubes"]), (&11.into(), &2.into()));
    assert_eq!((&ledger["rows"][0]["site"], &ledger["rows"][0]["lane"]), (&"Gate".into(), &"2".into()));
    let trace = desk.json(&["trace", "TUBE-0001"]);
    assert_eq!(trace["people"].as_array().map(Vec::len), Some(10));
    assert_eq!(trace["people"][2]["number"], number.as_str());
}

#[test]
fn verbs_are_lines_too() {
    let desk = Desk::new();
    let mut input = lines(&["TUBE-0001"]);
    input.extend([person(1), person(2), ":undo".into(), person(3), ":close wet".into(), ":lane 9".into()]);
    input.extend([
        "TUBE-0002".into(),
        person(4),
        ":move TUBE-0002 1 TUBE-0001".into(),
        ":void TUBE-0001 1 wrong".into(),
    ]);
    input.extend([":help".into(), ":status".into(), ":sync".into(), ":dance".into(), ":quit".into(), person(5)]);
    let answers = desk.station(&[], &input);
    let expected = [
        "tube_opened",
        "bound",
        "bound",
        "undone",
        "bound",
        "tube_closed",
        "note",
        "tube_opened",
        "bound",
        "refused",
        "voided",
        "help",
        "note",
        "note",
        "help",
    ];
    let found = words(&answers, "outcome");
    assert_eq!(found.len(), expected.len(), "nothing is taken after :quit");
    assert_eq!(found[..9], expected[..9]);
    assert_eq!(found[10..], expected[10..]);
    assert_eq!(answers[4]["position"], 3, "a position is never used again");
    let text = |at: usize| answers[at]["text"].as_str().unwrap_or_default().to_owned();
    assert!(text(11).contains(":swap TUBE POSITION POSITION") && text(11).contains("two people change places"));
    assert!(text(13).contains("--offline") && text(14).contains("no such verb"), "{answers:?}");
}

#[test]
fn a_station_that_nobody_invited_says_so() {
    let desk = Desk::new();
    let (code, out, _) = run(&["station", "--journal", &desk.journal(), "--json"], ":sync\n");
    assert!(code == 0 && out.contains("Not enrolled yet"), "{out}");
    let (code, _, err) = run(&["sync", "--journal", &desk.journal()], "");
    assert!(code == 1 && err.contains("Not enrolled yet"), "{err}");
}

#[test]
fn the_self_test_speaks_the_operators_language() {
    let desk = Desk::new();
    desk.station(&[], &lines(&["TUBE-0001"]));
    let (code, out, _) = run(&["--lang", "zh", "check", "--journal", &desk.journal()], "");
    assert!(code == 0 && out.contains("时钟") && out.contains("可以开工"), "{out}");
    assert!(!out.contains("record"), "{out}");
}

#[test]
fn a_replay_goes_by_its_own_time() {
    let desk = Desk::new();
    let one = person(1);
    let file = desk.file("morning.tsv", &format!(
        "# a comment\n08:00:00.000\tTUBE-0001\n08:00:01.999\tTUBE-0001\n\n08:00:05.000\t{one}\nno time\n07:00:00.000\t{}\n",
        person(2),
    ));
    let answers = desk.station(&["--replay", &file, "--date", "2026-01-01"], &[]);
    assert_eq!(words(&answers, "outcome"), ["tube_opened", "repeated", "bound", "refused", "bound"]);
    let numbers: Vec<_> = answers.iter().map(|answer| answer["line"].as_u64()).collect();
    assert_eq!(numbers, [Some(2), Some(3), Some(5), Some(6), Some(7)]);
    let opened = desk.json(&["status"])["open_tubes"][0]["opened_ms"].clone();
    assert_eq!(opened, 1_767_225_600_000_i64, "08:00 in UTC+8");
}

#[test]
fn state_survives_from_run_to_run() {
    let desk = Desk::new();
    desk.station(&["--site", "Gate"], &[vec!["TUBE-0001".to_owned()], (1..=4).map(person).collect()].concat());
    let answers = desk.station(&[], &[person(5), person(1)]);
    assert_eq!((&answers[0]["position"], &answers[0]["tube"]), (&5.into(), &"TUBE-0001".into()));
    assert_eq!(answers[1]["outcome"], "duplicate_person");
    assert_eq!(desk.json(&["ledger"])["rows"][0]["site"], "Gate", "the running shift goes on");
}

#[test]
fn secrets_that_are_elsewhere_are_not_taken_for_lost() {
    let desk = Desk::new();
    let journal = desk.journal();
    desk.station(&[], &["TUBE-0001".to_owned(), person(1)]);
    let (vault, stick) = (format!("{journal}.vault"), format!("{journal}.stick"));
    std::fs::rename(&vault, &stick).expect("the stick is unplugged");
    for command in [&["station"][..], &["check"], &["trace", "TUBE-0001"], &["status"], &["enrol", "--token", "FC1:x"]]
    {
        let args: Vec<&str> = command.iter().copied().chain(["--journal", &journal]).collect();
        let (code, _, err) = run(&args, "");
        let expected = if command[0] == "enrol" { 3 } else { 4 };
        assert_eq!(code, expected, "{command:?}: {err}");
        assert!(code == 3 || (err.contains("--vault") && err.contains("--keys-lost")), "{err}");
        assert!(!Path::new(&vault).exists(), "{command:?} made a new vault");
    }
    let (code, out, err) = run(&["trace", "TUBE-0001", "--journal", &journal, "--vault", &stick], "");
    assert!(code == 0 && out.contains(&person(1)), "{err}");
    let answers = desk.station(&["--keys-lost"], &["TUBE-0002".to_owned()]);
    assert_eq!(answers[0]["outcome"], "tube_opened", "work goes on with new keys");
}

#[test]
fn a_scanned_code_does_not_steer_the_terminal() {
    let desk = Desk::new();
    desk.station(
        &[],
        &["TUBE-0001".to_owned(), "]Q1x\u{1b}[31mRED".to_owned(), person(1), ":phone 5550100".to_owned()],
    );
    let (code, out, _) = run(&["trace", "TUBE-0001", "--journal", &desk.journal()], "");
    assert!(code == 0 && out.contains("RED") && !out.contains('\u{1b}'), "{out:?}");
    assert!(
        out.contains("site 1") && out.contains("lane 1") && out.contains("tel. 5550100"),
        "place and contact: {out}"
    );
}

#[test]
fn the_closing_report_comes_after_the_shift_has_ended() {
    let desk = Desk::new();
    let answers = desk.station(&[], &["TUBE-0001".to_owned(), person(1), ":end".to_owned(), ":end".to_owned()]);
    let text = |at: usize| answers[at]["text"].as_str().unwrap_or_default().to_owned();
    assert!(text(2).contains("Of these, short: 1") && text(2).contains("Tubes still open: 0"), "{}", text(2));
    assert_eq!(text(3), "No shift is running");
}

#[test]
fn what_one_command_learns_of_the_time_another_holds_its_clock_against() {
    use fieldcore_hub::{Hub, InitOptions, ServeOptions, Surroundings, TokenOptions, serve};
    let desk = Desk::new();
    let journal = desk.journal();
    let around = Surroundings::system().expect("the system has a clock");
    let hub = Hub::init(&desk.dir.path().join("hub"), &InitOptions::default(), around).expect("a hub");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let server = serve(hub.clone(), listener, &ServeOptions::default()).expect("it serves");
    let url = format!("http://{}", server.address());
    let token = hub.token(&TokenOptions { url: Some(url), ..TokenOptions::default() }).expect("a token");
    let clock = || {
        let report = desk.json(&["check"]);
        let items = report["items"].as_array().expect("items").iter();
        items.filter(|item| item["item"] == "clock").map(|item| item["code"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(run(&["enrol", "--journal", &journal, "--token", &token], "").0, 0);
    assert_eq!(clock(), ["clock_unproven"]);
    // The first makes the device known; the second asks whom the hub knows for the time.
    for _ in 0..2 {
        assert_eq!(run(&["sync", "--journal", &journal], "").0, 0);
    }
    assert_eq!(clock(), ["clock_right"]);
    server.stop();
    let (code, out, _) = run(&["sync", "--journal", &journal, "--within", "1"], "");
    assert!(code == 5 && out.contains("run `sync` again"), "{out}");
}

#[test]
fn practice_is_a_journal_of_its_own() {
    let desk = Desk::new();
    desk.station(&["--practice"], &lines(&["TUBE-0001"]));
    assert_eq!(desk.json(&["status", "--practice"])["practice"], true);
    let (code, _, _) = run(&["status", "--journal", &desk.journal()], "");
    assert_eq!(code, 4, "there is no live journal");
}

/// A station that runs while the test does other things.
struct Running {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Running {
    fn start(journal: &str) -> Self {
        let mut child = program(&["station", "--journal", journal, "--json", "--offline"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the tools of the test work");
        let (input, output) = (child.stdin.take(), child.stdout.take().expect("the tools of the test work"));
        Self { child, input, output: BufReader::new(output) }
    }

    fn ask(&mut self, line: &str) -> Value {
        let input = self.input.as_mut().expect("the tools of the test work");
        writeln!(input, "{line}").and_then(|()| input.flush()).expect("the tools of the test work");
        let mut answer = String::new();
        self.output.read_line(&mut answer).expect("the tools of the test work");
        serde_json::from_str(&answer).expect("the tools of the test work")
    }

    fn stop(mut self) {
        drop(self.input.take());
        assert!(self.child.wait().expect("the tools of the test work").success());
    }
}

#[test]
fn one_writer_and_any_readers() {
    let desk = Desk::new();
    let journal = desk.journal();
    let mut station = Running::start(&journal);
    assert_eq!(station.ask("TUBE-0001")["outcome"], "tube_opened");
    assert_eq!(station.ask(&person(1))["outcome"], "bound");
    assert_eq!(desk.json(&["status"])["people"], 1, "what was answered can be read at once");
    let (code, out, err) = run(&["trace", "TUBE-0001", "--journal", &journal], "");
    assert!(code == 0 && out.contains(&person(1)) && err.contains("export log"), "{err}");
    for command in [&["station", "--json"][..], &["sync"], &["init"], &["close"]] {
        let args: Vec<&str> = command.iter().copied().chain(["--journal", &journal]).collect();
        let (code, _, err) = run(&args, "TUBE-0002\n");
        assert_eq!(code, 4, "{command:?}: {err}");
        assert!(err.contains("held by `fieldcore-terminal station`"), "{command:?} must name the holder: {err}");
    }
    assert_eq!(station.ask(&person(2))["position"], 2);
    station.stop();
    let (code, _, err) = run(&["trace", "TUBE-0001", "--journal", &journal], "");
    assert_eq!((code, err.as_str()), (0, ""));
    let log = run(&["log", "--journal", &journal, "--exports"], "").1;
    assert_eq!(log.lines().count(), 1, "the second trace is on record: {log}");
    assert!(!log.contains(&person(1)));
}

#[test]
fn exit_codes_are_what_scripts_rely_on() {
    let desk = Desk::new();
    let journal = desk.journal();
    let code = |args: &[&str]| run(args, "").0;
    assert_eq!(code(&[]), 2);
    assert_eq!(code(&["status"]), 2);
    assert_eq!(code(&["status", "--journal", &journal]), 4);
    assert!(!Path::new(&journal).exists(), "a command that reads makes nothing");
    assert_eq!(code(&["trace", "TUBE-0001", "--journal", &journal]), 4);
    let bad = desk.file("bad.toml", &OWN.replace("capacity = 2", "capacity = 0"));
    let (exit, _, err) = run(&["init", "--journal", &journal, "--profile", &bad], "");
    assert!(exit == 3 && err.contains("line 5") && err.contains("capacity"), "{err}");
    assert!(!Path::new(&journal).exists(), "a profile that is wrong starts nothing");
    assert_eq!(code(&["init", "--journal", &journal, "--profile", "no such file"]), 3);
    assert_eq!(code(&["init", "--journal", &journal]), 0);
    assert_eq!(code(&["enrol", "--journal", &journal, "--token", "nonsense"]), 3);
    assert_eq!(
        code(&["station", "--journal", &journal, "--offline", "--replay", "no such file", "--date", "2026-01-01"]),
        3
    );
    assert_eq!(code(&["trace", "TUBE-0001", "--journal", &journal]), 1);
    assert_eq!(code(&["close", "--journal", &journal]), 0, "the replay had begun a shift");
    assert_eq!(code(&["close", "--journal", &journal]), 1);
    assert_eq!(code(&["check", "--journal", &journal]), 0);
}

#[test]
fn a_profile_of_ones_own_is_worked_by() {
    let desk = Desk::new();
    let journal = desk.journal();
    let profile = desk.file("own.toml", OWN);
    assert_eq!(run(&["init", "--journal", &journal, "--profile", &profile], "").0, 0);
    let answers = desk.station(&[], &[person(1), "TUBE-0001".into(), "T0001".into()]);
    assert_eq!(words(&answers, "outcome"), ["waiting_for_tube", "alias_kept", "bound"]);
    assert_eq!(desk.json(&["status"])["round"], "7");
}

#[test]
fn text_answers_say_cue_and_words() {
    let desk = Desk::new();
    let (code, out, _) = run(&["station", "--journal", &desk.journal(), "--offline"], "TUBE-0001\nnot a number 1\n");
    assert_eq!(code, 0);
    assert!(out.starts_with("[OK] tube opened · Tube TUBE-0001"), "{out}");
    let (_, report, _) = run(&["report", "--journal", &desk.journal()], "");
    assert!(report.lines().count() > 3, "{report}");
    let closing = desk.json(&["report", "--closing", "--lane", "1"]);
    assert_eq!((&closing["report"], &closing["lane"]), (&"closing".into(), &"1".into()));
    assert!(closing["text"].as_str().is_some_and(|text| text.contains("Tubes still open: 1\n    TUBE-0001 0/10")));
    let file = desk.dir.path().join("report.txt").to_str().expect("the tools of the test work").to_owned();
    let to_file = || run(&["report", "--journal", &desk.journal(), "--out", &file], "");
    assert_eq!(to_file().0, 0);
    let (code, _, err) = to_file();
    assert!(code == 1 && err.contains("name another file"), "{err}");
    let zh = Command::new(env!("CARGO_BIN_EXE_fieldcore-terminal"))
        .args(["--lang", "zh-CN", "status", "--journal", &desk.journal()])
        .output()
        .expect("the tools of the test work");
    assert!(String::from_utf8(zh.stdout).expect("the tools of the test work").contains("采样管"));
}

/// The certificates and the QR of a made-up person that the core's tests have.
const SPECIMENS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/src/scan/aadhaar/specimen");

#[test]
fn interpret_checks_a_signature_by_the_certificate_that_is_given() {
    let qr = std::fs::read_to_string(format!("{SPECIMENS}/specimen_qr.txt")).expect("the specimen is there");
    let asked = format!("{{\"id\":1,\"as\":\"symbol\",\"text\":\"]Q1{}\",\"today\":\"2026-01-01\"}}\n", qr.trim());
    let answer = |file: &str| {
        let path = format!("{SPECIMENS}/{file}");
        let arguments =
            if file.is_empty() { vec!["interpret"] } else { vec!["interpret", "--uidai-certificate", &path] };
        let (code, out, error) = run(&arguments, &asked);
        let answer: Value = serde_json::from_str(&out).unwrap_or(Value::Null);
        (code, answer["status"].clone(), answer["fields"]["birth"].clone(), error)
    };
    for (file, status, birth) in [
        ("specimen_certificate.pem", "accept", Value::from("1880-03-15")),
        ("specimen_certificate.der", "accept", Value::from("1880-03-15")),
        ("other_public_key.pem", "refuse", Value::Null),
        ("", "review", Value::from("1880-03-15")),
    ] {
        assert_eq!(answer(file), (0, Value::from(status), birth, String::new()), "{file}");
    }
    let (code, _, _, error) = answer("curve_certificate.pem");
    assert_eq!(code, 3);
    assert!(error.contains("holds no RSA key"), "{error}");
    assert_eq!(answer("none.pem").0, 3);
}

#[test]
fn interpret_answers_line_by_line() {
    let (code, out, _) = run(&["interpret"], "{\"id\":1,\"as\":\"symbol\",\"text\":\"]C0TUBE-1\"}\n\nnonsense\n");
    assert_eq!(code, 0);
    let answers: Vec<Value> =
        out.lines().map(|line| serde_json::from_str(line).expect("the tools of the test work")).collect();
    assert_eq!(words(&answers, "kind"), ["plain", "null"]);
}
