//! From a tube to its people, and from a person to the tubes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate};
use fieldcore::record::{Body, CloseReason, DocumentKind, SubjectBound};
use fieldcore::scan::{Scan, interpret, person_key_text};

use uuid::Uuid;

use super::lookup::Lookup;
use super::model::{At, Sighting, TracedPerson, TubeTrace};
use super::passing;
use crate::error::Result;
use crate::keys::KeyRing;
use crate::project::passing::is_contested;
use crate::store::Reads;
use crate::store::rows::{Fate, SubjectRow, TubeRow};

/// Every tube with that label, with its people.
pub(crate) fn trace(lookup: &Lookup<'_>, campaign: Uuid, label: &str) -> Result<Vec<TubeTrace>> {
    let rows = lookup.reads.tubes_by_label(label)?;
    rows.iter()
        .map(|row| {
            let acts = passing::moves(lookup.reads, row.no)?;
            let (moved, contested) = (passing::steps(lookup, campaign, &acts)?, is_contested(&acts));
            Ok(TubeTrace { moved, contested, ..trace_tube(lookup, row)? })
        })
        .collect()
}

/// One tube with its people.
pub(crate) fn trace_tube(lookup: &Lookup<'_>, row: &TubeRow) -> Result<TubeTrace> {
    let (device, record) = lookup.name(row.at)?;
    let opening = lookup.record(row.at)?;
    let (mut people, mut unreadable) = (Vec::new(), 0);
    for subject in lookup.reads.subjects_of_tube(row.no)?.iter().filter(|subject| subject.live()) {
        match traced(lookup, subject)? {
            Some(person) => people.push(person),
            None => unreadable += 1,
        }
    }
    Ok(TubeTrace {
        tube: row.label.clone().unwrap_or_default(),
        record: row.opened.then_some(record),
        device,
        at: lookup.at(row.at, row.shift, row.lane, opening.as_ref())?,
        capacity: row.capacity,
        closed: closed(row),
        spoiled: row.spoiled,
        moved: Vec::new(),
        contested: false,
        people,
        unreadable,
    })
}

/// The people who are counted and whose tube cannot be named (it is another device's, whose place
/// the binding device does not hold), one trace without a label for each device, of a round or all.
pub(crate) fn without_tube(lookup: &Lookup<'_>, round: Option<i64>) -> Result<Vec<TubeTrace>> {
    let mut found: BTreeMap<String, TubeTrace> = BTreeMap::new();
    for subject in tubeless(lookup.reads)? {
        let of = lookup.reads.shift(subject.shift)?.map_or(0, |shift| shift.round);
        if round.is_some_and(|round| round != of) {
            continue;
        }
        let device = lookup.name(subject.at)?.0;
        let trace = found.entry(device.clone()).or_insert_with(|| TubeTrace {
            tube: String::new(),
            record: None,
            device,
            at: At::default(),
            capacity: None,
            closed: None,
            spoiled: false,
            moved: Vec::new(),
            contested: false,
            people: Vec::new(),
            unreadable: 0,
        });
        match traced(lookup, &subject)? {
            Some(person) => trace.people.push(person),
            None => trace.unreadable += 1,
        }
    }
    Ok(found.into_values().collect())
}

/// People who stand bound in no tube that can be named.
pub(crate) fn tubeless(reads: &dyn Reads) -> Result<Vec<SubjectRow>> {
    Ok(reads.subjects_of_tube(0)?.into_iter().filter(SubjectRow::live).collect())
}

/// Why a tube is closed. One that was full and had room again, and was made active since, is open.
fn closed(row: &TubeRow) -> Option<&'static str> {
    let own = row.closed.and_then(|(reason, epoch, seq)| {
        let reason = CloseReason::from_code(reason)?;
        let again = row.activated.is_some_and(|by| by > (epoch, seq));
        (reason != CloseReason::Full || !again).then_some(reason)
    });
    // The word of whoever took it over counts where the opener has none of its own.
    let guest = row.guest_closed.and_then(CloseReason::from_code);
    let lost = own.filter(|reason| *reason == CloseReason::KeyLoss);
    own.filter(|reason| *reason != CloseReason::KeyLoss).or(guest).or(lost).map(CloseReason::as_str)
}

fn traced(lookup: &Lookup<'_>, subject: &SubjectRow) -> Result<Option<TracedPerson>> {
    let Some(found) = lookup.record(subject.at)? else { return Ok(None) };
    let at = lookup.at(subject.at, subject.shift, subject.lane, Some(&found))?;
    let Body::SubjectBound(body) = found.0.body else { return Ok(None) };
    let body: SubjectBound = body;
    Ok(Some(TracedPerson {
        position: subject.position,
        document: body.document.as_str(),
        contact: contact(lookup, subject)?.or(body.contact),
        number: body.number,
        issuer: body.issuer,
        name: body.name,
        birth: body.birth,
        sex: body.sex,
        nationality: body.nationality,
        address: body.address,
        guardian: body.guardian,
        alias: body.alias,
        reason: body.reason,
        description: body.description,
        temperature: body.temperature,
        class: body.class,
        colour: body.colour,
        overridden: body.overridden.map(fieldcore::record::Override::as_str),
        record: lookup.name(subject.at)?.1,
        at,
    }))
}

/// The contact given last, where one was added after the binding.
fn contact(lookup: &Lookup<'_>, subject: &SubjectRow) -> Result<Option<String>> {
    for at in lookup.reads.contacts(subject.at)?.into_iter().rev() {
        if let Some((record, _)) = lookup.record(at)?
            && let Body::ContactKept(body) = record.body
        {
            return Ok(Some(body.contact));
        }
    }
    Ok(None)
}

/// Where a subject was seen.
pub(crate) fn sighting(lookup: &Lookup<'_>, subject: &SubjectRow) -> Result<Sighting> {
    let record = lookup.record(subject.at)?;
    let (device, name) = lookup.name(subject.at)?;
    Ok(Sighting {
        tube: lookup.reads.tube(subject.tube)?.and_then(|tube| tube.label),
        position: subject.position,
        state: Fate::as_str(subject.fate),
        device,
        record: name,
        at: lookup.at(subject.at, subject.shift, subject.lane, record.as_ref())?,
    })
}

/// Where the person named by `text` was seen: a document's number, or an opaque code; for a
/// document of another state, the number and the issuing state's code behind a blank.
pub(crate) fn person(lookup: &Lookup<'_>, ring: &KeyRing, text: &str, today_ms: i64) -> Result<Vec<Sighting>> {
    let mut hashes = BTreeSet::new();
    let today = DateTime::from_timestamp_millis(today_ms).map_or(NaiveDate::MAX, |time| time.date_naive());
    for key_text in key_texts(text.trim(), today) {
        hashes.insert(ring.person(&key_text));
    }
    let mut seen = Vec::new();
    for hash in hashes {
        seen.extend(sightings_of(lookup.reads, &hash)?);
    }
    seen.sort_by_key(|subject| subject.at);
    seen.iter().map(|subject| sighting(lookup, subject)).collect()
}

fn sightings_of(reads: &dyn Reads, hash: &[u8; 16]) -> Result<Vec<SubjectRow>> {
    let mut out = Vec::new();
    for person in reads.persons(hash)? {
        out.extend(reads.subject(person.at)?.filter(|subject| subject.bound));
    }
    Ok(out)
}

/// Every key text that a person with this number may have been kept under.
fn key_texts(text: &str, today: NaiveDate) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let (number, issuer) = match text.rsplit_once(' ') {
        Some((number, issuer)) if issuer.len() <= 3 && issuer.bytes().all(|b| b.is_ascii_uppercase()) => {
            (number.trim(), Some(issuer))
        }
        _ => (text, None),
    };
    let mut numbers = BTreeSet::from([number.to_owned(), number.to_uppercase()]);
    let reading = interpret(&Scan::Typed { text: number.to_owned(), document: None }, today);
    let identities = reading.identity.iter();
    numbers.extend(identities.filter_map(|identity| identity.number.as_ref().map(|one| one.expose().to_owned())));
    for document in DocumentKind::ALL {
        for number in &numbers {
            for issuer in [None, issuer] {
                out.extend(person_key_text(*document, Some(number), issuer).map(|text| text.expose().to_owned()));
            }
        }
    }
    out
}
