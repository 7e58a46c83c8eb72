//! `interpret`: one JSON object in, one out, in order.

use std::io::BufRead;
use std::path::PathBuf;

use chrono::{Local, NaiveDate};
use fieldcore::limits::SCAN_BYTES_MAX;
use fieldcore::record::DocumentKind;
use fieldcore::scan::{Evidence, FieldValue, Problem, Reading, Scan, Trust, interpret_with};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::args::Interpret;
use crate::exit::{Code, Failure, Outcome};
use crate::lines::Lines;
use crate::out;

/// Bytes of one question: a scan at its limit with every character escaped.
const LINE_BYTES_MAX: usize = 6 * SCAN_BYTES_MAX + 1024;

#[derive(Deserialize)]
struct Question {
    #[serde(default)]
    id: Value,
    r#as: String,
    text: Option<String>,
    lines: Option<Vec<String>>,
    today: Option<String>,
    document: Option<String>,
}

/// Answers every line of `input`.
pub(crate) fn run(asked: &Interpret, input: impl BufRead) -> Outcome {
    let trust = trust(&asked.uidai_certificates)?;
    let mut lines = Lines::new(input, LINE_BYTES_MAX);
    while let Some(line) = lines.next().map_err(|source| Failure::Input { path: "standard input".into(), source })? {
        if !line.trim().is_empty() {
            out::json(&answer(&line, Local::now().date_naive(), &trust))?;
        }
    }
    Ok(Code::Done)
}

/// The keys in the files that were named.
pub(crate) fn trust(files: &[PathBuf]) -> Result<Trust, Failure> {
    let mut trust = Trust::new();
    for path in files {
        let bytes = std::fs::read(path).map_err(|source| Failure::Input { path: path.clone(), source })?;
        trust.add_uidai(&bytes)?;
    }
    Ok(trust)
}

/// The answer to one line.
pub(crate) fn answer(line: &str, system_date: NaiveDate, trust: &Trust) -> Value {
    let Ok(question) = serde_json::from_str::<Value>(line) else { return unreadable(Value::Null) };
    let id = question.get("id").cloned().unwrap_or_default();
    let Ok(question) = serde_json::from_value::<Question>(question) else { return unreadable(id) };
    let today = match question.today.as_deref().map(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d")) {
        None => system_date,
        Some(Ok(today)) => today,
        Some(Err(_)) => return unreadable(id),
    };
    match scan(&question) {
        Some(scan) => object(question.id, &interpret_with(&scan, today, trust)),
        None => unreadable(id),
    }
}

fn scan(question: &Question) -> Option<Scan> {
    let document = match question.document.as_deref() {
        None => None,
        Some(text) => Some(DocumentKind::from_text(text)?),
    };
    let text = || question.text.clone();
    let lines = || question.lines.clone().or_else(|| text().map(|text| text.lines().map(str::to_owned).collect()));
    match (question.r#as.as_str(), document) {
        ("typed", document) => Some(Scan::Typed { text: text()?, document }),
        ("symbol", None) => Some(Scan::Symbol { text: text()?, symbology: None }),
        ("mrz", None) => Some(Scan::Mrz { lines: lines()? }),
        ("ocr", None) => Some(Scan::Ocr { lines: lines()? }),
        _ => None,
    }
}

pub(crate) fn object(id: Value, reading: &Reading) -> Value {
    let fields: Map<String, Value> =
        reading.fields.iter().map(|(name, value)| ((*name).to_owned(), field(value))).collect();
    json!({
        "id": id,
        "status": reading.verdict.as_str(),
        "kind": reading.kind.map(|kind| kind.as_str()),
        "format": reading.format,
        "fields": fields,
        "confirm": reading.confirm,
        "problems": reading.problems.iter().map(|problem| problem.as_str()).collect::<Vec<_>>(),
        "evidence": evidence(&reading.evidence),
    })
}

/// Which checks passed, and in which fields how many characters were repaired.
fn evidence(evidence: &Evidence) -> Value {
    json!({
        "checks": evidence.checks.iter().map(|check| check.as_str()).collect::<Vec<_>>(),
        "repaired": evidence.repaired.iter().map(|(field, count)| json!([field, count])).collect::<Vec<_>>(),
    })
}

fn field(value: &FieldValue) -> Value {
    match value {
        FieldValue::Text(text) => text.expose().into(),
        FieldValue::Pairs(pairs) => pairs.iter().map(|(name, value)| json!([name, value.expose()])).collect(),
    }
}

/// The fixed answer to what is no question: without evidence, to the byte.
fn unreadable(id: Value) -> Value {
    let problems = [Problem::Structure.as_str()];
    json!({"id": id, "status": "refuse", "kind": null, "format": null, "fields": {}, "confirm": [], "problems": problems})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(line: &str) -> String {
        answer(line, NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(), &Trust::new()).to_string()
    }

    #[test]
    fn an_answer_has_its_keys_in_order() {
        let answer = ask(r#"{"id":"a","as":"typed","text":"440524 18800101 0014"}"#);
        assert_eq!(
            answer,
            r#"{"id":"a","status":"accept","kind":"cn_resident","format":null,"fields":{"number":"440524188001010014","province":"44","region":"440524","birth":"1880-01-01","sex":"M"},"confirm":[],"problems":[],"evidence":{"checks":["check_character","date","province","region"],"repaired":[]}}"#
        );
    }

    #[test]
    fn what_is_no_question_is_answered_all_the_same() {
        let refused = |id: &str| {
            format!(
                r#"{{"id":{id},"status":"refuse","kind":null,"format":null,"fields":{{}},"confirm":[],"problems":["structure"]}}"#
            )
        };
        assert_eq!(ask("no json"), refused("null"));
        assert_eq!(ask("[1]"), refused("null"));
        assert_eq!(ask(r#"{"id":7,"as":"smell","text":"x"}"#), refused("7"));
        assert_eq!(ask(r#"{"id":"b","as":"typed"}"#), refused("\"b\""));
        assert_eq!(ask(r#"{"id":"c","as":"typed","text":"x","today":"soon"}"#), refused("\"c\""));
        assert_eq!(ask(r#"{"id":"d","as":"symbol","text":"x","document":"passport_number"}"#), refused("\"d\""));
    }

    #[test]
    fn today_is_the_questions_own() {
        let question = r#"{"id":1,"as":"typed","text":"440524188001010014","today":"1879-12-31"}"#;
        assert!(ask(question).contains(r#""problems":["future_date"]"#));
    }
}
