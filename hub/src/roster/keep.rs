//! Lists and answers that are kept, and who gets which area.

use std::collections::BTreeSet;
use std::sync::Arc;

use fieldcore::limits::NAME_CHARS_MAX;
use fieldcore::roster::Roster;
use fieldcore::{DeviceId, crypto};
use serde::Serialize;

pub use super::change::{Change, Move, Moves};
use super::change::{Deed, Words, built, change};
use super::column::{Column, Mapping};
use super::merge::Pair;
use super::table::Table;
use super::{RowRef, stored};
use crate::core::Core;
use crate::error::{Error, Result};
use crate::limits::ROSTER_LISTS_MAX;
use crate::store::roster::{AssignmentRow, ListRow, RosterReads};
use crate::store::rows::{Device, DeviceState};
use crate::store::{CoreReads, DeviceBy};

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
    /// Its digest, by which a phone's proves to be the same, in hexadecimal.
    pub digest: String,
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

/// The rosters of all areas as one.
pub(crate) fn everybody(reads: &dyn RosterReads) -> Result<Roster> {
    let mut households = Vec::new();
    for row in reads.rosters()? {
        let body = reads.roster_body(&row.area)?;
        households.extend(body.map_or(Ok(Vec::new()), |body| stored::read_households(&body))?);
    }
    Ok(Roster::new(households)?)
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

/// Headers by their digest, and what was said of their columns.
type Said = ([u8; 32], Vec<(Column, String)>);

fn keep_maps(core: &Arc<Core>, area: &str, maps: Vec<Said>) -> Result<()> {
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
                digest: data_encoding::HEXLOWER.encode(&row.digest),
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
