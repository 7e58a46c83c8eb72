//! Who takes part: a hub in this process, two devices, the link between them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fieldcore::sync::take_profile;
use fieldcore::wire::Invitation;
use fieldcore::{Clock, Entropy, Journal, OsEntropy, ShiftPlan};
use fieldcore_hub::{Hub, InitOptions, ServeOptions, Server, Surroundings, TokenOptions, serve};

use super::link::BadLink;
use super::script::{PROFILE, SITES, at, date};
use crate::args::Place;
use crate::device;
use crate::exit::Failure;
use crate::replay::ReplayClock;

/// When the hub is made and the devices are enrolled.
const EARLY: &str = "06:40:00.000";
/// The operators, one a device, and who sent them.
const OPERATORS: [&str; 2] = ["Lin", "Zhou"];
pub(super) const ORGANISATION: &str = "Linjiang Health Centre";

/// One device.
pub(super) struct Device {
    /// Its place among the devices.
    pub(super) number: usize,
    pub(super) place: Place,
    /// What its clock shows: the time of the scan file, as far as it was played.
    pub(super) clock: Arc<ReplayClock>,
}

impl Device {
    fn new(folder: &Path, number: usize, name: &str) -> Result<Self, Failure> {
        let clock = Arc::new(ReplayClock::new(date(), &OsEntropy)?);
        clock.set(at(EARLY));
        let place = Place { journal: folder.join(name), vault: None, keys_lost: false, practice: false };
        Ok(Self { number, place, clock })
    }

    /// Opens its journal for writing.
    pub(super) fn open(&self) -> Result<Journal, Failure> {
        let platform = device::platform_with(&self.place, self.clock.clone())?;
        Ok(Journal::open(device::options(&self.place, "demo"), platform)?)
    }

    /// Opens its journal for reading.
    pub(super) fn open_to_read(&self) -> Result<Journal, Failure> {
        let platform = device::platform_with(&self.place, self.clock.clone())?;
        Ok(Journal::open_read_only(device::options(&self.place, "demo"), platform)?)
    }

    /// The shift that is worked on it.
    pub(super) fn plan(&self) -> ShiftPlan {
        ShiftPlan {
            round: None,
            site: SITES[self.number].to_owned(),
            place: None,
            operator: OPERATORS[self.number].to_owned(),
            organisation: Some(ORGANISATION.to_owned()),
        }
    }

    /// Lets time pass without anything happening.
    pub(super) fn wait(&self, ms: u64) {
        advance(&self.clock, ms);
    }
}

fn advance(clock: &ReplayClock, ms: u64) {
    clock.set(clock.wall_ms().saturating_add(i64::try_from(ms).unwrap_or(i64::MAX)));
}

/// Everyone together.
pub(super) struct Party {
    pub(super) hub: Hub,
    hub_clock: Arc<ReplayClock>,
    /// Lanes A and B, and lane C.
    pub(super) devices: [Device; 2],
    pub(super) link: BadLink,
    pub(super) folder: PathBuf,
    server: Option<Server>,
}

impl Party {
    /// Makes a hub with its campaign, serves it on the loopback, and enrols both devices by the
    /// text of a token, with no network: what they send waits in their journals.
    pub(super) fn gather(folder: &Path, seed: u64) -> Result<Self, Failure> {
        let hub_clock = Arc::new(ReplayClock::new(date(), &OsEntropy)?);
        hub_clock.set(at(EARLY));
        let clock: Arc<dyn Clock> = hub_clock.clone();
        let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
        let around = Surroundings { clock, entropy, after_commit: None };
        let options = InitOptions { profile: Some(PROFILE.to_owned()), ..InitOptions::default() };
        let hub = Hub::init(&folder.join("hub"), &options, around)?;
        let listener = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).map_err(no_port)?;
        let server = serve(hub.clone(), listener, &ServeOptions::default())?;
        let link = BadLink::start(server.address(), seed).map_err(no_port)?;
        let devices = [Device::new(folder, 0, "phone-ab")?, Device::new(folder, 1, "phone-c")?];
        for device in &devices {
            enrol(&hub, device, &link)?;
        }
        Ok(Self { hub, hub_clock, devices, link, folder: folder.to_owned(), server: Some(server) })
    }

    /// The hub's time comes to `wall_ms`, if it is not later there already.
    pub(super) fn hub_time(&self, wall_ms: i64) {
        if wall_ms > self.hub_clock.wall_ms() {
            self.hub_clock.set(wall_ms);
        }
    }

    /// Lets time pass at the hub and at one device alike.
    pub(super) fn wait(&self, device: &Device, ms: u64) {
        device.wait(ms);
        advance(&self.hub_clock, ms);
    }

    /// The hub takes no more requests.
    pub(super) fn close(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop();
        }
    }

    /// The hub as it was when `backup` was written, in a folder of its own.
    pub(super) fn hub_of(&self, backup: &Path) -> Result<Hub, Failure> {
        let clock: Arc<dyn Clock> = self.hub_clock.clone();
        let around = Surroundings { clock, entropy: Arc::new(OsEntropy), after_commit: None };
        Ok(Hub::restore(&self.folder.join("hub-restored"), backup, around)?)
    }
}

fn enrol(hub: &Hub, device: &Device, link: &BadLink) -> Result<(), Failure> {
    let text = hub.token(&TokenOptions { url: Some(link.url()), ..TokenOptions::default() })?;
    let journal = device.open()?;
    journal.enrol(&Invitation::from_text(&text)?)?;
    // The profile came on the same stick as the token.
    take_profile(&journal, &hub.profile_bundle()?)?;
    Ok(journal.shutdown()?)
}

fn no_port(source: std::io::Error) -> Failure {
    Failure::No(format!("no port on the loopback could be used ({source})"))
}
