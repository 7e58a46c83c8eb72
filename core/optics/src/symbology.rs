//! The symbologies that a frame is searched for.

use std::fmt;

/// A kind of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Symbology {
    /// Code 128 (ISO/IEC 15417), GS1-128 among it.
    Code128,
    /// Code 39 (ISO/IEC 16388), read as it stands: no full-ASCII pairs, no check digit.
    Code39,
    /// Codabar (EN 798), its start and stop letters kept.
    Codabar,
    /// Interleaved 2 of 5 (ISO/IEC 16390).
    Itf,
    /// QR Code (ISO/IEC 18004).
    Qr,
    /// Data Matrix (ISO/IEC 16022).
    DataMatrix,
    /// PDF417 (ISO/IEC 15438).
    Pdf417,
}

impl Symbology {
    /// Every symbology.
    pub const ALL: [Self; 7] =
        [Self::Code128, Self::Code39, Self::Codabar, Self::Itf, Self::Qr, Self::DataMatrix, Self::Pdf417];

    const fn bit(self) -> u8 {
        1 << self as u8
    }

    /// Whether it is one row of bars.
    pub const fn is_linear(self) -> bool {
        matches!(self, Self::Code128 | Self::Code39 | Self::Codabar | Self::Itf)
    }
}

/// A set of symbologies. The fewer, the faster and the fewer false reads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Symbologies(u8);

impl Symbologies {
    /// All of them.
    pub const ALL: Self = Self(0x7f);
    /// None.
    pub const NONE: Self = Self(0);
    /// What stands on specimen tubes and boxes.
    pub const TUBES: Self = Self::NONE
        .with(Symbology::Code128)
        .with(Symbology::Code39)
        .with(Symbology::Codabar)
        .with(Symbology::Itf)
        .with(Symbology::Qr)
        .with(Symbology::DataMatrix);
    /// What stands on people's cards and screens.
    pub const PEOPLE: Self = Self::NONE.with(Symbology::Qr).with(Symbology::Pdf417);

    /// The set with one more.
    #[must_use]
    pub const fn with(self, symbology: Symbology) -> Self {
        Self(self.0 | symbology.bit())
    }

    /// The set without one.
    #[must_use]
    pub const fn without(self, symbology: Symbology) -> Self {
        Self(self.0 & !symbology.bit())
    }

    /// Whether `symbology` is in it.
    pub const fn has(self, symbology: Symbology) -> bool {
        self.0 & symbology.bit() != 0
    }

    /// Whether it is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those that are one row of bars.
    #[must_use]
    pub const fn linear(self) -> Self {
        Self(self.0 & 0x0f)
    }

    /// Those that are a field of modules.
    #[must_use]
    pub const fn matrix(self) -> Self {
        Self(self.0 & (Symbology::Qr.bit() | Symbology::DataMatrix.bit()))
    }

    /// Its members.
    pub fn iter(self) -> impl Iterator<Item = Symbology> {
        Symbology::ALL.into_iter().filter(move |symbology| self.has(*symbology))
    }
}

impl fmt::Debug for Symbologies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_what_was_put_in() {
        assert_eq!(Symbologies::ALL.iter().count(), 7);
        assert_eq!(Symbologies::ALL.linear().iter().filter(|s| s.is_linear()).count(), 4);
        assert!(Symbologies::ALL.linear().iter().all(Symbology::is_linear));
        assert_eq!(Symbologies::ALL.matrix(), Symbologies::NONE.with(Symbology::Qr).with(Symbology::DataMatrix));
        assert!(!Symbologies::TUBES.has(Symbology::Pdf417));
        assert!(Symbologies::TUBES.without(Symbology::Qr).with(Symbology::Qr) == Symbologies::TUBES);
    }
}
