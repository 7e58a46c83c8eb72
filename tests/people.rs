//! Synthetic people. All were born 1880 to 1905, so none can be alive.

use crate::rng::Rng;

/// A person who never was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// A resident number (GB 11643-1999) that holds, with a birth 1880 to 1905.
    pub number: String,
    /// A name made of common parts.
    pub name: String,
    /// A telephone number in a block that no operator has.
    pub phone: String,
}

/// Counties whose numbers the people have: a few towns, as on a real morning.
const REGIONS: &[u32] = &[110_101, 110_105, 110_108, 120_104, 310_115, 330_106, 410_105, 440_524, 510_107];
const SURNAMES: &[&str] = &["王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "欧阳", "诸葛"];
const GIVEN: &[&str] = &[
    "伟", "芳", "娜", "秀英", "敏", "静", "丽", "强", "磊", "军", "洋", "艳", "勇", "杰", "涛", "明", "建国", "桂兰",
    "玉珍",
];

/// `count` people with distinct numbers, following from `seed`.
pub fn people(seed: u64, count: usize) -> Vec<Person> {
    let mut rng = Rng::new(seed).fork("people");
    let mut seen = std::collections::HashSet::new();
    let mut people = Vec::with_capacity(count);
    while people.len() < count {
        let person = person(&mut rng);
        if seen.insert(person.number.clone()) {
            people.push(person);
        }
    }
    people
}

fn person(rng: &mut Rng) -> Person {
    let year = 1880 + small(rng, 26);
    let (month, day) = (1 + small(rng, 12), 1 + small(rng, 28));
    let region = *rng.pick(REGIONS);
    Person {
        number: resident_number(region, year, month, day, 1 + small(rng, 999)),
        name: format!("{}{}", rng.pick(SURNAMES), rng.pick(GIVEN)),
        phone: format!("1{}{}0000{:04}", 3 + small(rng, 7), small(rng, 10), small(rng, 10_000)),
    }
}

fn small(rng: &mut Rng, limit: u32) -> u32 {
    u32::try_from(rng.below(u64::from(limit))).unwrap_or(0)
}

/// The resident number of a region, birth and order number, with its check character
/// (ISO 7064 MOD 11-2, as GB 11643-1999 lays down).
pub fn resident_number(region: u32, year: u32, month: u32, day: u32, order: u32) -> String {
    let body = format!("{region:06}{year:04}{month:02}{day:02}{order:03}");
    let check = check_character(body.as_bytes());
    body + check
}

/// The check character of the first 17 digits.
fn check_character(body: &[u8]) -> &'static str {
    let sum = body.iter().fold(0u32, |sum, digit| (sum + u32::from(digit - b'0')) * 2 % 11);
    const CHARACTERS: [&str; 11] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "X"];
    CHARACTERS[((12 - sum) % 11) as usize]
}

/// Every number that a county can have given to births of these years: what someone tries who
/// has a lost phone and time.
pub fn county_numbers(region: u32, years: std::ops::RangeInclusive<u32>) -> impl Iterator<Item = String> {
    years.flat_map(move |year| {
        (1..=12u32).flat_map(move |month| {
            (1..=days(year, month))
                .flat_map(move |day| (0..=999u32).map(move |order| resident_number(region, year, month, day, order)))
        })
    })
}

const fn days(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

/// The label of the `index`-th tube of a seed's roll.
pub fn tube_label(seed: u64, index: u64) -> String {
    format!("T{:03}-{index:07}", seed % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_printed_numbers_come_out() {
        assert_eq!(resident_number(110_105, 1949, 12, 31, 2), concat!("11010519491231", "002X"));
        assert_eq!(resident_number(440_524, 1880, 1, 1, 1), concat!("44052418800101", "0014"));
    }

    #[test]
    fn people_are_distinct_and_follow_from_the_seed() {
        let first = people(7, 500);
        assert_eq!(first, people(7, 500));
        assert_ne!(first, people(8, 500));
        let births_in_range =
            first.iter().all(|person| (1880..=1905).contains(&person.number[6..10].parse::<u32>().unwrap()));
        assert!(births_in_range);
    }

    #[test]
    fn a_county_has_every_day_of_its_years() {
        assert_eq!(county_numbers(110_101, 1904..=1904).count(), 366_000);
        assert_eq!(county_numbers(110_101, 1900..=1900).count(), 365_000, "1900 was no leap year");
    }
}
