//! Bytes that changed on the storage after they were sealed.

use crate::journal::testing::{Desk, bind, deliver, outgoing, tube};
use crate::journal::{Journal, Note};
use crate::sync::Outbox;
use crate::wire::{Item, Refusal};

/// Flips one bit near the end of each batch that waits, as a bad disk does.
fn rot(journal: &Journal) {
    let frozen = "SELECT id, bytes FROM item WHERE status = 1 AND what > 0";
    journal
        .upkeep(|action| {
            let mut statement = action.tx().prepare(frozen)?;
            let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
            for row in rows.collect::<rusqlite::Result<Vec<_>>>()? {
                let (id, mut bytes) = row;
                let at = bytes.len() - 90;
                bytes[at] ^= 4;
                action.tx().execute("UPDATE item SET bytes = ?2 WHERE id = ?1", rusqlite::params![id, bytes])?;
            }
            Ok(())
        })
        .unwrap();
}

fn rotted(journal: &Journal) -> Vec<(u64, u64)> {
    let notes = journal.notes().into_iter();
    notes
        .filter_map(|note| if let Note::ItemsRotted { items, lost } = note { Some((items, lost)) } else { None })
        .collect()
}

/// A journal with one sealed batch of a tube with three people, beside what enrolling wrote.
fn sealed(desk: &Desk) -> Journal {
    let (journal, begun) = desk.enrolled();
    journal.seal_now().unwrap();
    deliver(&journal, &desk.hub);
    let opened = tube(&journal, begun, "T-000001");
    for position in 1..=3 {
        bind(&journal, begun, opened, position);
    }
    journal.seal_now().unwrap();
    rotted(&journal);
    journal
}

#[test]
fn a_rotten_batch_is_made_again_under_a_new_number_and_told() {
    let desk = Desk::new();
    let journal = sealed(&desk);
    let before: Vec<Item> = outgoing(&journal);
    rot(&journal);
    let delivered = deliver(&journal, &desk.hub);
    assert_eq!(delivered, before.iter().flat_map(|item| desk.hub.open(item)).collect::<Vec<_>>(), "the old seqs");
    assert_eq!(rotted(&journal), [(1, 0)]);
    assert!(outgoing(&journal).iter().all(|item| !matches!(item, Item::Batch(_))), "nothing waits any more");
    let figures = journal.figures().unwrap();
    assert_eq!((figures.unsent, figures.refused), (0, 0));
    assert!(journal.verify().unwrap().is_sound());
}

#[test]
fn a_rotten_batch_whose_records_cannot_be_read_leaves_as_salvage() {
    let desk = Desk::new();
    let journal = sealed(&desk);
    let seqs: Vec<u64> = outgoing(&journal).iter().flat_map(|item| desk.hub.open(item)).collect();
    rot(&journal);
    journal.shutdown().unwrap();
    desk.empty_vault();
    let journal = desk.open();
    journal.enrol(&desk.hub.invitation()).unwrap();
    journal.seal_now().unwrap();
    let refs: Vec<_> = outgoing(&journal).iter().flat_map(|item| desk.hub.open_refs(item)).collect();
    let old = refs.iter().filter(|at| at.device != journal.device()).map(|at| at.seq);
    assert_eq!(old.collect::<Vec<_>>(), seqs, "every record reaches the hub");
    assert_eq!(rotted(&journal), [(1, 0)]);
}

#[test]
fn a_refusal_for_what_happened_on_the_way_is_tried_once_more() {
    let desk = Desk::new();
    let journal = sealed(&desk);
    let batch = |journal: &Journal| outgoing(journal).into_iter().find(|item| matches!(item, Item::Batch(_)));
    let item = batch(&journal).unwrap();
    let refusal =
        Refusal { digest: item.digest(), code: "bad_signature".to_owned(), what: "x".to_owned(), next: String::new() };
    assert!(journal.take_refusal(&refusal).unwrap());
    assert_eq!(batch(&journal), Some(item.clone()), "what left here was sound");
    assert!(journal.take_refusal(&refusal).unwrap());
    assert_eq!((batch(&journal), journal.figures().unwrap().refused), (None, 1));
}
