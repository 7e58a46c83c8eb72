//! A damaged file is never deleted and never repaired in place. Its rows are carved out, each is
//! proven, and what holds goes into a new file that then takes its place; the old one stays beside
//! it under another name.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, Transaction, TransactionBehavior, params, params_from_iter};

use super::action::Action;
use super::carve::{Carver, Cell};
use super::epoch::{append_lost, insert_device, strand};
use super::gaps::{self, LostRange};
use super::head::{EpochRow, Head, row_id, split_id};
use super::keyring::Keyring;
use super::note::Note;
use super::prove::{self, TABLES, Table};
use super::read::{Opened, Rows, StoredRow};
use super::site::{Site, shm, sync_dir, wal};
use super::store::{self, Memory};
use super::{fault, meta, pragmas, schema, segment, spare};
use crate::error::{Error, Result};
use crate::id::{DeviceId, Epoch, uuid_v7};
use crate::record::{Body, EpochReason, FileSetAside, SetAsideReason};
use crate::state;

const RECORD_TAG: i64 = 4;
const HEAD_TAG: i64 = 13;
const SPARE_TAG: i64 = 14;

/// Sets the journal's file aside and puts what can be proven of it into a new one, which begins
/// a new epoch. No connection may be open on the file. `memory` is what this process knows of it.
/// Until the names change at the very end the old file is where it was; so this may be broken off
/// and tried again.
pub(super) fn replace(site: &Site, reason: SetAsideReason, memory: Option<&Memory>, why: &str) -> Result<Note> {
    let outcome = build(site, reason, memory).and_then(|(salvaged, lost)| {
        let file = swap(site)?;
        Ok(Note::SetAside { reason, file, salvaged, lost })
    });
    outcome.map_err(|error| match fault::named(error) {
        Error::Full => Error::Full,
        error @ (Error::Vault { .. } | Error::Io { .. } | Error::ReadOnly { .. }) => error,
        error => {
            Error::Damaged { path: site.database(), reason: format!("{why}; and no new file could be made: {error}") }
        }
    })
}

/// Builds the successor: rows salvaged and seqs lost.
fn build(site: &Site, reason: SetAsideReason, memory: Option<&Memory>) -> Result<(u64, u64)> {
    let path = site.successor();
    remove(&path)?;
    let conn = store::connect(site, &path)?;
    pragmas::set_writer(&conn)?;
    schema::migrate(&conn, 0)?;
    let keys = Keyring::new(site);
    let tx = Transaction::new_unchecked(&conn, TransactionBehavior::Immediate)?;
    let mut carver = Carver::open(&site.database())?;
    let mut rescue = Rescue { conn: &tx, keys: &keys, known: BTreeMap::new(), lost_before: Vec::new(), salvaged: 0 };
    rescue.take_tables(&mut carver)?;
    if let Some(memory) = memory {
        rescue.know(memory.head.epoch.id, memory.head.seq);
    }
    rescue.take_records(&mut carver)?;
    let lost = rescue.settle()?;
    let salvaged = rescue.salvaged;
    drop(rescue);
    let lost_seqs = lost.iter().map(|(_, _, first, last)| last - first + 1).sum();
    let done = go_on(tx, &keys, site, reason, salvaged, &lost)?;
    done.commit()?;
    if !store::truncate(&conn)? {
        return Err(fault::corrupt("the new file could not be completed"));
    }
    drop(conn);
    remove_file(&wal(&path))?;
    remove_file(&shm(&path))?;
    sync_dir(&site.options.dir)?;
    Ok((salvaged, lost_seqs))
}

/// Begins the new epoch behind everything that was salvaged.
fn go_on<'a>(
    tx: Transaction<'a>,
    keys: &'a Keyring,
    site: &'a Site,
    reason: SetAsideReason,
    salvaged: u64,
    lost: &[LostRange],
) -> Result<Transaction<'a>> {
    let campaign = match meta::uuid(&tx, meta::CAMPAIGN)? {
        Some(campaign) => campaign,
        None => {
            let campaign = uuid_v7(site.platform.clock.wall_ms(), site.platform.random()?);
            meta::set(&tx, meta::CAMPAIGN, campaign.as_bytes())?;
            campaign
        }
    };
    keys.make_tubes(campaign)?;
    if meta::get(&tx, meta::INSTALL)?.is_none() {
        meta::set(&tx, meta::INSTALL, &keys.make_install()?)?;
    }
    let device = device_that_writes(&tx, keys)?;
    let last = last_epoch(&tx, device)?;
    let head = Head { seq: last_seq(&tx, last.id)?, epoch: last, link: [0; 32], segment: None, campaign };
    let mut action = Action::begin(tx, keys, site, head);
    state::rebuild(action.tx(), &action.look_up(), action.rows().all())?;
    action.begin_epoch(EpochReason::Salvage, device)?;
    let lost_seqs = lost.iter().map(|(_, _, first, last)| last - first + 1).sum();
    action.append(None, None, FileSetAside { reason, salvaged, lost: lost_seqs })?;
    append_lost(&mut action, lost)?;
    segment::sign_all(action.tx(), keys, &*site.platform.entropy, site.options.mode)?;
    let stuck = strand(&action)?.stuck;
    append_lost(&mut action, &stuck)?;
    let done = action.finish();
    done.head.save(&done.tx)?;
    Ok(done.tx)
}

/// The device that writes from now on: the last one if the vault still has it, else a new one.
fn device_that_writes(tx: &Transaction<'_>, keys: &Keyring) -> Result<i64> {
    let sql = "SELECT device, key FROM epoch JOIN device ON device.id = device ORDER BY epoch.id DESC LIMIT 1";
    let last: Option<(i64, [u8; 32])> =
        rusqlite::OptionalExtension::optional(tx.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))))?;
    if let Some((id, key)) = last
        && keys.device(id)?.is_some_and(|(found, _)| found == key)
    {
        return Ok(id);
    }
    let mut id: i64 = tx.query_row("SELECT coalesce(max(id), 0) + 1 FROM device", [], |row| row.get(0))?;
    loop {
        let made = keys.make_device(id)?;
        let taken: bool =
            tx.query_row("SELECT EXISTS (SELECT 1 FROM device WHERE key = ?1)", [made.0], |row| row.get(0))?;
        if !taken {
            insert_device(tx, id, &made)?;
            return Ok(id);
        }
        id += 1;
    }
}

/// The last epoch that is known; one without records where none is.
fn last_epoch(tx: &Transaction<'_>, device: i64) -> Result<EpochRow> {
    if let Some(last) = EpochRow::all(tx)?.pop() {
        return Ok(last);
    }
    let key: [u8; 32] = tx.query_row("SELECT key FROM device WHERE id = ?1", [device], |row| row.get(0))?;
    Ok(EpochRow { id: 0, device_row: device, key, device: DeviceId::of_key(&key), epoch: Epoch::new(0, 0) })
}

fn last_seq(conn: &Connection, epoch: i64) -> Result<u64> {
    let sql = "SELECT max(coalesce((SELECT max(last_seq) FROM segment WHERE epoch = ?1 AND state <> 8), 0),
               coalesce((SELECT max(id) FROM record WHERE id >= ?2 AND id < ?3) - ?2, 0))";
    let params = [epoch, row_id(epoch, 0), row_id(epoch + 1, 0)];
    Ok(conn.query_row(sql, params, |row| row.get(0))?)
}

/// What is being rescued into the new file.
struct Rescue<'a> {
    conn: &'a Connection,
    keys: &'a Keyring,
    /// The last seq that an epoch is known to have had.
    known: BTreeMap<i64, u64>,
    /// What was told as lost before.
    lost_before: Vec<LostRange>,
    salvaged: u64,
}

impl Rescue<'_> {
    fn know(&mut self, epoch: i64, seq: u64) {
        let known = self.known.entry(epoch).or_default();
        *known = (*known).max(seq);
    }

    /// Everything but the records, each row proven as far as it can be by itself.
    fn take_tables(&mut self, carver: &mut Carver) -> Result<()> {
        let wanted = |tag| tag != RECORD_TAG;
        let (mut heads, mut spares) = (Vec::new(), BTreeMap::new());
        carver.rows(wanted, &mut |cell| {
            if cell.tag() == Some(HEAD_TAG) {
                heads.extend(cell.int(2).zip(cell.int(3)));
            } else if cell.tag() == Some(SPARE_TAG) {
                // The newest copy of a name comes first.
                if let Some((name, value)) = spare::read(&cell) {
                    spares.entry(name).or_insert(value);
                }
            } else if let Some(table) = TABLES.iter().find(|table| Some(table.tag) == cell.tag()) {
                self.take(table, cell)?;
            }
            Ok(())
        })?;
        // What does not hold must not keep its second copy out.
        prove::documents(self.conn)?;
        for (name, value) in spares {
            spare::restore(self.conn, &name, &value)?;
        }
        for (epoch, seq) in heads {
            self.know(epoch, u64::try_from(seq).unwrap_or(0));
        }
        prove::epochs(self.conn)?;
        prove::documents(self.conn)?;
        prove::receipts(self.conn)
    }

    fn take(&self, table: &Table, mut cell: Cell) -> Result<()> {
        if cell.values.len() != table.columns.len() || !prove::is_sound(self.keys, table, &mut cell)? {
            return Ok(());
        }
        self.insert(table, &cell)
    }

    /// Puts a row in, unless a newer one is there. What breaks a rule of the table is no row of it.
    fn insert(&self, table: &Table, cell: &Cell) -> Result<()> {
        let mut values = cell.values.clone();
        values[1] = Value::Integer(cell.rowid);
        let marks = vec!["?"; values.len()].join(", ");
        let sql = format!("INSERT OR IGNORE INTO {} ({}) VALUES ({marks})", table.name, table.columns.join(", "));
        match self.conn.prepare_cached(&sql)?.execute(params_from_iter(values)).map_err(Error::from) {
            Err(Error::Database(rusqlite::Error::SqliteFailure(failure, _)))
                if failure.code == rusqlite::ErrorCode::ConstraintViolation =>
            {
                Ok(())
            }
            other => other.map(|_| ()),
        }
    }

    /// The records, each opened under its key. A row whose key is gone is kept as it is stored.
    fn take_records(&mut self, carver: &mut Carver) -> Result<()> {
        let segments = segment::places(self.conn)?;
        let mut lost_before = Vec::new();
        let mut salvaged = 0;
        carver.rows(|tag| tag == RECORD_TAG, &mut |cell| {
            let Some(stored) = stored_row(&cell) else { return Ok(()) };
            let (epoch, seq) = split_id(stored.id);
            let fits = segments.get(&stored.segment).is_some_and(|place| place.epoch == epoch && place.first <= seq);
            if !fits {
                return Ok(());
            }
            match (Rows { conn: self.conn, keys: self.keys }.open(&stored)?, segments.get(&stored.segment)) {
                (Opened::Record(record), _) => {
                    lost_before.extend(gaps::told(&record));
                    if let Body::ShiftStarted(shift) = &record.body {
                        let sql = "INSERT OR IGNORE INTO shift (id, round) VALUES (?1, ?2)";
                        self.conn.prepare_cached(sql)?.execute(params![stored.id, shift.round.as_bytes()])?;
                    }
                }
                (Opened::NoKey, Some(place)) if !place.erased => {}
                _ => return Ok(()),
            }
            let sql = "INSERT OR IGNORE INTO record (id, segment, kind, version, sealed) VALUES (?1, ?2, ?3, ?4, ?5)";
            salvaged += self.conn.prepare_cached(sql)?.execute(params![
                stored.id,
                stored.segment,
                stored.kind,
                stored.version,
                stored.sealed
            ])? as u64;
            Ok(())
        })?;
        self.lost_before = lost_before;
        self.salvaged = salvaged;
        Ok(())
    }

    /// Brings segments into the state that fits what was found of them; what is lost.
    fn settle(&mut self) -> Result<Vec<LostRange>> {
        for epoch in EpochRow::all(self.conn)? {
            let last = last_seq(self.conn, epoch.id)?;
            self.know(epoch.id, last);
        }
        segment::end_all(self.conn, &self.known)?;
        segment::strand_unsealed(self.conn)?;
        self.lost()
    }

    fn lost(&self) -> Result<Vec<LostRange>> {
        let rows = Rows { conn: self.conn, keys: self.keys };
        let mut lost = Vec::new();
        for epoch in EpochRow::all(self.conn)? {
            let end = self.known.get(&epoch.id).copied().unwrap_or(0);
            lost.extend(gaps::of_epoch(rows, &epoch, end, &self.lost_before)?);
        }
        Ok(lost)
    }
}

fn stored_row(cell: &Cell) -> Option<StoredRow> {
    if cell.values.len() != 6 {
        return None;
    }
    Some(StoredRow {
        id: cell.rowid,
        segment: cell.int(2)?,
        kind: u16::try_from(cell.int(3)?).ok()?,
        version: u16::try_from(cell.int(4)?).ok()?,
        sealed: cell.blob(5)?.to_vec(),
    })
}

/// Gives the old file another name and the new one its place; the old one's name now.
fn swap(site: &Site) -> Result<String> {
    let aside = site.damaged(site.set_aside() + 1);
    let path = site.database();
    rename(&path, &aside)?;
    // A log that stayed behind would be taken for the new file's.
    rename(&wal(&path), &wal(&aside))?;
    rename(&shm(&path), &shm(&aside))?;
    sync_dir(&site.options.dir)?;
    rename(&site.successor(), &path)?;
    sync_dir(&site.options.dir)?;
    Ok(aside.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default())
}

/// Completes a change of names that was broken off: the old file is aside and the new one, which
/// was complete before, has not its name yet. A successor beside the file itself is a try that
/// was broken off earlier.
pub(super) fn finish(site: &Site) -> Result<()> {
    let (path, successor) = (site.database(), site.successor());
    if !successor.exists() {
        return Ok(());
    }
    if path.exists() {
        return remove(&successor);
    }
    let aside = site.damaged(site.set_aside().max(1));
    rename(&wal(&path), &wal(&aside))?;
    rename(&shm(&path), &shm(&aside))?;
    sync_dir(&site.options.dir)?;
    rename(&successor, &path)?;
    sync_dir(&site.options.dir)
}

fn rename(from: &Path, to: &Path) -> Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other.map_err(|error| Error::io(from, error)),
    }
}

/// Removes a file that this module itself was building.
fn remove(database: &Path) -> Result<()> {
    remove_file(database)?;
    remove_file(&wal(database))?;
    remove_file(&shm(database))
}

fn remove_file(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other.map_err(|error| Error::io(path, error)),
    }
}
