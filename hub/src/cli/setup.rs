//! `init`, `profile`, `token`, `keys`, `backup`, `restore`.

use std::path::{Path, PathBuf};

use chrono::DateTime;
use data_encoding::{BASE64URL_NOPAD, HEXLOWER, HEXLOWER_PERMISSIVE};
use fieldcore::Profile;
use fieldcore::limits::PROFILE_BYTES_MAX;
use serde_json::json;

use super::Out;
use super::args::{KeysCommand, Picture, ProfileCommand, TokenArgs};
use super::print::{qr_svg, qr_text, table, time};
use crate::error::{Error, Result};
use crate::hub::{Hub, InitOptions, TokenOptions};
use crate::surroundings::Surroundings;

/// What a profile's QR code begins with; the signed bundle follows in base64url.
const PROFILE_PREFIX: &str = "FCP1:";

fn read_text(file: &Path) -> Result<String> {
    let size = std::fs::metadata(file).map_err(|error| Error::io(file, error))?.len();
    if size > PROFILE_BYTES_MAX as u64 {
        let why = format!("it has {size} bytes, a profile has at most {PROFILE_BYTES_MAX}");
        return Err(Error::unreadable(file.display().to_string(), why));
    }
    std::fs::read_to_string(file).map_err(|error| Error::io(file, error))
}

pub(super) fn init(
    out: &Out,
    dir: &Path,
    name: &str,
    url: Option<&str>,
    profile: Option<&Path>,
    around: Surroundings,
) -> Result<bool> {
    let profile = profile.map(read_text).transpose()?;
    let options = InitOptions { name: name.to_owned(), url: url.map(str::to_owned), profile };
    let hub = Hub::init(dir, &options, around)?;
    let take_away = dir.join(crate::core::TAKE_AWAY_DIR);
    let answer = json!({"campaign": hub.campaign().to_string(), "take_away": take_away.display().to_string()});
    out.say(&answer, |_| {
        format!(
            "A hub for campaign {} is in {}.\n\n\
             TAKE AWAY NOW, to two places that are not this machine:\n  {}\n\
             It holds the two offline roots (they alone can replace the hub's keys) and the recovery key\n\
             (it opens every batch of the campaign). Copy the files, read them back, then delete them here.\n\n\
             Next: `fieldcore-hub --dir {} token --qr` enrols a phone; `serve --listen ADDR:PORT` takes what it sends.",
            hub.campaign(),
            dir.display(),
            take_away.display(),
            dir.display()
        )
    })?;
    Ok(true)
}

pub(super) fn restore(out: &Out, dir: &Path, file: &Path, new_keys: bool, around: Surroundings) -> Result<bool> {
    let make = if new_keys { Hub::restore_with_new_keys } else { Hub::restore };
    let hub = make(dir, file, around)?;
    let stock = hub.stock()?;
    out.say(&json!({"campaign": hub.campaign().to_string(), "items": stock.items, "records": stock.records}), |_| {
        format!(
            "Restored {} items with {} records. Phones notice at their next sync and send again what is missing;\n\
             `verify` shows gaps, `ask DEVICE` asks for them. Revocations newer than the backup must be made again.",
            stock.items, stock.records
        )
    })?;
    Ok(true)
}

pub(super) fn backup(out: &Out, hub: &Hub, file: &Path, without_keys: bool) -> Result<bool> {
    hub.backup(file, without_keys)?;
    out.say(&json!({"file": file.display().to_string(), "keys": !without_keys}), |_| {
        let keys = if without_keys {
            "without the keys folder: keep that elsewhere, or nothing can be opened."
        } else {
            "WITH THE HUB'S KEYS: whoever has this file can read everybody in it. Keep it on an encrypted disk."
        };
        format!("Written to {}, {keys}", file.display())
    })?;
    Ok(true)
}

fn draft(hub: &Hub) -> PathBuf {
    hub.dir().join("profile.toml")
}

pub(super) fn profile(out: &Out, hub: &Hub, command: &ProfileCommand) -> Result<bool> {
    match command {
        ProfileCommand::Edit { file } => edit(out, hub, file.as_deref()),
        ProfileCommand::Sign { file, hold } => {
            let text = match file {
                Some(file) => read_text(file)?,
                None if draft(hub).exists() => read_text(&draft(hub))?,
                None => return Err(Error::refused("signing", "there is no draft; run `profile edit` first")),
            };
            if *hold {
                hub.sign_profile(&text)?;
            } else {
                hub.publish_profile(&text)?;
            }
            signed(out, &Profile::parse(&text)?, !*hold)
        }
        ProfileCommand::Publish => {
            hub.publish_signed()?;
            signed(out, &Profile::parse(&hub.profile()?)?, true)
        }
        ProfileCommand::Show { out: file, picture } => show(out, hub, file.as_deref(), picture),
    }
}

fn signed(out: &Out, profile: &Profile, published: bool) -> Result<bool> {
    let answer = json!({
        "version": profile.version, "digest": HEXLOWER.encode(profile.digest()), "published": published
    });
    out.say(&answer, |_| {
        let next = if published { "phones get it at their next sync" } else { "`profile publish` sends it to phones" };
        format!("Profile version {} is signed; {next}.", profile.version)
    })?;
    Ok(true)
}

/// The draft is what was taken or edited; a wrong one is told and kept, so that no typing is lost.
fn edit(out: &Out, hub: &Hub, file: Option<&Path>) -> Result<bool> {
    let path = draft(hub);
    let text = match file {
        Some(file) => read_text(file)?,
        None => {
            if !path.exists() {
                std::fs::write(&path, hub.profile()?).map_err(|error| Error::io(&path, error))?;
            }
            let editor = std::env::var("EDITOR").unwrap_or_else(|_| "vi".to_owned());
            // An editor may come with arguments of its own.
            let mut words = editor.split_whitespace();
            let ended = std::process::Command::new(words.next().unwrap_or("vi"))
                .args(words)
                .arg(&path)
                .status()
                .map_err(|error| Error::io(PathBuf::from(&editor), error))?;
            if !ended.success() {
                return Err(Error::refused("editing", "the editor ended with an error; nothing was signed"));
            }
            read_text(&path)?
        }
    };
    let profile = Profile::parse(&text)?;
    if file.is_some() {
        std::fs::write(&path, &text).map_err(|error| Error::io(&path, error))?;
    }
    out.say(&json!({"version": profile.version, "draft": path.display().to_string()}), |_| {
        format!("The draft ({}) is sound, version {}. `profile sign` signs it.", path.display(), profile.version)
    })?;
    Ok(true)
}

fn show(out: &Out, hub: &Hub, file: Option<&Path>, picture: &Picture) -> Result<bool> {
    let text = hub.profile()?;
    let profile = Profile::parse(&text)?;
    let bundle = hub.profile_bundle()?;
    if let Some(file) = file {
        std::fs::write(file, &bundle).map_err(|error| Error::io(file, error))?;
    }
    let answer = json!({
        "version": profile.version, "name": profile.name, "campaign": profile.campaign.to_string(),
        "digest": HEXLOWER.encode(profile.digest()), "text": text
    });
    out.say(&answer, |_| text.clone())?;
    draw(out, &format!("{PROFILE_PREFIX}{}", BASE64URL_NOPAD.encode(&bundle)), picture)?;
    Ok(true)
}

fn draw(out: &Out, text: &str, picture: &Picture) -> Result<()> {
    if let Some(file) = &picture.svg {
        qr_svg(text, file)?;
    }
    if picture.qr {
        out.line(&qr_text(text)?);
    }
    Ok(())
}

pub(super) fn token(out: &Out, hub: &Hub, args: &TokenArgs) -> Result<bool> {
    let valid_ms = valid_for(&args.expires, chrono::Utc::now().timestamp_millis())?;
    let text = hub.token(&TokenOptions { uses: args.uses, valid_ms, url: args.url.clone() })?;
    out.say(&json!({"invitation": text, "uses": args.uses, "valid_ms": valid_ms}), |_| text.clone())?;
    draw(out, &text, &args.picture)?;
    Ok(true)
}

/// Milliseconds from a length of time or until a time.
pub(super) fn valid_for(text: &str, now_ms: i64) -> Result<u64> {
    let units = [('s', 1_000), ('m', 60_000), ('h', 3_600_000), ('d', 86_400_000u64)];
    for (unit, ms) in units {
        if let Some(count) = text.strip_suffix(unit).and_then(|count| count.parse::<u64>().ok())
            && let Some(valid) = count.checked_mul(ms)
        {
            return Ok(valid);
        }
    }
    let until = DateTime::parse_from_rfc3339(text).map(|time| time.timestamp_millis());
    match until {
        Ok(until) if until > now_ms => Ok(until.abs_diff(now_ms)),
        Ok(_) => Err(Error::usage("--expires", "this time is over")),
        Err(_) => Err(Error::usage("--expires", "it takes 90m, 12h, 7d or a time like 2026-05-01T08:00:00Z")),
    }
}

pub(super) fn keys(out: &Out, hub: &Hub, command: &KeysCommand) -> Result<bool> {
    match command {
        KeysCommand::Show => show_keys(out, hub),
        KeysCommand::Rotate { root, lost } => {
            let lost = lost.iter().map(|id| key_id(id)).collect::<Result<Vec<_>>>()?;
            let version = hub.rotate_keys(root, &lost)?;
            out.say(&json!({"version": version}), |_| {
                format!(
                    "Key set version {version} is in force; phones get it at their next sync. Old seal keys must stay\n\
                     readable somewhere until the campaign's last device is closed."
                )
            })?;
            Ok(true)
        }
        KeysCommand::Ask => {
            let asked = hub.ask_for_unreadable()?;
            out.say(&json!({"asked": asked}), |_| format!("Asked again for {asked} items that cannot be read here."))?;
            Ok(true)
        }
    }
}

fn key_id(text: &str) -> Result<[u8; 8]> {
    let bytes = HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| Error::usage("--lost", "a key's id has 16 hexadecimal digits, as `keys show` prints it"))
}

fn show_keys(out: &Out, hub: &Hub) -> Result<bool> {
    let set = hub.key_set()?;
    let ring = hub.core().ring()?;
    let (seals, receipt) = (ring.seal_ids(), ring.receipt_id());
    let rows: Vec<_> = set
        .certificates
        .iter()
        .map(|one| {
            let id = one.id();
            let at_hand = seals.contains(&id) || receipt == Some(id);
            json!({
                "purpose": format!("{:?}", one.purpose).to_lowercase(), "id": HEXLOWER.encode(&id),
                "from_ms": one.not_before_ms, "to_ms": one.not_after_ms, "revoked": set.revoked.contains(&id),
                "at_hand": at_hand
            })
        })
        .collect();
    out.say(&json!({"version": set.version, "keys": rows}), |_| {
        let cells: Vec<Vec<String>> = rows
            .iter()
            .map(|row| {
                let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
                let flag = |key: &str| if row[key] == true { "yes" } else { "no" }.to_owned();
                vec![text("purpose"), text("id"), time(row["to_ms"].as_i64()), flag("revoked"), flag("at_hand")]
            })
            .collect();
        format!("key set version {}\n{}", set.version, table(&["purpose", "id", "until", "revoked", "at hand"], &cells))
    })?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_lasts_as_long_as_is_said() {
        assert_eq!(valid_for("90m", 0).unwrap(), 5_400_000);
        assert_eq!(valid_for("7d", 0).unwrap(), 604_800_000);
        assert_eq!(valid_for("1970-01-01T00:00:05Z", 2_000).unwrap(), 3_000);
        assert!(valid_for("1970-01-01T00:00:05Z", 6_000).is_err());
        assert!(valid_for("soon", 0).is_err());
        assert!(valid_for("99999999999999999999d", 0).is_err());
    }
}
