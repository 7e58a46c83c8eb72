//! Machine-readable zones: ICAO Doc 9303 parts 4 to 7, and the one line of the PRC's exit-entry permit.

use super::DocumentKind;
use super::text;
use crate::rng::Rng;
use crate::texts::digits;

const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// The issuing state and nationality of all specimens.
const STATE: &str = "UTO";

/// What a zone says.
pub(super) struct Holder {
    pub(super) surname: String,
    pub(super) given: String,
    pub(super) number: String,
    birth: String,
    sex: &'static str,
    expiry: String,
}

/// A zone's lines, and where in them digits stand that a check digit covers.
pub(super) struct Zone {
    pub(super) lines: Vec<String>,
    /// Line and column.
    covered: Vec<(usize, usize)>,
    pub(super) holder: Holder,
}

/// The check digit of a text: weights 7, 3, 1; letters count from A = 10, the filler 0.
fn check(text: &str) -> String {
    let value = |sign: char| sign.to_digit(36).unwrap_or(0);
    let sum: u32 = text.chars().zip([7, 3, 1].into_iter().cycle()).map(|(sign, weight)| value(sign) * weight).sum();
    (sum % 10).to_string()
}

fn checked(text: &str) -> String {
    format!("{text}{}", check(text))
}

/// Fills a text up with `<` to a width, or cuts it there.
fn filled(text: &str, width: usize) -> String {
    text.chars().chain(std::iter::repeat('<')).take(width).collect()
}

impl Zone {
    /// The zone of a kind of document; none for [`DocumentKind::PrcNumber`], which has a number instead.
    pub(super) fn new(kind: DocumentKind, rng: &mut Rng) -> Self {
        let holder = Holder::new(kind, rng);
        let lines = match kind {
            DocumentKind::Td1 => td1(&holder, rng),
            DocumentKind::Td2 => td2(&holder, rng),
            DocumentKind::Td3 => td3(&holder, rng),
            DocumentKind::MrvA => visa(&holder, 44, rng),
            DocumentKind::MrvB => visa(&holder, 36, rng),
            DocumentKind::ExitPermit => vec![permit(&holder)],
            DocumentKind::PrcNumber => Vec::new(),
        };
        // Number, birth and expiry have check digits of their own in every format.
        let covered = [&holder.number, &holder.birth, &holder.expiry].into_iter().flat_map(|field| {
            let found = lines.iter().enumerate().find_map(|(row, line)| line.find(field.as_str()).map(|at| (row, at)));
            let (row, at) = found.unwrap_or_default();
            let digits = field.char_indices().filter(|(_, sign)| sign.is_ascii_digit());
            digits.map(move |(place, _)| (row, at + place)).collect::<Vec<_>>()
        });
        let covered = covered.collect();
        Self { lines, covered, holder }
    }

    /// Makes one digit under a check digit wrong. Every other digit fails the check: no weight shares a factor with 10.
    pub(super) fn spoil(&mut self, rng: &mut Rng) {
        let (row, at) = self.covered[rng.below(self.covered.len())];
        let line = &mut self.lines[row];
        let old = line.as_bytes()[at] - b'0';
        let new = (usize::from(old) + 1 + rng.below(9)) % 10;
        line.replace_range(at..=at, &new.to_string());
    }
}

impl Holder {
    fn new(kind: DocumentKind, rng: &mut Rng) -> Self {
        let (surname, given) = text::latin_name(rng);
        let (year, month, day) = text::birth(rng);
        let number = if kind == DocumentKind::ExitPermit { permit_number(rng) } else { number(rng) };
        Self {
            surname: surname.join(" "),
            given: given.join(" "),
            number,
            birth: format!("{:02}{month:02}{day:02}", year % 100),
            sex: rng.pick(&["M", "F", "<"]),
            expiry: format!("{:02}{:02}{:02}", 26 + rng.below(20), 1 + rng.below(12), 1 + rng.below(28)),
        }
    }

    /// Surname, two fillers, given names; a name that is too long loses its end.
    fn names(&self, width: usize) -> String {
        filled(&format!("{}<<{}", self.surname, self.given).replace(' ', "<"), width)
    }
}

fn letters(count: usize, rng: &mut Rng) -> String {
    (0..count).filter_map(|_| LETTERS.chars().nth(rng.below(LETTERS.len()))).collect()
}

/// Nine signs: digits alone, a letter or two before digits, or letters anywhere.
fn number(rng: &mut Rng) -> String {
    match rng.below(4) {
        0 => digits(9, rng),
        1 => format!("{}{}", letters(1, rng), digits(8, rng)),
        2 => format!("{}{}", letters(2, rng), digits(7, rng)),
        _ => (0..9).map(|_| if rng.chance(0.35) { letters(1, rng) } else { digits(1, rng) }).collect(),
    }
}

/// Exit permits count on with a second letter since their digits ran out.
fn permit_number(rng: &mut Rng) -> String {
    if rng.chance(0.5) { format!("C{}", digits(8, rng)) } else { format!("C{}{}", letters(1, rng), digits(7, rng)) }
}

/// Optional data: nothing more often than not.
fn optional(width: usize, rng: &mut Rng) -> String {
    let count = if rng.chance(0.6) { 0 } else { 1 + rng.below(width) };
    filled(&digits(count, rng), width)
}

fn td1(holder: &Holder, rng: &mut Rng) -> Vec<String> {
    let Holder { number, birth, expiry, sex, .. } = holder;
    let upper = format!("{}{}", checked(number), optional(15, rng));
    let (birth, expiry, more) = (checked(birth), checked(expiry), optional(11, rng));
    let all = check(&format!("{upper}{birth}{expiry}{more}"));
    let code = rng.pick(&["I<", "ID"]);
    vec![format!("{code}{STATE}{upper}"), format!("{birth}{sex}{expiry}{STATE}{more}{all}"), holder.names(30)]
}

fn td2(holder: &Holder, rng: &mut Rng) -> Vec<String> {
    let (number, birth, expiry) = (checked(&holder.number), checked(&holder.birth), checked(&holder.expiry));
    let more = optional(7, rng);
    let all = check(&format!("{number}{birth}{expiry}{more}"));
    let code = rng.pick(&["I<", "ID"]);
    let first = format!("{code}{STATE}{}", holder.names(31));
    vec![first, format!("{number}{STATE}{birth}{}{expiry}{more}{all}", holder.sex)]
}

fn td3(holder: &Holder, rng: &mut Rng) -> Vec<String> {
    let (number, birth, expiry) = (checked(&holder.number), checked(&holder.birth), checked(&holder.expiry));
    let personal = optional(14, rng);
    // Without a personal number the check digit may be a filler.
    let blank = personal.starts_with('<') && rng.chance(0.5);
    let personal = if blank { filled("", 15) } else { checked(&personal) };
    let all = check(&format!("{number}{birth}{expiry}{personal}"));
    let first = format!("P<{STATE}{}", holder.names(39));
    vec![first, format!("{number}{STATE}{birth}{}{expiry}{personal}{all}", holder.sex)]
}

fn visa(holder: &Holder, width: usize, rng: &mut Rng) -> Vec<String> {
    let (number, birth, expiry) = (checked(&holder.number), checked(&holder.birth), checked(&holder.expiry));
    let more = optional(width - 28, rng);
    let first = format!("V<{STATE}{}", holder.names(width - 5));
    vec![first, format!("{number}{STATE}{birth}{}{expiry}{more}", holder.sex)]
}

/// The line on the back of the exit-entry permit, as readers in the field use it.
fn permit(holder: &Holder) -> String {
    let (number, expiry, birth) = (checked(&holder.number), checked(&holder.expiry), checked(&holder.birth));
    let all = check(&format!("{number}{expiry}{birth}"));
    format!("CS{number}<{expiry}<{birth}<{all}")
}
