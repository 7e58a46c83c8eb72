//! Sync calls: one inside a user action, and few beside it over a day.

use criterion::Criterion;
use fieldcore::JournalOptions;
use fieldcore_tests::TempFolder;
use fieldcore_tests::vfs::Disk;

use crate::post::Post;
use crate::report::{budget, probe};

/// Sync calls inside one action.
const ACTION: f64 = 1.0;
/// Sync calls per action over a day, sealing and checkpoints included.
const DAY: f64 = 1.1;
const ACTIONS: u64 = 1_000;

/// A day of people at one every 21.6 s: the most sync calls inside one action, and all of the
/// day's for each action.
fn day(network: bool) -> (u64, f64) {
    let folder = TempFolder::in_memory();
    let disk = Disk::new(folder.path());
    let options =
        JournalOptions { vfs: Some(disk.name().to_owned()), ballast_bytes: 0, ..JournalOptions::new(folder.path()) };
    let mut post = Post::with(options, 6);
    let began = disk.counts().syncs;
    let mut most = 0;
    for _ in 0..ACTIONS {
        post.make_room();
        let before = disk.counts().syncs;
        post.bind();
        most = most.max(disk.counts().syncs - before);
        post.station.journal().maintain(network).expect("the disk works");
    }
    let actions = post.people() + post.tubes();
    (most, (disk.counts().syncs - began) as f64 / actions as f64)
}

pub(crate) fn measure(_: &mut Criterion) {
    let (most, over) = day(false);
    let beside = "counted below SQLite, by its VFS; the kernel's own count is a test (tests/durability)";
    budget("sync calls inside a user action", most as f64, ACTION, "", beside);
    let beside = format!("{ACTIONS} people and their tubes, sealed by size, the log emptied when it is large");
    budget("sync calls per action over a day", over, DAY, "", &beside);
    let (_, over) = day(true);
    probe("sync calls per action with a network all day", &format!("{over:.2} (a batch a minute, on purpose)"));
}
