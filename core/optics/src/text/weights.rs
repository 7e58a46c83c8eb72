//! The recogniser's weights as the training wrote them: see `tools/train-reader`.
//!
//! `FCREAD1\n`, the number of layers, and for each of them rows, columns, channels in and channels
//! out of its kernels, the kernels in that order and one bias a channel out; whole numbers of 16 bits,
//! half-precision numbers (IEEE 754 binary16), all little-endian.

/// What stands first.
const MAGIC: &[u8] = b"FCREAD1\n";
/// Channels out that are computed together.
pub(super) const TILE_CHANNELS: usize = 4;

/// A convolution, laid out as it is computed.
pub(super) struct Layer {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) channels_in: usize,
    pub(super) channels_out: usize,
    /// For every four channels out, channel in, row and column: four weights.
    pub(super) kernels: Vec<[f32; TILE_CHANNELS]>,
    /// For every four channels out: four biases.
    pub(super) biases: Vec<[f32; TILE_CHANNELS]>,
}

/// Takes numbers from the front of bytes.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    fn word(&mut self) -> Option<u16> {
        let (word, rest) = self.0.split_first_chunk::<2>()?;
        self.0 = rest;
        Some(u16::from_le_bytes(*word))
    }

    fn size(&mut self) -> Option<usize> {
        self.word().map(usize::from)
    }

    fn halves(&mut self, count: usize) -> Option<Vec<f32>> {
        (0..count).map(|_| self.word().map(single)).collect()
    }
}

/// The layers in `bytes`; `None` if these are no weights.
pub(super) fn layers(bytes: &[u8]) -> Option<Vec<Layer>> {
    let mut numbers = Numbers(bytes.strip_prefix(MAGIC)?);
    let count = numbers.size()?;
    let layers = (0..count).map(|_| layer(&mut numbers)).collect::<Option<Vec<_>>>()?;
    numbers.0.is_empty().then_some(layers)
}

fn layer(numbers: &mut Numbers<'_>) -> Option<Layer> {
    let [rows, columns, channels_in, channels_out] =
        [numbers.size()?, numbers.size()?, numbers.size()?, numbers.size()?];
    let kernels = numbers.halves(rows * columns * channels_in * channels_out)?;
    let biases = numbers.halves(channels_out)?;
    let groups = channels_out.div_ceil(TILE_CHANNELS);
    let four = |of: &dyn Fn(usize) -> f32, group: usize| {
        std::array::from_fn(|place| {
            let channel = group * TILE_CHANNELS + place;
            if channel < channels_out { of(channel) } else { 0.0 }
        })
    };
    let mut laid = Vec::with_capacity(groups * channels_in * rows * columns);
    for group in 0..groups {
        for channel_in in 0..channels_in {
            for tap in 0..rows * columns {
                let at = |out: usize| kernels[(tap * channels_in + channel_in) * channels_out + out];
                laid.push(four(&at, group));
            }
        }
    }
    let biases = (0..groups).map(|group| four(&|out| biases[out], group)).collect();
    Some(Layer { rows, columns, channels_in, channels_out, kernels: laid, biases })
}

/// A half-precision number; those too small for its normal form count as nothing.
fn single(half: u16) -> f32 {
    let sign = u32::from(half & 0x8000) << 16;
    let (exponent, fraction) = (u32::from(half >> 10 & 0x1f), u32::from(half & 0x3ff));
    match exponent {
        0 => f32::from_bits(sign) + f32::from_bits(sign | 0x3f80_0000) * fraction as f32 / 16_777_216.0,
        31 => f32::from_bits(sign | 0x7f80_0000 | fraction << 13),
        _ => f32::from_bits(sign | (exponent + 112) << 23 | fraction << 13),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_precision_is_what_ieee_says() {
        let same = |half: u16, value: f32| assert_eq!(single(half).to_bits(), value.to_bits(), "{half:04x}");
        same(0x3c00, 1.0);
        same(0xc000, -2.0);
        same(0x7bff, 65_504.0);
        same(0x3555, 0.333_251_95);
        same(0x0001, 2f32.powi(-24));
        same(0x83ff, -1_023.0 * 2f32.powi(-24));
        same(0x0000, 0.0);
        same(0x7c00, f32::INFINITY);
    }

    #[test]
    fn what_is_cut_or_too_long_is_no_weights() {
        let mut bytes = MAGIC.to_vec();
        for word in [1u16, 1, 1, 1, 2, 0x3c00, 0x4000, 0x0000, 0x3c00] {
            bytes.extend(word.to_le_bytes());
        }
        let read = layers(&bytes).unwrap();
        assert_eq!((read.len(), read[0].channels_out), (1, 2));
        assert_eq!((read[0].kernels[0], read[0].biases[0]), ([1.0, 2.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]));
        assert!((0..bytes.len()).all(|end| layers(&bytes[..end]).is_none()));
        bytes.push(0);
        assert!(layers(&bytes).is_none());
    }
}
