//! Rosters in the store.

use rusqlite::{Row, params};

use super::session::Session;
use crate::error::Result;
use crate::store::roster::{AnswerRow, AssignmentRow, ListRow, RosterReads, RosterRow, RosterWrites, StateRow};

fn list(row: &Row<'_>) -> rusqlite::Result<ListRow> {
    Ok(ListRow {
        area: row.get("area")?,
        name: row.get("name")?,
        digest: row.get("digest")?,
        rows: row.get("rows")?,
        body: row.get("body")?,
        made_ms: row.get("made_ms")?,
    })
}

fn roster(row: &Row<'_>) -> rusqlite::Result<RosterRow> {
    Ok(RosterRow {
        area: row.get("area")?,
        id: row.get("id")?,
        number: row.get("number")?,
        digest: row.get("digest")?,
        households: row.get("households")?,
        people: row.get("people")?,
    })
}

fn assignment(row: &Row<'_>) -> rusqlite::Result<AssignmentRow> {
    Ok(AssignmentRow {
        device: row.get("device")?,
        area: row.get("area")?,
        assigned: row.get("assigned")?,
        number: row.get("number")?,
        seen_ms: row.get("seen_ms")?,
    })
}

impl RosterReads for Session<'_> {
    fn roster_lists(&self, area: Option<&str>) -> Result<Vec<ListRow>> {
        self.all("SELECT * FROM roster_lists WHERE ?1 IS NULL OR area = ?1 ORDER BY area, name", [area], list)
    }

    fn roster_map(&self, area: &str, headers: &[u8; 32]) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT said FROM roster_maps WHERE area = ?1 AND headers = ?2";
        self.one(sql, params![area, headers], |row| row.get(0))
    }

    fn roster_maps(&self, area: &str) -> Result<Vec<Vec<u8>>> {
        self.all("SELECT said FROM roster_maps WHERE area = ?1 ORDER BY headers", [area], |row| row.get(0))
    }

    fn roster_answers(&self, area: &str) -> Result<Vec<AnswerRow>> {
        let sql = "SELECT one, other, same FROM roster_answers WHERE area = ?1 ORDER BY one, other";
        self.all(sql, [area], |row| Ok(AnswerRow { one: row.get(0)?, other: row.get(1)?, same: row.get(2)? }))
    }

    fn rosters(&self) -> Result<Vec<RosterRow>> {
        self.all("SELECT area, id, number, digest, households, people FROM rosters ORDER BY area", [], roster)
    }

    fn roster(&self, area: &str) -> Result<Option<RosterRow>> {
        let sql = "SELECT area, id, number, digest, households, people FROM rosters WHERE area = ?1";
        self.one(sql, [area], roster)
    }

    fn roster_body(&self, area: &str) -> Result<Option<Vec<u8>>> {
        self.one("SELECT body FROM rosters WHERE area = ?1", [area], |row| row.get(0))
    }

    fn roster_state(&self, area: &str, print: [u8; 8]) -> Result<Option<StateRow>> {
        let sql = "SELECT digest, prints FROM roster_states WHERE area = ?1 AND substr(digest, 1, 8) = ?2
                   ORDER BY no DESC LIMIT 1";
        self.one(sql, params![area, print], |row| Ok(StateRow { digest: row.get(0)?, prints: row.get(1)? }))
    }

    fn roster_assignments(&self, device: Option<i64>) -> Result<Vec<AssignmentRow>> {
        let sql = "SELECT * FROM roster_assignments WHERE ?1 IS NULL OR device = ?1 ORDER BY device, area";
        self.all(sql, [device], assignment)
    }
}

impl RosterWrites for Session<'_> {
    fn put_roster_list(&mut self, row: &ListRow) -> Result<()> {
        self.run(
            "INSERT INTO roster_lists (area, name, digest, rows, body, made_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (area, name) DO UPDATE SET digest = ?3, rows = ?4, body = ?5, made_ms = ?6",
            params![row.area, row.name, row.digest, row.rows, row.body, row.made_ms],
        )?;
        Ok(())
    }

    fn drop_roster_list(&mut self, area: &str, name: &str) -> Result<()> {
        self.run("DELETE FROM roster_lists WHERE area = ?1 AND name = ?2", params![area, name])?;
        Ok(())
    }

    fn put_roster_map(&mut self, area: &str, headers: &[u8; 32], said: &[u8]) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO roster_maps (area, headers, said) VALUES (?1, ?2, ?3)";
        self.run(sql, params![area, headers, said])?;
        Ok(())
    }

    fn put_roster_answer(&mut self, area: &str, row: &AnswerRow, now_ms: i64) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO roster_answers (area, one, other, same, made_ms) VALUES (?1, ?2, ?3, ?4, ?5)";
        self.run(sql, params![area, row.one, row.other, row.same, now_ms])?;
        Ok(())
    }

    fn put_roster(&mut self, row: &RosterRow, body: &[u8], prints: &[u8], keep: u32, now_ms: i64) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO rosters (area, id, number, digest, households, people, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![row.area, row.id, row.number, row.digest, row.households, row.people, body],
        )?;
        let sql = "INSERT INTO roster_states (area, number, digest, prints, made_ms) VALUES (?1, ?2, ?3, ?4, ?5)";
        self.run(sql, params![row.area, row.number, row.digest, prints, now_ms])?;
        self.run(
            "DELETE FROM roster_states WHERE area = ?1 AND no NOT IN
             (SELECT no FROM roster_states WHERE area = ?1 ORDER BY no DESC LIMIT ?2)",
            params![row.area, keep],
        )?;
        Ok(())
    }

    fn drop_roster_states(&mut self, area: &str) -> Result<()> {
        self.run("DELETE FROM roster_states WHERE area = ?1", [area])?;
        Ok(())
    }

    fn drop_roster_words(&mut self, area: &str) -> Result<()> {
        self.run("DELETE FROM roster_answers WHERE area = ?1", [area])?;
        self.run("DELETE FROM roster_maps WHERE area = ?1", [area])?;
        Ok(())
    }

    fn put_roster_assignment(&mut self, row: &AssignmentRow) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO roster_assignments (device, area, assigned, number, seen_ms)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![row.device, row.area, row.assigned, row.number, row.seen_ms],
        )?;
        Ok(())
    }
}
