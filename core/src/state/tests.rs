mod custody;
mod doors;

use proptest::prelude::*;
use rusqlite::Connection;
use uuid::Uuid;

use super::{Keys, apply, clear, dump, rebuild, round_is_open, round_totals};
use crate::crypto::sha256;
use crate::error::Result;
use crate::id::{DeviceId, Epoch, RecordRef};
use crate::pack::Fixed;
use crate::record::{
    AliasKept, Body, BoxActivated, BoxOpened, BoxSealed, CloseReason, ContactKept, DocumentKind, Erased, GuardianKept,
    HandOverGiven, HandOverReceived, HelperEnrolled, NoticeApplied, NoticeKind, Place, ProxyRead, ProxyRefusal,
    ReadSource, Record, ShiftEnded, ShiftStarted, Stamp, Step, StepKept, SubjectBound, SubjectMoved, SubjectPresented,
    SubjectUndone, SubjectVoided, SubjectWithdrawn, SubjectsSwapped, TubeActivated, TubeClosed, TubeOpened, TubePacked,
    TubePassedOn, TubeSpoiled, TubeTakenBack, TubeTakenOver, TubeUnpacked, Value,
};

struct Hashes;

fn hash(parts: &[&[u8]]) -> [u8; 16] {
    let mut key = [0; 16];
    key.copy_from_slice(&sha256(parts)[..16]);
    key
}

impl Keys for Hashes {
    fn tube_key(&self, label: &str) -> Result<[u8; 16]> {
        Ok(hash(&[b"tube", label.as_bytes()]))
    }

    fn person_key(&self, round: Uuid, key_text: &str) -> Result<Option<[u8; 16]>> {
        Ok(Some(hash(&[round.as_bytes(), key_text.as_bytes()])))
    }
}

fn reference(seq: u64) -> RecordRef {
    RecordRef { device: DeviceId::from_bytes([7; 16]), epoch: Epoch::new(1, 9), seq }
}

fn foreign(seq: u64) -> RecordRef {
    RecordRef { device: DeviceId::from_bytes([8; 16]), epoch: Epoch::new(0, 3), seq }
}

fn round(number: u8) -> Uuid {
    Uuid::from_bytes([number; 16])
}

pub(super) fn bound(tube: RecordRef, position: u32, number: &str) -> SubjectBound {
    SubjectBound {
        tube,
        position,
        capacity: 3,
        profile: 1,
        document: DocumentKind::CnResident,
        number: Some(number.to_owned()),
        issuer: None,
        name: None,
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

fn presented(number: &str) -> SubjectPresented {
    SubjectPresented {
        document: DocumentKind::CnResident,
        number: Some(number.to_owned()),
        issuer: None,
        name: None,
        birth: None,
        sex: None,
        nationality: None,
        address: None,
        source: ReadSource::Typed,
        alias: None,
        reason: None,
        description: None,
        overridden: None,
        override_reason: None,
    }
}

/// A history with every kind, good and bad referents, several rounds and lanes.
#[derive(Default)]
struct History {
    records: Vec<Record>,
    shifts: Vec<(RecordRef, u8)>,
    tubes: Vec<RecordRef>,
    subjects: Vec<RecordRef>,
    waiting: Vec<RecordRef>,
    names: doors::Names,
    passes: Vec<RecordRef>,
    boxes: Vec<RecordRef>,
}

fn taken_over(tube: RecordRef, passed: RecordRef, people: u32) -> TubeTakenOver {
    TubeTakenOver {
        tube,
        passed,
        label: format!("F-{}", tube.seq),
        symbology: None,
        capacity: 3,
        profile: 1,
        people,
        next: people + 1,
        first_swab_ms: None,
        age_s: None,
        to: None,
        signature: Fixed([0; 64]),
    }
}

fn received(container: RecordRef, b: u8) -> HandOverReceived {
    HandOverReceived {
        hand_over: Fixed([b; 16]),
        giver: foreign(1).device,
        round: round(b % 3),
        container,
        label: format!("B-{}", b % 4),
        tubes: 2,
        found: 2,
        seal: None,
        temperature: None,
        measured: None,
        age_s: None,
        offered_ms: 0,
        to: None,
        signature: Fixed([0; 64]),
    }
}

fn pick(of: &[RecordRef], choice: u8) -> RecordRef {
    match of.len() {
        0 => foreign(1),
        // One in some is a record that nobody has.
        _ if choice == 255 => foreign(2),
        length => of[usize::from(choice) % length],
    }
}

impl History {
    fn push(&mut self, lane: u8, shift: Option<RecordRef>, body: impl Into<Body>) -> RecordRef {
        let at = reference(self.records.len() as u64 + 1);
        let lane = Some(format!("lane {}", lane % 3));
        let stamp = Stamp { wall_ms: at.seq as i64, mono_ms: at.seq, clock: 1, shift, lane };
        self.records.push(Record { at, stamp, body: body.into() });
        at
    }

    fn step(&mut self, (kind, a, b, c): (u8, u8, u8, u8)) {
        let shift = if c == 254 { Some(foreign(9)) } else { self.shifts.last().map(|shift| shift.0) };
        let label = format!("T-{a}");
        let number = format!("number {}", b % 16);
        match kind % 27 {
            0 => {
                let started = ShiftStarted {
                    shift: Uuid::from_bytes([a; 16]),
                    round: round(b % 3),
                    round_name: "1".to_owned(),
                    site: "here".to_owned(),
                    place: Place::Mobile,
                    operator: "someone".to_owned(),
                    organisation: None,
                    profile: 1,
                };
                let at = reference(self.records.len() as u64 + 1);
                self.push(c, None, started);
                self.shifts.push((at, b % 3));
            }
            1 => {
                let of = self.shifts.get(usize::from(a) % self.shifts.len().max(1)).map_or(foreign(3), |shift| shift.0);
                self.push(c, shift, ShiftEnded { shift: of, people: 0, tubes: 0, short: 0, spoiled: 0 });
            }
            2 | 3 => {
                let opened = TubeOpened { label, symbology: None, capacity: 3, profile: 1, container: None };
                let at = self.push(c, shift, opened);
                self.tubes.push(at);
            }
            4 => {
                let reason = [CloseReason::Full, CloseReason::Short, CloseReason::ShiftEnd][usize::from(b % 3)];
                self.push(c, shift, TubeClosed { tube: pick(&self.tubes, a), reason, people: 1, note: None });
            }
            5 => {
                let known = b % 2 == 0;
                let tube = known.then(|| pick(&self.tubes, a));
                self.push(c, shift, TubeSpoiled { tube, label: (!known).then_some(label), reason: "wet".to_owned() });
            }
            6 => {
                self.push(c, shift, TubeActivated { tube: pick(&self.tubes, a) });
            }
            7..=10 => {
                let waited = (b > 200).then(|| pick(&self.waiting, a));
                let body = SubjectBound { waited, ..bound(pick(&self.tubes, a), u32::from(b % 5) + 1, &number) };
                let at = self.push(c, shift, body);
                self.subjects.push(at);
            }
            11 => {
                let at = self.push(c, shift, presented(&number));
                self.waiting.push(at);
            }
            12 => {
                self.push(c, shift, SubjectUndone { subject: pick(&self.subjects, a) });
            }
            13 => {
                self.push(c, shift, SubjectVoided { subject: pick(&self.subjects, a), reason: "no".to_owned() });
            }
            14 => {
                let (subject, tube) = (pick(&self.subjects, a), pick(&self.tubes, b));
                self.push(c, shift, SubjectMoved { subject, tube, position: u32::from(b) });
            }
            15 => {
                let (first, second) = (pick(&self.subjects, a), pick(&self.subjects, b));
                self.push(c, shift, SubjectsSwapped { first, second });
            }
            16 => {
                self.push(c, shift, ContactKept { subject: pick(&self.subjects, a), contact: "0".to_owned() });
            }
            17 => {
                self.push(c, shift, SubjectWithdrawn { subject: pick(&self.waiting, a) });
            }
            18 => {
                let notice = NoticeApplied {
                    notice: Uuid::from_bytes([a % 4; 16]),
                    what: NoticeKind::PersonElsewhere,
                    subject: pick(&self.subjects, b),
                    other: foreign(4),
                    other_wall_ms: 0,
                    other_site: None,
                    other_tube: None,
                };
                self.push(c, shift, notice);
            }
            19 | 20 => self.card(kind % 27 == 19, (a, b), c, shift),
            21 => self.small(a, c, shift),
            22 => self.custody(a, b, c, shift),
            kind => doors::step(self, (kind - 23, a, b, c), shift),
        }
    }

    /// A card that was read, or a helper who was enrolled.
    fn card(&mut self, read: bool, (a, b): (u8, u8), c: u8, shift: Option<RecordRef>) {
        if read {
            let subject = if b % 2 == 0 { pick(&self.subjects, a) } else { pick(&self.waiting, a) };
            let refused = (a % 5 == 0).then_some(ProxyRefusal::Used);
            let subject = (a % 7 != 0).then_some(subject);
            self.push(c, shift, ProxyRead { card: foreign(u64::from(b % 4)), subject, alone: false, refused });
            return;
        }
        let (delegation, device) = (Uuid::from_bytes([a % 2; 16]), DeviceId::from_bytes([b; 16]));
        let (sign, seal) = (Fixed([a; 32]), Fixed([b; 32]));
        self.push(c, None, HelperEnrolled { delegation, device, sign, seal, ordinal: 1, rights: 1, expires_ms: 0 });
    }

    fn small(&mut self, a: u8, c: u8, shift: Option<RecordRef>) {
        let digest: Option<Fixed<32>> = None;
        match a % 5 {
            0 => self.push(c, shift, AliasKept { text: "code".to_owned(), length: 4, digest }),
            1 => self.push(c, shift, GuardianKept { guardian: "code".to_owned() }),
            2 => self.push(c, shift, StepKept { step: Step::Temperature, value: "365".to_owned() }),
            3 => self.push(c, shift, BoxOpened { label: "B".to_owned(), symbology: None, profile: 1 }),
            _ => self.push(c, shift, Body::Unknown { kind: 50, version: 1, values: vec![Value::Nil] }),
        };
    }

    /// A record about tubes and boxes on their way, with good and bad referents.
    fn custody(&mut self, a: u8, b: u8, c: u8, shift: Option<RecordRef>) {
        let label = format!("T-{b}");
        let (tube, container) = (pick(&self.tubes, b), pick(&self.boxes, b));
        match a % 10 {
            0 => {
                let at = self.push(c, shift, TubePassedOn { tube, to: None, people: 1, next: 2 });
                self.passes.push(at);
            }
            1 => {
                let tube = if b.is_multiple_of(2) { tube } else { foreign(20 + u64::from(b % 4)) };
                self.push(c, shift, taken_over(tube, foreign(100 + u64::from(b)), u32::from(b % 3)));
                self.tubes.push(tube);
            }
            2 => {
                self.push(c, shift, TubeTakenBack { passed: pick(&self.passes, b), reason: None });
            }
            3 => {
                let at = self.push(c, shift, BoxOpened { label: "B".to_owned(), symbology: None, profile: 1 });
                self.boxes.push(at);
            }
            4 => {
                self.push(c, shift, BoxActivated { container });
            }
            5 => {
                self.push(c, shift, TubePacked { container, tube: Some(tube), label });
            }
            6 => {
                self.push(c, shift, TubeUnpacked { container, label, reason: None });
            }
            7 => {
                self.push(c, shift, BoxSealed { container, tubes: 1, seal: None, temperature: Some(40) });
            }
            8 => {
                let whom = Some("driver".to_owned());
                let (hand_over, tubes) = (Fixed([b; 16]), 1);
                let body = HandOverGiven {
                    hand_over,
                    round: round(b % 3),
                    container,
                    tubes,
                    temperature: None,
                    received_ms: None,
                    to: None,
                    to_whom: whom,
                    signature: None,
                };
                self.push(c, shift, body);
            }
            _ => {
                let container = if b.is_multiple_of(2) { container } else { foreign(30 + u64::from(b % 4)) };
                self.push(c, shift, received(container, b));
                self.boxes.push(container);
            }
        }
    }

    /// The records that are left when a round's key is gone: none of its bucket.
    fn without(&self, of: u8) -> Vec<Record> {
        let gone = |shift: RecordRef| self.shifts.iter().any(|(at, known)| *at == shift && *known == of);
        let of_round = |record: &Record| match record.body.own_round() {
            Some(own) => own == round(of),
            None => gone(record.at) || record.stamp.shift.is_some_and(gone),
        };
        self.records.iter().filter(|record| !of_round(record)).cloned().collect()
    }
}

fn rows_of(records: &[Record]) -> Vec<String> {
    let mut conn = Connection::open_in_memory().expect("memory");
    let tx = conn.transaction().expect("begin");
    rebuild(&tx, &Hashes, records.iter().cloned().map(Ok)).expect("rebuild");
    dump(&tx).expect("dump")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_same_records_give_the_same_rows_also_after_an_erasure(
        steps in prop::collection::vec(any::<(u8, u8, u8, u8)>(), 1..120),
    ) {
        let mut history = History::default();
        history.step((0, 0, 0, 0));
        steps.into_iter().for_each(|step| history.step(step));

        let mut conn = Connection::open_in_memory().expect("memory");
        let tx = conn.transaction().expect("begin");
        clear(&tx).expect("clear");
        for record in &history.records {
            apply(&tx, &Hashes, record).expect("a record never fails");
        }
        prop_assert_eq!(dump(&tx).expect("dump"), rows_of(&history.records));

        let erased = Record {
            at: reference(history.records.len() as u64 + 1),
            stamp: Stamp { wall_ms: 0, mono_ms: 0, clock: 1, shift: None, lane: None },
            body: Erased { round: round(1), records: 1, people: 1, tubes: 1 }.into(),
        };
        apply(&tx, &Hashes, &erased).expect("erased");
        let mut left = history.without(1);
        left.push(erased);
        prop_assert_eq!(dump(&tx).expect("dump"), rows_of(&left));
    }
}

fn state(steps: impl FnOnce(&mut History)) -> (History, Connection) {
    let mut history = History::default();
    history.step((0, 0, 0, 0));
    steps(&mut history);
    let mut conn = Connection::open_in_memory().expect("memory");
    let tx = conn.transaction().expect("begin");
    rebuild(&tx, &Hashes, history.records.iter().cloned().map(Ok)).expect("rebuild");
    tx.commit().expect("commit");
    (history, conn)
}

#[test]
fn a_comparison_of_rows_sees_a_difference() {
    let (history, conn) = state(|history| {
        history.step((2, 1, 0, 0));
        history.step((7, 0, 1, 0));
    });
    let all = dump(&conn).expect("dump");
    assert_eq!(all, rows_of(&history.records));
    assert_ne!(all, rows_of(&history.records[..history.records.len() - 1]));
}

#[test]
fn rows_hold_no_label_name_or_number() {
    let (history, conn) = state(|history| {
        for (index, kind) in (2..27).chain([22; 10]).enumerate() {
            history.step((kind, index as u8, 3, 0));
        }
    });
    let texts: i64 = super::schema::TABLES
        .iter()
        .map(|table| {
            let mut statement = conn.prepare(&format!("SELECT * FROM {table}")).expect("table");
            let columns = statement.column_count();
            let mut rows = statement.query([]).expect("rows");
            let mut texts = 0;
            while let Some(row) = rows.next().expect("row") {
                texts += (0..columns)
                    .filter(|column| matches!(row.get_ref(*column), Ok(rusqlite::types::ValueRef::Text(_))))
                    .count() as i64;
            }
            texts
        })
        .sum();
    assert_eq!(texts, 0, "a table holds text");
    assert!(history.records.len() > 15);
    let hex = dump(&conn).expect("dump").join("\n");
    assert!(!hex.contains(&data_encoding::HEXLOWER.encode(b"number 3")));
}

#[test]
fn figures_follow_undo_void_spoil_and_short() {
    let totals = |steps: &[(u8, u8, u8, u8)]| {
        let (_, conn) = state(|history| steps.iter().for_each(|step| history.step(*step)));
        let rows = super::figures(&conn, round(0)).expect("figures");
        let sum = |of: fn(&super::rows::FiguresRow) -> u32| rows.iter().map(of).sum::<u32>();
        (
            sum(|row| row.people),
            sum(|row| row.tubes),
            sum(|row| row.short),
            sum(|row| row.spoiled),
            sum(|row| row.voided),
        )
    };
    let tube_and_two = [(2, 1, 0, 0), (7, 0, 0, 0), (7, 0, 1, 0)];
    let with = |more: &[(u8, u8, u8, u8)]| totals(&[&tube_and_two, more].concat());
    assert_eq!(with(&[]), (2, 1, 0, 0, 0));
    assert_eq!(with(&[(12, 1, 0, 0)]), (1, 1, 0, 0, 0), "undone");
    assert_eq!(with(&[(12, 1, 0, 0), (12, 1, 0, 0)]), (1, 1, 0, 0, 0), "undone twice is undone once");
    assert_eq!(with(&[(13, 0, 0, 0), (13, 1, 0, 0)]), (0, 0, 0, 0, 2), "both voided: no tube");
    assert_eq!(with(&[(4, 0, 1, 0)]), (2, 1, 1, 0, 0), "short");
    assert_eq!(with(&[(4, 0, 0, 0)]), (2, 1, 0, 0, 0), "closed as full is not short");
    assert_eq!(with(&[(4, 0, 1, 0), (5, 0, 0, 0)]), (2, 0, 0, 1, 0), "spoiled is apart");
    assert_eq!(with(&[(4, 0, 1, 0), (13, 0, 0, 0), (13, 1, 0, 0)]), (0, 0, 0, 0, 2), "an empty tube is not short");
}

#[test]
fn a_round_is_open_while_a_shift_runs_or_a_tube_is_open() {
    let open = |steps: &[(u8, u8, u8, u8)]| {
        let (_, conn) = state(|history| steps.iter().for_each(|step| history.step(*step)));
        round_is_open(&conn, round(0)).expect("open")
    };
    assert!(open(&[]));
    assert!(open(&[(2, 1, 0, 0), (1, 0, 0, 0)]));
    assert!(!open(&[(2, 1, 0, 0), (4, 0, 1, 0), (1, 0, 0, 0)]));
    let (_, conn) = state(|history| history.step((1, 0, 0, 0)));
    assert_eq!(round_totals(&conn, round(0)).expect("totals"), (0, 0));
}

#[test]
fn a_card_is_known_only_where_it_was_taken_and_in_its_round() {
    let (_, conn) = state(|history| {
        history.step((2, 1, 0, 0));
        history.step((7, 0, 1, 0));
        let subject = history.subjects[0];
        let shift = Some(history.shifts[0].0);
        let read = |card, subject, refused| ProxyRead { card, subject, alone: false, refused };
        history.push(0, shift, read(foreign(1), Some(subject), None));
        history.push(0, shift, read(foreign(2), None, Some(ProxyRefusal::Expired)));
        history.push(0, shift, read(foreign(3), Some(subject), Some(ProxyRefusal::Used)));
    });
    let used = |of, seq| super::proxies_of(&conn, round(of), foreign(seq)).expect("proxies").len();
    assert_eq!((used(0, 1), used(0, 2), used(0, 3), used(1, 1)), (1, 0, 0, 0));
}
