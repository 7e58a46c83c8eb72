//! Tubes and boxes: opened, made active, filled from those who wait, closed, spoiled.

use super::answer::{Answer, Cue, Outcome, Placed, Remark};
use super::bind::Beside;
use super::desk::Desk;
use super::mixing::may_join;
use super::pending::{Ask, Job, Person, TubeJob, is_sound, numbered};
use super::source::identity_of_waiting;
use crate::error::Result;
use crate::id::RecordRef;
use crate::profile::WorkOrder;
use crate::record::{
    Body, BoxOpened, CloseReason, DocumentKind, Override, SubjectPresented, TubeActivated, TubeClosed, TubeOpened,
    TubeSpoiled,
};
use crate::scan::{Identity, Label, Scan, Sensitive, interpret};
use crate::state::{self, TubeRow, WaitingRow};

/// Labels that begin so are practice tubes: nobody is asked whether the person is real.
const PRACTICE_PREFIX: &str = "PRACTICE";

/// Someone who waits, read whole.
struct Waits {
    row: WaitingRow,
    person: Person,
    beside: Beside,
    class: Option<String>,
}

impl Desk<'_, '_> {
    /// A tube's label was scanned.
    pub(super) fn tube_scanned(&mut self, job: TubeJob) -> Result<Answer> {
        let known = self.tube_called(&job.label.text)?;
        if self.profile.order == WorkOrder::IdThenTube {
            return self.tube_for_waiting(job, known);
        }
        match known {
            Some(tube) => self.known_tube(&tube),
            None => self.new_tube(job),
        }
    }

    /// Tube before people: a label that is not known yet.
    fn new_tube(&mut self, job: TubeJob) -> Result<Answer> {
        if let Some(active) = self.active()?.filter(|_| !job.beside) {
            // A tube where a person was due. It may be wanted beside the active one.
            let answer = self.about(Answer::wrong_kind("person_due"), active.at)?;
            return Ok(self.ask(Ask::Tube(Job::Tube(TubeJob { beside: true, ..job })), answer));
        }
        if self.profile.order == WorkOrder::BoxThenTubesThenIds && self.row.container.is_none() {
            return Ok(Answer::wrong_kind("box_due"));
        }
        let saved = self.open_tube(&job.label)?;
        self.refresh()?;
        let answer = Answer { saved: Some(saved), ..Answer::new(Outcome::TubeOpened, Cue::Ok) };
        self.about(answer, saved)
    }

    fn open_tube(&mut self, label: &Label) -> Result<RecordRef> {
        let body = TubeOpened {
            label: label.text.clone(),
            symbology: label.symbology.clone(),
            capacity: self.profile.capacity,
            profile: self.profile.version,
            container: self.row.container,
        };
        self.append(body)
    }

    /// Tube before people: a label that was used before. One of this lane's open tubes becomes
    /// the active one.
    fn known_tube(&mut self, tube: &TubeRow) -> Result<Answer> {
        if self.row.tube == Some(tube.at) && tube.is_open() {
            let answer = Answer::new(Outcome::Repeated, Cue::Attention).remark(Remark::TubeActive);
            return self.about(answer, tube.at);
        }
        if tube.is_open() && tube.round == self.shift.round && tube.holder == self.key {
            return self.activate(tube);
        }
        self.used_before(tube)
    }

    /// `:tube LABEL`, and a scan of one of the lane's open tubes.
    fn activate(&mut self, tube: &TubeRow) -> Result<Answer> {
        let saved = self.append(TubeActivated { tube: tube.at })?;
        self.refresh()?;
        let remark = if tube.closed.is_some() { Remark::TubeReopened } else { Remark::TubeActive };
        let answer = Answer { saved: Some(saved), ..Answer::new(Outcome::Note, Cue::Ok).remark(remark) };
        self.about(answer, tube.at)
    }

    /// Why a label cannot name a tube again.
    pub(super) fn used_before(&self, tube: &TubeRow) -> Result<Answer> {
        let why = match tube.closed {
            _ if tube.spoiled => "tube_spoiled",
            _ if tube.away.is_some() => "tube_away",
            Some(CloseReason::Full) => "tube_closed_full",
            Some(_) => "tube_closed",
            None if tube.round != self.shift.round => "tube_of_other_round",
            None => "tube_open_elsewhere",
        };
        let answer = Answer::new(Outcome::TubeAlreadyUsed, Cue::Duplicate).problem(why);
        let earlier = self.earlier(tube.at, Some(tube.at), None)?;
        let label = self.label(tube.at)?;
        Ok(Answer { tube: label, earlier, left: tube.is_open().then(|| tube.left()), ..answer })
    }

    /// `:tube LABEL`.
    pub(super) fn make_active(&mut self, label: &str) -> Result<Answer> {
        let Some(tube) = self.tube_called(label)? else {
            let Some(name) = self.profile.typed_tube(label) else { return Ok(Answer::refused("checksum")) };
            let label = Label { text: name, symbology: None };
            if !self.profile.tube_label(&label, self.site.as_deref()).fits() {
                return Ok(Answer::refused("tube_unknown"));
            }
            let answer = Answer::new(Outcome::NeedsConfirmation, Cue::Attention).problem("tube_unknown");
            let answer = Answer { tube: Some(label.text.clone()), ..answer };
            return Ok(self.ask(Ask::Tube(Job::Tube(TubeJob { beside: true, ..TubeJob::new(label) })), answer));
        };
        let reopens = tube.closed == Some(CloseReason::Full) && tube.left() > 0 && !tube.spoiled;
        if tube.away.is_some()
            || self.row.tube == Some(tube.at)
            || tube.round != self.shift.round
            || !(tube.is_open() || reopens)
        {
            return self.known_tube(&tube);
        }
        self.activate(&tube)
    }

    /// Person before tube: binds those who wait into the tube that was scanned.
    fn tube_for_waiting(&mut self, job: TubeJob, known: Option<TubeRow>) -> Result<Answer> {
        let waiting = state::waiting(self.action.tx(), self.shift.round, &self.key)?;
        if waiting.is_empty() {
            return Ok(Answer::wrong_kind("person_due"));
        }
        if let Some(tube) = known {
            let open = tube.is_open() && tube.round == self.shift.round && tube.holder == self.key;
            let just_filled = tube.closed == Some(CloseReason::Full) && self.row.last_tube == Some(tube.at);
            if just_filled && !tube.spoiled {
                return self.about(Answer::new(Outcome::TubeFull, Cue::Full).problem("tube_due"), tube.at);
            }
            if !open {
                return self.used_before(&tube);
            }
        }
        let room = known.map_or(self.profile.capacity, |tube| tube.left());
        let profile = known.map_or(self.profile.version, |tube| tube.profile);
        let mut waits = Vec::new();
        for row in waiting.into_iter().filter(|row| job.only.is_none_or(|only| only == row.at)) {
            waits.extend(self.waits(row, profile, &job)?);
        }
        if waits.is_empty() {
            // Whoever waited left meanwhile, or cannot be read any more.
            return Ok(Answer::wrong_kind("person_due"));
        }
        if waits.len() > room as usize {
            return self.which_of_waiting(&job, &waits);
        }
        if let Some(answer) = self.real_people(&job, &waits) {
            return Ok(answer);
        }
        if let Some(answer) = self.mixing_of_waiting(&job, known.as_ref(), profile, &waits)? {
            return Ok(answer);
        }
        self.fill(&job, known, waits)
    }

    fn fill(&mut self, job: &TubeJob, known: Option<TubeRow>, waits: Vec<Waits>) -> Result<Answer> {
        let at = match known {
            Some(tube) if self.row.tube == Some(tube.at) => tube.at,
            Some(tube) => {
                self.append(TubeActivated { tube: tube.at })?;
                tube.at
            }
            None => self.open_tube(&job.label)?,
        };
        let mut placed: Vec<Placed> = Vec::new();
        let mut answer = Answer::new(Outcome::Bound, Cue::Ok);
        let Some(mut tube) = self.tube(Some(at))? else { return Ok(Answer::refused("tube_unknown")) };
        for wait in waits {
            let shown = self.shown(&wait.person.identity, wait.person.reason.as_deref());
            placed.push(self.bind(&wait.person, wait.beside, wait.class, &tube, shown)?);
            tube = self.tube(Some(at))?.unwrap_or(tube);
            if wait.person.mixing.is_some() {
                answer = answer.remark(Remark::OverrideRecorded);
            }
        }
        self.bound_answer(answer, &tube, placed)
    }

    /// Someone who waits, with all that was kept for them. `None` if their record cannot be read
    /// any more; then they have to be presented again.
    fn waits(&self, row: WaitingRow, profile: u32, job: &TubeJob) -> Result<Option<Waits>> {
        let Some(record) = self.record(row.at)? else { return Ok(None) };
        let Body::SubjectPresented(body) = record.body else { return Ok(None) };
        let profile = self.profiles.version(self.action, profile)?;
        let identity = self.with_birth(identity_of_waiting(&body));
        let beside = self.beside_waiting(&row)?;
        let class = self.class(&profile, &identity, beside.guardian.is_some());
        Ok(Some(Waits { row, person: waiting_person(body, identity, job), beside, class }))
    }

    /// The same person with the birth that is in the number of most documents; the rules ask for the age.
    pub(super) fn with_birth(&self, mut identity: Identity) -> Identity {
        let number = identity.number.as_ref().map(Sensitive::expose).unwrap_or_default().to_owned();
        let scan = Scan::Typed { text: number, document: Some(identity.document) };
        identity.birth = identity.birth.or(interpret(&scan, self.today.latest).identity.and_then(|read| read.birth));
        identity
    }

    /// More people wait than the tube takes: the order of the queue may have changed since they
    /// were registered, so the operator says whose swab this is.
    fn which_of_waiting(&mut self, job: &TubeJob, waits: &[Waits]) -> Result<Answer> {
        let shown = waits.iter().map(|wait| {
            let subject = self.shown(&wait.person.identity, wait.person.reason.as_deref());
            ("waiting", Some(subject), Vec::new())
        });
        let answer = Answer {
            tube: Some(job.label.text.clone()),
            candidates: numbered(shown),
            ..Answer::new(Outcome::NeedsConfirmation, Cue::Attention).problem("which_waiting")
        };
        let jobs = waits.iter().map(|wait| Job::Tube(TubeJob { only: Some(wait.row.at), ..job.clone() })).collect();
        Ok(self.ask(Ask::Which(jobs), answer))
    }

    fn real_people(&mut self, job: &TubeJob, waits: &[Waits]) -> Option<Answer> {
        let real = |wait: &Waits| self.looks_real(wait.person.identity.document, &job.label.text);
        if job.practice || !self.practice() || !waits.iter().any(real) {
            return None;
        }
        let answer = Answer::new(Outcome::NeedsConfirmation, Cue::Attention).problem("real_person");
        let answer = Answer { tube: Some(job.label.text.clone()), ..answer };
        Some(self.ask(Ask::RealPerson(Job::Tube(job.clone())), answer))
    }

    /// Whether, in practice, this may be a real person's real swab.
    pub(super) fn looks_real(&self, document: DocumentKind, label: &str) -> bool {
        is_sound(document) && !label.to_uppercase().starts_with(PRACTICE_PREFIX)
    }

    fn mixing_of_waiting(
        &mut self,
        job: &TubeJob,
        known: Option<&TubeRow>,
        profile: u32,
        waits: &[Waits],
    ) -> Result<Option<Answer>> {
        let profile = self.profiles.version(self.action, profile)?;
        if profile.classes.is_empty() {
            return Ok(None);
        }
        let mut present = known.map_or(Ok(Vec::new()), |tube| self.classes_in(tube))?;
        for wait in waits {
            if let Err(clash) = may_join(&profile, &present, wait.class.as_deref(), job.mixing.is_some()) {
                return self.mixing_stops(Job::Tube(job.clone()), clash, &job.label.text).map(Some);
            }
            present.push(wait.class.clone());
        }
        Ok(None)
    }

    /// `:close [REASON]`.
    pub(super) fn close(&mut self, note: Option<&str>) -> Result<Answer> {
        let Some(tube) = self.tube(self.row.tube)?.filter(TubeRow::is_open) else {
            return Ok(Answer::refused("no_open_tube"));
        };
        let note = note.map(str::to_owned);
        let body = TubeClosed { tube: tube.at, reason: CloseReason::Short, people: tube.count, note };
        let saved = self.append(body)?;
        let answer = Answer { saved: Some(saved), ..Answer::new(Outcome::TubeClosed, Cue::Ok) };
        self.about(Answer { people_in: Some(tube.count), ..answer }, tube.at)
    }

    /// `:spoil TUBE REASON`.
    pub(super) fn spoil(&mut self, label: &str, reason: &str) -> Result<Answer> {
        let reason = reason.to_owned();
        let known = self.tube_called(label)?;
        let saved = match known {
            Some(tube) if tube.spoiled => {
                return self.about(Answer::new(Outcome::Repeated, Cue::Attention).problem("tube_spoiled"), tube.at);
            }
            Some(tube) if tube.round != self.shift.round => return Ok(Answer::refused("tube_of_other_round")),
            Some(tube) if tube.away.is_some() => return self.used_before(&tube),
            Some(tube) => self.append(TubeSpoiled { tube: Some(tube.at), label: None, reason })?,
            None => {
                let Some(name) = self.profile.typed_tube(label) else { return Ok(Answer::refused("checksum")) };
                let label = Label { text: name, symbology: None };
                if let Some(problem) = self.profile.tube_label(&label, self.site.as_deref()).problem() {
                    return Ok(Answer::refused(problem));
                }
                self.append(TubeSpoiled { tube: None, label: Some(label.text), reason })?
            }
        };
        let people = known.map_or(0, |tube| tube.count);
        let answer = Answer::new(Outcome::Spoiled, if people > 0 { Cue::Attention } else { Cue::Ok });
        let answer = if people > 0 { answer.problem("sample_again") } else { answer };
        Ok(Answer { tube: Some(label.to_owned()), people_in: Some(people), saved: Some(saved), ..answer })
    }

    /// A box's label was scanned, or given with `:box`.
    pub(super) fn box_scanned(&mut self, label: &Label) -> Result<Answer> {
        let fit = self.profile.box_label(label);
        if let Some(problem) = fit.problem() {
            return Ok(Answer::refused(if self.profile.container.is_none() { "no_boxes" } else { problem }));
        }
        if let Some(active) = self.row.container
            && self.label(active)?.as_deref() == Some(&label.text)
        {
            let answer = Answer::new(Outcome::Repeated, Cue::Attention);
            return Ok(Answer { container: Some(label.text.clone()), ..answer });
        }
        if let Some(known) = self.box_called(&label.text)?.filter(|known| known.given.is_none()) {
            return self.box_again(&known);
        }
        let body =
            BoxOpened { label: label.text.clone(), symbology: label.symbology.clone(), profile: self.profile.version };
        let saved = self.append(body)?;
        let answer = Answer::new(Outcome::BoxOpened, Cue::Ok);
        Ok(Answer { container: Some(label.text.clone()), saved: Some(saved), ..answer })
    }
}

/// The person of a waiting record, with what was overridden when they were presented and what is
/// now.
fn waiting_person(body: SubjectPresented, identity: crate::scan::Identity, job: &TubeJob) -> Person {
    let mut person = Person::new(identity);
    let reason = body.override_reason;
    match body.overridden {
        Some(Override::DuplicatePerson) => person.duplicate = Some(reason.unwrap_or_default()),
        Some(Override::Doubt) => person.doubt = Some(reason),
        Some(Override::MixingRule) | None => {}
    }
    person.reason = body.reason;
    person.description = body.description;
    person.mixing.clone_from(&job.mixing);
    person
}
