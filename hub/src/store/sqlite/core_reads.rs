//! Reading what is stored for ever.

use rusqlite::{OptionalExtension, params};

use super::map;
use super::session::Session;
use crate::error::Result;
use crate::store::rows::{
    AnchorRow, At, Branch, Decision, Device, DeviceStock, DispatchRow, EnrolmentRow, EpochStock, ErasedRow, HeardRow,
    Item, ItemQuery, KeptRow, Letter, OutstandingRow, ReceiptRow, RecordRow, Stream, Token,
};
use crate::store::{CoreReads, DeviceBy};

impl CoreReads for Session<'_> {
    fn meta(&self, key: &str) -> Result<Option<Vec<u8>>> {
        self.one("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0))
    }

    fn device(&self, by: DeviceBy<'_>) -> Result<Option<Device>> {
        match by {
            DeviceBy::No(no) => self.one("SELECT * FROM devices WHERE no = ?1", [no], map::device),
            DeviceBy::Id(id) => self.one("SELECT * FROM devices WHERE id = ?1", [id], map::device),
            // The id is made from the key, so it finds the row; the key itself must agree.
            DeviceBy::Key(key) => self.one(
                "SELECT * FROM devices WHERE id = ?1 AND key = ?2",
                params![fieldcore::DeviceId::of_key(key).as_bytes(), key],
                map::device,
            ),
        }
    }

    fn devices(&self) -> Result<Vec<Device>> {
        self.all("SELECT * FROM devices ORDER BY no", [], map::device)
    }

    fn claimants(&self, id: &[u8; 16]) -> Result<Vec<Device>> {
        self.all("SELECT * FROM devices WHERE parent = ?1 ORDER BY no", [id], map::device)
    }

    fn device_stock(&self, device: i64) -> Result<DeviceStock> {
        let sql = "SELECT COUNT(*) AS items, COALESCE(SUM(status IN (1, 3)), 0) AS held,
            COALESCE(SUM(CASE WHEN status IN (1, 3) THEN bytes END), 0) AS held_bytes FROM items WHERE uploader = ?1";
        Ok(self.one(sql, [device], map::device_stock)?.unwrap_or_default())
    }

    fn strangers_stock(&self) -> Result<DeviceStock> {
        let sql = "SELECT COUNT(*) AS items, COUNT(*) AS held, COALESCE(SUM(items.bytes), 0) AS held_bytes
            FROM items JOIN devices ON devices.no = items.uploader
            WHERE items.status = 1 AND devices.state IN (0, 2)";
        Ok(self.one(sql, [], map::device_stock)?.unwrap_or_default())
    }

    fn enrolments(&self, device: Option<i64>) -> Result<Vec<EnrolmentRow>> {
        self.all(
            "SELECT * FROM enrolments WHERE ?1 IS NULL OR device = ?1 ORDER BY arrived_ms, digest",
            [device],
            map::enrolment,
        )
    }

    fn held_enrolments(&self) -> Result<u64> {
        self.number("SELECT COUNT(*) FROM enrolments WHERE accepted = 0", [])
    }

    fn token(&self, id: &[u8; 8]) -> Result<Option<Token>> {
        self.one("SELECT * FROM tokens WHERE id = ?1", [id], |row| {
            Ok(Token {
                id: row.get("id")?,
                secret: row.get("secret")?,
                uses: row.get("uses")?,
                used: row.get("used")?,
                made_ms: row.get("made_ms")?,
                expires_ms: row.get("expires_ms")?,
            })
        })
    }

    fn stream(&self, no: i64) -> Result<Option<Stream>> {
        self.one("SELECT * FROM streams WHERE no = ?1", [no], map::stream)
    }

    fn stream_of(&self, device: i64, epoch: u64) -> Result<Option<Stream>> {
        self.one(
            "SELECT * FROM streams WHERE device = ?1 AND epoch = ?2",
            params![device, epoch.cast_signed()],
            map::stream,
        )
    }

    fn streams(&self, device: i64) -> Result<Vec<Stream>> {
        self.all("SELECT * FROM streams WHERE device = ?1 ORDER BY epoch", [device], map::stream)
    }

    fn branches(&self, stream: i64) -> Result<Vec<Branch>> {
        self.all("SELECT * FROM branches WHERE stream = ?1 ORDER BY branch", [stream], |row| {
            Ok(Branch {
                branch: row.get("branch")?,
                start: map::big(row, "start")?,
                decision: Decision::from_code(row.get("decision")?).unwrap_or(Decision::None),
            })
        })
    }

    fn item(&self, no: i64) -> Result<Option<Item>> {
        self.one("SELECT * FROM items WHERE no = ?1", [no], map::item)
    }

    fn item_by_digest(&self, digest: &[u8; 32]) -> Result<Option<Item>> {
        self.one("SELECT * FROM items WHERE digest = ?1", [digest], map::item)
    }

    fn batches_at(&self, stream: i64, number: u64) -> Result<Vec<Item>> {
        self.all(
            "SELECT * FROM items WHERE stream = ?1 AND number = ?2 AND kind <> 3 ORDER BY branch, no",
            params![stream, number.cast_signed()],
            map::item,
        )
    }

    fn items(&self, query: &ItemQuery) -> Result<Vec<Item>> {
        // One statement for each shape, so that each uses its own index.
        let (filter, value) = if query.lag_only {
            ("projected = 0 AND no > ?1 AND (?2 = 0 OR stream = ?2)", query.stream.unwrap_or(0))
        } else if let Some(stream) = query.stream {
            ("no > ?1 AND stream = ?2", stream)
        } else if let Some(uploader) = query.uploader {
            ("no > ?1 AND uploader = ?2", uploader)
        } else {
            ("no > ?1 AND ?2 = 0", 0)
        };
        let status = match query.status {
            None => String::new(),
            Some(status) => format!(" AND status = {}", status.code()),
        };
        let sql = format!("SELECT * FROM items WHERE {filter}{status} ORDER BY no LIMIT ?3");
        self.all(&sql, params![query.after, value, query.limit], map::item)
    }

    fn items_of_round(&self, round: i64) -> Result<Vec<i64>> {
        self.all(
            "SELECT items.no FROM items JOIN shifts ON shifts.stream = items.shift_stream
                AND shifts.branch = items.shift_branch AND shifts.seq = items.shift_seq
             WHERE shifts.round = ?1 ORDER BY items.no",
            [round],
            |row| row.get(0),
        )
    }

    fn body(&self, item: i64) -> Result<Option<Vec<u8>>> {
        self.one("SELECT bytes FROM bodies WHERE item = ?1", [item], |row| row.get(0))
    }

    fn epoch_stock(&self, device: i64) -> Result<Vec<EpochStock>> {
        let mut out = Vec::new();
        for stream in self.streams(device)? {
            let sql = "SELECT COALESCE(SUM(kind <> 3), 0) AS batches, COALESCE(SUM(kind = 3), 0) AS salvages,
                COALESCE(MAX(CASE WHEN kind <> 3 THEN number END), 0) AS highest FROM items WHERE stream = ?1";
            let counts = self.one(sql, [stream.no], |row| {
                Ok((map::big(row, "batches")?, map::big(row, "salvages")?, map::big(row, "highest")?))
            })?;
            let Some((batches, salvages, highest)) = counts.filter(|counts| counts.0 + counts.1 > 0) else { continue };
            let last_digest = self.batches_at(stream.no, highest)?.first().map_or([0; 32], |item| item.digest);
            out.push(EpochStock { epoch: stream.epoch, batches, highest, last_digest, salvages });
        }
        Ok(out)
    }

    fn receipt(&self, item: i64) -> Result<Option<ReceiptRow>> {
        self.one("SELECT * FROM receipts WHERE item = ?1 ORDER BY serial DESC LIMIT 1", [item], map::receipt)
    }

    fn receipts(&self, after: u64, limit: u32) -> Result<Vec<ReceiptRow>> {
        self.all(
            "SELECT * FROM receipts WHERE serial > ?1 ORDER BY serial LIMIT ?2",
            params![after.cast_signed(), limit],
            map::receipt,
        )
    }

    fn receipts_since_held(&self, uploader: i64, since: u64, limit: u32) -> Result<Vec<Vec<u8>>> {
        self.all(
            "SELECT later.bytes FROM receipts AS earlier JOIN items ON items.no = earlier.item
             JOIN receipts AS later ON later.item = earlier.item AND later.opened = 1
             WHERE earlier.serial >= ?2 AND earlier.opened = 0 AND items.uploader = ?1
             GROUP BY later.serial ORDER BY later.serial LIMIT ?3",
            params![uploader, since.cast_signed(), limit],
            |row| row.get(0),
        )
    }

    fn records(&self, stream: i64, first: u64, last: u64) -> Result<Vec<RecordRow>> {
        let sql = "SELECT stream, branch, seq, kind, item, print FROM records
            WHERE stream = ?1 AND branch = ?2 AND seq BETWEEN ?3 AND ?4 ORDER BY seq";
        let mut out = Vec::new();
        for branch in std::iter::once(0).chain(self.branches(stream)?.iter().map(|branch| branch.branch)) {
            let params = params![stream, branch, first.cast_signed(), last.cast_signed()];
            out.extend(self.all(sql, params, record)?);
        }
        Ok(out)
    }

    fn record(&self, at: At) -> Result<Option<RecordRow>> {
        self.one(
            "SELECT * FROM records WHERE stream = ?1 AND branch = ?2 AND seq = ?3",
            params![at.stream, at.branch, at.seq.cast_signed()],
            record,
        )
    }

    fn last_seq(&self, stream: i64) -> Result<Option<u64>> {
        let sql = "SELECT seq FROM records WHERE stream = ?1 AND branch = 0 ORDER BY seq DESC LIMIT 1";
        self.one(sql, [stream], |row| row.get(0))
    }

    fn gaps(&self, stream: i64) -> Result<Vec<(u64, u64)>> {
        let mut statement =
            self.conn.prepare_cached("SELECT seq FROM records WHERE stream = ?1 AND branch = 0 ORDER BY seq")?;
        let mut rows = statement.query([stream])?;
        let (mut next, mut gaps) = (1u64, Vec::new());
        while let Some(row) = rows.next()? {
            let seq = row.get::<_, i64>(0)?.cast_unsigned();
            if seq > next {
                gaps.push((next, seq - 1));
            }
            next = seq + 1;
        }
        Ok(gaps)
    }

    fn record_count(&self, device: i64) -> Result<u64> {
        let mut count = 0;
        for stream in self.streams(device)? {
            count += self.number("SELECT COUNT(*) FROM records WHERE stream = ?1", [stream.no])?;
        }
        Ok(count)
    }

    fn anchors(&self, device: i64) -> Result<Vec<AnchorRow>> {
        self.all("SELECT * FROM anchors WHERE device = ?1", [device], |row| {
            Ok(AnchorRow {
                clock: map::big(row, "clock")?,
                mono_ms: map::big(row, "mono_ms")?,
                hub_ms: row.get("hub_ms")?,
                error_ms: map::big(row, "error_ms")?,
                two_sided: row.get("two_sided")?,
            })
        })
    }

    fn letters(&self, device: i64, after_serial: u64, limit: u32) -> Result<Vec<Letter>> {
        self.all(
            "SELECT * FROM letters WHERE device = ?1 AND serial > ?2 ORDER BY serial LIMIT ?3",
            params![device, after_serial.cast_signed(), limit],
            map::letter,
        )
    }

    fn letters_without_serial(&self, device: i64, limit: u32) -> Result<Vec<Letter>> {
        self.all(
            "SELECT * FROM letters WHERE device = ?1 AND serial IS NULL ORDER BY made_ms, id LIMIT ?2",
            params![device, limit],
            map::letter,
        )
    }

    fn highest_letter(&self, device: i64) -> Result<u64> {
        self.number("SELECT MAX(serial) FROM letters WHERE device = ?1", [device])
    }

    fn dispatch(&self, kind: u16, published_only: bool) -> Result<Option<DispatchRow>> {
        let sql = "SELECT * FROM dispatches WHERE kind = ?1 AND published >= ?2 ORDER BY version DESC LIMIT 1";
        self.one(sql, params![kind, published_only], |row| {
            Ok(DispatchRow {
                kind: row.get("kind")?,
                version: row.get("version")?,
                id: row.get("id")?,
                payload: row.get("payload")?,
                published: row.get("published")?,
                made_ms: row.get("made_ms")?,
            })
        })
    }

    fn heard(&self, device: i64) -> Result<Option<HeardRow>> {
        self.one("SELECT * FROM heard WHERE device = ?1", [device], |row| {
            Ok(HeardRow {
                direct_ms: row.get("direct_ms")?,
                carried_ms: row.get("carried_ms")?,
                carrier: row.get("carrier")?,
            })
        })
    }

    fn outstanding(&self, device: i64) -> Result<Option<OutstandingRow>> {
        self.one("SELECT * FROM outstanding WHERE device = ?1", [device], |row| {
            Ok(OutstandingRow {
                said_ms: row.get("said_ms")?,
                epoch: map::big(row, "epoch")?,
                seq: map::big(row, "seq")?,
                unsent: map::big(row, "unsent")?,
                since_ms: row.get("since_ms")?,
                carries: map::big(row, "carries")?,
            })
        })
    }

    fn item_ranges(&self, stream: i64) -> Result<Vec<(u64, u64)>> {
        let sql = "SELECT first_seq, last_seq FROM items WHERE stream = ?1 AND first_seq > 0 ORDER BY first_seq";
        self.all(sql, [stream], |row| Ok((map::big(row, "first_seq")?, map::big(row, "last_seq")?)))
    }

    fn kept_stock(&self) -> Result<(u64, u64)> {
        let sql = "SELECT COUNT(*) AS items, COALESCE(SUM(LENGTH(bytes)), 0) AS bytes FROM kept";
        Ok(self.one(sql, [], |row| Ok((map::big(row, "items")?, map::big(row, "bytes")?)))?.unwrap_or_default())
    }

    fn kept(&self) -> Result<Vec<KeptRow>> {
        self.all("SELECT digest, kind, arrived_ms FROM kept ORDER BY arrived_ms, digest", [], |row| {
            Ok(KeptRow { digest: row.get(0)?, kind: row.get(1)?, arrived_ms: row.get(2)? })
        })
    }

    fn kept_item(&self, digest: &[u8; 32]) -> Result<Option<Vec<u8>>> {
        self.one("SELECT bytes FROM kept WHERE digest = ?1", [digest], |row| row.get(0))
    }

    fn erased_rounds(&self) -> Result<Vec<ErasedRow>> {
        self.all("SELECT round, name, figures FROM erased ORDER BY at_ms, round", [], |row| {
            Ok(ErasedRow { round: row.get(0)?, name: row.get(1)?, figures: row.get(2)? })
        })
    }

    fn check(&self) -> Result<Vec<String>> {
        let first = self.conn.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0)).optional()?;
        Ok(first.into_iter().filter(|text| text != "ok").collect())
    }
}

fn record(row: &rusqlite::Row<'_>) -> rusqlite::Result<RecordRow> {
    Ok(RecordRow { at: map::at(row)?, kind: row.get("kind")?, item: row.get("item")?, print: row.get("print")? })
}
