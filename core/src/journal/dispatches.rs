//! What the hub sends down: profiles, revocations, notices, requests to send again.
//!
//! Each is idempotent by its id; of profiles, key sets and revocation lists the highest version
//! wins and never goes back; notices are a set. None blocks another.

use rusqlite::{Connection, OptionalExtension, params};

use super::action::Action;
use super::documents::{self, Document};
use super::site::Site;
use super::store::{Store, Writer};
use super::{Journal, meta};
use crate::crypto;
use crate::error::{Error, Result};
use crate::profile::Profile;
use crate::record::{NoticeApplied, ProfileSource};
use crate::sync::DispatchTaken;
use crate::wire::{Dispatch, DispatchKind, Notice, ProfileText, Reissue, Revocations, open_for_device};

/// What is addressed to one device and numbered by the hub, one after the other; kinds for one device that this version
/// does not know are numbered among them.
const LETTERS: [DispatchKind; 3] = [DispatchKind::Notice, DispatchKind::Reissue, DispatchKind::Grant];

fn is_letter(dispatch: &Dispatch) -> bool {
    LETTERS.contains(&dispatch.kind) || (matches!(dispatch.kind, DispatchKind::Unknown(_)) && dispatch.to.is_some())
}

/// How a kind is noted: one that was not known, and of which nothing was applied, as its code below zero.
fn noted_as(kind: DispatchKind) -> i64 {
    match kind {
        DispatchKind::Unknown(code) => -i64::from(code),
        known => i64::from(known.code()),
    }
}

impl Journal {
    /// Applies a dispatch that the hub signed; `None` if it is for another device, or known.
    pub(super) fn apply_dispatch(&self, dispatch: &Dispatch) -> Result<Option<DispatchTaken>> {
        let is_roster = matches!(dispatch.kind, DispatchKind::Roster | DispatchKind::RosterChange);
        let taken = self.upkeep(|action| {
            let elsewhere = dispatch.to.is_some_and(|to| to != action.head.epoch.device);
            if elsewhere || dispatch.campaign != action.head.campaign {
                return Ok(None);
            }
            if is_roster {
                // Pages are known by roster, number and page: a hub may have to send one again.
                return action.take_roster(dispatch);
            }
            if is_known(action.tx(), dispatch)? {
                return action.renumber(dispatch).map(|()| None);
            }
            let taken = match dispatch.kind {
                DispatchKind::Profile => action.take_profile(&ProfileText::parse(&dispatch.payload)?)?,
                DispatchKind::Revocations => action.take_revocations(&dispatch.payload)?,
                DispatchKind::Notice => action.take_notice(dispatch)?,
                DispatchKind::Reissue => Some(action.take_reissue(&Reissue::parse(&dispatch.payload)?)?),
                DispatchKind::Grant => Some(action.take_grant(dispatch)?),
                // Noted as had, else the hub would send it again and again.
                DispatchKind::Unknown(_) if is_letter(dispatch) => None,
                _ => return Ok(None),
            };
            note(action.tx(), dispatch)?;
            if is_letter(dispatch) {
                action.count_letter()?;
            }
            Ok(taken)
        })?;
        if is_roster && taken.is_some() {
            self.end_roster()?;
        }
        Ok(taken)
    }
}

fn is_known(conn: &Connection, dispatch: &Dispatch) -> Result<bool> {
    let sql = "SELECT 1 FROM dispatch WHERE dispatch = ?1";
    Ok(conn.prepare_cached(sql)?.query_row([dispatch.id.as_bytes()], |_| Ok(())).optional()?.is_some())
}

fn note(conn: &Connection, dispatch: &Dispatch) -> Result<()> {
    let sql = "INSERT INTO dispatch (dispatch, what, version) VALUES (?1, ?2, ?3)";
    let params = params![dispatch.id.as_bytes(), noted_as(dispatch.kind), dispatch.version.cast_signed()];
    conn.prepare_cached(sql)?.execute(params)?;
    Ok(())
}

/// Asks again for the letters of kinds that a version before this one did not know: the poll goes back to before the first
/// of them, and what was applied meanwhile is known by its id.
pub(super) fn ask_for_learned(store: &mut Store, site: &Site) -> Result<()> {
    let [notice, reissue, grant] = LETTERS.map(|kind| -noted_as(kind));
    let sql = "SELECT min(version) FROM dispatch WHERE what IN (?1, ?2, ?3) AND version > 0";
    let first: Option<i64> = store.conn.query_row(sql, params![notice, reissue, grant], |row| row.get(0))?;
    let Some(first) = first else { return Ok(()) };
    store.transact(site, Writer::Upkeep, |action| {
        let sql = "DELETE FROM dispatch WHERE what IN (?1, ?2, ?3)";
        action.tx().execute(sql, params![notice, reissue, grant])?;
        let up_to = meta::fixed(action.tx(), meta::NOTICES)?.map_or(0, u64::from_be_bytes);
        let before = up_to.min(first.cast_unsigned().saturating_sub(1));
        meta::set(action.tx(), meta::NOTICES, &before.to_be_bytes())
    })
}

/// The letters that are noted here are another device's: of the one whose keys are new now, none was numbered.
pub(super) fn forget_serials(conn: &Connection) -> Result<()> {
    let [notice, reissue, grant] = LETTERS.map(noted_as);
    let sql = "UPDATE dispatch SET version = -1 WHERE what IN (?1, ?2, ?3) OR what < 0";
    conn.execute(sql, params![notice, reissue, grant])?;
    meta::set(conn, meta::NOTICES, &0u64.to_be_bytes())
}

impl Action<'_> {
    fn take_profile(&mut self, sent: &ProfileText) -> Result<Option<DispatchTaken>> {
        let text = std::str::from_utf8(&sent.text).map_err(|_| Error::decode("profile", "it is not UTF-8"))?;
        let profile = Profile::parse(text)?;
        if profile.campaign != self.head.campaign || profile.version != sent.version {
            return Err(Error::invalid("profile", "its campaign or version is not that of the dispatch around it"));
        }
        if profile.version <= documents::version(self.tx(), Document::Profile)? {
            return Ok(None);
        }
        self.keep_profile(&profile, ProfileSource::Dispatch)?;
        Ok(Some(DispatchTaken::Profile { version: profile.version }))
    }

    fn take_revocations(&self, payload: &[u8]) -> Result<Option<DispatchTaken>> {
        let list = Revocations::parse(payload)?;
        if list.version <= documents::version(self.tx(), Document::Revocations)? {
            return Ok(None);
        }
        let digest = crypto::sha256(&[payload]);
        documents::keep(self.tx(), Document::Revocations, self.head.campaign, list.version, &digest, payload)?;
        meta::set(self.tx(), meta::REVOCATIONS, &list.version.to_be_bytes())?;
        let this_device = list.devices.iter().any(|one| one.device_key == self.head.epoch.key);
        Ok(Some(DispatchTaken::Revocations { version: list.version, this_device }))
    }

    fn take_notice(&mut self, dispatch: &Dispatch) -> Result<Option<DispatchTaken>> {
        let secret = self.keys.sealing(self.head.epoch.device_row)?;
        let notice = Notice::parse(&open_for_device(dispatch, &secret, self.head.epoch.device)?)?;
        // It belongs to the round of the record that it is about, and ends with that round.
        let shift = self.read(notice.subject)?.and_then(|record| record.stamp.shift);
        self.append(
            None,
            shift,
            NoticeApplied {
                notice: notice.notice,
                what: notice.kind,
                subject: notice.subject,
                other: notice.other,
                other_wall_ms: notice.other_wall_ms,
                other_site: notice.other_site,
                other_tube: notice.other_tube,
            },
        )?;
        Ok(Some(DispatchTaken::Notice { kind: notice.kind }))
    }

    /// A hub that was restored gives a new number to a letter that it does not know to have given out.
    fn renumber(&self, dispatch: &Dispatch) -> Result<()> {
        let sql = "UPDATE dispatch SET version = ?2 WHERE dispatch = ?1 AND version < ?2";
        let params = params![dispatch.id.as_bytes(), dispatch.version.cast_signed()];
        if is_letter(dispatch) && self.tx().prepare_cached(sql)?.execute(params)? > 0 {
            self.count_letter()?;
        }
        Ok(())
    }

    /// Moves the serial up to which nothing is missing that the hub sent to this device alone.
    fn count_letter(&self) -> Result<()> {
        let mut up_to = meta::fixed(self.tx(), meta::NOTICES)?.map_or(0, u64::from_be_bytes);
        let [notice, reissue, grant] = LETTERS.map(noted_as);
        let sql = "SELECT EXISTS (SELECT 1 FROM dispatch WHERE (what IN (?1, ?2, ?3) OR what < 0) AND version = ?4)";
        let mut statement = self.tx().prepare_cached(sql)?;
        let mut is_held = |next: u64| -> Result<bool> {
            let params = params![notice, reissue, grant, next.cast_signed()];
            Ok(statement.query_row(params, |row| row.get(0))?)
        };
        while is_held(up_to.saturating_add(1))? {
            up_to += 1;
        }
        meta::set(self.tx(), meta::NOTICES, &up_to.to_be_bytes())
    }
}
