//! Lists of residents: `roster …`.

use std::path::{Path, PathBuf};

use chrono::Local;
use serde_json::json;

use super::Out;
use super::args::{ListArgs, RosterCommand, SameWord};
use super::print::{table, time};
use super::work::device_id;
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::roster::column::{Column, Mapping};
use crate::roster::keep::{Change, Moves, NewList};
use crate::roster::table::{FILE_BYTES_MAX, Form, NoTable, Table};
use crate::roster::{Plan, RowRef, plan};

/// Lines of problems, and of questions, that are shown as text; JSON has all.
const SHOWN_MAX: usize = 40;

/// Reads lists and says what an import would make of them.
pub(super) fn check(out: &Out, lists: &ListArgs) -> Result<bool> {
    let said = said_all(lists)?;
    let form = form(lists, &said, Vec::new());
    let table = |file: &PathBuf| {
        let table = read(file, &form)?;
        let mapping = Mapping::of(&table.headers, &said).map_err(|error| {
            Error::unreadable(file.display().to_string(), format!("row {}: {error}", table.header_row))
        })?;
        Ok((file.clone(), table, mapping))
    };
    let tables = lists.files.iter().map(table).collect::<Result<Vec<_>>>()?;
    let (plan, _) = plan(&tables, Local::now().date_naive());
    out.say(&plan, in_words)?;
    Ok(plan.is_clear())
}

/// Everything that needs the hub.
pub(super) fn run(out: &Out, hub: &Hub, command: &RosterCommand) -> Result<bool> {
    match command {
        RosterCommand::Check { lists } => check(out, lists),
        RosterCommand::Import { lists, area, name, dry_run } => {
            import(out, hub, lists, area, name.as_deref(), *dry_run)
        }
        RosterCommand::Lists => areas(out, hub),
        RosterCommand::Questions => questions(out, hub),
        RosterCommand::Answer { id, word } => {
            let change = hub.roster_answer(id, matches!(word, SameWord::Same))?;
            out.say(&change, change_in_words).map(|()| true)
        }
        RosterCommand::Forget { list: Some(list), area, .. } => {
            let change = hub.roster_forget(list, area.as_deref())?;
            out.say(&change, change_in_words).map(|()| true)
        }
        RosterCommand::Forget { list: None, .. } => {
            let changes = hub.roster_forget_all()?;
            let lines = |_: &_| changes.iter().map(change_in_words).collect::<String>();
            out.say(&json!({"areas": changes}), lines).map(|()| true)
        }
        RosterCommand::Assign { device, areas } => {
            let areas = hub.roster_assign(device_id(device)?, areas)?;
            out.say(&json!({"device": device, "assigned": areas}), |_| {
                format!("{device} has {} when it syncs", areas.join(", "))
            })?;
            Ok(true)
        }
        RosterCommand::Unassign { device, areas } => {
            let areas = hub.roster_unassign(device_id(device)?, areas)?;
            out.say(&json!({"device": device, "unassigned": areas}), |_| {
                format!("{device} deletes {} when it syncs", areas.join(", "))
            })?;
            Ok(true)
        }
    }
}

fn import(out: &Out, hub: &Hub, lists: &ListArgs, area: &str, name: Option<&str>, dry_run: bool) -> Result<bool> {
    if name.is_some() && lists.files.len() > 1 {
        return Err(Error::usage("--name", "it goes with one file"));
    }
    let said = said_all(lists)?;
    let form = form(lists, &said, hub.roster_headers(area)?);
    let mut new = Vec::new();
    for file in &lists.files {
        let own = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let name = name.map_or(own, str::to_owned);
        new.push(NewList { name, table: read(file, &form)?, said: said.clone() });
    }
    let change = hub.roster_import(area, &new, dry_run)?;
    out.say(&change, |change| {
        let read = in_words(&change.plan);
        format!("{read}\n{}", change_in_words(change))
    })?;
    Ok(change.plan.problems.is_empty())
}

fn change_in_words(change: &Change) -> String {
    let counts = |moves: &Moves| format!("{} new, {} changed, {} gone", moves.new, moves.changed, moves.gone);
    let would = if change.dry_run { " would be" } else { " is" };
    let mut text = format!(
        "{}: the roster{would} number {} with {} people in {} homes\n  people: {}\n  homes: {}\n",
        change.area,
        change.number,
        change.plan.people,
        change.homes,
        counts(&change.people),
        counts(&change.households)
    );
    if !change.plan.questions.is_empty() {
        text += &format!("  {} questions wait: `roster questions`\n", change.plan.questions.len());
    }
    if change.dry_run {
        let place = |at: &RowRef| match change.plan.lists.get(at.list) {
            Some(list) => format!("{}:{}", list.file.display(), at.row),
            None => format!("row {}", at.row),
        };
        let rows = change.moves.iter().map(|one| {
            vec![one.what.to_owned(), one.resident.clone(), one.rows.iter().map(place).collect::<Vec<_>>().join(" ")]
        });
        text += &listed("people of whom something becomes", &["what", "person", "rows"], rows, change.moves.len());
        text += "nothing was kept\n";
    }
    text
}

fn areas(out: &Out, hub: &Hub) -> Result<bool> {
    let areas = hub.roster_lists()?;
    out.say(&json!({"areas": areas}), |_| {
        let mut text = String::new();
        for area in &areas {
            text += &format!(
                "{}: number {}, {} people in {} homes\n",
                area.area, area.number, area.people, area.households
            );
            let rows: Vec<Vec<String>> = area
                .lists
                .iter()
                .map(|list| vec![list.name.clone(), list.rows.to_string(), time(Some(list.imported_ms))])
                .collect();
            text += &table(&["list", "rows", "imported"], &rows);
            let rows: Vec<Vec<String>> = area
                .devices
                .iter()
                .map(|one| {
                    let has = one.number.map_or_else(|| "-".to_owned(), |number| number.to_string());
                    let state = if one.assigned { "assigned" } else { "taken back" };
                    vec![one.device.clone(), state.to_owned(), has, time(one.seen_ms)]
                })
                .collect();
            text += &table(&["device", "state", "has number", "said so"], &rows);
        }
        if areas.is_empty() { "no lists; `roster import` takes some".to_owned() } else { text }
    })?;
    Ok(true)
}

fn questions(out: &Out, hub: &Hub) -> Result<bool> {
    let open = hub.roster_questions()?;
    out.say(&json!({"count": open.len(), "questions": open}), |_| {
        let rows: Vec<Vec<String>> = open
            .iter()
            .map(|one| {
                let places: Vec<String> = one.rows.iter().map(|(list, row)| format!("{list}:{row}")).collect();
                vec![one.id.clone(), one.area.clone(), code(&one.doubt), places.join(" ")]
            })
            .collect();
        format!("{}\n`roster answer ID same` or `different`", table(&["id", "area", "question", "rows"], &rows))
    })?;
    Ok(true)
}

fn said_all(lists: &ListArgs) -> Result<Vec<(Column, String)>> {
    lists.maps.iter().map(|map| said(map)).collect()
}

fn form(lists: &ListArgs, said: &[(Column, String)], mut headers: Vec<String>) -> Form {
    headers.extend(said.iter().map(|(_, header)| header.clone()));
    Form { encoding: lists.encoding.clone(), sheet: lists.sheet.clone(), headers }
}

/// What `--map` says.
fn said(map: &str) -> Result<(Column, String)> {
    let (name, header) = map.split_once('=').ok_or_else(|| usage(map, "it is COLUMN=HEADER"))?;
    let column = Column::of_name(name.trim()).ok_or_else(|| usage(map, "there is no such column"))?;
    Ok((column, header.trim().to_owned()))
}

fn usage(map: &str, why: &str) -> Error {
    let columns: Vec<&str> = Column::all().map(Column::as_str).collect();
    Error::usage("--map", format!("`{map}`: {why}; columns are {}", columns.join(", ")))
}

fn read(file: &Path, form: &Form) -> Result<Table> {
    let unreadable = |why: String| Error::unreadable(file.display().to_string(), why);
    let bytes = std::fs::metadata(file).map_err(|error| unreadable(error.to_string()))?.len();
    if bytes > FILE_BYTES_MAX {
        return Err(unreadable(NoTable::TooLarge { bytes }.to_string()));
    }
    let bytes = std::fs::read(file).map_err(|error| unreadable(error.to_string()))?;
    Table::read(&bytes, form).map_err(|error| unreadable(error.to_string()))
}

fn in_words(plan: &Plan) -> String {
    let mut text = String::new();
    for list in &plan.lists {
        let columns: Vec<String> =
            list.columns.iter().map(|taken| format!("{} ({})", taken.column.as_str(), taken.header)).collect();
        text += &format!(
            "{}: {} rows below row {}, {}\n  taken: {}\n",
            list.file.display(),
            list.rows,
            list.header_row,
            list.encoding,
            columns.join(", ")
        );
        if !list.left.is_empty() {
            text += &format!("  left out: {}\n", list.left.join(", "));
        }
    }
    text += &format!(
        "{} people ({} with a number), {} households in {} buildings, {} without a door or an address; {} rows told of somebody known\n",
        plan.people, plan.with_number, plan.households, plan.buildings, plan.without_place, plan.merged
    );
    let place = |at: &RowRef| match plan.lists.get(at.list) {
        Some(list) => format!("{}:{}", list.file.display(), at.row),
        None => format!("row {}", at.row),
    };
    let questions = plan
        .questions
        .iter()
        .map(|question| vec![code(&question.doubt), question.rows.iter().map(&place).collect::<Vec<_>>().join(" ")]);
    text += &listed("to be asked", &["question", "rows"], questions, plan.questions.len());
    let problems = plan.problems.iter().map(|problem| {
        let column = problem.column.map(Column::as_str).unwrap_or_default();
        vec![code(&problem.code), place(&problem.at), column.to_owned()]
    });
    text + &listed("not taken as it stands", &["problem", "row", "column"], problems, plan.problems.len())
}

/// The word that JSON has for a code.
fn code(code: &impl serde::Serialize) -> String {
    serde_json::to_value(code).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn listed(title: &str, head: &[&str], rows: impl Iterator<Item = Vec<String>>, count: usize) -> String {
    if count == 0 {
        return String::new();
    }
    let rows: Vec<Vec<String>> = rows.take(SHOWN_MAX).collect();
    let more = if count > rows.len() {
        format!("… and {} more (--json has all)\n", count - rows.len())
    } else {
        String::new()
    };
    format!("\n{count} {title}:\n{}{more}", table(head, &rows))
}
