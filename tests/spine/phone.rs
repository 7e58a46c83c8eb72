//! A hub, and phones that talk to it over a link.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use fieldcore::sync::{Answer, Request, Step as Turn, SyncEvent, SyncSession, Waiting};
use fieldcore::wire::Invitation;
use fieldcore::{Journal, JournalOptions, Station};
use fieldcore_hub::{Hub, InitOptions, Surroundings, TokenOptions};
use fieldcore_tests::link::{Link, Weather, deliver};
use fieldcore_tests::workload::{Workload, shift_plan};
use fieldcore_tests::{Desk, ManualClock, SeededEntropy, TempFolder, platform};

/// Requests of one call of [`Phone::sync`] at most: more is a loop.
const REQUESTS_MAX: u32 = 400;

/// A hub in a folder of its own.
pub(crate) struct Site {
    pub(crate) folder: TempFolder,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) hub: Hub,
    entropy: Arc<SeededEntropy>,
}

impl Site {
    pub(crate) fn new(seed: u64) -> Self {
        let folder = TempFolder::in_memory();
        let (clock, entropy) = (Arc::new(ManualClock::new()), Arc::new(SeededEntropy::new(seed ^ 0x5eed)));
        let around = Surroundings { clock: clock.clone(), entropy: entropy.clone(), after_commit: None };
        let hub = Hub::init(&folder.join("hub"), &InitOptions::default(), around).expect("a hub can be made");
        Self { folder, clock, hub, entropy }
    }

    pub(crate) fn around(&self) -> Surroundings {
        Surroundings { clock: self.clock.clone(), entropy: self.entropy.clone(), after_commit: None }
    }

    pub(crate) fn root_file(&self) -> PathBuf {
        self.folder.join("hub").join("take-away/root-1.key")
    }

    pub(crate) fn token(&self) -> Invitation {
        let text = self.hub.token(&TokenOptions::default()).expect("a token can be made");
        Invitation::from_text(&text).expect("an invitation reads back")
    }

    /// A device that nobody has enrolled.
    pub(crate) fn stranger(seed: u64, workload: Workload) -> Phone {
        let mut phone = Phone { desk: Desk::new(seed, workload), station: None, session: None };
        phone.open();
        phone
    }

    /// A device with an invitation of its own.
    pub(crate) fn phone(&self, seed: u64, workload: Workload) -> Phone {
        let mut phone = Self::stranger(seed, workload);
        phone.journal().enrol(&self.token()).expect("it enrols");
        phone.begin();
        phone
    }

    /// The hub counts exactly these people, each once, and everything it holds is in order.
    pub(crate) fn counts(&self, people: &BTreeSet<String>, labels: &BTreeSet<String>) {
        let figures = self.hub.figures(None).expect("figures");
        assert_eq!(
            (figures.people, figures.distinct_people),
            (people.len() as u64, people.len() as u64),
            "the hub's people against the ledgers'"
        );
        assert_eq!(traced(&self.hub, labels), *people, "the numbers behind the figures");
        let found = self.hub.verify().expect("it can be verified");
        assert!(found.ok, "{:?}", found.faults);
    }
}

/// The numbers that the hub gives for these tubes; no number may come twice.
pub(crate) fn traced(hub: &Hub, labels: &BTreeSet<String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for label in labels {
        for tube in hub.trace(label).expect("a tube is traced") {
            for person in tube.people {
                let number = person.number.expect("they all have a number");
                assert!(found.insert(number), "somebody was counted twice in {label}");
            }
        }
    }
    found
}

/// A device that works and syncs.
pub(crate) struct Phone {
    pub(crate) desk: Desk,
    station: Option<Station>,
    session: Option<SyncSession>,
}

impl Phone {
    /// Opens the journal; the shift is begun by [`Self::begin`].
    pub(crate) fn open(&mut self) {
        let desk = &self.desk;
        let options = JournalOptions {
            vfs: Some(desk.disk.name().to_owned()),
            ballast_bytes: 0,
            ..JournalOptions::new(desk.folder.path())
        };
        let journal = Journal::open(options, platform(&desk.clock, &desk.entropy, &desk.vault)).expect("it opens");
        self.session = Some(SyncSession::new(journal.clone()));
        self.station = Some(Station::open(journal).expect("a station on it"));
    }

    /// Begins the shift, or goes on with it.
    pub(crate) fn begin(&mut self) {
        self.station.as_mut().expect("it is open").start_shift(None, &shift_plan()).expect("a shift begins");
    }

    /// The process ends without a word.
    pub(crate) fn die(&mut self) {
        (self.station, self.session) = (None, None);
    }

    /// It dies and starts again.
    pub(crate) fn restart(&mut self) {
        self.die();
        self.open();
        self.begin();
    }

    /// A second live copy: file, vault and all, as they are this moment.
    pub(crate) fn copy(&self, seed: u64, workload: Workload) -> Self {
        let mut copy = Self { desk: self.desk.clone_device(seed, workload), station: None, session: None };
        copy.open();
        copy.begin();
        copy
    }

    pub(crate) fn station(&self) -> &Station {
        self.station.as_ref().expect("it is open")
    }

    pub(crate) fn journal(&self) -> Journal {
        self.station().journal().clone()
    }

    pub(crate) fn session(&mut self) -> &mut SyncSession {
        self.session.as_mut().expect("it is open")
    }

    /// Its desk and its station.
    pub(crate) fn parts(&mut self) -> (&mut Desk, &Station) {
        (&mut self.desk, self.station.as_ref().expect("it is open"))
    }

    /// Something done to the station itself.
    pub(crate) fn with_station<T>(&mut self, f: impl FnOnce(&mut Station) -> T) -> T {
        f(self.station.as_mut().expect("it is open"))
    }

    /// Works `steps` steps of its sampler.
    pub(crate) fn work(&mut self, steps: usize) {
        let mut station = self.station.take().expect("it is open");
        for _ in 0..steps {
            self.desk.step(&mut station).unwrap_or_else(|(step, error)| panic!("{step:?}: {error}"));
        }
        self.station = Some(station);
    }

    /// Seals and sends everything until nothing waits; what happened. What came down is recorded,
    /// and those records want to go up as well: that ends after the second time.
    pub(crate) fn sync(&mut self, hub: &Hub, link: &mut Link) -> Vec<SyncEvent> {
        let mut events = Vec::new();
        for _ in 0..3 {
            self.journal().seal_now().expect("it seals");
            self.session().hurry().expect("it can be asked");
            events.extend(self.turn(REQUESTS_MAX, |request| link.exchange(hub, request)));
            if self.journal().figures().expect("figures").unsent == 0 {
                break;
            }
        }
        events
    }

    /// The same over a link on which nothing goes wrong.
    pub(crate) fn sync_fair(&mut self, hub: &Hub) -> Vec<SyncEvent> {
        self.sync(hub, &mut Link::new(1, Weather::FAIR))
    }

    /// Turns the session until nothing is left to do.
    pub(crate) fn turn(&mut self, requests: u32, mut ask: impl FnMut(&Request) -> Answer) -> Vec<SyncEvent> {
        let clock = self.desk.clock.clone();
        let (mut events, mut sent) = (Vec::new(), 0);
        loop {
            match self.session().next().expect("the session goes on") {
                Turn::Send(request) => {
                    sent += 1;
                    assert!(sent <= requests, "{sent} requests and no end");
                    clock.advance(40);
                    let answer = ask(&request);
                    events.extend(self.session().done(request.id, &answer).expect("an answer is taken"));
                }
                Turn::Wake { after_ms, why: Waiting::BackingOff } => clock.advance(after_ms),
                Turn::Wake { .. } => return events,
            }
        }
    }

    /// What it sends now, without sending it: the bundle of its next request.
    pub(crate) fn bundle(&mut self, hub: &Hub) -> Vec<u8> {
        self.journal().seal_now().expect("it seals");
        loop {
            let Turn::Send(request) = self.session().next().expect("the session goes on") else {
                panic!("nothing to send")
            };
            if !request.body.is_empty() {
                self.session().done(request.id, &Answer::None).expect("no answer is taken");
                return request.body;
            }
            let answer = deliver(hub, &request);
            self.session().done(request.id, &answer).expect("a state is taken");
        }
    }

    pub(crate) fn people(&self) -> BTreeSet<String> {
        self.desk.ledger.numbers().into_iter().collect()
    }

    pub(crate) fn labels(&self) -> BTreeSet<String> {
        self.desk.ledger.tubes().keys().cloned().collect()
    }

    /// Everything is with the hub, and the journal is what it wrote.
    pub(crate) fn settled(&self) {
        let figures = self.journal().figures().expect("figures");
        assert_eq!(figures.unsent, 0, "{figures:?}");
        assert!(self.journal().verify().expect("it can be verified").is_sound());
    }
}
