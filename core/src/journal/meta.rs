//! Single values: who and where this journal is.

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::{fault, spare};
use crate::crypto;
use crate::error::{Error, Result};

/// The campaign in force (16 bytes).
pub(super) const CAMPAIGN: &str = "campaign";
/// The campaign's name.
pub(super) const CAMPAIGN_NAME: &str = "campaign_name";
/// The campaign's two roots (64 bytes).
pub(super) const ROOTS: &str = "roots";
/// The hub's address.
pub(super) const HUB_URL: &str = "hub_url";
/// Digest of the vault's install secret.
pub(super) const INSTALL: &str = "install";
/// Digest of the state's schema that the tables have.
pub(super) const STATE_FORM: &str = "state_form";
/// Version of the profile in force (u32, big-endian).
pub(super) const PROFILE: &str = "profile";
/// Version of the key set in force (u32, big-endian).
pub(super) const KEYS: &str = "keys";
/// Version of the revocation list in force (u32, big-endian).
pub(super) const REVOCATIONS: &str = "revocations";
/// Days that sealed batches stay after their receipt (u32, big-endian).
pub(super) const KEEP_SEALED: &str = "keep_sealed_days";
/// Profile version and digest that the invitation named.
pub(super) const INVITED: &str = "invited_profile";
/// The key set as invitations hold it, with the newest keys alone: for helpers.
pub(super) const KEYS_IN_USE: &str = "keys_in_use";
/// The chief who enrolled this device on the spot: its public key (32 bytes), then SHA-256 of the chain.
pub(super) const CHIEF: &str = "chief";
/// When a hub last answered, wall milliseconds (i64, big-endian).
pub(super) const LAST_SYNC: &str = "last_sync";
/// The least that the hub's clock surely was when something was last written (i64, big-endian).
pub(super) const REACHED: &str = "reached";
/// A sync session's own memory.
pub(super) const SYNC_MEMORY: &str = "sync_memory";
/// Highest serial of a notice up to which none is missing (u64, big-endian).
pub(super) const NOTICES: &str = "notices";
/// Row of the last item that left with a carry (i64, big-endian): its carriers want its receipt too.
pub(super) const CARRIED_UP_TO: &str = "carried_up_to";

/// What changes rarely and is missed sorely: kept twice.
const RARE: &[&str] =
    &[CAMPAIGN, CAMPAIGN_NAME, ROOTS, HUB_URL, INSTALL, PROFILE, KEYS, REVOCATIONS, KEEP_SEALED, INVITED];

const SUM_TAG: &[u8] = b"fieldcore/meta/1\0";

/// The guard against bit rot that stands beside a value.
pub(super) fn sum(name: &str, value: &[u8]) -> [u8; 8] {
    let digest = crypto::sha256(&[SUM_TAG, name.as_bytes(), b"\0", value]);
    let mut sum = [0; 8];
    sum.copy_from_slice(&digest[..8]);
    sum
}

/// The value called `name`.
pub(super) fn get(conn: &Connection, name: &str) -> Result<Option<Vec<u8>>> {
    let mut statement = conn.prepare_cached("SELECT value, sum FROM meta WHERE name = ?1")?;
    let row: Option<(Vec<u8>, Vec<u8>)> =
        statement.query_row([name], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    match row {
        Some((value, found)) if found == sum(name, &value) => Ok(Some(value)),
        Some(_) => Err(damaged(name)),
        None => Ok(None),
    }
}

/// Sets the value called `name`.
pub(super) fn set(conn: &Connection, name: &str, value: &[u8]) -> Result<()> {
    let sql = "INSERT INTO meta (name, value, sum) VALUES (?1, ?2, ?3)
               ON CONFLICT (name) DO UPDATE SET value = ?2, sum = ?3";
    conn.prepare_cached(sql)?.execute(params![name, value, sum(name, value)])?;
    if RARE.contains(&name) { spare::keep_meta(conn, name, value) } else { Ok(()) }
}

/// The value called `name` as bytes of fixed length.
pub(super) fn fixed<const N: usize>(conn: &Connection, name: &str) -> Result<Option<[u8; N]>> {
    get(conn, name)?.map(|value| value.try_into().map_err(|_| damaged(name))).transpose()
}

/// The value called `name` as a UUID.
pub(super) fn uuid(conn: &Connection, name: &str) -> Result<Option<Uuid>> {
    Ok(fixed(conn, name)?.map(Uuid::from_bytes))
}

/// The value called `name` as a number; 0 if there is none.
pub(super) fn number(conn: &Connection, name: &str) -> Result<u32> {
    Ok(fixed(conn, name)?.map_or(0, u32::from_be_bytes))
}

/// The value called `name` as text.
pub(super) fn text(conn: &Connection, name: &str) -> Result<Option<String>> {
    get(conn, name)?.map(|value| String::from_utf8(value).map_err(|_| damaged(name))).transpose()
}

/// Proves every value by its sum.
pub(super) fn prove(conn: &Connection) -> Result<()> {
    let mut statement = conn.prepare_cached("SELECT name, value, sum FROM meta")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (name, value, found): (String, Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if found != sum(&name, &value) {
            return Err(damaged(&name));
        }
    }
    Ok(())
}

fn damaged(name: &str) -> Error {
    fault::corrupt(&format!("its value `{name}` does not fit its sum"))
}
