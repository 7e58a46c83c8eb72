//! The calls that `bench.sh` makes from Kotlin and Swift, made in Rust: what is more there is the crossing.
//! Prints `crossing`, the row's name and its microseconds a call, with tabs between.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use fieldcore_ffi::{
    Answer, FieldError, FrameRegion, FrameShape, Journal, JournalOptions, KeyVault, Outcome, ShiftPlan, Station,
    VaultError,
};

/// Rounds of a row: those that warm up, and those whose median is the row's figure.
const WARM: usize = 5;
const ROUNDS: usize = 9;

const WIDTH: u32 = 1280;
const HEIGHT: u32 = 720;
const PIXELS: usize = 1280 * 720;
const WHOLE: FrameShape = FrameShape { width: WIDTH, height: HEIGHT, row_stride: WIDTH, rotation: 0, region: None };

/// Secrets in memory.
#[derive(Default)]
struct Vault(Mutex<BTreeMap<String, Vec<u8>>>);

impl Vault {
    fn kept(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyVault for Vault {
    fn create(&self, name: String, secret: Vec<u8>) -> Result<(), VaultError> {
        self.kept().insert(name, secret);
        Ok(())
    }

    fn read(&self, name: String) -> Result<Option<Vec<u8>>, VaultError> {
        Ok(self.kept().get(&name).cloned())
    }

    fn destroy(&self, name: String) -> Result<(), VaultError> {
        self.kept().remove(&name);
        Ok(())
    }
}

fn row<T>(name: &str, calls: u32, mut call: impl FnMut() -> Result<T, FieldError>) -> Result<(), FieldError> {
    let mut micros = Vec::with_capacity(ROUNDS);
    for round in 0..WARM + ROUNDS {
        let begun = Instant::now();
        for _ in 0..calls {
            black_box(call()?);
        }
        if round >= WARM {
            micros.push(begun.elapsed().as_secs_f64() * 1e6 / f64::from(calls));
        }
    }
    micros.sort_by(f64::total_cmp);
    println!("crossing\t{name}\t{:.3}", micros[ROUNDS / 2]);
    Ok(())
}

/// The number of a person who never was, born 1880 to 1905, with its MOD 11-2 check character.
fn resident_number(index: u32) -> String {
    let birth = format!("{:04}{:02}{:02}", 1880 + index % 26, 1 + index / 26 % 12, 1 + index / 312 % 28);
    let body = format!("110105{birth}{:03}", 1 + index / 8736 % 999);
    let sum = body.bytes().fold(0, |sum, digit| (sum + usize::from(digit - b'0')) * 2 % 11);
    format!("{body}{}", char::from(b"0123456789X"[(12 - sum) % 11]))
}

fn line(station: &Station, lane: &str, text: impl Into<String>) -> Result<Answer, FieldError> {
    station.line(lane.to_owned(), text.into())
}

fn expect(answer: &Answer, outcome: Outcome) {
    assert_eq!(answer.outcome, outcome, "{:?}", answer.problems);
}

/// A fresh journal below `folder` with a shift that runs.
fn at_work(folder: &Path, name: &str) -> Result<(Arc<Journal>, Arc<Station>), FieldError> {
    let folder = folder.join(name).to_string_lossy().into_owned();
    let options = JournalOptions { folder, practice: false, read_only: false, app: "bench".to_owned() };
    let journal = Journal::open(options, Arc::new(Vault::default()), None)?;
    let station = Station::open(Arc::clone(&journal))?;
    let (site, operator) = ("Hall".to_owned(), "Lin".to_owned());
    station.start_shift(None, ShiftPlan { site, operator, round: None, place: None, organisation: None })?;
    Ok((journal, station))
}

fn capture(folder: &Path) -> Result<(), FieldError> {
    let (journal, station) = at_work(folder, "capture")?;
    for lane in ["A", "B", "C"] {
        expect(&line(&station, lane, format!("OPEN-{lane}001"))?, Outcome::TubeOpened);
    }
    row("device", 5_000, || Ok(journal.device()))?;
    row("line", 400, || {
        let answer = line(&station, "A", "690123456789")?;
        assert!(answer.saved.is_none(), "{:?}", answer.outcome);
        Ok(answer)
    })?;
    row("status", 200, || station.status())?;
    let mut person = 0;
    row("scan", 200, || {
        if person % 10 == 0 {
            expect(&line(&station, "D", format!("TUBE-{person:05}"))?, Outcome::TubeOpened);
        }
        let answer = line(&station, "D", resident_number(person))?;
        person += 1;
        expect(&answer, Outcome::Bound);
        Ok(answer)
    })?;
    drop(station);
    journal.shut_down()
}

fn list(folder: &Path) -> Result<(), FieldError> {
    let (journal, station) = at_work(folder, "list")?;
    for tube in 0..1_000 {
        expect(&line(&station, &format!("{tube}"), format!("TUBE-{tube:05}"))?, Outcome::TubeOpened);
    }
    row("list", 10, || {
        let tubes = station.shift_tubes(None)?;
        assert_eq!(tubes.len(), 1_000);
        Ok(tubes)
    })?;
    drop(station);
    journal.shut_down()
}

fn frames(folder: &Path, plane: &[u8]) -> Result<(), FieldError> {
    let (journal, station) = at_work(folder, "frames")?;
    let corner = FrameRegion { left: 0, top: 0, width: 8, height: 8 };
    let region = FrameShape { region: Some(corner), ..WHOLE };
    row("region", 1_000, || station.look("A".to_owned(), plane, region))?;
    row("frame", 20, || {
        let glance = station.look("B".to_owned(), plane, WHOLE)?;
        assert_eq!(glance.read.len(), 1, "the frame shows one code");
        Ok(glance)
    })?;
    drop(station);
    journal.shut_down()
}

fn main() -> Result<(), Box<dyn Error>> {
    let disk = std::env::var_os("FIELDCORE_FOLDER").map_or_else(std::env::temp_dir, Into::into);
    let folder = tempfile::Builder::new().prefix("crossing-").tempdir_in(disk)?;
    capture(folder.path())?;
    list(folder.path())?;
    if let Some(picture) = std::env::var_os("FIELDCORE_FRAME") {
        // Behind the head of the PGM lies nothing but the luma plane.
        let picture = std::fs::read(picture)?;
        let head = picture.len().checked_sub(PIXELS).ok_or("the frame has less than 1280x720 bytes")?;
        frames(folder.path(), &picture[head..])?;
    }
    Ok(())
}
