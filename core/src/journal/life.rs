//! Pausing and ending: the system may kill an app that sleeps with its files open.

use super::lock::WriterLock;
use super::maintain::Due;
use super::{Journal, Slot, open};
use crate::error::Result;

impl Journal {
    /// Empties the log, closes the file and gives the lock back, as before an app goes to sleep;
    /// until [`Journal::resume`] everything answers [`crate::Error::Closed`]. What was saved is safe
    /// whether this is called or not.
    pub fn suspend(&self) -> Result<()> {
        if self.is_read_only() {
            return Ok(());
        }
        let outcome = self.with(|site, store| store.maintain(site, Due::Size, true)).map(|_| ());
        let mut inner = self.inner();
        inner.slot = Slot::Closed;
        inner.lock = None;
        self.shared.roster.clear();
        match outcome {
            Err(crate::Error::Closed) => Ok(()),
            other => other,
        }
    }

    /// Opens a suspended journal again.
    pub fn resume(&self) -> Result<()> {
        let mut inner = self.inner();
        if !matches!(inner.slot, Slot::Closed) {
            return Ok(());
        }
        let lock = WriterLock::take(self.site())?;
        let store = open::open(self.site())?;
        self.remember(super::Identity::of(&store.memory.head));
        inner.slot = Slot::Open(Box::new(store));
        inner.lock = Some(lock);
        Ok(())
    }

    /// Ends the work: seals nothing, empties the log, closes. All clones answer
    /// [`crate::Error::Closed`] from then on.
    pub fn shutdown(&self) -> Result<()> {
        self.suspend()
    }

    /// Bytes free where the journal lies; `None` if the system does not say.
    pub fn free_bytes(&self) -> Option<u64> {
        fs4::available_space(&self.site().options.dir).ok()
    }
}
