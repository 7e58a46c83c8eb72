//! Card numbers and machine-readable zones from drawn frames: a small part of what the benchmark `print`
//! measures. The font is one that the net was never trained on. `tests/run reader` brings the fonts.

use chrono::NaiveDate;
use fieldcore::scan::{PrintMemory, Settled, printed};
use fieldcore_frames::document::{
    DocumentKind, Level, Shot, clutter_burst, document_burst, number_page_burst, wrong_digit_burst, wrong_zone_burst,
};
use fieldcore_optics::{LumaFrame, Session, Symbologies, SystemTimer};

const FRAMES: usize = 5;
const BURSTS: u64 = 4;

/// What a burst settles, if anything.
fn settled(shots: &[Shot]) -> Option<String> {
    let today = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    let mut view = Session::new(Symbologies::NONE, u64::MAX, Box::new(SystemTimer::default())).with_print();
    let mut memory = PrintMemory::default();
    shots.iter().find_map(|shot| {
        let frame = LumaFrame::new(&shot.data, shot.width, shot.height, shot.width).unwrap();
        match memory.take(&printed(&view.look(&frame).lines, today)) {
            Settled::One(one, ..) => Some(one.text()),
            Settled::Nothing | Settled::Several => None,
        }
    })
}

fn text(shot: &Shot) -> String {
    shot.lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n")
}

#[test]
#[ignore = "needs fonts: tests/run reader"]
fn documents_in_easy_light_are_read() {
    let kinds =
        [DocumentKind::PrcNumber, DocumentKind::Td1, DocumentKind::Td2, DocumentKind::Td3, DocumentKind::ExitPermit];
    for kind in kinds {
        let mut right = 0;
        for seed in 1_000..1_000 + BURSTS {
            let shots = document_burst(kind, Level::Easy, seed, FRAMES).unwrap();
            let (read, expected) = (settled(&shots), text(&shots[0]));
            assert!(read.is_none() || read.as_ref() == Some(&expected), "{kind:?} {seed}: a wrong text");
            right += u64::from(read.is_some());
        }
        assert!(right >= BURSTS - 1, "{kind:?}: {right} of {BURSTS}");
    }
}

#[test]
#[ignore = "needs fonts: tests/run reader"]
fn what_is_printed_wrong_and_what_is_no_document_is_never_read() {
    for seed in 1_000..1_000 + BURSTS {
        let bursts = [
            wrong_digit_burst(Level::Easy, seed, FRAMES),
            wrong_zone_burst(Level::Easy, seed, FRAMES),
            number_page_burst(seed, FRAMES),
            clutter_burst(seed, FRAMES),
        ];
        for (place, shots) in bursts.into_iter().enumerate() {
            assert_eq!(settled(&shots.unwrap()), None, "kind {place} of seed {seed}");
        }
    }
}
