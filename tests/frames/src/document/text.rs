//! Numbers and names of people who never were.

use crate::rng::Rng;
use crate::texts::digits;

/// A county or city of every province that the numbers come from, and some more for their digits.
const REGIONS: [&str; 56] = [
    "110101", "120101", "130102", "140105", "150102", "210102", "220102", "230102", "310101", "320102", "330102",
    "340102", "350102", "360102", "370102", "410102", "420102", "430102", "440103", "450102", "460105", "500101",
    "510104", "520102", "530102", "540102", "610102", "620102", "630102", "640104", "650102", "441481", "320583",
    "371082", "511723", "430682", "522731", "610425", "411724", "421182", "350583", "330782", "362330", "450881",
    "530381", "210381", "230183", "130684", "140881", "340881", "620921", "513428", "152526", "632725", "654226",
    "110105",
];
/// ISO 7064 MOD 11-2: the weights of 17 digits, and the check character of each remainder.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];

const SURNAMES: [&str; 20] = [
    "ZELTROM",
    "QUARVIK",
    "BREMSOL",
    "FARNDYKE",
    "OSKWIL",
    "JUXBERRY",
    "MANDIBE",
    "TOLVEN",
    "WIXHAM",
    "PELLUQ",
    "ABARO",
    "GRYTE",
    "HOLMVAR",
    "KESHTU",
    "LODRIC",
    "NAVINDRY",
    "SARPEN",
    "UMFALO",
    "VYTEK",
    "CRANTOWER",
];
const GIVEN: [&str; 20] = [
    "ARLO", "BELKIS", "CYRENA", "DOVITH", "ELMOR", "FENNA", "GISKO", "HALVEN", "IMRIX", "JOLANE", "KWAMBI", "LUZETTE",
    "MIKU", "NORBELY", "OTHIL", "PRAXA", "QUILO", "RUFINA", "TAVISH", "WYNNEQ",
];
/// Family names, and characters of given names and places, that are common in China.
const FAMILY: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗";
const COMMON: &str = "明国文华建平志伟东海云秀英玉兰春梅红军安福永长江清山林石河桥南北西新康宁和德成光大龙凤金宝";
/// What follows the name of a place in an address.
const PLACES: [&str; 6] = ["省", "市", "县", "区", "镇", "村"];

/// The number of somebody born in 1880 to 1905, with the right check character.
pub(super) fn prc_number(rng: &mut Rng) -> String {
    let (year, month, day) = birth(rng);
    let body = format!("{}{year}{month:02}{day:02}{:03}", rng.pick(&REGIONS), 1 + rng.below(999));
    let check = check_character(&body);
    format!("{body}{check}")
}

/// The check character of 17 digits.
fn check_character(body: &str) -> char {
    let sum: u32 = body.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit.wrapping_sub(b'0')) * weight).sum();
    CHECKS[(sum % 11) as usize]
}

/// The number with one digit that makes it wrong; the date in it stays one, so that the check character alone tells.
pub(super) fn one_wrong(number: &str, rng: &mut Rng) -> String {
    loop {
        let place = rng.below(number.len());
        let digit = digits(1, rng);
        let wrong = format!("{}{digit}{}", &number[..place], &number[place + 1..]);
        if wrong != number && has_date(&wrong) {
            return wrong;
        }
    }
}

/// Year, month and day.
pub(super) fn birth(rng: &mut Rng) -> (usize, usize, usize) {
    (1880 + rng.below(26), 1 + rng.below(12), 1 + rng.below(28))
}

/// Whether the digits 7 to 14 of a number might be a date of birth.
fn has_date(number: &str) -> bool {
    let part = |from: usize, to: usize| number.get(from..to).and_then(|digits| digits.parse::<u32>().ok()).unwrap_or(0);
    (1800..=2030).contains(&part(6, 10)) && (1..=12).contains(&part(10, 12)) && (1..=28).contains(&part(12, 14))
}

/// Whether 18 of the characters that follow each other are a person's number by check character and date.
pub(super) fn holds_number(text: &str) -> bool {
    let signs: Vec<char> = text.chars().collect();
    signs.windows(18).any(|window| {
        let number: String = window.iter().collect();
        let plain = number.bytes().take(17).all(|byte| byte.is_ascii_digit());
        plain && has_date(&number) && window.last() == Some(&check_character(&number[..17]))
    })
}

/// One surname of one or two parts, and one to three given names.
pub(super) fn latin_name(rng: &mut Rng) -> (Vec<&'static str>, Vec<&'static str>) {
    let surname = (0..if rng.chance(0.2) { 2 } else { 1 }).map(|_| rng.pick(&SURNAMES)).collect();
    let given = (0..1 + rng.below(3)).map(|_| rng.pick(&GIVEN)).collect();
    (surname, given)
}

/// A Chinese name of two or three characters.
pub(super) fn chinese_name(rng: &mut Rng) -> String {
    let count = 1 + rng.below(2);
    format!("{}{}", pick(FAMILY, rng), chinese(count, rng))
}

/// Places, a street number: between 14 and 22 characters.
pub(super) fn chinese_address(rng: &mut Rng) -> String {
    let places: Vec<String> = PLACES[rng.below(2)..].iter().map(|kind| format!("{}{kind}", chinese(2, rng))).collect();
    format!("{}{}号", places.concat(), 1 + rng.below(999))
}

/// So many common characters.
pub(super) fn chinese(count: usize, rng: &mut Rng) -> String {
    (0..count).map(|_| pick(COMMON, rng)).collect()
}

fn pick(signs: &str, rng: &mut Rng) -> char {
    signs.chars().nth(rng.below(signs.chars().count())).unwrap_or('中')
}
