//! Look-alikes, and which of them make a check digit agree.

use super::check::{WEIGHTS, value};

/// Solutions kept; more than one is a doubt already.
const KEPT: usize = 4;

/// One character as it was read and what else may stand there; `None` where what was read
/// cannot stand there.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    pub(super) read: Option<u8>,
    pub(super) options: &'static [u8],
}

impl Slot {
    pub(super) const fn fixed(c: u8) -> Self {
        Self { read: Some(c), options: &[] }
    }

    /// A place for a digit.
    pub(super) fn digit(c: u8) -> Self {
        if c.is_ascii_digit() { Self::fixed(c) } else { Self { read: None, options: digits_like(c) } }
    }

    /// A place of a date, where a filler stands for what is not known.
    pub(super) fn date(c: u8) -> Self {
        match c {
            b'<' => Self::fixed(c),
            b'K' => Self { read: None, options: b"<" },
            b'C' => Self { read: None, options: b"<0" },
            _ => Self::digit(c),
        }
    }
}

/// The digits that recognisers read as this letter or sign.
pub(super) const fn digits_like(c: u8) -> &'static [u8] {
    match c {
        b'O' | b'Q' | b'D' | b'U' => b"0",
        b'I' | b'L' | b'|' => b"1",
        b'Z' => b"27",
        b'A' => b"4",
        b'S' => b"58",
        b'G' => b"6",
        b'b' => b"6",
        b'T' => b"71",
        b'B' => b"8",
        b'g' | b'q' => b"9",
        b'P' => b"5",
        _ => b"",
    }
}

/// The weights of a field, from the left.
pub(super) fn weights() -> impl Iterator<Item = u32> {
    WEIGHTS.iter().copied().cycle()
}

/// Every way to fill `slots` so that the weighted sum ends in `wanted`, the one as read first;
/// at most [`KEPT`], found with at most that many texts kept for each sum.
pub(super) fn solutions(slots: &[Slot], weights: impl Iterator<Item = u32>, wanted: u8) -> Vec<Vec<u8>> {
    let mut partial: Vec<(u32, Vec<u8>)> = vec![(0, Vec::new())];
    for (slot, weight) in slots.iter().zip(weights) {
        let mut next: Vec<(u32, Vec<u8>)> = Vec::new();
        let mut kept = [0usize; 10];
        for (sum, text) in &partial {
            for c in slot.read.iter().chain(slot.options) {
                let sum = (sum + value(*c) * weight) % 10;
                let Some(count) = kept.get_mut(sum as usize).filter(|count| **count < KEPT) else { continue };
                *count += 1;
                next.push((sum, [text.as_slice(), &[*c]].concat()));
            }
        }
        partial = next;
    }
    let wanted = value(wanted);
    partial.into_iter().filter(|(sum, _)| *sum == wanted).map(|(_, text)| text).collect()
}

/// In how many characters two texts of one length differ.
pub(super) fn edits(a: &[u8], b: &[u8]) -> u32 {
    a.iter().zip(b).map(|(a, b)| u32::from(a != b)).sum()
}
