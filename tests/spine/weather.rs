//! The whole path under a link that drops, delays, repeats, reorders and truncates, both ways.

use std::collections::BTreeSet;

use fieldcore_tests::link::{Link, LinkFigures, Weather};
use fieldcore_tests::workload::Workload;
use fieldcore_tests::{Rng, rounds};

use crate::phone::{Phone, Site, traced};

/// What a run came to; two runs of one seed must agree in all of it.
#[derive(Debug, PartialEq, Eq)]
struct Run {
    trace: Vec<String>,
    figures: LinkFigures,
    people: BTreeSet<String>,
    saved: Vec<Vec<(String, u64)>>,
}

/// Three phones work, sync, die and start again under one bad link; in the end all is with the hub.
fn storm(seed: u64) -> Run {
    let site = Site::new(seed);
    let mut rng = Rng::new(seed).fork("storm");
    let mut link = Link::new(seed, Weather::BAD);
    let mut phones: Vec<Phone> =
        (0..3).map(|index| site.phone(seed * 10 + index, Workload::new(seed * 10 + index, 300, 10))).collect();
    for _ in 0..12 {
        let phone = rng.index(phones.len());
        let phone = &mut phones[phone];
        phone.work(1 + rng.index(14));
        match rng.below(4) {
            0 => phone.restart(),
            1 => drop(phone.sync(&site.hub, &mut link)),
            2 => die_under_way(phone, &site, &mut link),
            _ => {}
        }
        if rng.percent(20) {
            link.deliver_late(&site.hub);
        }
    }
    for phone in &mut phones {
        phone.sync(&site.hub, &mut link);
    }
    link.deliver_late(&site.hub);
    let people: BTreeSet<String> = phones.iter().flat_map(Phone::people).collect();
    let labels: BTreeSet<String> = phones.iter().flat_map(Phone::labels).collect();
    for phone in &phones {
        phone.settled();
        phone.desk.ledger.compare(phone.station()).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
    }
    assert!(site.hub.held().expect("held").is_empty(), "seed {seed}: something is held");
    site.counts(&people, &labels);
    // What the hub derives again from the stored bytes is what it has.
    let before = site.hub.figures(None).expect("figures");
    site.hub.rebuild().expect("it can be derived again");
    assert_eq!(site.hub.figures(None).expect("figures"), before, "seed {seed}");
    assert_eq!(traced(&site.hub, &labels), people, "seed {seed}");
    let saved = phones.iter().map(|phone| phone.desk.ledger.saved().to_vec()).collect();
    Run { trace: link.trace.clone(), figures: link.figures, people, saved }
}

/// The process dies between a request and its answer, which the hub has already acted on.
fn die_under_way(phone: &mut Phone, site: &Site, link: &mut Link) {
    use fieldcore::sync::Step;
    phone.journal().seal_now().expect("it seals");
    phone.session().hurry().expect("it can be asked");
    for _ in 0..3 {
        let Step::Send(request) = phone.session().next().expect("the session goes on") else { break };
        let answer = link.exchange(&site.hub, &request);
        if request.body.is_empty() {
            phone.session().done(request.id, &answer).expect("a state is taken");
        } else {
            break;
        }
    }
    phone.restart();
}

#[test]
fn whatever_the_link_does_everybody_arrives_once() {
    let mut all = LinkFigures::default();
    for seed in 1..=rounds(12, 600) {
        let run = storm(seed);
        all.requests += run.figures.requests;
        all.failed += run.figures.failed;
        assert!(run.people.len() > 10, "seed {seed}: nobody came");
    }
    println!("{} requests, {} of them failed", all.requests, all.failed);
    assert!(all.failed * 4 > all.requests, "the link was not bad: {all:?}");
}

#[test]
fn a_seed_replays_exactly_and_another_does_not() {
    let first = storm(77);
    assert_eq!(first, storm(77));
    assert_ne!(first.trace, storm(78).trace);
}
