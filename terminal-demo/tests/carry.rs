//! `export` and `import` as scripts drive them: two laptops, a stick, and a hub that neither can reach.

use std::path::Path;
use std::process::Command;

use fieldcore_hub::{Hub, InitOptions, Surroundings, TokenOptions};
use serde_json::Value;

/// Runs to the end; exit code, standard output, standard error.
fn run(args: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_fieldcore-terminal"))
        .args(["--lang", "en"])
        .args(args)
        .output()
        .expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("what is printed is text");
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

fn json(args: &[&str]) -> Value {
    let (code, out, err) = run(args);
    assert_eq!(code, 0, "{args:?}: {out}{err}");
    serde_json::from_str(&out).expect("one object")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of this test is text")
}

#[test]
fn a_stick_goes_round() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let hub = Hub::init(&at("hub"), &InitOptions::default(), Surroundings::system().expect("a clock")).expect("a hub");
    let (sender, carrier, stick) = (at("sender"), at("carrier"), at("stick"));
    for journal in [&sender, &carrier] {
        let token = hub.token(&TokenOptions::default()).expect("a token");
        assert_eq!(run(&["enrol", "--journal", text(journal), "--token", &token]).0, 0);
    }
    let file = at("sender.fcb");
    let told = json(&["export", "--journal", text(&sender), "--out", text(&file), "--json"]);
    assert_eq!(told["files"][0], text(&file));
    assert_eq!((told["items"].as_u64(), told["others"].as_u64()), (told["own"].as_u64(), Some(0)));
    let (code, _, err) = run(&["export", "--journal", text(&sender), "--out", text(&file)]);
    assert_eq!(code, 1, "the file is there");
    assert!(err.contains("name another file"), "{err}");

    // The carrier takes it, and again; a cut copy beside it does no harm.
    let taken = json(&["import", "--journal", text(&carrier), text(&file), "--json"]);
    assert_eq!((taken["items"].as_u64(), taken["refused"].as_u64()), (told["items"].as_u64(), Some(0)));
    assert_eq!(taken["taken"], taken["items"]);
    assert!(taken["carries"]["waiting"].as_u64() > Some(0));
    let again = json(&["import", "--journal", text(&carrier), text(&file), "--json"]);
    assert_eq!((&again["known"], again["taken"].as_u64()), (&again["items"], Some(0)));
    let cut = at("cut.fcb");
    let bytes = std::fs::read(&file).expect("it is there");
    std::fs::write(&cut, &bytes[..bytes.len() - 1]).expect("it is written");
    let (code, out, _) = run(&["import", "--journal", text(&carrier), text(&cut)]);
    assert_eq!(code, 1);
    assert!(out.contains("cut off"), "{out}");
    let (code, out, err) = run(&["import", "--journal", text(&carrier), text(&at("none.fcb"))]);
    assert_eq!(code, 3, "{out}{err}");
    assert_eq!(run(&["import", "--journal", text(&at("nowhere")), text(&file)]).0, 4);

    // On a stick to the hub, and the answer to the carrier, and from it home.
    let folder_name = format!("{}{}", text(&stick), std::path::MAIN_SEPARATOR);
    let out = json(&["export", "--journal", text(&carrier), "--out", &folder_name, "--json"]);
    assert!(out["others"].as_u64() > Some(0), "{out}");
    let part = std::fs::read(out["files"][0].as_str().expect("a file")).expect("it is there");
    let answer = at("answer.fcb");
    std::fs::write(&answer, hub.ingest_carried(&part, None).expect("the hub answers")).expect("it is written");
    let home = json(&["import", "--journal", text(&carrier), text(&answer), "--json"]);
    assert_eq!((home["refused"].as_u64(), home["carries"]["waiting"].as_u64()), (Some(0), Some(0)), "{home}");
    let back = at("back.fcb");
    json(&["export", "--journal", text(&carrier), "--out", text(&back), "--json"]);
    let (code, out, err) = run(&["import", "--journal", text(&sender), text(&back)]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("0 refused"), "{out}");
    let status = json(&["status", "--journal", text(&sender), "--json"]);
    assert_eq!(status["held"].as_u64(), Some(0), "{status}");
    let log = run(&["log", "--journal", text(&sender)]).1;
    assert!(log.contains("carry_exported") && log.contains("carry_imported"), "{log}");
}
