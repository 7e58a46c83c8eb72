//! North American driving licences and identity cards, by the text of their PDF417.
//!
//! Source: AAMVA DL/ID Card Design Standard, annex D, editions 2000 to 2025 (versions 1 to 11).
//!
//! No check digit protects the text, but much else does: PDF417 corrects or rejects what it misreads
//! (ISO/IEC 15438, Reed-Solomon), and the compliance mark, the issuer's number and named elements
//! must all be there. So a text with that shape is a document and is accepted as it stands, as
//! any other two-dimensional code with a document's shape is. What the symbol's own correction cannot
//! see is a separator that a scanner or a line in between dropped: then one value would swallow the
//! next, and a number that may have done so is left out and asked about.
//!
//! The person is named by the number within the jurisdiction that issued it. Fields: `number`,
//! `family_name`, `given_names`, `suffix` (or `name`, where version 1 gives it whole and without
//! commas, so that nothing tells its parts), `birth`, `sex`, `expiry` (absent where the card has
//! none), `address`, `country` (USA, CAN, MEX), `jurisdiction` (e.g. `VA`).

mod elements;
mod jurisdictions;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;

use self::elements::{Card, Value};
use super::day::day_number;
use super::identity::{Identity, Sensitive, Sex};
use super::reading::{Candidate, Check, Problem, Reading, ReadingKind, Verdict};
use super::text::fold_number;
use crate::limits::NOTE_CHARS_MAX;
use crate::record::{DocumentKind, ReadSource};

/// Characters of a number at most (table D.3, element DAQ: V25ANS).
const NUMBER_CHARS_MAX: usize = 25;
/// Years that a date on a card may have.
const YEARS: std::ops::Range<i32> = 1800..2200;

/// What a card says, with what is wrong with it.
#[derive(Default)]
struct Facts {
    number: Option<String>,
    family: Option<String>,
    given: Option<String>,
    suffix: Option<String>,
    /// A name that nothing tells the parts of.
    whole: Option<String>,
    birth: Option<NaiveDate>,
    sex: Option<Sex>,
    expiry: Option<NaiveDate>,
    address: Option<String>,
    country: Option<String>,
    jurisdiction: Option<&'static str>,
    issuer: String,
    confirm: Vec<&'static str>,
    /// It contradicts itself.
    faults: Vec<Problem>,
    /// Somebody must look.
    doubts: Vec<Problem>,
    /// Worth a word, no more.
    remarks: Vec<Problem>,
}

/// Reads a text; `None` if it does not say that it is a licence or card.
pub(super) fn read(text: &str, today: NaiveDate) -> Option<Reading> {
    let kind = Some(ReadingKind::Aamva);
    let Some(card) = Card::of(text)? else {
        return Some(Reading::refuse(kind, vec![Problem::Structure]));
    };
    let mut facts = Facts::default();
    facts.number(&card);
    facts.names(&card);
    facts.dates(&card, today);
    facts.sex(&card);
    facts.issuer(&card);
    facts.address(&card);
    Some(facts.reading(kind))
}

fn push(problems: &mut Vec<Problem>, problem: Problem) {
    if !problems.contains(&problem) {
        problems.push(problem);
    }
}

impl Facts {
    /// The text of an element. What speaks against it is noted; missing is nobody's fault here.
    fn take(&mut self, card: &Card<'_>, id: &str) -> Option<String> {
        match card.value(id) {
            Value::Missing => None,
            Value::Odd => {
                push(&mut self.doubts, Problem::Charset);
                None
            }
            Value::Twice => {
                push(&mut self.faults, Problem::Contradiction);
                None
            }
            Value::Merged => {
                push(&mut self.doubts, Problem::Separator);
                None
            }
            Value::Text(text) => Some(text.to_owned()),
        }
    }

    fn number(&mut self, card: &Card<'_>) {
        if card.value("DAQ") == Value::Missing {
            return push(&mut self.faults, Problem::Structure);
        }
        let Some(number) = self.take(card, "DAQ") else { return };
        let allowed = |c: char| c.is_ascii_graphic() || c == ' ';
        if number.chars().count() > NUMBER_CHARS_MAX {
            push(&mut self.faults, Problem::Length);
        } else if !number.chars().all(allowed) || !number.contains(|c: char| c.is_ascii_digit()) {
            push(&mut self.faults, Problem::Charset);
        } else {
            self.number = Some(number);
        }
    }

    /// Version 1 has one name, its parts between commas, family name first; versions 2 and 3 have
    /// the given names in one; the others first and middle name apart.
    fn names(&mut self, card: &Card<'_>) {
        self.family = self.take(card, "DCS").or_else(|| self.take(card, "DAB")).and_then(|name| tidy(&name));
        let together = self.take(card, "DCT");
        let parts = [self.take(card, "DAC"), self.take(card, "DAD")];
        let apart = Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" ")).filter(|name| !name.is_empty());
        self.given = apart.or(together).and_then(|name| tidy(&name));
        self.suffix = self.take(card, "DCU").and_then(|name| tidy(&name));
        if self.family.is_none()
            && let Some(name) = self.take(card, "DAA")
        {
            self.one_name(&name);
        }
        if self.family.is_none() && self.whole.is_none() && !self.doubts.contains(&Problem::Separator) {
            push(&mut self.doubts, Problem::Structure);
        }
        let cut = |id| card.value(id) == Value::Text("T");
        for (name, was_cut) in [("family_name", cut("DDE")), ("given_names", cut("DDF") || cut("DDG"))] {
            if was_cut {
                self.confirm.push(name);
            }
        }
    }

    fn one_name(&mut self, name: &str) {
        let parts: Vec<&str> = name.split(',').map(str::trim).collect();
        match parts[..] {
            [whole] => self.whole = tidy(whole),
            [family, ref given @ ..] => {
                self.family = tidy(family);
                self.given = tidy(&given.iter().take(2).copied().collect::<Vec<_>>().join(" "));
                self.suffix = given.get(2).and_then(|suffix| tidy(suffix));
            }
            [] => {}
        }
    }

    fn dates(&mut self, card: &Card<'_>, today: NaiveDate) {
        match self.take(card, "DBB").map(|text| date(&text)) {
            None if card.value("DBB") == Value::Missing => push(&mut self.doubts, Problem::Structure),
            None => {}
            Some(None) => push(&mut self.faults, Problem::Date),
            Some(Some(birth)) if birth > today => push(&mut self.faults, Problem::FutureDate),
            Some(birth) => self.birth = birth,
        }
        // Cards that never expire say so in words, or fill the date with one digit.
        let dated = |text: &String| {
            let mut digits = text.chars().filter(char::is_ascii_digit);
            let first = digits.next();
            first.is_some() && digits.any(|digit| Some(digit) != first)
        };
        match self.take(card, "DBA").filter(dated).map(|text| date(&text)) {
            None => {}
            Some(None) => push(&mut self.faults, Problem::ExpiryDateCalendar),
            Some(expiry) => self.expiry = expiry,
        }
        if self.birth.zip(self.expiry).is_some_and(|(birth, expiry)| expiry <= birth) {
            push(&mut self.faults, Problem::Contradiction);
        }
    }

    /// 1 male, 2 female, 9 neither; older cards have letters, and 0 where it was not recorded.
    fn sex(&mut self, card: &Card<'_>) {
        self.sex = match self.take(card, "DBC").as_deref() {
            Some("1" | "M" | "m") => Some(Sex::Male),
            Some("2" | "F" | "f") => Some(Sex::Female),
            Some("9" | "X" | "x") => Some(Sex::Unspecified),
            None | Some("0") => None,
            Some(_) => {
                push(&mut self.doubts, Problem::Sex);
                None
            }
        };
    }

    /// The issuer's number says the jurisdiction; the country stands there a second time.
    fn issuer(&mut self, card: &Card<'_>) {
        let jurisdiction = card.jurisdiction();
        let stated = self.take(card, "DCG");
        let known = stated.as_deref().is_none_or(|country| matches!(country, "USA" | "CAN" | "MEX"));
        self.issuer = jurisdiction.map_or_else(|| card.iin.to_owned(), |place| place.iso());
        if jurisdiction.is_none() || !known {
            push(&mut self.remarks, Problem::IssuingState);
        }
        let country = stated.filter(|_| known);
        match (jurisdiction, country) {
            (Some(place), Some(country)) if place.country != country => push(&mut self.doubts, Problem::Contradiction),
            (place, country) => {
                self.country = country.or_else(|| place.map(|place| place.country.to_owned()));
                self.jurisdiction = place.map(|place| place.code).filter(|code| !code.is_empty());
            }
        }
    }

    /// Street, second line, city, state and postal code; version 1 may have the residence alone.
    fn address(&mut self, card: &Card<'_>) {
        let mut ids = ["DAG", "DAH", "DAI", "DAJ", "DAK"];
        if card.version < 2 && ids.iter().all(|id| card.value(id) == Value::Missing) {
            ids = ["DAL", "DAM", "DAN", "DAO", "DAP"];
        }
        let parts = ids.map(|id| self.take(card, id));
        // An address that lacks its doubtful part would be another one.
        if ids.iter().any(|id| !matches!(card.value(id), Value::Missing | Value::Text(_))) {
            return;
        }
        let [street, second, city, state, code] = parts;
        let region = [state, code].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let lines = [street, second, city, Some(region)].into_iter().flatten().filter_map(|line| tidy(&line));
        let address = lines.collect::<Vec<_>>().join(", ");
        self.address = Some(address).filter(|text| !text.is_empty() && text.chars().count() <= NOTE_CHARS_MAX);
    }

    fn reading(self, kind: Option<ReadingKind>) -> Reading {
        if !self.faults.is_empty() {
            return Reading::refuse(kind, self.faults);
        }
        let verdict = if self.doubts.is_empty() { Verdict::Accept } else { Verdict::Review };
        let mut reading = Reading::new(verdict, kind).with_check(Check::Structure);
        if self.birth.is_some() {
            reading = reading.with_check(Check::Date);
        }
        let day = |date: &NaiveDate| date.format("%Y-%m-%d").to_string();
        let fields = [
            ("number", self.number.clone()),
            ("family_name", self.family.clone()),
            ("given_names", self.given.clone()),
            ("suffix", self.suffix.clone()),
            ("name", self.whole.clone()),
            ("birth", self.birth.as_ref().map(day)),
            ("sex", self.sex.map(|sex| sex.as_str().to_owned())),
            ("expiry", self.expiry.as_ref().map(day)),
            ("address", self.address.clone()),
            ("country", self.country.clone()),
            ("jurisdiction", self.jurisdiction.map(str::to_owned)),
        ];
        for (name, value) in fields {
            if let Some(value) = value {
                reading = reading.with_field(name, value);
            }
        }
        let identity = self.identity();
        let candidate = identity.clone().filter(|_| verdict == Verdict::Review);
        Reading {
            candidates: candidate
                .map(|identity| Candidate { kind: ReadingKind::Aamva, identity: Some(identity) })
                .into_iter()
                .collect(),
            identity,
            confirm: self.confirm,
            problems: self.doubts.into_iter().chain(self.remarks).collect(),
            ..reading
        }
    }

    fn identity(&self) -> Option<Identity> {
        let parts: Vec<&str> =
            [&self.family, &self.given, &self.suffix].into_iter().flatten().map(String::as_str).collect();
        let name = self.whole.clone().unwrap_or_else(|| parts.join(", "));
        Some(Identity {
            issuer: Some(self.issuer.clone()),
            name: Some(name).filter(|name| !name.is_empty()).map(Sensitive::from),
            birth: self.birth.map(day_number),
            sex: self.sex,
            address: self.address.clone().map(Sensitive::from),
            ..Identity::of_number(DocumentKind::Aamva, fold_number(self.number.as_deref()?), ReadSource::Symbol)
        })
    }
}

/// A name with single blanks, without the commas that some cards leave at its ends or between
/// given names.
fn tidy(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split([',', ' ', '\t']).filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// A date of eight digits. The USA write MMDDCCYY, Canada and version 1 CCYYMMDD, and cards of
/// either keep to it or not; no text is both, because no month is 18 or more and every year of
/// living memory begins so. So the calendar decides and the country is not asked.
fn date(text: &str) -> Option<NaiveDate> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let of = |from: usize, to: usize| text.get(from..to)?.parse::<u32>().ok();
    let day = |year: Option<u32>, month: Option<u32>, day: Option<u32>| {
        let year = i32::try_from(year?).ok().filter(|year| YEARS.contains(year))?;
        NaiveDate::from_ymd_opt(year, month?, day?)
    };
    day(of(4, 8), of(0, 2), of(2, 4)).or_else(|| day(of(0, 4), of(4, 6), of(6, 8)))
}
