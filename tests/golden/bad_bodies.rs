//! Bodies that open and break the format, sealed and signed as they should be.

use crate::bad::{batch, find};
use crate::forge::{self, encode};
use crate::material::{Hub, Phone};
use crate::vector::Vector;

pub(crate) fn all(hub: &Hub, phone: &Phone) -> Vec<Vector> {
    [groups(hub, phone), frames(hub, phone)].concat()
}

/// Kinds, seqs and columns.
fn groups(hub: &Hub, phone: &Phone) -> Vec<Vector> {
    let vector = |name: &str, says: &str, count: u32, plain: &[u8]| {
        batch(hub, name, says, "content", &forge::batch(hub, phone, count, plain))
    };
    let body = |content: &[u8]| forge::frame(&forge::squeeze(content), &[]);
    vec![
        vector("body_gap", "seq 2 of two has no record", 2, &body(&forge::content(2, [(999, 1, [0], [(1, ["a"])])]))),
        vector(
            "body_seq_twice",
            "two records have seq 1",
            2,
            &body(&forge::content(2, [(999, 1, [0, 0], [(1, ["a", "b"])])])),
        ),
        vector(
            "body_seq_outside",
            "a seq beyond the header's count",
            2,
            &body(&forge::content(2, [(999, 1, [0, 2], [(1, ["a", "b"])])])),
        ),
        vector(
            "body_kinds_not_in_order",
            "kind 999 stands before kind 998",
            2,
            &body(&forge::content(2, [(999, 1, [0], [(1, ["a"])]), (998, 1, [1], [(1, ["b"])])])),
        ),
        vector(
            "body_short_column",
            "one cell for two records",
            2,
            &body(&forge::content(2, [(999, 1, [0, 1], [(1, ["a"])])])),
        ),
        vector("body_unknown_layout", "layout 6", 2, &body(&forge::content(2, [(999, 1, [0, 1], [(6, ["a", "b"])])]))),
        vector(
            "body_true",
            "`true` for a cell",
            2,
            &body(&forge::content(2, [(999, 1, [0, 1], [(3, [true, false])])])),
        ),
        vector(
            "body_repeat_in_plain",
            "`false` in a plain column",
            2,
            &body(&forge::content(2, [(999, 1, [0, 1], [(1, [false, false])])])),
        ),
        vector(
            "body_unlisted_origin",
            "a reference to origin 1 of none",
            2,
            &body(&forge::content(2, [(999, 1, [0, 1], [(4, [(1, 5), (1, 6)])])])),
        ),
        vector(
            "body_first_reference_repeats",
            "`false` first in a column of references",
            2,
            &body(&forge::content(2, [(999, 1, [0, 1], [(4, [false, false])])])),
        ),
    ]
}

/// Frames, padding and what stands between.
fn frames(hub: &Hub, phone: &Phone) -> Vec<Vector> {
    let vector = |name: &str, says: &str, count: u32, plain: &[u8]| {
        batch(hub, name, says, "content", &forge::batch(hub, phone, count, plain))
    };
    let body = |content: &[u8]| forge::frame(&forge::squeeze(content), &[]);
    let sound = forge::content(2, [(999, 1, [0, 1], [(1, ["a", "b"])])]);
    let mut long = body(&sound);
    long.resize(long.len() + 128, 0);
    let mut dirty = body(&sound);
    *dirty.last_mut().unwrap() = 1;
    let bomb = forge::squeeze(&vec![0; 8 * 1024 * 1024]);
    let doubled = [forge::squeeze(&sound), forge::squeeze(&sound)].concat();
    let free = forge::content(2, [(999, 1, [0, 1], [(5, 0)])]);
    vec![
        vector("body_free_column_missing", "free column 0 of none", 2, &body(&free)),
        vector(
            "body_free_column_unused",
            "a free column that no kind has",
            2,
            &forge::frame(&forge::squeeze(&sound), &forge::squeeze(&encode(&[["x", "y"]]))),
        ),
        vector("body_padding_dirty", "a padding byte is not zero", 2, &dirty),
        vector("body_padding_long", "128 bytes of padding", 2, &long),
        vector("body_bomb", "a frame of 8 MiB in a few bytes", 2, &forge::frame(&bomb, &[])),
        vector("body_two_frames_in_one", "a second zstd frame follows the first", 2, &forge::frame(&doubled, &[])),
        vector("body_frame_beyond_the_end", "a frame's length beyond the body", 2, &{
            let mut plain = body(&sound);
            plain[2] = 0xff;
            plain
        }),
        vector(
            "body_float",
            "a float for a cell",
            2,
            &body(&{
                let mut content = forge::content(2, [(999, 1, [0, 1], [(1, ["a", "b"])])]);
                let at = find(&content, &[0xa1, b'b']);
                content.splice(at..at + 2, [0xcb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0]);
                content
            }),
        ),
        vector("body_repeat_bomb", "a text of 5,000 bytes, said 500 times", 500, &body(&repeat_bomb())),
    ]
}

fn repeat_bomb() -> Vec<u8> {
    let steps: Vec<u64> = std::iter::once(0).chain(std::iter::repeat_n(1, 499)).collect();
    let mut cells = vec![0xdc, 0x01, 0xf4];
    cells.extend(encode(&"a".repeat(5_000)));
    cells.extend(std::iter::repeat_n(0xc2, 499));
    let mut content = vec![0x94];
    content.extend(encode(&forge::stamps(500)));
    content.extend([0x91, 0x94, 0xcd, 0x03, 0xe7, 0x01]);
    content.extend(encode(&steps));
    content.extend([0x91, 0x92, 0x03]);
    content.extend(cells);
    content.extend([0x90, 0x90]);
    content
}
