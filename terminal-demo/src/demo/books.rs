//! The books that the demo keeps beside all journals: what each lane was told, and nothing else.
//!
//! They know only the lines that went in and the answers that came out, so they can be held
//! against the journals and the hub as a witness who saw neither.

use std::collections::{BTreeMap, BTreeSet};

use fieldcore::Verb;
use fieldcore::scan::{Scan, interpret};
use serde_json::Value;

use super::script::{Line, date};

/// One answer, as JSON gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) outcome: String,
    pub(super) tube: Option<String>,
    pub(super) position: Option<u32>,
    pub(super) problems: Vec<String>,
    /// Epoch and seq of the record that was reported saved.
    pub(super) saved: Option<(String, u64)>,
    /// What the answer adds to its outcome.
    pub(super) note: Option<String>,
    /// Words for the operator.
    pub(super) text: Option<String>,
}

impl Told {
    /// Reads one answer of a station; `None` if it is none.
    pub(super) fn read(answer: &Value) -> Option<Self> {
        let text = |key: &str| answer.get(key).and_then(Value::as_str).map(str::to_owned);
        let problems = answer.get("problems").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let saved = answer
            .get("saved")
            .and_then(|saved| Some((saved.get("epoch")?.as_str()?.to_owned(), saved.get("seq")?.as_u64()?)));
        Some(Self {
            outcome: text("outcome")?,
            tube: text("tube"),
            position: answer.get("position").and_then(Value::as_u64).and_then(|position| u32::try_from(position).ok()),
            problems: problems.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            saved,
            note: text("note"),
            text: text("text"),
        })
    }
}

/// Who was in front of the lane, as far as the line that went in says.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Who {
    /// The document's number, or the description of a person without one.
    pub(super) shown: String,
    /// Equal for the same person; `None` where nothing can tell.
    key: Option<String>,
}

/// Somebody of whom a lane was told that they are bound.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) device: usize,
    pub(super) lane: &'static str,
    pub(super) tube: String,
    pub(super) position: u32,
    pub(super) who: Who,
    /// Neither undone nor voided since.
    pub(super) stands: bool,
}

/// A line that came to something else than an opened tube or a bound person, or to that in an
/// uncommon way.
#[derive(Clone)]
pub(super) struct Incident {
    pub(super) wall_ms: i64,
    pub(super) lane: &'static str,
    /// What was scanned or typed.
    pub(super) text: &'static str,
    /// Whether the station said no.
    pub(super) is_no: bool,
    /// Whether the lane's clock had just gone back.
    pub(super) clock_back: bool,
    pub(super) told: Told,
}

/// The books of one or more devices.
#[derive(Clone, Default)]
pub(super) struct Books {
    pub(super) entries: Vec<Entry>,
    /// Device, label and lane of every tube that was opened.
    pub(super) tubes: Vec<(usize, String, &'static str)>,
    pub(super) incidents: Vec<Incident>,
    /// How often the station said no, by its reason.
    pub(super) refused: BTreeMap<String, u32>,
    /// Lines that went in.
    pub(super) lines: u32,
    /// What the books themselves could not follow.
    pub(super) puzzles: Vec<String>,
    /// The time of each lane's last line.
    last_ms: BTreeMap<&'static str, i64>,
}

/// Outcomes with which nothing was saved because the station said no.
const NO: [&str; 7] = [
    "tube_full",
    "duplicate_person",
    "tube_already_used",
    "wrong_kind",
    "refused",
    "mixing_rule",
    "needs_confirmation",
];

impl Books {
    /// Takes one line and what the lane was told.
    pub(super) fn take(&mut self, device: usize, line: &Line, told: &Told) {
        self.lines += 1;
        let clock_back = self.last_ms.insert(line.lane, line.wall_ms).is_some_and(|before| line.wall_ms < before);
        let is_no = NO.contains(&told.outcome.as_str());
        match told.outcome.as_str() {
            "bound" => self.bind(device, line, told),
            "tube_opened" => {
                let label = told.tube.clone().unwrap_or_default();
                self.tubes.push((device, label, line.lane));
            }
            // Told again because the answer before it was lost with the process.
            "repeated" if !self.has(device, told) => return self.bind(device, line, told),
            "undone" => self.undo(device, line, told),
            "error" => self.puzzles.push(format!("lane {}: {}", line.lane, told.text.as_deref().unwrap_or("error"))),
            outcome if is_no => {
                let reason = if outcome == "refused" { told.problems.first().map(String::as_str) } else { None };
                *self.refused.entry(reason.unwrap_or(outcome).to_owned()).or_default() += 1;
            }
            _ => self.correct(device, line, told),
        }
        let is_plain = matches!(told.outcome.as_str(), "bound" | "tube_opened");
        if !is_plain || clock_back || form(line.text) != Form::Common {
            let (wall_ms, lane, text) = (line.wall_ms, line.lane, line.text);
            self.incidents.push(Incident { wall_ms, lane, text, is_no, clock_back, told: told.clone() });
        }
    }

    fn has(&self, device: usize, told: &Told) -> bool {
        let (tube, position) = (told.tube.as_deref(), told.position);
        self.entries
            .iter()
            .any(|entry| entry.device == device && Some(&*entry.tube) == tube && Some(entry.position) == position)
    }

    fn bind(&mut self, device: usize, line: &Line, told: &Told) {
        match (&told.tube, told.position, who(line.text)) {
            (Some(tube), Some(position), Some(who)) => {
                let (lane, tube) = (line.lane, tube.clone());
                self.entries.push(Entry { device, lane, tube, position, who, stands: true });
            }
            _ => self.puzzle(line, told),
        }
    }

    fn undo(&mut self, device: usize, line: &Line, told: &Told) {
        let of_lane = |entry: &&mut Entry| entry.device == device && entry.lane == line.lane && entry.stands;
        match self.entries.iter_mut().rev().find(of_lane) {
            Some(entry) => entry.stands = false,
            None => self.puzzle(line, told),
        }
    }

    fn correct(&mut self, device: usize, line: &Line, told: &Told) {
        let verb = Verb::parse(line.text).ok();
        let done = match (told.outcome.as_str(), verb) {
            ("voided", Some(Verb::Void { tube, position, .. })) => {
                self.at(device, &tube, position).map(|at| self.entries[at].stands = false)
            }
            ("moved", Some(Verb::Move { tube, position, to })) => {
                self.at(device, &tube, position).zip(told.position).map(|(at, position)| {
                    self.entries[at].tube = to;
                    self.entries[at].position = position;
                })
            }
            ("swapped", Some(Verb::Swap { tube, first, second })) => {
                self.at(device, &tube, first).zip(self.at(device, &tube, second)).map(|(first_at, second_at)| {
                    self.entries[first_at].position = second;
                    self.entries[second_at].position = first;
                })
            }
            ("tube_closed" | "alias_kept" | "repeated" | "note" | "help", _) => Some(()),
            _ => None,
        };
        if done.is_none() {
            self.puzzle(line, told);
        }
    }

    fn at(&self, device: usize, tube: &str, position: u32) -> Option<usize> {
        let here = |entry: &Entry| entry.device == device && entry.tube == tube && entry.position == position;
        self.entries.iter().position(here)
    }

    fn puzzle(&mut self, line: &Line, told: &Told) {
        self.puzzles.push(format!("lane {}: an answer `{}` that the books cannot follow", line.lane, told.outcome));
    }

    /// Puts the books of another device beside these.
    pub(super) fn add(&mut self, other: Self) {
        self.entries.extend(other.entries);
        self.tubes.extend(other.tubes);
        self.incidents.extend(other.incidents);
        self.incidents.sort_by_key(|incident| incident.wall_ms);
        for (reason, count) in other.refused {
            *self.refused.entry(reason).or_default() += count;
        }
        self.lines += other.lines;
        self.puzzles.extend(other.puzzles);
    }

    /// Everyone who stands.
    pub(super) fn standing(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.stands)
    }

    /// People who stand in a tube of a device: position and who.
    pub(super) fn people_of(&self, device: usize, tube: &str) -> Vec<(u32, &str)> {
        let here = self.standing().filter(|entry| entry.device == device && entry.tube == tube);
        let mut people: Vec<_> = here.map(|entry| (entry.position, &*entry.who.shown)).collect();
        people.sort_unstable();
        people
    }

    /// Tubes with at least one person who stands, by device and label.
    pub(super) fn filled_tubes(&self) -> BTreeSet<(usize, &str)> {
        self.standing().map(|entry| (entry.device, &*entry.tube)).collect()
    }

    /// Different people among those who stand; one whom nothing names counts by itself.
    pub(super) fn distinct_people(&self) -> usize {
        let named: BTreeSet<_> = self.standing().filter_map(|entry| entry.who.key.as_deref()).collect();
        named.len() + self.standing().filter(|entry| entry.who.key.is_none()).count()
    }

    /// Labels that two devices opened.
    pub(super) fn labels_twice(&self) -> BTreeSet<&str> {
        let on_other =
            |device: usize, label: &str| self.tubes.iter().any(|(other, again, _)| *other != device && again == label);
        let twice = self.tubes.iter().filter(|(device, label, _)| on_other(*device, label));
        twice.map(|(_, label, _)| &**label).collect()
    }

    /// How many people stand on two devices.
    pub(super) fn people_twice(&self) -> usize {
        let mut devices: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        for entry in self.standing() {
            if let Some(key) = &entry.who.key {
                devices.entry(key).or_default().insert(entry.device);
            }
        }
        devices.values().filter(|devices| devices.len() > 1).count()
    }
}

/// How a line says what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A card or label as the reader gives it.
    Common,
    /// A verb, typed.
    Verb,
    /// A card of the old kind.
    OldCard,
    /// Full-width characters.
    FullWidth,
}

/// The form of a line.
pub(super) fn form(text: &str) -> Form {
    match text {
        _ if text.starts_with(':') => Form::Verb,
        _ if text.len() == 15 && text.bytes().all(|byte| byte.is_ascii_digit()) => Form::OldCard,
        _ if !text.is_ascii() => Form::FullWidth,
        _ => Form::Common,
    }
}

/// Who a line presents.
fn who(text: &str) -> Option<Who> {
    if let Ok(Verb::Person { description, .. }) = Verb::parse(text) {
        return Some(Who { shown: description, key: None });
    }
    let identity = interpret(&Scan::line(text), date()).identity?;
    let number = identity.number.as_ref()?.expose().to_owned();
    Some(Who { shown: number, key: identity.key_text().map(|key| key.expose().to_owned()) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(outcome: &str, tube: &str, position: u32) -> Told {
        let (tube, position) = (Some(tube.to_owned()), Some(position));
        Told { outcome: outcome.to_owned(), tube, position, ..Told::default() }
    }

    fn line(text: &'static str) -> Line {
        Line { wall_ms: 0, lane: "A", text, whole: "" }
    }

    const FIRST: &str = "120104189902214463";
    const SECOND: &str = "440524188711177468";

    fn two_people() -> Books {
        let mut books = Books::default();
        books.take(0, &line("T"), &told("tube_opened", "T", 0));
        books.take(0, &line(FIRST), &told("bound", "T", 1));
        books.take(0, &line(SECOND), &told("bound", "T", 2));
        books
    }

    #[test]
    fn corrections_are_followed() {
        let mut books = two_people();
        assert_eq!(books.people_of(0, "T"), [(1, FIRST), (2, SECOND)]);
        books.take(0, &line(":swap T 1 2"), &told("swapped", "T", 1));
        assert_eq!(books.people_of(0, "T"), [(1, SECOND), (2, FIRST)]);
        books.take(0, &line(":void T 1 swab"), &told("voided", "T", 1));
        books.take(0, &line(":undo"), &told("undone", "T", 1));
        assert!(books.filled_tubes().is_empty());
        assert_eq!((books.incidents.len(), books.puzzles.len()), (3, 0));
        books.take(0, &line(":undo"), &told("undone", "T", 1));
        assert_eq!(books.puzzles.len(), 1);
    }

    #[test]
    fn what_is_uncommon_is_noted_though_it_went_well() {
        let mut books = two_people();
        assert!(books.incidents.is_empty());
        books.take(0, &line("410105020902505"), &told("bound", "T", 3));
        books.take(0, &line(":person lost red coat"), &told("bound", "T", 4));
        books.take(0, &Line { wall_ms: -1, ..line(SECOND) }, &told("bound", "T", 5));
        assert_eq!(
            books.incidents.iter().map(|incident| incident.clock_back).collect::<Vec<_>>(),
            [false, false, true]
        );
        assert_eq!(books.puzzles.len(), 0);
    }

    #[test]
    fn an_answer_lost_with_its_process_is_entered_when_it_is_told_again() {
        let mut books = two_people();
        books.take(0, &line(SECOND), &told("repeated", "T", 2));
        assert_eq!(books.entries.len(), 2);
        books.take(0, &line(FIRST), &told("repeated", "T", 3));
        assert_eq!(books.entries.len(), 3);
    }

    #[test]
    fn what_two_devices_have_is_seen() {
        let mut books = two_people();
        let mut other = Books::default();
        other.take(1, &line("T"), &told("tube_opened", "T", 0));
        other.take(1, &line(FIRST), &told("bound", "T", 1));
        other.take(1, &line("x"), &Told { problems: vec!["checksum".to_owned()], ..told("refused", "T", 1) });
        other.take(1, &line(":person lost red coat"), &told("bound", "T", 2));
        books.add(other);
        assert_eq!((books.people_twice(), books.labels_twice().len(), books.distinct_people()), (1, 1, 3));
        assert_eq!(books.refused, BTreeMap::from([("checksum".to_owned(), 1)]));
    }

    #[test]
    fn an_answer_is_read_from_its_json() {
        let answer = json!({"outcome": "bound", "tube": "T", "position": 3, "problems": ["region"],
            "saved": {"epoch": "e", "seq": 12}, "text": null});
        let told = Told::read(&answer).unwrap();
        assert_eq!((told.position, told.saved), (Some(3), Some(("e".to_owned(), 12))));
        assert_eq!(Told::read(&json!({"line": 1})), None);
    }
}
