//! The number on a card: 17 digits and a check character, wherever they stand.

use chrono::NaiveDate;

use super::line::{Line, is_cross};
use crate::record::ReadSource;
use crate::scan::cn::{self, CnNumber};
use crate::scan::reading::Problem;

/// Characters of a number.
const CHARS: usize = 18;
/// A text with fewer digits is none that a recogniser read as letters in part.
const DIGITS_MIN: usize = 12;

/// A number that every check holds for.
pub(super) struct Number {
    pub(super) text: String,
    pub(super) read: CnNumber,
    /// The places at which a letter was repaired, from 0.
    pub(super) repaired: Vec<usize>,
    /// Other digits stood beside it, with nothing but a blank between.
    pub(super) crowded: bool,
}

/// Something that has a number's form, but that its checks contradict.
pub(super) struct Broken {
    pub(super) text: String,
    pub(super) read: CnNumber,
    /// Whether all its characters were digits as they stood.
    pub(super) clean: bool,
}

impl Broken {
    /// Whether it is likely a person's number, misread: the province and the date hold.
    pub(super) fn is_likely(&self) -> bool {
        !self.read.problems.iter().any(|p| matches!(p, Problem::Province | Problem::Date | Problem::FutureDate))
    }

    /// Whether any of its checks holds.
    pub(super) fn is_possible(&self) -> bool {
        self.read.problems.len() < 3
    }
}

/// What looks like a number in the lines of a picture.
#[derive(Default)]
pub(super) struct Numbers {
    pub(super) sound: Vec<Number>,
    pub(super) broken: Vec<Broken>,
    /// Numbers of old foreigner's cards and of 15 digits: nothing protects them.
    pub(super) unprotected: Vec<String>,
    /// Whether there is a run of digits too long or too short for a number, by a few.
    pub(super) near: bool,
}

pub(super) fn find(lines: &[Line], today: NaiveDate) -> Numbers {
    let mut numbers = Numbers::default();
    for line in lines {
        for words in groups(line) {
            of_group(&words, today, &mut numbers);
        }
    }
    numbers
}

/// Words of Latin letters and digits that nothing but blanks separate. Words of letters alone are
/// labels and end a group; a single letter may be a misread digit.
fn groups(line: &Line) -> Vec<Vec<String>> {
    let mut groups = vec![Vec::new()];
    let mut word = String::new();
    for (at, &c) in line.chars.iter().chain(std::iter::once(&'\n')).enumerate() {
        let part = c.is_ascii_alphanumeric() || is_cross(c);
        if !word.is_empty() && (!part || line.gap(at)) {
            let word = std::mem::take(&mut word);
            if word.len() > 1 && word.bytes().all(|b| b.is_ascii_alphabetic()) {
                groups.push(Vec::new());
            } else if let Some(group) = groups.last_mut() {
                group.push(without_label(word));
            }
        }
        if part {
            word.push(c);
        } else if groups.last().is_some_and(|group| !group.is_empty()) {
            groups.push(Vec::new());
        }
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// `IDNo9…` as a recogniser runs it together.
fn without_label(word: String) -> String {
    let label = word.chars().take_while(|c| c.is_ascii_alphabetic()).collect::<String>();
    match label.to_ascii_uppercase().as_str() {
        "NO" | "ID" | "IDNO" | "IDN" => word[label.len()..].to_owned(),
        _ => word,
    }
}

fn of_group(words: &[String], today: NaiveDate, numbers: &mut Numbers) {
    let whole: String = words.concat();
    let count = whole.chars().count();
    if count == CHARS {
        return judge(&whole, astray(words), today, numbers);
    }
    // A letter astray at either end.
    for rest in [words.get(1..), words.get(..words.len() - 1)].into_iter().flatten() {
        let lost = if rest.first() == words.first() { words.last() } else { words.first() };
        let text = rest.concat();
        if text.chars().count() == CHARS && lost.is_some_and(|word| word.chars().all(is_no_digit)) {
            return judge(&text, false, today, numbers);
        }
    }
    for word in words.iter().filter(|word| word.chars().count() == CHARS) {
        judge(word, true, today, numbers);
    }
    if count == 15 && is_unprotected(&whole) {
        numbers.unprotected.push(whole.to_ascii_uppercase());
    }
    numbers.near |= (15..=21).contains(&count) && whole.bytes().filter(u8::is_ascii_digit).count() >= 14;
}

/// Whether a single letter stands apart from the rest, so that it may be none of the number.
fn astray(words: &[String]) -> bool {
    let letter = |word: &String| word.len() == 1 && word.chars().all(|c| digit_like(c).is_some());
    let apart = words.iter().any(|word| word.len() > 1);
    apart && (words.first().is_some_and(letter) || words.last().is_some_and(letter))
}

/// A character that no recogniser makes of one in a number.
fn is_no_digit(c: char) -> bool {
    c.is_ascii_alphabetic() && digit_like(c).is_none() && !c.eq_ignore_ascii_case(&'X')
}

fn is_unprotected(text: &str) -> bool {
    text.split_at_checked(3).is_some_and(|(head, tail)| {
        let letters = head.bytes().all(|b| b.is_ascii_alphabetic()) || head.bytes().all(|b| b.is_ascii_digit());
        letters && tail.bytes().all(|b| b.is_ascii_digit())
    })
}

/// Sorts a text of 18 characters.
fn judge(text: &str, crowded: bool, today: NaiveDate, numbers: &mut Numbers) {
    let Some((text, repaired)) = repair(text) else {
        numbers.near |= text.bytes().filter(u8::is_ascii_digit).count() >= 14;
        return;
    };
    let read = cn::read_18(&text, today, ReadSource::Ocr);
    // A region that only a repair made, and that no list knows, is a repair that nothing confirms.
    let doubtful = !read.problems.is_empty() && repaired.iter().any(|place| *place < 6);
    if !read.is_sound() || doubtful {
        return numbers.broken.push(Broken { text, read, clean: repaired.is_empty() });
    }
    match numbers.sound.iter_mut().find(|number| number.text == text) {
        Some(known) => {
            known.crowded &= crowded;
            if repaired.len() < known.repaired.len() {
                known.repaired = repaired;
            }
        }
        None => numbers.sound.push(Number { text, read, repaired, crowded }),
    }
}

/// The text with letters made into the digits that they look like, and where; `None` if a
/// character looks like none, or too many do.
fn repair(text: &str) -> Option<(String, Vec<usize>)> {
    let mut repaired = Vec::new();
    let mut number = String::with_capacity(CHARS);
    for (place, c) in text.chars().enumerate() {
        let last = place == CHARS - 1;
        let (fixed, changed) = match c {
            '0'..='9' => (c, false),
            'X' | 'x' if last => ('X', false),
            c if last && is_cross(c) => ('X', true),
            c => (digit_like(c)?, true),
        };
        number.push(fixed);
        repaired.extend(changed.then_some(place));
    }
    (cn::is_18(&number) && CHARS - repaired.len() >= DIGITS_MIN).then_some((number, repaired))
}

/// The digit that a letter looks like: one a letter, so that a text has one repair at the most.
pub(super) const fn digit_like(c: char) -> Option<char> {
    Some(match c {
        'O' | 'o' | 'D' | 'Q' => '0',
        'I' | 'i' | 'l' | 'L' => '1',
        'Z' | 'z' => '2',
        'A' => '4',
        'S' | 's' => '5',
        'G' | 'b' => '6',
        'T' => '7',
        'B' => '8',
        'g' | 'q' => '9',
        _ => return None,
    })
}
