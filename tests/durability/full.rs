//! The disk is full at any write: the action is refused, nothing saved is lost, and work goes on
//! once there is space.

use std::process::Command;

use fieldcore::{Error, Journal, JournalOptions, Station};
use fieldcore_tests::vfs::Cut;
use fieldcore_tests::workload::{Workload, shift_plan};

use fieldcore_tests::corpus::invitation_to_nowhere;
use fieldcore_tests::{Desk, TempFolder, long, platform, skip};

/// Lets the `nth` write from now and all after it meet a full disk; answers whether one did.
fn full_at(nth: u64) -> bool {
    let mut desk = Desk::new(nth, Workload::new(nth, 200, 10));
    desk.ballast_bytes = 1 << 16;
    let mut station = desk.open().unwrap();
    (0..5).for_each(|_| assert!(desk.step(&mut station).is_ok()));
    desk.disk.full_from(nth);
    let mut refused = None;
    for turn in 0..30 {
        if turn % 10 == 9 && station.journal().maintain(true).is_err() {
            break;
        }
        match desk.step(&mut station) {
            Ok(_) => {}
            Err((step, error)) => {
                assert!(matches!(error, Error::Full), "write {nth}: {error}");
                refused = Some(step);
                break;
            }
        }
    }
    let met = desk.disk.counts().faults > 0;
    if let Some(step) = &refused {
        let again = desk.take(&mut station, step.clone());
        assert!(matches!(again, Err((_, Error::Full))), "write {nth}: saved on a full disk");
    }
    desk.disk.free();
    station.journal().maintain(true).unwrap_or_else(|error| panic!("write {nth}: with space again: {error}"));
    // A refused action was not saved: it is done again and answered as new.
    if let Some(step) = refused {
        desk.take(&mut station, step).unwrap_or_else(|(step, error)| panic!("write {nth}: {step:?}: {error}"));
    }
    for _ in 0..5 {
        desk.step(&mut station).unwrap_or_else(|(step, error)| panic!("write {nth}: {step:?}: {error}"));
    }
    desk.check(&station, None).unwrap_or_else(|error| panic!("write {nth}: {error}"));
    let image = desk.disk.cut(Cut::DropUnsynced);
    drop(station);
    desk.restart(&image);
    let station = desk.open().unwrap();
    desk.check(&station, None).unwrap_or_else(|error| panic!("write {nth}, after a cut: {error}"));
    met
}

#[test]
fn a_full_disk_at_any_write_refuses_and_loses_nothing() {
    // A plain run takes every third write.
    let stride = if long() { 1 } else { 3 };
    let met = (1..3_000).step_by(stride).take_while(|nth| full_at(*nth)).count();
    println!("a full disk at {met} writes, one in {stride}");
    assert!(met > 50, "the writes were reached one by one");
}

/// A file system of a few MiB, in memory, mounted for as long as it lives.
struct SmallDisk(TempFolder);

impl SmallDisk {
    fn new(bytes: u64) -> Option<Self> {
        let folder = TempFolder::in_memory();
        let options = format!("size={bytes}");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(folder.path()).output();
        mounted.is_ok_and(|output| output.status.success()).then(|| Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Where this fails the mount goes with the machine; nothing on it is needed.
        Command::new("umount").args(["-l"]).arg(self.0.path()).output().ok();
    }
}

#[test]
fn the_ballast_lets_a_full_phone_seal_and_capture_resumes_with_space() {
    const MIB: usize = 1 << 20;
    let Some(disk) = SmallDisk::new(4 * MIB as u64) else {
        return skip("ballast on a full file system", "this user may not mount a small file system");
    };
    // Something else takes the space that is freed later.
    let filler = disk.0.join("pictures");
    std::fs::write(&filler, vec![1; 3 * MIB / 2]).unwrap();
    let mut desk = Desk::new(3, Workload::new(3, 5_000, 10));
    desk.ballast_bytes = MIB as u64;
    let options = JournalOptions { ballast_bytes: MIB as u64, ..JournalOptions::new(disk.0.join("journal")) };
    let journal = Journal::open(options, platform(&desk.clock, &desk.entropy, &desk.vault)).unwrap();
    journal.enrol(&invitation_to_nowhere()).unwrap();
    let mut station = Station::open(journal).unwrap();
    station.start_shift(None, &shift_plan()).unwrap();
    let refused = loop {
        match desk.step(&mut station) {
            Ok(_) => {}
            Err((step, error)) => {
                assert!(matches!(error, Error::Full), "{error}");
                break step;
            }
        }
        assert!(desk.ledger.saved().len() < 4_900, "the disk never became full");
    };
    // Others fill what little is left, so that only the ballast's space is there.
    let stopped = station.journal().seal_now().expect("with the ballast gone there is space to seal");
    assert!(stopped.sealed > 0);
    std::fs::write(disk.0.join("more pictures"), vec![1; 7 * MIB / 8]).ok();
    assert!(station.journal().maintain(true).is_ok_and(|done| done.capture_stopped), "capture goes on on a full disk");
    assert!(matches!(desk.take(&mut station, refused.clone()), Err((_, Error::Full))), "no capture without ballast");
    assert!(station.status().unwrap().capture_stopped);
    std::fs::remove_file(&filler).unwrap();
    std::fs::remove_file(disk.0.join("more pictures")).unwrap();
    assert!(!station.journal().maintain(true).unwrap().capture_stopped);
    desk.take(&mut station, refused).unwrap_or_else(|(step, error)| panic!("{step:?}: {error}"));
    desk.check(&station, None).unwrap();
}

#[test]
fn a_journal_on_a_full_disk_opens_on_its_ballast_and_refuses_capture() {
    const MIB: usize = 1 << 20;
    let Some(disk) = SmallDisk::new(4 * MIB as u64) else {
        return skip("opening on a full file system", "this user may not mount a small file system");
    };
    let mut desk = Desk::new(4, Workload::new(4, 200, 10));
    let open = |desk: &Desk| {
        let options = JournalOptions { ballast_bytes: MIB as u64, ..JournalOptions::new(disk.0.join("journal")) };
        Journal::open(options, platform(&desk.clock, &desk.entropy, &desk.vault))
    };
    let journal = open(&desk).unwrap();
    journal.enrol(&invitation_to_nowhere()).unwrap();
    let mut station = Station::open(journal).unwrap();
    station.start_shift(None, &shift_plan()).unwrap();
    (0..15).for_each(|_| assert!(desk.step(&mut station).is_ok()));
    // With its log emptied it needs space to be opened at all; while it was off, others took all.
    station.journal().suspend().unwrap();
    drop(station);
    let wal = disk.0.join("journal").join("journal.db-wal");
    std::fs::write(&wal, []).unwrap();
    std::fs::write(disk.0.join("pictures"), vec![1; 4 * MIB]).ok();
    let mut station = Station::open(open(&desk).expect("the ballast is there for this")).unwrap();
    station.start_shift(None, &shift_plan()).expect("the same shift goes on: that needs no record");
    assert!(station.status().unwrap().capture_stopped);
    assert!(station.journal().seal_now().is_ok_and(|done| done.sealed > 0), "what was saved can leave");
    let Err((step, Error::Full)) = desk.step(&mut station) else { panic!("saved on a full disk") };
    std::fs::remove_file(disk.0.join("pictures")).unwrap();
    assert!(!station.journal().maintain(true).unwrap().capture_stopped);
    desk.take(&mut station, step).unwrap_or_else(|(step, error)| panic!("{step:?}: {error}"));
    desk.check(&station, None).unwrap();
}
