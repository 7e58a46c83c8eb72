//! The store in one SQLite file: WAL, every commit synced, one writer at a time.

mod cards;
mod core_reads;
mod core_writes;
mod map;
mod roster;
mod schema;
mod session;
mod table_reads;
mod table_writes;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::{ReadFn, Store, WriteFn};
use crate::error::{Error, Result};
use session::Session;

/// `FCHB`: what `file` shows, and what tells a hub's store from any other SQLite file.
const APPLICATION_ID: i32 = 0x4643_4842;
/// Bytes of a page. The index of people is written at random places: each new person costs a whole
/// page of the log, so pages are small.
const PAGE_BYTES: i32 = 1024;
/// Memory for pages of the writer, KiB: holds the upper levels of every table and the part of
/// the people's index that a busy round touches.
const WRITER_CACHE_KIB: i32 = 384 * 1024;
const READER_CACHE_KIB: i32 = 32 * 1024;
/// Pages of the log after which a commit checkpoints: 512 MiB, some 400,000 records. Random pages
/// written many times in between are copied once, and in the order of the file.
const CHECKPOINT_PAGES: i32 = 512 * 1024;
/// Readers kept open.
const READERS_KEPT: usize = 8;

/// A store in a SQLite file.
pub(crate) struct SqliteStore {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    /// Keeps a scratch store's folder until it is dropped.
    scratch: Option<ScratchDir>,
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let why = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged { what: why },
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen) => {
                Self::ReadOnly { path: PathBuf::from("the store"), reason: why }
            }
            Some(ErrorCode::DiskFull) => Self::Store { what: "the disk is full", why },
            Some(ErrorCode::DatabaseBusy) => Self::Store { what: "another process writes for too long", why },
            _ => Self::Store { what: "SQLite", why },
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SqliteStore {
    /// Opens the store in `path`; makes it if it is missing.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let mut writer = Connection::open(path)?;
        set_up(&writer, WRITER_CACHE_KIB, true)?;
        migrate(&mut writer)?;
        check_durability(&writer)?;
        owner_only(path)?;
        Ok(Self { path: path.to_path_buf(), writer: Mutex::new(writer), readers: Mutex::default(), scratch: None })
    }

    /// Whether the file in `path` is a hub's store, without changing it.
    pub(crate) fn is_one(path: &Path) -> Result<bool> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        match connection.pragma_query_value(None, "application_id", |row| row.get::<_, i32>(0)) {
            Ok(id) => Ok(id == APPLICATION_ID),
            Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn reader(&self) -> Result<Connection> {
        if let Some(reader) = lock(&self.readers).pop() {
            return Ok(reader);
        }
        let reader = Connection::open_with_flags(
            &self.path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        set_up(&reader, READER_CACHE_KIB, false)?;
        reader.pragma_update(None, "query_only", true)?;
        Ok(reader)
    }
}

impl Store for SqliteStore {
    fn write(&self, work: WriteFn<'_>) -> Result<()> {
        let mut writer = lock(&self.writer);
        let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        work(&mut Session::new(&tx))?;
        tx.commit()?;
        Ok(())
    }

    fn read(&self, work: ReadFn<'_>) -> Result<()> {
        let mut reader = self.reader()?;
        let tx = reader.transaction()?;
        let answer = work(&Session::new(&tx));
        drop(tx);
        let mut readers = lock(&self.readers);
        if readers.len() < READERS_KEPT {
            readers.push(reader);
        }
        answer
    }

    fn scratch(&self) -> Result<Box<dyn Store>> {
        let dir = ScratchDir::make(&self.path)?;
        let path = dir.0.join("scratch.db");
        let mut store = Self::open(&path)?;
        lock(&store.writer).pragma_update(None, "synchronous", "OFF")?;
        store.scratch = Some(dir);
        Ok(Box::new(store))
    }

    fn copy_to(&self, file: &Path) -> Result<()> {
        let reader = self.reader()?;
        reader.pragma_update(None, "query_only", false)?;
        // Empty and the owner's alone before anything of anybody is in it.
        crate::keys::files::write_private(file, b"")?;
        let target = file.to_str().ok_or_else(|| Error::unreadable("the backup's path", "it is not UTF-8"))?;
        reader.execute("VACUUM INTO ?1", [target])?;
        Ok(())
    }

    fn scrub(&self) -> Result<()> {
        let writer = lock(&self.writer);
        writer.execute_batch("PRAGMA incremental_vacuum")?;
        let busy: i64 = writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy != 0 {
            let why =
                "it is deleted, but another process reads and keeps it in the store's log; run the command again later";
            return Err(Error::refused("emptying the log", why));
        }
        Ok(())
    }
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SqliteStore({}, scratch {})", self.path.display(), self.scratch.is_some())
    }
}

fn set_up(connection: &Connection, cache_kib: i32, writes: bool) -> Result<()> {
    connection.busy_timeout(std::time::Duration::from_secs(20))?;
    if writes {
        connection.pragma_update(None, "page_size", PAGE_BYTES)?;
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    }
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    connection.pragma_update(None, "cache_size", -cache_kib)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "journal_size_limit", 512 * 1024 * 1024)?;
    connection.set_prepared_statement_cache_capacity(256);
    Ok(())
}

fn migrate(connection: &mut Connection) -> Result<()> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: u32 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let id: i32 = tx.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let known = u32::try_from(schema::MIGRATIONS.len()).unwrap_or(u32::MAX);
    if found > known {
        return Err(Error::Newer { found, known });
    }
    if found > 0 && id != APPLICATION_ID {
        return Err(Error::Damaged { what: "the file is no hub's store".to_owned() });
    }
    for script in schema::MIGRATIONS.iter().skip(found as usize) {
        tx.execute_batch(script)?;
    }
    tx.pragma_update(None, "user_version", known)?;
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.commit()?;
    Ok(())
}

/// Reads back what durability rests on: some file systems silently refuse it.
fn check_durability(connection: &Connection) -> Result<()> {
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0))?;
    if mode != "wal" || synchronous != 2 {
        return Err(Error::Store {
            what: "durability",
            why: format!("journal_mode is {mode}, synchronous is {synchronous}; use a local file system"),
        });
    }
    Ok(())
}

#[cfg(unix)]
fn owner_only(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(|error| Error::io(path, error))
}

#[cfg(not(unix))]
fn owner_only(_path: &Path) -> Result<()> {
    Ok(())
}

/// A folder beside the store that vanishes with its handle.
struct ScratchDir(PathBuf);

impl ScratchDir {
    fn make(beside: &Path) -> Result<Self> {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let name = format!("scratch-{}-{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let dir = beside.parent().unwrap_or(Path::new(".")).join(name);
        let _ = std::fs::remove_dir_all(&dir);
        std::fs::create_dir(&dir).map_err(|error| Error::io(&dir, error))?;
        Ok(Self(dir))
    }
}

impl Drop for ScratchDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
