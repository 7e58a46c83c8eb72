//! A clock that a test moves by hand.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::SeqCst};

use fieldcore::Clock;

/// Wall and monotonic time that stand still until they are moved; the monotonic one never goes
/// back, the wall clock does what a phone's does.
#[derive(Debug)]
pub struct ManualClock {
    wall: AtomicI64,
    mono: AtomicU64,
    session: AtomicU64,
}

/// 2026-01-05T00:00Z, a Monday: where tests begin unless they say otherwise.
pub const START_MS: i64 = 1_767_571_200_000;

impl ManualClock {
    /// A clock at [`START_MS`], its monotonic time just above zero.
    pub const fn new() -> Self {
        Self::at(START_MS)
    }

    /// A clock whose wall time is `wall_ms`.
    pub const fn at(wall_ms: i64) -> Self {
        Self { wall: AtomicI64::new(wall_ms), mono: AtomicU64::new(1_000), session: AtomicU64::new(1) }
    }

    /// Lets `ms` pass on both clocks.
    pub fn advance(&self, ms: u64) {
        self.mono.fetch_add(ms, SeqCst);
        self.wall.fetch_add(i64::try_from(ms).unwrap_or(i64::MAX), SeqCst);
    }

    /// Sets the wall clock alone, as a user or a network does: forwards or backwards.
    pub fn set_wall(&self, wall_ms: i64) {
        self.wall.store(wall_ms, SeqCst);
    }

    /// Moves the wall clock alone by `ms`.
    pub fn jump(&self, ms: i64) {
        self.wall.fetch_add(ms, SeqCst);
    }

    /// A restart of the device: the monotonic clock begins again in another session.
    pub fn reboot(&self) {
        self.mono.store(500, SeqCst);
        self.session.fetch_add(1, SeqCst);
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for ManualClock {
    fn wall_ms(&self) -> i64 {
        self.wall.load(SeqCst)
    }

    fn mono_ms(&self) -> u64 {
        self.mono.load(SeqCst)
    }

    fn session(&self) -> u64 {
        self.session.load(SeqCst)
    }
}
