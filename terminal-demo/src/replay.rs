//! Lines with a time of their own, and the clock that follows them.

use std::sync::Mutex;
use std::time::Instant;

use chrono::{NaiveDate, NaiveTime, TimeZone};
use fieldcore::{Clock, Entropy, Error, Result};

use crate::zone;

/// Splits `HH:MM:SS.mmm<TAB>text` into the wall time on `date` (UTC+8, milliseconds since 1970)
/// and the text; `None` if the line has another form.
pub(crate) fn split(line: &str, date: NaiveDate) -> Option<(i64, &str)> {
    let (time, text) = line.split_once('\t')?;
    let time = NaiveTime::parse_from_str(time.trim(), "%H:%M:%S%.f").ok()?;
    let wall = zone().from_local_datetime(&date.and_time(time)).single()?;
    Some((wall.timestamp_millis(), text))
}

/// A clock that stands at the last line's time. Where the file's time goes back, the wall clock
/// jumps and the monotonic clock stands still; after [`ReplayClock::run_on`] both follow real time.
pub(crate) struct ReplayClock {
    session: u64,
    now: Mutex<Now>,
}

struct Now {
    wall_ms: i64,
    mono_ms: u64,
    running_since: Option<Instant>,
}

impl ReplayClock {
    /// A clock that stands at the beginning of `date`, UTC+8.
    pub(crate) fn new(date: NaiveDate, entropy: &dyn Entropy) -> Result<Self> {
        let (wall_ms, _) = split("00:00:00.000\t", date)
            .ok_or_else(|| Error::invalid("date", "the calendar's end is too near; give another --date"))?;
        let mut bytes = [0u8; 8];
        entropy.fill(&mut bytes)?;
        let now = Now { wall_ms, mono_ms: 0, running_since: None };
        Ok(Self { session: u64::from_le_bytes(bytes) >> 12, now: Mutex::new(now) })
    }

    /// Moves to a line's wall time.
    pub(crate) fn set(&self, wall_ms: i64) {
        let mut now = self.lock();
        now.mono_ms += u64::try_from(wall_ms - now.wall_ms).unwrap_or(0);
        now.wall_ms = wall_ms;
    }

    /// From now on time passes as it does for everyone.
    pub(crate) fn run_on(&self) {
        self.lock().running_since.get_or_insert_with(Instant::now);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Now {
    fn since_ms(&self) -> u64 {
        self.running_since.map_or(0, |since| u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX))
    }
}

impl Clock for ReplayClock {
    fn wall_ms(&self) -> i64 {
        let now = self.lock();
        now.wall_ms.saturating_add(i64::try_from(now.since_ms()).unwrap_or(i64::MAX))
    }

    fn mono_ms(&self) -> u64 {
        let now = self.lock();
        now.mono_ms.saturating_add(now.since_ms())
    }

    fn session(&self) -> u64 {
        self.session
    }
}

#[cfg(test)]
mod tests {
    use fieldcore::OsEntropy;

    use super::*;

    fn date() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
    }

    #[test]
    fn a_line_has_its_time_in_utc_plus_8() {
        assert_eq!(split("08:00:00.250\tTUBE-01", date()), Some((1_767_225_600_250, "TUBE-01")));
        assert_eq!(split("08:00:00\ta\tb", date()), Some((1_767_225_600_000, "a\tb")));
        for bad in ["TUBE-01", "8 o'clock\tTUBE-01", "25:00:00.000\tx", ""] {
            assert_eq!(split(bad, date()), None);
        }
    }

    #[test]
    fn the_monotonic_clock_never_goes_back() {
        let clock = ReplayClock::new(date(), &OsEntropy).unwrap();
        let start = clock.wall_ms();
        clock.set(start + 5_000);
        assert_eq!((clock.wall_ms(), clock.mono_ms()), (start + 5_000, 5_000));
        clock.set(start - 60_000);
        assert_eq!((clock.wall_ms(), clock.mono_ms()), (start - 60_000, 5_000));
        clock.set(start - 58_000);
        assert_eq!(clock.mono_ms(), 7_000);
    }

    #[test]
    fn after_the_last_line_time_runs_on() {
        let clock = ReplayClock::new(date(), &OsEntropy).unwrap();
        let before = clock.mono_ms();
        assert_eq!(before, clock.mono_ms());
        clock.run_on();
        std::thread::sleep(std::time::Duration::from_millis(3));
        assert!(clock.mono_ms() > before);
    }
}
