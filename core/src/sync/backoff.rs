//! When to try again, and how much at once.

use crate::limits::{BACKOFF_BASE_MS, BACKOFF_MAX_MS, BUNDLE_BYTES_MAX, BUNDLE_BYTES_MIN};

/// The pause before try number `failures` + 1: evenly random between nothing and an upper bound
/// that doubles with every failure ("full jitter"), so that twenty thousand phones that meet a
/// returning network do not meet the hub in one second.
pub(super) fn pause_ms(failures: u32, random: u64) -> u64 {
    let bound = BACKOFF_BASE_MS.saturating_mul(1 << failures.saturating_sub(1).min(20)).min(BACKOFF_MAX_MS);
    if failures == 0 { 0 } else { random % (bound + 1) }
}

/// The pause that a hub asked for, spread over a quarter more so that not all come back at once,
/// and never longer than an hour: a mistaken header must not silence a phone for a day.
pub(super) fn asked_pause_ms(asked_ms: u64, random: u64) -> u64 {
    let asked = asked_ms.min(3_600_000);
    asked + random % (asked / 4 + 1)
}

/// The bundle size after a failure: half, down to one whole batch.
pub(super) fn shrink(budget: usize) -> usize {
    (budget / 2).max(BUNDLE_BYTES_MIN)
}

/// The bundle size after a success: double, up to a good link's.
pub(super) fn grow(budget: usize) -> usize {
    budget.saturating_mul(2).min(BUNDLE_BYTES_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_and_is_bounded() {
        assert_eq!(pause_ms(0, u64::MAX), 0);
        for failures in 1..40 {
            let longest = (0..64).map(|shift| pause_ms(failures, u64::MAX >> shift)).max().unwrap_or(0);
            assert!(longest <= BACKOFF_MAX_MS);
        }
        assert_eq!(pause_ms(1, BACKOFF_BASE_MS), BACKOFF_BASE_MS);
        assert_eq!(pause_ms(2, 2 * BACKOFF_BASE_MS), 2 * BACKOFF_BASE_MS);
    }

    #[test]
    fn a_mistaken_header_does_not_silence_for_a_day() {
        assert!(asked_pause_ms(u64::MAX, u64::MAX) <= 4_500_000);
        assert!(asked_pause_ms(10_000, 1) >= 10_000);
    }

    #[test]
    fn bundles_shrink_and_grow_within_bounds() {
        let mut budget = BUNDLE_BYTES_MAX;
        for _ in 0..20 {
            budget = shrink(budget);
        }
        assert_eq!(budget, BUNDLE_BYTES_MIN);
        for _ in 0..20 {
            budget = grow(budget);
        }
        assert_eq!(budget, BUNDLE_BYTES_MAX);
    }
}
