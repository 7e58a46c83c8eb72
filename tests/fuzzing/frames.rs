//! Frames of any size, stride, turn, part and content.

use fieldcore_frames::{Kind, Symbol as Printed};
use fieldcore_optics::{LumaFrame, Region, Rotation, Session, Sight, Symbologies, Symbology, Timer};

/// Bytes in front that say what the frame is like.
const HEAD: usize = 12;
/// Symbols and bytes of a text that a session tells at the most.
const SYMBOLS_MAX: usize = 16;
const TEXT_BYTES_MAX: usize = 8_192;

/// Lines of print that a session tells at the most.
const LINES_MAX: usize = 12;

/// Pieces of such inputs: heads of the kinds of content.
pub const PIECES: &[&str] =
    &["\u{0}", "\u{1}", "\u{2}", "\u{3}", "\u{7f}", "AAAAAAAA", "01010101", "TUBE-0001", "(((("];

/// Time stands still, so that every pass is made and every run is the same.
struct Still;

impl Timer for Still {
    fn micros(&self) -> u64 {
        0
    }
}

/// What the first bytes ask for.
struct Asked<'a> {
    flags: u8,
    width: usize,
    height: usize,
    stride: usize,
    wanted: Symbologies,
    region: Region,
    frames: usize,
    scale: u8,
    content: &'a [u8],
}

impl<'a> Asked<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let (head, content) = bytes.split_at_checked(HEAD)?;
        let size = |index: usize| head.get(index).copied().map_or(0, usize::from);
        let wild = |length: usize| if head[0] & 0x80 != 0 && length < 8 { usize::MAX - length } else { length };
        let chosen = Symbology::ALL.into_iter().zip(0..).filter(|(_, bit)| head[4] >> bit & 1 != 0);
        let wanted = chosen.fold(Symbologies::NONE, |set, (symbology, _)| set.with(symbology));
        Some(Self {
            flags: head[0],
            width: wild(size(1)),
            height: wild(size(2)),
            stride: wild(size(1).wrapping_add(size(3) % 19).wrapping_sub(2)),
            wanted: if wanted.is_empty() { Symbologies::ALL } else { wanted },
            region: Region { left: wild(size(5)), top: wild(size(6)), width: wild(size(7)), height: wild(size(8)) },
            frames: 1 + size(9) % 3,
            scale: 1 + head[10] % 7,
            content,
        })
    }

    fn rotation(&self) -> Rotation {
        [Rotation::None, Rotation::Right, Rotation::Half, Rotation::Left][usize::from(self.flags >> 4 & 3)]
    }

    /// The plane's bytes: too few of them where the flags say so.
    fn plane(&self, frame: usize) -> Vec<u8> {
        let (width, height) = (self.width.min(256), self.height.min(256));
        let stride = self.stride.clamp(width, 300);
        let paint = self.painter(frame);
        let mut plane = vec![0; stride * height];
        for (y, row) in plane.chunks_mut(stride.max(1)).enumerate() {
            row.iter_mut().enumerate().for_each(|(x, pixel)| *pixel = paint(x, y));
        }
        let lies = self.flags & 0x40 != 0;
        plane.truncate(plane.len().saturating_sub(if lies { usize::from(self.scale) * stride } else { 0 }));
        plane
    }

    /// The brightness of each pixel.
    fn painter(&self, frame: usize) -> Box<dyn Fn(usize, usize) -> u8 + '_> {
        let (content, scale) = (self.content, usize::from(self.scale));
        let at = move |index: usize| content.get(index % content.len().max(1)).copied().unwrap_or(128);
        match self.flags & 3 {
            0 => Box::new(move |x, y| at(x + y * self.width.min(256) + frame)),
            // Stripes of uneven width, aslant.
            1 => {
                let runs: Vec<u8> = (0..512usize)
                    .flat_map(|run| vec![if run % 2 == 0 { 220 } else { 40 }; 1 + usize::from(at(run) % 4) * scale])
                    .collect();
                Box::new(move |x, y| runs[(x + y * scale / 8 + frame) % runs.len()])
            }
            // A field of modules.
            2 => Box::new(move |x, y| {
                let module = (x + frame) / scale + y / scale * 32;
                if at(module / 8) >> (module % 8) & 1 == 0 { 210 } else { 30 }
            }),
            _ => self.printed(frame),
        }
    }

    /// A printed code, with a stain: the first byte says which code, the second where the stain is.
    fn printed(&self, frame: usize) -> Box<dyn Fn(usize, usize) -> u8 + '_> {
        let (which, stain, text) = match self.content {
            [which, stain, text @ ..] => (*which, usize::from(*stain), text),
            _ => (0, 255, &b"TUBE-0001"[..]),
        };
        let kinds = [
            Kind::Code128,
            Kind::Gs1_128,
            Kind::Code39,
            Kind::Codabar,
            Kind::Itf,
            Kind::Qr,
            Kind::DataMatrix,
            Kind::Pdf417,
        ];
        let kind = kinds[usize::from(which) % kinds.len()];
        let text: String = String::from_utf8_lossy(&text[..text.len().min(200)]).into_owned();
        let code = Printed::new(kind, &text).or_else(|_| Printed::new(Kind::Code128, "TUBE-0001"));
        let scale = f32::from(self.scale.min(4));
        Box::new(move |x, y| {
            let quiet = kind.quiet_modules();
            let along = (x as f32 - frame as f32) / scale - quiet;
            let down = y as f32 / scale - quiet;
            let bars = !kind.is_linear() || (8..80).contains(&y);
            let dark = bars && code.as_ref().is_ok_and(|code| code.is_dark(along, down));
            let stained = stain < 200 && x.abs_diff(stain) < 3 && y > stain / 4;
            if stained {
                128
            } else if dark {
                35
            } else {
                215
            }
        })
    }

    /// Whether a plane of that many bytes is one, by arithmetic that cannot overflow.
    fn is_sound(&self, bytes: usize) -> bool {
        let (width, height, stride) = (self.width as u128, self.height as u128, self.stride as u128);
        let least = stride.saturating_mul(height.saturating_sub(1)).saturating_add(width);
        width > 0 && height > 0 && stride >= width && width.max(height) <= 16_384 && least <= bytes as u128
    }
}

/// Looks at the frames that the bytes describe, one after the other or as a photo, and asserts what
/// must hold of what was seen.
pub fn read(bytes: &[u8]) {
    let Some(asked) = Asked::of(bytes) else { return };
    let mut session = Session::new(asked.wanted, u64::MAX, Box::new(Still)).with_print();
    for number in 0..asked.frames {
        let plane = asked.plane(number);
        let frame = LumaFrame::new(&plane, asked.width, asked.height, asked.stride);
        assert_eq!(frame.is_ok(), asked.is_sound(plane.len()), "a plane is taken that is none, or refused that is one");
        let Ok(frame) = frame else { return };
        let mut frame = frame.turned(asked.rotation());
        if asked.flags & 8 != 0 {
            let Ok(part) = frame.within(asked.region) else { return };
            frame = part;
        }
        let sight = if asked.flags & 4 != 0 { session.still(&frame) } else { session.look(&frame) };
        holds(&sight, &asked, number);
    }
}

fn holds(sight: &Sight, asked: &Asked<'_>, number: usize) {
    assert!(!sight.cut_short, "time stood still");
    assert!(sight.symbols.len() <= SYMBOLS_MAX);
    let read = !sight.symbols.is_empty();
    assert!(!read || sight.guidance.is_empty() && sight.unread.is_none(), "help for what was read");
    for symbol in &sight.symbols {
        assert!(asked.wanted.has(symbol.symbology), "{:?} was not asked for", symbol.symbology);
        assert!(!symbol.text.is_empty() && symbol.text.len() <= TEXT_BYTES_MAX);
        assert!(symbol.aim.len() == 3 && symbol.aim.starts_with(']'));
        assert!(symbol.frames >= 1 && symbol.frames as usize <= number + 1);
        assert!(!symbol.agreed || symbol.frames >= 2, "one frame agrees with itself");
        assert!(symbol.outline.iter().all(|spot| spot.x.is_finite() && spot.y.is_finite()));
        let told = format!("{symbol:?}");
        let words = ["Symbol(", "frames, text hidden)"];
        assert!(words.iter().all(|word| told.contains(word)) && told.len() < 60, "the debug output tells the text");
    }
    assert!(sight.lines.len() <= LINES_MAX);
    for line in &sight.lines {
        let shares = line.signs.iter().flat_map(|sign| sign.shares);
        assert!(shares.into_iter().all(|share| (0.0..=1.0).contains(&share)), "a probability is none");
        assert!(line.signs.is_sorted_by(|a, b| a.at < b.at), "signs do not stand in their order");
        assert!(line.outline.iter().all(|spot| spot.x.is_finite() && spot.y.is_finite()));
        assert!(format!("{line:?}").ends_with("signs hidden)"));
    }
    let mut texts: Vec<_> = sight.symbols.iter().map(|symbol| (symbol.symbology, &symbol.text)).collect();
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), sight.symbols.len(), "a text is told twice");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the kept frames some are read and some refused, so that the rules above are put to use.
    #[test]
    fn the_seeds_hold_codes_that_are_read() {
        let mut read_of = Vec::new();
        for seed in crate::fuzzing::seeds("frames") {
            let asked = Asked::of(&seed).unwrap();
            let plane = asked.plane(0);
            let Ok(frame) = LumaFrame::new(&plane, asked.width, asked.height, asked.stride) else { continue };
            let sight = Session::new(asked.wanted, u64::MAX, Box::new(Still)).still(&frame);
            read_of.extend(sight.symbols.iter().map(|symbol| symbol.symbology));
        }
        read_of.sort();
        read_of.dedup();
        assert!(read_of.len() >= 5, "{read_of:?}");
    }
}
