//! Card keys: one for each round of the profile, drawn when the first device asks, and again when it has expired.

use std::sync::Arc;

use data_encoding::HEXLOWER;
use fieldcore::cards::CardKey;
use fieldcore::wire::{DispatchKind, ProfileText};
use fieldcore::{Profile, Round, Secret, crypto};
use uuid::Uuid;

use super::CardKeyLine;
use crate::core::Core;
use crate::error::{Error, Result};
use crate::ingest::apply::Applier;
use crate::keys::KeyRing;
use crate::limits::CARD_KEY_MS;
use crate::store::cards::CardKeyRow;
use crate::store::{Reads, Tx};
use crate::surroundings::Surroundings;

/// What a sealed card key is bound to.
fn scope(name: &[u8; 4], round: &[u8; 16]) -> [u8; 32] {
    crypto::sha256(&[b"fieldcore/hub/card-key/1\0", name, round])
}

/// The card key of a row; `None` if this hub's store key does not open it.
pub(super) fn open(ring: &KeyRing, row: &CardKeyRow) -> Option<CardKey> {
    let key = ring.data_key(&scope(&row.name, &row.round), &row.sealed).ok()?;
    Some(CardKey { key, round: Uuid::from_bytes(row.round), expires_ms: row.expires_ms })
}

fn draw(ring: &KeyRing, around: &Surroundings, round: Uuid, now_ms: i64, valid_ms: i64) -> Result<CardKeyRow> {
    let expires_ms = now_ms.saturating_add(valid_ms);
    let key = CardKey { key: Secret::new(around.random()?), round, expires_ms };
    let (name, round) = (key.name(), *round.as_bytes());
    let sealed = ring.keep_data_key(&scope(&name, &round), &key.key, around)?;
    Ok(CardKeyRow { name, round, sealed, made_ms: now_ms, expires_ms })
}

/// The rounds of the published profile that were not erased here.
fn rounds(reads: &dyn Reads) -> Result<Vec<Round>> {
    let Some(row) = reads.dispatch(DispatchKind::Profile.code(), true)? else { return Ok(Vec::new()) };
    let text = ProfileText::parse(&row.payload)?.text;
    let profile = Profile::parse(&String::from_utf8_lossy(&text))?;
    let erased = reads.erased_rounds()?;
    Ok(profile.rounds.into_iter().filter(|round| erased.iter().all(|row| row.round != *round.id.as_bytes())).collect())
}

/// The names of the card keys that devices should have; draws those that are missing.
pub(super) fn in_force(applier: &Applier<'_>, tx: &mut dyn Tx) -> Result<Vec<[u8; 4]>> {
    let ring = applier.ring();
    let usable = |row: &CardKeyRow| row.expires_ms >= applier.now_ms && open(ring, row).is_some();
    let mut known: Vec<CardKeyRow> = tx.card_keys()?.into_iter().filter(usable).collect();
    for round in rounds(tx)? {
        if known.iter().all(|row| row.round != *round.id.as_bytes()) {
            let row = draw(ring, applier.around, round.id, applier.now_ms, CARD_KEY_MS)?;
            tx.put_card_key(&row)?;
            known.push(row);
        }
    }
    Ok(known.into_iter().map(|row| row.name).collect())
}

fn line(ring: &KeyRing, row: &CardKeyRow) -> CardKeyLine {
    CardKeyLine {
        key: HEXLOWER.encode(&row.name),
        round: Uuid::from_bytes(row.round).to_string(),
        made_ms: row.made_ms,
        expires_ms: row.expires_ms,
        readable: open(ring, row).is_some(),
    }
}

pub(super) fn lines(core: &Arc<Core>) -> Result<Vec<CardKeyLine>> {
    let ring = core.ring()?;
    core.read(|reads| Ok(reads.card_keys()?.iter().map(|row| line(&ring, row)).collect()))
}

pub(super) fn draw_new(core: &Arc<Core>, round: &str, valid_ms: u64) -> Result<CardKeyLine> {
    let wanted = round.to_owned();
    let valid_ms = i64::try_from(valid_ms).unwrap_or(i64::MAX);
    core.write(move |applier, tx| {
        let found = rounds(tx)?.into_iter().find(|one| one.name == wanted || one.id.to_string() == wanted);
        let round = found.ok_or_else(|| Error::Unknown {
            what: "a round of that name or id in the published profile".to_owned(),
            next: "`profile show` lists its rounds; a round that was erased gets no key",
        })?;
        let row = draw(applier.ring(), applier.around, round.id, applier.now_ms, valid_ms)?;
        tx.put_card_key(&row)?;
        Ok(line(applier.ring(), &row))
    })
}
