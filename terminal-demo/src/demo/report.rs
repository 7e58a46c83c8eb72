//! What the demo shows at its end: made to be looked at, in 80 columns.

use std::time::Duration;

use fieldcore::record::{DocumentKind, ReadSource};
use fieldcore::scan::{Identity, ReadingKind, Scan, interpret};
use fieldcore::{Language, Outcome, Trace, TracedPerson, Verb};
use fieldcore_hub::reports::model::{Sighting, TubeUse};

use super::books::{Form, Incident, form};
use super::link::Trick;
use super::proof::{About, Check, Evidence};
use super::script::{clock_time, date};
use super::texts::Texts;
use crate::paint::{COLUMNS, Paint, wrap};
use crate::text::{cut, fit, table};
use crate::words::{Words, fill};

const MINUTE_MS: u64 = 60_000;
/// Faults of one check that are shown; the JSON has them all.
const WRONG_SHOWN: usize = 5;
/// Columns of what was scanned, and where what was said to it begins.
const SCANNED: usize = 22;
const SAID: usize = 17 + SCANNED;
/// Columns of a proof's subject.
const ABOUT: usize = 24;

/// The report's language, colours and lines.
pub(super) struct Report {
    words: &'static Words,
    texts: &'static Texts,
    paint: Paint,
    lines: Vec<String>,
}

impl Report {
    pub(super) fn new(language: Language, paint: Paint) -> Self {
        Self { words: Words::of(language), texts: Texts::of(language), paint, lines: Vec::new() }
    }

    /// Everything, as one text.
    pub(super) fn write(mut self, evidence: &Evidence, checks: &[Check], took: Duration) -> String {
        self.ledger(evidence);
        self.incidents(&evidence.books.incidents);
        self.kills(evidence);
        self.link(evidence);
        self.trace(evidence);
        self.conflicts(evidence);
        self.proof(evidence, checks);
        self.verdict(evidence, checks, took);
        self.lines.join("\n")
    }

    fn head(&mut self, text: &str) {
        self.lines.push(String::new());
        self.lines.push(self.paint.title(&cut(text, COLUMNS)));
    }

    fn line(&mut self, text: &str) {
        self.lines.push(cut(&format!("  {text}"), COLUMNS));
    }

    fn ledger(&mut self, evidence: &Evidence) {
        let words = self.words;
        self.head(self.texts.ledger);
        let names = [words.site, words.lane, words.operator, words.people, words.tubes, words.short, words.voided];
        let mut rows = vec![cells(names.map(str::to_owned), self.texts.at_hub.to_owned())];
        for row in evidence.devices.iter().flat_map(|device| &device.ledger.rows) {
            let same = |hub: &&_| same_lane(row, hub);
            let hub = evidence.hub.ledger.rows.iter().find(same).map_or(0, |hub| hub.figures.people);
            let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
            let [people, tubes, short, voided] = [row.people, row.tubes, row.short, row.voided].map(|n| n.to_string());
            let ours = [text(&row.site), text(&row.lane), text(&row.operator), people, tubes, short, voided];
            rows.push(cells(ours, hub.to_string()));
        }
        let sum = |figure: fn(&fieldcore::Ledger) -> u32| {
            evidence.sum(|device| u64::from(figure(&device.ledger))).to_string()
        };
        let (people, tubes) = (sum(|ledger| ledger.people), sum(|ledger| ledger.tubes));
        let (short, voided) = (sum(|ledger| ledger.short), sum(|ledger| ledger.voided));
        let total = [words.total.to_owned(), String::new(), String::new(), people, tubes, short, voided];
        rows.push(cells(total, evidence.hub.figures.people.to_string()));
        let text = table(&rows, 3);
        let last = text.lines().count() - 1;
        for (index, line) in text.lines().enumerate() {
            let line = cut(&format!("  {line}"), COLUMNS);
            self.lines.push(match index {
                0 => self.paint.dim(&line),
                _ if index == last => self.paint.bold(&line),
                _ => line,
            });
        }
    }

    fn incidents(&mut self, incidents: &[Incident]) {
        self.head(self.texts.incidents);
        for incident in incidents {
            let (time, scanned) = (clock_time(incident.wall_ms), fit(&scanned(incident.text), SCANNED));
            let when = self.paint.dim(&format!("{time}  {}", incident.lane));
            let words: Vec<String> = self.said(incident).split(' ').map(str::to_owned).collect();
            for (row, said) in wrap(&words, " ", COLUMNS - SAID).iter().enumerate() {
                let said = cut(said, COLUMNS - SAID);
                let said = if incident.is_no { self.paint.warn(&said) } else { said };
                self.lines.push(match row {
                    0 => format!("  {when}  {scanned}  {said}"),
                    _ => format!("{}{said}", " ".repeat(SAID)),
                });
            }
        }
    }

    /// What the station answered, in words; of a refusal the reason, of what went well what was
    /// uncommon about it.
    fn said(&self, incident: &Incident) -> String {
        let told = &incident.told;
        let outcome = Outcome::ALL.iter().find(|outcome| outcome.as_str() == told.outcome);
        let outcome = outcome.map_or(&*told.outcome, |outcome| self.words.outcome(*outcome));
        let uncommon = match form(incident.text) {
            _ if incident.clock_back => Some(self.texts.clock_back),
            Form::OldCard => Some(self.texts.old_card),
            Form::FullWidth => Some(self.texts.full_width),
            Form::Common | Form::Verb => None,
        };
        match (&*told.outcome, told.problems.first(), uncommon) {
            ("refused", Some(problem), _) => self.words.problem(problem).to_owned(),
            ("wrong_kind", Some(problem), _) => {
                format!("{outcome}{}{}", self.words.colon, self.words.problem(problem))
            }
            ("note", ..) => told.note.as_deref().map_or(outcome, |note| self.words.problem(note)).to_owned(),
            (.., Some(uncommon)) => format!("{outcome}{}{uncommon}", self.words.colon),
            _ => outcome.to_owned(),
        }
    }

    fn kills(&mut self, evidence: &Evidence) {
        self.head(&fill(self.texts.kills, &[&evidence.kills.len()]));
        for kill in &evidence.kills {
            let under_way = (self.texts.under_way)(kill.under_way);
            let text = fill(self.texts.killed, &[&kill.reported, &kill.found, &under_way]);
            self.line(&format!("{}  {text}", clock_time(kill.wall_ms)));
        }
    }

    fn link(&mut self, evidence: &Evidence) {
        self.head(self.texts.link);
        self.line(&fill(self.texts.requests, &[&evidence.link.requests, &evidence.link.failed]));
        let tricks = Trick::ALL.iter().map(|trick| (*trick, evidence.link.count(*trick)));
        let parts: Vec<String> =
            tricks.map(|(trick, count)| format!("{} {count}", (self.texts.tricks)(trick))).collect();
        for line in wrap(&parts, " · ", COLUMNS - 2) {
            self.line(&line);
        }
        self.line(&fill(self.texts.pauses, &[&(evidence.talks.waited_ms / MINUTE_MS)]));
    }

    fn trace(&mut self, evidence: &Evidence) {
        let traces = || evidence.devices.iter().flat_map(|device| device.tubes.values());
        let full = |trace: &&Trace| trace.count == trace.capacity;
        let told = |trace: &&Trace| full(trace) && trace.people.iter().any(|person| person.guardian.is_some());
        let Some(trace) = traces().find(told).or_else(|| traces().find(full)) else { return };
        self.head(&fill(self.texts.trace, &[&trace.tube, &trace.count]));
        let bound = || trace.people.iter().filter(|person| person.state == "bound");
        // One tube, one place: told once, and again only for whom it was another.
        let first = bound().next().map(whereabouts).unwrap_or_default();
        self.line(&first);
        for person in bound() {
            let who = fit(&self.masked(person), SCANNED);
            let guardian = person.guardian.as_deref().map(|text| (self.words.guardian, mask(person_kind(text), text)));
            let contact = person.contact.as_deref().map(|text| (self.words.phone, mask(DocumentKind::Alias, text)));
            let mut more: Vec<String> =
                guardian.into_iter().chain(contact).map(|(word, text)| format!("{word} {text}")).collect();
            more.extend(Some(whereabouts(person)).filter(|place| *place != first));
            let (position, time) = (person.position, clock_time(person.wall_ms));
            self.line(format!("{position:>2}  {time}  {who}  {}", more.join(" · ")).trim_end());
        }
    }

    fn masked(&self, person: &TracedPerson) -> String {
        match (&person.number, DocumentKind::from_text(person.document)) {
            (Some(number), Some(kind)) => mask(kind, number),
            _ => format!("{}: {}", self.texts.no_papers, person.reason.as_deref().unwrap_or("-")),
        }
    }

    fn conflicts(&mut self, evidence: &Evidence) {
        self.head(self.texts.conflicts);
        for conflict in &evidence.hub.conflicts.people {
            self.line(self.texts.same_person);
            for sighting in &conflict.sightings {
                let side = self.sighting(evidence, sighting);
                self.line(&format!("  {side}"));
            }
        }
        for conflict in &evidence.hub.conflicts.tubes {
            self.line(&fill(self.texts.same_label, &[&conflict.tube]));
            for tube_use in &conflict.uses {
                let side = self.tube_use(tube_use);
                self.line(&format!("  {side}"));
            }
        }
        self.line(&fill(self.texts.told_both, &[&evidence.talks.notices.iter().sum::<usize>()]));
    }

    fn sighting(&self, evidence: &Evidence, sighting: &Sighting) -> String {
        let tube = sighting.tube.as_deref().unwrap_or("-");
        let traces = evidence.hub.tubes.get(tube).map(Vec::as_slice).unwrap_or_default();
        let people = traces.iter().flat_map(|trace| &trace.people);
        let person = people
            .filter(|person| person.record == sighting.record)
            .find_map(|person| Some(mask(DocumentKind::from_text(person.document)?, person.number.as_deref()?)));
        let position = fill(self.words.position, &[&sighting.position]);
        let place = place(&sighting.at.site, &sighting.at.lane, &sighting.at.operator);
        let time = sighting.at.at_ms.map_or_else(|| "-".to_owned(), clock_time);
        format!("{time}  {}  {tube} {position}  {place}", person.unwrap_or_default())
    }

    fn tube_use(&self, tube_use: &TubeUse) -> String {
        let place = place(&tube_use.at.site, &tube_use.at.lane, &tube_use.at.operator);
        let time = tube_use.at.at_ms.map_or_else(|| "-".to_owned(), clock_time);
        format!("{time}  {}  {place}", fill(self.texts.people, &[&tube_use.people]))
    }

    fn proof(&mut self, evidence: &Evidence, checks: &[Check]) {
        self.head(self.texts.proof);
        for check in checks {
            let mark = if check.holds() { self.paint.good("✓") } else { self.paint.bad("✗") };
            let parts: Vec<String> = check
                .figures
                .iter()
                .map(|(whose, figure)| format!("{} {figure}", (self.texts.whose)(*whose)))
                .collect();
            let figures = match check.about {
                About::Answers => fill(self.texts.explained, &[&evidence.books.lines]),
                About::Signatures => {
                    let found = &evidence.hub.verification;
                    fill(self.texts.verified, &[&found.signatures, &found.receipts, &found.records])
                }
                _ => parts.join(if check.holds() { " = " } else { " · " }),
            };
            let about = fit((self.texts.about)(check.about), ABOUT);
            self.lines.push(format!("  {mark} {about}{}", cut(&figures, COLUMNS - ABOUT - 4)));
            for wrong in check.wrong.iter().take(WRONG_SHOWN) {
                self.lines.push(format!("      {}", self.paint.bad(&cut(wrong, COLUMNS - 6))));
            }
            if let Some(more) = check.wrong.len().checked_sub(WRONG_SHOWN).filter(|more| *more > 0) {
                self.lines.push(format!("      {}", fill(self.texts.and_more, &[&more])));
            }
        }
    }

    fn verdict(&mut self, evidence: &Evidence, checks: &[Check], took: Duration) {
        let failed = checks.iter().filter(|check| !check.holds()).count();
        let seconds = format!("{:.1}", took.as_secs_f32());
        self.lines.push(String::new());
        let figures = &evidence.hub.figures;
        let text = if failed == 0 {
            let values: [&dyn std::fmt::Display; 4] =
                [&figures.people, &figures.distinct_people, &figures.tubes, &seconds];
            self.paint.good(&self.paint.bold(&fill(self.texts.adds_up, &values)))
        } else {
            self.paint.bad(&fill(self.texts.does_not, &[&failed, &seconds]))
        };
        self.lines.push(text);
    }
}

/// Where and by whom a person was sampled.
fn whereabouts(person: &TracedPerson) -> String {
    let parts = [&person.site, &person.lane, &person.operator, &person.organisation];
    parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(" · ")
}

fn cells(ours: [String; 7], hub: String) -> [String; 8] {
    let [site, lane, operator, people, tubes, short, voided] = ours;
    [site, lane, operator, people, tubes, short, voided, hub]
}

fn same_lane(row: &fieldcore::LedgerRow, hub: &fieldcore_hub::reports::model::LedgerRow) -> bool {
    (&row.site, &row.lane, &row.operator) == (&hub.site, &hub.lane, &hub.operator)
}

fn place(site: &Option<String>, lane: &Option<String>, operator: &Option<String>) -> String {
    [site, lane, operator].into_iter().map(|part| part.as_deref().unwrap_or("-")).collect::<Vec<_>>().join(" · ")
}

/// The kind of a number or code that names a guardian.
fn person_kind(text: &str) -> DocumentKind {
    interpret(&Scan::line(text), date()).identity.map_or(DocumentKind::Alias, |identity| identity.document)
}

/// Whether a code is a tube's label or a retail code, and so nobody's.
fn is_no_person(what: Option<ReadingKind>, text: &str) -> bool {
    what == Some(ReadingKind::Retail) || text.starts_with("XH26-")
}

fn mask(kind: DocumentKind, number: &str) -> String {
    Identity::of_number(kind, number, ReadSource::Typed).masked()
}

/// What was scanned or typed, without whatever may name a person.
fn scanned(text: &str) -> String {
    if text.starts_with(':') {
        return match Verb::parse(text) {
            Ok(Verb::Person { .. } | Verb::Guardian { .. } | Verb::Phone { .. }) | Err(_) => {
                let name = text.split_whitespace().next().unwrap_or_default();
                format!("{name} …")
            }
            Ok(_) => text.to_owned(),
        };
    }
    let reading = interpret(&Scan::line(text), date());
    match (&reading.identity, &reading.label) {
        (Some(identity), _) => identity.masked(),
        (None, Some(label)) if is_no_person(reading.kind, &label.text) => label.text.clone(),
        // A mistyped number is still most of somebody's number.
        _ => mask(DocumentKind::Alias, text.trim_start_matches("]Q1")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_names_a_person_is_shown() {
        let number = super::super::script::lines(&["A"]).unwrap()[1].text;
        assert!(!scanned(number).contains(&number[4..16]));
        assert!(!scanned(&format!(":guardian {number}")).contains(&number[4..16]));
        assert_eq!(scanned(":person lost red coat"), ":person …");
        assert_eq!(scanned(":swap T-000001 3 4"), ":swap T-000001 3 4");
        assert!(!scanned("]Q1jkm://v1/7f3a92c10b5e").contains("7f3a92c1"));
        let mistyped = format!("{}00", &number[..16]);
        assert!(!scanned(&mistyped).contains(&number[4..16]));
        assert_eq!(scanned("6901234567892"), "6901234567892");
        assert_eq!(scanned("]C0XH26-00102"), "XH26-00102");
    }
}
