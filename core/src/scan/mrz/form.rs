//! What may stand in each place of a zone, for a reader that sees signs one by one.

use super::layout::{EXIT_PERMIT, EXIT_PERMIT_FILLERS, Layout, MRV_A, MRV_B, Span, TD1, TD2, TD3};

/// The kinds of signs that a place of a zone takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::scan) enum Place {
    /// Letters and fillers.
    Letter,
    /// Digits and fillers: parts of a date may be unknown, checks of nothing may be left out.
    Digit,
    /// Digits alone.
    DigitOnly,
    /// Always a filler.
    Filler,
    /// M, F, X or a filler.
    Sex,
    /// Anything.
    Any,
}

impl Place {
    /// Whether `sign` may stand here.
    pub(in crate::scan) const fn holds(self, sign: u8) -> bool {
        match self {
            Self::Letter => sign.is_ascii_uppercase() || sign == b'<',
            Self::Digit => sign.is_ascii_digit() || sign == b'<',
            Self::DigitOnly => sign.is_ascii_digit(),
            Self::Filler => sign == b'<',
            Self::Sex => matches!(sign, b'M' | b'F' | b'X' | b'<'),
            Self::Any => true,
        }
    }

    /// Whether a filler may stand here.
    pub(in crate::scan) const fn may_be_filler(self) -> bool {
        self.holds(b'<')
    }
}

/// The form of one kind of zone.
pub(in crate::scan) struct ZoneForm {
    layout: &'static Layout,
    pub(in crate::scan) width: usize,
    pub(in crate::scan) lines: usize,
}

/// Every form, those of more lines first.
pub(in crate::scan) fn forms() -> &'static [ZoneForm] {
    const fn form(layout: &'static Layout) -> ZoneForm {
        ZoneForm { layout, width: layout.width, lines: layout.lines }
    }
    const FORMS: [ZoneForm; 6] = [form(&TD1), form(&TD2), form(&TD3), form(&MRV_A), form(&MRV_B), form(&EXIT_PERMIT)];
    &FORMS
}

impl ZoneForm {
    /// What may stand in a column of a line.
    pub(in crate::scan) fn place(&self, line: usize, column: usize) -> Place {
        let (layout, place) = (self.layout, line * self.width + column);
        let within = |span: Option<Span>| span.is_some_and(|span| (span.start..span.end).contains(&place));
        if layout.lines == 1 && EXIT_PERMIT_FILLERS.contains(&place) {
            return Place::Filler;
        }
        if layout.sex == Some(place) {
            return Place::Sex;
        }
        if within(Some(layout.code)) || within(layout.state) || within(layout.names) || within(layout.nationality) {
            return Place::Letter;
        }
        let dates = [layout.birth, layout.expiry];
        if dates.into_iter().any(|span| within(Some(span)))
            || place == layout.number_check
            || layout.optional1_check == Some(place)
        {
            return Place::Digit;
        }
        let checks = [layout.birth_check, layout.expiry_check];
        if checks.contains(&place) || layout.composite.is_some_and(|(check, _)| check == place) {
            return Place::DigitOnly;
        }
        Place::Any
    }

    /// Whether a check digit protects a column of a line, or it is one.
    pub(in crate::scan) fn is_checked(&self, line: usize, column: usize) -> bool {
        let (layout, place) = (self.layout, line * self.width + column);
        let within = |span: Span| (span.start..span.end).contains(&place);
        let composite =
            layout.composite.is_some_and(|(check, spans)| check == place || spans.iter().copied().any(within));
        composite
            || [layout.number, layout.birth, layout.expiry].into_iter().any(within)
            || [layout.number_check, layout.birth_check, layout.expiry_check].contains(&place)
    }

    /// Whether a line ends with the names, which fill it up with fillers.
    pub(in crate::scan) fn is_names_line(&self, line: usize) -> bool {
        self.layout.names.is_some_and(|names| names.end == (line + 1) * self.width)
    }

    /// The names of a zone's lines.
    pub(in crate::scan) fn names<'l>(&self, lines: &'l [String]) -> Option<&'l str> {
        let names = self.layout.names?;
        lines.get(names.start / self.width)?.get(names.start % self.width..)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_specimens_fit_their_forms() {
        // Doc 9303 parts 4, 5, 6 and 7, printed examples.
        let specimens: [&[&str]; 4] = [
            &["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"],
            &["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"],
            &["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"],
            &["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"],
        ];
        for specimen in specimens {
            let fit = |form: &&ZoneForm| form.lines == specimen.len() && form.width == specimen[0].len();
            let line_fits = |form: &ZoneForm, line: usize, text: &str| {
                text.bytes().enumerate().all(|(column, sign)| form.place(line, column).holds(sign))
            };
            let whole = |form: &&ZoneForm| specimen.iter().enumerate().all(|(line, text)| line_fits(form, line, text));
            let form = forms().iter().filter(fit).find(whole).unwrap();
            assert!(form.is_names_line(if form.lines == 3 { 2 } else { 0 }), "{}", specimen[0]);
        }
    }

    #[test]
    fn what_a_check_protects_is_known() {
        let td3 = forms().iter().find(|form| form.width == 44).unwrap();
        let checked = |column| td3.is_checked(1, column);
        assert!((0..10).all(checked) && !(10..13).any(checked) && (13..20).all(checked) && !checked(20));
        assert!((21..44).all(checked) && !(0..44).any(|column| td3.is_checked(0, column)));
    }
}
