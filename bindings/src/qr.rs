//! Codes that a screen shows to another phone.

use qrcode::types::Color;
use qrcode::{EcLevel, QrCode};

use crate::error::{FieldError, Result, guard};

/// A QR to be drawn: with four modules of white around it, dark on white in every theme, without smoothing.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct QrPicture {
    /// Modules of a side, 21 to 177.
    pub size: u32,
    /// Row by row, one byte a module: 1 where it is dark.
    pub dark: Vec<u8>,
}

/// The QR of a text that an answer, a card or a `FrameMaker` gave: level M, in the mode that takes the fewest modules.
/// Text that is too long for one is `FieldError.Invalid`.
#[uniffi::export]
pub fn qr_picture(text: String) -> Result<QrPicture> {
    guard("qr_picture", || {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| FieldError::Invalid {
            reason: "the text is too long for one QR; write it to a file, or show it as animated codes".to_owned(),
        })?;
        let size = u32::try_from(code.width()).unwrap_or_default();
        let dark = code.into_colors().into_iter().map(|module| u8::from(module == Color::Dark)).collect();
        Ok::<_, FieldError>(QrPicture { size, dark })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_square_of_modules() {
        let picture = qr_picture("FC1:ABC".to_owned()).expect("a picture");
        assert_eq!((picture.size, picture.dark.len()), (21, 441));
        assert_eq!(picture.dark[..7], [1; 7], "the finder's edge");
        assert!(matches!(qr_picture("x".repeat(3_000)), Err(FieldError::Invalid { .. })));
    }
}
