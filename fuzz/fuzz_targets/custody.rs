//! Codes of tubes that pass on and boxes from hand to hand: the first byte says which form, the rest is its input.

#![no_main]

use fieldcore_tests::fuzzing::forms::{CUSTODY, read_one};

libfuzzer_sys::fuzz_target!(|input: &[u8]| read_one(CUSTODY, input));
