//! Barcodes as grids of dark cells, made by encoders that share no code with the decoder under test.

mod code128;
mod linear;
mod matrix;
mod pdf417;

use std::fmt;

/// What kind of symbol a text is printed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Code 128 in sets B and C.
    Code128,
    /// Code 128 that starts with FNC1; a group separator (`\u{1d}`) in the text becomes a further FNC1.
    Gs1_128,
    /// Code 39 without check character; the text excludes the stars.
    Code39,
    /// Codabar between the start and stop letters A; the text excludes them.
    Codabar,
    /// Interleaved 2 of 5; an even number of digits.
    Itf,
    /// QR code, error correction level M.
    Qr,
    /// Data Matrix ECC 200, smallest square size.
    DataMatrix,
    /// PDF417 with byte compaction.
    Pdf417,
}

impl Kind {
    /// True for bars in one direction only.
    #[must_use]
    pub fn is_linear(self) -> bool {
        matches!(self, Self::Code128 | Self::Gs1_128 | Self::Code39 | Self::Codabar | Self::Itf)
    }

    /// Quiet zone that its standard asks for, in modules on every side (linear: left and right).
    #[must_use]
    pub fn quiet_modules(self) -> f32 {
        match self {
            Self::Qr => 4.0,
            Self::DataMatrix => 1.0,
            Self::Pdf417 => 2.0,
            _ => 10.0,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Code128 => "Code 128",
            Self::Gs1_128 => "GS1-128",
            Self::Code39 => "Code 39",
            Self::Codabar => "Codabar",
            Self::Itf => "ITF",
            Self::Qr => "QR",
            Self::DataMatrix => "DataMatrix",
            Self::Pdf417 => "PDF417",
        })
    }
}

/// Why a text cannot be a symbol of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unencodable {
    /// The kind that was asked for.
    pub kind: Kind,
    /// What is wrong with the text.
    pub reason: String,
}

impl fmt::Display for Unencodable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a text for {}: {}", self.kind, self.reason)
    }
}

impl std::error::Error for Unencodable {}

/// A text and its dark cells, without quiet zone or size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    kind: Kind,
    text: String,
    cells: Vec<bool>,
    columns: usize,
    /// Cells per module along the code: 2 where wide bars are 2.5 modules.
    cells_per_module: usize,
    /// Height of a row in modules.
    row_modules: usize,
}

impl Symbol {
    /// Encodes `text`.
    ///
    /// # Errors
    /// [`Unencodable`] when the kind has no such characters, or no such length.
    pub fn new(kind: Kind, text: &str) -> Result<Self, Unencodable> {
        let fail = |reason: &str| Unencodable { kind, reason: reason.to_owned() };
        let (cells, columns, cells_per_module, row_modules) = match kind {
            Kind::Code128 => one_row(code128::encode(text, false).ok_or_else(|| fail("ASCII only"))?, 1),
            Kind::Gs1_128 => one_row(code128::encode(text, true).ok_or_else(|| fail("ASCII only"))?, 1),
            Kind::Code39 => one_row(linear::code39(text).ok_or_else(|| fail("unknown character"))?, 2),
            Kind::Codabar => one_row(linear::codabar(text).ok_or_else(|| fail("unknown character"))?, 2),
            Kind::Itf => one_row(linear::itf(text).ok_or_else(|| fail("an even number of digits"))?, 2),
            Kind::Qr => square(matrix::qr(text).ok_or_else(|| fail("too long"))?),
            Kind::DataMatrix => square(matrix::data_matrix(text).ok_or_else(|| fail("too long"))?),
            Kind::Pdf417 => {
                let (cells, columns) = pdf417::encode(text.as_bytes()).ok_or_else(|| fail("too long"))?;
                (cells, columns, 1, pdf417::ROW_MODULES)
            }
        };
        Ok(Self { kind, text: text.to_owned(), cells, columns, cells_per_module, row_modules })
    }

    /// The kind it was encoded as.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The text a right reading gives.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Length along the code, in modules.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a symbol has a few hundred cells")]
    pub fn modules(&self) -> f32 {
        self.columns as f32 / self.cells_per_module as f32
    }

    /// Height in modules; `None` for linear symbols, whose bars are as high as the label makes them.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a symbol has a few hundred cells")]
    pub fn height_modules(&self) -> Option<f32> {
        let rows = self.cells.len() / self.columns;
        (!self.kind.is_linear()).then(|| (rows * self.row_modules) as f32)
    }

    /// Whether the point is dark: `along` in modules from the start, `down` in modules from the top
    /// (without meaning for linear symbols). Light outside.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be at least 0")]
    #[expect(clippy::cast_precision_loss, reason = "small whole numbers")]
    pub fn is_dark(&self, along: f32, down: f32) -> bool {
        if along < 0.0 || down < 0.0 {
            return false;
        }
        let column = (along * self.cells_per_module as f32) as usize;
        let row = if self.kind.is_linear() { 0 } else { (down / self.row_modules as f32) as usize };
        column < self.columns && self.cells.get(row * self.columns + column).copied().unwrap_or(false)
    }
}

type Grid = (Vec<bool>, usize, usize, usize);

fn one_row(cells: Vec<bool>, cells_per_module: usize) -> Grid {
    let columns = cells.len();
    (cells, columns, cells_per_module, 1)
}

fn square((cells, columns): (Vec<bool>, usize)) -> Grid {
    (cells, columns, 1, 1)
}

/// Appends runs of dark and light cells by turns, dark first.
fn push_runs(cells: &mut Vec<bool>, runs: impl IntoIterator<Item = usize>) {
    for (index, run) in runs.into_iter().enumerate() {
        cells.extend(std::iter::repeat_n(index % 2 == 0, run));
    }
}
