//! The self-test before a site opens.

use serde::Serialize;

use super::figures::current_round;
use super::source::Source;
use super::{Station, state};
use crate::error::{Error, Result};
use crate::journal::Note;
use crate::record::Checked;
use crate::wire::{Anchor, AnchorKind, Mode};

/// How one item of the self-test came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// As it must be.
    Ok,
    /// A fact to know; nothing is wrong.
    Fact,
    /// It should be put right, work can go on.
    Warning,
    /// It must be put right before work begins.
    Failed,
}

/// One item of the self-test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckItem {
    /// Which: `mode`, `keys`, `profile`, `shift`, `clock`, `space`, `tubes`, `sync`, `network`,
    /// `notes`, `store`.
    pub item: &'static str,
    /// How it came out.
    pub finding: Finding,
    /// A code for shells to look their words up by.
    pub code: &'static str,
    /// A measure, where there is one: milliseconds, bytes, a version, a count.
    pub value: Option<i64>,
    /// The same in English words, with what to do.
    pub text: String,
}

/// What the shell knows and the core does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Bytes free where the journal lies.
    pub free_bytes: Option<u64>,
    /// Whether a network is there.
    pub network: Option<bool>,
}

/// The self-test's result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Whether everything that must hold does hold.
    pub passed: bool,
    /// The items, in a fixed order.
    pub items: Vec<CheckItem>,
}

/// Below this much free space a day's work may not fit (30,000 records, their batches and the
/// write-ahead log take about 60 MiB).
const SPACE_WARNING_BYTES: u64 = 128 * 1024 * 1024;
/// Below this much not even the ballast and one checkpoint fit.
const SPACE_FAILED_BYTES: u64 = 16 * 1024 * 1024;
/// A wall clock further from the hub's than this confuses people who compare times.
const CLOCK_WARNING_MS: i64 = 2 * 60 * 1000;
/// 2024-01-01T00:00Z: no device that runs this has lived before.
const CLOCK_PLAUSIBLE_MS: i64 = 1_704_067_200_000;

fn item(
    item: &'static str,
    finding: Finding,
    code: &'static str,
    value: Option<i64>,
    text: impl Into<String>,
) -> CheckItem {
    CheckItem { item, finding, code, value, text: text.into() }
}

fn whole(count: impl TryInto<i64>) -> Option<i64> {
    Some(count.try_into().unwrap_or(i64::MAX))
}

/// See [`Station::check`].
pub(super) fn check(station: &Station, surroundings: Surroundings) -> Result<CheckReport> {
    let mut items = vec![mode(station.journal.mode()), station.view(|view| keys(view))?];
    items.push(profile(station)?);
    items.push(shift(station)?);
    items.push(clock(station)?);
    items.push(space(station, surroundings)?);
    items.push(tubes(station)?);
    items.push(sync(station)?);
    items.push(network(surroundings));
    items.extend(notes(station));
    let store = store(station, &items);
    items.push(store);
    Ok(CheckReport { passed: passed(&items), items })
}

fn passed(items: &[CheckItem]) -> bool {
    items.iter().all(|item| item.finding != Finding::Failed)
}

fn mode(mode: Mode) -> CheckItem {
    match mode {
        Mode::Live => item("mode", Finding::Ok, "live", None, "Records are real."),
        Mode::Practice => {
            item("mode", Finding::Fact, "practice", None, "Practice: nothing counts, the hub refuses it.")
        }
    }
}

/// The keys by which tubes and people are found, and one record that can be read with them.
fn keys(source: &dyn Source) -> Result<CheckItem> {
    let lost = |why: &str| {
        let text = format!("{why} Open the journal again; it goes on with new keys and loses no record.");
        item("keys", Finding::Failed, "keys_gone", None, text)
    };
    match source.tube_key("self-test") {
        Err(Error::Vault { .. }) => return Ok(lost("The vault does not give the keys.")),
        other => other.map(|_| ())?,
    }
    if let Some(shift) = state::latest_shift(source.conn())? {
        if source.read(shift.at)?.is_none() {
            return Ok(lost("The latest shift cannot be read any more."));
        }
        if source.person_key(shift.round, "self-test")?.is_none() {
            return Ok(lost("The round's key is gone."));
        }
    }
    Ok(item("keys", Finding::Ok, "keys_there", None, "The keys are there and open the latest shift."))
}

fn profile(station: &Station) -> Result<CheckItem> {
    let profile = station.profile()?;
    let version = Some(i64::from(profile.version));
    Ok(if profile.version == 0 {
        item(
            "profile",
            Finding::Warning,
            "profile_built_in",
            version,
            "The built-in profile is in force; enrol, or apply the campaign's.",
        )
    } else {
        let text = format!("Profile version {} of {} is in force.", profile.version, profile.name);
        item("profile", Finding::Ok, "profile_there", version, text)
    })
}

fn shift(station: &Station) -> Result<CheckItem> {
    let running = station.view(|view| Ok(state::shifts_open(view.conn())?.len()))?;
    Ok(match running {
        0 => item("shift", Finding::Fact, "shift_none", Some(0), "No shift runs; begin one before the first scan."),
        count => item("shift", Finding::Ok, "shift_runs", whole(count), format!("{count} shift(s) running.")),
    })
}

/// The wall clock against the last moment at which the true time was known.
fn clock(station: &Station) -> Result<CheckItem> {
    let clock = station.journal.platform().clock.clone();
    let (wall, mono, session) = (clock.wall_ms(), clock.mono_ms(), clock.session());
    if wall < CLOCK_PLAUSIBLE_MS {
        let text = "The clock is years behind; set it. No record is refused for it.";
        return Ok(item("clock", Finding::Warning, "clock_implausible", None, text));
    }
    let anchor: Option<Anchor> = station.view(|view| view.last_anchor())?;
    let Some(anchor) = anchor.filter(|anchor| anchor.clock == session && mono >= anchor.mono_ms) else {
        let text = "The true time is not known since the device was started; it will be after a sync.";
        return Ok(item("clock", Finding::Fact, "clock_unproven", None, text));
    };
    let passed = i64::try_from(mono - anchor.mono_ms).unwrap_or(i64::MAX);
    let off = wall.saturating_sub(anchor.hub_ms.saturating_add(passed));
    let late = anchor.kind == AnchorKind::LowerBound && off >= 0;
    if late || off.abs() <= CLOCK_WARNING_MS {
        let text = format!("The clock is {off} ms off the hub's.");
        return Ok(item("clock", Finding::Ok, "clock_right", Some(off), text));
    }
    let text = format!("The clock is {} s off the hub's; set it. The hub corrects the records.", off / 1000);
    Ok(item("clock", Finding::Warning, "clock_off", Some(off), text))
}

fn space(station: &Station, surroundings: Surroundings) -> Result<CheckItem> {
    if station.journal.figures()?.capture_stopped {
        let text = "The disk is full and capture is stopped; free space, then sync.";
        return Ok(item("space", Finding::Failed, "capture_stopped", None, text));
    }
    let Some(free) = surroundings.free_bytes.or_else(|| station.journal.free_bytes()) else {
        return Ok(item("space", Finding::Fact, "space_unknown", None, "The free space is not known."));
    };
    let mib = free / (1024 * 1024);
    let (finding, code, text) = if free < SPACE_FAILED_BYTES {
        (Finding::Failed, "space_none", format!("Only {mib} MiB are free; free space before work begins."))
    } else if free < SPACE_WARNING_BYTES {
        (Finding::Warning, "space_low", format!("Only {mib} MiB are free; a long day may not fit."))
    } else {
        (Finding::Ok, "space_enough", format!("{mib} MiB are free."))
    };
    Ok(item("space", finding, code, whole(free), text))
}

fn tubes(station: &Station) -> Result<CheckItem> {
    let open = station.open_tubes()?;
    let old = open.iter().filter(|tube| tube.old).count();
    Ok(match (open.len(), old) {
        (count, 0) => item("tubes", Finding::Ok, "tubes_young", whole(count), format!("{count} tube(s) open.")),
        (count, old) => {
            let text = format!("{old} of {count} open tube(s) are older than they should be; fill or close them.");
            item("tubes", Finding::Warning, "tubes_old", whole(old), text)
        }
    })
}

fn sync(station: &Station) -> Result<CheckItem> {
    let figures = station.journal.figures()?;
    let waiting = format!("{} record(s) wait for a receipt", figures.unsent);
    Ok(if figures.refused > 0 || figures.held > 0 {
        let text = format!(
            "{waiting}; the hub holds {} batch(es) and refused {}. Tell the hub's people.",
            figures.held, figures.refused
        );
        item("sync", Finding::Warning, "sync_held", whole(figures.held + figures.refused), text)
    } else if figures.last_sync_ms.is_none() {
        item("sync", Finding::Fact, "sync_never", whole(figures.unsent), format!("{waiting}; no hub has answered yet."))
    } else {
        item("sync", Finding::Ok, "sync_done", whole(figures.unsent), format!("{waiting}."))
    })
}

fn network(surroundings: Surroundings) -> CheckItem {
    match surroundings.network {
        Some(true) => item("network", Finding::Fact, "network_there", Some(1), "A network is there."),
        Some(false) => {
            item("network", Finding::Fact, "network_none", Some(0), "No network is there; none is needed to work.")
        }
        None => item("network", Finding::Fact, "network_unknown", None, "Whether a network is there was not asked."),
    }
}

/// What happened to the journal and a person should know.
fn notes(station: &Station) -> Option<CheckItem> {
    let told = station.journal.notes();
    let grave = |note: &&Note| !matches!(note, Note::EpochBegan { .. } | Note::CaptureResumed | Note::WasSaved { .. });
    let count = told.iter().filter(grave).count();
    let text = format!("{count} thing(s) happened to the journal since it was opened; read the status.");
    (count > 0).then(|| item("notes", Finding::Warning, "notes_there", whole(count), text))
}

/// Writes the self-test's own record: what is written durably now is the proof that it can be.
fn store(station: &Station, items: &[CheckItem]) -> CheckItem {
    let findings: Vec<&str> = items
        .iter()
        .filter(|item| matches!(item.finding, Finding::Warning | Finding::Failed))
        .map(|item| item.code)
        .collect();
    if station.journal.is_read_only() {
        return item(
            "store",
            Finding::Fact,
            "store_read_only",
            None,
            "Opened for reading only; writing was not tried.",
        );
    }
    let body = Checked { passed: passed(items), findings: findings.join(" ") };
    let written = station.journal.act(|action| {
        let shift = state::shifts_open(action.conn())?.pop().map(|shift| shift.at);
        action.append(None, shift, body)
    });
    match written {
        Ok(_) => item("store", Finding::Ok, "store_durable", None, "A record was written and is on the disk."),
        Err(error) => item("store", Finding::Failed, "store_failed", None, error.to_string()),
    }
}

/// The name of the round that the reports speak of.
pub(super) fn round_name(station: &Station) -> Result<Option<String>> {
    let profile = station.profile()?;
    station.view(|view| Ok(current_round(view, &profile)?.1))
}
