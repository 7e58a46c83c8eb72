//! The order of doors: numbers by their value, everything else by its characters, so that 2 comes before 10, 3 before
//! 3A and 1201 after 201.

use std::cmp::Ordering;

/// A text of a place in the form in which places are compared: full-width characters as narrow ones, no blanks, no
/// capitals, no zeros before a number. Two texts are the same place's if these are equal.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Folded(String);

/// A piece of a folded text. Numbers come before anything else; of two numbers without leading zeros the longer one is
/// the greater.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part<'a> {
    Number(usize, &'a str),
    Sign(char),
}

impl Folded {
    /// The text folded.
    pub fn new(text: &str) -> Self {
        let mut folded = String::with_capacity(text.len());
        let mut number = String::new();
        for c in text.chars().filter(|c| !c.is_whitespace()).map(narrow) {
            if c.is_ascii_digit() {
                number.push(c);
            } else {
                close(&mut folded, &mut number);
                folded.push(c.to_ascii_lowercase());
            }
        }
        close(&mut folded, &mut number);
        Self(folded)
    }

    /// Whether nothing was there but blanks.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn parts(&self) -> Parts<'_> {
        Parts(&self.0)
    }
}

impl PartialOrd for Folded {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Folded {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts().cmp(other.parts())
    }
}

impl std::fmt::Debug for Folded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} characters", self.0.chars().count())
    }
}

/// Two texts of places in the order of doors; equal where they name the same place.
pub fn compare(one: &str, other: &str) -> Ordering {
    Folded::new(one).cmp(&Folded::new(other))
}

/// Writes a number that has ended, without the zeros before it.
fn close(folded: &mut String, number: &mut String) {
    if !number.is_empty() {
        let value = number.trim_start_matches('0');
        folded.push_str(if value.is_empty() { "0" } else { value });
        number.clear();
    }
}

fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

struct Parts<'a>(&'a str);

impl<'a> Iterator for Parts<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        let first = self.0.chars().next()?;
        let end = if first.is_ascii_digit() {
            self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len())
        } else {
            first.len_utf8()
        };
        let (part, rest) = self.0.split_at_checked(end)?;
        self.0 = rest;
        Some(if first.is_ascii_digit() { Part::Number(part.len(), part) } else { Part::Sign(first) })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn doors_stand_as_people_count_them() {
        let mut doors = ["1201", "10", "3A", "2", "3", "3B", "101", "B1", "201", "4", "", "3-10", "3-9", "甲", "乙"];
        doors.sort_by(|one, other| compare(one, other));
        assert_eq!(doors, ["", "2", "3", "3-9", "3-10", "3A", "3B", "4", "10", "101", "201", "1201", "B1", "乙", "甲"]);
    }

    #[test]
    fn the_same_door_written_otherwise_is_the_same() {
        for (one, other) in
            [("3a", "3A"), ("０３", "3"), (" 3 A", "3A"), ("B01", "b1"), ("000", "0"), ("3号楼", "３号楼")]
        {
            assert_eq!(compare(one, other), Ordering::Equal, "{one} {other}");
        }
        for (one, other) in [("3", "30"), ("", "0"), ("1 0", "1-0"), ("3号", "3栋")] {
            assert_ne!(compare(one, other), Ordering::Equal, "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn it_is_an_order(one in "[0-9a-cA ３号-]{0,6}", other in "[0-9a-cA ３号-]{0,6}", third in "[0-9a-cA ３号-]{0,6}") {
            let [a, b, c] = [&one, &other, &third].map(|text| Folded::new(text));
            prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
            prop_assert_eq!(a.cmp(&b) == Ordering::Equal, a == b);
            if a <= b && b <= c {
                prop_assert!(a <= c);
            }
        }
    }
}
