//! The station without a screen: a pipe or a file in, one answer a line out.

use std::fs::File;
use std::io::{BufRead, BufReader, stdin};
use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;
use fieldcore::limits::SCAN_BYTES_MAX;
use fieldcore::{Answer, Cue, Outcome as Word};
use serde_json::{Map, Value};

use crate::exit::{Code, Failure, Outcome};
use crate::lines::Lines;
use crate::out;
use crate::post::{Post, Reply};
use crate::replay::{ReplayClock, split};
use crate::words::Words;
use crate::words::answer::{details, headline};

/// Takes every line of standard input.
pub(crate) fn pipe(post: &mut Post, json: bool) -> Outcome {
    let mut lines = Lines::new(stdin().lock(), SCAN_BYTES_MAX);
    let mut number = 0;
    while let Some(line) = lines.next().map_err(|source| unreadable(Path::new("standard input"), source))? {
        number += 1;
        if !take(post, number, &line, json)? {
            break;
        }
    }
    Ok(Code::Done)
}

/// Takes every line of a replay file by its own time. Empty lines and lines that begin with `#`
/// are passed over.
pub(crate) fn replay(post: &mut Post, file: &Path, date: NaiveDate, clock: &Arc<ReplayClock>, json: bool) -> Outcome {
    let input: Box<dyn BufRead> = if file == Path::new("-") {
        Box::new(stdin().lock())
    } else {
        Box::new(BufReader::new(File::open(file).map_err(|source| unreadable(file, source))?))
    };
    let mut lines = Lines::new(input, SCAN_BYTES_MAX);
    let mut number = 0;
    while let Some(line) = lines.next().map_err(|source| unreadable(file, source))? {
        number += 1;
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((wall_ms, text)) = split(&line, date) else {
            let answer =
                Answer { problems: vec!["replay_time".to_owned()], ..Answer::new(Word::Refused, Cue::Refused) };
            show(post.words, number, &answer, json)?;
            continue;
        };
        clock.set(wall_ms);
        if !take(post, number, text, json)? {
            break;
        }
    }
    clock.run_on();
    Ok(Code::Done)
}

/// Takes one line and shows its answer; whether to go on.
fn take(post: &mut Post, number: u64, line: &str, json: bool) -> Result<bool, Failure> {
    match post.take(line) {
        Reply::Quit => Ok(false),
        Reply::Answer(answer) => show(post.words, number, &answer, json).map(|()| true),
    }
}

fn show(words: &Words, number: u64, answer: &Answer, json: bool) -> Result<(), Failure> {
    if json {
        return out::json(&object(number, answer));
    }
    let mut text = format!("[{}] {}", words.cue(answer.cue), headline(words, answer));
    for line in details(words, answer) {
        text.push_str("\n    ");
        text.push_str(&line);
    }
    out::line(text)
}

/// The answer as the object that scripts rely on.
pub(crate) fn object(number: u64, answer: &Answer) -> Value {
    let mut object = Map::from_iter([("line".to_owned(), Value::from(number))]);
    if let Ok(Value::Object(fields)) = serde_json::to_value(answer) {
        object.extend(fields);
    }
    Value::Object(object)
}

fn unreadable(path: &Path, source: std::io::Error) -> Failure {
    Failure::Input { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_begins_with_the_keys_that_scripts_rely_on() {
        let answer = object(7, &Answer::new(Word::Repeated, Cue::Attention));
        let keys: Vec<&str> =
            answer.as_object().map(|object| object.keys().map(String::as_str).collect()).unwrap_or_default();
        assert_eq!(keys[..3], ["line", "outcome", "cue"]);
        for key in ["tube", "position", "left", "subject", "saved"] {
            assert!(answer.get(key).is_some_and(Value::is_null), "{key} is null where it does not apply");
        }
        assert_eq!(answer["problems"], Value::Array(Vec::new()));
    }
}
