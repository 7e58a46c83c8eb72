//! What the store keeps of rosters: lists as they were read, answers, and what they come to.

use crate::error::Result;

/// A list as it was read.
#[derive(Clone, Debug)]
pub(crate) struct ListRow {
    pub(crate) area: String,
    pub(crate) name: String,
    /// SHA-256 of `body`.
    pub(crate) digest: [u8; 32],
    /// Rows below the headers.
    pub(crate) rows: u64,
    /// Encoding, headers, mapping and rows (`roster::stored`).
    pub(crate) body: Vec<u8>,
    pub(crate) made_ms: i64,
}

/// An answer to a question.
#[derive(Clone, Debug)]
pub(crate) struct AnswerRow {
    pub(crate) one: [u8; 16],
    pub(crate) other: [u8; 16],
    pub(crate) same: bool,
}

/// The roster of an area as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RosterRow {
    pub(crate) area: String,
    pub(crate) id: [u8; 16],
    pub(crate) number: u32,
    pub(crate) digest: [u8; 32],
    pub(crate) households: u64,
    pub(crate) people: u64,
}

/// A state that a roster had: what a difference can lead on from. Holds ids and prints of households, nobody's data.
#[derive(Clone, Debug)]
pub(crate) struct StateRow {
    pub(crate) digest: [u8; 32],
    /// 16 bytes of id and 16 of print, household by household.
    pub(crate) prints: Vec<u8>,
}

/// An area that a device is to have, or no longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AssignmentRow {
    pub(crate) device: i64,
    pub(crate) area: String,
    pub(crate) assigned: bool,
    /// The number that the device last said it has in force.
    pub(crate) number: Option<u32>,
    pub(crate) seen_ms: Option<i64>,
}

/// Asks for rosters.
pub(crate) trait RosterReads {
    /// The lists of an area, or of all, by area and name.
    fn roster_lists(&self, area: Option<&str>) -> Result<Vec<ListRow>>;
    /// What was said of columns in lists of an area with these headers.
    fn roster_map(&self, area: &str, headers: &[u8; 32]) -> Result<Option<Vec<u8>>>;
    /// Everything that was said of columns in lists of an area.
    fn roster_maps(&self, area: &str) -> Result<Vec<Vec<u8>>>;
    fn roster_answers(&self, area: &str) -> Result<Vec<AnswerRow>>;
    fn rosters(&self) -> Result<Vec<RosterRow>>;
    fn roster(&self, area: &str) -> Result<Option<RosterRow>>;
    /// The pages of the roster as it stands, packed (`roster::stored`).
    fn roster_body(&self, area: &str) -> Result<Option<Vec<u8>>>;
    /// The state whose digest begins so.
    fn roster_state(&self, area: &str, print: [u8; 8]) -> Result<Option<StateRow>>;
    fn roster_assignments(&self, device: Option<i64>) -> Result<Vec<AssignmentRow>>;
}

/// Writes rosters.
pub(crate) trait RosterWrites: RosterReads {
    /// Stores a list in the place of the one of its area and name.
    fn put_roster_list(&mut self, row: &ListRow) -> Result<()>;
    fn drop_roster_list(&mut self, area: &str, name: &str) -> Result<()>;
    fn put_roster_map(&mut self, area: &str, headers: &[u8; 32], said: &[u8]) -> Result<()>;
    fn put_roster_answer(&mut self, area: &str, row: &AnswerRow, now_ms: i64) -> Result<()>;
    /// Stores the roster as it stands now, and its state for later differences; older states beyond `keep` go.
    fn put_roster(&mut self, row: &RosterRow, body: &[u8], prints: &[u8], keep: u32, now_ms: i64) -> Result<()>;
    /// Forgets the states that the roster had before.
    fn drop_roster_states(&mut self, area: &str) -> Result<()>;
    /// Forgets answers and what was said of columns.
    fn drop_roster_words(&mut self, area: &str) -> Result<()>;
    fn put_roster_assignment(&mut self, row: &AssignmentRow) -> Result<()>;
}
