//! `doors` and `search`: work from door to door, beside a running station.

use fieldcore::doors::{ClaimView, Doors, HomeView, Place, TeamFigures};
use fieldcore::{
    Error, Export, FollowUpLine, FoundLine, Language, MissedLine, NamedPerson, RecordRef, Station, Target,
};
use serde_json::json;

use crate::args;
use crate::commands::writing_if_free;
use crate::device;
use crate::exit::{Code, Failure, Outcome};
use crate::out;
use crate::screen::big;
use crate::text::{harmless, table};
use crate::words::{Words, fill};
use crate::{local_day, local_time};

/// `doors`: what is left and by whom it is done; with names only where somebody asks for people.
pub(crate) fn run(asked: &args::Doors, language: Language) -> Outcome {
    let words = Words::of(language);
    if asked.missed || asked.follow_ups {
        return people(asked, words);
    }
    let station = Station::open(device::open_to_read(&asked.reading.place, "doors")?)?;
    let json = asked.reading.json;
    if asked.progress {
        let text = station.progress(language, false)?;
        return tell(json, &json!({ "text": text }), || vec![text.clone()]);
    }
    let doors = station.doors()?;
    if asked.claims {
        let Doors { claims, overlaps, contested, .. } = &*doors;
        let value = json!({ "claims": claims, "overlaps": overlaps, "contested": contested });
        return tell(json, &value, || claims_text(words, &doors));
    }
    if asked.by_team {
        return tell(json, &json!({ "teams": doors.teams }), || vec![teams_text(words, &doors.teams)]);
    }
    let Doors { figures, buildings, homes, .. } = &*doors;
    let value = json!({ "figures": figures, "buildings": buildings, "homes": homes });
    tell(json, &value, || left_text(words, &doors))
}

/// The lists of people: recorded in the export log before they are shown.
fn people(asked: &args::Doors, words: &Words) -> Outcome {
    let station = Station::open(writing_if_free(&asked.reading.place, "doors")?)?;
    let json = asked.reading.json;
    if asked.missed {
        let missed = station.missed()?;
        log(&station, Export::Doors, missed.iter().filter(|line| line.person.is_some()).count(), words)?;
        return tell(json, &json!({ "missed": missed }), || {
            missed.iter().map(|line| missed_text(words, line)).collect()
        });
    }
    let open = station.open_follow_ups()?;
    log(&station, Export::Doors, open.iter().filter(|line| line.person.is_some()).count(), words)?;
    tell(json, &json!({ "follow_ups": open }), || open.iter().map(|line| follow_up_text(words, line)).collect())
}

/// `search`: doors and people of the roster, and those added at doors; exit code 1 where there is nothing.
pub(crate) fn search(asked: &args::Search, language: Language) -> Outcome {
    let words = Words::of(language);
    let station = Station::open(writing_if_free(&asked.reading.place, "search")?)?;
    let found = station.find(&asked.query.join(" "), asked.limit)?;
    let people = found.iter().filter(|line| line.person.is_some()).count();
    if people > 0 {
        log(&station, Export::Search, people, words)?;
    }
    if found.is_empty() && !asked.reading.json {
        return Err(Failure::No(words.door("nothing_found").to_owned()));
    }
    tell(asked.reading.json, &json!({ "found": found }), || {
        found.iter().map(|line| found_text(words, line)).collect()
    })?;
    Ok(if found.is_empty() { Code::No } else { Code::Done })
}

/// Records that people are shown. Beside a running station, which alone may write, that is said instead.
fn log(station: &Station, what: Export, people: usize, words: &Words) -> Result<(), Failure> {
    let people = u32::try_from(people).unwrap_or(u32::MAX);
    let logged = !station.journal().is_read_only()
        && match station.exported(what, people, Target::Screen) {
            Ok(_) => true,
            Err(Error::Full) => false,
            Err(error) => return Err(error.into()),
        };
    if !logged {
        out::complain(words.not_logged);
    }
    Ok(())
}

fn tell(json: bool, value: &serde_json::Value, text: impl FnOnce() -> Vec<String>) -> Outcome {
    if json {
        out::json(value)?;
    } else {
        // A name, a note, a door is what anybody may have typed.
        let lines =
            text().iter().map(|line| line.split('\n').map(harmless).collect::<Vec<_>>().join("\n")).collect::<Vec<_>>();
        if !lines.is_empty() {
            out::line(lines.join("\n"))?;
        }
    }
    Ok(Code::Done)
}

/// The number of homes left, large; then each building with the doors that are left in it.
fn left_text(words: &Words, doors: &Doors) -> Vec<String> {
    let all = &doors.figures;
    let mut lines = vec![fill(words.doors_left, &[&all.homes])];
    lines.extend(big::draw(&all.left.to_string(), 2).into_iter().map(|row| row.trim_end().to_owned()));
    for (building, homes_here) in doors.by_building() {
        let figures = &building.figures;
        let name = joined(&[&building.area, &building.building], " ");
        let counts =
            [figures.left, figures.not_visited, figures.done, figures.refused, figures.moved_away, figures.homes];
        let [left, new, done, refused, moved, homes] = counts;
        lines.push(String::new());
        lines.push(format!(
            "{}  {}",
            if name.is_empty() { words.door("no_address") } else { &name },
            fill(words.doors_building, &[&left, &homes, &new, &done, &refused, &moved])
        ));
        lines.extend(homes_here.iter().filter(|home| !home.state.is_settled()).map(|home| home_text(words, home)));
    }
    let people = [all.people, all.sampled, all.excused, all.people.saturating_sub(all.sampled + all.excused)];
    let [people, sampled, excused, missed] = people;
    lines.push(String::new());
    lines.push(fill(words.doors_people, &[&people, &sampled, &excused, &missed]));
    for (category, count) in &all.categories {
        let missed = count.people.saturating_sub(count.sampled + count.excused);
        let figures = fill(words.doors_people, &[&count.people, &count.sampled, &count.excused, &missed]);
        lines.push(format!("  {}  {figures}", words.door(category.as_str())));
    }
    lines
}

fn home_text(words: &Words, home: &HomeView) -> String {
    let door = joined(&[&home.place.stairwell, &home.place.door], "-");
    let door = if door.is_empty() { "?".to_owned() } else { door };
    let sampled = format!("{}/{}", home.sampled + home.excused, home.people);
    let parts = [
        door,
        words.door(home.state.as_str()).to_owned(),
        sampled,
        home.slot.as_deref().unwrap_or_default().to_owned(),
    ];
    format!("  {}", parts.join("  ")).trim_end().to_owned()
}

fn missed_text(words: &Words, line: &MissedLine) -> String {
    let reason = words.door(line.reason).to_owned();
    told(&[place(&line.missed.place), who(words, line.person.as_ref()), reason, line.words.clone().unwrap_or_default()])
}

fn follow_up_text(words: &Words, line: &FollowUpLine) -> String {
    let due = line.open.due_ms.map(local_day).unwrap_or_default();
    let what = words.door(line.open.what.as_str()).to_owned();
    told(&[due, place(&line.place), who(words, line.person.as_ref()), what, line.words.clone().unwrap_or_default()])
}

fn found_text(words: &Words, line: &FoundLine) -> String {
    let state = match (line.sampled, line.state) {
        (Some(true), _) => words.door("sampled").to_owned(),
        (_, state) => state.map(|state| words.door(state.as_str()).to_owned()).unwrap_or_default(),
    };
    told(&[place(&line.place), who(words, line.person.as_ref()), state, line.slot.clone().unwrap_or_default()])
}

/// Claims, then which of them overlap and who keeps what.
fn claims_text(words: &Words, doors: &Doors) -> Vec<String> {
    let called = |at: RecordRef| {
        let claim = doors.claims.iter().find(|claim| claim.claim == at);
        claim.map_or_else(|| at.to_string(), |claim| team(words, claim))
    };
    let mut lines: Vec<String> = doors.claims.iter().map(|claim| claim_text(words, claim)).collect();
    for overlap in &doors.overlaps {
        let [one, other, keeps] = [overlap.one, overlap.other, overlap.keeps].map(called);
        lines.push(fill(words.doors_overlap, &[&one, &other, &keeps]));
    }
    for door in &doors.contested {
        let why = words.door(if door.by_visit { "kept_by_visit" } else { "kept_by_rule" });
        lines.push(format!("  {}", fill(words.doors_kept, &[&place(&door.place), &called(door.keeps), &why])));
    }
    lines
}

fn team(words: &Words, claim: &ClaimView) -> String {
    let lane = claim.lane.as_deref().unwrap_or("-");
    format!("{} {} {lane}", claim.device, words.lane)
}

fn claim_text(words: &Words, claim: &ClaimView) -> String {
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    let building = joined(&[&optional(&claim.area), &claim.building, &optional(&claim.stairwell)], " ");
    let doors = match (&claim.first, &claim.last) {
        (None, None) => words.door("all_doors").to_owned(),
        (first, last) => format!("{}…{}", optional(first), optional(last)),
    };
    let until = match claim.released {
        Some(_) => words.door("given_up").to_owned(),
        None => fill(words.good_until, &[&local_time(claim.until_ms)]),
    };
    told(&[building, doors, fill(words.doors_homes, &[&claim.homes]), team(words, claim), until])
}

fn teams_text(words: &Words, teams: &[TeamFigures]) -> String {
    let head = ["homes", "done", "refused", "moved_away", "left", "sampled", "excused"].map(|word| words.door(word));
    let [homes, done, refused, moved, left, sampled, excused] = head.map(str::to_owned);
    let (operator, lane) = (words.operator.to_owned(), words.lane.to_owned());
    let mut rows = vec![[operator, lane, homes, done, refused, moved, left, sampled, excused]];
    rows.extend(teams.iter().map(|team| {
        let counts = [team.homes, team.done, team.refused, team.moved_away, team.left, team.sampled, team.excused];
        let [homes, done, refused, moved, left, sampled, excused] = counts.map(|count| count.to_string());
        let name = team.team.operator.clone().unwrap_or_else(|| team.team.device.to_string());
        let lane = team.team.lane.clone().unwrap_or_else(|| "-".to_owned());
        [name, lane, homes, done, refused, moved, left, sampled, excused]
    }));
    table(&rows, 2)
}

/// A place as people write it: `12-2-501`.
fn place(place: &Place) -> String {
    let door = joined(&[&place.building, &place.stairwell, &place.door], "-");
    let whole = joined(&[&place.area, &door], " ");
    if whole.is_empty() { "?".to_owned() } else { whole }
}

fn who(words: &Words, person: Option<&NamedPerson>) -> String {
    let Some(person) = person else { return String::new() };
    let mut parts: Vec<String> =
        [&person.name, &person.description, &person.number].into_iter().flatten().cloned().collect();
    parts.extend(person.categories.iter().map(|category| words.door(category.as_str()).to_owned()));
    for (word, value) in [(words.phone, &person.contact), (words.guardian, &person.guardian)] {
        parts.extend(value.iter().map(|value| format!("{word} {value}")));
    }
    parts.join(" ")
}

fn joined(parts: &[&str], by: &str) -> String {
    parts.iter().copied().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(by)
}

fn told(parts: &[String]) -> String {
    joined(&parts.iter().map(String::as_str).collect::<Vec<_>>(), "   ")
}
