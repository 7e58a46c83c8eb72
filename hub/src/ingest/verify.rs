//! What can be done to an item before the transaction: form, signature, opening, hashing.

use fieldcore::cards::proxy_key_text;
use fieldcore::record::{Body, DocumentKind, Record, encode_row};
use fieldcore::scan::person_key_text;
use fieldcore::wire::{Anchor, KeyWrap, SegmentScope};
use fieldcore::wire::{
    Batch, Enrolment, HeldReason, Item, Mode, Outline, Outstanding, Poll, Refusal, Salvage, SegmentHeader,
    SignedEnrolment, SignedOutstanding, SignedPoll, unwrap_data_key,
};
use fieldcore::{Epoch, Error as Core, Secret, crypto};
use uuid::Uuid;

use crate::keys::KeyRing;
use crate::store::rows::ItemKind;

/// A record with what is hashed of it outside the transaction.
pub(crate) struct Prepared {
    pub(crate) record: Record,
    pub(crate) print: i64,
    pub(crate) person: Option<[u8; 16]>,
}

/// What came out of an item.
pub(crate) struct Opened {
    pub(crate) records: Vec<Prepared>,
    pub(crate) anchors: Vec<Anchor>,
    /// Rows of a salvage that did not open.
    pub(crate) failures: u32,
    pub(crate) data_key: Secret,
}

impl Opened {
    /// Records of kinds that this version does not know.
    pub(crate) fn unknown(&self) -> u32 {
        let unknown = self.records.iter().filter(|one| matches!(one.record.body, Body::Unknown { .. })).count();
        u32::try_from(unknown).unwrap_or(u32::MAX)
    }
}

/// A batch or salvage whose signature holds.
pub(crate) struct Arrived {
    pub(crate) kind: ItemKind,
    /// The digest by which a refusal would name it.
    pub(crate) item_digest: [u8; 32],
    pub(crate) uploader_key: [u8; 32],
    /// The device whose records it holds.
    pub(crate) record_key: [u8; 32],
    pub(crate) epoch: Epoch,
    pub(crate) number: u64,
    pub(crate) digest: [u8; 32],
    pub(crate) previous: [u8; 32],
    pub(crate) first_seq: u64,
    pub(crate) last_seq: u64,
    pub(crate) count: u32,
    pub(crate) header: Vec<u8>,
    pub(crate) body: Vec<u8>,
    pub(crate) signature: [u8; 64],
    /// Ids of the keys that the data key is wrapped to.
    pub(crate) wraps: Vec<[u8; 8]>,
    pub(crate) opened: Result<Opened, HeldReason>,
}

impl Arrived {
    /// Whether it was sealed to a key that this hub has lost, so that it must be asked for again.
    pub(crate) fn lost_key(&self, ring: &KeyRing) -> bool {
        self.wraps.iter().any(|id| ring.set.revoked.contains(id))
    }
}

/// An item as far as it can be judged without the store.
pub(crate) enum Checked {
    Enrolment {
        enrolment: Box<Enrolment>,
        bytes: Vec<u8>,
        digest: [u8; 32],
    },
    Arrived(Box<Arrived>),
    Poll(Box<Poll>),
    Outstanding(Box<Outstanding>),
    /// Of a kind or format that this version does not know.
    Keep {
        kind: u8,
        bytes: Vec<u8>,
        digest: [u8; 32],
    },
    Refused(Box<Refusal>),
    /// What only travels downwards; a carrier may have packed it along.
    Passed,
}

/// What checking needs.
#[derive(Clone, Copy)]
pub(crate) struct Checker<'a> {
    pub(crate) ring: &'a KeyRing,
    pub(crate) prints: &'a Secret,
    pub(crate) campaign: Uuid,
}

impl Checker<'_> {
    /// Checks one item.
    pub(crate) fn check(&self, item: Item) -> Checked {
        let digest = item.digest();
        match item {
            Item::Enrolment(bytes) => self.enrolment(bytes, digest),
            Item::Batch(bytes) => self.batch(bytes, digest),
            Item::Salvage(bytes) => self.salvage(bytes, digest),
            Item::Poll(bytes) => self.poll(&bytes, digest),
            Item::Outstanding(bytes) => self.outstanding(&bytes, digest),
            Item::Receipt(_) | Item::Dispatch(_) | Item::State(_) | Item::Refusal(_) => Checked::Passed,
            Item::Unknown { kind, bytes } => Checked::Keep { kind, bytes, digest },
        }
    }

    fn enrolment(&self, bytes: Vec<u8>, digest: [u8; 32]) -> Checked {
        match SignedEnrolment::parse(&bytes).and_then(|signed| signed.verify()) {
            Ok(enrolment) if enrolment.campaign != self.campaign => refuse(digest, &OTHER_CAMPAIGN),
            Ok(enrolment) => Checked::Enrolment { enrolment: Box::new(enrolment), bytes, digest },
            Err(error) => refuse_for(digest, &error),
        }
    }

    fn poll(&self, bytes: &[u8], digest: [u8; 32]) -> Checked {
        match SignedPoll::parse(bytes).and_then(|signed| signed.verify()) {
            Ok(poll) if poll.campaign != self.campaign => refuse(digest, &OTHER_CAMPAIGN),
            Ok(poll) => Checked::Poll(Box::new(poll)),
            Err(error) => refuse_for(digest, &error),
        }
    }

    fn outstanding(&self, bytes: &[u8], digest: [u8; 32]) -> Checked {
        match SignedOutstanding::parse(bytes).and_then(|signed| signed.verify()) {
            Ok(said) if said.campaign != self.campaign => refuse(digest, &OTHER_CAMPAIGN),
            Ok(said) => Checked::Outstanding(Box::new(said)),
            Err(error) => refuse_for(digest, &error),
        }
    }

    fn batch(&self, bytes: Vec<u8>, item_digest: [u8; 32]) -> Checked {
        let batch = match Batch::parse(&bytes) {
            Ok(batch) => batch,
            Err(error) => return opaque_batch(bytes, item_digest, &error),
        };
        if let Err(error) = batch.verify() {
            return refuse_for(item_digest, &error);
        }
        if batch.header.mode == Mode::Practice {
            return refuse(item_digest, &PRACTICE);
        }
        let opened = self.open_batch(&batch);
        let header = &batch.header;
        Checked::Arrived(Box::new(Arrived {
            kind: ItemKind::Batch,
            item_digest,
            uploader_key: header.device_key,
            record_key: header.device_key,
            epoch: header.epoch,
            number: header.number,
            digest: batch.digest(),
            previous: header.previous,
            first_seq: header.first_seq,
            last_seq: header.first_seq + u64::from(header.count) - 1,
            count: header.count,
            wraps: header.wraps.iter().map(|wrap| wrap.key).collect(),
            opened,
            header: batch.header_bytes,
            body: batch.body,
            signature: batch.signature,
        }))
    }

    fn salvage(&self, bytes: Vec<u8>, item_digest: [u8; 32]) -> Checked {
        let salvage = match Salvage::parse(&bytes) {
            Ok(salvage) => salvage,
            Err(error) if is_newer(&error) => return Checked::Keep { kind: 3, bytes, digest: item_digest },
            Err(error) => return refuse_for(item_digest, &error),
        };
        if salvage.header.mode == Mode::Practice {
            return refuse(item_digest, &PRACTICE);
        }
        if let Err(error) = salvage.verify_uploader() {
            return refuse_for(item_digest, &error);
        }
        // From here on the uploader stands for it: what is wrong with the rows is held, not refused.
        let segment = salvage.verify();
        let opened = self.open_segment(&salvage, &segment);
        let (record_key, epoch) = match &segment {
            Ok(segment) => (segment.device_key, segment.epoch),
            Err(_) => (salvage.header.device_key, Epoch::new(0, 0)),
        };
        let header = &salvage.header;
        Checked::Arrived(Box::new(Arrived {
            kind: ItemKind::Salvage,
            item_digest,
            uploader_key: header.device_key,
            record_key,
            epoch,
            number: header.number,
            digest: salvage.digest(),
            previous: [0; 32],
            first_seq: header.first_seq,
            last_seq: header.last_seq,
            count: header.count,
            wraps: segment.map(|one| one.wraps.iter().map(|wrap| wrap.key).collect()).unwrap_or_default(),
            header: salvage.header_bytes,
            body: salvage.payload,
            signature: salvage.signature,
            opened,
        }))
    }

    /// Opens a batch with a key at hand.
    pub(crate) fn open_batch(&self, batch: &Batch) -> Result<Opened, HeldReason> {
        let data_key = self.unwrap(&batch.header.wraps, &batch.header.scope())?;
        self.open_batch_with(batch, data_key)
    }

    /// Opens a batch with its data key.
    pub(crate) fn open_batch_with(&self, batch: &Batch, data_key: Secret) -> Result<Opened, HeldReason> {
        let contents = batch.open(&data_key).map_err(|_| HeldReason::Undecodable)?;
        let records = self.prepare(contents.records)?;
        Ok(Opened { records, anchors: contents.anchors, failures: 0, data_key })
    }

    /// Opens a salvage with a key at hand, once its segment's own signature holds.
    pub(crate) fn open_salvage(&self, salvage: &Salvage) -> Result<Opened, HeldReason> {
        self.open_segment(salvage, &salvage.verify())
    }

    fn open_segment(&self, salvage: &Salvage, segment: &Result<SegmentHeader, Core>) -> Result<Opened, HeldReason> {
        let segment = match segment {
            Ok(segment) => segment,
            Err(error) if is_newer(error) => return Err(HeldReason::UnknownFormat),
            Err(_) => return Err(HeldReason::RowsRejected),
        };
        if salvage.header.campaign != self.campaign {
            return Err(HeldReason::OtherCampaign);
        }
        let data_key = self.unwrap(&segment.wraps, &segment.scope())?;
        self.open_salvage_with(salvage, data_key)
    }

    /// Opens a salvage's rows with their data key.
    pub(crate) fn open_salvage_with(&self, salvage: &Salvage, data_key: Secret) -> Result<Opened, HeldReason> {
        let rows = salvage.open(&data_key).map_err(|_| HeldReason::RowsRejected)?;
        let failures = u32::try_from(rows.failures.len()).unwrap_or(u32::MAX);
        if rows.records.is_empty() {
            return Err(HeldReason::RowsRejected);
        }
        let records = self.prepare(rows.records)?;
        Ok(Opened { records, anchors: Vec::new(), failures, data_key })
    }

    fn unwrap(&self, wraps: &[KeyWrap], scope: &SegmentScope) -> Result<Secret, HeldReason> {
        wraps
            .iter()
            .find_map(|wrap| unwrap_data_key(wrap, self.ring.seal(&wrap.key)?, scope).ok())
            .ok_or(HeldReason::NotOpenable)
    }

    fn prepare(&self, records: Vec<Record>) -> Result<Vec<Prepared>, HeldReason> {
        records
            .into_iter()
            .map(|record| {
                let print = self.print(&record).ok_or(HeldReason::Undecodable)?;
                let person = self.person(&record.body);
                Ok(Prepared { record, print, person })
            })
            .collect()
    }

    /// A keyed hash of the record's content, never 0.
    fn print(&self, record: &Record) -> Option<i64> {
        let (kind, version) = record.body.kind();
        let row = encode_row(&record.stamp, &record.body).ok()?;
        let hash = crypto::lookup(self.prints, &[&kind.to_be_bytes(), &version.to_be_bytes(), &row]);
        let (head, _) = hash.split_first_chunk::<8>()?;
        Some(i64::from_be_bytes(*head) | 1)
    }

    fn person(&self, body: &Body) -> Option<[u8; 16]> {
        let subject = match body {
            Body::SubjectBound(subject) => subject,
            // Somebody whom no number names is told by the card.
            Body::ProxyRead(read) if read.alone => return Some(self.ring.person(&proxy_key_text(read.card))),
            _ => return None,
        };
        let number = if subject.document == DocumentKind::Alias { &subject.alias } else { &subject.number };
        let text = person_key_text(subject.document, number.as_deref(), subject.issuer.as_deref())?;
        Some(self.ring.person(text.expose()))
    }
}

struct Say {
    code: &'static str,
    what: &'static str,
    next: &'static str,
}

const PRACTICE: Say = Say {
    code: "practice",
    what: "practice records are not counted",
    next: "nothing was stored; leave practice mode to work for real",
};
const OTHER_CAMPAIGN: Say = Say {
    code: "other_campaign",
    what: "it belongs to another campaign",
    next: "send it to that campaign's hub; the data stays on the device",
};

fn refuse(digest: [u8; 32], say: &Say) -> Checked {
    let Say { code, what, next } = *say;
    Checked::Refused(Box::new(Refusal { digest, code: code.to_owned(), what: what.to_owned(), next: next.to_owned() }))
}

/// The refusal of what is not readable, or not by whom it names.
fn refuse_for(digest: [u8; 32], error: &Core) -> Checked {
    let (code, next) = match error {
        Core::Limit { .. } => ("too_large", "the data stays on the device; export it and ask the campaign's office"),
        Core::Untrusted { .. } => (
            "bad_signature",
            "it was altered on the way, or on the device; the device checks it and sends it once more",
        ),
        _ => ("unreadable", "it was damaged on the way, or on the device; the device checks it and sends it once more"),
    };
    let mut what = error.to_string();
    what.truncate(what.char_indices().nth(400).map_or(what.len(), |(at, _)| at));
    Checked::Refused(Box::new(Refusal { digest, code: code.to_owned(), what, next: next.to_owned() }))
}

/// Whether the form is one of a version or suite that is still to come.
fn is_newer(error: &Core) -> bool {
    matches!(error, Core::Decode { why, .. } if why.contains("update the reader"))
}

/// A batch that this version cannot parse: held if every version would agree on who signed it.
fn opaque_batch(bytes: Vec<u8>, item_digest: [u8; 32], error: &Core) -> Checked {
    match Batch::outline(&bytes) {
        Ok(Outline { mode: Mode::Practice, .. }) => refuse(item_digest, &PRACTICE),
        Ok(outline) if is_newer(error) => Checked::Arrived(Box::new(Arrived {
            kind: ItemKind::Opaque,
            item_digest,
            uploader_key: outline.device_key,
            record_key: outline.device_key,
            epoch: outline.epoch,
            number: outline.number,
            digest: outline.digest,
            previous: [0; 32],
            first_seq: 0,
            last_seq: 0,
            count: 0,
            header: Vec::new(),
            body: bytes,
            signature: [0; 64],
            wraps: Vec::new(),
            opened: Err(HeldReason::UnknownFormat),
        })),
        _ => refuse_for(item_digest, error),
    }
}
