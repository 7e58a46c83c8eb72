//! The evening before: a hub with its two lists, phones with their rosters, and what lets a chief act alone.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fieldcore::sync::take_profile;
use fieldcore::wire::Invitation;
use fieldcore::{Clock, DeviceId, OsEntropy, Profile};
use fieldcore_hub::roster::keep::NewList;
use fieldcore_hub::roster::table::{Form, Table};
use fieldcore_hub::{DelegateOptions, Hub, InitOptions, Surroundings, TokenOptions};

use super::books::Books;
use super::calendar::{at, first_day};
use super::people::Village;
use super::phone::Phone;
use crate::exit::Failure;
use crate::replay::ReplayClock;

/// The campaign's profile.
pub(super) const PROFILE: &str = include_str!("../../village/profile.toml");
/// The area that the lists make.
pub(super) const AREA: &str = "Xinhe";
/// The sites, as the profile names them.
pub(super) const DOORS: &str = "Door to door";
pub(super) const HALL: &str = "Hall";
const REGISTER: &str = "register.csv";
const CARE: &str = "care.csv";
const DELEGATED_MS: u64 = 7 * 24 * 3_600_000;

/// Everyone together.
pub(super) struct Party {
    pub(super) folder: PathBuf,
    pub(super) hub: Hub,
    hub_clock: Arc<ReplayClock>,
    pub(super) village: Village,
    pub(super) books: Books,
    pub(super) chief: Phone,
    pub(super) one: Phone,
    pub(super) two: Phone,
    /// The second team's other phone, while it works.
    pub(super) second: Option<Phone>,
    /// Its device, which the hub still knows when nobody finds it any more.
    pub(super) dead: DeviceId,
    pub(super) three: Phone,
    pub(super) runner: Phone,
    pub(super) lab: Phone,
    /// Questions that the lists asked, and people that they come to.
    pub(super) lists: Lists,
}

/// What two lists came to.
#[derive(Clone, Copy, Default)]
pub(super) struct Lists {
    pub(super) rows: usize,
    pub(super) questions: usize,
    pub(super) people: u64,
    pub(super) households: u64,
}

impl Party {
    /// Gathers everyone in `folder`.
    pub(super) fn gather(folder: &Path, seed: u64) -> Result<Self, Failure> {
        let evening = at(0, "18:00");
        let hub_clock = Arc::new(ReplayClock::new(first_day(), &OsEntropy)?);
        hub_clock.set(evening);
        let clock: Arc<dyn Clock> = hub_clock.clone();
        let around = Surroundings { clock, entropy: Arc::new(OsEntropy), after_commit: None };
        let name = Profile::parse(PROFILE)?.name;
        let options = InitOptions { name, profile: Some(PROFILE.to_owned()), ..InitOptions::default() };
        let hub = Hub::init(&folder.join("hub"), &options, around)?;
        let village = Village::of(seed);
        let lists = import(&hub, &village)?;
        let phone = |name, number| Phone::new(folder, name, number, evening);
        let (chief, one, two) = (phone("chief", 9)?, phone("team-1", 1)?, phone("team-2", 2)?);
        let (second, three) = (phone("team-2b", 4)?, phone("team-3", 3)?);
        let (runner, lab) = (phone("runner", 8)?, phone("lab", 7)?);
        let (dead, folder, books) = (second.device(), folder.to_owned(), Books::default());
        let second = Some(second);
        let mut party =
            Self { folder, hub, hub_clock, village, books, chief, one, two, second, dead, three, runner, lab, lists };
        party.enrol()?;
        Ok(party)
    }

    /// Enrols whoever has a network this evening, and gives out lists, card keys and the delegation.
    fn enrol(&mut self) -> Result<(), Failure> {
        let hub = self.hub.clone();
        let Self { chief, one, two, second, runner, lab, .. } = self;
        let mut phones: Vec<&mut Phone> = vec![chief, one, two, runner, lab];
        phones.extend(second.as_mut());
        for phone in &mut phones {
            let text = hub.token(&TokenOptions::default())?;
            phone.journal().enrol(&Invitation::from_text(&text)?)?;
            take_profile(&phone.journal(), &hub.profile_bundle()?)?;
            phone.sync(&hub)?;
        }
        for phone in phones.iter().filter(|phone| phone.name != "lab") {
            hub.roster_assign(phone.device(), &[AREA.to_owned()])?;
        }
        let rights = ["work", "enrol", "issue"].map(str::to_owned).to_vec();
        let device = phones.first().map_or_else(|| self.dead, |chief| chief.device());
        hub.delegate(&DelegateOptions { device, rights, helpers: 3, valid_ms: DELEGATED_MS })?;
        phones.iter_mut().try_for_each(|phone| phone.sync(&hub))
    }

    /// The hub's time comes to that of `phone`, and they talk until nothing is left to say.
    pub(super) fn talk(hub: &Hub, hub_clock: &ReplayClock, phone: &mut Phone) -> Result<(), Failure> {
        let later = phone.clock.wall_ms().max(hub_clock.wall_ms());
        hub_clock.set(later);
        phone.time(later);
        phone.sync(hub)
    }

    /// The hub's clock.
    pub(super) fn hub_clock(&self) -> Arc<ReplayClock> {
        self.hub_clock.clone()
    }

    /// A file of a carry.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.fcb"))
    }
}

/// Imports both lists, and answers what they ask as somebody who knows the village does: a name behind a door that stands
/// in both lists is one person.
fn import(hub: &Hub, village: &Village) -> Result<Lists, Failure> {
    let list = |name: &str, bytes: &[u8]| {
        let table = Table::read(bytes, &Form::default());
        let table = table.map_err(|error| Failure::No(format!("{name} could not be read: {error}")))?;
        Ok::<_, Failure>(NewList { name: name.to_owned(), table, said: Vec::new() })
    };
    let both = [list(REGISTER, &village.register())?, list(CARE, &village.care_list())?];
    let rows = both.iter().map(|list| list.table.rows.len()).sum();
    hub.roster_import(AREA, &both, false)?;
    let questions = hub.roster_questions()?;
    for question in &questions {
        let lists = question.rows.iter().map(|(list, _)| list);
        let same = lists.clone().any(|list| list == REGISTER) && lists.clone().any(|list| list == CARE);
        hub.roster_answer(&question.id, same)?;
    }
    let areas = hub.roster_lists()?;
    let (people, households) = areas.first().map_or((0, 0), |area| (area.people, area.households));
    Ok(Lists { rows, questions: questions.len(), people, households })
}
