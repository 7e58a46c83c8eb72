//! The rules as plainly as they can be written: every question walks all records.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use fieldcore::record::{Body, BuildingClaimed, DocumentKind, Excuse, Record, Visit, VisitState, added_id};
use fieldcore::roster::{Categories, HouseholdId, ResidentId};
use fieldcore::{DeviceId, RecordRef};
use fieldcore_tests::ListHomes;
use fieldcore_tests::histories::ROUND;

use crate::broken::Broken;

pub(crate) struct Model<'a> {
    homes: &'a ListHomes,
    records: &'a [Record],
    elsewhere: &'a [String],
    broken: Broken,
    /// What many questions ask, worked out once: that the model is slow must not make it small.
    standing: Vec<&'a Record>,
    people: Vec<Someone>,
    visits: Vec<(&'a Record, &'a Visit)>,
}

/// A household: id, place, word for where it is known from.
pub(crate) struct Home {
    pub(crate) id: HouseholdId,
    pub(crate) place: [String; 4],
    pub(crate) origin: &'static str,
}

/// A person: ids and numbers, household, what is known.
pub(crate) struct Someone {
    pub(crate) ids: Vec<ResidentId>,
    numbers: Vec<String>,
    pub(crate) household: HouseholdId,
    pub(crate) categories: u32,
    pub(crate) origin: &'static str,
}

impl<'a> Model<'a> {
    pub(crate) fn new(homes: &'a ListHomes, records: &'a [Record], elsewhere: &'a [String], broken: Broken) -> Self {
        let (standing, people, visits) = (Vec::new(), Vec::new(), Vec::new());
        let mut model = Self { homes, records, elsewhere, broken, standing, people, visits };
        model.standing = model.samples_that_stand();
        model.people = model.everybody();
        model.visits = model.visits_that_stand();
        model
    }

    fn is(&self, broken: Broken) -> bool {
        self.broken == broken
    }

    // Doors.

    pub(crate) fn compare(&self, one: &str, other: &str) -> Ordering {
        if self.is(Broken::OrderOfDoors) {
            return one.cmp(other);
        }
        pieces(one).cmp(&pieces(other))
    }

    fn places(&self, one: &[String; 4], other: &[String; 4]) -> Ordering {
        let by_doors = one.iter().zip(other).map(|(one, other)| self.compare(one, other));
        by_doors.fold(Ordering::Equal, Ordering::then).then_with(|| one.cmp(other))
    }

    pub(crate) fn households(&self) -> Vec<Home> {
        let mut all: Vec<Home> = Vec::new();
        let mut add = |id, place, origin| {
            if !all.iter().any(|home| home.id == id) {
                all.push(Home { id, place, origin });
            }
        };
        for home in &self.homes.0 {
            add(home.id, home.place.clone(), "roster");
        }
        for record in self.records {
            if let Body::HouseholdAdded(body) = &record.body {
                let place = [&body.area, &body.building, &body.stairwell, &body.door];
                add(added_id(record.at), place.map(|text| text.clone().unwrap_or_default()), "added");
            }
        }
        for (_, visit) in self.visits() {
            add(visit.household, Default::default(), "named");
        }
        for record in self.records {
            if let Body::ResidentAdded(body) = &record.body {
                add(body.household, Default::default(), "named");
            }
        }
        all.sort_by(|one, other| self.places(&one.place, &other.place).then_with(|| one.id.cmp(&other.id)));
        all
    }

    // Visits.

    pub(crate) fn visits(&self) -> &[(&'a Record, &'a Visit)] {
        &self.visits
    }

    /// Visits that no visit replaces.
    fn visits_that_stand(&self) -> Vec<(&'a Record, &'a Visit)> {
        let all: Vec<(&Record, &Visit)> = self
            .records
            .iter()
            .filter_map(|r| if let Body::Visit(v) = &r.body { Some((r, v)) } else { None })
            .collect();
        let replaced = |at| all.iter().any(|(_, visit)| visit.replaces == Some(at)) && !self.is(Broken::Replaces);
        all.iter().filter(|(record, _)| !replaced(record.at)).copied().collect()
    }

    /// The last visit of each device at a household.
    pub(crate) fn last_visits(&self, household: HouseholdId) -> Vec<(&Record, &Visit)> {
        let here: Vec<_> = self.visits.iter().filter(|(_, visit)| visit.household == household).copied().collect();
        let devices: BTreeSet<DeviceId> = here.iter().map(|(record, _)| record.at.device).collect();
        let last = |device: &DeviceId| {
            let own = here.iter().filter(|(record, _)| record.at.device == *device);
            let last = own.clone().max_by_key(|(record, _)| (record.at.epoch, record.at.seq)).copied();
            let first = own.min_by_key(|(record, _)| (record.at.epoch, record.at.seq)).copied();
            if self.is(Broken::LastOfDevice) { first } else { last }
        };
        devices.iter().filter_map(last).collect()
    }

    const RANKS: [(VisitState, &'static str, u32); 6] = [
        (VisitState::Informed, "informed", 2),
        (VisitState::NobodyHome, "nobody_home", 3),
        (VisitState::PartlyDone, "partly_done", 4),
        (VisitState::Refused, "refused", 5),
        (VisitState::MovedAway, "moved_away", 6),
        (VisitState::Done, "done", 7),
    ];

    fn rank(&self, state: VisitState) -> (u32, &'static str) {
        let (_, word, rank) = Self::RANKS.into_iter().find(|(known, ..)| *known == state).expect("every state");
        let turned = self.is(Broken::Rank) && state == VisitState::Refused;
        (if turned { 1 } else { rank }, word)
    }

    /// A household's state, and the visit that says so.
    pub(crate) fn state(&self, home: &Home) -> (&'static str, Option<RecordRef>) {
        let mut words: Vec<(u32, Option<RecordRef>, &'static str)> = vec![(0, None, "not_visited")];
        for (record, visit) in self.last_visits(home.id) {
            let (rank, word) = self.rank(visit.state);
            words.push((rank, Some(record.at), word));
        }
        if !self.claims_at(home).is_empty() && !self.is(Broken::ClaimShows) {
            words.push((1, None, "claimed"));
        }
        let people: Vec<&Someone> = self.people.iter().filter(|one| one.household == home.id).collect();
        let accounted =
            |one: &Someone| self.is_sampled(one) || self.excuse(one).is_some() && !self.is(Broken::ExcuseAccounts);
        if !people.is_empty() && people.iter().all(|one| accounted(one)) && !self.is(Broken::DoneByPeople) {
            words.push((7, None, "done"));
        }
        if people.iter().any(|one| self.is_sampled(one)) && !self.is(Broken::PartlyByPeople) {
            words.push((4, None, "partly_done"));
        }
        // A visit of the same rank says it, with its reason.
        let (_, told, word) = words.into_iter().max_by_key(|(rank, told, _)| (*rank, *told)).expect("at least one");
        (word, told)
    }

    // People.

    pub(crate) fn people(&self) -> &[Someone] {
        &self.people
    }

    fn everybody(&self) -> Vec<Someone> {
        let mut order: Vec<usize> = (0..self.homes.0.len()).collect();
        let home = |index: &usize| &self.homes.0[*index];
        order.sort_by(|one, other| {
            let (one, other) = (home(one), home(other));
            self.places(&one.place, &other.place).then_with(|| one.id.cmp(&other.id))
        });
        let mut all: Vec<Someone> = Vec::new();
        for index in &order {
            for person in &home(index).people {
                let categories = person.categories.0;
                self.add(&mut all, person.id, person.number.clone(), home(index).id, categories, "roster");
            }
        }
        let mut added: Vec<&Record> = self.records.iter().collect();
        added.sort_by_key(|record| record.at);
        for record in added {
            if let Body::ResidentAdded(body) = &record.body {
                let id = added_id(record.at);
                self.add(&mut all, id, body.number.clone(), body.household, body.categories, "added");
            }
        }
        all
    }

    fn add(
        &self,
        all: &mut Vec<Someone>,
        id: ResidentId,
        number: Option<String>,
        household: HouseholdId,
        categories: u32,
        origin: &'static str,
    ) {
        let same = |one: &&mut Someone| number.as_ref().is_some_and(|number| one.numbers.contains(number));
        match all.iter_mut().find(same).filter(|_| !self.is(Broken::SameNumber)) {
            Some(known) => {
                known.ids.push(id);
                known.categories |= categories;
            }
            None => {
                let numbers = number.into_iter().collect();
                all.push(Someone { ids: vec![id], numbers, household, categories, origin });
            }
        }
    }

    /// Bindings that were neither undone nor voided, and not in a spoiled tube.
    fn samples_that_stand(&self) -> Vec<&'a Record> {
        let stands = |record: &&Record| {
            let Body::SubjectBound(bound) = &record.body else { return false };
            let mut tube = bound.tube;
            let mut moves: Vec<&Record> = self.records.iter().collect();
            moves.sort_by_key(|record| (record.at.epoch, record.at.seq, record.at.device));
            for other in moves {
                match &other.body {
                    Body::SubjectUndone(body) if body.subject == record.at && !self.is(Broken::Undone) => return false,
                    Body::SubjectVoided(body) if body.subject == record.at => return false,
                    Body::SubjectMoved(body) if body.subject == record.at && !self.is(Broken::Moved) => {
                        tube = body.tube
                    }
                    _ => {}
                }
            }
            let spoils = |record: &Record| matches!(&record.body, Body::TubeSpoiled(body) if body.tube == Some(tube));
            self.is(Broken::Spoiled) || !self.records.iter().any(spoils)
        };
        self.records.iter().filter(stands).collect()
    }

    /// The standing bindings that a record means: its own, or that of the person who waited by it.
    fn meant(&self, subject: RecordRef) -> Vec<RecordRef> {
        let waited = |record: &Record| match &record.body {
            Body::SubjectBound(bound) => bound.waited == Some(subject) && !self.is(Broken::Waited),
            _ => false,
        };
        self.standing.iter().filter(|r| r.at == subject || waited(r)).map(|record| record.at).collect()
    }

    /// Every binding that is a sample of the person.
    pub(crate) fn samples(&self, one: &Someone) -> Vec<RecordRef> {
        let mut found = Vec::new();
        for record in self.records {
            match &record.body {
                Body::ResidentSampled(body) if one.ids.contains(&body.resident) => {
                    found.extend(self.meant(body.subject));
                }
                Body::ProxyRead(read) if read.refused.is_none() && !self.is(Broken::Cards) => {
                    let of = |card: &Record| match &card.body {
                        Body::ProxyIssued(issued) => issued.resident.is_some_and(|id| one.ids.contains(&id)),
                        _ => false,
                    };
                    if self.records.iter().any(|card| card.at == read.card && of(card)) {
                        found.extend(read.subject.into_iter().flat_map(|subject| self.meant(subject)));
                    }
                }
                _ => {}
            }
        }
        for record in &self.standing {
            if let Body::SubjectBound(bound) = &record.body {
                let same = bound.number.as_ref().is_some_and(|number| one.numbers.contains(number));
                if same && bound.document == DocumentKind::CnResident && !self.is(Broken::SampledByNumber) {
                    found.push(record.at);
                }
            }
        }
        found
    }

    pub(crate) fn is_sampled(&self, one: &Someone) -> bool {
        let elsewhere = one.numbers.iter().any(|number| self.elsewhere.contains(number));
        !self.samples(one).is_empty() || elsewhere && !self.is(Broken::Elsewhere)
    }

    pub(crate) fn excuse(&self, one: &Someone) -> Option<(RecordRef, Excuse)> {
        let mut all = Vec::new();
        for record in self.records {
            if let Body::ResidentExcused(body) = &record.body {
                all.push((record.at, body));
            }
        }
        let replaced = |at| all.iter().any(|(_, body)| body.replaces == Some(at)) && !self.is(Broken::ExcuseReplaces);
        let own = all.iter().filter(|(at, body)| one.ids.contains(&body.resident) && !replaced(*at));
        own.max_by_key(|(at, _)| *at).map(|(at, body)| (*at, body.excuse))
    }

    // Claims.

    pub(crate) fn claims(&self) -> Vec<(RecordRef, &BuildingClaimed)> {
        let mut all = Vec::new();
        for record in self.records {
            if let Body::BuildingClaimed(body) = &record.body {
                all.push((record.at, body));
            }
        }
        all.sort_by_key(|(at, _)| *at);
        all
    }

    pub(crate) fn released(&self, claim: RecordRef) -> Option<RecordRef> {
        let of = |record: &Record| match &record.body {
            Body::ClaimReleased(body) if !self.is(Broken::Released) => body.claim == claim,
            _ => false,
        };
        self.records.iter().filter(|record| of(record)).map(|record| record.at).min()
    }

    fn said<'t>(&self, text: &'t Option<String>) -> Option<&'t str> {
        text.as_deref().filter(|text| !text.is_empty())
    }

    pub(crate) fn covers(&self, claim: &BuildingClaimed, place: &[String; 4]) -> bool {
        let same = |text: &Option<String>, of: &str| {
            self.said(text).is_none_or(|text| self.compare(text, of) == Ordering::Equal)
        };
        same(&claim.area, &place[0])
            && self.compare(&claim.building, &place[1]) == Ordering::Equal
            && same(&claim.stairwell, &place[2])
            && self.said(&claim.first).is_none_or(|first| self.compare(first, &place[3]) != Ordering::Greater)
            && self.said(&claim.last).is_none_or(|last| self.compare(&place[3], last) != Ordering::Greater)
    }

    /// The claims in force at a household.
    pub(crate) fn claims_at(&self, home: &Home) -> Vec<(RecordRef, &BuildingClaimed)> {
        let here = |claim: &BuildingClaimed| self.covers(claim, &home.place);
        self.claims().into_iter().filter(|(at, claim)| self.released(*at).is_none() && here(claim)).collect()
    }

    pub(crate) fn weight(&self, at: RecordRef, claim: &BuildingClaimed) -> Vec<u8> {
        let mut bytes = b"fieldcore/claim/1\0".to_vec();
        bytes.extend(ROUND.as_bytes());
        bytes.extend(claim.building.as_bytes());
        bytes.extend(at.device.as_bytes());
        bytes.extend(at.epoch.as_u64().to_be_bytes());
        bytes.extend(at.seq.to_be_bytes());
        let mut hash = blake3::hash(&bytes).as_bytes().to_vec();
        if self.is(Broken::Hash) {
            hash.iter_mut().for_each(|byte| *byte = !*byte);
        }
        hash
    }

    /// Who keeps a household, where several devices claim it.
    pub(crate) fn keeper(&self, home: &Home) -> Option<(RecordRef, bool)> {
        let claims = self.claims_at(home);
        let devices: BTreeSet<DeviceId> = claims.iter().map(|(at, _)| at.device).collect();
        let visited: BTreeSet<DeviceId> =
            self.last_visits(home.id).iter().map(|(record, _)| record.at.device).collect();
        let both: BTreeSet<DeviceId> = devices.intersection(&visited).copied().collect();
        let by_visit = !both.is_empty() && !self.is(Broken::VisitKeeps);
        let may = claims.iter().filter(|(at, _)| !by_visit || both.contains(&at.device));
        let keeps = may.min_by_key(|(at, claim)| self.weight(*at, claim)).filter(|_| devices.len() > 1)?.0;
        Some((keeps, both.len() == 1))
    }

    pub(crate) fn overlaps(&self) -> Vec<(RecordRef, RecordRef, RecordRef)> {
        let mut found = Vec::new();
        let open: Vec<_> = self.claims().into_iter().filter(|(at, _)| self.released(*at).is_none()).collect();
        for (one_at, one) in &open {
            for (other_at, other) in &open {
                if one_at < other_at && one_at.device != other_at.device && self.meet(one, other) {
                    let first = self.weight(*one_at, one) < self.weight(*other_at, other);
                    found.push((*one_at, *other_at, if first { *one_at } else { *other_at }));
                }
            }
        }
        found
    }

    fn meet(&self, one: &BuildingClaimed, other: &BuildingClaimed) -> bool {
        let alike = |one: &Option<String>, other: &Option<String>| match (self.said(one), self.said(other)) {
            (Some(one), Some(other)) => self.compare(one, other) == Ordering::Equal,
            _ => true,
        };
        let in_order = |first: &Option<String>, last: &Option<String>| match (self.said(first), self.said(last)) {
            (Some(first), Some(last)) => self.compare(first, last) != Ordering::Greater,
            _ => true,
        };
        alike(&one.area, &other.area)
            && self.compare(&one.building, &other.building) == Ordering::Equal
            && alike(&one.stairwell, &other.stairwell)
            && [one, other].iter().all(|first| [one, other].iter().all(|last| in_order(&first.first, &last.last)))
    }

    // What is open.

    pub(crate) fn follow_ups(&self) -> Vec<(RecordRef, &fieldcore::record::FollowUp)> {
        let mut open = Vec::new();
        for record in self.records {
            if let Body::FollowUp(body) = &record.body {
                let closes =
                    |other: &Record| matches!(&other.body, Body::FollowUpClosed(c) if c.follow_up == record.at);
                if !self.records.iter().any(closes) || self.is(Broken::Closed) {
                    open.push((record.at, body));
                }
            }
        }
        open.sort_by_key(|(at, body)| (body.due_ms.unwrap_or(i64::MAX), *at));
        open
    }

    /// Device, operator and lane of a record.
    pub(crate) fn team(&self, at: RecordRef) -> (DeviceId, Option<String>, Option<String>) {
        let record = self.records.iter().find(|record| record.at == at).expect("it was written");
        let shift = self.records.iter().find(|shift| Some(shift.at) == record.stamp.shift);
        let operator = shift.and_then(|shift| match &shift.body {
            Body::ShiftStarted(body) => Some(body.operator.clone()),
            _ => None,
        });
        (at.device, operator, record.stamp.lane.clone())
    }

    /// How many of each category there are, by the word.
    pub(crate) fn categories(bits: u32) -> BTreeMap<&'static str, u32> {
        Categories(bits).iter().map(|category| (category.as_str(), 1)).collect()
    }
}

/// A door's text in pieces: numbers by value before all else.
fn pieces(text: &str) -> Vec<(u8, u64)> {
    let mut found: Vec<(u8, u64)> = Vec::new();
    let mut in_number = false;
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        let c = if ('０'..='９').contains(&c) {
            char::from_u32(c as u32 - '０' as u32 + 48).expect("a digit")
        } else {
            c
        };
        match c.to_digit(10) {
            Some(digit) if in_number => {
                let number = found.last_mut().expect("a number has begun");
                number.1 = number.1 * 10 + u64::from(digit);
            }
            Some(digit) => found.push((0, u64::from(digit))),
            None => found.push((1, c.to_ascii_lowercase() as u64)),
        }
        in_number = c.is_ascii_digit();
    }
    found
}
