//! The lists that streets and villages keep, read: tables become rows, rows become residents, and what several lists say
//! of one person becomes one.
//!
//! * [`table`]: a file's rows of text, whatever its encoding; nothing is known of what they mean.
//! * [`mod@column`]: which of its columns holds what, by their headers or as somebody says.
//! * [`resident`]: what a row says of somebody.
//! * [`merge`]: one person for each document number; where people only may be the same there is a question.
//! * [`ids`]: what people and households are called, by derivation.
//! * `build`: the households that a roster is made of.
//! * [`keep`]: lists and answers in the hub's store, and the roster of an area, which is a pure function of them.
//! * `send`: what a phone that polls lacks of its areas.
//!
//! No answer shows what a cell holds: a problem names its file, row and column.

mod build;
mod change;
pub mod column;
pub mod ids;
pub mod keep;
pub mod merge;
pub mod resident;
pub(crate) mod send;
mod stored;
pub mod table;

use std::path::PathBuf;

use chrono::NaiveDate;
use fieldcore::Secret;
use serde::Serialize;

use column::{Column, Mapping};
use ids::Namer;
use merge::{Answers, People, Question};
use resident::Resident;
use table::{Row, Table};

/// A row of a list, as its reader counts it: the first one is 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct RowRef {
    /// Which of the lists.
    pub list: usize,
    /// Which row.
    pub row: u32,
}

/// Something in a row that was not taken as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowProblem {
    /// Where.
    pub at: RowRef,
    /// What the column holds.
    pub column: Option<Column>,
    /// What is wrong.
    pub code: Flaw,
}

/// What is wrong with a row or a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    /// Neither a name nor a number: nobody was taken from the row.
    Nobody,
    /// The number's check character or date is wrong: it was left out.
    NumberUnsound,
    /// A spreadsheet kept the number as a figure and rounded its last digits away: it was left out.
    NumberRounded,
    /// No document's number: it was taken as it stands.
    NumberUnknown,
    /// No date: it was left out.
    BirthUnread,
    /// Another date, or another sex, than the number holds; the number's counts.
    NumberSaysOtherwise,
    /// Neither of the words for a sex: it was left out.
    SexUnread,
    /// No known category: the word was kept as a note.
    CategoryUnknown,
    /// The cell holds a spreadsheet's error in place of a value.
    CellFailed,
    /// The cell is longer than 500 characters: it was left out.
    CellTooLong,
}

/// A column that is taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// What it holds.
    pub column: Column,
    /// Its header.
    pub header: String,
}

/// A list as it was understood.
#[derive(Clone, Debug, Serialize)]
pub struct ListRead {
    /// The file.
    pub file: PathBuf,
    /// Its encoding, or `xlsx`.
    pub encoding: String,
    /// The row of its headers.
    pub header_row: u32,
    /// Rows below it that hold something.
    pub rows: usize,
    /// What was taken from which column.
    pub columns: Vec<Taken>,
    /// Headers of columns that nothing was taken from.
    pub left: Vec<String>,
}

/// What an import of these lists would make of them.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// The lists.
    pub lists: Vec<ListRead>,
    /// People, each once.
    pub people: usize,
    /// Of them those with a document's number.
    pub with_number: usize,
    /// Doors behind which they live.
    pub households: usize,
    /// Buildings with these.
    pub buildings: usize,
    /// People without an address or a door.
    pub without_place: usize,
    /// Rows that told of somebody whom an earlier row had told of.
    pub merged: usize,
    /// People who may be the same.
    pub questions: Vec<Question>,
    /// What was not taken as it stands.
    pub problems: Vec<RowProblem>,
}

impl Plan {
    /// Whether everything was taken and nothing is to be asked.
    pub fn is_clear(&self) -> bool {
        self.questions.is_empty() && self.problems.is_empty()
    }
}

/// A list that is read: its rows, what its columns hold, and the day as of which dates are past.
#[derive(Clone, Copy)]
struct Source<'a> {
    rows: &'a [Row],
    mapping: &'a Mapping,
    today: NaiveDate,
}

/// The people of lists, each once, and what was not taken as it stands.
fn gather<'a>(lists: &[Source<'_>], namer: &'a Namer, answers: &'a Answers) -> (People<'a>, Vec<RowProblem>) {
    let (mut people, mut problems) = (People::new(namer, answers), Vec::new());
    for (list, source) in lists.iter().enumerate() {
        for row in source.rows {
            let at = RowRef { list, row: row.number };
            if let Some(resident) = resident::read(&at, row, source.mapping, source.today, &mut problems) {
                people.add(resident);
            }
        }
    }
    people.settle();
    (people, problems)
}

/// What is told of people and lists.
fn told(lists: Vec<ListRead>, people: &People<'_>, problems: Vec<RowProblem>) -> Plan {
    let all = &people.all;
    Plan {
        lists,
        people: all.len(),
        with_number: all.iter().filter(|one| one.resident.identity.is_some()).count(),
        households: merge::count(all, Resident::household_key),
        buildings: merge::count(all, Resident::building_key),
        without_place: all.iter().filter(|one| one.resident.household_key().is_none()).count(),
        merged: people.merged,
        questions: people.questions(),
        problems,
    }
}

impl ListRead {
    fn of(file: PathBuf, table: &Table, mapping: &Mapping) -> Self {
        Self {
            file,
            encoding: table.encoding.clone(),
            header_row: table.header_row,
            rows: table.rows.len(),
            columns: mapping.told(&table.headers),
            left: mapping.left(&table.headers),
        }
    }
}

/// Reads the lists as an import would, as of `today`; keeps nothing.
pub fn plan(tables: &[(PathBuf, Table, Mapping)], today: NaiveDate) -> (Plan, Vec<Resident>) {
    // Ids are not told here, so any secret will do.
    let (namer, answers) = (Namer::new(&Secret::new([0; 32]), ""), Answers::new());
    let sources: Vec<Source<'_>> =
        tables.iter().map(|(_, table, mapping)| Source { rows: &table.rows, mapping, today }).collect();
    let (people, problems) = gather(&sources, &namer, &answers);
    let lists = tables.iter().map(|(file, table, mapping)| ListRead::of(file.clone(), table, mapping)).collect();
    let plan = told(lists, &people, problems);
    (plan, people.all.into_iter().map(|person| person.resident).collect())
}

#[cfg(test)]
mod tests;
