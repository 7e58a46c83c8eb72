//! SQLite's settings: set, then read back. Nothing is saved on a store that will not have them.

use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, config::DbConfig};

use crate::error::{Error, Result};

/// How long to wait for a reader in another process that is in the way.
const BUSY: Duration = Duration::from_secs(5);
/// Statements kept compiled on one connection.
const STATEMENTS: usize = 160;

/// What a writer's connection must have: name, value to set, value to read back.
///
/// * `auto_vacuum` must come before anything is written, and lets an erasure give space back.
/// * WAL with `synchronous=FULL` is one sync call a commit; `EXTRA` adds nothing to it.
/// * `fullfsync` reaches through the drive's cache on Apple systems, and costs nothing elsewhere.
/// * No automatic checkpoints: they would fall into somebody's scan.
/// * No memory map: a stray write or a bad page must not take the process down or the file along.
/// * `temp_store` in memory: no plain text in a temporary file.
const WRITER: &[(&str, &str, &str)] = &[
    ("page_size", "4096", "4096"),
    ("auto_vacuum", "INCREMENTAL", "2"),
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", "2"),
    ("fullfsync", "1", "1"),
    ("checkpoint_fullfsync", "1", "1"),
    ("wal_autocheckpoint", "0", "0"),
    ("mmap_size", "0", "0"),
    ("temp_store", "MEMORY", "2"),
    ("secure_delete", "ON", "1"),
    ("foreign_keys", "ON", "1"),
    ("trusted_schema", "OFF", "0"),
    ("cell_size_check", "ON", "1"),
];

/// What a reader's connection must have.
const READER: &[(&str, &str, &str)] = &[
    ("query_only", "ON", "1"),
    ("mmap_size", "0", "0"),
    ("temp_store", "MEMORY", "2"),
    ("trusted_schema", "OFF", "0"),
    ("cell_size_check", "ON", "1"),
];

/// Settings of the connection itself, before the file is looked into.
pub(super) fn prepare(conn: &Connection) -> Result<()> {
    conn.busy_timeout(BUSY)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    // Closing must never write: after a failed sync call nothing may be retried on the connection.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    Ok(())
}

/// Does `f` waiting for readers that are in the way, or without.
pub(super) fn with_patience<T>(conn: &Connection, patience: bool, f: impl Fn(&Connection) -> Result<T>) -> Result<T> {
    if patience {
        return f(conn);
    }
    conn.busy_timeout(Duration::ZERO)?;
    let outcome = f(conn);
    conn.busy_timeout(BUSY)?;
    outcome
}

/// Sets and proves a writer's settings.
pub(super) fn set_writer(conn: &Connection) -> Result<()> {
    set(conn, WRITER)
}

/// Sets and proves a reader's settings.
pub(super) fn set_reader(conn: &Connection) -> Result<()> {
    set(conn, READER)
}

fn set(conn: &Connection, pragmas: &[(&'static str, &str, &'static str)]) -> Result<()> {
    for (name, value, _) in pragmas {
        // Some pragmas answer with a row, some do not.
        conn.query_row(&format!("PRAGMA {name}={value}"), [], |_| Ok(())).optional()?;
    }
    for &(name, _, wanted) in pragmas {
        let found = read(conn, name)?;
        if found != wanted {
            return Err(Error::NotDurable { pragma: name, found, wanted });
        }
    }
    Ok(())
}

/// A pragma's value as text.
pub(super) fn read(conn: &Connection, name: &str) -> Result<String> {
    let value = conn.query_row(&format!("PRAGMA {name}"), [], |row| {
        Ok(match row.get_ref(0)? {
            ValueRef::Integer(value) => value.to_string(),
            ValueRef::Text(text) => String::from_utf8_lossy(text).to_lowercase(),
            other => format!("{:?}", other.data_type()),
        })
    });
    Ok(value.optional()?.unwrap_or_else(|| "nothing".to_owned()))
}
