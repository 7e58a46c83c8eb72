//! `read`: what the core's own eyes see on photos.

use std::fs::File;
use std::io::{BufReader, IsTerminal};
use std::path::Path;

use chrono::{Local, NaiveDate};
use fieldcore::Profile;
use fieldcore::optics::{FRAME_SIDE_MAX, LumaFrame, Session, Sight, Spot, Symbol, Symbologies, SystemTimer};
use fieldcore::scan::{PrintMemory, Printed, Reading, Scan, Settled, Trust, interpret_with, printed};
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::args::Read;
use crate::exit::{Code, Failure, Outcome};
use crate::interpret;
use crate::out;

/// The longest that one photo may take, in microseconds.
const PHOTO_US_MAX: u64 = 5_000_000;
/// Bytes that decoding one photo may take.
const DECODE_BYTES_MAX: u64 = 512 << 20;

/// Reads every photo, each alone or as successive frames of one view.
pub(crate) fn run(asked: &Read) -> Outcome {
    let session = Session::new(Symbologies::ALL, PHOTO_US_MAX, Box::new(SystemTimer::default()));
    let (mut session, mut burst) = (session.with_print(), Burst::default());
    let trust = interpret::trust(&asked.trust.uidai_certificates)?;
    let as_json = asked.json || !std::io::stdout().is_terminal();
    let mut code = Code::Done;
    let mut tell = |path: &Path, sight: &Sight, ends: bool| {
        burst.ends = ends;
        let answer = answer(path, sight, asked.burst.then_some(&mut burst), &trust);
        if as_json { out::json(&answer) } else { out::line(in_words(&answer)) }
    };
    // A photo is told when the next one was read: only then it is known not to be the last.
    let mut seen: Option<(&Path, Sight)> = None;
    for path in &asked.photos {
        match load(path).and_then(|photo| see(&mut session, &photo, asked.burst, path)) {
            Ok(sight) => {
                if let Some((path, sight)) = seen.replace((path, sight)) {
                    tell(path, &sight, false)?;
                }
            }
            Err(failure) => {
                out::complain(format!("fieldcore-terminal: {failure}"));
                code = Code::Input;
            }
        }
    }
    if let Some((path, sight)) = seen {
        tell(path, &sight, true)?;
    }
    Ok(code)
}

/// What the print of a burst's photos has said.
#[derive(Default)]
struct Burst {
    memory: PrintMemory,
    /// Whether a text of it was told.
    told: bool,
    /// Whether this photo is the last.
    ends: bool,
}

impl Burst {
    /// What one more photo makes certain: told of photos that show it, and of the last one if nothing was told
    /// before, for then nothing more is to be waited for.
    fn take(&mut self, sight: &Sight, today: NaiveDate) -> Settled {
        let mut settled = self.memory.take(&sight.lines, today);
        if self.ends && !self.told && settled == Settled::Nothing {
            settled = self.memory.last_word();
        } else if self.memory.found().is_empty() && matches!(settled, Settled::One(..)) {
            settled = Settled::Nothing;
        }
        self.told |= matches!(settled, Settled::One(..));
        settled
    }
}

/// A photo's brightness, upright as its camera held it.
fn load(path: &Path) -> Result<image::GrayImage, Failure> {
    let unread = |reason: String| Failure::Input { path: path.to_owned(), source: std::io::Error::other(reason) };
    let file = File::open(path).map_err(|source| Failure::Input { path: path.to_owned(), source })?;
    let mut reader = ImageReader::new(BufReader::new(file))
        .with_guessed_format()
        .map_err(|source| Failure::Input { path: path.to_owned(), source })?;
    let mut limits = Limits::default();
    let side = u32::try_from(FRAME_SIDE_MAX).unwrap_or(u32::MAX);
    (limits.max_image_width, limits.max_image_height) = (Some(side), Some(side));
    limits.max_alloc = Some(DECODE_BYTES_MAX);
    reader.limits(limits);
    let say = |error: image::ImageError| unread(format!("{error}; photos are read as PNG or JPEG"));
    let mut decoder = reader.into_decoder().map_err(say)?;
    let orientation = decoder.orientation().map_err(say)?;
    let mut photo = DynamicImage::from_decoder(decoder).map_err(say)?;
    photo.apply_orientation(orientation);
    if photo.color().has_alpha() {
        // What is transparent lies on white paper.
        let mut paper = image::RgbaImage::from_pixel(photo.width(), photo.height(), image::Rgba([u8::MAX; 4]));
        image::imageops::overlay(&mut paper, &photo, 0, 0);
        photo = paper.into();
    }
    Ok(photo.into_luma8())
}

fn see(session: &mut Session, photo: &image::GrayImage, burst: bool, path: &Path) -> Result<Sight, Failure> {
    let (width, height) = (photo.width() as usize, photo.height() as usize);
    let frame = LumaFrame::new(photo.as_raw(), width, height, width)
        .map_err(|error| Failure::Input { path: path.to_owned(), source: std::io::Error::other(error.to_string()) })?;
    Ok(if burst { session.study(&frame) } else { session.still(&frame) })
}

/// The object of one file. Of a burst only what its frames together make certain is told.
fn answer(path: &Path, sight: &Sight, burst: Option<&mut Burst>, trust: &Trust) -> Value {
    let today = Local::now().date_naive();
    let told = sight.symbols.iter().filter(|symbol| symbol.agreed || burst.is_none());
    let readings: Vec<(&Symbol, Reading)> = told
        .map(|symbol| (symbol, interpret_with(&Scan::symbol(&*symbol.text, Some(&symbol.aim)), today, trust)))
        .collect();
    let (found, settled) = match burst {
        None => (printed(&sight.lines, today), None),
        Some(burst) => {
            let settled = burst.take(sight, today);
            (burst.memory.found().to_vec(), Some(settled))
        }
    };
    let help = sight.guidance.iter().filter(|_| found.is_empty());
    let mut guidance: Vec<&str> = help.map(|one| one.as_str()).collect();
    if several_labels(&readings) {
        guidance.push("two_codes");
    }
    let mut told: Vec<Value> = readings.iter().map(|(symbol, reading)| one(symbol, reading)).collect();
    match settled {
        None => told.extend(found.iter().filter(|one| one.is_sure()).map(|one| print(one, 1, false))),
        Some(Settled::One(one, frames, agreed)) => told.push(print(&one, frames, agreed)),
        Some(Settled::Several) => guidance.push("two_codes"),
        Some(Settled::Nothing) => {}
    }
    json!({
        "file": path.display().to_string(),
        "readings": told,
        "guidance": guidance,
    })
}

/// Whether more than one of the codes could name a tube.
fn several_labels(readings: &[(&Symbol, Reading)]) -> bool {
    let profile = Profile::built_in(Uuid::nil());
    let names = readings.iter().filter_map(|(_, reading)| profile.names_tube(reading, None));
    let mut names: Vec<String> = names.map(|label| label.text).collect();
    names.sort_unstable();
    names.dedup();
    names.len() > 1
}

fn one(symbol: &Symbol, reading: &Reading) -> Value {
    let from = ("symbol", Some(&*symbol.aim));
    let mut keys = told(from, &symbol.text, (symbol.frames, symbol.agreed), reading);
    keys.insert("outline".to_owned(), corners(&symbol.outline));
    keys.insert("rows".to_owned(), symbol.rows.into());
    Value::Object(keys)
}

/// The object of a number's line or a zone.
fn print(printed: &Printed, frames: u32, agreed: bool) -> Value {
    let from = (printed.source.as_str(), None);
    let mut keys = told(from, &printed.text(), (frames, agreed), &printed.reading(agreed));
    keys.insert("certainty".to_owned(), ((f64::from(printed.certainty) * 1000.0).round() / 1000.0).into());
    keys.insert("outlines".to_owned(), printed.outlines.iter().map(|outline| corners(outline)).collect());
    Value::Object(keys)
}

/// What is told of every reading: its source and symbology, its text, the frames that gave it, and what it is.
fn told(
    (source, symbology): (&str, Option<&str>),
    text: &str,
    (frames, agreed): (u32, bool),
    reading: &Reading,
) -> Map<String, Value> {
    let mut keys = Map::new();
    keys.insert("source".to_owned(), source.into());
    keys.insert("symbology".to_owned(), symbology.into());
    keys.insert("text".to_owned(), text.into());
    keys.insert("frames".to_owned(), frames.into());
    keys.insert("agreed".to_owned(), agreed.into());
    if let Value::Object(read) = interpret::object(Value::Null, reading) {
        keys.extend(read.into_iter().filter(|(key, _)| key != "id"));
    }
    keys
}

fn corners(outline: &[Spot]) -> Value {
    outline.iter().map(|spot| json!([spot.x.round(), spot.y.round()])).collect()
}

/// The same for a person at a terminal.
fn in_words(answer: &Value) -> String {
    let text = |value: &Value| crate::text::harmless(value.as_str().unwrap_or("-"));
    let mut lines = vec![text(&answer["file"])];
    for reading in answer["readings"].as_array().into_iter().flatten() {
        let from = if reading["symbology"].is_null() { &reading["source"] } else { &reading["symbology"] };
        let (symbology, shown) = (text(from), text(&reading["text"]));
        let (status, kind) = (text(&reading["status"]), text(&reading["kind"]));
        let problems: Vec<String> = reading["problems"].as_array().into_iter().flatten().map(text).collect();
        lines.push(format!("  {symbology} {shown}  {status} {kind} {}", problems.join(" ")).trim_end().to_owned());
    }
    let help: Vec<String> = answer["guidance"].as_array().into_iter().flatten().map(text).collect();
    if lines.len() == 1 {
        lines.push("  nothing read".to_owned());
    }
    if !help.is_empty() {
        lines.push(format!("  what would help: {}", help.join(", ")));
    }
    lines.join("\n")
}
