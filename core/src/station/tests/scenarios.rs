//! One scenario for every outcome and every verb.

use super::super::{Cue, Export, Finding, Language, Outcome, Remark, ShiftPlan, Surroundings, Target};
use super::{Post, number, plan, text};
use crate::record::ProfileSource;
use crate::scan::Scan;
use crate::wire::Mode;

#[test]
fn ten_people_fill_a_tube_and_the_next_is_asked_for() {
    let mut post = Post::new();
    let opened = post.run(&[("TUBE-0001", "tube_opened")]);
    assert_eq!((opened.left, opened.tube.as_deref()), (Some(10), Some("TUBE-0001")));
    for n in 1..=10 {
        let answer = post.run(&[(&number(n), "bound")]);
        assert_eq!((answer.position, answer.left), (Some(n), Some(10 - n)));
        assert_eq!(answer.cue, if n == 10 { Cue::Full } else { Cue::Ok });
        assert!(answer.saved.is_some() && !answer.subject.unwrap().contains("18900"), "masked");
    }
    post.run(&[(&number(11), "tube_full"), ("TUBE-0002", "tube_opened"), (&number(11), "bound")]);
    let status = post.station().status().unwrap();
    assert_eq!((status.people, status.tubes, status.open_tubes.len()), (11, 2, 1));
}

#[test]
fn what_is_wrong_is_said_and_writes_nothing() {
    let mut post = Post::new();
    let before = post.station().status().unwrap().unsent;
    let mut broken = number(1);
    broken.replace_range(16..17, if broken.as_bytes()[16] == b'9' { "8" } else { "9" });
    for (line, outcome, problem) in [
        (number(1).as_str(), "wrong_kind", "tube_due"),
        ("]E06901234567892", "wrong_kind", "retail"),
        ("6901234567892", "wrong_kind", "retail"),
        ("ab", "wrong_kind", "label_pattern"),
        (broken.as_str(), "refused", "checksum"),
        (":undo", "refused", "nothing_to_undo"),
        (":close", "refused", "no_open_tube"),
        (":confirm", "refused", "nothing_to_confirm"),
        (":void TUBE-0009 1 why", "refused", "tube_unknown"),
        (":temp 36.5", "refused", "step_off"),
        (":phone 1", "refused", "nobody_yet"),
        (":withdraw", "refused", "nobody_waits"),
        (":box BOX-1", "refused", "no_boxes"),
    ] {
        let answer = post.run(&[(line, outcome)]);
        assert_eq!(answer.problems, [problem], "{line}");
        assert!(answer.saved.is_none(), "{line}");
    }
    assert_eq!(post.station().status().unwrap().unsent, before);
    post.run(&[(":nonsense", "help"), (":void", "help"), (":help", "help"), (":sync", "note")]);
}

#[test]
fn a_tube_where_a_person_was_due_can_be_opened_beside() {
    let mut post = Post::new();
    post.run(&[
        ("TUBE-0001", "tube_opened"),
        (&number(1), "bound"),
        ("TUBE-0002", "wrong_kind"),
        (":confirm", "tube_opened"),
    ]);
    let bound = post.run(&[(&number(2), "bound")]);
    assert_eq!(bound.tube.as_deref(), Some("TUBE-0002"));
    let again = post.run(&[("TUBE-0001", "note")]);
    assert_eq!((again.note, again.left), (Some(Remark::TubeActive), Some(9)));
    let bound = post.run(&[(&number(3), "bound")]);
    assert_eq!((bound.tube.as_deref(), bound.position), (Some("TUBE-0001"), Some(2)));
    post.run(&[(":tube TUBE-0002", "note"), ("TUBE-0002", "repeated")]);
    post.run(&[(":tube TUBE-0003", "needs_confirmation"), (":confirm", "tube_opened")]);
    let open = post.station().open_tubes().unwrap();
    assert_eq!(
        open.iter().map(|tube| (tube.count, tube.active)).collect::<Vec<_>>(),
        [(2, false), (1, false), (0, true)]
    );
}

#[test]
fn the_tubes_of_the_shift_are_told_with_those_that_are_closed() {
    let mut post = Post::new();
    post.run(&[
        ("TUBE-0001", "tube_opened"),
        (&number(1), "bound"),
        (":close end", "tube_closed"),
        ("TUBE-0002", "tube_opened"),
        (":spoil TUBE-0002 leaks", "spoiled"),
        ("TUBE-0003", "tube_opened"),
    ]);
    post.in_lane("2", "TUBE-0004");
    let told = |post: &mut Post, lane: Option<&str>| -> Vec<String> {
        let tubes = post.station().shift_tubes(lane).unwrap();
        tubes.into_iter().map(|tube| format!("{} {} {}", tube.tube.unwrap(), tube.state, tube.count)).collect()
    };
    let all = ["TUBE-0004 open 0", "TUBE-0003 open 0", "TUBE-0002 spoiled 0", "TUBE-0001 short 1"];
    assert_eq!(told(&mut post, None), all);
    assert_eq!(told(&mut post, Some("1")), all[1..]);
    assert_eq!(told(&mut post, Some("9")), [""; 0], "a lane without a tube");
    post.station().end_shift(None).unwrap();
    assert_eq!(told(&mut post, None)[0], "TUBE-0004 shift_end 0", "after the shift its tubes are still told");
}

#[test]
fn the_same_again_within_two_seconds_is_ignored() {
    let mut post = Post::new();
    post.run(&[("TUBE-0001", "tube_opened"), (&number(1), "bound")]);
    post.pass(1_999);
    let again = post.station().line("1", &number(1)).unwrap();
    assert_eq!((again.outcome, again.position, again.saved), (Outcome::Repeated, Some(1), None));
    post.run(&[(&number(1), "repeated"), (&number(2), "bound"), (&number(1), "duplicate_person")]);
    // Elsewhere the two seconds alone decide.
    post.run(&[("ab", "alias_kept")]);
    post.pass(1_999);
    assert_eq!(post.station().line("1", "ab").unwrap().outcome, Outcome::Repeated);
    post.pass(2_000);
    assert_eq!(post.station().line("1", "ab").unwrap().outcome, Outcome::AliasKept);
}

#[test]
fn a_duplicate_is_told_with_when_and_where_and_overridden_with_a_reason() {
    let mut post = Post::new();
    post.run(&[("TUBE-0001", "tube_opened"), (&number(1), "bound"), (&number(2), "bound")]);
    let answer = post.run(&[(&number(1), "duplicate_person")]);
    let earlier = answer.earlier.unwrap();
    assert_eq!((earlier.tube.as_deref(), earlier.position), (Some("TUBE-0001"), Some(1)));
    assert_eq!((earlier.site.as_deref(), earlier.lane.as_deref()), (Some("Tent 1"), Some("1")));
    let other = post.in_lane("2", "TUBE-0002");
    assert_eq!(other.outcome, Outcome::TubeOpened);
    assert_eq!(post.in_lane("2", &number(2)).outcome, Outcome::DuplicatePerson, "another lane of the same device");
    let again = post.run(&[(&number(1), "duplicate_person"), (":confirm", "duplicate_person")]);
    assert!(again.problems.contains(&"reason_due".to_owned()));
    let bound = post.run(&[(":confirm swab dropped", "bound")]);
    assert_eq!(bound.note, Some(Remark::OverrideRecorded));
    let trace = post.station().trace("TUBE-0001", Target::Screen).unwrap().unwrap();
    assert_eq!(trace.people[2].overridden, Some("duplicate_person"));
    assert_eq!(trace.people[2].override_reason.as_deref(), Some("swab dropped"));
    assert!(trace.logged.is_some());
}

#[test]
fn a_label_is_used_once() {
    let mut post = Post::profile("capacity = 1\n");
    post.run(&[("TUBE-0001", "tube_opened"), (&number(1), "bound")]);
    let used = post.run(&[("TUBE-0001", "tube_already_used")]);
    assert_eq!(used.problems, ["tube_closed_full"]);
    assert!(used.earlier.is_some());
    post.run(&[("TUBE-0002", "tube_opened"), (":close", "tube_closed")]);
    assert_eq!(post.run(&[("TUBE-0002", "tube_already_used")]).problems, ["tube_closed"]);
    post.run(&[(":spoil TUBE-0003 leaks", "spoiled")]);
    assert_eq!(post.run(&[("TUBE-0003", "tube_already_used")]).problems, ["tube_spoiled"]);
    assert_eq!(post.in_lane("2", "TUBE-0004").outcome, Outcome::TubeOpened);
    assert_eq!(post.run(&[("TUBE-0004", "tube_already_used")]).problems, ["tube_open_elsewhere"]);
}

#[test]
fn undo_frees_the_place_but_never_its_number() {
    let mut post = Post::profile("capacity = 2\n");
    post.run(&[("TUBE-0001", "tube_opened"), (&number(1), "bound"), (&number(2), "bound")]);
    let undone = post.run(&[(":undo", "undone")]);
    assert_eq!((undone.position, undone.left, undone.note), (Some(2), Some(1), Some(Remark::TubeReopened)));
    let bound = post.run(&[(&number(3), "bound")]);
    assert_eq!((bound.position, bound.left), (Some(3), Some(0)));
    post.run(&[("TUBE-0002", "tube_opened")]);
    let undone = post.run(&[(":undo", "undone")]);
    assert_eq!(
        (undone.tube.as_deref(), undone.note),
        (Some("TUBE-0001"), None),
        "after the next one it is a correction"
    );
    assert_eq!(post.run(&[(&number(4), "bound")]).tube.as_deref(), Some("TUBE-0002"));
    let ledger = post.station().ledger(None).unwrap();
    assert_eq!((ledger.people, ledger.tubes, ledger.short, ledger.voided), (2, 2, 0, 0));
}

#[test]
fn corrections_move_swap_void_and_spoil() {
    let mut post = Post::profile("capacity = 5\n");
    post.run(&[
        ("TUBE-0001", "tube_opened"),
        (&number(1), "bound"),
        (&number(2), "bound"),
        (":close few", "tube_closed"),
    ]);
    post.run(&[("TUBE-0002", "tube_opened"), (&number(3), "bound")]);
    let moved = post.run(&[(":move TUBE-0001 1 TUBE-0002", "moved")]);
    assert_eq!((moved.tube.as_deref(), moved.position, moved.left), (Some("TUBE-0002"), Some(2), Some(3)));
    let count = |post: &mut Post, tube: &str| post.station().trace(tube, Target::Screen).unwrap().unwrap().count;
    assert_eq!((count(&mut post, "TUBE-0001"), count(&mut post, "TUBE-0002")), (1, 2), "in one tube, not in both");
    post.run(&[(":move TUBE-0001 1 TUBE-0002", "refused"), (":move TUBE-0002 1 TUBE-0002", "refused")]);
    post.run(&[
        (":swap TUBE-0002 1 2", "swapped"),
        (":swap TUBE-0002 1 1", "refused"),
        (":swap TUBE-0002 1 9", "refused"),
    ]);
    let trace = post.station().trace("TUBE-0002", Target::File).unwrap().unwrap();
    let numbers: Vec<_> = trace.people.iter().map(|person| (person.position, person.number.clone().unwrap())).collect();
    assert_eq!(numbers, [(1, number(1)), (2, number(3))]);
    post.run(&[(":void TUBE-0002 2 wrong person", "voided"), (":void TUBE-0002 2 again", "refused")]);
    let spoiled = post.run(&[(":spoil TUBE-0001 dropped", "spoiled"), (":spoil TUBE-0001 dropped", "repeated")]);
    assert!(spoiled.saved.is_none());
    let ledger = post.station().ledger(Some("1")).unwrap();
    assert_eq!((ledger.people, ledger.tubes, ledger.short, ledger.spoiled, ledger.voided), (2, 1, 0, 1, 1));
    // Whoever was in the spoiled tube is sampled again without an override.
    let again = post.run(&[(&number(2), "bound")]);
    assert_eq!(again.note, Some(Remark::EarlierSpoiled));
}

#[test]
fn notes_guardians_contacts_and_people_without_papers() {
    let mut post = Post::new();
    post.run(&[("TUBE-0001", "tube_opened"), ("https://code.example/a?b", "alias_kept"), (&number(1), "bound")]);
    post.run(&[(":phone 13800000000", "note"), (":guardian someone's aunt", "note")]);
    post.run(&[(":person newborn girl in a red coat", "bound"), (":person newborn girl in a red coat", "bound")]);
    let people = post.station().trace("TUBE-0001", Target::Screen).unwrap().unwrap().people;
    assert_eq!(people[0].alias.as_deref(), Some("https://code.example/a?b"));
    assert_eq!(people[0].contact.as_deref(), Some("13800000000"));
    assert_eq!(people[1].guardian.as_deref(), Some("someone's aunt"));
    assert_eq!((people[1].document, people[1].reason.as_deref()), ("none", Some("newborn")));
    assert_eq!((people[2].guardian.as_deref(), people[2].alias.as_deref()), (None, None), "kept for one person only");
    let long = format!("https://code.example/{}", "x".repeat(5_000));
    post.run(&[(&long, "alias_kept"), (&number(2), "bound")]);
    let people = post.station().trace("TUBE-0001", Target::Screen).unwrap().unwrap().people;
    assert!(people[3].alias.as_ref().unwrap().contains("[5021 B, SHA-256 "));
    assert_eq!(post.line(&"y".repeat(70_000)).outcome, Outcome::Refused);
}

#[test]
fn an_alias_may_be_a_person() {
    let mut post = Post::profile("alias = \"subject\"\n");
    post.run(&[
        ("https://code.example/a", "wrong_kind"),
        ("TUBE-0001", "tube_opened"),
        ("https://code.example/a", "bound"),
    ]);
    post.run(&[("https://code.example/b", "bound"), ("https://code.example/a", "duplicate_person")]);
}

#[test]
fn a_doubtful_reading_is_a_question_with_candidates() {
    let mut post = Post::new();
    post.run(&[("TUBE-0001", "tube_opened")]);
    let asked = post.run(&[("H12345678", "needs_confirmation")]);
    assert!(asked.candidates.len() >= 2 && asked.saved.is_none());
    let again = post.run(&[(":confirm", "needs_confirmation"), (":confirm 9", "needs_confirmation")]);
    assert!(again.problems.contains(&"number_due".to_owned()));
    post.run(&[(":confirm 1", "bound")]);
    let people = post.station().trace("TUBE-0001", Target::Screen).unwrap().unwrap().people;
    assert_eq!(people[0].overridden, Some("doubt"));
}

#[test]
fn person_before_tube() {
    let mut post = Post::profile("order = \"id_then_tube\"\ncapacity = 2\n");
    post.run(&[("TUBE-0001", "wrong_kind"), (&number(1), "waiting_for_tube"), (&number(1), "waiting_for_tube")]);
    post.restart();
    let bound = post.run(&[("TUBE-0001", "bound")]);
    assert_eq!((bound.position, bound.left), (Some(1), Some(1)));
    post.run(&[(&number(2), "waiting_for_tube"), (&number(3), "waiting_for_tube"), (&number(4), "waiting_for_tube")]);
    let asked = post.run(&[("TUBE-0001", "needs_confirmation")]);
    assert_eq!(asked.candidates.len(), 3);
    let bound = post.run(&[(":confirm 2", "bound")]);
    assert_eq!((bound.position, bound.cue), (Some(2), Cue::Full));
    post.run(&[("TUBE-0001", "tube_full")]);
    let bound = post.run(&[("TUBE-0002", "bound")]);
    assert_eq!((bound.people.len(), bound.position), (2, Some(2)));
    post.run(&[(&number(5), "waiting_for_tube"), (":undo", "undone"), (":withdraw", "refused")]);
    post.run(&[(&number(1), "duplicate_person"), (":confirm second swab", "waiting_for_tube")]);
    post.run(&[(":phone 13800000000", "note"), ("TUBE-0003", "bound")]);
    let people = post.station().trace("TUBE-0003", Target::Screen).unwrap().unwrap().people;
    assert_eq!(people[0].overridden, Some("duplicate_person"));
    assert_eq!(people[0].contact.as_deref(), Some("13800000000"));
    assert_eq!(post.station().status().unwrap().waiting, 0);
}

#[test]
fn box_before_tubes() {
    let mut post = Post::profile(
        "order = \"box_then_tubes_then_ids\"\n\n[box]\npattern = \"BOX-[0-9]{4}\"\n\n[tube]\npattern = \"TUBE-[0-9]{4}\"\n",
    );
    post.run(&[
        ("TUBE-0001", "wrong_kind"),
        (&number(1), "wrong_kind"),
        ("BOX-0001", "box_opened"),
        ("BOX-0001", "repeated"),
    ]);
    post.run(&[("TUBE-0001", "tube_opened"), (&number(1), "bound")]);
    let trace = post.station().trace("TUBE-0001", Target::Screen).unwrap().unwrap();
    assert_eq!(trace.container.as_deref(), Some("BOX-0001"));
}

#[test]
fn mixing_rules_stop_with_their_reason() {
    let mut post = Post::profile(
        "capacity = 5\n\n[[class]]\nname = \"no papers\"\ndocuments = [\"none\"]\nalone = true\nreason = \"One each.\"\n\n\
         [[class]]\nname = \"child\"\nflags = [\"guardian\"]\nhousehold = true\nreason = \"Household only.\"\n",
    );
    post.run(&[("TUBE-0001", "tube_opened"), (&number(1), "bound")]);
    let stopped = post.run(&[(":person lost an old man", "mixing_rule")]);
    assert_eq!((stopped.text.as_deref(), stopped.problems[0].as_str()), (Some("One each."), "mixing_alone"));
    post.run(&[(":confirm please", "refused"), (":guardian aunt", "note"), (&number(2), "mixing_rule")]);
    post.run(&[(":confirm same household", "bound")]);
    let people = post.station().trace("TUBE-0001", Target::Screen).unwrap().unwrap().people;
    assert_eq!(people[1].overridden, Some("mixing_rule"));
}

#[test]
fn a_required_step_is_asked_for_and_then_taken() {
    let mut post = Post::profile(
        "capacity = 5\n\n[steps]\ntemperature = \"required\"\nphone = \"required\"\ncode_colour = \"optional\"\ncolours = [\"green\", \"red\"]\n",
    );
    post.run(&[("TUBE-0001", "tube_opened"), (":colour blue", "refused"), (":colour green", "note")]);
    let asked = post.run(&[(&number(1), "needs_confirmation")]);
    assert_eq!(asked.problems, ["temperature_due", "phone_due"]);
    post.run(&[
        (":confirm no", "needs_confirmation"),
        (":temp 36.5", "needs_confirmation"),
        (":phone 13800000000", "bound"),
    ]);
    let people = post.station().trace("TUBE-0001", Target::Screen).unwrap().unwrap().people;
    assert_eq!(people[0].contact.as_deref(), Some("13800000000"));
}

#[test]
fn an_open_tube_keeps_the_profile_it_was_opened_under() {
    let mut post = Post::profile("capacity = 2\n");
    post.run(&[("TUBE-0001", "tube_opened"), (&number(1), "bound")]);
    post.station().journal().apply_profile(&text(2, "capacity = 1\n"), ProfileSource::Unsigned).unwrap();
    let bound = post.run(&[(&number(2), "bound")]);
    assert_eq!((bound.left, bound.cue), (Some(0), Cue::Full));
    assert_eq!(post.run(&[("TUBE-0002", "tube_opened")]).left, Some(1));
}

#[test]
fn practice_asks_whether_this_is_a_real_person() {
    let mut post = Post::with("", Mode::Practice);
    post.run(&[("TUBE-0001", "tube_opened")]);
    let asked = post.run(&[(&number(1), "needs_confirmation")]);
    assert_eq!(asked.problems, ["real_person"]);
    post.run(&[(":confirm", "bound"), (":close", "tube_closed"), ("PRACTICE-1", "tube_opened"), (&number(2), "bound")]);
    assert!(post.station().status().unwrap().practice);
}

#[test]
fn shifts_hand_over_end_and_change_rounds() {
    let mut post = Post::profile("capacity = 5\n");
    post.run(&[("TUBE-0001", "tube_opened"), (&number(1), "bound")]);
    let relief = ShiftPlan { operator: "Operator 2".to_owned(), ..plan() };
    post.station().start_shift(None, &relief).unwrap();
    post.run(&[(&number(2), "bound")]);
    let ledger = post.station().ledger(None).unwrap();
    let rows: Vec<_> =
        ledger.rows.iter().map(|row| (row.operator.as_deref().unwrap(), row.people, row.tubes)).collect();
    assert_eq!(rows, [("Operator 1", 1, 1), ("Operator 2", 1, 0)]);
    let second = ShiftPlan { round: Some("2".to_owned()), ..relief };
    post.station().start_shift(None, &second).unwrap();
    assert!(post.station().open_tubes().unwrap().is_empty(), "the other round's tube was closed");
    post.run(&[("TUBE-0001", "tube_already_used"), ("TUBE-0002", "tube_opened"), (&number(1), "bound")]);
    let figures = post.station().end_shift(None).unwrap().unwrap();
    assert_eq!((figures.people, figures.tubes, figures.short), (1, 1, 1));
    assert_eq!(post.run(&[(&number(3), "refused")]).problems, ["no_shift"]);
    assert_eq!(post.station().ledger(Some("1")).unwrap().people, 2);
    let unknown = ShiftPlan { round: Some("9".to_owned()), ..plan() };
    assert!(post.station().start_shift(None, &unknown).unwrap_err().to_string().contains("1, 2"));
}

#[test]
fn the_self_test_and_the_reports_name_no_person() {
    let mut post = Post::new();
    post.run(&[("TUBE-0001", "tube_opened"), (&number(1), "bound")]);
    let report = post.station().check(Surroundings { free_bytes: Some(1 << 40), network: Some(false) }).unwrap();
    assert!(report.passed, "{report:?}");
    let network = report.items.iter().find(|item| item.item == "network").unwrap();
    assert_eq!((network.finding, network.code), (Finding::Fact, "network_none"));
    let full = post.station().check(Surroundings { free_bytes: Some(1), network: None }).unwrap();
    assert!(!full.passed);
    for language in [Language::English, Language::Chinese] {
        let ready = post.station().readiness_report(Some("1"), language).unwrap();
        let closing = post.station().closing_report(Some("1"), language).unwrap();
        for text in [ready, closing] {
            assert!(!text.contains(&number(1)) && !text.contains("Operator"), "{text}");
            assert!(text.contains("Tent 1"), "{text}");
        }
    }
    post.station().exported(Export::Ledger, 0, Target::File).unwrap();
    let mut kinds = Vec::new();
    post.station()
        .log(&mut |line| {
            kinds.push(line.kind);
            Ok(())
        })
        .unwrap();
    for kind in ["shift_started", "tube_opened", "subject_bound", "checked", "exported"] {
        assert!(kinds.contains(&kind), "{kind}");
    }
}

#[test]
fn an_answer_is_json_with_the_keys_that_scripts_rely_on_and_debug_tells_nobody() {
    let mut post = Post::new();
    post.run(&[("TUBE-0001", "tube_opened")]);
    let answer = post.station().scan("1", &Scan::typed(number(1))).unwrap();
    let debug = format!("{answer:?} {:?}", Scan::typed(number(1)));
    assert!(!debug.contains("TUBE") && !debug.contains("1101"), "{debug}");
    assert_eq!(answer.outcome.as_str(), "bound");
}

#[test]
fn the_day_sheet_adds_up_names_nobody_and_is_a_page_whatever_a_site_is_called() {
    let mut post = Post::profile("");
    post.station().start_shift(None, &ShiftPlan { site: "A <b>&\"hall\"".to_owned(), ..plan() }).unwrap();
    post.run(&[("TUBE-0001", "tube_opened"), (&number(1), "bound"), (&number(2), "bound"), (":close", "tube_closed")]);
    for language in [Language::Chinese, Language::English] {
        let page = post.station().day_sheet(language).unwrap();
        assert!(page.contains("A &lt;b&gt;&amp;&quot;hall&quot;") && !page.contains("<b>"));
        assert!(page.contains("TUBE-0001") && page.contains("2 / 10"));
        assert!(page.contains(language.pick("<td>合计</td>", "<td>all</td>")));
        assert!([1, 2].iter().all(|person| !page.contains(&number(*person))), "no person is on it");
        assert!(page.ends_with("</body></html>\n"));
        for absent in [language.pick("入户", "From door to door"), language.pick("转运箱", "Boxes")] {
            assert!(!page.contains(absent), "what there is nothing of has no section: {absent}");
        }
    }
}

#[test]
fn the_day_sheet_has_doors_boxes_and_how_old_swabs_are() {
    let mut post = Post::profile("swab_hours_max = 2\n[box]\npattern = \"^BOX-[0-9]{1,4}$\"\n");
    post.station().set_roster(Some(super::doors::street()));
    post.run(&[("TUBE-0001", "tube_opened"), (":sample Qian Si", "bound"), (":close", "tube_closed")]);
    post.run(&[("TUBE-0002", "tube_opened"), (&number(2), "bound"), (":close", "tube_closed")]);
    post.run(&[(":visit 3-1-10 refused his dog bites", "note"), (":box BOX-1", "box_opened")]);
    post.run(&[
        (":pack TUBE-0001", "packed"),
        (":seal 1", "box_sealed"),
        (":give \"Van <2>\" BOX-1", "hand_over_given"),
    ]);
    post.run(&[(":box BOX-2", "box_opened"), (":pack TUBE-0002", "packed")]);
    let early = post.station().day_sheet(Language::English).unwrap();
    assert!(!early.contains(" !</td>") && early.contains("0.0</td>"), "nothing is old yet");
    post.pass(2 * 3_600_000);
    let page = post.station().day_sheet(Language::English).unwrap();
    let row = |name: &str, rest: &str| {
        assert!(page.contains(&format!("<tr><td>{name}</td>{rest}")), "{name}: {page}");
    };
    let figures = |of: &[u32]| of.iter().map(|one| format!("<td class=\"n\">{one}</td>")).collect::<String>();
    row("East 3", &figures(&[3, 0, 1, 0, 2]));
    row("all", &figures(&[3, 0, 1, 0, 2]));
    row("all", &figures(&[3, 1, 0, 2]));
    row("BOX-1", "<td class=\"n\">1</td><td>handed over</td>");
    row("BOX-2", "<td class=\"n\">1</td><td>open</td><td class=\"n\">-</td><td class=\"n\">2.0 !</td><td>-</td>");
    assert!(page.contains("<td>Van &lt;2&gt;</td>"));
    // The tube that left is told without a mark: only what still waits here is late.
    assert_eq!(page.matches("2.0 !</td>").count(), 2, "{page}");
    for person in ["Qian", "Gong", "dog", &number(1), &number(2)] {
        assert!(!page.contains(person), "no person is on it");
    }
    let chinese = post.station().day_sheet(Language::Chinese).unwrap();
    assert!(chinese.contains("<h2>入户</h2>") && chinese.contains("<h2>转运箱</h2>") && chinese.contains("! = "));
}
