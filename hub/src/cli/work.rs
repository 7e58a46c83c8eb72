//! `serve`, `import`, decisions, retention, exports.

use std::io::{BufWriter, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use fieldcore::DeviceId;
use fieldcore::limits::{BUNDLE_BYTES_MAX, BUNDLE_ITEMS_MAX};
use fieldcore::wire::{Bundle, Item, Read, Refusal};
use serde_json::json;

use super::Out;
use super::args::Form;
use super::print::{table, time};
use crate::error::{Error, Result};
use crate::export::Exported;
use crate::http::{ServeOptions, serve as serve_hub};
use crate::hub::Hub;
use crate::keys::files::create_private;
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
    let mut reader = Pieces::new(&bytes).map_err(|why| Error::unreadable(file.display().to_string(), why))?;
    let mut taken = Taken::default();
    let ended = taken.all(hub, &mut reader);
    // Also when a later piece failed: the receipts given so far are for the phones.
    if let Some(path) = answer {
        taken.write_answers(path)?;
    }
    ended?;
    let Taken { items, refused, oversize, .. } = &taken;
    let result = json!({
        "items": items, "receipts": taken.receipts, "refused": refused, "oversize": oversize, "cut_off": reader.cut_off()
    });
    out.say(&result, |_| {
        let mut text = format!("{items} items read, {} receipts, {} refused", taken.receipts, refused.len());
        for one in refused {
            let word = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
            text.push_str(&format!("\nrefused ({}): {}; {}", word("code"), word("what"), word("next")));
        }
        if *oversize > 0 {
            text.push_str(&format!("\n{oversize} items are larger than any item may be: passed over"));
        }
        if reader.cut_off() > 0 {
            text.push_str(
                "\nthe last item is cut off: not taken; copy the file once more, or let the phone send it again",
            );
        }
        text
    })?;
    Ok(refused.is_empty() && *oversize == 0 && reader.cut_off() == 0)
}

/// What became of the pieces of a file.
#[derive(Default)]
struct Taken {
    items: usize,
    oversize: usize,
    receipts: usize,
    refused: Vec<serde_json::Value>,
    answers: Vec<Item>,
}

impl Taken {
    fn add(&mut self, sent: &Read, answered: &Read) -> Result<()> {
        self.items += sent.items.len();
        self.oversize += sent.oversize;
        for item in &answered.items {
            if let Item::Refusal(bytes) = item {
                let refusal = Refusal::parse(bytes)?;
                self.refused.push(json!({"code": refusal.code, "what": refusal.what, "next": refusal.next}));
            }
            self.receipts += usize::from(matches!(item, Item::Receipt(_)));
            self.answers.push(item.clone());
        }
        Ok(())
    }

    fn all(&mut self, hub: &Hub, reader: &mut Pieces<'_>) -> Result<()> {
        while let Some(piece) = reader.next_piece() {
            self.add(&Bundle::read(&piece)?, &Bundle::read(&hub.ingest(&piece)?)?)?;
        }
        Ok(())
    }

    /// One bundle holds so many items; more of them go into `PATH.2`, `PATH.3` and so on.
    fn write_answers(&self, path: &Path) -> Result<()> {
        let rest = self.answers.chunks(BUNDLE_ITEMS_MAX).skip(1);
        let first = &self.answers[..self.answers.len().min(BUNDLE_ITEMS_MAX)];
        for (number, part) in (1..).zip(std::iter::once(first).chain(rest)) {
            let mut name = path.as_os_str().to_owned();
            if number > 1 {
                name.push(format!(".{number}"));
            }
            let path = PathBuf::from(name);
            std::fs::write(&path, Bundle::write(part)?).map_err(|error| Error::io(&path, error))?;
        }
        Ok(())
    }
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
        let (head, mut items) = (piece.len(), 0);
        while let Some(length) = Self::item_length(self.rest) {
            let full = items == BUNDLE_ITEMS_MAX || piece.len() + length > BUNDLE_BYTES_MAX;
            if items > 0 && full {
                break;
            }
            items += 1;
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

pub(super) fn device_id(text: &str) -> Result<DeviceId> {
    DeviceId::parse(text).map_err(|_| Error::usage("DEVICE", "it is a UUID, as `devices` prints it"))
}

pub(super) fn revoke(out: &Out, hub: &Hub, device: &str) -> Result<bool> {
    hub.revoke(device_id(device)?)?;
    out.say(&json!({"device": device, "state": "revoked"}), |_| {
        format!("{device} is revoked: what the hub has of it stays counted, everything else of it is held")
    })?;
    Ok(true)
}

pub(super) fn close(out: &Out, hub: &Hub, device: &str) -> Result<bool> {
    hub.close_device(device_id(device)?)?;
    out.say(&json!({"device": device, "state": "closed"}), |_| format!("{device} is closed"))?;
    Ok(true)
}

pub(super) fn ask(out: &Out, hub: &Hub, device: &str) -> Result<bool> {
    let asked = hub.ask_for_gaps(device_id(device)?)?;
    out.say(&json!({"device": device, "asked": asked}), |_| format!("{device} is asked for {asked} records"))?;
    Ok(true)
}

pub(super) fn retention(out: &Out, hub: &Hub, erase: Option<&str>, erase_due: bool) -> Result<bool> {
    let rounds = hub.rounds()?;
    let due = rounds.iter().filter(|round| round.due && erase_due).map(|round| round.round.clone());
    let names: Vec<String> = erase.map(str::to_owned).into_iter().chain(due).collect();
    if erase.is_none() && !erase_due {
        let held = hub.held_age()?;
        out.say(&json!({"rounds": rounds, "held": held}), |_| {
            let cells = |row: &crate::retention::RoundAge| {
                let due = if row.due { "due" } else { "-" };
                vec![row.round.clone(), row.name.clone(), time(row.last_arrival_ms), due.to_owned()]
            };
            let rows: Vec<_> = rounds.iter().map(cells).collect();
            format!(
                "{}{} held or rejected items; {} of them beyond their {} days: decide (`held`), or --erase-held\n",
                table(&["round", "name", "last arrival", "retention"], &rows),
                held.held,
                held.due,
                held.period_days
            )
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

pub(super) fn erase_held(out: &Out, hub: &Hub) -> Result<bool> {
    let erased = hub.erase_held()?;
    out.say(&json!({"erased_held": erased}), |_| {
        format!("the bodies of {erased} held or rejected items beyond their period are gone; their receipts stay")
    })?;
    Ok(true)
}

/// An export in a file is whole or not there, and its owner's alone.
pub(super) fn export(out: &Out, hub: &Hub, form: Form, round: Option<&str>, file: Option<&Path>) -> Result<bool> {
    let write = |to: &mut dyn Write| match form {
        Form::Csv => hub.export_csv(round, to),
        Form::Fhir => hub.export_fhir(round, to),
    };
    let Some(path) = file else {
        let mut to = BufWriter::new(std::io::stdout());
        let exported = write(&mut to)?;
        to.flush().map_err(|error| Error::io("standard output", error))?;
        return Ok(complete(&exported));
    };
    let mut making = path.as_os_str().to_owned();
    making.push(".making");
    let making = PathBuf::from(making);
    let _ = std::fs::remove_file(&making);
    let mut to = BufWriter::new(create_private(&making)?);
    let exported = write(&mut to).and_then(|exported| {
        to.flush().map_err(|error| Error::io(&making, error))?;
        std::fs::rename(&making, path).map_err(|error| Error::io(path, error))?;
        Ok(exported)
    });
    let exported = exported.inspect_err(|_| {
        let _ = std::fs::remove_file(&making);
    })?;
    let answer =
        json!({"people": exported.people, "unreadable": exported.unreadable, "file": path.display().to_string()});
    out.say(&answer, |_| format!("{} people written to {}", exported.people, path.display()))?;
    Ok(complete(&exported))
}

fn complete(exported: &Exported) -> bool {
    if exported.unreadable > 0 {
        let what = "people are counted and not in the export: their key is away; put it back and export again";
        let _ = writeln!(std::io::stderr(), "fieldcore-hub: {} {what}", exported.unreadable);
    }
    exported.unreadable == 0
}
