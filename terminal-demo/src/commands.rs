//! The commands that read, and the few that write once.

use std::fs::OpenOptions;
use std::io::{Read, Write, stdin};
use std::path::Path;
use std::time::{Duration, Instant};

use fieldcore::record::ProfileSource;
use fieldcore::sync::{SyncEvent, SyncSession, Waiting};
use fieldcore::wire::Invitation;
use fieldcore::{Error, Journal, Language, Profile, Station, Surroundings, Target};
use serde_json::json;

use crate::args::{self, Reach};
use crate::device;
use crate::exit::{Code, Failure, Outcome};
use crate::net::{self, Link, Turned};
use crate::out;
use crate::text;
use crate::words::{Words, fill, news};

/// Bytes of a text file that are read; every one that is asked for is far shorter.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// How long the self-test waits for the hub.
const PROBE: Duration = Duration::from_secs(3);

/// `init`: a journal that waits for its enrolment.
pub(crate) fn init(asked: &args::Init, language: Language) -> Outcome {
    let words = Words::of(language);
    let profile = asked.profile.as_deref().map(read_text).transpose()?;
    // Before anything is made: a profile that is wrong starts nothing.
    profile.as_deref().map(Profile::parse).transpose()?;
    let journal = device::open(&asked.place, "init")?;
    if let Some(text) = profile {
        journal.apply_profile(&text, ProfileSource::Unsigned)?;
    }
    out::line(fill(words.started, &[&asked.place.journal.display()]))?;
    out::line(fill(words.vault_says, &[&device::vault_dir(&asked.place).display()]))?;
    Ok(Code::Done)
}

/// `enrol`: takes an invitation, and the profile where it came along.
pub(crate) fn enrol(asked: &args::Enrol, language: Language) -> Outcome {
    let text = match (&asked.token, &asked.token_file) {
        (Some(text), _) => text.clone(),
        (None, Some(file)) => read_text(file)?,
        (None, None) => return Err(Failure::No("give --token or --token-file".to_owned())),
    };
    let invitation = Invitation::from_text(&text)?;
    let profile = asked.profile.as_deref().map(read_bytes).transpose()?;
    let journal = device::open(&asked.place, "enrol")?;
    journal.enrol(&invitation)?;
    if let Some(bytes) = profile {
        fieldcore::sync::take_profile(&journal, &bytes)?;
    }
    if asked.json {
        let (device, campaign) = (journal.device().to_string(), invitation.campaign.to_string());
        out::json(&json!({"device": device, "campaign": campaign, "name": invitation.campaign_name}))?;
    } else {
        out::line(fill(Words::of(language).enrolled, &[&invitation.campaign_name, &journal.device()]))?;
    }
    Ok(Code::Done)
}

/// `status`
pub(crate) fn status(asked: &args::Reading, language: Language) -> Outcome {
    let status = Station::open(device::open_to_read(&asked.place, "status")?)?.status()?;
    if asked.json {
        out::json(&status)?
    } else {
        out::line(text::status(Words::of(language), &status))?
    }
    Ok(Code::Done)
}

/// `ledger`
pub(crate) fn ledger(asked: &args::Ledger, language: Language) -> Outcome {
    let journal = device::open_to_read(&asked.reading.place, "ledger")?;
    let ledger = Station::open(journal)?.ledger(asked.round.as_deref())?;
    if asked.reading.json {
        out::json(&ledger)?
    } else {
        out::line(text::ledger(Words::of(language), &ledger))?
    }
    Ok(Code::Done)
}

/// `trace`: people in the clear. Recorded in the export log; beside a running station, which
/// alone may write, that is said instead.
pub(crate) fn trace(asked: &args::Trace, language: Language) -> Outcome {
    let words = Words::of(language);
    let (place, json) = (&asked.reading.place, asked.reading.json);
    let journal = writing_if_free(place, "trace")?;
    let target = if asked.out.is_some() { Target::File } else { Target::Screen };
    let Some(trace) = Station::open(journal)?.trace(&asked.tube, target)? else {
        return Err(Failure::No(words.unknown_tube.to_owned()));
    };
    if trace.logged.is_none() {
        out::complain(words.not_logged);
    }
    let text = if json { as_json(&trace)? } else { text::trace(words, &trace) };
    match &asked.out {
        None => out::line(text)?,
        Some(file) => {
            write_private(file, &text)?;
            out::line(fill(words.written_to, &[&file.display()]))?;
        }
    }
    Ok(Code::Done)
}

/// `check`
pub(crate) fn check(asked: &args::Check, language: Language) -> Outcome {
    let journal = writing_if_free(&asked.reading.place, "check")?;
    let Reach { hub, ca } = &asked.reach;
    let url = hub.clone().or(journal.hub_url()?);
    let link = match url.map(|url| Link::probe(&url, ca.as_deref(), PROBE)) {
        // Of the invitation's hub it is only told whether it is there.
        Some(Err(_)) if hub.is_none() && ca.is_none() => None,
        other => other.transpose()?,
    };
    let surroundings = Surroundings { free_bytes: journal.free_bytes(), network: link.map(|link| link.answers()) };
    let report = Station::open(journal)?.check(surroundings)?;
    if asked.reading.json {
        out::json(&report)?
    } else {
        out::line(text::check(Words::of(language), language, &report))?
    }
    Ok(if report.passed { Code::Done } else { Code::No })
}

/// `sync`: everything that waits, now.
pub(crate) fn sync(asked: &args::Sync, language: Language) -> Outcome {
    let words = Words::of(language);
    let journal = device::open(&asked.reading.place, "sync")?;
    if !journal.is_enrolled()? {
        return Err(Failure::No(words.sync_not_invited.to_owned()));
    }
    let Some(link) = net::link(&asked.reach, journal.hub_url()?)? else {
        return Err(Failure::No(words.no_hub.to_owned()));
    };
    journal.seal_now()?;
    let mut session = SyncSession::new(journal.clone());
    session.hurry()?;
    let turned = net::turn(&mut session, &link, Instant::now() + Duration::from_secs(asked.within))?;
    tell_sync(asked.reading.json, words, &turned, &journal)?;
    if let Some(why) = link.why() {
        out::complain(format!("fieldcore-terminal: {why}"));
    }
    Ok(match turned.waiting {
        Some(Waiting::NothingToSend)
            if turned.events.iter().any(|event| matches!(event, SyncEvent::Refused { .. })) =>
        {
            Code::No
        }
        Some(Waiting::NothingToSend) => Code::Done,
        Some(Waiting::NotInvited) => Code::No,
        _ => Code::Hub,
    })
}

fn tell_sync(json: bool, words: &Words, turned: &Turned, journal: &Journal) -> Result<(), Failure> {
    let figures = journal.figures()?;
    if json {
        let receipts = turned.events.iter().filter(|event| matches!(event, SyncEvent::Receipt(_))).count();
        return out::json(&json!({
            "done": turned.waiting == Some(Waiting::NothingToSend), "requests": turned.requests, "failed": turned.failed,
            "receipts": receipts, "sealed": figures.sealed, "opened": figures.opened, "held": figures.held,
            "refused": figures.refused, "unsent": figures.unsent, "last_sync_ms": figures.last_sync_ms,
        }));
    }
    let mut lines: Vec<String> = turned.events.iter().filter_map(|event| news::sync(words, event)).collect();
    lines.dedup();
    lines.push(match turned.waiting {
        Some(Waiting::NothingToSend) => words.sync_done.to_owned(),
        Some(Waiting::NotInvited) => words.sync_not_invited.to_owned(),
        _ => words.sync_unfinished.to_owned(),
    });
    for line in lines {
        out::line(line)?;
    }
    out::line(format!(
        "{} {}   {} {}   {} {}",
        words.sealed, figures.sealed, words.held, figures.held, words.unsent, figures.unsent
    ))
}

/// `log`: one line a record, kinds and times only.
pub(crate) fn log(asked: &args::Log, language: Language) -> Outcome {
    let words = Words::of(language);
    let journal = device::open_to_read(&asked.reading.place, "log")?;
    crate::log::run(&journal, asked, words)
}

/// `report`
pub(crate) fn report(asked: &args::Report, language: Language) -> Outcome {
    let station = Station::open(writing_if_free(&asked.place, "report")?)?;
    let lane = asked.lane.as_deref();
    let (report, text) = if asked.sheet {
        ("sheet", station.day_sheet(language)?)
    } else if asked.closing {
        ("closing", station.closing_report(lane, language)?)
    } else {
        ("readiness", station.readiness_report(lane, language)?)
    };
    hand_over(asked, language, report, &text)
}

/// `close`: ends the shift.
pub(crate) fn close(asked: &args::Report, language: Language) -> Outcome {
    let words = Words::of(language);
    let mut station = Station::open(device::open(&asked.place, "close")?)?;
    let lane = asked.lane.as_deref();
    if station.end_shift(lane)?.is_none() {
        return Err(Failure::No(words.no_shift.to_owned()));
    }
    let text = station.closing_report(lane, language)?;
    hand_over(asked, language, "closing", &text)
}

fn hand_over(asked: &args::Report, language: Language, report: &str, text: &str) -> Outcome {
    let text = match asked.json {
        true => as_json(&json!({"report": report, "lane": asked.lane, "text": text}))?,
        false => text.trim_end().to_owned(),
    };
    match &asked.out {
        None => out::line(&text)?,
        Some(file) => {
            write_private(file, &text)?;
            out::line(fill(Words::of(language).written_to, &[&file.display()]))?;
        }
    }
    Ok(Code::Done)
}

/// Opens for writing, so that what is done is on record; for reading where a station runs, or
/// where the folder cannot be written.
pub(crate) fn writing_if_free(place: &args::Place, verb: &str) -> Result<Journal, Error> {
    if !place.journal.exists() {
        return Err(Error::Missing { path: place.journal.clone() });
    }
    match device::open(place, verb) {
        Err(Error::Locked { .. } | Error::ReadOnly { .. }) => device::open_to_read(place, verb),
        other => other,
    }
}

fn as_json(value: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::screen(error.into()))
}

/// Writes a new file that only its owner can read. An old one of that name stays as it is.
fn write_private(file: &Path, text: &str) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    if file.exists() {
        let text = format!("{} is there already and stays as it is; name another file", file.display());
        return Err(Failure::No(text));
    }
    let written = options.open(file).and_then(|mut out| writeln!(out, "{text}").and_then(|()| out.sync_all()));
    written.map_err(|source| Failure::Output { to: file.display().to_string(), source })
}

/// A text file, or standard input for `-`.
pub(crate) fn read_text(file: &Path) -> Result<String, Failure> {
    let unreadable = |source| Failure::Input { path: file.to_owned(), source };
    String::from_utf8(read_bytes(file)?)
        .map_err(|_| unreadable(std::io::Error::new(std::io::ErrorKind::InvalidData, "it is not UTF-8 text")))
}

pub(crate) fn read_bytes(file: &Path) -> Result<Vec<u8>, Failure> {
    let unreadable = |source| Failure::Input { path: file.to_owned(), source };
    let mut bytes = Vec::new();
    let count = if file == Path::new("-") {
        stdin().lock().take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|open| open.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes))
    };
    match count.map_err(unreadable)? as u64 {
        0..=FILE_BYTES_MAX => Ok(bytes),
        found => Err(Error::Limit { what: "a file, in bytes", found, limit: FILE_BYTES_MAX }.into()),
    }
}
