//! The command line as scripts drive it: exit codes, JSON, the first line of `serve`.

#![allow(clippy::unwrap_used, reason = "a failed test shows the place")]

mod common;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use common::*;
use fieldcore::wire::{Bundle, Invitation, KeySet, ReceiptStatus};
use serde_json::Value;

fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fieldcore-hub"));
    command.arg("--dir").arg(dir).args(args).stdin(Stdio::null());
    command
}

fn run(dir: &Path, args: &[&str]) -> Output {
    command(dir, args).output().unwrap()
}

fn ok(dir: &Path, args: &[&str]) -> String {
    let output = run(dir, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json(dir: &Path, args: &[&str]) -> Value {
    serde_json::from_str(&ok(dir, args)).unwrap()
}

fn code(dir: &Path, args: &[&str]) -> i32 {
    run(dir, args).status.code().unwrap()
}

struct Serving {
    child: Child,
    base: String,
}

impl Serving {
    fn start(dir: &Path, more: &[&str]) -> Self {
        let mut args = vec!["serve", "--listen", "127.0.0.1:0"];
        args.extend(more);
        let mut child = command(dir, &args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let first: Value = serde_json::from_str(&line).unwrap();
        let address = first["listening"].as_str().unwrap().to_owned();
        assert!(!address.ends_with(":0"));
        Self { child, base: format!("http://{address}") }
    }

    fn signal(mut self, signal: &str) -> (i32, String) {
        let status = Command::new("kill").arg(signal).arg(self.child.id().to_string()).status().unwrap();
        assert!(status.success());
        let mut log = String::new();
        std::io::Read::read_to_string(&mut self.child.stderr.take().unwrap(), &mut log).unwrap();
        (self.child.wait().unwrap().code().unwrap_or(-1), log)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_day_at_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("hub");
    assert!(ok(&dir, &["init", "--name", "Test"]).contains("TAKE AWAY"));
    assert_eq!(code(&dir, &["init"]), 4);
    let invitation = ok(&dir, &["token", "--uses", "2", "--expires", "1h"]);
    assert_eq!(invitation.lines().count(), 1);
    let invitation = Invitation::from_text(&invitation).unwrap();
    assert_eq!(invitation.campaign_name, "Test");
    let mut phone = Phone::new(&invitation);
    morning(&mut phone, "CLI", 2, 0);
    let bundle = Bundle::write(&[phone.enrolment(), phone.batch()]).unwrap();
    let file = folder.path().join("stick.bundle");
    std::fs::write(&file, &bundle).unwrap();
    let answer = folder.path().join("answer.bundle");
    let (file, answer_text) = (file.to_str().unwrap(), answer.to_str().unwrap());
    let imported = json(&dir, &["import", file, "--answer", answer_text, "--json"]);
    assert_eq!((imported["items"].as_u64(), imported["receipts"].as_u64()), (Some(2), Some(1)));
    let keys: KeySet = invitation.key_set().unwrap();
    let answers = Answers::read(&std::fs::read(&answer).unwrap(), &keys);
    assert_eq!(answers.statuses(), [ReceiptStatus::Opened]);

    let ledger = json(&dir, &["ledger", "--json"]);
    assert_eq!((ledger["people"].as_u64(), ledger["tubes"].as_u64()), (Some(20), Some(2)));
    assert_eq!(ledger["rows"][0]["site"], "site A");
    assert_eq!(json(&dir, &["status", "--json"])["stock"]["opened"], 1);
    assert_eq!(json(&dir, &["trace", "CLI-000", "--json"])["tubes"][0]["people"].as_array().unwrap().len(), 10);
    assert_eq!(code(&dir, &["trace", "NONE-1"]), 1);
    assert_eq!(json(&dir, &["conflicts", "--json"])["count"], 0);
    assert_eq!(json(&dir, &["held", "--json"])["count"], 0);
    assert_eq!(json(&dir, &["verify", "--json"])["ok"], true);
    assert_eq!(json(&dir, &["devices", "--json"])["devices"][0]["records"], 26);
    for args in
        [&["ledger"][..], &["trace", "CLI-000"], &["conflicts"], &["held"], &["devices"], &["verify"], &["status"]]
    {
        assert!(!ok(&dir, args).is_empty());
    }
    let mut person = command(&dir, &["person", "--json"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    writeln!(person.stdin.take().unwrap(), "{}", number(3)).unwrap();
    let found = person.wait_with_output().unwrap();
    assert!(found.status.success());
    let found: Value = serde_json::from_slice(&found.stdout).unwrap();
    assert_eq!(found["sightings"][0]["tube"], "CLI-000");
    assert_eq!(code(&dir, &["person"]), 3, "no number on standard input");
    assert_eq!(ok(&dir, &["export", "csv"]).lines().count(), 21);
    let fhir: Value = serde_json::from_str(&ok(&dir, &["export", "fhir", "--round", "round 1"])).unwrap();
    assert_eq!(fhir["resourceType"], "Bundle");

    let device = phone.id.to_string();
    ok(&dir, &["revoke", &device]);
    assert_eq!(json(&dir, &["devices", "--json"])["devices"][0]["state"], "revoked");
    morning(&mut phone, "LATE", 1, 100);
    std::fs::write(file, Bundle::write(&[phone.batch()]).unwrap()).unwrap();
    ok(&dir, &["import", file]);
    let held = json(&dir, &["held", "--json"]);
    assert_eq!(held["held"][0]["reason"], "revoked");
    ok(&dir, &["held", "accept", &held["held"][0]["id"].to_string()]);
    assert_eq!(json(&dir, &["ledger", "--json", "--by", "round"])["people"], 30);

    let backup = folder.path().join("backup");
    ok(&dir, &["backup", backup.to_str().unwrap()]);
    let other = folder.path().join("other");
    ok(&other, &["restore", backup.to_str().unwrap()]);
    assert_eq!(json(&other, &["ledger", "--json"])["people"], 30);
    ok(&dir, &["retention", "--erase", "round 1", "--yes"]);
    assert_eq!(code(&dir, &["trace", "CLI-000"]), 1);
    assert_eq!(json(&dir, &["ledger", "--json"])["people"], 30);
}

#[test]
fn profiles_keys_and_pictures_at_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("hub");
    ok(&dir, &["init"]);
    let shown = ok(&dir, &["profile", "show"]);
    let next = folder.path().join("next.toml");
    std::fs::write(&next, shown.replacen("version = 1", "version = 2", 1)).unwrap();
    let next = next.to_str().unwrap();
    ok(&dir, &["profile", "edit", next]);
    assert_eq!(json(&dir, &["profile", "sign", "--hold", "--json"])["published"], false);
    assert_eq!(json(&dir, &["profile", "show", "--json"])["version"], 1);
    assert_eq!(json(&dir, &["profile", "publish", "--json"])["version"], 2);
    assert_eq!(code(&dir, &["profile", "sign", next]), 0, "the same again is no harm");
    let wrong = folder.path().join("wrong.toml");
    std::fs::write(&wrong, "capacity = -1").unwrap();
    assert_eq!(code(&dir, &["profile", "edit", wrong.to_str().unwrap()]), 3);
    // An editor that changes nothing leaves a sound draft.
    let edited = command(&dir, &["profile", "edit"]).env("EDITOR", "true").output().unwrap();
    assert!(edited.status.success(), "{}", String::from_utf8_lossy(&edited.stderr));
    let (svg, out) = (folder.path().join("qr.svg"), folder.path().join("profile.bundle"));
    ok(&dir, &["token", "--svg", svg.to_str().unwrap()]);
    assert!(std::fs::read_to_string(&svg).unwrap().contains("<svg"));
    assert!(ok(&dir, &["token", "--qr"]).lines().count() > 20);
    ok(&dir, &["profile", "show", "--out", out.to_str().unwrap(), "--qr"]);
    assert_eq!(Bundle::read(&std::fs::read(&out).unwrap()).unwrap().items.len(), 1);
    let keys = json(&dir, &["keys", "show", "--json"]);
    assert_eq!(keys["keys"].as_array().unwrap().len(), 3);
    let root = dir.join("take-away/root-1.key");
    assert_eq!(json(&dir, &["keys", "rotate", "--root", root.to_str().unwrap(), "--json"])["version"], 2);
    assert_eq!(json(&dir, &["keys", "ask", "--json"])["asked"], 0);
    assert_eq!(code(&dir, &["token", "--uses", "0"]), 2);
    assert_eq!(code(&dir, &["token", "--expires", "yesterday"]), 2);
    assert_eq!(code(&dir, &["nonsense"]), 2);
    assert_eq!(code(&dir, &["retention", "--erase", "1"]), 2, "erasing wants a yes");
    assert_eq!(code(&folder.path().join("none"), &["ledger"]), 4);
    assert_eq!(code(&dir, &["import", "/no/such/file"]), 3);
    assert_eq!(code(&dir, &["revoke", "not-a-device"]), 2);
    let garbage = folder.path().join("garbage");
    std::fs::write(&garbage, b"garbage").unwrap();
    assert_eq!(code(&dir, &["import", garbage.to_str().unwrap()]), 3);
}

#[test]
fn an_import_that_refused_something_says_no() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("hub");
    ok(&dir, &["init"]);
    let invitation = Invitation::from_text(&ok(&dir, &["token"])).unwrap();
    let mut phone = Phone::new(&invitation);
    morning(&mut phone, "A", 1, 0);
    let mut batch = phone.seal().to_bytes().unwrap();
    let last = batch.len() - 1;
    batch[last] ^= 1;
    let file = folder.path().join("bundle");
    let bundle = Bundle::write(&[phone.enrolment(), fieldcore::wire::Item::Batch(batch)]).unwrap();
    std::fs::write(&file, bundle).unwrap();
    let output = run(&dir, &["import", file.to_str().unwrap(), "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["refused"][0]["code"], "bad_signature");
}

#[test]
fn a_stick_with_something_broken_in_it_is_taken_as_far_as_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (dir, file, answer) = (folder.path().join("hub"), folder.path().join("stick"), folder.path().join("answer"));
    ok(&dir, &["init"]);
    let mut phone = Phone::new(&Invitation::from_text(ok(&dir, &["token"]).trim()).unwrap());
    morning(&mut phone, "A", 1, 0);
    let mut stick = Bundle::write(&[phone.enrolment(), phone.batch()]).unwrap();
    // An item larger than any may be, more small ones than a bundle holds, a whole batch, half a one.
    stick.extend([200, 0, 5, 0, 0]);
    stick.extend(vec![0; 5 << 16]);
    (0..5_000).for_each(|_| stick.extend([4, 0, 0, 0, 0]));
    morning(&mut phone, "B", 1, 100);
    stick.extend(&Bundle::write(&[phone.batch()]).unwrap()[4..]);
    morning(&mut phone, "C", 1, 200);
    let half = Bundle::write(&[phone.batch()]).unwrap();
    stick.extend(&half[4..half.len() / 2]);
    std::fs::write(&file, &stick).unwrap();
    let args = ["--json", "import", file.to_str().unwrap(), "--answer", answer.to_str().unwrap()];
    let output = run(&dir, &args);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((told["receipts"].as_u64(), told["oversize"].as_u64()), (Some(2), Some(1)));
    assert!(told["cut_off"].as_u64().unwrap() > 0);
    assert_eq!(Bundle::read(&std::fs::read(answer).unwrap()).unwrap().items.len(), 2);
    assert_eq!(json(&dir, &["--json", "status"])["figures"]["people"], 20);
}

#[test]
fn an_export_is_the_owners_alone_and_whole_or_not_there() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (dir, csv) = (folder.path().join("hub"), folder.path().join("people.csv"));
    ok(&dir, &["init"]);
    let mut phone = Phone::new(&Invitation::from_text(ok(&dir, &["token"]).trim()).unwrap());
    morning(&mut phone, "A", 1, 0);
    let stick = folder.path().join("stick");
    std::fs::write(&stick, Bundle::write(&[phone.enrolment(), phone.batch()]).unwrap()).unwrap();
    ok(&dir, &["import", stick.to_str().unwrap()]);
    let csv = csv.to_str().unwrap();
    ok(&dir, &["export", "csv", "--out", csv]);
    let before = std::fs::read(csv).unwrap();
    assert_eq!(std::fs::metadata(csv).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(code(&dir, &["export", "csv", "--round", "none", "--out", csv]), 1);
    assert_eq!(std::fs::read(csv).unwrap(), before);
    // Without the keys nobody can be read: it says how many are missing.
    for entry in std::fs::read_dir(dir.join("keys")).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_str().unwrap().starts_with("seal-") {
            std::fs::remove_file(path).unwrap();
        }
    }
    std::fs::remove_file(dir.join("keys/store.key")).unwrap();
    let other = folder.path().join("other");
    ok(&other, &["init"]);
    std::fs::copy(other.join("keys/store.key"), dir.join("keys/store.key")).unwrap();
    let output = run(&dir, &["--json", "export", "csv", "--out", csv]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((told["people"].as_u64(), told["unreadable"].as_u64()), (Some(0), Some(10)));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_backup_and_its_restore_take_bare_names() {
    let folder = tempfile::tempdir().unwrap();
    for args in [&["init"][..], &["backup", "b"]] {
        assert!(command(Path::new("hub"), args).current_dir(folder.path()).status().unwrap().success(), "{args:?}");
    }
    let restored = command(Path::new("other"), &["restore", "b"]).current_dir(folder.path()).status().unwrap();
    assert!(restored.success());
}

#[test]
fn words_that_are_none_exit_as_usage() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("hub");
    ok(&dir, &["init"]);
    let root = dir.join("take-away/root-1.key");
    for args in [
        &["token", "--uses", "0"][..],
        &["token", "--expires", "soon"],
        &["revoke", "nobody"],
        &["keys", "rotate", "--root", root.to_str().unwrap(), "--lost", "zz"],
    ] {
        assert_eq!(code(&dir, args), 2, "{args:?}");
    }
    assert_eq!(code(&dir, &["revoke", "00000000-0000-8000-8000-000000000000"]), 1);
    ok(&dir, &["ledger", "--by", "team"]);
}

#[test]
fn a_served_hub_says_where_takes_bundles_beside_commands_and_stops_cleanly() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("hub");
    ok(&dir, &["init"]);
    let serving = Serving::start(&dir, &[]);
    // Commands run beside it; what they make is known to it at once.
    let invitation = Invitation::from_text(&ok(&dir, &["token"])).unwrap();
    let mut phone = Phone::new(&invitation);
    morning(&mut phone, "A", 1, 0);
    let body = Bundle::write(&[phone.enrolment(), phone.batch()]).unwrap();
    let mut response = ureq::post(format!("{}/v1/bundles", serving.base)).send(&body[..]).unwrap();
    let answers = Answers::read(&response.body_mut().read_to_vec().unwrap(), &phone.keys);
    assert_eq!(answers.statuses(), [ReceiptStatus::Opened]);
    let root = dir.join("take-away/root-1.key");
    ok(&dir, &["keys", "rotate", "--root", root.to_str().unwrap()]);
    morning(&mut phone, "B", 1, 100);
    let body = Bundle::write(&[phone.batch()]).unwrap();
    let mut response = ureq::post(format!("{}/v1/bundles", serving.base)).send(&body[..]).unwrap();
    let hub = fieldcore_hub::Hub::open(&dir, fieldcore_hub::Surroundings::system().unwrap()).unwrap();
    let answers = Answers::read(&response.body_mut().read_to_vec().unwrap(), &hub.key_set().unwrap());
    assert_eq!(answers.statuses(), [ReceiptStatus::Opened]);
    assert_eq!(hub.figures(None).unwrap().people, 20);
    drop(hub);
    assert_eq!(code(&dir, &["serve", "--listen", "127.0.0.1:0"]), 4, "served already");
    assert_eq!(code(&dir, &["restore", dir.join("hub.db").to_str().unwrap()]), 4, "not under a served hub");
    let (status, log) = serving.signal("-TERM");
    assert_eq!(status, 0, "{log}");
    // No personal data in logs.
    assert!(log.contains("serving"));
    assert!(!log.contains(&number(1)) && !log.contains("甲乙"));
    let again = Serving::start(&dir, &[]);
    assert_eq!(again.signal("-INT").0, 0);
}

#[test]
fn a_killed_hub_loses_nothing_that_it_receipted() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("hub");
    ok(&dir, &["init"]);
    let invitation = Invitation::from_text(&ok(&dir, &["token"])).unwrap();
    let mut phone = Phone::new(&invitation);
    let mut receipted = 0u64;
    let mut sent = vec![phone.enrolment()];
    for round in 0..6u32 {
        let serving = Serving::start(&dir, &[]);
        let base = serving.base.clone();
        let killer = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(5 + u64::from(round) * 7));
            serving.signal("-KILL")
        });
        loop {
            let next = phone.number;
            morning(&mut phone, &format!("K{next}"), 1, u32::try_from(next).unwrap() * 10);
            sent.push(phone.batch());
            // Everything that has no receipt yet goes again, as a phone does.
            let body = Bundle::write(&sent).unwrap();
            let Ok(mut response) = ureq::post(format!("{base}/v1/bundles")).send(&body[..]) else { break };
            let Ok(bytes) = response.body_mut().read_to_vec() else { break };
            let answers = Answers::read(&bytes, &phone.keys);
            assert!(answers.receipts.iter().all(|receipt| receipt.status == ReceiptStatus::Opened));
            receipted += answers.receipts.len() as u64;
            sent.clear();
        }
        killer.join().unwrap();
    }
    let before: u64 = json(&dir, &["status", "--json"])["stock"]["items"].as_u64().unwrap();
    assert!(before >= receipted, "{before} stored, {receipted} receipted");
    let hub = fieldcore_hub::Hub::open(&dir, fieldcore_hub::Surroundings::system().unwrap()).unwrap();
    if !sent.is_empty() {
        hub.ingest(&Bundle::write(&sent).unwrap()).unwrap();
    }
    assert_eq!(hub.figures(None).unwrap().people, phone.number * 10, "all, none twice");
    assert!(hub.verify().unwrap().ok);
}

#[test]
fn a_list_is_checked_without_a_hub_and_nothing_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let (hub, list) = (dir.path().join("none"), dir.path().join("list.csv"));
    let check = |text: &str, more: &[&str]| {
        std::fs::write(&list, text).unwrap();
        run(&hub, &[&["--json", "roster", "check", list.to_str().unwrap()], more].concat())
    };
    let clear = check("姓名,门牌\n甲,7\n乙,8\n", &[]);
    let plan: Value = serde_json::from_slice(&clear.stdout).unwrap();
    assert_eq!(clear.status.code(), Some(0));
    assert_eq!((&plan["people"], &plan["households"]), (&2.into(), &2.into()));
    assert_eq!(plan["lists"][0]["columns"][1], serde_json::json!({"column": "door", "header": "门牌"}));
    let asked = check("姓名,门牌\n甲,7\n甲,7\n", &[]);
    let plan: Value = serde_json::from_slice(&asked.stdout).unwrap();
    assert_eq!(asked.status.code(), Some(1));
    assert_eq!((&plan["questions"][0]["doubt"], &plan["people"]), (&"same_name_and_place".into(), &2.into()));
    let headless = check("户主,门牌\n甲,7\n", &[]);
    let said = String::from_utf8(headless.stderr).unwrap();
    assert!(headless.status.code() == Some(3) && said.contains("list.csv") && !said.contains('甲'), "{said}");
    assert_eq!(check("户主,门牌\n甲,7\n", &["--map", "name=户主"]).status.code(), Some(0));
    assert_eq!(check("户主,门牌\n甲,7\n", &["--map", "head=户主"]).status.code(), Some(2));
    assert!(!hub.exists());
}

#[test]
fn custody_is_asked_as_text_and_json_and_says_no_where_something_does_not_add_up() {
    let mut site = Site::new();
    let mut phone = site.phone();
    phone.start_shift(ROUND, "site A");
    let container =
        phone.write(fieldcore::record::BoxOpened { label: "BOX-1".to_owned(), symbology: None, profile: 1 });
    let body = fieldcore::record::TubePacked { container, tube: None, label: "T-1".to_owned() };
    phone.write(body.clone());
    site.send(&[phone.batch()]);
    let dir = site.dir();
    site.hub.close();
    assert!(ok(&dir, &["custody"]).contains("BOX-1"));
    assert_eq!(json(&dir, &["custody", "--box", "BOX-1", "--json"])["boxes"][0]["tubes"][0], "T-1");
    assert_eq!(code(&dir, &["custody", "--box", "BOX-2"]), 1);
    site.reopen();
    let other = phone.write(fieldcore::record::BoxOpened { label: "BOX-2".to_owned(), symbology: None, profile: 1 });
    phone.write(fieldcore::record::TubePacked { container: other, ..body });
    phone.write(fieldcore::record::DeskReceived {
        hand_over: None,
        container: Some("BOX-1".to_owned()),
        label: "T-2".to_owned(),
        found: fieldcore::record::DeskFinding::Missing,
    });
    site.send(&[phone.batch()]);
    site.hub.close();
    let output = run(&dir, &["custody"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text.contains("MISSING: T-2 of box BOX-1") && text.contains("IN SEVERAL BOXES: T-1 in BOX-1, BOX-2"),
        "{text}"
    );
}

#[test]
fn doors_are_told_from_the_lists_alone_before_anything_has_arrived() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("hub");
    ok(&dir, &["init", "--name", "Xinhe"]);
    assert_eq!(json(&dir, &["--json", "coverage"])["figures"]["homes"], 0, "no list, nothing left");
    let list = folder.path().join("register.csv");
    std::fs::write(&list, "name,building,door,category\nOld Wu,3,501,bedridden\nYoung Wu,3,501,\nLi,3,502,\n").unwrap();
    ok(&dir, &["roster", "import", list.to_str().unwrap(), "--area", "Xinhe"]);
    for command in ["coverage", "missed"] {
        assert_eq!(code(&dir, &[command]), 1, "somebody must go there");
    }
    assert_eq!(code(&dir, &["claims"]), 0);
    let unknown = run(&dir, &["coverage", "--round", "7"]);
    assert!(!unknown.status.success() && String::from_utf8_lossy(&unknown.stderr).contains("round"));
    let answer = |args: &[&str]| serde_json::from_slice::<Value>(&run(&dir, args).stdout).unwrap();
    let figures = &answer(&["--json", "coverage"])["figures"];
    assert_eq!(
        (figures["homes"].as_u64(), figures["left"].as_u64(), figures["people"].as_u64()),
        (Some(2), Some(2), Some(3))
    );
    assert_eq!(figures["categories"]["bedridden"]["people"], 1);
    let missed = answer(&["--json", "missed"]);
    assert_eq!(missed["missed"][0]["name"], "Old Wu");
    assert_eq!(missed["missed"][0]["reason"], "not_visited");
    let by_category = String::from_utf8(run(&dir, &["coverage", "--by", "category"]).stdout).unwrap();
    assert!(by_category.contains("bedridden"), "{by_category}");
}
