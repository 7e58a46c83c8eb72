//! The first letters of a character's readings.

use std::sync::OnceLock;

use pinyin::{ToPinyin, ToPinyinMulti};

/// The block in which names are written: CJK Unified Ideographs.
const FIRST: u32 = 0x4e00;
const LAST: u32 = 0x9fff;

/// The first letters of all readings of `one` as a set of bits, `a` the lowest; 0 where it has none.
pub(super) fn initials(one: char) -> u32 {
    static TABLE: OnceLock<Box<[u32]>> = OnceLock::new();
    let table = TABLE.get_or_init(|| (FIRST..=LAST).map(|code| char::from_u32(code).map_or(0, look_up)).collect());
    let place = u32::from(one).checked_sub(FIRST).and_then(|place| usize::try_from(place).ok());
    match place.and_then(|place| table.get(place)) {
        Some(initials) => *initials,
        None => look_up(one),
    }
}

fn look_up(one: char) -> u32 {
    let readings = one.to_pinyin().into_iter().chain(one.to_pinyin_multi().into_iter().flatten());
    readings.filter_map(|reading| reading.plain().chars().next()).fold(0, |set, first| set | bit(first))
}

/// The bit of a letter; 0 for what is none of `a` to `z`.
pub(super) fn bit(letter: char) -> u32 {
    if letter.is_ascii_lowercase() { 1 << (u32::from(letter) - u32::from('a')) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_have_the_letters_of_all_their_readings() {
        for (one, letters) in [('王', "w"), ('单', "dcs"), ('曾', "cz"), ('乐', "ly"), ('阿', "ae"), ('㑇', "z")]
        {
            for letter in letters.chars() {
                assert_ne!(initials(one) & bit(letter), 0, "{letter}");
            }
        }
        assert_eq!([initials('a'), initials('1'), initials('·'), bit('1'), bit('é')], [0; 5]);
        assert_eq!(initials('李').count_ones(), 1);
        assert!((FIRST..=LAST).filter_map(char::from_u32).filter(|one| initials(*one) != 0).count() > 20_000);
    }
}
