//! Work from door to door: each verb, what it refuses, and what the views say afterwards.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::{AddedHousehold, ClaimPlan, FoundAtDoor, Language, NewFollowUp, NewHousehold, NewResident, Outcome};
use super::{Post, number};
use crate::doors::testing::{Listed, home, resident};
use crate::doors::{Doors, Fact, Facts, HomeState, Known, PersonKey};
use crate::error::Error;
use crate::id::RecordRef;
use crate::record::{Body, Excuse, FollowUpKind, ReadSource, Record, ResidentSampled, VisitState};
use crate::roster::{Categories, Homes, HouseholdId};
use crate::scan::Scan;

const NOBODY: HouseholdId = home(0xee);

/// Door 2: an old woman with a number and a child of hers; door 10: somebody without papers; door 3: nobody listed.
pub(super) fn street() -> Arc<dyn Homes + Send + Sync> {
    Arc::new(Listed(vec![
        (1, "10", vec![(11, "Wu Gong", None, None)]),
        (2, "2", vec![(21, "Qian Si", Some(number(1)), None), (22, "Qian Wu", None, Some("her grandmother"))]),
        (3, "3", Vec::new()),
    ]))
}

pub(super) fn post() -> Post {
    with("")
}

pub(super) fn with(keys: &str) -> Post {
    let mut post = Post::profile(keys);
    post.station().set_roster(Some(street()));
    post
}

pub(super) const fn found(household: HouseholdId, state: VisitState) -> FoundAtDoor<'static> {
    FoundAtDoor { household, state, reason: None, lives: None }
}

pub(super) const fn claimed(building: &str) -> ClaimPlan<'_> {
    ClaimPlan { area: None, building, stairwell: None, first: None, last: None, until_ms: 0 }
}

const fn described(household: HouseholdId, description: Option<&str>) -> NewResident<'_> {
    let categories = Categories(0);
    NewResident { household, number: None, name: None, description, categories, guardian: None, contact: None }
}

const fn later(household: HouseholdId, what: FollowUpKind) -> NewFollowUp<'static> {
    NewFollowUp { household, resident: None, what, due_ms: None, note: None }
}

impl Post {
    pub(super) fn records(&mut self) -> Vec<Record> {
        let mut all = Vec::new();
        let journal = self.station().journal().clone();
        let mut keep = |record| {
            all.push(record);
            Ok(())
        };
        journal.view(|view| view.records(&mut keep)).unwrap();
        all
    }

    /// The view, held against what the records alone say, and what is told of a household against both.
    pub(super) fn doors(&mut self) -> Arc<Doors> {
        let doors = self.station().doors().unwrap();
        assert!(*doors == self.by_records(), "the tables tell something else than the records");
        for home in &doors.homes {
            let (alone, people) = self.station().household(home.household).unwrap().unwrap();
            assert!(alone == *home, "a household by itself: another {:?}, not {:?}", alone.state, home.state);
            assert!(people.iter().eq(doors.people_of(home.household)), "other people in a household by itself");
        }
        doors
    }

    /// The views of somebody who has this device's records and nothing else.
    fn by_records(&mut self) -> Doors {
        let key = |text: &str| Some(PersonKey::plain(text));
        let round = self.station().profile().unwrap().rounds[0].id;
        let mut facts = Facts::new(round);
        self.records().iter().for_each(|record| facts.take(record, &key));
        Doors::of(&facts, &*street(), Known { key: &key, sampled: &BTreeSet::new() })
    }

    pub(super) fn state(&mut self, household: HouseholdId) -> HomeState {
        self.doors().homes.iter().find(|home| home.household == household).unwrap().state
    }

    /// What is refused leaves no record behind, and says what to do next.
    fn refused<T: std::fmt::Debug>(&mut self, words: &str, f: impl FnOnce(&mut Post) -> crate::Result<T>) {
        let before = self.records().len();
        let error = f(self).expect_err(words);
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(self.records().len(), before, "{words}: something was written");
    }
}

#[test]
fn the_way_leads_through_every_door_that_is_left() {
    let mut post = post();
    let next = |post: &mut Post, after| post.doors().next_left(after).map(|line| line.household);
    let all: Vec<HouseholdId> = post.doors().homes.iter().map(|line| line.household).collect();
    let settled =
        |post: &mut Post, at: HouseholdId| post.station().visit("1", &found(at, VisitState::Refused)).map(drop);
    assert_eq!(next(&mut post, None), Some(all[0]));
    assert_eq!(next(&mut post, all.last().copied()), Some(all[0]), "from the first one again at the end");
    let mut here = all[1];
    for _ in 1..all.len() {
        settled(&mut post, here).unwrap();
        here = next(&mut post, Some(here)).unwrap();
    }
    assert_eq!((here, next(&mut post, Some(here))), (all[0], None), "no other one is left");
    assert_eq!(next(&mut post, Some(all[1])), Some(all[0]));
    settled(&mut post, here).unwrap();
    assert_eq!([next(&mut post, Some(here)), next(&mut post, None)], [None, None]);
}

#[test]
fn a_visit_is_recorded_corrected_and_told_with_its_reason() {
    let mut post = post();
    let reason = Some(" the dog ");
    let first = FoundAtDoor { reason, lives: Some(4), ..found(home(3), VisitState::Refused) };
    let wrong = post.station().visit("1", &first).unwrap();
    let view = post.doors();
    let at = view.homes.iter().find(|line| line.household == home(3)).unwrap();
    assert_eq!((at.state, at.told, at.lives), (HomeState::Refused, Some(wrong), Some(4)));
    assert_eq!(post.station().words_of(wrong).unwrap().as_deref(), Some("the dog"));

    // It was the next door.
    let right = post.station().correct_visit("1", wrong, &found(home(1), VisitState::Refused)).unwrap();
    assert_eq!((post.state(home(3)), post.state(home(1))), (HomeState::NotVisited, HomeState::Refused));
    post.refused("corrected already", |post| {
        post.station().correct_visit("1", wrong, &found(home(1), VisitState::Informed))
    });
    post.refused("not known here", |post| {
        let other = RecordRef { seq: 9_999, ..right };
        post.station().correct_visit("1", other, &found(home(1), VisitState::Informed))
    });
    post.restart();
    post.station().set_roster(Some(street()));
    assert_eq!(post.state(home(1)), HomeState::Refused);
}

#[test]
fn what_cannot_be_right_is_refused_and_writes_nothing() {
    let mut post = post();
    let long = "x".repeat(501);
    post.refused("add it", |post| post.station().visit("1", &found(NOBODY, VisitState::Done)));
    post.refused("500", |post| {
        post.station().visit("1", &FoundAtDoor { reason: Some(&long), ..found(home(1), VisitState::Done) })
    });
    post.refused("steer a screen", |post| {
        post.station().visit("1", &FoundAtDoor { reason: Some("a\u{202e}b"), ..found(home(1), VisitState::Done) })
    });
    post.refused("the limit is 999", |post| {
        post.station().visit("1", &FoundAtDoor { lives: Some(1_000), ..found(home(1), VisitState::Done) })
    });
    post.refused("building", |post| post.station().claim("1", &claimed(" ")));
    post.refused("building", |post| post.station().claim("1", &claimed(&"x".repeat(101))));
    post.refused("other way round", |post| {
        post.station().claim("1", &ClaimPlan { first: Some("10"), last: Some("2"), ..claimed("3") })
    });
    post.refused("since then", |post| post.station().claim("1", &ClaimPlan { until_ms: -1, ..claimed("3") }));
    post.refused("where it is", |post| {
        post.station().add_household("1", &NewHousehold { area: Some("East"), ..NewHousehold::default() })
    });
    post.refused("described", |post| post.station().add_resident("1", &described(home(1), Some(" "))));
    post.refused("add it", |post| post.station().add_resident("1", &described(NOBODY, Some("tall"))));
    post.refused("list", |post| post.station().excuse("1", resident(99), Excuse::Away, None, None));
    post.refused("few words", |post| post.station().excuse("1", resident(11), Excuse::Other, None, None));
    post.refused("few words", |post| post.station().follow_up("1", &later(home(1), FollowUpKind::Other)));
    post.refused("few words", |post| post.station().note("1", None, "\n"));
    post.refused("list", |post| post.station().sample_resident("1", resident(99), None));
    post.refused("lane", |post| post.station().visit("", &found(home(1), VisitState::Done)));
    post.station().end_shift(None).unwrap();
    post.refused("begin one", |post| post.station().visit("1", &found(home(1), VisitState::Done)));
    assert_eq!(post.station().sample_resident("1", resident(21), None).unwrap().problems, ["no_shift"]);
    let words = VisitState::parse("visit", "gone").unwrap_err();
    assert!(matches!(words, Error::Invalid { .. }) && words.to_string().contains("moved_away"), "{words}");
}

#[test]
fn claims_are_made_given_up_once_and_told_where_others_overlap() {
    let mut post = post();
    let until = ClaimPlan { first: Some("2"), last: Some("3"), ..claimed("3") };
    let claim = post.station().claim("1", &until).unwrap();
    assert_eq!((post.state(home(2)), post.state(home(1))), (HomeState::Claimed, HomeState::NotVisited));
    post.refused("claimed already", |post| post.station().claim("1", &ClaimPlan { until_ms: 9, ..until }));

    // What another phone showed or a hub told joins the own facts.
    let mut other = super::doors::post();
    other.station().claim("1", &claimed("03")).unwrap();
    let key = |_: &str| None;
    let theirs: Vec<Fact> = other.records().iter().filter_map(|record| Fact::of(record, &key)).collect();
    let both = post.station().doors_with(theirs).unwrap();
    assert_eq!((both.overlaps.len(), both.contested.len()), (1, 2), "doors 2 and 3");

    let there = RecordRef { seq: 9_999, ..claim };
    post.refused("none of this reference", |post| post.station().release("1", there, None));
    post.station().release("1", claim, Some("ill")).unwrap();
    post.refused("given up already", |post| post.station().release("1", claim, None));
    assert_eq!(post.state(home(2)), HomeState::NotVisited);
    post.station().claim("1", &until).unwrap();
}

#[test]
fn households_and_people_are_added_at_the_door_and_counted_once() {
    let mut post = post();
    let new = NewHousehold {
        area: Some("East"),
        building: Some("３"),
        stairwell: Some("1"),
        door: Some("02"),
        ..NewHousehold::default()
    };
    let AddedHousehold { household, same_door, .. } = post.station().add_household("1", &new).unwrap();
    assert_eq!(same_door, [home(2)], "somebody lives at that door");
    assert_eq!(post.station().add_household("1", &new).unwrap().same_door, [home(2), household]);
    let (tall, saved) = post.station().add_resident("1", &described(household, Some("tall, a red scarf"))).unwrap();
    assert_eq!(post.station().words_of(saved).unwrap().as_deref(), Some("tall, a red scarf"));
    let mut broken = number(2);
    broken.replace_range(16..17, if broken.as_bytes()[16] == b'9' { "8" } else { "9" });
    let (listed, new_number) = (number(1), number(2));
    let with = |number| NewResident { number: Some(number), ..described(household, None) };
    post.refused("checksum", |post| post.station().add_resident("1", &with(&broken)));
    post.refused("known already", |post| post.station().add_resident("1", &with(&listed)));
    post.station().add_resident("1", &with(&new_number)).unwrap();
    post.refused("known already", |post| post.station().add_resident("1", &with(&new_number)));
    let view = post.doors();
    assert_eq!((view.figures.homes, view.figures.people), (5, 5));

    // The person who was described is sampled, once.
    post.run(&[("TUBE-0001", "tube_opened")]);
    let bound = post.station().sample_resident("1", tall, None).unwrap();
    assert_eq!((bound.outcome, bound.position), (Outcome::Bound, Some(1)), "{:?}", bound.problems);
    let again = post.station().sample_resident("1", tall, None).unwrap();
    assert_eq!((again.outcome, again.earlier.unwrap().position), (Outcome::DuplicatePerson, Some(1)));
    // A scan of the other's card is tied to the household too.
    post.run(&[(&number(2), "bound")]);
    let view = post.doors();
    let home = view.homes.iter().find(|line| line.household == household).unwrap();
    assert_eq!((home.state, home.people, home.sampled), (HomeState::Done, 2, 2));
    assert_eq!((view.figures.people, view.figures.sampled), (5, 2));
}

#[test]
fn somebody_chosen_from_the_list_is_bound_with_all_checks_and_tied_to_it() {
    let mut post = post();
    assert_eq!(post.station().sample_resident("1", resident(21), None).unwrap().problems, ["tube_due"]);
    post.run(&[("TUBE-0001", "tube_opened")]);
    let before = post.records().len();
    let bound = post.station().sample_resident("1", resident(21), None).unwrap();
    assert_eq!((bound.outcome, bound.left), (Outcome::Bound, Some(9)), "{:?}", bound.problems);
    let records = post.records();
    let [one, link] = &records[before..] else { panic!("one action, two records") };
    let Body::SubjectBound(body) = &one.body else { panic!("the first binds") };
    assert_eq!((body.source, body.number.as_deref()), (ReadSource::Roster, Some(number(1).as_str())));
    let tied = ResidentSampled { resident: resident(21), household: home(2), subject: one.at };
    assert!(link.body == Body::from(tied) && bound.saved == Some(one.at));

    post.run(&[(&number(1), "repeated"), (&number(3), "bound"), (&number(1), "duplicate_person")]);
    assert_eq!(post.station().sample_resident("1", resident(21), None).unwrap().outcome, Outcome::DuplicatePerson);
    let child = post.station().sample_resident("1", resident(22), None).unwrap();
    let Body::SubjectBound(body) =
        post.records().iter().find(|record| Some(record.at) == child.saved).unwrap().body.clone()
    else {
        panic!("it binds")
    };
    assert_eq!(body.guardian.as_deref(), Some("her grandmother"), "the list names the child's guardian");
    assert_eq!(post.state(home(2)), HomeState::Done);
    post.run(&[(":undo", "undone")]);
    assert_eq!(post.state(home(2)), HomeState::PartlyDone);
    let missed: Vec<&str> = post.doors().missed().map(|missed| missed.reason()).collect();
    assert_eq!(missed, ["partly_done", "not_visited", "not_visited"]);
    post.station().sample_resident("1", resident(22), None).unwrap();
    post.run(&[(":void TUBE-0001 1 mistake", "voided"), (":spoil TUBE-0001 dropped", "spoiled")]);
    assert_eq!((post.state(home(2)), post.doors().figures.sampled), (HomeState::NotVisited, 0));
}

#[test]
fn a_scan_is_tied_to_the_list_by_its_number_and_without_a_list_it_is_as_before() {
    let mut post = post();
    post.run(&[("TUBE-0001", "tube_opened"), (&number(1), "bound")]);
    let links = |post: &mut Post| {
        let of =
            |record: &Record| if let Body::ResidentSampled(body) = &record.body { Some(body.resident) } else { None };
        post.records().iter().filter_map(of).collect::<Vec<_>>()
    };
    assert_eq!(links(&mut post), [resident(21)]);
    post.station().set_roster(None);
    post.run(&[(&number(2), "bound")]);
    assert_eq!(links(&mut post).len(), 1);
    assert!(post.station().doors().unwrap().homes.is_empty());
}

#[test]
fn somebody_chosen_before_their_tube_waits_with_guardian_and_link() {
    let mut post = with("order = \"id_then_tube\"");
    let waits = post.station().sample_resident("1", resident(22), None).unwrap();
    assert_eq!(waits.outcome, Outcome::WaitingForTube, "{:?}", waits.problems);
    assert_eq!(post.doors().figures.sampled, 0, "who waits is not sampled");
    let again = post.station().sample_resident("1", resident(22), None).unwrap();
    assert_eq!(again.outcome, Outcome::DuplicatePerson);
    let bound = post.run(&[("TUBE-0001", "bound")]);
    let records = post.records();
    let Body::SubjectBound(body) = &records.iter().find(|record| Some(record.at) == bound.saved).unwrap().body else {
        panic!("it binds")
    };
    assert_eq!(body.guardian.as_deref(), Some("her grandmother"));
    let view = post.doors();
    let child = view.people.iter().find(|person| person.resident == resident(22)).unwrap();
    assert_eq!((child.sampled, child.sample.as_deref().copied()), (true, bound.saved));
    assert_eq!(post.station().sample_resident("1", resident(22), None).unwrap().outcome, Outcome::DuplicatePerson);
}

#[test]
fn a_document_that_is_shown_names_somebody_whom_the_list_knows_by_name_alone() {
    let mut post = post();
    post.run(&[("TUBE-0001", "tube_opened")]);
    let take = |post: &mut Post, id: u8, text: &str| {
        post.station().sample_resident("1", resident(id), Some(&Scan::line(text)))
    };
    let mut broken = number(2);
    broken.replace_range(16..17, if broken.as_bytes()[16] == b'9' { "8" } else { "9" });
    assert_eq!(take(&mut post, 11, &broken).unwrap().problems, ["checksum"]);
    let wrong = Listed(vec![(1, "10", vec![(11, "Wu Gong", Some(broken.clone()), None)])]);
    assert_eq!(take(&mut post, 11, "TUBE-0002").unwrap().outcome, Outcome::WrongKind);
    post.refused("somebody else's", |post| take(post, 11, &number(1)));
    post.refused("somebody else's", |post| take(post, 21, &number(2)));
    let bound = take(&mut post, 11, &number(2)).unwrap();
    assert_eq!(bound.outcome, Outcome::Bound, "{:?}", bound.problems);
    assert_eq!(take(&mut post, 21, &number(1)).unwrap().outcome, Outcome::Bound);
    let view = post.doors();
    assert_eq!((view.figures.sampled, post.state(home(1))), (2, HomeState::Done));
    post.run(&[(&number(2), "duplicate_person"), (":void TUBE-0001 1 again", "voided")]);

    // The list has the number wrong: nobody is bound by it, and the card settles it.
    post.station().set_roster(Some(Arc::new(wrong)));
    assert_eq!(post.station().sample_resident("1", resident(11), None).unwrap().problems, ["checksum"]);
    assert_eq!(take(&mut post, 11, &number(2)).unwrap().outcome, Outcome::Bound);
}

#[test]
fn excuses_and_follow_ups_are_kept_corrected_and_closed_once() {
    let mut post = post();
    let away = post.station().excuse("1", resident(21), Excuse::Away, Some("in the city"), None).unwrap();
    let child = post.station().excuse("1", resident(22), Excuse::Unfit, None, None).unwrap();
    assert_eq!((post.state(home(2)), post.doors().figures.excused), (HomeState::Done, 2));
    post.station().excuse("1", resident(22), Excuse::Refused, None, Some(child)).unwrap();
    post.refused("corrected already", |post| post.station().excuse("1", resident(22), Excuse::Away, None, Some(child)));
    post.refused("not known here", |post| {
        let other = RecordRef { seq: 9_999, ..away };
        post.station().excuse("1", resident(22), Excuse::Away, None, Some(other))
    });
    let reasons: Vec<&str> = post.doors().missed().map(|missed| missed.reason()).collect();
    assert_eq!(reasons, ["away", "refused", "not_visited", "not_visited"]);

    let medic = NewFollowUp { resident: Some(resident(11)), due_ms: Some(5), ..later(home(1), FollowUpKind::Medical) };
    let open = post.station().follow_up("1", &medic).unwrap();
    post.refused("open already", |post| post.station().follow_up("1", &medic));
    let words = NewFollowUp { note: Some("bring water"), ..later(home(1), FollowUpKind::Other) };
    post.station().follow_up("1", &words).unwrap();
    post.station().follow_up("1", &words).unwrap();
    let due: Vec<RecordRef> = post.doors().follow_ups.iter().map(|open| open.follow_up).collect();
    assert_eq!((due.len(), due[0]), (3, open), "what is due comes first");
    post.refused("none of this reference", |post| post.station().close_follow_up("1", away, None));
    post.station().close_follow_up("1", open, Some("he was there")).unwrap();
    post.refused("closed already", |post| post.station().close_follow_up("1", open, None));
    assert_eq!(post.doors().follow_ups.len(), 2);
    post.station().follow_up("1", &medic).unwrap();
    post.station().note("1", Some(open), "the road is out").unwrap();
}

#[test]
fn progress_is_told_in_both_languages_and_names_nobody() {
    let mut post = post();
    post.run(&[("TUBE-0001", "tube_opened"), (&number(1), "bound")]);
    post.station().excuse("1", resident(22), Excuse::Away, Some("at school"), None).unwrap();
    post.station().visit("1", &found(home(3), VisitState::MovedAway)).unwrap();
    let english = post.station().progress(Language::English, true).unwrap();
    let line = "3 households, 1 done, 0 refused, 1 moved away, 1 left (1 not visited); 3 people, 1 sampled, 1 excused, 1 missed";
    assert_eq!(english, format!("Progress: {line}\nEast 3: {line}"));
    let chinese = post.station().progress(Language::Chinese, false).unwrap();
    assert_eq!(chinese, "进度：共3户，完成1，拒采0，搬离1，剩余1（未上门1）；共3人，已采1，已说明1，未采1");
    let packed = crate::pack::encode(&*post.doors()).unwrap();
    let packed = String::from_utf8_lossy(&packed).into_owned();
    for text in [english, chinese, packed] {
        for secret in ["Qian", "Wu Gong", "school", "grandmother", &number(1)] {
            assert!(!text.contains(secret), "a person stands in it");
        }
    }
}
