//! What is asked of the operator, and what is kept for the lane's next person.

use std::collections::BTreeMap;

use super::answer::{Answer, Candidate, Cue, Outcome, Remark};
use super::bind::tell_lapsed;
use super::desk::Desk;
use super::doors::Chosen;
use super::source::{kept_text, text_of};
use crate::crypto::sha256;
use crate::custody::HandOver;
use crate::error::Result;
use crate::id::RecordRef;
use crate::limits::SCAN_KEPT_BYTES_MAX;
use crate::pack::Fixed;
use crate::record::{AliasKept, DocumentKind, GuardianKept, ReadSource, Step, StepKept};
use crate::scan::{Identity, Label, ReadingKind, Scan, Sensitive, Verdict, interpret_with};
use crate::{AliasMode, StepMode, Steps};

/// A person on the way to a position: who, and what the operator has settled about them.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) identity: Identity,
    pub(super) reason: Option<String>,
    pub(super) description: Option<String>,
    pub(super) contact: Option<String>,
    /// Doubts that do not stop anyone but are told.
    pub(super) problems: Vec<String>,
    /// The operator said that a doubtful reading is right, and perhaps why.
    pub(super) doubt: Option<Option<String>>,
    /// Why this person is sampled twice.
    pub(super) duplicate: Option<String>,
    /// Why this person shares a tube against a rule.
    pub(super) mixing: Option<String>,
    /// In practice: the operator said that this is no real person.
    pub(super) practice: bool,
    /// The proxy card by which the person came.
    pub(super) proxy: Option<RecordRef>,
    /// Who it is on the list, where the operator chose them there.
    pub(super) listed: Option<Chosen>,
}

impl Person {
    pub(super) fn new(identity: Identity) -> Self {
        Self {
            identity,
            reason: None,
            description: None,
            contact: None,
            problems: Vec::new(),
            doubt: None,
            duplicate: None,
            mixing: None,
            practice: false,
            proxy: None,
            listed: None,
        }
    }
}

/// A tube's label on the way to an open tube, and what the operator has settled about it.
#[derive(Clone)]
pub(super) struct TubeJob {
    pub(super) label: Label,
    /// Open it although the active tube has room.
    pub(super) beside: bool,
    /// Of those who wait, only this one goes in.
    pub(super) only: Option<RecordRef>,
    /// Why those who wait share a tube against a rule.
    pub(super) mixing: Option<String>,
    /// In practice: the operator said that these are no real people.
    pub(super) practice: bool,
}

impl TubeJob {
    pub(super) const fn new(label: Label) -> Self {
        Self { label, beside: false, only: None, mixing: None, practice: false }
    }
}

/// What is done once the operator has answered.
#[derive(Clone)]
pub(super) enum Job {
    Person(Box<Person>),
    Tube(TubeJob),
    Alias(String),
    /// Into this lane's box, although it is in another.
    Pack(String),
    Seal(SealJob),
    Receive(Box<Receiving>),
}

/// A box on the way to being sealed.
#[derive(Clone)]
pub(super) struct SealJob {
    /// Tubes in it, as somebody counted them.
    pub(super) tubes: u32,
    pub(super) seal: Option<String>,
    /// Tenths of a degree Celsius.
    pub(super) temperature: Option<i64>,
    /// The operator said that the count is right.
    pub(super) sure: bool,
}

/// A hand-over on the way to being received.
#[derive(Clone)]
pub(super) struct Receiving {
    pub(super) offer: HandOver,
    pub(super) signature: [u8; 64],
    /// By label: tubes counted and temperature measured.
    pub(super) found: BTreeMap<String, (u32, Option<i64>)>,
    /// Why boxes are missing.
    pub(super) why: Option<String>,
}

impl Receiving {
    /// The labels of the boxes that were not scanned.
    pub(super) fn missing(&self) -> Vec<String> {
        let missing = self.offer.boxes.iter().filter(|one| !self.found.contains_key(&one.label));
        missing.map(|one| one.label.clone()).collect()
    }
}

/// What the operator is asked.
#[derive(Clone)]
pub(super) enum Ask {
    /// Which of these is it?
    Which(Vec<Job>),
    /// Why is this person sampled twice?
    Duplicate(Job),
    /// Why is this mixing rule set aside?
    Mixing(Job),
    /// Is this a real person?
    RealPerson(Job),
    /// Is this really a tube, and is it to be opened now?
    Tube(Job),
    /// A required step is due.
    Step(Job),
    /// Is this so about a box, or are these boxes here?
    Box(Job),
}

/// A question that waits for its answer, with the answer that asked it.
#[derive(Clone)]
pub(super) struct Question {
    pub(super) ask: Ask,
    pub(super) asked: Answer,
}

impl Question {
    /// Whether it asks for the boxes of a hand-over.
    pub(super) const fn receives(&self) -> bool {
        matches!(self.ask, Ask::Box(Job::Receive(_)))
    }
}

/// The candidates of a question, numbered from 1.
pub(super) fn numbered(
    items: impl IntoIterator<Item = (&'static str, Option<String>, Vec<&'static str>)>,
) -> Vec<Candidate> {
    (1..).zip(items).map(|(number, (kind, subject, confirm))| Candidate { number, kind, subject, confirm }).collect()
}

impl Desk<'_, '_> {
    /// Asks, and gives the answer that does so.
    pub(super) fn ask(&mut self, ask: Ask, asked: Answer) -> Answer {
        self.question = Some(Question { ask, asked: asked.clone() });
        asked
    }

    /// `:confirm [N] [REASON]`.
    pub(super) fn confirm(&mut self, number: Option<u32>, reason: Option<&str>) -> Result<Answer> {
        let Some(question) = self.question.take() else { return Ok(Answer::refused("nothing_to_confirm")) };
        let reason = reason.map(str::to_owned);
        let job = match (question.ask.clone(), reason) {
            (Ask::Which(jobs), reason) => {
                let number = number.or((jobs.len() == 1).then_some(1));
                let chosen = number.and_then(|number| jobs.get(number.checked_sub(1)? as usize)).cloned();
                let Some(job) = chosen else { return Ok(self.ask_again(question, "number_due")) };
                Some(job.chosen(reason))
            }
            (Ask::Duplicate(job), Some(reason)) => Some(job.with(|person| person.duplicate = Some(reason))),
            (Ask::Mixing(job), Some(reason)) => Some(job.mixed(&reason)),
            (Ask::Duplicate(_) | Ask::Mixing(_), None) => return Ok(self.ask_again(question, "reason_due")),
            (Ask::RealPerson(job), _) => Some(job.practised()),
            (Ask::Tube(job), _) => Some(job),
            (Ask::Box(job), reason) => Some(job.of_box(reason)),
            (Ask::Step(_), _) => None,
        };
        match job {
            Some(job) => self.run(job),
            None => Ok(self.ask_again(question, "step_due")),
        }
    }

    fn ask_again(&mut self, question: Question, why: &str) -> Answer {
        let mut answer = question.asked.clone();
        if !answer.problems.iter().any(|problem| problem == why) {
            answer.problems.push(why.to_owned());
        }
        self.question = Some(question);
        answer
    }

    /// Does what the operator's answer made possible; the next doubt may ask again.
    pub(super) fn run(&mut self, job: Job) -> Result<Answer> {
        match job {
            Job::Person(person) => self.person(*person),
            Job::Tube(job) => self.tube_scanned(job),
            Job::Alias(text) => self.alias(&text),
            Job::Pack(label) => self.pack(&label, true),
            Job::Seal(job) => self.seal(job),
            Job::Receive(job) => self.receive(*job),
        }
    }

    /// An opaque code: a note for the next person, or a person known by it.
    pub(super) fn alias(&mut self, text: &str) -> Result<Answer> {
        let kept = cut(text);
        if self.profile.alias == AliasMode::Subject {
            return self.person(Person::new(Identity::of_alias(kept_text(&kept), ReadSource::Symbol)));
        }
        let before = text_of(self.action, self.row.pending.alias)?;
        let replaced = before.is_some_and(|before| before != kept_text(&kept));
        let saved = self.append(kept)?;
        let answer = Answer { saved: Some(saved), ..Answer::new(Outcome::AliasKept, Cue::Ok) };
        let answer = tell_lapsed(self.row.lapsed, answer);
        // Families keep all their codes on one phone: only the last one shown is the next person's.
        Ok(if replaced { Answer { cue: Cue::Attention, ..answer.problem("alias_replaced") } } else { answer })
    }

    /// `:guardian NUMBER-OR-ALIAS`. A number that is broken is refused: a wrong guardian is worse
    /// than asking again.
    pub(super) fn guardian(&mut self, who: &str) -> Result<Answer> {
        let reading = interpret_with(&Scan::line(who), self.today.latest, &self.profile.trust);
        // Of a document that was read whole, only what names the person is kept, never its text.
        let whole = matches!(reading.kind, Some(ReadingKind::Aamva | ReadingKind::Aadhaar));
        let broken = reading.verdict == Verdict::Refuse || whole && !reading.verdict.is_accept();
        if broken && reading.names_a_person() {
            return Ok(Answer::refused_for(reading.problems.iter().map(|problem| problem.as_str())));
        }
        let number = reading.identity.filter(|_| reading.verdict.is_accept()).and_then(|identity| identity.number);
        let guardian = number.or(reading.alias).map_or_else(|| who.to_owned(), |text| text.expose().to_owned());
        let saved = self.append(GuardianKept { guardian })?;
        let answer = tell_lapsed(self.row.lapsed, Answer::new(Outcome::Note, Cue::Ok));
        Ok(Answer { saved: Some(saved), note: Some(Remark::GuardianKept), ..answer })
    }

    /// `:temp` and `:colour`: kept for the next person, or for the one who waited for it.
    pub(super) fn step(&mut self, step: Step, value: String) -> Result<Answer> {
        let mode = |steps: &Steps| if step == Step::Temperature { steps.temperature } else { steps.code_colour };
        let asked: Vec<Steps> = self.steps_here()?.into_iter().filter(|steps| mode(steps) != StepMode::Off).collect();
        if asked.is_empty() {
            return Ok(Answer::refused("step_off"));
        }
        let may_be = |steps: &Steps| steps.colours.is_empty() || steps.colours.contains(&value);
        if step == Step::CodeColour && !asked.iter().any(may_be) {
            let words = asked.iter().map(|steps| steps.colours.join(" ")).next().unwrap_or_default();
            return Ok(Answer { text: Some(words), ..Answer::refused("colour_unknown") });
        }
        let lapsed = self.row.lapsed;
        let saved = self.append(StepKept { step, value })?;
        self.refresh()?;
        if let Some((job, _)) = self.held_up() {
            let answer = self.run(job)?;
            return Ok(Answer { saved: answer.saved.or(Some(saved)), ..answer });
        }
        let answer = tell_lapsed(lapsed, Answer::new(Outcome::Note, Cue::Ok));
        Ok(Answer { saved: Some(saved), note: Some(Remark::StepKept), ..answer })
    }

    /// The steps that a person of this lane may have to do: those of the active tube's own profile,
    /// which it keeps, and those in force for the next one.
    pub(super) fn steps_here(&self) -> Result<Vec<Steps>> {
        let tube = self.active()?.map(|tube| self.profiles.version(self.action, tube.profile)).transpose()?;
        Ok(tube.iter().chain([&self.profile]).map(|profile| profile.steps.clone()).collect())
    }

    /// The person whom a required step holds up, with what was asked; any other question stays.
    pub(super) fn held_up(&mut self) -> Option<(Job, Answer)> {
        match self.question.take() {
            Some(Question { ask: Ask::Step(job), asked }) => Some((job, asked)),
            other => {
                self.question = other;
                None
            }
        }
    }

    /// `:person REASON DESCRIPTION`: someone without any document.
    pub(super) fn undocumented(&mut self, reason: &str, description: &str) -> Result<Answer> {
        let mut person = Person::new(Identity::undocumented());
        person.reason = Some(reason.to_owned());
        person.description = Some(description.to_owned());
        self.person(person)
    }
}

impl Job {
    pub(super) fn with(self, change: impl FnOnce(&mut Person)) -> Self {
        match self {
            Self::Person(mut person) => {
                change(&mut person);
                Self::Person(person)
            }
            other => other,
        }
    }

    /// The operator chose this one of several, or said that the only one is right.
    fn chosen(self, reason: Option<String>) -> Self {
        self.with(|person| person.doubt = Some(reason))
    }

    fn of_box(self, reason: Option<String>) -> Self {
        match self {
            Self::Receive(mut job) => {
                job.why = reason;
                Self::Receive(job)
            }
            other => other,
        }
    }

    fn mixed(self, reason: &str) -> Self {
        match self {
            Self::Tube(job) => Self::Tube(TubeJob { mixing: Some(reason.to_owned()), ..job }),
            other => other.with(|person| person.mixing = Some(reason.to_owned())),
        }
    }

    fn practised(self) -> Self {
        match self {
            Self::Tube(job) => Self::Tube(TubeJob { practice: true, ..job }),
            other => other.with(|person| person.practice = true),
        }
    }
}

/// What is kept of a code: all of it, or its first 2 KiB with the whole's length and digest.
fn cut(text: &str) -> AliasKept {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    if text.len() <= SCAN_KEPT_BYTES_MAX {
        return AliasKept { text: text.to_owned(), length, digest: None };
    }
    let end = text.floor_char_boundary(SCAN_KEPT_BYTES_MAX);
    AliasKept { text: text[..end].to_owned(), length, digest: Some(Fixed(sha256(&[text.as_bytes()]))) }
}

/// Whether a person is known by nothing that a check protects.
pub(super) const fn is_sound(document: DocumentKind) -> bool {
    !matches!(document, DocumentKind::Alias | DocumentKind::None)
}

/// Text that is no longer needed is not kept in the clear.
pub(super) fn sensitive(text: Option<&Sensitive>) -> Option<String> {
    text.map(|text| text.expose().to_owned())
}
