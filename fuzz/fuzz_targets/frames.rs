//! Frames of any size, stride, turn, part and content, one after the other or as a photo.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fieldcore_tests::fuzzing::frames::read(input));
