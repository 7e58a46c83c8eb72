//! Figures that need no network.

pub use fieldcore::{Figures, Ledger, LedgerRow, Maintained, OpenTube, ShiftFigures, Status};

/// An open tube.
#[uniffi::remote(Record)]
pub struct OpenTube {
    /// Its label; `None` where its record cannot be read here any more.
    pub tube: Option<String>,
    /// The lane that works with it.
    pub lane: Option<String>,
    /// People in it.
    pub count: u32,
    /// How many it takes.
    pub capacity: u32,
    /// When it was opened, wall milliseconds.
    pub opened_ms: i64,
    /// Minutes since then; 0 where the clock went back.
    pub age_min: u32,
    /// Whether it is older than the profile likes.
    pub old: bool,
    /// Whether it is a lane's active tube.
    pub active: bool,
}
/// A tube as the list of a shift shows it, open or closed.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct ShiftTube {
    /// Its label; `None` where its record cannot be read here any more.
    pub tube: Option<String>,
    /// The lane that works or worked with it.
    pub lane: Option<String>,
    /// `open`, a closing reason, or `spoiled`; the same words as `Trace.state`.
    pub state: String,
    /// People in it.
    pub count: u32,
    /// How many it takes; 0 for a label that was spoiled without having been opened.
    pub capacity: u32,
    /// When it was opened, wall milliseconds.
    pub opened_ms: i64,
}

impl From<fieldcore::ShiftTube> for ShiftTube {
    fn from(told: fieldcore::ShiftTube) -> Self {
        let fieldcore::ShiftTube { tube, lane, state, count, capacity, opened_ms } = told;
        Self { tube, lane, state: state.to_owned(), count, capacity, opened_ms }
    }
}

/// Where the station stands. All of it is known offline.
#[uniffi::remote(Record)]
pub struct Status {
    /// The device's id.
    pub device: String,
    /// The epoch that is written.
    pub epoch: String,
    /// The profile's version.
    pub profile: u32,
    /// The round's name.
    pub round: Option<String>,
    /// The running shift's id; the latest, should several run.
    pub shift: Option<String>,
    /// The round's open tubes, oldest first.
    pub open_tubes: Vec<OpenTube>,
    /// People bound in the round and neither undone nor voided.
    pub people: u32,
    /// Tubes with at least one such person, spoiled ones apart.
    pub tubes: u32,
    /// People who wait for a tube, all lanes.
    pub waiting: u32,
    /// Notices of the hub about people and tubes of the round.
    pub notices: u32,
    /// Records without a receipt.
    pub unsent: u64,
    /// Batches sealed.
    pub sealed: u64,
    /// Batches that the hub holds without having opened them.
    pub held: u64,
    /// When a hub last answered, wall milliseconds.
    pub last_sync_ms: Option<i64>,
    /// Files set aside, items that the hub refused, and records that cannot be read here.
    pub quarantined: u64,
    /// Whether this is the practice journal.
    pub practice: bool,
    /// Whether capture is stopped because the disk is full.
    pub capture_stopped: bool,
}
/// One line of the ledger.
#[uniffi::remote(Record)]
pub struct LedgerRow {
    /// The site.
    pub site: Option<String>,
    /// `fixed` or `mobile`.
    pub place: Option<String>,
    /// The lane.
    pub lane: Option<String>,
    /// The operator.
    pub operator: Option<String>,
    /// People bound and neither undone nor voided, counted by record.
    pub people: u32,
    /// Tubes with at least one such person, spoiled ones apart.
    pub tubes: u32,
    /// Of these, tubes closed before they were full.
    pub short: u32,
    /// Spoiled tubes.
    pub spoiled: u32,
    /// Bindings declared void.
    pub voided: u32,
}
/// A round's ledger. People count where they were bound, tubes where they were opened.
#[uniffi::remote(Record)]
pub struct Ledger {
    /// The round's name.
    pub round: Option<String>,
    /// One row per site, kind of place, lane and operator.
    pub rows: Vec<LedgerRow>,
    /// All people.
    pub people: u32,
    /// All tubes.
    pub tubes: u32,
    /// All short tubes.
    pub short: u32,
    /// All spoiled tubes.
    pub spoiled: u32,
    /// All voided bindings.
    pub voided: u32,
}
/// The figures with which a shift ended.
#[uniffi::remote(Record)]
pub struct ShiftFigures {
    /// People bound and neither undone nor voided.
    pub people: u32,
    /// Tubes with at least one such person, spoiled ones apart.
    pub tubes: u32,
    /// Of these, tubes closed before they were full.
    pub short: u32,
    /// Spoiled tubes.
    pub spoiled: u32,
}
/// What one call of `Journal.maintain` did.
#[uniffi::remote(Record)]
pub struct Maintained {
    /// Batches and salvages made.
    pub sealed: u32,
    /// Whether the write-ahead log was emptied.
    pub checkpointed: bool,
    /// Sealed batches whose bytes were dropped after their retention.
    pub dropped: u32,
    /// Whether capture is stopped because the disk is full.
    pub capture_stopped: bool,
}
/// The journal's figures.
#[uniffi::remote(Record)]
pub struct Figures {
    /// Records in the journal, all epochs.
    pub records: u64,
    /// Records without an `opened` or `held` receipt.
    pub unsent: u64,
    /// Batches sealed, all epochs.
    pub sealed: u64,
    /// Of these, with an `opened` receipt.
    pub opened: u64,
    /// Batches and salvages with a `held` receipt.
    pub held: u64,
    /// Items that the hub refused and that stay here.
    pub refused: u64,
    /// Records that cannot be read here because their key is gone.
    pub unreadable: u64,
    /// When a hub last answered, wall milliseconds.
    pub last_sync_ms: Option<i64>,
    /// Files set aside in the folder.
    pub set_aside: u64,
    /// Whether capture is stopped because the disk is full.
    pub capture_stopped: bool,
}
