//! Machine-readable zones (ICAO Doc 9303): lines that stand below each other, laid into their cells.

use chrono::NaiveDate;
use fieldcore_optics::{Spot, TextLine};

use super::{BEYOND, Best, Cell, Cells, Draft, PrintSource, Printed};
use crate::scan::mrz::{ZoneForm, forms};
use crate::scan::{Reading, Scan, interpret};

/// Heights of a capital from one line to the next (4.23 mm by about 2.4 mm, and what is measured).
const LINE_DISTANCE: (f32, f32) = (1.25, 2.5);
/// How far a zone's second line may begin from below its first, and its third from where these two point, in
/// signs: a line whose head was lost begins a sign or more too late, a card held aslant leans evenly. Before
/// it is known which signs are the line's, some more.
const START_APART: f32 = 0.7;
const START_ASTRAY: f32 = 0.45;
const START_APART_READ: f32 = 3.5;
/// Signs that a line may have too many at either end: a card's edge looks like one.
const JUNK_MAX: usize = 2;
/// Signs that a line may have too many or too few, for a draft to be made of it.
const MISFIT_MAX: usize = 2;
/// Fillers in a row that end the names.
const LAST_FILLERS: usize = 3;
/// The probability given to a filler that was not read but has room.
const LOST_FILLER: f32 = 0.5;

/// A line with its cells.
struct Row<'l> {
    line: &'l TextLine,
    cells: Cells<'l>,
}

impl Row<'_> {
    /// Where a cell lies in the frame.
    fn place(&self, cell: usize) -> Spot {
        self.line.place(self.cells.cells[cell].at)
    }

    /// How far a place lies along and across from another.
    fn apart(&self, from: Spot, to: Spot) -> (f32, f32) {
        let ((dx, dy), (x, y)) = (self.line.along, (to.x - from.x, to.y - from.y));
        (x * dx + y * dy, y * dx - x * dy)
    }

    /// Whether no sign was read in a cell: what comes after it is none of the line's.
    fn is_free(&self, cell: usize) -> bool {
        self.cells.cells.get(cell).is_none_or(|cell| !cell.read)
    }

    /// Pixels from one sign to the next, at the line's beginning.
    fn pitch(&self) -> f32 {
        let first = self.cells.cells[self.cells.first].at;
        let (from, to) = (self.line.place(first), self.line.place(first + self.cells.pitch));
        self.apart(from, to).0
    }

    /// Height of a capital at the line's beginning.
    fn caps(&self) -> f32 {
        self.line.caps_at(self.cells.cells[self.cells.first].at)
    }
}

/// Cells of a row that are a line of a form.
struct Fit {
    text: String,
    /// The least probability of the signs that a check protects.
    certainty: f32,
    /// Where the first sign lies.
    start: Spot,
}

/// Where a zone's next line should begin, in signs from the first one's beginning.
struct Lean {
    expected: f32,
    astray_max: f32,
}

impl Default for Lean {
    fn default() -> Self {
        Self { expected: 0.0, astray_max: START_APART }
    }
}

impl Lean {
    /// The beginning that is nearest to where it should be, `way` signs along each; `None` where all are too
    /// far. The line after it should begin where these two point.
    fn next<T>(&mut self, beginnings: impl Iterator<Item = T>, way: impl Fn(&T) -> f32) -> Option<T> {
        let astray = |one: &T| (way(one) - self.expected).abs();
        let nearest =
            beginnings.min_by(|a, b| astray(a).total_cmp(&astray(b))).filter(|one| astray(one) <= self.astray_max)?;
        *self = Self { expected: 2.0 * way(&nearest), astray_max: START_ASTRAY };
        Some(nearest)
    }
}

/// The zones among the lines whose checks hold, and what every row of lines may be.
pub(super) fn zones(lines: &[TextLine], today: NaiveDate) -> (Vec<Printed>, Vec<Draft>) {
    let rows: Vec<Row<'_>> = lines
        .iter()
        .filter_map(|line| Cells::of(line).map(|cells| Row { line, cells }))
        .filter(|row| row.cells.length() >= 20)
        .collect();
    let most = forms().iter().map(|form| form.lines).max().unwrap_or_default();
    let (mut found, mut drafts) = (Vec::<Printed>::new(), Vec::new());
    for first in 0..rows.len() {
        let stack = below(&rows, first, most);
        for (number, form) in forms().iter().enumerate() {
            let group = &stack[..form.lines.min(stack.len())];
            // The first of its lines that are seen may be any of the form's.
            drafts.extend((0..=form.lines - group.len()).filter_map(|top| draft((number, form), group, top)));
            if group.len() < form.lines {
                continue;
            }
            let zone = read(form, group, today);
            found.extend(zone.filter(|zone| !found.iter().any(|known| known.lines == zone.lines)));
        }
    }
    (found, drafts)
}

/// Up to `most` lines from `first` on, each right below the one before and beginning near it.
fn below<'r, 'l>(rows: &'r [Row<'l>], first: usize, most: usize) -> Vec<&'r Row<'l>> {
    let mut group = vec![&rows[first]];
    while group.len() < most {
        let last = group[group.len() - 1];
        let next = rows.iter().filter_map(|row| distance(last, row).map(|way| (way, row)));
        let Some((_, row)) = next.min_by(|a, b| a.0.total_cmp(&b.0)) else { break };
        group.push(row);
    }
    group
}

/// How far `other` lies below `row`, in capitals, if it is the line after it.
fn distance(row: &Row<'_>, other: &Row<'_>) -> Option<f32> {
    let start = |row: &Row<'_>| row.place(row.cells.first);
    let (along, across) = row.apart(start(row), start(other));
    let ((dx, dy), (ex, ey)) = (row.line.along, other.line.along);
    let caps = f32::midpoint(row.caps(), other.caps());
    let even = (row.caps() / other.caps()).max(other.caps() / row.caps()) < 1.5;
    let parallel = dx * ex + dy * ey > 0.995;
    let near = (LINE_DISTANCE.0 * caps..LINE_DISTANCE.1 * caps).contains(&across);
    (even && parallel && near && along.abs() <= START_APART_READ * row.pitch()).then(|| across / caps)
}

/// The zone of one form in these lines: in each of them the cells that begin below those of the first.
fn read(form: &ZoneForm, rows: &[&Row<'_>], today: NaiveDate) -> Option<Printed> {
    let (top, others) = rows.split_first()?;
    let fits: Vec<Vec<Fit>> = others.iter().zip(1..).map(|(row, place)| fits(form, place, row)).collect();
    let mut zones = self::fits(form, 0, top).into_iter().filter_map(|first| {
        let (mut lines, mut certainty) = (vec![first.text], first.certainty);
        let mut lean = Lean::default();
        for fits in &fits {
            let way = |fit: &&Fit| top.apart(first.start, fit.start).0 / top.pitch();
            let fit = lean.next(fits.iter(), way)?;
            certainty = certainty.min(fit.certainty);
            lines.push(fit.text.clone());
        }
        let reading = sound(&lines, today)?;
        let outlines = rows.iter().map(|row| row.line.outline).collect();
        Some(Printed { source: PrintSource::Zone, lines, reading, certainty, outlines })
    });
    // Two ways to read the same lines: neither is certain.
    let zone = zones.next()?;
    zones.next().is_none().then_some(zone)
}

/// What lines are, if they are a zone whose checks hold.
pub(super) fn sound(lines: &[String], today: NaiveDate) -> Option<Reading> {
    let width = lines.first()?.len();
    let mut of_it = forms().iter().filter(|form| form.lines == lines.len() && form.width == width);
    if !of_it.all(|form| has_shape_of_names(lines, form)) {
        return None;
    }
    let reading = interpret(&Scan::Mrz { lines: lines.to_vec() }, today);
    (reading.verdict.is_accept() && reading.problems.is_empty()).then_some(reading)
}

/// What lines say of every place of a form, whether or not anything is certain there. They are its lines from
/// `top` on; of the others they say nothing.
fn draft((number, form): (usize, &ZoneForm), rows: &[&Row<'_>], top: usize) -> Option<Draft> {
    let first = rows.first()?.cells.first;
    let starts = first.saturating_sub(1)..=first + 1;
    let fits = starts.filter_map(|start| placed(form, rows, (top, start)));
    let (starts, _) = fits.min_by_key(|(_, misfit)| *misfit)?;
    let mut draft = Draft::new((PrintSource::Zone, number), form.width, form.lines, top..top + rows.len());
    for place in 0..form.lines {
        let row = place.checked_sub(top).and_then(|row| rows.get(row).zip(starts.get(row)));
        let may_end = row
            .is_some_and(|(row, _)| form.is_names_line(place) && ends_in_fillers(&row.cells.cells[..=row.cells.last]));
        for column in 0..form.width {
            let kind = form.place(place, column);
            let cell = row.and_then(|(row, start)| row.cells.cells.get(start + column));
            let ended = may_end && row.is_some_and(|(row, start)| start + column > row.cells.last);
            let filler = if ended { LOST_FILLER } else { 0.0 };
            draft.add(cell, filler, form.is_checked(place, column), |sign| kind.holds(sign));
        }
    }
    draft.outlines.extend(rows.iter().map(|row| row.line.outline));
    Some(draft)
}

/// The cells with which the rows, lines of a form from `top` on, begin if the first one begins with `start`, and
/// by how many signs what was read is too short or too long for them.
fn placed(form: &ZoneForm, rows: &[&Row<'_>], (top, start): (usize, usize)) -> Option<(Vec<usize>, usize)> {
    let head = rows.first()?;
    head.cells.cells.get(start)?;
    let (from, pitch) = (head.place(start), head.pitch());
    let (mut starts, mut misfit, mut lean) = (Vec::new(), 0, Lean::default());
    for (number, row) in rows.iter().enumerate() {
        let (first, last) = (row.cells.first, row.cells.last);
        let near = first.saturating_sub(BEYOND)..=(first + JUNK_MAX).min(last);
        let way = |cell: &usize| head.apart(from, row.place(*cell)).0 / pitch;
        let begins = if number == 0 { start } else { lean.next(near, way)? };
        let ends = begins + form.width - 1;
        let short = if form.is_names_line(top + number) { 0 } else { ends.saturating_sub(last) };
        let long = if row.is_free(ends + 1) { 0 } else { last.saturating_sub(ends) };
        let wrong = begins.abs_diff(first) + long + short;
        if wrong > MISFIT_MAX {
            return None;
        }
        misfit += wrong;
        starts.push(begins);
    }
    Some((starts, misfit))
}

/// The windows of a row's cells that are a line of a form.
fn fits(form: &ZoneForm, place: usize, row: &Row<'_>) -> Vec<Fit> {
    let (first, last) = (row.cells.first, row.cells.last);
    let ends = |start: &usize| start + form.width + JUNK_MAX > last || row.is_free(start + form.width);
    let starts = (first.saturating_sub(BEYOND)..=first + JUNK_MAX).filter(ends);
    starts.filter_map(|start| fit(form, place, row, start)).collect()
}

/// The line of a form that begins with a cell: only what may stand in a place standing there.
fn fit(form: &ZoneForm, place: usize, row: &Row<'_>, start: usize) -> Option<Fit> {
    let cells = &row.cells.cells[start..];
    // A line of names ends in fillers, and only fillers may be missing at its end.
    let last = row.cells.last.checked_sub(start)?;
    let is_short = if form.is_names_line(place) {
        last + 1 < form.width && !ends_in_fillers(&cells[..=last])
    } else {
        cells.len() < form.width
    };
    if is_short {
        return None;
    }
    let (mut text, mut certainty) = (String::with_capacity(form.width), 1.0f32);
    for column in 0..form.width {
        let kind = form.place(place, column);
        let cell = cells.get(column);
        let seen = cell.and_then(|cell| cell.best_of(|sign| kind.holds(sign)));
        let trace = || column > last || cell.is_some_and(Cell::has_trace_of_filler);
        let lost = || kind.may_be_filler() && is_beside_filler(cells, column) && trace();
        // No check will find a wrong letter of a name: one that is hardly there is not taken.
        let best = seen.or_else(|| lost().then_some(Best { sign: b'<', certainty: LOST_FILLER }))?;
        if form.is_checked(place, column) {
            certainty = certainty.min(best.certainty);
        }
        text.push(char::from(best.sign));
    }
    Some(Fit { text, certainty, start: row.place(start) })
}

/// Whether so many fillers were read last that no name goes on behind them: two part names.
fn ends_in_fillers(cells: &[Cell<'_>]) -> bool {
    cells.len() >= LAST_FILLERS && cells[cells.len() - LAST_FILLERS..].iter().all(Cell::is_filler)
}

/// Whether a filler was read beside a place, or the line's end is filled up from there: a sign that was
/// lost between letters was a letter as likely as not.
fn is_beside_filler(cells: &[Cell<'_>], column: usize) -> bool {
    let column = column.min(cells.len());
    let before = cells[..column].iter().rfind(|cell| cell.read).is_some_and(Cell::is_filler);
    let after = cells.get(column + 1..).unwrap_or_default().iter().find(|cell| cell.read);
    before || after.is_some_and(Cell::is_filler)
}

/// Names begin with a letter and have at most three fillers between their parts.
fn has_shape_of_names(lines: &[String], form: &ZoneForm) -> bool {
    let Some(names) = form.names(lines) else { return true };
    let names = names.trim_end_matches('<');
    names.starts_with(|first: char| first.is_ascii_uppercase()) && !names.contains("<<<")
}
