//! The books that the story keeps beside all journals: what the teams were told and did, nothing else. They never look
//! into a journal or the hub, so both can be held against them.

use std::collections::{BTreeMap, BTreeSet};

/// Somebody of whom a phone said that they are in a tube.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) phone: &'static str,
    pub(super) tube: String,
    pub(super) position: u32,
    /// The same for the same person.
    pub(super) who: String,
    /// Died with its phone.
    pub(super) lost: bool,
    /// Whether the list or a record made at the door knows the person.
    pub(super) of_doors: bool,
}

/// What became of a household by the last word of the team that was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Word {
    NobodyHome,
    Informed,
    Refused,
    MovedAway,
    Done,
}

/// A visit.
#[derive(Clone, Copy)]
pub(super) struct Visit {
    pub(super) phone: &'static str,
    pub(super) day: u8,
    pub(super) word: Word,
    /// Died with its phone.
    pub(super) lost: bool,
}

/// A household by courtyard and door.
pub(super) type Door = (usize, usize);

/// Everything that was told.
#[derive(Default)]
pub(super) struct Books {
    pub(super) entries: Vec<Entry>,
    pub(super) visits: BTreeMap<Door, Vec<Visit>>,
    /// People with a reason why no team sampled them at their door.
    pub(super) excused: BTreeSet<String>,
    /// Strangers who were added at a door.
    pub(super) strangers: BTreeSet<String>,
    /// Households that were added because no list has them, those lost again apart.
    pub(super) added: BTreeSet<Door>,
    /// Boxes with the labels that were put into them.
    pub(super) boxes: BTreeMap<String, Vec<String>>,
    /// Proxy cards that were issued, read, and refused because they had been used.
    pub(super) cards: [usize; 3],
    /// People who were in the passed tube when it moved, and the tube.
    pub(super) passed: Option<(u32, String)>,
    /// Tubes that fell out of a box on the way.
    pub(super) dropped: Vec<String>,
}

impl Books {
    /// Who is in a tube and known to be.
    pub(super) fn standing(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| !entry.lost)
    }

    /// What died with the phone.
    pub(super) fn lost(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.lost)
    }

    /// Different people who were sampled.
    pub(super) fn distinct(&self) -> usize {
        self.standing().map(|entry| &entry.who).collect::<BTreeSet<_>>().len()
    }

    /// Different people of list and doors who were sampled.
    pub(super) fn sampled_of_doors(&self) -> usize {
        let of_doors = self.standing().filter(|entry| entry.of_doors);
        of_doors.map(|entry| &entry.who).collect::<BTreeSet<_>>().len()
    }

    /// People who are excused and were not sampled anywhere.
    pub(super) fn excused_alone(&self) -> usize {
        let sampled: BTreeSet<&String> = self.standing().map(|entry| &entry.who).collect();
        self.excused.iter().filter(|who| !sampled.contains(who)).count()
    }

    /// People whom two phones have.
    pub(super) fn twice(&self) -> usize {
        let mut phones: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for entry in self.standing() {
            phones.entry(&entry.who).or_default().insert(entry.phone);
        }
        phones.values().filter(|phones| phones.len() > 1).count()
    }

    /// Labels of tubes with people of whom a record is known.
    pub(super) fn tubes(&self) -> BTreeSet<&str> {
        self.standing().map(|entry| &*entry.tube).collect()
    }

    /// Labels of tubes that only the dead phone knew.
    pub(super) fn lost_tubes(&self) -> BTreeSet<&str> {
        self.lost().map(|entry| &*entry.tube).collect()
    }

    /// Households whose visit died with the phone.
    pub(super) fn lost_doors(&self) -> BTreeSet<Door> {
        self.visits.iter().filter(|(_, visits)| visits.iter().any(|visit| visit.lost)).map(|(door, _)| *door).collect()
    }

    /// What is known of a household: the greatest of the phones' last words.
    pub(super) fn word(&self, door: Door) -> Option<Word> {
        let mut last = BTreeMap::new();
        for visit in self.visits.get(&door)?.iter().filter(|visit| !visit.lost) {
            last.insert(visit.phone, visit.word);
        }
        last.into_values().max()
    }

    /// Households of which `word` is known.
    pub(super) fn count(&self, word: Word) -> usize {
        self.visits.keys().filter(|door| self.word(**door) == Some(word)).count()
    }

    /// Households to which nobody needs to go again.
    pub(super) fn accounted(&self) -> usize {
        let settled = [Word::Refused, Word::MovedAway, Word::Done];
        settled.into_iter().map(|word| self.count(word)).sum()
    }

    /// The phone that was at a door on a day, if only one was.
    pub(super) fn visitor(&self, door: Door, day: u8) -> Option<&'static str> {
        let known = self.visits.get(&door)?.iter().filter(|visit| !visit.lost && visit.day <= day);
        let phones: BTreeSet<&str> = known.clone().map(|visit| visit.phone).collect();
        if phones.len() == 1 { known.map(|visit| visit.phone).next() } else { None }
    }

    pub(super) fn visit(&mut self, door: Door, visit: Visit) {
        self.visits.entry(door).or_default().push(visit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn visit(phone: &'static str, word: Word, lost: bool) -> Visit {
        Visit { phone, day: 1, word, lost }
    }

    #[test]
    fn the_last_word_of_each_phone_counts_and_lost_ones_do_not() {
        let mut books = Books::default();
        books.visit((1, 1), visit("a", Word::NobodyHome, false));
        books.visit((1, 1), visit("a", Word::Done, false));
        books.visit((1, 2), visit("b", Word::Done, true));
        books.visit((1, 3), visit("a", Word::Informed, false));
        assert_eq!((books.accounted(), books.count(Word::Informed)), (1, 1));
        assert_eq!(books.lost_doors().into_iter().collect::<Vec<_>>(), [(1, 2)]);
        assert_eq!((books.visitor((1, 1), 1), books.visitor((1, 2), 1)), (Some("a"), None));
    }
}
