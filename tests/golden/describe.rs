//! What a vector expects, as JSON in the words of the document.

pub(crate) use fieldcore::text::hex;

use fieldcore::record::{Body, Record, Value as Field};
use fieldcore::wire::{
    Anchor, AnchorKind, Batch, BatchHeader, Certificate, Contents, Dispatch, DispatchKind, Enrolment, HubState,
    Invitation, KeySet, KeyWrap, Mode, Notice, Poll, ProfileText, Receipt, ReceiptItem, ReceiptStatus, Refusal,
    Reissue, Revocations, RosterGathering, RosterPage, Salvage, SalvageHeader, SegmentHeader,
};
use fieldcore::{DeviceId, RecordRef};
use serde_json::{Value, json};

use crate::rosters;

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2), "hexadecimal digits come in pairs");
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal")).collect()
}

fn mode(mode: Mode) -> u8 {
    mode.code()
}

fn reference(target: &RecordRef) -> Value {
    json!([target.device.to_string(), target.epoch.as_u64(), target.seq])
}

fn field(value: &Field) -> Value {
    match value {
        Field::Nil => Value::Null,
        Field::Int(number) => json!(number),
        Field::Text(text) => json!({"text": text}),
        Field::Bytes(bytes) => json!({"bytes": hex(bytes)}),
        Field::Ref(target) => json!({"ref": reference(target)}),
    }
}

pub(crate) fn record(record: &Record) -> Value {
    let (kind, version) = record.body.kind();
    let stamp = &record.stamp;
    json!({
        "seq": record.at.seq,
        "kind": kind,
        "version": version,
        "wall": stamp.wall_ms,
        "mono": stamp.mono_ms,
        "clock": stamp.clock,
        "shift": stamp.shift.as_ref().map(reference),
        "lane": stamp.lane,
        "values": record.body.values().iter().map(field).collect::<Vec<_>>(),
    })
}

fn records(list: &[Record]) -> Vec<Value> {
    list.iter().map(record).collect()
}

fn anchor(anchor: &Anchor) -> Value {
    let kind = if anchor.kind == AnchorKind::TwoSided { 1 } else { 2 };
    json!({
        "clock": anchor.clock, "mono": anchor.mono_ms, "hub": anchor.hub_ms, "error": anchor.error_ms, "kind": kind,
    })
}

fn wraps(wraps: &[KeyWrap]) -> Vec<Value> {
    wraps.iter().map(|wrap| json!({"key": hex(wrap.key), "wrapped": hex(&wrap.wrapped)})).collect()
}

pub(crate) fn certificate(one: &Certificate) -> Value {
    json!({
        "version": 1,
        "purpose": one.purpose.code(),
        "key": hex(one.key),
        "campaign": one.campaign.to_string(),
        "not_before": one.not_before_ms,
        "not_after": one.not_after_ms,
        "root": one.root,
        "id": hex(one.id()),
    })
}

pub(crate) fn key_set(set: &KeySet) -> Value {
    json!({
        "version": 1,
        "campaign": set.campaign.to_string(),
        "set_version": set.version,
        "certificates": set.certificates.iter().map(certificate).collect::<Vec<_>>(),
        "revoked": set.revoked.iter().map(hex).collect::<Vec<_>>(),
        "root": set.root,
        "wrap_to": set.wrap_keys().iter().map(hex).collect::<Vec<_>>(),
    })
}

pub(crate) fn invitation(one: &Invitation) -> Value {
    json!({
        "version": 1,
        "campaign": one.campaign.to_string(),
        "campaign_name": one.campaign_name,
        "root0": hex(one.roots[0]),
        "root1": hex(one.roots[1]),
        "keys": key_set(&one.key_set().expect("its keys are sound")),
        "token_id": hex(one.token_id),
        "token": hex(one.token),
        "profile_digest": hex(one.profile_digest),
        "profile_version": one.profile_version,
        "hub_url": one.hub_url,
        "expires": one.expires_ms,
    })
}

pub(crate) fn enrolment(one: &Enrolment) -> Value {
    json!({
        "version": 1,
        "campaign": one.campaign.to_string(),
        "device_key": hex(one.device_key),
        "seal_key": hex(one.seal_key),
        "token_id": hex(one.token_id),
        "proof": hex(one.proof),
        "epoch": one.epoch.as_u64(),
        "app": one.app,
        "wall": one.wall_ms,
        "chain": one.chain.iter().map(hex).collect::<Vec<_>>(),
        "device": one.device().to_string(),
    })
}

pub(crate) fn segment(header: &SegmentHeader) -> Value {
    json!({
        "version": 1,
        "suite": 1,
        "mode": mode(header.mode),
        "device_key": hex(header.device_key),
        "epoch": header.epoch.as_u64(),
        "segment": header.segment,
        "first_seq": header.first_seq,
        "bucket": header.bucket.to_string(),
        "wraps": wraps(&header.wraps),
        "device": header.device().to_string(),
    })
}

fn batch_header(header: &BatchHeader) -> Value {
    json!({
        "version": 1,
        "suite": 1,
        "mode": mode(header.mode),
        "device_key": hex(header.device_key),
        "epoch": header.epoch.as_u64(),
        "number": header.number,
        "first_seq": header.first_seq,
        "count": header.count,
        "segment": header.segment,
        "wraps": wraps(&header.wraps),
        "previous": hex(header.previous),
        "body_length": header.body_length,
        "body_digest": hex(header.body_digest),
    })
}

pub(crate) fn batch(batch: &Batch, contents: &Contents) -> Value {
    json!({
        "header": batch_header(&batch.header),
        "digest": hex(batch.digest()),
        "device": batch.header.device().to_string(),
        "records": records(&contents.records),
        "anchors": contents.anchors.iter().map(anchor).collect::<Vec<_>>(),
    })
}

fn salvage_header(header: &SalvageHeader) -> Value {
    json!({
        "version": 1,
        "suite": 1,
        "mode": mode(header.mode),
        "device_key": hex(header.device_key),
        "number": header.number,
        "campaign": header.campaign.to_string(),
        "first_seq": header.first_seq,
        "last_seq": header.last_seq,
        "count": header.count,
        "rows_length": header.payload_length,
        "rows_digest": hex(header.payload_digest),
    })
}

pub(crate) fn salvage(salvage: &Salvage, header: &SegmentHeader, list: &[Record], failed: &[u64]) -> Value {
    json!({
        "header": salvage_header(&salvage.header),
        "segment": segment(header),
        "digest": hex(salvage.digest()),
        "records": records(list),
        "failed": failed,
    })
}

pub(crate) fn receipt(receipt: &Receipt) -> Value {
    let (status, reason) = match receipt.status {
        ReceiptStatus::Held(reason) => (1, Some(reason.code())),
        ReceiptStatus::Opened => (2, None),
    };
    json!({
        "version": 1,
        "campaign": receipt.campaign.to_string(),
        "device_key": hex(receipt.device_key),
        "epoch": receipt.epoch.as_u64(),
        "number": receipt.number,
        "digest": hex(receipt.digest),
        "status": status,
        "reason": reason,
        "item": if receipt.item == ReceiptItem::Batch { 2 } else { 3 },
        "hub": receipt.hub_ms,
        "serial": receipt.serial,
        "log_index": receipt.log_index,
    })
}

pub(crate) fn refusal(one: &Refusal) -> Value {
    json!({"version": 1, "digest": hex(one.digest), "code": one.code, "what": one.what, "next": one.next})
}

pub(crate) fn poll(poll: &Poll) -> Value {
    let mut told = json!({
        "version": 1,
        "campaign": poll.campaign.to_string(),
        "device_key": hex(poll.device_key),
        "nonce": hex(poll.nonce),
        "profile": poll.profile,
        "keys": poll.keys,
        "revocations": poll.revocations,
        "notices": poll.notices,
        "held": poll.held,
        "wall": poll.wall_ms,
    });
    if !poll.rosters.is_empty() {
        let gathers = |set: RosterGathering| json!({"number": set.number, "base": set.base, "print": hex(set.print), "next": set.next});
        let held = poll.rosters.iter().map(|one| {
            json!({
                "roster": one.roster.to_string(),
                "number": one.number,
                "print": hex(one.print),
                "gathers": one.gathers.map(gathers),
            })
        });
        told["rosters"] = held.collect::<Vec<_>>().into();
    }
    told
}

pub(crate) fn state(state: &HubState) -> Value {
    let rows = state.rows.iter().map(|row| {
        json!({
            "epoch": row.epoch.as_u64(),
            "batches": row.batches,
            "highest": row.highest,
            "last_digest": hex(row.last_digest),
            "salvages": row.salvages,
        })
    });
    json!({
        "version": 1,
        "campaign": state.campaign.to_string(),
        "nonce": hex(state.nonce),
        "device_key": hex(state.device_key),
        "hub": state.hub_ms,
        "store": hex(state.store),
        "rows": rows.collect::<Vec<_>>(),
    })
}

/// `payload`: what stands in it in clear.
pub(crate) fn dispatch(one: &Dispatch, payload: &[u8]) -> Value {
    json!({
        "version": 1,
        "id": one.id.to_string(),
        "campaign": one.campaign.to_string(),
        "kind": one.kind.code(),
        "number": one.version,
        "to": one.to.as_ref().map(DeviceId::to_string),
        "hub": one.hub_ms,
        "payload": inside(one.kind, payload),
    })
}

fn inside(kind: DispatchKind, payload: &[u8]) -> Value {
    match kind {
        DispatchKind::Profile => {
            let profile = ProfileText::parse(payload).unwrap();
            json!({"version": 1, "profile_version": profile.version, "text": hex(profile.text)})
        }
        DispatchKind::KeySet => key_set(&KeySet::parse(payload).unwrap()),
        DispatchKind::Revocations => {
            let list = Revocations::parse(payload).unwrap();
            let devices = list.devices.iter().map(|one| {
                json!({"device_key": hex(one.device_key), "digests": one.digests.iter().map(hex).collect::<Vec<_>>()})
            });
            json!({"version": 1, "list_version": list.version, "devices": devices.collect::<Vec<_>>()})
        }
        DispatchKind::Roster | DispatchKind::RosterChange => rosters::describe(&RosterPage::parse(payload).unwrap()),
        DispatchKind::Notice => notice(&Notice::parse(payload).unwrap()),
        DispatchKind::Reissue => {
            let request = Reissue::parse(payload).unwrap();
            json!({
                "version": 1,
                "epoch": request.epoch.as_u64(),
                "ranges": request.ranges,
                "digests": request.digests.iter().map(hex).collect::<Vec<_>>(),
                "why": request.why.code(),
            })
        }
        DispatchKind::Grant => crate::cards::granted(payload),
        _ => Value::Null,
    }
}

fn notice(notice: &Notice) -> Value {
    json!({
        "version": 1,
        "serial": notice.serial,
        "notice": notice.notice.to_string(),
        "kind": notice.kind.code(),
        "subject": reference(&notice.subject),
        "other": reference(&notice.other),
        "other_wall": notice.other_wall_ms,
        "other_site": notice.other_site,
        "other_tube": notice.other_tube,
    })
}

/// The document's figures over records of one device and epoch.
pub(crate) fn figures(list: &[Record]) -> Value {
    let mut tube_of = std::collections::BTreeMap::new();
    let mut spoiled = std::collections::BTreeSet::new();
    for record in list {
        match &record.body {
            Body::TubeSpoiled(body) => {
                spoiled.extend(body.tube);
                None
            }
            Body::SubjectBound(body) => tube_of.insert(record.at, body.tube),
            Body::SubjectMoved(body) => tube_of.insert(body.subject, body.tube),
            Body::SubjectUndone(body) => tube_of.remove(&body.subject),
            Body::SubjectVoided(body) => tube_of.remove(&body.subject),
            _ => None,
        };
    }
    let tubes: std::collections::BTreeSet<_> = tube_of.values().filter(|tube| !spoiled.contains(*tube)).collect();
    json!({"records": list.len(), "people": tube_of.len(), "tubes": tubes.len()})
}
