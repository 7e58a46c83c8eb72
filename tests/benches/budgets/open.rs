//! Opening a journal of 30,000 records until the first scan can be taken.

use std::time::{Duration, Instant};

use criterion::Criterion;
use fieldcore_tests::TempFolder;
use fieldcore_tests::workload::LANE;

use crate::append::filled;
use crate::post::Post;
use crate::report::{budget, median, ms, percentile, probe, short, show};

/// Milliseconds at the most.
const LIMIT_MS: f64 = 50.0;
/// The budget's own size, in the short form as well.
pub(crate) const RECORDS: u64 = 30_000;

pub(crate) fn measure(criterion: &mut Criterion) {
    let folder = TempFolder::on_disk();
    let post = filled(RECORDS, &folder, 4);
    post.station.journal().shutdown().expect("it closes");
    let (mut opens, mut scans) = (Vec::new(), Vec::new());
    for _ in 0..if short() { 20 } else { 100 } {
        let (mut station, took) = post.reopened(folder.path());
        opens.push(took);
        let began = Instant::now();
        station.line(LANE, "6901234567892").expect("a first scan");
        scans.push(began.elapsed());
        station.journal().shutdown().expect("it closes");
    }
    show(criterion, "open a journal of 30000 records (limit 50 ms)", &opens);
    let (half, most, scan) = (median(&mut opens), percentile(&mut opens, 0.99), median(&mut scans));
    let beside =
        format!("median of {}; p99 {:.2} ms; the first scan then takes {:.2} ms", opens.len(), ms(most), ms(scan));
    budget("open a journal of 30000 records, vault in memory", ms(half), LIMIT_MS, " ms", &beside);
    after_a_kill(&post, &folder);
}

/// The same where the process died with a log as large as it gets.
fn after_a_kill(post: &Post, folder: &TempFolder) {
    let (mut station, _) = post.reopened(folder.path());
    let wal = folder.join("journal.db-wal");
    let mut number = 0u64;
    while std::fs::metadata(&wal).map_or(0, |meta| meta.len()) < fieldcore::limits::WAL_BYTES_MAX {
        number += 1;
        station.line(LANE, &fieldcore_tests::tube_label(5, number)).expect("the disk works");
    }
    let mut times: Vec<Duration> = (0..5)
        .map(|_| {
            // What a killed process leaves, at another place: the file and its log as they are.
            let copies = TempFolder::on_disk();
            for name in ["journal.db", "journal.db-wal", "journal.ballast"] {
                if folder.join(name).exists() {
                    crate::bare::copy(&folder.join(name), &copies.join(name));
                }
            }
            let (station, took) = post.reopened(copies.path());
            station.journal().shutdown().expect("it closes");
            took
        })
        .collect();
    let says = format!("{:.1} ms, median of 5, log of 4 MiB", ms(median(&mut times)));
    probe("open the same after a kill", &says);
}
