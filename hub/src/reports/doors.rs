//! Work from door to door over everybody's records: the same fold as on a phone ([`fieldcore::doors`]).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use fieldcore::RecordRef;
use fieldcore::doors::{Doors, Facts, Known, PersonKey, Place, words_of};
use fieldcore::record::{Body, Record};
use fieldcore::roster::{Category, Dweller, Homes, ResidentId};
use serde::Serialize;
use uuid::Uuid;

use super::ledger::find_round;
use super::lookup::Lookup;
use crate::error::{Error, Result};
use crate::keys::KeyRing;
use crate::store::Reads;
use crate::store::rows::{At, ItemStatus, RoundRow};

/// A round's doors as the hub knows them.
pub(crate) struct RoundDoors {
    pub(crate) round: RoundRow,
    pub(crate) doors: Doors,
}

/// Who is missed, with what a team needs to find them.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct MissedRow {
    /// Where it is.
    #[serde(flatten)]
    pub place: Place,
    /// The person's name; null for a household of which nobody is known, and where no name is.
    pub name: Option<String>,
    /// The document's number, or what describes a person without one.
    pub number: Option<String>,
    /// The telephone.
    pub contact: Option<String>,
    /// What a team must know before it knocks.
    pub categories: Vec<&'static str>,
    /// Why the person is missed: an excuse, or the household's state.
    pub reason: &'static str,
    /// The operator's words to it.
    pub words: Option<String>,
}

/// One claim with who made it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ClaimRow {
    /// The record.
    pub claim: String,
    /// The device.
    pub device: String,
    /// Whose shift it was.
    pub operator: Option<String>,
    /// The area; null for any.
    pub area: Option<String>,
    /// The building.
    pub building: String,
    /// The stairwell; null for all.
    pub stairwell: Option<String>,
    /// The first door; null for all from the first.
    pub first: Option<String>,
    /// The last door; null for all to the last.
    pub last: Option<String>,
    /// Until when the team meant it, by its own clock.
    pub until_ms: i64,
    /// Whether it was given up.
    pub released: bool,
    /// Known households that it covers.
    pub homes: u32,
}

/// A door that claims of several devices cover.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ContestedRow {
    /// Where it is.
    #[serde(flatten)]
    pub place: Place,
    /// The claims.
    pub claims: Vec<String>,
    /// The one that keeps the door.
    pub keeps: String,
    /// Whether a visit decided, not the hash.
    pub by_visit: bool,
}

/// What teams mean to do, and where they mean the same doors.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct ClaimsReport {
    /// Every claim.
    pub claims: Vec<ClaimRow>,
    /// Doors that several claims cover.
    pub contested: Vec<ContestedRow>,
}

/// The round that was named; without a name, the only one there is.
fn round(reads: &dyn Reads, name: Option<&str>) -> Result<RoundRow> {
    if let Some(name) = name {
        return find_round(reads, name);
    }
    let mut rounds = reads.rounds()?.into_iter();
    match (rounds.next(), rounds.next()) {
        (Some(only), None) => Ok(only),
        // Before anything has arrived the lists alone say what is to be done.
        (None, _) => Ok(RoundRow { no: 0, id: [0; 16], name: String::new() }),
        (Some(_), Some(_)) => Err(Error::refused(
            "doors of all rounds at once",
            "every round has its own; name one with --round, `ledger --by round` lists them",
        )),
    }
}

/// Folds a round's records over `roster`.
pub(crate) fn doors(lookup: &Lookup<'_>, ring: &KeyRing, name: Option<&str>, roster: &dyn Homes) -> Result<RoundDoors> {
    let round = round(lookup.reads, name)?;
    let key = |text: &str| Some(PersonKey(ring.person(text)));
    let mut facts = Facts::new(Uuid::from_bytes(round.id));
    let shifts: HashMap<At, i64> = lookup.reads.shifts()?.into_iter().map(|shift| (shift.at, shift.round)).collect();
    let mut rounds = RoundOf { lookup, shifts, known: HashMap::new() };
    let items = if round.no == 0 { Vec::new() } else { lookup.reads.items_of_round(round.no)? };
    for item in items {
        let Some(item) = lookup.reads.item(item)?.filter(|item| item.status == ItemStatus::Opened) else { continue };
        for row in lookup.reads.records(item.stream, item.first_seq, item.last_seq)? {
            if row.item != item.no {
                continue;
            }
            let Some((record, _)) = lookup.record(row.at)? else { continue };
            if rounds.of(row.at, &record)? == Some(round.no) {
                facts.take(&record, &key);
            }
        }
    }
    let none = BTreeSet::new();
    let doors = Doors::of(&facts, roster, Known { key: &key, sampled: &none });
    Ok(RoundDoors { round, doors })
}

/// Which round a record belongs to, by its shift.
struct RoundOf<'l, 'a> {
    lookup: &'l Lookup<'a>,
    shifts: HashMap<At, i64>,
    known: HashMap<RecordRef, Option<i64>>,
}

impl RoundOf<'_, '_> {
    fn of(&mut self, at: At, record: &Record) -> Result<Option<i64>> {
        if let Body::ShiftStarted(_) = record.body {
            return Ok(self.shifts.get(&at).copied());
        }
        let Some(shift) = record.stamp.shift else { return Ok(None) };
        if let Some(known) = self.known.get(&shift) {
            return Ok(*known);
        }
        let round = self.lookup.place_of(shift)?.and_then(|at| self.shifts.get(&at).copied());
        self.known.insert(shift, round);
        Ok(round)
    }
}

/// The people of a roster by their ids.
fn dwellers(roster: &dyn Homes) -> BTreeMap<ResidentId, Dweller<'_>> {
    (0..roster.homes())
        .flat_map(|home| (0..roster.home(home).people).map(move |index| roster.dweller(home, index)))
        .map(|dweller| (dweller.id, dweller))
        .collect()
}

/// Who is missed, with names: for the team that goes there.
pub(crate) fn missed(lookup: &Lookup<'_>, found: &RoundDoors, roster: &dyn Homes) -> Result<Vec<MissedRow>> {
    let listed = dwellers(roster);
    let added: BTreeMap<ResidentId, RecordRef> =
        found.doors.people.iter().filter_map(|person| Some((person.resident, *person.added.as_deref()?))).collect();
    let categories: BTreeMap<ResidentId, Vec<&'static str>> = found
        .doors
        .people
        .iter()
        .map(|person| (person.resident, person.categories.iter().map(Category::as_str).collect()))
        .collect();
    let mut rows = Vec::with_capacity(found.doors.missed_count());
    for missed in found.doors.missed() {
        let person = missed.resident.and_then(|id| listed.get(&id));
        let met = missed.resident.and_then(|id| added.get(&id).copied());
        let met = met.map_or(Ok(None), |at| body_of(lookup, at))?;
        let (name, number, contact) = match (person, met) {
            (Some(one), _) => {
                (Some(one.name.to_owned()), one.number.map(str::to_owned), one.contact.map(str::to_owned))
            }
            (None, Some(Body::ResidentAdded(body))) => (body.name, body.number.or(body.description), body.contact),
            _ => (None, None, None),
        };
        rows.push(MissedRow {
            place: missed.place.clone(),
            name: name.filter(|name| !name.is_empty()),
            number,
            contact,
            categories: missed.resident.and_then(|id| categories.get(&id).cloned()).unwrap_or_default(),
            reason: missed.reason(),
            words: missed.told.map_or(Ok(None), |at| body_of(lookup, at))?.and_then(words_of),
        });
    }
    Ok(rows)
}

fn body_of(lookup: &Lookup<'_>, at: RecordRef) -> Result<Option<Body>> {
    let Some(at) = lookup.place_of(at)? else { return Ok(None) };
    Ok(lookup.record(at)?.map(|(record, _)| record.body))
}

/// Claims with their operators, and the doors that several cover.
pub(crate) fn claims(lookup: &Lookup<'_>, found: &RoundDoors) -> Result<ClaimsReport> {
    let mut report = ClaimsReport::default();
    for claim in &found.doors.claims {
        report.claims.push(ClaimRow {
            claim: claim.claim.to_string(),
            device: claim.device.to_string(),
            operator: operator(lookup, claim.claim)?,
            area: claim.area.clone(),
            building: claim.building.clone(),
            stairwell: claim.stairwell.clone(),
            first: claim.first.clone(),
            last: claim.last.clone(),
            until_ms: claim.until_ms,
            released: claim.released.is_some(),
            homes: claim.homes,
        });
    }
    for door in &found.doors.contested {
        report.contested.push(ContestedRow {
            place: door.place.clone(),
            claims: door.claims.iter().map(ToString::to_string).collect(),
            keeps: door.keeps.to_string(),
            by_visit: door.by_visit,
        });
    }
    Ok(report)
}

/// Whose shift a record was written in.
fn operator(lookup: &Lookup<'_>, at: RecordRef) -> Result<Option<String>> {
    let Some(place) = lookup.place_of(at)? else { return Ok(None) };
    let shift = lookup.record(place)?.and_then(|(record, _)| record.stamp.shift);
    let body = shift.map_or(Ok(None), |shift| body_of(lookup, shift))?;
    Ok(match body {
        Some(Body::ShiftStarted(body)) => Some(body.operator),
        _ => None,
    })
}
