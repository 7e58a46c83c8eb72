//! What a person costs on the wire.

use super::material::Fixture;
use crate::record::{Body, Record};
use crate::wire::{Batch, Bundle, Item, Mode};

/// Bytes of a bundle of all records in batches of a hundred, and people in them.
fn measure(fixture: &Fixture, records: &[Record], wraps: usize) -> (usize, usize) {
    let mut items = Vec::new();
    let mut previous = [0; 32];
    for (index, chunk) in records.chunks(100).enumerate() {
        let mut plan = fixture.plan(Mode::Live, index as u64 + 1, previous);
        plan.wraps.truncate(wraps);
        let batch = Batch::seal(plan, chunk, &[], &fixture.data_key, &fixture.seed, &fixture.entropy).unwrap();
        previous = batch.digest();
        items.push(Item::Batch(batch.to_bytes().unwrap()));
    }
    let people = records.iter().filter(|record| matches!(record.body, Body::SubjectBound(_))).count();
    (Bundle::write(&items).unwrap().len(), people)
}

#[test]
fn a_person_costs_at_most_60_bytes_with_both_wraps() {
    let fixture = Fixture::new(60);
    let records = fixture.tent(1_000);
    let (both, people) = measure(&fixture, &records, 2);
    let (one, _) = measure(&fixture, &records, 1);
    let per_person = |bytes: usize| bytes as f64 / people as f64;
    // Shown by `cargo test -- --nocapture`; the budget is the design's.
    let line = format!(
        "wire: {:.1} B/person with both wraps, {:.1} with one; {people} people, {} records; budget 60",
        per_person(both),
        per_person(one),
        records.len()
    );
    std::io::Write::write_all(&mut std::io::stdout(), format!("{line}\n").as_bytes()).unwrap();
    assert!(both <= 60 * people, "{line}");
}
