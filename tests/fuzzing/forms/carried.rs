//! Carries as streams, and bundles that travel as frames.

use std::io::Read;

use fieldcore::carry::{CarryReader, Found, FrameMaker, FrameTaker};
use fieldcore::wire::{Bundle, Item};

use super::pieces;

/// A reader that hands out as many bytes at a time as it likes.
struct Trickle<'a> {
    rest: &'a [u8],
    most: usize,
}

impl Read for Trickle<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.most.min(into.len()).min(self.rest.len());
        into[..count].copy_from_slice(&self.rest[..count]);
        self.rest = &self.rest[count..];
        Ok(count)
    }
}

/// What a carry holds, however many bytes come at a time: whole items, and what is said of the rest.
fn found(bytes: &[u8], most: usize) -> Option<(Vec<Item>, Vec<String>)> {
    let mut reader = CarryReader::new(Trickle { rest: bytes, most }).ok()?;
    let (mut items, mut others) = (Vec::new(), Vec::new());
    while let Some(one) = reader.next_found().expect("memory can be read") {
        match one {
            Found::Item(item) => items.push(item),
            other => others.push(format!("{other:?}")),
        }
    }
    Some((items, others))
}

/// The first byte says how many bytes come at a time, the rest is the carry.
pub(super) fn stream(bytes: &[u8]) -> bool {
    let Some((most, carry)) = bytes.split_first() else { return false };
    let Some(whole) = found(carry, usize::MAX) else { return false };
    assert_eq!(found(carry, usize::from(*most) + 1).as_ref(), Some(&whole), "it depends on how the bytes come");
    if let Ok(read) = Bundle::read(carry) {
        assert_eq!(read.items, whole.0, "a bundle holds something else");
        let again = Bundle::write(&whole.0).expect("what was read can be written");
        assert_eq!(found(&again, usize::MAX).map(|found| found.0), Some(whole.0));
    }
    true
}

/// A transfer in which some frames are missed, come twice or are damaged: size of a frame, two bytes that say what
/// happens, and the bundle.
pub(super) fn transfer(bytes: &[u8]) -> bool {
    let [size, missed, damaged, bundle @ ..] = bytes else { return false };
    let Ok(maker) = FrameMaker::with_frame_bytes(bundle, 25 + usize::from(*size)) else { return false };
    let (mut taker, mut number) = (FrameTaker::new(), 0u32);
    // Of any eight frames one at the least is caught; some of what is caught tells nothing new.
    let most = u32::try_from(8 * (maker.needed() + 80)).expect("frames are few");
    while taker.bundle().is_none() {
        assert!(number < most, "{} parts want more than {most} frames", maker.needed());
        let mut frame = maker.frame(number);
        let turn = number % 8;
        number += 1;
        if damaged >> turn & 1 != 0 {
            let at = usize::from(*missed) % frame.len();
            frame[at] ^= 1 << turn;
            assert!(taker.take(&frame).wrong.is_some(), "a damaged frame is taken");
            frame[at] ^= 1 << turn;
        }
        if missed >> turn & 1 == 0 || turn == 7 {
            let progress = taker.take(&frame);
            assert!(progress.wrong.is_none() && progress.have <= progress.needed);
            assert!(!taker.take(&frame).new, "it counts twice");
        }
    }
    assert_eq!(taker.bundle(), Some(bundle), "something else was caught");
    true
}

/// Frames of anybody's making, one after the other; taken if any of them is one.
pub(super) fn frames(bytes: &[u8]) -> bool {
    let (mut taker, mut taken) = (FrameTaker::new(), false);
    for frame in pieces(bytes) {
        let before = taker.take(frame);
        taken |= before.wrong.is_none();
        assert!(before.have <= before.needed || before.needed == 0);
        assert_eq!(before.is_done(), taker.bundle().is_some());
        if let Ok(text) = std::str::from_utf8(frame) {
            taker.take_text(text);
        }
    }
    if let Some(bundle) = taker.bundle() {
        let maker = FrameMaker::with_frame_bytes(bundle, 646).expect("what was caught can be shown");
        assert!(FrameTaker::new().take(&maker.frame(0)).wrong.is_none());
    }
    taken
}
