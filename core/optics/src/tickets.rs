//! The newest frame wins.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Numbers frames in the order in which a camera delivers them. Clones count together: one stands
/// where frames come in, another at the worker that reads them.
#[derive(Clone, Debug, Default)]
pub struct Tickets(Arc<AtomicU64>);

/// The number of one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(u64);

impl Tickets {
    /// The number of a frame that just came in.
    pub fn next(&self) -> Ticket {
        Ticket(self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Whether no later frame has come in: an older one is not worth reading any more.
    pub fn is_newest(&self, ticket: Ticket) -> bool {
        self.0.load(Ordering::Relaxed) == ticket.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_frame_is_the_newest() {
        let camera = Tickets::default();
        let worker = camera.clone();
        let (first, second) = (camera.next(), camera.next());
        assert!(!worker.is_newest(first));
        assert!(worker.is_newest(second));
    }
}
