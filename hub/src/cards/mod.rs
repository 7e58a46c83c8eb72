//! What devices may do for others where no network is: delegations, helpers, and the card keys of rounds.

mod delegations;
mod keys;
mod letters;

use fieldcore::DeviceId;
use serde::Serialize;

use crate::error::Result;
use crate::hub::Hub;

pub(crate) use delegations::{Seat, judge_chain, renew, sit};
pub(crate) use letters::{grant_of, leave};

/// What a delegation is made for.
#[derive(Clone, Debug)]
pub struct DelegateOptions {
    /// The device that gets it.
    pub device: DeviceId,
    /// What it may do, as words: `work`, `enrol`, `issue`.
    pub rights: Vec<String>,
    /// How many helpers it may enrol.
    pub helpers: u32,
    /// How long it is good for, milliseconds from now.
    pub valid_ms: u64,
}

/// A helper who has a place under a delegation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HelperLine {
    /// Which place, from 1.
    pub ordinal: u32,
    /// The helper's device.
    pub device: String,
    /// The device's state.
    pub state: &'static str,
    /// What it may do.
    pub rights: Vec<&'static str>,
    /// Until when its link held, milliseconds since 1970.
    pub expires_ms: i64,
    /// When its enrolment arrived.
    pub arrived_ms: i64,
}

/// A delegation with its helpers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DelegationLine {
    /// Its id.
    pub delegation: String,
    /// The device that has it.
    pub device: String,
    /// `valid`, `expired`, or `revoked` with its device.
    pub state: &'static str,
    /// What the device may do.
    pub rights: Vec<&'static str>,
    /// How many helpers it may enrol.
    pub helpers: u32,
    /// Until when it holds, milliseconds since 1970.
    pub expires_ms: i64,
    /// The helpers whose enrolments arrived.
    pub enrolled: Vec<HelperLine>,
}

/// A card key, without the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CardKeyLine {
    /// The name by which cards call it, hexadecimal.
    pub key: String,
    /// The round's id.
    pub round: String,
    /// When it was drawn, milliseconds since 1970.
    pub made_ms: i64,
    /// Until when its cards are taken.
    pub expires_ms: i64,
    /// Whether it is at hand: a restored hub with new keys of its own cannot open the old ones.
    pub readable: bool,
}

impl Hub {
    /// Gives a device the right to act for others; it comes with the device's next sync.
    pub fn delegate(&self, options: &DelegateOptions) -> Result<DelegationLine> {
        delegations::delegate(self.core(), options)
    }

    /// Every delegation with its helpers, oldest first.
    pub fn delegations(&self) -> Result<Vec<DelegationLine>> {
        let now_ms = self.core().around.now_ms();
        self.core().read(|reads| delegations::lines(reads, now_ms))
    }

    /// Revokes a device and every helper that it enrolled; the devices that were revoked.
    pub fn revoke_with_helpers(&self, device: DeviceId) -> Result<Vec<DeviceId>> {
        delegations::revoke_with_helpers(self.core(), device)
    }

    /// Every card key, without the keys, those that last longest first.
    pub fn card_keys(&self) -> Result<Vec<CardKeyLine>> {
        keys::lines(self.core())
    }

    /// Draws a new card key for a round of the published profile (by id or name), good for `valid_ms` from now. Devices
    /// get it with their next sync; those before it go on opening cards.
    pub fn new_card_key(&self, round: &str, valid_ms: u64) -> Result<CardKeyLine> {
        keys::draw_new(self.core(), round, valid_ms)
    }
}
