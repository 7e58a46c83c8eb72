//! Boxes from hand to hand: offered, received, given.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::answer::{Answer, Cue, Outcome};
use super::desk::Desk;
use super::pending::{Ask, Job, Question, Receiving};
use super::source::label_of;
use crate::custody::{
    CODE_CHARS_MAX, HandOver, HandOverList, HandOverReceipt, OfferedBox, ReceivedBox, SignedHandOver,
    SignedHandOverReceipt,
};
use crate::error::Result;
use crate::id::DeviceId;
use crate::pack::Fixed;
use crate::record::{Body, HandOverGiven, Note};
use crate::state::{self, BoxRow};

impl Desk<'_, '_> {
    /// The sealed boxes with these labels that are here, those of one round side by side, or why one cannot be handed over.
    fn to_hand_over(&self, labels: &[String]) -> Result<Result<Vec<BoxRow>, Answer>> {
        let mut rows: Vec<BoxRow> = Vec::new();
        for label in labels {
            let refused = |code: &str| Answer { container: Some(label.clone()), ..Answer::refused(code) };
            match self.box_at_hand(label)? {
                None => return Ok(Err(refused("box_unknown"))),
                Some(row) if row.given.is_some() => return Ok(Err(refused("box_given"))),
                Some(row) if row.sealed.is_none() => return Ok(Err(refused("box_not_sealed"))),
                Some(row) if rows.iter().any(|known| known.at == row.at) => {}
                Some(row) => rows.push(row),
            }
        }
        let rounds: Vec<Uuid> = rows.iter().map(|row| row.round).collect();
        rows.sort_by_key(|row| rounds.iter().position(|round| *round == row.round));
        Ok(if rows.is_empty() { Err(Answer::refused("boxes_due")) } else { Ok(rows) })
    }

    fn offered(&self, row: &BoxRow) -> Result<OfferedBox> {
        let sealed = row.sealed.map(|at| self.record(at)).transpose()?.flatten().map(|record| record.body);
        let (tubes, seal, temperature) = match sealed {
            Some(Body::BoxSealed(body)) => (body.tubes, body.seal, body.temperature),
            Some(Body::HandOverReceived(body)) => (body.found, body.seal, body.measured.or(body.temperature)),
            _ => (self.tubes_in(row)?, None, None),
        };
        let label = label_of(self.action, row.at)?.unwrap_or_default();
        Ok(OfferedBox {
            container: row.at,
            round: row.round,
            label,
            tubes,
            seal,
            temperature,
            age_s: self.box_age(row)?,
        })
    }

    /// `:offer BOX… [to DEVICE]`: shows the code of a hand-over. Nothing is written before the other has answered.
    pub(super) fn offer(&mut self, labels: &[String], to: Option<DeviceId>) -> Result<Answer> {
        let rows = match self.to_hand_over(labels)? {
            Ok(rows) => rows,
            Err(answer) => return Ok(answer),
        };
        if to == Some(self.action.device()) {
            return Ok(Answer::refused("code_own"));
        }
        let offer = HandOver {
            mode: self.action.mode(),
            campaign: self.action.campaign(),
            id: self.action.random()?,
            device_key: self.action.device_key(),
            to,
            offered_ms: self.action.wall_ms(),
            boxes: rows.iter().map(|row| self.offered(row)).collect::<Result<_>>()?,
        };
        let late = offer.boxes.iter().filter_map(|one| one.age_s).any(|age_s| self.is_late(age_s));
        let tubes = offer.boxes.iter().map(|one| one.tubes).fold(0, u32::saturating_add);
        let signed = self.action.sign(&offer)?;
        let code = signed.to_code()?;
        let list = self.list_of(&signed, &rows)?;
        let mut answer = Answer::new(Outcome::HandOverOffered, Cue::Ok);
        if code.len() > CODE_CHARS_MAX {
            answer = Answer { cue: Cue::Attention, ..answer.problem("code_long") };
        }
        if late {
            answer = Answer { cue: Cue::Attention, ..answer.problem("swabs_old") };
        }
        Ok(Answer { code: Some(code), list: Some(list), tubes_in: Some(tubes), ..answer })
    }

    /// The labels that were packed here, box by box.
    fn list_of(&self, offer: &SignedHandOver, rows: &[BoxRow]) -> Result<String> {
        let mut labels = Vec::with_capacity(rows.len());
        for row in rows {
            let packed = state::packed_in(self.action.tx(), row.round, row.at)?;
            let known = packed.iter().map(|packed| label_of(self.action, packed.at)).collect::<Result<Vec<_>>>()?;
            labels.push(known.into_iter().flatten().collect());
        }
        let list = HandOverList {
            campaign: self.action.campaign(),
            device_key: self.action.device_key(),
            offer: HandOverList::digest(offer),
            labels,
        };
        self.action.sign(&list)?.to_code()
    }

    /// `:give "WHOM" BOX…`: to a person without a device, a driver.
    pub(super) fn give(&mut self, whom: &str, labels: &[String]) -> Result<Answer> {
        let rows = match self.to_hand_over(labels)? {
            Ok(rows) => rows,
            Err(answer) => return Ok(answer),
        };
        let hand_over = Fixed(self.action.random()?);
        let (mut saved, mut sum) = (None, 0_u32);
        for row in &rows {
            let one = self.offered(row)?;
            sum = sum.saturating_add(one.tubes);
            saved = Some(self.append(HandOverGiven {
                hand_over,
                round: row.round,
                container: row.at,
                tubes: one.tubes,
                temperature: one.temperature,
                received_ms: None,
                to: None,
                to_whom: Some(whom.to_owned()),
                signature: None,
            })?);
        }
        self.refresh()?;
        Ok(Answer { saved, tubes_in: Some(sum), ..Answer::new(Outcome::HandOverGiven, Cue::Ok) })
    }

    /// A hand-over's code was scanned: the boxes in it are scanned now, one by one.
    pub(super) fn hand_over_shown(&mut self, text: &str) -> Result<Answer> {
        let signed = SignedHandOver::from_code(text);
        let signature = signed.as_ref().map_or([0; 64], |signed| signed.signature);
        let offer = match self.verified(signed, |offer: &HandOver| offer.campaign) {
            Ok(offer) => offer,
            Err(answer) => return Ok(*answer),
        };
        if offer.mode != self.action.mode() {
            return Ok(Answer::refused("code_practice"));
        }
        if offer.to.is_some_and(|to| to != self.action.device()) {
            return Ok(Answer::refused("code_other_device"));
        }
        if state::hand_over_known(self.action.tx(), &offer.id)? {
            return Ok(Answer::refused("code_used"));
        }
        for one in &offer.boxes {
            // Whoever opened a box, or had it before, knows its round.
            let known = state::container(self.action.tx(), one.container)?;
            if known.is_some_and(|row| row.round != one.round) {
                return Ok(Answer { container: Some(one.label.clone()), ..Answer::refused("code_other_round") });
            }
        }
        Ok(self.receiving(Receiving { offer, signature, found: BTreeMap::new(), why: None }, None))
    }

    /// Asks for the boxes that were not scanned yet, or for the word that all are here.
    fn receiving(&mut self, job: Receiving, problem: Option<&str>) -> Answer {
        let missing = job.missing();
        let mut answer =
            Answer::new(Outcome::NeedsConfirmation, if problem.is_some() { Cue::Attention } else { Cue::Ok });
        answer = answer.problem(problem.unwrap_or(if missing.is_empty() { "confirm_received" } else { "scan_boxes" }));
        answer.tubes_in = Some(job.offer.boxes.iter().map(|one| one.tubes).fold(0, u32::saturating_add));
        answer.text = (!missing.is_empty()).then(|| missing.join(" "));
        self.ask(Ask::Box(Job::Receive(Box::new(job))), answer)
    }

    /// A hand-over's code was scanned while boxes are being received: the same again goes on, another one waits.
    pub(super) fn hand_over_beside(&mut self, text: &str) -> Result<Answer> {
        let Some(job) = self.being_received() else { return self.hand_over_shown(text) };
        let same = SignedHandOver::from_code(text).and_then(|signed| signed.verify());
        let same = same.is_ok_and(|offer| offer == job.offer);
        Ok(if same { self.receiving(job, None) } else { self.beside_receiving(job) })
    }

    /// What does not belong to the hand-over that is being received is refused; the answer says what is still to come,
    /// and receiving goes on.
    pub(super) fn beside_receiving(&mut self, job: Receiving) -> Answer {
        Answer { cue: Cue::Refused, ..self.receiving(job, Some("receiving_boxes")) }
    }

    /// A label was scanned while boxes are being received.
    pub(super) fn box_arrived(&mut self, mut job: Receiving, label: &str) -> Result<Answer> {
        let Some(one) = job.offer.find(label) else {
            let answer = self.receiving(job, Some("box_not_offered"));
            return Ok(Answer { container: Some(label.to_owned()), ..answer });
        };
        let counted = (one.tubes, None);
        job.found.entry(label.to_owned()).or_insert(counted);
        let answer = self.receiving(job, None);
        Ok(Answer { container: Some(label.to_owned()), ..answer })
    }

    /// `:count BOX TUBES [TEMPERATURE]`: what the receiver found in a box that is being received.
    pub(super) fn count(&mut self, label: &str, tubes: u32, temperature: Option<i64>) -> Result<Answer> {
        let Some(mut job) = self.being_received() else { return Ok(Answer::refused("nothing_to_receive")) };
        let Some(one) = job.offer.find(label) else {
            let answer = self.receiving(job, Some("box_not_offered"));
            return Ok(Answer { container: Some(label.to_owned()), ..answer });
        };
        let problem = (one.tubes != tubes).then_some("count_differs");
        job.found.insert(label.to_owned(), (tubes, temperature));
        let answer = self.receiving(job, problem);
        Ok(Answer { container: Some(label.to_owned()), ..answer })
    }

    /// Whether a hand-over is being received.
    pub(super) fn receives(&self) -> bool {
        self.question.as_ref().is_some_and(Question::receives)
    }

    /// The hand-over that is being received; any other question stays.
    pub(super) fn being_received(&mut self) -> Option<Receiving> {
        match self.question.take() {
            Some(Question { ask: Ask::Box(Job::Receive(job)), .. }) => Some(*job),
            other => {
                self.question = other;
                None
            }
        }
    }

    /// `:confirm [REASON]`: the boxes that were scanned are received. Where some are missing, it takes a reason.
    pub(super) fn receive(&mut self, job: Receiving) -> Result<Answer> {
        if job.found.is_empty() {
            return Ok(self.receiving(job, Some("scan_boxes")));
        }
        let missing = job.missing();
        if !missing.is_empty() && job.why.is_none() {
            return Ok(self.receiving(job, Some("boxes_missing")));
        }
        let Receiving { offer, signature, found, why } = job;
        let (mut saved, mut boxes, mut differs) = (None, Vec::new(), false);
        for one in &offer.boxes {
            let Some((tubes, measured)) = found.get(&one.label).copied() else { continue };
            differs |= tubes != one.tubes;
            saved = Some(self.append(offer.received(one, tubes, measured, signature))?);
            boxes.push(ReceivedBox { container: one.container, found: tubes, measured });
        }
        if let (false, Some(why)) = (missing.is_empty(), why) {
            self.append(Note { about: saved, text: format!("not received: {}: {why}", missing.join(" ")) })?;
        }
        let tubes = boxes.iter().map(|one| one.found).fold(0, u32::saturating_add);
        let receipt = HandOverReceipt {
            campaign: offer.campaign,
            id: offer.id,
            device_key: self.action.device_key(),
            giver: offer.giver(),
            received_ms: self.action.wall_ms(),
            boxes,
        };
        let code = self.action.sign(&receipt)?.to_code()?;
        let mut answer = Answer::new(Outcome::HandOverReceived, Cue::Ok);
        for (told, problem) in [(differs, "count_differs"), (!missing.is_empty(), "boxes_missing")] {
            answer = if told { Answer { cue: Cue::Attention, ..answer.problem(problem) } } else { answer };
        }
        Ok(Answer { code: Some(code), saved, tubes_in: Some(tubes), ..answer })
    }

    /// The receipt of whoever received boxes of this device: from here on they are not here any more.
    pub(super) fn receipt_shown(&mut self, text: &str) -> Result<Answer> {
        let signed = SignedHandOverReceipt::from_code(text);
        let signature = signed.as_ref().map_or([0; 64], |signed| signed.signature);
        let receipt = match self.verified(signed, |receipt: &HandOverReceipt| receipt.campaign) {
            Ok(receipt) => receipt,
            Err(answer) => return Ok(*answer),
        };
        if receipt.giver != self.action.device() {
            return Ok(Answer::refused("code_other_device"));
        }
        let mut due = Vec::new();
        for one in &receipt.boxes {
            match state::container(self.action.tx(), one.container)? {
                None => return Ok(Answer::refused("box_unknown")),
                Some(row) if row.given.is_none() => due.push((*one, row)),
                Some(_) => {}
            }
        }
        if due.is_empty() {
            return Ok(Answer::refused("code_used"));
        }
        let (mut saved, mut differs, mut tubes) = (None, false, 0_u32);
        for (one, row) in due {
            differs |= self.offered(&row)?.tubes != one.found;
            tubes = tubes.saturating_add(one.found);
            saved = Some(self.append(receipt.given(&one, row.round, signature))?);
        }
        self.refresh()?;
        let answer = Answer::new(Outcome::HandOverGiven, Cue::Ok);
        let answer = if differs { Answer { cue: Cue::Attention, ..answer.problem("count_differs") } } else { answer };
        Ok(Answer { saved, tubes_in: Some(tubes), ..answer })
    }
}
