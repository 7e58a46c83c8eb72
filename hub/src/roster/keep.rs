//! Lists and answers that are kept, and the roster of an area, which follows from them alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate};
use fieldcore::limits::NAME_CHARS_MAX;
use fieldcore::pack::Fixed;
use fieldcore::roster::{self, Household, ResidentId};
use fieldcore::{DeviceId, crypto};
use serde::Serialize;

use super::column::{Column, Mapping};
use super::merge::{Answers, Pair};
use super::table::Table;
use super::{ListRead, Plan, RowRef, Source, build, gather, stored, told};
use crate::core::Core;
use crate::error::{Error, Result};
use crate::limits::{ROSTER_LISTS_MAX, ROSTER_STATES_MAX};
use crate::store::roster::{AnswerRow, AssignmentRow, ListRow, RosterReads, RosterRow};
use crate::store::rows::{Device, DeviceState};
use crate::store::{CoreReads, DeviceBy, Tx};

/// How often a change is worked out again because another was made meanwhile.
const TRIES: usize = 5;

/// A list to import.
#[derive(Clone, Debug)]
pub struct NewList {
    /// What it is called; one of the same name and area goes.
    pub name: String,
    /// Its rows.
    pub table: Table,
    /// What its columns hold, where the headers do not say so. Nothing: what was said of such a list of the area before.
    pub said: Vec<(Column, String)>,
}

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

/// A list that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeptList {
    /// Its name.
    pub name: String,
    /// Rows below its headers.
    pub rows: u64,
    /// When it was imported, milliseconds since 1970.
    pub imported_ms: i64,
}

/// A device that has an area, or is to have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AreaDevice {
    /// The device.
    pub device: String,
    /// Whether it is to have it.
    pub assigned: bool,
    /// The number that it said it has in force; absent if it never did.
    pub number: Option<u32>,
    /// When it said so, milliseconds since 1970.
    pub seen_ms: Option<i64>,
}

/// An area with its lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Area {
    /// Its name.
    pub area: String,
    /// The roster's id.
    pub roster: String,
    /// Its number.
    pub number: u32,
    /// Homes in it.
    pub households: u64,
    /// People in it.
    pub people: u64,
    /// Its lists, by name.
    pub lists: Vec<KeptList>,
    /// Devices.
    pub devices: Vec<AreaDevice>,
}

/// A question that waits for an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpenQuestion {
    /// By this it is answered.
    pub id: String,
    /// The area.
    pub area: String,
    /// What it is.
    pub doubt: super::merge::Doubt,
    /// Lists and rows of the people that are asked about.
    pub rows: Vec<(String, u32)>,
}

/// What an area's roster follows from.
#[derive(Clone)]
struct Words {
    lists: Vec<ListRow>,
    answers: Answers,
    before: Option<RosterRow>,
}

/// What tells the words of an area from any other.
type Stamp = (Vec<(String, [u8; 32])>, Answers, Option<RosterRow>);

impl Words {
    fn load(reads: &(impl RosterReads + ?Sized), area: &str) -> Result<Self> {
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
struct Built {
    plan: Plan,
    households: Vec<Household>,
    rows: BTreeMap<ResidentId, Vec<RowRef>>,
}

fn built(core: &Core, area: &str, words: &Words) -> Result<Built> {
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
enum Deed {
    /// Nothing: it is a trial.
    Tell,
    /// It is kept.
    Keep,
    /// It is kept, and nothing stays of who went.
    Forget,
}

/// Works out what `edit` makes of an area, and does it.
fn change(core: &Arc<Core>, area: &str, deed: Deed, edit: &dyn Fn(&mut Words) -> Result<()>) -> Result<Change> {
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

fn sound_name(what: &'static str, name: &str) -> Result<()> {
    let count = name.chars().count();
    if name.trim() != name || count == 0 || count > NAME_CHARS_MAX || name.chars().any(char::is_control) {
        let why = format!("it has 1 to {NAME_CHARS_MAX} characters, none of them a control, no blank at its ends");
        return Err(Error::usage(what, why));
    }
    Ok(())
}

/// Headers that lists of the area were said to have.
pub(crate) fn headers(core: &Core, area: &str) -> Result<Vec<String>> {
    let maps = core.read(|reads| reads.roster_maps(area))?;
    let said = maps.iter().map(|said| stored::read_said(said)).collect::<Result<Vec<_>>>()?;
    Ok(said.into_iter().flatten().map(|(_, header)| header).collect())
}

/// Imports lists into an area, or tells what that would do.
pub(crate) fn import(core: &Arc<Core>, area: &str, lists: &[NewList], dry_run: bool) -> Result<Change> {
    sound_name("the area's name", area)?;
    let now_ms = core.around.now_ms();
    let (mut rows, mut maps) = (Vec::new(), Vec::new());
    for list in lists {
        sound_name("the list's name", &list.name)?;
        if rows.iter().any(|row: &ListRow| row.name == list.name) {
            return Err(Error::usage("the lists", format!("two are called `{}`; give one another --name", list.name)));
        }
        let headers = stored::headers_digest(&list.table.headers)?;
        let said = match core.read(|reads| reads.roster_map(area, &headers))? {
            Some(kept) if list.said.is_empty() => stored::read_said(&kept)?,
            _ => list.said.clone(),
        };
        let unreadable = |why: String| Error::unreadable(list.name.clone(), why);
        let mapping = Mapping::of(&list.table.headers, &said)
            .map_err(|error| unreadable(format!("row {}: {error}", list.table.header_row)))?;
        let body = stored::write_list(&list.table, &mapping)?;
        let digest = crypto::sha256(&[&body]);
        let (area, name, count) = (area.to_owned(), list.name.clone(), list.table.rows.len() as u64);
        rows.push(ListRow { area, name, digest, rows: count, body, made_ms: now_ms });
        maps.push((headers, said));
    }
    let deed = if dry_run { Deed::Tell } else { Deed::Keep };
    let told = change(core, area, deed, &|words| {
        // The same list again is what it was, with its day.
        let known = |row: &&ListRow| !words.lists.iter().any(|list| list.name == row.name && list.digest == row.digest);
        let fresh: Vec<ListRow> = rows.iter().filter(known).cloned().collect();
        words.lists.retain(|list| !fresh.iter().any(|row| row.name == list.name));
        words.lists.extend(fresh);
        if words.lists.len() > ROSTER_LISTS_MAX {
            let why =
                format!("the area would have more than {ROSTER_LISTS_MAX} lists; forget some with `roster forget`");
            return Err(Error::refused("importing the lists", why));
        }
        Ok(())
    })?;
    if !dry_run {
        keep_maps(core, area, maps)?;
    }
    Ok(of_lists(told, lists))
}

fn keep_maps(core: &Arc<Core>, area: &str, maps: Vec<([u8; 32], Vec<(Column, String)>)>) -> Result<()> {
    let area = area.to_owned();
    core.write(move |_, tx| {
        for (headers, said) in maps.iter().filter(|(_, said)| !said.is_empty()) {
            tx.put_roster_map(&area, headers, &stored::write_said(said)?)?;
        }
        Ok(())
    })
}

/// Leaves out what is wrong in lists that did not come with this change.
fn of_lists(mut told: Change, lists: &[NewList]) -> Change {
    let came: Vec<bool> =
        told.plan.lists.iter().map(|list| lists.iter().any(|new| list.file.as_os_str() == new.name.as_str())).collect();
    told.plan.problems.retain(|problem| came.get(problem.at.list) == Some(&true));
    told
}

fn question_id(pair: &Pair) -> String {
    let digest = crypto::sha256(&[b"fieldcore/hub/question/1\0", &pair.0.0, &pair.1.0]);
    data_encoding::HEXLOWER.encode(&digest[..5])
}

fn areas(core: &Core) -> Result<Vec<String>> {
    Ok(core.read(|reads| reads.rosters())?.into_iter().map(|row| row.area).collect())
}

/// Every question that waits, with its pair.
fn open_questions(core: &Core) -> Result<Vec<(OpenQuestion, Pair)>> {
    let mut open = Vec::new();
    for area in areas(core)? {
        let words = core.read(|reads| Words::load(reads, &area))?;
        let plan = built(core, &area, &words)?.plan;
        for question in plan.questions {
            let name = |at: &RowRef| plan.lists.get(at.list).map(|list| list.file.display().to_string());
            let rows = question.rows.iter().map(|at| (name(at).unwrap_or_default(), at.row)).collect();
            let (id, area) = (question_id(&question.pair), area.clone());
            open.push((OpenQuestion { id, area, doubt: question.doubt, rows }, question.pair));
        }
    }
    // Of one number with two names every row asks.
    let mut asked = BTreeSet::new();
    open.retain(|(question, pair)| asked.insert((question.area.clone(), *pair)));
    Ok(open)
}

/// Every question that waits for an answer.
pub(crate) fn questions(core: &Core) -> Result<Vec<OpenQuestion>> {
    Ok(open_questions(core)?.into_iter().map(|(question, _)| question).collect())
}

/// Answers a question, or answers it anew.
pub(crate) fn answer(core: &Arc<Core>, id: &str, same: bool) -> Result<Change> {
    let mut found: Vec<(String, Pair)> = open_questions(core)?
        .into_iter()
        .filter(|(open, _)| open.id == id)
        .map(|(open, pair)| (open.area, pair))
        .collect();
    for area in areas(core)? {
        let words = core.read(|reads| Words::load(reads, &area))?;
        found.extend(words.answers.keys().filter(|pair| question_id(pair) == id).map(|pair| (area.clone(), *pair)));
    }
    found.sort();
    found.dedup();
    let [(area, pair)] = found.as_slice() else {
        return Err(Error::Unknown {
            what: "a question with this id".to_owned(),
            next: "`roster questions` lists them",
        });
    };
    change(core, area, Deed::Keep, &|words| {
        words.answers.insert(*pair, same);
        Ok(())
    })
}

/// Forgets a list: its people go, unless another list tells of them.
pub(crate) fn forget(core: &Arc<Core>, name: &str, area: Option<&str>) -> Result<Change> {
    let lists = core.read(|reads| reads.roster_lists(area))?;
    let found: Vec<String> = lists.into_iter().filter(|list| list.name == name).map(|list| list.area).collect();
    let area = match found.as_slice() {
        [area] => area.clone(),
        [] => return Err(Error::Unknown { what: "a list of this name".to_owned(), next: "`roster lists` lists them" }),
        several => {
            let why = format!("several areas have one of this name ({}); say which with --area", several.join(", "));
            return Err(Error::refused("forgetting the list", why));
        }
    };
    let told = change(core, &area, Deed::Forget, &|words| {
        words.lists.retain(|list| list.name != name);
        Ok(())
    })?;
    core.store.scrub()?;
    Ok(told)
}

/// Forgets everybody of every area: what the campaign's end asks for.
pub(crate) fn forget_all(core: &Arc<Core>) -> Result<Vec<Change>> {
    let mut told = Vec::new();
    for area in areas(core)? {
        told.push(change(core, &area, Deed::Forget, &|words| {
            words.lists.clear();
            words.answers.clear();
            Ok(())
        })?);
    }
    core.store.scrub()?;
    Ok(told)
}

/// Every area with its lists and devices.
pub(crate) fn lists(core: &Core) -> Result<Vec<Area>> {
    core.read(|reads| {
        let (lists, assigned) = (reads.roster_lists(None)?, reads.roster_assignments(None)?);
        let mut areas = Vec::new();
        for row in reads.rosters()? {
            let kept = lists.iter().filter(|list| list.area == row.area);
            let kept =
                kept.map(|list| KeptList { name: list.name.clone(), rows: list.rows, imported_ms: list.made_ms });
            let mut devices = Vec::new();
            for one in assigned.iter().filter(|one| one.area == row.area) {
                let Some(device) = reads.device(DeviceBy::No(one.device))? else { continue };
                let (device, assigned) = (DeviceId::from_bytes(device.id).to_string(), one.assigned);
                devices.push(AreaDevice { device, assigned, number: one.number, seen_ms: one.seen_ms });
            }
            areas.push(Area {
                roster: uuid::Uuid::from_bytes(row.id).to_string(),
                number: row.number,
                households: row.households,
                people: row.people,
                lists: kept.collect(),
                devices,
                area: row.area,
            });
        }
        Ok(areas)
    })
}

fn known_device(reads: &(impl CoreReads + ?Sized), device: DeviceId) -> Result<Device> {
    let row = reads.device(DeviceBy::Id(device.as_bytes()))?.filter(|row| row.state != DeviceState::Unknown);
    row.ok_or_else(|| Error::Unknown { what: "this device".to_owned(), next: "`devices` lists those that enrolled" })
}

/// Gives areas to a device, or takes them back; every area if none is named.
pub(crate) fn assign(core: &Arc<Core>, device: DeviceId, areas: &[String], assigned: bool) -> Result<Vec<String>> {
    let asked = areas.to_vec();
    core.write(move |_, tx| {
        let row = known_device(tx, device)?;
        if assigned && matches!(row.state, DeviceState::Revoked | DeviceState::Closed) {
            return Err(Error::refused(
                "assigning the area",
                "the device is revoked or closed; it gets nothing any more",
            ));
        }
        let has = tx.roster_assignments(Some(row.no))?;
        let areas = match asked.is_empty() {
            true => has.iter().filter(|one| one.assigned).map(|one| one.area.clone()).collect(),
            false => asked.clone(),
        };
        for area in &areas {
            let before = has.iter().find(|one| one.area == *area);
            if before.is_none() && (!assigned || tx.roster(area)?.is_none()) {
                let what = format!("the area `{area}`");
                return Err(Error::Unknown { what, next: "`roster lists` lists areas and who has them" });
            }
            let (number, seen_ms) = before.map_or((None, None), |one| (one.number, one.seen_ms));
            let (device, area) = (row.no, area.clone());
            tx.put_roster_assignment(&AssignmentRow { device, area, assigned, number, seen_ms })?;
        }
        Ok(areas)
    })
}
