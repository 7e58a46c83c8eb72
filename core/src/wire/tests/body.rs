//! Bodies that a device with the right keys made wrongly: bombs, lies and gaps.

use proptest::prelude::*;

use super::material::{Fixture, Seeded};
use super::records;
use crate::error::Error;
use crate::limits::{BATCH_RECORDS_MAX, BODY_PADDING, FRAMES_BYTES_MAX};
use crate::pack;
use crate::platform::Entropy;
use crate::wire::batch::BatchHeader;
use crate::wire::body::{decode, deflate, encode, inflate, unframe};
use crate::wire::{Contents, Mode};

fn header(fixture: &Fixture, count: u32) -> BatchHeader {
    BatchHeader {
        mode: Mode::Live,
        device_key: fixture.device_key(),
        epoch: fixture.epoch,
        number: 1,
        first_seq: 1,
        count,
        segment: 1,
        wraps: Vec::new(),
        previous: [0; 32],
        body_length: 0,
        body_digest: [0; 32],
    }
}

fn frame(main: &[u8], free: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for part in [main, free] {
        out.extend_from_slice(&u32::try_from(part.len()).unwrap().to_be_bytes());
        out.extend_from_slice(part);
    }
    out.resize(out.len().next_multiple_of(BODY_PADDING), 0);
    out
}

/// Decodes a body whose frames hold these MessagePack bytes.
fn read(main: &[u8], free: &[u8], count: u32) -> Result<Contents, String> {
    let squeezed = |bytes: &[u8]| if bytes.is_empty() { Vec::new() } else { deflate(bytes).unwrap() };
    decode(&frame(&squeezed(main), &squeezed(free)), &header(&Fixture::new(1), count)).map_err(|error| match error {
        Error::Decode { why, .. } => why,
        other => panic!("not a decoding error: {other}"),
    })
}

fn msgpack<T: serde::Serialize>(value: &T) -> Vec<u8> {
    pack::encode(value).unwrap()
}

/// The stamps of `count` records that all look the same.
fn stamps(count: usize) -> impl serde::Serialize {
    let ints = |first: i64| -> Vec<i64> { std::iter::once(first).chain(std::iter::repeat_n(0, count - 1)).collect() };
    ((2, ints(9)), (2, ints(4)), (2, ints(1)), (0u8,), (0u8,))
}

type NoOrigins = [(pack::Fixed<16>, u64); 0];
type NoAnchors = [(u64, u64, i64, u64, u8); 0];
const NO_ORIGINS: NoOrigins = [];
const NO_ANCHORS: NoAnchors = [];

fn body_of<G: serde::Serialize>(count: usize, groups: G) -> Vec<u8> {
    msgpack(&(stamps(count), groups, NO_ORIGINS, NO_ANCHORS))
}

#[test]
fn a_plain_body_reads() {
    let contents = read(&body_of(2, [(999, 1, [0, 1], [(1, ["a", "b"])])]), &[], 2).unwrap();
    assert_eq!(contents.records.len(), 2);
    assert_eq!((contents.records[1].stamp.wall_ms, contents.records[1].stamp.mono_ms), (9, 5));
}

#[test]
fn seqs_that_do_not_fill_the_batch_are_refused() {
    let columns = |cells: &'static [&'static str]| [(1, cells)];
    let one = |steps: &'static [u64], cells| body_of(2, [(999, 1, steps, columns(cells))]);
    assert_eq!(read(&one(&[0], &["a"]), &[], 2).unwrap_err(), "a seq of the batch has no record");
    assert_eq!(
        read(&one(&[0, 0], &["a", "b"]), &[], 2).unwrap_err(),
        "two records have one seq, or one lies outside the batch"
    );
    assert!(read(&one(&[0, 2], &["a", "b"]), &[], 2).unwrap_err().contains("outside"));
    assert!(read(&one(&[u64::MAX, 2], &["a", "b"]), &[], 2).unwrap_err().contains("outside"));
    assert_eq!(read(&one(&[0, 1], &["a"]), &[], 2).unwrap_err(), "a column has not one cell for each record");
    let twice = body_of(2, [(999, 1, [0], [(1, ["a"])]), (999, 1, [1], [(1, ["b"])])]);
    assert_eq!(read(&twice, &[], 2).unwrap_err(), "its kinds are not in order");
    read(&one(&[0, 1], &["a", "b"]), &[], 2).unwrap();
}

#[test]
fn free_columns_are_all_there_and_all_used() {
    let main = body_of(2, [(999, 1, [0, 1], [(5, 0)])]);
    assert_eq!(read(&main, &[], 2).unwrap_err(), "a free column is missing");
    read(&main, &msgpack(&[["x", "y"]]), 2).unwrap();
    assert_eq!(read(&main, &msgpack(&[["x", "y"], ["z", "z"]]), 2).unwrap_err(), "a free column belongs to no kind");
    let skips = body_of(2, [(999, 1, [0, 1], [(5, 1)])]);
    assert_eq!(read(&skips, &msgpack(&[["x", "y"]]), 2).unwrap_err(), "the free columns are not in order");
}

#[test]
fn references_point_somewhere() {
    let far = body_of(2, [(999, 1, [0, 1], [(4, [(1u64, 5u64), (1, 6)])])]);
    assert_eq!(read(&far, &[], 2).unwrap_err(), "a reference names an origin that is not listed");
    let first = body_of(2, [(999, 1, [0, 1], [(4, [false, false])])]);
    assert_eq!(read(&first, &[], 2).unwrap_err(), "the first reference repeats one before it");
    let text = body_of(2, [(999, 1, [0, 1], [(4, ["a", "b"])])]);
    assert_eq!(read(&text, &[], 2).unwrap_err(), "a reference is a text or bytes");
    read(&body_of(2, [(999, 1, [0, 1], [(4, [1, 1])])]), &[], 2).unwrap();
}

#[test]
fn a_stamp_must_be_one() {
    let wrong = msgpack(&(
        ((2, [9, 0]), (2, [4, 0]), (0u8,), (0u8,), (0u8,)),
        [(999, 1, [0, 1], [(1, ["a", "b"])])],
        NO_ORIGINS,
        NO_ANCHORS,
    ));
    assert_eq!(read(&wrong, &[], 2).unwrap_err(), "a stamp is missing or of the wrong type");
}

#[test]
fn a_frame_that_would_burst_is_refused() {
    let zeros = vec![0u8; 40 * 1024 * 1024];
    let bomb = deflate(&zeros).unwrap();
    assert!(bomb.len() < 16 * 1024, "it must look harmless");
    assert!(inflate(&bomb, FRAMES_BYTES_MAX).unwrap_err().to_string().contains("longer than any may be"));
    assert_eq!(inflate(&bomb, zeros.len()).unwrap().len(), zeros.len(), "it is refused for its size alone");
    let error = decode(&frame(&bomb, &[]), &header(&Fixture::new(1), 1)).unwrap_err();
    assert!(error.to_string().contains("longer than any may be"));
}

#[test]
fn both_frames_together_are_limited() {
    let half = deflate(&vec![0xc0; FRAMES_BYTES_MAX / 2 + 1]).unwrap();
    let error = decode(&frame(&half, &half), &header(&Fixture::new(1), 1)).unwrap_err();
    assert!(error.to_string().contains("longer than any may be"), "{error}");
}

#[test]
fn a_frame_that_hides_its_length_or_has_a_tail_is_refused() {
    let mut hidden = Vec::new();
    let mut writer = zstd::stream::Encoder::new(&mut hidden, 3).unwrap();
    std::io::Write::write_all(&mut writer, b"hello").unwrap();
    writer.finish().unwrap();
    assert!(inflate(&hidden, 100).unwrap_err().to_string().contains("does not say"));
    let one = deflate(b"hello").unwrap();
    assert_eq!(&inflate(&one, 100).unwrap()[..], b"hello");
    assert!(inflate(&[&one[..], &one[..]].concat(), 100).unwrap_err().to_string().contains("follows"));
    assert!(inflate(&[&one[..], &[0]].concat(), 100).unwrap_err().to_string().contains("follows"));
    assert!(inflate(&[], 100).is_err());
}

#[test]
fn a_text_repeated_into_a_bomb_is_refused() {
    let count = BATCH_RECORDS_MAX as usize;
    let long = "a".repeat(100_000);
    let steps: Vec<u64> = std::iter::once(0).chain(std::iter::repeat_n(1, count - 1)).collect();
    let cells = |text: &str| {
        let mut bytes = vec![0xdc, 0x01, 0xf4];
        bytes.extend(msgpack(&text));
        bytes.extend(std::iter::repeat_n(0xc2, count - 1));
        bytes
    };
    let body = |text: &str| {
        let mut bytes = vec![0x94];
        bytes.extend(msgpack(&stamps(count)));
        bytes.extend([0x91, 0x94, 0xcd, 0x03, 0xe7, 0x01]);
        bytes.extend(msgpack(&steps));
        bytes.extend([0x91, 0x92, 0x03]);
        bytes.extend(cells(text));
        bytes.extend([0x90, 0x90]);
        bytes
    };
    let error = read(&body(&long), &[], BATCH_RECORDS_MAX).unwrap_err();
    assert_eq!(error, "its texts are longer than any batch's");
    assert_eq!(read(&body("short"), &[], BATCH_RECORDS_MAX).unwrap().records.len(), count);
}

#[test]
fn padding_is_zeros_and_no_more_than_needed() {
    let fixture = Fixture::new(1);
    let plain = encode(&fixture.tent(5), &[]).unwrap().to_vec();
    let header = header(&fixture, u32::try_from(fixture.tent(5).len()).unwrap());
    let reads = |plain: &[u8]| decode(plain, &header).is_ok();
    assert!(reads(&plain));
    let (main, free) = unframe(&plain).unwrap();
    assert!(main.len() + free.len() + 8 < plain.len(), "this body must have padding, or nothing is shown");
    let mut more = plain.clone();
    more.resize(plain.len() + BODY_PADDING, 0);
    assert!(!reads(&more));
    let mut dirty = plain.clone();
    *dirty.last_mut().unwrap() = 1;
    assert!(!reads(&dirty));
    assert!(!reads(&plain[..plain.len() - 1]));
}

/// Frames opened, so that a change reaches the columns and does not die in zstd.
#[test]
fn no_change_inside_the_frames_panics() {
    let fixture = Fixture::new(3);
    let list = fixture.tent(6);
    let plain = encode(&list, &[]).unwrap();
    let main = inflate(unframe(&plain).unwrap().0, FRAMES_BYTES_MAX).unwrap();
    let count = u32::try_from(list.len()).unwrap();
    for at in 0..main.len() {
        for byte in [0u8, 0x7f, 0x90, 0xc0, 0xc2, 0xcf, 0xd3, 0xdc, 0xdd, 0xff, main[at] ^ 1, main[at].wrapping_add(1)]
        {
            let mut changed = main.to_vec();
            changed[at] = byte;
            let _ = read(&changed, &[], count);
        }
        let _ = read(&main[..at], &[], count);
    }
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), free in proptest::collection::vec(any::<u8>(), 0..60)) {
        let _ = read(&bytes, &free, 3);
        let _ = decode(&bytes, &header(&Fixture::new(1), 3));
    }

    #[test]
    fn two_bodies_spliced_never_panic(list in records(&Fixture::new(1)), at in any::<proptest::sample::Index>(), random in any::<u64>()) {
        let plain = encode(&list, &[]).unwrap();
        let (main, free) = unframe(&plain).unwrap();
        let main = inflate(main, FRAMES_BYTES_MAX).unwrap();
        let free = if free.is_empty() { Vec::new() } else { inflate(free, FRAMES_BYTES_MAX).unwrap().to_vec() };
        let cut = at.index(main.len());
        let other = at.index(main.len() / 2 + 1);
        let mut noise = [0u8; 4];
        Seeded::new(random).fill(&mut noise).unwrap();
        let spliced = [&main[..cut], &noise[..], &main[other..]].concat();
        let _ = read(&spliced, &free, u32::try_from(list.len()).unwrap());
        prop_assert!(read(&main, &free, u32::try_from(list.len()).unwrap()).is_ok());
    }
}
