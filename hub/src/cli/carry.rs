//! `import` and `export carry`: bundles and carries as files.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use fieldcore::DeviceId;
use fieldcore::carry::{CarryFile, CarryReader, Found, carry_files};
use fieldcore::limits::{BUNDLE_BYTES_MAX, BUNDLE_ITEMS_MAX};
use fieldcore::wire::{Batch, Bundle, Item, Receipt, ReceiptStatus, Refusal, Salvage, SignedEnrolment};
use fieldcore::wire::{SignedOutstanding, SignedPoll, SignedReceipt};
use serde_json::{Value, json};

use super::Out;
use super::work::device_id;
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::limits::FILE_BYTES_MAX;

/// Takes files, and folders of them, in pieces as small as those that come over a network.
pub(super) fn import(
    out: &Out,
    hub: &Hub,
    paths: &[PathBuf],
    answer: Option<&Path>,
    carry: Option<&Path>,
) -> Result<bool> {
    let mut taken = Taken { started_ms: hub.now_ms(), ..Taken::default() };
    let mut failed = None;
    for file in carry_files(paths)? {
        // One file that cannot be read keeps no other out; it is told at the end.
        if let Err(error) = taken.file(hub, &file) {
            failed.get_or_insert(error);
        }
    }
    // Also when a later piece failed: the receipts given so far are for the phones.
    if let Some(path) = answer {
        taken.write_answers(path)?;
    }
    if let Some(path) = carry {
        write_carry(path, |write| taken.answers.iter().try_for_each(write))?;
    }
    if let Some(error) = failed {
        return Err(error);
    }
    let result = json!({
        "items": taken.items, "receipts": taken.receipts, "refused": taken.refused, "oversize": taken.oversize,
        "cut_off": taken.cut_off, "answers": taken.said
    });
    out.say(&result, |_| taken.text())?;
    Ok(taken.refused.is_empty() && taken.oversize == 0 && taken.cut_off == 0)
}

/// What became of the items of all files.
#[derive(Default)]
struct Taken {
    started_ms: i64,
    items: usize,
    oversize: usize,
    cut_off: u64,
    receipts: usize,
    refused: Vec<Value>,
    said: Vec<Value>,
    answers: Vec<Item>,
}

impl Taken {
    fn file(&mut self, hub: &Hub, path: &Path) -> Result<()> {
        let io = |error| Error::io(path, error);
        if std::fs::metadata(path).map_err(io)?.len() > FILE_BYTES_MAX {
            return Err(Error::unreadable(path.display().to_string(), "it is larger than any bundle file may be"));
        }
        let unreadable = |error: fieldcore::Error| Error::unreadable(path.display().to_string(), error.to_string());
        let open = || CarryReader::new(BufReader::new(File::open(path).map_err(io)?)).map_err(unreadable);
        // A carry tells in front who wrote it.
        let carrier = match open()?.next_found().map_err(unreadable)? {
            Some(Found::Item(Item::Outstanding(bytes))) => signed_by_outstanding(&bytes),
            _ => None,
        };
        let mut reader = open()?;
        let (mut piece, mut bytes) = (Vec::new(), Bundle::HEAD_BYTES);
        while let Some(found) = reader.next_found().map_err(unreadable)? {
            match found {
                Found::Item(item) => {
                    let full = piece.len() == BUNDLE_ITEMS_MAX || bytes + item.wire_bytes() > BUNDLE_BYTES_MAX;
                    if full && !piece.is_empty() {
                        self.piece(hub, std::mem::take(&mut piece), carrier)?;
                        bytes = Bundle::HEAD_BYTES;
                    }
                    bytes += item.wire_bytes();
                    piece.push(item);
                }
                Found::Oversize(_) => self.oversize += 1,
                Found::CutOff(rest) => self.cut_off += rest,
            }
        }
        if piece.is_empty() { Ok(()) } else { self.piece(hub, piece, carrier) }
    }

    fn piece(&mut self, hub: &Hub, items: Vec<Item>, carrier: Option<DeviceId>) -> Result<()> {
        let answered = Bundle::read(&hub.ingest_carried(&Bundle::write(&items)?, carrier)?)?.items;
        let (mut receipts, mut refusals) = (Vec::new(), Vec::new());
        for item in &answered {
            match item {
                Item::Receipt(bytes) => receipts.push(SignedReceipt::parse(bytes)?.peek()?),
                Item::Refusal(bytes) => refusals.push(Refusal::parse(bytes)?),
                _ => {}
            }
        }
        self.items += items.len();
        self.receipts += receipts.len();
        for refusal in &refusals {
            self.refused.push(json!({"code": refusal.code, "what": refusal.what, "next": refusal.next}));
        }
        let said = items.iter().map(|item| self.said_of(item, &receipts, &refusals)).collect::<Vec<_>>();
        self.said.extend(said);
        self.answers.extend(answered);
        Ok(())
    }

    /// What became of one item: `opened`, `held` with its reason, `refused` with its code, `taken` where there
    /// are no receipts, `passed` for what is not for a hub. `known` tells that it was here before.
    fn said_of(&self, item: &Item, receipts: &[Receipt], refusals: &[Refusal]) -> Value {
        let about = About::of(item);
        let mut said = json!({
            "kind": about.kind, "device": about.device.map(|device| device.to_string()), "number": about.number
        });
        let (mut answer, mut why, mut known) = (about.answer, None, false);
        if let Some(refusal) = refusals.iter().find(|refusal| refusal.digest == item.digest()) {
            (answer, why) = ("refused", Some(refusal.code.clone()));
        } else if let Some(receipt) = receipts.iter().find(|receipt| Some(receipt.digest) == about.digest) {
            known = receipt.hub_ms < self.started_ms;
            (answer, why) = match receipt.status {
                ReceiptStatus::Opened => ("opened", None),
                ReceiptStatus::Held(reason) => ("held", Some(reason.as_str().to_owned())),
            };
        }
        if let Some(said) = said.as_object_mut() {
            said.insert("answer".to_owned(), json!(answer));
            said.insert("why".to_owned(), json!(why));
            said.insert("known".to_owned(), json!(known));
        }
        said
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

    fn text(&self) -> String {
        let Self { items, receipts, refused, oversize, .. } = self;
        let is = |key: &str, value: &Value| self.said.iter().filter(|said| said[key] == *value).count();
        let mut text = format!(
            "{items} items read, {receipts} receipts ({} of items that were here before), {} held, {} refused",
            is("known", &json!(true)),
            is("answer", &json!("held")),
            refused.len()
        );
        for one in refused {
            let word = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
            text.push_str(&format!("\nrefused ({}): {}; {}", word("code"), word("what"), word("next")));
        }
        if *oversize > 0 {
            text.push_str(&format!("\n{oversize} items are larger than any item may be: passed over"));
        }
        if self.cut_off > 0 {
            text.push_str(
                "\nthe last item is cut off: not taken; copy the file once more, or let the phone send it again",
            );
        }
        text
    }
}

fn signed_by_outstanding(bytes: &[u8]) -> Option<DeviceId> {
    let said = SignedOutstanding::parse(bytes).and_then(|signed| signed.verify()).ok()?;
    Some(DeviceId::of_key(&said.device_key))
}

/// What an item says of itself in front.
struct About {
    kind: &'static str,
    device: Option<DeviceId>,
    number: Option<u64>,
    digest: Option<[u8; 32]>,
    /// What becomes of it where nothing is answered.
    answer: &'static str,
}

impl About {
    fn of(item: &Item) -> Self {
        let about = |kind, answer, key: Option<[u8; 32]>| Self {
            kind,
            device: key.map(|key| DeviceId::of_key(&key)),
            number: None,
            digest: None,
            answer,
        };
        match item {
            Item::Enrolment(bytes) => {
                let said = SignedEnrolment::parse(bytes).and_then(|signed| signed.peek()).ok();
                about("enrolment", "taken", said.map(|said| said.device_key))
            }
            Item::Batch(bytes) => match Batch::outline(bytes) {
                Ok(outline) => Self {
                    number: Some(outline.number),
                    digest: Some(outline.digest),
                    ..about("batch", "taken", Some(outline.device_key))
                },
                Err(_) => about("batch", "taken", None),
            },
            Item::Salvage(bytes) => match Salvage::parse(bytes) {
                Ok(salvage) => Self {
                    number: Some(salvage.header.number),
                    digest: Some(salvage.digest()),
                    ..about("salvage", "taken", Some(salvage.header.device_key))
                },
                Err(_) => about("salvage", "taken", None),
            },
            Item::Poll(bytes) => {
                let said = SignedPoll::parse(bytes).and_then(|signed| signed.peek()).ok();
                about("poll", "taken", said.map(|said| said.device_key))
            }
            Item::Outstanding(bytes) => {
                let said = SignedOutstanding::parse(bytes).and_then(|signed| signed.peek()).ok();
                about("outstanding", "taken", said.map(|said| said.device_key))
            }
            Item::Receipt(_) => about("receipt", "passed", None),
            Item::Dispatch(_) => about("dispatch", "passed", None),
            Item::State(_) => about("state", "passed", None),
            Item::Refusal(_) => about("refusal", "passed", None),
            Item::Unknown { .. } => about("unknown", "taken", None),
        }
    }
}

/// Writes what is for one device, or for all, as a carry.
pub(super) fn export(out: &Out, hub: &Hub, device: Option<&str>, file: Option<&Path>) -> Result<bool> {
    let file = file.ok_or_else(|| Error::usage("--out", "a carry is written to a file: name one"))?;
    let device = device.map(device_id).transpose()?;
    let items = write_carry(file, |write| hub.carry(device, &mut |item| write(&item)))?;
    out.say(&json!({"items": items, "file": file.display().to_string()}), |_| {
        format!("{items} items for phones written to {}", file.display())
    })?;
    Ok(true)
}

/// Writes a carry to a file, whole or not at all.
fn write_carry<T>(path: &Path, fill: impl FnOnce(&mut dyn FnMut(&Item) -> Result<()>) -> Result<T>) -> Result<T> {
    let mut file = CarryFile::begin(path.to_owned())?;
    match fill(&mut |item| Ok(file.write(item)?)) {
        Ok(value) => {
            file.end()?;
            Ok(value)
        }
        Err(error) => {
            file.abandon();
            Err(error)
        }
    }
}
