//! `custody`: boxes and tubes on their way, as text.

use super::Out;
use super::print::{or_dash, table, time};
use super::reports::place;
use crate::error::Result;
use crate::hub::Hub;
use crate::reports::custody_model::{BoxLine, Custody, HandOverLine, Side, Told, TubeStep};

/// The answer is no where a box that was asked for is not known, or something does not add up.
pub(super) fn custody(out: &Out, hub: &Hub, container: Option<&str>) -> Result<bool> {
    let found = hub.custody(container)?;
    out.say(&found, |found| text(found, container))?;
    let known = container.is_none() || !found.boxes.is_empty();
    let contested = found.contested.len() + found.boxes.iter().filter(|line| line.contested).count();
    Ok(known && contested + found.missing.len() + found.twice.len() == 0)
}

fn degrees(tenths: Option<i64>) -> String {
    tenths.map_or_else(String::new, |tenths| {
        let sign = if tenths < 0 { "-" } else { "" };
        format!(", {sign}{}.{} °C", tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10)
    })
}

fn hours(age_s: Option<u64>) -> String {
    age_s.map_or_else(|| "-".to_owned(), |age_s| format!("{}.{} h", age_s / 3600, age_s % 3600 / 360))
}

fn who(told: &Told) -> String {
    format!("{}, {}, {}", told.device, place(&told.at), time(told.at.at_ms))
}

fn text(found: &Custody, container: Option<&str>) -> String {
    if found.boxes.is_empty() {
        return match container {
            Some(label) => format!("no box with the label {label} has arrived"),
            None => format!("no box has arrived; {} tubes are in none", found.tubes.len()),
        };
    }
    let rows: Vec<Vec<String>> = found.boxes.iter().map(box_row).collect();
    let mut text = table(&["box", "round", "state", "with", "since", "tubes", "counted", "first swab"], &rows);
    if container.is_some() {
        found.boxes.iter().for_each(|line| text.push_str(&box_text(line)));
        return text;
    }
    let loose = found.tubes.iter().filter(|line| line.container.is_none() && line.desk != Some("present")).count();
    text.push_str(&format!("{loose} of {} tubes are in no box\n", found.tubes.len()));
    for line in &found.open_hand_overs {
        text.push_str(&format!("one side only: {}\n", hand_over_text(line)));
    }
    for line in &found.missing {
        let container = or_dash(line.container.as_deref());
        text.push_str(&format!("MISSING: {} of box {container}, says {}\n", line.tube, who(&line.told)));
    }
    for line in &found.twice {
        text.push_str(&format!("IN SEVERAL BOXES: {} in {}\n", line.tube, line.boxes.join(", ")));
    }
    for line in &found.contested {
        text.push_str(&format!("CONTESTED: {}\n{}", line.tube, steps_text(&line.steps, true)));
    }
    text
}

fn box_row(line: &BoxLine) -> Vec<String> {
    let with = match &line.to {
        Some(to) => format!("on the way to {to}"),
        None if line.contested => format!("{} (CONTESTED)", line.device),
        None => line.device.clone(),
    };
    let late = if line.late { " LATE" } else { "" };
    vec![
        or_dash(line.container.as_deref()),
        or_dash(line.round.as_deref()),
        line.state.to_owned(),
        with,
        time(line.since.as_ref().and_then(|told| told.at.at_ms)),
        line.tubes.len().to_string(),
        line.counted.map_or_else(|| "-".to_owned(), |count| count.to_string()),
        format!("{}{late}", hours(line.age_s)),
    ]
}

fn box_text(line: &BoxLine) -> String {
    let mut text = format!("tubes: {}\n", if line.tubes.is_empty() { "-".to_owned() } else { line.tubes.join(" ") });
    if line.counted.is_some() {
        text.push_str(&format!("seal {}{}\n", or_dash(line.seal.as_deref()), degrees(line.temperature)));
    }
    for one in &line.hand_overs {
        text.push_str(&format!("{}\n", hand_over_text(one)));
    }
    for note in &line.notes {
        let what = note.damage.map_or_else(|| "temperature".to_owned(), str::to_owned);
        let words = note.note.as_deref().map_or_else(String::new, |words| format!(", {words}"));
        text.push_str(&format!("{what}{}{words}: {}\n", degrees(note.temperature), who(&note.told)));
    }
    text
}

fn side_text(side: Option<&Side>, word: &str) -> String {
    match side {
        None => format!("not {word}"),
        Some(side) => format!("{word} by {} with {} tubes{}", who(&side.told), side.tubes, degrees(side.temperature)),
    }
}

fn hand_over_text(line: &HandOverLine) -> String {
    let to =
        line.given.as_ref().and_then(|side| side.other.as_deref()).map_or_else(String::new, |to| format!(" to {to}"));
    let (given, received) = (side_text(line.given.as_ref(), "given"), side_text(line.received.as_ref(), "received"));
    format!("box {}: {given}{to}; {received}", or_dash(line.container.as_deref()))
}

/// How a tube moved, one line a step; empty for one that did not.
pub(super) fn steps_text(steps: &[TubeStep], contested: bool) -> String {
    let mut text = String::new();
    for step in steps {
        let people = step.people.map_or_else(String::new, |people| format!(" with {people} people"));
        let to = step.to.as_deref().map_or_else(String::new, |to| format!(" for {to}"));
        text.push_str(&format!("  {}{people}{to}: {}\n", step.what, who(&step.told)));
    }
    if contested {
        text.push_str("  these stories contradict each other; the people of all of them are in the tube\n");
    }
    text
}
