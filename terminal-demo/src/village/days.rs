//! The two days without a signal.

use std::collections::BTreeSet;
use std::path::PathBuf;

use fieldcore::cards::Rights;
use fieldcore::record::{DocumentKind, ReadSource};
use fieldcore::scan::{Identity, Sensitive};
use fieldcore::{IssuedCard, NewProxy, Outcome, Station};

use super::calendar::at;
use super::doors::{Round, Talk, courtyard, who};
use super::evenings::Heard;
use super::hall::{at_hall, plan};
use super::party::{DOORS, HALL, Party};
use super::people::{BEDRIDDEN_IN, COURTYARDS, Fate, Household, Village};
use super::phone::Phone;
use crate::exit::Failure;

/// Courtyards that the teams claim: the first and second overlap, and the second's phones overlap each other.
pub(super) const CLAIMS: [(&str, usize, usize); 3] = [("team-1", 1, 19), ("team-2", 17, 29), ("team-2b", 28, 36)];
/// Where the first team works before noon and in all; the second team goes on behind it.
const FIRST: (usize, usize) = (9, 17);
const SECOND: (usize, usize, usize) = (18, 22, 27);
/// Where the second team's other phone works before noon, and where after.
const OTHER: (usize, usize, usize) = (28, 31, 34);
/// People in the first team's tube when it hands it on.
const PASSED: usize = 6;

impl Party {
    /// The first day, until the runner sets out for the road; `file_lost` if he loses what he took along at noon.
    pub(super) fn first_day(&mut self, file_lost: bool) -> Result<Talk, Failure> {
        let (hall, mut talk) = plan(&self.village, SECOND.1, SECOND.2);
        for phone in
            [&mut self.chief, &mut self.one, &mut self.two, &mut self.runner].into_iter().chain(self.second.as_mut())
        {
            phone.begin(DOORS, at(1, "07:30"))?;
        }
        let cards = self.issue(&hall.cards)?;
        self.take_in()?;
        self.three.begin(HALL, at(1, "08:30"))?;
        let lane = Self::round(&mut self.three, &mut self.books, &mut talk, 1);
        at_hall(lane, &hall, &cards)?;
        for (name, from, to) in CLAIMS {
            let phones = [&mut self.one, &mut self.two].into_iter().chain(self.second.as_mut());
            for phone in phones.filter(|phone| phone.name == name) {
                Self::round(phone, &mut self.books, &mut talk, 1).claim(from..=to)?;
            }
        }
        let file = self.first_morning(&mut talk)?;
        if !file_lost {
            self.runner.import(&[file])?;
        }
        self.first_afternoon(&mut talk)?;
        Ok(talk)
    }

    fn round<'a>(phone: &'a mut Phone, books: &'a mut super::books::Books, talk: &'a mut Talk, day: u8) -> Round<'a> {
        Round { phone, books, talk, day, lost: false }
    }

    /// The chief registers people ahead.
    fn issue(&mut self, whom: &[String]) -> Result<Vec<IssuedCard>, Failure> {
        let mut cards = Vec::new();
        for (home, one) in
            whom.iter().filter_map(|one| self.village.people().find(|(home, other)| who(home, other) == *one))
        {
            let number = one.number.clone().unwrap_or_default();
            let identity = Identity {
                name: Some(Sensitive::new(one.name.clone())),
                ..Identity::of_number(DocumentKind::CnResident, number, ReadSource::Roster)
            };
            let listed = self.chief.list.get(&(courtyard(home.courtyard), home.door.to_string()));
            let resident = listed.and_then(|listed| listed.people.get(&one.name)).map(|id| id.0);
            let new = NewProxy { resident, contact: Some(one.contact.clone()), ..NewProxy::new(identity) };
            let (answer, card) = self.chief.act(|station, lane| station.issue_proxy(lane, &new))?;
            cards.push(
                card.ok_or_else(|| {
                    Failure::No(format!("chief: a card was not issued: {}", answer.problems.join(" ")))
                })?,
            );
        }
        self.books.cards[0] = cards.len();
        Ok(cards)
    }

    /// The chief takes in the third team's phone by three codes.
    fn take_in(&mut self) -> Result<(), Failure> {
        let (chief, helper) = (self.chief.journal(), self.three.journal());
        self.three.time(at(1, "08:00"));
        let taken = chief.accept_helper(&helper.helper_code()?, Rights::WORK, None)?;
        helper.accept_welcome(&taken.welcome)?;
        helper.accept_kit(&taken.kit)?;
        self.three.station = Station::open(helper)?;
        Ok(())
    }

    /// Until noon: the other phone of the second team gives its box and the file of its records to the runner who comes by.
    fn first_morning(&mut self, talk: &mut Talk) -> Result<PathBuf, Failure> {
        let Self { village, books, one, two, second, runner, .. } = self;
        let homes = |from, to| within(village, from, to);
        Self::round(one, books, talk, 1).visit_all(homes(1, FIRST.0))?;
        Self::round(two, books, talk, 1).visit_all(homes(SECOND.0, SECOND.1))?;
        let file = self.folder.join("noon-2b.fcb");
        if let Some(phone) = second {
            Self::round(phone, books, talk, 1).visit_all(homes(OTHER.0, OTHER.1))?;
            phone.close()?;
            phone.time(at(1, "12:00"));
            let boxes = phone.pack(&[])?;
            phone.hand_over(runner, &boxes, None)?;
            books.boxes.extend(boxes);
            phone.export(&file)?;
        }
        Ok(file)
    }

    /// The open tube goes to the second team for the woman who cannot leave her bed; the other phone works on, and dies.
    fn first_afternoon(&mut self, talk: &mut Talk) -> Result<(), Failure> {
        let Self { village, books, one, two, .. } = self;
        let homes = |from, to| within(village, from, to);
        let (rest, last) = with_a_tube_of_their_own(homes(FIRST.0 + 1, FIRST.1).collect(), talk);
        Self::round(one, books, talk, 1).visit_all(rest.into_iter())?;
        one.close()?;
        Self::round(one, books, talk, 1).visit_all(last.into_iter())?;
        one.time(at(1, "15:30"));
        two.time(at(1, "13:00"));
        let bedridden = |home: &&Household| home.fate == Fate::Bedridden;
        Self::round(two, books, talk, 1).visit_all(homes(SECOND.1 + 1, SECOND.2).filter(|home| !bedridden(home)))?;
        let tube = one.open.as_ref().map(|open| open.label.clone()).unwrap_or_default();
        let (people, own) = one.pass(two)?;
        books.passed = Some((people, tube));
        Self::round(two, books, talk, 1).visit_all(homes(BEDRIDDEN_IN, BEDRIDDEN_IN).filter(bedridden))?;
        two.close()?;
        if let Some(own) = own {
            two.line(&format!(":tube {}", own.label), Outcome::Note)?;
            two.open = Some(own);
        }
        self.last_hours(talk)
    }

    /// The second team's other phone until it dies.
    fn last_hours(&mut self, talk: &mut Talk) -> Result<(), Failure> {
        let Some(mut phone) = self.second.take() else { return Ok(()) };
        phone.time(at(1, "13:00"));
        let homes = within(&self.village, OTHER.1 + 1, OTHER.2);
        Round { lost: true, ..Self::round(&mut phone, &mut self.books, talk, 1) }.visit_all(homes)?;
        let name = phone.name;
        drop(phone);
        // Nobody ever reads it again.
        for gone in [name.to_owned(), format!("{name}.vault")] {
            let path = self.folder.join(gone);
            std::fs::remove_dir_all(&path)
                .map_err(|source| Failure::Output { to: path.display().to_string(), source })?;
        }
        Ok(())
    }

    /// The second day: what the hub's list says is left, door by door; whom no list has is met on the way.
    pub(super) fn second_day(&mut self, talk: &mut Talk, heard: &Heard) -> Result<(), Failure> {
        let settled: BTreeSet<(&str, &str)> = heard
            .doors
            .homes
            .iter()
            .filter(|home| home.state.is_settled())
            .map(|home| (&*home.place.building, &*home.place.door))
            .collect();
        let left = |from: usize, to: usize| {
            let homes = within(&self.village, from, to);
            homes.filter(|home| !settled.contains(&(&*courtyard(home.courtyard), &*home.door.to_string())))
        };
        let work = [
            (&mut self.one, 1, FIRST.1),
            (&mut self.two, FIRST.1 + 1, OTHER.2),
            (&mut self.three, OTHER.2 + 1, COURTYARDS),
        ];
        for (phone, from, to) in work {
            phone.begin(DOORS, at(2, "08:00"))?;
            Self::round(phone, &mut self.books, talk, 2).visit_all(left(from, to))?;
        }
        Ok(())
    }
}

/// The households of these courtyards.
fn within(village: &Village, from: usize, to: usize) -> impl Iterator<Item = &Household> {
    village.households.iter().filter(move |home| (from..=to).contains(&home.courtyard))
}

/// Households apart from some that are visited last: with as many people as shall be in the tube that is handed on.
fn with_a_tube_of_their_own<'v>(
    mut homes: Vec<&'v Household>,
    talk: &Talk,
) -> (Vec<&'v Household>, Vec<&'v Household>) {
    let sampled = |home: &Household| home.here().filter(|one| !talk.at_hall.contains(&who(home, one))).count();
    let open = homes.iter().enumerate().filter(|(_, home)| home.fate == Fate::Home);
    let counts: Vec<_> = open.map(|(at, home)| (at, sampled(home))).filter(|(_, count)| *count > 0).collect();
    let mut last = Vec::new();
    for at in exactly(&counts, PASSED).unwrap_or_default().into_iter().rev() {
        last.push(homes.remove(at));
    }
    (homes, last)
}

/// Places whose counts sum to `due`, the latest ones first; `None` if there are none.
fn exactly(places: &[(usize, usize)], due: usize) -> Option<Vec<usize>> {
    if due == 0 {
        return Some(Vec::new());
    }
    let (&(at, count), rest) = places.split_last()?;
    let with = (count <= due).then(|| exactly(rest, due - count)).flatten();
    with.map(|chosen| [chosen, vec![at]].concat()).or_else(|| exactly(rest, due))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_chosen_to_a_sum() {
        assert_eq!(exactly(&[(0, 2), (1, 4), (2, 3), (3, 5)], 6), Some(vec![0, 1]));
        assert_eq!(exactly(&[(0, 4), (1, 4)], 6), None);
    }
}
