//! One user action: one transaction, one sync call; and one reading.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use uuid::Uuid;

use super::anchors;
use super::head::{self, Head, row_id};
use super::keyring::{Keyring, LookUp};
use super::note::Note;
use super::read::{Records, Rows};
use super::segment::{self, Opening};
use super::site::Site;
use crate::error::{Error, Result};
use crate::id::{Epoch, RecordRef};
use crate::limits::RECORD_BYTES_MAX;
use crate::platform::Platform;
use crate::record::{Body, Record, Stamp, encode_row};
use crate::state::{self, Keys};
use crate::wire::{Anchor, Mode, seal_row};

/// The time of one action, read once: all its records carry the same.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now {
    pub(super) wall_ms: i64,
    pub(super) mono_ms: u64,
    pub(super) clock: u64,
}

impl Now {
    pub(super) fn read(platform: &Platform) -> Self {
        let clock = &platform.clock;
        Self { wall_ms: clock.wall_ms(), mono_ms: clock.mono_ms(), clock: clock.session() }
    }
}

/// A user action in progress. Dropped without a commit, it leaves nothing behind.
pub(crate) struct Action<'a> {
    tx: Transaction<'a>,
    pub(super) keys: &'a Keyring,
    pub(super) site: &'a Site,
    pub(super) head: Head,
    pub(super) now: Now,
    pub(super) appended: Vec<RecordRef>,
    pub(super) notes: Vec<Note>,
}

/// What an action leaves to be committed.
pub(super) struct Done<'a> {
    pub(super) tx: Transaction<'a>,
    pub(super) head: Head,
    pub(super) appended: Vec<RecordRef>,
    pub(super) notes: Vec<Note>,
    pub(super) now: Now,
}

impl<'a> Action<'a> {
    pub(super) fn begin(tx: Transaction<'a>, keys: &'a Keyring, site: &'a Site, head: Head) -> Self {
        let now = Now::read(&site.platform);
        Self { tx, keys, site, head, now, appended: Vec::new(), notes: Vec::new() }
    }

    pub(super) fn finish(self) -> Done<'a> {
        Done { tx: self.tx, head: self.head, appended: self.appended, notes: self.notes, now: self.now }
    }

    /// The transaction. State tables are read through it; records are never written by hand.
    pub(crate) const fn tx(&self) -> &Transaction<'a> {
        &self.tx
    }

    /// Appends a record stamped now, done in `lane` under `shift` (which decides whose round's
    /// key seals it), and folds it into the state. Fails if the record is above
    /// [`RECORD_BYTES_MAX`]; nothing of the action is written then.
    pub(crate) fn append(
        &mut self,
        lane: Option<&str>,
        shift: Option<RecordRef>,
        body: impl Into<Body>,
    ) -> Result<RecordRef> {
        let body = body.into();
        let stamp = Stamp {
            wall_ms: self.now.wall_ms,
            mono_ms: self.now.mono_ms,
            clock: self.now.clock,
            shift,
            lane: lane.map(str::to_owned),
        };
        let row = zeroize::Zeroizing::new(encode_row(&stamp, &body)?);
        if row.len() > RECORD_BYTES_MAX {
            let (found, limit) = (row.len() as u64, RECORD_BYTES_MAX as u64);
            return Err(Error::Limit { what: "bytes of one record", found, limit });
        }
        let record = Record { at: self.head.next(), stamp, body };
        self.write(&record, &row)?;
        state::apply(&self.tx, &self.look_up(), &record)?;
        self.appended.push(record.at);
        Ok(record.at)
    }

    fn write(&mut self, record: &Record, row: &[u8]) -> Result<()> {
        let bucket = self.bucket_of(record)?;
        let segment = self.segment_for(bucket, row.len() as u64)?;
        let data_key = self.keys.data_key(&self.tx, segment)?.ok_or_else(|| Error::Vault {
            name: "the open segment's data key".to_owned(),
            reason: "it is gone; open the journal again, it will go on with new keys".to_owned(),
        })?;
        let (kind, version) = record.body.kind();
        let sealed = seal_row(&data_key, &*self.site.platform.entropy, record.at, kind, version, row)?;
        let id = row_id(self.head.epoch.id, record.at.seq);
        let sql = "INSERT INTO record (id, segment, kind, version, sealed) VALUES (?1, ?2, ?3, ?4, ?5)";
        self.tx.prepare_cached(sql)?.execute(params![id, segment, kind, version, sealed])?;
        if let Body::ShiftStarted(shift) = &record.body {
            self.tx
                .prepare_cached("INSERT INTO shift (id, round) VALUES (?1, ?2)")?
                .execute(params![id, shift.round.as_bytes()])?;
        }
        self.head.link = head::next_link(&self.head.link, id, segment, kind, version, &sealed);
        self.head.seq = record.at.seq;
        if let Some(open) = &mut self.head.segment {
            open.bytes += row.len() as u64;
        }
        Ok(())
    }

    /// The open segment of `bucket` with room for `bytes`; another one is closed first.
    fn segment_for(&mut self, bucket: Uuid, bytes: u64) -> Result<i64> {
        if let Some(open) = &self.head.segment
            && open.bucket == bucket
            && segment::has_room(open, self.head.seq, bytes)
        {
            return Ok(open.id);
        }
        self.close_segment()?;
        let open = self.opening().open(&self.head, bucket)?;
        self.head.segment = Some(open);
        Ok(open.id)
    }

    /// Closes the open segment; it waits to be sealed.
    pub(super) fn close_segment(&mut self) -> Result<()> {
        segment::close(&self.tx, &mut self.head)
    }

    pub(super) fn opening(&self) -> Opening<'_> {
        Opening {
            conn: &self.tx,
            keys: self.keys,
            entropy: &*self.site.platform.entropy,
            mode: self.site.options.mode,
            now: self.now,
        }
    }

    /// Whose key seals a record: the round's that it is about; the campaign's for what outlives rounds.
    fn bucket_of(&self, record: &Record) -> Result<Uuid> {
        let campaign = self.head.campaign;
        match &record.body {
            Body::EpochStarted(_)
            | Body::SeqsLost(_)
            | Body::Enrolled(_)
            | Body::ProfileApplied(_)
            | Body::KeysApplied(_)
            | Body::Erased(_)
            | Body::FileSetAside(_) => Ok(campaign),
            Body::ShiftStarted(shift) => Ok(shift.round),
            // A round that was erased here has no key any more; what comes of it later outlives it.
            body if let Some(round) = body.own_round() => {
                Ok(if state::round_is_erased(&self.tx, round)? { campaign } else { round })
            }
            _ => match record.stamp.shift {
                Some(shift) => Ok(self.round_of(shift)?.unwrap_or(campaign)),
                None => Ok(campaign),
            },
        }
    }

    /// The round of a shift, as far as this journal wrote it.
    pub(super) fn round_of(&self, shift: RecordRef) -> Result<Option<Uuid>> {
        let at = self.keys.find_epoch(&self.tx, |row| row.device == shift.device && row.epoch == shift.epoch)?;
        let Some(epoch) = at else { return Ok(None) };
        let mut statement = self.tx.prepare_cached("SELECT round FROM shift WHERE id = ?1")?;
        let round: Option<Vec<u8>> = statement.query_row([row_id(epoch.id, shift.seq)], |row| row.get(0)).optional()?;
        Ok(round.and_then(|round| Uuid::from_slice(&round).ok()))
    }

    /// The record at `at`; `None` if it is not here or cannot be read any more.
    pub(crate) fn read(&self, at: RecordRef) -> Result<Option<Record>> {
        self.rows().record(at)
    }

    pub(super) fn rows(&self) -> Rows<'_> {
        Rows { conn: &self.tx, keys: self.keys }
    }

    pub(super) const fn look_up(&self) -> LookUp<'_> {
        LookUp { keys: self.keys, campaign: self.head.campaign }
    }

    /// The action's wall time, milliseconds since 1970; the same for all its records.
    pub(crate) const fn wall_ms(&self) -> i64 {
        self.now.wall_ms
    }

    /// The action's monotonic time, milliseconds within the clock session.
    pub(crate) const fn mono_ms(&self) -> u64 {
        self.now.mono_ms
    }

    /// The earliest that it can be by what a hub's clock last said, milliseconds since 1970.
    pub(crate) fn hub_ms(&self) -> Result<Option<i64>> {
        let anchor = anchors::latest(&self.tx)?;
        Ok(anchor.map(|anchor| {
            let same_run = anchor.clock == self.now.clock;
            let passed = if same_run { self.now.mono_ms.saturating_sub(anchor.mono_ms) } else { 0 };
            anchor.hub_ms.saturating_add(i64::try_from(passed).unwrap_or(i64::MAX))
        }))
    }

    /// The clock, randomness and vault.
    pub(crate) fn platform(&self) -> &Platform {
        &self.site.platform
    }

    /// The campaign in force.
    pub(crate) const fn campaign(&self) -> Uuid {
        self.head.campaign
    }

    /// Epoch and seq of this device's last record.
    pub(crate) const fn written(&self) -> (Epoch, u64) {
        (self.head.epoch.epoch, self.head.seq)
    }

    /// Live or practice.
    pub(crate) const fn mode(&self) -> Mode {
        self.site.options.mode
    }
}

impl Keys for Action<'_> {
    fn tube_key(&self, label: &str) -> Result<[u8; 16]> {
        self.look_up().tube_key(label)
    }

    fn person_key(&self, round: Uuid, key_text: &str) -> Result<Option<[u8; 16]>> {
        self.look_up().person_key(round, key_text)
    }
}

/// A reading in progress: one snapshot, nothing is written.
pub(crate) struct View<'a> {
    pub(super) tx: Transaction<'a>,
    pub(super) keys: &'a Keyring,
    pub(super) campaign: Uuid,
    pub(super) link: [u8; 32],
}

/// What differs between two readings if anything was written between them, by whomever: the chain's link tells records
/// and files apart, the counters whatever else is written through this connection or beside it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    link: [u8; 32],
    campaign: Uuid,
    own: u64,
    others: i64,
}

impl View<'_> {
    /// The mark of this reading.
    pub(crate) fn mark(&self) -> Result<Mark> {
        let others = self.tx.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        Ok(Mark { link: self.link, campaign: self.campaign, own: self.tx.total_changes(), others })
    }

    /// The connection; state tables are read through it.
    pub(crate) fn conn(&self) -> &Connection {
        &self.tx
    }

    /// The record at `at`; `None` if it is not here or cannot be read any more.
    pub(crate) fn read(&self, at: RecordRef) -> Result<Option<Record>> {
        self.rows().record(at)
    }

    /// The campaign in force.
    pub(crate) const fn campaign(&self) -> Uuid {
        self.campaign
    }

    /// What is known of the true time, as learned last.
    pub(crate) fn last_anchor(&self) -> Result<Option<Anchor>> {
        anchors::latest(&self.tx)
    }

    /// Every readable record, oldest first, across epochs.
    pub(crate) fn iter(&self) -> Records<'_> {
        self.rows().all()
    }

    /// Calls `f` with every readable record, oldest first, across epochs.
    pub(crate) fn records(&self, f: &mut dyn FnMut(Record) -> Result<()>) -> Result<()> {
        self.iter().try_for_each(|record| f(record?))
    }

    pub(super) fn rows(&self) -> Rows<'_> {
        Rows { conn: &self.tx, keys: self.keys }
    }

    pub(super) const fn look_up(&self) -> LookUp<'_> {
        LookUp { keys: self.keys, campaign: self.campaign }
    }
}

impl Keys for View<'_> {
    fn tube_key(&self, label: &str) -> Result<[u8; 16]> {
        self.look_up().tube_key(label)
    }

    fn person_key(&self, round: Uuid, key_text: &str) -> Result<Option<[u8; 16]>> {
        self.look_up().person_key(round, key_text)
    }
}
