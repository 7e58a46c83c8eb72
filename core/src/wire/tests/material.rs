//! Material for this module's tests: replayable randomness, and a tent day of synthetic people
//! (births 1880 to 1905).

use std::sync::Mutex;

use uuid::Uuid;

use crate::crypto;
use crate::error::Result;
use crate::id::{DeviceId, Epoch, RecordRef};
use crate::platform::Entropy;
use crate::record::*;
use crate::secret::Secret;
use crate::wire::{Batch, BatchPlan, Mode, SegmentScope, wrap_data_key};

/// Entropy that replays exactly.
pub(crate) struct Seeded(Mutex<blake3::OutputReader>);

impl Seeded {
    pub(crate) fn new(seed: u64) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("fieldcore test entropy");
        hasher.update(&seed.to_le_bytes());
        Self(Mutex::new(hasher.finalize_xof()))
    }

    /// A number below `end`.
    pub(crate) fn below(&self, end: u64) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes).unwrap();
        u64::from_le_bytes(bytes) % end
    }

    /// True `percent` times in a hundred.
    pub(crate) fn chance(&self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn secret(&self) -> Secret {
        let mut bytes = [0; 32];
        self.fill(&mut bytes).unwrap();
        Secret::new(bytes)
    }
}

impl Entropy for Seeded {
    fn fill(&self, bytes: &mut [u8]) -> Result<()> {
        self.0.lock().unwrap().fill(bytes);
        Ok(())
    }
}

/// A device with a segment's keys and the hub's two.
pub(crate) struct Fixture {
    pub(crate) entropy: Seeded,
    pub(crate) seed: Secret,
    pub(crate) epoch: Epoch,
    pub(crate) data_key: Secret,
    pub(crate) hub: Vec<(Secret, [u8; 32])>,
}

impl Fixture {
    pub(crate) fn new(seed: u64) -> Self {
        let entropy = Seeded::new(seed);
        let hub = (0..2).map(|_| crypto::wrap_keypair(&entropy).unwrap()).collect();
        Self { seed: entropy.secret(), data_key: entropy.secret(), epoch: Epoch::new(0, 0x5eed_0001), hub, entropy }
    }

    pub(crate) fn device_key(&self) -> [u8; 32] {
        crypto::signing_public(&self.seed)
    }

    pub(crate) fn at(&self, seq: u64) -> RecordRef {
        RecordRef { device: DeviceId::of_key(&self.device_key()), epoch: self.epoch, seq }
    }

    pub(crate) fn scope(&self, mode: Mode, segment: u64) -> SegmentScope {
        SegmentScope { mode, device_key: self.device_key(), epoch: self.epoch, segment }
    }

    pub(crate) fn plan(&self, mode: Mode, number: u64, previous: [u8; 32]) -> BatchPlan {
        let scope = self.scope(mode, number);
        let wraps = self.hub.iter().map(|(_, to)| wrap_data_key(&self.data_key, to, &scope, &self.entropy).unwrap());
        BatchPlan { mode, epoch: self.epoch, number, segment: number, wraps: wraps.collect(), previous }
    }

    /// A first batch of these records.
    pub(crate) fn batch(&self, mode: Mode, records: &[Record]) -> Batch {
        let plan = self.plan(mode, 1, [0; 32]);
        Batch::seal(plan, records, &[], &self.data_key, &self.seed, &self.entropy).unwrap()
    }

    /// The records of a tent day until `people` are bound: three lanes, tubes of ten, a telephone
    /// of every second person, a name of every fifth.
    pub(crate) fn tent(&self, people: usize) -> Vec<Record> {
        Tent { fixture: self, records: Vec::new(), wall_ms: 1_767_229_200_000, shift: None }.day(people)
    }
}

struct Tent<'a> {
    fixture: &'a Fixture,
    records: Vec<Record>,
    wall_ms: i64,
    shift: Option<RecordRef>,
}

impl Tent<'_> {
    fn add(&mut self, lane: &str, body: impl Into<Body>) -> RecordRef {
        let at = self.fixture.at(self.records.len() as u64 + 1);
        let mono_ms = (self.wall_ms - 1_767_200_000_000 + self.fixture.entropy.below(2).cast_signed()).unsigned_abs();
        let stamp = Stamp {
            wall_ms: self.wall_ms,
            mono_ms,
            clock: 0xc10c,
            shift: self.shift,
            lane: Some(lane.to_owned()).filter(|lane| !lane.is_empty()),
        };
        self.records.push(Record { at, stamp, body: body.into() });
        at
    }

    fn day(mut self, people: usize) -> Vec<Record> {
        let shift = ShiftStarted {
            shift: Uuid::from_u128(7),
            round: Uuid::from_u128(8),
            round_name: "1".to_owned(),
            site: "Tent 3".to_owned(),
            place: Place::Fixed,
            operator: "op-17".to_owned(),
            organisation: Some("Clinic 4".to_owned()),
            profile: 3,
        };
        self.shift = Some(self.add("", shift));
        let mut tubes: [Option<(RecordRef, u32)>; 3] = [None; 3];
        for person in 0..people {
            let lane = person % 3;
            self.wall_ms += (4_000 + self.fixture.entropy.below(6_400)).cast_signed();
            let name = ["L1", "L2", "L3"][lane];
            let (tube, taken) = match tubes[lane] {
                Some(open) => open,
                None => (self.open_tube(name, person), 0),
            };
            self.bind(name, tube, taken + 1);
            tubes[lane] = if taken + 1 == 10 {
                self.add(name, TubeClosed { tube, reason: CloseReason::Full, people: 10, note: None });
                None
            } else {
                Some((tube, taken + 1))
            };
        }
        self.records
    }

    fn open_tube(&mut self, lane: &str, person: usize) -> RecordRef {
        let label = format!("NA2201{:08}", 31_000_000 + person * 7 + self.fixture.entropy.below(7) as usize);
        let tube = TubeOpened { label, symbology: Some("]C0".to_owned()), capacity: 10, profile: 3, container: None };
        let at = self.add(lane, tube);
        self.wall_ms += (1_500 + self.fixture.entropy.below(1_500)).cast_signed();
        at
    }

    fn bind(&mut self, lane: &str, tube: RecordRef, position: u32) {
        let random = &self.fixture.entropy;
        let name = random.chance(20).then(|| {
            let count = 2 + random.below(2);
            (0..count).map(|_| char::from_u32(0x4e00 + random.below(3_500) as u32).unwrap()).collect::<String>()
        });
        let contact = random.chance(50).then(|| format!("1{:010}", 3_000_000_000 + random.below(6_999_999_999)));
        let number = Some(resident_number(random));
        self.add(lane, SubjectBound { contact, name, ..bound(tube, position, number) });
    }
}

/// A synthetic resident number: region, birth 1880 to 1905, order, check character.
pub(crate) fn resident_number(random: &Seeded) -> String {
    let region = if random.chance(70) { 110_105 } else { 110_101 + random.below(20) * 100 + random.below(30) };
    let birth = (1880 + random.below(25)) * 10_000 + (1 + random.below(12)) * 100 + 1 + random.below(28);
    let body = format!("{region:06}{birth:08}{:03}", random.below(1000));
    let sum: u32 = body
        .bytes()
        .zip([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    format!("{body}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
}

/// A person bound by a resident number and nothing else.
pub(crate) fn bound(tube: RecordRef, position: u32, number: Option<String>) -> SubjectBound {
    SubjectBound {
        tube,
        position,
        capacity: 10,
        profile: 3,
        document: DocumentKind::CnResident,
        number,
        issuer: None,
        name: None,
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
