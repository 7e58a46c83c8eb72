//! A sound example for each decoder.

use std::sync::LazyLock;

use fieldcore::carry::FrameMaker;
use fieldcore::pack::Fixed;
use fieldcore::record::{
    Body, CloseReason, DocumentKind, NoticeKind, ReadSource, Record, Stamp, SubjectBound, TubeClosed, TubeOpened,
};
use fieldcore::roster::{Categories, Category, Household, Resident, RosterBase, RosterHead};
use fieldcore::wire::{
    Anchor, AnchorKind, Batch, BatchPlan, Bundle, Certificate, CertificatePlan, Dispatch, DispatchKind, Enrolment,
    HubState, Invitation, Item, KeySet, KeySetPlan, Mode, Notice, Outstanding, Poll, ProfileText, Purpose, Receipt,
    ReceiptItem, ReceiptStatus, Refusal, Reissue, ReissueReason, Revocations, RevokedDevice, RosterPage, Salvage,
    SalvagePlan, SalvagedRow, SegmentHeader, SegmentScope, SignedDispatch, SignedEnrolment, SignedOutstanding,
    SignedPoll, SignedReceipt, SignedState, StateRow, seal_row, token_id, wrap_data_key,
};
use fieldcore::{DeviceId, Epoch, Profile, RecordRef, Secret, crypto, pack};
use uuid::Uuid;

use super::cards;
use crate::people::{people, tube_label};
use crate::rng::SeededEntropy;

/// The plaintext of the example batch's body.
fn example_body() -> Vec<u8> {
    let sound = &*BATCH;
    let tail = pack::encode(&sound.header.body_length).expect("a number encodes").len() + 34;
    let bound = &sound.header_bytes[..sound.header_bytes.len() - tail];
    let key = crypto::derive(&data_key(), "fieldcore 1 batch body key");
    crypto::open(&key, bound, &sound.body, "body").expect("it opens").to_vec()
}

/// A sound example for the decoder of that name.
pub fn example(name: &str) -> Vec<u8> {
    let bytes = match name {
        "bundle" => Bundle::write(&[
            Item::Enrolment(example("enrolment")),
            Item::Batch(example("batch")),
            Item::Receipt(example("receipt")),
            Item::Poll(example("poll")),
        ]),
        "batch" => BATCH.to_bytes(),
        "batch_body" => Ok(example_body()),
        "salvage" => sealed_salvage().to_bytes(),
        "enrolment" => SignedEnrolment::sign(&enrolment(), &seed()).and_then(|signed| signed.to_bytes()),
        "poll" => SignedPoll::sign(&poll(), &seed()).and_then(|signed| signed.to_bytes()),
        "outstanding" => SignedOutstanding::sign(&outstanding(), &seed()).and_then(|signed| signed.to_bytes()),
        "carry" => Ok(example("bundle")),
        "frame" => FrameMaker::new(b"a bundle of one frame").map(|maker| maker.frame(0)),
        "frame_text" => FrameMaker::new(b"a bundle of one frame").map(|maker| maker.text(0).into_bytes()),
        "receipt" | "receipt_statement" => {
            SignedReceipt::sign(&receipt(), &hub_seed()).and_then(|signed| signed.to_bytes())
        }
        "dispatch" | "dispatch_statement" => {
            SignedDispatch::sign(&dispatch(), &hub_seed()).and_then(|signed| signed.to_bytes())
        }
        "state" | "state_statement" => SignedState::sign(&state(), &hub_seed()).and_then(|signed| signed.to_bytes()),
        "refusal" => Refusal { digest: [4; 32], code: "too_large".into(), what: "a batch".into(), next: "wait".into() }
            .to_bytes(),
        "certificate" => certificate().to_bytes(),
        "key_set" => KEY_SET.to_bytes(),
        "profile_text" => ProfileText { version: 2, text: b"version = 2\n".to_vec() }.to_bytes(),
        "revocations" => {
            let devices = vec![RevokedDevice { device_key: device_key(), digests: vec![[1; 32], [2; 32]] }];
            Revocations { version: 3, devices }.to_bytes()
        }
        "reissue" => {
            Reissue { epoch: epoch(), ranges: vec![(1, 9)], digests: vec![[5; 32]], why: ReissueReason::KeyLost }
                .to_bytes()
        }
        "notice" => Notice {
            serial: 1,
            notice: Uuid::from_bytes([6; 16]),
            kind: NoticeKind::PersonElsewhere,
            subject: at(2),
            other: at(3),
            other_wall_ms: crate::START_MS,
            other_site: Some("Tent 2".to_owned()),
            other_tube: Some(tube_label(1, 2)),
        }
        .to_bytes(),
        "roster_page" => roster_page().to_bytes(),
        "invitation" => invitation().to_text().map(String::into_bytes),
        "row" => fieldcore::record::encode_row(&records()[1].stamp, &records()[1].body),
        "pack" => pack::encode(&(1u8, "text", [[1u64, 300, 70_000]; 2])),
        "profile" => Ok(Profile::built_in(campaign()).text().as_bytes().to_vec()),
        "verb" => Ok(b":void T001-0000001 3 mistake".to_vec()),
        "scan" => Ok(people(1, 1)[0].number.clone().into_bytes()),
        "card_symbol" => Ok(CARD.as_bytes().to_vec()),
        "aadhaar_payload" => Ok([AADHAAR, &[0; 300]].concat()),
        other => cards::example(other).unwrap_or_else(|| panic!("no example for {other}")),
    };
    bytes.expect("an example can be made")
}

/// A made-up licence behind its marks.
const CARD: &str = "636000100101DL00310100DLDAQT00412377\nDCSUTOPIAN\nDDEN\nDACERIKA\nDADNONE\nDBB03151880\n\
                    DBA12102034\nDBC2\nDAG1 SPECIMEN STREET\nDAIRICHMOND\nDAJVA\nDAK000000000  \nDCGUSA\r";
/// A made-up person's fields, each with its end.
const AADHAAR: &[u8] =
    b"V2\xff3\xff000020190305150137123\xffErika Utopian\xff15-03-1880\xffF\xffC/O: Specimen\xffEast\xff\xff1\xff\
                         \xff000000\xffUtopia PO\xffUtopia\xffMain Road\xff\xffUtopia Town\xff0000\xff";

fn campaign() -> Uuid {
    Uuid::from_bytes([7; 16])
}

pub(super) fn seed() -> Secret {
    Secret::new([1; 32])
}

fn hub_seed() -> Secret {
    Secret::new([2; 32])
}

fn root_seed() -> Secret {
    Secret::new([3; 32])
}

pub(super) fn data_key() -> Secret {
    Secret::new([9; 32])
}

fn device_key() -> [u8; 32] {
    crypto::signing_public(&seed())
}

fn epoch() -> Epoch {
    Epoch::new(1, 0x1234_5678)
}

pub(super) fn at(seq: u64) -> RecordRef {
    RecordRef { device: DeviceId::of_key(&device_key()), epoch: epoch(), seq }
}

fn records() -> Vec<Record> {
    let stamp = |seq: u64| Stamp {
        wall_ms: crate::START_MS + i64::try_from(seq).unwrap_or(0) * 20_000,
        mono_ms: seq * 20_000,
        clock: 77,
        shift: None,
        lane: Some("1".to_owned()),
    };
    let opened = TubeOpened { label: tube_label(1, 1), symbology: None, capacity: 10, profile: 1, container: None };
    let bound = people(1, 6).into_iter().zip(1..).map(|(person, position)| {
        Body::from(SubjectBound {
            tube: at(1),
            position,
            capacity: 10,
            profile: 1,
            document: DocumentKind::CnResident,
            number: Some(person.number),
            issuer: None,
            name: Some(person.name),
            birth: None,
            sex: None,
            nationality: None,
            address: None,
            source: ReadSource::Typed,
            alias: None,
            guardian: None,
            contact: Some(person.phone),
            reason: None,
            description: None,
            class: None,
            temperature: None,
            colour: None,
            overridden: None,
            override_reason: None,
            waited: None,
        })
    });
    let closed = TubeClosed { tube: at(1), reason: CloseReason::Short, people: 6, note: Some("rain".to_owned()) };
    let bodies = std::iter::once(Body::from(opened)).chain(bound).chain(std::iter::once(Body::from(closed)));
    bodies.zip(1..).map(|(body, seq)| Record { at: at(seq), stamp: stamp(seq), body }).collect()
}

fn scope() -> SegmentScope {
    SegmentScope { mode: Mode::Live, device_key: device_key(), epoch: epoch(), segment: 1 }
}

fn wraps() -> Vec<fieldcore::wire::KeyWrap> {
    let (_, public) = crypto::wrap_keypair(&SeededEntropy::new(4)).expect("a key pair");
    vec![wrap_data_key(&data_key(), &public, &scope(), &SeededEntropy::new(5)).expect("a wrap")]
}

pub(super) static BATCH: LazyLock<Batch> = LazyLock::new(|| {
    let plan = BatchPlan { mode: Mode::Live, epoch: epoch(), number: 1, segment: 1, wraps: wraps(), previous: [0; 32] };
    let anchors =
        [Anchor { clock: 77, mono_ms: 5, hub_ms: crate::START_MS, error_ms: 300, kind: AnchorKind::TwoSided }];
    Batch::seal(plan, &records(), &anchors, &data_key(), &seed(), &SeededEntropy::new(6)).expect("a batch")
});

fn sealed_salvage() -> Salvage {
    let header = SegmentHeader {
        mode: Mode::Live,
        device_key: device_key(),
        epoch: epoch(),
        segment: 1,
        first_seq: 1,
        bucket: campaign(),
        wraps: wraps(),
    };
    let rows: Vec<SalvagedRow> = records()
        .iter()
        .map(|record| {
            let (kind, version) = record.body.kind();
            let row = fieldcore::record::encode_row(&record.stamp, &record.body).expect("a row");
            let sealed = seal_row(&data_key(), &SeededEntropy::new(record.at.seq), record.at, kind, version, &row);
            SalvagedRow { seq: record.at.seq, kind, version, sealed: sealed.expect("a sealed row") }
        })
        .collect();
    let segment = header.sign(&seed()).expect("a signed segment");
    Salvage::seal(SalvagePlan { number: 1, campaign: campaign() }, &segment, &rows, &seed()).expect("a salvage")
}

fn certificate() -> Certificate {
    certificate_for(Purpose::Receipt, crypto::signing_public(&hub_seed()))
}

fn certificate_for(purpose: Purpose, key: [u8; 32]) -> Certificate {
    let plan =
        CertificatePlan { purpose, key, campaign: campaign(), not_before_ms: 0, not_after_ms: i64::MAX, root: 0 };
    Certificate::issue(&plan, &root_seed()).expect("a certificate")
}

pub(super) static KEY_SET: LazyLock<KeySet> = LazyLock::new(|| {
    let plan = KeySetPlan {
        campaign: campaign(),
        version: 1,
        certificates: vec![certificate()],
        revoked: vec![[8; 8]],
        root: 0,
    };
    KeySet::issue(plan, &root_seed()).expect("a key set")
});

/// The key set of the examples' hub.
pub(crate) fn key_set() -> &'static KeySet {
    &KEY_SET
}

/// An invitation of a hub that is nowhere: a device enrolled on it seals, and has nobody to send to.
pub fn invitation_to_nowhere() -> Invitation {
    let seal = |number| crypto::wrap_keypair(&SeededEntropy::new(number)).expect("a key pair").1;
    let certificates =
        vec![certificate(), certificate_for(Purpose::Seal, seal(40)), certificate_for(Purpose::Recovery, seal(41))];
    let plan = KeySetPlan { campaign: campaign(), version: 1, certificates, revoked: Vec::new(), root: 0 };
    let keys = KeySet::issue(plan, &root_seed()).and_then(|keys| keys.to_bytes()).expect("a key set");
    Invitation { keys, ..invitation() }
}

fn invitation() -> Invitation {
    let token = [6; 16];
    Invitation {
        campaign: campaign(),
        campaign_name: "Spring".to_owned(),
        roots: [crypto::signing_public(&root_seed()); 2],
        keys: KEY_SET.to_bytes().expect("a key set"),
        token_id: token_id(&token),
        token,
        profile_digest: [1; 32],
        profile_version: 1,
        hub_url: Some("https://hub.example".to_owned()),
        expires_ms: crate::START_MS,
    }
}

fn enrolment() -> Enrolment {
    let token = [6; 16];
    Enrolment {
        campaign: campaign(),
        device_key: device_key(),
        seal_key: [3; 32],
        token_id: token_id(&token),
        proof: Enrolment::prove(&token, campaign(), &device_key(), &[3; 32]),
        epoch: epoch(),
        app: "test".to_owned(),
        wall_ms: crate::START_MS,
        chain: Vec::new(),
    }
}

/// A difference of one household with one person who never was.
pub(crate) fn roster_page() -> RosterPage {
    let person = Resident {
        id: Fixed([2; 16]),
        name: "Nobody".to_owned(),
        document: DocumentKind::CnResident,
        number: Some(people(1, 1)[0].number.clone()),
        birth: None,
        sex: None,
        categories: Categories::default().with(Category::Bedridden),
        contact: Some("5550100".to_owned()),
        guardian: None,
    };
    let texts = ["Spring Lane", "3", "2", "501"].map(str::to_owned);
    let [area, building, stairwell, door] = texts;
    let slot = Some("08:00-08:30".to_owned());
    let household = Household { id: Fixed([1; 16]), area, building, stairwell, door, slot, people: vec![person] };
    RosterPage {
        head: RosterHead { roster: Uuid::from_bytes([7; 16]), area: "Spring".to_owned(), number: 3, digest: [8; 32] },
        page: 1,
        pages: 2,
        base: Some(RosterBase { number: 2, digest: [9; 32] }),
        removed: vec![Fixed([3; 16])],
        households: vec![household],
    }
}

fn poll() -> Poll {
    Poll {
        campaign: campaign(),
        device_key: device_key(),
        nonce: [1; 16],
        profile: 1,
        keys: 1,
        revocations: 0,
        notices: 0,
        held: 0,
        wall_ms: crate::START_MS,
        rosters: Vec::new(),
    }
}

fn outstanding() -> Outstanding {
    Outstanding {
        campaign: campaign(),
        device_key: device_key(),
        wall_ms: crate::START_MS,
        epoch: epoch(),
        seq: 40,
        batch: 2,
        unsent: 7,
        since_ms: Some(crate::START_MS - 1),
        carries: 1,
    }
}

fn receipt() -> Receipt {
    Receipt {
        campaign: campaign(),
        device_key: device_key(),
        epoch: epoch(),
        number: 1,
        digest: BATCH.digest(),
        status: ReceiptStatus::Opened,
        item: ReceiptItem::Batch,
        hub_ms: crate::START_MS,
        serial: 1,
        log_index: None,
    }
}

fn dispatch() -> Dispatch {
    Dispatch {
        id: Uuid::from_bytes([5; 16]),
        campaign: campaign(),
        kind: DispatchKind::Profile,
        version: 2,
        to: None,
        hub_ms: crate::START_MS,
        payload: ProfileText { version: 2, text: b"version = 2\n".to_vec() }.to_bytes().expect("a payload"),
    }
}

fn state() -> HubState {
    let rows = vec![StateRow { epoch: epoch(), batches: 2, highest: 2, last_digest: [1; 32], salvages: 0 }];
    HubState {
        campaign: campaign(),
        nonce: [1; 16],
        device_key: device_key(),
        hub_ms: crate::START_MS,
        store: [2; 16],
        rows,
    }
}
