//! The device's clocks.

use fieldcore::{Clock, Entropy, Error, OsEntropy, SystemClock};
use rustix::time::{ClockId, clock_gettime};

/// A clock that goes on while the phone sleeps: on Android and Linux the time since the boot, on Apple's
/// systems the monotonic clock, which counts sleep there. The standard library's does not.
#[derive(Debug)]
pub(crate) struct SleepingClock {
    wall: SystemClock,
    session: u64,
}

#[cfg(any(target_os = "linux", target_os = "android"))]
const SINCE_BOOT: ClockId = ClockId::Boottime;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const SINCE_BOOT: ClockId = ClockId::Monotonic;

impl SleepingClock {
    pub(crate) fn new() -> Result<Self, Error> {
        let mut bytes = [0u8; 8];
        OsEntropy.fill(&mut bytes)?;
        Ok(Self { wall: SystemClock::new(&OsEntropy)?, session: u64::from_le_bytes(bytes) >> 12 })
    }
}

impl Clock for SleepingClock {
    fn wall_ms(&self) -> i64 {
        self.wall.wall_ms()
    }

    fn mono_ms(&self) -> u64 {
        let now = clock_gettime(SINCE_BOOT);
        let (seconds, nanos) = (u64::try_from(now.tv_sec), u64::try_from(now.tv_nsec));
        seconds.unwrap_or(0).saturating_mul(1_000) + nanos.unwrap_or(0) / 1_000_000
    }

    fn session(&self) -> u64 {
        self.session
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_never_goes_back() {
        let clock = SleepingClock::new().unwrap();
        let times: Vec<u64> = (0..100).map(|_| clock.mono_ms()).collect();
        assert!(times.is_sorted() && times[0] > 0);
        assert!(clock.session() < 1 << 52);
    }
}
