//! The budgets of journal, batches, sync and memory, each printed beside its limit, with a probe
//! of what the disk can do. Lines begin with `budget` or `probe`; a missed budget ends the run
//! with exit code 1. `FIELDCORE_SHORT=1` measures on smaller journals (and says so). Names after
//! `cargo bench --bench budgets --` choose: bind, syncs, append, open, day, memory.

mod append;
mod bare;
mod bind;
mod child;
mod day;
mod memory;
mod open;
mod post;
mod report;
mod syncs;

use std::process::ExitCode;
use std::time::Duration;

use criterion::Criterion;

fn main() -> ExitCode {
    if let Some(folder) = child::asked_as_child() {
        memory::work_as_child(&folder);
        return ExitCode::SUCCESS;
    }
    let chosen: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wanted = |name: &str| chosen.is_empty() || chosen.iter().any(|one| one == name);
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(200));
    report::probes();
    for (name, measure) in [
        ("bind", bind::measure as fn(&mut Criterion)),
        ("syncs", syncs::measure),
        ("append", append::measure),
        ("open", open::measure),
        ("day", day::measure),
        ("memory", memory::measure),
    ] {
        if wanted(name) {
            measure(&mut criterion);
        }
    }
    criterion.final_summary();
    report::end()
}
