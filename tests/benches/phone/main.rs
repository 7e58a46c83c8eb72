//! A phone at full size: 30,000 records of tubes and of work from door to door, and a roster of 50,000 people in force.
//! Lines begin with `budget` or `probe`; a missed budget ends the run with exit code 1. `FIELDCORE_SHORT=1` repeats less.

#[path = "../budgets/child.rs"]
mod child;
mod district;
mod memory;
#[path = "../budgets/report.rs"]
#[allow(dead_code, reason = "shared with the budgets, which use all of it")]
mod report;
mod street;

use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use district::{District, door, list, timed};
use fieldcore::record::VisitState;
use fieldcore::roster::{Homes, Roster};
use fieldcore::{Journal, JournalOptions, Language, Station};
use fieldcore_tests::workload::{LANE, shift_plan};
use fieldcore_tests::{TempFolder, county_numbers, platform};
use report::{budget, median, ms, percentile, probe, probes, short};
use street::Team;

const RECORDS: u64 = 30_000;
/// Milliseconds of any search, at the most.
const SEARCH_LIMIT_MS: f64 = 20.0;
/// Milliseconds until the first search is answered.
const OPEN_LIMIT_MS: f64 = 100.0;
/// A scan with the roster against one without, at the most.
const SCAN_LIMIT: f64 = 1.1;

/// Times with what they are called.
fn tell(what: &str, mut times: Vec<Duration>) -> Duration {
    let (half, least, most) = (median(&mut times), percentile(&mut times, 0.0), percentile(&mut times, 1.0));
    let says = format!("{:.2} ms median of {}, {:.2} to {:.2} ms", ms(half), times.len(), ms(least), ms(most));
    probe(what, &says);
    half
}

fn rounds() -> usize {
    if short() { 10 } else { 50 }
}

/// The district's journal in another folder.
fn opened(district: &District, folder: &Path) -> Station {
    let parts = platform(&district.clock, &district.entropy, &district.vault);
    let options = JournalOptions { ballast_bytes: 0, ..JournalOptions::new(folder.join("journal")) };
    Station::open(Journal::open(options, parts).expect("it opens")).expect("a station")
}

fn copied(district: &District) -> TempFolder {
    let folder = TempFolder::on_disk();
    std::fs::create_dir(folder.join("journal")).expect("a folder");
    let name = "journal/journal.db";
    std::fs::copy(district.folder.join(name), folder.join(name)).expect("a copy");
    folder
}

fn opening(district: &District, folder: &Path) {
    let mut times: Vec<Duration> = (0..rounds())
        .map(|_| {
            let (station, took) = timed(|| {
                let station = opened(district, folder);
                black_box(station.find("wxm", 50).expect("a search"));
                station
            });
            station.journal().shutdown().expect("it closes");
            took
        })
        .collect();
    let (half, most) = (median(&mut times), percentile(&mut times, 1.0));
    let beside = format!("median of {}; at the most {:.1} ms", times.len(), ms(most));
    budget("open journal and roster until a search is answered", ms(half), OPEN_LIMIT_MS, " ms", &beside);
}

/// Searches, each after a visit: so nothing that was kept from the one before is of use.
fn searches(team: &mut Team<'_>, home: usize) {
    let number = team.roster.dweller(home, 0).number.unwrap_or_default().to_owned();
    let exact = door(home).join("-");
    let mut worst = ("", Duration::ZERO);
    for (what, query) in [
        ("a part of a number", &number[6..14]),
        ("a part of a name", "明芳"),
        ("initials that many have", "wx"),
        ("a door", exact.as_str()),
        ("a door alone", "501"),
        ("a building", "77号楼"),
        ("somebody who was added", "coat 1"),
        ("nothing", "xyzzy-9"),
    ] {
        let times = (0..rounds())
            .map(|_| {
                team.visit(team.roster.home(home).id, VisitState::Informed);
                timed(|| black_box(team.station.find(query, 50).expect("a search"))).1
            })
            .collect();
        let half = tell(&format!("find {what}, with states"), times);
        if half > worst.1 {
            worst = (what, half);
        }
    }
    let beside = format!("median of the slowest of 8: {}", worst.0);
    budget("search among 50,000 people with what became of them", ms(worst.1), SEARCH_LIMIT_MS, " ms", &beside);
}

fn verbs(team: &mut Team<'_>, home: usize) {
    let mut times: [Vec<Duration>; 3] = Default::default();
    for round in 0..rounds() {
        let at = home + round;
        times[0].push(timed(|| team.visit(team.roster.home(at).id, VisitState::NobodyHome)).1);
        let line = format!(":visit {} nobody_home", door(at).join("-"));
        let (answer, took) = timed(|| team.station.line(LANE, &line).expect("the disk works"));
        assert!(answer.saved.is_some(), "nothing was written: {:?}", answer.problems);
        times[1].push(took);
        times[2].push(timed(|| team.sample(at, 0)).1);
    }
    for (what, times) in
        ["visit", "a typed :visit", "sample_resident, every tenth with its tube"].into_iter().zip(times)
    {
        tell(what, times);
    }
}

fn views(team: &mut Team<'_>, home: usize) {
    let mut times: [Vec<Duration>; 5] = Default::default();
    for _ in 0..rounds() {
        team.visit(team.roster.home(home).id, VisitState::Informed);
        times[0].push(timed(|| black_box(team.station.doors().expect("doors"))).1);
        times[1].push(timed(|| black_box(team.station.doors().expect("doors"))).1);
        times[2].push(timed(|| black_box(team.station.progress(Language::English, true).expect("progress"))).1);
        times[3].push(timed(|| black_box(team.station.open_follow_ups().expect("follow-ups"))).1);
        times[4].push(timed(|| black_box(team.station.status().expect("a status"))).1);
    }
    let names = ["all doors after a visit", "all doors again", "progress", "what is open, with names", "status"];
    for (what, times) in names.into_iter().zip(times) {
        tell(what, times);
    }
}

/// Scans of people who are not on the list, with the list and without, in turn: the work is the same.
fn scans(district: &District, roster: &Roster) {
    let folders = [copied(district), copied(district)];
    let mut stations = folders.each_ref().map(|folder| opened(district, folder.path()));
    stations[1].set_roster(None);
    let mut times: [Vec<Duration>; 2] = Default::default();
    let mut numbers = county_numbers(530_102, 1880..=1905).skip(31);
    for round in 0..if short() { 300 } else { 2_000 } {
        let number = numbers.next().expect("numbers enough");
        district.clock.advance(21_600);
        for (station, times) in stations.iter_mut().zip(&mut times) {
            if round % 10 == 0 {
                let tube = fieldcore_tests::tube_label(7, round);
                station.line(LANE, &tube).expect("the disk works");
            }
            let (answer, took) = timed(|| station.line(LANE, &number).expect("the disk works"));
            assert!(answer.saved.is_some(), "nobody was bound: {}", answer.outcome.as_str());
            times.push(took);
        }
    }
    let [mut with, mut without] = times;
    let (half, bare) = (median(&mut with), median(&mut without));
    let beside = format!("{:.3} ms against {:.3} ms, medians of {} pairs", ms(half), ms(bare), with.len());
    let ratio = half.as_secs_f64() / bare.as_secs_f64();
    budget("a scan to its outcome with the roster, against without", ratio, SCAN_LIMIT, "x", &beside);
    let home = roster.homes() - 1;
    stations[0].line(LANE, &fieldcore_tests::tube_label(8, 1)).expect("the disk works");
    let listed = (0..9).filter_map(|back| roster.dweller(home - back, 0).number);
    let scan = |number: &str| {
        let (answer, took) = timed(|| stations[0].line(LANE, number).expect("the disk works"));
        assert!(answer.saved.is_some(), "nobody was bound: {} {:?}", answer.outcome.as_str(), answer.problems);
        took
    };
    let times = listed.map(scan).collect();
    tell("a scan of somebody on the list, with the record that ties them to it", times);
}

fn main() -> ExitCode {
    if let Some(folder) = child::asked_as_child() {
        memory::work_as_child(&folder);
        return ExitCode::SUCCESS;
    }
    probes();
    let mut district = District::new(TempFolder::in_memory());
    district.import(&list());
    district.assign();
    let roster = district.journal.roster().expect("it opens").expect("a roster");
    let mut station = Station::open(district.journal.clone()).expect("a station");
    station.start_shift(None, &shift_plan()).expect("a shift");
    let (home, took) = timed(|| Team::new(&mut station, &district.clock, &roster, 1).work(RECORDS));
    probe(
        "30,000 records of some weeks from door to door",
        &format!("{home} doors, made in {:.0} s", took.as_secs_f64()),
    );
    drop(station);
    district.journal.shutdown().expect("it closes");
    let folder = copied(&district);
    opening(&district, folder.path());
    memory::keep_secrets(&district.vault, folder.path());
    memory::measure(folder.path());
    scans(&district, &roster);
    let mut station = opened(&district, folder.path());
    let mut team = Team::new(&mut station, &district.clock, &roster, 2);
    searches(&mut team, home + 100);
    verbs(&mut team, home + 200);
    views(&mut team, home + 100);
    report::end()
}
