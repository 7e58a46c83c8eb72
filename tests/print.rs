//! Card numbers and machine-readable zones from drawn frames: a small part of what the benchmark `print`
//! measures. The font is one that the net was never trained on. `tests/run reader` brings the fonts.

use chrono::NaiveDate;
use fieldcore::scan::{PrintMemory, Settled};
use fieldcore::{Eyes, Glance, Outcome};
use fieldcore_frames::document::{
    DocumentKind, Level, Shot, clutter_burst, document_burst, number_page_burst, wrong_digit_burst, wrong_zone_burst,
};
use fieldcore_optics::{Guidance, LumaFrame, Session, Symbologies, SystemTimer};
use fieldcore_tests::Desk;
use fieldcore_tests::workload::{LANE, Workload};

const FRAMES: usize = 5;
const BURSTS: u64 = 4;

/// What a burst settles, if anything.
fn settled(shots: &[Shot]) -> Option<String> {
    let today = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    let mut view = Session::new(Symbologies::NONE, u64::MAX, Box::new(SystemTimer::default())).with_print();
    let mut memory = PrintMemory::default();
    shots.iter().find_map(|shot| {
        let frame = LumaFrame::new(&shot.data, shot.width, shot.height, shot.width).unwrap();
        match memory.take(&view.look(&frame).lines, today) {
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

/// What a camera over a lane with an open tube brings from these frames.
fn glances(shots: &[Shot]) -> Vec<Glance> {
    let desk = Desk::new(6, Workload::new(6, 1, 10));
    let mut station = desk.open().unwrap();
    assert_eq!(station.line(LANE, "TUBE-0001").unwrap().outcome, Outcome::TubeOpened);
    let session = Session::new(Symbologies::ALL, u64::MAX, Box::new(SystemTimer::default())).with_print();
    let mut eyes = Eyes::new(session);
    let frames = shots.iter().map(|shot| {
        desk.clock.advance(100);
        let frame = LumaFrame::new(&shot.data, shot.width, shot.height, shot.width).unwrap();
        station.look(LANE, &mut eyes, &frame).unwrap()
    });
    frames.collect()
}

#[test]
#[ignore = "needs fonts: tests/run reader"]
fn a_card_in_view_is_one_person_whose_number_is_shown_while_it_is_there() {
    let mut shots = document_burst(DocumentKind::PrcNumber, Level::Easy, 1_000, 8).unwrap();
    let number = text(&shots[0]);
    let away = Shot { data: vec![120; 1280 * 720], width: 1280, height: 720, lines: Vec::new() };
    shots.extend((0..20).map(|_| away.clone()));
    let glances = glances(&shots);
    let outcomes: Vec<Outcome> = glances.iter().filter_map(|one| one.answer.as_ref()).map(|it| it.outcome).collect();
    assert_eq!(outcomes, [Outcome::Bound], "once, however long it lies there");
    let shown = |glance: &Glance| glance.number.as_ref().map(|number| number.expose().to_owned());
    assert!(glances.iter().filter_map(shown).all(|shown| shown == number));
    assert!(glances[..8].iter().any(|one| !one.lines.is_empty() && one.sight.guidance.is_empty()));
    assert!(shown(&glances[7]).is_some() && shown(&glances[27]).is_none(), "it goes with the card");
}

#[test]
#[ignore = "needs fonts: tests/run reader"]
fn a_card_with_a_wrong_digit_is_nobody() {
    let glances = glances(&wrong_digit_burst(Level::Easy, 1_000, 8).unwrap());
    assert!(glances.iter().all(|one| one.answer.is_none() && one.number.is_none() && one.lines.is_empty()));
}

#[test]
#[ignore = "needs fonts: tests/run reader"]
fn a_card_beyond_the_frames_edge_is_said_to_be_cut_off() {
    let mut shot = document_burst(DocumentKind::PrcNumber, Level::Easy, 1_003, 1).unwrap().remove(0);
    let right = shot.lines[0].corners.iter().map(|at| at.0).fold(f32::MIN, f32::max);
    let left = shot.lines[0].corners.iter().map(|at| at.0).fold(f32::MAX, f32::min);
    // The frame ends in the middle of the number.
    let width = (left + (right - left) * 0.7) as usize;
    shot.data = shot.data.chunks_exact(shot.width).flat_map(|row| row[..width].to_vec()).collect();
    shot.width = width;
    let glances = glances(&[shot.clone(), shot]);
    assert!(glances.iter().any(|one| one.sight.guidance.contains(&Guidance::CutOff) && one.sight.unread.is_some()));
    assert!(glances.iter().all(|one| one.answer.is_none()));
}
