//! Tubes: opened, closed, spoiled, made active.

use fieldcore::RecordRef;
use fieldcore::record::{CloseReason, NoticeKind, Stamp, TubeClosed, TubeOpened, TubeSpoiled};

use super::Projector;
use crate::error::{Error, Result};
use crate::store::rows::{At, TubeActKind, TubeRow};

impl Projector<'_> {
    /// The surrogate of a tube, whether its opening has arrived or not.
    pub(super) fn tube_at(&mut self, at: At) -> Result<i64> {
        if let Some(no) = self.tubes.get(&at) {
            return Ok(*no);
        }
        let no = self.tx.ensure_tube(at)?;
        self.tubes.insert(at, no);
        Ok(no)
    }

    /// The tube that is meant; 0 where none can be named.
    pub(super) fn tube_of(&mut self, target: &RecordRef) -> Result<i64> {
        match self.resolve(target)? {
            Some(at) => self.tube_at(at),
            None => Ok(0),
        }
    }

    pub(super) fn row(&mut self, no: i64) -> Result<TubeRow> {
        self.tx.tube(no)?.ok_or_else(|| Error::Damaged { what: "a tube just made is not there".to_owned() })
    }

    pub(super) fn tube_opened(&mut self, at: At, stamp: &Stamp, body: &TubeOpened) -> Result<()> {
        let no = self.tube_at(at)?;
        let (shift, _) = self.shift_of(stamp.shift.as_ref())?;
        let lane = self.lane_of(stamp.lane.as_deref())?;
        if self.letters {
            self.tell_of_label(at, &body.label)?;
        }
        let row = self.row(no)?;
        let capacity = Some(body.capacity);
        self.tx.put_tube(&TubeRow { label: Some(body.label.clone()), opened: true, shift, lane, capacity, ..row })
    }

    /// Other devices' uses of the same label are told to both sides.
    fn tell_of_label(&mut self, at: At, label: &str) -> Result<()> {
        for other in self.tx.tubes_by_label(label)? {
            if other.opened && other.at != at {
                self.tell(NoticeKind::TubeElsewhere, at, other.at)?;
            }
        }
        Ok(())
    }

    /// The last closing counts; one for a loss of keys, which may be another device's, only where
    /// the tube has no other.
    pub(super) fn tube_closed(&mut self, at: At, stamp: &Stamp, body: &TubeClosed) -> Result<()> {
        let lost = CloseReason::KeyLoss.code();
        let target = match body.reason {
            CloseReason::KeyLoss => self.resolve_named(&body.tube)?,
            _ => self.resolve(&body.tube)?,
        };
        let Some(target) = target else {
            return self.guest_act(at, stamp, &body.tube, TubeActKind::Closed, Some(body.reason.code()));
        };
        let no = self.tube_at(target)?;
        let row = self.row(no)?;
        let by = (self.stream.epoch, at.seq);
        let rank = |(reason, epoch, seq): (i64, u64, u64)| (reason != lost, epoch, seq);
        if row.closed.is_none_or(|before| rank(before) < rank((body.reason.code(), by.0, by.1))) {
            self.tx.put_tube(&TubeRow { closed: Some((body.reason.code(), by.0, by.1)), ..row })?;
        }
        Ok(())
    }

    pub(super) fn tube_activated(&mut self, at: At, stamp: &Stamp, tube: RecordRef) -> Result<()> {
        let no = self.tube_of(&tube)?;
        if no == 0 {
            return self.guest_act(at, stamp, &tube, TubeActKind::Activated, None);
        }
        let row = self.row(no)?;
        let by = (self.stream.epoch, at.seq);
        if row.activated.is_none_or(|before| before < by) {
            self.tx.put_tube(&TubeRow { activated: Some(by), ..row })?;
        }
        Ok(())
    }

    /// A spoiled label that was never opened is a tube of its own, with the spoiling record's place.
    pub(super) fn tube_spoiled(&mut self, at: At, stamp: &Stamp, body: &TubeSpoiled) -> Result<()> {
        if let Some(tube) = &body.tube {
            let no = self.tube_of(tube)?;
            if no != 0 {
                let row = self.row(no)?;
                return self.tx.put_tube(&TubeRow { spoiled: true, ..row });
            }
            return self.guest_act(at, stamp, tube, TubeActKind::Spoiled, None);
        }
        let no = self.tube_at(at)?;
        let (shift, _) = self.shift_of(stamp.shift.as_ref())?;
        let lane = self.lane_of(stamp.lane.as_deref())?;
        let row = self.row(no)?;
        self.tx.put_tube(&TubeRow { label: body.label.clone(), shift, lane, spoiled: true, ..row })
    }
}
