//! A device-day of a thousand records: its bytes on the wire, and its way over a poor link.

use std::sync::Arc;

use criterion::Criterion;
use fieldcore::sync::{Answer, Step, SyncSession, Waiting};
use fieldcore::wire::{Bundle, Invitation, Item};
use fieldcore::{Journal, JournalOptions, Station};
use fieldcore_hub::{Hub, InitOptions, Surroundings, TokenOptions};
use fieldcore_tests::link::deliver;
use fieldcore_tests::workload::{LANE, shift_plan};
use fieldcore_tests::{ManualClock, MemoryVault, Rng, SeededEntropy, TempFolder, people, platform, tube_label};

use crate::report::{budget, probe};

/// Bytes per person at the most, with both key wraps.
const BYTES: f64 = 60.0;
/// Times its batches' bytes / 64 kbit/s at the most: the whole conversation, answers and HTTP's
/// fields included, over a connection that stands. What connecting takes is printed beside.
const SLOW: f64 = 1.5;
const RECORDS: u64 = 1_000;

/// 64 kbit/s.
const BYTES_PER_MS: u64 = 8;
const ROUND_TRIP_MS: u64 = 600;
/// TCP and TLS 1.3, once for a conversation: two round trips, and the bytes of a handshake.
const CONNECT_TRIPS: u64 = 2;
const CONNECT_BYTES: u64 = 4_000;
/// Header fields of a request and its answer.
const HEADER_BYTES: u64 = 500;
/// One key wrap in a batch's header: array, key id, 80 bytes.
const WRAP_BYTES: usize = 1 + 10 + 82;
/// The time between two people, from and to.
const PACE_MS: (u64, u64) = (15_000, 28_200);
/// Counties, births 1880 to 1905, order numbers: how many numbers a generated person can have.
const NUMBERS: f64 = 9.0 * 26.0 * 12.0 * 28.0 * 999.0;

struct Day {
    hub: Hub,
    journal: Journal,
    clock: Arc<ManualClock>,
    _folder: TempFolder,
}

/// What an evening's conversation took.
#[derive(Default)]
struct Evening {
    ms: u64,
    requests: u64,
    up: u64,
    down: u64,
    batches: Vec<usize>,
}

impl Day {
    /// A device enrolled at a hub; profile, keys and enrolment are on their places.
    fn new() -> Self {
        let folder = TempFolder::in_memory();
        let clock = Arc::new(ManualClock::new());
        let entropy = Arc::new(SeededEntropy::new(7));
        let around = Surroundings { clock: clock.clone(), entropy: entropy.clone(), after_commit: None };
        let hub = Hub::init(&folder.join("hub"), &InitOptions::default(), around).expect("a hub");
        let text = hub.token(&TokenOptions::default()).expect("a token");
        let parts = platform(&clock, &entropy, &Arc::new(MemoryVault::new()));
        let options = JournalOptions { ballast_bytes: 0, ..JournalOptions::new(folder.join("journal")) };
        let journal = Journal::open(options, parts).expect("a journal");
        journal.enrol(&Invitation::from_text(&text).expect("an invitation")).expect("an enrolment");
        let day = Self { hub, journal, clock, _folder: folder };
        day.talk();
        day
    }

    /// A thousand records without a network; how many people they bind.
    fn work(&self) -> u64 {
        let mut station = Station::open(self.journal.clone()).expect("a station");
        station.start_shift(None, &shift_plan()).expect("a shift");
        let mut rng = Rng::new(8).fork("pace");
        let before = self.records();
        let mut bound = 0;
        for (index, ten) in (0u64..).zip(people(8, 1_000).chunks(10)) {
            station.line(LANE, &tube_label(8, index)).expect("the disk works");
            for person in ten {
                if self.records() - before >= RECORDS {
                    return bound;
                }
                self.clock.advance(PACE_MS.0 + rng.below(PACE_MS.1 - PACE_MS.0));
                let answer = station.line(LANE, &person.number).expect("the disk works");
                bound += u64::from(answer.saved.is_some());
            }
            self.journal.maintain(false).expect("the disk works");
        }
        bound
    }

    fn records(&self) -> u64 {
        self.journal.figures().expect("the disk works").records
    }

    /// Talks to the hub until there is nothing more to say; the clock moves as the link takes time.
    fn talk(&self) -> Evening {
        self.journal.seal_now().expect("the disk works");
        let mut session = SyncSession::new(self.journal.clone());
        let mut evening = Evening::default();
        let pass = |evening: &mut Evening, ms: u64| {
            evening.ms += ms;
            self.clock.advance(ms);
        };
        loop {
            match session.next().expect("the disk works") {
                Step::Send(request) => {
                    let sent = if request.body.is_empty() { Vec::new() } else { items(&request.body) };
                    evening.batches.extend(sent.iter().filter(|item| item.code() == 2).map(Item::wire_bytes));
                    let up = HEADER_BYTES + request.body.len() as u64;
                    pass(&mut evening, ROUND_TRIP_MS / 2 + up / BYTES_PER_MS);
                    let answer = deliver(&self.hub, &request);
                    let Answer::Http { body, .. } = &answer else { panic!("the hub answers") };
                    let down = HEADER_BYTES + body.len() as u64;
                    pass(&mut evening, ROUND_TRIP_MS / 2 + down / BYTES_PER_MS);
                    (evening.up, evening.down) = (evening.up + up, evening.down + down);
                    evening.requests += 1;
                    session.done(request.id, &answer).expect("the disk works");
                }
                Step::Wake { why: Waiting::NothingToSend, .. } => return evening,
                Step::Wake { after_ms, .. } => pass(&mut evening, after_ms.max(1)),
            }
        }
    }
}

fn items(bundle: &[u8]) -> Vec<Item> {
    Bundle::read(bundle).expect("a bundle").items
}

pub(crate) fn measure(_: &mut Criterion) {
    let day = Day::new();
    let people = day.work();
    // An hour later somebody walks to where there is a network.
    day.clock.advance(3_600_000);
    let evening = day.talk();
    let figures = day.journal.figures().expect("the disk works");
    assert_eq!(figures.unsent, 0, "everything reached the hub");
    assert_eq!(day.hub.figures(None).expect("figures").people, people, "and was counted");
    let bytes: usize = evening.batches.iter().sum();
    let person = |bytes: usize| bytes as f64 / people as f64;
    let entropy = (NUMBERS.log2() + ((PACE_MS.1 - PACE_MS.0) as f64).log2()) / 8.0;
    let beside = format!(
        "{people} people, {bytes} B in {} batches, enrolment and polls apart; one wrap: {:.1} B; entropy of the \
         generated fields: {entropy:.1} B",
        evening.batches.len(),
        person(bytes - evening.batches.len() * WRAP_BYTES),
    );
    budget("bytes on the wire per person", person(bytes), BYTES, " B", &beside);
    let ideal = |bytes: u64| bytes as f64 / BYTES_PER_MS as f64;
    let batches = ideal(bytes as u64);
    let beside = format!(
        "{:.1} s against {:.1} s; {} requests, {} B up, {} B down; simulated time",
        evening.ms as f64 / 1e3,
        batches / 1e3,
        evening.requests,
        evening.up,
        evening.down,
    );
    budget("a device-day over 64 kbit/s with 600 ms round trips", evening.ms as f64 / batches, SLOW, "x", &beside);
    let all = ideal(evening.up + evening.down);
    let connected = (evening.ms + CONNECT_TRIPS * ROUND_TRIP_MS) as f64 + ideal(CONNECT_BYTES);
    let says = format!(
        "{:.1} s, {:.2}x all bytes of both ways; the conversation alone {:.2}x of those",
        connected / 1e3,
        connected / (all + ideal(CONNECT_BYTES)),
        evening.ms as f64 / all,
    );
    probe("the same with TCP and TLS to connect", &says);
    probe("the device-day", &format!("{} records in the journal", figures.records));
}
