//! Numbers that are short on a card: two digits a byte.

use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What half a byte can stand for; 15 fills the last one.
const SIGNS: &[u8; 14] = b"0123456789X+- ";
const FILL: u8 = 15;

/// A text that is a MessagePack `bin` of half bytes where it consists of digits, `X`, `+`, `-` and blanks, and a `str`
/// else. There is one form for every text.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Packed(pub(super) String);

fn pack(text: &str) -> Option<Vec<u8>> {
    let halves: Option<Vec<u8>> = text
        .bytes()
        .map(|byte| SIGNS.iter().position(|sign| *sign == byte).and_then(|at| u8::try_from(at).ok()))
        .collect();
    let halves = halves?;
    Some(halves.chunks(2).map(|pair| pair.first().unwrap_or(&FILL) << 4 | pair.get(1).unwrap_or(&FILL)).collect())
}

fn unpack(bytes: &[u8]) -> Option<String> {
    let mut halves: Vec<u8> = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).collect();
    if halves.last() == Some(&FILL) {
        halves.pop();
    }
    halves.iter().map(|half| SIGNS.get(usize::from(*half)).map(|sign| char::from(*sign))).collect()
}

impl Serialize for Packed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match pack(&self.0) {
            Some(bytes) => serializer.serialize_bytes(&bytes),
            None => serializer.serialize_str(&self.0),
        }
    }
}

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl Visitor<'_> for Either {
            type Value = Packed;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("half bytes or text")
            }
            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Packed, E> {
                unpack(bytes).map(Packed).ok_or_else(|| E::custom("a half byte that stands for nothing"))
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Packed, E> {
                if pack(text).is_some() {
                    return Err(E::custom("a number that is not in its shortest form"));
                }
                Ok(Packed(text.to_owned()))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack as wire;

    #[test]
    fn numbers_take_half_and_come_back() {
        for (text, length) in [("11010118900101001X", 11), ("13800000000", 8), ("+86 138", 6), ("E1234567", 9), ("", 2)]
        {
            let bytes = wire::encode(&Packed(text.to_owned())).unwrap();
            assert_eq!(bytes.len(), length, "{text}");
            assert_eq!(wire::decode::<Packed>(&bytes, "number").unwrap().0, text);
        }
    }

    #[test]
    fn there_is_one_form_for_a_text() {
        for bad in [&[0xc4, 1, 0xe0][..], &[0xc4, 1, 0xf1], &[0xa1, b'7'], &[0xc4, 2, 0x1f, 0x12]] {
            assert!(wire::decode::<Packed>(bad, "number").is_err(), "{bad:?}");
        }
    }
}
