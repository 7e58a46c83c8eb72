//! The `log` command: what was recorded, when and by whom, without any person sampled.

use std::collections::HashMap;

use fieldcore::record::{Body, Exported, Record};
use fieldcore::{Journal, RecordRef};
use serde_json::{Map, Value, json};

use crate::args;
use crate::exit::{Code, Outcome};
use crate::local_time;
use crate::out;
use crate::words::Words;

/// One line of the log.
struct Line {
    at: RecordRef,
    wall_ms: i64,
    lane: Option<String>,
    operator: Option<String>,
    kind: &'static str,
    /// Of an export: what left the device, how many people's data it held, and where it went.
    export: Option<Exported>,
}

/// Prints one line a record; with `--exports` only what left the device in readable form.
pub(crate) fn run(journal: &Journal, asked: &args::Log, words: &Words) -> Outcome {
    let lines = collect(journal, asked.exports)?;
    for line in &lines {
        if asked.reading.json {
            out::json(&object(line))?;
        } else {
            out::line(text(line, words))?;
        }
    }
    if lines.is_empty() && asked.exports && !asked.reading.json {
        out::line(words.log_exports_none)?;
    }
    Ok(Code::Done)
}

fn collect(journal: &Journal, exports: bool) -> fieldcore::Result<Vec<Line>> {
    let mut operators = HashMap::new();
    let mut lines = Vec::new();
    journal.records(&mut |record| {
        if let Body::ShiftStarted(shift) = &record.body {
            operators.insert(record.at, shift.operator.clone());
        }
        let line = line(record, &operators);
        if line.export.is_some() || !exports {
            lines.push(line);
        }
        Ok(())
    })?;
    Ok(lines)
}

fn line(record: Record, operators: &HashMap<RecordRef, String>) -> Line {
    let own = operators.get(&record.at);
    let operator = own.or_else(|| record.stamp.shift.and_then(|shift| operators.get(&shift))).cloned();
    let kind = record.body.name();
    let export = if let Body::Exported(export) = record.body { Some(export) } else { None };
    Line { at: record.at, wall_ms: record.stamp.wall_ms, lane: record.stamp.lane, operator, kind, export }
}

fn object(line: &Line) -> Value {
    let Value::Object(mut object) = json!({
        "epoch": line.at.epoch.to_string(), "seq": line.at.seq, "wall_ms": line.wall_ms,
        "lane": line.lane, "operator": line.operator, "kind": line.kind,
    }) else {
        return Value::Object(Map::new());
    };
    if let Some(export) = &line.export {
        object.insert("what".to_owned(), export.what.clone().into());
        object.insert("people".to_owned(), export.people.into());
        object.insert("target".to_owned(), export.target.clone().into());
    }
    Value::Object(object)
}

fn text(line: &Line, words: &Words) -> String {
    let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let mut text = format!(
        "{}  {}/{}  {} {}  {}  {}",
        local_time(line.wall_ms),
        line.at.epoch,
        line.at.seq,
        words.lane,
        or_dash(&line.lane),
        or_dash(&line.operator),
        line.kind
    );
    if let Some(export) = &line.export {
        text.push_str(&format!("  {} ({} {}) -> {}", export.what, words.people, export.people, export.target));
    }
    text
}
