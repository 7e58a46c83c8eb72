//! Writes lines for training to standard output: `strips FIRST-SEED DOCUMENTS`.
//!
//! A line is its length in signs (u16), columns (u16), signs, the column of each sign's middle (f32), and 24 rows of
//! levels; numbers are little-endian.

use fieldcore_frames::document::{Strip, training_strips};
use std::error::Error;
use std::io::{BufWriter, Write};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let (Some(first), Some(count)) = (arguments.next(), arguments.next()) else {
        return Err("usage: strips FIRST-SEED DOCUMENTS".into());
    };
    let (first, count) = (first?, count?);
    let mut out = BufWriter::new(std::io::stdout().lock());
    for seed in first..first.saturating_add(count) {
        for strip in training_strips(seed)? {
            write(&mut out, &strip)?;
        }
    }
    Ok(out.flush()?)
}

fn write(out: &mut impl Write, strip: &Strip) -> Result<(), Box<dyn Error>> {
    out.write_all(&u16::try_from(strip.text.len())?.to_le_bytes())?;
    out.write_all(&u16::try_from(strip.width)?.to_le_bytes())?;
    out.write_all(strip.text.as_bytes())?;
    for middle in &strip.middles {
        out.write_all(&middle.to_le_bytes())?;
    }
    Ok(out.write_all(&strip.data)?)
}
