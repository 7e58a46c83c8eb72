//! The facts of a round, read from the state's rows and, for names and places, from the records behind them.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Connection, Row};
use uuid::Uuid;

use super::doors::Ended;
use super::query::{all, at, at_set};
use super::rows::Round;
use crate::doors::{Act, Fact, Facts, PersonKey};
use crate::error::Result;
use crate::id::RecordRef;
use crate::pack::Fixed;
use crate::record::{Excuse, FollowUpKind, Record, VisitState};

/// Reads a record; one that cannot be read any more says nothing.
pub(super) type Read<'a> = &'a dyn Fn(RecordRef) -> Result<Option<Record>>;

/// What a row says, with the lane's key where the fact has its name.
pub(super) type Said = (Fact, [u8; 16]);

pub(super) fn id(row: &Row<'_>, column: &str) -> rusqlite::Result<Fixed<16>> {
    Ok(Fixed(row.get(column)?))
}

fn id_or_none(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Fixed<16>>> {
    Ok(row.get::<_, Option<[u8; 16]>>(column)?.map(Fixed))
}

pub(super) fn person(row: &Row<'_>) -> rusqlite::Result<Option<PersonKey>> {
    Ok(row.get::<_, Option<[u8; 16]>>("person")?.map(PersonKey))
}

/// The lane's name is put in later: it stands in records alone.
fn act(row: &Row<'_>) -> rusqlite::Result<(Act, [u8; 16])> {
    Ok((Act { at: at_set(row, "at")?, shift: at(row, "shift")?, lane: None }, row.get("lane")?))
}

/// The facts of a round.
pub(crate) fn facts(conn: &Connection, round: Uuid, read: Read<'_>) -> Result<Facts> {
    let lanes = BTreeMap::from([([0; 16], None)]);
    let mut gathering = Gathering { conn, round: Round(round), read, lanes, found: Vec::new() };
    gathering.plain("SELECT at FROM state_subjects WHERE round = ?1 AND fate <> 0", ended)?;
    gathering.plain("SELECT at, resident, subject FROM state_links WHERE round = ?1", sampled)?;
    gathering.plain("SELECT at, kind, ends FROM state_ends WHERE round = ?1", over)?;
    gathering.plain("SELECT card, resident, subject FROM state_cards WHERE round = ?1", card)?;
    for table in ["state_shifts", "state_claims", "state_claims_told", "state_households"] {
        gathering.of_records(table)?;
    }
    gathering.residents()?;
    gathering.said("SELECT * FROM state_subjects WHERE round = ?1", bound)?;
    gathering.said("SELECT * FROM state_visits WHERE round = ?1", visited)?;
    gathering.said("SELECT * FROM state_follow_ups WHERE round = ?1", to_do)?;
    gathering.said("SELECT * FROM state_excuses WHERE round = ?1", excused)?;
    let mut facts = Facts::new(round);
    facts.extend(gathering.found);
    Ok(facts)
}

/// Facts on their way from rows. There are tens of thousands: none stands in memory twice.
struct Gathering<'a> {
    conn: &'a Connection,
    round: Round,
    read: Read<'a>,
    lanes: BTreeMap<[u8; 16], Option<Arc<str>>>,
    found: Vec<Fact>,
}

impl Gathering<'_> {
    /// Facts that rows hold whole.
    fn plain(&mut self, sql: &str, fact: fn(&Row<'_>) -> rusqlite::Result<Option<Fact>>) -> Result<()> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query((self.round,))?;
        while let Some(row) = rows.next()? {
            self.found.extend(fact(row)?);
        }
        Ok(())
    }

    /// Facts that name their lane.
    fn said(&mut self, sql: &str, said: fn(&Row<'_>) -> rusqlite::Result<Option<Said>>) -> Result<()> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query((self.round,))?;
        while let Some(row) = rows.next()? {
            if let Some((mut fact, lane)) = said(row)? {
                self.name_lane(&mut fact, lane)?;
                self.found.push(fact);
            }
        }
        Ok(())
    }

    fn name_lane(&mut self, fact: &mut Fact, key: [u8; 16]) -> Result<()> {
        if let Fact::Bound { act, .. }
        | Fact::Visit { act, .. }
        | Fact::FollowUp { act, .. }
        | Fact::Excused { act, .. } = fact
        {
            act.lane = match self.lanes.get(&key) {
                Some(name) => name.clone(),
                None => {
                    let name = (self.read)(act.at)?.and_then(|record| record.stamp.lane.map(Arc::from));
                    self.lanes.insert(key, name.clone());
                    name
                }
            };
        }
        Ok(())
    }

    /// Facts whose texts stand in their records.
    fn of_records(&mut self, table: &str) -> Result<()> {
        let sql = format!("SELECT at FROM {table} WHERE round = ?1");
        for at in all(self.conn, &sql, (self.round,), |row| at_set(row, "at"))? {
            self.found.extend(fact_at(self.read, at)?);
        }
        Ok(())
    }

    /// What a team must know of a person stands in the record alone; who it is, in the row alone.
    fn residents(&mut self) -> Result<()> {
        let sql = "SELECT at, person FROM state_residents WHERE round = ?1";
        for (at, person) in all(self.conn, sql, (self.round,), |row| Ok((at_set(row, "at")?, person(row)?)))? {
            self.found.extend(resident_at(self.read, at, person)?);
        }
        Ok(())
    }
}

/// What a record says by itself.
pub(super) fn fact_at(read: Read<'_>, at: RecordRef) -> Result<Option<Fact>> {
    Ok(read(at)?.and_then(|record| Fact::of(&record, &|_| None)))
}

/// What the record says that added a person, and who that is.
pub(super) fn resident_at(read: Read<'_>, at: RecordRef, named: Option<PersonKey>) -> Result<Option<Fact>> {
    let mut fact = fact_at(read, at)?;
    if let Some(Fact::Resident { person, .. }) = &mut fact {
        *person = named;
    }
    Ok(fact)
}

fn ended(row: &Row<'_>) -> rusqlite::Result<Option<Fact>> {
    Ok(Some(Fact::Ended { subject: at_set(row, "at")? }))
}

fn sampled(row: &Row<'_>) -> rusqlite::Result<Option<Fact>> {
    let (at, resident, subject) = (at_set(row, "at")?, id(row, "resident")?, at_set(row, "subject")?);
    Ok(Some(Fact::Sampled { at, resident, subject }))
}

fn over(row: &Row<'_>) -> rusqlite::Result<Option<Fact>> {
    let (at, kind, ends) = (at_set(row, "at")?, row.get::<_, i64>("kind")?, at_set(row, "ends")?);
    Ok(match kind {
        kind if kind == Ended::Tube.kind() => Some(Fact::Spoiled { tube: ends }),
        kind if kind == Ended::Claim.kind() => Some(Fact::Released { at, claim: ends }),
        kind if kind == Ended::FollowUp.kind() => Some(Fact::Closed { follow_up: ends }),
        _ => None,
    })
}

fn card(row: &Row<'_>) -> rusqlite::Result<Option<Fact>> {
    let (card, resident, subject) = (at_set(row, "card")?, id_or_none(row, "resident")?, at(row, "subject")?);
    Ok(match (resident, subject) {
        (Some(resident), _) => Some(Fact::CardIssued { card, resident }),
        (None, Some(subject)) => Some(Fact::CardRead { card, subject }),
        (None, None) => None,
    })
}

/// Who was bound.
pub(super) fn bound(row: &Row<'_>) -> rusqlite::Result<Option<Said>> {
    let (act, lane) = act(row)?;
    let (person, tube, waited) = (person(row)?, at_set(row, "tube")?, at(row, "waited")?);
    Ok(Some((Fact::Bound { act, person, tube, waited }, lane)))
}

/// What was found. A code that this version does not know was no such record to begin with.
pub(super) fn visited(row: &Row<'_>) -> rusqlite::Result<Option<Said>> {
    let (act, lane) = act(row)?;
    let (household, lives, replaces) = (id(row, "household")?, row.get("lives")?, at(row, "replaces")?);
    let state = VisitState::from_code(row.get("state")?);
    Ok(state.map(|state| (Fact::Visit { act, household, state, lives, replaces }, lane)))
}

/// What is still to be done.
fn to_do(row: &Row<'_>) -> rusqlite::Result<Option<Said>> {
    let (act, lane) = act(row)?;
    let (household, resident, due_ms) = (id(row, "household")?, id_or_none(row, "resident")?, row.get("due_ms")?);
    let what = FollowUpKind::from_code(row.get("what")?);
    Ok(what.map(|what| (Fact::FollowUp { act, household, resident, what, due_ms }, lane)))
}

/// Who is excused.
pub(super) fn excused(row: &Row<'_>) -> rusqlite::Result<Option<Said>> {
    let (act, lane) = act(row)?;
    let (resident, replaces) = (id(row, "resident")?, at(row, "replaces")?);
    let excuse = Excuse::from_code(row.get("excuse")?);
    Ok(excuse.map(|excuse| (Fact::Excused { act, resident, excuse, replaces }, lane)))
}
