//! The station: one verb for the sampler, one answer for every scan.

#[cfg(feature = "optics")]
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[cfg(feature = "optics")]
use fieldcore::Eyes;
#[cfg(feature = "optics")]
use fieldcore::optics::{Session, Symbologies, SystemTimer};
use fieldcore::{Language, record::Place};

use crate::answer::Answer;
use crate::error::{Result, guard};
#[cfg(feature = "optics")]
use crate::eyes::{FRAME_US_MAX, FrameShape, Glance, frame};
use crate::figures::{Ledger, OpenTube, ShiftFigures, ShiftTube, Status};
use crate::journal::Journal;
use crate::scan::Scan;
use crate::trace::{Target, Trace};
use crate::verb::Verb;

/// Where the work is done.
#[uniffi::remote(Enum)]
pub enum Place {
    /// A site that people come to.
    Fixed,
    /// A team that goes to people.
    Mobile,
}

/// A language of the core's reports.
#[uniffi::remote(Enum)]
pub enum Language {
    /// Simplified Chinese.
    Chinese,
    /// English.
    English,
}

/// What a shift is begun with.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct ShiftPlan {
    /// The site.
    pub site: String,
    /// The operator.
    pub operator: String,
    /// The round's name or id; the profile's first round without.
    #[uniffi(default = None)]
    pub round: Option<String>,
    /// Fixed site or moving team; the profile's word on the site without.
    #[uniffi(default = None)]
    pub place: Option<Place>,
    /// The organisation that sent the operator.
    #[uniffi(default = None)]
    pub organisation: Option<String>,
}

/// What the profile in force says that a shell shows.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ProfileView {
    /// Its version; 0 for the built-in one.
    pub version: u32,
    /// The sites that a shift may name; any where there are none.
    pub sites: Vec<String>,
    /// The rounds.
    pub rounds: Vec<String>,
    /// How many people a tube takes.
    pub capacity: u32,
}

/// The lanes of one journal. One object a journal; calls from several threads wait for each other.
#[derive(uniffi::Object)]
pub struct Station {
    journal: Arc<Journal>,
    lanes: Mutex<Lanes>,
}

struct Lanes {
    station: fieldcore::Station,
    #[cfg(feature = "optics")]
    eyes: BTreeMap<String, Eyes>,
}

impl Drop for Station {
    fn drop(&mut self) {
        self.journal.free_station();
    }
}

impl Station {
    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        // A panic leaves the station as it was before the scan: its transaction was rolled back.
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn at<T>(&self, name: &'static str, f: impl FnOnce(&mut fieldcore::Station) -> Result<T>) -> Result<T> {
        self.call(name, |lanes| f(&mut lanes.station))
    }

    fn call<T>(&self, name: &'static str, f: impl FnOnce(&mut Lanes) -> Result<T>) -> Result<T> {
        self.journal.told(guard(name, || f(&mut self.lanes())))
    }
}

#[uniffi::export]
impl Station {
    /// The station on `journal`. A journal opened for reading only answers every question and refuses
    /// every scan and verb.
    #[uniffi::constructor]
    pub fn open(journal: Arc<Journal>) -> Result<Arc<Self>> {
        journal.seat_station()?;
        let opened = guard("open", || fieldcore::Station::open(journal.core().clone()));
        let station = opened.inspect_err(|_| journal.free_station())?;
        let lanes = Lanes {
            station,
            #[cfg(feature = "optics")]
            eyes: BTreeMap::new(),
        };
        Ok(Arc::new(Self { journal, lanes: Mutex::new(lanes) }))
    }

    /// The profile in force for tubes opened from now on.
    pub fn profile(&self) -> Result<ProfileView> {
        self.call("profile", |lanes| {
            let profile = lanes.station.profile()?;
            Ok(ProfileView {
                version: profile.version,
                sites: profile.sites.iter().map(|site| site.name.clone()).collect(),
                rounds: profile.rounds.iter().map(|round| round.name.clone()).collect(),
                capacity: profile.capacity,
            })
        })
    }

    /// Begins a shift in a lane, or for all lanes that have none of their own. The same plan again goes
    /// on with the running shift; another operator takes over the open tubes.
    pub fn start_shift(&self, lane: Option<String>, plan: ShiftPlan) -> Result<()> {
        self.call("start_shift", |lanes| {
            let ShiftPlan { site, operator, round, place, organisation } = plan;
            let plan = fieldcore::ShiftPlan { round, site, place, operator, organisation };
            lanes.station.start_shift(lane.as_deref(), &plan)?;
            Ok(())
        })
    }

    /// Ends the running shift of a lane, or that of the whole device; nothing if none runs.
    pub fn end_shift(&self, lane: Option<String>) -> Result<Option<ShiftFigures>> {
        self.call("end_shift", |lanes| Ok(lanes.station.end_shift(lane.as_deref())?))
    }

    /// Takes one scan in a lane. Whatever was scanned is answered; an error is the machine's alone, and
    /// then nothing may be taken as saved.
    pub fn scan(&self, lane: String, scan: Scan) -> Result<Answer> {
        self.call("scan", |lanes| Ok(lanes.station.scan(&lane, &scan.into())?.into()))
    }

    /// Takes one verb in a lane.
    pub fn verb(&self, lane: String, verb: Verb) -> Result<Answer> {
        self.call("verb", |lanes| Ok(lanes.station.verb(&lane, &verb.try_into()?)?.into()))
    }

    /// Takes one line in a lane: a verb if it starts with `:`, else a scan of a keyboard.
    pub fn line(&self, lane: String, line: String) -> Result<Answer> {
        self.call("line", |lanes| Ok(lanes.station.line(&lane, &line)?.into()))
    }

    /// Where the station stands.
    pub fn status(&self) -> Result<Status> {
        self.call("status", |lanes| Ok(lanes.station.status()?))
    }

    /// The ledger of a round (name or id); of the current one without.
    pub fn ledger(&self, round: Option<String>) -> Result<Ledger> {
        self.call("ledger", |lanes| Ok(lanes.station.ledger(round.as_deref())?))
    }

    /// The open tubes of the current round, oldest first.
    pub fn open_tubes(&self) -> Result<Vec<OpenTube>> {
        self.call("open_tubes", |lanes| Ok(lanes.station.open_tubes()?))
    }

    /// The tubes opened in the running shift of a lane, or in every running shift of the device, closed and
    /// spoiled ones among them, latest first. Between two shifts, those of the last one.
    pub fn shift_tubes(&self, lane: Option<String>) -> Result<Vec<ShiftTube>> {
        self.call("shift_tubes", |lanes| {
            let tubes = lanes.station.shift_tubes(lane.as_deref())?;
            Ok(tubes.into_iter().map(Into::into).collect())
        })
    }

    /// Everyone who is or was in a tube, in the clear; nothing for a label that was never used here.
    /// That this left the device is recorded first.
    pub fn trace(&self, tube: String, target: Target) -> Result<Option<Trace>> {
        self.call("trace", |lanes| Ok(lanes.station.trace(&tube, target)?.map(Into::into)))
    }

    /// The closing report of a lane, or of the whole device, as text without any person.
    pub fn closing_report(&self, lane: Option<String>, language: Language) -> Result<String> {
        self.call("closing_report", |lanes| Ok(lanes.station.closing_report(lane.as_deref(), language)?))
    }

    /// The readiness report before a site opens, as text.
    pub fn readiness_report(&self, lane: Option<String>, language: Language) -> Result<String> {
        self.call("readiness_report", |lanes| Ok(lanes.station.readiness_report(lane.as_deref(), language)?))
    }
}

#[cfg(feature = "optics")]
#[uniffi::export]
impl Station {
    /// Looks at the next frame of a lane's camera: its luma plane, handed over without a copy. Work off
    /// the newest frame and drop the others. In Kotlin `plane` is a direct `ByteBuffer` **whose position
    /// is 0**: `slice()` it.
    pub fn look(&self, lane: String, plane: &[u8], shape: FrameShape) -> Result<Glance> {
        self.call("look", |lanes| {
            let frame = frame(plane, shape)?;
            let session = || Session::new(Symbologies::ALL, FRAME_US_MAX, Box::new(SystemTimer::default()));
            let fresh = || Eyes::new(session().with_print());
            let eyes = lanes.eyes.entry(lane.clone()).or_insert_with(fresh);
            Ok(lanes.station.look(&lane, eyes, &frame)?.into())
        })
    }

    /// Forgets what a lane's camera saw: it was put away, or shows another place now.
    pub fn look_away(&self, lane: String) {
        self.lanes().eyes.remove(&lane);
    }
}
