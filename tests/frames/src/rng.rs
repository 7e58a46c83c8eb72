//! A small random number generator of our own, so that a seed means the same frame on every platform and forever.

/// `xoshiro256**` seeded through SplitMix64.
#[derive(Debug, Clone)]
pub struct Rng {
    state: [u64; 4],
}

impl Rng {
    /// A generator that follows from `seed` alone.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut mix = seed;
        Self { state: std::array::from_fn(|_| split_mix(&mut mix)) }
    }

    /// A generator for one part of a scene: parts stay as they are when another part draws more numbers.
    #[must_use]
    pub fn part(seed: u64, part: u64) -> Self {
        let mut mix = seed ^ part.wrapping_mul(0xD6E8_FEB8_6659_FD93);
        Self::new(split_mix(&mut mix))
    }

    /// The next 64 random bits.
    pub fn bits(&mut self) -> u64 {
        let out = self.state[1].wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let shifted = self.state[1] << 17;
        self.state[2] ^= self.state[0];
        self.state[3] ^= self.state[1];
        self.state[1] ^= self.state[2];
        self.state[0] ^= self.state[3];
        self.state[2] ^= shifted;
        self.state[3] = self.state[3].rotate_left(45);
        out
    }

    /// A number in `0.0..1.0`.
    #[expect(clippy::cast_precision_loss, reason = "24 bits fit an f32 exactly")]
    pub fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / 16_777_216.0
    }

    /// A number between `low` and `high`.
    pub fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// A number between `-reach` and `reach`.
    pub fn around(&mut self, reach: f32) -> f32 {
        self.range(-reach, reach)
    }

    /// A whole number in `0..end`; 0 when `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        let wide = u128::from(self.bits()) * end as u128;
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// True in `share` of the draws.
    pub fn chance(&mut self, share: f32) -> bool {
        self.unit() < share
    }

    /// One of `items`, which must not be empty.
    pub fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }

    /// A nearly normal number of mean 0 and deviation 1: the sum of eight bytes, cut off at about 4.9.
    /// Whole numbers only, so that the noise is the same on every platform.
    #[expect(clippy::cast_precision_loss, reason = "the sum is below 2048")]
    pub fn normal(&mut self) -> f32 {
        /// 1 / sqrt(8 * (256^2 - 1) / 12)
        const SCALE: f32 = 0.004_784_326;
        let sum: u32 = self.bits().to_le_bytes().iter().map(|byte| u32::from(*byte)).sum();
        (sum as f32 - 1020.0) * SCALE
    }
}

fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_means_the_same_numbers_forever() {
        let mut rng = Rng::new(1);
        let first: Vec<u64> = (0..3).map(|_| rng.bits()).collect();
        assert_eq!(first, [0xB3F2_AF6D_0FC7_10C5, 0x853B_5596_4736_4CEA, 0x92F8_9756_082A_4514]);
    }

    #[test]
    fn normal_has_mean_zero_and_deviation_one() {
        let mut rng = Rng::new(7);
        let draws: Vec<f32> = (0..20_000).map(|_| rng.normal()).collect();
        let mean = draws.iter().sum::<f32>() / 20_000.0;
        let square = draws.iter().map(|x| x * x).sum::<f32>() / 20_000.0;
        assert!(mean.abs() < 0.03 && (square - 1.0).abs() < 0.03, "{mean} {square}");
    }
}
