//! Tubes that moved between devices, as everybody tells it.

use std::collections::BTreeSet;

use fieldcore::custody::TubePass;
use fieldcore::record::{Body, Record, TubeTakenOver};
use fieldcore::wire::{DeviceStatement, Mode};
use fieldcore::{DeviceId, crypto};
use uuid::Uuid;

use super::custody_model::{ContestedTube, Signature, Told, TubeStep};
use super::lookup::Lookup;
use crate::error::Result;
use crate::project::passing::is_contested;
use crate::store::rows::{At, TubeAct, TubeActKind};
use crate::store::{DeviceBy, Reads};

/// The acts by which a tube moved, those by which it was taken back among them.
pub(crate) fn moves(reads: &dyn Reads, tube: i64) -> Result<Vec<TubeAct>> {
    let mut acts = reads.tube_acts(tube)?;
    acts.retain(|act| matches!(act.kind, TubeActKind::PassedOn | TubeActKind::TakenOver));
    let known: BTreeSet<At> = acts.iter().flat_map(|act| act.of.into_iter().chain([act.by])).collect();
    // Which tube was taken back is known by the record that passed it on.
    acts.extend(reads.tube_acts(0)?.into_iter().filter(|act| act.of.is_some_and(|of| known.contains(&of))));
    Ok(acts)
}

/// The device that holds a tube, along the words of who passed it on and who took it over.
pub(crate) fn holder(acts: &[TubeAct], opener: i64) -> i64 {
    let mut holder = opener;
    let mut used = BTreeSet::new();
    loop {
        let own = |act: &&TubeAct| act.kind == TubeActKind::PassedOn && act.device == holder && !used.contains(&act.by);
        let Some(pass) = acts.iter().filter(own).min_by_key(|act| (act.epoch, act.by.seq)) else { return holder };
        used.insert(pass.by);
        let takes = acts.iter().filter(|act| act.kind == TubeActKind::TakenOver && act.of == Some(pass.by));
        if let Some(take) = takes.min_by_key(|act| act.by) {
            holder = take.device;
        }
    }
}

/// Who said a record, where and when.
pub(crate) fn told(lookup: &Lookup<'_>, at: At, shift: i64, found: Option<&(Record, i64)>) -> Result<Told> {
    let (device, record) = lookup.name(at)?;
    let mut seen = lookup.at(at, shift, 0, found)?;
    seen.lane = found.and_then(|found| found.0.stamp.lane.clone());
    Ok(Told { device, record, at: seen })
}

/// The public key of an enrolled device.
pub(crate) fn key_of(reads: &dyn Reads, device: DeviceId) -> Result<Option<[u8; 32]>> {
    Ok(reads.device(DeviceBy::Id(device.as_bytes()))?.and_then(|row| row.key))
}

/// Whether a statement was signed by the key that it names.
pub(crate) fn check<T: DeviceStatement>(statement: Option<T>, signature: &[u8; 64]) -> Signature {
    let Some(statement) = statement else { return Signature::UnknownDevice };
    let Ok(bytes) = statement.encode() else { return Signature::Fails };
    match crypto::verify(statement.device_key(), T::DOMAIN, &bytes, signature, T::WHAT) {
        Ok(()) => Signature::Holds,
        Err(_) => Signature::Fails,
    }
}

fn signature_of(lookup: &Lookup<'_>, campaign: Uuid, shift: i64, body: &TubeTakenOver) -> Result<Signature> {
    let Some(key) = key_of(lookup.reads, body.passed.device)? else { return Ok(Signature::UnknownDevice) };
    let round = lookup.reads.shift(shift)?.and_then(|shift| lookup.round(shift.round)).map(|round| round.0.as_str());
    let Some(round) = round.and_then(|round| Uuid::try_parse(round).ok()) else { return Ok(Signature::Incomplete) };
    Ok(check(TubePass::of_record(body, Mode::Live, campaign, round, key), &body.signature.0))
}

/// A tube's steps in the order in which it moved, each giving before its takings.
pub(crate) fn steps(lookup: &Lookup<'_>, campaign: Uuid, acts: &[TubeAct]) -> Result<Vec<TubeStep>> {
    let mut steps = Vec::new();
    for act in acts {
        let found = lookup.record(act.by)?;
        let passed = lookup.name(act.of.unwrap_or(act.by))?.1;
        let (mut people, mut signature) = (None, None);
        let mut to = act.to.map(|to| DeviceId::from_bytes(to).to_string());
        match found.as_ref().map(|found| &found.0.body) {
            Some(Body::TubePassedOn(body)) => people = Some(body.people),
            Some(Body::TubeTakenOver(body)) => {
                people = Some(body.people);
                to = body.to.map(|to| to.to_string());
                signature = Some(signature_of(lookup, campaign, act.shift, body)?);
            }
            _ => {}
        }
        let told = told(lookup, act.by, act.shift, found.as_ref())?;
        let depth = depth(acts, act.of.unwrap_or(act.by));
        let step = TubeStep { what: act.kind.as_str(), told, passed, to, people, signature };
        steps.push((depth, act.kind.code(), step));
    }
    steps.sort_by(|one, other| key(one).cmp(&key(other)));
    Ok(steps.into_iter().map(|step| step.2).collect())
}

fn key(step: &(usize, i64, TubeStep)) -> (usize, &str, i64, &str) {
    (step.0, &step.2.passed, step.1, &step.2.told.record)
}

/// How often the tube had moved before the record that passed it on, as far as it is known.
fn depth(acts: &[TubeAct], passed: At) -> usize {
    let (mut at, mut depth) = (passed, 0);
    while depth < acts.len() {
        let Some(pass) = acts.iter().find(|act| act.kind == TubeActKind::PassedOn && act.by == at) else { break };
        let before = acts.iter().filter(|act| {
            let own = act.kind == TubeActKind::TakenOver && act.device == pass.device;
            own && (act.epoch, act.by.seq) < (pass.epoch, pass.by.seq)
        });
        let Some(of) = before.max_by_key(|act| (act.epoch, act.by.seq)).and_then(|act| act.of) else { break };
        (at, depth) = (of, depth + 1);
    }
    depth
}

/// The tubes whose stories contradict each other.
pub(crate) fn contested(lookup: &Lookup<'_>, campaign: Uuid) -> Result<Vec<ContestedTube>> {
    let mut out = Vec::new();
    for no in lookup.reads.moving_tubes()? {
        let acts = moves(lookup.reads, no)?;
        let Some(row) = lookup.reads.tube(no)?.filter(|_| is_contested(&acts)) else { continue };
        let (tube, record) = (row.label.clone().unwrap_or_default(), lookup.name(row.at)?.1);
        out.push(ContestedTube { tube, record, steps: steps(lookup, campaign, &acts)? });
    }
    out.sort_by(|one, other| (&one.tube, &one.record).cmp(&(&other.tube, &other.record)));
    Ok(out)
}

/// How many there are, without reading any record.
pub(crate) fn count_contested(reads: &dyn Reads) -> Result<usize> {
    let mut count = 0;
    for no in reads.moving_tubes()? {
        count += usize::from(is_contested(&moves(reads, no)?));
    }
    Ok(count)
}
