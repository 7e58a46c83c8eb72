//! Views as lines of text: those of the core, and those that the model comes to.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use fieldcore::RecordRef;
use fieldcore::doors::{Doors, Figures};
use fieldcore::record::{Body, Record, VisitState};
use fieldcore::roster::{Category, HouseholdId};

use crate::model::{Home, Model, Someone};

/// Households (all, done, refused, moved away, left, not visited), people (all, sampled, excused), by category.
#[derive(Default)]
struct Sums {
    homes: [u32; 6],
    people: [u32; 3],
    categories: BTreeMap<&'static str, [u32; 3]>,
}

impl std::fmt::Display for Sums {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {:?} {:?}", self.homes, self.people, self.categories)
    }
}

impl Sums {
    fn of(figures: &Figures) -> Self {
        let Figures { homes, done, refused, moved_away, left, not_visited, .. } = *figures;
        let words = |(category, of): (&Category, _)| {
            let fieldcore::doors::CategoryFigures { people, sampled, excused } = of;
            (category.as_str(), [people, sampled, excused])
        };
        Self {
            homes: [homes, done, refused, moved_away, left, not_visited],
            people: [figures.people, figures.sampled, figures.excused],
            categories: figures.categories.iter().map(|(category, of)| words((category, *of))).collect(),
        }
    }

    fn home(&mut self, state: &str) {
        let column = ["done", "refused", "moved_away"].iter().position(|word| *word == state).map_or(4, |at| at + 1);
        self.homes[0] += 1;
        self.homes[column] += 1;
        self.homes[5] += u32::from(["not_visited", "claimed"].contains(&state));
    }

    fn person(&mut self, model: &Model<'_>, one: &Someone) {
        let sampled = model.is_sampled(one);
        let add = [1, u32::from(sampled), u32::from(!sampled && model.excuse(one).is_some())];
        let count = |of: &mut [u32; 3]| of.iter_mut().zip(add).for_each(|(sum, add)| *sum += add);
        count(&mut self.people);
        for word in Model::categories(one.categories).keys() {
            count(self.categories.entry(word).or_default());
        }
    }
}

/// The core's views.
pub(crate) fn of_core(doors: &Doors) -> Vec<String> {
    let mut lines = Vec::new();
    for home in &doors.homes {
        let place = [&home.place.area, &home.place.building, &home.place.stairwell, &home.place.door];
        lines.push(format!(
            "home {:?} {place:?} {} {} {:?} {:?} {} {:?} {:?}",
            home.household.0,
            home.origin.as_str(),
            home.state.as_str(),
            home.told,
            home.lives,
            home.visits,
            home.claims,
            [home.people, home.sampled, home.excused]
        ));
    }
    for one in &doors.people {
        let ids: Vec<_> = std::iter::once(&one.resident).chain(&one.also).map(|id| id.0).collect();
        lines.push(format!(
            "person {ids:?} {:?} {} {} {} {:?} {:?} {:?}",
            one.household.0,
            one.origin.as_str(),
            one.categories.0,
            one.sampled,
            one.sample,
            one.excused,
            one.excuse
        ));
    }
    for open in &doors.follow_ups {
        let (household, resident) = (open.household.0, open.resident.map(|id| id.0));
        lines.push(format!("open {:?} {household:?} {resident:?} {:?} {:?}", open.follow_up, open.what, open.due_ms));
    }
    for claim in &doors.claims {
        lines.push(format!("claim {:?} {:?} {}", claim.claim, claim.released, claim.homes));
    }
    for overlap in &doors.overlaps {
        lines.push(format!("overlap {:?} {:?} {:?}", overlap.one, overlap.other, overlap.keeps));
    }
    for door in &doors.contested {
        lines.push(format!("contested {:?} {:?} {:?} {}", door.household.0, door.claims, door.keeps, door.by_visit));
    }
    lines.push(format!("all {}", Sums::of(&doors.figures)));
    for building in &doors.buildings {
        lines.push(format!("building {:?} {:?} {}", building.area, building.building, Sums::of(&building.figures)));
    }
    for of in &doors.teams {
        let team = (of.team.device, of.team.operator.clone(), of.team.lane.clone());
        let figures = [of.homes, of.done, of.refused, of.moved_away, of.left, of.sampled, of.excused];
        lines.push(format!("team {team:?} {figures:?}"));
    }
    for missed in doors.missed() {
        lines.push(format!(
            "missed {:?} {:?} {} {} {:?}",
            missed.household.0,
            missed.resident.map(|id| id.0),
            missed.origin.as_str(),
            missed.reason(),
            missed.told
        ));
    }
    lines
}

/// The model's.
pub(crate) fn of_model(model: &Model<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let (homes, people) = (model.households(), model.people());
    let mut all = Sums::default();
    for home in &homes {
        let here: Vec<&Someone> = people.iter().filter(|one| one.household == home.id).collect();
        let mut sums = Sums::default();
        here.iter().for_each(|one| sums.person(model, one));
        let (state, told) = model.state(home);
        let lives = model.last_visits(home.id).iter().filter_map(|(_, visit)| visit.lives).max();
        let visits = model.visits().iter().filter(|(_, visit)| visit.household == home.id).count();
        let claims: Vec<RecordRef> = model.claims_at(home).into_iter().map(|(at, _)| at).collect();
        let Home { id, place, origin } = home;
        let figures = sums.people;
        lines.push(format!(
            "home {:?} {place:?} {origin} {state} {told:?} {lives:?} {visits} {claims:?} {figures:?}",
            id.0
        ));
        all.home(state);
    }
    for one in people {
        let ids: Vec<_> = one.ids.iter().map(|id| id.0).collect();
        let sample = model.samples(one).into_iter().min();
        let (excused, excuse) = model.excuse(one).unzip();
        let (household, origin, categories) = (one.household.0, one.origin, one.categories);
        let sampled = model.is_sampled(one);
        lines.push(format!(
            "person {ids:?} {household:?} {origin} {categories} {sampled} {sample:?} {excused:?} {excuse:?}"
        ));
        all.person(model, one);
    }
    what_is_open(model, &homes, &mut lines);
    lines.push(format!("all {all}"));
    buildings(model, &homes, people, &mut lines);
    teams(model, people, &mut lines);
    missed(model, &homes, people, &mut lines);
    lines
}

fn what_is_open(model: &Model<'_>, homes: &[Home], lines: &mut Vec<String>) {
    for (at, body) in model.follow_ups() {
        let (household, resident) = (body.household.0, body.resident.map(|id| id.0));
        lines.push(format!("open {at:?} {household:?} {resident:?} {:?} {:?}", body.what, body.due_ms));
    }
    for (at, claim) in model.claims() {
        let covered = homes.iter().filter(|home| model.covers(claim, &home.place)).count();
        lines.push(format!("claim {at:?} {:?} {covered}", model.released(at)));
    }
    for (one, other, keeps) in model.overlaps() {
        lines.push(format!("overlap {one:?} {other:?} {keeps:?}"));
    }
    for home in homes {
        if let Some((keeps, by_visit)) = model.keeper(home) {
            let claims: Vec<RecordRef> = model.claims_at(home).into_iter().map(|(at, _)| at).collect();
            lines.push(format!("contested {:?} {claims:?} {keeps:?} {by_visit}", home.id.0));
        }
    }
}

fn buildings(model: &Model<'_>, homes: &[Home], people: &[Someone], lines: &mut Vec<String>) {
    let mut first: Option<&Home> = None;
    let same = |one: &Home, other: &Home| {
        (0..2).all(|part| model.compare(&one.place[part], &other.place[part]) == Ordering::Equal)
    };
    for home in homes {
        if first.is_some_and(|first| same(first, home)) {
            continue;
        }
        first = Some(home);
        let mut sums = Sums::default();
        for of in homes.iter().filter(|of| same(of, home)) {
            sums.home(model.state(of).0);
            people.iter().filter(|one| one.household == of.id).for_each(|one| sums.person(model, one));
        }
        lines.push(format!("building {:?} {:?} {sums}", home.place[0], home.place[1]));
    }
}

fn teams(model: &Model<'_>, people: &[Someone], lines: &mut Vec<String>) {
    let mut all = BTreeMap::new();
    let visits = model.visits();
    let places: BTreeSet<_> = visits.iter().map(|(record, visit)| (model.team(record.at), visit.household)).collect();
    for (team, household) in places {
        let here: Vec<_> = visits
            .iter()
            .filter(|(record, visit)| model.team(record.at) == team && visit.household == household)
            .collect();
        let (_, last) = here.into_iter().max_by_key(|(r, _)| (r.at.epoch, r.at.seq)).expect("at least one");
        let figures: &mut [u32; 7] = all.entry(team).or_default();
        let column = match last.state {
            VisitState::Done => 1,
            VisitState::Refused => 2,
            VisitState::MovedAway => 3,
            _ => 4,
        };
        figures[0] += 1;
        figures[column] += 1;
    }
    for one in people {
        match (model.samples(one).into_iter().min(), model.excuse(one)) {
            (Some(sample), _) => all.entry(model.team(sample)).or_default()[5] += 1,
            (None, Some((at, _))) if !model.is_sampled(one) => all.entry(model.team(at)).or_default()[6] += 1,
            _ => {}
        }
    }
    lines.extend(all.into_iter().map(|(team, figures)| format!("team {team:?} {figures:?}")));
}

fn missed(model: &Model<'_>, homes: &[Home], people: &[Someone], lines: &mut Vec<String>) {
    for home in homes {
        let (state, told) = model.state(home);
        let here: Vec<&Someone> = people.iter().filter(|one| one.household == home.id).collect();
        let settled = ["done", "refused", "moved_away"].contains(&state);
        let none: Option<[u8; 16]> = None;
        if here.is_empty() && !settled {
            lines.push(format!("missed {:?} {none:?} {} {state} {told:?}", home.id.0, home.origin));
        }
        for one in here.into_iter().filter(|one| !model.is_sampled(one)) {
            let excuse = model.excuse(one);
            let reason = excuse.map_or(state, |(_, excuse)| excuse.as_str());
            let told = excuse.map(|(at, _)| at).or(told);
            let id = Some(one.ids[0].0);
            lines.push(format!("missed {:?} {id:?} {} {reason} {told:?}", home.id.0, one.origin));
        }
    }
}

/// The households that records name, for a test that must know that it tested something.
pub(crate) fn visited(records: &[Record]) -> BTreeSet<HouseholdId> {
    let of = |record: &Record| if let Body::Visit(visit) = &record.body { Some(visit.household) } else { None };
    records.iter().filter_map(of).collect()
}
