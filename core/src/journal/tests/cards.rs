//! Delegations, card keys and helpers enrolled on the spot.

use uuid::Uuid;

use super::super::testing::{CAMPAIGN, Desk, ROUND, deliver, kinds, outgoing, shift};
use super::super::{Journal, anchors};
use crate::cards::{
    CARDS_CODE_BYTES, CardKey, Chain, Grant, HelperKeys, Kit, Link, LinkScope, Rights, Welcome, code_text,
};
use crate::error::Error;
use crate::secret::Secret;
use crate::state;
use crate::sync::{DispatchTaken, Outbox};
use crate::wire::{Anchor, AnchorKind, Item, SignedEnrolment};

const LATER: i64 = 1_700_000_900_000;

fn keys_of(journal: &Journal) -> ([u8; 32], [u8; 32]) {
    let keys = HelperKeys::of_code(&journal.helper_code().unwrap()).unwrap();
    (keys.device_key, keys.seal_key)
}

fn card_key(byte: u8, round: Uuid) -> CardKey {
    CardKey { key: Secret::new([byte; 32]), round, expires_ms: LATER }
}

fn give(desk: &Desk, journal: &Journal, number: u8, grant: &Grant) -> Result<Option<DispatchTaken>, Error> {
    let (device_key, seal_key) = keys_of(journal);
    journal.take_dispatch(&desk.hub.grant(number, &device_key, &seal_key, grant))
}

/// A chief: enrolled, with a delegation for `helpers`.
fn chief(desk: &Desk, rights: Rights, helpers: u32) -> Journal {
    let (journal, _) = desk.enrolled();
    let delegation = Some(desk.hub.delegation(keys_of(&journal).0, rights, helpers, LATER));
    let keys_in_use = Some(desk.hub.key_set(1).to_bytes().unwrap());
    let grant = Grant { delegation, keys_in_use, card_keys: vec![card_key(7, ROUND)] };
    let taken = give(desk, &journal, 1, &grant).unwrap();
    let delegation = Some(Uuid::from_bytes([0xde; 16]));
    assert_eq!(taken, Some(DispatchTaken::Grant { delegation, card_keys: 1 }));
    journal
}

fn all() -> Rights {
    Rights::WORK.with(Rights::ENROL).with(Rights::ISSUE)
}

/// Tells the journal that the hub's clock has reached `hub_ms` at this moment of its monotonic clock.
fn heard(journal: &Journal, desk: &Desk, hub_ms: i64) {
    let clock = desk.clock.session.load(std::sync::atomic::Ordering::Relaxed);
    let anchor = Anchor { clock, mono_ms: desk.clock_ms(), hub_ms, error_ms: 500, kind: AnchorKind::TwoSided };
    journal.upkeep(|action| anchors::keep(action.tx(), &anchor)).unwrap();
}

#[test]
fn a_grant_is_taken_once_and_whole() {
    let desk = Desk::new();
    let journal = chief(&desk, all(), 3);
    let held = journal.delegations().unwrap();
    assert_eq!((held.len(), held[0].used, held[0].over), (1, 0, false));
    let before = kinds(&journal).len();
    let again = Grant {
        delegation: Some(desk.hub.delegation(keys_of(&journal).0, all(), 3, LATER)),
        keys_in_use: None,
        card_keys: vec![card_key(7, ROUND), card_key(8, Uuid::from_bytes([0x22; 16]))],
    };
    // The same dispatch, then the same things under another id.
    assert_eq!(give(&desk, &journal, 1, &again).unwrap(), None);
    let taken = give(&desk, &journal, 2, &again).unwrap();
    assert!(matches!(taken, Some(DispatchTaken::Grant { card_keys: 1, .. })), "{taken:?}");
    assert_eq!(kinds(&journal).len(), before, "a delegation that is held is not held twice");

    let (other, _) = (Desk::new(), ());
    let stranger = other.open();
    let theirs = Grant {
        delegation: Some(desk.hub.delegation(keys_of(&stranger).0, all(), 3, LATER)),
        card_keys: vec![card_key(9, ROUND)],
        ..Grant::default()
    };
    assert!(matches!(give(&desk, &journal, 3, &theirs), Err(Error::Untrusted { .. })));
    let mut forged = desk.hub.delegation(keys_of(&journal).0, all(), 99, LATER);
    let last = forged.len() - 1;
    forged[last] ^= 1;
    let forged = Grant { delegation: Some(forged), card_keys: vec![card_key(9, ROUND)], ..Grant::default() };
    assert!(matches!(give(&desk, &journal, 3, &forged), Err(Error::Untrusted { .. })));
    let keys = journal.upkeep(|action| Ok(action.card_keys(None)?.len())).unwrap();
    assert_eq!(keys, 2, "nothing of what was refused was kept");
}

#[test]
fn a_dispatch_for_another_device_is_left_alone() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    let other = Desk::new();
    let (device_key, seal_key) = keys_of(&other.open());
    let dispatch = desk.hub.grant(1, &device_key, &seal_key, &Grant::default());
    assert_eq!(journal.take_dispatch(&dispatch).unwrap(), None);
}

#[test]
fn a_card_key_ends_with_its_round() {
    let desk = Desk::new();
    let journal = chief(&desk, all(), 1);
    let name = card_key(7, ROUND).name();
    assert_eq!(journal.upkeep(|action| action.card_key(name)).unwrap(), Some(card_key(7, ROUND)));
    journal
        .act(|action| {
            let running = state::shifts_open(action.tx())?.pop().map(|shift| shift.at);
            let body = crate::record::ShiftEnded { shift: running.unwrap(), people: 0, tubes: 0, short: 0, spoiled: 0 };
            action.append(None, running, body)
        })
        .unwrap();
    journal.seal_now().unwrap();
    deliver(&journal, &desk.hub);
    journal.erase_round(ROUND).unwrap();
    assert_eq!(journal.upkeep(|action| action.card_key(name)).unwrap(), None);
    // It does not come back.
    let again = Grant { card_keys: vec![card_key(7, ROUND)], ..Grant::default() };
    let taken = give(&desk, &journal, 9, &again).unwrap();
    assert_eq!(taken, Some(DispatchTaken::Grant { delegation: None, card_keys: 0 }));
    let left: u64 = journal
        .view(|view| Ok(view.conn().query_row("SELECT count(*) FROM document WHERE what = 9", [], |row| row.get(0))?))
        .unwrap();
    assert_eq!(left, 0);
}

#[test]
fn a_card_key_that_was_lost_with_the_vault_is_taken_again() {
    let desk = Desk::new();
    let journal = chief(&desk, all(), 1);
    let before = journal.device();
    journal.shutdown().unwrap();
    drop(journal);
    desk.empty_vault();
    let journal = desk.open();
    assert_ne!(journal.device(), before, "another device from here on");
    journal.enrol(&desk.hub.invitation()).unwrap();
    let name = card_key(7, ROUND).name();
    assert_eq!(journal.upkeep(|action| action.card_key(name)).unwrap(), None);
    assert!(journal.delegations().unwrap().is_empty(), "the delegation was the other device's");
    let again = Grant { card_keys: vec![card_key(7, ROUND)], ..Grant::default() };
    let taken = give(&desk, &journal, 2, &again).unwrap();
    assert_eq!(taken, Some(DispatchTaken::Grant { delegation: None, card_keys: 1 }));
    assert_eq!(journal.upkeep(|action| action.card_key(name)).unwrap(), Some(card_key(7, ROUND)));
    assert_eq!(journal.upkeep(|action| Ok(action.card_keys(Some(ROUND))?.len())).unwrap(), 1);
}

#[test]
fn keys_whose_time_is_over_go_when_the_hub_says_so_and_never_by_the_wall_clock() {
    let desk = Desk::new();
    let journal = chief(&desk, all(), 1);
    let elsewhere = Uuid::from_bytes([0x22; 16]);
    give(&desk, &journal, 2, &Grant { card_keys: vec![card_key(8, elsewhere)], ..Grant::default() }).unwrap();
    let count = |journal: &Journal| journal.upkeep(|action| Ok(action.card_keys(None)?.len())).unwrap();
    desk.clock.wall_ms.store(LATER + 1_000_000_000, std::sync::atomic::Ordering::Relaxed);
    journal.maintain(false).unwrap();
    assert_eq!(count(&journal), 2, "a clock set forward ends nothing");
    assert!(journal.accept_helper(&Desk::new().open().helper_code().unwrap(), Rights::WORK, None).is_ok());
    desk.clock.wall_ms.store(0, std::sync::atomic::Ordering::Relaxed);
    heard(&journal, &desk, LATER - 1_000);
    journal.maintain(false).unwrap();
    assert_eq!(count(&journal), 2);
    // Time passes by the monotonic clock; the anchor's own error is allowed for.
    desk.clock.mono_ms.fetch_add(1_500, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(count(&journal), 2);
    desk.clock.mono_ms.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(count(&journal), 0, "a clock set back keeps nothing alive beyond what the hub said");
    let bucket = format!("bucket/{elsewhere}");
    assert!(desk.vault.0.lock().unwrap().contains_key(&bucket));
    journal.maintain(false).unwrap();
    assert!(!desk.vault.0.lock().unwrap().contains_key(&bucket), "a round of which nothing is left");
    assert!(desk.vault.0.lock().unwrap().contains_key(&format!("bucket/{ROUND}")), "a round with records");
    assert!(journal.delegations().unwrap()[0].over);
    let refused = journal.accept_helper(&Desk::new().open().helper_code().unwrap(), Rights::WORK, None);
    assert!(matches!(refused, Err(Error::Refused { .. })));
}

#[test]
fn an_expired_delegation_is_left_out_and_the_keys_beside_it_are_kept() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    heard(&journal, &desk, 1_700_000_500_000);
    let delegation = Some(desk.hub.delegation(keys_of(&journal).0, all(), 3, 1_700_000_400_000));
    let grant = Grant { delegation, keys_in_use: None, card_keys: vec![card_key(7, ROUND)] };
    let taken = give(&desk, &journal, 1, &grant).unwrap();
    assert_eq!(taken, Some(DispatchTaken::Grant { delegation: None, card_keys: 1 }));
    assert!(!kinds(&journal).contains(&"delegation_held"));
}

#[test]
fn letters_of_every_kind_are_counted_one_after_the_other() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    let counted = |journal: &Journal| {
        journal.view(|view| {
            Ok(super::super::meta::fixed(view.conn(), super::super::meta::NOTICES)?.map_or(0, u64::from_be_bytes))
        })
    };
    give(&desk, &journal, 2, &Grant::default()).unwrap();
    assert_eq!(counted(&journal).unwrap(), 0, "the first is missing");
    give(&desk, &journal, 1, &Grant::default()).unwrap();
    assert_eq!(counted(&journal).unwrap(), 2);
    // A restored hub numbers the same letter anew: it is known, and its number is not missing.
    let (device_key, seal_key) = keys_of(&journal);
    let again = desk.hub.grant(2, &device_key, &seal_key, &Grant::default());
    assert_eq!(journal.take_dispatch(&crate::wire::Dispatch { version: 3, ..again }).unwrap(), None);
    assert_eq!(counted(&journal).unwrap(), 3);
}

#[test]
fn a_helper_starts_without_any_network() {
    let (desk, other) = (Desk::new(), Desk::new());
    let journal = chief(&desk, all(), 2);
    let helper = other.open();
    let shown = helper.helper_code().unwrap();
    let taken = journal.accept_helper(&shown, Rights::WORK, None).unwrap();
    assert_eq!((taken.ordinal, taken.left, taken.expires_ms), (1, 1, LATER));
    // The sizes that the wire format tells.
    assert!(shown.len() <= 250 && taken.welcome.len() <= 880, "{} {}", shown.len(), taken.welcome.len());
    for (code, what) in [(&shown, "keys"), (&taken.welcome, "welcome"), (&taken.kit, "kit")] {
        assert!(code.len() <= CARDS_CODE_BYTES, "the {what} code has {} bytes", code.len());
        assert!(code_text(code).unwrap().len() <= 1_451);
    }
    // The same code again: the same place, the same welcome.
    let again = journal.accept_helper(&shown, Rights::WORK, Some(0)).unwrap();
    assert_eq!((again.ordinal, again.saved, again.left), (1, taken.saved, 1));
    assert_eq!(again.welcome, taken.welcome);

    let started = helper.accept_welcome(&taken.welcome).unwrap();
    assert_eq!((started.campaign, started.chief, started.rights), (CAMPAIGN, journal.device(), Rights::WORK));
    let epoch = helper.epoch();
    helper.accept_welcome(&taken.welcome).unwrap();
    assert_eq!(helper.epoch(), epoch, "the same welcome again changes nothing");
    assert_eq!(helper.accept_kit(&taken.kit).unwrap().card_keys, 1);
    assert_eq!(helper.accept_kit(&taken.kit).unwrap().card_keys, 0);
    assert_eq!(helper.upkeep(|action| Ok(action.card_keys(Some(ROUND))?.len())).unwrap(), 1);

    // It works, and what it seals opens at the hub; its enrolment has the chain.
    shift(&helper, ROUND);
    helper.seal_now().unwrap();
    let items = outgoing(&helper);
    let Item::Enrolment(bytes) = &items[0] else { panic!("an enrolment goes in front") };
    let enrolment = SignedEnrolment::parse(bytes).unwrap().verify().unwrap();
    assert_eq!((enrolment.token_id, enrolment.proof), ([0; 8], [0; 32]));
    let chain =
        Chain::verify(&enrolment.chain, &desk.hub.key_set(1), &enrolment.device_key, &enrolment.seal_key).unwrap();
    assert_eq!(chain.link.ordinal, 1);
    assert!(deliver(&helper, &desk.hub).len() >= 4);
    assert_eq!(journal.helpers().unwrap().len(), 1);
}

#[test]
fn places_are_counted_and_no_right_is_given_that_is_not_there() {
    let desk = Desk::new();
    let journal = chief(&desk, all(), 1);
    let code = |journal: &Journal| journal.helper_code().unwrap();
    let (one, two) = (Desk::new(), Desk::new());
    assert!(matches!(
        journal.accept_helper(&code(&one.open()), Rights::ISSUE, None),
        Err(Error::Refused { what: "enrolling a helper", .. })
    ));
    assert!(journal.accept_helper(&code(&one.open()), Rights::NONE, None).is_err());
    assert!(journal.accept_helper(&code(&journal), Rights::WORK, None).is_err(), "its own code");
    journal.accept_helper(&code(&one.open()), Rights::WORK, None).unwrap();
    let full = journal.accept_helper(&code(&two.open()), Rights::WORK, None).unwrap_err();
    assert!(full.to_string().contains("every place"), "{full}");

    let other = Desk::new();
    let without = chief(&other, Rights::WORK.with(Rights::ISSUE), 5);
    let refused = without.accept_helper(&code(&two.open()), Rights::WORK, None).unwrap_err();
    assert!(refused.to_string().contains("no delegation to enrol"), "{refused}");
    let practice = Desk::new();
    let options = crate::JournalOptions { mode: crate::wire::Mode::Practice, ..practice.options() };
    let trains = Journal::open(options, practice.platform()).unwrap();
    let refused = journal.accept_helper(&code(&trains), Rights::WORK, None).unwrap_err();
    assert!(refused.to_string().contains("practice"), "{refused}");
}

#[test]
fn a_helper_takes_no_welcome_that_is_not_its_own_or_was_tampered_with() {
    let desk = Desk::new();
    let journal = chief(&desk, all(), 5);
    let (one, two) = (Desk::new(), Desk::new());
    let (first, second) = (one.open(), two.open());
    let taken = journal.accept_helper(&first.helper_code().unwrap(), Rights::WORK, None).unwrap();
    assert!(matches!(second.accept_welcome(&taken.welcome), Err(Error::Untrusted { .. })), "somebody else's");
    assert!(second.accept_kit(&taken.kit).is_err(), "no welcome yet");
    let next = journal.accept_helper(&second.helper_code().unwrap(), Rights::WORK, None).unwrap();
    second.accept_welcome(&next.welcome).unwrap();
    assert!(matches!(second.accept_kit(&taken.kit), Err(Error::Untrusted { .. })), "somebody else's kit");

    let good = Welcome::of_code(&taken.welcome).unwrap();
    let (device_key, seal_key) = keys_of(&first);
    let swap = |change: &dyn Fn(&mut Welcome)| {
        let mut welcome = good.clone();
        change(&mut welcome);
        first.accept_welcome(&welcome.to_code().unwrap())
    };
    let foreign = Desk::new();
    assert!(swap(&|welcome| welcome.roots = [[1; 32]; 2]).is_err(), "other roots");
    assert!(swap(&|welcome| welcome.chain[0] = foreign.hub.delegation([5; 32], all(), 9, LATER)).is_err());
    let mut link = Link::parse(&good.chain[1]).unwrap();
    link.expires_ms += 1;
    assert!(swap(&|welcome| welcome.chain[1] = link.to_bytes().unwrap()).is_err(), "a longer time");
    // A link by somebody who is not the delegated device, and one beyond the delegation.
    let signed = crate::cards::SignedDelegation::parse(&good.chain[0]).unwrap();
    let scope = LinkScope { delegation: &signed.bytes, device_key: &device_key, seal_key: &seal_key };
    let stranger = Link::sign(scope, 1, Rights::WORK, LATER, &Secret::new([4; 32])).unwrap();
    assert!(swap(&|welcome| welcome.chain[1] = stranger.to_bytes().unwrap()).is_err());
    let chief_seed = journal.upkeep(|action| action.signing()).unwrap();
    for (ordinal, rights, expires_ms) in [
        (0, Rights::WORK, LATER),
        (6, Rights::WORK, LATER),
        (1, Rights::ISSUE, LATER),
        (1, Rights::NONE, LATER),
        (1, Rights::WORK, LATER + 1),
    ] {
        let link = Link::sign(scope, ordinal, rights, expires_ms, &chief_seed).unwrap();
        let refused = swap(&|welcome| welcome.chain[1] = link.to_bytes().unwrap());
        assert!(matches!(refused, Err(Error::Untrusted { .. })), "{ordinal} {rights:?} {expires_ms}");
    }
    assert!(!first.is_enrolled().unwrap(), "nothing of what was refused was kept");
    let link = Link::sign(scope, 1, Rights::WORK, LATER, &chief_seed).unwrap();
    assert!(swap(&|welcome| welcome.chain[1] = link.to_bytes().unwrap()).is_ok(), "the same, rightly signed");
}

#[test]
fn every_code_that_was_altered_or_cut_is_refused_without_harm() {
    let (desk, other) = (Desk::new(), Desk::new());
    let journal = chief(&desk, all(), 1);
    let helper = other.open();
    let shown = helper.helper_code().unwrap();
    for at in 0..shown.len() {
        let mut bad = shown.clone();
        bad[at] ^= 0x20;
        assert!(HelperKeys::of_code(&bad).is_err(), "byte {at}");
        assert!(HelperKeys::of_code(&shown[..at]).is_err());
    }
    let taken = journal.accept_helper(&shown, Rights::WORK, None).unwrap();
    let (device_key, seal_key) = keys_of(&helper);
    let good = Welcome::of_code(&taken.welcome).unwrap();
    for at in 0..taken.welcome.len() {
        let mut bad = taken.welcome.clone();
        bad[at] ^= 0x20;
        // What nothing signs is trusted by the screen, as an invitation is: names, the address, the profile's digest
        // and the root that did not sign this key set.
        let harmless = |welcome: &Welcome| {
            let signed = |one: &Welcome| (one.roots[0], one.keys.clone(), one.chain.clone());
            signed(welcome) == signed(&good)
        };
        if let Ok(welcome) = Welcome::of_code(&bad) {
            assert!(harmless(&welcome) || welcome.verify(&device_key, &seal_key).is_err(), "byte {at}");
        }
        assert!(Welcome::of_code(&taken.welcome[..at]).is_err());
        let mut bad = taken.kit.clone();
        if let Some(byte) = bad.get_mut(at) {
            *byte ^= 0x20;
            assert!(Kit::of_code(&bad).is_err(), "byte {at}");
        }
    }
    assert!(journal.accept_helper(&taken.welcome, Rights::WORK, None).is_err(), "a welcome is no helper's code");
}

/// A restart: the file is opened by a new process, whose monotonic clock begins anew.
fn restarted(desk: &Desk, journal: Journal) -> Journal {
    drop(journal);
    desk.clock.session.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    desk.clock.mono_ms.store(500, std::sync::atomic::Ordering::Relaxed);
    desk.clock.wall_ms.store(0, std::sync::atomic::Ordering::Relaxed);
    desk.open()
}

fn reached(journal: &Journal) -> Option<i64> {
    journal.upkeep(|action| action.reached_ms()).unwrap()
}

#[test]
fn what_had_expired_stays_expired_after_a_restart_without_a_hub() {
    const HOUR: u64 = 3_600_000;
    let desk = Desk::new();
    let (journal, begun) = desk.enrolled();
    assert_eq!(reached(&journal), None);
    let journal = restarted(&desk, journal);
    assert_eq!(reached(&journal), None, "no hub was heard, and nothing is known");
    let hub_ms = LATER - 2 * HOUR.cast_signed();
    heard(&journal, &desk, hub_ms);
    let key = Grant { card_keys: vec![card_key(7, ROUND)], ..Grant::default() };
    give(&desk, &journal, 1, &key).unwrap();
    let count = |journal: &Journal| journal.upkeep(|action| Ok(action.card_keys(None)?.len())).unwrap();
    assert_eq!(count(&journal), 1);
    desk.pass(2 * HOUR + 1_000);
    shift(&journal, ROUND);
    assert_eq!(count(&journal), 0, "expired while it ran");
    let journal = restarted(&desk, journal);
    assert_eq!(count(&journal), 0, "and after the restart, whatever the wall clock says");
    assert_eq!(reached(&journal), Some(hub_ms + 2 * HOUR.cast_signed() + 1_000 - 500));
    // An idle app keeps it as well, and so does one that goes to sleep.
    heard(&journal, &desk, LATER);
    desk.pass(HOUR);
    journal.maintain(false).unwrap();
    let journal = restarted(&desk, journal);
    assert_eq!(reached(&journal), Some(LATER + HOUR.cast_signed() - 500));
    heard(&journal, &desk, LATER + HOUR.cast_signed());
    desk.pass(5_000);
    journal.suspend().unwrap();
    let journal = restarted(&desk, journal);
    assert_eq!(reached(&journal), Some(LATER + HOUR.cast_signed() + 5_000 - 500));
    assert!(journal.verify().unwrap().is_sound() && begun.seq > 0);
}

#[test]
fn a_signed_answer_takes_back_what_a_clock_that_leapt_had_kept() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    heard(&journal, &desk, LATER);
    desk.pass(365 * 24 * 3_600_000);
    shift(&journal, ROUND);
    let journal = restarted(&desk, journal);
    assert!(reached(&journal).unwrap() > LATER + 1_000_000);
    heard(&journal, &desk, LATER + 1_000_000);
    assert_eq!(reached(&journal), Some(LATER + 1_000_000));
    let journal = restarted(&desk, journal);
    assert_eq!(reached(&journal), Some(LATER + 1_000_000));
}
