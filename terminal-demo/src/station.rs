//! The `station` command: a screen where there is one, lines where there is none.

use std::io::IsTerminal;
use std::sync::Arc;

use fieldcore::{Journal, Language, OsEntropy, Station};

use crate::args;
use crate::device;
use crate::exit::{Failure, Outcome};
use crate::feed;
use crate::net;
use crate::post::{NoSync, Post};
use crate::replay::ReplayClock;
use crate::screen;
use crate::worker::Worker;

/// Runs the station until its input ends or the operator leaves.
pub(crate) fn run(asked: &args::Station, language: Language) -> Outcome {
    match (&asked.replay, asked.date) {
        (Some(file), Some(date)) => {
            let clock = Arc::new(ReplayClock::new(date, &OsEntropy)?);
            let platform = device::platform_with(&asked.place, clock.clone())?;
            let journal = Journal::open(device::options(&asked.place, "station"), platform)?;
            let mut post = Post::new(Station::open(journal.clone())?, asked, language)?;
            let done = feed::replay(&mut post, file, date, &clock, asked.json)?;
            // In its own time a replay takes a morning; the network is asked when it is over.
            let worker = worker(asked, journal)?;
            post.with_worker(worker, true).finish();
            Ok(done)
        }
        _ => live(asked, language),
    }
}

fn live(asked: &args::Station, language: Language) -> Outcome {
    let journal = device::open(&asked.place, "station")?;
    let post = Post::new(Station::open(journal.clone())?, asked, language)?;
    let has_screen = !asked.json && std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let mut post = post.with_worker(worker(asked, journal)?, !has_screen);
    if has_screen {
        return screen::run(post);
    }
    let done = feed::pipe(&mut post, asked.json)?;
    post.finish();
    Ok(done)
}

/// The background thread; where nothing can be sent it only maintains, and this says why.
fn worker(asked: &args::Station, journal: Journal) -> Result<(Worker, Option<NoSync>), Failure> {
    let link = if asked.offline { None } else { net::link(&asked.reach, journal.hub_url()?)? };
    let no_sync = match &link {
        _ if asked.offline => Some(NoSync::Offline),
        _ if !journal.is_enrolled()? => Some(NoSync::NotEnrolled),
        None => Some(NoSync::HubUnknown),
        Some(_) => None,
    };
    Ok((Worker::start(journal, link), no_sync))
}
