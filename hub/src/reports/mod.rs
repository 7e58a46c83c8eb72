//! What people ask the hub: figures, ledger, trace, conflicts, held.

pub(crate) mod conflicts;
pub(crate) mod custody;
pub mod custody_model;
pub mod doors;
pub(crate) mod held;
pub(crate) mod ledger;
pub(crate) mod lookup;
pub mod model;
pub(crate) mod passing;
pub(crate) mod trace;
