//! A decimal number as bytes.

/// Digits of one step: the most whose power of ten fits 64 bits.
const STEP: usize = 19;

/// The bytes of a decimal number, the highest first, without leading zeros. The work grows with the
/// square of the length, so the caller bounds that; a character that is no digit counts as zero.
pub(super) fn to_bytes(digits: &str) -> Vec<u8> {
    let (head, tail) = digits.as_bytes().split_at(digits.len() % STEP);
    // The lowest limb first.
    let mut limbs: Vec<u64> = Vec::with_capacity(digits.len() / STEP + 1);
    for part in std::iter::once(head).chain(tail.chunks(STEP)) {
        let mut scale = 1u64;
        let mut carry = 0u64;
        for digit in part {
            scale *= 10;
            carry = carry * 10 + u64::from(digit.wrapping_sub(b'0') % 10);
        }
        for limb in &mut limbs {
            let sum = u128::from(*limb) * u128::from(scale) + u128::from(carry);
            let bytes = sum.to_be_bytes();
            let (high, low) = bytes.split_at(8);
            (carry, *limb) = (limb_of(high), limb_of(low));
        }
        if carry > 0 {
            limbs.push(carry);
        }
    }
    limbs.iter().rev().flat_map(|limb| limb.to_be_bytes()).skip_while(|byte| *byte == 0).collect()
}

fn limb_of(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |limb, byte| limb << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::to_decimal;
    use super::to_bytes;

    #[test]
    fn small_numbers() {
        let cases: &[(&str, &[u8])] = &[
            ("", &[]),
            ("0", &[]),
            ("000", &[]),
            ("255", &[255]),
            ("0256", &[1, 0]),
            ("18446744073709551615", &[255; 8]),
            ("18446744073709551616", &[1, 0, 0, 0, 0, 0, 0, 0, 0]),
            ("340282366920938463463374607431768211456", &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        ];
        for (digits, bytes) in cases {
            assert_eq!(to_bytes(digits), *bytes, "{digits}");
        }
    }

    proptest! {
        #[test]
        fn there_and_back(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let lean: Vec<u8> = bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
            prop_assert_eq!(to_bytes(&to_decimal(&bytes)), lean);
        }
    }
}
