//! People: bound, undone, voided, moved, swapped, with a contact.

use std::collections::{BTreeSet, HashMap};

use fieldcore::RecordRef;
use fieldcore::record::{NoticeKind, ProxyRead, Stamp, SubjectBound, SubjectMoved, SubjectsSwapped};

use super::{Projector, ref_of};
use crate::dispatches::notice_letter;
use crate::error::Result;
use crate::store::rows::{At, Fate, Letter, LetterKind, PersonRow, PlaceKind, PlaceRow, SubjectRow, Tally};

/// People tied together by swaps that are looked at, at the most; a tube takes far fewer.
const SWAPPED_MAX: usize = 1000;

fn tally_of(row: &SubjectRow) -> Tally {
    if !row.bound {
        return Tally::default();
    }
    match row.fate {
        Fate::Stands => Tally { people: 1, undone: 0, voided: 0 },
        Fate::Undone => Tally { people: 0, undone: 1, voided: 0 },
        Fate::Voided => Tally { people: 0, undone: 0, voided: 1 },
    }
}

impl Projector<'_> {
    fn placeholder(at: At) -> SubjectRow {
        SubjectRow { at, bound: false, shift: 0, lane: 0, tube: 0, position: 0, fate: Fate::Stands, fate_by: (0, 0) }
    }

    /// What the change from `before` to `after` does to the counts.
    fn count_change(&mut self, before: &SubjectRow, after: &SubjectRow) {
        for (row, sign) in [(before, -1), (after, 1)] {
            let add = tally_of(row);
            let tally = self.tallies.entry((row.shift, row.lane)).or_default();
            tally.people += sign * add.people;
            tally.undone += sign * add.undone;
            tally.voided += sign * add.voided;
            if row.live() && row.tube != 0 {
                *self.live.entry(row.tube).or_default() += sign;
            }
        }
    }

    fn save(&mut self, before: &SubjectRow, after: &SubjectRow) -> Result<()> {
        self.count_change(before, after);
        self.tx.put_subject(after)
    }

    /// The subject, made as a placeholder if it has not arrived.
    fn subject_at(&mut self, at: At) -> Result<SubjectRow> {
        if let Some(row) = self.tx.subject(at)? {
            return Ok(row);
        }
        let row = Self::placeholder(at);
        self.tx.new_subject(&row)?;
        Ok(row)
    }

    pub(super) fn subject_bound(
        &mut self,
        at: At,
        stamp: &Stamp,
        body: &SubjectBound,
        person: Option<[u8; 16]>,
    ) -> Result<()> {
        let (shift, round) = self.shift_of(stamp.shift.as_ref())?;
        let lane = self.lane_of(stamp.lane.as_deref())?;
        let tube = self.tube_of(&body.tube)?;
        let bound = SubjectRow { bound: true, shift, lane, tube, position: body.position, ..Self::placeholder(at) };
        if self.tx.new_subject(&bound)? {
            self.count_change(&Self::placeholder(at), &bound);
        } else if let Some(before) = self.tx.subject(at)?.filter(|before| !before.bound) {
            // Something was done to this person before the binding arrived.
            self.save(&before, &SubjectRow { fate: before.fate, fate_by: before.fate_by, ..bound })?;
            if !self.tx.places(at)?.is_empty() {
                self.add_bound_place(at, &bound)?;
                self.replay_places(at)?;
            }
        }
        if tube == 0 {
            self.seat_guest(at, at, stamp, &body.tube)?;
        }
        match person {
            Some(hash) if round == 0 && shift != 0 => self.tx.add_roundless(shift, &hash, at),
            Some(hash) => self.add_person(&PersonRow { hash, round, at }),
            None => Ok(()),
        }
    }

    /// A card by which somebody was bound whom no number names: two readings of one card are one person twice.
    pub(super) fn proxy_read(&mut self, stamp: &Stamp, body: &ProxyRead, person: Option<[u8; 16]>) -> Result<()> {
        let (Some(subject), Some(hash), None) = (&body.subject, person, body.refused) else { return Ok(()) };
        let Some(at) = self.resolve(subject)? else { return Ok(()) };
        let (shift, round) = self.shift_of(stamp.shift.as_ref())?;
        match round {
            0 if shift != 0 => self.tx.add_roundless(shift, &hash, at),
            _ => self.add_person(&PersonRow { hash, round, at }),
        }
    }

    /// Adds a person to the index; the same person on another device is told to both sides.
    pub(super) fn add_person(&mut self, row: &PersonRow) -> Result<()> {
        let others = self.tx.add_person(row)?;
        if others.is_empty() {
            return Ok(());
        }
        self.tx.mark_duplicate(&row.hash, row.round)?;
        if self.letters && row.round != 0 {
            for other in others {
                self.tell(NoticeKind::PersonElsewhere, row.at, other)?;
            }
        }
        Ok(())
    }

    pub(super) fn subject_ends(&mut self, at: At, target: &RecordRef, fate: Fate) -> Result<()> {
        let Some(target) = self.resolve(target)? else { return Ok(()) };
        let before = self.subject_at(target)?;
        let by = (self.stream.epoch, at.seq);
        if before.fate == Fate::Stands || by < before.fate_by {
            self.save(&before, &SubjectRow { fate, fate_by: by, ..before })?;
        }
        Ok(())
    }

    pub(super) fn subject_moved(&mut self, at: At, stamp: &Stamp, body: &SubjectMoved) -> Result<()> {
        let Some(subject) = self.resolve(&body.subject)? else { return Ok(()) };
        let tube = self.tube_of(&body.tube)?;
        self.keep_first_place(subject)?;
        self.tx.add_place(&PlaceRow {
            subject,
            by: at,
            by_epoch: self.stream.epoch,
            kind: PlaceKind::Moved,
            tube,
            position: body.position,
            other: None,
        })?;
        self.replay_places(subject)?;
        if tube == 0 { self.seat_guest(subject, at, stamp, &body.tube) } else { Ok(()) }
    }

    /// A person's place can be named now: the tube was passed on to the device that put them there.
    pub(super) fn seat(&mut self, subject: At, by: At, tube: i64) -> Result<()> {
        if !self.tx.places(subject)?.is_empty() {
            self.tx.set_place_tube(subject, by, tube)?;
            return self.replay_places(subject);
        }
        let before = self.subject_at(subject)?;
        if before.bound && before.tube == 0 && by == subject {
            self.save(&before, &SubjectRow { tube, ..before })?;
        }
        Ok(())
    }

    pub(super) fn subjects_swapped(&mut self, at: At, body: &SubjectsSwapped) -> Result<()> {
        let (Some(first), Some(second)) = (self.resolve(&body.first)?, self.resolve(&body.second)?) else {
            return Ok(());
        };
        for (subject, other) in [(first, second), (second, first)] {
            self.keep_first_place(subject)?;
            self.tx.add_place(&PlaceRow {
                subject,
                by: at,
                by_epoch: self.stream.epoch,
                kind: PlaceKind::Swapped,
                tube: 0,
                position: 0,
                other: Some(other),
            })?;
        }
        self.replay_places(first)
    }

    /// Before a person's first change of place, the place it was bound to is written down.
    fn keep_first_place(&mut self, subject: At) -> Result<()> {
        let row = self.subject_at(subject)?;
        if row.bound && self.tx.places(subject)?.iter().all(|place| place.kind != PlaceKind::Bound) {
            self.add_bound_place(subject, &row)?;
        }
        Ok(())
    }

    fn add_bound_place(&mut self, subject: At, row: &SubjectRow) -> Result<()> {
        self.tx.add_place(&PlaceRow {
            subject,
            by: subject,
            by_epoch: 0,
            kind: PlaceKind::Bound,
            tube: row.tube,
            position: row.position,
            other: None,
        })
    }

    /// Folds all changes of place of the people tied to `start` by swaps, in the order in which
    /// they were done, whatever the order in which they arrived.
    fn replay_places(&mut self, start: At) -> Result<()> {
        let (mut open, mut seen) = (vec![start], BTreeSet::from([start]));
        let mut acts = Vec::new();
        while let Some(subject) = open.pop() {
            for place in self.tx.places(subject)? {
                if let Some(other) = place.other
                    && seen.len() < SWAPPED_MAX
                    && seen.insert(other)
                {
                    open.push(other);
                }
                acts.push(place);
            }
        }
        // A binding comes before all acts upon it, which come in the order of epochs and seqs.
        acts.sort_by_key(|act| (act.kind != PlaceKind::Bound, act.by_epoch, act.by, act.subject));
        acts.dedup_by_key(|act| (act.by, if act.kind == PlaceKind::Swapped { act.by } else { act.subject }));
        let mut places: HashMap<At, (i64, u32)> = HashMap::new();
        for act in &acts {
            match (act.kind, act.other) {
                (PlaceKind::Swapped, Some(other)) => {
                    let pair = (places.get(&act.subject).copied(), places.get(&other).copied());
                    if let (Some(one), Some(two)) = pair {
                        places.insert(act.subject, two);
                        places.insert(other, one);
                    }
                }
                _ => {
                    places.insert(act.subject, (act.tube, act.position));
                }
            }
        }
        for (subject, (tube, position)) in places {
            let before = self.subject_at(subject)?;
            if before.bound && (before.tube, before.position) != (tube, position) {
                self.save(&before, &SubjectRow { tube, position, ..before })?;
            }
        }
        Ok(())
    }

    pub(super) fn contact_kept(&mut self, at: At, subject: &RecordRef) -> Result<()> {
        match self.resolve(subject)? {
            Some(subject) => self.tx.add_contact(subject, at),
            None => Ok(()),
        }
    }

    /// Leaves a notice for the device of each of the two records, if they are two devices.
    pub(super) fn tell(&mut self, kind: NoticeKind, one: At, other: At) -> Result<()> {
        let (Some(a), Some(b)) = (self.tx.stream(one.stream)?, self.tx.stream(other.stream)?) else { return Ok(()) };
        if a.device == b.device {
            return Ok(());
        }
        let (Some(one), Some(other)) = (ref_of(self.tx, one)?, ref_of(self.tx, other)?) else { return Ok(()) };
        for (device, subject, other) in [(a.device, one, other), (b.device, other, one)] {
            let (id, payload) = notice_letter(kind, subject, other)?;
            let kind = LetterKind::Notice;
            self.tx.put_letter(&Letter { id, device, serial: None, kind, payload, made_ms: self.now_ms })?;
        }
        Ok(())
    }
}
