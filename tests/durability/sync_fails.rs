//! A sync call fails once, more is saved, then the power goes. (That a plain reopening loses
//! records here is shown by the test disk's own tests.)

use fieldcore::Error;
use fieldcore_tests::rounds;
use fieldcore_tests::vfs::{Cut, Which};
use fieldcore_tests::workload::Workload;

use fieldcore_tests::Desk;

/// Fails the `nth` sync of these files, saves on, cuts the power. Answers whether one failed.
fn fails_once(seed: u64, which: Which, nth: u64) -> Result<bool, String> {
    let mut desk = Desk::new(seed, Workload::new(seed, 200, 10));
    let mut station = desk.open().map_err(|error| error.to_string())?;
    (0..7).for_each(|_| assert!(desk.step(&mut station).is_ok()));
    desk.disk.fail_sync(which, nth);
    for turn in 0..25 {
        if turn % 8 == 7 {
            // A checkpoint that meets the failure may say so; what it says is no "saved".
            station.journal().maintain(true).ok();
            if station.journal().suspend().is_err() || station.journal().resume().is_err() {
                station.journal().resume().map_err(|error| format!("sync {nth} of {which:?}: {error}"))?;
            }
        }
        let Err((step, error)) = desk.step(&mut station) else { continue };
        if !matches!(error, Error::OutcomeUnknown) || desk.disk.counts().faults != 1 {
            return Err(format!("sync {nth} of {which:?}: {step:?}: {error}"));
        }
        // Whether it was saved is for the journal to find out; the ledger follows what is there.
        if !desk.ledger.settle(&station, &step)? {
            desk.workload.put_back(&step);
        }
    }
    let failed = desk.disk.counts().faults > 0;
    desk.check(&station, None)?;
    let image = desk.disk.cut(Cut::DropUnsynced);
    drop(station);
    desk.restart(&image);
    let station = desk.open().map_err(|error| format!("after the cut: {error}"))?;
    desk.check(&station, None).map_err(|error| format!("sync {nth} of {which:?}, after the cut: {error}"))?;
    Ok(failed)
}

#[test]
fn a_sync_that_fails_once_loses_nothing_that_was_reported() {
    for which in [Which::Wal, Which::Main, Which::Any] {
        let mut met = 0;
        for nth in 1..rounds(25, 40) {
            met += u64::from(fails_once(nth, which, nth).unwrap());
        }
        println!("{which:?}: {met} failed syncs");
        assert!(met > 0, "{which:?}: no sync was reached");
    }
}
