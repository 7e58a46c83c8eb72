//! Backups, and hubs made from them.

use std::path::Path;
use std::sync::Arc;

use crate::core::{Core, KEYS_DIR, STORE_FILE};
use crate::error::{Error, Result};
use crate::keys::{KeyRing, files};
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
    let making = file.with_extension("making");
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
/// files that are there are kept.
pub(crate) fn restore(dir: &Path, file: &Path, around: &Surroundings) -> Result<()> {
    files::private_dir(dir)?;
    let _lock = ServeLock::take(dir, "fieldcore-hub restore")?;
    let (making, made) = (dir.join("hub.db.making"), dir.join(STORE_FILE));
    let _ = std::fs::remove_file(&making);
    std::fs::copy(file, &making).map_err(|error| Error::io(file, error))?;
    {
        let store = SqliteStore::open(&making)?;
        take_keys(&store, &dir.join(KEYS_DIR), around)?;
        begin_generation(&store, around.random()?)?;
        store.scrub()?;
    }
    set_aside(&made, around.now_ms())?;
    std::fs::rename(&making, &made).map_err(|error| Error::io(&made, error))?;
    files::sync_parent(&made)
}

fn take_keys(store: &SqliteStore, dir: &Path, around: &Surroundings) -> Result<()> {
    files::private_dir(dir)?;
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
        let path = dir.join(name);
        if !path.exists() {
            files::write_private(&path, bytes)?;
        }
    }
    KeyRing::create(dir, around)?;
    store.write(&mut |tx| {
        tx.put_meta(FILES, b"")?;
        found.iter().try_for_each(|(name, _)| tx.put_meta(&format!("{FILES}/{name}"), b""))
    })
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
