//! Resident memory that 30,000 records add to a process, measured in one of its own.

use std::path::Path;

use criterion::Criterion;
use fieldcore_tests::TempFolder;

use crate::child::{figures_of_child, status_kib};
use crate::open::RECORDS;
use crate::post::Post;
use crate::report::{budget, probe};

/// MiB at the most.
const LIMIT_MIB: f64 = 32.0;

/// Works a few hundred records to be warm, then 30,000, looks at all of it, and says what it took.
pub(crate) fn work_as_child(folder: &Path) {
    let mut post = Post::new(folder, 9);
    post.fill(300);
    let before = status_kib("VmRSS").unwrap_or(0);
    post.fill(300 + RECORDS);
    let after = status_kib("VmRSS").unwrap_or(0);
    post.station.ledger(None).expect("a ledger");
    post.station.status().expect("a status");
    let mut walked = 0u64;
    post.station
        .journal()
        .records(&mut |_| {
            walked += 1;
            Ok(())
        })
        .expect("the disk works");
    assert!(walked >= RECORDS);
    println!("{before} {after} {} {}", status_kib("VmRSS").unwrap_or(0), status_kib("VmHWM").unwrap_or(0));
}

pub(crate) fn measure(_: &mut Criterion) {
    let folder = TempFolder::in_memory();
    let kib = figures_of_child(folder.path());
    let [before, after, read, peak] = kib[..] else { panic!("the child says: {kib:?}") };
    if before == 0.0 {
        return probe("resident memory", "not measured: the system does not tell it");
    }
    let mib = |kib: f64| (kib - before) / 1024.0;
    let beside = format!(
        "{:.1} MiB before; after a ledger and a walk over every record {:.2} MiB, at the peak {:.2} MiB more than before",
        before / 1024.0,
        mib(read),
        mib(peak),
    );
    budget("resident memory that 30000 records add", mib(read).max(mib(after)), LIMIT_MIB, " MiB", &beside);
}
