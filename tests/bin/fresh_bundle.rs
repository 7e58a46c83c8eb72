//! Makes a bundle as a station makes it, with keys never used before, and the keys that open it:
//! what the independent verifier is given. Usage: fieldcore-fresh-bundle FOLDER; writes
//! FOLDER/fresh.bundle and FOLDER/fresh.keys.json.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use fieldcore::sync::{Step, SyncSession};
use fieldcore::wire::{Certificate, CertificatePlan, Invitation, KeySet, KeySetPlan, Purpose, token_id};
use fieldcore::{Entropy, Error, FileVault, Journal, JournalOptions, OsEntropy, Platform, Result, Secret, Station};
use fieldcore::{crypto, uuid_v7};
use fieldcore_tests::workload::{LANE, shift_plan};
use fieldcore_tests::{START_MS, people, tube_label};
use serde_json::json;

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

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    OsEntropy.fill(&mut bytes)?;
    Ok(bytes)
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The hub's seal key pair.
type Pair = (Secret, [u8; 32]);

fn invitation() -> Result<(Invitation, Pair)> {
    let campaign = uuid_v7(START_MS, random()?);
    let root = Secret::new(random()?);
    let seal = crypto::wrap_keypair(&OsEntropy)?;
    let certify = |purpose, key| {
        let (not_before_ms, not_after_ms) = (0, i64::MAX);
        Certificate::issue(&CertificatePlan { purpose, key, campaign, not_before_ms, not_after_ms, root: 0 }, &root)
    };
    let certificates = vec![
        certify(Purpose::Receipt, crypto::signing_public(&Secret::new(random()?)))?,
        certify(Purpose::Seal, seal.1)?,
        certify(Purpose::Recovery, crypto::wrap_keypair(&OsEntropy)?.1)?,
    ];
    let keys = KeySet::issue(KeySetPlan { campaign, version: 1, certificates, revoked: Vec::new(), root: 0 }, &root)?;
    let token: [u8; 16] = random()?;
    let invitation = Invitation {
        campaign,
        campaign_name: "fresh".to_owned(),
        roots: [crypto::signing_public(&root), crypto::signing_public(&Secret::new(random()?))],
        keys: keys.to_bytes()?,
        token_id: token_id(&token),
        token,
        profile_digest: random()?,
        profile_version: 1,
        hub_url: None,
        expires_ms: i64::MAX,
    };
    Ok((invitation, seal))
}

fn run(folder: &Path) -> Result<()> {
    let work = tempfile::tempdir().map_err(|error| Error::io(std::env::temp_dir(), error))?;
    let vault = FileVault::open(work.path().join("vault"))?;
    let options = JournalOptions { ballast_bytes: 1 << 16, ..JournalOptions::new(work.path().join("journal")) };
    let journal = Journal::open(options, Platform::system(Arc::new(vault))?)?;
    let (invitation, seal) = invitation()?;
    journal.enrol(&invitation)?;
    let bound = work_a_morning(&journal)?;
    journal.seal_now()?;
    let bundle = first_bundle(&journal)?;
    let keys = json!({
        "seal": {hex(crypto::key_id(&seal.1)): hex(seal.0.expose())},
        "roots": invitation.roots.map(hex),
        "key_set": hex(&invitation.keys),
        "token": hex(invitation.token),
        "expect": {"people": bound, "tubes": TUBES, "enrolments": 1, "cut_off": 0, "unknown": 0},
    });
    std::fs::create_dir_all(folder).map_err(|error| Error::io(folder, error))?;
    for (name, bytes) in [("fresh.bundle", bundle), ("fresh.keys.json", keys.to_string().into_bytes())] {
        let path = folder.join(name);
        std::fs::write(&path, bytes).map_err(|error| Error::io(path, error))?;
    }
    Ok(())
}

/// Ten people a tube, one of them taken out again; how many stay bound.
fn work_a_morning(journal: &Journal) -> Result<usize> {
    let mut station = Station::open(journal.clone())?;
    station.start_shift(None, &shift_plan())?;
    let mut bound = 0;
    for (index, ten) in (0u64..).zip(people(u64::from(random::<1>()?[0]), TUBES * 10).chunks(10)) {
        station.line(LANE, &tube_label(9, index))?;
        for person in ten {
            let answer = station.line(LANE, &person.number)?;
            bound += usize::from(answer.saved.is_some());
        }
    }
    let undone = station.line(LANE, ":undo")?;
    Ok(bound - usize::from(undone.saved.is_some()))
}

/// The first bundle that a session would post.
fn first_bundle(journal: &Journal) -> Result<Vec<u8>> {
    let mut session = SyncSession::new(journal.clone());
    for _ in 0..4 {
        match session.next()? {
            Step::Send(request) if request.path == "/v1/bundles" => return Ok(request.body),
            // A hub that does not know the device yet.
            Step::Send(request) => drop(session.done(request.id, &not_found())?),
            Step::Wake { .. } => break,
        }
    }
    Err(Error::refused("a fresh bundle", "the session had nothing to send; run the tests of sync"))
}

fn not_found() -> fieldcore::sync::Answer {
    fieldcore::sync::Answer::Http { status: 404, headers: Vec::new(), body: Vec::new() }
}
