//! The roster of an area follows from its lists and the answers alone; a change is worked out beside the store, and
//! written if nothing else was meanwhile.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate};
use fieldcore::pack::Fixed;
use fieldcore::roster::{self, Household, ResidentId};
use serde::Serialize;

use super::merge::{Answers, Pair};
use super::{ListRead, Plan, RowRef, Source, build, gather, stored, told};
use crate::core::Core;
use crate::error::{Error, Result};
use crate::limits::ROSTER_STATES_MAX;
use crate::store::Tx;
use crate::store::roster::{AnswerRow, ListRow, RosterReads, RosterRow};

/// How often a change is worked out again because another was made meanwhile.
const TRIES: usize = 5;

/// How many there are more, otherwise, and no longer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Moves {
    /// That were not there.
    pub new: usize,
    /// That are not as they were.
    pub changed: usize,
    /// That are there no more.
    pub gone: usize,
}

/// What becomes of a person of the roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Move {
    /// `new`, `changed` or `gone`.
    pub what: &'static str,
    /// The person's id in the roster.
    pub resident: String,
    /// The rows that now tell of the person.
    pub rows: Vec<RowRef>,
}

/// What a change makes of an area's roster.
#[derive(Clone, Debug, Serialize)]
pub struct Change {
    /// Whether it only would.
    pub dry_run: bool,
    /// The area.
    pub area: String,
    /// The roster's id.
    pub roster: String,
    /// Its number after the change; 0 if there is none yet.
    pub number: u32,
    /// Its lists, people and questions after the change; of problems those of lists that came with it.
    pub plan: Plan,
    /// Homes after the change.
    pub homes: usize,
    /// What becomes of homes.
    pub households: Moves,
    /// What becomes of people.
    pub people: Moves,
    /// The people of whom something becomes.
    pub moves: Vec<Move>,
}

/// What an area's roster follows from.
#[derive(Clone)]
pub(super) struct Words {
    pub(super) lists: Vec<ListRow>,
    pub(super) answers: Answers,
    before: Option<RosterRow>,
}

/// What tells the words of an area from any other.
type Stamp = (Vec<(String, [u8; 32])>, Answers, Option<RosterRow>);

impl Words {
    pub(super) fn load(reads: &(impl RosterReads + ?Sized), area: &str) -> Result<Self> {
        let pair = |row: AnswerRow| (Pair::of(Fixed(row.one), Fixed(row.other)), row.same);
        Ok(Self {
            lists: reads.roster_lists(Some(area))?,
            answers: reads.roster_answers(area)?.into_iter().map(pair).collect(),
            before: reads.roster(area)?,
        })
    }

    fn stamp(&self) -> Stamp {
        let lists = self.lists.iter().map(|list| (list.name.clone(), list.digest)).collect();
        (lists, self.answers.clone(), self.before.clone())
    }
}

/// What follows from the words of an area.
pub(super) struct Built {
    pub(super) plan: Plan,
    households: Vec<Household>,
    rows: BTreeMap<ResidentId, Vec<RowRef>>,
}

pub(super) fn built(core: &Core, area: &str, words: &Words) -> Result<Built> {
    let lists = words.lists.iter().map(|list| stored::read_list(&list.body)).collect::<Result<Vec<_>>>()?;
    let today = |ms: i64| DateTime::from_timestamp_millis(ms).map_or(NaiveDate::MAX, |time| time.date_naive());
    let sources: Vec<Source<'_>> = lists
        .iter()
        .zip(&words.lists)
        .map(|((table, mapping), list)| Source { rows: &table.rows, mapping, today: today(list.made_ms) })
        .collect();
    let namer = core.namer(area);
    let (people, problems) = gather(&sources, &namer, &words.answers);
    let named = words.lists.iter().zip(&lists);
    let read = named.map(|(list, (table, mapping))| ListRead::of(PathBuf::from(&list.name), table, mapping)).collect();
    let households = build::households(&people.all, area, &namer)?;
    let plan = Plan { households: households.len(), ..told(read, &people, problems) };
    let rows = people.all.into_iter().map(|person| (person.id, person.resident.rows)).collect();
    Ok(Built { plan, households, rows })
}

/// What a change does beside telling.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// Nothing: it is a trial.
    Tell,
    /// It is kept.
    Keep,
    /// It is kept, and nothing stays of who went.
    Forget,
}

/// Works out what `edit` makes of an area, and does it.
pub(super) fn change(
    core: &Arc<Core>,
    area: &str,
    deed: Deed,
    edit: &dyn Fn(&mut Words) -> Result<()>,
) -> Result<Change> {
    for _ in 0..TRIES {
        let old = core.read(|reads| Words::load(reads, area))?;
        let mut words = old.clone();
        edit(&mut words)?;
        words.lists.sort_by(|one, other| one.name.cmp(&other.name));
        let (told, made) = told_of(core, area, &old, &words, deed)?;
        if deed == Deed::Tell {
            return Ok(told);
        }
        let work = Arc::new(Work::of(core, &told, old, words, &made.households, deed)?);
        let area = area.to_owned();
        if core.write(move |applier, tx| work.write(tx, &area, applier.now_ms))? {
            return Ok(told);
        }
    }
    Err(Error::refused("changing the roster", "others change it at the same time; try again"))
}

/// What a change makes of an area, in figures and by itself.
fn told_of(core: &Core, area: &str, old: &Words, words: &Words, deed: Deed) -> Result<(Change, Built)> {
    let made = built(core, area, words)?;
    let body = core.read(|reads| reads.roster_body(area))?;
    let before = body.map_or(Ok(Vec::new()), |body| stored::read_households(&body))?;
    let digest = roster::digest(&made.households)?;
    let number = match &old.before {
        Some(row) if row.digest == digest => row.number,
        Some(row) => row.number.saturating_add(1),
        None => 1,
    };
    let told = Change {
        dry_run: deed == Deed::Tell,
        roster: core.namer(area).roster().to_string(),
        number,
        ..compare(area, &before, &made)
    };
    Ok((told, made))
}

/// A change that is worked out.
struct Work {
    old: Words,
    words: Words,
    row: Option<RosterRow>,
    body: Vec<u8>,
    prints: Vec<u8>,
    forgets: bool,
}

impl Work {
    fn of(core: &Core, told: &Change, old: Words, words: Words, households: &[Household], deed: Deed) -> Result<Self> {
        let roster = core.namer(&told.area).roster();
        let pages = roster::whole(roster, &told.area, told.number, households)?;
        let row = RosterRow {
            area: told.area.clone(),
            id: *roster.as_bytes(),
            number: told.number,
            digest: roster::digest(households)?,
            households: households.len() as u64,
            people: told.plan.people as u64,
        };
        let forgets = deed == Deed::Forget;
        let is_known = old.before.as_ref().is_some_and(|before| before.digest == row.digest);
        let (body, prints) = (stored::write_pages(&pages)?, stored::write_prints(households)?);
        Ok(Self { old, words, row: (!is_known || forgets).then_some(row), body, prints, forgets })
    }

    /// Whether nothing was changed meanwhile, and so the work was written.
    fn write(&self, tx: &mut dyn Tx, area: &str, now_ms: i64) -> Result<bool> {
        if Words::load(tx, area)?.stamp() != self.old.stamp() {
            return Ok(false);
        }
        for gone in self.old.lists.iter().filter(|old| !self.words.lists.iter().any(|list| list.name == old.name)) {
            tx.drop_roster_list(area, &gone.name)?;
        }
        for list in &self.words.lists {
            if !self.old.lists.iter().any(|old| old.name == list.name && old.digest == list.digest) {
                tx.put_roster_list(list)?;
            }
        }
        for (pair, same) in &self.words.answers {
            if self.old.answers.get(pair) != Some(same) {
                tx.put_roster_answer(area, &AnswerRow { one: pair.0.0, other: pair.1.0, same: *same }, now_ms)?;
            }
        }
        if self.forgets {
            // States tell which households there were; who is forgotten leaves none.
            tx.drop_roster_states(area)?;
        }
        if self.words.lists.is_empty() {
            tx.drop_roster_words(area)?;
        }
        if let Some(row) = &self.row {
            tx.put_roster(row, &self.body, &self.prints, ROSTER_STATES_MAX, now_ms)?;
        }
        Ok(true)
    }
}

/// Homes and people before and after.
fn compare(area: &str, before: &[Household], made: &Built) -> Change {
    let homes = |all: &[Household]| all.iter().map(|home| (home.id, home.clone())).collect::<BTreeMap<_, _>>();
    let people = |all: &[Household]| {
        let each =
            |home: &Household| home.people.iter().map(|one| (one.id, (one.clone(), home.id))).collect::<Vec<_>>();
        all.iter().flat_map(each).collect::<BTreeMap<_, _>>()
    };
    let (households, _) = moves(&homes(before), &homes(&made.households));
    let (counts, moved) = moves(&people(before), &people(&made.households));
    let hex = |id: &ResidentId| data_encoding::HEXLOWER.encode(&id.0);
    let moves = moved
        .into_iter()
        .map(|(what, id)| Move { what, resident: hex(&id), rows: made.rows.get(&id).cloned().unwrap_or_default() })
        .collect();
    Change {
        dry_run: false,
        area: area.to_owned(),
        roster: String::new(),
        number: 0,
        plan: made.plan.clone(),
        homes: made.households.len(),
        households,
        people: counts,
        moves,
    }
}

fn moves<K: Ord + Copy, V: PartialEq>(
    before: &BTreeMap<K, V>,
    after: &BTreeMap<K, V>,
) -> (Moves, Vec<(&'static str, K)>) {
    let (mut counts, mut moved) = (Moves::default(), Vec::new());
    for (key, value) in after {
        match before.get(key) {
            None => {
                counts.new += 1;
                moved.push(("new", *key));
            }
            Some(old) if old != value => {
                counts.changed += 1;
                moved.push(("changed", *key));
            }
            Some(_) => {}
        }
    }
    for key in before.keys().filter(|key| !after.contains_key(key)) {
        counts.gone += 1;
        moved.push(("gone", *key));
    }
    (counts, moved)
}
