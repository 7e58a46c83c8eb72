//! Corrections: each appends a record, none edits one.

use super::answer::{Answer, Cue, Outcome, Remark};
use super::desk::Desk;
use super::mixing::may_join;
use super::pending::Ask;
use crate::error::Result;
use crate::id::RecordRef;
use crate::profile::StepMode;
use crate::record::{
    CloseReason, ContactKept, SubjectMoved, SubjectUndone, SubjectVoided, SubjectWithdrawn, SubjectsSwapped,
    TubeActivated,
};
use crate::state::{self, SubjectRow, TubeRow, WaitingRow};

/// The latest of a lane's people.
enum Last {
    Bound(SubjectRow),
    Waiting(WaitingRow),
}

impl Desk<'_, '_> {
    /// The latest of the lane's people, bound or waiting.
    fn last(&self) -> Result<Option<Last>> {
        let bound = state::last_subject(self.action.tx(), self.shift.round, &self.key)?;
        let waiting = state::waiting(self.action.tx(), self.shift.round, &self.key)?.pop();
        let order = |at: RecordRef| (at.epoch, at.seq);
        Ok(match (bound, waiting) {
            (Some(bound), Some(waiting)) if order(bound.at) > order(waiting.at) => Some(Last::Bound(bound)),
            (_, Some(waiting)) => Some(Last::Waiting(waiting)),
            (Some(bound), None) => Some(Last::Bound(bound)),
            (None, None) => None,
        })
    }

    /// `:undo`: the lane's last person, also when the tube is closed by now. A tube that was
    /// closed as full by that person is open again, unless another was opened since.
    pub(super) fn undo(&mut self) -> Result<Answer> {
        let subject = match self.last()? {
            None => return Ok(Answer::refused("nothing_to_undo")),
            Some(Last::Waiting(waiting)) => return self.let_go(waiting, Outcome::Undone),
            Some(Last::Bound(subject)) => subject,
        };
        let shown = self.shown_bound(subject.at)?;
        let saved = self.append(SubjectUndone { subject: subject.at })?;
        let tube = self.tube(Some(subject.tube))?;
        let reopens = tube.filter(|tube| {
            let full = tube.closed == Some(CloseReason::Full) && !tube.spoiled && tube.away.is_none();
            full && self.row.tube.is_none() && self.row.last_tube == Some(tube.at)
        });
        let mut answer = Answer::new(Outcome::Undone, Cue::Ok);
        if let Some(tube) = reopens {
            self.append(TubeActivated { tube: tube.at })?;
            answer = answer.remark(Remark::TubeReopened);
        }
        self.refresh()?;
        if !self.row.pending.is_empty() {
            // It was this person's, who is scanned again now; of anybody else it would be wrong.
            answer = Answer { cue: Cue::Attention, ..answer.problem("note_waits") };
        }
        let answer = Answer { position: Some(subject.position), subject: shown, saved: Some(saved), ..answer };
        self.about(answer, subject.tube)
    }

    fn let_go(&mut self, waiting: WaitingRow, outcome: Outcome) -> Result<Answer> {
        let shown = self.shown_waiting(waiting.at)?;
        let saved = self.append(SubjectWithdrawn { subject: waiting.at })?;
        let answer = Answer::new(outcome, Cue::Ok).remark(Remark::Withdrawn);
        Ok(Answer { subject: shown, saved: Some(saved), ..answer })
    }

    fn shown_waiting(&self, at: RecordRef) -> Result<Option<String>> {
        use crate::record::Body;
        Ok(self.record(at)?.and_then(|record| match record.body {
            Body::SubjectPresented(body) => {
                Some(self.shown(&super::source::identity_of_waiting(&body), body.reason.as_deref()))
            }
            _ => None,
        }))
    }

    /// `:withdraw [N]`.
    pub(super) fn withdraw(&mut self, number: Option<u32>) -> Result<Answer> {
        let waiting = state::waiting(self.action.tx(), self.shift.round, &self.key)?;
        let chosen = match number {
            Some(number) => number.checked_sub(1).and_then(|index| waiting.get(index as usize)),
            None => waiting.last(),
        };
        match chosen {
            Some(waiting) => self.let_go(*waiting, Outcome::Note),
            None => Ok(Answer::refused("nobody_waits")),
        }
    }

    /// The tube of a label in this round, and whoever stands at a position of it.
    fn place(&self, label: &str, position: u32) -> Result<Result<(TubeRow, SubjectRow), Answer>> {
        let tube = match self.tube_here(label)? {
            Ok(tube) => tube,
            Err(answer) => return Ok(Err(answer)),
        };
        Ok(match state::live_at(self.action.tx(), tube.at, position)? {
            Some(subject) => Ok((tube, subject)),
            None => {
                // Whom another device bound is known there.
                let elsewhere = tube.taken.is_some() && (1..tube.next).contains(&position);
                let code = if elsewhere { "position_elsewhere" } else { "position_empty" };
                Err(Answer { tube: Some(label.to_owned()), ..Answer::refused(code) })
            }
        })
    }

    fn tube_here(&self, label: &str) -> Result<Result<TubeRow, Answer>> {
        Ok(match self.tube_called(label)? {
            None => Err(Answer::refused("tube_unknown")),
            Some(tube) if tube.round != self.shift.round => Err(Answer::refused("tube_of_other_round")),
            Some(tube) if tube.capacity == 0 => Err(Answer::refused("tube_never_opened")),
            Some(tube) => Ok(tube),
        })
    }

    /// `:void TUBE POSITION REASON`.
    pub(super) fn void(&mut self, label: &str, position: u32, reason: &str) -> Result<Answer> {
        let (tube, subject) = match self.place(label, position)? {
            Ok(place) => place,
            Err(answer) => return Ok(answer),
        };
        let shown = self.shown_bound(subject.at)?;
        let saved = self.append(SubjectVoided { subject: subject.at, reason: reason.to_owned() })?;
        let answer = Answer::new(Outcome::Voided, Cue::Ok);
        self.about(Answer { position: Some(position), subject: shown, saved: Some(saved), ..answer }, tube.at)
    }

    /// `:move TUBE POSITION TUBE`. The swab is where it is: a mixing rule is told, not enforced.
    pub(super) fn move_to(&mut self, label: &str, position: u32, to: &str) -> Result<Answer> {
        let (from, subject) = match self.place(label, position)? {
            Ok(place) => place,
            Err(answer) => return Ok(answer),
        };
        let to = match self.tube_here(to)? {
            Ok(tube) => tube,
            Err(answer) => return Ok(answer),
        };
        if to.at == from.at {
            return Ok(Answer::refused("same_tube"));
        }
        if to.spoiled {
            return self.about(Answer::refused("tube_spoiled"), to.at);
        }
        if to.away.is_some() {
            return self.about(Answer::refused("tube_away"), to.at);
        }
        if to.left() == 0 {
            return self.about(Answer::new(Outcome::TubeFull, Cue::Full), to.at);
        }
        let shown = self.shown_bound(subject.at)?;
        let clash = self.clash_of_move(&subject, &to)?;
        let saved = self.append(SubjectMoved { subject: subject.at, tube: to.at, position: to.next })?;
        self.close_if_full(to.at)?;
        let mut answer = Answer::new(Outcome::Moved, Cue::Ok);
        if let Some((rule, reason)) = clash {
            answer = Answer { cue: Cue::Attention, text: Some(reason), ..answer.problem(rule) };
        }
        self.about(Answer { position: Some(to.next), subject: shown, saved: Some(saved), ..answer }, to.at)
    }

    fn clash_of_move(&self, subject: &SubjectRow, to: &TubeRow) -> Result<Option<(&'static str, String)>> {
        let profile = self.profiles.version(self.action, to.profile)?;
        if profile.classes.is_empty() {
            return Ok(None);
        }
        let class = self.bound(subject.at)?.and_then(|body| body.class);
        let present = self.classes_in(to)?;
        Ok(may_join(&profile, &present, class.as_deref(), false).err().map(|clash| (clash.rule.as_str(), clash.reason)))
    }

    /// `:swap TUBE POSITION POSITION`.
    pub(super) fn swap(&mut self, label: &str, first: u32, second: u32) -> Result<Answer> {
        if first == second {
            return Ok(Answer::refused("same_position"));
        }
        let (tube, one) = match self.place(label, first)? {
            Ok(place) => place,
            Err(answer) => return Ok(answer),
        };
        let other = match self.place(label, second)? {
            Ok((_, other)) => other,
            Err(answer) => return Ok(answer),
        };
        let saved = self.append(SubjectsSwapped { first: one.at, second: other.at })?;
        let answer = Answer::new(Outcome::Swapped, Cue::Ok);
        self.about(Answer { position: Some(second), saved: Some(saved), ..answer }, tube.at)
    }

    /// `:phone TEXT`: of the person whom a required telephone holds up, else of the last one.
    pub(super) fn phone(&mut self, text: &str) -> Result<Answer> {
        if self.steps_here()?.iter().all(|steps| steps.phone == StepMode::Off) {
            return Ok(Answer::refused("step_off"));
        }
        if let Some((job, asked)) = self.held_up() {
            if asked.problems.iter().any(|problem| problem == "phone_due") {
                return self.run(job.with(|person| person.contact = Some(text.to_owned())));
            }
            self.ask(Ask::Step(job), asked);
        }
        let (subject, shown, place) = match self.last()? {
            None => return Ok(Answer::refused("nobody_yet")),
            Some(Last::Waiting(waiting)) => (waiting.at, self.shown_waiting(waiting.at)?, None),
            Some(Last::Bound(bound)) => (bound.at, self.shown_bound(bound.at)?, Some((bound.tube, bound.position))),
        };
        let saved = self.append(ContactKept { subject, contact: text.to_owned() })?;
        let answer = Answer::new(Outcome::Note, Cue::Ok).remark(Remark::ContactKept);
        let answer = Answer { subject: shown, saved: Some(saved), ..answer };
        match place {
            Some((tube, position)) => self.about(Answer { position: Some(position), ..answer }, tube),
            None => Ok(answer),
        }
    }
}
