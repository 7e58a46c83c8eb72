//! What the journal's own tests stand on: a desk with a clock, a vault and a hub's keys.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use uuid::Uuid;

use super::{Journal, JournalOptions};
use crate::cards::{Delegation, Grant, Rights, SignedDelegation};
use crate::crypto;
use crate::error::{Error, Result};
use crate::id::{DeviceId, RecordRef};
use crate::platform::{Clock, Entropy, KeyVault, OsEntropy, Platform};
use crate::record::{DocumentKind, Place, ReadSource, ShiftStarted, SubjectBound, TubeOpened};
use crate::secret::Secret;
use crate::wire::{
    Batch, Certificate, CertificatePlan, Dispatch, DispatchKind, HeldReason, Invitation, Item, KeySet, KeySetPlan,
    Purpose, Receipt, ReceiptItem, ReceiptStatus, Salvage, seal_for_device, token_id, unwrap_data_key,
};

pub(super) const ROUND: Uuid = Uuid::from_bytes([0x11; 16]);
pub(crate) const CAMPAIGN: Uuid = Uuid::from_bytes([0xca; 16]);

/// A clock that stands until it is moved.
pub(super) struct Hand {
    pub(super) wall_ms: AtomicI64,
    pub(super) mono_ms: AtomicU64,
    pub(super) session: AtomicU64,
}

impl Clock for Hand {
    fn wall_ms(&self) -> i64 {
        self.wall_ms.load(Ordering::Relaxed)
    }
    fn mono_ms(&self) -> u64 {
        self.mono_ms.load(Ordering::Relaxed)
    }
    fn session(&self) -> u64 {
        self.session.load(Ordering::Relaxed)
    }
}

/// A vault in memory that can be emptied.
#[derive(Default)]
pub(super) struct Drawer(pub(super) Mutex<BTreeMap<String, Secret>>);

impl KeyVault for Drawer {
    fn create(&self, name: &str, secret: &Secret) -> Result<()> {
        let mut drawer = self.0.lock().unwrap();
        if drawer.contains_key(name) {
            return Err(Error::Vault { name: name.to_owned(), reason: "it is there already".to_owned() });
        }
        drawer.insert(name.to_owned(), secret.clone());
        Ok(())
    }
    fn read(&self, name: &str) -> Result<Option<Secret>> {
        Ok(self.0.lock().unwrap().get(name).cloned())
    }
    fn destroy(&self, name: &str) -> Result<()> {
        self.0.lock().unwrap().remove(name);
        Ok(())
    }
}

/// Random bytes that a test may cut off.
struct Source;

impl Entropy for Source {
    fn fill(&self, bytes: &mut [u8]) -> Result<()> {
        OsEntropy.fill(bytes)
    }
}

/// A folder in memory where there is one: what these tests show needs no slow disk.
pub(super) fn folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// A desk: a folder, a clock, a vault, and the hub's secrets.
pub(super) struct Desk {
    pub(super) dir: TempDir,
    pub(super) clock: Arc<Hand>,
    pub(super) vault: Arc<Drawer>,
    pub(super) hub: Hub,
}

impl Desk {
    pub(super) fn new() -> Self {
        let clock = Hand {
            wall_ms: AtomicI64::new(1_700_000_000_000),
            mono_ms: AtomicU64::new(1_000),
            session: AtomicU64::new(7),
        };
        Self { dir: folder(), clock: Arc::new(clock), vault: Arc::default(), hub: Hub::new() }
    }

    pub(super) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(super) fn options(&self) -> JournalOptions {
        JournalOptions { ballast_bytes: 0, ..JournalOptions::new(self.dir.path().join("journal")) }
    }

    pub(super) fn platform(&self) -> Platform {
        Platform { clock: self.clock.clone(), entropy: Arc::new(Source), vault: self.vault.clone() }
    }

    pub(super) fn open(&self) -> Journal {
        Journal::open(self.options(), self.platform()).unwrap()
    }

    /// An open journal that is enrolled, with a shift begun.
    pub(super) fn enrolled(&self) -> (Journal, RecordRef) {
        let journal = self.open();
        journal.enrol(&self.hub.invitation()).unwrap();
        let shift = shift(&journal, ROUND);
        (journal, shift)
    }

    pub(super) fn pass(&self, ms: u64) {
        self.clock.mono_ms.fetch_add(ms, Ordering::Relaxed);
        self.clock.wall_ms.fetch_add(ms.cast_signed(), Ordering::Relaxed);
    }

    pub(super) fn clock_ms(&self) -> u64 {
        self.clock.mono_ms()
    }

    pub(super) fn empty_vault(&self) {
        self.vault.0.lock().unwrap().clear();
    }
}

/// Begins a shift of `round`.
pub(super) fn shift(journal: &Journal, round: Uuid) -> RecordRef {
    let body = ShiftStarted {
        shift: Uuid::from_bytes([0x51; 16]),
        round,
        round_name: "1".to_owned(),
        site: "Hall 4".to_owned(),
        place: Place::Fixed,
        operator: "Operator 7".to_owned(),
        organisation: None,
        profile: 0,
    };
    journal.act(|action| action.append(None, None, body)).unwrap()
}

pub(super) fn tube(journal: &Journal, shift: RecordRef, label: &str) -> RecordRef {
    let body = TubeOpened { label: label.to_owned(), symbology: None, capacity: 10, profile: 0, container: None };
    journal.act(|action| action.append(Some("1"), Some(shift), body)).unwrap()
}

/// A binding of a person who never was: born in 1890.
pub(super) fn person(tube: RecordRef, position: u32) -> SubjectBound {
    SubjectBound {
        tube,
        position,
        capacity: 10,
        profile: 0,
        document: DocumentKind::CnResident,
        number: Some(format!("11010118900101{position:04}")),
        issuer: None,
        name: Some("Somebody".to_owned()),
        birth: None,
        sex: None,
        nationality: None,
        address: None,
        source: ReadSource::Symbol,
        alias: None,
        guardian: None,
        contact: None,
        reason: None,
        description: None,
        class: None,
        temperature: None,
        colour: None,
        overridden: None,
        override_reason: None,
        waited: None,
    }
}

pub(super) fn bind(journal: &Journal, shift: RecordRef, tube: RecordRef, position: u32) -> RecordRef {
    try_bind(journal, shift, tube, position).unwrap()
}

pub(super) fn try_bind(journal: &Journal, shift: RecordRef, tube: RecordRef, position: u32) -> Result<RecordRef> {
    journal.act(|action| action.append(Some("1"), Some(shift), person(tube, position)))
}

/// The seqs of every readable record, in order.
pub(super) fn seqs(journal: &Journal) -> Vec<u64> {
    journal.view(|view| view.iter().map(|record| Ok(record?.at.seq)).collect()).unwrap()
}

/// The names of the kinds of every readable record, in order.
pub(super) fn kinds(journal: &Journal) -> Vec<&'static str> {
    journal.view(|view| view.iter().map(|record| Ok(record?.body.name())).collect()).unwrap()
}

/// The hub's secrets, and what a hub does with what arrives.
pub(crate) struct Hub {
    roots: [Secret; 2],
    receipt: Secret,
    seal: (Secret, [u8; 32]),
    recovery: (Secret, [u8; 32]),
}

impl Hub {
    pub(crate) fn new() -> Self {
        let pair = || crypto::wrap_keypair(&OsEntropy).unwrap();
        Self {
            roots: [Secret::new([1; 32]), Secret::new([2; 32])],
            receipt: Secret::new([3; 32]),
            seal: pair(),
            recovery: pair(),
        }
    }

    pub(super) fn receipt_seed(&self) -> &Secret {
        &self.receipt
    }

    pub(crate) fn key_set(&self, version: u32) -> KeySet {
        let issue = |purpose, key| {
            let (not_before_ms, not_after_ms) = (0, i64::MAX);
            let plan = CertificatePlan { purpose, key, campaign: CAMPAIGN, not_before_ms, not_after_ms, root: 0 };
            Certificate::issue(&plan, &self.roots[0]).unwrap()
        };
        let certificates = vec![
            issue(Purpose::Receipt, crypto::signing_public(&self.receipt)),
            issue(Purpose::Seal, self.seal.1),
            issue(Purpose::Recovery, self.recovery.1),
        ];
        let plan = KeySetPlan { campaign: CAMPAIGN, version, certificates, revoked: Vec::new(), root: 0 };
        KeySet::issue(plan, &self.roots[0]).unwrap()
    }

    pub(crate) fn invitation(&self) -> Invitation {
        Invitation {
            campaign: CAMPAIGN,
            campaign_name: "Spring".to_owned(),
            roots: [crypto::signing_public(&self.roots[0]), crypto::signing_public(&self.roots[1])],
            keys: self.key_set(1).to_bytes().unwrap(),
            token_id: token_id(&[9; 16]),
            token: [9; 16],
            profile_digest: [0; 32],
            profile_version: 1,
            hub_url: None,
            expires_ms: 0,
        }
    }

    /// A delegation for the device with this key.
    pub(crate) fn delegation(&self, device_key: [u8; 32], rights: Rights, helpers: u32, expires_ms: i64) -> Vec<u8> {
        let (id, hub_ms) = (Uuid::from_bytes([0xde; 16]), 1_700_000_000_000);
        let said = Delegation { campaign: CAMPAIGN, id, device_key, rights, helpers, hub_ms, expires_ms };
        SignedDelegation::sign(&said, &self.receipt).unwrap().to_bytes().unwrap()
    }

    /// A grant as a dispatch to a device, with these keys of its.
    pub(crate) fn grant(&self, number: u8, device_key: &[u8; 32], seal_key: &[u8; 32], grant: &Grant) -> Dispatch {
        let (id, to) = (Uuid::from_bytes([number; 16]), DeviceId::of_key(device_key));
        let payload = seal_for_device(&grant.to_bytes().unwrap(), seal_key, id, CAMPAIGN, to, &OsEntropy).unwrap();
        let (kind, hub_ms) = (DispatchKind::Grant, 1_700_000_000_000);
        Dispatch { id, campaign: CAMPAIGN, kind, version: u64::from(number), to: Some(to), hub_ms, payload }
    }

    /// The seqs that an item's records have, once opened with the hub's own secret.
    pub(crate) fn open(&self, item: &Item) -> Vec<u64> {
        self.open_refs(item).iter().map(|at| at.seq).collect()
    }

    /// The records that an item holds, once opened with the hub's own secret.
    pub(crate) fn open_refs(&self, item: &Item) -> Vec<RecordRef> {
        let records = match item {
            Item::Batch(bytes) => {
                let batch = Batch::parse(bytes).unwrap();
                batch.verify().unwrap();
                let wrap = &batch.header.wraps[0];
                let data_key = unwrap_data_key(wrap, &self.seal.0, &batch.header.scope()).unwrap();
                batch.open(&data_key).unwrap().records
            }
            Item::Salvage(bytes) => {
                let salvage = Salvage::parse(bytes).unwrap();
                let header = salvage.verify().unwrap();
                let data_key = unwrap_data_key(&header.wraps[0], &self.seal.0, &header.scope()).unwrap();
                let rows = salvage.open(&data_key).unwrap();
                assert!(rows.failures.is_empty(), "every salvaged row opens at the hub");
                rows.records
            }
            _ => Vec::new(),
        };
        records.iter().map(|record| record.at).collect()
    }

    /// The receipt for an item.
    pub(crate) fn receipt(&self, item: &Item, held: Option<HeldReason>) -> Receipt {
        let (device_key, epoch, number, digest, kind) = match item {
            Item::Batch(bytes) => {
                let batch = Batch::parse(bytes).unwrap();
                let header = &batch.header;
                (header.device_key, header.epoch, header.number, batch.digest(), ReceiptItem::Batch)
            }
            Item::Salvage(bytes) => {
                let salvage = Salvage::parse(bytes).unwrap();
                let epoch = salvage.verify().unwrap().epoch;
                let header = &salvage.header;
                (header.device_key, epoch, header.number, salvage.digest(), ReceiptItem::Salvage)
            }
            _ => panic!("only batches and salvages have receipts"),
        };
        let status = held.map_or(ReceiptStatus::Opened, ReceiptStatus::Held);
        let (hub_ms, serial, log_index) = (1_700_000_100_000, 1, None);
        Receipt { campaign: CAMPAIGN, device_key, epoch, number, digest, status, item: kind, hub_ms, serial, log_index }
    }
}

/// Everything that waits for the hub.
pub(super) fn outgoing(journal: &Journal) -> Vec<Item> {
    use crate::sync::Outbox;
    journal.outgoing(usize::MAX).unwrap().into_iter().map(|out| out.item).collect()
}

/// Sends everything that waits and takes the receipts; the seqs that the hub opened.
pub(super) fn deliver(journal: &Journal, hub: &Hub) -> Vec<u64> {
    use crate::sync::Outbox;
    let mut seqs = Vec::new();
    for item in outgoing(journal) {
        if matches!(item, Item::Enrolment(_)) {
            continue;
        }
        seqs.extend(hub.open(&item));
        assert!(journal.take_receipt(&hub.receipt(&item, None), b"proof").unwrap().is_some());
    }
    seqs
}
