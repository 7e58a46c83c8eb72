//! Where everything stands in a zone: Doc 9303 parts 4 (TD3), 5 (TD1), 6 (TD2) and 7 (visas).

/// Characters `start..end` of the zone's lines, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Span {
    pub(super) fn of(self, text: &[u8]) -> &[u8] {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

const fn span(start: usize, end: usize) -> Span {
    Span { start, end }
}

/// The form of one kind of zone.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// The format's name; the exit permit's line has none.
    pub(super) name: Option<&'static str>,
    /// Characters a line.
    pub(super) width: usize,
    pub(super) lines: usize,
    /// The first letters of the document codes.
    pub(super) codes: &'static [u8],
    pub(super) code: Span,
    pub(super) state: Option<Span>,
    pub(super) names: Option<Span>,
    pub(super) nationality: Option<Span>,
    pub(super) number: Span,
    pub(super) number_check: usize,
    pub(super) birth: Span,
    pub(super) birth_check: usize,
    pub(super) sex: Option<usize>,
    pub(super) expiry: Span,
    pub(super) expiry_check: usize,
    pub(super) optional1: Option<Span>,
    /// Only TD3's personal number has a check digit of its own.
    pub(super) optional1_check: Option<usize>,
    pub(super) optional2: Option<Span>,
    /// The check digit over all checked fields and what it covers; visas have none.
    pub(super) composite: Option<(usize, &'static [Span])>,
    /// Whether a number may go on in the optional data (parts 5 and 6, note j).
    pub(super) long_numbers: bool,
}

impl Layout {
    pub(super) const fn len(&self) -> usize {
        self.width * self.lines
    }
}

/// What TD2, TD3 and visas share: names in line 1, everything else in line 2.
const fn two_lines(name: &'static str, width: usize, codes: &'static [u8]) -> Layout {
    Layout {
        name: Some(name),
        width,
        lines: 2,
        codes,
        code: span(0, 2),
        state: Some(span(2, 5)),
        names: Some(span(5, width)),
        number: span(width, width + 9),
        number_check: width + 9,
        nationality: Some(span(width + 10, width + 13)),
        birth: span(width + 13, width + 19),
        birth_check: width + 19,
        sex: Some(width + 20),
        expiry: span(width + 21, width + 27),
        expiry_check: width + 27,
        optional1: Some(span(width + 28, width * 2)),
        optional1_check: None,
        optional2: None,
        composite: None,
        long_numbers: false,
    }
}

const CARDS: &[u8] = b"ACIP";
const VISAS: &[u8] = b"V";

pub(super) const TD1: Layout = Layout {
    lines: 3,
    names: Some(span(60, 90)),
    number: span(5, 14),
    number_check: 14,
    optional1: Some(span(15, 30)),
    birth: span(30, 36),
    birth_check: 36,
    sex: Some(37),
    expiry: span(38, 44),
    expiry_check: 44,
    nationality: Some(span(45, 48)),
    optional2: Some(span(48, 59)),
    composite: Some((59, &[span(5, 37), span(38, 45), span(48, 59)])),
    long_numbers: true,
    ..two_lines("TD1", 30, CARDS)
};
pub(super) const TD2: Layout = Layout {
    optional1: Some(span(64, 71)),
    composite: Some((71, &[span(36, 46), span(49, 56), span(57, 71)])),
    long_numbers: true,
    ..two_lines("TD2", 36, CARDS)
};
pub(super) const TD3: Layout = Layout {
    optional1: Some(span(72, 86)),
    optional1_check: Some(86),
    composite: Some((87, &[span(44, 54), span(57, 64), span(65, 87)])),
    ..two_lines("TD3", 44, CARDS)
};
pub(super) const MRV_A: Layout = two_lines("MRV-A", 44, VISAS);
pub(super) const MRV_B: Layout = two_lines("MRV-B", 36, VISAS);

/// The one line on the back of the exit-entry permit for mainland residents; no official text is
/// public, the places are those that readers in the field use.
pub(super) const EXIT_PERMIT: Layout = Layout {
    name: None,
    width: 30,
    lines: 1,
    codes: b"C",
    code: span(0, 2),
    state: None,
    names: None,
    nationality: None,
    number: span(2, 11),
    number_check: 11,
    expiry: span(13, 19),
    expiry_check: 19,
    birth: span(21, 27),
    birth_check: 27,
    sex: None,
    optional1: None,
    optional1_check: None,
    optional2: None,
    composite: Some((29, &[span(2, 12), span(13, 20), span(21, 28)])),
    long_numbers: false,
};
/// Where the exit permit's line has a filler, always.
pub(super) const EXIT_PERMIT_FILLERS: [usize; 3] = [12, 20, 28];
