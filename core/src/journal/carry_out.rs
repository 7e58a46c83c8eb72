//! What leaves with a carry: everything that waits here, own and others'.

use rusqlite::{OptionalExtension, params};

use super::head::row_id;
use super::item::What;
use super::{Journal, meta, outstanding, rotten};
use crate::error::{Error, Result};
use crate::record::Body;
use crate::wire::{Item, Mode};

/// An item that leaves with a carry, by its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaving {
    /// One of this journal.
    Own(i64),
    /// One that is carried for another.
    Other(i64),
}

impl Journal {
    /// Seals what is open, so that everything saved so far can leave.
    pub(crate) fn prepare_carry(&self) -> Result<()> {
        if self.mode() == Mode::Practice {
            return Err(Error::refused("exporting", "practice records go nowhere; leave practice mode"));
        }
        if !self.is_enrolled()? {
            return Err(Error::refused("exporting", "this device has no invitation yet; enrol it first"));
        }
        // Records about carries alone do not hurry: each carry would make the next one longer.
        let sealed = if self.has_more_than_carries()? { self.seal_now() } else { self.maintain(false) };
        match sealed {
            // A full disk must not keep from leaving what is sealed.
            Ok(_) | Err(Error::Full) => {}
            Err(error) => return Err(error),
        }
        self.heal_waiting()
    }

    /// Whether the open segment has records of other kinds than `carry_exported` and `carry_imported`.
    fn has_more_than_carries(&self) -> Result<bool> {
        self.view(|view| {
            let conn = view.conn();
            let sql = "SELECT segment.epoch, first_seq FROM head JOIN segment ON segment.id = head.segment";
            let open = conn.prepare_cached(sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let Some((epoch, first)) = open else { return Ok(false) };
            let sql = "SELECT 1 FROM record WHERE id >= ?1 AND kind NOT IN (82, 83)";
            Ok(conn.prepare_cached(sql)?.exists([row_id(epoch, first)])?)
        })
    }

    /// Makes again what waits and rotted on the storage.
    fn heal_waiting(&self) -> Result<()> {
        let rotten = self.view(|view| {
            let mut rotten = false;
            let sql = "SELECT what, digest, bytes FROM item WHERE status = 1 AND bytes IS NOT NULL AND what > 0";
            let mut statement = view.conn().prepare_cached(sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let (what, digest, bytes): (i64, [u8; 32], Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
                rotten |= What::from_code(what).is_some_and(|what| !rotten::is_sound(what, &digest, &bytes));
            }
            Ok(rotten)
        })?;
        // The outbox puts it right when it looks at it.
        if rotten { self.sound(usize::MAX).map(|_| ()) } else { Ok(()) }
    }

    /// What leaves, in the order in which it is worth most should the carry be cut off: the newest
    /// key set, profile and revocations, own items, others' items, then what is for their devices.
    pub(crate) fn leaving_with_carry(&self) -> Result<Vec<Leaving>> {
        let own = "SELECT id FROM item WHERE status = 1 AND bytes IS NOT NULL ORDER BY what > 0, id";
        let of = |which: &str| format!("SELECT id FROM carried WHERE bytes IS NOT NULL AND ({which}) ORDER BY id");
        let others = [
            of(
                "what = 1 AND (status = 1 OR device IN (SELECT device FROM carried WHERE what IN (2, 3) AND status <> 2))",
            ),
            of("(what IN (2, 3) AND status <> 2) OR (what IN (6, 9) AND status = 1)"),
            of("what IN (4, 7) OR (what = 5 AND length(key) > 2)"),
        ];
        self.view(|view| {
            let ids = |sql: &str| -> Result<Vec<i64>> {
                let mut statement = view.conn().prepare_cached(sql)?;
                let rows = statement.query_map([], |row| row.get(0))?;
                Ok(rows.collect::<rusqlite::Result<_>>()?)
            };
            let mut leaving: Vec<Leaving> =
                ids(&of("what = 5 AND length(key) = 2"))?.into_iter().map(Leaving::Other).collect();
            leaving.extend(ids(own)?.into_iter().map(Leaving::Own));
            for sql in &others {
                leaving.extend(ids(sql)?.into_iter().map(Leaving::Other));
            }
            Ok(leaving)
        })
    }

    /// The item of a row, should it still be there and be what it was.
    pub(crate) fn leaving_item(&self, leaving: Leaving) -> Result<Option<Item>> {
        self.view(|view| {
            let (sql, id) = match leaving {
                Leaving::Own(id) => {
                    let code = "CASE what WHEN 0 THEN 1 WHEN 1 THEN 2 ELSE 3 END";
                    (format!("SELECT {code}, name, bytes FROM item WHERE id = ?1 AND bytes IS NOT NULL"), id)
                }
                Leaving::Other(id) => {
                    ("SELECT what, name, bytes FROM carried WHERE id = ?1 AND bytes IS NOT NULL".to_owned(), id)
                }
            };
            let mut statement = view.conn().prepare_cached(&sql)?;
            let mut rows = statement.query(params![id])?;
            let Some(row) = rows.next()? else { return Ok(None) };
            let name: [u8; 32] = row.get(1)?;
            let item = Item::new(row.get(0)?, row.get(2)?);
            Ok((item.digest() == name).then_some(item))
        })
    }

    /// The device's word on what waits here.
    pub(crate) fn outstanding_word(&self) -> Result<Item> {
        let wall_ms = self.platform().clock.wall_ms();
        self.view(|view| outstanding::word(view, wall_ms))
    }

    /// Records that a carry was written or read. `last` is the row of the last own item that left with it.
    pub(crate) fn note_carry(&self, body: impl Into<Body>, last: Option<i64>) -> Result<()> {
        let body = body.into();
        let noted = self.upkeep(|action| {
            let before = meta::fixed(action.tx(), meta::CARRIED_UP_TO)?.map_or(0, i64::from_be_bytes);
            if let Some(last) = last.filter(|last| *last > before) {
                meta::set(action.tx(), meta::CARRIED_UP_TO, &last.to_be_bytes())?;
            }
            action.append(None, None, body)
        });
        match noted {
            // The carry is whole: that its record does not fit must not say otherwise.
            Ok(_) | Err(Error::Full) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
