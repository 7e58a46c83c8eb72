//! What records about tubes that move between devices do to the state.
//!
//! Of a tube that was passed on, only what this device did is known here, and how many people the other said it
//! holds when it comes (back). So a tube's count is kept as a sum: what was here, and by how much the number in the
//! last code differs from the one that went away.

use rusqlite::params;

use super::fold::Fold;
use super::query;
use super::rows::{At, Round, TubeRow};
use crate::error::Result;
use crate::id::RecordRef;
use crate::record::{HandOverGiven, HandOverReceived, TubePassedOn, TubeTakenOver, TubeUnpacked};

impl Fold<'_> {
    fn note_pass(&self, passed: RecordRef, tube: RecordRef) -> Result<()> {
        self.execute(
            "INSERT OR REPLACE INTO state_passes (passed, round, tube, at) VALUES (?1, ?2, ?3, ?4)",
            params![At(passed), Round(self.round), At(tube), At(self.record.at)],
        )
    }

    /// From here on the tube is another's.
    pub(super) fn tube_passed_on(&self, body: &TubePassedOn) -> Result<()> {
        let Some(before) = self.tube(body.tube)? else { return Ok(()) };
        self.note_pass(self.record.at, body.tube)?;
        self.save_tube(&before, &TubeRow { away: Some(self.record.at), base: before.count, ..before })?;
        self.deactivate(body.tube)
    }

    /// The tube came from another device: for the first time, or back.
    pub(super) fn tube_taken_over(&self, body: &TubeTakenOver) -> Result<()> {
        self.note_pass(body.passed, body.tube)?;
        if let Some(before) = self.tube(body.tube)? {
            let count = before.count.saturating_add(body.people).saturating_sub(before.base);
            let after = TubeRow {
                holder: self.lane,
                held: self.record.at,
                count,
                // Of a contested tube two people may have one position; there are never more people than positions.
                next: before.next.max(body.next).max(count.saturating_add(1)),
                away: None,
                base: body.people,
                taken: Some(self.record.at),
                ..before
            };
            self.save_tube(&before, &after)?;
            return if after.is_open() { self.activate(body.tube) } else { Ok(()) };
        }
        let row = TubeRow {
            at: body.tube,
            capacity: body.capacity,
            profile: body.profile,
            count: body.people,
            next: body.next,
            foreign: true,
            base: body.people,
            taken: Some(self.record.at),
            ..self.new_tube(&body.label)?
        };
        self.insert_tube(&row)?;
        self.activate(body.tube)
    }

    /// The giver has it again.
    pub(super) fn tube_taken_back(&self, passed: RecordRef) -> Result<()> {
        let Some(tube) = query::tube_passed_in(self.tx, passed, self.round)? else { return Ok(()) };
        let Some(before) = self.tube(tube)?.filter(|tube| tube.away == Some(passed)) else { return Ok(()) };
        let after = TubeRow { holder: self.lane, held: self.record.at, away: None, ..before };
        self.save_tube(&before, &after)?;
        if after.is_open() { self.activate(tube) } else { Ok(()) }
    }
}

/// Boxes: a box is one opening of a label, from there until it is handed over.
impl Fold<'_> {
    /// A box was opened here, and is the lane's.
    pub(super) fn box_opened(&self, label: &str) -> Result<()> {
        self.execute(
            "INSERT OR REPLACE INTO state_boxes (at, round, label, named, tubes, sealed, given, opened_ms)
             VALUES (?1, ?2, ?3, ?1, 0, NULL, NULL, ?4)",
            params![At(self.record.at), Round(self.round), self.keys.tube_key(label)?, self.record.stamp.wall_ms],
        )?;
        self.lane_column("container", Some(self.record.at))
    }

    /// A label is in a box now, whichever it was in before.
    pub(super) fn tube_packed(&self, container: RecordRef, label: &str) -> Result<()> {
        self.execute(
            "INSERT OR REPLACE INTO state_packed (round, label, box, at) VALUES (?1, ?2, ?3, ?4)",
            params![Round(self.round), self.keys.tube_key(label)?, At(container), At(self.record.at)],
        )
    }

    /// A label is out of its box; that box has to be sealed anew.
    pub(super) fn tube_unpacked(&self, body: &TubeUnpacked) -> Result<()> {
        self.execute(
            "DELETE FROM state_packed WHERE round = ?1 AND label = ?2 AND box = ?3",
            params![Round(self.round), self.keys.tube_key(&body.label)?, At(body.container)],
        )?;
        self.box_column("sealed", body.container, None)
    }

    fn box_column(&self, column: &'static str, container: RecordRef, to: Option<RecordRef>) -> Result<()> {
        self.execute(
            &format!("UPDATE state_boxes SET {column} = ?3 WHERE at = ?1 AND round = ?2"),
            params![At(container), Round(self.round), to.map(At)],
        )
    }

    /// No lane works with the box any more.
    fn put_box_down(&self, container: RecordRef) -> Result<()> {
        self.execute(
            "UPDATE state_lanes SET container = NULL WHERE round = ?1 AND container = ?2",
            params![Round(self.round), At(container)],
        )
    }

    pub(super) fn box_sealed(&self, container: RecordRef) -> Result<()> {
        self.box_column("sealed", container, Some(self.record.at))?;
        self.put_box_down(container)
    }

    pub(super) fn hand_over_given(&self, body: &HandOverGiven) -> Result<()> {
        self.box_column("given", body.container, Some(self.record.at))?;
        self.put_box_down(body.container)
    }

    /// A box came from another device, or came back.
    pub(super) fn hand_over_received(&self, body: &HandOverReceived) -> Result<()> {
        self.execute(
            "INSERT OR REPLACE INTO state_hand_overs (hand_over, round, at) VALUES (?1, ?2, ?3)",
            params![body.hand_over.0, Round(self.round), At(self.record.at)],
        )?;
        let packed = query::packed_in(self.tx, self.round, body.container)?.len();
        let tubes = body.found.saturating_sub(u32::try_from(packed).unwrap_or(u32::MAX));
        self.execute(
            "INSERT OR REPLACE INTO state_boxes (at, round, label, named, tubes, sealed, given, opened_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?4, NULL, ?6)",
            params![
                At(body.container),
                Round(self.round),
                self.keys.tube_key(&body.label)?,
                At(self.record.at),
                tubes,
                self.record.stamp.wall_ms
            ],
        )
    }
}
