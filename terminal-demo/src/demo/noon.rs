//! Noon: both devices meet a network, a bad one, and send everything.
//!
//! The pauses that the core asks for between tries are not slept: the clocks of the device and of
//! the hub are moved on by as much. Only the link's own delays take real time.

use std::path::Path;

use fieldcore::sync::{DispatchTaken, Step, SyncEvent, SyncSession, Waiting};
use fieldcore::{Clock, Journal};
use indicatif::ProgressBar;

use super::party::{Device, Party};
use super::script::at;
use crate::exit::Failure;
use crate::net::Link;

const NOON: &str = "12:00:00.000";
/// Tries of one conversation, at the most: the link turns good long before.
const TRIES_MAX: u32 = 200;
/// After so long a device asks the hub again by itself.
const QUIET_MS: u64 = 11 * 60 * 1000;

/// What the conversations came to.
#[derive(Default)]
pub(super) struct Talks {
    /// Time that the devices would have waited between tries, milliseconds.
    pub(super) waited_ms: u64,
    /// Notices that arrived, by device.
    pub(super) notices: [usize; 2],
    /// What was refused or ignored, in the core's words.
    pub(super) oddities: Vec<String>,
    /// Conversations that did not come to their end.
    pub(super) unfinished: usize,
}

/// Lets both devices send all they have, and then hear what the hub found out. A `backup` is
/// written when the hub has heard only the first.
pub(super) fn play(party: &Party, backup: Option<&Path>, bar: &ProgressBar) -> Result<Talks, Failure> {
    let noon = at(NOON);
    party.hub_time(noon);
    party.link.set_away(false);
    let mut talks = Talks::default();
    let journals = [&party.devices[0], &party.devices[1]].map(|device| {
        let behind = device.clock.wall_ms();
        device.wait(u64::try_from(noon - behind).unwrap_or(0));
        device.open()
    });
    let [hall, street] = journals;
    let journals = [hall?, street?];
    let mut sealed = 0;
    for journal in &journals {
        journal.seal_now()?;
        sealed += journal.figures()?.sealed;
    }
    bar.set_length(sealed);
    for (device, journal) in party.devices.iter().zip(&journals) {
        party.link.turn_weather();
        talk(party, device, journal, &mut talks, bar)?;
        if let Some(file) = backup.filter(|_| device.number == 0) {
            party.hub.backup(file, false)?;
        }
    }
    // The hub knew of a conflict only when it had heard both. That a device heard of it is a
    // record too, and wants its receipt.
    for (device, journal) in party.devices.iter().zip(&journals) {
        party.wait(device, QUIET_MS);
        talk(party, device, journal, &mut talks, bar)?;
        if journal.seal_now()?.sealed > 0 {
            bar.inc_length(1);
            talk(party, device, journal, &mut talks, bar)?;
        }
    }
    for journal in &journals {
        journal.shutdown()?;
    }
    bar.finish();
    Ok(talks)
}

fn talk(
    party: &Party,
    device: &Device,
    journal: &Journal,
    talks: &mut Talks,
    bar: &ProgressBar,
) -> Result<(), Failure> {
    let link = Link::new(&party.link.url(), None)?;
    let mut session = SyncSession::new(journal.clone());
    session.hurry()?;
    for _ in 0..TRIES_MAX {
        match session.next()? {
            Step::Send(request) => {
                for event in session.done(request.id, &link.exchange(&request))? {
                    talks.hear(device, &event, bar);
                }
            }
            Step::Wake { after_ms, why: Waiting::BackingOff } => {
                party.wait(device, after_ms);
                talks.waited_ms += after_ms;
            }
            Step::Wake { .. } => return Ok(()),
        }
    }
    talks.unfinished += 1;
    Ok(())
}

impl Talks {
    fn hear(&mut self, device: &Device, event: &SyncEvent, bar: &ProgressBar) {
        match event {
            SyncEvent::Receipt(taken) if taken.held.is_none() => bar.inc(1),
            SyncEvent::Dispatch(DispatchTaken::Notice { .. }) => self.notices[device.number] += 1,
            SyncEvent::Refused { what, .. } => self.oddities.push(what.clone()),
            SyncEvent::Ignored { what, why } => self.oddities.push(format!("{what}: {why}")),
            SyncEvent::HubMovedBack { .. } => self.oddities.push("the hub moved back".to_owned()),
            _ => {}
        }
    }
}
