//! What the process lends the hub, so that a test can replay a day exactly.

use std::sync::Arc;

use fieldcore::{Clock, Entropy, OsEntropy, SystemClock};

use crate::error::Result;

/// Time and randomness of a hub.
#[derive(Clone)]
pub struct Surroundings {
    /// Wall and monotonic time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Called after each durable commit, before the answers leave: where a test lets a process
    /// die or an answer get lost.
    pub after_commit: Option<Arc<dyn Fn() + Send + Sync>>,
}

impl Surroundings {
    /// The system's clock and randomness.
    pub fn system() -> Result<Self> {
        let entropy = OsEntropy;
        Ok(Self { clock: Arc::new(SystemClock::new(&entropy)?), entropy: Arc::new(entropy), after_commit: None })
    }

    /// Milliseconds since 1970 UTC by the hub's clock.
    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.wall_ms()
    }

    /// `N` random bytes.
    pub(crate) fn random<const N: usize>(&self) -> Result<[u8; N]> {
        let mut bytes = [0u8; N];
        self.entropy.fill(&mut bytes)?;
        Ok(bytes)
    }
}

impl std::fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Surroundings")
    }
}
