//! The data structures of ISBT 128 and the form of their content.
//!
//! Source: ICCBBA ST-001, ISBT 128 Standard Technical Specification 6.2.2, table 2 and sections
//! 2.4.1 to 2.4.40. Structures that went out of use are still read: labels outlive standards.

/// The alphabet of one character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// 0-9.
    Digit,
    /// 1-9.
    NonZero,
    /// A-Z.
    Letter,
    /// A-Z, 0-9.
    Upper,
    /// A-Z, a-z, 0-9.
    Any,
    /// A-N, P-Z, 1-9: the first character of a facility's number.
    FacilityFirst,
    /// A-N, P-Z, 0-9.
    Facility,
    /// 0-9, A-H, J-N, P, R-Y: a flag.
    Flag,
    /// The character itself.
    Just(u8),
}

impl Class {
    pub(super) fn holds(self, byte: u8) -> bool {
        match self {
            Self::Digit => byte.is_ascii_digit(),
            Self::NonZero => matches!(byte, b'1'..=b'9'),
            Self::Letter => byte.is_ascii_uppercase(),
            Self::Upper => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Self::Any => byte.is_ascii_alphanumeric(),
            Self::FacilityFirst => matches!(byte, b'A'..=b'N' | b'P'..=b'Z' | b'1'..=b'9'),
            Self::Facility => matches!(byte, b'A'..=b'N' | b'P'..=b'Z' | b'0'..=b'9'),
            Self::Flag => matches!(byte, b'0'..=b'9' | b'A'..=b'H' | b'J'..=b'N' | b'P' | b'R'..=b'Y'),
            Self::Just(wanted) => byte == wanted,
        }
    }
}

/// What a structure's content says, as far as it can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A donation number.
    Din,
    /// Century, year, day of the year; hour and minute where there are ten digits.
    Date,
    /// Year and month.
    Month,
    /// Place code, then a date of birth.
    Birth,
    /// Zone, reserve, type of time, then year to minute.
    FlexibleDate,
    /// Ends in a check of two digits over all that stands before it.
    Grid,
    /// The number of structures that follow.
    Compound,
    /// A count that stands at this place with this many digits; so many times the form follows.
    Counted(usize, usize, Form),
    /// Opaque, to the end of the text.
    Local,
    /// Nothing that can be checked.
    Code,
}

/// Alphabets and how many characters of each.
pub(super) type Form = &'static [(Class, usize)];

/// One data structure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Structure {
    pub(super) identifier: &'static str,
    pub(super) form: Form,
    pub(super) meaning: Meaning,
}

impl Structure {
    /// Characters of its content, the counted part left out.
    pub(super) fn length(&self) -> usize {
        self.form.iter().map(|(_, count)| count).sum()
    }
}

use Class as C;
use Meaning as M;

const fn row(identifier: &'static str, form: Form, meaning: Meaning) -> Structure {
    Structure { identifier, form, meaning }
}

const DAY: Form = &[(C::Digit, 6)];
const DAY_AND_TIME: Form = &[(C::Digit, 10)];
const MARKS: Form = &[(C::Digit, 18)];
const LOT: Form = &[(C::Any, 10)];

/// A donation number with its flags. Its identifier is `=` alone here: the second character of
/// the identifier is the first of the number.
pub(super) static DIN: Structure =
    row("=", &[(C::FacilityFirst, 1), (C::Facility, 2), (C::Digit, 10), (C::Flag, 2)], M::Din);

/// A structure that a country or facility defines for itself (2.5): `&` and a-z, `;` or `!`.
pub(super) static LOCAL: Structure = row("&", &[], M::Local);

/// All others, in the order of the standard.
pub(super) static STRUCTURES: &[Structure] = &[
    row("=%", &[(C::Any, 2), (C::Upper, 2)], M::Code),
    row("=<", &[(C::Letter, 1), (C::Upper, 4), (C::Any, 1), (C::Upper, 1), (C::Any, 1)], M::Code),
    row("=>", DAY, M::Date),
    row("&>", DAY_AND_TIME, M::Date),
    row("=*", DAY, M::Date),
    row("&*", DAY_AND_TIME, M::Date),
    row("=}", DAY, M::Date),
    row("&}", DAY_AND_TIME, M::Date),
    row("&(", &[(C::Upper, 5)], M::Code),
    row("={", MARKS, M::Code),
    row("=\\", MARKS, M::Code),
    row("&\\", MARKS, M::Code),
    row("&{", MARKS, M::Code),
    row("=[", &[(C::Any, 18)], M::Code),
    row("=\"", &[(C::Any, 18)], M::Code),
    row("=)", &[(C::Any, 1), (C::Upper, 2), (C::Any, 7)], M::Code),
    row("&)", LOT, M::Code),
    row("=;", &[(C::FacilityFirst, 1), (C::Facility, 2), (C::Digit, 18)], M::Code),
    row("='", &[(C::FacilityFirst, 1), (C::Facility, 2), (C::Digit, 2), (C::Upper, 6)], M::Code),
    row("=-", &[(C::Upper, 2), (C::Any, 8)], M::Code),
    row("&-", LOT, M::Code),
    row("=+", &[(C::Digit, 5)], M::Compound),
    row("=#", &[(C::Digit, 10)], M::Birth),
    row("&#", &[(C::Digit, 4)], M::Counted(2, 2, &[(C::Any, 1)])),
    row("=]", DAY, M::Month),
    row("&\"", MARKS, M::Code),
    row("=$", &[(C::FacilityFirst, 1), (C::Facility, 2), (C::Digit, 13)], M::Code),
    row("&$", &[(C::Digit, 2)], M::Counted(0, 2, &[(C::Digit, 14)])),
    row("&%", &[(C::Digit, 3)], M::Counted(0, 3, &[(C::Digit, 10)])),
    row("=(", &[(C::Digit, 16)], M::FlexibleDate),
    row("=,", &[(C::Upper, 6)], M::Code),
    row("&+", &[(C::Facility, 5), (C::Upper, 6)], M::Code),
    row("=/", &[(C::Facility, 5), (C::Upper, 11)], M::Code),
    row("&,1", &[(C::Upper, 18)], M::Code),
    row("&,2", &[(C::Upper, 18)], M::Code),
    row("&,3", &[(C::NonZero, 1), (C::Digit, 3), (C::Upper, 15)], M::Code),
    row("&,4", &[(C::Any, 40)], M::Code),
    row("&:", &[(C::NonZero, 1), (C::Digit, 3), (C::Upper, 13), (C::Digit, 2)], M::Grid),
    row(
        "&/",
        &[
            (C::Just(b'C'), 1),
            (C::Just(b'H'), 1),
            (C::FacilityFirst, 1),
            (C::Facility, 2),
            (C::Digit, 4),
            (C::Upper, 6),
        ],
        M::Code,
    ),
];

/// The structure whose identifier stands in front of `text`.
pub(super) fn leading(text: &str) -> Option<&'static Structure> {
    match text.as_bytes() {
        [b'=', second, ..] if C::FacilityFirst.holds(*second) => Some(&DIN),
        [b'&', b'a'..=b'z' | b';' | b'!', ..] => Some(&LOCAL),
        _ => STRUCTURES.iter().find(|structure| text.starts_with(structure.identifier)),
    }
}

/// How many characters of `text` stand where `form` does not allow them.
pub(super) fn misfits(form: Form, text: &[u8]) -> usize {
    let classes = form.iter().flat_map(|(class, count)| std::iter::repeat_n(class, *count));
    classes.zip(text).filter(|(class, byte)| !class.holds(**byte)).count()
}
