//! `serve`, `import`, decisions, retention, exports.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use fieldcore::DeviceId;
use fieldcore::limits::BUNDLE_BYTES_MAX;
use fieldcore::wire::{Bundle, Item, Refusal};
use serde_json::json;

use super::Out;
use super::args::Form;
use super::print::{table, time};
use crate::error::{Error, Result};
use crate::http::{ServeOptions, serve as serve_hub};
use crate::hub::Hub;
use crate::limits::FILE_BYTES_MAX;

pub(super) fn serve(out: &Out, hub: &Hub, listen: &str, tls: Option<(PathBuf, PathBuf)>) -> Result<bool> {
    let listener = TcpListener::bind(listen).map_err(|error| {
        Error::unreadable(format!("the address {listen}"), format!("{error}; choose another with --listen"))
    })?;
    // Signals are heard from before the first line on: whoever reads it may send one at once.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::Store { what: "starting", why: error.to_string() })?;
    let stopped = {
        let _inside = runtime.enter();
        end_signal()?
    };
    let server = serve_hub(hub.clone(), listener, &ServeOptions { tls })?;
    out.line(&json!({"listening": server.address().to_string()}).to_string());
    let _ = std::io::stdout().flush();
    tracing::info!(address = %server.address(), campaign = %hub.campaign(), "serving");
    runtime.block_on(stopped);
    tracing::info!("stopping");
    server.stop();
    hub.close();
    Ok(true)
}

#[cfg(unix)]
fn end_signal() -> Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let failed = |error: std::io::Error| Error::Store { what: "hearing signals", why: error.to_string() };
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn end_signal() -> Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// Takes a bundle from a file in pieces as small as those that come over a network.
pub(super) fn import(out: &Out, hub: &Hub, file: &Path, answer: Option<&Path>) -> Result<bool> {
    let size = std::fs::metadata(file).map_err(|error| Error::io(file, error))?.len();
    if size > FILE_BYTES_MAX {
        return Err(Error::unreadable(file.display().to_string(), "it is larger than any bundle file may be"));
    }
    let bytes = std::fs::read(file).map_err(|error| Error::io(file, error))?;
    let (mut answers, mut refused, mut items) = (Vec::new(), Vec::new(), 0);
    let mut reader = Pieces::new(&bytes).map_err(|why| Error::unreadable(file.display().to_string(), why))?;
    while let Some(piece) = reader.next_piece() {
        let read = Bundle::read(&hub.ingest(&piece)?)?;
        items += Bundle::read(&piece)?.items.len();
        for item in read.items {
            if let Item::Refusal(bytes) = &item {
                let refusal = Refusal::parse(bytes)?;
                refused.push(json!({"code": refusal.code, "what": refusal.what, "next": refusal.next}));
            }
            answers.push(item);
        }
    }
    if let Some(path) = answer {
        std::fs::write(path, Bundle::write(&answers)?).map_err(|error| Error::io(path, error))?;
    }
    let receipts = answers.iter().filter(|item| matches!(item, Item::Receipt(_))).count();
    let result = json!({"items": items, "receipts": receipts, "refused": refused, "cut_off": reader.cut_off()});
    out.say(&result, |_| {
        let mut text = format!("{items} items read, {receipts} receipts, {} refused", refused.len());
        for one in &refused {
            let word = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
            text.push_str(&format!("\nrefused ({}): {}; {}", word("code"), word("what"), word("next")));
        }
        text
    })?;
    Ok(refused.is_empty())
}

/// A long bundle as short ones.
struct Pieces<'b> {
    rest: &'b [u8],
}

impl<'b> Pieces<'b> {
    fn new(bytes: &'b [u8]) -> std::result::Result<Self, String> {
        Bundle::read(&bytes[..bytes.len().min(Bundle::HEAD_BYTES)]).map_err(|error| error.to_string())?;
        Ok(Self { rest: &bytes[Bundle::HEAD_BYTES..] })
    }

    const FRAME: usize = 5;

    /// The bytes of the next whole item with its frame.
    fn item_length(bytes: &[u8]) -> Option<usize> {
        let head = bytes.first_chunk::<5>()?;
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
        let whole = Self::FRAME + length;
        (bytes.len() >= whole).then_some(whole)
    }

    fn next_piece(&mut self) -> Option<Vec<u8>> {
        let mut piece = Bundle::write(&[]).ok()?;
        let head = piece.len();
        while let Some(length) = Self::item_length(self.rest) {
            if piece.len() > head && piece.len() + length > BUNDLE_BYTES_MAX {
                break;
            }
            let (item, rest) = self.rest.split_at(length);
            piece.extend_from_slice(item);
            self.rest = rest;
        }
        (piece.len() > head).then_some(piece)
    }

    const fn cut_off(&self) -> usize {
        self.rest.len()
    }
}

pub(super) fn decide(out: &Out, word: &str, id: i64, act: impl FnOnce() -> Result<()>) -> Result<bool> {
    act()?;
    out.say(&json!({"id": id, "done": word}), |_| format!("{id} is {word}"))?;
    Ok(true)
}

pub(super) fn retry(out: &Out, hub: &Hub) -> Result<bool> {
    let opened = hub.retry_held()?;
    out.say(&json!({"opened": opened}), |_| format!("{opened} items were opened"))?;
    Ok(true)
}

pub(super) fn rebuild(out: &Out, hub: &Hub) -> Result<bool> {
    hub.rebuild()?;
    let stock = hub.stock()?;
    out.say(&json!({"lag_items": stock.lag_items}), |_| {
        format!(
            "The tables are derived again; {} items wait for a key, or for the first record of their epoch",
            stock.lag_items
        )
    })?;
    Ok(stock.lag_items == 0)
}

pub(super) fn revoke(out: &Out, hub: &Hub, device: &str) -> Result<bool> {
    hub.revoke(DeviceId::parse(device)?)?;
    out.say(&json!({"device": device, "state": "revoked"}), |_| {
        format!("{device} is revoked: what the hub has of it stays counted, everything else of it is held")
    })?;
    Ok(true)
}

pub(super) fn close(out: &Out, hub: &Hub, device: &str) -> Result<bool> {
    hub.close_device(DeviceId::parse(device)?)?;
    out.say(&json!({"device": device, "state": "closed"}), |_| format!("{device} is closed"))?;
    Ok(true)
}

pub(super) fn ask(out: &Out, hub: &Hub, device: &str) -> Result<bool> {
    let asked = hub.ask_for_gaps(DeviceId::parse(device)?)?;
    out.say(&json!({"device": device, "asked": asked}), |_| format!("{device} is asked for {asked} records"))?;
    Ok(true)
}

pub(super) fn retention(out: &Out, hub: &Hub, erase: Option<&str>, erase_due: bool) -> Result<bool> {
    let rounds = hub.rounds()?;
    let due = rounds.iter().filter(|round| round.due && erase_due).map(|round| round.round.clone());
    let names: Vec<String> = erase.map(str::to_owned).into_iter().chain(due).collect();
    if erase.is_none() && !erase_due {
        out.say(&json!({"rounds": rounds}), |_| {
            let cells = |row: &crate::retention::RoundAge| {
                let due = if row.due { "due" } else { "-" };
                vec![row.round.clone(), row.name.clone(), time(row.last_arrival_ms), due.to_owned()]
            };
            table(&["round", "name", "last arrival", "retention"], &rounds.iter().map(cells).collect::<Vec<_>>())
        })?;
        return Ok(true);
    }
    let erased = names.iter().map(|name| hub.erase_round(name)).collect::<Result<Vec<_>>>()?;
    out.say(&json!({"erased": erased}), |_| {
        let line = |one: &crate::reports::model::Erasure| {
            format!(
                "round {}: the bodies of {} items with {} people are gone, the figures stay; {} held items of \
                 it or of unknown rounds are left: decide about them (`held`), then erase once more",
                one.round, one.items, one.figures.people, one.held_left
            )
        };
        erased.iter().map(line).collect::<Vec<_>>().join("\n")
    })?;
    Ok(true)
}

pub(super) fn export(out: &Out, hub: &Hub, form: Form, round: Option<&str>, file: Option<&Path>) -> Result<bool> {
    let mut write: Box<dyn Write> = match file {
        Some(path) => Box::new(BufWriter::new(File::create(path).map_err(|error| Error::io(path, error))?)),
        None => Box::new(BufWriter::new(std::io::stdout())),
    };
    let people = match form {
        Form::Csv => hub.export_csv(round, &mut write)?,
        Form::Fhir => hub.export_fhir(round, &mut write)?,
    };
    let path = file.unwrap_or(Path::new("standard output"));
    write.flush().map_err(|error| Error::io(path, error))?;
    if file.is_some() {
        let answer = json!({"people": people, "file": path.display().to_string()});
        out.say(&answer, |_| format!("{people} people written to {}", path.display()))?;
    }
    Ok(true)
}
