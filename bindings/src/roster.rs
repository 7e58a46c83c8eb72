//! The list of residents: what of it is here.

use crate::error::{Result, guard};
use crate::journal::Journal;

/// A roster that this device has, or is being sent.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct RosterState {
    /// Its id.
    pub roster: String,
    /// The number in force; 0 for none.
    pub number: u32,
    /// Whether what is in force cannot be opened and is asked for again.
    pub doubt: bool,
    /// The number that is being sent and is not complete.
    pub gathers: Option<u32>,
}

#[uniffi::export]
impl Journal {
    /// The rosters that this device has or is being sent.
    pub fn roster_states(&self) -> Result<Vec<RosterState>> {
        guard("roster_states", || {
            let states = self.core().roster_states()?;
            let line = |state: fieldcore::RosterState| RosterState {
                roster: state.roster.to_string(),
                number: state.number,
                doubt: state.doubt,
                gathers: state.gathers,
            };
            Ok::<_, fieldcore::Error>(states.into_iter().map(line).collect())
        })
    }

    /// Destroys the key of this campaign's rosters and deletes their pages. What the hub still assigns to this device
    /// comes again with the next sync. Call `Station.refresh_roster` after it.
    pub fn forget_roster(&self) -> Result<()> {
        guard("forget_roster", || self.core().forget_roster())
    }
}
