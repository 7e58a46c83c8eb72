//! Card numbers and machine-readable zones from frames: share of single frames and of bursts of five that
//! are read right, wrong ones, and what a frame costs. `cargo bench -p fieldcore-tests --bench print --
//! [BURSTS] [CELL…]` takes that many bursts a cell (200 without a number) and only cells whose names hold
//! one of the words (`hard`, `td3`, `clutter`, `line`). Documents that the frame's edge cuts off are left out by
//! their geometry alone.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::process::ExitCode;
use std::time::Instant;

use chrono::NaiveDate;
use fieldcore::scan::{PrintMemory, Printed, Reading, Scan, Settled, interpret, printed};
use fieldcore_frames::document::{
    DocumentKind, FontError, Level, Shot, clutter_burst, document_burst, number_page_burst, wrong_digit_burst,
    wrong_zone_burst,
};
use fieldcore_optics::{LumaFrame, Session, Symbologies, SystemTimer};

/// Frames of a burst: half a second of a slow phone.
const FRAMES: usize = 5;

/// What a cell came to.
#[derive(Default)]
struct Cell {
    frames: u32,
    frames_right: u32,
    frames_wrong: u32,
    bursts: u32,
    bursts_right: u32,
    bursts_wrong: u32,
    /// Right but for names that the operator is asked to confirm.
    to_confirm: u32,
    ms: Vec<f64>,
}

impl Cell {
    fn line(&mut self, name: &str) {
        self.ms.sort_by(f64::total_cmp);
        let quantile = |share: f64| self.ms[((self.ms.len() - 1) as f64 * share) as usize];
        let share = |part: u32, of: u32| 100.0 * f64::from(part) / f64::from(of.max(1));
        println!(
            "{name:14} frames {:5.1} % of {}, {} wrong; bursts {:5.1} % of {}, {} wrong, {} to confirm; {:.1} ms median, {:.1} p99",
            share(self.frames_right, self.frames),
            self.frames,
            self.frames_wrong,
            share(self.bursts_right, self.bursts),
            self.bursts,
            self.bursts_wrong,
            self.to_confirm,
            quantile(0.5),
            quantile(0.99),
        );
    }

    /// Reads a burst; `expected` is what alone is right.
    fn burst(&mut self, shots: &[Shot], expected: Option<&str>, today: NaiveDate) {
        let mut memory = PrintMemory::default();
        let mut view = view();
        let mut settled = None;
        for shot in shots {
            let Ok(frame) = LumaFrame::new(&shot.data, shot.width, shot.height, shot.width) else { continue };
            let began = Instant::now();
            let now = memory.take(&view.look(&frame).lines, today);
            self.ms.push(began.elapsed().as_secs_f64() * 1e3);
            let one = printed(&self::view().look(&frame).lines, today);
            self.frames += 1;
            let sure: Vec<String> = one.iter().filter(|one| one.is_sure()).map(|one| one.text()).collect();
            self.frames_right += u32::from(sure.iter().any(|text| Some(text.as_str()) == expected));
            self.frames_wrong += u32::from(sure.iter().any(|text| Some(text.as_str()) != expected));
            match now {
                // What was taken first stays.
                Settled::One(one, _, agreed) => {
                    settled.get_or_insert((one, agreed));
                }
                Settled::Several | Settled::Nothing => {}
            }
        }
        self.bursts += 1;
        if let (None, Settled::One(one, _, agreed)) = (&settled, memory.last_word()) {
            settled = Some((one, agreed));
        }
        let Some((one, agreed)) = settled else { return };
        let text = one.text();
        if Some(text.as_str()) == expected {
            self.bursts_right += 1;
        } else if agreed || !is_sound(&one, expected, today) {
            self.bursts_wrong += 1;
            // Nobody's: the generator drew them.
            println!("  wrong: {} for {}", text.replace('\n', "/"), expected.unwrap_or("nothing").replace('\n', "/"));
        } else {
            self.to_confirm += 1;
        }
    }
}

/// Whether everything but what the operator is asked to confirm is as it was printed.
fn is_sound(one: &Printed, expected: Option<&str>, today: NaiveDate) -> bool {
    let Some(expected) = expected else { return false };
    let printed = interpret(&Scan::Mrz { lines: expected.lines().map(str::to_owned).collect() }, today);
    let read = one.reading(false);
    let taken = |reading: &Reading| {
        let fields = reading.fields.iter().filter(|(name, _)| !read.confirm.contains(name));
        fields.cloned().collect::<Vec<_>>()
    };
    taken(&read) == taken(&printed)
}

/// What a line of 44 signs costs in ms, from its candidate to its probabilities: a passport's frame against the
/// same one with its lines painted over.
fn line_cost() -> Result<f64, FontError> {
    let mut costs = Vec::new();
    for seed in 0..16 {
        let with = document_burst(DocumentKind::Td3, Level::Easy, seed, 1)?.remove(0);
        let mut without = with.clone();
        for line in &with.lines {
            paint_over(&mut without, &line.corners);
        }
        costs.push((least_cost(&with) - least_cost(&without)) / with.lines.len() as f64);
    }
    costs.sort_by(f64::total_cmp);
    Ok(costs[costs.len() / 2])
}

/// A session that reads print alone, for as long as it takes.
fn view() -> Session {
    Session::new(Symbologies::NONE, u64::MAX, Box::new(SystemTimer::default())).with_print()
}

/// The shortest of several looks, in ms.
fn least_cost(shot: &Shot) -> f64 {
    let Ok(frame) = LumaFrame::new(&shot.data, shot.width, shot.height, shot.width) else { return 0.0 };
    let mut view = view();
    let looks = (0..7).map(|_| {
        let began = Instant::now();
        view.look(&frame);
        began.elapsed().as_secs_f64() * 1e3
    });
    looks.fold(f64::MAX, f64::min)
}

/// Paints a quarter more than a line's box in the level of its corner.
fn paint_over(shot: &mut Shot, corners: &[(f32, f32); 4]) {
    let [a, b, _, d] = corners;
    let level = shot.data[a.1 as usize * shot.width + a.0 as usize];
    let (across, down) = ((b.0 - a.0, b.1 - a.1), (d.0 - a.0, d.1 - a.1));
    let area = across.0 * down.1 - across.1 * down.0;
    for (place, pixel) in shot.data.iter_mut().enumerate() {
        let (x, y) = ((place % shot.width) as f32 - a.0, (place / shot.width) as f32 - a.1);
        let (u, v) = ((x * down.1 - y * down.0) / area, (y * across.0 - x * across.1) / area);
        if (-0.03..1.03).contains(&u) && (-0.35..1.35).contains(&v) {
            *pixel = level;
        }
    }
}

fn text_of(shot: &Shot) -> String {
    shot.lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n")
}

fn run(bursts: u64, words: &[String], today: NaiveDate) -> Result<u32, FontError> {
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word));
    let levels = [("easy", Level::Easy), ("medium", Level::Medium), ("hard", Level::Hard)];
    let kinds = [
        ("prc", DocumentKind::PrcNumber),
        ("td1", DocumentKind::Td1),
        ("td2", DocumentKind::Td2),
        ("td3", DocumentKind::Td3),
        ("mrva", DocumentKind::MrvA),
        ("mrvb", DocumentKind::MrvB),
        ("permit", DocumentKind::ExitPermit),
    ];
    let mut wrong = 0;
    for (kind_name, kind) in kinds {
        for (level_name, level) in levels {
            let name = format!("{kind_name}-{level_name}");
            if !wanted(&name) {
                continue;
            }
            let mut cell = Cell::default();
            for seed in 0..bursts {
                let shots = document_burst(kind, level, seed, FRAMES)?;
                if shots.iter().all(Shot::is_whole) {
                    cell.burst(&shots, Some(&text_of(&shots[0])), today);
                }
            }
            cell.line(&name);
            wrong += cell.bursts_wrong;
        }
    }
    if wanted("line") {
        println!("a line of 44 signs: {:.1} ms", line_cost()?);
    }
    type Draw = fn(Level, u64, usize) -> Result<Vec<Shot>, FontError>;
    let others: [(&str, Draw); 4] = [
        ("wrong digit", wrong_digit_burst),
        ("wrong zone", wrong_zone_burst),
        ("number page", |_, seed, frames| number_page_burst(seed, frames)),
        ("clutter", |_, seed, frames| clutter_burst(seed, frames)),
    ];
    for (name, draw) in others.into_iter().filter(|(name, _)| wanted(name)) {
        let mut cell = Cell::default();
        for seed in 0..bursts {
            cell.burst(&draw(levels[seed as usize % 3].1, seed, FRAMES)?, None, today);
        }
        cell.line(name);
        wrong += cell.bursts_wrong;
    }
    Ok(wrong)
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let bursts = words.iter().find_map(|word| word.parse().ok()).unwrap_or(200);
    let words: Vec<String> = words.into_iter().filter(|word| word.parse::<u64>().is_err()).collect();
    let today = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default();
    match run(bursts, &words, today) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(wrong) => {
            println!("{wrong} bursts gave a wrong text");
            ExitCode::FAILURE
        }
        Err(missing) => {
            println!("print: {missing}");
            ExitCode::FAILURE
        }
    }
}
