//! How long a carry takes from a screen to a camera: frames by simulation, with losses, and how much of drawn
//! frames is read. Nothing here depends on the machine: times are frames through frames a second.

use fieldcore::carry::{self, FRAME_BYTES, FRAME_HEAD_BYTES, FrameMaker, FrameTaker, Way};
use fieldcore::optics::{LumaFrame, Session, Symbologies, Symbology, SystemTimer};
use fieldcore_frames::Camera;
use fieldcore_tests::screen::{View, frame_of};
use fieldcore_tests::workload::Workload;
use fieldcore_tests::{Desk, Rng, long};

/// Transfers for one figure.
const RUNS: u64 = 400;

fn main() {
    let day = day();
    println!("a small day: 200 actions of a sampler, {} bytes with enrolment, poll and word\n", day.len());
    transfers(&[("small day".to_owned(), day)]);
    let sized = |kib: usize| (format!("{kib} KiB"), (0..kib * 1024).map(|at| (at % 251) as u8).collect());
    transfers(&[5, 15, 20, 25, 64].map(sized));
    reading();
}

/// What a phone exports after 200 actions.
fn day() -> Vec<u8> {
    let mut desk = Desk::new(5, Workload::new(5, 400, 10));
    let mut station = desk.open().expect("it opens");
    for _ in 0..200 {
        desk.step(&mut station).unwrap_or_else(|(step, error)| panic!("{step:?}: {error}"));
    }
    carry::export_bytes(station.journal(), usize::MAX, Way::Screen).expect("it is packed").0
}

/// Frames shown until a transfer is whole. `plain` shows the parts alone, again and again.
fn shown(maker: &FrameMaker, loss: u64, plain: bool, rng: &mut Rng) -> u32 {
    let mut taker = FrameTaker::new();
    let cycle = maker.needed() as u32;
    // A camera begins to look somewhere in the show.
    let first = rng.below(u64::from(cycle)) as u32;
    for count in 0.. {
        let number = first + count;
        let number = if plain { number % cycle } else { number };
        if !rng.percent(loss) && taker.take(&maker.frame(number)).is_done() {
            return count + 1;
        }
    }
    0
}

fn transfers(bundles: &[(String, Vec<u8>)]) {
    println!(
        "| bundle | frames needed | loss | frames shown: median, p95 | seconds at 10/s: median, p95 | at 8/s: p95 | parts alone, in turn: p95 |"
    );
    println!("|---|---|---|---|---|---|---|");
    for (name, bundle) in bundles {
        let maker = FrameMaker::new(bundle).expect("it is for a screen");
        for loss in [0, 10, 30] {
            let runs = |plain: bool| {
                let mut rng = Rng::new(loss + 1).fork(name);
                let mut counts: Vec<u32> = (0..RUNS).map(|_| shown(&maker, loss, plain, &mut rng)).collect();
                counts.sort_unstable();
                (counts[counts.len() / 2], counts[counts.len() * 95 / 100])
            };
            let ((median, p95), (_, plain)) = (runs(false), runs(true));
            println!(
                "| {name} | {} | {loss} % | {median}, {p95} | {:.1}, {:.1} | {:.1} | {plain} |",
                maker.needed(),
                f64::from(median) / 10.0,
                f64::from(p95) / 10.0,
                f64::from(p95) / 8.0
            );
        }
    }
    println!();
}

/// Which versions are read from a screen that fills the frame, and how near version 20 has to be.
fn reading() {
    let frames = if long() { 200 } else { 25 };
    println!("| code | module, px | view | read of {frames} frames |");
    println!("|---|---|---|---|");
    let steady = View::steady().camera;
    let hand = Camera { motion_px: 3.0, motion_deg: 20.0, defocus_px: 1.0, noise: 6.0 };
    // Characters of the alphanumeric mode at level M, by version (ISO/IEC 18004, table 7).
    for (version, characters) in [(15, 600), (20, 970), (25, 1451), (30, 1990)] {
        let modules = 17.0 + 4.0 * version as f32;
        let bytes = characters / 3 * 2;
        // As near as the code's height allows in 720 rows.
        let near = 620.0 / (modules + 8.0);
        for (word, camera) in [("steady", steady), ("by hand", hand)] {
            row(version, bytes, near, word, camera, frames);
        }
    }
    for px in [4.5, 4.0, 3.5, 3.0, 2.5] {
        row(20, FRAME_BYTES, px, "steady", steady, frames);
    }
    println!("\na frame has {FRAME_BYTES} bytes, {} of them of the bundle", FRAME_BYTES - FRAME_HEAD_BYTES);
}

fn row(version: i32, bytes: usize, px_per_module: f32, word: &str, camera: Camera, frames: u64) {
    let bundle: Vec<u8> = (0..20_000).map(|at: usize| (at.wrapping_mul(2_654_435_761) >> 7) as u8).collect();
    let maker = FrameMaker::with_frame_bytes(&bundle, bytes).expect("it is for a screen");
    let view = View { px_per_module, camera };
    // One view, as a camera has it: the reader keeps to what gave something before.
    let qr = Symbologies::NONE.with(Symbology::Qr);
    let mut eyes = Session::new(qr, u64::MAX, Box::new(SystemTimer::default()));
    let read = (0..frames).filter(|number| {
        let text = maker.text(*number as u32);
        let frame = frame_of(&text, &view, *number);
        let frame = LumaFrame::new(&frame.data, frame.width, frame.height, frame.width).expect("a sound frame");
        eyes.look(&frame).symbols.iter().any(|symbol| symbol.text == text)
    });
    println!("| version {version}-M, {bytes} bytes | {px_per_module:.1} | {word} | {} |", read.count());
}
