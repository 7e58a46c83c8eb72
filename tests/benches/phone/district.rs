//! A district's list of 50,000 people at a hub, and a phone that is to have it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use fieldcore::sync::{Answer, Step, SyncEvent, SyncSession};
use fieldcore::wire::Invitation;
use fieldcore::{Journal, JournalOptions};
use fieldcore_hub::roster::keep::NewList;
use fieldcore_hub::roster::table::{Form, Table};
use fieldcore_hub::{Hub, InitOptions, Surroundings, TokenOptions};
use fieldcore_tests::link::deliver;
use fieldcore_tests::{ManualClock, MemoryVault, SeededEntropy, TempFolder, people, platform};

use crate::report::{ms, probe};

pub(crate) const PEOPLE: usize = 50_000;
pub(crate) const AREA: &str = "幸福里";
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
pub(crate) fn door(home: usize) -> [String; 3] {
    [home / 132 + 1, home / 66 % 2 + 1, home / 2 % 33 * 100 + home % 2 + 101].map(|part| part.to_string())
}

/// A district's list: names, numbers, telephones.
pub(crate) fn list() -> String {
    let mut text = "姓名,身份证号,联系电话,楼栋,单元,门牌,时段\n".to_owned();
    for (place, person) in people(9, PEOPLE).iter().enumerate() {
        let [building, stairwell, door] = door(place * 2 / 5);
        let (name, number) = (name(place), &person.number);
        text += &format!("{name},{number},555{place:07},{building},{stairwell},{door},08:00-08:30\n");
    }
    text
}

pub(crate) fn timed<T>(f: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    let out = f();
    (out, began.elapsed())
}

pub(crate) struct District {
    pub(crate) hub: Hub,
    pub(crate) journal: Journal,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) vault: Arc<MemoryVault>,
    pub(crate) entropy: Arc<SeededEntropy>,
    pub(crate) folder: TempFolder,
    session: SyncSession,
}

impl District {
    /// A hub without lists, and a phone that is enrolled there.
    pub(crate) fn new(folder: TempFolder) -> Self {
        let (clock, vault) = (Arc::new(ManualClock::new()), Arc::new(MemoryVault::new()));
        let entropy = Arc::new(SeededEntropy::new(6));
        let around =
            Surroundings { clock: clock.clone(), entropy: Arc::new(SeededEntropy::new(5)), after_commit: None };
        let hub = Hub::init(&folder.join("hub"), &InitOptions::default(), around).expect("a hub");
        let options = JournalOptions { ballast_bytes: 0, ..JournalOptions::new(folder.join("journal")) };
        let journal = Journal::open(options, platform(&clock, &entropy, &vault)).expect("a journal");
        let token = hub.token(&TokenOptions::default()).expect("a token");
        journal.enrol(&Invitation::from_text(&token).expect("an invitation")).expect("it enrols");
        let session = SyncSession::new(journal.clone());
        let mut district = Self { hub, journal, clock, vault, entropy, folder, session };
        district.sync();
        district
    }

    pub(crate) fn import(&self, text: &str) {
        let table = Table::read(text.as_bytes(), &Form::default()).expect("a list");
        let (_, took) = timed(|| {
            let list = NewList { name: "list.csv".to_owned(), table, said: Vec::new() };
            self.hub.roster_import(AREA, &[list], false).expect("it is taken")
        });
        probe("hub: import a list of 50,000 people", &format!("{:.0} ms", ms(took)));
    }

    /// Gives the phone the whole list.
    pub(crate) fn assign(&mut self) {
        self.hub.roster_assign(self.journal.device(), &[AREA.to_owned()]).expect("it is given");
        let ((bytes, events), took) = timed(|| self.sync());
        let pages = events.iter().filter(|event| matches!(event, SyncEvent::Dispatch(_))).count();
        let says = format!("{bytes} bytes in {pages} pages, {:.0} ms with the hub's own time", ms(took));
        probe("the whole roster comes down", &says);
    }

    /// Turns the session until nothing waits; bytes that came down, and what happened.
    pub(crate) fn sync(&mut self) -> (usize, Vec<SyncEvent>) {
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
