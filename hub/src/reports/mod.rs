//! What people ask the hub: figures, ledger, trace, conflicts, held.

pub(crate) mod conflicts;
pub mod doors;
pub(crate) mod held;
pub(crate) mod ledger;
pub(crate) mod lookup;
pub mod model;
pub(crate) mod trace;
