//! Codes by which a team tells another its claims.

use std::collections::BTreeSet;

use fieldcore::crypto::Domain;
use fieldcore::doors::{ClaimedDoors, ClaimsTold, ToldClaim, ToldRelease};
use fieldcore::wire::{DeviceSigned, Mode};
use serde_json::{Value, json};

use crate::custody::{code, forged, read};
use crate::describe::hex;
use crate::material::{CAMPAIGN, NOW_MS, Phone, ROUND};
use crate::vector::Vector;

fn told(phone: &Phone) -> ClaimsTold {
    let some = |text: &str| Some(text.to_owned());
    let whole = ToldClaim {
        claim: (phone.epoch, 31),
        lane: None,
        doors: ClaimedDoors {
            area: None,
            building: "7".to_owned(),
            stairwell: None,
            first: None,
            last: None,
            until_ms: NOW_MS + 3_600_000,
        },
        visited: BTreeSet::new(),
    };
    let part = ToldClaim {
        claim: (phone.epoch, 40),
        lane: some("1"),
        doors: ClaimedDoors {
            area: some("幸福里"),
            stairwell: some("2"),
            first: some("101"),
            last: some("502"),
            ..whole.doors.clone()
        },
        visited: BTreeSet::from([[1, 2, 3, 4, 5], [0xfe, 2, 3, 4, 5]]),
    };
    ClaimsTold {
        mode: Mode::Live,
        campaign: CAMPAIGN,
        device_key: phone.key(),
        round: ROUND,
        made: (phone.epoch, 44),
        claims: vec![whole, part],
        released: vec![ToldRelease { claim: (phone.epoch, 12), by: (phone.epoch, 30) }],
    }
}

pub(crate) fn all() -> Vec<Vector> {
    let phone = Phone::new("device");
    let (all, none) = (told(&phone), ClaimsTold { claims: Vec::new(), ..told(&phone) });
    let good = |name, says, told: &ClaimsTold| {
        Vector::good(name, "claims_told", says).text(&code(&phone, told)).expect(describe(told))
    };
    let signed = DeviceSigned::sign(&all, &phone.seed).unwrap();
    let mut swapped = signed.bytes.clone();
    let prints = swapped.windows(5).position(|print| print == [1, 2, 3, 4, 5]).unwrap();
    swapped[prints] = 0xff;
    let bad = |name, says, fails, text: &str| Vector::bad(name, "claims_told", says, fails).text(text);
    vec![
        good("claims_told", "a building, doors of another with two visits, and one given up", &all),
        good("claims_told_as_given_up", "nothing is claimed any more", &none),
        bad(
            "claims_told_with_doors_out_of_order",
            "the doors that were visited do not stand in order",
            "form",
            &forged::<ClaimsTold>(&phone, Domain::ClaimsTold, &swapped),
        ),
        bad(
            "claims_told_signed_as_a_hand_over",
            "a signature for another purpose",
            "signature",
            &forged::<ClaimsTold>(&phone, Domain::HandOver, &signed.bytes),
        ),
    ]
}

/// Reads a vector of these as a receiver would; `None` for another thing.
pub(crate) fn check(is: &str, text: &str) -> Option<Result<Value, &'static str>> {
    (is == "claims_told").then(|| read(text).map(|one: ClaimsTold| describe(&one)))
}

fn describe(one: &ClaimsTold) -> Value {
    let own = |(epoch, seq): (fieldcore::Epoch, u64)| json!({"epoch": epoch.as_u64(), "seq": seq});
    let claims = one.claims.iter().map(|told| {
        json!({
            "claim": own(told.claim), "lane": told.lane,
            "place": {
                "area": told.doors.area, "building": told.doors.building, "stairwell": told.doors.stairwell,
                "first": told.doors.first, "last": told.doors.last,
            },
            "until": told.doors.until_ms, "visited": told.visited.iter().map(hex).collect::<Vec<_>>(),
        })
    });
    let released = one.released.iter().map(|gone| json!({"claim": own(gone.claim), "by": own(gone.by)}));
    json!({
        "version": 1, "mode": one.mode.code(), "campaign": one.campaign.to_string(), "device_key": hex(one.device_key),
        "round": one.round.to_string(), "made": own(one.made), "claims": claims.collect::<Vec<_>>(),
        "released": released.collect::<Vec<_>>(), "device": one.device().to_string(),
    })
}
