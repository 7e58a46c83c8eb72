//! The facts that say something of a few households and people: as few rows as these have, found by indexes. What
//! [`crate::doors`] makes of them says of those households and people what it makes of all facts.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};
use uuid::Uuid;

use super::doors::Ended;
use super::facts::{Read, Said, bound, excused, fact_at, id, person, resident_at, visited};
use super::query::{all, at, at_set};
use super::rows::{At, Round};
use crate::doors::{Act, Fact, Facts, PersonKey};
use crate::error::Result;
use crate::id::RecordRef;
use crate::roster::{HouseholdId, ResidentId};

/// Of whom and what facts are asked for.
#[derive(Default)]
pub(crate) struct About {
    pub(crate) households: BTreeSet<HouseholdId>,
    pub(crate) residents: BTreeSet<ResidentId>,
    /// What names these people, by the round's key.
    pub(crate) people: BTreeSet<PersonKey>,
}

/// Somebody who was added at the door.
pub(crate) struct Added {
    pub(crate) at: RecordRef,
    pub(crate) resident: ResidentId,
    pub(crate) person: Option<PersonKey>,
}

fn added(conn: &Connection, which: &str, params: impl rusqlite::Params) -> Result<Vec<Added>> {
    let sql = format!("SELECT at, resident, person FROM state_residents WHERE round = ?1 AND {which} ORDER BY at");
    all(conn, &sql, params, |row| {
        Ok(Added { at: at_set(row, "at")?, resident: id(row, "resident")?, person: person(row)? })
    })
}

/// Who was added in a household.
pub(crate) fn added_at(conn: &Connection, round: Uuid, household: HouseholdId) -> Result<Vec<Added>> {
    added(conn, "household = ?2", params![Round(round), household.0])
}

/// Who was added with a number that names this person.
pub(crate) fn added_as(conn: &Connection, round: Uuid, person: PersonKey) -> Result<Vec<Added>> {
    added(conn, "person = ?2", params![Round(round), person.0])
}

/// How many households and people were added, and by which records last.
#[derive(PartialEq, Eq)]
pub(crate) struct AddedRows([(u32, Option<RecordRef>); 2]);

/// The same for a round: it changes whenever somebody is added.
pub(crate) fn added_rows(conn: &Connection, round: Uuid) -> Result<AddedRows> {
    let count = |table: &str| {
        let sql = format!("SELECT count(*) AS count, max(at) AS at FROM {table} WHERE round = ?1");
        let row =
            conn.prepare_cached(&sql)?.query_row((Round(round),), |row| Ok((row.get("count")?, at(row, "at")?)))?;
        Ok::<_, crate::error::Error>(row)
    };
    Ok(AddedRows([count("state_households")?, count("state_residents")?]))
}

/// Everybody who was added, in the order of their references.
pub(crate) fn all_added(conn: &Connection, round: Uuid) -> Result<Vec<Added>> {
    let mut added = added(conn, "TRUE", params![Round(round)])?;
    added.sort_by_key(|added| added.at);
    Ok(added)
}

/// The facts of a round about these.
pub(crate) fn facts(conn: &Connection, round: Uuid, about: &About, read: Read<'_>) -> Result<Facts> {
    let near = Near { conn, round, read };
    let mut facts = Facts::new(round);
    for household in &about.households {
        facts.extend(near.household(*household)?);
    }
    let mut subjects = BTreeSet::new();
    for resident in &about.residents {
        facts.extend(near.resident(*resident, &mut subjects)?);
    }
    let by_person = "SELECT * FROM state_subjects WHERE round = ?1 AND person = ?2";
    for person in &about.people {
        facts.extend(near.bound(by_person, params![Round(round), person.0])?);
    }
    let by_record = "SELECT * FROM state_subjects WHERE at = ?2 AND round = ?1
        UNION SELECT * FROM state_subjects WHERE waited = ?2 AND round = ?1";
    for subject in subjects {
        facts.extend(near.bound(by_record, params![Round(round), At(subject)])?);
    }
    facts.extend(near.claims()?);
    Ok(facts)
}

/// The facts that say something of claims in a round.
pub(crate) fn claims(conn: &Connection, round: Uuid, read: Read<'_>) -> Result<Facts> {
    let mut facts = Facts::new(round);
    facts.extend(Near { conn, round, read }.claims()?);
    Ok(facts)
}

/// A round's rows, and the records behind them.
struct Near<'a> {
    conn: &'a Connection,
    round: Uuid,
    read: Read<'a>,
}

impl Near<'_> {
    /// Where it lives, its visits with what corrects them, wherever that is, and who was added there.
    fn household(&self, household: HouseholdId) -> Result<Vec<Fact>> {
        let own = (Round(self.round), household.0);
        let mut facts = Vec::new();
        let sql = "SELECT at FROM state_households WHERE household = ?2 AND round = ?1";
        for at in all(self.conn, sql, own, |row| at_set(row, "at"))? {
            facts.extend(fact_at(self.read, at)?);
        }
        let visits = "SELECT * FROM state_visits WHERE round = ?1 AND household = ?2";
        let corrects = "SELECT * FROM state_visits WHERE replaces = ?2 AND round = ?1";
        facts.extend(self.with_corrections((visits, corrects), household.0, visited)?);
        for added in added_at(self.conn, self.round, household)? {
            facts.extend(resident_at(self.read, added.at, added.person)?);
        }
        Ok(facts)
    }

    fn with_corrections(
        &self,
        (own, corrects): (&str, &str),
        of: [u8; 16],
        fact: fn(&rusqlite::Row<'_>) -> rusqlite::Result<Option<Said>>,
    ) -> Result<Vec<Fact>> {
        let mut facts: Vec<Fact> = Vec::new();
        for (said, _) in all(self.conn, own, params![Round(self.round), of], fact)?.into_iter().flatten() {
            if let Fact::Visit { act, .. } | Fact::Excused { act, .. } = &said {
                let by = all(self.conn, corrects, params![Round(self.round), At(act.at)], fact)?;
                facts.extend(by.into_iter().flatten().map(|(fact, _)| fact));
            }
            facts.push(said);
        }
        Ok(facts)
    }

    /// Excuses, cards and links of a person, and the record that added them; `subjects` gets the samples.
    fn resident(&self, resident: ResidentId, subjects: &mut BTreeSet<RecordRef>) -> Result<Vec<Fact>> {
        let own = (Round(self.round), resident.0);
        let excuses = "SELECT * FROM state_excuses WHERE round = ?1 AND resident = ?2";
        let corrects = "SELECT * FROM state_excuses WHERE replaces = ?2 AND round = ?1";
        let mut facts = self.with_corrections((excuses, corrects), resident.0, excused)?;
        for added in added(self.conn, "resident = ?2", own)? {
            facts.extend(resident_at(self.read, added.at, added.person)?);
        }
        let links = "SELECT at, subject FROM state_links WHERE round = ?1 AND resident = ?2";
        for (at, subject) in all(self.conn, links, own, |row| Ok((at_set(row, "at")?, at_set(row, "subject")?)))? {
            subjects.insert(subject);
            facts.push(Fact::Sampled { at, resident, subject });
        }
        let cards = "SELECT card FROM state_cards WHERE resident = ?2 AND round = ?1";
        let read = "SELECT subject FROM state_cards WHERE card = ?2 AND round = ?1 AND resident IS NULL";
        for card in all(self.conn, cards, own, |row| at_set(row, "card"))? {
            facts.push(Fact::CardIssued { card, resident });
            let by_card = all(self.conn, read, params![Round(self.round), At(card)], |row| at(row, "subject"))?;
            for subject in by_card.into_iter().flatten() {
                subjects.insert(subject);
                facts.push(Fact::CardRead { card, subject });
            }
        }
        Ok(facts)
    }

    /// Bindings, whether they ended, and whether their tubes were spoiled.
    fn bound(&self, sql: &str, params: impl rusqlite::Params) -> Result<Vec<Fact>> {
        let rows = all(self.conn, sql, params, |row| Ok((bound(row)?, row.get::<_, i64>("fate")?)))?;
        let spoiled = "SELECT 1 FROM state_ends WHERE ends = ?1 AND kind = ?2 AND round = ?3 LIMIT 1";
        let mut facts = Vec::new();
        for (said, fate) in rows {
            let Some((bound, _)) = said else { continue };
            let Fact::Bound { act: Act { at: subject, .. }, tube, .. } = bound else { continue };
            facts.push(bound);
            if fate != 0 {
                facts.push(Fact::Ended { subject });
            }
            let spoilt = params![At(tube), Ended::Tube.kind(), Round(self.round)];
            if self.conn.prepare_cached(spoiled)?.exists(spoilt)? {
                facts.push(Fact::Spoiled { tube });
            }
        }
        Ok(facts)
    }

    /// Every claim, and what others told of theirs: it covers doors, not households.
    fn claims(&self) -> Result<Vec<Fact>> {
        let mut facts = Vec::new();
        let claims =
            "SELECT at FROM state_claims WHERE round = ?1 UNION SELECT at FROM state_claims_told WHERE round = ?1";
        for at in all(self.conn, claims, params![Round(self.round)], |row| at_set(row, "at"))? {
            facts.extend(fact_at(self.read, at)?);
        }
        let released = "SELECT state_ends.at AS at, ends FROM state_claims
            JOIN state_ends ON ends = state_claims.at AND kind = ?2 WHERE state_claims.round = ?1 AND state_ends.round = ?1";
        let params = params![Round(self.round), Ended::Claim.kind()];
        facts.extend(all(self.conn, released, params, |row| {
            Ok(Fact::Released { at: at_set(row, "at")?, claim: at_set(row, "ends")? })
        })?);
        Ok(facts)
    }
}
