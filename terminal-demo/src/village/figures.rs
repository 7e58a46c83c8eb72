//! The figures as JSON, for scripts.

use serde_json::{Value, json};

use super::proof::{Check, Evidence};

/// All figures; `wrong` names what does not add up.
pub(super) fn figures(evidence: &Evidence, checks: &[Check]) -> Value {
    let (books, hub) = (&evidence.books, &evidence.hub);
    let doors = &hub.doors.figures;
    let sum =
        |figure: fn(&fieldcore::Figures) -> u64| evidence.phones.iter().map(|phone| figure(&phone.store)).sum::<u64>();
    let desk = |figure: fn(&super::evenings::Desk) -> usize| evidence.desks.iter().map(figure).sum::<usize>();
    let [issued, read, refused] = books.cards;
    json!({
        "households": evidence.village.len(),
        "accounted": evidence.accounted(),
        "done": doors.done,
        "refused": doors.refused,
        "moved_away": doors.moved_away,
        "people": books.standing().count(),
        "hub_people": hub.figures.people,
        "distinct_people": hub.figures.distinct_people,
        "residents": doors.people,
        "sampled": doors.sampled,
        "excused": doors.excused,
        "tubes": books.tubes().len(),
        "hub_tubes": hub.figures.tubes,
        "boxes": hub.custody.boxes.len(),
        "tubes_sent": desk(|desk| desk.sent),
        "tubes_present": desk(|desk| desk.present),
        "missing_tubes": hub.custody.missing.len(),
        "to_sample_again": hub.doors.follow_ups.len(),
        "conflicts": hub.conflicts.count(),
        "contested_doors": evidence.heard.doors.contested.len(),
        "cards": {"issued": issued, "read": read, "refused": refused},
        "lost": {
            "households": books.lost_doors().len(),
            "people": books.lost().count(),
            "tubes_without_records": evidence.without_record().len(),
            "last_heard_ms": evidence.heard.dead.as_ref().and_then(|row| row.said_ms),
            "records": hub.dead.as_ref().map(|row| row.records),
        },
        "batches": sum(|store| store.sealed),
        "receipts": sum(|store| store.opened),
        "held": hub.held,
        "adds_up": checks.iter().all(Check::holds),
        "wrong": checks.iter().flat_map(|check| &check.wrong).collect::<Vec<_>>(),
    })
}
