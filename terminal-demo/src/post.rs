//! One sampling post: a station, the lane that is worked in, and the verbs that are the shell's.

use std::time::Duration;

use fieldcore::{Answer, Cue, Language, Outcome, Profile, Remark, Result, ShiftPlan, Station, USAGES, Verb, WorkOrder};

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

/// A sampling post.
pub(crate) struct Post {
    pub(crate) station: Station,
    pub(crate) lane: String,
    pub(crate) words: &'static Words,
    pub(crate) order: WorkOrder,
    language: Language,
    /// Absent where the station was told to stay offline or replays a file.
    worker: Option<Worker>,
    /// Whether `:sync` waits until it is done.
    waits: bool,
}

impl Post {
    /// A post on `station`, with its shift begun or gone on with.
    pub(crate) fn new(mut station: Station, asked: &args::Station, language: Language) -> Result<Self> {
        let profile = station.journal().profile()?;
        if asked.names_shift() || station.status()?.shift.is_none() {
            station.start_shift(None, &plan(&profile, asked))?;
        }
        let (words, order) = (Words::of(language), profile.order);
        Ok(Self { station, lane: asked.lane.clone(), words, order, language, worker: None, waits: true })
    }

    /// The same post with a thread that syncs; `waits` as for `:sync`.
    pub(crate) fn with_worker(self, worker: Worker, waits: bool) -> Self {
        Self { worker: Some(worker), waits, ..self }
    }

    /// What the thread told since the last call.
    pub(crate) fn news(&self) -> Vec<News> {
        self.worker.as_ref().map(Worker::news).unwrap_or_default()
    }

    /// Lets what was saved go to the hub before the post ends, as far as that is quick.
    pub(crate) fn finish(self) {
        if let Some(worker) = &self.worker {
            worker.sync_and_wait(LAST_SYNC);
        }
    }

    /// Takes one line.
    pub(crate) fn take(&mut self, line: &str) -> Reply {
        let verb = line.trim().trim_start_matches([':', '：']);
        let is_verb = line.trim_start().starts_with([':', '：']);
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
            Ok(Verb::Help) => Ok(self.help()),
            _ => self.station.line(&self.lane, line),
        }
    }

    fn sync(&self) -> Answer {
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
        Ok(told(crate::text::status(self.words, &self.station.status()?)))
    }

    fn help(&self) -> Answer {
        // Two columns: with one, the list is longer than a small screen.
        let rows = USAGES.chunks(2).map(|pair| match pair {
            [(_, one), (_, other)] => format!("{one:<34}{other}"),
            _ => pair.iter().map(|(_, usage)| format!("{usage:<34}{}", self.words.shell_verbs)).collect(),
        });
        let verbs = rows.collect::<Vec<_>>().join("\n");
        Answer { text: Some(verbs), ..Answer::new(Outcome::Help, Cue::Attention) }
    }

    fn end_shift(&mut self) -> Result<Answer> {
        let report = self.station.closing_report(None, self.language)?;
        Ok(match self.station.end_shift(None)? {
            None => told(self.words.none),
            Some(figures) => {
                let values: [&dyn std::fmt::Display; 4] =
                    [&figures.people, &figures.tubes, &figures.short, &figures.spoiled];
                told(format!("{}\n{report}", fill(self.words.shift_ended, &values)))
            }
        })
    }
}

/// An answer that only tells something.
fn told(text: impl Into<String>) -> Answer {
    Answer { text: Some(text.into()), note: Some(Remark::ForShell), ..Answer::new(Outcome::Note, Cue::Ok) }
}

/// The shift that was asked for; without a word on it, at the profile's first site and by the
/// user's own name.
fn plan(profile: &Profile, asked: &args::Station) -> ShiftPlan {
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
