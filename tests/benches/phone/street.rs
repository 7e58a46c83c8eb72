//! Weeks of work from door to door, until the journal has as many records as a phone is to hold.

use fieldcore::doors::Place;
use fieldcore::record::{Excuse, FollowUpKind, VisitState};
use fieldcore::roster::{Categories, Homes, HouseholdId, Roster};
use fieldcore::{ClaimPlan, FoundAtDoor, NewFollowUp, NewHousehold, NewResident, Station};
use fieldcore_tests::workload::LANE;
use fieldcore_tests::{ManualClock, tube_label};

/// Samples that a tube takes.
const CAPACITY: u64 = 10;

/// A team that goes from door to door.
pub(crate) struct Team<'a> {
    pub(crate) station: &'a mut Station,
    pub(crate) clock: &'a ManualClock,
    pub(crate) roster: &'a Roster,
    /// What its labels begin with.
    roll: u64,
    samples: u64,
}

impl<'a> Team<'a> {
    pub(crate) const fn new(station: &'a mut Station, clock: &'a ManualClock, roster: &'a Roster, roll: u64) -> Self {
        Self { station, clock, roster, roll, samples: 0 }
    }

    /// Works door by door until there are so many records; the home behind the last one that was done.
    pub(crate) fn work(&mut self, records: u64) -> usize {
        let mut home = 0;
        while self.station.journal().figures().expect("the disk works").records < records {
            for _ in 0..50 {
                self.clock.advance(90_000);
                self.home(home);
                home += 1;
            }
            self.station.journal().maintain(false).expect("the disk works");
        }
        home
    }

    /// Everybody at home is sampled, every ninth household opens to nobody, and what else there is to write down.
    fn home(&mut self, home: usize) {
        let at = self.roster.home(home);
        if home.is_multiple_of(132) {
            self.claim(&Place::from(at.place));
        }
        let nobody_home = home % 9 == 8;
        let sampled = if nobody_home { 0 } else { at.people.min(2) };
        (0..sampled).for_each(|index| self.sample(home, index));
        let state = match (nobody_home, sampled < at.people) {
            (true, _) => VisitState::NobodyHome,
            (false, true) => VisitState::PartlyDone,
            (false, false) => VisitState::Done,
        };
        self.visit(at.id, state);
        if home % 15 == 4 && sampled < at.people {
            let resident = self.roster.dweller(home, sampled).id;
            self.station.excuse(LANE, resident, Excuse::Away, None, None).expect("an excuse");
        }
        if nobody_home {
            let what = FollowUpKind::ComeAgain;
            let new = NewFollowUp { household: at.id, resident: None, what, due_ms: None, note: None };
            self.station.follow_up(LANE, &new).expect("a follow-up");
        }
        if home % 40 == 7 {
            self.add(home, &Place::from(at.place));
        }
    }

    fn claim(&mut self, place: &Place) {
        let building = &*place.building;
        let plan = ClaimPlan { area: None, building, stairwell: None, first: None, last: None, until_ms: 0 };
        self.station.claim(LANE, &plan).expect("a claim");
    }

    /// Samples somebody of the list, the tube before them if there is none with room.
    pub(crate) fn sample(&mut self, home: usize, index: usize) {
        if self.samples.is_multiple_of(CAPACITY) {
            let label = tube_label(self.roll, self.samples / CAPACITY + 1);
            let answer = self.station.line(LANE, &label).expect("the disk works");
            assert!(answer.saved.is_some(), "the tube was not opened: {}", answer.outcome.as_str());
        }
        let resident = self.roster.dweller(home, index).id;
        let answer = self.station.sample_resident(LANE, resident, None).expect("the disk works");
        assert!(answer.saved.is_some(), "nobody was bound: {} {:?}", answer.outcome.as_str(), answer.problems);
        self.samples += 1;
    }

    pub(crate) fn visit(&mut self, household: HouseholdId, state: VisitState) {
        let found = FoundAtDoor { household, state, reason: None, lives: None };
        self.station.visit(LANE, &found).expect("a visit");
    }

    /// A household behind the yard that is on no list, with somebody without papers.
    fn add(&mut self, home: usize, place: &Place) {
        let door = format!("{}B", place.door);
        let new = NewHousehold {
            area: Some(&place.area),
            building: Some(&place.building),
            stairwell: Some(&place.stairwell),
            door: Some(&door),
            ..NewHousehold::default()
        };
        let household = self.station.add_household(LANE, &new).expect("a household").household;
        let described = format!("tall, coat {home}");
        let stranger = NewResident {
            household,
            number: None,
            name: None,
            description: Some(&described),
            categories: Categories(0),
            guardian: None,
            contact: None,
        };
        self.station.add_resident(LANE, &stranger).expect("somebody");
    }
}
