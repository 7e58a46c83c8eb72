//! How figures are told.

use std::fs::File;
use std::hint::black_box;
use std::io::Write;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use criterion::Criterion;
use fieldcore_tests::TempFolder;

static MISSED: AtomicUsize = AtomicUsize::new(0);

/// Whether the short form was asked for.
pub(crate) fn short() -> bool {
    std::env::var("FIELDCORE_SHORT").is_ok_and(|value| value == "1")
}

/// One figure beside its limit.
pub(crate) fn budget(what: &str, figure: f64, limit: f64, unit: &str, beside: &str) {
    let word = if figure <= limit { "within" } else { "MISSED" };
    if figure > limit {
        MISSED.fetch_add(1, Relaxed);
    }
    println!("budget {what}: {figure:.2}{unit} (limit {limit}{unit}) {word}; {beside}");
}

/// Something measured beside, without a limit of its own.
pub(crate) fn probe(what: &str, says: &str) {
    println!("probe {what}: {says}");
}

/// Sorts, and answers the value that `of` of all lie below.
pub(crate) fn percentile(times: &mut [Duration], of: f64) -> Duration {
    times.sort_unstable();
    times.get(((times.len().max(1) - 1) as f64 * of) as usize).copied().unwrap_or_default()
}

/// The middle one.
pub(crate) fn median(times: &mut [Duration]) -> Duration {
    percentile(times, 0.5)
}

/// Milliseconds.
pub(crate) fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Lets criterion show the distribution of times that were measured in pairs with something else,
/// which it cannot do itself.
pub(crate) fn show(criterion: &mut Criterion, name: &str, times: &[Duration]) {
    let mut endless = times.iter().cycle();
    let mut group = criterion.benchmark_group("budgets");
    group.bench_function(name, |bencher| {
        bencher.iter_custom(|count| (0..count).filter_map(|_| endless.next()).sum());
    });
    group.finish();
}

/// What this machine can do in this minute: the disk, and one core.
pub(crate) fn probes() {
    let folder = TempFolder::on_disk();
    let mut file = File::create(folder.join("probe")).expect("a file can be made");
    let mut waits: Vec<Duration> = (0..200)
        .map(|_| {
            let began = Instant::now();
            file.write_all(&[7; 4096]).expect("a write");
            file.sync_data().expect("a sync");
            began.elapsed()
        })
        .collect();
    let (half, most) = (median(&mut waits), percentile(&mut waits, 0.99));
    probe("raw append of 4 KiB with its sync call", &format!("{:.3} ms median, {:.3} ms p99", ms(half), ms(most)));
    let began = Instant::now();
    let mut value = 1u64;
    for _ in 0..100_000_000u32 {
        value = black_box(value).wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
    }
    black_box(value);
    probe("calibration, 100 million multiplications", &format!("{:.0} ms", ms(began.elapsed())));
}

/// The closing line.
pub(crate) fn end() -> ExitCode {
    let missed = MISSED.load(Relaxed);
    println!("budgets missed: {missed}");
    if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
