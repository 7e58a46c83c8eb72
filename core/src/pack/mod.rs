//! MessagePack as the wire format uses it: positional arrays, no floats, no maps, no extension
//! types, every length in its shortest form, nothing after the end.
//!
//! [`decode`] walks the bytes once before anything is built: lengths against the bytes that are
//! left, nesting, forms. So nothing is allocated on a stranger's word.

mod strict;

use std::fmt;

use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, Result};
use crate::limits::PACK_DEPTH_MAX;
use strict::Strict;

/// The bytes of `value`; structs and tuples become arrays in the order of their fields.
pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    rmp_serde::to_vec(value).map_err(|error| Error::refused("encoding", error.to_string()))
}

/// The value in `bytes`, all of them; `what` names the thing in the error.
pub fn decode<T: DeserializeOwned>(bytes: &[u8], what: &'static str) -> Result<T> {
    check(bytes, what)?;
    let mut reader = rmp_serde::Deserializer::from_read_ref(bytes);
    T::deserialize(Strict(&mut reader)).map_err(|error| Error::decode(what, describe(&error)))
}

/// What is wrong, without the offending text: serde's own message may quote personal data.
fn describe(error: &rmp_serde::decode::Error) -> String {
    use rmp_serde::decode::Error as E;
    match error {
        E::LengthMismatch(expected) => format!("an array has not the {expected} elements it should have"),
        E::TypeMismatch(marker) => format!("a value has the wrong type ({marker:?})"),
        E::OutOfRange => "a number is out of range".to_owned(),
        E::Utf8Error(_) => "a text is not UTF-8".to_owned(),
        _ => "a value is missing, superfluous or of the wrong type".to_owned(),
    }
}

/// Checks the form of `bytes` without building anything.
pub fn check(bytes: &[u8], what: &'static str) -> Result<()> {
    let mut walk = Walk { rest: bytes };
    walk.value(0).map_err(|why| Error::decode(what, why))?;
    if walk.rest.is_empty() {
        Ok(())
    } else {
        Err(Error::decode(what, format!("{} bytes follow its end", walk.rest.len())))
    }
}

struct Walk<'a> {
    rest: &'a [u8],
}

impl Walk<'_> {
    fn take(&mut self, count: usize) -> Result<&[u8], String> {
        let (head, rest) = self.rest.split_at_checked(count).ok_or("it ends too early")?;
        self.rest = rest;
        Ok(head)
    }

    fn uint(&mut self, width: usize) -> Result<u64, String> {
        Ok(self.take(width)?.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }

    fn shortest_uint(&mut self, width: usize, least: u64) -> Result<(), String> {
        if self.uint(width)? < least { Err("a number is not in its shortest form".to_owned()) } else { Ok(()) }
    }

    fn shortest_int(&mut self, width: u32, above: i64) -> Result<(), String> {
        let bits = self.uint(width as usize)?;
        let shift = 64 - 8 * width;
        let value = (bits << shift).cast_signed() >> shift;
        if value >= above { Err("a number is not in its shortest form".to_owned()) } else { Ok(()) }
    }

    fn length(&mut self, width: usize, least: u64) -> Result<usize, String> {
        let length = self.uint(width)?;
        if length < least {
            return Err("a length is not in its shortest form".to_owned());
        }
        usize::try_from(length).map_err(|_| "a length is too large".to_owned())
    }

    fn skip(&mut self, count: usize) -> Result<(), String> {
        self.take(count).map(|_| ())
    }

    /// Text must be UTF-8 here already: what is not would be read as bytes, and a value would have two forms.
    fn text(&mut self, count: usize) -> Result<(), String> {
        std::str::from_utf8(self.take(count)?).map(|_| ()).map_err(|_| "a text is not UTF-8".to_owned())
    }

    fn array(&mut self, count: usize, depth: usize) -> Result<(), String> {
        if depth >= PACK_DEPTH_MAX {
            return Err(format!("it nests deeper than {PACK_DEPTH_MAX}"));
        }
        if count > self.rest.len() {
            return Err("an array claims more elements than there are bytes".to_owned());
        }
        (0..count).try_for_each(|_| self.value(depth + 1))
    }

    fn value(&mut self, depth: usize) -> Result<(), String> {
        let marker = self.take(1)?[0];
        match marker {
            0x00..=0x7f | 0xe0..=0xff | 0xc0 | 0xc2 | 0xc3 => Ok(()),
            0x90..=0x9f => self.array(usize::from(marker & 0x0f), depth),
            0xa0..=0xbf => self.text(usize::from(marker & 0x1f)),
            0xc4 => self.length(1, 0).and_then(|n| self.skip(n)),
            0xc5 => self.length(2, 1 << 8).and_then(|n| self.skip(n)),
            0xc6 => self.length(4, 1 << 16).and_then(|n| self.skip(n)),
            0xcc => self.shortest_uint(1, 1 << 7),
            0xcd => self.shortest_uint(2, 1 << 8),
            0xce => self.shortest_uint(4, 1 << 16),
            0xcf => self.shortest_uint(8, 1 << 32),
            0xd0 => self.shortest_int(1, -32),
            0xd1 => self.shortest_int(2, -128),
            0xd2 => self.shortest_int(4, -32_768),
            0xd3 => self.shortest_int(8, -(1 << 31)),
            0xd9 => self.length(1, 32).and_then(|n| self.text(n)),
            0xda => self.length(2, 1 << 8).and_then(|n| self.text(n)),
            0xdb => self.length(4, 1 << 16).and_then(|n| self.text(n)),
            0xdc => self.length(2, 16).and_then(|n| self.array(n, depth)),
            0xdd => self.length(4, 1 << 16).and_then(|n| self.array(n, depth)),
            0xca | 0xcb => Err("it holds a float".to_owned()),
            0x80..=0x8f | 0xde | 0xdf => Err("it holds a map".to_owned()),
            0xc1 | 0xc7..=0xc9 | 0xd4..=0xd8 => Err("it holds an extension type".to_owned()),
        }
    }
}

/// `N` bytes, a MessagePack `bin` of exactly that length.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fixed<const N: usize>(pub [u8; N]);

impl<const N: usize> fmt::Debug for Fixed<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{N} bytes")
    }
}

impl<const N: usize> Serialize for Fixed<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Fixed<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Exactly<const N: usize>;
        impl<const N: usize> Visitor<'_> for Exactly<N> {
            type Value = Fixed<N>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{N} bytes")
            }
            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                bytes.try_into().map(Fixed).map_err(|_| E::invalid_length(bytes.len(), &self))
            }
        }
        deserializer.deserialize_bytes(Exactly)
    }
}

/// Bytes of any length, a MessagePack `bin`.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Blob(pub Vec<u8>);

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyBytes;
        impl Visitor<'_> for AnyBytes {
            type Value = Blob;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                Ok(Blob(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(AnyBytes)
    }
}

/// Text, a MessagePack `str` and nothing else; serde's own `String` would take bytes as well.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Text(pub String);

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} characters", self.0.chars().count())
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OnlyText;
        impl Visitor<'_> for OnlyText {
            type Value = Text;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(text.to_owned()))
            }
        }
        deserializer.deserialize_str(OnlyText)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_not_read_as_an_array_of_numbers() {
        type Pairs = (u64, (u64, u64), Option<(u32, u32)>, Vec<u64>);
        let sound = encode(&(1u64, (2u64, 3u64), Some((4u32, 5u32)), vec![6u64, 7])).unwrap();
        assert_eq!(decode::<Pairs>(&sound, "pairs").unwrap(), (1, (2, 3), Some((4, 5)), vec![6, 7]));
        let bytes = || Blob(vec![2, 3]);
        let forged = [
            encode(&(1u64, bytes(), Some((4u32, 5u32)), vec![6u64, 7])),
            encode(&(1u64, (2u64, 3u64), Some(bytes()), vec![6u64, 7])),
            encode(&(1u64, (2u64, 3u64), Some((4u32, 5u32)), bytes())),
        ];
        for one in forged {
            assert!(decode::<Pairs>(&one.unwrap(), "pairs").is_err());
        }
        assert!(decode::<(u64, u64)>(&encode(&bytes()).unwrap(), "pair").is_err());
    }

    #[test]
    fn a_text_that_is_none_is_not_read_as_bytes() {
        let bytes = Fixed([0xff; 32]);
        let mut packed = encode(&(1u8, bytes)).unwrap();
        assert!(decode::<(u8, Fixed<32>)>(&packed, "pair").is_ok());
        // The marker of a text of 32 bytes where that of 32 bytes stood.
        packed[2] = 0xd9;
        assert!(decode::<(u8, Fixed<32>)>(&packed, "pair").is_err());
        assert!(decode::<(u8, Blob)>(&packed, "pair").is_err());
        packed[4..].fill(b'a');
        assert!(decode::<(u8, Fixed<32>)>(&packed, "pair").is_err(), "nor is one that is one");
        assert!(decode::<(u8, Text)>(&packed, "pair").is_ok());
        assert!(check(&[0xa2, 0xc3, 0x28], "text").is_err() && check(&[0xa2, 0xc3, 0xa9], "text").is_ok());
    }
}
