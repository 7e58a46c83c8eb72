//! One user action in one lane.

use std::cell::RefCell;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::answer::{Answer, Cue, Earlier, Outcome};
use super::doors::Listed;
use super::pending::Question;
use super::profiles::Profiles;
use super::source::{Source, label_of, shift_of, shown};
use crate::error::Result;
use crate::id::RecordRef;
use crate::journal::Action;
use crate::profile::Profile;
use crate::record::{Body, Record, SubjectBound};
use crate::scan::Identity;
use crate::state::{self, LaneRow, ShiftRow, SubjectRow, TubeRow, lane_key};
use crate::wire::Mode;

/// The civil day's offset from UTC where sampling happens: one time zone, UTC+8.
const OFFSET_SECONDS: i32 = 8 * 3600;

/// 2020-01-01T00:00Z: a clock before this was never set.
const CLOCK_SET_MS: i64 = 1_577_836_800_000;
/// 2100-01-01T00:00Z: what an unset clock counts as, so that it calls nobody unborn.
const CLOCK_END_MS: i64 = 4_102_444_800_000;

/// The civil time at a wall time; `None` for one before 1970 or beyond any use.
pub(super) fn civil_time(wall_ms: i64) -> Option<DateTime<FixedOffset>> {
    let offset = FixedOffset::east_opt(OFFSET_SECONDS)?;
    let time = DateTime::from_timestamp_millis(wall_ms).filter(|_| (0..=CLOCK_END_MS).contains(&wall_ms))?;
    Some(time.with_timezone(&offset))
}

fn civil_date(wall_ms: i64) -> NaiveDate {
    civil_time(wall_ms.clamp(0, CLOCK_END_MS)).map_or(NaiveDate::MAX, |time| time.date_naive())
}

/// The day of an action, for births and ages. A wrong clock must refuse nobody: it is never
/// earlier than what a hub's clock last said.
#[derive(Clone, Copy)]
pub(super) struct Today {
    /// No birth lies after this day.
    pub(super) latest: NaiveDate,
    /// The day by which ages are told.
    pub(super) likely: NaiveDate,
}

impl Today {
    pub(super) fn of(wall_ms: i64, hub_ms: Option<i64>) -> Self {
        let known = wall_ms.max(hub_ms.unwrap_or(i64::MIN));
        let latest = if known < CLOCK_SET_MS { CLOCK_END_MS } else { known };
        Self { latest: civil_date(latest), likely: civil_date(known.max(CLOCK_SET_MS)) }
    }
}

/// A lane's desk during one action: all that a decision looks at, and the way to append.
pub(super) struct Desk<'a, 'tx> {
    pub(super) action: &'a mut Action<'tx>,
    pub(super) profiles: &'a Profiles,
    /// The profile in force for tubes opened now.
    pub(super) profile: Arc<Profile>,
    pub(super) lane: &'a str,
    pub(super) key: [u8; 16],
    pub(super) shift: ShiftRow,
    pub(super) site: Option<String>,
    pub(super) row: LaneRow,
    pub(super) today: Today,
    pub(super) question: Option<Question>,
    /// The list of people at hand.
    pub(super) roster: Option<&'a Listed>,
    /// The label read last: one action asks for the same tube's more than once.
    label: RefCell<Option<(RecordRef, Option<String>)>>,
}

impl<'a, 'tx> Desk<'a, 'tx> {
    /// The desk; `None` while no shift runs there.
    pub(super) fn open(action: &'a mut Action<'tx>, profiles: &'a Profiles, lane: &'a str) -> Result<Option<Self>> {
        let key = lane_key(action, Some(lane))?;
        let Some(shift) = state::shift_of_lane(action.conn(), &key)? else { return Ok(None) };
        let site = shift_of(action, Some(shift.at))?.map(|shift| shift.site);
        let row = state::lane_row(action.conn(), shift.round, &key)?.in_shift(Some(shift.at));
        let profile = profiles.in_force(action)?;
        let today = Today::of(action.wall_ms(), action.hub_ms()?);
        Ok(Some(Self {
            action,
            profiles,
            profile,
            lane,
            key,
            shift,
            site,
            row,
            today,
            question: None,
            roster: None,
            label: RefCell::default(),
        }))
    }

    pub(super) fn append(&mut self, body: impl Into<Body>) -> Result<RecordRef> {
        self.action.append(Some(self.lane), Some(self.shift.at), body)
    }

    /// Reads the lane's row again, after something was appended.
    pub(super) fn refresh(&mut self) -> Result<()> {
        let row = state::lane_row(self.action.conn(), self.shift.round, &self.key)?;
        self.row = row.in_shift(Some(self.shift.at));
        Ok(())
    }

    pub(super) fn practice(&self) -> bool {
        self.action.mode() == Mode::Practice
    }

    pub(super) fn tube(&self, at: Option<RecordRef>) -> Result<Option<TubeRow>> {
        match at {
            Some(at) => state::tube(self.action.conn(), at),
            None => Ok(None),
        }
    }

    /// The lane's active tube, if people may be added to it.
    pub(super) fn active(&self) -> Result<Option<TubeRow>> {
        Ok(self.tube(self.row.tube)?.filter(|tube| tube.is_open() && tube.left() > 0))
    }

    pub(super) fn label(&self, at: RecordRef) -> Result<Option<String>> {
        if let Some((_, label)) = self.label.borrow().as_ref().filter(|(known, _)| *known == at) {
            return Ok(label.clone());
        }
        let label = label_of(self.action, at)?;
        self.label.replace(Some((at, label.clone())));
        Ok(label)
    }

    /// The tube that is called so, or so once what the profile leaves out is left out.
    pub(super) fn tube_called(&self, label: &str) -> Result<Option<TubeRow>> {
        use crate::state::Keys;
        let find = |label: &str| state::tube_by_key(self.action.conn(), &self.action.tube_key(label)?);
        match (find(label)?, self.profile.typed_tube(label)) {
            (None, Some(name)) if name != label => find(&name),
            (found, _) => Ok(found),
        }
    }

    pub(super) fn record(&self, at: RecordRef) -> Result<Option<Record>> {
        self.action.read(at)
    }

    pub(super) fn bound(&self, at: RecordRef) -> Result<Option<SubjectBound>> {
        let body = self.record(at)?.map(|record| record.body);
        Ok(body.and_then(|body| if let Body::SubjectBound(bound) = body { Some(bound) } else { None }))
    }

    /// What the screen shows of a person.
    pub(super) fn shown(&self, identity: &Identity, reason: Option<&str>) -> String {
        shown(identity, reason, self.profile.masked)
    }

    /// What the screen shows of someone bound before.
    pub(super) fn shown_bound(&self, at: RecordRef) -> Result<Option<String>> {
        let bound = self.bound(at)?;
        Ok(bound.map(|body| self.shown(&super::source::identity_of(&body), body.reason.as_deref())))
    }

    /// An answer about a tube as it is now.
    pub(super) fn about(&self, answer: Answer, tube: RecordRef) -> Result<Answer> {
        let left = self.tube(Some(tube))?.filter(TubeRow::is_open).map(|row| row.left());
        Ok(Answer { tube: self.label(tube)?, left: left.or(Some(0)), ..answer })
    }

    /// Where and when the record at `at` was made, and in which tube.
    pub(super) fn earlier(
        &self,
        at: RecordRef,
        tube: Option<RecordRef>,
        position: Option<u32>,
    ) -> Result<Option<Earlier>> {
        let Some(record) = self.record(at)? else { return Ok(None) };
        let site = shift_of(self.action, record.stamp.shift)?.map(|shift| shift.site);
        let tube = match tube {
            Some(tube) => self.label(tube)?,
            None => None,
        };
        Ok(Some(Earlier { tube, position, wall_ms: record.stamp.wall_ms, site, lane: record.stamp.lane }))
    }

    /// The answer for someone who already is where they belong: nothing is written.
    pub(super) fn told_again(&self, subject: &SubjectRow) -> Result<Answer> {
        let answer = Answer::new(Outcome::Repeated, Cue::Attention);
        // Given after its child or owner: it is the next person's, and the operator must know.
        let waits = self.row.pending.guardian.or(self.row.pending.alias).is_some();
        let answer = if waits { answer.problem("note_waits") } else { answer };
        let answer = Answer { position: Some(subject.position), subject: self.shown_bound(subject.at)?, ..answer };
        self.about(answer, subject.tube)
    }
}
