//! Photos read, by folder: `cargo bench -p fieldcore-optics --bench photos -- SYMBOLOGY FOLDER…`, where
//! every picture (PNG or JPEG) has a file of the same name that ends in `.txt` or `.bin` and holds the
//! text. Larger pictures are shrunk to fit 1280x720, as a camera would deliver them. Prints one line a
//! folder and names what was missed or misread; test photos of public projects are not kept here.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use fieldcore_optics::{LumaFrame, Session, Symbologies, Symbology, SystemTimer};
use image::imageops::FilterType;

/// What a camera's preview delivers.
const FRAME: (u32, u32) = (1280, 720);

fn named(word: &str) -> Option<Symbology> {
    Some(match word {
        "code128" => Symbology::Code128,
        "code39" => Symbology::Code39,
        "codabar" => Symbology::Codabar,
        "itf" => Symbology::Itf,
        "qr" => Symbology::Qr,
        "datamatrix" => Symbology::DataMatrix,
        "pdf417" => Symbology::Pdf417,
        _ => return None,
    })
}

/// The text beside a picture; `None` for what is no picture with a text.
fn expected(picture: &Path) -> Option<String> {
    let kinds = ["png", "jpg", "jpeg"];
    picture.extension().and_then(|kind| kind.to_str()).filter(|kind| kinds.contains(kind))?;
    ["txt", "bin"].iter().find_map(|kind| {
        let bytes = fs::read(picture.with_extension(kind)).ok()?;
        // Older texts are in Latin-1, where a byte is a character.
        Some(
            String::from_utf8(bytes)
                .unwrap_or_else(|odd| odd.as_bytes().iter().map(|&byte| char::from(byte)).collect()),
        )
    })
}

fn photo(path: &Path) -> Result<image::GrayImage, image::ImageError> {
    let mut photo = image::open(path)?;
    if photo.color().has_alpha() {
        // What is transparent lies on white paper.
        let mut paper = image::RgbaImage::from_pixel(photo.width(), photo.height(), image::Rgba([255; 4]));
        image::imageops::overlay(&mut paper, &photo, 0, 0);
        photo = paper.into();
    }
    let fits = photo.width() <= FRAME.0 && photo.height() <= FRAME.1;
    Ok(if fits { photo } else { photo.resize(FRAME.0, FRAME.1, FilterType::Triangle) }.into_luma8())
}

/// The texts that a photo gives with every pass.
fn read(symbology: Symbology, photo: &image::GrayImage) -> Vec<String> {
    let (width, height) = (photo.width() as usize, photo.height() as usize);
    let Ok(frame) = LumaFrame::new(photo.as_raw(), width, height, width) else { return Vec::new() };
    let mut session = Session::new(Symbologies::NONE.with(symbology), u64::MAX, Box::new(SystemTimer::default()));
    session.still(&frame).symbols.into_iter().map(|symbol| symbol.text).collect()
}

/// Compares as people do: line ends, and what some readers leave out, are no difference.
fn plain(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_whitespace() && !sign.is_control()).collect()
}

fn folder(symbology: Symbology, folder: &Path) -> io::Result<()> {
    let mut pictures: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    pictures.sort();
    let (mut right, mut wrong, mut all) = (0, 0, 0);
    for path in &pictures {
        let Some(expected) = expected(path) else { continue };
        let photo = photo(path).map_err(io::Error::other)?;
        let texts = read(symbology, &photo);
        all += 1;
        if texts.iter().any(|text| plain(text) == plain(&expected)) {
            right += 1;
        } else {
            wrong += usize::from(!texts.is_empty());
            let what = if texts.is_empty() { "missed" } else { "other text" };
            println!("  {what}: {}", path.display());
        }
    }
    println!("{symbology:?} {}: {right} of {all} right, {wrong} with another text", folder.display());
    Ok(())
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let Some((symbology, folders)) = words.split_first().and_then(|(word, rest)| Some((named(word)?, rest))) else {
        println!("photos: needs photos to read, as `-- SYMBOLOGY FOLDER…`; skipped");
        return ExitCode::SUCCESS;
    };
    for path in folders {
        if let Err(error) = folder(symbology, Path::new(path)) {
            println!("{path}: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
