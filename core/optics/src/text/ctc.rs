//! From steps to signs: the best path, where a sign lies, how certain it is and what else it may be.

use super::net::{CLASSES, STEP, Shares};

/// The signs of card numbers and machine-readable zones, in the net's order.
pub const ALPHABET: &[u8; 37] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<";
/// The class that is no sign.
const BLANK: usize = CLASSES - 1;

/// A sign of a line.
#[derive(Clone, Copy, PartialEq)]
pub struct Sign {
    /// Where its middle lies, in columns of the strip.
    pub at: f32,
    /// How probable each sign of [`ALPHABET`] is here.
    pub shares: [f32; 37],
}

impl Sign {
    /// The likeliest sign, and how probable it is.
    pub fn best(&self) -> (u8, f32) {
        self.best_of(|_| true)
    }

    /// The likeliest of the signs that may stand here, and how probable it is.
    pub fn best_of(&self, may: impl Fn(u8) -> bool) -> (u8, f32) {
        let pairs = ALPHABET.iter().copied().zip(self.shares).filter(|(sign, _)| may(*sign));
        pairs.fold((b'<', 0.0), |best, next| if next.1 > best.1 { next } else { best })
    }
}

impl std::fmt::Debug for Sign {
    /// Its place alone: signs may be of somebody's number.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sign({})", self.at)
    }
}

/// The signs of the best path; added to `signs`.
pub(super) fn signs(steps: &[Shares], signs: &mut Vec<Sign>) {
    let mut before = BLANK;
    let (mut peak, mut weight, mut moment) = (0.0, 0.0, 0.0);
    for (place, shares) in steps.iter().enumerate() {
        let class = best(shares);
        let share = shares[class];
        if class != BLANK {
            if class != before {
                signs.push(Sign { at: 0.0, shares: [0.0; 37] });
                (peak, weight, moment) = (0.0, 0.0, 0.0);
            }
            weight += share;
            moment += share * (place as f32 + 0.5);
            if let Some(sign) = signs.last_mut() {
                sign.at = moment / weight * STEP as f32;
                if share > peak {
                    peak = share;
                    sign.shares.copy_from_slice(&shares[..BLANK]);
                }
            }
        }
        before = class;
    }
}

fn best(shares: &Shares) -> usize {
    let pairs = shares.iter().enumerate();
    pairs.fold((BLANK, 0.0), |best, (class, share)| if *share > best.1 { (class, *share) } else { best }).0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(class: usize, share: f32) -> Shares {
        let mut shares = [(1.0 - share) / 37.0; CLASSES];
        shares[class] = share;
        shares
    }

    #[test]
    fn runs_are_one_sign_and_a_blank_parts_like_ones() {
        let steps = [(37, 0.9), (1, 0.5), (1, 0.8), (37, 0.9), (1, 0.7), (36, 0.6), (36, 0.9)];
        let steps: Vec<Shares> = steps.into_iter().map(|(class, share)| step(class, share)).collect();
        let mut found = Vec::new();
        signs(&steps, &mut found);
        let text: Vec<u8> = found.iter().map(|sign| sign.best().0).collect();
        assert_eq!(text, b"11<");
        assert!((found[0].best().1 - 0.8).abs() < 1e-6, "the surest step of a run tells");
        assert!((found[1].at - 18.0).abs() < 1e-4 && (found[0].at - 8.46).abs() < 0.1, "{:?}", found[0]);
        assert_eq!(found[2].best_of(|sign| sign.is_ascii_digit()).0, b'0');
    }
}
