//! A day's work at a lane, and the ledger that is kept of it outside of what is tested: what was
//! asked, what was answered as saved, and what must therefore be there.

use std::collections::BTreeMap;

use fieldcore::{Answer, Station, Target};

use crate::people::{Person, people, tube_label};
use crate::rng::Rng;

/// The lane that the workload works in.
pub const LANE: &str = "1";

/// One thing that the sampler does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Scans a tube's label.
    Tube(String),
    /// Types or scans a person's number.
    Person(String),
    /// Takes the last person out again.
    Undo,
    /// Declares a binding void.
    Void {
        /// The tube's label.
        tube: String,
        /// The position in it.
        position: u32,
    },
    /// Closes the active tube short.
    Close,
}

impl Step {
    /// The line that stands for it at a station.
    pub fn line(&self) -> String {
        match self {
            Self::Tube(text) | Self::Person(text) => text.clone(),
            Self::Undo => ":undo".to_owned(),
            Self::Void { tube, position } => format!(":void {tube} {position} mistake"),
            Self::Close => ":close short".to_owned(),
        }
    }
}

/// What was answered, as far as the ledger needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The outcome's word.
    pub outcome: String,
    /// The tube.
    pub tube: Option<String>,
    /// The position.
    pub position: Option<u32>,
    /// Epoch and seq of what was saved.
    pub saved: Option<(String, u64)>,
}

impl From<&Answer> for Seen {
    fn from(answer: &Answer) -> Self {
        Self {
            outcome: answer.outcome.as_str().to_owned(),
            tube: answer.tube.clone(),
            position: answer.position,
            saved: answer.saved.map(|saved| (saved.epoch.to_string(), saved.seq)),
        }
    }
}

/// A person's place and whether it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The number.
    pub number: String,
    /// `bound`, `undone` or `voided`.
    pub state: &'static str,
}

/// The ledger outside.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    tubes: BTreeMap<String, BTreeMap<u32, Bound>>,
    active: Option<String>,
    last: Vec<(String, u32)>,
    saved: Vec<(String, u64)>,
}

impl Ledger {
    /// Enters what was answered to `step`. The error says what answer makes no sense here.
    pub fn enter(&mut self, step: &Step, seen: &Seen) -> Result<(), String> {
        let wrong = || Err(format!("{step:?} was answered with {} at {:?}", seen.outcome, seen.position));
        match (step, seen.outcome.as_str()) {
            (Step::Tube(label), "tube_opened") => self.opened(label),
            (Step::Person(number), "bound") => {
                let (Some(tube), Some(position)) = (&seen.tube, seen.position) else { return wrong() };
                if self.tubes.get(tube).is_some_and(|places| places.contains_key(&position)) {
                    return Err(format!("position {position} of {tube} was given twice"));
                }
                self.bound(tube.clone(), position, number);
            }
            (Step::Undo, "undone") => self.undone(),
            (Step::Void { tube, position }, "voided") => self.set(tube, *position, "voided"),
            (Step::Close, "tube_closed") => self.active = None,
            _ => return wrong(),
        }
        let Some(saved) = seen.saved.clone() else { return Err(format!("{step:?} was answered without a record")) };
        if self.saved.contains(&saved) {
            return Err(format!("{step:?}: record {saved:?} was reported before"));
        }
        self.saved.push(saved);
        Ok(())
    }

    fn opened(&mut self, label: &str) {
        self.tubes.entry(label.to_owned()).or_default();
        self.active = Some(label.to_owned());
    }

    fn bound(&mut self, tube: String, position: u32, number: &str) {
        let bound = Bound { number: number.to_owned(), state: "bound" };
        self.tubes.entry(tube.clone()).or_default().insert(position, bound);
        self.last.push((tube, position));
    }

    fn undone(&mut self) {
        if let Some((tube, position)) = self.last.pop() {
            self.set(&tube, position, "undone");
        }
    }

    fn set(&mut self, tube: &str, position: u32, state: &'static str) {
        self.last.retain(|(there, at)| there != tube || *at != position);
        if let Some(bound) = self.tubes.get_mut(tube).and_then(|places| places.get_mut(&position)) {
            bound.state = state;
        }
    }

    /// People who count.
    pub fn people(&self) -> usize {
        self.tubes.values().flat_map(BTreeMap::values).filter(|bound| bound.state == "bound").count()
    }

    /// Tubes with at least one person who counts.
    pub fn filled_tubes(&self) -> usize {
        self.tubes.values().filter(|places| places.values().any(|bound| bound.state == "bound")).count()
    }

    /// The numbers of people who count.
    pub fn numbers(&self) -> Vec<String> {
        let bound = self.tubes.values().flat_map(BTreeMap::values).filter(|bound| bound.state == "bound");
        bound.map(|bound| bound.number.clone()).collect()
    }

    /// The tubes and who is or was in them.
    pub const fn tubes(&self) -> &BTreeMap<String, BTreeMap<u32, Bound>> {
        &self.tubes
    }

    /// Forgets the tubes that are done, so that a long measurement takes no memory of its own.
    pub fn forget_all_but_active(&mut self) {
        let active = self.active.clone();
        self.tubes.retain(|label, _| Some(label) == active.as_ref());
        self.last.clear();
        self.saved.clear();
    }

    /// Records that were reported as saved, in order.
    pub fn saved(&self) -> &[(String, u64)] {
        &self.saved
    }

    /// Looks up whether a step that was never answered was done, and enters it if so.
    pub fn settle(&mut self, station: &Station, step: &Step) -> Result<bool, String> {
        let done = match step {
            Step::Tube(label) => {
                let there = places(station, label)?.is_some();
                if there {
                    self.opened(label);
                }
                there
            }
            Step::Person(number) => self.settle_person(station, number)?,
            Step::Undo => {
                let Some((tube, position)) = self.last.last().cloned() else { return Ok(false) };
                let undone = state_of(station, &tube, position)? == Some("undone");
                if undone {
                    self.undone();
                }
                undone
            }
            Step::Void { tube, position } => {
                let voided = state_of(station, tube, *position)? == Some("voided");
                if voided {
                    self.set(tube, *position, "voided");
                }
                voided
            }
            Step::Close => {
                let open = station.open_tubes().map_err(|error| error.to_string())?;
                let closed = !open.iter().any(|tube| tube.active && tube.tube == self.active);
                if closed {
                    self.active = None;
                }
                closed
            }
        };
        Ok(done)
    }

    fn settle_person(&mut self, station: &Station, number: &str) -> Result<bool, String> {
        let Some(tube) = self.active.clone() else { return Ok(false) };
        let found = places(station, &tube)?.unwrap_or_default();
        let position =
            found.iter().find(|(_, bound)| bound.number == number && bound.state == "bound").map(|(at, _)| *at);
        if let Some(position) = position {
            self.bound(tube, position, number);
        }
        Ok(position.is_some())
    }

    /// Compares with what the station finds: every tube, every position, who and in which state.
    pub fn compare(&self, station: &Station) -> Result<(), String> {
        for (tube, wanted) in &self.tubes {
            let found =
                places(station, tube)?.ok_or_else(|| format!("tube {tube} was reported as saved and is missing"))?;
            if found != *wanted {
                let describe = |places: &BTreeMap<u32, Bound>| {
                    places.iter().map(|(at, bound)| format!("{at} {}", bound.state)).collect::<Vec<_>>().join(", ")
                };
                return Err(format!("tube {tube}: reported [{}], found [{}]", describe(wanted), describe(&found)));
            }
        }
        let status = station.status().map_err(|error| error.to_string())?;
        if status.people as usize != self.people() || status.tubes as usize != self.filled_tubes() {
            let (people, tubes) = (self.people(), self.filled_tubes());
            return Err(format!(
                "the station counts {} people in {} tubes, the ledger {people} in {tubes}",
                status.people, status.tubes
            ));
        }
        Ok(())
    }
}

/// Who is or was in a tube; `None` for a label that was never used.
fn places(station: &Station, tube: &str) -> Result<Option<BTreeMap<u32, Bound>>, String> {
    let Some(trace) = station.trace(tube, Target::Screen).map_err(|error| error.to_string())? else { return Ok(None) };
    if trace.unreadable > 0 {
        return Err(format!("tube {tube}: {} people cannot be read", trace.unreadable));
    }
    let mut found = BTreeMap::new();
    for person in trace.people {
        let bound = Bound { number: person.number.unwrap_or_default(), state: person.state };
        if found.insert(person.position, bound).is_some() {
            return Err(format!("tube {tube}: position {} holds two people", person.position));
        }
    }
    Ok(Some(found))
}

fn state_of(station: &Station, tube: &str, position: u32) -> Result<Option<&'static str>, String> {
    Ok(places(station, tube)?.and_then(|found| found.get(&position).map(|bound| bound.state)))
}

/// Decides what the sampler does next, from a seed and the ledger alone.
#[derive(Clone, Debug)]
pub struct Workload {
    seed: u64,
    rng: Rng,
    people: Vec<Person>,
    next_person: usize,
    next_tube: u64,
    capacity: usize,
    corrections: bool,
}

impl Workload {
    /// A workload that never runs out before `people` people, with tubes of `capacity`.
    pub fn new(seed: u64, count: usize, capacity: usize) -> Self {
        let rng = Rng::new(seed).fork("workload");
        Self { seed, rng, people: people(seed, count), next_person: 0, next_tube: 0, capacity, corrections: true }
    }

    /// Without undo, void and close: people into tubes, nothing else.
    #[must_use]
    pub const fn plain(mut self) -> Self {
        self.corrections = false;
        self
    }

    /// The next step; `None` when all people are done.
    pub fn step(&mut self, ledger: &Ledger) -> Option<Step> {
        let full =
            |tube: &String| ledger.tubes[tube].values().filter(|bound| bound.state == "bound").count() >= self.capacity;
        let Some(tube) = ledger.active.clone().filter(|tube| !full(tube)) else {
            self.next_tube += 1;
            return (self.next_person < self.people.len()).then(|| Step::Tube(tube_label(self.seed, self.next_tube)));
        };
        if self.corrections && !ledger.last.is_empty() {
            match self.rng.below(40) {
                0 if ledger.last.last().is_some_and(|(last, _)| *last == tube) => return Some(Step::Undo),
                1 => {
                    let (tube, position) = self.rng.pick(&ledger.last).clone();
                    return Some(Step::Void { tube, position });
                }
                2 => return Some(Step::Close),
                _ => {}
            }
        }
        let person = self.people.get(self.next_person)?;
        self.next_person += 1;
        Some(Step::Person(person.number.clone()))
    }

    /// A step turned out not to have been done: its person or tube comes again.
    pub fn put_back(&mut self, step: &Step) {
        match step {
            Step::Person(_) => self.next_person -= 1,
            Step::Tube(_) => self.next_tube -= 1,
            _ => {}
        }
    }
}

/// The shift that the workload works in.
pub fn shift_plan() -> fieldcore::ShiftPlan {
    fieldcore::ShiftPlan {
        round: None,
        site: "Tent 1".to_owned(),
        place: None,
        operator: "Operator 1".to_owned(),
        organisation: Some("Team 1".to_owned()),
    }
}
