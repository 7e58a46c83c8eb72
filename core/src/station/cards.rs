//! Proxy cards at a lane: issued for people who are registered ahead, and read when they come.

use super::Station;
use super::answer::{Answer, Cue, Outcome, Remark};
use super::desk::Desk;
use super::pending::{Person, sensitive};
use crate::cards::{
    CardKey, CardParts, CardPerson, CodeKind, Delegation, ProxyCard, Rights, SignedDelegation, code_bytes,
};
use crate::error::{Error, Result};
use crate::id::RecordRef;
use crate::journal::Action;
use crate::pack::Fixed;
use crate::record::{Body, DocumentKind, ProxyIssued, ProxyRead, ProxyRefusal, ReadSource};
use crate::scan::{Identity, Scan, Sensitive, Sex, mask_number, split_aim};
use crate::state::{self, Fate, SubjectRow, WaitingRow};

/// Who is to be registered ahead, as [`Station::issue_proxy`] takes it.
#[derive(Clone)]
pub struct NewProxy {
    /// The person, as a document or an operator named them.
    pub identity: Identity,
    /// The person of the roster, where one was chosen.
    pub resident: Option<[u8; 16]>,
    /// What describes a person without a document; it stays in the record.
    pub description: Option<String>,
    /// The guardian's number or words, for a child; it stays in the record.
    pub guardian: Option<String>,
    /// The contact telephone; it is on the card.
    pub contact: Option<String>,
    /// Until when the card is taken, milliseconds since 1970 by the hub's clock; at most as long as the round's card key
    /// and the delegation last, and so long without.
    pub expires_ms: Option<i64>,
}

impl NewProxy {
    /// A person with nothing beside.
    pub const fn new(identity: Identity) -> Self {
        Self { identity, resident: None, description: None, guardian: None, contact: None, expires_ms: None }
    }
}

impl std::fmt::Debug for NewProxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewProxy(hidden)")
    }
}

/// A card that was issued, as it is drawn or printed.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedCard {
    /// The card's number: the record by which it was issued.
    pub card: RecordRef,
    /// The card's bytes; [`crate::cards::code_text`] makes the QR's text of them.
    pub code: Vec<u8>,
    /// The name to print beside the code.
    pub name: Option<Sensitive>,
    /// The document's number with its middle hidden, to print below.
    pub number: Option<String>,
    /// Until when the card is taken, milliseconds since 1970.
    pub expires_ms: i64,
}

impl std::fmt::Debug for IssuedCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IssuedCard({})", self.card)
    }
}

/// What a scan is, where it is a code of this project's own; `None` for everything else.
pub(super) fn own_code(scan: &Scan) -> Option<Result<Vec<u8>>> {
    match scan {
        Scan::Bytes(bytes) => Some(match CodeKind::of(bytes) {
            Some(_) => Ok(bytes.clone()),
            None => Err(Error::decode("code", "it is none of this project's")),
        }),
        Scan::Symbol { text, .. } | Scan::Typed { text, .. } | Scan::Line(text) => {
            let text = text.trim_start();
            code_bytes(split_aim(text).1)
        }
        Scan::Ocr { .. } | Scan::Mrz { .. } | Scan::Fields(_) => None,
    }
}

impl Station {
    /// Registers a person ahead, in the round of the lane's shift: saves the record, then gives the card. The answer
    /// tells what is wrong where there is no card; nothing was written then.
    pub fn issue_proxy(&mut self, lane: &str, new: &NewProxy) -> Result<(Answer, Option<IssuedCard>)> {
        let mut issued = None;
        let (answer, ..) = self.at_desk(lane, |desk| {
            let answer = desk.issue(new, &mut issued)?;
            Ok((answer, 0, None, false))
        })?;
        Ok((answer, issued))
    }

    /// The card that was issued by a record of this device once more, to be shown or printed again; `None` if the record
    /// is no such one or cannot be read any more. Fails if the delegation or the card key is gone.
    pub fn proxy_again(&self, card: RecordRef) -> Result<Option<IssuedCard>> {
        self.journal.act(|action| {
            let Some(Body::ProxyIssued(body)) = action.read(card)?.map(|record| record.body) else { return Ok(None) };
            let key = action.card_key(body.key.0)?.ok_or_else(|| {
                Error::refused(
                    "proxy card",
                    "its round's card key is not here any more; issue it anew in the present round",
                )
            })?;
            let held = action.delegations_for(Rights::ISSUE)?;
            let Some((signed, _)) = held.into_iter().find(|(_, held)| held.device() == card.device) else {
                return Err(Error::refused("proxy card", "another device issued it; print it there"));
            };
            seal(action, card, &body, &key, &signed).map(Some)
        })
    }

    /// The cards that were issued in the running shift of a lane, oldest first.
    pub fn proxies_of_shift(&self, lane: &str) -> Result<Vec<RecordRef>> {
        self.view(|view| {
            let key = state::lane_key(view, Some(lane))?;
            let Some(shift) = state::shift_of_lane(view.conn(), &key)? else { return Ok(Vec::new()) };
            let mut cards = Vec::new();
            view.records(&mut |record| {
                let of_shift = record.stamp.shift == Some(shift.at) && record.stamp.lane.as_deref() == Some(lane);
                if of_shift && matches!(record.body, Body::ProxyIssued(_)) {
                    cards.push(record.at);
                }
                Ok(())
            })?;
            Ok(cards)
        })
    }
}

fn seal(
    action: &Action<'_>,
    card: RecordRef,
    body: &ProxyIssued,
    key: &CardKey,
    delegation: &SignedDelegation,
) -> Result<IssuedCard> {
    let person = CardPerson {
        document: body.document,
        number: body.number.clone().map(Sensitive::new),
        issuer: body.issuer.clone(),
        name: body.name.clone().map(Sensitive::new),
        birth: body.birth,
        sex: body.sex.as_deref().and_then(Sex::from_text),
        nationality: body.nationality.clone(),
        contact: body.contact.clone().map(Sensitive::new),
    };
    let parts = CardParts { person: &person, card, expires_ms: body.expires_ms, delegation };
    let code = ProxyCard::seal(parts, &action.signing()?, &key.key, &*action.platform().entropy)?;
    let number = person.number.as_ref().map(|number| mask_number(number.expose()));
    Ok(IssuedCard { card, code, name: person.name, number, expires_ms: body.expires_ms })
}

/// Why somebody who shows a used card does not go on.
enum Use {
    Bound(SubjectRow),
    Waits(WaitingRow),
}

impl Desk<'_, '_> {
    fn issue(&mut self, new: &NewProxy, issued: &mut Option<IssuedCard>) -> Result<Answer> {
        let identity = &new.identity;
        let named = identity.number.is_some() || identity.name.is_some();
        if !named || identity.document == DocumentKind::Alias {
            return Ok(Answer::refused("person_due"));
        }
        let (signed, delegation) = match self.action.delegations_for(Rights::ISSUE) {
            Ok(held) => match held.into_iter().next() {
                Some(newest) => newest,
                None => return Ok(Answer::refused("proxy_no_right")),
            },
            Err(Error::Refused { why, .. }) => return Ok(told("proxy_no_right", &why)),
            Err(other) => return Err(other),
        };
        let Some(key) = self.action.card_keys(Some(self.shift.round))?.into_iter().next() else {
            return Ok(Answer::refused("proxy_no_key"));
        };
        let Some(expires_ms) = self.expiry(new, &key, &delegation)? else { return Ok(Answer::refused("proxy_expiry")) };
        let body = ProxyIssued {
            key: Fixed(key.name()),
            expires_ms,
            resident: new.resident.map(Fixed),
            document: identity.document,
            number: sensitive(identity.number.as_ref()),
            issuer: identity.issuer.clone(),
            name: sensitive(identity.name.as_ref()),
            birth: identity.birth_beside_number(),
            sex: identity.sex_beside_number().map(Sex::as_str).map(str::to_owned),
            nationality: identity.nationality.clone(),
            source: identity.source,
            description: new.description.clone(),
            guardian: new.guardian.clone(),
            contact: new.contact.clone(),
        };
        let card = self.append(body.clone())?;
        *issued = Some(seal(self.action, card, &body, &key, &signed)?);
        let subject = Some(self.shown(identity, None));
        let answer = Answer::new(Outcome::Note, Cue::Ok).remark(Remark::ProxyIssued);
        Ok(Answer { subject, saved: Some(card), ..answer })
    }

    /// Until when a card is taken, in whole seconds; `None` if that is over already.
    fn expiry(&self, new: &NewProxy, key: &CardKey, delegation: &Delegation) -> Result<Option<i64>> {
        let latest = key.expires_ms.min(delegation.expires_ms);
        let expires_ms = new.expires_ms.map_or(latest, |given| given.min(latest)) / 1000 * 1000;
        Ok((expires_ms > 0 && self.action.reached_ms()?.is_none_or(|reached| reached <= expires_ms))
            .then_some(expires_ms))
    }

    /// A code of this project's own was shown: a proxy card is read; any other belongs to no lane.
    pub(super) fn own_code(&mut self, code: Result<Vec<u8>>) -> Result<Answer> {
        let Ok(code) = code else { return Ok(Answer::refused("structure")) };
        if CodeKind::of(&code) != Some(CodeKind::ProxyCard) {
            return Ok(Answer::wrong_kind("enrolment_code"));
        }
        let Ok(name) = ProxyCard::key_of(&code) else { return Ok(Answer::refused("structure")) };
        let Some(key) = self.action.card_key(name)? else { return Ok(refusal(ProxyRefusal::UnknownKey)) };
        let Ok(card) = ProxyCard::open(&code, &key.key) else { return Ok(refusal(ProxyRefusal::Forged)) };
        if let Some(why) = self.wrong_with(&card, &key)? {
            return self.refuse_card(card.card, why);
        }
        let CardPerson { document, number, issuer, name, birth, sex, nationality, contact } = card.person.clone();
        let identity = Identity { number, issuer, name, birth, sex, nationality, ..of_card(document) };
        let mut person = Person::new(self.with_birth(identity));
        person.contact = sensitive(contact.as_ref());
        person.proxy = Some(card.card);
        let answer = self.person(person)?;
        let taken = matches!(answer.outcome, Outcome::Bound | Outcome::WaitingForTube) && answer.note.is_none();
        Ok(if taken { answer.remark(Remark::ProxyRead) } else { answer })
    }

    /// Why a card that opens is not taken here.
    fn wrong_with(&self, card: &ProxyCard, key: &CardKey) -> Result<Option<ProxyRefusal>> {
        let Some(keys) = self.action.key_set()? else { return Ok(Some(ProxyRefusal::UnknownKey)) };
        let reached = self.action.reached_ms()?;
        if let Err(why) = card.check(self.action.campaign(), &keys, reached) {
            return Ok(Some(why));
        }
        if self.action.is_revoked(card.issuer_key())? {
            return Ok(Some(ProxyRefusal::Revoked));
        }
        if key.round != self.shift.round {
            return Ok(Some(ProxyRefusal::OtherRound));
        }
        Ok(reached.is_some_and(|reached| reached > key.expires_ms).then_some(ProxyRefusal::Expired))
    }

    fn refuse_card(&mut self, card: RecordRef, why: ProxyRefusal) -> Result<Answer> {
        let saved = self.append(ProxyRead { card, subject: None, alone: false, refused: Some(why) })?;
        Ok(Answer { saved: Some(saved), ..refusal(why) })
    }

    /// Who was bound or waits by this card in the round; someone whose tube was spoiled must be sampled again, and is.
    fn use_of(&self, card: RecordRef) -> Result<Option<Use>> {
        for at in state::proxies_of(self.action.tx(), self.shift.round, card)? {
            if let Some(row) = state::subject(self.action.tx(), at)?.filter(|row| row.fate == Fate::Stands) {
                if self.tube(Some(row.tube))?.is_none_or(|tube| !tube.spoiled) {
                    return Ok(Some(Use::Bound(row)));
                }
            } else if let Some(row) = state::waiting_at(self.action.tx(), self.shift.round, at)? {
                return Ok(Some(Use::Waits(row)));
            }
        }
        Ok(None)
    }

    /// The answer for a card that was used in this round before; `None` if it was not. It needs no number: a card is
    /// one person.
    pub(super) fn used_card(&mut self, person: &Person) -> Result<Option<Answer>> {
        let Some(card) = person.proxy else { return Ok(None) };
        let Some(used) = self.use_of(card)? else { return Ok(None) };
        let subject = Some(self.shown(&person.identity, None));
        let earlier = match used {
            Use::Bound(row) => {
                let last = state::last_subject(self.action.tx(), self.shift.round, &self.key)?;
                if last.is_some_and(|last| last.at == row.at) && self.row.last_tube == Some(row.tube) {
                    return self.told_again(&row).map(Some);
                }
                self.earlier(row.at, Some(row.tube), Some(row.position))?
            }
            Use::Waits(row) if row.lane == self.key => {
                let answer = Answer::new(Outcome::WaitingForTube, Cue::Attention).problem("waits_already");
                return Ok(Some(Answer { subject, ..answer }));
            }
            Use::Waits(row) => self.earlier(row.at, None, None)?,
        };
        let refused = self.refuse_card(card, ProxyRefusal::Used)?;
        Ok(Some(Answer { outcome: Outcome::DuplicatePerson, cue: Cue::Duplicate, earlier, subject, ..refused }))
    }

    /// Records by which card a person was bound: the card shown now, or the one by which they waited.
    pub(super) fn note_bound(&mut self, person: &Person, waited: Option<RecordRef>, subject: RecordRef) -> Result<()> {
        let card = match (person.proxy, waited) {
            (Some(card), _) => Some(card),
            (None, Some(waited)) => self.card_of(waited)?,
            (None, None) => None,
        };
        let Some(card) = card else { return Ok(()) };
        let alone = person.identity.number.is_none();
        self.append(ProxyRead { card, subject: Some(subject), alone, refused: None }).map(|_| ())
    }

    /// Records by which card a person waits.
    pub(super) fn note_waits(&mut self, person: &Person, subject: RecordRef) -> Result<()> {
        let Some(card) = person.proxy else { return Ok(()) };
        self.append(ProxyRead { card, subject: Some(subject), alone: false, refused: None }).map(|_| ())
    }

    fn card_of(&self, waiting: RecordRef) -> Result<Option<RecordRef>> {
        let Some(read) = state::proxy_of_subject(self.action.tx(), waiting)? else { return Ok(None) };
        let body = self.record(read)?.map(|record| record.body);
        Ok(body.and_then(|body| if let Body::ProxyRead(read) = body { Some(read.card) } else { None }))
    }
}

/// Whoever is named by a card.
fn of_card(document: DocumentKind) -> Identity {
    Identity { document, source: ReadSource::Proxy, ..Identity::undocumented() }
}

fn told(code: &str, why: &str) -> Answer {
    Answer { text: Some(why.to_owned()), ..Answer::refused(code) }
}

/// The answer for a card that is not taken.
fn refusal(why: ProxyRefusal) -> Answer {
    Answer::refused(match why {
        ProxyRefusal::UnknownKey => "proxy_unknown_key",
        ProxyRefusal::Forged => "proxy_forged",
        ProxyRefusal::Expired => "proxy_expired",
        ProxyRefusal::OtherCampaign => "proxy_other_campaign",
        ProxyRefusal::Used => "proxy_used",
        ProxyRefusal::OtherRound => "proxy_other_round",
        ProxyRefusal::Revoked => "proxy_revoked",
    })
}
