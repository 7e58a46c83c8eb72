//! Rosters in pages and differences, and the tables that lists are imported from: the first byte says which form, the rest is its input.

#![no_main]

use fieldcore_tests::fuzzing::forms::{LISTS, read_one};

libfuzzer_sys::fuzz_target!(|input: &[u8]| read_one(LISTS, input));
