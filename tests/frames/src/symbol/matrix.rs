//! QR and Data Matrix through their crates.

use datamatrix::{DataMatrix, SymbolList};
use qrcode::{Color, EcLevel, QrCode};

/// Cells by row and the number of columns.
pub(super) fn qr(text: &str) -> Option<(Vec<bool>, usize)> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let columns = code.width();
    Some((code.into_colors().into_iter().map(|color| color == Color::Dark).collect(), columns))
}

/// Cells by row and the number of columns.
pub(super) fn data_matrix(text: &str) -> Option<(Vec<bool>, usize)> {
    let code = DataMatrix::encode_str(text, SymbolList::default().enforce_square()).ok()?;
    let bitmap = code.bitmap();
    Some((bitmap.bits().to_vec(), bitmap.width()))
}
