//! What the hub says and what becomes of it here.

use uuid::Uuid;

use crate::error::Error;
use crate::journal::Journal;
use crate::journal::testing::{CAMPAIGN, Desk, bind, deliver, outgoing, tube};
use crate::record::{NoticeKind, ProfileSource};
use crate::sync::{DispatchTaken, Outbox};
use crate::wire::{
    Dispatch, DispatchKind, HubState, Item, Notice, ProfileText, Refusal, Reissue, ReissueReason, StateRow,
    seal_for_device,
};

fn dispatch(kind: DispatchKind, version: u64, payload: Vec<u8>) -> Dispatch {
    let id = Uuid::from_u128(u128::from(version) << 8 | u128::from(kind.code()));
    Dispatch { id, campaign: CAMPAIGN, kind, version, to: None, hub_ms: 0, payload }
}

fn state(journal: &Journal, store: u8, rows: Vec<StateRow>) -> HubState {
    let device_key = journal.with(|_, store| Ok(store.memory.head.epoch.key)).unwrap();
    HubState { campaign: CAMPAIGN, nonce: [0; 16], device_key, hub_ms: 1, store: [store; 16], rows }
}

fn batches(journal: &Journal) -> Vec<Item> {
    outgoing(journal).into_iter().filter(|item| matches!(item, Item::Batch(_))).collect()
}

#[test]
fn an_enrolment_travels_in_front_until_the_hub_knows_the_device() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    journal.seal_now().unwrap();
    assert!(matches!(outgoing(&journal)[0], Item::Enrolment(_)));
    let known = state(&journal, 1, Vec::new());
    journal.compare_hub_state(&known).unwrap();
    assert!(outgoing(&journal).iter().all(|item| !matches!(item, Item::Enrolment(_))));
}

#[test]
fn an_enrolment_alone_is_not_sent_again_at_once() {
    let desk = Desk::new();
    let journal = desk.open();
    journal.enrol(&desk.hub.invitation()).unwrap();
    assert_eq!(outgoing(&journal).len(), 1);
    assert!(outgoing(&journal).is_empty());
    desk.pass(30_000);
    assert_eq!(outgoing(&journal).len(), 1);
}

#[test]
fn bundles_keep_to_their_budget_and_always_move() {
    let desk = Desk::new();
    let (journal, begun) = desk.enrolled();
    let opened = tube(&journal, begun, "T-000001");
    for position in 1..=400 {
        bind(&journal, begun, opened, position);
        if position % 50 == 0 {
            journal.seal_now().unwrap();
        }
    }
    let all = outgoing(&journal);
    assert!(all.len() > 8);
    assert_eq!(journal.outgoing(1).unwrap().len(), 2, "the enrolment and one batch");
    let some = journal.outgoing(3 * 1024).unwrap();
    assert!(some.len() < all.len());
    assert!(some.iter().map(|out| out.item.wire_bytes()).sum::<usize>() <= 3 * 1024);
}

#[test]
fn a_refused_item_is_kept_shown_and_passed_over() {
    let desk = Desk::new();
    let (journal, begun) = desk.enrolled();
    journal.seal_now().unwrap();
    let refused = batches(&journal).remove(0);
    let refusal = |digest| Refusal { digest, code: "too_large".to_owned(), what: "x".to_owned(), next: String::new() };
    assert!(!journal.take_refusal(&refusal([1; 32])).unwrap());
    assert!(journal.take_refusal(&refusal(refused.digest())).unwrap());
    assert!(!batches(&journal).contains(&refused));
    tube(&journal, begun, "T-000001");
    journal.seal_now().unwrap();
    assert_eq!(batches(&journal).len(), 3, "the queue goes on");
    assert_eq!(journal.figures().unwrap().refused, 1);
    assert_eq!(journal.not_counted().unwrap(), [("too_large: x".to_owned(), 1)]);
    assert_eq!(journal.retry_refused().unwrap(), 1);
    assert!(batches(&journal).contains(&refused));
}

#[test]
fn a_receipt_must_name_exactly_what_was_sent() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    journal.seal_now().unwrap();
    let item = batches(&journal).remove(0);
    let good = desk.hub.receipt(&item, None);
    let mut other = good.clone();
    other.number += 1;
    assert!(journal.take_receipt(&other, b"x").unwrap().is_none());
    other = good.clone();
    other.device_key = [5; 32];
    assert!(journal.take_receipt(&other, b"x").unwrap().is_none());
    other = good.clone();
    other.digest = [5; 32];
    assert!(journal.take_receipt(&other, b"x").unwrap().is_none());
    assert!(!journal.settled(&[good.digest]).unwrap());
    assert!(journal.take_receipt(&good, b"x").unwrap().is_some());
    assert!(journal.settled(&[good.digest]).unwrap());
}

#[test]
fn sealed_bytes_stay_seven_days_of_the_hubs_time() {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    journal.seal_now().unwrap();
    deliver(&journal, &desk.hub);
    desk.pass(30 * DAY.unsigned_abs());
    assert_eq!(journal.maintain(true).unwrap().dropped, 0, "the phone's own clock says nothing");
    journal.anchor(1_700_000_100_000 + 7 * DAY, desk.clock_ms(), 0).unwrap();
    assert_eq!(journal.maintain(true).unwrap().dropped, 0);
    journal.anchor(1_700_000_100_001 + 7 * DAY, desk.clock_ms() + 2_000_000, 0).unwrap();
    assert_eq!(journal.maintain(true).unwrap().dropped, 3);
    assert_eq!(journal.figures().unwrap().opened, 3, "receipts stay");
}

#[test]
fn a_hub_that_moved_back_gets_what_it_lacks_again() {
    let desk = Desk::new();
    let (journal, begun) = desk.enrolled();
    for count in 1..=3 {
        tube(&journal, begun, &format!("T-00000{count}"));
        journal.seal_now().unwrap();
    }
    deliver(&journal, &desk.hub);
    let epoch = journal.epoch();
    let row = |batches, highest| StateRow { epoch, batches, highest, last_digest: [0; 32], salvages: 0 };
    let rows = |journal: &Journal, row: StateRow| {
        let mut rows: Vec<StateRow> = vec![row];
        let first = journal.view(|view| crate::journal::head::EpochRow::all(view.conn())).unwrap()[0].epoch;
        rows.push(StateRow { epoch: first, batches: 1, highest: 1, last_digest: [0; 32], salvages: 0 });
        rows
    };
    let highest = batches_in_epoch(&journal);
    let whole = state(&journal, 1, rows(&journal, row(highest, highest)));
    assert_eq!(journal.compare_hub_state(&whole).unwrap(), 0);
    assert!(batches(&journal).is_empty());
    let back = state(&journal, 2, rows(&journal, row(highest - 2, highest - 2)));
    assert!(journal.compare_hub_state(&back).unwrap() >= 2);
    assert!(batches(&journal).len() >= 2);
    assert_eq!(journal.compare_hub_state(&back).unwrap(), 0, "the same word again is no new alarm");
}

fn batches_in_epoch(journal: &Journal) -> u64 {
    let sql = "SELECT count(*) FROM item WHERE what = 1 AND epoch = (SELECT epoch FROM head)";
    journal.view(|view| Ok(view.conn().query_row(sql, [], |row| row.get(0))?)).unwrap()
}

#[test]
fn a_hub_that_has_more_than_this_file_shows_an_old_copy() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    let epoch = journal.epoch();
    let rows = vec![StateRow { epoch, batches: 9, highest: 9, last_digest: [7; 32], salvages: 0 }];
    journal.compare_hub_state(&state(&journal, 1, rows)).unwrap();
    assert_ne!(journal.epoch(), epoch);
}

#[test]
fn the_highest_profile_and_key_set_win() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    assert!(journal.take_key_set(&desk.hub.key_set(1).to_bytes().unwrap()).unwrap().is_none());
    let taken = journal.take_key_set(&desk.hub.key_set(3).to_bytes().unwrap()).unwrap();
    assert_eq!(taken, Some(DispatchTaken::KeySet { version: 3 }));
    assert!(journal.take_key_set(&desk.hub.key_set(2).to_bytes().unwrap()).unwrap().is_none());
    let mut forged = desk.hub.key_set(4).to_bytes().unwrap();
    let at = forged.len() - 70;
    forged[at] ^= 1;
    assert!(journal.take_key_set(&forged).is_err());

    let profile = |version: u32| {
        let text = crate::profile::Profile::built_in(CAMPAIGN).text().to_owned();
        let version_line = text.lines().find(|line| line.starts_with("version")).unwrap().to_owned();
        text.replace(&version_line, &format!("version = {version}"))
    };
    let sent = |version: u32| {
        let text = profile(version).into_bytes();
        dispatch(DispatchKind::Profile, version.into(), ProfileText { version, text }.to_bytes().unwrap())
    };
    assert_eq!(journal.take_dispatch(&sent(5)).unwrap(), Some(DispatchTaken::Profile { version: 5 }));
    assert_eq!(journal.take_dispatch(&sent(5)).unwrap(), None);
    assert_eq!(journal.take_dispatch(&sent(4)).unwrap(), None);
    assert_eq!(journal.profile().unwrap().version, 5);
    let file = journal.apply_profile(&profile(6), ProfileSource::Unsigned);
    assert!(matches!(file, Err(Error::Untrusted { .. })), "an enrolled device takes no unsigned file");
    assert_eq!(journal.profile_version(5).unwrap().unwrap().version, 5);
    assert!(journal.profile_version(9).unwrap().is_none());
}

#[test]
fn notices_are_a_set_and_their_serials_close_up() {
    let desk = Desk::new();
    let (journal, begun) = desk.enrolled();
    let opened = tube(&journal, begun, "T-000001");
    let seal_key: [u8; 32] =
        journal.view(|view| Ok(view.conn().query_row("SELECT seal_key FROM device", [], |row| row.get(0))?)).unwrap();
    let device = journal.device();
    let notice = |serial: u64| {
        let notice = Notice {
            serial,
            notice: Uuid::from_u128(serial.into()),
            kind: NoticeKind::TubeElsewhere,
            subject: opened,
            other: begun,
            other_wall_ms: 1,
            other_site: Some("Hall 5".to_owned()),
            other_tube: None,
        };
        let mut sent = dispatch(DispatchKind::Notice, serial, Vec::new());
        let plain = notice.to_bytes().unwrap();
        let entropy = crate::platform::OsEntropy;
        sent.payload = seal_for_device(&plain, &seal_key, sent.id, CAMPAIGN, device, &entropy).unwrap();
        sent.to = Some(device);
        sent
    };
    let held = |journal: &Journal| {
        let Item::Poll(bytes) = journal.poll().unwrap().0 else { panic!("no poll") };
        crate::wire::SignedPoll::parse(&bytes).unwrap().verify().unwrap().notices
    };
    assert!(journal.take_dispatch(&notice(1)).unwrap().is_some());
    assert!(journal.take_dispatch(&notice(3)).unwrap().is_some());
    assert_eq!(held(&journal), 1);
    assert!(journal.take_dispatch(&notice(3)).unwrap().is_none());
    assert!(journal.take_dispatch(&notice(2)).unwrap().is_some());
    assert_eq!(held(&journal), 3);
    let mut elsewhere = notice(4);
    elsewhere.to = Some(crate::id::DeviceId::from_bytes([1; 16]));
    assert!(journal.take_dispatch(&elsewhere).unwrap().is_none());
    assert!(journal.verify().unwrap().is_sound());
}

#[test]
fn records_are_sent_again_when_the_hub_lost_its_key() {
    let desk = Desk::new();
    let (journal, begun) = desk.enrolled();
    let opened = tube(&journal, begun, "T-000001");
    for position in 1..=120 {
        bind(&journal, begun, opened, position);
    }
    journal.seal_now().unwrap();
    let first = deliver(&journal, &desk.hub);
    let epoch = journal.epoch();
    let ask = |ranges| Reissue { epoch, ranges, digests: Vec::new(), why: ReissueReason::KeyLost }.to_bytes().unwrap();
    let taken = journal.take_dispatch(&dispatch(DispatchKind::Reissue, 1, ask(vec![(1, u64::MAX), (5, 9)]))).unwrap();
    let Some(DispatchTaken::Reissue { records, gone: 0 }) = taken else { panic!("{taken:?}") };
    let mut again = deliver(&journal, &desk.hub);
    again.sort_unstable();
    assert_eq!(again, (1..=records).collect::<Vec<_>>());
    assert!(records < first.len() as u64 + 1 && records > 120);
    let taken = journal.take_dispatch(&dispatch(DispatchKind::Reissue, 1, ask(vec![(1, 3)]))).unwrap();
    assert_eq!(taken, None, "one request is answered once");
    let (number, bad) = (2, vec![(u64::MAX - 3, u64::MAX)]);
    let taken = journal.take_dispatch(&dispatch(DispatchKind::Reissue, number, ask(bad))).unwrap();
    assert_eq!(taken, Some(DispatchTaken::Reissue { records: 0, gone: 0 }));
    assert!(journal.verify().unwrap().is_sound());
}

#[test]
fn another_campaign_needs_another_journal() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    let mut invitation = desk.hub.invitation();
    assert!(journal.enrol(&invitation).is_ok(), "enrolling again is allowed");
    invitation.campaign = Uuid::from_bytes([9; 16]);
    assert!(journal.enrol(&invitation).is_err());
}

/// The serial up to which a device says that it holds all letters.
fn letters_held(journal: &Journal) -> u64 {
    let Item::Poll(bytes) = journal.poll().unwrap().0 else { panic!("no poll") };
    crate::wire::SignedPoll::parse(&bytes).unwrap().verify().unwrap().notices
}

/// A letter of a kind that is yet to come, for this device.
fn to_come(journal: &Journal, kind: u16, serial: u64) -> Dispatch {
    let sent = dispatch(DispatchKind::from_code(kind), serial, vec![kind as u8]);
    Dispatch { to: Some(journal.device()), id: Uuid::from_u128(u128::from(serial) << 8), ..sent }
}

#[test]
fn a_letter_of_an_unknown_kind_counts_as_had_and_is_asked_for_once_the_kind_is_known() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    let epoch = journal.epoch();
    let ask = Reissue { epoch, ranges: vec![(1, 1)], digests: Vec::new(), why: ReissueReason::KeyLost };
    let known = |serial| {
        let sent = dispatch(DispatchKind::Reissue, serial, ask.to_bytes().unwrap());
        Dispatch { to: Some(journal.device()), id: Uuid::from_u128(serial.into()), ..sent }
    };
    assert!(journal.take_dispatch(&known(1)).unwrap().is_some());
    assert_eq!(journal.take_dispatch(&to_come(&journal, 9, 2)).unwrap(), None, "nothing is applied");
    assert!(journal.take_dispatch(&known(3)).unwrap().is_some());
    assert_eq!(letters_held(&journal), 3);
    assert_eq!(journal.take_dispatch(&to_come(&journal, 9, 2)).unwrap(), None);
    // What is for all is no letter, and what is for another device is not this one's.
    let for_all = Dispatch { to: None, ..to_come(&journal, 9, 4) };
    let other = Dispatch { to: Some(crate::DeviceId::from_bytes([1; 16])), ..to_come(&journal, 9, 4) };
    for one in [for_all, other] {
        assert_eq!(journal.take_dispatch(&one).unwrap(), None);
    }
    assert_eq!(letters_held(&journal), 3);
    // A restored hub numbers it anew.
    let again = Dispatch { version: 4, ..to_come(&journal, 9, 2) };
    assert_eq!(journal.take_dispatch(&again).unwrap(), None);
    assert_eq!(letters_held(&journal), 4);
    // A version before this one did not know requests to send again: it had noted serials 3 and 4 so.
    journal
        .upkeep(|action| Ok(action.tx().execute("UPDATE dispatch SET what = -5 WHERE version IN (3, 4)", [])?))
        .unwrap();
    journal.suspend().unwrap();
    drop(journal);
    let journal = desk.open();
    assert_eq!(letters_held(&journal), 2, "before the first of them");
    assert!(journal.verify().unwrap().is_sound());
    let once = Dispatch {
        to: Some(journal.device()),
        id: Uuid::from_u128(3),
        ..dispatch(DispatchKind::Reissue, 3, ask.to_bytes().unwrap())
    };
    assert!(journal.take_dispatch(&once).unwrap().is_some(), "and now it is applied");
    assert_eq!(letters_held(&journal), 3);
}

#[test]
fn new_keys_hold_no_letter_of_the_old_ones() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    let ask =
        Reissue { epoch: journal.epoch(), ranges: Vec::new(), digests: vec![[1; 32]], why: ReissueReason::KeyLost };
    let sent = dispatch(DispatchKind::Reissue, 1, ask.to_bytes().unwrap());
    journal.take_dispatch(&Dispatch { to: Some(journal.device()), ..sent }).unwrap();
    journal.take_dispatch(&to_come(&journal, 9, 2)).unwrap();
    assert_eq!(letters_held(&journal), 2);
    journal.suspend().unwrap();
    drop(journal);
    desk.empty_vault();
    let journal = desk.open();
    assert_eq!(letters_held(&journal), 0);
    journal.take_dispatch(&to_come(&journal, 10, 3)).unwrap();
    assert_eq!(letters_held(&journal), 0, "serials 1 and 2 of the new keys have not come");
}
