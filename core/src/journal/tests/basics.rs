//! Saved is saved, an action is whole, segments become batches.

use crate::error::Error;
use crate::journal::testing::{Desk, ROUND, bind, deliver, kinds, outgoing, seqs, shift, try_bind, tube};
use crate::journal::{Journal, Note, pragmas};
use crate::record::{AliasKept, EpochReason};
use crate::state;
use crate::wire::Mode;

#[test]
fn what_was_saved_is_there_after_opening_again() {
    let desk = Desk::new();
    let journal = desk.open();
    let shift = shift(&journal, ROUND);
    let tube = tube(&journal, shift, "T-000001");
    let bound = bind(&journal, shift, tube, 1);
    let epoch = journal.epoch();
    drop(journal);
    let journal = desk.open();
    assert_eq!(journal.epoch(), epoch, "nothing happened, so no new epoch");
    assert!(journal.notes().is_empty());
    assert_eq!(kinds(&journal), ["epoch_started", "shift_started", "tube_opened", "subject_bound"]);
    assert_eq!(journal.view(|view| view.read(bound)).unwrap().unwrap().at, bound);
}

#[test]
fn an_action_is_whole_or_nothing() {
    let desk = Desk::new();
    let journal = desk.open();
    let shift = shift(&journal, ROUND);
    let failed: Result<(), Error> = journal.act(|action| {
        action.append(Some("1"), Some(shift), AliasKept { text: "x".to_owned(), length: 1, digest: None })?;
        Err(Error::refused("this action", "a test ends it"))
    });
    assert!(failed.is_err());
    assert_eq!(seqs(&journal), [1, 2]);
    let alias = AliasKept { text: "y".to_owned(), length: 1, digest: None };
    let at = journal.act(|action| action.append(Some("1"), Some(shift), alias)).unwrap();
    assert_eq!(at.seq, 3, "a seq that was rolled back is given again: there are no gaps");
}

#[test]
fn a_record_above_the_limit_is_refused_whole() {
    let desk = Desk::new();
    let journal = desk.open();
    let alias = |length| AliasKept { text: "x".repeat(length), length: 0, digest: None };
    let refused = journal.act(|action| action.append(None, None, alias(8 * 1024)));
    assert!(matches!(refused, Err(Error::Limit { limit: 8192, .. })));
    assert_eq!(seqs(&journal), [1]);
    journal.act(|action| action.append(None, None, alias(8 * 1024 - 40))).unwrap();
    assert_eq!(seqs(&journal), [1, 2]);
}

#[test]
fn a_second_writer_is_told_who_holds_the_journal() {
    let desk = Desk::new();
    let mut options = desk.options();
    options.holder = "station 3".to_owned();
    let first = Journal::open(options, desk.platform()).unwrap();
    match Journal::open(desk.options(), desk.platform()) {
        Err(Error::Locked { holder, .. }) => assert_eq!(holder, "station 3"),
        other => panic!("expected Locked, got {other:?}"),
    }
    drop(first);
    desk.open();
}

#[test]
fn a_reader_reads_beside_the_writer_and_cannot_write() {
    let desk = Desk::new();
    assert!(matches!(Journal::open_read_only(desk.options(), desk.platform()), Err(Error::Missing { .. })));
    let journal = desk.open();
    let reader = Journal::open_read_only(desk.options(), desk.platform()).unwrap();
    let shift = shift(&journal, ROUND);
    tube(&journal, shift, "T-000001");
    assert_eq!(kinds(&reader), ["epoch_started", "shift_started", "tube_opened"]);
    assert!(matches!(try_bind(&reader, shift, shift, 1), Err(Error::Refused { .. })));
    assert!(reader.maintain(true).is_err());
    drop(journal);
    assert_eq!(kinds(&reader).len(), 3, "the writer may end before the reader");
}

#[test]
fn a_newer_schema_is_refused_and_left_as_it_is() {
    let desk = Desk::new();
    drop(desk.open());
    let path = desk.options().dir.join("journal.db");
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.pragma_update(None, "user_version", 99).unwrap();
    drop(conn);
    let before = std::fs::read(&path).unwrap();
    let newer = Journal::open(desk.options(), desk.platform());
    assert!(matches!(newer, Err(Error::Newer { found: 99, known: 2, .. })));
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert!(matches!(Journal::open_read_only(desk.options(), desk.platform()), Err(Error::Newer { .. })));
}

#[test]
fn a_weaker_store_is_refused() {
    let conn = rusqlite::Connection::open_in_memory().unwrap();
    match pragmas::set_writer(&conn) {
        Err(Error::NotDurable { pragma: "auto_vacuum" | "journal_mode", .. }) => {}
        other => panic!("a database in memory is not durable: {other:?}"),
    }
}

#[test]
fn a_journal_that_was_suspended_is_closed_and_comes_back() {
    let desk = Desk::new();
    let journal = desk.open();
    let shift = shift(&journal, ROUND);
    journal.suspend().unwrap();
    assert!(matches!(try_bind(&journal, shift, shift, 1), Err(Error::Closed)));
    drop(desk.open());
    journal.resume().unwrap();
    assert_eq!(seqs(&journal), [1, 2]);
    assert!(journal.notes().is_empty());
}

#[test]
fn state_is_what_the_records_fold_to() {
    let desk = Desk::new();
    let journal = desk.open();
    let shift = shift(&journal, ROUND);
    let tube = tube(&journal, shift, "T-000001");
    for position in 1..=10 {
        bind(&journal, shift, tube, position);
    }
    let before = journal.view(|view| state::dump(view.conn())).unwrap();
    assert!(before.len() > 10);
    journal.upkeep(|action| state::rebuild(action.tx(), &action.look_up(), action.rows().all())).unwrap();
    assert_eq!(journal.view(|view| state::dump(view.conn())).unwrap(), before);
}

#[test]
fn a_state_that_is_wrong_is_noticed_and_folded_again() {
    let desk = Desk::new();
    let journal = desk.open();
    let shift = shift(&journal, ROUND);
    tube(&journal, shift, "T-000001");
    journal.upkeep(|action| Ok(action.tx().execute("UPDATE state_tubes SET count = 9", [])?)).unwrap();
    assert!(!journal.verify().unwrap().state);
    assert!(journal.verify().unwrap().is_sound());
}

#[test]
fn a_hundred_records_become_one_batch_that_the_hub_opens() {
    let desk = Desk::new();
    let (journal, shift) = desk.enrolled();
    let tube = tube(&journal, shift, "T-000001");
    assert_eq!(journal.maintain(false).unwrap().sealed, 2, "the closed segments of two campaigns go at once");
    for position in 1..=97 {
        bind(&journal, shift, tube, position);
    }
    assert_eq!(journal.maintain(false).unwrap().sealed, 0);
    bind(&journal, shift, tube, 98);
    assert_eq!(journal.maintain(false).unwrap().sealed, 1);
    assert_eq!(deliver(&journal, &desk.hub).len(), 1 + 3 + 100);
    let figures = journal.figures().unwrap();
    assert_eq!((figures.sealed, figures.opened, figures.unsent), (3, 3, 0));
}

#[test]
fn with_a_network_a_minute_is_enough() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    journal.maintain(false).unwrap();
    desk.pass(59_999);
    assert_eq!(journal.maintain(true).unwrap().sealed, 0);
    desk.pass(1);
    assert_eq!(journal.maintain(false).unwrap().sealed, 0);
    assert_eq!(journal.maintain(true).unwrap().sealed, 1);
}

#[test]
fn a_station_without_keys_waits_and_loses_nothing() {
    let desk = Desk::new();
    let journal = desk.open();
    let begun = shift(&journal, ROUND);
    let opened = tube(&journal, begun, "T-000001");
    for position in 1..=200 {
        bind(&journal, begun, opened, position);
    }
    assert_eq!(journal.seal_now().unwrap().sealed, 0);
    let first = journal.epoch();
    journal.enrol(&desk.hub.invitation()).unwrap();
    assert_ne!(journal.epoch(), first, "an enrolment begins a new epoch");
    assert!(matches!(journal.notes().as_slice(), [Note::EpochBegan { reason: EpochReason::Enrolment, .. }]));
    journal.seal_now().unwrap();
    let mut seqs = deliver(&journal, &desk.hub);
    seqs.sort_unstable();
    assert_eq!(seqs.len(), 203 + 3, "every record of both epochs reached the hub");
    assert_eq!(journal.figures().unwrap().unsent, 0);
    assert!(bind(&journal, begun, opened, 201).epoch != first, "the shift goes on");
}

#[test]
fn the_same_bytes_go_out_on_every_try() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    journal.seal_now().unwrap();
    let first = outgoing(&journal);
    drop(journal);
    let journal = desk.open();
    assert_eq!(outgoing(&journal), first);
}

#[test]
fn practice_is_a_journal_of_its_own() {
    let desk = Desk::new();
    let live = desk.open();
    let mut options = desk.options();
    options.mode = Mode::Practice;
    let practice = Journal::open(options, desk.platform()).unwrap();
    assert_ne!(live.device(), practice.device());
    shift(&practice, ROUND);
    assert_eq!(kinds(&live), ["epoch_started"]);
    practice.enrol(&desk.hub.invitation()).unwrap();
    practice.seal_now().unwrap();
    for item in outgoing(&practice) {
        if let crate::wire::Item::Batch(bytes) = item {
            let mut batch = crate::wire::Batch::parse(&bytes).unwrap();
            batch.verify().unwrap();
            assert_eq!(batch.header.mode, Mode::Practice);
            batch.header.mode = Mode::Live;
            assert!(batch.verify().is_err(), "practice never verifies as live");
        }
    }
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let desk = Desk::new();
    std::fs::create_dir_all(desk.options().dir).unwrap();
    let path = desk.options().dir.join("journal.db");
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.execute_batch("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)").unwrap();
    drop(conn);
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(Journal::open(desk.options(), desk.platform()), Err(Error::Invalid { .. })));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_long_reading_beside_it_does_not_hold_the_writer_up() {
    let desk = Desk::new();
    let (journal, begun) = desk.enrolled();
    let opened = tube(&journal, begun, "T-000001");
    let reader = Journal::open_read_only(desk.options(), desk.platform()).unwrap();
    let mut took = None;
    reader
        .view(|view| {
            // The snapshot is held from the first reading on.
            assert!(view.iter().next().is_some());
            for position in 1..=600 {
                bind(&journal, begun, opened, position);
            }
            let began = std::time::Instant::now();
            let done = journal.maintain(true).unwrap();
            took = Some(began.elapsed());
            assert!(!done.checkpointed, "the log is large and the reader in the way: {done:?}");
            Ok(())
        })
        .unwrap();
    assert!(took.unwrap() < std::time::Duration::from_secs(3), "a scan would have waited {took:?}");
    assert!(journal.maintain(true).unwrap().checkpointed, "it is emptied once nobody reads");
}

#[test]
fn devices_that_wrote_here_before_keep_their_enrolment_until_their_records_are_sent() {
    let desk = Desk::new();
    let (journal, begun) = desk.enrolled();
    bind(&journal, begun, begun, 1);
    journal.seal_now().unwrap();
    drop(journal);
    desk.empty_vault();
    let journal = desk.open();
    journal.enrol(&desk.hub.invitation()).unwrap();
    journal.seal_now().unwrap();
    let enrolments = |journal: &Journal| {
        outgoing(journal).iter().filter(|item| matches!(item, crate::wire::Item::Enrolment(_))).count()
    };
    assert_eq!(enrolments(&journal), 2, "the hub never heard of the one before");
    deliver(&journal, &desk.hub);
    desk.pass(60_000);
    assert_eq!(enrolments(&journal), 0, "and then nothing travels for ever");
}
