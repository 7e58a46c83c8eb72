//! Boxes: packed, unpacked, sealed, measured.

use super::ages;
use super::answer::{Answer, Cue, Outcome, Remark};
use super::desk::Desk;
use super::pending::{Ask, Job, SealJob};
use super::source::label_of;
use crate::error::Result;
use crate::id::RecordRef;
use crate::record::{BoxActivated, BoxSealed, DamageKind, DamageNoted, TemperatureLogged, TubePacked, TubeUnpacked};
use crate::scan::{Label, Scan, interpret_with};
use crate::state::{self, BoxRow, Keys, TubeRow};

impl Desk<'_, '_> {
    pub(super) fn box_called(&self, label: &str) -> Result<Option<BoxRow>> {
        state::box_by_key(self.action.tx(), self.shift.round, &self.action.tube_key(label)?)
    }

    /// A box that is here, or was: of this round before another one.
    pub(super) fn box_at_hand(&self, label: &str) -> Result<Option<BoxRow>> {
        state::box_at_hand(self.action.tx(), self.shift.round, &self.action.tube_key(label)?)
    }

    pub(super) fn tubes_in(&self, container: &BoxRow) -> Result<u32> {
        ages::tubes_in(self.action, container)
    }

    /// The lane's active box, or why there is none.
    fn active_box(&self) -> Result<Result<BoxRow, Answer>> {
        if self.profile.container.is_none() {
            return Ok(Err(Answer::refused("no_boxes")));
        }
        let row = self.row.container.map(|at| state::container(self.action.tx(), at)).transpose()?.flatten();
        Ok(row.ok_or_else(|| Answer::wrong_kind("box_due")))
    }

    fn about_box(&self, answer: Answer, container: RecordRef) -> Result<Answer> {
        let tubes = state::container(self.action.tx(), container)?.map(|row| self.tubes_in(&row)).transpose()?;
        Ok(Answer { container: label_of(self.action, container)?, tubes_in: tubes, ..answer })
    }

    /// A box that was opened here before and did not leave: it is the lane's again.
    pub(super) fn box_again(&mut self, known: &BoxRow) -> Result<Answer> {
        if known.sealed.is_some() {
            let answer = Answer::new(Outcome::Refused, Cue::Refused).problem("box_is_sealed");
            return self.about_box(answer, known.at);
        }
        let saved = self.append(BoxActivated { container: known.at })?;
        self.refresh()?;
        let answer = Answer { saved: Some(saved), ..Answer::new(Outcome::Note, Cue::Ok).remark(Remark::BoxActive) };
        self.about_box(answer, known.at)
    }

    /// A scan where tubes are being packed.
    pub(super) fn pack_scanned(&mut self, scan: &Scan) -> Result<Answer> {
        let reading = interpret_with(scan, self.today.latest, &self.profile.trust);
        if reading.names_a_person() {
            return Ok(Answer::wrong_kind("tube_due"));
        }
        let container = self.profile.box_name(&reading).filter(|label| self.profile.box_label(label).fits());
        let tube = self.profile.tube_name(&reading);
        let known = |label: &Label| Ok::<_, crate::Error>(self.tube_called(&label.text)?.is_some());
        match (tube, container) {
            (None, None) => Ok(Answer::wrong_kind("tube_due")),
            (Some(tube), None) => self.pack(&tube.text, false),
            (None, Some(container)) => self.box_scanned(&container),
            (Some(tube), Some(container)) => {
                // A label that may be either: what is known of it decides, then what is due.
                let fits = self.profile.tube_label(&tube, self.site.as_deref()).fits();
                let is_box = self.box_called(&container.text)?.is_some();
                let is_tube = !is_box && (known(&tube)? || (fits && self.row.container.is_some()));
                if is_tube { self.pack(&tube.text, false) } else { self.box_scanned(&container) }
            }
        }
    }

    /// `:pack TUBE`, and a tube's label in the packing screen. `moved` is the operator's word that it is in this box
    /// now although it was put into another.
    pub(super) fn pack(&mut self, label: &str, moved: bool) -> Result<Answer> {
        let container = match self.active_box()? {
            Ok(row) => row,
            Err(answer) => return Ok(answer),
        };
        let known = self.tube_called(label)?;
        let label = match (&known, self.profile.typed_tube(label)) {
            (Some(tube), _) => self.label(tube.at)?.unwrap_or_else(|| label.to_owned()),
            (None, Some(name)) => name,
            (None, None) => return Ok(Answer::refused("checksum")),
        };
        // Of another site's range, or another phone's: it may be filled elsewhere. Its form must be a label's.
        let fit = self.profile.tube_label(&Label { text: label.clone(), symbology: None }, None);
        if known.is_none() && fit.problem().is_some_and(|problem| problem != "label_range") {
            return Ok(Answer::wrong_kind(fit.problem().unwrap_or("tube_due")));
        }
        let before = state::packed(self.action.tx(), self.shift.round, &self.action.tube_key(&label)?)?;
        match before {
            Some(packed) if packed.container == container.at => {
                let answer = Answer { tube: Some(label), ..Answer::new(Outcome::Repeated, Cue::Attention) };
                return self.about_box(answer, container.at);
            }
            Some(packed) if !moved => {
                let answer = Answer::new(Outcome::NeedsConfirmation, Cue::Duplicate).problem("packed_elsewhere");
                let answer = self.about_box(Answer { tube: Some(label.clone()), ..answer }, packed.container)?;
                return Ok(self.ask(Ask::Box(Job::Pack(label)), answer));
            }
            Some(packed) => {
                let reason = Some("found in another box".to_owned());
                self.append(TubeUnpacked { container: packed.container, label: label.clone(), reason })?;
            }
            None => {}
        }
        let body = TubePacked { container: container.at, tube: known.map(|tube| tube.at), label: label.clone() };
        let saved = self.append(body)?;
        let answer = tell_of_packed(known.as_ref(), Answer::new(Outcome::Packed, Cue::Ok));
        self.about_box(Answer { tube: Some(label), saved: Some(saved), ..answer }, container.at)
    }

    /// `:unpack TUBE [REASON]`.
    pub(super) fn unpack(&mut self, label: &str, reason: Option<&str>) -> Result<Answer> {
        let known = self.tube_called(label)?;
        let label = match (&known, self.profile.typed_tube(label)) {
            (Some(tube), _) => self.label(tube.at)?.unwrap_or_else(|| label.to_owned()),
            (None, name) => name.unwrap_or_else(|| label.to_owned()),
        };
        let Some(packed) = state::packed(self.action.tx(), self.shift.round, &self.action.tube_key(&label)?)? else {
            return Ok(Answer { tube: Some(label), ..Answer::refused("not_packed") });
        };
        let row = state::container(self.action.tx(), packed.container)?;
        if row.is_some_and(|row| row.given.is_some()) {
            return self.about_box(Answer { tube: Some(label), ..Answer::refused("box_given") }, packed.container);
        }
        let reason = reason.map(str::to_owned);
        let saved = self.append(TubeUnpacked { container: packed.container, label: label.clone(), reason })?;
        let answer = Answer::new(Outcome::Unpacked, Cue::Ok);
        let opened = row.is_some_and(|row| row.sealed.is_some());
        let answer = if opened { Answer { cue: Cue::Attention, ..answer.problem("seal_again") } } else { answer };
        self.about_box(Answer { tube: Some(label), saved: Some(saved), ..answer }, packed.container)
    }

    /// `:seal COUNT [TEMPERATURE] [SEAL]`: the lane's active box, as somebody counted it.
    pub(super) fn seal(&mut self, job: SealJob) -> Result<Answer> {
        let container = match self.active_box()? {
            Ok(row) => row,
            Err(answer) => return Ok(answer),
        };
        let known = self.tubes_in(&container)?;
        if job.tubes == 0 {
            return self.about_box(Answer::refused("box_empty"), container.at);
        }
        if job.tubes != known && !job.sure {
            let answer = Answer::new(Outcome::NeedsConfirmation, Cue::Attention).problem("count_differs");
            let answer = self.about_box(answer, container.at)?;
            return Ok(self.ask(Ask::Box(Job::Seal(SealJob { sure: true, ..job })), answer));
        }
        let SealJob { tubes, seal, temperature, .. } = job;
        let saved = self.append(BoxSealed { container: container.at, tubes, seal, temperature })?;
        self.refresh()?;
        let answer = Answer::new(Outcome::BoxSealed, Cue::Ok);
        let answer = if tubes == known { answer } else { answer.problem("count_differs") };
        let answer = match self.box_age(&container)? {
            Some(age_s) if self.is_late(age_s) => Answer { cue: Cue::Attention, ..answer.problem("swabs_old") },
            _ => answer,
        };
        self.about_box(Answer { saved: Some(saved), ..answer }, container.at)
    }

    /// Seconds since the first swab in a box at the least, as far as its tubes are known here.
    pub(super) fn box_age(&self, container: &BoxRow) -> Result<Option<u32>> {
        ages::box_age(self.action, self.action.moment(), container)
    }

    /// Whether swabs of this age are older than the profile likes.
    pub(super) fn is_late(&self, age_s: u32) -> bool {
        ages::is_late(&self.profile, age_s)
    }

    /// `:damage LABEL KIND [NOTE]`.
    pub(super) fn damage(&mut self, label: &str, damage: DamageKind, note: Option<&str>) -> Result<Answer> {
        let known = self.box_at_hand(label)?.is_some() || self.tube_called(label)?.is_some();
        let saved = self.append(DamageNoted { label: label.to_owned(), damage, note: note.map(str::to_owned) })?;
        let answer = Answer::new(Outcome::Note, Cue::Ok).remark(Remark::DamageKept);
        let answer = if known { answer } else { Answer { cue: Cue::Attention, ..answer.problem("label_unknown") } };
        Ok(Answer { saved: Some(saved), text: Some(label.to_owned()), ..answer })
    }

    /// `:cold BOX DEGREES`: a temperature was measured in a box on its way.
    pub(super) fn cold(&mut self, label: &str, temperature: i64) -> Result<Answer> {
        let Some(row) = self.box_at_hand(label)? else { return Ok(Answer::refused("box_unknown")) };
        let label = label_of(self.action, row.at)?.unwrap_or_else(|| label.to_owned());
        let saved = self.append(TemperatureLogged { label, temperature })?;
        let answer = Answer::new(Outcome::Note, Cue::Ok).remark(Remark::TemperatureKept);
        self.about_box(Answer { saved: Some(saved), ..answer }, row.at)
    }
}

/// What there is to say about a tube that goes into a box.
fn tell_of_packed(tube: Option<&TubeRow>, answer: Answer) -> Answer {
    let problem = match tube {
        None => "tube_unknown",
        Some(tube) if tube.spoiled => "tube_spoiled",
        Some(tube) if tube.away.is_some() => "tube_away",
        Some(tube) if tube.is_open() => "tube_still_open",
        Some(_) => return answer,
    };
    Answer { cue: Cue::Attention, ..answer.problem(problem) }
}
