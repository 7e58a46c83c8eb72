//! Figures and the ledger: sums over shifts and lanes.

use std::collections::{BTreeMap, HashMap};

use fieldcore::record::Place;
use uuid::Uuid;

use super::model::{Figures, Ledger, LedgerBy, LedgerRow, RowFigures};
use crate::error::{Error, Result};
use crate::store::Reads;
use crate::store::rows::{RoundRow, ShiftRow};

/// The round called `name` or having that id.
pub(crate) fn find_round(reads: &dyn Reads, name: &str) -> Result<RoundRow> {
    let id = Uuid::try_parse(name.trim()).map(|id| *id.as_bytes()).ok();
    let rounds = reads.rounds()?;
    if let Some(found) = rounds.iter().find(|row| Some(row.id) == id) {
        return Ok(found.clone());
    }
    let mut named = rounds.into_iter().filter(|row| row.name == name);
    let found = named.next();
    if found.is_some() && named.next().is_some() {
        // Erasing or exporting the wrong one cannot be taken back.
        return Err(Error::refused(
            "naming a round",
            "several rounds have this name; give its id, `ledger --json` has it",
        ));
    }
    found.ok_or_else(|| Error::Unknown {
        what: "this round".to_owned(),
        next: "`ledger --by round` lists those that the hub has heard of",
    })
}

impl RowFigures {
    fn add(&mut self, other: &Self) {
        self.people += other.people;
        self.tubes += other.tubes;
        self.short += other.short;
        self.spoiled += other.spoiled;
        self.voided += other.voided;
        self.undone += other.undone;
    }
}

/// One line's key: everything that a ledger can be put together by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Key {
    round: i64,
    site: Option<String>,
    place: Option<i64>,
    lane: Option<String>,
    operator: Option<String>,
    organisation: Option<String>,
}

impl Key {
    fn of(shift: Option<&ShiftRow>, lane: Option<String>, by: LedgerBy) -> Self {
        let Some(shift) = shift else {
            return Self { lane: lane.filter(|_| by == LedgerBy::Lane), ..Self::default() };
        };
        let fine = by == LedgerBy::Lane;
        let site = fine || by == LedgerBy::Site;
        let operator = fine || by == LedgerBy::Operator;
        Self {
            round: shift.round,
            site: shift.site.clone().filter(|_| site),
            place: shift.place.filter(|_| site || by == LedgerBy::Place),
            lane: lane.filter(|_| fine),
            operator: shift.operator.clone().filter(|_| operator),
            organisation: shift.organisation.clone().filter(|_| operator),
        }
    }
}

fn sums(reads: &dyn Reads, round: Option<i64>, by: LedgerBy) -> Result<BTreeMap<Key, RowFigures>> {
    let shifts: HashMap<i64, ShiftRow> = reads.shifts()?.into_iter().map(|row| (row.no, row)).collect();
    let mut lanes: HashMap<i64, Option<String>> = HashMap::from([(0, None)]);
    let mut rows: BTreeMap<Key, RowFigures> = BTreeMap::new();
    let mut add = |shift: i64, lane: i64, figures: RowFigures| -> Result<()> {
        let row = shifts.get(&shift);
        if round.is_some_and(|round| row.map_or(0, |row| row.round) != round) {
            return Ok(());
        }
        let name = match lanes.get(&lane) {
            Some(name) => name.clone(),
            None => {
                let name = reads.lane(lane)?;
                lanes.insert(lane, name.clone());
                name
            }
        };
        rows.entry(Key::of(row, name, by)).or_default().add(&figures);
        Ok(())
    };
    for (shift, lane, tally) in reads.tallies()? {
        let count = |value: i64| value.max(0).unsigned_abs();
        let (people, undone, voided) = (count(tally.people), count(tally.undone), count(tally.voided));
        add(shift, lane, RowFigures { people, undone, voided, ..RowFigures::default() })?;
    }
    for (shift, lane, counts) in reads.tube_counts()? {
        let (tubes, short, spoiled) = (counts.tubes, counts.short, counts.spoiled);
        add(shift, lane, RowFigures { tubes, short, spoiled, ..RowFigures::default() })?;
    }
    rows.retain(|_, figures| *figures != RowFigures::default());
    Ok(rows)
}

/// People counted more than once in a round.
fn counted_again(reads: &dyn Reads, round: Option<i64>) -> Result<u64> {
    let mut again = 0;
    for (hash, of) in reads.duplicates()? {
        if round.is_some_and(|round| round != of) {
            continue;
        }
        let mut live = 0u64;
        for person in reads.persons(&hash)?.iter().filter(|person| person.round == of) {
            live += u64::from(reads.subject(person.at)?.is_some_and(|subject| subject.live()));
        }
        again += live.saturating_sub(1);
    }
    Ok(again)
}

fn total(reads: &dyn Reads, round: Option<i64>, rows: &BTreeMap<Key, RowFigures>) -> Result<Figures> {
    let mut sum = RowFigures::default();
    rows.values().for_each(|row| sum.add(row));
    let RowFigures { people, tubes, short, spoiled, voided, undone } = sum;
    let distinct_people = people.saturating_sub(counted_again(reads, round)?);
    Ok(Figures { people, distinct_people, tubes, short, spoiled, voided, undone })
}

/// Rounds whose people were erased, with the figures that were kept.
fn erased(reads: &dyn Reads, round: Option<&RoundRow>) -> Result<Vec<(Uuid, String, Figures)>> {
    let mut out = Vec::new();
    for row in reads.erased_rounds()? {
        if round.is_none_or(|round| round.id == row.round) {
            out.push((Uuid::from_bytes(row.round), row.name, read_figures(&row.figures)?));
        }
    }
    Ok(out)
}

pub(crate) fn write_figures(figures: &Figures) -> Result<Vec<u8>> {
    let Figures { people, distinct_people, tubes, short, spoiled, voided, undone } = figures;
    Ok(fieldcore::pack::encode(&(people, distinct_people, tubes, short, spoiled, voided, undone))?)
}

pub(crate) fn read_figures(bytes: &[u8]) -> Result<Figures> {
    let (people, distinct_people, tubes, short, spoiled, voided, undone) =
        fieldcore::pack::decode(bytes, "kept figures")?;
    Ok(Figures { people, distinct_people, tubes, short, spoiled, voided, undone })
}

/// Figures of one round, or of all; erased rounds included.
pub(crate) fn figures(reads: &dyn Reads, round: Option<&str>) -> Result<Figures> {
    let round = round.map(|name| find_round(reads, name)).transpose()?;
    let no = round.as_ref().map(|row| row.no);
    let mut figures = total(reads, no, &sums(reads, no, LedgerBy::Round)?)?;
    for (_, _, kept) in erased(reads, round.as_ref())? {
        figures.add(&kept);
    }
    Ok(figures)
}

/// Figures of one round as the tables have them now, without what was erased before.
pub(crate) fn figures_in_tables(reads: &dyn Reads, round: i64) -> Result<Figures> {
    total(reads, Some(round), &sums(reads, Some(round), LedgerBy::Round)?)
}

/// The ledger of one round, or of all.
pub(crate) fn ledger(reads: &dyn Reads, round: Option<&str>, by: LedgerBy) -> Result<Ledger> {
    let round = round.map(|name| find_round(reads, name)).transpose()?;
    let no = round.as_ref().map(|row| row.no);
    let rounds: HashMap<i64, RoundRow> = reads.rounds()?.into_iter().map(|row| (row.no, row)).collect();
    let sums = sums(reads, no, by)?;
    let mut figures = total(reads, no, &sums)?;
    let mut rows: Vec<LedgerRow> = sums
        .into_iter()
        .map(|(key, figures)| LedgerRow {
            round: rounds.get(&key.round).map(|row| Uuid::from_bytes(row.id).to_string()),
            round_name: rounds.get(&key.round).map(|row| row.name.clone()),
            site: key.site,
            place: key.place.and_then(Place::from_code).map(Place::as_str),
            lane: key.lane,
            operator: key.operator,
            organisation: key.organisation,
            figures,
        })
        .collect();
    let mut erased_rounds = Vec::new();
    for (id, name, kept) in erased(reads, round.as_ref())? {
        figures.add(&kept);
        let Figures { people, tubes, short, spoiled, voided, undone, .. } = kept;
        rows.push(LedgerRow {
            round: Some(id.to_string()),
            round_name: Some(name),
            figures: RowFigures { people, tubes, short, spoiled, voided, undone },
            ..LedgerRow::default()
        });
        erased_rounds.push(id.to_string());
    }
    Ok(Ledger {
        round: round.map(|row| Uuid::from_bytes(row.id).to_string()),
        rows,
        figures,
        erased_rounds,
        lag_items: reads.lag()?,
    })
}
