//! Delegations, card keys and helpers at the hub: the command line, what is refused, and what goes with a round.

#![allow(clippy::unwrap_used, reason = "a failed test shows the place")]

mod common;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use common::*;
use fieldcore::cards::{Grant, Link, LinkScope, Rights, SignedDelegation};
use fieldcore::wire::{Dispatch, DispatchKind, Enrolment, HeldReason, Item, SignedEnrolment, open_for_device};
use fieldcore::{DeviceId, Secret};
use fieldcore_hub::{DelegateOptions, Error};
use serde_json::Value;

fn run(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fieldcore-hub"));
    command.arg("--dir").arg(dir).args(args).stdin(Stdio::null()).output().unwrap()
}

fn json(dir: &Path, args: &[&str]) -> Value {
    let output = run(dir, &[args, &["--json"]].concat());
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn code(dir: &Path, args: &[&str]) -> i32 {
    run(dir, args).status.code().unwrap()
}

fn options(device: DeviceId, rights: &[&str], helpers: u32) -> DelegateOptions {
    let rights = rights.iter().map(|word| (*word).to_owned()).collect();
    DelegateOptions { device, rights, helpers, valid_ms: 3 * DAY.unsigned_abs() }
}

/// The grants that a phone gets with its next poll, opened, with what carried them.
fn grants(site: &Site, phone: &Phone) -> Vec<(Dispatch, Grant)> {
    let answers = site.send(&[phone.signed(&phone.poll())]);
    let of_kind = answers.dispatches.into_iter().filter(|one| one.kind == DispatchKind::Grant);
    of_kind
        .map(|one| {
            let plain = open_for_device(&one, &phone.seal_secret, phone.id).unwrap();
            let grant = Grant::parse(&plain).unwrap();
            (one, grant)
        })
        .collect()
}

/// A helper's enrolment under a delegation, on a place.
fn helper(chief: &Phone, delegation: &[u8], ordinal: u32, expires_ms: i64, seed: &Secret) -> (Phone, Item) {
    let mut phone = chief.clone();
    phone.seed = Secret::new(random());
    (phone.key, phone.seal_key) = (fieldcore::crypto::signing_public(&phone.seed), [9; 32]);
    phone.id = DeviceId::of_key(&phone.key);
    let signed = SignedDelegation::parse(delegation).unwrap();
    let scope = LinkScope { delegation: &signed.bytes, device_key: &phone.key, seal_key: &phone.seal_key };
    let link = Link::sign(scope, ordinal, Rights::WORK, expires_ms, seed).unwrap();
    let enrolment = Enrolment {
        campaign: phone.campaign,
        device_key: phone.key,
        seal_key: phone.seal_key,
        token_id: [0; 8],
        proof: [0; 32],
        epoch: phone.epoch,
        app: "test 1".to_owned(),
        wall_ms: START,
        chain: vec![delegation.to_vec(), link.to_bytes().unwrap()],
    };
    let item = Item::Enrolment(SignedEnrolment::sign(&enrolment, &phone.seed).unwrap().to_bytes().unwrap());
    (phone, item)
}

#[test]
fn the_command_line_says_and_does_what_the_library_does() {
    let site = Site::new();
    let phone = site.phone();
    let dir = site.dir();
    site.hub.close();
    let device = phone.id.to_string();
    assert_eq!(json(&dir, &["card-keys"])["card_keys"], Value::Array(Vec::new()));
    let made = json(&dir, &["delegate", &device, "--rights", "enrol,issue", "--helpers", "2", "--expires", "3d"]);
    assert_eq!(made["rights"], serde_json::json!(["work", "enrol", "issue"]), "who enrols has what he gives");
    assert_eq!((&made["state"], &made["helpers"]), (&"valid".into(), &2.into()));
    assert_eq!(json(&dir, &["delegations"])["delegations"][0], made);
    assert!(String::from_utf8(run(&dir, &["delegations"]).stdout).unwrap().contains(&device));
    let key = json(&dir, &["card-keys", "new", "1", "--expires", "12h"]);
    assert_eq!((key["key"].as_str().unwrap().len(), &key["readable"]), (8, &true.into()));
    assert_eq!(json(&dir, &["card-keys"])["card_keys"].as_array().unwrap().len(), 1);
    for (args, exit) in [
        (vec!["delegate", device.as_str(), "--rights", "fly"], 2),
        (vec!["delegate", device.as_str(), "--rights", "enrol"], 2),
        (vec!["delegate", device.as_str(), "--rights", "issue", "--helpers", "1"], 2),
        (vec!["delegate", device.as_str()], 2),
        (vec!["delegate", "somebody", "--rights", "issue"], 2),
        (vec!["delegate", "00000000-0000-0000-0000-000000000000", "--rights", "issue"], 1),
        (vec!["card-keys", "new", "no such round"], 1),
    ] {
        assert_eq!(code(&dir, &args), exit, "{args:?}");
    }
    let revoked = json(&dir, &["revoke", &device, "--helpers"]);
    assert_eq!(revoked["revoked"], serde_json::json!([device]));
    assert_eq!(json(&dir, &["delegations"])["delegations"][0]["state"], "revoked");
    assert_eq!(code(&dir, &["delegate", &device, "--rights", "issue"]), 1, "a revoked device acts for nobody");
}

#[test]
fn a_grant_is_sealed_to_its_device_and_sent_once() {
    let site = Site::new();
    let (phone, other) = (site.phone(), site.phone());
    let first = grants(&site, &phone);
    assert_eq!(first.len(), 1, "the key of the profile's round");
    assert!(open_for_device(&first[0].0, &other.seal_secret, phone.id).is_err());
    assert_eq!(grants(&site, &other)[0].1.card_keys, first[0].1.card_keys, "all have the same");
    let line = site.hub.delegate(&options(phone.id, &["issue"], 0)).unwrap();
    let poll = |notices| phone.signed(&fieldcore::wire::Poll { notices, ..phone.poll() });
    assert_eq!(site.send(&[poll(1)]).dispatches.iter().filter(|one| one.kind == DispatchKind::Grant).count(), 1);
    assert_eq!(site.send(&[poll(2)]).dispatches.iter().filter(|one| one.kind == DispatchKind::Grant).count(), 0);
    let all = grants(&site, &phone);
    let delegation = all[1].1.delegation.clone().unwrap();
    let said = SignedDelegation::parse(&delegation).unwrap().verify(&site.hub.key_set().unwrap()).unwrap();
    assert_eq!((said.id.to_string(), said.device_key), (line.delegation, phone.key));
    assert!(delegation.len() <= 200, "{} bytes", delegation.len());
    // What has expired since is sent as nothing.
    site.forward(31 * DAY);
    let later = grants(&site, &phone);
    assert!(later[0].1.card_keys.is_empty() && later[1].1.delegation.is_none());
    assert_eq!(later[2].1.card_keys.len(), 1, "and a new key is drawn for the round");
}

#[test]
fn a_card_key_goes_with_its_round() {
    let site = Site::new();
    let mut phone = site.phone();
    grants(&site, &phone);
    let round = site.hub.card_keys().unwrap()[0].round.clone();
    phone.start_shift(uuid::Uuid::parse_str(&round).unwrap(), "hall");
    let tube = phone.tube("T-1");
    phone.bind(tube, 1, "110101189001010010");
    site.one(phone.batch());
    site.hub.erase_round(&round).unwrap();
    assert!(site.hub.card_keys().unwrap().is_empty());
    assert!(grants(&site, &phone)[0].1.card_keys.is_empty(), "and comes back to nobody");
    assert!(site.hub.card_keys().unwrap().is_empty());
}

#[test]
fn a_chain_is_taken_held_or_refused() {
    let site = Site::new();
    let chief = site.phone();
    let reason = |phone: &Phone| {
        let devices = site.hub.devices().unwrap();
        let row = devices.into_iter().find(|row| row.device == phone.id.to_string());
        row.map(|row| (row.state, row.reason))
    };
    let held = |reason: HeldReason| Some(("held", Some(reason.as_str().to_owned())));
    site.hub.delegate(&options(chief.id, &["enrol"], 2)).unwrap();
    let delegation = grants(&site, &chief).into_iter().find_map(|(_, grant)| grant.delegation).unwrap();
    let end = START + 2 * DAY;
    let (one, first) = helper(&chief, &delegation, 1, end, &chief.seed);
    assert!(site.send(&[first.clone(), first]).refusals.is_empty());
    assert_eq!(reason(&one), Some(("active", None)));
    let (two, second) = helper(&chief, &delegation, 1, end, &chief.seed);
    site.send(&[second]);
    assert_eq!(reason(&two), held(HeldReason::PlaceTaken));
    let (stranger, forged) = helper(&chief, &delegation, 2, end, &one.seed);
    assert_eq!(site.send(&[forged]).refusals, ["bad_proof"]);
    assert_eq!(reason(&stranger), None, "what is refused leaves no trace");
    let (_, beyond) = helper(&chief, &delegation, 3, end, &chief.seed);
    assert_eq!(site.send(&[beyond]).refusals, ["bad_proof"], "more places than were given");
    let (late, expired) = helper(&chief, &delegation, 2, START, &chief.seed);
    site.send(&[expired]);
    assert_eq!(reason(&late), held(HeldReason::Delegation));
    let fresh = Site::new();
    let (_, other) = helper(&chief, &delegation, 2, end, &chief.seed);
    assert_eq!(fresh.send(&[other]).refusals, ["other_campaign"]);
    assert_eq!(site.hub.delegations().unwrap()[0].enrolled.len(), 1);
}

#[test]
fn nobody_but_an_active_device_gets_a_delegation() {
    let site = Site::new();
    let phone = Phone::new(&site.token(1));
    let unknown = site.hub.delegate(&options(phone.id, &["issue"], 0));
    assert!(matches!(unknown, Err(Error::Unknown { .. })));
    site.send(&[phone.enrolment()]);
    assert!(site.hub.delegate(&options(phone.id, &[], 0)).is_err());
    assert!(site.hub.delegate(&options(phone.id, &["enrol"], 100_000)).is_err());
    site.hub.delegate(&options(phone.id, &["issue"], 0)).unwrap();
    site.hub.close_device(phone.id).unwrap();
    assert!(site.hub.delegate(&options(phone.id, &["issue"], 0)).is_err());
}
