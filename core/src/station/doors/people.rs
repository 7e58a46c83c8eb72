//! People at a door: chosen from the list, added to it, sampled.

use super::super::desk::Desk;
use super::super::pending::Person;
use super::super::source::identity_of_added;
use super::super::{Answer, Moment, Station};
use super::check::{unknown_resident, words};
use super::{NewResident, done};
use crate::error::{Error, Result};
use crate::id::RecordRef;
use crate::record::{Body, DocumentKind, ReadSource, ResidentAdded, ResidentSampled, added_id};
use crate::roster::{Dweller, HouseholdId, ResidentId};
use crate::scan::{Identity, Scan, Sensitive, Sex, interpret_with};
use crate::state::{self, Fate, Keys, SubjectRow, WaitingRow, doors};

/// A person who was chosen from the list, or of those added at the door.
#[derive(Clone)]
pub(in super::super) struct Chosen {
    pub(super) resident: ResidentId,
    pub(super) household: HouseholdId,
    /// The guardian that the list names, for a child.
    pub(in super::super) guardian: Option<String>,
    /// The telephone that the list names.
    pub(in super::super) contact: Option<String>,
}

/// What is wrong with a number.
type Problems = Vec<&'static str>;

impl Station {
    /// Takes a person of the list, or one added at the door: with every check of a scan, into the lane's open tube, or
    /// to wait for one. What ties the sample to the list is saved with it. `document` is what the person shows, where
    /// the list has no number of theirs or it is to be seen; without it the list's word is taken.
    pub fn sample_resident(&mut self, lane: &str, resident: ResidentId, document: Option<&Scan>) -> Result<Answer> {
        let asked = self.receiving_in(lane);
        let (answer, _, question, _) = self.at_desk(lane, |desk| {
            desk.question = asked;
            if let Some(job) = desk.being_received() {
                let answer = desk.beside_receiving(job);
                return Ok(done(answer, desk));
            }
            let answer = desk.sample_resident(resident, document)?;
            Ok(done(answer, desk))
        })?;
        self.moments.insert(lane.to_owned(), Moment { last: None, question });
        Ok(answer)
    }

    /// Adds a person who is on no list to a household. A number must hold; who has none is described.
    pub fn add_resident(&mut self, lane: &str, new: &NewResident<'_>) -> Result<(ResidentId, RecordRef)> {
        let saved = self.at_door("resident", lane, |desk| desk.add_resident(new))?;
        Ok((added_id(saved), saved))
    }
}

impl Desk<'_, '_> {
    fn sample_resident(&mut self, resident: ResidentId, document: Option<&Scan>) -> Result<Answer> {
        let listed = self.roster.and_then(|listed| listed.resident(resident));
        let (person, problems) = match listed {
            Some((home, dweller)) => self.person_of_list(home.id, &dweller),
            None => self.person_added(resident)?,
        };
        match document {
            // Also where the list's number does not hold: what is shown settles it.
            Some(document) => self.sample_by_document(person, document),
            None if problems.is_empty() => self.person(person),
            None => Ok(Answer::refused_for(problems)),
        }
    }

    /// Somebody who was chosen and shows a document, which must be theirs as far as the list knows.
    fn sample_by_document(&mut self, chosen: Person, document: &Scan) -> Result<Answer> {
        let reading = interpret_with(document, self.today.latest, &self.profile.trust);
        let Some(shown) = reading.identity.as_ref().filter(|_| reading.verdict.is_accept()) else {
            let problems: Problems = reading.problems.iter().map(|problem| problem.as_str()).collect();
            return Ok(if problems.is_empty() {
                Answer::wrong_kind("person_due")
            } else {
                Answer::refused_for(problems)
            });
        };
        let (Some(who), key) = (&chosen.listed, shown.key_text()) else { return Ok(Answer::wrong_kind("person_due")) };
        let others = match (chosen.identity.key_text(), &key) {
            (Some(own), _) => Some(own) != key,
            (None, Some(key)) => self.named_by(key.expose())?.is_some_and(|(resident, _)| resident != who.resident),
            (None, None) => false,
        };
        if others {
            let why =
                "the document is somebody else's than the one who was chosen; choose again, or scan without choosing";
            return Err(Error::refused("resident", why));
        }
        self.identity(&reading, chosen.listed)
    }

    fn person_of_list(&self, household: HouseholdId, dweller: &Dweller<'_>) -> (Person, Problems) {
        let (identity, problems) = self.identity_listed(dweller.document, dweller.number);
        let name = Some(dweller.name).filter(|name| !name.is_empty()).map(Sensitive::from);
        let sex = dweller.sex.and_then(|sex| Sex::from_text(sex.encode_utf8(&mut [0; 4])));
        let identity = Identity {
            name: name.or_else(|| identity.name.clone()),
            birth: identity.birth.or(dweller.birth),
            sex: identity.sex.or(sex),
            ..identity
        };
        let [guardian, contact] = [dweller.guardian, dweller.contact].map(|text| text.map(str::to_owned));
        let mut person = Person::new(identity);
        person.contact = contact.clone();
        person.listed = Some(Chosen { resident: dweller.id, household, guardian, contact });
        (person, problems)
    }

    fn person_added(&self, resident: ResidentId) -> Result<(Person, Problems)> {
        let added = doors::resident_added(self.action.tx(), self.shift.round, resident)?;
        let (at, household) = added.ok_or_else(unknown_resident)?;
        let Some(Body::ResidentAdded(body)) = self.record(at)?.map(|record| record.body) else {
            return Err(unknown_resident());
        };
        let (read, problems) = self.identity_listed(body.document, body.number.as_deref());
        let added = identity_of_added(&body);
        let (birth, sex) = (read.birth.or(added.birth), read.sex.or(added.sex));
        let mut person = Person::new(Identity { number: read.number, number18: read.number18, birth, sex, ..added });
        (person.description, person.contact) = (body.description, body.contact.clone());
        person.listed = Some(Chosen { resident, household, guardian: body.guardian, contact: body.contact });
        Ok((person, problems))
    }

    /// Who has a listed number; nobody known by a document, and what is wrong, where it does not hold.
    fn identity_listed(&self, document: DocumentKind, number: Option<&str>) -> (Identity, Problems) {
        let unknown = Identity { source: ReadSource::Roster, ..Identity::undocumented() };
        let Some(number) = number.filter(|number| !number.is_empty()) else { return (unknown, Vec::new()) };
        let scan = Scan::Typed { text: number.to_owned(), document: Some(document) };
        let reading = interpret_with(&scan, self.today.latest, &self.profile.trust);
        let identity = reading.identity.filter(|identity| identity.document == document);
        match identity {
            Some(identity) if reading.verdict.is_accept() => {
                (Identity { source: ReadSource::Roster, ..identity }, Vec::new())
            }
            _ if reading.verdict == crate::scan::Verdict::Refuse => {
                (unknown, reading.problems.iter().map(|problem| problem.as_str()).collect())
            }
            _ => (Identity::of_number(document, number, ReadSource::Roster), Vec::new()),
        }
    }

    fn add_resident(&mut self, new: &NewResident<'_>) -> Result<RecordRef> {
        self.must_know(new.household)?;
        let number = new.number.map(str::trim).filter(|number| !number.is_empty());
        let description = words("description", new.description)?;
        let identity = match number {
            Some(number) => self.number_at_door(number)?,
            None if description.is_none() => {
                let why = "without papers a person must be described: say by what the team knows them again";
                return Err(Error::invalid("resident", why));
            }
            None => Identity::undocumented(),
        };
        if let Some(text) = identity.key_text() {
            self.must_be_new(text.expose())?;
        }
        let name = words("name", new.name)?.or_else(|| identity.name.as_ref().map(|name| name.expose().to_owned()));
        self.append(ResidentAdded {
            household: new.household,
            document: identity.document,
            number: identity.number.as_ref().map(|number| number.expose().to_owned()),
            issuer: identity.issuer.clone(),
            name,
            birth: identity.birth_beside_number(),
            sex: identity.sex_beside_number().map(Sex::as_str).map(str::to_owned),
            nationality: identity.nationality.clone(),
            source: identity.source,
            description,
            categories: new.categories.0,
            guardian: words("guardian", new.guardian)?,
            contact: words("contact", new.contact)?,
        })
    }

    fn number_at_door(&self, number: &str) -> Result<Identity> {
        let reading = interpret_with(&Scan::line(number), self.today.latest, &self.profile.trust);
        let accepted = reading.verdict == crate::scan::Verdict::Accept;
        reading.identity.filter(|_| accepted).ok_or_else(|| {
            let problems: Vec<&str> = reading.problems.iter().map(|problem| problem.as_str()).collect();
            let why = if problems.is_empty() { "not certain".to_owned() } else { problems.join(", ") };
            Error::invalid("number", format!("it does not hold ({why}); scan the document or type it again"))
        })
    }

    /// Somebody who is on the list, or was added before, is chosen, not added.
    fn must_be_new(&self, key_text: &str) -> Result<()> {
        if self.named_by(key_text)?.is_some() {
            let why = "somebody of this number is known already; choose them from the list instead";
            return Err(Error::refused("resident", why));
        }
        Ok(())
    }

    /// Whom of the list, or of those added at the door, a text names.
    fn named_by(&self, key_text: &str) -> Result<Option<(ResidentId, HouseholdId)>> {
        let listed = self.roster.and_then(|listed| listed.person(key_text));
        match listed.map(|(home, dweller)| (dweller.id, home.id)) {
            Some(found) => Ok(Some(found)),
            None => self.added_person(key_text),
        }
    }

    fn added_person(&self, key_text: &str) -> Result<Option<(ResidentId, HouseholdId)>> {
        match self.action.person_key(self.shift.round, key_text)? {
            Some(key) => doors::added_person(self.action.tx(), &key),
            None => Ok(None),
        }
    }

    /// Ties what was just saved to the person of the list: the one who was chosen, else whom the number names.
    pub(in super::super) fn link(&mut self, person: &Person, subject: RecordRef) -> Result<()> {
        let named = match (&person.listed, person.identity.key_text()) {
            (Some(chosen), _) => Some((chosen.resident, chosen.household)),
            (None, Some(text)) => self.named_by(text.expose())?,
            (None, None) => None,
        };
        if let Some((resident, household)) = named {
            self.append(ResidentSampled { resident, household, subject })?;
        }
        Ok(())
    }

    /// Samples of the round that records tie to the person who was chosen.
    pub(in super::super) fn samples_of_chosen(&self, person: &Person) -> Result<Vec<SubjectRow>> {
        let mut samples = Vec::new();
        for record in self.links(person)? {
            let bound = state::subjects_of(self.action.tx(), self.shift.round, record)?;
            samples.extend(bound.into_iter().filter(|subject| subject.fate == Fate::Stands));
        }
        Ok(samples)
    }

    /// Whether the person who was chosen waits for a tube.
    pub(in super::super) fn chosen_waits(&self, person: &Person) -> Result<Option<WaitingRow>> {
        for record in self.links(person)? {
            if let Some(waiting) = state::waiting_at(self.action.tx(), self.shift.round, record)? {
                return Ok(Some(waiting));
            }
        }
        Ok(None)
    }

    fn links(&self, person: &Person) -> Result<Vec<RecordRef>> {
        match &person.listed {
            Some(chosen) => doors::links(self.action.tx(), self.shift.round, chosen.resident),
            None => Ok(Vec::new()),
        }
    }
}
