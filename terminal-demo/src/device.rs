//! Where this laptop's journal and secrets are, and how they are opened.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fieldcore::wire::Mode;
use fieldcore::{Clock, Entropy, Error, FileVault, Journal, JournalOptions, OsEntropy, Platform, Result, SystemClock};

use crate::args::Place;

/// The folder of the secrets: the one that was named, else `DIR.vault` beside the journal, so
/// that a copy of the journal's folder is no copy of its keys.
pub(crate) fn vault_dir(place: &Place) -> PathBuf {
    place.vault.clone().unwrap_or_else(|| {
        let mut name = place.journal.components().as_path().as_os_str().to_owned();
        name.push(".vault");
        PathBuf::from(name)
    })
}

/// The platform of a place, on the system's clock.
pub(crate) fn platform(place: &Place) -> Result<Platform> {
    platform_with(place, clock()?)
}

/// The clock since the start of the system, else that of this process.
fn clock() -> Result<Arc<dyn Clock>> {
    #[cfg(target_os = "linux")]
    if let Some(clock) = crate::clock::BootClock::of_system() {
        return Ok(Arc::new(clock));
    }
    Ok(Arc::new(SystemClock::new(&OsEntropy)?))
}

/// The platform of a place, on `clock`.
pub(crate) fn platform_with(place: &Place, clock: Arc<dyn Clock>) -> Result<Platform> {
    let (entropy, dir): (Arc<dyn Entropy>, _) = (Arc::new(OsEntropy), vault_dir(place));
    if !dir.exists() && !place.keys_lost && has_journal(&place.journal) {
        // A stick that is not plugged in must not become a key loss, which cannot be taken back.
        let reason = format!(
            "there is no such folder, but {} holds records; name the right one with --vault, or say --keys-lost if the secrets are gone for good",
            place.journal.display()
        );
        return Err(Error::Vault { name: dir.display().to_string(), reason });
    }
    Ok(Platform { clock, entropy, vault: Arc::new(FileVault::open(dir)?) })
}

/// Whether a journal lies in `dir`, live or practice.
fn has_journal(dir: &Path) -> bool {
    std::fs::read_dir(dir)
        .is_ok_and(|files| files.flatten().any(|file| file.path().extension().is_some_and(|end| end == "db")))
}

/// How the journal of a place is opened; `verb` tells others who holds it.
pub(crate) fn options(place: &Place, verb: &str) -> JournalOptions {
    JournalOptions {
        mode: if place.practice { Mode::Practice } else { Mode::Live },
        app: concat!("fieldcore-terminal/", env!("CARGO_PKG_VERSION")).to_owned(),
        holder: format!("`fieldcore-terminal {verb}`, process {}", std::process::id()),
        ..JournalOptions::new(&place.journal)
    }
}

/// Opens the journal for writing; makes it where there is none.
pub(crate) fn open(place: &Place, verb: &str) -> Result<Journal> {
    Journal::open(options(place, verb), platform(place)?)
}

/// Opens the journal for reading, beside whoever writes it.
pub(crate) fn open_to_read(place: &Place, verb: &str) -> Result<Journal> {
    Journal::open_read_only(options(place, verb), platform(place)?)
}
