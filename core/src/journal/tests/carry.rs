//! What is carried for others: its bounds, its end, and what damage leaves of it.

use std::fs;

use rusqlite::Connection;

use crate::carry::{self, Judged, Verdict, Way};
use crate::id::DeviceId;
use crate::journal::Journal;
use crate::journal::testing::{CAMPAIGN, Desk, Hub, bind, kinds, tube};
use crate::limits::{
    CARRY_BYTES_MAX, CARRY_DEVICE_BYTES_MAX, CARRY_DOWN_BYTES_MAX, CARRY_DOWN_ITEMS_MAX, ITEM_BYTES_MAX,
};
use crate::sync::Outbox;
use crate::wire::{Bundle, Item, Receipt, SignedReceipt};

const DAY: i64 = 24 * 3_600_000;

/// A large item of a device that never was, judged as if it were sound.
fn heavy(device: u8, number: u64) -> Judged {
    let mut bytes = vec![device; ITEM_BYTES_MAX];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    let item = Item::Batch(bytes);
    let digest = item.digest();
    Judged {
        item,
        device: DeviceId::from_bytes([device; 16]),
        key: digest.to_vec(),
        digest,
        number: Some(number),
        rank: 0,
        hub_ms: None,
        receipt: None,
        dispatch: None,
    }
}

fn one(journal: &Journal, item: Judged) -> Verdict {
    journal.carry_in(&[item]).unwrap().pop().unwrap()
}

/// A second phone of the same hub, with something to give away.
fn other_phone(hub: &Hub) -> (Desk, Journal) {
    let desk = Desk::new();
    let journal = desk.open();
    journal.enrol(&hub.invitation()).unwrap();
    let begun = crate::journal::testing::shift(&journal, crate::journal::testing::ROUND);
    let opened = tube(&journal, begun, "T-000002");
    for position in 1..=3 {
        bind(&journal, begun, opened, position);
    }
    (desk, journal)
}

fn exported(journal: &Journal) -> Vec<Item> {
    let (bytes, done) = carry::export_bytes(journal, usize::MAX, Way::Share).unwrap();
    let items = Bundle::read(&bytes).unwrap().items;
    assert_eq!((items.len() as u64, done.left), (done.items, 0));
    items
}

fn batches(items: &[Item]) -> Vec<Item> {
    items.iter().filter(|item| matches!(item, Item::Batch(_))).cloned().collect()
}

fn brought(journal: &Journal, items: &[Item]) -> carry::Imported {
    carry::import_bytes(journal, &Bundle::write(items).unwrap(), Way::File).unwrap()
}

/// The same with one batch alone.
fn exported_one(journal: &Journal) -> Vec<Item> {
    let mut items = exported(journal);
    let last = batches(&items).pop().unwrap();
    items.retain(|item| !matches!(item, Item::Batch(_)) || *item == last);
    items
}

fn signed(hub: &Hub, receipt: &Receipt) -> Item {
    Item::Receipt(SignedReceipt::sign(receipt, hub.receipt_seed()).unwrap().to_bytes().unwrap())
}

#[test]
fn without_a_receipt_nothing_goes_and_what_does_not_fit_is_refused() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    let share = CARRY_DEVICE_BYTES_MAX / ITEM_BYTES_MAX as u64;
    let devices = u8::try_from(CARRY_BYTES_MAX / CARRY_DEVICE_BYTES_MAX).unwrap();
    for device in 1..=devices {
        for number in 0..share {
            assert_eq!(one(&journal, heavy(device, number)), Verdict::Taken);
        }
        let Verdict::Refused(refused) = one(&journal, heavy(device, share)) else { panic!("its share is used up") };
        assert_eq!(refused.code, "full");
    }
    let full = journal.carries().unwrap();
    assert_eq!((full.waiting, full.bytes), (u64::from(devices) * share, CARRY_BYTES_MAX));
    let Verdict::Refused(refused) = one(&journal, heavy(100, 0)) else { panic!("there is no room") };
    assert!(refused.why.contains("none of it has a receipt"), "{}", refused.why);
    assert_eq!(one(&journal, heavy(1, 0)), Verdict::Known, "what is here is here");
    // With a receipt, the one that was receipted first goes first, and only as far as it must.
    for (number, hub_ms) in [(4, 2), (2, 1)] {
        let mut receipt = desk.hub.receipt(&batches(&exported(&journal))[0], None);
        receipt.digest = heavy(2, number).digest;
        receipt.hub_ms = hub_ms;
        let sql = "UPDATE carried SET status = 2, receipt_ms = ?2 WHERE digest = ?1";
        journal.upkeep(|action| Ok(action.tx().execute(sql, rusqlite::params![receipt.digest, hub_ms])?)).unwrap();
    }
    assert_eq!(one(&journal, heavy(100, 0)), Verdict::Taken);
    let after = journal.carries().unwrap();
    assert_eq!((after.waiting, after.receipted, after.bytes), (full.waiting - 1, 1, CARRY_BYTES_MAX));
    assert_eq!(one(&journal, heavy(2, 2)), Verdict::Known, "gone, and known");
    assert_eq!(one(&journal, heavy(101, 0)), Verdict::Taken);
    assert!(matches!(one(&journal, heavy(102, 0)), Verdict::Refused(_)));
}

#[test]
fn of_what_comes_down_the_oldest_goes_first() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    let state = |device: u64, rank: i64| {
        let mut judged = heavy(0, device);
        judged.item = Item::State(judged.item.bytes()[..1024].to_vec());
        judged.key = device.to_be_bytes().to_vec();
        judged.rank = rank;
        judged
    };
    let fit = CARRY_DOWN_ITEMS_MAX.min(CARRY_DOWN_BYTES_MAX / 1024);
    let all: Vec<Judged> = (0..fit + 3).map(|device| state(device, 5)).collect();
    assert!(journal.carry_in(&all).unwrap().iter().all(|verdict| *verdict == Verdict::Taken));
    assert_eq!(journal.carries().unwrap().down, fit);
    let verdicts = journal.carry_in(&[state(2, 5), state(fit, 5), state(fit, 4), state(fit, 6)]).unwrap();
    assert_eq!(verdicts, [Verdict::Taken, Verdict::Known, Verdict::Known, Verdict::Taken], "the newer word replaces");
    assert_eq!(journal.carries().unwrap().down, fit);
}

#[test]
fn a_receipt_ends_the_carrying_and_retention_the_keeping() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    let (_other_desk, other) = other_phone(&desk.hub);
    let items = exported_one(&other);
    assert_eq!(brought(&journal, &items).refused, 0);
    let batch = batches(&items).pop().unwrap();
    let sent = journal.outgoing(usize::MAX).unwrap();
    let place = |wanted: &dyn Fn(&Item) -> bool| sent.iter().position(|out| wanted(&out.item)).unwrap();
    let own_last = sent.iter().rposition(|out| !items.contains(&out.item)).unwrap();
    assert!(own_last < place(&|item| *item == items[2]), "own items first, then the other's enrolment");
    assert!(place(&|item| matches!(item, Item::Enrolment(_)) && items.contains(item)) < place(&|item| *item == batch));
    // The hub holds it for its enrolment, which was lost: that goes again.
    let digests: Vec<_> = sent.iter().map(|out| out.digest).collect();
    journal.answered(&digests).unwrap();
    assert!(!journal.settled(&digests).unwrap(), "a batch wants its receipt");
    let enrolments = |journal: &Journal| {
        let sent = journal.outgoing(usize::MAX).unwrap();
        sent.iter().filter(|out| matches!(out.item, Item::Enrolment(_)) && items.contains(&out.item)).count()
    };
    assert_eq!(enrolments(&journal), 0);
    let held = desk.hub.receipt(&batch, Some(crate::wire::HeldReason::NotEnrolled));
    journal.take_receipt(&held, signed(&desk.hub, &held).bytes()).unwrap();
    assert_eq!((enrolments(&journal), journal.carries().unwrap().waiting), (1, 0));
    // Opened: the newer receipt is the one that goes back.
    let opened = Receipt { serial: 2, ..desk.hub.receipt(&batch, None) };
    let opened_item = signed(&desk.hub, &opened);
    let done = brought(&journal, &[signed(&desk.hub, &held), opened_item.clone(), signed(&desk.hub, &held)]);
    assert_eq!((done.taken, done.known), (1, 2));
    assert_eq!(enrolments(&journal), 0);
    let back = exported(&journal);
    assert!(back.contains(&opened_item) && !back.contains(&batch));
    let verdict = brought(&other, &back).answers.into_iter().find(|said| said.name == opened_item.digest());
    assert!(matches!(verdict.unwrap().verdict, Verdict::Receipt(taken) if taken.held.is_none()));
    // By the hub's own clock, as own items.
    assert_eq!(journal.carries().unwrap().receipted, 1);
    journal.anchor(opened.hub_ms + 7 * DAY + 1, desk.clock_ms(), 0).unwrap();
    journal.maintain(true).unwrap();
    assert_eq!(journal.carries().unwrap(), carry::Carried::default());
    let again = brought(&journal, &items);
    assert!(again.answers.iter().any(|said| said.name == batch.digest() && said.verdict == Verdict::Known));
    assert_eq!(journal.carries().unwrap().waiting, 0);
}

#[test]
fn nothing_of_another_device_is_ever_applied() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    let (_other_desk, other) = other_phone(&desk.hub);
    let before = (kinds(&journal), journal.figures().unwrap());
    let items = exported(&other);
    let receipt = signed(&desk.hub, &desk.hub.receipt(&batches(&items)[0], None));
    let done = brought(&journal, &[items, vec![receipt]].concat());
    assert_eq!(done.refused, 0);
    let mut after = kinds(&journal);
    assert_eq!(after.pop(), Some("carry_imported"));
    assert_eq!(after, before.0);
    let figures = journal.figures().unwrap();
    assert_eq!((figures.sealed, figures.opened, figures.unsent), (before.1.sealed, 0, before.1.unsent + 1));
    assert_eq!(other.figures().unwrap().opened, 0, "until it comes home");
}

#[test]
fn a_hub_nobody_knows_and_a_forged_receipt_end_nothing() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    let (_other_desk, other) = other_phone(&desk.hub);
    let items = exported_one(&other);
    brought(&journal, &items);
    let mut forged = signed(&desk.hub, &desk.hub.receipt(&batches(&items)[0], None)).bytes().to_vec();
    let last = forged.len() - 1;
    forged[last] ^= 1;
    let done = brought(&journal, &[Item::Receipt(forged)]);
    assert_eq!((done.refused, done.answers[0].verdict.as_str()), (1, "bad_signature"));
    assert!(journal.carries().unwrap().waiting > 0);
    let refusal = crate::wire::Refusal {
        digest: batches(&items)[0].digest(),
        code: "practice".to_owned(),
        what: "a lie".to_owned(),
        next: "nothing".to_owned(),
    };
    let done = brought(&journal, &[Item::Refusal(refusal.to_bytes().unwrap())]);
    assert_eq!((done.known, done.answers[0].verdict.as_str()), (1, "passed"));
    assert!(journal.carries().unwrap().waiting > 0, "nobody signed it");
    // Over the network a refusal ends the sending until somebody asks for it.
    assert!(journal.take_refusal(&refusal).unwrap());
    assert_eq!((journal.carries().unwrap().waiting, journal.carries().unwrap().refused), (0, 1));
    assert!(exported(&journal).contains(&batches(&items)[0]), "a carry brings it to who may know better");
    assert!(journal.take_up_refused().unwrap() > 0);
    assert_eq!(journal.carries().unwrap().refused, 0);
}

#[test]
fn what_is_carried_survives_a_damaged_file_and_rotten_bytes_do_not_leave() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    let (_other_desk, other) = other_phone(&desk.hub);
    let items = exported(&other);
    brought(&journal, &items);
    let carried = journal.carries().unwrap();
    journal.suspend().unwrap();
    let file = desk.path().join("journal/journal.db");
    let mut bytes = fs::read(&file).unwrap();
    bytes[..4096].fill(0x55);
    fs::write(&file, &bytes).unwrap();
    let journal = desk.open();
    assert_eq!(journal.carries().unwrap(), carried);
    assert!(batches(&exported(&journal)).contains(&batches(&items)[0]));
    let sql = "UPDATE carried SET bytes = zeroblob(length) WHERE what = 2";
    journal.upkeep(|action| Ok(action.tx().execute(sql, [])?)).unwrap();
    assert!(!batches(&exported(&journal)).iter().any(|item| item.bytes().iter().all(|byte| *byte == 0)));
    assert!(!journal.outgoing(usize::MAX).unwrap().iter().any(|out| out.item.bytes().iter().all(|byte| *byte == 0)));
    let done = brought(&journal, &items);
    assert_eq!(done.taken, batches(&items).len() as u64, "and is taken again");
    assert_eq!(journal.carries().unwrap(), carried);
}

#[test]
fn a_journal_of_schema_1_goes_on_and_can_carry() {
    let desk = Desk::new();
    let (journal, begun) = desk.enrolled();
    let opened = tube(&journal, begun, "T-000001");
    bind(&journal, begun, opened, 1);
    let before = kinds(&journal);
    journal.suspend().unwrap();
    drop(journal);
    let conn = Connection::open(desk.path().join("journal/journal.db")).unwrap();
    conn.execute_batch("DROP TABLE roster; DROP TABLE roster_page; DROP TABLE carried; PRAGMA user_version = 1")
        .unwrap();
    drop(conn);
    let journal = desk.open();
    assert_eq!(kinds(&journal), before);
    let (_other_desk, other) = other_phone(&desk.hub);
    assert_eq!(brought(&journal, &exported(&other)).refused, 0);
    assert!(journal.carries().unwrap().waiting > 0);
    assert_eq!(journal.campaign(), CAMPAIGN);
}

#[test]
fn an_export_is_a_new_file_whole_or_not_there() {
    let desk = Desk::new();
    let (journal, begun) = desk.enrolled();
    let opened = tube(&journal, begun, "T-000001");
    bind(&journal, begun, opened, 1);
    let (file, dir) = (desk.path().join("a.fcb"), desk.path().join("stick"));
    let done = carry::export_file(&journal, &file).unwrap();
    assert_eq!((done.files.len(), done.own, fs::metadata(&file).unwrap().len()), (1, done.items, done.bytes));
    let bytes = fs::read(&file).unwrap();
    assert!(carry::export_file(&journal, &file).is_err(), "it may be another phone's");
    assert_eq!(fs::read(&file).unwrap(), bytes);
    let parts = carry::export_folder(&journal, &dir, 1).unwrap();
    assert_eq!(parts.files.len() as u64, parts.items, "one item each");
    let more = carry::export_folder(&journal, &dir, u64::MAX).unwrap();
    assert_eq!(more.files.len(), 1);
    let names: Vec<String> =
        fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names.len(), parts.files.len() + 1);
    assert!(names.iter().all(|name| name.ends_with(carry::FILE_END) && name.len() < 64), "{names:?}");
    assert!(carry::export_file(&journal, &desk.path().join("no/such/folder.fcb")).is_err());
    assert_eq!(kinds(&journal).iter().filter(|kind| **kind == "carry_exported").count(), 3);
    // What others leave on a stick stops nothing.
    fs::write(dir.join("._x.fcb"), b"finder").unwrap();
    fs::write(dir.join("y.fcb"), b"not a carry").unwrap();
    fs::write(dir.join("z.txt"), b"a shopping list").unwrap();
    let (_other_desk, other) = other_phone(&desk.hub);
    let taken = carry::import_paths(&other, &[dir, desk.path().join("none.fcb")]).unwrap();
    assert_eq!(taken.items, parts.items + more.items);
    assert_eq!(taken.refused, 0);
    assert_eq!(taken.files.iter().filter(|file| file.failed.is_some()).count(), 2);
    assert!(!taken.is_whole());
}

#[test]
fn who_may_not_carry_is_told_so() {
    let desk = Desk::new();
    let journal = desk.open();
    let told = |result: crate::Result<()>| result.unwrap_err().to_string();
    assert!(told(carry::export_bytes(&journal, 1, Way::Share).map(|_| ())).contains("enrol it first"));
    assert!(told(carry::import_bytes(&journal, b"FCB1", Way::Share).map(|_| ())).contains("enrol it first"));
    let mut options = desk.options();
    options.mode = crate::wire::Mode::Practice;
    let practice = Journal::open(options, desk.platform()).unwrap();
    assert!(told(carry::export_bytes(&practice, 1, Way::Share).map(|_| ())).contains("practice"));
    assert!(told(carry::import_bytes(&practice, b"FCB1", Way::Share).map(|_| ())).contains("practice"));
}

/// What a device asks for changes while its clock stands, or after it was set back.
#[test]
fn the_newest_poll_goes_whatever_the_clock_says() {
    use std::sync::atomic::Ordering;
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    let (other_desk, other) = other_phone(&desk.hub);
    let poll = |other: &Journal| other.poll().unwrap().0;
    let sent = |journal: &Journal| {
        let out = journal.outgoing(usize::MAX).unwrap();
        out.into_iter().filter(|out| matches!(out.item, Item::Poll(_))).map(|out| (out.digest, out.item)).next()
    };
    let first = poll(&other);
    brought(&journal, std::slice::from_ref(&first));
    assert_eq!(sent(&journal).unwrap().1, first);
    let second = poll(&other);
    let done = brought(&journal, &[second.clone(), second.clone()]);
    assert_eq!((done.taken, done.known), (1, 1), "of the same moment, with another nonce");
    other_desk.clock.wall_ms.fetch_sub(1_000, Ordering::Relaxed);
    let earlier = poll(&other);
    assert_eq!(brought(&journal, std::slice::from_ref(&earlier)).taken, 0, "the later one waits");
    let (digest, item) = sent(&journal).unwrap();
    assert_eq!(item, second);
    journal.answered(&[digest]).unwrap();
    assert_eq!(sent(&journal), None);
    assert_eq!(brought(&journal, std::slice::from_ref(&earlier)).taken, 1, "once that was answered");
    assert_eq!(sent(&journal).unwrap().1, earlier);
    assert_eq!(brought(&journal, &[earlier]).known, 1);
}

/// What is asked after every scan looks at no bytes of what is carried.
#[test]
fn bounds_and_retention_are_measured_by_indexes_alone() {
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    let plan = |sql: &str| {
        let plans = journal.view(|view| {
            let mut statement = view.conn().prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
            let rows = statement.query_map([], |row| row.get::<_, String>(3))?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?.join("; "))
        });
        plans.unwrap()
    };
    for (sql, index) in [
        (
            "SELECT 1 FROM carried WHERE what IN (1, 2, 3, 6, 9) AND receipt_ms < 1 AND length > 0 AND +status = 2",
            "carried_kept",
        ),
        ("SELECT max(receipt_ms) FROM carried WHERE what = 4 AND length > 0", "carried_kept"),
        (
            "SELECT coalesce(sum(length), 0), count(*) FROM carried WHERE length > 0 AND what IN (4, 5, 7)",
            "COVERING INDEX carried_kept",
        ),
        (
            "SELECT coalesce(sum(length), 0) FROM carried WHERE device = x'01' AND status <> 2 AND length > 0",
            "COVERING INDEX carried_share",
        ),
    ] {
        assert!(plan(sql).contains(index), "{sql}: {}", plan(sql));
    }
    assert!(plan("SELECT count(*) FROM carried WHERE reason = 'x'").starts_with("SCAN"), "a plan tells");
}

#[test]
fn a_dispatch_that_cannot_come_into_force_now_stops_nothing_behind_it() {
    use crate::cards::{Grant, HelperKeys};
    use crate::wire::{HubSigned, SignedPoll};
    let desk = Desk::new();
    let (journal, _) = desk.enrolled();
    let (_other_desk, other) = other_phone(&desk.hub);
    let keys = HelperKeys::of_code(&journal.helper_code().unwrap()).unwrap();
    let grant = Grant { keys_in_use: Some(desk.hub.key_set(1).to_bytes().unwrap()), ..Grant::default() };
    let dispatch = desk.hub.grant(1, &keys.device_key, &keys.seal_key, &grant);
    let refused = Item::Dispatch(HubSigned::sign(&dispatch, desk.hub.receipt_seed()).unwrap().to_bytes().unwrap());
    let items = exported(&other);
    let middle = items.len() / 2;
    let carry = [&items[..middle], std::slice::from_ref(&refused), &items[middle..]].concat();
    // The roots by which the grant's key set proves itself are not here.
    journal.upkeep(|action| Ok(action.tx().execute("DELETE FROM meta WHERE name = 'roots'", [])?)).unwrap();
    let done = brought(&journal, &carry);
    assert_eq!((done.items, done.refused), (carry.len() as u64, 1));
    let said = &done.answers[middle];
    assert_eq!((said.name, said.verdict.as_str()), (refused.digest(), "not_now"));
    let Verdict::Refused(why) = &said.verdict else { panic!("it is refused") };
    assert!(why.why.contains("enrol"), "{}", why.why);
    assert_eq!(journal.carries().unwrap().waiting, batches(&items).len() as u64, "what stood behind it is here");
    // Over a network likewise: the session tells it and goes on.
    let mut session = crate::sync::SyncSession::new(journal.clone());
    let events = session.take(&Bundle::write(&[refused]).unwrap()).unwrap();
    assert!(matches!(events.as_slice(), [crate::sync::SyncEvent::Ignored { what: "dispatch", .. }]), "{events:?}");
    let Item::Poll(poll) = journal.poll().unwrap().0 else { panic!("no poll") };
    assert_eq!(SignedPoll::parse(&poll).unwrap().verify().unwrap().notices, 0, "it is asked for again");
}
