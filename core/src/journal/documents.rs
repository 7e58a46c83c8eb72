//! Texts that came from outside and are kept in every version: profiles, key sets, revocations.
//!
//! An open tube keeps the profile it was opened under, and a receipt may be signed by a key of an
//! older set; so nothing here is ever replaced.

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::{meta, spare};
use crate::error::Result;
use crate::wire::KeySet;

/// What a document is. The codes lie in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Document {
    /// A profile's TOML text.
    Profile = 1,
    /// A key set with its signature.
    Keys = 2,
    /// A revocation list.
    Revocations = 3,
    /// A delegation for a device that wrote here, with its signature; version 0.
    Delegation = 8,
    /// A card key under its round's bucket; `campaign` is the round, `version` the key's name.
    CardKey = 9,
}

/// Keeps a document; whether it is new. The same one again changes nothing.
pub(super) fn keep(
    conn: &Connection,
    what: Document,
    campaign: Uuid,
    version: u32,
    digest: &[u8; 32],
    bytes: &[u8],
) -> Result<bool> {
    let sql = "INSERT OR IGNORE INTO document (what, campaign, version, digest, bytes) VALUES (?1, ?2, ?3, ?4, ?5)";
    let new = conn.prepare_cached(sql)?.execute(params![what as i64, campaign.as_bytes(), version, digest, bytes])?;
    spare::keep_document(conn, what as i64, version, campaign.as_bytes(), digest, bytes)?;
    Ok(new > 0)
}

/// The documents of one kind and campaign, in the order of keeping.
pub(super) fn all(conn: &Connection, what: Document, campaign: Uuid) -> Result<Vec<Vec<u8>>> {
    let sql = "SELECT bytes FROM document WHERE what = ?1 AND campaign = ?2 ORDER BY id";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map(params![what as i64, campaign.as_bytes()], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Forgets the documents of one kind and campaign, with their copies.
pub(super) fn forget(conn: &Connection, what: Document, campaign: Uuid) -> Result<()> {
    let sql = "SELECT digest FROM document WHERE what = ?1 AND campaign = ?2";
    let digests: Vec<[u8; 32]> = conn
        .prepare_cached(sql)?
        .query_map(params![what as i64, campaign.as_bytes()], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    digests.iter().try_for_each(|digest| spare::drop_document(conn, digest))?;
    let sql = "DELETE FROM document WHERE what = ?1 AND campaign = ?2";
    conn.prepare_cached(sql)?.execute(params![what as i64, campaign.as_bytes()])?;
    Ok(())
}

/// The document of a campaign with this version; the one kept last, should there be several.
pub(super) fn find(conn: &Connection, what: Document, campaign: Uuid, version: u32) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT bytes FROM document WHERE what = ?1 AND campaign = ?2 AND version = ?3 ORDER BY id DESC LIMIT 1";
    let mut statement = conn.prepare_cached(sql)?;
    Ok(statement.query_row(params![what as i64, campaign.as_bytes(), version], |row| row.get(0)).optional()?)
}

/// The version of a document that is in force; 0 for none.
pub(super) fn version(conn: &Connection, what: Document) -> Result<u32> {
    meta::number(
        conn,
        match what {
            Document::Profile => meta::PROFILE,
            Document::Keys => meta::KEYS,
            Document::Revocations => meta::REVOCATIONS,
            // There is no version of these that is in force.
            Document::Delegation | Document::CardKey => return Ok(0),
        },
    )
}

/// The key set in force. It was verified by the campaign's roots when it was kept.
pub(super) fn key_set(conn: &Connection) -> Result<Option<KeySet>> {
    let version = version(conn, Document::Keys)?;
    let Some(campaign) = meta::uuid(conn, meta::CAMPAIGN)? else { return Ok(None) };
    find(conn, Document::Keys, campaign, version)?.map(|bytes| KeySet::parse(&bytes)).transpose()
}
