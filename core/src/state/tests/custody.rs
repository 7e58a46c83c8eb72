//! Tubes that move between devices, as rows.

use super::super::{round_is_open, round_totals, tube as tube_row};
use super::{History, foreign, round, state, taken_over};
use crate::id::RecordRef;
use crate::record::{SubjectVoided, TubePassedOn, TubeTakenBack, TubeTakenOver};

#[test]
fn a_tube_that_comes_back_counts_what_the_others_added_and_a_foreign_one_is_no_tube_of_the_ledger() {
    let tube = |history: &History| history.tubes[0];
    let (history, conn) = state(|history| {
        history.step((2, 1, 0, 0));
        history.step((7, 0, 0, 0));
        history.step((7, 0, 1, 0));
        let shift = history.shifts.last().map(|shift| shift.0);
        let at = tube(history);
        let passed = history.push(0, shift, TubePassedOn { tube: at, to: None, people: 2, next: 3 });
        history.push(0, shift, SubjectVoided { subject: history.subjects[0], reason: "no".to_owned() });
        history.push(0, shift, TubeTakenOver { next: 6, ..taken_over(at, foreign(5), 5) });
        history.push(0, shift, TubeTakenBack { passed, reason: None });
        history.push(0, shift, taken_over(foreign(50), foreign(6), 2));
    });
    let row = tube_row(&conn, tube(&history)).expect("rows").expect("the tube");
    assert_eq!((row.count, row.next, row.away, row.foreign), (4, 6, None, false), "2 passed, 1 voided, 3 added");
    let foreign = tube_row(&conn, foreign(50)).expect("rows").expect("the tube");
    assert_eq!((foreign.count, foreign.next, foreign.foreign), (2, 3, true));
    assert_eq!(round_totals(&conn, round(0)).expect("totals"), (1, 1));
}

#[test]
fn a_tube_that_is_away_keeps_no_round_open_and_a_taken_one_does() {
    let open = |more: fn(&mut History, Option<RecordRef>)| {
        let (_, conn) = state(|history| {
            history.step((2, 1, 0, 0));
            let shift = history.shifts.last().map(|shift| shift.0);
            more(history, shift);
            history.step((1, 0, 0, 0));
        });
        round_is_open(&conn, round(0)).expect("open")
    };
    assert!(open(|_, _| {}));
    let away = |history: &mut History, shift| {
        history.push(0, shift, TubePassedOn { tube: history.tubes[0], to: None, people: 0, next: 1 });
    };
    assert!(!open(away));
    assert!(open(|history, shift| {
        history.push(0, shift, TubePassedOn { tube: history.tubes[0], to: None, people: 0, next: 1 });
        history.push(0, shift, taken_over(foreign(50), foreign(6), 0));
    }));
}
