//! Columns: the fields of one kind's records, one after the other.
//!
//! Every column says itself how it is laid out, so a reader needs no table of kinds to get the
//! values back, and keeps what it does not know.

use std::fmt;

use serde::de::{Deserializer, Error as _, SeqAccess, Visitor};
use serde::ser::{SerializeTuple, Serializer};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::id::{DeviceId, Epoch, RecordRef};
use crate::limits::{BATCH_RECORDS_MAX, BODY_BYTES_MAX};
use crate::record::{Layout, Value};

pub(super) const WHAT: &str = "batch body";
/// Columns of one kind.
pub(super) const COLUMNS_MAX: usize = 255;
/// Columns of the second frame, of all kinds together.
pub(super) const FREE_MAX: usize = 4096;

/// One value as it stands in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// Absent.
    Nil,
    /// The same as the one before.
    Same,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
    /// A record: index into the origins, seq.
    Ref(u64, u64),
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nil => serializer.serialize_unit(),
            Self::Same => serializer.serialize_bool(false),
            Self::Int(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Bytes(bytes) => serializer.serialize_bytes(bytes),
            Self::Ref(origin, seq) => (origin, seq).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellVisitor)
    }
}

struct CellVisitor;

impl<'de> Visitor<'de> for CellVisitor {
    type Value = Cell;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a cell")
    }

    fn visit_unit<E>(self) -> Result<Cell, E> {
        Ok(Cell::Nil)
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Cell, E> {
        if value { Err(E::custom("true is no cell")) } else { Ok(Cell::Same) }
    }

    fn visit_i64<E>(self, number: i64) -> Result<Cell, E> {
        Ok(Cell::Int(number))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Cell, E> {
        i64::try_from(number).map(Cell::Int).map_err(|_| E::custom("a number above 2^63"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Cell, E> {
        Ok(Cell::Text(text.to_owned()))
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Cell, E> {
        Ok(Cell::Bytes(bytes.to_vec()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Cell, A::Error> {
        let (Some(origin), Some(number), None) = (seq.next_element()?, seq.next_element()?, seq.next_element::<u64>()?)
        else {
            return Err(A::Error::custom("a reference has two elements"));
        };
        Ok(Cell::Ref(origin, number))
    }
}

/// At most `MAX` elements, refused before they are built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct List<T, const MAX: usize>(pub(super) Vec<T>);

impl<T: Serialize, const MAX: usize> Serialize for List<T, MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>, const MAX: usize> Deserialize<'de> for List<T, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListVisitor<T, const MAX: usize>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>, const MAX: usize> Visitor<'de> for ListVisitor<T, MAX> {
            type Value = List<T, MAX>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "at most {MAX} elements")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut list = Vec::with_capacity(seq.size_hint().unwrap_or(0).min(MAX));
                while let Some(element) = seq.next_element()? {
                    if list.len() == MAX {
                        return Err(A::Error::invalid_length(MAX + 1, &self));
                    }
                    list.push(element);
                }
                Ok(List(list))
            }
        }
        deserializer.deserialize_seq(ListVisitor(std::marker::PhantomData))
    }
}

/// The cells of one column, one for each record of its group.
pub(super) type Cells = List<Cell, { BATCH_RECORDS_MAX as usize }>;

/// One column, with its layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Absent,
    Plain(Cells),
    Delta(Cells),
    Repeat(Cells),
    Refs(Cells),
    /// Index of the column of the second frame.
    Free(u64),
}

impl Serialize for Column {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (tag, cells) = match self {
            Self::Absent => return (0u8,).serialize(serializer),
            Self::Free(index) => return (5u8, index).serialize(serializer),
            Self::Plain(cells) => (1u8, cells),
            Self::Delta(cells) => (2u8, cells),
            Self::Repeat(cells) => (3u8, cells),
            Self::Refs(cells) => (4u8, cells),
        };
        let mut pair = serializer.serialize_tuple(2)?;
        pair.serialize_element(&tag)?;
        pair.serialize_element(cells)?;
        pair.end()
    }
}

impl<'de> Deserialize<'de> for Column {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ColumnVisitor)
    }
}

struct ColumnVisitor;

impl<'de> Visitor<'de> for ColumnVisitor {
    type Value = Column;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a column")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Column, A::Error> {
        let missing = || A::Error::custom("a column is a layout and its cells");
        let column = match seq.next_element::<u8>()?.ok_or_else(missing)? {
            0 => Column::Absent,
            1 => Column::Plain(seq.next_element()?.ok_or_else(missing)?),
            2 => Column::Delta(seq.next_element()?.ok_or_else(missing)?),
            3 => Column::Repeat(seq.next_element()?.ok_or_else(missing)?),
            4 => Column::Refs(seq.next_element()?.ok_or_else(missing)?),
            5 => Column::Free(seq.next_element()?.ok_or_else(missing)?),
            _ => return Err(A::Error::custom("a layout that is none")),
        };
        if seq.next_element::<Cell>()?.is_some() {
            return Err(missing());
        }
        Ok(column)
    }
}

/// Where references point: index 0 is the batch's own device and epoch.
pub(super) type Origin = (DeviceId, Epoch);

/// Lays values out.
pub(super) struct Writer {
    pub(super) origins: Vec<Origin>,
    pub(super) free: Vec<Cells>,
}

impl Writer {
    pub(super) fn new(own: Origin) -> Self {
        Self { origins: vec![own], free: Vec::new() }
    }

    /// The column of `values` of the records `seqs`: as `wanted`, or as they fit where the kind
    /// is not known or its values are not what the kind says.
    pub(super) fn column(&mut self, wanted: Option<Layout>, values: &[Value], seqs: &[u64]) -> Column {
        let all = |fits: fn(&Value) -> bool| values.iter().all(|value| *value == Value::Nil || fits(value));
        let (ints, refs) = (all(|value| matches!(value, Value::Int(_))), all(|value| matches!(value, Value::Ref(_))));
        let layout = match wanted {
            Some(Layout::Delta) if ints => Layout::Delta,
            Some(Layout::Refs) if refs => Layout::Refs,
            Some(layout @ (Layout::Plain | Layout::Repeat | Layout::Free)) => layout,
            _ if ints => Layout::Delta,
            _ if refs => Layout::Refs,
            _ if values.iter().any(|value| matches!(value, Value::Text(_))) => Layout::Free,
            _ => Layout::Plain,
        };
        if values.iter().all(|value| *value == Value::Nil) {
            return Column::Absent;
        }
        match layout {
            Layout::Plain => Column::Plain(self.plain(values)),
            Layout::Delta => Column::Delta(delta(values)),
            Layout::Repeat => Column::Repeat(self.repeat(values)),
            Layout::Refs => Column::Refs(self.refs(values, seqs)),
            Layout::Free => {
                let cells = self.plain(values);
                self.free.push(cells);
                Column::Free(self.free.len() as u64 - 1)
            }
        }
    }

    fn origin(&mut self, target: RecordRef) -> u64 {
        let origin = (target.device, target.epoch);
        let index = self.origins.iter().position(|known| *known == origin).unwrap_or_else(|| {
            self.origins.push(origin);
            self.origins.len() - 1
        });
        index as u64
    }

    fn cell(&mut self, value: &Value) -> Cell {
        match value {
            Value::Nil => Cell::Nil,
            Value::Int(number) => Cell::Int(*number),
            Value::Text(text) => Cell::Text(text.clone()),
            Value::Bytes(bytes) => Cell::Bytes(bytes.clone()),
            Value::Ref(target) => Cell::Ref(self.origin(*target), target.seq),
        }
    }

    fn plain(&mut self, values: &[Value]) -> Cells {
        List(values.iter().map(|value| self.cell(value)).collect())
    }

    fn repeat(&mut self, values: &[Value]) -> Cells {
        let mut before = &Value::Nil;
        let cells = values.iter().map(|value| {
            let cell = if value == before { Cell::Same } else { self.cell(value) };
            before = value;
            cell
        });
        List(cells.collect())
    }

    fn refs(&mut self, values: &[Value], seqs: &[u64]) -> Cells {
        let mut before = None;
        let cells = values.iter().zip(seqs).map(|(value, seq)| {
            let Value::Ref(target) = value else { return Cell::Nil };
            if before.replace(*target) == Some(*target) {
                return Cell::Same;
            }
            match self.origin(*target) {
                0 => Cell::Int(seq.wrapping_sub(target.seq).cast_signed()),
                origin => Cell::Ref(origin, target.seq),
            }
        });
        List(cells.collect())
    }
}

fn delta(values: &[Value]) -> Cells {
    let mut before = 0i64;
    let cells = values.iter().map(|value| {
        let Value::Int(number) = value else { return Cell::Nil };
        let cell = Cell::Int(number.wrapping_sub(before));
        before = *number;
        cell
    });
    List(cells.collect())
}

/// Gets values back out of columns, within a budget of bytes, since a column that repeats can
/// say much in little.
pub(super) struct Reader {
    origins: Vec<Origin>,
    free: std::vec::IntoIter<Cells>,
    free_next: u64,
    budget: usize,
}

fn broken(why: &str) -> Error {
    Error::decode(WHAT, why)
}

impl Reader {
    pub(super) fn new(origins: Vec<Origin>, free: Vec<Cells>) -> Self {
        Self { origins, free: free.into_iter(), free_next: 0, budget: BODY_BYTES_MAX }
    }

    /// The values of `column` for the records `seqs`, one each.
    pub(super) fn values(&mut self, column: Column, seqs: &[u64]) -> Result<Vec<Value>> {
        match column {
            Column::Absent => Ok(vec![Value::Nil; seqs.len()]),
            Column::Free(index) => self.free_column(index, seqs.len()),
            Column::Plain(cells) => self.plain(cells, seqs.len()),
            Column::Delta(cells) => delta_back(counted(cells, seqs.len())?),
            Column::Repeat(cells) => self.repeat(counted(cells, seqs.len())?),
            Column::Refs(cells) => self.refs(counted(cells, seqs.len())?, seqs),
        }
    }

    /// Whether every free column was asked for.
    pub(super) fn finish(mut self) -> Result<()> {
        if self.free.next().is_none() { Ok(()) } else { Err(broken("a free column belongs to no kind")) }
    }

    fn spend(&mut self, bytes: usize) -> Result<()> {
        self.budget = self.budget.checked_sub(bytes).ok_or_else(|| broken("its texts are longer than any batch's"))?;
        Ok(())
    }

    fn target(&self, origin: u64, seq: u64) -> Result<RecordRef> {
        let known = usize::try_from(origin).ok().and_then(|index| self.origins.get(index));
        let (device, epoch) = *known.ok_or_else(|| broken("a reference names an origin that is not listed"))?;
        Ok(RecordRef { device, epoch, seq })
    }

    fn value(&mut self, cell: Cell) -> Result<Value> {
        Ok(match cell {
            Cell::Nil => Value::Nil,
            Cell::Same => return Err(broken("a column that does not repeat says that it does")),
            Cell::Int(number) => Value::Int(number),
            Cell::Text(text) => {
                self.spend(text.len())?;
                Value::Text(text)
            }
            Cell::Bytes(bytes) => {
                self.spend(bytes.len())?;
                Value::Bytes(bytes)
            }
            Cell::Ref(origin, seq) => Value::Ref(self.target(origin, seq)?),
        })
    }

    fn plain(&mut self, cells: Cells, count: usize) -> Result<Vec<Value>> {
        counted(cells, count)?.into_iter().map(|cell| self.value(cell)).collect()
    }

    fn free_column(&mut self, index: u64, count: usize) -> Result<Vec<Value>> {
        if index != self.free_next {
            return Err(broken("the free columns are not in order"));
        }
        self.free_next += 1;
        let cells = self.free.next().ok_or_else(|| broken("a free column is missing"))?;
        self.plain(cells, count)
    }

    fn repeat(&mut self, cells: Vec<Cell>) -> Result<Vec<Value>> {
        let mut values: Vec<Value> = Vec::with_capacity(cells.len());
        for cell in cells {
            let value = match cell {
                Cell::Same => {
                    let before = values.last().cloned().unwrap_or(Value::Nil);
                    self.spend(match &before {
                        Value::Text(text) => text.len(),
                        Value::Bytes(bytes) => bytes.len(),
                        _ => 0,
                    })?;
                    before
                }
                cell => self.value(cell)?,
            };
            values.push(value);
        }
        Ok(values)
    }

    fn refs(&mut self, cells: Vec<Cell>, seqs: &[u64]) -> Result<Vec<Value>> {
        let mut before = None;
        let mut values = Vec::with_capacity(cells.len());
        for (cell, seq) in cells.into_iter().zip(seqs) {
            let target = match cell {
                Cell::Nil => {
                    values.push(Value::Nil);
                    continue;
                }
                Cell::Same => before.ok_or_else(|| broken("the first reference repeats one before it"))?,
                Cell::Int(distance) => self.target(0, seq.wrapping_sub(distance.cast_unsigned()))?,
                Cell::Ref(origin, seq) => self.target(origin, seq)?,
                Cell::Text(_) | Cell::Bytes(_) => return Err(broken("a reference is a text or bytes")),
            };
            before = Some(target);
            values.push(Value::Ref(target));
        }
        Ok(values)
    }
}

fn counted(cells: Cells, count: usize) -> Result<Vec<Cell>> {
    if cells.0.len() == count { Ok(cells.0) } else { Err(broken("a column has not one cell for each record")) }
}

fn delta_back(cells: Vec<Cell>) -> Result<Vec<Value>> {
    let mut before = 0i64;
    cells
        .into_iter()
        .map(|cell| match cell {
            Cell::Nil => Ok(Value::Nil),
            Cell::Int(step) => {
                before = before.wrapping_add(step);
                Ok(Value::Int(before))
            }
            _ => Err(broken("a difference is no number")),
        })
        .collect()
}
