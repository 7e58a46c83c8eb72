//! From a tube to its people, offline.

use serde::Serialize;

use super::source::{Source, label_of, shift_of, text_of};
use crate::error::Result;
use crate::id::RecordRef;
use crate::record::{Body, DocumentKind, Override, Place, SubjectBound};
use crate::state::{self, Fate, SubjectRow, TubeRow};

/// Where readable data goes; it stands in the export log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// Shown.
    Screen,
    /// Written to a file.
    File,
    /// Handed to another app or person.
    Share,
}

impl Target {
    /// The word that stands in the record.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Screen => "screen",
            Self::File => "file",
            Self::Share => "share",
        }
    }
}

/// One person of a traced tube, in the clear: for the people who must call them, not for logs.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct TracedPerson {
    /// The position in the tube.
    pub position: u32,
    /// `bound`, `undone` or `voided`.
    pub state: &'static str,
    /// Whether the person was moved here from another tube.
    pub moved: bool,
    /// What names the person.
    pub document: &'static str,
    /// The document's number.
    pub number: Option<String>,
    /// The name as printed.
    pub name: Option<String>,
    /// Birth as YYYYMMDD, where it is not in the number.
    pub birth: Option<u32>,
    /// `M`, `F` or `X`, where it is not in the number.
    pub sex: Option<String>,
    /// The nationality.
    pub nationality: Option<String>,
    /// The address on the document.
    pub address: Option<String>,
    /// The code that was shown.
    pub alias: Option<String>,
    /// The guardian's number or code.
    pub guardian: Option<String>,
    /// The contact telephone.
    pub contact: Option<String>,
    /// Why there was no document.
    pub reason: Option<String>,
    /// What describes a person without a document.
    pub description: Option<String>,
    /// The class of the mixing rules.
    pub class: Option<String>,
    /// The temperature, tenths of a degree Celsius.
    pub temperature: Option<u32>,
    /// The colour of the code that was shown.
    pub colour: Option<String>,
    /// The rule that was overridden.
    pub overridden: Option<&'static str>,
    /// Why.
    pub override_reason: Option<String>,
    /// When, wall milliseconds.
    pub wall_ms: i64,
    /// The site.
    pub site: Option<String>,
    /// `fixed` or `mobile`.
    pub place: Option<&'static str>,
    /// The lane.
    pub lane: Option<String>,
    /// The operator.
    pub operator: Option<String>,
    /// The operator's organisation.
    pub organisation: Option<String>,
}

/// A tube and everyone who is or was in it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// The tube's label.
    pub tube: String,
    /// The round's name.
    pub round: Option<String>,
    /// The box's label.
    pub container: Option<String>,
    /// People in it now.
    pub count: u32,
    /// How many it takes.
    pub capacity: u32,
    /// `open`, `passed_on`, a closing reason, or `spoiled`.
    pub state: &'static str,
    /// When it was opened, wall milliseconds.
    pub opened_ms: i64,
    /// Everyone who is or was in it, by position.
    pub people: Vec<TracedPerson>,
    /// People of it whose records cannot be read here any more.
    pub unreadable: u32,
    /// People in it whom other devices bound: only their number is known here.
    pub elsewhere: u32,
    /// The export log's record; `None` where the journal is open for reading only.
    #[serde(skip)]
    pub logged: Option<RecordRef>,
}

impl std::fmt::Debug for TracedPerson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TracedPerson({})", self.position)
    }
}

impl std::fmt::Debug for Trace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Trace({} people)", self.people.len())
    }
}

/// Everyone who is or was in a tube; `None` for a label that was never used here.
pub(super) fn trace(source: &dyn Source, label: &str) -> Result<Option<Trace>> {
    let Some(tube) = state::tube_by_key(source.conn(), &source.tube_key(label)?)? else { return Ok(None) };
    let mut people = Vec::new();
    let (mut unreadable, mut here) = (0, 0_u32);
    for subject in state::people_of(source.conn(), tube.at)? {
        here += u32::from(subject.fate == Fate::Stands);
        match traced(source, &subject)? {
            Some(person) => people.push(person),
            None => unreadable += 1,
        }
    }
    let packed = state::packed(source.conn(), tube.round, &tube.key)?.map(|packed| packed.container);
    let container = packed.map(|container| label_of(source, container)).transpose()?.flatten();
    Ok(Some(Trace {
        tube: label_of(source, tube.at)?.unwrap_or_else(|| label.to_owned()),
        round: shift_of(source, tube.shift)?.map(|shift| shift.round_name),
        container,
        count: tube.count,
        capacity: tube.capacity,
        state: state_of(&tube),
        opened_ms: tube.opened_ms,
        people,
        unreadable,
        elsewhere: tube.count.saturating_sub(here),
        logged: None,
    }))
}

/// `open`, `passed_on`, a closing reason, or `spoiled`.
pub(super) fn state_of(tube: &TubeRow) -> &'static str {
    match tube.closed {
        _ if tube.spoiled => "spoiled",
        Some(reason) => reason.as_str(),
        None if tube.away.is_some() => "passed_on",
        None => "open",
    }
}

fn traced(source: &dyn Source, subject: &SubjectRow) -> Result<Option<TracedPerson>> {
    let Some(record) = source.read(subject.at)? else { return Ok(None) };
    let Body::SubjectBound(body) = record.body else { return Ok(None) };
    let shift = shift_of(source, record.stamp.shift)?;
    let contact = text_of(source, subject.contact)?;
    let mut person = in_the_clear(body);
    person.contact = contact.or(person.contact);
    person.position = subject.position;
    person.moved = subject.moved;
    person.state = match subject.fate {
        Fate::Stands => "bound",
        Fate::Undone => "undone",
        Fate::Voided => "voided",
    };
    person.wall_ms = record.stamp.wall_ms;
    person.lane = record.stamp.lane;
    if let Some(shift) = shift {
        person.place = Some(Place::as_str(shift.place));
        person.site = Some(shift.site);
        person.operator = Some(shift.operator);
        person.organisation = shift.organisation;
    }
    Ok(Some(person))
}

fn in_the_clear(body: SubjectBound) -> TracedPerson {
    TracedPerson {
        position: body.position,
        state: "bound",
        moved: false,
        document: DocumentKind::as_str(body.document),
        number: body.number,
        name: body.name,
        birth: body.birth,
        sex: body.sex,
        nationality: body.nationality,
        address: body.address,
        alias: body.alias,
        guardian: body.guardian,
        contact: body.contact,
        reason: body.reason,
        description: body.description,
        class: body.class,
        temperature: body.temperature,
        colour: body.colour,
        overridden: body.overridden.map(Override::as_str),
        override_reason: body.override_reason,
        wall_ms: 0,
        site: None,
        place: None,
        lane: None,
        operator: None,
        organisation: None,
    }
}
