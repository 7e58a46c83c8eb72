//! Binding one person, durable, against the same rows in one bare commit.

use std::time::Duration;

use criterion::Criterion;
use fieldcore_tests::TempFolder;

use crate::bare::{Bare, copy};
use crate::post::Post;
use crate::report::{budget, median, ms, percentile, probe, short, show};

/// Times the bare commit at the most.
const LIMIT: f64 = 1.3;
const RECORDS: u64 = 1_000;

pub(crate) fn measure(criterion: &mut Criterion) {
    let folder = TempFolder::on_disk();
    let mut post = Post::new(folder.path(), 1);
    post.fill(RECORDS);
    let (journal, twin) = (folder.join("journal.db"), folder.join("bare.db"));
    post.station.journal().suspend().expect("it closes");
    copy(&journal, &twin);
    post.station.journal().resume().expect("it opens again");
    let mut bare = Bare::new(&twin, &journal);
    bare.follow();
    let (mut binds, mut commits) = (Vec::new(), Vec::new());
    for _ in 0..if short() { 500 } else { 3_000 } {
        post.make_room();
        bare.follow();
        bare.maintain();
        binds.push(post.bind());
        commits.push(bare.follow());
    }
    assert!(bare.is_same(), "the bare copy must hold the same rows as the journal");
    show(criterion, "bind one person, durable (limit 1.3x a bare commit)", &binds);
    show(criterion, "the same rows in one bare commit", &commits);
    let mean = |times: &[Duration]| times.iter().sum::<Duration>().as_secs_f64() / times.len() as f64;
    let means = mean(&binds) / mean(&commits);
    let (bind, commit) = (median(&mut binds), median(&mut commits));
    let ratio = bind.as_secs_f64() / commit.as_secs_f64();
    let beside = format!(
        "{:.3} ms against {:.3} ms, medians of {} pairs; of means {means:.2}x",
        ms(bind),
        ms(commit),
        binds.len()
    );
    budget("bind one person, durable, against a bare commit of the same rows", ratio, LIMIT, "x", &beside);
    let (own, its) = (percentile(&mut binds, 0.95), percentile(&mut commits, 0.95));
    probe("bind one person, p95", &format!("{:.3} ms, bare {:.3} ms", ms(own), ms(its)));
}
