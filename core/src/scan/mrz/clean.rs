//! A clean zone, handed over as such: nothing is repaired in it.

use chrono::NaiveDate;

use super::layout::{EXIT_PERMIT, Layout, MRV_A, MRV_B, Span, TD1, TD2, TD3};
use super::zone::{View, Zone};
use crate::record::ReadSource;
use crate::scan::reading::{Problem, Reading, ReadingKind, Verdict};

/// Reads the lines of a clean zone.
pub(in crate::scan) fn read(lines: &[String], today: NaiveDate) -> Reading {
    let lines: Vec<&str> = lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect();
    let refuse = |problems| Reading::refuse(Some(ReadingKind::Mrz), problems);
    let visa = lines.first().is_some_and(|line| line.starts_with('V'));
    let long = lines.iter().map(|line| line.chars().count()).max().unwrap_or_default() > 40;
    let layout: &'static Layout = match (lines.len(), long, visa) {
        (1, ..) => &EXIT_PERMIT,
        (2, true, false) => &TD3,
        (2, true, true) => &MRV_A,
        (2, false, false) => &TD2,
        (2, false, true) => &MRV_B,
        (3, ..) => &TD1,
        _ => return refuse(vec![Problem::Structure]),
    };
    let mut problems = Vec::new();
    if lines.iter().any(|line| line.chars().count() != layout.width) {
        problems.push(Problem::Length);
    }
    let allowed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '<';
    if !lines.iter().all(|line| line.chars().all(allowed)) {
        problems.push(Problem::Charset);
    }
    if !problems.is_empty() {
        return refuse(problems);
    }
    let text = lines.concat().into_bytes();
    judge(Zone { layout, text: &text }, today)
}

fn judge(zone: Zone<'_>, today: NaiveDate) -> Reading {
    let mut problems = Vec::new();
    if !zone.is_structured() {
        problems.push(Problem::Structure);
    }
    if !has_alphabets(zone) {
        problems.push(Problem::Charset);
    }
    problems.extend(zone.contradictions(today));
    let doubts = zone.doubts();
    if doubts.contains(&Problem::Sex) {
        problems.push(Problem::Sex);
    }
    if !problems.is_empty() {
        let kind = if *zone.layout == EXIT_PERMIT { ReadingKind::CnExitPermit } else { ReadingKind::Mrz };
        return Reading { format: zone.layout.name, ..Reading::refuse(Some(kind), problems) };
    }
    zone.reading(Verdict::Accept, doubts, &View { today, source: ReadSource::Mrz, left_out: &[] })
}

/// Whether letters, digits and fillers stand only where the format has them.
fn has_alphabets(zone: Zone<'_>) -> bool {
    let layout = zone.layout;
    let all = |span: Option<Span>, fits: fn(&u8) -> bool| span.is_none_or(|span| zone.of(span).iter().all(fits));
    let letters = |span| all(span, |c| !c.is_ascii_digit());
    let digits = |span| all(span, |c| !c.is_ascii_uppercase());
    let check = |place: Option<usize>| place.is_none_or(|place| zone.at(place).is_ascii_digit());
    let spread = |place: usize| Some(Span { start: place, end: place + 1 });
    letters(Some(layout.code))
        && letters(layout.state)
        && letters(layout.nationality)
        && letters(layout.names)
        && digits(Some(layout.birth))
        && digits(Some(layout.expiry))
        && digits(spread(layout.number_check))
        && layout.optional1_check.is_none_or(|place| digits(spread(place)))
        && check(Some(layout.birth_check))
        && check(Some(layout.expiry_check))
        && check(layout.composite.map(|(place, _)| place))
}
