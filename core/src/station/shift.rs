//! Shifts: who works where, for which round.

use uuid::Uuid;

use super::profiles::Profiles;
use super::source::{Source, lane_of, shift_of};
use crate::error::{Error, Result};
use crate::id::{RecordRef, uuid_v7};
use crate::journal::Action;
use crate::limits::NAME_CHARS_MAX;
use crate::profile::Profile;
use crate::record::{CloseReason, Place, ShiftEnded, ShiftStarted, SubjectWithdrawn, TubeClosed};
use crate::scan::is_unseen;
use crate::state::{self, ShiftRow, lane_key};

/// What a shift is begun with.
#[derive(Clone, PartialEq, Eq)]
pub struct ShiftPlan {
    /// The round's name or id; the profile's first round without.
    pub round: Option<String>,
    /// The site.
    pub site: String,
    /// Fixed site or moving team; the profile's word on the site without.
    pub place: Option<Place>,
    /// The operator.
    pub operator: String,
    /// The organisation that sent the operator.
    pub organisation: Option<String>,
}

impl std::fmt::Debug for ShiftPlan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ShiftPlan")
    }
}

/// The figures with which a shift ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShiftFigures {
    /// People bound and neither undone nor voided.
    pub people: u32,
    /// Tubes with at least one such person, spoiled ones apart.
    pub tubes: u32,
    /// Of these, tubes closed before they were full.
    pub short: u32,
    /// Spoiled tubes.
    pub spoiled: u32,
}

/// Begins a shift; see [`super::Station::start_shift`].
pub(super) fn start(
    action: &mut Action<'_>,
    profiles: &Profiles,
    lane: Option<&str>,
    plan: &ShiftPlan,
    random: [u8; 10],
) -> Result<RecordRef> {
    let profile = profiles.in_force(action)?;
    let body = shift_of_plan(&profile, plan, uuid_v7(action.wall_ms(), random))?;
    if state::round_is_erased(action.conn(), body.round)? {
        return Err(Error::refused("shift", "this round was erased on this device; choose another round"));
    }
    let key = lane_key(action, lane)?;
    let running = state::shifts_open(action.conn())?.into_iter().rev().find(|shift| shift.lane == key);
    if let Some(running) = running {
        let known = shift_of(action, Some(running.at))?;
        if known
            .is_some_and(|known| ShiftStarted { shift: known.shift, profile: known.profile, ..body.clone() } == known)
        {
            return Ok(running.at);
        }
        end(action, lane, &running, running.round != body.round)?;
    }
    action.append(lane, None, body)
}

fn shift_of_plan(profile: &Profile, plan: &ShiftPlan, shift: Uuid) -> Result<ShiftStarted> {
    name("site", &plan.site)?;
    name("operator", &plan.operator)?;
    plan.organisation.as_deref().map_or(Ok(()), |organisation| name("organisation", organisation))?;
    let round = match &plan.round {
        Some(wanted) => profile.round(wanted),
        None => profile.rounds.first(),
    };
    let known = || profile.rounds.iter().map(|round| round.name.as_str()).collect::<Vec<_>>().join(", ");
    let round =
        round.ok_or_else(|| Error::invalid("round", format!("the profile has only these rounds: {}", known())))?;
    let site = profile.site(&plan.site);
    if site.is_none() && !profile.sites.is_empty() {
        let known = profile.sites.iter().map(|site| site.name.as_str()).collect::<Vec<_>>().join(", ");
        return Err(Error::invalid("site", format!("the profile has only these sites: {known}")));
    }
    Ok(ShiftStarted {
        shift,
        round: round.id,
        round_name: round.name.clone(),
        site: plan.site.clone(),
        place: plan.place.or(site.map(|site| site.place)).unwrap_or(Place::Fixed),
        operator: plan.operator.clone(),
        organisation: plan.organisation.clone(),
        profile: profile.version,
    })
}

/// A name that is neither empty nor longer than a record should hold.
pub(super) fn name(what: &'static str, name: &str) -> Result<()> {
    let count = name.chars().count();
    if name.trim().is_empty() || count > NAME_CHARS_MAX || name.chars().any(is_unseen) {
        return Err(Error::invalid(
            what,
            format!("it must have 1 to {NAME_CHARS_MAX} characters and none that only steers a screen"),
        ));
    }
    Ok(())
}

/// Ends a running shift. With `closing` the tubes that nobody will work with any more are closed
/// and who waits is let go; without, the next operator takes them over.
pub(super) fn end(
    action: &mut Action<'_>,
    lane: Option<&str>,
    shift: &ShiftRow,
    closing: bool,
) -> Result<ShiftFigures> {
    if closing {
        close_tubes(action, shift)?;
        let waiting = state::waiting_in_round(action.conn(), shift.round)?;
        for waiting in waiting {
            if is_left_behind(action, shift, &waiting.lane)? {
                let lane = lane_of(action, waiting.at)?;
                action.append(lane.as_deref(), Some(shift.at), SubjectWithdrawn { subject: waiting.at })?;
            }
        }
    }
    let figures = figures(action, shift)?;
    let ShiftFigures { people, tubes, short, spoiled } = figures;
    action.append(lane, Some(shift.at), ShiftEnded { shift: shift.at, people, tubes, short, spoiled })?;
    Ok(figures)
}

fn close_tubes(action: &mut Action<'_>, shift: &ShiftRow) -> Result<()> {
    for tube in state::open_tubes(action.conn(), shift.round)? {
        if is_left_behind(action, shift, &tube.holder)? {
            let lane = lane_of(action, tube.held)?;
            let body = TubeClosed { tube: tube.at, reason: CloseReason::ShiftEnd, people: tube.count, note: None };
            action.append(lane.as_deref(), Some(shift.at), body)?;
        }
    }
    Ok(())
}

/// Whether nobody works for this round in a lane any more once `shift` has ended.
fn is_left_behind(action: &Action<'_>, shift: &ShiftRow, lane: &[u8; 16]) -> Result<bool> {
    let works = state::shift_of_lane(action.conn(), lane)?;
    Ok(works.is_none_or(|works| works.at == shift.at || works.round != shift.round))
}

fn figures(source: &dyn Source, shift: &ShiftRow) -> Result<ShiftFigures> {
    let mut sum = ShiftFigures::default();
    for row in state::figures(source.conn(), shift.round)?.iter().filter(|row| row.shift == Some(shift.at)) {
        sum.people += row.people;
        sum.tubes += row.tubes;
        sum.short += row.short;
        sum.spoiled += row.spoiled;
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn names_that_steer_a_screen_are_refused() {
        for bad in ["", "  ", "\u{202e}tsaE", "East\u{200b}", "\u{fffe}", "East\n", "\u{1b}[2J"] {
            assert!(name("site", bad).is_err(), "{bad:?}");
        }
        for good in ["East", "莲湖区 1 号点", "Örebro", "A-1"] {
            assert!(name("site", good).is_ok(), "{good:?}");
        }
    }
}
