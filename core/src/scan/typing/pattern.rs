//! The forms of numbers, character by character.

use chrono::{Datelike, NaiveDate};

use crate::record::DocumentKind as Kind;
use crate::scan::cn;
use crate::scan::day::day_number;
use crate::scan::reading::Problem;

/// The first character that no number of a form has, and why.
#[derive(Clone, Copy)]
pub(super) struct Stop {
    pub(super) problem: Problem,
    pub(super) place: usize,
}

/// How near a text came to a form, the higher the nearer.
pub(super) type Weight = (bool, bool, usize);

/// One form of a kind's number.
#[derive(Clone, Copy)]
pub(super) struct Pattern {
    pub(super) kind: Kind,
    /// `#` a digit, `@` a letter, `%` a letter other than I and O, `*` a letter or digit, `?`
    /// a digit or X; any other character itself.
    form: &'static str,
    /// Characters without which it is not complete.
    least: usize,
    /// The place of the date, and the century where it has two digits for the year.
    date: Option<(usize, &'static str)>,
}

const fn number(kind: Kind) -> Pattern {
    Pattern { kind, form: "#################?", least: 18, date: Some((6, "")) }
}

const fn plain(kind: Kind, form: &'static str) -> Pattern {
    Pattern { kind, form, least: form.len(), date: None }
}

/// Every form, the surest first: GB 11643, and the shapes of [`crate::scan::shapes`].
const PATTERNS: &[Pattern] = &[
    number(Kind::CnResident),
    number(Kind::CnPermitHk),
    number(Kind::CnPermitMo),
    number(Kind::CnPermitTw),
    number(Kind::CnForeigner),
    Pattern { kind: Kind::CnResident15, form: "###############", least: 15, date: Some((6, "19")) },
    plain(Kind::CnForeigner15, "@@@############"),
    plain(Kind::HkMoTravelPermit, "H########"),
    plain(Kind::HkMoTravelPermit, "H##########"),
    plain(Kind::HkMoTravelPermit, "M########"),
    plain(Kind::HkMoTravelPermit, "M##########"),
    plain(Kind::CnExitPermit, "C########"),
    plain(Kind::CnExitPermit, "C%#######"),
    plain(Kind::PassportNumber, "E########"),
    plain(Kind::PassportNumber, "E@#######"),
    plain(Kind::PassportNumber, "G########"),
    plain(Kind::PassportNumber, "K########"),
    plain(Kind::PassportNumber, "H########"),
    plain(Kind::PassportNumber, "KJ#######"),
    plain(Kind::PassportNumber, "MA#######"),
    Pattern { least: 8, ..plain(Kind::PassportNumber, "D########") },
    Pattern { least: 8, ..plain(Kind::PassportNumber, "S########") },
    Pattern { least: 8, ..plain(Kind::PassportNumber, "P########") },
    plain(Kind::PassportNumber, "DE#######"),
    plain(Kind::PassportNumber, "SE#######"),
    plain(Kind::PassportNumber, "PE#######"),
    plain(Kind::TwTravelPermit, "########"),
    plain(Kind::TwTravelPermit, "##########"),
    plain(Kind::TwTravelPermit, "##########@"),
    plain(Kind::TwTravelPermit, "##########(@)"),
    plain(Kind::PassportNumber, "14#######"),
    plain(Kind::PassportNumber, "15#######"),
];
/// A passport by choice: other states' numbers have forms of their own.
const ANY_PASSPORT: Pattern = Pattern { least: 5, ..plain(Kind::PassportNumber, "***************") };

/// The forms of a chosen kind, or of all; empty for kinds that have none.
pub(super) fn of(document: Option<Kind>) -> Vec<Pattern> {
    match document {
        Some(Kind::PassportNumber) => vec![ANY_PASSPORT],
        Some(kind) => PATTERNS.iter().filter(|pattern| pattern.kind == kind).copied().collect(),
        None => PATTERNS.to_vec(),
    }
}

impl Pattern {
    pub(super) const fn is_complete(&self, typed: usize) -> bool {
        typed >= self.least && typed <= self.form.len()
    }

    /// Characters missing at the least and at the most.
    pub(super) const fn left(&self, typed: usize) -> (usize, usize) {
        (self.least.saturating_sub(typed), self.form.len().saturating_sub(typed))
    }

    /// How much it says of a text that it does not fit: a form that the text is not too long for,
    /// and that is more than bare digits, says more.
    pub(super) fn weight(&self, typed: usize, stop: Stop) -> Weight {
        (typed <= self.form.len(), self.date.is_some() || !self.form.starts_with(['#', '1']), stop.place)
    }

    /// Where `typed` leaves this form; `None` if some number of the form begins with it.
    pub(super) fn stop(&self, typed: &[char], chosen: Option<Kind>, today: NaiveDate) -> Option<Stop> {
        let forms = self.form.chars().map(Some).chain(std::iter::repeat(None));
        let charset = typed.iter().zip(forms).enumerate().find_map(|(place, (c, form))| match form {
            None => Some(Stop { problem: Problem::Length, place }),
            Some(form) => (!fits(form, *c)).then_some(Stop { problem: Problem::Charset, place }),
        });
        let text: String = typed.iter().take(charset.map_or(typed.len(), |stop| stop.place)).collect();
        // The leftmost of what is wrong.
        let first = [self.head(&text, chosen), self.date(&text, today), charset, self.check_character(&text)];
        first.into_iter().flatten().min_by_key(|stop| stop.place)
    }

    /// The province, and that the first digits are this kind's and not another's.
    fn head(&self, text: &str, chosen: Option<Kind>) -> Option<Stop> {
        self.date?;
        let count = (1..=text.len().min(3)).find(|count| !may_begin(self.kind, &text[..*count]))?;
        let others = PATTERNS.iter().any(|other| other.date.is_some() && may_begin(other.kind, &text[..count]));
        let problem = if chosen.is_some() && others { Problem::Document } else { Problem::Province };
        Some(Stop { problem, place: count - 1 })
    }

    fn date(&self, text: &str, today: NaiveDate) -> Option<Stop> {
        let (start, century) = self.date?;
        let rest = text.get(start..)?;
        let count = rest.len().min(8 - century.len());
        let date = format!("{century}{}", &rest[..count]);
        let known = century.len();
        (known + 1..=date.len()).find_map(|count| {
            let problem = date_problem(&date[..count], today)?;
            Some(Stop { problem, place: start + count - known - 1 })
        })
    }

    fn check_character(&self, text: &str) -> Option<Stop> {
        let wrong =
            self.form.ends_with('?') && text.len() == 18 && cn::check_character(&text[..17]) != text.chars().last();
        wrong.then_some(Stop { problem: Problem::Checksum, place: 17 })
    }
}

/// Whether a number of this kind may begin with `head`.
fn may_begin(kind: Kind, head: &str) -> bool {
    let (sign, rest) = match kind {
        Kind::CnForeigner => ("9", head.strip_prefix('9')),
        _ => ("", Some(head)),
    };
    let own = |province: &str| match kind {
        Kind::CnResident => !province.starts_with('8'),
        Kind::CnPermitHk => province == "81",
        Kind::CnPermitMo => province == "82",
        Kind::CnPermitTw => province == "83",
        _ => true,
    };
    let province = |rest: &str| {
        let rest = rest.get(..2).unwrap_or(rest);
        cn::provinces().any(|province| own(province) && province.starts_with(rest))
    };
    sign.starts_with(head) && !sign.is_empty() || rest.is_some_and(province)
}

fn fits(form: char, c: char) -> bool {
    match form {
        '#' => c.is_ascii_digit(),
        '?' => c.is_ascii_digit() || c == 'X',
        '@' => c.is_ascii_uppercase(),
        '%' => c.is_ascii_uppercase() && !matches!(c, 'I' | 'O'),
        '*' => c.is_ascii_uppercase() || c.is_ascii_digit(),
        own => own == c,
    }
}

/// What is wrong with the beginning of a date YYYYMMDD: that no day has it, or none that is past.
fn date_problem(digits: &str, today: NaiveDate) -> Option<Problem> {
    let (first, last) = (filled(digits, '0'), filled(digits, '9'));
    if last < cn::YEAR_MIN.unsigned_abs() * 10_000 {
        return Some(Problem::Date);
    }
    if first > day_number(today) && digits.len() <= 4 {
        return Some(Problem::FutureDate);
    }
    match earliest(digits) {
        None => Some(Problem::Date),
        Some(date) if date > today => Some(Problem::FutureDate),
        Some(_) => None,
    }
}

fn filled(digits: &str, with: char) -> u32 {
    let text: String = digits.chars().chain(std::iter::repeat_n(with, 8 - digits.len().min(8))).collect();
    text.parse().unwrap_or(u32::MAX)
}

/// The earliest day whose YYYYMMDD begins with these digits.
fn earliest(digits: &str) -> Option<NaiveDate> {
    let year = digits.get(..4.min(digits.len()))?;
    let year: i32 = format!("{year:0<4}").parse().ok()?;
    let year = year.max(cn::YEAR_MIN);
    let months = digits.get(4..).unwrap_or_default();
    let days = digits.get(6..).unwrap_or_default();
    let month = (1..=12).find(|month| format!("{month:02}").starts_with(months.get(..2).unwrap_or(months)))?;
    (1..=31)
        .filter(|day| format!("{day:02}").starts_with(days))
        .find_map(|day| NaiveDate::from_ymd_opt(year, month, day))
        .filter(|date| date.year() == year)
}
