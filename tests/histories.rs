//! Histories of many phones that write records without knowing of each other, and the ways in which such records
//! arrive somewhere. What they write is up to the test; a history follows from its seed.

use fieldcore::record::{Body, Place, Record, ShiftStarted, Stamp};
use fieldcore::{DeviceId, Epoch, RecordRef};
use uuid::Uuid;

use crate::rng::Rng;

/// The round that every history is of.
pub const ROUND: Uuid = Uuid::from_u128(7);
/// Milliseconds by which phones' clocks are wrong at most: no rule may ask them.
const CLOCK_ERROR_MS: u64 = 4_000_000_000;

/// A phone, as far as its records go.
#[derive(Clone, Debug)]
struct Phone {
    device: DeviceId,
    epoch: Epoch,
    seq: u64,
    shift: Option<RecordRef>,
    lane: Option<String>,
}

/// Phones that write.
#[derive(Clone, Debug)]
pub struct Phones {
    /// Where their choices come from.
    pub rng: Rng,
    phones: Vec<Phone>,
    records: Vec<Record>,
}

impl Phones {
    /// `count` phones, each with a shift begun.
    pub fn new(seed: u64, count: usize) -> Self {
        let mut rng = Rng::new(seed).fork("phones");
        let phones = (0..count)
            .map(|_| {
                let mut id = [0; 16];
                rng.fill(&mut id);
                let epoch = Epoch::new(0, u32::try_from(rng.below(1 << 32)).unwrap_or(0));
                Phone { device: DeviceId::from_bytes(id), epoch, seq: 0, shift: None, lane: None }
            })
            .collect();
        let mut all = Self { rng, phones, records: Vec::new() };
        (0..count).for_each(|phone| all.begin_shift(phone));
        all
    }

    /// How many phones there are.
    pub fn count(&self) -> usize {
        self.phones.len()
    }

    /// One of them.
    pub fn any(&mut self) -> usize {
        self.rng.index(self.phones.len())
    }

    /// Another operator, perhaps in another lane.
    pub fn begin_shift(&mut self, phone: usize) {
        let lane = (1 + self.rng.below(2)).to_string();
        self.phones[phone].lane = self.rng.percent(80).then_some(lane);
        self.phones[phone].shift = None;
        let body = ShiftStarted {
            shift: Uuid::from_u128(u128::from(self.rng.next())),
            round: ROUND,
            round_name: "1".to_owned(),
            site: "here".to_owned(),
            place: Place::Mobile,
            operator: format!("operator {}", self.rng.below(3)),
            organisation: None,
            profile: 1,
        };
        let shift = self.write(phone, body);
        self.phones[phone].shift = Some(shift);
    }

    /// The phone's journal begins a new epoch: it was restored, or lost its keys.
    pub fn begin_epoch(&mut self, phone: usize) {
        let random = u32::try_from(self.rng.below(1 << 32)).unwrap_or(0);
        self.phones[phone].epoch = self.phones[phone].epoch.next(random);
        self.phones[phone].seq = 0;
    }

    /// A second live copy of the phone writes from here on what the first one wrote otherwise: the same references,
    /// other words.
    pub fn copy(&mut self, phone: usize) {
        let back = 1 + self.rng.below(6);
        self.phones[phone].seq = self.phones[phone].seq.saturating_sub(back);
    }

    /// The phone writes a record.
    pub fn write(&mut self, phone: usize, body: impl Into<Body>) -> RecordRef {
        let wrong = self.rng.below(CLOCK_ERROR_MS).cast_signed();
        let of = &mut self.phones[phone];
        of.seq += 1;
        let at = RecordRef { device: of.device, epoch: of.epoch, seq: of.seq };
        let stamp = Stamp { wall_ms: wrong, mono_ms: at.seq, clock: 1, shift: of.shift, lane: of.lane.clone() };
        self.records.push(Record { at, stamp, body: body.into() });
        at
    }

    /// A record of a kind, of whatever phone; sometimes one of another kind, one that will be written later, or one
    /// that nobody ever writes.
    pub fn some(&mut self, kind: u16) -> RecordRef {
        let of_kind: Vec<RecordRef> =
            self.records.iter().filter(|record| record.body.kind().0 == kind).map(|record| record.at).collect();
        match self.rng.below(20) {
            0 => self.records[self.rng.index(self.records.len())].at,
            1 => {
                let phone = self.any();
                let Phone { device, epoch, seq, .. } = self.phones[phone];
                RecordRef { device, epoch, seq: seq + 1 + self.rng.below(4) }
            }
            2 => RecordRef { device: DeviceId::from_bytes([0xee; 16]), epoch: Epoch::new(0, 1), seq: 1 },
            _ if of_kind.is_empty() => self.records[self.rng.index(self.records.len())].at,
            _ => of_kind[self.rng.index(of_kind.len())],
        }
    }

    /// Everything that was written, in the order of writing.
    pub fn records(&self) -> &[Record] {
        &self.records
    }
}

/// How records may arrive: in any order, some of them several times, in bundles of any size. Every record arrives at
/// least once.
pub fn arrivals(rng: &mut Rng, records: &[Record]) -> Vec<Vec<Record>> {
    let mut all: Vec<&Record> = records.iter().collect();
    for record in records {
        if rng.percent(20) {
            all.push(record);
        }
    }
    rng.shuffle(&mut all);
    let mut bundles = vec![Vec::new()];
    for record in all {
        if rng.percent(25) {
            bundles.push(Vec::new());
        }
        bundles.last_mut().expect("it began with one").push(record.clone());
    }
    bundles
}
