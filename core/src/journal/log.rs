//! Reading the records themselves: for logs, exports and checks.

use super::Journal;
use crate::error::Result;
use crate::record::Record;

impl Journal {
    /// Calls `f` with every record that can be read here, oldest first, across epochs; an error of
    /// `f` ends it. Records hold people in the clear: what leaves the device of them belongs in the
    /// export log.
    pub fn records(&self, f: &mut dyn FnMut(Record) -> Result<()>) -> Result<()> {
        self.view(|view| view.records(f))
    }
}
