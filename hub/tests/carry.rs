//! Carries at the command line: files and folders in, answers and dispatches out, who was heard how.

#![allow(clippy::unwrap_used, reason = "a failed test shows the place")]

mod common;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use common::*;
use fieldcore::carry::{CarryReader, Found};
use fieldcore::wire::*;
use serde_json::Value;

fn run(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fieldcore-hub"));
    command.arg("--dir").arg(dir).arg("--json").args(args).stdin(Stdio::null()).output().unwrap()
}

fn json(dir: &Path, args: &[&str]) -> Value {
    let output = run(dir, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn items(file: &Path) -> Vec<Item> {
    let mut reader = CarryReader::new(std::fs::File::open(file).unwrap()).unwrap();
    let next = || match reader.next_found().unwrap()? {
        Found::Item(item) => Some(item),
        other => panic!("{other:?}"),
    };
    std::iter::from_fn(next).collect()
}

fn said(phone: &Phone, seq: u64) -> Outstanding {
    Outstanding {
        campaign: phone.campaign,
        device_key: phone.key,
        wall_ms: START + i64::try_from(seq).unwrap(),
        epoch: phone.epoch,
        seq,
        batch: phone.number,
        unsent: 5,
        since_ms: Some(START),
        carries: 0,
    }
}

fn word(phone: &Phone, seq: u64) -> Item {
    Item::Outstanding(SignedOutstanding::sign(&said(phone, seq), &phone.seed).unwrap().to_bytes().unwrap())
}

#[test]
fn a_stick_brings_two_phones_and_takes_their_answers_back() {
    let folder = tempfile::tempdir().unwrap();
    let (dir, stick, out) = (folder.path().join("hub"), folder.path().join("stick"), folder.path().join("answer.fcb"));
    json(&dir, &["init"]);
    let token = || Invitation::from_text(json(&dir, &["token"])["invitation"].as_str().unwrap()).unwrap();
    let (mut carrier, mut other) = (Phone::new(&token()), Phone::new(&token()));
    morning(&mut carrier, "A", 1, 0);
    morning(&mut other, "B", 1, 100);
    let own = carrier.batch();
    let (there, first) = (other.seq, other.batch());
    morning(&mut other, "C", 1, 200);
    let (last_seq, second) = (other.seq, other.batch());
    std::fs::create_dir(&stick).unwrap();
    let write = |name: &str, items: &[Item]| std::fs::write(stick.join(name), Bundle::write(items).unwrap()).unwrap();
    let poll = other.signed(&Poll { profile: 0, keys: 0, ..other.poll() });
    write("1.fcb", &[word(&carrier, carrier.seq), carrier.enrolment(), own, other.enrolment(), first.clone(), poll]);
    write("2.fcb", &[word(&carrier, carrier.seq), first, word(&other, last_seq)]);
    std::fs::write(stick.join("readme.txt"), "no carry").unwrap();
    let told = json(&dir, &["import", stick.to_str().unwrap(), "--out", out.to_str().unwrap()]);
    assert_eq!((told["items"].as_u64(), told["receipts"].as_u64()), (Some(9), Some(3)), "{told}");
    let answers = told["answers"].as_array().unwrap();
    let of = |kind: &str| answers.iter().filter(|one| one["kind"] == kind).collect::<Vec<_>>();
    assert!(of("batch").iter().all(|one| one["answer"] == "opened"));
    assert_eq!(of("batch").iter().filter(|one| one["known"] == true).count(), 0, "all came with this import");
    assert_eq!((of("enrolment").len(), of("outstanding").len(), of("poll").len()), (2, 3, 1));
    assert!(of("poll").iter().all(|one| one["device"] == other.id.to_string() && one["answer"] == "taken"));
    // The answers are a carry: receipts of both, and what the poll asked for.
    let back = items(&out);
    let of_type = |code: u8| back.iter().filter(|item| item.code() == code).count();
    assert_eq!((of_type(4), of_type(7)), (3, 1));
    assert!(of_type(5) >= 2, "a key set and a profile");
    // Who has unsent records, and who brought what there is.
    let devices = json(&dir, &["devices"]);
    let row = |devices: &Value, phone: &Phone| {
        devices["devices"].as_array().unwrap().iter().find(|row| row["device"] == phone.id.to_string()).unwrap().clone()
    };
    let found = row(&devices, &other);
    assert_eq!(found["unsent"].as_u64(), Some(last_seq - there), "{found}");
    assert_eq!((found["unsent_since_ms"].as_i64(), found["only_carried"].as_bool()), (Some(START), Some(true)));
    assert_eq!(found["carried_by"], carrier.id.to_string());
    let found = row(&devices, &carrier);
    assert_eq!((found["unsent"].as_u64(), found["said_ms"].as_i64().is_some()), (Some(0), true), "{found}");
    // The rest comes, with what was there before.
    let rest = folder.path().join("rest");
    std::fs::write(&rest, Bundle::write(&[second, other.enrolment()]).unwrap()).unwrap();
    let told = json(&dir, &["import", rest.to_str().unwrap(), stick.join("1.fcb").to_str().unwrap()]);
    let known = told["answers"].as_array().unwrap().iter().filter(|one| one["known"] == true).count();
    assert_eq!(known, 2, "{told}");
    let found = row(&json(&dir, &["devices"]), &other);
    assert_eq!((found["unsent"].as_u64(), found["unsent_since_ms"].as_i64()), (Some(0), None));
    assert_eq!(json(&dir, &["status"])["figures"]["people"], 30);
    let text =
        Command::new(env!("CARGO_BIN_EXE_fieldcore-hub")).arg("--dir").arg(&dir).arg("devices").output().unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains("only carried, by ") && text.contains("unsent"), "{text}");
}

#[test]
fn what_is_for_phones_is_exported_for_one_or_all() {
    let folder = tempfile::tempdir().unwrap();
    let (dir, out) = (folder.path().join("hub"), folder.path().join("out.fcb"));
    json(&dir, &["init"]);
    let token = || Invitation::from_text(json(&dir, &["token"])["invitation"].as_str().unwrap()).unwrap();
    let (mut one, mut two) = (Phone::new(&token()), Phone::new(&token()));
    morning(&mut one, "A", 1, 0);
    morning(&mut two, "B", 1, 100);
    let file = folder.path().join("in");
    let all = [one.enrolment(), one.batch(), two.enrolment(), two.batch()];
    std::fs::write(&file, Bundle::write(&all).unwrap()).unwrap();
    json(&dir, &["import", file.to_str().unwrap()]);
    let out_text = out.to_str().unwrap();
    let told = json(&dir, &["export", "carry", "--out", out_text]);
    let exported = items(&out);
    assert_eq!(told["items"].as_u64(), Some(exported.len() as u64));
    let keys = one.keys.clone();
    let receipts = |items: &[Item]| {
        let receipt = |item: &Item| match item {
            Item::Receipt(bytes) => Some(SignedReceipt::parse(bytes).unwrap().verify(&keys).unwrap()),
            _ => None,
        };
        items.iter().filter_map(receipt).map(|receipt| receipt.device_key).collect::<Vec<_>>()
    };
    assert_eq!(receipts(&exported), [one.key, two.key]);
    assert_eq!(exported.iter().filter(|item| matches!(item, Item::State(_))).count(), 2);
    assert!(matches!(&exported[0], Item::Dispatch(bytes)
        if SignedDispatch::parse(bytes).unwrap().verify(&keys).unwrap().kind == DispatchKind::KeySet));
    json(&dir, &["export", "carry", "--device", &two.id.to_string(), "--out", out_text]);
    assert_eq!(receipts(&items(&out)), [two.key]);
    let code = |args: &[&str]| run(&dir, args).status.code();
    assert_eq!(code(&["export", "carry"]), Some(2), "it wants a file");
    assert_eq!(code(&["export", "carry", "--device", "nobody", "--out", out_text]), Some(2));
    let stranger = Phone::new(&token()).id.to_string();
    assert_eq!(code(&["export", "carry", "--device", &stranger, "--out", out_text]), Some(1));
    assert_eq!(receipts(&items(&out)), [two.key], "what was there stays as it was");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3, "and nothing lies beside it");
}

#[test]
fn an_older_word_and_a_forged_one_change_nothing() {
    let site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "A", 1, 0);
    let batch = phone.batch();
    site.send(&[word(&phone, 40), word(&phone, 30)]);
    let row =
        |site: &Site| site.hub.devices().unwrap().into_iter().find(|row| row.device == phone.id.to_string()).unwrap();
    assert_eq!((row(&site).unsent, row(&site).unsent_since_ms), (40, Some(START)));
    let mut forged = word(&phone, 99).bytes().to_vec();
    let last = forged.len() - 1;
    forged[last] ^= 1;
    let answers = site.send(&[Item::Outstanding(forged)]);
    assert_eq!(answers.refusals, ["bad_signature"]);
    assert_eq!(row(&site).unsent, 40);
    site.send(&[batch]);
    assert_eq!(row(&site).unsent, 40 - phone.seq);
    // A stranger's word is heard and not kept.
    let stranger = Phone::new(&site.token(1));
    assert_eq!(site.send(&[word(&stranger, 7)]).refusals, Vec::<String>::new());
    assert_eq!(site.hub.devices().unwrap().len(), 1);
}
