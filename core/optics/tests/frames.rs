//! The session against synthetic frames: what a phone sees of tubes and cards, and what it never
//! should take for a code.

use fieldcore_frames::{Background, Frame, Setup, burst, catalogue, condition, render};
use fieldcore_optics::{LumaFrame, Session, Sight, Symbol, Symbologies, Symbology, SystemTimer, Timer};

const NO_CAP: u64 = u64::MAX;

fn session() -> Session {
    Session::new(Symbologies::ALL, NO_CAP, Box::new(SystemTimer::default()))
}

fn view(frame: &Frame) -> LumaFrame<'_> {
    LumaFrame::new(&frame.data, frame.width, frame.height, frame.width).expect("a sound frame")
}

/// Whether a symbol's text is one of those in the frame; Codabar's letters are no part of it there.
fn is_there(frame: &Frame, symbol: &Symbol) -> bool {
    let text = match symbol.symbology {
        Symbology::Codabar => &symbol.text[1..symbol.text.len() - 1],
        _ => &*symbol.text,
    };
    frame.expected.iter().any(|(_, expected)| expected == text)
}

fn looks(name: &str, frames: u64) -> Vec<(Frame, Sight)> {
    let look = |seed| {
        let frame = render(&condition(name, seed).expect("a condition"));
        let sight = session().look(&view(&frame));
        (frame, sight)
    };
    (0..frames).map(look).collect()
}

fn read(looks: &[(Frame, Sight)]) -> usize {
    looks.iter().filter(|(frame, sight)| sight.symbols.iter().any(|symbol| is_there(frame, symbol))).count()
}

#[test]
fn codes_are_read_at_every_angle() {
    for name in ["turn-10", "turn-30", "turn-45", "turn-60", "turn-80", "any-angle", "codabar-any", "pdf417-20"] {
        let looks = looks(name, 8);
        assert!(read(&looks) >= 7, "{name}: {} of 8", read(&looks));
    }
}

/// The negative control of the one above: the decoder alone, on the same frames.
#[test]
fn the_decoder_alone_reads_none_turned_by_45_degrees() {
    use rxing::{BinaryBitmap, DecodeHints, Luma8Source, Reader, common::HybridBinarizer};
    let hints = DecodeHints { TryHarder: Some(true), ..DecodeHints::default() };
    for seed in 0..8 {
        let frame = render(&condition("turn-45", seed).unwrap());
        let (width, height) = (frame.width as u32, frame.height as u32);
        let source = Luma8Source::new_with_slice(&frame.data, width, height).unwrap();
        let mut image = BinaryBitmap::new(HybridBinarizer::new(source));
        assert!(rxing::oned::Code128Reader.decode_with_hints(&mut image, &hints).is_err());
    }
}

#[test]
fn every_symbology_is_told_with_its_identifier() {
    for (name, symbology, aim) in [
        ("px-2.0", Symbology::Code128, "]C0"),
        ("gs1-any", Symbology::Code128, "]C1"),
        ("code39-any", Symbology::Code39, "]A0"),
        ("codabar-any", Symbology::Codabar, "]F0"),
        ("itf-any", Symbology::Itf, "]I0"),
        ("pdf417", Symbology::Pdf417, "]L0"),
        ("card-qr", Symbology::Qr, "]Q1"),
        ("dm-any", Symbology::DataMatrix, "]d1"),
    ] {
        let looks = looks(name, 6);
        let of_kind = |sight: &Sight| sight.symbols.iter().any(|s| s.symbology == symbology && s.aim == aim);
        assert!(looks.iter().any(|(_, sight)| of_kind(sight)), "{name}");
    }
}

#[test]
fn gs1_keeps_its_separators_and_codabar_its_letters() {
    let gs1 = looks("gs1-any", 6);
    assert!(read(&gs1) >= 4, "inner FNC1 stands as U+001D");
    let codabar = looks("codabar-any", 3);
    let symbols = codabar.iter().flat_map(|(_, sight)| &sight.symbols);
    assert!(symbols.into_iter().all(|symbol| symbol.text.starts_with('A') && symbol.text.ends_with('A')));
}

#[test]
fn nothing_is_read_where_nothing_is() {
    let negatives = catalogue().into_iter().filter(|row| row.kind.is_none());
    for row in negatives {
        for seed in 0..4 {
            let frame = render(&row.scene(seed).unwrap());
            let sight = session().still(&view(&frame));
            assert!(sight.symbols.is_empty(), "{} {seed}", row.name);
        }
    }
}

#[test]
fn what_is_read_of_bad_frames_is_right() {
    for name in
        ["px-1.25", "motion-along-3", "defocus-1.5", "tilt-45", "tilt-60", "hidden-10", "height-10", "near-axis"]
    {
        for (frame, sight) in looks(name, 8) {
            assert!(sight.symbols.iter().all(|symbol| is_there(&frame, symbol)), "{name}");
        }
    }
}

#[test]
fn two_tubes_in_view_are_both_told() {
    let both = looks("two-tubes", 8).into_iter().filter(|(_, sight)| sight.symbols.len() == 2).count();
    assert!(both >= 6, "{both} of 8");
}

/// The check character of these texts has FNC1's value; it is no part of them.
#[test]
fn a_check_character_that_looks_like_a_separator_is_none() {
    for text in ["JZ502097", "44316130"] {
        let setup = Setup { text: text.to_owned(), background: Background::Plain(0.5), ..Setup::base(1) };
        let frame = render(&setup.scene().unwrap());
        let sight = session().look(&view(&frame));
        assert_eq!(sight.symbols.iter().map(|symbol| &*symbol.text).collect::<Vec<_>>(), [text]);
    }
}

#[test]
fn a_second_frame_of_a_burst_agrees() {
    let scene = condition("any-angle", 3).unwrap();
    let mut session = session();
    let mut agreed = Vec::new();
    for scene in burst(&scene, 4, 3) {
        let frame = render(&scene);
        agreed.push(session.look(&view(&frame)).symbols.iter().any(|symbol| symbol.agreed));
    }
    assert!(!agreed[0], "one frame proves nothing");
    assert!(agreed.contains(&true));
    session.reset();
    let frame = render(&scene);
    assert!(session.look(&view(&frame)).symbols.iter().all(|symbol| !symbol.agreed), "another view begins anew");
}

/// Every pixel counts wherever it lies in memory: padded rows, a part of a larger frame.
#[test]
fn padding_and_place_change_nothing() {
    let frame = render(&condition("any-angle", 1).unwrap());
    let plain = session().look(&view(&frame));
    assert_eq!(plain.symbols.len(), 1);
    let stride = frame.width + 64;
    let mut padded = vec![0xaa; stride * frame.height - 64];
    for (y, row) in frame.data.chunks(frame.width).enumerate() {
        padded[y * stride..y * stride + frame.width].copy_from_slice(row);
    }
    let same = LumaFrame::new(&padded, frame.width, frame.height, stride).unwrap();
    assert_eq!(session().look(&same), plain);
    let (width, height) = (frame.width + 320, frame.height + 160);
    let mut larger = vec![128; width * height];
    for (y, row) in frame.data.chunks(frame.width).enumerate() {
        larger[(y + 80) * width + 160..][..frame.width].copy_from_slice(row);
    }
    let part = fieldcore_optics::Region { left: 160, top: 80, width: frame.width, height: frame.height };
    let part = LumaFrame::new(&larger, width, height, width).unwrap().within(part).unwrap();
    let moved = session().look(&part);
    assert_eq!(moved.symbols[0].text, plain.symbols[0].text);
    assert!((moved.symbols[0].outline[0].x - plain.symbols[0].outline[0].x - 160.0).abs() < 0.01);
}

struct Late(std::sync::atomic::AtomicU64);

impl Timer for Late {
    fn micros(&self) -> u64 {
        self.0.fetch_add(1_000, std::sync::atomic::Ordering::Relaxed)
    }
}

#[test]
fn the_cap_ends_the_work_and_is_told() {
    let frame = render(&condition("no-worktop", 1).unwrap());
    let timer = || Box::new(Late(std::sync::atomic::AtomicU64::new(0)));
    let sight = Session::new(Symbologies::ALL, 500, timer()).still(&view(&frame));
    assert!(sight.cut_short && sight.symbols.is_empty());
    let sight = Session::new(Symbologies::ALL, NO_CAP, timer()).still(&view(&frame));
    assert!(!sight.cut_short);
}

#[test]
fn dark_and_blurred_frames_say_what_would_help() {
    use fieldcore_optics::Guidance;
    let given = |name: &str, guidance: Guidance| {
        looks(name, 8).iter().filter(|(_, sight)| sight.guidance.contains(&guidance)).count()
    };
    assert!(given("defocus-2", Guidance::Blurred) >= 3);
    let black = vec![8u8; 1280 * 720];
    let frame = LumaFrame::new(&black, 1280, 720, 1280).unwrap();
    assert_eq!(session().look(&frame).guidance, [Guidance::TooDark]);
    assert!(given("wrapped-13", Guidance::AlongTube) >= 5);
    assert!(given("hidden-10", Guidance::AlongTube) <= 2, "the negative control: the label lies as it should");
    let wrapped = looks("wrapped-13", 8);
    assert!(wrapped.iter().all(|(_, sight)| sight.symbols.is_empty() && sight.unread.is_some()));
}

/// Frames that lie, are tiny, thin, or full of noise: an answer, never a panic.
#[test]
fn hostile_frames_are_answered() {
    let mut state = 7u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    let mut session = session();
    for round in 0..60 {
        let (width, height) = match round % 4 {
            0 => (1 + next() % 40, 1 + next() % 40),
            1 => (1 + next() % 3000, 1 + next() % 6),
            2 => (1 + next() % 6, 1 + next() % 3000),
            _ => (200 + next() % 200, 100 + next() % 200),
        };
        let stripes = 1 + next() % 12;
        let data: Vec<u8> = (0..width * height)
            .map(|i| match round % 3 {
                0 => (next() & 0xff) as u8,
                1 => {
                    if (i % width / stripes).is_multiple_of(2) {
                        20
                    } else {
                        230
                    }
                }
                _ => {
                    if ((i % width / stripes) + (i / width / stripes)).is_multiple_of(2) {
                        0
                    } else {
                        255
                    }
                }
            })
            .collect();
        let frame = LumaFrame::new(&data, width, height, width).unwrap();
        let sight = session.still(&frame);
        assert!(sight.symbols.len() <= 16);
        session.look(&frame);
    }
}
