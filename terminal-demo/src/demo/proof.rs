//! The proof: what the lanes were told, what their journals hold, and what the hub counted, held
//! against each other. Nothing here mends a figure; what does not agree is named.

use std::collections::{BTreeMap, BTreeSet};

use fieldcore::{Figures as Store, Ledger, Station, Target, Trace};
use fieldcore_hub::Hub;
use fieldcore_hub::reports::model::{Conflicts, Figures, Ledger as HubLedger, LedgerBy, TubeTrace, Verification};

use super::books::Books;
use super::link::Tally;
use super::noon::Talks;
use super::party::Device;
use super::street::Kill;
use crate::exit::Failure;

/// One device when all was over.
pub(super) struct DeviceSide {
    pub(super) id: String,
    pub(super) ledger: Ledger,
    pub(super) store: Store,
    /// Every tube that the books know on it.
    pub(super) tubes: BTreeMap<String, Trace>,
}

impl DeviceSide {
    /// Reads the device's journal as it lies on the disk.
    pub(super) fn read(device: &Device, books: &Books) -> Result<Self, Failure> {
        let journal = device.open_to_read()?;
        let station = Station::open(journal.clone())?;
        let mut tubes = BTreeMap::new();
        for (_, label, _) in books.tubes.iter().filter(|(number, ..)| *number == device.number) {
            if let Some(trace) = station.trace(label, Target::Screen)? {
                tubes.insert(label.clone(), trace);
            }
        }
        let (ledger, store) = (station.ledger(None)?, journal.figures()?);
        Ok(Self { id: journal.device().to_string(), ledger, store, tubes })
    }
}

/// The hub when all was over.
pub(super) struct HubSide {
    pub(super) figures: Figures,
    pub(super) ledger: HubLedger,
    pub(super) conflicts: Conflicts,
    pub(super) held: usize,
    pub(super) opened: u64,
    pub(super) verification: Verification,
    /// Every label that the books know, with all its tubes.
    pub(super) tubes: BTreeMap<String, Vec<TubeTrace>>,
}

impl HubSide {
    /// Asks the hub.
    pub(super) fn ask(hub: &Hub, books: &Books) -> Result<Self, Failure> {
        let labels: BTreeSet<&str> = books.tubes.iter().map(|(_, label, _)| &**label).collect();
        let mut tubes = BTreeMap::new();
        for label in labels {
            tubes.insert(label.to_owned(), hub.trace(label)?);
        }
        Ok(Self {
            figures: hub.figures(None)?,
            ledger: hub.ledger(None, LedgerBy::Lane)?,
            conflicts: hub.conflicts()?,
            held: hub.held()?.len(),
            opened: hub.stock()?.opened,
            verification: hub.verify()?,
            tubes,
        })
    }
}

/// All that is held against each other.
pub(super) struct Evidence {
    pub(super) books: Books,
    pub(super) kills: Vec<Kill>,
    pub(super) link: Tally,
    pub(super) talks: Talks,
    pub(super) devices: [DeviceSide; 2],
    pub(super) hub: HubSide,
}

/// What one check is about; the words for it are the report's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    People,
    Tubes,
    Distinct,
    Places,
    Lanes,
    Receipts,
    Conflicts,
    Notices,
    Kills,
    Signatures,
    Answers,
}

/// One check: figures that must be equal, each with whose it is, and what is wrong if anything.
pub(super) struct Check {
    pub(super) about: About,
    pub(super) figures: Vec<(Whose, u64)>,
    pub(super) wrong: Vec<String>,
}

/// Whose figure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    Told,
    Journals,
    Hub,
    Sealed,
    Opened,
    Reported,
    Found,
    Expected,
}

impl Whose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Told => "the lanes were told",
            Self::Journals => "the journals have",
            Self::Hub => "the hub has",
            Self::Sealed => "sealed",
            Self::Opened => "receipts that say opened",
            Self::Reported => "reported saved",
            Self::Found => "found again",
            Self::Expected => "expected",
        }
    }
}

impl Check {
    fn equal(about: About, figures: &[(Whose, u64)]) -> Self {
        let mut check = Self { about, figures: figures.to_vec(), wrong: Vec::new() };
        if figures.windows(2).any(|pair| pair[0].1 != pair[1].1) {
            let parts: Vec<_> = figures.iter().map(|(whose, figure)| format!("{} {figure}", whose.as_str())).collect();
            check.wrong.push(parts.join(", "));
        }
        check
    }

    fn none_of(about: About, wrong: Vec<String>) -> Self {
        Self { about, figures: Vec::new(), wrong }
    }

    fn and(mut self, wrong: impl IntoIterator<Item = String>) -> Self {
        self.wrong.extend(wrong);
        self
    }

    /// Whether all agrees.
    pub(super) fn holds(&self) -> bool {
        self.wrong.is_empty()
    }
}

/// Everyone bound in a tube of a journal: position, and number or description.
pub(super) fn people_of(trace: &Trace) -> Vec<(u32, &str)> {
    let bound = trace.people.iter().filter(|person| person.state == "bound");
    bound.map(|person| (person.position, shown(&person.number, &person.description))).collect()
}

fn shown<'a>(number: &'a Option<String>, description: &'a Option<String>) -> &'a str {
    number.as_deref().or(description.as_deref()).unwrap_or_default()
}

impl Evidence {
    /// Every check, in the order in which they are shown.
    pub(super) fn checks(&self) -> Vec<Check> {
        let (books, hub) = (&self.books, &self.hub);
        let people = [
            (Whose::Told, books.standing().count() as u64),
            (Whose::Journals, self.sum(|device| u64::from(device.ledger.people))),
            (Whose::Hub, hub.figures.people),
        ];
        let tubes = [
            (Whose::Told, books.filled_tubes().len() as u64),
            (Whose::Journals, self.sum(|device| u64::from(device.ledger.tubes))),
            (Whose::Hub, hub.figures.tubes),
        ];
        let distinct = [(Whose::Told, books.distinct_people() as u64), (Whose::Hub, hub.figures.distinct_people)];
        vec![
            Check::equal(About::People, &people),
            Check::equal(About::Tubes, &tubes),
            Check::equal(About::Distinct, &distinct),
            self.places(),
            self.lanes(),
            self.receipts(),
            self.conflicts(),
            self.notices(),
            self.kills(),
            self.signatures(),
            Check::none_of(About::Answers, [books.puzzles.clone(), self.talks.oddities.clone()].concat()),
        ]
    }

    /// A figure of both devices together.
    pub(super) fn sum(&self, figure: impl Fn(&DeviceSide) -> u64) -> u64 {
        self.devices.iter().map(figure).sum()
    }

    /// Everyone is, in the journals and at the hub, in the tube and at the position that the lane
    /// was told.
    fn places(&self) -> Check {
        let (mut in_journals, mut at_hub, mut wrong) = (0, 0, Vec::new());
        for entry in self.books.standing() {
            let device = &self.devices[entry.device];
            let person = (entry.position, &*entry.who.shown);
            let here = device.tubes.get(&entry.tube).is_some_and(|trace| people_of(trace).contains(&person));
            let there = self.hub_people(&device.id, &entry.tube).contains(&person);
            in_journals += u64::from(here);
            at_hub += u64::from(there);
            for (is_there, whom) in [(here, "the journal"), (there, "the hub")] {
                if !is_there {
                    let (lane, tube, position) = (entry.lane, &entry.tube, entry.position);
                    wrong.push(format!("lane {lane}, tube {tube}, position {position}: not so at {whom}"));
                }
            }
        }
        let told = self.books.standing().count() as u64;
        let figures = [(Whose::Told, told), (Whose::Journals, in_journals), (Whose::Hub, at_hub)];
        Check::equal(About::Places, &figures).and(wrong)
    }

    fn hub_people(&self, device: &str, tube: &str) -> Vec<(u32, &str)> {
        let traces = self.hub.tubes.get(tube).map(Vec::as_slice).unwrap_or_default();
        let of_device = traces.iter().filter(|trace| trace.device == device);
        let people = of_device.flat_map(|trace| &trace.people);
        people.map(|person| (person.position, shown(&person.number, &person.description))).collect()
    }

    /// Every line of the devices' ledgers is the hub's.
    fn lanes(&self) -> Check {
        let (mut ours, mut agree, mut wrong) = (0, 0, Vec::new());
        for row in self.devices.iter().flat_map(|device| &device.ledger.rows) {
            ours += 1;
            let figures = [row.people, row.tubes, row.short, row.spoiled, row.voided].map(u64::from);
            let theirs = self
                .hub
                .ledger
                .rows
                .iter()
                .find(|hubs| (&hubs.site, &hubs.lane, &hubs.operator) == (&row.site, &row.lane, &row.operator));
            let theirs =
                theirs.map(|row| &row.figures).map(|row| [row.people, row.tubes, row.short, row.spoiled, row.voided]);
            if theirs == Some(figures) {
                agree += 1;
            } else {
                let lane = row.lane.as_deref().unwrap_or("-");
                let theirs = theirs.map_or_else(|| "nothing".to_owned(), |figures| format!("{figures:?}"));
                wrong.push(format!(
                    "lane {lane}: people, tubes, short, spoiled, voided are {figures:?}, the hub has {theirs}"
                ));
            }
        }
        let hubs = self.hub.ledger.rows.len() as u64;
        Check::equal(About::Lanes, &[(Whose::Journals, ours), (Whose::Hub, hubs.min(agree))]).and(wrong)
    }

    fn receipts(&self) -> Check {
        let figures = [
            (Whose::Sealed, self.sum(|device| device.store.sealed)),
            (Whose::Opened, self.sum(|device| device.store.opened)),
            (Whose::Hub, self.hub.opened),
        ];
        let mut wrong = Vec::new();
        for (device, name) in self.devices.iter().zip(["of lanes A and B", "of lane C"]) {
            let store = &device.store;
            for (count, what) in [(store.unsent, "without a receipt"), (store.held, "held"), (store.refused, "refused")]
            {
                if count > 0 {
                    wrong.push(format!("the device {name}: {count} {what}"));
                }
            }
        }
        if self.hub.held > 0 {
            wrong.push(format!("the hub holds {} items without having counted them", self.hub.held));
        }
        if self.talks.unfinished > 0 {
            wrong.push(format!("{} conversations with the hub did not come to their end", self.talks.unfinished));
        }
        Check::equal(About::Receipts, &figures).and(wrong)
    }

    /// The hub found the conflicts that the books expect, and no other.
    fn conflicts(&self) -> Check {
        let expected = self.books.people_twice() + self.books.labels_twice().len();
        let conflicts = &self.hub.conflicts;
        let found: BTreeSet<&str> = conflicts.tubes.iter().map(|conflict| &*conflict.tube).collect();
        let mut wrong = Vec::new();
        for label in self.books.labels_twice().symmetric_difference(&found) {
            wrong.push(format!("the label {label} was used by two devices for one side only"));
        }
        if conflicts.people.len() != self.books.people_twice() {
            let (told, found) = (self.books.people_twice(), conflicts.people.len());
            wrong.push(format!("{told} people were bound by both devices, the hub found {found}"));
        }
        let figures = [(Whose::Expected, expected as u64), (Whose::Hub, conflicts.count() as u64)];
        Check::equal(About::Conflicts, &figures).and(wrong)
    }

    /// Each device was told of each conflict.
    fn notices(&self) -> Check {
        let each = self.hub.conflicts.people.len() + self.hub.conflicts.tubes.len();
        let heard = self.talks.notices.iter().sum::<usize>();
        let expected = each * self.devices.len();
        Check::equal(About::Notices, &[(Whose::Expected, expected as u64), (Whose::Found, heard as u64)])
    }

    fn kills(&self) -> Check {
        let sum = |figure: fn(&Kill) -> usize| self.kills.iter().map(figure).sum::<usize>() as u64;
        let figures = [(Whose::Reported, sum(|kill| kill.reported)), (Whose::Found, sum(|kill| kill.found))];
        Check::equal(About::Kills, &figures)
    }

    /// Every signature, gap and receipt at the hub, checked again from the stored bytes.
    fn signatures(&self) -> Check {
        let verification = &self.hub.verification;
        let wrong = verification.faults.iter().chain(&verification.gaps).cloned().collect::<Vec<_>>();
        let unsaid = (!verification.ok && wrong.is_empty()).then(|| "the hub's own check failed".to_owned());
        Check::none_of(About::Signatures, wrong).and(unsaid)
    }
}
