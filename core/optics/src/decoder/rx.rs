//! The decoder of `rxing`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::{BIT_FIELD_BASE_BITS as WORD, BitArray, HybridBinarizer};
use rxing::datamatrix::DataMatrixReader;
use rxing::oned::{CodaBarReader, Code39Reader, Code128Reader, ITFReader, MultiFormatOneDReader, OneDReader};
use rxing::pdf417::PDF417Reader;
use rxing::qrcode::QRCodeReader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{
    BarcodeFormat, BinaryBitmap, DecodeHints, Luma8Source, RXingResult, RXingResultMetadataType,
    RXingResultMetadataValue, Reader,
};

use super::{Decoder, Picture, Text};
use crate::limits::{DECODE_PIXELS_MAX, DECODE_SIDE_MIN, TEXT_BYTES_MAX, UNCHECKED_CHARS_MIN};
use crate::symbology::{Symbologies, Symbology};

/// What Codabar's reader hands out when asked for start and stop letters: places in this alphabet
/// instead of its characters (rxing 0.9.3).
const CODABAR: &[u8; 20] = b"0123456789-$:/.+ABCD";
const FNC1: char = '\u{1d}';

/// `rxing`'s readers with the hints that never change.
pub(crate) struct Rx {
    hints: DecodeHints,
}

impl Rx {
    pub(crate) fn new() -> Self {
        let hints = DecodeHints {
            TryHarder: Some(true),
            // For FNC1, which is left out otherwise.
            AssumeGs1: Some(true),
            ReturnCodabarStartEnd: Some(true),
            ..DecodeHints::default()
        };
        Self { hints }
    }

    fn only(&self, wanted: Symbologies) -> DecodeHints {
        DecodeHints { PossibleFormats: Some(wanted.iter().map(format).collect()), ..self.hints.clone() }
    }
}

impl Decoder for Rx {
    fn bars(&mut self, runs: &[u32], wanted: Symbology) -> Option<Text> {
        let row = bit_array(runs);
        let hints = &self.hints;
        guarded(|| match wanted {
            Symbology::Code128 => Code128Reader.decode_row(0, &row, hints),
            Symbology::Code39 => Code39Reader::default().decode_row(0, &row, hints),
            Symbology::Codabar => CodaBarReader::default().decode_row(0, &row, hints),
            Symbology::Itf => ITFReader::default().decode_row(0, &row, hints),
            Symbology::Qr | Symbology::DataMatrix | Symbology::Pdf417 => Err(rxing::Exceptions::NOT_FOUND),
        })
    }

    fn linear(&mut self, picture: Picture<'_>, wanted: Symbologies) -> Option<Text> {
        let hints = self.only(wanted.linear());
        let mut image = bitmap(picture)?;
        guarded(|| MultiFormatOneDReader::new(&hints).decode_with_hints(&mut image, &hints))
    }

    fn area(&mut self, picture: Picture<'_>, wanted: Symbology) -> Option<Text> {
        let hints = self.only(Symbologies::NONE.with(wanted));
        let mut image = bitmap(picture)?;
        guarded(|| match wanted {
            Symbology::Qr => QrReader
                .decode_with_hints(&mut image, &hints)
                .or_else(|_| QRCodeReader.decode_with_hints(&mut image, &hints)),
            Symbology::DataMatrix => DataMatrixReader.decode_with_hints(&mut image, &hints),
            Symbology::Pdf417 => PDF417Reader.decode_with_hints(&mut image, &hints),
            _ => Err(rxing::Exceptions::NOT_FOUND),
        })
    }
}

const fn format(symbology: Symbology) -> BarcodeFormat {
    match symbology {
        Symbology::Code128 => BarcodeFormat::CODE_128,
        Symbology::Code39 => BarcodeFormat::CODE_39,
        Symbology::Codabar => BarcodeFormat::CODABAR,
        Symbology::Itf => BarcodeFormat::ITF,
        Symbology::Qr => BarcodeFormat::QR_CODE,
        Symbology::DataMatrix => BarcodeFormat::DATA_MATRIX,
        Symbology::Pdf417 => BarcodeFormat::PDF_417,
    }
}

fn bitmap(picture: Picture<'_>) -> Option<BinaryBitmap<HybridBinarizer<Luma8Source<'_>>>> {
    let Picture { data, width, height } = picture;
    if width.min(height) < DECODE_SIDE_MIN || width * height > DECODE_PIXELS_MAX || data.len() != width * height {
        return None;
    }
    let source = Luma8Source::new_with_slice(data, u32::try_from(width).ok()?, u32::try_from(height).ok()?).ok()?;
    Some(BinaryBitmap::new(HybridBinarizer::new(source)))
}

/// Bits of runs, word by word: `setRange` of rxing 0.9.3 overflows at a word's last bit.
fn bit_array(runs: &[u32]) -> BitArray {
    let size = runs.iter().map(|run| *run as usize).sum::<usize>();
    let mut words = vec![0usize; size.div_ceil(WORD)];
    let mut at = 0;
    for (i, run) in runs.iter().enumerate() {
        let end = at + *run as usize;
        while at < end {
            let (word, bit) = (at / WORD, at % WORD);
            let count = (end - at).min(WORD - bit);
            if !i.is_multiple_of(2) {
                words[word] |= usize::MAX >> (WORD - count) << bit;
            }
            at += count;
        }
    }
    let mut row = BitArray::with_size(size);
    words.into_iter().enumerate().for_each(|(i, word)| row.setBulk(i * WORD, word));
    row
}

/// Runs a reader. A foreign library's panic on a frame must not end somebody's day of work: it
/// counts as nothing read.
fn guarded(read: impl FnOnce() -> Result<RXingResult, rxing::Exceptions>) -> Option<Text> {
    catch_unwind(AssertUnwindSafe(read)).ok()?.ok().and_then(|result| text(&result))
}

fn text(result: &RXingResult) -> Option<Text> {
    let symbology = Symbology::ALL.into_iter().find(|symbology| format(*symbology) == *result.getBarcodeFormat())?;
    let aim = match result.getRXingResultMetadata().get(&RXingResultMetadataType::SYMBOLOGY_IDENTIFIER) {
        Some(RXingResultMetadataValue::SymbologyIdentifier(aim)) => aim.clone(),
        _ => String::new(),
    };
    let raw = result.getText();
    let text = match symbology {
        Symbology::Code128 => code_128(raw, &aim, result.getRawBytes()).to_owned(),
        Symbology::Qr | Symbology::DataMatrix if matches!(&*aim, "]Q3" | "]d2") => {
            raw.strip_prefix(FNC1).unwrap_or(raw).to_owned()
        }
        Symbology::Codabar => codabar(raw)?,
        _ => raw.to_owned(),
    };
    let letters = if symbology == Symbology::Codabar { 2 } else { 0 };
    let checked = !symbology.is_linear() || symbology == Symbology::Code128;
    let chars = text.chars().count() - letters;
    if text.is_empty() || text.len() > TEXT_BYTES_MAX || !checked && chars < UNCHECKED_CHARS_MIN {
        return None;
    }
    let points = result.getPoints().iter().map(|point| (point.x, point.y)).collect();
    Some(Text { symbology, aim, text, points })
}

/// The value of FNC1 in Code 128 (ISO/IEC 15417, table 1).
const CODE_128_FNC1: u8 = 102;

/// Code 128's text as it stands in the symbol of `codes`. A check character of FNC1's value is left
/// in the text by rxing 0.9.3 as if it were one: one label in a hundred has that.
fn code_128<'a>(raw: &'a str, aim: &str, codes: &[u8]) -> &'a str {
    let text = if aim == "]C1" { raw.strip_prefix("]C1").unwrap_or(raw) } else { raw };
    match codes {
        [.., CODE_128_FNC1, _stop] => text.strip_suffix(FNC1).unwrap_or(text),
        _ => text,
    }
}

/// Codabar's text with its start and stop letters.
fn codabar(raw: &str) -> Option<String> {
    let letter = |c: char| CODABAR.get(c as usize).map(|byte| char::from(*byte));
    let text: String = raw.chars().map(letter).collect::<Option<_>>()?;
    (text.len() > 2).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_become_bits() {
        let runs = [3, 61, 1, 64, 70, 2, 0, 5, 129];
        let row = bit_array(&runs);
        let wanted = runs.iter().enumerate().flat_map(|(i, run)| std::iter::repeat_n(i % 2 == 1, *run as usize));
        assert!(wanted.enumerate().all(|(at, ink)| row.get(at) == ink));
        assert_eq!(bit_array(&[]).get_size(), 0);
    }
}
