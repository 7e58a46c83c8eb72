//! A roster of 50,000 people on a phone: searching it, opening it, applying a difference, its bytes in memory. Lines begin
//! with `budget` or `probe`; a missed budget ends the run with exit code 1. `FIELDCORE_SHORT=1` repeats less.

#[path = "phone/district.rs"]
#[allow(dead_code, reason = "shared with the phone at full size")]
mod district;
#[path = "budgets/report.rs"]
#[allow(dead_code, reason = "shared with the budgets, which use all of it")]
mod report;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Duration;

use district::{District, PEOPLE, list, timed};
use fieldcore::Journal;
use fieldcore::roster::{Homes, Roster, search};
use fieldcore_tests::TempFolder;
use report::{budget, median, ms, percentile, probe, probes, short};

/// Milliseconds of any search, at the most.
const SEARCH_LIMIT_MS: f64 = 20.0;
/// Milliseconds until a roster at rest can be searched.
const OPEN_LIMIT_MS: f64 = 100.0;
/// MiB in memory: what a phone's budget of 48 MiB leaves beside 30,000 records.
const MEMORY_LIMIT_MIB: f64 = 16.0;
fn searches(roster: &Roster) {
    let number = roster.dweller(roster.homes() / 2, 0).number.unwrap_or_default().to_owned();
    let repeats = if short() { 10 } else { 50 };
    let mut worst = ("", Duration::ZERO);
    for (what, query) in [
        ("a part of a number", &number[6..14]),
        ("a whole number", number.as_str()),
        ("a part of a name", "明芳"),
        ("a name in letters that nobody has", "annabelle"),
        ("initials", "wxm"),
        ("initials that many have", "wx"),
        ("a door", "120-2-1501"),
        ("a door in words", "120栋2单元1501"),
        ("a door alone", "501"),
        ("a building", "77号楼"),
        ("nothing", "xyzzy-9"),
    ] {
        let mut times: Vec<Duration> =
            (0..repeats).map(|_| timed(|| black_box(search(roster, black_box(query), 50))).1).collect();
        let (half, most, least) = (median(&mut times), percentile(&mut times, 1.0), percentile(&mut times, 0.0));
        let hits = search(roster, query, 50).len();
        probe(
            &format!("search for {what}"),
            &format!("{:.2} ms median, {:.2} to {:.2} ms; {hits} hits", ms(half), ms(least), ms(most)),
        );
        if half > worst.1 {
            worst = (what, half);
        }
    }
    let beside = format!("median of the slowest of 11 searches: {}", worst.0);
    budget("search among 50,000 people", ms(worst.1), SEARCH_LIMIT_MS, " ms", &beside);
}

fn opening(journal: &Journal) {
    let mut times: Vec<Duration> = (0..if short() { 5 } else { 20 })
        .map(|_| {
            journal.suspend().expect("it closes");
            journal.resume().expect("it opens");
            timed(|| black_box(journal.roster().expect("it opens").expect("a roster"))).1
        })
        .collect();
    let (half, most, least) = (median(&mut times), percentile(&mut times, 1.0), percentile(&mut times, 0.0));
    let beside = format!("median of {}; {:.1} to {:.1} ms", times.len(), ms(least), ms(most));
    budget("open a roster of 50,000 people at rest", ms(half), OPEN_LIMIT_MS, " ms", &beside);
}

fn main() -> ExitCode {
    probes();
    let mut district = District::new(TempFolder::on_disk());
    let text = list();
    district.import(&text);
    district.assign();
    let (roster, first) = timed(|| district.journal.roster().expect("it opens").expect("a roster"));
    assert_eq!(roster.people(), PEOPLE);
    probe("opened for the first time, the table of syllables not yet made", &format!("{:.1} ms", ms(first)));
    let mib = roster.bytes() as f64 / f64::from(1 << 20);
    budget("a roster of 50,000 people in memory", mib, MEMORY_LIMIT_MIB, " MiB", "of the 48 MiB with 30,000 records");
    searches(&roster);
    opening(&district.journal);
    district.import(&text.replacen("08:00-08:30", "09:00-09:30", 40));
    let ((bytes, _), took) = timed(|| district.sync());
    let says = format!("{bytes} bytes with state and key set, {:.0} ms with the hub's own time", ms(took));
    probe("a difference of some 16 homes comes down and is applied", &says);
    report::end()
}
