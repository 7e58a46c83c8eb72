//! `export` and `import`: what travels by hand.

use std::path::PathBuf;

use fieldcore::carry::{self, Carried, FileSaid, Imported, ItemSaid, Verdict};
use fieldcore::limits::CARRY_PART_BYTES;
use fieldcore::text::hex;
use fieldcore::{Error, Journal, Language};
use serde_json::{Value, json};

use crate::args;
use crate::device;
use crate::exit::{Code, Failure, Outcome};
use crate::out;
use crate::words::{Words, fill};

/// `export`: everything that waits, to a file or a folder.
pub(crate) fn export(asked: &args::Export, language: Language) -> Outcome {
    let words = Words::of(language);
    let journal = existing(&asked.reading.place, "export")?;
    let folder = asked.out.is_dir() || asked.out.as_os_str().to_string_lossy().ends_with(std::path::MAIN_SEPARATOR);
    let done = if folder {
        carry::export_folder(&journal, &asked.out, CARRY_PART_BYTES)?
    } else {
        carry::export_file(&journal, &asked.out)?
    };
    let files: Vec<String> = done.files.iter().map(|file| file.display().to_string()).collect();
    if asked.reading.json {
        let others = done.items.saturating_sub(done.own);
        out::json(&json!({
            "items": done.items, "own": done.own, "others": others, "bytes": done.bytes, "files": files,
            "unsent": journal.figures()?.unsent
        }))?;
        return Ok(Code::Done);
    }
    out::line(fill(words.carry_written, &[&done.items, &done.bytes, &files.len()]))?;
    out::line(fill(words.carry_own, &[&done.own]))?;
    out::line(fill(words.carry_others, &[&done.items.saturating_sub(done.own)]))?;
    for file in &files {
        out::line(fill(words.written_to, &[file]))?;
    }
    Ok(Code::Done)
}

/// `import`: takes carries; exit 1 where something was refused, 3 where a file could not be read.
pub(crate) fn import(asked: &args::Import, language: Language) -> Outcome {
    let words = Words::of(language);
    let journal = existing(&asked.reading.place, "import")?;
    let done = carry::import_paths(&journal, &asked.files)?;
    let carries = journal.carries()?;
    if asked.reading.json {
        out::json(&as_json(&done, &carries))?;
    } else {
        tell(words, &done, &carries)?;
    }
    Ok(match (done.files.iter().any(|file| file.failed.is_some()), done.is_whole()) {
        (true, _) => Code::Input,
        (false, true) => Code::Done,
        (false, false) => Code::No,
    })
}

fn existing(place: &args::Place, verb: &str) -> Result<Journal, Error> {
    if !place.journal.exists() {
        return Err(Error::Missing { path: PathBuf::from(&place.journal) });
    }
    device::open(place, verb)
}

fn as_json(done: &Imported, carries: &Carried) -> Value {
    let answer = |said: &ItemSaid| {
        let why = match &said.verdict {
            Verdict::Refused(refused) => Some(refused.why.clone()),
            _ => None,
        };
        json!({
            "type": said.kind, "digest": hex(said.name), "number": said.number,
            "device": said.device.map(|device| device.to_string()), "answer": said.verdict.as_str(), "why": why
        })
    };
    let file = |file: &FileSaid| {
        json!({
            "file": file.path.display().to_string(), "items": file.items, "cut_off": file.cut_off,
            "oversize": file.oversize, "failed": file.failed
        })
    };
    json!({
        "items": done.items, "taken": done.taken, "known": done.known, "refused": done.refused,
        "answers": done.answers.iter().map(answer).collect::<Vec<_>>(),
        "files": done.files.iter().map(file).collect::<Vec<_>>(),
        "carries": {
            "waiting": carries.waiting, "receipted": carries.receipted, "refused": carries.refused,
            "down": carries.down, "bytes": carries.bytes, "devices": carries.devices
        }
    })
}

fn tell(words: &Words, done: &Imported, carries: &Carried) -> Result<(), Failure> {
    out::line(fill(words.carry_taken, &[&done.items, &done.taken, &done.known, &done.refused]))?;
    let mut reasons: Vec<String> = done
        .answers
        .iter()
        .filter_map(|said| match &said.verdict {
            Verdict::Refused(refused) => Some(format!("{}: {}", refused.code, refused.why)),
            _ => None,
        })
        .collect();
    reasons.sort();
    reasons.dedup();
    reasons.into_iter().try_for_each(out::line)?;
    for file in &done.files {
        let name = file.path.display();
        if let Some(failed) = &file.failed {
            out::complain(format!("fieldcore-terminal: {name}: {failed}"));
        }
        if file.cut_off > 0 {
            out::line(fill(words.carry_cut_off, &[&name]))?;
        }
        if file.oversize > 0 {
            out::line(fill(words.carry_oversize, &[&name, &file.oversize]))?;
        }
    }
    out::line(fill(words.carries, &[&carries.waiting, &carries.devices, &carries.receipted]))
}
