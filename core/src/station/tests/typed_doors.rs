//! Doors as somebody types them: what is meant, what may mean several, and the lists with names.

use super::doors::{post, street};
use super::{Post, number};
use crate::record::Body;
use crate::station::{Answer, DoorVerb, Verb};

fn last_kind(post: &mut Post) -> &'static str {
    post.records().last().unwrap().body.name()
}

fn text(answer: &Answer) -> &str {
    answer.text.as_deref().unwrap_or_default()
}

#[test]
fn a_day_at_doors_is_typed_line_by_line() {
    let mut post = post();
    assert_eq!(text(&post.run(&[(":visit 3-2 nobody_home back at noon", "note")])), "East 3-1-2");
    assert_eq!(last_kind(&mut post), "visit");
    post.run(&[(":claim 3 2 10 2h", "note"), (":follow 3-1-10 come_again after work", "note")]);
    let Some(Body::FollowUp(body)) = post.records().pop().map(|record| record.body) else { panic!("a follow-up") };
    assert_eq!(body.note.as_deref(), Some("after work"));
    assert_eq!(text(&post.run(&[(":household 3 11 behind the yard", "note")])), "3-11");
    post.run(&[(":resident 3-11 tall, red scarf", "note"), ("TUBE-0001", "tube_opened")]);
    let sampled = post.run(&[(":sample Qian Si", "bound")]);
    assert_eq!((sampled.position, last_kind(&mut post)), (Some(1), "resident_sampled"));
    assert_eq!(post.run(&[(":sample 3-11 scarf", "bound")]).position, Some(2));
    post.run(&[(":excuse \"Qian Wu\" away at school", "note"), (":release 3", "note")]);
    let doors = post.doors();
    assert_eq!((doors.figures.sampled, doors.figures.excused, doors.follow_ups.len()), (2, 1, 1));
    assert!(doors.claims[0].released.is_some() && doors.claims[0].until_ms - post.station().wall_ms() <= 2 * 3_600_000);
    let left = post.run(&[(":left", "note")]);
    assert_eq!(text(&left), "2/4\nEast 3 2/4: 1-3 1-10");
}

#[test]
fn what_means_several_or_nothing_writes_nothing_and_says_which() {
    let mut post = post();
    let written = post.records().len();
    let several = post.run(&[(":sample qian", "refused")]);
    assert_eq!(several.problems, ["several_like_that"]);
    assert!(text(&several).contains("East 3-1-2 Qian Si") && text(&several).contains("East 3-1-2 Qian Wu"));
    assert!(!text(&several).contains(&number(1)), "the number is masked");
    let door = post.run(&[(":visit 3 done", "refused")]);
    assert_eq!((&*door.problems[0], text(&door)), ("several_like_that", "East 3-1-3"), "a lone number is no household");
    for line in [":visit 4-9 done", ":sample nobody", ":excuse nobody away", ":release 3", ":follow 9-9 tell"] {
        assert_eq!(post.run(&[(line, "refused")]).problems, ["nothing_like_that"], "{line}");
    }
    for line in [":claim 3 10 2", ":excuse Gong other", ":resident 3-2 110101189001010017"] {
        let answer = post.run(&[(line, "refused")]);
        assert_eq!(answer.problems, ["not_recorded"], "{line}");
        assert!(!text(&answer).is_empty() && !text(&answer).contains("11010118"), "{line}: {}", text(&answer));
    }
    for line in [":visit 3-2 gone", ":claim 3 2", ":claim", ":household 3", ":excuse Gong", ":follow 3-2 maybe"] {
        assert!(text(&post.run(&[(line, "help")])).contains("usage"), "{line}");
    }
    assert_eq!(post.records().len(), written);
    post.station().end_shift(None).unwrap();
    assert_eq!(post.run(&[(":visit 3-2 done", "refused")]).problems, ["not_recorded"]);
}

#[test]
fn a_verb_about_doors_prints_nobody() {
    let verb = Verb::parse(":sample Qian Si").unwrap();
    assert!(verb == Verb::Door(DoorVerb::Sample { who: "Qian Si".to_owned() }));
    assert_eq!((verb.name(), format!("{verb:?}").as_str()), ("sample", "sample"));
}

#[test]
fn lists_with_names_and_a_search_tell_of_the_list_and_of_those_added() {
    let mut post = post();
    post.run(&[(":household 3 11", "note"), (":resident 3-11 tall, red scarf", "note")]);
    post.run(&[(":visit 3-1-10 refused shouted", "note"), (":follow 3-11 medical insulin", "note")]);
    let missed = post.station().missed().unwrap();
    let told: Vec<(&str, Option<String>)> =
        missed.iter().map(|line| (line.reason, line.person.as_ref().and_then(|person| person.name.clone()))).collect();
    let name = |name: &str| Some(name.to_owned());
    let due = [
        ("not_visited", None),
        ("not_visited", name("Qian Si")),
        ("not_visited", name("Qian Wu")),
        ("not_visited", None),
        ("refused", name("Wu Gong")),
    ];
    assert_eq!(told, due);
    assert_eq!(missed[0].person.as_ref().unwrap().description.as_deref(), Some("tall, red scarf"));
    assert_eq!(missed[4].words.as_deref(), Some("shouted"));
    let open = post.station().open_follow_ups().unwrap();
    assert_eq!((open[0].words.as_deref(), &*open[0].place.door), (Some("insulin"), "11"));
    let find = |post: &mut Post, query: &str| {
        let found = post.station().find(query, 9).unwrap();
        found
            .into_iter()
            .map(|line| (line.found.as_str(), line.place.door.to_string(), line.sampled))
            .collect::<Vec<_>>()
    };
    assert_eq!(find(&mut post, "3-11"), [("door", "11".to_owned(), None)]);
    assert_eq!(find(&mut post, "scarf"), [("name", "11".to_owned(), Some(false))]);
    assert_eq!(find(&mut post, "Wu Gong"), [("name", "10".to_owned(), Some(false))]);
    assert_eq!(find(&mut post, &number(1)[..8]), [("number", "2".to_owned(), Some(false))]);
    // The same without the list: only what was added is known.
    post.station().set_roster(None);
    assert_eq!((find(&mut post, "Wu Gong").len(), find(&mut post, "scarf").len()), (0, 1));
    post.station().set_roster(Some(street()));
    // Somebody added to a home of the list is found there, and the home once.
    post.run(&[(":resident 3-1-3 blue coat", "note")]);
    assert_eq!(find(&mut post, "3-1-3"), [("door", "3".to_owned(), None)]);
    assert_eq!(find(&mut post, "coat"), [("name", "3".to_owned(), Some(false))]);
    let debug = format!("{missed:?} {open:?}");
    assert!(!debug.contains("Qian") && !debug.contains("insulin"), "{debug}");
}
