//! An open tube and a box between real phones, and what the hub makes of both sides' words.

use fieldcore::Answer;
use fieldcore_hub::reports::custody_model::Signature;
use fieldcore_tests::resident_number;
use fieldcore_tests::workload::{LANE, Workload};

use crate::phone::{Phone, Site};

/// One line, answered as it must be.
fn line(phone: &mut Phone, text: &str, outcome: &str) -> Answer {
    phone.desk.clock.advance(3_000);
    let answer = phone.with_station(|station| station.line(LANE, text)).expect("the machine works");
    assert_eq!(answer.outcome.as_str(), outcome, "{:?}", answer.problems);
    answer
}

fn person(order: u32) -> String {
    resident_number(440_524, 1880, 1, 2, order)
}

fn code(answer: &Answer) -> String {
    answer.code.clone().expect("a code to show")
}

/// Two phones of a campaign that scans boxes.
fn two_phones(site: &Site) -> [Phone; 2] {
    let mut phones = [1, 2].map(|seed| site.phone(seed, Workload::new(seed, 20, 10)));
    let text = site.hub.profile().expect("a profile");
    let text: Vec<&str> = text.lines().filter(|line| !line.starts_with("version")).collect();
    let text = format!("version = 7\n{}\n[box]\npattern = \"^BOX-[0-9]+$\"\n", text.join("\n"));
    site.hub.publish_profile(&text).expect("it is published");
    for phone in &mut phones {
        phone.sync_fair(&site.hub);
        assert_eq!(phone.station().profile().expect("a profile").version, 7);
    }
    phones
}

#[test]
fn a_tube_and_a_box_go_from_phone_to_phone_and_the_hub_tells_both_sides_in_either_order() {
    for first in [0, 1] {
        let site = Site::new(11);
        let [mut one, mut two] = two_phones(&site);
        line(&mut one, "TUBE-0001", "tube_opened");
        line(&mut one, &person(1), "bound");
        let offer = code(&line(&mut one, ":pass", "tube_passed_on"));
        let taken = line(&mut two, &offer, "tube_taken_over");
        line(&mut one, &code(&taken), "note");
        line(&mut two, &person(2), "bound");
        // The giver's own person again, in the other's lane: only the hub can see that.
        line(&mut two, &person(1), "bound");
        line(&mut two, ":close", "tube_closed");
        line(&mut two, ":box BOX-1", "box_opened");
        line(&mut two, ":pack TUBE-0001", "packed");
        two.desk.clock.advance(3_600_000);
        line(&mut two, ":seal 1 4.5C S-1", "box_sealed");
        let offered = line(&mut two, ":offer BOX-1", "hand_over_offered");
        line(&mut one, &code(&offered), "needs_confirmation");
        line(&mut one, "BOX-1", "needs_confirmation");
        let received = line(&mut one, ":confirm", "hand_over_received");
        line(&mut two, &code(&received), "hand_over_given");

        let mut phones = [&mut one, &mut two];
        if first == 1 {
            phones.reverse();
        }
        for phone in phones {
            phone.sync_fair(&site.hub);
        }
        let traced = &site.hub.trace("TUBE-0001").expect("it is traced")[0];
        assert_eq!((traced.people.len(), traced.closed, traced.contested), (3, Some("short"), false));
        let signatures: Vec<_> = traced.moved.iter().filter_map(|step| step.signature).collect();
        assert_eq!(signatures, [Signature::Holds]);
        let figures = site.hub.figures(None).expect("figures");
        assert_eq!((figures.people, figures.distinct_people, figures.tubes, figures.short), (3, 2, 1, 1));
        assert_eq!(site.hub.conflicts().expect("conflicts").people.len(), 1, "sampled by both");

        let found = site.hub.custody(None).expect("custody");
        let line = &found.boxes[0];
        assert_eq!((line.state, line.tubes.as_slice()), ("sealed", &["TUBE-0001".to_owned()][..]));
        assert_eq!(line.device, one.journal().device().to_string());
        let hand_over = &line.hand_overs[0];
        let sides = [&hand_over.given, &hand_over.received].map(|side| side.as_ref().map(|side| side.signature));
        assert_eq!(sides, [Some(Signature::Holds); 2]);
        assert!(line.age_s.is_some_and(|age_s| age_s >= 3_600) && found.open_hand_overs.is_empty());
        let sound = site.hub.verify().expect("it can be verified");
        assert!(sound.ok, "{:?}", sound.faults);
        for phone in [&one, &two] {
            phone.settled();
        }
    }
}

#[test]
fn a_phone_that_dies_between_every_line_goes_on_where_it_was() {
    let site = Site::new(12);
    let [mut one, mut two] = two_phones(&site);
    let step = |phone: &mut Phone, text: &str, outcome: &str| {
        let answer = line(phone, text, outcome);
        phone.restart();
        answer
    };
    step(&mut one, "TUBE-0001", "tube_opened");
    step(&mut one, &person(1), "bound");
    step(&mut one, ":pass", "tube_passed_on");
    step(&mut one, &person(2), "wrong_kind");
    let offer = code(&step(&mut one, ":pass TUBE-0001", "tube_passed_on"));
    step(&mut two, &offer, "tube_taken_over");
    step(&mut two, &offer, "refused");
    let bound = step(&mut two, &person(2), "bound");
    assert_eq!((bound.position, bound.tube.as_deref()), (Some(2), Some("TUBE-0001")));
    step(&mut one, ":back TUBE-0001 nobody came", "tube_taken_back");
    step(&mut one, &person(3), "bound");
    for phone in [&mut one, &mut two] {
        phone.sync_fair(&site.hub);
        phone.settled();
    }
    let traced = &site.hub.trace("TUBE-0001").expect("it is traced")[0];
    assert_eq!((traced.people.len(), traced.contested), (3, true));
}

#[test]
fn yesterdays_boxes_are_received_this_morning_and_count_in_yesterdays_round_everywhere() {
    let site = Site::new(13);
    let [mut one, mut two] = two_phones(&site);
    let text = site.hub.profile().expect("a profile").replacen("version = 7", "version = 8", 1);
    let next = "\n[[round]]\nid = \"01910000-0000-7000-8000-00000000000a\"\nname = \"the next\"\n";
    site.hub.publish_profile(&(text + next)).expect("it is published");
    for phone in [&mut one, &mut two] {
        phone.sync_fair(&site.hub);
    }
    let first = one.station().status().expect("a status").round.expect("a round");
    line(&mut one, "TUBE-0001", "tube_opened");
    line(&mut one, &person(1), "bound");
    line(&mut one, ":close", "tube_closed");
    line(&mut one, ":box BOX-1", "box_opened");
    line(&mut one, ":pack TUBE-0001", "packed");
    line(&mut one, ":seal 1", "box_sealed");
    let offer = code(&line(&mut one, ":offer BOX-1", "hand_over_offered"));
    for phone in [&mut one, &mut two] {
        phone.desk.clock.advance(12 * 3_600_000);
        phone
            .with_station(|station| {
                let plan = fieldcore::ShiftPlan {
                    round: Some("the next".to_owned()),
                    site: "Lab".to_owned(),
                    place: None,
                    operator: "Runner".to_owned(),
                    organisation: None,
                };
                station.start_shift(Some(LANE), &plan)
            })
            .expect("a shift of the next round");
    }
    line(&mut two, &offer, "needs_confirmation");
    line(&mut two, "BOX-1", "needs_confirmation");
    let receipt = code(&line(&mut two, ":confirm", "hand_over_received"));
    line(&mut one, &receipt, "hand_over_given");
    let here = two.station().boxes().expect("boxes");
    assert_eq!((here[0].state, here[0].other_round.as_deref()), ("sealed", Some(first.as_str())));
    for phone in [&mut two, &mut one] {
        phone.sync_fair(&site.hub);
        phone.settled();
    }
    let found = site.hub.custody(None).expect("custody");
    assert_eq!((found.boxes[0].round.as_deref(), found.boxes[0].state), (Some(first.as_str()), "sealed"));
    let hand_over = &found.boxes[0].hand_overs[0];
    assert!(!hand_over.open && found.open_hand_overs.is_empty());
    let sound = site.hub.verify().expect("it can be verified");
    assert!(sound.ok, "{:?}", sound.faults);
}
