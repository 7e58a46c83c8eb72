//! The village that never was: its courtyards, households and people, and the two lists that know most of them.
//!
//! All were born 1880 to 1905, so none can be alive; what makes somebody a child or old is a list's category alone.

use fieldcore::scan::check_character;

use crate::chance::Chance;

/// Courtyards of the village.
pub(super) const COURTYARDS: usize = 36;
/// Households in them.
pub(super) const HOUSEHOLDS: usize = 200;
/// The courtyard of the woman who cannot leave her bed.
pub(super) const BEDRIDDEN_IN: usize = 24;
/// Of these, households that are on no list.
pub(super) const UNLISTED: usize = 5;

const SURNAMES: &[&str] = &["王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙"];
const GIVEN: &[&str] =
    &["伟", "芳", "娜", "秀英", "敏", "静", "丽", "强", "磊", "军", "洋", "艳", "勇", "杰", "涛", "明", "桂兰", "玉珍"];

/// What a household's two days come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Opens at the first knock.
    Home,
    /// Opens on the second day.
    Later,
    /// Gets a letter on the first day and opens on the second.
    Letter,
    /// Will not.
    Refuses,
    /// Lives elsewhere now.
    Moved,
    /// A woman in it cannot leave her bed.
    Bedridden,
}

/// Somebody.
#[derive(Clone)]
pub(super) struct Villager {
    pub(super) name: String,
    /// The resident number; a child may have none yet.
    pub(super) number: Option<String>,
    pub(super) category: Option<&'static str>,
    pub(super) contact: String,
    /// Away for both days.
    pub(super) away: bool,
}

impl Villager {
    pub(super) fn is_child(&self) -> bool {
        self.category == Some("child")
    }
}

/// People behind one door.
#[derive(Clone)]
pub(super) struct Household {
    /// From 1.
    pub(super) courtyard: usize,
    /// From 1 within the courtyard.
    pub(super) door: usize,
    pub(super) fate: Fate,
    pub(super) listed: bool,
    pub(super) people: Vec<Villager>,
}

impl Household {
    /// The guardian's number, of a child.
    pub(super) fn guardian_of(&self, one: &Villager) -> Option<&str> {
        one.is_child().then(|| self.people.iter().find(|one| !one.is_child())?.number.as_deref()).flatten()
    }

    /// Who can be sampled: whoever is not away, of a household that opens.
    pub(super) fn here(&self) -> impl Iterator<Item = &Villager> {
        let opens = !matches!(self.fate, Fate::Refuses | Fate::Moved);
        self.people.iter().filter(move |one| opens && !one.away)
    }
}

/// The village.
pub(super) struct Village {
    pub(super) households: Vec<Household>,
}

impl Village {
    /// The village that follows from `seed`.
    pub(super) fn of(seed: u64) -> Self {
        let mut chance = Chance::new(seed ^ 0x5649_4c4c);
        let mut fates = fates();
        chance.shuffle(&mut fates);
        place_bedridden(&mut fates);
        let mut births = Births::new(&mut chance);
        let mut households = Vec::with_capacity(HOUSEHOLDS);
        let (every, more) = (HOUSEHOLDS / COURTYARDS, HOUSEHOLDS % COURTYARDS);
        for courtyard in 1..=COURTYARDS {
            for door in 1..=every + usize::from(courtyard <= more) {
                let fate = fates.pop().unwrap_or(Fate::Home);
                let people = family(&mut chance, &mut births, fate);
                households.push(Household { courtyard, door, fate, listed: true, people });
            }
        }
        unlist(&mut households, &mut chance);
        Self { households }
    }

    /// Everybody with their household.
    pub(super) fn people(&self) -> impl Iterator<Item = (&Household, &Villager)> {
        self.households.iter().flat_map(|household| household.people.iter().map(move |one| (household, one)))
    }

    /// The register that the village keeps: every listed household, in Chinese, as its office writes files (GB 18030).
    pub(super) fn register(&self) -> Vec<u8> {
        let mut text = "姓名,身份证号,村,院落,门牌号,电话,类别,监护人,时段\n".to_owned();
        for (household, one) in self.people().filter(|(household, _)| household.listed) {
            let Household { courtyard, door, .. } = household;
            let (number, category) = (one.number.as_deref().unwrap_or_default(), one.category.unwrap_or_default());
            let guardian = household.guardian_of(one).unwrap_or_default();
            let hour = 7 + courtyard / 4;
            text += &format!(
                "{},{number},新河村,{courtyard}院,{door},{},{category},{guardian},{hour:02}:00-{:02}:00\n",
                one.name,
                one.contact,
                hour + 1
            );
        }
        encoding_rs::GB18030.encode(&text).0.into_owned()
    }

    /// The health centre's list of those who need care, in English and UTF-8; most of them are on the register too.
    pub(super) fn care_list(&self) -> Vec<u8> {
        let mut text = "Name,ID number,Village,Courtyard,Door,Category\n".to_owned();
        for (household, one) in self.people().filter(|(household, one)| household.listed && one.category.is_some()) {
            let (number, category) = (one.number.as_deref().unwrap_or_default(), one.category.unwrap_or_default());
            text += &format!("{},{number},新河村,{}院,{},{category}\n", one.name, household.courtyard, household.door);
        }
        text.into_bytes()
    }
}

/// One fate a household; what is not told here opens at once.
fn fates() -> Vec<Fate> {
    let some = [(Fate::Later, 9), (Fate::Letter, 3), (Fate::Refuses, 3), (Fate::Moved, 4), (Fate::Bedridden, 1)];
    let mut fates: Vec<Fate> = some.iter().flat_map(|(fate, count)| std::iter::repeat_n(*fate, *count)).collect();
    fates.resize(HOUSEHOLDS, Fate::Home);
    fates
}

/// The woman who cannot leave her bed lives where the first team does not come.
fn place_bedridden(fates: &mut [Fate]) {
    let (every, more) = (HOUSEHOLDS / COURTYARDS, HOUSEHOLDS % COURTYARDS);
    let before = (BEDRIDDEN_IN - 1) * every + more.min(BEDRIDDEN_IN - 1);
    // Fates are taken from the end.
    let at = fates.len().checked_sub(before + 2);
    if let (Some(at), Some(from)) = (at, fates.iter().position(|fate| *fate == Fate::Bedridden)) {
        fates.swap(at, from);
    }
}

/// Households that moved in since the lists were written.
fn unlist(households: &mut [Household], chance: &mut Chance) {
    let mut homes: Vec<usize> = (0..households.len()).collect();
    chance.shuffle(&mut homes);
    let open = homes.into_iter().filter(|&index| households.get(index).is_some_and(|home| home.fate == Fate::Home));
    for index in open.take(UNLISTED).collect::<Vec<_>>() {
        households.get_mut(index).into_iter().for_each(|home| home.listed = false);
    }
}

/// Draws resident numbers, no two alike.
struct Births {
    order: u64,
    offset: u64,
}

impl Births {
    fn new(chance: &mut Chance) -> Self {
        Self { order: 0, offset: chance.below(9_000) }
    }

    fn number(&mut self) -> Option<String> {
        let at = self.offset + self.order;
        self.order += 1;
        let (year, month, day) = (1880 + at % 26, 1 + at / 26 % 12, 1 + at / 312 % 28);
        let body = format!("440524{year:04}{month:02}{day:02}{:03}", 1 + at % 999);
        check_character(&body).map(|check| format!("{body}{check}"))
    }
}

fn family(chance: &mut Chance, births: &mut Births, fate: Fate) -> Vec<Villager> {
    let surname = SURNAMES.get(chance.index(SURNAMES.len())).copied().unwrap_or_default();
    let count = 2 + chance.index(4);
    // No two in a household are called alike.
    let first = chance.index(GIVEN.len());
    (0..count)
        .map(|place| {
            let given = GIVEN.get((first + place) % GIVEN.len()).copied().unwrap_or_default();
            let child = place > 1 && chance.below(3) == 0;
            let category = match (place, fate) {
                (0, Fate::Bedridden) => Some("bedridden"),
                _ if child => Some("child"),
                _ => match chance.below(8) {
                    0 => Some("over 60"),
                    1 => Some("disabled"),
                    _ => None,
                },
            };
            Villager {
                name: format!("{surname}{given}"),
                number: if child && chance.below(2) == 0 { None } else { births.number() },
                category,
                contact: format!("139{:04}0000", chance.below(10_000)),
                away: place > 0 && !child && chance.below(14) == 0,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_village_has_its_households_and_no_number_twice() {
        let village = Village::of(1);
        assert_eq!(village.households.len(), HOUSEHOLDS);
        assert_eq!(village.households.iter().filter(|home| !home.listed).count(), UNLISTED);
        let bedridden = village.households.iter().filter(|home| home.fate == Fate::Bedridden);
        assert_eq!(bedridden.map(|home| home.courtyard).collect::<Vec<_>>(), [BEDRIDDEN_IN]);
        assert_eq!(village.households.iter().map(|home| home.courtyard).collect::<BTreeSet<_>>().len(), COURTYARDS);
        let numbers: Vec<&String> = village.people().filter_map(|(_, one)| one.number.as_ref()).collect();
        assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), numbers.len());
        assert!(numbers.len() > 400, "{}", numbers.len());
    }

    #[test]
    fn the_same_seed_makes_the_same_lists() {
        assert_eq!(Village::of(7).register(), Village::of(7).register());
        assert_ne!(Village::of(7).register(), Village::of(8).register());
    }
}
