//! One sampling post: a station, the lane that is worked in, and the verbs that are the shell's.

use std::time::Duration;

use fieldcore::{Answer, Cue, Language, Outcome, Profile, Remark, Result, ShiftPlan, Station, Verb, WorkOrder};

use crate::args;
use crate::words::{Words, fill, news};
use crate::worker::{News, Worker};

/// How long `:sync` waits for its answer where there is no screen to show it later.
const SYNC_WAIT: Duration = Duration::from_secs(60);
/// How long the end of a pipe or file waits for what it saved to reach the hub. What does not
/// get there in time stays in the journal and goes with the next sync.
const LAST_SYNC: Duration = Duration::from_secs(20);
const SITE_DEFAULT: &str = "1";

/// What a line came to.
pub(crate) enum Reply {
    /// An answer to show.
    Answer(Box<Answer>),
    /// The operator leaves.
    Quit,
}

/// Why a post does not sync at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoSync {
    /// It was started so.
    Offline,
    /// Nobody invited the device yet.
    NotEnrolled,
    /// Neither the invitation nor the operator named a hub.
    HubUnknown,
}

impl NoSync {
    /// Its word beside the figures.
    pub(crate) const fn short(self, words: &Words) -> &'static str {
        match self {
            Self::Offline => words.offline,
            Self::NotEnrolled => words.not_enrolled,
            Self::HubUnknown => words.hub_unknown,
        }
    }

    /// What it is and what to do.
    pub(crate) const fn long(self, words: &Words) -> &'static str {
        match self {
            Self::Offline => words.sync_off,
            Self::NotEnrolled => words.sync_not_invited,
            Self::HubUnknown => words.no_hub,
        }
    }
}

/// A sampling post.
pub(crate) struct Post {
    pub(crate) station: Station,
    pub(crate) lane: String,
    pub(crate) words: &'static Words,
    pub(crate) order: WorkOrder,
    language: Language,
    /// Absent while a file is replayed.
    worker: Option<Worker>,
    /// Why nothing is sent, where nothing can be.
    pub(crate) no_sync: Option<NoSync>,
    /// Whether `:sync` waits until it is done.
    waits: bool,
}

impl Post {
    /// A post on `station`, with its shift begun or gone on with.
    pub(crate) fn new(mut station: Station, asked: &args::Station, language: Language) -> Result<Self> {
        let profile = begin(&mut station, &asked.shift)?;
        let (words, order) = (Words::of(language), profile.order);
        Ok(Self {
            station,
            lane: asked.shift.lane.clone(),
            words,
            order,
            language,
            worker: None,
            no_sync: None,
            waits: true,
        })
    }

    /// The same post with a thread that syncs, unless `no_sync` says why not; `waits` as for `:sync`.
    pub(crate) fn with_worker(self, (worker, no_sync): (Worker, Option<NoSync>), waits: bool) -> Self {
        Self { worker: Some(worker), no_sync, waits, ..self }
    }

    /// What the thread told since the last call.
    pub(crate) fn news(&self) -> Vec<News> {
        self.worker.as_ref().map(Worker::news).unwrap_or_default()
    }

    /// Lets what was saved go to the hub before the post ends, as far as that is quick.
    pub(crate) fn finish(&self) {
        if let Some(worker) = self.worker.as_ref().filter(|_| self.no_sync.is_none()) {
            worker.sync_and_wait(LAST_SYNC);
        }
    }

    /// Takes one line.
    pub(crate) fn take(&mut self, line: &str) -> Reply {
        let verb = line.trim().trim_start_matches([':', '：']);
        let is_verb = line.trim_start().starts_with([':', '：']);
        // The thread beside may have taken a list since the last line.
        if let Err(error) = self.station.refresh_roster() {
            return Reply::Answer(Box::new(Answer::of_error(&error)));
        }
        let answer = match verb {
            "quit" | "exit" | "q" if is_verb => return Reply::Quit,
            "ready" if is_verb => self.station.readiness_report(Some(&self.lane), self.language).map(told),
            "end" if is_verb => self.end_shift(),
            _ if is_verb => self.verb(line),
            _ => self.station.line(&self.lane, line),
        };
        Reply::Answer(Box::new(answer.unwrap_or_else(|error| Answer::of_error(&error))))
    }

    fn verb(&mut self, line: &str) -> Result<Answer> {
        match Verb::parse(line) {
            Ok(Verb::Lane { name }) => {
                self.lane = name;
                Ok(told(fill(self.words.lane_is, &[&self.lane])))
            }
            Ok(Verb::Sync) => Ok(self.sync()),
            Ok(Verb::Status) => self.status(),
            Ok(Verb::Help) => Ok(help(self.words.help())),
            Err(_) => Ok(help(self.words.bad_verb(&name(line)))),
            _ => self.station.line(&self.lane, line),
        }
    }

    fn sync(&self) -> Answer {
        if let Some(why) = self.no_sync {
            return told(why.long(self.words));
        }
        let Some(worker) = &self.worker else { return told(self.words.sync_off) };
        if !self.waits {
            worker.sync();
            return told(self.words.sync_started);
        }
        let lines: Vec<String> =
            worker.sync_and_wait(SYNC_WAIT).iter().filter_map(|piece| news::news(self.words, piece)).collect();
        told(lines.join("\n"))
    }

    fn status(&self) -> Result<Answer> {
        let status = crate::text::status(self.words, &self.station.status()?);
        Ok(told(format!("{}\n{status}", self.words.status_head)))
    }

    fn end_shift(&mut self) -> Result<Answer> {
        let Some(figures) = self.station.end_shift(None)? else { return Ok(told(self.words.no_shift)) };
        // The report of what is now: the tubes that the shift left open are closed.
        let report = self.station.closing_report(None, self.language)?;
        let values: [&dyn std::fmt::Display; 4] = [&figures.people, &figures.tubes, &figures.short, &figures.spoiled];
        Ok(told(format!("{}\n{report}", fill(self.words.shift_ended, &values))))
    }

    /// Whether something waits that leaving could still send.
    pub(crate) fn has_unsent(&self) -> bool {
        self.no_sync.is_none() && self.station.status().is_ok_and(|status| status.unsent > 0)
    }
}

/// An answer that only tells something.
fn told(text: impl Into<String>) -> Answer {
    Answer { text: Some(text.into()), note: Some(Remark::ForShell), ..Answer::new(Outcome::Note, Cue::Ok) }
}

fn help(text: String) -> Answer {
    Answer { text: Some(text), ..Answer::new(Outcome::Help, Cue::Attention) }
}

/// A verb's name as it was typed, in small letters.
fn name(line: &str) -> String {
    line.trim().trim_start_matches([':', '：']).split_whitespace().next().unwrap_or_default().to_lowercase()
}

/// Begins the shift that was asked for, or goes on with the running one; the profile in force.
pub(crate) fn begin(station: &mut Station, asked: &args::Shift) -> Result<Profile> {
    let profile = station.journal().profile()?;
    if asked.names_shift() || station.status()?.shift.is_none() {
        station.start_shift(None, &plan(&profile, asked))?;
    }
    Ok(profile)
}

/// The shift that was asked for; without a word on it, at the profile's first site and by the
/// user's own name.
fn plan(profile: &Profile, asked: &args::Shift) -> ShiftPlan {
    let first_site = || profile.sites.first().map(|site| site.name.clone());
    let user = || std::env::var("USER").ok().filter(|name| !name.is_empty());
    ShiftPlan {
        round: asked.round.clone(),
        site: asked.site.clone().or_else(first_site).unwrap_or_else(|| SITE_DEFAULT.to_owned()),
        place: None,
        operator: asked.operator.clone().or_else(user).unwrap_or_else(|| "operator".to_owned()),
        organisation: asked.org.clone(),
    }
}
