//! Claims told from phone to phone: both teams know the same of what both told, in whatever order they met.

use super::super::{Answer, ClaimPlan, Cue, Outcome, Remark};
use super::custody::code;
use super::doors::{claimed, found, street, with};
use super::{Post, plan};
use crate::ShiftPlan;
use crate::doors::testing::home;
use crate::doors::{ClaimView, Contested, Doors, Fact, HomeState, Overlap, SignedClaimsTold};
use crate::id::RecordRef;
use crate::record::VisitState;
use crate::wire::Mode;

const KEYS: &str = "capacity = 4\n";

/// A phone of the campaign.
fn post() -> Post {
    with(KEYS)
}

fn tells(post: &mut Post) -> String {
    let answer = post.station().tell_claims("1", None).unwrap();
    assert_eq!((answer.note, answer.saved), (Some(Remark::ClaimsTold), None), "{:?}", answer.problems);
    code(&answer)
}

fn hears(post: &mut Post, code: &str) -> Answer {
    post.station().line("1", code).unwrap()
}

/// Both teams tell each other what they claim.
fn meet(one: &mut Post, other: &mut Post) -> [Answer; 2] {
    let (ones, others) = (tells(one), tells(other));
    [hears(other, &ones), hears(one, &others)]
}

type Known = (Vec<(RecordRef, Option<RecordRef>)>, Vec<Overlap>, Vec<Contested>);

fn known(doors: &Doors) -> Known {
    let claim = |claim: &ClaimView| (claim.claim, claim.released);
    (doors.claims.iter().map(claim).collect(), doors.overlaps.clone(), doors.contested.clone())
}

/// What both know, once they have met: the same.
fn both_know(one: &mut Post, other: &mut Post) -> Known {
    let [one, other] = [known(&one.doors()), known(&other.doors())];
    assert!(one == other, "the teams know different things");
    one
}

#[test]
fn two_teams_that_claimed_the_same_doors_know_it_once_they_meet() {
    let (mut one, mut other) = (post(), post());
    let mine = one.station().claim("1", &claimed("3")).unwrap();
    let theirs = other.station().claim("1", &ClaimPlan { first: Some("2"), last: Some("3"), ..claimed("03") }).unwrap();
    assert!(one.doors().overlaps.is_empty() && other.doors().overlaps.is_empty());
    for answer in meet(&mut one, &mut other) {
        assert_eq!((answer.note, answer.cue), (Some(Remark::ClaimsOverlap), Cue::Attention), "{:?}", answer.problems);
        assert!(answer.saved.is_some());
    }
    let (claims, overlaps, contested) = both_know(&mut one, &mut other);
    assert_eq!((claims.len(), overlaps.len(), contested.len()), (2, 1, 2), "doors 2 and 3");
    let keeper = overlaps[0].keeps;
    assert!(contested.iter().all(|door| door.keeps == keeper && !door.by_visit));
    assert_eq!(one.state(home(2)), HomeState::Claimed);

    // Who was at a door keeps it, as soon as the other hears of it.
    let (visitor, claim) = if keeper == mine { (&mut other, theirs) } else { (&mut one, mine) };
    visitor.station().visit("1", &found(home(3), VisitState::Informed)).unwrap();
    meet(&mut one, &mut other);
    let (_, _, contested) = both_know(&mut one, &mut other);
    let kept: Vec<_> = contested.iter().map(|door| (door.household, door.keeps == claim, door.by_visit)).collect();
    assert_eq!(kept, [(home(2), false, false), (home(3), true, true)]);

    // It was the wrong door: the later word counts, and a code of before changes nothing.
    let stale = tells(if claim == mine { &mut one } else { &mut other });
    let visitor = if claim == mine { &mut one } else { &mut other };
    let visit = visitor.doors().homes.iter().find_map(|home| home.told).unwrap();
    visitor.station().correct_visit("1", visit, &found(home(1), VisitState::Informed)).unwrap();
    meet(&mut one, &mut other);
    let hearer = if claim == mine { &mut other } else { &mut one };
    hears(hearer, &stale);
    let (_, _, contested) = both_know(&mut one, &mut other);
    assert!(contested.iter().all(|door| door.keeps == keeper && !door.by_visit));
}

#[test]
fn a_claim_that_is_given_up_is_told_as_given_up() {
    let (mut one, mut other) = (post(), post());
    let mine = one.station().claim("1", &claimed("3")).unwrap();
    other.station().claim("1", &claimed("3")).unwrap();
    meet(&mut one, &mut other);
    one.station().release("1", mine, None).unwrap();
    assert_eq!(other.doors().overlaps.len(), 1);
    let told = tells(&mut one);
    let heard = hears(&mut other, &told);
    assert_eq!((heard.note, heard.cue), (Some(Remark::ClaimsHeard), Cue::Ok));
    let (claims, overlaps, contested) = both_know(&mut one, &mut other);
    assert_eq!((claims.len(), overlaps.len(), contested.len()), (2, 0, 0));
    assert_eq!(claims.iter().filter(|(_, released)| released.is_some()).count(), 1);
    // The same again is known, also after a restart; nothing more is written.
    other.restart();
    other.station().set_roster(Some(street()));
    assert_eq!(hears(&mut other, &told).saved, None);
    both_know(&mut one, &mut other);
}

#[test]
fn whoever_has_a_teams_records_has_its_word_once() {
    let (mut one, mut other, mut third) = (post(), post(), post());
    one.station().claim("1", &claimed("3")).unwrap();
    other.station().claim("1", &claimed("3")).unwrap();
    other.station().visit("1", &found(home(3), VisitState::Informed)).unwrap();
    third.station().claim("1", &claimed("03")).unwrap();
    meet(&mut one, &mut other);
    meet(&mut one, &mut third);
    let key = |_: &str| None;
    let facts =
        |post: &mut Post| -> Vec<Fact> { post.records().iter().filter_map(|record| Fact::of(record, &key)).collect() };
    let (others, thirds) = (facts(&mut other), facts(&mut third));
    let by_word = known(&one.doors());
    let by_records = one.station().doors_with(others.clone()).unwrap();
    assert!(known(&by_records) == by_word, "the word and the record of one claim are one claim");
    let all = one.station().doors_with(others.into_iter().chain(thirds)).unwrap();
    assert!(known(&all) == by_word);
    assert_eq!((by_word.0.len(), by_word.1.len()), (3, 3));
}

#[test]
fn a_code_that_is_not_for_this_team_is_refused_and_nothing_is_written() {
    let (mut one, mut other) = (post(), post());
    assert_eq!(one.station().tell_claims("1", None).unwrap().problems, ["nothing_like_that"]);
    one.station().claim("1", &claimed("3")).unwrap();
    assert_eq!(one.station().tell_claims("1", Some("4")).unwrap().problems, ["nothing_like_that"]);
    let typed = code(&one.run(&[(":claims 3", "note")]));
    let told = tells(&mut one);
    let refused = |post: &mut Post, text: &str, why: &str| {
        let before = post.records().len();
        let answer = hears(post, text);
        assert_eq!((answer.outcome, answer.problems), (Outcome::Refused, vec![why.to_owned()]), "{text:.8}");
        assert_eq!(post.records().len(), before);
    };
    assert_eq!(typed, told);
    refused(&mut one, &told, "code_own");
    let flipped = format!("{}{}", &told[..told.len() - 2], if told.ends_with('A') { "BB" } else { "AA" });
    let answer = hears(&mut other, &flipped);
    assert!(["code_forged", "code_unreadable"].contains(&answer.problems[0].as_str()), "{:?}", answer.problems);
    for end in 4..told.len() {
        refused(&mut other, &told[..end], "code_unreadable");
    }
    let mut practice = Post::with(KEYS, Mode::Practice);
    refused(&mut practice, &told, "code_practice");
    other.station().start_shift(None, &ShiftPlan { round: Some("2".to_owned()), ..plan() }).unwrap();
    refused(&mut other, &told, "code_other_round");
}

#[test]
fn a_day_of_claims_fits_a_code_and_more_of_them_are_told_by_building() {
    let mut one = post();
    for building in 1..=20 {
        let (building, last) = (building.to_string(), (building * 10).to_string());
        one.station().claim("1", &ClaimPlan { first: Some("1"), last: Some(&last), ..claimed(&building) }).unwrap();
    }
    let told = tells(&mut one);
    assert_eq!(SignedClaimsTold::from_code(&told).unwrap().verify().unwrap().claims.len(), 20);
    for building in 21..=60 {
        one.station().claim("1", &claimed(&building.to_string())).unwrap();
    }
    assert_eq!(one.station().tell_claims("1", None).unwrap().problems, ["code_long"]);
    assert!(one.station().tell_claims("1", Some("33")).unwrap().code.is_some());
}
