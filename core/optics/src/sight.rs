//! What was seen in a frame.

use std::fmt;

use crate::frame::Spot;
use crate::symbology::Symbology;
use crate::text::TextLine;

/// A code that was read.
#[derive(Clone, PartialEq)]
pub struct Symbol {
    /// Its symbology.
    pub symbology: Symbology,
    /// Its AIM symbology identifier (ISO/IEC 15424), e.g. `]C1`.
    pub aim: String,
    /// Its text, FNC1 as U+001D; an FNC1 that stands first is told by `aim` alone. It may name a
    /// person.
    pub text: String,
    /// Four corners around what was read of it, in pixels of the upright frame.
    pub outline: [Spot; 4],
    /// Rows of the frame that gave this text; 1 for a two-dimensional code.
    pub rows: u32,
    /// Frames of this session that gave it, this one among them.
    pub frames: u32,
    /// Whether two frames of the session agree on it, not long apart.
    pub agreed: bool,
}

impl fmt::Debug for Symbol {
    /// Everything but the text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Symbol({:?}, {} frames, text hidden)", self.symbology, self.frames)
    }
}

/// What would help, most helpful first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Guidance {
    /// Too little light: turn on the torch.
    TooDark,
    /// A reflection lies on the code or line: tilt it.
    Glare,
    /// A code or line reaches beyond the frame: move back or to the middle.
    CutOff,
    /// The bars run round the tube, out of sight: turn the tube's label along your view.
    AlongTube,
    /// Bars or signs are too fine in the picture: come nearer.
    ComeNearer,
    /// The picture is not sharp: hold still, wait for the focus.
    Blurred,
    /// A code is in view that cannot be read: turn it to face you.
    TurnLabel,
    /// A document's side without a number or zone is in view: turn it over.
    TurnOver,
}

impl Guidance {
    /// Every value, in order.
    pub const ALL: [Self; 8] = [
        Self::TooDark,
        Self::Glare,
        Self::CutOff,
        Self::AlongTube,
        Self::ComeNearer,
        Self::Blurred,
        Self::TurnLabel,
        Self::TurnOver,
    ];

    /// The code that a shell translates.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooDark => "too_dark",
            Self::Glare => "glare",
            Self::CutOff => "cut_off",
            Self::AlongTube => "along_tube",
            Self::ComeNearer => "come_nearer",
            Self::Blurred => "blurred",
            Self::TurnLabel => "turn_label",
            Self::TurnOver => "turn_over",
        }
    }
}

/// What one frame showed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sight {
    /// The codes read, each text once.
    pub symbols: Vec<Symbol>,
    /// Lines of print, where a session reads print and it was this frame's turn.
    pub lines: Vec<TextLine>,
    /// What would help; empty where a code or all of a line was read well.
    pub guidance: Vec<Guidance>,
    /// Where stripes or a line lie that were not read: the outline of the strongest, for the shell to draw.
    pub unread: Option<[Spot; 4]>,
    /// Whether the time cap ended the work before every pass was made.
    pub cut_short: bool,
}
