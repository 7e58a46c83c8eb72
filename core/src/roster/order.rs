//! The order in which doors stand in a street: `2` before `10`.

use std::cmp::Ordering;

use super::Door;

/// Compares two names of buildings, stairwells or doors as people count: runs of digits by their value, all else by its
/// characters. Only equal texts are equal.
pub fn natural(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (one, other);
    loop {
        let (first, second) = (run(left), run(right));
        let ordering = match (first.1, second.1) {
            (true, true) => by_value(first.0, second.0),
            _ => first.0.cmp(second.0),
        };
        if ordering.is_ne() {
            return ordering;
        }
        if first.0.is_empty() {
            return one.cmp(other);
        }
        (left, right) = (&left[first.0.len()..], &right[second.0.len()..]);
    }
}

/// The text's first run, of digits or of none, and which of both.
fn run(text: &str) -> (&str, bool) {
    let digits = text.starts_with(|one: char| one.is_ascii_digit());
    let end = text.find(|one: char| one.is_ascii_digit() != digits).unwrap_or(text.len());
    (&text[..end], digits)
}

fn by_value(one: &str, other: &str) -> Ordering {
    let (one, other) = (one.trim_start_matches('0'), other.trim_start_matches('0'));
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

/// The order of homes in a roster: area, building, stairwell, door, each as people count.
pub fn by_door(one: &Door<'_>, other: &Door<'_>) -> Ordering {
    natural(one.area, other.area)
        .then_with(|| natural(one.building, other.building))
        .then_with(|| natural(one.stairwell, other.stairwell))
        .then_with(|| natural(one.door, other.door))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn doors_stand_as_people_count_them() {
        let mut doors = ["10", "2", "101", "1", "12-3", "12-10", "A2", "A10", "3号楼", "12号楼", "", "007", "7"];
        doors.sort_by(|one, other| natural(one, other));
        assert_eq!(doors, ["", "1", "2", "3号楼", "007", "7", "10", "12-3", "12-10", "12号楼", "101", "A2", "A10"]);
    }

    proptest! {
        /// A total order: what sorts by it never depends on the order of what came.
        #[test]
        fn it_is_a_total_order(texts in proptest::collection::vec("[a0-9楼-]{0,5}", 3)) {
            let [a, b, c] = [&texts[0], &texts[1], &texts[2]];
            prop_assert_eq!(natural(a, b), natural(b, a).reverse());
            prop_assert_eq!(natural(a, b) == Ordering::Equal, a == b);
            if natural(a, b).is_le() && natural(b, c).is_le() {
                prop_assert!(natural(a, c).is_le());
            }
        }
    }
}
