//! The proof: what the books say, what the phones' journals hold and what the hub counted, held against each other.

use std::collections::{BTreeMap, BTreeSet};

use fieldcore::Figures as Store;
use fieldcore::doors::{Doors, HomeState};
use fieldcore_hub::reports::custody_model::Custody;
use fieldcore_hub::reports::model::{Conflicts, DeviceRow, Figures, TubeTrace, Verification};

use super::books::{Books, Door, Word};
use super::days::CLAIMS;
use super::doors::courtyard;
use super::evenings::{Desk, Heard};
use super::party::{Lists, Party};
use super::people::HOUSEHOLDS;
use super::phone::Phone;
use crate::exit::Failure;

/// One phone when all was over.
pub(super) struct PhoneSide {
    pub(super) name: &'static str,
    pub(super) device: String,
    pub(super) people: usize,
    pub(super) store: Store,
    /// How many records of each kind it wrote.
    kinds: BTreeMap<String, usize>,
}

impl PhoneSide {
    fn read(phone: &Phone) -> Result<Self, Failure> {
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        phone.station.log(&mut |line| {
            *kinds.entry(line.kind.to_string()).or_default() += 1;
            Ok(())
        })?;
        // The desk has no round of its own before somebody is sampled there.
        let people = phone.station.ledger(None)?.people as usize;
        let (device, store) = (phone.device().to_string(), phone.journal().figures()?);
        Ok(Self { name: phone.name, device, people, store, kinds })
    }

    fn wrote(&self, kind: &str) -> usize {
        self.kinds.get(kind).copied().unwrap_or_default()
    }
}

/// The hub when all was over.
pub(super) struct HubSide {
    pub(super) figures: Figures,
    pub(super) doors: Doors,
    pub(super) custody: Custody,
    pub(super) conflicts: Conflicts,
    pub(super) held: usize,
    pub(super) opened: u64,
    pub(super) dead: Option<DeviceRow>,
    pub(super) helpers: BTreeSet<String>,
    pub(super) verification: Verification,
    /// Every label that a box or the books name, with all its tubes.
    pub(super) tubes: BTreeMap<String, Vec<TubeTrace>>,
}

/// All that is held against each other.
pub(super) struct Evidence {
    pub(super) books: Books,
    pub(super) lists: Lists,
    pub(super) heard: Heard,
    pub(super) desks: [Desk; 2],
    pub(super) phones: Vec<PhoneSide>,
    pub(super) hub: HubSide,
    /// Courtyard and door of every household there is.
    pub(super) village: BTreeSet<Door>,
    dead: String,
}

impl Evidence {
    /// Asks everybody who is left.
    pub(super) fn take(party: Party, heard: Heard, last: Desk) -> Result<Self, Failure> {
        let Party { hub, books, village, chief, one, two, three, runner, lab, dead, lists, .. } = party;
        let phones = [&chief, &one, &two, &three, &runner, &lab].map(PhoneSide::read);
        let phones = phones.into_iter().collect::<Result<Vec<_>, _>>()?;
        let dead = dead.to_string();
        let labels: BTreeSet<&String> =
            books.entries.iter().map(|entry| &entry.tube).chain(books.boxes.values().flatten()).collect();
        let mut tubes = BTreeMap::new();
        for label in labels {
            tubes.insert(label.clone(), hub.trace(label)?);
        }
        let helpers = hub.delegations()?.into_iter().flat_map(|one| one.enrolled).map(|one| one.device).collect();
        let side = HubSide {
            figures: hub.figures(None)?,
            doors: hub.coverage(None)?.1,
            custody: hub.custody(None)?,
            conflicts: hub.conflicts()?,
            held: hub.held()?.len(),
            opened: hub.stock()?.opened,
            dead: hub.devices()?.into_iter().find(|row| row.device == dead),
            helpers,
            verification: hub.verify()?,
            tubes,
        };
        let village = village.households.iter().map(|home| (home.courtyard, home.door)).collect();
        let desks = [heard.took, last];
        Ok(Self { books, lists, heard, desks, phones, hub: side, village, dead })
    }
}

/// What one check is about; the words for it are the report's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    Households,
    States,
    People,
    Journals,
    Distinct,
    Behind,
    Places,
    Tubes,
    Receipts,
    Conflicts,
    Passed,
    Overlaps,
    Cards,
    Helper,
    Boxes,
    Missing,
    Again,
    Lost,
    LostDoors,
    Signatures,
}

/// One check: figures that must be equal, each with whose it is, and what is wrong if anything.
pub(super) struct Check {
    pub(super) about: About,
    pub(super) figures: Vec<(Whose, usize)>,
    pub(super) wrong: Vec<String>,
}

/// Whose figure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    Village,
    Books,
    Journals,
    Hub,
    Desk,
    Sealed,
    Opened,
}

impl Whose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Village => "the village has",
            Self::Books => "the books say",
            Self::Journals => "the journals have",
            Self::Hub => "the hub has",
            Self::Desk => "the desk found",
            Self::Sealed => "sealed",
            Self::Opened => "receipts that say opened",
        }
    }
}

impl Check {
    fn equal(about: About, figures: &[(Whose, usize)]) -> Self {
        let mut check = Self { about, figures: figures.to_vec(), wrong: Vec::new() };
        if figures.windows(2).any(|pair| pair.first().map(|one| one.1) != pair.last().map(|one| one.1)) {
            let parts: Vec<_> = figures.iter().map(|(whose, figure)| format!("{} {figure}", whose.as_str())).collect();
            check.wrong.push(parts.join(", "));
        }
        check
    }

    fn and(mut self, wrong: impl IntoIterator<Item = String>) -> Self {
        self.wrong.extend(wrong);
        self
    }

    /// Whether all agrees.
    pub(super) fn holds(&self) -> bool {
        self.wrong.is_empty()
    }
}

fn whole(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

impl Evidence {
    /// Every check, in the order in which they are shown.
    pub(super) fn checks(&self) -> Vec<Check> {
        let (books, hub) = (&self.books, &self.hub);
        let people = [(Whose::Books, books.standing().count()), (Whose::Hub, whole(hub.figures.people))];
        let distinct = [(Whose::Books, books.distinct()), (Whose::Hub, whole(hub.figures.distinct_people))];
        let tubes = [(Whose::Books, books.tubes().len()), (Whose::Hub, whole(hub.figures.tubes))];
        vec![
            self.households(),
            self.states(),
            Check::equal(About::People, &people),
            self.journals(),
            Check::equal(About::Distinct, &distinct),
            self.behind(),
            self.places(),
            Check::equal(About::Tubes, &tubes),
            self.receipts(),
            self.conflicts(),
            self.passed(),
            self.overlaps(),
            self.cards(),
            self.helper(),
            self.boxes(),
            self.missing(),
            self.again(),
            self.lost(),
            self.lost_doors(),
            self.signatures(),
        ]
    }

    /// Households to which nobody needs to go again, as the hub counts.
    pub(super) fn accounted(&self) -> usize {
        let figures = &self.hub.doors.figures;
        (figures.done + figures.refused + figures.moved_away) as usize
    }

    fn households(&self) -> Check {
        let known: BTreeSet<Door> = self.hub.doors.homes.iter().filter_map(|home| door_of(&home.place)).collect();
        let figures =
            [(Whose::Village, HOUSEHOLDS), (Whose::Books, self.books.accounted()), (Whose::Hub, self.accounted())];
        let apart = self.village.symmetric_difference(&known);
        let wrong =
            apart.map(|(courtyard, door)| format!("courtyard {courtyard}, door {door}: known to one side only"));
        Check::equal(About::Households, &figures).and(wrong)
    }

    /// What became of each household is the same word in the books and at the hub.
    fn states(&self) -> Check {
        let (mut same, mut wrong) = (0, Vec::new());
        for home in &self.hub.doors.homes {
            let word = door_of(&home.place).and_then(|door| self.books.word(door));
            let expected = match word {
                Some(Word::Done) => HomeState::Done,
                Some(Word::MovedAway) => HomeState::MovedAway,
                Some(Word::Refused) => HomeState::Refused,
                Some(Word::Informed) => HomeState::Informed,
                Some(Word::NobodyHome) => HomeState::NobodyHome,
                None => HomeState::NotVisited,
            };
            if expected == home.state {
                same += 1;
            } else {
                let (books, hub) = (expected.as_str(), home.state.as_str());
                wrong
                    .push(format!("{} {}: the books say {books}, the hub {hub}", home.place.building, home.place.door));
            }
        }
        Check::equal(About::States, &[(Whose::Village, HOUSEHOLDS), (Whose::Hub, same)]).and(wrong)
    }

    /// Each phone that is left has the people whom its team was told of.
    fn journals(&self) -> Check {
        let (mut told, mut wrong) = (0, Vec::new());
        for phone in &self.phones {
            let books = self.books.standing().filter(|entry| entry.phone == phone.name).count();
            told += books;
            if books != phone.people {
                wrong.push(format!("{}: the books say {books}, its journal has {}", phone.name, phone.people));
            }
        }
        let journals = self.phones.iter().map(|phone| phone.people).sum();
        Check::equal(About::Journals, &[(Whose::Books, told), (Whose::Journals, journals)]).and(wrong)
    }

    /// People of list and doors: each is sampled, excused or neither, and counted once.
    fn behind(&self) -> Check {
        let figures = &self.hub.doors.figures;
        let books = self.books.sampled_of_doors() + self.books.excused_alone();
        let hub = (figures.sampled + figures.excused) as usize;
        let people: BTreeSet<_> = self.hub.doors.people.iter().map(|one| one.resident).collect();
        let samples: Vec<_> = self.hub.doors.people.iter().filter_map(|one| one.sample.as_deref().copied()).collect();
        let mut wrong = Vec::new();
        if people.len() != figures.people as usize {
            wrong.push(format!("{} people are counted, {} are there", figures.people, people.len()));
        }
        if samples.iter().collect::<BTreeSet<_>>().len() != samples.len() {
            wrong.push("one sample counts for two people".to_owned());
        }
        if figures.sampled as usize != self.books.sampled_of_doors() {
            wrong.push(format!(
                "sampled: the books say {}, the hub {}",
                self.books.sampled_of_doors(),
                figures.sampled
            ));
        }
        Check::equal(About::Behind, &[(Whose::Books, books), (Whose::Hub, hub)]).and(wrong)
    }

    /// Everybody is in the tube and at the position that was told; who has a number, by it.
    fn places(&self) -> Check {
        let (mut found, mut wrong) = (0, Vec::new());
        for entry in self.books.standing() {
            let people = self.hub.tubes.get(&entry.tube).into_iter().flatten().flat_map(|tube| &tube.people);
            let there = people.filter(|one| one.position == entry.position);
            let by_number = |number: &Option<String>| number.as_ref().is_none_or(|number| *number == entry.who);
            if there.map(|one| by_number(&one.number)).eq([true]) {
                found += 1;
            } else {
                let (phone, tube, position) = (entry.phone, &entry.tube, entry.position);
                wrong.push(format!("{phone}, tube {tube}, position {position}: not so at the hub"));
            }
        }
        let told = self.books.standing().count();
        Check::equal(About::Places, &[(Whose::Books, told), (Whose::Hub, found)]).and(wrong)
    }

    /// Every batch of every phone that is left is sealed, sent and opened; the dead one's noon carry as well.
    fn receipts(&self) -> Check {
        let sum = |figure: fn(&Store) -> u64| whole(self.phones.iter().map(|phone| figure(&phone.store)).sum());
        let carried = self.hub.dead.as_ref().map_or(0, |row| row.items);
        let hub = whole(self.hub.opened.saturating_sub(carried));
        let figures =
            [(Whose::Sealed, sum(|store| store.sealed)), (Whose::Opened, sum(|store| store.opened)), (Whose::Hub, hub)];
        let unsent = self.phones.iter().filter(|phone| phone.store.unsent > 0);
        let unsent = unsent.map(|phone| format!("{}: {} without a receipt", phone.name, phone.store.unsent));
        let held = (self.hub.held > 0).then(|| format!("the hub holds {} items uncounted", self.hub.held));
        Check::equal(About::Receipts, &figures).and(unsent).and(held)
    }

    /// The stranger who was sampled twice is the one conflict; a tube that moved is none.
    fn conflicts(&self) -> Check {
        let conflicts = &self.hub.conflicts;
        let figures = [(Whose::Books, self.books.twice()), (Whose::Hub, conflicts.count())];
        let other = conflicts.count() - conflicts.people.len();
        Check::equal(About::Conflicts, &figures)
            .and((other > 0).then(|| format!("{other} conflicts are about something else than a person")))
    }

    /// The tube that moved holds the people of both teams.
    fn passed(&self) -> Check {
        let Some((_, label)) = &self.books.passed else {
            return Check::equal(About::Passed, &[]).and(["no tube was passed on".to_owned()]);
        };
        let books = self.books.standing().filter(|entry| entry.tube == *label);
        let phones: BTreeSet<&str> = books.map(|entry| entry.phone).collect();
        let told = self.books.standing().filter(|entry| entry.tube == *label).count();
        let traces = self.hub.tubes.get(label).map(Vec::as_slice).unwrap_or_default();
        let people = traces.iter().map(|tube| tube.people.len()).sum();
        let moved = traces.iter().any(|tube| !tube.moved.is_empty() && !tube.contested) && phones.len() == 2;
        Check::equal(About::Passed, &[(Whose::Books, told), (Whose::Hub, people)])
            .and((!moved).then(|| "its way is not told as it went".to_owned()))
    }

    /// On the first evening the hub knows every door that two phones claimed; whoever was there keeps it.
    fn overlaps(&self) -> Check {
        let claimed = |(courtyard, _): &&Door| {
            CLAIMS.iter().filter(|(_, from, to)| (*from..=*to).contains(courtyard)).count() > 1
        };
        let expected: BTreeSet<&Door> = self.village.iter().filter(claimed).collect();
        let (mut kept, mut wrong) = (0, Vec::new());
        for contested in &self.heard.doors.contested {
            let visitor = door_of(&contested.place).and_then(|door| self.books.visitor(door, 1));
            let keeper = contested.keeps.device.to_string();
            if visitor.is_some_and(|name| self.device(name) == Some(&*keeper)) && contested.by_visit {
                kept += 1;
            } else {
                wrong.push(format!("{} {}: another keeps it", contested.place.building, contested.place.door));
            }
        }
        Check::equal(About::Overlaps, &[(Whose::Village, expected.len()), (Whose::Hub, kept)]).and(wrong)
    }

    fn device(&self, name: &str) -> Option<&str> {
        let living = self.phones.iter().find(|phone| phone.name == name).map(|phone| &*phone.device);
        living.or_else(|| (name == "team-2b").then_some(&*self.dead))
    }

    fn phone(&self, name: &str) -> Option<&PhoneSide> {
        self.phones.iter().find(|phone| phone.name == name)
    }

    /// Cards issued, and every reading of them: those that bound somebody and those that were refused.
    fn cards(&self) -> Check {
        let [issued, read, refused] = self.books.cards;
        let wrote = |name, kind| self.phone(name).map_or(0, |phone| phone.wrote(kind));
        let figures = [
            (Whose::Books, issued + read + refused),
            (Whose::Journals, wrote("chief", "proxy_issued") + wrote("team-3", "proxy_read")),
        ];
        let wrong =
            (issued != read || refused != 1).then(|| format!("issued {issued}, read {read}, refused {refused}"));
        Check::equal(About::Cards, &figures).and(wrong)
    }

    /// The phone that the chief took in is known to the hub by its chain.
    fn helper(&self) -> Check {
        let known = self.device("team-3").is_some_and(|device| self.hub.helpers.contains(device));
        let figures = [(Whose::Books, 1), (Whose::Hub, self.hub.helpers.len())];
        Check::equal(About::Helper, &figures).and((!known).then(|| "the hub does not know it".to_owned()))
    }

    /// Labels in boxes: what was sent is there or missing.
    fn boxes(&self) -> Check {
        let sum = |figure: fn(&Desk) -> usize| self.desks.iter().map(figure).sum::<usize>();
        let packed = self.books.boxes.values().map(Vec::len).sum();
        let figures = [
            (Whose::Books, packed),
            (Whose::Hub, sum(|desk| desk.sent)),
            (Whose::Desk, sum(|desk| desk.present + desk.missing)),
        ];
        let (hub, books) = (self.hub.custody.boxes.len(), self.books.boxes.len());
        let wrong = [
            (hub != books).then(|| format!("boxes: the books say {books}, the hub has {hub}")),
            (sum(|desk| desk.other) > 0).then(|| "the desk found what nobody sent".to_owned()),
            (!self.hub.custody.open_hand_overs.is_empty()).then(|| "a hand-over is open".to_owned()),
            (!self.hub.custody.twice.is_empty()).then(|| "a tube is in two boxes".to_owned()),
        ];
        Check::equal(About::Boxes, &figures).and(wrong.into_iter().flatten())
    }

    /// One tube is missing, and it is the one that fell out.
    fn missing(&self) -> Check {
        let missing: Vec<&String> = self.hub.custody.missing.iter().map(|missing| &missing.tube).collect();
        let same = missing.iter().copied().eq(&self.books.dropped) && missing.len() == 1;
        let desk = self.desks.iter().map(|desk| desk.missing).sum();
        let figures = [(Whose::Books, self.books.dropped.len()), (Whose::Desk, desk), (Whose::Hub, missing.len())];
        Check::equal(About::Missing, &figures).and((!same).then(|| "it is not the one that fell out".to_owned()))
    }

    /// People who were in it: each is to be asked again.
    pub(super) fn in_missing(&self) -> usize {
        self.books.standing().filter(|entry| self.books.dropped.contains(&entry.tube)).count()
    }

    fn again(&self) -> Check {
        let open = self.hub.doors.follow_ups.len();
        Check::equal(About::Again, &[(Whose::Books, self.in_missing()), (Whose::Hub, open)])
    }

    /// Tubes that boxes name and no record opened, as the hub knew on the first evening.
    pub(super) fn without_record(&self) -> BTreeSet<&str> {
        let tubes = self.heard.custody.tubes.iter();
        tubes.filter(|tube| tube.record.is_none()).map(|tube| &*tube.tube).collect()
    }

    /// What the hub misses of the dead phone is what died with it.
    fn lost(&self) -> Check {
        let (books, hub) = (self.books.lost_tubes(), self.without_record());
        let wrong = books.symmetric_difference(&hub).map(|tube| format!("tube {tube}: known to one side only"));
        Check::equal(About::Lost, &[(Whose::Books, books.len()), (Whose::Hub, hub.len())]).and(wrong)
    }

    /// Households whose visit died with the phone were left on the first evening, and are not any more.
    fn lost_doors(&self) -> Check {
        let lost = self.books.lost_doors();
        let of = |doors: &Doors, settled: bool| {
            let homes = doors.homes.iter().filter(|home| home.state.is_settled() == settled);
            homes.filter_map(|home| door_of(&home.place)).filter(|door| lost.contains(door)).count()
        };
        // One that is on no list was added on the lost phone alone: the hub could not know of it.
        let unheard = lost.iter().filter(|door| self.books.added.contains(door)).count();
        let left = of(&self.heard.doors, false);
        let wrong = (left + unheard != lost.len())
            .then(|| format!("{} of {} were left on the first evening", left + unheard, lost.len()));
        Check::equal(About::LostDoors, &[(Whose::Books, lost.len()), (Whose::Hub, of(&self.hub.doors, true))])
            .and(wrong)
    }

    /// Households of the dead phone's claims of which the hub had no word on the first evening.
    pub(super) fn silent(&self) -> usize {
        let homes = self.heard.doors.homes.iter().filter(|home| home.visits == 0);
        let claimed = |claim: &fieldcore::RecordRef| claim.device.to_string() == self.dead;
        homes.filter(|home| home.claims.iter().any(claimed)).count()
    }

    /// Every signature, receipt and gap at the hub, checked again from the stored bytes.
    fn signatures(&self) -> Check {
        let verification = &self.hub.verification;
        let wrong = verification.faults.iter().chain(&verification.gaps).cloned();
        let unsaid = (!verification.ok).then(|| "the hub's own check failed".to_owned());
        Check::equal(About::Signatures, &[]).and(wrong).and(unsaid)
    }
}

/// Courtyard and door of a place.
fn door_of(place: &fieldcore::doors::Place) -> Option<Door> {
    let number = place.building.trim_end_matches('院').parse().ok()?;
    (*courtyard(number) == *place.building).then_some(())?;
    Some((number, place.door.parse().ok()?))
}
