//! What is known from door to door is a function of the set of records: whoever has them all sees the same, in whatever
//! order they came, and it is what the written rules say.

mod broken;
mod history;
mod lines;
mod model;
mod rules;

use broken::Broken;
use fieldcore::doors::Doors;
use fieldcore_tests::histories::arrivals;
use fieldcore_tests::{Rng, rounds};
use history::Village;
use model::Model;

/// Observers of a history, each with an order of arrival of its own.
const OBSERVERS: usize = 2;

fn bytes(doors: &Doors) -> Vec<u8> {
    serde_json::to_vec(doors).expect("views can be written")
}

/// The model's lines for a village.
fn by_the_rules(village: &Village, broken: Broken) -> Vec<String> {
    let Village { homes, elsewhere, phones, .. } = village;
    lines::of_model(&Model::new(homes, phones.records(), elsewhere, broken))
}

/// Fails with the first line that differs, and with how to see it again.
fn same(seed: u64, core: &[String], model: &[String]) {
    if core == model {
        return;
    }
    let differs = core.iter().zip(model).find(|(core, model)| core != model);
    let (core, model) = differs.map_or((core.last(), model.last()), |(core, model)| (Some(core), Some(model)));
    panic!("history {seed} (again with FIELDCORE_SEED={seed}):\n core  {core:?}\n model {model:?}");
}

/// The histories of a run, or the one that was asked for.
fn seeds(plain: u64, many: u64) -> std::ops::Range<u64> {
    match std::env::var("FIELDCORE_SEED").ok().and_then(|seed| seed.parse::<u64>().ok()) {
        Some(seed) => seed..seed + 1,
        None => 0..rounds(plain, many),
    }
}

#[test]
fn everybody_sees_what_the_rules_say_whatever_the_order() {
    let (mut records, mut visited) = (0, 0);
    for seed in seeds(2_000, 100_000) {
        let village = Village::new(seed, false);
        let mut rng = Rng::new(seed).fork("arrivals");
        let first = village.seen(&[village.phones.records().to_vec()]);
        for _ in 0..OBSERVERS {
            let bundles = arrivals(&mut rng, village.phones.records());
            assert!(bytes(&village.seen(&bundles)) == bytes(&first), "history {seed}: two observers differ");
        }
        same(seed, &lines::of_core(&first), &by_the_rules(&village, Broken::Nothing));
        records += village.phones.records().len();
        visited += lines::visited(village.phones.records()).len();
    }
    assert!(visited > 0 && records > visited, "the histories say nothing");
}

#[test]
fn a_device_that_lives_twice_is_seen_alike_by_everybody() {
    for seed in seeds(1_000, 50_000) {
        let village = Village::new(seed, true);
        let mut rng = Rng::new(seed).fork("arrivals");
        let first = bytes(&village.seen(&[village.phones.records().to_vec()]));
        for _ in 0..OBSERVERS {
            let bundles = arrivals(&mut rng, village.phones.records());
            assert!(bytes(&village.seen(&bundles)) == first, "history {seed}: two observers differ");
        }
    }
}

#[test]
fn a_broken_rule_is_noticed() {
    for broken in Broken::ALL {
        let found = (0..400).any(|seed| {
            let village = Village::new(seed, false);
            let core = village.seen(&[village.phones.records().to_vec()]);
            lines::of_core(&core) != by_the_rules(&village, *broken)
        });
        assert!(found, "no history tells {broken:?} from the rule");
    }
}

#[test]
fn a_record_that_is_missing_is_noticed() {
    let differs = (0..50).filter(|seed| {
        let village = Village::new(*seed, false);
        let records = village.phones.records();
        let last = records.iter().rposition(|record| (50..60).contains(&record.body.kind().0));
        let Some(last) = last else { return false };
        let less: Vec<_> = records.iter().enumerate().filter(|(at, _)| *at != last).map(|(_, r)| r.clone()).collect();
        bytes(&village.seen(&[less])) != bytes(&village.seen(&[records.to_vec()]))
    });
    assert!(differs.count() > 25);
}
