//! One post that binds people as fast as it is asked, and what it has for that.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fieldcore::{Journal, JournalOptions, Station};
use fieldcore_tests::corpus::invitation_to_nowhere;
use fieldcore_tests::workload::{LANE, shift_plan};
use fieldcore_tests::{ManualClock, MemoryVault, SeededEntropy, county_numbers, platform, tube_label};

/// People of one tube.
const CAPACITY: u64 = 10;
/// A county whose numbers suffice for millions.
const REGION: u32 = 110_101;

/// A post with a journal in some folder, enrolled, so that it seals as in the field.
pub(crate) struct Post {
    pub(crate) station: Station,
    pub(crate) clock: Arc<ManualClock>,
    vault: Arc<MemoryVault>,
    entropy: Arc<SeededEntropy>,
    numbers: Box<dyn Iterator<Item = String>>,
    people: u64,
    tubes: u64,
}

impl Post {
    /// A new journal in `folder`, its shift begun.
    pub(crate) fn new(folder: &Path, seed: u64) -> Self {
        Self::with(JournalOptions::new(folder), seed)
    }

    /// The same with options of its own.
    pub(crate) fn with(options: JournalOptions, seed: u64) -> Self {
        let (clock, vault) = (Arc::new(ManualClock::new()), Arc::new(MemoryVault::new()));
        let entropy = Arc::new(SeededEntropy::new(seed));
        let journal = Journal::open(options, platform(&clock, &entropy, &vault)).expect("a journal");
        journal.enrol(&invitation_to_nowhere()).expect("an enrolment");
        let mut station = Station::open(journal).expect("a station");
        station.start_shift(None, &shift_plan()).expect("a shift");
        let numbers = Box::new(county_numbers(REGION, 1880..=1905));
        Self { station, clock, vault, entropy, numbers, people: 0, tubes: 0 }
    }

    /// The same device with its journal in another folder, which holds a copy of it.
    pub(crate) fn moved(self, folder: &Path) -> Self {
        let Self { station, clock, vault, entropy, numbers, people, tubes } = self;
        drop(station);
        let journal =
            Journal::open(JournalOptions::new(folder), platform(&clock, &entropy, &vault)).expect("the copy opens");
        let station = Station::open(journal).expect("a station");
        Self { station, clock, vault, entropy, numbers, people, tubes }
    }

    /// Opens the journal in `folder` again, to the point where the first scan can be taken.
    pub(crate) fn reopened(&self, folder: &Path) -> (Station, Duration) {
        let parts = platform(&self.clock, &self.entropy, &self.vault);
        let began = Instant::now();
        let station =
            Station::open(Journal::open(JournalOptions::new(folder), parts).expect("it opens")).expect("a station");
        (station, began.elapsed())
    }

    /// A tube for the next person, and what nobody waits for; neither is timed.
    pub(crate) fn make_room(&mut self) {
        if self.people == self.tubes * CAPACITY {
            self.station.journal().maintain(false).expect("the disk works");
            self.clock.advance(2_500);
            self.tubes += 1;
            let answer = self.station.line(LANE, &tube_label(1, self.tubes)).expect("the disk works");
            assert!(answer.saved.is_some(), "the tube was not opened: {}", answer.outcome.as_str());
        }
    }

    /// Binds the next person; how long the answer took.
    pub(crate) fn bind(&mut self) -> Duration {
        self.make_room();
        let number = self.numbers.next().expect("people enough");
        self.clock.advance(21_600);
        let began = Instant::now();
        let answer = self.station.line(LANE, &number).expect("the disk works");
        let took = began.elapsed();
        assert!(answer.saved.is_some(), "nobody was bound: {}", answer.outcome.as_str());
        self.people += 1;
        took
    }

    /// Binds people until the journal holds so many records.
    pub(crate) fn fill(&mut self, records: u64) {
        while self.records() < records {
            let missing = records - self.records();
            for _ in 0..missing.div_ceil(2) {
                self.bind();
            }
        }
    }

    /// People bound so far.
    pub(crate) const fn people(&self) -> u64 {
        self.people
    }

    /// Tubes opened so far.
    pub(crate) const fn tubes(&self) -> u64 {
        self.tubes
    }

    /// Records in the journal.
    pub(crate) fn records(&self) -> u64 {
        self.station.journal().figures().expect("the disk works").records
    }
}
