//! Appending to a journal of a million records, against one of a thousand.

use std::time::Instant;

use criterion::Criterion;
use fieldcore_tests::TempFolder;

use crate::bare::copy;
use crate::post::Post;
use crate::report::{budget, median, ms, probe, short, show};

/// Times the small journal at the most.
const LIMIT: f64 = 1.2;
const SMALL: u64 = 1_000;

/// A post with a journal of so many records on the disk, filled in memory.
pub(crate) fn filled(records: u64, folder: &TempFolder, seed: u64) -> Post {
    let began = Instant::now();
    let memory = TempFolder::in_memory();
    let mut post = Post::new(memory.path(), seed);
    post.fill(records);
    post.station.journal().shutdown().expect("it closes");
    for name in ["journal.db", "journal.ballast"].map(|name| (memory.join(name), folder.join(name))) {
        if name.0.exists() {
            copy(&name.0, &name.1);
        }
    }
    let bytes = std::fs::metadata(folder.join("journal.db")).map_or(0, |meta| meta.len());
    let says = format!("{} MB, made in {:.0} s", bytes / 1_000_000, began.elapsed().as_secs_f64());
    probe(&format!("a journal of {records} records"), &says);
    post.moved(folder.path())
}

pub(crate) fn measure(criterion: &mut Criterion) {
    let many = if short() { 50_000 } else { 1_000_000 };
    let folders = [TempFolder::on_disk(), TempFolder::on_disk()];
    let (mut small, mut large) = (filled(SMALL, &folders[0], 2), filled(many, &folders[1], 3));
    let (mut few_times, mut many_times) = (Vec::new(), Vec::new());
    for _ in 0..if short() { 500 } else { 3_000 } {
        few_times.push(small.bind());
        many_times.push(large.bind());
    }
    show(criterion, "append at 1000 records", &few_times);
    show(criterion, &format!("append at {many} records (limit 1.2x)"), &many_times);
    let (few, lots) = (median(&mut few_times), median(&mut many_times));
    let ratio = lots.as_secs_f64() / few.as_secs_f64();
    let beside = format!("{:.3} ms against {:.3} ms, medians of {} pairs", ms(lots), ms(few), few_times.len());
    let note = if short() { " (short; the budget is for 1000000)" } else { "" };
    budget(&format!("append at {many} records{note}, against append at 1000"), ratio, LIMIT, "x", &beside);
}
