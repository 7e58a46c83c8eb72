//! Machine-readable zones (ICAO Doc 9303): lines that stand below each other, laid into their cells.

use chrono::NaiveDate;
use fieldcore_optics::{Sign, TextLine};

use super::{Cells, FLOOR, PrintSource, Printed};
use crate::scan::mrz::{ZoneForm, forms};
use crate::scan::{Scan, interpret};

/// Heights of a capital from one line to the next (4.23 mm by about 2.4 mm, and what is measured).
const LINE_DISTANCE: (f32, f32) = (1.25, 2.5);
/// How far the lines of a zone may begin from each other, in signs: a line whose head was cut off
/// begins a sign or more too late.
const START_APART: f32 = 0.9;
/// The probability given to a filler that was not read but has room.
const LOST_FILLER: f32 = 0.5;

/// A line with its cells.
struct Row<'l> {
    line: &'l TextLine,
    cells: Cells,
}

/// The zones among the lines whose checks hold.
pub(super) fn zones(lines: &[TextLine], today: NaiveDate) -> Vec<Printed> {
    let rows: Vec<Row<'_>> = lines
        .iter()
        .filter_map(|line| Cells::of(&line.signs).map(|cells| Row { line, cells }))
        .filter(|row| row.cells.signs.len() >= 20)
        .collect();
    let mut found: Vec<Printed> = Vec::new();
    for first in 0..rows.len() {
        for form in forms() {
            let Some(group) = below(&rows, first, form.lines) else { continue };
            let zone = read(form, &group, today);
            found.extend(zone.filter(|zone| !found.iter().any(|known| known.lines == zone.lines)));
        }
    }
    found
}

/// `count` lines from `first` on, each right below the one before and beginning with it.
fn below<'r, 'l>(rows: &'r [Row<'l>], first: usize, count: usize) -> Option<Vec<&'r Row<'l>>> {
    let mut group = vec![rows.get(first)?];
    while group.len() < count {
        let last = *group.last()?;
        let next = rows.iter().filter_map(|row| distance(last, row).map(|way| (way, row)));
        group.push(next.min_by(|a, b| a.0.total_cmp(&b.0))?.1);
    }
    Some(group)
}

/// How far `other` lies below `row`, in capitals, if it is the line after it.
fn distance(row: &Row<'_>, other: &Row<'_>) -> Option<f32> {
    let start = |row: &Row<'_>| row.cells.signs.first().copied().flatten().map(|sign| row.line.place(sign.at));
    let (from, to) = (start(row)?, start(other)?);
    let (dx, dy) = row.line.along;
    let (ex, ey) = other.line.along;
    let caps = f32::midpoint(row.line.caps, other.line.caps);
    let (x, y) = (to.x - from.x, to.y - from.y);
    let (along, across) = (x * dx + y * dy, y * dx - x * dy);
    let pitch = row.line.length(row.cells.pitch);
    let even = (row.line.caps / other.line.caps).max(other.line.caps / row.line.caps) < 1.5;
    let parallel = dx * ex + dy * ey > 0.995;
    let near = (LINE_DISTANCE.0 * caps..LINE_DISTANCE.1 * caps).contains(&across);
    (even && parallel && near && along.abs() <= START_APART * pitch).then(|| across / caps)
}

/// The zone of one form in these lines.
fn read(form: &ZoneForm, rows: &[&Row<'_>], today: NaiveDate) -> Option<Printed> {
    let (mut lines, mut least) = (Vec::new(), 1.0f32);
    for (place, row) in rows.iter().enumerate() {
        let (text, certainty) = line(form, place, &row.cells)?;
        lines.push(text);
        least = least.min(certainty);
    }
    let reading = interpret(&Scan::Mrz { lines: lines.clone() }, today);
    let sound = reading.verdict.is_accept() && reading.problems.is_empty();
    let outlines = rows.iter().map(|row| row.line.outline).collect();
    (sound && has_shape_of_names(&lines, form)).then(|| Printed {
        source: PrintSource::Zone,
        lines,
        reading,
        certainty: least,
        outlines,
    })
}

/// A line of a form, only what may stand in a place standing there, and the least probability of
/// the signs that a check protects.
fn line(form: &ZoneForm, place: usize, cells: &Cells) -> Option<(String, f32)> {
    let mut signs = cells.signs.clone();
    // A line of names ends in fillers, and only fillers may be missing at its end.
    let ends = |signs: &[Option<Sign>]| signs.last().copied().flatten().is_some_and(|sign| sign.best().0 == b'<');
    if form.is_names_line(place) && signs.len() < form.width && ends(&signs) {
        signs.resize(form.width, None);
    }
    if signs.len() != form.width {
        return None;
    }
    let (mut text, mut least) = (String::with_capacity(form.width), 1.0f32);
    for (column, cell) in signs.iter().enumerate() {
        let kind = form.place(place, column);
        let (sign, share) = match cell {
            Some(sign) => sign.best_of(|sign| kind.holds(sign)),
            None if kind.may_be_filler() && is_beside_filler(&signs, column) => (b'<', LOST_FILLER),
            None => return None,
        };
        // No check will find a wrong letter of a name; one that is hardly there is not taken.
        if share < FLOOR {
            return None;
        }
        if form.is_checked(place, column) {
            least = least.min(share);
        }
        text.push(char::from(sign));
    }
    Some((text, least))
}

/// Whether a filler was read beside a place, or the line's end is filled up from there: where a sign was
/// lost between letters it was a letter as likely as not.
fn is_beside_filler(signs: &[Option<Sign>], column: usize) -> bool {
    let filler = |sign: &Sign| sign.best().0 == b'<';
    let before = signs[..column].iter().rev().flatten().next().is_some_and(filler);
    let after = signs[column + 1..].iter().flatten().next();
    before || after.is_some_and(filler)
}

/// Names begin with a letter and have at most three fillers between their parts.
fn has_shape_of_names(lines: &[String], form: &ZoneForm) -> bool {
    let Some(names) = form.names(lines) else { return true };
    let names = names.trim_end_matches('<');
    names.starts_with(|first: char| first.is_ascii_uppercase()) && !names.contains("<<<")
}
