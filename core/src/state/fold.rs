//! What each kind of record does to the state.

use rusqlite::{Transaction, params};
use uuid::Uuid;

use super::Keys;
use super::query::{self, LaneRow, lane_key};
use super::rows::{At, Fate, Round, SubjectRow, TubeRow};
use crate::error::Result;
use crate::id::{DeviceId, RecordRef};
use crate::record::{
    Body, CloseReason, DocumentKind, Record, ShiftStarted, Step, SubjectBound, SubjectPresented, TubeOpened,
};
use crate::scan::person_key_text;

/// One record's fold: the transaction, the keys, and where the record belongs.
pub(super) struct Fold<'a> {
    pub(super) tx: &'a Transaction<'a>,
    pub(super) keys: &'a dyn Keys,
    pub(super) record: &'a Record,
    pub(super) round: Uuid,
    pub(super) lane: [u8; 16],
}

pub(super) fn apply(tx: &Transaction<'_>, keys: &dyn Keys, record: &Record) -> Result<()> {
    let round = match (record.body.own_round(), record.stamp.shift) {
        (Some(round), _) => round,
        (None, Some(shift)) => query::round_of_shift(tx, shift)?.unwrap_or(Uuid::nil()),
        (None, None) => Uuid::nil(),
    };
    let lane = lane_key(keys, record.stamp.lane.as_deref())?;
    super::doors::apply(tx, keys, record, round, lane)?;
    let fold = Fold { tx, keys, record, round, lane };
    match &record.body {
        Body::ShiftStarted(body) => fold.shift_started(body),
        Body::ShiftEnded(body) => fold.shift_ended(body.shift),
        Body::Erased(body) => fold.erased(body.round, body.records, body.people, body.tubes),
        Body::TubeOpened(body) => fold.tube_opened(body),
        Body::TubeClosed(body) => fold.tube_closed(body.tube, body.reason),
        Body::TubeSpoiled(body) => fold.tube_spoiled(body.tube, body.label.as_deref()),
        Body::TubeActivated(body) => fold.tube_activated(body.tube),
        Body::SubjectBound(body) => fold.subject_bound(body),
        Body::SubjectPresented(body) => fold.subject_presented(body),
        Body::SubjectWithdrawn(body) => fold.stops_waiting(body.subject),
        Body::SubjectUndone(body) => fold.subject_ends(body.subject, Fate::Undone),
        Body::SubjectVoided(body) => fold.subject_ends(body.subject, Fate::Voided),
        Body::SubjectMoved(body) => fold.subject_moved(body.subject, body.tube, body.position),
        Body::SubjectsSwapped(body) => fold.subjects_swapped(body.first, body.second),
        Body::ContactKept(body) => fold.contact_kept(body.subject),
        Body::AliasKept(_) => fold.keep("alias"),
        Body::GuardianKept(_) => fold.keep("guardian"),
        Body::StepKept(body) => fold.keep(step_column(body.step)),
        Body::BoxOpened(body) => fold.box_opened(&body.label),
        Body::BoxActivated(body) => fold.lane_column("container", Some(body.container)),
        Body::TubePacked(body) => fold.tube_packed(body.container, &body.label),
        Body::TubeUnpacked(body) => fold.tube_unpacked(body),
        Body::BoxSealed(body) => fold.box_sealed(body.container),
        Body::HandOverGiven(body) => fold.hand_over_given(body),
        Body::HandOverReceived(body) => fold.hand_over_received(body),
        Body::NoticeApplied(body) => fold.notice_applied(body.notice, body.subject),
        Body::HelperEnrolled(body) => fold.helper_enrolled(body.delegation, body.device, body.ordinal),
        Body::TubePassedOn(body) => fold.tube_passed_on(body),
        Body::TubeTakenOver(body) => fold.tube_taken_over(body),
        Body::TubeTakenBack(body) => fold.tube_taken_back(body.passed),
        Body::EpochStarted(_)
        | Body::SeqsLost(_)
        | Body::Enrolled(_)
        | Body::ProfileApplied(_)
        | Body::KeysApplied(_)
        | Body::Checked(_)
        | Body::Exported(_)
        | Body::FileSetAside(_)
        | Body::Visit(_)
        | Body::BuildingClaimed(_)
        | Body::ClaimReleased(_)
        | Body::ClaimsTold(_)
        | Body::HouseholdAdded(_)
        | Body::RosterApplied(_)
        | Body::ResidentAdded(_)
        | Body::FollowUp(_)
        | Body::ResidentSampled(_)
        | Body::ResidentExcused(_)
        | Body::FollowUpClosed(_)
        | Body::ProxyIssued(_)
        | Body::ProxyRead(_)
        | Body::DelegationHeld(_)
        | Body::Note(_)
        | Body::DamageNoted(_)
        | Body::TemperatureLogged(_)
        | Body::DeskReceived(_)
        | Body::CarryExported(_)
        | Body::CarryImported(_)
        | Body::Unknown { .. } => Ok(()),
    }
}

const fn step_column(step: Step) -> &'static str {
    match step {
        Step::Temperature => "temperature",
        Step::CodeColour => "colour",
    }
}

impl Fold<'_> {
    pub(super) fn execute(&self, sql: &str, params: impl rusqlite::Params) -> Result<()> {
        self.tx.prepare_cached(sql)?.execute(params)?;
        Ok(())
    }

    /// Sets one of the lane's references in this round; `column` is one of ours.
    pub(super) fn lane_column(&self, column: &'static str, to: Option<RecordRef>) -> Result<()> {
        let sql = format!(
            "INSERT INTO state_lanes (round, lane, {column}) VALUES (?1, ?2, ?3)
             ON CONFLICT (round, lane) DO UPDATE SET {column} = ?3"
        );
        self.execute(&sql, params![Round(self.round), self.lane, to.map(At)])
    }

    /// Keeps this record for the lane's next person of the shift. What was kept in another shift was
    /// for somebody who did not come.
    fn keep(&self, column: &'static str) -> Result<()> {
        if self.lane_now()?.lapsed {
            self.use_pending()?;
        }
        self.lane_column(column, Some(self.record.at))?;
        self.lane_column("kept", self.record.stamp.shift)
    }

    fn lane_now(&self) -> Result<LaneRow> {
        Ok(query::lane_row(self.tx, self.round, &self.lane)?.in_shift(self.record.stamp.shift))
    }

    pub(super) fn activate(&self, tube: RecordRef) -> Result<()> {
        self.execute(
            "UPDATE state_lanes SET tube = NULL WHERE round = ?1 AND lane <> ?2 AND tube = ?3",
            params![Round(self.round), self.lane, At(tube)],
        )?;
        self.lane_column("tube", Some(tube))?;
        self.lane_column("last_tube", Some(tube))
    }

    pub(super) fn deactivate(&self, tube: RecordRef) -> Result<()> {
        self.execute(
            "UPDATE state_lanes SET tube = NULL WHERE round = ?1 AND tube = ?2",
            params![Round(self.round), At(tube)],
        )
    }

    /// The tube, if it is known and of this record's round.
    pub(super) fn tube(&self, at: RecordRef) -> Result<Option<TubeRow>> {
        query::tube_of_round(self.tx, at, self.round)
    }

    fn subject(&self, at: RecordRef) -> Result<Option<SubjectRow>> {
        Ok(query::subject(self.tx, at)?.filter(|subject| subject.round == self.round))
    }

    /// Adds to one line of figures: people, tubes, short, spoiled, undone, voided.
    /// `named` is a record of that line, by which the lane's name is found.
    fn count(&self, named: RecordRef, shift: Option<RecordRef>, lane: [u8; 16], add: [i64; 6]) -> Result<()> {
        if add == [0; 6] {
            return Ok(());
        }
        self.execute(
            "INSERT INTO state_figures (round, shift, lane, named, people, tubes, short, spoiled, undone, voided)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (round, shift, lane) DO UPDATE SET people = people + ?5, tubes = tubes + ?6,
                short = short + ?7, spoiled = spoiled + ?8, undone = undone + ?9, voided = voided + ?10",
            params![
                Round(self.round),
                query::shift_column(shift),
                lane,
                At(named),
                add[0],
                add[1],
                add[2],
                add[3],
                add[4],
                add[5]
            ],
        )
    }

    /// Writes the tube as it is `after`, and what that changes in the figures.
    pub(super) fn save_tube(&self, before: &TubeRow, after: &TubeRow) -> Result<()> {
        self.execute(
            "UPDATE state_tubes SET holder = ?2, held = ?3, count = ?4, next = ?5, closed = ?6, spoiled = ?7,
                away = ?8, base = ?9, taken = ?10 WHERE at = ?1 AND round = ?11",
            params![
                At(after.at),
                after.holder,
                At(after.held),
                after.count,
                after.next,
                after.closed.map(CloseReason::code),
                after.spoiled,
                after.away.map(At),
                after.base,
                after.taken.map(At),
                Round(after.round)
            ],
        )?;
        if after.foreign {
            // A tube counts where it was opened, its people where they were bound.
            return Ok(());
        }
        let change = |of: fn(&TubeRow) -> bool| i64::from(of(after)) - i64::from(of(before));
        let add = [0, change(TubeRow::counts), change(TubeRow::is_short), change(|tube| tube.spoiled), 0, 0];
        self.count(after.at, after.shift, after.lane, add)
    }

    /// One person more or fewer in a tube, if it is known.
    fn change_count(&self, at: RecordRef, by: i64, position: Option<u32>) -> Result<()> {
        let Some(before) = self.tube(at)? else { return Ok(()) };
        let mut after = before;
        after.count = u32::try_from((i64::from(before.count) + by).max(0)).unwrap_or(u32::MAX);
        if let Some(position) = position {
            after.next = before.next.max(position.saturating_add(1));
        }
        self.save_tube(&before, &after)
    }

    fn shift_started(&self, body: &ShiftStarted) -> Result<()> {
        self.execute(
            "INSERT OR REPLACE INTO state_shifts (at, round, lane, profile, started_ms, ended) VALUES (?1, ?2, ?3, ?4, ?5, 0)",
            params![At(self.record.at), Round(body.round), self.lane, body.profile, self.record.stamp.wall_ms],
        )
    }

    fn shift_ended(&self, shift: RecordRef) -> Result<()> {
        self.execute(
            "UPDATE state_shifts SET ended = 1 WHERE at = ?1 AND round = ?2",
            params![At(shift), Round(self.round)],
        )
    }

    fn erased(&self, round: Uuid, records: u64, people: u32, tubes: u32) -> Result<()> {
        for table in super::schema::TABLES {
            self.execute(&format!("DELETE FROM {table} WHERE round = ?1"), params![Round(round)])?;
        }
        self.execute(
            "INSERT INTO state_rounds (round, records, people, tubes) VALUES (?1, ?2, ?3, ?4)",
            params![Round(round), records.cast_signed(), people, tubes],
        )
    }

    fn tube_opened(&self, body: &TubeOpened) -> Result<()> {
        let row = self.new_tube(&body.label)?;
        let row = TubeRow { capacity: body.capacity, profile: body.profile, container: body.container, ..row };
        self.insert_tube(&row)?;
        if let Some(container) = body.container {
            self.tube_packed(container, &body.label)?;
        }
        self.activate(row.at)
    }

    pub(super) fn new_tube(&self, label: &str) -> Result<TubeRow> {
        Ok(TubeRow {
            at: self.record.at,
            round: self.round,
            key: self.keys.tube_key(label)?,
            lane: self.lane,
            holder: self.lane,
            held: self.record.at,
            shift: self.record.stamp.shift,
            capacity: 0,
            profile: 0,
            container: None,
            count: 0,
            next: 1,
            closed: None,
            spoiled: false,
            opened_ms: self.record.stamp.wall_ms,
            foreign: false,
            away: None,
            base: 0,
            taken: None,
        })
    }

    pub(super) fn insert_tube(&self, row: &TubeRow) -> Result<()> {
        self.execute(
            "INSERT OR REPLACE INTO state_tubes (at, round, tube, lane, holder, held, shift, capacity, profile,
                container, count, next, closed, spoiled, opened_ms, is_foreign, away, base, taken)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
            params![
                At(row.at),
                Round(row.round),
                row.key,
                row.lane,
                row.holder,
                At(row.held),
                row.shift.map(At),
                row.capacity,
                row.profile,
                row.container.map(At),
                row.count,
                row.next,
                row.closed.map(CloseReason::code),
                row.spoiled,
                row.opened_ms,
                row.foreign,
                row.away.map(At),
                row.base,
                row.taken.map(At)
            ],
        )
    }

    fn tube_closed(&self, at: RecordRef, reason: CloseReason) -> Result<()> {
        let Some(before) = self.tube(at)? else { return Ok(()) };
        self.save_tube(&before, &TubeRow { closed: Some(reason), ..before })?;
        self.deactivate(at)
    }

    fn tube_spoiled(&self, at: Option<RecordRef>, label: Option<&str>) -> Result<()> {
        let before = match (at, label) {
            (Some(at), _) => self.tube(at)?,
            (None, Some(label)) => {
                let row = self.new_tube(label)?;
                self.insert_tube(&row)?;
                Some(row)
            }
            (None, None) => None,
        };
        let Some(before) = before else { return Ok(()) };
        self.save_tube(&before, &TubeRow { spoiled: true, ..before })?;
        self.deactivate(before.at)
    }

    /// Makes the tube the lane's active one. A tube that had been closed as full, and has room
    /// again because someone was taken out, is open again by this.
    fn tube_activated(&self, at: RecordRef) -> Result<()> {
        let Some(before) = self.tube(at)? else { return Ok(()) };
        let reopens = before.closed == Some(CloseReason::Full) && before.left() > 0;
        let closed = if reopens { None } else { before.closed };
        let after = TubeRow { holder: self.lane, held: self.record.at, closed, ..before };
        self.save_tube(&before, &after)?;
        if after.is_open() { self.activate(at) } else { Ok(()) }
    }

    fn person(
        &self,
        document: DocumentKind,
        number: Option<&str>,
        alias: Option<&str>,
        issuer: Option<&str>,
    ) -> Result<Option<[u8; 16]>> {
        let number = if document == DocumentKind::Alias { alias } else { number };
        match person_key_text(document, number, issuer) {
            Some(text) => self.keys.person_key(self.round, text.expose()),
            None => Ok(None),
        }
    }

    fn subject_bound(&self, body: &SubjectBound) -> Result<()> {
        let person =
            self.person(body.document, body.number.as_deref(), body.alias.as_deref(), body.issuer.as_deref())?;
        let contact = body.contact.as_ref().map(|_| At(self.record.at));
        let kept = match body.waited {
            Some(waited) => query::waiting_at(self.tx, self.round, waited)?.map(|waiting| waiting.kept),
            None => Some(self.lane_now()?.pending),
        };
        let kept = kept.unwrap_or_default();
        self.execute(
            "INSERT OR REPLACE INTO state_subjects (at, round, person, tube, position, lane, shift, fate, moved,
                contact, alias, guardian, temperature, colour, waited)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0, ?8, ?9, ?10, ?11, ?12, ?13)",
            params![
                At(self.record.at),
                Round(self.round),
                person,
                At(body.tube),
                body.position,
                self.lane,
                self.record.stamp.shift.map(At),
                contact,
                kept.alias.map(At),
                kept.guardian.map(At),
                kept.temperature.map(At),
                kept.colour.map(At),
                body.waited.map(At)
            ],
        )?;
        self.count(self.record.at, self.record.stamp.shift, self.lane, [1, 0, 0, 0, 0, 0])?;
        self.change_count(body.tube, 1, Some(body.position))?;
        match body.waited {
            Some(waited) => self.stops_waiting(waited),
            None => self.use_pending(),
        }
    }

    fn subject_presented(&self, body: &SubjectPresented) -> Result<()> {
        let person =
            self.person(body.document, body.number.as_deref(), body.alias.as_deref(), body.issuer.as_deref())?;
        let pending = self.lane_now()?.pending;
        self.execute(
            "INSERT OR REPLACE INTO state_waiting (at, round, lane, person, alias, guardian, temperature, colour)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                At(self.record.at),
                Round(self.round),
                self.lane,
                person,
                pending.alias.map(At),
                pending.guardian.map(At),
                pending.temperature.map(At),
                pending.colour.map(At)
            ],
        )?;
        self.use_pending()
    }

    /// What was kept for the lane's next person belongs to that person now.
    fn use_pending(&self) -> Result<()> {
        self.execute(
            "UPDATE state_lanes SET alias = NULL, guardian = NULL, temperature = NULL, colour = NULL, kept = NULL
             WHERE round = ?1 AND lane = ?2",
            params![Round(self.round), self.lane],
        )
    }

    fn stops_waiting(&self, at: RecordRef) -> Result<()> {
        self.execute("DELETE FROM state_waiting WHERE at = ?1 AND round = ?2", params![At(at), Round(self.round)])
    }

    fn subject_ends(&self, at: RecordRef, fate: Fate) -> Result<()> {
        let Some(subject) = self.subject(at)?.filter(|subject| subject.fate == Fate::Stands) else { return Ok(()) };
        self.execute("UPDATE state_subjects SET fate = ?2 WHERE at = ?1", params![At(at), fate.code()])?;
        let (undone, voided) = if fate == Fate::Undone { (1, 0) } else { (0, 1) };
        self.count(subject.at, subject.shift, subject.lane, [-1, 0, 0, 0, undone, voided])?;
        self.change_count(subject.tube, -1, None)?;
        if fate == Fate::Undone { self.give_back(&subject) } else { Ok(()) }
    }

    /// An undone person is scanned again, if at all, at once: what had been kept for them is kept
    /// again, unless something else was kept since.
    fn give_back(&self, subject: &SubjectRow) -> Result<()> {
        let shift = self.record.stamp.shift;
        let now = query::lane_row(self.tx, self.round, &subject.lane)?.in_shift(shift);
        if subject.kept.is_empty() || subject.shift != shift || !now.pending.is_empty() {
            return Ok(());
        }
        self.execute(
            "UPDATE state_lanes SET alias = ?3, guardian = ?4, temperature = ?5, colour = ?6, kept = ?7
             WHERE round = ?1 AND lane = ?2",
            params![
                Round(self.round),
                subject.lane,
                subject.kept.alias.map(At),
                subject.kept.guardian.map(At),
                subject.kept.temperature.map(At),
                subject.kept.colour.map(At),
                shift.map(At)
            ],
        )
    }

    fn subject_moved(&self, at: RecordRef, tube: RecordRef, position: u32) -> Result<()> {
        let Some(subject) = self.subject(at)?.filter(|subject| subject.fate == Fate::Stands) else { return Ok(()) };
        self.execute(
            "UPDATE state_subjects SET tube = ?2, position = ?3, moved = 1 WHERE at = ?1",
            params![At(at), At(tube), position],
        )?;
        self.change_count(subject.tube, -1, None)?;
        self.change_count(tube, 1, Some(position))
    }

    fn subjects_swapped(&self, first: RecordRef, second: RecordRef) -> Result<()> {
        let (Some(one), Some(other)) = (self.subject(first)?, self.subject(second)?) else { return Ok(()) };
        let sql = "UPDATE state_subjects SET position = ?2 WHERE at = ?1";
        self.execute(sql, params![At(first), other.position])?;
        self.execute(sql, params![At(second), one.position])
    }

    fn contact_kept(&self, subject: RecordRef) -> Result<()> {
        for table in ["state_subjects", "state_waiting"] {
            self.execute(
                &format!("UPDATE {table} SET contact = ?2 WHERE at = ?1 AND round = ?3"),
                params![At(subject), At(self.record.at), Round(self.round)],
            )?;
        }
        Ok(())
    }

    fn helper_enrolled(&self, delegation: Uuid, device: DeviceId, ordinal: u32) -> Result<()> {
        let params = params![At(self.record.at), Round(self.round), Round(delegation), device.as_bytes(), ordinal];
        let sql =
            "INSERT OR REPLACE INTO state_helpers (at, round, delegation, device, ordinal) VALUES (?1, ?2, ?3, ?4, ?5)";
        self.execute(sql, params)
    }

    fn notice_applied(&self, notice: Uuid, subject: RecordRef) -> Result<()> {
        self.execute(
            "INSERT OR IGNORE INTO state_notices (notice, round, at, subject) VALUES (?1, ?2, ?3, ?4)",
            params![Round(notice), Round(self.round), At(self.record.at), At(subject)],
        )
    }
}
