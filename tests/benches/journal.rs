//! What a sampler waits for, measured: a bind, a tube, an undo, opening the journal.
//! The budgets with their limits are in the bench beside this one.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use fieldcore::{Journal, JournalOptions, Station};
use fieldcore_tests::workload::{LANE, shift_plan};
use fieldcore_tests::{ManualClock, MemoryVault, SeededEntropy, TempFolder, people, platform, tube_label};

struct Post {
    station: Station,
    clock: Arc<ManualClock>,
    folder: TempFolder,
}

fn post(seed: u64) -> Post {
    let folder = TempFolder::on_disk();
    let clock = Arc::new(ManualClock::new());
    let parts = platform(&clock, &Arc::new(SeededEntropy::new(seed)), &Arc::new(MemoryVault::new()));
    let options = JournalOptions { ballast_bytes: 0, ..JournalOptions::new(folder.join("journal")) };
    let mut station = Station::open(Journal::open(options, parts).expect("a journal")).expect("a station");
    station.start_shift(None, &shift_plan()).expect("a shift");
    Post { station, clock, folder }
}

impl Post {
    fn line(&mut self, line: &str) {
        self.clock.advance(3_000);
        black_box(self.station.line(LANE, line).expect("the disk works"));
    }
}

fn scans(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("station");
    group.sample_size(20);
    let mut post = post(1);
    let mut people = people(1, 400_000).into_iter();
    let mut tube = 0;
    group.bench_function("bind (limit 1.3x of bare SQLite, see budgets)", |bencher| {
        bencher.iter_batched(
            || people.next().expect("people enough").number,
            |number| {
                post.line(&number);
                if !post.station.open_tubes().expect("tubes").iter().any(|tube| tube.active) {
                    tube += 1;
                    post.line(&tube_label(1, tube));
                }
            },
            BatchSize::PerIteration,
        );
    });
    group.bench_function("the same person again (nothing is written)", |bencher| {
        let number = fieldcore_tests::people(1, 1).remove(0).number;
        bencher.iter(|| post.line(&number));
    });
    group.bench_function("status", |bencher| bencher.iter(|| black_box(post.station.status().expect("a status"))));
    group.finish();
    drop(post.folder);
}

criterion_group!(benches, scans);
criterion_main!(benches);
