//! The vectors that hold.

use fieldcore::record::{Record, encode_row};
use fieldcore::wire::{
    Anchor, AnchorKind, Batch, Bundle, Enrolment, HeldReason, HubState, Invitation, Item, KeySet, Mode, Poll, Purpose,
    Receipt, ReceiptItem, ReceiptStatus, Refusal, Salvage, SalvagePlan, SalvagedRow, SignedEnrolment, SignedPoll,
    SignedReceipt, SignedState, StateRow, seal_row, token_id,
};
use fieldcore::{Epoch, crypto, pack};
use serde_json::{Value, json};

use crate::cards;
use crate::describe::{self, hex};
use crate::dispatches;
use crate::kinds;
use crate::material::{CAMPAIGN, Hub, NOW_MS, Phone, TOKEN, certificate, secret};
use crate::rosters;
use crate::vector::{Vector, trust};

pub(crate) const PROFILE: &str = "version = 1\nname = \"春季 spring\"\n";

pub(crate) fn all() -> Vec<Vector> {
    let (hub, phone) = (Hub::new(), Phone::new("device"));
    [keys(&hub), device(&hub, &phone), batches(&hub, &phone), salvages(&hub, &phone), answers(&hub, &phone)]
        .into_iter()
        .chain([dispatches::all(&hub, &phone), bundles(&hub, &phone), cards::good(&hub, &phone)])
        .flatten()
        .collect()
}

pub(crate) fn invitation(hub: &Hub) -> Invitation {
    Invitation {
        campaign: CAMPAIGN,
        campaign_name: "春季 spring".to_owned(),
        roots: hub.roots,
        keys: hub.key_set.to_bytes().unwrap(),
        token_id: token_id(&TOKEN),
        token: TOKEN,
        profile_digest: crypto::sha256(&[PROFILE.as_bytes()]),
        profile_version: 1,
        hub_url: Some("https://hub.example:8443".to_owned()),
        expires_ms: NOW_MS + 86_400_000,
    }
}

/// A set after a rotation: two receipt keys, two seal keys, one key revoked.
pub(crate) fn rotated(hub: &Hub) -> KeySet {
    hub.issue(|plan| {
        let next = crypto::signing_public(&secret("next receipt"));
        let mut seal = certificate(Purpose::Seal, [0x55; 32], 0, &hub.root_seeds[0]);
        seal = fieldcore::wire::Certificate::issue(
            &fieldcore::wire::CertificatePlan {
                purpose: Purpose::Seal,
                key: seal.key,
                campaign: CAMPAIGN,
                not_before_ms: NOW_MS,
                not_after_ms: NOW_MS + 90 * 86_400_000,
                root: 1,
            },
            &hub.root_seeds[1],
        )
        .unwrap();
        plan.certificates.push(certificate(Purpose::Receipt, next, 0, &hub.root_seeds[0]));
        plan.certificates.push(seal);
        plan.revoked = vec![[0xab; 8]];
    })
}

fn keys(hub: &Hub) -> Vec<Vector> {
    let one = &hub.key_set.certificates[2];
    let rotated = rotated(hub);
    let without_url = Invitation { hub_url: None, campaign_name: String::new(), ..invitation(hub) };
    vec![
        Vector::good("certificate", "certificate", "a recovery key certified by root 1")
            .bytes(&one.to_bytes().unwrap())
            .keys(json!({"roots": hub.roots.map(hex)}))
            .expect(describe::certificate(one)),
        Vector::good("key_set", "key_set", "one key of each purpose")
            .bytes(&hub.key_set.to_bytes().unwrap())
            .keys(json!({"roots": hub.roots.map(hex)}))
            .expect(describe::key_set(&hub.key_set)),
        Vector::good(
            "key_set_rotated",
            "key_set",
            "older keys beside newer ones, one revoked; new segments are wrapped to the newest",
        )
        .bytes(&rotated.to_bytes().unwrap())
        .keys(json!({"roots": hub.roots.map(hex)}))
        .expect(describe::key_set(&rotated)),
        Vector::good("invitation", "invitation", "what a new device scans")
            .text(&invitation(hub).to_text().unwrap())
            .expect(describe::invitation(&invitation(hub))),
        Vector::good("invitation_without_address", "invitation", "a hub that is reached by file or stick alone")
            .text(&without_url.to_text().unwrap())
            .expect(describe::invitation(&without_url)),
    ]
}

pub(crate) fn enrolment(phone: &Phone) -> Enrolment {
    Enrolment {
        campaign: CAMPAIGN,
        device_key: phone.key(),
        seal_key: phone.seal.1,
        token_id: token_id(&TOKEN),
        proof: Enrolment::prove(&TOKEN, CAMPAIGN, &phone.key(), &phone.seal.1),
        epoch: phone.epoch,
        app: "fieldcore-terminal 0.1.0".to_owned(),
        wall_ms: NOW_MS,
        chain: Vec::new(),
    }
}

pub(crate) fn poll(phone: &Phone) -> Poll {
    Poll {
        campaign: CAMPAIGN,
        device_key: phone.key(),
        nonce: [0x1e; 16],
        profile: 1,
        keys: 1,
        revocations: 0,
        notices: 3,
        held: 12,
        wall_ms: -1,
        rosters: Vec::new(),
    }
}

fn device(hub: &Hub, phone: &Phone) -> Vec<Vector> {
    let delegated = Enrolment { token_id: [0; 8], proof: [0; 32], chain: cards::chain(hub, phone), ..enrolment(phone) };
    let enrol = |one: &Enrolment| SignedEnrolment::sign(one, &phone.seed).unwrap().to_bytes().unwrap();
    let polls = SignedPoll::sign(&poll(phone), &phone.seed).unwrap().to_bytes().unwrap();
    let mut list = vec![
        Vector::good("enrolment", "enrolment", "a device with a token's proof")
            .bytes(&enrol(&enrolment(phone)))
            .keys(json!({"token": hex(TOKEN)}))
            .expect(describe::enrolment(&enrolment(phone))),
        Vector::good("enrolment_delegated", "enrolment", "a chain of delegations where the proof would stand")
            .bytes(&enrol(&delegated))
            .expect(describe::enrolment(&delegated)),
        Vector::good("poll", "poll", "what a device has, by a clock before 1970")
            .bytes(&polls)
            .expect(describe::poll(&poll(phone))),
        Vector::good("poll_with_rosters", "poll", "the longer form, of a device that has a roster")
            .bytes(&SignedPoll::sign(&rosters::poll(phone), &phone.seed).unwrap().to_bytes().unwrap())
            .expect(describe::poll(&rosters::poll(phone))),
    ];
    for (name, mode) in [("segment", Mode::Live), ("segment_practice", Mode::Practice)] {
        let signed = phone.segment(hub, mode);
        let header = signed.verify().unwrap();
        list.push(
            Vector::good(name, "segment", "a segment's header as it was signed when it opened")
                .bytes(&signed.bytes)
                .beside("signature", json!(hex(signed.signature)))
                .keys(json!({"seal": trust(hub), "data_key": hex(phone.data_key.expose())}))
                .expect(describe::segment(&header)),
        );
    }
    let morning = phone.morning();
    list.push(row("row", "a person, sealed as the journal keeps it", phone, &morning[3]));
    list.push(row(
        "row_of_an_unknown_kind",
        "a kind that no reader of this version knows",
        phone,
        &kinds::unknown_kinds(phone)[13],
    ));
    list
}

pub(crate) fn sealed_row(phone: &Phone, record: &Record) -> SalvagedRow {
    let (kind, version) = record.body.kind();
    let plain = encode_row(&record.stamp, &record.body).unwrap();
    let entropy = phone.entropy(&format!("row {}", record.at.seq));
    let sealed = seal_row(&phone.data_key, &entropy, record.at, kind, version, &plain).unwrap();
    SalvagedRow { seq: record.at.seq, kind, version, sealed }
}

pub(crate) fn row(name: &str, says: &str, phone: &Phone, record: &Record) -> Vector {
    let row = sealed_row(phone, record);
    Vector::good(name, "row", says)
        .bytes(&row.sealed)
        .beside("at", json!([record.at.device.to_string(), record.at.epoch.as_u64(), record.at.seq]))
        .beside("kind", json!(row.kind))
        .beside("version", json!(row.version))
        .keys(json!({"data_key": hex(phone.data_key.expose())}))
        .expect(describe::record(record))
}

pub(crate) fn batch_vector(name: &str, says: &str, hub: &Hub, phone: &Phone, batch: &Batch) -> Vector {
    Vector::good(name, "batch", says)
        .bytes(&batch.to_bytes().unwrap())
        .keys(json!({"seal": trust(hub)}))
        .expect(describe::batch(batch, &batch.open(&phone.data_key).unwrap()))
}

/// Clocks at their worst: before 1970, at the ends of what fits, jumping, another run.
fn wild_clocks(phone: &Phone) -> Vec<Record> {
    let mut records = phone.morning();
    records.truncate(8);
    for (record, (wall, mono, clock)) in records.iter_mut().zip([
        (i64::MIN, 0, 0),
        (i64::MAX, 1, 0),
        (-1, i64::MAX.unsigned_abs(), (1 << 52) - 1),
        (0, 5, (1 << 52) - 1),
        (NOW_MS, 4, 1),
        (NOW_MS - 400 * 86_400_000, 1_000_000_000_000, 1),
        (NOW_MS, 3, 2),
        (NOW_MS, 3, 2),
    ]) {
        (record.stamp.wall_ms, record.stamp.mono_ms, record.stamp.clock) = (wall, mono, clock);
    }
    records
}

/// A header and a body of a version that does not exist yet, signed as every version is.
fn future_batch(phone: &Phone) -> Vector {
    let body = b"sealed in a way that is still to come".to_vec();
    let head = (2u8, 3u8, 1u8, pack::Fixed(phone.key()), phone.epoch.as_u64(), 7u64, "new", [1u8, 2], -4i64);
    let mut header = pack::encode(&head).unwrap();
    header[0] += 2;
    header.extend(pack::encode(&body.len()).unwrap());
    header.extend(pack::encode(&pack::Fixed(crypto::sha256(&[&body]))).unwrap());
    let signature = crypto::sign(&phone.seed, crypto::Domain::BatchLive, &header);
    let bytes = pack::encode(&(pack::Blob(header), pack::Blob(body), pack::Fixed(signature))).unwrap();
    let outline = Batch::outline(&bytes).unwrap();
    Vector::good("batch_of_a_later_version", "outline", "what can be said of a batch that cannot be read")
        .bytes(&bytes)
        .expect(outline_of(&outline))
}

pub(crate) fn outline_of(outline: &fieldcore::wire::Outline) -> Value {
    json!({
        "version": outline.version,
        "suite": outline.suite,
        "mode": outline.mode.code(),
        "device_key": hex(outline.device_key),
        "epoch": outline.epoch.as_u64(),
        "number": outline.number,
        "digest": hex(outline.digest),
    })
}

/// The morning in three batches that follow each other, the last one a reissue of the first.
pub(crate) fn chain(hub: &Hub, phone: &Phone) -> Vec<Batch> {
    let morning = phone.morning();
    let first = phone.batch(hub, &morning[..10]);
    let second = phone.seal(phone.plan(hub, Mode::Live, 2, first.digest()), &morning[10..]);
    let again = phone.seal(phone.plan(hub, Mode::Live, 3, second.digest()), &morning[..10]);
    vec![first, second, again]
}

fn batches(hub: &Hub, phone: &Phone) -> Vec<Vector> {
    let vector = |name: &str, says: &str, batch: &Batch| batch_vector(name, says, hub, phone, batch);
    let anchors = [
        Anchor { clock: 77, mono_ms: 90_000, hub_ms: NOW_MS + 41, error_ms: 310, kind: AnchorKind::TwoSided },
        Anchor { clock: 77, mono_ms: 95_000, hub_ms: -5, error_ms: 0, kind: AnchorKind::LowerBound },
    ];
    let plan = phone.plan(hub, Mode::Live, 1, [0; 32]);
    let morning = phone.morning();
    let entropy = phone.entropy("batch");
    let live = Batch::seal(plan, &morning, &anchors, &phone.data_key, &phone.seed, &entropy).unwrap();
    let practice = phone.seal(phone.plan(hub, Mode::Practice, 1, [0; 32]), &morning[..3]);
    let chained = chain(hub, phone);
    let tail = phone.seal(phone.plan(hub, Mode::Live, 9, [7; 32]), &morning[5..6]);
    let chain_vector = Vector::good(
        "chain",
        "chain",
        "batches that follow each other, the last one a reissue: its records count once",
    )
    .many(&chained.iter().map(|batch| batch.to_bytes().unwrap()).collect::<Vec<_>>())
    .keys(json!({"seal": trust(hub)}))
    .expect(json!({
        "digests": chained.iter().map(|batch| hex(batch.digest())).collect::<Vec<_>>(),
        "figures": describe::figures(&morning),
    }));
    vec![
        vector("batch_live", "a morning: two lanes, three tubes, fourteen people", &live),
        vector("batch_practice", "practice, signed under a tag of its own", &practice),
        vector(
            "batch_every_kind",
            "every kind, once with every column and once with as few as may be",
            &phone.batch(hub, &kinds::every_kind(phone)),
        ),
        vector(
            "batch_unknown_kinds",
            "kinds, versions, widths and values that a reader does not know",
            &phone.batch(hub, &kinds::unknown_kinds(phone)),
        ),
        vector(
            "batch_wild_clocks",
            "clocks before 1970, at their ends, jumping",
            &phone.batch(hub, &wild_clocks(phone)),
        ),
        vector("batch_one_record", "one record from the middle of an epoch, batch 9", &tail),
        future_batch(phone),
        chain_vector,
    ]
}

fn salvages(hub: &Hub, phone: &Phone) -> Vec<Vector> {
    let uploader = Phone::new("device after its keys were lost");
    let morning = phone.morning();
    let segment = phone.segment(hub, Mode::Live);
    let header = segment.verify().unwrap();
    let mut rows: Vec<SalvagedRow> = morning.iter().map(|record| sealed_row(phone, record)).collect();
    let plan = SalvagePlan { number: 1, campaign: CAMPAIGN };
    let vector = |name: &str, says: &str, rows: &[SalvagedRow]| {
        let salvage = Salvage::seal(plan, &segment, rows, &uploader.seed).unwrap();
        let opened = salvage.open(&phone.data_key).unwrap();
        let failed: Vec<u64> = opened.failures.iter().map(|failure| failure.seq).collect();
        Vector::good(name, "salvage", says)
            .bytes(&salvage.to_bytes().unwrap())
            .keys(json!({"seal": trust(hub)}))
            .expect(describe::salvage(&salvage, &header, &opened.records, &failed))
    };
    let whole = vector("salvage", "a segment's rows, sent by the device's new key", &rows);
    rows.remove(4);
    rows[6].sealed[30] ^= 1;
    let holes = vector("salvage_with_holes", "one row is missing, one does not open; the others do", &rows);
    vec![whole, holes]
}

pub(crate) fn receipt(phone: &Phone, digest: [u8; 32]) -> Receipt {
    Receipt {
        campaign: CAMPAIGN,
        device_key: phone.key(),
        epoch: phone.epoch,
        number: 1,
        digest,
        status: ReceiptStatus::Opened,
        item: ReceiptItem::Batch,
        hub_ms: NOW_MS + 3_600_000,
        serial: 17,
        log_index: None,
    }
}

fn answers(hub: &Hub, phone: &Phone) -> Vec<Vector> {
    let hub_keys = || json!({"roots": hub.roots.map(hex), "key_set": hex(hub.key_set.to_bytes().unwrap())});
    let sign = |one: &Receipt| SignedReceipt::sign(one, &hub.receipt_seed).unwrap().to_bytes().unwrap();
    let opened = receipt(phone, phone.batch(hub, &phone.morning()[..3]).digest());
    let mut list = Vec::new();
    let receipts = [
        ("receipt_opened", "stored, opened, counted", opened.clone()),
        (
            "receipt_held",
            "stored, not counted: a fork",
            Receipt { status: ReceiptStatus::Held(HeldReason::Fork), ..opened.clone() },
        ),
        (
            "receipt_of_a_salvage",
            "about a salvage, with a place in a log",
            Receipt { item: ReceiptItem::Salvage, log_index: Some(1 << 40), ..opened.clone() },
        ),
        (
            "receipt_with_an_unknown_reason",
            "held for a reason that this version does not know",
            Receipt { status: ReceiptStatus::Held(HeldReason::Other(700)), ..opened },
        ),
    ];
    for (name, says, one) in receipts {
        list.push(
            Vector::good(name, "receipt", says).bytes(&sign(&one)).keys(hub_keys()).expect(describe::receipt(&one)),
        );
    }
    let refused = Refusal {
        digest: fieldcore::wire::item_digest(2, b"not a batch"),
        code: "unreadable".to_owned(),
        what: "batch is not readable: it ends too early".to_owned(),
        next: "it was damaged on the way; the device sends it again by itself".to_owned(),
    };
    list.push(
        Vector::good("refusal", "refusal", "the hub did not take an item")
            .bytes(&refused.to_bytes().unwrap())
            .expect(describe::refusal(&refused)),
    );
    let rows = vec![
        StateRow { epoch: Epoch::new(0, 9), batches: 2, highest: 3, last_digest: [0x31; 32], salvages: 1 },
        StateRow { epoch: phone.epoch, batches: 1, highest: 1, last_digest: [0x32; 32], salvages: 0 },
    ];
    let state = HubState {
        campaign: CAMPAIGN,
        nonce: poll(phone).nonce,
        device_key: phone.key(),
        hub_ms: NOW_MS,
        store: [0x5e; 16],
        rows,
    };
    for (name, says, one) in [
        ("state", "what the hub has of a device, in answer to its nonce", state.clone()),
        (
            "state_unasked",
            "nothing stored yet, and no nonce: it proves no time",
            HubState { nonce: [0; 16], rows: Vec::new(), ..state },
        ),
    ] {
        let bytes = SignedState::sign(&one, &hub.receipt_seed).unwrap().to_bytes().unwrap();
        list.push(Vector::good(name, "state", says).bytes(&bytes).keys(hub_keys()).expect(describe::state(&one)));
    }
    list
}

fn bundles(hub: &Hub, phone: &Phone) -> Vec<Vector> {
    let morning = phone.morning();
    let batches: Vec<Item> = chain(hub, phone).iter().map(|batch| Item::Batch(batch.to_bytes().unwrap())).collect();
    let enrolled = SignedEnrolment::sign(&enrolment(phone), &phone.seed).unwrap().to_bytes().unwrap();
    let polled = SignedPoll::sign(&poll(phone), &phone.seed).unwrap().to_bytes().unwrap();
    let mut items = vec![Item::Enrolment(enrolled)];
    items.extend(batches);
    items.push(Item::Poll(polled));
    let unknown =
        vec![items[0].clone(), Item::Unknown { kind: 77, bytes: b"of the future".to_vec() }, items[1].clone()];
    let whole = Bundle::write(&items).unwrap();
    let described = |bytes: &[u8], list: &[Record]| {
        let read = Bundle::read(bytes).unwrap();
        let items: Vec<Value> =
            read.items.iter().map(|item| json!({"type": item.code(), "digest": hex(item.digest())})).collect();
        json!({"items": items, "cut_off": read.cut_off, "oversize": read.oversize, "figures": describe::figures(list)})
    };
    let vector = |name: &str, says: &str, bytes: &[u8], list: &[Record]| {
        Vector::good(name, "bundle", says)
            .bytes(bytes)
            .keys(json!({"seal": trust(hub), "token": hex(TOKEN)}))
            .expect(described(bytes, list))
    };
    let cut = &whole[..whole.len() - items[4].wire_bytes() - 3];
    vec![
        vector("bundle", "what a device posts: enrolment, batches, poll", &whole, &morning),
        vector("bundle_cut_off", "its last item is cut off and left out", cut, &morning),
        vector(
            "bundle_with_an_unknown_item",
            "an item of a type that is still to come is passed over",
            &Bundle::write(&unknown).unwrap(),
            &morning[..10],
        ),
        vector("bundle_empty", "nothing to say", &Bundle::write(&[]).unwrap(), &[]),
    ]
}
