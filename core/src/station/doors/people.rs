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
}

/// What is wrong with a number.
type Problems = Vec<&'static str>;

impl Station {
    /// Takes a person of the list, or one added at the door, as if their document had been scanned: with every check
    /// of a scan, into the lane's open tube, or to wait for one. What ties the sample to the list is saved with it.
    pub fn sample_resident(&mut self, lane: &str, resident: ResidentId) -> Result<Answer> {
        self.moments.remove(lane);
        let (answer, _, question, _) = self.at_desk(lane, |desk| {
            let answer = desk.sample_resident(resident)?;
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
    fn sample_resident(&mut self, resident: ResidentId) -> Result<Answer> {
        let listed = self.roster.and_then(|listed| listed.resident(resident));
        let person = match listed {
            Some((home, dweller)) => self.person_of_list(home.id, &dweller),
            None => self.person_added(resident)?,
        };
        match person {
            Ok(person) => self.person(person),
            Err(problems) => Ok(Answer::refused_for(problems)),
        }
    }

    fn person_of_list(&self, household: HouseholdId, dweller: &Dweller<'_>) -> Result<Person, Problems> {
        let own = dweller.number.filter(|number| !number.is_empty());
        let identity = match own {
            Some(number) => self.identity_of_number(dweller.document, number)?,
            None => Identity { source: ReadSource::Roster, ..Identity::undocumented() },
        };
        let name = Some(dweller.name).filter(|name| !name.is_empty()).map(Sensitive::from);
        let sex = dweller.sex.and_then(|sex| Sex::from_text(sex.encode_utf8(&mut [0; 4])));
        let identity = Identity {
            name: name.or_else(|| identity.name.clone()),
            birth: identity.birth.or(dweller.birth),
            sex: identity.sex.or(sex),
            ..identity
        };
        let guardian = dweller.guardian.map(str::to_owned);
        let mut person = Person::new(identity);
        person.contact = dweller.contact.map(str::to_owned);
        person.listed = Some(Chosen { resident: dweller.id, household, guardian });
        Ok(person)
    }

    fn person_added(&self, resident: ResidentId) -> Result<Result<Person, Problems>> {
        let added = doors::resident_added(self.action.tx(), self.shift.round, resident)?;
        let (at, household) = added.ok_or_else(unknown_resident)?;
        let Some(Body::ResidentAdded(body)) = self.record(at)?.map(|record| record.body) else {
            return Err(unknown_resident());
        };
        let mut identity = identity_of_added(&body);
        if let Some(number) = &body.number {
            match self.identity_of_number(body.document, number) {
                Ok(read) => (identity.birth, identity.sex) = (identity.birth.or(read.birth), identity.sex.or(read.sex)),
                Err(problems) => return Ok(Err(problems)),
            }
        }
        let mut person = Person::new(identity);
        (person.description, person.contact) = (body.description, body.contact);
        person.listed = Some(Chosen { resident, household, guardian: body.guardian });
        Ok(Ok(person))
    }

    /// Who has this number. A number that does not hold is refused as if it had been typed.
    fn identity_of_number(&self, document: DocumentKind, number: &str) -> Result<Identity, Problems> {
        let scan = Scan::Typed { text: number.to_owned(), document: Some(document) };
        let reading = interpret_with(&scan, self.today.latest, &self.profile.trust);
        let identity = reading.identity.filter(|identity| identity.document == document);
        match identity {
            Some(identity) if reading.verdict.is_accept() => Ok(Identity { source: ReadSource::Roster, ..identity }),
            _ if reading.verdict == crate::scan::Verdict::Refuse => {
                Err(reading.problems.iter().map(|problem| problem.as_str()).collect())
            }
            _ => Ok(Identity::of_number(document, number, ReadSource::Roster)),
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
        let listed = self.roster.is_some_and(|listed| listed.person(key_text).is_some());
        if listed || self.added_person(key_text)?.is_some() {
            let why = "somebody of this number is known already; choose them from the list instead";
            return Err(Error::refused("resident", why));
        }
        Ok(())
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
            (None, Some(text)) => {
                let listed = self.roster.and_then(|listed| listed.person(text.expose()));
                match listed.map(|(home, dweller)| (dweller.id, home.id)) {
                    Some(found) => Some(found),
                    None => self.added_person(text.expose())?,
                }
            }
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
