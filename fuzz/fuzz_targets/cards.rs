//! Delegations, helpers' codes and proxy cards: the first byte says which form, the rest is its input.

#![no_main]

use fieldcore_tests::fuzzing::forms::{CARDS, read_one};

libfuzzer_sys::fuzz_target!(|input: &[u8]| read_one(CARDS, input));
