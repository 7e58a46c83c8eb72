//! The power goes at any write or sync; un-synced bytes are there, not there, torn or garbled.

use fieldcore_tests::rounds;
use fieldcore_tests::vfs::{Cut, Which};
use fieldcore_tests::workload::{Step, Workload};

use fieldcore_tests::Desk;

/// Works until the power goes; answers the step that was never answered.
fn work_until_cut(desk: &mut Desk) -> Option<Step> {
    let mut station = match desk.open() {
        Ok(station) => station,
        Err(_) if desk.disk.is_off() => return None,
        Err(error) => panic!("the journal did not open: {error}"),
    };
    for turn in 1.. {
        if turn % 17 == 0 && with_power(desk, station.journal().maintain(true)).is_none() {
            return None;
        }
        match desk.step(&mut station) {
            Ok(_) => {}
            Err((step, _)) if desk.disk.is_off() => return Some(step),
            Err((step, error)) => panic!("{step:?}: {error}"),
        }
    }
    None
}

/// What was asked of a disk whose power may have gone: `None` if it has.
fn with_power<T>(desk: &Desk, result: fieldcore::Result<T>) -> Option<T> {
    match result {
        Ok(done) => Some(done),
        Err(_) if desk.disk.is_off() => None,
        Err(error) => panic!("with the power on: {error}"),
    }
}

/// Three lives with a cut each, then everything reported must be there.
fn three_lives(seed: u64) -> Result<usize, String> {
    let mut desk = Desk::new(seed, Workload::new(seed, 400, 10));
    for life in 0..3 {
        let at = 1 + (seed * 31 + life * 57) % 430;
        let how = if seed.is_multiple_of(5) { Cut::DropUnsynced } else { Cut::Torn(seed ^ life) };
        desk.disk.cut_after(at, how);
        let unanswered = work_until_cut(&mut desk);
        let image = desk.disk.cut(how);
        desk.restart(&image);
        let station = desk.open().map_err(|error| format!("seed {seed}, life {life}: {error}"))?;
        desk.check(&station, unanswered.as_ref()).map_err(|error| format!("seed {seed}, life {life}: {error}"))?;
    }
    Ok(desk.ledger.saved().len())
}

#[test]
fn no_power_cut_loses_what_was_reported() {
    let lives = rounds(150, 20_000);
    let reported: usize = (0..lives).map(|seed| three_lives(seed).unwrap()).sum();
    println!("{} power cuts, {reported} records reported", lives * 3);
    assert!(reported as u64 > lives * 5);
}

/// The negative control: where the log's syncs do nothing (which is what `synchronous=NORMAL`
/// comes to, and what a lying drive does), the same test must fail.
#[test]
fn a_disk_that_ignores_syncs_is_caught() {
    let lost = (0..20).filter(|seed| {
        let mut desk = Desk::new(*seed, Workload::new(*seed, 100, 10));
        let mut station = desk.open().unwrap();
        desk.disk.ignore_syncs(Which::Wal);
        (0..20).for_each(|_| assert!(desk.step(&mut station).is_ok()));
        let image = desk.disk.cut(Cut::DropUnsynced);
        drop(station);
        desk.restart(&image);
        desk.open().is_ok_and(|station| desk.check(&station, None).is_err())
    });
    assert_eq!(lost.count(), 20, "records that were never synced survived a cut: the test could not fail");
}
