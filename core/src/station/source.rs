//! What a user action and a reading have in common: questions to state and records.

use rusqlite::Connection;
use uuid::Uuid;

use crate::error::Result;
use crate::id::RecordRef;
use crate::journal::{Action, Moment, View};
use crate::record::{
    AliasKept, Body, DocumentKind, ReadSource, Record, ResidentAdded, ShiftStarted, Stamp, SubjectBound,
    SubjectPresented,
};
use crate::scan::{Identity, Sensitive, Sex};
use crate::state::{self, Keys};

/// Where state and records are read.
pub(super) trait Source: Keys {
    /// The connection to the state's tables.
    fn conn(&self) -> &Connection;
    /// A record; `None` if it is not here or cannot be read any more.
    fn read(&self, at: RecordRef) -> Result<Option<Record>>;
    /// The campaign in force.
    fn campaign(&self) -> Uuid;
    /// Milliseconds that have passed at the least since a record was written.
    fn elapsed_ms(&self, now: Moment, since: &Stamp) -> Result<u64>;
}

impl Source for Action<'_> {
    fn conn(&self) -> &Connection {
        self.tx()
    }

    fn read(&self, at: RecordRef) -> Result<Option<Record>> {
        Action::read(self, at)
    }

    fn campaign(&self) -> Uuid {
        Action::campaign(self)
    }

    fn elapsed_ms(&self, now: Moment, since: &Stamp) -> Result<u64> {
        Action::elapsed_ms(self, now, since)
    }
}

impl Source for View<'_> {
    fn conn(&self) -> &Connection {
        View::conn(self)
    }

    fn read(&self, at: RecordRef) -> Result<Option<Record>> {
        View::read(self, at)
    }

    fn campaign(&self) -> Uuid {
        View::campaign(self)
    }

    fn elapsed_ms(&self, now: Moment, since: &Stamp) -> Result<u64> {
        View::elapsed_ms(self, now, since)
    }
}

/// The lane in which a record was written.
pub(super) fn lane_of(source: &dyn Source, at: RecordRef) -> Result<Option<String>> {
    Ok(source.read(at)?.and_then(|record| record.stamp.lane))
}

/// The label of the tube or box that the record at `at` opened, here or on another device.
pub(super) fn label_of(source: &dyn Source, at: RecordRef) -> Result<Option<String>> {
    let label = |body| match body {
        Body::TubeOpened(body) => Some(body.label),
        Body::TubeSpoiled(body) => body.label,
        Body::TubeTakenOver(body) => Some(body.label),
        Body::TubePacked(body) => Some(body.label),
        Body::BoxOpened(body) => Some(body.label),
        Body::HandOverReceived(body) => Some(body.label),
        _ => None,
    };
    let record = match source.read(at)? {
        Some(record) => Some(record),
        None => state::label_kept(source.conn(), at)?.map(|kept| source.read(kept)).transpose()?.flatten(),
    };
    Ok(record.and_then(|record| label(record.body)))
}

/// The shift that a record names.
pub(super) fn shift_of(source: &dyn Source, at: Option<RecordRef>) -> Result<Option<ShiftStarted>> {
    let Some(at) = at else { return Ok(None) };
    Ok(source.read(at)?.and_then(|record| if let Body::ShiftStarted(body) = record.body { Some(body) } else { None }))
}

/// The text of a small record: alias, guardian, step or contact.
pub(super) fn text_of(source: &dyn Source, at: Option<RecordRef>) -> Result<Option<String>> {
    let Some(at) = at else { return Ok(None) };
    Ok(source.read(at)?.and_then(|record| match record.body {
        Body::AliasKept(body) => Some(kept_text(&body)),
        Body::GuardianKept(body) => Some(body.guardian),
        Body::StepKept(body) => Some(body.value),
        Body::ContactKept(body) => Some(body.contact),
        Body::SubjectBound(body) => body.contact,
        _ => None,
    }))
}

/// A kept code as one text: where it was cut, its whole length and digest stand behind it, so
/// that two long codes with the same beginning stay two.
pub(super) fn kept_text(kept: &AliasKept) -> String {
    let AliasKept { text, length, digest } = kept;
    match digest {
        Some(digest) => format!("{text} [{length} B, SHA-256 {}]", data_encoding::HEXLOWER.encode(&digest.0)),
        None => text.clone(),
    }
}

/// The person of a binding.
pub(super) fn identity_of(body: &SubjectBound) -> Identity {
    Identity {
        number: named_by(body.document, body.number.as_ref(), body.alias.as_ref()),
        issuer: body.issuer.clone(),
        name: body.name.clone().map(Sensitive::new),
        birth: body.birth,
        sex: body.sex.as_deref().and_then(Sex::from_text),
        nationality: body.nationality.clone(),
        address: body.address.clone().map(Sensitive::new),
        ..Identity::of_number(body.document, "", body.source)
    }
}

/// The person who waits, as they were presented.
pub(super) fn identity_of_waiting(body: &SubjectPresented) -> Identity {
    Identity {
        number: named_by(body.document, body.number.as_ref(), body.alias.as_ref()),
        issuer: body.issuer.clone(),
        name: body.name.clone().map(Sensitive::new),
        birth: body.birth,
        sex: body.sex.as_deref().and_then(Sex::from_text),
        nationality: body.nationality.clone(),
        address: body.address.clone().map(Sensitive::new),
        ..Identity::of_number(body.document, "", body.source)
    }
}

/// The person of a record by which somebody was added at a door.
pub(super) fn identity_of_added(body: &ResidentAdded) -> Identity {
    Identity {
        number: named_by(body.document, body.number.as_ref(), body.number.as_ref()),
        issuer: body.issuer.clone(),
        name: body.name.clone().map(Sensitive::new),
        birth: body.birth,
        sex: body.sex.as_deref().and_then(Sex::from_text),
        nationality: body.nationality.clone(),
        ..Identity::of_number(body.document, "", ReadSource::Roster)
    }
}

/// What names a person in an identity: the number, or the code of one known by a code alone.
fn named_by(document: DocumentKind, number: Option<&String>, alias: Option<&String>) -> Option<Sensitive> {
    let text = if document == DocumentKind::Alias { alias } else { number };
    text.map(|text| Sensitive::new(text.clone()))
}

/// What the screen shows of a person; of one without a document the reason why.
pub(super) fn shown(identity: &Identity, reason: Option<&str>, masked: bool) -> String {
    let text = if masked {
        identity.masked()
    } else {
        let plain = identity.name.as_ref().or(identity.number.as_ref());
        plain.map_or_else(String::new, |text| text.expose().to_owned())
    };
    if text.is_empty() { reason.map_or_else(|| "-".to_owned(), |reason| format!("({reason})")) } else { text }
}
