//! From a reading to what is done with it: what is due in this lane, and what the code may be.

use super::answer::{Answer, Cue, Outcome};
use super::desk::Desk;
use super::doors::Chosen;
use super::pending::{Ask, Job, Person, TubeJob, numbered};
use crate::error::Result;
use crate::profile::{AliasMode, LabelFit, WorkOrder};
use crate::scan::{Label, Reading, ReadingKind, Verdict};
use crate::state;

/// What the lane waits for. The three orders of work differ in this alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// A box, then everything else.
    Box,
    /// A tube.
    Tube,
    /// A person.
    Person,
    /// The tube of those who wait, or one more person.
    TubeOrPerson,
}

impl Due {
    const fn tube(self) -> bool {
        matches!(self, Self::Tube | Self::TubeOrPerson)
    }
}

/// Labels of one print run begin alike: this much of a label must agree with another's.
const KIN_SHARE: usize = 2;

impl Desk<'_, '_> {
    /// What the lane waits for.
    pub(super) fn due(&self) -> Result<Due> {
        let tube = self.active()?.is_some();
        Ok(match self.profile.order {
            WorkOrder::IdThenTube if state::waiting(self.action.tx(), self.shift.round, &self.key)?.is_empty() => {
                Due::Person
            }
            WorkOrder::IdThenTube => Due::TubeOrPerson,
            _ if tube => Due::Person,
            WorkOrder::BoxThenTubesThenIds if self.row.container.is_none() => Due::Box,
            _ => Due::Tube,
        })
    }

    /// Does what a reading asks for.
    pub(super) fn reading(&mut self, reading: Reading) -> Result<Answer> {
        let due = self.due()?;
        let name = self.profile.tube_name(&reading);
        let fit = match &name {
            Some(label) => self.profile.tube_label(label, self.site.as_deref()),
            None if reading.kind == Some(ReadingKind::Gs1) => LabelFit::NoSymbology,
            None => LabelFit::NoPattern,
        };
        let tube = self.tube_label(&reading, name, fit)?;
        if let Some(label) = self.box_label(&reading, due, tube.is_some()) {
            return self.box_scanned(&label);
        }
        if reading.kind == Some(ReadingKind::Retail) && fit != LabelFit::Range {
            return self.retail(&reading, tube);
        }
        match (reading.verdict, tube) {
            (Verdict::Accept, Some(label)) if reading.names_a_person() => self.person_or_tube(&reading, label),
            (Verdict::Accept | Verdict::AcceptRepaired, _) if reading.identity.is_some() => {
                self.identity(&reading, None)
            }
            (Verdict::Refuse, Some(label)) if due.tube() || self.is_kin(&label)? => {
                self.tube_scanned(TubeJob::new(label))
            }
            (Verdict::Refuse, _) => Ok(Answer::refused_for(words(&reading))),
            (Verdict::Review, Some(label)) if due == Due::Tube || self.is_kin(&label)? => {
                self.tube_scanned(TubeJob::new(label))
            }
            (Verdict::Review, tube) => self.doubtful(&reading, tube),
            (_, Some(label)) if self.means_tube(&reading, &label, due)? => self.tube_scanned(TubeJob::new(label)),
            (_, tube) if !reading.candidates.is_empty() && due != Due::Tube => self.doubtful(&reading, tube),
            _ => self.opaque(&reading, due, fit),
        }
    }

    /// The text as a tube's label, if it may be one. Printed numbers made of a region, a date and a
    /// serial look like a person's number, sound or broken: such a text is a label only where it
    /// lies in a given range or is like the tube before it.
    fn tube_label(&self, reading: &Reading, name: Option<Label>, fit: LabelFit) -> Result<Option<Label>> {
        let Some(label) = name.filter(|_| fit.fits()) else { return Ok(None) };
        let certain = fit == LabelFit::Range || !reading.names_a_person();
        Ok(if certain || self.is_like_last(&label)? { Some(label) } else { None })
    }

    /// The label of a box, where this is one.
    fn box_label(&self, reading: &Reading, due: Due, may_be_tube: bool) -> Option<Label> {
        let boxes = self.profile.order == WorkOrder::BoxThenTubesThenIds;
        let label = self.profile.box_name(reading).filter(|label| boxes && self.profile.box_label(label).fits())?;
        (!reading.names_a_person() && (due == Due::Box || !may_be_tube)).then_some(label)
    }

    /// Whether a plain or opaque code that could name a tube is meant as one: where a tube is
    /// due, where it is a linear code, and where it is like the tubes at hand.
    fn means_tube(&self, reading: &Reading, label: &Label, due: Due) -> Result<bool> {
        let plain = reading.kind != Some(ReadingKind::Alias) && reading.candidates.is_empty();
        Ok(due == Due::Tube || plain || self.is_kin(label)?)
    }

    /// Whether a label is a known tube's, or like that of the lane's last tube.
    pub(super) fn is_kin(&self, label: &Label) -> Result<bool> {
        Ok(self.tube_called(&label.text)?.is_some() || self.is_like_last(label)?)
    }

    fn is_like_last(&self, label: &Label) -> Result<bool> {
        let Some(last) = self.row.last_tube else { return Ok(false) };
        let last = self.label(last)?.unwrap_or_default();
        let same = last.bytes().zip(label.text.bytes()).take_while(|(one, other)| one == other).count();
        Ok(last.len() == label.text.len() && same > last.len() / KIN_SHARE)
    }

    /// Goods never name a tube. Digits that merely pass as a retail code may, if the operator
    /// says so: one label in ten of that length does by chance.
    fn retail(&mut self, reading: &Reading, tube: Option<Label>) -> Result<Answer> {
        let answer = Answer::wrong_kind("retail");
        match tube {
            Some(label) if self.is_kin(&label)? => self.tube_scanned(TubeJob::new(label)),
            Some(label) if reading.verdict == Verdict::Review && self.due()?.tube() => {
                Ok(self.ask(Ask::Tube(Job::Tube(TubeJob::new(label))), answer))
            }
            _ => Ok(answer),
        }
    }

    /// A sound person's number that may be a printed label too.
    fn person_or_tube(&mut self, reading: &Reading, label: Label) -> Result<Answer> {
        let hidden = || reading.checked_candidate().and_then(|candidate| candidate.identity.clone());
        let Some(identity) = reading.identity.clone().or_else(hidden) else {
            return Ok(Answer::refused_for(words(reading)));
        };
        let shown = self.shown(&identity, None);
        let kind = ReadingKind::from(identity.document).as_str();
        let answer = Answer {
            candidates: numbered([(kind, Some(shown), Vec::new()), ("tube", Some(label.text.clone()), Vec::new())]),
            ..Answer::new(Outcome::NeedsConfirmation, Cue::Attention).problem("ambiguous")
        };
        let jobs = vec![Job::Person(Box::new(Person::new(identity))), Job::Tube(TubeJob::new(label))];
        Ok(self.ask(Ask::Which(jobs), answer))
    }

    /// A person whose document agrees with itself. One that took a repair is asked about. `listed` is who it is on the
    /// list, where the operator said so.
    pub(super) fn identity(&mut self, reading: &Reading, listed: Option<Chosen>) -> Result<Answer> {
        let Some(identity) = reading.identity.clone() else { return Ok(Answer::refused_for(words(reading))) };
        let mut person = Person::new(identity);
        person.problems = words(reading).map(str::to_owned).collect();
        person.contact = listed.as_ref().and_then(|chosen| chosen.contact.clone());
        person.listed = listed;
        if reading.verdict == Verdict::Accept {
            return self.person(person);
        }
        let kind = reading.kind.map_or("cn_resident", ReadingKind::as_str);
        let shown = self.shown(&person.identity, None);
        let answer = Answer {
            candidates: numbered([(kind, Some(shown), reading.confirm.clone())]),
            ..Answer::new(Outcome::NeedsConfirmation, Cue::Attention).problem("repaired")
        };
        Ok(self.ask(Ask::Which(vec![Job::Person(Box::new(person))]), answer))
    }

    /// A reading that only the operator can settle; one with nothing to choose from is refused.
    fn doubtful(&mut self, reading: &Reading, tube: Option<Label>) -> Result<Answer> {
        let mut jobs = Vec::new();
        let mut shown = Vec::new();
        for candidate in &reading.candidates {
            let Some(identity) = candidate.identity.clone() else { continue };
            shown.push((candidate.kind.as_str(), Some(self.shown(&identity, None)), reading.confirm.clone()));
            jobs.push(Job::Person(Box::new(Person::new(identity))));
        }
        if let Some(label) = tube {
            shown.push(("tube", Some(label.text.clone()), Vec::new()));
            jobs.push(Job::Tube(TubeJob::new(label)));
        } else if let Some(alias) = &reading.alias {
            shown.push(("alias", None, Vec::new()));
            jobs.push(Job::Alias(alias.expose().to_owned()));
        }
        if jobs.is_empty() {
            return Ok(Answer::refused_for(words(reading)));
        }
        let problems: Vec<String> = if reading.problems.is_empty() {
            vec!["ambiguous".to_owned()]
        } else {
            words(reading).map(str::to_owned).collect()
        };
        let answer =
            Answer { problems, candidates: numbered(shown), ..Answer::new(Outcome::NeedsConfirmation, Cue::Attention) };
        Ok(self.ask(Ask::Which(jobs), answer))
    }

    /// Any other code. Where a tube is due and this was meant as one, the label's fault is told.
    fn opaque(&mut self, reading: &Reading, due: Due, fit: LabelFit) -> Result<Answer> {
        let Some(alias) = &reading.alias else {
            return Ok(Answer::wrong_kind(fit.problem().unwrap_or("person_due")));
        };
        let plain = reading.kind == Some(ReadingKind::Plain);
        let subject = self.profile.alias == AliasMode::Subject;
        match due {
            Due::Box => Ok(Answer::wrong_kind("box_due")),
            Due::Tube if plain => Ok(Answer::wrong_kind(fit.problem().unwrap_or("tube_due"))),
            Due::Tube if subject => Ok(Answer::wrong_kind("tube_due")),
            _ => self.alias(alias.expose()),
        }
    }
}

fn words(reading: &Reading) -> impl Iterator<Item = &'static str> + use<> {
    let problems: Vec<&'static str> = reading.problems.iter().map(|problem| problem.as_str()).collect();
    problems.into_iter()
}
