//! Claims told from phone to phone where two teams meet.

use std::collections::BTreeSet;

use super::super::desk::Desk;
use super::super::{Answer, Cue, Outcome, Remark, Station};
use crate::custody::CODE_CHARS_MAX;
use crate::doors::{
    ClaimView, ClaimedDoors, ClaimsTold, Doors, Known, NoHomes, Overlap, SignedClaimsTold, ToldClaim, ToldRelease,
    print_of,
};
use crate::error::Result;
use crate::id::{DeviceId, RecordRef};
use crate::record;
use crate::roster::Folded;
use crate::state::{doors, near};

impl Station {
    /// The code by which another team's phone learns which doors this device claims, those of one building or all, and
    /// where it has been in them: to be shown, and shown again after more was done. Nothing is written. Refused where
    /// there is no claim, and where they are too many for one code: `code_long`.
    pub fn tell_claims(&mut self, lane: &str, building: Option<&str>) -> Result<Answer> {
        let (device, wanted) = (self.journal.device(), building.map(Folded::new));
        let all = self.doors()?;
        let of_building = |claim: &&ClaimView| wanted.as_ref().is_none_or(|one| *one == Folded::new(&claim.building));
        let own: Vec<&ClaimView> =
            all.claims.iter().filter(|claim| claim.device == device).filter(of_building).collect();
        if own.is_empty() {
            return Ok(Answer::refused("nothing_like_that"));
        }
        let (answer, ..) = self.at_desk(lane, |desk| {
            let told = desk.claims_told(&all, &own);
            let code = desk.action.sign(&told)?.to_code()?;
            let answer = if code.len() > CODE_CHARS_MAX {
                Answer::refused("code_long")
            } else {
                Answer { code: Some(code), ..Answer::new(Outcome::Note, Cue::Ok).remark(Remark::ClaimsTold) }
            };
            Ok((answer, 0, desk.question.take(), false))
        })?;
        Ok(answer)
    }
}

impl Desk<'_, '_> {
    fn claims_told(&self, all: &Doors, own: &[&ClaimView]) -> ClaimsTold {
        let claims = own.iter().filter(|claim| claim.released.is_none()).map(|claim| told(all, claim));
        let gone = |claim: &&ClaimView| {
            let (by, claim) = (claim.released?, claim.claim);
            Some(ToldRelease { claim: (claim.epoch, claim.seq), by: (by.epoch, by.seq) })
        };
        let (mut claims, mut released): (Vec<_>, Vec<_>) = (claims.collect(), own.iter().filter_map(gone).collect());
        claims.sort_unstable();
        released.sort_unstable();
        ClaimsTold {
            mode: self.action.mode(),
            campaign: self.action.campaign(),
            device_key: self.action.device_key(),
            round: self.shift.round,
            made: self.action.written(),
            claims,
            released,
        }
    }

    /// Another team's claims were scanned. The same code again changes nothing.
    pub(in super::super) fn claims_heard(&mut self, text: &str) -> Result<Answer> {
        let signed = SignedClaimsTold::from_code(text);
        let code = signed.as_ref().ok().map(SignedClaimsTold::to_code).transpose()?.unwrap_or_default();
        let told = match self.verified(signed, |told: &ClaimsTold| told.campaign) {
            Ok(told) => told,
            Err(answer) => return Ok(*answer),
        };
        if told.mode != self.action.mode() {
            return Ok(Answer::refused("code_practice"));
        }
        if told.round != self.shift.round {
            return Ok(Answer::refused("code_other_round"));
        }
        let device = told.device();
        let saved =
            if self.heard_before(&code)? { None } else { Some(self.append(record::ClaimsTold { device, code })?) };
        let (remark, cue) = if self.overlaps_with(device)? {
            (Remark::ClaimsOverlap, Cue::Attention)
        } else {
            (Remark::ClaimsHeard, Cue::Ok)
        };
        Ok(Answer { saved, text: Some(device.to_string()), ..Answer::new(Outcome::Note, cue).remark(remark) })
    }

    fn heard_before(&self, code: &str) -> Result<bool> {
        for at in doors::claims_told(self.action.tx(), self.shift.round)? {
            let heard = self.record(at)?.map(|record| record.body);
            if matches!(heard, Some(record::Body::ClaimsTold(heard)) if heard.code == code) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether claims of this device and of that one may share doors.
    fn overlaps_with(&self, other: DeviceId) -> Result<bool> {
        let facts = near::claims(self.action.tx(), self.shift.round, &|at| self.record(at))?;
        let doors = Doors::of(&facts, &NoHomes, Known { key: &|_| None, sampled: &BTreeSet::new() });
        let mine = self.action.device();
        let of_both = |one: RecordRef, two: RecordRef| one.device == mine && two.device == other;
        let overlaps = |overlap: &Overlap| of_both(overlap.one, overlap.other) || of_both(overlap.other, overlap.one);
        Ok(doors.overlaps.iter().any(overlaps))
    }
}

/// A claim in force as its team tells it, with the doors of it at which a visit stands.
fn told(all: &Doors, claim: &ClaimView) -> ToldClaim {
    let mine = all.homes.iter().filter(|home| home.visits > 0 && home.claims.contains(&claim.claim));
    ToldClaim {
        claim: (claim.claim.epoch, claim.claim.seq),
        lane: claim.lane.clone(),
        doors: ClaimedDoors {
            area: claim.area.clone(),
            building: claim.building.clone(),
            stairwell: claim.stairwell.clone(),
            first: claim.first.clone(),
            last: claim.last.clone(),
            until_ms: claim.until_ms,
        },
        visited: mine.map(|home| print_of(home.household)).collect(),
    }
}
