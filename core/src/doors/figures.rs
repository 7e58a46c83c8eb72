//! Figures of households and people: of all, by building, by team.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::fact::{Act, Fact, Facts};
use super::people::{Acts, PersonView};
use super::samples::written;
use super::shown;
use super::view::{HomeState, HomeView, Visit};
use crate::id::{DeviceId, RecordRef};
use crate::record::VisitState;
use crate::roster::{Category, HouseholdId, compare};
use crate::words::silent;

/// Households by what became of them, and their people. `homes` is `done` and `refused` and `moved_away` and `left`
/// together; `people` is `sampled` and `excused` and whoever is missed without an excuse.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// Households.
    pub homes: u32,
    /// Of these, done.
    pub done: u32,
    /// Refused.
    pub refused: u32,
    /// Moved away.
    pub moved_away: u32,
    /// All others: somebody must go there.
    pub left: u32,
    /// Of those left, households that nobody visited, claimed or not.
    pub not_visited: u32,
    /// People, each once.
    pub people: u32,
    /// Of these, people of whom a sample stands.
    pub sampled: u32,
    /// Of the others, people who are excused.
    pub excused: u32,
    /// The people of each category; nobody of a category, no entry.
    #[serde(serialize_with = "by_word")]
    pub categories: BTreeMap<Category, CategoryFigures>,
}

/// The people of a category.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CategoryFigures {
    /// All of them.
    pub people: u32,
    /// Of these, people of whom a sample stands.
    pub sampled: u32,
    /// Of the others, people who are excused.
    pub excused: u32,
}

/// The figures of a building.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct BuildingFigures {
    /// Its area, as its first door has it.
    pub area: String,
    /// The building, as its first door has it.
    pub building: String,
    /// Its figures.
    pub figures: Figures,
}

/// Who worked: a device in somebody's hands, in a lane.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Team {
    /// The device.
    #[serde(serialize_with = "shown")]
    pub device: DeviceId,
    /// The operator of its shift, where that is known.
    pub operator: Option<String>,
    /// The lane.
    pub lane: Option<String>,
}

/// What a team did, by its own last word on each household. Households that two teams visited count for both;
/// nobody's sample or excuse does.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct TeamFigures {
    /// The team.
    pub team: Team,
    /// Households of which a visit of the team stands.
    pub homes: u32,
    /// Of these, done by the team's last word.
    pub done: u32,
    /// Refused.
    pub refused: u32,
    /// Moved away.
    pub moved_away: u32,
    /// All others.
    pub left: u32,
    /// People of list and door whose first standing sample is the team's.
    pub sampled: u32,
    /// People without a sample whose excuse that counts is the team's.
    pub excused: u32,
}

silent!(BuildingFigures, Team, TeamFigures);

fn by_word<S: Serializer>(all: &BTreeMap<Category, CategoryFigures>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(all.iter().map(|(category, figures)| (category.as_str(), figures)))
}

impl Figures {
    /// The figures of these households and people.
    pub(super) fn of<'a>(
        homes: impl Iterator<Item = &'a HomeView>,
        people: impl Iterator<Item = &'a PersonView>,
    ) -> Self {
        let mut figures = Self::default();
        homes.for_each(|home| figures.home(home.state));
        people.for_each(|person| figures.person(person));
        figures
    }

    fn home(&mut self, state: HomeState) {
        self.homes += 1;
        let which = match state {
            HomeState::Done => &mut self.done,
            HomeState::Refused => &mut self.refused,
            HomeState::MovedAway => &mut self.moved_away,
            _ => &mut self.left,
        };
        *which += 1;
        self.not_visited += u32::from(matches!(state, HomeState::NotVisited | HomeState::Claimed));
    }

    fn person(&mut self, person: &PersonView) {
        let (sampled, excused) = (person.sampled, !person.sampled && person.excuse.is_some());
        self.people += 1;
        self.sampled += u32::from(sampled);
        self.excused += u32::from(excused);
        for category in person.categories.iter() {
            let of = self.categories.entry(category).or_default();
            of.people += 1;
            of.sampled += u32::from(sampled);
            of.excused += u32::from(excused);
        }
    }
}

/// The figures of every building, in the order of doors. `homes` are in that order, `lives` says in which of them each
/// person stands.
pub(super) fn buildings(homes: &[HomeView], people: &[PersonView], lives: &[Option<u32>]) -> Vec<BuildingFigures> {
    let mut all: Vec<BuildingFigures> = Vec::new();
    let mut at: Vec<usize> = Vec::with_capacity(homes.len());
    for home in homes {
        let place = &home.place;
        let same = |of: &BuildingFigures| {
            compare(&of.area, &place.area).is_eq() && compare(&of.building, &place.building).is_eq()
        };
        if !all.last().is_some_and(same) {
            let (area, building) = (place.area.to_string(), place.building.to_string());
            all.push(BuildingFigures { area, building, figures: Figures::default() });
        }
        at.push(all.len().saturating_sub(1));
        all.last_mut().into_iter().for_each(|building| building.figures.home(home.state));
    }
    for (person, home) in people.iter().zip(lives) {
        let building = home.and_then(|home| at.get(home as usize)).and_then(|index| all.get_mut(*index));
        building.into_iter().for_each(|building| building.figures.person(person));
    }
    all
}

/// What each team did, in the order of teams.
pub(super) fn teams(facts: &Facts, visits: &[Visit<'_>], people: &[PersonView], acts: &Acts<'_>) -> Vec<TeamFigures> {
    let operators: BTreeMap<RecordRef, &str> = facts
        .iter()
        .filter_map(|fact| if let Fact::Shift { at, operator } = fact { Some((*at, operator.as_str())) } else { None })
        .collect();
    let team = |act: &Act| Team {
        device: act.at.device,
        operator: act.shift.and_then(|shift| operators.get(&shift)).map(|operator| (*operator).to_owned()),
        lane: act.lane.as_deref().map(str::to_owned),
    };
    let mut last: BTreeMap<(Team, HouseholdId), &Visit<'_>> = BTreeMap::new();
    for visit in visits {
        let known = last.entry((team(visit.act), visit.household)).or_insert(visit);
        if (written(known.act.at), known.state) <= (written(visit.act.at), visit.state) {
            *known = visit;
        }
    }
    let mut all: BTreeMap<Team, TeamFigures> = BTreeMap::new();
    for ((team, _), visit) in last {
        line(&mut all, team).visited(visit.state);
    }
    for act in acts.sampled_by.values() {
        line(&mut all, team(act)).sampled += 1;
    }
    for (index, act) in &acts.excused_by {
        if people.get(*index).is_some_and(|person| !person.sampled) {
            line(&mut all, team(act)).excused += 1;
        }
    }
    all.into_values().collect()
}

fn line(all: &mut BTreeMap<Team, TeamFigures>, team: Team) -> &mut TeamFigures {
    all.entry(team.clone()).or_insert(TeamFigures {
        team,
        homes: 0,
        done: 0,
        refused: 0,
        moved_away: 0,
        left: 0,
        sampled: 0,
        excused: 0,
    })
}

impl TeamFigures {
    fn visited(&mut self, state: VisitState) {
        self.homes += 1;
        let which = match state {
            VisitState::Done => &mut self.done,
            VisitState::Refused => &mut self.refused,
            VisitState::MovedAway => &mut self.moved_away,
            VisitState::Informed | VisitState::NobodyHome | VisitState::PartlyDone => &mut self.left,
        };
        *which += 1;
    }
}
