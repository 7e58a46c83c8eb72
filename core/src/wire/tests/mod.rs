//! What the wire format promises, and what it refuses.

mod batch;
mod body;
mod items;
mod keys;
mod material;
mod salvage;
mod size;

use proptest::prelude::*;
use uuid::Uuid;

use crate::id::{DeviceId, Epoch, RecordRef};
use crate::record::{Body, KINDS, Record, Stamp, Value};
use material::Fixture;

/// Changes every byte of `bytes` in turn (a bit, and all bits), cuts it short everywhere, and
/// adds a byte; `accepts` must say no to each, and must say yes to the bytes as they are.
fn refuses_every_change(bytes: &[u8], accepts: impl Fn(&[u8]) -> bool) {
    assert!(accepts(bytes), "the bytes as they are must be accepted, or the rest shows nothing");
    for at in 0..bytes.len() {
        for flip in [1 << (at % 8), 0xff] {
            let mut changed = bytes.to_vec();
            changed[at] ^= flip;
            assert!(!accepts(&changed), "byte {at} of {} changed by {flip:#x}", bytes.len());
        }
        assert!(!accepts(&bytes[..at]), "cut to {at} of {}", bytes.len());
    }
    assert!(!accepts(&[bytes, &[0]].concat()), "a byte more");
}

fn value(own: Epoch, device: DeviceId) -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => Just(Value::Nil),
        3 => (0i64..20).prop_map(Value::Int),
        1 => any::<i64>().prop_map(Value::Int),
        2 => "[a-z0-9张王]{0,12}".prop_map(Value::Text),
        1 => proptest::collection::vec(any::<u8>(), 0..40).prop_map(Value::Bytes),
        1 => any::<[u8; 16]>().prop_map(|bytes| Value::Bytes(bytes.to_vec())),
        2 => (1u64..30).prop_map(move |seq| Value::Ref(RecordRef { device, epoch: own, seq })),
        1 => (any::<[u8; 16]>(), 0..=Epoch::MAX, any::<u64>()).prop_map(|(device, epoch, seq)| {
            let epoch = Epoch::from_u64(epoch).unwrap();
            Value::Ref(RecordRef { device: DeviceId::from_bytes(device), epoch, seq })
        }),
    ]
}

/// Kinds that are known, known with another number of columns, not given yet, and of the future.
fn kind() -> impl Strategy<Value = (u16, u16, usize)> {
    prop_oneof![
        4 => (0..KINDS.len()).prop_map(|index| (KINDS[index].code, KINDS[index].version, KINDS[index].columns.len())),
        1 => (0..KINDS.len(), 0usize..6).prop_map(|(index, width)| (KINDS[index].code, KINDS[index].version, width)),
        1 => (41u16..100, 1u16..3, 0usize..6),
        1 => (any::<u16>(), any::<u16>(), 0usize..40),
    ]
}

/// Records that follow from 1 in `fixture`'s epoch, of any kind and any values.
fn records(fixture: &Fixture) -> impl Strategy<Value = Vec<Record>> + use<> {
    let at = fixture.at(0);
    let body = kind().prop_flat_map(move |(kind, version, width)| {
        proptest::collection::vec(value(at.epoch, at.device), width)
            .prop_map(move |values| Body::from_values(kind, version, values))
    });
    let wall = prop_oneof![Just(1_767_229_200_000i64), any::<i64>()];
    let clock = prop_oneof![Just(3u64), 0u64..1 << 52];
    let stamp = (wall, 0..1u64 << 62, clock, proptest::option::of(1u64..9), proptest::option::of("[A-Z]{1,3}"))
        .prop_map(move |(wall_ms, mono_ms, clock, shift, lane)| {
            let shift = shift.map(|seq| RecordRef { seq, ..at });
            Stamp { wall_ms, mono_ms, clock, shift, lane }
        });
    proptest::collection::vec((stamp, body), 1..30).prop_map(move |list| {
        let numbered = list.into_iter().zip(1..);
        numbered.map(|((stamp, body), seq)| Record { at: RecordRef { seq, ..at }, stamp, body }).collect()
    })
}

const CAMPAIGN: Uuid = Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0001);
