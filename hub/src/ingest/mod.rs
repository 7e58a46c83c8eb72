//! Bundles in, bundles out: checked in parallel, stored in one transaction, answered after it.

pub(crate) mod apply;
pub(crate) mod fork;
mod heard;
pub(crate) mod open;
pub(crate) mod quota;
pub(crate) mod verify;

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use fieldcore::wire::{Bundle, HeldReason, Item, Poll, Refusal};

use crate::core::Core;
use crate::error::{Error, Result};
use crate::keys::KeyRing;
use crate::store::rows::Item as Stored;
use crate::store::{CoreReads, DeviceBy, Tx};
use crate::writer::Job;
use crate::{cards, dispatches, enrolments};
use apply::{Answer, Applier};
pub(crate) use heard::Via;
use verify::{Checked, Checker, Opened, Prepared};

/// Items of a bundle from which on checking is shared among threads.
const PARALLEL_FROM: usize = 4;

/// Takes a bundle; the answer exists only after the commit.
pub(crate) fn ingest(core: &Arc<Core>, bundle: &[u8], via: Via) -> Result<Vec<u8>> {
    let read = Bundle::read(bundle).map_err(|error| Error::unreadable("the bundle", error.to_string()))?;
    if read.items.is_empty() && read.cut_off > 0 {
        return Err(Error::unreadable("the bundle", "its first item is cut off; send it again, or a smaller one"));
    }
    let ring = core.ring()?;
    let checked = check_all(&core.checker(&ring), read.items);
    let polls =
        checked.iter().filter_map(|one| if let Checked::Poll(poll) = one { Some((**poll).clone()) } else { None });
    let polls: Vec<Poll> = polls.collect();
    let via = via.of(&polls);
    let (answer, ended) = std::sync::mpsc::sync_channel(1);
    let job = IngestJob { core: Arc::clone(core), ring: Arc::clone(&ring), checked, via, answers: Vec::new(), answer };
    core.writer.offer(Box::new(job))?;
    let mut items = ended.recv().map_err(|_| Error::Stopping)??;
    for poll in &polls {
        items.extend(dispatches::answer_poll(core, &ring, poll)?);
    }
    Ok(Bundle::write(&within_limits(items))?)
}

/// Receipts first: what does not fit one answer is asked for again by the next poll.
fn within_limits(items: Vec<Item>) -> Vec<Item> {
    let mut bytes = 0;
    let fits = |item: &Item| {
        bytes += item.wire_bytes();
        bytes <= fieldcore::limits::ANSWER_BYTES_MAX
    };
    items.into_iter().take_while(fits).take(fieldcore::limits::BUNDLE_ITEMS_MAX).collect()
}

fn check_all(checker: &Checker<'_>, items: Vec<Item>) -> Vec<Checked> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    if items.len() < PARALLEL_FROM || threads < 2 {
        return items.into_iter().map(|item| checker.check(item)).collect();
    }
    let size = items.len().div_ceil(threads);
    let mut parts: Vec<Vec<Item>> = Vec::new();
    let mut rest = items;
    while rest.len() > size {
        let tail = rest.split_off(size);
        parts.push(std::mem::replace(&mut rest, tail));
    }
    parts.push(rest);
    std::thread::scope(|scope| {
        let handles: Vec<_> = parts
            .into_iter()
            .map(|part| scope.spawn(move || part.into_iter().map(|item| checker.check(item)).collect::<Vec<_>>()))
            .collect();
        handles.into_iter().flat_map(|handle| handle.join().unwrap_or_default()).collect()
    })
}

struct IngestJob {
    core: Arc<Core>,
    ring: Arc<KeyRing>,
    checked: Vec<Checked>,
    via: Via,
    answers: Vec<Item>,
    answer: SyncSender<Result<Vec<Item>>>,
}

impl Job for IngestJob {
    fn run(&mut self, tx: &mut dyn Tx) -> Result<()> {
        self.answers.clear();
        let applier = self.core.applier(&self.ring);
        // Words of a device last: its enrolment may stand behind them.
        let is_word = |one: &&Checked| matches!(one, Checked::Poll(_) | Checked::Outstanding(_));
        let (words, others): (Vec<&Checked>, Vec<&Checked>) = self.checked.iter().partition(is_word);
        for one in others.into_iter().chain(words) {
            let answer = apply_one(&applier, tx, one)?;
            self.answers.extend(answer);
        }
        heard::note(tx, &self.checked, self.via, applier.now_ms)
    }

    fn finish(self: Box<Self>, ended: Result<()>) {
        let Self { answers, answer, .. } = *self;
        let _ = answer.send(ended.map(|()| answers));
    }

    fn items(&self) -> usize {
        self.checked.len()
    }
}

fn apply_one(applier: &Applier<'_>, tx: &mut dyn Tx, checked: &Checked) -> Result<Option<Item>> {
    let refused = |refusal: &Refusal| refusal.to_bytes().map(|bytes| Some(Item::Refusal(bytes)));
    match checked {
        Checked::Passed => Ok(None),
        Checked::Refused(refusal) => {
            tracing::info!(code = %refusal.code, "an item was refused");
            Ok(refused(refusal)?)
        }
        Checked::Enrolment { enrolment, bytes, digest } => {
            match enrolments::enrol(applier, tx, enrolment, bytes, digest)? {
                Some(refusal) => Ok(refused(&refusal)?),
                None => Ok(None),
            }
        }
        Checked::Arrived(arrived) => match applier.arrived(tx, arrived)? {
            Answer::Receipt(bytes) => Ok(Some(Item::Receipt(bytes))),
            Answer::Refusal(refusal) => Ok(refused(&refusal)?),
        },
        Checked::Poll(poll) => match tx.device(DeviceBy::Key(&poll.device_key))? {
            Some(device) => {
                cards::leave(applier, tx, &device)?;
                dispatches::note_poll(tx, device, poll, applier.now_ms)?;
                Ok(None)
            }
            None => Ok(None),
        },
        Checked::Outstanding(said) => heard::said(tx, said).map(|()| None),
        Checked::Keep { kind, bytes, digest } => Ok(refused(&keep(applier, tx, *kind, bytes, digest)?)?),
    }
}

/// What this version does not know is kept for the next one, without a receipt: the device keeps
/// its data too.
fn keep(applier: &Applier<'_>, tx: &mut dyn Tx, kind: u8, bytes: &[u8], digest: &[u8; 32]) -> Result<Refusal> {
    let fits = quota::may_keep(tx, bytes.len())?;
    if fits {
        tx.keep(digest, kind, bytes, applier.now_ms)?;
    }
    let what = if fits {
        "this hub does not know items of this kind or format; it was kept as it is, and not counted"
    } else {
        "this hub does not know items of this kind or format and keeps no more of them"
    };
    Ok(Refusal {
        digest: *digest,
        code: HeldReason::UnknownFormat.as_str().to_owned(),
        what: what.to_owned(),
        next: "the data stays on the device; update the hub".to_owned(),
    })
}

/// Of an item's records, those that were counted by it (or are read from it now).
pub(crate) fn counted_of<'o>(
    reads: &(impl CoreReads + ?Sized),
    item: &Stored,
    opened: &'o Opened,
) -> Result<Vec<&'o Prepared>> {
    let (Some(first), Some(last)) = (opened.records.first(), opened.records.last()) else { return Ok(Vec::new()) };
    let rows = reads.records(item.stream, first.record.at.seq, last.record.at.seq)?;
    let own: HashSet<u64> =
        rows.iter().filter(|row| row.item == item.no && row.at.branch == item.branch).map(|row| row.at.seq).collect();
    Ok(opened.records.iter().filter(|one| own.contains(&one.record.at.seq)).collect())
}
