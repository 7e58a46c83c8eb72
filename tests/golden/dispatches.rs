//! Dispatches that hold.

use fieldcore::record::NoticeKind;
use fieldcore::wire::{
    Dispatch, DispatchKind, Notice, ProfileText, Reissue, ReissueReason, Revocations, RevokedDevice, SignedDispatch,
    seal_for_device,
};
use serde_json::json;
use uuid::Uuid;

use crate::describe::{self, hex};
use crate::good::{PROFILE, rotated};
use crate::material::{CAMPAIGN, Hub, NOW_MS, Phone};
use crate::rosters;
use crate::vector::Vector;

pub(crate) fn notice(phone: &Phone) -> Notice {
    Notice {
        serial: 4,
        notice: Uuid::from_u128(0x0198_5a5a_0000_7000_8000_0000_0000_a1a1),
        kind: NoticeKind::PersonElsewhere,
        subject: phone.at(4),
        other: Phone::new("another device").at(44),
        other_wall_ms: NOW_MS - 60_000,
        other_site: Some("Tent 4".to_owned()),
        other_tube: Some("T900-0000099".to_owned()),
    }
}

pub(crate) fn dispatch(phone: &Phone, kind: DispatchKind, payload: Vec<u8>) -> Dispatch {
    let personal = matches!(kind, DispatchKind::Notice | DispatchKind::Reissue);
    Dispatch {
        id: Uuid::from_u128(0x0198_5a5a_0000_7000_8000_0000_000d_1500 + u128::from(kind.code())),
        campaign: CAMPAIGN,
        kind,
        version: 4,
        to: personal.then(|| phone.device()),
        hub_ms: NOW_MS,
        payload,
    }
}

/// A notice sealed to `phone`.
pub(crate) fn sealed_notice(phone: &Phone) -> Dispatch {
    let empty = dispatch(phone, DispatchKind::Notice, Vec::new());
    let plain = notice(phone).to_bytes().unwrap();
    let entropy = phone.entropy("notice");
    let payload = seal_for_device(&plain, &phone.seal.1, empty.id, CAMPAIGN, phone.device(), &entropy).unwrap();
    Dispatch { payload, ..empty }
}

pub(crate) fn dispatch_vector(
    name: &str,
    says: &str,
    hub: &Hub,
    phone: &Phone,
    one: &Dispatch,
    plain: &[u8],
) -> Vector {
    let bytes = SignedDispatch::sign(one, &hub.receipt_seed).unwrap().to_bytes().unwrap();
    Vector::good(name, "dispatch", says)
        .bytes(&bytes)
        .keys(json!({
            "roots": hub.roots.map(hex),
            "key_set": hex(hub.key_set.to_bytes().unwrap()),
            "device_seal": hex(phone.seal.0.expose()),
        }))
        .expect(describe::dispatch(one, plain))
}

pub(crate) fn all(hub: &Hub, phone: &Phone) -> Vec<Vector> {
    let devices = vec![
        RevokedDevice { device_key: [0x77; 32], digests: vec![[1; 32], [2; 32]] },
        RevokedDevice { device_key: [0x78; 32], digests: Vec::new() },
    ];
    let reissue = Reissue {
        epoch: phone.epoch,
        ranges: vec![(1, 10), (14, 14)],
        digests: vec![[9; 32]],
        why: ReissueReason::KeyLost,
    };
    let clear = [
        (
            "dispatch_profile",
            "a profile, byte for byte",
            DispatchKind::Profile,
            ProfileText { version: 4, text: PROFILE.into() }.to_bytes(),
        ),
        ("dispatch_key_set", "a key set, which proves itself", DispatchKind::KeySet, rotated(hub).to_bytes()),
        (
            "dispatch_revocations",
            "two devices, and what the hub had of them",
            DispatchKind::Revocations,
            Revocations { version: 4, devices }.to_bytes(),
        ),
        ("dispatch_reissue", "a request to send records again", DispatchKind::Reissue, reissue.to_bytes()),
        ("dispatch_of_an_unknown_kind", "left alone", DispatchKind::Unknown(900), Ok(vec![0xc1])),
    ];
    let mut list: Vec<Vector> = clear
        .into_iter()
        .map(|(name, says, kind, payload)| {
            let payload = payload.unwrap();
            dispatch_vector(name, says, hub, phone, &dispatch(phone, kind, payload.clone()), &payload)
        })
        .collect();
    let sealed = sealed_notice(phone);
    let plain = notice(phone).to_bytes().unwrap();
    list.push(dispatch_vector(
        "dispatch_notice",
        "the same person elsewhere, sealed to the device",
        hub,
        phone,
        &sealed,
        &plain,
    ));
    let says = ["a whole roster of one page, sealed to the device", "a difference: one household goes, one changes"];
    for ((name, says), page) in
        ["dispatch_roster", "dispatch_roster_change"].into_iter().zip(says).zip(rosters::pages())
    {
        let plain = page.to_bytes().unwrap();
        list.push(dispatch_vector(name, says, hub, phone, &rosters::sealed(phone, &page), &plain));
    }
    list
}
