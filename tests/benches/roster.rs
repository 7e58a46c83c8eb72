//! A roster of 50,000 people on a phone: searching it, opening it, applying a difference, its bytes in memory. Lines begin
//! with `budget` or `probe`; a missed budget ends the run with exit code 1. `FIELDCORE_SHORT=1` repeats less.

#[path = "budgets/report.rs"]
#[allow(dead_code, reason = "shared with the budgets, which use all of it")]
mod report;

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fieldcore::roster::{Homes, Roster, search};
use fieldcore::sync::{Answer, Step, SyncEvent, SyncSession};
use fieldcore::wire::Invitation;
use fieldcore::{Journal, JournalOptions};
use fieldcore_hub::roster::keep::NewList;
use fieldcore_hub::roster::table::{Form, Table};
use fieldcore_hub::{Hub, InitOptions, Surroundings, TokenOptions};
use fieldcore_tests::link::deliver;
use fieldcore_tests::{ManualClock, MemoryVault, SeededEntropy, TempFolder, people, platform};
use report::{budget, median, ms, percentile, probe, probes, short};

const PEOPLE: usize = 50_000;
const AREA: &str = "幸福里";
/// Milliseconds of any search, at the most.
const SEARCH_LIMIT_MS: f64 = 20.0;
/// Milliseconds until a roster at rest can be searched.
const OPEN_LIMIT_MS: f64 = 100.0;
/// MiB in memory: what a phone's budget of 48 MiB leaves beside 30,000 records.
const MEMORY_LIMIT_MIB: f64 = 16.0;
/// Common characters of names.
const NAMES: [&str; 24] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "小", "明", "芳", "伟", "秀", "英", "敏",
    "静", "丽", "强", "磊", "军",
];

/// The name of somebody who never was.
fn name(place: usize) -> String {
    [NAMES[place % 12], NAMES[12 + place / 12 % 12], NAMES[12 + place / 144 % 12]].concat()
}

/// Building, stairwell and door: two people and a half behind each.
fn door(home: usize) -> [String; 3] {
    [home / 132 + 1, home / 66 % 2 + 1, home / 2 % 33 * 100 + home % 2 + 101].map(|part| part.to_string())
}

/// A district's list: names, numbers, telephones.
fn list() -> String {
    let mut text = "姓名,身份证号,联系电话,楼栋,单元,门牌,时段\n".to_owned();
    for (place, person) in people(9, PEOPLE).iter().enumerate() {
        let [building, stairwell, door] = door(place * 2 / 5);
        let (name, number) = (name(place), &person.number);
        text += &format!("{name},{number},555{place:07},{building},{stairwell},{door},08:00-08:30\n");
    }
    text
}

fn timed<T>(f: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    let out = f();
    (out, began.elapsed())
}

struct District {
    hub: Hub,
    journal: Journal,
    session: SyncSession,
    _folder: TempFolder,
}

impl District {
    /// A hub with one list of 50,000 people, and a phone that is to have them.
    fn new() -> Self {
        let folder = TempFolder::on_disk();
        let clock = Arc::new(ManualClock::new());
        let around =
            Surroundings { clock: clock.clone(), entropy: Arc::new(SeededEntropy::new(5)), after_commit: None };
        let hub = Hub::init(&folder.join("hub"), &InitOptions::default(), around).expect("a hub");
        let parts = platform(&clock, &Arc::new(SeededEntropy::new(6)), &Arc::new(MemoryVault::new()));
        let options = JournalOptions { ballast_bytes: 0, ..JournalOptions::new(folder.join("journal")) };
        let journal = Journal::open(options, parts).expect("a journal");
        let token = hub.token(&TokenOptions::default()).expect("a token");
        journal.enrol(&Invitation::from_text(&token).expect("an invitation")).expect("it enrols");
        let session = SyncSession::new(journal.clone());
        let mut district = Self { hub, journal, session, _folder: folder };
        district.sync();
        district
    }

    fn import(&self, text: &str) {
        let table = Table::read(text.as_bytes(), &Form::default()).expect("a list");
        let (_, took) = timed(|| {
            let list = NewList { name: "list.csv".to_owned(), table, said: Vec::new() };
            self.hub.roster_import(AREA, &[list], false).expect("it is taken")
        });
        probe("hub: import a list of 50,000 people", &format!("{:.0} ms", ms(took)));
    }

    /// Turns the session until nothing waits; bytes that came down, and what happened.
    fn sync(&mut self) -> (usize, Vec<SyncEvent>) {
        let (mut bytes, mut events) = (0, Vec::new());
        self.session.hurry().expect("it can be asked");
        while let Step::Send(request) = self.session.next().expect("it goes on") {
            let answer = deliver(&self.hub, &request);
            if let Answer::Http { body, .. } = &answer {
                bytes += body.len();
            }
            events.extend(self.session.done(request.id, &answer).expect("an answer is taken"));
        }
        (bytes, events)
    }
}

fn searches(roster: &Roster) {
    let number = roster.dweller(roster.homes() / 2, 0).number.unwrap_or_default().to_owned();
    let repeats = if short() { 10 } else { 50 };
    let mut worst = ("", Duration::ZERO);
    for (what, query) in [
        ("a part of a number", &number[6..14]),
        ("a whole number", number.as_str()),
        ("a part of a name", "明芳"),
        ("a name in letters that nobody has", "annabelle"),
        ("initials", "wxm"),
        ("initials that many have", "wx"),
        ("a door", "120-2-1501"),
        ("a door in words", "120栋2单元1501"),
        ("a door alone", "501"),
        ("a building", "77号楼"),
        ("nothing", "xyzzy-9"),
    ] {
        let mut times: Vec<Duration> =
            (0..repeats).map(|_| timed(|| black_box(search(roster, black_box(query), 50))).1).collect();
        let (half, most, least) = (median(&mut times), percentile(&mut times, 1.0), percentile(&mut times, 0.0));
        let hits = search(roster, query, 50).len();
        probe(
            &format!("search for {what}"),
            &format!("{:.2} ms median, {:.2} to {:.2} ms; {hits} hits", ms(half), ms(least), ms(most)),
        );
        if half > worst.1 {
            worst = (what, half);
        }
    }
    let beside = format!("median of the slowest of 11 searches: {}", worst.0);
    budget("search among 50,000 people", ms(worst.1), SEARCH_LIMIT_MS, " ms", &beside);
}

fn opening(journal: &Journal) {
    let mut times: Vec<Duration> = (0..if short() { 5 } else { 20 })
        .map(|_| {
            journal.suspend().expect("it closes");
            journal.resume().expect("it opens");
            timed(|| black_box(journal.roster().expect("it opens").expect("a roster"))).1
        })
        .collect();
    let (half, most, least) = (median(&mut times), percentile(&mut times, 1.0), percentile(&mut times, 0.0));
    let beside = format!("median of {}; {:.1} to {:.1} ms", times.len(), ms(least), ms(most));
    budget("open a roster of 50,000 people at rest", ms(half), OPEN_LIMIT_MS, " ms", &beside);
}

fn main() -> ExitCode {
    probes();
    let mut district = District::new();
    let text = list();
    district.import(&text);
    district.hub.roster_assign(district.journal.device(), &[AREA.to_owned()]).expect("it is given");
    let ((bytes, events), took) = timed(|| district.sync());
    let pages = events.iter().filter(|event| matches!(event, SyncEvent::Dispatch(_))).count();
    let says = format!("{bytes} bytes in {pages} pages, {:.0} ms with the hub's own time", ms(took));
    probe("the whole roster comes down", &says);
    let (roster, first) = timed(|| district.journal.roster().expect("it opens").expect("a roster"));
    assert_eq!(roster.people(), PEOPLE);
    probe("opened for the first time, the table of syllables not yet made", &format!("{:.1} ms", ms(first)));
    let mib = roster.bytes() as f64 / f64::from(1 << 20);
    budget("a roster of 50,000 people in memory", mib, MEMORY_LIMIT_MIB, " MiB", "of the 48 MiB with 30,000 records");
    searches(&roster);
    opening(&district.journal);
    district.import(&text.replacen("08:00-08:30", "09:00-09:30", 40));
    let ((bytes, _), took) = timed(|| district.sync());
    let says = format!("{bytes} bytes with state and key set, {:.0} ms with the hub's own time", ms(took));
    probe("a difference of some 16 homes comes down and is applied", &says);
    report::end()
}
