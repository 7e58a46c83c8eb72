//! Proxy cards: people who cannot come to a lane themselves are registered ahead.

use fieldcore::Export;
use fieldcore::cards::code_text;
use fieldcore::record::ReadSource;
use fieldcore::scan::{Identity, Sensitive};

use crate::answer::{Answer, Saved};
use crate::error::{FieldError, Result};
use crate::refs::id_of;
use crate::scan::Scan;
use crate::station::Station;
use crate::trace::Target;

/// Who is to be registered ahead. A document that is scanned or typed, or a name.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct NewProxy {
    /// The person's document, as scanned or typed; nothing for a person without papers.
    #[uniffi(default = None)]
    pub document: Option<Scan>,
    /// The name, where the document does not tell it.
    #[uniffi(default = None)]
    pub name: Option<String>,
    /// The id of the person of the list, where one was chosen.
    #[uniffi(default = None)]
    pub resident: Option<String>,
    /// What describes a person without papers; it stays in the record.
    #[uniffi(default = None)]
    pub description: Option<String>,
    /// The guardian's number or words, for a child; it stays in the record.
    #[uniffi(default = None)]
    pub guardian: Option<String>,
    /// The contact telephone; it is on the card.
    #[uniffi(default = None)]
    pub contact: Option<String>,
    /// Until when the card is taken, milliseconds since 1970; as long as key and delegation last without.
    #[uniffi(default = None)]
    pub expires_ms: Option<i64>,
}

/// A card that was issued, as it is drawn or printed. It names a person: for the screen and the printer, not for logs.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct ProxyCard {
    /// The record by which it was issued; `Station.proxy_again` makes it once more.
    pub card: Saved,
    /// The text of its QR.
    pub code: String,
    /// The name to print beside the code.
    pub name: Option<String>,
    /// The document's number with its middle hidden, to print below.
    pub number: Option<String>,
    /// Until when the card is taken, milliseconds since 1970.
    pub expires_ms: i64,
}

/// What came of issuing a card.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct ProxyAnswer {
    /// What it came to, and what is wrong where there is no card.
    pub answer: Answer,
    /// The card; nothing was written where there is none.
    pub card: Option<ProxyCard>,
}

fn card(card: fieldcore::IssuedCard) -> Result<ProxyCard> {
    Ok(ProxyCard {
        card: card.card.into(),
        code: code_text(&card.code)?,
        name: card.name.map(|name| name.expose().to_owned()),
        number: card.number,
        expires_ms: card.expires_ms,
    })
}

/// The person of a document or name, or the answer that says what is wrong.
fn identity(station: &fieldcore::Station, new: &NewProxy) -> Result<std::result::Result<Identity, fieldcore::Answer>> {
    let name = new.name.as_deref().map(str::trim).filter(|name| !name.is_empty()).map(Sensitive::from);
    let Some(document) = new.document.clone() else {
        if name.is_none() && new.description.is_none() {
            let reason = "nothing says who it is; give a document, a name or a description".to_owned();
            return Err(FieldError::Invalid { reason });
        }
        return Ok(Ok(Identity { name, source: ReadSource::Typed, ..Identity::undocumented() }));
    };
    let reading = station.interpret(&document.into())?;
    let accepted = reading.verdict.is_accept();
    let refused = |problems: Vec<String>| fieldcore::Answer {
        problems,
        ..fieldcore::Answer::new(fieldcore::Outcome::Refused, fieldcore::Cue::Refused)
    };
    Ok(match reading.identity.filter(|_| accepted) {
        Some(identity) => Ok(Identity { name: identity.name.clone().or(name), ..identity }),
        None if reading.problems.is_empty() => Err(refused(vec!["person_due".to_owned()])),
        None => Err(refused(reading.problems.iter().map(|problem| problem.as_str().to_owned()).collect())),
    })
}

#[uniffi::export]
impl Station {
    /// Registers a person ahead, in the round of the lane's shift: saves the record, then gives the card. The device
    /// needs the hub's delegation and the round's card key.
    pub fn issue_proxy(&self, lane: String, proxy: NewProxy) -> Result<ProxyAnswer> {
        self.at("issue_proxy", |station| {
            let who = match identity(station, &proxy)? {
                Ok(who) => who,
                Err(answer) => return Ok(ProxyAnswer { answer: answer.into(), card: None }),
            };
            let resident = proxy.resident.as_deref().map(|id| id_of("person", id)).transpose()?;
            let new = fieldcore::NewProxy {
                resident: resident.map(|id| id.0),
                description: proxy.description,
                guardian: proxy.guardian,
                contact: proxy.contact,
                expires_ms: proxy.expires_ms,
                ..fieldcore::NewProxy::new(who)
            };
            let (answer, issued) = station.issue_proxy(&lane, &new)?;
            Ok(ProxyAnswer { answer: answer.into(), card: issued.map(card).transpose()? })
        })
    }

    /// The card that was issued by a record of this device once more; nothing if the record is no such one or cannot be
    /// read any more.
    pub fn proxy_again(&self, record: Saved) -> Result<Option<ProxyCard>> {
        self.at("proxy_again", |station| station.proxy_again(record.try_into()?)?.map(card).transpose())
    }

    /// Records that cards leave the device, on paper or as a file: call it before they do. How many, and nothing of whom.
    pub fn proxies_leave(&self, cards: u32, target: Target) -> Result<Saved> {
        self.at("proxies_leave", |station| Ok(station.exported(Export::Cards, cards, target)?.into()))
    }

    /// The cards that were issued in the running shift of a lane, oldest first.
    pub fn proxies_of_shift(&self, lane: String) -> Result<Vec<Saved>> {
        self.at("proxies_of_shift", |station| {
            Ok(station.proxies_of_shift(&lane)?.into_iter().map(Into::into).collect())
        })
    }
}
