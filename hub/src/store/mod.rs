//! Where a hub keeps things: a trait of typed rows, so that SQLite can be replaced.
//!
//! Nothing here is a type of a database. A second implementation (PostgreSQL, for several
//! processes over one service) maps each method to one statement; what the methods mean together
//! is decided by the callers, once.

pub(crate) mod cards;
pub(crate) mod roster;
pub(crate) mod rows;
pub(crate) mod sqlite;

use roster::{RosterReads, RosterWrites};
use rows::{
    AnchorRow, At, Branch, Device, DeviceStock, DispatchRow, EnrolmentRow, EpochStock, ErasedRow, HeardRow, Item,
    ItemQuery, KeptRow, Letter, OutstandingRow, PersonRow, PlaceRow, ReceiptRow, RecordRow, RoundRow, ShiftRow, Stream,
    SubjectRow, Tally, Token, TubeAct, TubeCounts, TubeRow,
};

use crate::error::Result;
use crate::reports::model::Stock;
use cards::{CardReads, CardWrites};

/// How a device is looked up.
#[derive(Clone, Copy, Debug)]
pub(crate) enum DeviceBy<'a> {
    No(i64),
    Key(&'a [u8; 32]),
    Id(&'a [u8; 16]),
}

/// What is called with a transaction that writes.
pub(crate) type WriteFn<'a> = &'a mut dyn FnMut(&mut dyn Tx) -> Result<()>;
/// What is called with a view that stays as it was when it began.
pub(crate) type ReadFn<'a> = &'a mut dyn FnMut(&dyn Reads) -> Result<()>;

/// A store: transactions that are durable when they return, and views.
pub(crate) trait Store: Send + Sync {
    /// Runs `work` in one transaction; an error rolls everything back. What is committed is on
    /// the disk when this returns.
    fn write(&self, work: WriteFn<'_>) -> Result<()>;

    /// Runs `work` on one consistent view.
    fn read(&self, work: ReadFn<'_>) -> Result<()>;

    /// An empty store of the same kind that vanishes with its handle, to derive reports again.
    fn scratch(&self) -> Result<Box<dyn Store>>;

    /// Writes a copy of everything to `file`, without stopping others.
    fn copy_to(&self, file: &std::path::Path) -> Result<()>;

    /// Takes back the space of what was deleted, so that it is not in the files any more.
    fn scrub(&self) -> Result<()>;
}

/// Everything that can be asked.
pub(crate) trait Reads: CoreReads + TableReads + RosterReads + CardReads {}
impl<T: CoreReads + TableReads + RosterReads + CardReads> Reads for T {}

/// Everything that can be written, within one transaction.
pub(crate) trait Tx: Reads + CoreWrites + TableWrites + RosterWrites + CardWrites {}
impl<T: CoreWrites + TableWrites + RosterWrites + CardWrites> Tx for T {}

/// Asks for devices, items, receipts, records: what is stored for ever.
pub(crate) trait CoreReads {
    fn meta(&self, key: &str) -> Result<Option<Vec<u8>>>;

    fn device(&self, by: DeviceBy<'_>) -> Result<Option<Device>>;
    fn devices(&self) -> Result<Vec<Device>>;
    /// The devices that say they took the place of the one with this id, in the order of their numbers.
    fn claimants(&self, id: &[u8; 16]) -> Result<Vec<Device>>;
    fn device_stock(&self, device: i64) -> Result<DeviceStock>;
    /// What is held of all devices that nobody has accepted or revoked.
    fn strangers_stock(&self) -> Result<DeviceStock>;
    fn enrolments(&self, device: Option<i64>) -> Result<Vec<EnrolmentRow>>;
    /// How many enrolments wait for a decision.
    fn held_enrolments(&self) -> Result<u64>;
    fn token(&self, id: &[u8; 8]) -> Result<Option<Token>>;

    fn stream(&self, no: i64) -> Result<Option<Stream>>;
    fn stream_of(&self, device: i64, epoch: u64) -> Result<Option<Stream>>;
    fn streams(&self, device: i64) -> Result<Vec<Stream>>;
    fn branches(&self, stream: i64) -> Result<Vec<Branch>>;

    fn item(&self, no: i64) -> Result<Option<Item>>;
    fn item_by_digest(&self, digest: &[u8; 32]) -> Result<Option<Item>>;
    /// The batches with this number in the epoch, by branch.
    fn batches_at(&self, stream: i64, number: u64) -> Result<Vec<Item>>;
    fn items(&self, query: &ItemQuery) -> Result<Vec<Item>>;
    /// The items with a shift of this round, by number.
    fn items_of_round(&self, round: i64) -> Result<Vec<i64>>;
    fn body(&self, item: i64) -> Result<Option<Vec<u8>>>;
    fn epoch_stock(&self, device: i64) -> Result<Vec<EpochStock>>;

    /// The receipt in force.
    fn receipt(&self, item: i64) -> Result<Option<ReceiptRow>>;
    fn receipts(&self, after: u64, limit: u32) -> Result<Vec<ReceiptRow>>;
    /// Receipts in force of items of `uploader` that were opened after a held receipt with at
    /// least the serial `since`.
    fn receipts_since_held(&self, uploader: i64, since: u64, limit: u32) -> Result<Vec<Vec<u8>>>;

    fn records(&self, stream: i64, first: u64, last: u64) -> Result<Vec<RecordRow>>;
    fn record(&self, at: At) -> Result<Option<RecordRow>>;
    /// The greatest seq of an epoch that is here.
    fn last_seq(&self, stream: i64) -> Result<Option<u64>>;
    /// Ranges of seqs of branch 0 that are missing below the greatest one.
    fn gaps(&self, stream: i64) -> Result<Vec<(u64, u64)>>;
    fn record_count(&self, device: i64) -> Result<u64>;
    fn anchors(&self, device: i64) -> Result<Vec<AnchorRow>>;

    fn heard(&self, device: i64) -> Result<Option<HeardRow>>;
    fn outstanding(&self, device: i64) -> Result<Option<OutstandingRow>>;
    /// The ranges of seqs of an epoch that stored items say they hold, held ones included, in order.
    fn item_ranges(&self, stream: i64) -> Result<Vec<(u64, u64)>>;

    fn letters(&self, device: i64, after_serial: u64, limit: u32) -> Result<Vec<Letter>>;
    fn letters_without_serial(&self, device: i64, limit: u32) -> Result<Vec<Letter>>;
    fn highest_letter(&self, device: i64) -> Result<u64>;
    /// The newest dispatch of a kind, published or not.
    fn dispatch(&self, kind: u16, published_only: bool) -> Result<Option<DispatchRow>>;

    /// How many items of unknown kinds are kept, and their bytes.
    fn kept_stock(&self) -> Result<(u64, u64)>;
    fn kept(&self) -> Result<Vec<KeptRow>>;
    fn kept_item(&self, digest: &[u8; 32]) -> Result<Option<Vec<u8>>>;

    fn erased_rounds(&self) -> Result<Vec<ErasedRow>>;
    /// Whether the store's own structure is whole.
    fn check(&self) -> Result<Vec<String>>;
}

/// Asks the tables of the reports, which are derived from the records.
pub(crate) trait TableReads {
    fn rounds(&self) -> Result<Vec<RoundRow>>;
    fn lane(&self, no: i64) -> Result<Option<String>>;
    fn shift(&self, no: i64) -> Result<Option<ShiftRow>>;
    fn shifts(&self) -> Result<Vec<ShiftRow>>;
    fn tube(&self, no: i64) -> Result<Option<TubeRow>>;
    fn tubes(&self, after: i64, limit: u32) -> Result<Vec<TubeRow>>;
    fn tubes_by_label(&self, label: &str) -> Result<Vec<TubeRow>>;
    /// Labels of opened tubes that more than one device used.
    fn shared_labels(&self) -> Result<Vec<String>>;
    fn subject(&self, at: At) -> Result<Option<SubjectRow>>;
    fn subjects_of_tube(&self, tube: i64) -> Result<Vec<SubjectRow>>;
    fn persons(&self, hash: &[u8; 16]) -> Result<Vec<PersonRow>>;
    /// People that were bound more than once in a round, whatever became of it.
    fn duplicates(&self) -> Result<Vec<([u8; 16], i64)>>;
    fn places(&self, subject: At) -> Result<Vec<PlaceRow>>;
    fn contacts(&self, subject: At) -> Result<Vec<At>>;
    /// What devices did with a tube that moves between them.
    fn tube_acts(&self, tube: i64) -> Result<Vec<TubeAct>>;
    /// The tubes that were passed on, taken over or back.
    fn moving_tubes(&self) -> Result<Vec<i64>>;
    /// The records about tubes and boxes on their way, each with its shift.
    fn custody(&self) -> Result<Vec<(At, i64)>>;
    /// People by shift and lane.
    fn tallies(&self) -> Result<Vec<(i64, i64, Tally)>>;
    /// Tubes by shift and lane.
    fn tube_counts(&self) -> Result<Vec<(i64, i64, TubeCounts)>>;
    fn stock(&self) -> Result<Stock>;
    /// Items that are counted and not in these tables yet.
    fn lag(&self) -> Result<u64>;
    /// Each derived row as text, table by table in the order of its keys, for comparing.
    fn dump(&self, each: &mut dyn FnMut(String) -> Result<()>) -> Result<()>;
}

/// Writes what is stored for ever.
pub(crate) trait CoreWrites: CoreReads {
    fn put_meta(&mut self, key: &str, value: &[u8]) -> Result<()>;
    /// Adds to a whole number kept under `key` and answers the sum.
    fn count_up(&mut self, key: &str, by: u64) -> Result<u64>;

    /// Stores a device; `no` 0 makes a new one. Answers its number.
    fn put_device(&mut self, device: &Device) -> Result<i64>;
    /// The device with this id, made without a key if it is not known.
    fn ensure_device(&mut self, id: &[u8; 16]) -> Result<i64>;
    fn put_enrolment(&mut self, row: &EnrolmentRow) -> Result<()>;
    fn put_token(&mut self, token: &Token) -> Result<()>;

    fn ensure_stream(&mut self, device: i64, epoch: u64) -> Result<i64>;
    fn set_clone(&mut self, stream: i64, of: (i64, u32)) -> Result<()>;
    fn put_branch(&mut self, stream: i64, branch: &Branch) -> Result<()>;

    /// Stores a new item with its body; answers its number.
    fn add_item(&mut self, item: &Item, body: &[u8]) -> Result<i64>;
    /// Writes what may change of an item: branch, status, reason, decision, counts, key, shift.
    fn update_item(&mut self, item: &Item) -> Result<()>;
    fn drop_body(&mut self, item: i64) -> Result<()>;
    fn add_receipt(&mut self, receipt: &ReceiptRow) -> Result<()>;

    fn add_records(&mut self, rows: &[RecordRow]) -> Result<()>;
    /// The same record came again in an item that can be read.
    fn move_record(&mut self, at: At, item: i64) -> Result<()>;
    /// Forgets the content of an item's records; their keys stay.
    fn blank_records(&mut self, item: i64) -> Result<()>;
    fn add_anchors(&mut self, device: i64, rows: &[AnchorRow]) -> Result<()>;

    fn put_heard(&mut self, device: i64, row: &HeardRow) -> Result<()>;
    fn put_outstanding(&mut self, device: i64, row: &OutstandingRow) -> Result<()>;
    fn put_letter(&mut self, letter: &Letter) -> Result<()>;
    fn set_letter_serial(&mut self, id: &[u8; 16], serial: u64) -> Result<()>;
    fn put_dispatch(&mut self, row: &DispatchRow) -> Result<()>;
    fn keep(&mut self, digest: &[u8; 32], kind: u8, bytes: &[u8], arrived_ms: i64) -> Result<()>;
    fn drop_kept(&mut self, digest: &[u8; 32]) -> Result<()>;
    /// Notes that something readable left the hub.
    fn note_access(&mut self, at_ms: i64, what: &str, target: &str, people: u64) -> Result<()>;
}

/// Writes the tables of the reports.
pub(crate) trait TableWrites: TableReads {
    fn ensure_round(&mut self, id: &[u8; 16], name: &str) -> Result<i64>;
    fn ensure_lane(&mut self, name: &str) -> Result<i64>;
    fn ensure_shift(&mut self, at: At) -> Result<ShiftRow>;
    fn put_shift(&mut self, row: &ShiftRow) -> Result<()>;
    fn ensure_tube(&mut self, at: At) -> Result<i64>;
    /// Writes everything of a tube but the count of people in it ([`Self::add_live`]).
    fn put_tube(&mut self, row: &TubeRow) -> Result<()>;
    fn add_live(&mut self, tube: i64, by: i64) -> Result<()>;
    /// Stores a subject that is not there yet; whether it was not.
    fn new_subject(&mut self, row: &SubjectRow) -> Result<bool>;
    fn put_subject(&mut self, row: &SubjectRow) -> Result<()>;
    /// Adds a person; answers the other entries of the same person in the same round.
    fn add_person(&mut self, row: &PersonRow) -> Result<Vec<At>>;
    /// Keeps a person whose round is not known until `shift` arrives.
    fn add_roundless(&mut self, shift: i64, hash: &[u8; 16], at: At) -> Result<()>;
    /// Takes out the people who waited for this shift.
    fn take_roundless(&mut self, shift: i64) -> Result<Vec<([u8; 16], At)>>;
    fn mark_duplicate(&mut self, hash: &[u8; 16], round: i64) -> Result<()>;
    fn add_place(&mut self, row: &PlaceRow) -> Result<()>;
    fn add_contact(&mut self, subject: At, by: At) -> Result<()>;
    /// Adds an act; whether it was not there.
    fn add_tube_act(&mut self, act: &TubeAct) -> Result<bool>;
    /// Names the tube of a place that could not be named before.
    fn set_place_tube(&mut self, subject: At, by: At, tube: i64) -> Result<()>;
    fn add_custody(&mut self, at: At, kind: u16, shift: i64) -> Result<()>;
    fn add_tally(&mut self, shift: i64, lane: i64, add: Tally) -> Result<()>;
    fn add_unknown(&mut self, kind: u16, version: u16, count: u64) -> Result<()>;

    /// Empties the tables of the reports and marks every counted item as not in them.
    fn clear_projection(&mut self) -> Result<()>;
    /// Takes the people and tubes of a round out of the tables of the reports; `figures` is kept.
    fn erase_round(&mut self, round: i64, figures: &[u8], at_ms: i64) -> Result<()>;
}
