//! The figures as JSON, for scripts.

use std::path::Path;

use serde_json::{Value, json};

use super::link::Trick;
use super::proof::{Check, Evidence};
use crate::exit::Failure;

/// All figures; `wrong` names what does not add up.
pub(super) fn figures(evidence: &Evidence, checks: &[Check]) -> Value {
    let hub = &evidence.hub;
    let tricks: serde_json::Map<String, Value> =
        Trick::ALL.iter().map(|trick| (trick.as_str().to_owned(), Value::from(evidence.link.count(*trick)))).collect();
    let mut link = json!({"requests": evidence.link.requests, "failed": evidence.link.failed});
    link["tricks"] = Value::Object(tricks);
    json!({
        "people": evidence.sum(|device| u64::from(device.ledger.people)),
        "distinct_people": hub.figures.distinct_people,
        "tubes": evidence.sum(|device| u64::from(device.ledger.tubes)),
        "batches": evidence.sum(|device| device.store.sealed),
        "receipts": evidence.sum(|device| device.store.opened),
        "hub_people": hub.figures.people,
        "hub_tubes": hub.figures.tubes,
        "conflicts": hub.conflicts.count(),
        "held": hub.held,
        "refused": evidence.books.refused,
        "kills": evidence.kills.len(),
        "link": link,
        "lines": evidence.books.lines,
        "told_people": evidence.books.standing().count(),
        "unsent": evidence.sum(|device| device.store.unsent),
        "notices": evidence.talks.notices.iter().sum::<usize>(),
        "adds_up": checks.iter().all(Check::holds),
        "wrong": checks.iter().flat_map(|check| &check.wrong).collect::<Vec<_>>(),
    })
}

/// Writes the figures to `file`.
pub(crate) fn write(file: &Path, figures: &Value) -> Result<(), Failure> {
    std::fs::write(file, format!("{figures:#}\n"))
        .map_err(|source| Failure::Output { to: file.display().to_string(), source })
}
