//! The views: every household with its state, what is open, and who is missed.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, Serializer};

use super::claims::{ClaimView, Claims, Contested, Overlap};
use super::fact::{Act, Fact, Facts};
use super::figures::{BuildingFigures, Figures, TeamFigures, buildings, teams};
use super::people::{People, Person, PersonView, excuse};
use super::samples::written;
use super::{Known, Place, hex, hex_or_none, shown, shown_all, shown_or_none};
use crate::id::{DeviceId, RecordRef};
use crate::record::{Excuse, FollowUpKind, VisitState, added_id};
use crate::roster::{Folded, Homes, HouseholdId, ResidentId};
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
    pub added: Option<RecordRef>,
    /// When its stairwell is called, as the list says it.
    pub slot: Option<String>,
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
    /// Who is missed, in the order of doors.
    pub missed: Vec<Missed>,
}

impl Doors {
    /// The views of a set of facts. `roster` may be [`super::NoHomes`].
    pub fn of(facts: &Facts, roster: &dyn Homes, known: Known<'_>) -> Self {
        let visits = Visits::of(facts);
        let mut lines = lines(facts, roster, &visits);
        lines.sort_by(|one, other| one.order().cmp(&other.order()));
        let order: Vec<usize> = lines.iter().filter_map(|line| line.index).collect();
        let people = People::of(facts, roster, &order, known).all;
        count_people(&mut lines, &people);
        let mut claims = Claims::of(facts);
        let contested = lines.iter_mut().filter_map(|line| line.settle(&visits, &mut claims)).collect();
        let mut follow_ups = open_follow_ups(facts);
        follow_ups.sort_by_key(|open| (open.due_ms.is_none(), open.due_ms, open.follow_up, open.household));
        let homes: Vec<HomeView> = lines.into_iter().map(|line| line.view).collect();
        let missed = missed(&homes, &people);
        Self {
            figures: Figures::of(homes.iter(), people.iter().map(|person| &person.view)),
            buildings: buildings(&homes, &people),
            teams: teams(facts, &visits.standing, &people),
            people: people.into_iter().map(|person| person.view).collect(),
            overlaps: claims.overlaps(),
            claims: claims.into_views(),
            homes,
            follow_ups,
            contested,
            missed,
        }
    }

    /// The next household that is left after this one, in the order of doors and from the first one again at the end;
    /// the first one that is left without, or after one that is not known. Never the one asked about.
    pub fn next_left(&self, after: Option<HouseholdId>) -> Option<&HomeView> {
        let here = after.and_then(|after| self.homes.iter().position(|home| home.household == after));
        let (before, behind) = self.homes.split_at(here.map_or(0, |here| here + 1));
        let before = before.split_last().map_or(before, |(_, before)| before);
        behind.iter().chain(before).find(|home| !home.state.is_settled())
    }
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
    last: BTreeMap<HouseholdId, BTreeMap<DeviceId, Visit<'a>>>,
    count: BTreeMap<HouseholdId, u32>,
}

impl<'a> Visits<'a> {
    fn of(facts: &'a Facts) -> Self {
        let replaced: BTreeSet<RecordRef> = facts
            .iter()
            .filter_map(|fact| if let Fact::Visit { replaces, .. } = fact { *replaces } else { None })
            .collect();
        let mut visits = Self { standing: Vec::new(), last: BTreeMap::new(), count: BTreeMap::new() };
        for fact in facts.iter() {
            let Fact::Visit { act, household, state, lives, .. } = fact else { continue };
            if replaced.contains(&act.at) {
                continue;
            }
            let visit = Visit { act, household: *household, state: *state, lives: *lives };
            visits.standing.push(visit);
            *visits.count.entry(*household).or_default() += 1;
            let last = visits.last.entry(*household).or_default().entry(act.at.device).or_insert(visit);
            if (written(last.act.at), last.state) <= (written(act.at), visit.state) {
                *last = visit;
            }
        }
        visits
    }

    /// The visit that says what became of a household: of each device its last one, of these the greatest state, of
    /// one state the greatest reference.
    fn word(&self, household: HouseholdId) -> Option<Visit<'a>> {
        let last = self.last.get(&household)?;
        last.values().max_by_key(|visit| (visit.state, visit.act.at)).copied()
    }
}

/// A household on the way to its view.
struct Line {
    index: Option<usize>,
    folded: [Folded; 4],
    view: HomeView,
}

impl Line {
    fn new(household: HouseholdId, place: Place, origin: Origin) -> Self {
        let view = HomeView {
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
        };
        Self { index: None, folded: view.place.folded(), view }
    }

    /// By doors; texts that fold alike have an order of their own, and so have two households at one door.
    fn order(&self) -> (&[Folded; 4], [&str; 4], HouseholdId) {
        (&self.folded, self.view.place.texts(), self.view.household)
    }

    /// What became of the household, by visits, people and claims.
    fn settle(&mut self, visits: &Visits<'_>, claims: &mut Claims<'_>) -> Option<Contested> {
        let household = self.view.household;
        let last = visits.last.get(&household);
        let visited = |device: DeviceId| last.is_some_and(|last| last.contains_key(&device));
        let (covering, contested) = claims.at(household, (&self.view.place, &self.folded), &visited);
        let home = &mut self.view;
        home.visits = visits.count.get(&household).copied().unwrap_or_default();
        home.lives = last.and_then(|last| last.values().filter_map(|visit| visit.lives).max());
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
}

/// Every household: of the list, added at the door, or named by a visit that stands or by a person who was added.
fn lines(facts: &Facts, roster: &dyn Homes, visits: &Visits<'_>) -> Vec<Line> {
    let mut all: BTreeMap<HouseholdId, Line> = BTreeMap::new();
    for index in 0..roster.homes() {
        let home = roster.home(index);
        let mut line = Line::new(home.id, Place::from(home.place), Origin::Roster);
        line.index = Some(index);
        line.view.slot = home.slot.map(str::to_owned);
        all.entry(home.id).or_insert(line);
    }
    for fact in facts.iter() {
        if let Fact::Household { act, place } = fact {
            let id = added_id(act.at);
            let mut line = Line::new(id, place.clone(), Origin::Added);
            line.view.added = Some(act.at);
            all.entry(id).or_insert(line);
        }
    }
    let met = facts
        .iter()
        .filter_map(|fact| if let Fact::Resident { household, .. } = fact { Some(household) } else { None });
    for id in visits.last.keys().chain(met) {
        all.entry(*id).or_insert_with(|| Line::new(*id, Place::default(), Origin::Named));
    }
    all.into_values().collect()
}

fn count_people(lines: &mut [Line], people: &[Person<'_>]) {
    let at: BTreeMap<HouseholdId, usize> =
        lines.iter().enumerate().map(|(index, line)| (line.view.household, index)).collect();
    for person in people {
        let Some(line) = at.get(&person.view.household).and_then(|index| lines.get_mut(*index)) else { continue };
        line.view.people += 1;
        line.view.sampled += u32::from(person.view.sampled);
        line.view.excused += u32::from(!person.view.sampled && person.view.excuse.is_some());
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

/// People of whom no sample stands, and households of which nobody is known.
fn missed(homes: &[HomeView], people: &[Person<'_>]) -> Vec<Missed> {
    let mut by_home: BTreeMap<HouseholdId, Vec<&PersonView>> = BTreeMap::new();
    for person in people {
        by_home.entry(person.view.household).or_default().push(&person.view);
    }
    let mut missed = Vec::new();
    for home in homes {
        let row = |resident, origin, excuse, told| {
            let (household, place, state) = (home.household, home.place.clone(), home.state);
            Missed { household, place, resident, origin, excuse, state, told }
        };
        let here = by_home.get(&home.household).map_or(&[][..], Vec::as_slice);
        if here.is_empty() && !home.state.is_settled() {
            missed.push(row(None, home.origin, None, home.told));
        }
        for person in here.iter().filter(|person| !person.sampled) {
            let told = person.excused.or(home.told);
            missed.push(row(Some(person.resident), person.origin, person.excuse, told));
        }
    }
    missed
}
