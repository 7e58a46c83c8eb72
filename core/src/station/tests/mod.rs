//! What the station's tests stand on: a lane at a desk whose time is moved by hand.

mod cards;
mod claims_told;
mod custody;
mod documents;
mod door_verbs;
mod doors;
#[cfg(feature = "optics")]
mod eyes;
mod labels;
mod model;
mod near;
mod odd;
mod receiving;
mod relay;
mod scenarios;
mod seams;
mod typed_doors;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use super::{Answer, ShiftPlan, Station};
use crate::error::{Error, Result};
use crate::journal::{Journal, JournalOptions};
use crate::platform::{Clock, KeyVault, OsEntropy, Platform};
use crate::record::ProfileSource;
use crate::scan::check_character;
use crate::secret::Secret;
use crate::wire::Mode;

struct Hand {
    wall_ms: AtomicI64,
    mono_ms: AtomicU64,
}

impl Clock for Hand {
    fn wall_ms(&self) -> i64 {
        self.wall_ms.load(Relaxed)
    }
    fn mono_ms(&self) -> u64 {
        self.mono_ms.load(Relaxed)
    }
    fn session(&self) -> u64 {
        7
    }
}

#[derive(Default)]
struct Drawer(Mutex<BTreeMap<String, Secret>>);

impl KeyVault for Drawer {
    fn create(&self, name: &str, secret: &Secret) -> Result<()> {
        match self.0.lock().unwrap().insert(name.to_owned(), secret.clone()) {
            None => Ok(()),
            Some(_) => Err(Error::Vault { name: name.to_owned(), reason: "it is there".to_owned() }),
        }
    }
    fn read(&self, name: &str) -> Result<Option<Secret>> {
        Ok(self.0.lock().unwrap().get(name).cloned())
    }
    fn destroy(&self, name: &str) -> Result<()> {
        self.0.lock().unwrap().remove(name);
        Ok(())
    }
}

/// A station that can be stopped and started again on what is on the disk.
struct Post {
    dir: TempDir,
    clock: Arc<Hand>,
    vault: Arc<Drawer>,
    mode: Mode,
    station: Option<Station>,
}

impl Post {
    /// A post with the built-in profile, and a shift begun.
    fn new() -> Self {
        Self::with("", Mode::Live)
    }

    /// A post with a profile of these keys.
    fn profile(keys: &str) -> Self {
        Self::with(keys, Mode::Live)
    }

    fn with(keys: &str, mode: Mode) -> Self {
        let base = std::path::Path::new("/dev/shm");
        let dir = if base.is_dir() { tempfile::tempdir_in(base) } else { tempfile::tempdir() }.unwrap();
        let clock = Hand { wall_ms: AtomicI64::new(1_767_571_200_000), mono_ms: AtomicU64::new(1_000) };
        let mut post = Self { dir, clock: Arc::new(clock), vault: Arc::default(), mode, station: None };
        let journal = post.journal();
        if !keys.is_empty() {
            journal.apply_profile(&text(1, keys), ProfileSource::Unsigned).unwrap();
        }
        post.station = Some(Station::open(journal).unwrap());
        post.station().start_shift(None, &plan()).unwrap();
        post
    }

    fn journal(&self) -> Journal {
        let (options, platform) = self.place();
        Journal::open(options, platform).unwrap()
    }

    /// The journal as somebody beside the station reads it.
    fn reader(&self) -> Journal {
        let (options, platform) = self.place();
        Journal::open_read_only(options, platform).unwrap()
    }

    fn place(&self) -> (JournalOptions, Platform) {
        let path = self.dir.path().join("journal");
        let options = JournalOptions { ballast_bytes: 0, mode: self.mode, ..JournalOptions::new(path) };
        let vault: Arc<dyn KeyVault> = self.vault.clone();
        (options, Platform { clock: self.clock.clone(), entropy: Arc::new(OsEntropy), vault })
    }

    fn station(&mut self) -> &mut Station {
        self.station.as_mut().unwrap()
    }

    fn restart(&mut self) {
        self.station = None;
        self.station = Some(Station::open(self.journal()).unwrap());
        self.station().start_shift(None, &plan()).unwrap();
    }

    fn pass(&self, ms: u64) {
        self.clock.mono_ms.fetch_add(ms, Relaxed);
        self.clock.wall_ms.fetch_add(ms.cast_signed(), Relaxed);
    }

    /// One line in lane 1, three seconds after the one before.
    fn line(&mut self, line: &str) -> Answer {
        self.in_lane("1", line)
    }

    fn in_lane(&mut self, lane: &str, line: &str) -> Answer {
        self.pass(3_000);
        self.station().line(lane, line).unwrap()
    }

    /// Lines in lane 1, each with the word of its outcome.
    fn run(&mut self, lines: &[(&str, &str)]) -> Answer {
        let mut last = None;
        for (line, outcome) in lines {
            let answer = self.line(line);
            assert_eq!(answer.outcome.as_str(), *outcome, "{line}: {:?} {:?}", answer.problems, answer.text);
            last = Some(answer);
        }
        last.unwrap()
    }
}

/// A profile's text: what every profile needs, and these keys.
fn text(version: u32, keys: &str) -> String {
    let (head, tables) =
        keys.split_once("\n[").map_or((keys, String::new()), |(head, rest)| (head, format!("[{rest}")));
    format!(
        "campaign = \"01890a5d-ac96-774b-bcce-b302099a8057\"\nname = \"Test\"\nversion = {version}\n{head}\n\n\
         [[round]]\nid = \"01890a5d-ac96-774b-bcce-b302099a8058\"\nname = \"1\"\n\n\
         [[round]]\nid = \"01890a5d-ac96-774b-bcce-b302099a8059\"\nname = \"2\"\n\n{tables}\n"
    )
}

fn plan() -> ShiftPlan {
    ShiftPlan {
        round: None,
        site: "Tent 1".to_owned(),
        place: None,
        operator: "Operator 1".to_owned(),
        organisation: Some("Team 1".to_owned()),
    }
}

/// The number of a person who never was: born in January 1890.
fn number(n: u32) -> String {
    let body = format!("110101189001{:02}{:03}", 1 + n / 900 % 28, n % 900 + 1);
    format!("{body}{}", check_character(&body).unwrap())
}
