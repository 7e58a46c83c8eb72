//! Lists at the hub: kept, merged, answered, forgotten, and given to phones that are made of keys.

#![allow(clippy::unwrap_used, reason = "a failed test shows the place")]

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::*;
use fieldcore::roster::{self, Household, RosterPage};
use fieldcore::wire::{Dispatch, DispatchKind, Poll, RosterHeld, open_for_device};
use fieldcore_hub::Hub;
use fieldcore_hub::roster::column::Column;
use fieldcore_hub::roster::keep::{Change, Moves, NewList};
use fieldcore_hub::roster::merge::Doubt;
use fieldcore_hub::roster::table::{Form, Table};
use proptest::prelude::*;
use serde_json::Value;

const AREA: &str = "幸福里";

fn list(name: &str, text: &str) -> NewList {
    let table = Table::read(text.as_bytes(), &Form::default()).unwrap();
    NewList { name: name.to_owned(), table, said: Vec::new() }
}

fn homes() -> NewList {
    let people = (0..8).map(|one| {
        let (stairwell, door) = (one / 4 + 1, one / 2 % 2 + 401);
        format!("甲{one},{},3,{stairwell},{door},08:0{stairwell}\n", number(one))
    });
    list("homes.csv", &("姓名,身份证号,楼栋,单元,门牌,时段\n".to_owned() + &people.collect::<String>()))
}

/// Two of the people of `homes`, and two who may be: one has no number, one another name.
fn elders() -> NewList {
    let text = format!(
        "姓名,身份证号,类别,电话,楼栋,单元,门牌\n甲0,{},60岁以上,5550100,,,\n甲1,,卧床,,3,1,401\n乙9,{},老人,,,,\n",
        number(0),
        number(3)
    );
    list("elders.csv", &text)
}

fn import(hub: &Hub, lists: &[NewList]) -> Change {
    hub.roster_import(AREA, lists, false).unwrap()
}

fn digest(hub: &Hub) -> String {
    hub.roster_lists().unwrap()[0].digest.clone()
}

#[test]
fn lists_make_a_roster_and_a_dry_run_says_which() {
    let site = Site::new();
    let trial = site.hub.roster_import(AREA, &[homes()], true).unwrap();
    assert!(trial.dry_run && site.hub.roster_lists().unwrap().is_empty(), "nothing was kept");
    let change = import(&site.hub, &[homes()]);
    assert_eq!((change.number, change.plan.people, change.homes), (1, 8, 4));
    assert_eq!((change.people, &trial.people), (Moves { new: 8, changed: 0, gone: 0 }, &change.people));
    assert_eq!(trial.moves, change.moves, "the trial told exactly what came");
    let again = import(&site.hub, &[homes()]);
    assert_eq!((again.number, again.people, again.moves.len()), (1, Moves::default(), 0), "the same list is no change");
    let more = import(&site.hub, &[elders()]);
    assert_eq!((more.number, more.plan.people, more.plan.merged), (2, 9, 2));
    assert_eq!(more.people, Moves { new: 1, changed: 2, gone: 0 });
    let told = |change: &Change| serde_json::to_string(change).unwrap();
    assert!(!told(&more).contains('甲') && !told(&more).contains(&number(0)), "nobody is shown");
    let shorter = list("homes.csv", &format!("姓名,身份证号,楼栋,单元,门牌\n甲5,{},3,2,401\n", number(5)));
    let less = import(&site.hub, &[shorter]);
    assert_eq!(less.people, Moves { new: 0, changed: 2, gone: 5 }, "a list of the same name takes the other's place");
    assert_eq!(less.plan.people, 4, "who is in another list stays");
}

#[test]
fn questions_are_answered_and_answers_stand() {
    let site = Site::new();
    let change = import(&site.hub, &[homes(), elders()]);
    assert_eq!(change.plan.people, 9);
    let mut open = site.hub.roster_questions().unwrap();
    open.sort_by_key(|one| one.doubt);
    let codes: Vec<String> = open.iter().map(|one| format!("{:?}", one.doubt)).collect();
    assert_eq!(codes, ["SameNumberOtherName", "SameNameAndPlace"]);
    assert_eq!(open[1].rows, [("elders.csv".to_owned(), 3), ("homes.csv".to_owned(), 3)]);
    let same = site.hub.roster_answer(&open[1].id, true).unwrap();
    assert_eq!((same.plan.people, same.number), (8, 2), "two became one");
    let two = site.hub.roster_answer(&open[0].id, false).unwrap();
    assert_eq!((two.plan.people, two.plan.with_number), (9, 8), "the second waits for a document of its own");
    assert!(site.hub.roster_questions().unwrap().is_empty());
    let anew = site.hub.roster_answer(&open[0].id, true).unwrap();
    assert_eq!(anew.plan.people, 8, "an answer can be given anew");
    assert!(site.hub.roster_answer("0000000000", true).is_err());
    let again = import(&site.hub, &[elders(), homes()]);
    assert_eq!((again.plan.people, again.plan.questions.len(), again.number), (8, 0, anew.number));
}

#[test]
fn the_order_of_imports_and_answers_decides_nothing() {
    let site = Site::new();
    let third =
        list("phones.csv", &format!("name,id number,phone,door\n甲7,{},5550107,\n丙,,5550108,村东5号\n", number(7)));
    let lists = [homes(), elders(), third];
    let answers = || {
        for question in site.hub.roster_questions().unwrap() {
            site.hub.roster_answer(&question.id, question.doubt != Doubt::SameNumberOtherName).unwrap();
        }
    };
    let mut digests = BTreeSet::new();
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        for place in order {
            import(&site.hub, &lists[place..=place]);
            answers();
        }
        digests.insert(digest(&site.hub));
        let ended = site.hub.roster_forget_all().unwrap();
        assert_eq!(ended[0].plan.people, 0);
        assert_ne!(Some(&digest(&site.hub)), digests.first(), "an empty roster is another one");
    }
    assert_eq!(digests.len(), 1);
    let other = Site::new();
    import(&other.hub, &lists);
    let ids = |hub: &Hub| hub.roster_import(AREA, &lists, true).unwrap().roster;
    assert_ne!(ids(&other.hub), ids(&site.hub), "another campaign names everything otherwise");
}

/// Rows of a list: who of six, with which of five numbers or none, behind which of four doors or none.
type Rows = Vec<(u8, u32, u8)>;

fn random_list(name: &str, rows: &Rows) -> NewList {
    let row = |(who, number_of, door): &(u8, u32, u8)| {
        let number = if *number_of < 5 { number(*number_of) } else { String::new() };
        let door = if *door < 4 { door.to_string() } else { String::new() };
        format!("甲{who},{number},1,{door}\n")
    };
    list(name, &("姓名,身份证号,楼栋,门牌\n".to_owned() + &rows.iter().map(row).collect::<String>()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    /// Whatever the lists hold and in whatever order they come: one roster, with the same questions.
    #[test]
    fn whatever_lists_hold_their_order_decides_nothing(
        lists in proptest::collection::vec(proptest::collection::vec((0u8..6, 0u32..9, 0u8..6), 1..8), 3),
        order in Just([0usize, 1, 2]).prop_shuffle(),
    ) {
        let site = Site::new();
        let lists: Vec<NewList> =
            lists.iter().zip(["a", "b", "c"]).map(|(rows, name)| random_list(name, rows)).collect();
        let answered = || {
            let before = (digest(&site.hub), site.hub.roster_questions().unwrap());
            while let Some(question) = site.hub.roster_questions().unwrap().first() {
                let same = question.doubt == Doubt::SameNameAndPlace;
                site.hub.roster_answer(&question.id, same).unwrap();
            }
            (before, digest(&site.hub))
        };
        import(&site.hub, &lists);
        let together = answered();
        site.hub.roster_forget_all().unwrap();
        order.iter().for_each(|place| _ = import(&site.hub, &lists[*place..=*place]));
        prop_assert!(answered() == together);
        prop_assert_eq!(import(&site.hub, &lists).people, Moves::default());
    }
}

/// What came down for `phone`, opened.
fn pages(phone: &Phone, dispatches: &[Dispatch]) -> Vec<(DispatchKind, RosterPage)> {
    let is_roster = |one: &&Dispatch| matches!(one.kind, DispatchKind::Roster | DispatchKind::RosterChange);
    let opened = |one: &Dispatch| {
        assert_eq!(one.to, Some(phone.id));
        let plain = open_for_device(one, &phone.seal_secret, phone.id).unwrap();
        let page = RosterPage::parse(&plain).unwrap();
        assert_eq!(one.version, u64::from(page.head.number));
        (one.kind, page)
    };
    dispatches.iter().filter(is_roster).map(opened).collect()
}

fn polled(site: &Site, phone: &Phone, rosters: Vec<RosterHeld>) -> Vec<(DispatchKind, RosterPage)> {
    pages(phone, &site.send(&[phone.signed(&Poll { rosters, ..phone.poll() })]).dispatches)
}

fn held(page: &RosterPage) -> RosterHeld {
    let print = *page.head.digest.first_chunk().unwrap();
    RosterHeld { roster: page.head.roster, number: page.head.number, print, gathers: None }
}

fn joined(sent: &[(DispatchKind, RosterPage)]) -> Vec<Household> {
    roster::join(sent.iter().map(|(_, page)| page.clone()).collect()).unwrap()
}

#[test]
fn a_device_gets_what_it_is_given_and_differences_from_then_on() {
    let site = Site::new();
    import(&site.hub, &[homes()]);
    let (mine, other) = (site.phone(), site.phone());
    assert!(polled(&site, &mine, Vec::new()).is_empty(), "nothing is sent to who was given nothing");
    assert!(site.hub.roster_assign(mine.id, &["nowhere".to_owned()]).is_err());
    site.hub.roster_assign(mine.id, &[AREA.to_owned()]).unwrap();
    let whole = polled(&site, &mine, Vec::new());
    assert_eq!((whole.len(), whole[0].0), (1, DispatchKind::Roster));
    let first = joined(&whole);
    assert_eq!(first.iter().map(|home| home.people.len()).sum::<usize>(), 8);
    assert_eq!(first[0].slot.as_deref(), Some("08:01"), "the stairwell's time comes along");
    assert_eq!(polled(&site, &mine, Vec::new()), whole, "until the device says that it has it");
    assert!(polled(&site, &other, vec![held(&whole[0].1)]).is_empty(), "another device gets nothing by asking");
    assert!(polled(&site, &mine, vec![held(&whole[0].1)]).is_empty());
    assert_eq!(site.hub.roster_lists().unwrap()[0].devices[0].number, Some(1));

    let one_more = format!("姓名,身份证号,楼栋,门牌\n丁,{},9,1\n", number(50));
    import(&site.hub, &[list("more.csv", &one_more)]);
    let change = polled(&site, &mine, vec![held(&whole[0].1)]);
    assert_eq!((change.len(), change[0].0), (1, DispatchKind::RosterChange));
    assert_eq!((change[0].1.removed.len(), change[0].1.households.len()), (0, 1));
    let second = roster::apply(first, change.iter().map(|(_, page)| page.clone()).collect()).unwrap();
    assert_eq!(
        data_hex(&roster::digest(&second).unwrap()),
        digest(&site.hub),
        "what the phone has is what the hub has"
    );

    let doubt = RosterHeld { number: 0, print: [0; 8], ..held(&whole[0].1) };
    assert!(joined(&polled(&site, &mine, vec![doubt])) == second, "who asks for the whole gets it");
    let elsewhere = RosterHeld { number: 9, print: [7; 8], ..held(&whole[0].1) };
    let sent = polled(&site, &mine, vec![elsewhere]);
    assert_eq!(
        (sent[0].0, sent[0].1.head.number),
        (DispatchKind::Roster, 10),
        "a restored hub leads on from what is there"
    );

    site.hub.roster_unassign(mine.id, &[]).unwrap();
    let back = polled(&site, &mine, vec![held(&change[0].1)]);
    assert!(joined(&back).is_empty() && back[0].1.head.number == 3, "what is taken back is emptied");
    assert!(polled(&site, &mine, vec![held(&back[0].1)]).is_empty());
    site.hub.roster_assign(mine.id, &[AREA.to_owned()]).unwrap();
    let given = polled(&site, &mine, vec![held(&back[0].1)]);
    assert!(joined(&given) == second && given[0].1.head.number == 4);
    site.hub.revoke(mine.id).unwrap();
    assert!(polled(&site, &mine, Vec::new()).is_empty(), "a revoked device gets nothing");
    assert!(site.hub.roster_assign(mine.id, &[AREA.to_owned()]).is_err());
}

fn data_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_large_roster_comes_in_several_answers() {
    let site = Site::new();
    let rows = (0..12_000).map(|one| format!("甲{one},{},{},{}\n", number(one), one / 100, one % 100));
    import(&site.hub, &[list("large.csv", &("姓名,身份证号,楼栋,门牌\n".to_owned() + &rows.collect::<String>()))]);
    let phone = site.phone();
    site.hub.roster_assign(phone.id, &[AREA.to_owned()]).unwrap();
    let mut all = polled(&site, &phone, Vec::new());
    let pages = usize::from(all[0].1.pages);
    assert!(all.len() < pages, "{} of {pages}", all.len());
    let mut answers = 1;
    while all.len() < pages {
        let (next, print) = (u16::try_from(all.len()).unwrap() + 1, *all[0].1.head.digest.first_chunk().unwrap());
        let gathers = Some(fieldcore::wire::RosterGathering { number: 1, base: 0, print, next });
        let rosters = vec![RosterHeld { number: 0, print: [0; 8], gathers, ..held(&all[0].1) }];
        let more = polled(&site, &phone, rosters);
        assert_eq!(more[0].1.page, next, "it goes on where it stopped");
        all.extend(more);
        answers += 1;
    }
    assert!(answers > 2 && joined(&all).len() == 12_000, "{answers} answers");
}

#[test]
fn what_is_forgotten_is_in_no_file() {
    let site = Site::new();
    let secret = format!("name,id number,phone\nZyxwvuts,{},5559876\n", number(77));
    import(&site.hub, &[homes(), list("secret.csv", &secret)]);
    let found = |what: &[u8]| {
        let bytes = |name: &str| std::fs::read(site.dir().join(name)).unwrap_or_default();
        ["hub.db", "hub.db-wal"].iter().any(|name| bytes(name).windows(what.len()).any(|part| part == what))
    };
    assert!(found(b"secret.csv"));
    let change = site.hub.roster_forget("secret.csv", None).unwrap();
    assert_eq!((change.people, change.plan.people), (Moves { new: 0, changed: 0, gone: 1 }, 8));
    assert!(!found(b"secret.csv") && !found(b"Zyxwvuts"));
    assert!(site.hub.roster_forget("secret.csv", None).is_err());
    let phone = site.phone();
    site.hub.roster_assign(phone.id, &[AREA.to_owned()]).unwrap();
    assert_eq!(joined(&polled(&site, &phone, Vec::new())).len(), 4);
    site.verified();
}

#[test]
fn what_was_said_of_columns_is_remembered() {
    let site = Site::new();
    let text = format!("户主,身份证号\n甲,{}\n", number(1));
    let form = Form { headers: vec!["户主".to_owned()], ..Form::default() };
    let table = Table::read(text.as_bytes(), &form).unwrap();
    let said = vec![(Column::Name, "户主".to_owned())];
    let new = |name: &str, said| NewList { name: name.to_owned(), table: table.clone(), said };
    import(&site.hub, &[new("a.csv", said)]);
    assert_eq!(site.hub.roster_headers(AREA).unwrap(), ["户主"]);
    let next = import(&site.hub, &[new("b.csv", Vec::new())]);
    assert_eq!(next.plan.lists[1].columns.len(), 2, "the next list with these headers needs no word");
    assert_eq!(
        site.hub.roster_import("elsewhere", &[new("b.csv", Vec::new())], true).unwrap().plan.lists[0].columns.len(),
        1
    );
}

#[test]
fn a_crowd_behind_one_door_is_several_homes() {
    let site = Site::new();
    let note = "长".repeat(200);
    let rows = (0..300).map(|one| format!("甲{one},{},宿舍,1,{note}\n", number(one)));
    let text = "姓名,身份证号,楼栋,门牌,监护人\n".to_owned() + &rows.collect::<String>();
    let change = import(&site.hub, &[list("dormitory.csv", &text)]);
    assert_eq!(change.plan.people, 300);
    assert!((2..40).contains(&change.homes), "{}", change.homes);
    let phone = site.phone();
    site.hub.roster_assign(phone.id, &[AREA.to_owned()]).unwrap();
    assert_eq!(joined(&polled(&site, &phone, Vec::new())).iter().map(|home| home.people.len()).sum::<usize>(), 300);
}

fn run(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fieldcore-hub")).arg("--dir").arg(dir).args(args).output().unwrap()
}

fn json(dir: &Path, args: &[&str], code: i32) -> Value {
    let output = run(dir, &[&["--json", "roster"], args].concat());
    assert_eq!(output.status.code(), Some(code), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

#[test]
fn rosters_at_the_command_line() {
    let site = Site::new();
    let (dir, folder) = (site.dir(), site.folder.path().to_path_buf());
    let file = |name: &str, text: &str| -> String {
        let path: PathBuf = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let one = file("one.csv", &format!("户主,身份证号,楼栋,门牌\n甲,{},1,1\n乙,,1,2\n", number(1)));
    let two = file("two.csv", "name,building,door\n乙,1,2\n");
    json(&dir, &["import", &one, "--area", AREA, "--dry-run"], 1);
    let import = ["import", &one, "--area", AREA, "--map", "name=户主"];
    let trial = json(&dir, &[&import[..], &["--dry-run"]].concat(), 0);
    assert_eq!((&trial["dry_run"], &trial["people"]["new"]), (&Value::Bool(true), &Value::from(2)));
    assert_eq!(json(&dir, &import, 0)["number"], 1);
    assert_eq!(
        json(&dir, &["import", &one, "--area", AREA, "--name", "again"], 0)["number"],
        2,
        "headers are remembered"
    );
    json(&dir, &["forget", "again"], 0);
    assert_eq!(json(&dir, &["import", &two, "--area", AREA], 0)["plan"]["people"], 3);
    let open = json(&dir, &["questions"], 0);
    assert_eq!(
        (open["count"].as_u64(), &open["questions"][0]["doubt"]),
        (Some(1), &Value::from("same_name_and_place"))
    );
    let id = open["questions"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(json(&dir, &["answer", &id, "same"], 0)["plan"]["people"], 2);
    json(&dir, &["answer", "ffff", "same"], 1);
    json(&dir, &["answer", &id, "perhaps"], 2);
    let phone = site.phone();
    let device = phone.id.to_string();
    json(&dir, &["assign", &device, AREA], 0);
    json(&dir, &["assign", &device, "nowhere"], 1);
    json(&dir, &["assign", "nobody", AREA], 2);
    let lists = json(&dir, &["lists"], 0);
    assert_eq!(lists["areas"][0]["lists"].as_array().unwrap().len(), 2);
    assert_eq!(lists["areas"][0]["devices"][0]["assigned"], true);
    assert_eq!(json(&dir, &["unassign", &device], 0)["unassigned"][0], AREA);
    let wrong = file("wrong.csv", "name,id number\n丙,110101189001010011\n");
    let refused = json(&dir, &["import", &wrong, "--area", AREA], 1);
    let problem = &refused["plan"]["problems"][0];
    assert_eq!((&problem["code"], &problem["at"]["row"]), (&Value::from("number_unsound"), &Value::from(2)));
    json(&dir, &["import", &file("none.csv", "a,b\n1,2\n"), "--area", AREA], 3);
    json(&dir, &["import", &one, "--area", " "], 2);
    json(&dir, &["forget", "nothing"], 1);
    json(&dir, &["forget", "--all"], 2);
    assert_eq!(json(&dir, &["forget", "--all", "--yes"], 0)["areas"][0]["plan"]["people"], 0);
    for args in [
        &["roster", "lists"][..],
        &["roster", "questions"],
        &["roster", "import", &one, "--area", "b", "--map", "name=户主"],
    ] {
        let output = run(&dir, args);
        assert!(output.status.success() && !output.stdout.is_empty(), "{args:?}");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!text.contains('甲') && !text.contains(&number(1)), "nobody is shown");
    }
}
