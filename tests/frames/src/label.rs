//! A printed label in its own plane: millimetres from its centre, x to the right and y down.

use crate::font;
use crate::symbol::{Kind, Symbol};

/// Paper, ink, and what is printed.
#[derive(Debug, Clone)]
pub struct Label {
    /// Width in mm; along the axis of a tube.
    pub width_mm: f32,
    /// Height in mm; round a tube.
    pub height_mm: f32,
    /// Reflectance of the paper, 0 to 1.
    pub paper: f32,
    /// Reflectance of the ink, 0 to 1.
    pub ink: f32,
    /// What is printed, and what hides it; a later one lies over an earlier one.
    pub marks: Vec<Mark>,
}

/// One thing on a label.
#[derive(Debug, Clone)]
pub struct Mark {
    /// Its centre, in mm from the label's centre.
    pub x_mm: f32,
    /// Its centre, in mm below the label's centre.
    pub y_mm: f32,
    /// Whether it is turned by a quarter, so that it runs down the label.
    pub turned: bool,
    /// The thing.
    pub print: Print,
}

/// What a mark is.
#[derive(Debug, Clone)]
pub enum Print {
    /// A barcode.
    Code {
        /// Its cells.
        symbol: Symbol,
        /// Width of a module in mm.
        module_mm: f32,
        /// Height of the bars in mm; without meaning for other than linear symbols.
        bar_mm: f32,
    },
    /// A line of text.
    Text {
        /// Its characters.
        text: String,
        /// Height of its capitals in mm.
        height_mm: f32,
    },
    /// An even patch: a photo, a stamp, a finger.
    Patch {
        /// Width in mm.
        width_mm: f32,
        /// Height in mm.
        height_mm: f32,
        /// Reflectance, 0 to 1.
        reflectance: f32,
    },
}

impl Print {
    /// Width and height in mm.
    #[must_use]
    pub fn size_mm(&self) -> (f32, f32) {
        match self {
            Self::Code { symbol, module_mm, bar_mm } => {
                (symbol.modules() * module_mm, symbol.height_modules().map_or(*bar_mm, |rows| rows * module_mm))
            }
            Self::Text { text, height_mm } => (font::width(text) * height_mm, *height_mm),
            Self::Patch { width_mm, height_mm, .. } => (*width_mm, *height_mm),
        }
    }
}

impl Mark {
    /// A mark at a place, not turned.
    #[must_use]
    pub fn at(x_mm: f32, y_mm: f32, print: Print) -> Self {
        Self { x_mm, y_mm, turned: false, print }
    }

    fn is_near(&self, x: f32, y: f32, margin: f32) -> bool {
        let (width, height) = self.print.size_mm();
        let (width, height) = if self.turned { (height, width) } else { (width, height) };
        (x - self.x_mm).abs() <= width / 2.0 + margin && (y - self.y_mm).abs() <= height / 2.0 + margin
    }

    fn reflectance(&self, x: f32, y: f32, ink: f32) -> Option<f32> {
        let (width, height) = self.print.size_mm();
        let (dx, dy) = (x - self.x_mm, y - self.y_mm);
        let (dx, dy) = if self.turned { (dy, -dx) } else { (dx, dy) };
        let (left, top) = (dx + width / 2.0, dy + height / 2.0);
        if left < 0.0 || top < 0.0 || left > width || top > height {
            return None;
        }
        match &self.print {
            Print::Code { symbol, module_mm, .. } => symbol.is_dark(left / module_mm, top / module_mm).then_some(ink),
            Print::Text { text, height_mm } => font::is_dark(text, left / height_mm, top / height_mm).then_some(ink),
            Print::Patch { reflectance, .. } => Some(*reflectance),
        }
    }
}

impl Label {
    /// Reflectance at a point, `None` beside the label.
    #[must_use]
    pub fn reflectance(&self, x: f32, y: f32) -> Option<f32> {
        let inside = x.abs() * 2.0 <= self.width_mm && y.abs() * 2.0 <= self.height_mm;
        inside.then(|| self.marks.iter().rev().find_map(|mark| mark.reflectance(x, y, self.ink)).unwrap_or(self.paper))
    }

    /// Whether print or the label's edge is within `margin` mm of the point.
    pub(crate) fn is_busy(&self, x: f32, y: f32, margin: f32) -> bool {
        let deep = x.abs() + margin < self.width_mm / 2.0 && y.abs() + margin < self.height_mm / 2.0;
        !deep || self.marks.iter().any(|mark| mark.is_near(x, y, margin))
    }

    /// The barcodes on the label: kind and text of each.
    pub fn codes(&self) -> impl Iterator<Item = (Kind, &str)> {
        self.marks.iter().filter_map(|mark| match &mark.print {
            Print::Code { symbol, .. } => Some((symbol.kind(), symbol.text())),
            _ => None,
        })
    }

    /// Direction of the first barcode on the label, in degrees.
    #[must_use]
    pub fn code_deg(&self) -> f32 {
        let code = self.marks.iter().find(|mark| matches!(mark.print, Print::Code { .. }));
        code.map_or(0.0, |mark| if mark.turned { 90.0 } else { 0.0 })
    }
}
