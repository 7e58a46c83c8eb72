//! Every reader of the scan layer: the first byte says which, the rest is its text.

#![no_main]

use fieldcore_tests::fuzzing::TEXTS;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((which, bytes)) = input.split_first() else { return };
    (TEXTS[usize::from(*which) % TEXTS.len()].read)(bytes);
});
