//! The file's schema: what steps it has gone through, and the next ones.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{meta, pragmas};
use crate::crypto;
use crate::error::{Error, Result};
use crate::state;

/// Marks the file as a journal of this house (`PRAGMA application_id`): "FCJ1".
const APPLICATION_ID: i32 = 0x4643_4a31;

/// The steps of the schema, oldest first; step n makes version n + 1. A step that was released
/// is never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/0001_journal.sql"),
    include_str!("../../migrations/0002_rosters.sql"),
    include_str!("../../migrations/0003_carry.sql"),
];

/// The newest version known here.
pub(super) fn known() -> u32 {
    u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
}

/// The version of the file behind `conn`; 0 for a new one. Fails for a file of another make.
pub(super) fn found(conn: &Connection) -> Result<u32> {
    let version: u32 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application: i32 = conn.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: bool = conn.query_row("SELECT EXISTS (SELECT 1 FROM sqlite_schema)", [], |row| row.get(0))?;
    if (version != 0 || tables) && application != APPLICATION_ID {
        return Err(Error::invalid("journal", "the file is a database of another program; choose another folder"));
    }
    Ok(version)
}

/// Takes the file from `version` to the newest, all steps in one transaction, and puts the state's
/// tables in their present form. Answers whether the state has to be folded again.
pub(super) fn migrate(conn: &Connection, version: u32) -> Result<bool> {
    let form = crypto::sha256(&[state::SCHEMA.as_bytes()]);
    if version == known() && meta::get(conn, meta::STATE_FORM)?.as_deref() == Some(&form[..]) {
        return Ok(false);
    }
    let tx = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
    for step in MIGRATIONS.iter().skip(usize::try_from(version).unwrap_or(usize::MAX)) {
        tx.execute_batch(step)?;
    }
    state::clear(&tx)?;
    meta::set(&tx, meta::STATE_FORM, &form)?;
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", known())?;
    tx.commit()?;
    Ok(version != 0)
}

/// Whether b-trees and indexes of the whole file hold together.
pub(super) fn whole(conn: &Connection) -> Result<bool> {
    Ok(pragmas::read(conn, "quick_check(1)")? == "ok")
}
