//! Boxes that are received: in another round than they were filled in, and with other things in front of the scanner.

use super::super::{BoxLine, Cue};
use super::custody::{boxed, code, giver};
use super::{Post, number, plan};
use crate::ShiftPlan;
use crate::custody::SignedHandOver;
use crate::scan::Scan;

/// The next morning: a shift of the second round.
fn next_round(post: &mut Post) {
    post.station().start_shift(None, &ShiftPlan { round: Some("2".to_owned()), ..plan() }).unwrap();
}

fn boxes(post: &mut Post) -> Vec<(Option<String>, &'static str, Option<String>)> {
    let line = |line: BoxLine| (line.container, line.state, line.other_round);
    post.station().boxes().unwrap().into_iter().map(line).collect()
}

fn named(label: &str, state: &'static str, round: Option<&str>) -> (Option<String>, &'static str, Option<String>) {
    (Some(label.to_owned()), state, round.map(str::to_owned))
}

#[test]
fn boxes_of_yesterdays_round_are_received_this_morning_and_stay_in_their_round() {
    let (mut one, mut two) = (giver(), boxed());
    next_round(&mut two);
    let offer = code(&one.run(&[(":offer BOX-1 BOX-2", "hand_over_offered")]));
    let rounds = SignedHandOver::from_code(&offer).unwrap().verify().unwrap().boxes;
    assert!(rounds.iter().all(|one| one.round.to_string().ends_with("58")), "the round in which they were filled");
    two.run(&[(&offer, "needs_confirmation"), ("BOX-1", "needs_confirmation"), ("BOX-2", "needs_confirmation")]);
    let receipt = code(&two.run(&[(":confirm", "hand_over_received")]));
    assert_eq!(boxes(&mut two), [named("BOX-1", "sealed", Some("1")), named("BOX-2", "sealed", Some("1"))]);
    // The giver works for the next round too when it reads the answer.
    next_round(&mut one);
    assert_eq!(boxes(&mut one), [named("BOX-1", "sealed", Some("1")), named("BOX-2", "sealed", Some("1"))]);
    one.run(&[(&receipt, "hand_over_given")]);
    assert_eq!(boxes(&mut one)[0], named("BOX-1", "given", Some("1")), "given in this shift");
    // Whoever takes up the round again finds its boxes there, and no others.
    two.run(&[(":cold BOX-2 4C", "note"), (":box BOX-7", "box_opened"), (":pack TUBE-0007", "packed")]);
    two.run(&[(":seal 1", "box_sealed")]);
    two.station().start_shift(None, &plan()).unwrap();
    let found = boxes(&mut two);
    assert_eq!(found[..2], [named("BOX-1", "sealed", None), named("BOX-2", "sealed", None)]);
    assert_eq!(found[2..], [named("BOX-7", "sealed", Some("2"))]);
    two.restart();
    assert_eq!(boxes(&mut two), found);
    one.restart();
    assert_eq!(boxes(&mut one), [named("BOX-1", "given", None), named("BOX-2", "given", None)]);
}

#[test]
fn boxes_of_two_rounds_go_in_one_hand_over() {
    let (mut one, mut two, mut three) = (giver(), boxed(), boxed());
    next_round(&mut one);
    one.run(&[(":box BOX-3", "box_opened"), (":pack TUBE-0009", "packed"), (":seal 1", "box_sealed")]);
    let offered = one.run(&[(":offer BOX-1 BOX-3 BOX-2", "hand_over_offered")]);
    let offer = SignedHandOver::from_code(&code(&offered)).unwrap().verify().unwrap();
    let order: Vec<&str> = offer.boxes.iter().map(|one| one.label.as_str()).collect();
    assert_eq!(order, ["BOX-1", "BOX-2", "BOX-3"], "those of one round stand side by side");
    two.run(&[(&code(&offered), "needs_confirmation")]);
    for label in order {
        two.run(&[(label, "needs_confirmation")]);
    }
    let receipt = code(&two.run(&[(":confirm", "hand_over_received")]));
    assert_eq!(boxes(&mut two)[2], named("BOX-3", "sealed", Some("2")));
    one.run(&[(&receipt, "hand_over_given")]);
    // The runner hands all of them on, and a driver takes some.
    let offered = two.run(&[(":offer BOX-2 BOX-3", "hand_over_offered")]);
    assert_eq!(offered.tubes_in, Some(3));
    three.run(&[(&code(&offered), "needs_confirmation"), ("BOX-3", "needs_confirmation")]);
    three.run(&[(":confirm the other is not here", "hand_over_received")]);
    two.run(&[(":give driver BOX-1 BOX-3", "hand_over_given")]);
    let states: Vec<&str> = boxes(&mut two).iter().map(|line| line.1).collect();
    assert_eq!(states, ["given", "sealed", "given"]);
}

#[test]
fn a_label_of_two_rounds_means_the_box_that_is_still_here() {
    let mut one = giver();
    next_round(&mut one);
    one.run(&[(":box BOX-1", "box_opened"), (":pack TUBE-0009", "packed"), (":seal 1", "box_sealed")]);
    assert_eq!(one.run(&[(":offer BOX-1", "hand_over_offered")]).tubes_in, Some(1), "this round's before another's");
    one.run(&[(":give driver BOX-1", "hand_over_given")]);
    assert_eq!(one.run(&[(":offer BOX-1", "hand_over_offered")]).tubes_in, Some(2), "yesterday's is still here");
    one.run(&[(":give driver BOX-1", "hand_over_given")]);
    assert_eq!(one.run(&[(":offer BOX-1", "refused")]).problems, ["box_given"]);
}

#[test]
fn a_box_whose_round_was_erased_here_can_still_be_received() {
    let (mut one, mut two) = (giver(), boxed());
    let round = uuid::uuid!("01890a5d-ac96-774b-bcce-b302099a8058");
    next_round(&mut two);
    two.station()
        .journal()
        .act(|action| action.append(None, None, crate::record::Erased { round, records: 1, people: 0, tubes: 0 }))
        .unwrap();
    let offer = code(&one.run(&[(":offer BOX-1", "hand_over_offered")]));
    two.run(&[(&offer, "needs_confirmation"), ("BOX-1", "needs_confirmation"), (":confirm", "hand_over_received")]);
    assert_eq!(boxes(&mut two), [named("BOX-1", "sealed", Some("1"))]);
    let sql = "SELECT bucket FROM segment ORDER BY id DESC LIMIT 1";
    let journal = two.station().journal();
    let bucket = journal.view(|view| Ok(view.conn().query_row(sql, [], |row| row.get::<_, [u8; 16]>(0))?)).unwrap();
    assert_eq!(bucket, journal.campaign().into_bytes(), "the round's key stays destroyed");
}

#[test]
fn an_offer_that_gives_a_known_box_another_round_is_refused() {
    let (mut one, mut two) = (giver(), boxed());
    let offer = code(&one.run(&[(":offer BOX-1 BOX-2", "hand_over_offered")]));
    two.run(&[(&offer, "needs_confirmation"), ("BOX-1", "needs_confirmation"), ("BOX-2", "needs_confirmation")]);
    let receipt = code(&two.run(&[(":confirm", "hand_over_received")]));
    one.run(&[(&receipt, "hand_over_given")]);
    let mut offer = SignedHandOver::from_code(&offer).unwrap().verify().unwrap();
    offer.id = [7; 16];
    offer.boxes.iter_mut().for_each(|one| one.round = uuid::uuid!("01890a5d-ac96-774b-bcce-b302099a8059"));
    let forged = one.station().journal().act(|action| action.sign(&offer)).unwrap().to_code().unwrap();
    let refused = two.run(&[(&forged, "refused")]);
    assert_eq!((refused.problems, refused.container.as_deref()), (vec!["code_other_round".to_owned()], Some("BOX-1")));
}

#[test]
fn a_stray_scan_is_refused_and_receiving_goes_on() {
    let (mut one, mut two, mut three) = (giver(), boxed(), giver());
    let offer = code(&one.run(&[(":offer BOX-1 BOX-2", "hand_over_offered")]));
    let other = code(&three.run(&[(":offer BOX-1", "hand_over_offered")]));
    two.run(&[
        (&offer, "needs_confirmation"),
        ("BOX-1", "needs_confirmation"),
        (":count BOX-1 1", "needs_confirmation"),
    ]);
    let before = two.station().status().unwrap();
    let hidden = format!("{} {}", number(3), "x".repeat(80));
    for stray in [
        number(3).as_str(),
        hidden.as_str(),
        "https://example.org/health?code=1",
        "FP1:NOT-A-CARD",
        &other,
        "TUBE-0001",
        ":close",
        ":tube TUBE-0001",
        ":person none a man in a red coat",
        ":box BOX-9",
        ":offer BOX-1",
    ] {
        let answer = two.run(&[(stray, "needs_confirmation")]);
        let told = (answer.cue, answer.problems.as_slice(), answer.text.as_deref());
        assert_eq!(told, (Cue::Refused, &["receiving_boxes".to_owned()][..], Some("BOX-2")), "{stray:.20}");
    }
    assert_eq!(two.run(&[("BOX-7", "needs_confirmation")]).problems, ["box_not_offered"]);
    two.pass(3_000);
    let packed = two.station().pack("1", &Scan::line(number(4))).unwrap();
    assert_eq!(packed.problems, ["receiving_boxes"]);
    // The offer itself again loses no count, and what the packing screen reads is a box like any other.
    assert_eq!(two.run(&[(&offer, "needs_confirmation")]).text.as_deref(), Some("BOX-2"));
    two.pass(3_000);
    assert_eq!(two.station().pack("1", &Scan::line("BOX-2")).unwrap().problems, ["confirm_received"]);
    assert_eq!(two.station().status().unwrap(), before, "nothing was written");
    let received = two.run(&[(":confirm", "hand_over_received")]);
    assert_eq!((received.tubes_in, received.problems), (Some(3), vec!["count_differs".to_owned()]));
}

#[test]
fn undo_ends_the_receiving_and_nothing_of_it_is_written() {
    let (mut one, mut two) = (giver(), boxed());
    two.run(&[("TUBE-0100", "tube_opened"), (&number(1), "bound")]);
    let offer = code(&one.run(&[(":offer BOX-1", "hand_over_offered")]));
    two.run(&[(&offer, "needs_confirmation"), ("BOX-1", "needs_confirmation")]);
    let ended = two.run(&[(":undo", "undone")]);
    assert_eq!((ended.saved, ended.problems), (None, vec!["nothing_to_receive".to_owned()]));
    assert_eq!(two.station().status().unwrap().people, 1, "the lane's last person stays");
    assert_eq!(two.run(&[(":count BOX-1 2", "refused")]).problems, ["nothing_to_receive"]);
    two.run(&[(&number(2), "bound")]);
    // The code can be used later: nothing was received by it.
    two.run(&[(&offer, "needs_confirmation"), ("BOX-1", "needs_confirmation"), (":confirm", "hand_over_received")]);
}
