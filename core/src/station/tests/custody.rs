//! Tubes and boxes between two and three phones.

use super::super::{Answer, Cue, Outcome, Remark};
use super::{Post, number, plan};
use crate::custody::{Code, SignedHandOver, SignedTubePass, TubePass};
use crate::scan::Scan;
use crate::wire::DeviceStatement;

fn phone() -> Post {
    Post::profile("capacity = 4")
}

pub(super) fn boxed() -> Post {
    Post::profile("capacity = 4\n[box]\npattern = \"^BOX-[0-9]{1,4}$\"\n")
}

pub(super) fn code(answer: &Answer) -> String {
    answer.code.clone().expect("a code to show")
}

/// A tube with these people, passed on.
fn passed(giver: &mut Post, people: std::ops::RangeInclusive<u32>) -> String {
    giver.run(&[("TUBE-0001", "tube_opened")]);
    for n in people {
        giver.run(&[(&number(n), "bound")]);
    }
    code(&giver.run(&[(":pass", "tube_passed_on")]))
}

#[test]
fn an_open_tube_goes_on_in_another_lane_of_another_phone_with_the_next_position() {
    let (mut one, mut two) = (phone(), phone());
    let offer = passed(&mut one, 1..=2);
    let taken = two.run(&[(&offer, "tube_taken_over")]);
    assert_eq!((taken.tube.as_deref(), taken.left, taken.people_in), (Some("TUBE-0001"), Some(2), Some(2)));
    let bound = two.run(&[(&number(3), "bound")]);
    assert_eq!((bound.tube.as_deref(), bound.position, bound.left), (Some("TUBE-0001"), Some(3), Some(1)));
    let last = two.run(&[(&number(4), "bound")]);
    assert_eq!((last.cue, last.position, last.left), (Cue::Full, Some(4), Some(0)));
    two.run(&[(&number(5), "tube_full"), ("TUBE-0001", "tube_already_used")]);
    let noted = one.run(&[(&code(&taken), "note")]);
    assert_eq!(noted.note, Some(Remark::PassAnswered));
    assert_eq!(noted.text, Some(two.station().journal().device().to_string()));

    let trace = two.station().trace("TUBE-0001", crate::Target::Screen).unwrap().unwrap();
    assert_eq!((trace.people.len(), trace.elsewhere, trace.state), (2, 2, "full"));
    let trace = one.station().trace("TUBE-0001", crate::Target::Screen).unwrap().unwrap();
    assert_eq!((trace.people.len(), trace.elsewhere, trace.state), (2, 0, "passed_on"));
    // Both ledgers together count every person and the one tube once.
    let sum = |post: &mut Post| {
        let status = post.station().status().unwrap();
        (status.people, status.tubes)
    };
    assert_eq!((sum(&mut one), sum(&mut two)), ((2, 1), (2, 0)));
}

#[test]
fn the_giver_adds_nobody_and_is_told_what_to_do() {
    let mut one = phone();
    passed(&mut one, 1..=2);
    let person = one.run(&[(&number(3), "wrong_kind")]);
    assert_eq!(person.problems, ["tube_due", "tube_away"]);
    assert_eq!(person.tube.as_deref(), Some("TUBE-0001"));
    for line in ["TUBE-0001", ":tube TUBE-0001"] {
        assert_eq!(one.run(&[(line, "tube_already_used")]).problems, ["tube_away"], "{line}");
    }
    assert_eq!(one.run(&[(":spoil TUBE-0001 dropped", "tube_already_used")]).problems, ["tube_away"]);
    assert_eq!(one.run(&[(":close", "refused")]).problems, ["no_open_tube"]);
    one.run(&[("TUBE-0002", "tube_opened"), (&number(3), "bound")]);
    assert_eq!(one.run(&[(":move TUBE-0002 1 TUBE-0001", "refused")]).problems, ["tube_away"]);
    // Its own people stay its own to correct.
    one.run(&[(":void TUBE-0001 1 wrong", "voided")]);
    assert!(one.station().open_tubes().unwrap().iter().all(|tube| tube.tube.as_deref() != Some("TUBE-0001")));
}

#[test]
fn the_code_is_saved_before_it_is_shown_and_shown_again_after_a_crash() {
    let mut one = phone();
    one.run(&[("TUBE-0001", "tube_opened"), (&number(1), "bound")]);
    let first = one.run(&[(":pass", "tube_passed_on")]);
    assert!(first.saved.is_some());
    one.restart();
    let again = one.run(&[(":pass TUBE-0001", "tube_passed_on")]);
    assert!(again.saved.is_none(), "nothing is written a second time");
    let read = |code: &str| SignedTubePass::from_code(code).unwrap().verify().unwrap();
    let (first, again) = (read(&code(&first)), read(&code(&again)));
    assert_eq!(TubePass { age_s: first.age_s, ..again }, first);
}

#[test]
fn every_misuse_of_a_code_has_its_own_answer_and_writes_nothing() {
    let (mut one, mut two, mut three) = (phone(), phone(), phone());
    let offer = passed(&mut one, 1..=2);
    let device = three.station().journal().device().to_string();
    one.run(&[("TUBE-0002", "tube_opened"), (&number(7), "bound")]);
    let for_three = code(&one.run(&[(&format!(":pass TUBE-0002 {device}"), "tube_passed_on")]));
    let unsent = |post: &mut Post| post.station().status().unwrap().unsent;
    let (before, mine) = (unsent(&mut two), unsent(&mut one));
    let mut forged = offer.clone();
    let place = forged.len() - 5..forged.len() - 4;
    let other = if &forged[place.clone()] == "A" { "B" } else { "A" };
    forged.replace_range(place, other);
    for (line, problem) in [
        (forged.as_str(), "code_forged"),
        (&offer[..60], "code_unreadable"),
        ("FCP:", "code_unreadable"),
        ("FCP:AAAA0001", "code_unreadable"),
        (&for_three, "code_other_device"),
    ] {
        assert_eq!(two.run(&[(line, "refused")]).problems, [problem], "{line:.20}");
    }
    assert_eq!(unsent(&mut two), before);
    assert_eq!(one.run(&[(&offer, "refused")]).problems, ["code_own"]);
    assert_eq!(unsent(&mut one), mine);
    let mut other = Post::new();
    assert_eq!(other.run(&[(&offer, "refused")]).problems, ["code_other_campaign"]);
    let mut practice = Post::with("capacity = 4", crate::wire::Mode::Practice);
    assert_eq!(practice.run(&[(&offer, "refused")]).problems, ["code_practice"]);
    let answer = code(&two.run(&[(&offer.to_lowercase(), "tube_taken_over")]));
    assert_eq!(two.run(&[(&offer, "refused")]).problems, ["code_used"]);
    assert_eq!(three.run(&[(&answer, "refused")]).problems, ["code_not_asked"]);
    three.run(&[(&for_three, "tube_taken_over")]);
}

#[test]
fn another_round_another_use_of_the_label_and_another_pattern_are_refused() {
    let mut one = phone();
    let offer = passed(&mut one, 1..=2);
    let mut two = phone();
    two.station().start_shift(None, &crate::ShiftPlan { round: Some("2".to_owned()), ..plan() }).unwrap();
    assert_eq!(two.run(&[(&offer, "refused")]).problems, ["code_other_round"]);
    let mut three = phone();
    three.run(&[("TUBE-0001", "tube_opened")]);
    assert_eq!(three.run(&[(&offer, "tube_already_used")]).problems, ["tube_open_elsewhere"]);
    let mut four = Post::profile("[tube]\npattern = \"^Z[0-9]{9}$\"\n");
    assert_eq!(four.run(&[(&offer, "wrong_kind")]).problems, ["label_pattern"]);
}

#[test]
fn a_tube_goes_round_three_phones_and_comes_back() {
    let (mut one, mut two, mut three) = (phone(), phone(), phone());
    let offer = passed(&mut one, 1..=1);
    two.run(&[(&offer, "tube_taken_over"), (&number(2), "bound")]);
    let offer = code(&two.run(&[(":pass TUBE-0001", "tube_passed_on")]));
    assert_eq!(two.run(&[(&number(9), "wrong_kind")]).problems, ["tube_due", "tube_away"]);
    three.run(&[(&offer, "tube_taken_over")]);
    let bound = three.run(&[(&number(3), "bound")]);
    assert_eq!((bound.position, bound.left), (Some(3), Some(1)));
    let offer = code(&three.run(&[(":pass", "tube_passed_on")]));
    let back = one.run(&[(&offer, "tube_taken_over")]);
    assert_eq!((back.people_in, back.left), (Some(3), Some(1)));
    let last = one.run(&[(&number(4), "bound")]);
    assert_eq!((last.position, last.cue), (Some(4), Cue::Full));
    let status = one.station().status().unwrap();
    assert_eq!((status.people, status.tubes), (2, 1));
    // Who bound them says which can be corrected here.
    assert_eq!(one.run(&[(":void TUBE-0001 2 wrong", "refused")]).problems, ["position_elsewhere"]);
    assert_eq!(one.run(&[(":void TUBE-0001 9 wrong", "refused")]).problems, ["position_empty"]);
}

#[test]
fn a_tube_that_nobody_took_is_taken_back_and_a_contested_one_keeps_everybody() {
    let (mut one, mut two) = (phone(), phone());
    let offer = passed(&mut one, 1..=1);
    assert_eq!(one.run(&[(":back TUBE-0009", "refused")]).problems, ["tube_unknown"]);
    let back = one.run(&[(":back TUBE-0001 nobody came", "tube_taken_back")]);
    assert_eq!((back.problems, back.left), (vec!["ask_the_other".to_owned()], Some(3)));
    assert_eq!(one.run(&[(":back TUBE-0001", "refused")]).problems, ["tube_not_away"]);
    one.run(&[(&number(2), "bound")]);
    two.run(&[(&offer, "tube_taken_over"), (&number(3), "bound")]);
    let (mine, other) = (one.station().status().unwrap(), two.station().status().unwrap());
    assert_eq!((mine.people, other.people), (2, 1), "whoever was bound stays bound");
    // The other's people are added when the tube comes back after all.
    let offer = code(&two.run(&[(":pass", "tube_passed_on")]));
    let again = one.run(&[(&offer, "tube_taken_over")]);
    assert_eq!((again.people_in, again.left), (Some(3), Some(1)));
}

#[test]
fn a_contested_tube_that_came_back_can_be_passed_on_again() {
    let (mut one, mut two) = (Post::profile("capacity = 10"), Post::profile("capacity = 10"));
    let offer = passed(&mut one, 1..=2);
    one.run(&[(":back TUBE-0001", "tube_taken_back"), (&number(3), "bound")]);
    two.run(&[(&offer, "tube_taken_over"), (&number(4), "bound"), (&number(5), "bound"), (&number(6), "bound")]);
    let offer = code(&two.run(&[(":pass", "tube_passed_on")]));
    let back = one.run(&[(&offer, "tube_taken_over")]);
    assert_eq!((back.people_in, back.left), (Some(6), Some(4)), "two, one and three");
    one.run(&[(":pass", "tube_passed_on")]);
}

#[test]
fn a_passed_tube_is_not_closed_by_the_end_of_the_givers_shift() {
    let (mut one, mut two) = (phone(), phone());
    let offer = passed(&mut one, 1..=2);
    let figures = one.station().end_shift(None).unwrap().unwrap();
    assert_eq!((figures.tubes, figures.short), (1, 0));
    one.station().start_shift(None, &plan()).unwrap();
    let trace = one.station().trace("TUBE-0001", crate::Target::Screen).unwrap().unwrap();
    assert_eq!(trace.state, "passed_on");
    two.run(&[(&offer, "tube_taken_over")]);
    two.station().end_shift(None).unwrap();
    let trace = two.station().trace("TUBE-0001", crate::Target::Screen).unwrap().unwrap();
    assert_eq!(trace.state, "shift_end", "whoever holds it closes it");
}

#[test]
fn a_passed_tube_survives_the_loss_of_the_givers_keys() {
    let (mut one, mut two) = (phone(), phone());
    let offer = passed(&mut one, 1..=2);
    two.run(&[(&offer, "tube_taken_over")]);
    for post in [&mut one, &mut two] {
        post.station = None;
        post.vault.0.lock().unwrap().clear();
        post.station = Some(super::Station::open(post.journal()).unwrap());
    }
    let closings = |post: &mut Post| {
        let mut count = 0;
        post.station()
            .log(&mut |line| {
                count += u32::from(line.kind == "tube_closed");
                Ok(())
            })
            .unwrap();
        count
    };
    assert_eq!((closings(&mut one), closings(&mut two)), (0, 1), "only who held it closes it for the loss");
}

#[test]
fn the_age_of_the_first_swab_travels_with_the_tube_as_a_lower_bound() {
    let (mut one, mut two) = (phone(), phone());
    one.run(&[("TUBE-0001", "tube_opened"), (&number(1), "bound")]);
    one.pass(3_600_000);
    // A wall clock that jumps changes nothing.
    one.clock.wall_ms.store(0, std::sync::atomic::Ordering::Relaxed);
    let offer = code(&one.run(&[(":pass", "tube_passed_on")]));
    assert_eq!(SignedTubePass::from_code(&offer).unwrap().verify().unwrap().age_s, Some(3603));
    two.run(&[(&offer, "tube_taken_over")]);
    two.pass(600_000);
    let offer = code(&two.run(&[(":pass", "tube_passed_on")]));
    assert_eq!(SignedTubePass::from_code(&offer).unwrap().verify().unwrap().age_s, Some(3603 + 603));
}

#[test]
fn boxes_are_packed_sealed_and_told_about() {
    let mut post = boxed();
    post.run(&[("TUBE-0001", "tube_opened"), (&number(1), "bound"), (":close", "tube_closed")]);
    assert_eq!(post.run(&[(":pack TUBE-0001", "wrong_kind")]).problems, ["box_due"]);
    post.run(&[(":box BOX-1", "box_opened")]);
    let packed = post.run(&[(":pack TUBE-0001", "packed")]);
    assert_eq!((packed.container.as_deref(), packed.tubes_in, packed.cue), (Some("BOX-1"), Some(1), Cue::Ok));
    post.run(&[(":pack TUBE-0001", "repeated")]);
    let unknown = post.run(&[(":pack TUBE-0777", "packed")]);
    assert_eq!((unknown.problems, unknown.cue), (vec!["tube_unknown".to_owned()], Cue::Attention));
    assert_eq!(post.run(&[(":pack a", "wrong_kind")]).problems, ["label_pattern"]);
    post.run(&[(":box BOX-2", "box_opened")]);
    let twice = post.run(&[(":pack TUBE-0777", "needs_confirmation")]);
    assert_eq!((twice.problems, twice.container.as_deref()), (vec!["packed_elsewhere".to_owned()], Some("BOX-1")));
    let moved = post.run(&[(":confirm", "packed")]);
    assert_eq!((moved.container.as_deref(), moved.tubes_in), (Some("BOX-2"), Some(1)));
    assert_eq!(post.run(&[(":box BOX-1", "note")]).note, Some(Remark::BoxActive));
    let differs = post.run(&[(":seal 2 4.5C SEAL-9", "needs_confirmation")]);
    assert_eq!((differs.problems, differs.tubes_in), (vec!["count_differs".to_owned()], Some(1)));
    let sealed = post.run(&[(":confirm", "box_sealed")]);
    assert_eq!(sealed.problems, ["count_differs"]);
    assert_eq!(post.run(&[(":pack TUBE-0777", "wrong_kind")]).problems, ["box_due"]);
    assert_eq!(post.run(&[(":box BOX-1", "refused")]).problems, ["box_is_sealed"]);
    assert_eq!(post.run(&[(":unpack TUBE-0001 leaks", "unpacked")]).problems, ["seal_again"]);
    assert_eq!(post.run(&[(":unpack TUBE-0001", "refused")]).problems, ["not_packed"]);
    post.run(&[(":box BOX-1", "note")]);
    assert_eq!(post.run(&[(":seal 0", "refused")]).problems, ["box_empty"]);
    assert_eq!(post.run(&[(":damage BOX-2 warm left in the sun", "note")]).note, Some(Remark::DamageKept));
    assert_eq!(post.run(&[(":damage BOX-9 broken", "note")]).problems, ["label_unknown"]);
    assert_eq!(post.run(&[(":cold BOX-2 -18.5C", "note")]).note, Some(Remark::TemperatureKept));
    assert_eq!(post.run(&[(":cold BOX-9 4C", "refused")]).problems, ["box_unknown"]);
    let boxes = post.station().boxes().unwrap();
    assert_eq!(boxes.iter().map(|line| (line.state, line.tubes)).collect::<Vec<_>>(), [("open", 0), ("open", 1)]);
    post.restart();
    assert_eq!(post.station().boxes().unwrap(), boxes);
}

#[test]
fn the_packing_screen_takes_boxes_and_tubes_as_they_come() {
    let mut post = boxed();
    let mut scan = |text: &str| {
        post.pass(3_000);
        post.station().pack("1", &Scan::line(text)).unwrap().outcome
    };
    assert_eq!(scan("TUBE-0001"), Outcome::WrongKind);
    assert_eq!(scan("BOX-1"), Outcome::BoxOpened);
    assert_eq!(
        [scan("TUBE-0001"), scan("TUBE-0002"), scan("TUBE-0002")],
        [Outcome::Packed, Outcome::Packed, Outcome::Repeated]
    );
    assert_eq!(scan(&number(1)), Outcome::WrongKind);
    assert_eq!(scan("BOX-2"), Outcome::BoxOpened);
    assert_eq!(scan("TUBE-0001"), Outcome::NeedsConfirmation);
}

#[test]
fn old_swabs_are_told_when_their_box_is_sealed_and_offered() {
    let mut post = Post::profile("swab_hours_max = 2\n[box]\npattern = \"^BOX-[0-9]{1,4}$\"\n");
    post.run(&[("TUBE-0001", "tube_opened"), (&number(1), "bound"), (":close", "tube_closed")]);
    post.run(&[(":box BOX-1", "box_opened"), (":pack TUBE-0001", "packed")]);
    post.pass(2 * 3_600_000);
    assert_eq!(post.run(&[(":seal 1", "box_sealed")]).problems, ["swabs_old"]);
    assert_eq!(post.run(&[(":offer BOX-1", "hand_over_offered")]).problems, ["swabs_old"]);
    let line = &post.station().boxes().unwrap()[0];
    assert!(line.late && line.age_s.unwrap() >= 7200 && line.packed[0].age_s == line.age_s);
}

/// A phone with two sealed boxes.
pub(super) fn giver() -> Post {
    let mut post = boxed();
    for (label, tubes) in [("BOX-1", ["TUBE-0001", "TUBE-0002"]), ("BOX-2", ["TUBE-0003", "TUBE-0004"])] {
        post.run(&[(&format!(":box {label}"), "box_opened")]);
        for tube in tubes {
            post.run(&[(&format!(":pack {tube}"), "packed")]);
        }
        post.run(&[(":seal 2 4C SEAL-1", "box_sealed")]);
    }
    post
}

#[test]
fn a_hand_over_is_confirmed_on_both_phones_and_neither_can_do_it_twice() {
    let (mut one, mut two) = (giver(), boxed());
    let offered = one.run(&[(":offer BOX-1 BOX-2", "hand_over_offered")]);
    assert_eq!((offered.saved, offered.tubes_in), (None, Some(4)));
    let offer = code(&offered);
    let asked = two.run(&[(&offer, "needs_confirmation")]);
    assert_eq!((asked.problems, asked.text.as_deref()), (vec!["scan_boxes".to_owned()], Some("BOX-1 BOX-2")));
    two.run(&[("BOX-1", "needs_confirmation")]);
    assert_eq!(two.run(&[("BOX-7", "needs_confirmation")]).problems, ["box_not_offered"]);
    assert_eq!(two.run(&[(":confirm", "needs_confirmation")]).problems, ["boxes_missing"]);
    assert_eq!(two.run(&[("BOX-2", "needs_confirmation")]).problems, ["confirm_received"]);
    assert_eq!(two.run(&[(":count BOX-2 1 6.5C", "needs_confirmation")]).problems, ["count_differs"]);
    let received = two.run(&[(":confirm", "hand_over_received")]);
    assert_eq!((received.problems.clone(), received.tubes_in), (vec!["count_differs".to_owned()], Some(3)));
    assert_eq!(two.run(&[(&offer, "refused")]).problems, ["code_used"]);

    let given = one.run(&[(&code(&received), "hand_over_given")]);
    assert_eq!((given.problems, given.tubes_in), (vec!["count_differs".to_owned()], Some(3)));
    assert_eq!(one.run(&[(&code(&received), "refused")]).problems, ["code_used"]);
    assert_eq!(one.run(&[(":offer BOX-1", "refused")]).problems, ["box_given"]);
    assert_eq!(one.run(&[(":unpack TUBE-0001", "refused")]).problems, ["box_given"]);
    assert_eq!(one.run(&[(":give driver BOX-1", "refused")]).problems, ["box_given"]);
    // The label may come back empty and is a new box then.
    one.run(&[(":box BOX-1", "box_opened")]);
    // The receiver hands on what it has.
    let on = two.run(&[(":offer BOX-1 BOX-2", "hand_over_offered")]);
    let read = SignedHandOver::from_code(&code(&on)).unwrap().verify().unwrap();
    let boxes: Vec<_> = read.boxes.iter().map(|one| (one.tubes, one.temperature, one.seal.as_deref())).collect();
    assert_eq!(boxes, [(2, Some(40), Some("SEAL-1")), (1, Some(65), Some("SEAL-1"))]);
}

#[test]
fn a_part_of_a_hand_over_takes_a_reason_and_the_rest_stays_with_the_giver() {
    let (mut one, mut two) = (giver(), boxed());
    let offer = code(&one.run(&[(":offer BOX-1 BOX-2", "hand_over_offered")]));
    two.run(&[(&offer, "needs_confirmation"), ("BOX-2", "needs_confirmation")]);
    let received = two.run(&[(":confirm it was not in the van", "hand_over_received")]);
    assert_eq!(received.problems, ["boxes_missing"]);
    one.run(&[(&code(&received), "hand_over_given")]);
    let states: Vec<_> = one.station().boxes().unwrap().iter().map(|line| line.state).collect();
    assert_eq!(states, ["sealed", "given"]);
    one.run(&[(":offer BOX-1", "hand_over_offered")]);
}

#[test]
fn misused_hand_overs_have_their_own_answers() {
    let (mut one, mut two, mut three) = (giver(), boxed(), boxed());
    assert_eq!(one.run(&[(":offer BOX-9", "refused")]).problems, ["box_unknown"]);
    one.run(&[(":box BOX-3", "box_opened"), (":pack TUBE-0009", "packed")]);
    assert_eq!(one.run(&[(":offer BOX-3", "refused")]).problems, ["box_not_sealed"]);
    let device = three.station().journal().device().to_string();
    let meant = code(&one.run(&[(&format!(":offer BOX-1 {device}"), "hand_over_offered")]));
    assert_eq!(two.run(&[(&meant, "refused")]).problems, ["code_other_device"]);
    assert_eq!(one.run(&[(&meant, "refused")]).problems, ["code_own"]);
    assert_eq!(Post::new().run(&[(&meant, "refused")]).problems, ["code_other_campaign"]);
    let list = one.run(&[(":offer BOX-1", "hand_over_offered")]).list.unwrap();
    assert_eq!(Code::of(&list), Some(Code::List));
    assert_eq!(two.run(&[(&list, "wrong_kind")]).problems, ["code_not_here"]);
    assert_eq!(two.run(&[(":count BOX-1 2", "refused")]).problems, ["nothing_to_receive"]);
    three.run(&[(&meant, "needs_confirmation"), ("BOX-1", "needs_confirmation")]);
    let receipt = code(&three.run(&[(":confirm", "hand_over_received")]));
    assert_eq!(two.run(&[(&receipt, "refused")]).problems, ["code_other_device"]);
    one.run(&[(":give \"the driver\" BOX-2", "hand_over_given"), (&receipt, "hand_over_given")]);
}

#[test]
fn twelve_boxes_fit_one_code_of_version_25() {
    let mut one = boxed();
    let mut offer = ":offer".to_owned();
    for n in 100..112 {
        one.run(&[(&format!(":box BOX-{n}"), "box_opened"), (&format!(":pack TUBE-{n:04}"), "packed")]);
        one.run(&[(":seal 1 -18.5C SEAL-00123456", "box_sealed")]);
        offer.push_str(&format!(" BOX-{n}"));
    }
    let answer = one.run(&[(&offer, "hand_over_offered")]);
    let code = code(&answer);
    assert!(answer.problems.is_empty() && code.len() <= crate::custody::CODE_CHARS_MAX, "{}", code.len());
    assert!(code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b':'));
    assert_eq!(SignedHandOver::from_code(&code).unwrap().verify().unwrap().boxes.len(), 12);
    assert_eq!(crate::custody::HandOver::WHAT, "code of a hand-over");
}
