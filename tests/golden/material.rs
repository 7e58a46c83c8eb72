//! What the vectors are made of: fixed keys, randomness that follows from a counter, and the
//! records of a morning of synthetic people.

use std::sync::Mutex;

use fieldcore::record::{
    AliasKept, Body, CloseReason, ContactKept, DocumentKind, Place, ReadSource, Record, ShiftStarted, Stamp,
    SubjectBound, SubjectMoved, SubjectUndone, TubeClosed, TubeOpened,
};
use fieldcore::wire::{
    Batch, BatchPlan, Certificate, CertificatePlan, KeySet, KeySetPlan, KeyWrap, Mode, Purpose, SegmentHeader,
    SegmentScope, SignedSegment, wrap_data_key,
};
use fieldcore::{DeviceId, Entropy, Epoch, RecordRef, Result, Secret, crypto};
use fieldcore_tests::resident_number;
use uuid::Uuid;

pub(crate) const CAMPAIGN: Uuid = Uuid::from_u128(0x0198_5a5a_0000_7000_8000_0000_0000_c0de);
pub(crate) const ROUND: Uuid = Uuid::from_u128(0x0198_5a5a_0000_7000_8000_0000_0000_0001);
/// 2026-01-05T00:00Z.
pub(crate) const NOW_MS: i64 = 1_767_571_200_000;
pub(crate) const TOKEN: [u8; 16] = *b"a vector's token";

/// Random bytes that follow from a label, on every machine and in every version.
pub(crate) struct Labelled(Mutex<(Vec<u8>, u64)>);

impl Labelled {
    pub(crate) fn new(label: &str) -> Self {
        Self(Mutex::new((label.as_bytes().to_vec(), 0)))
    }
}

impl Entropy for Labelled {
    fn fill(&self, bytes: &mut [u8]) -> Result<()> {
        let mut state = self.0.lock().unwrap();
        for chunk in bytes.chunks_mut(32) {
            state.1 += 1;
            let block = crypto::sha256(&[b"fieldcore vectors\0", &state.1.to_be_bytes(), &state.0]);
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
        Ok(())
    }
}

/// A secret that follows from a label.
pub(crate) fn secret(label: &str) -> Secret {
    Secret::new(crypto::sha256(&[b"fieldcore vectors, secret\0", label.as_bytes()]))
}

/// The hub's side of the campaign.
pub(crate) struct Hub {
    pub(crate) root_seeds: [Secret; 2],
    pub(crate) roots: [[u8; 32]; 2],
    pub(crate) receipt_seed: Secret,
    pub(crate) seal: (Secret, [u8; 32]),
    pub(crate) recovery: (Secret, [u8; 32]),
    pub(crate) key_set: KeySet,
}

impl Hub {
    pub(crate) fn new() -> Self {
        let root_seeds = [secret("root 0"), secret("root 1")];
        let roots = [0, 1].map(|root: usize| crypto::signing_public(&root_seeds[root]));
        let receipt_seed = secret("receipt");
        let seal = crypto::wrap_keypair(&Labelled::new("seal")).unwrap();
        let recovery = crypto::wrap_keypair(&Labelled::new("recovery")).unwrap();
        let certificates = vec![
            certificate(Purpose::Receipt, crypto::signing_public(&receipt_seed), 0, &root_seeds[0]),
            certificate(Purpose::Seal, seal.1, 0, &root_seeds[0]),
            certificate(Purpose::Recovery, recovery.1, 1, &root_seeds[1]),
        ];
        let plan = KeySetPlan { campaign: CAMPAIGN, version: 1, certificates, revoked: Vec::new(), root: 0 };
        let key_set = KeySet::issue(plan, &root_seeds[0]).unwrap();
        Self { root_seeds, roots, receipt_seed, seal, recovery, key_set }
    }

    /// The key set with changes, signed by root 0.
    pub(crate) fn issue(&self, change: impl FnOnce(&mut KeySetPlan)) -> KeySet {
        let mut plan = KeySetPlan {
            campaign: CAMPAIGN,
            version: 2,
            certificates: self.key_set.certificates.clone(),
            revoked: Vec::new(),
            root: 0,
        };
        change(&mut plan);
        KeySet::issue(plan, &self.root_seeds[0]).unwrap()
    }
}

/// A certificate in force for ninety days around [`NOW_MS`].
pub(crate) fn certificate(purpose: Purpose, key: [u8; 32], root: u8, seed: &Secret) -> Certificate {
    let plan = CertificatePlan {
        purpose,
        key,
        campaign: CAMPAIGN,
        not_before_ms: NOW_MS - 30 * 86_400_000,
        not_after_ms: NOW_MS + 60 * 86_400_000,
        root,
    };
    Certificate::issue(&plan, seed).unwrap()
}

/// A device in one epoch, with the data key of its segment 1.
pub(crate) struct Phone {
    pub(crate) seed: Secret,
    pub(crate) epoch: Epoch,
    pub(crate) data_key: Secret,
    pub(crate) seal: (Secret, [u8; 32]),
    label: &'static str,
}

impl Phone {
    pub(crate) fn new(label: &'static str) -> Self {
        Self {
            seed: secret(label),
            epoch: Epoch::new(1, 0x5eed_0001),
            data_key: secret(&format!("{label}, data key")),
            seal: crypto::wrap_keypair(&Labelled::new(label)).unwrap(),
            label,
        }
    }

    pub(crate) fn key(&self) -> [u8; 32] {
        crypto::signing_public(&self.seed)
    }

    pub(crate) fn device(&self) -> DeviceId {
        DeviceId::of_key(&self.key())
    }

    pub(crate) fn at(&self, seq: u64) -> RecordRef {
        RecordRef { device: self.device(), epoch: self.epoch, seq }
    }

    pub(crate) fn entropy(&self, what: &str) -> Labelled {
        Labelled::new(&format!("{}, {what}", self.label))
    }

    pub(crate) fn scope(&self, mode: Mode, segment: u64) -> SegmentScope {
        SegmentScope { mode, device_key: self.key(), epoch: self.epoch, segment }
    }

    pub(crate) fn wraps(&self, hub: &Hub, mode: Mode, segment: u64) -> Vec<KeyWrap> {
        let (scope, entropy) = (self.scope(mode, segment), self.entropy("wraps"));
        [&hub.seal.1, &hub.recovery.1].map(|to| wrap_data_key(&self.data_key, to, &scope, &entropy).unwrap()).into()
    }

    pub(crate) fn plan(&self, hub: &Hub, mode: Mode, number: u64, previous: [u8; 32]) -> BatchPlan {
        let wraps = self.wraps(hub, mode, number);
        BatchPlan { mode, epoch: self.epoch, number, segment: number, wraps, previous }
    }

    pub(crate) fn seal(&self, plan: BatchPlan, records: &[Record]) -> Batch {
        let entropy = self.entropy("batch");
        Batch::seal(plan, records, &[], &self.data_key, &self.seed, &entropy).unwrap()
    }

    /// A first live batch of these records.
    pub(crate) fn batch(&self, hub: &Hub, records: &[Record]) -> Batch {
        self.seal(self.plan(hub, Mode::Live, 1, [0; 32]), records)
    }

    pub(crate) fn segment(&self, hub: &Hub, mode: Mode) -> SignedSegment {
        let header = SegmentHeader {
            mode,
            device_key: self.key(),
            epoch: self.epoch,
            segment: 1,
            first_seq: 1,
            bucket: ROUND,
            wraps: self.wraps(hub, mode, 1),
        };
        header.sign(&self.seed).unwrap()
    }

    pub(crate) fn morning(&self) -> Vec<Record> {
        Morning { phone: self, records: Vec::new(), wall_ms: NOW_MS, shift: None }.records()
    }
}

struct Morning<'a> {
    phone: &'a Phone,
    records: Vec<Record>,
    wall_ms: i64,
    shift: Option<RecordRef>,
}

impl Morning<'_> {
    fn add(&mut self, lane: Option<&str>, body: impl Into<Body>) -> RecordRef {
        let at = self.phone.at(self.records.len() as u64 + 1);
        self.wall_ms += 7_000 + i64::try_from(at.seq % 5).unwrap() * 311;
        let stamp = Stamp {
            wall_ms: self.wall_ms,
            mono_ms: (self.wall_ms - NOW_MS + 86_000 + i64::try_from(at.seq % 2).unwrap()).unsigned_abs(),
            clock: 0x000a_bcde_f012_3456,
            shift: self.shift,
            lane: lane.map(str::to_owned),
        };
        self.records.push(Record { at, stamp, body: body.into() });
        at
    }

    /// A shift, two tubes on two lanes, fourteen people of whom one is undone and one moved.
    fn records(mut self) -> Vec<Record> {
        let shift = ShiftStarted {
            shift: Uuid::from_u128(0x0198_5a5a_0000_7000_8000_0000_0000_05f1),
            round: ROUND,
            round_name: "1".to_owned(),
            site: "Tent 3".to_owned(),
            place: Place::Fixed,
            operator: "op-17".to_owned(),
            organisation: Some("Clinic 4".to_owned()),
            profile: 1,
        };
        self.shift = Some(self.add(None, shift));
        let first = self.tube("1", 1);
        let second = self.tube("2", 2);
        for person in 0..10 {
            self.bind("1", first, person, person + 1);
        }
        self.add(Some("1"), TubeClosed { tube: first, reason: CloseReason::Full, people: 10, note: None });
        let mut last = self.bind("2", second, 10, 1);
        self.add(Some("2"), ContactKept { subject: last, contact: "13900000042".to_owned() });
        last = self.bind("2", second, 11, 2);
        self.add(Some("2"), SubjectUndone { subject: last });
        self.add(Some("2"), AliasKept { text: "https://example.org/c?a=17".to_owned(), length: 26, digest: None });
        last = self.bind("2", second, 12, 3);
        let third = self.tube("2", 3);
        self.add(Some("2"), SubjectMoved { subject: last, tube: third, position: 1 });
        self.bind("2", third, 13, 2);
        let note = Some("rain, moved indoors".to_owned());
        self.add(Some("2"), TubeClosed { tube: second, reason: CloseReason::Short, people: 1, note });
        self.records
    }

    fn tube(&mut self, lane: &str, index: u32) -> RecordRef {
        let label = format!("T900-{index:07}");
        let symbology = Some("]C0".to_owned());
        self.add(Some(lane), TubeOpened { label, symbology, capacity: 10, profile: 1, container: None })
    }

    fn bind(&mut self, lane: &str, tube: RecordRef, person: u32, position: u32) -> RecordRef {
        let number = resident_number(110_105, 1880 + person, 1 + person % 12, 3 + person, 17 * person + 1);
        let name = (person.is_multiple_of(4)).then(|| "欧阳建国".to_owned());
        let contact = (person.is_multiple_of(2)).then(|| format!("1380000{:04}", 1200 + person * 13));
        self.add(Some(lane), bound(tube, position, Some(number), name, contact))
    }
}

fn bound(
    tube: RecordRef,
    position: u32,
    number: Option<String>,
    name: Option<String>,
    contact: Option<String>,
) -> SubjectBound {
    SubjectBound {
        tube,
        position,
        capacity: 10,
        profile: 1,
        document: DocumentKind::CnResident,
        number,
        issuer: None,
        name,
        birth: None,
        sex: None,
        nationality: None,
        address: None,
        source: ReadSource::Symbol,
        alias: None,
        guardian: None,
        contact,
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
