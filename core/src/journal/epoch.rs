//! New lives of the journal: the first, and those after enrolment, restore, copy, key loss.

use rusqlite::{Transaction, TransactionBehavior, params};
use uuid::Uuid;

use super::action::Action;
use super::gaps::LostRange;
use super::head::{EPOCHS_MAX, EpochRow, Head};
use super::note::Note;
use super::segment::{self, SegmentState};
use super::site::Site;
use super::store::{Store, Writer};
use super::{fault, meta};
use crate::error::Result;
use crate::id::{Epoch, uuid_v7};
use crate::record::{CloseReason, EpochReason, EpochStarted, SeqsLost, TubeClosed};
use crate::state;

impl Action<'_> {
    /// Begins a new epoch of the device in row `device`; its first record names the one before.
    pub(super) fn begin_epoch(&mut self, reason: EpochReason, device: i64) -> Result<()> {
        self.close_segment()?;
        let parent = (self.head.epoch, self.head.seq);
        let random = u32::from_be_bytes(self.site.platform.random()?);
        let epoch = parent.0.epoch.next(random);
        self.head.epoch = insert(self.tx(), parent.0.id + 1, device, epoch, reason)?;
        self.head.seq = 0;
        let body = EpochStarted {
            reason,
            parent_device: Some(parent.0.device),
            parent_epoch: Some(parent.0.epoch),
            parent_seq: Some(parent.1),
            app: self.site.options.app.clone(),
        };
        self.append(None, None, body)?;
        self.notes.push(Note::EpochBegan { reason, device: self.head.epoch.device, epoch });
        Ok(())
    }
}

fn insert(tx: &Transaction<'_>, id: i64, device: i64, epoch: Epoch, reason: EpochReason) -> Result<EpochRow> {
    if id >= EPOCHS_MAX {
        return Err(crate::Error::refused(
            "a new epoch",
            "this journal has had too many; start a new one in another folder",
        ));
    }
    tx.execute(
        "INSERT INTO epoch (id, device, epoch, reason) VALUES (?1, ?2, ?3, ?4)",
        params![id, device, epoch.as_u64(), reason.code()],
    )?;
    EpochRow::find(tx, id)?.ok_or_else(|| fault::corrupt("an epoch's device is not there"))
}

/// Writes the first epoch of a new file, with keys drawn (or found) in the vault.
pub(super) fn found(conn: &rusqlite::Connection, keys: &super::keyring::Keyring, site: &Site) -> Result<Head> {
    let campaign = uuid_v7(site.platform.clock.wall_ms(), site.platform.random()?);
    let install = keys.make_install()?;
    let device = keys.make_device(1)?;
    keys.make_tubes(campaign)?;
    let random = u32::from_be_bytes(site.platform.random()?);
    let tx = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
    insert_device(&tx, 1, &device)?;
    meta::set(&tx, meta::CAMPAIGN, campaign.as_bytes())?;
    meta::set(&tx, meta::INSTALL, &install)?;
    let epoch = insert(&tx, 1, 1, Epoch::new(0, random), EpochReason::Started)?;
    let head = Head { epoch, seq: 0, link: [0; 32], segment: None, campaign };
    let mut action = Action::begin(tx, keys, site, head);
    let body = EpochStarted {
        reason: EpochReason::Started,
        parent_device: None,
        parent_epoch: None,
        parent_seq: None,
        app: site.options.app.clone(),
    };
    action.append(None, None, body)?;
    let done = action.finish();
    done.head.save(&done.tx)?;
    done.tx.commit()?;
    Ok(done.head)
}

/// Notes a device's public keys.
pub(super) fn insert_device(tx: &Transaction<'_>, id: i64, keys: &([u8; 32], [u8; 32])) -> Result<()> {
    tx.execute("INSERT INTO device (id, key, seal_key) VALUES (?1, ?2, ?3)", params![id, keys.0, keys.1])?;
    Ok(())
}

/// What of the vault is still what this file knows.
struct Vault {
    install: bool,
    device: bool,
    rest: bool,
}

fn compare(store: &Store) -> Result<Vault> {
    let (conn, memory) = (&store.conn, &store.memory);
    let (keys, head) = (&memory.keys, &memory.head);
    let install = keys.install()?.is_some_and(|id| meta::fixed(conn, meta::INSTALL).ok().flatten() == Some(id));
    let device = keys.device(head.epoch.device_row)?.is_some_and(|(key, _)| key == head.epoch.key);
    let mut rest = keys.has_tubes(head.campaign)?;
    if let Some(open) = &head.segment {
        rest &= keys.data_key(conn, open.id)?.is_some();
    }
    for bucket in waiting_buckets(conn)? {
        rest &= keys.has_bucket(bucket)?;
    }
    Ok(Vault { install, device, rest })
}

/// Buckets of segments that are not sealed yet, and of the newest one.
fn waiting_buckets(conn: &rusqlite::Connection) -> Result<Vec<Uuid>> {
    let sql = "SELECT bucket FROM segment WHERE state IN (1, 2)
               UNION SELECT bucket FROM (SELECT bucket, state FROM segment ORDER BY id DESC LIMIT 1) WHERE state <= 3";
    let mut statement = conn.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
    Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?.iter().filter_map(|bytes| Uuid::from_slice(bytes).ok()).collect())
}

/// Compares file and vault, and begins a new epoch where they do not belong together any more:
/// after a loss of keys, and when the file was brought here from elsewhere.
pub(super) fn settle(store: &mut Store, site: &Site) -> Result<()> {
    let vault = compare(store)?;
    if !vault.device || !vault.rest {
        return lose_keys(store, site, !vault.device);
    }
    if vault.install {
        return revive(store, site);
    }
    let install = store.memory.keys.make_install()?;
    store.transact(site, Writer::Upkeep, |action| {
        meta::set(action.tx(), meta::INSTALL, &install)?;
        action.begin_epoch(EpochReason::Restore, action.head.epoch.device_row)
    })
}

/// Goes on after a loss of keys. Open tubes are closed short: nobody here can say any more who is
/// in them. Rows that were not sealed leave as they are stored.
fn lose_keys(store: &mut Store, site: &Site, device_lost: bool) -> Result<()> {
    store.memory.keys.forget();
    let keys = &store.memory.keys;
    let install = keys.make_install()?;
    keys.make_tubes(store.memory.head.campaign)?;
    let mut device = store.memory.head.epoch.device_row;
    let mut made = None;
    if device_lost {
        device = store.conn.query_row("SELECT max(id) + 1 FROM device", [], |row| row.get(0))?;
        made = Some(keys.make_device(device)?);
    }
    store.transact(site, Writer::Upkeep, |action| {
        if let Some(keys) = &made {
            insert_device(action.tx(), device, keys)?;
            super::dispatches::forget_serials(action.tx())?;
        }
        meta::set(action.tx(), meta::INSTALL, &install)?;
        let open = state::tubes_left_open(action.tx())?;
        action.close_segment()?;
        let lost = strand(action)?;
        state::rebuild(action.tx(), &action.look_up(), action.rows().all())?;
        action.begin_epoch(EpochReason::KeyLoss, device)?;
        for (tube, people, shift) in open {
            let body = TubeClosed { tube, reason: CloseReason::KeyLoss, people, note: None };
            action.append(None, shift, body)?;
        }
        append_lost(action, &lost.stuck)?;
        action.notes.push(Note::KeysLost { unreadable: lost.unreadable, travelling: lost.travelling });
        Ok(())
    })?;
    revive(store, site)
}

/// One record for each range that is lost.
pub(super) fn append_lost(action: &mut Action<'_>, lost: &[LostRange]) -> Result<()> {
    for &(device, epoch, first, last) in lost {
        action.append(None, None, SeqsLost { device, epoch, first, last })?;
    }
    Ok(())
}

/// What a loss of keys did to the segments.
#[derive(Default)]
pub(super) struct Lost {
    unreadable: u64,
    travelling: u64,
    pub(super) stuck: Vec<LostRange>,
}

/// Sends waiting segments that cannot become batches any more on their other way.
pub(super) fn strand(action: &Action<'_>) -> Result<Lost> {
    let sql =
        "SELECT id, epoch, first_seq, last_seq, header IS NOT NULL FROM segment WHERE state IN (2, 4) ORDER BY id";
    let waiting: Vec<(i64, i64, u64, u64, bool)> = action
        .tx()
        .prepare(sql)?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut lost = Lost::default();
    for (id, epoch, first, last, header) in waiting {
        let Some(epoch) = action.keys.epoch(action.tx(), epoch)? else { continue };
        let readable = action.keys.data_key(action.tx(), id)?.is_some();
        let signs = action.keys.device(epoch.device_row)?.is_some_and(|(key, _)| key == epoch.key);
        if readable && signs {
            continue;
        }
        let count = last + 1 - first;
        lost.unreadable += if readable { 0 } else { count };
        if header {
            lost.travelling += count;
            segment::set_state(action.tx(), id, SegmentState::Stranded)?;
        } else {
            lost.stuck.push((epoch.device, epoch.epoch, first, last));
            segment::set_state(action.tx(), id, SegmentState::Stuck)?;
        }
    }
    Ok(lost)
}

/// Begins a new epoch because the hub saw a second copy of this one. Only the epoch in force can
/// be left, so the same word again does nothing.
pub(super) fn leave_copy(action: &mut Action<'_>, epoch: &EpochRow) -> Result<()> {
    if epoch.id != action.head.epoch.id {
        return Ok(());
    }
    action.notes.push(Note::CopySeen { epoch: epoch.epoch });
    action.begin_epoch(EpochReason::Clone, epoch.device_row)
}

/// Takes up segments again whose key has come back into the vault.
fn revive(store: &mut Store, site: &Site) -> Result<()> {
    let sql = "SELECT id, epoch FROM segment WHERE state = 6";
    let stuck: Vec<(i64, i64)> = store
        .conn
        .prepare(sql)?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut back = Vec::new();
    for (id, epoch) in stuck {
        let keys = &store.memory.keys;
        let Some(epoch) = keys.epoch(&store.conn, epoch)? else { continue };
        let signs = keys.device(epoch.device_row)?.is_some_and(|(key, _)| key == epoch.key);
        if signs && keys.data_key(&store.conn, id)?.is_some() {
            back.push(id);
        }
    }
    if back.is_empty() {
        return Ok(());
    }
    store.transact(site, Writer::Upkeep, |action| {
        for id in back {
            segment::set_state(action.tx(), id, SegmentState::Stranded)?;
        }
        segment::sign_all(action.tx(), action.keys, &*action.site.platform.entropy, action.mode())
    })
}
