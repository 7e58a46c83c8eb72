//! What goes wrong at a desk beside the plain mistakes: clocks, codes that are two things at once,
//! questions left open, texts of any size, profiles that change under an open tube.

use std::sync::atomic::Ordering::Relaxed;

use super::super::{Cue, Outcome, Remark, ShiftPlan, Target};
use super::{Post, number, plan, text};
use crate::record::{Body, ProfileSource, ReadSource, Record, SubjectBound};
use crate::scan::{Scan, check_character};
use crate::wire::Mode;

/// The number of someone who never was: its region went before that birth.
fn born(day: &str) -> String {
    let body = format!("110103{day}001");
    format!("{body}{}", check_character(&body).unwrap())
}

#[test]
fn a_wrong_clock_refuses_nobody() {
    let mut post = Post::new();
    post.run(&[("TUBE-0001", "tube_opened"), (&born("20990101"), "refused")]);
    // The battery was out: 1970. Whoever comes was born in "the future".
    for (day, wall_ms) in [("20250101", 0), ("20250102", -4_000_000_000_000), ("20250103", 1_262_304_000_000)] {
        post.clock.wall_ms.store(wall_ms, Relaxed);
        post.run(&[(&born(day), "bound")]);
    }
    post.clock.wall_ms.store(i64::MIN, Relaxed);
    assert_eq!(post.station().line("1", &number(4)).unwrap().outcome, Outcome::Bound);
    assert!(post.station().readiness_report(None, super::super::Language::English).is_ok());
    post.clock.wall_ms.store(i64::MAX, Relaxed);
    assert_eq!(post.station().line("1", &number(5)).unwrap().outcome, Outcome::Bound);
    assert_eq!(post.station().line("1", &born("20990101")).unwrap().outcome, Outcome::Bound);
}

#[test]
fn ages_are_told_by_the_hubs_clock_where_the_own_is_behind() {
    use super::super::desk::Today;
    let day = |date: &str| date.parse::<chrono::NaiveDate>().unwrap();
    let known = Today::of(1_767_571_200_000, None);
    assert_eq!((known.latest, known.likely), (day("2026-01-05"), day("2026-01-05")));
    let behind = Today::of(0, Some(1_767_571_200_000));
    assert_eq!((behind.latest, behind.likely), (day("2026-01-05"), day("2026-01-05")));
    let unset = Today::of(0, None);
    assert_eq!((unset.latest, unset.likely), (day("2100-01-01"), day("2020-01-01")));
    let ahead = Today::of(i64::MAX, Some(1_767_571_200_000));
    assert_eq!((ahead.latest, ahead.likely), (day("2100-01-01"), day("2100-01-01")));
}

#[test]
fn a_persons_number_never_opens_a_tube() {
    let mut post = Post::new();
    let hyphens = format!("{}-{}", &number(1)[..6], &number(1)[6..]);
    for line in [format!("]C0{}", number(1)), hyphens.clone()] {
        assert_eq!(post.run(&[(&line, "wrong_kind")]).problems, ["tube_due"], "{line}");
    }
    post.run(&[("TUBE-0001", "tube_opened")]);
    let asked = post.run(&[(&hyphens, "needs_confirmation")]);
    assert_eq!(asked.candidates.iter().map(|candidate| candidate.kind).collect::<Vec<_>>(), ["cn_resident", "alias"]);
    post.run(&[(":confirm 1", "bound"), (&number(2), "bound"), (&number(1), "duplicate_person")]);
    post.run(&[(&format!("]C0{}", number(3)), "needs_confirmation"), (":confirm 1", "bound")]);
}

#[test]
fn labels_that_look_like_numbers_are_tubes_once_the_first_one_was() {
    let mut post = Post::profile("\n[tube]\npattern = \"[0-9]{15,18}\"\n");
    for (first, second) in [("3101051890071301", "3101051890071302"), ("310105020713001", "310105020713002")] {
        post.run(&[(first, if first.len() == 15 { "wrong_kind" } else { "refused" })]);
        post.run(&[(&format!(":tube {first}"), "needs_confirmation"), (":confirm", "tube_opened")]);
        // A person is due: whether this is one is asked, not guessed.
        let outcome = if second.len() == 15 { "needs_confirmation" } else { "wrong_kind" };
        post.run(&[(second, outcome), (&number(second.len() as u32), "bound"), (":close", "tube_closed")]);
        let next = if second.len() == 15 { "needs_confirmation" } else { "tube_opened" };
        post.run(&[(second, next)]);
        post.run(&[if second.len() == 15 { (":confirm 2", "tube_opened") } else { (":close", "tube_closed") }]);
    }
}

#[test]
fn a_label_may_have_blanks_where_the_profile_says_so() {
    let mut post = Post::profile("\n[tube]\npattern = \"[A-Z]{2} [0-9]{4}|管-[0-9]{4}\"\n");
    post.run(&[("AB 0001", "tube_opened"), (&number(1), "bound"), (":close", "tube_closed")]);
    post.run(&[("管-0001", "tube_opened"), (&number(2), "bound")]);
    post.run(&[(":void AB 0001 1 mistake", "refused"), (":void \"AB 0001\" 1 mistake", "voided")]);
    post.run(&[(":move 管-0001 1 \"AB 0001\"", "moved"), (":tube \"AB 0002\"", "needs_confirmation")]);
    post.run(&[(":tube \"", "refused"), (":tube \"\"", "refused"), (":tube \"AB 0001\"x", "help")]);
    assert!(post.station().trace("AB 0001", Target::Screen).unwrap().is_some());
}

#[test]
fn a_question_stays_open_while_something_is_noted_beside() {
    let mut post = Post::profile("capacity = 5\n\n[steps]\ntemperature = \"optional\"\n");
    post.run(&[("TUBE-0001", "tube_opened"), (&number(1), "bound"), (&number(2), "bound")]);
    post.run(&[(&number(1), "duplicate_person"), (":phone 5550100", "note"), (":temp 36.5", "note")]);
    post.run(&[("", "refused"), ("  ", "refused"), (":confirm swab dropped", "bound")]);
    let people = post.station().trace("TUBE-0001", Target::Screen).unwrap().unwrap().people;
    assert_eq!(people[1].contact.as_deref(), Some("5550100"), "the last person's, not the one in question");
    post.run(&[(&number(1), "repeated"), (":confirm x", "refused")]);
}

#[test]
fn a_step_is_taken_while_a_tube_asks_for_it_though_the_profile_does_no_more() {
    let steps = "capacity = 5\n\n[steps]\ntemperature = \"required\"\nphone = \"required\"\ncode_colour = \"required\"\ncolours = [\"green\"]\n";
    let mut post = Post::profile(steps);
    post.run(&[("TUBE-0001", "tube_opened")]);
    let later = "capacity = 5\n\n[steps]\nphone = \"off\"\n";
    post.station().journal().apply_profile(&text(2, later), ProfileSource::Unsigned).unwrap();
    post.run(&[
        (&number(1), "needs_confirmation"),
        (":temp 36.5", "needs_confirmation"),
        (":colour red", "refused"),
        (":colour green", "needs_confirmation"),
        (":phone 5550100", "bound"),
        (":close", "tube_closed"),
        (":temp 36.5", "refused"),
        (":phone 5550100", "refused"),
        ("TUBE-0002", "tube_opened"),
        (&number(2), "bound"),
    ]);
}

#[test]
fn who_waits_while_the_order_of_work_changes_is_bound_with_all_that_was_kept() {
    let mut post = Post::profile("order = \"id_then_tube\"\ncapacity = 5\n");
    post.run(&[(":guardian aunt", "note"), ("https://code.example/1", "alias_kept"), (&number(1), "waiting_for_tube")]);
    post.run(&[(":phone 5550100", "note"), (&number(2), "waiting_for_tube")]);
    post.station().journal().apply_profile(&text(2, "capacity = 5\n"), ProfileSource::Unsigned).unwrap();
    post.run(&[("TUBE-0001", "tube_opened"), (&number(1), "bound"), (&number(1), "repeated")]);
    assert_eq!(post.in_lane("2", "TUBE-0002").outcome, Outcome::TubeOpened);
    let elsewhere = post.in_lane("2", &number(2));
    assert_eq!((elsewhere.outcome, elsewhere.problems), (Outcome::DuplicatePerson, vec!["waits_elsewhere".to_owned()]));
    post.run(&[(&number(2), "bound")]);
    let people = post.station().trace("TUBE-0001", Target::Screen).unwrap().unwrap().people;
    assert_eq!(people[0].guardian.as_deref(), Some("aunt"));
    assert_eq!(people[0].alias.as_deref(), Some("https://code.example/1"));
    assert_eq!((people[0].contact.as_deref(), people[1].contact.as_deref()), (Some("5550100"), None));
    assert_eq!(post.station().status().unwrap().waiting, 0);
}

#[test]
fn one_person_a_tube_is_never_set_aside() {
    let mut post = Post::profile(
        "order = \"id_then_tube\"\ncapacity = 5\n\n[[class]]\nname = \"child\"\nflags = [\"guardian\"]\nhousehold = true\nreason = \"Household only.\"\n\n\
         [[class]]\nname = \"no papers\"\ndocuments = [\"none\"]\nalone = true\nreason = \"One each.\"\n",
    );
    post.run(&[(":guardian aunt", "note"), (&number(1), "waiting_for_tube")]);
    post.run(&[(":guardian aunt", "note"), (&number(2), "waiting_for_tube")]);
    post.run(&[(":person lost an old man", "waiting_for_tube")]);
    let asked = post.run(&[("TUBE-0001", "mixing_rule")]);
    assert_eq!(asked.problems, ["mixing_household", "child"]);
    let stopped = post.run(&[(":confirm same home", "mixing_rule")]);
    assert_eq!((stopped.problems[0].as_str(), stopped.text.as_deref()), ("mixing_alone", Some("One each.")));
    post.run(&[(":withdraw", "note"), ("TUBE-0001", "mixing_rule"), (":confirm same home", "bound")]);
}

#[test]
fn texts_that_do_not_fit_one_record_are_refused_and_nothing_is_stuck() {
    let mut post = Post::profile("capacity = 5\n\n[steps]\nphone = \"required\"\n");
    let wide = "😀".repeat(500);
    post.run(&[("TUBE-0001", "tube_opened"), (&format!("https://code.example/{}", "x".repeat(4_000)), "alias_kept")]);
    post.run(&[(&format!(":guardian {wide}"), "note"), (&format!(":person lost {wide}"), "needs_confirmation")]);
    let refused = post.run(&[(&format!(":phone {wide}"), "refused")]);
    assert_eq!((refused.problems, refused.saved), (vec!["too_long".to_owned()], None));
    post.run(&[(&format!(":person lost {wide}"), "needs_confirmation"), (":phone 5550100", "bound")]);
    for line in
        [":close \u{1b}[31m", ":phone \u{7}", ":lane \u{7}", ":tube A\u{1}", ":colour \u{0}", ":person a\u{0} b"]
    {
        post.run(&[(line, "help")]);
    }
}

#[test]
fn a_code_that_takes_the_place_of_another_is_told() {
    let mut post = Post::new();
    post.run(&[("TUBE-0001", "tube_opened"), ("https://code.example/1", "alias_kept")]);
    assert_eq!(post.run(&[("https://code.example/1", "alias_kept")]).cue, Cue::Ok);
    let other = post.run(&[("https://code.example/2", "alias_kept")]);
    assert_eq!((other.cue, other.problems), (Cue::Attention, vec!["alias_replaced".to_owned()]));
    post.run(&[(&number(1), "bound")]);
    assert_eq!(post.run(&[("https://code.example/1", "alias_kept")]).cue, Cue::Ok);
    assert_eq!(post.run(&[(&number(1), "repeated")]).problems, ["note_waits"], "too late for the last person");
    post.run(&[(&number(2), "bound")]);
    assert!(post.run(&[(&number(2), "repeated")]).problems.is_empty());
}

#[test]
fn what_was_kept_for_somebody_who_did_not_come_lapses_with_the_shift_and_is_told() {
    let steps = "capacity = 5\n\n[steps]\ntemperature = \"optional\"\n";
    let kept = [(":guardian aunt", "note"), ("https://code.example/1", "alias_kept"), (":temp 36.5", "note")];
    for order in ["tube_then_ids", "id_then_tube"] {
        let mut post = Post::profile(&format!("order = \"{order}\"\n{steps}"));
        let (tube_first, outcome) = (order == "tube_then_ids", "waiting_for_tube");
        let outcome = if tube_first { "bound" } else { outcome };
        tube_first.then(|| post.line("TUBE-0001"));
        post.run(&kept);
        let relief = ShiftPlan { operator: "Operator 2".to_owned(), ..plan() };
        post.station().start_shift(None, &relief).unwrap();
        let told = post.run(&[(&number(1), outcome)]);
        assert_eq!((told.cue, told.problems), (Cue::Attention, vec!["note_lapsed".to_owned()]), "{order}");
        assert!(post.run(&[(&number(2), outcome)]).problems.is_empty(), "told once");
        (!tube_first).then(|| post.line("TUBE-0001"));
        let bound = bindings(&mut post).remove(0);
        assert_eq!((bound.guardian, bound.alias, bound.temperature), (None, None, None), "{order}");
        post.run(&[(":guardian uncle", "note")]);
        assert!(post.station().journal().verify().unwrap().state, "folded again it is the same");
        let again = ShiftPlan { operator: "Operator 3".to_owned(), ..plan() };
        post.station().start_shift(None, &again).unwrap();
        assert_eq!(post.run(&[(":temp 36.6", "note")]).problems, ["note_lapsed"], "{order}");
    }
}

#[test]
fn an_undo_gives_back_what_had_been_kept_for_the_person() {
    let steps = "capacity = 5\n\n[steps]\ntemperature = \"optional\"\n";
    let kept = [(":guardian aunt", "note"), ("https://code.example/1", "alias_kept"), (":temp 36.5", "note")];
    let last = |post: &mut Post| {
        let bound = bindings(post).pop().unwrap();
        (bound.guardian, bound.alias, bound.temperature)
    };
    for order in ["tube_then_ids", "id_then_tube"] {
        let mut post = Post::profile(&format!("order = \"{order}\"\n{steps}"));
        (order == "tube_then_ids").then(|| post.line("TUBE-0001"));
        post.run(&kept);
        post.line(&number(1));
        (order == "id_then_tube").then(|| post.line("TUBE-0001"));
        let before = last(&mut post);
        assert_eq!(before.0.as_deref(), Some("aunt"));
        let undone = post.run(&[(":undo", "undone")]);
        assert_eq!(undone.problems, ["note_waits"], "{order}");
        post.line(&number(1));
        (order == "id_then_tube").then(|| post.line("TUBE-0001"));
        assert_eq!(last(&mut post), before, "{order}");
        // What was kept since is the next person's, and nothing is mixed with it.
        post.run(&[(":guardian uncle", "note"), (":undo", "undone")]);
        post.line(&number(2));
        (order == "id_then_tube").then(|| post.line("TUBE-0001"));
        assert_eq!(last(&mut post), (Some("uncle".to_owned()), None, None), "{order}");
        assert!(post.station().journal().verify().unwrap().state, "folded again it is the same");
    }
}

#[test]
fn a_mistyped_guardian_is_refused_and_a_scanned_code_is_kept_bare() {
    let mut post = Post::new();
    post.run(&[("TUBE-0001", "tube_opened")]);
    let (lost, doubled) = (number(2)[..17].to_owned(), number(2) + "2");
    for broken in [lost, doubled] {
        assert_eq!(post.run(&[(&format!(":guardian {broken}"), "refused")]).problems, ["length"], "{broken}");
    }
    post.run(&[(":guardian ]Q0https://code.example/g", "note"), (&number(1), "bound")]);
    let people = post.station().trace("TUBE-0001", Target::Screen).unwrap().unwrap().people;
    assert_eq!(people[0].guardian.as_deref(), Some("https://code.example/g"));
}

#[test]
fn a_full_tube_that_has_room_again_opens_by_its_label() {
    let mut post = Post::profile("capacity = 2\n");
    post.run(&[("TUBE-0001", "tube_opened"), (&number(1), "bound"), (&number(2), "bound")]);
    post.run(&[(":void TUBE-0001 1 mistake", "voided"), (&number(3), "tube_full")]);
    let opened = post.run(&[(":tube TUBE-0001", "note")]);
    assert_eq!((opened.note, opened.left), (Some(Remark::TubeReopened), Some(1)));
    assert_eq!(post.run(&[(&number(3), "bound")]).position, Some(3));
}

#[test]
fn what_names_an_operator_or_a_person_is_not_printed() {
    let plan = ShiftPlan { operator: "Operator 77".to_owned(), ..plan() };
    assert_eq!(format!("{plan:?}"), "ShiftPlan");
    let mut post = Post::with("", Mode::Practice);
    post.run(&[("TUBE-0001", "tube_opened")]);
    let asked = post.run(&[(&number(1), "needs_confirmation")]);
    post.run(&[(":confirm", "bound"), (":phone 5550177", "note"), (":person lost Alice-77", "bound")]);
    let trace = post.station().trace("TUBE-0001", Target::Screen).unwrap().unwrap();
    let (status, ledger) = (post.station().status().unwrap(), post.station().ledger(None).unwrap());
    let open = post.station().open_tubes().unwrap();
    let printed = format!(
        "{asked:?} {trace:?} {:?} {status:?} {ledger:?} {open:?} {post_station:?}",
        trace.people,
        post_station = post.station()
    );
    for word in ["77", "1101", "TUBE", "Operator", "Tent"] {
        assert!(!printed.contains(word), "{printed}");
    }
    post.station()
        .journal()
        .view(|view| {
            view.records(&mut |record| {
                let printed = format!("{:?}", record.body);
                assert_eq!(printed, record.body.name(), "only the kind");
                Ok(())
            })
        })
        .unwrap();
}

/// Every binding on record, in order.
fn bindings(post: &mut Post) -> Vec<SubjectBound> {
    let mut found = Vec::new();
    let mut take = |record: Record| {
        if let Body::SubjectBound(body) = record.body {
            found.push(body);
        }
        Ok(())
    };
    post.station().journal().records(&mut take).unwrap();
    found
}

#[test]
fn a_binding_states_all_that_was_decided_in_whatever_order() {
    let keys = "capacity = 5\n\n[steps]\ntemperature = \"optional\"\ncode_colour = \"optional\"\n\n\
                [[class]]\nname = \"child\"\nage_from = 136\nage_to = 136\nflags = [\"guardian\"]\nhousehold = true\nreason = \"Household only.\"\n";
    for order in ["tube_then_ids", "id_then_tube"] {
        let mut post = Post::profile(&format!("order = \"{order}\"\n{keys}"));
        let tube = |post: &mut Post, due: &str| (order == due).then(|| post.line("TUBE-0001"));
        tube(&mut post, "tube_then_ids");
        for line in [":temp 36.5", ":colour green", ":guardian aunt", "https://code.example/1"] {
            assert!(post.line(line).saved.is_some(), "{line}");
        }
        let card = |name: &str, value: String| (name.to_owned(), value);
        let fields =
            vec![card("number", number(1)), card("name", "某某".to_owned()), card("address", "某路".to_owned())];
        assert!(post.station().scan("1", &Scan::Fields(fields)).unwrap().saved.is_some());
        tube(&mut post, "id_then_tube");
        let bound = bindings(&mut post).remove(0);
        assert_eq!((bound.position, bound.capacity, bound.profile), (1, 5, 1));
        assert_eq!((bound.temperature, bound.colour.as_deref()), (Some(365), Some("green")));
        assert_eq!((bound.guardian.as_deref(), bound.alias.as_deref()), (Some("aunt"), Some("https://code.example/1")));
        assert_eq!((bound.number, bound.birth, bound.sex), (Some(number(1)), None, None), "the number holds both");
        assert_eq!((bound.name.as_deref(), bound.address, bound.source), (Some("某某"), None, ReadSource::Chip));
        assert_eq!(bound.class.as_deref(), Some("child"), "136 years old, by the number's birth");
        assert_eq!(bound.waited.is_some(), order == "id_then_tube");
        let traced = post.station().trace("TUBE-0001", Target::Screen).unwrap().unwrap().people.remove(0);
        assert_eq!((traced.temperature, traced.colour.as_deref()), (Some(365), Some("green")));
        assert_eq!(traced.class.as_deref(), Some("child"), "who has the tube in hand sees all that was decided");
    }
}

#[test]
fn one_person_is_one_by_every_form_of_the_number() {
    let mut post = Post::new();
    let old = "610104040927690";
    post.run(&[("TUBE-0001", "tube_opened"), (old, "bound"), (&number(1), "bound")]);
    post.run(&[("610104190409276905", "duplicate_person")]);
    post.run(&[("H1234567800", "needs_confirmation"), (":confirm 1", "bound"), (&number(2), "bound")]);
    post.run(&[("H1234567801", "needs_confirmation"), (":confirm 1", "duplicate_person")]);
}

#[test]
fn a_sites_own_numbers_stand_for_the_profiles_and_any_one_who_waits_may_leave() {
    let mut post = Post::profile(
        "order = \"id_then_tube\"\n\n[tube]\npattern = \"TUBE-[0-9]{4}\"\nranges = [[\"TUBE-0001\", \"TUBE-0009\"]]\n\n\
         [[site]]\npath = [\"City\", \"Tent 1\"]\nranges = [[\"TUBE-0010\", \"TUBE-0019\"]]\n",
    );
    post.run(&[(&number(1), "waiting_for_tube"), (&number(2), "waiting_for_tube"), (&number(3), "waiting_for_tube")]);
    post.run(&[(":withdraw 2", "note"), (":withdraw 3", "refused")]);
    assert_ne!(post.line("TUBE-0001").outcome, Outcome::Bound, "another site's");
    let bound = post.run(&[("TUBE-0010", "bound")]);
    assert_eq!(bound.people.len(), 2);
    let numbers: Vec<_> = bindings(&mut post).into_iter().filter_map(|bound| bound.number).collect();
    assert_eq!(numbers, [number(1), number(3)]);
}
