//! Share of frames read, misreads and time, beside the bare decoder on the same frames in the same
//! run: one line a condition, with the figures that are to be reached. Names after
//! `cargo bench -p fieldcore-optics --` choose conditions; `FIELDCORE_SHORT=1` takes fewer frames.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use criterion::Criterion;
use fieldcore_frames::{Condition, Frame, Kind, burst, catalogue, condition, render};
use fieldcore_optics::{LumaFrame, Session, Sight, Symbologies, Symbology, SystemTimer};
use rxing::common::HybridBinarizer;
use rxing::{BarcodeFormat, BinaryBitmap, DecodeHints, Luma8Source, MultiFormatReader};

/// Milliseconds at the most for strip search and linear decoding of a frame with a tube in view.
const MEDIAN_MS: f64 = 3.0;
const P99_MS: f64 = 8.0;

/// What one reader made of some frames.
#[derive(Default)]
struct Tally {
    read: u32,
    wrong: u32,
    frames: u32,
    ms: Vec<f64>,
}

impl Tally {
    fn add(&mut self, frame: &Frame, texts: &[String], ms: f64) {
        let right = |text: &String| frame.expected.iter().any(|(_, expected)| expected == text);
        self.frames += 1;
        self.read += u32::from(texts.iter().any(right));
        self.wrong += texts.iter().filter(|text| !right(text)).count() as u32;
        self.ms.push(ms);
    }

    fn share(&self) -> f64 {
        100.0 * f64::from(self.read) / f64::from(self.frames.max(1))
    }

    fn quantile(&mut self, share: f64) -> f64 {
        self.ms.sort_by(f64::total_cmp);
        self.ms.get(((self.ms.len().max(1) - 1) as f64 * share) as usize).copied().unwrap_or(0.0)
    }
}

fn wanted(kind: Option<Kind>) -> Symbologies {
    let linear = Symbologies::NONE.with(Symbology::Code128).with(Symbology::Code39).with(Symbology::Codabar);
    match kind {
        Some(Kind::Itf) => linear.with(Symbology::Itf),
        Some(Kind::Qr | Kind::DataMatrix) => Symbologies::ALL.matrix(),
        Some(Kind::Pdf417) => Symbologies::NONE.with(Symbology::Pdf417),
        Some(_) => linear,
        None => Symbologies::ALL,
    }
}

fn session(wanted: Symbologies) -> Session {
    Session::new(wanted, u64::MAX, Box::new(SystemTimer::default()))
}

fn view(frame: &Frame) -> LumaFrame<'_> {
    LumaFrame::new(&frame.data, frame.width, frame.height, frame.width).expect("a sound frame")
}

/// Texts as the generator states them: Codabar without its letters.
fn texts(sight: &Sight) -> Vec<String> {
    let text = |symbol: &fieldcore_optics::Symbol| match symbol.symbology {
        Symbology::Codabar => symbol.text[1..symbol.text.len() - 1].to_owned(),
        _ => symbol.text.clone(),
    };
    sight.symbols.iter().map(text).collect()
}

/// The decoder alone, trying hard, on the whole frame.
fn bare(frame: &Frame, kind: Option<Kind>) -> Vec<String> {
    let formats = wanted(kind).iter().map(|symbology| match symbology {
        Symbology::Code128 => BarcodeFormat::CODE_128,
        Symbology::Code39 => BarcodeFormat::CODE_39,
        Symbology::Codabar => BarcodeFormat::CODABAR,
        Symbology::Itf => BarcodeFormat::ITF,
        Symbology::Qr => BarcodeFormat::QR_CODE,
        Symbology::DataMatrix => BarcodeFormat::DATA_MATRIX,
        Symbology::Pdf417 => BarcodeFormat::PDF_417,
    });
    let hints = DecodeHints {
        TryHarder: Some(true),
        AssumeGs1: Some(true),
        PossibleFormats: Some(formats.collect()),
        ..DecodeHints::default()
    };
    let mut reader = MultiFormatReader::default();
    reader.set_hints(&hints);
    let (width, height) = (frame.width as u32, frame.height as u32);
    let Ok(source) = Luma8Source::new_with_slice(&frame.data, width, height) else { return Vec::new() };
    let result = reader.decode_with_state(&mut BinaryBitmap::new(HybridBinarizer::new(source)));
    result.map(|result| result.getText().trim_start_matches("]C1").to_owned()).into_iter().collect()
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let began = Instant::now();
    let done = work();
    (done, began.elapsed().as_secs_f64() * 1e3)
}

/// One condition: ours with one frame, ours with every pass, and the bare decoder.
fn measure(row: &Condition, frames: u64) -> [Tally; 3] {
    let mut tallies = [Tally::default(), Tally::default(), Tally::default()];
    let mut session = session(wanted(row.kind));
    for seed in 0..frames {
        let frame = render(&row.scene(seed).expect("a scene"));
        session.reset();
        let (sight, ms) = timed(|| session.look(&view(&frame)));
        tallies[0].add(&frame, &texts(&sight), ms);
        let (sight, ms) = timed(|| session.still(&view(&frame)));
        tallies[1].add(&frame, &texts(&sight), ms);
        let (read, ms) = timed(|| bare(&frame, row.kind));
        tallies[2].add(&frame, &read, ms);
    }
    tallies
}

/// Bursts of ten frames: any read in one, three, ten; two that agree in three, five, ten.
fn bursts(count: u64) {
    let mut any = [0u32; 3];
    let mut agree = [0u32; 3];
    for seed in 0..count {
        let scene = condition("burst", seed).expect("a scene");
        let mut session = session(wanted(Some(Kind::Code128)));
        let (mut first_read, mut first_agreed) = (usize::MAX, usize::MAX);
        for (index, scene) in burst(&scene, 10, seed).into_iter().enumerate() {
            let frame = render(&scene);
            let sight = session.look(&view(&frame));
            let right = |agreed: bool| {
                sight.symbols.iter().any(|symbol| {
                    (symbol.agreed || !agreed) && frame.expected.iter().any(|(_, text)| *text == symbol.text)
                })
            };
            first_read = first_read.min(if right(false) { index } else { usize::MAX });
            first_agreed = first_agreed.min(if right(true) { index } else { usize::MAX });
        }
        [1, 3, 10].iter().zip(&mut any).for_each(|(frames, sum)| *sum += u32::from(first_read < *frames));
        [3, 5, 10].iter().zip(&mut agree).for_each(|(frames, sum)| *sum += u32::from(first_agreed < *frames));
    }
    let share = |sum: u32| f64::from(sum) * 100.0 / count as f64;
    println!(
        "bursts ({count}): any of 1/3/10 frames {:.0}/{:.0}/{:.0} % (to reach 77/91/96), two agree in 3/5/10 {:.0}/{:.0}/{:.0} % (80/91/95)",
        share(any[0]),
        share(any[1]),
        share(any[2]),
        share(agree[0]),
        share(agree[1]),
        share(agree[2]),
    );
}

fn main() -> ExitCode {
    let short = std::env::var_os("FIELDCORE_SHORT").is_some();
    let frames = if short { 20 } else { 100 };
    let chosen: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    println!(
        "condition; read by one frame, by every pass, by the bare decoder; reference: bare, with its step; wrong texts; ms median/p99 one frame, bare"
    );
    let mut missed = 0;
    for row in catalogue().iter().filter(|row| chosen.is_empty() || chosen.iter().any(|name| row.name == name)) {
        let [mut one, every, mut alone] = measure(row, frames);
        let reference =
            row.figure.map_or_else(String::new, |figure| format!("{:.0}, {:.0}", figure.rx_hard, figure.with_step));
        let shares = [&one, &every, &alone].map(|tally| format!("{:5.1}", tally.share())).join(" ");
        let wrong = [&one, &every, &alone].map(|tally| tally.wrong.to_string()).join("/");
        let ms = [&mut one, &mut alone].map(|tally| format!("{:.1}/{:.1}", tally.quantile(0.5), tally.quantile(0.99)));
        println!("{:18} {shares} %; reference {reference}; wrong {wrong}; {} ms, {} ms", row.name, ms[0], ms[1]);
        missed += one.wrong + every.wrong;
        if row.name == "any-angle" {
            let (median, p99) = (one.quantile(0.5), one.quantile(0.99));
            println!(
                "budget one frame, tube in view: {median:.2} ms median (limit {MEDIAN_MS}), {p99:.2} ms p99 (limit {P99_MS}); at least 99 % read at any angle: {:.1}",
                one.share()
            );
        }
    }
    if chosen.is_empty() || chosen.iter().any(|name| name == "bursts") {
        bursts(if short { 15 } else { 80 });
    }
    let frame = render(&condition("any-angle", 1).expect("a scene"));
    let mut criterion = Criterion::default().sample_size(20);
    criterion.bench_function("a frame with a tube", |bencher| {
        let mut session = session(Symbologies::TUBES);
        bencher.iter(|| black_box(session.look(&view(&frame))));
    });
    criterion.bench_function("the bare decoder on it", |bencher| {
        bencher.iter(|| black_box(bare(&frame, Some(Kind::Code128))));
    });
    criterion.final_summary();
    println!("texts that are not in the frame: {missed}");
    ExitCode::from(u8::from(missed > 0))
}
