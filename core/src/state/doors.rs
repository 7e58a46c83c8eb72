//! Work from door to door in the state: rows of what the records say; the facts that are read from them are beside it.
//!
//! A row is what its record says and nothing more: no row changes another. What counts is worked out by
//! [`crate::doors`], the same here and at a hub.

use rusqlite::{Connection, Transaction, params};
use uuid::Uuid;

use super::Keys;
use super::facts::id;
use super::query::{all, at_set, one};
use super::rows::{At, Round};
use crate::error::Result;
use crate::id::RecordRef;
use crate::record::{Body, FollowUpKind, Record, ResidentAdded, added_id};
use crate::roster::{HouseholdId, ResidentId};
use crate::scan::person_key_text;

/// What ended: the kind of the record that ended it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// A tube, by being spoiled.
    Tube,
    /// A claim, by being given up.
    Claim,
    /// A follow-up, by being closed.
    FollowUp,
}

impl Ended {
    /// The kind of the ending record.
    pub(super) const fn kind(self) -> i64 {
        match self {
            Self::Tube => 22,
            Self::Claim => 52,
            Self::FollowUp => 59,
        }
    }
}

/// One record's row.
struct Line<'a> {
    tx: &'a Transaction<'a>,
    at: At,
    round: Round,
    lane: [u8; 16],
    shift: Option<At>,
}

/// Writes the row of a record that says something of doors; every other record is left alone.
pub(super) fn apply(tx: &Transaction<'_>, keys: &dyn Keys, record: &Record, round: Uuid, lane: [u8; 16]) -> Result<()> {
    let line = Line { tx, at: At(record.at), round: Round(round), lane, shift: record.stamp.shift.map(At) };
    match &record.body {
        Body::Visit(body) => line.insert(
            "INSERT OR REPLACE INTO state_visits (at, round, lane, shift, household, state, lives, replaces)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                line.at,
                line.round,
                line.lane,
                line.shift,
                body.household.0,
                body.state.code(),
                body.lives,
                body.replaces.map(At)
            ],
        ),
        Body::BuildingClaimed(body) => line.insert(
            "INSERT OR REPLACE INTO state_claims (at, round, until_ms) VALUES (?1, ?2, ?3)",
            params![line.at, line.round, body.until_ms],
        ),
        Body::ClaimsTold(_) => line.insert(
            "INSERT OR REPLACE INTO state_claims_told (at, round) VALUES (?1, ?2)",
            params![line.at, line.round],
        ),
        Body::HouseholdAdded(_) => line.insert(
            "INSERT OR REPLACE INTO state_households (at, round, household) VALUES (?1, ?2, ?3)",
            params![line.at, line.round, added_id(record.at).0],
        ),
        Body::ResidentAdded(body) => line.resident(keys, body, added_id(record.at)),
        Body::FollowUp(body) => line.insert(
            "INSERT OR REPLACE INTO state_follow_ups (at, round, lane, shift, household, resident, what, due_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                line.at,
                line.round,
                line.lane,
                line.shift,
                body.household.0,
                body.resident.map(|id| id.0),
                body.what.code(),
                body.due_ms
            ],
        ),
        Body::ResidentExcused(body) => line.insert(
            "INSERT OR REPLACE INTO state_excuses (at, round, lane, shift, resident, excuse, replaces)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                line.at,
                line.round,
                line.lane,
                line.shift,
                body.resident.0,
                body.excuse.code(),
                body.replaces.map(At)
            ],
        ),
        Body::ResidentSampled(body) => line.insert(
            "INSERT OR REPLACE INTO state_links (at, round, resident, subject) VALUES (?1, ?2, ?3, ?4)",
            params![line.at, line.round, body.resident.0, At(body.subject)],
        ),
        Body::ProxyIssued(body) => line.card(record.at, body.resident, None),
        Body::ProxyRead(body) if body.refused.is_none() => line.card(body.card, None, body.subject),
        Body::TubeSpoiled(body) => body.tube.map_or(Ok(()), |tube| line.ends(Ended::Tube, tube)),
        Body::ClaimReleased(body) => line.ends(Ended::Claim, body.claim),
        Body::FollowUpClosed(body) => line.ends(Ended::FollowUp, body.follow_up),
        _ => Ok(()),
    }
}

impl Line<'_> {
    fn insert(&self, sql: &str, params: impl rusqlite::Params) -> Result<()> {
        self.tx.prepare_cached(sql)?.execute(params)?;
        Ok(())
    }

    fn resident(&self, keys: &dyn Keys, body: &ResidentAdded, id: ResidentId) -> Result<()> {
        let text = person_key_text(body.document, body.number.as_deref(), body.issuer.as_deref());
        let person = text.map_or(Ok(None), |text| keys.person_key(self.round.0, text.expose()))?;
        self.insert(
            "INSERT OR REPLACE INTO state_residents (at, round, resident, household, person)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![self.at, self.round, id.0, body.household.0, person],
        )
    }

    fn card(&self, card: RecordRef, resident: Option<ResidentId>, subject: Option<RecordRef>) -> Result<()> {
        if resident.is_none() && subject.is_none() {
            return Ok(());
        }
        self.insert(
            "INSERT OR REPLACE INTO state_cards (at, round, card, resident, subject) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![self.at, self.round, At(card), resident.map(|id| id.0), subject.map(At)],
        )
    }

    fn ends(&self, what: Ended, ends: RecordRef) -> Result<()> {
        self.insert(
            "INSERT OR REPLACE INTO state_ends (at, round, kind, ends) VALUES (?1, ?2, ?3, ?4)",
            params![self.at, self.round, what.kind(), At(ends)],
        )
    }
}

// Questions of the station.

/// The household of a visit of the round, and whether another visit corrects it.
pub(crate) fn visit(conn: &Connection, round: Uuid, visit: RecordRef) -> Result<Option<(HouseholdId, bool)>> {
    let sql = "SELECT household, EXISTS (SELECT 1 FROM state_visits WHERE round = ?2 AND replaces = ?1)
        FROM state_visits WHERE at = ?1 AND round = ?2";
    one(conn, sql, params![At(visit), Round(round)], |row| Ok((id(row, "household")?, row.get(1)?)))
}

/// Whether the round has a visit at a household.
pub(crate) fn was_visited(conn: &Connection, round: Uuid, household: HouseholdId) -> Result<bool> {
    let sql = "SELECT 1 FROM state_visits WHERE round = ?1 AND household = ?2 LIMIT 1";
    Ok(one(conn, sql, params![Round(round), household.0], |_| Ok(()))?.is_some())
}

/// Whether the record is a claim of the round.
pub(crate) fn is_claim(conn: &Connection, round: Uuid, claim: RecordRef) -> Result<bool> {
    let sql = "SELECT 1 FROM state_claims WHERE at = ?1 AND round = ?2";
    Ok(one(conn, sql, params![At(claim), Round(round)], |_| Ok(()))?.is_some())
}

/// The claims of a round that were not given up.
pub(crate) fn open_claims(conn: &Connection, round: Uuid) -> Result<Vec<RecordRef>> {
    let sql = "SELECT at FROM state_claims WHERE round = ?1
        AND NOT EXISTS (SELECT 1 FROM state_ends WHERE ends = state_claims.at AND kind = ?2) ORDER BY at";
    all(conn, sql, params![Round(round), Ended::Claim.kind()], |row| at_set(row, "at"))
}

/// What other teams told of their claims in a round.
pub(crate) fn claims_told(conn: &Connection, round: Uuid) -> Result<Vec<RecordRef>> {
    let sql = "SELECT at FROM state_claims_told WHERE round = ?1 ORDER BY at";
    all(conn, sql, params![Round(round)], |row| at_set(row, "at"))
}

/// Whether something of the round has ended.
pub(crate) fn has_ended(conn: &Connection, round: Uuid, what: Ended, of: RecordRef) -> Result<bool> {
    let sql = "SELECT 1 FROM state_ends WHERE ends = ?1 AND kind = ?2 AND round = ?3 LIMIT 1";
    Ok(one(conn, sql, params![At(of), what.kind(), Round(round)], |_| Ok(()))?.is_some())
}

/// Whether the record is a follow-up of the round.
pub(crate) fn is_follow_up(conn: &Connection, round: Uuid, follow_up: RecordRef) -> Result<bool> {
    let sql = "SELECT 1 FROM state_follow_ups WHERE at = ?1 AND round = ?2";
    Ok(one(conn, sql, params![At(follow_up), Round(round)], |_| Ok(()))?.is_some())
}

/// The follow-up of this kind that is open for a household or one of its people.
pub(crate) fn open_follow_up(
    conn: &Connection,
    round: Uuid,
    household: HouseholdId,
    resident: Option<ResidentId>,
    what: FollowUpKind,
) -> Result<Option<RecordRef>> {
    let sql = "SELECT at FROM state_follow_ups WHERE round = ?1 AND household = ?2 AND resident IS ?3 AND what = ?4
        AND NOT EXISTS (SELECT 1 FROM state_ends WHERE ends = state_follow_ups.at AND kind = ?5) LIMIT 1";
    let resident = resident.map(|id| id.0);
    let params = params![Round(round), household.0, resident, what.code(), Ended::FollowUp.kind()];
    one(conn, sql, params, |row| at_set(row, "at"))
}

/// The record of the round that added a household.
pub(crate) fn household_added(conn: &Connection, round: Uuid, household: HouseholdId) -> Result<Option<RecordRef>> {
    let sql = "SELECT at FROM state_households WHERE household = ?1 AND round = ?2";
    one(conn, sql, params![household.0, Round(round)], |row| at_set(row, "at"))
}

/// The records by which households were added in a round.
pub(crate) fn households_added(conn: &Connection, round: Uuid) -> Result<Vec<RecordRef>> {
    let sql = "SELECT at FROM state_households WHERE round = ?1 ORDER BY at";
    all(conn, sql, params![Round(round)], |row| at_set(row, "at"))
}

/// The record of the round that added a person, and the household.
pub(crate) fn resident_added(
    conn: &Connection,
    round: Uuid,
    resident: ResidentId,
) -> Result<Option<(RecordRef, HouseholdId)>> {
    let sql = "SELECT at, household FROM state_residents WHERE resident = ?1 AND round = ?2";
    one(conn, sql, params![resident.0, Round(round)], |row| Ok((at_set(row, "at")?, id(row, "household")?)))
}

/// Somebody who was added at the door and is named by this key; the key is the round's own.
pub(crate) fn added_person(conn: &Connection, person: &[u8; 16]) -> Result<Option<(ResidentId, HouseholdId)>> {
    let sql = "SELECT resident, household FROM state_residents WHERE person = ?1 ORDER BY at LIMIT 1";
    one(conn, sql, params![person], |row| Ok((id(row, "resident")?, id(row, "household")?)))
}

/// Whether the record is an excuse of the round, and whether another one corrects it.
pub(crate) fn excuse(conn: &Connection, round: Uuid, excuse: RecordRef) -> Result<Option<(ResidentId, bool)>> {
    let sql = "SELECT resident, EXISTS (SELECT 1 FROM state_excuses WHERE round = ?2 AND replaces = ?1)
        FROM state_excuses WHERE at = ?1 AND round = ?2";
    one(conn, sql, params![At(excuse), Round(round)], |row| Ok((id(row, "resident")?, row.get(1)?)))
}

/// What the round's records link a person to: bindings, and records by which somebody waits; latest first.
pub(crate) fn links(conn: &Connection, round: Uuid, resident: ResidentId) -> Result<Vec<RecordRef>> {
    let sql = "SELECT subject FROM state_links WHERE round = ?1 AND resident = ?2 ORDER BY at DESC";
    all(conn, sql, params![Round(round), resident.0], |row| at_set(row, "subject"))
}
