//! Hostile input for every decoder: a clear error, no panic, no memory on a stranger's word.

mod bounds;
mod readers;
mod system;

use std::time::Instant;

use fieldcore_tests::Rng;
use fieldcore_tests::corpus::{DECODERS, Decoder, example};
use fieldcore_tests::fuzzing::forms::{CARDS, CARRIED, CUSTODY, LISTS, form_seeds, forms};
use fieldcore_tests::fuzzing::{TEXTS, seeds};
use fieldcore_tests::rounds;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// Pieces that decoders meet at their worst: lengths and counts far beyond the bytes there are.
const GREEDY: &[&[u8]] = &[
    &[0xdd, 0xff, 0xff, 0xff, 0xff],
    &[0xc6, 0xff, 0xff, 0xff, 0xff],
    &[0xdb, 0xff, 0xff, 0xff, 0xff],
    &[0xdc, 0xff, 0xff],
    &[0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x91; 64],
    &[0xdf, 0xff, 0xff, 0xff, 0xff],
    &[0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0],
    &[0xc1],
    &[0x28, 0xb5, 0x2f, 0xfd],
    &[0xff, 0xfe],
    &[0],
];

/// One change to sound bytes.
fn damage(rng: &mut Rng, bytes: &mut Vec<u8>, other: &[u8]) {
    let at = rng.index(bytes.len().max(1));
    match rng.below(8) {
        0 if !bytes.is_empty() => bytes[at] ^= 1 << rng.below(8),
        1 if !bytes.is_empty() => bytes[at] = u8::try_from(rng.below(256)).unwrap(),
        2 => bytes.truncate(at),
        3 => {
            let to = (at + 1 + rng.index(40)).min(bytes.len());
            bytes.drain(at.min(to)..to);
        }
        4 => bytes.splice(at.min(bytes.len())..at.min(bytes.len()), rng.pick(GREEDY).iter().copied()).for_each(drop),
        5 => {
            let piece = rng.pick(GREEDY);
            let to = (at + piece.len()).min(bytes.len());
            bytes.splice(at.min(to)..to, piece.iter().copied()).for_each(drop);
        }
        6 => {
            // A splice: the front of one item, the rest of another.
            bytes.truncate(at);
            bytes.extend_from_slice(&other[rng.index(other.len().max(1))..]);
        }
        _ => bytes.extend_from_slice(rng.pick::<&[u8]>(GREEDY)),
    }
}

/// Every decoder, with a sound example, and whether a part of that may be sound too.
fn decoders() -> impl Iterator<Item = (&'static str, Decoder, Vec<u8>, bool)> {
    let shorter = ["bundle", "carry", "batch_body", "profile", "verb", "scan", "card_symbol", "aadhaar_payload"];
    let decoders = DECODERS.iter().map(move |(name, decode)| (*name, *decode, example(name), shorter.contains(name)));
    decoders.chain(forms().map(|form| (form.name, form.read, form_seeds(form.name).remove(0), form.parts)))
}

#[test]
fn sound_examples_are_accepted() {
    let refused: Vec<&str> = decoders().filter(|(_, decode, sound, _)| !decode(sound)).map(|(name, ..)| name).collect();
    assert!(refused.is_empty(), "sound examples refused by {refused:?}");
}

#[test]
fn damaged_items_are_answered_never_met_with_a_panic() {
    let rounds = rounds(400, 200_000);
    let examples: Vec<Vec<u8>> = decoders().map(|(_, _, sound, _)| sound).collect();
    for (name, decode, sound, _) in decoders() {
        let mut rng = Rng::new(1).fork(name);
        for round in 0..rounds {
            let mut bytes = sound.clone();
            let other = rng.pick(&examples).clone();
            (0..=rng.below(3)).for_each(|_| damage(&mut rng, &mut bytes, &other));
            let began = Instant::now();
            decode(&bytes);
            let took = began.elapsed();
            assert!(took.as_millis() < 2_000, "{name}, round {round}: {} bytes took {took:?}", bytes.len());
        }
    }
}

#[test]
fn any_bytes_are_answered_never_met_with_a_panic() {
    let cases = u32::try_from(rounds(300, 50_000)).unwrap();
    for (name, decode, ..) in decoders() {
        let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
        let bytes = prop::collection::vec(any::<u8>(), 0..600);
        runner
            .run(&bytes, |bytes| {
                decode(&bytes);
                Ok(())
            })
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

/// Anything that is signed or sealed: no single changed bit may be accepted.
#[test]
fn no_changed_bit_of_a_signed_item_is_accepted() {
    for name in ["batch", "enrolment", "poll", "outstanding", "receipt", "dispatch", "state", "salvage"] {
        let decode = DECODERS.iter().find(|(other, _)| *other == name).unwrap().1;
        let sound = example(name);
        assert!(decode(&sound));
        let mut rng = Rng::new(2).fork(name);
        let tries = rounds(300, 100_000).min(sound.len() as u64 * 8);
        for _ in 0..tries {
            let mut bytes = sound.clone();
            let at = rng.index(bytes.len());
            bytes[at] ^= 1 << rng.below(8);
            assert!(!decode(&bytes), "{name}: byte {at} was changed and it still verifies");
        }
    }
}

/// Every prefix of every item: an item cut off is an error (of a bundle: a shorter bundle).
#[test]
fn every_truncation_is_an_error() {
    for (name, decode, sound, _) in decoders().filter(|(_, _, _, parts)| !parts) {
        for end in (0..sound.len()).step_by(if sound.len() > 400 { 7 } else { 1 }) {
            assert!(!decode(&sound[..end]), "{name}: accepted when cut off after {end} of {} bytes", sound.len());
        }
    }
}

/// Peak memory of this process, KiB.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok())
}

/// Says that this process runs no other test.
const ALONE: &str = "FIELDCORE_ALONE";

/// A peak is the process's: what the other tests take meanwhile would count as well.
#[test]
fn great_claims_take_no_memory() {
    if std::env::var_os(ALONE).is_none() {
        let program = std::env::current_exe().expect("a test has a program");
        let run = std::process::Command::new(program)
            .args(["--exact", "great_claims_take_no_memory", "--nocapture"])
            .env(ALONE, "1")
            .output()
            .expect("it can be run again");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        return;
    }
    let Some(before) = peak_kib() else {
        return fieldcore_tests::skip(
            "memory taken on hostile claims",
            "the system does not tell a process's peak memory",
        );
    };
    for (_, decode, sound, _) in decoders() {
        for piece in GREEDY {
            decode(piece);
            for at in (0..sound.len().min(64)).chain(sound.len().saturating_sub(8)..sound.len()) {
                decode(&[&sound[..at], piece].concat());
                decode(&[&sound[..at], *piece, &sound[at..]].concat());
            }
        }
    }
    let grown = peak_kib().unwrap_or(before).saturating_sub(before);
    assert!(grown < 64 * 1024, "{grown} KiB were taken on a stranger's word");
}

/// Writes the sound examples where the fuzzers begin, if they asked for them.
#[test]
fn examples_for_the_fuzzer() {
    let Some(folder) = std::env::var_os("FIELDCORE_CORPUS").map(std::path::PathBuf::from) else { return };
    let numbered = |index: usize| u8::try_from(index).expect("there are fewer than 256 targets");
    let write = |target: &str, name: &str, bytes: &[u8]| {
        let folder = folder.join(target);
        std::fs::create_dir_all(&folder)
            .and_then(|()| std::fs::write(folder.join(name), bytes))
            .expect("it can be written");
    };
    for (index, (name, _)) in DECODERS.iter().enumerate() {
        write("decoders", name, &[&[numbered(index)][..], &example(name)].concat());
    }
    for (index, target) in TEXTS.iter().enumerate() {
        for (count, seed) in seeds(target.name).iter().enumerate() {
            write("texts", &format!("{}-{count}", target.name), &[&[numbered(index)][..], seed].concat());
        }
    }
    for (count, seed) in seeds("frames").iter().enumerate() {
        write("frames", &count.to_string(), seed);
    }
    for (group, forms) in [("cards", CARDS), ("custody", CUSTODY), ("carried", CARRIED), ("lists", LISTS)] {
        for (index, form) in forms.iter().enumerate() {
            for (count, seed) in form_seeds(form.name).iter().enumerate() {
                write(group, &format!("{}-{count}", form.name), &[&[numbered(index)][..], seed].concat());
            }
        }
    }
}
