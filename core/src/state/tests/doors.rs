//! Work from door to door: its rows, and the views that come of them.

use std::collections::BTreeSet;

use super::*;
use crate::doors::testing::{Listed, home, resident};
use crate::doors::{Doors, Facts, Known, PersonKey};
use crate::record::{
    BuildingClaimed, ClaimReleased, Excuse, FollowUp, FollowUpClosed, FollowUpKind, HouseholdAdded, ProxyIssued,
    ProxyRead, ResidentAdded, ResidentExcused, ResidentSampled, Visit, VisitState, added_id,
};
use crate::roster::HouseholdId;

/// What the records of doors name besides those of [`History`].
#[derive(Default)]
pub(super) struct Names {
    visits: Vec<RecordRef>,
    claims: Vec<RecordRef>,
    follow_ups: Vec<RecordRef>,
    excuses: Vec<RecordRef>,
    cards: Vec<RecordRef>,
    households: Vec<HouseholdId>,
    residents: Vec<HouseholdId>,
}

fn id(of: &[Fixed<16>], choice: u8) -> Fixed<16> {
    match choice {
        0..=99 => home(choice % 4 + 1),
        _ => of.get(usize::from(choice) % of.len().max(1)).copied().unwrap_or(home(9)),
    }
}

fn place(history: &mut History, a: u8, b: u8, c: u8, shift: Option<RecordRef>) {
    let door = Some((b % 12).to_string());
    if a.is_multiple_of(2) {
        let (area, stairwell, building) = (None, None, (b % 4).to_string());
        let body = BuildingClaimed { area, building, stairwell, first: door, last: None, until_ms: 0 };
        let at = history.push(c, shift, body);
        history.names.claims.push(at);
    } else {
        let (area, stairwell, building) = (Some("East".to_owned()), None, Some((b % 4).to_string()));
        let body =
            HouseholdAdded { area, building, stairwell, door, address: Some("by the well".to_owned()), note: None };
        let at = history.push(c, shift, body);
        history.names.households.push(added_id(at));
    }
}

fn person(history: &mut History, a: u8, b: u8, c: u8, shift: Option<RecordRef>) {
    let household = id(&history.names.households, a);
    let subject = pick(if b.is_multiple_of(2) { &history.subjects } else { &history.waiting }, b);
    match b % 4 {
        0 => {
            let body = ResidentAdded {
                household,
                document: if a.is_multiple_of(3) { DocumentKind::None } else { DocumentKind::CnResident },
                number: (!a.is_multiple_of(3)).then(|| format!("number {}", b % 16)),
                issuer: None,
                name: Some("somebody".to_owned()),
                birth: None,
                sex: None,
                nationality: None,
                source: ReadSource::Typed,
                description: Some("a red scarf".to_owned()),
                categories: u32::from(b),
                guardian: None,
                contact: None,
            };
            let at = history.push(c, shift, body);
            history.names.residents.push(added_id(at));
        }
        1 => {
            let resident = id(&history.names.residents, a);
            history.push(c, shift, ResidentSampled { resident, household, subject });
        }
        2 => card(history, a, b, c, shift),
        _ => {
            let replaces = (b > 200).then(|| pick(&history.names.excuses, a));
            let resident = id(&history.names.residents, a);
            let excuse = Excuse::ALL[usize::from(b) % Excuse::ALL.len()];
            let at = history.push(c, shift, ResidentExcused { resident, household, excuse, reason: None, replaces });
            history.names.excuses.push(at);
        }
    }
}

fn card(history: &mut History, a: u8, b: u8, c: u8, shift: Option<RecordRef>) {
    if a % 2 == 1 {
        let subject = (a > 20).then(|| pick(&history.subjects, b));
        let card = pick(&history.names.cards, a);
        history.push(c, shift, ProxyRead { card, subject, alone: false, refused: None });
        return;
    }
    let body = ProxyIssued {
        key: Fixed([0; 4]),
        expires_ms: 0,
        resident: (b > 20).then(|| id(&history.names.residents, b)),
        document: DocumentKind::None,
        number: None,
        issuer: None,
        name: None,
        birth: None,
        sex: None,
        nationality: None,
        source: ReadSource::Typed,
        description: None,
        guardian: None,
        contact: None,
    };
    let at = history.push(c, shift, body);
    history.names.cards.push(at);
}

pub(super) fn step(history: &mut History, (kind, a, b, c): (u8, u8, u8, u8), shift: Option<RecordRef>) {
    match kind {
        0 => {
            let replaces = (b > 200).then(|| pick(&history.names.visits, a));
            let state = VisitState::ALL[usize::from(b) % VisitState::ALL.len()];
            let (household, lives) = (id(&history.names.households, a), (b % 2 == 0).then_some(u32::from(b)));
            let reason = Some("the dog".to_owned());
            let at = history.push(c, shift, Visit { household, state, reason, lives, replaces });
            history.names.visits.push(at);
        }
        1 => place(history, a, b, c, shift),
        2 => person(history, a, b, c, shift),
        _ if a % 3 == 0 => {
            history.push(c, shift, ClaimReleased { claim: pick(&history.names.claims, b), reason: None });
        }
        _ if a % 3 == 1 => {
            history.push(c, shift, FollowUpClosed { follow_up: pick(&history.names.follow_ups, b), note: None });
        }
        _ => {
            let what = FollowUpKind::ALL[usize::from(b) % FollowUpKind::ALL.len()];
            let (household, due_ms) = (id(&history.names.households, a), Some(i64::from(b)));
            let resident = (b % 2 == 0).then(|| id(&history.names.residents, b));
            let at = history.push(c, shift, FollowUp { household, resident, what, due_ms, note: None });
            history.names.follow_ups.push(at);
        }
    }
}

fn listed() -> Listed {
    let number = |n: u8| Some(format!("number {n}"));
    Listed(vec![
        (1, "10", vec![(1, "", number(0), None), (2, "", None, None)]),
        (2, "2", vec![(3, "", number(4), None)]),
        (3, "2", Vec::new()),
    ])
}

fn views(facts: &Facts) -> Doors {
    let key = |text: &str| Hashes.person_key(facts.round(), text).ok().flatten().map(PersonKey);
    Doors::of(facts, &listed(), Known { key: &key, sampled: &BTreeSet::new() })
}

/// The views of a round by its rows, and by its records.
fn both(history: &History, of: u8) -> (Doors, Doors) {
    let mut conn = Connection::open_in_memory().expect("memory");
    let tx = conn.transaction().expect("begin");
    rebuild(&tx, &Hashes, history.records.iter().cloned().map(Ok)).expect("rebuild");
    let read = |at: RecordRef| Ok(history.records.iter().find(|record| record.at == at).cloned());
    let by_rows = super::super::facts(&tx, round(of), &read).expect("facts");

    let key = |text: &str| Hashes.person_key(round(of), text).ok().flatten().map(PersonKey);
    let mut by_records = Facts::new(round(of));
    let shifts: Vec<RecordRef> = history.shifts.iter().filter(|shift| shift.1 == of).map(|shift| shift.0).collect();
    let of_round = |record: &&Record| {
        let begins = matches!(record.body, Body::ShiftStarted(_)) && shifts.contains(&record.at);
        begins || record.stamp.shift.is_some_and(|shift| shifts.contains(&shift))
    };
    history.records.iter().filter(of_round).for_each(|record| by_records.take(record, &key));
    (views(&by_rows), views(&by_records))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// A phone that reads its tables sees what everybody sees who has its records.
    #[test]
    fn rows_and_records_give_the_same_views(
        steps in prop::collection::vec(any::<(u8, u8, u8, u8)>(), 1..160),
    ) {
        let mut history = History::default();
        history.step((0, 0, 1, 0));
        for (kind, a, b, c) in steps {
            // Mostly doors, and one round for a while.
            let kind = if kind % 3 == 0 { 20 + kind % 4 } else { kind };
            let change = kind % 24 == 0 && a % 4 != 0;
            history.step((if change { 7 } else { kind }, a, b, c));
        }
        let (by_rows, by_records) = both(&history, 1);
        prop_assert!(by_rows == by_records, "the tables tell something else than the records");
    }
}

#[test]
fn the_histories_reach_every_view() {
    let mut history = History::default();
    history.step((0, 0, 1, 0));
    for n in 0..240u8 {
        let kind = [2, 7, 23, 24, 25, 26, 25, 11, 7][usize::from(n) % 9];
        history.step((kind, n.wrapping_mul(37), n.wrapping_mul(91), n % 3));
    }
    let (by_rows, by_records) = both(&history, 1);
    assert!(by_rows == by_records);
    let missing = |less: usize| {
        let mut history = History { records: history.records.clone(), ..History::default() };
        history.records.truncate(less);
        history.shifts.push((history.records[0].at, 1));
        both(&history, 1).0 != by_rows
    };
    assert!(missing(history.records.len() / 2), "half of the records tell less");
    let counts = [by_rows.follow_ups.len(), by_rows.claims.len(), by_rows.contested.len() + by_rows.homes.len()];
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
    assert!(by_rows.figures.sampled > 0 && by_rows.figures.excused > 0, "{:?}", by_rows.figures);
    assert!(by_rows.people.iter().any(|person| person.resident == resident(1)));
}
