//! Keys, profiles, backups: what an operator does, and what phones see of it.

#![allow(clippy::unwrap_used, reason = "a failed test shows the place")]

mod common;

use common::*;
use fieldcore::Profile;
use fieldcore::wire::{DispatchKind, HeldReason, KeySet, Poll, ProfileText, Purpose, ReceiptStatus, Reissue};
use fieldcore_hub::{Error, Hub, InitOptions};

fn seal_file(site: &Site, keys: &KeySet) -> std::path::PathBuf {
    let id = keys.newest(Purpose::Seal).unwrap().id();
    site.dir().join("keys").join(format!("seal-{}.key", data_encoding::HEXLOWER.encode(&id)))
}

fn root(site: &Site) -> std::path::PathBuf {
    site.dir().join("take-away/root-2.key")
}

#[test]
fn secrets_are_the_owners_alone_and_a_hub_is_made_once() {
    use std::os::unix::fs::PermissionsExt;
    let site = Site::new();
    for folder in ["keys", "take-away"] {
        let mut files = 0;
        for entry in std::fs::read_dir(site.dir().join(folder)).unwrap() {
            let mode = entry.unwrap().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            files += 1;
        }
        assert!(files >= 3, "{folder}");
    }
    let again = Hub::init(&site.dir(), &InitOptions::default(), surroundings(&site.clock));
    assert!(matches!(again, Err(Error::Taken { .. })));
    let missing = Hub::open(&site.folder.path().join("none"), surroundings(&site.clock));
    assert_eq!(missing.unwrap_err().exit_code(), 4);
}

#[test]
fn rotation_brings_new_keys_and_old_receipts_and_batches_stay_good() {
    let site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "A", 1, 0);
    let old = phone.batch();
    let before = site.send(std::slice::from_ref(&old));
    assert_eq!(site.hub.rotate_keys(&root(&site), &[]).unwrap(), 2);
    let keys = site.hub.key_set().unwrap();
    assert_ne!(keys.newest(Purpose::Seal).unwrap().id(), phone.keys.newest(Purpose::Seal).unwrap().id());
    assert_ne!(keys.newest(Purpose::Receipt).unwrap().id(), phone.keys.newest(Purpose::Receipt).unwrap().id());
    assert_eq!(site.send(&[old]).receipt_bytes, before.receipt_bytes);
    // A phone that has not heard of it still seals to the old key.
    morning(&mut phone, "B", 1, 100);
    assert_eq!(site.one(phone.batch()), ReceiptStatus::Opened);
    let answers = site.send(&[phone.signed(&Poll { keys: 1, ..phone.poll() })]);
    let set = answers.dispatches.iter().find(|one| one.kind == DispatchKind::KeySet).unwrap();
    let set = KeySet::parse(&set.payload).unwrap();
    set.verify(&site.token(1).roots).unwrap();
    phone.keys = set;
    morning(&mut phone, "C", 1, 200);
    assert_eq!(site.one(phone.batch()), ReceiptStatus::Opened);
    // A file that is no root of this campaign certifies nothing.
    let other = Site::new();
    assert!(site.hub.rotate_keys(&root(&other), &[]).is_err());
    site.verified();
}

#[test]
fn an_invitation_fits_after_any_number_of_rotations_and_old_keys_still_open() {
    let site = Site::new();
    let mut first = site.phone();
    morning(&mut first, "A", 1, 0);
    let old = first.batch();
    let receipt = site.send(std::slice::from_ref(&old)).receipt_bytes;
    for version in 2..=40 {
        assert_eq!(site.hub.rotate_keys(&root(&site), &[]).unwrap(), version);
    }
    let invitation = site.token(1);
    let keys = invitation.key_set().unwrap();
    assert_eq!((keys.version, keys.certificates.len()), (40, 3));
    keys.verify(&invitation.roots).unwrap();
    let mut late = Phone::new(&invitation);
    morning(&mut late, "B", 1, 100);
    assert_eq!(site.send(&[late.enrolment(), late.batch()]).statuses(), [ReceiptStatus::Opened]);
    morning(&mut first, "C", 1, 200);
    assert_eq!(site.one(first.batch()), ReceiptStatus::Opened, "sealed to the first key of all");
    assert_eq!(site.send(&[old]).receipt_bytes, receipt);
    site.verified();
}

#[test]
fn a_receipt_by_a_revoked_key_is_given_anew_and_a_key_that_is_none_is_not_revoked() {
    let site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "A", 1, 0);
    let batch = phone.batch();
    let before = site.send(std::slice::from_ref(&batch));
    let known = site.hub.key_set().unwrap();
    assert_eq!(site.hub.rotate_keys(&root(&site), &[[7; 8]]).unwrap_err().exit_code(), 1);
    site.hub.rotate_keys(&root(&site), &[known.newest(Purpose::Receipt).unwrap().id()]).unwrap();
    let after = site.send(std::slice::from_ref(&batch));
    assert_eq!(after.statuses(), [ReceiptStatus::Opened]);
    assert_ne!(after.receipt_bytes, before.receipt_bytes);
    assert_eq!(site.send(&[batch]).receipt_bytes, after.receipt_bytes);
    site.verified();
}

#[test]
fn an_old_seal_key_taken_away_leaves_what_was_opened_readable() {
    let mut site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "A", 1, 0);
    site.send(&[phone.batch()]);
    let file = seal_file(&site, &phone.keys);
    site.hub.rotate_keys(&root(&site), &[]).unwrap();
    let kept = site.folder.path().join("elsewhere.key");
    std::fs::rename(&file, &kept).unwrap();
    site.reopen();
    assert_eq!(site.hub.trace("A-000").unwrap()[0].people.len(), 10);
    morning(&mut phone, "B", 1, 100);
    let late = phone.batch();
    let held_receipt = site.send(std::slice::from_ref(&late));
    assert_eq!(held_receipt.statuses(), [held(HeldReason::NotOpenable)]);
    std::fs::rename(&kept, &file).unwrap();
    assert_eq!(site.hub.retry_held().unwrap(), 1);
    assert_eq!(site.one(late), ReceiptStatus::Opened);
    let poll = Poll { held: held_receipt.receipts[0].serial, ..phone.poll() };
    let told = site.send(&[phone.signed(&poll)]);
    assert_eq!(told.statuses(), [ReceiptStatus::Opened], "what was held is told to be opened at the next poll");
    site.verified();
}

#[test]
fn a_lost_seal_key_is_asked_around_and_every_record_comes_back() {
    let mut site = Site::new();
    let mut phone = site.phone();
    let file = seal_file(&site, &phone.keys);
    std::fs::remove_file(&file).unwrap();
    site.reopen();
    morning(&mut phone, "A", 2, 0);
    let records = phone.records.clone();
    assert_eq!(site.one(phone.batch()), held(HeldReason::NotOpenable));
    assert!(!site.hub.verify().unwrap().ok, "a key in force that is not at hand is a fault");
    let lost = phone.keys.newest(Purpose::Seal).unwrap().id();
    site.hub.rotate_keys(&root(&site), &[lost]).unwrap();
    let answers = site.send(&[phone.signed(&Poll { keys: 1, ..phone.poll() })]);
    let request = answers.dispatches.iter().find(|one| one.kind == DispatchKind::Reissue).unwrap();
    let request = Reissue::parse(&request.payload).unwrap();
    assert_eq!((request.epoch, request.ranges.clone()), (phone.epoch, vec![(1, records.len() as u64)]));
    let set = answers.dispatches.iter().find(|one| one.kind == DispatchKind::KeySet).unwrap();
    phone.keys = KeySet::parse(&set.payload).unwrap();
    let again = phone.seal_as(fieldcore::wire::Mode::Live, &records, &[]);
    assert_eq!(site.one(fieldcore::wire::Item::Batch(again.to_bytes().unwrap())), ReceiptStatus::Opened);
    assert_eq!(site.hub.figures(None).unwrap().people, 20);
    assert!(site.hub.held().unwrap().is_empty(), "what came again needs nobody's attention");
    site.verified();
}

#[test]
fn a_profile_is_checked_signed_published_and_never_goes_back() {
    let site = Site::new();
    let phone = site.phone();
    let text = site.hub.profile().unwrap();
    let first = Profile::parse(&text).unwrap();
    assert_eq!(first.campaign, site.hub.campaign());
    let next = text.replacen("version = 1", "version = 2", 1);
    assert_ne!(next, text, "the text says its version");
    assert!(site.hub.publish_profile("order = 3").is_err());
    site.hub.sign_profile(&text).unwrap();
    assert_eq!(site.hub.profile().unwrap(), text, "signing it again takes nothing back");
    site.hub.sign_profile(&next).unwrap();
    let quiet = site.send(&[phone.signed(&Poll { profile: 1, ..phone.poll() })]);
    assert!(quiet.dispatches.iter().all(|one| one.kind != DispatchKind::Profile), "signed is not published");
    assert_eq!(site.hub.publish_signed().unwrap(), 2);
    let told = site.send(&[phone.signed(&Poll { profile: 1, ..phone.poll() })]);
    let got = ProfileText::parse(&told.dispatches[0].payload).unwrap();
    assert_eq!((got.version, got.text.as_slice()), (2, next.as_bytes()));
    assert!(site.hub.publish_profile(&text).is_err(), "a version never goes back");
    assert_eq!(site.token(1).profile_version, 2);
    let other = next.replace(&site.hub.campaign().to_string(), "00000000-0000-7000-8000-000000000000");
    assert!(site.hub.publish_profile(&other).is_err(), "another campaign's profile");
}

#[test]
fn a_restored_hub_has_another_store_id_and_takes_again_what_it_lacks() {
    let site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "A", 1, 0);
    let first = site.send(&[phone.batch()]);
    let backup = site.folder.path().join("backup.db");
    site.hub.backup(&backup, false).unwrap();
    assert!(site.hub.backup(&backup, false).is_err(), "a backup is never overwritten");
    morning(&mut phone, "B", 1, 100);
    let lacking = phone.batch();
    let second = site.send(&[lacking.clone(), phone.signed(&phone.poll())]);
    let dir = site.folder.path().join("restored");
    let hub = Hub::restore(&dir, &backup, surroundings(&site.clock)).unwrap();
    let restored = Site { folder: tempfile::tempdir().unwrap(), clock: site.clock.clone(), hub };
    assert_eq!(restored.hub.figures(None).unwrap().people, 10);
    let state = restored.send(&[phone.signed(&phone.poll())]).states.remove(0);
    assert_ne!(state.store, second.states[0].store);
    assert_eq!((state.rows[0].highest, second.states[0].rows[0].highest), (1, 2));
    let again = restored.send(&[lacking]);
    assert_eq!(again.statuses(), [ReceiptStatus::Opened]);
    assert!(again.receipts[0].serial > second.receipts[0].serial, "no serial is given twice");
    assert!(again.receipts[0].serial > first.receipts[0].serial);
    assert_eq!(restored.hub.figures(None).unwrap().people, 20);
    restored.verified();
}

#[test]
fn a_backup_without_keys_opens_with_the_keys_put_beside_it() {
    let site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "A", 1, 0);
    site.send(&[phone.batch()]);
    let backup = site.folder.path().join("backup.db");
    site.hub.backup(&backup, true).unwrap();
    let bytes = std::fs::read(&backup).unwrap();
    let secret = std::fs::read_to_string(seal_file(&site, &phone.keys)).unwrap();
    let hex = secret.split_whitespace().last().unwrap().as_bytes().to_vec();
    assert!(!bytes.windows(hex.len()).any(|window| window == hex));
    let dir = site.folder.path().join("restored");
    std::fs::create_dir_all(dir.join("keys")).unwrap();
    for entry in std::fs::read_dir(site.dir().join("keys")).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, dir.join("keys").join(path.file_name().unwrap())).unwrap();
    }
    let hub = Hub::restore(&dir, &backup, surroundings(&site.clock)).unwrap();
    assert_eq!(hub.trace("A-000").unwrap()[0].people.len(), 10);
}

#[test]
fn a_restore_without_its_keys_is_refused_and_new_keys_are_made_only_when_asked_for() {
    let site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "A", 1, 0);
    site.send(&[phone.batch()]);
    let backup = site.folder.path().join("backup.db");
    site.hub.backup(&backup, true).unwrap();
    let dir = site.folder.path().join("restored");
    let refused = Hub::restore(&dir, &backup, surroundings(&site.clock)).unwrap_err();
    assert!(matches!(refused, Error::NoKey { .. }), "else every question after a person is answered wrongly");
    assert!(!dir.join("hub.db").exists() && !dir.join("hub.db.making").exists());
    // Somebody found a copy of the seal key, and nothing else.
    let seal = seal_file(&site, &phone.keys);
    std::fs::create_dir_all(dir.join("keys")).unwrap();
    std::fs::copy(&seal, dir.join("keys").join(seal.file_name().unwrap())).unwrap();
    let hub = Hub::restore_with_new_keys(&dir, &backup, surroundings(&site.clock)).unwrap();
    assert_eq!(hub.person(&number(1)).unwrap().len(), 1);
    assert_eq!(hub.lag().unwrap(), 0);
}

#[test]
fn what_is_no_backup_of_this_campaign_replaces_nothing() {
    let site = Site::new();
    let other = Site::new();
    let paths = ["empty", "text", "other.db", "else.db"].map(|name| site.folder.path().join(name));
    std::fs::write(&paths[0], b"").unwrap();
    std::fs::write(&paths[1], [b'x'; 4096]).unwrap();
    rusqlite::Connection::open(&paths[2]).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    other.hub.backup(&paths[3], false).unwrap();
    site.hub.close();
    for (path, code) in paths.iter().zip([3, 3, 3, 1]) {
        let refused = Hub::restore(&site.dir(), path, surroundings(&site.clock)).unwrap_err();
        assert_eq!(refused.exit_code(), code, "{refused}");
    }
    assert_eq!(Hub::open(&site.dir(), surroundings(&site.clock)).unwrap().campaign(), site.hub.campaign());
}

#[test]
fn a_newer_store_and_a_file_that_is_no_store_are_left_alone() {
    let site = Site::new();
    site.hub.close();
    let path = site.dir().join("hub.db");
    let store = rusqlite::Connection::open(&path).unwrap();
    store.pragma_update(None, "user_version", 99).unwrap();
    drop(store);
    let opened = Hub::open(&site.dir(), surroundings(&site.clock));
    assert!(matches!(opened, Err(Error::Newer { found: 99, .. })));
    let dir = site.folder.path().join("other");
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("hub.db"), b"this is no database, whatever its name says; it is text").unwrap();
    assert_eq!(Hub::open(&dir, surroundings(&site.clock)).unwrap_err().exit_code(), 4);
}
