//! `roster check`.

use std::path::{Path, PathBuf};

use chrono::Local;

use super::Out;
use super::args::RosterCommand;
use super::print::table;
use crate::error::{Error, Result};
use crate::roster::column::{Column, Mapping};
use crate::roster::table::{FILE_BYTES_MAX, Form, NoTable, Table};
use crate::roster::{Plan, RowRef, plan};

/// Lines of problems, and of questions, that are shown as text; JSON has all.
const SHOWN_MAX: usize = 40;

pub(super) fn run(out: &Out, command: &RosterCommand) -> Result<bool> {
    let RosterCommand::Check { files, encoding, sheet, maps } = command;
    let said = maps.iter().map(|map| said(map)).collect::<Result<Vec<_>>>()?;
    let headers = said.iter().map(|(_, header)| header.clone()).collect();
    let form = Form { encoding: encoding.clone(), sheet: sheet.clone(), headers };
    let tables = files.iter().map(|file| read(file, &form, &said)).collect::<Result<Vec<_>>>()?;
    let (plan, _) = plan(&tables, Local::now().date_naive());
    out.say(&plan, in_words)?;
    Ok(plan.is_clear())
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

fn read(file: &Path, form: &Form, said: &[(Column, String)]) -> Result<(PathBuf, Table, Mapping)> {
    let unreadable = |why: String| Error::unreadable(file.display().to_string(), why);
    let bytes = std::fs::metadata(file).map_err(|error| unreadable(error.to_string()))?.len();
    if bytes > FILE_BYTES_MAX {
        return Err(unreadable(NoTable::TooLarge { bytes }.to_string()));
    }
    let bytes = std::fs::read(file).map_err(|error| unreadable(error.to_string()))?;
    let table = Table::read(&bytes, form).map_err(|error| unreadable(error.to_string()))?;
    let mapping =
        Mapping::of(&table.headers, said).map_err(|error| unreadable(format!("row {}: {error}", table.header_row)))?;
    Ok((file.to_owned(), table, mapping))
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
