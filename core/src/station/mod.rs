//! The station: one verb for the sampler, one answer for every scan.
//!
//! Every question is answered from the journal's state, so the process may die between any two
//! scans and the next answer is the same. Two things are of the moment only, and a restart
//! forgets them: the last scan's text (for the re-scan within two seconds) and a question that
//! waits for `:confirm`; for both nothing was written, and scanning again asks again.

mod ages;
mod answer;
mod bind;
mod boxes;
mod cards;
mod check;
mod correct;
mod desk;
mod doors;
#[cfg(feature = "optics")]
mod eyes;
mod figures;
mod handing;
mod log;
mod mixing;
mod passing;
mod pending;
mod profiles;
mod report;
mod route;
mod scan_flow;
mod sheet;
mod shift;
mod source;
mod trace;
mod tube;
mod verb;

#[cfg(test)]
mod tests;

pub use ages::{BoxLine, PackedTube};
pub use answer::{Answer, Candidate, Cue, Earlier, Outcome, PROBLEMS, Placed, Remark};
pub use cards::{IssuedCard, NewProxy};
pub use check::{CheckItem, CheckReport, Finding, Surroundings};
pub use doors::{
    AddedHousehold, ClaimPlan, DoorVerb, FollowUpLine, FoundAtDoor, FoundLine, MissedLine, NamedPerson, NewFollowUp,
    NewHousehold, NewResident, ResidentLine,
};
#[cfg(feature = "optics")]
pub use eyes::{Eyes, Glance};
pub use figures::{Ledger, LedgerRow, OpenTube, ShiftTube, Status};
pub use log::{Export, LogLine};
pub use report::Language;
pub use shift::{ShiftFigures, ShiftPlan};
pub use trace::{Target, Trace, TracedPerson};
pub use verb::{USAGES, Verb};

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::crypto::sha256;
use crate::custody::desk::Finding as DeskLine;
use crate::error::{Error, Result};
use crate::id::RecordRef;
use crate::journal::{Action, Journal, Moment as Instant, View};
use crate::limits::SCAN_BYTES_MAX;
use crate::pack::Fixed;
use crate::profile::Profile;
use crate::record::{DeskReceived, Exported};
use crate::scan::{Reading, Scan, interpret_with};
use crate::state;
use desk::Desk;
use figures::Outside;
use pending::Question;
use profiles::Profiles;
use source::Source;

/// What a lane remembers of the moment before; a restart forgets it.
#[derive(Default)]
struct Moment {
    last: Option<LastScan>,
    question: Option<Question>,
}

/// The last scan of a lane and its answer. Of the text only a digest is kept.
struct LastScan {
    digest: [u8; 32],
    mono_ms: u64,
    answer: Answer,
}

/// The lanes of one journal.
pub struct Station {
    journal: Journal,
    profiles: Profiles,
    moments: BTreeMap<String, Moment>,
    roster: doors::AtHand,
    kept: doors::Kept,
    added: doors::AddedHomes,
}

impl std::fmt::Debug for Station {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Station")
    }
}

impl Station {
    /// The station on `journal`. A journal that is open for reading only answers every question
    /// and refuses every scan and verb.
    pub fn open(journal: Journal) -> Result<Self> {
        let (roster, kept, added) = Default::default();
        let mut station =
            Self { journal, profiles: Profiles::default(), moments: BTreeMap::new(), roster, kept, added };
        station.profile()?;
        station.refresh_roster()?;
        Ok(station)
    }

    /// The journal.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// The profile in force for tubes opened from now on.
    pub fn profile(&self) -> Result<Arc<Profile>> {
        self.view(|view| self.profiles.in_force(view))
    }

    /// Begins a shift in a lane, or for all lanes that have none of their own. The same plan
    /// again goes on with the running shift. Another operator takes over the open tubes; another
    /// round closes those of the round before.
    pub fn start_shift(&mut self, lane: Option<&str>, plan: &ShiftPlan) -> Result<RecordRef> {
        lane.map_or(Ok(()), |lane| shift::name("lane", lane))?;
        let random = self.journal.platform().random()?;
        self.moments.clear();
        self.journal.act(|action| shift::start(action, &self.profiles, lane, plan, random))
    }

    /// Ends the running shift of a lane (or, without, that of the whole device): closes the tubes
    /// that nobody works with any more, lets go who still waits for one, and records the figures.
    /// `None` if none runs.
    pub fn end_shift(&mut self, lane: Option<&str>) -> Result<Option<ShiftFigures>> {
        self.moments.clear();
        self.journal.act(|action| {
            let key = state::lane_key(action, lane)?;
            let running = state::shifts_open(action.conn())?.into_iter().rev().find(|shift| shift.lane == key);
            running.map(|running| shift::end(action, lane, &running, true)).transpose()
        })
    }

    /// Takes one scan in a lane. An error is the machine's alone (disk, key, lock); whatever was
    /// scanned is answered.
    pub fn scan(&mut self, lane: &str, scan: &Scan) -> Result<Answer> {
        let text = scan.text();
        if text.expose().len() > SCAN_BYTES_MAX {
            return Ok(Answer::refused("length"));
        }
        if text.expose().trim().is_empty() {
            // A scanner that ends its lines twice; what was asked or scanned before still stands.
            return Ok(Answer::refused("structure"));
        }
        let digest = sha256(&[text.expose().trim().as_bytes()]);
        let mut moment = self.moments.remove(lane).unwrap_or_default();
        let asked = moment.question.take();
        let (answer, now, question, repeated) = self.at_desk(lane, |desk| {
            let now = desk.action.mono_ms();
            if let Some(answer) =
                moment.last.as_ref().and_then(|last| last.again(&digest, now, desk.profile.debounce_ms))
            {
                return Ok((answer, now, asked, true));
            }
            desk.question = asked;
            let answer = desk.scanned(scan, text.expose())?;
            Ok((answer, now, desk.question.take(), false))
        })?;
        let first = if repeated { moment.last.map(|last| last.answer) } else { None };
        let last = LastScan { digest, mono_ms: now, answer: first.unwrap_or_else(|| answer.clone()) };
        self.moments.insert(lane.to_owned(), Moment { last: Some(last), question });
        Ok(answer)
    }

    /// Takes one verb in a lane.
    pub fn verb(&mut self, lane: &str, verb: &Verb) -> Result<Answer> {
        if let Some(answer) = verb.for_shell() {
            return Ok(answer);
        }
        if let Verb::Door(verb) = verb {
            let question = self.receiving_in(lane);
            self.moments.insert(lane.to_owned(), Moment { last: None, question });
            return self.door_verb(lane, verb);
        }
        let asked = self.moments.remove(lane).and_then(|moment| moment.question);
        let (answer, _, question, _) = self.at_desk(lane, |desk| {
            desk.question = asked;
            let answer = desk.verb(verb)?;
            Ok((answer, 0, desk.question.take(), false))
        })?;
        self.moments.insert(lane.to_owned(), Moment { last: None, question });
        Ok(answer)
    }

    /// The hand-over that is being received in a lane; any other question there is over.
    fn receiving_in(&mut self, lane: &str) -> Option<Question> {
        self.moments.remove(lane).and_then(|moment| moment.question).filter(Question::receives)
    }

    /// Takes one line in a lane: a verb if it starts with `:`, else a scan of a keyboard or a
    /// keyboard-wedge scanner. A verb that cannot be understood is answered with its usage.
    pub fn line(&mut self, lane: &str, line: &str) -> Result<Answer> {
        if !line.trim_start().starts_with([':', '：']) {
            return self.scan(lane, &Scan::line(line));
        }
        match Verb::parse(line) {
            Ok(verb) => self.verb(lane, &verb),
            Err(error) => Ok(Answer { text: Some(error.to_string()), ..Answer::new(Outcome::Help, Cue::Attention) }),
        }
    }

    /// One action at a lane's desk.
    fn at_desk(&self, lane: &str, f: impl FnOnce(&mut Desk<'_, '_>) -> Result<Done>) -> Result<Done> {
        if let Err(error) = shift::name("lane", lane) {
            let answer = Answer { text: Some(error.to_string()), ..Answer::refused("lane_name") };
            return Ok((answer, 0, None, false));
        }
        let done = self.journal.act(|action| match self.desk(action, lane)? {
            Some(mut desk) => f(&mut desk),
            None => Ok((Answer::refused("no_shift"), 0, None, false)),
        });
        match done {
            // The texts of one person together do not fit a record; nothing of the action was written.
            Err(Error::Limit { .. }) => Ok((Answer::refused("too_long"), 0, None, false)),
            other => other,
        }
    }

    /// The desk of a lane, with the roster at hand; `None` while no shift runs there.
    fn desk<'a, 'tx>(&'a self, action: &'a mut Action<'tx>, lane: &'a str) -> Result<Option<Desk<'a, 'tx>>> {
        let mut desk = Desk::open(action, &self.profiles, lane)?;
        desk.iter_mut().for_each(|desk| desk.roster = self.roster.opened());
        Ok(desk)
    }

    fn view<T>(&self, f: impl FnOnce(&View<'_>) -> Result<T>) -> Result<T> {
        self.journal.view(f)
    }

    fn wall_ms(&self) -> i64 {
        self.journal.platform().clock.wall_ms()
    }

    /// Where the station stands.
    pub fn status(&self) -> Result<Status> {
        let figures = self.journal.figures()?;
        let outside = Outside {
            device: self.journal.device().to_string(),
            epoch: self.journal.epoch().to_string(),
            figures,
            mode: self.journal.mode(),
            wall_ms: self.wall_ms(),
        };
        self.view(|view| figures::status(view, &self.profiles, outside))
    }

    /// The ledger of a round (name or id); of the current one without.
    pub fn ledger(&self, round: Option<&str>) -> Result<Ledger> {
        self.view(|view| figures::ledger(view, &self.profiles, round))
    }

    /// The open tubes of the current round, oldest first.
    pub fn open_tubes(&self) -> Result<Vec<OpenTube>> {
        let wall_ms = self.wall_ms();
        self.view(|view| {
            let profile = self.profiles.in_force(view)?;
            let (round, _) = figures::current_round(view, &profile)?;
            figures::open_tubes(view, &self.profiles, round, wall_ms)
        })
    }

    /// The boxes of the current round, in the order in which they were opened or received; behind them those of other
    /// rounds that are still here, or were handed over in the latest shift.
    pub fn boxes(&self) -> Result<Vec<BoxLine>> {
        let now = Instant::read(self.journal.platform());
        self.view(|view| {
            let profile = self.profiles.in_force(view)?;
            let (round, _) = figures::current_round(view, &profile)?;
            ages::boxes(view, &profile, round, now)
        })
    }

    /// Takes a scan of the packing screen: a box becomes the lane's, anything else goes into it. While boxes are being
    /// received, it is one of these.
    pub fn pack(&mut self, lane: &str, scan: &Scan) -> Result<Answer> {
        let asked = self.receiving_in(lane);
        let (answer, _, question, _) = self.at_desk(lane, |desk| {
            desk.question = asked;
            let answer = if desk.receives() { desk.scanned_beside(scan)? } else { desk.pack_scanned(scan)? };
            Ok((answer, 0, desk.question.take(), false))
        })?;
        self.moments.insert(lane.to_owned(), Moment { last: None, question });
        Ok(answer)
    }

    /// What a scan says, read as a lane would read it: nothing is decided by it and nothing is saved.
    pub fn interpret(&self, scan: &Scan) -> Result<Reading> {
        let today = desk::Today::of(self.wall_ms(), None).latest;
        Ok(interpret_with(scan, today, &self.profile()?.trust))
    }

    /// What a scan may name: a tube's label and a box's, as the profile reads them. Neither for a person's document.
    pub fn labels_in(&self, scan: &Scan) -> Result<(Option<String>, Option<String>)> {
        let (profile, reading) = (self.profile()?, self.interpret(scan)?);
        if reading.names_a_person() {
            return Ok((None, None));
        }
        let tube = profile.tube_name(&reading).map(|label| label.text);
        Ok((tube, profile.box_name(&reading).map(|label| label.text)))
    }

    /// Records what a receiving desk found, one record a label; `hand_over` names the hand-over by which a label was
    /// sent. Answers the last record, `None` where there is nothing to record.
    pub fn desk_received(
        &self,
        lane: &str,
        findings: &[DeskLine],
        hand_over: &dyn Fn(&str) -> Option<[u8; 16]>,
    ) -> Result<Option<RecordRef>> {
        shift::name("lane", lane)?;
        self.journal.act(|action| {
            let key = state::lane_key(action, Some(lane))?;
            let shift = state::shift_of_lane(action.conn(), &key)?
                .ok_or_else(|| Error::refused("receiving", "no shift runs at this desk; begin one"))?;
            let mut saved = None;
            for finding in findings {
                let body = DeskReceived {
                    hand_over: hand_over(&finding.label).map(Fixed),
                    container: finding.container.clone(),
                    label: finding.label.clone(),
                    found: finding.found,
                };
                saved = Some(action.append(Some(lane), Some(shift.at), body)?);
            }
            Ok(saved)
        })
    }

    /// The tubes opened in the running shift of a lane, or in every running shift of the device,
    /// closed and spoiled ones among them, latest first. Between two shifts, those of the last one.
    pub fn shift_tubes(&self, lane: Option<&str>) -> Result<Vec<ShiftTube>> {
        self.view(|view| {
            let lane = lane.map(|lane| state::lane_key(view, Some(lane))).transpose()?;
            figures::shift_tubes(view, lane.as_ref())
        })
    }

    /// The day sheet of the current round: figures, tubes, boxes, doors and lines to sign, as a page of HTML that holds no
    /// person, needs nothing else and prints on A4. What there is nothing of has no section.
    pub fn day_sheet(&self, language: Language) -> Result<String> {
        sheet::day_sheet(self, language)
    }

    /// Everyone who is or was in a tube, with contact and place; `None` for a label that was never
    /// used here. That this left the device in readable form is recorded first; where nothing can
    /// be written (a journal open for reading only, a full disk) [`Trace::logged`] is `None`.
    pub fn trace(&self, tube: &str, target: Target) -> Result<Option<Trace>> {
        match (self.trace_called(tube, target)?, self.profile()?.typed_tube(tube)) {
            (None, Some(name)) if name != tube => self.trace_called(&name, target),
            (traced, _) => Ok(traced),
        }
    }

    fn trace_called(&self, tube: &str, target: Target) -> Result<Option<Trace>> {
        if self.journal.is_read_only() {
            return self.view(|view| trace::trace(view, tube));
        }
        let logged = self.journal.act(|action| {
            let Some(trace) = trace::trace(action, tube)? else { return Ok(None) };
            let people = u32::try_from(trace.people.len()).unwrap_or(u32::MAX);
            let logged = Some(append_export(action, Export::Trace, people, target)?);
            Ok(Some(Trace { logged, ..trace }))
        });
        match logged {
            Err(Error::Full) => self.view(|view| trace::trace(view, tube)),
            other => other,
        }
    }

    /// Records that something readable left the device: what, how many people's data it held, and
    /// where to. A trace records itself.
    pub fn exported(&self, what: Export, people: u32, target: Target) -> Result<RecordRef> {
        self.journal.act(|action| append_export(action, what, people, target))
    }

    /// Every record that can be read here, oldest first, without what it says of anybody.
    pub fn log(&self, f: &mut dyn FnMut(LogLine) -> Result<()>) -> Result<()> {
        self.view(|view| view.records(&mut |record| f(LogLine::of(&record))))
    }

    /// The self-test before a site opens. What it finds is recorded, unless the journal is open
    /// for reading only.
    pub fn check(&self, surroundings: Surroundings) -> Result<CheckReport> {
        check::check(self, surroundings)
    }

    /// The readiness report of a lane, or of the whole device, as text without any person.
    pub fn readiness_report(&self, lane: Option<&str>, language: Language) -> Result<String> {
        report::readiness(self, lane, language)
    }

    /// The closing report of a lane, or of the whole device, as text without any person.
    pub fn closing_report(&self, lane: Option<&str>, language: Language) -> Result<String> {
        report::closing(self, lane, language)
    }
}

/// What an action at a desk leaves: the answer, its monotonic time, the question that waits, and
/// whether it only told something again.
type Done = (Answer, u64, Option<Question>, bool);

fn append_export(action: &mut Action<'_>, what: Export, people: u32, target: Target) -> Result<RecordRef> {
    let shift = state::shifts_open(action.conn())?.pop().map(|shift| shift.at);
    let body = Exported { what: what.as_str().to_owned(), people, target: target.as_str().to_owned() };
    action.append(None, shift, body)
}

impl LastScan {
    /// The answer to the same text again within `within_ms`: told again, nothing written.
    fn again(&self, digest: &[u8; 32], now_ms: u64, within_ms: u64) -> Option<Answer> {
        let soon = now_ms.saturating_sub(self.mono_ms) < within_ms;
        if self.digest != *digest || !soon {
            return None;
        }
        let cue = if matches!(self.answer.cue, Cue::Ok | Cue::Full) { Cue::Attention } else { self.answer.cue };
        Some(Answer { outcome: Outcome::Repeated, cue, saved: None, ..self.answer.clone() })
    }
}
