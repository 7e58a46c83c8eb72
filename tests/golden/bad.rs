//! The vectors that fail, each named by what is wrong with it.

use fieldcore::pack::{Blob, Fixed};
use fieldcore::wire::{
    Bundle, Dispatch, DispatchKind, Enrolment, Item, Mode, ReceiptStatus, Salvage, SalvagePlan, SalvagedRow,
    SignedDispatch, SignedEnrolment, SignedPoll, SignedReceipt, SignedSegment,
};
use fieldcore::{DeviceId, crypto};
use serde_json::json;
use uuid::Uuid;

use crate::cards;
use crate::describe::hex;
use crate::dispatches;
use crate::forge::{self, encode};
use crate::good;
use crate::material::{CAMPAIGN, Hub, NOW_MS, Phone, TOKEN, certificate};
use crate::vector::{Vector, trust};
use crate::{bad_batches, bad_bodies};

pub(crate) fn all() -> Vec<Vector> {
    let (hub, phone) = (Hub::new(), Phone::new("device"));
    [bad_batches::all(&hub, &phone), bad_bodies::all(&hub, &phone), salvages(&hub, &phone)]
        .into_iter()
        .chain([keys(&hub), answers(&hub, &phone), devices(&phone), dispatches(&hub, &phone), forms(&hub, &phone)])
        .chain([cards::bad(&hub, &phone)])
        .flatten()
        .collect()
}

pub(crate) fn batch(hub: &Hub, name: &str, says: &str, fails: &str, bytes: &[u8]) -> Vector {
    Vector::bad(name, "batch", says, fails).bytes(bytes).keys(json!({"seal": trust(hub)}))
}

pub(crate) fn changed(bytes: &[u8], from_end: usize) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    let at = changed.len() - from_end;
    changed[at] ^= 0x10;
    changed
}

pub(crate) fn find(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).position(|window| window == what).expect("it is there")
}

fn salvages(hub: &Hub, phone: &Phone) -> Vec<Vector> {
    let uploader = Phone::new("device after its keys were lost");
    let rows: Vec<SalvagedRow> = phone.morning()[..4].iter().map(|record| good::sealed_row(phone, record)).collect();
    let plan = SalvagePlan { number: 1, campaign: CAMPAIGN };
    let vector = |name: &str, says: &str, fails: &str, salvage: &Salvage| {
        Vector::bad(name, "salvage", says, fails).bytes(&salvage.to_bytes().unwrap()).keys(json!({"seal": trust(hub)}))
    };
    let again = |mut salvage: Salvage, change: &dyn Fn(&mut Salvage)| {
        change(&mut salvage);
        salvage.signature = crypto::sign(&uploader.seed, crypto::Domain::Salvage, &salvage.header_bytes);
        salvage
    };
    let sound = Salvage::seal(plan, &phone.segment(hub, Mode::Live), &rows, &uploader.seed).unwrap();
    let practice = Salvage::seal(plan, &phone.segment(hub, Mode::Practice), &rows, &uploader.seed).unwrap();
    let forged = again(sound.clone(), &|salvage| {
        let segment: &SignedSegment = &salvage.header.segment;
        let own = crypto::sign(&uploader.seed, crypto::Domain::SegmentLive, &segment.bytes);
        let at = find(&salvage.header_bytes, &segment.signature);
        salvage.header_bytes[at..at + 64].copy_from_slice(&own);
    });
    let mut rows_changed = sound.clone();
    rows_changed.payload[60] ^= 1;
    let descending = again(sound.clone(), &|salvage| {
        let mut rows = rows.clone();
        rows.swap(1, 2);
        let layout: Vec<_> =
            rows.iter().map(|row| (row.seq, row.kind, row.version, Blob(row.sealed.clone()))).collect();
        salvage.payload = encode(&layout);
        let at = salvage.header_bytes.len() - 32;
        salvage.header_bytes[at..].copy_from_slice(&crypto::sha256(&[&salvage.payload]));
    });
    let mut stranger = sound.clone();
    stranger.signature = crypto::sign(&phone.seed, crypto::Domain::Salvage, &stranger.header_bytes);
    vec![
        vector(
            "salvage_of_a_forged_segment",
            "the segment's header is signed by the uploader, not by its device",
            "signature",
            &forged,
        ),
        vector(
            "salvage_by_another_device",
            "signed by another device than the uploader it names",
            "signature",
            &stranger,
        ),
        vector("salvage_rows_changed", "one bit of the rows", "digest", &rows_changed),
        vector("salvage_rows_not_in_order", "seq 3 before seq 2, signed", "content", &descending),
        vector(
            "salvage_practice_as_live",
            "a practice segment in a salvage that says live",
            "practice",
            &again(practice, &|salvage| salvage.header_bytes[3] = 1),
        ),
    ]
}

fn keys(hub: &Hub) -> Vec<Vector> {
    let vector = |name: &str, says: &str, fails: &str, bytes: &[u8]| {
        Vector::bad(name, "key_set", says, fails).bytes(bytes).keys(json!({"roots": hub.roots.map(hex)}))
    };
    let plan = || fieldcore::wire::KeySetPlan {
        campaign: CAMPAIGN,
        version: 2,
        certificates: hub.key_set.certificates.clone(),
        revoked: Vec::new(),
        root: 0,
    };
    let by_hub = fieldcore::wire::KeySet::issue(plan(), &hub.receipt_seed).unwrap();
    let stranger = hub.issue(|plan| {
        plan.certificates.push(certificate(fieldcore::wire::Purpose::Receipt, [0x44; 32], 1, &hub.receipt_seed));
    });
    let elsewhere = fieldcore::wire::KeySet::issue(
        fieldcore::wire::KeySetPlan { campaign: Uuid::from_u128(9), ..plan() },
        &hub.root_seeds[0],
    );
    let invitation = good::invitation(hub).to_text().unwrap();
    let other_token = fieldcore::wire::Invitation { token: [1; 16], ..good::invitation(hub) }.to_text().unwrap();
    let other_roots =
        fieldcore::wire::Invitation { roots: [[0x21; 32]; 2], ..good::invitation(hub) }.to_text().unwrap();
    let bad_text =
        |name: &str, says: &str, fails: &str, text: &str| Vector::bad(name, "invitation", says, fails).text(text);
    vec![
        vector(
            "key_set_by_the_hub",
            "signed by the hub's own key, not by a root",
            "signature",
            &by_hub.to_bytes().unwrap(),
        ),
        vector(
            "key_set_with_a_false_certificate",
            "signed by a root, with a certificate that no root signed",
            "signature",
            &stranger.to_bytes().unwrap(),
        ),
        vector(
            "key_set_of_another_campaign",
            "certificates of one campaign in the set of another",
            "campaign",
            &elsewhere.unwrap().to_bytes().unwrap(),
        ),
        bad_text(
            "invitation_cut_off",
            "its last ten characters are missing",
            "form",
            &invitation[..invitation.len() - 10],
        ),
        bad_text("invitation_with_another_token", "token and token id do not belong together", "form", &other_token),
        bad_text("invitation_with_other_roots", "its keys are not signed by its roots", "signature", &other_roots),
    ]
}

fn answers(hub: &Hub, phone: &Phone) -> Vec<Vector> {
    let receipt = good::receipt(phone, [7; 32]);
    let sign = |one, seed| SignedReceipt::sign(one, seed).unwrap().to_bytes().unwrap();
    let vector = |name: &str, says: &str, fails: &str, bytes: &[u8], set: &fieldcore::wire::KeySet| {
        Vector::bad(name, "receipt", says, fails)
            .bytes(bytes)
            .keys(json!({"roots": hub.roots.map(hex), "key_set": hex(set.to_bytes().unwrap())}))
    };
    let sound = sign(&receipt, &hub.receipt_seed);
    let revoked = hub.issue(|plan| plan.revoked.push(hub.key_set.certificates[0].id()));
    let mut by_seal = hub.issue(|plan| plan.certificates.clear());
    by_seal.version = 2;
    let stranger = crate::material::secret("stranger");
    let late = fieldcore::wire::Receipt { hub_ms: NOW_MS + 61 * 86_400_000, ..receipt.clone() };
    let elsewhere = fieldcore::wire::Receipt { campaign: Uuid::from_u128(9), ..receipt.clone() };
    let mut odd = SignedReceipt::sign(&receipt, &hub.receipt_seed).unwrap();
    let at = find(&odd.bytes, &[2, 0xc0, 2]);
    odd.bytes[at] = 3;
    odd.signature = crypto::sign(&hub.receipt_seed, crypto::Domain::Receipt, &odd.bytes);
    let held_without = {
        let mut odd = odd.clone();
        odd.bytes[at] = 1;
        odd.signature = crypto::sign(&hub.receipt_seed, crypto::Domain::Receipt, &odd.bytes);
        odd
    };
    assert_eq!(receipt.status, ReceiptStatus::Opened);
    let dispatched = dispatches::dispatch(phone, DispatchKind::Unknown(9), Vec::new());
    let as_dispatch = SignedDispatch::sign(&dispatched, &hub.receipt_seed).unwrap().to_bytes().unwrap();
    vec![
        vector(
            "receipt_by_a_stranger",
            "signed by a key that the set does not have",
            "key",
            &sign(&receipt, &stranger),
            &hub.key_set,
        ),
        vector("receipt_by_a_revoked_key", "its key is on the set's list of revoked ones", "key", &sound, &revoked),
        vector("receipt_under_an_empty_set", "the set has no certificate for its key", "key", &sound, &by_seal),
        vector(
            "receipt_out_of_its_keys_time",
            "dated a day after its key's time",
            "key",
            &sign(&late, &hub.receipt_seed),
            &hub.key_set,
        ),
        vector(
            "receipt_of_another_campaign",
            "it names another campaign",
            "campaign",
            &sign(&elsewhere, &hub.receipt_seed),
            &hub.key_set,
        ),
        vector("receipt_changed", "one bit of the signature", "signature", &changed(&sound, 1), &hub.key_set),
        vector(
            "receipt_that_is_a_dispatch",
            "a sound dispatch where a receipt is meant",
            "signature",
            &as_dispatch,
            &hub.key_set,
        ),
        vector("receipt_with_an_unknown_status", "status 3, signed", "form", &odd.to_bytes().unwrap(), &hub.key_set),
        vector(
            "receipt_held_without_a_reason",
            "status 1 without a reason, signed",
            "form",
            &held_without.to_bytes().unwrap(),
            &hub.key_set,
        ),
    ]
}

fn devices(phone: &Phone) -> Vec<Vector> {
    let sign = |one: &Enrolment| SignedEnrolment::sign(one, &phone.seed).unwrap().to_bytes().unwrap();
    let enrolment = good::enrolment(phone);
    let other = Phone::new("another device");
    let false_proof =
        Enrolment { proof: Enrolment::prove(&[1; 16], CAMPAIGN, &phone.key(), &phone.seal.1), ..enrolment.clone() };
    let borrowed = Enrolment { device_key: other.key(), ..enrolment.clone() };
    let borrowed = SignedEnrolment::sign(&borrowed, &other.seed).unwrap().to_bytes().unwrap();
    let vector = |name: &str, is: &str, says: &str, fails: &str, bytes: &[u8]| {
        Vector::bad(name, is, says, fails).bytes(bytes).keys(json!({"token": hex(TOKEN)}))
    };
    let poll = SignedPoll::sign(&good::poll(phone), &phone.seed).unwrap().to_bytes().unwrap();
    vec![
        vector("enrolment_without_the_token", "enrolment", "a proof under another token", "proof", &sign(&false_proof)),
        vector(
            "enrolment_with_a_borrowed_proof",
            "enrolment",
            "another device's proof, signed by this one",
            "proof",
            &borrowed,
        ),
        vector(
            "enrolment_changed",
            "enrolment",
            "one bit of the signature",
            "signature",
            &changed(&sign(&enrolment), 9),
        ),
        vector("poll_changed", "poll", "one bit of the signature", "signature", &changed(&poll, 9)),
    ]
}

fn dispatches(hub: &Hub, phone: &Phone) -> Vec<Vector> {
    let notice = dispatches::sealed_notice(phone);
    let plain = dispatches::notice(phone).to_bytes().unwrap();
    let vector = |name: &str, says: &str, fails: &str, one: &Dispatch| {
        dispatches::dispatch_vector("x", "x", hub, phone, one, &plain).turned_bad(name, says, fails)
    };
    let other = DeviceId::of_key(&[1; 32]);
    vec![
        vector(
            "notice_for_another_device",
            "the payload was sealed for another device id",
            "seal",
            &Dispatch { to: Some(other), ..notice.clone() },
        ),
        vector(
            "notice_under_another_id",
            "the payload was sealed for another dispatch",
            "seal",
            &Dispatch { id: Uuid::from_u128(1), ..notice },
        ),
    ]
}

fn forms(hub: &Hub, phone: &Phone) -> Vec<Vector> {
    let morning = phone.morning();
    let row = good::row("row_of_another_seq", "sealed for seq 4, presented as seq 5", phone, &morning[3]);
    let at = morning[4].at;
    let stump = Vector::bad("row_without_a_whole_stamp", "row", "four values, a stamp has five", "content")
        .bytes(&forge::row(phone, 4, 30, &forge::stump()))
        .beside("at", json!([at.device.to_string(), at.epoch.as_u64(), 4]))
        .beside("kind", json!(30))
        .beside("version", json!(1))
        .keys(json!({"data_key": hex(phone.data_key.expose())}));
    let text = encode(&(1u8, Fixed([1u8; 32]), Blob(b"code".to_vec()), "what", "next"));
    let mut torn = encode(&(1u8, Fixed([0xffu8; 32]), "code", "what", "next"));
    torn[2] = 0xd9;
    let map = [&[0x82, 1, 1, 2][..], &[0xa0; 4]].concat();
    let deep = vec![0x91; 40];
    let later = encode(&(2u8, Fixed([1u8; 32]), "code", "what", "next"));
    let bundle = Bundle::write(&[Item::Refusal(text.clone())]).unwrap();
    let segment = phone.segment(hub, Mode::Practice);
    let mut as_live = segment.bytes.clone();
    as_live[3] = 1;
    let refusal =
        |name: &str, says: &str, fails: &str, bytes: &[u8]| Vector::bad(name, "refusal", says, fails).bytes(bytes);
    vec![
        row.turned_bad("row_of_another_seq", "sealed for seq 4, presented as seq 5", "seal")
            .beside("at", json!([at.device.to_string(), at.epoch.as_u64(), at.seq])),
        stump,
        refusal("refusal_with_bytes_for_text", "a `bin` where text is due", "form", &text),
        refusal("refusal_with_a_str_for_bytes", "a `str` that is no UTF-8 where bytes are due", "form", &torn),
        refusal("refusal_that_is_a_map", "a map", "form", &map),
        refusal("refusal_too_deep", "arrays nested forty deep", "form", &deep),
        refusal("refusal_of_a_later_version", "format version 2", "version", &later),
        Vector::bad("bundle_without_its_magic", "bundle", "it begins with FCB2", "form")
            .bytes(&[b"FCB2", &bundle[4..]].concat()),
        Vector::bad("segment_practice_as_live", "segment", "a practice segment whose mode was rewritten", "signature")
            .bytes(&as_live)
            .beside("signature", json!(hex(segment.signature)))
            .keys(json!({"seal": trust(hub)})),
    ]
}
