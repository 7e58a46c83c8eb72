//! The order of doors: numbers by their value, everything else by its characters, so that 2 comes before 10, 3 before
//! 3A and 1201 after 201.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::Door;

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
        Self(fold(text).into_owned())
    }

    /// Whether nothing was there but blanks.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The folded text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
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
    // Most of a list's neighbours share all but their doors.
    if one == other {
        return Ordering::Equal;
    }
    Parts(&fold(one)).cmp(Parts(&fold(other)))
}

/// The order of homes: area, building, stairwell, door, each as [`compare`] has it; texts that fold alike then by their
/// bytes. Only the same four texts are equal.
pub fn by_door(one: &Door<'_>, other: &Door<'_>) -> Ordering {
    let mut pairs = one.texts().into_iter().zip(other.texts());
    pairs
        .find_map(|(one, other)| Some(compare(one, other)).filter(|order| order.is_ne()))
        .unwrap_or_else(|| one.cmp(other))
}

/// The form of [`Folded`]. Most texts of a list have it as they stand, and a list is sorted as a whole: those are lent.
fn fold(text: &str) -> Cow<'_, str> {
    if is_folded(text) {
        return Cow::Borrowed(text);
    }
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
    Cow::Owned(folded)
}

fn is_folded(text: &str) -> bool {
    let mut before = None;
    text.chars().all(|c| {
        let zero_in_front = before == Some('0') && c.is_ascii_digit();
        // A zero within a number is no zero in front of it.
        before =
            if c == '0' && before.is_some_and(|before: char| before.is_ascii_digit()) { Some('1') } else { Some(c) };
        !zero_in_front && !c.is_whitespace() && !c.is_ascii_uppercase() && narrow(c) == c
    })
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

    #[test]
    fn homes_stand_by_doors_then_by_their_texts() {
        let door = |area, building, stairwell, door| Door { area, building, stairwell, door };
        let mut homes = [
            door("甲", "10", "1", "101"),
            door("甲", "02", "1", "101"),
            door("甲", "2", "1", "101"),
            door("甲", "2", "1", "99"),
            door("", "99", "", ""),
            door("甲", "2", "", "1001"),
        ];
        homes.sort_by(by_door);
        let shown = homes.map(|home| format!("{}/{}/{}/{}", home.area, home.building, home.stairwell, home.door));
        assert_eq!(shown, ["/99//", "甲/2//1001", "甲/2/1/99", "甲/02/1/101", "甲/2/1/101", "甲/10/1/101"]);
    }

    proptest! {
        /// A total order whatever it compares: what sorts by it never depends on the order of what came.
        #[test]
        fn homes_have_a_total_order(texts in proptest::collection::vec("[0-2aA １-]{0,2}", 12)) {
            let [a, b, c] = [0, 4, 8].map(|at| Door {
                area: &texts[at],
                building: &texts[at + 1],
                stairwell: &texts[at + 2],
                door: &texts[at + 3],
            });
            prop_assert_eq!(by_door(&a, &b), by_door(&b, &a).reverse());
            prop_assert_eq!(by_door(&a, &b).is_eq(), a == b);
            if by_door(&a, &b).is_le() && by_door(&b, &c).is_le() {
                prop_assert!(by_door(&a, &c).is_le());
            }
        }

        /// What is lent has the form that folding would have given it.
        #[test]
        fn folding_again_changes_nothing(text in "[0-1aA ０１-]{0,6}") {
            let folded = fold(&text).into_owned();
            prop_assert!(is_folded(&folded));
            prop_assert_eq!(is_folded(&text), text == folded);
        }

        #[test]
        fn it_is_an_order(one in "[0-9a-cA ３号-]{0,6}", other in "[0-9a-cA ３号-]{0,6}", third in "[0-9a-cA ３号-]{0,6}") {
            let [a, b, c] = [&one, &other, &third].map(|text| Folded::new(text));
            prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
            prop_assert_eq!(compare(&one, &other), a.cmp(&b));
            prop_assert_eq!(a.cmp(&b) == Ordering::Equal, a == b);
            if a <= b && b <= c {
                prop_assert!(a <= c);
            }
        }
    }
}
