//! Making a hub, its profiles, tokens and new keys.

use std::path::Path;
use std::sync::Arc;

use fieldcore::wire::{DispatchKind, Invitation, ProfileText, ReissueReason, token_id};
use fieldcore::{Profile, uuid_v7};
use uuid::Uuid;

use crate::cards;
use crate::core::{Core, KEYS_DIR, STORE_FILE, TAKE_AWAY_DIR};
use crate::dispatches;
use crate::error::{Error, Result};
use crate::hub::{InitOptions, TokenOptions};
use crate::keys::{self, KeyRing, Roots, files};
use crate::limits::TOKEN_USES_MAX;
use crate::store::rows::{DispatchRow, ItemQuery, ItemStatus, Token};
use crate::store::sqlite::SqliteStore;
use crate::store::{CoreReads, Store};
use crate::surroundings::Surroundings;

const PROFILE: u16 = DispatchKind::Profile.code();
/// The key set of invitations: the newest keys alone, certified beside the published one.
pub(crate) const KEYS_IN_USE: &str = "keys_in_use";

/// Makes a new hub in `dir`.
pub(crate) fn init(dir: &Path, options: &InitOptions, around: &Surroundings) -> Result<()> {
    if dir.join(STORE_FILE).exists() || dir.join(KEYS_DIR).exists() {
        return Err(Error::Taken { path: dir.to_path_buf() });
    }
    let given = options.profile.as_deref().map(Profile::parse).transpose()?;
    let campaign = match &given {
        Some(profile) => profile.campaign,
        None => uuid_v7(around.now_ms(), around.random()?),
    };
    let profile = match given {
        Some(profile) => profile,
        None => first_profile(campaign, &options.name)?,
    };
    files::private_dir(dir)?;
    let (key_dir, take_away) = (dir.join(KEYS_DIR), dir.join(TAKE_AWAY_DIR));
    files::private_dir(&take_away)?;
    KeyRing::create(&key_dir, around)?;
    let roots = Roots::create(&take_away, around)?;
    let keys::Issued { set, in_use } = keys::issue_first(&roots, campaign, &key_dir, &take_away, around)?;
    let name = if options.name.is_empty() { profile.name.clone() } else { options.name.clone() };
    let text = ProfileText { version: profile.version, text: profile.text().as_bytes().to_vec() };
    let (set, in_use, text) = (set.to_bytes()?, in_use.to_bytes()?, text.to_bytes()?);
    let (prints, store_id): ([u8; 32], [u8; 16]) = (around.random()?, around.random()?);
    let ids = [new_id(around)?, new_id(around)?];
    let now_ms = around.now_ms();
    // Written under another name first: a folder holds a whole hub or none.
    let (making, made) = (dir.join("hub.db.making"), dir.join(STORE_FILE));
    let _ = std::fs::remove_file(&making);
    let store = SqliteStore::open(&making)?;
    store.write(&mut |tx| {
        tx.put_meta("campaign", campaign.as_bytes())?;
        tx.put_meta("name", name.as_bytes())?;
        tx.put_meta("roots", &roots.public.concat())?;
        tx.put_meta("prints", &prints)?;
        tx.put_meta("store_id", &store_id)?;
        tx.put_meta(KEYS_IN_USE, &in_use)?;
        tx.put_meta("url", options.url.as_deref().unwrap_or_default().as_bytes())?;
        dispatches::publish(tx, ids[0], DispatchKind::KeySet, 1, set.clone(), true, now_ms)?;
        dispatches::publish(tx, ids[1], DispatchKind::Profile, profile.version, text.clone(), true, now_ms)
    })?;
    store.scrub()?;
    drop(store);
    std::fs::rename(&making, &made).map_err(|error| Error::io(&made, error))?;
    files::sync_parent(&made)
}

/// The built-in profile as a signed one: version 0 is what phones have without any.
fn first_profile(campaign: Uuid, name: &str) -> Result<Profile> {
    let built_in = Profile::built_in(campaign);
    let mut text = built_in.text().replacen("version = 0\n", "version = 1\n", 1);
    if !name.is_empty() {
        let (old, new) = (serde_json::json!(built_in.name), serde_json::json!(name));
        text = text.replacen(&format!("name = {old}"), &format!("name = {new}"), 1);
    }
    Ok(Profile::parse(&text)?)
}

fn new_id(around: &Surroundings) -> Result<Uuid> {
    Ok(uuid_v7(around.now_ms(), around.random()?))
}

fn text_meta(reads: &(impl CoreReads + ?Sized), key: &str) -> Result<String> {
    Ok(reads.meta(key)?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default())
}

/// The roots' public keys.
pub(crate) fn roots(reads: &(impl CoreReads + ?Sized)) -> Result<[[u8; 32]; 2]> {
    let bytes = reads.meta("roots")?.unwrap_or_default();
    match bytes.as_chunks::<32>() {
        ([first, second], []) => Ok([*first, *second]),
        _ => Err(Error::Damaged { what: "the roots' public keys are missing".to_owned() }),
    }
}

/// The newest profile's text, published or only signed.
pub(crate) fn profile(core: &Core, published_only: bool) -> Result<String> {
    let row = core.read(|reads| reads.dispatch(PROFILE, published_only))?;
    let row = row.ok_or_else(|| Error::Damaged { what: "there is no profile".to_owned() })?;
    String::from_utf8(ProfileText::parse(&row.payload)?.text)
        .map_err(|_| Error::Damaged { what: "the profile is not UTF-8".to_owned() })
}

/// Checks and stores a profile; `publish` sends it to all devices.
pub(crate) fn put_profile(core: &Arc<Core>, text: &str, publish: bool) -> Result<Profile> {
    let profile = Profile::parse(text)?;
    if profile.campaign != core.campaign {
        let why = format!("its campaign is {}, this hub's is {}; correct it", profile.campaign, core.campaign);
        return Err(Error::refused("profile", why));
    }
    let payload = ProfileText { version: profile.version, text: text.as_bytes().to_vec() }.to_bytes()?;
    let (id, version, now_ms) = (new_id(&core.around)?, profile.version, core.around.now_ms());
    core.write(move |_, tx| {
        if let Some(before) = tx.dispatch(PROFILE, true)?
            && before.version >= version
        {
            // The one in force, signed once more, stays in force.
            if before.version == version && before.payload == payload {
                return Ok(());
            }
            let why = format!("version {} is in force; give yours a higher one", before.version);
            return Err(Error::refused("profile", why));
        }
        dispatches::publish(tx, id, DispatchKind::Profile, version, payload.clone(), publish, now_ms)
    })?;
    Ok(profile)
}

/// Publishes the profile that was signed last.
pub(crate) fn publish_profile(core: &Arc<Core>) -> Result<u32> {
    core.write(|_, tx| {
        let row = tx.dispatch(PROFILE, false)?.ok_or_else(|| Error::refused("profile", "there is none yet"))?;
        tx.put_dispatch(&DispatchRow { published: true, ..row.clone() })?;
        Ok(row.version)
    })
}

/// The published profile as a bundle, for phones without network.
pub(crate) fn profile_bundle(core: &Arc<Core>) -> Result<Vec<u8>> {
    let ring = core.ring()?;
    let row = core.read(|reads| reads.dispatch(PROFILE, true))?;
    let row = row.ok_or_else(|| Error::Damaged { what: "there is no profile".to_owned() })?;
    let item = fieldcore::wire::Item::Dispatch(dispatches::sign_row(core, &ring, &row)?);
    Ok(fieldcore::wire::Bundle::write(&[item])?)
}

/// A new token, as the invitation's text.
pub(crate) fn token(core: &Arc<Core>, options: &TokenOptions) -> Result<String> {
    if options.uses == 0 || options.uses > TOKEN_USES_MAX {
        return Err(Error::usage("--uses", format!("its uses must be from 1 to {TOKEN_USES_MAX}")));
    }
    let secret: [u8; 16] = core.around.random()?;
    let now_ms = core.around.now_ms();
    let expires_ms = now_ms.saturating_add(i64::try_from(options.valid_ms).unwrap_or(i64::MAX));
    let token = Token { id: token_id(&secret), secret, uses: options.uses, used: 0, made_ms: now_ms, expires_ms };
    let id = token.id;
    core.write(move |_, tx| tx.put_token(&token))?;
    let ring = core.ring()?;
    let profile = Profile::parse(&profile(core, true)?)?;
    let (roots, name, url, in_use) = core.read(|reads| {
        Ok((roots(reads)?, text_meta(reads, "name")?, text_meta(reads, "url")?, reads.meta(KEYS_IN_USE)?))
    })?;
    let keys = match in_use {
        Some(bytes) => bytes,
        None => ring.set.to_bytes()?,
    };
    let url = options.url.clone().or_else(|| (!url.is_empty()).then_some(url));
    let invitation = Invitation {
        campaign: core.campaign,
        campaign_name: name,
        roots,
        keys,
        token_id: id,
        token: secret,
        profile_digest: *profile.digest(),
        profile_version: profile.version,
        hub_url: url,
        expires_ms,
    };
    Ok(invitation.to_text()?)
}

/// New receipt and seal keys, certified by the root in `root_file`; `lost` keys are revoked and
/// what only they open is asked for again. Answers the new key set's version.
pub(crate) fn rotate(core: &Arc<Core>, root_file: &Path, lost: &[[u8; 8]]) -> Result<u32> {
    let ring = core.ring()?;
    let public = core.read(|reads| roots(reads))?;
    let roots = Roots::open(public, root_file)?;
    let issued = keys::issue_next(&roots, &ring.set, lost, &core.dir.join(KEYS_DIR), &core.around)?;
    let (version, bytes, in_use) = (issued.set.version, issued.set.to_bytes()?, issued.in_use.to_bytes()?);
    let (id, now_ms) = (new_id(&core.around)?, core.around.now_ms());
    core.write(move |_, tx| {
        tx.put_meta(KEYS_IN_USE, &in_use)?;
        dispatches::publish(tx, id, DispatchKind::KeySet, version, bytes.clone(), true, now_ms)
    })?;
    core.reload_ring()?;
    cards::renew(core)?;
    if !lost.is_empty() {
        ask_for_unreadable(core)?;
    }
    Ok(version)
}

/// Asks the devices again for every item that cannot be read with the keys at hand.
pub(crate) fn ask_for_unreadable(core: &Arc<Core>) -> Result<u64> {
    let (mut after, mut asked) = (0, 0);
    loop {
        let (last, count) = core.write(move |applier, tx| {
            let mut count = 0;
            let items = tx.items(&ItemQuery { after, limit: 200, ..ItemQuery::default() })?;
            let last = items.last().map(|item| item.no);
            for item in items {
                let rejected = matches!(item.status, ItemStatus::Rejected | ItemStatus::Superseded);
                if rejected || item.count == 0 {
                    continue;
                }
                if let Some(Err(_)) = crate::ingest::open::read_item(tx, &applier.checker, &item)? {
                    dispatches::ask_again(tx, &item, ReissueReason::KeyLost, applier.now_ms)?;
                    count += 1;
                }
            }
            Ok((last, count))
        })?;
        asked += count;
        match last {
            Some(last) => after = last,
            None => return Ok(asked),
        }
    }
}
