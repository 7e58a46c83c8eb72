//! A station on a simulated disk, driven in this process.

use std::sync::Arc;

use fieldcore::{Error, Journal, JournalOptions, Station};
use fieldcore_tests::vfs::{Disk, Image};
use fieldcore_tests::workload::{LANE, Ledger, Seen, Step, Workload, shift_plan};
use fieldcore_tests::{ManualClock, MemoryVault, SeededEntropy, TempFolder, platform};

/// One device: a folder on a simulated disk, a vault and a clock that outlive it, and the
/// ledger of what it reported.
pub(crate) struct Desk {
    pub(crate) folder: TempFolder,
    pub(crate) disk: Disk,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) entropy: Arc<SeededEntropy>,
    pub(crate) vault: Arc<MemoryVault>,
    pub(crate) ledger: Ledger,
    pub(crate) workload: Workload,
    pub(crate) ballast_bytes: u64,
}

impl Desk {
    pub(crate) fn new(seed: u64, workload: Workload) -> Self {
        let folder = TempFolder::in_memory();
        let disk = Disk::new(folder.path());
        Self {
            disk,
            folder,
            clock: Arc::new(ManualClock::new()),
            entropy: Arc::new(SeededEntropy::new(seed)),
            vault: Arc::new(MemoryVault::new()),
            ledger: Ledger::default(),
            workload,
            ballast_bytes: 0,
        }
    }

    pub(crate) fn open(&self) -> Result<Station, Error> {
        let options = JournalOptions {
            vfs: Some(self.disk.name().to_owned()),
            ballast_bytes: self.ballast_bytes,
            ..JournalOptions::new(self.folder.path())
        };
        let journal = Journal::open(options, platform(&self.clock, &self.entropy, &self.vault))?;
        let mut station = Station::open(journal)?;
        station.start_shift(None, &shift_plan())?;
        Ok(station)
    }

    /// One step; what is answered is entered into the ledger.
    pub(crate) fn step(&mut self, station: &mut Station) -> Result<Step, (Step, Error)> {
        let step = self.workload.step(&self.ledger).expect("there are people enough");
        self.take(station, step)
    }

    pub(crate) fn take(&mut self, station: &mut Station, step: Step) -> Result<Step, (Step, Error)> {
        self.clock.advance(3_000);
        match station.line(LANE, &step.line()) {
            Ok(answer) => {
                self.ledger.enter(&step, &Seen::from(&answer)).unwrap();
                Ok(step)
            }
            Err(error) => Err((step, error)),
        }
    }

    /// The device starts again on what the cut left, in a folder of its own.
    pub(crate) fn restart(&mut self, image: &Image) {
        let folder = TempFolder::in_memory();
        image.write_to(folder.path());
        self.disk = Disk::new(folder.path());
        self.folder = folder;
        self.clock.reboot();
    }

    /// Settles the step that was never answered and compares everything.
    pub(crate) fn check(&mut self, station: &Station, unanswered: Option<&Step>) -> Result<(), String> {
        if let Some(step) = unanswered
            && !self.ledger.settle(station, step)?
        {
            self.workload.put_back(step);
        }
        self.ledger.compare(station)
    }
}
