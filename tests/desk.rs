//! A station on a simulated disk, driven in this process.

use std::sync::Arc;

use crate::corpus::invitation_to_nowhere;
use crate::vfs::{Disk, Image};
use crate::workload::{LANE, Ledger, Seen, Step, Workload, shift_plan};
use crate::{ManualClock, MemoryVault, SeededEntropy, TempFolder, platform};
use fieldcore::{Error, Journal, JournalOptions, Station};

/// One device: a folder on a simulated disk, a vault and a clock that outlive it, and the
/// ledger of what it reported.
#[derive(Debug)]
pub struct Desk {
    /// Where the journal lies now.
    pub folder: TempFolder,
    /// The disk beneath it.
    pub disk: Disk,
    /// The device's clock.
    pub clock: Arc<ManualClock>,
    /// The device's randomness.
    pub entropy: Arc<SeededEntropy>,
    /// The device's vault.
    pub vault: Arc<MemoryVault>,
    /// What it reported as saved.
    pub ledger: Ledger,
    /// What its sampler does.
    pub workload: Workload,
    /// Bytes of its ballast file; 0 for none.
    pub ballast_bytes: u64,
    /// Whether it is enrolled at a hub that is nowhere when it opens for the first time, so that
    /// it seals; not for a device that is to enrol at a real one.
    pub seals_for_nowhere: bool,
}

impl Desk {
    /// A new device.
    pub fn new(seed: u64, workload: Workload) -> Self {
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
            seals_for_nowhere: true,
        }
    }

    /// A second live copy of the device as it is on its disk now, vault and all.
    #[must_use]
    pub fn clone_device(&self, seed: u64, workload: Workload) -> Self {
        let folder = TempFolder::in_memory();
        Image::of_folder(self.folder.path()).write_to(folder.path());
        Self {
            disk: Disk::new(folder.path()),
            folder,
            clock: Arc::new(ManualClock::at(fieldcore::Clock::wall_ms(&*self.clock))),
            entropy: Arc::new(SeededEntropy::new(seed)),
            vault: Arc::new(self.vault.copy()),
            ledger: self.ledger.clone(),
            workload,
            ballast_bytes: self.ballast_bytes,
            seals_for_nowhere: self.seals_for_nowhere,
        }
    }

    /// Opens the journal and begins (or goes on with) the shift.
    pub fn open(&self) -> Result<Station, Error> {
        let options = JournalOptions {
            vfs: Some(self.disk.name().to_owned()),
            ballast_bytes: self.ballast_bytes,
            ..JournalOptions::new(self.folder.path())
        };
        let journal = Journal::open(options, platform(&self.clock, &self.entropy, &self.vault))?;
        if self.seals_for_nowhere && !journal.is_enrolled()? {
            journal.enrol(&invitation_to_nowhere())?;
        }
        let mut station = Station::open(journal)?;
        station.start_shift(None, &shift_plan())?;
        Ok(station)
    }

    /// One step; what is answered is entered into the ledger.
    pub fn step(&mut self, station: &mut Station) -> Result<Step, (Step, Error)> {
        let step = self.workload.step(&self.ledger).expect("the workload has people enough");
        self.take(station, step)
    }

    /// Does `step`, three seconds after the one before.
    pub fn take(&mut self, station: &mut Station, step: Step) -> Result<Step, (Step, Error)> {
        self.clock.advance(3_000);
        match station.line(LANE, &step.line()) {
            Ok(answer) => {
                self.ledger.enter(&step, &Seen::from(&answer)).expect("the answer fits the ledger");
                Ok(step)
            }
            Err(error) => Err((step, error)),
        }
    }

    /// The device starts again on what the cut left, in a folder of its own.
    pub fn restart(&mut self, image: &Image) {
        let folder = TempFolder::in_memory();
        image.write_to(folder.path());
        self.disk = Disk::new(folder.path());
        self.folder = folder;
        self.clock.reboot();
    }

    /// Settles the step that was never answered and compares everything.
    pub fn check(&mut self, station: &Station, unanswered: Option<&Step>) -> Result<(), String> {
        if let Some(step) = unanswered
            && !self.ledger.settle(station, step)?
        {
            self.workload.put_back(step);
        }
        self.ledger.compare(station)
    }
}
