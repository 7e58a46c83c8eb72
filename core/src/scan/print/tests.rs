//! Lines as the net would give them.

use chrono::NaiveDate;
use fieldcore_optics::{ALPHABET, Sign, Spot, TextLine};

use super::{PrintMemory, PrintSource, Printed, Settled, printed};
use crate::scan::Verdict;

/// Columns from one sign to the next.
const PITCH: f32 = 16.0;
const NUMBER: &str = "11010518870612038X";
const TD3: [&str; 2] = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];
const TD1: [&str; 3] =
    ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"];

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
}

/// A line of these signs, each as probable; otherwise there is nothing.
fn drawn(signs: &[(char, f32, f32)], row: usize) -> TextLine {
    let mut steps = Vec::new();
    let mut found = Vec::new();
    for (text, at, share) in signs {
        let mut shares = [0.0; 37];
        shares[ALPHABET.iter().position(|known| char::from(*known) == *text).unwrap()] = *share;
        let step = (*at / 4.0) as usize;
        let mut blank = [0.0; 38];
        blank[37] = 1.0;
        steps.resize((step + 12).max(steps.len()), blank);
        steps[step][..37].copy_from_slice(&shares);
        steps[step][37] = 1.0 - share;
        found.push(Sign { at: *at, shares });
    }
    let y = 100.0 + 26.0 * row as f32;
    let outline = [Spot { x: 0.0, y }; 4];
    let middle = Spot { x: 50.0, y };
    TextLine { signs: found, steps, outline, caps: 15.0, middle, along: (1.0, 0.0), growth: 0.0, first: 0.0 }
}

/// A line whose signs are all as certain; a blank is a sign that was lost.
fn line(text: &str, row: usize, share: f32) -> TextLine {
    let signs = text.chars().enumerate().filter(|(_, text)| *text != ' ');
    let signs: Vec<_> = signs.map(|(place, text)| (text, 22.0 + PITCH * place as f32, share)).collect();
    drawn(&signs, row)
}

/// Gives a sign's place another chance: what it may be with which probability, beside what it is.
fn doubt(line: &mut TextLine, place: usize, shares: &[(char, f32)]) {
    let step = (line.signs[place].at / 4.0) as usize;
    line.steps[step] = [0.0; 38];
    for (text, share) in shares {
        line.steps[step][ALPHABET.iter().position(|known| char::from(*known) == *text).unwrap()] = *share;
    }
    line.steps[step][37] = 1.0 - shares.iter().map(|(_, share)| share).sum::<f32>();
}

fn lines(texts: &[&str], share: f32) -> Vec<TextLine> {
    texts.iter().enumerate().map(|(row, text)| line(text, row, share)).collect()
}

fn only(found: &[Printed]) -> &Printed {
    let [one] = found else { panic!("{} texts", found.len()) };
    one
}

#[test]
fn a_number_is_read_from_its_line() {
    let found = printed(&lines(&[NUMBER], 0.9), today());
    let one = only(&found);
    assert_eq!(
        (one.source, one.text().as_str(), one.reading.verdict),
        (PrintSource::NumberLine, NUMBER, Verdict::Accept)
    );
    // Its only rival is that nothing stands there, which its neighbours make unlikely.
    assert!((one.certainty - 0.9 / 1.1).abs() < 1e-6 && one.is_sure());
    assert!(one.reading(false).confirm.is_empty(), "all of a number is checked");
}

#[test]
fn only_digits_may_stand_in_a_number_and_only_certain_ones() {
    let mut letters = line(NUMBER, 0, 0.9);
    // It is a Q or a 0, and no letter may stand here.
    doubt(&mut letters, 2, &[('Q', 0.5), ('0', 0.45)]);
    assert!(only(&printed(&[letters.clone()], today())).is_sure());
    // It is a 0, an 8 or nothing: not certain enough to be believed alone.
    doubt(&mut letters, 2, &[('0', 0.45), ('8', 0.3)]);
    let found = printed(&[letters.clone()], today());
    assert!(only(&found).text() == NUMBER && !only(&found).is_sure());
    for little in [&[('0', 0.3), ('8', 0.29), ('6', 0.28)][..], &[('Q', 0.88), ('0', 0.1)]] {
        doubt(&mut letters, 2, little);
        assert!(printed(&[letters.clone()], today()).is_empty(), "a digit that is hardly there is not taken");
    }
    assert!(printed(&lines(&[&NUMBER.replace('X', "1")], 0.9), today()).is_empty(), "no check, no number");
}

#[test]
fn a_digit_between_two_steps_is_seen_in_both() {
    let mut halves = line(NUMBER, 0, 0.9);
    doubt(&mut halves, 2, &[('0', 0.2)]);
    assert!(!only(&printed(&[halves.clone()], today())).is_sure());
    let step = (halves.signs[2].at / 4.0) as usize;
    halves.steps[step + 1] = halves.steps[step];
    assert!(only(&printed(&[halves], today())).is_sure());
}

#[test]
fn a_digit_that_lost_against_nothing_is_looked_for_where_it_stands() {
    let mut faint = line(NUMBER, 0, 0.9);
    doubt(&mut faint, 7, &[('8', 0.2)]);
    faint.signs.remove(7);
    let found = printed(&[faint.clone()], today());
    assert!(only(&found).text() == NUMBER && !only(&found).is_sure());
    for place in [3, 12] {
        faint.signs.remove(place);
    }
    assert!(printed(&[faint], today()).is_empty(), "too many were lost");
}

#[test]
fn a_number_stands_alone_and_evenly() {
    for crowded in [format!("1{NUMBER}"), format!("{NUMBER}4"), format!("{NUMBER}{NUMBER}")] {
        assert!(printed(&lines(&[&crowded], 0.9), today()).is_empty(), "a window of a longer row is chance");
    }
    let gap = format!("{} {}", &NUMBER[..6], &NUMBER[6..]);
    assert!(printed(&lines(&[&gap], 0.9), today()).is_empty());
    let apart = format!("12  {NUMBER}");
    assert_eq!(only(&printed(&lines(&[&apart], 0.9), today())).text(), NUMBER);
}

#[test]
fn zones_are_read_and_what_no_check_protects_waits_for_a_second_frame() {
    for texts in [&TD3[..], &TD1[..]] {
        let found = printed(&lines(texts, 0.9), today());
        let one = only(&found);
        assert_eq!((one.source, one.text()), (PrintSource::Zone, texts.join("\n")));
        assert!(one.reading(false).confirm.contains(&"surname") && one.reading(true).confirm.is_empty());
    }
}

#[test]
fn lost_fillers_come_back_and_lost_letters_do_not() {
    // The second filler before ANNA lost against nothing; of a letter there is more to be seen.
    let lost = |shares: &[(char, f32)]| {
        let mut zone = lines(&TD3, 0.9);
        doubt(&mut zone[0], 14, shares);
        zone[0].signs.remove(14);
        printed(&zone, today())
    };
    assert_eq!(only(&lost(&[('<', 0.03), ('K', 0.01)])).text(), TD3.join("\n"));
    assert!(lost(&[('<', 0.03), ('K', 0.05)]).is_empty() && lost(&[]).is_empty());
    let letter = [TD3[0].replacen("ANNA", "AN A", 1), TD3[1].to_owned()];
    assert!(printed(&lines(&[&letter[0], &letter[1]], 0.9), today()).is_empty(), "a lost letter is no filler");
    let short = [&TD3[0][..35], TD3[1]];
    assert_eq!(only(&printed(&lines(&short, 0.9), today())).text(), TD3.join("\n"), "only fillers end a line of names");
    let cut = ["P<UTOERIKSSON<<ANNA<MARIA", TD3[1]];
    assert!(printed(&lines(&cut, 0.9), today()).is_empty(), "a name may have gone on");
    // A lamp's reflection hides what comes after a filler or two.
    for hidden in ["P<UTOERIKSSON<<ANNA<", "P<UTOERIKSSON<<"] {
        let mut memory = PrintMemory::default();
        for _ in 0..5 {
            assert_eq!(memory.take(&lines(&[hidden, TD3[1]], 0.9), today()), Settled::Nothing);
        }
    }
    let hole = [TD3[0], &TD3[1].replacen('8', " ", 1)];
    assert!(printed(&lines(&hole, 0.9), today()).is_empty());
    let short = [TD3[0], &TD3[1][..43]];
    assert!(printed(&lines(&short, 0.9), today()).is_empty(), "a line under checks is never filled up");
}

#[test]
fn lines_that_do_not_begin_together_are_no_zone() {
    // What is read far before a line is none of it.
    let mut junk = lines(&TD3, 0.9);
    junk[0] = drawn(&[('3', 22.0, 0.9)], 0);
    let far = line(TD3[0], 0, 0.9);
    junk[0].signs.extend(far.signs.iter().map(|sign| Sign { at: sign.at + 12.0 * PITCH, ..*sign }));
    junk[0].steps.resize(12 * PITCH as usize / 4, {
        let mut blank = [0.0; 38];
        blank[37] = 1.0;
        blank
    });
    junk[0].steps.extend(far.steps);
    junk[0].middle.x -= 12.0 * PITCH;
    assert_eq!(only(&printed(&junk, today())).text(), TD3.join("\n"));
    let mut apart = lines(&TD3, 0.9);
    apart[1].middle.x += 3.0 * PITCH;
    assert!(printed(&apart, today()).is_empty());
    let mut far = lines(&TD3, 0.9);
    far[1].middle.y += 40.0;
    assert!(printed(&far, today()).is_empty());
}

#[test]
fn one_sure_frame_or_two_fair_ones_settle_a_number() {
    let frame = |share| lines(&[NUMBER], share);
    let mut memory = PrintMemory::default();
    assert_eq!(memory.take(&frame(0.2), today()), Settled::Nothing);
    assert!(matches!(memory.take(&frame(0.2), today()), Settled::One(_, 2, true)));
    let mut memory = PrintMemory::default();
    assert!(matches!(memory.take(&frame(0.8), today()), Settled::One(_, 1, false)));
    assert_eq!(PrintMemory::default().take(&[], today()), Settled::Nothing);
}

#[test]
fn two_people_in_one_view_settle_nothing() {
    let other = "110105189001011234";
    let other: String =
        crate::scan::check_character(&other[..17]).map(|last| format!("{}{last}", &other[..17])).unwrap();
    let mut memory = PrintMemory::default();
    memory.take(&lines(&[NUMBER], 0.9), today());
    assert_eq!(memory.take(&lines(&[&other], 0.9), today()), Settled::Several);
    memory.clear();
    assert!(matches!(memory.take(&lines(&[&other], 0.9), today()), Settled::One(..)));
}

#[test]
fn a_zone_waits_a_little_for_its_names_to_agree() {
    let frame = |name: &str| lines(&[&TD3[0].replace("ANNA", name), TD3[1]], 0.9);
    let mut memory = PrintMemory::default();
    assert_eq!(memory.take(&frame("ANNA"), today()), Settled::Nothing);
    assert!(matches!(memory.take(&frame("ANNA"), today()), Settled::One(_, 2, true)));
    let mut memory = PrintMemory::default();
    for name in ["ANNA", "ANMA", "ANOA"] {
        assert_eq!(memory.take(&frame(name), today()), Settled::Nothing);
    }
    assert!(
        matches!(memory.take(&frame("ANSA"), today()), Settled::One(_, 1, false)),
        "the operator confirms the names"
    );
}

/// A number with a wrong digit more probable than the right one in a place.
fn misled(number: &str, place: usize) -> Vec<TextLine> {
    let mut one = line(number, 0, 0.9);
    let right = number.as_bytes()[place];
    let wrong = if right == b'8' { '3' } else { '8' };
    doubt(&mut one, place, &[(wrong, 0.5), (char::from(right), 0.45)]);
    vec![one]
}

#[test]
fn frames_that_err_in_different_places_are_right_together() {
    let mut memory = PrintMemory::default();
    assert!(printed(&misled(NUMBER, 5), today()).is_empty() && printed(&misled(NUMBER, 12), today()).is_empty());
    assert_eq!(memory.take(&misled(NUMBER, 5), today()), Settled::Nothing);
    let settled = memory.take(&misled(NUMBER, 12), today());
    assert!(matches!(&settled, Settled::One(one, 2, true) if one.text() == NUMBER), "{settled:?}");
    assert_eq!(memory.found().len(), 1, "what they say together is in view");
    // Twice the same error is not outvoted.
    let mut memory = PrintMemory::default();
    for _ in 0..2 {
        assert_eq!(memory.take(&misled(NUMBER, 5), today()), Settled::Nothing);
    }
}

/// A passport's zone of which the second line has a wrong digit more probable than the right one in a place.
fn misled_zone(place: usize) -> Vec<TextLine> {
    let mut zone = lines(&TD3, 0.9);
    let right = TD3[1].as_bytes()[place];
    let wrong = if right == b'8' { '3' } else { '8' };
    doubt(&mut zone[1], place, &[(wrong, 0.5), (char::from(right), 0.45)]);
    zone
}

#[test]
fn a_frame_that_shows_one_line_of_a_zone_counts_for_it() {
    let mut memory = PrintMemory::default();
    memory.take(&misled_zone(14), today());
    assert_eq!(memory.last_word(), Settled::Nothing);
    memory.take(&misled_zone(23)[1..], today());
    // The names were in one frame alone: the operator confirms them.
    let said = memory.last_word();
    assert!(matches!(&said, Settled::One(one, _, false) if one.text() == TD3.join("\n")), "{said:?}");
    // Somebody else's line is not his.
    let mut memory = PrintMemory::default();
    memory.take(&misled_zone(14), today());
    memory.take(&[line("X73519044<8UTO0112031M3001019<<<<<<<<<<<<<<02", 1, 0.9)], today());
    assert_eq!(memory.last_word(), Settled::Nothing);
}

#[test]
fn frames_of_different_people_are_not_taken_together() {
    let mut memory = PrintMemory::default();
    memory.take(&misled(NUMBER, 5), today());
    // Of the same village: the first six digits and the year's beginning are alike.
    let other = crate::scan::check_character("11010518910309127").map(|last| format!("11010518910309127{last}"));
    assert_eq!(memory.take(&misled(&other.unwrap(), 12), today()), Settled::Nothing);
    assert!(memory.found().is_empty());
}

#[test]
fn a_letter_and_a_digit_that_look_alike_are_told_apart_by_their_place() {
    let mut zone = lines(&TD3, 0.9);
    // The O of UTO, and a 0 of the birth, each seen as the other.
    doubt(&mut zone[0], 4, &[('0', 0.9)]);
    doubt(&mut zone[1], 15, &[('O', 0.9)]);
    assert_eq!(TD3[1].as_bytes()[15], b'0');
    assert_eq!(only(&printed(&zone, today())).text(), TD3.join("\n"));
}
