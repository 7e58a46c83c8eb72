//! Backups, and hubs made from them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::core::{Core, KEYS_DIR, STORE_FILE};
use crate::error::{Error, Result};
use crate::keys::{KeyRing, TOKEN_FILE, files};
use crate::lock::ServeLock;
use crate::receipts;
use crate::store::Store;
use crate::store::sqlite::SqliteStore;
use crate::surroundings::Surroundings;

const FILES: &str = "backup_key_files";
/// Receipts of one generation of the store: a restored hub begins above every serial that the
/// one before can have given.
const SERIALS_BITS: u32 = 40;

/// Writes a backup to `file`, which must not be there yet.
pub(crate) fn backup(core: &Arc<Core>, file: &Path, without_keys: bool) -> Result<()> {
    if file.exists() {
        return Err(Error::refused("backup", format!("{} is there already; choose another name", file.display())));
    }
    let mut making = file.as_os_str().to_owned();
    making.push(".making");
    let making = PathBuf::from(making);
    let _ = std::fs::remove_file(&making);
    core.store.copy_to(&making)?;
    {
        let copy = SqliteStore::open(&making)?;
        if !without_keys {
            put_keys(&copy, &core.dir.join(KEYS_DIR))?;
        }
        copy.scrub()?;
    }
    std::fs::File::open(&making).and_then(|file| file.sync_all()).map_err(|error| Error::io(&making, error))?;
    std::fs::rename(&making, file).map_err(|error| Error::io(file, error))?;
    files::sync_parent(&std::path::absolute(file).map_err(|error| Error::io(file, error))?)
}

fn put_keys(copy: &SqliteStore, dir: &Path) -> Result<()> {
    let mut found: Vec<(String, Vec<u8>)> = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(|error| Error::io(dir, error))? {
        let path = entry.map_err(|error| Error::io(dir, error))?.path();
        if let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|_| path.is_file()) {
            found.push((name.to_owned(), std::fs::read(&path).map_err(|error| Error::io(&path, error))?));
        }
    }
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    let list = names.join("\n");
    copy.write(&mut |tx| {
        tx.put_meta(FILES, list.as_bytes())?;
        found.iter().try_for_each(|(name, bytes)| tx.put_meta(&format!("{FILES}/{name}"), bytes))
    })
}

/// Makes the hub in `dir` from a backup. A store that is there is set aside, never deleted; key
/// files that are there are kept. What is no backup, or of another campaign, changes nothing.
/// Whether the hub's own two keys had to be made anew, which only `new_keys` allows: the index of
/// people must then be derived again.
pub(crate) fn restore(dir: &Path, file: &Path, around: &Surroundings, new_keys: bool) -> Result<bool> {
    std::fs::File::open(file).map_err(|error| Error::io(file, error))?;
    if !SqliteStore::is_one(file)? {
        return Err(Error::unreadable(file.display().to_string(), "it is no backup of a hub; nothing was changed"));
    }
    files::private_dir(dir)?;
    let _lock = ServeLock::take(dir, "fieldcore-hub restore")?;
    let (making, made) = (dir.join("hub.db.making"), dir.join(STORE_FILE));
    let _ = std::fs::remove_file(&making);
    std::fs::copy(file, &making).map_err(|error| Error::io(file, error))?;
    let made_keys = prepare(&making, &made, dir, around, new_keys).inspect_err(|_| {
        let _ = std::fs::remove_file(&making);
    })?;
    set_aside(&made, around.now_ms())?;
    std::fs::rename(&making, &made).map_err(|error| Error::io(&made, error))?;
    files::sync_parent(&made)?;
    Ok(made_keys)
}

fn prepare(making: &Path, made: &Path, dir: &Path, around: &Surroundings, new_keys: bool) -> Result<bool> {
    let store = SqliteStore::open(making)?;
    same_campaign(&store, made)?;
    let made_keys = take_keys(&store, &dir.join(KEYS_DIR), around, new_keys)?;
    begin_generation(&store, around.random()?)?;
    store.scrub()?;
    Ok(made_keys)
}

fn campaign_of(store: &SqliteStore) -> Result<Option<Vec<u8>>> {
    let mut out = None;
    store.read(&mut |reads| {
        out = reads.meta("campaign")?;
        Ok(())
    })?;
    Ok(out)
}

/// Another campaign's keys would not open what is in the backup. A store too damaged to say whose
/// it is may be replaced.
fn same_campaign(backup: &SqliteStore, there: &Path) -> Result<()> {
    let campaign = campaign_of(backup)?;
    if campaign.is_none() {
        return Err(Error::unreadable("the backup", "it names no campaign; nothing was changed"));
    }
    let before = there.exists().then(|| SqliteStore::open(there).and_then(|store| campaign_of(&store)));
    if let Some(Ok(Some(before))) = before
        && Some(&before) != campaign.as_ref()
    {
        return Err(Error::refused("restoring", "the folder holds another campaign's hub; choose an empty folder"));
    }
    Ok(())
}

/// Puts the backup's keys beside those that are there. All is checked before any is written.
fn take_keys(store: &SqliteStore, dir: &Path, around: &Surroundings, new_keys: bool) -> Result<bool> {
    let mut found: Vec<(String, Vec<u8>)> = Vec::new();
    store.read(&mut |reads| {
        let list = reads.meta(FILES)?.unwrap_or_default();
        for name in String::from_utf8_lossy(&list).lines() {
            let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
            if let Some(bytes) = reads.meta(&format!("{FILES}/{name}"))?.filter(|_| plain) {
                found.push((name.to_owned(), bytes));
            }
        }
        Ok(())
    })?;
    for (name, bytes) in &found {
        let there = std::fs::read(dir.join(name)).ok();
        if there.is_some_and(|there| there != *bytes && name != TOKEN_FILE) {
            let why =
                format!("{} is there with another content than in the backup; move it away", dir.join(name).display());
            return Err(Error::refused("restoring", why));
        }
    }
    let at_hand = |name: &str| dir.join(name).exists() || found.iter().any(|(one, _)| one == name);
    let complete = KeyRing::OWN_FILES.iter().all(|name| at_hand(name));
    if !complete && !new_keys {
        return Err(Error::NoKey {
            what: "restoring from a backup without keys".to_owned(),
            next: "put the key folder back as DIR/keys first; if it is lost, --new-keys makes new ones",
        });
    }
    files::private_dir(dir)?;
    for (name, bytes) in &found {
        let path = dir.join(name);
        if !path.exists() {
            files::write_private(&path, bytes)?;
        }
    }
    KeyRing::create(dir, around)?;
    store.write(&mut |tx| {
        tx.put_meta(FILES, b"")?;
        found.iter().try_for_each(|(name, _)| tx.put_meta(&format!("{FILES}/{name}"), b""))
    })?;
    Ok(!complete)
}

/// Another id tells phones that this store may lack what they had receipts for; serials go on
/// above all that were given.
fn begin_generation(store: &SqliteStore, store_id: [u8; 16]) -> Result<()> {
    store.write(&mut |tx| {
        tx.put_meta("store_id", &store_id)?;
        let given = tx.count_up(receipts::SERIAL, 0)?;
        let next = ((given >> SERIALS_BITS) + 1) << SERIALS_BITS;
        tx.count_up(receipts::SERIAL, next - given)?;
        Ok(())
    })
}

fn set_aside(made: &Path, now_ms: i64) -> Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let mut from = made.as_os_str().to_owned();
        from.push(suffix);
        let mut to = made.as_os_str().to_owned();
        to.push(format!(".before-{now_ms}{suffix}"));
        match std::fs::rename(&from, &to) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(Error::io(made, error)),
        }
    }
    Ok(())
}
