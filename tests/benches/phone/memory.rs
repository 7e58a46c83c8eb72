//! What a phone at full size takes in memory, measured in a process of its own that does all that a day asks.

use std::path::Path;
use std::sync::Arc;

use fieldcore::record::VisitState;
use fieldcore::{FileVault, FoundAtDoor, Journal, JournalOptions, KeyVault, Language, Station};
use fieldcore_tests::workload::LANE;
use fieldcore_tests::{ManualClock, MemoryVault, START_MS, SeededEntropy, platform};

use crate::child::{figures_of_child, status_kib};
use crate::report::{budget, probe};

/// MiB at the most.
const LIMIT_MIB: f64 = 48.0;
/// Days after everything that the journal holds.
const LATER_MS: i64 = 90 * 86_400_000;

/// Works with the journal in `folder`, and says what it took: before, then at rest after each part, and at the peak.
pub(crate) fn work_as_child(folder: &Path) {
    let vault = Arc::new(FileVault::open(folder.join("vault")).expect("a vault"));
    let clock = Arc::new(ManualClock::at(START_MS + LATER_MS));
    let parts = platform(&clock, &Arc::new(SeededEntropy::new(8)), &vault);
    let options = JournalOptions { ballast_bytes: 0, ..JournalOptions::new(folder.join("journal")) };
    let mut kib = vec![status_kib("VmRSS").unwrap_or(0)];
    let mut station = Station::open(Journal::open(options, parts).expect("it opens")).expect("a station");
    station.find("wx", 50).expect("a search");
    kib.push(status_kib("VmRSS").unwrap_or(0));
    drop(station.doors().expect("doors"));
    kib.push(status_kib("VmRSS").unwrap_or(0));
    day(&mut station);
    kib.push(status_kib("VmRSS").unwrap_or(0));
    kib.push(status_kib("VmHWM").unwrap_or(0));
    println!("{}", kib.iter().map(u64::to_string).collect::<Vec<_>>().join(" "));
}

/// Everything that a screen may ask, and what a team writes.
fn day(station: &mut Station) {
    let household = station.roster().expect("it opens").expect("a roster").home(9).id;
    for state in [VisitState::NobodyHome, VisitState::Done] {
        let found = FoundAtDoor { household, state, reason: None, lives: None };
        station.visit(LANE, &found).expect("a visit");
        station.line(LANE, ":visit 150-1-101 nobody_home").expect("a verb");
        station.missed_page(0, 100).expect("who is missed");
        station.open_follow_ups().expect("what is open");
        station.progress(Language::English, true).expect("progress");
        station.day_sheet(Language::Chinese).expect("a sheet");
    }
    station.ledger(None).expect("a ledger");
    station.status().expect("a status");
    station.journal().records(&mut |_| Ok(())).expect("the disk works");
    station.journal().maintain(true).expect("the disk works");
}

/// Puts the secrets where a process of its own finds them.
pub(crate) fn keep_secrets(vault: &MemoryVault, folder: &Path) {
    let kept = FileVault::open(folder.join("vault")).expect("a vault");
    for (name, secret) in vault.secrets() {
        kept.create(&name, &secret).expect("it is kept");
    }
}

pub(crate) fn measure(folder: &Path) {
    let kib = figures_of_child(folder);
    let [before, opened, viewed, after, peak] = kib[..] else { panic!("the child says: {kib:?}") };
    if before == 0.0 {
        return probe("resident memory", "not measured: the system does not tell it");
    }
    let mib = |kib: f64| (kib - before) / 1024.0;
    let beside = format!(
        "at the peak; {:.1} MiB before; {:.1} MiB more when it has searched, {:.1} after all doors, {:.1} after all lists",
        before / 1024.0,
        mib(opened),
        mib(viewed),
        mib(after),
    );
    budget("memory of a phone at full size, above the bare process", mib(peak), LIMIT_MIB, " MiB", &beside);
}
