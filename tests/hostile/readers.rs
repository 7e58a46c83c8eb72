//! Every reader of the scan layer over its kept texts and thousands of changes to them: what must
//! hold of a reading holds of each. A stable toolchain's share of what `fuzz/` does with coverage.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use fieldcore_tests::fuzzing::forms::{form_seeds, forms};
use fieldcore_tests::fuzzing::{TEXTS, changed, frames, seeds};
use fieldcore_tests::{Rng, rounds};

/// Reads; of an input that does not hold, says how to keep it.
fn read(name: &str, read: fn(&[u8]), bytes: &[u8]) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| read(bytes))) {
        eprintln!("{name}: the input that failed, for its file of texts: {}", bytes.escape_ascii());
        resume_unwind(panic);
    }
}

fn drive(name: &str, reader: fn(&[u8]), pieces: &[&str], times: u64) {
    let seeds = seeds(name);
    seeds.iter().for_each(|seed| read(name, reader, seed));
    let mut rng = Rng::new(41).fork(name);
    for _ in 0..times {
        let (seed, other) = (rng.index(seeds.len()), rng.index(seeds.len()));
        let bytes = changed(&mut rng, &seeds[seed], &seeds[other], pieces);
        read(name, reader, &bytes);
    }
}

#[test]
fn readers_of_texts_hold_under_thousands_of_changes() {
    let times = rounds(2_000, 300_000);
    std::thread::scope(|scope| {
        for target in TEXTS {
            scope.spawn(move || drive(target.name, target.read, target.pieces, times));
        }
    });
}

#[test]
fn the_reader_of_frames_holds_under_changes() {
    drive("frames", frames::read, frames::PIECES, rounds(150, 20_000));
}

/// Every kept example of a form, what a fuzzer found among them, is answered.
#[test]
fn every_kept_example_of_a_form_holds() {
    for form in forms() {
        let seeds = form_seeds(form.name);
        assert!((form.read)(&seeds[0]), "{}: its first example is sound", form.name);
        for (number, seed) in seeds.iter().enumerate() {
            let done = catch_unwind(AssertUnwindSafe(|| (form.read)(seed)));
            assert!(done.is_ok(), "{}: example {number}", form.name);
        }
    }
}
