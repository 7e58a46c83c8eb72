//! Every decoder of bytes from outside: the first byte says which, the rest is its input.

#![no_main]

use fieldcore_tests::corpus::DECODERS;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((which, bytes)) = input.split_first() else { return };
    let (_, decode) = DECODERS[usize::from(*which) % DECODERS.len()];
    decode(bytes);
});
