//! A hub in a folder of its own, and phones made of nothing but keys.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    missing_docs,
    unreachable_pub,
    reason = "a failed test shows the place"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use fieldcore::pack::Fixed;
use fieldcore::record::*;
use fieldcore::wire::*;
use fieldcore::{Clock, DeviceId, Entropy, Epoch, OsEntropy, RecordRef, Secret, crypto};
use fieldcore_hub::{Hub, InitOptions, Surroundings, TokenOptions};
use uuid::Uuid;

pub const DAY: i64 = 24 * 3_600_000;
/// 2026-05-01T00:00Z.
pub const START: i64 = 1_777_593_600_000;

pub struct TestClock {
    wall: AtomicI64,
}

impl Clock for TestClock {
    fn wall_ms(&self) -> i64 {
        self.wall.fetch_add(1, Ordering::SeqCst)
    }
    fn mono_ms(&self) -> u64 {
        (self.wall.load(Ordering::SeqCst) - START).unsigned_abs()
    }
    fn session(&self) -> u64 {
        1
    }
}

/// A hub with its folder and clock.
pub struct Site {
    pub folder: tempfile::TempDir,
    pub clock: Arc<TestClock>,
    pub hub: Hub,
}

pub fn surroundings(clock: &Arc<TestClock>) -> Surroundings {
    Surroundings { clock: Arc::clone(clock) as Arc<dyn Clock>, entropy: Arc::new(OsEntropy), after_commit: None }
}

impl Site {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock { wall: AtomicI64::new(START) });
        let hub = Hub::init(&folder.path().join("hub"), &InitOptions::default(), surroundings(&clock)).unwrap();
        Self { folder, clock, hub }
    }

    pub fn dir(&self) -> PathBuf {
        self.folder.path().join("hub")
    }

    pub fn forward(&self, ms: i64) {
        self.clock.wall.fetch_add(ms, Ordering::SeqCst);
    }

    /// The same hub after its process ended.
    pub fn reopen(&mut self) {
        self.hub.close();
        self.hub = Hub::open(&self.dir(), surroundings(&self.clock)).unwrap();
    }

    pub fn token(&self, uses: u32) -> Invitation {
        let text = self.hub.token(&TokenOptions { uses, ..TokenOptions::default() }).unwrap();
        Invitation::from_text(&text).unwrap()
    }

    /// An enrolled phone whose enrolment has arrived.
    pub fn phone(&self) -> Phone {
        let phone = Phone::new(&self.token(1));
        self.send(&[phone.enrolment()]);
        phone
    }

    pub fn send(&self, items: &[Item]) -> Answers {
        self.send_bytes(&Bundle::write(items).unwrap())
    }

    pub fn send_bytes(&self, bundle: &[u8]) -> Answers {
        Answers::read(&self.hub.ingest(bundle).unwrap(), &self.hub.key_set().unwrap())
    }

    pub fn one(&self, item: Item) -> ReceiptStatus {
        let answers = self.send(&[item]);
        assert_eq!(answers.receipts.len(), 1, "{:?}", answers.refusals);
        answers.receipts[0].status
    }

    pub fn verified(&self) {
        let found = self.hub.verify().unwrap();
        assert!(found.ok, "{:?}", found.faults);
    }
}

/// What came back.
#[derive(Debug, Default)]
pub struct Answers {
    pub receipts: Vec<Receipt>,
    pub receipt_bytes: Vec<Vec<u8>>,
    pub refusals: Vec<String>,
    pub dispatches: Vec<Dispatch>,
    pub states: Vec<HubState>,
}

impl Answers {
    pub fn read(bytes: &[u8], keys: &KeySet) -> Self {
        let mut out = Self::default();
        for item in Bundle::read(bytes).unwrap().items {
            match item {
                Item::Receipt(bytes) => {
                    out.receipts.push(SignedReceipt::parse(&bytes).unwrap().verify(keys).unwrap());
                    out.receipt_bytes.push(bytes);
                }
                Item::Refusal(bytes) => out.refusals.push(Refusal::parse(&bytes).unwrap().code),
                Item::Dispatch(bytes) => {
                    out.dispatches.push(SignedDispatch::parse(&bytes).unwrap().verify(keys).unwrap());
                }
                Item::State(bytes) => out.states.push(SignedState::parse(&bytes).unwrap().verify(keys).unwrap()),
                other => panic!("{other:?}"),
            }
        }
        out
    }

    pub fn statuses(&self) -> Vec<ReceiptStatus> {
        self.receipts.iter().map(|receipt| receipt.status).collect()
    }
}

pub const fn held(reason: HeldReason) -> ReceiptStatus {
    ReceiptStatus::Held(reason)
}

static PHONES: AtomicU64 = AtomicU64::new(1);

/// A phone: keys, and the records it has written but not sent.
#[derive(Clone)]
pub struct Phone {
    pub seed: Secret,
    pub key: [u8; 32],
    pub seal_secret: Secret,
    pub seal_key: [u8; 32],
    pub id: DeviceId,
    pub epoch: Epoch,
    pub campaign: Uuid,
    pub keys: KeySet,
    pub token: [u8; 16],
    pub token_id: [u8; 8],
    pub shift: Option<RecordRef>,
    pub lane: Option<String>,
    pub seq: u64,
    pub segment: u64,
    pub number: u64,
    pub previous: [u8; 32],
    pub mono: u64,
    pub wall_off: i64,
    pub clock: u64,
    pub records: Vec<Record>,
    pub anchors: Vec<Anchor>,
    /// Data keys by segment, with the signed header.
    pub segments: BTreeMap<u64, (Secret, SignedSegment)>,
}

pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    OsEntropy.fill(&mut bytes).unwrap();
    bytes
}

impl Phone {
    pub fn new(invitation: &Invitation) -> Self {
        let seed = Secret::new(random());
        let (seal_secret, seal_key) = crypto::wrap_keypair(&OsEntropy).unwrap();
        let key = crypto::signing_public(&seed);
        let mut phone = Self {
            seed,
            key,
            seal_secret,
            seal_key,
            id: DeviceId::of_key(&key),
            epoch: Epoch::new(0, u32::try_from(PHONES.fetch_add(1, Ordering::SeqCst)).unwrap()),
            campaign: invitation.campaign,
            keys: invitation.key_set().unwrap(),
            token: invitation.token,
            token_id: invitation.token_id,
            shift: None,
            lane: Some("1".to_owned()),
            seq: 0,
            segment: 0,
            number: 0,
            previous: [0; 32],
            mono: 1_000,
            wall_off: 0,
            clock: 7,
            records: Vec::new(),
            anchors: Vec::new(),
            segments: BTreeMap::new(),
        };
        phone.started(EpochReason::Started, None, None);
        phone
    }

    fn started(&mut self, reason: EpochReason, parent: Option<DeviceId>, at: Option<(Epoch, u64)>) {
        self.write(EpochStarted {
            reason,
            parent_device: parent,
            parent_epoch: at.map(|at| at.0),
            parent_seq: at.map(|at| at.1),
            app: "test".to_owned(),
        });
    }

    /// A phone that took this one's place after its keys were lost.
    pub fn successor(&self, invitation: &Invitation) -> Self {
        let mut next = Self::new(invitation);
        next.epoch = self.epoch.next(99);
        next.records.clear();
        next.seq = 0;
        next.started(EpochReason::KeyLoss, Some(self.id), Some((self.epoch, self.seq)));
        next
    }

    /// The same phone in a new epoch.
    pub fn new_epoch(&mut self, reason: EpochReason) {
        let at = (self.epoch, self.seq);
        self.epoch = self.epoch.next(u32::try_from(PHONES.fetch_add(1, Ordering::SeqCst)).unwrap());
        self.seq = 0;
        self.number = 0;
        self.previous = [0; 32];
        self.records.clear();
        let id = self.id;
        self.started(reason, Some(id), Some(at));
    }

    pub fn enrolment(&self) -> Item {
        let enrolment = Enrolment {
            campaign: self.campaign,
            device_key: self.key,
            seal_key: self.seal_key,
            token_id: self.token_id,
            proof: Enrolment::prove(&self.token, self.campaign, &self.key, &self.seal_key),
            epoch: self.epoch,
            app: "test 1".to_owned(),
            wall_ms: START,
            chain: Vec::new(),
        };
        Item::Enrolment(SignedEnrolment::sign(&enrolment, &self.seed).unwrap().to_bytes().unwrap())
    }

    pub fn at(&self, seq: u64) -> RecordRef {
        RecordRef { device: self.id, epoch: self.epoch, seq }
    }

    pub fn write(&mut self, body: impl Into<Body>) -> RecordRef {
        self.seq += 1;
        self.mono += 1_000;
        let at = self.at(self.seq);
        let stamp = Stamp {
            wall_ms: START + i64::try_from(self.mono).unwrap() + self.wall_off,
            mono_ms: self.mono,
            clock: self.clock,
            shift: self.shift,
            lane: self.lane.clone(),
        };
        self.records.push(Record { at, stamp, body: body.into() });
        at
    }

    pub fn start_shift(&mut self, round: Uuid, site: &str) -> RecordRef {
        let at = self.write(ShiftStarted {
            shift: Uuid::from_bytes(random()),
            round,
            round_name: format!("round {}", round.as_bytes()[0]),
            site: site.to_owned(),
            place: Place::Fixed,
            operator: "operator A".to_owned(),
            organisation: None,
            profile: 1,
        });
        self.shift = Some(at);
        at
    }

    pub fn tube(&mut self, label: &str) -> RecordRef {
        self.write(TubeOpened { label: label.to_owned(), symbology: None, capacity: 10, profile: 1, container: None })
    }

    pub fn close_tube(&mut self, tube: RecordRef, reason: CloseReason) {
        self.write(TubeClosed { tube, reason, people: 0, note: None });
    }

    pub fn bind(&mut self, tube: RecordRef, position: u32, number: &str) -> RecordRef {
        let body = bound(tube, position, number);
        self.write(body)
    }

    /// What was written since, sealed into the next batch.
    pub fn batch(&mut self) -> Item {
        Item::Batch(self.seal().to_bytes().unwrap())
    }

    pub fn seal(&mut self) -> Batch {
        let records = std::mem::take(&mut self.records);
        let anchors = std::mem::take(&mut self.anchors);
        self.seal_as(Mode::Live, &records, &anchors)
    }

    /// Seals given records as the next batch: a reissue, a fork, practice.
    pub fn seal_as(&mut self, mode: Mode, records: &[Record], anchors: &[Anchor]) -> Batch {
        let data_key = self.open_segment(mode, records[0].at.seq);
        self.number += 1;
        let plan = BatchPlan {
            mode,
            epoch: self.epoch,
            number: self.number,
            segment: self.segment,
            wraps: self.wraps(&data_key, mode),
            previous: self.previous,
        };
        let batch = Batch::seal(plan, records, anchors, &data_key, &self.seed, &OsEntropy).unwrap();
        self.previous = batch.digest();
        batch
    }

    fn wraps(&self, data_key: &Secret, mode: Mode) -> Vec<KeyWrap> {
        let scope = SegmentScope { mode, device_key: self.key, epoch: self.epoch, segment: self.segment };
        self.keys.wrap_keys().iter().map(|key| wrap_data_key(data_key, key, &scope, &OsEntropy).unwrap()).collect()
    }

    fn open_segment(&mut self, mode: Mode, first_seq: u64) -> Secret {
        self.segment += 1;
        let data_key = Secret::new(random());
        let header = SegmentHeader {
            mode,
            device_key: self.key,
            epoch: self.epoch,
            segment: self.segment,
            first_seq,
            bucket: self.campaign,
            wraps: self.wraps(&data_key, mode),
        };
        let signed = header.sign(&self.seed).unwrap();
        self.segments.insert(self.segment, (data_key.clone(), signed));
        data_key
    }

    /// What was written since, as rows in their signed segment: what a salvage finds.
    pub fn rows(&mut self) -> (SignedSegment, Vec<SalvagedRow>) {
        let records = std::mem::take(&mut self.records);
        let data_key = self.open_segment(Mode::Live, records[0].at.seq);
        let rows = records
            .iter()
            .map(|record| {
                let (kind, version) = record.body.kind();
                let row = encode_row(&record.stamp, &record.body).unwrap();
                let sealed = seal_row(&data_key, &OsEntropy, record.at, kind, version, &row).unwrap();
                SalvagedRow { seq: record.at.seq, kind, version, sealed }
            })
            .collect();
        (self.segments[&self.segment].1.clone(), rows)
    }

    pub fn salvage(&self, number: u64, segment: &SignedSegment, rows: &[SalvagedRow]) -> Item {
        let plan = SalvagePlan { number, campaign: self.campaign };
        Item::Salvage(Salvage::seal(plan, segment, rows, &self.seed).unwrap().to_bytes().unwrap())
    }

    pub fn poll(&self) -> Poll {
        Poll {
            campaign: self.campaign,
            device_key: self.key,
            nonce: random(),
            profile: 99,
            keys: 99,
            revocations: 99,
            notices: 0,
            held: 0,
            wall_ms: START,
            rosters: Vec::new(),
        }
    }

    pub fn signed(&self, poll: &Poll) -> Item {
        Item::Poll(SignedPoll::sign(poll, &self.seed).unwrap().to_bytes().unwrap())
    }
}

/// A resident number of someone born in 1890, with its check character.
pub fn number(serial: u32) -> String {
    number_of(1890, serial)
}

/// The same of someone born in `year`; 336,000 different ones.
pub fn number_of(year: u32, serial: u32) -> String {
    let body = format!("110101{year}{:02}{:02}{:03}", 1 + serial / 1000 % 12, 1 + serial / 12_000 % 28, serial % 1000);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{body}{}", ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][sum as usize % 11])
}

pub fn bound(tube: RecordRef, position: u32, number: &str) -> SubjectBound {
    SubjectBound {
        tube,
        position,
        capacity: 10,
        profile: 1,
        document: DocumentKind::CnResident,
        number: Some(number.to_owned()),
        issuer: None,
        name: Some("甲乙".to_owned()),
        birth: None,
        sex: None,
        nationality: None,
        address: None,
        source: ReadSource::Typed,
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

pub const ROUND: Uuid = Uuid::from_bytes([1; 16]);
pub const ROUND_2: Uuid = Uuid::from_bytes([2; 16]);

/// A morning: one shift, `tubes` tubes of ten people each, numbers from `from` on.
pub fn morning(phone: &mut Phone, label: &str, tubes: u32, from: u32) -> Vec<RecordRef> {
    if phone.shift.is_none() {
        phone.start_shift(ROUND, "site A");
    }
    let mut people = Vec::new();
    for tube in 0..tubes {
        let at = phone.tube(&format!("{label}-{tube:03}"));
        for position in 1..=10 {
            people.push(phone.bind(at, position, &number(from + tube * 10 + position)));
        }
        phone.close_tube(at, CloseReason::Full);
    }
    people
}

pub fn fixed<const N: usize>(bytes: [u8; N]) -> Fixed<N> {
    Fixed(bytes)
}

/// A statement's signature by a phone.
pub fn sign<T: DeviceStatement>(phone: &Phone, statement: &T) -> [u8; 64] {
    fieldcore::wire::DeviceSigned::sign(statement, &phone.seed).unwrap().signature
}
