//! Open tubes that move between devices: passed on, taken over, taken back.
//!
//! What a code says is the giver's word: it is verified, and appended before anything is shown. Of the people whom
//! another device bound, only their number is known here.

use super::ages;
use super::answer::{Answer, Cue, Outcome};
use super::desk::Desk;
use crate::custody::{SignedTubeAnswer, SignedTubePass, TubeAnswer, TubePass};
use crate::error::{Error, Result};
use crate::id::{DeviceId, RecordRef};
use crate::record::{Body, Note, TubePassedOn, TubeTakenBack};
use crate::scan::Label;
use crate::state::{self, TubeRow};
use crate::wire::{DeviceSigned, DeviceStatement};

/// Why a code that was shown is not taken.
pub(super) fn code_refused(error: &Error) -> Answer {
    let code = if matches!(error, Error::Untrusted { .. }) { "code_forged" } else { "code_unreadable" };
    Answer { text: Some(error.to_string()), ..Answer::refused(code) }
}

impl Desk<'_, '_> {
    /// A code's statement, if its device signed it and it is of this campaign and another device.
    pub(super) fn verified<T: DeviceStatement>(
        &self,
        signed: Result<DeviceSigned<T>>,
        campaign: impl Fn(&T) -> uuid::Uuid,
    ) -> Result<T, Box<Answer>> {
        let statement = signed.and_then(|signed| signed.verify()).map_err(|error| Box::new(code_refused(&error)))?;
        if campaign(&statement) != self.action.campaign() {
            return Err(Box::new(Answer::refused("code_other_campaign")));
        }
        if *statement.device_key() == self.action.device_key() {
            return Err(Box::new(Answer::refused("code_own")));
        }
        Ok(statement)
    }

    /// `:pass [TUBE] [DEVICE]`: the lane's active tube, or the one with that label. What is away already is shown again.
    pub(super) fn pass_on(&mut self, label: Option<&str>, to: Option<DeviceId>) -> Result<Answer> {
        let found = match label {
            Some(label) => self.tube_called(label)?,
            None => self.tube(self.row.tube)?.filter(TubeRow::is_open),
        };
        let Some(tube) = found else {
            return Ok(Answer::refused(if label.is_some() { "tube_unknown" } else { "no_open_tube" }));
        };
        if tube.round != self.shift.round || (tube.away.is_none() && !tube.is_open()) {
            return self.used_before(&tube);
        }
        let (passed, tube) = match tube.away {
            Some(away) => (away, tube),
            None if tube.left() == 0 => {
                return self.about(Answer::new(Outcome::TubeFull, Cue::Full), tube.at);
            }
            None if to == Some(self.action.device()) => return Ok(Answer::refused("code_own")),
            None => {
                let body = TubePassedOn { tube: tube.at, to, people: tube.count, next: tube.next };
                let passed = self.append(body)?;
                self.refresh()?;
                (passed, self.tube(Some(tube.at))?.unwrap_or(tube))
            }
        };
        let saved = self.action.is_new(passed).then_some(passed);
        let code = self.pass_code(&tube, passed)?;
        let answer = Answer::new(Outcome::TubePassedOn, Cue::Ok);
        let answer = Answer { code: Some(code), saved, people_in: Some(tube.base), ..answer };
        self.about(answer, tube.at)
    }

    /// The code of a tube that was passed on: made from what was saved, so that it can be shown again.
    fn pass_code(&self, tube: &TubeRow, passed: RecordRef) -> Result<String> {
        let (to, people, next) = match self.record(passed)?.map(|record| record.body) {
            Some(Body::TubePassedOn(body)) => (body.to, body.people, body.next),
            _ => (None, tube.base, tube.next),
        };
        let (first_swab_ms, age_ms) = ages::first_swab(self.action, self.action.moment(), tube)?.unzip();
        let offer = TubePass {
            mode: self.action.mode(),
            campaign: self.action.campaign(),
            device_key: self.action.device_key(),
            round: tube.round,
            tube: tube.at,
            passed: (passed.epoch, passed.seq),
            label: self.label(tube.at)?.unwrap_or_default(),
            symbology: self.symbology(tube)?,
            capacity: tube.capacity,
            profile: tube.profile,
            people,
            next,
            first_swab_ms,
            age_s: age_ms.map(ages::seconds),
            to,
        };
        self.action.sign(&offer)?.to_code()
    }

    fn symbology(&self, tube: &TubeRow) -> Result<Option<String>> {
        let at = tube.taken.unwrap_or(tube.at);
        Ok(self.record(at)?.and_then(|record| match record.body {
            Body::TubeOpened(body) => body.symbology,
            Body::TubeTakenOver(body) => body.symbology,
            _ => None,
        }))
    }

    /// A tube's code was scanned: goes on with that tube in this lane.
    pub(super) fn take_over(&mut self, text: &str) -> Result<Answer> {
        let signed = SignedTubePass::from_code(text);
        let signature = signed.as_ref().map_or([0; 64], |signed| signed.signature);
        let offer = match self.verified(signed, |offer: &TubePass| offer.campaign) {
            Ok(offer) => offer,
            Err(answer) => return Ok(*answer),
        };
        if let Some(why) = self.may_not_take(&offer)? {
            return Ok(why);
        }
        let saved = self.append(offer.taken_over(signature))?;
        self.refresh()?;
        self.close_if_full(offer.tube)?;
        let answer = TubeAnswer {
            campaign: offer.campaign,
            device_key: self.action.device_key(),
            passed: offer.passed(),
            taken: (saved.epoch, saved.seq),
        };
        let code = self.action.sign(&answer)?.to_code()?;
        let answer = Answer::new(Outcome::TubeTakenOver, Cue::Ok);
        let people_in = self.tube(Some(offer.tube))?.map(|tube| tube.count);
        let answer = Answer { code: Some(code), saved: Some(saved), people_in, ..answer };
        self.about(answer, offer.tube)
    }

    /// Why an offer whose signature holds is not taken.
    fn may_not_take(&self, offer: &TubePass) -> Result<Option<Answer>> {
        if offer.mode != self.action.mode() {
            return Ok(Some(Answer::refused("code_practice")));
        }
        if offer.round != self.shift.round {
            return Ok(Some(Answer::refused("code_other_round")));
        }
        if offer.to.is_some_and(|to| to != self.action.device()) {
            return Ok(Some(Answer::refused("code_other_device")));
        }
        if state::tube_passed(self.action.tx(), offer.passed())?.is_some() {
            return Ok(Some(Answer { tube: Some(offer.label.clone()), ..Answer::refused("code_used") }));
        }
        if let Some(here) = self.tube(Some(offer.tube))? {
            if !here.foreign && !state::was_passed(self.action.tx(), offer.tube)? {
                return Ok(Some(Answer { tube: Some(offer.label.clone()), ..Answer::refused("code_not_asked") }));
            }
            // It comes back, or it was taken back and others went on with it: only a closed one is over.
            let over = here.spoiled || here.closed.is_some() || here.round != self.shift.round;
            return if over { self.used_before(&here).map(Some) } else { Ok(None) };
        }
        if let Some(other) = self.tube_called(&offer.label)? {
            return self.used_before(&other).map(Some);
        }
        let label = Label { text: offer.label.clone(), symbology: offer.symbology.clone() };
        if let Some(problem) = self.profile.tube_label(&label, self.site.as_deref()).problem() {
            return Ok(Some(Answer { tube: Some(label.text), ..Answer::wrong_kind(problem) }));
        }
        if offer.people >= offer.capacity {
            return Ok(Some(Answer { tube: Some(label.text), ..Answer::new(Outcome::TubeFull, Cue::Full) }));
        }
        Ok(None)
    }

    /// The answer of whoever took a tube: noted beside the record by which it was passed on.
    pub(super) fn pass_answered(&mut self, text: &str) -> Result<Answer> {
        let answer = match self.verified(SignedTubeAnswer::from_code(text), |answer: &TubeAnswer| answer.campaign) {
            Ok(answer) => answer,
            Err(answer) => return Ok(*answer),
        };
        let tube = state::tube_passed(self.action.tx(), answer.passed)?;
        let Some(tube) = tube.filter(|_| answer.passed.device == self.action.device()) else {
            return Ok(Answer::refused("code_not_asked"));
        };
        let taker = DeviceId::of_key(&answer.device_key);
        let note = Note { about: Some(answer.passed), text: format!("taken over by {taker}") };
        let saved = self.append(note)?;
        let told = Answer::new(Outcome::Note, Cue::Ok).remark(super::Remark::PassAnswered);
        self.about(Answer { saved: Some(saved), text: Some(taker.to_string()), ..told }, tube)
    }

    /// `:back TUBE [REASON]`: the tube was not taken, or came back without a code.
    pub(super) fn take_back(&mut self, label: &str, reason: Option<&str>) -> Result<Answer> {
        let Some(tube) = self.tube_called(label)? else { return Ok(Answer::refused("tube_unknown")) };
        if tube.round != self.shift.round {
            return self.used_before(&tube);
        }
        let Some(passed) = tube.away else { return self.about(Answer::refused("tube_not_away"), tube.at) };
        let saved = self.append(TubeTakenBack { passed, reason: reason.map(str::to_owned) })?;
        self.refresh()?;
        // Whoever read the code meanwhile goes on with it too: only the people can know.
        let answer = Answer::new(Outcome::TubeTakenBack, Cue::Attention).problem("ask_the_other");
        self.about(Answer { saved: Some(saved), people_in: Some(tube.count), ..answer }, tube.at)
    }
}
