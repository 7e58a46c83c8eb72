//! Reading the tables of the reports.

use fieldcore::record::CloseReason;
use rusqlite::params;
use rusqlite::types::ValueRef;

use super::session::Session;
use super::{map, schema};
use crate::error::Result;
use crate::reports::model::Stock;
use crate::store::TableReads;
use crate::store::rows::{
    At, PersonRow, PlaceRow, RoundRow, ShiftRow, SubjectRow, Tally, TubeAct, TubeCounts, TubeRow,
};

impl TableReads for Session<'_> {
    fn rounds(&self) -> Result<Vec<RoundRow>> {
        self.all("SELECT no, id, name FROM rounds ORDER BY no", [], |row| {
            Ok(RoundRow { no: row.get(0)?, id: row.get(1)?, name: row.get(2)? })
        })
    }

    fn lane(&self, no: i64) -> Result<Option<String>> {
        self.one("SELECT name FROM lanes WHERE no = ?1", [no], |row| row.get(0))
    }

    fn shift(&self, no: i64) -> Result<Option<ShiftRow>> {
        self.one("SELECT * FROM shifts WHERE no = ?1", [no], map::shift)
    }

    fn shifts(&self) -> Result<Vec<ShiftRow>> {
        self.all("SELECT * FROM shifts ORDER BY no", [], map::shift)
    }

    fn tube(&self, no: i64) -> Result<Option<TubeRow>> {
        self.one("SELECT * FROM tubes WHERE no = ?1", [no], map::tube)
    }

    fn tubes(&self, after: i64, limit: u32) -> Result<Vec<TubeRow>> {
        self.all("SELECT * FROM tubes WHERE no > ?1 ORDER BY no LIMIT ?2", params![after, limit], map::tube)
    }

    fn tubes_by_label(&self, label: &str) -> Result<Vec<TubeRow>> {
        self.all("SELECT * FROM tubes WHERE label = ?1 ORDER BY stream, branch, seq", [label], map::tube)
    }

    fn shared_labels(&self) -> Result<Vec<String>> {
        self.all(
            "SELECT label FROM tubes JOIN streams ON streams.no = tubes.stream
             WHERE label IS NOT NULL AND opened = 1
             GROUP BY label HAVING COUNT(DISTINCT streams.device) > 1 ORDER BY label",
            [],
            |row| row.get(0),
        )
    }

    fn subject(&self, at: At) -> Result<Option<SubjectRow>> {
        self.one(
            "SELECT * FROM subjects WHERE stream = ?1 AND branch = ?2 AND seq = ?3",
            params![at.stream, at.branch, at.seq.cast_signed()],
            map::subject,
        )
    }

    fn subjects_of_tube(&self, tube: i64) -> Result<Vec<SubjectRow>> {
        self.all("SELECT * FROM subjects WHERE tube = ?1 ORDER BY position, stream, branch, seq", [tube], map::subject)
    }

    fn persons(&self, hash: &[u8; 16]) -> Result<Vec<PersonRow>> {
        let sql = "SELECT * FROM persons WHERE hash = ?1 ORDER BY round, stream, branch, seq";
        let mut found =
            self.all(sql, [hash], |row| Ok(PersonRow { hash: *hash, round: row.get("round")?, at: map::at(row)? }))?;
        let sql = "SELECT * FROM roundless WHERE hash = ?1 ORDER BY shift, stream, branch, seq";
        found.extend(self.all(sql, [hash], |row| Ok(PersonRow { hash: *hash, round: 0, at: map::at(row)? }))?);
        Ok(found)
    }

    fn duplicates(&self) -> Result<Vec<([u8; 16], i64)>> {
        self.all("SELECT hash, round FROM duplicates ORDER BY round, hash", [], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    fn places(&self, subject: At) -> Result<Vec<PlaceRow>> {
        self.all(
            "SELECT * FROM places WHERE stream = ?1 AND branch = ?2 AND seq = ?3 ORDER BY by_epoch, by_seq",
            params![subject.stream, subject.branch, subject.seq.cast_signed()],
            map::place,
        )
    }

    fn contacts(&self, subject: At) -> Result<Vec<At>> {
        self.all(
            "SELECT contacts.* FROM contacts JOIN streams ON streams.no = by_stream
             WHERE stream = ?1 AND branch = ?2 AND seq = ?3 ORDER BY streams.epoch, by_seq",
            params![subject.stream, subject.branch, subject.seq.cast_signed()],
            map::at_by,
        )
    }

    fn tube_acts(&self, tube: i64) -> Result<Vec<TubeAct>> {
        self.all("SELECT * FROM tube_acts WHERE tube = ?1 ORDER BY stream, branch, seq, kind", [tube], map::tube_act)
    }

    fn moving_tubes(&self) -> Result<Vec<i64>> {
        self.all("SELECT DISTINCT tube FROM tube_acts WHERE kind IN (1, 2, 3) AND tube <> 0 ORDER BY tube", [], |row| {
            row.get(0)
        })
    }

    fn custody(&self) -> Result<Vec<(At, i64)>> {
        let sql = "SELECT * FROM custody ORDER BY stream, branch, seq";
        self.all(sql, [], |row| Ok((map::at(row)?, row.get("shift")?)))
    }

    fn tallies(&self) -> Result<Vec<(i64, i64, Tally)>> {
        self.all("SELECT shift, lane, people, undone, voided FROM tallies ORDER BY shift, lane", [], |row| {
            let tally = Tally { people: row.get(2)?, undone: row.get(3)?, voided: row.get(4)? };
            Ok((row.get(0)?, row.get(1)?, tally))
        })
    }

    fn tube_counts(&self) -> Result<Vec<(i64, i64, TubeCounts)>> {
        self.all(
            "SELECT shift, lane, SUM(live > 0 AND spoiled = 0),
                SUM(live > 0 AND spoiled = 0 AND
                    COALESCE(CASE closed WHEN ?2 THEN NULL ELSE closed END, guest_closed, closed, ?1) <> ?1), SUM(spoiled)
             FROM tubes GROUP BY shift, lane ORDER BY shift, lane",
            [CloseReason::Full.code(), CloseReason::KeyLoss.code()],
            |row| {
                let number = |index| row.get::<_, i64>(index).map(i64::unsigned_abs);
                Ok((row.get(0)?, row.get(1)?, TubeCounts { tubes: number(2)?, short: number(3)?, spoiled: number(4)? }))
            },
        )
    }

    fn stock(&self) -> Result<Stock> {
        Ok(Stock {
            devices: self.number("SELECT COUNT(*) FROM devices WHERE key IS NOT NULL", [])?,
            items: self.number("SELECT COUNT(*) FROM items", [])?,
            opened: self.number("SELECT COUNT(*) FROM items WHERE status = 2", [])?,
            held: self.number("SELECT COUNT(*) FROM items WHERE status IN (1, 3)", [])?,
            records: self.number("SELECT COALESCE(SUM(counted), 0) FROM items", [])?,
            unknown_records: self.number("SELECT COALESCE(SUM(count), 0) FROM unknowns", [])?,
            kept: self.number("SELECT COUNT(*) FROM kept", [])?,
            lag_items: self.lag()?,
            conflicts: 0,
        })
    }

    fn lag(&self) -> Result<u64> {
        self.number("SELECT COUNT(*) FROM items WHERE projected = 0", [])
    }

    fn dump(&self, each: &mut dyn FnMut(String) -> Result<()>) -> Result<()> {
        for table in schema::DUMPS {
            let mut statement = self.conn.prepare(table.1)?;
            let columns = statement.column_count();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let mut line = table.0.to_owned();
                for column in 0..columns {
                    line.push(' ');
                    line.push_str(&cell(row.get_ref(column)?));
                }
                each(line)?;
            }
        }
        Ok(())
    }
}

fn cell(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "-".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => format!("{:?}", String::from_utf8_lossy(text)),
        ValueRef::Blob(bytes) => data_encoding::HEXLOWER.encode(bytes),
    }
}
