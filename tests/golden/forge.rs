//! Batches that no sound writer makes, built from their parts by the document.

use fieldcore::pack::{self, Blob, Fixed};
use fieldcore::wire::Mode;
use fieldcore::{crypto, record};
use serde::Serialize;

use crate::material::{Hub, Phone};

pub(crate) fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    pack::encode(value).unwrap()
}

/// One zstd frame around `content`, or nothing around nothing.
pub(crate) fn squeeze(content: &[u8]) -> Vec<u8> {
    if content.is_empty() { Vec::new() } else { zstd::bulk::compress(content, 9).unwrap() }
}

/// A body of two frames, already compressed, with its padding.
pub(crate) fn frame(main: &[u8], free: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for part in [main, free] {
        out.extend(u32::try_from(part.len()).unwrap().to_be_bytes());
        out.extend(part);
    }
    out.resize(out.len().next_multiple_of(128), 0);
    out
}

/// A first live batch, sealed and signed by `phone`, that claims `count` records from seq 1 and
/// whose body is `plain`.
pub(crate) fn batch(hub: &Hub, phone: &Phone, count: u32, plain: &[u8]) -> Vec<u8> {
    let wraps: Vec<(Fixed<8>, Blob)> =
        phone.wraps(hub, Mode::Live, 1).into_iter().map(|wrap| (Fixed(wrap.key), Blob(wrap.wrapped))).collect();
    let head =
        (1u8, 1u8, 1u8, Fixed(phone.key()), phone.epoch.as_u64(), 1u64, 1u64, count, 1u64, wraps, Fixed([0; 32]));
    let mut header = encode(&head);
    assert_eq!(header[0], 0x9b, "eleven elements, two to come");
    header[0] = 0x9d;
    let key = crypto::derive(&phone.data_key, "fieldcore 1 batch body key");
    let body = crypto::seal(&key, &phone.entropy("forged"), &header, plain).unwrap();
    header.extend(encode(&body.len()));
    header.extend(encode(&Fixed(crypto::sha256(&[&body]))));
    signed(phone, header, body)
}

/// The item of this header and body, signed by `phone` as a live batch.
pub(crate) fn signed(phone: &Phone, header: Vec<u8>, body: Vec<u8>) -> Vec<u8> {
    let signature = crypto::sign(&phone.seed, crypto::Domain::BatchLive, &header);
    encode(&(Blob(header), Blob(body), Fixed(signature)))
}

/// Stamps of `count` records that all look the same.
pub(crate) fn stamps(count: usize) -> impl Serialize {
    let ints = |first: i64| -> Vec<i64> { std::iter::once(first).chain(std::iter::repeat_n(0, count - 1)).collect() };
    ((2, ints(9)), (2, ints(4)), (2, ints(1)), (0u8,), (0u8,))
}

/// The first frame's content: these groups, no origins, no anchors.
pub(crate) fn content<G: Serialize>(count: usize, groups: G) -> Vec<u8> {
    const NONE: [u8; 0] = [];
    encode(&(stamps(count), groups, NONE, NONE))
}

/// A wrong row is wrong in what is inside: sealed as it should be.
pub(crate) fn row(phone: &Phone, seq: u64, kind: u16, plain: &[u8]) -> Vec<u8> {
    fieldcore::wire::seal_row(&phone.data_key, &phone.entropy("forged row"), phone.at(seq), kind, 1, plain).unwrap()
}

/// A row's plaintext with one value too few for a stamp.
pub(crate) fn stump() -> Vec<u8> {
    let values = vec![record::Value::Int(1); 4];
    encode(&values)
}
