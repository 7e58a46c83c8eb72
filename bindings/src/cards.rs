//! Helpers enrolled on the spot: a chief's phone and a helper's show each other codes, without any network.

use fieldcore::cards::{Rights, code_bytes, code_text};

use crate::error::{Result, guard};
use crate::journal::Journal;

/// A helper who was given a place.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct HelperPlace {
    /// The helper's device.
    pub device: String,
    /// Which of the delegation's helpers it is, from 1.
    pub ordinal: u32,
    /// How many places are left.
    pub left: u32,
    /// Until when, milliseconds since 1970 by the hub's clock.
    pub expires_ms: i64,
    /// The text of the QR to show next; the helper takes it with `Journal.accept_welcome`.
    pub welcome: String,
    /// The profile and the card keys, to be sent as a file; the helper takes it with `Journal.accept_kit`.
    pub kit: Vec<u8>,
}

/// What a chief's welcome gave this device.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct WelcomeView {
    /// The campaign's name.
    pub campaign_name: String,
    /// The campaign's id.
    pub campaign: String,
    /// The chief's device.
    pub chief: String,
    /// Until when, milliseconds since 1970 by the hub's clock.
    pub expires_ms: i64,
    /// Whether the profile is still to come, with the kit.
    pub profile_due: bool,
}

/// What the hub lets this device do for others.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct HeldDelegation {
    /// Its id.
    pub id: String,
    /// Whether it lets enrol helpers.
    pub enrols: bool,
    /// Whether it lets issue proxy cards.
    pub issues: bool,
    /// How many helpers it lets enrol.
    pub helpers: u32,
    /// Of these, helpers who are enrolled.
    pub used: u32,
    /// Until when, milliseconds since 1970 by the hub's clock.
    pub expires_ms: i64,
    /// Whether it has surely expired.
    pub over: bool,
}

/// A helper whom this device enrolled.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct HelperLine {
    /// The helper's device.
    pub device: String,
    /// Which of the delegation's helpers it is, from 1.
    pub ordinal: u32,
    /// Until when, milliseconds since 1970 by the hub's clock.
    pub expires_ms: i64,
}

impl From<fieldcore::HeldDelegation> for HeldDelegation {
    fn from(held: fieldcore::HeldDelegation) -> Self {
        let fieldcore::HeldDelegation { delegation, used, over } = held;
        Self {
            id: delegation.id.to_string(),
            enrols: delegation.rights.has(Rights::ENROL),
            issues: delegation.rights.has(Rights::ISSUE),
            helpers: delegation.helpers,
            used,
            expires_ms: delegation.expires_ms,
            over,
        }
    }
}

fn typed(text: &str) -> fieldcore::Result<Vec<u8>> {
    code_bytes(text).ok_or_else(|| fieldcore::Error::invalid("code", "it does not begin as one; scan it again"))?
}

#[uniffi::export]
impl Journal {
    /// The text of the QR by which a chief's phone can enrol this one. It holds no secret.
    pub fn helper_code(&self) -> Result<String> {
        guard("helper_code", || code_text(&self.core().helper_code()?))
    }

    /// As a chief: gives the helper whose code was read a place. The same helper gets the same place again. Refused
    /// without a delegation of the hub that holds and has a place left.
    pub fn accept_helper(&self, code: String) -> Result<HelperPlace> {
        guard("accept_helper", || {
            let helper = self.core().accept_helper(&typed(&code)?, Rights::OF_HELPERS, None)?;
            Ok::<_, fieldcore::Error>(HelperPlace {
                device: helper.device.to_string(),
                ordinal: helper.ordinal,
                left: helper.left,
                expires_ms: helper.expires_ms,
                welcome: code_text(&helper.welcome)?,
                kit: helper.kit,
            })
        })
    }

    /// As a helper: takes part by the chief's welcome, with or without a network.
    pub fn accept_welcome(&self, code: String) -> Result<WelcomeView> {
        guard("accept_welcome", || {
            let taken = self.core().accept_welcome(&typed(&code)?)?;
            Ok::<_, fieldcore::Error>(WelcomeView {
                campaign_name: taken.campaign_name,
                campaign: taken.campaign.to_string(),
                chief: taken.chief.to_string(),
                expires_ms: taken.expires_ms,
                profile_due: taken.profile_due,
            })
        })
    }

    /// As a helper: takes the chief's kit; how many card keys are new here.
    pub fn accept_kit(&self, kit: Vec<u8>) -> Result<u32> {
        guard("accept_kit", || self.core().accept_kit(&kit).map(|taken| taken.card_keys))
    }

    /// The delegations of the hub that this device holds, newest first.
    pub fn delegations(&self) -> Result<Vec<HeldDelegation>> {
        guard("delegations", || {
            Ok::<_, fieldcore::Error>(self.core().delegations()?.into_iter().map(Into::into).collect())
        })
    }

    /// The helpers whom this device enrolled, in order.
    pub fn helpers(&self) -> Result<Vec<HelperLine>> {
        guard("helpers", || {
            let line = |helper: fieldcore::record::HelperEnrolled| HelperLine {
                device: helper.device.to_string(),
                ordinal: helper.ordinal,
                expires_ms: helper.expires_ms,
            };
            Ok::<_, fieldcore::Error>(self.core().helpers()?.into_iter().map(line).collect())
        })
    }
}
