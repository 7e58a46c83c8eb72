//! Work that nobody waits for.

use super::Journal;
use super::action::{Now, View};
use super::anchors;
use super::ballast;
use super::cards;
use super::documents;
use super::erase;
use super::item::{Status, What};
use super::meta;
use super::note::{Figures, Maintained, Note};
use super::outbox;
use super::seal;
use super::segment;
use super::site::Site;
use super::store::{Store, Writer};
use crate::error::Result;
use crate::limits::{
    KEEP_SEALED_DAYS, SEGMENT_AGE_MS, SEGMENT_RECORDS_TARGET, SEGMENT_ROW_BYTES_TARGET, WAL_BYTES_MAX,
};

/// How often what is known of the time is kept while nothing else is written.
const IDLE_TIME_EVERY_MS: u64 = 10 * 60 * 1000;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What makes an open segment due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Its size alone.
    Size,
    /// Its size, or its age: a network is there.
    Age,
    /// Somebody asked.
    Command,
}

impl Journal {
    /// Work that nobody waits for, never inside a user action: makes the ballast again, seals the
    /// segments that are due, drops what has been with the hub long enough, and empties the log
    /// once it is large. `network` says that a connection is there: then the last minute's
    /// records are sealed as well. The shell calls it after a scan was answered and when it idles.
    pub fn maintain(&self, network: bool) -> Result<Maintained> {
        let due = if network { Due::Age } else { Due::Size };
        self.with(|site, store| store.maintain(site, due, false))
    }

    /// Seals everything that waits, whatever its age or size.
    pub fn seal_now(&self) -> Result<Maintained> {
        self.with(|site, store| store.maintain(site, Due::Command, false))
    }

    /// The journal's figures.
    pub fn figures(&self) -> Result<Figures> {
        let set_aside = u64::from(self.site().set_aside());
        let stopped = self.is_capture_stopped();
        let figures = self.view(figures)?;
        Ok(Figures { set_aside, capture_stopped: stopped, ..figures })
    }
}

impl Store {
    /// See [`Journal::maintain`]; `empty_log` asks for a checkpoint whatever the log's size.
    pub(super) fn maintain(&mut self, site: &Site, due: Due, empty_log: bool) -> Result<Maintained> {
        let mut done = Maintained::default();
        self.resume_capture(site)?;
        erase::finish(self, site)?;
        self.forget_card_keys(site)?;
        self.keep_time(site, if empty_log { 0 } else { IDLE_TIME_EVERY_MS })?;
        if documents::key_set(&self.conn)?.is_some() {
            done.sealed = self.seal_due(site, due)?;
        }
        done.dropped = self.drop_kept(site)?;
        if empty_log || site.wal_bytes() > WAL_BYTES_MAX {
            done.checkpointed = self.checkpoint(site, empty_log)?;
        }
        done.capture_stopped = self.memory.stopped;
        Ok(done)
    }

    /// Keeps what is known of the time where nothing else was written for a while.
    fn keep_time(&mut self, site: &Site, every_ms: u64) -> Result<()> {
        let now = Now::read(&site.platform);
        if self.memory.stopped || !self.memory.is_timed(&now, every_ms) || anchors::gained(&self.conn, &now)?.is_none()
        {
            return Ok(());
        }
        self.transact(site, Writer::Upkeep, |action| anchors::keep_reached(action.tx(), &now))
    }

    /// Card keys whose time is surely over open nothing that anybody takes: they go. A round of which nothing else is here
    /// loses its secret with them.
    fn forget_card_keys(&mut self, site: &Site) -> Result<()> {
        let now = Now::read(&site.platform);
        let over = cards::rounds_over(&self.conn, now.clock, now.mono_ms)?;
        if over.is_empty() {
            return Ok(());
        }
        let alone = self.transact(site, Writer::Upkeep, |action| {
            over.iter().try_for_each(|(_, digest)| cards::forget_key(action.tx(), digest))?;
            cards::rounds_alone(action.tx(), over.iter().map(|(round, _)| *round))
        })?;
        alone.into_iter().try_for_each(|round| self.memory.keys.destroy_bucket(round))
    }

    /// Capture goes on once there is room for the ballast.
    fn resume_capture(&mut self, site: &Site) -> Result<()> {
        if self.memory.stopped && ballast::make(site)? {
            self.memory.stopped = false;
            self.memory.notes.push(Note::CaptureResumed);
        }
        Ok(())
    }

    fn seal_due(&mut self, site: &Site, due: Due) -> Result<u32> {
        let mut sealed = 0;
        while let Some(segment) = seal::next_waiting(&self.conn)? {
            sealed += self.transact(site, Writer::Upkeep, |action| action.seal(segment))?;
        }
        let open = self.memory.head.segment.map(|open| open.id);
        if let Some(segment) = open
            && self.is_due(&Now::read(&site.platform), due)?
        {
            sealed += self.transact(site, Writer::Upkeep, |action| {
                action.close_segment()?;
                action.seal(segment)
            })?;
        }
        Ok(sealed)
    }

    /// Whether the open segment should become a batch now.
    fn is_due(&self, now: &Now, due: Due) -> Result<bool> {
        let head = &self.memory.head;
        let Some(open) = &head.segment else { return Ok(false) };
        let count = head.seq + 1 - open.first_seq;
        if count >= u64::from(SEGMENT_RECORDS_TARGET) || open.bytes >= SEGMENT_ROW_BYTES_TARGET {
            return Ok(true);
        }
        Ok(match due {
            Due::Size => false,
            Due::Age => segment::age_ms(&self.conn, open.id, now)? >= SEGMENT_AGE_MS,
            Due::Command => count > 0,
        })
    }

    /// Drops the bytes of batches that were opened long enough ago by the hub's own clock.
    fn drop_kept(&mut self, site: &Site) -> Result<u32> {
        let Some(hub_ms) = anchors::hub_time_reached(&self.conn)? else { return Ok(0) };
        let days = meta::fixed(&self.conn, meta::KEEP_SEALED)?.map_or(KEEP_SEALED_DAYS, u32::from_be_bytes);
        let until = hub_ms.saturating_sub(i64::from(days).saturating_mul(DAY_MS));
        if !outbox::has_kept(&self.conn, until)? {
            return Ok(0);
        }
        self.transact(site, Writer::Upkeep, |action| outbox::drop_kept(action.tx(), until))
    }
}

pub(super) fn figures(view: &View<'_>) -> Result<Figures> {
    let conn = view.conn();
    let number = |sql: &str| -> Result<u64> {
        Ok(conn.prepare_cached(sql)?.query_row([], |row| row.get::<_, Option<u64>>(0))?.unwrap_or(0))
    };
    let open = "SELECT head.seq + 1 - first_seq FROM head JOIN segment ON segment.id = head.segment";
    let open = number(&format!("SELECT max(0, coalesce(({open}), 0))"))?;
    let of_states =
        |states: &str| number(&format!("SELECT sum(last_seq + 1 - first_seq) FROM segment WHERE state IN ({states})"));
    let out = "SELECT sum(last_seq + 1 - first_seq) FROM item WHERE what IN (1, 2) AND status IN (1, 4)";
    let last_sync = meta::fixed(conn, meta::LAST_SYNC)?.map(i64::from_be_bytes);
    let batches = |status| seal::count(conn, What::Batch, status);
    let salvages = |status| seal::count(conn, What::Salvage, status);
    Ok(Figures {
        records: open + of_states("2, 3, 4, 5, 6")?,
        unsent: open + of_states("2, 4")? + number(out)?,
        sealed: number("SELECT count(*) FROM item WHERE what = 1")?,
        opened: batches(Status::Opened)?,
        held: batches(Status::Held)? + salvages(Status::Held)?,
        refused: number("SELECT count(*) FROM item WHERE status = 4")?,
        unreadable: of_states("4, 5, 6")?,
        last_sync_ms: last_sync,
        set_aside: 0,
        capture_stopped: false,
    })
}
