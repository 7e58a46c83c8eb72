//! Carries as streams, and transfers by frames: the first byte says which form, the rest is its input.

#![no_main]

use fieldcore_tests::fuzzing::forms::{CARRIED, read_one};

libfuzzer_sys::fuzz_target!(|input: &[u8]| read_one(CARRIED, input));
