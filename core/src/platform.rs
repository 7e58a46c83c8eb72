//! What the shell lends the core: a clock, randomness, and a safe for 32-byte secrets.
//!
//! The core calls nothing of the operating system for these by itself, so a test can replay a
//! day exactly. All three are called under the journal's lock and must not call back.

use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::error::{Error, Result};
use crate::secret::Secret;

/// Wall time and monotonic time.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970-01-01T00:00Z by the device's wall clock. May be wrong and may jump.
    fn wall_ms(&self) -> i64;

    /// Milliseconds of a clock that never goes back and counts sleep (`elapsedRealtime`,
    /// `mach_continuous_time`, `CLOCK_BOOTTIME`). Comparable only within one session.
    fn mono_ms(&self) -> u64;

    /// What tells one run of the monotonic clock from the next, below 2^52: derived from the
    /// platform's boot id, or random per process where there is none.
    fn session(&self) -> u64;
}

/// A source of cryptographically secure random bytes.
pub trait Entropy: Send + Sync {
    /// Fills `bytes`, or says why it cannot; the core then does nothing rather than less.
    fn fill(&self, bytes: &mut [u8]) -> Result<()>;
}

/// A safe for named 32-byte secrets: Android Keystore, iOS Keychain, or [`crate::FileVault`].
///
/// `create` must be durable when it returns: a record encrypted under a new secret is called
/// saved right after.
pub trait KeyVault: Send + Sync {
    /// Stores `secret` under `name`; fails if the name is taken.
    fn create(&self, name: &str, secret: &Secret) -> Result<()>;

    /// The secret called `name`; `None` if there is none (never created, destroyed, or lost).
    /// Any other failure is an error: a vault that is locked for now has not lost its keys.
    fn read(&self, name: &str) -> Result<Option<Secret>>;

    /// Destroys the secret called `name` for good. Destroying what is not there is no error.
    fn destroy(&self, name: &str) -> Result<()>;
}

/// The three together, shared by everything that works on one journal.
#[derive(Clone)]
pub struct Platform {
    /// Wall and monotonic time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Where secrets live.
    pub vault: Arc<dyn KeyVault>,
}

impl Platform {
    /// The system's clock and randomness with the given vault.
    pub fn system(vault: Arc<dyn KeyVault>) -> Result<Self> {
        let entropy = OsEntropy;
        Ok(Self { clock: Arc::new(SystemClock::new(&entropy)?), entropy: Arc::new(entropy), vault })
    }

    /// `N` random bytes.
    pub(crate) fn random<const N: usize>(&self) -> Result<[u8; N]> {
        let mut bytes = [0u8; N];
        self.entropy.fill(&mut bytes)?;
        Ok(bytes)
    }
}

impl std::fmt::Debug for Platform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Platform")
    }
}

/// The process's own clock: the session is random per process, so two runs are never compared.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
    session: u64,
}

impl SystemClock {
    /// A clock that starts now.
    pub fn new(entropy: &dyn Entropy) -> Result<Self> {
        let mut bytes = [0u8; 8];
        entropy.fill(&mut bytes)?;
        Ok(Self { started: Instant::now(), session: u64::from_le_bytes(bytes) >> 12 })
    }
}

impl Clock for SystemClock {
    fn wall_ms(&self) -> i64 {
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
        }
    }

    fn mono_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn session(&self) -> u64 {
        self.session
    }
}

/// The operating system's random source.
#[derive(Debug, Clone, Copy)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<()> {
        getrandom::fill(bytes).map_err(|error| {
            Error::refused("random bytes", format!("the system gave none ({error}); restart the device"))
        })
    }
}
