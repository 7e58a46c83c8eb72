//! Base45 (RFC 9285): bytes in the characters of a QR code's alphanumeric mode, which every reader gives
//! back as they were. Bytes in byte mode most readers take for text of some encoding.

const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// The text of `bytes`.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(2) * 3);
    let mut put = |mut value: usize, digits: usize| {
        for _ in 0..digits {
            text.push(char::from(ALPHABET.get(value % 45).copied().unwrap_or(b'0')));
            value /= 45;
        }
    };
    for pair in bytes.chunks(2) {
        match *pair {
            [high, low] => put(usize::from(high) * 256 + usize::from(low), 3),
            [one] => put(usize::from(one), 2),
            _ => {}
        }
    }
    text
}

/// The bytes of `text`; `None` if it is no Base45.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 3 * 2 + 1);
    for group in text.as_bytes().chunks(3) {
        let mut value = 0;
        for digit in group.iter().rev() {
            value = value * 45 + ALPHABET.iter().position(|known| known == digit)?;
        }
        match group.len() {
            3 => bytes.extend_from_slice(&u16::try_from(value).ok()?.to_be_bytes()),
            2 => bytes.push(u8::try_from(value).ok()?),
            _ => return None,
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_examples_of_rfc_9285() {
        for (plain, text) in
            [("AB", "BB8"), ("Hello!!", "%69 VD92EX0"), ("base-45", "UJCLQE7W581"), ("ietf!", "QED8WEX0")]
        {
            assert_eq!(encode(plain.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(plain.as_bytes()));
        }
        for bad in ["GGW", ":::", "A", "ab", "BB8B", "\u{fc}A", "ZZ", ":", "a00"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_was_written_reads_back(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }

        #[test]
        fn whatever_is_read_is_written_the_same(text in "[0-9A-Z $%*+./:-]{0,40}") {
            if let Some(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
