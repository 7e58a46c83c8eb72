//! One phone with its clock, its station, and what its team has in hand: an open tube, closed tubes, boxes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fieldcore::custody::{SignedHandOver, SignedTubePass};
use fieldcore::roster::{HouseholdId, ResidentId};
use fieldcore::sync::{Answer as Heard, Method, Step, SyncSession, Waiting};
use fieldcore::{Answer, Clock, DeviceId, Journal, OsEntropy, Outcome, ShiftPlan, Station, carry};
use fieldcore_hub::Hub;

use super::calendar::{self, ACTION_MS};
use crate::args::Place;
use crate::device;
use crate::exit::Failure;
use crate::replay::ReplayClock;

/// Rounds of one conversation, at the most: nothing gets lost here.
const ROUNDS_MAX: u32 = 500;
/// Conversations until nothing is left to say, at the most.
const TALKS_MAX: u32 = 10;
/// Tubes that one box takes.
const BOX_TUBES: usize = 12;

/// A household as a phone's list has it.
#[derive(Clone)]
pub(super) struct Listed {
    pub(super) id: HouseholdId,
    /// By name; no two of a household are called alike.
    pub(super) people: BTreeMap<String, ResidentId>,
}

/// A tube in the team's hands.
#[derive(Clone)]
pub(super) struct OpenTube {
    pub(super) label: String,
    pub(super) people: u32,
}

/// One phone.
pub(super) struct Phone {
    pub(super) name: &'static str,
    pub(super) clock: Arc<ReplayClock>,
    pub(super) station: Station,
    /// The first digits of its tubes' and boxes' labels.
    number: u32,
    tubes: u32,
    boxes: u32,
    pub(super) open: Option<OpenTube>,
    /// Closed tubes that are in no box yet.
    pub(super) closed: Vec<String>,
    /// The list by courtyard and door, as far as it came.
    pub(super) list: BTreeMap<(String, String), Listed>,
}

/// Says what a station answered instead of what the story expects: words and codes alone, nothing of anybody.
fn unexpected(phone: &str, verb: &str, answer: &Answer) -> Failure {
    let (outcome, problems) = (answer.outcome.as_str(), answer.problems.join(" "));
    Failure::No(format!("{phone}: {verb} was answered {outcome} {problems}"))
}

impl Phone {
    /// A phone whose clock stands at `wall_ms`, with an empty journal below `folder`.
    pub(super) fn new(folder: &Path, name: &'static str, number: u32, wall_ms: i64) -> Result<Self, Failure> {
        let clock = Arc::new(ReplayClock::new(calendar::first_day(), &OsEntropy)?);
        clock.set(wall_ms);
        let place = Place { journal: folder.join(name), vault: None, keys_lost: false, practice: false };
        let platform = device::platform_with(&place, clock.clone())?;
        let station = Station::open(Journal::open(device::options(&place, "village"), platform)?)?;
        let (closed, list) = (Vec::new(), BTreeMap::new());
        Ok(Self { name, clock, station, number, tubes: 0, boxes: 0, open: None, closed, list })
    }

    pub(super) fn journal(&self) -> Journal {
        self.station.journal().clone()
    }

    pub(super) fn device(&self) -> DeviceId {
        self.station.journal().device()
    }

    /// The lane of the one team that works with it.
    pub(super) const fn lane(&self) -> &'static str {
        self.name
    }

    /// Its clock comes to `wall_ms`, if it is not later there already.
    pub(super) fn time(&self, wall_ms: i64) {
        self.clock.set(wall_ms.max(self.clock.wall_ms()));
    }

    fn pass_time(&self) {
        self.clock.set(self.clock.wall_ms() + ACTION_MS);
    }

    /// Begins the day's shift.
    pub(super) fn begin(&mut self, site: &str, wall_ms: i64) -> Result<(), Failure> {
        self.time(wall_ms);
        let plan = ShiftPlan {
            round: None,
            site: site.to_owned(),
            place: None,
            operator: self.name.to_owned(),
            organisation: Some("Linjiang Health Centre".to_owned()),
        };
        self.station.start_shift(None, &plan)?;
        Ok(())
    }

    /// One action at the station, and the time that it takes.
    pub(super) fn act<T>(
        &mut self,
        action: impl FnOnce(&mut Station, &str) -> fieldcore::Result<T>,
    ) -> Result<T, Failure> {
        self.pass_time();
        let lane = self.lane();
        Ok(action(&mut self.station, lane)?)
    }

    /// A scan or verb that must come to `outcome`.
    pub(super) fn line(&mut self, text: &str, outcome: Outcome) -> Result<Answer, Failure> {
        let answer = self.act(|station, lane| station.line(lane, text))?;
        self.must(verb_of(text), answer, outcome)
    }

    fn must(&self, verb: &str, answer: Answer, outcome: Outcome) -> Result<Answer, Failure> {
        if answer.outcome == outcome { Ok(answer) } else { Err(unexpected(self.name, verb, &answer)) }
    }

    /// A tube is open and takes somebody more.
    fn tube_ready(&mut self) -> Result<(), Failure> {
        if self.open.is_none() {
            self.tubes += 1;
            let label = format!("XH26-{}{:04}", self.number, self.tubes);
            self.line(&label, Outcome::TubeOpened)?;
            self.open = Some(OpenTube { label, people: 0 });
        }
        Ok(())
    }

    /// Takes somebody by `action` into the open tube, or a new one: the tube and the position.
    pub(super) fn bind(
        &mut self,
        action: impl FnOnce(&mut Station, &str) -> fieldcore::Result<Answer>,
    ) -> Result<(String, u32), Failure> {
        self.tube_ready()?;
        let answer = self.act(action)?;
        let answer = self.must("a sample", answer, Outcome::Bound)?;
        let Some(open) = self.open.as_mut() else { return Err(unexpected(self.name, "a sample", &answer)) };
        open.people += 1;
        let label = open.label.clone();
        let same = answer.tube.as_deref() == Some(&*label);
        let Some(position) = answer.position.filter(|_| same) else {
            return Err(unexpected(self.name, "a sample", &answer));
        };
        if answer.left == Some(0) {
            self.open = None;
            self.closed.push(label.clone());
        }
        Ok((label, position))
    }

    /// Closes the open tube short, if one is open.
    pub(super) fn close(&mut self) -> Result<(), Failure> {
        if let Some(open) = self.open.take() {
            self.line(":close", Outcome::TubeClosed)?;
            self.closed.push(open.label);
        }
        Ok(())
    }

    /// Passes the open tube to `taker`, who goes on with it; the taker's own stays open meanwhile. Its people then.
    pub(super) fn pass(&mut self, taker: &mut Self) -> Result<(u32, Option<OpenTube>), Failure> {
        let code = self.code_of(":pass", Outcome::TubePassedOn)?;
        let offer = SignedTubePass::from_code(&code)?.verify()?;
        self.open = None;
        taker.time(self.clock.wall_ms());
        let answer = taker.line(&code, Outcome::TubeTakenOver)?;
        let own = taker.open.replace(OpenTube { label: offer.label, people: offer.people });
        self.time(taker.clock.wall_ms());
        self.line(answer.code.as_deref().unwrap_or_default(), Outcome::Note)?;
        Ok((offer.people, own))
    }

    fn code_of(&mut self, line: &str, outcome: Outcome) -> Result<String, Failure> {
        let answer = self.line(line, outcome)?;
        answer.code.clone().ok_or_else(|| unexpected(self.name, verb_of(line), &answer))
    }

    /// Packs all closed tubes, and `more` by their labels alone, into boxes that are sealed: the boxes with their tubes.
    pub(super) fn pack(&mut self, more: &[String]) -> Result<Vec<(String, Vec<String>)>, Failure> {
        let tubes = [std::mem::take(&mut self.closed), more.to_vec()].concat();
        let mut packed = Vec::new();
        for tubes in tubes.chunks(BOX_TUBES) {
            self.boxes += 1;
            let label = format!("BOX-{}{:02}", self.number, self.boxes);
            self.line(&format!(":box {label}"), Outcome::BoxOpened)?;
            for tube in tubes {
                self.line(&format!(":pack {tube}"), Outcome::Packed)?;
            }
            self.line(&format!(":seal {} 4.0C", tubes.len()), Outcome::BoxSealed)?;
            packed.push((label, tubes.to_vec()));
        }
        Ok(packed)
    }

    /// Hands boxes over to `taker`, who counts them; `dropped` is a box in which one tube less is found. The hand-over's id.
    pub(super) fn hand_over(
        &mut self,
        taker: &mut Self,
        boxes: &[(String, Vec<String>)],
        dropped: Option<&str>,
    ) -> Result<Option<[u8; 16]>, Failure> {
        if boxes.is_empty() {
            return Ok(None);
        }
        let labels: Vec<&str> = boxes.iter().map(|(label, _)| &**label).collect();
        let code = self.code_of(&format!(":offer {}", labels.join(" ")), Outcome::HandOverOffered)?;
        taker.time(self.clock.wall_ms());
        taker.line(&code, Outcome::NeedsConfirmation)?;
        for (label, tubes) in boxes {
            taker.line(label, Outcome::NeedsConfirmation)?;
            if dropped == Some(label) {
                taker.line(&format!(":count {label} {}", tubes.len() - 1), Outcome::NeedsConfirmation)?;
            }
        }
        let receipt = taker.code_of(":confirm", Outcome::HandOverReceived)?;
        self.time(taker.clock.wall_ms());
        self.line(&receipt, Outcome::HandOverGiven)?;
        Ok(Some(SignedHandOver::from_code(&code)?.verify()?.id))
    }

    /// Writes all that waits to `file`.
    pub(super) fn export(&self, file: &Path) -> Result<(), Failure> {
        self.pass_time();
        carry::export_file(&self.journal(), file)?;
        Ok(())
    }

    /// Takes what the files hold; whatever is refused is an error here.
    pub(super) fn import(&mut self, files: &[PathBuf]) -> Result<(), Failure> {
        self.pass_time();
        let done = carry::import_paths(&self.journal(), files)?;
        if !done.is_whole() {
            return Err(Failure::No(format!("{}: {} items of a carry were refused", self.name, done.refused)));
        }
        self.read_list()
    }

    /// Talks with the hub until nothing is left to say.
    pub(super) fn sync(&mut self, hub: &Hub) -> Result<(), Failure> {
        let journal = self.journal();
        // What a conversation brought may be a record too, which wants its receipt.
        for _ in 0..TALKS_MAX {
            self.talk(hub, &journal)?;
            if journal.seal_now()?.sealed == 0 && journal.figures()?.unsent == 0 {
                return self.read_list();
            }
        }
        Err(self.endless())
    }

    fn talk(&self, hub: &Hub, journal: &Journal) -> Result<(), Failure> {
        journal.seal_now()?;
        self.pass_time();
        let mut session = SyncSession::new(journal.clone());
        session.hurry()?;
        for _ in 0..ROUNDS_MAX {
            match session.next()? {
                Step::Send(request) => {
                    let body = match request.method {
                        Method::Post => hub.ingest(&request.body)?,
                        Method::Get => hub.state(journal.device(), nonce_of(&request.path))?,
                    };
                    session.done(request.id, &Heard::Http { status: 200, headers: Vec::new(), body })?;
                }
                Step::Wake { after_ms, why: Waiting::BackingOff } => {
                    self.time(self.clock.wall_ms() + i64::try_from(after_ms).unwrap_or(0));
                }
                Step::Wake { .. } => return Ok(()),
            }
        }
        Err(self.endless())
    }

    fn endless(&self) -> Failure {
        Failure::No(format!("{}: the conversation with the hub did not come to its end", self.name))
    }

    fn read_list(&mut self) -> Result<(), Failure> {
        self.station.refresh_roster()?;
        let Some(roster) = self.station.roster()? else { return Ok(()) };
        self.list.clear();
        for index in 0..roster.homes() {
            let home = roster.home(index);
            let people = (0..home.people).map(|at| roster.dweller(index, at));
            let people = people.map(|one| (one.name.to_owned(), one.id)).collect();
            let door = (home.place.building.to_owned(), home.place.door.to_owned());
            self.list.insert(door, Listed { id: home.id, people });
        }
        Ok(())
    }
}

/// What a line does, without what it names.
fn verb_of(text: &str) -> &str {
    match text.split_whitespace().next() {
        Some(verb) if verb.starts_with(':') => verb,
        _ => "a scan",
    }
}

/// The nonce in the path by which a session asks for its state.
fn nonce_of(path: &str) -> [u8; 16] {
    let hex = path.split_once("nonce=").map_or("", |(_, hex)| hex);
    let mut nonce = [0; 16];
    for (at, byte) in nonce.iter_mut().enumerate() {
        *byte = hex.get(2 * at..2 * at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()).unwrap_or_default();
    }
    nonce
}
