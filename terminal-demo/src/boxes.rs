//! `boxes`: what is in which box here, and how old its swabs are at the least.

use fieldcore::{BoxLine, Language, Station};
use serde_json::json;

use crate::args;
use crate::device;
use crate::exit::{Code, Outcome};
use crate::out;
use crate::words::{Words, fill};

/// Every box of the current round; exit code 1 where one that is still here is late.
pub(crate) fn run(asked: &args::Reading, language: Language) -> Outcome {
    let boxes = Station::open(device::open_to_read(&asked.place, "boxes")?)?.boxes()?;
    if asked.json {
        out::json(&json!({ "boxes": boxes }))?;
    } else {
        let words = Words::of(language);
        for line in &boxes {
            out::line(text(words, line))?;
        }
    }
    let late = boxes.iter().any(|line| line.late && line.state != "given");
    Ok(if late { Code::No } else { Code::Done })
}

fn text(words: &Words, line: &BoxLine) -> String {
    let label = line.container.as_deref().unwrap_or("-");
    let labels: Vec<&str> = line.packed.iter().map(|packed| packed.tube.as_deref().unwrap_or("-")).collect();
    let state = words.box_state(line.state);
    let mut parts = vec![
        format!("{} {label}", words.container),
        line.other_round.as_deref().map_or_else(|| state.to_owned(), |round| format!("{state} ({round})")),
        format!("{} {}", words.tubes, line.tubes),
    ];
    if let Some(age_s) = line.age_s {
        let hours = format!("{}.{}", age_s / 3600, age_s % 3600 / 360);
        parts.push(fill(if line.late { words.box_late } else { words.box_age }, &[&hours]));
    }
    if !labels.is_empty() {
        parts.push(labels.join(" "));
    }
    parts.join("   ")
}
