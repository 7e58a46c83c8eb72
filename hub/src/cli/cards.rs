//! `delegate`, `delegations`, `card-keys`, `revoke --helpers`.

use serde_json::json;

use super::Out;
use super::args::DelegateArgs;
use super::print::{table, time};
use super::setup::valid_for;
use super::work::device_id;
use crate::cards::{CardKeyLine, DelegateOptions, DelegationLine};
use crate::error::Result;
use crate::hub::Hub;

fn valid_ms(text: &str) -> Result<u64> {
    valid_for(text, chrono::Utc::now().timestamp_millis())
}

pub(super) fn delegate(out: &Out, hub: &Hub, args: &DelegateArgs) -> Result<bool> {
    let line = hub.delegate(&DelegateOptions {
        device: device_id(&args.device)?,
        rights: args.rights.clone(),
        helpers: args.helpers,
        valid_ms: valid_ms(&args.expires)?,
    })?;
    out.say(&line, |line| {
        format!(
            "delegation {} for {}: {}, {} helpers, until {}; the device gets it with its next sync",
            line.delegation,
            line.device,
            line.rights.join(" "),
            line.helpers,
            time(Some(line.expires_ms))
        )
    })?;
    Ok(true)
}

pub(super) fn delegations(out: &Out, hub: &Hub) -> Result<bool> {
    let lines = hub.delegations()?;
    out.say(&json!({ "delegations": lines }), |_| text(&lines))?;
    Ok(true)
}

fn text(lines: &[DelegationLine]) -> String {
    let mut rows = Vec::new();
    for line in lines {
        let places = format!("{}/{}", line.enrolled.len(), line.helpers);
        let (rights, until) = (line.rights.join(" "), time(Some(line.expires_ms)));
        rows.push(vec![line.device.clone(), line.state.to_owned(), rights, places, until, line.delegation.clone()]);
        for helper in &line.enrolled {
            let (rights, until) = (helper.rights.join(" "), time(Some(helper.expires_ms)));
            let place = format!("no. {}", helper.ordinal);
            rows.push(vec![
                format!("  {}", helper.device),
                helper.state.to_owned(),
                rights,
                place,
                until,
                String::new(),
            ]);
        }
    }
    table(&["device", "state", "rights", "helpers", "until", "delegation"], &rows)
}

pub(super) fn keys(out: &Out, hub: &Hub) -> Result<bool> {
    let keys = hub.card_keys()?;
    out.say(&json!({ "card_keys": keys }), |_| {
        if keys.is_empty() {
            return "no card key yet: one for each round of the profile is drawn when a device first syncs".to_owned();
        }
        let rows: Vec<_> = keys.iter().map(row).collect();
        table(&["key", "round", "drawn", "until", "readable"], &rows)
    })?;
    Ok(true)
}

fn row(key: &CardKeyLine) -> Vec<String> {
    let readable = if key.readable { "yes" } else { "no" };
    let (made, until) = (time(Some(key.made_ms)), time(Some(key.expires_ms)));
    vec![key.key.clone(), key.round.clone(), made, until, readable.to_owned()]
}

pub(super) fn new_key(out: &Out, hub: &Hub, round: &str, expires: &str) -> Result<bool> {
    let key = hub.new_card_key(round, valid_ms(expires)?)?;
    out.say(&key, |key| {
        let until = time(Some(key.expires_ms));
        format!("card key {} for round {}, until {until}; devices get it with their next sync", key.key, key.round)
    })?;
    Ok(true)
}

pub(super) fn revoke_with_helpers(out: &Out, hub: &Hub, device: &str) -> Result<bool> {
    let revoked = hub.revoke_with_helpers(device_id(device)?)?;
    let ids: Vec<String> = revoked.iter().map(ToString::to_string).collect();
    out.say(&json!({ "revoked": ids }), |_| {
        format!("revoked: {}; what the hub has of them stays, everything else is held", ids.join(" "))
    })?;
    Ok(true)
}
