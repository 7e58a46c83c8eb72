//! Writes chosen conditions and documents as PGM and PNG: `frames FOLDER NAME[:SEED] …`; without names it lists them.

use fieldcore_frames::{catalogue, condition, document, render};
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next();
    let names: Vec<String> = arguments.collect();
    let Some(folder) = folder.filter(|_| !names.is_empty()) else { return list() };
    fs::create_dir_all(&folder)?;
    for argument in names {
        let (name, seed) = argument.split_once(':').unwrap_or((&argument, "1"));
        let picture = picture(name, seed.parse()?)?;
        let path = Path::new(&folder).join(format!("{name}-{seed}"));
        write_pgm(&picture, &path.with_added_extension("pgm"))?;
        write_png(&picture, &path.with_added_extension("png"))?;
        for (kind, text) in &picture.texts {
            writeln!(std::io::stdout(), "{name}:{seed}\t{kind}\t{text}")?;
        }
    }
    Ok(())
}

/// A frame, and its texts after what each is.
struct Picture {
    width: usize,
    height: usize,
    data: Vec<u8>,
    texts: Vec<(String, String)>,
}

fn picture(name: &str, seed: u64) -> Result<Picture, Box<dyn Error>> {
    if let Some(shot) = document::named(name, seed) {
        let shot = shot?;
        let texts = shot.lines.into_iter().map(|line| {
            let seen = if line.digits_inside { "line" } else { "cut line" };
            (seen.to_owned(), line.text)
        });
        return Ok(Picture { width: shot.width, height: shot.height, data: shot.data, texts: texts.collect() });
    }
    let frame = render(&condition(name, seed)?);
    let texts = frame.expected.into_iter().map(|(kind, text)| (kind.to_string(), text));
    Ok(Picture { width: frame.width, height: frame.height, data: frame.data, texts: texts.collect() })
}

fn list() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    for row in catalogue() {
        let figure =
            row.figure.map_or(String::new(), |it| format!("rx-hard {} %, with step {} %", it.rx_hard, it.with_step));
        writeln!(out, "{:18} {:42} {figure}", row.name, row.about)?;
    }
    for name in document::names() {
        writeln!(out, "{name:18} document")?;
    }
    Ok(())
}

fn write_pgm(frame: &Picture, path: &Path) -> Result<(), Box<dyn Error>> {
    let mut file = BufWriter::new(File::create(path)?);
    write!(file, "P5\n{} {}\n255\n", frame.width, frame.height)?;
    file.write_all(&frame.data)?;
    Ok(file.flush()?)
}

fn write_png(frame: &Picture, path: &Path) -> Result<(), Box<dyn Error>> {
    let file = BufWriter::new(File::create(path)?);
    let mut encoder = png::Encoder::new(file, u32::try_from(frame.width)?, u32::try_from(frame.height)?);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header()?.write_image_data(&frame.data)?;
    Ok(())
}
