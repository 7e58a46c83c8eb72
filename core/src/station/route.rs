//! Where a scan or a verb goes: to the part of the desk that answers it.

use super::answer::{Answer, Cue, Outcome, Remark};
use super::cards;
use super::desk::Desk;
use super::pending::SealJob;
use super::verb::{USAGES, Verb};
use crate::custody::Code;
use crate::error::Result;
use crate::record::Step;
use crate::scan::{Label, Scan, interpret_with};

impl Desk<'_, '_> {
    /// A scan: a code of another device, a box that is being received, or anything else that a lane takes. While boxes
    /// are being received, whatever is neither a box nor another device's code is refused, and receiving goes on.
    pub(super) fn scanned(&mut self, scan: &Scan, text: &str) -> Result<Answer> {
        let text = text.trim_start();
        let text = if text.starts_with(']') { text.get(3..).unwrap_or(text) } else { text };
        let code = Code::of(text);
        if code.is_some() && !self.receives() {
            // It was asked of the tube that the lane had then.
            self.question = None;
        }
        match code {
            Some(Code::Pass) => return self.take_over(text),
            Some(Code::Answer) => return self.pass_answered(text),
            Some(Code::HandOver) if self.receives() => return self.hand_over_beside(text),
            Some(Code::HandOver) => return self.hand_over_shown(text),
            Some(Code::Receipt) => return self.receipt_shown(text),
            Some(Code::Claims) if self.receives() => return self.scanned_beside(scan),
            Some(Code::Claims) => return self.claims_heard(text),
            Some(Code::List) => return Ok(Answer::wrong_kind("code_not_here")),
            None => {}
        }
        if self.receives() {
            return self.scanned_beside(scan);
        }
        self.question = None;
        if let Some(code) = cards::own_code(scan) {
            return self.own_code(code);
        }
        self.reading(interpret_with(scan, self.today.latest, &self.profile.trust))
    }

    /// A scan while boxes are being received: one of them, or what does not belong to it.
    pub(super) fn scanned_beside(&mut self, scan: &Scan) -> Result<Answer> {
        let reading = interpret_with(scan, self.today.latest, &self.profile.trust);
        let person = reading.names_a_person() || cards::own_code(scan).is_some();
        let Some(job) = self.being_received() else { return Ok(Answer::refused("nothing_to_receive")) };
        let profile = &self.profile;
        let may_be = |label: &Label| {
            job.offer.find(&label.text).is_some() || profile.container.is_none() || profile.box_label(label).fits()
        };
        match profile.box_name(&reading).filter(|label| !person && may_be(label)) {
            Some(label) => self.box_arrived(job, &label.text),
            None => Ok(self.beside_receiving(job)),
        }
    }

    /// What a verb that has nothing to do with it comes to while boxes are being received: `:undo` ends that, any other
    /// one is refused. `None` where none are.
    fn verb_beside(&mut self, verb: &Verb) -> Option<Answer> {
        let job = self.being_received()?;
        Some(match verb {
            Verb::Undo => Answer::new(Outcome::Undone, Cue::Attention).problem("nothing_to_receive"),
            _ => self.beside_receiving(job),
        })
    }

    pub(super) fn verb(&mut self, verb: &Verb) -> Result<Answer> {
        let goes_on = matches!(
            verb,
            Verb::Confirm { .. }
                | Verb::Phone { .. }
                | Verb::Temperature { .. }
                | Verb::Colour { .. }
                | Verb::Count { .. }
                | Verb::Damage { .. }
                | Verb::Cold { .. }
        );
        if !goes_on {
            if let Some(answer) = self.verb_beside(verb) {
                return Ok(answer);
            }
            self.question = None;
        }
        match verb {
            Verb::Undo => self.undo(),
            Verb::Close { reason } => self.close(reason.as_deref()),
            Verb::Tube { label } => self.make_active(label),
            Verb::Void { tube, position, reason } => self.void(tube, *position, reason),
            Verb::Move { tube, position, to } => self.move_to(tube, *position, to),
            Verb::Swap { tube, first, second } => self.swap(tube, *first, *second),
            Verb::Spoil { tube, reason } => self.spoil(tube, reason),
            Verb::Confirm { number, reason } => self.confirm(*number, reason.as_deref()),
            Verb::Person { reason, description } => self.undocumented(reason, description),
            Verb::Guardian { who } => self.guardian(who),
            Verb::Phone { text } => self.phone(text),
            Verb::Temperature { tenths } => self.step(Step::Temperature, tenths.to_string()),
            Verb::Colour { word } => self.step(Step::CodeColour, word.clone()),
            Verb::Withdraw { number } => self.withdraw(*number),
            Verb::Box { label } => self.box_scanned(&Label { text: label.clone(), symbology: None }),
            Verb::Pass { tube, to } => self.pass_on(tube.as_deref(), *to),
            Verb::Back { tube, reason } => self.take_back(tube, reason.as_deref()),
            Verb::Pack { label } => self.pack(label, false),
            Verb::Unpack { label, reason } => self.unpack(label, reason.as_deref()),
            Verb::Seal { tubes, temperature, seal } => {
                let (tubes, temperature, seal) = (*tubes, *temperature, seal.clone());
                self.seal(SealJob { tubes, seal, temperature, sure: false })
            }
            Verb::Damage { label, damage, note } => self.damage(label, *damage, note.as_deref()),
            Verb::Cold { label, temperature } => self.cold(label, *temperature),
            Verb::Offer { boxes, to } => self.offer(boxes, *to),
            Verb::Give { whom, boxes } => self.give(whom, boxes),
            Verb::Count { label, tubes, temperature } => self.count(label, *tubes, *temperature),
            Verb::Lane { .. } | Verb::Sync | Verb::Status | Verb::Help | Verb::Door(_) => {
                Ok(Verb::for_shell(verb).unwrap_or_else(Answer::shell))
            }
        }
    }
}

impl Verb {
    /// The answer to a verb that is the shell's own to carry out.
    pub(super) fn for_shell(&self) -> Option<Answer> {
        match self {
            Self::Help => {
                let usages: Vec<&str> = USAGES.iter().map(|(_, usage)| *usage).collect();
                Some(Answer { text: Some(usages.join("\n")), ..Answer::new(Outcome::Help, Cue::Ok) })
            }
            Self::Lane { .. } | Self::Sync | Self::Status => Some(Answer::shell()),
            _ => None,
        }
    }
}

impl Answer {
    fn shell() -> Self {
        Self::new(Outcome::Note, Cue::Ok).remark(Remark::ForShell)
    }
}
