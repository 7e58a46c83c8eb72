//! Lanes A and B: two tables, one phone, here inside this process.

use fieldcore::Station;
use fieldcore::sync::{Step, SyncSession};
use indicatif::ProgressBar;

use super::books::{Books, Told};
use super::party::Party;
use super::script::{at, lines};
use crate::exit::Failure;
use crate::net::Link;

/// The one time of the morning when there is a network, and a bad one.
const NETWORK: (&str, &str) = ("08:00:00.000", "08:05:00.000");
/// Lines after which nobody waits for a moment.
const LULL: usize = 20;

/// Plays the morning of the village hall; what its lanes were told.
pub(super) fn play(party: &Party, bar: &ProgressBar) -> Result<Books, Failure> {
    let device = &party.devices[0];
    let lines = lines(&["A", "B"])?;
    bar.set_length(lines.len() as u64);
    let (comes, goes) = (at(NETWORK.0), at(NETWORK.1));
    let journal = device.open()?;
    let link = Link::new(&party.link.url(), None)?;
    let mut session = SyncSession::new(journal.clone());
    let mut station = Station::open(journal.clone())?;
    let mut books = Books::default();
    let mut online = false;
    for (index, line) in lines.iter().enumerate() {
        device.clock.set(line.wall_ms);
        party.hub_time(line.wall_ms);
        if index == 0 {
            station.start_shift(None, &device.plan())?;
        }
        let answer = station.line(line.lane, line.text)?;
        let told = serde_json::to_value(&answer).ok().as_ref().and_then(Told::read);
        books.take(device.number, line, &told.unwrap_or_default());
        let network = (comes..goes).contains(&line.wall_ms);
        if network != online {
            party.link.set_away(!network);
            party.link.turn_weather();
            online = network;
        }
        if index % LULL == LULL - 1 {
            journal.maintain(false)?;
        }
        // As a station does by itself: try, and after a failure wait. Nothing here waits for it.
        while let Step::Send(request) = session.next()? {
            session.done(request.id, &link.exchange(&request))?;
        }
        bar.inc(1);
    }
    station.end_shift(None)?;
    party.link.set_away(true);
    bar.finish();
    Ok(books)
}
