//! Saved means saved: through a kill, a power cut, a full disk, a failed sync, a flipped bit.

mod flips;
mod full;
mod kill;
mod power;
mod sync_calls;
mod sync_fails;
