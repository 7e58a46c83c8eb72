//! What an operator gives at a door, checked before anything is written.

use super::super::shift;
use crate::doors::{Place, place_of};
use crate::error::{Error, Result};
use crate::limits::{HOME_PEOPLE_MAX, NOTE_CHARS_MAX};
use crate::record::{Body, BuildingClaimed, HouseholdAdded};
use crate::roster::{Folded, HouseholdId, ResidentId, compare};
use crate::scan::is_unseen;
use crate::state::doors;

use super::super::desk::Desk;

/// Words that may be left out; blanks alone are none.
pub(super) fn words(what: &'static str, text: Option<&str>) -> Result<Option<String>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let count = text.chars().count();
    if count > NOTE_CHARS_MAX {
        return Err(Error::invalid(what, format!("it has {count} characters; say it in at most {NOTE_CHARS_MAX}")));
    }
    if text.chars().any(|c| is_unseen(c) && c != '\n') {
        return Err(Error::invalid(what, "it has characters that only steer a screen; type it again without them"));
    }
    Ok(Some(text.to_owned()))
}

/// Words that must be there.
pub(super) fn words_due(what: &'static str, text: Option<&str>) -> Result<String> {
    words(what, text)?.ok_or_else(|| Error::invalid(what, "it is empty; say it in a few words"))
}

/// A part of a place that must be there.
pub(super) fn place(what: &'static str, text: &str) -> Result<String> {
    let text = text.trim();
    shift::name(what, text)?;
    Ok(text.to_owned())
}

/// A part of a place that may be left out.
pub(super) fn place_or_none(what: &'static str, text: Option<&str>) -> Result<Option<String>> {
    text.filter(|text| !text.trim().is_empty()).map(|text| place(what, text)).transpose()
}

/// How many people live in a household.
pub(super) fn lives(lives: Option<u32>) -> Result<Option<u32>> {
    match lives {
        Some(found) if found > HOME_PEOPLE_MAX => {
            Err(Error::Limit { what: "people of one household", found: found.into(), limit: HOME_PEOPLE_MAX.into() })
        }
        other => Ok(other),
    }
}

/// The doors of a claim must be in order.
pub(super) fn range(claim: &BuildingClaimed) -> Result<()> {
    match (&claim.first, &claim.last) {
        (Some(first), Some(last)) if compare(first, last).is_gt() => {
            Err(Error::invalid("claim", "its last door comes before its first; give them the other way round"))
        }
        _ if claim.until_ms < 0 => {
            Err(Error::invalid("claim", "its time lies before 1970; give the milliseconds since then"))
        }
        _ => Ok(()),
    }
}

impl Desk<'_, '_> {
    /// Refuses a household of which nothing is known here.
    pub(super) fn must_know(&self, household: HouseholdId) -> Result<()> {
        let (conn, round) = (self.action.tx(), self.shift.round);
        let known = self.roster.is_some_and(|listed| listed.homes.find(household).is_some())
            || doors::household_added(conn, round, household)?.is_some()
            // The list may have changed since the last visit.
            || doors::was_visited(conn, round, household)?;
        if known {
            return Ok(());
        }
        let why = "it is neither on the list in force nor added here; look it up again, or add it";
        Err(Error::refused("household", why))
    }

    /// The household of a person of the list, or of one added at the door.
    pub(super) fn home_of(&self, resident: ResidentId) -> Result<HouseholdId> {
        let listed = self.roster.and_then(|listed| listed.resident(resident)).map(|(home, _)| home.id);
        let added = || doors::resident_added(self.action.tx(), self.shift.round, resident);
        match listed {
            Some(household) => Ok(household),
            None => added()?.map(|(_, household)| household).ok_or_else(unknown_resident),
        }
    }

    /// Refuses a claim of doors that a claim of this device covers word for word.
    pub(super) fn must_be_unclaimed(&self, new: &BuildingClaimed) -> Result<()> {
        for at in doors::open_claims(self.action.tx(), self.shift.round)? {
            let Some(Body::BuildingClaimed(known)) = self.record(at)?.map(|record| record.body) else { continue };
            if (BuildingClaimed { until_ms: new.until_ms, ..known }) == *new {
                let why = "these very doors are claimed already; go on, or give up that claim first";
                return Err(Error::refused("claim", why));
            }
        }
        Ok(())
    }

    /// Households that are known at the very door of a new one.
    pub(super) fn at_same_door(&self, new: &HouseholdAdded) -> Result<Vec<HouseholdId>> {
        let place = place_of(new);
        if new.door.is_none() {
            return Ok(Vec::new());
        }
        let here = folded(&place);
        let mut same = self.roster.map_or_else(Vec::new, |listed| listed.at_place(&place.as_door()));
        for at in doors::households_added(self.action.tx(), self.shift.round)? {
            let Some(Body::HouseholdAdded(body)) = self.record(at)?.map(|record| record.body) else { continue };
            if folded(&place_of(&body)) == here {
                same.push(crate::record::added_id(at));
            }
        }
        Ok(same)
    }
}

fn folded(place: &Place) -> [Folded; 4] {
    [&place.area, &place.building, &place.stairwell, &place.door].map(|text| Folded::new(text))
}

pub(super) fn unknown_resident() -> Error {
    Error::refused("resident", "nobody of this id is on the list in force or was added here; look the person up again")
}
