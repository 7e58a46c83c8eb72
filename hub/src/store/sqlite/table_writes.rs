//! Writing the tables of the reports.

use rusqlite::params;

use super::session::Session;
use super::{map, schema};
use crate::error::{Error, Result};
use crate::store::rows::{At, PersonRow, PlaceRow, ShiftRow, SubjectRow, Tally, TubeAct, TubeRow};
use crate::store::{TableReads, TableWrites};

impl TableWrites for Session<'_> {
    fn ensure_round(&mut self, id: &[u8; 16], name: &str) -> Result<i64> {
        if let Some(no) = self.one("SELECT no FROM rounds WHERE id = ?1", [id], |row| row.get(0))? {
            return Ok(no);
        }
        self.insert("INSERT INTO rounds (id, name) VALUES (?1, ?2)", params![id, name])
    }

    fn ensure_lane(&mut self, name: &str) -> Result<i64> {
        if let Some(no) = self.one("SELECT no FROM lanes WHERE name = ?1", [name], |row| row.get(0))? {
            return Ok(no);
        }
        self.insert("INSERT INTO lanes (name) VALUES (?1)", [name])
    }

    fn ensure_shift(&mut self, at: At) -> Result<ShiftRow> {
        let found = self.one(
            "SELECT * FROM shifts WHERE stream = ?1 AND branch = ?2 AND seq = ?3",
            params![at.stream, at.branch, at.seq.cast_signed()],
            map::shift,
        )?;
        if let Some(row) = found {
            return Ok(row);
        }
        let no = self.insert(
            "INSERT INTO shifts (stream, branch, seq, round) VALUES (?1, ?2, ?3, 0)",
            params![at.stream, at.branch, at.seq.cast_signed()],
        )?;
        Ok(ShiftRow { no, at, round: 0, site: None, place: None, operator: None, organisation: None })
    }

    fn put_shift(&mut self, row: &ShiftRow) -> Result<()> {
        self.run(
            "UPDATE shifts SET round = ?2, site = ?3, place = ?4, operator = ?5, organisation = ?6 WHERE no = ?1",
            params![row.no, row.round, row.site, row.place, row.operator, row.organisation],
        )?;
        Ok(())
    }

    fn ensure_tube(&mut self, at: At) -> Result<i64> {
        let found = self.one(
            "SELECT no FROM tubes WHERE stream = ?1 AND branch = ?2 AND seq = ?3",
            params![at.stream, at.branch, at.seq.cast_signed()],
            |row| row.get(0),
        )?;
        if let Some(no) = found {
            return Ok(no);
        }
        self.insert(
            "INSERT INTO tubes (stream, branch, seq, opened, shift, lane, live, spoiled) VALUES (?1, ?2, ?3, 0, 0, 0, 0, 0)",
            params![at.stream, at.branch, at.seq.cast_signed()],
        )
    }

    fn put_tube(&mut self, row: &TubeRow) -> Result<()> {
        self.run(
            "UPDATE tubes SET label = ?2, opened = ?3, shift = ?4, lane = ?5, capacity = ?6, spoiled = ?7, closed = ?8,
                closed_epoch = ?9, closed_seq = ?10, active_epoch = ?11, active_seq = ?12, guest_closed = ?13 WHERE no = ?1",
            params![
                row.no,
                row.label,
                row.opened,
                row.shift,
                row.lane,
                row.capacity,
                row.spoiled,
                row.closed.map(|closed| closed.0),
                row.closed.map(|closed| closed.1.cast_signed()),
                row.closed.map(|closed| closed.2.cast_signed()),
                row.activated.map(|active| active.0.cast_signed()),
                row.activated.map(|active| active.1.cast_signed()),
                row.guest_closed
            ],
        )?;
        Ok(())
    }

    fn add_live(&mut self, tube: i64, by: i64) -> Result<()> {
        self.run("UPDATE tubes SET live = live + ?2 WHERE no = ?1", [tube, by])?;
        Ok(())
    }

    fn new_subject(&mut self, row: &SubjectRow) -> Result<bool> {
        let changed = self.run(
            "INSERT OR IGNORE INTO subjects (stream, branch, seq, bound, shift, lane, tube, position, fate, fate_epoch,
                fate_seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                row.at.stream,
                row.at.branch,
                row.at.seq.cast_signed(),
                row.bound,
                row.shift,
                row.lane,
                row.tube,
                row.position,
                row.fate.code(),
                row.fate_by.0.cast_signed(),
                row.fate_by.1.cast_signed()
            ],
        )?;
        Ok(changed == 1)
    }

    fn put_subject(&mut self, row: &SubjectRow) -> Result<()> {
        self.run(
            "UPDATE subjects SET bound = ?4, shift = ?5, lane = ?6, tube = ?7, position = ?8, fate = ?9,
                fate_epoch = ?10, fate_seq = ?11 WHERE stream = ?1 AND branch = ?2 AND seq = ?3",
            params![
                row.at.stream,
                row.at.branch,
                row.at.seq.cast_signed(),
                row.bound,
                row.shift,
                row.lane,
                row.tube,
                row.position,
                row.fate.code(),
                row.fate_by.0.cast_signed(),
                row.fate_by.1.cast_signed()
            ],
        )?;
        Ok(())
    }

    fn add_person(&mut self, row: &PersonRow) -> Result<Vec<At>> {
        let others = self.all(
            "SELECT stream, branch, seq FROM persons WHERE hash = ?1 AND round = ?2",
            params![row.hash, row.round],
            map::at,
        )?;
        self.run(
            "INSERT OR IGNORE INTO persons (hash, round, stream, branch, seq) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![row.hash, row.round, row.at.stream, row.at.branch, row.at.seq.cast_signed()],
        )?;
        Ok(others.into_iter().filter(|other| *other != row.at).collect())
    }

    fn add_roundless(&mut self, shift: i64, hash: &[u8; 16], at: At) -> Result<()> {
        self.run(
            "INSERT OR IGNORE INTO roundless (shift, hash, stream, branch, seq) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![shift, hash, at.stream, at.branch, at.seq.cast_signed()],
        )?;
        Ok(())
    }

    fn take_roundless(&mut self, shift: i64) -> Result<Vec<([u8; 16], At)>> {
        let sql = "SELECT hash, stream, branch, seq FROM roundless WHERE shift = ?1 ORDER BY stream, branch, seq";
        let found = self.all(sql, [shift], |row| Ok((row.get("hash")?, map::at(row)?)))?;
        if !found.is_empty() {
            self.run("DELETE FROM roundless WHERE shift = ?1", [shift])?;
        }
        Ok(found)
    }

    fn mark_duplicate(&mut self, hash: &[u8; 16], round: i64) -> Result<()> {
        self.run("INSERT OR IGNORE INTO duplicates (hash, round) VALUES (?1, ?2)", params![hash, round])?;
        Ok(())
    }

    fn add_place(&mut self, row: &PlaceRow) -> Result<()> {
        self.run(
            "INSERT OR IGNORE INTO places (stream, branch, seq, by_stream, by_branch, by_seq, by_epoch, kind, tube,
                position, other_stream, other_branch, other_seq)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            params![
                row.subject.stream,
                row.subject.branch,
                row.subject.seq.cast_signed(),
                row.by.stream,
                row.by.branch,
                row.by.seq.cast_signed(),
                row.by_epoch.cast_signed(),
                row.kind.code(),
                row.tube,
                row.position,
                row.other.map(|at| at.stream),
                row.other.map(|at| at.branch),
                row.other.map(|at| at.seq.cast_signed())
            ],
        )?;
        Ok(())
    }

    fn add_contact(&mut self, subject: At, by: At) -> Result<()> {
        self.run(
            "INSERT OR IGNORE INTO contacts (stream, branch, seq, by_stream, by_branch, by_seq)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                subject.stream,
                subject.branch,
                subject.seq.cast_signed(),
                by.stream,
                by.branch,
                by.seq.cast_signed()
            ],
        )?;
        Ok(())
    }

    fn add_tube_act(&mut self, act: &TubeAct) -> Result<bool> {
        let changed = self.run(
            "INSERT OR IGNORE INTO tube_acts (tube, stream, branch, seq, kind, device, own, epoch, shift, of_stream,
                of_branch, of_seq, for_device, subject_stream, subject_branch, subject_seq, reason, label)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
            params![
                act.tube,
                act.by.stream,
                act.by.branch,
                act.by.seq.cast_signed(),
                act.kind.code(),
                act.device,
                act.own,
                act.epoch.cast_signed(),
                act.shift,
                act.of.map(|at| at.stream),
                act.of.map(|at| at.branch),
                act.of.map(|at| at.seq.cast_signed()),
                act.to,
                act.subject.map(|at| at.stream),
                act.subject.map(|at| at.branch),
                act.subject.map(|at| at.seq.cast_signed()),
                act.reason,
                act.label
            ],
        )?;
        Ok(changed == 1)
    }

    fn set_place_tube(&mut self, subject: At, by: At, tube: i64) -> Result<()> {
        self.run(
            "UPDATE places SET tube = ?7 WHERE stream = ?1 AND branch = ?2 AND seq = ?3
                AND by_stream = ?4 AND by_branch = ?5 AND by_seq = ?6",
            params![
                subject.stream,
                subject.branch,
                subject.seq.cast_signed(),
                by.stream,
                by.branch,
                by.seq.cast_signed(),
                tube
            ],
        )?;
        Ok(())
    }

    fn add_custody(&mut self, at: At, kind: u16, shift: i64) -> Result<()> {
        self.run(
            "INSERT OR IGNORE INTO custody (stream, branch, seq, kind, shift) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![at.stream, at.branch, at.seq.cast_signed(), kind, shift],
        )?;
        Ok(())
    }

    fn add_tally(&mut self, shift: i64, lane: i64, add: Tally) -> Result<()> {
        self.run(
            "INSERT INTO tallies (shift, lane, people, undone, voided) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (shift, lane) DO UPDATE SET people = people + ?3, undone = undone + ?4, voided = voided + ?5",
            params![shift, lane, add.people, add.undone, add.voided],
        )?;
        Ok(())
    }

    fn add_unknown(&mut self, kind: u16, version: u16, count: u64) -> Result<()> {
        self.run(
            "INSERT INTO unknowns (kind, version, count) VALUES (?1, ?2, ?3)
             ON CONFLICT (kind, version) DO UPDATE SET count = count + ?3",
            params![kind, version, count.cast_signed()],
        )?;
        Ok(())
    }

    fn clear_projection(&mut self) -> Result<()> {
        for table in schema::PROJECTION {
            self.run(&format!("DELETE FROM {table}"), [])?;
        }
        self.run("UPDATE items SET projected = 0 WHERE counted > 0", [])?;
        Ok(())
    }

    fn erase_round(&mut self, round: i64, figures: &[u8], at_ms: i64) -> Result<()> {
        let row = self.rounds()?.into_iter().find(|row| row.no == round);
        let row =
            row.ok_or_else(|| Error::Damaged { what: "a round that is not there was to be erased".to_owned() })?;
        self.run(
            "INSERT OR REPLACE INTO erased (round, name, figures, at_ms) VALUES (?1, ?2, ?3, ?4)",
            params![row.id, row.name, figures, at_ms],
        )?;
        for table in ["contacts", "places"] {
            self.run(
                &format!(
                    "DELETE FROM {table} WHERE (stream, branch, seq) IN (SELECT subjects.stream, subjects.branch,
                        subjects.seq FROM subjects JOIN shifts ON shifts.no = subjects.shift WHERE shifts.round = ?1)"
                ),
                [round],
            )?;
        }
        self.run(
            "DELETE FROM tubes WHERE opened = 0 AND no IN (SELECT tube FROM tube_acts
                WHERE shift IN (SELECT no FROM shifts WHERE round = ?1))",
            [round],
        )?;
        for table in ["subjects", "tubes", "tallies", "tube_acts", "custody"] {
            let sql = format!("DELETE FROM {table} WHERE shift IN (SELECT no FROM shifts WHERE round = ?1)");
            self.run(&sql, [round])?;
        }
        for table in ["persons", "duplicates"] {
            self.run(&format!("DELETE FROM {table} WHERE round = ?1"), [round])?;
        }
        Ok(())
    }
}
