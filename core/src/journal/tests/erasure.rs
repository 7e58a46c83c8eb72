//! A round that is erased cannot be read by anybody who has the phone.

use uuid::Uuid;

use crate::error::Error;
use crate::id::RecordRef;
use crate::journal::Journal;
use crate::journal::testing::{Desk, ROUND, bind, deliver, kinds, shift, tube};
use crate::pack::Fixed;
use crate::record::{CloseReason, HandOverReceived, ShiftEnded, TubeClosed};
use crate::state::{self, Keys};
use crate::wire::HeldReason;

const NEXT: Uuid = Uuid::from_bytes([0x22; 16]);

fn end(journal: &Journal, shift: RecordRef, tube: RecordRef, people: u32) {
    let close = TubeClosed { tube, reason: CloseReason::Short, people, note: None };
    let end = ShiftEnded { shift, people, tubes: 1, short: 1, spoiled: 0 };
    journal
        .act(|action| {
            action.append(Some("1"), Some(shift), close)?;
            action.append(None, Some(shift), end)
        })
        .unwrap();
}

fn why(outcome: Result<crate::journal::Erasure, Error>) -> String {
    match outcome {
        Err(Error::Refused { why, .. }) => why,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[test]
fn a_round_goes_only_when_closed_and_opened_by_the_hub() {
    let desk = Desk::new();
    let (journal, begun) = desk.enrolled();
    let opened = tube(&journal, begun, "T-000001");
    for position in 1..=5 {
        bind(&journal, begun, opened, position);
    }
    assert!(why(journal.erase_round(ROUND)).contains("still open"));
    end(&journal, begun, opened, 5);
    assert!(why(journal.erase_round(ROUND)).contains("not opened"));
    journal.seal_now().unwrap();
    assert!(why(journal.erase_round(ROUND)).contains("not opened"));
    for item in crate::journal::testing::outgoing(&journal).iter().skip(1) {
        use crate::sync::Outbox;
        journal.take_receipt(&desk.hub.receipt(item, Some(HeldReason::Undecodable)), b"proof").unwrap();
    }
    assert!(why(journal.erase_round(ROUND)).contains("not opened"), "held is not opened");
}

#[test]
fn after_an_erasure_nothing_of_the_round_is_left() {
    let desk = Desk::new();
    let (journal, begun) = desk.enrolled();
    let opened = tube(&journal, begun, "T-000001");
    for position in 1..=5 {
        bind(&journal, begun, opened, position);
    }
    end(&journal, begun, opened, 5);
    let later = shift(&journal, NEXT);
    let second = tube(&journal, later, "T-000002");
    bind(&journal, later, second, 1);
    journal.seal_now().unwrap();
    deliver(&journal, &desk.hub);
    assert!(desk.vault.0.lock().unwrap().contains_key(&format!("bucket/{ROUND}")));
    assert_eq!(journal.rounds().unwrap(), [ROUND, NEXT]);

    let erasure = journal.erase_round(ROUND).unwrap();
    assert_eq!((erasure.records, erasure.people, erasure.tubes), (9, 5, 1));
    assert!(!desk.vault.0.lock().unwrap().contains_key(&format!("bucket/{ROUND}")));
    assert_eq!(journal.rounds().unwrap(), [NEXT]);
    assert!(why(journal.erase_round(ROUND)).contains("no records"));
    assert!(!kinds(&journal).contains(&"tube_closed"));
    assert_eq!(kinds(&journal).iter().filter(|kind| **kind == "subject_bound").count(), 1);
    assert!(journal.view(|view| view.read(opened)).unwrap().is_none());
    assert_eq!(journal.view(|view| view.person_key(ROUND, "anybody")).unwrap(), None);
    let verified = journal.verify().unwrap();
    assert!(verified.is_sound(), "{verified:?}");
    assert_eq!(verified.unreadable, 0, "the rows are gone as well");
    let wal = desk.path().join("journal/journal.db-wal");
    assert!(std::fs::metadata(wal).unwrap().len() < 16 * 1024, "the log holds no copies");

    let before = journal.view(|view| state::dump(view.conn())).unwrap();
    drop(journal);
    let journal = desk.open();
    assert!(journal.notes().is_empty(), "an erased round is no loss of keys");
    assert_eq!(journal.view(|view| state::dump(view.conn())).unwrap(), before);
    let again = shift(&journal, ROUND);
    assert!(journal.view(|view| view.read(again)).unwrap().is_some(), "the round may be worked on anew");
    assert!(journal.verify().unwrap().is_sound());
}

#[test]
fn an_erasure_that_was_broken_off_is_completed() {
    let desk = Desk::new();
    let (journal, begun) = desk.enrolled();
    let opened = tube(&journal, begun, "T-000001");
    end(&journal, begun, opened, 0);
    let later = shift(&journal, NEXT);
    journal.seal_now().unwrap();
    deliver(&journal, &desk.hub);
    // The record and the intent are saved, the process dies before the key is destroyed.
    journal
        .upkeep(|action| {
            let body = crate::record::Erased { round: ROUND, records: 4, people: 0, tubes: 0 };
            action.append(None, None, body)?;
            let sql = "INSERT INTO erasure (round, until, done) VALUES (?1, (SELECT max(id) FROM segment), 0)";
            action.tx().execute(sql, [ROUND.as_bytes()])?;
            Ok(())
        })
        .unwrap();
    drop(journal);
    let journal = desk.open();
    assert!(!desk.vault.0.lock().unwrap().contains_key(&format!("bucket/{ROUND}")));
    assert!(journal.view(|view| view.read(opened)).unwrap().is_none());
    assert!(journal.view(|view| view.read(later)).unwrap().is_some());
    assert!(journal.verify().unwrap().is_sound());
}

#[test]
fn an_erasure_whose_key_is_gone_and_whose_rows_are_not_is_completed_by_maintenance() {
    let desk = Desk::new();
    let (journal, begun) = desk.enrolled();
    let opened = tube(&journal, begun, "T-000001");
    end(&journal, begun, opened, 0);
    shift(&journal, NEXT);
    journal.seal_now().unwrap();
    deliver(&journal, &desk.hub);
    let intent = |journal: &Journal| {
        journal
            .upkeep(|action| {
                let body = crate::record::Erased { round: ROUND, records: 4, people: 0, tubes: 0 };
                action.append(None, None, body)?;
                let sql = "INSERT INTO erasure (round, until, done) VALUES (?1, (SELECT max(id) FROM segment), 0)";
                action.tx().execute(sql, [ROUND.as_bytes()])?;
                Ok(())
            })
            .unwrap();
    };
    intent(&journal);
    desk.vault.0.lock().unwrap().remove(&format!("bucket/{ROUND}"));
    journal.maintain(false).unwrap();
    assert_eq!(journal.verify().unwrap().unreadable, 0, "the rows are gone as well");
    assert!(journal.verify().unwrap().is_sound());
    drop(journal);
    assert!(desk.open().notes().is_empty(), "a key that was destroyed on purpose is no loss of keys");
}

/// A box of another device, received in a shift of whatever round.
fn received(journal: &Journal, shift: RecordRef, round: Uuid, hand_over: u8) -> RecordRef {
    let container = RecordRef { device: crate::DeviceId::from_bytes([hand_over; 16]), epoch: journal.epoch(), seq: 9 };
    let body = HandOverReceived {
        hand_over: Fixed([hand_over; 16]),
        giver: container.device,
        round,
        container,
        label: format!("BOX-{hand_over}"),
        tubes: 2,
        found: 2,
        seal: None,
        temperature: None,
        measured: None,
        age_s: None,
        offered_ms: 0,
        to: None,
        signature: Fixed([0; 64]),
    };
    journal.act(|action| action.append(Some("1"), Some(shift), body)).unwrap()
}

#[test]
fn a_box_goes_with_its_own_round_whatever_shift_received_it() {
    let desk = Desk::new();
    let journal = desk.open();
    journal.enrol(&desk.hub.invitation()).unwrap();
    let begun = shift(&journal, NEXT);
    let (early, own) = (received(&journal, begun, ROUND, 1), received(&journal, begun, NEXT, 2));
    journal
        .act(|action| {
            action.append(None, Some(begun), ShiftEnded { shift: begun, people: 0, tubes: 0, short: 0, spoiled: 0 })
        })
        .unwrap();
    journal.seal_now().unwrap();
    deliver(&journal, &desk.hub);
    let boxes = |journal: &Journal, round| journal.view(|view| Ok(state::boxes(view.conn(), round)?.len())).unwrap();
    assert_eq!((boxes(&journal, ROUND), boxes(&journal, NEXT)), (1, 1));
    let mut rounds = journal.rounds().unwrap();
    rounds.sort();
    assert_eq!(rounds, [ROUND, NEXT], "no shift here ever worked for the first");
    journal.erase_round(NEXT).unwrap();
    assert_eq!((boxes(&journal, ROUND), boxes(&journal, NEXT)), (1, 0));
    assert!(journal.view(|view| view.read(own)).unwrap().is_none());
    assert!(journal.view(|view| view.read(early)).unwrap().is_some());
    let before = journal.view(|view| state::dump(view.conn())).unwrap();
    journal.upkeep(|action| state::rebuild(action.tx(), &action.look_up(), action.rows().all())).unwrap();
    assert_eq!(journal.view(|view| state::dump(view.conn())).unwrap(), before, "what is left folds the same");
    journal.erase_round(ROUND).unwrap();
    assert_eq!(boxes(&journal, ROUND), 0);
    assert!(journal.rounds().unwrap().is_empty());
    assert!(journal.view(|view| view.read(early)).unwrap().is_none());
    assert!(journal.verify().unwrap().is_sound());
}
