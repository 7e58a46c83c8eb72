//! `coverage`, `missed`, `claims`: the work from door to door.

use fieldcore::doors::Figures;
use serde_json::json;

use super::Out;
use super::args::Doors as By;
use super::print::{or_dash, table, time};
use crate::error::Result;
use crate::hub::Hub;
use crate::reports::doors::{ClaimsReport, MissedRow};

/// The columns that every line of coverage has.
const FIGURES: [&str; 8] = ["homes", "done", "refused", "moved", "left", "people", "sampled", "excused"];

fn figures(of: &Figures) -> Vec<String> {
    [of.homes, of.done, of.refused, of.moved_away, of.left, of.people, of.sampled, of.excused]
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn line(names: &[&str], figures: Vec<String>) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).chain(figures).collect()
}

/// Households and people by building, team or category; yes if nobody needs to go anywhere again.
pub(super) fn coverage(out: &Out, hub: &Hub, round: Option<&str>, by: By) -> Result<bool> {
    let (name, doors) = hub.coverage(round)?;
    let answer = json!({
        "round": name, "figures": doors.figures, "buildings": doors.buildings, "teams": doors.teams,
        "open_follow_ups": doors.follow_ups.len(),
    });
    out.say(&answer, |_| {
        let (names, rows): (&[&str], Vec<Vec<String>>) = match by {
            By::Building => {
                (&["area", "building"], doors.buildings.iter().map(|row| line(&[&row.area, &row.building], figures(&row.figures))).collect())
            }
            By::Category => (&["category"], categories(&doors.figures)),
            By::Team => (&["device", "operator", "lane"], teams(&doors)),
        };
        let figures_of: &[&str] = match by {
            By::Building => &FIGURES,
            By::Category => &["people", "sampled", "excused"],
            By::Team => &["homes", "done", "refused", "moved", "left", "sampled", "excused"],
        };
        let head: Vec<&str> = names.iter().chain(figures_of).copied().collect();
        let all = &doors.figures;
        format!(
            "{}in all: homes {}, done {}, refused {}, moved {}, left {} (never visited {}); people {}, sampled {}, excused {}\n",
            table(&head, &rows),
            all.homes, all.done, all.refused, all.moved_away, all.left, all.not_visited, all.people, all.sampled, all.excused
        )
    })?;
    Ok(doors.figures.left == 0)
}

fn categories(of: &Figures) -> Vec<Vec<String>> {
    let counts =
        |one: &fieldcore::doors::CategoryFigures| [one.people, one.sampled, one.excused].map(|n| n.to_string());
    of.categories.iter().map(|(category, one)| line(&[category.as_str()], counts(one).to_vec())).collect()
}

fn teams(doors: &fieldcore::doors::Doors) -> Vec<Vec<String>> {
    let rows = doors.teams.iter().map(|row| {
        let device = row.team.device.to_string();
        let names =
            [device.as_str(), row.team.operator.as_deref().unwrap_or("-"), row.team.lane.as_deref().unwrap_or("-")];
        let counts = [row.homes, row.done, row.refused, row.moved_away, row.left, row.sampled, row.excused];
        line(&names, counts.iter().map(ToString::to_string).collect())
    });
    rows.collect()
}

/// Who is missed; yes if nobody is.
pub(super) fn missed(out: &Out, hub: &Hub, round: Option<&str>) -> Result<bool> {
    let (name, rows) = hub.missed(round)?;
    out.say(&json!({"round": name, "missed": rows}), |_| match rows.is_empty() {
        true => "nobody is missed".to_owned(),
        false => missed_text(&rows),
    })?;
    Ok(rows.is_empty())
}

fn missed_text(rows: &[MissedRow]) -> String {
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            vec![
                row.place.area.to_string(),
                row.place.building.to_string(),
                row.place.stairwell.to_string(),
                row.place.door.to_string(),
                or_dash(row.name.as_deref()),
                or_dash(row.number.as_deref()),
                or_dash(row.contact.as_deref()),
                row.categories.join(", "),
                row.reason.to_owned(),
                row.words.clone().unwrap_or_default(),
            ]
        })
        .collect();
    let head = ["area", "building", "stairwell", "door", "name", "number", "contact", "categories", "reason", "words"];
    format!("{}{} missed\n", table(&head, &cells), rows.len())
}

/// What teams claimed; yes if no door has two claims.
pub(super) fn claims(out: &Out, hub: &Hub, round: Option<&str>) -> Result<bool> {
    let (name, report) = hub.claims(round)?;
    let answer = json!({"round": name, "claims": report.claims, "contested": report.contested});
    out.say(&answer, |_| claims_text(&report))?;
    Ok(report.contested.is_empty())
}

fn claims_text(report: &ClaimsReport) -> String {
    let rows: Vec<Vec<String>> = report
        .claims
        .iter()
        .map(|claim| {
            let doors = match (&claim.first, &claim.last) {
                (None, None) => "all".to_owned(),
                (first, last) => format!("{} to {}", or_dash(first.as_deref()), or_dash(last.as_deref())),
            };
            vec![
                or_dash(claim.area.as_deref()),
                claim.building.clone(),
                or_dash(claim.stairwell.as_deref()),
                doors,
                or_dash(claim.operator.as_deref()),
                time(Some(claim.until_ms)),
                if claim.released { "given up" } else { "stands" }.to_owned(),
                claim.homes.to_string(),
                claim.claim.clone(),
            ]
        })
        .collect();
    let mut text =
        table(&["area", "building", "stairwell", "doors", "operator", "until", "state", "homes", "record"], &rows);
    let doors: Vec<Vec<String>> = report
        .contested
        .iter()
        .map(|door| {
            let why = if door.by_visit { "a visit" } else { "the rule" };
            vec![
                door.place.building.to_string(),
                door.place.stairwell.to_string(),
                door.place.door.to_string(),
                door.keeps.clone(),
                why.to_owned(),
            ]
        })
        .collect();
    if !doors.is_empty() {
        text.push_str(&format!("\n{} doors that several claims cover:\n", doors.len()));
        text.push_str(&table(&["building", "stairwell", "door", "kept by", "decided by"], &doors));
    }
    text
}
