//! The hall: who comes there, with a card or by the way, and what everybody knows of strangers.

use std::collections::{BTreeMap, BTreeSet};

use fieldcore::IssuedCard;

use super::doors::{Guest, Round, Talk, who};
use super::people::{Fate, Household, Village, Villager};
use crate::exit::Failure;

/// People whom the chief registers ahead: an old couple and a class.
const COUPLE: usize = 2;
const CLASS: usize = 6;
/// People of the list who come by the hall, and people of other places.
const PASSERS: usize = 6;
const TRADERS: [&str; 4] = ["110101189001010016", "110101189001010024", "110101189001010032", "110101189001010040"];
/// A stranger who is met at a door and comes to the hall as well.
const STRANGER: &str = "110101189001010059";
const WITHOUT_PAPERS: &str = "man of about 40, green coat, scar on the left hand, says he is called Mo";

/// Who goes to the hall, with a card or by the way.
pub(super) struct Hall {
    pub(super) cards: Vec<String>,
    passers: Vec<String>,
}

/// Plans what is common knowledge in the village: everybody of the hall lives in the courtyards up to `last`, the couple
/// behind `from`.
pub(super) fn plan(village: &Village, from: usize, last: usize) -> (Hall, Talk) {
    let opens = |home: &&Household| home.fate == Fate::Home && home.listed && home.courtyard <= last;
    let homes: Vec<&Household> = village.households.iter().filter(opens).collect();
    let able = |one: &&Villager| one.number.is_some() && !one.away;
    let of = |home: &'_ Household| home.people.iter().filter(able).map(|one| who(home, one)).collect::<Vec<_>>();
    let couple = homes.iter().filter(|home| home.courtyard > from).map(|home| of(home));
    let couple: Vec<String> = couple.filter(|people| people.len() >= COUPLE).flatten().take(COUPLE).collect();
    let some = |choose: &dyn Fn(&Villager) -> bool, each: usize, count: usize| -> Vec<String> {
        let chosen = homes.iter().flat_map(|home| {
            let people = home.people.iter().filter(able).filter(|one| choose(one));
            people.map(|one| who(home, one)).take(each)
        });
        chosen.filter(|who| !couple.contains(who)).take(count).collect()
    };
    let class = some(&|one| one.is_child(), usize::MAX, CLASS);
    let passers = some(&|one| one.category.is_none(), 1, PASSERS);
    let cards = [couple.clone(), class].concat();
    let at_hall: BTreeSet<String> = cards.iter().chain(&passers).cloned().collect();
    let doors = homes.iter().map(|home| (home.courtyard, home.door));
    let strangers = [(None, Some(WITHOUT_PAPERS)), (Some(STRANGER), None)];
    let guests = doors.zip(strangers).map(|(door, (number, description))| Guest { door, number, description });
    (Hall { cards, passers }, Talk { at_hall, guests: guests.collect(), letters: BTreeMap::new() })
}

/// The third team's lane: cards without any network, and whoever comes by.
pub(super) fn at_hall(mut lane: Round<'_>, hall: &Hall, cards: &[IssuedCard]) -> Result<(), Failure> {
    for (card, who) in cards.iter().zip(&hall.cards) {
        lane.by_card(card, who)?;
    }
    for number in &hall.passers {
        lane.by_document(number, true)?;
    }
    for number in TRADERS {
        lane.by_document(number, false)?;
    }
    lane.by_document(STRANGER, true)?;
    cards.first().map_or(Ok(()), |card| lane.by_used_card(card))
}
