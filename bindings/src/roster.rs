//! The list of residents: what of it is here, who is looked for, and who lives behind a door.

use fieldcore::doors::{NoHomes, PersonView};
use fieldcore::pack::Fixed;
use fieldcore::record::{DocumentKind, Excuse, ReadSource};
pub use fieldcore::roster::Found as FoundBy;
use fieldcore::roster::{Category as PersonCategory, Dweller, Homes, search};
use fieldcore::scan::Identity;

use crate::answer::Saved;
use crate::doors_view::{DoorPlace, KnownFrom};
use crate::error::{Result, guard};
use crate::journal::Journal;
use crate::refs::{id_of, id_text};
use crate::station::Station;

/// A roster that this device has, or is being sent.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct RosterState {
    /// Its id.
    pub roster: String,
    /// The number in force; 0 for none.
    pub number: u32,
    /// Whether what is in force cannot be opened and is asked for again.
    pub doubt: bool,
    /// The number that is being sent and is not complete.
    pub gathers: Option<u32>,
}

/// What of a query was found.
#[uniffi::remote(Enum)]
pub enum FoundBy {
    /// The door is the one that was asked for.
    Door,
    /// The digits stand in the number.
    Number,
    /// The text stands in the name.
    Name,
    /// The letters are the first ones of a name's syllables.
    Initials,
    /// The door is one of several that the query may mean, or in the building that it names.
    NearDoor,
}

/// A household or a person that a search found: for the screen, not for logs.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct RosterHit {
    /// What was found.
    pub found: FoundBy,
    /// The household's id.
    pub household: String,
    /// Where it lives.
    pub place: DoorPlace,
    /// When its stairwell is called, as the list says it.
    pub slot: Option<String>,
    /// The person's id; nothing for the door itself.
    pub resident: Option<String>,
    /// The person's name.
    pub name: Option<String>,
    /// The document's number with its middle hidden.
    pub masked: Option<String>,
    /// What a team must know before it knocks.
    pub categories: Vec<PersonCategory>,
}

/// Who lives behind a door: for the screen, not for logs.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct ResidentLine {
    /// The person's id.
    pub resident: String,
    /// Where the person is known from.
    pub origin: KnownFrom,
    /// The name; what describes a person who was added, where there is that.
    pub name: Option<String>,
    /// The kind of document that the list has of the person; nothing for one who was added.
    pub document: Option<DocumentKind>,
    /// Its number with the middle hidden.
    pub masked: Option<String>,
    /// What a team must know before it knocks.
    pub categories: Vec<PersonCategory>,
    /// The telephone that the list has.
    pub contact: Option<String>,
    /// Whether the list names a guardian.
    pub has_guardian: bool,
    /// Whether a sample of the person stands.
    pub sampled: bool,
    /// Why the person is not sampled, where somebody said so.
    pub excuse: Option<Excuse>,
    /// The record that says so and holds the words.
    pub excused: Option<Saved>,
}

fn masked(dweller: &Dweller<'_>) -> Option<String> {
    let number = dweller.number.filter(|number| !number.is_empty())?;
    Some(Identity::of_number(dweller.document, number, ReadSource::Roster).masked())
}

fn text(text: &str) -> Option<String> {
    Some(text).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn place(homes: &dyn Homes, home: usize) -> DoorPlace {
    fieldcore::doors::Place::from(homes.home(home).place).into()
}

#[uniffi::export]
impl Journal {
    /// The rosters that this device has or is being sent.
    pub fn roster_states(&self) -> Result<Vec<RosterState>> {
        guard("roster_states", || {
            let states = self.core().roster_states()?;
            let line = |state: fieldcore::RosterState| RosterState {
                roster: state.roster.to_string(),
                number: state.number,
                doubt: state.doubt,
                gathers: state.gathers,
            };
            Ok::<_, fieldcore::Error>(states.into_iter().map(line).collect())
        })
    }

    /// Destroys the key of this campaign's rosters and deletes their pages. What the hub still assigns to this device
    /// comes again with the next sync. Call `Station.refresh_roster` after it.
    pub fn forget_roster(&self) -> Result<()> {
        guard("forget_roster", || self.core().forget_roster())
    }

    /// What `query` finds in the rosters, best first and in the order of doors, at most `limit`: four digits or more of
    /// a number, a part of a name, two or more initials of its syllables, or a door as people write it. Nothing where
    /// no roster is here.
    pub fn roster_search(&self, query: String, limit: u32) -> Result<Vec<RosterHit>> {
        guard("roster_search", || {
            let Some(roster) = self.core().roster()? else { return Ok(Vec::new()) };
            let hits = search(&roster, &query, usize::try_from(limit).unwrap_or(usize::MAX));
            let line = |hit: fieldcore::roster::Hit| {
                let home = roster.home(hit.home);
                let who = hit.dweller.map(|index| roster.dweller(hit.home, index));
                RosterHit {
                    found: hit.found,
                    household: id_text(home.id),
                    place: place(&*roster, hit.home),
                    slot: home.slot.map(str::to_owned),
                    resident: who.map(|who| id_text(who.id)),
                    name: who.and_then(|who| text(who.name)),
                    masked: who.as_ref().and_then(masked),
                    categories: who.map(|who| who.categories.iter().collect()).unwrap_or_default(),
                }
            };
            Ok::<_, fieldcore::Error>(hits.into_iter().map(line).collect())
        })
    }
}

#[uniffi::export]
impl Station {
    /// Who lives in a household, by the list and by what was added at the door, and what became of them. Nobody for a
    /// household that is not known here.
    pub fn residents(&self, household: String) -> Result<Vec<ResidentLine>> {
        self.at("residents", |station| {
            let id = id_of("household", &household)?;
            let roster = station.roster();
            let homes: &dyn Homes = match &roster {
                Some(homes) => &**homes,
                None => &NoHomes,
            };
            let people = station.doors()?.people.into_iter().filter(|person| person.household == id);
            people.map(|person| line(station, homes, id, person)).collect()
        })
    }
}

fn line(
    station: &fieldcore::Station,
    homes: &dyn Homes,
    household: Fixed<16>,
    person: PersonView,
) -> Result<ResidentLine> {
    let home = homes.find(household);
    let listed = home.and_then(|home| {
        (0..homes.home(home).people).map(|index| homes.dweller(home, index)).find(|one| one.id == person.resident)
    });
    let name = match (&listed, person.added) {
        (Some(listed), _) => text(listed.name),
        (None, Some(added)) => station.words_of(added)?,
        (None, None) => None,
    };
    Ok(ResidentLine {
        resident: id_text(person.resident),
        origin: person.origin,
        name,
        document: listed.map(|listed| listed.document),
        masked: listed.as_ref().and_then(masked),
        categories: person.categories.iter().collect(),
        contact: listed.and_then(|listed| listed.contact.and_then(text)),
        has_guardian: listed.is_some_and(|listed| listed.guardian.is_some()),
        sampled: person.sampled,
        excuse: person.excuse,
        excused: person.excused.map(Into::into),
    })
}
