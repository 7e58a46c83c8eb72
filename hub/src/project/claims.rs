//! One device in the place of another whose keys are gone.
//!
//! The new keys cannot prove that they are the old device's: anybody enrolled may say so. So
//! without a person's word a claim lets rows be salvaged, which prove themselves, and tubes left
//! open be told as lost; it changes nothing that the other one wrote, and ends with a sign of life.

use fieldcore::record::{EpochReason, EpochStarted, Stamp};

use super::Projector;
use crate::error::Result;
use crate::store::rows::{Claim, ClaimState, Device};
use crate::store::{DeviceBy, Reads, Tx};

/// How many devices one after the other may have taken a place.
const SUCCESSIONS_MAX: usize = 16;

/// How far one device stands in the place of another; each includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// It did, and the other was heard again: what was written of its shifts stays.
    Contested,
    /// Nobody contradicts: it may bring the other's rows.
    Uncontested,
    /// A person accepted it: it may act on the other's records.
    Accepted,
}

/// How far `device` stands in the place of the device `other`, maybe over others in between.
pub(crate) fn standing(reads: &(impl Reads + ?Sized), device: &Device, other: &[u8; 16]) -> Result<Option<Standing>> {
    let mut least = Standing::Accepted;
    let mut claim = device.claim;
    for _ in 0..SUCCESSIONS_MAX {
        let Some(link) = claim else { return Ok(None) };
        least = least.min(match link.state {
            ClaimState::Held | ClaimState::Rejected => return Ok(None),
            ClaimState::Contested => Standing::Contested,
            ClaimState::Stands | ClaimState::ActsWait => Standing::Uncontested,
            ClaimState::Accepted => Standing::Accepted,
        });
        if link.parent == *other {
            return Ok(Some(least));
        }
        claim = reads.device(DeviceBy::Id(&link.parent))?.and_then(|row| row.claim);
    }
    Ok(None)
}

impl Projector<'_> {
    /// A device that took another's place says so in the first record of its epoch. The first to
    /// say so after a loss of keys stands, unless the other wrote on; of the rest a person decides.
    pub(super) fn note_claim(&mut self, body: &EpochStarted, stamp: &Stamp) -> Result<()> {
        let Some(parent) = body.parent_device.filter(|parent| *parent.as_bytes() != self.device.id) else {
            return Ok(());
        };
        if self.device.claim.is_some() {
            return Ok(());
        }
        let parent = *parent.as_bytes();
        let lost = matches!(body.reason, EpochReason::KeyLoss | EpochReason::Salvage | EpochReason::Restore);
        let end = body.parent_epoch.map(fieldcore::Epoch::as_u64).zip(body.parent_seq);
        let contradicted = match end {
            Some(end) if lost => wrote_beyond(self.tx, &parent, end)? || successor(self.tx, &parent)?.is_some(),
            _ => true,
        };
        let (epoch, seq) = end.unwrap_or_default();
        let state = if contradicted { ClaimState::Held } else { ClaimState::Stands };
        // A clock ahead of its time must not hide signs of life.
        let at_ms = stamp.wall_ms.min(self.now_ms);
        self.set_claim(Claim { parent, state, epoch, seq, at_ms })
    }

    fn set_claim(&mut self, claim: Claim) -> Result<()> {
        self.device.claim = Some(claim);
        put_claim(self.tx, self.device.no, claim)
    }

    /// An act on another's record was passed over for want of a person's word: a person is told.
    pub(super) fn act_waits(&mut self, other: &[u8; 16]) -> Result<()> {
        let mut device = self.device.clone();
        for _ in 0..SUCCESSIONS_MAX {
            let Some(claim) = device.claim else { return Ok(()) };
            if claim.state == ClaimState::Stands {
                put_claim(self.tx, device.no, Claim { state: ClaimState::ActsWait, ..claim })?;
            }
            if claim.parent == *other {
                break;
            }
            let Some(next) = self.tx.device(DeviceBy::Id(&claim.parent))? else { return Ok(()) };
            device = next;
        }
        if let Some(row) = self.tx.device(DeviceBy::No(self.device.no))? {
            self.device.claim = row.claim;
        }
        Ok(())
    }
}

fn put_claim(tx: &mut dyn Tx, device: i64, claim: Claim) -> Result<()> {
    if let Some(mut row) = tx.device(DeviceBy::No(device))? {
        row.claim = Some(claim);
        tx.put_device(&row)?;
    }
    Ok(())
}

/// The device that stands in the place of `parent`.
fn successor(reads: &(impl Reads + ?Sized), parent: &[u8; 16]) -> Result<Option<Device>> {
    let stands = |claim: &Claim| !matches!(claim.state, ClaimState::Held | ClaimState::Rejected);
    Ok(reads.claimants(parent)?.into_iter().find(|row| row.claim.as_ref().is_some_and(stands)))
}

/// Whether the hub has records of the device behind this epoch and seq.
fn wrote_beyond(reads: &(impl Reads + ?Sized), id: &[u8; 16], end: (u64, u64)) -> Result<bool> {
    let Some(device) = reads.device(DeviceBy::Id(id))? else { return Ok(false) };
    for stream in reads.streams(device.no)? {
        if stream.epoch < end.0 {
            continue;
        }
        let last = reads.last_seq(stream.no)?;
        if last.is_some_and(|last| (stream.epoch, last) > end) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What shows that a device still has its keys.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sign {
    /// It signed a poll at this time of its own clock.
    Polled(i64),
    /// It signed records up to this epoch and seq.
    Wrote(u64, u64),
}

/// A device was heard: whoever claims its place, and says that it ended before, is contradicted.
pub(crate) fn heard(tx: &mut dyn Tx, device: &Device, sign: Sign) -> Result<()> {
    for row in tx.claimants(&device.id)? {
        let Some(claim) = row.claim.filter(|one| matches!(one.state, ClaimState::Stands | ClaimState::ActsWait)) else {
            continue;
        };
        let lives = match sign {
            Sign::Polled(wall_ms) => wall_ms > claim.at_ms,
            Sign::Wrote(epoch, seq) => (epoch, seq) > (claim.epoch, claim.seq),
        };
        if lives {
            put_claim(tx, row.no, Claim { state: ClaimState::Contested, ..claim })?;
        }
    }
    Ok(())
}

/// A person's word on the claim of a device. Where it is accepted, no other stands in that place.
pub(crate) fn decide(tx: &mut dyn Tx, device: &Device, accepted: bool) -> Result<()> {
    let Some(claim) = device.claim else { return Ok(()) };
    if accepted {
        for other in tx.claimants(&claim.parent)?.into_iter().filter(|other| other.no != device.no) {
            if let Some(one) = other.claim.filter(|one| one.state != ClaimState::Rejected) {
                put_claim(tx, other.no, Claim { state: ClaimState::Held, ..one })?;
            }
        }
    }
    let state = if accepted { ClaimState::Accepted } else { ClaimState::Rejected };
    put_claim(tx, device.no, Claim { state, ..claim })
}

/// Whether a claim waits for a person.
pub(crate) const fn is_open(claim: &Claim) -> bool {
    matches!(claim.state, ClaimState::Held | ClaimState::Contested | ClaimState::ActsWait)
}
