//! The scalar values that a record's fields are made of, and the trait that ties them to Rust types.

use std::fmt;

use serde::de::{SeqAccess, Visitor};
use serde::ser::SerializeTuple;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::id::{DeviceId, Epoch, RecordRef};
use crate::pack::Fixed;

/// One field of one record. A record's row is a flat array of these: no lists, no maps; what is
/// a list is one record an item.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Absent.
    Nil,
    /// A whole number: a count, milliseconds, an enum's code.
    Int(i64),
    /// Text.
    Text(String),
    /// Bytes: an id, a digest.
    Bytes(Vec<u8>),
    /// Another record, always the whole triple.
    Ref(RecordRef),
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nil => "nil",
            Self::Int(_) => "int",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::Ref(_) => "ref",
        })
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nil => serializer.serialize_unit(),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Bytes(bytes) => serializer.serialize_bytes(bytes),
            Self::Ref(target) => {
                let mut triple = serializer.serialize_tuple(3)?;
                triple.serialize_element(&Fixed(*target.device.as_bytes()))?;
                triple.serialize_element(&target.epoch.as_u64())?;
                triple.serialize_element(&target.seq)?;
                triple.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nil, an integer, text, bytes or a record reference")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Nil)
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Int(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        i64::try_from(value).map(Value::Int).map_err(|_| E::custom("a number above 2^63"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Value, E> {
        Ok(Value::Bytes(bytes.to_vec()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        use serde::de::Error;
        let short = || A::Error::custom("a reference has three elements");
        let device: Fixed<16> = seq.next_element()?.ok_or_else(short)?;
        let epoch: u64 = seq.next_element()?.ok_or_else(short)?;
        let number: u64 = seq.next_element()?.ok_or_else(short)?;
        if seq.next_element::<u64>()?.is_some() {
            return Err(short());
        }
        let epoch = Epoch::from_u64(epoch).ok_or_else(|| A::Error::custom("an epoch above 2^52"))?;
        Ok(Value::Ref(RecordRef { device: DeviceId::from_bytes(device.0), epoch, seq: number }))
    }
}

/// A Rust type that stands in a record's field. `take` answers `None` when the value is not of
/// its kind; the reader then keeps the record undecoded instead of guessing.
pub trait Field: Sized {
    /// The value written.
    fn put(&self) -> Value;
    /// The type from the value read.
    fn take(value: Value) -> Option<Self>;
}

impl Field for String {
    fn put(&self) -> Value {
        Value::Text(self.clone())
    }
    fn take(value: Value) -> Option<Self> {
        if let Value::Text(text) = value { Some(text) } else { None }
    }
}

impl Field for RecordRef {
    fn put(&self) -> Value {
        Value::Ref(*self)
    }
    fn take(value: Value) -> Option<Self> {
        if let Value::Ref(target) = value { Some(target) } else { None }
    }
}

impl Field for Uuid {
    fn put(&self) -> Value {
        Value::Bytes(self.as_bytes().to_vec())
    }
    fn take(value: Value) -> Option<Self> {
        if let Value::Bytes(bytes) = value { Self::from_slice(&bytes).ok() } else { None }
    }
}

impl Field for DeviceId {
    fn put(&self) -> Value {
        Value::Bytes(self.as_bytes().to_vec())
    }
    fn take(value: Value) -> Option<Self> {
        if let Value::Bytes(bytes) = value { bytes.try_into().ok().map(Self::from_bytes) } else { None }
    }
}

impl Field for Epoch {
    fn put(&self) -> Value {
        Value::Int(self.as_u64().cast_signed())
    }
    fn take(value: Value) -> Option<Self> {
        u64::take(value).and_then(Self::from_u64)
    }
}

impl<const N: usize> Field for Fixed<N> {
    fn put(&self) -> Value {
        Value::Bytes(self.0.to_vec())
    }
    fn take(value: Value) -> Option<Self> {
        if let Value::Bytes(bytes) = value { bytes.try_into().ok().map(Self) } else { None }
    }
}

impl Field for bool {
    fn put(&self) -> Value {
        Value::Int(i64::from(*self))
    }
    fn take(value: Value) -> Option<Self> {
        match value {
            Value::Int(0) => Some(false),
            Value::Int(1) => Some(true),
            _ => None,
        }
    }
}

macro_rules! int_fields {
    ($($int:ty),*) => { $(
        impl Field for $int {
            fn put(&self) -> Value {
                // Every integer field is bounded far below 2^63 (limits, Epoch::MAX).
                i64::try_from(*self).map_or(Value::Int(i64::MAX), Value::Int)
            }
            fn take(value: Value) -> Option<Self> {
                if let Value::Int(value) = value { Self::try_from(value).ok() } else { None }
            }
        }
    )* };
}

int_fields!(u8, u16, u32, u64, i64);

impl<T: Field> Field for Option<T> {
    fn put(&self) -> Value {
        self.as_ref().map_or(Value::Nil, Field::put)
    }
    fn take(value: Value) -> Option<Self> {
        if value == Value::Nil { Some(None) } else { T::take(value).map(Some) }
    }
}
