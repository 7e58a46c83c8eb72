//! Keys that are lost, files that were copied: nothing is lost and nobody is counted twice.

use crate::journal::testing::{Desk, ROUND, bind, deliver, kinds, outgoing, seqs, shift, tube};
use crate::journal::{Journal, Note};
use crate::record::{Body, CloseReason, EpochReason};
use crate::sync::Outbox;
use crate::wire::{HeldReason, Item};

#[test]
fn a_vault_emptied_in_the_middle_of_a_tube_loses_no_record() {
    let desk = Desk::new();
    let (journal, begun) = desk.enrolled();
    let opened = tube(&journal, begun, "T-000001");
    journal.seal_now().unwrap();
    let sealed = deliver(&journal, &desk.hub).len();
    for position in 1..=7 {
        bind(&journal, begun, opened, position);
    }
    let device = journal.device();
    drop(journal);
    desk.empty_vault();

    let journal = desk.open();
    assert_ne!(journal.device(), device, "another key is another device");
    let notes = journal.notes();
    assert!(matches!(notes[0], Note::EpochBegan { reason: EpochReason::KeyLoss, .. }));
    assert!(matches!(notes[1], Note::KeysLost { unreadable: 7, travelling: 7 }));
    assert_eq!(kinds(&journal), ["epoch_started", "tube_closed"], "what was before cannot be read here");
    let closed = journal.view(|view| view.iter().nth(1).unwrap()).unwrap();
    let Body::TubeClosed(body) = closed.body else { panic!("not a tube's close") };
    assert_eq!((body.tube, body.reason, body.people), (opened, CloseReason::KeyLoss, 7));

    journal.enrol(&desk.hub.invitation()).unwrap();
    journal.seal_now().unwrap();
    let items = outgoing(&journal);
    let salvaged: Vec<u64> =
        items.iter().filter(|item| matches!(item, Item::Salvage(_))).flat_map(|item| desk.hub.open(item)).collect();
    assert_eq!(salvaged.len(), 7, "the hub opens every row that was not sealed");
    let all = deliver(&journal, &desk.hub).len();
    assert_eq!(all, 7 + 2 + 2, "and the new epochs' records");
    assert!(sealed > 0);
    assert_eq!(journal.figures().unwrap().unsent, 0);
    assert!(journal.verify().unwrap().is_sound());
    drop(journal);
    let journal = desk.open();
    assert!(journal.notes().is_empty(), "a loss is told once and begins one epoch");
}

#[test]
fn keys_lost_before_there_were_hub_keys_are_told_as_lost_and_come_back_with_them() {
    let desk = Desk::new();
    let journal = desk.open();
    let begun = shift(&journal, ROUND);
    let opened = tube(&journal, begun, "T-000001");
    bind(&journal, begun, opened, 1);
    let first = journal.epoch();
    drop(journal);
    let kept = desk.vault.0.lock().unwrap().clone();
    desk.empty_vault();

    let journal = desk.open();
    assert!(journal.notes().iter().any(|note| matches!(note, Note::KeysLost { unreadable: 4, travelling: 0 })));
    let lost: Vec<(u64, u64)> = journal
        .view(|view| {
            view.iter()
                .filter_map(|record| match record.map(|record| record.body) {
                    Ok(Body::SeqsLost(lost)) => Some(Ok((lost.first, lost.last))),
                    Ok(_) => None,
                    Err(error) => Some(Err(error)),
                })
                .collect()
        })
        .unwrap();
    assert_eq!(lost, [(1, 1), (2, 4)], "one range for each segment");
    drop(journal);

    // The old keys were found again, and took the place of the new ones.
    desk.vault.0.lock().unwrap().extend(kept);
    let journal = desk.open();
    journal.enrol(&desk.hub.invitation()).unwrap();
    journal.seal_now().unwrap();
    let found: Vec<u64> = outgoing(&journal)
        .iter()
        .filter(|item| matches!(item, Item::Salvage(_)))
        .flat_map(|item| desk.hub.open(item))
        .collect();
    assert_eq!(found, [1, 2, 3, 4]);
    assert_ne!(journal.epoch(), first);
}

#[test]
fn a_file_brought_to_a_vault_of_another_install_begins_a_new_epoch() {
    let desk = Desk::new();
    let (journal, begun) = desk.enrolled();
    let opened = tube(&journal, begun, "T-000001");
    let (device, epoch) = (journal.device(), journal.epoch());
    drop(journal);
    desk.vault.0.lock().unwrap().remove("install");
    let journal = desk.open();
    assert_eq!(journal.device(), device);
    assert_ne!(journal.epoch(), epoch);
    assert!(matches!(journal.notes()[0], Note::EpochBegan { reason: EpochReason::Restore, .. }));
    bind(&journal, begun, opened, 1);
    journal.seal_now().unwrap();
    deliver(&journal, &desk.hub);
    assert_eq!(journal.figures().unwrap().unsent, 0);
    drop(journal);
    assert!(desk.open().notes().is_empty());
}

#[test]
fn a_fork_begins_one_new_epoch_and_no_loop() {
    let desk = Desk::new();
    let (journal, begun) = desk.enrolled();
    tube(&journal, begun, "T-000001");
    journal.seal_now().unwrap();
    let epoch = journal.epoch();
    let items: Vec<Item> = outgoing(&journal).into_iter().filter(|item| matches!(item, Item::Batch(_))).collect();
    let fork = Some(HeldReason::Fork);
    let newest = desk.hub.receipt(items.last().unwrap(), fork);
    let taken = journal.take_receipt(&newest, b"proof").unwrap().unwrap();
    let after = journal.epoch();
    assert_eq!(taken.new_epoch, Some(after));
    assert_ne!(after, epoch);
    assert!(journal.take_receipt(&newest, b"proof").unwrap().is_none(), "the same word again changes nothing");
    let older = desk.hub.receipt(&items[0], fork);
    assert_eq!(
        journal.take_receipt(&older, b"proof").unwrap().unwrap().new_epoch,
        None,
        "an epoch that was left stays left"
    );
    assert_eq!(journal.epoch(), after);
    assert_eq!(journal.figures().unwrap().held, 2);
    let opened = journal.take_receipt(&desk.hub.receipt(&items[0], None), b"proof").unwrap().unwrap();
    assert_eq!(opened.held, None, "what a person accepted later counts");
    assert!(journal.take_receipt(&older, b"proof").unwrap().is_none(), "an opened receipt is never taken back");
    assert_eq!(journal.figures().unwrap().held, 1);
}

#[test]
fn two_live_copies_go_on_in_different_epochs() {
    let desk = Desk::new();
    let (journal, begun) = desk.enrolled();
    let opened = tube(&journal, begun, "T-000001");
    journal.suspend().unwrap();
    let other = Desk::new();
    std::fs::create_dir(other.path().join("journal")).unwrap();
    std::fs::copy(desk.path().join("journal/journal.db"), other.path().join("journal/journal.db")).unwrap();
    *other.vault.0.lock().unwrap() = desk.vault.0.lock().unwrap().clone();
    journal.resume().unwrap();
    let copy = other.open();
    assert_eq!(copy.epoch(), journal.epoch(), "nothing on this phone can tell");
    bind(&journal, begun, opened, 1);
    bind(&copy, begun, opened, 2);
    let receipt = |journal: &Journal, held| {
        journal.seal_now().unwrap();
        for item in outgoing(journal) {
            if matches!(item, Item::Batch(_)) {
                journal.take_receipt(&desk.hub.receipt(&item, held), b"proof").unwrap();
            }
        }
    };
    receipt(&journal, None);
    receipt(&copy, Some(HeldReason::Fork));
    assert_ne!(copy.epoch(), journal.epoch());
    bind(&copy, begun, opened, 3);
    receipt(&copy, None);
    assert_eq!(copy.figures().unwrap().unsent, 0);
    assert_eq!(seqs(&copy).len(), seqs(&journal).len() + 2);
    assert!(copy.verify().unwrap().is_sound());
}
