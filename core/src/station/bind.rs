//! From a known person to a position in a tube, or to waiting for one.

use super::answer::{Answer, Cue, Outcome, Placed, Remark};
use super::desk::Desk;
use super::pending::{Ask, Job, Person, sensitive};
use super::source::text_of;
use crate::StepMode;
use crate::error::Result;
use crate::id::RecordRef;
use crate::profile::{Steps, WorkOrder};
use crate::record::{
    Body, CloseReason, ContactKept, DocumentKind, GuardianKept, Override, SubjectBound, SubjectPresented,
    SubjectWithdrawn, TubeClosed,
};
use crate::scan::Sex;
use crate::state::{self, Keys, SubjectRow, TubeRow, WaitingRow};

/// What is bound besides the person: what was kept for them in the lane or while they waited.
#[derive(Clone, Default)]
pub(super) struct Beside {
    pub(super) alias: Option<String>,
    pub(super) guardian: Option<String>,
    pub(super) contact: Option<String>,
    pub(super) temperature: Option<u32>,
    pub(super) colour: Option<String>,
    pub(super) waited: Option<RecordRef>,
}

/// What the operator overrode, and why.
pub(super) type Overridden = (Option<Override>, Option<String>);

impl Desk<'_, '_> {
    /// A person was named: binds them, or lets them wait for their tube.
    pub(super) fn person(&mut self, person: Person) -> Result<Answer> {
        if let Some(answer) = self.repeated(&person)? {
            return Ok(answer);
        }
        if let Some(answer) = self.used_card(&person)? {
            return Ok(answer);
        }
        if self.profile.order == WorkOrder::IdThenTube {
            return self.present(person);
        }
        let Some(tube) = self.active()? else { return self.no_tube() };
        let earlier = match self.duplicate(&person)? {
            Met::Stop(answer) => return Ok(*answer),
            Met::Go(remark) => remark,
        };
        if let Some(answer) = self.real_person(&person, &tube)? {
            return Ok(answer);
        }
        let steps = self.profiles.version(self.action, tube.profile)?.steps.clone();
        if let Some(answer) = self.step_due(&person, &steps) {
            return Ok(answer);
        }
        let beside = self.beside(&person)?;
        let class = match self.mixing(&person, &beside, &tube)? {
            Ok(class) => class,
            Err(clash) => {
                let label = self.label(tube.at)?.unwrap_or_default();
                return self.mixing_stops(Job::Person(Box::new(person)), clash, &label);
            }
        };
        let shown = self.shown(&person.identity, person.reason.as_deref());
        if let Some(waiting) = self.waits_here(&person)? {
            // The order of work changed while they waited: they have their tube now.
            self.append(SubjectWithdrawn { subject: waiting.at })?;
        }
        let lapsed = self.row.lapsed;
        let placed = self.bind(&person, beside, class, &tube, shown)?;
        let recorded = overridden(&person).0.map(|_| Remark::OverrideRecorded);
        let note = earlier.or(recorded);
        let answer = Answer { problems: person.problems, note, ..Answer::new(Outcome::Bound, Cue::Ok) };
        Ok(tell_lapsed(lapsed, self.bound_answer(answer, &tube, vec![placed])?))
    }

    /// No tube takes this person: the last one is full, or none was opened.
    fn no_tube(&self) -> Result<Answer> {
        if let Some(last) = self.tube(self.row.last_tube)?.filter(|tube| tube.closed == Some(CloseReason::Full)) {
            return self.about(Answer::new(Outcome::TubeFull, Cue::Full).problem("tube_due"), last.at);
        }
        if let Some(last) = self.tube(self.row.last_tube)?.filter(|tube| tube.away.is_some()) {
            let answer = Answer::wrong_kind("tube_due").problem("tube_away");
            return Ok(Answer { tube: self.label(last.at)?, ..answer });
        }
        let boxes = self.profile.order == WorkOrder::BoxThenTubesThenIds && self.row.container.is_none();
        Ok(Answer::wrong_kind(if boxes { "box_due" } else { "tube_due" }))
    }

    fn person_key(&self, person: &Person) -> Result<Option<[u8; 16]>> {
        match person.identity.key_text() {
            Some(text) => self.action.person_key(self.shift.round, text.expose()),
            None => Ok(None),
        }
    }

    /// The row by which the person waits in this lane.
    fn waits_here(&self, person: &Person) -> Result<Option<WaitingRow>> {
        let Some(key) = self.person_key(person)? else { return Ok(None) };
        let waiting = state::waiting(self.action.tx(), self.shift.round, &self.key)?;
        Ok(waiting.into_iter().find(|waiting| waiting.person == Some(key)))
    }

    /// The person who already is the last in the lane's tube, or waits for it already.
    fn repeated(&self, person: &Person) -> Result<Option<Answer>> {
        let Some(key) = self.person_key(person)? else { return Ok(None) };
        if self.profile.order == WorkOrder::IdThenTube && self.waits_here(person)?.is_some() {
            let subject = Some(self.shown(&person.identity, None));
            let answer = Answer::new(Outcome::WaitingForTube, Cue::Attention).problem("waits_already");
            return Ok(Some(Answer { subject, ..answer }));
        }
        let stands = |tube: &TubeRow| !tube.spoiled && tube.closed.is_none_or(|reason| reason == CloseReason::Full);
        let Some(tube) = self.tube(self.row.last_tube)?.filter(stands) else { return Ok(None) };
        let here = state::people_of(self.action.tx(), tube.at)?;
        let last = here.iter().rev().find(|subject| subject.fate == state::Fate::Stands);
        match last.filter(|subject| subject.person == Some(key)) {
            Some(subject) => self.told_again(subject).map(Some),
            None => Ok(None),
        }
    }

    /// The same person earlier in this round on this device. Someone whose tube was spoiled must
    /// be sampled again, and is.
    fn duplicate(&mut self, person: &Person) -> Result<Met> {
        let key = self.person_key(person)?;
        let mut subjects = key.map_or(Ok(Vec::new()), |key| state::persons(self.action.tx(), &key))?;
        subjects.extend(self.samples_of_chosen(person)?);
        let mut remark = None;
        for subject in subjects {
            if self.tube(Some(subject.tube))?.is_some_and(|tube| tube.spoiled) {
                remark = Some(Remark::EarlierSpoiled);
                continue;
            }
            if person.duplicate.is_some() {
                break;
            }
            let answer = self.duplicate_answer(person, &subject)?;
            return Ok(Met::Stop(Box::new(self.ask(Ask::Duplicate(Job::Person(Box::new(person.clone()))), answer))));
        }
        let here = |waiting: &WaitingRow| waiting.lane == self.key && self.profile.order != WorkOrder::IdThenTube;
        let waits = match key.map_or(Ok(None), |key| state::waiting_person(self.action.tx(), &key))? {
            None => self.chosen_waits(person)?,
            waits => waits,
        };
        match waits.filter(|waiting| !here(waiting)) {
            Some(waiting) if person.duplicate.is_none() => {
                let earlier = self.earlier(waiting.at, None, None)?;
                let answer = Answer::new(Outcome::DuplicatePerson, Cue::Duplicate).problem("waits_elsewhere");
                let answer = Answer { earlier, subject: Some(self.shown(&person.identity, None)), ..answer };
                let ask = Ask::Duplicate(Job::Person(Box::new(person.clone())));
                Ok(Met::Stop(Box::new(self.ask(ask, answer))))
            }
            _ => Ok(Met::Go(remark)),
        }
    }

    fn duplicate_answer(&self, person: &Person, subject: &SubjectRow) -> Result<Answer> {
        let earlier = self.earlier(subject.at, Some(subject.tube), Some(subject.position))?;
        let shown = self.shown(&person.identity, person.reason.as_deref());
        let answer = Answer::new(Outcome::DuplicatePerson, Cue::Duplicate).problem("sampled_this_round");
        Ok(Answer { earlier, subject: Some(shown), ..answer })
    }

    /// In practice: asks whether this is a real person, before one is lost in the wrong journal.
    fn real_person(&mut self, person: &Person, tube: &TubeRow) -> Result<Option<Answer>> {
        let label = self.label(tube.at)?.unwrap_or_default();
        if person.practice || !self.practice() || !self.looks_real(person.identity.document, &label) {
            return Ok(None);
        }
        let shown = self.shown(&person.identity, None);
        let answer = Answer::new(Outcome::NeedsConfirmation, Cue::Attention).problem("real_person");
        let answer = Answer { tube: Some(label), subject: Some(shown), ..answer };
        Ok(Some(self.ask(Ask::RealPerson(Job::Person(Box::new(person.clone()))), answer)))
    }

    /// A required step that was not done yet.
    fn step_due(&mut self, person: &Person, steps: &Steps) -> Option<Answer> {
        let pending = self.row.pending;
        let due = [
            ("temperature_due", steps.temperature, pending.temperature.is_some()),
            ("colour_due", steps.code_colour, pending.colour.is_some()),
            ("phone_due", steps.phone, person.contact.is_some()),
        ];
        let missing: Vec<&str> =
            due.iter().filter(|(_, mode, done)| *mode == StepMode::Required && !done).map(|(word, ..)| *word).collect();
        if missing.is_empty() {
            return None;
        }
        let mut answer = Answer::new(Outcome::NeedsConfirmation, Cue::Attention);
        answer.problems = missing.into_iter().map(str::to_owned).collect();
        answer.subject = Some(self.shown(&person.identity, person.reason.as_deref()));
        Some(self.ask(Ask::Step(Job::Person(Box::new(person.clone()))), answer))
    }

    /// What was kept in the lane for this person.
    fn beside(&self, person: &Person) -> Result<Beside> {
        let pending = self.row.pending;
        let waited = match self.waits_here(person)? {
            Some(waiting) => self.beside_waiting(&waiting)?,
            None => Beside::default(),
        };
        let listed = person.listed.as_ref().and_then(|chosen| chosen.guardian.clone());
        let temperature = text_of(self.action, pending.temperature)?.and_then(|tenths| tenths.parse().ok());
        Ok(Beside {
            alias: text_of(self.action, pending.alias)?.or(waited.alias),
            guardian: text_of(self.action, pending.guardian)?.or(waited.guardian).or(listed),
            contact: person.contact.clone().or(waited.contact),
            temperature: temperature.or(waited.temperature),
            colour: text_of(self.action, pending.colour)?.or(waited.colour),
            waited: None,
        })
    }

    /// What was kept for someone who waits.
    pub(super) fn beside_waiting(&self, row: &WaitingRow) -> Result<Beside> {
        let body = self.record(row.at)?.map(|record| record.body);
        let alias = match body {
            Some(Body::SubjectPresented(body)) if body.document != DocumentKind::Alias => body.alias,
            _ => None,
        };
        Ok(Beside {
            alias,
            guardian: text_of(self.action, row.kept.guardian)?,
            contact: text_of(self.action, row.contact)?,
            temperature: text_of(self.action, row.kept.temperature)?.and_then(|tenths| tenths.parse().ok()),
            colour: text_of(self.action, row.kept.colour)?,
            waited: Some(row.at),
        })
    }

    /// Appends the binding; closes the tube with the last one.
    pub(super) fn bind(
        &mut self,
        person: &Person,
        beside: Beside,
        class: Option<String>,
        tube: &TubeRow,
        shown: String,
    ) -> Result<Placed> {
        let now = self.tube(Some(tube.at))?.unwrap_or(*tube);
        let (overridden, override_reason) = overridden(person);
        let waited = beside.waited;
        let identity = &person.identity;
        let known_by_code = identity.document == DocumentKind::Alias;
        let number = sensitive(identity.number.as_ref());
        let body = SubjectBound {
            tube: now.at,
            position: now.next,
            capacity: now.capacity,
            profile: now.profile,
            document: identity.document,
            number: number.clone().filter(|_| !known_by_code),
            issuer: identity.issuer.clone(),
            name: sensitive(identity.name.as_ref()),
            birth: identity.birth_beside_number(),
            sex: identity.sex_beside_number().map(Sex::as_str).map(str::to_owned),
            nationality: identity.nationality.clone(),
            address: sensitive(identity.address.as_ref()).filter(|_| self.profile.keep_address),
            source: identity.source,
            alias: if known_by_code { number } else { beside.alias },
            guardian: beside.guardian,
            contact: beside.contact,
            reason: person.reason.clone(),
            description: person.description.clone(),
            class,
            temperature: beside.temperature,
            colour: beside.colour,
            overridden,
            override_reason,
            waited,
        };
        let saved = self.append(body)?;
        self.note_bound(person, waited, saved)?;
        if waited.is_none() {
            // Who waited was tied to the list when they were presented.
            self.link(person, saved)?;
        }
        self.close_if_full(now.at)?;
        self.refresh()?;
        Ok(Placed { position: now.next, subject: shown, saved: Some(saved) })
    }

    /// Closes a tube that takes nobody more.
    pub(super) fn close_if_full(&mut self, at: RecordRef) -> Result<()> {
        if let Some(tube) = self.tube(Some(at))?.filter(|tube| tube.is_open() && tube.left() == 0) {
            self.append(TubeClosed { tube: at, reason: CloseReason::Full, people: tube.count, note: None })?;
        }
        Ok(())
    }

    /// The answer for people who were bound by one scan.
    pub(super) fn bound_answer(&self, answer: Answer, tube: &TubeRow, placed: Vec<Placed>) -> Result<Answer> {
        let last = placed.last().cloned();
        let full = self.tube(Some(tube.at))?.is_some_and(|tube| tube.closed == Some(CloseReason::Full));
        let answer = if full { Answer { cue: Cue::Full, ..answer.remark(Remark::TubeNowFull) } } else { answer };
        let answer = Answer {
            position: last.as_ref().map(|last| last.position),
            subject: last.as_ref().map(|last| last.subject.clone()),
            saved: last.and_then(|last| last.saved),
            people: if placed.len() > 1 { placed } else { Vec::new() },
            ..answer
        };
        self.about(answer, tube.at)
    }

    /// Lets a person wait for their tube.
    fn present(&mut self, person: Person) -> Result<Answer> {
        let earlier = match self.duplicate(&person)? {
            Met::Stop(answer) => return Ok(*answer),
            Met::Go(remark) => remark,
        };
        let steps = self.profile.steps.clone();
        if let Some(answer) = self.step_due(&person, &steps) {
            return Ok(answer);
        }
        let subject = self.shown(&person.identity, person.reason.as_deref());
        let problems = person.problems.clone();
        let waits = self.presented(&person)?;
        let listed = person.listed.as_ref().and_then(|chosen| chosen.guardian.clone());
        if let Some(guardian) = listed.filter(|_| self.row.pending.guardian.is_none()) {
            self.append(GuardianKept { guardian })?;
        }
        let saved = self.append(waits)?;
        self.note_waits(&person, saved)?;
        self.link(&person, saved)?;
        if let Some(contact) = person.contact {
            self.append(ContactKept { subject: saved, contact })?;
        }
        let answer = Answer { problems, ..Answer::new(Outcome::WaitingForTube, Cue::Ok) };
        let answer = tell_lapsed(self.row.lapsed, answer);
        Ok(Answer { subject: Some(subject), saved: Some(saved), note: earlier, ..answer })
    }

    fn presented(&self, person: &Person) -> Result<SubjectPresented> {
        let (overridden, override_reason) = overridden(person);
        let identity = &person.identity;
        let known_by_code = identity.document == DocumentKind::Alias;
        let number = sensitive(identity.number.as_ref());
        let shown = text_of(self.action, self.row.pending.alias)?;
        Ok(SubjectPresented {
            document: identity.document,
            number: number.clone().filter(|_| !known_by_code),
            issuer: identity.issuer.clone(),
            name: sensitive(identity.name.as_ref()),
            birth: identity.birth_beside_number(),
            sex: identity.sex_beside_number().map(Sex::as_str).map(str::to_owned),
            nationality: identity.nationality.clone(),
            address: sensitive(identity.address.as_ref()).filter(|_| self.profile.keep_address),
            source: identity.source,
            alias: if known_by_code { number } else { shown },
            reason: person.reason.clone(),
            description: person.description.clone(),
            overridden,
            override_reason,
        })
    }
}

/// Tells that what had been kept in an earlier shift is nobody's: its person did not come.
pub(super) fn tell_lapsed(lapsed: bool, answer: Answer) -> Answer {
    if !lapsed {
        return answer;
    }
    let cue = if answer.cue == Cue::Ok { Cue::Attention } else { answer.cue };
    Answer { cue, ..answer.problem("note_lapsed") }
}

/// Whether a person may go on.
enum Met {
    Go(Option<Remark>),
    Stop(Box<Answer>),
}

/// What the operator overrode for a person. A record names the gravest; the reasons of all
/// stand beside it.
pub(super) fn overridden(person: &Person) -> Overridden {
    let doubt = person.doubt.clone();
    let all = [
        (Override::DuplicatePerson, person.duplicate.clone()),
        (Override::MixingRule, person.mixing.clone()),
        (Override::Doubt, doubt.clone().flatten()),
    ];
    let settled = [person.duplicate.is_some(), person.mixing.is_some(), doubt.is_some()];
    let gravest = all.iter().zip(settled).find(|(_, settled)| *settled).map(|((rule, _), _)| *rule);
    let reasons: Vec<String> = all.into_iter().filter_map(|(_, reason)| reason).collect();
    (gravest, (!reasons.is_empty()).then(|| reasons.join("; ")))
}
