//! The two evenings: the runner carries boxes and records to the road, where there is a network and the lab's desk.

use std::collections::BTreeSet;
use std::path::PathBuf;

use fieldcore::NewFollowUp;
use fieldcore::custody::desk::{self, Found, Sent};
use fieldcore::doors::Doors;
use fieldcore::record::{DeskFinding, FollowUpKind};
use fieldcore_hub::Hub;
use fieldcore_hub::reports::custody_model::Custody;
use fieldcore_hub::reports::model::DeviceRow;

use super::calendar::at;
use super::party::{AREA, HALL, Party};
use crate::exit::Failure;

/// What the hub knows at the end of the first evening.
pub(super) struct Heard {
    pub(super) doors: Doors,
    pub(super) custody: Custody,
    /// The dead phone as the hub knows it.
    pub(super) dead: Option<DeviceRow>,
    /// What the desk found of the first day's boxes.
    pub(super) took: Desk,
}

/// What the desk found.
#[derive(Clone, Copy, Default)]
pub(super) struct Desk {
    pub(super) sent: usize,
    pub(super) present: usize,
    pub(super) missing: usize,
    pub(super) other: usize,
}

/// Boxes with the labels in them.
type Boxes = Vec<(String, Vec<String>)>;

impl Party {
    /// The first evening.
    pub(super) fn first_evening(&mut self) -> Result<Heard, Failure> {
        let mut boxes: Boxes = self.books.boxes.clone().into_iter().collect();
        boxes.extend(self.collect(1)?);
        let dead: Vec<String> = self.books.lost_tubes().into_iter().map(str::to_owned).collect();
        let packed = self.runner.pack(&dead)?;
        self.books.boxes.extend(packed.clone());
        boxes.extend(packed);
        let files: Vec<PathBuf> = ["chief", "team-1", "team-2", "team-3"].map(|name| self.file(name)).to_vec();
        for (phone, file) in [&self.chief, &self.one, &self.two, &self.three].into_iter().zip(&files) {
            phone.export(file)?;
        }
        self.runner.import(&files)?;
        let (hub, clock) = (self.hub.clone(), self.hub_clock());
        self.runner.time(at(1, "19:30"));
        Self::talk(&hub, &clock, &mut self.runner)?;
        let took = self.desk(1, &boxes, None)?;
        // The hub knows the helper now, and has a list for it.
        hub.roster_assign(self.three.device(), &[AREA.to_owned()])?;
        let carried = read(&self.file("team-3"))?;
        write(&self.file("back-3"), &hub.ingest_carried(&carried, Some(self.runner.device()))?)?;
        self.runner.export(&self.file("back"))?;
        let doors = hub.coverage(None)?.1;
        let dead = self.dead.to_string();
        let dead = hub.devices()?.into_iter().find(|row| row.device == dead);
        let custody = hub.custody(None)?;
        self.bring_back()?;
        Ok(Heard { doors, custody, dead, took })
    }

    /// Before the second day the phones take what the runner brought.
    fn bring_back(&mut self) -> Result<(), Failure> {
        let (back, list) = (self.file("back"), self.file("back-3"));
        for phone in [&mut self.chief, &mut self.one, &mut self.two, &mut self.three] {
            phone.time(at(2, "07:00"));
            let files = if phone.name == "team-3" { vec![back.clone(), list.clone()] } else { vec![back.clone()] };
            phone.import(&files)?;
        }
        Ok(())
    }

    /// The runner goes round and takes what is packed.
    fn collect(&mut self, day: i64) -> Result<Boxes, Failure> {
        let mut all = Boxes::new();
        for phone in [&mut self.one, &mut self.two, &mut self.three] {
            phone.time(at(day, "17:30"));
            phone.close()?;
            let boxes = phone.pack(&[])?;
            phone.hand_over(&mut self.runner, &boxes, None)?;
            all.extend(boxes);
        }
        self.books.boxes.extend(all.clone());
        Ok(all)
    }

    /// The lab's desk takes boxes from the runner and compares them with the hub's list; `dropped` fell out on the way.
    fn desk(&mut self, day: i64, boxes: &Boxes, dropped: Option<&str>) -> Result<Desk, Failure> {
        let (hub, clock) = (self.hub.clone(), self.hub_clock());
        self.lab.begin(HALL, at(day, "20:00"))?;
        let from = boxes.iter().find(|(_, tubes)| tubes.iter().any(|tube| Some(&**tube) == dropped));
        let from = from.map(|(label, _)| label.clone());
        // What should be there the hub says, which has the records of whoever packed it.
        let labels: BTreeSet<&String> = boxes.iter().map(|(label, _)| label).collect();
        let mut sent = Sent::new();
        for one in hub.custody(None)?.boxes {
            let Some(label) = one.container.filter(|label| labels.contains(label)) else { continue };
            sent.extend(one.tubes.into_iter().map(|tube| (tube, Some(label.clone()))));
        }
        let hand_over = self.runner.hand_over(&mut self.lab, boxes, from.as_deref())?;
        let lying = boxes.iter().flat_map(|(label, tubes)| tubes.iter().map(move |tube| (label, tube)));
        let lying = lying.filter(|(_, tube)| Some(&***tube) != dropped);
        let found: Vec<Found> =
            lying.map(|(label, tube)| Found::Tube { label: tube.clone(), container: Some(label.clone()) }).collect();
        let findings = desk::compare(&sent, &found);
        self.lab.act(|station, lane| station.desk_received(lane, &findings, &|_| hand_over))?;
        Self::talk(&hub, &clock, &mut self.lab)?;
        Self::talk(&hub, &clock, &mut self.runner)?;
        let count = |what| findings.iter().filter(|finding| finding.found == what).count();
        let (present, missing) = (count(DeskFinding::Present), count(DeskFinding::Missing));
        Ok(Desk { sent: sent.len(), present, missing, other: findings.len() - present - missing })
    }

    /// The second evening: everybody comes to the road, one tube does not.
    pub(super) fn second_evening(&mut self) -> Result<Desk, Failure> {
        let boxes = self.collect(2)?;
        let (hub, clock) = (self.hub.clone(), self.hub_clock());
        self.runner.time(at(2, "19:00"));
        for phone in [&mut self.one, &mut self.two, &mut self.three, &mut self.chief, &mut self.runner] {
            Self::talk(&hub, &clock, phone)?;
        }
        let dropped = self.choose(&boxes);
        self.books.dropped.extend(dropped.clone());
        let took = self.desk(2, &boxes, dropped.as_deref())?;
        self.ask_again(&hub)?;
        // Whoever is written off owes nothing any more.
        hub.close_device(self.dead)?;
        for phone in [&mut self.one, &mut self.two, &mut self.three, &mut self.chief, &mut self.lab, &mut self.runner] {
            Self::talk(&hub, &clock, phone)?;
        }
        Ok(took)
    }

    /// A tube of the last boxes whose people all live behind doors that the list has.
    fn choose(&self, boxes: &Boxes) -> Option<String> {
        let listed: BTreeSet<String> = self
            .village
            .people()
            .filter(|(home, _)| home.listed)
            .map(|(home, one)| super::doors::who(home, one))
            .collect();
        let mut tubes = boxes.iter().flat_map(|(_, tubes)| tubes);
        let mut whole = tubes.clone().filter(|tube| {
            let mut people = self.books.standing().filter(|entry| entry.tube == **tube).peekable();
            people.peek().is_some() && people.all(|entry| listed.contains(&entry.who))
        });
        whole.next().or_else(|| tubes.next()).cloned()
    }

    /// Whoever is in a tube that the desk misses must be sampled again: it stands as a thing to do, of each.
    fn ask_again(&mut self, hub: &Hub) -> Result<(), Failure> {
        let people = hub.coverage(None)?.1.people;
        for missing in hub.custody(None)?.missing {
            let records: BTreeSet<String> =
                hub.trace(&missing.tube)?.into_iter().flat_map(|tube| tube.people).map(|one| one.record).collect();
            for one in
                people.iter().filter(|one| one.sample.as_ref().is_some_and(|at| records.contains(&at.to_string())))
            {
                let (household, resident, what) = (one.household, Some(one.resident), FollowUpKind::ComeAgain);
                let note = Some("the tube was lost on the way");
                let new = NewFollowUp { household, resident, what, due_ms: Some(at(3, "12:00")), note };
                self.runner.act(|station, lane| station.follow_up(lane, &new))?;
            }
        }
        Ok(())
    }
}

fn read(file: &std::path::Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(file).map_err(|source| Failure::Input { path: file.to_owned(), source })
}

fn write(file: &std::path::Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(file, bytes).map_err(|source| Failure::Output { to: file.display().to_string(), source })
}
