//! Texts as tubes and cards carry them.

use crate::rng::Rng;
use crate::symbol::Kind;

/// A text that the kind can hold, of the lengths seen on specimen labels.
#[must_use]
pub(crate) fn random(kind: Kind, rng: &mut Rng) -> String {
    match kind {
        Kind::Code128 => code128(rng),
        Kind::Gs1_128 => format!("0104{}10{}\u{1d}21{}", digits(12, rng), letters(2, rng), digits(6, rng)),
        Kind::Code39 => {
            let length = 3 + rng.below(4);
            format!("{}-{}", letters(2, rng), digits(length, rng))
        }
        Kind::Codabar | Kind::Itf => {
            let length = 8 + 2 * rng.below(3);
            digits(length, rng)
        }
        Kind::Qr => format!("{}{}", letters(3, rng), digits(7, rng)),
        Kind::DataMatrix => format!("{}{}", letters(2, rng), digits(10, rng)),
        Kind::Pdf417 => card(rng),
    }
}

/// About a third short numbers, a third letters with numbers, a third long labels.
fn code128(rng: &mut Rng) -> String {
    match rng.below(8) {
        0 | 1 => digits(10, rng),
        2 | 3 => digits(8, rng),
        4 | 5 => format!("{}{}", letters(2, rng), digits(6, rng)),
        6 => format!("{}{}-{}", letters(1, rng), digits(3, rng), digits(4, rng)),
        _ => format!("{}-{}-{}-{}", letters(3, rng), digits(3, rng), digits(3, rng), letters(1, rng)),
    }
}

/// Fields as on an identity card.
fn card(rng: &mut Rng) -> String {
    let names = [letters(9, rng), letters(11, rng), letters(8, rng), letters(12, rng)];
    let numbers = [digits(8, rng), digits(13, rng), digits(8, rng), digits(10, rng), digits(16, rng)];
    let fields = [names.as_slice(), numbers.as_slice()].concat();
    fields.join("|")
}

pub(crate) fn digits(count: usize, rng: &mut Rng) -> String {
    (0..count).map(|_| *rng.pick(&[&'0', &'1', &'2', &'3', &'4', &'5', &'6', &'7', &'8', &'9'])).collect()
}

pub(crate) fn letters(count: usize, rng: &mut Rng) -> String {
    const CONSONANTS: &str = "BCDFGHJKLMNPRSTVWXZ";
    (0..count).filter_map(|_| CONSONANTS.chars().nth(rng.below(CONSONANTS.len()))).collect()
}
