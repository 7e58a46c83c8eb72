//! The views: every household with its state, what is open, and who is missed.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::claims::{ClaimView, Claims, Contested, Overlap};
use super::fact::{Act, Fact, Facts};
use super::figures::{BuildingFigures, Figures, TeamFigures, buildings, teams};
use super::people::{People, PersonView, excuse};
use super::samples::written;
use super::told::{DoorPrint, Hearsay, print_of};
use super::{Known, Place, hex, hex_or_none, shared, shown, shown_all, shown_or_none};
use crate::id::{DeviceId, RecordRef};
use crate::record::{Excuse, FollowUpKind, VisitState, added_id};
use crate::roster::{Homes, HouseholdId, ResidentId, by_door};
use crate::words::{silent, words};

words! {
    /// The state of a household. Of several words the greatest counts.
    HomeState {
        /// Nobody was there, and nobody means to.
        NotVisited = "not_visited",
        /// Nobody was there; a claim covers the door.
        Claimed = "claimed",
        /// Somebody was told or got a letter.
        Informed = "informed",
        /// Nobody opened.
        NobodyHome = "nobody_home",
        /// Some were sampled, some are left.
        PartlyDone = "partly_done",
        /// They will not.
        Refused = "refused",
        /// Nobody lives there any more.
        MovedAway = "moved_away",
        /// Everybody is sampled or accounted for.
        Done = "done",
    }

    /// Where a household or a person is known from.
    Origin {
        /// The list.
        Roster = "roster",
        /// A record made at the door.
        Added = "added",
        /// A record names it, and nothing that arrived says where it is.
        Named = "named",
    }
}

impl HomeState {
    /// Whether nobody needs to go there again.
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Done | Self::Refused | Self::MovedAway)
    }
}

impl From<VisitState> for HomeState {
    fn from(state: VisitState) -> Self {
        match state {
            VisitState::Informed => Self::Informed,
            VisitState::NobodyHome => Self::NobodyHome,
            VisitState::PartlyDone => Self::PartlyDone,
            VisitState::Refused => Self::Refused,
            VisitState::MovedAway => Self::MovedAway,
            VisitState::Done => Self::Done,
        }
    }
}

/// A household and what became of it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct HomeView {
    /// The household.
    #[serde(serialize_with = "hex")]
    pub household: HouseholdId,
    /// Where it lives; empty where nothing that arrived says so.
    pub place: Place,
    /// Where it is known from.
    pub origin: Origin,
    /// The record that added it, which holds the address in words.
    #[serde(serialize_with = "shown_or_none")]
    pub added: Option<Box<RecordRef>>,
    /// When its stairwell is called, as the list says it.
    #[serde(serialize_with = "slot")]
    pub slot: Option<Arc<str>>,
    /// What became of it.
    pub state: HomeState,
    /// The visit that says so and holds the reason; absent where the people themselves say so, or nobody.
    #[serde(serialize_with = "shown_or_none")]
    pub told: Option<RecordRef>,
    /// How many people live there, the most that any team's last visit says.
    pub lives: Option<u32>,
    /// The visits that stand: neither corrected nor of another household.
    pub visits: u32,
    /// The claims in force that cover it.
    #[serde(serialize_with = "shown_all")]
    pub claims: Vec<RecordRef>,
    /// Its people, each counted in one household.
    pub people: u32,
    /// Of these, people of whom a sample stands.
    pub sampled: u32,
    /// Of the others, people who are excused.
    pub excused: u32,
}

/// Something that is still to be done.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct OpenFollowUp {
    /// The record, which holds the words.
    #[serde(serialize_with = "shown")]
    pub follow_up: RecordRef,
    /// The household.
    #[serde(serialize_with = "hex")]
    pub household: HouseholdId,
    /// The person whom it is about.
    #[serde(serialize_with = "hex_or_none")]
    pub resident: Option<ResidentId>,
    /// What.
    #[serde(serialize_with = "what")]
    pub what: FollowUpKind,
    /// Until when, milliseconds since 1970.
    pub due_ms: Option<i64>,
}

fn slot<S: Serializer>(slot: &Option<Arc<str>>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_some(&slot.as_deref())
}

fn what<S: Serializer>(what: &FollowUpKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(what.as_str())
}

/// A person of whom no sample stands, or a household of which nobody is known and that is not settled.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Missed {
    /// The household.
    #[serde(serialize_with = "hex")]
    pub household: HouseholdId,
    /// Where it lives.
    pub place: Place,
    /// The person; absent for a household of which nobody is known.
    #[serde(serialize_with = "hex_or_none")]
    pub resident: Option<ResidentId>,
    /// Where the person, or the household, is known from.
    pub origin: Origin,
    /// The person's own excuse.
    #[serde(serialize_with = "excuse")]
    pub excuse: Option<Excuse>,
    /// The household's state: the reason where the person has no excuse.
    pub state: HomeState,
    /// The record that holds the words: the excuse, else the visit.
    #[serde(serialize_with = "shown_or_none")]
    pub told: Option<RecordRef>,
}

silent!(HomeView, OpenFollowUp, Missed, Doors);

impl Missed {
    /// The reason in one word.
    pub const fn reason(&self) -> &'static str {
        match self.excuse {
            Some(excuse) => excuse.as_str(),
            None => self.state.as_str(),
        }
    }
}

/// All that facts, a roster and the known samples come to.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Doors {
    /// Every household, in the order of doors.
    pub homes: Vec<HomeView>,
    /// Every person: those of the list by household, then those added at the door.
    pub people: Vec<PersonView>,
    /// What is still to be done, what is due first coming first.
    pub follow_ups: Vec<OpenFollowUp>,
    /// Every claim, those given up among them.
    pub claims: Vec<ClaimView>,
    /// Claims that may share doors.
    pub overlaps: Vec<Overlap>,
    /// Known doors that claims share, in the order of doors.
    pub contested: Vec<Contested>,
    /// All households and people.
    pub figures: Figures,
    /// The same by building, in the order of doors.
    pub buildings: Vec<BuildingFigures>,
    /// What each team did.
    pub teams: Vec<TeamFigures>,
    #[serde(skip)]
    index: Index,
}

/// Where households and people stand in a view.
#[derive(Clone, Default, PartialEq, Eq)]
struct Index {
    /// Households in the order of their ids.
    by_id: Vec<u32>,
    /// People by household; where those of each household begin, and where the last ones end.
    people: Vec<u32>,
    first: Vec<u32>,
}

impl Doors {
    /// The views of a set of facts. `roster` may be [`super::NoHomes`].
    pub fn of(facts: &Facts, roster: &dyn Homes, known: Known<'_>) -> Self {
        let hearsay = Hearsay::of(facts);
        let visits = Visits::of(facts, &hearsay);
        let (mut homes, order) = homes(facts, roster, &visits);
        let (people, acts) = People::of(facts, roster, &order, known);
        let lives = lives(&homes, &people);
        count_people(&mut homes, &people, &lives);
        let mut claims = Claims::of(facts, &hearsay);
        let contested = homes.iter_mut().filter_map(|home| settle(home, &visits, &mut claims)).collect();
        let mut follow_ups = open_follow_ups(facts);
        follow_ups.sort_by_key(|open| (open.due_ms.is_none(), open.due_ms, open.follow_up, open.household));
        Self {
            figures: Figures::of(homes.iter(), people.iter()),
            buildings: buildings(&homes, &people, &lives),
            teams: teams(facts, &visits.standing, &people, &acts),
            index: Index::of(&homes, &lives),
            people,
            overlaps: claims.overlaps(),
            claims: claims.into_views(),
            homes,
            follow_ups,
            contested,
        }
    }

    /// Who is missed, in the order of doors: people of whom no sample stands, and households that are left and of which
    /// nobody is known.
    pub fn missed(&self) -> impl Iterator<Item = Missed> {
        self.missed_page(0, usize::MAX)
    }

    /// At most `limit` of them after the first `offset`.
    pub fn missed_page(&self, offset: usize, limit: usize) -> impl Iterator<Item = Missed> {
        let row = |(home, person): (&HomeView, Option<&PersonView>)| Missed {
            household: home.household,
            place: home.place.clone(),
            resident: person.map(|person| person.resident),
            origin: person.map_or(home.origin, |person| person.origin),
            excuse: person.and_then(|person| person.excuse),
            state: home.state,
            told: person.and_then(|person| person.excused.as_deref().copied()).or(home.told),
        };
        self.who_is_missed().skip(offset).take(limit).map(row)
    }

    /// How many are missed.
    pub fn missed_count(&self) -> usize {
        self.who_is_missed().count()
    }

    fn who_is_missed(&self) -> impl Iterator<Item = (&HomeView, Option<&PersonView>)> {
        self.homes.iter().enumerate().flat_map(|(at, home)| {
            let unknown = (self.people_at(at).next().is_none() && !home.state.is_settled()).then_some((home, None));
            let people = self.people_at(at).filter(|person| !person.sampled).map(move |person| (home, Some(person)));
            unknown.into_iter().chain(people)
        })
    }

    /// Everybody of a household.
    pub fn people_of(&self, household: HouseholdId) -> impl Iterator<Item = &PersonView> {
        self.position(household).into_iter().flat_map(|at| self.people_at(at))
    }

    fn people_at(&self, home: usize) -> impl Iterator<Item = &PersonView> {
        let end = |at: usize| self.index.first.get(at).map_or(0, |first| *first as usize);
        let here = self.index.people.get(end(home)..end(home + 1)).unwrap_or_default();
        here.iter().filter_map(|at| self.people.get(*at as usize))
    }

    /// The household of an id.
    pub fn home(&self, household: HouseholdId) -> Option<&HomeView> {
        self.position(household).and_then(|at| self.homes.get(at))
    }

    fn position(&self, household: HouseholdId) -> Option<usize> {
        let id = |at: &u32| self.homes.get(*at as usize).map(|home| home.household);
        let found = self.index.by_id.binary_search_by_key(&Some(household), id).ok()?;
        self.index.by_id.get(found).map(|at| *at as usize)
    }

    /// Every building with its households, in the order of doors.
    pub fn by_building(&self) -> impl Iterator<Item = (&BuildingFigures, &[HomeView])> {
        let mut rest = self.homes.as_slice();
        self.buildings.iter().map(move |of| {
            let (here, behind) = rest.split_at(rest.len().min(of.figures.homes as usize));
            rest = behind;
            (of, here)
        })
    }

    /// The next household that is left after this one, in the order of doors and from the first one again at the end;
    /// the first one that is left without, or after one that is not known. Never the one asked about.
    pub fn next_left(&self, after: Option<HouseholdId>) -> Option<&HomeView> {
        let here = after.and_then(|after| self.position(after));
        let (before, behind) = self.homes.split_at(here.map_or(0, |here| here + 1));
        let before = before.split_last().map_or(before, |(_, before)| before);
        behind.iter().chain(before).find(|home| !home.state.is_settled())
    }
}

impl Index {
    fn of(homes: &[HomeView], lives: &[Option<u32>]) -> Self {
        let mut index = Self { by_id: (0..narrow(homes.len())).collect(), ..Self::default() };
        index.by_id.sort_by_key(|at| homes.get(*at as usize).map(|home| home.household));
        index.people = (0..narrow(lives.len())).filter(|person| home_of(lives, *person).is_some()).collect();
        index.people.sort_by_key(|person| home_of(lives, *person));
        let begins = |home: u32| index.people.partition_point(|person| home_of(lives, *person) < Some(home));
        index.first = (0..=narrow(homes.len())).map(|home| narrow(begins(home))).collect();
        index
    }
}

fn home_of(lives: &[Option<u32>], person: u32) -> Option<u32> {
    lives.get(person as usize).copied().flatten()
}

/// A list's places are below 2^32.
fn narrow(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// A visit that stands.
#[derive(Clone, Copy)]
pub(super) struct Visit<'a> {
    pub(super) act: &'a Act,
    pub(super) household: HouseholdId,
    pub(super) state: VisitState,
    lives: Option<u32>,
}

/// The visits that stand: those that no other visit, known to be there, corrects.
struct Visits<'a> {
    standing: Vec<Visit<'a>>,
    /// The last one of each device, by household.
    last: BTreeMap<HouseholdId, Vec<Visit<'a>>>,
    count: BTreeMap<HouseholdId, u32>,
    /// Where other teams say that they were, whose own records are not there.
    told: &'a BTreeSet<(DeviceId, DoorPrint)>,
}

impl<'a> Visits<'a> {
    fn of(facts: &'a Facts, hearsay: &'a Hearsay) -> Self {
        let replaced: BTreeSet<RecordRef> = facts
            .iter()
            .filter_map(|fact| if let Fact::Visit { replaces, .. } = fact { *replaces } else { None })
            .collect();
        let (standing, last, count) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        let mut visits = Self { standing, last, count, told: &hearsay.visited };
        for fact in facts.iter() {
            let Fact::Visit { act, household, state, lives, .. } = fact else { continue };
            if replaced.contains(&act.at) {
                continue;
            }
            let visit = Visit { act, household: *household, state: *state, lives: *lives };
            visits.standing.push(visit);
            *visits.count.entry(*household).or_default() += 1;
            let last = visits.last.entry(*household).or_default();
            match last.iter_mut().find(|last| last.act.at.device == act.at.device) {
                Some(last) if (written(last.act.at), last.state) <= (written(act.at), visit.state) => *last = visit,
                Some(_) => {}
                None => last.push(visit),
            }
        }
        visits
    }

    /// Whether a device has a visit at a household that stands, by its records or by its word.
    fn has(&self, device: DeviceId, household: HouseholdId) -> bool {
        self.last.get(&household).is_some_and(|last| last.iter().any(|visit| visit.act.at.device == device))
            || self.told.contains(&(device, print_of(household)))
    }

    /// The visit that says what became of a household: of each device its last one, of these the greatest state, of
    /// one state the greatest reference.
    fn word(&self, household: HouseholdId) -> Option<Visit<'a>> {
        let last = self.last.get(&household)?;
        last.iter().max_by_key(|visit| (visit.state, visit.act.at)).copied()
    }
}

/// A household of which nothing is known yet but where it is.
const fn unseen(household: HouseholdId, place: Place, origin: Origin) -> HomeView {
    HomeView {
        household,
        origin,
        added: None,
        slot: None,
        state: HomeState::NotVisited,
        told: None,
        lives: None,
        visits: 0,
        claims: Vec::new(),
        people: 0,
        sampled: 0,
        excused: 0,
        place,
    }
}

/// By doors; two households at one door have an order of their own.
fn by_place(one: &HomeView, other: &HomeView) -> Ordering {
    by_door(&one.place.as_door(), &other.place.as_door()).then_with(|| one.household.cmp(&other.household))
}

/// What became of the household, by visits, people and claims.
fn settle(home: &mut HomeView, visits: &Visits<'_>, claims: &mut Claims) -> Option<Contested> {
    let household = home.household;
    let last = visits.last.get(&household);
    let visited = |device: DeviceId| visits.has(device, household);
    let (covering, contested) = claims.at(household, &home.place, &visited);
    home.visits = visits.count.get(&household).copied().unwrap_or_default();
    home.lives = last.and_then(|last| last.iter().filter_map(|visit| visit.lives).max());
    let claimed = if covering.is_empty() { HomeState::NotVisited } else { HomeState::Claimed };
    home.claims = covering;
    let by_people = match (home.people, home.sampled) {
        (people, sampled) if people > 0 && people == sampled + home.excused => HomeState::Done,
        (_, sampled) if sampled > 0 => HomeState::PartlyDone,
        _ => claimed,
    };
    let word = visits.word(household).map(|visit| (HomeState::from(visit.state), visit.act.at));
    (home.state, home.told) = match word {
        Some((state, at)) if state >= by_people => (state, Some(at)),
        _ => (by_people, None),
    };
    contested
}

/// Every household in the order of doors: of the list, added at the door, or named by a visit that stands or by a
/// person who was added. Beside, where those of the list stand in it.
fn homes(facts: &Facts, roster: &dyn Homes, visits: &Visits<'_>) -> (Vec<HomeView>, Vec<usize>) {
    let (mut known, mut all) = (HashSet::new(), Vec::with_capacity(roster.homes()));
    let (mut place, mut slot): (Place, Option<Arc<str>>) = Default::default();
    for index in 0..roster.homes() {
        let home = roster.home(index);
        if known.insert(home.id) {
            place = Place::after(&place, &home.place);
            slot = home.slot.map(|text| shared(text, &slot.unwrap_or_default()));
            let mut view = unseen(home.id, place.clone(), Origin::Roster);
            view.slot = slot.clone();
            all.push((view, Some(index)));
        }
    }
    for fact in facts.iter() {
        if let Fact::Household { act, place } = fact
            && known.insert(added_id(act.at))
        {
            let mut view = unseen(added_id(act.at), place.clone(), Origin::Added);
            view.added = Some(Box::new(act.at));
            all.push((view, None));
        }
    }
    let met = facts
        .iter()
        .filter_map(|fact| if let Fact::Resident { household, .. } = fact { Some(household) } else { None });
    for id in visits.last.keys().chain(met) {
        if known.insert(*id) {
            all.push((unseen(*id, Place::default(), Origin::Named), None));
        }
    }
    // A list comes in this order as it is: little is left to be sorted.
    all.sort_by(|(one, _), (other, _)| by_place(one, other));
    let order = all.iter().filter_map(|(_, index)| *index).collect();
    (all.into_iter().map(|(view, _)| view).collect(), order)
}

/// In which household each person stands.
fn lives(homes: &[HomeView], people: &[PersonView]) -> Vec<Option<u32>> {
    let at: HashMap<HouseholdId, u32> = homes.iter().zip(0..).map(|(home, index)| (home.household, index)).collect();
    people.iter().map(|person| at.get(&person.household).copied()).collect()
}

fn count_people(homes: &mut [HomeView], people: &[PersonView], lives: &[Option<u32>]) {
    for (person, home) in people.iter().zip(lives) {
        let Some(home) = home.and_then(|home| homes.get_mut(home as usize)) else { continue };
        home.people += 1;
        home.sampled += u32::from(person.sampled);
        home.excused += u32::from(!person.sampled && person.excuse.is_some());
    }
}

fn open_follow_ups(facts: &Facts) -> Vec<OpenFollowUp> {
    let closed: BTreeSet<RecordRef> = facts
        .iter()
        .filter_map(|fact| if let Fact::Closed { follow_up } = fact { Some(*follow_up) } else { None })
        .collect();
    let mut open = Vec::new();
    for fact in facts.iter() {
        let Fact::FollowUp { act, household, resident, what, due_ms } = fact else { continue };
        if !closed.contains(&act.at) {
            let (household, resident, what, due_ms) = (*household, *resident, *what, *due_ms);
            open.push(OpenFollowUp { follow_up: act.at, household, resident, what, due_ms });
        }
    }
    open
}
