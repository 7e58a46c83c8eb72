//! Reads the print of PGM pictures (8 bits), each by itself: `reads FILE…`.
//!
//! A line a file: a hash of every probability of the net, bit by bit, so that two processors can be compared, and the
//! lines as their signs are likeliest. What they mean, and whether a check holds, is for `fieldcore` to say.

#![expect(clippy::print_stdout, reason = "what a program prints")]

use std::error::Error;

use fieldcore_optics::{LumaFrame, Session, Symbologies, SystemTimer};

fn main() -> Result<(), Box<dyn Error>> {
    for path in std::env::args().skip(1) {
        let file = std::fs::read(&path)?;
        let (width, height, levels) = picture(&file).ok_or("not a PGM picture of 8 bits")?;
        let frame = LumaFrame::new(levels, width, height, width)?;
        // No limit of time: a slow processor sees as much as a fast one.
        let mut view = Session::new(Symbologies::NONE, u64::MAX, Box::new(SystemTimer::default())).with_print();
        let lines = view.look(&frame).lines;
        let bits = lines.iter().flat_map(|line| line.steps.iter().flatten()).map(|share| share.to_bits());
        let hash = bits.fold(0xcbf2_9ce4_8422_2325, hashed);
        let texts: Vec<String> = lines.iter().map(|line| line.text()).collect();
        println!("{hash:016x} {}", texts.join(" "));
    }
    Ok(())
}

/// FNV-1a, a word at a time.
fn hashed(hash: u64, bits: u32) -> u64 {
    (hash ^ u64::from(bits)).wrapping_mul(0x0100_0000_01b3)
}

/// Width, height and levels of a PGM file.
fn picture(file: &[u8]) -> Option<(usize, usize, &[u8])> {
    let mut at = 0;
    let mut words = [""; 4];
    for word in &mut words {
        let length = file.get(at..)?.iter().position(u8::is_ascii_whitespace)?;
        *word = std::str::from_utf8(&file[at..at + length]).ok()?;
        at += length + 1;
    }
    let [kind, width, height, most] = words;
    let (width, height) = (width.parse::<usize>().ok()?, height.parse::<usize>().ok()?);
    let levels = file.get(at..at.checked_add(width.checked_mul(height)?)?)?;
    (kind == "P5" && most == "255").then_some((width, height, levels))
}
