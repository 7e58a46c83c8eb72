//! Animated frames: losses, hostile codes, and what a receiver keeps.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{FRAME_BYTES, FRAME_HEAD_BYTES, FrameMaker, FrameTaker, Progress, Wrong};
use crate::limits::{FRAME_PARTS_MAX, FRAME_STRAYS_MAX, FRAMES_BUNDLE_BYTES_MAX};

/// Bytes that look like nothing, the same for one seed.
fn bundle(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let step = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_be_bytes()[3]
    };
    (0..length).map(step).collect()
}

/// Shows frames from `first` on, those that `seen` lets through; how many were shown until it was done.
fn show(maker: &FrameMaker, taker: &mut FrameTaker, first: u32, mut seen: impl FnMut(u32) -> bool) -> u32 {
    for number in first..first + 20_000 {
        if seen(number) && taker.take(&maker.frame(number)).is_done() {
            return number - first + 1;
        }
    }
    panic!("20,000 frames were shown in vain");
}

#[test]
fn nothing_missed_takes_the_parts_and_no_more() {
    for length in [1, 2, 500, 622, 623, 1244, 20_000, 65_537] {
        let bytes = bundle(length, 1);
        let maker = FrameMaker::new(&bytes).unwrap();
        let mut taker = FrameTaker::new();
        assert_eq!(show(&maker, &mut taker, 0, |_| true) as usize, maker.needed(), "{length} bytes");
        assert_eq!(taker.bundle(), Some(&bytes[..]), "{length} bytes");
        assert_eq!(maker.needed(), length.div_ceil(FRAME_BYTES - FRAME_HEAD_BYTES));
    }
}

#[test]
fn a_code_of_version_20_holds_a_frame() {
    let maker = FrameMaker::new(&bundle(20_000, 2)).unwrap();
    for number in [0, 7, 31, 32, 33, 1_000_000] {
        assert_eq!(maker.frame(number).len(), FRAME_BYTES);
        assert!(maker.text(number).len() <= 970, "ISO/IEC 18004: 970 alphanumeric characters at 20-M");
    }
}

#[test]
fn whoever_misses_some_needs_about_two_more_whichever_come() {
    let bytes = bundle(20_000, 3);
    let maker = FrameMaker::new(&bytes).unwrap();
    let mut extra = Vec::new();
    for missed in 1..maker.needed() as u32 {
        let mut taker = FrameTaker::new();
        let shown = show(&maker, &mut taker, 0, |number| number >= missed);
        assert_eq!(taker.bundle(), Some(&bytes[..]));
        extra.push(shown - maker.needed() as u32 - missed);
    }
    let mean = f64::from(extra.iter().sum::<u32>()) / extra.len() as f64;
    assert!(mean < 2.5, "{mean} frames more than were missed");
    assert!(extra.iter().all(|extra| *extra < 16), "{extra:?}");
    // Whoever looks only after the first cycle needs no plain frame at all.
    let mut late = FrameTaker::new();
    assert!(show(&maker, &mut late, 5_000, |_| true) < maker.needed() as u32 + 16);
    assert_eq!(late.bundle(), Some(&bytes[..]));
}

#[test]
fn what_is_not_of_the_transfer_changes_nothing() {
    let (bytes, other) = (bundle(5_000, 4), FrameMaker::new(&bundle(9_000, 5)).unwrap());
    let maker = FrameMaker::new(&bytes).unwrap();
    let mut taker = FrameTaker::new();
    let wrong = |taker: &mut FrameTaker, code: &[u8]| taker.take(code).wrong;
    assert_eq!(wrong(&mut taker, b""), Some(Wrong::NoFrame));
    assert_eq!(wrong(&mut taker, b"FCQ1"), Some(Wrong::NoFrame));
    assert_eq!(wrong(&mut taker, b"https://a.example"), Some(Wrong::NoFrame));
    assert_eq!(taker.take_text("not base45").wrong, Some(Wrong::NoFrame));
    taker.take(&maker.frame(0));
    for at in 4..maker.frame(1).len() {
        let mut damaged = maker.frame(1);
        damaged[at] ^= 1 << (at % 8);
        assert_eq!(wrong(&mut taker, &damaged), Some(Wrong::Damaged), "byte {at}");
    }
    for length in 0..maker.frame(1).len() {
        assert!(wrong(&mut taker, &maker.frame(1)[..length]).is_some());
    }
    assert_eq!(wrong(&mut taker, &other.frame(0)), Some(Wrong::OtherTransfer));
    let progress = taker.take(&maker.frame(0));
    assert_eq!(progress, Progress { have: 1, needed: maker.needed(), new: false, wrong: None });
    show(&maker, &mut taker, 1, |_| true);
    assert_eq!(taker.bundle(), Some(&bytes[..]));
    // What is there stays there until another transfer is meant.
    assert_eq!(wrong(&mut taker, &other.frame(0)), Some(Wrong::OtherTransfer));
    assert_eq!(taker.bundle(), Some(&bytes[..]));
    for number in 1..FRAME_STRAYS_MAX {
        taker.take(&other.frame(number));
    }
    show(&other, &mut taker, 0, |_| true);
    assert_eq!(taker.bundle(), Some(&bundle(9_000, 5)[..]));
}

/// A frame with its check put right: what a hostile screen can show.
fn forged(frame: &[u8], change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut body = frame[..frame.len() - 4].to_vec();
    change(&mut body);
    let check = crate::crypto::sha256(&[b"fieldcore/frame/1\0", &body]);
    body.extend_from_slice(&check[..4]);
    body
}

#[test]
fn a_hostile_screen_gets_nothing_but_a_new_start() {
    let bytes = bundle(3_000, 6);
    let maker = FrameMaker::new(&bytes).unwrap();
    let mut taker = FrameTaker::new();
    // A part that is another one: noticed once everything is there, and then nothing is kept of it.
    let poison = forged(&maker.frame(2), |body| *body.last_mut().unwrap() ^= 1);
    taker.take(&poison);
    let mut last = None;
    for number in [0, 1, 3, 4] {
        last = taker.take(&maker.frame(number)).wrong;
    }
    assert_eq!(last, Some(Wrong::NotWhole));
    assert_eq!((taker.take(b"").have, taker.bundle()), (0, None));
    show(&maker, &mut taker, 0, |_| true);
    assert_eq!(taker.bundle(), Some(&bytes[..]));
    // Lengths that would cost memory.
    let length = |value: u32| forged(&maker.frame(0), |body| body[12..16].copy_from_slice(&value.to_be_bytes()));
    for value in [0, u32::MAX, u32::try_from(FRAMES_BUNDLE_BYTES_MAX).unwrap() + 1, 5] {
        assert_eq!(FrameTaker::new().take(&length(value)).wrong, Some(Wrong::Limits), "{value}");
    }
    let small = forged(&maker.frame(0), |body| {
        body.truncate(21);
        body[12..16].copy_from_slice(&100_000u32.to_be_bytes());
    });
    assert_eq!(FrameTaker::new().take(&small).wrong, Some(Wrong::Limits));
}

#[test]
fn what_is_for_a_file_is_refused_for_a_screen() {
    assert!(FrameMaker::new(&[]).is_err());
    assert!(FrameMaker::new(&bundle(FRAMES_BUNDLE_BYTES_MAX + 1, 7)).is_err());
    assert!(FrameMaker::with_frame_bytes(&bundle(FRAME_PARTS_MAX + 1, 7), 25).is_err());
    assert!(FrameMaker::with_frame_bytes(&bundle(FRAME_PARTS_MAX, 7), 25).is_ok());
    let largest = FrameMaker::new(&bundle(FRAMES_BUNDLE_BYTES_MAX, 7)).unwrap();
    let mut taker = FrameTaker::new();
    show(&largest, &mut taker, 100_000, |_| true);
    assert_eq!(taker.bundle().map(<[u8]>::len), Some(FRAMES_BUNDLE_BYTES_MAX));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_order_any_loss_any_size(length in 1usize..4_000, frame in 25usize..300, seed: u64, numbers in prop::collection::vec(0u32..1_000, 0..200)) {
        let bytes = bundle(length, seed);
        let Ok(maker) = FrameMaker::with_frame_bytes(&bytes, frame) else { return Ok(()) };
        let mut taker = FrameTaker::new();
        let distinct: BTreeSet<u32> = numbers.iter().copied().collect();
        let mut have = 0;
        for number in &numbers {
            let progress = taker.take(&maker.frame(*number));
            prop_assert_eq!(progress.wrong, None);
            prop_assert_eq!(progress.have, have + usize::from(progress.new));
            have = progress.have;
        }
        prop_assert!(have <= distinct.len() && have <= maker.needed());
        show(&maker, &mut taker, 0, |_| true);
        prop_assert_eq!(taker.bundle(), Some(&bytes[..]));
    }

    #[test]
    fn whatever_a_camera_sees_does_no_harm(codes in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 0..40), seed: u64) {
        let bytes = bundle(700, seed);
        let maker = FrameMaker::with_frame_bytes(&bytes, 80).unwrap();
        let mut taker = FrameTaker::new();
        for (number, code) in (0..).zip(&codes) {
            let mut framed = b"FCQ1".to_vec();
            framed.extend_from_slice(code);
            taker.take(code);
            taker.take(&forged(&[framed, vec![0; 4]].concat(), |_| ()));
            taker.take(&maker.frame(number));
        }
        // Hostile frames may have begun another transfer: this one takes over again.
        show(&maker, &mut taker, 0, |_| true);
        prop_assert_eq!(taker.bundle(), Some(&bytes[..]));
    }
}
