//! The laptop's clock: it runs on while the lid is closed, and one run of it lasts from start-up to
//! shut-down, so that what one command learns of the true time another can hold its own against.

use std::time::{SystemTime, UNIX_EPOCH};

use fieldcore::Clock;
use rustix::time::{ClockId, clock_gettime};
use uuid::Uuid;

/// What Linux draws anew at each start.
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";

/// The clock since the start of the system.
#[derive(Debug)]
pub(crate) struct BootClock {
    session: u64,
}

impl BootClock {
    /// The clock of this system; `None` where it does not tell its starts apart.
    pub(crate) fn of_system() -> Option<Self> {
        let text = std::fs::read_to_string(BOOT_ID).ok()?;
        let boot = Uuid::try_parse(text.trim()).ok()?;
        // 52 bits of it are random enough, and fit where a session has to.
        Some(Self { session: boot.as_u64_pair().0 >> 12 })
    }
}

impl Clock for BootClock {
    fn wall_ms(&self) -> i64 {
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
        }
    }

    fn mono_ms(&self) -> u64 {
        let since = clock_gettime(ClockId::Boottime);
        let (seconds, nanos) = (u64::try_from(since.tv_sec), u64::try_from(since.tv_nsec));
        seconds.unwrap_or(0).saturating_mul(1000).saturating_add(nanos.unwrap_or(0) / 1_000_000)
    }

    fn session(&self) -> u64 {
        self.session
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_process_of_one_start_has_the_same_session() {
        let (one, other) = (BootClock::of_system().unwrap(), BootClock::of_system().unwrap());
        assert_eq!(one.session(), other.session());
        assert!(one.session() < 1 << 52);
        let before = one.mono_ms();
        std::thread::sleep(std::time::Duration::from_millis(3));
        assert!(other.mono_ms() > before);
        let uptime = std::fs::read_to_string("/proc/uptime").unwrap();
        let seconds: f64 = uptime.split_whitespace().next().unwrap().parse().unwrap();
        assert!((seconds * 1000.0 - other.mono_ms() as f64).abs() < 2_000.0, "the time asleep counts too");
    }
}
