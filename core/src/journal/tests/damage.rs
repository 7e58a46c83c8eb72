//! A damaged file is set aside and every row that was not touched comes along.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::journal::testing::{Desk, bind, deliver, kinds, outgoing, tube};
use crate::journal::{Journal, Note};
use crate::record::{Body, EpochReason};
use crate::wire::Item;

fn file(desk: &Desk) -> PathBuf {
    desk.path().join("journal/journal.db")
}

/// A journal with sealed, closed and open segments, emptied into its file.
fn worked(desk: &Desk, people: u32) -> usize {
    let (journal, begun) = desk.enrolled();
    let opened = tube(&journal, begun, "T-000001");
    for position in 1..=people {
        bind(&journal, begun, opened, position);
        if position == people / 2 {
            journal.seal_now().unwrap();
        }
    }
    let count = kinds(&journal).len();
    journal.suspend().unwrap();
    count
}

fn lost(journal: &Journal) -> u64 {
    let mut lost = 0;
    journal
        .view(|view| {
            view.records(&mut |record| {
                if let Body::SeqsLost(range) = record.body {
                    lost += range.last - range.first + 1;
                }
                Ok(())
            })
        })
        .unwrap();
    lost
}

fn set_aside(journal: &Journal) -> (u64, u64) {
    let note = journal.notes().into_iter().find_map(|note| match note {
        Note::SetAside { file, salvaged, lost, .. } => Some((file, salvaged, lost)),
        _ => None,
    });
    let (file, salvaged, lost) = note.expect("a file was set aside");
    assert_eq!(file, "journal.damaged-1.db");
    (salvaged, lost)
}

#[test]
fn a_file_without_its_head_gives_every_row_back() {
    let desk = Desk::new();
    let count = worked(&desk, 150);
    let mut bytes = fs::read(file(&desk)).unwrap();
    bytes[..4096].fill(0x55);
    fs::write(file(&desk), &bytes).unwrap();
    let journal = desk.open();
    assert_eq!(set_aside(&journal), (count as u64, 0));
    assert_eq!(fs::read(desk.path().join("journal/journal.damaged-1.db")).unwrap(), bytes, "kept as it was");
    assert_eq!(kinds(&journal).len(), count + 2, "and an epoch began, with the word of what happened");
    assert_eq!(&kinds(&journal)[count..], ["epoch_started", "file_set_aside"]);
    assert!(journal.verify().unwrap().is_sound());
    journal.seal_now().unwrap();
    let items = outgoing(&journal);
    assert!(items.iter().any(|item| matches!(item, Item::Salvage(_))), "what was not sealed leaves as it was stored");
    let mut all = deliver(&journal, &desk.hub).len();
    all += 0;
    assert_eq!(all, count + 2, "nothing is lost and nothing doubled");
    drop(journal);
    assert!(desk.open().notes().is_empty());
}

#[test]
fn every_page_that_is_lost_loses_at_most_what_stood_on_it() {
    let desk = Desk::new();
    let count = worked(&desk, 60);
    let whole = fs::read(file(&desk)).unwrap();
    let vault = desk.vault.0.lock().unwrap().clone();
    let pages = whole.len() / 4096;
    let mut damaged = 0;
    for page in 0..pages {
        let mut bytes = whole.clone();
        bytes[page * 4096..(page + 1) * 4096].fill(0);
        for entry in fs::read_dir(desk.path().join("journal")).unwrap() {
            fs::remove_file(entry.unwrap().path()).unwrap();
        }
        fs::write(file(&desk), &bytes).unwrap();
        *desk.vault.0.lock().unwrap() = vault.clone();
        let journal = desk.open();
        if !journal.notes().is_empty() {
            damaged += 1;
        } else if !journal.verify().unwrap().is_sound() {
            // Nothing on the way of opening met the page: reading everything did, and the next
            // use sets the file aside.
            damaged += 1;
            journal.maintain(false).unwrap();
        }
        assert!(journal.verify().unwrap().is_sound(), "page {page}: {:?}", journal.verify());
        let lost = lost(&journal);
        assert!(lost < 25, "page {page}: {lost} records were lost with one page");
        journal.seal_now().unwrap();
        let arrived: BTreeSet<_> = outgoing(&journal).iter().flat_map(|item| desk.hub.open_refs(item)).collect();
        let (arrived, count) = (arrived.len() as u64, count as u64);
        assert!(arrived + lost >= count, "page {page}: {arrived} of {count} records arrive, {lost} told as lost");
    }
    assert!(damaged > pages / 2, "{damaged} of {pages}");
}

#[test]
fn a_row_whose_bits_flipped_is_told_as_lost_and_the_others_go_on() {
    let desk = Desk::new();
    worked(&desk, 20);
    let conn = rusqlite::Connection::open(file(&desk)).unwrap();
    let id: i64 = conn.query_row("SELECT max(id) - 3 FROM record", [], |row| row.get(0)).unwrap();
    let mut sealed: Vec<u8> =
        conn.query_row("SELECT sealed FROM record WHERE id = ?1", [id], |row| row.get(0)).unwrap();
    sealed[30] ^= 4;
    conn.execute("UPDATE record SET sealed = ?2 WHERE id = ?1", rusqlite::params![id, sealed]).unwrap();
    drop(conn);
    let journal = desk.open();
    assert_eq!(set_aside(&journal).1, 1, "the newest rows are proven when a journal opens");
    assert_eq!(lost(&journal), 1);
    assert!(journal.verify().unwrap().is_sound());
    assert!(matches!(journal.notes()[0], Note::SetAside { .. }) || journal.notes().len() > 1);
    journal.seal_now().unwrap();
    deliver(&journal, &desk.hub);
    assert_eq!(journal.figures().unwrap().unsent, 0);
}

#[test]
fn an_older_row_whose_bits_flipped_is_told_when_it_is_sealed() {
    let desk = Desk::new();
    let (journal, begun) = desk.enrolled();
    let opened = tube(&journal, begun, "T-000001");
    for position in 1..=20 {
        bind(&journal, begun, opened, position);
    }
    let id: i64 = journal
        .upkeep(|action| {
            let id: i64 = action.tx().query_row("SELECT max(id) - 5 FROM record", [], |row| row.get(0))?;
            action.tx().execute("UPDATE record SET sealed = zeroblob(80) WHERE id = ?1", [id])?;
            Ok(id)
        })
        .unwrap();
    assert!(id > 0);
    assert_eq!(journal.verify().unwrap().damaged.len(), 1);
    assert!(journal.seal_now().unwrap().sealed >= 2);
    assert_eq!(lost(&journal), 1, "and the runs before and behind it left as batches");
    journal.seal_now().unwrap();
    assert_eq!(deliver(&journal, &desk.hub).len(), kinds(&journal).len());
}

#[test]
fn a_log_without_its_file_is_not_thrown_away() {
    let desk = Desk::new();
    let (journal, begun) = desk.enrolled();
    for count in 1..=5 {
        tube(&journal, begun, &format!("T-00000{count}"));
    }
    let count = kinds(&journal).len();
    drop(journal);
    fs::remove_file(file(&desk)).unwrap();
    let journal = desk.open();
    let (salvaged, _) = set_aside(&journal);
    assert!(salvaged > 0 && salvaged as usize <= count);
    assert!(desk.path().join("journal/journal.damaged-1.db-wal").exists());
}

#[test]
fn a_change_of_names_that_was_broken_off_is_completed() {
    let desk = Desk::new();
    let count = worked(&desk, 10);
    let dir = desk.path().join("journal");
    fs::rename(dir.join("journal.db"), dir.join("journal.new.db")).unwrap();
    fs::write(dir.join("journal.damaged-1.db"), b"what was there").unwrap();
    fs::write(dir.join("journal.db-wal"), b"its log").unwrap();
    let journal = desk.open();
    assert_eq!(kinds(&journal).len(), count);
    assert_eq!(fs::read(dir.join("journal.damaged-1.db-wal")).unwrap(), b"its log");
    drop(journal);
    fs::write(dir.join("journal.new.db"), b"a try that was broken off").unwrap();
    assert_eq!(kinds(&desk.open()).len(), count);
    assert!(!dir.join("journal.new.db").exists());
}

#[test]
fn keys_and_file_lost_together_still_leave_for_the_hub() {
    let desk = Desk::new();
    let count = worked(&desk, 60);
    let mut bytes = fs::read(file(&desk)).unwrap();
    bytes[..4096].fill(0);
    fs::write(file(&desk), bytes).unwrap();
    desk.empty_vault();
    let journal = desk.open();
    assert!(set_aside(&journal).0 >= count as u64);
    assert!(
        journal.notes().iter().any(|note| matches!(note, Note::EpochBegan { reason: EpochReason::Salvage, .. }))
            || !kinds(&journal).is_empty()
    );
    journal.enrol(&desk.hub.invitation()).unwrap();
    journal.seal_now().unwrap();
    let seqs = deliver(&journal, &desk.hub);
    assert!(seqs.len() >= count, "{} of {count}", seqs.len());
}

#[test]
fn settings_and_documents_with_a_bad_bit_come_back_from_their_second_copy() {
    let worst = [
        "UPDATE meta SET value = zeroblob(64) WHERE name = 'roots'",
        "UPDATE document SET bytes = CAST(replace(CAST(bytes AS TEXT), 'capacity = 10', 'capacity = 90') AS BLOB)
         WHERE what = 1",
        "UPDATE document SET bytes = zeroblob(500) WHERE what = 2",
    ];
    for sql in worst {
        let desk = Desk::new();
        let (journal, _) = desk.enrolled();
        let text = crate::profile::Profile::built_in(crate::journal::testing::CAMPAIGN).text().to_owned();
        let mut invitation = desk.hub.invitation();
        let text = text.replace("version = 0", "version = 3");
        invitation.profile_digest = crate::crypto::sha256(&[text.as_bytes()]);
        journal.enrol(&invitation).unwrap();
        journal.apply_profile(&text, crate::record::ProfileSource::File).unwrap();
        journal.suspend().unwrap();
        let conn = rusqlite::Connection::open(file(&desk)).unwrap();
        assert_eq!(conn.execute(sql, []).unwrap(), 1, "{sql}");
        drop(conn);
        let journal = desk.open();
        assert_eq!(set_aside(&journal).1, 0, "{sql}");
        assert!(journal.is_enrolled().unwrap());
        assert_eq!(journal.profile().unwrap().text(), text, "{sql}");
        assert!(crate::sync::Outbox::key_set(&journal).unwrap().is_some());
        assert!(journal.verify().unwrap().is_sound());
    }
}

#[test]
fn a_log_with_a_bad_bit_in_the_middle_loses_nothing_behind_it() {
    let desk = Desk::new();
    let (journal, begun) = desk.enrolled();
    let opened = tube(&journal, begun, "T-000001");
    journal.suspend().unwrap();
    journal.resume().unwrap();
    for position in 1..=30 {
        bind(&journal, begun, opened, position);
    }
    let count = kinds(&journal).len();
    drop(journal);
    let wal = desk.path().join("journal/journal.db-wal");
    let mut bytes = fs::read(&wal).unwrap();
    let at = bytes.len() / 3;
    bytes[at] ^= 1;
    fs::write(&wal, bytes).unwrap();
    let journal = desk.open();
    let (salvaged, lost) = set_aside(&journal);
    assert!(salvaged + lost >= count as u64 && lost <= 1, "{salvaged} of {count}, {lost} told as lost");
    assert!(journal.verify().unwrap().is_sound());
}
