//! Makes bundles as a station and a hub make them today, with keys never used before, and the
//! keys that open them: what the independent verifier is given. Usage: fieldcore-fresh-bundle
//! FOLDER; writes FOLDER/up.bundle (what a device sends), FOLDER/down.bundle (what the hub
//! answers: receipts, dispatches, a notice sealed to the device, a state), and keys and
//! figures to each, FOLDER/up.keys.json and FOLDER/down.keys.json.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use fieldcore::sync::{Answer, Step, SyncSession};
use fieldcore::text::hex;
use fieldcore::wire::{Bundle, Invitation, Item, Purpose};
use fieldcore::{Error, Journal, JournalOptions, Platform, Secret, Station};
use fieldcore_hub::{Hub, InitOptions, Surroundings, TokenOptions};
use fieldcore_tests::link::deliver;
use fieldcore_tests::workload::{LANE, shift_plan};
use fieldcore_tests::{MemoryVault, Person, people, tube_label};
use serde_json::{Value, json};

type Done<T> = Result<T, Box<dyn std::error::Error>>;

const TUBES: usize = 4;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1) else {
        eprintln!("usage: fieldcore-fresh-bundle FOLDER");
        return ExitCode::from(2);
    };
    match run(Path::new(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// One device with its vault, enrolled by a token of its own.
struct Device {
    journal: Journal,
    vault: Arc<MemoryVault>,
    invitation: Invitation,
}

impl Device {
    fn new(hub: &Hub, folder: &Path) -> Done<Self> {
        let vault = Arc::new(MemoryVault::new());
        let options = JournalOptions { ballast_bytes: 1 << 16, ..JournalOptions::new(folder) };
        let journal = Journal::open(options, Platform::system(vault.clone())?)?;
        let invitation = Invitation::from_text(&hub.token(&TokenOptions::default())?)?;
        journal.enrol(&invitation)?;
        Ok(Self { journal, vault, invitation })
    }

    /// Ten people a tube; how many were bound.
    fn work(&self, roll: u64, people: &[Person]) -> Done<usize> {
        let mut station = Station::open(self.journal.clone())?;
        station.start_shift(None, &shift_plan())?;
        let mut bound = 0;
        for (index, ten) in (0u64..).zip(people.chunks(10)) {
            station.line(LANE, &tube_label(roll, index))?;
            for person in ten {
                bound += usize::from(station.line(LANE, &person.number)?.saved.is_some());
            }
        }
        Ok(bound)
    }

    /// Takes the last person out again.
    fn undo(&self) -> Done<usize> {
        let mut station = Station::open(self.journal.clone())?;
        Ok(usize::from(station.line(LANE, ":undo")?.saved.is_some()))
    }

    /// Sends what waits until nothing does; what went up and what came down.
    fn sync(&self, hub: &Hub) -> Done<(Vec<Item>, Vec<Item>)> {
        self.journal.seal_now()?;
        let (mut up, mut down) = (Vec::new(), Vec::new());
        let mut session = SyncSession::new(self.journal.clone());
        while let Step::Send(request) = session.next()? {
            up.extend(if request.body.is_empty() { Vec::new() } else { Bundle::read(&request.body)?.items });
            let answer = deliver(hub, &request);
            if let Answer::Http { status: 200, body, .. } = &answer {
                down.extend(Bundle::read(body)?.items);
            }
            session.done(request.id, &answer)?;
        }
        Ok((up, down))
    }

    /// The device's X25519 secret, to which notices are sealed.
    fn seal_secret(&self) -> Done<Secret> {
        let secrets = self.vault.secrets();
        let found = secrets.into_iter().find(|(name, _)| name.ends_with("/seal"));
        Ok(found.ok_or_else(|| Error::refused("a fresh bundle", "the vault has no seal secret; report this"))?.1)
    }
}

/// The hub's seal secrets by key id, from its key folder.
fn seal_secrets(hub: &Hub) -> Done<Value> {
    let mut out = serde_json::Map::new();
    for certificate in hub.key_set()?.certificates.iter().filter(|one| one.purpose == Purpose::Seal) {
        let id = hex(certificate.id());
        let text = std::fs::read_to_string(hub.dir().join("keys").join(format!("seal-{id}.key")))?;
        let secret = text.split_whitespace().last().unwrap_or_default().to_owned();
        out.insert(id, secret.into());
    }
    Ok(out.into())
}

fn keys(hub: &Hub, device: &Device, expect: &Value) -> Done<Value> {
    Ok(json!({
        "seal": seal_secrets(hub)?,
        "roots": device.invitation.roots.map(hex),
        "key_set": hex(&device.invitation.keys),
        "token": hex(device.invitation.token),
        "device_seal": hex(device.seal_secret()?.expose()),
        "expect": expect,
    }))
}

/// How many items of each type there are, in the verifier's words.
fn counts(items: &[Item]) -> Value {
    let names =
        ["enrolments", "batches", "salvages", "receipts", "dispatches", "polls", "states", "refusals", "outstanding"];
    let of = |code: u8| items.iter().filter(|item| item.code() == code).count();
    let counted = (1u8..).zip(names).map(|(code, name)| (name.to_owned(), Value::from(of(code))));
    counted.chain([("unknown".to_owned(), 0.into()), ("cut_off".to_owned(), 0.into())]).collect()
}

fn run(folder: &Path) -> Done<()> {
    let work = tempfile::tempdir()?;
    let hub = Hub::init(&work.path().join("hub"), &InitOptions::default(), Surroundings::system()?)?;
    let (first, second) = (Device::new(&hub, &work.path().join("one"))?, Device::new(&hub, &work.path().join("two"))?);
    let seed = u64::from_be_bytes(first.journal.device().as_bytes()[8..].try_into()?);
    let people = people(seed, TUBES * 10);
    let bound = first.work(9, &people)? - first.undo()?;
    let (up, mut down) = first.sync(&hub)?;
    let records = hub.stock()?.records;
    // The same person at another device: the hub tells both.
    second.work(8, &people[..1])?;
    second.sync(&hub)?;
    down.extend(first.sync(&hub)?.1);

    let mut sent = counts(&up);
    sent["people"] = bound.into();
    sent["tubes"] = TUBES.into();
    sent["records"] = records.into();
    let notices = hub.conflicts()?.people.len();
    let mut answered = counts(&down);
    answered["notices"] = notices.into();
    std::fs::create_dir_all(folder)?;
    for (name, items, expect) in [("up", &up, &sent), ("down", &down, &answered)] {
        std::fs::write(folder.join(format!("{name}.bundle")), Bundle::write(items)?)?;
        std::fs::write(folder.join(format!("{name}.keys.json")), keys(&hub, &first, expect)?.to_string())?;
    }
    Ok(())
}
