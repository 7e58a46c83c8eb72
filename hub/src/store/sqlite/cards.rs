//! Card keys, delegations and helpers.

use rusqlite::{Row, params};

use super::session::Session;
use crate::error::Result;
use crate::store::cards::{CardKeyRow, CardReads, CardWrites, DelegationRow, HelperRow};

fn card_key(row: &Row<'_>) -> rusqlite::Result<CardKeyRow> {
    Ok(CardKeyRow {
        name: row.get("name")?,
        round: row.get("round")?,
        sealed: row.get("sealed")?,
        made_ms: row.get("made_ms")?,
        expires_ms: row.get("expires_ms")?,
    })
}

fn delegation(row: &Row<'_>) -> rusqlite::Result<DelegationRow> {
    Ok(DelegationRow {
        id: row.get("id")?,
        device: row.get("device")?,
        rights: row.get("rights")?,
        helpers: row.get("helpers")?,
        made_ms: row.get("made_ms")?,
        expires_ms: row.get("expires_ms")?,
        bytes: row.get("bytes")?,
    })
}

fn helper(row: &Row<'_>) -> rusqlite::Result<HelperRow> {
    Ok(HelperRow {
        delegation: row.get("delegation")?,
        ordinal: row.get("ordinal")?,
        device: row.get("device")?,
        rights: row.get("rights")?,
        expires_ms: row.get("expires_ms")?,
        arrived_ms: row.get("arrived_ms")?,
    })
}

impl CardReads for Session<'_> {
    fn card_keys(&self) -> Result<Vec<CardKeyRow>> {
        self.all("SELECT * FROM card_keys ORDER BY expires_ms DESC, name", [], card_key)
    }

    fn card_key(&self, name: &[u8; 4]) -> Result<Option<CardKeyRow>> {
        self.one("SELECT * FROM card_keys WHERE name = ?1", [name], card_key)
    }

    fn delegations(&self) -> Result<Vec<DelegationRow>> {
        self.all("SELECT * FROM delegations ORDER BY made_ms, id", [], delegation)
    }

    fn delegation(&self, id: &[u8; 16]) -> Result<Option<DelegationRow>> {
        self.one("SELECT * FROM delegations WHERE id = ?1", [id], delegation)
    }

    fn helpers(&self, delegation: &[u8; 16]) -> Result<Vec<HelperRow>> {
        self.all("SELECT * FROM helpers WHERE delegation = ?1 ORDER BY ordinal", [delegation], helper)
    }
}

impl CardWrites for Session<'_> {
    fn put_card_key(&mut self, row: &CardKeyRow) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO card_keys (name, round, sealed, made_ms, expires_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![row.name, row.round, row.sealed, row.made_ms, row.expires_ms],
        )?;
        Ok(())
    }

    fn drop_card_keys(&mut self, round: &[u8; 16]) -> Result<()> {
        self.run("DELETE FROM card_keys WHERE round = ?1", [round])?;
        Ok(())
    }

    fn put_delegation(&mut self, row: &DelegationRow) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO delegations (id, device, rights, helpers, made_ms, expires_ms, bytes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![row.id, row.device, row.rights, row.helpers, row.made_ms, row.expires_ms, row.bytes],
        )?;
        Ok(())
    }

    fn put_helper(&mut self, row: &HelperRow) -> Result<()> {
        self.run(
            "INSERT OR IGNORE INTO helpers (delegation, ordinal, device, rights, expires_ms, arrived_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![row.delegation, row.ordinal, row.device, row.rights, row.expires_ms, row.arrived_ms],
        )?;
        Ok(())
    }
}
