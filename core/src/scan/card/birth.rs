//! The birth line: 出生 1990 年 3 月 7 日, on bilingual cards 1990.03.07.

use super::number::digit_like;
use crate::scan::cn;

/// A date that stands on the card.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct BirthLine {
    /// YYYYMMDD.
    pub(super) date: u32,
    /// Whether only digits stood where digits belong, in a line that is for the birth.
    pub(super) certain: bool,
}

/// The date in a line. One with 年 and 月 is a birth by itself; any other only if `labelled`, or
/// else a date that may agree with the number but not contradict it.
pub(super) fn read(chars: &[char], labelled: bool) -> Option<BirthLine> {
    let numbers = numbers(chars);
    let at = |i: usize| numbers.get(i).copied();
    let named = (0..numbers.len()).find_map(|i| {
        let (year, month, day) = (at(i)?, at(i + 1)?, at(i + 2)?);
        (is(chars, year.end, '年') && is(chars, month.end, '月')).then_some((year, month, day))
    });
    let bare = || {
        let separated =
            |part: Part| chars.get(part.end).is_some_and(|c| matches!(c, '.' | '-' | '/' | ',' | '年' | '月'));
        match numbers[..] {
            [year, month, day] if separated(year) && separated(month) => Some((year, month, day)),
            _ => None,
        }
    };
    let certain = labelled || named.is_some();
    let (year, month, day) = named.or_else(bare)?;
    let sizes = year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len());
    let date = format!("{:0>4}{:0>2}{:0>2}", year.text(chars)?, month.text(chars)?, day.text(chars)?);
    let date = sizes.then_some(date).filter(|date| cn::date(date).is_some())?;
    let digits = [year, month, day].iter().all(|part| part.chars(chars).iter().all(char::is_ascii_digit));
    Some(BirthLine { date: date.parse().ok()?, certain: certain && digits })
}

fn is(chars: &[char], at: usize, wanted: char) -> bool {
    chars.get(at) == Some(&wanted)
}

/// A run of digits or of letters that look like digits.
#[derive(Clone, Copy)]
struct Part {
    start: usize,
    end: usize,
}

impl Part {
    const fn len(self) -> usize {
        self.end - self.start
    }

    fn chars(self, chars: &[char]) -> &[char] {
        chars.get(self.start..self.end).unwrap_or_default()
    }

    fn text(self, chars: &[char]) -> Option<String> {
        let digit = |c: &char| if c.is_ascii_digit() { Some(*c) } else { digit_like(*c) };
        (self.len() <= 4).then(|| self.chars(chars).iter().map(digit).collect()).flatten()
    }
}

fn numbers(chars: &[char]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for (at, c) in chars.iter().enumerate() {
        if !c.is_ascii_digit() && digit_like(*c).is_none() {
            continue;
        }
        match parts.last_mut() {
            Some(part) if part.end == at => part.end += 1,
            _ => parts.push(Part { start: at, end: at + 1 }),
        }
    }
    parts.retain(|part| part.chars(chars).iter().any(char::is_ascii_digit) || part.len() <= 2);
    parts
}
