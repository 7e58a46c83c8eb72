//! Verbs for doors as somebody types them: a household by its building and door, a person by a name or a number.
//!
//! What is typed must mean one. Where it may mean several they are told, and nothing is written.

use super::super::{Answer, Cue, Outcome, Station};
use super::{ClaimPlan, FoundAtDoor, NewFollowUp, NewHousehold, NewResident};
use crate::doors::{Doors, Place};
use crate::error::{Error, Result};
use crate::id::RecordRef;
use crate::record::{Body, Excuse, FollowUpKind, VisitState};
use crate::roster::Folded;
use crate::roster::{Categories, Found, HouseholdId};
use crate::scan::{Scan, interpret_with};
use crate::state::doors;
use crate::station::desk::Today;
use crate::station::verb::Words;
use crate::station::{FoundLine, NamedPerson};

/// How long a team means to be at a building where it says nothing: a morning or an afternoon. It greys a claim on
/// screens and decides nothing.
const CLAIM_HOURS: u32 = 4;
/// Candidates that are told.
const TOLD_MAX: usize = 8;

/// A verb about doors.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DoorVerb {
    /// What was found at a household.
    Visit {
        /// The household as typed: `12-3`.
        home: String,
        /// What was found or done.
        state: VisitState,
        /// Why, in words.
        reason: Option<String>,
    },
    /// The team means to do a building, or doors of it.
    Claim {
        /// The building.
        building: String,
        /// First and last door.
        doors: Option<(String, String)>,
        /// For how many hours.
        hours: Option<u32>,
    },
    /// The team gives its claims of a building up.
    Release {
        /// The building as it was claimed.
        building: String,
        /// Why.
        reason: Option<String>,
    },
    /// A household that is on no list.
    Household {
        /// The building.
        building: String,
        /// The door.
        door: String,
        /// The operator's words.
        note: Option<String>,
    },
    /// Somebody who is on no list.
    Resident {
        /// The household.
        home: String,
        /// The number, or what describes the person.
        who: String,
    },
    /// Samples somebody of the list, or somebody added.
    Sample {
        /// A name or a part of the number; a household may stand in front.
        who: String,
    },
    /// Says why somebody will not be sampled.
    Excuse {
        /// As for [`Self::Sample`].
        who: String,
        /// Why.
        excuse: Excuse,
        /// The operator's words.
        reason: Option<String>,
    },
    /// Something is to be done later.
    Follow {
        /// The household.
        home: String,
        /// What.
        what: FollowUpKind,
        /// The operator's words.
        note: Option<String>,
    },
    /// Tells another team this device's claims.
    Claims {
        /// On this building only.
        building: Option<String>,
    },
    /// Asks which doors are left.
    Left {
        /// In this building only.
        building: Option<String>,
    },
}

impl DoorVerb {
    /// The verb's name, as it is typed after the colon.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Visit { .. } => "visit",
            Self::Claim { .. } => "claim",
            Self::Release { .. } => "release",
            Self::Household { .. } => "household",
            Self::Resident { .. } => "resident",
            Self::Sample { .. } => "sample",
            Self::Excuse { .. } => "excuse",
            Self::Follow { .. } => "follow",
            Self::Claims { .. } => "claims",
            Self::Left { .. } => "left",
        }
    }

    /// The verb of this name with the words behind it; `None` where they do not fit.
    pub(in super::super) fn from_words(name: &str, words: &mut Words<'_>) -> Option<Self> {
        Some(match name {
            "visit" => Self::Visit {
                home: words.label()?,
                state: VisitState::from_text(words.next()?)?,
                reason: words.rest_of_line(),
            },
            "claim" => {
                let (building, early) = (words.label()?, words.hours());
                let doors = words.label().map(|first| words.label().map(|last| (first, last)));
                let doors = if let Some(doors) = doors { Some(doors?) } else { None };
                Self::Claim { building, doors, hours: early.or_else(|| words.hours()) }
            }
            "release" => Self::Release { building: words.label()?, reason: words.rest_of_line() },
            "household" => {
                Self::Household { building: words.label()?, door: words.label()?, note: words.rest_of_line() }
            }
            "resident" => Self::Resident { home: words.label()?, who: words.rest_of_line()? },
            "sample" => Self::Sample { who: words.rest_of_line()? },
            "excuse" => Self::Excuse {
                who: words.label()?,
                excuse: Excuse::from_text(words.next()?)?,
                reason: words.rest_of_line(),
            },
            "follow" => Self::Follow {
                home: words.label()?,
                what: FollowUpKind::from_text(words.next()?)?,
                note: words.rest_of_line(),
            },
            "claims" => Self::Claims { building: words.rest_of_line() },
            "left" => Self::Left { building: words.rest_of_line() },
            _ => return None,
        })
    }
}

impl std::fmt::Debug for DoorVerb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// What was done: the record, and the place or words that say to what.
type Told = (Option<RecordRef>, String);

/// Either what was looked for, or the answer that says why there is no such one.
type OneOf<T> = std::result::Result<T, Box<Answer>>;

impl Station {
    /// Takes a typed verb about doors. What cannot be is answered; an error is the machine's alone.
    pub(in super::super) fn door_verb(&mut self, lane: &str, verb: &DoorVerb) -> Result<Answer> {
        let answered = match verb {
            DoorVerb::Sample { who } => match self.one_person(who)? {
                Ok(found) => return self.sample_found(lane, &found),
                Err(answer) => Ok(Err(answer)),
            },
            DoorVerb::Excuse { who, excuse, reason } => match self.one_person(who)? {
                Ok(found) => self.excuse_found(lane, &found, *excuse, reason.as_deref()).map(Ok),
                Err(answer) => Ok(Err(answer)),
            },
            DoorVerb::Visit { home, .. } | DoorVerb::Resident { home, .. } | DoorVerb::Follow { home, .. } => {
                match self.one_home(home)? {
                    Ok(found) => self.at_home(lane, verb, &found).map(Ok),
                    Err(answer) => Ok(Err(answer)),
                }
            }
            DoorVerb::Claim { building, doors, hours } => {
                self.claim_typed(lane, building, doors.as_ref(), *hours).map(Ok)
            }
            DoorVerb::Release { building, reason } => self.release_typed(lane, building, reason.as_deref()),
            DoorVerb::Household { building, door, note } => {
                let (building, door) = (Some(building.as_str()), Some(door.as_str()));
                let new = NewHousehold { building, door, note: note.as_deref(), ..NewHousehold::default() };
                self.add_household(lane, &new)
                    .map(|added| Ok((Some(added.saved), joined([building.unwrap_or(""), "", door.unwrap_or("")]))))
            }
            DoorVerb::Claims { building } => return self.tell_claims(lane, building.as_deref()).or_else(refusal),
            DoorVerb::Left { building } => {
                let text = left(&*self.doors()?, building.as_deref());
                return Ok(Answer { text: Some(text), ..Answer::new(Outcome::Note, Cue::Ok) });
            }
        };
        match answered {
            Ok(Ok((saved, text))) => Ok(Answer { saved, text: Some(text), ..Answer::new(Outcome::Note, Cue::Ok) }),
            Ok(Err(answer)) => Ok(*answer),
            Err(error) => refusal(error),
        }
    }

    /// What is recorded at a household that was found.
    fn at_home(&mut self, lane: &str, verb: &DoorVerb, found: &FoundLine) -> Result<Told> {
        let (household, place) = (found.household, written(&found.place));
        let saved = match verb {
            DoorVerb::Visit { state, reason, .. } => {
                let (state, reason) = (*state, reason.as_deref());
                self.visit(lane, &FoundAtDoor { household, state, reason, lives: None })?
            }
            DoorVerb::Follow { what, note, .. } => {
                let (what, note) = (*what, note.as_deref());
                self.follow_up(lane, &NewFollowUp { household, resident: None, what, due_ms: None, note })?
            }
            DoorVerb::Resident { who, .. } => self.resident_typed(lane, household, who)?,
            _ => return Ok((None, place)),
        };
        Ok((Some(saved), place))
    }

    /// A number that holds names the person; what holds none describes them. A long number that does not hold is
    /// refused, not taken for a description.
    fn resident_typed(&mut self, lane: &str, household: HouseholdId, who: &str) -> Result<RecordRef> {
        let reading = interpret_with(&Scan::line(who), Today::of(self.wall_ms(), None).latest, &self.profile()?.trust);
        let digits = who.chars().filter(char::is_ascii_digit).count();
        let names = reading.names_a_person() && reading.verdict.is_accept();
        let is_number = names || digits > who.chars().count() / 2;
        let (number, description) = if is_number { (Some(who), None) } else { (None, Some(who)) };
        let (name, guardian, contact, categories) = (None, None, None, Categories(0));
        let new = NewResident { household, number, name, description, categories, guardian, contact };
        self.add_resident(lane, &new).map(|(_, saved)| saved)
    }

    fn sample_found(&mut self, lane: &str, found: &FoundLine) -> Result<Answer> {
        let Some(resident) = found.resident else { return Ok(Answer::refused("nothing_like_that")) };
        self.sample_resident(lane, resident, None).or_else(refusal)
    }

    fn excuse_found(&mut self, lane: &str, found: &FoundLine, excuse: Excuse, reason: Option<&str>) -> Result<Told> {
        let saved = found.resident.map(|resident| self.excuse(lane, resident, excuse, reason, None)).transpose()?;
        Ok((saved, written(&found.place)))
    }

    fn claim_typed(
        &mut self,
        lane: &str,
        building: &str,
        doors: Option<&(String, String)>,
        hours: Option<u32>,
    ) -> Result<Told> {
        let ms = i64::from(hours.unwrap_or(CLAIM_HOURS)).saturating_mul(3_600_000);
        let (first, last) = doors.map_or((None, None), |(first, last)| (Some(first.as_str()), Some(last.as_str())));
        let until_ms = self.wall_ms().saturating_add(ms);
        let plan = ClaimPlan { area: None, building, stairwell: None, first, last, until_ms };
        let saved = self.claim(lane, &plan)?;
        let range = doors.map(|(first, last)| format!(" {first}…{last}")).unwrap_or_default();
        Ok((Some(saved), format!("{building}{range}")))
    }

    /// Every claim of this device on a building that was not given up.
    fn release_typed(&mut self, lane: &str, building: &str, reason: Option<&str>) -> Result<OneOf<Told>> {
        let (device, wanted) = (self.journal.device(), Folded::new(building));
        let own = self.view(|view| {
            let mut own = Vec::new();
            for at in doors::open_claims(view.conn(), self.round(view)?)? {
                let Some(Body::BuildingClaimed(claim)) = view.read(at)?.map(|record| record.body) else { continue };
                if at.device == device && Folded::new(&claim.building) == wanted {
                    own.push(at);
                }
            }
            Ok(own)
        })?;
        let mut saved = None;
        for claim in own {
            saved = Some(self.release(lane, claim, reason)?);
        }
        Ok(match saved {
            Some(saved) => Ok((Some(saved), building.to_owned())),
            None => Err(Box::new(Answer::refused("nothing_like_that"))),
        })
    }

    /// The one household that `text` means.
    fn one_home(&self, text: &str) -> Result<OneOf<FoundLine>> {
        let doors = self.hits(text, usize::MAX)?.into_iter().filter(|line| line.resident.is_none());
        let (exact, near): (Vec<_>, Vec<_>) = doors.partition(|line| line.found == Found::Door);
        match (exact.is_empty(), names_building_and_door(text)) {
            (false, _) => self.one(exact),
            (true, true) => self.one(near),
            (true, false) => self.several(near).map(Err),
        }
    }

    /// The one person whom `text` means: by a name, initials or digits of the number, with a household in front or not.
    fn one_person(&self, text: &str) -> Result<OneOf<FoundLine>> {
        let people = |text: &str| -> Result<Vec<FoundLine>> {
            Ok(self.hits(text, usize::MAX)?.into_iter().filter(|line| line.resident.is_some()).collect())
        };
        let found = people(text)?;
        if let (true, Some((home, who))) = (found.is_empty(), text.split_once(char::is_whitespace)) {
            return match self.one_home(home)? {
                Ok(home) => {
                    let at_home = people(who.trim())?.into_iter().filter(|line| line.household == home.household);
                    self.one(at_home.collect())
                }
                Err(answer) => Ok(Err(answer)),
            };
        }
        self.one(found)
    }

    /// The only one there is; else what may be meant, or that there is nothing.
    fn one(&self, mut found: Vec<FoundLine>) -> Result<OneOf<FoundLine>> {
        match (found.len(), found.pop()) {
            (1, Some(only)) => Ok(Ok(only)),
            (_, last) => {
                found.extend(last);
                self.several(found).map(Err)
            }
        }
    }

    /// The answer that says what may be meant, or that there is nothing.
    fn several(&self, mut found: Vec<FoundLine>) -> Result<Box<Answer>> {
        if found.is_empty() {
            return Ok(Box::new(Answer::refused("nothing_like_that")));
        }
        let more = found.len() > TOLD_MAX;
        found.truncate(TOLD_MAX);
        let listed = self.listed()?;
        let mut told = self.view(|view| {
            let round = self.round(view)?;
            let told = found
                .iter()
                .map(|line| Ok(candidate(line, NamedPerson::of(view, round, listed, line.resident)?.as_ref())));
            told.collect::<Result<Vec<String>>>()
        })?;
        told.extend(more.then(|| "…".to_owned()));
        Ok(Box::new(Answer { text: Some(told.join("\n")), ..Answer::refused("several_like_that") }))
    }
}

/// Whether a text has two parts at least: `3` alone may be any building's door, even where only one is known so far.
fn names_building_and_door(text: &str) -> bool {
    let parts = |splits: fn(char) -> bool| text.split(splits).filter(|part| !part.is_empty()).count();
    parts(|one| !one.is_alphanumeric()) > 1 || parts(|one| !one.is_numeric()) > 1
}

/// How somebody who was found is told apart: where, a name, the number as screens show it.
fn candidate(line: &FoundLine, person: Option<&NamedPerson>) -> String {
    let parts = person.map(|person| [&person.name, &person.description, &person.number]);
    let parts = parts.into_iter().flatten().flatten().cloned();
    std::iter::once(written(&line.place)).chain(parts).collect::<Vec<_>>().join(" ")
}

/// What the core refuses as an answer in its own words; a failure of the machine stays one.
fn refusal(error: Error) -> Result<Answer> {
    match error {
        Error::Refused { .. } | Error::Invalid { .. } | Error::Limit { .. } => {
            Ok(Answer { text: Some(error.to_string()), ..Answer::refused("not_recorded") })
        }
        other => Err(other),
    }
}

/// A place as people write it: `12-2-501`, with the area in front.
fn written(place: &Place) -> String {
    let door = joined([&place.building, &place.stairwell, &place.door]);
    [&*place.area, &door].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn joined(parts: [&str; 3]) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// What is left, a building a line: how many, of how many, and which doors.
fn left(doors: &Doors, building: Option<&str>) -> String {
    let wanted = building.map(Folded::new);
    let mut lines = Vec::new();
    for (of, homes) in doors.by_building() {
        if wanted.as_ref().is_some_and(|wanted| *wanted != Folded::new(&of.building)) {
            continue;
        }
        let here = homes.iter().filter(|home| !home.state.is_settled());
        let open: Vec<String> = here.map(|home| joined(["", &home.place.stairwell, &home.place.door])).collect();
        let place = Place { area: of.area.as_str().into(), building: of.building.as_str().into(), ..Place::default() };
        lines.push(format!("{} {}/{}: {}", written(&place), of.figures.left, of.figures.homes, open.join(" ")));
    }
    let (left, homes) = (doors.figures.left, doors.figures.homes);
    let all = wanted.is_none().then(|| format!("{left}/{homes}"));
    all.into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}
