//! Writes chosen conditions as PGM and PNG: `frames FOLDER NAME[:SEED] …`; without names it lists the catalogue.

use fieldcore_frames::{Frame, catalogue, condition, render};
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
        let frame = render(&condition(name, seed.parse()?)?);
        let path = Path::new(&folder).join(format!("{name}-{seed}"));
        write_pgm(&frame, &path.with_added_extension("pgm"))?;
        write_png(&frame, &path.with_added_extension("png"))?;
        for (kind, text) in &frame.expected {
            writeln!(std::io::stdout(), "{name}:{seed}\t{kind}\t{text}")?;
        }
    }
    Ok(())
}

fn list() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    for row in catalogue() {
        let figure =
            row.figure.map_or(String::new(), |it| format!("rx-hard {} %, with step {} %", it.rx_hard, it.with_step));
        writeln!(out, "{:18} {:42} {figure}", row.name, row.about)?;
    }
    Ok(())
}

fn write_pgm(frame: &Frame, path: &Path) -> Result<(), Box<dyn Error>> {
    let mut file = BufWriter::new(File::create(path)?);
    write!(file, "P5\n{} {}\n255\n", frame.width, frame.height)?;
    file.write_all(&frame.data)?;
    Ok(file.flush()?)
}

fn write_png(frame: &Frame, path: &Path) -> Result<(), Box<dyn Error>> {
    let file = BufWriter::new(File::create(path)?);
    let mut encoder = png::Encoder::new(file, u32::try_from(frame.width)?, u32::try_from(frame.height)?);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header()?.write_image_data(&frame.data)?;
    Ok(())
}
