//! The receiving desk: what was sent comes from the codes of hand-overs or from the hub's list, what is there from
//! the scanner, a label a line.

use std::collections::{BTreeMap, BTreeSet};
use std::io::stdin;
use std::path::Path;

use fieldcore::custody::desk::{self, Finding, Found, Sent};
use fieldcore::limits::{LABEL_CHARS_MAX, SCAN_BYTES_MAX};
use fieldcore::record::DeskFinding;
use fieldcore::scan::Scan;
use fieldcore::{Error, Language, ShiftPlan, Station};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::args;
use crate::commands::read_text;
use crate::device;
use crate::exit::{Code, Failure, Outcome};
use crate::lines::Lines;
use crate::out;
use crate::words::{Words, fill};

/// What the hub says of boxes; of the rest of its answer nothing is needed here.
#[derive(Deserialize)]
struct HubList {
    boxes: Vec<HubBox>,
}

#[derive(Deserialize)]
struct HubBox {
    #[serde(rename = "box")]
    container: Option<String>,
    tubes: Vec<String>,
}

/// What was sent, and by which hand-over.
#[derive(Default)]
struct Expected {
    sent: Sent,
    boxes: BTreeSet<String>,
    hand_overs: BTreeMap<String, [u8; 16]>,
}

impl Expected {
    fn read(asked: &args::Receive, station: &Station) -> Result<Self, Failure> {
        let mut expected = Self::default();
        let wanted = |label: &str| asked.boxes.is_empty() || asked.boxes.iter().any(|one| one == label);
        if let Some(file) = &asked.sent {
            let list: HubList = serde_json::from_str(&read_text(file)?).map_err(|error| {
                let why = format!("line {}: it is no answer of `fieldcore-hub custody --json`", error.line());
                Error::invalid("the hub's list", why)
            })?;
            for one in list.boxes {
                let Some(label) = one.container.filter(|label| wanted(label)) else { continue };
                expected.add(&label, &one.tubes, None);
            }
        }
        for file in &asked.offers {
            for listed in desk::read_offers(&read_text(file)?, station.journal().campaign())? {
                for (one, labels) in listed.offer.boxes.iter().zip(&listed.labels) {
                    if wanted(&one.label) {
                        expected.add(&one.label, labels, Some(listed.offer.id));
                    }
                }
            }
        }
        match asked.boxes.iter().find(|label| !expected.boxes.contains(*label)) {
            Some(label) => Err(Failure::No(format!("box {label} is in none of the lists; give the one that has it"))),
            None => Ok(expected),
        }
    }

    fn add(&mut self, container: &str, labels: &[String], hand_over: Option<[u8; 16]>) {
        self.boxes.insert(container.to_owned());
        for label in labels {
            self.sent.insert(label.clone(), Some(container.to_owned()));
            if let Some(hand_over) = hand_over {
                self.hand_overs.insert(label.clone(), hand_over);
            }
        }
    }
}

/// What one line came to.
#[derive(Serialize)]
struct Line<'a> {
    line: u64,
    found: &'a str,
    tube: Option<&'a str>,
    #[serde(rename = "box")]
    container: Option<&'a str>,
}

/// The desk while it scans.
struct Table<'a> {
    station: &'a Station,
    expected: &'a Expected,
    words: &'static Words,
    json: bool,
    container: Option<String>,
    seen: BTreeSet<String>,
    found: Vec<Found>,
}

impl Table<'_> {
    /// Takes one line: a tube's label, a box's label, or `:unreadable WORDS`, `:box LABEL`.
    fn take(&mut self, number: u64, line: &str) -> Result<(), Failure> {
        let line = line.trim();
        if line.is_empty() {
            return Ok(());
        }
        if let Some(verb) = line.strip_prefix([':', '：']) {
            return self.verb(number, verb);
        }
        let (tube, container) = match line.len() {
            0..=SCAN_BYTES_MAX => self.station.labels_in(&Scan::line(line))?,
            _ => (None, None),
        };
        if let Some(label) = container.filter(|label| self.expected.boxes.contains(label)) {
            return self.opened(number, label);
        }
        let Some(label) = tube else { return self.tell(number, "not_a_label", None) };
        let word = match (self.seen.insert(label.clone()), self.expected.sent.contains_key(&label)) {
            (false, _) => "repeated",
            (true, true) => DeskFinding::Present.as_str(),
            (true, false) => DeskFinding::Extra.as_str(),
        };
        self.tell(number, word, Some(&label))?;
        if word != "repeated" {
            self.found.push(Found::Tube { label, container: self.container.clone() });
        }
        Ok(())
    }

    fn verb(&mut self, number: u64, verb: &str) -> Result<(), Failure> {
        let (name, rest) = verb.split_once(char::is_whitespace).unwrap_or((verb, ""));
        let rest = rest.trim();
        let fits = !rest.is_empty() && rest.chars().count() <= LABEL_CHARS_MAX && !rest.chars().any(char::is_control);
        match name {
            "box" if fits => self.opened(number, rest.to_owned()),
            "unreadable" if fits => {
                self.found.push(Found::Unreadable { words: rest.to_owned(), container: self.container.clone() });
                self.tell(number, DeskFinding::Unreadable.as_str(), Some(rest))
            }
            _ => self.tell(number, "help", None),
        }
    }

    fn opened(&mut self, number: u64, label: String) -> Result<(), Failure> {
        self.container = Some(label);
        self.tell(number, "box", None)
    }

    fn tell(&self, number: u64, found: &str, tube: Option<&str>) -> Result<(), Failure> {
        let container = self.container.as_deref();
        if self.json {
            return out::json(&Line { line: number, found, tube, container });
        }
        let word = self.words.desk(found);
        out::line([Some(word), tube, container].into_iter().flatten().collect::<Vec<_>>().join("  "))
    }
}

/// `receive`: exit code 0 where everything is there and nothing else, 1 where not.
pub(crate) fn run(asked: &args::Receive, language: Language) -> Outcome {
    if asked.offers.is_empty() && asked.sent.is_none() {
        return Err(Failure::No("say what was sent: --offer FILE, or --sent FILE with the hub's list".to_owned()));
    }
    let words = Words::of(language);
    let mut station = Station::open(device::open(&asked.place, "receive")?)?;
    let expected = Expected::read(asked, &station)?;
    station.start_shift(None, &plan(asked))?;
    let (seen, found) = (BTreeSet::new(), Vec::new());
    let mut table =
        Table { station: &station, expected: &expected, words, json: asked.json, container: None, seen, found };
    let mut lines = Lines::new(stdin().lock(), SCAN_BYTES_MAX);
    let mut number = 0;
    let unreadable = |source| Failure::Input { path: Path::new("standard input").to_owned(), source };
    while let Some(line) = lines.next().map_err(unreadable)? {
        number += 1;
        table.take(number, &line)?;
    }
    let findings = desk::compare(&expected.sent, &table.found);
    let saved = station.desk_received(&asked.lane, &findings, &|label| expected.hand_overs.get(label).copied())?;
    let complete = desk::is_complete(&findings);
    if asked.json {
        let saved = saved.map(|at| json!({"epoch": at.epoch.to_string(), "seq": at.seq}));
        out::json(&json!({
            "complete": complete, "present": count(&findings, DeskFinding::Present),
            "missing": count(&findings, DeskFinding::Missing), "extra": count(&findings, DeskFinding::Extra),
            "unreadable": count(&findings, DeskFinding::Unreadable), "saved": saved,
            "findings": findings.iter().map(|one| json!({
                "tube": one.label, "box": one.container, "found": one.found.as_str(),
            })).collect::<Vec<_>>(),
        }))?;
    } else {
        summary(words, &findings)?;
    }
    Ok(if complete { Code::Done } else { Code::No })
}

fn plan(asked: &args::Receive) -> ShiftPlan {
    ShiftPlan {
        round: asked.round.clone(),
        site: asked.site.clone(),
        place: None,
        operator: asked.operator.clone(),
        organisation: None,
    }
}

fn count(findings: &[Finding], found: DeskFinding) -> usize {
    findings.iter().filter(|one| one.found == found).count()
}

fn summary(words: &Words, findings: &[Finding]) -> Result<(), Failure> {
    for found in [DeskFinding::Missing, DeskFinding::Extra, DeskFinding::Unreadable] {
        for one in findings.iter().filter(|one| one.found == found) {
            let container = one.container.as_deref().unwrap_or("-");
            out::line(format!("{}  {}  {} {container}", words.desk(found.as_str()), one.label, words.container))?;
        }
    }
    let counts = [DeskFinding::Present, DeskFinding::Missing, DeskFinding::Extra, DeskFinding::Unreadable];
    let counts = counts.map(|found| count(findings, found).to_string());
    out::line(fill(words.desk_counts, &[&counts[0], &counts[1], &counts[2], &counts[3]]))
}
