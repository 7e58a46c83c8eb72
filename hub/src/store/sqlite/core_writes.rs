//! Writing what is stored for ever.

use rusqlite::params;

use super::session::Session;
use crate::error::Result;
use crate::store::rows::{
    AnchorRow, At, Branch, Device, DeviceState, DispatchRow, EnrolmentRow, HeardRow, Item, Letter, OutstandingRow,
    ReceiptRow, RecordRow, Token,
};
use crate::store::{CoreReads, CoreWrites, DeviceBy};

impl CoreWrites for Session<'_> {
    fn put_meta(&mut self, key: &str, value: &[u8]) -> Result<()> {
        self.run("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)", params![key, value])?;
        Ok(())
    }

    fn count_up(&mut self, key: &str, by: u64) -> Result<u64> {
        let before = self.meta(key)?.and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_be_bytes);
        let after = before.saturating_add(by);
        self.put_meta(key, &after.to_be_bytes())?;
        Ok(after)
    }

    fn put_device(&mut self, device: &Device) -> Result<i64> {
        let no = (device.no != 0).then_some(device.no);
        self.run(
            "INSERT INTO devices (no, id, key, seal_key, state, reason, token, app, enrolled_ms, seen_ms, parent,
                claim, claim_epoch, claim_seq, claim_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
             ON CONFLICT (no) DO UPDATE SET key = ?3, seal_key = ?4, state = ?5, reason = ?6, token = ?7, app = ?8,
                enrolled_ms = ?9, seen_ms = ?10, parent = ?11, claim = ?12, claim_epoch = ?13, claim_seq = ?14,
                claim_ms = ?15",
            params![
                no,
                device.id,
                device.key,
                device.seal_key,
                device.state.code(),
                device.reason.map(fieldcore::wire::HeldReason::code),
                device.token,
                device.app,
                device.enrolled_ms,
                device.seen_ms,
                device.claim.map(|claim| claim.parent),
                device.claim.map(|claim| claim.state.code()),
                device.claim.map(|claim| claim.epoch.cast_signed()),
                device.claim.map(|claim| claim.seq.cast_signed()),
                device.claim.map(|claim| claim.at_ms)
            ],
        )?;
        Ok(no.unwrap_or_else(|| self.conn.last_insert_rowid()))
    }

    fn ensure_device(&mut self, id: &[u8; 16]) -> Result<i64> {
        if let Some(device) = self.device(DeviceBy::Id(id))? {
            return Ok(device.no);
        }
        self.put_device(&Device {
            no: 0,
            id: *id,
            key: None,
            seal_key: None,
            state: DeviceState::Unknown,
            reason: None,
            token: None,
            app: None,
            enrolled_ms: None,
            seen_ms: None,
            claim: None,
        })
    }

    fn put_enrolment(&mut self, row: &EnrolmentRow) -> Result<()> {
        self.run(
            "INSERT INTO enrolments (digest, device, bytes, accepted, reason, arrived_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (digest) DO UPDATE SET accepted = ?4, reason = ?5",
            params![
                row.digest,
                row.device,
                row.bytes,
                row.accepted,
                row.reason.map(fieldcore::wire::HeldReason::code),
                row.arrived_ms
            ],
        )?;
        Ok(())
    }

    fn put_token(&mut self, token: &Token) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO tokens (id, secret, uses, used, made_ms, expires_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![token.id, token.secret, token.uses, token.used, token.made_ms, token.expires_ms],
        )?;
        Ok(())
    }

    fn ensure_stream(&mut self, device: i64, epoch: u64) -> Result<i64> {
        if let Some(stream) = self.stream_of(device, epoch)? {
            return Ok(stream.no);
        }
        self.insert("INSERT INTO streams (device, epoch) VALUES (?1, ?2)", params![device, epoch.cast_signed()])
    }

    fn set_clone(&mut self, stream: i64, of: (i64, u32)) -> Result<()> {
        self.run("UPDATE streams SET clone_of = ?2, clone_branch = ?3 WHERE no = ?1", params![stream, of.0, of.1])?;
        Ok(())
    }

    fn put_branch(&mut self, stream: i64, branch: &Branch) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO branches (stream, branch, start, decision) VALUES (?1, ?2, ?3, ?4)",
            params![stream, branch.branch, branch.start.cast_signed(), branch.decision.code()],
        )?;
        Ok(())
    }

    fn add_item(&mut self, item: &Item, body: &[u8]) -> Result<i64> {
        let no = self.insert(
            "INSERT INTO items (kind, uploader, stream, number, branch, digest, previous, first_seq, last_seq, count,
                status, reason, decision, projected, counted, unknown, arrived_ms, header, signature, data_key,
                shift_stream, shift_branch, shift_seq, bytes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
                ?23, ?24)",
            params![
                item.kind.code(),
                item.uploader,
                item.stream,
                item.number.cast_signed(),
                item.branch,
                item.digest,
                item.previous,
                item.first_seq.cast_signed(),
                item.last_seq.cast_signed(),
                item.count,
                item.status.code(),
                item.reason.map(fieldcore::wire::HeldReason::code),
                item.decision.code(),
                item.projected,
                item.counted,
                item.unknown,
                item.arrived_ms,
                item.header,
                item.signature,
                item.data_key,
                item.shift.map(|at| at.stream),
                item.shift.map(|at| at.branch),
                item.shift.map(|at| at.seq.cast_signed()),
                item.bytes.cast_signed()
            ],
        )?;
        self.run("INSERT INTO bodies (item, bytes) VALUES (?1, ?2)", params![no, body])?;
        Ok(no)
    }

    fn update_item(&mut self, item: &Item) -> Result<()> {
        self.run(
            "UPDATE items SET branch = ?2, status = ?3, reason = ?4, decision = ?5, projected = ?6, counted = ?7,
                unknown = ?8, data_key = ?9, shift_stream = ?10, shift_branch = ?11, shift_seq = ?12 WHERE no = ?1",
            params![
                item.no,
                item.branch,
                item.status.code(),
                item.reason.map(fieldcore::wire::HeldReason::code),
                item.decision.code(),
                item.projected,
                item.counted,
                item.unknown,
                item.data_key,
                item.shift.map(|at| at.stream),
                item.shift.map(|at| at.branch),
                item.shift.map(|at| at.seq.cast_signed())
            ],
        )?;
        Ok(())
    }

    fn drop_body(&mut self, item: i64) -> Result<()> {
        self.run("DELETE FROM bodies WHERE item = ?1", [item])?;
        self.run("UPDATE items SET data_key = NULL, bytes = 0 WHERE no = ?1", [item])?;
        Ok(())
    }

    fn add_receipt(&mut self, receipt: &ReceiptRow) -> Result<()> {
        self.run(
            "INSERT INTO receipts (serial, item, opened, bytes) VALUES (?1, ?2, ?3, ?4)",
            params![receipt.serial.cast_signed(), receipt.item, receipt.opened, receipt.bytes],
        )?;
        Ok(())
    }

    fn add_records(&mut self, rows: &[RecordRow]) -> Result<()> {
        let mut statement = self.conn.prepare_cached(
            "INSERT INTO records (stream, branch, seq, kind, item, print) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        for row in rows {
            let RecordRow { at, kind, item, print } = row;
            statement.execute(params![at.stream, at.branch, at.seq.cast_signed(), kind, item, print])?;
        }
        Ok(())
    }

    fn move_record(&mut self, at: At, item: i64) -> Result<()> {
        self.run(
            "UPDATE records SET item = ?4 WHERE stream = ?1 AND branch = ?2 AND seq = ?3",
            params![at.stream, at.branch, at.seq.cast_signed(), item],
        )?;
        Ok(())
    }

    fn blank_records(&mut self, item: i64) -> Result<()> {
        let Some(found) = self.item(item)? else { return Ok(()) };
        self.run(
            "UPDATE records SET print = 0 WHERE stream = ?1 AND branch IN (0, ?2) AND seq BETWEEN ?3 AND ?4 AND item = ?5",
            params![found.stream, found.branch, found.first_seq.cast_signed(), found.last_seq.cast_signed(), item],
        )?;
        Ok(())
    }

    fn add_anchors(&mut self, device: i64, rows: &[AnchorRow]) -> Result<()> {
        for row in rows {
            self.run(
                "INSERT OR IGNORE INTO anchors (device, clock, mono_ms, hub_ms, error_ms, two_sided)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    device,
                    row.clock.cast_signed(),
                    row.mono_ms.cast_signed(),
                    row.hub_ms,
                    row.error_ms.cast_signed(),
                    row.two_sided
                ],
            )?;
        }
        Ok(())
    }

    fn put_letter(&mut self, letter: &Letter) -> Result<()> {
        self.run(
            "INSERT OR IGNORE INTO letters (id, device, serial, kind, payload, made_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                letter.id,
                letter.device,
                letter.serial.map(u64::cast_signed),
                letter.kind.code(),
                letter.payload,
                letter.made_ms
            ],
        )?;
        Ok(())
    }

    fn set_letter_serial(&mut self, id: &[u8; 16], serial: u64) -> Result<()> {
        self.run("UPDATE letters SET serial = ?2 WHERE id = ?1", params![id, serial.cast_signed()])?;
        Ok(())
    }

    fn put_heard(&mut self, device: i64, row: &HeardRow) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO heard (device, direct_ms, carried_ms, carrier) VALUES (?1, ?2, ?3, ?4)",
            params![device, row.direct_ms, row.carried_ms, row.carrier],
        )?;
        Ok(())
    }

    fn put_outstanding(&mut self, device: i64, row: &OutstandingRow) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO outstanding (device, said_ms, epoch, seq, unsent, since_ms, carries)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                device,
                row.said_ms,
                row.epoch.cast_signed(),
                row.seq.cast_signed(),
                row.unsent.cast_signed(),
                row.since_ms,
                row.carries.cast_signed()
            ],
        )?;
        Ok(())
    }

    fn put_dispatch(&mut self, row: &DispatchRow) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO dispatches (kind, version, id, payload, published, made_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![row.kind, row.version, row.id, row.payload, row.published, row.made_ms],
        )?;
        Ok(())
    }

    fn keep(&mut self, digest: &[u8; 32], kind: u8, bytes: &[u8], arrived_ms: i64) -> Result<()> {
        self.run(
            "INSERT OR IGNORE INTO kept (digest, kind, bytes, arrived_ms) VALUES (?1, ?2, ?3, ?4)",
            params![digest, kind, bytes, arrived_ms],
        )?;
        Ok(())
    }

    fn drop_kept(&mut self, digest: &[u8; 32]) -> Result<()> {
        self.run("DELETE FROM kept WHERE digest = ?1", [digest])?;
        Ok(())
    }

    fn note_access(&mut self, at_ms: i64, what: &str, target: &str, people: u64) -> Result<()> {
        self.run(
            "INSERT INTO accesses (at_ms, what, target, people) VALUES (?1, ?2, ?3, ?4)",
            params![at_ms, what, target, people.cast_signed()],
        )?;
        Ok(())
    }
}
