//! Figures that need no network: status, ledger, open tubes.

use std::collections::BTreeMap;

use serde::Serialize;
use uuid::Uuid;

use super::profiles::Profiles;
use super::source::{Source, label_of, lane_of, shift_of};
use super::{ages, trace};
use crate::error::{Error, Result};
use crate::journal::{Figures, Moment};
use crate::profile::Profile;
use crate::state::{self, TubeRow};
use crate::wire::Mode;
use crate::words::silent;

/// An open tube.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct OpenTube {
    /// Its label; `None` where its record cannot be read here any more.
    pub tube: Option<String>,
    /// The lane that works with it.
    pub lane: Option<String>,
    /// People in it.
    pub count: u32,
    /// How many it takes.
    pub capacity: u32,
    /// When it was opened, wall milliseconds.
    pub opened_ms: i64,
    /// Minutes since then; 0 where the clock went back.
    pub age_min: u32,
    /// Whether it is older than the profile likes.
    pub old: bool,
    /// Whether it is a lane's active tube.
    pub active: bool,
}

/// A tube as the list of a shift shows it, open or closed.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ShiftTube {
    /// Its label; `None` where its record cannot be read here any more.
    pub tube: Option<String>,
    /// The lane that works or worked with it.
    pub lane: Option<String>,
    /// `open`, `passed_on`, a closing reason, or `spoiled`; the same words as [`super::Trace::state`].
    pub state: &'static str,
    /// People in it.
    pub count: u32,
    /// How many it takes; 0 for a label that was spoiled without having been opened.
    pub capacity: u32,
    /// When it was opened, wall milliseconds.
    pub opened_ms: i64,
}

/// Where the station stands. All of it is known offline.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The device's id.
    pub device: String,
    /// The epoch that is written.
    pub epoch: String,
    /// The profile's version.
    pub profile: u32,
    /// The round's name.
    pub round: Option<String>,
    /// The running shift's id; the latest, should several run.
    pub shift: Option<String>,
    /// The round's open tubes, oldest first.
    pub open_tubes: Vec<OpenTube>,
    /// People bound in the round and neither undone nor voided.
    pub people: u32,
    /// Tubes with at least one such person, spoiled ones apart.
    pub tubes: u32,
    /// People who wait for a tube, all lanes.
    pub waiting: u32,
    /// Notices of the hub about people and tubes of the round.
    pub notices: u32,
    /// Records without a receipt.
    pub unsent: u64,
    /// Batches sealed.
    pub sealed: u64,
    /// Batches that the hub holds without having opened them.
    pub held: u64,
    /// When a hub last answered, wall milliseconds.
    pub last_sync_ms: Option<i64>,
    /// Files set aside, items that the hub refused, and records that cannot be read here.
    pub quarantined: u64,
    /// Whether this is the practice journal.
    pub practice: bool,
    /// Whether capture is stopped because the disk is full.
    pub capture_stopped: bool,
}

/// One line of the ledger.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct LedgerRow {
    /// The site.
    pub site: Option<String>,
    /// `fixed` or `mobile`.
    pub place: Option<String>,
    /// The lane.
    pub lane: Option<String>,
    /// The operator.
    pub operator: Option<String>,
    /// People bound and neither undone nor voided, counted by record.
    pub people: u32,
    /// Tubes with at least one such person, spoiled ones apart.
    pub tubes: u32,
    /// Of these, tubes closed before they were full.
    pub short: u32,
    /// Spoiled tubes.
    pub spoiled: u32,
    /// Bindings declared void.
    pub voided: u32,
}

/// A round's ledger. People count where they were bound, tubes where they were opened.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Ledger {
    /// The round's name.
    pub round: Option<String>,
    /// One row per site, kind of place, lane and operator.
    pub rows: Vec<LedgerRow>,
    /// All people.
    pub people: u32,
    /// All tubes.
    pub tubes: u32,
    /// All short tubes.
    pub short: u32,
    /// All spoiled tubes.
    pub spoiled: u32,
    /// All voided bindings.
    pub voided: u32,
}

silent!(OpenTube, ShiftTube, Status, LedgerRow, Ledger);

/// The round that people mean without naming one: that of the latest shift, else the profile's
/// first; with its name.
pub(super) fn current_round(source: &dyn Source, profile: &Profile) -> Result<(Uuid, Option<String>)> {
    if let Some(shift) = state::latest_shift(source.conn())? {
        let name = shift_of(source, Some(shift.at))?.map(|shift| shift.round_name);
        return Ok((shift.round, name.or_else(|| name_in(profile, shift.round))));
    }
    let first = profile.rounds.first();
    Ok((first.map_or(Uuid::nil(), |round| round.id), first.map(|round| round.name.clone())))
}

/// A round's name, as a shift here or the profile has it; its id where neither does.
pub(super) fn round_name(source: &dyn Source, profile: &Profile, round: Uuid) -> Result<String> {
    let shift = state::shift_of_round(source.conn(), round)?.map(|shift| shift.at);
    let name = shift_of(source, shift)?.map(|shift| shift.round_name);
    Ok(name.or_else(|| name_in(profile, round)).unwrap_or_else(|| round.to_string()))
}

fn name_in(profile: &Profile, round: Uuid) -> Option<String> {
    profile.rounds.iter().find(|known| known.id == round).map(|round| round.name.clone())
}

/// A round by the name or id that someone gave; also one that the profile has no more.
fn round_called(source: &dyn Source, profile: &Profile, wanted: &str) -> Result<(Uuid, Option<String>)> {
    if let Some(round) = profile.round(wanted) {
        return Ok((round.id, Some(round.name.clone())));
    }
    let id = Uuid::try_parse(wanted).ok();
    let shift = id.map_or(Ok(None), |id| state::shift_of_round(source.conn(), id))?;
    let known = || profile.rounds.iter().map(|round| round.name.as_str()).collect::<Vec<_>>().join(", ");
    let shift =
        shift.ok_or_else(|| Error::invalid("round", format!("nothing is known of it; the profile has {}", known())))?;
    Ok((shift.round, shift_of(source, Some(shift.at))?.map(|shift| shift.round_name)))
}

/// The open tubes of a round, oldest first.
pub(super) fn open_tubes(source: &dyn Source, profiles: &Profiles, round: Uuid, wall_ms: i64) -> Result<Vec<OpenTube>> {
    let warning = profiles.in_force(source)?.tube_age_warning_min;
    state::open_tubes(source.conn(), round)?
        .into_iter()
        .map(|tube| open_tube(source, &tube, warning, wall_ms))
        .collect()
}

fn open_tube(source: &dyn Source, tube: &TubeRow, warning_min: u32, wall_ms: i64) -> Result<OpenTube> {
    let age_min = u32::try_from(wall_ms.saturating_sub(tube.opened_ms) / 60_000).unwrap_or(0);
    Ok(OpenTube {
        tube: label_of(source, tube.at)?,
        lane: lane_of(source, tube.held)?,
        count: tube.count,
        capacity: tube.capacity,
        opened_ms: tube.opened_ms,
        age_min,
        old: age_min >= warning_min,
        active: state::lane_row(source.conn(), tube.round, &tube.holder)?.tube == Some(tube.at),
    })
}

/// The tubes of a lane's shift, or of every running one; see [`super::Station::shift_tubes`].
pub(super) fn shift_tubes(source: &dyn Source, lane: Option<&[u8; 16]>) -> Result<Vec<ShiftTube>> {
    shift_rows(source, lane)?.iter().map(|tube| shift_tube(source, tube)).collect()
}

/// The tubes of every running shift with the seconds since their first swab at the least, and whether that is longer
/// than the profile likes: of a tube that is neither spoiled nor left in a box.
pub(super) fn aged_tubes(
    source: &dyn Source,
    profile: &Profile,
    now: Moment,
) -> Result<Vec<(ShiftTube, Option<u32>, bool)>> {
    let mut tubes = Vec::new();
    for row in shift_rows(source, None)? {
        let tube = shift_tube(source, &row)?;
        let age_s = ages::first_swab(source, now, &row)?.map(|(_, age_ms)| ages::seconds(age_ms));
        let waits = !matches!(tube.state, "spoiled" | "passed_on") && !is_given(source, &row)?;
        tubes.push((tube, age_s, waits && age_s.is_some_and(|age_s| ages::is_late(profile, age_s))));
    }
    Ok(tubes)
}

/// Whether the box that a tube is in was handed over.
fn is_given(source: &dyn Source, tube: &TubeRow) -> Result<bool> {
    let packed = state::packed(source.conn(), tube.round, &tube.key)?;
    let container = packed.map(|packed| state::container(source.conn(), packed.container)).transpose()?.flatten();
    Ok(container.is_some_and(|container| container.given.is_some()))
}

fn shift_rows(source: &dyn Source, lane: Option<&[u8; 16]>) -> Result<Vec<TubeRow>> {
    let conn = source.conn();
    let mut shifts = match lane {
        Some(lane) => state::shift_of_lane(conn, lane)?.into_iter().collect(),
        None => state::shifts_open(conn)?,
    };
    if shifts.is_empty() {
        shifts.extend(state::latest_shift(conn)?);
    }
    let mut tubes = Vec::new();
    for shift in shifts {
        let mine = |tube: &TubeRow| lane.is_none_or(|lane| tube.holder == *lane || tube.lane == *lane);
        tubes.extend(state::tubes_of_shift(conn, shift.at)?.into_iter().filter(mine));
    }
    tubes.sort_unstable_by_key(|tube| std::cmp::Reverse(tube.at));
    Ok(tubes)
}

fn shift_tube(source: &dyn Source, tube: &TubeRow) -> Result<ShiftTube> {
    Ok(ShiftTube {
        tube: label_of(source, tube.at)?,
        lane: lane_of(source, tube.held)?,
        state: trace::state_of(tube),
        count: tube.count,
        capacity: tube.capacity,
        opened_ms: tube.opened_ms,
    })
}

/// What the journal itself knows of its status.
pub(super) struct Outside {
    pub(super) device: String,
    pub(super) epoch: String,
    pub(super) figures: Figures,
    pub(super) mode: Mode,
    pub(super) wall_ms: i64,
}

pub(super) fn status(source: &dyn Source, profiles: &Profiles, outside: Outside) -> Result<Status> {
    let profile = profiles.in_force(source)?;
    let (round, round_name) = current_round(source, &profile)?;
    let running = state::shifts_open(source.conn())?.pop();
    let shift = shift_of(source, running.map(|shift| shift.at))?.map(|shift| shift.shift.to_string());
    let (people, tubes) = state::round_totals(source.conn(), round)?;
    let waiting = state::waiting_in_round(source.conn(), round)?.len();
    let figures = outside.figures;
    Ok(Status {
        device: outside.device,
        epoch: outside.epoch,
        profile: profile.version,
        round: round_name,
        shift,
        open_tubes: open_tubes(source, profiles, round, outside.wall_ms)?,
        people,
        tubes,
        waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
        notices: u32::try_from(state::notices(source.conn(), round)?.len()).unwrap_or(u32::MAX),
        unsent: figures.unsent,
        sealed: figures.sealed,
        held: figures.held,
        last_sync_ms: figures.last_sync_ms,
        quarantined: figures.set_aside + figures.refused + figures.unreadable,
        practice: outside.mode == Mode::Practice,
        capture_stopped: figures.capture_stopped,
    })
}

/// The ledger of a round; see [`super::Station::ledger`].
pub(super) fn ledger(source: &dyn Source, profiles: &Profiles, round: Option<&str>) -> Result<Ledger> {
    let profile = profiles.in_force(source)?;
    let (round, name) = match round {
        Some(wanted) => round_called(source, &profile, wanted)?,
        None => current_round(source, &profile)?,
    };
    let mut rows: BTreeMap<[Option<String>; 4], LedgerRow> = BTreeMap::new();
    for figures in state::figures(source.conn(), round)? {
        let shift = shift_of(source, figures.shift)?;
        let lane = lane_of(source, figures.named)?;
        let place = shift.as_ref().map(|shift| shift.place.as_str().to_owned());
        let (site, operator) = shift.map_or((None, None), |shift| (Some(shift.site), Some(shift.operator)));
        let row = rows.entry([site.clone(), place.clone(), lane.clone(), operator.clone()]).or_insert_with(|| {
            LedgerRow { site, place, lane, operator, people: 0, tubes: 0, short: 0, spoiled: 0, voided: 0 }
        });
        row.people += figures.people;
        row.tubes += figures.tubes;
        row.short += figures.short;
        row.spoiled += figures.spoiled;
        row.voided += figures.voided;
    }
    let rows: Vec<LedgerRow> = rows.into_values().collect();
    let sum = |of: fn(&LedgerRow) -> u32| rows.iter().map(of).sum();
    Ok(Ledger {
        round: name,
        people: sum(|row| row.people),
        tubes: sum(|row| row.tubes),
        short: sum(|row| row.short),
        spoiled: sum(|row| row.spoiled),
        voided: sum(|row| row.voided),
        rows,
    })
}
