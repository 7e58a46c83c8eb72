//! Records of every kind there is, made from the table of kinds itself, so that a new kind is in
//! the vectors as soon as it is in the table.

use fieldcore::record::{
    Body, CloseReason, DamageKind, DeskFinding, DocumentKind, EpochReason, Excuse, FollowUpKind, KINDS, Kind,
    NoticeKind, Override, Place, ProfileSource, ProxyRefusal, ReadSource, Record, SetAsideReason, Stamp, Step, Value,
    VisitState,
};
use fieldcore_tests::resident_number;

use crate::material::{NOW_MS, Phone};

macro_rules! code_tables {
    ($($rust:literal $name:literal $enum:ident),* $(,)?) => {
        /// Every enumeration inside records: its name in Rust, in the document, and its codes.
        pub(crate) fn code_tables() -> Vec<(&'static str, &'static str, Vec<(i64, &'static str)>)> {
            vec![$(($rust, $name, $enum::ALL.iter().map(|one| (one.code(), one.as_str())).collect())),*]
        }
    };
}

code_tables! {
    "EpochReason" "epoch_reason" EpochReason,
    "DocumentKind" "document_kind" DocumentKind,
    "ReadSource" "read_source" ReadSource,
    "CloseReason" "close_reason" CloseReason,
    "Override" "override" Override,
    "ProfileSource" "profile_source" ProfileSource,
    "NoticeKind" "notice_kind" NoticeKind,
    "SetAsideReason" "set_aside_reason" SetAsideReason,
    "Step" "step" Step,
    "Place" "place" Place,
    "VisitState" "visit_state" VisitState,
    "Excuse" "excuse" Excuse,
    "FollowUpKind" "follow_up_kind" FollowUpKind,
    "DamageKind" "damage_kind" DamageKind,
    "DeskFinding" "desk_finding" DeskFinding,
    "ProxyRefusal" "proxy_refusal" ProxyRefusal,
}

/// A column's type: the Rust type without blanks, and whether nil may stand for it.
pub(crate) fn column_type(kind: &Kind, column: usize) -> (String, bool) {
    let text: String = kind.types[column].chars().filter(|c| !c.is_whitespace()).collect();
    match text.strip_prefix("Option<").and_then(|text| text.strip_suffix('>')) {
        Some(inner) => (inner.to_owned(), true),
        None => (text, false),
    }
}

/// A value that fits the column, different for each `salt`.
fn value(phone: &Phone, kind: &Kind, column: usize, salt: u8) -> Value {
    let name = kind.columns[column].0;
    let (rust, _) = column_type(kind, column);
    match rust.as_str() {
        "RecordRef" if name == "other" => Value::Ref(Phone::new("another device").at(u64::from(salt))),
        "RecordRef" => Value::Ref(phone.at(u64::from(salt % 7 + 1))),
        "String" if name == "number" => {
            Value::Text(resident_number(440_524, 1880, 1, 1 + u32::from(salt % 28), u32::from(salt)))
        }
        "String" if name == "contact" => Value::Text(format!("1390000{salt:04}")),
        "String" => Value::Text(format!("{name} {salt}")),
        "i64" => Value::Int(NOW_MS - 1_000 * i64::from(salt)),
        "u8" | "u16" | "u32" | "u64" | "Epoch" => Value::Int(i64::from(salt) + 1),
        "bool" => Value::Int(i64::from(salt % 2)),
        "Uuid" | "DeviceId" | "Fixed<16>" => Value::Bytes(vec![salt; 16]),
        "Fixed<4>" => Value::Bytes(vec![salt; 4]),
        "Fixed<8>" => Value::Bytes(vec![salt; 8]),
        "Fixed<32>" => Value::Bytes(vec![salt; 32]),
        "Fixed<64>" => Value::Bytes(vec![salt; 64]),
        other => {
            let tables = code_tables();
            let table = tables.iter().find(|table| table.0 == other).expect("every enumeration is in the list");
            Value::Int(table.2[usize::from(salt) % table.2.len()].0)
        }
    }
}

/// Two records of every kind: one with every column filled, one with as few as may be.
pub(crate) fn every_kind(phone: &Phone) -> Vec<Record> {
    let mut records = Vec::new();
    for kind in KINDS {
        for full in [true, false] {
            let salt = u8::try_from(records.len() % 200).unwrap() + 1;
            let fields = (0..kind.columns.len()).map(|column| match column_type(kind, column).1 && !full {
                true => Value::Nil,
                false => value(phone, kind, column, salt.wrapping_add(u8::try_from(column).unwrap())),
            });
            let body = Body::from_values(kind.code, kind.version, fields.collect());
            assert_ne!(body.name(), "unknown", "{} with values of its types", kind.name);
            records.push(Record { at: phone.at(records.len() as u64 + 1), stamp: stamp(phone, salt), body });
        }
    }
    records
}

pub(crate) fn stamp(phone: &Phone, salt: u8) -> Stamp {
    Stamp {
        wall_ms: NOW_MS + 11_000 * i64::from(salt),
        mono_ms: 11_000 * u64::from(salt),
        clock: 77,
        shift: (salt > 3).then(|| phone.at(1)),
        lane: (salt.is_multiple_of(3)).then(|| "2".to_owned()),
    }
}

/// What a reader of this version does not know, or what does not fit what it knows: kinds of the
/// future, reserved ones, more columns, wrong types, unknown codes, references into other epochs.
pub(crate) fn unknown_kinds(phone: &Phone) -> Vec<Record> {
    let other = Phone::new("another device");
    let text = |text: &str| Value::Text(text.to_owned());
    let bodies = [
        (50, 1, vec![text("visit of the future"), Value::Int(-5), Value::Nil]),
        (50, 1, vec![text("and another"), Value::Int(i64::MAX), Value::Bytes(vec![1, 2, 3])]),
        (999, 7, vec![Value::Int(i64::MIN), Value::Int(i64::MAX)]),
        (999, 7, vec![Value::Int(i64::MAX), Value::Nil]),
        (999, 7, vec![Value::Nil, Value::Int(0)]),
        (30, 2, vec![Value::Ref(phone.at(1)), Value::Ref(other.at(9))]),
        (30, 2, vec![Value::Ref(phone.at(1)), Value::Nil]),
        (30, 2, vec![Value::Nil, Value::Ref(other.at(u64::MAX))]),
        (34, 1, vec![Value::Int(1)]),
        (34, 1, vec![Value::Ref(phone.at(2)), Value::Ref(phone.at(3))]),
        (23, 1, vec![text("no reference")]),
        (21, 1, vec![Value::Ref(phone.at(1)), Value::Int(77), Value::Int(3), Value::Nil]),
        (65_535, 65_535, Vec::new()),
        (90, 1, vec![Value::Ref(other.at(4)), Value::Int(3), text("mixed"), Value::Bytes(Vec::new()), Value::Nil]),
        (90, 1, vec![Value::Int(3), Value::Ref(other.at(4)), Value::Nil, Value::Nil, Value::Nil]),
    ];
    let numbered = bodies.into_iter().zip(1u64..);
    let record = |((kind, version, values), seq): ((u16, u16, Vec<Value>), u64)| {
        let body = Body::from_values(kind, version, values);
        assert_eq!(body.name(), "unknown", "kind {kind}");
        Record { at: phone.at(seq), stamp: stamp(phone, u8::try_from(seq).unwrap()), body }
    };
    numbered.map(record).collect()
}
