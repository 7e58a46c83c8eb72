//! Frames of a camera at a lane's desk.
//!
//! A code that lies in view is handed over once, when two frames agree on it, and again only after
//! it was out of view. Where several lie in view at once, what is meant must be certain: the only
//! tube's label, or the only person's document; two tubes' labels are a question.

use chrono::NaiveDate;
use fieldcore_optics::{LumaFrame, Session, Sight, Spot, Symbol, TextLine};

use super::answer::{Answer, Cue, Outcome};
use super::cards::own_code;
use super::pending::{Ask, Job, TubeJob, numbered};
use super::source::shift_of;
use super::{Moment, Station};
use crate::crypto::sha256;
use crate::error::Result;
use crate::scan::{Label, PrintMemory, Printed, Scan, Sensitive, Settled, interpret_with};
use crate::state;

/// Frames after which a code that was not seen any more counts as put away.
const FRAMES_AWAY: u64 = 15;
/// Codes remembered as handed over.
const HANDED_MAX: usize = 64;

/// A camera view over a lane: what it has seen and handed over. It keeps digests of codes, no text.
#[derive(Debug)]
pub struct Eyes {
    session: Session,
    frame: u64,
    handed: Vec<Handed>,
    print: PrintMemory,
    shown: Option<Shown>,
}

/// The number of the card in view.
#[derive(Debug)]
struct Shown {
    number: Sensitive,
    last: u64,
}

#[derive(Debug)]
struct Handed {
    digest: [u8; 32],
    last: u64,
}

/// What one frame brought.
#[derive(Debug)]
pub struct Glance {
    /// The station's answer, where the frame completed a scan.
    pub answer: Option<Answer>,
    /// What was seen, for the screen: outlines, what would help.
    pub sight: Sight,
    /// Outlines of the lines of print that were understood in this frame.
    pub lines: Vec<[Spot; 4]>,
    /// The number of the document in view as it was read, for the operator to compare with what is printed.
    /// It stays while the document does.
    pub number: Option<Sensitive>,
}

/// What is meant by the codes in view.
enum Meant {
    /// This one.
    Scan(Scan),
    /// One of these tubes.
    Tubes(Vec<Label>),
    /// Nothing certain yet: another label must be read again, or nothing is new.
    Wait,
    /// Several things that only the operator can tell apart, by showing one at a time.
    Several,
}

impl Eyes {
    /// A view through `session`.
    pub fn new(session: Session) -> Self {
        Self { session, frame: 0, handed: Vec::new(), print: PrintMemory::default(), shown: None }
    }

    /// The session, to say what is looked for.
    pub fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    /// Forgets what was seen: the camera was put away, or another lane works here now.
    pub fn reset(&mut self) {
        self.session.reset();
        self.handed.clear();
        self.print.clear();
        self.shown = None;
    }

    fn look(&mut self, frame: &LumaFrame<'_>) -> Sight {
        self.frame += 1;
        let sight = self.session.look(frame);
        let now = self.frame;
        self.handed.retain(|handed| now - handed.last <= FRAMES_AWAY);
        self.shown.take_if(|shown| now - shown.last > FRAMES_AWAY);
        sight.symbols.iter().map(digest).for_each(|digest| self.see_again(digest));
        sight
    }

    /// What was handed over is in view still.
    fn see_again(&mut self, digest: [u8; 32]) {
        if let Some(handed) = self.handed.iter_mut().find(|handed| handed.digest == digest) {
            handed.last = self.frame;
        }
    }

    fn is_new(&self, symbol: &Symbol) -> bool {
        symbol.agreed && !self.is_handed(digest(symbol))
    }

    fn is_handed(&self, digest: [u8; 32]) -> bool {
        self.handed.iter().any(|handed| handed.digest == digest)
    }

    fn hand_over(&mut self, symbols: &[Symbol]) {
        for symbol in symbols {
            if self.is_new(symbol) {
                self.keep(digest(symbol));
            }
        }
    }

    fn keep(&mut self, digest: [u8; 32]) {
        if self.handed.len() == HANDED_MAX {
            self.handed.remove(0);
        }
        self.handed.push(Handed { digest, last: self.frame });
    }

    /// What the print of this frame and those before it says that was not handed over yet.
    fn settle(&mut self, lines: &[TextLine], today: NaiveDate) -> Option<MeantPrint> {
        let settled = self.print.take(lines, today);
        let in_view = !self.print.found().is_empty();
        match settled {
            Settled::Nothing => None,
            Settled::Several if !in_view => None,
            Settled::Several => (!self.is_handed(SEVERAL)).then_some(MeantPrint::Several),
            Settled::One(one, _, agreed) => {
                let digest = digest_of(&one);
                if in_view {
                    self.see_again(digest);
                    let number = one.reading.identity.as_ref().and_then(|person| person.number.clone());
                    self.shown = number.map(|number| Shown { number, last: self.frame });
                }
                (!self.is_handed(digest)).then_some(MeantPrint::One(one, agreed))
            }
        }
    }
}

/// What is meant by the print in view.
enum MeantPrint {
    /// This card; whether two frames agree on every sign.
    One(Box<Printed>, bool),
    /// Several cards.
    Several,
}

/// Stands for "several cards were in view" among what was handed over.
const SEVERAL: [u8; 32] = [0xff; 32];

fn digest(symbol: &Symbol) -> [u8; 32] {
    sha256(&[symbol.aim.as_bytes(), symbol.text.as_bytes()])
}

/// A person's document, whatever frame and way it was read by.
fn digest_of(printed: &Printed) -> [u8; 32] {
    match printed.person() {
        Some(person) => sha256(&[b"person", person.expose().as_bytes()]),
        None => sha256(&[b"print", printed.text().as_bytes()]),
    }
}

impl Station {
    /// Looks at one frame of the camera over a lane. Most frames bring nothing, cost no access to
    /// the journal and leave [`Glance::answer`] empty.
    pub fn look(&mut self, lane: &str, eyes: &mut Eyes, frame: &LumaFrame<'_>) -> Result<Glance> {
        let mut sight = eyes.look(frame);
        // Frames whose turn print was not say nothing of it.
        let (print, lines) = if sight.lines.is_empty() {
            (None, Vec::new())
        } else {
            let print = eyes.settle(&sight.lines, self.today());
            (print, eyes.print.found().iter().flat_map(|one| one.outlines.clone()).collect())
        };
        if !lines.is_empty() {
            (sight.guidance, sight.unread) = (Vec::new(), None);
        }
        let answer = if sight.symbols.iter().any(|symbol| eyes.is_new(symbol)) {
            self.take_codes(lane, eyes, &sight.symbols)?
        } else {
            self.take_print(lane, eyes, print)?
        };
        let number = eyes.shown.as_ref().map(|shown| shown.number.clone());
        Ok(Glance { answer, sight, lines, number })
    }

    fn take_codes(&mut self, lane: &str, eyes: &mut Eyes, symbols: &[Symbol]) -> Result<Option<Answer>> {
        let answer = match self.meant(lane, eyes, symbols)? {
            Meant::Wait => return Ok(None),
            Meant::Scan(scan) => self.scan(lane, &scan)?,
            Meant::Tubes(labels) => self.which_tube(lane, labels)?,
            Meant::Several => Answer::refused("two_codes"),
        };
        eyes.hand_over(symbols);
        Ok(Some(answer))
    }

    fn today(&self) -> NaiveDate {
        super::desk::Today::of(self.wall_ms(), None).latest
    }

    fn take_print(&mut self, lane: &str, eyes: &mut Eyes, print: Option<MeantPrint>) -> Result<Option<Answer>> {
        let (answer, digest) = match print {
            None => return Ok(None),
            Some(MeantPrint::One(one, agreed)) => (self.scan(lane, &one.scan(agreed))?, digest_of(&one)),
            Some(MeantPrint::Several) => (Answer::refused("two_codes"), SEVERAL),
        };
        eyes.keep(digest);
        Ok(Some(answer))
    }

    fn meant(&self, lane: &str, eyes: &Eyes, symbols: &[Symbol]) -> Result<Meant> {
        let profile = self.profile()?;
        let site = self.view(|view| {
            let key = state::lane_key(view, Some(lane))?;
            let shift = state::shift_of_lane(view.conn(), &key)?;
            Ok(shift_of(view, shift.map(|shift| shift.at))?.map(|shift| shift.site))
        })?;
        let today = self.today();
        let mut tubes: Vec<(&Symbol, Scan, Label)> = Vec::new();
        let mut people = Vec::new();
        let mut others = Vec::new();
        for symbol in symbols {
            let scan = Scan::symbol(&*symbol.text, Some(&symbol.aim));
            let reading = interpret_with(&scan, today, &profile.trust);
            match profile.names_tube(&reading, site.as_deref()) {
                Some(label) if tubes.iter().any(|(_, _, known)| known.text == label.text) => {}
                Some(label) => tubes.push((symbol, scan, label)),
                None if own_code(&scan).is_some() || reading.verdict.is_accept() && reading.identity.is_some() => {
                    people.push((symbol, scan));
                }
                None => others.push((symbol, scan)),
            }
        }
        if tubes.len() > 1 {
            let certain = tubes.iter().all(|(symbol, ..)| symbol.agreed);
            let labels = tubes.into_iter().map(|(.., label)| label).collect();
            return Ok(if certain { Meant::Tubes(labels) } else { Meant::Wait });
        }
        let tubes = tubes.into_iter().map(|(symbol, scan, _)| (symbol, scan)).collect();
        let named: Vec<(&Symbol, Scan)> = [tubes, people].concat();
        Ok(only_new(eyes, if named.is_empty() { others } else { named }))
    }

    /// Two labels lie in view: which is it?
    fn which_tube(&mut self, lane: &str, labels: Vec<Label>) -> Result<Answer> {
        let asked = self.receiving_in(lane);
        let (answer, _, question, _) = self.at_desk(lane, |desk| {
            desk.question = asked;
            if let Some(job) = desk.being_received() {
                let answer = desk.beside_receiving(job);
                return Ok((answer.problem("two_codes"), 0, desk.question.take(), false));
            }
            let shown = labels.iter().map(|label| ("tube", Some(label.text.clone()), Vec::new()));
            let answer = Answer {
                candidates: numbered(shown),
                ..Answer::new(Outcome::NeedsConfirmation, Cue::Attention).problem("two_codes")
            };
            let jobs = labels.iter().cloned().map(|label| Job::Tube(TubeJob::new(label))).collect();
            let answer = desk.ask(Ask::Which(jobs), answer);
            Ok((answer, 0, desk.question.take(), false))
        })?;
        self.moments.insert(lane.to_owned(), Moment { last: None, question });
        Ok(answer)
    }
}

/// The one code that is new; several at once are told apart by showing one at a time.
fn only_new(eyes: &Eyes, codes: Vec<(&Symbol, Scan)>) -> Meant {
    let mut fresh = codes.into_iter().filter(|(symbol, _)| eyes.is_new(symbol));
    match (fresh.next(), fresh.next()) {
        (Some((_, scan)), None) => Meant::Scan(scan),
        (None, _) => Meant::Wait,
        (Some(_), Some(_)) => Meant::Several,
    }
}
