//! From a tube to its people, offline.

pub use fieldcore::Target;

use crate::answer::Saved;

/// Where readable data goes; it stands in the export log.
#[uniffi::remote(Enum)]
pub enum Target {
    /// Shown.
    Screen,
    /// Written to a file.
    File,
    /// Handed to another app or person.
    Share,
}

/// One person of a traced tube, in the clear: for the people who must call them, not for logs.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct TracedPerson {
    /// The position in the tube.
    pub position: u32,
    /// `bound`, `undone` or `voided`.
    pub state: String,
    /// Whether the person was moved here from another tube.
    pub moved: bool,
    /// What names the person.
    pub document: String,
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
    pub overridden: Option<String>,
    /// Why.
    pub override_reason: Option<String>,
    /// When, wall milliseconds.
    pub wall_ms: i64,
    /// The site.
    pub site: Option<String>,
    /// `fixed` or `mobile`.
    pub place: Option<String>,
    /// The lane.
    pub lane: Option<String>,
    /// The operator.
    pub operator: Option<String>,
    /// The operator's organisation.
    pub organisation: Option<String>,
}
/// A tube and everyone who is or was in it.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
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
    /// `open`, a closing reason, or `spoiled`.
    pub state: String,
    /// When it was opened, wall milliseconds.
    pub opened_ms: i64,
    /// Everyone who is or was in it, by position.
    pub people: Vec<TracedPerson>,
    /// People of it whose records cannot be read here any more.
    pub unreadable: u32,
    /// People in it whom other devices bound: only their number is known here.
    #[uniffi(default = 0)]
    pub elsewhere: u32,
    /// The export log's record; `None` where the journal is open for reading only.
    pub logged: Option<Saved>,
}
impl From<fieldcore::TracedPerson> for TracedPerson {
    fn from(person: fieldcore::TracedPerson) -> Self {
        Self {
            position: person.position,
            state: person.state.to_owned(),
            moved: person.moved,
            document: person.document.to_owned(),
            number: person.number,
            name: person.name,
            birth: person.birth,
            sex: person.sex,
            nationality: person.nationality,
            address: person.address,
            alias: person.alias,
            guardian: person.guardian,
            contact: person.contact,
            reason: person.reason,
            description: person.description,
            class: person.class,
            temperature: person.temperature,
            colour: person.colour,
            overridden: person.overridden.map(str::to_owned),
            override_reason: person.override_reason,
            wall_ms: person.wall_ms,
            site: person.site,
            place: person.place.map(str::to_owned),
            lane: person.lane,
            operator: person.operator,
            organisation: person.organisation,
        }
    }
}

impl From<fieldcore::Trace> for Trace {
    fn from(trace: fieldcore::Trace) -> Self {
        Self {
            tube: trace.tube,
            round: trace.round,
            container: trace.container,
            count: trace.count,
            capacity: trace.capacity,
            state: trace.state.to_owned(),
            opened_ms: trace.opened_ms,
            people: trace.people.into_iter().map(Into::into).collect(),
            unreadable: trace.unreadable,
            elsewhere: trace.elsewhere,
            logged: trace.logged.map(Into::into),
        }
    }
}
