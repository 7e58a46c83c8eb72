//! The reading commands.

use std::io::Read;

use serde_json::json;

use super::Out;
use super::args::By;
use super::print::{or_dash, table, time};
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::reports::model::{At, Conflicts, DeviceRow, HeldItem, Ledger, LedgerBy, Sighting, TubeTrace};

fn number(value: u64) -> String {
    value.to_string()
}

pub(super) fn status(out: &Out, hub: &Hub) -> Result<bool> {
    let (figures, stock) = (hub.figures(None)?, hub.stock()?);
    let answer = json!({"campaign": hub.campaign().to_string(), "figures": figures, "stock": stock});
    out.say(&answer, |_| {
        format!(
            "people {} ({} different), tubes {}, short {}, spoiled {}, voided {}\n\
             items {} (opened {}, held {}), records {}, of unknown kinds {}, kept {}, devices {}, conflicts {}, lag {}",
            figures.people,
            figures.distinct_people,
            figures.tubes,
            figures.short,
            figures.spoiled,
            figures.voided,
            stock.items,
            stock.opened,
            stock.held,
            stock.records,
            stock.unknown_records,
            stock.kept,
            stock.devices,
            stock.conflicts,
            stock.lag_items
        )
    })?;
    Ok(true)
}

pub(super) fn ledger(out: &Out, hub: &Hub, round: Option<&str>, by: By) -> Result<bool> {
    let by = match by {
        By::Lane => LedgerBy::Lane,
        By::Round => LedgerBy::Round,
        By::Site => LedgerBy::Site,
        By::Operator => LedgerBy::Operator,
        By::Place => LedgerBy::Place,
    };
    let ledger = hub.ledger(round, by)?;
    out.say(&ledger, ledger_text)?;
    Ok(true)
}

fn ledger_text(ledger: &Ledger) -> String {
    let rows: Vec<Vec<String>> = ledger
        .rows
        .iter()
        .map(|row| {
            let f = &row.figures;
            vec![
                or_dash(row.round_name.as_deref()),
                or_dash(row.site.as_deref()),
                or_dash(row.place),
                or_dash(row.lane.as_deref()),
                or_dash(row.operator.as_deref()),
                number(f.people),
                number(f.tubes),
                number(f.short),
                number(f.spoiled),
                number(f.voided),
            ]
        })
        .collect();
    let head = ["round", "site", "place", "lane", "operator", "people", "tubes", "short", "spoiled", "voided"];
    let f = &ledger.figures;
    let mut text = table(&head, &rows);
    text.push_str(&format!(
        "in all: people {} ({} different), tubes {}, short {}, spoiled {}, voided {}\n",
        f.people, f.distinct_people, f.tubes, f.short, f.spoiled, f.voided
    ));
    if ledger.lag_items > 0 {
        text.push_str(&format!("{} opened items are not in these figures yet\n", ledger.lag_items));
    }
    text
}

pub(super) fn place(at: &At) -> String {
    let parts = [at.site.as_deref(), at.lane.as_deref(), at.operator.as_deref()];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "-".to_owned() } else { parts.join(" / ") }
}

pub(super) fn when(at: &At) -> String {
    match at.error_ms {
        Some(error) => format!("{} ±{} s", time(at.at_ms), error.div_ceil(1000)),
        None => format!("{} by the device's clock", time(at.at_ms)),
    }
}

pub(super) fn trace(out: &Out, hub: &Hub, label: &str) -> Result<bool> {
    let tubes = hub.trace(label)?;
    out.say(&json!({"tube": label, "tubes": tubes}), |_| {
        if tubes.is_empty() {
            return format!("no tube with the label {label} has arrived");
        }
        tubes.iter().map(trace_text).collect::<Vec<_>>().join("\n")
    })?;
    Ok(!tubes.is_empty())
}

fn trace_text(tube: &TubeTrace) -> String {
    let state = if tube.spoiled { "spoiled" } else { tube.closed.unwrap_or("open") };
    let mut text =
        format!("{} ({state}), {}, {}, device {}\n", tube.tube, place(&tube.at), when(&tube.at), tube.device);
    let rows: Vec<Vec<String>> = tube
        .people
        .iter()
        .map(|person| {
            vec![
                number(u64::from(person.position)),
                person.name.clone().or_else(|| person.description.clone()).unwrap_or_else(|| "-".to_owned()),
                person.document.to_owned(),
                person.number.clone().or_else(|| person.alias.clone()).unwrap_or_else(|| "-".to_owned()),
                or_dash(person.contact.as_deref()),
                or_dash(person.guardian.as_deref()),
                place(&person.at),
                time(person.at.at_ms),
            ]
        })
        .collect();
    text.push_str(&table(&["pos", "name", "document", "number", "contact", "guardian", "where", "when"], &rows));
    text.push_str(&super::custody::steps_text(&tube.moved, tube.contested));
    if tube.unreadable > 0 {
        text.push_str(&format!("{} people of it cannot be read here now (key away, or erased)\n", tube.unreadable));
    }
    text
}

fn sighting_text(one: &Sighting) -> Vec<String> {
    vec![
        or_dash(one.at.round.as_deref()),
        or_dash(one.tube.as_deref()),
        number(u64::from(one.position)),
        one.state.to_owned(),
        place(&one.at),
        time(one.at.at_ms),
        one.device.clone(),
    ]
}

const SIGHTING: [&str; 7] = ["round", "tube", "pos", "state", "where", "when", "device"];

/// The number comes from standard input: what is typed as an argument ends up in histories.
pub(super) fn person(out: &Out, hub: &Hub) -> Result<bool> {
    let mut text = String::new();
    std::io::stdin()
        .lock()
        .take(4096)
        .read_to_string(&mut text)
        .map_err(|error| Error::unreadable("standard input", error.to_string()))?;
    let line = text.lines().next().unwrap_or_default().trim();
    if line.is_empty() {
        return Err(Error::unreadable("standard input", "it must hold a number, in one line"));
    }
    let seen = hub.person(line)?;
    out.say(&json!({"sightings": seen}), |_| {
        if seen.is_empty() {
            return "this person has not been seen".to_owned();
        }
        table(&SIGHTING, &seen.iter().map(sighting_text).collect::<Vec<_>>())
    })?;
    Ok(!seen.is_empty())
}

pub(super) fn conflicts(out: &Out, hub: &Hub) -> Result<bool> {
    let found = hub.conflicts()?;
    let mut answer =
        serde_json::to_value(&found).map_err(|error| Error::Store { what: "writing JSON", why: error.to_string() })?;
    answer["count"] = json!(found.count());
    out.say(&answer, |_| conflicts_text(&found))?;
    Ok(true)
}

fn conflicts_text(found: &Conflicts) -> String {
    if found.count() == 0 {
        return "no conflicts".to_owned();
    }
    let mut text = String::new();
    for one in &found.people {
        text.push_str("the same person in one round on two devices:\n");
        text.push_str(&table(&SIGHTING, &one.sightings.iter().map(sighting_text).collect::<Vec<_>>()));
    }
    for one in &found.tubes {
        text.push_str(&format!("the tube label {} on two devices:\n", one.tube));
        let rows: Vec<Vec<String>> = one
            .uses
            .iter()
            .map(|used| vec![used.device.clone(), number(used.people), place(&used.at), time(used.at.at_ms)])
            .collect();
        text.push_str(&table(&["device", "people", "where", "when"], &rows));
    }
    for one in &found.contested {
        text.push_str(&format!("the tube {} as its devices tell it:\n", one.tube));
        text.push_str(&super::custody::steps_text(&one.steps, true));
    }
    if !found.without_tube.is_empty() {
        text.push_str("people who are counted and whose tube cannot be named (see `held` for claims):\n");
        text.push_str(&table(&SIGHTING, &found.without_tube.iter().map(sighting_text).collect::<Vec<_>>()));
    }
    if !found.contents.is_empty() {
        text.push_str("other content under records that are counted:\n");
        text.push_str(&held_text(&found.contents));
    }
    text
}

pub(super) fn held(out: &Out, hub: &Hub) -> Result<bool> {
    let held = hub.held()?;
    out.say(&json!({"held": held, "count": held.len()}), |_| {
        if held.is_empty() { "nothing is held".to_owned() } else { held_text(&held) }
    })?;
    Ok(true)
}

fn held_text(items: &[HeldItem]) -> String {
    let rows: Vec<Vec<String>> = items
        .iter()
        .map(|item| {
            vec![
                item.id.to_string(),
                item.kind.to_owned(),
                or_dash(item.device.as_deref()),
                item.number.map_or_else(|| "-".to_owned(), number),
                number(item.records),
                item.reason.clone(),
                item.next.to_owned(),
            ]
        })
        .collect();
    table(&["id", "kind", "device", "number", "records", "reason", "what to do"], &rows)
}

pub(super) fn verify(out: &Out, hub: &Hub) -> Result<bool> {
    let found = hub.verify()?;
    out.say(&found, |found| {
        let mut text = format!(
            "{} signatures, {} receipts, {} records checked; {} items unreadable here, {} gaps\n",
            found.signatures,
            found.receipts,
            found.records,
            found.unreadable,
            found.gaps.len()
        );
        found.gaps.iter().for_each(|gap| text.push_str(&format!("missing: {gap}\n")));
        found.faults.iter().for_each(|fault| text.push_str(&format!("FAULT: {fault}\n")));
        text.push_str(if found.ok { "everything holds" } else { "something does not hold" });
        text
    })?;
    Ok(found.ok)
}

pub(super) fn devices(out: &Out, hub: &Hub) -> Result<bool> {
    let devices = hub.devices()?;
    out.say(&json!({"devices": devices}), |_| {
        let rows: Vec<Vec<String>> = devices
            .iter()
            .map(|row| {
                vec![
                    row.device.clone(),
                    row.state.to_owned(),
                    or_dash(row.reason.as_deref()),
                    or_dash(row.app.as_deref()),
                    time(row.seen_ms),
                    number(row.items),
                    number(row.held),
                    number(row.records),
                    number(row.gaps.len() as u64),
                    number(row.unsent),
                    time(row.unsent_since_ms),
                    heard_by(row),
                ]
            })
            .collect();
        table(
            &[
                "device", "state", "reason", "app", "heard", "items", "held", "records", "gaps", "unsent", "since",
                "way",
            ],
            &rows,
        )
    })?;
    Ok(true)
}

/// By which way a device was heard last.
fn heard_by(row: &DeviceRow) -> String {
    match (row.heard_direct_ms, row.heard_carried_ms) {
        (direct, Some(carried)) if direct.is_none_or(|direct| direct < carried) => {
            let only = if row.only_carried { "only carried, " } else { "" };
            format!("{only}by {}", row.carried_by.as_deref().unwrap_or("a file"))
        }
        (None, None) => "-".to_owned(),
        _ => "itself".to_owned(),
    }
}
